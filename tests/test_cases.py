"""Small inputs of the kinds that people bring, in `cases/`: each reads, or is refused, as it should.

`refused` is the status 1 with words that the message has; else the ranking of the last year, its cities from the first
on, and words of the notices.
"""

import csv

import pytest

from indexcalc.cli import main
from tests.conftest import ROOT

CASES = ROOT / "tests" / "cases"
REGIONS = ["丙市", "甲市", "丁市", "乙市"]
TWELVE = ["济南", "大连", "沈阳", "福州"]
READ: dict[str, tuple[list[str], list[str]]] = {
    "bounds-refused-for-missing-child": (["A", "B", "C", "D"], []),
    "cities-that-enter": (["C", "D", "E", "B", "A"], ["no score and no rank"]),
    "entropy-over-dimensions": (["省5", "省1", "省7", "省2"], ["scope: indicators"]),
    "header-region-0": (REGIONS, []),
    "header-region-1": (REGIONS, []),
    "heat-map-of-33-years": (["C", "B", "A"], []),
    "hostile-circled-year": (["丁", "乙", "丙", "甲"], ["gdp 甲 ①"]),
    "hostile-formula-name": (["丁", "乙", "丙"], []),
    "hostile-note-row": (["丁", "乙", "丙", "甲"], ["'data' 14 '注：来源'"]),
    "last-year-nearly-empty": (["B", "A"], ["The ranking of 2023 rests on few figures", "A (0%)"]),
    "note-below-table-crash": (["济南市", "大连市", "沈阳市"], ["注：数据来源于各市统计公报。"]),
    "percent-format-beside-numbers": (["C", "A", "B"], ["C2 '0.5' = 50"]),
    "small-true-percents": (["丁市", "丙市", "乙市", "甲市"], ["as_printed: true"]),
    "strict-open-xml": (REGIONS, []),
    "text-columns-beside-figures": (REGIONS, ["'省份代码', '省份'"]),
    "title-rows-above-header": (REGIONS, ["row 3 is the header"]),
    "topsis-under-one-dimension": (["B", "E", "D", "A"], []),
    "unit-slip": (["大连", "济南", "沈阳"], ["数据!C2", "about 10,000 times"]),
    "units-in-headers": (TWELVE, []),
    "year-added": (["Washington, DC", "Chicago", "San Francisco Bay Area"], []),
    "years-with-nian": (TWELVE, []),
    "zero-where-missing-anyway": (["A", "B"], ["No score for C 2000"]),
}
REFUSED: dict[str, list[str]] = {
    "hidden-rows": ["hidden rows: 11, 12, 13", "column E is hidden"],
    "hostile-alias-bomb": ["exceeds the limit of 200,000 entries"],
    "hostile-cell-of-400-digits": ["cell D3 (Alpha, 2020), 'gr'", "(400 digits)"],
    "hostile-control-character": ["line 8", "U+0001"],
    "hostile-corrupt-zip": ["the workbook is damaged"],
    "hostile-derivations-30-levels": ["exceeds the limit of 10 levels"],
    "hostile-hidden-row-quotes": ["hidden rows: 3"],
    "hostile-huge-row-number": ["exceeds 1,048,576"],
    "hostile-shared-string-out-of-range": ["the workbook is damaged"],
    "hostile-year-1e999": ["cell B3"],
    "merged-city-cells": ["A2:A4", "--tidy"],
    "negative-with-piecewise": ["the better one must be the lower figure"],
    "numbers-as-text": ["6 cells (C2, C3, C4, ...)", "--tidy"],
    "text-column-flood": ["620 cells (C2, C3, C4, ...)"],
    "total-row-ranked": ["'全省合计'", "A14"],
    "uncertainty-without-effect": ["Nothing that uncertainty lets vary changes the index", "affects 0 of 2"],
    "year-19": ["cell B8", "found 19"],
}
TIDY = {
    "merged-city-cells": ["丙市", "甲市"],
    "numbers-as-text": [],
    "text-column-flood": [],
}


def run(case, tmp_path, capsys, *options, workbook="figures.xlsx"):
    folder = CASES / case
    given = [str(folder / "indicators.yaml"), "--workbook", str(folder / workbook)]
    status = main(["run", *given, "--out", str(tmp_path / "out"), "--lang", "en", *options])
    return status, capsys.readouterr()


def ranking(tmp_path):
    with (tmp_path / "out" / "rankings.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["rank"]]
    last = max(row["year"] for row in rows)
    return [row["city"] for row in sorted((r for r in rows if r["year"] == last), key=lambda r: float(r["rank"]))]


def test_every_case_is_here():
    beside = {"other-formats"}
    assert set(READ) | set(REFUSED) | beside == {path.name for path in CASES.iterdir() if path.is_dir()}


@pytest.mark.parametrize("case", READ)
def test_it_reads(case, tmp_path, capsys):
    cities, notices = READ[case]
    has_draws = "uncertainty:" in (CASES / case / "indicators.yaml").read_text(encoding="utf-8")
    status, said = run(case, tmp_path, capsys, *(["--draws", "20"] if has_draws else []))
    assert status == 0, said.err
    assert ranking(tmp_path)[: len(cities)] == cities
    for notice in notices:
        assert notice in said.err


@pytest.mark.parametrize("case", REFUSED)
def test_it_is_refused(case, tmp_path, capsys):
    status, said = run(case, tmp_path, capsys)
    assert status == 1 and not (tmp_path / "out").exists()
    assert "Traceback" not in said.err and len(said.err.splitlines()) <= 6
    for words in REFUSED[case]:
        assert words in said.err


@pytest.mark.parametrize("case", TIDY)
def test_what_the_tidy_mode_reads(case, tmp_path, capsys):
    status, said = run(case, tmp_path, capsys, "--tidy")
    assert status == 0, said.err
    assert ranking(tmp_path)[: len(TIDY[case])] == TIDY[case]


@pytest.mark.parametrize("file", ["figures.csv", "figures.ods", "figures.xls", "figures.xlsx"])
def test_the_same_figures_in_every_kind_of_file(file, tmp_path, capsys):
    status, said = run("other-formats", tmp_path, capsys, "--draws", "0", workbook=file)
    assert status == 0, said.err
    assert ranking(tmp_path)[:4] == TWELVE


def test_a_year_that_is_added_is_compared_with_itself(tmp_path, capsys):
    run("year-added", tmp_path, capsys, "--draws", "0")
    status, said = run("year-added", tmp_path, capsys, "--draws", "0", workbook="figures-2024.xlsx")
    assert status == 0 and "years added: 2024" in said.out and "Chicago 2" not in said.out
    (tmp_path / "out").rename(tmp_path / "longer")
    run("year-added", tmp_path, capsys, "--draws", "0")
    assert main(["compare", str(tmp_path / "out"), str(tmp_path / "longer"), "--lang", "en"]) == 0
    told = capsys.readouterr().out
    assert "Ranks and scores of 2023 are the same for all 8 cities." in told and "longer: 2024" in told
    assert "come from" not in told
