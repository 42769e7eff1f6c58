"""Workbooks opened by LibreOffice Calc as a reader's program would: recalculated, whatever values they carry."""

import csv
import re
import shutil
import subprocess
import zipfile

import pytest

SOFFICE = shutil.which("soffice") or shutil.which("libreoffice")
ALWAYS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop>
</item>
</oor:items>
"""
WRONG = 12345.0


ALL_SHEETS_AS_CSV = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false,false,false,-1"
"""Commas, quotes, UTF-8; figures in full rather than as shown; a file for every sheet."""


def recalculated(paths, folder):
    """For each workbook a function that gives the rows of a sheet by its name, as LibreOffice computes them: as texts,
    figures to fifteen digits. One start of LibreOffice serves all."""
    if SOFFICE is None:
        pytest.skip("LibreOffice Calc (soffice) is not here")
    profile, out = folder / "profile", folder / "recalculated"
    (profile / "user").mkdir(parents=True, exist_ok=True)
    (profile / "user" / "registrymodifications.xcu").write_text(ALWAYS, encoding="utf-8")
    command = [SOFFICE, f"-env:UserInstallation={profile.as_uri()}", "--headless", "--norestore"]
    command += ["--convert-to", ALL_SHEETS_AS_CSV, "--outdir", str(out), *map(str, paths)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=900, check=False)
    assert out.is_dir(), done.stdout + done.stderr

    def sheets_of(path):
        return lambda sheet: list(csv.reader((out / f"{path.stem}-{sheet}.csv").open(encoding="utf-8", newline="")))

    return [sheets_of(path) for path in paths]


def converted(paths, suffix, folder):
    """Files as LibreOffice saves them in another format; one start of it serves all."""
    if SOFFICE is None:
        pytest.skip("LibreOffice Calc (soffice) is not here")
    command = [SOFFICE, f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--norestore"]
    command += ["--convert-to", suffix, "--outdir", str(folder / suffix), *map(str, paths)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)
    made = [folder / suffix / f"{path.stem}.{suffix}" for path in paths]
    assert done.returncode == 0 and all(path.is_file() for path in made), done.stdout + done.stderr
    return made


def edited(path, target, sheet="", cells=None, *, spoiled=True):
    """A copy of a workbook with other numbers in some cells of a sheet (its part's name), and with wrong stored values
    of every formula."""
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            if name.startswith("xl/worksheets/sheet"):
                text = content.decode("utf-8")
                if spoiled:
                    text = re.sub(r"</f><v>[^<]*</v>", f"</f><v>{WRONG}</v>", text)
                if name.endswith(f"/{sheet}.xml"):
                    for address, value in (cells or {}).items():
                        text, n = re.subn(rf'(<c r="{address}"[^>]*>)<v>[^<]*</v>', rf"\g<1><v>{value!r}</v>", text)
                        assert n == 1, address
                content = text.encode("utf-8")
            new.writestr(name, content)
    return target
