"""What a new index begins with: it can be checked, filled in and computed; it never writes over anything."""

import json

import pytest
from openpyxl import load_workbook

import indexcalc as ic
from indexcalc.errors import ChoiceError, InputError
from indexcalc.report.start.starter import write_starter
from indexcalc.run import compute
from indexcalc.spec.hierarchy import build_nodes
from indexcalc.voice import Voice, languages


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_three_files_that_know_each_other(tmp_path, lang):
    paths = write_starter(tmp_path / "new", Voice(lang))
    assert [path.name for path in paths] == ["indicators.yaml", "data.xlsx", "indicators.schema.json"]
    framework = ic.load_framework(paths[0])
    assert paths[0].parent / framework.workbook.file == paths[1]
    assert paths[0].read_text(encoding="utf-8").startswith("# yaml-language-server: $schema=indicators.schema.json\n")
    assert json.loads(paths[2].read_text(encoding="utf-8"))["title"] == "indexcalc"
    assert (
        ic.read_workbook(paths[1], framework).cities
        == {
            "zh": ("甲市", "乙市", "丙市"),
            "en": ("City A", "City B", "City C"),
        }[lang]
    )


def test_the_languages_begin_with_the_same_index_and_each_is_in_its_own(tmp_path):
    made = {lang: write_starter(tmp_path / lang, Voice(lang))[0] for lang in languages()}
    zh, en = (ic.load_specification(path) for path in made.values())
    assert [node.code for node in build_nodes(zh.framework, zh.methodology)] == [
        node.code for node in build_nodes(en.framework, en.methodology)
    ]
    assert (zh.methodology, zh.claims, zh.uncertainty) == (en.methodology, en.claims, en.uncertainty)
    assert (zh.language, en.language) == (None, "en")
    assert (
        made["en"]
        .read_text(encoding="utf-8")
        .replace("µ", "")
        .replace("³", "")
        .replace("²", "")
        .replace("±", "")
        .isascii()
    )


def test_what_is_to_be_filled_in_is_told(tmp_path):
    paths = write_starter(tmp_path, Voice())
    with pytest.raises((InputError, ChoiceError), match="'gdp' has no figures at all") as told:
        compute(paths[0])
    assert {problem.facts["code"] for problem in told.value.problems} == {"gdp", "population", "pm25", "green_space"}


def test_filled_in_it_computes(tmp_path):
    paths = write_starter(tmp_path, Voice())
    book = load_workbook(paths[1])
    for r, row in enumerate(book.worksheets[0].iter_rows(min_row=3, min_col=3)):
        for c, cell in enumerate(row):
            cell.value = 10 + 3 * r + (r * c) % 5
    book.save(paths[1])
    assert sorted(compute(paths[0]).result.rank()[:, -1]) == [1, 2, 3]


@pytest.mark.parametrize("there", ["indicators.yaml", "data.xlsx", "indicators.schema.json"])
def test_nothing_is_written_over(tmp_path, there):
    (tmp_path / there).write_text("mine", encoding="utf-8")
    with pytest.raises(InputError, match=f"DIR: .*{there}: already there; nothing was overwritten"):
        write_starter(tmp_path, Voice())
    assert [path.name for path in tmp_path.iterdir()] == [there]
    assert (tmp_path / there).read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("name", ["file/new", "x" * 300])
def test_a_place_that_cannot_be_written(tmp_path, name):
    """No advice of --out, which the command does not have."""
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    with pytest.raises(
        InputError, match=rf"{name[-90:]}: cannot be written \(.*\)\. Choose (a shorter name|another place)\.$"
    ):
        write_starter(tmp_path / name, Voice())
