"""A workbook as grids: what is in the cells, what is hidden or joined, and that sheets are read one by one."""

import re
import zipfile

import pytest

from indexcalc.errors import InputError
from indexcalc.grid import Book, Cell
from tests.conftest import write_workbook


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
