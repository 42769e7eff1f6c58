"""Lenses: sub-indices and growth by hand, the rule of the diagnosis, and every degenerate case with its outcome."""

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

import indexcalc as ic
from indexcalc.analysis.lenses import LensResult, Rule, lens
from indexcalc.voice import Voice
from tests.conftest import ROOT, build, make_framework, make_panel

GROUPS = {"scale": "Scale", "efficiency": "Efficiency", "ecosystem": "Ecosystem"}
STAGES = {"stage": {"groups": GROUPS}}
NONE = {"normalisation": "none"}
TABLES = (LensResult.table, LensResult.group_table, LensResult.growth_table, LensResult.diagnosis_table)


def staged(stages="aab-", **more):
    """Dimensions one (p, q, r; a quarter, an eighth, an eighth of the index) and two (s; a half), tagged by letters:

    a scale, b efficiency, c ecosystem, - untagged.
    """
    tags = [{"a": "scale", "b": "efficiency", "c": "ecosystem"}.get(letter) for letter in stages]
    p, q, r, s = ({"tags": {"stage": tag} if tag else {}} for tag in tags)
    one = {"indicators": {"p": {**p, "weight": 2}, "q": q, "r": r}}
    return make_framework({"one": one, "two": {"indicators": {"s": s}}}, lenses=STAGES, **more)


def worked(stages="aab-", **choices):
    """Two cities, three years, scores as they are: see the working below."""
    figures = {
        "p": [[1, 2, 5], [4, 4, 4]],
        "q": [[2, 2, 4], [4, 4, 2]],
        "r": [[2, 3, 4], [4, 4, 6]],
        "s": [[4, 4, 5], [6, 6, 5]],
    }
    return build(make_panel(figures), staged(stages), **{"normalisation": "none", **choices})


def notices(found):
    return {problem.key for problem in found.notices}


# --- by hand ---


def test_sub_indices_by_hand():
    """Scale: p (weight .25) and q (.125), so 2/3 p + 1/3 q. 甲 2019: 2/3 × 1 + 1/3 × 2 = 4/3; 2021: 14/3. 乙: 4; 10/3.

    Mean city 2019: (4/3 + 4)/2 = 8/3: 甲 stands 4/3 below it, 乙 4/3 above.
    """
    found = lens(worked(), "stage")
    assert found.groups == ("scale", "efficiency", "ecosystem", "untagged")
    assert_allclose(found.weights, [0.375, 0.125, 0.0, 0.5])
    assert_allclose(found.scores[:, :, 0], [[4 / 3, 2, 14 / 3], [4, 4, 10 / 3]])
    assert_allclose(found.scores[:, :, 1], [[2, 3, 4], [4, 4, 6]])
    assert_allclose(found.mean_city[0, 0], 8 / 3)
    assert_array_equal(found.ranks[:, :, 0], [[2, 2, 1], [1, 1, 2]])
    row = found.table().query("city == '甲' and year == 2019 and group == 'scale'").iloc[0]
    assert_allclose(row["against_mean"], -4 / 3)


def test_growth_by_hand():
    """甲 2019-2021: p +4 × .25 = 1, q +2 × .125 = .25: scale 1.25; r +2 × .125 = .25; s +1 × .5 = .5. In all 2.

    Shares .625, .125, .25. Scale has .375 of the weight: pace .625/.375 = 5/3. Of four indicators two are scale: too
    few to be told from chance labels. 乙: p 0, q -.25, r +.25, s -.5: -.5 in all, so there is no share.
    """
    found = lens(worked(), "stage")
    assert_allclose(found.growth.contribution[0, [0, 1, 3]], [1.25, 0.25, 0.5])
    assert_allclose(found.growth.total, [2.0, -0.5])
    assert_allclose(found.growth.share[0, [0, 1, 3]], [0.625, 0.125, 0.25])
    assert np.isnan(found.growth.share[1]).all()
    assert found.growth.diagnosis == ("mixed", "no_growth")
    assert_allclose(found.growth_table()["pace"].iloc[0], 5 / 3)
    result = worked()
    assert found.is_index
    assert_allclose(found.growth.total, result.score()[:, 2] - result.score()[:, 0])


def test_growth_between_years_of_ones_own():
    """甲 2019-2020: p +1 × .25, r +1 × .125: shares 2/3 and 1/3."""
    found = lens(worked(), "stage", last=2020)
    assert (found.growth.first, found.growth.last) == (2019, 2020)
    assert_allclose(found.growth.share[0, [0, 1]], [2 / 3, 1 / 3])


def test_a_lens_of_ones_own_needs_no_code():
    framework = make_framework(
        indicators={"p": {"tags": {"speed": "slow"}}, "q": {"tags": {"speed": "fast"}}},
        lenses={"speed": {"groups": {"fast": {"zh": "快", "en": "Fast"}, "slow": {"zh": "慢", "en": "Slow"}}}},
    )
    result = build(make_panel({"p": [[1, 2], [3, 4]], "q": [[1, 3], [5, 7]]}), framework)
    found = lens(result, "speed")
    assert found.groups == ("fast", "slow")
    assert_allclose(found.scores[:, :, 0], result.score("q"))
    assert found.name("fast", Voice("zh")) == "快"


# --- the rule: chance labels ---

FEW = Rule(shuffles=199)


def many(growth, group, n_city=3, weights=None):
    """An index of as many indicators as there are letters, each growing as told in every city; g tags, - none."""
    codes = [f"i{k}" for k in range(len(group))]
    names = {"a": "scale", "b": "efficiency", "c": "ecosystem"}
    own = {
        code: {
            "tags": {"stage": names[letter]} if letter != "-" else {},
            "weight": 1 if weights is None else weights[k],
        }
        for k, (code, letter) in enumerate(zip(codes, group, strict=True))
    }
    noise = np.random.default_rng(4).normal(0.0, 0.01, (len(codes), n_city))
    figures = {
        code: [[10.0, 10.0 + g + e] for e in noise[k]] for k, (code, g) in enumerate(zip(codes, growth, strict=True))
    }
    panel = make_panel(figures, cities=[f"c{i}" for i in range(n_city)], years=(2020, 2021))
    return build(panel, make_framework(indicators=own, lenses=STAGES), **NONE)


def test_a_group_stands_out_where_shuffled_tags_hardly_ever_show_as_much():
    """Of twelve indicators the four of one group grow 5, the others 1: one arrangement in 495."""
    found = lens(many([5] * 4 + [1] * 8, "aaaabbbbcccc"), "stage")
    chance = found.growth.chance
    assert_allclose(chance.share[0], 20 / 28, atol=0.01)
    assert_allclose(chance.pace, [20 / 28 * 3, 4 / 28 * 3, 4 / 28 * 3], atol=0.05)
    assert chance.p[0] < 0.02 and chance.stands_out.tolist()[0] == 1
    assert set(found.growth.diagnosis) == {"scale"}
    table = found.group_table()
    assert_allclose(table["pace"], chance.pace)


def test_a_heavy_group_does_not_stand_out_for_its_weight():
    """Eight of twelve indicators have two thirds of the growth, as of the weight."""
    found = lens(many([3, 1] * 6, "aaaaaaaabbbb"), "stage")
    assert_allclose(found.growth.chance.share[0], 2 / 3, atol=0.01)
    assert found.growth.chance.stands_out.tolist() == [0, 0, 0] and set(found.growth.diagnosis) == {"mixed"}


def test_a_group_that_lags_behind_its_weight_is_told_with_its_sign():
    found = lens(many([1] * 4 + [5] * 8, "aaaabbbbbbbb"), "stage")
    assert found.growth.chance.stands_out.tolist()[:2] == [-1, 1]  # of two groups one is the mirror of the other
    assert set(found.growth.diagnosis) == {"efficiency"}


def test_p_is_the_share_of_arrangements_counted_one_by_one():
    """Six indicators, three of them tagged: twenty arrangements, here all of them."""
    growth = np.array([4.0, 3.0, 2.0, 1.0, 1.5, 0.5])
    found = lens(many(growth, "aaa---"), "stage", rule=Rule(shuffles=19999))
    z = found.growth.contribution.sum(axis=0)
    parts = np.array([4.0, 3.0, 2.0, 1.0, 1.5, 0.5]) / 12
    apart = [abs(parts[list(three)].sum() - 0.5) for three in combinations(range(6), 3)]
    expected = np.mean([one >= apart[0] - 0.002 for one in apart])
    assert found.growth.chance.p[0] == pytest.approx(expected, abs=0.01) and np.isfinite(z[0])


def test_random_tags_are_told_apart_in_one_case_of_twenty():
    """Four hundred random taggings of thirteen cities and 24 unequal indicators: 5 %, within three standard errors."""
    random = np.random.default_rng(11)
    growth, weights = random.gamma(1.0, 2.0, 24) - 0.5, random.uniform(0.5, 2.0, 24)
    result = many(growth, "a" * 6 + "b" * 8 + "c" * 10, n_city=13, weights=weights.tolist())
    said = led = 0
    for _ in range(400):
        tags = random.permutation(list("a" * 6 + "b" * 8 + "c" * 10))
        names = {"a": "scale", "b": "efficiency", "c": "ecosystem"}
        own = {f"i{k}": {"tags": {"stage": names[tag]}, "weight": float(weights[k])} for k, tag in enumerate(tags)}
        framework = make_framework(indicators=own, lenses=STAGES)
        found = lens(replace(result, framework=framework), "stage", rule=FEW).growth
        said += bool(found.chance.stands_out.any())
        led += found.diagnosis[0] != "mixed"
    assert 0.01 < said / 400 < 0.05 + 3 * (0.05 * 0.95 / 400) ** 0.5
    assert led / 400 < 0.05 + 3 * (0.05 * 0.95 / 400) ** 0.5


def test_a_group_that_fell_has_a_share_below_zero():
    result = build(make_panel({"p": [[0, 8]], "q": [[0, 0]], "r": [[8, 0]], "s": [[0, 0]]}), staged("aabb"), **NONE)
    assert_allclose(lens(result, "stage").growth.share[0, :2], [2.0, -1.0])


@given(st.integers(0, 2**32 - 1))
def test_shares_add_up_and_positions_cancel(seed):
    figures = np.random.default_rng(seed).uniform(1, 100, (4, 5, 3))
    panel = make_panel(dict(zip("pqrs", figures, strict=True)), cities=list("甲乙丙丁戊"))
    found = lens(build(panel, staged("abc-")), "stage")
    rose = found.growth.total > 1e-9
    assert_allclose(found.growth.share[rose].sum(axis=1), 1.0, rtol=1e-6)
    assert np.isnan(found.growth.share[~rose]).all()
    assert_allclose(found.growth.contribution.sum(axis=1), found.growth.total, atol=1e-12)
    assert_allclose((found.scores - found.mean_city).sum(axis=0), 0, atol=1e-12)


# --- what is not there ---


def test_a_group_without_an_indicator_is_shown_as_empty():
    found = lens(worked(), "stage")
    row = found.group_table().set_index("group").loc["ecosystem"]
    assert (row["n"], row["weight"], row["indicators"]) == (0, 0.0, "")
    assert found.table().query("group == 'ecosystem'")[["score", "against_mean", "rank"]].isna().all().all()
    assert found.growth_table().query("group == 'ecosystem'")[["contribution", "share", "pace"]].isna().all().all()
    assert "lens_group_empty" in notices(found)


def test_an_indicator_of_weight_zero_is_not_in_use():
    framework = make_framework(
        indicators={"p": {"tags": {"stage": "scale"}, "weight": 0}, "q": {"tags": {"stage": "ecosystem"}}},
        lenses=STAGES,
    )
    found = lens(build(make_panel({"p": [[1, 2], [3, 4]], "q": [[1, 2], [3, 4]]}), framework), "stage")
    assert found.members["scale"] == ()


def test_a_city_with_missing_years_has_no_growth_and_weighs_on_no_mean():
    figures = {code: [[1, 2, 3], [np.nan, 4, 5], [2, 2, 9]] for code in "pqrs"}
    found = lens(build(make_panel(figures), staged(), **NONE), "stage")
    assert found.growth.diagnosis[1] == "no_figure" and np.isnan(found.growth.total[1])
    assert_allclose(found.mean_city[:, 0], [1.5, 8 / 3, 17 / 3])
    assert len(found.table()) == 8 * 4
    told = [problem.text() for problem in found.notices if problem.key == "lens_share_undefined"]
    assert told == [
        "Lens 'stage': no share of growth from 2019 to 2021 for 乙: a figure is missing in one of the two years."
    ]


def test_a_missing_indicator_goes_by_the_missing_rule_of_the_methodology():
    figures = {"p": [[1, 2], [3, 4]], "q": [[np.nan, 2], [3, 4]], "r": [[1, 2], [3, 4]], "s": [[1, 2], [3, 4]]}
    dropped, passed_on = (
        lens(build(make_panel(figures), staged(), **NONE, missing=rule), "stage")
        for rule in ("renormalise", "propagate")
    )
    assert_allclose(dropped.scores[0, 0, 0], 1.0)
    assert np.isnan(passed_on.scores[0, 0, 0])
    assert dropped.growth.diagnosis[0] == passed_on.growth.diagnosis[0] == "no_figure"


def test_years_that_do_not_compare_have_no_growth():
    figures = dict(zip("pqrs", make_panel().values.transpose(2, 0, 1), strict=True))
    found = lens(build(make_panel(figures), staged(), reference="year"), "stage")
    assert found.growth.diagnosis == ("incomparable",) * 4
    assert np.isnan(found.growth.total).all() and np.isfinite(found.scores[:, :, 0]).all()
    assert "levels_incomparable" in notices(found)


def test_one_year_alone_has_no_growth():
    found = lens(build(make_panel({code: [1, 2, 3] for code in "pqrs"}), staged(), **NONE), "stage")
    assert found.growth.diagnosis == ("one_year",) * 3


def test_an_index_made_otherwise_is_told():
    geometric = lens(worked(aggregation="geometric"), "stage")
    assert not geometric.is_index and "lens_not_the_index" in notices(geometric)
    assert_allclose(geometric.scores, lens(worked(), "stage").scores)


def test_weights_that_differ_between_years_enter_by_their_mean():
    figures = dict(zip("pqrs", np.random.default_rng(7).uniform(1.0, 9.0, (4, 4, 3)), strict=True))
    normalisation = {"method": "min_max", "lower": 1, "upper": 2}
    result = build(
        make_panel(figures), staged(), normalisation=normalisation, weighting={"method": "entropy", "per": "year"}
    )
    assert result.weights_by_observation
    found = lens(result, "stage")
    assert not found.is_index
    at = [result.position(code) for code in "pqrs"]
    change = (result.scores[:, 2, at] - result.scores[:, 0, at]) @ result.effective[at]
    assert_allclose(found.growth.total, change)


def test_an_unknown_lens_with_the_nearest_word():
    with pytest.raises(ic.ChoiceError, match=r"There is no lens 'stages'\. Did you mean 'stage'\?"):
        lens(worked(), "stages")


@pytest.mark.parametrize(("first", "last"), [(2021, 2019), (2020, 2020), (2018, 2021), (2019, 2030)])
def test_years_that_are_no_span(first, last):
    with pytest.raises(ic.ChoiceError, match=rf"From {first} to {last}: expected two of the years 2019, 2020, 2021"):
        lens(worked(), "stage", first=first, last=last)


# --- tables ---


def test_tables_are_tidy_and_speak_both_languages():
    found = lens(worked(), "stage")
    assert [len(table(found)) for table in TABLES] == [2 * 3 * 4, 4, 2 * 4, 2]
    row = found.diagnosis_table().iloc[1]
    assert (row["diagnosis"], row["diagnosis_zh"], row["diagnosis_en"]) == ("no_growth", "没有增长", "No growth")
    assert np.isnan(row["largest_share"])
    with pytest.raises(ValueError, match="read-only"):
        found.scores[0, 0, 0] = 1.0


def test_every_lens_of_the_shipped_framework_regroups_every_indicator_once():
    framework = ic.load_framework(ROOT / "indicators.yaml")
    methodology = ic.load_methodology(ROOT / "indicators.yaml")
    result = ic.build_index(ic.read_workbook(ROOT / "data" / "cities.xlsx", framework), framework, methodology)
    indicators = sorted(node.code for node in result.nodes if node.is_indicator)
    for code in framework.lenses:
        found = lens(result, code)
        assert sorted(code for members in found.members.values() for code in members) == indicators
        assert_allclose(found.weights.sum(), 1.0)
        assert_allclose(found.growth.share.sum(axis=1), 1.0)
        assert_allclose(np.nansum(found.scores * found.weights, axis=2), result.score())
