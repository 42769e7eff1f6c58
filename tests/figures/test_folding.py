"""Messages that fit on a screen."""

from indexcalc.errors import Problem
from indexcalc.figures.folding import folded, listed


def bad(cell, found, key="cell_text", **more):
    place = {"file": "w.xlsx", "sheet": "s", "cell": cell, "city": "A", "year": "2019", "code": "gdp", **more}
    return Problem(key, {"found": found}, ("in_panel_cell", place))


def test_one_message_for_a_column_with_its_count_and_first_three_cells():
    (one,) = folded([bad(f"C{i}", f"x{i}") for i in range(2, 9)])
    assert str(one).startswith("w.xlsx, sheet 's', 7 cells (C2, C3, C4, ...), 'gdp': found 'x2', 'x3', 'x4', expected")


def test_other_columns_sheets_and_sentences_stay_apart():
    problems = [bad("C2", "x"), bad("D2", "x"), bad("C2", "x", sheet="t"), bad("C3", "1", key="cell_text_number")]
    assert folded(problems) == problems


def test_what_has_no_cell_stays_as_it_is():
    problems = [Problem("column_empty", {"code": code}) for code in "ab"]
    assert folded(problems) == problems


def test_equal_finds_are_named_once():
    (one,) = folded([bad("C2", "—", key="cell_mark"), bad("C3", "—", key="cell_mark")])
    assert "2 cells (C2, C3), 'gdp': found '—', a mark" in str(one)


def test_three_names_and_dots():
    assert listed("abcd") == "a, b, c, ..."
    assert listed("abc") == "a, b, c"
