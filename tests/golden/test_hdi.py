"""The Human Development Index of the UNDP, through the same door as any other index: a YAML and a table.

Source: UNDP, Human Development Report 2021/22, technical note 1 and time series 1990-2021 (hdr.undp.org;
CC BY 3.0 IGO).
"""

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal

import indexcalc as ic
from indexcalc.spec.uncertainty import Uncertainty
from tests.conftest import write_yaml
from tests.golden import lay_out
from tests.golden.published import EXTENTS, FULL, read

HDI = """
framework:
  name: {zh: 人类发展指数, en: Human Development Index}
  dimensions:
    health:
      indicators:
        le: {unit: 年, normalisation: {method: goalposts, low: 20, high: 85, cap: true, lower: 0, upper: 1}}
    education:
      aggregation: arithmetic
      indicators:
        eys: {unit: 年, normalisation: {method: goalposts, low: 0, high: 18, cap: true, lower: 0, upper: 1}}
        mys: {unit: 年, normalisation: {method: goalposts, low: 0, high: 15, cap: true, lower: 0, upper: 1}}
    income:
      indicators:
        gnipc:
          unit: 美元
          transform: log
          normalisation: {method: goalposts, low: 100, high: 75000, cap: true, lower: 0, upper: 1}
methodology:
  aggregation: geometric
  missing: propagate
  rank_on: {decimals: 3}
"""
INPUTS = ["le", "eys", "mys", "gnipc"]

# Life expectancy, expected and mean years of schooling, GNI per head (2017 PPP $), published HDI and rank of 2021:
# UNDP, Human Development Report 2021/22, Statistical Annex, Table 1; the unrounded inputs of its time series.
EXTRACT = pd.DataFrame(
    [
        ("Switzerland", 83.9872, 16.500299, 13.859660, 66933.004540, 0.962, 1),
        ("Norway", 83.2339, 18.185200, 13.003630, 64660.106220, 0.961, 2),
        ("China", 78.2107, 14.236115, 7.600118, 17504.399690, 0.768, 79),
        ("Rwanda", 66.0722, 11.230970, 4.425292, 2209.795202, 0.534, 165),
        ("Niger", 61.5763, 6.957112, 2.116717, 1239.866936, 0.400, 189),
    ],
    columns=["country", *INPUTS, "hdi", "rank"],
)


def compute(table, tmp_path):
    """The index of rows of country, year and inputs, by the public path."""
    specification = ic.load_specification(write_yaml(tmp_path / "hdi.yaml", HDI))
    panel = ic.Panel.from_columns(table["country"], table["year"], {name: table[name] for name in INPUTS})
    return ic.build_index(panel, specification.framework, specification.methodology)


def test_five_countries_of_2021(tmp_path):
    """Runs on any machine: published to three decimals, and the order of the five."""
    result = compute(EXTRACT.assign(year=2021), tmp_path)
    assert_allclose(result.score()[:, 0], EXTRACT["hdi"], rtol=0, atol=0.00051)
    assert_array_equal(result.rank()[:, 0], EXTRACT["rank"].rank())


def test_under_other_weights_by_dimension(tmp_path):
    """Nothing varied is the published index; with the weights of the three dimensions within 25 %, the order of these
    five, far apart but for the first two, stays."""
    specification = ic.load_specification(write_yaml(tmp_path / "hdi.yaml", HDI))
    table = EXTRACT.assign(year=2021)
    panel = ic.Panel.from_columns(table["country"], table["year"], {name: table[name] for name in INPUTS})
    for spread, low in ((0.0, 1.0), (0.25, 0.4)):
        options = Uncertainty.model_validate({"weights": {"spread": spread, "levels": [1]}})
        arguments = (panel, specification.framework, specification.methodology, (), options)
        found = ic.robustness.uncertainty(*arguments, draws=500)
        assert (found.nominal_share[:2] >= low).all()
        assert (found.nominal_share[2:] == 1.0).all()


def test_one_country_by_hand(tmp_path):
    """Switzerland 2021: health (83.9872-20)/65; schooling (16.500299/18 + 13.859660/15)/2; income by logarithms."""
    result = compute(EXTRACT.assign(year=2021), tmp_path)
    health, education = (83.9872 - 20) / 65, (16.500299 / 18 + 13.859660 / 15) / 2
    income = (np.log(66933.004540) - np.log(100)) / (np.log(75000) - np.log(100))
    found = [result.score(code)[0, 0] for code in ("health", "education", "income", "index")]
    expected = [health, education, income, (health * education * income) ** (1 / 3)]
    assert_allclose(found, expected, rtol=1e-13)


def test_norway_is_capped_at_18_years_of_schooling(tmp_path):
    """18.1852 expected years count as 18: the goalposts of the UNDP are capped."""
    result = compute(EXTRACT.assign(year=2021), tmp_path)
    assert result.score("eys")[1, 0] == 1.0


def test_places_are_gained_among_the_countries_of_both_years(tmp_path):
    """Many countries enter after 1990, most of them below: counted in whole rankings nearly all would have fallen."""
    table = read("hdi")
    table = table[table["year"].isin([1990, 2021])]
    result = compute(table, tmp_path)
    score = pd.DataFrame(result.score(), result.cities, result.years).round(3)
    ranks = score.dropna().rank(ascending=False, method="min")
    expected = ranks[1990] - ranks[2021]
    told = result.rankings().query("year == 2021").set_index("city")["rank_change_total"].dropna()
    assert_array_equal(told.loc[expected.index], expected)
    assert len(told) == 142 and ((told > 0).sum(), (told < 0).sum()) == (68, 68)
    whole = score.rank(ascending=False, method="min")
    naive = (whole[1990] - whole[2021]).dropna()
    assert ((naive > 0).sum(), (naive < 0).sum()) == (28, 112)


@pytest.fixture(scope="module", params=EXTENTS)
def extent(request):
    return request.param


@pytest.fixture(scope="module")
def country_years(extent):
    """Inputs and published values of 195 countries: 1990, 2000, 2010 and 2021 here, all years 1990-2021 in full."""
    table = read("hdi") if extent == "slice" else lay_out.numeric(lay_out.hdi(FULL))
    assert table["country"].nunique() == 195
    return table


def test_goalposts_are_passed_above(country_years):
    """Or else their caps would not be tried; nobody has 15 mean years of schooling."""
    for code, high in {"le": 85, "eys": 18, "gnipc": 75000}.items():
        assert (country_years[code] > high).any(), code


def below_the_goalpost(table):
    """Rwanda 1994 and South Sudan 1998: a life expectancy below 20 years scores 0, capped."""
    return table["le"] <= 20


def test_a_life_expectancy_below_the_goalpost_is_refused_by_name(country_years, tmp_path):
    """A geometric mean with a 0 in it is no index: the program says whose it is, and the UNDP publishes none either."""
    with pytest.raises(
        ic.ChoiceError,
        match=r"'geometric' of 'health' needs scores above 0, but 'le' is 0 in Rwanda 1994, South Sudan 1998",
    ):
        compute(country_years, tmp_path)
    assert country_years.loc[below_the_goalpost(country_years), "hdi"].isna().all()
    assert set(country_years.loc[below_the_goalpost(country_years), "country"]) == {"Rwanda", "South Sudan"}


def test_what_it_comes_to_may_be_chosen(country_years, tmp_path):
    """0, the limit of the formula, or no index; every other country-year is what it was. South Sudan lacks an input."""
    years = country_years[country_years["year"] < 2000]
    refused = compute(years[~below_the_goalpost(years)], tmp_path).rankings().set_index(["city", "year"])["score"]
    for zeros, expected in (("score_zero", 0.0), ("missing", np.nan)):
        specification = ic.load_specification(
            write_yaml(tmp_path / "hdi.yaml", HDI),
            settings=[f"methodology.aggregation={{method: geometric, zeros: {zeros}}}"],
        )
        panel = ic.Panel.from_columns(years["country"], years["year"], {name: years[name] for name in INPUTS})
        result = ic.build_index(panel, specification.framework, specification.methodology)
        scores = result.rankings().set_index(["city", "year"])["score"]
        assert_array_equal(scores[[("Rwanda", 1994), ("South Sudan", 1998)]], [expected, np.nan])
        others = refused.dropna().index
        assert_allclose(scores[others], refused[others], rtol=1e-12)


@pytest.fixture(scope="module")
def computed(country_years, tmp_path_factory):
    """All country-years but the two whose life expectancy lies below the goalpost."""
    kept = country_years[~below_the_goalpost(country_years)]
    result = compute(kept, tmp_path_factory.mktemp("hdi"))
    table = result.rankings().merge(kept, left_on=["city", "year"], right_on=["country", "year"], validate="one_to_one")
    assert len(table) == len(kept) == len(country_years) - 2
    return table


def test_every_published_country_year_within_its_rounding(extent, computed):
    """695 values here, 5,571 in full, published to three decimals."""
    published = computed[computed["hdi"].notna()]
    assert len(published) == (695 if extent == "slice" else 5571)
    assert_allclose(published["score"], published["hdi"], rtol=0, atol=0.00051)


def test_a_missing_input_gives_a_missing_index(computed):
    complete = computed[INPUTS].notna().all(axis=1)
    assert_array_equal(computed["score"].notna(), complete)
    unpublished = computed[complete & computed["hdi"].isna()]
    assert set(unpublished["country"]) == {"Rwanda"}  # has all inputs of 1990-93, but no published value
    assert set(unpublished["year"]) == {1990, 1991, 1992, 1993}


def test_all_official_ranks_of_2021(computed):
    """191 of 191, ranked on the value of three decimals, ties at the lower number."""
    latest = computed[(computed["year"] == 2021) & computed["official_rank"].notna()]
    assert len(latest) == 191
    assert latest["official_rank"].duplicated().sum() == 29  # ties
    assert_array_equal(latest["rank"].astype(int), latest["official_rank"].astype(int))
