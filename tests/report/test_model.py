"""The index as live formulas: its stored values are the result's own, and LibreOffice computes them again from the
formulas, at the shipped weights and at others."""

import re

import numpy as np
import openpyxl
import pytest
from numpy.testing import assert_allclose, assert_array_equal

import indexcalc as ic
from indexcalc.report.model import formulas
from indexcalc.report.model.layout import FIRST, TOP, Layout
from indexcalc.report.model.workbook import write_model_workbook
from indexcalc.report.text.method_words import in_words
from indexcalc.run import compute
from indexcalc.voice import Voice
from tests.conftest import ROOT, build, make_framework, make_panel
from tests.libreoffice import edited, recalculated

CITIES = ("甲", "乙", "丙", "丁", "戊")
YEARS = (2019, 2020, 2021)
MIN_MAX = {"method": "min_max", "lower": 300, "upper": 400}  # above 0 also beyond a base year
POSTS = {"method": "goalposts", "lower": 1, "upper": 100}
ZH, EN = Voice("zh"), Voice("en")
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
                "indicators": indicator("e", direction={"interval": [20, 40]}, transform="log"),
            },
        },
        "indicators": indicator("f", direction="negative"),
    }


def word(key, voice=ZH):
    """A word of the model."""
    return voice.say(f"model.{key}")


def written(result, path, voice=ZH):
    """Write the model; what to know of it."""
    return write_model_workbook(result, path, voice.of(result.framework))


def stored(book):
    """Rows of a sheet of a workbook opened again, by its name."""
    return lambda sheet: list(book[sheet].iter_rows(values_only=True))


def values_of(sheets, layout, key):
    """The cells of city-years of a sheet, [row, column]."""
    width = len(layout.above if key in ("scores", "ranks") else layout.columns)
    rows = sheets(word(key, layout.voice))[TOP - 1 : layout.last]
    return np.array(
        [[cell if cell not in (None, "") else "nan" for cell in row[FIRST : FIRST + width]] for row in rows], float
    )


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


@pytest.mark.parametrize(("case", "voice"), [*((case, ZH) for case in CASES[::3]), (CASES[0], EN)])
def test_the_stored_values_are_those_of_the_result(panel, case, voice, tmp_path):
    result = build_case(panel, case)
    assert written(result, tmp_path / "model.xlsx", voice) == []
    layout = Layout(result, voice)
    sheets = stored(openpyxl.load_workbook(tmp_path / "model.xlsx", data_only=True))
    c, t = np.array(layout.city_years).T
    assert_array_equal(values_of(sheets, layout, "oriented"), result.oriented.values[c, t])
    assert_array_equal(values_of(sheets, layout, "normalised"), result.normalised.values[c, t])
    assert_agrees(sheets, layout, result)


# -- recomputed by LibreOffice


@pytest.mark.libreoffice
@pytest.mark.slow
def test_libreoffice_computes_the_same_from_the_formulas(panel, tmp_path):
    """Every case at another set of weights, every third as shipped; wrong values stored beforehand."""
    paths, expected = [], []
    for i, case in enumerate(CASES):
        shipped = build_case(panel, case)
        assert written(shipped, tmp_path / "model.xlsx") == []
        layout = Layout(shipped, ZH)
        codes = ("f", "b", "inner", "e", "one", "c")[i % 6 :]  # the first is left out
        shipped_too = [{}] if i % 3 == i // 5 else []  # each reference, each method
        for j, weights in enumerate((*shipped_too, *drawn_weights(1, (*codes, "a", "two", "d"), i))):
            paths.append(edited(tmp_path / "model.xlsx", tmp_path / f"{i}_{j}.xlsx", WEIGHTS, yellow(layout, weights)))
            expected.append((layout, build_case(panel, case, weights), "changed" if weights else "as_in_yaml"))
    for sheets, (layout, result, status) in zip(recalculated(paths, tmp_path), expected, strict=True):
        assert_agrees(sheets, layout, result)
        assert sheets(word("weights"))[2][1] == word(status)


GAPPED = [
    ("propagate", "arithmetic", "given"),
    ("renormalise", "arithmetic", "given"),
    ({"method": "renormalise", "minimum_share": 0.4}, "arithmetic", "critic"),
    ({"method": "renormalise", "minimum_count": 2}, "geometric", "given"),
    ("propagate", "geometric", "entropy"),
]
"""Missing rule, aggregation and weighting; with weights that follow from the figures only the stored ones are held."""


def gapped(panel, case, weights=None):
    """The index of the nested framework with figures missing here and there, in one city-year all but one of them."""
    rule, aggregation, weighting = case
    values = panel.values.copy()
    for c, t, k in ((0, 0, 0), (1, 2, 2), (1, 2, 3), (2, 0, 5), (3, 1, 4), (3, 2, 1)):
        values[c, t, k] = np.nan
    values[2, 1, 1:] = np.nan
    holed = ic.Panel.from_values(panel.cities, panel.years, panel.codes, values)
    framework = ic.Framework.model_validate(nested(weights))
    more = {"missing": rule, "weighting": weighting, "aggregation": aggregation}
    return build(holed, framework, normalisation=MIN_MAX, **more)


@pytest.mark.parametrize("case", GAPPED)
def test_missing_figures_and_objective_weights_stand_as_the_result_has_them(panel, case, tmp_path):
    result = gapped(panel, case)
    assert np.isnan(result.rank()).any() and written(result, tmp_path / "model.xlsx", EN) == []
    layout = Layout(result, EN)
    book = openpyxl.load_workbook(tmp_path / "model.xlsx", data_only=True)
    c, t = np.array(layout.city_years).T
    assert_array_equal(values_of(stored(book), layout, "normalised"), result.normalised.values[c, t])
    assert_agrees(stored(book), layout, result)
    said = " ".join(str(row[1]) for row in stored(book)("About"))
    assert ("choose weighting: given" in said) == (case[2] != "given")
    assert f"{formulas.number_of_formulas(result):,} formulas. A workbook with more than 120,000" in said
    assert in_words(result.nodes[0].missing, EN) in said


def too_few_without_d(weight):
    """Nothing is missing as shipped; where d has weight 0, dimension two has one child and its rule wants two."""
    two = {
        "missing": {"method": "renormalise", "minimum_count": 2},
        "indicators": {"c": {}, "d": {"weight": weight}},
    }
    framework = make_framework({"one": {"indicators": {"a": {}, "b": {}}}, "two": two})
    return build(make_panel(), framework, missing="renormalise", normalisation=MIN_MAX)


@pytest.mark.libreoffice
@pytest.mark.slow
def test_libreoffice_computes_what_is_missing_by_the_rule(panel, tmp_path):
    """As shipped, and at other weights: one of them 0, so that what it left missing is there again, or too few are."""
    paths, expected = [], []
    for i, case in enumerate(GAPPED):
        shipped = gapped(panel, case)
        assert written(shipped, tmp_path / "model.xlsx") == []
        layout = Layout(shipped, ZH)
        drawn = drawn_weights(3, ("f", "b", "inner", "e", "one", "c", "a", "two", "d"), i)
        for j, weights in enumerate(({}, *(drawn if case[2] == "given" else ()))):
            paths.append(edited(tmp_path / "model.xlsx", tmp_path / f"{i}_{j}.xlsx", WEIGHTS, yellow(layout, weights)))
            expected.append((layout, gapped(panel, case, weights)))
    shipped = too_few_without_d(1)
    assert written(shipped, tmp_path / "model.xlsx") == []
    layout = Layout(shipped, ZH)
    paths.append(edited(tmp_path / "model.xlsx", tmp_path / "too_few.xlsx", WEIGHTS, yellow(layout, {"d": 0})))
    expected.append((layout, too_few_without_d(0)))
    for sheets, (layout, result) in zip(recalculated(paths, tmp_path), expected, strict=True):
        assert_agrees(sheets, layout, result)
        for key in ("weights", "years", "oriented", "reference", "normalised", "ranks"):
            assert not any(cell.startswith(("#", "Err:")) for row in sheets(word(key)) for cell in row)


@pytest.mark.libreoffice
@pytest.mark.slow
def test_libreoffice_computes_the_shipped_index_at_any_weights(tmp_path):
    """As shipped, and at ten other sets of weights in the yellow cells against the same set in the YAML."""
    computed = compute(ROOT / "indicators.yaml", draws=0)
    assert written(computed.result, tmp_path / "model.xlsx", EN) == []
    layout = Layout(computed.result, EN)
    codes = tuple(node.code for node in computed.result.nodes if node.parent >= 0)
    sets = [{}, *drawn_weights(10, codes, 3)]
    paths = [
        edited(tmp_path / "model.xlsx", tmp_path / f"{j}.xlsx", WEIGHTS, yellow(layout, weights))
        for j, weights in enumerate(sets)
    ]
    for sheets, weights in zip(recalculated(paths, tmp_path), sets, strict=True):
        edits = [f"{code}={weight}" for code, weight in weights.items()]
        assert_agrees(sheets, layout, compute(ROOT / "indicators.yaml", weights=edits, draws=0).result)


# -- what a reader may do


def small(tmp_path, voice=ZH, **more):
    """A model of four cities in three years, the default framework, and its layout."""
    result = build(make_panel(), **more)
    assert written(result, tmp_path / "model.xlsx", voice) == []
    return result, Layout(result, voice), tmp_path / "model.xlsx"


@pytest.mark.libreoffice
@pytest.mark.slow
def test_weights_that_cannot_be_used_are_said_and_another_year_can_be_shown(panel, tmp_path):
    result = build_case(panel, CASES[0])
    written(result, tmp_path / "model.xlsx")
    layout = Layout(result, ZH)
    edits = {
        "zero": yellow(layout, {"c": 0, "d": 0}),
        "negative": yellow(layout, {"a": -1}),
        "year": {"K3": 2020},
        "scaled": yellow(layout, {"one": 20, "two": 10, "f": 7}),
    }
    paths = [
        edited(tmp_path / "model.xlsx", tmp_path / f"{name}.xlsx", WEIGHTS, cells) for name, cells in edits.items()
    ]
    zero, negative, year, scaled = (sheets(word("weights")) for sheets in recalculated(paths, tmp_path))
    assert zero[2][1] == negative[2][1] == "权重无法使用，见标有⚠的行"
    assert "⚠ 权重全为0" in [row[6] for row in zero] and "⚠ 须为不小于0的数" in [row[6] for row in negative]
    assert [row[8:13] for row in zero[5:10]] == [[""] * 5] * 5  # no rank, and no error either
    assert not any(cell.startswith(("#", "Err:")) for row in (*zero, *negative) for cell in row)
    ranks = result.rank()[:, 1]
    order = sorted(range(4), key=lambda c: (ranks[c], c))
    shown = [[f"{ranks[c]:.0f}", CITIES[c]] for c in order]
    assert [row[8:10] for row in year[5:10]] == [*shown, ["", ""]]  # 戊 has no row in 2020
    assert year[3][8] == "2020年综合指数得分"
    assert scaled[2][1] == "与YAML一致"


# -- the workbook as a file


def test_the_same_result_gives_the_same_bytes(tmp_path):
    _, _, path = small(tmp_path)
    first = path.read_bytes()
    small(tmp_path)
    assert path.read_bytes() == first


def test_names_that_look_like_formulas_stay_text(tmp_path):
    cities = ("=cmd|' /C calc'!A0", "+1", "@SUM(A1)", "-2+3")
    framework = make_framework({"one": {"name": "=1+1", "indicators": {"a": {"name": "@x"}, "b": {}}}}, name="=x")
    result = build(make_panel(cities=cities), framework)
    assert written(result, tmp_path / "model.xlsx") == []
    book = openpyxl.load_workbook(tmp_path / "model.xlsx")
    hostile = {*cities, "=1+1", "@x"}
    found = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value in hostile]
    assert {cell.value for cell in found} == hostile
    assert all(cell.data_type == "s" and cell.quotePrefix for cell in found)


@pytest.mark.parametrize("voice", [ZH, EN])
def test_the_sheets_lead_to_each_other(tmp_path, voice):
    _, _, path = small(tmp_path, voice)
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == [
        word(key, voice)
        for key in ("about", "weights", "years", "values", "oriented", "reference", "normalised", "scores", "ranks")
    ]
    links = [cell.hyperlink.location for row in book.worksheets[0].iter_rows() for cell in row if cell.hyperlink]
    assert links == [f"'{name}'!A1" for name in book.sheetnames[1:]]
    assert all(sheet.freeze_panes for sheet in book.worksheets[1:])
    assert book.defined_names["weights_ok"].attr_text == f"'{word('weights', voice)}'!$B$4"


def test_only_functions_that_every_excel_has(tmp_path):
    _, _, path = small(tmp_path, normalisation="z_score")
    found = set()
    for sheet in openpyxl.load_workbook(path):
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    assert isinstance(cell.value, str), "entered as an array"
                    found |= set(re.findall(r"\b([A-Z.]+)\(", cell.value))
    known = {"IF", "AND", "OR", "N", "ISNUMBER", "ISBLANK", "ABS", "SUM", "SUMPRODUCT", "ROUND", "LEFT", "IFERROR"}
    assert found <= known | {"INDEX", "MATCH", "AVERAGE", "STDEV", "MIN", "MAX", "LN", "EXP"}


def test_yellow_cells_take_numbers_from_0_on(tmp_path):
    _, layout, path = small(tmp_path)
    sheet = openpyxl.load_workbook(path)[word("weights")]
    rules = {str(rule.sqref): rule for rule in sheet.data_validations.dataValidation}
    yellows = {f"B{row}" for row in layout.weight_row.values()}
    assert yellows <= {cell for rule in rules for cell in rule.split()}
    assert all(sheet[cell].fill.fgColor.rgb == "FFFFF2A8" for cell in (*yellows, "K3"))
    rule = next(rule for where, rule in rules.items() if "B7" in where)
    assert (rule.type, rule.operator, rule.formula1) == ("decimal", "greaterThanOrEqual", "0")
    assert sheet["B5"].comment is not None


def test_after_screening_yellow_cells_take_no_0(tmp_path):
    screening = [{"of": "indicator", "minimum": 0.1, "action": "leave_out"}]
    _, _, path = small(tmp_path, normalisation="z_score", screening=screening)
    book = openpyxl.load_workbook(path)
    sheet = book[word("weights")]
    rule = next(rule for rule in sheet.data_validations.dataValidation if "B7" in str(rule.sqref))
    assert (rule.operator, rule.formula1, rule.error) == ("greaterThan", "0", word("enter_screened"))
    assert word("zero_screened") in sheet["A2"].value


def test_written_and_equal_weights_stand_in_the_yellow_cells(tmp_path):
    framework = make_framework({"one": {"weight": 3, "indicators": {"a": {"weight": 0.2}, "b": {"weight": 0.6}}}})
    for weighting, expected in (("given", [3, 0.2, 0.6]), ("equal", [1, 1, 1])):
        layout = Layout(build(make_panel(), framework, weighting=weighting), ZH)
        assert list(layout.written.values()) == expected


def test_what_is_left_out_is_said(tmp_path):
    """A treatment, a transform that the formulas do not take, an indicator of weight 0, ranks on few decimals."""
    framework = make_framework(
        indicators={
            "a": {"name": "甲标", "transform": {"method": "log_offset", "offset": 1}},
            "b": {"transform": "log", "treatment": {"method": "winsorise", "upper": 0.8}},
            "c": {"name": "丙标", "weight": 0},
        }
    )
    result = build(make_panel(), framework, rank_on={"decimals": 3})
    assert written(result, tmp_path / "model.xlsx") == []
    assert [column.logged for column in Layout(result, ZH).columns] == [False, False]
    said = " ".join(str(row[1]) for row in stored(openpyxl.load_workbook(tmp_path / "model.xlsx"))("说明"))
    for sentence in (
        "异常值处理在此之前完成",
        "所列为变换后的数值：甲标、b",
        "权重为0、因而未参加计算的指标与维度：丙标",
        "取3位小数",
    ):
        assert sentence in said


@pytest.mark.parametrize(("cities", "years"), [(("甲",), (2020, 2021)), (("甲", "乙"), (2020,)), (range(40), (1, 2))])
def test_few_and_many_cities_and_years(tmp_path, cities, years):
    panel = make_panel(cities=[f"{city}" for city in cities], years=years)
    result = build(panel, reference="pooled", normalisation="none")
    assert written(result, tmp_path / "model.xlsx") == []
    names = openpyxl.load_workbook(tmp_path / "model.xlsx").sheetnames
    assert ("历年" in names) == (len(years) > 1)


def test_a_result_that_cannot_be_covered_leaves_no_file(tmp_path):
    (notice,) = written(build(make_panel(), weighting={"method": "entropy", "per": "year"}), tmp_path / "model.xlsx")
    assert notice.key == "model_not_written" and not (tmp_path / "model.xlsx").exists()
