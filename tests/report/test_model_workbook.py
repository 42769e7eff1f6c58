"""The index as live formulas: its stored values are the result's own, and LibreOffice computes them again from the
formulas, at the shipped weights and at others."""

import numpy as np
import openpyxl
import pytest
from numpy.testing import assert_allclose, assert_array_equal

import indexcalc as ic
from indexcalc.report.model_layout import FIRST, TOP, Layout
from indexcalc.report.model_words import model_word
from indexcalc.report.model_workbook import write_model_workbook
from indexcalc.run import compute
from tests.conftest import ROOT, build, make_panel
from tests.libreoffice import edited, recalculated

CITIES = ("甲", "乙", "丙", "丁", "戊")
YEARS = (2019, 2020, 2021)
MIN_MAX = {"method": "min_max", "lower": 300, "upper": 400}  # above 0 also beyond a base year
POSTS = {"method": "goalposts", "lower": 1, "upper": 100}
WEIGHTS = "sheet2"  # the part that holds the yellow cells


@pytest.fixture(scope="module")
def panel():
    """Five cities, three years; 戊 has no row in 2020, where 乙 repeats 甲 in everything."""
    values = np.random.default_rng(7).uniform(2.0, 90.0, (5, 3, 6)).round(2)
    values[1, 1] = values[0, 1]
    values[4, 1] = np.nan
    return make_panel(dict(zip("abcdef", np.moveaxis(values, 2, 0), strict=True)), cities=CITIES, years=YEARS)


def nested(weights=None, normalisation=None):
    """One dimension of two indicators, one of a dimension and an indicator, and an indicator by itself.

    weights: by code. With goalposts, those of each indicator; the two with a best place inside cannot have any.
    """
    given = {"one": 2.0, "two": 1.0, "inner": 3.0, "a": 1.0, "b": 0.5, "c": 2.0, "d": 1.0, "e": 1.0, "f": 0.7}
    given |= weights or {}
    posts = {"a": (10, 80), "b": (0.5, 120), "d": (100, 1), "f": (5, 70)}

    def indicator(code, **more):
        own = {}
        if normalisation == "goalposts" and code in posts:
            low, high = sorted(posts[code])
            own = {"normalisation": {**POSTS, "low": low, "high": high, "cap": code != "b"}}
        elif normalisation == "goalposts":
            own = {"normalisation": MIN_MAX}
        return {code: {"weight": given[code], **own, **more}}

    inner = {"weight": given["inner"], "indicators": {**indicator("c", direction={"middle": 30}), **indicator("d")}}
    return {
        "dimensions": {
            "one": {"weight": given["one"], "indicators": {**indicator("a"), **indicator("b", transform="log")}},
            "two": {
                "weight": given["two"],
                "dimensions": {"inner": inner},
                "indicators": indicator("e", direction={"interval": [20, 40]}),
            },
        },
        "indicators": indicator("f", direction="negative"),
    }


def stored(book):
    """Rows of a sheet of a workbook opened again, by its name."""
    return lambda sheet: list(book[sheet].iter_rows(values_only=True))


def values_of(sheets, layout, key):
    """The cells of city-years of a sheet, [row, column]."""
    width = len(layout.above if key in ("scores", "ranks") else layout.columns)
    rows = sheets(model_word(key, layout.lang))[TOP - 1 : layout.last]
    return np.array([row[FIRST : FIRST + width] for row in rows], float)


def assert_agrees(sheets, layout, result):
    """Scores to 1e-9 and every rank of the nodes that the result has (a weight of 0 leaves one out)."""
    c, t = np.array(layout.city_years).T
    codes = [layout.result.nodes[position].code for position in layout.above]
    kept = [k for k, code in enumerate(codes) if code in {node.code for node in result.nodes}]
    at = [result.position(codes[k]) for k in kept]
    assert_allclose(values_of(sheets, layout, "scores")[:, kept], result.scores[c, t][:, at], rtol=0, atol=1e-9)
    assert_array_equal(values_of(sheets, layout, "ranks")[:, kept], result.ranks[c, t][:, at])


CASES = [
    (reference, normalisation, aggregation)
    for reference in ("pooled", "year", {"base": 2019})
    for normalisation, aggregation in (
        ("min_max", "arithmetic"),
        ("min_max", "geometric"),
        ("z_score", "arithmetic"),
        ("goalposts", "arithmetic"),
        ("goalposts", "geometric"),
    )
]


def build_case(panel, case, weights=None):
    """The index of the nested framework under a case of CASES."""
    reference, normalisation, aggregation = case
    framework = ic.Framework.model_validate(nested(weights, normalisation))
    whole = "z_score" if normalisation == "z_score" else MIN_MAX
    return build(panel, framework, reference=reference, normalisation=whole, aggregation=aggregation)


def drawn_weights(n, codes, seed):
    """Sets of weights by code, each with one that is left out."""
    rng = np.random.default_rng(seed)
    for i in range(n):
        yield {code: float(w) for code, w in zip(codes, rng.uniform(0.05, 5, len(codes)).round(3), strict=True)} | {
            codes[i % len(codes)]: 0.0
        }


def yellow(layout, weights):
    """The yellow cells of weights by code."""
    row_of = {layout.result.nodes[position].code: row for position, row in layout.weight_row.items()}
    return {f"B{row_of[code]}": weight for code, weight in weights.items()}


# -- stored values


@pytest.mark.parametrize(("case", "lang"), [*((case, "zh") for case in CASES), (CASES[0], "en")])
def test_the_stored_values_are_those_of_the_result(panel, case, lang, tmp_path):
    result = build_case(panel, case)
    assert write_model_workbook(result, tmp_path / "model.xlsx", lang) == []
    layout = Layout(result, lang)
    sheets = stored(openpyxl.load_workbook(tmp_path / "model.xlsx", data_only=True))
    c, t = np.array(layout.city_years).T
    assert_array_equal(values_of(sheets, layout, "oriented"), result.oriented.values[c, t])
    assert_array_equal(values_of(sheets, layout, "normalised"), result.normalised.values[c, t])
    assert_agrees(sheets, layout, result)


# -- recomputed by LibreOffice


@pytest.mark.libreoffice
@pytest.mark.slow
def test_libreoffice_computes_the_same_from_the_formulas(panel, tmp_path):
    """Every case as shipped, with wrong values stored beforehand, and at two other sets of weights."""
    paths, expected = [], []
    for i, case in enumerate(CASES):
        shipped = build_case(panel, case)
        assert write_model_workbook(shipped, tmp_path / "model.xlsx") == []
        layout = Layout(shipped, "zh")
        for j, weights in enumerate(({}, *drawn_weights(2, ("f", "b", "inner", "e", "one", "c"), i))):
            paths.append(edited(tmp_path / "model.xlsx", tmp_path / f"{i}_{j}.xlsx", WEIGHTS, yellow(layout, weights)))
            expected.append((layout, build_case(panel, case, weights), "changed" if weights else "as_in_yaml"))
    for sheets, (layout, result, status) in zip(recalculated(paths, tmp_path), expected, strict=True):
        assert_agrees(sheets, layout, result)
        assert sheets(model_word("weights", "zh"))[2][1] == model_word(status, "zh")


@pytest.mark.libreoffice
@pytest.mark.slow
def test_libreoffice_computes_the_shipped_index_at_any_weights(tmp_path):
    """As shipped, and at ten other sets of weights in the yellow cells against the same set in the YAML."""
    computed = compute(ROOT / "indicators.yaml")
    assert write_model_workbook(computed.result, tmp_path / "model.xlsx", "en") == []
    layout = Layout(computed.result, "en")
    codes = tuple(node.code for node in computed.result.nodes if node.parent >= 0)
    sets = [{}, *drawn_weights(10, codes, 3)]
    paths = [
        edited(tmp_path / "model.xlsx", tmp_path / f"{j}.xlsx", WEIGHTS, yellow(layout, weights))
        for j, weights in enumerate(sets)
    ]
    for sheets, weights in zip(recalculated(paths, tmp_path), sets, strict=True):
        edits = [f"{code}={weight}" for code, weight in weights.items()]
        assert_agrees(sheets, layout, compute(ROOT / "indicators.yaml", weights=edits).result)
