"""Writes the pages of docs/ that follow from the program itself: `python docs/build.py`. A test holds them equal.

findings.md: what each printed finding rests on, from findings.toml.
framework.md: its tables, from indicators.yaml. methodology.md: every method, from the docstrings. cli.md: from --help.
yaml.md: every key, from the schema.
With `--results` also what the READMEs show of a run: the table of claims and the pictures.
"""

from __future__ import annotations

import inspect
import json
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from indexcalc.analysis.claims import Verdict
from indexcalc.arguments import help_text
from indexcalc.computed import Computed
from indexcalc.load import load_framework
from indexcalc.methods import METHODS, Method
from indexcalc.report.text.claims import claim_sentence, verdict_sentence, verdict_word
from indexcalc.report.text.methods import STEPS, documentation, notes, parameters, usual_name
from indexcalc.report.text.robustness import claim_parts
from indexcalc.run import compute, write_results
from indexcalc.spec.framework import Framework
from indexcalc.spec.methodology import Methodology
from indexcalc.spec.schema import Schema, json_schema, keys, word_of
from indexcalc.voice import DEFAULT, Voice, languages, voices

ROOT = Path(__file__).resolve().parent.parent
BEGIN, END = "<!-- {}: written by docs/build.py -->", "<!-- end of {} -->"


def coverage_table(framework: Framework) -> str:
    """Each phrase of the essays, and its indicators or "no public figure found"."""
    lines = ["| 主题 Theme | 文中表述 Phrase | 指标 Indicators | 待填 Empty column waiting |", "|---|---|---|---|"]
    for row in framework.coverage:
        found = "、".join(f"{framework.label(code, 'zh')} `{code}`" for code in row.indicators)
        awaits = "、".join(f"{framework.label(code, 'zh')} `{code}`" for code in row.awaits)
        lines.append(
            f"| {row.theme.zh} {row.theme.en} | {row.phrase.zh} {row.phrase.en} "
            f"| {found or '**未找到公开数据 no public figure found**'} | {awaits} |"
        )
    return "\n".join(lines)


def indicator_table(framework: Framework) -> str:
    """The indicators as journals print them, with their lens tags."""
    lines = [
        "| 维度 Dimension | 指标 Indicator | 单位 Unit | 方向 Direction | 阶段 Stage | 其他标签 Other tags |",
        "|---|---|---|---|---|---|",
    ]
    for dimension in framework.dimensions.values():
        assert dimension.name is not None
        for code, indicator in dimension.indicators.items():
            tags = ", ".join(f"{lens}: {group}" for lens, group in indicator.tags.items() if lens != "stage")
            lines.append(
                f"| {dimension.name.zh} {dimension.name.en} "
                f"| {framework.label(code, 'zh')} {framework.label(code, 'en')} `{code}` "
                f"| {indicator.unit} | {'+' if indicator.direction.name == 'positive' else '−'} "
                f"| {indicator.tags.get('stage', '')} | {tags} |"
            )
    return "\n".join(lines)


def filled(text: str, tables: dict[str, str]) -> str:
    """`text` with each marked stretch replaced by its table."""
    for name, table in tables.items():
        begin, end = BEGIN.format(name), END.format(name)
        before, rest = text.split(begin)
        text = f"{before}{begin}\n\n{table}\n\n{end}{rest.split(end)[1]}"
    return text


ROOMS = {"findings": "findings", "charts": "charts", "claims": "claims.claim", "sheets": "sheets", "screen": "screen"}
ROOMS |= {"robustness": "robustness", "compare": "compare"}
PLACES = {
    "findings": "cover, page, headline 封面、网页、标题",
    "charts": "title of a chart 图题",
    "claims": "claim: cover, page, screen, README 论断",
    "sheets": "workbook 工作簿",
    "screen": "screen 屏幕",
    "robustness": "screen, page 屏幕、网页",
    "compare": "screen 屏幕",
}


def findings_page() -> str:
    """docs/findings.md: every printed sentence that states a finding, by what it rests on."""
    listed = tomllib.loads((ROOT / "docs" / "findings.toml").read_text(encoding="utf-8"))
    parts = [
        "# 结论的依据 What each printed finding rests on",
        "<!-- written by docs/build.py from docs/findings.toml -->",
        "封面、网页、屏幕、图题与README中每一句陈述结论的话，按`indexcalc/words/`中的原文列出，花括号内为数据。"
        "嵌在其他句子中的片段不列。第1位不代表更好时（`rank_on`），称赞第1位的话换成另一句，紧随其后列出：所列为得分最高者居首时的说法，"
        "得分最低者居首时改称“最低”。",
        "Every sentence on the cover, the page, the screen, in chart titles and in the README that states a finding, "
        "as written in `indexcalc/words/`, with facts in braces. Fragments used inside other sentences are not listed. "
        "Where rank 1 is no merit (`rank_on`), a sentence that praises it is replaced by another, listed after it as "
        "it reads where rank 1 is the highest score; where it is the lowest, the sentence says `lowest`.",
    ]
    voices = [(Voice("zh", end=end), Voice("en", end=end)) for end in (None, "highest")]
    for basis in listed["basis"]:
        rows = [
            f"| {PLACES[room]} | {zh.template(f'{ROOMS[room]}.{key}')} | {en.template(f'{ROOMS[room]}.{key}')} |"
            for room in PLACES
            for key in basis.get(room, ())
            for zh, en in voices
        ]
        table = "\n".join(["| 何处 Where | 中文 | English |", "|---|---|---|", *dict.fromkeys(rows)])
        parts += [f"## {basis['title']}", basis["rests_zh"], basis["rests"], table]
    return "\n\n".join(parts) + "\n"


def framework_page() -> str:
    """docs/framework.md as it should stand."""
    framework = load_framework(ROOT / "indicators.yaml")
    text = (ROOT / "docs" / "framework.md").read_text(encoding="utf-8")
    return filled(text, {"coverage": coverage_table(framework), "indicators": indicator_table(framework)})


def methodology_page() -> str:
    """docs/methodology.md: every registered method by step, in the order of the Handbook."""
    parts = [
        "# 方法 Methods",
        "<!-- written by docs/build.py from the docstrings -->",
        "Each method is named in `indicators.yaml` by the name below, alone (`aggregation: geometric`) or with "
        "parameters (`normalisation: {method: min_max, lower: 1, upper: 100}`). A direction is applied once, just "
        "before normalising: from then on higher is better. Ranks are competition ranks (1, 2, 2, 4) on scores rounded "
        "to `rank_on.decimals` (default 9), the highest first; `rank_on.order: ascending` puts the lowest first. "
        "`rank_on.high: bad` says that a high score is bad (a risk), `good` that it is good; by default it is good "
        "where the highest is first and bad where the lowest is. "
        "`direction: negative` of a dimension, or of the index, reverses its score on its `scale`.",
        "`impute: parts` (the default): the parts of a derived indicator are imputed, the indicator is derived from "
        "them, and whatever is still missing is imputed directly; so every observed figure is used. A part takes its "
        "own imputation, else that of the indicator it belongs to. Only methods that fill a city from its own other "
        "years (`linear`, `linear_inside`, `last`, `nearest`) apply to parts. A mean of other cities' totals, a "
        "regression fitted to the indicator or a figure fixed for it says nothing about a part, so under `group_mean`, "
        "`group_median`, `regression` and `constant` the indicator itself is imputed. A share outside 0 to 100%, or a "
        "division by zero, that results from imputed parts is replaced in the same way. A derived figure counts as "
        "observed (in screening and coverage) only if all its parts are; otherwise it is marked as its worst part is. "
        "`impute: derived`: the indicator is derived from observed parts alone, then imputed; where only one part is "
        "observed, that figure is not used.",
        "各方法以下列名称写入`indicators.yaml`，可只写名称（`aggregation: geometric`），也可带参数"
        "（`normalisation: {method: min_max, lower: 1, upper: 100}`）。方向只在标准化之前处理一次，此后一律越大越好。"
        "排名时，得分先舍入到`rank_on.decimals`位小数（默认9），得分最高者居第1，并列者位次相同、其后顺延（1、2、2、4）；"
        "`rank_on.order: ascending`则得分最低者居第1。`rank_on.high: bad`表示得分高为不利（如风险），`good`为有利；"
        "不写时，最高者居第1的为有利，最低者居第1的为不利。维度或指数的`direction: negative`按其`scale`反转得分。"
        "各方法先列中文要点，再列英文说明：公式、数组形状、单位、缺失值、出处。",
        "`impute: parts`（默认）：先插补派生指标的各组成数据，再据以计算指标，仍缺失的直接插补，因此实有数据全部用上。"
        "组成数据有自己的插补方法时用自己的，否则用所属指标的。只有依据同一城市其他年份的方法（`linear`、"
        "`linear_inside`、`last`、`nearest`）适用于组成数据；其他城市总量的平均、为指标拟合的回归、为指标设定的常数"
        "都推不出组成数据，所以采用`group_mean`、`group_median`、`regression`、`constant`时，直接插补指标。"
        "插补后的组成数据若使占比超出0至100%，或使除数为0，该单元格同样改为直接插补。"
        "派生指标只有在各组成数据全部实有时才算实有（数据完整性要求与覆盖率均如此），否则按其中最差的一项标注取得方式。"
        "`impute: derived`：只用实有的组成数据计算，再插补指标；组成数据不全的年份，已有的部分不会用到。",
    ]
    assert set(STEPS) == set(METHODS)
    voices = [Voice(lang) for lang in languages()]
    for step in STEPS:
        parts.append(f"## {' '.join(voice.say(f'methods.step.{step}') for voice in voices)} (`{step}`)")
        parts.append(conventions(step))
        told = [note for pair in zip(*(notes(step, voice) for voice in voices), strict=True) for note in pair]
        parts += ["\n".join(f"- {note}" for note in told)] if told else []
        parts += [_method(method) for method in METHODS[step].values()]
    return "\n\n".join(parts) + "\n"


def conventions(step: str) -> str:
    """What all methods of a step have in common: shapes, units, missing values; from the docstring of their module."""
    kernel = next(iter(METHODS[step].values())).kernel
    return (inspect.getdoc(inspect.getmodule(kernel)) or "").partition("\n\n")[2].partition("\n\nTraits")[0]


def _method(method: Method) -> str:
    found = parameters(method, Voice("en"))
    listed = ["\n".join(f"- `{parameter}`" for parameter in found)] if found else []
    title = f"### `{method.name}` {usual_name(method)}"
    return "\n\n".join([title, Voice("zh").summary(method), documentation(method), *listed])


def cli_page() -> str:
    """docs/cli.md: the help of every command in both languages."""
    parts = ["# 命令行 Command line", "<!-- written by docs/build.py from --help -->"]
    for lang, title in (("zh", "中文"), ("en", "English")):
        parts.append(f"## {title}")
        for command, text in help_text(Voice(lang)).items():
            parts.append(f"### `{command}`\n\n```text\n{text.rstrip()}\n```")
    return "\n\n".join(parts) + "\n"


YAML_INTRO = (
    "Every key of `indicators.yaml`, with what may be written there. A key without a default must be given, unless it "
    "is marked `-`: then it may be left out, and nothing takes its place. `[text]` is a list of texts, "
    "`{CODE: number}` a mapping by code, `a` or `b` these words. A *name* is plain text or `{zh: ..., en: ...}`. "
    "A method is its name, or `{method: NAME, PARAMETER: VALUE}`: see [methods](methodology.md). `indexcalc schema` "
    "gives the same to an editor.",
    "`indicators.yaml`的全部键及可填内容。默认值一栏为空的键必须写明；标`-`的可以省略。`[text]`为文本列表，"
    "`{CODE: number}`为按代码的映射。*name*为一段文字，或`{zh: ..., en: ...}`。方法写名称，或"
    "`{method: 名称, 参数: 值}`，见[方法](methodology.md)。`indexcalc schema`为编辑器给出同样的内容。",
)
WRITTEN = {"Name": "name", "Reference": "`pooled`, `year` or `{base: YEAR}`"}


def yaml_page() -> str:
    """docs/yaml.md: every key of the YAML by the place where it stands, from its schema."""
    whole = json_schema()
    models = {**whole["$defs"], "Specification": whole}
    listed = keys(models)
    places = {"Specification": ""}
    for model in places_of(listed, places):
        for key, written in listed[model].items():
            for below, tail in models_in(written):
                if below in listed and below not in places:
                    places[below] = f"{places[model]}.{key}{tail}".lstrip(".")
    parts = ["# YAML", "<!-- written by docs/build.py from the schema -->", *YAML_INTRO]
    for model, place in places.items():
        rows = [yaml_row(model, key, written, models, places) for key, written in listed[model].items()]
        head = "| 键 Key | 可填 Written | 默认 Default | 含义 | Meaning |\n|---|---|---|---|---|"
        parts += [heading_of(place, listed[model]), "\n".join([head, *rows])]
    return "\n\n".join(parts) + "\n"


def places_of(listed: dict[str, Schema], places: dict[str, str]) -> Iterator[str]:
    """The models in the order in which they are found, while more are found."""
    seen = 0
    while seen < len(places):
        yield list(places)[seen]
        seen += 1


def heading_of(place: str, properties: Schema) -> str:
    """The place of a model; of the kinds of claim, which share one, with the kind."""
    kind = properties.get("kind", {}).get("const")
    return f"## `{place}`{f' (`kind: {kind}`)' if kind else ''}" if place else "## 顶层 Top level"


def models_in(written: Any, tail: str = "") -> Iterator[tuple[str, str]]:
    """The models that may stand below a key, and how to get there: `.CODE` in a mapping, nothing in a list."""
    if isinstance(written, dict):
        if "$ref" in written:
            yield written["$ref"].rpartition("/")[2], tail
        for key, part in written.items():
            if key != "default":
                yield from models_in(part, f"{tail}.CODE" if key == "additionalProperties" else tail)
    elif isinstance(written, list):
        for part in written:
            yield from models_in(part, tail)


def yaml_row(model: str, key: str, written: Schema, models: Schema, places: dict[str, str]) -> str:
    word = word_of(model, key)
    derivation = key in METHODS["derivation"]
    said = [usual_name(METHODS["derivation"][key])] * 2 if derivation else [Voice(at).say(word) for at in ("zh", "en")]
    required = key in models[model].get("anyOf", [models[model]])[0].get("required", ())
    default = Methodology().plain.get(key) if model == "Methodology" else written.get("default")
    default = default.get("method", "") if isinstance(default, dict) else default
    shown = "" if required else "-"
    if isinstance(default, (bool, int, float, str)) and default != "":
        shown = f"`{json.dumps(default, ensure_ascii=False)}`" if not isinstance(default, str) else f"`{default}`"
    cells = (f"`{key}`", kind_of(written, places), shown, *said)
    return f"| {' | '.join(cell.replace('|', '&#124;') for cell in cells)} |"


def kind_of(written: Schema, places: dict[str, str]) -> str:
    """What may be written, in the notation of the page."""
    if "$ref" in written:
        model = written["$ref"].rpartition("/")[2]
        if model in METHODS:
            return f"[{model}](methodology.md)"
        place = places.get(model, "")
        return (
            WRITTEN.get(model)
            or f"[`{place}`](#{'claims-kind-rising' if place == 'claims' else place.replace('.', '').lower()})"
        )
    if "const" in written:
        return f"`{written['const']}`"
    if "enum" in written:
        return ", ".join(f"`{word}`" for word in written["enum"])
    if either := written.get("anyOf") or written.get("oneOf"):
        either = either[:1] if "discriminator" in written else either
        found = dict.fromkeys(kind_of(part, places) for part in either if part.get("type") != "null")
        return " or ".join(found)
    if written.get("type") == "array":
        items = written.get("items", {})
        return (
            f"[{kind_of(items, places)}]"
            if items
            else f"[{', '.join(kind_of(p, places) for p in written['prefixItems'])}]"
        )
    if written.get("type") == "object":
        inside = written.get("additionalProperties")
        if isinstance(inside, dict):
            return f"{{CODE: {kind_of(inside, places)}}}"
        return "{" + ", ".join(f"{k}: {kind_of(v, places)}" for k, v in written.get("properties", {}).items()) + "}"
    return {"string": "text", "boolean": "`true`, `false`"}.get(written.get("type", ""), written.get("type", "text"))


HEADS = {
    "en": (
        "Finding",
        "On our figures",
        "Without indicators in current prices",
        "Holds in (a share of methodologies, not a probability)",
    ),
    "zh": ("结论", "按本项目的数据", "去掉现价指标", "成立的方法占比（不是概率）"),
}
HOLDS = {"en": "{share} of {n} methodologies", "zh": "{n}种方法中的{share}"}
READMES = {"en": "README.md", "zh": "README.zh-CN.md"}


def claims_table(run: Computed, voice: Voice) -> str:
    """Each claim of the shipped YAML: its verdict, the same in real terms, and the share of the draws it holds in."""
    found = run.drawn
    assert found is not None
    lines = [f"| {' | '.join(HEADS[voice.lang])} |", "|---|---|---|---|"]
    real = {holding.claim: verdict_word(holding.verdict, voice) for holding in run.real}
    for k, (holding, ends) in enumerate(zip(run.holdings, run.ends, strict=True)):
        counts = found.claim_counts[k]
        defined = f"{int(counts.sum() - counts[Verdict.UNDEFINED]):,}"
        cells = (
            claim_sentence(holding.claim, run.result.years, voice),
            verdict_sentence(holding, voice, cities=len(run.result.cities))
            + (
                voice.say("findings.claim_carried", verdict=verdict_word(ends.without, voice))
                if ends.could_decide
                else ""
            ),
            real.get(holding.claim, ""),
            HOLDS[voice.lang].format(share=claim_parts(found, k, voice), n=defined),
        )
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def write_readmes() -> None:
    """The table of claims and the pictures of the READMEs, from a run of the shipped index."""
    run = compute(ROOT / "indicators.yaml")
    for voice in voices(run.result.framework):
        readme = ROOT / READMES[voice.lang]
        text = filled(readme.read_text(encoding="utf-8"), {"claims": claims_table(run, voice)})
        readme.write_text(text, encoding="utf-8")
        with tempfile.TemporaryDirectory() as folder:
            write_results(run, folder, voice=voice, parts=("charts",), charts=PICTURES)
            for chart in PICTURES:
                target = ROOT / "docs" / (f"{chart}.png" if voice.lang == DEFAULT else f"{chart}.{voice.lang}.png")
                target.write_bytes((Path(folder) / "charts" / f"{chart}.png").read_bytes())


PICTURES = ("trend", "uncertainty")
PAGES = {
    "findings.md": findings_page,
    "framework.md": framework_page,
    "methodology.md": methodology_page,
    "cli.md": cli_page,
    "yaml.md": yaml_page,
}

if __name__ == "__main__":
    for name, page in PAGES.items():
        (ROOT / "docs" / name).write_text(page(), encoding="utf-8")
    if "--results" in sys.argv[1:]:
        write_readmes()
