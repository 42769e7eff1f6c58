"""The Logistics Performance Index of the World Bank, 2010, 2012 and 2014, by the public path.

Per year: weights from the first principal component of the six scores, on the scores as they are.
"""

import numpy as np
import pytest
import yaml
from numpy.testing import assert_allclose
from scipy.stats import spearmanr

import indexcalc as ic
from tests.golden.published import read

CODES = ["customs", "infrastructure", "shipments", "quality", "tracing", "timeliness"]
METHODOLOGY = {
    "normalisation": "none",
    "weighting": {"method": "pca_lpi", "basis": "raw", "per": "year"},
    "aggregation": "arithmetic",
    "rank_on": {"decimals": 9},
}


@pytest.fixture(scope="module")
def published():
    return read("lpi")


@pytest.fixture(scope="module")
def compute(published, tmp_path_factory):
    """The index; `weighting` as a change of its parameters."""

    def run(**weighting):
        text = {
            "framework": {"name": "Logistics Performance Index", "indicators": {code: {} for code in CODES}},
            "methodology": {**METHODOLOGY, "weighting": {**METHODOLOGY["weighting"], **weighting}},
        }
        path = tmp_path_factory.mktemp("lpi") / "lpi.yaml"
        path.write_text(yaml.safe_dump(text), encoding="utf-8")
        specification = ic.load_specification(path)
        columns = {code: published[code] for code in CODES}
        panel = ic.Panel.from_columns(published["country"], published["year"], columns)
        return ic.build_index(panel, specification.framework, specification.methodology)

    return run


@pytest.fixture(scope="module")
def result(compute):
    return compute()


@pytest.mark.parametrize("year", [2010, 2012, 2014])
def test_scores_and_ranks(result, published, year):
    """Two-decimal data: within 0.008 of the published score, at most two places apart."""
    ours = result.rankings().query("year == @year").set_index("city")
    theirs = published[published["year"] == year].set_index("country").loc[ours.index]
    assert len(theirs) == (160 if year == 2014 else 155)
    assert np.abs(ours["score"] - theirs["score"]).max() <= 0.008
    assert spearmanr(ours["score"], -theirs["rank"])[0] >= 0.99993
    assert np.abs(ours["rank"].astype(int) - theirs["rank"]).max() <= 2


def test_weights_of_each_year(result):
    """One set a year, all above 0, summing to 1; the six weigh about the same."""
    sets = np.unique(result.weights_by_observation[0].round(12), axis=0)
    assert sets.shape == (3, 6)
    assert_allclose(sets.sum(axis=1), 1.0, rtol=1e-10)
    assert sets.min() > 0.14
    assert sets.max() < 0.20
    assert result.weight_table()["weight"].sum() == pytest.approx(1.0)


def test_a_country_that_is_not_in_an_edition_has_no_score_there(result):
    assert (~result.present).sum() == np.isnan(result.score()).sum() > 0


def test_basis_and_scope_say_the_same_where_nothing_is_normalised(compute, result):
    """No direction is turned and nothing lies between indicators and index: the three bases and scopes agree."""
    for more in ({"basis": "oriented"}, {"basis": "normalised"}, {"scope": "levels"}, {"scope": "indicators"}):
        assert_allclose(compute(**more).scores, result.scores, rtol=1e-12, err_msg=str(more))


def test_one_set_of_weights_for_all_years(compute, result):
    pooled = compute(per="pooled")
    assert not pooled.weights_by_observation
    assert np.nanmax(np.abs(pooled.score() - result.score())) < 0.02
