"""Every word of `report.html`, Chinese and English side by side; a template names its facts in braces."""

from __future__ import annotations

from typing import Any

from indexcalc.report.claims_text import HINDRANCES

WORDS: dict[str, dict[str, str]] = {
    **{f"hindered_{what}": said for what, said in HINDRANCES.items()},
    # around the page
    "title": {"zh": "{index}", "en": "{index}"},
    "skip": {"zh": "跳到正文", "en": "Skip to the content"},
    "contents": {"zh": "目录", "en": "Contents"},
    "switch_language": {"zh": "Switch to English", "en": "切换为中文"},
    "switch_theme": {"zh": "切换深色与浅色", "en": "Switch between dark and light"},
    "theme_auto": {"zh": "随系统", "en": "Auto"},
    "theme_light": {"zh": "浅色", "en": "Light"},
    "theme_dark": {"zh": "深色", "en": "Dark"},
    "copy": {"zh": "复制", "en": "Copy"},
    "copied": {"zh": "已复制", "en": "Copied"},
    "needs_script": {"zh": "调整权重与图表需要启用JavaScript。", "en": "Charts and weights need JavaScript."},
    "period": {"zh": "{n}个城市 · {first}—{last}年", "en": "{n} cities · {first}–{last}"},
    "period_one": {"zh": "{n}个城市 · {first}年", "en": "{n} cities · {first}"},
    "method_line": {"zh": "方法：{steps}。", "en": "Method: {steps}."},
    "semicolon": {"zh": "；", "en": "; "},
    "list_comma": {"zh": "、", "en": ", "},
    # the bar at the top
    "nav_findings": {"zh": "结论", "en": "Findings"},
    "nav_ranking": {"zh": "排名", "en": "Ranking"},
    "nav_weights": {"zh": "权重", "en": "Weights"},
    "nav_dimensions": {"zh": "维度", "en": "Dimensions"},
    "nav_stages": {"zh": "视角", "en": "Lenses"},
    "nav_integration": {"zh": "协调度", "en": "Integration"},
    "nav_cities": {"zh": "城市", "en": "Cities"},
    "nav_robustness": {"zh": "稳健性", "en": "Robustness"},
    "nav_methodology": {"zh": "方法", "en": "Methodology"},
    "nav_data": {"zh": "数据", "en": "Data"},
    # the headline
    "not_tested": {
        "zh": "本次运行没有检验这一结论在其他权重与方法下是否成立。",
        "en": "This run did not test whether that would hold under other weights and methods.",
    },
    # findings
    "findings": {"zh": "结论是否成立", "en": "Do the findings hold?"},
    "found": {"zh": "主要发现", "en": "What was found"},
    "about_claims": {
        "zh": "下列论断写在指标文件里，每次计算都拿来与数字对照；调整权重，判断随之更新。",
        "en": "These sentences stand in the indicator file; every run holds them against the figures. "
        "Move the weights and the verdicts follow.",
    },
    "about_claim_shares": {
        "zh": "横条为该论断在{draws}种方法中成立的比例。",
        "en": "The bar is the share of {draws} methodologies under which it holds.",
    },
    "in_real_terms": {"zh": "去掉现价指标后：", "en": "Without indicators in current prices: "},
    "verdict_0": {"zh": "不成立", "en": "fails"},
    "verdict_1": {"zh": "成立", "en": "holds"},
    "verdict_2": {"zh": "并列成立", "en": "holds with a tie"},
    "verdict_3": {"zh": "无法判断", "en": "undefined"},
    # the figures that decide a claim, as in report/claims_text.py
    "fact_mean": {"zh": "{who}{year}年{value}", "en": "{who} {value} in {year}"},
    "fact_rank": {"zh": "{who}{year}年第{rank}位", "en": "{who} ranked {rank} in {year}"},
    "fact_gain": {"zh": "{who}{gained}（第{a}→第{b}位）", "en": "{who} {gained} (from {a} to {b})"},
    "fact_ranks": {"zh": "{who}第{a}→第{b}位", "en": "{who} from {a} to {b}"},
    "fact_step": {"zh": "{who}{first}→{last}年{a}→{b}", "en": "{who} {a}→{b} from {first} to {last}"},
    "fact_more": {"zh": "另有{more}处", "en": "and {more} more"},
    "lead_missing": {"zh": "没有得分：", "en": "no score: "},
    "lead_step": {"zh": "最小的一步：", "en": "smallest step: "},
    "lead_rank": {"zh": "最低位次：", "en": "lowest rank: "},
    "lead_certain": {"zh": "共{n}个城市，必然成立；", "en": "certain, cities in all: {n}; "},
    # ranking
    "ranking": {"zh": "排名", "en": "Ranking"},
    "year": {"zh": "年份", "en": "Year"},
    "rank": {"zh": "位次", "en": "Rank"},
    "city": {"zh": "城市", "en": "City"},
    "score": {"zh": "得分", "en": "Score"},
    "gain_since": {"zh": "较{year}年", "en": "Since {year}"},
    "interval_head": {"zh": "位次区间", "en": "Rank range"},
    "limits_head": {"zh": "位次极限", "en": "Limits"},
    "observed_head": {"zh": "实有数据", "en": "Observed"},
    "about_ranking": {
        "zh": "位次按当年得分排定，得分相同则并列。点击表头排序。",
        "en": "Ranks are taken within the year; equal scores share a rank. Click a heading to sort.",
    },
    "about_intervals": {
        "zh": "位次区间：在{draws}种方法中，去掉两端各5%之后{year}年位次所落的范围。",
        "en": "Rank range: where the middle 90% of {draws} methodologies put the city in {year}.",
    },
    "about_observed": {
        "zh": "实有数据：各年全部指标中直接来自已发布数字的比例，其余为插补。",
        "en": "Observed: the share of indicator values that rest on published figures; the others are imputed.",
    },
    "only_first": {
        "zh": "城市较多，图中只画前{most}位和彩色城市；表中列出全部。",
        "en": "There are many cities: charts draw the first {most} and those in colour; the table has them all.",
    },
    "trend": {"zh": "得分走势", "en": "Scores over time"},
    "scores_one_year": {"zh": "得分", "en": "Scores"},
    "bump": {"zh": "位次变化", "en": "Ranks over time"},
    "about_bump": {"zh": "第1为最高。", "en": "1 is best."},
    "chart_keys": {
        "zh": "图表：方向键逐点查看数值，上下换城市，左右换年份",
        "en": "Chart: arrow keys read the values; up and down change the city, left and right the year",
    },
    # weights
    "weights": {"zh": "换一组权重试试", "en": "Try other weights"},
    "about_weights": {
        "zh": "拖动滑块或直接填数，得分、位次、图表和上面的判断随之更新。权重只在同一上级之内比较大小：右侧的百分比是实际份额；设为0即不计入。",
        "en": "Move a slider or type a number: scores, ranks, charts and verdicts follow. Weights are relative within "
        "their parent; the percentage is the resulting share, and 0 leaves a part out.",
    },
    "weights_dimensions_only": {
        "zh": "城市与指标太多，本页只带各维度的得分，因此只能调整维度的权重；指标权重请用命令行的--weight。",
        "en": "There are too many figures for one page, so it carries the scores of the dimensions only; for the "
        "weights of indicators use --weight on the command line.",
    },
    "weights_changed": {
        "zh": "当前显示的是调整后的权重；标题与文字结论仍按公布的权重。",
        "en": "You are looking at changed weights; the headline and the sentences keep the published ones.",
    },
    "to_weights": {"zh": "查看权重", "en": "See the weights"},
    "as_published": {
        "zh": "本节按公布的权重计算，不随滑块变化。",
        "en": "This section keeps the published weights; it does not follow the sliders.",
    },
    "presets": {"zh": "现成的权重", "en": "Ready-made weights"},
    "reset": {"zh": "恢复原权重", "en": "Reset"},
    "equal": {"zh": "全部等权", "en": "All equal"},
    "entropy": {"zh": "熵权（指标）", "en": "Entropy weights (indicators)"},
    "aggregation": {"zh": "合成方式", "en": "Aggregation"},
    "aggregation_as_chosen": {"zh": "原方法", "en": "As chosen"},
    "arithmetic": {"zh": "算术平均", "en": "Arithmetic mean"},
    "geometric": {"zh": "几何平均", "en": "Geometric mean"},
    "geometric_not": {
        "zh": "有标准化值不大于0，不能用几何平均。",
        "en": "Some normalised values are not above 0: the geometric mean cannot be taken.",
    },
    "live_ranking": {"zh": "{year}年排名", "en": "Ranking {year}"},
    "copy_link": {"zh": "复制带权重的链接", "en": "Copy a link with these weights"},
    "link": {"zh": "链接", "en": "Link"},
    "to_yaml": {"zh": "写进指标文件", "en": "Put them into the indicator file"},
    "about_yaml": {
        "zh": "贴到indicators.yaml末尾（顶格），再运行indexcalc run，即得同样的排名：",
        "en": "Paste this at the end of indicators.yaml, at the margin, and run indexcalc run; the ranking is the same:",
    },
    "about_options": {
        "zh": "或者不改文件，写在命令行：",
        "en": "Or leave the file as it is, and say so on the command line:",
    },
    "copy_yaml": {"zh": "复制YAML", "en": "Copy YAML"},
    "fixed_weighting": {
        "zh": "这里的权重由数据推出，不是给定的，页面无法按其他权重重算；要比较其他权重，请用indexcalc run --set methodology.weighting=given。",
        "en": "These weights follow from the figures and are not given, so the page cannot recompute the index under "
        "others; use indexcalc run --set methodology.weighting=given.",
    },
    "fixed_rounding": {
        "zh": "本方法在合成途中对得分取位，页面不作重算；要比较其他权重，请用indexcalc run --weight。",
        "en": "This methodology rounds scores on the way, which the page does not recompute; "
        "use indexcalc run --weight to compare other weights.",
    },
    "fixed_aggregation": {
        "zh": "所用的合成方法要看全部城市或另有规则，页面无法重算；要比较其他权重，请用indexcalc run --weight。",
        "en": "The aggregation looks at all cities at once or has rules of its own that the page cannot recompute; "
        "use indexcalc run --weight to compare other weights.",
    },
    # the script's own sentences
    "weight_of": {"zh": "{name}的权重", "en": "Weight of {name}"},
    "share_of": {"zh": "{name}占{share}", "en": "{name}: {share}"},
    "inside": {"zh": "{name}之内的权重", "en": "Weights inside {name}"},
    "yaml_aggregation": {
        "zh": "# 另在methodology一节写：aggregation: {name}",
        "en": "# and in the methodology block write: aggregation: {name}",
    },
    "yaml_given": {
        "zh": "# 另在methodology一节写：weighting: given",
        "en": "# and in the methodology block write: weighting: given",
    },
    "yaml_same": {"zh": "# 权重与公布的相同", "en": "# the weights are the published ones"},
    "no_weight": {
        "zh": "“{name}”之下至少要有一个部分的权重大于0。",
        "en": "At least one part of '{name}' needs a weight above 0.",
    },
    "domain": {
        "zh": "在这组权重下，“{name}”的某个下级得分超出了合成方法可取的范围，无法计算。",
        "en": "Under these weights a child of '{name}' has a score that its aggregation cannot take.",
    },
    "spoken_ranking": {"zh": "{year}年排名：{ranking}", "en": "Ranking {year}: {ranking}"},
    "spoken_place": {"zh": "第{rank}{city}", "en": "{rank} {city}"},
    "no_change": {"zh": "位次无变化", "en": "no rank changes"},
    "tip_score": {"zh": "得分 {score}", "en": "score {score}"},
    "tip_rank": {"zh": "第{rank}位", "en": "rank {rank}"},
    "tip_degree": {"zh": "协调度 {score}", "en": "degree {score}"},
    "tip_limits": {"zh": "极限{best}—{worst}", "en": "limits {best}–{worst}"},
    "tip_interval": {
        "zh": "公布位次{rank}，中位数{median}，区间{low}—{high}",
        "en": "rank {rank}, median {median}, range {low}–{high}",
    },
    # dimensions
    "dimensions": {"zh": "各维度", "en": "Dimensions"},
    "about_dimensions": {
        "zh": "各图纵轴相同，可以直接比高低。",
        "en": "All charts share one scale.",
    },
    "contributions": {"zh": "得分的构成", "en": "What the scores are made of"},
    "about_contributions": {
        "zh": "每一段为该部分的权重乘以得分，相加即为总分。年份与上面的排名表一致。",
        "en": "Each part is weight times score; together they are the score. The year is that of the ranking table.",
    },
    # lenses
    "lenses": {"zh": "换个角度看", "en": "Other ways to look at it"},
    "about_lenses": {
        "zh": "同一批指标按标签另行归组。图为各组对{first}—{last}年得分变化的贡献（分）。",
        "en": "The same indicators grouped by their tags. Bars: what each group gave to the change in score, {first}–{last}.",
    },
    "about_lenses_mean": {
        "zh": "这里的总分是全部指标的加权算术平均。",
        "en": "The total here is the weighted arithmetic mean of all indicators.",
    },
    "lens_led": {
        "zh": "{n}个城市的增长有一半以上来自“{group}”",
        "en": "'{group}' makes up half or more of the growth of {n} cities",
    },
    "group": {"zh": "组", "en": "Group"},
    "weight": {"zh": "权重", "en": "Weight"},
    "indicators": {"zh": "指标", "en": "Indicators"},
    "leaders": {"zh": "{year}年前三位", "en": "First three, {year}"},
    # integration
    "integration": {"zh": "耦合协调度", "en": "Integration (coupling coordination)"},
    "about_integration": {
        "zh": "衡量各维度是否同步发展：0为失调，1为高度协调。“落后维度”是与各城市平均相比差距最大的维度。",
        "en": "How far the dimensions develop in step: 0 is out of step, 1 in full coordination. "
        "'Furthest behind' is the dimension furthest below the mean city.",
    },
    "degree_of": {"zh": "{year}年协调度", "en": "Degree {year}"},
    "grade": {"zh": "等级", "en": "Grade"},
    "furthest_behind": {"zh": "落后维度", "en": "Furthest behind"},
    # city cards
    "cities": {"zh": "城市卡片", "en": "City by city"},
    "strengths": {"zh": "强项", "en": "Strengths"},
    "weaknesses": {"zh": "弱项", "en": "Weaknesses"},
    "drivers_up": {"zh": "主要拉升", "en": "Raised it most"},
    "drivers_down": {"zh": "主要拖累", "en": "Lowered it most"},
    "cells": {"zh": "数据", "en": "Figures"},
    "about_cards": {
        "zh": "强项与弱项：{last}年与平均城市相比，对总分差距贡献最大的指标（分）。拉升与拖累：{first}—{last}年对总分变化贡献最大的指标（分）。",
        "en": "Strengths and weaknesses: the indicators that put the city furthest above or below the mean city in {last}, "
        "in points. Raised and lowered: those that moved its score most, {first}–{last}.",
    },
    "too_many_cards": {
        "zh": "城市较多，本页不逐一列出；某个城市的全貌用命令indexcalc explain 城市。",
        "en": "There are too many cities to list them one by one; indexcalc explain CITY tells the story of one.",
    },
    # robustness
    "robustness": {"zh": "结果有多稳", "en": "How sure is it?"},
    "about_robustness": {
        "zh": "以下来自{draws}次重算，每次抽取一组权重与方法（随机种子{seed}）；右侧数字为各选项被抽到的次数。",
        "en": "From {draws} recalculations, each under another methodology (seed {seed}); "
        "the figures say how often each option was drawn.",
    },
    "many_options": {"zh": "{n}种，各抽到{low}—{high}次", "en": "{n} options, drawn {low} to {high} times each"},
    "no_draws": {
        "zh": "本次运行没有做不确定性分析（--draws 0，或指标文件没有uncertainty一节）。",
        "en": "This run made no uncertainty analysis (--draws 0, or no uncertainty block in the indicator file).",
    },
    "intervals": {"zh": "{year}年位次区间", "en": "Rank ranges, {year}"},
    "about_interval_chart": {
        "zh": "粗线为去掉两端各5%之后的范围，竖线为中位数，圆点为所选方法的位次。",
        "en": "Line: the middle 90% of methodologies; tick: the median; dot: the rank as chosen.",
    },
    "acceptability": {"zh": "{year}年各位次的可能性", "en": "How often each rank, {year}"},
    "acceptability_label": {"zh": "各位次的可能性", "en": "How often each rank"},
    "about_acceptability": {
        "zh": "每行一个城市，格内为该城市在百分之几的方法下居该位次，空格为0；粗框为所选方法的位次。",
        "en": "One row per city: the share of methodologies (%) that give it each rank; blank is 0, "
        "the framed cell is the rank as chosen.",
    },
    "tiers": {
        "zh": "按95%的把握，{year}年的城市只能分出以下先后，同一行内不分高下：",
        "en": "With 95% certainty only these groups can be told apart in {year}; within a line the order is open:",
    },
    "about_bounds": {
        "zh": "细线：方法不变，权重在允许范围内（{weights}）任意取值时，位次可能到达的最好与最差；这是证明，不是抽样。",
        "en": "Thin line: the best and the worst rank that any allowed weights ({weights}) can give, the method as "
        "chosen: proven, not sampled.",
    },
    "about_limits": {
        "zh": "位次极限：方法不变、只动权重时的最好与最差（经证明）。",
        "en": "Limits: best and worst when only the weights move (proven).",
    },
    "changes": {"zh": "要变多少才会不同", "en": "What would have to change"},
    "about_changes": {
        "zh": "方法不变，只动权重时的最小变动，经证明。",
        "en": "The smallest changes of weights, the method as chosen: proven.",
    },
    "more_robustness": {
        "zh": "哪一项选择影响最大、各种方法逐一比较：indexcalc robustness。",
        "en": "Which choice matters most, and every methodology one by one: indexcalc robustness.",
    },
    # methodology
    "methodology": {"zh": "方法", "en": "Methodology"},
    "for_nodes": {"zh": "用于：", "en": "for: "},
    "definition": {"zh": "完整定义与出处（英文）", "en": "Full definition and source"},
    "step_direction": {"zh": "方向", "en": "Direction"},
    "direction_positive": {"zh": "越大越好", "en": "Higher is better"},
    "direction_negative": {"zh": "越小越好，标准化时反转", "en": "Lower is better; turned round when it is normalised"},
    "step_rank": {"zh": "排名", "en": "Ranking"},
    "rank_words": {
        "zh": "每年之内按得分从高到低排名，得分先取到{decimals}位小数；相同则并列，后面的位次顺延（1、2、2、4）。",
        "en": "Ranked within each year by score, rounded to {decimals} decimals first; ties share a rank and the next one is skipped (1, 2, 2, 4).",
    },
    "all_indicators": {"zh": "其余全部", "en": "all others"},
    "indicator_table": {"zh": "指标体系", "en": "Indicators"},
    "about_indicators": {
        "zh": "方向：+ 越大越好，− 越小越好。权重为在总指数中的份额。",
        "en": "Direction: + higher is better, − lower is better. Weights are shares of the index.",
    },
    "indicator": {"zh": "指标", "en": "Indicator"},
    "unit": {"zh": "单位", "en": "Unit"},
    "direction": {"zh": "方向", "en": "Direction"},
    "obtained": {"zh": "取得方式", "en": "How it is obtained"},
    "coverage": {"zh": "理论所说与本指数所量", "en": "What the theory names, what we measure"},
    "about_coverage": {
        "zh": "没有可比公开数据的照实列为未覆盖，不悄悄略去。",
        "en": "What no comparable public figure covers is listed as not covered, never dropped in silence.",
    },
    "theme": {"zh": "方面", "en": "Theme"},
    "phrase": {"zh": "理论表述", "en": "The theory says"},
    "stand_in": {"zh": "对应指标", "en": "What stands for it"},
    "uncovered": {"zh": "未覆盖", "en": "not covered"},
    "awaits": {"zh": "（待填：{names}）", "en": " (awaiting: {names})"},
    # data
    "data": {"zh": "数据与来源", "en": "Data and sources"},
    "where_read": {
        "zh": "每个数字的出处见index.xlsx的“来源”表。",
        "en": "Where each figure was read is in the sheet 'Sources' of index.xlsx.",
    },
    "series": {"zh": "数据列", "en": "Series"},
    "publisher": {"zh": "原始发布者", "en": "Publisher"},
    "trust": {"zh": "可信度", "en": "Trust"},
    "figures": {"zh": "数字个数", "en": "Figures"},
    "gaps": {"zh": "缺口", "en": "Gaps"},
    "gap_of": {"zh": "{year}年{n}个", "en": "{n} in {year}"},
    "no_gaps": {"zh": "无", "en": "none"},
    "about_trust": {
        "zh": "可信度：A 两条独立途径一致或与公报核对过；B 一条可靠途径；C 机器识读或二手转述。",
        "en": "Trust: A two independent routes agree, or checked against communiqués; B one good route; C machine-read or second-hand.",
    },
    "downloads": {"zh": "同时生成的文件", "en": "Files of the same run"},
    "about_downloads": {"zh": "与本页在同一个文件夹。", "en": "They stand in the same folder as this page."},
    "file_rankings.csv": {"zh": "各城市各年的得分、位次与升降", "en": "scores, ranks and changes"},
    "file_scores.csv": {"zh": "每一层级的得分与位次", "en": "scores and ranks of every level"},
    "file_index.xlsx": {
        "zh": "全部表格的工作簿，含每个数字的来源",
        "en": "every table in one workbook, with the source of each figure",
    },
    "file_model.xlsx": {
        "zh": "以公式写成的指数：改权重，排名随之变化",
        "en": "the index as live formulas: change a weight, the ranking follows",
    },
    "file_run.json": {"zh": "本次运行的记录：输入、方法、种子", "en": "the record of the run: inputs, methods, seed"},
    "file_charts": {"zh": "图表（{n}张）", "en": "charts ({n})"},
    "file_analysis": {"zh": "分析结果的表（{n}个）", "en": "tables of the analyses ({n})"},
    "file_robustness": {"zh": "稳健性分析的表（{n}个）", "en": "tables of the robustness analyses ({n})"},
    "made_with": {
        "zh": "由indexcalc {version}生成。相同的数据、方法与种子给出逐字节相同的本页。",
        "en": "Made with indexcalc {version}. The same figures, methods and seed give this page byte for byte.",
    },
    "embedded": {
        "zh": "本页内嵌的脚本与样式均为indexcalc {version}自有代码（MIT许可），不含第三方代码或字体，也不访问网络。数据的权利归各发布者。",
        "en": "The script and styles inside this page are indexcalc {version}'s own (MIT licence); there is no third-party "
        "code or font, and nothing is fetched from the network. The figures belong to their publishers.",
    },
}

SCRIPT = (
    "copied",
    "theme_auto",
    "theme_light",
    "theme_dark",
    "verdict_0",
    "verdict_1",
    "verdict_2",
    "verdict_3",
    "fact_mean",
    "fact_rank",
    "fact_gain",
    "fact_ranks",
    "fact_step",
    "fact_more",
    "hindered_one_year",
    "hindered_incomparable",
    "hindered_one_group",
    "hindered_no_score",
    "lead_missing",
    "lead_step",
    "lead_rank",
    "lead_certain",
    "semicolon",
    "weight_of",
    "share_of",
    "inside",
    "yaml_aggregation",
    "yaml_given",
    "yaml_same",
    "no_weight",
    "domain",
    "spoken_ranking",
    "spoken_place",
    "no_change",
    "tip_score",
    "tip_rank",
    "tip_degree",
    "tip_interval",
    "tip_limits",
    "list_comma",
    "score",
    "rank",
)
"""The words that the script fills itself."""


def word(key: str, lang: str, /, **facts: Any) -> str:
    """A word of the page in `lang`.

    >>> word("period", "en", n=13, first=2017, last=2022)
    '13 cities · 2017–2022'
    """
    return WORDS[key][lang].format(**facts)


def both(key: str, /, **facts: Any) -> dict[str, str]:
    """A word of the page in both languages; a fact that is itself in both is taken in the same one."""
    return {
        lang: word(key, lang, **{name: fact[lang] if isinstance(fact, dict) else fact for name, fact in facts.items()})
        for lang in ("zh", "en")
    }
