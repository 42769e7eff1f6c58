"""Imputed cells vary with the errors that their rule makes on known cells, as computed here in plain loops."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

import indexcalc as ic
from indexcalc.robustness.design import design
from indexcalc.robustness.engine import Engine
from indexcalc.robustness.imputed import uniform
from indexcalc.robustness.monte_carlo import single
from indexcalc.spec.uncertainty import Uncertainty
from tests.conftest import drawn_index, make_framework, make_methodology

NAN = np.nan
YEARS = tuple(range(2017, 2023))
SCALED = {"method": "min_max", "lower": 1, "upper": 100}


def gappy(n_city=8, codes="abcd", share=0.12, seed=4):
    """Figures that grow from year to year, some missing."""
    random = np.random.default_rng(seed)
    values = random.uniform(20, 60, (n_city, 1, len(codes))) + random.uniform(0, 8, (n_city, 6, len(codes))).cumsum(
        axis=1
    )
    values[random.uniform(size=values.shape) < share] = NAN
    return ic.Panel.from_values([f"city{c}" for c in range(n_city)], YEARS, codes, values)


TREE = {
    "indicators": {"a": {}, "r": {"ratio": {"of": "b", "to": "c"}}},
    "dimensions": {"deep": {"indicators": {"d": {"direction": "negative"}, "s": {"sum": ["a", "b"]}}}},
}
OPTIONS = {
    "weights": {"weights": {"spread": 0.3}},
    "imputation": {
        "imputation": ["linear", "last", "nearest", "linear_inside", "group_mean"],
        "impute": ["parts", "derived"],
    },
    "normalisation": {
        "normalisation": [SCALED, {**SCALED, "method": "percentile_rank"}],
        "reference": ["pooled", "year"],
    },
    "aggregation": {
        "weights": {"spread": 0.3},
        "aggregation": ["arithmetic", "geometric", "harmonic", "median", "minimum"],
    },
    "left out": {"weights": {"spread": 0.3}, "leave_out": ["indicator", "city"], "treatment": ["none", "winsorise"]},
}


@pytest.mark.parametrize("name", OPTIONS)
def test_a_draw_is_the_pipeline_with_its_errors_added_to_the_normalised_values(name):
    cities = {f"city{c}": {"group": "g"} for c in range(8)}
    framework = make_framework(**TREE, cities=cities, groups={"g": {"zh": "组", "en": "g"}}, series={"b": {}, "c": {}})
    methodology = make_methodology(normalisation=SCALED, imputation="linear", missing="renormalise")
    made = design(gappy(), framework, methodology, Uncertainty.model_validate({**OPTIONS[name], "imputed": True}))
    engine, sample = Engine(made), made.block(0, 40)
    scored = engine.score(sample)
    assert scored.kept.all()
    moved = 0
    for place, d in enumerate(scored.order.tolist()):
        one = single(Engine(made), d)
        plain, expected = drawn_index(one)
        errors = one.errors.select(plain.normalised.codes)
        assert_allclose(scored.scores[:, :, place].T, expected, rtol=1e-11)
        known = np.isin(plain.imputed.origin, (0, 1))
        assert not errors.values[known].any()
        moved += int((errors.values != 0).sum())
    assert moved > 0


def test_the_errors_are_those_of_cells_left_out():
    """Carried on by one year at city0, by two at city1: what x makes of x hidden for so long."""
    panel = gappy(6, "xy", share=0.0)  # y, of which nothing is missing, keeps the rows
    values = panel.values.copy()
    values[:2] = values[2:].mean(axis=0)  # in the middle, where no bound of the scale is near
    values[1] += 3
    values[0, 5, 0], values[1, 4:, 0] = NAN, NAN
    framework = make_framework(indicators={"x": {}}, series={"y": {}})
    panel = ic.Panel.from_values(panel.cities, YEARS, "xy", values)
    methodology = make_methodology(normalisation=SCALED, imputation="linear")
    made = design(panel, framework, methodology, Uncertainty(imputed=True))
    engine, sample = Engine(made), made.block(0, 4000)
    scores = engine.score(sample).scores
    nominal, x = ic.build_index(panel, framework, methodology), values[:, :, 0]
    unit = 99 / (np.nanmax(x) - np.nanmin(x))
    for c, t, d in ((0, 5, 1), (1, 4, 1), (1, 5, 2)):
        errors = []
        for city in range(6):
            for year in range(6):
                before, after = x[city, : max(year - d + 1, 0)], x[city, year + d :]
                alone = not np.isnan(before).all() and np.isnan(after).all()  # figures before it only: carried on
                if np.isnan(x[city, year]) or not alone:
                    continue
                other = before[~np.isnan(before)][-1]
                away = np.flatnonzero(x[city] == other) - year
                if abs(away).min() == d:
                    errors.append(x[city, year] - other)
        expected = np.clip(nominal.score()[c, t] + unit * np.array(errors), 1, 100)
        found = scores[t, c]
        assert_allclose(np.unique(found.round(8)), np.unique(expected.round(8)), atol=1e-7)
        share = [(np.abs(found - value) < 1e-7).mean() for value in expected.round(8)]
        often = [(np.abs(expected - value) < 1e-7).mean() for value in expected]
        assert_allclose(share, often, atol=5 * np.sqrt(0.25 / 4000))
    both = np.corrcoef(scores[4, 1], scores[5, 1])[0, 1]
    assert both > 0.5  # the years of one gap err the same way
    assert (scores[4:, 1].mean(axis=1) > nominal.score()[1, 4:]).all()  # in a series that grows a carried cell is low
    assert (scores[3, 1] == scores[3, 1, 0]).all()


def test_the_errors_of_a_regression_are_those_of_each_city_year_left_out():
    """x follows y but for noise: the cells that were filled take every leave-one-out error of the fit, as often."""
    panel = gappy(6, "xyz", share=0.0)
    values = panel.values.copy()
    values[:, :, 0] = 2.0 * values[:, :, 1] + np.random.default_rng(8).normal(0, 3, values.shape[:2])
    values[2, 2:4, 0], values[4, 1, 0] = NAN, NAN
    panel = ic.Panel.from_values(panel.cities, YEARS, "xyz", values)
    by = {"method": "regression", "on": ["y"]}
    framework = make_framework(indicators={"x": {"imputation": by}, "y": {}}, series={"z": {}})
    methodology = make_methodology(normalisation=SCALED)
    nominal = ic.build_index(panel, framework, methodology)
    known = ~np.isnan(values[:, :, 0])
    x, y = values[known, 0], values[known, 1]
    guesses = [np.polyval(np.polyfit(np.delete(y, i), np.delete(x, i), 1), y[i]) for i in range(len(x))]
    errors = x - np.clip(guesses, x.min(), x.max())  # on the scale of the scores, which ends with the sample
    (told,) = ic.analysis.regressions(nominal)
    assert (told.n, told.filled) == (33, 3)
    assert_allclose(told.error, np.sqrt(np.mean(np.square(x - guesses))), rtol=1e-9)
    engine = Engine(made := design(panel, framework, methodology, Uncertainty(imputed=True)))
    scores = engine.score(made.block(0, 3000)).scores
    unit = 99 / np.ptp(nominal.imputed.values[:, :, 0]) / 2  # x is half of the index
    for c, t in ((2, 2), (2, 3), (4, 1)):
        middle = nominal.score("x")[c, t]
        scored = np.clip(middle + 2 * unit * errors, 1, 100)  # a cell stays within its column
        expected = nominal.score()[c, t] + (scored - middle) / 2
        assert_allclose(np.unique(scores[t, c].round(7)), np.unique(expected.round(7)), atol=1e-6)
    assert np.ptp(scores[0, 0]) == 0


def test_a_regression_among_other_imputations_is_drawn_as_the_pipeline_computes_it():
    """Also where a city is left out, and where another series stands in for the one that it is fitted on."""
    panel = gappy(8, "xyzw", share=0.0)
    values = panel.values.copy()
    values[1, 2, 0], values[3, 4:, 0] = NAN, NAN
    panel = ic.Panel.from_values(panel.cities, YEARS, "xyzw", values)
    by = {"method": "regression", "on": ["y", "w"]}
    indicators = {"x": {}, "y": {"alternatives": ["z"]}, "w": {}}
    framework = make_framework(indicators=indicators, series={"z": {}})
    options = {"imputation": ["linear", by], "leave_out": ["city"], "alternatives": True, "weights": {"spread": 0.3}}
    made = design(panel, framework, make_methodology(imputation="linear"), Uncertainty.model_validate(options))
    scored = Engine(made).score(made.block(0, 60))
    assert scored.kept.all()
    for place, d in enumerate(scored.order.tolist()):
        _, expected = drawn_index(single(Engine(made), d))
        assert_allclose(scored.scores[:, :, place].T, expected, rtol=1e-11)


def test_a_city_of_many_carried_cells_has_a_wider_interval():
    panel = gappy(8, "abcdef", share=0.0)
    values = panel.values.copy()
    values[0, 3:, :4], values[1, 5, 0] = NAN, NAN
    framework = make_framework(indicators={code: {} for code in "abcdef"})
    methodology = make_methodology(normalisation=SCALED, imputation="linear")
    full = ic.Panel.from_values(panel.cities, YEARS, "abcdef", values)
    widths = {}
    for imputed in (False, True):
        options = Uncertainty.model_validate({"weights": {"spread": 0.1}, "imputed": imputed})
        found = ic.robustness.uncertainty(full, framework, methodology, options=options, draws=2000)
        low, high = (found.scores[0].quantiles[found.scores[0].levels.index(level)] for level in (0.05, 0.95))
        widths[imputed] = (high - low)[:, -1]
    assert widths[True][0] > 2 * widths[False][0]
    assert widths[False][1] < widths[True][1] < widths[True][0]
    assert_allclose(widths[True][2:], widths[False][2:], rtol=1e-9)


def test_indicators_that_share_a_missing_part_err_the_same_way():
    """Residents of city0 are carried: whatever is counted per resident is too high or too low at once."""
    panel = gappy(8, "abp", share=0.0)
    values = panel.values.copy()
    values[0, 4:, 2] = NAN
    ratios = {f"{code}_per_p": {"ratio": {"of": code, "to": "p"}} for code in "ab"}
    framework = make_framework(indicators=ratios, series={"a": {}, "b": {}, "p": {}})
    methodology = make_methodology(normalisation="z_score", imputation="linear")
    made = design(
        ic.Panel.from_values(panel.cities, YEARS, "abp", values), framework, methodology, Uncertainty(imputed=True)
    )
    errors = np.array([single(Engine(made), d).errors.values[0, 5] for d in range(200)])
    assert (np.sign(errors[:, 0]) == np.sign(errors[:, 1])).all() and errors.any(axis=0).all()
    pairs = {tuple(pair) for pair in errors.round(9).tolist()}  # from one known cell, in both
    assert 5 < len(pairs) == len({a for a, _ in pairs}) == len({b for _, b in pairs})


def test_the_first_draws_of_a_longer_run_are_those_of_a_shorter_one():
    made = design(gappy(), make_framework(indicators={"a": {}}), make_methodology(), Uncertainty(imputed=True))
    assert_array_equal(made.block(0, 5).keys, made.block(0, 50).keys[:5])


def test_the_numbers_are_uniform_and_do_not_depend_on_the_order():
    one, two = np.arange(50, dtype=np.uint64)[:, None], np.arange(2000, dtype=np.uint64)
    u = uniform(one, two)
    assert u.min() >= 0 and u.max() < 1
    assert_allclose([u.mean(), u.var()], [0.5, 1 / 12], atol=0.003)
    assert abs(np.corrcoef(u[0], u[1])[0, 1]) < 0.1
    assert_array_equal(uniform(one[::-1], two[::-1])[::-1, ::-1], u)


def test_the_errors_are_a_factor_of_the_sensitivity_analysis():
    found = ic.robustness.sensitivity(
        gappy(share=0.3),
        make_framework(indicators={code: {} for code in "abcd"}),
        make_methodology(normalisation=SCALED, imputation="linear"),
        options=Uncertainty.model_validate({"weights": {"spread": 0.1}, "imputed": True}),
        draws=1024,
    )
    assert found.factors == ("weights", "imputed")
    assert found.total[0, 1] > found.total[0, 0] > 0


def test_where_no_cell_is_imputed_none_is_said_to_vary():
    """The draws are those without `imputed`; alone it is refused, as every draw would be the same."""
    about = gappy(share=0.0), make_framework(), make_methodology(normalisation=SCALED, imputation="linear")
    plain = {"weights": {"spread": 0.3}, "aggregation": ["arithmetic", "geometric"], "draws": 60}
    found, told = (
        ic.robustness.uncertainty(*about, (), Uncertainty.model_validate({**plain, "imputed": imputed}))
        for imputed in (False, True)
    )
    assert_array_equal(found.rank_counts, told.rank_counts)
    assert [factor.code for factor in told.factors] == ["weights", "aggregation"]
    assert [problem.key for problem in told.removed] == ["imputed_nowhere"] and not found.removed
    both = Uncertainty.model_validate({**plain, "imputed": True})
    assert ic.robustness.sensitivity(*about, (), both, draws=64).factors == ("weights", "aggregation")
    with pytest.raises(ic.ChoiceError, match="no cell of the index is imputed"):
        ic.robustness.uncertainty(*about, (), Uncertainty.model_validate({"imputed": True, "draws": 20}))


@pytest.mark.parametrize(
    ("imputation", "indicators", "fills"),
    [
        ("none", {}, False),
        ("linear_inside", {}, False),
        ("linear", {}, True),
        ("none", {"a": {"imputation": "last"}}, True),
    ],
)
def test_cells_vary_where_an_imputation_fills_them(imputation, indicators, fills):
    """One figure is missing, in the last year, where there is nothing to interpolate."""
    panel = gappy(share=0.0)
    values = panel.values.copy()
    values[0, -1, 0] = NAN
    framework = make_framework(indicators={**{code: {} for code in "abcd"}, **indicators})
    methodology = make_methodology(normalisation=SCALED, imputation=imputation, missing="renormalise")
    made = design(panel.with_values(values, panel.origin), framework, methodology, Uncertainty(imputed=True))
    assert made.fills == fills
