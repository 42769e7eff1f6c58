"""The analyses of robustness made on demand, on the screen."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from rich.console import Console
from rich.table import Table
from rich.text import Text

from indexcalc.analysis.claims import Verdict
from indexcalc.framework import Framework
from indexcalc.report.bounds_text import change_sentences, neighbours, weight_set_text
from indexcalc.report.claims_text import VERDICTS, claim_sentence
from indexcalc.report.robustness_text import factor_name
from indexcalc.report.study_text import instead_of_indices, option_names, single_sentence
from indexcalc.report.words import word
from indexcalc.result import IndexResult
from indexcalc.robustness.result import AlternativesResult, BoundsResult, SensitivityResult
from indexcalc.robustness.study import Study
from indexcalc.uncertainty import Uncertainty

ROWS = 12
"""Methodologies, or choices changed alone, that are shown; the tables have them all."""
NAMED = 3
"""Choices that are named for each result."""

SIGNS = {Verdict.HOLDS: "✓", Verdict.TIED: "=", Verdict.FAILS: "✗", Verdict.UNDEFINED: "?"}

WORDS: dict[str, dict[str, str]] = {
    "zh": {
        "bounds": "权重变动时位次的界限（{year}年）",
        "rank": "位次",
        "city": "城市",
        "best": "最好",
        "worst": "最差",
        "tie": "*",
        "always": "始终高于（城市数）",
        "never": "始终低于（城市数）",
        "bounds_note": "权重范围：{weights}；其他方法不变。界限为严格证明，非抽样所得；*只能以并列达到。",
        "bounds_fixed": "维度{nodes}内部另用其他合成方法，其中的权重保持不变。",
        "changes": "要改变多少权重，结果才会不同（其他方法不变，已证明）：",
        "sensitivity": "哪项选择左右{year}年位次（Sobol'指数，{confidence:.0%}区间；共计算{n}种方法）",
        "factor": "选择",
        "first": "单独",
        "total": "连同与其他选择的交互",
        "shift": "平均位次变动",
        "sensitivity_note": "指数为该选择所解释的方差份额，按估计原样列出：因抽样误差可略小于0或大于1。",
        "of_each": "左右各项结果最多的选择（总指数，连同交互）",
        "result": "结果",
        "choices": "选择",
        "rank_of": "{city}位次",
        "single": "每次只改一项：",
        "alternatives": "逐一列举的{n}种方法（权重不变，{year}年）",
        "methodology": "与所选方法的不同",
        "differs": "{factor}：{option}",
        "stop": "；",
        "as_chosen": "（所选方法）",
        "spearman": "秩相关",
        "moved": "变动城市",
        "furthest": "最多变动",
        "claim": "论断{n}",
        "claim_is": "论断{n}：{claim}",
        "signs": "秩相关：与所选方法的排名之间的Spearman系数。论断：{signs}。",
        "comma": "，",
        "shown": "以上只列秩相关最低的{k}种，全部见alternatives.csv。",
        "more": "另有{n}项，见one_at_a_time.csv。",
    },
    "en": {
        "bounds": "Bounds of the ranks over weights ({year})",
        "rank": "Rank",
        "city": "City",
        "best": "Best",
        "worst": "Worst",
        "tie": "*",
        "always": "Cities always below it",
        "never": "Cities always above it",
        "bounds_note": "Weights: {weights}; all else as chosen. Bounds are proven, not sampled; * only as a tie.",
        "bounds_fixed": "Inside {nodes} another aggregation stands: the weights there stay as chosen.",
        "changes": "How much the weights would have to change (all else as chosen; proven):",
        "sensitivity": "Which choice moves the ranks of {year} (Sobol' indices, {confidence:.0%} intervals; {n} methodologies computed)",
        "factor": "Choice",
        "first": "By itself",
        "total": "With interactions",
        "shift": "mean rank shift",
        "sensitivity_note": "An index is the share of variance that a choice accounts for, as estimated: noise may take it a little below 0 or above 1.",
        "of_each": "The choices that move each result most (total indices, with interactions)",
        "result": "Result",
        "choices": "Choices",
        "rank_of": "rank of {city}",
        "single": "One choice changed at a time:",
        "alternatives": "{n} methodologies one by one (weights as chosen, {year})",
        "methodology": "Differs from the chosen methodology in",
        "differs": "{factor}: {option}",
        "stop": "; ",
        "as_chosen": "(as chosen)",
        "spearman": "ρ",
        "moved": "Moved",
        "furthest": "Furthest",
        "claim": "{n}",
        "claim_is": "Claim {n}: {claim}",
        "signs": "ρ: Spearman's rank correlation with the chosen methodology. Claims: {signs}.",
        "comma": ", ",
        "shown": "Only the {k} with the lowest ρ are shown; all stand in alternatives.csv.",
        "more": "{n} more in one_at_a_time.csv.",
    },
}


def print_study(console: Console, study: Study, result: IndexResult, options: Uncertainty, lang: str) -> None:
    """Every part of a study that was made."""
    if study.bounds is not None:
        print_bounds(console, study.bounds, study.year, result.framework, options, lang)
    print_changes(console, study, result, lang)
    if study.sensitivity is not None:
        print_sensitivity(console, study.sensitivity, result, lang)
    if study.alternatives is not None:
        print_single(console, study.alternatives, result, lang)
        print_alternatives(console, study.alternatives, result, lang)


def print_bounds(
    console: Console, bounds: BoundsResult, year: int, framework: Framework, options: Uncertainty, lang: str
) -> None:
    """Best and worst rank of each city of a year, and how many others it is always above or below."""
    words, t = WORDS[lang], bounds.years.index(year)
    _say(console, words["bounds"].format(year=year))
    table = Table()
    for name in ("rank", "city", "best", "worst", "always", "never"):
        table.add_column(words[name], justify="left" if name == "city" else "right")
    for c in _by_rank(bounds.nominal_rank[:, t]):
        if np.isnan(bounds.best[c, t]):
            continue
        ends = [
            f"{rank[c, t]:.0f}{words['tie'] if tied[c, t] else ''}"
            for rank, tied in ((bounds.best, bounds.best_tied), (bounds.worst, bounds.worst_tied))
        ]
        always, never = bounds.always_above[t, c].sum(), bounds.always_above[t, :, c].sum()
        name = framework.city_label(bounds.cities[c], lang)
        _row(table, f"{bounds.nominal_rank[c, t]:.0f}", name, *ends, str(always), str(never))
    console.print(table)
    assert options.weights is not None
    _say(console, words["bounds_note"].format(weights=weight_set_text(options.weights, framework, lang)))
    if bounds.fixed:
        nodes = ("、" if lang == "zh" else ", ").join(framework.label(code, lang) for code in bounds.fixed)
        _say(console, words["bounds_fixed"].format(nodes=nodes))


def print_changes(console: Console, study: Study, result: IndexResult, lang: str) -> None:
    """What would have to change for each city to be overtaken by the next one, and for claims to come out otherwise."""
    t = result.years.index(study.year)
    ranking = [result.cities[c] for c in _by_rank(result.rank()[:, t])]
    told = change_sentences(neighbours(study.changes, ranking), result.framework, result.years, lang)
    if told:
        _say(console, "\n" + WORDS[lang]["changes"], *(f"  {sentence}" for sentence in told))


def print_sensitivity(console: Console, found: SensitivityResult, result: IndexResult, lang: str) -> None:
    """First-order and total indices of the mean rank shift with intervals; total indices of each rank and claim."""
    words, framework = WORDS[lang], result.framework
    facts = {"year": found.year, "confidence": found.confidence, "n": f"{found.evaluations:,}"}
    _say(console, "\n" + words["sensitivity"].format(**facts))
    names = [factor_name(factor, framework, lang) for factor in found.factors]
    instead = instead_of_indices(found, 0)
    if instead:
        _say(console, f"  {word(instead, lang)}")
    else:
        console.print(_of_the_shift(found, names, words))
        _say(console, words["sensitivity_note"])
    _print_each(console, found, names, result, lang)


def _of_the_shift(found: SensitivityResult, names: Sequence[str], words: dict[str, str]) -> Table:
    """First-order and total indices of the mean rank shift, the greatest total first."""
    table = Table()
    for header in ("factor", "first", "total"):
        title = words[header] if header == "factor" else f"{words['shift']}\n{words[header]}"
        table.add_column(title, justify="left" if header == "factor" else "right")
    for k in np.argsort(-np.nan_to_num(found.total[0]), kind="stable"):
        cells = (
            _index(index[0, k], *interval[0, k])
            for index, interval in ((found.first, found.first_interval), (found.total, found.total_interval))
        )
        _row(table, names[k], *cells)
    return table


def _print_each(
    console: Console, found: SensitivityResult, names: Sequence[str], result: IndexResult, lang: str
) -> None:
    """The choices with the greatest total indices for the rank of each city, and for each claim, that varies."""
    words, framework = WORDS[lang], result.framework
    table = Table()
    for header in ("result", "choices"):
        table.add_column(words[header], overflow="fold")
    t = result.years.index(found.year)
    rows = [
        (words["rank_of"].format(city=framework.city_label(found.cities[c], lang)), 1 + int(c))
        for c in _by_rank(result.rank()[:, t])
    ]
    rows += [
        (claim_sentence(claim, framework, result.years, lang), found.of_claim(i))
        for i, claim in enumerate(found.claims)
    ]
    for name, row in rows:
        if found.variance[row] > 0:
            most = np.argsort(-found.total[row], kind="stable")[:NAMED]
            told = (f"{names[k]} {_index(found.total[row, k], *found.total_interval[row, k])}" for k in most)
            instead = instead_of_indices(found, row)
            _row(table, name, word(instead, lang) if instead else words["comma"].join(told))
    if table.row_count:
        _say(console, "\n" + words["of_each"])
        console.print(table)


def print_single(console: Console, found: AlternativesResult, result: IndexResult, lang: str) -> None:
    """Each choice changed alone: those that move most cities first."""
    if not found.single:
        return
    order = sorted(found.single, key=lambda one: (-one.moved, -one.furthest))
    told = [single_sentence(one, found, result.framework, result.years, lang) for one in order[:ROWS]]
    more = [WORDS[lang]["more"].format(n=len(order) - ROWS)] if len(order) > ROWS else []
    _say(console, "\n" + WORDS[lang]["single"], *(f"  {sentence}" for sentence in (*told, *more)))


def print_alternatives(console: Console, found: AlternativesResult, result: IndexResult, lang: str) -> None:
    """The methodologies one by one, those least like the chosen one first; which claims hold under each."""
    if len(found.rows) < 2:
        return
    words, framework = WORDS[lang], result.framework
    _say(console, "\n" + words["alternatives"].format(n=len(found.rows), year=found.year))
    table, called = Table(), option_names(found, framework, lang)
    table.add_column(words["methodology"], overflow="fold")
    for header in ("spearman", "moved", "furthest"):
        table.add_column(words[header], justify="right")
    for i in range(len(found.claims)):
        table.add_column(words["claim"].format(n=i + 1), justify="center")
    order = sorted(found.rows, key=lambda row: np.inf if np.isnan(row.spearman) else row.spearman)
    for row in order[:ROWS]:
        differing = [
            words["differs"].format(factor=factor_name(factor, framework, lang), option=called[factor, option])
            for factor, option, own in zip(found.factors, row.options, found.nominal.options, strict=True)
            if option != own
        ]
        told = words["stop"].join(differing) or words["as_chosen"]
        if row.refused:
            _row(table, told, "–", "–", "–", *("–" for _ in found.claims))
            continue
        places = np.abs(row.ranks - found.nominal.ranks)
        verdicts = [SIGNS[verdict] for verdict in row.verdicts]
        counts = f"{np.nansum(places > 0):.0f}", f"{np.nanmax(places, initial=0.0):.0f}"
        spearman = "–" if np.isnan(row.spearman) else f"{row.spearman:.3f}"
        _row(table, told, spearman, *counts, *verdicts)
    console.print(table)
    signs = words["comma"].join(f"{sign} {VERDICTS[verdict][lang]}" for verdict, sign in SIGNS.items())
    lines = [words["shown"].format(k=ROWS)] if len(order) > ROWS else []
    lines.append(words["signs"].format(signs=signs))
    for i, claim in enumerate(found.claims, 1):
        lines.append(words["claim_is"].format(n=i, claim=claim_sentence(claim, framework, result.years, lang)))
    _say(console, *lines)


def _index(value: float, low: float, high: float) -> str:
    """An index with its interval, if there is one; nothing where the output does not vary."""
    if np.isnan(value):
        return "–"
    shown, least, most = (f"{x:.2f}".replace("-", "−") for x in (value, low, high))
    return shown if np.isnan(low) or np.isnan(high) else f"{shown} ({least}–{most})"


def _by_rank(ranks: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> list[int]:
    """Positions of the cities that have a rank, best first."""
    return [int(c) for c in np.argsort(ranks, kind="stable") if not np.isnan(ranks[c])]


def _row(table: Table, *cells: str) -> None:
    table.add_row(*(Text(cell) for cell in cells))


def _say(console: Console, *lines: str) -> None:
    for line in lines:
        console.print(line, markup=False, highlight=False, soft_wrap=True)
