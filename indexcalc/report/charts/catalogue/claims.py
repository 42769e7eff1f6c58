"""The verdicts on each claim over many methodologies."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from indexcalc.analysis.claims import Verdict
from indexcalc.report.charts.catalogue import chart
from indexcalc.report.charts.catalogue.uncertainty import draws_in_words, of
from indexcalc.report.charts.findings import sure_claims
from indexcalc.report.charts.lettering import text_width, wrap
from indexcalc.report.charts.needs import UNCERTAINTY, Need
from indexcalc.report.charts.page import INNER, Page, new_page
from indexcalc.report.charts.squares import LEGEND_LINE, draw_legend, legend_places
from indexcalc.report.charts.style import INK, LABEL, LINE, SMALL, VERDICT_COLOURS
from indexcalc.report.charts.subject import Subject
from indexcalc.report.numbers import share_text
from indexcalc.report.text.claims import claim_sentence, verdict_word
from indexcalc.report.text.robustness import claim_parts
from indexcalc.robustness.result import UncertaintyResult
from indexcalc.voice import Voice

Array = NDArray[np.float64]

BAR, GAP = 11.0, 9.0
"""Height of a bar, and the space below it [pt]."""
ORDER = (Verdict.HOLDS, Verdict.TIED, Verdict.FAILS, Verdict.UNDEFINED)

CLAIMS = Need("claims", lambda subject: subject.run.drawn is not None and bool(subject.run.drawn.claims))


@chart("claims", place=90, by_default=True, needs=(UNCERTAINTY, CLAIMS))
def claims(subject: Subject) -> Figure:
    """One bar per claim (claim, verdict): the shares of the draws in which it holds, holds with a tie, fails, ..."""
    voice, found = subject.voice, of(subject)
    facts = {**subject.facts, "draws": f"{found.draws:,}"}
    counts = found.claim_counts[:, list(ORDER)]
    shares = counts / counts.sum(axis=1, keepdims=True)
    sentences = [claim_sentence(claim, found.years, voice) for claim in found.claims]
    lines = [wrap(_with_verdict(found, i, sentence, voice), LABEL, INNER) for i, sentence in enumerate(sentences)]
    met = [i for i, verdict in enumerate(ORDER) if (counts[:, i] > 0).any()]
    legend = legend_places([verdict_word(ORDER[i], voice) for i in met])
    body = LEGEND_LINE * (legend[-1][1] + 1) + sum(LINE * LABEL * len(text) + BAR + GAP for text in lines) - GAP + 12.0
    page = new_page(
        title(subject), voice.say("charts.sub_claims", **facts), (*subject.foot, draws_in_words(subject)), body
    )
    draw_legend(page, [verdict_word(ORDER[i], voice) for i in met], [VERDICT_COLOURS[i] for i in met], legend)
    y = page.height - LEGEND_LINE * (legend[-1][1] + 1) - 8.0
    for text, row in zip(lines, shares, strict=True):
        for line in text:
            y -= LINE * LABEL
            page.write(0.0, y + 0.35 * LABEL, line, LABEL, INK)
        y -= BAR
        draw_bar(page, y, row)
        y -= GAP
    return page.figure


def title(subject: Subject) -> str:
    """What the chart finds."""
    voice, found = subject.voice, of(subject)
    sentences = [claim_sentence(claim, found.years, voice) for claim in found.claims]
    judged, tied = zip(*(found.claim_parts(i) for i in range(len(sentences))), strict=True)
    undefined = bool(found.claim_counts[:, Verdict.UNDEFINED].any())
    facts = {**subject.facts, "draws": f"{found.draws:,}"}
    return sure_claims(judged, sentences, facts, voice, tied=tied, undefined=undefined)


def draw_bar(page: Page, y: float, parts: Array) -> None:
    """Shares (verdict,) side by side across the page at this height [pt]; a figure where it fits."""
    frame = page.frame(0.0, 0.0, y, page.height - y - BAR)
    frame.ax.set_xlim(0.0, 1.0)
    frame.ax.set_ylim(0.0, 1.0)
    ends = np.concatenate([[0.0], np.cumsum(parts)])
    frame.bars(ends[:-1], ends[1:], np.full(len(parts), 0.5), 0.5, list(VERDICT_COLOURS), label="shares")
    for a, b in pairwise(ends):
        text = share_text(b - a, 1)
        if (b - a) * frame.width > text_width(text, SMALL) + 4.0:
            frame.text((a + b) / 2.0, 0.5, text, SMALL, INK, "center")


def _with_verdict(found: UncertaintyResult, i: int, sentence: str, voice: Voice) -> str:
    """A claim with its verdict under the chosen methodology, and its share where some draws cannot judge it."""
    counts = found.claim_counts[i]
    judging = int(counts.sum() - counts[Verdict.UNDEFINED])
    facts = {"claim": sentence, "verdict": verdict_word(found.nominal_verdicts[i], voice)}
    if not judging or judging == counts.sum():
        return voice.say("charts.claim_and_verdict", **facts)
    return voice.say("charts.claim_judged", **facts, judging=f"{judging:,}", share=claim_parts(found, i, voice))
