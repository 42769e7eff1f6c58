"""Build data/cities.xlsx, the workbook the index is computed from, out of the tidy tables beside this script.

    python data/build.py

Reads indicators.yaml (which series the workbook has, their units and publishers), tidy/figures.csv (every figure we
read, as printed) and tidy/series.csv (trust grade and known breaks of each series). Writes three sheets:

    panel        one row per city and year, one column per series; what the index reads
    sources      one row per figure: where it was read, its flag, and whether the panel uses it
    definitions  one row per series: names, unit, trust, publisher, known breaks, cells observed

A figure enters the panel only if its series is declared in indicators.yaml, its trust is A or B, and its flag does not
say that it cannot be compared with the rest of its series. Nothing is rounded, filled or corrected on the way. The same
tables give the same bytes on every run.

The note is the source's word, the flag our decision; they have to agree, by one rule for all cities (`contradictions`).
Nothing is written where they do not.
"""

import csv
import math
import re
import unicodedata
from collections import Counter
from datetime import datetime
from pathlib import Path
from statistics import median

import xlsxwriter
import yaml

ROOT = Path(__file__).resolve().parent.parent
TIDY = ROOT / "data" / "tidy"
WORKBOOK = ROOT / "data" / "cities.xlsx"
CREATED = datetime(2026, 11, 23)  # fixed, so that the file does not carry the clock

DERIVED_BY = {"ratio", "share", "sum", "growth"}  # an indicator with one of these is computed, never written
TRUSTED = {"A", "B"}
UNTRUSTED = {"C"}
KEPT_SEVERITIES = {"incomplete", "minor", "doubtful"}
LEFT_OUT_SEVERITIES = {"break": "断点", "not comparable": "不可比", "scope": "口径不同"}
NO_FIGURES = "无公开面板数据，留空供填写 / No public panel found: left empty to be filled in"
# What the note of a figure says, and what its flag then has to be: a figure that stands before a revision its series
# follows, or on a break, is left out, however small the step; a suspicion, or another vintage, takes a flag that says
# what was decided.
SAYS_BREAK = re.compile(r"断点|不可比|[四五]经普前|未追溯|UNREVISED|\b(?:break|not comparable)\b")
SAYS_DOUBT = re.compile(r"疑|跳变|5th census|(?<!不是)五经普口径")
SHARES = {"tertiary_share": ("tertiary_value_added", "gdp_fourth_census")}  # printed in %, and both its parts too
APART = 0.5  # points between a share as printed and as its parts give it
JUMP = 1.5  # a step this many times that of the median city, or less than one by it
COUNTED = {"家", "所", "个"}  # small whole numbers, which jump by nature
ROLES = {
    "indicator": "指标 / indicator",
    "part": "计算用 / part of an indicator",
    "optional": "备用 / optional",
}
HEADER_COLOURS = {"indicator": "#1F3A5F", "part": "#3F6C8F", "optional": "#7A8793"}
FONT = {"font_name": "Microsoft YaHei", "font_size": 10, "valign": "vcenter"}


def read_table(path):
    """Rows of a CSV file as dictionaries of text."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def declared_series(framework):
    """Code -> declaration of every panel column: indicators that are not derived, then the series, in YAML order."""
    declared = {}
    for dimension in framework["dimensions"].values():
        for code, indicator in dimension["indicators"].items():
            if not DERIVED_BY & indicator.keys():
                declared[code] = indicator | {"role": "indicator"}
    for code, series in framework["series"].items():
        if code in declared:
            raise ValueError(f"indicators.yaml: {code} is declared both as an indicator and under series")
        declared[code] = series | {"role": "optional" if series.get("optional") else "part"}
    names = Counter(declaration["name"]["zh"] for declaration in declared.values())
    if repeated := [name for name, count in names.items() if count > 1]:
        raise ValueError(f"indicators.yaml: two panel columns have the same Chinese name: {', '.join(repeated)}")
    return declared


def why_left_out(figure, trust):
    """The reason that keeps a figure out of the panel as (English, Chinese), or None if the panel uses it."""
    where = f"figures.csv: {figure['indicator']}, {figure['city']}, {figure['year']}"
    if trust in UNTRUSTED:
        return f"trust {trust}", f"可信度{trust}"
    if trust not in TRUSTED:
        raise ValueError(f"{where}: series.csv gives the trust '{trust}'; expected A, B or C")
    if not figure["flag"]:
        return None
    severity = figure["flag"].split(":")[0].strip()
    if severity in LEFT_OUT_SEVERITIES:
        return severity, LEFT_OUT_SEVERITIES[severity]
    if severity in KEPT_SEVERITIES:
        return None
    known = ", ".join(sorted(KEPT_SEVERITIES | LEFT_OUT_SEVERITIES.keys()))
    raise ValueError(f"{where}: unknown severity '{severity}' in the flag; expected one of {known}")


def check(figures, catalogue, declared, framework):
    """Raise if a figure or a trust grade contradicts indicators.yaml, or a figure is given twice."""
    seen = set()
    for figure in figures:
        code, city, year = figure["indicator"], figure["city"], figure["year"]
        where = f"figures.csv: {code}, {city}, {year}"
        if (code, city, year) in seen:
            raise ValueError(f"{where}: given twice")
        seen.add((code, city, year))
        if code not in catalogue:
            raise ValueError(f"{where}: series.csv has no row for {code}")
        if code not in declared:
            continue
        if city not in framework["cities"] or int(year) not in framework["years"]:
            raise ValueError(f"{where}: the city or the year is not declared in indicators.yaml")
        if not re.fullmatch(r"-?\d+(\.\d+)?", figure["value"]):
            raise ValueError(f"{where}: '{figure['value']}' is not a plain number")
        if figure["unit"] != declared[code]["unit"]:
            raise ValueError(f"{where}: unit '{figure['unit']}', but indicators.yaml says '{declared[code]['unit']}'")
    for code, declaration in declared.items():
        stated = declaration.get("trust")
        if stated and stated != catalogue.get(code, {}).get("trust"):
            raise ValueError(f"indicators.yaml gives {code} the trust {stated}; series.csv does not")


def contradictions(figures, catalogue, declared, framework):
    """What is said in two ways, a sentence each: by note and flag, by a share and its parts, by a jump and no flag."""
    told = []
    flagged, used = {}, {}
    for figure in figures:
        code, city, year = figure["indicator"], figure["city"], int(figure["year"])
        where = f"figures.csv: {code}, {city}, {year}"
        flagged[code, city, year] = figure["flag"]
        left_out = figure["flag"].split(":")[0].strip() in LEFT_OUT_SEVERITIES
        if SAYS_BREAK.search(figure["note"]) and not left_out:
            told.append(
                f"{where}: the note says that it does not join its series, the flag '{figure['flag']}' keeps it"
            )
        elif SAYS_DOUBT.search(figure["note"]) and not figure["flag"]:
            told.append(f"{where}: the note doubts the figure, or names another vintage; there is no flag")
        if code in declared and not why_left_out(figure, catalogue[code]["trust"]):
            used[code, city, year] = float(figure["value"])
    for share, (part, whole) in SHARES.items():
        for _, city, year in [place for place in used if place[0] == share]:
            cells = [(code, city, year) for code in (share, part, whole)]
            if all(cell in used and not flagged[cell] for cell in cells):
                printed, of, to = (used[cell] for cell in cells)
                if abs(100 * of / to - printed) > APART:
                    told.append(
                        f"figures.csv: {share}, {city}, {year}: {printed}, but its parts give {100 * of / to:.2f}"
                    )
    read = [code for code, one in declared.items() if one["role"] != "optional" and one["unit"] not in COUNTED]
    for code in read:
        for year in sorted(framework["years"])[1:]:
            steps = {
                city: math.log(used[code, city, year] / used[code, city, year - 1])
                for city in framework["cities"]
                if (code, city, year) in used and (code, city, year - 1) in used
            }
            usual = median(steps.values()) if steps else 0.0
            for city, step in steps.items():
                if abs(step - usual) > math.log(JUMP) and not flagged[code, city, year]:
                    told.append(
                        f"figures.csv: {code}, {city}, {year}: {math.expm1(step):+.0%} in a year, the median city "
                        f"{math.expm1(usual):+.0%}; say in a flag what was found out about it"
                    )
    return told


def number_format(texts):
    """An Excel format with as many decimals as the figures have, two at most; the stored value is not rounded."""
    decimals = max((len(text.partition(".")[2].rstrip("0")) for text in texts), default=0)
    return "#,##0" + ("." + "0" * min(decimals, 2) if decimals else "")


def header_format(book, role="indicator"):
    """White bold text on the colour of the column's role, wrapped."""
    style = {"bold": True, "font_color": "white", "bg_color": HEADER_COLOURS[role], "text_wrap": True}
    return book.add_format(FONT | style | {"align": "center", "border": 1, "border_color": "#FFFFFF"})


def write_panel(book, framework, declared, panel):
    """Sheet panel: names, units, then one row per city and year; a missing figure is an empty cell."""
    sheet = book.add_worksheet("panel")
    label = book.add_format(FONT)
    unit = book.add_format(FONT | {"italic": True, "align": "center", "bg_color": "#E8EDF2", "font_color": "#44505C"})
    rows = [(city, year) for city in framework["cities"] for year in sorted(framework["years"])]

    sheet.set_row(0, 48)
    sheet.set_column(0, 1, 8, label)
    for column, (name, first_unit) in enumerate([("城市", "单位"), ("年份", "")]):
        sheet.write_string(0, column, name, header_format(book))
        sheet.write(1, column, first_unit, unit)
    for row, (city, year) in enumerate(rows, start=2):
        sheet.write_string(row, 0, city, label)
        sheet.write_number(row, 1, year, label)

    for column, (code, declaration) in enumerate(declared.items(), start=2):
        texts = {place: panel[code, *place] for place in rows if (code, *place) in panel}
        number = book.add_format(FONT | {"num_format": number_format(texts.values())})
        sheet.set_column(column, column, 14, number)
        sheet.write_string(0, column, declaration["name"]["zh"], header_format(book, declaration["role"]))
        sheet.write_string(1, column, declaration["unit"], unit)
        for row, place in enumerate(rows, start=2):
            if place in texts:
                sheet.write_number(row, column, float(texts[place]), number)

    new_city = {"type": "formula", "criteria": "=$A3<>$A2"}
    line = book.add_format({"top": 1, "top_color": "#9AA7B4"})
    sheet.conditional_format(2, 0, len(rows) + 1, len(declared) + 1, new_city | {"format": line})
    sheet.freeze_panes(2, 2)
    sheet.set_landscape()
    sheet.set_paper(8)  # A3
    sheet.repeat_rows(0, 1)
    sheet.repeat_columns(0, 1)


def row_height(values, widths):
    """Height in points that shows every wrapped text of a row whole; a Chinese character takes two columns."""
    lines = 1
    for value, width in zip(values, widths, strict=True):
        length = sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in str(value or ""))
        lines = max(lines, math.ceil(1.1 * length / width))
    return 16 * lines


def write_rows(book, name, columns, rows, *, wrap=False):
    """A sheet of plain rows under one header; columns maps each header to its width. Text stays text."""
    sheet = book.add_worksheet(name)
    body = book.add_format(FONT | {"text_wrap": wrap, "valign": "top"})
    sheet.set_row(0, 32)
    for column, (title, width) in enumerate(columns.items()):
        sheet.set_column(column, column, width, body)
        sheet.write_string(0, column, title, header_format(book))
    for row, values in enumerate(rows, start=1):
        if wrap:
            sheet.set_row(row, row_height(values, columns.values()))
        for column, value in enumerate(values):
            if isinstance(value, (int, float)):
                sheet.write_number(row, column, value, body)
            elif value:
                sheet.write_string(row, column, value, body)
    sheet.autofilter(0, 0, len(rows), len(columns) - 1)
    sheet.freeze_panes(1, 2)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)


def write_sources(book, framework, declared, catalogue, sorted_figures):
    """Sheet sources: every figure of every declared series, used or not."""
    columns = {"指标代码": 24, "指标": 24, "城市": 8, "年份": 8, "数值": 14, "单位": 11, "原始发布者": 30}
    columns |= {"读取来源": 60, "说明": 50, "标记": 50, "可信度": 8, "是否采用": 16}
    rows = []
    for figure, reason in sorted_figures:
        code = figure["indicator"]
        rows.append([
            code, declared[code]["name"]["zh"], figure["city"], int(figure["year"]), float(figure["value"]),
            figure["unit"], publisher(framework, declared[code], "zh") or catalogue[code]["publisher"],
            figure["source"], figure["note"], figure["flag"], catalogue[code]["trust"],
            f"否：{reason[1]}" if reason else "是",
        ])  # fmt: skip
    write_rows(book, "sources", columns, rows)


def write_definitions(book, framework, declared, catalogue, sorted_figures):
    """Sheet definitions: every declared series, those without a figure included."""
    cells = len(framework["cities"]) * len(framework["years"])
    columns = {"代码 / Code": 26, "中文名 / Chinese name": 26, "英文名 / English name": 30, "用途 / Role": 30}
    columns |= {"单位 / Unit": 11, "可信度 / Trust": 9, "发布者": 22, "Publisher": 26, "具体来源 / Primary source": 40}
    columns |= {"已知断点": 50, "Known breaks": 60, "备注 / Remark": 40}
    columns |= {f"有值格数（共{cells}） / Cells observed of {cells}": 26, "未采用数 / Figures left out": 18}
    observed = Counter(figure["indicator"] for figure, reason in sorted_figures if reason is None)
    left_out = Counter(figure["indicator"] for figure, reason in sorted_figures if reason is not None)
    rows = []
    for code, declaration in declared.items():
        series = catalogue.get(code, {})
        has_figures = observed[code] + left_out[code] > 0
        rows.append([
            code, declaration["name"]["zh"], declaration["name"]["en"], ROLES[declaration["role"]],
            declaration["unit"], series.get("trust"), publisher(framework, declaration, "zh"),
            publisher(framework, declaration, "en"), series.get("publisher"), series.get("breaks_zh"),
            series.get("breaks_en"), series.get("remark") if has_figures else NO_FIGURES,
            observed[code], left_out[code],
        ])  # fmt: skip
    write_rows(book, "definitions", columns, rows, wrap=True)


def publisher(framework, declaration, language):
    """Name of the publisher that indicators.yaml declares for a series, or None."""
    key = declaration.get("publisher")
    return framework["publishers"][key][language] if key else None


def main():
    """Read, check, sort the figures into used and left out, write the workbook, print one line of counts."""
    framework = yaml.safe_load((ROOT / "indicators.yaml").read_text(encoding="utf-8"))["framework"]
    figures = read_table(TIDY / "figures.csv")
    catalogue = {series["code"]: series for series in read_table(TIDY / "series.csv")}
    declared = declared_series(framework)
    check(figures, catalogue, declared, framework)
    if found := contradictions(figures, catalogue, declared, framework):
        raise ValueError("\n".join(["what the tables say does not agree:", *found]))

    order = {code: position for position, code in enumerate(declared)}
    ours = [figure for figure in figures if figure["indicator"] in declared]
    ours.sort(key=lambda figure: order[figure["indicator"]])
    sorted_figures = [(figure, why_left_out(figure, catalogue[figure["indicator"]]["trust"])) for figure in ours]
    panel = {(f["indicator"], f["city"], int(f["year"])): f["value"] for f, reason in sorted_figures if reason is None}

    text_stays_text = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(WORKBOOK, text_stays_text) as book:
        book.set_properties({"title": framework["name"]["zh"], "created": CREATED})
        write_panel(book, framework, declared, panel)
        write_sources(book, framework, declared, catalogue, sorted_figures)
        write_definitions(book, framework, declared, catalogue, sorted_figures)

    reasons = Counter(reason[0] for _, reason in sorted_figures if reason is not None)
    reasons["not declared"] = len(figures) - len(ours)
    told = ", ".join(f"{reason} {count}" for reason, count in sorted(reasons.items()))
    print(f"data/cities.xlsx: {len(panel)} figures written, {reasons.total()} left out ({told})")


if __name__ == "__main__":
    main()
