"""What every workbook has in common."""

from io import BytesIO

import openpyxl

from indexcalc.report.xlsx import workbook


def written():
    stream = BytesIO()
    with workbook(stream, "Made-up Index") as book:
        book.add_worksheet("one").write_row(0, 0, ["=1+1", "https://example.org", "12"])
    return stream.getvalue()


def test_texts_stay_texts_and_there_is_no_clock():
    read = openpyxl.load_workbook(BytesIO(written()))
    assert [(cell.value, cell.data_type, cell.hyperlink) for cell in read["one"][1]] == [
        ("=1+1", "s", None),
        ("https://example.org", "s", None),
        ("12", "s", None),
    ]
    assert (read.properties.title, read.properties.created.year) == ("Made-up Index", 2000)
    assert written() == written()
