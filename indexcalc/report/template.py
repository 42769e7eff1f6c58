"""An empty workbook for a framework: its columns, units and city-years laid out, and a sheet for the sources."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import xlsxwriter

from indexcalc.errors import InputError, Problem
from indexcalc.framework import Framework, Indicator, Series

WORDS: dict[str, dict[str, Any]] = {
    "zh": {
        "sheet": "面板",
        "sources": "来源",
        "city": "城市",
        "year": "年份",
        "unit": "单位",
        "head": ("指标", "城市", "年份", "来源", "说明"),
        "code": "代码：{code}",
        "direction": "属性：{direction}",
        "publisher": "发布者：{publisher}",
        "series": "只作派生指标的构成项，或供参考",
        "optional": "可以没有此列",
        "wrong": "请填数值；缺失请留空。",
        "font": "微软雅黑",
    },
    "en": {
        "sheet": "panel",
        "sources": "sources",
        "city": "city",
        "year": "year",
        "unit": "unit",
        "head": ("indicator", "city", "year", "source", "note"),
        "code": "code: {code}",
        "direction": "direction: {direction}",
        "publisher": "publisher: {publisher}",
        "series": "only a part of derived indicators, or for reference",
        "optional": "the column may be left out",
        "wrong": "Write a number; leave the cell empty if the value is missing.",
        "font": "Calibri",
    },
}
CREATED = datetime(2000, 1, 1)  # fixed, so that the file does not carry the clock
SPARE_ROWS = 200  # rows made ready where the framework does not say which cities and years there are


def write_template(framework: Framework, path: Path, lang: str = "zh") -> None:
    """Write an empty workbook in the panel layout: a column per indicator and series, a row per city and year.

    Headers are names in `lang` (codes where there are none), the second row bears the units, a note on each header its
    code, direction and publisher. What `read_workbook` reads of it is the panel with every value missing. Refuses to
    write over a file.
    """
    option = ("in_option", {"option": "--out"})
    try:
        if path.exists():
            raise InputError(Problem("would_overwrite", {"files": path.as_posix()}, option))
        if path.suffix.casefold() != ".xlsx":
            raise InputError(Problem("wrong_suffix", {"found": path.name}, option))
        if not path.parent.is_dir():
            raise InputError(Problem("folder_missing", place=("in_file", {"file": str(path.parent)})))
        path.write_bytes(_template(framework, lang))
    except OSError as error:
        raise place_unwritable(error, path) from None


def place_unwritable(error: OSError, path: Path) -> InputError:
    """The error of a user whose file, of which no `--out` names the folder, cannot be written."""
    reason = error.strerror or type(error).__name__
    return InputError(Problem("place_unwritable", {"reason": reason}, ("in_file", {"file": str(path)})))


def _template(framework: Framework, lang: str) -> bytes:
    words, stream = WORDS[lang], BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(stream, options) as book:
        book.set_properties({"title": framework.name[lang], "author": "indexcalc", "created": CREATED})
        plain = {"font_name": words["font"], "font_size": 10, "valign": "vcenter"}
        head = book.add_format(
            {**plain, "bold": True, "bg_color": "#E6EDF4", "bottom": 1, "text_wrap": True, "align": "center"}
        )
        soft = book.add_format({**plain, "font_color": "#5a5a5a", "align": "center"})
        label = book.add_format(plain)
        _write_panel(book.add_worksheet(words["sheet"]), framework, lang, head, soft, label)
        sources = book.add_worksheet(words["sources"])
        sources.write_row(0, 0, words["head"], head)
        sources.set_column(0, 0, 26, label)
        sources.set_column(1, 2, 10, label)
        sources.set_column(3, 4, 50, label)
        sources.freeze_panes(1, 0)
    return stream.getvalue()


def _write_panel(sheet: Any, framework: Framework, lang: str, head: Any, soft: Any, label: Any) -> None:
    words = WORDS[lang]
    sheet.write_row(0, 0, [words["city"], words["year"]], head)
    sheet.write_row(1, 0, [words["unit"], ""], soft)
    sheet.set_column(0, 1, 10, label)
    for c, (code, column) in enumerate(framework.columns.items(), start=2):
        sheet.write_string(0, c, framework.label(code, lang), head)
        sheet.write_string(1, c, column.unit, soft)
        sheet.write_comment(0, c, _note(framework, code, column, lang), {"x_scale": 1.6, "font_size": 9})
    rows = [(city, year) for city in framework.cities for year in sorted(framework.years)]
    for r, (city, year) in enumerate(rows, start=2):
        sheet.write_string(r, 0, framework.city_label(city, lang), label)
        sheet.write_number(r, 1, year, label)
    last = len(framework.columns) + 1
    if last > 1:
        sheet.set_column(2, last, 14, label)
        sheet.data_validation(
            *(2, 2, 1 + (len(rows) or SPARE_ROWS), last),
            {"validate": "decimal", "criteria": "between", "minimum": -1e15, "maximum": 1e15}
            | {"error_title": "indexcalc", "error_message": words["wrong"]},
        )
    sheet.set_row(0, 42)
    sheet.freeze_panes(2, 2)


def _note(framework: Framework, code: str, column: Indicator | Series, lang: str) -> str:
    """What the one who fills in a column wants to know of it."""
    words = WORDS[lang]
    lines = [words["code"].format(code=code)]
    if isinstance(column, Indicator):
        direction = column.direction
        named = str(direction.method.traits["zh"]) if lang == "zh" else direction.name
        lines.append(words["direction"].format(direction=named))
    else:
        lines.append(words["series"])
    if column.publisher is not None:
        lines.append(words["publisher"].format(publisher=framework.publishers[column.publisher][lang]))
    if getattr(column, "optional", False) or getattr(column, "weight", 1.0) == 0:
        lines.append(words["optional"])
    return "\n".join(lines)
