"""Derived indicators: hand-worked, and missing wherever a part is missing."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.testing import assert_allclose, assert_array_equal

from indexcalc.methods.derivation import growth, ratio, share, sum_

NAN = np.nan
FIGURES = hnp.arrays(float, (3, 4), elements=st.one_of(st.just(NAN), st.integers(1, 1000).map(float)))
YEARS = np.array([2018, 2019, 2020, 2021])


def test_ratio_by_hand():
    """41,000 亿元 over 2,190 万人 is 187,214.6 元 per resident."""
    assert_allclose(ratio(np.array([[41000.0]]), np.array([[2190.0]]), scale=10000), [[187214.6119]], rtol=1e-9)


def test_share_by_hand():
    assert_allclose(share(np.array([[3.0]]), np.array([[12.0]])), [[25.0]], rtol=1e-15)


def test_sum_by_hand():
    parts = [np.array([[1.0, NAN]]), np.array([[2.0, 3.0]]), np.array([[4.0, 5.0]])]
    assert_array_equal(sum_(*parts), [[7.0, NAN]])


def test_sum_of_one_part_is_the_part():
    assert_array_equal(sum_(np.array([[1.0, NAN]])), [[1.0, NAN]])


def test_growth_by_hand():
    """100 to 110 is 10 %; 110 to 99 is -10 %; the first year has nothing before it."""
    assert_allclose(growth(np.array([[100.0, 110.0, 99.0]]), YEARS[:3]), [[NAN, 10.0, -10.0]], rtol=1e-12)


def test_growth_looks_at_the_calendar_not_at_the_column():
    """2017, 2019, 2020: only 2020 has a year before it in the panel; over two years, only 2019."""
    x, years = np.array([[100.0, 150.0, 165.0]]), np.array([2017, 2019, 2020])
    assert_allclose(growth(x, years), [[NAN, NAN, 10.0]], rtol=1e-12)
    assert_allclose(growth(x, years, over=2), [[NAN, 50.0, NAN]], rtol=1e-12)


def test_growth_is_missing_where_either_year_is():
    assert_allclose(growth(np.array([[100.0, NAN, 120.0, 132.0]]), YEARS), [[NAN, NAN, NAN, 10.0]], rtol=1e-12)


@given(FIGURES, FIGURES)
def test_missing_exactly_where_a_part_is_missing(of, to):
    for derived in (ratio(of, to, scale=3.0), share(of, to), sum_(of, to)):
        assert_array_equal(np.isnan(derived), np.isnan(of) | np.isnan(to))


@given(FIGURES, FIGURES, st.floats(0.01, 100.0))
def test_share_and_ratio_do_not_see_a_common_unit(of, to, factor):
    assert_allclose(share(factor * of, factor * to), share(of, to), rtol=1e-12)
    assert_allclose(ratio(factor * of, factor * to), ratio(of, to), rtol=1e-12)


@pytest.mark.parametrize("over", [1, 2, 3])
def test_growth_against_pandas(over):
    import pandas as pd

    x = np.random.default_rng(3).uniform(1, 9, (2, 4))
    expected = pd.DataFrame(x.T, index=YEARS).pct_change(over) * 100.0
    assert_allclose(growth(x, YEARS, over=over), expected.to_numpy().T, rtol=1e-12)
