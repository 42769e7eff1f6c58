"""Answers as JSON: every table of the screen with figures in full, one document on standard output; and --quiet."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from indexcalc.cli import main
from indexcalc.report.json import text, written
from indexcalc.report.tables.table import Column, Table
from indexcalc.run import compute
from indexcalc.voice import City, Node, Voice, Word


def test_a_table_is_its_question_heads_rows_and_notes():
    columns = (
        Column(Word("sheets.city"), [City("甲"), City("乙")]),
        Column(Word("sheets.score"), [np.float64(1 / 3), float("nan")], "score"),
        Column(Word("sheets.score"), [np.int64(2), None], "score", band=Node("x")),
        Column("word", [Word("sheets.index"), True]),
    )
    table = Table(columns, Word("sheets.city"), (Word("sheets.score"),))
    document = json.loads(written("run", {"one": [table]}, Voice("en"), out="reports"))
    assert document["program"] == "indexcalc" and document["command"] == "run" and document["out"] == "reports"
    (one,) = document["tables"]["one"]
    assert one["columns"] == {"city": "City", "score": "Score", "score_2": "x: Score", "word": "word"}
    assert one["rows"] == [
        {"city": "甲", "score": 1 / 3, "score_2": 2, "word": Voice("en").say("sheets.index")},
        {"city": "乙", "score": None, "score_2": None, "word": True},
    ]
    assert one["question"] == "City" and one["notes"] == ["Score"]


def test_what_is_no_number_is_null():
    assert json.loads(text({"a": [float("inf"), np.nan, np.bool_(True)], 2021: (1,)})) == {
        "a": [None, None, True],
        "2021": [1],
    }


@pytest.fixture
def small(tmp_path, monkeypatch):
    """Three cities in two years, with a claim, in a folder of their own."""
    monkeypatch.chdir(tmp_path)
    rows = ["city,year,x,y", *(f"{c},{y},{i * 3 + y % 7},{9 - i}" for i, c in enumerate("ABC") for y in (2021, 2022))]
    Path("figures.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    Path("my.yaml").write_text(
        "framework: {workbook: figures.csv, indicators: {x: {direction: positive}, y: {direction: positive}}}\n"
        "claims: [{kind: rising}]\n",
        encoding="utf-8",
    )


def test_a_run_answers_in_one_document(small, capsys):
    assert main(["run", "my.yaml", "--json", "--lang", "en"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert list(document["tables"])[:3] == ["ranking", "weights", "claims"] and document["language"] == "en"
    with Path("reports/rankings.csv").open(encoding="utf-8-sig", newline="") as file:
        scores = {row["city"]: float(row["score"]) for row in csv.DictReader(file) if row["year"] == "2022"}
    (ranking,) = document["tables"]["ranking"]
    assert {row["city"]: row["score"] for row in ranking["rows"]} == scores
    assert "rankings.csv" in document["files"] and document["out"] == "reports"


def test_a_check_answers_in_one_document(small, capsys):
    assert main(["check", "my.yaml", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert {row["code"] for row in document["tables"]["checked"][0]["rows"]} == {"x", "y"}


def test_a_comparison_answers_in_one_document(small, capsys):
    Path("other.yaml").write_text(Path("my.yaml").read_text().replace("x: {", "x: {weight: 3, "), encoding="utf-8")
    assert main(["compare", "my.yaml", "other.yaml", "--json", "--quiet"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["year"] == 2022 and not document["same"] and document["lacking"] == []
    change = {row["city"]: row["score"] - row["score_before"] for row in document["cities"]}
    parts = dict.fromkeys(change, 0.0)
    for row in document["parts"]:
        if row["year"] == 2022:
            parts[row["city"]] += row["score_change"]
    assert parts == pytest.approx(change, abs=1e-9) and any(change.values())


def test_an_explanation_answers_in_one_document_with_the_figures_of_the_text(small, capsys):
    assert main(["explain", "B", "my.yaml", "--json", "--lang", "en"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["command"] == "explain" and document["language"] == "en"
    story = document["story"]
    score = compute("my.yaml", draws=0).result.score()[1, -1]
    assert (story["city"], story["year"], story["path"][-1]["score"]) == ("B", 2022, score)
    assert {one["code"] for one in story["standings"]} == {"x", "y"}
    assert sum(one["part"] for one in story["drivers"]) == pytest.approx(story["change"])
    assert {one["origin"] for one in story["standings"]} == {"observed"}
    assert main(["explain", "B", "my.yaml", "--against", "A", "--json"]) == 0
    compared = json.loads(capsys.readouterr().out)["against"]
    (mine, other), _ = compared["scores"][1], compared["ranks"]
    assert sum(one["part"] for one in compared["nodes"] if one["is_indicator"]) == pytest.approx(mine - other)
    assert main(["explain", "B", "my.yaml", "--trace", "x", "--json"]) == 0
    traced = json.loads(capsys.readouterr().out)["trace"]
    assert (traced["cells"][0]["value"], traced["cells"][0]["cell"][1]) == (traced["derived"], "C5")
    assert traced["origin"] == "observed" and traced["normalisation"] == "min_max" and traced["weights"] == [["x", 0.5]]


def test_a_quiet_command_says_nothing_but_errors_and_what_was_asked(small, capsys):
    written = Path("my.yaml").read_text(encoding="utf-8")
    Path("my.yaml").write_text(written.replace("y: {direction: positive}", "y: {}"), encoding="utf-8")
    assert main(["check", "my.yaml", "--lang", "en"]) == 0
    assert "direction" in capsys.readouterr().err  # told in a notice
    for arguments in (["run", "--draws", "0"], ["check"], ["charts", "--only", "trend"]):
        assert main([arguments[0], "my.yaml", *arguments[1:], "--quiet", "--lang", "en"]) == 0
        assert capsys.readouterr() == ("", "")
    assert Path("reports/charts/trend.png").exists()
    assert main(["check", "my.yaml", "--quiet", "--json"]) == 0
    said = capsys.readouterr()
    assert json.loads(said.out)["command"] == "check" and not said.err
    assert main(["compare", "reports", "my.yaml", "--quiet", "--lang", "en"]) == 0
    assert "reports → my.yaml" in capsys.readouterr().out
    assert main(["check", "nowhere.yaml", "--quiet", "--lang", "en"]) == 1
    said = capsys.readouterr()
    assert not said.out and "nowhere.yaml" in said.err
