"""The cities that two rankings share, and their ranks among these."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.testing import assert_array_equal

from indexcalc.methods.ranking import competition_rank
from indexcalc.steps.ranks import shared_ranks

# Few different values, so that ties are common; some are missing.
TIED = st.one_of(st.integers(-3, 3).map(float), st.just(np.nan))


def test_who_enters_or_leaves_moves_nobody():
    """A and B change places; C, D and E enter above them, F leaves from above."""
    before = np.array([2.0, 3.0, np.nan, np.nan, np.nan, 1.0])
    after = np.array([5.0, 4.0, 1.0, 2.0, 3.0, np.nan])
    assert_array_equal(shared_ranks(before, after), [[1, 2, *[np.nan] * 4], [2, 1, *[np.nan] * 4]])


@given(hnp.arrays(float, st.tuples(st.just(2), st.integers(1, 3), st.integers(1, 6)), elements=TIED), st.booleans())
def test_shared_ranks_are_those_of_the_scores_that_both_have(scores, whole):
    """Of many rankings at once; of whole numbers, 0 stands for no rank."""
    ranks = np.moveaxis(competition_rank(np.moveaxis(scores, -1, 0)), 0, -1)
    expected = np.moveaxis(
        competition_rank(np.moveaxis(np.where(np.isnan(scores[::-1]), np.nan, scores), -1, 0)), 0, -1
    )
    given = np.nan_to_num(ranks).astype(np.int8) if whole else ranks
    found = np.array(shared_ranks(*given))
    assert_array_equal(found, np.nan_to_num(expected) if whole else expected)
    assert not whole or found.dtype == np.int8


@given(hnp.arrays(float, st.tuples(st.just(2), st.integers(1, 6)), elements=st.integers(-3, 3).map(float)))
def test_where_all_are_ranked_in_both_nothing_changes(scores):
    ranks = competition_rank(scores.T).T
    assert_array_equal(shared_ranks(*ranks), ranks)
