"""Writes the two workbooks of the tutorial out of data/tidy/figures.csv: `python docs/tutorial/build.py`.

Real figures of the 13 cities, laid out as a yearbook prints them: a title, groups over names with their units, a dash
where no figure was found, a note below. The same figures under Chinese and English headers.
"""

import csv
from datetime import datetime
from pathlib import Path

import xlsxwriter
import yaml

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
YEARS = range(2019, 2023)
CREATED = datetime(2026, 11, 30)  # fixed, so that the files do not carry the clock
COLUMNS = {
    ("经济", "Economy"): {
        "gdp": ("地区生产总值（亿元）", "GDP (100 million yuan)"),
        "resident_population": ("年末常住人口（万人）", "Resident population (10,000)"),
        "tertiary_share": ("第三产业占比（%）", "Services share of GDP (%)"),
    },
    ("创新", "Innovation"): {
        "fiscal_science_expenditure": ("科学技术支出（亿元）", "Science expenditure (100 million yuan)"),
        "fiscal_expenditure": ("一般公共预算支出（亿元）", "Budget expenditure (100 million yuan)"),
        "listed_firms": ("A股上市公司数（家）", "Listed firms (number)"),
    },
    ("生活", "Living"): {
        "urban_disposable_income": ("城镇居民人均可支配收入（元）", "Urban disposable income (yuan)"),
        "hospital_beds": ("医院床位数（张）", "Hospital beds (number)"),
    },
    ("环境", "Environment"): {
        "pm25": ("PM2.5年均浓度（微克/立方米）", "PM2.5 annual mean (µg/m³)"),
        "no2": ("NO2年均浓度（微克/立方米）", "NO2 annual mean (µg/m³)"),
    },
}
SAID = {
    "zh": (
        "表1 主要城市社会经济指标（2019—2022年）",
        "城市",
        "年份",
        "注：“—”表示未找到数据。来源见data/cities.xlsx。",
    ),
    "en": (
        "Table 1 Main indicators of 13 cities, 2019-2022",
        "City",
        "Year",
        "Note: — no figure found. Sources are listed in data/cities.xlsx.",
    ),
}


def figures():
    """(code, city, year) -> the figure as printed; one flagged as on another basis is no figure here."""
    with (ROOT / "data" / "tidy" / "figures.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = [row for row in csv.DictReader(file) if not row["flag"].startswith(("break", "not comparable", "scope"))]
    return {(row["indicator"], row["city"], int(row["year"])): float(row["value"]) for row in rows}


def write(lang, cities, known):
    """One workbook: the same sheet in a language."""
    side = ("zh", "en").index(lang)
    title, city_head, year_head, note = SAID[lang]
    with xlsxwriter.Workbook(HERE / f"cities-{lang}.xlsx") as book:
        book.set_properties({"created": CREATED})
        font = {"font_name": "Microsoft YaHei", "font_size": 10}
        plain, head = book.add_format(font), book.add_format({**font, "bold": True, "align": "center", "border": 1})
        sheet = book.add_worksheet({"zh": "表1", "en": "Table 1"}[lang])
        sheet.set_column(0, 20, 14)
        sheet.write(0, 0, title, book.add_format({**font, "bold": True, "font_size": 13}))
        for column, name in enumerate((city_head, year_head)):
            sheet.merge_range(2, column, 3, column, name, head)
        codes = []
        for group, columns in COLUMNS.items():
            sheet.merge_range(2, 2 + len(codes), 2, 1 + len(codes) + len(columns), group[side], head)
            for code, names in columns.items():
                sheet.write(3, 2 + len(codes), names[side], head)
                codes.append(code)
        row = 4
        for city, english in cities.items():
            for year in YEARS:
                sheet.write(row, 0, (city, english)[side], plain)
                sheet.write(row, 1, year, plain)
                for column, code in enumerate(codes, 2):
                    sheet.write(row, column, known.get((code, city, year), "—"), plain)
                row += 1
        sheet.write(row + 1, 0, note, plain)


if __name__ == "__main__":
    declared = yaml.safe_load((ROOT / "indicators.yaml").read_text(encoding="utf-8"))["framework"]["cities"]
    for lang in SAID:
        write(lang, {city: entry["en"] for city, entry in declared.items()}, figures())
