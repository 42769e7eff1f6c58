"""Shares, quantiles and groups read off the counts, by hand."""

from dataclasses import replace

import numpy as np
from numpy.testing import assert_allclose

from indexcalc.analysis.claims import Verdict
from indexcalc.robustness.result import UncertaintyResult
from indexcalc.spec.claims import RankIs


def test_without_pairs_there_are_no_groups():
    made = replace(two_cities(), paired=(), beats=np.zeros((0, 2, 2), int), compared=np.zeros((0, 2, 2), int))
    assert made.groups(2020) == () and made.winning_index.shape == (0, 2, 2)


def two_cities(ranks=((6, 4), (4, 6)), beats=6, ties=0, claims=(3, 5, 1, 1)):
    """Ten draws of two cities in one year: the first has rank 1 in six of them."""
    counts = np.array(ranks)[:, None, :]
    above = np.array([[[0, beats], [10 - beats - ties, 0]]])
    return UncertaintyResult(
        cities=("甲", "乙"),
        years=(2020,),
        draws=10,
        seed=1,
        factors=(),
        claims=(RankIs(kind="rank_is", city="甲", rank=1),),
        nominal_rank=np.array([[1.0], [2.0]]),
        nominal_verdicts=(Verdict.HOLDS,),
        rank_counts=counts,
        gain_counts=np.array([[1, 8, 1], [1, 8, 1]]),
        beats=above,
        compared=np.full((1, 2, 2), 10),
        paired=(2020,),
        claim_counts=np.array([claims]),
        scores=(),
    )


def test_shares_mean_and_quantiles_of_ranks():
    found = two_cities()
    assert_allclose(found.acceptability[:, 0], [[0.6, 0.4], [0.4, 0.6]])
    assert_allclose(found.rank_mean[:, 0], [1.4, 1.6])
    assert found.rank_quantile(0.5)[:, 0].tolist() == [1.0, 2.0]
    assert found.rank_quantile(0.95)[:, 0].tolist() == [2.0, 2.0]
    assert_allclose(found.nominal_share[:, 0], [0.6, 0.6])
    assert_allclose(found.share_within(1)[:, 0], [1.0, 1.0])


def test_places_gained_are_counted_from_the_middle():
    found = two_cities()
    assert found.gain_quantile(0.05).tolist() == [-1.0, -1.0]
    assert found.gain_quantile(0.5).tolist() == [0.0, 0.0]


def test_a_tie_counts_half_to_each_and_the_two_add_up():
    wins = two_cities(beats=5, ties=2).winning_index[0]
    assert_allclose(wins[0, 1], 0.6)
    assert_allclose(wins[0, 1] + wins[1, 0], 1.0)


def test_a_claims_share_is_among_the_draws_in_which_it_is_defined():
    found = two_cities()  # fails 3, holds 5, tied 1, undefined 1
    assert_allclose(found.claim_share(0), 6 / 9)
    assert_allclose(found.claim_error(0), np.sqrt(6 / 9 * 3 / 9 / 9))


def test_cities_whose_order_is_certain_form_groups_of_their_own():
    assert two_cities().groups(2020) == (("甲", "乙"),)
    assert two_cities(ranks=((10, 0), (0, 10)), beats=10).groups(2020) == (("甲",), ("乙",))


def test_a_city_left_out_of_every_draw_has_no_share():
    found = two_cities(ranks=((10, 0), (0, 0)))
    assert np.isnan(found.acceptability[1]).all()
    assert np.isnan(found.rank_quantile(0.5)[1, 0])


def test_what_is_shared_is_told_apart():
    found = two_cities(claims=(3, 5, 1, 1))
    assert_allclose(found.claim_parts(0), (5 / 9, 1 / 9))
    assert (found.tied == 0).all() and (found.nominal_tied == 0).all()
    tied = replace(found, tied_counts=np.array([[[3, 2, 2]], [[3, 0, 1]]]))
    assert_allclose(tied.tied[:, 0], [0.3, 0.3])
    assert_allclose(tied.first_tied[:, 0], [0.2, 0.0])
    assert_allclose(tied.nominal_tied[:, 0], [0.2, 0.1])
