"""What the uncertainty block may say, and what is told where it cannot be meant."""

import pytest

import indexcalc as ic
from indexcalc.errors import ChoiceError, InputError
from indexcalc.spec.uncertainty import Uncertainty, WeightSet
from tests.test_load import GOOD, broken, load

BLOCK = "uncertainty: {draws: 100, weights: {spread: 0.25}}"
AT = r"f\.yaml, line 27, uncertainty\."


def loaded(tmp_path, block):
    return load(tmp_path, broken(BLOCK, f"uncertainty: {{{block}}}")).uncertainty


def test_every_list_holds_full_choices(tmp_path):
    found = loaded(
        tmp_path,
        "normalisation: [{method: min_max, lower: 1, upper: 10}, rank], reference: [pooled, year, {base: 2020}], "
        "imputation: [linear, none], treatment: [none], weighting: [given, equal], aggregation: [arithmetic], "
        "missing: [{method: renormalise, minimum_share: 0.5}], alternatives: true, leave_out: [indicator, city], "
        "noise: {relative: {A: 0.01, gdp: 0.05}, replicates: 20}, weights: {dirichlet: within, levels: [1, gdp]}",
    )
    assert [option.name for option in found.normalisation] == ["min_max", "rank"]
    assert [reference.kind for reference in found.reference] == ["pooled", "year", "base"]
    assert found.weights.levels == (1, "gdp")
    assert (found.draws, found.seed, found.noise.replicates) == (10000, 2022, 20)


@pytest.mark.parametrize(
    ("block", "told"),
    [
        ("weights: {}", r"weights.*: weights: found \{\}, expected one of spread, dirichlet, order, bounds"),
        ("weights: {spread: 0.1, order: within}", "weights.*: weights: found spread, order, expected one of"),
        ("weights: {order: indicators, levels: [1]}", "weights.*: levels: found .* expected levels only with"),
        ("weights: {bounds: {gdp: [0.5, 0.2]}}", r"weights.*: gdp: found \[0.5, 0.2\], expected \[LOW, HIGH\]"),
        (
            "weights: {bounds: {gpd: [0.1, 0.2]}}",
            "weights.bounds.gpd: bounds names 'gpd', which is not a dimension or indicator. Did you mean 'gdp'",
        ),
        (
            "weights: {spread: 0.1, levels: [funktion]}",
            "weights.levels: levels names 'funktion', which is not a dimension or indicator. Did you mean 'function'",
        ),
        (
            "weights: {spread: 0.1, levels: [3]}",
            "weights.levels: levels names '3', which is not a level with weights. Known: 1, 2",
        ),
        ("weights: {dirichlet: inside}", "weights.*: dirichlet 'inside' is not known. Known: within, indicators"),
        ("weights: {sprad: 0.1}", "weights.sprad: key 'sprad' is not known here. Did you mean 'spread'"),
        ("normalisation: [rank, rank]", "normalisation: option: found rank, expected each option only once"),
        (
            "aggregation: [arithmetic, geometrik]",
            r"aggregation\[1\]: aggregation 'geometrik' .*Did you mean 'geometric'",
        ),
        ("reference: [pooled, {base: 1999}]", r"reference\[1\].*: .*1999"),
        ("alternatives: [pm25]", "alternatives: .* names 'pm25', which is not an indicator with alternatives"),
        (
            "noise: {relative: {gpd: 0.1}}",
            "noise.relative.gpd: relative names 'gpd', which is not a column of the workbook or a trust grade",
        ),
        ("noise: {relative: 3}", "noise.relative.*: relative: found 3.0, expected a relative error from 0 to 1"),
        ("leave_out: [town]", "leave_out.*'town' is not known. Known: indicator, dimension, city"),
        ("seed: -1", "seed: seed: found -1, expected a number >= 0"),
    ],
)
def test_what_cannot_be_meant_is_told_with_its_line(tmp_path, block, told):
    with pytest.raises(InputError, match=AT + told):
        loaded(tmp_path, block)


@pytest.mark.parametrize("block", ["", "draws: 100", "seed: 1, aggregation: [geometric], alternatives: false"])
def test_where_nothing_varies_no_share_is_told(tmp_path, block):
    """100 % of ten thousand draws that are all the same would be a headline without a ground."""
    with pytest.raises(InputError) as refused:
        loaded(tmp_path, block)
    (problem,) = refused.value.problems
    assert problem.key == "uncertainty_nothing"
    assert "line 27, uncertainty: uncertainty lets nothing vary" in problem.text("en")
    assert "如weights: {spread: 0.25}，或设draws: 0。" in problem.text("zh")
    loaded(tmp_path, f"{block.replace('draws: 100', 'seed: 3')}{', ' if block else ''}draws: 0")


def test_options_that_can_never_stand_together_are_refused_with_the_option(tmp_path):
    """The second aggregation with the second normalisation; each by itself goes with the methodology."""
    with pytest.raises(ChoiceError, match=AT + r"aggregation\[1\]: .*'geometric'.* needs .*'z_score'") as refused:
        loaded(tmp_path, "normalisation: [min_max, z_score], aggregation: [arithmetic, geometric]")
    assert len(refused.value.problems) >= 1


def test_leaving_out_a_child_of_a_node_that_counts_its_children(tmp_path):
    text = broken("aggregation: arithmetic", "aggregation: {method: owa, order_weights: [1, 2]}")
    text = text.replace("    space:\n", "    space:\n      aggregation: arithmetic\n")
    load(tmp_path, text)
    with pytest.raises(ChoiceError, match="owa"):
        load(tmp_path, text.replace("draws: 100,", "draws: 100, leave_out: [indicator],"))


def test_from_python_the_same_is_refused(tmp_path):
    path = tmp_path / "f.yaml"
    path.write_text(GOOD, encoding="utf-8")
    specification = ic.load_specification(path)
    options = Uncertainty(weights=WeightSet(spread=0.2), weighting=("benefit_of_the_doubt",))
    panel = ic.Panel.from_values(["北京", "上海"], [2019], ["gdp", "people", "pm25"], [[[1, 2, 3]], [[2, 3, 5]]])
    with pytest.raises(ChoiceError, match="none can be drawn around them"):
        ic.robustness.uncertainty(panel, specification.framework, specification.methodology, (), options)


def test_the_lower_end_lies_below_the_upper_one_of_every_normalisation(tmp_path):
    block = "lower: [1, 10, 20], normalisation: [{method: min_max, upper: 100}, {method: percentile_rank, upper: 15}]"
    with pytest.raises(ChoiceError, match=AT + r"lower\[2\]: .*'percentile_rank': lower is 20.0 and upper is 15.0"):
        loaded(tmp_path, block)
    found = loaded(tmp_path, "lower: [1, 10], normalisation: [{method: min_max, upper: 100}]")
    assert found.lower == (1.0, 10.0)
    with pytest.raises((ChoiceError, InputError), match="needs scores above 0"):
        loaded(tmp_path, "lower: [0, 10], normalisation: [{method: min_max, upper: 100}], aggregation: [geometric]")


def test_series_that_a_mapping_names_are_those_of_the_indicator(tmp_path):
    with pytest.raises(InputError, match=AT + r"alternatives.gdp: .* names 'gone', which is not an alternative"):
        loaded(tmp_path, "alternatives: {gdp: [gone]}")
