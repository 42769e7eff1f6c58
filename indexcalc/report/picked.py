"""The cities that are in colour wherever the index is drawn: in every chart, in the workbook, on the page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from indexcalc.computed import Computed
from indexcalc.spec.analyses import MOST_HIGHLIGHTED
from indexcalc.steps.ranks import shared_ranks
from indexcalc.voice import City, Group, Word

Array = NDArray[np.float64]

OTHERS, SOFT_INK = "#c2c2c2", "#5a5a5a"
GROUP_COLOURS = (("#0072B2", "#00649c"), ("#009E73", "#007a59"), ("#CC79A7", "#a8487e"), ("#222222", "#222222"))
RISER_COLOURS = (("#D55E00", "#b85100"), ("#E69F00", "#946600"), ("#56B4E9", "#17719f"))
"""Colours of lines and marks, and of text; distinct for the colour-blind too."""
MOST_COLOURS = len(GROUP_COLOURS) + len(RISER_COLOURS)
assert MOST_COLOURS == MOST_HIGHLIGHTED


class Picked(NamedTuple):
    """Which of some cities are in colour (city,), how each is drawn, and why these.

    colours: of lines and marks; inks: of text; why: the words that tell the reader who is in colour.
    """

    picked: NDArray[np.bool_]
    colours: tuple[str, ...]
    inks: tuple[str, ...]
    why: Word | Group | list[City]


def pick_out(run: Computed, keys: Sequence[str]) -> Picked:
    """The cities in colour: those that the YAML highlights; if it highlights none, the first group of the framework
    that fits, else the first four of the last year, and those that rose the most places, if they are few. A city's
    colour depends on these alone, so it is the same everywhere."""
    highlight = run.specification.charts.highlight
    group, joining = [keys.index(city) for city in highlight if city in keys], list[int]()
    why: Word | Group | list[City] = [City(keys[c]) for c in group]
    if not group:
        group, joining, why = _usual(run, keys)
    colours, inks = [OTHERS] * len(keys), [SOFT_INK] * len(keys)
    for c, (colour, ink) in [
        *zip(group, [*GROUP_COLOURS, *reversed(RISER_COLOURS)], strict=False),
        *zip(joining, RISER_COLOURS, strict=False),
    ]:
        colours[c], inks[c] = colour, ink
    return Picked(np.isin(np.arange(len(keys)), [*group, *joining]), tuple(colours), tuple(inks), why)


def largest_risers(rank: Array) -> NDArray[np.int64]:
    """Positions of the cities with the largest gain in rank (city, year), among those ranked in the first and the last
    year; none where nobody rose.

    >>> largest_risers(np.array([[1.0, 2.0], [3.0, 1.0], [2.0, 3.0]]))
    array([1])
    """
    before, after = shared_ranks(rank[:, 0], rank[:, -1])
    gain = before - after
    best = np.nanmax(gain) if (~np.isnan(gain)).any() else 0.0
    return np.flatnonzero(gain == best) if best > 0 else np.empty(0, np.int64)


def _usual(run: Computed, keys: Sequence[str]) -> tuple[list[int], list[int], Word | Group | list[City]]:
    """Positions of a group and of the largest risers outside it, and the words that say so."""
    place = {city: c for c, city in enumerate(run.result.cities)}
    at = [place[key] for key in keys]
    rank = run.result.rank()[at, run.first : run.last + 1]
    risers = largest_risers(rank).tolist()
    risers = risers if len(risers) <= len(RISER_COLOURS) else []
    room = MOST_COLOURS - len(risers)
    why: Word | Group | list[City]
    group, why = _group(run, keys)
    if not 0 < len(group) <= room:
        n = next(n for n in (4, 3, 2, 1, 0) if (rank[:, -1] <= n).sum() <= room)
        group, why = np.flatnonzero(rank[:, -1] <= n).tolist(), Word("charts.picked_top", last=run.year, n=n)
    joining = [c for c in risers if c not in group]
    if joining:
        why = Word("charts.picked_and_risers", picked=why, risers=[City(keys[c]) for c in joining])
    return group, joining, why


def _group(run: Computed, keys: Sequence[str]) -> tuple[list[int], Group]:
    """Positions of the cities of the framework's first group that has any."""
    declared = run.result.framework.cities
    for code in run.result.framework.groups:
        found = [c for c, key in enumerate(keys) if key in declared and declared[key].group == code]
        if found:
            return found, Group(code)
    return [], Group("")
