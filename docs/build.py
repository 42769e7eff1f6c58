"""Writes the tables of docs/framework.md from indicators.yaml: `python docs/build.py`. A test holds them equal."""

from __future__ import annotations

from pathlib import Path

from indexcalc.framework import Framework
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
                f"| {indicator.unit} | {'+' if indicator.direction == 'positive' else '−'} "
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


if __name__ == "__main__":
    (ROOT / "docs" / "framework.md").write_text(framework_page(), encoding="utf-8")
