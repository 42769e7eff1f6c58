"""Figures that look wrong: slips of a power of ten found, true figures left alone, and what the YAML answers."""

import re
from types import SimpleNamespace

import numpy as np
import pytest

import indexcalc as ic
from indexcalc.analysis.suspicious import suspicions_notice, suspicious, suspicious_table
from indexcalc.computed import Computed
from indexcalc.figures.panel import Panel
from indexcalc.figures.workbook import read_workbook
from indexcalc.load import load_specification
from indexcalc.steps.pipeline import build_index
from tests.conftest import ROOT, make_framework

NAN = float("nan")
YEARS = (2018, 2019, 2020, 2021, 2022)
EXPONENTS = (-4, -3, -2, -1, 1, 2, 3, 4)


class Built:
    """As much of a result as the analysis looks at."""

    def __init__(self, panel, framework):
        self.panel, self.framework = panel, framework


def found(rows, unit="亿元", years=YEARS, **indicator):
    """What is suspicious of one column [city][year]."""
    framework = make_framework(indicators={"x": {"unit": unit, **indicator}})
    cities = [chr(65 + c) for c in range(len(rows))]
    panel = Panel.from_values(cities, years[: len(rows[0])], ["x"], np.array(rows, float)[:, :, None])
    return suspicious(Built(panel, framework))


def plain(n=6):
    """Cities of different size that grow at different rates."""
    return [[round(100 * 1.7**c * (1.03 + 0.02 * c) ** t, 1) for t in range(5)] for c in range(n)]


def told(of):
    return [(one.kind, one.city, one.years, one.power) for one in of]


# -- the two figures of the issue


@pytest.fixture(scope="module")
def shipped():
    """The shipped figures, without the answers of the YAML."""
    framework = load_specification(ROOT / "indicators.yaml").framework
    columns = {code: own.model_copy(update={"as_printed": ()}) for code, own in framework.columns.items()}
    return read_workbook(ROOT / "data" / "cities.xlsx", framework), SimpleNamespace(columns=columns)


def reported(found, panel):
    """The figures of alarms about powers of ten."""
    return {
        (one.code, city, year)
        for one in found
        if one.kind == "times"
        for city in ([one.city] if one.city else panel.cities)
        for year in one.years
    }


def test_at_most_five_alarms_on_the_shipped_figures(shipped):
    panel, framework = shipped
    assert (~np.isnan(panel.values)).sum() == 3568
    alarms = suspicious(Built(panel, framework))
    assert len(alarms) <= 5
    assert len(reported(alarms, panel)) <= 5


@pytest.mark.parametrize("seed", range(5))
def test_slips_of_a_power_of_ten_are_reported(shipped, seed):
    """Two hundred figures of the shipped workbook, drawn at random, times or by 10, 100, 1,000 or 10,000, at once."""
    panel, framework = shipped
    rng = np.random.default_rng(seed)
    there = np.argwhere(~np.isnan(panel.values) & (panel.values != 0))
    cells = there[rng.choice(len(there), 200, replace=False)]
    values = panel.values.copy()
    for cell, exponent in zip(map(tuple, cells), rng.choice(EXPONENTS, 200), strict=True):
        values[cell] = float(f"{values[cell] * 10.0**exponent:.15g}")
    slips = {(panel.codes[k], panel.cities[c], panel.years[t]) for c, t, k in cells}
    alarms = reported(suspicious(Built(panel.with_values(values), framework)), panel)
    assert len(slips & alarms) >= 190
    assert len(alarms - slips) <= 10


# -- one kind after the other


@pytest.mark.parametrize("exponent", EXPONENTS)
@pytest.mark.parametrize("at", [(0, 0), (2, 2), (5, 4)])
def test_a_slip_is_named_with_its_factor_and_its_neighbours(exponent, at):
    rows = plain()
    c, t = at
    rows[c][t] *= 10.0**exponent
    (one,) = found(rows)
    assert told([one]) == [("times", "ABCDEF"[c], (YEARS[t],), exponent)]
    beside = [k for k in (t - 1, t + 1) if 0 <= k < 5]
    assert one.neighbours == tuple((YEARS[k], rows[c][k]) for k in beside)
    assert one.typical == np.median([row[t] for k, row in enumerate(rows) if k != c])


def test_nothing_is_found_where_nothing_is_wrong():
    assert found(plain()) == ()
    assert found([[1, 3, 9, 27, 81], [5, 5.1, 5.2, 5.3, 5.4], [9, 9.4, 9.9, 10.5, 11]]) == (), "a city that grows fast"
    hard = plain()
    for row in hard:
        row[2] /= 4
    assert found(hard) == (), "a year that was hard for all"


def test_several_years_in_another_unit_are_one_alarm():
    rows = plain()
    rows[1][3:] = [1000 * x for x in rows[1][3:]]
    assert told(found(rows)) == [("times", "B", (2021, 2022), 3)]


def test_a_city_in_another_unit_and_a_year_in_another_unit():
    rows = [[10 + c + t for t in range(5)] for c in range(6)]
    other_city = [[1e4 * x for x in row] if c == 3 else row for c, row in enumerate(rows)]
    assert told(found(other_city)) == [("times", "D", YEARS, 4)]
    other_year = [[1e4 * x if t == 1 else x for t, x in enumerate(row)] for row in rows]
    assert told(found(other_year)) == [("times", "", (2019,), 4)]


def test_one_year_alone_is_compared_with_the_other_cities():
    assert told(found([[40], [52], [47], [44], [60], [0.45]], unit="%", years=(2020,))) == [("times", "F", (2020,), -2)]
    assert found([[12], [30], [75], [400], [90]], years=(2020,)) == ()


def test_two_years_and_few_cities():
    assert told(found([[10, 11], [12, 1300], [9, 9.5]])) == [("times", "B", (2019,), 2)]
    assert told(found([[10, 11, 12, 1300, 14]])) == [("times", "A", (2021,), 2)]


def test_a_fraction_among_percents_is_a_slip_and_all_of_them_are_only_asked_about():
    mixed = [[35, 40, 41, 45, 50], [33, 34, 0.45, 38, 39], [50, 52, 55, 57, 60]]
    assert told(found(mixed, unit="%")) == [("times", "B", (2020,), -2)]
    small = [[0.25, 0.26, 0.31], [0.3, 0.36, 0.42]]
    assert told(found(small, unit="%")) == [("fractions", "", (), 0)]
    assert found(small, unit="%", as_printed=True) == ()


def test_zeros_negatives_and_gaps_are_no_slips():
    assert found([[0, 0, 2, 3, 5], [NAN, 1, NAN, 2, 2], [0, 1, 0, 1, 2]], unit="家") == ()
    growth = [[6.8, 5.1, -0.4, 7.2, 6], [8.2, 7.6, 1.1, 8.8, 5.5], [7, 6.2, -4.7, 9.1, 7]]
    assert found(growth, unit="%") == ()
    growth[1][3] = 880
    assert told(found(growth, unit="%")) == [("times", "B", (2021,), 2)]


def test_nothing_is_ten_times_0_nor_a_hundredth_of_what_it_crosses_0_from():
    of_0 = [[0, 1], [4, 5], [8, 9], [6, 0]]
    assert told(found(of_0, unit="", years=(2020, 2021))) == []
    changes = [[9.2, 12.5, 7.1, 10.4, 11.0], [12.5, -0.4, 6.6, 9.1, 8.2], [14.9, 8.0, 11.2, 9.9, 10.1], *plain(3)]
    assert [one for one in found(changes, unit="") if one.city == "B"] == []


def test_figures_at_the_ends_of_what_can_be_computed_with():
    ends = [1e308, -1e308, 1e-300, 5e-324, 0, 1, -1, NAN, 1.7e308, -1.7e308]
    rng = np.random.default_rng(3)
    for _ in range(300):
        rows = rng.choice(ends, (rng.integers(1, 7), rng.integers(1, 6)))
        for one in found(rows.tolist(), unit=str(rng.choice(["%", "km", ""]))):
            assert one.kind and one.times >= 0 and one.factor
    assert found([[1e-200, 1e-200, 1e-200], [1e200, 1e200, 1e-200]])[0].factor == "10^400"


def test_a_part_of_a_thing_that_is_counted_is_a_slip():
    rows = [[3, 3, 4, 4, 5], [8, 8, 0.9, 9, 9], [20, 21, 22, 22, 23]]
    assert told(found(rows, unit="家")) == [("times", "B", (2020,), -1)]


def test_a_sign_that_the_unit_does_not_know():
    rows = plain()
    rows[4][1] *= -1
    assert told(found(rows, unit="万人")) == [("sign", "E", (2019,), 0)]
    rows[4][1] *= 0.3
    assert found(rows, unit="亿元") == (), "a balance may be negative"


def test_the_only_negative_figure_that_would_fit_without_its_sign():
    rows = plain()
    rows[4][1] *= -1
    assert told(found(rows, unit="亿元")) == told(found(rows, unit="")) == [("minus", "E", (2019,), 0)]
    rows[0][2] *= -1
    assert found(rows, unit="亿元") == (), "where several are negative, the column may be"
    growth = [[7.9, 8.0, -4.7, 8.1], [6.1, 6.6, 1.2, 7.0], [9.0, 7.1, 0.8, 6.9], [5.5, 6.0, 2.2, 6.3]]
    assert found(growth, unit="%") == (), "growth that turns negative has another size"


def test_a_figure_repeated_over_years():
    rows = plain()
    rows[2][2] = rows[2][3] = rows[2][1]
    assert told(found(rows)) == [("repeated", "C", (2019, 2020, 2021), 0)]
    assert found([[round(x, -1) for x in row] for row in rows]) == (), "few digits repeat by chance"
    assert found([[row[0]] * 5 for row in rows]) == (), "areas do not change"


def test_a_column_that_is_another():
    indicators = {"x": {"unit": "亿元"}, "y": {"unit": "亿元"}}
    columns = np.array(plain())
    panel = Panel.from_values("ABCDEF", YEARS, ["x", "y"], np.stack([columns, columns], axis=2))
    (one,) = suspicious(Built(panel, make_framework(indicators=indicators)))
    assert (one.kind, one.code, one.other) == ("same", "y", "x")
    indicators["x"]["alternatives"] = ["y"]
    assert suspicious(Built(panel, make_framework(indicators=indicators))) == (), "an alternative may be the same"


# -- what the YAML answers, and what a run says


@pytest.mark.parametrize(
    ("answer", "left"),
    [
        (True, 0),
        ([{"city": "B", "year": 2020}], 0),
        ({"city": "B"}, 0),
        ([{"year": 2020}], 0),
        ([{"city": "C"}, {"city": "B", "year": 2019}], 1),
        (False, 1),
    ],
)
def test_the_yaml_may_say_that_a_figure_is_as_printed(answer, left):
    rows = plain()
    rows[1][2] *= 100
    assert len(found(rows, as_printed=answer)) == left


@pytest.mark.parametrize(
    ("lang", "said"),
    [("en", r"x, B 2020: 32,200, about 100 times "), ("zh", "x，B 2020年：32,200，约为相邻数据（2019年")],
)
def test_a_run_says_it_in_one_line(lang, said):
    rows = plain()
    rows[1][2] = 32200
    rows[3][1] *= 1000
    framework = make_framework(indicators={"x": {}})
    run = Computed.of(
        build_index(
            ic.Panel.from_values("ABCDEF", YEARS, ["x"], np.array(rows)[:, :, None]), framework, ic.Methodology()
        )
    )
    (notice,) = [one for one in run.notices if one.key == "suspicious"]
    text = notice.text(lang)
    assert "\n" not in text and "as_printed" in text
    assert re.search(said, text)
    assert notice.facts["n"] == 2


def test_programs_get_a_row_for_each():
    rows = plain()
    rows[1][2] *= 100
    framework = make_framework(indicators={"x": {}})
    panel = Panel.from_values("ABCDEF", YEARS, ["x"], np.array(rows)[:, :, None], cells={("x", "B", 2020): ("s", "D4")})
    alarms = suspicious(Built(panel, framework))
    (row,) = suspicious_table(alarms, panel).to_dict("records")
    assert row["cell"] == "s!D4" and row["times"] == 100 and row["before"] == rows[1][1] and row["after"] == rows[1][3]
    assert list(suspicions_notice((), panel)) == []
