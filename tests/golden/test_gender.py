"""The Gender Development Index and the Gender Inequality Index of the UNDP: a ratio of two indices, and 1 less one.

Source: UNDP, Human Development Reports 2021/22 and 2023/24, technical notes 3 and 4 and time series (hdr.undp.org;
CC BY 3.0 IGO). The later edition restates the figures of the earlier one.
"""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

import indexcalc as ic
from tests.conftest import write_yaml
from tests.golden.published import read

GDI = """
framework:
  name: {zh: 性别发展指数, en: Gender Development Index}
  aggregation: ratio
  dimensions:
    women:
      dimensions:
        health_f:
          indicators:
            le_f: {normalisation: {method: goalposts, low: 22.5, high: 87.5, cap: true, lower: 0, upper: 1}}
        education_f:
          aggregation: arithmetic
          indicators:
            eys_f: {normalisation: {method: goalposts, low: 0, high: 18, cap: true, lower: 0, upper: 1}}
            mys_f: {normalisation: {method: goalposts, low: 0, high: 15, cap: true, lower: 0, upper: 1}}
        income_f:
          indicators:
            gnipc_f:
              transform: log
              normalisation: {method: goalposts, low: 100, high: 75000, cap: true, lower: 0, upper: 1}
    men:
      dimensions:
        health_m:
          indicators:
            le_m: {normalisation: {method: goalposts, low: 17.5, high: 82.5, cap: true, lower: 0, upper: 1}}
        education_m:
          aggregation: arithmetic
          indicators:
            eys_m: {normalisation: {method: goalposts, low: 0, high: 18, cap: true, lower: 0, upper: 1}}
            mys_m: {normalisation: {method: goalposts, low: 0, high: 15, cap: true, lower: 0, upper: 1}}
        income_m:
          indicators:
            gnipc_m:
              transform: log
              normalisation: {method: goalposts, low: 100, high: 75000, cap: true, lower: 0, upper: 1}
methodology: {aggregation: geometric, rank_on: {decimals: 3}}
"""

# a figure that enters both sides of the ratio stands under two codes; `one` is the 1 that men have in reproductive
# health, whose deaths and births there are none of; fewer than 10 deaths count as 10
GII = """
framework:
  name: {zh: 性别不平等指数, en: Gender Inequality Index}
  direction: negative
  scale: [0, 1]
  aggregation: ratio
  series: {one: {}, mmr: {}, abr: {}, pr_f: {}, pr_m: {}, se_f: {}, se_m: {}, lfpr_f: {}, lfpr_m: {}}
  dimensions:
    across_groups:
      aggregation: harmonic
      dimensions:
        women:
          dimensions:
            health_f:
              indicators:
                deaths:
                  ratio: {of: one, to: mmr, scale: 10}
                  normalisation: {method: goalposts, low: 0, high: 1, cap: true}
                births: {ratio: {of: one, to: abr}}
            power_f: {indicators: {seats_f: {sum: [pr_f]}, school_f: {sum: [se_f]}}}
            labour_f: {indicators: {work_f: {sum: [lfpr_f]}}}
        men:
          dimensions:
            health_m: {indicators: {unit: {sum: [one], normalisation: none}}}
            power_m: {indicators: {seats_m: {sum: [pr_m]}, school_m: {sum: [se_m]}}}
            labour_m: {indicators: {work_m: {sum: [lfpr_m]}}}
    of_means:
      dimensions:
        health:
          aggregation: arithmetic
          dimensions:
            health_f2:
              indicators:
                deaths2:
                  ratio: {of: one, to: mmr, scale: 10}
                  normalisation: {method: goalposts, low: 0, high: 1, cap: true}
                births2: {ratio: {of: one, to: abr}}
          indicators: {unit2: {sum: [one]}}
        power:
          aggregation: arithmetic
          dimensions:
            power_f2: {indicators: {seats_f2: {sum: [pr_f]}, school_f2: {sum: [se_f]}}}
            power_m2: {indicators: {seats_m2: {sum: [pr_m]}, school_m2: {sum: [se_m]}}}
        labour:
          aggregation: arithmetic
          indicators: {work_f2: {sum: [lfpr_f]}, work_m2: {sum: [lfpr_m]}}
methodology: {normalisation: none, aggregation: geometric, rank_on: {decimals: 3}}
"""


@pytest.fixture(scope="module", params=["2021/22", "2023/24"])
def table(request):
    found = read("gender").assign(one=1.0)
    found = found[found["edition"] == request.param].drop(columns="edition")
    shares = [column for column in found if column.startswith(("pr_", "se_", "lfpr_"))]
    return found.assign(**{column: found[column] / 100 for column in shares})


def compute(table, text, tmp_path):
    """By the public path; the published value is looked up by country and year."""
    specification = ic.load_specification(write_yaml(tmp_path / "index.yaml", text))
    columns = [column for column in table if column not in ("country", "year", "gdi", "gii")]
    panel = ic.Panel.from_columns(table["country"], table["year"], {name: table[name] for name in columns})
    result = ic.build_index(panel, specification.framework, specification.methodology)
    return result.rankings().merge(table, left_on=["city", "year"], right_on=["country", "year"], validate="1:1")


def test_the_ratio_of_two_indices_as_published(table, tmp_path):
    """12 of 12, and 15 of 15, to three decimals; in the earlier edition on both sides of 1."""
    found = compute(table, GDI, tmp_path)
    assert_array_equal(np.round(found["score"], 3), found["gdi"])
    if 2022 not in set(table["year"]):  # the earlier edition
        assert found["gdi"].min() < 1 < found["gdi"].max()


def test_one_less_a_ratio_as_published(table, tmp_path):
    """12 of 12, and 15 of 15, to three decimals; harmonic means across the groups."""
    found = compute(table, GII, tmp_path)
    assert_array_equal(np.round(found["score"], 3), found["gii"])


def test_one_country_year_by_hand(table, tmp_path):
    """Albania 2021, by the formulas of technical note 4."""
    row = table[(table["country"] == "Albania") & (table["year"] == 2021)].iloc[0]
    reproductive = np.sqrt(10 / max(row["mmr"], 10) / row["abr"])
    power = {sex: np.sqrt(row[f"pr_{sex}"] * row[f"se_{sex}"]) for sex in "fm"}
    women = np.cbrt(reproductive * power["f"] * row["lfpr_f"])
    men = np.cbrt(power["m"] * row["lfpr_m"])
    means = [(reproductive + 1) / 2, (power["f"] + power["m"]) / 2, (row["lfpr_f"] + row["lfpr_m"]) / 2]
    expected = 1 - 2 / (1 / women + 1 / men) / np.cbrt(np.prod(means))
    found = compute(table, GII, tmp_path)
    assert_allclose(found.loc[(found["city"] == "Albania") & (found["year"] == 2021), "score"], expected, rtol=1e-12)
