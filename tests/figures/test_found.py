"""A column of a user's file: its unit, its numbers as text, and why it cannot be an indicator."""

from indexcalc.figures.recognise import recognise
from indexcalc.figures.workbook import read_workbook
from indexcalc.spec.framework import Workbook
from tests.conftest import write_workbook


def column_of(tmp_path, cells, **more):
    rows = [["city", "year", "a"], *([c, 2020, value] for c, value in zip("ABC", cells, strict=True))]
    found = recognise(write_workbook(tmp_path / "w.xlsx", {"s": rows}), **more)
    return found, found.columns[0] if found.columns else None


def test_a_sign_beside_every_number_is_its_unit(tmp_path):
    for cells, unit in (
        (["$1,200", "$800", "$950"], "$"),
        (["1.5亿元", "2亿元", 3], "亿元"),
        (["1 km", "2 t", 3], None),
        (["12.5 b", 2, 3], None),
    ):
        found, column = column_of(tmp_path, cells)
        assert (column.unit if column else None, found.problems) == (unit, ())
    assert column_of(tmp_path, ["$1,200", "$800", "$950"])[1].figures == [1200, 800, 950]


def test_a_comma_before_the_decimals_is_declared_where_it_can_be_nothing_else(tmp_path):
    found, column = column_of(tmp_path, ["1,5", "12,25", "1.000,5"])
    assert (found.declared.decimal, found.declared.tidy, column.figures) == (",", False, [1.5, 12.25, 1000.5])
    assert column_of(tmp_path, ["1,500", "2,250", "3,000"])[0].declared.decimal == "."
    assert column_of(tmp_path, ["1,5", "2.25", "3"])[1] is None


def test_the_mark_of_a_note_is_no_digit(tmp_path):
    """12.7 with a circled one behind it is neither 12.71 nor, without a word, 12.7."""
    found, column = column_of(tmp_path, ["12.7①", 3, 4])
    assert column is None
    assert found.unused[0][1].facts["found"] == "12.7①"


def test_a_number_in_parentheses_is_read_where_it_is_said_what_it_is(tmp_path):
    """Accountants mean a negative, statisticians an estimate."""
    cells = ["(1,234)", "（12.5）", 3]
    found, column = column_of(tmp_path, cells)
    assert column is None and found.unused[0][1].key == "errors.unused.parentheses"
    assert found.unused[0][1].facts["cells"] == "C2 '(1,234)', C3 '（12.5）'"
    for said, figures in (("negative", [-1234, -12.5, 3]), ("plain", [1234, 12.5, 3])):
        found, column = column_of(tmp_path, cells, declared=Workbook(parentheses=said))
        assert (column.figures, found.declared.tidy, found.problems) == (figures, False, ())
        panel = read_workbook(found.file, found.framework)
        assert panel.values[:, 0, 0].tolist() == figures
        assert "parentheses" in str(next(n for n in panel.notices if n.key == "tidied"))


def test_labels_beside_numbers_in_parentheses_are_filled_as_beside_others(tmp_path):
    rows = [
        ["City", "Year", "Balance"],
        ["A", 2019, "(5)"],
        [None, 2020, "(0)"],
        ["B", 2019, "(7)"],
        [None, 2020, "(8)"],
    ]
    path = write_workbook(tmp_path / "w.xlsx", {"s": rows})
    found = recognise(path, Workbook(parentheses="negative"))
    assert (found.cities, found.years, found.problems) == (("A", "B"), (2019, 2020), ())
    panel = read_workbook(path, found.framework)
    assert panel.values[:, :, 0].tolist() == [[-5, 0], [-7, -8]]
    told = [str(n.facts["cells"]) for n in panel.notices if n.key == "tidied"]
    assert any("C3 '(0)' = 0," in cells for cells in told)


def test_an_empty_header_above_numbers_in_parentheses_is_told_as_above_others(tmp_path):
    rows = [["City", "Year", "a", None], ["A", 2019, 1, "(5)"], ["B", 2019, 2, "(6)"]]
    found = recognise(write_workbook(tmp_path / "w.xlsx", {"s": rows}), Workbook(parentheses="negative"))
    assert [problem.key for problem in found.problems] == ["empty_header"]


def test_columns_that_cannot_be_indicators_are_named_with_the_reason(tmp_path):
    head = ["序号", "城市", "年份", "邮编", "简介", "同一", "空", "杂", "数"]
    rows = [[1, "甲", 2020, 100, "好", 5, None, "约3", 1], [2, "乙", 2020, 200, "坏", 5, None, 4, 2]]
    found = recognise(write_workbook(tmp_path / "w.xlsx", {"s": [head, *rows]}))
    assert [column.header for column in found.columns] == ["数"]
    assert {name: why.key.rpartition(".")[2] for name, why in found.unused} == {
        "邮编": "identifier",
        "简介": "text",
        "同一": "constant",
        "空": "empty",
        "杂": "mixed",
    }


def test_a_column_of_nothing_but_marks_for_missing_values_is_named_with_them(tmp_path):
    rows = [["city", "year", "a", "b"], ["A", 2020, 1, "x"], ["B", 2020, 2, "***"], ["C", 2020, 3, "x"]]
    why = dict(recognise(write_workbook(tmp_path / "w.xlsx", {"s": rows})).unused)["b"]
    assert (why.key, why.facts["marks"]) == ("errors.unused.marks", "'x', '***'")


def test_formulas_without_results_and_figures_with_something_behind_are_named_by_cell(tmp_path):
    rows = [["city", "year", "a", "b", "c"], ["A", 2020, 1, "=C2*2", "5①"], ["B", 2020, 2, "=C3*2", 6]]
    unused = dict(recognise(write_workbook(tmp_path / "w.xlsx", {"s": rows})).unused)
    assert (unused["b"].key, unused["b"].facts["cell"]) == ("errors.unused.formulas", "D2")
    assert (unused["c"].key, unused["c"].facts["cells"]) == ("errors.unused.behind", "E2 '5①'")
