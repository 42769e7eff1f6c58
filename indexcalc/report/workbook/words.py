"""Every word of `index.xlsx`, Chinese and English side by side; a template names its facts in braces."""

from __future__ import annotations

from typing import Any

WORDS: dict[str, dict[str, str]] = {
    # sheets: name of the tab, title above the table
    "ranking": {"zh": "排名", "en": "Ranking"},
    "scores": {"zh": "得分", "en": "Scores"},
    "normalised": {"zh": "标准化值", "en": "Normalised values"},
    "raw": {"zh": "指标原值", "en": "Indicator values"},
    "weights": {"zh": "权重", "en": "Weights"},
    "changes": {"zh": "位次变化", "en": "Rank changes"},
    "indicators": {"zh": "指标体系", "en": "Indicators"},
    "coverage": {"zh": "理论对照", "en": "Coverage"},
    "imputed": {"zh": "插补记录", "en": "Imputed cells"},
    "method": {"zh": "方法", "en": "Method"},
    "sources": {"zh": "来源", "en": "Sources"},
    # cover
    "cover": {"zh": "封面", "en": "Cover"},
    "stop": {"zh": "。", "en": "."},
    "back": {"zh": "← 返回封面", "en": "← Cover"},
    "back_tip": {"zh": "返回封面", "en": "Back to the cover"},
    "cover_findings": {"zh": "主要发现", "en": "Findings"},
    "cover_method": {"zh": "方法与数据", "en": "Method and figures"},
    "cover_contents": {"zh": "目录", "en": "Contents"},
    "about_top_sentence": {"zh": "位次", "en": "Ranks"},
    "about_moved_sentence": {"zh": "升降", "en": "Rank changes"},
    "about_level_sentence": {"zh": "水平", "en": "Levels"},
    "about_claim_sentence": {"zh": "论断", "en": "Claims"},
    "about_robustness_sentence": {"zh": "稳健性", "en": "Robustness"},
    "about_lens_sentence": {"zh": "增长的来历", "en": "Growth"},
    "about_prices_sentence": {"zh": "物价", "en": "Prices"},
    "about_integration_sentence": {"zh": "一体化", "en": "Integration"},
    "about_convergence_sentence": {"zh": "差距", "en": "Gaps"},
    "about_yardstick_sentence": {"zh": "外部对照", "en": "Yardsticks"},
    "about_method_sentence": {"zh": "方法", "en": "Method"},
    "about_cells_sentence": {"zh": "数据", "en": "Figures"},
    "about_refused_sentence": {"zh": "未作的分析", "en": "Not analysed"},
    "about_theory_sentence": {"zh": "理论", "en": "Theory"},
    # what each sheet answers
    "answers_ranking": {
        "zh": "各城市历年的位次、得分与升降，附走势图",
        "en": "Ranks, scores and changes over the years, with charts",
    },
    "answers_changes": {"zh": "每年升降了几位", "en": "Places gained and lost in each year"},
    "answers_dimensions": {
        "zh": "各城市强在哪个维度、弱在哪个维度",
        "en": "In which dimensions each city is strong or weak",
    },
    "answers_scores": {
        "zh": "指数及各维度每年的得分与位次",
        "en": "Scores and ranks of the index and its dimensions, every year",
    },
    "answers_claims": {
        "zh": "写下的每条论断是否成立，依据何在",
        "en": "Whether each claim holds, and the figures that decide",
    },
    "answers_robustness": {
        "zh": "换一种方法或权重，位次会变到哪里",
        "en": "Where ranks would go under other methods and weights",
    },
    "answers_contributions": {"zh": "差距与增长来自哪些指标", "en": "Which indicators make the gaps and the growth"},
    "answers_lenses": {
        "zh": "换一种分组看：发展阶段等各处于什么位置",
        "en": "The indicators regrouped: stages of growth and others",
    },
    "answers_integration": {
        "zh": "各维度是否协调，哪个维度滞后",
        "en": "Whether the dimensions keep pace, and which lags",
    },
    "answers_obstacles": {"zh": "是什么最拖各城市的后腿", "en": "What holds each city back most"},
    "answers_convergence": {"zh": "城市间的差距在缩小还是扩大", "en": "Whether the cities draw together or apart"},
    "answers_yardsticks": {"zh": "与其他机构的排名或评级是否一致", "en": "Whether rankings by others agree"},
    "answers_structure": {
        "zh": "指标之间是否成体系：描述统计、相关、信度、主成分",
        "en": "Whether indicators hang together: description, alpha, components",
    },
    "answers_correlations": {"zh": "指标两两之间的相关", "en": "Correlations between each two indicators"},
    "answers_indicators": {
        "zh": "指标体系表：层级、单位、属性、权重、取得方式、来源",
        "en": "The indicators: dimension, unit, direction, weight, derivation, publisher",
    },
    "answers_weights": {
        "zh": "给定权重、综合权重与实际影响",
        "en": "Weights as given, effective weights, actual influence",
    },
    "answers_normalised": {
        "zh": "标准化之后的指标值，插补与处理过的单元格有标记",
        "en": "Normalised values; imputed and treated cells are marked",
    },
    "answers_raw": {
        "zh": "标准化之前的指标值，插补与处理过的单元格有标记",
        "en": "Values before normalisation; imputed and treated cells are marked",
    },
    "answers_coverage": {
        "zh": "理论的每项表述由哪些指标对应，哪些没有公开数据",
        "en": "Which phrases of the theory are measured, and which are not",
    },
    "answers_imputed": {
        "zh": "每个并非原始数据的值是怎么来的",
        "en": "How each value that is not as published came to be",
    },
    "answers_method": {"zh": "每一步的方法及其YAML写法", "en": "The method of every step, in words and as written"},
    "answers_sources": {"zh": "每个数据读自何处", "en": "Where every figure was read"},
    "answers_series_sheet": {
        "zh": "用了哪些数据列：单位、发布者、可信度、用于哪些指标",
        "en": "Which series were used: unit, publisher, trust, for which indicators",
    },
    "answers_study": {
        "zh": "只改权重能变多少，要改多少结论才变，哪项选择最要紧",
        "en": "How far weights alone can go, what would have to change, which choice matters most",
    },
    "answers_alternatives": {"zh": "逐一列举每种方法的位次", "en": "The ranks under every methodology, one by one"},
    "answers_treatment": {
        "zh": "异常值处理动了哪些数据，位次因此变了多少",
        "en": "What the treatment of outliers changed, and what it did to the ranks",
    },
    # sheets of the analyses: tabs
    "treatment": {"zh": "异常值处理", "en": "Treatment"},
    "about_treatment": {
        "zh": "偏度与峰度（超额）按全部城市与年份计算。被移动的含某城市最新数值时，其最新水平未被全部计入。逐个数值见“插补记录”。",
        "en": "Skewness and kurtosis (excess) are over all city-years. Where a city's latest figure is among those moved, its "
        "newest level does not count in full. Every value moved: see “Imputed cells”.",
    },
    "treatment_question": {"zh": "动了哪些指标", "en": "Which indicators were changed?"},
    "treatment_ranks": {"zh": "处理前后{year}年的位次", "en": "Ranks of {year} with and without"},
    "treated_how": {"zh": "处理", "en": "Treatment"},
    "treated_winsorised": {"zh": "缩尾", "en": "winsorised"},
    "treated_log": {"zh": "取对数", "en": "logarithm"},
    "treated_failing": {"zh": "仍未通过检验", "en": "still failing"},
    "values_moved": {"zh": "移动的值", "en": "Values moved"},
    "side_before": {"zh": "处理前", "en": "before"},
    "side_after": {"zh": "处理后", "en": "after"},
    "latest_moved": {"zh": "最新数值被移动的城市", "en": "Latest figure moved"},
    "rank_treated": {"zh": "处理后位次", "en": "Rank with"},
    "rank_untreated": {"zh": "不处理的位次", "en": "Rank without"},
    "rank_moved": {"zh": "因处理升降", "en": "Places gained by it"},
    "study": {"zh": "稳健性详解", "en": "Robustness in depth"},
    "alternatives": {"zh": "方法一览", "en": "Methodologies"},
    "always_above": {"zh": "始终高于几城", "en": "Cities always below"},
    "always_below": {"zh": "始终低于几城", "en": "Cities always above"},
    "changes_question": {
        "zh": "权重要改多少，{year}年的次序才会改变",
        "en": "How much would weights have to change for the order of {year} to change?",
    },
    "about_smallest": {
        "zh": "方法不变，均为已证明的最小改动：各项权重的变动都不超过左数，次序就不会变；右数是最少须移动的综合权重。",
        "en": "All else as chosen; proven. As long as no weight changes by more than the first figure, the order stays; the "
        "second is the least effective weight that has to move.",
    },
    "overtaken_by": {"zh": "被谁超过", "en": "Overtaken by"},
    "safe_within": {"zh": "不变的幅度", "en": "Safe within"},
    "weight_moved": {"zh": "须移动的权重", "en": "Weight to move"},
    "moved_from_to": {"zh": "从哪里移到哪里", "en": "From where to where"},
    "never": {"zh": "不可能", "en": "never"},
    "sensitivity_question": {
        "zh": "哪项选择左右{year}年的位次",
        "en": "Which choice moves the ranks of {year}?",
    },
    "about_sensitivity": {
        "zh": "Sobol'指数：该选择所解释的方差份额（平均位次变动；右侧为各条论断的总指数），附{level}区间，共计算{n}种方法。"
        "按估计原样列出，因抽样误差可略小于0或大于1。",
        "en": "Sobol' indices: the share of variance that a choice accounts for (mean rank shift; on the right, total "
        "indices of the claims), {level} intervals, {n} methodologies computed. As estimated: noise may take an index a "
        "little below 0 or above 1.",
    },
    "sobol_first": {"zh": "单独", "en": "By itself"},
    "sobol_total": {"zh": "连同交互", "en": "With interactions"},
    "sobol_claims": {"zh": "论断（总指数）", "en": "Claims (total)"},
    "estimate": {"zh": "指数", "en": "Index"},
    "interval_low": {"zh": "下限", "en": "Low"},
    "interval_high": {"zh": "上限", "en": "High"},
    "single_question": {
        "zh": "每次只改一项选择，{year}年的位次变多少",
        "en": "One choice changed at a time: what becomes of the ranks of {year}?",
    },
    "changed_to": {"zh": "改为", "en": "Changed to"},
    "cities_moved": {"zh": "变动城市数", "en": "Cities moved"},
    "furthest_moved": {"zh": "最多变动几位", "en": "Furthest"},
    "claims_changed": {"zh": "判定改变的论断", "en": "Claims that come out otherwise"},
    "claim_becomes": {"zh": "“{claim}”变为{after}", "en": "“{claim}” {after}"},
    "about_alternatives": {
        "zh": "权重不变，{n}种方法逐一重算；第一行为所选方法。与所选方法的秩相关越接近1，次序越相似。",
        "en": "Weights as chosen, {n} methodologies one by one; the first is the chosen one. The closer the rank "
        "correlation to 1, the more alike.",
    },
    "claim_number": {"zh": "论断{n}：{claim}。", "en": "Claim {n}: {claim}."},
    "methodology": {"zh": "方法", "en": "Methodology"},
    "against_chosen": {"zh": "与所选方法相比", "en": "Against the chosen one"},
    "claims_held": {"zh": "论断", "en": "Claims"},
    "series_sheet": {"zh": "数据列", "en": "Series"},
    "figures": {"zh": "数据个数", "en": "Figures"},
    "figures_share": {"zh": "占比", "en": "Share"},
    "used_for": {"zh": "用于指标", "en": "Used for"},
    "about_series": {
        "zh": "计算所用的数据列，每列一行；占比为有数据的城市与年份所占的份额。逐个数据的出处见“来源”。",
        "en": "The series that were used, a row each; the share is that of the city-years with a figure. Where every "
        "figure was read: see “Sources”.",
    },
    "dimensions": {"zh": "维度", "en": "Dimensions"},
    "claims": {"zh": "论断检验", "en": "Claims"},
    "robustness": {"zh": "稳健性", "en": "Robustness"},
    "contributions": {"zh": "贡献", "en": "Contributions"},
    "lenses": {"zh": "发展阶段与视角", "en": "Stages and lenses"},
    "integration": {"zh": "耦合协调", "en": "Integration"},
    "obstacles": {"zh": "障碍因素", "en": "Obstacles"},
    "convergence": {"zh": "差距与收敛", "en": "Convergence"},
    "yardsticks": {"zh": "外部对照", "en": "Yardsticks"},
    "structure": {"zh": "指标结构", "en": "Structure"},
    "correlations": {"zh": "相关矩阵", "en": "Correlations"},
    # small words of theirs
    "of_year": {"zh": "{year}年", "en": "{year}"},
    "from_to": {"zh": "{first}—{last}", "en": "{first}–{last}"},
    "period": {"zh": "时期", "en": "Period"},
    "score_of": {"zh": "{year}年得分", "en": "Score {year}"},
    "change_since": {"zh": "较{first}年", "en": "Since {first}"},
    "cities_n": {"zh": "城市数", "en": "Cities"},
    "mean": {"zh": "均值", "en": "Mean"},
    "median": {"zh": "中位数", "en": "Median"},
    "quantile": {"zh": "{level}分位", "en": "{level} quantile"},
    "from": {"zh": "自", "en": "from"},
    "up_to": {"zh": "至", "en": "to"},
    "about_dimensions": {
        "zh": "{last}年综合指数及各直接下级的得分、位次与得分的变化；颜色越深得分越高。",
        "en": "Scores and ranks of the index and of each of its parts in {last}, with the change of the score; darker is higher.",
    },
    "trend_title": {
        "zh": "指数得分，{first}—{last}年（灰色为其余城市）",
        "en": "Index scores, {first}–{last} (grey: the others)",
    },
    "ranks_title": {"zh": "位次，{first}—{last}年（1为最好）", "en": "Ranks, {first}–{last} (1 is best)"},
    # claims and robustness
    "claim": {"zh": "论断", "en": "Claim"},
    "verdict": {"zh": "判定", "en": "Verdict"},
    "evidence": {"zh": "起决定作用的数据", "en": "The figures that decide"},
    "in_real_terms": {"zh": "去掉现价指标后", "en": "Without current prices"},
    "real_evidence": {"zh": "去掉现价指标后的数据", "en": "The figures without indicators in current prices"},
    "holds_in": {"zh": "成立的方法占比", "en": "Holds under"},
    "draw_error": {"zh": "抽样误差", "en": "Sampling error"},
    "undefined_in": {"zh": "无法判断的次数", "en": "Undefined in"},
    "about_claims": {
        "zh": "论断写在YAML的claims之下，每次运行逐条检验。并列成立＝只因并列而成立；“去掉现价指标后”只检验关于水平升降的论断。",
        "en": (
            "Claims stand in the YAML under `claims` and are tested in every run. Holds with a tie: only because a tie "
            "is counted in its favour. Claims about levels are tested once more without indicators in current prices."
        ),
    },
    "about_claim_shares": {
        "zh": "成立的方法占比：在{draws}种方法中，能够判断者里成立（含并列成立）的份额。",
        "en": "Holds under: of {draws} methodologies, the share of those in which it can be judged.",
    },
    "about_draws": {
        "zh": "以{draws}种方法（权重、标准化、合成等的不同选择，随机种子{seed}）重算指数，看位次如何变化。",
        "en": "The index recomputed under {draws} methodologies (other weights, normalisations, aggregations; seed {seed}).",
    },
    "apart": {
        "zh": "{year}年可以分出先后的组（组内城市的先后不能确定，95%）：{groups}。",
        "en": "Groups of {year} whose order is certain (95 %; within a group it is not): {groups}.",
    },
    "not_apart": {
        "zh": "{year}年各城市的先后在95%的把握下不能分组区分。",
        "en": "No cut through the ranking of {year} is certain at 95 %.",
    },
    "over_draws": {"zh": "各种方法下", "en": "Over the methodologies"},
    "same_rank": {"zh": "位次不变的占比", "en": "Same rank in"},
    "within_one": {"zh": "相差不超过1位", "en": "Within one place in"},
    "interval_question": {"zh": "{year}年的位次有多稳", "en": "How firm are the ranks of {year}?"},
    "about_intervals": {
        "zh": "5%—95%分位之间是位次的区间：九成的方法给出的位次落在其中。",
        "en": "Nine in ten methodologies give a rank between the two quantiles.",
    },
    "acceptability_question": {
        "zh": "{year}年各城市居各位次的方法占比",
        "en": "Share of the methodologies that give each rank, {year}",
    },
    "share_with_rank": {"zh": "居此位次的占比", "en": "Share with rank"},
    "change_question": {
        "zh": "{first}—{last}年的升降有多稳",
        "en": "How firm are the rank changes {first}–{last}?",
    },
    "rises_in": {"zh": "上升的占比", "en": "Rises in"},
    "stays_in": {"zh": "不变的占比", "en": "Stays in"},
    "falls_in": {"zh": "下降的占比", "en": "Falls in"},
    "any_weights": {"zh": "只改权重", "en": "Weights alone"},
    "best_rank": {"zh": "最好位次", "en": "Best rank"},
    "worst_rank": {"zh": "最差位次", "en": "Worst rank"},
    "best_tied": {"zh": "最好位次的达到", "en": "Best reached"},
    "worst_tied": {"zh": "最差位次的达到", "en": "Worst reached"},
    "only_tied": {"zh": "仅并列", "en": "only tied"},
    "bounds_question": {
        "zh": "只改权重，{year}年的位次最远能到哪里",
        "en": "How far can the ranks of {year} go by weights alone?",
    },
    "about_bounds": {
        "zh": "由线性规划求得并证明的界限，方法不变，权重的范围：{weights}。",
        "en": "Proven by linear programming, the method as chosen; weights: {weights}.",
    },
    "bounds_fixed": {
        "zh": "以下维度内部的权重保持不变：{names}。",
        "en": "The weights inside these dimensions stay as they are: {names}.",
    },
    "design_question": {"zh": "抽取了哪些方法", "en": "What was drawn"},
    "factor": {"zh": "可变的选择", "en": "What may be chosen"},
    "option": {"zh": "选项", "en": "Option"},
    "draws": {"zh": "次数", "en": "Draws"},
    "draw_share": {"zh": "占比", "en": "Share"},
    # contributions
    "gap_parts": {
        "zh": "{year}年与平均城市的差距来自哪里",
        "en": "What sets each city apart from the mean city, {year}",
    },
    "about_gap_parts": {
        "zh": "平均城市＝每个指标都取当年各城市均值的城市。正数为高于平均城市；各维度相加为总差，各指标相加为其维度。",
        "en": (
            "The mean city has, of every indicator, the mean of the cities. Positive: above it. Dimensions add up to "
            "the total, indicators to their dimension."
        ),
    },
    "gap_total": {"zh": "总差", "en": "Total gap"},
    "change_parts": {"zh": "{first}—{last}年的增长来自哪里", "en": "What the change {first}–{last} is made of"},
    "about_change_parts": {
        "zh": "得分的变化，精确分解到各维度与各指标：相加即为总变化。",
        "en": "The change of the score, split exactly: dimensions and indicators add up to it.",
    },
    "change_total": {"zh": "总变化", "en": "Total change"},
    "overtakings": {
        "zh": "{first}—{last}年谁超过了谁，靠的是什么",
        "en": "Who passed whom {first}–{last}, and through what",
    },
    "about_overtakings": {
        "zh": "差距＝前者得分减后者得分；各指标相加为其维度，各维度相加为差距的变动。正数为前者占优。",
        "en": (
            "Gap: the first city's score less the second's. Indicators add up to their dimension, dimensions to the "
            "change of the gap. Positive: in favour of the first."
        ),
    },
    "overtaking": {"zh": "谁超过谁", "en": "Who passed whom"},
    "overtaking_since": {"zh": "自何年起", "en": "Since"},
    "overtaking_passed": {"zh": "{city}超过{other}", "en": "{city} passed {other}"},
    "overtaking_caught": {"zh": "{city}追平{other}", "en": "{city} drew level with {other}"},
    "overtaking_left": {"zh": "{city}由并列转为领先{other}", "en": "{city} moved ahead of {other}, once level"},
    "gap_change": {"zh": "差距变动", "en": "Change of the gap"},
    "subtotal": {"zh": "小计", "en": "Subtotal"},
    # lenses
    "about_lenses": {
        "zh": "把指标按标签重新分组。各组得分是组内指标标准化值的加权算术平均；增长占比合计为100%，负数为拖累。",
        "en": (
            "The indicators regrouped by their tags. A group's score is the weighted arithmetic mean of its normalised "
            "indicators; shares of growth add up to 100 %, negative ones held it back."
        ),
    },
    "lens_question": {"zh": "按“{lens}”看", "en": "By “{lens}”"},
    "lens_group_without": {"zh": "{name}：没有指标。", "en": "{name}: no indicator."},
    "lens_group": {
        "zh": "{name}（权重{weight}，指标{n}个）：{indicators}。",
        "en": "{name} (weight {weight}, indicators: {n}): {indicators}.",
    },
    "share_of_growth": {"zh": "增长占比", "en": "Share of growth"},
    "growth_led_by": {"zh": "增长的主因", "en": "Growth led by"},
    # integration
    "about_integration": {
        "zh": "耦合协调度衡量各维度是否同步发展：D＝√(C×T)，C为耦合度，T为综合协调指数，均在0与1之间。",
        "en": "Coupling coordination: whether the dimensions develop together. D = √(C × T), C the coupling, T the overall level, all from 0 to 1.",
    },
    "degree": {"zh": "耦合协调度D", "en": "Degree of coordination D"},
    "degree_question": {"zh": "各城市的维度是否协调", "en": "Do the dimensions of each city keep pace?"},
    "about_degree": {
        "zh": "滞后维度＝折算值最低的维度；落后最多＝低于平均城市最多的维度。",
        "en": "Lagging: the dimension with the lowest mapped score. Furthest behind: the one furthest below the mean city.",
    },
    "grade": {"zh": "等级", "en": "Grade"},
    "grade_number": {"zh": "级别", "en": "No."},
    "coupling": {"zh": "耦合度C", "en": "Coupling C"},
    "overall": {"zh": "综合T", "en": "Overall T"},
    "lagging": {"zh": "滞后维度", "en": "Lagging"},
    "furthest_behind": {"zh": "落后最多", "en": "Furthest behind"},
    "grade_question": {"zh": "各等级有几个城市", "en": "How many cities are in each grade?"},
    "cities_in": {"zh": "城市数", "en": "Cities"},
    "bounds": {"zh": "D的范围", "en": "Range of D"},
    # obstacles
    "about_obstacles": {
        "zh": "障碍度＝指标的权重×与满分的差距，占该城市全部差距的份额：越大，越拖后腿。",
        "en": "Obstacle degree: weight × what an indicator lacks of the full score, as a share of all that the city lacks.",
    },
    "obstacle_question": {"zh": "{year}年最拖后腿的指标", "en": "The largest obstacles, {year}"},
    "obstacle_place": {"zh": "第{place}大障碍", "en": "Obstacle {place}"},
    "obstacle": {"zh": "指标", "en": "Indicator"},
    "obstacle_degree": {"zh": "障碍度", "en": "Degree"},
    "obstacle_dimensions": {"zh": "各维度的障碍度", "en": "Obstacle degree by dimension"},
    # convergence
    "spread_question": {"zh": "城市间的差距有多大", "en": "How far are the cities apart?"},
    "about_spread": {
        "zh": "数值越小，差距越小。得分区间的起点是人为选定的，这些数值只宜作本指数的年际比较。",
        "en": "Smaller is closer together. Where the scale begins is a choice: compare years of this index, not indices.",
    },
    "spread_year": {"zh": "年份", "en": "Year"},
    "spread_n": {"zh": "城市数", "en": "Cities"},
    "spread_mean": {"zh": "均值", "en": "Mean"},
    "spread_sd": {"zh": "标准差", "en": "SD"},
    "spread_cv": {"zh": "变异系数", "en": "CV"},
    "spread_gini": {"zh": "基尼系数", "en": "Gini"},
    "spread_gini_within": {"zh": "组内差距", "en": "Gini within groups"},
    "spread_gini_between": {"zh": "组间差距", "en": "Gini between groups"},
    "spread_gini_overlap": {"zh": "超变密度", "en": "Gini overlap"},
    "spread_theil": {"zh": "泰尔指数", "en": "Theil"},
    "spread_theil_between": {"zh": "组间泰尔", "en": "Theil between groups"},
    "spread_theil_within": {"zh": "组内泰尔", "en": "Theil within groups"},
    "beta_question": {
        "zh": "起点低的城市升得更快吗（β收敛）",
        "en": "Did those that started lower rise faster? (beta convergence)",
    },
    "about_beta": {
        "zh": "β＜0为收敛；{level}置信区间整个在0的一侧才算数。得分有上限时，β为负在一定程度上由区间本身造成。",
        "en": "β below 0: convergence, if the whole {level} interval lies on that side. A bounded score converges in part by itself.",
    },
    "beta_beta": {"zh": "β", "en": "β"},
    "beta_low": {"zh": "区间下限", "en": "Low"},
    "beta_high": {"zh": "区间上限", "en": "High"},
    "beta_standard_error": {"zh": "标准误", "en": "Standard error"},
    "beta_r_squared": {"zh": "R²", "en": "R²"},
    "beta_speed": {"zh": "收敛速度", "en": "Speed"},
    "beta_half_life": {"zh": "半程（年）", "en": "Half-life (years)"},
    "beta_verdict": {"zh": "判断", "en": "Verdict"},
    "groups_question": {"zh": "差距在组内还是组间", "en": "Within groups or between them?"},
    "score_share": {"zh": "得分占比", "en": "Share of scores"},
    "between": {"zh": "{one}与{two}之间", "en": "{one} against {two}"},
    "ungrouped": {"zh": "未分组", "en": "ungrouped"},
    "stability_question": {"zh": "位次有多稳定", "en": "How stable are the ranks?"},
    "about_stability": {
        "zh": "两年之间的秩相关：1为次序完全相同，0为毫无关系。",
        "en": "Rank correlation between two years: 1 is the same order, 0 none at all.",
    },
    "spearman": {"zh": "斯皮尔曼ρ", "en": "Spearman"},
    "kendall": {"zh": "肯德尔τ", "en": "Kendall"},
    # yardsticks
    "yardstick": {"zh": "外部排名或评级", "en": "Yardstick"},
    "spearman_with": {"zh": "与下列得分的秩相关（斯皮尔曼ρ）", "en": "Rank correlation (Spearman) with the score of"},
    "unlisted": {"zh": "未列入的城市", "en": "Cities not listed"},
    "agreement_question": {"zh": "与外部排名是否一致", "en": "Do rankings by others agree?"},
    "about_yardsticks": {
        "zh": "外部排名只作对照，不参与指数的计算；未列入的城市不参加比较。",
        "en": "Yardsticks are never part of the index. Cities that one does not list are left out of its comparison.",
    },
    "entries_question": {"zh": "外部排名或评级原文", "en": "What they list"},
    "yardstick_source": {"zh": "{name}：{said}。", "en": "{name}: {said}."},
    # structure
    "about_structure": {
        "zh": "全部城市与年份合并计算。同一城市的各年彼此相近，因此这里没有显著性检验，标记只是提示。",
        "en": "All cities and years pooled. A city's years resemble each other, so nothing here is a test; flags are prompts to look.",
    },
    "description_question": {"zh": "得分如何分布（标准化值）", "en": "How scores are distributed (normalised values)"},
    "observations": {"zh": "观测数", "en": "n"},
    "sd": {"zh": "标准差", "en": "SD"},
    "minimum": {"zh": "最小", "en": "Minimum"},
    "lower_quartile": {"zh": "下四分位", "en": "Lower quartile"},
    "upper_quartile": {"zh": "上四分位", "en": "Upper quartile"},
    "maximum": {"zh": "最大", "en": "Maximum"},
    "skewness": {"zh": "偏度", "en": "Skewness"},
    "kurtosis": {"zh": "峰度（超额）", "en": "Kurtosis (excess)"},
    "pull_question": {
        "zh": "每个指标是否带动其维度与指数",
        "en": "Does each indicator pull its dimension and the index?",
    },
    "about_pull": {
        "zh": "皮尔逊相关。小于0为方向相反，绝对值小于0.3为弱、小于0.1为几乎无关。",
        "en": "Pearson correlations. Below 0 it opposes; below 0.3 in absolute value it is weak, below 0.1 negligible.",
    },
    "with_parent": {"zh": "与所属维度", "en": "With its dimension"},
    "with_index": {"zh": "与指数", "en": "With the index"},
    "flag_seen": {"zh": "提示", "en": "Flag"},
    "alpha_question": {
        "zh": "各维度内部是否一致（克朗巴赫α）",
        "en": "Do dimensions hang together? (Cronbach's alpha)",
    },
    "about_alpha": {
        "zh": "粗体为整组的α；其下各行为去掉该项之后的α，及该项与其余各项之和的相关。",
        "en": "Bold: alpha of the whole group. Below it, alpha without each item, and the item's correlation with the rest.",
    },
    "alpha_group": {"zh": "{node}（{of}）", "en": "{node} ({of})"},
    "alpha_of": {"zh": "组", "en": "Group"},
    "items": {"zh": "项数", "en": "Items"},
    "alpha": {"zh": "α", "en": "Alpha"},
    "standardised_alpha": {"zh": "标准化α", "en": "Standard-ised alpha"},
    "rest_correlation": {"zh": "与其余之和的相关", "en": "With the rest"},
    "component_question": {"zh": "几个主成分就能概括", "en": "How many components sum them up?"},
    "about_components": {
        "zh": "只列保留的主成分：特征值大于1，至少一个。",
        "en": "Retained components only: eigenvalue above 1, at least one.",
    },
    "component": {"zh": "主成分", "en": "Component"},
    "component_n": {"zh": "成分{n}", "en": "Component {n}"},
    "eigenvalue": {"zh": "特征值", "en": "Eigenvalue"},
    "variance_share": {"zh": "方差占比", "en": "Share of variance"},
    "cumulative": {"zh": "累计占比", "en": "Cumulative"},
    "loading_question": {"zh": "各指标落在哪个主成分上", "en": "On which component does each indicator load?"},
    "about_loadings": {
        "zh": "最大方差旋转后的载荷；颜色越深，关系越紧。",
        "en": "Loadings after varimax rotation; the darker, the closer.",
    },
    "loading_item": {"zh": "项", "en": "Item"},
    "title": {"zh": "{name}：{sheet}", "en": "{name}: {sheet}"},
    "title_years": {"zh": "{name}：{sheet}（{first}—{last}年）", "en": "{name}: {sheet}, {first}–{last}"},
    "title_year": {"zh": "{name}：{sheet}（{first}年）", "en": "{name}: {sheet}, {first}"},
    "page": {"zh": "第 &P 页，共 &N 页", "en": "Page &P of &N"},
    # headers
    "city": {"zh": "城市", "en": "City"},
    "year": {"zh": "年份", "en": "Year"},
    "group": {"zh": "分组", "en": "Group"},
    "rank": {"zh": "位次", "en": "Rank"},
    "rank_of": {"zh": "{year}年位次", "en": "Rank {year}"},
    "score": {"zh": "得分", "en": "Score"},
    "node_score": {"zh": "{node} 得分", "en": "{node} score"},
    "node_rank": {"zh": "{node} 位次", "en": "{node} rank"},
    "index": {"zh": "综合指数", "en": "Index"},
    "gain_total": {"zh": "较{first}年升降", "en": "Places since {first}"},
    "gain_yearly": {"zh": "较上一年升降的位数", "en": "Places gained on the year before"},
    "shares": {"zh": "指标数据的来历（占比，%）", "en": "Where the cells come from (%)"},
    "cell_observed": {"zh": "实有", "en": "observed"},
    "cell_interpolated": {"zh": "内插", "en": "interpolated"},
    "cell_extrapolated": {"zh": "外推", "en": "extrapolated"},
    "cell_carried": {"zh": "沿用上年", "en": "carried forward"},
    "cell_nearest": {"zh": "相近城市", "en": "from like cities"},
    "cell_group": {"zh": "同组均值", "en": "from its group"},
    "cell_constant": {"zh": "指定值", "en": "a given constant"},
    "cell_treated": {"zh": "已处理", "en": "treated"},
    "cell_winsorised": {"zh": "缩尾", "en": "winsorised"},
    "cell_left_out": {"zh": "未纳入", "en": "left out"},
    "cell_missing": {"zh": "缺", "en": "missing"},
    "cell_other": {"zh": "其他插补", "en": "filled otherwise"},
    "cell_flagged": {"zh": "须留意", "en": "to look at"},
    "true": {"zh": "是", "en": "yes"},
    "false": {"zh": "否", "en": "no"},
    "influence": {"zh": "实际影响（与指数相关的r²）", "en": "Influence (r² with the index)"},
    "both": {"zh": "{filled}，再作异常值处理", "en": "{filled}, then treated"},
    "legend": {"zh": "图例", "en": "Legend"},
    "node": {"zh": "维度／指标", "en": "Dimension / indicator"},
    "code": {"zh": "代码", "en": "Code"},
    "level": {"zh": "层级", "en": "Level"},
    "parent": {"zh": "上级", "en": "Within"},
    "given_weight": {"zh": "给定权重", "en": "Weight as given"},
    "share": {"zh": "在上级内的权重", "en": "Share within parent"},
    "dimension_weight": {"zh": "维度综合权重", "en": "Effective weight, dimensions"},
    "indicator_weight": {"zh": "指标综合权重", "en": "Effective weight, indicators"},
    "weight_total": {"zh": "指标综合权重合计", "en": "Sum over the indicators"},
    "goal": {"zh": "目标层", "en": "Goal"},
    "criterion": {"zh": "准则层", "en": "Dimension"},
    "criterion_of": {"zh": "准则层（{level}级）", "en": "Dimension, level {level}"},
    "indicator": {"zh": "指标层", "en": "Indicator"},
    "unit": {"zh": "单位", "en": "Unit"},
    "direction": {"zh": "属性", "en": "Direction"},
    "weight": {"zh": "权重", "en": "Weight"},
    "derivation": {"zh": "取得方式", "en": "How it is obtained"},
    "publisher": {"zh": "原始发布者", "en": "Original publisher"},
    "trust": {"zh": "可信度", "en": "Trust"},
    "theme": {"zh": "方面", "en": "Theme"},
    "phrase": {"zh": "理论表述", "en": "The theory says"},
    "stand_in": {"zh": "对应指标", "en": "Indicators that stand for it"},
    "awaits": {"zh": "待填数据列", "en": "Columns awaiting figures"},
    "covered": {"zh": "是否覆盖", "en": "Covered"},
    "yes": {"zh": "是", "en": "yes"},
    "no": {"zh": "未覆盖", "en": "not covered"},
    "name": {"zh": "指标", "en": "Indicator"},
    "series": {"zh": "指标／数据列", "en": "Indicator / series"},
    "value": {"zh": "数值", "en": "Value"},
    "before": {"zh": "处理前", "en": "Before treatment"},
    "how": {"zh": "方式", "en": "How"},
    "lacking": {"zh": "所缺数据列", "en": "Series without a figure"},
    "why": {"zh": "原数据标记", "en": "Flag of the figure left out"},
    "source": {"zh": "读取来源", "en": "Read from"},
    "note": {"zh": "说明", "en": "Note"},
    "flag": {"zh": "标记", "en": "Flag"},
    "cell": {"zh": "单元格", "en": "Cell"},
    "step": {"zh": "步骤", "en": "Step"},
    "in_words": {"zh": "说明", "en": "In words"},
    "as_written": {"zh": "YAML写法", "en": "As written in the YAML"},
    # sentences above the tables
    "about_ranks": {
        "zh": "位次在每年之内按得分排定，1为最好，得分相同则位次相同。升降为上升的位数：正数为上升，负数为下降。",
        "en": (
            "Ranks are taken within each year, 1 is best, equal scores share a rank. "
            "Places gained: positive is up, negative is down."
        ),
    },
    "about_panel": {
        "zh": (
            "共{cities}个城市、{years}个年份、{indicators}个指标。右侧为各城市指标数据的来历："
            "内插＝同一城市前后两个实有年份之间的线性插值，外推＝序列两端持平延伸。"
        ),
        "en": (
            "Cities: {cities}, years: {years}, indicators: {indicators}. On the right, where each city's indicator cells "
            "come from: interpolated = between two observed years of the same city; extrapolated = carried flat beyond the "
            "first or last one."
        ),
    },
    "about_scores": {
        "zh": "综合指数及其各直接下级的得分与位次，每个城市每年一行。",
        "en": "Scores and ranks of the index and of each of its parts, one row per city and year.",
    },
    "pooled": {
        "zh": "各年得分使用同一标准，可以跨年比较。",
        "en": "All years are measured on one scale: scores can be compared over time.",
    },
    "yearly": {
        "zh": "每年各自标准化，不同年份的得分不宜直接比较。",
        "en": "Each year is judged by itself: scores of different years cannot be compared directly.",
    },
    "based": {
        "zh": "以{base}年为基准标准化，各年得分可以跨年比较。",
        "en": "Normalised against {base}: scores can be compared over time.",
    },
    "about_normalised": {
        "zh": "指标标准化之后的值，越大越好（负向指标已经转向）。",
        "en": "Indicators after normalisation, higher is better (negative indicators are turned round).",
    },
    "about_raw": {
        "zh": "指标（含派生指标）以原单位计的值，缺失值已插补、异常值已处理，即标准化之前的数值。",
        "en": (
            "Indicators, derived ones included, in their own units, after imputation and treatment: the values that "
            "are normalised."
        ),
    },
    "about_marks": {
        "zh": "着色斜体的单元格并非原始数据，见图例及“插补记录”。",
        "en": "Cells in colour and italics are not figures as published: see the legend, and “Imputed cells”.",
    },
    "about_transformed": {
        "zh": "以下指标在标准化之前另作变换，此处列出插补之后、变换与异常值处理之前的数值：{names}。",
        "en": (
            "These indicators are transformed before they are normalised; shown here after imputation, "
            "before transform and "
            "treatment: {names}."
        ),
    },
    "all_observed": {"zh": "所有单元格均为原始数据。", "en": "Every cell is as published."},
    "about_weights": {
        "zh": (
            "给定权重是YAML中所写的数，只在同一上级之内有相对意义；在上级内的权重合计为1；"
            "综合权重由指数逐级相乘而得，各指标合计为1。"
        ),
        "en": (
            "The weight as given is the number in the YAML, relative within its parent; shares sum to 1 "
            "within each parent; "
            "effective weights are the products down from the index and sum to 1 over the indicators."
        ),
    },
    "about_influence": {
        "zh": "实际影响是该指标标准化值与指数得分的相关系数的平方（全部城市与年份合并），0为无关，1为完全同步。",
        "en": (
            "Influence is the squared correlation of an indicator's normalised values with the index, over all cities "
            "and years: 0 is none, 1 is in step."
        ),
    },
    "about_correlations": {
        "zh": (
            "标准化值两两之间的皮尔逊相关系数，全部城市与年份合并（{n}个观测）；蓝色为正相关，橙色为负相关。"
            "列号即行首的编号；加粗并加下划线者几乎在说同一件事。"
        ),
        "en": (
            "Pearson correlations of the normalised values, all cities and years together ({n} observations); blue is "
            "positive, orange negative. Columns bear the numbers of the rows. Bold and underlined: two indicators that "
            "say nearly the same."
        ),
    },
    "about_mean_weights": {
        "zh": "赋权方法使各城市、各年份的权重不同，此处为其平均。",
        "en": "The weighting gives different weights to different cities or years; shown here are their means.",
    },
    "about_changes": {
        "zh": "上升的位数：正数为上升，负数为下降，0为不变；该年或上一年没有位次的留空。",
        "en": "Places gained: positive is up, negative is down, 0 is no change; empty where either year has no rank.",
    },
    "one_year": {"zh": "只有一个年份，没有位次变化。", "en": "There is one year only: no changes of rank."},
    "about_indicators": {
        "zh": "属性：+ 为正向（越大越好），− 为负向（越小越好）。权重为综合权重，各指标合计为1。",
        "en": "Direction: + higher is better, − lower is better. Weights are effective weights; they sum to 1.",
    },
    "about_trust": {
        "zh": (
            "可信度：A 两条独立途径一致或与公报核对过，B 一条可靠途径，C 机器识读或二手转述；"
            "派生指标取其所用数据中最低者。"
        ),
        "en": (
            "Trust: A two independent routes agree, or checked against communiqués; B one good route; C "
            "machine-read or "
            "second-hand. A derived indicator has the lowest grade of its parts."
        ),
    },
    "about_coverage": {
        "zh": (
            "本指数所依据的理论的各项表述，及其对应的指标；没有对应指标的如实列出。"
            "待填数据列是工作簿中留空、可自行填写的列。"
        ),
        "en": (
            "Each phrase of the theory behind the index, and the indicators that stand for it; what nothing "
            "stands for is "
            "said. Columns awaiting figures are empty columns of the workbook that you may fill in."
        ),
    },
    "about_imputed": {
        "zh": (
            "所有并非原始数据的指标值，共{n}个。方式：内插＝同一城市前后两个实有年份之间的线性插值，"
            "外推＝序列两端持平延伸，"
            "已处理＝异常值处理改动过的值。"
        ),
        "en": (
            "Every indicator value that is not as published: {n}. Interpolated = between two observed years "
            "of the same "
            "city; extrapolated = carried flat beyond the first or last one; treated = moved by the "
            "treatment of outliers."
        ),
    },
    "none_imputed": {"zh": "没有插补或处理过的单元格。", "en": "No cell was imputed or treated."},
    "about_method": {
        "zh": "每一步所用的方法，及其在YAML中的写法；另行指定了方法的指标或维度列在后面。",
        "en": (
            "The method of each step, and how it is written in the YAML; nodes that name a method of their own follow."
        ),
    },
    "about_sources": {
        "zh": "计算所用的每一个数据读自何处；没有列出的单元格为空，见“插补记录”。",
        "en": "Where each figure that was used was read; cells that are not listed were empty: see “Imputed cells”.",
    },
    # steps and facts of the method sheet
    "step_done": {"zh": "异常值处理的结果", "en": "What the treatment did"},
    "done": {"zh": "{what}：{names}", "en": "{what}: {names}"},
    "level_step": {"zh": "第{level}级：{step}", "en": "Level {level}: {step}"},
    "own": {"zh": "{node}：{step}", "en": "{node}: {step}"},
    "panel_fact": {"zh": "数据范围", "en": "Panel"},
    "panel_words": {
        "zh": "{cities}个城市，{years}个年份，{indicators}个指标",
        "en": "cities: {cities}, years: {years}, indicators: {indicators}",
    },
    "file_fact": {"zh": "数据文件", "en": "Workbook read"},
    "program_fact": {"zh": "程序", "en": "Program"},
    "list_comma": {"zh": "、", "en": ", "},
    "list_semicolon": {"zh": "；", "en": "; "},
    # derivations
}


ENTRIES: dict[str, dict[str, str]] = {
    "children": {"zh": "直接下级", "en": "its children"},
    "indicators": {"zh": "全部指标", "en": "all its indicators"},
    "redundant": {"zh": "几乎重复", "en": "redundant"},
    "overlaps": {"zh": "跨维度重叠", "en": "overlaps"},
    "few": {"zh": "观测太少", "en": "few observations"},
    "undefined": {"zh": "无法计算", "en": "undefined"},
    "opposes": {"zh": "方向相反", "en": "opposes"},
    "negligible": {"zh": "几乎无关", "en": "negligible"},
    "weak": {"zh": "相关弱", "en": "weak"},
    "converges": {"zh": "收敛", "en": "converges"},
    "diverges": {"zh": "发散", "en": "diverges"},
    "undecided": {"zh": "未定", "en": "undecided"},
}
"""Entries of the analyses that are words of ours."""


def word(key: str, lang: str, **facts: Any) -> str:
    """A word of the workbook in `lang`.

    >>> word("rank_of", "en", year=2022)
    'Rank 2022'
    """
    return WORDS[key][lang].format(**facts)
