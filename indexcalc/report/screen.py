"""What a run says on the screen: the last ranking, the state of the figures, what changed, where the files are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table
from rich.text import Text

from indexcalc.analysis.claims import Holding
from indexcalc.report.claims_text import claim_sentence, verdict_sentence
from indexcalc.report.record import Changes
from indexcalc.result import IndexResult

WORDS = {
    "zh": {
        "rank": "位次",
        "city": "城市",
        "score": "得分",
        "change": "较{year}",
        "observed": "实有",
        "interpolated": "内插",
        "extrapolated": "外推",
        "other": "其他插补",
        "missing": "未计入",
        "title": "{name}：{year}年排名",
        "caption": "▲▼为上升、下降的位数。后四列为各城市指标数据的来历，占比%：实有、内插、外推（序列两端持平延伸）、未计入。",
        "claims": "论断检验：",
        "shares": "权重份额：",
        "files": "结果文件：",
        "same": "与上次运行相比：结果没有变化。",
        "changed": "与上次运行相比：",
        "weight": "  权重 {node}：{before} → {now}",
        "choice": "  方法 {path}：{before} → {now}",
        "input": "  输入文件有变动：{file}",
        "ranks": "  {year}年位次变动：{moves}",
        "no_ranks": "  {year}年位次没有变动。",
        "share_of": "  {node} 占 {share}（在{parent}之内）",
        "check_ok": "检查通过：{cities}个城市、{years}个年份、{indicators}个指标，可以计算。",
    },
    "en": {
        "rank": "Rank",
        "city": "City",
        "score": "Score",
        "change": "vs {year}",
        "observed": "obs.",
        "interpolated": "interp.",
        "extrapolated": "extrap.",
        "other": "filled",
        "missing": "left out",
        "title": "{name}: ranking of {year}",
        "caption": "▲ places gained, ▼ lost. The last columns say where each city's indicator cells come from, in %: "
        "observed, interpolated, extrapolated (carried flat beyond the ends), left out.",
        "claims": "Claims:",
        "shares": "Resulting shares:",
        "files": "Files:",
        "same": "Against the run before: nothing changed.",
        "changed": "Against the run before:",
        "weight": "  weight of {node}: {before} -> {now}",
        "choice": "  method {path}: {before} -> {now}",
        "input": "  input file changed: {file}",
        "ranks": "  ranks of {year} that moved: {moves}",
        "no_ranks": "  no rank of {year} moved.",
        "share_of": "  {node} is {share} (within {parent})",
        "check_ok": "Checked: {cities} cities, {years} years, {indicators} indicators; the index can be computed.",
    },
}


def print_ranking(console: Console, result: IndexResult, lang: str) -> None:
    """The last year's ranking, with places gained and each city's share of observed and filled cells."""
    words, years = WORDS[lang], result.years
    title = words["title"].format(name=result.framework.name[lang], year=years[-1])
    table = Table(title=Text(title), title_justify="left")
    table.add_column(words["rank"], justify="right")
    table.add_column(words["city"])
    table.add_column(words["score"], justify="right")
    if len(years) > 1:
        table.add_column(words["change"].format(year=years[-2]), justify="right")
    if len(years) > 2:
        table.add_column(words["change"].format(year=years[0]), justify="right")
    coverage = result.coverage_table()
    kinds = [kind for kind in coverage.columns if kind != "city" and (kind != "other" or coverage[kind].any())]
    for kind in kinds:
        table.add_column(words[kind], justify="right")
    ranks, gain, total = result.rank()[:, -1], result.rank_gain()[:, -1], result.rank_gain_total()[:, -1]
    for c in np.argsort(np.where(np.isnan(ranks), np.inf, ranks), kind="stable"):
        row = [_whole(ranks[c]), result.framework.city_label(result.cities[c], lang), _number(result.score()[c, -1])]
        row += [_moved(gain[c])] if len(years) > 1 else []
        row += [_moved(total[c])] if len(years) > 2 else []
        row += [f"{coverage[kind].iloc[c]:.0f}" for kind in kinds]
        table.add_row(*(Text(cell) for cell in row))
    console.print(table)
    _say(console, words["caption"])


def print_claims(console: Console, holdings: Sequence[Holding], result: IndexResult, lang: str) -> None:
    """Each claim of the YAML, what becomes of it, and the figures that decide."""
    if holdings:
        lines = [
            "  {claim}{colon}{verdict}".format(
                claim=claim_sentence(holding.claim, result.framework, result.years, lang),
                colon="：" if lang == "zh" else ": ",
                verdict=verdict_sentence(holding, result.framework, lang),
            )
            for holding in holdings
        ]
        _say(console, WORDS[lang]["claims"], *lines)


def print_shares(console: Console, result: IndexResult, codes: list[str], lang: str) -> None:
    """The share that each weight given on the command line comes to."""
    words = WORDS[lang]
    lines = []
    for code in codes:
        position = next((i for i, node in enumerate(result.nodes) if node.code == code), None)
        share = 0.0 if position is None else float(result.weights[position])
        parent = "" if position is None else result.nodes[result.nodes[position].parent].code
        lines.append(
            words["share_of"].format(
                node=result.framework.label(code, lang),
                share=f"{100 * share:.1f} %",
                parent=result.framework.label(parent or "index", lang),
            )
        )
    if lines:
        _say(console, words["shares"], *lines)


def print_changes(console: Console, result: IndexResult, found: Changes, lang: str) -> None:
    """What differs from the run that the output folder held before."""
    words, framework = WORDS[lang], result.framework
    if not found:
        _say(console, words["same"])
        return
    lines = [words["input"].format(file=file) for file in found.inputs]
    lines += [
        words["weight"].format(node=framework.label(node, lang), before=_percent(before), now=_percent(now))
        for node, (before, now) in found.weights.items()
    ]
    lines += [
        words["choice"].format(path=path, before=_written(before), now=_written(now))
        for path, (before, now) in found.choices.items()
    ]
    moves = ", ".join(
        f"{framework.city_label(city, lang)} {before or '–'}→{now or '–'}"
        for city, (before, now) in found.ranks.items()
    )
    last = result.years[-1]
    lines.append(words["ranks"].format(year=last, moves=moves) if moves else words["no_ranks"].format(year=last))
    _say(console, words["changed"], *lines)


def print_files(console: Console, out: str, files: list[str], lang: str) -> None:
    """Where the results are."""
    _say(console, WORDS[lang]["files"], *(f"  {out}/{file}" for file in files))


def print_checked(console: Console, result: IndexResult, lang: str) -> None:
    """That the inputs can be computed."""
    indicators = sum(node.is_indicator for node in result.nodes)
    facts = {"cities": len(result.cities), "years": len(result.years), "indicators": indicators}
    _say(console, WORDS[lang]["check_ok"].format(**facts))


def _say(console: Console, *lines: str) -> None:
    for line in lines:
        console.print(line, markup=False, highlight=False, soft_wrap=True)


def _whole(value: float) -> str:
    return "–" if np.isnan(value) else str(int(value))


def _number(value: float) -> str:
    return "–" if np.isnan(value) else f"{value:.2f}"


def _moved(gain: float) -> str:
    if np.isnan(gain):
        return "–"
    return "=" if gain == 0 else f"{'▲' if gain > 0 else '▼'}{abs(int(gain))}"


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{100 * share:.1f} %"


def _written(value: Any) -> str:
    if isinstance(value, dict):
        inside = ", ".join(f"{k}: {_written(v)}" for k, v in value.items())
        return f"{{{inside}}}"
    return "–" if value is None else f"{value:g}" if isinstance(value, float) else str(value)
