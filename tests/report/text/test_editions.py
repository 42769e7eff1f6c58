"""The change between two editions as the command tells and writes it: from YAML files, from results, or not at all."""

import csv
import io
from pathlib import Path

import pytest
from rich.console import Console

from indexcalc.analysis.editions import editions
from indexcalc.cli import main
from indexcalc.report.text.editions import lists, print_editions, sentence
from indexcalc.voice import Voice
from tests.conftest import build, make_framework, make_panel

OLD = "framework: {workbook: old.csv, indicators: {x: {direction: positive}, y: {direction: positive}}}\n"
NEW = OLD.replace("old.csv", "new.csv").replace("y: {direction: positive}", "y: {direction: positive, weight: 3}")
FIGURES = {"A": (9, 2), "B": (5, 3), "C": (2, 1)}


def write_figures(file, years, **revised):
    rows = [f"{c},{year},{x + year % 7},{y}" for c, (x, y) in {**FIGURES, **revised}.items() for year in years]
    Path(file).write_text("\n".join(["city,year,x,y", *rows]) + "\n", encoding="utf-8")


@pytest.fixture
def two(tmp_path, monkeypatch):
    """Two editions of three cities: a figure revised, a year added, a weight changed."""
    monkeypatch.chdir(tmp_path)
    write_figures("old.csv", (2020, 2021))
    write_figures("new.csv", (2020, 2021, 2022), B=(5, 5))
    Path("old.yaml").write_text(OLD, encoding="utf-8")
    Path("new.yaml").write_text(NEW, encoding="utf-8")


def compared(capsys, *arguments):
    capsys.readouterr()
    status = main(["compare", *arguments, "--lang", "en"])
    return status, capsys.readouterr()


def test_two_yaml_files_are_compared_and_the_change_is_split(two, capsys):
    status, said = compared(capsys, "old.yaml", "new.yaml")
    assert status == 0 and not said.err and list(Path().glob("*/")) == []
    assert "Years only in new.yaml: 2022" in said.out and "Ranks and scores in 2021" in said.out
    assert "Figures revised where both editions have a row: y (2 changed)." in said.out
    assert "Revised figures ┃ Years and cities ┃ Weights" in said.out
    assert "No difference comes from changed indicators and changed methods." in said.out
    assert "A falls from 1st to 2nd in 2021" in said.out


def test_what_is_written_adds_up_and_comes_with_a_chart(two, capsys):
    status, said = compared(capsys, "old.yaml", "new.yaml", "--out", "out", "--format", "svg")
    assert status == 0 and "out/charts/editions.svg" in said.out
    files = {path.relative_to("out").as_posix() for path in Path("out").rglob("*") if path.is_file()}
    assert files == {"analysis/editions.csv", "charts/editions.svg", "run.json"}
    with Path("out/analysis/editions.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 3 * 2 * 5
    for city in "ABC":
        of = [row for row in rows if row["city"] == city and row["year"] == "2021"]
        assert [row["step"] for row in of] == ["figures", "extent", "indicators", "weights", "methods"]
        change = float(of[-1]["score_after"]) - float(of[0]["score_before"])
        assert sum(float(row["score_change"]) for row in of) == pytest.approx(change, abs=1e-9)
        assert sum(int(row["places_gained"]) for row in of) == int(of[0]["rank_before"]) - int(of[-1]["rank_after"])


def test_results_are_computed_again_and_say_the_same(two, capsys):
    for edition in ("old", "new"):
        assert main(["run", f"{edition}.yaml", "--weight", "x=2", "--out", edition, "--lang", "en"]) == 0
    status, said = compared(capsys, "old", "new", "--out", "new")
    assert status == 0 and "Where the changes of score in 2021 come from" in said.out
    assert Path("new/rankings.csv").exists() and Path("new/charts/editions.png").exists()
    status, said = compared(capsys, "new", "new")
    assert "are the same" in said.out and "come from" not in said.out


def test_without_its_inputs_a_change_is_not_split_and_the_comparison_is_still_told(two, capsys):
    for edition in ("old", "new"):
        assert main(["run", f"{edition}.yaml", "--out", edition, "--lang", "en"]) == 0
    write_figures("old.csv", (2020, 2021), A=(1, 1))
    Path("new.csv").unlink()
    status, said = compared(capsys, "old", "new")
    assert status == 0 and "Ranks and scores in 2021" in said.out and "come from" not in said.out
    assert "old.csv: has changed since the run" in said.out and "new.csv: cannot be read" in said.out
    status, said = compared(capsys, "old", "new", "--out", "out")
    assert status == 1 and not Path("out").exists()
    assert "old.csv: has changed since the run" in said.err and "new.csv: cannot be read" in said.err


def test_a_run_that_now_comes_out_otherwise_is_not_split(two, capsys):
    for edition in ("old", "new"):
        assert main(["run", f"{edition}.yaml", "--out", edition, "--lang", "en"]) == 0
    record, rankings = Path("old/run.json"), Path("old/rankings.csv")
    text = rankings.read_text(encoding="utf-8-sig")
    score = next(row["score"] for row in csv.DictReader(io.StringIO(text)) if row["city"] == "A")
    for path in (record, rankings):
        path.write_text(path.read_text(encoding="utf-8-sig").replace(score, "0.125"), encoding="utf-8-sig"[:5])
    status, said = compared(capsys, "old", "new")
    assert status == 0 and "gives other scores or ranks" in said.out


def test_editions_without_a_city_in_common_have_nothing_to_write(two, capsys):
    Path("new.csv").write_text("city,year,x,y\nD,2021,1,2\nE,2021,2,1\n", encoding="utf-8")
    status, said = compared(capsys, "old.yaml", "new.yaml", "--out", "out")
    assert status == 2 and "no city and year is ranked in both" in said.err and not Path("out").exists()


def rising(weight=1):
    """Revised figures, and another weight of a if one is given."""
    frameworks = [make_framework(indicators={"a": {"weight": one}, "b": {}}) for one in (1, weight)]
    figures = {"a": [9, 8, 1], "b": [5, 5, 5]}, {"a": [9, 10, 1], "b": [5, 5, 5]}
    old, new = (
        build(make_panel(one, years=(2021,)), framework, normalisation="none")
        for one, framework in zip(figures, frameworks, strict=True)
    )
    return editions(old, new), (old.framework, new.framework)


def test_why_a_city_rises_falls_or_keeps_its_rank():
    found, _ = rising()
    voice = Voice("en")
    said = [sentence(found, 0, c, voice, scores=True) for c in range(3)]
    assert said == [
        "甲 falls from 1st to 2nd in 2021. Its score stays at 7.00. It is overtaken by 乙.",
        "乙 rises from 2nd to 1st in 2021. Its score goes from 6.50 to 7.50 (+1.00). It overtakes 甲.",
        "丙 is still 3rd in 2021. Its score stays at 3.00.",
    ]
    assert sentence(found, 0, 1, Voice("zh"), scores=False) == "乙：2021年由第2位变为第1位。超过甲。"


def test_parts_are_told_where_there_are_several():
    """One part is the whole change: no table of it, and no sentence repeats it."""
    printed = {}
    for weight in (1, 3):
        found, frameworks = rising(weight)
        console = Console(file=io.StringIO(), width=160)
        print_editions(console, found, frameworks, ["乙"], Voice("en"), scores=True)
        printed[weight] = console.file.getvalue()
    assert (
        "All changes in 2021 come from revised figures." in printed[1]
        and "changes of score in 2021 come from" not in printed[1]
    )
    assert "Where the changes of score in 2021 come from" in printed[3]
    assert (
        "in 2021; revised figures alone account for the move. Its score goes from 6.50 to 8.75 (+2.25): "
        in (printed[3])
    )
    zh = sentence(found, 0, 1, Voice("zh"), scores=False)
    assert zh == "乙：2021年由第2位变为第1位；位次变动全部来自数据修订。超过甲。"


def test_scores_on_two_scales_are_not_told():
    found, frameworks = rising(3)
    told = {}
    for scores in (True, False):
        console = Console(file=io.StringIO(), width=120)
        print_editions(console, found, frameworks, ["丙"], Voice("en"), scores=scores)
        told[scores] = console.file.getvalue()
    assert "changes of score" in told[True] and "score" not in told[False].replace("Their parts", "")
    assert "丙 is still 3rd in 2021." in told[False]


def test_of_many_columns_the_most_revised_are_named():
    framework = make_framework(indicators={code: {} for code in "abcdefg"})
    figures = {code: [1.0, 2.0, 3.0 + k] for k, code in enumerate("abcdefg")}
    old = build(make_panel(figures, years=(2021,)), framework)
    new = build(make_panel({code: [5.0, 2.0, 4.5 + k] for k, code in enumerate("abcdefg")}, years=(2021,)), framework)
    (line,) = lists(editions(old, new), (framework, framework), Voice("en"))
    assert line == (
        "Figures revised where both editions have a row: a (2 changed), b (2 changed), c (2 changed), d (2 changed), "
        "e (2 changed) and 2 more."
    )
