"""The adjusted Mazziotta-Pareto index by the public path: 30 units, employment and energy consumption, 2010 and 2011.

As the documentation of the R package Compind prints it (ci_ampi), and as the paper of 2016 has it.
"""

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal

import indexcalc as ic
from tests.conftest import write_yaml
from tests.golden.published import read

COMPIND = """
framework:
  indicators:
    employ: {normalisation: {method: mazziotta_pareto, centre: 50}}
    finalenergy: {normalisation: {method: mazziotta_pareto, centre: 100}}
methodology:
  reference: year
  aggregation: {method: mazziotta_pareto, penalty: up, ddof: 1}
"""
PAPER = """
framework: {indicators: {employ: {}, finalenergy: {direction: negative}}}
methodology:
  normalisation: mazziotta_pareto
  reference: pooled
  aggregation: mazziotta_pareto
"""


@pytest.fixture(scope="module")
def figures():
    return read("ampi")


def compute(figures, tmp_path, text, *settings):
    specification = ic.load_specification(write_yaml(tmp_path / "ampi.yaml", text), settings=settings)
    columns = {code: figures[code] for code in ("employ", "finalenergy")}
    panel = ic.Panel.from_columns(figures["unit"], figures["year"], columns)
    return ic.build_index(panel, specification.framework, specification.methodology)


def test_every_published_score(figures, tmp_path):
    """Goalposts of each year, sample standard deviation, penalty added: 60 of 60 to the two decimals printed."""
    result = compute(figures, tmp_path, COMPIND)
    printed = figures.pivot(index="unit", columns="year", values="published").loc[list(result.cities)]
    assert printed.shape == (30, 2)
    assert_allclose(result.score(), printed[list(result.years)], atol=0.005 + 1e-9)


def by_hand(figures, centre, *, penalty, ddof):
    """The paper in pandas, step by step; centre: of each indicator, as it is oriented."""
    x = figures[["employ", "finalenergy"]] * [1, -1]
    half = (x.max() - x.min()) / 2
    low, high = centre(x) - half, centre(x) + half
    r = 70 + 60 * (x - low) / (high - low)
    mean, sd = r.mean(axis=1), r.std(axis=1, ddof=ddof)
    return mean + penalty * sd * (sd / mean)


def test_the_variant_of_2016(figures, tmp_path):
    """Range over both years, population standard deviation, penalty taken off, one indicator negative."""
    result = compute(figures, tmp_path, PAPER)
    expected = by_hand(figures, lambda x: x.mean(), penalty=-1, ddof=0)
    table = result.score_table().query("node == 'index'").set_index(["city", "year"])["score"]
    assert_allclose(table.loc[list(zip(figures["unit"], figures["year"], strict=True))], expected, rtol=1e-12)


def test_a_base_year_as_reference_value(figures, tmp_path):
    """Reference value of 2010, goalposts of both years: each by its own centre, in the indicator's own direction."""
    first = figures[figures["year"] == 2010]
    centres = {code: float(first[code].mean()) for code in ("employ", "finalenergy")}
    own = [
        f"framework.indicators.{c}.normalisation={{method: mazziotta_pareto, centre: {v!r}}}"
        for c, v in centres.items()
    ]
    result = compute(figures, tmp_path, PAPER, *own, "methodology.aggregation={method: mazziotta_pareto, penalty: up}")
    turned = pd.Series(centres) * [1, -1]
    expected = by_hand(figures, lambda x: turned, penalty=1, ddof=0)
    table = result.score_table().query("node == 'index'").set_index(["city", "year"])["score"]
    assert_allclose(table.loc[list(zip(figures["unit"], figures["year"], strict=True))], expected, rtol=1e-12)
    mean_2010 = result.normalised.values[:, 0, :].mean(axis=0)
    assert_allclose(mean_2010, 100.0, rtol=1e-12)  # the reference value scores 100


def test_the_variants_differ(figures, tmp_path):
    """Or else their names would mean nothing."""
    scores = [
        compute(figures, tmp_path, COMPIND, *settings).score()
        for settings in (
            [],
            ["methodology.reference=pooled"],
            ["methodology.aggregation={method: mazziotta_pareto, penalty: up, ddof: 0}"],
            ["methodology.aggregation={method: mazziotta_pareto, penalty: down, ddof: 1}"],
        )
    ]
    assert all(np.abs(scores[0] - other).max() > 0.005 for other in scores[1:])
    assert_array_equal([np.isnan(score).any() for score in scores], False)
