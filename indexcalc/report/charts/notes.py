"""The foot of a chart: who published the figures, how the index is computed, what the reader should know."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np

from indexcalc.analysis.claims import Frame
from indexcalc.figures.panel import spans
from indexcalc.origin import NOT_IMPUTED
from indexcalc.report.numbers import share_text
from indexcalc.report.provenance import columns_behind, declared_of
from indexcalc.spec.choice import Choice
from indexcalc.spec.hierarchy import parents
from indexcalc.spec.methodology import Reference
from indexcalc.steps.comparable import unlike_problems
from indexcalc.steps.result import IndexResult
from indexcalc.voice import Voice

NAMED = 8
"""Cities with gaps that the foot names; if there are more, it gives their number."""


def foot(result: IndexResult, voice: Voice) -> tuple[str, ...]:
    """The paragraphs under every chart of a result."""
    sources = publishers(result, voice)
    paragraphs = [voice.say("charts.source", publishers=voice.listed(sources))] if sources else []
    paragraphs.append(voice.say("charts.method", steps=voice.semicolon(steps(result, voice))))
    if result.framework.note is not None:
        paragraphs.append(voice.say("charts.note", note=voice.name(result.framework.note)))
    if not Frame.of(result).comparable:
        paragraphs.append(voice.say("charts.not_comparable"))
    paragraphs += [voice.problem(problem) for problem in unlike_problems(result)]
    absent = np.isnan(result.score())
    if absent.any():
        paragraphs.append(voice.say("charts.absent", where=_absent(result, voice)))
    return tuple(paragraphs)


def publishers(result: IndexResult, voice: Voice, codes: Sequence[str] | None = None) -> list[str]:
    """Who published the columns behind indicators, or behind all of the index, in the order of the framework."""
    declared, known = declared_of(result.framework), result.framework.publishers
    codes = result.normalised.codes if codes is None else codes
    behind = [one for code in codes for one in columns_behind(declared, code)]
    found = [published for code in behind if (published := declared[code].publisher)]
    return list(dict.fromkeys(voice.name(known[code]) if code in known else code for code in found))


def steps(result: IndexResult, voice: Voice) -> list[str]:
    """What was done to the figures, step by step, in words."""
    methodology = result.methodology
    declared = [result.framework.all_indicators[code] for code in result.normalised.codes]
    imputed = ~np.isin(result.imputed.origin, NOT_IMPUTED) & result.present[:, :, None]
    said = []
    if imputed.any():
        share = float(imputed.sum() / (result.present.sum() * len(declared)))
        method = _choices([own.imputation or methodology.imputation for own in declared], voice)
        said.append(voice.say("charts.imputed", share=share_text(share, 1), method=method))
    treatments = [choice for own in declared if (choice := own.treatment or methodology.treatment).name != "none"]
    if treatments:
        said.append(_choices(treatments, voice))
    said.append(_choices([own.normalisation or methodology.normalisation for own in declared], voice))
    references = [
        own.reference or methodology.reference
        for own in declared
        if (own.normalisation or methodology.normalisation).method.traits.get("needs_spread")
    ]
    if references:
        said.append(_most([_reference(reference, voice) for reference in references], voice))
    above = parents(result.nodes).values()
    weightings = [node.weighting for node in above if node.uses_weights]
    if weightings:
        said.append(_choices(weightings, voice))
    said.append(_choices([node.aggregation for node in above], voice))
    return said


def _choices(choices: Iterable[Choice], voice: Voice) -> str:
    return _most([_choice(choice, voice) for choice in choices], voice)


def _choice(choice: Choice, voice: Voice) -> str:
    """A choice in words, with the scale that results."""
    name = voice.method(choice.step, choice.name)
    declared = choice.method.parameters
    if "lower" not in declared or "upper" not in declared or choice.step != "normalisation":
        return name
    ends = {end: f"{choice.parameters.get(end, declared[end].default):g}" for end in ("lower", "upper")}
    return voice.say("charts.scaled_to", name=name, **ends)


def _reference(reference: Reference, voice: Voice) -> str:
    return voice.say(f"charts.reference.{reference.kind}", year=reference.base)


def _most(said: list[str], voice: Voice) -> str:
    """The most frequent of several; the reader is told that there are others."""
    counts = Counter(said).most_common()
    return counts[0][0] if len(counts) == 1 else voice.say("charts.several", name=counts[0][0])


def _absent(result: IndexResult, voice: Voice) -> str:
    """The city-years without a score: the cities that miss most come first, and only some are named."""
    missing = np.isnan(result.score())
    order = [int(c) for c in np.argsort(-missing.sum(axis=1), kind="stable") if missing[c].any()]
    said = []
    for c in order[:NAMED]:
        years = _runs([year for year, here in zip(result.years, missing[c], strict=True) if here], voice)
        said.append(voice.say("charts.city_years", city=voice.city(result.cities[c]), years=years))
    more = len(order) - len(said)
    where = voice.comma(said)
    return where + (voice.say("charts.and_more_cities", n=more) if more else "")


def _runs(years: Sequence[int], voice: Voice) -> str:
    """Years, those in a row as a span.

    >>> _runs([2017, 2018, 2020], Voice("en"))
    '2017–2018, 2020'
    """
    dash = voice.mark("dash")
    return voice.comma(f"{first}{dash}{last}" if first < last else str(first) for first, last in spans(years))
