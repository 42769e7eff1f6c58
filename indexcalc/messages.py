"""The voice of the program: every sentence a user can meet when something is wrong or worth knowing.

One page, both languages side by side. A template names its facts in braces; `hint_zh` and `hint_en` are filled with
"Did you mean ...?" by `errors.suggestion`. Tests hold that both languages exist and name the same facts.
"""

from __future__ import annotations

from typing import Any, NamedTuple


class Said(NamedTuple):
    """A fact that the two languages say differently."""

    en: str
    zh: str


MESSAGES: dict[str, dict[str, str]] = {
    # places
    "after_place": {"en": ": ", "zh": "："},
    "in_file": {"en": "{file}", "zh": "{file}"},
    "in_yaml": {"en": "{file}, line {line}, {path}", "zh": "{file}，第{line}行，{path}"},
    "in_option": {"en": "{option}", "zh": "{option}"},
    "in_sheet": {"en": "{file}, sheet '{sheet}'", "zh": "{file}，工作表“{sheet}”"},
    "in_cell": {"en": "{file}, sheet '{sheet}', cell {cell}", "zh": "{file}，工作表“{sheet}”，单元格{cell}"},
    "in_panel_cell": {
        "en": "{file}, sheet '{sheet}', cell {cell} ({city}, {year}), '{code}'",
        "zh": "{file}，工作表“{sheet}”，单元格{cell}（{city}，{year}），'{code}'",
    },
    "nothing": {"en": "", "zh": ""},
    "did_you_mean": {"en": "Did you mean '{near}'?", "zh": "是否应为'{near}'？"},
    "known_are": {"en": "Known: {known}.", "zh": "可用：{known}。"},
    # the YAML file
    "file_missing": {"en": "the file does not exist. Check the path.", "zh": "文件不存在。请检查路径。"},
    "file_unreadable": {"en": "the file cannot be read ({reason}).", "zh": "文件无法读取（{reason}）。"},
    "yaml_syntax": {
        "en": "this is not valid YAML: {reason}. Check indentation, colons and quotes at this line.",
        "zh": "YAML格式有误：{reason}。请检查该行的缩进、冒号与引号。",
    },
    "yaml_encoding": {
        "en": "the file is not UTF-8 text. Save it as UTF-8.",
        "zh": "文件不是UTF-8编码。请另存为UTF-8。",
    },
    "yaml_not_mapping": {
        "en": "found no mapping; expected the keys framework and methodology. See indicators.yaml of the project.",
        "zh": "内容不是键值结构；应含framework与methodology。请参照项目自带的indicators.yaml。",
    },
    "duplicate_key": {
        "en": "key '{key}' stands twice (first in line {first}). Keep one.",
        "zh": "键'{key}'重复（首次出现在第{first}行）。请只保留一个。",
    },
    "unknown_key": {"en": "key '{key}' is not known here. {hint_en}", "zh": "此处不认识键'{key}'。{hint_zh}"},
    "missing_key": {"en": "key '{key}' is missing. Add it.", "zh": "缺少键'{key}'。请补上。"},
    "unknown_word": {
        "en": "{field} '{found}' is not known. {hint_en}",
        "zh": "{field}的取值'{found}'无法识别。{hint_zh}",
    },
    "wrong_value": {
        "en": "{field}: found {found}, expected {expected}.",
        "zh": "{field}：读到{found}，应为{expected_zh}。",
    },
    "code_twice": {
        "en": "code '{code}' is used twice (also at {other}). Codes are unique over the whole framework: rename one.",
        "zh": "代码'{code}'重复使用（另见{other}）。代码在整个框架内必须唯一，请改名。",
    },
    "code_reserved": {
        "en": "'index' names the composite index itself. Choose another code.",
        "zh": "'index'专指综合指数本身，请换一个代码。",
    },
    "name_twice": {
        "en": "name '{name}' belongs to both '{code}' and '{other}': a header could not be told apart. Rename one.",
        "zh": "名称'{name}'同时属于'{code}'与'{other}'，表头将无法区分。请改名。",
    },
    "city_name_twice": {
        "en": "'{name}' names both {city} and {other}. A city's names and aliases must be its own.",
        "zh": "'{name}'同时指{city}与{other}。每个城市的名称与别名必须唯一。",
    },
    "unknown_code": {
        "en": "{field} names '{code}', which is no indicator or series. {hint_en}",
        "zh": "{field}引用了'{code}'，但没有这个指标或序列。{hint_zh}",
    },
    "unknown_group": {
        "en": "{field} '{code}' is not declared under {where}. {hint_en}",
        "zh": "{field}的'{code}'未在{where}下声明。{hint_zh}",
    },
    "no_indicator": {
        "en": "there is no indicator below this node. Give it indicators, or remove it.",
        "zh": "该节点之下没有指标。请补充指标或删除该节点。",
    },
    "weights_zero": {
        "en": "every child has weight 0: nothing is left to average. Give at least one a weight above 0.",
        "zh": "所有下级权重均为0，没有可合成的内容。请至少给一个大于0的权重。",
    },
    "two_derivations": {
        "en": "an indicator is derived in one way only; found {found}. Keep one.",
        "zh": "一个指标只能有一种派生方式；读到{found}。请只保留一种。",
    },
    "base_year_unknown": {
        "en": "reference names base year {year}, which is not among the years {years}. Choose one of these.",
        "zh": "参照基年{year}不在年份{years}之内。请从中选择。",
    },
    "claim_year": {
        "en": "the claim names {year}, which is not among the years {years}.",
        "zh": "论断所涉年份{year}不在{years}之内。",
    },
    "claim_city": {
        "en": "the claim names '{city}', which is no city of the framework. {hint_en}",
        "zh": "论断所涉城市'{city}'不在框架之内。{hint_zh}",
    },
    "claim_group_empty": {
        "en": "the claim names group '{group}', to which none of the cities belongs. Give a city this group.",
        "zh": "论断所涉城市组'{group}'之内没有城市。请为城市注明group。",
    },
    "highlight_city": {
        "en": "'{city}' is to be in colour, but is no city of the framework. {hint_en}",
        "zh": "要突出显示的城市'{city}'不在框架之内。{hint_zh}",
    },
    "claim_order": {
        "en": "the claim runs from {first} to {last}: the first year must come before the last.",
        "zh": "论断的起止年份为{first}至{last}：起始年必须早于终止年。",
    },
    # --weight and --set
    "option_form": {
        "en": "found '{found}', expected {expected}.",
        "zh": "读到'{found}'，应为{expected_zh}。",
    },
    "weight_code": {
        "en": "'{code}' is no dimension or indicator. {hint_en}",
        "zh": "'{code}'不是维度或指标。{hint_zh}",
    },
    "weight_value": {
        "en": "weight '{found}' cannot be meant: expected a number of at least 0, or a share such as 40%.",
        "zh": "权重'{found}'无法理解：应为不小于0的数，或如40%的份额。",
    },
    "weight_shares": {
        "en": "the shares given under '{parent}' add up to {total}; expected at most 100 %, and exactly 100 % if every "
        "child has one.",
        "zh": "'{parent}'之下给出的份额合计{total}；应不超过100%，若每个下级都给出则须恰为100%。",
    },
    "set_path": {
        "en": "'{path}' leads nowhere: '{key}' is {found}. Give a path such as methodology.aggregation.",
        "zh": "路径'{path}'不通：'{key}'处为{found}。路径示例：methodology.aggregation。",
    },
    # methods
    "unknown_step": {"en": "step '{found}' is not known. {hint_en}", "zh": "步骤'{found}'无法识别。{hint_zh}"},
    "unknown_method": {
        "en": "{step} '{found}' is not known. {hint_en}",
        "zh": "{step}方法'{found}'无法识别。{hint_zh}",
    },
    "method_form": {
        "en": "{step}: found {found}, expected a method's name, or {{method: NAME, parameter: value}}.",
        "zh": "{step}：读到{found}，应为方法名，或{{method: 名称, 参数: 值}}。",
    },
    "unknown_parameter": {
        "en": "{step} '{method}' has no parameter '{found}'. {hint_en}",
        "zh": "{step}方法'{method}'没有参数'{found}'。{hint_zh}",
    },
    "missing_parameter": {
        "en": "{step} '{method}' needs the parameter '{parameter}'. Add it.",
        "zh": "{step}方法'{method}'需要参数'{parameter}'。请补上。",
    },
    "parameter_value": {
        "en": "{step} '{method}': parameter {parameter}: found {found}, expected {expected}.",
        "zh": "{step}方法'{method}'的参数{parameter}：读到{found}，应为{expected_zh}。",
    },
    "parameters_exclusive": {
        "en": "{step} '{method}': {one} and {other} say two things of one limit. Give one of them.",
        "zh": "{step}方法'{method}'：{one}与{other}是同一限额的两种写法。请只给一个。",
    },
    "parameter_order": {
        "en": "{step} '{method}': {low_name} is {low} and {high_name} is {high}; the first must be below the second.",
        "zh": "{step}方法'{method}'：{low_name}为{low}，{high_name}为{high}；前者必须小于后者。",
    },
    "geometric_needs_positive": {
        "en": "aggregation '{aggregation}' of '{node}' needs scores above 0, but normalisation '{normalisation}' of "
        "'{child}' {why_en}. Use 'arithmetic', or min_max with lower: 1.",
        "zh": "'{node}'的合成方法'{aggregation}'要求得分大于0，但'{child}'的标准化方法'{normalisation}'{why_zh}。"
        "请改用'arithmetic'，或min_max并设lower: 1。",
    },
    "scores_not_positive": {
        "en": "aggregation '{aggregation}' of '{node}' needs scores above 0, but '{child}' is {value:.6g} in {where}. "
        "Use 'arithmetic', or a normalisation and reference under which every score stays above 0 (min_max with "
        "lower: 1 and reference: pooled).",
        "zh": "'{node}'的合成方法'{aggregation}'要求得分大于0，但'{child}'在{where}为{value:.6g}。"
        "请改用'arithmetic'，或采用使得分恒大于0的标准化与参照（min_max设lower: 1，reference: pooled）。",
    },
    "posts_treated": {
        "en": "{step} '{method}' of '{code}' is given in the indicator's own unit, but the treatment of outliers has put its "
        "figures into logarithms. Set treatment: none for it, or transform: log.",
        "zh": "'{code}'的'{method}'（{step}）的参数以指标原单位给出，而异常值处理已将其取对数。请为其设treatment: none，或transform: log。",
    },
    "posts_sample": {
        "en": "{step} '{method}' of '{code}' is given in the indicator's own unit, but transform '{transform}' depends on the "
        "sample: the posts would move with it. Use transform log, or min_max.",
        "zh": "'{code}'的'{method}'（{step}）的参数以指标原单位给出，而变换'{transform}'依赖样本，参数会随之移动。请改用log变换，或min_max。",
    },
    "posts_domain": {
        "en": "{step} '{method}' of '{code}': {parameter} is {value:g}, but its transform '{transform}' needs values "
        "above {bound:g}. Raise it, or remove the transform.",
        "zh": "'{code}'的'{method}'（{step}）的{parameter}为{value:g}，而其变换'{transform}'要求数值大于{bound:g}。请调高或去掉该变换。",
    },
    "weighting_constant": {
        "en": "weighting '{weighting}' looks at how figures differ, but '{code}' has one value ({value:g}){scope_en}. "
        "Leave the indicator out (weight: 0), or use given weights.",
        "zh": "赋权方法'{weighting}'依据数据差异，而'{code}'{scope_zh}为同一个值（{value:g}）。请剔除该指标（weight: 0）或改用given。",
    },
    "by_observation_scope": {
        "en": "weighting '{weighting}' of '{node}' weighs the children of one node for each city-year; scope: indicators has "
        "no meaning for it. Use scope: within or levels.",
        "zh": "'{node}'的赋权方法'{weighting}'为每个城市-年份给同一节点的下级定权，scope: indicators对其没有意义。"
        "请用scope: within或levels。",
    },
    "by_observation_pair": {
        "en": "weighting '{weighting}' of '{node}' gives each city-year weights of its own, which stand for a weighted sum "
        "of complete scores only; found aggregation '{aggregation}', missing '{missing}'. Use aggregation: arithmetic and "
        "missing: refuse or propagate.",
        "zh": "'{node}'的赋权方法'{weighting}'为每个城市-年份单独定权，只适用于齐全得分的加权和；读到合成方法'{aggregation}'、"
        "缺失规则'{missing}'。请用aggregation: arithmetic，missing: refuse或propagate。",
    },
    "screened_all": {
        "en": "screening has left out every city or indicator. Lower the minimum.",
        "zh": "筛选剔除了全部城市或指标。请降低下限。",
    },
    "transform_domain": {
        "en": "transform '{transform}' of '{code}' needs values above {bound:g}, but {where} has {value:.6g}. Remove the "
        "transform, or the indicator.",
        "zh": "'{code}'的变换'{transform}'要求数值大于{bound:g}，但{where}为{value:.6g}。请去掉该变换或该指标。",
    },
    "transform_zero": {
        "en": "transform '{transform}' of '{code}' divides by the value, which is 0 in {where}. Remove the transform, or "
        "the indicator.",
        "zh": "'{code}'的变换'{transform}'以数值为除数，而{where}为0。请去掉该变换或该指标。",
    },
    "normalisation_positive": {
        "en": "normalisation '{method}' of '{code}' needs values above 0, but finds {value:.6g}{scope_en}. Use min_max "
        "or z_score for it.",
        "zh": "'{code}'的标准化方法'{method}'要求数值大于0，但读到{value:.6g}{scope_zh}。请改用min_max或z_score。",
    },
    "not_normalisable": {
        "en": "normalisation '{method}' of '{code}' gives no finite score in {where}. Check the figures and the "
        "parameters.",
        "zh": "'{code}'的标准化方法'{method}'在{where}得不到有限的得分。请检查数据与参数。",
    },
    "weighting_negative": {
        "en": "weighting '{weighting}' needs values {bound_en}, but '{code}' is {value:.6g} in {where}. Use "
        "normalisation min_max, or another basis.",
        "zh": "赋权方法'{weighting}'要求数值{bound_zh}，但'{code}'在{where}为{value:.6g}。请改用min_max标准化或另选basis。",
    },
    "weighting_mean": {
        "en": "weighting '{weighting}' divides by the mean, but that of '{code}' is {value:.6g}. Use normalisation "
        "min_max, or basis: raw.",
        "zh": "赋权方法'{weighting}'以均值为除数，但'{code}'的均值为{value:.6g}。请改用min_max标准化或basis: raw。",
    },
    "weight_negative": {
        "en": "weighting '{weighting}' gives '{code}' the weight {value:.4g}: a negative weight turns a strength into a "
        "weakness. Use another weighting, or leave the indicator out.",
        "zh": "赋权方法'{weighting}'给'{code}'的权重为{value:.4g}：负权重会把优势变为劣势。请换用其他赋权方法或剔除该指标。",
    },
    "weight_undefined": {
        "en": "weighting '{weighting}' gives '{code}' no weight: its figures do not vary, or are missing. Use another "
        "weighting, or leave the indicator out.",
        "zh": "赋权方法'{weighting}'得不到'{code}'的权重：其数据没有变化或缺失。请换用其他赋权方法或剔除该指标。",
    },
    "not_orientable": {
        "en": "direction '{direction}' of '{code}' cannot place the values of {where}. Check the best values.",
        "zh": "'{code}'的方向'{direction}'无法处理{where}的数值。请检查最优值。",
    },
    "score_not_finite": {
        "en": "aggregation '{aggregation}' gives '{node}' no finite score in {where}, though every part has one: they are "
        "too large or too small to be reckoned with. Normalise the indicators, or give them in another unit.",
        "zh": "合成方法'{aggregation}'算不出'{node}'在{where}的有限得分，尽管各组成部分都有得分：数值过大或过小。请先标准化，或为指标换用其他单位。",
    },
    "scores_out_of_bounds": {
        "en": "aggregation '{aggregation}' of '{node}' needs scores from {least} to {most}, but '{child}' is {value:.6g} in "
        "{where}. Normalise to that range.",
        "zh": "'{node}'的合成方法'{aggregation}'要求得分在{least}至{most}之间，但'{child}'在{where}为{value:.6g}。"
        "请标准化到该范围。",
    },
    "per_child": {
        "en": "aggregation '{aggregation}' of '{node}': {parameter} has {found} entries, expected one for each of the "
        "{expected} children.",
        "zh": "'{node}'的合成方法'{aggregation}'：{parameter}有{found}项，应与{expected}个下级一一对应。",
    },
    "combination_by_observation": {
        "en": "weighting '{weighting}' of '{node}' combines one set of weights with another, but '{part}' gives each "
        "city-year its own. Use per: pooled, or another part.",
        "zh": "'{node}'的赋权方法'{weighting}'需合并两组权重，而'{part}'各城市-年份各不相同。请用per: pooled或换用其他方法。",
    },
    "ahp_order": {
        "en": "weighting 'ahp' of '{node}': order names {found}, expected the children {expected}, each once.",
        "zh": "'{node}'的层次分析法：order为{found}，应为各下级{expected}，每个一次。",
    },
    "ahp_size": {
        "en": "weighting 'ahp' of '{node}': the matrix has {found} rows, expected one for each of the {expected} children.",
        "zh": "'{node}'的层次分析法：判断矩阵有{found}行，应与{expected}个下级一一对应。",
    },
    "ahp_too_large": {
        "en": "weighting 'ahp' of '{node}': {found} children, but random indices are known for at most {limit}. Nest them "
        "in dimensions.",
        "zh": "'{node}'的层次分析法：有{found}个下级，而随机一致性指标最多到{limit}阶。请分层。",
    },
    "ahp_square": {
        "en": "weighting 'ahp' of '{node}': row {row} has {found} entries, expected {expected}.",
        "zh": "'{node}'的层次分析法：第{row}行有{found}项，应为{expected}项。",
    },
    "ahp_entry": {
        "en": "weighting 'ahp' of '{node}': row {row}, column {column}: found {found}, expected a number above 0 or a "
        "fraction such as 1/3.",
        "zh": "'{node}'的层次分析法：第{row}行第{column}列读到{found}，应为大于0的数或如1/3的分数。",
    },
    "ahp_diagonal": {
        "en": "weighting 'ahp' of '{node}': row {row}, column {column}: found {found}, expected 1 on the diagonal.",
        "zh": "'{node}'的层次分析法：第{row}行第{column}列读到{found}，对角线应为1。",
    },
    "ahp_reciprocal": {
        "en": "weighting 'ahp' of '{node}': row {row}, column {column}: found {found}, but the opposite comparison is "
        "{opposite}; expected its reciprocal.",
        "zh": "'{node}'的层次分析法：第{row}行第{column}列读到{found}，而对称位置为{opposite}，应互为倒数。",
    },
    "ahp_inconsistent": {
        "en": "weighting 'ahp' of '{node}': the comparisons contradict each other, CR {ratio:.3f} (below {limit:g} is wanted). The most "
        "strained is row {row}, column {column}: {found}, where the others imply {implied:.2f}. Reconsider it, or set "
        "accept_inconsistent: true.",
        "zh": "'{node}'的层次分析法：判断相互矛盾，CR为{ratio:.3f}（应小于{limit:g}）。矛盾最大处为第{row}行第{column}列：{found}，"
        "其余判断意味着{implied:.2f}。请重新判断，或设accept_inconsistent: true。",
    },
    "share_bounds": {
        "en": "weighting 'benefit_of_the_doubt' of '{node}': {n_child} shares between {lower:g} and {upper:g} cannot add up to 1. "
        "Widen the bounds.",
        "zh": "'{node}'的BoD赋权：{n_child}个份额在{lower:g}与{upper:g}之间，合计不可能为1。请放宽上下限。",
    },
    "screened": {
        "en": "screening: these {what_en} have less than {minimum} of their cells observed: {names}. Complete the "
        "figures, lower the minimum, or set action: leave_out.",
        "zh": "筛选：下列{what_zh}的实有数据不足{minimum}：{names}。请补齐数据、降低下限，或设action: leave_out。",
    },
    "screened_dimension": {
        "en": "screening: '{node}' has less than {minimum} of its cells observed in {where}. Complete the figures, lower "
        "the minimum, or set action: leave_out.",
        "zh": "筛选：'{node}'在{where}的实有数据不足{minimum}。请补齐数据、降低下限，或设action: leave_out。",
    },
    "level_unknown": {
        "en": "levels: level {level} has nothing to combine; expected 0 (the index) to {deepest} (the lowest dimensions); "
        "the indicators, one below, may have a rounding only.",
        "zh": "levels：第{level}层没有可合成的内容；应为0（指数）至{deepest}（最低一层维度），其下的指标层只能设rounding。",
    },
    "screening_node": {
        "en": "screening names '{code}', which is no dimension. {hint_en}",
        "zh": "筛选所涉'{code}'不是维度。{hint_zh}",
    },
    "derivation_cycle": {
        "en": "'{code}' is derived from itself: {path}. Break the circle.",
        "zh": "'{code}'的派生构成循环：{path}。请打破循环。",
    },
    "posts_direction": {
        "en": "normalisation '{method}' of '{code}' is given in the indicator's own unit, which direction '{direction}' does not "
        "keep. Use min_max, or direction positive or negative.",
        "zh": "'{code}'的标准化方法'{method}'的参数以指标原单位给出，而方向'{direction}'不保留原单位。请改用min_max，或改为正向、负向。",
    },
    "whole_sample_missing": {
        "en": "aggregation '{aggregation}' of '{node}' compares all city-years with each other and needs every child; "
        "missing '{missing}' cannot give it that. Use refuse or propagate.",
        "zh": "'{node}'的合成方法'{aggregation}'需在全部样本间比较且各下级齐全，缺失规则'{missing}'不能满足。"
        "请用refuse或propagate。",
    },
    "minimum_count": {
        "en": "the missing rule wants at least {wanted} children of '{node}' to have a score, but it has {n} in all: it "
        "would never have one. Lower minimum_count, or give '{node}' a missing rule of its own.",
        "zh": "缺失规则要求'{node}'至少有{wanted}个下级有得分，而它总共只有{n}个下级，将永远没有得分。"
        "请调低minimum_count，或为'{node}'单独指定缺失规则。",
    },
    "whole_sample_weights": {
        "en": "aggregation '{aggregation}' of '{node}' compares all city-years under one set of weights; weighting "
        "'{weighting}' gives each its own. Use per: pooled, or another weighting.",
        "zh": "'{node}'的合成方法'{aggregation}'需全部样本使用同一组权重，而赋权方法'{weighting}'各不相同。"
        "请用per: pooled或换用其他赋权方法。",
    },
    # contributions and explain
    "split_aggregation": {
        "en": "the score of {nodes} cannot be split into parts: aggregation '{aggregation}' is no weighted mean of the "
        "children. These are: {known}.",
        "zh": "{nodes}的得分无法分解：合成方法'{aggregation}'不是下级得分的加权平均。可分解的方法：{known}。",
    },
    "split_level": {
        "en": "the score of {nodes} is no sum of parts by itself: the aggregation is '{aggregation}'. Split its distance "
        "from the mean city instead (reference: mean).",
        "zh": "{nodes}的合成方法为'{aggregation}'，得分本身不是各部分之和。请改为分解与平均城市之差（reference: mean）。",
    },
    "split_rounding": {
        "en": "the score of {nodes} cannot be split exactly: it is rounded. Remove the rounding.",
        "zh": "{nodes}的得分经过舍入，无法精确分解。请去掉rounding。",
    },
    "split_weights": {
        "en": "the difference in '{node}' cannot be split for {where}: the two city-years that are compared weigh its "
        "children differently. Use one set of weights, and complete the figures.",
        "zh": "{where}在'{node}'上的得分之差无法分解：相比较的两个城市-年份，其下级权重不同。请统一权重并补齐数据。",
    },
    "explain_city": {
        "en": "city '{found}' is not in the index. {hint_en}",
        "zh": "指数中没有城市'{found}'。{hint_zh}",
    },
    "explain_no_city": {
        "en": "'{found}' is a YAML file; the city that comes before it is missing. Write: indexcalc explain CITY {found}.",
        "zh": "'{found}'是YAML文件，其前缺少城市。请写作：indexcalc explain 城市 {found}。",
    },
    "explain_year": {
        "en": "year {found} is not in the index, which has {years}. {hint_en}",
        "zh": "指数中没有{found}年，只有{years}年。{hint_zh}",
    },
    "explain_indicator": {
        "en": "'{found}' is no indicator of the index. {hint_en}",
        "zh": "指数中没有指标'{found}'。{hint_zh}",
    },
    "explain_year_alone": {
        "en": "this goes with --trace alone; a story covers all years. Leave it out, or add --trace INDICATOR.",
        "zh": "只与--trace一起使用；城市的说明涵盖全部年份。请去掉，或加上--trace INDICATOR。",
    },
    "explain_one_of_two": {
        "en": "--trace and --against answer different questions. Give one of the two.",
        "zh": "--trace与--against各有用途，请只给其中一个。",
    },
    "explain_no_score": {
        "en": "{city} has no score in {where}: nothing to explain. Complete its figures, or choose another year.",
        "zh": "{city}在{where}没有得分，无从解释。请补齐数据或另选年份。",
    },
    "explain_no_year": {
        "en": "{city} and {other} have no year in which both have a score. Complete their figures.",
        "zh": "{city}与{other}没有同时有得分的年份，无法比较。请补齐数据。",
    },
    "explain_itself": {
        "en": "{city} is not compared with itself. Name another city.",
        "zh": "{city}不与自身比较。请另选城市。",
    },
    # the workbook
    "workbook_not_xlsx": {
        "en": "this is not an .xlsx workbook that can be opened ({reason}). Save it from Excel as .xlsx.",
        "zh": "无法作为.xlsx工作簿打开（{reason}）。请在Excel中另存为.xlsx。",
    },
    "no_layout": {
        "en": "no sheet holds the figures; found the sheets {sheets}. Expected one sheet whose first row has '城市' "
        "(city) and '年份' (year); or one sheet per year named after it, with '城市' and the indicators in the first row; "
        "or one sheet per indicator named after it, cities down and years across; or one sheet with a row per figure, whose "
        "first row has '城市' (city), '年份' (year), '指标' (indicator) and '数值' (value).",
        "zh": "未找到数据工作表；现有工作表：{sheets}。应有一张首行含“城市”与“年份”的面板表，"
        "或每年一张以年份命名、首行为“城市”与各指标的表，或每个指标一张以指标命名的表（城市为行、年份为列），"
        "或一张每行一个数值、首行为“城市”“年份”“指标”“数值”的长表。",
    },
    "two_panels": {
        "en": "several sheets look like the panel: {sheets}. Keep one, or rename the header of the others.",
        "zh": "有多张工作表都像面板表：{sheets}。请只保留一张，或改动其余各表的表头。",
    },
    "two_layouts": {
        "en": "figures stand in more than one layout: {found_en}. Which is meant? Keep one layout.",
        "zh": "数据以多种布局出现：{found_zh}，无法判断以哪个为准。请只保留一种布局。",
    },
    "year_sheet_twice": {
        "en": "year {year} has a sheet already ('{other}'). Keep one.",
        "zh": "{year}年已有工作表“{other}”。请只保留一张。",
    },
    "year_sheet_city": {
        "en": "the sheet is named after a year, but its first row has no '城市' (city). Add it, or rename the sheet.",
        "zh": "工作表以年份命名，但首行没有“城市”。请补上，或给该表改名。",
    },
    "year_sheet_column": {
        "en": "column '{code}' is missing here and stands on the sheets of other years. Add it, and leave its cells empty "
        "where there is no figure.",
        "zh": "本表缺少'{code}'一列，而其他年份的表中有此列。请补上该列，没有数据的单元格留空。",
    },
    "long_header": {
        "en": "header '{found}' is none of a sheet with a row per figure. Expected city, year, indicator, value, and if "
        "wished unit, source, note, flag. Correct it, or delete the column.",
        "zh": "表头'{found}'不属于长表。长表的列为：城市、年份、指标、数值，另可有单位、来源、说明、标记。请更正或删除该列。",
    },
    "empty_indicator": {
        "en": "the indicator is empty. Write its code or name, or delete the row.",
        "zh": "指标为空。请填写指标代码或名称，或删除该行。",
    },
    "unknown_indicator": {
        "en": "'{found}' is no indicator or series of the framework. {hint_en} Correct it, declare it under "
        "framework.series, or delete the row.",
        "zh": "'{found}'不是框架中的指标或序列。{hint_zh}请更正，或在framework.series下声明，或删除该行。",
    },
    "derived_rows": {
        "en": "'{found}' is a derived indicator ('{code}'): it is computed from its parts. Delete the row.",
        "zh": "'{found}'为派生指标（'{code}'），由其构成项计算得出。请删除该行。",
    },
    "duplicate_figure": {
        "en": "'{code}' of {city} {year} stands twice (first in row {first}). Keep one.",
        "zh": "{city} {year}年的'{code}'重复（首次在第{first}行）。请只保留一行。",
    },
    "unknown_header": {
        "en": "header '{found}' is no indicator or series of the framework. {hint_en} Correct it, declare it under "
        "framework.series, or delete the column.",
        "zh": "表头'{found}'不是框架中的指标或序列。{hint_zh}请更正，或在framework.series下声明，或删除该列。",
    },
    "derived_header": {
        "en": "header '{found}' is a derived indicator ('{code}'): it is computed from its parts. Delete the column.",
        "zh": "表头'{found}'为派生指标（'{code}'），由其构成项计算得出。请删除该列。",
    },
    "empty_header": {
        "en": "found figures below an empty header. Write the indicator's code or name (or the year), or delete the column.",
        "zh": "空表头之下有数据。请填写指标代码、名称（或年份），或删除该列。",
    },
    "header_twice": {
        "en": "'{code}' stands in two columns (also {other}). Keep one.",
        "zh": "'{code}'出现在两列（另见{other}）。请只保留一列。",
    },
    "merged_cells": {
        "en": "cells {range} are merged; only the first of them holds a value. Unmerge them and fill every cell.",
        "zh": "单元格{range}为合并单元格，仅首格有值。请取消合并并逐格填写。",
    },
    "hidden_sheet": {
        "en": "the sheet is hidden. Show it, or delete it: what is computed should be seen.",
        "zh": "该工作表被隐藏。请取消隐藏或删除：参与计算的数据应当可见。",
    },
    "hidden_row": {
        "en": "row {row} is hidden. Show it, or delete it: what is computed should be seen.",
        "zh": "第{row}行被隐藏。请取消隐藏或删除：参与计算的数据应当可见。",
    },
    "hidden_column": {
        "en": "column {column} is hidden. Show it, or delete it: what is computed should be seen.",
        "zh": "第{column}列被隐藏。请取消隐藏或删除：参与计算的数据应当可见。",
    },
    "missing_column": {
        "en": "'{code}' ({name}) is missing: no column or sheet bears its code or name. Add it, or declare the series "
        "optional: true.",
        "zh": "缺少'{code}'（{name_zh}）：没有以其代码或名称命名的列或工作表。请补上，或将该序列声明为optional: true。",
    },
    "unknown_city": {
        "en": "city '{found}' is not in the framework. {hint_en} Correct it, or add it under framework.cities.",
        "zh": "城市'{found}'不在框架之内。{hint_zh}请更正，或在framework.cities下添加。",
    },
    "empty_city": {"en": "the city is empty. Fill it in, or delete the row.", "zh": "城市为空。请填写或删除该行。"},
    "bad_year": {
        "en": "year: found {found}, expected a whole number such as 2020, typed as a number.",
        "zh": "年份：读到{found}，应为数值型整数，如2020。",
    },
    "unknown_year": {
        "en": "year {found} is not a year of the framework ({years}). Correct it, or add it to framework.years.",
        "zh": "年份{found}不在框架年份（{years}）之内。请更正，或加入framework.years。",
    },
    "duplicate_city_year": {
        "en": "{city} {year} stands twice (first in row {first}). Keep one.",
        "zh": "{city} {year}年重复（首次在第{first}行）。请只保留一行。",
    },
    "duplicate_year_column": {
        "en": "year {year} stands twice (first in column {first}). Keep one.",
        "zh": "{year}年重复（首次在第{first}列）。请只保留一列。",
    },
    "cell_text": {
        "en": "found '{found}', expected a number. Leave the cell empty if the value is missing.",
        "zh": "读到'{found}'，应为数值。若缺失请留空。",
    },
    "cell_text_number": {
        "en": "found '{found}', a number stored as text, expected a number. Convert the cell to a number.",
        "zh": "读到'{found}'，为文本型数字，应为数值。请转换为数值格式。",
    },
    "cell_error": {
        "en": "found the error {found}, expected a number. Mend the formula, or leave the cell empty.",
        "zh": "读到错误值{found}，应为数值。请修正公式或留空。",
    },
    "cell_formula": {
        "en": "found the formula {found} without a stored value. Open and save the file in Excel, or paste the value.",
        "zh": "公式{found}没有存储计算结果。请在Excel中打开并保存，或粘贴为数值。",
    },
    "cell_kind": {
        "en": "found {found}, expected a number. Leave the cell empty if the value is missing.",
        "zh": "读到{found}，应为数值。若缺失请留空。",
    },
    "unit_differs": {
        "en": "'{code}': the unit row says '{found}', the framework says '{expected}'. Convert the column, or correct "
        "one of the two.",
        "zh": "'{code}'：单位行为'{found}'，框架为'{expected}'。请换算该列，或更正其一。",
    },
    "percent_or_fraction": {
        "en": "'{code}' is declared in %, but all its values lie between {low:.4g} and {high:.4g}: these look like "
        "fractions. Multiply by 100, or correct the unit.",
        "zh": "'{code}'的单位为%，但数值都在{low:.4g}与{high:.4g}之间，像是小数。请乘以100，或更正单位。",
    },
    # the panel
    "panel_shape": {
        "en": "values have the shape {found}, expected (cities, years, codes) = {expected}.",
        "zh": "数据形状为{found}，应为（城市，年份，代码）={expected}。",
    },
    "panel_years": {
        "en": "the years are {found}; expected ascending years. Sort them.",
        "zh": "年份为{found}，应按升序排列。请排序。",
    },
    "panel_year": {
        "en": "row {row}: year: found {found}, expected a whole number such as 2020.",
        "zh": "第{row}行：年份读到{found}，应为整数，如2020。",
    },
    "panel_column": {
        "en": "column '{code}' has {found} figures, expected {expected}, one for each row.",
        "zh": "列'{code}'有{found}个数值，应为{expected}个，每行一个。",
    },
    "panel_city": {
        "en": "row {row} has no city. Fill it in, or leave the row out.",
        "zh": "第{row}行没有城市。请填写或去掉该行。",
    },
    "yaml_endless": {
        "en": "an alias contains itself: the file has no end. Write the value out.",
        "zh": "别名包含自身，内容没有尽头。请直接写出该值。",
    },
    "panel_label_twice": {
        "en": "{kind} '{label}' stands twice. Keep one.",
        "zh": "{kind}'{label}'重复。请只保留一个。",
    },
    "infinite": {
        "en": "'{code}' is infinite in {where}. Give a finite number, or leave the cell empty.",
        "zh": "'{code}'在{where}为无穷大。请给出有限数值，或留空。",
    },
    "column_empty": {
        "en": "'{code}' has no figure at all. Fill it in, or give the indicator that needs it weight 0.",
        "zh": "'{code}'没有任何数据。请填写，或将用到它的指标权重设为0。",
    },
    "divide_by_zero": {
        "en": "'{code}' divides by '{part}', which is 0 in {where}. Correct the figure, or leave it empty.",
        "zh": "'{code}'以'{part}'为分母，而其在{where}为0。请更正，或留空。",
    },
    "share_range": {
        "en": "'{code}' is declared a share of '{whole}', but is {value:.4g} % in {where}; expected 0 to 100. Check "
        "the two columns, or declare a ratio.",
        "zh": "'{code}'声明为'{whole}'的份额，但在{where}为{value:.4g}%，应在0至100之间。请核对两列，或改为ratio。",
    },
    "constant": {
        "en": "Indicator '{code}' has one value ({value}) in all {n} city-years{scope_en}: it cannot be normalised. "
        "Remove it, or give it goalposts.",
        "zh": "指标'{code}'在全部{n}个城市-年份{scope_zh}中只有一个值（{value}），无法标准化。"
        "请删除，或给出goalposts。",
    },
    "base_year_empty": {
        "en": "'{code}' has no figure in the base year {year}: nothing to normalise against. Choose another base year.",
        "zh": "'{code}'在基年{year}没有数据，无从标准化。请另选基年。",
    },
    "no_value": {
        "en": "'{code}' has no value in {where} (imputation: {imputation}). Give the figure, choose another "
        "imputation, or set missing: renormalise for '{node}'.",
        "zh": "'{code}'在{where}没有数值（插补方法：{imputation}）。请补数据、换用插补方法，"
        "或为'{node}'设missing: renormalise。",
    },
    "node_no_value": {
        "en": "'{code}' has no score in {where}, and '{node}' refuses missing children. Set missing: renormalise or "
        "propagate for '{node}', or complete the data.",
        "zh": "'{code}'在{where}没有得分，而'{node}'不接受缺失。"
        "请为'{node}'设missing: renormalise或propagate，或补齐数据。",
    },
    "no_city_year": {
        "en": "no city-year is left to compute. Check cities and years of the framework against the workbook.",
        "zh": "没有可计算的城市-年份。请核对框架中的城市、年份与工作簿。",
    },
    "no_workbook": {
        "en": "framework.workbook is missing, and no --workbook is given. Name the workbook in one of the two.",
        "zh": "未给出framework.workbook，也没有用--workbook指定工作簿。请择一给出。",
    },
    # analyses
    "unknown_lens": {
        "en": "there is no lens '{code}'. {hint_en}",
        "zh": "没有视角'{code}'。{hint_zh}",
    },
    "analysis_span": {
        "en": "from {first} to {last}: expected two of the years {years}, the earlier first.",
        "zh": "起止年份{first}至{last}：应为{years}中的两年，且起始年在前。",
    },
    "levels_incomparable": {
        "en": "Each year is judged by itself, so levels of different years do not compare: {what_en}.",
        "zh": "各年分别计算，不同年份的水平不可比：{what_zh}。",
    },
    "lens_group_empty": {
        "en": "Lens '{lens}': no indicator in use bears the tag '{group}'; it is shown as empty.",
        "zh": "视角'{lens}'：没有在用的指标带有标签'{group}'，显示为空。",
    },
    "lens_share_undefined": {
        "en": "Lens '{lens}': no share of growth from {first} to {last} for {cities}: {why_en}.",
        "zh": "视角'{lens}'：{cities}在{first}至{last}年没有增长份额：{why_zh}。",
    },
    "lens_not_the_index": {
        "en": "Lens '{lens}': growth is that of the arithmetic mean of the indicators under one set of weights; the index "
        "itself is made otherwise.",
        "zh": "视角'{lens}'：增长按同一组权重下各指标的算术平均值计算，而指数本身另有合成方法。",
    },
    "no_score_scale": {
        "en": "integration and obstacles need scores on one bounded scale, but normalisation '{normalisation}' of {codes} "
        "{why_en}. Use min_max, percentile_rank, or goalposts with cap: true.",
        "zh": "耦合协调与障碍度分析要求得分处于同一有界区间，但{codes}的标准化方法'{normalisation}'{why_zh}。"
        "请改用min_max、percentile_rank，或goalposts并设cap: true。",
    },
    "score_scales_differ": {
        "en": "integration and obstacles need scores on one scale, but normalisation gives {scales}. Give all indicators "
        "the same lower and upper.",
        "zh": "耦合协调与障碍度分析要求得分处于同一区间，但标准化后有{scales_zh}。请为所有指标设相同的lower与upper。",
    },
    "scales_mixed": {
        "en": "'{node}' combines scores of different size by '{aggregation}': '{small}' reaches {least}, '{large}' "
        "{most}, so that the latter decides almost alone. Give both the same scale (lower and upper of their "
        "normalisation), unless that is meant.",
        "zh": "'{node}'以'{aggregation}'合成的得分量级悬殊：'{small}'最大为{least}，'{large}'达{most}，结果几乎只由后者决定。"
        "若非有意，请统一二者的得分区间（标准化的lower与upper）。",
    },
    "aggregation_off_scale": {
        "en": "integration needs the scores of the dimensions on the scale of the indicators, which aggregation "
        "'{aggregation}' of '{node}' does not keep. Use arithmetic or geometric for it.",
        "zh": "耦合协调分析要求维度得分与指标处于同一区间，而'{node}'的合成方法'{aggregation}'不能保证。请改用arithmetic或geometric。",
    },
    "weighting_off_scale": {
        "en": "integration needs the scores of the dimensions on the scale of the indicators, which weighting "
        "'{weighting}' of '{node}' does not keep. Use another weighting for it.",
        "zh": "耦合协调分析要求维度得分与指标处于同一区间，而'{node}'的赋权方法'{weighting}'不能保证。请改用其他赋权方法。",
    },
    "coupling_negative": {
        "en": "integration needs scores of at least 0, but the scale begins at {lower:g}. Set lower: 0 or above.",
        "zh": "耦合协调分析要求得分不小于0，但标准化区间始于{lower:g}。请将lower设为0或以上。",
    },
    "coupling_needs_two": {
        "en": "integration is between two dimensions or more; the index has {n}.",
        "zh": "耦合协调分析至少需要两个维度；该指数只有{n}个。",
    },
    "coupling_zero": {
        "en": "'{node}' scores 0 in {where}: coupling and coordination are 0 there, whatever the other dimensions are.",
        "zh": "'{node}'在{where}得分为0：无论其他维度如何，耦合度与协调度均为0。",
    },
    "inequality_negative": {
        "en": "measures of inequality need scores of at least 0, but '{node}' is {value:.6g} in {where}. Use min_max, "
        "percentile_rank or goalposts.",
        "zh": "不平等测度要求得分不小于0，但'{node}'在{where}为{value:.6g}。请改用min_max、percentile_rank或goalposts。",
    },
    "inequality_origin": {
        "en": "Where the scale begins is a choice: with another lower bound the coefficient of variation, Gini, Theil and "
        "beta are others. Compare years of this index, not indices.",
        "zh": "得分区间的起点是人为选定的：换一个下限，变异系数、基尼系数、泰尔指数与β都会改变。只宜作本指数的年际比较，不宜跨指数比较。",
    },
    "convergence_bounded": {
        "en": "No score can pass {upper:g}: those near it can only rise slowly, so a negative beta is partly the scale's doing.",
        "zh": "得分不能超过{upper:g}：接近上限者只能缓慢上升，因此β为负在一定程度上由区间本身造成。",
    },
    "overtakings_many": {
        "en": "Who passed whom is not listed: there are {n} cities, more than {most}. Ask for one with explain.",
        "zh": "共{n}个城市，超过{most}个，不逐对列出谁超过谁。可用explain查看某个城市。",
    },
    "convergence_few": {
        "en": "Beta rests on {n} cities: read its interval, not its sign.",
        "zh": "β仅基于{n}个城市：应看置信区间，而非符号。",
    },
    "beta_zero": {
        "en": "No beta: '{node}' is 0 in {where}, and 0 has no logarithm. Use min_max with lower: 1.",
        "zh": "没有β：'{node}'在{where}为0，无法取对数。请用min_max并设lower: 1。",
    },
    "beta_left_out": {
        "en": "Beta leaves out {cities}: no score in {first} or in {last}.",
        "zh": "β未包含{cities}：{first}年或{last}年没有得分。",
    },
    "group_of_one": {
        "en": "Group '{group}' has one city in {years}: within it there is no inequality by definition.",
        "zh": "组'{group}'在{years}年只有一个城市：组内差异按定义为0。",
    },
    "yardstick_in_index": {
        "en": "yardstick '{yardstick}' names '{column}', of which the index itself is made. A yardstick stands outside: take "
        "one of the two away.",
        "zh": "参照'{yardstick}'引用了'{column}'，而指数本身由其构成。参照应独立于指数之外，请去掉其一。",
    },
    "yardstick_city": {
        "en": "yardstick '{yardstick}' names '{city}', which is no city of the framework. {hint_en}",
        "zh": "参照'{yardstick}'所涉城市'{city}'不在框架之内。{hint_zh}",
    },
    "yardstick_empty": {
        "en": "Yardstick '{yardstick}' has no figure for any city and year of the index; it is shown as empty.",
        "zh": "参照'{yardstick}'在指数的城市与年份内没有任何数据，显示为空。",
    },
    "yardstick_years": {
        "en": "Yardstick '{yardstick}': {years} are not years of the index and are left out.",
        "zh": "参照'{yardstick}'：{years}不是指数的年份，未采用。",
    },
    # bounds over weights
    "bounds_aggregation": {
        "en": "no exact bounds over weights: '{node}' is aggregated by '{aggregation}'; they exist for arithmetic and geometric "
        "means. Use one of these (--set methodology.aggregation=arithmetic), or read the shares of draws instead.",
        "zh": "无法给出权重的精确界限：'{node}'的合成方法为'{aggregation}'，只有算术平均与几何平均可以证明。请改用其一"
        "（--set methodology.aggregation=arithmetic），或参看抽样所得的份额。",
    },
    "bounds_weights": {
        "en": "no exact bounds over weights: weighting '{weighting}' gives '{node}' other weights in each city-year or year. "
        "Use a weighting with one set of weights (given, or per: pooled).",
        "zh": "无法给出权重的精确界限：赋权方法'{weighting}'使'{node}'的权重因城市、年份而异。请采用统一的权重（given，或per: pooled）。",
    },
    "bounds_missing": {
        "en": "no exact bounds over weights: '{node}' is taken over the children present (missing: {missing}), which are not "
        "all there in {where}. Fill the figures, or use missing: propagate.",
        "zh": "无法给出权重的精确界限：'{node}'按现有下级合成（missing: {missing}），而{where}缺少部分下级。请补齐数据，或改用missing: propagate。",
    },
    "bounds_rounding": {
        "en": "no exact bounds over weights: the scores of '{node}' are rounded to {decimals} decimals. Remove the rounding "
        "(the score then moves by less than one unit of the last decimal).",
        "zh": "无法给出权重的精确界限：'{node}'的得分保留{decimals}位小数。请去掉取整（得分变化不超过末位一个单位）。",
    },
    "bounds_decimals": {
        "en": "no exact bounds over weights: ranks are taken on scores of {decimals} decimals, so that whole ranges of scores "
        "tie. Set rank_on: {{decimals: {fewest}}} or more.",
        "zh": "无法给出权重的精确界限：位次按{decimals}位小数的得分排定，会有成片的并列。请设rank_on: {{decimals: {fewest}}}或更多。",
    },
    "bounds_indicators": {
        "en": "no exact bounds over weights of all indicators at once: inside {nodes} another aggregation stands than at the "
        "index. Use one aggregation for all, or weights within each parent (uncertainty.weights, dirichlet: within).",
        "zh": "无法给出全部指标权重的精确界限：{nodes}内部的合成方法与指数不同。请统一合成方法，或改用各上级之内的权重"
        "（uncertainty.weights的dirichlet: within）。",
    },
    "bounds_many": {
        "en": "with {n} cities (more than {many}) the bounds of the ranks are not part of a run: "
        "indexcalc robustness --bounds proves them.",
        "zh": "城市有{n}个（超过{many}个），运行时不求位次的界限；如需证明，请用indexcalc robustness --bounds。",
    },
    "bounds_no_weights": {
        "en": "the YAML does not say within which weights: uncertainty.weights is not given. Add it, e.g. "
        "uncertainty: {{weights: {{spread: 0.25}}}}.",
        "zh": "YAML未说明权重的范围：缺少uncertainty.weights。请补上，如uncertainty: {{weights: {{spread: 0.25}}}}。",
    },
    "robustness_no_block": {
        "en": "the YAML has no uncertainty block, so there are no other methodologies to hold the index against. Add one; see "
        "indicators.yaml of the project.",
        "zh": "YAML没有uncertainty部分，无从与其他方法比较。请补上，可参照项目自带的indicators.yaml。",
    },
    # notices
    "read_layout": {
        "en": "Read {file}: {layout_en} (cities: {cities}, years: {years}, columns: {columns}).",
        "zh": "已读取{file}：{layout_zh}，{cities}个城市、{years}个年份、{columns}列。",
    },
    "real_terms_refused": {
        "en": "{reason_en} So the claims are not held against the index without its indicators in current prices.",
        "zh": "{reason_zh}因此未以去掉现价指标后的指数检验论断。",
    },
    "direction_assumed": {
        "en": "No direction is given for {codes}: higher counts as better. Write direction: positive, or negative.",
        "zh": "{codes}未给出方向，按越高越好计算。请写明direction: positive或negative。",
    },
    "sheets_unread": {
        "en": "Sheets not read: {sheets}.",
        "zh": "未读取的工作表：{sheets}。",
    },
    "sources_passed_over": {
        "en": "Rows of the sheet '{sheet}' that are about no indicator, city or year of the framework are passed over "
        "({n} in all): {names}.",
        "zh": "工作表“{sheet}”有{n}行不涉及框架中的指标、城市或年份，未采用：{names}。",
    },
    "sources_twice": {
        "en": "Rows of the sheet '{sheet}' that repeat an earlier one stand in its place ({n} in all): {names}.",
        "zh": "工作表“{sheet}”有{n}行重复，以后出现者为准：{names}。",
    },
    "absent_city_years": {
        "en": "No row for {where}: these city-years have no score and no rank.",
        "zh": "没有{where}的数据行：这些城市-年份没有得分，也不参与排名。",
    },
    # the uncertainty analysis
    "nothing_left": {
        "en": "What is left out together leaves nothing of the index.",
        "zh": "同时剔除的内容使指数无所剩余。",
    },
    "no_uncertainty": {
        "en": "the YAML has no uncertainty block: there is nothing to draw from. Add one, for instance uncertainty: "
        "{{weights: {{spread: 0.25}}}}.",
        "zh": "YAML中没有uncertainty部分，无从抽取。请补上，例如uncertainty: {{weights: {{spread: 0.25}}}}。",
    },
    "weights_by_observation": {
        "en": "weighting '{weighting}' gives each city or year weights of its own: none can be drawn around them. Take "
        "uncertainty.weights away, or choose another weighting.",
        "zh": "权重方法'{weighting}'给各城市或各年份不同的权重，无法再围绕它抽取。请去掉uncertainty.weights，或换用其他权重方法。",
    },
    "uncertainty_nothing": {
        "en": "uncertainty lets nothing vary: every draw is the same methodology, and every share would be 0 % or 100 %. "
        "Add what may vary, for instance weights: {{spread: 0.25}}, or set draws: 0.",
        "zh": "uncertainty没有列出可变的做法：每次抽取都是同一种方法，占比只会是0%或100%。请补上可变之处，如weights: {{spread: 0.25}}，或设draws: 0。",
    },
    "uncertainty_code": {
        "en": "{field} names '{code}', which is {what_en}. {hint_en}",
        "zh": "{field}引用了'{code}'，而它不是{what_zh}。{hint_zh}",
    },
    "weight_bounds": {
        "en": "no weights keep the bounds of {codes} within '{parent}': the least shares sum to {low:g}, the greatest to "
        "{high:g}, and shares sum to 1. Widen the bounds.",
        "zh": "'{parent}'之内没有权重能满足{codes}的界限：下限之和为{low:g}，上限之和为{high:g}，而份额之和应为1。请放宽界限。",
    },
    "alternative_absent": {
        "en": "'{series}', an alternative to '{code}', has no figure in the workbook: it is no option of the uncertainty "
        "analysis.",
        "zh": "'{code}'的替代序列'{series}'在工作簿中没有数据，未纳入不确定性分析。",
    },
    "draws_removed": {
        "en": "{reason_en} So {n} of {draws} draws ({share}), those with {options_en}, are left out.",
        "zh": "{reason_zh}因此{draws}次抽样中有{n}次（{share}）未计入，其选项为{options_zh}。",
    },
    "no_contribution_chart": {
        "en": "No contributions chart: under '{aggregation}' a score is not a sum of its dimensions.",
        "zh": "未绘制贡献图：'{aggregation}'合成下，得分不是各维度之和。",
    },
    "glyphs_missing": {
        "en": "The fonts of the charts have no signs for all of {names}: □ stands there instead. Everything else has them.",
        "zh": "图表的字体缺少{names}中的部分字符，图中以□代替；其余结果不受影响。",
    },
    "chart_unknown": {
        "en": "there is no chart '{found}'. {hint_en}",
        "zh": "没有名为'{found}'的图。{hint_zh}",
    },
    "chart_form": {
        "en": "'{found}' is not complete. Write city:NAME for the card of a city, pair:NAME:NAME for two cities.",
        "zh": "'{found}'不完整。城市卡片写作city:城市，两城对比写作pair:城市:城市。",
    },
    "chart_same_city": {
        "en": "'{found}' names one city twice. Name two.",
        "zh": "'{found}'两次指同一城市。请写两个城市。",
    },
    "chart_format_unknown": {
        "en": "there is no format '{found}'. {hint_en}",
        "zh": "没有'{found}'这种格式。{hint_zh}",
    },
    "chart_needs": {
        "en": "No {chart} chart: it needs {what_en}.",
        "zh": "未绘制{chart}图：缺少{what_zh}。",
    },
    "robustness_of_another_run": {
        "en": "The other files in {out} come of other inputs or choices than these tables. Run `indexcalc run` again.",
        "zh": "{out}中的其他文件与这些表格的输入或方法不同。请重新运行indexcalc run。",
    },
    "workbook_parts": {
        "en": "index.xlsx holds the parts of this command; {tables} of an earlier one stay beside it. `indexcalc "
        "robustness` without an option puts all parts into it.",
        "zh": "index.xlsx只含此次命令所作的部分；此前的{tables}仍在，但不在其中。不带选项的indexcalc robustness可一并写入。",
    },
    "draws_of_another_run": {
        "en": "The other files in {out} come of other draws (their number, seed or options) than these. Run "
        "`indexcalc run` again to have all alike.",
        "zh": "{out}中的其他文件与此次的抽样（次数、随机种子或选项）不同。如需一致，请重新运行indexcalc run。",
    },
    "charts_of_another_run": {
        "en": "The other files in {out} come of other inputs or choices than these charts. Run `indexcalc run` again.",
        "zh": "{out}中的其他文件与这些图的输入或方法不同。请重新运行indexcalc run。",
    },
    "would_overwrite": {
        "en": "{files}: there already, and nothing is overwritten. Choose another place, or move the file away.",
        "zh": "{files}已存在，不会覆盖。请另选位置，或先移走该文件。",
    },
    "wrong_suffix": {
        "en": "'{found}' does not end in .xlsx. Name the file like template.xlsx.",
        "zh": "'{found}'的扩展名不是.xlsx。请用template.xlsx这样的文件名。",
    },
    "no_run_there": {
        "en": "no results of a run here (no {manifest} of indexcalc). Name a folder that `indexcalc run --out` wrote.",
        "zh": "此处没有运行结果（无indexcalc的{manifest}）。请给出indexcalc run --out写出的文件夹。",
    },
    "run_incomplete": {
        "en": "{file} of the run is missing or cannot be read. Run indexcalc run again into this folder.",
        "zh": "该次运行的{file}缺失或无法读取。请对此文件夹重新运行indexcalc run。",
    },
    "model_not_written": {
        "en": "model.xlsx is not written, because its formulas could not be right: {why_en}. Everything else is complete.",
        "zh": "未写出model.xlsx，因为公式无法保证正确：{why_zh}。其余结果完整。",
    },
    "model_normalisation": {
        "en": "they have no normalisation '{found}' ({codes})",
        "zh": "公式不含标准化方法'{found}'（{codes}）",
    },
    "model_aggregation": {
        "en": "they have no aggregation '{found}' ({codes})",
        "zh": "公式不含合成方法'{found}'（{codes}）",
    },
    "model_weighting": {
        "en": "the weights of '{found}' ({codes}) follow from the figures and cannot be set by hand",
        "zh": "'{found}'的权重（{codes}）由数据算出，不能手工设定",
    },
    "model_rounding": {
        "en": "scores are rounded on the way ({codes})",
        "zh": "计算中途对得分取位（{codes}）",
    },
    "model_missing": {
        "en": "indicators are missing in {where}, and what is made of that differs from row to row",
        "zh": "{where}有指标缺值，各行的处理方式不同",
    },
    "model_sign": {
        "en": "beneath the geometric mean of {codes} stand scores at or below 0, which other weights could lead to a "
        "logarithm of nothing",
        "zh": "{codes}的几何平均之下有不大于0的得分，换用其他权重时可能无法取对数",
    },
    "model_size": {
        "en": "it would take {count} formulas; up to {most} a workbook stays quick",
        "zh": "共需{count}个公式，超过{most}个时工作簿过于缓慢",
    },
    "model_ties": {
        "en": "scores lie exactly halfway between two values of {decimals} decimals, where Excel rounds another way",
        "zh": "有得分恰好落在{decimals}位小数的进位分界上，Excel的进位方式不同",
    },
    "out_not_folder": {
        "en": "this is not a folder. Name another with --out.",
        "zh": "这不是文件夹。请用--out另行指定。",
    },
    "place_unwritable": {
        "en": "cannot be written ({reason}). Close the program that holds it open, or choose another place.",
        "zh": "无法写入（{reason}）。请关闭占用该文件的程序，或另选位置。",
    },
    "folder_missing": {
        "en": "the folder does not exist. Make it, or choose another place.",
        "zh": "文件夹不存在。请先建立，或另选位置。",
    },
    "out_input": {
        "en": "{files} would be overwritten, and this run reads it. Choose another folder with --out.",
        "zh": "本次运行读取的{files}会被覆盖。请用--out另行指定文件夹。",
    },
    "out_foreign": {
        "en": "{files}: there already, and no run.json says that indexcalc wrote it; a run would overwrite that. Move it "
        "away, or choose another folder with --out.",
        "zh": "{files}已存在，而没有run.json表明是indexcalc写出的，运行会将其覆盖。请移走，或用--out另行指定文件夹。",
    },
    "out_busy": {
        "en": "another run is writing into this folder. Wait until it has ended, or choose another folder with --out.",
        "zh": "另一次运行正在写入该文件夹。请待其结束，或用--out另行指定文件夹。",
    },
    "out_unwritable": {
        "en": "cannot be written ({reason}). Close the program that holds it open, or name another folder with --out.",
        "zh": "无法写入（{reason}）。请关闭占用该文件的程序，或用--out另行指定。",
    },
}


def message(key: str, lang: str, /, **facts: Any) -> str:
    """The sentence of `key` in `lang`, filled with `facts`."""
    facts = {name: getattr(fact, lang) if isinstance(fact, Said) else fact for name, fact in facts.items()}
    sentence = MESSAGES[key][lang]
    if facts.get("hint_en") == "":  # nothing to suggest leaves no gap between two sentences
        sentence = sentence.replace("{hint_en} ", "")
    return sentence.format(**facts)
