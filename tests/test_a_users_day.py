"""A day with the program, as a user would have it: commands, exit codes, files and key facts, in both languages."""

import csv
import json
import re

import numpy as np
import openpyxl
import pytest

from tests import conftest
from tests.conftest import write_workbook

# What the user's file says, and what the program has to say at each step, in each language.
DAYS = {
    "zh": {
        "head": [
            "城市",
            "年份",
            "地区生产总值（亿元）",
            "居民人均可支配收入（元）",
            "PM2.5年均浓度（μg/m³）",
            "轨道交通里程（公里）",
        ],
        "cities": ["北京", "上海", "成都", "重庆", "西安"],
        "income": "居民人均可支配收入",
        "drafted": ("识别", "confirm"),
        "unconfirmed": "方向",
        "ran": ("2021年排名", "可引用", "结果在reports"),
        "weighed": ("写入权重1个",),
        "changed": ("与上次运行相比", "居民人均可支配收入"),
        "scenarios": "各方案下2021年的位次",
        "added": "新增年份",
        "same": "相同",
        "refused": "已不是当时的文件",
    },
    "en": {
        "head": ["City", "Year", "GDP (billion yuan)", "Income per resident (yuan)", "PM2.5 (µg/m³)", "Metro (km)"],
        "cities": ["Beijing", "Shanghai", "Chengdu", "Chongqing", "Xi'an"],
        "income": "Income per resident",
        "drafted": ("confirm",),
        "unconfirmed": "direction",
        "ran": ("2021 ranking", "To quote", "Results in reports:"),
        "weighed": ("1 weight written",),
        "changed": ("Compared with the previous run", "Income per resident"),
        "scenarios": "Ranks in 2021 in each scenario",
        "added": "added",
        "same": "same",
        "refused": "has changed since the run",
    },
}
pytestmark = pytest.mark.slow


def command(folder, *arguments, code=0):
    """All that a command says."""
    done = conftest.command(folder, *arguments)
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


def yearbook(path, day, years):
    """A user's file of synthetic figures: the figures of a year do not depend on which years there are."""
    rows = [day["head"]]
    for c, city in enumerate(day["cities"]):
        for year in years:
            drawn = np.random.default_rng([c, year]).uniform(0.8, 1.2, 4)
            base = np.array([30000 / (c + 1), 60000 - 5000 * c, 30 + 4 * c, 800 - 100 * c])
            rows.append([city, year, *(base * drawn * 1.05 ** (year - 2019)).round(1)])
    write_workbook(path, {"Sheet1": rows})


def table(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def tables(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*.csv")}


def figures(folder):
    """The numbers of every sheet of both workbooks, in their cells."""
    books = [openpyxl.load_workbook(folder / name) for name in ("index.xlsx", "model.xlsx")]
    return [
        {
            cell.coordinate: cell.value
            for row in sheet.iter_rows()
            for cell in row
            if isinstance(cell.value, int | float)
        }
        for book in books
        for sheet in book
    ]


@pytest.mark.parametrize("lang", DAYS)
def test_a_day(tmp_path, lang):
    day, other = DAYS[lang], "en" if lang == "zh" else "zh"

    # the draft of a framework from the user's own file
    yearbook(tmp_path / "yearbook.xlsx", day, (2019, 2020, 2021))
    said = command(tmp_path, "init", "mine", "--from", "yearbook.xlsx", "--lang", lang)
    mine = tmp_path / "mine"
    assert sorted(path.name for path in mine.iterdir()) == [
        "indicators.schema.json",
        "indicators.yaml",
        "yearbook.xlsx",
    ]
    assert all(word in said for word in day["drafted"])
    yaml = mine / "indicators.yaml"
    text = yaml.read_text(encoding="utf-8")
    assert f"language: {lang}" in text and text.count("direction: confirm") == 4
    assert bool(re.search("[一-鿿]", text)) == (lang == "zh")

    # a run before the directions are confirmed is refused, and nothing is written; then they are
    assert day["unconfirmed"] in command(mine, "run", code=1)
    assert not (mine / "reports").exists()
    text = re.sub(r"(PM2\.5[^\n]*direction: )confirm", r"\1negative", text).replace(": confirm}", ": positive}")
    yaml.write_text(text, encoding="utf-8")

    # the first run, in the language of the YAML
    said = command(mine, "run", "--draws", "200")
    assert all(word in said for word in day["ran"])
    reports = mine / "reports"
    record = json.loads((reports / "run.json").read_text(encoding="utf-8"))
    there = {path.relative_to(reports).as_posix() for path in reports.rglob("*") if path.is_file()}
    assert set(record["files"]) == there
    assert {"index.xlsx", "model.xlsx", "report.html", "rankings.csv", "charts/trend.png"} <= set(record["files"])
    first = table(reports / "rankings.csv")
    assert len(first) == 15
    assert sorted(int(row["rank"]) for row in first if row["year"] == "2021") == [1, 2, 3, 4, 5]

    # in the other language: every table is the same, to the byte
    command(mine, "run", "--draws", "200", "--lang", other, "--out", "other")
    assert tables(mine / "other") == tables(reports)
    assert figures(mine / "other") == figures(reports)

    # a weight is changed in the YAML, and the next run says so
    said = command(mine, "weights", "--write", "given", "--weight", f"{day['income']}=3")
    assert all(word in said for word in day["weighed"])
    changed = yaml.read_text(encoding="utf-8")
    assert [line.replace(", weight: 3", "") for line in changed.splitlines()] == text.splitlines()
    said = command(mine, "run", "--draws", "200")
    assert all(word in said for word in day["changed"])
    assert table(reports / "rankings.csv") != first

    # settings worth keeping get a name
    yaml.write_text(
        changed + "scenarios:\n  even: {weighting: equal}\n  low: {aggregation: geometric}\n", encoding="utf-8"
    )
    said = command(mine, "run", "--draws", "200", "--verbose")
    assert day["scenarios"] in said
    found = table(reports / "analysis" / "scenarios.csv")
    assert {row["scenario"] for row in found} == {"even", "low"}
    even = {(row["city"], row["year"]): row["rank"] for row in found if row["scenario"] == "even"}
    assert even == {(row["city"], row["year"]): row["rank"] for row in first}  # all weights were equal

    # the trend of a dimension for three cities
    (dimension,) = re.findall(r"^    (\w+):.*\n      name:", changed, re.MULTILINE)
    said = command(mine, "charts", "--only", f"trend:{dimension}", "--cities", ",".join(day["cities"][:3]))
    drawn = list((reports / "charts").glob(f"trend_{dimension}*"))
    assert len(drawn) == 1 and drawn[0].stat().st_size > 10_000 and drawn[0].name in said

    # a year more
    yearbook(mine / "yearbook.xlsx", day, (2019, 2020, 2021, 2022))
    grown = yaml.read_text(encoding="utf-8").replace("[2019, 2020, 2021]", "[2019, 2020, 2021, 2022]")
    yaml.write_text(grown, encoding="utf-8")
    said = command(mine, "run", "--draws", "200")
    assert day["added"] in said and "2022" in said
    assert len(table(reports / "rankings.csv")) == 20

    # the run again, from its record: the same; and refused once the figures are others
    said = command(mine, "run", "--from", "reports/run.json", "--out", "again")
    assert day["same"] in said
    assert tables(mine / "again") == tables(reports)
    yearbook(mine / "yearbook.xlsx", day, (2020, 2021, 2022))
    assert day["refused"] in command(mine, "run", "--from", "reports/run.json", "--out", "again", code=1)
    assert tables(mine / "again") == tables(reports)
