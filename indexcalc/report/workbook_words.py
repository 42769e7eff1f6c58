"""Every word of `index.xlsx`, Chinese and English side by side; a template names its facts in braces."""

from __future__ import annotations

from collections.abc import Mapping
from string import Formatter
from typing import Any

from indexcalc.choice import Choice
from indexcalc.methodology import RankOn, Reference, Rounding, Screening

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
    "cell_flagged": {"zh": "须留意", "en": "to look at"},
    "true": {"zh": "是", "en": "yes"},
    "false": {"zh": "否", "en": "no"},
    "influence": {"zh": "实际影响（与指数相关的r²）", "en": "Influence (r² with the index)"},
    "both": {"zh": "{filled}，再作异常值处理", "en": "{filled}, then treated"},
    "lens_scores": {"zh": "{lens}：得分", "en": "{lens}: scores"},
    "lens_groups": {"zh": "{lens}：构成", "en": "{lens}: groups"},
    "lens_growth": {"zh": "{lens}：增长的构成", "en": "{lens}: growth"},
    "lens_diagnosis": {"zh": "{lens}：判断", "en": "{lens}: diagnosis"},
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
    "as_published": {"zh": "原始数据", "en": "as published"},
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
            "{cities} cities, {years} years, {indicators} indicators. On the right, where each city's "
            "indicator cells come "
            "from: interpolated = between two observed years of the same city; extrapolated = carried flat beyond the "
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
        "en": "Each year is normalised by itself: scores of different years cannot be compared directly.",
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
            "标准化值两两之间的皮尔逊相关系数，全部城市与年份合并（{n}个观测）；蓝色为正相关，橙色为负相关；"
            "绝对值大于{limit}的加粗并加下划线：两个指标几乎在说同一件事。"
        ),
        "en": (
            "Pearson correlations of the normalised values, all cities and years together ({n} observations); blue is "
            "positive, orange negative. Above {limit} in absolute value they are bold and underlined: two indicators "
            "that say nearly the same."
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
    "step_imputation": {"zh": "缺失值插补", "en": "Imputation"},
    "step_transform": {"zh": "变换", "en": "Transform"},
    "step_treatment": {"zh": "异常值处理", "en": "Treatment of outliers"},
    "step_normalisation": {"zh": "标准化", "en": "Normalisation"},
    "step_reference": {"zh": "标准化的参照范围", "en": "Reference of the normalisation"},
    "step_weighting": {"zh": "赋权", "en": "Weighting"},
    "step_aggregation": {"zh": "合成", "en": "Aggregation"},
    "step_done": {"zh": "异常值处理的结果", "en": "What the treatment did"},
    "done": {"zh": "{what}：{names}", "en": "{what}: {names}"},
    "step_missing": {"zh": "下级缺值时", "en": "Where a child is missing"},
    "step_rank_on": {"zh": "排名精度", "en": "Rounding before ranking"},
    "rank_on_words": {
        "zh": "得分四舍五入到{decimals}位小数后排名",
        "en": "Ranks are taken on scores rounded to {decimals} decimals",
    },
    "step_rounding": {"zh": "得分取位", "en": "Rounding of scores"},
    "step_screening": {"zh": "数据完整性要求", "en": "Screening"},
    "level_step": {"zh": "第{level}级：{step}", "en": "Level {level}: {step}"},
    "rounding_half_up": {"zh": "四舍五入到{decimals}位小数", "en": "Rounded to {decimals} decimals, halves up"},
    "rounding_half_even": {
        "zh": "舍入到{decimals}位小数（四舍六入五成双）",
        "en": "Rounded to {decimals} decimals, halves to the even digit",
    },
    "screening_refuse": {
        "zh": "每个{of}至少有{minimum}的实有数据，否则拒绝计算",
        "en": "At least {minimum} of the cells of each {of} are observed; less is refused",
    },
    "screening_leave_out": {
        "zh": "实有数据不足{minimum}的{of}不参加计算",
        "en": "A {of} with less than {minimum} of its cells observed is left out",
    },
    "own": {"zh": "{node}：{step}", "en": "{node}: {step}"},
    "panel_fact": {"zh": "数据范围", "en": "Panel"},
    "panel_words": {
        "zh": "{cities}个城市，{years}个年份，{indicators}个指标",
        "en": "{cities} cities, {years} years, {indicators} indicators",
    },
    "file_fact": {"zh": "数据文件", "en": "Workbook read"},
    "program_fact": {"zh": "程序", "en": "Program"},
    "list_comma": {"zh": "、", "en": ", "},
    "list_semicolon": {"zh": "；", "en": "; "},
    # derivations
    "ratio": {"zh": "{of} ÷ {to}", "en": "{of} ÷ {to}"},
    "scaled": {"zh": "{of} ÷ {to} × {scale}", "en": "{of} ÷ {to} × {scale}"},
    "growth": {"zh": "{of} 较{over}年前的增长率（%）", "en": "growth of {of} over {over} year(s), %"},
}

METHOD_WORDS: dict[tuple[str, str], dict[str, str]] = {
    ("imputation", "none"): {"zh": "不插补", "en": "Missing values stay missing"},
    ("imputation", "linear"): {
        "zh": "同一城市前后两个实有年份之间线性内插；首尾之外持平延伸（标为外推）",
        "en": "Linear between two observed years of the same city; carried flat beyond the ends (marked extrapolated)",
    },
    ("direction", "positive"): {"zh": "+", "en": "+"},
    ("direction", "negative"): {"zh": "−", "en": "−"},
    ("direction", "middle"): {"zh": "适度（{best}最好）", "en": "best at {best}"},
    ("direction", "interval"): {"zh": "适度（{low}—{high}最好）", "en": "best from {low} to {high}"},
    ("transform", "none"): {"zh": "不变换", "en": "None"},
    ("transform", "log"): {"zh": "取自然对数", "en": "Natural logarithm"},
    ("treatment", "none"): {"zh": "不处理", "en": "None"},
    ("treatment", "winsorise"): {
        "zh": "缩尾：低于{lower}分位数、高于{upper}分位数的值移到该分位数（全部城市与年份合并计算）",
        "en": (
            "Winsorised: values below the {lower} or above the {upper} quantile of all city-years move to that quantile"
        ),
    },
    ("normalisation", "none"): {"zh": "不标准化，直接使用原值", "en": "None: values are used as they are"},
    ("normalisation", "min_max"): {
        "zh": "极差标准化：参照范围内的最小值为{lower}，最大值为{upper}，其间线性",
        "en": "Min-max: the least value of the reference becomes {lower}, the greatest {upper}, linear between",
    },
    ("normalisation", "z_score"): {
        "zh": "Z分数：参照范围的均值为{mean}，标准差为{sd}",
        "en": "z-score: the mean of the reference becomes {mean}, its standard deviation {sd}",
    },
    ("normalisation", "percentile_rank"): {
        "zh": "百分位次：在参照范围内的位次，由{lower}到{upper}",
        "en": "Percentile rank within the reference, from {lower} to {upper}",
    },
    ("normalisation", "goalposts"): {
        "zh": "固定门槛：原值{low}为{lower}，{high}为{upper}，其间线性",
        "en": "Goalposts: {low} in the indicator's own unit becomes {lower}, {high} becomes {upper}, linear between",
    },
    ("weighting", "given"): {
        "zh": "给定权重，在同一上级之内归一",
        "en": "As given, scaled to sum to 1 within each parent",
    },
    ("weighting", "equal"): {"zh": "同一上级之内等权", "en": "Equal within each parent"},
    ("aggregation", "arithmetic"): {
        "zh": "加权算术平均（逐级合成，长短可以相抵）",
        "en": "Weighted arithmetic mean, level by level (a deficit can be made up by a surplus)",
    },
    ("aggregation", "geometric"): {
        "zh": "加权几何平均（逐级合成，短板代价更大）",
        "en": "Weighted geometric mean, level by level (a low score costs more)",
    },
    ("missing", "refuse"): {"zh": "拒绝计算，并指明所缺", "en": "Refused by name"},
    ("missing", "propagate"): {"zh": "上级得分也缺", "en": "The parent has no score either"},
    ("missing", "renormalise"): {
        "zh": "其余下级的权重重新归一",
        "en": "The weights of the other children are scaled to sum to 1",
    },
}

REFERENCE_WORDS: dict[str, dict[str, str]] = {
    "pooled": {
        "zh": "全部城市与年份，得分可跨年比较",
        "en": "All cities and years together: scores can be compared over time",
    },
    "year": {
        "zh": "每年各自参照，得分只在当年之内比较",
        "en": "Each year by itself: scores compare within a year only",
    },
    "base": {
        "zh": "以{base}年的全部城市为参照，增加年份不改变原有得分",
        "en": "All cities in {base}: old scores do not move when a year is added",
    },
}


COLUMNS: dict[str, dict[str, str]] = {
    "city": {"zh": "城市", "en": "City"},
    "year": {"zh": "年份", "en": "Year"},
    "node": {"zh": "维度／指标", "en": "Dimension / indicator"},
    "indicator": {"zh": "指标", "en": "Indicator"},
    "dimension": {"zh": "维度", "en": "Dimension"},
    "level": {"zh": "层级", "en": "Level"},
    "n": {"zh": "数目", "en": "n"},
    "missing": {"zh": "缺失", "en": "Missing"},
    "mean": {"zh": "均值", "en": "Mean"},
    "sd": {"zh": "标准差", "en": "Standard deviation"},
    "minimum": {"zh": "最小值", "en": "Minimum"},
    "lower_quartile": {"zh": "下四分位数", "en": "Lower quartile"},
    "median": {"zh": "中位数", "en": "Median"},
    "upper_quartile": {"zh": "上四分位数", "en": "Upper quartile"},
    "maximum": {"zh": "最大值", "en": "Maximum"},
    "skewness": {"zh": "偏度", "en": "Skewness"},
    "kurtosis": {"zh": "峰度（超额）", "en": "Kurtosis (excess)"},
    "first": {"zh": "甲", "en": "First"},
    "second": {"zh": "乙", "en": "Second"},
    "first_year": {"zh": "起始年", "en": "First year"},
    "last_year": {"zh": "终止年", "en": "Last year"},
    "shared": {"zh": "共同上级", "en": "Both within"},
    "pairs": {"zh": "观测数", "en": "Observations"},
    "pearson": {"zh": "皮尔逊相关", "en": "Pearson"},
    "spearman": {"zh": "斯皮尔曼相关", "en": "Spearman"},
    "kendall": {"zh": "肯德尔相关", "en": "Kendall"},
    "flag": {"zh": "提示", "en": "Flag"},
    "above": {"zh": "上级", "en": "Above it"},
    "steps": {"zh": "相隔层数", "en": "Steps up"},
    "of": {"zh": "所含", "en": "Of"},
    "item": {"zh": "去掉的一项", "en": "Without"},
    "items": {"zh": "项数", "en": "Items"},
    "alpha": {"zh": "克朗巴赫α", "en": "Cronbach's alpha"},
    "standardised_alpha": {"zh": "标准化α", "en": "Standardised alpha"},
    "rest_correlation": {"zh": "与其余各项之和的相关", "en": "Correlation with the rest"},
    "standardised_rest_correlation": {
        "zh": "与其余各项之和的相关（标准化）",
        "en": "Correlation with the rest (standardised)",
    },
    "component": {"zh": "主成分", "en": "Component"},
    "eigenvalue": {"zh": "特征值", "en": "Eigenvalue"},
    "share": {"zh": "占比", "en": "Share"},
    "cumulative": {"zh": "累计占比", "en": "Cumulative share"},
    "retained": {"zh": "保留", "en": "Retained"},
    "rotated_variance": {"zh": "旋转后的方差", "en": "Variance after rotation"},
    "loading": {"zh": "载荷", "en": "Loading"},
    "rotated": {"zh": "旋转后的载荷", "en": "Rotated loading"},
    "group": {"zh": "组", "en": "Group"},
    "other": {"zh": "另一组", "en": "Other group"},
    "n_other": {"zh": "另一组的数目", "en": "n of the other"},
    "score": {"zh": "得分", "en": "Score"},
    "mean_city": {"zh": "城市均值", "en": "Mean city"},
    "against_mean": {"zh": "与均值之差", "en": "Against the mean"},
    "rank": {"zh": "位次", "en": "Rank"},
    "weight": {"zh": "权重", "en": "Weight"},
    "effective_weight": {"zh": "综合权重", "en": "Effective weight"},
    "influence": {"zh": "实际影响（r²）", "en": "Influence (r²)"},
    "indicators": {"zh": "指标", "en": "Indicators"},
    "contribution": {"zh": "对增长的贡献", "en": "Contribution to growth"},
    "pace": {"zh": "快慢（占比÷权重）", "en": "Pace (share ÷ weight)"},
    "growth": {"zh": "增长", "en": "Growth"},
    "diagnosis": {"zh": "判断", "en": "Diagnosis"},
    "largest_share": {"zh": "最大占比", "en": "Largest share"},
    "coupling": {"zh": "耦合度C", "en": "Coupling C"},
    "overall": {"zh": "综合协调指数T", "en": "Overall level T"},
    "degree": {"zh": "程度", "en": "Degree"},
    "grade": {"zh": "等级", "en": "Grade"},
    "lagging": {"zh": "滞后维度", "en": "Lagging dimension"},
    "furthest_behind": {"zh": "落后均值最多的维度", "en": "Furthest behind the mean"},
    "mapped": {"zh": "折算值U", "en": "Mapped score U"},
    "lacking": {"zh": "所缺（1−U）", "en": "Lacking (1 − U)"},
    "place": {"zh": "次序", "en": "Place"},
    "cities": {"zh": "城市数", "en": "Cities"},
    "up_to": {"zh": "上限", "en": "Up to"},
    "claim": {"zh": "说法", "en": "Claim"},
    "kind": {"zh": "类别", "en": "Kind"},
    "verdict": {"zh": "判断", "en": "Verdict"},
    "evidence": {"zh": "依据", "en": "Evidence"},
    "cv": {"zh": "变异系数", "en": "Coefficient of variation"},
    "gini": {"zh": "基尼系数", "en": "Gini"},
    "gini_within": {"zh": "组内基尼", "en": "Gini within groups"},
    "gini_between": {"zh": "组间基尼", "en": "Gini between groups"},
    "gini_overlap": {"zh": "超变密度", "en": "Gini of overlap"},
    "theil": {"zh": "泰尔指数", "en": "Theil"},
    "theil_between": {"zh": "组间泰尔", "en": "Theil between groups"},
    "theil_within": {"zh": "组内泰尔", "en": "Theil within groups"},
    "affluence": {"zh": "相对富裕度D", "en": "Affluence D"},
    "beta": {"zh": "β", "en": "Beta"},
    "standard_error": {"zh": "标准误", "en": "Standard error"},
    "low": {"zh": "下限", "en": "Low"},
    "high": {"zh": "上限", "en": "High"},
    "r_squared": {"zh": "R²", "en": "R²"},
    "speed": {"zh": "收敛速度", "en": "Speed"},
    "half_life": {"zh": "半程（年）", "en": "Half-life (years)"},
    "what": {"zh": "处理", "en": "Treatment"},
    "moved": {"zh": "改动的值", "en": "Values moved"},
    "where": {"zh": "何处", "en": "Where"},
    "latest_year_cut": {"zh": "最新值被改动的城市", "en": "Latest figure moved"},
    "skewness_before": {"zh": "处理前偏度", "en": "Skewness before"},
    "skewness_after": {"zh": "处理后偏度", "en": "Skewness after"},
    "kurtosis_before": {"zh": "处理前峰度", "en": "Kurtosis before"},
    "kurtosis_after": {"zh": "处理后峰度", "en": "Kurtosis after"},
    "yardstick": {"zh": "参照", "en": "Yardstick"},
    "entry": {"zh": "所列", "en": "Entry"},
    "unlisted": {"zh": "未列城市", "en": "Cities not listed"},
    "convergence_beta.alpha": {"zh": "α（截距）", "en": "Alpha (intercept)"},
    "convergence_beta.level": {"zh": "置信水平", "en": "Confidence level"},
    "integration_grades.above": {"zh": "下限", "en": "From"},
    "integration.degree": {"zh": "耦合协调度D", "en": "Degree of coordination D"},
    "obstacles_top.degree": {"zh": "障碍度", "en": "Obstacle degree"},
    "obstacles_dimension.degree": {"zh": "障碍度", "en": "Obstacle degree"},
    "structure_loading.item": {"zh": "项", "en": "Item"},
    "yardstick_points.place": {"zh": "换算（越大越好）", "en": "Place (higher is better)"},
}
"""Titles of the columns of the analyses."""

TABLES: dict[str, dict[str, str]] = {
    "structure_descriptive": {"zh": "描述统计", "en": "Description"},
    "structure_correlation": {"zh": "相关（成对）", "en": "Correlations by pair"},
    "structure_parent": {"zh": "与上级的相关", "en": "Correlations upward"},
    "structure_alpha": {"zh": "信度α", "en": "Cronbach's alpha"},
    "structure_component": {"zh": "主成分", "en": "Components"},
    "structure_loading": {"zh": "载荷", "en": "Loadings"},
    "contributions": {"zh": "与均值之差的构成", "en": "Parts of the gap to the mean"},
    "contributions_change": {"zh": "增长的构成", "en": "Parts of the change"},
    "integration": {"zh": "耦合协调度", "en": "Integration"},
    "integration_grades": {"zh": "协调等级", "en": "Grades of integration"},
    "obstacles_top": {"zh": "主要障碍因素", "en": "Largest obstacles"},
    "obstacles_dimension": {"zh": "维度障碍度", "en": "Obstacles by dimension"},
    "convergence": {"zh": "差距与不平等", "en": "Inequality"},
    "convergence_group": {"zh": "组内不平等", "en": "Inequality in groups"},
    "convergence_pair": {"zh": "组间不平等", "en": "Inequality between groups"},
    "convergence_beta": {"zh": "β收敛", "en": "Beta convergence"},
    "convergence_stability": {"zh": "位次稳定性", "en": "Stability of ranks"},
    "yardsticks": {"zh": "与外部排名对照", "en": "Yardsticks"},
    "yardstick_points": {"zh": "外部排名明细", "en": "Yardstick entries"},
    "treatment": {"zh": "异常值处理", "en": "Treatment"},
    "claims": {"zh": "说法检验", "en": "Claims"},
}
"""Names of the tables of the analyses."""

ENTRIES: dict[str, dict[str, str]] = {
    "untagged": {"zh": "未归类", "en": "untagged"},
    "mixed": {"zh": "多类并进", "en": "mixed"},
    "children": {"zh": "直接下级", "en": "its children"},
    "indicators": {"zh": "全部指标", "en": "all its indicators"},
    "redundant": {"zh": "几乎重复", "en": "redundant"},
    "overlaps": {"zh": "跨上级重叠", "en": "overlaps"},
    "few": {"zh": "观测太少", "en": "few observations"},
    "undefined": {"zh": "无法计算", "en": "undefined"},
    "opposes": {"zh": "方向相反", "en": "opposes"},
    "negligible": {"zh": "几乎无关", "en": "negligible"},
    "weak": {"zh": "相关弱", "en": "weak"},
    "holds": {"zh": "成立", "en": "holds"},
    "tied": {"zh": "并列成立", "en": "holds with a tie"},
    "fails": {"zh": "不成立", "en": "fails"},
    "converges": {"zh": "收敛", "en": "converges"},
    "diverges": {"zh": "发散", "en": "diverges"},
    "undecided": {"zh": "未定", "en": "undecided"},
    "winsorised": {"zh": "缩尾", "en": "winsorised"},
    "log": {"zh": "取对数", "en": "logarithm"},
    "failing": {"zh": "处理后仍未通过", "en": "still failing"},
    "rising": {"zh": "上升", "en": "rising"},
    "falling": {"zh": "下降", "en": "falling"},
    "in_top": {"zh": "居前", "en": "in the top"},
    "largest_rank_gain": {"zh": "位次上升最多", "en": "largest rank gain"},
    "rank_is": {"zh": "居某位", "en": "rank"},
    "group_leads": {"zh": "组别领先", "en": "group leads"},
    "overtakes": {"zh": "超过", "en": "overtakes"},
    "gap_narrows": {"zh": "差距缩小", "en": "gap narrows"},
}
"""Entries of the analyses that are words of ours."""

SCREENED: dict[str, dict[str, str]] = {
    "city": {"zh": "城市", "en": "city"},
    "indicator": {"zh": "指标", "en": "indicator"},
    "dimension_year": {"zh": "维度（逐年）", "en": "dimension of a city and year"},
}


def word(key: str, lang: str, **facts: Any) -> str:
    """A word of the workbook in `lang`.

    >>> word("rank_of", "en", year=2022)
    'Rank 2022'
    """
    return WORDS[key][lang].format(**facts)


def step_name(step: str, lang: str) -> str:
    """What a step of the methodology is called; its key where it has no name here."""
    return WORDS[f"step_{step}"][lang] if f"step_{step}" in WORDS else step


def in_words(chosen: Any, lang: str) -> str:
    """What a part of the methodology does, in words; nothing for parts that have none.

    >>> from indexcalc.choice import choice
    >>> in_words(choice("treatment", {"method": "winsorise", "upper": 0.9}), "en")
    'Winsorised: values below the 0.05 or above the 0.9 quantile of all city-years move to that quantile'
    """
    if isinstance(chosen, Choice):
        return _choice_words(chosen, lang)
    if isinstance(chosen, Reference):
        return REFERENCE_WORDS[chosen.kind][lang].format(base=chosen.base)
    if isinstance(chosen, RankOn):
        return word("rank_on_words", lang, decimals=chosen.decimals)
    if isinstance(chosen, Rounding):
        return word(f"rounding_{chosen.rule}", lang, decimals=chosen.decimals)
    if isinstance(chosen, Screening):
        of = SCREENED.get(chosen.of, {}).get(lang, chosen.of)
        return word(f"screening_{chosen.action}", lang, of=of, minimum=f"{chosen.minimum:.0%}")
    if isinstance(chosen, (list, tuple)):
        return word("list_semicolon", lang).join(in_words(part, lang) for part in chosen)
    return ""


def _choice_words(chosen: Choice, lang: str) -> str:
    """The words of a method, or the first line of its docstring; then what was chosen that they do not say."""
    declared = chosen.method.parameters
    full = {name: _short(chosen.parameters.get(name, spec.default)) for name, spec in declared.items()}
    template = METHOD_WORDS.get((chosen.step, chosen.name), {}).get(lang, "")
    named = {field for _, field, _, _ in Formatter().parse(template) if field}
    if not template or not named <= full.keys():
        summary = str(chosen.method.traits.get("zh", "")) if lang == "zh" else ""
        template, named = (summary or chosen.method.summary).replace("{", "{{").replace("}", "}}"), set()
    plain = chosen.plain
    written = plain if isinstance(plain, Mapping) else {}
    more = [f"{name}: {_short(value)}" for name, value in written.items() if name not in {"method", *named}]
    return template.format(**full) + (f" ({', '.join(more)})" if more else "")


def _short(value: Any) -> str:
    return f"{value:.15g}" if isinstance(value, float) else str(value)
