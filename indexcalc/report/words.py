"""The words of charts, in both languages: titles, subtitles, notes, and the names of methods.

A title is a template that findings fill; which template is right is decided in `charts.findings`. Tests hold that both
languages exist and name the same facts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from string import Formatter
from typing import Any

from indexcalc.voice import Voice

WORDS: dict[str, dict[str, str]] = {
    # small change
    "stop": {"zh": "。", "en": ". "},
    "comma": {"zh": "、", "en": ", "},
    "quoted": {"zh": "“{text}”", "en": "'{text}'"},
    "city_years": {"zh": "{city}{years}年", "en": "{city} {years}"},
    "and_more_cities": {"zh": "等，另有{n}个城市", "en": " and {n} more cities"},
    "semicolon": {"zh": "；", "en": "; "},
    "years": {"zh": "{first}—{last}年", "en": "{first}–{last}"},
    "one_year": {"zh": "{last}年", "en": "{last}"},
    "cities": {"zh": "{n}个城市", "en": "{n} cities"},
    "until": {"zh": "（至{year}年）", "en": " (to {year})"},
    "of_both": {
        "zh": "（只比较首末两年均有得分的{n}个城市）",
        "en": " (of the {n} cities with a score in both years)",
    },
    "last_seen": {"zh": "（{year}年）", "en": " ({year})"},
    "index_score": {"zh": "指数得分", "en": "Index score"},
    "relative_score": {"zh": "相对得分（各年分别计算）", "en": "Relative score (each year judged by itself)"},
    "change": {"zh": "增减", "en": "Change"},
    "other_parts": {"zh": "其余{n}项", "en": "{n} others"},
    "weight_of": {"zh": "（权重{weight}）", "en": "(weight {weight})"},
    "subject_index": {"zh": "指数", "en": "index"},
    "subject_relative": {"zh": "相对得分", "en": "relative score"},
    "dimensions": {"zh": "维度", "en": "dimensions"},
    "indicators": {"zh": "指标", "en": "indicators"},
    "components": {"zh": "分项", "en": "components"},
    "dimension": {"zh": "维度", "en": "dimension"},
    "indicator": {"zh": "指标", "en": "indicator"},
    "component": {"zh": "分项", "en": "component"},
    # titles: the index over time
    "neutral": {"zh": "{index}，{period}", "en": "{index}, {period}"},
    "rose_every_year": {
        "zh": "{n}个城市的{subject}{period}逐年上升",
        "en": "The {subject} of all {n} cities rose every year",
    },
    "rose_all": {
        "zh": "{n}个城市的{subject}{last}年均高于{first}年",
        "en": "The {subject} of all {n} cities is higher in {last} than in {first}",
    },
    "rose_some": {
        "zh": "{n}个城市中，{k}个的{subject}{last}年高于{first}年",
        "en": "The {subject} of {k} of {n} cities is higher in {last} than in {first}",
    },
    "rose_none": {
        "zh": "没有城市的{subject}{last}年高于{first}年",
        "en": "In no city is the {subject} higher in {last} than in {first}",
    },
    "gained_most": {"zh": "，{best}升幅最大", "en": "; {best} gained most"},
    # titles: ranks
    "rank_rise": {"zh": "{city}由第{before}升至第{after}", "en": "{city} ({before} to {after})"},
    "rank_rise_most": {"zh": "{rises}，位次上升最多", "en": "{rises} climbs most"},
    "rank_rise_shared": {"zh": "{rises}，位次上升最多", "en": "{rises} climb most"},
    "rank_rise_many": {
        "zh": "{k}个城市位次各上升{gain}位，并列升幅最大",
        "en": "{k} cities share the largest climb in rank: {gain}",
    },
    "rank_rise_none": {
        "zh": "没有城市的位次{last}年高于{first}年",
        "en": "No city ranks higher in {last} than in {first}",
    },
    "rank_same": {
        "zh": "各城市位次{last}年与{first}年相同",
        "en": "Every city has the same rank in {last} as in {first}",
    },
    # titles: dimensions
    "leads_all": {"zh": "{city}{last}年在全部{n}个{parts}中居首", "en": "{city} leads in all {n} {parts}, {last}"},
    "leads_some": {
        "zh": "{last}年{n}个{parts}中，{city}在{k}个中居首",
        "en": "{city} leads in {k} of {n} {parts}, {last}",
    },
    "lead_each": {
        "zh": "{last}年{n}个{parts}中，{city}各在{k}个中居首",
        "en": "{city} each lead in {k} of {n} {parts}, {last}",
    },
    "leaders_many": {
        "zh": "{last}年{n}个{parts}由{k}个城市居首",
        "en": "{k} cities share the lead in {n} {parts}, {last}",
    },
    "leads_part": {"zh": "{city}{last}年在“{part}”中居首", "en": "{city} leads in '{part}', {last}"},
    "shared": {"zh": "（含并列）", "en": " (ties included)"},
    # titles: heat map
    "highest_lowest": {
        "zh": "{last}年{top}得分最高（{high}），{bottom}最低（{low}）",
        "en": "{top} scores highest in {last} ({high}), {bottom} lowest ({low})",
    },
    "scores_equal": {"zh": "{last}年各城市得分相同（{high}）", "en": "All cities score the same in {last} ({high})"},
    # titles: change
    "change_up": {
        "zh": "{period}{best}{subject}提高最多（{gain}），{least}提高最少（{least_gain}）",
        "en": "{best} gained most ({gain}), {least} least ({least_gain}), {period}",
    },
    "change_same": {
        "zh": "{period}各城市{subject}提高幅度相同（{gain}）",
        "en": "All cities gained the same ({gain}), {period}",
    },
    "change_mixed": {
        "zh": "{period}{best}{subject}提高最多（{gain}），{least}下降最多（{least_gain}）",
        "en": "{best} gained most ({gain}), {least} lost most ({least_gain}), {period}",
    },
    "change_up_or_still": {
        "zh": "{period}{best}{subject}提高最多（{gain}），{least}未变",
        "en": "{best} gained most ({gain}), {least} stayed the same, {period}",
    },
    "change_down": {
        "zh": "{period}各城市{subject}均下降，{least}降幅最大（{least_gain}）",
        "en": "Every city's {subject} fell, most in {least} ({least_gain}), {period}",
    },
    "change_down_or_still": {
        "zh": "{period}没有城市的{subject}提高，{least}下降最多（{least_gain}）",
        "en": "No city's {subject} rose; {least} lost most ({least_gain}), {period}",
    },
    "change_none": {
        "zh": "各城市{subject}{last}年与{first}年相同",
        "en": "Every city has the same {subject} in {last} as in {first}",
    },
    # titles: contributions
    "contributes_alone": {
        "zh": "{last}年“{part}”对得分的贡献最大",
        "en": "'{part}' contributes most to the score, {last}",
    },
    "contributes_all": {
        "zh": "{last}年“{part}”对全部{n}个城市的得分贡献最大",
        "en": "'{part}' contributes most to the score of all {n} cities, {last}",
    },
    "contributes_some": {
        "zh": "{last}年“{part}”对{n}个城市中{k}个的得分贡献最大",
        "en": "'{part}' contributes most to the score of {k} of {n} cities, {last}",
    },
    "contribute_each": {
        "zh": "{last}年{part}各对{n}个城市中{k}个的得分贡献最大",
        "en": "{part} each contribute most to the score of {k} of {n} cities, {last}",
    },
    # titles: correlations, weights
    "correlations_closest": {
        "zh": "{k}个指标两两相关，最高为{one}与{two}（{r}）",
        "en": "Of {k} indicators, {one} and {two} correlate most ({r})",
    },
    "pairs_negative": {"zh": "；{all}对中{pairs}对为负相关", "en": "; {pairs} of {all} pairs are negative"},
    "pairs_none_negative": {"zh": "；{all}对中没有负相关", "en": "; none of {all} pairs is negative"},
    "correlations_few": {
        "zh": "只有{pairs}个城市-年份，不足以看出指标之间的相关",
        "en": "Too few city-years ({pairs}) to tell which indicators move together",
    },
    "correlations_none": {"zh": "{k}个指标没有可计算的相关", "en": "No correlations among {k} indicators"},
    "same_weights": {"zh": "权重相同，影响不同：", "en": "Equal weights, unequal influence: "},
    "alike_weights": {"zh": "权重相近，影响不同：", "en": "Similar weights, unequal influence: "},
    "influence_hardly": {
        "zh": "{most}与指数最相关（r²={r}），{least}几乎无关（{least_r}）",
        "en": "{most} moves most with the index (r² {r}), {least} hardly at all ({least_r})",
    },
    "influence_least": {
        "zh": "{most}与指数最相关（r²={r}），{least}最弱（{least_r}）",
        "en": "{most} moves most with the index (r² {r}), {least} least ({least_r})",
    },
    "influence_none": {"zh": "各指标的权重", "en": "The weights of the indicators"},
    "effective_weight": {"zh": "权重（合计100%）", "en": "Weight (sum 100%)"},
    "influence": {"zh": "实际影响（与指数的r²，0—1）", "en": "Influence (r² with the index, 0–1)"},
    # titles: how sure
    "sure_first": {
        "zh": "{first_city}在{draws}种方法的{share}中居首",
        "en": "{first_city} comes first in {share} of {draws} methodologies",
    },
    "sure_first_tied": {
        "zh": "{first_city}在{draws}种方法的{share}中居首（含并列）",
        "en": "{first_city} comes first (ties included) in {share} of {draws} methodologies",
    },
    "sure_other": {
        "zh": "{draws}种方法中{other}居首最多（{more}），{first_city}占{share}",
        "en": "{other} comes first most often ({more} of {draws} methodologies; {first_city}: {share})",
    },
    "sure_least": {"zh": "；位次最不确定的是{cities}", "en": "; least certain: {cities}"},
    "rank_span": {"zh": "{city}（第{low}—{high}）", "en": "{city} (rank {low}–{high})"},
    "sure_many": {
        "zh": "；{k}个城市的位次最不确定，各跨{width}个位次",
        "en": "; {k} cities are least certain, each spanning {width} ranks",
    },
    "sure_all": {"zh": "；各城市的位次都很确定", "en": "; every rank is certain"},
    "agreed_all": {
        "zh": "{n}个城市的位次在{draws}种方法中都过半一致",
        "en": "Each of {n} cities has one rank in more than half of {draws} methodologies",
    },
    "agreed_some": {
        "zh": "{n}个城市中，{k}个的位次在{draws}种方法中过半一致",
        "en": "{k} of {n} cities have one rank in more than half of {draws} methodologies",
    },
    "agreed_none": {
        "zh": "没有城市的位次在{draws}种方法中过半一致",
        "en": "No city has one rank in more than half of {draws} methodologies",
    },
    "claim_alone": {"zh": "“{claim}”在{judging}的{share}中成立", "en": "'{claim}' holds in {share} of {judging}"},
    "claim_undefined": {"zh": "“{claim}”无法判断", "en": "'{claim}' is undefined in every methodology"},
    "claims_sure_all": {
        "zh": "{m}条论断在{judging}的{level}以上都成立",
        "en": "All {m} claims hold in at least {level} of {judging}",
    },
    "claims_sure": {
        "zh": "{m}条论断中，{k}条在{judging}的{level}以上成立",
        "en": "{k} of {m} claims hold in at least {level} of {judging}",
    },
    "claims_sure_none": {
        "zh": "{m}条论断中，没有一条在{judging}的{level}以上成立",
        "en": "None of {m} claims holds in at least {level} of {judging}",
    },
    "judging": {"zh": "{draws}种方法", "en": "{draws} methodologies"},
    "judging_some": {"zh": "可作判断的方法", "en": "the methodologies that can judge them"},
    "same_rank": {"zh": "位次相同", "en": "Same rank"},
    "claim_and_verdict": {"zh": "{claim}（所选方法：{verdict}）", "en": "{claim} (as chosen: {verdict})"},
    "claim_judged": {
        "zh": "{claim}（所选方法：{verdict}；可判断的{judging}种中{share}成立）",
        "en": "{claim} (as chosen: {verdict}; holds in {share} of the {judging} that can judge it)",
    },
    "draws": {
        "zh": "各种方法：共{draws}种，变动的是{factors}；随机种子{seed}。",
        "en": "Methodologies: {draws} draws over {factors}; seed {seed}.",
    },
    "factor_options": {"zh": "{name}（{n}种）", "en": "{name} ({n} ways)"},
    # titles: integration, growth by the groups of a lens
    "degree_grades": {
        "zh": "{last}年耦合协调度{top}最高（{high}，{top_grade}），{bottom}最低（{low}，{bottom_grade}）",
        "en": "Integration is highest in {top} ({high}, {top_grade}), lowest in {bottom} ({low}, {bottom_grade}), {last}",
    },
    "degree_same": {
        "zh": "{last}年各城市耦合协调度相同（{high}，{top_grade}）",
        "en": "Integration is the same in all cities ({high}, {top_grade}), {last}",
    },
    "degree_one_grade": {
        "zh": "{last}年耦合协调度{top}最高（{high}），{bottom}最低（{low}），同属“{top_grade}”",
        "en": "Integration is highest in {top} ({high}), lowest in {bottom} ({low}), {last}: all '{top_grade}'",
    },
    "growth_leads": {"zh": "{period}{shown}个城市中，{led}", "en": "Growth {period} of {shown} cities: {led}"},
    "growth_led": {"zh": "{k}个的增长有一半以上来自“{group}”", "en": "'{group}' makes up half or more in {k}"},
    "growth_mixed": {
        "zh": "{period}{shown}个城市的增长都是多类并进",
        "en": "Growth {period}: mixed in all of {shown} cities",
    },
    # titles and words: the card of a city, two cities
    "card_up": {"zh": "{city}由第{before}升至第{after}", "en": "{city} rose from {before} to {after}"},
    "card_down": {"zh": "{city}由第{before}降至第{after}", "en": "{city} fell from {before} to {after}"},
    "card_same": {"zh": "{city}{first}年与{last}年均为第{after}", "en": "{city} was {after} in {first} and in {last}"},
    "card_one_year": {"zh": "{city}{last}年居第{after}", "en": "{city} ranks {after}, {last}"},
    "card_tied": {"zh": "（与{cities}并列）", "en": " (tied with {cities})"},
    "card_best": {"zh": "，{parts}最靠前（第{rank}）", "en": "; strongest in {parts} ({rank})"},
    "sub_card": {
        "zh": "{index}：{city}的位次、各{parts}得分、强弱项与{period}得分变动的来源。",
        "en": "{index}: {city}'s ranks, {parts}, strengths and weaknesses, and what drove its score, {period}. ",
    },
    "rank_path": {"zh": "历年位次", "en": "Rank"},
    "parts_of": {"zh": "{last}年各{parts}得分", "en": "Scores by {part}, {last}"},
    "parts_note": {"zh": "（灰条：各城市；竖线：中位数）", "en": "(grey: all cities; stroke: median)"},
    "score_and_rank": {"zh": "{score}（第{rank}）", "en": "{score} ({rank})"},
    "rank_alone": {"zh": "（第{rank}）", "en": " ({rank})"},
    "strengths": {"zh": "强项", "en": "Strengths"},
    "weaknesses": {"zh": "弱项", "en": "Weaknesses"},
    "against_mean_parts": {"zh": "（比各城市平均多或少的指数分）", "en": "(index points against the mean city)"},
    "against_mean_scores": {"zh": "（指标得分与各城市平均之差）", "en": "(indicator scores against the mean)"},
    "gains": {"zh": "拉高得分", "en": "What raised it"},
    "losses": {"zh": "拉低得分", "en": "What lowered it"},
    "of_change": {"zh": "（{period}，指数分）", "en": "({period}, index points)"},
    "no_strength": {"zh": "没有高于平均的指标。", "en": "No indicator above the mean."},
    "no_weakness": {"zh": "没有低于平均的指标。", "en": "No indicator below the mean."},
    "no_gain": {"zh": "没有指标拉高得分。", "en": "No indicator raised it."},
    "no_loss": {"zh": "没有指标拉低得分。", "en": "No indicator lowered it."},
    "no_change": {"zh": "只有一年的得分。", "en": "A score in one year only."},
    "no_change_split": {"zh": "此方法下变动不能分解到指标。", "en": "Under this methodology a change cannot be split."},
    "no_gap_split": {"zh": "此方法下差距不能分解到指标。", "en": "Under this methodology a gap cannot be split."},
    "ahead": {"zh": "{last}年{ahead}比{behind}高{gap}分", "en": "{ahead} is {gap} points ahead of {behind}, {last}"},
    "ahead_most": {"zh": "，差距最大的是{part}（{gap}）", "en": ", most in {part} ({gap})"},
    "ahead_before": {"zh": "；{first}年{behind}在前", "en": "; in {first} {behind} was"},
    "ahead_none": {"zh": "{last}年{one}与{two}得分相同", "en": "{one} and {two} have the same score, {last}"},
    "ahead_in": {"zh": "{city}领先之处", "en": "{city} is ahead in"},
    "ahead_nowhere": {"zh": "没有{city}领先的指标。", "en": "{city} is ahead in no indicator."},
    "of_gap": {"zh": "（{year}年，指数分）", "en": "({year}, index points)"},
    "sub_pair": {
        "zh": "{index}：{one}与{two}，{period}；指标按其对{last}年差距的贡献排列。",
        "en": "{index}: {one} and {two}, {period}; indicators by their part of the gap in {last}. ",
    },
    # titles and words: bounds, sensitivity, alternatives
    "bounds_all": {
        "zh": "权重在范围内任意变动，{n}个城市的位次都不变",
        "en": "No weights of the set change any of {n} ranks",
    },
    "bounds_some": {
        "zh": "权重在范围内任意变动，{k}个城市的位次不变",
        "en": "No weights of the set change {k} of {n} ranks",
    },
    "bounds_none": {"zh": "权重在范围内变动，各城市的位次都可能改变", "en": "Weights of the set can change every rank"},
    "bounds_most": {"zh": "；变动最大的是{cities}", "en": "; the widest range: {cities}"},
    "bounds_many": {
        "zh": "；{cities}个城市变动最大，各跨{width}个位次",
        "en": "; {cities} cities range most, over {width} ranks each",
    },
    "bounds_column": {"zh": "最好—最差", "en": "Best–worst"},
    "sub_bounds": {
        "zh": "{index}{last}年，方法不变、权重任取时位次的最好与最差（严格证明）；圆点：所选权重。权重范围：{weights}。",
        "en": "{index}, {last}: best and worst rank, method as chosen, proven; dot: weights as chosen. Weights: {weights}. ",
    },
    "sub_bounds_tied": {"zh": "空心端：仅并列时达到。", "en": "Hollow end: reached only as a tie. "},
    "moved_most_by": {
        "zh": "最能左右位次的选择是{factor}（总效应{total}）",
        "en": "Ranks move most with the choice of {factor} (total effect {total})",
    },
    "moved_by_none": {"zh": "所考察的各项选择都不改变位次", "en": "None of these choices moves a rank"},
    "mean_shift": {"zh": "{last}年位次的平均变动", "en": "Mean rank shift, {last}"},
    "never_moves": {"zh": "在各种选择下都不变。", "en": "The same whatever is chosen."},
    "hardly_moves": {
        "zh": "在各种选择下几乎不变，抽样误差过大，看不出受哪项选择左右。",
        "en": "Nearly the same whatever is chosen; the sample cannot tell which choice moves it.",
    },
    "sub_sensitivity": {
        "zh": "{index}：各项选择的Sobol'指数。浅色：总效应；深色：一阶效应；细线：总效应的{level}区间。",
        "en": "{index}: Sobol' indices of each choice. Pale: total; dark: first order; line: {level} interval of the total. ",
    },
    "sensitivity_draws": {
        "zh": "敏感性分析：{n}次计算；随机种子{seed}。指数应在0与1之间，超出者为抽样误差。",
        "en": "Sensitivity analysis: {n} evaluations; seed {seed}. Indices outside 0 to 1 are noise of the sample.",
    },
    "kept_all": {
        "zh": "{m}种方法下，{n}个城市的位次都不变",
        "en": "All {n} cities keep their rank under each of {m} methodologies",
    },
    "kept_some": {
        "zh": "{m}种方法下，{n}个城市中{k}个的位次始终不变",
        "en": "{k} of {n} cities keep their rank under each of {m} methodologies",
    },
    "kept_none": {
        "zh": "{m}种方法下，没有城市的位次始终不变",
        "en": "No city keeps its rank under each of {m} methodologies",
    },
    "sub_alternatives": {
        "zh": "{index}{last}年各种方法下的位次；蓝色高于所选方法，橙色低于；左侧数字为所选方法的位次。",
        "en": "{index}, {last}: ranks under each methodology; blue higher than as chosen, orange lower; left: as chosen. ",
    },
    "sub_alternatives_some": {
        "zh": "只列与所选方法最不一致的{shown}种。",
        "en": "Shown: {shown}, those least like the chosen one. ",
    },
    "as_chosen": {"zh": "所选方法：{options}", "en": "as chosen: {options}"},
    "alternative": {"zh": "{options}（秩相关{rho}）", "en": "{options} (rank correlation {rho})"},
    "claims_holding": {"zh": "，{m}条论断成立{k}条", "en": ", {k} of {m} claims hold"},
    # titles and words: obstacles, convergence, yardsticks, lenses
    "obstacle_most": {
        "zh": "{last}年{n}个城市中，{k}个的首要障碍是{obstacle}",
        "en": "{obstacle} is the largest obstacle of {k} of {n} cities, {last}",
    },
    "obstacle_each": {
        "zh": "{last}年{obstacle}各为{n}个城市中{k}个的首要障碍",
        "en": "{obstacle} are each the largest obstacle of {k} of {n} cities, {last}",
    },
    "obstacle_alone": {"zh": "{last}年的首要障碍是{obstacle}", "en": "{obstacle} is the largest obstacle, {last}"},
    "obstacle_different": {
        "zh": "{last}年{n}个城市的首要障碍各不相同",
        "en": "The largest obstacles of {n} cities are all different, {last}",
    },
    "obstacle_spread": {
        "zh": "{last}年{n}个城市的首要障碍分散在{k}个指标",
        "en": "The largest obstacles of {n} cities are spread over {k} indicators, {last}",
    },
    "obstacle_none": {"zh": "{last}年各城市没有障碍", "en": "No city has an obstacle, {last}"},
    "largest_obstacle": {"zh": "首要障碍（障碍度）", "en": "Largest obstacle (degree)"},
    "share_of_lacking": {"zh": "各{parts}的障碍度（合计100%）", "en": "Obstacle degree by {part} (sum 100%)"},
    "sub_obstacles": {
        "zh": "{index}各城市与最高分的差距由哪些{parts}造成（障碍度模型），{last}年；按位次排列（左侧数字）。",
        "en": "{index}, {last}: which {parts} keep each city from the top score (obstacle degrees); by rank (left). ",
    },
    "gap_down": {
        "zh": "城市间差距缩小：变异系数由{before}降至{after}（{period}）",
        "en": "The cities drew together: coefficient of variation {before} to {after}, {period}",
    },
    "gap_up": {
        "zh": "城市间差距扩大：变异系数由{before}升至{after}（{period}）",
        "en": "The cities drew apart: coefficient of variation {before} to {after}, {period}",
    },
    "gap_same": {
        "zh": "城市间差距基本未变：变异系数{period}均为{after}",
        "en": "The gap between the cities stayed: coefficient of variation {after}, {period}",
    },
    "gap_incomparable": {
        "zh": "得分按年分别计算，城市间差距不能跨年比较",
        "en": "Each year is judged by itself: gaps between the cities do not compare over years",
    },
    "gap_cities": {
        "zh": "（城市不尽相同：首年{first_n}个，末年{last_n}个）",
        "en": " (not the same cities: {first_n} at first, {last_n} at last)",
    },
    "sigma": {"zh": "城市间差距", "en": "Inequality among the cities"},
    "measure_cv": {"zh": "变异系数", "en": "Variation"},
    "measure_gini": {"zh": "基尼系数", "en": "Gini"},
    "beta": {"zh": "年均增速与起点", "en": "Growth and where it began"},
    "beta_interval": {
        "zh": "β={beta}，{level}区间{low}至{high}",
        "en": "β {beta} ({level}: {low} to {high})",
    },
    "no_beta_years": {
        "zh": "得分按年分别计算，各年不可比，不计算β。",
        "en": "No β: each year is judged by itself.",
    },
    "no_beta_cities": {
        "zh": "首末两年均有得分的城市只有{n}个，不计算β。",
        "en": "No β: too few cities with a score in both years ({n}).",
    },
    "no_beta_scores": {
        "zh": "有得分为0，或各城市起点相同，不计算β。",
        "en": "No β: a score is 0, or all began the same.",
    },
    "log_first": {
        "zh": "{first}年得分的自然对数；纵轴：年均对数增速",
        "en": "Log of the score in {first}; up: log growth per year",
    },
    "sub_convergence": {
        "zh": "{index}，{period}：各城市得分的离散程度；增速对起点的回归（β为负，起点低者增长快）。",
        "en": "{index}, {period}: spread of the scores; growth on first score (β below 0: those behind grew faster). ",
    },
    "yardstick_closest": {
        "zh": "与外部排名对照：指数与{name}最为一致（秩相关{rho}）",
        "en": "Of outside rankings, the index agrees most with {name} (rank correlation {rho})",
    },
    "yardstick_none": {
        "zh": "指数与所列外部排名都不一致（秩相关最高{rho}）",
        "en": "No outside ranking agrees with the index (rank correlation {rho} at most)",
    },
    "yardstick_alone": {
        "zh": "指数与{name}的秩相关为{rho}（{n}个城市）",
        "en": "Rank correlation of the index with {name}: {rho} ({n} cities)",
    },
    "yardstick_found": {
        "zh": "{year}年：秩相关{rho}，{n}个城市",
        "en": "{year}: rank correlation {rho}, {n} cities",
    },
    "yardstick_sources": {"zh": "对照排名的来源：{sources}。", "en": "Sources of the outside rankings: {sources}."},
    "sub_yardsticks": {
        "zh": "{index}得分与外部排名或等级，越靠右上越好；外部排名不参与指数计算。",
        "en": "{index}: scores against outside rankings or classes, right and up is better; they are no part of it. ",
    },
    "groups": {"zh": "分组", "en": "groups"},
    "group": {"zh": "分组", "en": "group"},
    "leads": {"zh": "居首", "en": "First"},
    "sub_lenses": {
        "zh": "{index}{last}年：按视角重新分组的指标，各城市分组得分与各城市平均之差；圆点为城市，灰色为其余城市。",
        "en": "{index}, {last}: indicators regrouped; score of each city in each group less the mean city; grey: others. ",
    },
    # subtitles
    "sub_uncertainty": {
        "zh": "{index}{last}年位次。圆点：所选方法；竖线：中位数；浅色条：{draws}种方法的5%—95%；右列：位次与所选相同的比例。",
        "en": "{index}, ranks in {last}: dot, as chosen; stroke, median; bar, 5–95% of {draws} methodologies; right: share "
        "of them with the rank as chosen. ",
    },
    "sub_acceptability": {
        "zh": "{index}{last}年：{draws}种方法中，各城市居于各位次的比例（%）；方框为所选方法的位次。",
        "en": "{index}, {last}: share (%) of {draws} methodologies in which a city has each rank; boxed: as chosen. ",
    },
    "sub_claims": {
        "zh": "{index}：{draws}种方法中，每条论断成立与否的比例。",
        "en": "{index}: how each claim comes out, shares of {draws} methodologies. ",
    },
    "sub_integration": {
        "zh": "{index}各{parts}的耦合协调度（0—1），{period}；按{last}年指数位次排列（左侧数字）。",
        "en": "{index}: coupling coordination of its {parts} (0–1), {period}; by rank of the index in {last} (left). ",
    },
    "sub_ternary": {
        "zh": "三者在各城市{what}中所占的份额：越靠近一角，该角所占越多；有色处过半，中间无一过半。",
        "en": "Shares in the growth of {what}: the nearer a corner, the larger; tinted: above half; middle: none is. ",
    },
    "sub_shares": {
        "zh": "各组在各城市{what}中所占的份额（%），{period}；按“{group}”的份额排列。",
        "en": "Shares (%) of the groups in the growth of {what}, {period}; sorted by '{group}'. ",
    },
    "growth_of_index": {"zh": "指数增长", "en": "the index"},
    "growth_of_mean": {"zh": "指标算术平均值增长", "en": "the arithmetic mean of the indicators"},
    "not_shown": {
        "zh": "未显示：{cities}（{why}）。",
        "en": "Not shown: {cities} ({why}). ",
    },
    "no_share": {"zh": "没有增长或缺少数据", "en": "no growth, or no figure"},
    "no_share_inside": {"zh": "没有增长、缺少数据或有份额为负", "en": "no growth, no figure, or a negative share"},
    "empty_groups": {"zh": "没有指标：{groups}。", "en": "Without an indicator: {groups}. "},
    "no_indicators": {"zh": "没有指标", "en": "no indicator"},
    "sub_correlations": {
        "zh": "{index}指标标准化值的皮尔逊相关系数，{period}{pairs}个城市-年份合并；方框为同一维度。",
        "en": "Pearson correlations of normalised indicators, {pairs} city-years, {period}; boxes: one dimension. ",
    },
    "sub_redundant": {"zh": "虚线格：|r|大于{limit}，几乎重复。", "en": "Dotted: |r| above {limit}, nearly the same. "},
    "sub_weights": {
        "zh": "{index}各指标的权重，及其与指数得分的相关系数的平方（全部城市与年份合并）。",
        "en": "{index}: the weight of each indicator, and its squared correlation with the index, all city-years. ",
    },
    "sub_against": {"zh": "橙色：与指数反向变动。", "en": "Orange: it moves against the index. "},
    "sub_trend": {"zh": "{index}得分，{period}。", "en": "{index}: scores, {period}. "},
    "sub_ranks": {
        "zh": "{index}位次（第1为最高），{period}；右侧箭头为{last}年较{first}年升降的位数。",
        "en": "{index}: ranks (1 is best), {period}; arrows: places gained or lost from {first} to {last}. ",
    },
    "sub_dimensions": {
        "zh": "{index}各{parts}得分，{period}，各图纵轴相同。",
        "en": "{index}: scores by {part}, {period}, on one scale. ",
    },
    "sub_heat_map": {
        "zh": "{index}得分，{period}；按{last}年位次排列（左侧数字），颜色越深得分越高。",
        "en": "{index}: scores, {period}; by rank in {last} (left); the darker, the higher. ",
    },
    "sub_heat_map_signed": {
        "zh": "{index}得分，{period}；按{last}年位次排列（左侧数字）；蓝色为正，橙色为负。",
        "en": "{index}: scores, {period}; by rank in {last} (left); blue above 0, orange below. ",
    },
    "sub_change": {
        "zh": "{index}得分，空心点为{first}年，实心点为{last}年；按{last}年位次排列（左侧数字）。",
        "en": "{index}: scores, hollow {first}, solid {last}; by rank in {last} (left). ",
    },
    "sub_contributions": {
        "zh": "{index}{last}年得分由各{parts}的贡献（权重×得分）相加而成；按位次排列（左侧数字）。",
        "en": "{index}, {last}: each score is the sum of its {parts} (weight × score); by rank (left). ",
    },
    "sub_signed_total": {"zh": "菱形为合计。", "en": "Diamonds: totals. "},
    "in_colour": {"zh": "彩色：{picked}", "en": "In colour: {picked}"},
    "in_grey": {"zh": "；灰色：其余城市", "en": "; in grey: the others"},
    "picked_top": {"zh": "{last}年前{n}位", "en": "the first {n} of {last}"},
    "picked_and_risers": {
        "zh": "{picked}，以及位次上升最多的{risers}",
        "en": "{picked}, and {risers} (largest climb in rank)",
    },
    "grey_unnamed": {
        "zh": "；灰色：其余{n}个城市，只标最高与最低",
        "en": "; in grey: {n} others, only highest and lowest named",
    },
    # the foot
    "source": {"zh": "资料来源：{publishers}", "en": "Sources: {publishers}"},
    "method": {"zh": "方法：{steps}。", "en": "Method: {steps}."},
    "note": {"zh": "说明：{note}", "en": "Note: {note}"},
    "absent": {
        "zh": "缺：{where}；这些城市-年份没有得分，也不参与当年排名。",
        "en": "No score: {where}; these city-years take no part in that year's ranking.",
    },
    "rounding": {
        "zh": "因四舍五入，差额与合计可能与所示数字略有出入。",
        "en": "Figures may not add up because of rounding.",
    },
    "not_comparable": {
        "zh": "得分按年分别计算，只宜在同一年内比较。",
        "en": "Each year is judged by itself: compare scores within a year only.",
    },
    "imputed": {"zh": "{share}的指标数据为插补（{method}）", "en": "{share} of the figures imputed ({method})"},
    "several": {"zh": "{name}等多种方法", "en": "{name} and others"},
    "scaled_to": {"zh": "{name}（{lower}—{upper}）", "en": "{name} ({lower}–{upper})"},
    "reference.pooled": {"zh": "以全部城市和年份为参照", "en": "reference: all cities and years"},
    "reference.year": {"zh": "以当年各城市为参照", "en": "reference: all cities of the same year"},
    "reference.base": {"zh": "以{year}年各城市为参照", "en": "reference: all cities in {year}"},
}


def word(key: str, lang: str, /, **facts: Any) -> str:
    """The word or sentence of `key` in `lang` ("zh" or "en"), filled with `facts`.

    >>> word("years", "en", first=2017, last=2022)
    '2017–2022'
    """
    return fill(WORDS[key][lang], lang, facts)


def fill(template: str, lang: str, facts: Mapping[str, Any]) -> str:
    """A template filled; in Chinese a name that ends in a letter or figure keeps a space from one that follows it.

    >>> fill("{city}{year}年", "zh", {"city": "甲2", "year": 2022}), fill("{city}{year}年", "zh", {"city": "甲", "year": 2022})
    ('甲2 2022年', '甲2022年')
    """
    if lang != "zh":
        return template.format(**facts)
    said, name = "", False
    for text, fact, form, _ in Formatter().parse(template):
        said = beside(said, text) if name and text else said + text
        if fact is not None:
            told = format(facts[fact], form or "")
            said, name = beside(said, told) if name and not text else said + told, isinstance(facts[fact], str)
    return said


def beside(name: str, following: str) -> str:
    """A name and what follows it in Chinese: with a space where two letters or figures meet.

    >>> beside("City D", "2022年"), beside("City D", "的得分"), beside("甲", "2022年")
    ('City D 2022年', 'City D的得分', '甲2022年')
    """
    ends = name[-1:] + following[:1]
    return f"{name} {following}" if len(ends) == 2 and ends.isascii() and ends.isalnum() else name + following


def method_word(step: str, name: str, lang: str) -> str:
    """The name of a method in `lang`."""
    return Voice(lang).method(step, name)


def listed(names: Sequence[str], lang: str) -> str:
    """Names as one reads them out.

    >>> listed(["A", "B", "C"], "en"), listed(["甲", "乙", "丙"], "zh")
    ('A, B and C', '甲、乙和丙')
    """
    comma, last = ("、", "和") if lang == "zh" else (", ", " and ")
    return last.join([comma.join(names[:-1]), names[-1]]) if len(names) > 1 else "".join(names)


def ordinal(n: int, lang: str) -> str:
    """A rank: the number alone in Chinese (第 stands before it), 1st, 2nd, 3rd in English.

    >>> [ordinal(n, "en") for n in (1, 2, 3, 4, 11, 12, 22, 113)]
    ['1st', '2nd', '3rd', '4th', '11th', '12th', '22nd', '113th']
    """
    if lang == "zh":
        return str(n)
    ending = "th" if n % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(n % 10, "th")
    return f"{n}{ending}"
