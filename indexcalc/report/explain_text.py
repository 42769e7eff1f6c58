"""The story of a city, a figure traced to its cell, two cities side by side: one screen each, in words and tables."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich import box
from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.table import Table
from rich.text import Text

from indexcalc.analysis.explain import (
    SHARES,
    CityStory,
    Comparison,
    Driver,
    Improvement,
    NodeGap,
    Passing,
    RawCell,
    Standing,
    Trace,
)
from indexcalc.choice import Choice
from indexcalc.errors import Problem
from indexcalc.framework import INDEX
from indexcalc.methods import METHODS
from indexcalc.origin import Origin
from indexcalc.report.units import quantity, unit_name
from indexcalc.report.words import fill, listed, ordinal
from indexcalc.result import IndexResult
from indexcalc.voice import Voice

TOLD = 3
"""Indicators named on each side: strongest and weakest, largest gains and losses."""
YEARS = 8
"""Years of the path that fit on a line."""
PASSINGS = 4
"""Cities passed, and cities passing, that are told one by one."""
NARROW = 100
"""Width below which the scores of both years are left out of what drove the change."""
ROWS = 34
"""Rows of a comparison that fit on a screen; of more indicators those with the largest parts are shown."""

MOST_NAME = 14
"""Cells of a city's name at the head of a column; the sentence above has it whole."""

WORDS: dict[str, dict[str, str]] = {
    # small change
    "unknown": {"zh": "–", "en": "–"},
    "stop": {"zh": "。", "en": ". "},
    "comma": {"zh": "，", "en": ", "},
    "arrow": {"zh": "→", "en": "->"},
    "semicolon": {"zh": "；", "en": "; "},
    "colon": {"zh": "：", "en": ": "},
    "note": {"zh": "注：", "en": "Notes: "},
    "indicator": {"zh": "指标", "en": "Indicator"},
    "score": {"zh": "得分", "en": "Score"},
    "rank": {"zh": "位次", "en": "Rank"},
    "mean": {"zh": "均值", "en": "Mean"},
    "figure": {"zh": "数值", "en": "Figure"},
    "part": {"zh": "贡献", "en": "Part"},
    "contribution": {"zh": "贡献", "en": "part"},
    "unit": {"zh": "单位", "en": "Unit"},
    # the head
    "headline": {
        "zh": "{city}{year}年得{score}分，在{n}个城市中{standing}",
        "en": "{city} scores {score} in {year} and {standing} of {n} cities",
    },
    "stands": {"zh": "居第{rank}位", "en": "ranks {rank}"},
    "stands_tied": {"zh": "与{others}并列第{rank}位", "en": "ranks {rank}, level with {others},"},
    "only_city": {
        "zh": "{city}{year}年得{score}分，当年只有这一个城市",
        "en": "{city} scores {score} in {year}, the only city",
    },
    "before": {
        "zh": "{first}年为{score}分、第{rank}位，{moved}",
        "en": "in {first} it scored {score} and ranked {rank}: {moved}",
    },
    "up": {"zh": "上升{n}位", "en": "up {n} places"},
    "up_one": {"zh": "上升1位", "en": "up one place"},
    "down": {"zh": "下降{n}位", "en": "down {n} places"},
    "down_one": {"zh": "下降1位", "en": "down one place"},
    "same": {"zh": "位次不变", "en": "no change of rank"},
    "no_last": {
        "zh": "{city}{last}年没有得分，以下截至其最近有得分的{year}年。",
        "en": "{city} has no score in {last}; this is its story up to {year}, the last year in which it has one.",
    },
    "one_year": {
        "zh": "只有这一年有得分，没有变化可言。",
        "en": "It has a score in this year only, so there is no change to tell.",
    },
    "city_mean": {"zh": "{n}城均值", "en": "City mean"},
    "city_mean_of": {"zh": "当年{low}—{high}城均值", "en": "Mean of {low}–{high} cities"},
    # strengths and weaknesses
    "against_mean": {
        "zh": "强项与弱项：与平均城市相差{distance}分",
        "en": "Strengths and weaknesses: {distance} from the mean city",
    },
    "strengths": {"zh": "强项与弱项", "en": "Strengths and weaknesses"},
    "strong": {"zh": "强项", "en": "strong"},
    "weak": {"zh": "弱项", "en": "weak"},
    "no_strong": {"zh": "没有高于平均的指标。", "en": "No indicator is above the mean."},
    "no_weak": {"zh": "没有低于平均的指标。", "en": "No indicator is below the mean."},
    # what changed
    "changed": {"zh": "{first}—{year}年变化{change}分", "en": "Change {first}–{year} {change}"},
    "gain": {"zh": "推高", "en": "gains"},
    "loss": {"zh": "拉低", "en": "losses"},
    "no_loss": {"zh": "没有指标拉低得分。", "en": "No indicator lowered the score."},
    "no_gain": {"zh": "没有指标推高得分。", "en": "No indicator raised the score."},
    # whom it passed
    "gained.passed": {"zh": "超过{other}（{since}年起）", "en": "Passed {other} (since {since})"},
    "gained.caught": {"zh": "追平{other}（{since}年起）", "en": "Drew level with {other} (since {since})"},
    "gained.left": {
        "zh": "由并列转为领先{other}（{since}年起）",
        "en": "Moved ahead of {other}, once level (since {since})",
    },
    "lost.passed": {"zh": "被{other}超过（{since}年起）", "en": "Passed by {other} (since {since})"},
    "lost.caught": {"zh": "被{other}追平（{since}年起）", "en": "Caught by {other}, now level (since {since})"},
    "lost.left": {
        "zh": "由并列转为落后{other}（{since}年起）",
        "en": "Fell behind {other}, once level (since {since})",
    },
    "gap": {"zh": "：差距由{before}变为{after}（{change}）", "en": ": gap {before} -> {after} ({change})"},
    "through": {"zh": "，其中{parts}", "en": ", of which {parts}"},
    "rest": {"zh": "其余{n}项 {part}", "en": "{n} others {part}"},
    "rest_one": {"zh": "其余1项 {part}", "en": "1 other {part}"},
    "more": {"zh": "另有{n}个：{cities}", "en": "and {n} more: {cities}"},
    "nobody": {
        "zh": "{year}年与{first}年相比，没有超过别的城市，也没有被超过。",
        "en": "Between {first} and {year} it passed no city, and none passed it.",
    },
    # the next place
    "first_place": {"zh": "已居首位，没有更高的位次。", "en": "Already first: there is no place to gain."},
    "first_shared": {"zh": "已并列首位，没有更高的位次。", "en": "Already first, shared: there is no place to gain."},
    "next": {
        "zh": "再进一位：须赶上第{rank}位的{targets}，相差{gap}分。",
        "en": "The next place: {rank}, {targets}, {gap} ahead. ",
    },
    "next_found": {
        "zh": "只改一个数据并重算全部步骤，最小的改动：",
        "en": "Smallest changes of one figure, each alone and put through every step, that gain it:",
    },
    "next_none": {
        "zh": "逐一改动{n}个数据并重算全部步骤，改动不超过指标全距的{limit}时，没有一个能单独做到。",
        "en": "No figure gains it alone (tried: {n}, each changed by up to {limit} of the range of its indicator and "
        "put through every step).",
    },
    "next_nothing": {"zh": "{year}年没有可改动的数据。", "en": "There is no figure of {year} that could be changed."},
    "datum": {"zh": "数据", "en": "Figure"},
    "from_to": {"zh": "现值→所需", "en": "From -> to"},
    "relative": {"zh": "增减", "en": "Change"},
    "range_share": {"zh": "占全距", "en": "Of range"},
    "cell": {"zh": "单元格", "en": "Cell"},
    "affects": {"zh": "影响的指标", "en": "Moves"},
    "empty_cell": {"zh": "空（现为插补值）", "en": "empty (imputed)"},
    "range": {
        "zh": "全距为指标在全部城市、年份中最大与最小值之差；一个数据改善几个指标的，以变动最大的计",
        "en": "range: largest less smallest of the indicator, all cities and years; where a figure improves several "
        "indicators, that of the one it moves most",
    },
    "searched": {
        "zh": "逐一检验了{n}个数据，改动至多为全距的{limit}",
        "en": "figures tried: {n}, each changed by up to {limit} of the range",
    },
    "skipped": {"zh": "没有可改动的数据、未检验：{names}", "en": "not tried, having no figure to change: {names}"},
    # notes
    "imputed": {"zh": "*为插补值", "en": "* imputed"},
    "parts_of_mean": {
        "zh": "全部指标的贡献合计为与平均城市之差（平均城市各指标取当年各城市得分的均值）",
        "en": "the parts of all indicators add up to the distance from the mean city, which has the cities' mean score "
        "in each",
    },
    "parts_of_change": {
        "zh": "变化表中全部指标的贡献合计为总变化",
        "en": "those of all indicators in the change, to the change",
    },
    "gap_is": {"zh": "差距为本市得分减对方得分", "en": "a gap is this city's score less the other's"},
    "rounded": {"zh": "因四舍五入，合计可能略有出入", "en": "sums may be off by rounding"},
    "incomparable": {
        "zh": "得分按年分别计算，各年之间只能比较相对位置",
        "en": "each year is judged by itself: between years scores compare relative standing only",
    },
    "uncompared": {
        "zh": "{cities}在{first}年或{year}年没有得分，不参与超越的比较",
        "en": "{cities}: no score in {first} or in {year}, so not among those passed or passing",
    },
    "not_split": {"zh": "未作分解：", "en": "not split: "},
    # the trace
    "trace_title": {"zh": "{city}{year}年：{name}（{code}）", "en": "{city} {year}: {name} ({code})"},
    "stage": {"zh": "步骤", "en": "Stage"},
    "how": {"zh": "说明", "en": "How"},
    "raw": {"zh": "原始", "en": "raw"},
    "derived": {"zh": "派生", "en": "derived"},
    "imputed_stage": {"zh": "插补", "en": "imputed"},
    "treated": {"zh": "处理", "en": "treated"},
    "oriented": {"zh": "定向", "en": "oriented"},
    "normalised": {"zh": "标准化", "en": "normalised"},
    "rounding": {"zh": "舍入", "en": "rounded"},
    "weighted": {"zh": "加权", "en": "weighted"},
    "raw_cell": {"zh": "{name}，{year}年，{where}", "en": "{name}, {year}, {where}"},
    "in_cell": {"zh": "{file} {sheet}!{cell}", "en": "{file} {sheet}!{cell}"},
    "no_cell": {"zh": "{file}，没有数值", "en": "{file}, no figure"},
    "handed_in": {"zh": "未记录单元格", "en": "cell not recorded"},
    "source": {"zh": "；来源：{source}", "en": "; source: {source}"},
    "no_source": {"zh": "；未记录来源", "en": "; source not recorded"},
    "as_it_is": {"zh": "即原始数值", "en": "the raw figure itself"},
    "origin.0": {"zh": "缺失", "en": "missing"},
    "origin.1": {"zh": "实有，无需插补", "en": "observed: nothing to impute"},
    "origin.2": {"zh": "内插（{method}）：{near}", "en": "interpolated ({method}): {near}"},
    "origin.3": {"zh": "外推（{method}）：{near}", "en": "extrapolated ({method}): {near}"},
    "origin.5": {"zh": "结转（{method}）：{near}", "en": "carried ({method}): {near}"},
    "origin.6": {"zh": "取最近年份（{method}）：{near}", "en": "nearest year ({method}): {near}"},
    "origin.7": {"zh": "由同组城市填补（{method}）", "en": "from its group of cities ({method})"},
    "origin.8": {"zh": "常数填补（{method}）", "en": "a constant ({method})"},
    "origin.9": {"zh": "筛选时剔除", "en": "left out by the screening"},
    "near": {"zh": "{year}年为{value}", "en": "{value} in {year}"},
    "transformed": {"zh": "变换：{method}", "en": "transform: {method}"},
    "untreated": {"zh": "未作处理", "en": "nothing done"},
    "moved": {"zh": "此值被移动", "en": "this value was moved"},
    "unmoved": {"zh": "此值未动", "en": "this value was not moved"},
    "treatment.winsorised": {"zh": "该列已缩尾", "en": "column winsorised"},
    "treatment.log": {"zh": "该列已取对数", "en": "column in logarithms"},
    "treatment.failing": {"zh": "该列处理后仍未通过检验", "en": "column treated, still failing the test"},
    "direction.positive": {"zh": "正向：越大越好", "en": "positive: the higher the better"},
    "direction.negative": {"zh": "逆向：变号后越大越好", "en": "negative: sign changed, so that higher is better"},
    "direction.other": {"zh": "{method}：转换后越大越好", "en": "{method}: so that higher is better"},
    "normalised_by": {"zh": "{method}，{reference}", "en": "{method}, {reference}"},
    "reference.pooled": {"zh": "参照全部城市和年份", "en": "against all cities and years"},
    "reference.year": {"zh": "参照当年各城市", "en": "against the cities of the year"},
    "reference.base": {"zh": "参照{base}年各城市", "en": "against the cities of {base}"},
    "reference.none": {"zh": "阈值固定", "en": "fixed posts"},
    "extremes": {
        "zh": "：最低{low}（{low_at}），最高{high}（{high_at}）",
        "en": ": lowest {low} ({low_at}), highest {high} ({high_at})",
    },
    "at": {"zh": "{city}{year}年", "en": "{city} {year}"},
    "rounds": {"zh": "四舍五入后的得分", "en": "the score after rounding"},
    "no_part": {"zh": "没有精确的分解；{index}得分{score}", "en": "no exact split; {index}: {score}"},
    "weight_in": {"zh": "在{parent}之内{weight}", "en": "{weight} of {parent}"},
    "times": {"zh": " × ", "en": " x "},
    "equals": {"zh": " = {weight}", "en": " = {weight}"},
    "part_of_score": {"zh": "权重×得分；{index}得分{score}", "en": "weight x score; of the {index}, {score}"},
    "part_of_distance": {
        "zh": "在与平均城市之差中的部分；{index}得分{score}",
        "en": "part of the distance from the mean city; {index}: {score}",
    },
    "ranked": {"zh": "，当年第{rank}位", "en": ", rank {rank} in the year"},
    # two cities
    "versus": {
        "zh": "{city}与{other}，{year}年：{one}分对{two}分，第{rank}位对第{other_rank}位",
        "en": "{city} and {other} in {year}: {one} against {two}, rank {rank} against {other_rank}",
    },
    "leads": {"zh": "{city}领先{gap}分", "en": "{city} leads by {gap}"},
    "level": {"zh": "两市持平", "en": "the two are level"},
    "led": {"zh": "{city}领先{gap}分", "en": "{city} led by {gap}"},
    "were_level": {"zh": "两市持平", "en": "the two were level"},
    "gap_was": {"zh": "{first}年{state}，{moved}{change}分", "en": "in {first} {state}: {moved} {change}"},
    "widened": {"zh": "差距扩大", "en": "the gap widened by"},
    "narrowed": {"zh": "差距缩小", "en": "the gap narrowed by"},
    "turned": {"zh": "位置互换，相对变动", "en": "the order turned, a shift of"},
    "unmoved_gap": {"zh": "{first}年{state}，差距未变", "en": "in {first} {state}, as now"},
    "gap_part": {"zh": "差距构成", "en": "Part of gap"},
    "gap_since": {"zh": "较{first}年", "en": "Since {first}"},
    "total": {"zh": "合计", "en": "Total"},
    "other_rows": {"zh": "其余{n}个指标", "en": "{n} other indicators"},
    "gap_sign": {"zh": "正数为{city}占优", "en": "positive: in favour of {city}"},
    "gap_parts_add_up": {
        "zh": "各指标相加为维度，各维度相加为合计",
        "en": "indicators add up to dimensions, these to the total",
    },
}

FORMULAS = {
    "ratio": "{scale}{0} / {1}",
    "per_capita": "{scale}{0} / {1}",
    "share": "100 × {0} / {1}",
    "difference": "{0} - {1}",
}


def word(key: str, lang: str, /, **facts: Any) -> str:
    """The word or sentence of `key` in `lang` ("zh" or "en"), filled with `facts`."""
    return fill(WORDS[key][lang], lang, facts)


def print_story(console: Console, story: CityStory, result: IndexResult, lang: str) -> None:
    """One city on one screen: where it stands, its path, strengths, what drove it, whom it passed, the next place."""
    voice = _Voice(result, lang)
    last = result.years[-1]
    voice.title(console, result.framework.label(INDEX, lang))
    if story.year != last:
        voice.say(console, word("no_last", lang, city=voice.city(story.city), last=last, year=story.year))
    voice.say(console, _headline(story, voice))
    _say_table(console, _path_table(story, voice))
    _say_standings(console, story, voice)
    if story.first != story.year:
        _say_change(console, story, voice)
        _say_passings(console, story, voice)
    _say_next(console, story, voice)
    _say_notes(console, _story_notes(story, voice), voice)


# --- how things are written -------------------------------------------------------------------------------------------


class _Voice:
    """The language, the names, and the decimals of the index and of the scores below it, in one telling."""

    def __init__(self, result: IndexResult, lang: str) -> None:
        self.result, self.lang = result, lang
        self.digits, self.digits_below = _digits(result.score()), _digits(result.scores[:, :, 1:])
        self.marked = False  # whether a figure has been marked as imputed, which a note then explains

    def city(self, city: str) -> str:
        return self.result.framework.city_label(city, self.lang)

    def cities(self, cities: Sequence[str]) -> str:
        return listed([self.city(city) for city in cities], self.lang)

    def label(self, code: str) -> str:
        return self.result.framework.label(code, self.lang)

    def rank(self, rank: float) -> str:
        return word("unknown", self.lang) if math.isnan(rank) else ordinal(int(rank), self.lang)

    def score(self, score: float) -> str:
        """A score, or a dash."""
        return word("unknown", self.lang) if math.isnan(score) else f"{_plain(score, self.digits):.{self.digits}f}"

    def below(self, score: float) -> str:
        """A score of a dimension or indicator, or a dash."""
        digits = self.digits_below
        return word("unknown", self.lang) if math.isnan(score) else f"{_plain(score, digits):.{digits}f}"

    def signed(self, part: float) -> str:
        """A difference with its sign, or a dash."""
        if math.isnan(part):
            return word("unknown", self.lang)
        rounded = _plain(part, self.digits)
        return f"{rounded:+.{self.digits}f}" if rounded else f"{rounded:.{self.digits}f}"

    def figure(self, code: str, value: float, origin: int = Origin.OBSERVED) -> str:
        """A figure of an indicator with its unit, marked where it is imputed."""
        unit = self.result.framework.all_indicators[code].unit
        imputed = origin not in (Origin.MISSING, Origin.OBSERVED)
        self.marked |= imputed
        return _with_unit(value, unit, self.lang) + ("*" if imputed else "")

    def title(self, console: Console, text: str) -> None:
        console.print(Text(text, style="bold"))

    def say(self, console: Console, text: str) -> None:
        for line in _lines(text.rstrip(), console.width) if self.lang == "zh" else [text.rstrip()]:
            console.print(Text(line))


def _digits(scores: NDArray[np.float64]) -> int:
    """Decimals of scores: two where they go beyond 10, more where they are small.

    >>> _digits(np.array([34.7, np.nan])), _digits(np.array([-4.0, 3.0])), _digits(np.array([0.8]))
    (2, 3, 4)
    """
    largest = float(np.nanmax(np.abs(scores))) if not np.isnan(scores).all() else 0.0
    return 2 if largest >= 10 else 3 if largest >= 2 else 4


def _plain(value: float, digits: int) -> float:
    """Rounded, and never -0."""
    return round(value, digits) + 0.0


def _number(value: float) -> str:
    """A figure of any unit: whole from 1000 on, else four digits.

    >>> _number(20817.5), _number(27.8), _number(0.78339), _number(-0.0), _number(4.0)
    ('20818', '27.8', '0.7834', '0', '4')
    """
    if math.isnan(value):
        return "–"
    return f"{value:.0f}" if abs(value) >= 1000 else f"{value + 0.0:.4g}"


def _with_unit(value: float, unit: str, lang: str) -> str:
    text = _number(value)
    return text if math.isnan(value) else quantity(text, unit, lang)


def _method(choice: Choice, lang: str) -> str:
    """A method as it is chosen: its name, and its parameters as in the YAML."""
    name = Voice("zh").method(choice.step, choice.name) if lang == "zh" else choice.name.replace("_", " ")
    told = ", ".join(f"{key}={_parameter(value)}" for key, value in choice.parameters.items())
    opened, closed = ("（", "）") if lang == "zh" else (" (", ")")
    return f"{name}{opened}{told}{closed}" if told else str(name)


def _parameter(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _table(*columns: tuple[str, str]) -> Table:
    """A light table from (header, side); the columns on the left may be wrapped, figures never."""
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0), header_style="bold")
    for header, side in columns:
        figures = side == "right"
        table.add_column(Text(header), justify="right" if figures else "left", no_wrap=figures, overflow="fold")
    return table


UNBROKEN = re.compile(r"[（“]*(?:[!-~–—→]+|.)[，。；：、）”]*")
"""What stays on one line of Chinese: a run of letters and figures, or a character, with its punctuation."""


def _lines(text: str, width: int) -> list[str]:
    """Chinese in lines of so many cells, none of which begins with a stop or a comma.

    >>> _lines("没有一个能单独做到。", 18), _lines("支出 +0.67，床位", 12)
    (['没有一个能单独做', '到。'], ['支出 +0.67，', '床位'])
    """
    lines = [""]
    for piece in UNBROKEN.findall(text):
        if lines[-1] and cell_len(lines[-1] + piece.rstrip()) > width:
            lines.append("")
        lines[-1] += piece if lines[-1] else piece.lstrip()
    return [line.rstrip() for line in lines]


def _cut(name: str, cells: int) -> str:
    """A name in so many cells of the screen.

    >>> _cut("成都", 12), _cut("Inner Mongolia Autonomous Region", 12)
    ('成都', 'Inner Mongo…')
    """
    return name if cell_len(name) <= cells else set_cell_size(name, cells - 1).rstrip() + "…"


def _row(table: Table, cells: Sequence[str], style: str = "") -> None:
    table.add_row(*(Text(cell, style=style) for cell in cells))


def _say_table(console: Console, table: Table) -> None:
    console.print()
    console.print(table)


def _say_notes(console: Console, notes: Sequence[str], voice: _Voice) -> None:
    told = [note for note in notes if note]
    if told:
        console.print()
        text = word("semicolon", voice.lang).join(told)
        voice.say(console, word("note", voice.lang) + text + word("stop", voice.lang))


def _refusals(problems: Sequence[Problem], lang: str) -> str:
    """Why something is not split, as one note without its last full stop."""
    told = " ".join(problem.text(lang) for problem in problems)
    return word("not_split", lang) + told.rstrip("。.") if told else ""


# --- the story, piece by piece ----------------------------------------------------------------------------------------


def _headline(story: CityStory, voice: _Voice) -> str:
    lang = voice.lang
    now, then = (next(point for point in story.path if point.year == year) for year in (story.year, story.first))
    facts = {"city": voice.city(story.city), "year": story.year, "score": voice.score(now.score)}
    if now.ranked == 1:
        head = word("only_city", lang, **facts)
    else:
        tied = {"others": voice.cities(story.tied), "rank": voice.rank(now.rank)}
        standing = word("stands_tied" if story.tied else "stands", lang, **tied)
        head = word("headline", lang, **facts, n=now.ranked, standing=standing)
    if story.first == story.year:
        return head + word("stop", lang) + word("one_year", lang)
    gain = int(then.rank - now.rank)
    moved = word(
        ("up" if gain > 0 else "down") + ("_one" if abs(gain) == 1 else "") if gain else "same", lang, n=abs(gain)
    )
    before = {"first": story.first, "score": voice.score(then.score), "rank": voice.rank(then.rank), "moved": moved}
    return head + word("semicolon", lang) + word("before", lang, **before) + word("stop", lang)


def _path_table(story: CityStory, voice: _Voice) -> Table:
    """Score, rank and mean of the cities by year: the first year and the last ones."""
    path = story.path if len(story.path) <= YEARS else (story.path[0], *story.path[1 - YEARS :])
    table = _table(("", "left"), *((str(point.year), "right") for point in path))
    _row(table, [word("score", voice.lang), *(voice.score(point.score) for point in path)])
    ranks = [word("unknown", voice.lang) if math.isnan(p.rank) else f"{int(p.rank)}/{p.ranked}" for p in path]
    _row(table, [word("rank", voice.lang), *ranks])
    low, high = (end(point.ranked for point in path) for end in (min, max))
    mean = word("city_mean" if low == high else "city_mean_of", voice.lang, n=high, low=low, high=high)
    _row(table, [mean, *(voice.score(point.mean) for point in path)])
    return table


def _say_standings(console: Console, story: CityStory, voice: _Voice) -> None:
    """The strongest indicators of the last year, those above the mean city, and the weakest, below it.

    Of the only city of its year nothing is told: it is the mean.
    """
    if next(point for point in story.path if point.year == story.year).ranked == 1:
        return
    lang, split = voice.lang, not math.isnan(story.distance)
    title = word("against_mean" if split else "strengths", lang, distance=voice.signed(story.distance))
    heads = [(title, "left"), (word("figure", lang), "right")]
    heads += [(word(key, lang), "right") for key in ("rank", "score", "mean", *(("part",) if split else ()))]
    table = _table(("", "left"), *heads)
    digits = voice.digits if split else voice.digits_below
    away = [(one, _plain(one.part if split else one.score - one.mean, digits)) for one in story.standings]
    strong = [one for one, distance in away if distance > 0][:TOLD]
    weak = [one for one, distance in reversed(away) if distance < 0][:TOLD]
    for key, group in (("strong", strong), ("weak", weak)):
        for i, one in enumerate(group):
            _row(table, [word(key, lang) if i == 0 else "", *_standing_cells(one, voice, split)])
    console.print()
    if strong or weak:
        console.print(table)
    for key, group in (("no_strong", strong), ("no_weak", weak)):
        if not group:
            voice.say(console, word(key, lang))


def _standing_cells(one: Standing, voice: _Voice, split: bool) -> list[str]:
    rank = word("unknown", voice.lang) if math.isnan(one.rank) else str(int(one.rank))
    cells = [voice.label(one.code), voice.figure(one.code, one.value, one.origin), rank]
    cells += [voice.below(one.score), voice.below(one.mean)]
    return [*cells, voice.signed(one.part)] if split else cells


def _say_change(console: Console, story: CityStory, voice: _Voice) -> None:
    """The change by dimension in a sentence, and the indicators that raised and lowered it most."""
    lang = voice.lang
    head = word("changed", lang, first=story.first, year=story.year, change=voice.signed(story.change))
    parts = [f"{voice.label(d.code)} {voice.signed(d.part)}" for d in story.dimensions]
    told = word("colon", lang) + word("comma", lang).join(parts) if parts else ""
    console.print()
    voice.say(console, head + told + word("stop", lang))
    if not story.drivers:
        return
    heads = [(word("indicator", lang), "left"), (str(story.first), "right"), (str(story.year), "right")]
    scored = console.width >= NARROW
    heads += [(f"{word('score', lang)} {year}", "right") for year in (story.first, story.year) if scored]
    table = _table(("", "left"), *heads, (word("part", lang), "right"))
    gains = [d for d in story.drivers if _plain(d.part, voice.digits) > 0][:TOLD]
    losses = [d for d in reversed(story.drivers) if _plain(d.part, voice.digits) < 0][:TOLD]
    for key, group in (("gain", gains), ("loss", losses)):
        for i, driver in enumerate(group):
            _row(table, [word(key, lang) if i == 0 else "", *_driver_cells(driver, voice, scored)])
    if gains or losses:
        console.print(table)
    if not losses:
        voice.say(console, word("no_loss", lang))
    if not gains:
        voice.say(console, word("no_gain", lang))


def _driver_cells(driver: Driver, voice: _Voice, scored: bool) -> list[str]:
    figures = [voice.figure(driver.code, *pair) for pair in zip(driver.values, driver.origins, strict=True)]
    scores = [voice.below(score) for score in driver.scores if scored]
    return [voice.label(driver.code), *figures, *scores, voice.signed(driver.part)]


def _say_passings(console: Console, story: CityStory, voice: _Voice) -> None:
    console.print()
    if not story.passings:
        voice.say(console, word("nobody", voice.lang, first=story.first, year=story.year))
    for gained in (True, False):
        group = [passing for passing in story.passings if passing.gained == gained]
        for passing in group[:PASSINGS]:
            voice.say(console, _passing_line(passing, voice))
        if group[PASSINGS:]:
            cities = voice.cities([passing.other for passing in group[PASSINGS:]])
            voice.say(console, word("more", voice.lang, n=len(group) - PASSINGS, cities=cities))


def _passing_line(passing: Passing, voice: _Voice) -> str:
    """Who passed whom, how the gap changed, and the parts of that: the largest on each side, and the rest as one."""
    lang, overtaking = voice.lang, passing.overtaking
    key = f"{'gained' if passing.gained else 'lost'}.{overtaking.kind}"
    line = word(key, lang, other=voice.city(passing.other), since=overtaking.since)
    before, after = passing.gap_before, passing.gap_after
    gap = {"before": voice.signed(before), "after": voice.signed(after), "change": voice.signed(after - before)}
    line += word("gap", lang, **gap)
    if not passing.parts:
        return line + word("stop", lang)
    with_it, against_it = TOLD, TOLD - 1
    if after < before:
        with_it, against_it = against_it, with_it
    parts = passing.parts
    chosen = [p for p in parts[:with_it] if p[1] > 0] + [p for p in parts[: -against_it - 1 : -1] if p[1] < 0]
    rest = [p for p in parts if p not in chosen]
    told = [f"{voice.label(code)} {voice.signed(part)}" for code, part in chosen]
    if rest:
        total = voice.signed(sum(part for _, part in rest))
        told.append(word("rest_one" if len(rest) == 1 else "rest", lang, n=len(rest), part=total))
    return line + word("through", lang, parts=word("comma", lang).join(told)) + word("stop", lang)


def _say_next(console: Console, story: CityStory, voice: _Voice) -> None:
    """What would gain the next place, and exactly what was looked at."""
    lang, place = voice.lang, story.next_place
    console.print()
    if place is None:
        now = next(point for point in story.path if point.year == story.year)
        if now.ranked > 1 and now.rank == 1:
            voice.say(console, word("first_shared" if story.tied else "first_place", lang))
        return
    targets, limit = voice.cities(place.targets), _percent(SHARES[-1])
    head = word("next", lang, rank=voice.rank(place.rank), targets=targets, gap=voice.score(place.gap))
    if not place.searched:
        voice.say(console, head + word("next_nothing", lang, year=story.year))
    elif not place.found:
        voice.say(console, head + word("next_none", lang, n=place.searched, limit=limit))
    else:
        voice.say(console, head + word("next_found", lang))
        console.print(_improvement_table(place.found, voice))


def _improvement_table(found: Sequence[Improvement], voice: _Voice) -> Table:
    lang = voice.lang
    heads = [("datum", "left"), ("from_to", "right"), ("relative", "right"), ("range_share", "right")]
    table = _table(*((word(key, lang), side) for key, side in [*heads, ("cell", "left"), ("affects", "left")]))
    for one in found:
        unit = voice.result.framework.columns[one.column].unit
        change = "–" if one.before == 0 else f"{100.0 * (one.after / one.before - 1.0):+.1f}%"
        where = word("empty_cell", lang) if one.empty else "–" if one.cell is None else "!".join(one.cell)
        moved = [code for code in (one.code, *one.others) if code != one.column]
        decimals = max(0, -math.floor(math.log10(one.step) + 1e-9))
        figures = quantity(f"{_number(one.before)} {word('arrow', lang)} {one.after:.{decimals}f}", unit, lang)
        names = word("comma", lang).join(voice.label(code) for code in moved)
        _row(table, [voice.label(one.column), figures, change, _percent(one.share), where, names or "–"])
    return table


def _percent(share: float) -> str:
    return f"{100.0 * share:.3g}%"


def _story_notes(story: CityStory, voice: _Voice) -> list[str]:
    lang, place = voice.lang, story.next_place
    split = not math.isnan(story.distance)
    notes = [
        word("imputed", lang) if voice.marked else "",
        word("parts_of_mean", lang) if split else "",
        word("parts_of_change", lang) if story.drivers else "",
        word("gap_is", lang) if story.passings else "",
        word("rounded", lang) if split or story.drivers else "",
        "" if story.comparable or story.first == story.year else word("incomparable", lang),
    ]
    if story.uncompared:
        facts = {"cities": voice.cities(story.uncompared), "first": story.first, "year": story.year}
        notes.append(word("uncompared", lang, **facts))
    if place is not None and place.searched:
        searched = word("searched", lang, n=place.searched, limit=_percent(SHARES[-1])) if place.found else ""
        notes += [word("range", lang), searched]
    if place is not None and place.skipped:
        names = word("comma", lang).join(voice.label(code) for code in place.skipped)
        notes.append(word("skipped", lang, names=names))
    return [*notes, _refusals(story.refusals, lang)]


# --- one figure, traced -----------------------------------------------------------------------------------------------


def print_trace(console: Console, traced: Trace, result: IndexResult, lang: str) -> None:
    """One figure at every stage, from its cells to its part of the index."""
    voice = _Voice(result, lang)
    name = voice.label(traced.code)
    title = word("trace_title", lang, city=voice.city(traced.city), year=traced.year, name=name, code=traced.code)
    voice.title(console, title)
    console.print()
    table = _table((word("stage", lang), "left"), (word("figure", lang), "right"), (word("how", lang), "left"))
    for i, cell in enumerate(traced.cells):
        _row(table, [word("raw", lang) if i == 0 else "", _with_unit(cell.value, cell.unit, lang), _raw(cell, voice)])
    unit = result.framework.all_indicators[traced.code].unit
    for key, value, how in _stages(traced, voice, unit):
        _row(table, [word(key, lang), value, how])
    console.print(table)


def _raw(cell: RawCell, voice: _Voice) -> str:
    """Name, year, cell and source of a raw figure."""
    lang, file = voice.lang, voice.result.panel.file
    if cell.cell is not None:
        where = word("in_cell", lang, file=file, sheet=cell.cell[0], cell=cell.cell[1])
    else:
        where = word("no_cell", lang, file=file) if file and math.isnan(cell.value) else word("handed_in", lang)
    text = word("raw_cell", lang, name=voice.label(cell.column), year=cell.year, where=where.strip())
    if math.isnan(cell.value):
        return text
    if cell.source is None:
        return text + word("no_source", lang)
    source = word("semicolon", lang).join(part for part in cell.source if part)
    return text + word("source", lang, source=source)


def _stages(traced: Trace, voice: _Voice, unit: str) -> list[tuple[str, str, str]]:
    """(stage, figure, how) from derived to weighted."""
    lang = voice.lang
    stages = [
        ("derived", _with_unit(traced.derived, unit, voice.lang), _derivation(traced, voice)),
        ("imputed_stage", _with_unit(traced.imputed, unit, voice.lang), _imputation(traced, voice)),
        ("treated", _number(traced.treated), _treatment(traced, lang)),
        ("oriented", _number(traced.oriented), _direction(traced, lang)),
        ("normalised", _number(traced.normalised), _normalisation(traced, voice)),
    ]
    if traced.score != traced.normalised and not math.isnan(traced.score):
        stages.append(("rounding", _number(traced.score), word("rounds", lang)))
    rank = "" if math.isnan(traced.rank) else word("ranked", lang, rank=voice.rank(traced.rank))
    key, how = stages[-1][0], stages[-1][2]
    stages[-1] = (key, stages[-1][1], how + rank)
    stages.append(("weighted", _percent(traced.effective), _weights(traced, voice)))
    part_of = "no_part" if math.isnan(traced.part) else f"part_of_{'score' if traced.part_of == 'none' else 'distance'}"
    facts = {"index": voice.label(INDEX), "score": voice.score(traced.index)}
    part = voice.signed(traced.part) if traced.part_of == "mean" else voice.score(traced.part)
    return [*stages, ("contribution", part, word(part_of, lang, **facts))]


def _derivation(traced: Trace, voice: _Voice) -> str:
    derived = traced.derivation
    if derived is None:
        return word("as_it_is", voice.lang)
    names = [voice.label(part) for part in derived.parts]
    sign = METHODS["derivation"][derived.kind].traits.get("several")
    if sign is not None:
        scale = derived.parameters.get("scale", 1.0)
        return f" {sign} ".join([*names, *([f"{scale:.15g}"] if scale != 1 else [])])
    if derived.kind in FORMULAS:
        scale = derived.parameters.get("scale", 10000.0 if derived.kind == "per_capita" else 1.0)
        return FORMULAS[derived.kind].format(*names, scale="" if scale == 1 else f"{scale:g} × ")
    choice = Choice(step="derivation", name=derived.kind, parameters=derived.parameters)
    return _method(choice, voice.lang) + word("colon", voice.lang) + word("comma", voice.lang).join(names)


def _imputation(traced: Trace, voice: _Voice) -> str:
    near = [word("near", voice.lang, year=year, value=_number(value)) for year, value in traced.neighbours]
    told = word("comma", voice.lang).join(near)
    method = _method(traced.imputation, voice.lang)
    return word(f"origin.{traced.origin}", voice.lang, method=method, near=told)


def _treatment(traced: Trace, lang: str) -> str:
    told = []
    if traced.transform is not None and traced.transform.name != "none":
        told.append(word("transformed", lang, method=_method(traced.transform, lang)))
    if traced.treatment is not None:
        known = f"treatment.{traced.treatment}"
        told.append(word(known, lang) if known in WORDS else traced.treatment)
        told.append(word("moved" if traced.was_treated else "unmoved", lang))
    return word("comma", lang).join(told) or word("untreated", lang)


def _direction(traced: Trace, lang: str) -> str:
    known = f"direction.{traced.direction.name}"
    return word(known if known in WORDS else "direction.other", lang, method=_method(traced.direction, lang))


def _normalisation(traced: Trace, voice: _Voice) -> str:
    lang, extremes = voice.lang, traced.extremes
    kind = "none" if traced.normalisation.trait("ignores_reference") else traced.reference.kind
    reference = word(f"reference.{kind}", lang, base=traced.reference.base)
    text = word("normalised_by", lang, method=_method(traced.normalisation, lang), reference=reference)
    if extremes is None:
        return text
    low, high = extremes
    places = [word("at", lang, city=voice.city(one.city), year=one.year) for one in extremes]
    facts = {"low": _number(low.value), "high": _number(high.value), "low_at": places[0], "high_at": places[1]}
    return text + word("extremes", lang, **facts)


def _weights(traced: Trace, voice: _Voice) -> str:
    parents = [code for code, _ in traced.weights[1:]] + [INDEX]
    steps = [
        word("weight_in", voice.lang, parent=voice.label(parent), weight=_percent(weight))
        for parent, (_, weight) in zip(parents, traced.weights, strict=True)
    ]
    product = word("times", voice.lang).join(steps)
    return product + (word("equals", voice.lang, weight=_percent(traced.effective)) if len(steps) > 1 else "")


# --- two cities -------------------------------------------------------------------------------------------------------


def print_against(console: Console, compared: Comparison, result: IndexResult, lang: str) -> None:
    """Two cities node by node: figures, scores, what makes up their gap, and how that changed."""
    voice = _Voice(result, lang)
    voice.title(console, result.framework.label(INDEX, lang))
    voice.say(console, _versus(compared, voice))
    _say_table(console, _gap_table(compared, voice))
    split = any(not math.isnan(node.part) for node in compared.nodes)
    notes = [
        word("gap_sign", lang, city=voice.city(compared.city)) if split else "",
        word("gap_parts_add_up", lang) if split else "",
        word("rounded", lang) if split else "",
        _refusals(compared.refusals, lang),
    ]
    _say_notes(console, notes, voice)


def _versus(compared: Comparison, voice: _Voice) -> str:
    lang = voice.lang
    (one, two), (rank, other_rank) = compared.scores[1], compared.ranks[1]
    names = {"city": voice.city(compared.city), "other": voice.city(compared.other)}
    facts = {"one": voice.score(one), "two": voice.score(two)}
    ranks = {"rank": voice.rank(rank), "other_rank": voice.rank(other_rank)}
    gaps = compared.gaps
    before, after = (_plain(gap, voice.digits) for gap in gaps)
    text = word("versus", lang, **names, year=compared.year, **facts, **ranks)
    text += word("semicolon", lang) + _state(compared, after, voice)
    if compared.first != compared.year:
        turned = before * after < 0
        key = "turned" if turned else "widened" if abs(after) > abs(before) else "narrowed"
        change = abs(gaps[1] - gaps[0])  # as the table tells it, not that of the rounded gaps
        told = {"first": compared.first, "state": _state(compared, before, voice, then=True)}
        more = {"moved": word(key, lang), "change": voice.score(change)}
        same = word("unmoved_gap", lang, **told) if before == after else word("gap_was", lang, **told, **more)
        text += word("semicolon", lang) + same
    return text + word("stop", lang)


def _state(compared: Comparison, gap: float, voice: _Voice, *, then: bool = False) -> str:
    """Who leads (or led), and by how much."""
    if gap == 0:
        return word("were_level" if then else "level", voice.lang)
    facts = {"city": voice.city(compared.city if gap > 0 else compared.other), "gap": voice.score(abs(gap))}
    return word("led" if then else "leads", voice.lang, **facts)


def _gap_table(compared: Comparison, voice: _Voice) -> Table:
    """Figures and scores of both, node by node; the parts of the gap and of its change, where they can be told."""
    lang = voice.lang
    told = [not all(math.isnan(value) for value in values) for values in _parts_of(compared.nodes)]
    parts = [word("gap_part", lang), word("gap_since", lang, first=compared.first)]
    heads = [(word("indicator", lang), "left"), (word("unit", lang), "left")]
    both = [_cut(voice.city(city), MOST_NAME) for city in compared.both]
    heads += [(f"{word(key, lang)}\n{city}", "right") for key in ("figure", "score") for city in both]
    table = _table(*heads, *((part, "right") for part in _only(parts, told)))
    kept, rest = _kept(compared.nodes)
    for node in kept:
        _row(table, _gap_cells(node, voice, told), "" if node.is_indicator else "bold")
    if rest:
        sums = [voice.signed(math.fsum(values)) for values in _parts_of(rest)]
        _row(table, [word("other_rows", lang, n=len(rest)), *[""] * 5, *_only(sums, told)])
    before, after = compared.gaps
    total = [word("total", lang), "", "", "", *(voice.score(score) for score in compared.scores[1])]
    _row(table, [*total, *_only([voice.signed(after), voice.signed(after - before)], told)], "bold")
    return table


def _parts_of(nodes: Sequence[NodeGap]) -> tuple[list[float], list[float]]:
    return [node.part for node in nodes], [node.part_change for node in nodes]


def _only(cells: Sequence[str], told: Sequence[bool]) -> list[str]:
    return [cell for cell, here in zip(cells, told, strict=True) if here]


def _kept(nodes: Sequence[NodeGap]) -> tuple[list[NodeGap], list[NodeGap]]:
    """The nodes shown, and the indicators that are only summed: those with the smallest parts, where all do not fit."""
    if len(nodes) <= ROWS:
        return list(nodes), []
    size: Callable[[NodeGap], float] = lambda node: -abs(node.part) if not math.isnan(node.part) else 0.0  # noqa: E731
    above = [node for node in nodes if not node.is_indicator][: ROWS // 2]
    leaves = sorted((node for node in nodes if node.is_indicator), key=size)
    shown = {node.code for node in (*above, *leaves[: ROWS - 1 - len(above)])}
    kept = [node for node in nodes if node.code in shown]
    return kept, [node for node in leaves if node.code not in shown]


def _gap_cells(node: NodeGap, voice: _Voice, told: Sequence[bool]) -> list[str]:
    unit = voice.result.framework.all_indicators[node.code].unit if node.is_indicator else ""
    figures = [_number(value) if node.is_indicator else "" for value in node.values]
    cells = ["  " * (node.level - 1) + voice.label(node.code), unit_name(unit, voice.lang), *figures]
    parts = [voice.signed(node.part), voice.signed(node.part_change)]
    return [*cells, *(voice.below(score) for score in node.scores), *_only(parts, told)]
