"""How robust the ranks are: the interval of each city's rank over many methodologies."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from indexcalc.report.charts.catalogue import chart
from indexcalc.report.charts.findings import first_and_least_sure, largest_if_few
from indexcalc.report.charts.lettering import text_width
from indexcalc.report.charts.needs import RIVALS, UNCERTAINTY
from indexcalc.report.charts.page import Frame
from indexcalc.report.charts.rows import column_width, name_rows, row_frame, row_order, row_page, write_column
from indexcalc.report.charts.style import INK, OTHERS_STRONG, SMALL, SOFT_INK, TINTS
from indexcalc.report.charts.subject import Subject
from indexcalc.report.numbers import share_text
from indexcalc.report.text.findings import draws_in
from indexcalc.report.text.robustness import factor_name, options_key
from indexcalc.robustness.result import UncertaintyResult
from indexcalc.voice import Voice

Array = NDArray[np.float64]

LEVELS = (0.05, 0.5, 0.95)
HALF_A_DOT = 3.5
"""Half the width of a dot with its edge [pt]."""


@dataclass(frozen=True)
class Ranks:
    """Ranks of the last year over the draws, (city,) in the order of the subject's cities.

    nominal: under the chosen methodology. low, median, high: quantiles at LEVELS. same: share of the draws with the
    nominal rank; tied: the part of it that is shared with another; tied_first: the part of rank 1 that is.
    acceptability: share with each rank (city, rank - 1). Missing where no draw has a rank. ranked: draws that give the
    city one.
    """

    nominal: Array
    low: Array
    median: Array
    high: Array
    same: Array
    tied: Array
    acceptability: Array
    tied_first: Array
    ranked: NDArray[np.int64]


def ranks_over_draws(subject: Subject) -> Ranks:
    """What the uncertainty analysis of a subject says about the ranks of the last year."""
    found = of(subject)
    cities = [found.cities.index(subject.result.cities[c]) for c in subject.at[0]]
    t = found.years.index(subject.last)
    low, median, high = (found.rank_quantile(level)[cities, t] for level in LEVELS)
    return Ranks(
        nominal=found.nominal_rank[cities, t],
        low=low,
        median=median,
        high=high,
        same=found.nominal_share[cities, t],
        tied=found.nominal_tied[cities, t],
        acceptability=found.acceptability_in(subject.last)[cities],
        tied_first=found.first_tied[cities, t],
        ranked=found.ranked[cities, t],
    )


def of(subject: Subject) -> UncertaintyResult:
    """The uncertainty analysis of a subject that has one."""
    found = subject.run.drawn
    assert found is not None
    return found


@chart("uncertainty", place=70, by_default=True, needs=(UNCERTAINTY, RIVALS))
def uncertainty(subject: Subject) -> Figure:
    """One row per city: from the 5% to the 95% quantile of its rank, the median, and the nominal rank.

    On the right the share of the draws that give it its nominal rank.
    """
    voice, found = subject.voice, ranks_over_draws(subject)
    order = row_order(subject, named_by_title(found))
    n, cities = len(order), subject.cities
    facts = draw_facts(subject)
    subtitle = voice.say("charts.sub_uncertainty", **facts) + cities.in_words(voice)
    page = row_page(title(subject, found), subtitle, subject, order, 15.0, [draws_in_words(subject)])
    shown = [
        subject.missing if np.isnan(value) else _same(value, tied, voice)
        for value, tied in zip(found.same, found.tied, strict=True)
    ]
    heading = voice.say("charts.same_rank")
    column = column_width(heading, shown)
    frame = row_frame(page, subject, n, right=column, bottom=0.0, top=15.0)
    limit_ranks(frame, found.acceptability.shape[1])
    draw_intervals(frame, found, order, cities.strong)
    name_rows(frame, subject, order, cities.inks)
    write_column(page, frame, heading, [shown[c] for c in order], column)
    return page.figure


def title(subject: Subject, found: Ranks) -> str:
    """What the chart finds."""
    facts, first = draw_facts(subject), found.ranked[found.nominal == 1]
    told = {**facts, "draws": f"{first[0]:,}"} if len(first) else facts
    shares = found.acceptability[:, 0], found.tied_first
    return first_and_least_sure(
        found.nominal, found.low, found.high, *shares, subject.cities.names, told, subject.voice
    )


def named_by_title(found: Ranks) -> list[int]:
    """Positions of the cities that the title may name: the first most often, and the least sure."""
    width = np.where(np.isnan(found.nominal), np.nan, found.high - found.low)
    return [*largest_if_few(found.acceptability[:, 0]), *largest_if_few(width)]


def _same(share: float, tied: float, voice: Voice) -> str:
    """The share of the draws with the nominal rank; where some share it with another city, both parts."""
    if not tied > 0:
        return share_text(share)
    return voice.say("charts.same_parted", alone=share_text(max(share - tied, 0.0)), tied=share_text(tied))


def limit_ranks(frame: Frame, n: int, each: int = 1) -> None:
    """Ranks from left to right with their numbers above, as many as have room, and light lines; room for half a dot at
    both ends. each: ranks that share a place, named by the first."""
    beside = max(0.6, HALF_A_DOT * n / frame.width)
    frame.ax.set_xlim(1.0 - beside, n + beside)
    room = 2.0 * text_width(f"{n * each}", SMALL)  # as wide a gap as a number, or they read as one row of digits
    every = next(k for k in round_steps() if k * frame.width / n > room)
    shown = [rank for rank in range(1, n + 1) if rank == 1 or rank % every == 0]
    low, high = frame.ax.get_ylim()
    frame.segments([[(rank, low), (rank, high)] for rank in shown], "#ececec", 0.5, zorder=0.5)
    for rank in shown:
        frame.text(rank, high + frame.dy(7.0), str((rank - 1) * each + 1), SMALL, SOFT_INK, "center")


def round_steps() -> Iterator[int]:
    """1, 2, 5, 10, 20, 50 and so on."""
    return (digit * 10**power for power in count() for digit in (1, 2, 5))


def draw_intervals(frame: Frame, found: Ranks, order: NDArray[np.int64], colours: list[str]) -> None:
    """A pale bar from the low to the high quantile, a tick at the median, a dot at the nominal rank."""
    rows = np.arange(len(order))
    known = ~np.isnan(found.low[order])
    ends = [
        [(low - 0.3, y), (high + 0.3, y)]
        for low, high, y in zip(found.low[order], found.high[order], rows, strict=True)
    ]
    width = 0.42 * frame.height / len(order)
    pale = [TINTS.get(colours[c], TINTS[OTHERS_STRONG]) for c in order]
    frame.segments(
        [end for end, k in zip(ends, known, strict=True) if k],
        [p for p, k in zip(pale, known, strict=True) if k],
        width,
        zorder=1.5,
        capstyle="butt",
        label="intervals",
    )
    median = found.median[order]
    strokes = [[(m, y - 0.27), (m, y + 0.27)] for m, y in zip(median[known], rows[known], strict=True)]
    frame.segments(strokes, INK, 1.1, zorder=3.0, label="medians")
    frame.dots(found.nominal[order], rows, [colours[c] for c in order], edge=0.7, zorder=3.5, label="nominal")


def draw_facts(subject: Subject) -> dict[str, str | int]:
    """What the sentences about ranks over draws name."""
    return {**subject.facts, "draws": draws_in(of(subject), subject.last)}


def draws_in_words(subject: Subject) -> str:
    """The paragraph of the foot that says what the draws vary."""
    found, voice = of(subject), subject.voice
    said = []
    for factor in found.factors:
        name = factor_name(factor.code, voice)
        many = len(factor.options) > 1
        if not many and factor.code != "weights":
            continue  # one option is no choice
        key = f"robustness.in_brackets.{options_key(factor.code)}"
        said.append(voice.say(key, name=name, n=len(factor.options)) if many else name)
    what = voice.listed(said)
    return voice.say("charts.draws", draws=f"{found.draws:,}", seed=found.seed, factors=what)
