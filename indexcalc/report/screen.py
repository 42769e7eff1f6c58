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
from indexcalc.methods.weighting import ahp_consistency
from indexcalc.report.claims_text import claim_sentence, verdict_sentence
from indexcalc.report.findings_text import draws_in, headline, share_text
from indexcalc.report.record import Changes
from indexcalc.report.robustness_text import claim_share, rank_interval
from indexcalc.result import IndexResult
from indexcalc.robustness.result import UncertaintyResult
from indexcalc.voice import Voice


def print_ranking(
    console: Console, result: IndexResult, voice: Voice, uncertainty: UncertaintyResult | None = None
) -> None:
    """The last year's ranking, how sure each rank is, places gained, each city's share of observed and filled cells."""
    years = result.years
    title = voice.say("screen.title", name=voice.name(result.framework.name), year=years[-1])
    table = Table(title=Text(title), title_justify="left")
    table.add_column(voice.say("screen.rank"), justify="right")
    table.add_column(voice.say("screen.city"))
    table.add_column(voice.say("screen.score"), justify="right")
    for header in ("interval", "alike") if uncertainty is not None else ():
        table.add_column(voice.say(f"screen.{header}"), justify="right")
    if len(years) > 1:
        table.add_column(voice.say("screen.change", year=years[-2]), justify="right")
    if len(years) > 2:
        table.add_column(voice.say("screen.change", year=years[0]), justify="right")
    coverage = result.coverage_table()
    kinds = [kind for kind in coverage.columns if kind != "city" and (kind != "other" or coverage[kind].any())]
    for kind in kinds:
        table.add_column(voice.say(f"screen.{kind}"), justify="right")
    ranks, gain, total = result.rank()[:, -1], result.rank_gain()[:, -1], result.rank_gain_total()[:, -1]
    for c in np.argsort(np.where(np.isnan(ranks), np.inf, ranks), kind="stable"):
        row = [_whole(ranks[c]), voice.city(result.cities[c]), _number(result.score()[c, -1])]
        row += _certainty(uncertainty, int(c)) if uncertainty is not None else []
        row += [_moved(gain[c])] if len(years) > 1 else []
        row += [_moved(total[c])] if len(years) > 2 else []
        row += [f"{coverage[kind].iloc[c]:.0f}" for kind in kinds]
        table.add_row(*(Text(cell) for cell in row))
    console.print(table)
    if uncertainty is not None:
        _say(console, voice.say("screen.caption_draws", draws=draws_in(uncertainty, years[-1])))
    _say(console, (voice.say("screen.caption_moved") if len(years) > 1 else "") + voice.say("screen.caption"))


def _certainty(uncertainty: UncertaintyResult, c: int) -> list[str]:
    """The interval of a city's last rank, and the share of the draws that give the nominal one."""
    same = float(uncertainty.nominal_share[c, -1])
    return [rank_interval(uncertainty, c, -1), "–" if np.isnan(same) else share_text(same)]


def print_headline(console: Console, result: IndexResult, voice: Voice, uncertainty: UncertaintyResult | None) -> None:
    """One sentence to quote, with the share of the draws under which it is so."""
    if uncertainty is not None:
        _say(console, voice.say("screen.headline", headline=headline(result, voice, uncertainty)))


def print_weights(console: Console, result: IndexResult, influence: Sequence[float], voice: Voice) -> None:
    """The effective weight of every indicator, and beside it its actual influence on the index."""
    table = Table(title=Text(voice.say("screen.weights")), title_justify="left")
    table.add_column(voice.say("screen.indicator"))
    for header in ("effective", "influence"):
        table.add_column(voice.say(f"screen.{header}"), justify="right")
    found = dict(zip(result.normalised.codes, influence, strict=True))
    depth = [0] * len(result.nodes)  # every indicator stands on the deepest level: where it hangs is another matter
    for position, node in enumerate(result.nodes):
        if node.parent < 0:
            continue
        depth[position] = depth[node.parent] + 1
        name = "  " * (depth[position] - 1) + voice.node(node.code)
        moved = found.get(node.code)
        told = "" if moved is None else "–" if np.isnan(moved) else f"{moved:.2f}"
        table.add_row(*(Text(cell) for cell in (name, f"{100 * result.effective[position]:.2f} %", told)))
    console.print(table)
    _say(console, voice.say("screen.influence_is"))


def print_consistency(console: Console, result: IndexResult, voice: Voice) -> None:
    """For every node weighed by pairwise comparison: λ, CI and CR."""
    for node in result.nodes:
        if node.weighting is None:
            continue
        choices = (node.weighting, *(p for p in node.weighting.parameters.values() if isinstance(p, Choice)))
        for choice in choices:
            if choice.name == "ahp":
                table = choice.parameters.get("random_index", "saaty")
                largest, ci, cr = ahp_consistency(choice.parameters["matrix"], table)
                facts = {"node": voice.node(node.code), "table": table}
                _say(console, voice.say("screen.ahp", **facts, largest=largest, ci=ci, cr=cr))


def print_treatment(console: Console, result: IndexResult, untreated: IndexResult | None, voice: Voice) -> None:
    """What was treated, whose newest figures were cut, and whose rank the treatment moves."""
    found = treated_indicators(result)
    if not found:
        return
    lines = [
        voice.say(
            "screen.treated", code=voice.node(one.code), what=voice.say(f"screen.treated_{one.what}", moved=one.moved)
        )
        + (voice.say("screen.latest", cities=_named(one.latest, voice)) if one.latest else "")
        for one in found
    ]
    if untreated is not None:
        before, after = untreated.rank()[:, -1], result.rank()[:, -1]
        moves = [
            f"{voice.city(city)} {_whole(before[c])}→{_whole(after[c])}"
            for c, city in enumerate(result.cities)
            if before[c] != after[c] and not (np.isnan(before[c]) and np.isnan(after[c]))
        ]
        lines.append(
            voice.say("screen.untreated", year=result.years[-1], moves=", ".join(moves) or voice.say("screen.nobody"))
        )
    _say(console, voice.say("screen.treatment"), *lines)


def _named(cities: Sequence[str], voice: Voice) -> str:
    return voice.comma(map(voice.city, cities))


def print_claims(
    console: Console,
    holdings: Sequence[Holding],
    real: Sequence[Holding],
    result: IndexResult,
    voice: Voice,
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
        claim = claim_sentence(holding.claim, result.years, voice)
        verdict = verdict_sentence(holding, voice, cities=n)
        lines.append(voice.say("screen.claim", claim=claim, verdict=verdict))
        if uncertainty is not None:
            lines.append(f"    {claim_share(uncertainty, uncertainty.claims.index(holding.claim), voice)}")
        if id(holding.claim) in without:
            verdict = verdict_sentence(without[id(holding.claim)], voice, cities=n)
            lines.append(voice.say("screen.real", verdict=verdict))
    _say(console, voice.say("screen.claims"), *lines)
    if real:
        _say(console, *_price_share(result, voice))


def _price_share(result: IndexResult, voice: Voice) -> list[str]:
    """How much of the cities' growth comes from indicators in current prices."""
    if "price" not in result.framework.lenses or len(result.years) < 2:
        return []
    found = lens(result, "price")
    share = found.growth.share[:, list(found.groups).index("nominal")]
    if np.isnan(share).all():
        return []
    facts = {"n": len(found.members["nominal"]), "median": float(np.nanmedian(share))}
    return [voice.say("screen.nominal", **facts, low=float(np.nanmin(share)), high=float(np.nanmax(share)))]


def print_shares(console: Console, result: IndexResult, codes: list[str], voice: Voice) -> None:
    """The share that each weight given on the command line comes to."""
    lines = []
    for code in dict.fromkeys(codes):
        position = next((i for i, node in enumerate(result.nodes) if node.code == code), None)
        share = 0.0 if position is None else float(result.weights[position])
        parent = "" if position is None else result.nodes[result.nodes[position].parent].code
        lines.append(
            voice.say(
                "screen.share_of",
                node=voice.node(code),
                share=f"{100 * share:.1f} %",
                parent=voice.node(parent or "index"),
            )
        )
    if lines:
        _say(console, voice.say("screen.shares"), *lines)


def print_changes(console: Console, result: IndexResult, found: Changes, voice: Voice) -> None:
    """What differs from the run that the output folder held before."""
    if not found:
        _say(console, voice.say("screen.same"))
        return
    lines = [voice.say("screen.input", file=file) for file in found.inputs]
    lines += [
        voice.say("screen.weight", node=voice.node(node), before=_percent(before), now=_percent(now))
        for node, (before, now) in found.weights.items()
    ]
    lines += [
        voice.say("screen.choice", path=path, before=_written(before), now=_written(now))
        for path, (before, now) in found.choices.items()
    ]
    moves = ", ".join(f"{voice.city(city)} {before or '–'}→{now or '–'}" for city, (before, now) in found.ranks.items())
    last = result.years[-1]
    lines.append(
        voice.say("screen.ranks", year=last, moves=moves) if moves else voice.say("screen.no_ranks", year=last)
    )
    _say(console, voice.say("screen.changed"), *lines)


def print_files(console: Console, out: str, files: Sequence[str], voice: Voice, *, each: bool = False) -> None:
    """Where the results are; a folder of many files in one line, unless each is to be named."""
    folders = Counter(file.rpartition("/")[0] for file in files if not each)
    lines = [f"  {out}/{file}" for file in files if each or "/" not in file]
    lines += [f"  {out}/{folder}/  ({n})" for folder, n in folders.items() if folder]
    _say(console, voice.say("screen.files"), *lines)


def print_checked(console: Console, result: IndexResult, voice: Voice) -> None:
    """That the inputs can be computed."""
    indicators = sum(node.is_indicator for node in result.nodes)
    facts = {"cities": len(result.cities), "years": len(result.years), "indicators": indicators}
    _say(console, voice.say("screen.check_ok", **facts))


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
