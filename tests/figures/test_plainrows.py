"""Rows taken as bytes say the same as the XML parser does, in good, odd and damaged sheets."""

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indexcalc.errors import IndexcalcError
from indexcalc.figures import openxml
from indexcalc.figures.grid import Book
from indexcalc.figures.sheet import PlainRow
from tests.strange_files import MAIN, members, write_parts
from tests.test_strange_files import STEPS, TOKENS, mutated

STYLES = (
    f'<styleSheet xmlns="{MAIN}"><cellXfs>'
    + "".join(f'<xf numFmtId="{number}"/>' for number in (0, 14, 10, 46, 2, 27))
    + "</cellXfs></styleSheet>"
)
KINDS = ("number", "percent", "date", "duration", "text", "inline", "empty", "formula", "error", "truth", "gap")


def cell(at, kind, value):
    """A cell as Excel or openpyxl writes it."""
    look = {"percent": "2", "date": "1", "duration": "3", "empty": "1"}.get(kind, "0" if value % 2 else "")
    style = f' s="{look}"' if look else ""
    if kind == "gap":
        return ""
    if kind == "empty":
        return f'<c r="{at}"{style}/>'
    if kind == "inline":
        letter = ("甲", "&#30002;", "&#233;", "&#128512;")[value % 4]  # openpyxl writes letters by their numbers
        return f'<c r="{at}"{style} t="inlineStr"><is><t>{letter} {value}</t></is></c>'
    if kind in ("text", "error", "truth"):
        written = {"text": ("s", value % 3), "error": ("e", "#N/A"), "truth": ("b", value % 2)}[kind]
        return f'<c r="{at}"{style} t="{written[0]}"><v>{written[1]}</v></c>'
    formula = "<f>A1+1</f>" if kind == "formula" else ""
    return f'<c r="{at}"{style}>{formula}<v>{value / 8 if value % 3 else value}</v></c>'


def sheet(rows, hidden=()):
    """Rows of (kind, value) as the XML of a sheet."""
    said = []
    for r, row in enumerate(rows, 2):
        cells = "".join(cell(f"{chr(65 + c)}{r}", kind, value) for c, (kind, value) in enumerate(row))
        said.append(
            f'<row r="{r}" spans="1:9"{" hidden=" + chr(34) + "1" + chr(34) if r in hidden else ""}>{cells}</row>'
        )
    return "".join(said)


def parts(rows, **more):
    made = members(rows=rows, more='<mergeCells count="1"><mergeCell ref="A1:B1"/></mergeCells>', **more)
    texts = "".join(f"<si><t>{text}</t></si>" for text in ("zero", "一", "two"))
    return {**made, "xl/styles.xml": STYLES, "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}">{texts}</sst>'}


def read(path):
    """What a book says of its sheet, whichever way its rows are read; or why it says nothing."""
    try:
        with Book(path) as book:
            found = book.grid("data")
            rows = [[tuple(c) for c in row] for row in found.rows]
            return [repr(rows), found.hidden_rows, found.hidden_columns, found.merged, found.formulas]
    except IndexcalcError as error:
        return [problem.key for problem in error.problems]


def both(path, monkeypatch):
    """Read with rows taken as bytes, and without."""
    quick = read(path)
    with monkeypatch.context() as patch:
        patch.setattr(openxml._SheetReader, "take", lambda self, block: False)
        return quick, read(path)


def same(quick, slow):
    """Whole numbers that a file writes with a point are whole in plain rows."""
    return [re.sub(r"(\d)\.0\b", r"\1", str(x)) for x in quick] == [re.sub(r"(\d)\.0\b", r"\1", str(x)) for x in slow]


CELLS = st.lists(st.tuples(st.sampled_from(KINDS), st.integers(0, 50_000)), min_size=1, max_size=6)
PLAIN = st.lists(st.tuples(st.sampled_from(KINDS[:7]), st.integers(0, 50_000)), min_size=1, max_size=6)


def settled(n):
    return settings(max_examples=n, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@settled(300)
@given(rows=st.lists(st.one_of(PLAIN, CELLS), max_size=6), hidden=st.sets(st.integers(2, 6)))
def test_rows_say_the_same_both_ways(tmp_path, monkeypatch, rows, hidden):
    quick, slow = both(write_parts(tmp_path / "w.xlsx", parts(sheet(rows, hidden))), monkeypatch)
    assert same(quick, slow)


BASE = sheet([[(kind, 100 * r + c) for c, kind in enumerate(KINDS[:7])] for r in range(4)])


@settled(500)
@given(steps=STEPS)
def test_damaged_rows_say_the_same_both_ways(tmp_path, monkeypatch, steps):
    made = parts(BASE)
    made["xl/worksheets/sheet1.xml"] = mutated(made["xl/worksheets/sheet1.xml"].encode(), steps, TOKENS["xml"])
    quick, slow = both(write_parts(tmp_path / "w.xlsx", made), monkeypatch)
    assert same(quick, slow)


@pytest.mark.parametrize("number", [9, 38, 60, 127, 55296, 65534, 65535, 131070, 1114112, 9999999])
def test_a_reference_to_no_plain_letter_is_left_to_the_parser(tmp_path, monkeypatch, number):
    row = f'<row r="2"><c r="A2" t="inlineStr"><is><t>a&#{number};b</t></is></c></row>'
    write_parts(tmp_path / "a.xlsx", parts(row))
    assert same(*both(tmp_path / "a.xlsx", monkeypatch))


def test_plain_rows_are_taken(tmp_path):
    with Book(write_parts(tmp_path / "w.xlsx", parts(BASE))) as book:
        rows = book.grid("data").rows
    assert [isinstance(row, PlainRow) for row in rows] == [False, True, True, True, True]
    assert rows[2][0].value == 12.5 and rows[2][0].address == "A3" and len(rows[2]) == 6


@pytest.mark.parametrize(
    "strange",
    [
        '<row r="2"><c r="A2"><v>1</v></c></row><row r="2"><c r="B2"><v>2</v></c></row>',
        '<row r="3"><c r="A3"><v>1</v></c></row><row r="2"><c r="A2"><v>2</v></c></row>',
        '<row r="2"><c r="B2"><v>1</v></c><c r="A2"><v>2</v></c></row>',
        '<row r="2"><c r="A3"><v>1</v></c></row>',
        '<row r="2"><c r="A2"><v> 1 </v></c></row>',
        '<row r="2"><c r="A2"><v>1_0</v></c><c r="B2"><v>infinity</v></c></row>',
        '<row r="2"><c r="A2"><v>123456789012345678</v></c></row>',
        '<row r="2"><c r="A2"><v>1e999</v></c></row>',
        '<row r="2"><c r="A2" t="s"><v>9</v></c></row>',
        '<row r="2"><!-- <c r="A2"><v>1</v></c></row><row r="3"> --><c r="A2"><v>1</v></c></row>',
        '<row r="2"><c r="A2" t="inlineStr"><is><t>a &amp; b</t></is></c></row>',
        '<row r="2"><c r="A2" r="B2"><v>1</v></c></row>',
        '<row r="2"><c r="A2"><v>1</v></c></row></sheetData><row r="3"><c r="A3"><v>1</v></c></row><sheetData>',
        '<row r="12"><c r="A12" s="12"><v>1</v></c></row><row r="13"><c r="A13" s="12"><v>1</v></c></row>',
    ],
)
def test_what_is_not_plain_is_left_to_the_parser(tmp_path, monkeypatch, strange):
    quick, slow = both(write_parts(tmp_path / "w.xlsx", parts(strange)), monkeypatch)
    assert same(quick, slow)
