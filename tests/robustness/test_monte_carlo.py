"""The uncertainty analysis as a whole: closed forms, the nominal index, removed draws, any number of workers."""

import re

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

import indexcalc as ic
from indexcalc.analysis.claims import Verdict
from indexcalc.errors import ChoiceError
from indexcalc.robustness import design as design_module
from indexcalc.spec.claims import InTop, RankIs, Rising
from indexcalc.spec.uncertainty import Uncertainty
from tests.conftest import make_framework, make_methodology, make_panel

WIDE = {
    "weights": {"spread": 0.5},
    "normalisation": [
        {"method": "min_max", "lower": 1, "upper": 100},
        {"method": "percentile_rank", "lower": 1, "upper": 2},
    ],
    "reference": ["pooled", "year"],
    "aggregation": ["arithmetic", "geometric"],
    "leave_out": ["indicator", "city"],
}
CLAIMS = (
    Rising(kind="rising", cities=("甲",)),
    InTop(kind="in_top", cities=("甲", "乙"), n=2),
    RankIs(kind="rank_is", city="丙", rank=1),
)


def analysed(panel=None, framework=None, methodology=None, claims=CLAIMS, **more):
    options = Uncertainty.model_validate(more.pop("options", WIDE))
    methodology = methodology or make_methodology(normalisation=WIDE["normalisation"][0])
    arguments = (panel or make_panel(), framework or make_framework(), methodology, claims, options)
    return ic.robustness.uncertainty(*arguments, **{"draws": 600, **more})


def same(one, other):
    for name in ("rank_counts", "gain_counts", "beats", "compared", "claim_counts", "tied_counts", "joint"):
        assert_array_equal(getattr(one, name), getattr(other, name))
    assert one.factors == other.factors
    for a, b in zip(one.scores, other.scores, strict=True):
        assert (a.option, a.draws) == (b.option, b.draws)
        for name in ("mean", "deviation", "quantiles"):
            assert getattr(a, name).tobytes() == getattr(b, name).tobytes()


@pytest.fixture
def small_blocks(monkeypatch):
    monkeypatch.setattr(design_module, "BLOCK", 100)


def test_of_more_cities_than_a_block_has_draws_every_rank_is_counted(monkeypatch):
    monkeypatch.setattr("indexcalc.robustness.design.Design.block_size", 5)
    panel, framework = make_panel(cities=[f"c{i}" for i in range(9)]), make_framework()
    methodology = make_methodology(normalisation=WIDE["normalisation"][0])
    about = panel, framework, methodology
    options = {"weights": {"spread": 0.9}, "aggregation": ["arithmetic", "geometric"]}
    found = analysed(*about, claims=(), options=options, draws=13)
    ranks, gains = np.zeros((9, 3, 9), int), np.zeros((9, 17), int)
    for number in range(13):
        one = ic.robustness.draw(*about, Uncertainty.model_validate(options), number)
        rank = ic.build_index(one.panel, one.framework, one.methodology).rank().astype(int)
        for c, t in np.ndindex(rank.shape):
            ranks[c, t, rank[c, t] - 1] += 1
        gains[np.arange(9), 8 + rank[:, 0] - rank[:, -1]] += 1
    assert_array_equal(found.rank_counts, ranks)
    assert_array_equal(found.gain_counts, gains)


def test_two_cities_and_two_indicators_in_closed_form():
    """甲 has (1, 0), 乙 (0, 1) after min-max; with weights uniform on the simplex each wins half the draws. With the
    order given (the first weighs more) 甲 always wins. A spread s of weights 2 : 1 never turns them for s < 1/3; for
    s = 0.6 the share of 乙 is P(v2 > v1), v1 ~ U(0.8, 3.2), v2 ~ U(0.4, 1.6): (0.8)²/2 / (2.4 · 1.2) = 1/9."""
    panel = make_panel({"a": [1.0, 0.0], "b": [0.0, 1.0]}, cities=("甲", "乙"))
    framework = make_framework(indicators={"a": {"weight": 2}, "b": {}})
    methodology, n = make_methodology(), 40000
    shares = {}
    for name, weights in {
        "simplex": {"dirichlet": "within"},
        "order": {"order": "within"},
        "narrow": {"spread": 0.33},
        "wide": {"spread": 0.6},
    }.items():
        found = analysed(panel, framework, methodology, (), options={"weights": weights}, draws=n)
        shares[name] = found.acceptability[:, 0, 0]
        assert_allclose(found.winning_index[0, 0, 1] + found.winning_index[0, 1, 0], 1.0)
    assert_allclose(shares["simplex"], 0.5, atol=0.01)
    assert_array_equal(shares["order"], [1.0, 0.0])
    assert_array_equal(shares["narrow"], [1.0, 0.0])
    assert_allclose(shares["wide"], [8 / 9, 1 / 9], atol=0.006)


def test_nothing_varied_is_the_nominal_index():
    panel, framework = make_panel(), make_framework()
    for options in ({}, {"weights": {"spread": 0.0}}, {"noise": {"relative": 0.0, "replicates": 7}}):
        found = analysed(panel, framework, options=options)
        nominal = ic.build_index(panel, framework, make_methodology(normalisation=WIDE["normalisation"][0]))
        assert_array_equal(found.nominal_rank, nominal.rank())
        assert (found.nominal_share == 1.0).all()
        assert_allclose(found.scores[0].mean, nominal.score(), rtol=1e-8)
        assert found.claim_counts.max(axis=1).tolist() == [600, 600, 600]
        assert [Verdict(i) for i in found.claim_counts.argmax(axis=1)] == list(found.nominal_verdicts)


def test_counts_add_up():
    found = analysed()
    there = found.ranked
    assert (there < 600).all()  # each city is left out of some draws
    assert (there == there[:, :1]).all()
    assert (found.claim_counts.sum(axis=1) == 600).all()
    assert_allclose(np.nansum(found.acceptability, axis=2), 1.0)
    wins = found.winning_index
    off = ~np.eye(4, dtype=bool)
    assert_allclose((wins + wins.swapaxes(1, 2))[:, off], 1.0)
    assert (found.gain_counts.sum(axis=1) == there[:, 0]).all()
    assert sum(spread.draws for spread in found.scores) == 600
    assert len(found.scores) == 4  # two normalisations under two references


def test_a_claim_about_levels_is_undefined_year_by_year_and_a_left_out_city_takes_its_claims_along():
    found = analysed(options={"reference": ["pooled", "year"]})
    reference = next(factor for factor in found.factors if factor.code == "reference")
    assert found.claim_counts[0, Verdict.UNDEFINED] == reference.draws[reference.options.index("year")]
    assert found.claim_counts[1:, Verdict.UNDEFINED].tolist() == [0, 0]
    found = analysed(options={"leave_out": ["city"]})
    city = next(factor for factor in found.factors if factor.code == "leave_out_city")
    left = dict(zip(city.options, city.draws, strict=True))
    assert found.claim_counts[:, Verdict.UNDEFINED].tolist() == [left["甲"], left["甲"] + left["乙"], left["丙"]]


def test_a_draw_by_itself():
    options = Uncertainty.model_validate(WIDE)
    arguments = make_panel(), make_framework(), make_methodology(normalisation=WIDE["normalisation"][0])
    one = ic.robustness.draw(*arguments, options, 5)
    assert set(one.options) == {"normalisation", "reference", "aggregation", "leave_out_indicator", "leave_out_city"}
    first = ic.build_index(one.panel, one.framework, one.methodology).score()
    again = ic.robustness.draw(*arguments, options, 5, seed=2022)
    assert_array_equal(ic.build_index(again.panel, again.framework, again.methodology).score(), first)


def test_the_first_draws_of_a_longer_run(small_blocks):
    """So a run of 250 counts no more than one of 600 in any place."""
    assert (analysed(draws=250).rank_counts <= analysed(draws=600).rank_counts).all()


def test_draws_that_the_figures_forbid_are_counted_and_told():
    panel = make_panel()
    values = panel.values.copy()
    values[:, 1, 0] = 7.0
    found = analysed(panel.with_values(values), options={"reference": ["pooled", "year"]})
    reference = next(factor for factor in found.factors if factor.code == "reference")
    n = reference.draws[reference.options.index("year")]
    assert (found.ranked == 600 - n).all()
    assert (found.claim_counts.sum(axis=1) == 600 - n).all()
    assert [str(problem) for problem in found.removed] == [
        "Indicator 'a' has one value (7.0) in all 4 city-years of 2020: it cannot be normalised. Remove it, or give "
        f"it goalposts. Therefore {n} of 600 draws ({n / 600:.1%}), those with reference: year, are left out."
    ]
    assert "其选项为reference: year。" in found.removed[0].text("zh")


def test_draws_left_out_for_several_reasons_are_counted_once_in_all():
    """Two constant columns of 2020: the same draws are left out for each of them."""
    panel = make_panel()
    values = panel.values.copy()
    values[:, 1, :2] = 7.0
    found = analysed(panel.with_values(values), options={"reference": ["pooled", "year"]})
    told, *reasons = [str(problem) for problem in found.removed]
    kept = int(found.ranked.max())
    assert len(reasons) == 2
    assert told.startswith(f"Of 600 draws {600 - kept} are left out in all and {kept} remain;")


def test_of_many_options_those_are_told_that_all_removed_draws_share():
    """The constant column of 2020 matters year by year; without treatment or with, whatever else is drawn."""
    panel = make_panel()
    values = panel.values.copy()
    values[:, 1, 0] = 7.0
    options = {
        **WIDE,
        "treatment": ["none", "winsorise"],
        "leave_out": ["city"],
        "noise": {"relative": 0, "replicates": 2},
    }
    found = analysed(panel.with_values(values), options=options)
    ranked, told = [str(problem) for problem in found.removed]
    assert "the others are ranked among themselves" in ranked
    assert re.search(r"those with reference: year, noise, are left out\.$", told)
    assert found.ranked.max() < 600


@pytest.mark.parametrize("weighting", ["given", "entropy"])
def test_leaving_out_all_there_is_removes_the_draw(weighting):
    """Dimension x with indicator a, dimension y with b: leaving out x and b, or y and a, leaves nothing."""
    framework = make_framework(dimensions={"x": {"indicators": {"a": {}}}, "y": {"indicators": {"b": {}}}})
    options = {"leave_out": ["indicator", "dimension"], "weights": {"spread": 0.1}, "aggregation": ["harmonic"]}
    methodology = make_methodology(normalisation=WIDE["normalisation"][0], weighting=weighting)
    found = analysed(framework=framework, methodology=methodology, claims=(), options=options)
    (told,) = [str(problem) for problem in found.removed]
    assert told.startswith("Nothing is left to compute: everything has been left out. Therefore ")
    n = int(re.search(r"Therefore (\d+) of 600", told)[1])
    assert 50 < n < 100  # x and b, or y and a: 2/16, each being left out in a quarter of the draws
    assert (found.ranked == 600 - n).all()


def test_what_can_never_go_is_refused_before_the_start():
    options = {"normalisation": [WIDE["normalisation"][0], "z_score"], "aggregation": ["arithmetic", "geometric"]}
    with pytest.raises(
        ChoiceError, match=r"'geometric' .*needs scores above 0, but .* 'z_score' .*gives neg"
    ) as refused:
        analysed(options=options)
    assert len(refused.value.problems) == 1


def test_the_order_of_cities_and_columns_does_not_matter(small_blocks):
    panel = make_panel()
    turned = make_panel({c: panel.series(c)[::-1] for c in "dbca"}, cities=panel.cities[::-1], years=panel.years)
    options = {key: part for key, part in WIDE.items() if key != "leave_out"} | {
        "noise": {"relative": 0.2, "replicates": 4}
    }
    one, other = analysed(panel, options=options), analysed(turned, options=options)
    assert_array_equal(one.rank_counts, other.rank_counts[::-1])
    assert_array_equal(one.claim_counts, other.claim_counts)


def test_progress_is_told_up_to_one(small_blocks):
    told = []
    analysed(progress=told.append)
    assert_allclose(told, np.arange(1, 7) / 6)


def test_no_draws_at_all():
    found = analysed(draws=0)
    assert found.draws == 0
    assert np.isnan(found.nominal_share).all() and np.isnan(found.claim_share(0))


@pytest.mark.parametrize("backend", ["threading", pytest.param("loky", marks=pytest.mark.slow)])
def test_the_same_bytes_with_any_number_of_workers(small_blocks, backend):
    joblib = pytest.importorskip("joblib")
    alone = analysed()
    for jobs in (1, 2, 4) if backend == "threading" else (2,):
        with joblib.parallel_config(backend=backend):
            same(analysed(jobs=jobs), alone)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_the_same_bytes_on_a_dask_cluster(small_blocks):
    joblib = pytest.importorskip("joblib")
    distributed = pytest.importorskip("distributed")
    alone = analysed()
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, host="127.0.0.1", dashboard_address=None
        ) as cluster,
        distributed.Client(cluster),
        joblib.parallel_config(backend="dask"),
    ):
        same(analysed(jobs=-1), alone)


def test_moments_of_scores_where_another_scale_comes_between():
    """TOPSIS has a scale of its own; arithmetic and geometric means share theirs on either side of it."""
    options = {"weights": {"spread": 0.25}, "aggregation": ["arithmetic", "topsis", "geometric"]}
    found = analysed(options=options, claims=(), draws=60)
    methodology = make_methodology(normalisation=WIDE["normalisation"][0])
    declared = Uncertainty.model_validate(options)
    scores = {True: [], False: []}
    for number in range(60):
        one = ic.robustness.draw(make_panel(), make_framework(), methodology, declared, number)
        index = ic.build_index(one.panel, one.framework, one.methodology)
        scores["topsis" in one.options["aggregation"]].append(index.score())
    assert len(found.scores) == 2
    for spread in found.scores:
        own = scores["topsis" in spread.option]
        assert spread.draws == len(own)
        assert_allclose(spread.mean, np.mean(own, axis=0), rtol=1e-9, atol=1e-9)
        assert_allclose(spread.deviation, np.std(own, axis=0), rtol=1e-6, atol=1e-7)
        assert (spread.quantiles >= np.min(own, axis=0) - 0.1).all()
        assert (spread.quantiles <= np.max(own, axis=0) + 0.1).all()


def test_the_ranking_as_a_whole_is_compared_draw_by_draw():
    """Each draw by the ordinary pipeline: exact where every rank is the chosen one, near where none is two away."""
    panel, framework, n = make_panel(), make_framework(), 60
    methodology, options = make_methodology(normalisation=WIDE["normalisation"][0]), Uncertainty.model_validate(WIDE)
    found = analysed(panel, framework, methodology, (), draws=n)
    nominal = ic.build_index(panel, framework, methodology).rank()[:, -1]
    joint = np.zeros(3, int)
    for number in range(n):
        one = ic.robustness.draw(panel, framework, methodology, options, number)
        rank = ic.build_index(one.panel, one.framework, one.methodology).rank()[:, -1]
        if len(rank) == len(nominal) and not np.isnan(rank).any():
            furthest = np.abs(rank - nominal).max()
            joint += [1, furthest == 0, furthest <= 1]
    assert tuple(found.joint) == tuple(joint.tolist()) and 0 < found.joint.exact <= found.joint.near <= joint[0] < n


@pytest.mark.parametrize("weights", [{"spread": 0.25}, None])
def test_a_draw_without_a_single_score_is_left_out_as_its_index_is_refused(weights):
    """No city has a, b and c: under propagate none is scored. Each draw kept can be built, none of the others."""
    nan = float("nan")
    figures = {"a": [1, nan, 3], "b": [nan, 2, 3], "c": [1, 2, nan], "d": [1, 2, 4]}
    panel, framework = make_panel(figures, cities="ABC", years=(2020,)), make_framework()
    methodology = make_methodology(missing="renormalise", normalisation="none")
    options = {"draws": 20, "missing": ["renormalise", "propagate"], "weighting": ["given", "standard_deviation"]}
    declared = Uncertainty.model_validate({**options, **({"weights": weights} if weights else {})})
    found = ic.robustness.uncertainty(panel, framework, methodology, (), declared, seed=1)
    refused = 0
    for number in range(20):
        one = ic.robustness.draw(panel, framework, methodology, declared, number, seed=1)
        try:
            ic.build_index(one.panel, one.framework, one.methodology)
        except ChoiceError as error:
            assert [problem.key for problem in error.problems] == ["no_score_anywhere"]
            refused += 1
    assert 0 < refused < 20 and found.ranked.tolist() == [[20 - refused]] * 3
    (told,) = [problem for problem in found.removed if problem.key == "draws_removed"]
    assert (told.facts["n"], told.facts["reason"].key) == (refused, "no_score_anywhere")
