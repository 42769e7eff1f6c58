"""Counts of a block by hand, ranks by comparing and by sorting, quantiles of scores."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from indexcalc.methods.ranking import competition_rank
from indexcalc.robustness import counts
from indexcalc.robustness.counts import Bounds, Spread, _limits_by_scale, ranks_and_wins, score_spread, spread_of, tally
from indexcalc.robustness.engine import Run


def _spread(scores: np.ndarray, limits: Bounds | None = None) -> Spread:
    """What is counted of scores on one scale."""
    limits = limits or _limits_by_scale(scores, [Run(0, scores.shape[2], "x", True)])["x"]
    return spread_of(scores, limits)


def whole_scores(n_city, seed, missing):
    """Few different whole numbers, so that there are ties; some missing."""
    random = np.random.default_rng(seed)
    scores = random.integers(0, 6, (2, n_city, 17)).astype(float)
    scores[random.random(scores.shape) < missing] = np.nan
    return scores


@given(st.integers(1, 9), st.integers(0, 1000), st.sampled_from([0.0, 0.3]), st.booleans())
def test_ranks_and_wins_by_either_way(n_city, seed, missing, sorting):
    scores = whole_scores(n_city, seed, missing)
    few = counts.FEW
    counts.FEW = 0 if sorting else few
    try:
        above, wins = ranks_and_wins(scores)
    finally:
        counts.FEW = few
    expected = np.stack([competition_rank(year) for year in scores])
    assert_array_equal(np.where(above < 0, np.nan, above + 1.0), expected)
    assert_array_equal(wins, (scores[:, :, None] > scores[:, None]).sum(axis=3))


def test_numbers_of_places_gained_by_hand():
    """Two cities, two years, three draws: they change places, stay, and in the last draw one has no score."""
    above = np.array([[[0, 0, 0], [1, 1, 1]], [[1, 0, 0], [0, 1, -1]]], np.int16)
    assert_array_equal(counts._gain_counts(above), [[1, 2, 0], [0, 1, 1]])
    assert_array_equal(counts._rank_counts(above)[:, 1], [[2, 1], [1, 1]])


def test_moments_are_exact_and_quantiles_to_a_cell():
    scores = np.random.default_rng(3).normal(50.0, 4.0, (2, 3, 1000))
    found = score_spread("min_max", _spread(scores))
    assert_allclose(found.mean, scores.mean(axis=2).T, rtol=1e-12)
    assert_allclose(found.deviation, scores.std(axis=2).T, rtol=1e-9)
    cell = 2.0 * np.ptp(scores, axis=2).T / counts.CELLS
    for level, quantile in zip(found.levels, found.quantiles, strict=True):
        assert (np.abs(quantile - np.quantile(scores, level, axis=2).T) < cell).all()


def test_of_many_draws_moments_are_over_all_and_quantiles_over_some():
    scores = np.random.default_rng(3).normal(50.0, 4.0, (1, 2, 4000))
    spread = _spread(scores)
    found = score_spread("min_max", spread)
    assert (spread.cells.sum(axis=2) == 1000).all() and (spread.seen == 4000).all()
    assert_allclose(found.mean, scores.mean(axis=2).T, rtol=1e-12)
    assert_allclose(found.quantiles[2], np.quantile(scores[:, :, ::4], 0.5, axis=2).T, atol=0.15)


def test_spreads_add_up():
    scores = np.random.default_rng(4).normal(0.0, 1.0, (1, 2, 600))
    first = _spread(scores[:, :, :300])
    both = _spread(scores, (first.low, first.high))
    first.add(_spread(scores[:, :, 300:], (first.low, first.high)))
    assert first.draws == 600
    assert_array_equal(first.cells, both.cells)
    assert_allclose(first.squares, both.squares)


def test_a_score_that_never_varies_is_its_own_quantile():
    found = score_spread("x", _spread(np.full((1, 2, 5), 7.5)))
    assert_allclose(found.quantiles, 7.5, rtol=1e-8)
    assert_allclose(found.deviation, 0.0, atol=1e-8)


@pytest.mark.parametrize("n", [1, 3])
def test_missing_scores_are_left_out_of_the_moments(n):
    scores = np.full((1, 2, 4), np.nan)
    scores[0, 0, :n] = np.arange(n) + 1.0
    found = score_spread("x", _spread(scores))
    assert_allclose(found.mean[0, 0], (n + 1) / 2)
    assert np.isnan(found.mean[1, 0]) and np.isnan(found.quantiles[:, 1, 0]).all()


def test_scores_counted_between_other_limits_keep_their_moments_and_nearly_their_quantiles():
    """A block may meet a scale that the first block had not: its limits are its own."""
    scores = np.random.default_rng(5).normal(50.0, 4.0, (1, 2, 900))
    first, rest = _spread(scores[:, :, :300]), _spread(scores[:, :, 300:] + 1.0)
    first.add(rest)
    found = score_spread("x", first)
    scores[:, :, 300:] += 1.0
    assert_allclose(found.mean, scores.mean(axis=2).T, rtol=1e-12)
    assert_allclose(found.deviation, scores.std(axis=2).T, rtol=1e-9)
    assert_allclose(found.quantiles[2], np.median(scores, axis=2).T, atol=0.15)


def test_runs_on_one_scale_with_another_between_them_share_their_limits():
    scores = np.concatenate([np.full((1, 2, 4), 1.0), np.full((1, 2, 4), 5.0), np.full((1, 2, 4), 9.0)], axis=2)
    runs = [Run(0, 4, "x", True), Run(4, 8, "y", True), Run(8, 12, "x", True)]
    low, high = _limits_by_scale(scores, runs)["x"]
    assert_allclose(low, -3.0)
    assert_allclose(high, 13.0)


@pytest.mark.parametrize("n_city", [13, 21, counts.FEW, counts.FEW + 1])
def test_ranks_and_places_gained_are_counted(n_city):
    above, _ = ranks_and_wins(whole_scores(n_city, 1, 0.1))
    expected = (above[..., None] == np.arange(n_city)).sum(axis=2).transpose(1, 0, 2)
    assert_array_equal(counts._rank_counts(above), expected)
    there = (above[0] >= 0) & (above[-1] >= 0)
    places = above[0].astype(int) - above[-1]
    gains = [[((places[c] == g) & there[c]).sum() for g in range(1 - n_city, n_city)] for c in range(n_city)]
    assert_array_equal(counts._gain_counts(above), gains)


@given(st.lists(st.integers(-9, 9), min_size=1, max_size=200), st.booleans(), st.booleans())
def test_numbers_are_tallied_by_either_way(values, many, packed):
    """By comparing with each, or by a histogram; with and without the instruction that counts bits (numpy 2)."""
    with pytest.MonkeyPatch.context() as patch:
        if many:
            patch.setattr(counts, "VERY_FEW", 0)
        if not packed:
            patch.delattr(np, "bitwise_count", raising=False)
        found = tally(np.array([[values], [values[::-1]]], np.int8), -5, 4)
    assert found.tolist() == [[[values.count(n) for n in range(-5, 5)]]] * 2


def test_more_draws_than_are_compared_at_once(monkeypatch):
    scores = np.tile(whole_scores(5, 3, 0.1), 20)
    above, wins = ranks_and_wins(scores)
    monkeypatch.setattr(counts, "PAIRS", 1)  # 64 of 340 draws at a time
    again, wins_again = ranks_and_wins(scores)
    assert_array_equal(again, above)
    assert_array_equal(wins_again, wins)
