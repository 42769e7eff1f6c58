"""Aggregation kernels against published figures.

The small cases are typed here; the large tables are read from tests/golden/data.
"""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from indexcalc.methods.aggregation import (
    arithmetic,
    copeland,
    generalised,
    geometric,
    harmonic,
    inverted_geometric,
    outranking,
    round_half,
    topsis,
)
from indexcalc.methods.normalisation import min_max, vector
from tests.golden.published import read, spread, worked

HALF = np.array([0.5, 0.5])

# --- COINr 1.1.14, ASEM Sustainable Connectivity ----------------------------------------------------------------------


@pytest.fixture(scope="module")
def asem():
    """Scores on 1..100 (51 countries, 49 indicators) and the tree above them."""
    return spread("asem/normalised", "on_100"), read("asem/nodes", "node")


def combined(scores, tree, kernels, weights):
    """Scores of every aggregate, level by level; `kernels`: the kernel of levels 2, 3 and 4."""
    scores = scores.copy()
    for level, kernel in enumerate(kernels, start=2):
        for node in tree.index[tree["level"] == level]:
            children = tree.index[tree["parent"] == node]
            written = weights.loc[children].to_numpy(float)
            scores[node] = kernel(scores[children].to_numpy(float), written / written.sum())
    return scores


def quadratic(z, weights):
    return generalised(z, weights, p=2)


ASEM = {
    "arithmetic": [arithmetic] * 3,
    "geometric": [geometric] * 3,
    "harmonic": [harmonic] * 3,
    "quadratic": [quadratic] * 3,
    "mixed": [arithmetic, geometric, harmonic],
    "custom": [arithmetic] * 3,
}


@pytest.mark.parametrize("name", ASEM)
def test_aggregations_of_coinr(asem, name):
    scores, tree = asem
    expected = spread("asem/aggregated", name)
    found = combined(scores, tree, ASEM[name], tree["custom_weight" if name == "custom" else "weight"])
    assert len(expected.columns) == 11
    assert_allclose(found.loc[expected.index, expected.columns], expected, rtol=1e-9)


def test_the_power_means_are_one_kernel(asem):
    scores, tree = asem
    for name, p in (("arithmetic", 1.0), ("geometric", 0.0), ("harmonic", -1.0)):
        expected = spread("asem/aggregated", name)
        kernels = [lambda z, weights, p=p: generalised(z, weights, p=p)] * 3
        assert_allclose(combined(scores, tree, kernels, tree["weight"])[expected.columns], expected, rtol=1e-9)


def test_outranking_and_copeland_of_coinr(asem):
    """The eight pillars under the arithmetic mean, weighed equally."""
    scores, tree = asem
    pillars = combined(scores, tree, [arithmetic], tree["weight"])[tree.index[tree["level"] == 2]]
    expected = read("asem/outranking", "country")
    weights = np.full(8, 0.125)
    assert_allclose(outranking(pillars.to_numpy(float), weights), expected, rtol=1e-9)
    expected = read("asem/countries", "country")["copeland"]
    assert_array_equal(copeland(pillars.to_numpy(float), weights, np.full(51, 2018)), expected)


# --- TOPSIS -----------------------------------------------------------------------------------------------------------


def test_topsis_of_opricovic_and_tzeng():
    """Opricovic and Tzeng (2004), EJOR 156(2), 445-455: cost 1, 2, 5, benefit 3000, 3750, 4500; min-max first."""
    x = np.array([[-1.0, 3000.0], [-2.0, 3750.0], [-5.0, 4500.0]])
    assert_array_equal(round_half(topsis(min_max(x, x), HALF), 3), [0.5, 0.617, 0.5])


def test_topsis_of_mathmodels():
    """R package mathmodels, documentation of topsis: second indicator negative, weights .6 and .4, vector first."""
    x = np.array([[2.0, -8.0], [5.0, -1.0], [3.0, -6.0]])
    assert_allclose(topsis(vector(x, x), np.array([0.6, 0.4])), [0.0, 1.0, 0.3111391], atol=5e-8)


# --- INFORM, rank reversal --------------------------------------------------------------------------------------------


def test_the_spreadsheet_formula_of_inform():
    """=(10-GEOMEAN(((10-A)/10*9+1),((10-B)/10*9+1)))/9*10, INFORM Risk Index workbook, typed out step by step."""
    for a, b in [(5.0, 5.0), (6.5, 3.2), (0.0, 10.0), (10.0, 0.0), (2.0, 8.0), (7.3, 4.1)]:
        expected = (10 - (((10 - a) / 10 * 9 + 1) * ((10 - b) / 10 * 9 + 1)) ** 0.5) / 9 * 10
        assert_allclose(inverted_geometric(np.array([[a, b]]), HALF), [expected], rtol=1e-13)


def test_a_min_max_index_lets_a_newcomer_swap_two_cities():
    """Computed for this project: the first two of three cities change places when a fourth comes in."""
    x = np.array([[10.0, 50.0], [8.0, 65.0], [2.0, 10.0]])
    three = arithmetic(min_max(x, x), HALF)
    assert_allclose(three, [0.8636363636363636, 0.875, 0.0], rtol=1e-15)
    more = np.vstack([x, [10.0, 200.0]])
    four = arithmetic(min_max(more, more), HALF)
    assert_allclose(four, [0.6052631578947368, 0.5197368421052632, 0.0, 1.0], rtol=1e-15)


def test_the_typed_cases_are_those_of_the_tables():
    """The figures typed here stand in the published tables."""
    mcdm = worked("papers")["topsis_opricovic2004"]
    assert mcdm["matrix"] == [[1, 3000], [2, 3750], [5, 4500]]
    assert (mcdm["types"], mcdm["weights"], mcdm["expected"]) == ([-1, 1], [0.5, 0.5], [0.5, 0.617, 0.5])
    practice = worked("practice")["topsis_3x2"]
    assert (practice["matrix"], practice["closeness"]) == ([[2, 8], [5, 1], [3, 6]], [0, 1, 0.3111391])
    checks = worked("checks")["rank_reversal"]
    assert checks["scores3"] == [0.8636363636363636, 0.875, 0.0]
    assert checks["scores4"] == [0.6052631578947368, 0.5197368421052632, 0.0, 1.0]
