"""A run made again from its record: the same to the byte, or what differs; and the year that is added."""

import json
from pathlib import Path

import pytest

from indexcalc.cli import main


@pytest.fixture
def small_run(tmp_path, monkeypatch):
    """A run of three cities under a changed weight, in its own folder."""
    monkeypatch.chdir(tmp_path)
    rows = ["city,year,x,y", *(f"{c},{y},{i * 3 + y % 7},{9 - i}" for i, c in enumerate("ABC") for y in (2021, 2022))]
    Path("figures.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    Path("my.yaml").write_text(
        "framework: {workbook: figures.csv, indicators: {x: {direction: positive}, y: {direction: positive}}}\n"
        "uncertainty: {draws: 50, seed: 7, weights: {spread: 0.5}}\n",
        encoding="utf-8",
    )
    assert main(["run", "my.yaml", "--weight", "x=3", "--draws", "20", "--out", "first", "--lang", "en"]) == 0


def test_a_run_is_repeated_from_its_record_to_the_byte(small_run, capsys):
    capsys.readouterr()
    assert main(["run", "--from", "first/run.json", "--out", "again"]) == 0
    assert "first/run.json was repeated: choices, scores, ranks and draws are the same" in capsys.readouterr().out
    one, two = (json.loads(Path(folder, "run.json").read_text(encoding="utf-8")) for folder in ("first", "again"))
    assert one == two and two["edits"]["weight"] == ["x=3"] and two["uncertainty"]["draws"] == 20
    for name in one["files"]:
        if name.endswith(".csv"):
            assert Path("first", name).read_bytes() == Path("again", name).read_bytes(), name


def test_a_repetition_that_differs_says_in_what(small_run, capsys):
    path = Path("first/run.json")
    record = json.loads(path.read_text(encoding="utf-8"))
    record["history"]["2022"]["A"][0] += 1.0
    path.write_text(json.dumps(record), encoding="utf-8")
    Path("first/rankings.csv").write_text("mine\n", encoding="utf-8")
    capsys.readouterr()
    assert main(["run", "--from", "first", "--out", "again"]) == 0
    told = capsys.readouterr().out
    assert "was repeated, with differences" in told and "rankings.csv" in told and "restated: 1 of the 6" in told


def test_a_run_whose_inputs_changed_is_not_repeated(small_run, capsys):
    with Path("figures.csv").open("a", encoding="utf-8") as file:
        file.write("D,2022,1,1\n")
    Path("my.yaml").unlink()
    assert main(["run", "--from", "first/run.json", "--out", "again", "--lang", "en"]) == 1
    told = capsys.readouterr().err
    assert "figures.csv: has changed since the run" in told and "my.yaml: cannot be read" in told
    assert not Path("again").exists()
    assert main(["run", "--from", "first/run.json", "--weight", "x=1", "--lang", "en"]) == 2
    assert main(["run", "--from", "figures.csv", "--lang", "en"]) == 1


def test_an_added_year_comes_with_the_advice_of_a_base_year_which_keeps_past_scores(small_run, capsys):
    base = ["my.yaml", "--lang", "en", "--draws", "0", "--set", "methodology.reference={base: 2022}", "--out", "based"]
    assert main(["run", *base]) == 0
    with Path("figures.csv").open("a", encoding="utf-8") as file:
        file.writelines(f"{c},2023,{90 + i},{50 - i}\n" for i, c in enumerate("ABC"))
    capsys.readouterr()
    assert main(["run", *base]) == 0
    told = capsys.readouterr().out
    assert "years added: 2023" in told and "restated" not in told and "base year" not in told
    assert main(["run", "my.yaml", "--weight", "x=3", "--draws", "0", "--out", "first", "--lang", "en"]) == 0
    told = capsys.readouterr().out
    assert "years added: 2023" in told and "restated: 6 of the 6" in told and "reference: {base: 2022}" in told
