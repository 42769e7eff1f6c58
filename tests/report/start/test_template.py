"""The empty workbook: what the reader reads of it, what stands in it, and that no file is written over."""

import errno

import pytest
from openpyxl import load_workbook

import indexcalc as ic
from indexcalc.errors import InputError
from indexcalc.report.start.template import write_template
from indexcalc.voice import Voice
from tests.conftest import ROOT, make_framework


@pytest.fixture
def framework():
    return make_framework(
        indicators={
            "gdp": {"name": {"zh": "生产总值", "en": "Output"}, "unit": "亿元", "publisher": "nbs"},
            "pm25": {"unit": "µg/m³", "direction": "negative", "weight": 0},
            "per_head": {"ratio": {"of": "gdp", "to": "people"}},
        },
        series={"people": {"name": {"zh": "人口", "en": "People"}, "unit": "万人", "optional": True}},
        publishers={"nbs": {"zh": "国家统计局", "en": "NBS"}},
        years=[2020, 2019],
        cities={"北京": {"en": "Beijing"}, "上海": {"en": "Shanghai"}},
    )


@pytest.mark.parametrize(
    ("lang", "head", "first"),
    [
        ("zh", ["城市", "年份", "生产总值", "pm25", "人口"], ["北京", 2019, None, None, None]),
        ("en", ["city", "year", "Output", "pm25", "People"], ["Beijing", 2019, None, None, None]),
    ],
)
def test_header_units_and_city_years(tmp_path, framework, lang, head, first):
    write_template(framework, tmp_path / "t.xlsx", Voice(lang))
    sheet = load_workbook(tmp_path / "t.xlsx").worksheets[0]
    rows = list(sheet.iter_rows(values_only=True))
    assert list(rows[0]) == head
    assert list(rows[1])[2:] == ["亿元", "µg/m³", "万人"]
    assert list(rows[2]) == first
    assert len(rows) == 2 + 4


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_reader_reads_it_and_finds_every_value_missing(tmp_path, framework, lang):
    write_template(framework, tmp_path / "t.xlsx", Voice(lang))
    panel = ic.read_workbook(tmp_path / "t.xlsx", framework)
    assert panel.present.all()
    assert (panel.values != panel.values).all()
    assert [notice.key for notice in panel.notices] == ["read_layout"]


def test_a_filled_template_with_its_sources_is_a_workbook(tmp_path, framework):
    write_template(framework, tmp_path / "t.xlsx", Voice())
    book = load_workbook(tmp_path / "t.xlsx")
    book["面板"]["C3"] = 10.5
    book["来源"].append(["生产总值", "北京", 2019, "年鉴2020", "初步"])
    book.save(tmp_path / "t.xlsx")
    panel = ic.read_workbook(tmp_path / "t.xlsx", framework)
    assert panel.series("gdp")[0, 0] == 10.5
    assert panel.sources["gdp", "北京", 2019].source == "年鉴2020"


def test_a_note_on_each_header_says_what_belongs_there(tmp_path, framework):
    write_template(framework, tmp_path / "t.xlsx", Voice())
    sheet = load_workbook(tmp_path / "t.xlsx").worksheets[0]
    assert sheet["C1"].comment.text == "代码：gdp\n方向：正向指标\n发布者：国家统计局"
    assert sheet["D1"].comment.text == "代码：pm25\n方向：逆向指标\n可以没有此列"
    assert "只作派生指标的构成项" in sheet["E1"].comment.text


def test_cells_take_numbers_only(tmp_path, framework):
    write_template(framework, tmp_path / "t.xlsx", Voice())
    (rule,) = load_workbook(tmp_path / "t.xlsx").worksheets[0].data_validations.dataValidation
    assert (rule.type, str(rule.sqref)) == ("decimal", "C3:E6")


def test_a_framework_without_cities_or_years_has_its_header(tmp_path):
    write_template(make_framework(), tmp_path / "t.xlsx", Voice())
    rows = list(load_workbook(tmp_path / "t.xlsx").worksheets[0].iter_rows(values_only=True))
    assert rows[0] == ("城市", "年份", "a", "b", "c", "d")
    assert len(rows) == 2


def test_the_same_framework_the_same_bytes(tmp_path, framework):
    for name in ("one.xlsx", "two.xlsx"):
        write_template(framework, tmp_path / name, Voice())
    assert (tmp_path / "one.xlsx").read_bytes() == (tmp_path / "two.xlsx").read_bytes()


def test_the_shipped_framework_has_a_template(tmp_path):
    framework = ic.load_framework(ROOT / "indicators.yaml")
    write_template(framework, tmp_path / "t.xlsx", Voice())
    assert ic.read_workbook(tmp_path / "t.xlsx", framework).values.shape == (13, 6, len(framework.columns))


def test_nothing_is_written_over(tmp_path, framework):
    (tmp_path / "t.xlsx").write_text("mine", encoding="utf-8")
    with pytest.raises(InputError, match=r"--out: .*t\.xlsx: already there; nothing was overwritten"):
        write_template(framework, tmp_path / "t.xlsx", Voice())
    assert (tmp_path / "t.xlsx").read_text(encoding="utf-8") == "mine"


def test_a_name_that_excel_would_not_open(tmp_path, framework):
    with pytest.raises(InputError, match=r"--out: 't\.csv' does not end in \.xlsx"):
        write_template(framework, tmp_path / "t.csv", Voice())


def test_a_folder_that_is_not_there(tmp_path, framework):
    with pytest.raises(InputError, match=r"nowhere: the folder does not exist\. Create it, or choose another place\."):
        write_template(framework, tmp_path / "nowhere" / "t.xlsx", Voice())


def test_a_name_that_is_too_long(tmp_path, framework):
    with pytest.raises(InputError, match=r"xxx\.xlsx: cannot be written \("):
        write_template(framework, tmp_path / f"{'x' * 300}.xlsx", Voice())


def test_a_disk_that_is_full(tmp_path, framework, monkeypatch):
    def full(path, content):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("pathlib.Path.write_bytes", full)
    with pytest.raises(InputError, match=r"t\.xlsx: cannot be written \(the disk is full\)\. Free some space"):
        write_template(framework, tmp_path / "t.xlsx", Voice())


def test_only_what_the_theory_awaits(tmp_path):
    """Of the shipped framework exactly the declared columns that no public panel fills, in the order of the phrases."""
    framework = ic.load_specification(ROOT / "indicators.yaml").framework
    write_template(framework, tmp_path / "t.xlsx", Voice("en"), awaited=True)
    head = [cell.value for cell in load_workbook(tmp_path / "t.xlsx").worksheets[0][1]]
    panel = ic.read_workbook(ROOT / "data" / "cities.xlsx", framework)
    full = len(panel.cities) * len(panel.years)
    thin = {"fortune_500"}  # two editions of six
    empty = {code for code in framework.series if code not in panel.codes or not panel.observed(code)} | thin
    assert set(head[2:]) == {framework.label(code, "en") for code in empty} and len(head) == 2 + len(empty)
    assert all((panel.series(code) == panel.series(code)).sum() < full for code in thin)


def test_nothing_awaited_is_refused(tmp_path, framework):
    with pytest.raises(InputError, match="awaits"):
        write_template(framework, tmp_path / "t.xlsx", Voice("en"), awaited=True)
    assert not (tmp_path / "t.xlsx").exists()
