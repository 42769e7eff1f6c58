"""The Global Peace Index, 2018 and 2019: rank 1 is the lowest score; by the public path, a YAML and a workbook.

Source: Institute for Economics & Peace, Global Peace Index 2019 (visionofhumanity.org), overall scores and ranks.
"""

import numpy as np
import pytest
from numpy.testing import assert_array_equal

import indexcalc as ic
from indexcalc.report.text.findings import findings, headline
from tests.conftest import write_workbook, write_yaml
from tests.golden.published import read

GPI = """
framework:
  name: {zh: 全球和平指数, en: Global Peace Index}
  units: {zh: 国家, en: [country, countries]}
  workbook: gpi.xlsx
  indicators: {score: {name: {zh: 总分, en: Overall score}}}
methodology: {normalisation: none, rank_on: {decimals: 3, order: ascending}}
claims:
  - {kind: in_top, cities: [ISL, NZL, PRT, AUT, DNK], n: 5}
  - {kind: rank_is, city: AFG, rank: 163}
"""


@pytest.fixture(scope="module")
def published():
    return read("gpi")


@pytest.fixture(scope="module")
def run(published, tmp_path_factory):
    folder = tmp_path_factory.mktemp("gpi")
    rows = [["国家", "年份", "score"], *published[["country", "year", "score"]].to_numpy(object).tolist()]
    write_workbook(folder / "gpi.xlsx", {"面板": rows})
    return ic.compute(write_yaml(folder / "gpi.yaml", GPI), draws=0)


def test_every_rank_as_published(run, published):
    """326 of 326, those that share one among them."""
    found = run.result.rankings().merge(published, left_on=["city", "year"], right_on=["country", "year"])
    assert len(found) == len(published) == 2 * 163
    assert_array_equal(found["rank_x"], found["rank_y"])
    assert_array_equal(found["score_x"], found["score_y"])
    shared = found.groupby(["year", "rank_y"]).size()
    assert shared[shared > 1].groupby("year").size().to_dict() == {2018: 9, 2019: 9}


def test_places_gained_between_the_two_years(run, published):
    """A rank that falls in number is a gain, though the score fell too."""
    ranks = published.pivot(index="country", columns="year", values="rank")
    found = run.result.rankings().query("year == 2019").set_index("city")["rank_change"]
    assert_array_equal(found, (ranks[2018] - ranks[2019]).loc[found.index])


def test_how_many_became_more_peaceful(run):
    """The report of 2019 counts 86 countries that improved and 76 that deteriorated."""
    change = np.diff(run.result.score(), axis=1)[:, 0]
    assert ((change < 0).sum(), (change > 0).sum()) == (86, 76)


@pytest.mark.parametrize(
    ("lang", "first", "praise"),
    [
        ("en", "Global Peace Index 2019: ISL has the lowest score of the 163 countries", ("leads", "highest", "top")),
        ("zh", "2019年全球和平指数：ISL得分在163个国家中最低", ("居首", "领先", "最高")),
    ],
)
def test_the_least_peaceful_country_never_leads(run, lang, first, praise):
    voice = ic.Voice(lang, run.result.framework)
    said = headline(run, voice)
    assert said.startswith(first)
    about_the_last = [one.text for one in findings(run, voice) if "AFG" in one.text]
    assert not [text for text in [said, *about_the_last] for word in praise if word in text]
