"""How sure a result is, in words: the factors of the draws, intervals of ranks, shares of claims; Chinese and English.

The headline with its share is `findings_text.headline`.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import isnan, prod
from typing import Any

import yaml

from indexcalc.analysis.claims import Verdict
from indexcalc.framework import Framework
from indexcalc.methods import METHODS
from indexcalc.report.bounds_text import weight_set_text
from indexcalc.report.findings_text import share_text
from indexcalc.report.words import method_word, word
from indexcalc.robustness.result import UncertaintyResult
from indexcalc.uncertainty import WeightSet

WORDS = {
    "zh": {
        "weights": "权重",
        "imputation": "插补",
        "treatment": "异常值处理",
        "normalisation": "标准化",
        "reference": "参照范围",
        "weighting": "赋权",
        "aggregation": "合成",
        "missing": "缺失处理",
        "alternatives": "{name}的数据序列",
        "leave_out_indicator": "剔除一个指标",
        "leave_out_dimension": "剔除一个维度",
        "leave_out_city": "剔除一个城市",
        "noise": "数据误差",
        "n_options": "{factor}{n}种",
        "one_option": "{factor}（{option}）",
        "pooled": "各年合并",
        "year": "逐年",
        "base": "以{base}年为基",
        "parameters": "{name}（{parameters}）",
        "left_in": "不剔除",
        "stop": "；",
        "design": "不确定性分析：抽取{draws}种方法（随机种子{seed}）：{factors}{combinations}。",
        "combinations": "；除权重外共{n}种组合",
        "claim_share": "在{defined}种可判断的方法中，{share}成立（标准误{error}个百分点）",
        "claim_never": "在抽取的方法中无从判断",
    },
    "en": {
        "weights": "weights",
        "imputation": "imputation",
        "treatment": "treatment of outliers",
        "normalisation": "normalisation",
        "reference": "reference",
        "weighting": "weighting",
        "aggregation": "aggregation",
        "missing": "missing rule",
        "alternatives": "series of {name}",
        "leave_out_indicator": "one indicator left out",
        "leave_out_dimension": "one dimension left out",
        "leave_out_city": "one city left out",
        "noise": "errors of the figures",
        "n_options": "{factor}: {n} options",
        "one_option": "{factor}: {option}",
        "pooled": "all years together",
        "year": "each year by itself",
        "base": "base year {base}",
        "parameters": "{name} ({parameters})",
        "left_in": "nothing",
        "stop": "; ",
        "design": "Uncertainty analysis: {draws} methodologies are drawn (seed {seed}): {factors}{combinations}.",
        "combinations": "; besides the weights, {n} combinations",
        "claim_share": "holds under {share} of the {defined} methodologies in which it is defined (standard error "
        "{error} points)",
        "claim_never": "defined under none of the methodologies drawn",
    },
}


def factor_name(code: str, framework: Framework, lang: str) -> str:
    """What a factor is called; the name of the indicator whose series are exchanged.

    >>> factor_name("leave_out_city", Framework(), "en"), factor_name("alternatives.gdp", Framework(), "zh")
    ('one city left out', 'gdp的数据序列')
    """
    kind, _, indicator = code.partition(".")
    return WORDS[lang][kind].format(name=framework.label(indicator, lang))


def option_name(factor: str, option: str, framework: Framework, lang: str, *, bare: bool = False) -> str:
    """What an option, as it would be written in the YAML, is called; bare: without its parameters.

    >>> option_name("normalisation", "{method: min_max, lower: 1, upper: 100}", Framework(), "en")
    'min-max normalisation (1–100)'
    >>> option_name("weights", "{spread: 0.25}", Framework(), "zh"), option_name("reference", "year", Framework(), "en")
    ('各项权重变动±25%，再归一', 'each year by itself')
    """
    kind = factor.partition(".")[0]
    if kind.startswith("leave_out") and option == "none":
        return WORDS[lang]["left_in"]
    if kind == "leave_out_city":
        return framework.city_label(option, lang)
    if kind in ("alternatives", "leave_out_indicator", "leave_out_dimension"):
        return framework.label(option, lang)
    written = yaml.safe_load(option)
    if kind == "weights":
        return weight_set_text(WeightSet.model_validate(written), framework, lang)
    return _choice_name(kind, written, lang, bare)


def _choice_name(step: str, written: Any, lang: str, bare: bool) -> str:
    """A choice by its method's name, with its parameters."""
    words = WORDS[lang]
    if step == "reference":
        return words["base"].format(**written) if isinstance(written, dict) else words[written]
    parameters = dict(written) if isinstance(written, dict) else {}
    name = str(parameters.pop("method", written))
    known = METHODS.get(step, {}).get(name)
    if known is None:  # the number of a copy with errors
        return name
    called = method_word(step, name, lang)
    if bare or not parameters:
        return called
    if parameters.keys() == {"lower", "upper"}:
        return word("scaled_to", lang, name=called, **parameters)
    inside = ", ".join(f"{key}: {value}" for key, value in parameters.items())
    return words["parameters"].format(name=called, parameters=inside)


def design_sentence(
    factors: Iterable[tuple[str, tuple[str, ...]]], draws: int, seed: int, framework: Framework, lang: str
) -> str:
    """The design of the draws: each factor (code, options) with its option, or how many it has."""
    words, told, counts = WORDS[lang], [], []
    for code, options in factors:
        name = factor_name(code, framework, lang)
        one = len(options) == 1
        option = option_name(code, options[0], framework, lang)
        told.append(words["one_option" if one else "n_options"].format(factor=name, option=option, n=len(options)))
        counts.append(len(options))
    many = words["combinations"].format(n=f"{prod(counts):,}") if prod(counts) > 1 else ""
    facts = {"draws": f"{draws:,}", "seed": seed, "combinations": many}
    return words["design"].format(**facts, factors=words["stop"].join(told))


def rank_interval(uncertainty: UncertaintyResult, c: int, t: int, levels: tuple[float, float] = (0.05, 0.95)) -> str:
    """Quantiles of the rank of a city (its position) in a year (its position), as `3–5`, or `3` where they agree."""
    low, high = (uncertainty.rank_quantile(level)[c, t] for level in levels)
    if isnan(low):
        return "–"
    return f"{low:.0f}" if low == high else f"{low:.0f}–{high:.0f}"


def claim_share(uncertainty: UncertaintyResult, claim: int, lang: str) -> str:
    """Under what share of the draws in which it is defined a claim holds, with its Monte Carlo error."""
    share, counts = uncertainty.claim_share(claim), uncertainty.claim_counts[claim]
    if isnan(share):
        return WORDS[lang]["claim_never"]
    defined = int(counts.sum() - counts[Verdict.UNDEFINED])
    facts = {"share": share_text(share), "defined": f"{defined:,}"}
    return WORDS[lang]["claim_share"].format(**facts, error=f"{100 * uncertainty.claim_error(claim):.2f}")
