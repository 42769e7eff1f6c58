"""Counts of a block by hand, ranks by comparing and by sorting, quantiles of scores."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from indexcalc.methods.ranking import competition_rank
from indexcalc.robustness import counts
from indexcalc.robustness.counts import Spread, ranks_and_wins, score_spread, tally


def _spread(scores: np.ndarray, first: int = 0) -> Spread:
    """What is kept of scores on one scale; first: the number of the first draw."""
    return Spread.of(scores, np.arange(first, first + scores.shape[2]))


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


@pytest.mark.parametrize(("all_years", "last"), [(0, 9), (0, 0)])
def test_of_many_cities_pairs_are_counted_in_the_last_year_and_of_very_many_not_at_all(monkeypatch, all_years, last):
    monkeypatch.setattr(counts, "ALL_PAIRED", all_years)
    monkeypatch.setattr(counts, "LAST_PAIRED", last)
    monkeypatch.setattr(counts, "FEW", 0)
    scores = whole_scores(5, 3, 0.2)
    above, wins = ranks_and_wins(scores)
    expected = (scores[:, :, None] > scores[:, None]).sum(axis=3)
    assert_array_equal(wins, expected[1:] if last else expected[:0])
    assert_array_equal(np.where(above < 0, np.nan, above + 1.0), np.stack([competition_rank(year) for year in scores]))


def test_numbers_of_places_gained_by_hand():
    """Two cities, two years, three draws: they change places, stay, and in the last draw one has no score."""
    above = np.array([[[0, 0, 0], [1, 1, 1]], [[1, 0, 0], [0, 1, -1]]], np.int16)
    assert_array_equal(counts._gain_counts(above), [[1, 2, 0], [0, 1, 1]])
    assert_array_equal(counts._rank_counts(above)[:, 1], [[2, 1], [1, 1]])


def test_moments_and_quantiles_are_those_of_numpy():
    scores = np.random.default_rng(3).normal(50.0, 4.0, (2, 3, 1000))
    found = score_spread("min_max", _spread(scores))
    assert_allclose(found.mean, scores.mean(axis=2).T, rtol=1e-12)
    assert_allclose(found.deviation, scores.std(axis=2).T, rtol=1e-12)
    assert_allclose(found.quantiles, np.quantile(scores, found.levels, axis=2).transpose(0, 2, 1), rtol=1e-12)


def test_of_many_draws_moments_are_over_all_and_quantiles_over_those_of_every_so_many_th_number():
    scores = np.random.default_rng(3).normal(50.0, 4.0, (1, 2, 9000))
    spread = _spread(scores)
    found = score_spread("min_max", spread)
    assert spread.every == 4 and spread.numbers.tolist() == list(range(0, 9000, 4)) and (spread.seen == 9000).all()
    assert_allclose(found.mean, scores.mean(axis=2).T, rtol=1e-12)
    assert_allclose(found.quantiles[2], np.median(scores[:, :, ::4], axis=2).T, rtol=1e-12)


def test_of_many_city_years_fewer_draws_are_kept(monkeypatch):
    monkeypatch.setattr(counts, "NUMBERS", 6 * 400)
    assert len(_spread(np.zeros((2, 3, 1000))).numbers) == 250  # of 400 at most
    monkeypatch.setattr(counts, "NUMBERS", 6)
    assert len(_spread(np.zeros((2, 3, 1000))).numbers) == 250  # the fewest


@given(st.integers(0, 1000), st.lists(st.integers(1, 900), min_size=1, max_size=9), st.sampled_from([0.0, 0.2, 1.0]))
def test_spreads_add_up(seed, sizes, missing):
    """Put together in parts, of any sizes, as at once: moments exactly, kept draws the very same."""
    random = np.random.default_rng(seed)
    scores = random.normal(1e6, 1.0, (2, 2, sum(sizes)))
    scores[random.random(scores.shape) < missing] = np.nan
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(counts, "SOME", 300)
        whole, parts = _spread(scores), []
        for start, size in zip(np.cumsum([0, *sizes]), sizes, strict=False):
            parts.append(_spread(scores[:, :, start : start + size], start))
        for part in parts[1:]:
            parts[0].add(part)
    found, expected = score_spread("x", parts[0]), score_spread("x", whole)
    assert found.draws == expected.draws and parts[0].numbers.tolist() == whole.numbers.tolist()
    assert_allclose(found.mean, expected.mean, rtol=1e-13)
    assert_allclose(found.deviation, expected.deviation, rtol=1e-9, atol=1e-9)
    assert_array_equal(found.quantiles, expected.quantiles)


def test_a_score_that_never_varies_is_its_own_quantile():
    found = score_spread("x", _spread(np.full((1, 2, 5), 7.5)))
    assert_array_equal(found.quantiles, np.full((5, 2, 1), 7.5))
    assert_array_equal(found.deviation, np.zeros((2, 1)))


@pytest.mark.parametrize("n", [1, 3])
def test_missing_scores_are_left_out(n):
    scores = np.full((1, 2, 4), np.nan)
    scores[0, 0, :n] = np.arange(n) + 1.0
    found = score_spread("x", _spread(scores))
    assert_allclose(found.mean[0, 0], (n + 1) / 2)
    assert_allclose(found.quantiles[:, 0, 0], np.quantile(np.arange(n) + 1.0, found.levels))
    assert np.isnan(found.mean[1, 0]) and np.isnan(found.quantiles[:, 1, 0]).all() and np.isnan(found.deviation[1, 0])


@pytest.mark.parametrize("n_city", [13, 21, counts.FEW, counts.FEW + 1])
def test_ranks_and_places_gained_are_counted(n_city):
    above, _ = ranks_and_wins(whole_scores(n_city, 1, 0.1))
    expected = (above[..., None] == np.arange(n_city)).sum(axis=2).transpose(1, 0, 2)
    assert_array_equal(counts._rank_counts(above), expected)
    there = (above[0] >= 0) & (above[-1] >= 0)
    over = [((one[None] < one[:, None]) & there[None] & there[:, None]).sum(axis=1) for one in (above[0], above[-1])]
    places = over[0] - over[1]
    gains = [[((places[c] == g) & there[c]).sum() for g in range(1 - n_city, n_city)] for c in range(n_city)]
    assert_array_equal(counts._gain_counts(above), gains)


@pytest.mark.parametrize("n_city", [1, 17, 33, counts.FEW + 1])
def test_a_block_of_which_no_draw_is_kept_counts_nothing(n_city):
    above, wins = ranks_and_wins(np.zeros((2, n_city, 0)))
    assert wins.shape == (2, n_city, n_city) and not wins.any() and not counts._compared(above).any()
    assert counts._rank_counts(above).shape == (n_city, 2, n_city) and not counts._rank_counts(above).any()
    assert counts._gain_counts(above).shape == (n_city, 2 * n_city - 1) and not counts._gain_counts(above).any()


@given(st.lists(st.integers(-9, 9), max_size=200), st.booleans(), st.booleans())
def test_numbers_are_tallied_by_either_way(values, many, packed):
    """By comparing with each, or by a histogram; with and without the instruction that counts bits (numpy 2)."""
    with pytest.MonkeyPatch.context() as patch:
        if many:
            patch.setattr(counts, "VERY_FEW", 0)
        if not packed:
            patch.delattr(np, "bitwise_count", raising=False)
        found = tally(np.array([[values], [values[::-1]]], np.int8), -5, 4)
    assert found.tolist() == [[[values.count(n) for n in range(-5, 5)]]] * 2


@given(st.lists(st.lists(st.integers(-2, 9), min_size=3, max_size=3), min_size=1, max_size=9), st.integers(1, 8))
def test_numbers_are_added_later_as_they_would_be_tallied_at_once(values, at_once):
    some = np.array(values, np.int16)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(counts, "BINS", at_once)
        found = counts.Untallied(some, 7).tally()
        counts.Untallied(some[:, :2], 7).add_to(found)
    assert_array_equal(found, tally(some, 0, 6) + tally(some[:, :2], 0, 6))


def test_scores_that_32_bits_do_not_tell_apart_are_compared_as_they_are():
    """2^24 and 2^24 + 1 are one number in 32 bits, and so are all numbers that are too great for them."""
    scores = np.array([[2.0**24, 2.0**24 + 1, 5.0], [1e300, 2e300, 1e300], [-1e300, np.nan, 0.0]]).T[None]
    above, wins = ranks_and_wins(scores)
    assert_array_equal(above[0], [[1, 1, 1], [0, 0, -1], [2, 1, 0]])
    assert_array_equal(wins[0], [[0, 0, 1], [2, 0, 2], [1, 0, 0]])


def test_more_draws_than_are_compared_at_once(monkeypatch):
    scores = np.tile(whole_scores(5, 3, 0.1), 20)
    above, wins = ranks_and_wins(scores)
    monkeypatch.setattr(counts, "PAIRS", 1)  # 64 of 340 draws at a time
    again, wins_again = ranks_and_wins(scores)
    assert_array_equal(again, above)
    assert_array_equal(wins_again, wins)


@pytest.mark.parametrize("missing", [0.0, 0.3])
@pytest.mark.parametrize("n_city", [5, counts.FEW + 1])
def test_draws_in_which_both_cities_have_a_score_are_counted(n_city, missing):
    scores = whole_scores(n_city, 4, missing)
    there = ~np.isnan(scores)
    above, _ = ranks_and_wins(scores)
    assert_array_equal(counts._compared(above), (there[:, :, None] & there[:, None]).sum(axis=-1))


@given(st.integers(1, 9), st.integers(0, 1000), st.sampled_from([0.0, 0.3]), st.booleans())
def test_shared_ranks_are_counted_as_by_hand(n_city, seed, missing, many):
    scores = whole_scores(n_city, seed, missing) * (1.0 if many else 1e6) + (0.0 if many else 1e-3)
    above, _ = ranks_and_wins(scores)
    nominal = np.random.default_rng(seed).integers(1, n_city + 1, (n_city, 2)).astype(float)
    expected = np.zeros((n_city, 2, 3), int)
    for t, c, d in np.ndindex(scores.shape):
        if (scores[t, :, d] == scores[t, c, d]).sum() > 1:
            rank = above[t, c, d] + 1
            expected[c, t] += [1, rank == 1, rank == nominal[c, t]]
    assert_array_equal(counts._tied_counts(above, nominal), expected)


def test_the_whole_ranking_by_hand():
    """Three cities, five draws: the same order, two neighbours changed, first and last changed, a tie, one missing."""
    above = np.array([[[0, 1, 2, 0, 0], [1, 0, 1, 0, -1], [2, 2, 0, 2, 1]]], np.int8)
    nominal = np.array([[1.0], [2.0], [3.0]])
    assert counts._joint(above, nominal).tolist() == [
        4,
        1,
        3,
    ]  # a tie of first and second is within one place, not exact
    shared = np.array([[1.0], [1.0], [3.0]])
    assert counts._joint(above, shared).tolist() == [4, 1, 3]
    without = np.array([[1.0], [np.nan], [2.0]])
    assert counts._joint(above, without).tolist() == [1, 1, 1]
    assert counts._joint(above, np.full((3, 1), np.nan)).tolist() == [0, 0, 0]
