"""Every word of `model.xlsx`, Chinese and English side by side; a template names its facts in braces."""

from __future__ import annotations

from typing import Any

MODEL_WORDS: dict[str, dict[str, str]] = {
    # sheets
    "about": {"zh": "说明", "en": "About"},
    "weights": {"zh": "权重与排名", "en": "Weights and ranking"},
    "years": {"zh": "历年", "en": "Over the years"},
    "values": {"zh": "数据", "en": "Values"},
    "oriented": {"zh": "同向化", "en": "Oriented"},
    "reference": {"zh": "参照", "en": "Reference"},
    "normalised": {"zh": "标准化", "en": "Normalised"},
    "scores": {"zh": "得分", "en": "Scores"},
    "ranks": {"zh": "位次", "en": "Ranks"},
    "title": {"zh": "{name}：{sheet}", "en": "{name}: {sheet}"},
    "model_title": {"zh": "{name}：可以改动权重的计算模型", "en": "{name}: the index as live formulas"},
    "back": {"zh": "← 回到{sheet}", "en": "← {sheet}"},
    "page": {"zh": "第 &P 页，共 &N 页", "en": "Page &P of &N"},
    # what each sheet holds
    "holds_weights": {
        "zh": "黄色单元格是全部权重；旁边是所选年份的排名和图，改动权重后随之变化。",
        "en": "The yellow cells hold every weight; beside them, the ranking and chart of a year, which follow.",
    },
    "holds_years": {
        "zh": "各城市历年位次与得分，及位次变化图。",
        "en": "Rank and score of each city in each year, and a chart of the ranks.",
    },
    "holds_values": {
        "zh": "计算的起点：各指标的数值，每个城市每年一行；着色斜体的不是原始数据。",
        "en": "Where the formulas start: the indicators' values, one row per city and year; those in colour and italics "
        "are not as published.",
    },
    "holds_oriented": {
        "zh": "各指标转为越大越好：逆向指标变号，适度指标按与最佳值的距离折算，需要时先取自然对数。",
        "en": "The indicators turned so that higher is better: negative ones change sign, those with a best place inside "
        "go by their distance from it; the natural logarithm first, where one is taken.",
    },
    "holds_reference": {
        "zh": "标准化所依据的参照：最小与最大值、均值与标准差，或固定阈值，逐个指标列出。",
        "en": "What the normalisation goes by, for each indicator: least and greatest value, mean and standard "
        "deviation, or fixed goalposts.",
    },
    "holds_normalised": {
        "zh": "各指标标准化之后的值；第{row}行是该指标在上级内的权重。",
        "en": "The normalised indicators; row {row} holds the share of each within its parent.",
    },
    "holds_scores": {
        "zh": "综合指数与各维度的得分，由下级得分与第{row}行的权重合成。",
        "en": "Scores of the index and of each dimension, of the scores below them and the shares in row {row}.",
    },
    "holds_ranks": {
        "zh": "综合指数与各维度在每年之内的位次，1为最好，得分相同则位次相同。",
        "en": "Ranks of the index and of each dimension within the year: 1 is best, equal scores share a rank.",
    },
    # the first sheet
    "what": {"zh": "这是什么", "en": "What this is"},
    "what_text": {
        "zh": (
            "整个指数都在这本工作簿的公式里：数据→同向化→标准化→维度得分→综合指数→位次。改动一个权重，"
            "得分、排名和图立即随之变化，不需要安装任何程序。未改动时，各项结果与本次运行的scores.csv和rankings.csv一致。"
        ),
        "en": (
            "The whole index stands in the formulas of this workbook: values → oriented → normalised → dimension scores "
            "→ index → ranks. Change a weight, and scores, ranking and charts follow at once; nothing has to be "
            "installed. Untouched, it gives the figures of scores.csv and rankings.csv of the same run."
        ),
    },
    "now": {"zh": "当前权重", "en": "The weights now"},
    "how": {"zh": "怎样使用", "en": "How to use it"},
    "how_weights": {
        "zh": "1. 打开“{sheet}”，在黄色单元格里改权重。权重只在同一上级之内有相对意义：写0.25、25或1都可以，右侧自动折算为占比；{zero}。",
        "en": "1. Open “{sheet}” and change the weights in the yellow cells. They are relative within their parent: 0.25, "
        "25 or 1 will do, and the share is worked out beside them; {zero}.",
    },
    "how_ranking": {
        "zh": "2. 排名在同一页的右侧；年份也可以换。“{years}”一页给出全部年份。",
        "en": "2. The ranking stands on the right of the same sheet; its year can be changed. “{years}” has every year.",
    },
    "how_ranking_one": {
        "zh": "2. 排名在同一页的右侧。",
        "en": "2. The ranking stands on the right of the same sheet.",
    },
    "how_check": {
        "zh": "3. 权重区上方显示“与YAML一致”或“已改动”；要还原，把“YAML权重”一列的数填回黄色单元格。",
        "en": "3. Above the weights stands whether they are as in the YAML or changed; to go back, copy the column “YAML "
        "weight” into the yellow cells.",
    },
    "how_yaml": {
        "zh": "4. 要让新权重进入正式结果（图表、报告），把它们写进YAML文件，或用 --weight 代码=数值 重新运行。",
        "en": "4. For charts and report with the new weights, write them into the YAML file, or run again with --weight "
        "CODE=VALUE.",
    },
    "how_values": {
        "zh": "5. “{sheet}”页的数值也可以改，参照、得分与位次同样随之变化；上述检查只看权重，不看数值。",
        "en": "5. The figures of “{sheet}” can be changed too, and all else follows; the check looks at the weights only.",
    },
    "sheets": {"zh": "各页", "en": "The sheets"},
    "methods": {"zh": "计算方法", "en": "How it is computed"},
    "leaves_out": {"zh": "没有包括的内容", "en": "What it leaves out"},
    "out_imputation": {
        "zh": "缺失值的插补与派生指标的计算在此之前完成，“{sheet}”页给出的是结果，插补的单元格已着色。",
        "en": "Imputation and derived indicators are computed before: “{sheet}” holds what came of them, imputed cells "
        "in colour.",
    },
    "out_treatment": {
        "zh": "异常值处理在此之前完成；改动数值后不会重新处理。",
        "en": "So is the treatment of outliers: it is not done again when a figure is changed.",
    },
    "out_transform": {
        "zh": "以下指标的变换也在此之前完成，所列为变换后的数值：{names}。",
        "en": "So is the transform of these indicators, shown as transformed: {names}.",
    },
    "out_zero": {
        "zh": "YAML中权重为0、因而未参加计算的指标与维度：{names}。",
        "en": "Indicators and dimensions whose weight in the YAML is 0, which take no part: {names}.",
    },
    "out_uncertainty": {
        "zh": "不确定性与敏感性分析、论断检验、其他标准化与合成方法：见本次运行的其他文件。",
        "en": "Uncertainty and sensitivity analysis, the claims, other normalisations and aggregations: see the other "
        "files of the run.",
    },
    "out_indicator_ranks": {
        "zh": "各指标自身的位次（不受权重影响）见scores.csv。",
        "en": "Ranks by single indicators, which no weight changes: see scores.csv.",
    },
    "out_ties": {
        "zh": "位次按取{decimals}位小数的得分排定；恰好落在进位分界上的得分，Excel四舍五入，程序则取偶，可能相差一位。",
        "en": "Ranks are taken on scores rounded to {decimals} decimals; a score exactly halfway is rounded up here and to "
        "the even digit by the program.",
    },
    "own_method": {"zh": "{step}（{names}）", "en": "{step} ({names})"},
    # weights and ranking
    "weights_note": {
        "zh": "改动黄色单元格里的权重，右侧的排名与图随之变化。权重是同一上级之内的相对数，自动折算为占比；{zero}。",
        "en": "Change the weights in the yellow cells; ranking and chart on the right follow. Weights are relative within "
        "their parent and become shares; {zero}.",
    },
    "node": {"zh": "维度／指标", "en": "Dimension / indicator"},
    "weight": {"zh": "权重", "en": "Weight"},
    "share": {"zh": "在上级内的占比", "en": "Share within parent"},
    "effective": {"zh": "综合权重", "en": "Effective weight"},
    "nominal_weight": {"zh": "YAML权重", "en": "YAML weight"},
    "nominal_share": {"zh": "YAML占比", "en": "YAML share"},
    "status": {"zh": "检查", "en": "Check"},
    "as_in_yaml": {"zh": "与YAML一致", "en": "As in the YAML"},
    "changed": {"zh": "已改动", "en": "Changed"},
    "changed_one": {"zh": "改动", "en": "changed"},
    "unusable": {
        "zh": "权重无法使用，见标有⚠的行",
        "en": "The weights cannot be used: see the rows marked ⚠",
    },
    "all_zero": {"zh": "⚠ 权重全为0", "en": "⚠ all weights are 0"},
    "not_number": {"zh": "⚠ 须为不小于0的数", "en": "⚠ a number from 0 on"},
    "usable": {"zh": "权重可用", "en": "Weights can be used"},
    "shown_year": {"zh": "显示年份", "en": "Year shown"},
    "place": {"zh": "位次", "en": "Rank"},
    "city": {"zh": "城市", "en": "City"},
    "year": {"zh": "年份", "en": "Year"},
    "score": {"zh": "得分", "en": "Score"},
    "rank": {"zh": "位次", "en": "Rank"},
    "index": {"zh": "综合指数", "en": "Index"},
    "nominal_rank": {"zh": "YAML权重下的位次", "en": "Rank at YAML weights"},
    "gain": {"zh": "升降", "en": "Places gained"},
    "order": {"zh": "排序号", "en": "Sort key"},
    "chart_title": {"zh": "综合指数得分", "en": "Index scores"},
    "rank_chart_title": {"zh": "历年位次", "en": "Ranks over the years"},
    "chart_first": {"zh": "（前{n}名）", "en": " (first {n})"},
    # notes on cells, and what a wrong entry is told
    "note_weight": {
        "zh": "在此列的黄色单元格填写不小于0的数。同一上级之内按比例折算，不必合计为1。",
        "en": "Numbers from 0 on, in the yellow cells of this column. They are scaled within each parent and need not "
        "sum to 1.",
    },
    "note_status": {
        "zh": "比较的是占比：权重整体放大或缩小而比例不变，仍算与YAML一致。",
        "en": "Shares are compared: weights scaled as a whole are still as in the YAML.",
    },
    "note_year": {"zh": "可从列表中选择年份。", "en": "Choose a year from the list."},
    "note_gain": {
        "zh": "与YAML权重下的位次相比上升的位数，负数为下降。",
        "en": "Places gained against the rank at the YAML weights; negative is down.",
    },
    "enter_title": {"zh": "权重", "en": "Weight"},
    "enter_text": {"zh": "请填写不小于0的数。", "en": "Enter a number from 0 on."},
    "zero_out": {"zh": "0表示不计入", "en": "0 leaves an entry out"},
    "zero_screened": {
        "zh": "须大于0，因为筛选依据全部指标",
        "en": "they must be above 0, as screening looked at all indicators",
    },
    "enter_screened": {
        "zh": "请填写大于0的数：筛选依据全部指标，不能在此剔除。",
        "en": "Enter a number above 0: screening looked at all indicators, so none can be left out here.",
    },
    "year_text": {"zh": "请从列表中选择年份。", "en": "Choose a year from the list."},
    # the reference
    "method_row": {"zh": "标准化", "en": "Normalisation"},
    "lower": {"zh": "标准化后：下端", "en": "Becomes: lower end"},
    "upper": {"zh": "标准化后：上端", "en": "Becomes: upper end"},
    "lower_z": {"zh": "标准化后：下端（Z分数为均值）", "en": "Becomes: lower end (z-score: mean)"},
    "upper_z": {"zh": "标准化后：上端（Z分数为标准差）", "en": "Becomes: upper end (z-score: standard deviation)"},
    "low": {"zh": "最佳范围：起", "en": "Best place: from"},
    "high": {"zh": "最佳范围：止", "en": "Best place: to"},
    "farthest": {"zh": "离最佳范围最远的距离", "en": "Greatest distance from the best place"},
    "start": {"zh": "最小值、均值或下阈值", "en": "Least, mean, or lower goalpost"},
    "end": {"zh": "最大值、标准差或上阈值", "en": "Greatest, standard deviation, or upper goalpost"},
    "scope": {"zh": "{year}年", "en": "{year}"},
    "each_scope": {"zh": "各年共用", "en": "all years"},
    "short_min_max": {"zh": "极差", "en": "min-max"},
    "short_z_score": {"zh": "Z分数", "en": "z-score"},
    "short_goalposts": {"zh": "固定阈值", "en": "goalposts"},
    "short_none": {"zh": "原值", "en": "as it is"},
    "short_pooled": {"zh": "全部年份", "en": "all years"},
    "short_year": {"zh": "逐年", "en": "each year"},
    "short_base": {"zh": "{base}年", "en": "{base}"},
    "logged": {"zh": "取对数", "en": "ln"},
    "transformed": {"zh": "变换后", "en": "transformed"},
}


def model_word(key: str, lang: str, **facts: Any) -> str:
    """A word of the model in `lang`.

    >>> model_word("short_base", "en", base=2017)
    '2017'
    """
    return MODEL_WORDS[key][lang].format(**facts)
