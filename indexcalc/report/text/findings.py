"""What a run found, in sentences filled from its results; the cover sheet and the page lay the same ones out.

There is a sentence only where the result could change a reader's mind. Each is correct with ties, cities without a
score in some year, claims that fail, a single year, two cities; or it is left out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexcalc.analysis.claims import Frame, Verdict
from indexcalc.analysis.convergence import Convergence
from indexcalc.analysis.integration import Integration
from indexcalc.analysis.lenses import UNTAGGED, LensResult
from indexcalc.analysis.yardsticks import Yardsticks
from indexcalc.computed import Computed, attempt
from indexcalc.origin import Origin
from indexcalc.report.numbers import number, share_text, signed
from indexcalc.report.text.bounds import change_sentences, neighbours, pairs
from indexcalc.report.text.claims import claim_sentence, verdict_sentence, verdict_word
from indexcalc.report.text.method_words import CHOSEN, OF_NODES, in_use, in_words, reversal, step_name
from indexcalc.report.text.robustness import claim_parts, parted
from indexcalc.robustness.result import SmallestChange, UncertaintyResult
from indexcalc.spec.choice import Choice
from indexcalc.spec.framework import INDEX, Dimension
from indexcalc.spec.hierarchy import parents
from indexcalc.steps.comparable import ends_of, two_years
from indexcalc.voice import Node, Voice

Array = NDArray[np.float64]

NAMED = 3
"""More cities than this are counted, not named."""
FACTS = 3
"""Figures that are given with the verdict on a claim."""
TOP = 5
"""Places of the last year that are named."""
SAME = 9
"""Scores that agree to this many decimals are the same, as in ranking."""
INTERVAL, SURE = (0.05, 0.95), 0.9
"""The interval of ranks over the draws, and the share of them that makes a rank sure."""
DRIFTS = {"converges": "drew_together", "diverges": "drew_apart", "undecided": "drew_open"}
"""The sentence about the gaps, by what standard deviation and slope say together."""
FOLLOWS = 0.9
"""At or above this rank correlation, degrees of coordination order the cities almost as the index does."""
RELIABLE = 0.7
"""Alpha below this is usually called too low (Nunnally 1978; OECD/JRC Handbook, step 4)."""
MOST_NAMED = 6
"""More indicators than this are counted."""


@dataclass(frozen=True)
class Sentence:
    """A sentence and what it is about.

    kind: `note`, of the framework; `caution`; `top`, `robustness`, `joint`, `moved`, `level`, `claim`, `lens`,
    `prices`, `integration`, `convergence`, `yardstick`, `structure`; `method`; `cells`, `theory`.
    """

    kind: str
    text: str


# -- the headline


def headline(run: Computed, voice: Voice) -> str:
    """One line to copy, without its full stop: who leads in the last year, and under what share of the draws; and who
    does in more of them.

    >>> import indexcalc as ic
    >>> panel = ic.Panel.from_columns("ABC", [2022] * 3, {"x": [3, 1, 2]})
    >>> framework = ic.Framework.model_validate({"name": {"zh": "指数", "en": "Index"}, "indicators": {"x": {}}})
    >>> headline(Computed.of(ic.build_index(panel, framework, ic.Methodology())), Voice("en", framework))
    'Index 2022: A leads the 3 cities, followed by C and B'
    """
    result, uncertainty, told = run.result, run.drawn, _Told(run, voice)
    t = told.last
    facts = {"index": voice.name(result.framework.name), "year": result.years[t], "n": len(told.order)}
    leaders = [c for c in told.order if result.rank()[c, t] == 1]
    if len(told.order) == 1:
        return told("lead_alone", **facts, city=told.city(leaders[0]))
    if len(leaders) == len(told.order):
        return told("lead_equal", **facts)
    if len(leaders) > 1:
        line = told("lead_shared", **facts, city=told.cities(leaders))
    else:
        line = told("leads", **facts, city=told.city(leaders[0])) + _followers(told)
    return line + (_leader_share(told, leaders[0], uncertainty) if uncertainty and len(leaders) == 1 else "")


def _followers(told: _Told) -> str:
    """Second and third place, where they are clear."""
    ranks = told.result.rank()[told.order, told.last].tolist()
    if len(ranks) == 2:
        return told("ahead_of_one", second=told.city(told.order[1]))
    if ranks[1:3] == [2.0, 3.0] and ranks[3:4] != [3.0]:
        return told("ahead_of_two", second=told.city(told.order[1]), third=told.city(told.order[2]))
    return ""


def _leader_share(told: _Told, leader: int, uncertainty: UncertaintyResult) -> str:
    city, year = told.result.cities[leader], told.result.years[told.last]
    c, t = uncertainty.cities.index(city), uncertainty.years.index(year)
    ranked = int(uncertainty.ranked[c, t])
    if not ranked:
        return ""
    times, share = uncertainty.rank_counts[:, t, 0], uncertainty.acceptability_in(year)[:, 0]
    tied = uncertainty.first_tied[:, t]

    def part(city: int) -> str:
        return parted(float(share[city]), float(tied[city]), told.voice)

    line = told("first_in", draws=f"{ranked:,}", city=told.city(leader), share=part(c))
    best = int(times.argmax())
    if times[best] > times[c]:
        line += told("first_more", city=told.named(uncertainty.cities[best]), share=part(best))
    return line + told("no_probability")


# -- the findings


def findings(run: Computed, voice: Voice) -> tuple[Sentence, ...]:
    """What was found, the most important first; the headline is not among them."""
    told, uncertainty = _Told(run, voice), run.drawn
    found = [
        *_notes(told),
        *(("caution", voice.problem(problem)) for problem in (*run.thin, *run.unlike)),
        *_places(told),
        *(_sureness(told, uncertainty) if uncertainty is not None else ()),
        *_fragile(told, () if run.study is None else run.study.changes),
        *_moves(told),
        *_levels(told),
        *_claims(told, run),
        *_analyses(told, run),
    ]
    return tuple(Sentence(kind, text.strip()) for kind, text in found)


Found = Iterator[tuple[str, str]]


def _notes(told: _Told) -> Found:
    """Notes that this is a reconstruction, that years cannot be compared, and who is not ranked."""
    framework, t = told.result.framework, told.last
    if framework.note is not None:
        yield "note", told.voice.name(framework.note)
    if not told.comparable and len(told.years) > 1:
        yield "caution", told("incomparable")
    if t is not None and len(told.order) < len(told.result.cities):
        out = [c for c in range(len(told.result.cities)) if c not in told.order]
        yield "caution", told("absent", year=told.result.years[t], cities=told.cities(out))


def _places(told: _Told) -> Found:
    """The first places of the last year, and the last."""
    t = told.last
    if t is None or len(told.order) < 2:
        return
    result, year, n = told.result, told.result.years[t], len(told.order)
    ranks = result.rank()[told.order, t]
    if ranks.max() == 1:
        yield "top", told("equal", year=year, n=n, score=told.score(told.order[0], t))
        return
    if n <= TOP:
        yield "top", told("all_ranks", year=year, cities=told.with_scores(told.order, t))
        return
    first = [c for c, rank in zip(told.order, ranks, strict=True) if rank <= TOP]
    bottom = [c for c, rank in zip(told.order, ranks, strict=True) if rank == ranks.max()]
    shown = len(first) < n and not set(bottom) & set(first)
    last = told("last_place", cities=told.with_scores(bottom, t)) if shown else ""
    key = "top" if len(first) == TOP else "top_ties"
    if len(first) <= 2 * TOP:
        yield "top", told(key, year=year, k=TOP, n=len(first), cities=told.with_scores(first, t), last=last)


def _sureness(told: _Told, uncertainty: UncertaintyResult) -> Found:
    """How many ranks of the last year hardly vary over the draws, and whose varies most."""
    result, t = told.result, told.last
    if t is None or len(told.order) < 2:
        return
    at = uncertainty.years.index(result.years[t])
    ranked = [c for c in told.order if uncertainty.ranked[uncertainty.cities.index(result.cities[c]), at]]
    if not ranked:
        return
    places = [uncertainty.cities.index(result.cities[c]) for c in ranked]
    near = uncertainty.share_within(1)[places, at]
    low, high = (uncertainty.rank_quantile(level)[places, at] for level in INTERVAL)
    width = high - low
    widest, most = "", int(width.argmax())
    if width[most] > 1 and (width == width[most]).sum() == 1:
        ends = {"low": told.voice.ordinal(int(low[most])), "high": told.voice.ordinal(int(high[most]))}
        widest = told("widest", city=told.city(ranked[most]), **ends)
    facts = {"draws": draws_in(uncertainty, result.years[t]), "year": result.years[t], "n": len(ranked)}
    yield "robustness", told("sure", **facts, k=int((near >= SURE).sum()), widest=widest)
    joint = uncertainty.joint
    if joint.draws and len(ranked) > 1:
        shares = {name: share_text(getattr(joint, name) / joint.draws, 1) for name in ("exact", "near")}
        yield "joint", told("joint", **shares, draws=f"{joint.draws:,}", year=result.years[t])


def _fragile(told: _Told, changes: Sequence[SmallestChange]) -> Found:
    """The two neighbours of the last year whose order the least change of weights reverses."""
    ranking = [told.result.cities[c] for c in told.order]
    near = neighbours([change for change in changes if change.claim is None], ranking)
    found = [pair for pair in pairs(near) if np.isfinite(pair[1].size) and pair[1].size > 0]
    if found:
        least = min(found, key=lambda pair: pair[0].size)
        (sentence,) = change_sentences(least, told.result.years, told.voice)
        yield "robustness", told("fragile", sentence=sentence)


def _moves(told: _Told) -> Found:
    """Who rose and who fell between the first and the last year."""
    if len(told.order) < 2:
        return
    result = told.result
    if len(told.years) == 1:
        yield "moved", told("one_year", year=result.years[told.last])
        return
    before, after = result.ranks_in_both(told.years[0], told.last)
    both = np.flatnonzero(~np.isnan(before + after)).tolist()
    if len(both) < 2:
        return
    gain = {c: int(before[c] - after[c]) for c in both}
    first = result.years[told.years[0]]
    ranked = max(int((~np.isnan(result.rank()[:, t])).sum()) for t in (told.years[0], told.last))
    of_both = told("of_both", n=len(both)) if len(both) < ranked else ""
    moved = [
        clause
        for sign in (1, -1)
        for clause in _movers(told, {c: g for c, g in gain.items() if sign * g > 0}, sign, before, after)
    ]
    moves = told("and").join(told.voice.clauses(some) for some in (moved[:-1], moved[-1:]) if some) + of_both
    still = [c for c in both if gain[c] == 0]
    if not any(gain.values()):
        yield "moved", told("unmoved", first=first, n=len(both))
        return
    rest = told("rest_same_one", city=told.city(still[0])) if len(still) == 1 else ""
    rest = told("rest_same", n=len(still)) if len(still) > 1 else rest
    yield "moved", told("moved", first=first, moves=moves, rest=rest)


def _movers(told: _Told, gain: Mapping[int, int], sign: int, before: Array, after: Array) -> list[str]:
    """Those that rose, or fell: each with both ranks where they are few, else the largest move."""
    if not gain:
        return []
    order = sorted(gain, key=lambda c: (-abs(gain[c]), after[c]))
    if len(order) <= NAMED:
        key = "rises" if sign > 0 else "drops"
        ends = [(told.city(c), *(told.voice.ordinal(int(r[c])) for r in (before, after))) for c in order]
        return [told(key, city=city, before=start, after=end) for city, start, end in ends]
    most = abs(gain[order[0]])
    largest = [c for c in order if abs(gain[c]) == most]
    if len(largest) == len(order):
        return [told("rise_equal" if sign > 0 else "drop_equal", k=len(order), n=most)]
    who = told("places" if len(largest) == 1 else "places_shared", city=told.cities(largest), n=most)
    return [told("rise_many" if sign > 0 else "drop_many", k=len(order), most=who)]


def _levels(told: _Told) -> Found:
    """Whether the scores rose, and whose most and least."""
    if not told.comparable or len(told.years) < 2:
        return
    years = np.array(told.years)
    compared, steps = ends_of(told.result, told.result.score()[:, years], np.arange(len(told.result.cities)), years)
    gain = np.round(compared[:, 1] - compared[:, 0], SAME)
    both = np.flatnonzero(~np.isnan(gain)).tolist()
    if len(both) < 2:
        return
    n, k = len(both), int((gain[both] > 0).sum())
    down = [c for c in both if gain[c] < 0]
    facts = {"n": n, "k": k, "first": told.result.years[told.years[0]], "last": told.result.years[told.years[-1]]}
    if k == n:
        steps = np.round(steps[both], SAME)
        key = "rose_ends" if len(told.years) == 2 or np.isnan(steps).any() else "rose_all"
        text = told("rose_every_year" if len(told.years) > 2 and (steps > 0).all() else key, **facts)
    elif k == 0:
        text = told("rose_none", **facts)
    else:
        key = "rose_or_still" if not down else "rose_some" if len(down) <= NAMED else "rose_some_many"
        text = told(key, **facts, m=len(down), down=told.cities(down))
    best, least = (max(both, key=lambda c: sign * gain[c]) for sign in (1, -1))
    alone = [int((gain[both] == gain[c]).sum()) == 1 for c in (best, least)]
    if n > 2 and all(alone) and gain[best] > 0 and gain[least] != 0:
        ends = {"gain": told.signed(gain[best]), "least_gain": told.signed(gain[least])}
        key = "most_and_least" if gain[least] > 0 else "most_and_worst"
        text += told(key, best=told.city(best), least=told.city(least), **ends)
    yield "level", text + told.like_with_like(years[0], years[-1]) + told.voice.mark("stop")


def _claims(told: _Told, run: Computed) -> Found:
    """Each claim with its verdict, that in real terms where it differs, and how often it holds."""
    result, voice, uncertainty = told.result, told.voice, run.drawn
    n = len(result.cities)
    without = {id(holding.claim): holding for holding in run.real}
    for holding, ends in zip(run.holdings, run.ends, strict=True):
        claim = claim_sentence(holding.claim, result.years, voice)
        verdict = verdict_sentence(holding, voice, limit=FACTS, cities=n)
        text = told("claim", claim=claim, verdict=verdict)
        other = without.get(id(holding.claim))
        if other is not None and other.verdict != holding.verdict:
            text += told("claim_real", verdict=verdict_sentence(other, voice, limit=FACTS, cities=n))
        if ends.could_decide:
            text += told("claim_carried", verdict=verdict_word(ends.without, voice))
        if uncertainty is not None and holding.claim in uncertainty.claims:
            text += _claim_share(told, uncertainty, uncertainty.claims.index(holding.claim))
        yield "claim", text + told.voice.mark("stop")


def _claim_share(told: _Told, uncertainty: UncertaintyResult, k: int) -> str:
    """Share of the draws in which a claim holds, of those in which it is defined."""
    share, counts = uncertainty.claim_share(k), uncertainty.claim_counts[k]
    if np.isnan(share):
        return ""
    defined = int(counts.sum() - counts[Verdict.UNDEFINED])
    return told("claim_share", draws=f"{defined:,}", share=claim_parts(uncertainty, k, told.voice))


# -- the findings of the analyses


def _analyses(told: _Told, run: Computed) -> Found:
    """What the analyses find, as far as the methodology allows them."""
    framework = run.result.framework
    for code in framework.lenses:
        lens = attempt(partial(Computed.lens, code=code), run) if len(run.result.years) > 1 else None
        if lens is not None and code == "price":
            yield from _prices(told, lens)
        elif lens is not None and code == next(iter(framework.lenses)):
            yield from _led(told, lens)
    integration = attempt(lambda own: own.integration, run)
    if integration is not None:
        yield from _integration(told, integration)
    convergence = attempt(lambda own: own.convergence, run)
    if convergence is not None:
        yield from _convergence(told, convergence)
    if run.specification.yardsticks:
        yield from _yardsticks(told, run.yardsticks)
    yield from _structure(told, run)


def _led(told: _Told, found: LensResult) -> Found:
    """What the first lens shows of growth."""
    sentence = lens_sentence(found, told.result.framework.lenses[found.code].name or found.code, told.voice)
    if sentence:
        yield "lens", sentence


def lens_sentence(found: LensResult, name: Any, voice: Voice) -> str:
    """Which groups of a lens grew more or less than their weight, as far as shuffled tags hardly ever show; that none
    can be told from chance labels; nothing where there is no growth. name: of the lens."""
    growth, chance = found.growth, found.growth.chance
    if np.isnan(chance.least):
        return ""
    n = int((~np.isnan(growth.share).all(axis=1)).sum())
    facts = {"lens": name, "first": growth.first, "last": growth.last, "n": n}
    said = [group_growth(found, g, voice) for g in chance.standing_out if found.groups[g] != UNTAGGED]
    if not said:
        return voice.say("findings.led_none", **facts, p=share_text(chance.least))
    return voice.say("findings.led", **facts, led=voice.comma(said))


def group_growth(found: LensResult, g: int, voice: Voice) -> str:
    """What a group grew relative to its weight, all cities together."""
    chance = found.growth.chance
    shares = {"share": share_text(float(chance.share[g])), "weight": share_text(float(found.weights[g]))}
    group = found.names.get(found.groups[g], found.groups[g])
    return voice.say("findings.led_by", group=group, pace=number(float(chance.pace[g]), 2), **shares)


def price_shares(found: LensResult) -> tuple[int, Array]:
    """How many indicators are in current prices, and their share of each city's growth (city,), where it has one."""
    if "nominal" not in found.groups:
        return 0, np.empty(0)
    share = found.growth.share[:, found.groups.index("nominal")]
    return len(found.members["nominal"]), share[~np.isnan(share)]


def _prices(told: _Told, found: LensResult) -> Found:
    """How much of the growth comes from indicators in current prices."""
    n, share = price_shares(found)
    if share.size:
        g, chance = found.groups.index("nominal"), found.growth.chance
        ends = {"median": np.median(share), "low": share.min(), "high": share.max(), "weight": found.weights[g]}
        alike = "" if chance.stands_out[g] else told("as_by_chance", p=share_text(float(chance.p[g])))
        yield "prices", told("prices", n=n, chance=alike, **{end: f"{100 * value:.0f}%" for end, value in ends.items()})


def _integration(told: _Told, found: Integration) -> Found:
    """Whether the order by degrees of the last year says more than the index; and which dimension lags most often."""
    scored = np.flatnonzero(~np.isnan(found.with_index))
    if not scored.size:
        return
    t = int(scored[-1])
    rho, here = float(found.with_index[t]), ~np.isnan(found.degree[:, t])
    patterns = Counter(map(tuple, found.lagging[here, t].tolist()))
    pattern, k = patterns.most_common(1)[0]
    lags = ""
    if 2 * k > here.sum() and sum(pattern) == 1:
        lags = told("lags", k=k, n=int(here.sum()), dimension=Node(found.dimensions[pattern.index(True)]))
    key = "integration" if rho >= FOLLOWS else "integration_own"
    yield "integration", told(key, year=found.years[t], rho=number(rho, 2), lags=lags)


def _convergence(told: _Told, found: Convergence) -> Found:
    """Whether the cities drew together or apart: only where standard deviation and slope agree."""
    if not found.drift:
        return
    t = [found.years.index(year) for year in (found.first, found.last)]
    slope = found.slope
    figures = {"slope": signed(slope.slope, 3), "low": signed(slope.low, 3), "high": signed(slope.high, 3)}
    ends = {"before": number(found.sd_alike[0], told.digits), "after": number(found.sd_alike[1], told.digits)}
    spread = {**ends, "level": f"{100 * found.level:.0f}%"}
    bounded = told("bounded") if attempt(lambda own: own.score_scale, told.run) is not None else ""
    one, two = (~np.isnan(told.result.score()[:, k]) for k in t)
    counts = {"first_n": int(one.sum()), "last_n": int(two.sum()), "n": slope.n}
    others = "" if (one == two).all() else told("other_cities", **counts)
    others += told.like_with_like(*t)
    facts = {**figures, **spread, "others": others, "bounded": bounded}
    key = "drew_same" if _all_alike(found) else DRIFTS[found.drift]
    yield "convergence", told(key, first=found.first, last=found.last, **facts)


def _all_alike(found: Convergence) -> bool:
    """Whether every score changed by the same amount, so that no gap did."""
    moves = found.sd_alike[1] - found.sd_alike[0], found.slope.slope, found.slope.low, found.slope.high
    return not np.round(moves, SAME).any()


def _yardsticks(told: _Told, found: Yardsticks) -> Found:
    """The rank correlation of the index with each yardstick, in the last year that it has."""
    for y, declared in enumerate(found.declared.values()):
        known = np.flatnonzero(~np.isnan(found.spearman[y, :, 0]))
        if known.size:
            t = int(known[-1])
            facts = {"yardstick": declared.name, "year": found.years[t], "n": int(found.n[y, t, 0])}
            low, high = float(found.low[y, t, 0]), float(found.high[y, t, 0])
            ends = {"low": number(low, 2), "high": number(high, 2)}
            interval = "" if np.isnan(low) else told("rho_interval", **ends)
            yield (
                "yardstick",
                told("yardstick", **facts, rho=number(float(found.spearman[y, t, 0]), 2), interval=interval),
            )


def _structure(told: _Told, run: Computed) -> Found:
    """Cronbach's alpha of each dimension, and which indicators run against what they are part of."""
    nodes = run.result.nodes
    groups = {group.node: group for group in run.structure.groups if group.of == "children"}
    groups |= {group.node: group for group in run.structure.groups if group.of == "indicators"}
    codes = [nodes[child].code for child in nodes[0].children] if len(nodes[0].children) > 1 else []
    known = [(code, float(groups[code].alpha.raw)) for code in codes if code in groups]
    said = [
        told("alpha_of", dimension=Node(code), alpha=number(alpha, 2)) for code, alpha in known if not np.isnan(alpha)
    ]
    if said:
        low = sum(alpha < RELIABLE for _, alpha in known)
        yield "structure", told("alpha", dimensions=told.voice.comma(said), k=low, n=len(said), least=RELIABLE)
    against = [code for code, one in zip(run.influence.codes, run.influence.against, strict=True) if one]
    if against and len(run.influence.codes) > 1:
        names = told.voice.listed([told.voice.node(code) for code in against[:MOST_NAMED]])
        more = told("and_more", n=len(against) - MOST_NAMED) if len(against) > MOST_NAMED else ""
        yield "structure", told("against", k=len(against), n=len(run.influence.codes), names=names, more=more)


def listed_if_few(names: Sequence[str], voice: Voice, most: int = NAMED) -> str:
    """Names of what is compared as a list; of more than `most`, their number."""
    return voice.listed(names) if len(names) <= most else voice.say("findings.n_cities", n=len(names))


def period(first: int, last: int, voice: Voice) -> str:
    """The years from one to another; the year alone, if they are one."""
    return voice.say("findings.period" if first < last else "findings.period_one", first=first, last=last)


# -- the method, and where the figures come from


def method_sentences(run: Computed, voice: Voice) -> tuple[Sentence, ...]:
    """How the index is computed, a sentence for each step that does something."""
    result, uncertainty, told, methodology = run.result, run.drawn, _Told(run, voice), run.result.methodology
    cities, _, indicators = result.normalised.values.shape
    below = [result.framework.root.children[result.nodes[i].code] for i in result.nodes[0].children]
    dimensions = sum(isinstance(node, Dimension) for node in below)
    facts = {"indicators": indicators, "dimensions": dimensions, "cities": cities}
    spanned = period(result.years[0], result.years[-1], voice)
    said = [told("measured" if dimensions > 1 else "measured_flat", **facts, period=spanned)]
    weighed = ("weighting",) if any(node.uses_weights for node in parents(result.nodes).values()) else ()
    for step in ("imputation", "treatment", "normalisation", "reference", *weighed, "aggregation"):
        whole, used = getattr(methodology, step), [chosen for chosen, _ in in_use(result, step)]
        if not used:
            continue
        chosen = whole if whole in used and step not in OF_NODES else used[0]
        facts = {"step": step_name(step, voice), "said": in_words(chosen, voice)}
        if whole not in used and len(used) > 1 and step not in OF_NODES:
            said.append(told("step_by_indicator", **facts, methods=voice.semicolon(_names(used, voice))))
        elif chosen != whole and whole in used:
            said.append(told("step_of_index", **facts, other=in_words(whole, voice)))
        elif getattr(chosen, "name", "") != "none":
            said.append(told("step", **facts))
        if step == "weighting" and chosen.trait("objective"):
            said.append(told(f"scope_{chosen.told('scope')}"))
    for node in parents(result.nodes).values():
        if node.is_reversed:
            said.append(told("node_reversed", node=Node(node.code), said=reversal(node, voice)))
    own = {
        code
        for step in CHOSEN
        for chosen, codes in in_use(result, step)
        if chosen != getattr(methodology, step)
        for code in codes
        if code != INDEX
    }
    if own:
        said.append(told("own_methods", n=len(own)))
    if uncertainty is not None:
        said.append(told("draws", draws=draws_in(uncertainty, result.years[told.last]), seed=uncertainty.seed))
    return tuple(Sentence("method", text.strip()) for text in said)


def _names(used: Iterable[Any], voice: Voice) -> list[str]:
    """What methods, or references, are called, each once."""
    said = (voice.method(one.step, one.name) if isinstance(one, Choice) else in_words(one, voice) for one in used)
    return list(dict.fromkeys(said))


def coverage_sentences(run: Computed, voice: Voice) -> tuple[Sentence, ...]:
    """The share of the indicator cells that was observed, and whose was least; how much of the theory is covered."""
    result, told = run.result, _Told(run, voice)
    cells = int(result.present.sum()) * result.imputed.origin.shape[2]
    said = []
    if cells:
        origin = result.imputed.origin[result.present]
        shares = {name: float(np.isin(origin, kinds).sum()) / cells for name, kinds in ORIGINS.items()}
        table = result.coverage_table()
        if shares["observed"] == 1:
            said.append(Sentence("cells", told("cells_all", cells=f"{cells:,}")))
        else:
            text = told("cells", cells=f"{cells:,}", shares=_shares(told, shares))
            there = result.present.any(axis=1)
            observed = np.where(there, table["observed"].to_numpy(), np.inf)
            if there.sum() > 1 and (observed == observed.min()).sum() == 1:
                least = int(observed.argmin())
                text += told.voice.mark("between") + told(
                    "least_observed", city=told.city(least), share=share_text(observed[least] / 100, 1)
                )
            said.append(Sentence("cells", text))
    entries = result.framework.coverage
    if entries:
        active = set(result.normalised.codes)
        k, n = sum(bool(active & set(entry.indicators)) for entry in entries), len(entries)
        said.append(Sentence("theory", told("theory_all" if k == n else "theory", n=n, k=k, rest=n - k)))
    return tuple(said)


def city_coverage(run: Computed, voice: Voice) -> tuple[str, ...]:
    """Per city, in the order of the result, where its cells come from: `93.8% observed, 6.2% interpolated`."""
    told, table = _Told(run, voice), run.result.coverage_table()
    rows = table.drop(columns="city").to_dict("records")
    return tuple(_shares(told, {str(name): float(value) / 100 for name, value in row.items()}) for row in rows)


ORIGINS: dict[str, tuple[Origin, ...]] = {
    "observed": (Origin.OBSERVED,),
    "interpolated": (Origin.INTERPOLATED,),
    "extrapolated": (Origin.EXTRAPOLATED,),
    "other": (Origin.CARRIED, Origin.NEAREST, Origin.REGRESSION, Origin.GROUP, Origin.CONSTANT),
    "missing": (Origin.MISSING, Origin.LEFT_OUT),
}


def _shares(told: _Told, shares: Mapping[str, float]) -> str:
    return told.voice.comma(told(name, share=share_text(share, 1)) for name, share in shares.items() if share > 0)


def draws_in(uncertainty: UncertaintyResult, year: int) -> str:
    """The number of draws that ranked the cities of a year, for captions: a range where some left a city out. Removed
    draws ranked none."""
    ranked = uncertainty.ranked[:, uncertainty.years.index(year)]
    least, most = int(ranked[ranked > 0].min(initial=ranked.max())), int(ranked.max())
    return f"{most:,}" if least == most else f"{least:,}–{most:,}"


# -- what sentences are made of


class _Told:
    """One result in one language: templates filled, cities and figures as text.

    years: positions of the years with a score; last: of the last of them. order: cities with a rank in it, best first.
    """

    def __init__(self, run: Computed, voice: Voice) -> None:
        self.run, self.result, self.voice = run, run.result, voice.of(run.result)
        result, score, rank = run.result, run.result.score(), run.result.rank()
        self.years = np.flatnonzero((~np.isnan(score)).any(axis=0)).tolist()
        self.last: int = self.years[-1]
        ranks = rank[:, self.last]
        order = np.argsort(ranks, kind="stable").tolist()
        self.order: list[int] = [c for c in order if not np.isnan(ranks[c])]
        self.comparable = Frame.of(result).comparable
        known = np.abs(score[~np.isnan(score)])
        self.digits = 2 if known.max() >= 10 else 4

    def __call__(self, key: str, **facts: Any) -> str:
        return self.voice.say(f"findings.{key}", **facts)

    def city(self, c: int) -> str:
        return self.named(self.result.cities[c])

    def named(self, city: str) -> str:
        return self.voice.city(city)

    def cities(self, at: Iterable[int]) -> str:
        """Cities by name where they are few, else their number."""
        return listed_if_few([self.city(c) for c in at], self.voice)

    def like_with_like(self, first: int, last: int) -> str:
        """The words for the cities whose two years, by position, are compared over fewer indicators than the index has:
        there the figures are not those of the ranking."""
        if not np.isnan(self.result.scores[self.result.present]).any():
            return ""
        once = two_years(self.result, first, last).once
        return self("like_with_like", cities=self.cities(once)) if once else ""

    def score(self, c: int, t: int) -> str:
        """A score of a year, with no more decimals than are ranked."""
        return number(self.result.score()[c, t], min(self.digits, self.result.methodology.rank_on.decimals))

    def signed(self, gain: float) -> str:
        return signed(gain, self.digits)

    def with_scores(self, at: Sequence[int], t: int) -> str:
        """Cities with their scores, best first; those that share a place are named together."""
        ranks, said = self.result.rank()[:, t], []
        for _, run in groupby(at, key=lambda c: ranks[c]):
            same = list(run)
            key = "in_brackets" if len(same) == 1 else "tied"
            said.append(self(key, name=self.cities(same), figure=self.score(same[0], t)))
        return self.voice.comma(said)
