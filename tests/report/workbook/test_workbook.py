"""The workbook for people, opened again: the tables' figures, each at its place, in both languages."""

import re
import shutil
import subprocess
import time
from io import BytesIO

import numpy as np
import openpyxl
import pytest
from numpy.testing import assert_array_equal

from indexcalc.computed import Computed
from indexcalc.figures.panel import Panel, Source
from indexcalc.report.tables import SHEETS, sheets, technical
from indexcalc.report.workbook.sheets import MARKS, text_width
from indexcalc.report.workbook.workbook import write_index_workbook
from indexcalc.robustness.study import study
from indexcalc.run import compute, write_results
from indexcalc.spec.analyses import Yardstick
from indexcalc.spec.claims import InTop
from indexcalc.voice import Voice, languages
from tests.conftest import ROOT, build, make_framework, make_panel, write_workbook, write_yaml
from tests.libreoffice import converted
from tests.report.studied import studied
from tests.report.tables import FIXED, NAN, growing, trial
from tests.report.tables.test_every_table import is_same, written
from tests.report.workbook.test_sheets import HOSTILE


def open_again(run, tmp_path, lang="zh"):
    path = tmp_path / f"{lang}.xlsx"
    write_index_workbook(run, path, Voice(lang, run.result.framework))
    return openpyxl.load_workbook(path)


def of(result, **more):
    return Computed.of(result, **more)


def sheet_of(book, key, lang="zh"):
    return book[Voice(lang).say(f"sheets.{key}")]


def body_of(sheet):
    """First row and column below and beside what stays in sight: (row of the first values, number of label columns)."""
    cell = sheet[sheet.freeze_panes]
    return cell.row, cell.column - 1


def header_of(sheet):
    """Titles of the last header row, with those that are joined from above."""
    top = body_of(sheet)[0] - 1
    titles = [sheet.cell(top, c).value for c in range(1, sheet.max_column + 1)]
    for area in sheet.merged_cells.ranges:
        if area.max_row == top and area.min_row < top:
            titles[area.min_col - 1] = area.start_cell.value
    named = [any(sheet.cell(row, c + 1).value for row in range(max(top - 3, 1), top + 1)) for c in range(len(titles))]
    return [title for title, here in zip(titles, named, strict=True) if here]


def rows_of(sheet):
    top, width = body_of(sheet)[0], len(header_of(sheet))
    return [list(row) for row in sheet.iter_rows(min_row=top, max_col=width, values_only=True)]


def column_of(sheet, title):
    k = header_of(sheet).index(title)
    return [row[k] for row in rows_of(sheet)]


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    return open_again(trial(), tmp_path_factory.mktemp("zh"))


@pytest.mark.parametrize("lang", languages())
@pytest.mark.parametrize("make", [growing, trial, studied])
def test_every_table_is_in_the_workbook_in_its_order(tmp_path, make, lang):
    run, voice = make(), Voice(lang, make().result.framework)
    book = open_again(run, tmp_path, lang)
    for key, shown in sheets(run).items():
        rows = list(sheet_of(book, key, lang).iter_rows(values_only=True))
        top = 0
        for table in (table.on("sheet") for table in shown.tables):
            columns = [written(column, voice) for column in table.columns]
            body = [[column[r] for column in columns] for r in range(table.rows)]
            width, n = len(columns), table.rows
            cut = [row[:width] for row in rows]
            top = n + next(r for r in range(top, len(cut)) if is_same(cut[r : r + n], body))


@pytest.mark.parametrize(("lang", "first"), [("zh", ["封面", "排名"]), ("en", ["Cover", "Ranking"])])
def test_every_sheet_is_there_and_no_other(tmp_path, lang, first):
    book, voice = open_again(trial(), tmp_path, lang), Voice(lang)
    keys = list(sheets(trial()))
    behind = technical(keys)
    keys[len(keys) - len(behind) :] = ["technical", *behind]
    assert book.sheetnames == [voice.say(f"sheets.{key}") for key in ("cover", *keys)]
    assert book.sheetnames[:2] == first and len(book.sheetnames) > 18


def test_ranking_is_headed_by_what_it_is(book):
    said = [cell.value for cell in sheet_of(book, "ranking")["A"][:5]]
    assert said[0] == "试验指数：排名（2019—2021年）"
    assert said[2] == "仅供试验。"
    assert "正数为上升" in said[3]


def test_the_ranking_has_its_years_side_by_side(book):
    result, rows = trial().result, rows_of(sheet_of(book, "ranking"))
    order, n = [result.cities.index(row[1]) for row in rows], len(result.years)
    assert_array_equal(np.array([row[3 : 3 + n] for row in rows], float), result.rank()[order])
    assert header_of(sheet_of(book, "ranking"))[3 : 3 + n] == list(result.years)


@pytest.mark.parametrize("lang", languages())
def test_the_titles_of_the_ranking_have_room_in_wider_letters_too(tmp_path, lang):
    """Programs that lack the font take wider ones: places gained on one line in Chinese, on two in English; the title
    above the only column of where figures come from breaks into three lines at most."""
    sheet = sheet_of(open_again(of(build(make_panel())), tmp_path, lang), "ranking", lang)
    at = {cell.value: cell.coordinate.rstrip("0123456789") for row in sheet.iter_rows() for cell in row}
    widths = {title: sheet.column_dimensions[letter].width for title, letter in at.items()}
    gained, origin = Voice(lang).say("sheets.gain_total", first=2019), Voice(lang).say("sheets.shares", year=2021)
    assert widths[gained] * (1 if lang == "zh" else 2) > text_width(gained)
    assert widths[origin] >= 14


@pytest.mark.parametrize("key", ["normalised", "raw"])
def test_values_that_are_not_as_published_are_marked(book, key):
    sheet, result = sheet_of(book, key), trial().result
    top, labels = body_of(sheet)
    c, t = np.nonzero(result.present)
    marks = {2: "interpolated", 3: "extrapolated", 4: "treated"}
    for row, (city, year) in enumerate(zip(c, t, strict=True), start=top):
        for k in range(len(result.normalised.codes)):
            fill = sheet.cell(row, labels + 1 + k).fill
            mark = marks.get(result.treated.origin[city, year, k], "")
            expected = MARKS[mark].get("bg_color", "#000000")[1:]
            assert fill.fgColor.rgb[2:] == expected, (result.cities[city], result.years[year], k)
    assert {cell.value for row in sheet.iter_rows(max_row=top - 3) for cell in row} >= {"内插", "外推", "已处理"}


def test_headers_give_dimension_name_code_and_unit(book):
    sheet = sheet_of(book, "raw")
    top = body_of(sheet)[0]
    assert [sheet.cell(row, 3).value for row in range(top - 4, top)] == ["一", "甲标", "a", "亿元"]
    assert [sheet.cell(row, 6).value for row in range(top - 3, top)] == ["d", "d", None]


def test_changes_of_rank_are_blank_where_a_year_is_missing(book):
    (absent,) = (row for row in rows_of(sheet_of(book, "changes")) if row[1] == "丁")
    assert absent[2] is None and absent[4] is None and absent[3] is not None


def test_languages_differ_in_words_only(book, tmp_path):
    english = open_again(trial(), tmp_path, "en")
    tables = [(ours, theirs) for ours, theirs in zip(book, english, strict=True) if ours.freeze_panes]
    assert len(tables) == len(book.sheetnames) - 2  # but for the cover and the divider
    for ours, theirs in tables:
        assert body_of(ours) == body_of(theirs)
        pairs = [(a, b) for x, y in zip(rows_of(ours), rows_of(theirs), strict=True) for a, b in zip(x, y, strict=True)]
        assert all(type(a) is type(b) for a, b in pairs), ours.title
        assert all(a == b for a, b in pairs if not isinstance(a, str)), ours.title


def test_english_has_no_chinese_of_ours(tmp_path):
    book = open_again(trial(), tmp_path, "en")
    texts = [cell.value for sheet in book for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)]
    assert not [text for text in texts if any("一" <= letter <= "鿿" for letter in text)]


def test_same_result_same_bytes(tmp_path):
    voice = Voice("zh", trial().result.framework)
    write_index_workbook(trial(), tmp_path / "one.xlsx", voice)
    time.sleep(1.1)
    write_index_workbook(trial(), tmp_path / "two.xlsx", voice)
    assert (tmp_path / "one.xlsx").read_bytes() == (tmp_path / "two.xlsx").read_bytes()


@pytest.mark.parametrize("lang", languages())
def test_text_that_looks_like_a_formula_stays_text(tmp_path, lang):
    a, b, c, d, e, f, g = HOSTILE
    indicators = {"i": {"name": a, "unit": b, "publisher": e}, "j": {"name": f, "unit": d, "tags": {"t": c}}}
    framework = make_framework(
        {"k": {"name": d, "indicators": indicators}},
        name=g,
        note=a,
        cities={a: {"group": c}, b: {}, c: {"en": d}},
        lenses={"t": {"name": b, "groups": {}}},
    )
    panel = make_panel({"i": [[1, 2], [3, NAN], [5, 7]], "j": [[3, 1], [1, 2], [5, 6]]}, cities=(a, b, c))
    panel = Panel(**{**panel.__dict__, "sources": {("i", a, 2019): Source(a, b, c)}})
    result = build(panel, framework, imputation="linear", normalisation=FIXED)
    listed = {"name": c, "kind": "rank", "values": {2019: {a: 1, b: 2, c: 3}}, "source": d}
    claims = (InTop(kind="in_top", cities=(a, b), n=1),)
    run = of(result, claims=claims, yardsticks={"y": Yardstick.model_validate(listed)})
    book = open_again(run, tmp_path, lang)
    assert len(book.sheetnames) > 18
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s", "n"}
    assert {cell.value for cell in cells} >= set(HOSTILE) - {g}
    risky = [cell for cell in cells if cell.data_type == "s" and cell.value[0] in "=+-@"]
    assert risky and all(cell.quotePrefix for cell in risky)
    links = [cell.hyperlink for cell in cells if cell.hyperlink is not None]
    assert links and all(link.target is None and link.location for link in links)  # within the workbook only


def test_an_index_of_bare_indicators(tmp_path):
    book = open_again(of(build(make_panel(), make_framework(indicators={"a": {}, "b": {"weight": 3}}))), tmp_path)
    assert column_of(sheet_of(book, "weights"), "指标综合权重") == [0.25, 0.75, 1]
    assert header_of(sheet_of(book, "indicators"))[:3] == ["目标层", "指标层", "方向"]
    assert "a得分" in header_of(sheet_of(book, "scores"))
    assert Voice("zh").say("sheets.none_imputed") in [cell.value for cell in sheet_of(book, "imputed")["A"]]
    assert not {"来源", "理论对照"} & set(book.sheetnames)


def test_three_levels_and_an_indicator_beside_them(tmp_path):
    deep = {"top": {"dimensions": {"mid": {"indicators": {"a": {}, "b": {}}}}, "indicators": {"c": {}}}}
    book = open_again(of(build(make_panel(), make_framework(deep, indicators={"d": {}}))), tmp_path)
    sheet = sheet_of(book, "indicators")
    assert header_of(sheet)[:4] == ["目标层", "准则层（1级）", "准则层（2级）", "指标层"]
    assert [row[1:4] for row in rows_of(sheet)] == [
        ["top", "mid", "a"],
        [None, None, "b"],
        [None, None, "c"],
        [None, None, "d"],
    ]
    weights = sheet_of(book, "weights")
    top = body_of(weights)[0]
    assert [weights.cell(row, 1).alignment.indent for row in range(top, top + 6)] == [0, 1, 2, 2, 1, 0]


def test_one_year(tmp_path):
    panel = make_panel(years=(2020,), columns={"a": [[1], [2]], "b": [[2], [1]]})
    book = open_again(of(build(panel, make_framework(indicators={"a": {}, "b": {}}))), tmp_path)
    assert Voice("zh").say("sheets.one_year") in [cell.value for cell in sheet_of(book, "changes")["A"]]
    assert header_of(sheet_of(book, "ranking"))[:4] == ["2020年位次", "城市", 2020, 2020]
    assert sheet_of(book, "ranking")["A1"].value.endswith("（2020年）")


def test_scores_from_0_to_1_show_more_decimals(tmp_path):
    book = open_again(of(build(make_panel(), normalisation="min_max")), tmp_path)
    sheet = sheet_of(book, "scores")
    assert sheet.cell(body_of(sheet)[0], 3).number_format == "0.0000"


def test_many_cities_and_years_are_written_whole(tmp_path):
    drawn = np.random.default_rng(1).uniform(1, 9, (4, 195, 32))
    cities, years = [f"c{i}" for i in range(195)], range(1990, 2022)
    panel = make_panel(dict(zip("abcd", drawn, strict=True)), cities=cities, years=years)
    write_index_workbook(of(build(panel)), tmp_path / "large.xlsx", Voice("zh"))
    book = openpyxl.load_workbook(tmp_path / "large.xlsx", read_only=True)
    rows = sheet_of(book, "normalised").iter_rows(max_col=2, values_only=True)
    assert sum(year in years for _, year in rows) == 195 * 32


def test_of_more_city_years_than_can_be_read_the_sheet_has_the_last_year(tmp_path, monkeypatch):
    monkeypatch.setattr("indexcalc.report.tables.parts.MOST_ROWS", 5)
    result = build(make_panel())
    book, last, n = open_again(of(result), tmp_path), result.years[-1], int(result.present.sum())
    for key in ("scores", "normalised", "raw"):
        cells = [row for row in sheet_of(book, key).iter_rows(values_only=True)]
        years = [row[1] for row in cells if row[1] in result.years]
        assert years == [last] * len(result.cities)
        assert Voice("zh").say("sheets.last_year_alone", year=last, n=n) in {row[0] for row in cells}


@pytest.mark.parametrize("lang", languages())
def test_names_of_sheets_are_such_as_excel_takes(lang):
    names = [Voice(lang).say(f"sheets.{key}") for key in ("cover", *SHEETS)]
    assert len(names) > 20
    assert len({name.casefold() for name in names}) == len(names)
    assert all(len(name) <= 31 and not set(name) & set("[]:*?/\\'") for name in names)


YAML = """
framework:
  workbook: w.xlsx
  years: [2020, 2021]
  indicators: {a: {}, b: {}}
methodology: {normalisation: {method: min_max, lower: 1, upper: 100}}
uncertainty: {draws: 50, seed: 1, weights: {spread: 0.5}, aggregation: [arithmetic, geometric]}
"""


def test_the_workbook_of_the_same_run_is_completed_and_that_of_another_stays(tmp_path):
    rows = [["city", "year", "a", "b"]]
    rows += [
        [city, year, 3 * k + year - 2020, (k - 1) ** 2 + 1.5 * k]
        for k, city in enumerate("甲乙丙")
        for year in (2020, 2021)
    ]
    write_workbook(tmp_path / "w.xlsx", {"panel": rows})
    yaml, out = write_yaml(tmp_path / "i.yaml", YAML), tmp_path / "out"
    run = compute(yaml)
    voice = Voice("zh", run.result.framework)

    def with_parts(computed, **more):
        return computed.with_study(study(computed.result, (), computed.specification.uncertainty, **more))

    def add(computed):
        return write_results(computed, out, voice=voice, parts=("tables", "workbook"), tables=("robustness",))

    made = with_parts(run, parts=["alternatives"])
    write_results(run, out, voice=voice)
    plain = (out / "index.xlsx").read_bytes()
    other = with_parts(compute(yaml, draws=60), parts=["alternatives"])
    assert "index.xlsx" not in add(other).files
    assert (out / "index.xlsx").read_bytes() == plain
    assert "index.xlsx" in add(made).files
    before, after = (openpyxl.load_workbook(file) for file in (BytesIO(plain), out / "index.xlsx"))
    assert set(after.sheetnames) - set(before.sheetnames) == {"方法一览", "逆序检验"}
    depth = [[cell.value for cell in book["稳健性详解"]["A"]] for book in (before, after)]
    assert set(depth[0]) < set(depth[1])  # what the run proved stays
    (notice,) = add(with_parts(run, parts=["sensitivity"], draws=256)).notices
    assert "alternatives.csv from an earlier one remain" in notice.text("en")
    assert not add(with_parts(run, draws=256)).notices


# --- opened by LibreOffice --------------------------------------------------------------------------------------------


@pytest.mark.libreoffice
@pytest.mark.slow
def test_the_shipped_index_opens_in_libreoffice_and_every_figure_has_room(tmp_path):
    run, paths = compute(ROOT / "indicators.yaml", draws=200), []
    for lang in languages():
        paths.append(tmp_path / f"{lang}.xlsx")
        write_index_workbook(run, paths[-1], Voice(lang, run.result.framework))
    for pdf in converted(paths, "pdf", tmp_path):
        assert pdf.stat().st_size > 100_000
        if shutil.which("pdftotext") is None:
            pytest.skip("pdftotext (poppler-utils) is not installed: the pages are not read")
        text = subprocess.run(["pdftotext", "-layout", pdf, "-"], capture_output=True, text=True, check=True).stdout
        assert not re.findall(r"#{2,}|Err:\d+|#(?:NAME|REF|VALUE|DIV/0)[?!]", text), pdf


@pytest.mark.libreoffice
@pytest.mark.slow
def test_text_that_looks_like_a_formula_is_still_text_after_libreoffice(tmp_path):
    cities = HOSTILE[:5]
    panel = make_panel({"x": [[k + 1.0, k + 2.0] for k in range(5)]}, cities=cities, years=(2020, 2021))
    path = tmp_path / "hostile.xlsx"
    run = Computed.of(build(panel, make_framework(indicators={"x": {}})))
    write_index_workbook(run, path, Voice("zh", run.result.framework))
    book = openpyxl.load_workbook(*converted([path], "xlsx", tmp_path))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s", "n"}
    assert {cell.value for cell in cells} >= set(cities)
