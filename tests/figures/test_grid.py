"""A workbook as grids: what is in the cells, what is hidden or joined, and that sheets are read one by one."""

import datetime
import math
import re
import zipfile

import pytest

from indexcalc.errors import InputError
from indexcalc.figures.grid import Book, Cell
from tests.conftest import write_workbook
from tests.strange_files import HEAD, ROWS, csv_text, members, ods_rows, rows_xml, strict, write_ods, write_parts


def rewritten(path, member, edit):
    """The same file with one member edited, as another writer might have left it."""
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    members[member] = edit(members[member])
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


@pytest.fixture
def path(tmp_path):
    return write_workbook(tmp_path / "w.xlsx", {"one": [["a", None, 3], [], [None, "#N/A"], [None]], "two": [[1.5]]})


def test_cells_know_where_they_stand(path):
    with Book(path) as book:
        grid = book.grid("one")
    assert [[cell.value for cell in row] for row in grid.rows] == [["a", None, 3], [], [None, "#N/A"]]
    assert [cell.address for cell in grid.head] == ["A1", "B1", "C1"]
    assert grid.rows[2][1] == Cell("#N/A", 3, 2, is_error=True)


def test_titles_heads_and_values(path):
    with Book(path) as book:
        assert book.titles == ["one", "two"]
        assert book.head("one") == ("a", None, 3)
        assert list(book.values("two")) == [(1.5,)]


def test_a_wrong_extent_hides_nothing(path):
    """Some programs write <dimension ref="A1"/> whatever the sheet holds."""
    rewritten(
        path, "xl/worksheets/sheet1.xml", lambda xml: re.sub(rb'dimension ref="[^"]*"', b'dimension ref="A1"', xml)
    )
    with Book(path) as book:
        assert len(book.grid("one").rows) == 3


def test_what_is_hidden_or_joined(tmp_path):
    def tweak(book):
        sheet = book["s"]
        sheet.merge_cells("A1:B2")
        sheet.row_dimensions[3].hidden = True
        sheet.column_dimensions.group("B", "XFD", hidden=True)
        sheet.sheet_state = "hidden"
        book.create_sheet("front")

    path = write_workbook(tmp_path / "w.xlsx", {"s": [[1, 2, 3], [4, 5, 6], [7, 8, 9]]}, tweak)
    with Book(path) as book:
        grid = book.grid("s")
    assert (grid.merged, grid.hidden_rows, grid.hidden_columns, grid.visible) == (("A1:B2",), (3,), (2, 3), False)


def test_rows_without_numbers_are_counted(path):
    """The row number may be left out; the hidden one is then the third."""

    def edit(xml):
        xml = re.sub(rb'<row r="\d+"', b"<row", xml)
        rows = xml.split(b"<row")
        return b"<row".join([*rows[:3], b' hidden="1"' + rows[3], *rows[4:]])

    rewritten(path, "xl/worksheets/sheet1.xml", edit)
    with Book(path) as book:
        assert book.grid("one").hidden_rows == (3,)


def test_formulas_are_read_where_a_sheet_has_them(tmp_path):
    path = write_workbook(tmp_path / "w.xlsx", {"plain": [[1]], "live": [[1, "=A1*2"]]})
    with Book(path) as book:
        assert book.grid("plain").formulas == {}
        assert book.grid("live").formulas == {"B1": "=A1*2"}
        assert book.grid("live").rows[0][1].value is None


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(InputError, match=r"none\.xlsx: the file does not exist"):
        Book(tmp_path / "none.xlsx")


def test_a_damaged_sheet_is_told_when_it_is_read(path):
    rewritten(path, "xl/worksheets/sheet2.xml", lambda xml: xml[: len(xml) // 2])
    with Book(path) as book, pytest.raises(InputError, match=r"w\.xlsx: .*\.xlsx"):
        book.grid("two")


# --- other kinds of file --------------------------------------------------------------------------------------------

PLAIN = [HEAD, *ROWS]


def values(path):
    with Book(path) as book:
        (title,) = book.titles
        assert book.head(title) == tuple(HEAD)
        return [list(row) for row in book.values(title)]


def refused(path):
    """The key of what a file is refused with, its facts filled in and its name in both languages."""
    with pytest.raises(InputError) as raised, Book(path) as book:
        for title in book.titles:
            book.grid(title)
    (problem,) = raised.value.problems
    for lang in ("zh", "en"):
        assert problem.text(lang).startswith(str(path)) and not re.search(r"\{\w+\}", problem.text(lang))
    return problem.key


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_in_its_encodings_and_delimiters(tmp_path, encoding, delimiter):
    path = tmp_path / "面板.csv"
    path.write_bytes(csv_text(delimiter).replace("A", "成都").encode(encoding))
    assert values(path) == [[("成都" if cell == "A" else cell) for cell in row] for row in PLAIN]


def test_csv_cells(tmp_path):
    """Quoted line breaks and delimiters; text that is no number as a whole stays text; #N/A is an error."""
    path = tmp_path / "w.csv"
    path.write_text('a,"b\nc",\n1.50,"1,234",#N/A\n\n 7 ,12 300,-2e3\n', encoding="utf-8")
    with Book(path) as book:
        rows = book.grid("w").rows
    assert [[cell.value for cell in row] for row in rows] == [
        ["a", "b\nc"], [1.5, "1,234", "#N/A"], [], [7, "12 300", -2000.0],
    ]  # fmt: skip
    assert rows[1][2].is_error


@pytest.mark.parametrize("suffix", [".xlsx", ".xlsm", ".dat"])
def test_open_xml_whatever_its_name_and_dialect(tmp_path, suffix):
    plain, other = members(), strict(members())
    assert values(write_parts(tmp_path / f"a{suffix}", plain)) == PLAIN
    assert values(write_parts(tmp_path / f"b{suffix}", other)) == PLAIN


def test_open_document(tmp_path):
    path = write_ods(tmp_path / "w.ods")
    assert values(path) == PLAIN
    with Book(path) as book:
        assert [problem.key for problem in book.notices] == ["cells_only"]


def test_kinds_of_cells(tmp_path):
    """Dates by their format, percents noticed, shared and inline texts, truth values, readings left out."""
    row = (
        '<row><c t="s"><v>0</v></c><c s="1"><v>43831</v></c><c s="2"><v>0.5</v></c><c t="b"><v>1</v></c>'
        f'<c t="e"><v>#N/A</v></c><c t="d"><v>2020-01-01</v></c><c><v>{"1" * 400}</v></c><c><v>nan</v></c>'
        '<c s="1"><v>1e300</v></c></row>'
    )
    path = write_parts(tmp_path / "w.xlsx", members(row))
    day = datetime.datetime(2020, 1, 1)
    with Book(path) as book:
        (cells,) = book.grid("data").rows
    assert [cell.value for cell in cells[:6]] == ["zero", day, 0.5, True, "#N/A", day.date()]
    assert [cell.value for cell in cells[6:]] == [math.inf, "nan", 1e300]
    assert [cell.percent for cell in cells] == [False, False, True, *[False] * 6]
    assert cells[4].is_error


@pytest.mark.parametrize("quoted", ['hidden="1"', "hidden='1'", "hidden = 'true'"])
def test_hidden_however_it_is_written(tmp_path, quoted):
    before = f"<cols><col min='2' max='16384' {quoted}/></cols>"
    rows = rows_xml().replace('<row r="3"', f'<row {quoted} r="3"')
    with Book(write_parts(tmp_path / "w.xlsx", members(rows, before=before))) as book:
        grid = book.grid("data")
    assert (grid.hidden_rows, grid.hidden_columns) == ((3,), (2, 3, 4))


# --- damaged, locked, without bound ---------------------------------------------------------------------------------


def cell(inside):
    return f"<row>{inside}</row>"


STRANGE = {
    "a text that is not there": ("workbook_damaged", members(cell('<c t="s"><v>9</v></c>'))),
    "a text of no number": ("workbook_damaged", members(cell('<c t="s"><v>③</v></c>'))),
    "an address that is none": ("workbook_damaged", members(cell('<c r="1A"><v>9</v></c>'))),
    "a row of no number": ("workbook_damaged", members('<row r="-1"/>')),
    "a merged range that is none": ("workbook_damaged", members(more='<mergeCell ref="A:B"/>')),
    "a document type": (
        "workbook_damaged",
        {**members(), "xl/sharedStrings.xml": '<!DOCTYPE s [<!ENTITY a "aa">]><sst><si><t>&a;</t></si></sst>'},
    ),
    "XML that is none": ("workbook_damaged", {**members(), "xl/workbook.xml": "<<"}),
    "a part that is not there": (
        "workbook_damaged",
        {name: part for name, part in members().items() if "sheet1" not in name},
    ),
    "a row beyond Excel's": ("bound_rows", members('<row r="999999999"/>')),
    "a column beyond Excel's": ("bound_columns", members(cell('<c r="ZZZ1"><v>1</v></c>'))),
    "cells far from the figures": (
        "bound_cells",
        members("".join(f'<row r="{r}"><c r="XFD{r}"><v>1</v></c></row>' for r in range(1, 400))),
    ),
}


@pytest.mark.parametrize("name", STRANGE)
def test_a_damaged_workbook_is_one_sentence(tmp_path, name):
    key, parts = STRANGE[name]
    assert refused(write_parts(tmp_path / "w.xlsx", parts)) == key


def test_a_last_row_costs_its_cells_only(tmp_path):
    path = write_parts(tmp_path / "w.xlsx", members(rows_xml() + '<row r="1048576"><c><v>1</v></c></row>'))
    with Book(path) as book:
        assert len(book.grid("data").rows) == 1_048_576


def test_texts_that_swell_are_refused(tmp_path):
    swollen = {**members(), "xl/sharedStrings.xml": "<sst><si><t>" + " " * (130 * 2**20) + "</t></si></sst>"}
    assert refused(write_parts(tmp_path / "w.xlsx", swollen)) == "bound_bytes"


@pytest.mark.parametrize("repeated", ["number-rows-repeated", "number-columns-repeated"])
def test_open_document_that_repeats_without_end(tmp_path, repeated):
    """Repeated cells without a value cost nothing; with one they are counted before they are unfolded."""
    empty = '<table:table-row table:number-rows-repeated="1048000"><table:table-cell/></table:table-row>'
    assert values(write_ods(tmp_path / "a.ods", ods_rows() + empty)) == PLAIN
    row = ods_rows([[1, 2, 3, 4]]).replace("table-row", f'table-row table:{repeated}="16000000"', 1)
    row = row.replace("table-cell ", f'table-cell table:{repeated}="16000000" ', 1)
    assert refused(write_ods(tmp_path / "b.ods", row)) in {"bound_rows", "bound_columns"}
    wide = '<table:table-row><table:table-cell table:number-columns-repeated="16000"/></table:table-row>'
    wide = wide.replace("/>", "/>" + ods_rows([[1]]).split(">", 1)[1].split("</table:table-row>")[0])
    tall = ods_rows([[1]]).replace("table-row", 'table-row table:number-rows-repeated="1000000"', 1)
    assert refused(write_ods(tmp_path / "c.ods", wide + tall)) == "bound_cells"


def test_protected_by_a_password(tmp_path):
    locked = tmp_path / "w.xlsx"
    locked.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + "EncryptedPackage".encode("utf-16-le"))
    assert refused(locked) == "workbook_password"


def test_a_damaged_old_workbook(tmp_path):
    for name, start in (("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), ("b.xls", b"\x09\x08\x10\x00")):
        (tmp_path / name).write_bytes(start + bytes(range(256)) * 8)
        assert refused(tmp_path / name) == "workbook_damaged"


def test_csv_that_is_none(tmp_path):
    for name, content, key in (
        ("a.csv", b"city,year\n\x80\xff\xff", "csv_encoding"),
        ("b.csv", b"city\0,year\n", "csv_encoding"),
        ("c.csv", b'city,"' + b"x" * 200_000, "csv_damaged"),
        ("d.csv", b"," * 20_000, "bound_columns"),
    ):
        (tmp_path / name).write_bytes(content)
        assert refused(tmp_path / name) == key


@pytest.mark.parametrize(
    ("text", "encoding", "western"),
    [
        ("Stadt;Straße\nKöln;1\nCádiz;2\n", "cp1252", True),
        ("城市,年份\n成都,1\n镕堃,2\n", "gb18030", False),
        ("Stadt;Straße\nKöln;1\n", "utf-8", False),
    ],
)
def test_letters_that_stand_alone_are_those_of_western_europe(tmp_path, text, encoding, western):
    """As GB 18030 they would be other names: Köln as K鰈n."""
    (tmp_path / "a.csv").write_bytes(text.encode(encoding))
    with Book(tmp_path / "a.csv") as book:
        assert [list(row) for row in book.values("a")] == [
            [int(cell) if cell.isdigit() else cell for cell in re.split("[;,]", line)] for line in text.splitlines()
        ]
        assert [notice.key for notice in book.notices] == ["csv_western"] * western


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("城市,年份\n台北,1\n高雄,2\n台中,3\n臺灣省,4\n", "big5"),
        ("Город,Год\nМосква,1\nКазань,2\n", "cp1251"),
        ("都市,年\nさいたま市,1\n東京都,2\n", "shift_jis"),
    ],
)
def test_what_is_in_none_of_these_encodings_is_refused(tmp_path, text, encoding):
    """Big5, Russian and Japanese can be read as GB 18030, and make rare letters of other names."""
    (tmp_path / "a.csv").write_bytes(text.encode(encoding))
    assert refused(tmp_path / "a.csv") == "csv_encoding"


def test_a_table_of_eurostat_in_quotation_marks_with_flags_apart(tmp_path):
    lines = ['"freq,unit,geo\\TIME_PERIOD"\t2019\t2020', '"A,PC,AT"\t3 e p\t: @C', "A,PC,BE\t5 bep\t1e3 @C"]
    (tmp_path / "t.tsv").write_text("\n".join(lines), encoding="utf-8")
    with Book(tmp_path / "t.tsv") as book:
        assert [row[2:] for row in book.values("t")] == [("geo", 2019, 2020), ("AT", 3, ":"), ("BE", 5, 1000)]
        assert [(notice.facts["n"], notice.facts["flags"]) for notice in book.notices] == [(3, "@C, bep, e, p")]


def record(kind, *numbers):
    """A record of a binary workbook."""
    body = b"".join(number.to_bytes(4, "little") for number in numbers)
    return bytes([kind, len(body)]) + body


@pytest.mark.parametrize(
    ("records", "key"),
    [
        (record(0, 9_999_999), "bound_rows"),
        (record(0, 0) + record(2, 99_999), "bound_columns"),
        (record(0, 1_000_000) + record(2, 16_000), "bound_cells"),
        (b"\x00\xff", "workbook_damaged"),
        (record(0, 3) + record(2, 5), "workbook_damaged"),
    ],
    ids=["rows", "columns", "cells", "cut", "without a workbook"],
)
def test_a_binary_workbook_is_measured_before_it_is_read(tmp_path, records, key):
    parts = {"xl/workbook.bin": b"", "xl/worksheets/sheet1.bin": records}
    assert refused(write_parts(tmp_path / "w.xlsb", parts)) == key


def test_two_sheets_of_one_name_are_refused(tmp_path):
    parts = members()
    parts["xl/workbook.xml"] = parts["xl/workbook.xml"].replace("</sheets>", '<sheet name="data" r:id="r1"/></sheets>')
    assert refused(write_parts(tmp_path / "w.xlsx", parts)) == "workbook_damaged"


def test_spaces_that_swell_are_refused(tmp_path):
    rows = ods_rows([["x"]]).replace(">x<", '><text:s text:c="999999999"/><')
    assert refused(write_ods(tmp_path / "w.ods", rows)) == "bound_bytes"


def test_an_old_workbook_whose_sectors_run_in_a_circle(tmp_path):
    """Followed, they would fill the memory."""
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(22) + (9).to_bytes(2, "little") + bytes(44)
    head += b"\x00" * 4 + b"\xff" * 432
    path = tmp_path / "w.xls"
    path.write_bytes(head + b"".join(n.to_bytes(4, "little") for n in (1, 2, 0)) + b"\xff" * 500)
    assert refused(path) == "workbook_damaged"
