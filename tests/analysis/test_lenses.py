"""Lenses: sub-indices and growth by hand, the rule of the diagnosis, and every degenerate case with its outcome."""

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

    Shares .625, .125, .25. Scale has .375 of the weight: pace .625/.375 = 5/3. It has more than half, and more than its
    weight: the growth of 甲 is one of scale. 乙: p 0, q -.25, r +.25, s -.5: -.5 in all, so there is no share.
    """
    found = lens(worked(), "stage")
    assert_allclose(found.growth.contribution[0, [0, 1, 3]], [1.25, 0.25, 0.5])
    assert_allclose(found.growth.total, [2.0, -0.5])
    assert_allclose(found.growth.share[0, [0, 1, 3]], [0.625, 0.125, 0.25])
    assert np.isnan(found.growth.share[1]).all()
    assert found.growth.diagnosis == ("scale", "no_growth")
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


# --- the rule ---


def test_the_largest_share_must_be_large_enough():
    assert lens(worked(), "stage", rule=Rule(leading=0.625)).growth.diagnosis[0] == "scale"
    assert lens(worked(), "stage", rule=Rule(leading=0.63)).growth.diagnosis[0] == "mixed"


def test_no_group_leads_for_being_heavy():
    """q, r, s: .75 of the weight. Of the growth (p 4 × .25; q, r 3 × .125 each; s 2 × .5: 2.75) they have 1.75, .64."""
    result = build(make_panel({"p": [[0, 4]], "q": [[0, 3]], "r": [[0, 3]], "s": [[0, 2]]}), staged("-aaa"), **NONE)
    assert lens(result, "stage").growth.share[0, 0] == pytest.approx(1.75 / 2.75)
    assert lens(result, "stage").growth.diagnosis == ("mixed",)
    assert lens(result, "stage", rule=Rule(above_weight=False)).growth.diagnosis == ("scale",)


def test_a_share_equal_to_the_weight_is_enough():
    """p and s: .75 of the weight, and 1.5 of 2 of the growth of 甲."""
    found = lens(worked("c-ac"), "stage")
    assert found.weights[2] == found.growth.share[0, 2] == pytest.approx(0.75)
    assert found.growth.diagnosis[0] == "ecosystem"


def test_two_equal_leaders_are_mixed():
    result = build(make_panel({"p": [[0, 2]], "q": [[0, 4]], "r": [[0, 0]], "s": [[1, 1]]}), staged("abcc"), **NONE)
    assert_allclose(lens(result, "stage").growth.share[0, :2], [0.5, 0.5])
    assert lens(result, "stage").growth.diagnosis == ("mixed",)


def test_untagged_growth_is_called_by_its_name():
    result = build(make_panel({"p": [[0, 0]], "q": [[0, 0]], "r": [[0, 1]], "s": [[0, 8]]}), staged(), **NONE)
    assert lens(result, "stage").growth.diagnosis == ("untagged",)


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
    with pytest.raises(ic.ChoiceError, match=r"there is no lens 'stages'\. Did you mean 'stage'\?"):
        lens(worked(), "stages")


@pytest.mark.parametrize(("first", "last"), [(2021, 2019), (2020, 2020), (2018, 2021), (2019, 2030)])
def test_years_that_are_no_span(first, last):
    with pytest.raises(ic.ChoiceError, match=rf"from {first} to {last}: expected two of the years 2019, 2020, 2021"):
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
