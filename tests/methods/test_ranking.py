"""Competition ranks: 1 + the number of scores strictly above, ties 1, 2, 2, 4."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.testing import assert_array_equal
from scipy.stats import rankdata

from indexcalc.methods import ranking
from indexcalc.methods.ranking import competition_rank

# Few different values, so that ties are common; some are missing.
TIED = st.one_of(st.integers(-3, 3).map(float), st.just(np.nan))


def literal_rank(scores, decimals):
    """The definition, restated slowly: one city at a time, against every other."""
    ranks = []
    for score in scores:
        if np.isnan(score):
            ranks.append(np.nan)
            continue
        above = [other for other in scores if not np.isnan(other) and round(other, decimals) > round(score, decimals)]
        ranks.append(1.0 + len(above))
    return ranks


def test_ties_by_hand():
    """9, 7, 7, 5 rank 1, 2, 2, 4."""
    assert_array_equal(competition_rank(np.array([7.0, 9.0, 5.0, 7.0])), [2, 1, 4, 2])


def test_a_missing_score_has_no_rank_and_stands_above_nobody():
    assert_array_equal(competition_rank(np.array([np.nan, 1.0, np.nan, 2.0])), [np.nan, 2, np.nan, 1])


def test_all_missing():
    assert_array_equal(competition_rank(np.array([np.nan, np.nan])), [np.nan, np.nan])


def test_ranks_are_taken_on_rounded_scores():
    """0.9621 and 0.9619 tie at 3 decimals and not at 4."""
    scores = np.array([0.9619, 0.9621, 0.95])
    assert_array_equal(competition_rank(scores, decimals=3), [1, 1, 3])
    assert_array_equal(competition_rank(scores, decimals=4), [2, 1, 3])


def test_noise_of_the_machine_is_a_tie():
    """0.1 + 0.2 and 0.3 differ in the last bit only."""
    assert_array_equal(competition_rank(np.array([0.3, 0.1 + 0.2])), [1, 1])


def test_zero_and_minus_zero_tie():
    assert_array_equal(competition_rank(np.array([0.0, -0.0, -1e-12])), [1, 1, 1])


def test_each_column_is_ranked_by_itself():
    scores = np.array([[[1.0, 6.0]], [[2.0, 5.0]], [[3.0, 4.0]]])
    assert_array_equal(competition_rank(scores), [[[3, 1]], [[2, 2]], [[1, 3]]])


def test_many_columns_are_ranked_a_few_at_a_time(monkeypatch):
    scores = np.random.default_rng(1).integers(0, 5, (4, 7, 3)).astype(float)
    scores[scores == 4] = np.nan
    monkeypatch.setattr(ranking, "AT_ONCE", 9)  # two columns of four, and one at the end
    found = competition_rank(scores).reshape(4, -1)
    for column, ranks in zip(scores.reshape(4, -1).T, found.T, strict=True):
        assert_array_equal(ranks, literal_rank(column, 9))


@given(st.lists(TIED, min_size=1, max_size=12))
def test_against_the_definition(scores):
    assert_array_equal(competition_rank(np.array(scores)), literal_rank(scores, 9))


@given(hnp.arrays(float, st.integers(1, 20), elements=st.integers(-5, 5).map(float)))
def test_against_scipy(scores):
    assert_array_equal(competition_rank(scores), rankdata(-scores, method="min"))


@given(st.lists(TIED, min_size=1, max_size=12), st.randoms(use_true_random=False))
def test_shuffling_cities_shuffles_ranks(scores, random):
    order = list(range(len(scores)))
    random.shuffle(order)
    shuffled = np.array(scores)[order]
    assert_array_equal(competition_rank(shuffled), competition_rank(np.array(scores))[order])


@pytest.mark.parametrize("shape", [(1,), (4, 1), (5, 2, 3)])
def test_the_shape_is_kept(shape):
    assert competition_rank(np.zeros(shape)).shape == shape
