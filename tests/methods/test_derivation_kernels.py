"""Further derived indicators: hand-worked, and missing wherever a part is missing."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.testing import assert_allclose, assert_array_equal

import indexcalc as ic
from indexcalc.methods import METHODS
from indexcalc.methods.derivation import deflate, difference, growth, moving_average, per_capita, product, ratio

NAN = np.nan
FIGURES = hnp.arrays(float, (3, 4), elements=st.one_of(st.just(NAN), st.integers(1, 1000).map(float)))
YEARS = np.array([2018, 2019, 2020, 2021])


def test_difference_by_hand():
    """Exports less imports; below zero for a deficit."""
    assert_array_equal(difference(np.array([[5.0, 1.0, NAN]]), np.array([[2.0, 4.0, 1.0]])), [[3.0, -3.0, NAN]])


def test_product_by_hand():
    parts = [np.array([[2.0, NAN, 0.0]]), np.array([[3.0, 1.0, 5.0]]), np.array([[4.0, 1.0, NAN]])]
    assert_allclose(product(*parts, scale=0.5), [[12.0, NAN, NAN]], rtol=1e-15)


def test_per_capita_by_hand():
    """41,000 亿元 over 2,190 万人 is 187,214.6 元 per resident; without a scale 18.7 亿元 per 万人."""
    of, people = np.array([[41000.0]]), np.array([[2190.0]])
    assert_allclose(per_capita(of, people), [[187214.6119]], rtol=1e-9)
    assert_allclose(per_capita(of, people, scale=1), [[18.72146119]], rtol=1e-9)


def test_moving_average_by_hand():
    x = np.array([[1.0, 2.0, 6.0, 4.0]])
    assert_allclose(moving_average(x, YEARS), [[NAN, NAN, 3.0, 4.0]], rtol=1e-15)
    assert_allclose(moving_average(x, YEARS, window=2), [[NAN, 1.5, 4.0, 5.0]], rtol=1e-15)
    assert_array_equal(moving_average(x, YEARS, window=1), x)
    assert np.isnan(moving_average(x, YEARS, window=5)).all()


def test_moving_average_needs_every_calendar_year():
    """2017 is not in the panel: no mean of three years before 2020."""
    x, years = np.array([[1.0, 2.0, 3.0, 4.0]]), np.array([2016, 2018, 2019, 2020])
    assert_allclose(moving_average(x, years), [[NAN, NAN, NAN, 3.0]], rtol=1e-15)


def test_moving_average_is_missing_where_a_year_has_no_figure():
    x = np.array([[1.0, NAN, 3.0, 5.0]])
    assert_allclose(moving_average(x, YEARS, window=2), [[NAN, NAN, NAN, 4.0]], rtol=1e-15)


@pytest.mark.parametrize("window", [1, 2, 3])
@given(x=FIGURES)
def test_moving_average_against_pandas(window, x):
    import pandas as pd

    expected = pd.DataFrame(x.T).rolling(window, min_periods=window).mean().to_numpy().T
    assert_allclose(moving_average(x, YEARS, window=window), expected, rtol=1e-9)


@given(FIGURES, FIGURES)
def test_missing_exactly_where_a_part_is_missing(of, other):
    for derived in (difference(of, other), per_capita(of, other)):
        assert_array_equal(np.isnan(derived), np.isnan(of) | np.isnan(other))
    assert_allclose(per_capita(of, other), ratio(of, other, scale=10000.0), rtol=1e-15)


@given(FIGURES)
def test_a_series_that_does_not_change_is_its_own_average_and_does_not_grow(x):
    still = np.repeat(x[:, :1], 4, axis=1)
    assert_allclose(moving_average(still, YEARS)[:, 2:], still[:, 2:], rtol=1e-12)
    assert_allclose(growth(still, YEARS)[:, 1:], 0.0 * still[:, 1:], atol=1e-12)


def test_what_is_divided_by_is_named():
    """The door refuses a zero there by name."""
    divisors = {
        name: found.traits["divides_by"]
        for name, found in METHODS["derivation"].items()
        if "divides_by" in found.traits
    }
    assert divisors == {"ratio": "to", "share": "to", "growth": "of", "per_capita": "population", "deflate": "by"}
    for name, part in divisors.items():
        assert part in METHODS["derivation"][name].positional


def test_deflate_by_hand():
    """Money that grows as prices do stands still; a city without an index in the base year has no figure."""
    money = np.array([[100.0, 104.0, 109.2, 120.0], [10.0, 20.0, 30.0, 40.0]])
    prices = np.array([[100.0, 104.0, 109.2, 100.0], [1.0, NAN, 1.0, 1.0]])
    assert_allclose(deflate(money, prices, YEARS, base=int(YEARS[0]))[0], [100, 100, 100, 120], rtol=1e-12)
    assert np.isnan(deflate(money, prices, YEARS, base=int(YEARS[1]))[1]).all()
    real = deflate(money[:1], prices[:1], YEARS, base=int(YEARS[1]))
    assert_allclose(real, deflate(money[:1], 7 * prices[:1], YEARS, base=int(YEARS[1])), rtol=1e-12)
    assert_allclose(real[0, 1], money[0, 1])


def test_deflate_in_a_framework_and_its_base_year():
    panel = ic.Panel.from_columns(
        "AABB", [2020, 2021] * 2, {"money": [100.0, 121.0, 50.0, 55.0], "cpi": [100.0, 110.0, 100.0, 110.0]}
    )

    def real(base):
        framework = ic.Framework.model_validate(
            {
                "indicators": {"real": {"deflate": {"of": "money", "by": "cpi", "base": base}}},
                "series": {"money": {}, "cpi": {}},
            }
        )
        return ic.build_index(panel, framework, ic.Methodology()).derived.series("real")

    assert_allclose(real(2020), [[100, 110], [50, 50]])
    assert_allclose(real(2021), [[110, 121], [55, 55]])
    with pytest.raises(ic.InputError, match=r"'real': deflate names base 2019, which is not among the years 2020"):
        real(2019)
