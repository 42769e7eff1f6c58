"""All tables of a run: what every one of them keeps to, and that each format has the same figures."""

import io
import math
from dataclasses import replace

import openpyxl
import pytest
from rich.console import Console

from indexcalc.computed import Computed
from indexcalc.errors import ChoiceError
from indexcalc.report.page.layout import html_table
from indexcalc.report.screen import print_table
from indexcalc.report.tables import FILES, SHEETS, files, framework, rankings, sensitivity, sheets
from indexcalc.report.tables import bounds as proofs
from indexcalc.report.tables.table import EVERYWHERE, KINDS, PAGE, SCREEN, SHEET, cell_text, headings, spoken
from indexcalc.report.workbook.workbook import write_index_workbook
from indexcalc.robustness.study import Study
from indexcalc.voice import Voice, languages
from tests.conftest import build, make_framework, make_panel
from tests.report.many_draws import bounds_of, many_draws
from tests.report.studied import studied
from tests.report.tables import FRAMEWORK, drawn_once, estimated, growing, trial, weighed_once


def sure():
    """The growing index with draws and bounds."""
    run = growing()
    found = many_draws(run.result)
    specification = run.specification.model_copy(update={"claims": found.claims})
    study = Study(2021, bounds=bounds_of(run.result))
    return replace(run, specification=specification, uncertainty=found, study=study)


def in_pairs():
    """Cities compared in pairs, below weights of experts."""
    run = growing()
    experts = {"Li": {"one": 60, "two": 40}, "Wang": {"one": 30, "two": 70}}
    weighting = {"method": "budget_allocation", "experts": experts}
    return Computed.of(build(run.result.panel, FRAMEWORK, aggregation="kemeny", weighting=weighting))


RUNS = {
    "growing": sure,
    "studied": studied,
    "trial": trial,
    "in pairs": in_pairs,
    "weighed": weighed_once,
    "estimated": estimated,
}


@pytest.fixture(scope="module", params=RUNS)
def run(request):
    return RUNS[request.param]()


def every_table(run):
    return [(key, table) for key, sheet in sheets(run).items() for table in sheet.tables]


# --- what every table keeps to ----------------------------------------------------------------------------------------


def test_sheets_are_in_their_order_and_the_examples_have_them_all(run):
    places = [SHEETS[key].place for key in sheets(run)]
    assert places == sorted(places) and len({one.place for one in SHEETS.values()}) == len(SHEETS)
    assert set().union(*(sheets(make()) for make in RUNS.values())) == set(SHEETS)


def test_every_sheet_is_named_and_its_question_told(run):
    for key, sheet in sheets(run).items():
        assert sheet.key == key
        for lang in languages():
            assert Voice(lang).say(f"sheets.{key}") and Voice(lang).say(f"sheets.answers_{key}")


def test_columns_of_a_table_are_of_one_length_and_of_a_known_kind(run):
    for key, table in every_table(run):
        assert {len(column.values) for column in table.columns} == {table.rows}, key
        assert {len(column.marks) for column in table.columns if column.marks is not None} <= {table.rows}, key
        assert all(column.kind in KINDS or "0" in column.kind for column in table.columns), key
        assert all(set(column.on) <= set(EVERYWHERE) for column in table.columns), key


def test_a_table_is_a_frame_with_all_its_columns(run):
    for key, table in every_table(run):
        frame = table.on(SHEET).to_frame()
        assert len(set(frame.columns)) == len(table.on(SHEET).columns), key
        assert len(frame) == table.rows


def texts_of(run, lang):
    voice = Voice(lang, run.result.framework)
    for sheet in sheets(run).values():
        yield from map(voice.told, sheet.notes)
        for table in sheet.tables:
            shown = replace(table.on(SHEET), columns=tuple(c for c in table.on(SHEET).columns if c.name != "code"))
            yield voice.told(table.question)
            yield from map(voice.told, table.notes)
            yield from (str(title) for look, titles in headings(shown, voice) if look != "code" for title in titles)
            yield from (cell for row in spoken(shown, voice).cells for cell in row)


def test_names_are_said_where_codes_are_kept():
    written = {*"abcd", "one", "two", "scale", "g", "index"}
    assert not [text for text in texts_of(growing(), "zh") if text in written or text.startswith("sheets.")]
    english = texts_of(growing(), "en")
    assert not [text for text in english if any("一" <= letter <= "鿿" for letter in text)]


def test_an_analysis_that_is_refused_has_no_sheet_and_no_file_and_the_others_stay():
    panel, framework = make_panel(), make_framework()
    run = Computed.of(build(panel, framework, normalisation="z_score"))
    with pytest.raises(ChoiceError):
        _ = run.integration
    assert "integration" not in sheets(run) and {"contributions", "structure", "ranking"} <= set(sheets(run))
    names = [name for name, _ in files(run)]
    assert "analysis/integration" not in names and "analysis/contributions" in names


def test_two_cities_and_two_years_are_enough():
    made = sheets(drawn_once((2020, 2021), "甲乙"))
    analyses = ("contributions", "lenses", "integration", "obstacles", "convergence", "structure", "correlations")
    assert all(made[key].tables for key in analyses)


def test_every_file_is_made_of_one_of_the_examples():
    made = {
        (name, part)
        for make in RUNS.values()
        for name, frame in files(make())
        for part in (frame["part"].unique() if "part" in frame else [""])
    }
    expected = {(name, part) for name, parts in FILES.items() for part in parts}
    # test_robustness, test_convergence, test_checked
    by_hand = {("robustness/design", ""), ("robustness/scores", ""), ("checked/readings", "")}
    assert expected - made <= by_hand | {("analysis/convergence", "pair")}


# --- one table, three formats -----------------------------------------------------------------------------------------

# In which sheet each table is that other formats show, and which of the examples has it.
SHOWN = {
    "ranking": ("growing", rankings.ranking),
    "weights": ("growing", framework.weights),
    "study": ("studied", proofs.bounds),
    "study 2": ("studied", proofs.smallest_changes),
    "study 3": ("studied", sensitivity.sensitivity),
    "study 4": ("studied", sensitivity.moved_by),
    "study 5": ("studied", sensitivity.each_alone),
    "alternatives": ("studied", lambda run: sensitivity.alternatives(run).tables[0]),
    "coverage": ("trial", framework.coverage),
    "series_sheet": ("trial", lambda run: framework.series(run).filled()),
}


def in_workbook(run, path, key, at, lang):
    """The columns of a table as the file has them, by name."""
    voice = Voice(lang, run.result.framework)
    write_index_workbook(run, path, voice)
    sheet = openpyxl.load_workbook(path)[voice.say(f"sheets.{key}")]
    table = sheets(run)[key].tables[at].on(SHEET)
    expected = [written(column, voice) for column in table.columns]
    rows = [row[: len(expected)] for row in sheet.iter_rows(values_only=True)]
    body = [[column[r] for column in expected] for r in range(table.rows)]
    (top,) = (r for r in range(len(rows)) if is_same(rows[r : r + table.rows], body))
    found = {}
    for k, column in enumerate(table.columns):
        found.setdefault(column.name, []).append([rows[top + r][k] for r in range(table.rows)])
    return found


def is_same(rows, body):
    """Whether rows of a file are those of a table, to the digits that a file keeps."""
    cells = [cell for row in rows for cell in row], [cell for row in body for cell in row]
    return len(cells[0]) == len(cells[1]) and all(
        math.isclose(a, b, rel_tol=1e-14) if isinstance(a, (int, float)) and isinstance(b, (int, float)) else a == b
        for a, b in zip(*cells, strict=True)
    )


def written(column, voice):
    """The values of a column as a cell holds them: of equal ones in a merged column the first alone."""
    cells = []
    for r, value in enumerate(column.values):
        repeated = column.merged and r and value == column.values[r - 1]
        absent = value is None or value != value or repeated
        figure = isinstance(value, (int, float)) and not isinstance(value, bool)
        cells.append(None if absent else value if figure else (voice.told(value) or None))
    return cells


def on_screen(table, voice):
    console = Console(file=io.StringIO(), width=2000)
    print_table(console, replace(table, excerpt=None), voice)
    lines = [line for line in console.file.getvalue().splitlines() if line.startswith("│")]
    return [[cell.strip() for cell in line.strip("│").split("│")] for line in lines]


def on_page(table, run, lang):
    return [[cell["text"][lang] for cell in row["cells"]] for row in html_table(table, run)["rows"]]


@pytest.mark.parametrize("lang", languages())
@pytest.mark.parametrize("shown", SHOWN)
def test_every_format_has_the_figures_of_the_one_table(tmp_path, shown, lang):
    key, _, number = shown.partition(" ")
    name, make = SHOWN[shown]
    run = RUNS[name]()
    table, voice = make(run), Voice(lang, run.result.framework)
    written = in_workbook(run, tmp_path / "index.xlsx", key, int(number or 1) - 1, lang)
    compared = 0
    for place in (SCREEN, PAGE):
        columns = table.on(place).columns
        if not columns:
            continue
        rows = on_screen(table, voice) if place == SCREEN else on_page(table, run, lang)
        assert len(rows) == table.rows
        for k, column in enumerate(columns):
            texts = [row[k] for row in rows]
            if not column.merged:
                assert texts == [cell_text(value, column.kind, voice) for value in column.values]
            if len(written.get(column.name, ())) == 1 and not column.merged:
                (cells,) = written[column.name]
                again = [math.nan if cell is None and text else cell for cell, text in zip(cells, texts, strict=True)]
                assert texts == [cell_text(cell, column.kind, voice) for cell in again], column.name
                compared += 1
    assert compared >= 2
