"""What the index compares is called by the words of the YAML: nowhere do cities come up that are countries."""

import json
import re
import zipfile
from html.parser import HTMLParser

import pytest
from openpyxl import Workbook, load_workbook

from indexcalc.cli import main
from indexcalc.errors import IndexcalcError
from indexcalc.figures.headers import units_below
from indexcalc.load import load_draft, load_framework
from indexcalc.run import compute
from indexcalc.spec.framework import Framework, Units
from indexcalc.voice import Voice, known_words, languages, room
from tests.bad.corpus import AWAY, build
from tests.conftest import ROOT

COUNTRIES = {"zh": "国家", "en": ["country", "countries"]}
CITIES = re.compile(r"城市|\b[Cc]it(?:y|ies)\b")

# Rooms that know the words of the YAML, of the command line and of people's sheets, or what is usual.
KEPT = {"cli", "grammar", "schema", "workbook"}
# What is written in a YAML or on the command line, and the headers that are known.
CODES = re.compile(
    r"\{\{.*?\}\}+|\{[a-z_]+(?::[^{}|]*)?\}|\bcities: (?=\{\{)|framework\.[a-z_.]+|workbook\.[a-z]+=|layout: cities"
    r"|of: city|city:(?:NAME|名称)|\bcity/"
    r"|\(city, region, 城市, 地区\)|\('城市', city, region\)|（城市、地区、city(?:、region)?）"
)


@pytest.mark.parametrize("lang", languages())
def test_no_word_is_of_cities(lang):
    names = {path.stem for path in (ROOT / "indexcalc" / "words" / lang).glob("*.toml")} - KEPT
    found = []
    for name in sorted(names):
        for key, said in room(lang, name).items():
            texts = said if isinstance(said, list) else [said] if isinstance(said, str) else []
            found += [f"{name}.{key}: {text}" for text in texts if CITIES.search(CODES.sub("", text))]
    assert not found


# --- a whole run of countries


class Shown(HTMLParser):
    """The texts of a page: what stands between its tags, what is read aloud, and the words of its script."""

    def __init__(self):
        super().__init__()
        self.texts, self.within = [], None

    def handle_starttag(self, tag, attributes):
        self.within = dict(attributes).get("type", tag) if tag == "script" else tag
        self.texts += [said for name, said in attributes if said and name in ("aria-label", "data-said", "title")]

    def handle_endtag(self, tag):
        self.within = None

    def handle_data(self, data):
        if self.within == "application/json":
            self.texts += values(json.loads(data))
        elif self.within not in ("script", "style"):
            self.texts.append(data)


def values(data):
    """The texts in plain data that are no keys."""
    if isinstance(data, dict):
        return [text for inside in data.values() for text in values(inside)]
    if isinstance(data, list):
        return [text for inside in data for text in values(inside)]
    return [data] if isinstance(data, str) else []


def texts_of(path):
    """What a file says to a person, codes left out."""
    if path.suffix == ".csv":
        _, *rows = path.read_text(encoding="utf-8-sig").splitlines()
        return [cell for row in rows for cell in row.split(",") if cell != "city"]
    if path.suffix == ".json":
        return values({k: v for k, v in json.loads(path.read_text()).items() if k not in ("methodology", "choices")})
    if path.suffix == ".html":
        page = Shown()
        page.feed(path.read_text(encoding="utf-8"))
        return [re.sub(r"\{[a-z_]+\}", "", text) for text in page.texts]
    if path.suffix == ".svg":
        return re.findall(r"<text[^>]*>([^<]+)", path.read_text(encoding="utf-8"))
    if path.suffix == ".xlsx":
        book = zipfile.ZipFile(path)
        said = [book.read(name).decode() for name in book.namelist() if name.endswith(".xml")]
        inside = re.compile(r"<(?:\w+:)?(?:t|v|f)(?: [^>]*)?>([^<]*)<|name=\"([^\"]*)\"")
        return [text for xml in said for pair in inside.findall(xml) for text in pair]
    return []


@pytest.mark.parametrize("lang", languages())
def test_a_run_of_countries_speaks_of_no_city(tmp_path, lang, capsys):
    changed = {
        "scenarios": {"equal": {"name": "等权", "weighting": "equal"}},
        "framework/dimensions/two/rounding": AWAY,
    }
    yaml = build({"yaml": {"framework/units": COUNTRIES, **changed}, "cells": {"A1": "国家"}}, tmp_path)
    out = tmp_path / "out"
    commands = (
        ["run", yaml, "--out", out],
        ["run", yaml, "--out", out, "--weight", "one=0.6"],
        ["robustness", yaml, "--out", out, "--draws", "64"],
        ["charts", yaml, "--out", out, "--only", "all,cities,pair:甲:乙", "--format", "svg"],
        ["check", yaml, "--out", tmp_path / "checked"],
        ["city", "甲", yaml, "--out", out, "--draws", "64"],
        ["explain", "甲", yaml],
        ["explain", "甲", yaml, "--against", "乙"],
        ["explain", "甲", yaml, "--trace", "a"],
        ["template", yaml, "--out", tmp_path / "template.xlsx"],
        ["compare", out, out],
    )
    for command in commands:
        assert main([*map(str, command), "--lang", lang]) == 0
    captured = capsys.readouterr()
    said = {"screen": [captured.out, captured.err]}
    said |= {path.name: texts_of(path) for path in tmp_path.rglob("*") if path.name != "figures.xlsx"}
    said["charts"] = [text for name, texts in said.items() if name.endswith(".svg") for text in texts]
    assert sum(map(len, said.values())) > 3000 and len(said["charts"]) > 200
    found = {name: [text for text in texts if CITIES.search(CODES.sub("", text))] for name, texts in said.items()}
    assert not {name: texts[:5] for name, texts in found.items() if texts}
    for name in ("screen", "charts", "report.html", "index.xlsx", "model.xlsx", "template.xlsx"):
        assert any(re.search("国家|countr", text) for text in said[name]), name


def test_a_template_of_firms_is_read_back(tmp_path):
    firms = {"zh": "企业", "en": ["firm", "firms"]}
    yaml = build({"yaml": {"framework/units": firms}}, tmp_path)
    assert main(["template", str(yaml), "--out", str(tmp_path / "empty.xlsx"), "--lang", "en"]) == 0
    book = load_workbook(tmp_path / "empty.xlsx")
    sheet = book.worksheets[0]
    assert sheet["A1"].value == "firm"
    for row in sheet.iter_rows(min_row=3):
        for cell in row[2:]:
            cell.value = cell.row * 3 + cell.column
    book.save(tmp_path / "full.xlsx")
    run = compute(yaml, workbook=tmp_path / "full.xlsx", draws=0)
    assert run.result.cities == ("甲", "乙", "丙", "丁")


# --- the words, and errors


@pytest.mark.parametrize(
    ("units", "place", "article", "chinese"),
    [
        (COUNTRIES, ("country", "countries"), "a country", "国家"),
        ({"en": ["economy", "economies"]}, ("economy", "economies"), "an economy", "economy"),
        (["an SOE", "SOEs"], ("SOE", "SOEs"), "an SOE", "SOE"),
        ({"zh": "省份"}, ("省份", "省份"), "a 省份", "省份"),
    ],
)
def test_units_are_written_in_one_language_or_both(units, place, article, chinese):
    english, other = (Framework(units=units).voice(lang) for lang in ("en", "zh"))
    filled = {key: english.say(f"findings.{key}", n=3) for key in ("n_cities",)}
    assert filled == {"n_cities": f"3 {place[1]}"}
    assert english.say("claims.every_city") == f"every {place[0]}"
    assert english.say("methods.screened.dimension_year") == f"dimension of {article} and year"
    assert english.say("model.city") == place[0][0].upper() + place[0][1:]
    assert other.say("model.city") == chinese


def test_without_units_they_are_cities():
    assert Voice("en").say("claims.every_city") == "every city" and Voice("zh").say("model.city") == "城市"
    assert Framework().voice("en").say("model.city") == "City"


BAD = {
    "a word": ("country", "units"),
    "one word where two are needed": ({"zh": "国家", "en": "country"}, "en"),
    "one word in a list": ({"en": ["country"]}, "en"),
    "three words": (["a", "b", "c"], "en"),
    "two Chinese words": ({"zh": ["国家", "国"]}, "zh"),
    "nothing": ({}, "units"),
    "an empty word": ({"zh": " ", "en": ["a", "b"]}, "zh"),
    "numbers": ({"en": [1, 2]}, "en"),
    "a sentence": ({"zh": "国" * 31}, "zh"),
    "braces": ({"zh": "{city}"}, "zh"),
}


@pytest.mark.parametrize("case", BAD)
def test_units_that_cannot_be_said_are_refused_with_an_example(tmp_path, case):
    written, field = BAD[case]
    with pytest.raises(IndexcalcError) as raised:
        load_draft(build({"yaml": {"framework/units": written}}, tmp_path))
    (problem,) = raised.value.problems
    assert problem.key == "wrong_value" and problem.facts["field"] == field
    assert "country" in raised.value.text("en").partition("expected")[2] or "国家" in raised.value.text("en")


def test_units_of_another_language_are_refused_by_name(tmp_path):
    with pytest.raises(IndexcalcError) as raised:
        load_draft(build({"yaml": {"framework/units": {"fr": ["pays", "pays"]}}}, tmp_path))
    assert [problem.key for problem in raised.value.problems] == ["unknown_key"]


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"yaml": {"claims": [{"kind": "rank_is", "city": "戊", "rank": 1}]}}, "claim_city"),
        ({"yaml": {"framework/cities": ["甲", "甲"]}}, "wrong_value"),
        ({"cells": {f"D{row}": 5 for row in range(2, 14)}}, "constant"),
        ({"cells": {"A2": None}}, "empty_city"),
        ({"cells": {"A14": "合计", "B14": 2019, "C14": 3}, "yaml": {"framework/cities": {}}}, "total_row"),
    ],
)
def test_errors_speak_of_countries(tmp_path, change, key):
    change = {**change, "yaml": {"framework/units": COUNTRIES, **change.get("yaml", {})}}
    with pytest.raises(IndexcalcError) as raised:
        compute(build(change, tmp_path), draws=0)
    assert key in [problem.key for problem in raised.value.problems]
    for lang in languages():
        said = re.sub("framework(?:: |：)cities(?:: |：)", "", CODES.sub("", raised.value.text(lang)))
        assert not CITIES.search(said) and re.search("国家|countr", said), said
    assert str(raised.value) == raised.value.text("en")


# --- the draft


@pytest.mark.parametrize(
    ("header", "written", "said"),
    [
        ("国家", {"zh": "国家", "en": ["country", "countries"]}, "countries"),
        ("Province", {"zh": "省份", "en": ["province", "provinces"]}, "provinces"),
        ("企业", {"zh": "企业", "en": ["firm", "firms"]}, "firms"),
        ("University", {"zh": "高校", "en": ["a university", "universities"]}, "universities"),
        ("城市", None, None),
    ],
)
def test_a_draft_calls_places_what_their_header_says(tmp_path, capsys, header, written, said):
    book = Workbook()
    book.active.append([header, "year", "a"])
    for k, (place, year) in enumerate((place, year) for place in "甲乙丙" for year in (2020, 2021)):
        book.active.append([place, year, k * k])
    book.save(tmp_path / "own.xlsx")
    declared = ["--set", f"framework.workbook.city={header}"]
    folder, file = str(tmp_path / "draft"), str(tmp_path / "own.xlsx")
    assert main(["init", folder, "--from", file, "--lang", "en", *declared]) == 0
    framework, told = load_framework(tmp_path / "draft" / "indicators.yaml"), capsys.readouterr().out
    assert (framework.units and framework.units.plain) == written
    assert ("speak of" in told) == (written is not None) and (said is None or f"speak of {said}" in told)


def test_of_two_kinds_of_places_none_is_taken():
    assert units_below(["国家", "省份"]) is None and units_below([]) is None
    assert units_below(["国家", "Country"]) == Units(**COUNTRIES)


def test_every_kind_has_its_words_in_every_language():
    kinds = [key for key in room("zh", "workbook") if key.startswith("kind.")]
    assert len(kinds) > 5
    for kind in kinds:
        assert Units.model_validate(Units.of(f"workbook.{kind}").plain).en[0] != Units.of(f"workbook.{kind}").zh[0]
    words = [word for kind in kinds for word in known_words(f"workbook.{kind}")]
    assert len(words) == len(set(words))
