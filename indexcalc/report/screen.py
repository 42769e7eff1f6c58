"""What a run says on the screen: the last ranking, the state of the figures, what changed, where the files are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table
from rich.text import Text

from indexcalc.analysis.claims import Holding
from indexcalc.analysis.lenses import lens
from indexcalc.analysis.treatment import treated_indicators
from indexcalc.choice import Choice
from indexcalc.framework import Framework
from indexcalc.methods.weighting import ahp_consistency
from indexcalc.report.claims_text import claim_sentence, verdict_sentence
from indexcalc.report.findings_text import draws_in, headline, share_text
from indexcalc.report.record import Changes
from indexcalc.report.robustness_text import claim_share, rank_interval
from indexcalc.result import IndexResult
from indexcalc.robustness.result import UncertaintyResult

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
        "interval": "位次区间",
        "alike": "同位次",
        "caption_draws": "位次区间：{draws}种方法中，位次的5%至95%分位数；同位次：其中给出此处位次的占比。",
        "headline": "可引用：{headline}。",
        "title": "{name}：{year}年排名",
        "caption_moved": "▲▼为上升、下降的位数。",
        "caption": "末尾各列为各城市指标数据的来历，占比%：实有、内插、外推（序列两端持平延伸）、未计入。",
        "weights": "权重与实际影响",
        "indicator": "维度 / 指标",
        "effective": "综合权重",
        "influence": "实际影响",
        "influence_is": "实际影响：指标得分与指数的相关系数平方（全部城市-年份）；它不是份额，相关的指标会重复计入。",
        "ahp": "层次分析法 {node}：λmax={largest:.4f}，CI={ci:.4f}，CR={cr:.4f}（随机一致性指标表：{table}）",
        "treatment": "异常值处理：",
        "treated": "  {code}：{what}",
        "treated_winsorised": "缩尾，移动{moved}个城市-年份",
        "treated_log": "取对数",
        "treated_failing": "处理后仍未通过检验",
        "latest": "；注意：被移动的含{cities}的最新数值",
        "untreated": "  处理前后{year}年位次：{moves}",
        "nobody": "无变化",
        "claims": "论断检验：",
        "claim": "  {claim}：{verdict}",
        "real": "    去掉现价指标后：{verdict}",
        "nominal": "  各城市得分增长中，{n}个现价指标所占份额的中位数为{median:.0%}（{low:.0%}—{high:.0%}）。",
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
        "interval": "Rank range",
        "alike": "Same rank",
        "caption_draws": "Rank range: 5 to 95 % quantiles of the rank over {draws} methodologies; same rank: the share "
        "of them that give the rank shown.",
        "headline": "To quote: {headline}.",
        "title": "{name}: ranking of {year}",
        "caption_moved": "▲ places gained, ▼ lost. ",
        "caption": "The last columns say where each city's indicator cells come from, in %: "
        "observed, interpolated, extrapolated (carried flat beyond the ends), left out.",
        "weights": "Weights and actual influence",
        "indicator": "Dimension / indicator",
        "effective": "Effective weight",
        "influence": "Influence",
        "influence_is": "Influence: squared correlation of the indicator's score with the index over all city-years; not a "
        "share: indicators that move together count the same variation.",
        "ahp": "AHP of {node}: lambda max {largest:.4f}, CI {ci:.4f}, CR {cr:.4f} (random index: {table})",
        "treatment": "Treatment of outliers:",
        "treated": "  {code}: {what}",
        "treated_winsorised": "winsorised, {moved} city-years moved",
        "treated_log": "logarithm taken",
        "treated_failing": "still failing after treatment",
        "latest": "; mind: the latest figure of {cities} is among those moved",
        "untreated": "  ranks of {year} before and after: {moves}",
        "nobody": "no change",
        "claims": "Claims:",
        "claim": "  {claim}: {verdict}",
        "real": "    without the indicators in current prices: {verdict}",
        "nominal": "  Of the cities' growth, the {n} indicators in current prices make up {median:.0%} in the median "
        "({low:.0%} to {high:.0%}).",
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
        "check_ok": "Checked, the index can be computed (cities: {cities}, years: {years}, indicators: {indicators}).",
    },
}


def print_ranking(
    console: Console, result: IndexResult, lang: str, uncertainty: UncertaintyResult | None = None
) -> None:
    """The last year's ranking, how sure each rank is, places gained, each city's share of observed and filled cells."""
    words, years = WORDS[lang], result.years
    title = words["title"].format(name=result.framework.name[lang], year=years[-1])
    table = Table(title=Text(title), title_justify="left")
    table.add_column(words["rank"], justify="right")
    table.add_column(words["city"])
    table.add_column(words["score"], justify="right")
    for header in ("interval", "alike") if uncertainty is not None else ():
        table.add_column(words[header], justify="right")
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
        row += _certainty(uncertainty, int(c)) if uncertainty is not None else []
        row += [_moved(gain[c])] if len(years) > 1 else []
        row += [_moved(total[c])] if len(years) > 2 else []
        row += [f"{coverage[kind].iloc[c]:.0f}" for kind in kinds]
        table.add_row(*(Text(cell) for cell in row))
    console.print(table)
    if uncertainty is not None:
        _say(console, words["caption_draws"].format(draws=draws_in(uncertainty, years[-1])))
    _say(console, (words["caption_moved"] if len(years) > 1 else "") + words["caption"])


def _certainty(uncertainty: UncertaintyResult, c: int) -> list[str]:
    """The interval of a city's last rank, and the share of the draws that give the nominal one."""
    same = float(uncertainty.nominal_share[c, -1])
    return [rank_interval(uncertainty, c, -1), "–" if np.isnan(same) else share_text(same)]


def print_headline(console: Console, result: IndexResult, lang: str, uncertainty: UncertaintyResult | None) -> None:
    """One sentence to quote, with the share of the draws under which it is so."""
    if uncertainty is not None:
        _say(console, WORDS[lang]["headline"].format(headline=headline(result, lang, uncertainty)))


def print_weights(console: Console, result: IndexResult, influence: Sequence[float], lang: str) -> None:
    """The effective weight of every indicator, and beside it its actual influence on the index."""
    words = WORDS[lang]
    table = Table(title=Text(words["weights"]), title_justify="left")
    table.add_column(words["indicator"])
    for header in ("effective", "influence"):
        table.add_column(words[header], justify="right")
    found = dict(zip(result.normalised.codes, influence, strict=True))
    depth = [0] * len(result.nodes)  # every indicator stands on the deepest level: where it hangs is another matter
    for position, node in enumerate(result.nodes):
        if node.parent < 0:
            continue
        depth[position] = depth[node.parent] + 1
        name = "  " * (depth[position] - 1) + result.framework.label(node.code, lang)
        moved = found.get(node.code)
        told = "" if moved is None else "–" if np.isnan(moved) else f"{moved:.2f}"
        table.add_row(*(Text(cell) for cell in (name, f"{100 * result.effective[position]:.2f} %", told)))
    console.print(table)
    _say(console, words["influence_is"])


def print_consistency(console: Console, result: IndexResult, lang: str) -> None:
    """For every node weighed by pairwise comparison: λ, CI and CR."""
    for node in result.nodes:
        if node.weighting is None:
            continue
        choices = (node.weighting, *(p for p in node.weighting.parameters.values() if isinstance(p, Choice)))
        for choice in choices:
            if choice.name == "ahp":
                table = choice.parameters.get("random_index", "saaty")
                largest, ci, cr = ahp_consistency(choice.parameters["matrix"], table)
                facts = {"node": result.framework.label(node.code, lang), "table": table}
                _say(console, WORDS[lang]["ahp"].format(**facts, largest=largest, ci=ci, cr=cr))


def print_treatment(console: Console, result: IndexResult, untreated: IndexResult | None, lang: str) -> None:
    """What was treated, whose newest figures were cut, and whose rank the treatment moves."""
    words, framework = WORDS[lang], result.framework
    found = treated_indicators(result)
    if not found:
        return
    lines = [
        words["treated"].format(
            code=framework.label(one.code, lang), what=words[f"treated_{one.what}"].format(moved=one.moved)
        )
        + (words["latest"].format(cities=_named(one.latest, framework, lang)) if one.latest else "")
        for one in found
    ]
    if untreated is not None:
        before, after = untreated.rank()[:, -1], result.rank()[:, -1]
        moves = [
            f"{framework.city_label(city, lang)} {_whole(before[c])}→{_whole(after[c])}"
            for c, city in enumerate(result.cities)
            if before[c] != after[c] and not (np.isnan(before[c]) and np.isnan(after[c]))
        ]
        lines.append(words["untreated"].format(year=result.years[-1], moves=", ".join(moves) or words["nobody"]))
    _say(console, words["treatment"], *lines)


def _named(cities: Sequence[str], framework: Framework, lang: str) -> str:
    return ("、" if lang == "zh" else ", ").join(framework.city_label(city, lang) for city in cities)


def print_claims(
    console: Console,
    holdings: Sequence[Holding],
    real: Sequence[Holding],
    result: IndexResult,
    lang: str,
    *,
    uncertainty: UncertaintyResult | None = None,
) -> None:
    """Each claim of the YAML, what becomes of it, the figures that decide, and under what share of the draws it holds;
    `real`: those about levels once more, without the indicators in current prices."""
    if not holdings:
        return
    without = {id(holding.claim): holding for holding in real}
    lines, n = [], len(result.cities)
    for holding in holdings:
        claim = claim_sentence(holding.claim, result.framework, result.years, lang)
        verdict = verdict_sentence(holding, result.framework, lang, cities=n)
        lines.append(WORDS[lang]["claim"].format(claim=claim, verdict=verdict))
        if uncertainty is not None:
            lines.append(f"    {claim_share(uncertainty, uncertainty.claims.index(holding.claim), lang)}")
        if id(holding.claim) in without:
            verdict = verdict_sentence(without[id(holding.claim)], result.framework, lang, cities=n)
            lines.append(WORDS[lang]["real"].format(verdict=verdict))
    _say(console, WORDS[lang]["claims"], *lines)
    if real:
        _say(console, *_price_share(result, lang))


def _price_share(result: IndexResult, lang: str) -> list[str]:
    """How much of the cities' growth comes from indicators in current prices."""
    if "price" not in result.framework.lenses or len(result.years) < 2:
        return []
    found = lens(result, "price")
    share = found.growth.share[:, list(found.groups).index("nominal")]
    if np.isnan(share).all():
        return []
    facts = {"n": len(found.members["nominal"]), "median": float(np.nanmedian(share))}
    return [WORDS[lang]["nominal"].format(**facts, low=float(np.nanmin(share)), high=float(np.nanmax(share)))]


def print_shares(console: Console, result: IndexResult, codes: list[str], lang: str) -> None:
    """The share that each weight given on the command line comes to."""
    words = WORDS[lang]
    lines = []
    for code in dict.fromkeys(codes):
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


def print_files(console: Console, out: str, files: Sequence[str], lang: str, *, each: bool = False) -> None:
    """Where the results are; a folder of many files in one line, unless each is to be named."""
    folders = Counter(file.rpartition("/")[0] for file in files if not each)
    lines = [f"  {out}/{file}" for file in files if each or "/" not in file]
    lines += [f"  {out}/{folder}/  ({n})" for folder, n in folders.items() if folder]
    _say(console, WORDS[lang]["files"], *lines)


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
