"""What the titles say: each is found in the figures, and claims no more than they show.

score, rank: (city, year), missing where a city has no score. facts: `Subject.facts`. A change is from the first year to
the last, among the cities that have both.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexcalc.analysis.explain import CityStory, Comparison
from indexcalc.report.charts.numbers import decimals_of, number, share, signed
from indexcalc.report.words import listed, ordinal, word
from indexcalc.result import IndexResult

Array = NDArray[np.float64]
Facts = Mapping[str, Any]

NAMED = 3
"""More cities than this are counted, not named."""
SAME = 9
"""Scores that agree to this many decimals are the same, as in ranking."""


def largest_risers(rank: Array) -> NDArray[np.int64]:
    """Positions of the cities with the largest gain in rank; none where nobody rose.

    >>> largest_risers(np.array([[1.0, 2.0], [3.0, 1.0], [2.0, 3.0]]))
    array([1])
    """
    gain = rank[:, 0] - rank[:, -1]
    best = np.nanmax(gain) if (~np.isnan(gain)).any() else 0.0
    return np.flatnonzero(gain == best) if best > 0 else np.empty(0, np.int64)


def over_time(score: Array, names: Sequence[str], facts: Facts, lang: str) -> str:
    """Title of the trend: how many cities rose, and which most."""
    both = ~np.isnan(score[:, 0] + score[:, -1])
    gain = np.round((score[:, -1] - score[:, 0])[both], SAME)
    n, k = int(both.sum()), int((gain > 0).sum())
    if n < 2:
        return word("neutral", lang, **facts)
    counts = {**facts, "n": n, "k": k}
    if k == 0:
        return word("rose_none", lang, **counts) + _of_both(n, score, lang)
    steps = np.round(np.diff(score, axis=1), SAME)
    if n == len(score) and score.shape[1] > 2 and (steps > 0).all():
        title = word("rose_every_year", lang, **counts)
    else:
        title = word("rose_all" if k == n else "rose_some", lang, **counts)
    best = _named(gain, gain.max(), both, names)
    if len(best) <= NAMED and len(best) < n:
        title += word("gained_most", lang, best=listed(best, lang))
    return title + _of_both(n, score, lang)


def rank_changes(rank: Array, names: Sequence[str], facts: Facts, lang: str) -> str:
    """Title of the rank chart: who rose the most places."""
    gain = rank[:, 0] - rank[:, -1]
    gain = gain[~np.isnan(gain)]
    if len(gain) < 2:
        return word("neutral", lang, **facts)
    compared, risers = _of_both(len(gain), rank, lang), largest_risers(rank)
    if not len(risers):
        same = len(gain) == len(rank) and not gain.any()
        return word("rank_same" if same else "rank_rise_none", lang, **facts) + compared
    if len(risers) > NAMED:
        return word("rank_rise_many", lang, k=len(risers), gain=places(int(gain.max()), lang)) + compared
    rises: list[str] = []
    for c in risers.tolist():
        ends = {"before": ordinal(int(rank[c, 0]), lang), "after": ordinal(int(rank[c, -1]), lang)}
        rises.append(word("rank_rise", lang, city=names[c], **ends))
    joined = "、".join(rises) if lang == "zh" else listed(rises, lang)
    return word("rank_rise_most" if len(rises) == 1 else "rank_rise_shared", lang, rises=joined) + compared


def leaders(part_rank: Array, names: Sequence[str], parts: Sequence[str], facts: Facts, lang: str) -> str:
    """Title of the dimensions: who leads in most of them in the last year. part_rank: (city, part) of that year."""
    leads = part_rank == 1
    scored = leads.any(axis=0)
    n, won = int(scored.sum()), leads.sum(axis=1)
    if not n or len(part_rank) < 2:
        return word("neutral", lang, **facts)
    best, k = _named(won, won.max(), np.ones(len(won), bool), names), int(won.max())
    kinds = {"parts": facts["parts"], "last": facts["last"], "n": n}
    if len(best) > NAMED:
        title = word("leaders_many", lang, k=int((won > 0).sum()), **kinds)
    elif n == 1:
        title = word("leads_part", lang, city=listed(best, lang), part=parts[int(np.argmax(scored))], **kinds)
    elif len(best) > 1:
        title = word("lead_each", lang, city=listed(best, lang), k=k, **kinds)
    else:
        title = word("leads_all" if k == n else "leads_some", lang, city=best[0], k=k, **kinds)
    return title + (word("shared", lang) if leads.sum() > n else "")


def extremes(score: Array, names: Sequence[str], facts: Facts, lang: str) -> str:
    """Title of the heat map: highest and lowest score of the last year. score: (city,) of that year."""
    here = ~np.isnan(score)
    known = np.round(score[here], SAME)
    high, low = known.max(), known.min()
    digits = decimals_of(score)
    numbers = {"high": number(high, digits), "low": number(low, digits), "last": facts["last"]}
    if high == low:
        return word("scores_equal" if len(known) > 1 else "neutral", lang, **{**facts, **numbers})
    top, bottom = _named(known, high, here, names), _named(known, low, here, names)
    return word("highest_lowest", lang, top=_who(top, lang), bottom=_who(bottom, lang), **numbers)


def gains(score: Array, names: Sequence[str], facts: Facts, lang: str) -> str:
    """Title of the change: largest and smallest gain in score."""
    gain = np.round(score[:, -1] - score[:, 0], SAME)
    both = ~np.isnan(gain)
    gain = gain[both]
    if gain.size < 2:
        return word("neutral", lang, **facts)
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
        "best": _who(_named(gain, high, both, names), lang),
        "least": _who(_named(gain, low, both, names), lang),
        "gain": signed(high, digits),
        "least_gain": signed(low, digits),
    }
    return word(key, lang, **{**facts, **named}) + _of_both(len(gain), score, lang)


def largest_parts(contributions: Array, parts: Sequence[str], facts: Facts, lang: str) -> str:
    """Title of the contributions: which part brings most in most cities. contributions: (city, part), none negative."""
    known = np.round(contributions, SAME)
    won = (known == np.nanmax(known, axis=1, keepdims=True)).sum(axis=0)
    best, k = [parts[j] for j in np.flatnonzero(won == won.max()).tolist()], int(won.max())
    if len(parts) < 2 or len(best) > NAMED or (len(best) > 1 and k == len(known)):
        return word("neutral", lang, **{**facts, "period": word("one_year", lang, last=facts["last"])})
    counts = {"n": len(known), "k": k, "last": facts["last"]}
    if len(known) == 1:
        return word("contributes_alone", lang, part=best[0], **counts)
    if len(best) > 1:
        return word(
            "contribute_each", lang, part=listed([word("quoted", lang, text=part) for part in best], lang), **counts
        )
    return word("contributes_all" if k == len(known) else "contributes_some", lang, part=best[0], **counts)


def closest_pair(r: Array, names: Sequence[str], lang: str) -> str:
    """Title of the correlations r (indicator, indicator): the closest pair, and how many are negative."""
    i, j = np.triu_indices(len(r), 1)
    pairs = r[i, j]
    if np.isnan(pairs).all():
        return word("correlations_none", lang, k=len(r))
    best = int(np.nanargmax(pairs))
    facts = {"k": len(r), "one": names[i[best]], "two": names[j[best]], "r": number(pairs[best], 2)}
    below = int((np.round(pairs, SAME) < 0).sum())
    negative = word("pairs_negative" if below else "pairs_none_negative", lang, pairs=below, all=len(pairs))
    return word("correlations_closest", lang, **facts) + negative


NEARLY_NONE = 0.05
"""An indicator whose squared correlation with the index is below this hardly moves with it."""
ALIKE = 1.25
"""Weights of which the largest is no more than this times the smallest are alike."""


def most_and_least_influence(carried: Array, given: Array | None, names: Sequence[str], lang: str) -> str:
    """Title of the weights: the indicators that move with the index most and least. carried, given: (indicator,)."""
    if np.isnan(carried).all() or len(carried) < 2:
        return word("influence_none", lang)
    most, least = int(np.nanargmax(carried)), int(np.nanargmin(carried))
    facts = {"most": names[most], "least": names[least]}
    facts |= {"r": number(carried[most], 2), "least_r": number(carried[least], 2)}
    ratio = np.inf if given is None or not given.min() > 0 else float(given.max() / given.min())
    start = "" if ratio > ALIKE else word("same_weights" if ratio < 1.0 + 1e-9 else "alike_weights", lang)
    return start + word("influence_hardly" if carried[least] < NEARLY_NONE else "influence_least", lang, **facts)


def highest_and_lowest(degree: Array, grade: NDArray[np.int64], names: Sequence[str], facts: Facts, lang: str) -> str:
    """Title of integration: highest and lowest degree (city,) of the last year, with what the grades are called."""
    known = np.flatnonzero(~np.isnan(degree))
    if len(known) < 2:
        return word("neutral", lang, **facts)
    top, bottom = (known[int(choose(degree[known]))] for choose in (np.argmax, np.argmin))
    grades = {"top_grade": facts["grades"][grade[top]], "bottom_grade": facts["grades"][grade[bottom]]}
    degrees = {"high": number(degree[top], 2), "low": number(degree[bottom], 2)}
    if round(float(degree[top] - degree[bottom]), SAME) == 0:
        return word("degree_same", lang, **facts, **grades, **degrees)
    key = "degree_one_grade" if grade[top] == grade[bottom] else "degree_grades"
    return word(key, lang, **facts, **grades, **degrees, top=names[top], bottom=names[bottom])


def growth_by_group(diagnosed: Sequence[str], groups: Mapping[str, str], facts: Facts, lang: str) -> str:
    """Title of the shares of growth: which group makes up half in how many cities; diagnosed: (city,), or other."""
    counts = {code: sum(one == code for one in diagnosed) for code in groups}
    leaders = [code for code in groups if counts[code] == max(counts.values())]
    if not max(counts.values()):
        return word("growth_mixed", lang, **facts)
    said = [word("growth_led", lang, group=groups[code], k=counts[code]) for code in leaders[:2]]
    return word("growth_leads", lang, **facts, led=word("semicolon", lang).join(said))


def first_and_least_sure(
    nominal: Array, low: Array, high: Array, top: Array, names: Sequence[str], facts: Facts, lang: str
) -> str:
    """Title of the rank intervals (city,): how often the first is first, and whose rank is the least sure. top: share
    of the draws in which each comes first; a city that does so more often than the first is named."""
    known = ~np.isnan(low + nominal)
    first = np.flatnonzero(known & (nominal == 1))
    if not known.any() or not len(first):
        return word("neutral", lang, **{**facts, "period": word("one_year", lang, last=facts["last"])})
    width = np.where(known, high - low, -1.0)
    most = int(np.nanargmax(top))
    told = {**facts, "share": share(float(top[first[0]]), 1), "first_city": names[first[0]]}
    told |= {"other": names[most], "more": share(float(top[most]), 1)}
    another = top[most] > np.nanmax(top[first])
    start = word("sure_other" if another else "sure_first" if len(first) == 1 else "sure_first_tied", lang, **told)
    if width.max() == 0:
        return start + word("sure_all", lang)
    least = [int(c) for c in np.flatnonzero(width == width.max())]
    if len(least) > NAMED:
        return start + word("sure_many", lang, k=len(least), width=int(width.max()) + 1)
    ends = [word("rank_span", lang, city=names[c], low=int(low[c]), high=int(high[c])) for c in least]
    return start + word("sure_least", lang, cities=listed(ends, lang))


MOST_OF_THE_DRAWS = 0.5


def most_agreed(acceptability: Array, facts: Facts, lang: str) -> str:
    """Title of the acceptability (city, rank): how many cities have one rank in more than half of the draws."""
    known = ~np.isnan(acceptability).any(axis=1)
    n, k = int(known.sum()), int((acceptability[known].max(axis=1, initial=0.0) > MOST_OF_THE_DRAWS).sum())
    if not n:
        return word("neutral", lang, **{**facts, "period": word("one_year", lang, last=facts["last"])})
    return word("agreed_all" if k == n else "agreed_some" if k else "agreed_none", lang, **{**facts, "n": n, "k": k})


SURE = 0.95
"""A claim that holds in at least this share of the draws is called sure."""


def sure_claims(
    shares: Sequence[float], sentences: Sequence[str], facts: Facts, lang: str, *, undefined: bool = False
) -> str:
    """Title of the claims: how many hold in nearly all draws; of one alone, in how many.

    shares: of the draws that can judge it (claim,), NaN where none can. undefined: whether some draws cannot judge some
    claim.
    """
    facts = {**facts, "judging": word("judging_some" if undefined else "judging", lang, **facts)}
    if len(shares) == 1:
        if np.isnan(shares[0]):
            return word("claim_undefined", lang, claim=sentences[0])
        return word("claim_alone", lang, **facts, claim=sentences[0], share=share(shares[0], 1))
    k = sum(value >= SURE for value in shares)
    key = "claims_sure_all" if k == len(shares) else "claims_sure" if k else "claims_sure_none"
    return word(key, lang, **{**facts, "k": k, "m": len(shares), "level": share(SURE)})


def most_frequent_obstacle(first: Sequence[str], n: int, facts: Facts, lang: str) -> str:
    """Title of the obstacles: which indicator is the largest obstacle of most cities. first: of each that has one."""
    counts = Counter(first).most_common()
    if not counts:
        return word("obstacle_none", lang, **facts)
    most = [name for name, k in counts if k == counts[0][1]]
    quoted = listed([word("quoted", lang, text=name) for name in most], lang)
    if len(first) == 1:
        return word("obstacle_alone", lang, **{**facts, "obstacle": quoted})
    if len(counts) == n:
        return word("obstacle_different", lang, **{**facts, "n": n})
    if len(most) > NAMED or counts[0][1] == 1:
        return word("obstacle_spread", lang, **{**facts, "n": len(first), "k": len(counts)})
    key = "obstacle_most" if len(most) == 1 else "obstacle_each"
    return word(key, lang, **{**facts, "n": n, "k": counts[0][1], "obstacle": quoted})


def drawn_together(cv: Array, scored: NDArray[np.bool_], facts: Facts, lang: str) -> str:
    """Title of convergence: what became of the coefficient of variation (year,), and whether the cities are the same.

    scored: (city, year), the cities that it is of.
    """
    at = np.flatnonzero(~np.isnan(cv))
    if len(at) < 2:
        return word("neutral", lang, **facts)
    known, there = cv[at], scored[:, at]
    ends = {"before": number(known[0], 2), "after": number(known[-1], 2)}
    key = "gap_same" if ends["before"] == ends["after"] else "gap_down" if known[-1] < known[0] else "gap_up"
    counts = {"first_n": int(there[:, 0].sum()), "last_n": int(there[:, -1].sum())}
    others = "" if (there[:, 0] == there[:, -1]).all() else word("gap_cities", lang, **counts)
    return word(key, lang, **facts, **ends) + others


def closest_yardstick(rho: Sequence[float], n: Sequence[int], names: Sequence[str], facts: Facts, lang: str) -> str:
    """Title of the yardsticks: how closely the index agrees with the one it agrees with most."""
    if np.isnan(rho).all():
        return word("neutral", lang, **facts)
    best = int(np.nanargmax(rho))
    key = "yardstick_alone" if len(rho) == 1 else "yardstick_closest" if rho[best] > 0 else "yardstick_none"
    return word(key, lang, **{**facts, "name": names[best], "rho": number(rho[best], 2), "n": n[best]})


def fixed_by_weights(best: Array, worst: Array, names: Sequence[str], facts: Facts, lang: str) -> str:
    """Title of the bounds (city,): how many ranks no weights of the set change, and whose they change most."""
    known = ~np.isnan(best + worst)
    if not known.any():
        return word("neutral", lang, **{**facts, "period": word("one_year", lang, last=facts["last"])})
    width = np.where(known, worst - best, -1.0)
    n, k = int(known.sum()), int((width == 0).sum())
    counts = {**facts, "n": n, "k": k}
    if k == n:
        return word("bounds_all", lang, **counts)
    most = [int(c) for c in np.flatnonzero(width == width.max())]
    start = word("bounds_some" if k else "bounds_none", lang, **counts)
    if len(most) > NAMED:
        return start + word("bounds_many", lang, cities=len(most), width=int(width.max()) + 1)
    ends = [word("rank_span", lang, city=names[c], low=int(best[c]), high=int(worst[c])) for c in most]
    return start + word("bounds_most", lang, cities=listed(ends, lang))


def largest_index(total: Array, names: Sequence[str], facts: Facts, lang: str) -> str:
    """Title of the sensitivity: the factor with the largest total index (factor,) of the mean rank shift."""
    if np.isnan(total).all():
        return word("moved_by_none", lang, **facts)
    best = int(np.nanargmax(total))
    return word("moved_most_by", lang, **facts, factor=names[best], total=number(total[best], 2))


def moved_by_alternatives(moved: NDArray[np.bool_], facts: Facts, lang: str) -> str:
    """Title of the alternatives: how many cities keep their rank under every one. moved: (city, methodology)."""
    n, k = len(moved), int((~moved.any(axis=1)).sum())
    key = "kept_all" if k == n else "kept_some" if k else "kept_none"
    return word(key, lang, **{**facts, "n": n, "k": k, "m": moved.shape[1]})


def card_of(
    story: CityStory, names: Sequence[str], c: int, part_ranks: Mapping[str, float], result: IndexResult, lang: str
) -> str:
    """Title of a city's card: its rank now and before, who shares it, and the part in which it ranks best."""
    before, now = (next(p for p in story.path if p.year == year) for year in (story.first, story.year))
    ends = {"city": names[c], "before": ordinal(int(before.rank), lang), "after": ordinal(int(now.rank), lang)}
    if story.first == story.year:
        title = word("card_one_year", lang, last=story.year, **ends)
    else:
        moved = before.rank - now.rank
        key = "card_up" if moved > 0 else "card_down" if moved < 0 else "card_same"
        title = word(key, lang, first=story.first, last=story.year, **ends)
    if story.tied:
        with_whom = [result.framework.city_label(city, lang) for city in story.tied]
        title += word("card_tied", lang, cities=_who(with_whom, lang))
    known = {part: rank for part, rank in part_ranks.items() if not np.isnan(rank)}
    best = [part for part, rank in known.items() if rank == min(known.values())]
    if len(known) > 1 and len(best) < min(len(known), NAMED):
        parts = listed(best, lang)
        title += word("card_best", lang, parts=parts, rank=ordinal(int(min(known.values())), lang))
    return title


def ahead(found: Comparison, names: Sequence[str], parts: Mapping[str, str], facts: Facts, lang: str) -> str:
    """Title of two cities: which is ahead, by how much, since when, and most through what. parts: names by code."""
    before, gap = (round(value, SAME) for value in found.gaps)
    if gap == 0:
        return word("ahead_none", lang, **facts)
    sign = 1.0 if gap > 0 else -1.0
    who = {"ahead": names[0 if gap > 0 else 1], "behind": names[1 if gap > 0 else 0]}
    digits = decimals_of(np.array(found.scores))
    title = word("ahead", lang, **facts, **who, gap=number(abs(gap), digits))
    below = {node.code: sign * node.part for node in found.nodes if node.code in parts and not np.isnan(node.part)}
    if len(below) > 1 and max(below.values()) > 0:
        most = max(below, key=lambda code: below[code])
        title += word("ahead_most", lang, part=parts[most], gap=signed(below[most], digits))
    return title + (word("ahead_before", lang, first=found.first, **who) if before * gap < 0 else "")


def places(n: int, lang: str) -> str:
    """A number of ranks.

    >>> places(1, "en"), places(2, "en"), places(2, "zh")
    ('1 place', '2 places', '2')
    """
    return str(n) if lang == "zh" else f"{n} place{'s' if n != 1 else ''}"


def _named(values: Array | NDArray[np.int64], best: float, among: NDArray[np.bool_], names: Sequence[str]) -> list[str]:
    """Names of the cities that reach `best`; values: of the cities in `among` (city,) alone."""
    return [names[c] for c, value in zip(np.flatnonzero(among).tolist(), values, strict=True) if value == best]


def _who(names: Sequence[str], lang: str) -> str:
    return listed(names, lang) if len(names) <= NAMED else word("cities", lang, n=len(names))


def _of_both(n: int, values: Array, lang: str) -> str:
    """The words that say that fewer cities are compared than are drawn."""
    return word("of_both", lang, n=n) if n < len(values) else ""
