"""The workbook for people, opened by LibreOffice: it opens, nothing is cut to ####, and text stays text."""

import re
import shutil
import subprocess

import openpyxl
import pytest

from indexcalc.computed import Computed
from indexcalc.report.workbook.workbook import write_index_workbook
from indexcalc.run import compute
from indexcalc.voice import Voice, languages
from tests.conftest import ROOT, build, make_framework, make_panel
from tests.report.workbook.test_sheets import HOSTILE

pytestmark = [pytest.mark.libreoffice, pytest.mark.slow]


@pytest.fixture(scope="module")
def convert(tmp_path_factory):
    """A function (file, ending) -> the file as LibreOffice saves it with another ending."""
    program = shutil.which("soffice")
    if program is None:
        pytest.skip("LibreOffice (soffice) is not installed")
    profile = tmp_path_factory.mktemp("profile").as_uri()

    def run(path, ending):
        out = path.parent / "converted"
        command = [program, "--headless", f"-env:UserInstallation={profile}", "--convert-to", ending]
        done = subprocess.run([*command, "--outdir", str(out), str(path)], capture_output=True, text=True, timeout=180)
        assert done.returncode == 0, done.stderr
        return out / path.with_suffix(f".{ending}").name

    return run


@pytest.mark.parametrize("lang", languages())
def test_the_shipped_index_opens_and_every_figure_has_room(convert, tmp_path, lang):
    run = compute(ROOT / "indicators.yaml", draws=200)
    path = tmp_path / "index.xlsx"
    write_index_workbook(run, path, Voice(lang, run.result.framework))
    pdf = convert(path, "pdf")
    assert pdf.stat().st_size > 100_000
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext (poppler-utils) is not installed: the pages are not read")
    text = subprocess.run(["pdftotext", "-layout", str(pdf), "-"], capture_output=True, text=True, check=True).stdout
    assert not re.findall(r"#{2,}|Err:\d+|#(?:NAME|REF|VALUE|DIV/0)[?!]", text)


def test_text_that_looks_like_a_formula_is_still_text_after_libreoffice(convert, tmp_path):
    cities = HOSTILE[:5]
    panel = make_panel({"x": [[k + 1.0, k + 2.0] for k in range(5)]}, cities=cities, years=(2020, 2021))
    path = tmp_path / "hostile.xlsx"
    run = Computed.of(build(panel, make_framework(indicators={"x": {}})))
    write_index_workbook(run, path, Voice("zh", run.result.framework))
    book = openpyxl.load_workbook(convert(path, "xlsx"))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s", "n"}
    assert {cell.value for cell in cells} >= set(cities)
