"""The Rule of Law Index of the World Justice Project, 2014-2019: no normalisation, and members that come and go.

Source: World Justice Project, Rule of Law Index, historical data (worldjusticeproject.org).
"""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

import indexcalc as ic
from tests.conftest import write_yaml
from tests.golden import lay_out
from tests.golden.published import EXTENTS, FULL, read

SUB_FACTORS = {1: 6, 2: 4, 3: 4, 4: 8, 5: 3, 6: 5, 7: 7, 8: 7}
MEMBERS = {2014: 99, 2015: 102, 2016: 113, 2018: 113, 2019: 126}


def rule_of_law():
    """The framework: eight factors of 44 sub-factors, all means, nothing normalised."""
    lines = ["framework:", "  dimensions:"]
    for factor, count in SUB_FACTORS.items():
        codes = ", ".join(f"'{factor}.{sub}': {{}}" for sub in range(1, count + 1))
        lines.append(f"    F{factor}: {{indicators: {{{codes}}}}}")
    return "\n".join([*lines, "methodology: {normalisation: none, aggregation: arithmetic}"])


@pytest.fixture(scope="module", params=EXTENTS)
def editions(request):
    """The first and the last edition here, all five in full."""
    return [2014, 2019] if request.param == "slice" else list(MEMBERS)


@pytest.fixture(scope="module")
def published(editions):
    return read("wjp") if editions == [2014, 2019] else lay_out.numeric(lay_out.wjp(FULL))


@pytest.fixture(scope="module")
def result(published, tmp_path_factory):
    yaml = write_yaml(tmp_path_factory.mktemp("wjp") / "wjp.yaml", rule_of_law())
    specification = ic.load_specification(yaml)
    codes = list(specification.framework.all_indicators)
    assert len(codes) == 44
    panel = ic.Panel.from_columns(published["country"], published["edition"], {code: published[code] for code in codes})
    return ic.build_index(panel, specification.framework, specification.methodology)


@pytest.mark.parametrize("node", [*(f"F{factor}" for factor in SUB_FACTORS), "index"])
def test_factors_and_overall_scores(result, published, editions, node):
    """Every country of every edition, to the last digits."""
    table = result.score_table().query("node == @node").set_index(["city", "year"])
    expected = published.set_index(["country", "edition"])["overall" if node == "index" else node]
    assert len(table) == len(expected) == sum(MEMBERS[edition] for edition in editions)
    assert_allclose(table["score"].reindex(expected.index), expected, rtol=1e-12)


def test_ranks_of_each_edition(result, published):
    table = result.rankings().set_index(["city", "year"])
    scores = published.set_index(["country", "edition"])["overall"]
    expected = scores.round(9).groupby(level="edition").rank(method="min", ascending=False)
    assert_array_equal(table["rank"].reindex(expected.index).astype(int), expected.astype(int))


def test_membership_changes_by_year(result, published, editions):
    """A country that is not in an edition has no score and no rank there; the others are ranked among themselves."""
    members = published.groupby("edition").size()
    assert dict(members) == {edition: MEMBERS[edition] for edition in editions}
    for t, year in enumerate(result.years):
        assert np.isfinite(result.score()[:, t]).sum() == members[year]
        assert np.nanmax(result.rank()[:, t]) <= members[year]
