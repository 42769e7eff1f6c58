"""Budget allocation: the mean of the points of experts, their spread, and draws that take experts."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

import indexcalc as ic
from indexcalc.computed import Computed
from indexcalc.report.folder.record import run_record
from indexcalc.report.tables import framework as tables
from indexcalc.robustness.weights import draw_weights
from indexcalc.serve.state import Panels, State, next_state
from indexcalc.spec.uncertainty import Uncertainty, WeightSet
from tests.conftest import build, make_framework, make_methodology, make_panel, write_workbook, write_yaml
from tests.golden.published import read
from tests.report.tables import values

DIMENSIONS = {
    "one": {"weight": 2, "indicators": {"a": {"weight": 3}, "b": {}}},
    "two": {"indicators": {"c": {}, "d": {}}},
}
EXPERTS = {
    "Li": {"one": 60, "two": 40, "a": 50, "b": 50},
    "Wang": {"one": 30, "two": 70, "a": 20, "b": 80},
    "Zhao": {"a": 80, "b": 20},
}
BUDGET = {"method": "budget_allocation", "experts": EXPERTS}


def weights_of(result):
    return {node.code: float(weight) for node, weight in zip(result.nodes, result.weights, strict=True)}


def index(weighting=BUDGET):
    return build(make_panel(), make_framework(DIMENSIONS), weighting=weighting)


def test_the_mean_of_the_experts_and_what_is_given_where_none_was_asked():
    found = weights_of(index())
    expected = {"index": 1, "one": 0.45, "two": 0.55, "a": 0.5, "b": 0.5, "c": 0.5, "d": 0.5}
    assert found == pytest.approx(expected)


def test_a_budget_of_ten_is_as_good_as_one_of_a_hundred():
    tenth = {name: {code: points / 10 for code, points in own.items()} for name, own in EXPERTS.items()}
    assert weights_of(index({**BUDGET, "experts": tenth})) == pytest.approx(weights_of(index()))


def test_two_experts_about_the_handbooks_mean_give_its_weights_and_its_ranks():
    """Row BAP of Table 22 is a mean; two who lie as far above as below it have it for their mean."""
    printed = read("tai/indicators", "indicator")["weight_BAP"]
    points = 100 * printed / printed.sum()
    shift = np.resize([3.0, -3.0], len(points))
    experts = {"first": dict(points + shift), "second": dict(points - shift)}
    table = read("tai/countries", "country")
    panel = ic.Panel.from_columns(table.index, [1999] * 23, {code: table[code] for code in printed.index})
    framework = make_framework(indicators={code: {} for code in printed.index})
    result = build(panel, framework, weighting={"method": "budget_allocation", "experts": experts})
    assert_allclose(result.weights[1:], printed / printed.sum(), rtol=1e-12)
    given = build(panel, framework.reweighted(dict(printed)))
    assert_array_equal(result.rank(), given.rank())


@pytest.mark.parametrize(
    ("experts", "said"),
    [
        ({"Li": {"a": 50, "b": 50}, "Wang": {"a": 50, "b": 40}}, "'Wang' gives to the children of 'one' add up to 90"),
        ({"Li": {"a": 0, "b": 0}}, "'Li' gives to the children of 'one' add up to 0, expected 100"),
        ({"Li": {"a": 50}}, "'Li' names some children of 'one', but not b"),
        ({"Li": {"a": 50, "b": 50, "e": 1}}, "'Li' names 'e', which is not a dimension or indicator"),
    ],
)
def test_points_that_cannot_be_meant_are_refused_with_the_expert(experts, said):
    with pytest.raises(ic.ChoiceError, match=said):
        index({**BUDGET, "experts": experts})


@pytest.mark.parametrize("experts", [{}, {"Li": {}}, {"Li": {"a": -1}}, {"Li": {"a": "1"}}, {"Li": 3}, [1]])
def test_points_that_are_none_are_refused(experts):
    with pytest.raises(ValueError, match="parameter_value"):
        make_methodology(weighting={**BUDGET, "experts": experts})


def drawn(kind):
    nodes = index().nodes
    uniforms = np.random.default_rng(1).uniform(size=(300, len(nodes)))
    codes = [node.code for node in nodes]
    nominal = index().weights
    return draw_weights(WeightSet(experts=kind), nodes, nominal, uniforms), codes


def test_draws_of_each_expert_take_the_same_one_at_every_node_and_the_mean_where_that_one_gave_none():
    found, codes = drawn("each")
    pairs = {
        (round(one, 9), round(a, 9)) for one, a in zip(found[codes.index("one")], found[codes.index("a")], strict=True)
    }
    assert pairs == {(0.6, 0.5), (0.3, 0.2), (0.45, 0.8)}
    assert_allclose(found[codes.index("c")], 0.5)


def test_draws_between_experts_fill_the_range_and_no_more():
    found, codes = drawn("range")
    a = found[codes.index("a")]
    assert a.min() > 0.2 and a.max() < 0.8 and a.std() > 0.1
    assert_allclose(found[codes.index("a")] + found[codes.index("b")], 1.0)
    assert_allclose(found[codes.index("c")], 0.5)


def test_an_uncertainty_analysis_over_experts_has_the_ranks_of_each():
    panel, framework, methodology = make_panel(), make_framework(DIMENSIONS), make_methodology(weighting=BUDGET)
    options = Uncertainty.model_validate({"weights": {"experts": "each"}})
    found = ic.robustness.uncertainty(panel, framework, methodology, (), options, draws=200)
    seen = found.rank_counts > 0
    expected = np.zeros_like(seen)
    for name, own in EXPERTS.items():
        # who gave a node nothing leaves it the mean of the others
        experts = {name: {**{"one": 45, "two": 55, "a": 50, "b": 50}, **own}}
        ranks = build(panel, framework, weighting={**BUDGET, "experts": experts}).rank()
        for c, t in np.ndindex(ranks.shape):
            expected[c, t, int(ranks[c, t]) - 1] = True
    assert_array_equal(seen, expected)


def test_bounds_are_over_the_range_and_not_between_experts():
    result = index()
    proven = ic.robustness.rank_bounds(result, WeightSet(experts="range"))
    options = Uncertainty.model_validate({"weights": {"experts": "range"}})
    about = make_panel(), make_framework(DIMENSIONS), make_methodology(weighting=BUDGET)
    counts = ic.robustness.uncertainty(*about, (), options, draws=500).rank_counts
    for c, t in np.ndindex(proven.best.shape):
        reached = np.flatnonzero(counts[c, t]) + 1
        assert proven.best[c, t] <= reached.min() and reached.max() <= proven.worst[c, t]
    with pytest.raises(ic.ChoiceError, match="With experts: range"):
        ic.robustness.rank_bounds(result, WeightSet(experts="each"))


def test_experts_are_drawn_only_where_there_are_any():
    options = Uncertainty.model_validate({"weights": {"experts": "each"}})
    with pytest.raises(ic.ChoiceError, match="no node is weighted by budget_allocation"):
        ic.robustness.uncertainty(make_panel(), make_framework(DIMENSIONS), make_methodology(), (), options, draws=10)


def test_leaving_out_an_indicator_keeps_the_budgets():
    """The points of those that stay are the budget then: nobody's sum is wrong."""
    options = Uncertainty.model_validate({"leave_out": ["indicator"]})
    about = make_panel(), make_framework(DIMENSIONS), make_methodology(weighting=BUDGET)
    assert not ic.robustness.uncertainty(*about, (), options, draws=50).removed


def test_the_spread_of_the_experts_is_shown():
    run = Computed.of(index())
    one = next(table for table in list(tables.experts(run)) if values(table, "node")[0] == "a")
    assert values(one, "experts_mean") == pytest.approx([0.5, 0.5])
    assert values(one, "sd") == pytest.approx([0.3, 0.3])
    assert values(one, "experts_least") == pytest.approx([0.2, 0.2])
    assert values(one, "experts_most") == pytest.approx([0.8, 0.8])
    rows = list(tables.experts_file(run))
    assert {"parent": "one", "node": "b", "expert": "Wang", "share": 0.8} in rows and len(rows) == 2 * 2 + 3 * 2


# --- points in a table ------------------------------------------------------------------------------------------------

IN_A_TABLE = """
framework:
  workbook: figures.xlsx
  dimensions:
    one:
      name: {{zh: 第一, en: First part}}
      weighting: {below}
      indicators: {{a: {{direction: positive}}, b: {{direction: positive}}}}
    two: {{indicators: {{c: {{direction: positive}}, d: {{direction: positive}}}}}}
methodology: {{weighting: {weighting}}}
"""
POINTS = [
    ["专家", "第一", "two", "a", "b", "合计"],
    ["Li", 60, 40, 50, 50, 200],
    ["Wang", 30, 70, 20, 80, 200],
    [],
    [3.0, None, None, 80, 20, 100],
]
FIGURES = [["城市", "年份", *"abcd"], *([city, 2020, i, 2 * i, 3 - i, i % 2] for i, city in enumerate("甲乙丙丁"))]


def budget(written):
    return f"{{method: budget_allocation, experts: {written}}}"


def in_a_table(folder, weighting, *, below="given", points=POINTS, tweak=None, **options):
    write_workbook(folder / "figures.xlsx", {"面板": FIGURES, "打分": points}, tweak)
    yaml = write_yaml(folder / "index.yaml", IN_A_TABLE.format(weighting=weighting, below=below))
    return ic.compute(yaml, draws=0, **options)


@pytest.mark.parametrize("written", ["{sheet: 打分}", "{file: figures.xlsx, sheet: 打分}", "{file: points.csv}"])
def test_points_of_a_sheet_or_a_file_are_as_good_as_written_ones(tmp_path, written):
    lines = "\n".join(",".join("" if cell is None else str(cell) for cell in row) for row in POINTS)
    (tmp_path / "points.csv").write_text(lines.replace("3.0,", "3,"), encoding="utf-8")
    run = in_a_table(tmp_path, budget(written), below=budget(written))
    plain = {"Li": EXPERTS["Li"], "Wang": EXPERTS["Wang"], "3": EXPERTS["Zhao"]}
    assert run.result.nodes[0].weighting.plain == {"method": "budget_allocation", "experts": plain}
    expected = {"index": 1, "one": 0.45, "two": 0.55, "a": 0.5, "b": 0.5, "c": 0.5, "d": 0.5}
    assert weights_of(run.result) == pytest.approx(expected)


def test_the_table_is_among_the_inputs_and_is_not_called_unread(tmp_path):
    run = in_a_table(tmp_path, budget("{sheet: 打分}"))
    assert [path.name for path in run.inputs] == ["index.yaml", "figures.xlsx"]
    assert "sheets_unread" not in {notice.key for notice in run.result.panel.notices}
    (tmp_path / "points.csv").write_text("expert,one,two\nLi,60,40\n", encoding="utf-8")
    run = in_a_table(tmp_path, budget("{file: points.csv}"))
    assert [path.name for path in run.inputs] == ["index.yaml", "figures.xlsx", "points.csv"]
    assert list(run_record(run, {})["inputs"])[2].endswith("points.csv")


def test_a_sheet_of_the_workbook_that_stands_in_for_the_one_of_the_yaml(tmp_path):
    other = write_workbook(tmp_path / "other.xlsx", {"面板": FIGURES, "打分": [["", "one", "two"], ["Li", 90, 10]]})
    run = in_a_table(tmp_path, budget("{sheet: 打分}"), workbook=other)
    assert weights_of(run.result)["one"] == pytest.approx(0.9)


def test_a_table_that_an_option_names_or_a_combination_holds(tmp_path):
    run = in_a_table(tmp_path, "given", settings=[f"methodology.weighting={budget('{sheet: 打分}')}"])
    assert weights_of(run.result)["one"] == pytest.approx(0.45)
    combined = f"{{method: linear_combination, subjective: {budget('{sheet: 打分}')}, objective: equal}}"
    found = weights_of(in_a_table(tmp_path, combined).result)["one"]
    written = budget("{Li: {one: 60, two: 40}, Wang: {one: 30, two: 70}}")
    plain = weights_of(in_a_table(tmp_path, combined.replace(budget("{sheet: 打分}"), written)).result)["one"]
    assert found == pytest.approx(plain) and found != pytest.approx(0.5)


def test_a_name_that_two_nodes_bear_names_neither(tmp_path):
    points = [["", "First part", "c"], ["Li", 1, 2]]
    yaml = IN_A_TABLE.replace("two: {{", "two: {{name: First part, ").format(
        weighting=budget("{sheet: 打分}"), below="given"
    )
    write_workbook(tmp_path / "figures.xlsx", {"面板": FIGURES, "打分": points})
    with pytest.raises(ic.InputError, match=r"cell B1: 'First part' is the name of several nodes: one, two"):
        ic.load_specification(write_yaml(tmp_path / "index.yaml", yaml))


def _hide_row(book):
    book["打分"].row_dimensions[2].hidden = True


def _hide_column(book):
    book["打分"].column_dimensions["C"].hidden = True


def _hide_sheet(book):
    book["打分"].sheet_state = "hidden"


def _merge(book):
    book["打分"].merge_cells("D2:E2")


@pytest.mark.parametrize(
    ("tweak", "said"),
    [
        (_hide_row, "sheet '打分': hidden rows: 2"),
        (_hide_column, "sheet '打分': column C is hidden"),
        (_hide_sheet, "sheet '打分': the sheet is hidden"),
        (_merge, "sheet '打分': cells D2:E2 are merged"),
    ],
)
def test_what_a_reader_of_the_sheet_does_not_see_is_refused(tmp_path, tweak, said):
    with pytest.raises(ic.InputError, match=said):
        in_a_table(tmp_path, budget("{sheet: 打分}"), tweak=tweak)


def test_an_expert_may_be_called_file(tmp_path):
    run = in_a_table(tmp_path, budget("{file: {one: 60, two: 40}, sheet: {one: 20, two: 80}}"))
    assert weights_of(run.result)["one"] == pytest.approx(0.4)


def test_points_that_disagree_have_the_place_of_their_expert(tmp_path):
    points = [["", "one", "two"], ["Li", 60, 40], ["Wang", 60, 30]]
    with pytest.raises(ic.ChoiceError, match=r"sheet '打分', cell A3: the points that 'Wang' gives"):
        in_a_table(tmp_path, budget("{sheet: 打分}"), points=points)
    written = "{\n    Li: {one: 60, two: 40},\n    Wang: {one: 60, two: 30}}"
    with pytest.raises(ic.ChoiceError, match=r"line 11, methodology.weighting.experts.Wang: the points"):
        in_a_table(tmp_path, budget(written))


def test_the_live_page_follows_the_table(tmp_path):
    (tmp_path / "points.csv").write_text("expert,one,two\nLi,60,40\n", encoding="utf-8")
    in_a_table(tmp_path, budget("{file: points.csv}"))
    state = next_state(State(), tmp_path / "index.yaml", Panels())
    assert [path.name for path in state.inputs] == ["index.yaml", "figures.xlsx", "points.csv"]
