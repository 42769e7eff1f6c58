"""Inequality and convergence of an index: by hand, by group, and every degenerate case with its documented outcome."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy import stats

import indexcalc as ic
from indexcalc.analysis.convergence import Convergence, convergence, has_natural_zero
from tests.conftest import build, make_framework, make_panel

FLAT = {"indicators": {"x": {}}}
NONE = {"normalisation": "none"}
TABLES = (
    Convergence.table,
    Convergence.group_table,
    Convergence.pair_table,
    Convergence.beta_table,
    Convergence.stability_table,
)


def of(figures, groups=None, years=(2019, 2020, 2021), choices=None, **options):
    """The convergence of scores [city][year], the cities in groups named by letters."""
    cities = [f"c{i}" for i in range(len(figures))]
    framework = make_framework(**FLAT)
    if groups is not None:
        members = {city: {"group": group} if group != "-" else {} for city, group in zip(cities, groups, strict=True)}
        names = {group: group for group in dict.fromkeys(groups) if group != "-"}
        framework = make_framework(**FLAT, cities=members, groups=names)
    result = build(make_panel({"x": figures}, cities=cities, years=years), framework, **(choices or NONE))
    return convergence(result, **options)


def keys(found):
    return [problem.key for problem in found.notices]


# --- by hand ---


def test_inequality_by_hand():
    """Scores 1, 3 | 2, 6: mean 3, sd sqrt((4 + 0 + 1 + 9)/4) = sqrt(3.5); Gini 1/3, in three parts of 1/8, 1/6, 1/24.

    The parts are worked in methods/test_inequality.py.
    """
    found = of([1, 3, 2, 6], "aabb", years=(2020,))
    assert (found.n[0], found.mean[0]) == (4, 3)
    assert_allclose([found.sd[0], found.cv[0]], [np.sqrt(3.5), np.sqrt(3.5) / 3])
    row = found.table().iloc[0]
    assert_allclose(
        row[["gini", "gini_within", "gini_between", "gini_overlap"]].astype(float), [1 / 3, 1 / 8, 1 / 6, 1 / 24]
    )
    assert_allclose(row["theil_between"] + row["theil_within"], row["theil"])
    group = found.group_table().set_index("group")
    assert list(group["n"]) == [2, 2]
    assert_allclose(group["gini"], [0.25, 0.25])
    pair = found.pair_table().iloc[0]
    assert_allclose([pair["gini"], pair["affluence"]], [5 / 12, 0.8])


def test_beta_by_hand():
    """Scores 1, 4, 16 become their roots in two years: β = -1/4, half-life 2 years (methods/test_inequality.py)."""
    found = of([[1, 1], [4, 2], [16, 4]], years=(2019, 2021))
    assert_allclose([found.beta.beta, found.beta.half_life], [-0.25, 2])
    assert found.verdict == "converges"


def test_beta_and_its_interval_are_those_of_scipy():
    scores = np.random.default_rng(2022).uniform(10, 90, (13, 6))
    found = of(scores, years=range(2017, 2023))
    expected = stats.linregress(np.log(scores[:, 0]), np.log(scores[:, 5] / scores[:, 0]) / 5)
    t = stats.t.ppf(0.975, 11)
    assert_allclose([found.beta.beta, found.beta.standard_error], [expected.slope, expected.stderr])
    assert_allclose([found.beta.low, found.beta.high], expected.slope + np.array([-t, t]) * expected.stderr)
    assert (found.beta.n, found.level) == (13, 0.95)


def test_beta_between_years_of_ones_own():
    scores = np.random.default_rng(2022).uniform(10, 90, (6, 3))
    found = of(scores, first=2020, last=2021)
    expected = stats.linregress(np.log(scores[:, 1]), np.log(scores[:, 2] / scores[:, 1]))
    assert_allclose(found.beta.beta, expected.slope)
    assert (found.first, found.last) == (2020, 2021)


@pytest.mark.parametrize(
    ("last", "verdict"),
    [([2.0, 2.5, 2.9, 3.5], "converges"), ([1.0, 3.0, 9.5, 27.0], "diverges"), ([2.0, 2.0, 9.0, 8.0], "undecided")],
)
def test_the_verdict_is_that_of_the_whole_interval(last, verdict):
    assert of(list(zip([1.0, 2.0, 4.0, 8.0], last, strict=True)), years=(2019, 2020)).verdict == verdict


def test_standard_deviation_and_slope_are_those_of_scipy():
    scores = np.random.default_rng(2022).normal(0, 30, (13, 6)) + 40
    found = of(np.abs(scores), years=range(2017, 2023))
    first, last = np.abs(scores)[:, [0, -1]].T
    expected, t = stats.linregress(first, last - first), stats.t.ppf(0.975, 11)
    assert_allclose(found.sd, np.abs(scores).std(axis=0))
    assert_allclose([found.slope.slope, found.slope.intercept], [expected.slope, expected.intercept])
    assert_allclose([found.slope.low, found.slope.high], expected.slope + np.array([-t, t]) * expected.stderr)
    assert_allclose([found.slope.r_squared, found.slope.standard_error], [expected.rvalue**2, expected.stderr])
    assert_allclose(found.sd_log, np.log(np.abs(scores)).std(axis=0))


def test_no_verdict_depends_on_where_the_scale_begins():
    """Of these scores CV, Gini and Theil fall above a low bound and rise above a high one; what is said stays."""
    values = np.random.default_rng(7).uniform(10, 40, (9, 1)) * [1.0, 1.25] + [0.0, 12.0]
    seen = {}
    for lower in (1.0, 20.0, 60.0):
        scale = {"normalisation": {"method": "min_max", "lower": lower, "upper": 100}}
        seen[lower] = of(values, years=(2019, 2020), choices=scale)
    assert {np.sign(np.diff(one.cv)[0]) for one in seen.values()} == {-1.0, 1.0}
    assert len({(one.verdict, one.drift) for one in seen.values()}) == 1 and not any(
        one.ratios for one in seen.values()
    )
    assert_allclose([one.slope.slope for one in seen.values()], seen[1.0].slope.slope)
    assert_allclose([one.slope.low for one in seen.values()], seen[1.0].slope.low)
    assert_allclose([one.sd[1] / one.sd[0] for one in seen.values()], seen[1.0].sd[1] / seen[1.0].sd[0])


def test_a_direction_is_said_only_where_both_say_it():
    """Those behind gain more and yet the spread grows: chance in the first scores (Galton)."""
    found = of([[10, 31], [11, 9], [12, 32], [13, 8], [14, 20]], years=(2019, 2020))
    assert found.sd[1] > found.sd[0] and found.verdict == found.drift == "undecided"
    up = of([[1, 1], [2, 3], [3, 5], [4, 7.1]], years=(2019, 2020))
    assert up.verdict == up.drift == "diverges"


@pytest.mark.parametrize(
    ("choices", "indicator", "natural"),
    [
        ({"normalisation": "none"}, {}, True),
        ({"normalisation": "ratio"}, {}, True),
        ({"normalisation": "vector"}, {}, True),
        ({"normalisation": {"method": "goalposts", "low": 0, "high": 9}}, {}, True),
        ({"normalisation": {"method": "goalposts", "low": 0, "high": 9, "lower": 1, "upper": 9}}, {}, False),
        ({"normalisation": {"method": "goalposts", "low": 0, "high": 9}}, {"direction": "negative"}, False),
        ({"normalisation": "none"}, {"transform": "log"}, False),
        ({"normalisation": "min_max"}, {}, False),
        ({"normalisation": "percentile_rank"}, {}, False),
        ({"normalisation": "ratio", "aggregation": "geometric"}, {}, True),
        ({"normalisation": "ratio", "aggregation": "copeland"}, {}, False),
    ],
)
def test_which_scales_have_a_natural_zero(choices, indicator, natural):
    framework = make_framework(indicators={"x": indicator, "y": {}})
    panel = make_panel(
        {"x": [[1, 2], [3, 3], [5, 9]], "y": [[2, 2], [3, 4], [4, 9]]}, cities="甲乙丙", years=(2019, 2020)
    )
    assert has_natural_zero(build(panel, framework, **choices)) is natural


def test_sigma_with_n_less_one():
    scores = [[1.0], [3.0]]
    assert_allclose(of(scores, years=(2020,)).cv, 0.5)
    assert_allclose(of(scores, years=(2020,), ddof=1).cv, np.sqrt(2) / 2)


def test_stability_of_ranks():
    """1 2 3 4 becomes 1 2 4 3: rho = 1 - 6 × 2/60 = .8, tau = (5 - 1)/6; then turned round: -.8 and -2/3."""
    found = of([[1, 1, 4], [2, 2, 3], [3, 4, 2], [4, 3, 1]])
    table = found.stability_table()
    assert_array_equal(table[["first", "last", "n"]], [[2019, 2020, 4], [2020, 2021, 4], [2019, 2021, 4]])
    assert_allclose(table["spearman"], [0.8, -0.8, -1.0])
    assert_allclose(table["kendall"], [2 / 3, -2 / 3, -1.0])


def test_scores_that_rank_alike_are_tied():
    found = of([[1, 1.0], [2, 2.0], [3, 2.0 + 1e-12]], years=(2019, 2020))
    assert found.stability[0].kendall < 1


def test_dimensions_and_indicators_have_theirs():
    result = build(make_panel())
    for code in ("one", "a"):
        found = convergence(result, code)
        assert found.node == code
        assert_allclose(found.mean, result.score(code).mean(axis=0))


# --- documented outcomes ---


def test_cities_without_a_group_are_one_of_their_own():
    found = of([[1], [3], [2], [6]], "aa--", years=(2020,))
    assert found.groups == ("a", "ungrouped")
    row = found.table().iloc[0]
    assert_allclose(row["gini_within"] + row["gini_between"] + row["gini_overlap"], row["gini"])


def test_without_groups_all_is_within():
    found = of([[1], [3], [6]], years=(2020,))
    assert found.groups == ("ungrouped",)
    assert_allclose(found.table()["gini_within"], found.gini)
    assert found.pair_table().empty


def test_a_group_of_one_is_told():
    found = of([[1, 2], [3, 4], [6, 6]], "aab", years=(2019, 2020))
    assert "Group 'b' has one city in 2019, 2020" in found.notices[-1].text()


def test_a_city_with_missing_years_is_left_out_and_named():
    found = of([[1, 2, 3], [3, np.nan, 4], [np.nan, 5, 6], [7, 7, 8]])
    assert_array_equal(found.n, [3, 3, 4])
    assert found.beta.n == 3
    assert [one.n for one in found.stability] == [2, 3, 3]
    assert np.isnan(found.stability[0].spearman)  # two cities always agree or disagree wholly
    (told,) = (problem.text() for problem in found.notices if problem.key == "beta_left_out")
    assert told == "The slope leaves out c2: no score in 2019 or in 2021."
    assert_allclose(found.mean[1], (2 + 5 + 7) / 3)


def test_a_year_without_any_score():
    found = of([[1, np.nan], [2, np.nan], [3, np.nan]], years=(2019, 2020))
    assert found.n[1] == 0 and np.isnan([found.mean[1], found.cv[1], found.gini[1], found.theil[1].total]).all()
    assert found.beta.n == 0 and found.verdict == ""


def test_a_score_of_zero_has_no_logarithm():
    found = of([[0, 1], [2, 3], [4, 4]], years=(2019, 2020))
    assert np.isnan(found.beta.beta) and np.isfinite(found.slope.slope)
    assert np.isfinite([found.gini, found.cv]).all()
    (told,) = (problem.text() for problem in found.notices if problem.key == "beta_zero")
    assert told == "No beta: 'index' is 0 in c0 2019, and 0 has no logarithm. Use min_max with lower: 1."


def test_years_normalised_by_themselves_have_no_slope():
    found = of([[1, 2], [3, 3], [5, 9]], years=(2019, 2020), choices={"reference": "year"})
    assert not found.comparable and np.isnan(found.slope.slope) and np.isnan(found.beta.beta)
    assert keys(found) == ["levels_incomparable"]


def test_one_year_alone():
    found = of([[1], [2], [3]], years=(2020,))
    assert np.isnan(found.beta.beta) and found.stability == ()
    assert len(found.stability_table()) == 0


def test_cautions_are_said():
    """Few cities always; the upper bound where there is one; the origin of the scale where ratios are asked for."""
    free = of([[1, 2], [3, 3], [5, 9]], years=(2019, 2020))
    assert keys(free) == ["convergence_few"] and free.natural_zero and free.ratios
    scaled = {"choices": {"normalisation": {"method": "min_max", "lower": 1, "upper": 100}}}
    bounded = of([[1, 2], [3, 3], [5, 9]], years=(2019, 2020), **scaled)
    assert keys(bounded) == ["convergence_few", "convergence_bounded"] and not bounded.ratios
    asked = of([[1, 2], [3, 3], [5, 9]], years=(2019, 2020), ratio_measures=True, **scaled)
    assert keys(asked) == ["inequality_origin", "convergence_few", "convergence_bounded"] and asked.ratios
    assert "could change direction" in asked.notices[0].text()
    assert "No score can pass 100" in bounded.notices[-1].text()
    assert all("。" in problem.text("zh") for problem in bounded.notices)


def test_of_scores_below_zero_ratios_are_refused_by_name_and_points_are_not():
    found = of([[1, 2], [3, 3], [5, 9]], years=(2019, 2020), choices={"normalisation": "z_score"})
    assert np.isfinite([found.sd, found.slope.slope * np.ones(2)]).all() and not found.ratios
    assert np.isnan([found.cv, found.gini, found.sd_log]).all()
    with pytest.raises(ic.ChoiceError, match=r"scores of at least 0, but 'index' is -0\.99\d+ in c0 .*Use min_max"):
        of([[1, 2], [3, 3], [5, 9]], years=(2019, 2020), choices={"normalisation": "z_score"}, ratio_measures=True)


def test_years_that_are_no_span_are_refused():
    with pytest.raises(ic.ChoiceError, match="From 2021 to 2019: expected two of the years 2019, 2020, 2021"):
        of([[1, 2, 3], [3, 3, 3]], first=2021, last=2019)


# --- tables ---


def test_tables_are_tidy_and_read_only():
    found = of(np.random.default_rng(1).uniform(1, 9, (7, 3)), "aabbbcc")
    assert [len(table(found)) for table in TABLES] == [3, 9, 9, 1, 3]
    assert found.beta_table()["verdict"].iloc[0] == found.verdict
    with pytest.raises(ValueError, match="read-only"):
        found.cv[0] = 1.0


def test_the_spread_of_two_years_is_judged_over_the_indicators_of_both():
    """c0 has no y in the first year: of x alone its scores are 2 and 4, whatever its y of 9 adds in the second."""
    panel = make_panel(
        {"x": [[2, 4], [4, 5], [9, 9]], "y": [[np.nan, 9], [6, 7], [8, 9]]}, cities="ABC", years=(2019, 2020)
    )
    framework = make_framework(indicators={"x": {}, "y": {}})
    found = convergence(build(panel, framework, normalisation="none", missing="renormalise"))
    assert_allclose(found.sd_alike, [np.std([2, 5, 8.5]), np.std([4, 6, 9])])
    assert_allclose(found.sd, [np.std([2, 5, 8.5]), np.std([6.5, 6, 9])])
