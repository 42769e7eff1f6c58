"""How often each city has each rank, over many methodologies."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from numpy.typing import NDArray

from indexcalc.report.charts.catalogue import chart
from indexcalc.report.charts.catalogue.heat_map import luminance
from indexcalc.report.charts.catalogue.uncertainty import (
    draw_facts,
    draws_in_words,
    limit_ranks,
    ranks_over_draws,
    round_steps,
)
from indexcalc.report.charts.findings import most_agreed
from indexcalc.report.charts.lettering import text_width
from indexcalc.report.charts.needs import RIVALS, UNCERTAINTY
from indexcalc.report.charts.page import Frame
from indexcalc.report.charts.rows import MOST_ROWS, name_rows, row_frame, row_order, row_page
from indexcalc.report.charts.style import INK, SCALE, SMALL
from indexcalc.report.charts.subject import Subject
from indexcalc.report.numbers import share_text
from indexcalc.report.tables.robustness import ties

Array = NDArray[np.float64]

WORTH_A_FIGURE = 0.005
"""Smaller shares are left to the colour."""
MOST_COLUMNS = 16
"""Of many ranks: columns wide enough for figures."""


@chart("acceptability", place=80, needs=(UNCERTAINTY, RIVALS))
def acceptability(subject: Subject) -> Figure:
    """Rank acceptability of the last year, (city, rank): the share of the draws in which the city has the rank."""
    voice, order, found = subject.voice, row_order(subject), ranks_over_draws(subject)
    n, facts = len(order), draw_facts(subject)
    title = most_agreed(found.acceptability, facts, voice)
    subtitle = voice.say("charts.sub_acceptability", **facts) + "".join(voice.told(note) for note in ties(subject.run))
    each = ranks_in_a_column(found.acceptability.shape[1])
    if each > 1:
        subtitle += voice.say("charts.ranks_joined", n=each)
    page = row_page(title, subtitle, subject, order, 15.0, [draws_in_words(subject)])
    frame = row_frame(page, subject, n, right=0.0, bottom=0.0, top=15.0)
    starts = np.arange(0, found.acceptability.shape[1], each)
    shares = np.add.reduceat(found.acceptability[order], starts, axis=1)
    limit_ranks(frame, len(starts), each)
    frame.ax.set_xlim(0.5, len(starts) + 0.5)
    fills = draw_shares(frame, shares)
    write_shares(frame, shares, fills)
    box_nominal(frame, (found.nominal[order] - 1.0) // each + 1.0)
    name_rows(frame, subject, order, [INK] * len(found.nominal))
    return page.figure


def ranks_in_a_column(n: int) -> int:
    """One; of more than `MOST_ROWS` ranks, a round number of them, so that `MOST_COLUMNS` are enough.

    >>> ranks_in_a_column(40), ranks_in_a_column(41), ranks_in_a_column(285), ranks_in_a_column(2850)
    (1, 5, 20, 200)
    """
    return 1 if n <= MOST_ROWS else next(k for k in round_steps() if k * MOST_COLUMNS >= n)


def draw_shares(frame: Frame, shares: Array) -> Array:
    """Cells (row, rank) from white at 0 to blue at 1. Returns their colours (row, rank, 3)."""
    scale = ("#ffffff", *SCALE[1:])
    return frame.cells(shares, scale, (0.0, 1.0), left=0.5, edgecolors="#e9e9e9", linewidth=0.5)


def write_shares(frame: Frame, shares: Array, fills: Array) -> None:
    """Percentages, where the cells are wide enough and the share is worth one."""
    if frame.width / shares.shape[1] < text_width(">99%", SMALL) + 2.0:
        return
    dark = luminance(fills) < 0.18
    for (row, r), value in np.ndenumerate(shares):
        if value > WORTH_A_FIGURE:
            frame.text(r + 1.0, row, share_text(value), SMALL, "white" if dark[row, r] else "black", "center")


def box_nominal(frame: Frame, nominal: Array) -> None:
    """A frame round the nominal rank of each row."""
    for row, rank in enumerate(nominal):
        if not np.isnan(rank):
            box = Rectangle((rank - 0.5, row - 0.5), 1.0, 1.0, fill=False, edgecolor=INK, linewidth=1.0, zorder=3.0)
            box.set_clip_on(False)
            frame.ax.add_patch(box)
