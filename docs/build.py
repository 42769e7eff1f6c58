"""Writes the pages of docs/ that follow from the program itself: `python docs/build.py`. A test holds them equal.

findings.md: what each printed finding rests on, from findings.toml.
framework.md: its tables, from indicators.yaml. methodology.md: every method, from the docstrings. cli.md: from --help.
With `--results` also what the READMEs show of a run: the table of claims and the pictures.
"""

from __future__ import annotations

import sys
import tempfile
import tomllib
from pathlib import Path

from indexcalc.analysis.claims import Verdict
from indexcalc.arguments import help_text
from indexcalc.computed import Computed
from indexcalc.framework import Framework
from indexcalc.methods import METHODS, Method
from indexcalc.report.claims_text import claim_sentence, verdict_sentence, verdict_word
from indexcalc.report.methods_text import STEPS, documentation, notes, parameters, usual_name
from indexcalc.report.robustness_text import claim_parts
from indexcalc.run import compute, write_results
from indexcalc.specification import load_framework
from indexcalc.voice import DEFAULT, Voice, languages, voices

ROOT = Path(__file__).resolve().parent.parent
BEGIN, END = "<!-- {}: written by docs/build.py -->", "<!-- end of {} -->"


def coverage_table(framework: Framework) -> str:
    """Each phrase of the essays, and its indicators or "no public figure found"."""
    lines = ["| 主题 Theme | 文中表述 Phrase | 指标 Indicators | 待补 Empty column waiting |", "|---|---|---|---|"]
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
                f"| {dimension.name.zh} | {framework.label(code, 'zh')} {framework.label(code, 'en')} `{code}` "
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
        "Every sentence of the cover, the page, the screen, the titles of the charts and the README that states a "
        "finding, as it stands in `indexcalc/words/`, facts in braces. Fragments that stand inside other sentences are "
        "not listed.",
    ]
    zh, en = Voice("zh"), Voice("en")
    for basis in listed["basis"]:
        rows = [
            f"| {PLACES[room]} | {zh.template(f'{ROOMS[room]}.{key}')} | {en.template(f'{ROOMS[room]}.{key}')} |"
            for room in PLACES
            for key in basis.get(room, ())
        ]
        table = "\n".join(["| 何处 Where | 中文 | English |", "|---|---|---|", *rows])
        parts += [f"## {basis['title']}", basis["rests"], table]
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
        "`direction: negative` of a dimension, or of the index, turns its score round on its `scale`.",
        "`impute: parts` (the default): the parts of derived indicators are imputed, then the indicator is derived, "
        "then what is still missing is imputed itself; so every observed figure is used. A part takes its own "
        "imputation, else that of the indicator it is a part of. Only methods that fill a city from its own other "
        "years (`linear`, `linear_inside`, `last`, `nearest`) go for parts: a mean of other cities' totals, or a "
        "figure fixed for the indicator, says nothing of a part, so under `group_mean`, `group_median` and `constant` "
        "the indicator itself is imputed. A share outside 0 to 100 %, or a division by zero, that comes of imputed "
        "parts is imputed itself too. A derived figure counts as observed only if all its parts are (in screening and "
        "coverage), and else as its worst part. `impute: derived`: derived first, from observed parts alone, then "
        "imputed; a figure observed for one part only is not used.",
    ]
    assert set(STEPS) == set(METHODS)
    voices = [Voice(lang) for lang in languages()]
    for step in STEPS:
        parts.append(f"## {' '.join(voice.say(f'methods.step.{step}') for voice in voices)} (`{step}`)")
        told = [note for pair in zip(*(notes(step, voice) for voice in voices), strict=True) for note in pair]
        parts += ["\n".join(f"- {note}" for note in told)] if told else []
        parts += [_method(method) for method in METHODS[step].values()]
    return "\n\n".join(parts) + "\n"


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


HEADS = {
    "en": (
        "Finding",
        "On our figures",
        "Without figures in current prices",
        "Holds in (a share of methods, not a probability)",
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
    for k, holding in enumerate(run.holdings):
        counts = found.claim_counts[k]
        defined = f"{int(counts.sum() - counts[Verdict.UNDEFINED]):,}"
        cells = (
            claim_sentence(holding.claim, run.result.years, voice),
            verdict_sentence(holding, voice, cities=len(run.result.cities)),
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
}

if __name__ == "__main__":
    for name, page in PAGES.items():
        (ROOT / "docs" / name).write_text(page(), encoding="utf-8")
    if "--results" in sys.argv[1:]:
        write_readmes()
