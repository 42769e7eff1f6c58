"""The foot of a chart: who published the figures, how the index is computed, what the reader should know."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np

from indexcalc.choice import Choice
from indexcalc.methodology import Reference
from indexcalc.origin import Origin
from indexcalc.report.charts.numbers import percent
from indexcalc.report.words import listed, method_word, word
from indexcalc.result import IndexResult

NOT_IMPUTED = (Origin.OBSERVED, Origin.MISSING, Origin.LEFT_OUT)
NAMED = 8
"""Cities with gaps that the foot names; of more it gives the number."""


def foot(result: IndexResult, lang: str) -> tuple[str, ...]:
    """The paragraphs under every chart of a result."""
    sources = publishers(result, lang)
    paragraphs = [word("source", lang, publishers=listed(sources, lang))] if sources else []
    paragraphs.append(word("method", lang, steps=word("semicolon", lang).join(steps(result, lang))))
    if result.framework.note is not None:
        paragraphs.append(word("note", lang, note=result.framework.note[lang]))
    if scores_are_relative(result):
        paragraphs.append(word("not_comparable", lang))
    absent = np.isnan(result.score())
    if absent.any():
        paragraphs.append(word("absent", lang, where=_absent(result, lang)))
    return tuple(paragraphs)


def publishers(result: IndexResult, lang: str) -> list[str]:
    """Who published the columns behind the indicators of the index, in the order of the framework."""
    framework = result.framework
    declared, columns = framework.all_indicators, framework.columns
    waiting, found = list(reversed(result.normalised.codes)), []
    while waiting:
        code = waiting.pop()
        derived = declared[code].derived if code in declared else None
        if derived is not None:
            waiting += reversed(derived.parts)
        elif code in columns and columns[code].publisher:
            found.append(str(columns[code].publisher))
    known = framework.publishers
    return list(dict.fromkeys(known[code][lang] if code in known else code for code in found))


def steps(result: IndexResult, lang: str) -> list[str]:
    """What was done to the figures, step by step, in words."""
    methodology = result.methodology
    declared = [result.framework.all_indicators[code] for code in result.normalised.codes]
    imputed = ~np.isin(result.imputed.origin, NOT_IMPUTED) & result.present[:, :, None]
    said = []
    if imputed.any():
        share = float(imputed.sum() / (result.present.sum() * len(declared)))
        method = _choices([own.imputation or methodology.imputation for own in declared], lang)
        said.append(word("imputed", lang, share=percent(share), method=method))
    treatments = [choice for own in declared if (choice := own.treatment or methodology.treatment).name != "none"]
    if treatments:
        said.append(_choices(treatments, lang))
    said.append(_choices([own.normalisation or methodology.normalisation for own in declared], lang))
    references = [
        own.reference or methodology.reference
        for own in declared
        if (own.normalisation or methodology.normalisation).method.traits.get("needs_spread")
    ]
    if references:
        said.append(_most([_reference(reference, lang) for reference in references], lang))
    said.append(_choices([node.weighting for node in result.nodes if node.weighting is not None], lang))
    said.append(_choices([node.aggregation for node in result.nodes if node.aggregation is not None], lang))
    return said


def scores_are_relative(result: IndexResult) -> bool:
    """Whether something looks at one year by itself, so that scores compare within a year only."""
    if any(node.aggregation is not None and node.aggregation.method.traits.get("needs_years") for node in result.nodes):
        return True
    for code in result.normalised.codes:
        own = result.framework.all_indicators[code]
        reference = own.reference or result.methodology.reference
        normalisation = own.normalisation or result.methodology.normalisation
        if reference.kind == "year" and normalisation.method.traits.get("needs_spread"):
            return True
    return False


def _choices(choices: Iterable[Choice], lang: str) -> str:
    return _most([_choice(choice, lang) for choice in choices], lang)


def _choice(choice: Choice, lang: str) -> str:
    """A choice in words, with the scale it leads to."""
    name = method_word(choice.step, choice.name, lang)
    declared = choice.method.parameters
    if "lower" not in declared or "upper" not in declared or choice.step != "normalisation":
        return name
    ends = {end: f"{choice.parameters.get(end, declared[end].default):g}" for end in ("lower", "upper")}
    return word("scaled_to", lang, name=name, **ends)


def _reference(reference: Reference, lang: str) -> str:
    return word(f"reference.{reference.kind}", lang, year=reference.base)


def _most(said: list[str], lang: str) -> str:
    """The most frequent of several; the reader is told that there are others."""
    counts = Counter(said).most_common()
    return counts[0][0] if len(counts) == 1 else word("several", lang, name=counts[0][0])


def _absent(result: IndexResult, lang: str) -> str:
    """The city-years without a score: the cities that miss most come first, and only some are named."""
    missing = np.isnan(result.score())
    order = [int(c) for c in np.argsort(-missing.sum(axis=1), kind="stable") if missing[c].any()]
    said = []
    for c in order[:NAMED]:
        years = _runs([year for year, here in zip(result.years, missing[c], strict=True) if here], lang)
        said.append(word("city_years", lang, city=result.framework.city_label(result.cities[c], lang), years=years))
    more = len(order) - len(said)
    where = word("comma", lang).join(said)
    return where + (word("and_more_cities", lang, n=more) if more else "")


def _runs(years: Sequence[int], lang: str) -> str:
    """Years, those in a row as a span.

    >>> _runs([2017, 2018, 2020], "en")
    '2017–2018, 2020'
    """
    runs: list[list[int]] = []
    for year in years:
        if runs and year == runs[-1][-1] + 1:
            runs[-1].append(year)
        else:
            runs.append([year])
    dash = "—" if lang == "zh" else "–"
    return word("comma", lang).join(f"{run[0]}{dash}{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs)
