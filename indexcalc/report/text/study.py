"""The analyses of robustness made on demand, in words: one choice changed alone, names of options."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import cache, partial

import numpy as np

from indexcalc.report.text.claims import claim_sentence, verdict_word
from indexcalc.report.text.robustness import factor_name, option_name
from indexcalc.robustness.result import AlternativesResult, SensitivityResult, SingleChange
from indexcalc.voice import Voice


def instead_of_indices(found: SensitivityResult, row: int) -> str:
    """The word for what is said instead of the indices of an output: it never moves, moves too rarely to say with what,
    or is undefined under several choices together.

    The first output is the mean rank shift, which may stay the same while single ranks move.
    """
    if found.entangled[row] or np.isnan(found.total[row]).all():
        moves = found.variance[1:] > 0
        still = "shift_never_moves" if row == 0 and moves.any() else "never_moves"
        return "undefined_in_combinations" if found.entangled[row] else still
    widths = np.ptp(found.total_interval[row], axis=-1)
    return "hardly_moves" if np.nanmax(widths, initial=0.0) > 1.0 else ""


def single_sentence(one: SingleChange, alternatives: AlternativesResult, years: tuple[int, ...], voice: Voice) -> str:
    """The effect of one choice changed, all else as chosen, in a sentence."""
    kind = one.factor.partition(".")[0]
    if one.outcome.refused:
        reason = voice.without_stop(voice.clause(one.outcome.refused[0]))
        outcome = voice.say("robustness.single.refused", reason=reason)
    else:
        key = "moved_none" if not one.moved else "moved_one" if one.moved == 1 else "moved"
        outcome = voice.say(f"robustness.single.{key}", moved=one.moved, furthest=one.furthest)
        for i in one.changed:
            outcome += voice.say(
                "robustness.single.claim",
                claim=claim_sentence(alternatives.claims[i], years, voice),
                before=verdict_word(alternatives.nominal.verdicts[i], voice),
                after=verdict_word(one.outcome.verdicts[i], voice),
            )
    form = "leave_out" if kind.startswith("leave_out") else kind if voice.knows(f"robustness.single.{kind}") else "step"
    _, _, series = one.factor.partition(".")
    factor = voice.node(series) if form == "alternatives" else factor_name(one.factor, voice)
    option = option_names(alternatives, voice)[one.factor, one.option]
    return voice.say(f"robustness.single.{form}", factor=factor, option=option, outcome=outcome)


def options_in_words(found: AlternativesResult) -> Callable[[str, str], Callable[[Voice], str]]:
    """For a factor and an option: what it is called, in any voice. All names of a voice are made at once, and once."""
    names = cache(partial(option_names, found))

    def in_words(factor: str, option: str) -> Callable[[Voice], str]:
        # a partial, from whose argument programs get the option as it is written
        return partial(lambda option, voice: names(voice)[factor, option], option)

    return in_words


def option_names(found: AlternativesResult, voice: Voice) -> dict[tuple[str, str], str]:
    """What each option (factor, as in the YAML) is called: by its method alone where no other option has the same."""
    options = {(one.factor, one.option): None for one in found.single}
    for row in (found.nominal, *found.rows):
        options |= dict.fromkeys(zip(found.factors, row.options, strict=True))
    full = {key: option_name(*key, voice) for key in options}
    short = {key: option_name(*key, voice, bare=True) for key in options}
    taken = Counter((factor, short[factor, option]) for factor, option in options)
    return {key: short[key] if taken[key[0], short[key]] == 1 else full[key] for key in options}
