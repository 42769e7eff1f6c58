"""The analyses of robustness made on demand, in words: one choice changed alone, names of options; both languages."""

from __future__ import annotations

from collections import Counter

import numpy as np

from indexcalc.framework import Framework
from indexcalc.report.claims_text import VERDICTS, claim_sentence
from indexcalc.report.robustness_text import factor_name, option_name
from indexcalc.robustness.result import AlternativesResult, SensitivityResult, SingleChange

WORDS: dict[str, dict[str, str]] = {
    "zh": {
        "step": "只把{factor}方法改为{option}：{outcome}。",
        "reference": "只把{factor}改为{option}：{outcome}。",
        "missing": "只把{factor}改为{option}：{outcome}。",
        "alternatives": "只把“{factor}”换为“{option}”：{outcome}。",
        "leave_out": "只剔除“{option}”：{outcome}。",
        "moved": "{moved}个城市位次变动，最多{furthest}位",
        "moved_one": "1个城市位次变动{furthest}位",
        "moved_none": "没有城市位次变动",
        "claim": "；“{claim}”由{before}变为{after}",
        "refused": "数据不允许（{reason}）",
    },
    "en": {
        "step": "Changing only {factor} to {option}: {outcome}.",
        "reference": "Changing only the {factor} to {option}: {outcome}.",
        "missing": "Changing only the {factor} to {option}: {outcome}.",
        "alternatives": "Taking only “{option}” for “{factor}”: {outcome}.",
        "leave_out": "Leaving out only “{option}”: {outcome}.",
        "moved": "{moved} cities move, by at most {furthest}",
        "moved_one": "1 city moves, by {furthest}",
        "moved_none": "no city moves",
        "claim": "; “{claim}”: {before} becomes {after}",
        "refused": "the figures do not allow it ({reason})",
    },
}


def instead_of_indices(found: SensitivityResult, row: int) -> str:
    """The word for what is said instead of the indices of an output: it never moves, or too rarely to say with what."""
    if np.isnan(found.total[row]).all():
        return "never_moves"
    widths = np.ptp(found.total_interval[row], axis=-1)
    return "hardly_moves" if np.nanmax(widths, initial=0.0) > 1.0 else ""


def single_sentence(
    one: SingleChange, alternatives: AlternativesResult, framework: Framework, years: tuple[int, ...], lang: str
) -> str:
    """What comes of one choice changed, all else as chosen."""
    words, kind = WORDS[lang], one.factor.partition(".")[0]
    if one.outcome.refused:
        reason = one.outcome.refused[0].text(lang).rstrip("。.")
        outcome = words["refused"].format(reason=reason)
    else:
        key = "moved_none" if not one.moved else "moved_one" if one.moved == 1 else "moved"
        outcome = words[key].format(moved=one.moved, furthest=one.furthest)
        for i in one.changed:
            outcome += words["claim"].format(
                claim=claim_sentence(alternatives.claims[i], framework, years, lang),
                before=VERDICTS[alternatives.nominal.verdicts[i]][lang],
                after=VERDICTS[one.outcome.verdicts[i]][lang],
            )
    form = "leave_out" if kind.startswith("leave_out") else kind if kind in words else "step"
    if form == "alternatives":
        factor = framework.label(one.factor.partition(".")[2], lang)
    else:
        factor = factor_name(one.factor, framework, lang)
    option = option_names(alternatives, framework, lang)[one.factor, one.option]
    return words[form].format(factor=factor, option=option, outcome=outcome)


def option_names(found: AlternativesResult, framework: Framework, lang: str) -> dict[tuple[str, str], str]:
    """What each option (factor, as in the YAML) is called: by its method alone where no other option has the same."""
    options = {(one.factor, one.option): None for one in found.single}
    for row in (found.nominal, *found.rows):
        options |= dict.fromkeys(zip(found.factors, row.options, strict=True))
    full = {key: option_name(*key, framework, lang) for key in options}
    short = {key: option_name(*key, framework, lang, bare=True) for key in options}
    taken = Counter((factor, short[factor, option]) for factor, option in options)
    return {key: short[key] if taken[key[0], short[key]] == 1 else full[key] for key in options}
