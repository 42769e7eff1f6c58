"""How robust a result is, in words: the factors of the draws, their design, shares of claims.

The headline with its share is `findings.headline`.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from math import isnan, prod
from typing import Any

import yaml

from indexcalc.analysis.claims import Verdict
from indexcalc.methods import METHODS
from indexcalc.report.numbers import share_text
from indexcalc.report.text.bounds import weight_set_text
from indexcalc.robustness.result import UncertaintyResult
from indexcalc.spec.uncertainty import WeightSet
from indexcalc.voice import Voice


def factor_name(code: str, voice: Voice) -> str:
    """What a factor is called; for exchanged series, by the name of their indicator.

    >>> factor_name("leave_out_city", Voice("en")), factor_name("alternatives.gdp", Voice("zh"))
    ('one city left out', 'gdp所用的数据列')
    """
    kind, _, indicator = code.partition(".")
    return voice.say(f"robustness.{kind}", name=voice.node(indicator))


PLAIN = {
    "impute": {"parts": "robustness.impute_parts", "derived": "robustness.impute_derived"},
    "imputed": {"true": "robustness.learnt"},
}
"""Options that are not methods, by factor, and their words."""


def option_name(factor: str, option: str, voice: Voice, *, bare: bool = False) -> str:
    """What an option, as it would be written in the YAML, is called; bare: without its parameters.

    >>> option_name("normalisation", "{method: min_max, lower: 1, upper: 100}", Voice("en"))
    'min-max normalisation (1–100)'
    >>> option_name("weights", "{spread: 0.25}", Voice("zh")), option_name("reference", "year", Voice("en"))
    ('各项权重在±25%以内变动，再折算为合计100%', 'each year by itself')
    """
    kind = factor.partition(".")[0]
    if kind.startswith("leave_out") and option == "none":
        return voice.say("robustness.left_in")
    if kind == "leave_out_city":
        return voice.city(option)
    if kind == "lower":
        return option
    if kind in ("alternatives", "leave_out_indicator", "leave_out_dimension"):
        return voice.node(option)
    if kind in PLAIN:
        return voice.say(PLAIN[kind][option])
    written = _written(option)
    if kind == "weights":
        return weight_set_text(WeightSet.model_validate(written), voice)
    return _choice_name(kind, written, voice, bare)


@cache
def _written(option: str) -> Any:
    """An option as it would be read from the YAML: the same few are named again and again."""
    return yaml.safe_load(option)


def _choice_name(step: str, written: Any, voice: Voice, bare: bool) -> str:
    """A choice by its method's name, with its parameters."""
    if step == "weighting" and isinstance(written, dict) and written["method"] == "explicit":
        return voice.say("robustness.explicit", name=written["name"])
    if step == "weighting" and isinstance(written, dict) and written["method"] == "budget_allocation":
        return voice.say("robustness.budget_allocation", n=len(written["experts"]))
    if step == "reference":
        return (
            voice.say("robustness.base", **written) if isinstance(written, dict) else voice.say(f"robustness.{written}")
        )
    parameters = dict(written) if isinstance(written, dict) else {}
    name = str(parameters.pop("method", written))
    known = METHODS.get(step, {}).get(name)
    if known is None:  # the number of a copy with errors
        return name
    called = voice.method(step, name)
    if bare or not parameters:
        return called
    if parameters.keys() == {"lower", "upper"}:
        return voice.say("charts.scaled_to", name=called, **parameters)
    inside = voice.comma(f"{key}: {value}" for key, value in parameters.items())
    return voice.say("robustness.parameters", name=called, parameters=inside)


def options_key(code: str) -> str:
    """The word for how many options a factor has: what is left out may be nothing."""
    return "n_left_out" if code.startswith("leave_out") else "n_options"


def design_sentence(
    factors: Iterable[tuple[str, tuple[str, ...]]],
    draws: int,
    seed: int,
    voice: Voice,
    *,
    combinations: int | None = None,
) -> str:
    """The design of the draws: each factor (code, options) with its option, or how many it has; and how many of their
    combinations differ (by default all)."""
    told, counts = [], []
    for code, options in factors:
        name = factor_name(code, voice)
        one = len(options) == 1
        option = option_name(code, options[0], voice)
        key = "one_option" if one else options_key(code)
        told.append(voice.say(f"robustness.{key}", factor=name, option=option, n=len(options)))
        counts.append(len(options))
    n = prod(counts) if combinations is None else combinations
    many = voice.say("robustness.combinations", n=f"{n:,}") if prod(counts) > 1 else ""
    facts = {"draws": f"{draws:,}", "seed": seed, "combinations": many}
    return voice.say("robustness.design", **facts, factors=voice.semicolon(told))


MATTERS = 0.005
"""A Monte Carlo error above this is printed: half a percentage point."""


def parted(share: float, tied: float, voice: Voice) -> str:
    """A share of draws, some of which have a tie: both parts, never the sum alone; without ties the share.

    >>> parted(0.7086, 0.3792, Voice("en")), parted(0.771, 0.0, Voice("en"))
    ('32.9% (and with a tie in a further 37.9%)', '77.1%')
    """
    if not tied > 0:
        return share_text(share, 1)
    return voice.say("robustness.parted", alone=share_text(max(share - tied, 0.0), 1), tied=share_text(tied, 1))


def claim_parts(uncertainty: UncertaintyResult, claim: int, voice: Voice) -> str:
    """The share of the draws in which a claim holds, of those in which it is defined: without and with a tie."""
    return parted(uncertainty.claim_share(claim), uncertainty.claim_parts(claim)[1], voice)


def claim_share(uncertainty: UncertaintyResult, claim: int, voice: Voice) -> str:
    """The share of the draws in which a claim holds, of those in which it is defined, with its Monte Carlo error where
    that is above half a percentage point."""
    share, counts = uncertainty.claim_share(claim), uncertainty.claim_counts[claim]
    if isnan(share):
        return voice.say("robustness.claim_never")
    defined = int(counts.sum() - counts[Verdict.UNDEFINED])
    error = uncertainty.claim_error(claim)
    noise = voice.say("robustness.claim_error", error=f"{100 * error:.1f}") if error > MATTERS else ""
    facts = {"share": claim_parts(uncertainty, claim, voice), "defined": f"{defined:,}", "error": noise}
    return voice.say("robustness.claim_share", **facts)
