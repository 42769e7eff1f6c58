"""What the titles say: each is read off the figures, and claims no more than they show.

score, rank: (city, year), missing where a city has no score. facts: `Subject.facts`. A change is from the first year to
the last, among the cities that have both.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexcalc.analysis.against import Comparison
from indexcalc.analysis.claims import Verdict
from indexcalc.analysis.explain import CityStory
from indexcalc.analysis.lenses import UNTAGGED, LensResult
from indexcalc.report.numbers import decimals_of, number, share_text, signed
from indexcalc.report.picked import largest_risers
from indexcalc.report.text.findings import NAMED, SAME, listed_if_few
from indexcalc.report.text.robustness import parted
from indexcalc.steps.ranks import shared_ranks
from indexcalc.voice import Voice

Array = NDArray[np.float64]
Facts = Mapping[str, Any]


def over_time(ends: Array, steps: Array, names: Sequence[str], facts: Facts, voice: Voice) -> str:
    """Title of the trend: how many cities rose, and which most. ends: scores of the first and the last year (city, 2);
    steps: what each year gained on the one before."""
    both = ~np.isnan(ends.sum(axis=1))
    gain = np.round((ends[:, 1] - ends[:, 0])[both], SAME)
    n, k = int(both.sum()), int((gain > 0).sum())
    if n < 2:
        return voice.say("charts.neutral", **facts)
    counts = {**facts, "n": n, "k": k}
    if k == 0:
        return voice.say(_of("rose_none", "rose_none_shown", facts), **counts) + _of_both(n, ends, voice)
    if n == len(ends) and steps.shape[1] > 1 and (np.round(steps, SAME) > 0).all():
        title = voice.say(_of("rose_every_year", "rose_every_year_shown", facts), **counts)
    else:
        title = voice.say(_of("rose_all", "rose_all_shown", facts) if k == n else "charts.rose_some", **counts)
    best = _named(gain, gain.max(), both, names)
    if len(best) <= NAMED and len(best) < n:
        title += voice.say(
            "charts.rose_most" if facts.get("in_unit") else "charts.gained_most", best=voice.listed(best)
        )
    return title + _of_both(n, ends, voice)


def rank_changes(rank: Array, names: Sequence[str], facts: Facts, voice: Voice) -> str:
    """Title of the rank chart: who rose the most places."""
    before, after = shared_ranks(rank[:, 0], rank[:, -1])
    gain = (before - after)[~np.isnan(before)]
    if len(gain) < 2:
        return voice.say("charts.neutral", **facts)
    compared, risers = _of_both(len(gain), rank, voice), largest_risers(rank)
    if not len(risers):
        same = len(gain) == len(rank) and not gain.any()
        key = (
            _of("rank_same", "rank_same_shown", facts) if same else _of("rank_rise_none", "rank_rise_none_shown", facts)
        )
        return voice.say(key, **facts) + compared
    if len(risers) > NAMED:
        many = {"k": len(risers), "gain": places(int(gain.max()), voice)}
        return voice.say(_of("rank_rise_many", "rank_rise_many_shown", facts), **many) + compared
    rises: list[str] = []
    for c in risers.tolist():
        ends = {"before": voice.ordinal(int(before[c])), "after": voice.ordinal(int(after[c]))}
        rises.append(voice.say("charts.rank_rise", city=names[c], **ends))
    joined = voice.listed(rises, "and_clauses")
    key = (
        _of("rank_rise_most", "rank_rise_most_shown", facts)
        if len(rises) == 1
        else _of("rank_rise_shared", "rank_rise_shared_shown", facts)
    )
    return voice.say(key, rises=joined) + compared


def leaders(part_rank: Array, names: Sequence[str], parts: Sequence[str], facts: Facts, voice: Voice) -> str:
    """Title of the dimensions: who is first in most of them in the last year. part_rank: (city, part) of that year."""
    leads = part_rank == 1
    scored = leads.any(axis=0)
    n, won = int(scored.sum()), leads.sum(axis=1)
    if not n or len(part_rank) < 2:
        return voice.say("charts.neutral", **facts)
    best, k = _named(won, won.max(), np.ones(len(won), bool), names), int(won.max())
    kinds = {"parts": facts["parts"], "last": facts["last"], "n": n}
    if len(best) > NAMED:
        title = voice.say("charts.leaders_many", k=int((won > 0).sum()), **kinds)
    elif n == 1:
        told = {"city": voice.listed(best), "part": parts[int(np.argmax(scored))]}
        title = voice.say("charts.leads_part" if len(best) == 1 else "charts.lead_part", **told, **kinds)
    elif len(best) > 1:
        title = voice.say("charts.lead_each", city=voice.listed(best), k=k, **kinds)
    else:
        title = voice.say("charts.leads_all" if k == n else "charts.leads_some", city=best[0], k=k, **kinds)
    return title + (voice.say("charts.shared") if leads.sum() > n else "")


def extremes(score: Array, names: Sequence[str], facts: Facts, voice: Voice) -> str:
    """Title of the heat map: highest and lowest score of the last year. score: (city,) of that year."""
    here = ~np.isnan(score)
    known = np.round(score[here], SAME)
    high, low = known.max(), known.min()
    digits = decimals_of(score)
    numbers = {"high": number(high, digits), "low": number(low, digits), "last": facts["last"]}
    if high == low:
        return voice.say("charts.scores_equal" if len(known) > 1 else "charts.neutral", **{**facts, **numbers})
    top, bottom = _named(known, high, here, names), _named(known, low, here, names)
    ends = {"top": listed_if_few(top, voice), "bottom": listed_if_few(bottom, voice)}
    return voice.say("charts.highest_lowest", **ends, **numbers)


def gains(score: Array, names: Sequence[str], facts: Facts, voice: Voice) -> str:
    """Title of the change: largest and smallest gain in score."""
    gain = np.round(score[:, -1] - score[:, 0], SAME)
    both = ~np.isnan(gain)
    gain = gain[both]
    if gain.size < 2:
        return voice.say("charts.neutral", **facts)
    high, low = gain.max(), gain.min()
    digits = decimals_of(score)
    if high == low:
        key = "change_none" if high == 0 else "change_same"
    elif low > 0:
        key = "change_up"
    elif high > 0:
        key = "change_mixed" if low < 0 else "change_up_or_still"
    else:
        key = "change_down" if high < 0 else "change_down_or_still"
    named = {
        "best": listed_if_few(_named(gain, high, both, names), voice),
        "least": listed_if_few(_named(gain, low, both, names), voice),
        "gain": signed(high, digits),
        "least_gain": signed(low, digits),
    }
    return voice.say(f"charts.{key}", **{**facts, **named}) + _of_both(len(gain), score, voice)


def parts_apart(contributions: Array, parts: Sequence[str], facts: Facts, voice: Voice) -> str:
    """Title of the contributions (city, part): the part in which the cities are furthest apart, from the highest to the
    lowest. How large a part is by itself depends on where the scale begins, how far it differs does not."""
    neutral = _neutral(facts, voice)
    if len(parts) < 2 or len(contributions) < 2:
        return neutral
    apart = np.round(np.ptp(contributions, axis=0), SAME)
    best = [parts[j] for j in np.flatnonzero(apart == apart.max()).tolist()]
    if len(best) > NAMED or not apart.max() > 0:
        return neutral
    quoted = voice.listed([voice.say("charts.quoted", text=part) for part in best])
    key = "parts_apart" if len(best) == 1 else "parts_apart_shared"
    told = {"part": quoted, "apart": number(apart.max(), decimals_of(contributions)), "last": facts["last"]}
    return voice.say(f"charts.{key}", **told)


def closest_pair(r: Array, names: Sequence[str], voice: Voice) -> str:
    """Title of the correlations r (indicator, indicator): the closest pair of either sign, and how many are negative.
    Directions are aligned: of a negative indicator and a positive one that rise together r is below 0."""
    i, j = np.triu_indices(len(r), 1)
    pairs = r[i, j]
    if np.isnan(pairs).all():
        return voice.say("charts.correlations_none", k=len(r))
    best = int(np.nanargmax(np.abs(np.round(pairs, SAME))))
    facts = {"k": len(r), "one": names[i[best]], "two": names[j[best]], "r": number(pairs[best], 2)}
    below = int((np.round(pairs, SAME) < 0).sum())
    negative = voice.say(
        "charts.pairs_negative" if below else "charts.pairs_none_negative", pairs=below, all=len(pairs)
    )
    return voice.say("charts.correlations_closest", **facts) + negative


NEARLY_NONE = 0.2
"""An indicator whose correlation with the index is below this hardly moves with it."""
ALIKE = 1.25
"""Weights of which the largest is no more than this times the smallest are alike."""


def most_and_least_influence(carried: Array, given: Array | None, names: Sequence[str], voice: Voice) -> str:
    """Title of the weights: the indicators that move with the index most and least, or against it.

    carried: correlations with the index, with their sign; given: weights, (indicator,)."""
    if np.isnan(carried).all() or len(carried) < 2:
        return voice.say("charts.influence_none")
    most, least = int(np.nanargmax(carried)), int(np.nanargmin(carried))
    facts = {"most": names[most], "least": names[least]}
    facts |= {"r": number(carried[most], 2), "least_r": number(carried[least], 2)}
    ratio = np.inf if given is None or not given.min() > 0 else float(given.max() / given.min())
    start = "" if ratio > ALIKE else voice.say("charts.same_weights" if ratio < 1.0 + 1e-9 else "charts.alike_weights")
    against = round(float(carried[least]), 2) < 0
    key = "against" if against else "hardly" if carried[least] < NEARLY_NONE else "least"
    return start + voice.say(f"charts.influence_{key}", **facts)


def order_of_degrees(rho: float, n: int, facts: Facts, voice: Voice) -> str:
    """Title of integration: how far degrees order n cities as the index does, a rank correlation."""
    if np.isnan(rho):
        return voice.say("charts.neutral", **facts)
    return voice.say("charts.degree_order", **{**facts, "rho": number(rho, 2), "n": n})


def growth_by_group(found: LensResult, facts: Facts, voice: Voice) -> str:
    """Title of the shares of growth: which groups grew more or less than their weight, or that none can be told from
    chance labels; all cities of the lens together."""
    chance = found.growth.chance
    if np.isnan(chance.least):
        return voice.say("charts.neutral", **facts)
    said = [
        voice.say("charts.growth_led", group=found.name(found.groups[g], voice), pace=number(float(chance.pace[g]), 2))
        for g in chance.standing_out
        if found.groups[g] != UNTAGGED
    ]
    key = "growth_leads" if said else "growth_mixed"
    return voice.say(f"charts.{key}", **facts, led=voice.semicolon(said[:2]))


def first_and_least_sure(
    nominal: Array,
    low: Array,
    high: Array,
    top: Array,
    tied: Array,
    names: Sequence[str],
    facts: Facts,
    voice: Voice,
) -> str:
    """Title of the rank intervals (city,): how often the first is first, and whose rank varies most. top: share of the
    draws in which each comes first, tied: of them, together with another; a city that does so more often than the first
    is named."""
    known = ~np.isnan(low + nominal)
    first = np.flatnonzero(known & (nominal == 1))
    if known.sum() < 2 or not len(first):
        return _neutral(facts, voice)
    width = np.where(known, high - low, -1.0)
    most = int(np.nanargmax(top))
    share, more = (parted(float(top[c]), float(tied[c]), voice) for c in (int(first[0]), most))
    told = {**facts, "share": share, "first_city": names[first[0]], "other": names[most], "more": more}
    another = top[most] > np.nanmax(top[first])
    if len(first) > 1 and not another and not np.ptp(top[first]) and not np.ptp(tied[first]):
        start = voice.say("charts.sure_each", **told, cities=listed_if_few([names[c] for c in first.tolist()], voice))
    else:
        start = voice.say("charts.sure_other" if another else "charts.sure_first", **told)
    if width.max() == 0:
        return start + voice.say("charts.sure_all")
    least = [int(c) for c in np.flatnonzero(width == width.max())]
    if len(least) > NAMED:
        return start + voice.say("charts.sure_many", k=len(least), width=int(width.max()) + 1)
    ends = [voice.say("charts.rank_span", city=names[c], low=int(low[c]), high=int(high[c])) for c in least]
    return start + voice.say("charts.sure_least", cities=voice.listed(ends))


MOST_OF_THE_DRAWS = 0.5


def most_agreed(acceptability: Array, facts: Facts, voice: Voice) -> str:
    """Title of the acceptability (city, rank): how many cities have one rank in more than half of the draws."""
    known = ~np.isnan(acceptability).any(axis=1)
    n, k = int(known.sum()), int((acceptability[known].max(axis=1, initial=0.0) > MOST_OF_THE_DRAWS).sum())
    if not n:
        return _neutral(facts, voice)
    return voice.say(
        "charts.agreed_all" if k == n else "charts.agreed_some" if k else "charts.agreed_none",
        **{**facts, "n": n, "k": k},
    )


SURE = 0.95
"""A claim that holds without a tie in at least this share of the draws is counted in the title."""


def sure_claims(
    shares: Sequence[float],
    sentences: Sequence[str],
    facts: Facts,
    voice: Voice,
    *,
    tied: Sequence[float] = (0.0,),
    undefined: bool = False,
) -> str:
    """Title of the claims: how many hold in nearly all draws without a tie; of one alone, in how many.

    shares: of the draws that can judge it in which it holds without a tie (claim,), NaN where none can; tied: with one.
    undefined: whether some draws cannot judge some claim.
    """
    facts = {**facts, "judging": voice.say("charts.judging_some" if undefined else "charts.judging", **facts)}
    if len(shares) == 1:
        if np.isnan(shares[0]):
            return voice.say("charts.claim_undefined", claim=sentences[0])
        share = parted(shares[0] + tied[0], tied[0], voice)
        return voice.say("charts.claim_alone", **facts, claim=sentences[0], share=share)
    k = sum(value >= SURE for value in shares)
    key = "claims_sure_all" if k == len(shares) else "claims_sure" if k else "claims_sure_none"
    return voice.say(f"charts.{key}", **{**facts, "k": k, "m": len(shares), "level": share_text(SURE)})


def held_claims(verdicts: Sequence[Verdict], facts: Facts, voice: Voice) -> str:
    """Title of the claims where there are no draws: how many hold on the figures, a tie included."""
    k = sum(one in (Verdict.HOLDS, Verdict.TIED) for one in verdicts)
    return voice.say("charts.claims_held", **{**facts, "k": k, "m": len(verdicts)})


def most_frequent_obstacle(first: Sequence[str], n: int, facts: Facts, voice: Voice) -> str:
    """Title of the obstacles: which indicator is the largest obstacle of most cities. first: of each that has one."""
    counts = Counter(first).most_common()
    if not counts:
        return voice.say("charts.obstacle_none", **facts)
    most = [name for name, k in counts if k == counts[0][1]]
    quoted = voice.listed([voice.say("charts.quoted", text=name) for name in most])
    if len(first) == 1:
        return voice.say("charts.obstacle_alone", **{**facts, "obstacle": quoted})
    if len(counts) == n:
        return voice.say("charts.obstacle_different", **{**facts, "n": n})
    if len(most) > NAMED or counts[0][1] == 1:
        return voice.say("charts.obstacle_spread", **{**facts, "n": len(first), "k": len(counts)})
    key = "obstacle_most" if len(most) == 1 else "obstacle_each"
    return voice.say(f"charts.{key}", **{**facts, "n": n, "k": counts[0][1], "obstacle": quoted})


def drawn_together(sd: Array, drift: str, scored: NDArray[np.bool_], facts: Facts, voice: Voice) -> str:
    """Title of convergence: what became of the standard deviation (year,), and whether the cities are the same.

    drift: what it and the slope say together (`Convergence.drift`). scored: (city, year), the cities that it is of.
    """
    at = np.flatnonzero(~np.isnan(sd))
    if len(at) < 2:
        return voice.say("charts.neutral", **facts)
    known, there = sd[at], scored[:, at]
    digits = decimals_of(known)
    ends = {"before": number(known[0], digits), "after": number(known[-1], digits)}
    key = {"converges": "gap_down", "diverges": "gap_up"}.get(drift, "gap_open")
    counts = {"first_n": int(there[:, 0].sum()), "last_n": int(there[:, -1].sum())}
    others = "" if (there[:, 0] == there[:, -1]).all() else voice.say("charts.gap_cities", **counts)
    return voice.say(f"charts.{key}", **facts, **ends) + others


def closest_yardstick(
    rho: Sequence[float],
    ends: Sequence[tuple[float, float]],
    n: Sequence[int],
    names: Sequence[str],
    facts: Facts,
    voice: Voice,
) -> str:
    """Title of the yardsticks: how closely the index agrees with the one it agrees with most. ends: of intervals."""
    if np.isnan(rho).all():
        return voice.say("charts.neutral", **facts)
    best = int(np.nanargmax(rho))
    key = "yardstick_alone" if len(rho) == 1 else "yardstick_closest" if rho[best] > 0 else "yardstick_none"
    told = {"name": names[best], "rho": number(rho[best], 2), "n": n[best]}
    return voice.say(f"charts.{key}", **{**facts, **told, "interval": interval_of(*ends[best], voice)})


def interval_of(low: float, high: float, voice: Voice) -> str:
    """The 95% interval of a rank correlation in words; nothing where there is none."""
    return "" if np.isnan(low) else voice.say("charts.rho_interval", low=number(low, 2), high=number(high, 2))


def fixed_by_weights(best: Array, worst: Array, names: Sequence[str], facts: Facts, voice: Voice) -> str:
    """Title of the bounds (city,): how many ranks no weights of the set change, and whose they change most."""
    known = ~np.isnan(best + worst)
    if known.sum() < 2:
        return _neutral(facts, voice)
    width = np.where(known, worst - best, -1.0)
    n, k = int(known.sum()), int((width == 0).sum())
    counts = {**facts, "n": n, "k": k}
    if k == n:
        return voice.say("charts.bounds_all", **counts)
    most = [int(c) for c in np.flatnonzero(width == width.max())]
    start = voice.say("charts.bounds_some" if k else "charts.bounds_none", **counts)
    if len(most) > NAMED:
        return start + voice.say("charts.bounds_many", cities=len(most), width=int(width.max()) + 1)
    ends = [voice.say("charts.rank_span", city=names[c], low=int(best[c]), high=int(worst[c])) for c in most]
    return start + voice.say("charts.bounds_most", cities=voice.listed(ends))


def largest_index(total: Array, interval: Array, instead: str, names: Sequence[str], facts: Facts, voice: Voice) -> str:
    """Title of the sensitivity: the factor with the largest total index (factor,) of the mean rank shift, and those
    whose intervals (factor, 2) reach the interval of that one, for these may be as large.

    instead: the word for what is said instead of the indices, if anything is (`text.study.instead_of_indices`).
    """
    if instead == "never_moves":
        return voice.say("charts.moved_by_none", **facts)
    if instead == "shift_never_moves":
        return voice.without_stop(voice.say(f"charts.{instead}"))
    order = np.argsort(-total, kind="stable").tolist()
    first = [f for f in order if f == order[0] or not interval[f, 1] < interval[order[0], 0]]
    if instead or len(first) > NAMED:
        return voice.say("charts.moved_untold", **facts)
    told = [voice.say("charts.moved_factor", factor=names[f]) for f in first]
    if len(names) == 1:
        return voice.say("charts.moved_only_by", **facts, factors=told[0])
    totals = voice.listed([number(total[f], 2) for f in first])
    key = "moved_most_by" if len(first) == 1 else "moved_most_together"
    return voice.say(f"charts.{key}", **facts, factors=voice.listed(told, "or"), totals=totals)


def moved_by_alternatives(moved: NDArray[np.bool_], facts: Facts, voice: Voice) -> str:
    """Title of the alternatives: how many cities keep their rank under every one. moved: (city, methodology)."""
    n, k = len(moved), int((~moved.any(axis=1)).sum())
    key = "kept_all" if k == n else "kept_some" if k else "kept_none"
    return voice.say(f"charts.{key}", **{**facts, "n": n, "k": k, "m": moved.shape[1]})


def moved_by_scenarios(moved: NDArray[np.bool_], facts: Facts, voice: Voice) -> str:
    """Title of the scenarios: how many cities keep their rank in every one. moved: (city, scenario)."""
    n, k = len(moved), int((~moved.any(axis=1)).sum())
    key = "scenarios_all" if k == n else "scenarios_some" if k else "scenarios_none"
    return voice.say(f"charts.{key}", **{**facts, "n": n, "k": k})


def shifted_most(parts: Array, steps: Sequence[str], facts: Facts, voice: Voice, *, scores: bool, digits: int) -> str:
    """Title of two editions: the step that changes most. parts: (city, step) in points, else in places."""
    sizes = np.abs(parts[~np.isnan(parts).any(axis=1)])
    sizes = sizes.mean(axis=0) if scores else sizes.sum(axis=0)
    told = [number(size, digits) for size in sizes]
    first = int(np.argmax(sizes))
    about = {**facts, "step": steps[first], "size": told[first]}
    if np.count_nonzero(sizes) == 1:
        return voice.say("charts.shifted_only" if scores else "charts.shifted_only_places", **about)
    if told.count(told[first]) > 1:
        return voice.say("charts.shifted_alike" if scores else "charts.shifted_alike_places", **about)
    return voice.say("charts.shifted_most" if scores else "charts.shifted_most_places", **about)


def card_of(story: CityStory, city: str, part_ranks: Mapping[str, float], voice: Voice) -> str:
    """Title of the card of a city: its rank now and before, who shares it, and the part in which it is nearest 1st."""
    start, end = story.ends
    ends = {"city": city, "before": voice.ordinal(int(start)), "after": voice.ordinal(int(end))}
    if story.first == story.year or story.among == 1:
        title = voice.say("charts.card_one_year", last=story.year, **ends)
    else:
        moved = start - end
        key = "findings.rises" if moved > 0 else "findings.drops" if moved < 0 else "charts.card_same"
        title = voice.say(key, first=story.first, last=story.year, **ends)
    if story.among is not None and story.among > 1:
        title += voice.say("charts.of_both", n=story.among)
    if story.tied:
        others = listed_if_few([voice.city(other) for other in story.tied], voice)
        title += voice.say("charts.card_tied", cities=others)
    known = {part: rank for part, rank in part_ranks.items() if not np.isnan(rank)}
    best = [part for part, rank in known.items() if rank == min(known.values())]
    if len(known) > 1 and len(best) < min(len(known), NAMED):
        parts = voice.listed(best)
        title += voice.say("charts.card_best", parts=parts, rank=voice.ordinal(int(min(known.values()))))
    return title


def ahead(found: Comparison, names: Sequence[str], parts: Mapping[str, str], facts: Facts, voice: Voice) -> str:
    """Title of two cities: which has the higher score, by how much, since when, and most through what. parts: names by
    code."""
    before, gap = (round(value, SAME) for value in found.gaps)
    if gap == 0:
        return voice.say("charts.ahead_none", **facts)
    sign = 1.0 if gap > 0 else -1.0
    who = {"ahead": names[0 if gap > 0 else 1], "behind": names[1 if gap > 0 else 0]}
    digits = decimals_of(np.array(found.scores))
    title = voice.say("charts.ahead", **facts, **who, gap=number(abs(gap), digits))
    below = {node.code: sign * node.part for node in found.nodes if node.code in parts and not np.isnan(node.part)}
    if len(below) > 1 and max(below.values()) > 0:
        most = max(below, key=lambda code: below[code])
        title += voice.say("charts.ahead_most", part=parts[most], gap=signed(below[most], digits))
    if before * gap >= 0:
        return title
    return title + voice.say("charts.ahead_before", first=found.first, **who)


def largest_if_few(values: Array) -> list[int]:
    """Positions of the largest value (city,), of all that share it; of none where they are too many to be named.

    >>> largest_if_few(np.array([1.0, 3.0, np.nan, 3.0])), largest_if_few(np.ones(4))
    ([1, 3], [])
    """
    at: list[int] = np.flatnonzero(values == np.fmax.reduce(values)).tolist()
    return at if len(at) <= NAMED else []


def places(n: int, voice: Voice) -> str:
    """A number of ranks.

    >>> places(1, Voice("en")), places(2, Voice("en")), places(2, Voice("zh"))
    ('1 place', '2 places', '2')
    """
    return voice.say("charts.places", n=n)


def _named(values: Array | NDArray[np.int64], best: float, among: NDArray[np.bool_], names: Sequence[str]) -> list[str]:
    """Names of the cities that reach `best`; values: of the cities in `among` (city,) alone."""
    return [names[c] for c, value in zip(np.flatnonzero(among).tolist(), values, strict=True) if value == best]


def _neutral(facts: Facts, voice: Voice) -> str:
    """A title of the last year that finds nothing."""
    return voice.say("charts.neutral", **{**facts, "period": voice.say("findings.period_one", last=facts["last"])})


def _of(title: str, twin: str, facts: Facts) -> str:
    """The key of a title; where some cities alone are shown, that of its twin which says so."""
    return f"charts.{twin if facts.get('shown') else title}"


def _of_both(n: int, values: Array, voice: Voice) -> str:
    """The words that say that fewer cities are compared than are drawn."""
    return voice.say("charts.of_both", n=n) if n < len(values) else ""
