"""What the command line says of itself, in both languages."""

from __future__ import annotations

HELP: dict[str, dict[str, str]] = {
    "zh": {
        "program": "城市综合指数计算器：由指标框架（YAML）与数据工作簿（Excel）得到指数、排名、图表与报告。",
        "run": "计算指数并写出全部结果",
        "charts": "只画图：选图、换格式、画城市卡片，不改动其他结果",
        "only": "只画这些图，以逗号分隔：图名、all（全部）、city:城市（卡片）、cities（全部）、pair:城市:城市",
        "format": "图的格式，以逗号分隔：png（默认）、svg、pdf；后两种中文字仍是文字",
        "check": "检查YAML与工作簿能否计算，列出全部问题，不写任何文件",
        "robustness": "检验结果有多稳健：位次的界限、哪项选择左右排名、逐一列举的方法",
        "bounds": "位次在权重范围内的最好与最差，及改变结果所需的最小权重变动（均为证明）",
        "sensitivity": "哪项选择左右位次与论断（Sobol'指数）",
        "alternatives": "逐一列举的全部方法，及每次只改一项",
        "explain": "说明一个城市的得分、位次与变化的由来",
        "city": "城市名（中文、英文或别名）",
        "against": "与另一城市逐项比较",
        "trace": "某指标从原始单元格到权重的全过程",
        "year": "--trace所指的年份（默认：最后一年）",
        "study_year": "敏感性、逐一列举及城市间反超所看的年份（默认：最后一年）",
        "methods": "列出全部方法：参数、公式与出处",
        "init": "新建一个指数：写出带注释的指标框架与空白工作簿，绝不覆盖已有文件",
        "folder": "新指数的文件夹",
        "template": "按指标框架生成空白工作簿：表头、单位、城市与年份均已填好",
        "template_out": "空白工作簿的文件名（默认：template.xlsx）；已有同名文件则不写",
        "compare": "比较两次运行：输入、方法、权重、位次与得分有何不同",
        "run_before": "一次运行的结果文件夹",
        "run_now": "另一次运行的结果文件夹",
        "schema": "输出YAML文件的JSON Schema，供编辑器补全与校验",
        "step": "步骤，如normalisation（标准化）",
        "method": "方法名，如min_max",
        "yaml": "指标框架文件（默认：indicators.yaml）",
        "workbook": "数据工作簿，替代YAML中的framework.workbook",
        "out": "结果文件夹（默认：reports）；只在此文件夹内写入",
        "lang": "界面、图表与报告的语言：zh中文（默认）或en英文",
        "weight": "改一个权重，可重复：数字照写（function=0.4），百分数为份额（function=40%%）",
        "set": "改YAML中任一项，可重复，如 methodology.aggregation=geometric",
        "draws": "不确定性分析的抽样次数（默认：YAML中的uncertainty.draws；0不做）",
        "seed": "不确定性分析的随机种子（默认：YAML中的uncertainty.seed）",
        "version": "显示版本",
        "help": "显示帮助",
        "commands": "命令",
        "command": "命令",
        "options": "选项",
        "arguments": "参数",
        "examples": """示例：
  indexcalc run                                  用当前文件夹的indicators.yaml计算
  indexcalc run --weight function=0.4            改权重后重算，并与上次结果比较
  indexcalc run --weight function=40% --weight gdp_per_capita=2
  indexcalc run --set methodology.aggregation=geometric --out 几何平均
  indexcalc run --lang en                        英文图表与工作簿
  indexcalc charts --only trend,ranks --format svg,pdf   只重画两幅图，矢量格式
  indexcalc charts --only city:成都,pair:成都:重庆        城市卡片与两城对比图
  indexcalc check my.yaml --workbook my.xlsx     只检查，不计算结果
  indexcalc robustness                           界限、敏感性与各种方法（加 --bounds 等只做其一）
  indexcalc explain 成都                          成都的得分与位次从何而来
  indexcalc explain 成都 --against 重庆           两城逐项比较
  indexcalc explain 成都 --trace pm25             追溯到原始单元格与出处
  indexcalc methods weighting ahp                某个方法的参数、公式与出处
  indexcalc init 我的指数                         从一个带注释的小框架开始
  indexcalc template my.yaml --out 数据.xlsx      改了指标之后，重新生成空白工作簿
  indexcalc compare reports 几何平均              两次运行有何不同
  indexcalc schema > indicators.schema.json      在YAML首行写明，编辑器即可补全与校验：
                                                 # yaml-language-server: $schema=indicators.schema.json

退出码：0 完成；1 输入文件有误；2 命令有误。""",
        "bad_command": "命令有误：{reason}\n用 indexcalc --help 查看用法。",
        "started": "已写出：",
        "next": "下一步：改好indicators.yaml，在data.xlsx中填入数据，然后\n  {go}\n"
        "  indexcalc check    列出还缺什么\n  indexcalc run      计算",
        "filled": "填好后：indexcalc run {yaml} --workbook {out}",
        "interrupted": "已中断，原有结果未改动。",
        "reading": "读取数据",
        "computing": "计算指数",
        "analysing": "分析",
        "tables": "写出表格",
        "bounding": "证明位次的界限",
        "sobol": "计算敏感性",
        "listing": "逐一计算各种方法",
        "drawing": "绘图",
        "drawing_methods": "抽取方法，检验稳健性",
    },
    "en": {
        "program": "City composite-index calculator: from a framework of indicators (YAML) and a workbook of figures "
        "(Excel) to the index, the ranking, charts and a report.",
        "run": "compute the index and write all results",
        "charts": "draw charts alone: some, in other formats, cards of cities; other results stay",
        "only": "draw these, separated by commas: a chart's name (trend,ranks), all, city:NAME (its card), cities (all "
        "cards), pair:NAME:NAME",
        "format": "formats of the charts, separated by commas: png (default), svg, pdf (vectors, text stays text)",
        "check": "check that YAML and workbook can be computed; list all problems, write nothing",
        "robustness": "how robust the result is: bounds of ranks, what moves them, every methodology one by one",
        "bounds": "best and worst ranks over the weights, and the smallest changes of weights, proven",
        "sensitivity": "which choice moves ranks and claims (Sobol' indices)",
        "alternatives": "every methodology one by one, and each choice changed alone",
        "explain": "tell where a city's score, rank and change come from",
        "city": "a city (its Chinese or English name, or an alias)",
        "against": "compare with another city, indicator by indicator",
        "trace": "an indicator from its raw cell to its weight",
        "year": "year of --trace (default: the last)",
        "study_year": "year of the ranks that sensitivity, alternatives and overtaking look at (default: the last)",
        "methods": "list all methods by step: parameters, formula, source",
        "init": "begin a new index: a framework with comments and an empty workbook; never overwrites",
        "folder": "folder of the new index",
        "template": "make an empty workbook for a framework: header, units, cities and years filled in",
        "template_out": "name of the empty workbook (default: template.xlsx); an existing file is left alone",
        "compare": "compare two runs: inputs, methods, weights, ranks and scores that differ",
        "run_before": "output folder of one run",
        "run_now": "output folder of another",
        "schema": "print the JSON Schema of the YAML file, for completion and checks in an editor",
        "step": "a step, e.g. normalisation",
        "method": "a method's name, e.g. min_max",
        "yaml": "the framework file (default: indicators.yaml)",
        "workbook": "the workbook of figures, instead of framework.workbook of the YAML",
        "out": "folder for the results (default: reports); nothing is written elsewhere",
        "lang": "language of messages, charts and reports: zh (default) or en",
        "weight": "set a weight, repeatable: a number stands as written (function=0.4), a percentage is the share "
        "(function=40%%)",
        "set": "set anything of the YAML, repeatable, e.g. methodology.aggregation=geometric",
        "draws": "draws of the uncertainty analysis (default: uncertainty.draws of the YAML; 0 leaves it out)",
        "seed": "seed of the uncertainty analysis (default: uncertainty.seed of the YAML)",
        "version": "show the version",
        "help": "show this help",
        "commands": "commands",
        "command": "COMMAND",
        "options": "options",
        "arguments": "arguments",
        "examples": """examples:
  indexcalc run                                  compute indicators.yaml of this folder
  indexcalc run --weight function=0.4            change a weight, rerun, and see what changed
  indexcalc run --weight function=40% --weight gdp_per_capita=2
  indexcalc run --set methodology.aggregation=geometric --out geometric
  indexcalc run --lang en                        English charts and workbook
  indexcalc charts --only trend,ranks --format svg,pdf    two charts again, as vectors
  indexcalc charts --only city:Chengdu,pair:Chengdu:Wuhan  a city's card, and two cities compared
  indexcalc check my.yaml --workbook my.xlsx     check only
  indexcalc robustness --bounds                  best and worst ranks over the weights, proven
  indexcalc explain Chengdu                      where its score and rank come from
  indexcalc explain Chengdu --against Chongqing  two cities, indicator by indicator
  indexcalc explain Chengdu --trace pm25         back to the raw cell and its source
  indexcalc methods weighting ahp                parameters, formula and source of a method
  indexcalc init my-index                        begin with a small framework with comments
  indexcalc template my.yaml --out figures.xlsx  an empty workbook, after a change of indicators
  indexcalc compare reports geometric            what differs between two runs
  indexcalc schema > indicators.schema.json      named by the first line of the YAML, an editor completes and checks:
                                                 # yaml-language-server: $schema=indicators.schema.json

exit codes: 0 done, 1 an input file is wrong, 2 the command is wrong.""",
        "bad_command": "The command is wrong: {reason}\nSee indexcalc --help.",
        "started": "Written:",
        "next": "Next: make indicators.yaml yours, fill in data.xlsx, then\n  {go}\n"
        "  indexcalc check    lists what is missing\n  indexcalc run      computes",
        "filled": "When it is filled in: indexcalc run {yaml} --workbook {out}",
        "interrupted": "Interrupted; earlier results are untouched.",
        "reading": "reading",
        "computing": "computing",
        "analysing": "analysing",
        "tables": "writing tables",
        "bounding": "proving bounds",
        "sobol": "computing sensitivity",
        "listing": "computing methodologies one by one",
        "drawing": "drawing",
        "drawing_methods": "holding against other methodologies",
    },
}

# argparse speaks English only; these are the sentences a user can provoke
ARGPARSE_ZH = (
    (r"unrecognized arguments: (.*)", r"不认识的参数：\1"),
    (r"argument (.*): expected one argument", r"\1 之后缺少一个值"),
    (r"argument (.*): invalid choice: '?([^' ]*)'? \(choose from (.*)\)", r"\1 不能取'\2'，可选：\3"),
    (r"the following arguments are required: (.*)", r"缺少参数：\1"),
    (r"ambiguous option: (.*) could match (.*)", r"选项\1有歧义，可能是：\2"),
)
