"""The INFORM Risk Index 2020: inverted geometric means, a geometric mean of them, rounded at each level.

Source: Inter-Agency Standing Committee and European Commission, INFORM Report 2020, doi:10.2760/953633 (CC BY 4.0).
"""

import numpy as np
import pytest
from numpy.testing import assert_array_equal

import indexcalc as ic
from indexcalc.computed import Computed
from indexcalc.report.text.findings import findings, headline
from tests.conftest import write_yaml
from tests.golden.published import read

CATEGORIES = {
    "hazard": ("natural", "human"),
    "vulnerability": ("socio_economic", "groups"),
    "coping": ("institutional", "infrastructure"),
}


def compute(table, tmp_path, *, rounded=True):
    """By the public path: three dimensions of two categories each, one decimal at every level where it is asked for."""
    lines = [
        f"    {dimension}: {{aggregation: inverted_geometric, indicators: {{{first}: {{}}, {second}: {{}}}}}}"
        for dimension, (first, second) in CATEGORIES.items()
    ]
    text = "\n".join(
        [
            "framework:",
            "  name: {zh: INFORM风险指数, en: INFORM Risk Index}",
            "  units: {zh: 国家, en: [country, countries]}",
            "  dimensions:",
            *lines,
            "methodology:",
            "  normalisation: none",
            "  aggregation: geometric",
            "  rank_on: {decimals: 1, high: bad}",
            *(["  rounding: {decimals: 1}"] if rounded else []),
        ]
    )
    specification = ic.load_specification(write_yaml(tmp_path / "inform.yaml", text))
    columns = {code: table[code] for pair in CATEGORIES.values() for code in pair}
    panel = ic.Panel.from_columns(table["country"], np.full(len(table), 2020), columns)
    return ic.build_index(panel, specification.framework, specification.methodology)


@pytest.fixture(scope="module")
def published():
    return read("inform", "country")


def test_dimensions_risk_and_ranks_as_published(published, tmp_path):
    """191 countries: 573 scores of dimensions, 191 of the index to the printed decimal, 191 ranks with their ties."""
    result = compute(published.reset_index(), tmp_path)
    assert len(result.cities) == 191
    expected = published.loc[list(result.cities)]
    for node in CATEGORIES:
        assert_array_equal(np.round(result.score(node)[:, 0], 9), expected[node], err_msg=node)
    assert_array_equal(np.round(result.score()[:, 0], 9), expected["risk"])
    assert_array_equal(result.rank()[:, 0], expected["rank"])
    assert expected["rank"].nunique() < 191 / 2  # most countries share theirs


@pytest.mark.parametrize(
    ("lang", "first", "praise"),
    [
        ("en", "INFORM Risk Index 2020: SOM has the highest score of the 191 countries", ("leads", "best", "top")),
        ("zh", "2020年INFORM风险指数：SOM得分在191个国家中最高", ("居首", "之首", "领先", "最好")),
    ],
)
def test_the_country_at_the_highest_risk_does_not_lead(published, tmp_path, lang, first, praise):
    run = Computed.of(compute(published.reset_index(), tmp_path))
    voice = ic.Voice(lang, run.result.framework)
    said = [headline(run, voice), *(one.text for one in findings(run, voice))]
    assert said[0].startswith(first)
    assert not [text for text in said for word in praise if word in text]


def test_the_published_digit_needs_the_rounding_of_the_dimensions(published, tmp_path):
    """Rounded at the end alone, 163 of 191 scores are those printed."""
    result = compute(published.reset_index(), tmp_path, rounded=False)
    found = np.floor(np.round(result.score()[:, 0] * 10, 9) + 0.5) / 10
    assert (found == published.loc[list(result.cities), "risk"]).sum() == 163
