"""The robustness analyses made on demand as sheets: their figures at their places, in both languages."""

from dataclasses import replace
from io import BytesIO

import numpy as np
import openpyxl
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from indexcalc.report.bounds_text import neighbours, pairs
from indexcalc.report.workbook.study_page import alternatives_page, study_page
from indexcalc.robustness.study import Study, study
from indexcalc.run import compute, write_results, write_robustness
from tests.conftest import build, make_framework, make_panel, write_workbook, write_yaml
from tests.report.test_study import CLAIMS, MIN_MAX, NAMES, OPTIONS

LANGS = ("zh", "en")


@pytest.fixture(scope="module")
def result():
    return build(make_panel(), make_framework(indicators=NAMES), normalisation=MIN_MAX)


@pytest.fixture(scope="module")
def found(result):
    return study(result, CLAIMS, OPTIONS, draws=1024)


def column(block, *titles):
    return next(list(own.values) for own in block.columns if own.titles[-len(titles) :] == titles)


def block_of(page, start):
    return next(block for block in page.blocks if block.question.startswith(start))


def test_bounds_are_told_city_by_city(result, found):
    block = block_of(study_page(result, found, OPTIONS.weights, "zh"), "只改权重")
    cities = [found.bounds.cities.index(city) for city in column(block, "城市")]
    t = found.bounds.years.index(found.year)
    assert_array_equal(column(block, "最好位次"), found.bounds.best[cities, t])
    assert_array_equal(column(block, "最差位次"), found.bounds.worst[cities, t])
    assert_array_equal(column(block, "始终高于几城"), found.bounds.always_above[t, cities].sum(axis=1))
    assert "±" in block.notes[0]


def test_what_would_have_to_change_city_by_city_and_claim_by_claim(result, found):
    block = block_of(study_page(result, found, OPTIONS.weights, "zh"), "权重要改多少")
    t = result.years.index(found.year)
    ranks = result.rank()[:, t]
    ranking = [result.cities[c] for c in np.argsort(ranks) if not np.isnan(ranks[c])]
    near = list(pairs(neighbours([one for one in found.changes if one.claim is None], ranking)))
    assert len(column(block, "城市")) == len(near) > 0
    told = dict(zip(column(block, "城市"), column(block, "须移动的权重"), strict=True))
    for _, total in near:
        enough = told[total.city]
        assert enough is None if np.isinf(total.size) else 0 <= enough - total.size / 2 < 1e-4
    assert len(block.notes) == 1 + len([one for one in found.changes if one.claim is not None]) // 2


def test_sensitivity_is_told_with_its_intervals_the_largest_first(result, found):
    block = block_of(study_page(result, found, OPTIONS.weights, "zh"), "哪项选择")
    total = column(block, "连同交互", "指数")
    assert total == sorted(total, reverse=True)
    assert_allclose(total[0], np.nanmax(found.sensitivity.total[0]))
    assert all(low <= x for low, x in zip(column(block, "连同交互", "下限"), total, strict=True))


def test_each_choice_changed_alone(result, found):
    block = block_of(study_page(result, found, OPTIONS.weights, "zh"), "每次只改")
    moved = column(block, "变动城市数")
    assert sorted(x for x in moved if x is not None) == sorted(
        one.moved for one in found.alternatives.single if not one.outcome.refused
    )
    assert len(moved) == len(found.alternatives.single)


def test_every_methodology_has_a_row_with_its_ranks(result, found):
    (block,) = alternatives_page(result, found, "zh").blocks
    rows = found.alternatives.rows
    assert block.rows == len(rows)
    for k, city in enumerate(found.alternatives.cities):
        assert_array_equal(column(block, city), [row.ranks[k] for row in rows])
    assert_allclose(column(block, "与所选方法相比", "斯皮尔曼ρ"), [row.spearman for row in rows])


def test_what_was_not_made_is_not_there(result, found):
    assert study_page(result, None, None, "zh") is None
    assert study_page(result, Study(found.year), None, "zh") is None
    assert alternatives_page(result, None, "zh") is None
    page = study_page(result, replace(found, bounds=None, changes=(), sensitivity=None), None, "zh")
    assert [block.question[:4] for block in page.blocks] == ["每次只改"]


def test_languages_differ_in_words_only(result, found):
    for zh, en in (
        [study_page(result, found, OPTIONS.weights, lang) for lang in LANGS],
        [alternatives_page(result, found, lang) for lang in LANGS],
    ):
        assert [len(block.columns) for block in zh.blocks] == [len(block.columns) for block in en.blocks]
        assert [block.rows for block in zh.blocks] == [block.rows for block in en.blocks]
        assert (zh.name, zh.answers) != (en.name, en.answers)


YAML = """
framework:
  workbook: w.xlsx
  years: [2020, 2021]
  indicators: {a: {}, b: {}}
methodology: {normalisation: {method: min_max, lower: 1, upper: 100}}
uncertainty: {draws: 50, seed: 1, weights: {spread: 0.5}, aggregation: [arithmetic, geometric]}
"""


def test_the_workbook_of_the_same_run_is_completed_and_that_of_another_stays(tmp_path):
    rows = [["city", "year", "a", "b"]]
    rows += [
        [city, year, 3 * k + year - 2020, (k - 1) ** 2 + 1.5 * k]
        for k, city in enumerate("甲乙丙")
        for year in (2020, 2021)
    ]
    write_workbook(tmp_path / "w.xlsx", {"panel": rows})
    yaml, out = write_yaml(tmp_path / "i.yaml", YAML), tmp_path / "out"
    computed = compute(yaml)
    made = study(computed.result, (), computed.specification.uncertainty, parts=["alternatives"])
    write_results(computed, out)
    plain = (out / "index.xlsx").read_bytes()
    other = compute(yaml, draws=60)
    assert "index.xlsx" not in write_robustness(other, made, out).files
    assert (out / "index.xlsx").read_bytes() == plain
    assert "index.xlsx" in write_robustness(computed, made, out).files
    before, after = (openpyxl.load_workbook(file) for file in (BytesIO(plain), out / "index.xlsx"))
    assert set(after.sheetnames) - set(before.sheetnames) == {"方法一览"}
    depth = [[cell.value for cell in book["稳健性详解"]["A"]] for book in (before, after)]
    assert set(depth[0]) < set(depth[1])  # what the run proved stays
    moved = study(computed.result, (), computed.specification.uncertainty, parts=["sensitivity"], draws=256)
    (notice,) = write_robustness(computed, moved, out).notices
    assert "alternatives.csv of an earlier one stay" in notice.text("en")
    whole = study(computed.result, (), computed.specification.uncertainty, draws=256)
    assert not write_robustness(computed, whole, out).notices
