"""The slides: their charts hold the figures of the tables, their titles those of the charts; in both languages, for any
number of places, with and without draws; the same bytes twice."""

import re
import shutil
import subprocess
import sys
from dataclasses import replace
from io import BytesIO
from xml.etree import ElementTree
from zipfile import ZipFile

import numpy as np
import openpyxl
import pytest

from indexcalc.cli import main
from indexcalc.computed import Computed
from indexcalc.report import tables
from indexcalc.report.charts.catalogue import charts
from indexcalc.report.charts.lettering import Lettering
from indexcalc.report.charts.style import house_style
from indexcalc.report.charts.subject import subject_of
from indexcalc.report.folder.manifest import listed_files
from indexcalc.report.tables.claims import claims
from indexcalc.report.tables.contributions import change
from indexcalc.report.tables.robustness import intervals
from indexcalc.report.tables.scenarios import scenarios
from indexcalc.spec.analyses import Scenario
from indexcalc.voice import Voice
from tests.conftest import build, make_framework, make_panel, write_workbook, write_yaml
from tests.report.charts.made_up import made_up
from tests.report.many_draws import claims_about, many_draws

pptx = pytest.importorskip("pptx")
_Shown = pytest.importorskip("indexcalc.report.slides.pages")._Shown
LANGS = ("zh", "en")


def written(run, folder, lang="en"):
    """The slides of a run as python-pptx reads them."""
    from indexcalc.report.slides.pages import write_slides

    write_slides(run, folder / "slides.pptx", Voice(lang, run.result.framework))
    return pptx.Presentation(folder / "slides.pptx")


def full(n=13, **more):
    """An index with claims, a scenario and draws."""
    result = made_up(n, **more)
    run = Computed.of(
        result,
        claims=claims_about(result),
        scenarios={"minimum": Scenario(aggregation="minimum", missing="propagate")},
    )
    return run.with_uncertainty(many_draws(result), None)


@pytest.fixture(scope="module")
def run():
    return full()


@pytest.fixture(scope="module")
def deck(run, tmp_path_factory):
    return written(run, tmp_path_factory.mktemp("slides"))


def titles(deck):
    return [slide.shapes.title.text_frame.text for slide in deck.slides]


def native(deck):
    """The charts of each slide, by the slide's number from 1."""
    return {
        k: [shape.chart for shape in slide.shapes if shape.has_chart]
        for k, slide in enumerate(deck.slides, 1)
        if any(shape.has_chart for shape in slide.shapes)
    }


def cells(chart):
    """The figures of the workbook inside a chart, (series, row), and the names of the rows and the series."""
    sheet = openpyxl.load_workbook(BytesIO(chart.part.chart_workbook.xlsx_part.blob)).active
    rows = list(sheet.iter_rows(values_only=True))
    figures = np.array([[np.nan if value is None else value for value in row[1:]] for row in rows[1:]], float).T
    return figures, [row[0] for row in rows[1:]], list(rows[0][1:])


def rows_of(deck, page):
    """The texts of the table on a page."""
    (table,) = (shape.table for shape in deck.slides[page - 1].shapes if shape.has_table)
    return [[cell.text for cell in row.cells] for row in table.rows]


def test_eleven_pages_of_16_to_9_with_number_and_notes(deck):
    assert len(deck.slides) == 11
    assert deck.slide_width * 9 == deck.slide_height * 16
    for slide in deck.slides:
        assert 'type="slidenum"' in ElementTree.tostring(slide._element, encoding="unicode")
        assert slide.notes_slide.notes_text_frame.text.strip()
        for shape in slide.shapes:
            if shape.has_chart or shape.has_table:
                assert shape._element.nvGraphicFramePr.cNvPr.get("descr")
            assert shape.left >= 0 and shape.left + shape.width <= deck.slide_width
            assert shape.top >= 0 and shape.top + shape.height <= deck.slide_height


def test_notes_name_files_that_a_run_writes(deck):
    tables._load()
    notes = " ".join(slide.notes_slide.notes_text_frame.text for slide in deck.slides)
    named = set(re.findall(r"[\w/]+\.csv", notes))
    assert {"rankings.csv", "analysis/contributions.csv"} <= named
    assert named <= {f"{name}.csv" for name in tables.FILES}


@pytest.mark.parametrize("lang", LANGS)
def test_titles_are_those_of_the_charts(run, lang, tmp_path):
    subject = subject_of(run, Voice(lang, run.result.framework))
    found = titles(written(run, tmp_path, lang))
    with house_style():
        for name in ("heat_map", "trend", "ranks", "dimensions", "change", "uncertainty", "claims", "scenarios"):
            drawn = charts()[name].draw(subject).findobj(Lettering)
            largest = max(one.size for one in drawn)
            said = "".join(one.text for one in drawn if one.size == largest)
            assert said.replace(" ", "") in [title.replace(" ", "") for title in found], name


def test_the_figures_of_the_lines_are_scores_and_ranks(run, deck):
    (trend,), (ranks,) = native(deck)[3], native(deck)[4]
    for chart, figures in ((trend, run.result.score()), (ranks, run.result.rank())):
        found, years, _ = cells(chart)
        assert years == [str(year) for year in run.result.years]
        np.testing.assert_allclose(found, figures[run.order], rtol=1e-14)


def test_the_figures_of_the_dimensions_are_their_scores(run, deck):
    children = list(run.result.nodes[0].children)
    panels = native(deck)[5]
    assert len(panels) == len(children)
    for chart, child in zip(panels, children, strict=True):
        np.testing.assert_allclose(cells(chart)[0][0], run.result.scores[run.order, -1, child], rtol=1e-14)


def test_the_figures_of_the_change_are_those_of_its_table_and_add_up(run, deck):
    (chart,), table = native(deck)[6], change(run)
    found, _, names = cells(chart)
    codes = [run.result.nodes[child].code for child in run.result.nodes[0].children]
    assert len(names) == len(codes)
    np.testing.assert_allclose(found, [table.column(code).values for code in codes], rtol=1e-12)
    np.testing.assert_allclose(found.sum(axis=0), table.column("index").values, atol=1e-9)


def test_the_figures_of_the_intervals_are_those_of_their_table(run, deck):
    (chart,), table = native(deck)[7], intervals(run, run.drawn)
    low, high = (one.values for one in table.columns if one.name == "quantile")
    expected = [low, high, table.column("median").values, table.column("rank").values]
    found = cells(chart)[0]
    np.testing.assert_array_equal(found, np.array(expected, float))
    bars = [[one.text for one in chart._chartSpace.find(f".//{{*}}{way}").iter("{*}v")] for way in ("plus", "minus")]
    np.testing.assert_array_equal(np.array(bars, float), [found[1] - found[2], found[2] - found[0]])


def test_the_figures_of_the_weights_are_the_shares(run, deck):
    (chart,) = native(deck)[10]
    weights = run.result.weights[list(run.result.nodes[0].children)]
    np.testing.assert_allclose(cells(chart)[0][0], sorted(weights, reverse=True), rtol=1e-14)


@pytest.mark.parametrize("lang", LANGS)
def test_tables_are_those_of_the_report(run, lang, tmp_path):
    from indexcalc.report.tables.rankings import ranking
    from indexcalc.report.tables.table import PAGE, SCREEN, spoken

    voice, deck = Voice(lang, run.result.framework), written(run, tmp_path, lang)
    for page, table in ((2, ranking(run).on(PAGE)), (9, scenarios(run).tables[0].on(SCREEN))):
        told = spoken(table, voice)
        assert rows_of(deck, page) == [list(told.heads[-1][1]), *map(list, told.cells)]
    told = [voice.told(sentence) for sentence in claims(run).column("claim").values]
    assert [row[0] for row in rows_of(deck, 8)[1:]] == told


def test_without_draws_there_are_no_intervals_and_claims_are_counted_on_the_figures(run, tmp_path):
    alone = Computed.of(run.result, claims=claims_about(run.result))
    deck = written(alone, tmp_path)
    assert len(deck.slides) == 9
    assert not any("methodologies" in title for title in titles(deck))
    held = sum(one.verdict.name in ("HOLDS", "TIED") for one in alone.holdings)
    assert f"{held} of 3 claims {'holds' if held == 1 else 'hold'} on these figures" in titles(deck)
    assert len(rows_of(deck, 7)[0]) == 2


def test_what_has_nothing_to_show_has_no_page(tmp_path):
    """One year, indicators without dimensions, no claims."""
    deck = written(Computed.of(made_up(5, years=(2022,), parts=1, flat=True)), tmp_path)
    assert len(deck.slides) == 4


def test_a_change_that_cannot_be_split_has_no_page(tmp_path):
    result = made_up(5, aggregation="topsis")
    run = Computed.of(result)
    deck = written(run, tmp_path)
    assert not any(
        "added to the score" in shape.text_frame.text for s in deck.slides for shape in s.shapes if shape.has_text_frame
    )
    assert run.refused


def test_of_many_places_fifteen_are_shown_those_in_colour_among_them(tmp_path):
    run = full(190)
    deck = written(run, tmp_path)
    picked = subject_of(run, Voice("en", run.result.framework)).cities
    coloured = {name for name, own in zip(picked.names, picked.picked, strict=True) if own}
    table = rows_of(deck, 2)
    assert len(table) == 16
    assert coloured <= {row[1] for row in table}
    assert [int(row[0]) for row in table[1:]] == sorted(int(row[0]) for row in table[1:])
    assert len(cells(native(deck)[3][0])[0]) == 15
    found, shown = deck.slides[6].shapes.title.text, cells(native(deck)[7][0])[1]
    named = {name for name in picked.names if f"{name} " in f"{found} "}  # by the title: shown besides
    assert len(shown) == 15 + len(named - {row[1] for row in table}) > 15
    axis = native(deck)[7][0].value_axis  # its figures are counted from its start: so one of them is 1
    assert axis.minimum_scale + axis.major_unit == 1.0 < axis.major_unit
    assert any("Shown: 15 of 190 cities" in s.text_frame.text for s in deck.slides[2].shapes if s.has_text_frame)


@pytest.mark.parametrize("lang", LANGS)
def test_of_many_dimensions_the_six_with_the_most_weight_are_shown(lang, tmp_path):
    codes = "abcdefgh"
    framework = make_framework(indicators={code: {"weight": k + 1} for k, code in enumerate(codes)})
    panel = make_panel({code: np.random.default_rng(k).uniform(1, 9, (4, 3)) for k, code in enumerate(codes)})
    pages = written(Computed.of(build(panel, framework)), tmp_path, lang).slides
    words = "\n".join(shape.text_frame.text for page in pages for shape in page.shapes if shape.has_text_frame)
    assert ("只列8个指标中权重最大的6个" if lang == "zh" else "the 6 of 8 indicators with the most weight") in words


def test_where_nothing_is_in_colour_the_slides_do_not_say_so():
    subject = subject_of(full(40), Voice("en"))
    plain = replace(subject, cities=replace(subject.cities, picked=np.zeros(40, bool)))
    assert _Shown(subject).some() == "Shown: 15 of 40 cities, those in colour and the first of the others. "
    assert _Shown(plain).some() == "Shown: 15 of 40 cities, the first and those that the title names. "


def test_missing_scores_are_empty_cells(tmp_path):
    run = Computed.of(made_up(6, left_out=((0, 2019), (1, 2022))))
    found = cells(native(written(run, tmp_path))[3][0])[0]
    ranked = [c for c in run.order if not np.isnan(run.result.rank()[c, -1])]
    np.testing.assert_array_equal(np.isnan(found), np.isnan(run.result.score()[ranked]))
    assert np.isnan(found).any()


def test_the_same_results_give_the_same_bytes(run, tmp_path, monkeypatch):
    import time

    first = (written(run, tmp_path), (tmp_path / "slides.pptx").read_bytes())[1]
    monkeypatch.setattr(time, "time", lambda: 2_000_000_000.0)
    assert (written(run, tmp_path), (tmp_path / "slides.pptx").read_bytes())[1] == first
    with ZipFile(BytesIO(first)) as packed:
        assert {one.date_time for one in packed.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        inside = [packed.read(name) for name in packed.namelist() if name.endswith(".xlsx")]
        properties = [packed.read("docProps/core.xml")]
    properties += [ZipFile(BytesIO(book)).read("docProps/core.xml") for book in inside]
    assert {date for one in properties for date in re.findall(rb"\d{4}-\d\d-\d\dT", one)} == {b"2000-01-01T"}


def test_the_chinese_font_is_that_of_the_theme(run, tmp_path):
    written(run, tmp_path, "zh")
    with ZipFile(tmp_path / "slides.pptx") as packed:
        theme = packed.read("ppt/theme/theme1.xml").decode("utf-8")
        assert theme.count('<a:ea typeface="Microsoft YaHei"') == 2
        assert 'lang="zh-CN"' in packed.read("ppt/slides/slide2.xml").decode("utf-8")


# -- the command


@pytest.fixture
def project(tmp_path):
    rows = [["city", "year", "a", "b"]]
    rows += [[city, year, i + t, 5 - i + t] for i, city in enumerate("ABC") for t, year in enumerate((2020, 2021))]
    write_workbook(tmp_path / "figures.xlsx", {"panel": rows})
    write_yaml(
        tmp_path / "indicators.yaml",
        """
        framework:
          workbook: figures.xlsx
          indicators: {a: {direction: positive}, b: {direction: positive}}
        uncertainty: {draws: 20, weights: {spread: 0.5}}
        claims: [{kind: rising, cities: all}]
        """,
    )
    return tmp_path


def test_the_command_adds_the_slides_to_the_results_before(project, capsys):
    yaml, out = str(project / "indicators.yaml"), project / "reports"
    assert main(["run", yaml, "--out", str(out), "--lang", "en"]) == 0
    before = listed_files(out)
    assert main(["slides", yaml, "--out", str(out), "--lang", "en"]) == 0
    assert "slides.pptx" in capsys.readouterr().out
    assert set(listed_files(out)) == {*before, "slides.pptx"}
    assert all((out / name).is_file() for name in before)
    assert main(["slides", yaml, "--out", str(out), "--weight", "a=3", "--lang", "en"]) == 0
    assert "made from different inputs or choices than the slides" in capsys.readouterr().err


def test_without_the_extra_the_command_says_what_installs_it(project, capsys, monkeypatch):
    import importlib.util

    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name, *more: None if name == "pptx" else find(name, *more))
    yaml = str(project / "indicators.yaml")
    assert main(["slides", yaml, "--out", str(project / "reports"), "--lang", "en"]) == 1
    assert "pip install 'indexcalc[slides]'" in capsys.readouterr().err
    assert not (project / "reports").exists()


def test_the_help_does_not_import_the_library():
    code = "import sys, indexcalc.cli as c; c.main(['--help']); assert 'pptx' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)


@pytest.mark.libreoffice
@pytest.mark.slow
def test_libreoffice_opens_every_page(run, tmp_path):
    from tests.libreoffice import SOFFICE

    if SOFFICE is None or shutil.which("pdfinfo") is None:
        pytest.skip("LibreOffice Impress (soffice) or pdfinfo is not here")
    written(run, tmp_path, "zh")
    profile = (tmp_path / "profile").as_uri()
    command = [SOFFICE, f"-env:UserInstallation={profile}", "--headless", "--norestore", "--convert-to", "pdf"]
    subprocess.run(
        [*command, "--outdir", tmp_path, tmp_path / "slides.pptx"], check=False, capture_output=True, timeout=300
    )
    if not (tmp_path / "slides.pdf").is_file():
        pytest.skip("LibreOffice Impress is not here")
    pages = subprocess.run(["pdfinfo", tmp_path / "slides.pdf"], check=True, capture_output=True, text=True).stdout
    assert re.search(r"Pages: +11\b", pages)
