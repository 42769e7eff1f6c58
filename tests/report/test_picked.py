"""Who is in colour, and why: those of the YAML, else the first group or the first four, and who rose most."""

from __future__ import annotations

import numpy as np

from indexcalc.computed import Computed
from indexcalc.report.picked import GROUP_COLOURS, RISER_COLOURS, largest_risers, pick_out
from indexcalc.spec.analyses import ChartOptions
from indexcalc.voice import City, Group, Word
from tests.conftest import build, make_framework, make_panel
from tests.report.charts.made_up import made_up


def test_the_first_group_and_the_largest_riser_are_in_colour() -> None:
    result = made_up()
    found, risers = pick_out(Computed.of(result), result.cities), largest_risers(result.rank()).tolist()
    assert risers and set(np.flatnonzero(found.picked)) == {0, 1, 2, *risers}
    joining = [City(result.cities[c]) for c in risers if c > 2]
    assert found.why == Word("charts.picked_and_risers", picked=Group("few"), risers=joining)
    shades = dict([*GROUP_COLOURS, *RISER_COLOURS])
    in_colour = [found.colours[c] for c in np.flatnonzero(found.picked)]
    assert len(set(in_colour)) == len(in_colour) <= 7
    assert all(found.inks[c] == shades[found.colours[c]] for c in np.flatnonzero(found.picked))


def test_the_yaml_may_say_who_is_in_colour() -> None:
    result = made_up()
    highlight = (result.cities[7], result.cities[4], "not there")
    found = pick_out(Computed.of(result, charts=ChartOptions(highlight=highlight)), result.cities)
    assert np.flatnonzero(found.picked).tolist() == [4, 7]
    assert [found.colours[c] for c in (7, 4)] == [colour for colour, _ in GROUP_COLOURS[:2]]
    assert found.why == [City(result.cities[7]), City(result.cities[4])]


def test_without_groups_the_first_four_are_in_colour() -> None:
    result = made_up(groups=False)
    found = pick_out(Computed.of(result), result.cities)
    assert set(np.flatnonzero(result.rank()[:, -1] <= 4)) <= set(np.flatnonzero(found.picked))
    assert isinstance(found.why, Word)
    assert found.why.facts["picked"] == Word("charts.picked_top", last=2022, n=4)


def test_where_nobody_rose_the_group_is_alone_in_colour() -> None:
    framework = make_framework(
        indicators={"a": {}, "b": {}}, groups={"g": "G"}, cities={"甲": {"group": "g"}, "乙": {}, "丙": {}}
    )
    figures = [[1, 1], [2, 2], [3, 3]]
    result = build(make_panel({"a": figures, "b": figures}, cities=("甲", "乙", "丙"), years=(2020, 2021)), framework)
    found = pick_out(Computed.of(result), result.cities)
    assert (found.picked.tolist(), found.why) == ([True, False, False], Group("g"))
