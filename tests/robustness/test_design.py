"""The design of draws: its factors, and draws that depend on nothing but the seed and their number."""

import numpy as np
from numpy.testing import assert_allclose, assert_array_equal

from indexcalc.robustness.design import design, yaml_text
from indexcalc.spec.uncertainty import Uncertainty
from tests.conftest import make_framework, make_methodology, make_panel

OPTIONS = {
    "weights": {"spread": 0.3},
    "normalisation": ["percentile_rank", "min_max"],
    "leave_out": ["indicator", "dimension", "city"],
    "noise": {"relative": 0.1, "replicates": 3},
}


def made(panel=None, **options):
    return design(panel or make_panel(), make_framework(), make_methodology(), Uncertainty.model_validate(options))


def test_the_nominal_option_comes_first_and_none_is_among_what_is_left_out():
    found = made(**OPTIONS)
    assert [factor.code for factor in found.discrete] == [
        *("normalisation", "leave_out_indicator", "leave_out_dimension", "leave_out_city", "noise")
    ]
    assert found.discrete[0].labels == ("min_max", "percentile_rank")
    assert found.discrete[1].labels == ("none", "a", "b", "c", "d")
    assert found.discrete[2].labels == ("none", "one", "two")
    assert found.discrete[3].labels == ("none", "甲", "乙", "丙", "丁")
    assert found.discrete[4].labels == ("1", "2", "3")


def test_factors_tell_their_options_as_in_the_yaml():
    found = made(**OPTIONS)
    sample = found.block(0, 50)
    counts = [np.bincount(sample.choices[:, i], minlength=len(f.values)) for i, f in enumerate(found.discrete)]
    factors = found.factors(counts, 50)
    assert (factors[0].code, factors[0].options, factors[0].draws) == ("weights", ("{spread: 0.3}",), (50,))
    assert all(sum(factor.draws) == 50 for factor in factors)
    assert yaml_text({"levels": (1, "a"), "cap": True, "p": 0.1}) == "{levels: [1, a], cap: true, p: 0.1}"


def test_a_shorter_run_is_the_beginning_of_a_longer_one():
    found = made(**OPTIONS)
    short, long = found.block(2, 10), found.block(2, 100)
    assert_array_equal(short.choices, long.choices[:10])
    assert_array_equal(short.uniforms, long.uniforms[:10])


def test_blocks_and_seeds_differ_and_options_are_equally_likely_but_for_leaving_nothing_out():
    found = made(**OPTIONS)
    assert (found.block(0, 5).uniforms != found.block(1, 5).uniforms).all()
    choices = found.block(0, 5000).choices
    assert_allclose(np.bincount(choices[:, 4]) / 5000, 1 / 3, atol=0.02)
    for i, n in ((1, 4), (2, 2), (3, 4)):  # in half of the draws nothing is left out, else each of n equally often
        assert_allclose(found.discrete[i].shares, [0.5, *[0.5 / n] * n])
        assert_allclose(np.bincount(choices[:, i]) / 5000, found.discrete[i].shares, atol=0.02)
    other = design(make_panel(), make_framework(), make_methodology(), Uncertainty.model_validate(OPTIONS), seed=0)
    assert (other.seed, found.seed) == (0, 2022)
    assert (other.block(0, 5).uniforms != found.block(0, 5).uniforms).all()


def test_the_block_depends_on_the_panel_alone():
    assert made().block_size == 5000
    large = make_panel({"a": np.random.default_rng(0).random((1000, 6))}, cities=range(1000), years=range(2017, 2023))
    found = design(large, make_framework(indicators={"a": {}}), make_methodology(), Uncertainty())
    assert found.block_size == 83


def test_noise_is_relative_and_the_same_in_any_order_of_cities_and_columns():
    panel = make_panel()
    found = made(panel, noise={"relative": 0.1, "replicates": 3})
    noisy, _ = found.measured(np.array([1]))
    error = np.log(noisy.values / panel.values)
    assert 0.05 < error.std() < 0.2
    turned = make_panel(
        {code: panel.series(code)[::-1] for code in "dbca"}, cities=panel.cities[::-1], years=panel.years
    )
    again, _ = made(turned, noise={"relative": 0.1, "replicates": 3}).measured(np.array([1]))
    assert_allclose(again.series("b")[::-1], noisy.series("b"), rtol=1e-15)


def test_noise_by_trust_grade_and_by_code():
    framework = make_framework(indicators={"a": {"trust": "A"}, "b": {"trust": "B"}, "c": {"trust": "B"}, "d": {}})
    noise = {"relative": {"B": 0.1, "c": 0.0}, "replicates": 2}
    found = design(make_panel(), framework, make_methodology(), Uncertainty.model_validate({"noise": noise}))
    noisy, _ = found.measured(np.array([0]))
    changed = [(noisy.series(code) != make_panel().series(code)).any() for code in "abcd"]
    assert changed == [False, True, False, False]


def test_an_alternative_without_a_figure_is_told_and_is_no_option():
    framework = make_framework(
        indicators={"a": {"alternatives": ["gone", "d"]}, "b": {"alternatives": ["gone"]}},
        series={"gone": {"optional": True}, "d": {}},
    )
    found = design(make_panel(), framework, make_methodology(), Uncertainty(alternatives=True))
    assert [(factor.code, factor.labels) for factor in found.discrete] == [("alternatives.a", ("a", "d"))]
    assert [str(notice) for notice in found.notices] == [
        f"'gone', an alternative to '{code}', has no figure in the workbook: it is not an option in the uncertainty "
        "analysis."
        for code in "ab"
    ]
