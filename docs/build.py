"""Writes the pages of docs/ that follow from the program itself: `python docs/build.py`. A test holds them equal.

framework.md: its tables, from indicators.yaml. methodology.md: every method, from the docstrings. cli.md: from --help.
"""

from __future__ import annotations

from pathlib import Path

from indexcalc.cli import help_text
from indexcalc.framework import Framework
from indexcalc.methods import METHODS, Method
from indexcalc.report.methods_text import STEPS, documentation, parameters
from indexcalc.specification import load_framework

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
        "| 维度 Dimension | 指标 Indicator | 单位 Unit | 属性 Direction | 阶段 Stage | 其他标签 Other tags |",
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
        "to `rank_on.decimals` (default 9).",
    ]
    assert set(STEPS) == set(METHODS)
    for step, title in STEPS.items():
        parts.append(f"## {title['zh']} {title['en']} (`{step}`)")
        parts += [_method(method) for method in METHODS[step].values()]
    return "\n\n".join(parts) + "\n"


def _method(method: Method) -> str:
    found = parameters(method, "en")
    listed = ["\n".join(f"- `{parameter}`" for parameter in found)] if found else []
    return "\n\n".join([f"### `{method.name}` {method.traits.get('zh', '')}", documentation(method), *listed])


def cli_page() -> str:
    """docs/cli.md: the help of every command in both languages."""
    parts = ["# 命令行 Command line", "<!-- written by docs/build.py from --help -->"]
    for lang, title in (("zh", "中文"), ("en", "English")):
        parts.append(f"## {title}")
        for command, text in help_text(lang).items():
            parts.append(f"### `{command}`\n\n```text\n{text.rstrip()}\n```")
    return "\n\n".join(parts) + "\n"


PAGES = {"framework.md": framework_page, "methodology.md": methodology_page, "cli.md": cli_page}

if __name__ == "__main__":
    for name, page in PAGES.items():
        (ROOT / "docs" / name).write_text(page(), encoding="utf-8")
