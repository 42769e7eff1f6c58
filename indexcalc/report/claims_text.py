"""Claims and what becomes of them in sentences, Chinese and English."""

from __future__ import annotations

from collections.abc import Sequence

from indexcalc.analysis.claims import Fact, Holding, Verdict
from indexcalc.claims import (
    Claim,
    Falling,
    GapNarrows,
    GroupLeads,
    InTop,
    LargestRankGain,
    Overtakes,
    RankIs,
    Rising,
)
from indexcalc.framework import Framework
from indexcalc.report.words import beside, fill

VERDICTS = {
    Verdict.HOLDS: {"zh": "成立", "en": "holds"},
    Verdict.TIED: {"zh": "并列成立", "en": "holds with a tie"},
    Verdict.FAILS: {"zh": "不成立", "en": "fails"},
    Verdict.UNDEFINED: {"zh": "无法判断", "en": "undefined"},
}


def claim_sentence(claim: Claim, framework: Framework, years: tuple[int, ...], lang: str) -> str:
    """The claim itself, as a sentence without its verdict."""
    zh = lang == "zh"
    if isinstance(claim, (Rising, Falling)):
        who = _cities(claim.cities, framework, lang)
        first, last = claim.first or years[0], claim.last or years[-1]
        up = isinstance(claim, Rising)
        if zh:
            return f"{who}的得分{first}—{last}年{'逐年' if claim.every_year else ''}{'上升' if up else '下降'}"
        return (
            f"The score of {who} {'rose' if up else 'fell'} {'every year ' if claim.every_year else ''}{first}–{last}"
        )
    if isinstance(claim, InTop):
        who, when = _cities(claim.cities, framework, lang), _years(claim.years, years, lang)
        if claim.n == 1:
            return f"{beside(who, when)}均居首位" if zh else f"{who} ranked first {when}"
        return f"{beside(who, when)}均居前{claim.n}位" if zh else f"{who} ranked in the top {claim.n} {when}"
    if isinstance(claim, RankIs):
        who, when = framework.city_label(claim.city, lang), _years(claim.years, years, lang)
        return f"{beside(who, when)}居第{claim.rank}位" if zh else f"{who} ranked {claim.rank} {when}"
    if isinstance(claim, GroupLeads):
        group, when = framework.groups[claim.group][lang], _years(claim.years, years, lang)
        return f"{group}的平均得分{when}最高" if zh else f"{group} had the highest mean score {when}"
    first, last = claim.first or years[0], claim.last or years[-1]
    who = framework.city_label(claim.city, lang)
    if isinstance(claim, LargestRankGain):
        return f"{first}—{last}年{who}位次上升最多" if zh else f"{who} gained the most places {first}–{last}"
    other = framework.city_label(claim.other, lang)
    if isinstance(claim, Overtakes):
        return f"{first}—{last}年{who}超过{other}" if zh else f"{who} overtook {other} between {first} and {last}"
    assert isinstance(claim, GapNarrows)
    return (
        f"{first}—{last}年{who}与{other}的差距缩小"
        if zh
        else f"The gap between {who} and {other} narrowed {first}–{last}"
    )


def verdict_sentence(
    holding: Holding, framework: Framework, lang: str, limit: int = 6, *, cities: int | None = None
) -> str:
    """What becomes of the claim, and the figures that decide; what is missing, where it cannot be said.

    cities: of the index; among so few a place in the top n may be certain beforehand, which is then said.
    """
    facts = [_fact(fact, framework, lang, _decimals(fact, holding.facts)) for fact in holding.facts[:limit]]
    more = len(holding.facts) - limit
    if more > 0:
        facts.append(f"另有{more}处" if lang == "zh" else f"and {more} more")
    told = ("；" if lang == "zh" else "; ").join(facts)
    lead = ""
    if isinstance(holding.claim, (Rising, Falling)) and holding.verdict == Verdict.HOLDS:
        lead = "最小的一步：" if lang == "zh" else "smallest step: "
    if isinstance(holding.claim, InTop) and holding.verdict in (Verdict.HOLDS, Verdict.TIED):
        lead = "最低位次：" if lang == "zh" else "lowest rank: "
        if cities is not None and holding.claim.n >= cities:
            lead = (f"共{cities}个城市，必然成立；" if lang == "zh" else f"certain, cities in all: {cities}; ") + lead
    if holding.facts and holding.facts[0].what == "no_score":
        lead = "没有得分：" if lang == "zh" else "no score: "
    verdict = VERDICTS[holding.verdict][lang]
    if not told:
        return verdict
    return f"{verdict}（{lead}{told}）" if lang == "zh" else f"{verdict} ({lead}{told})"


HINDRANCES = {
    "one_year": {"zh": "只有{years}年的数据", "en": "there is the one year {years}"},
    "incomparable": {
        "zh": "各年分别计算（如reference: year），得分不可跨年比较",
        "en": "each year is judged by itself (as by reference: year): scores do not compare over years",
    },
    "one_group": {"zh": "没有别的城市组可比", "en": "there is no other group of cities"},
    "no_score": {"zh": "{who}{years}年", "en": "{who} {years}"},
}
"""What stands in the way of a verdict."""


DECIMALS = range(2, 10)
"""Of the figures that decide; beyond the last, scores count as the same."""


def _decimals(fact: Fact, facts: Sequence[Fact]) -> int:
    """The fewest decimals that tell its figures apart; those of a group, from the other groups of the year."""
    alike = [one for one in facts if one.what == "mean" and one.years == fact.years] if fact.what == "mean" else [fact]
    values = [value for one in alike for value in one.values]
    different = len({f"{value:.{DECIMALS[-1]}f}" for value in values})
    return next(d for d in DECIMALS if len({f"{value:.{d}f}" for value in values}) == different)


def _fact(fact: Fact, framework: Framework, lang: str, decimals: int) -> str:
    zh = lang == "zh"
    if fact.what in HINDRANCES:
        years = ("、" if zh else ", ").join(map(str, fact.years))
        return fill(HINDRANCES[fact.what][lang], lang, {"who": framework.city_label(fact.who, lang), "years": years})
    who = "–".join(framework.city_label(name, lang) for name in fact.who.split("–"))
    if fact.what == "mean":
        who = framework.groups[fact.who][lang]
        mean = f"{fact.values[0]:.{decimals}f}".replace("-", "−")
        return beside(who, f"{fact.years[0]}年{mean}") if zh else f"{who} {mean} in {fact.years[0]}"
    if fact.what == "rank" and len(fact.years) == 1:
        rank = f"{fact.values[0]:.0f}"
        return beside(who, f"{fact.years[0]}年第{rank}位") if zh else f"{who} ranked {rank} in {fact.years[0]}"
    first, last = fact.years
    a, b = fact.values
    if fact.what == "gain":
        gained = f"{a - b:+.0f}"
        return f"{who}{gained}（第{a:.0f}→第{b:.0f}位）" if zh else f"{who} {gained} (from {a:.0f} to {b:.0f})"
    if fact.what == "rank":
        return f"{who}第{a:.0f}→第{b:.0f}位" if zh else f"{who} from {a:.0f} to {b:.0f}"
    step = f"{a:.{decimals}f}→{b:.{decimals}f}".replace("-", "−")
    return beside(who, f"{first}→{last}年{step}") if zh else f"{who} {step} from {first} to {last}"


def _cities(cities: tuple[str, ...], framework: Framework, lang: str) -> str:
    if not cities:
        return "所有城市" if lang == "zh" else "every city"
    names = [framework.city_label(city, lang) for city in cities]
    if lang == "zh" or len(names) == 1:
        return "、".join(names)
    return ", ".join(names[:-1]) + " and " + names[-1]


def _years(chosen: tuple[int, ...], years: tuple[int, ...], lang: str) -> str:
    found = chosen or years
    if len(found) == 1:
        return f"{found[0]}年" if lang == "zh" else f"in {found[0]}"
    if list(found) == list(range(found[0], found[-1] + 1)):
        return f"{found[0]}—{found[-1]}年历年" if lang == "zh" else f"in every year {found[0]}–{found[-1]}"
    listed = "、".join(map(str, found)) if lang == "zh" else ", ".join(map(str, found))
    return f"{listed}年" if lang == "zh" else f"in {listed}"
