"""The command line: arguments, progress, exit codes; no logic.

Imports of pandas, matplotlib and the like stand inside the commands that need them, so that --help is quick.
"""

from __future__ import annotations

import argparse
import gc
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from indexcalc import __version__
from indexcalc.errors import IndexcalcError, InputError, Problem, refuse_if, suggestion

if TYPE_CHECKING:
    from indexcalc.robustness.study import Study
    from indexcalc.run import Computed

STAGES = 24  # reading, computing, analysing, drawing of methods, tables, eighteen charts, the page

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
        "year": "年份（默认：最后一年）",
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
        "year": "year (default: the last)",
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
_ARGPARSE_ZH = (
    (r"unrecognized arguments: (.*)", r"不认识的参数：\1"),
    (r"argument (.*): expected one argument", r"\1 之后缺少一个值"),
    (r"argument (.*): invalid choice: '?([^' ]*)'? \(choose from (.*)\)", r"\1 不能取'\2'，可选：\3"),
    (r"the following arguments are required: (.*)", r"缺少参数：\1"),
    (r"ambiguous option: (.*) could match (.*)", r"选项\1有歧义，可能是：\2"),
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; returns the exit code: 0 done, 1 the input is wrong, 2 the command is wrong."""
    gc.set_threshold(50_000, 20, 50)  # a run makes much and drops little: a twelfth of its time went into looking
    arguments = list(sys.argv[1:] if argv is None else argv)
    lang = _language(arguments)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a Windows console or a C locale must not break Chinese
            stream.reconfigure(encoding="utf-8", errors="replace")
    parser = _parser(lang)
    try:
        parsed = parser.parse_args(arguments)
    except SystemExit as stop:  # argparse has printed its help, its version or its complaint
        return int(stop.code or 0)
    if parsed.command is None:
        parser.print_help()
        return 0
    try:
        return COMMANDS[parsed.command](parsed, lang)
    except IndexcalcError as error:
        print(error.text(lang), file=sys.stderr)
        from_options = all(problem.place and problem.place[0] == "in_option" for problem in error.problems)
        return 2 if from_options else 1
    except KeyboardInterrupt:
        print(HELP[lang]["interrupted"], file=sys.stderr)
        return 130
    except BrokenPipeError:  # `indexcalc run | head`
        sys.stderr.close()
        return 0


def _language(arguments: Sequence[str]) -> str:
    """The language, before the arguments are parsed: the help and the complaints are in it too."""
    for i, argument in enumerate(arguments):
        if argument == "--lang=en" or (argument == "--lang" and list(arguments[i + 1 : i + 2]) == ["en"]):
            return "en"
    return "zh"


class _HelpFormatter(argparse.RawDescriptionHelpFormatter):
    """Keeps the examples as written; the same width everywhere, so that the documentation can hold it."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=100)


class _Parser(argparse.ArgumentParser):
    lang = "zh"

    def error(self, message: str) -> NoReturn:
        if self.lang == "zh":
            for english, chinese in _ARGPARSE_ZH:
                message = re.sub(english, chinese, message)
        self.exit(2, HELP[self.lang]["bad_command"].format(reason=message) + "\n")


def _parser(lang: str) -> argparse.ArgumentParser:
    words = HELP[lang]
    _Parser.lang = lang
    form: dict[str, Any] = {"formatter_class": _HelpFormatter, "add_help": False}
    parser = _Parser(prog="indexcalc", description=words["program"], epilog=words["examples"], **form)
    parser.add_argument("-h", "--help", action="help", help=words["help"])
    parser.add_argument("--version", action="version", version=f"indexcalc {__version__}", help=words["version"])
    parser.add_argument("--lang", choices=("zh", "en"), default="zh", help=words["lang"])
    commands = parser.add_subparsers(
        dest="command", title=words["commands"], metavar=words["command"], parser_class=_Parser
    )
    for name in ("run", "charts", "robustness", "check", "explain"):
        command = commands.add_parser(
            name, help=words[name], description=words[name], epilog=_examples(words, name), **form
        )
        if name == "explain":
            command.add_argument("city", metavar="CITY", help=words["city"])
        command.add_argument("yaml", nargs="?", default="indicators.yaml", metavar="YAML", help=words["yaml"])
        command.add_argument("-h", "--help", action="help", help=words["help"])
        command.add_argument("--workbook", metavar="FILE", help=words["workbook"])
        if name == "charts":
            command.add_argument("--only", action="append", default=[], metavar="CHARTS", help=words["only"])
        if name in ("run", "charts"):
            command.add_argument("--format", default="png", metavar="FORMATS", help=words["format"])
        if name in ("run", "charts", "robustness"):
            command.add_argument("--out", default="reports", metavar="DIR", help=words["out"])
        if name == "robustness":
            for part in ("bounds", "sensitivity", "alternatives"):
                command.add_argument(f"--{part}", action="store_true", help=words[part])
        if name == "explain":
            command.add_argument("--against", metavar="CITY", help=words["against"])
            command.add_argument("--trace", metavar="INDICATOR", help=words["trace"])
        if name in ("robustness", "explain"):
            command.add_argument("--year", metavar="YEAR", help=words["year"])
        if name in ("run", "charts", "robustness"):
            command.add_argument("--draws", metavar="N", help=words["draws"])
            command.add_argument("--seed", metavar="S", help=words["seed"])
        command.add_argument("--lang", choices=("zh", "en"), default="zh", help=words["lang"])
        command.add_argument("--weight", action="append", default=[], metavar="CODE=VALUE", help=words["weight"])
        command.add_argument("--set", action="append", default=[], metavar="PATH=VALUE", help=words["set"])
        command._positionals.title, command._optionals.title = words["arguments"], words["options"]
    simple: dict[str, list[tuple[str, dict[str, Any]]]] = {
        "methods": [
            ("step", {"nargs": "?", "metavar": "STEP", "help": words["step"]}),
            ("method", {"nargs": "?", "metavar": "METHOD", "help": words["method"]}),
        ],
        "init": [("folder", {"metavar": "DIR", "help": words["folder"]})],
        "template": [
            ("yaml", {"nargs": "?", "default": "indicators.yaml", "metavar": "YAML", "help": words["yaml"]}),
            ("--out", {"default": "template.xlsx", "metavar": "FILE.xlsx", "help": words["template_out"]}),
        ],
        "compare": [
            ("before", {"metavar": "RUN", "help": words["run_before"]}),
            ("now", {"metavar": "RUN", "help": words["run_now"]}),
        ],
        "schema": [],
    }
    for name, arguments in simple.items():
        command = commands.add_parser(
            name, help=words[name], description=words[name], epilog=_examples(words, name), **form
        )
        for argument, told in arguments:
            command.add_argument(argument, **told)
        command.add_argument("-h", "--help", action="help", help=words["help"])
        command.add_argument("--lang", choices=("zh", "en"), default="zh", help=words["lang"])
        command._positionals.title, command._optionals.title = words["arguments"], words["options"]
    parser._optionals.title = words["options"]
    return parser


def _examples(words: dict[str, str], command: str) -> str:
    """The examples of one command, under the same heading and above the same foot."""
    lines = words["examples"].splitlines()
    own = [line for line in lines if re.match(rf"  indexcalc {command}\b", line)]
    own += [line for line in lines if command == "schema" and "$schema=" in line]
    return "\n".join([lines[0], *own, *lines[-2:]])


def help_text(lang: str) -> dict[str, str]:
    """The help of the program and of each of its commands, for the documentation."""
    parser = _parser(lang)
    commands = next(action for action in parser._actions if isinstance(action, argparse._SubParsersAction))
    helps = {"indexcalc": parser.format_help()}
    return {**helps, **{f"indexcalc {name}": command.format_help() for name, command in commands.choices.items()}}


def _run(parsed: argparse.Namespace, lang: str) -> int:
    from indexcalc.analysis.influence import influence
    from indexcalc.report import screen
    from indexcalc.report.record import changes, read_record
    from indexcalc.run import compute, write_results

    console = _console()
    before, formats = read_record(Path(parsed.out)), _formats(parsed.format)
    with _progress(lang) as progress:
        computed = compute(parsed.yaml, **_inputs(parsed), **_drawn(parsed, lang), progress=progress)
        edits = {"weight": parsed.weight, "set": parsed.set}
        written = write_results(computed, parsed.out, lang=lang, edits=edits, formats=formats, progress=progress)
    _tell((*computed.notices, *written.notices), lang)
    screen.print_weights(console, computed.result, influence(computed.result).tolist(), lang)
    screen.print_consistency(console, computed.result, lang)
    screen.print_treatment(console, computed.result, computed.untreated, lang)
    screen.print_ranking(console, computed.result, lang, computed.uncertainty)
    screen.print_claims(
        console, computed.holdings, computed.real, computed.result, lang, uncertainty=computed.uncertainty
    )
    screen.print_headline(console, computed.result, lang, computed.uncertainty)
    screen.print_shares(console, computed.result, [edit.partition("=")[0].strip() for edit in parsed.weight], lang)
    now = read_record(Path(parsed.out))
    if before is not None and now is not None:
        screen.print_changes(console, computed.result, changes(before, now), lang)
    screen.print_files(console, parsed.out, list(written.files), lang)
    return 0


def _charts(parsed: argparse.Namespace, lang: str) -> int:
    from indexcalc.report import screen
    from indexcalc.report.charts.selection import needs_draws, study_parts
    from indexcalc.run import compute, write_charts

    formats, only = _formats(parsed.format), [name for written in parsed.only for name in _names(written)]
    drawn = _drawn(parsed, lang)
    with _progress(lang) as progress:
        computed = compute(
            parsed.yaml,
            **_inputs(parsed),
            **{**drawn, **({} if needs_draws(only) else {"draws": 0})},
            progress=progress,
        )
        parts = study_parts(only) if computed.specification.uncertainty is not None else []
        found = _studied(computed, parts, drawn, progress) if parts else None
        edits = {"weight": parsed.weight, "set": parsed.set}
        written = write_charts(
            computed, parsed.out, lang=lang, edits=edits, only=only, formats=formats, study=found, progress=progress
        )
    _tell((*computed.notices, *(found.refused if found is not None else ()), *written.notices), lang)
    screen.print_files(_console(), parsed.out, list(written.files), lang, each=True)
    return 0


def _studied(
    computed: Computed,
    parts: Sequence[str],
    drawn: dict[str, Any],
    progress: Callable[..., None],
    year: int | None = None,
) -> Study:
    """The parts of a study of robustness, under the options of the YAML and of the command."""
    from indexcalc.robustness.study import study

    options = computed.specification.uncertainty
    assert options is not None
    stages = {"bounds": "bounding", "sensitivity": "sobol", "alternatives": "listing"}
    return study(
        computed.result,
        computed.specification.claims,
        options,
        parts=parts,
        year=year,
        draws=drawn.get("draws"),
        seed=drawn.get("seed"),
        progress=lambda part: progress(stages[part]),
    )


def _robustness(parsed: argparse.Namespace, lang: str) -> int:
    from indexcalc.analysis.explain import find_year
    from indexcalc.report import screen
    from indexcalc.report.study_screen import print_study
    from indexcalc.robustness.study import PARTS
    from indexcalc.run import compute, write_robustness

    drawn = _drawn(parsed, lang)
    with _progress(lang) as progress:
        computed = compute(parsed.yaml, **_inputs(parsed), **drawn, progress=progress)
        options, result = computed.specification.uncertainty, computed.result
        if options is None:
            raise InputError(Problem("robustness_no_block", place=("in_file", {"file": parsed.yaml})))
        year = None
        if parsed.year is not None:
            year = find_year(result, parsed.year, ("in_option", {"option": "--year"}))
        parts = [part for part in PARTS if getattr(parsed, part)] or PARTS
        found = _studied(computed, parts, drawn, progress, year)
        edits = {"weight": parsed.weight, "set": parsed.set}
        written = write_robustness(computed, found, parsed.out, lang=lang, edits=edits)
    _tell((*computed.notices, *written.notices), lang)
    console = _console()
    screen.print_ranking(console, result, lang, computed.uncertainty)
    screen.print_claims(console, computed.holdings, computed.real, result, lang, uncertainty=computed.uncertainty)
    console.print()
    print_study(console, found, result, options, lang)
    screen.print_files(console, parsed.out, list(written.files), lang, each=True)
    return 0


def _inputs(parsed: argparse.Namespace) -> dict[str, Any]:
    """The workbook and the edits that options name."""
    return {"workbook": parsed.workbook, "weights": parsed.weight, "settings": parsed.set}


def _drawn(parsed: argparse.Namespace, lang: str) -> dict[str, Any]:
    """Draws and seed of the uncertainty analysis from options, and who tells its design before it starts."""
    found, problems = {}, []
    for name in ("draws", "seed"):
        written = getattr(parsed, name)
        if written is not None and not re.fullmatch(r"[0-9]+", written):
            expected = {"expected": "a whole number from 0", "expected_zh": "不小于0的整数"}
            place = ("in_option", {"option": f"--{name} {written}"})
            problems.append(Problem("wrong_value", {"field": name, "found": repr(written), **expected}, place))
        elif written is not None:
            found[name] = int(written)
    refuse_if(problems)

    def designed(design: Any, draws: int) -> None:
        from indexcalc.report.robustness_text import design_sentence

        print(design_sentence(design.listed, draws, design.seed, design.framework, lang), file=sys.stderr)

    return {**found, "designed": designed}


def _names(written: str) -> list[str]:
    """What an option lists, between commas."""
    return [name for name in re.split(r"\s*[,，]\s*", written.strip()) if name]


def _formats(written: str) -> list[str]:
    """The formats that an option lists, each once; refused by name."""
    from indexcalc.analyses import CHART_FORMATS

    place, names = ("in_option", {"option": "--format"}), _names(written.casefold())
    unknown = [name for name in names if name not in CHART_FORMATS]
    facts = [{"found": name, **suggestion(name, CHART_FORMATS)} for name in unknown or ([] if names else [""])]
    refuse_if([Problem("chart_format_unknown", fact, place) for fact in facts])
    return list(dict.fromkeys(names))


def _check(parsed: argparse.Namespace, lang: str) -> int:
    from indexcalc.report import screen
    from indexcalc.run import compute

    computed = compute(parsed.yaml, **_inputs(parsed), draws=0)
    _tell(computed.notices, lang)
    console = _console()
    screen.print_shares(console, computed.result, [edit.partition("=")[0].strip() for edit in parsed.weight], lang)
    screen.print_checked(console, computed.result, lang)
    return 0


def _explain(parsed: argparse.Namespace, lang: str) -> int:
    from indexcalc.analysis.explain import against, explain, find_city, find_indicator, find_year, trace
    from indexcalc.pipeline import build_index
    from indexcalc.report.explain_text import print_against, print_story, print_trace
    from indexcalc.run import compute

    result = compute(parsed.yaml, **_inputs(parsed), draws=0).result
    console = _console()
    city = find_city(result, parsed.city, ("in_option", {"option": "CITY"}))
    year = result.years[-1]
    if parsed.year is not None:
        year = find_year(result, parsed.year, ("in_option", {"option": "--year"}))
    if parsed.trace is not None:
        code = find_indicator(result, parsed.trace, ("in_option", {"option": "--trace"}))
        print_trace(console, trace(result, city, year, code), result, lang)
    elif parsed.against is not None:
        other = find_city(result, parsed.against, ("in_option", {"option": "--against"}))
        print_against(console, against(result, city, other), result, lang)
    else:
        story = explain(result, city, rebuild=lambda panel: build_index(panel, result.framework, result.methodology))
        print_story(console, story, result, lang)
    return 0


def _methods(parsed: argparse.Namespace, lang: str) -> int:
    from indexcalc.report.methods_text import print_methods

    print_methods(_console(), parsed.step, parsed.method, lang)
    return 0


def _init(parsed: argparse.Namespace, lang: str) -> int:
    from indexcalc.report.starter import write_starter

    folder = Path(parsed.folder)
    print("\n".join([HELP[lang]["started"], *(f"  {path.as_posix()}" for path in write_starter(folder, lang))]))
    quoted = f'"{folder}"' if " " in str(folder) else str(folder)
    print(HELP[lang]["next"].format(go=f"cd {quoted}"))
    return 0


def _template(parsed: argparse.Namespace, lang: str) -> int:
    from indexcalc.report.template import write_template
    from indexcalc.specification import load_framework

    write_template(load_framework(parsed.yaml), Path(parsed.out), lang)
    print(HELP[lang]["started"], f"  {Path(parsed.out).as_posix()}", sep="\n")
    print(HELP[lang]["filled"].format(yaml=parsed.yaml, out=parsed.out))
    return 0


def _compare(parsed: argparse.Namespace, lang: str) -> int:
    from indexcalc.report.compare import compare_runs, print_comparison, read_run

    print_comparison(_console(), compare_runs(read_run(Path(parsed.before)), read_run(Path(parsed.now))), lang)
    return 0


def _schema(parsed: argparse.Namespace, lang: str) -> int:
    from indexcalc.report.starter import schema_text

    print(schema_text(), end="")
    return 0


def _tell(notices: Iterable[Problem], lang: str) -> None:
    """What to know of a run, on stderr; each sentence once, however many analyses and charts it concerns."""
    for text in dict.fromkeys(notice.text(lang) for notice in notices):
        print(text, file=sys.stderr)


def _console() -> Any:
    """The screen; where it is no terminal, wide enough for every table."""
    from rich.console import Console

    return Console(highlight=False, width=None if sys.stdout.isatty() else 120)


@contextmanager
def _progress(lang: str) -> Iterator[Callable[..., None]]:
    """A bar on stderr while a run works; nothing where stderr is not a terminal."""
    if not sys.stderr.isatty():
        yield lambda stage, fraction=0.0: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn

    columns = (TextColumn("{task.description}"), BarColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=STAGES)

        begun: list[str] = []

        def advance(stage: str, fraction: float = 0.0) -> None:
            if not fraction:
                begun.append(stage)
            bar.update(task, description=HELP[lang][stage], completed=len(begun) - 1 + fraction)
            bar.refresh()

        yield advance


COMMANDS: dict[str, Callable[[argparse.Namespace, str], int]] = {
    "run": _run,
    "charts": _charts,
    "robustness": _robustness,
    "check": _check,
    "explain": _explain,
    "methods": _methods,
    "init": _init,
    "template": _template,
    "compare": _compare,
    "schema": _schema,
}
