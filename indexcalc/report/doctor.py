"""Whether everything the program needs is there, and what to do if it is not."""

from __future__ import annotations

import locale
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from typing import Any, NamedTuple

from indexcalc import __version__
from indexcalc.paths import reason, remedy, shown
from indexcalc.voice import VARIABLE, Voice, languages, usual_language

GOOD, WRONG, WITHOUT = "good", "wrong", "without"
"""What was looked for is there; is missing though it is needed; is missing, but is not needed to compute."""
PROGRAMS = {"libreoffice": ("soffice", "libreoffice"), "chromium": ("chromium", "chromium-browser", "google-chrome")}
"""Programs that open what a run writes, by the names under which they are found."""


class Finding(NamedTuple):
    """One thing looked for: GOOD, WRONG or WITHOUT; the key of its sentence among the words, and its facts."""

    state: str
    key: str
    facts: dict[str, Any]


def examine(out: Path) -> list[Finding]:
    """Look for everything: Python and the packages, the fonts of the charts, other programs, a place to write, the
    language. Nothing that is written stays."""
    return [*_packages(), _fonts(), *_programs(), _writing(out), *_language()]


def report(found: list[Finding], voice: Voice) -> Iterator[str]:
    """The findings in lines; the last says whether everything needed is there."""
    for state, key, facts in found:
        yield voice.say(f"doctor.{state}", said=voice.say(f"doctor.{key}", **facts))
    wrong = sum(one.state == WRONG for one in found)
    yield voice.say("doctor.not_ready" if wrong else "doctor.ready", n=wrong)


def _packages() -> Iterator[Finding]:
    """Python and every package that the program declares, against its bounds."""
    python = ".".join(map(str, sys.version_info[:3]))
    yield Finding(GOOD, "python", {"version": __version__, "python": python, "system": sys.platform})
    try:
        from packaging.requirements import Requirement

        declared = [Requirement(line) for line in requires("indexcalc") or ()]
    except PackageNotFoundError:
        yield Finding(WITHOUT, "not_installed", {})
        return
    except ImportError:
        yield Finding(WRONG, "package_missing", {"name": "packaging", "bounds": "packaging"})
        return
    there = []
    for one in declared:
        if one.marker is not None and not one.marker.evaluate({"extra": ""}):
            continue
        try:
            found = version(one.name)
        except PackageNotFoundError:
            yield Finding(WRONG, "package_missing", {"name": one.name, "bounds": str(one)})
            continue
        if one.specifier.contains(found, prereleases=True):
            there.append(f"{one.name} {found}")
        else:
            yield Finding(WRONG, "package_bounds", {"name": one.name, "found": found, "bounds": str(one)})
    yield Finding(GOOD, "packages", {"packages": there})


def _fonts() -> Finding:
    """The fonts that the charts are drawn with, and whether they have Chinese."""
    try:
        from indexcalc.report.charts.lettering import fonts, unwritable

        names = [font.family_name for font in fonts()]
        written = "".join(Voice(lang).say("names.index") for lang in languages())
        lacking = [sign for sign in dict.fromkeys(written) if unwritable(sign)]
    except (ImportError, OSError, RuntimeError) as error:
        return Finding(WRONG, "fonts_missing", {"reason": str(error)})
    if lacking:
        return Finding(WRONG, "fonts_lack", {"fonts": names, "signs": "".join(lacking)})
    return Finding(GOOD, "fonts", {"fonts": names})


def _programs() -> Iterator[Finding]:
    for program, names in PROGRAMS.items():
        found = next((path for name in names if (path := shutil.which(name))), None)
        if found is None:
            yield Finding(WITHOUT, f"{program}_missing", {})
        else:
            yield Finding(GOOD, program, {"path": shown(found)})


def _writing(out: Path) -> Finding:
    """Whether the folder of the results can be written into, or the one in which it would be made."""
    where = next((folder for folder in (out, *out.absolute().parents) if os.path.lexists(folder)), out)
    facts: dict[str, Any] = {"out": shown(out)}
    if not where.is_dir():
        return Finding(WRONG, "out_not_folder", {**facts, "where": shown(where)})
    try:
        with tempfile.TemporaryFile(dir=where) as file:
            file.write(b"x")
    except OSError as error:
        return Finding(WRONG, "out_closed", {**facts, "reason": reason(error), "remedy": remedy(error)})
    return Finding(GOOD, "out_open", facts)


def _language() -> Iterator[Finding]:
    named = os.environ.get(VARIABLE, "")
    yield Finding(GOOD, "language_named" if named else "language_usual", {"lang": usual_language(), "name": VARIABLE})
    encoding = locale.getpreferredencoding(False)
    plain = encoding.casefold().replace("-", "") == "utf8"
    yield Finding(GOOD if plain else WITHOUT, "encoding" if plain else "encoding_other", {"encoding": encoding})
