"""What the steps of a methodology and its choices are called, and what they do, in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from string import Formatter
from typing import Any

from indexcalc.choice import Choice
from indexcalc.methodology import RankOn, Reference, Rounding, Screening
from indexcalc.voice import Voice

WORDS: dict[str, dict[str, str]] = {
    "as_published": {"zh": "原始数据", "en": "as published"},
    "step_imputation": {"zh": "缺失值插补", "en": "Imputation"},
    "step_transform": {"zh": "变换", "en": "Transform"},
    "step_treatment": {"zh": "异常值处理", "en": "Treatment of outliers"},
    "step_normalisation": {"zh": "标准化", "en": "Normalisation"},
    "step_reference": {"zh": "标准化的参照范围", "en": "Reference of the normalisation"},
    "step_weighting": {"zh": "赋权", "en": "Weighting"},
    "step_aggregation": {"zh": "合成", "en": "Aggregation"},
    "step_missing": {"zh": "下级缺值时", "en": "Where a child is missing"},
    "step_rank_on": {"zh": "排名精度", "en": "Rounding before ranking"},
    "rank_on_words": {
        "zh": "得分四舍五入到{decimals}位小数后排名",
        "en": "Ranks are taken on scores rounded to {decimals} decimals",
    },
    "step_rounding": {"zh": "得分取位", "en": "Rounding of scores"},
    "step_screening": {"zh": "数据完整性要求", "en": "Screening"},
    "rounding_half_up": {"zh": "四舍五入到{decimals}位小数", "en": "Rounded to {decimals} decimals, halves up"},
    "rounding_half_even": {
        "zh": "舍入到{decimals}位小数（四舍六入五成双）",
        "en": "Rounded to {decimals} decimals, halves to the even digit",
    },
    "screening_refuse": {
        "zh": "每个{of}至少有{minimum}的实有数据，否则拒绝计算",
        "en": "At least {minimum} of the cells of each {of} are observed; less is refused",
    },
    "screening_leave_out": {
        "zh": "实有数据不足{minimum}的{of}不参加计算",
        "en": "A {of} with less than {minimum} of its cells observed is left out",
    },
    "ratio": {"zh": "{of} ÷ {to}", "en": "{of} ÷ {to}"},
    "scaled": {"zh": "{of} ÷ {to} × {scale}", "en": "{of} ÷ {to} × {scale}"},
    "growth": {"zh": "{of} 较{over}年前的增长率（%）", "en": "growth of {of} over {over} year(s), %"},
    "list_comma": {"zh": "、", "en": ", "},
    "list_semicolon": {"zh": "；", "en": "; "},
}

METHOD_WORDS: dict[tuple[str, str], dict[str, str]] = {
    ("imputation", "none"): {"zh": "不插补", "en": "Missing values stay missing"},
    ("imputation", "linear"): {
        "zh": "同一城市前后两个实有年份之间线性内插；首尾之外持平延伸（标为外推）",
        "en": "Linear between two observed years of the same city; carried flat beyond the ends (marked extrapolated)",
    },
    ("direction", "positive"): {"zh": "+", "en": "+"},
    ("direction", "negative"): {"zh": "−", "en": "−"},
    ("direction", "middle"): {"zh": "适度（{best}最好）", "en": "best at {best}"},
    ("direction", "interval"): {"zh": "适度（{low}—{high}最好）", "en": "best from {low} to {high}"},
    ("transform", "none"): {"zh": "不变换", "en": "None"},
    ("transform", "log"): {"zh": "取自然对数", "en": "Natural logarithm"},
    ("treatment", "none"): {"zh": "不处理", "en": "None"},
    ("treatment", "winsorise"): {
        "zh": "缩尾：低于{lower}分位数、高于{upper}分位数的值移到该分位数（全部城市与年份合并计算）",
        "en": (
            "Winsorised: values below the {lower} or above the {upper} quantile of all city-years move to that quantile"
        ),
    },
    ("normalisation", "none"): {"zh": "不标准化，直接使用原值", "en": "None: values are used as they are"},
    ("normalisation", "min_max"): {
        "zh": "极差标准化：参照范围内的最小值为{lower}，最大值为{upper}，其间线性",
        "en": "Min-max: the least value of the reference becomes {lower}, the greatest {upper}, linear between",
    },
    ("normalisation", "z_score"): {
        "zh": "Z分数：参照范围的均值为{mean}，标准差为{sd}",
        "en": "z-score: the mean of the reference becomes {mean}, its standard deviation {sd}",
    },
    ("normalisation", "percentile_rank"): {
        "zh": "百分位次：在参照范围内的位次，由{lower}到{upper}",
        "en": "Percentile rank within the reference, from {lower} to {upper}",
    },
    ("normalisation", "goalposts"): {
        "zh": "固定门槛：原值{low}为{lower}，{high}为{upper}，其间线性",
        "en": "Goalposts: {low} in the indicator's own unit becomes {lower}, {high} becomes {upper}, linear between",
    },
    ("weighting", "given"): {
        "zh": "给定权重，在同一上级之内归一",
        "en": "As given, scaled to sum to 1 within each parent",
    },
    ("weighting", "equal"): {"zh": "同一上级之内等权", "en": "Equal within each parent"},
    ("aggregation", "arithmetic"): {
        "zh": "加权算术平均（逐级合成，长短可以相抵）",
        "en": "Weighted arithmetic mean, level by level (a deficit can be made up by a surplus)",
    },
    ("aggregation", "geometric"): {
        "zh": "加权几何平均（逐级合成，短板代价更大）",
        "en": "Weighted geometric mean, level by level (a low score costs more)",
    },
    ("missing", "refuse"): {"zh": "拒绝计算，并指明所缺", "en": "Refused by name"},
    ("missing", "propagate"): {"zh": "上级得分也缺", "en": "The parent has no score either"},
    ("missing", "renormalise"): {
        "zh": "其余下级的权重重新归一",
        "en": "The weights of the other children are scaled to sum to 1",
    },
}


REFERENCE_WORDS: dict[str, dict[str, str]] = {
    "pooled": {
        "zh": "全部城市与年份，得分可跨年比较",
        "en": "All cities and years together: scores can be compared over time",
    },
    "year": {
        "zh": "每年各自参照，得分只在当年之内比较",
        "en": "Each year by itself: scores compare within a year only",
    },
    "base": {
        "zh": "以{base}年的全部城市为参照，增加年份不改变原有得分",
        "en": "All cities in {base}: old scores do not move when a year is added",
    },
}


SCREENED: dict[str, dict[str, str]] = {
    "city": {"zh": "城市", "en": "city"},
    "indicator": {"zh": "指标", "en": "indicator"},
    "dimension_year": {"zh": "维度（逐年）", "en": "dimension of a city and year"},
}


def word(key: str, lang: str, **facts: Any) -> str:
    """A word about the methodology in `lang`."""
    return WORDS[key][lang].format(**facts)


def step_name(step: str, lang: str) -> str:
    """What a step of the methodology is called; its key where it has no name here."""
    return WORDS[f"step_{step}"][lang] if f"step_{step}" in WORDS else step


def in_words(chosen: Any, lang: str) -> str:
    """What a part of the methodology does, in words; nothing for parts that have none.

    >>> from indexcalc.choice import choice
    >>> in_words(choice("treatment", {"method": "winsorise", "upper": 0.9}), "en")
    'Winsorised: values below the 0.05 or above the 0.9 quantile of all city-years move to that quantile'
    """
    if isinstance(chosen, Choice):
        return _choice_words(chosen, lang)
    if isinstance(chosen, Reference):
        return REFERENCE_WORDS[chosen.kind][lang].format(base=chosen.base)
    if isinstance(chosen, RankOn):
        return word("rank_on_words", lang, decimals=chosen.decimals)
    if isinstance(chosen, Rounding):
        return word(f"rounding_{chosen.rule}", lang, decimals=chosen.decimals)
    if isinstance(chosen, Screening):
        of = SCREENED.get(chosen.of, {}).get(lang, chosen.of)
        return word(f"screening_{chosen.action}", lang, of=of, minimum=f"{chosen.minimum:.0%}")
    if isinstance(chosen, (list, tuple)):
        return word("list_semicolon", lang).join(in_words(part, lang) for part in chosen)
    return ""


def _choice_words(chosen: Choice, lang: str) -> str:
    """The words of a method, or the first line of its docstring; then what was chosen that they do not say."""
    declared = chosen.method.parameters
    full = {name: _short(chosen.parameters.get(name, spec.default)) for name, spec in declared.items()}
    template = METHOD_WORDS.get((chosen.step, chosen.name), {}).get(lang, "")
    named = {field for _, field, _, _ in Formatter().parse(template) if field}
    if not template or not named <= full.keys():
        summary = Voice("zh").method(chosen.step, chosen.name) if lang == "zh" else ""
        template, named = (summary or chosen.method.summary).replace("{", "{{").replace("}", "}}"), set()
    plain = chosen.plain
    written = plain if isinstance(plain, Mapping) else {}
    more = [f"{name}: {_short(value)}" for name, value in written.items() if name not in {"method", *named}]
    return template.format(**full) + (f" ({', '.join(more)})" if more else "")


def _short(value: Any) -> str:
    return f"{value:.15g}" if isinstance(value, float) else str(value)
