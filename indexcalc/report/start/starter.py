"""The files of a new index: a small framework with comments, an empty workbook for it, a schema for the editor."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from indexcalc.errors import InputError, Problem
from indexcalc.load import load_framework
from indexcalc.paths import place_unwritable, shown
from indexcalc.report.start.template import write_template
from indexcalc.spec.schema import json_schema
from indexcalc.voice import FALLBACK, WORDS, Voice

YAML, WORKBOOK, SCHEMA = "indicators.yaml", "data.xlsx", "indicators.schema.json"


def write_starter(folder: Path, voice: Voice) -> list[Path]:
    """Write the three files into a folder, made if need be; refuses, and writes nothing, if one of them exists."""
    paths = [folder / name for name in (YAML, WORKBOOK, SCHEMA)]
    place = ("in_option", {"option": "DIR"})
    try:
        there = [path for path in paths if path.exists()]
        if there:
            raise InputError(Problem("would_overwrite", {"files": ", ".join(shown(path) for path in there)}, place))
        with all_or_none(folder, paths):
            paths[0].write_bytes(beginning(voice).encode())
            write_template(load_framework(paths[0]), paths[1], voice)
            write_schema(paths[2])
    except OSError as error:
        raise place_unwritable(error, folder) from None
    return paths


def beginning(voice: Voice) -> str:
    """The YAML of a new index, with comments and names in the language of a voice, or in the one to fall back on."""
    own = (WORDS.joinpath(lang, "starter.yaml") for lang in (voice.lang, FALLBACK))
    return next(file for file in own if file.is_file()).read_text(encoding="utf-8")


@contextmanager
def all_or_none(folder: Path, paths: Iterable[Path]) -> Iterator[None]:
    """Make a folder for new files; if writing fails, the files and the folders that were made are removed again."""
    made = [place for place in (folder, *folder.parents) if not place.exists()]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        yield
    except BaseException:
        with suppress(OSError):
            for path in paths:
                path.unlink(missing_ok=True)
            for place in made:
                place.rmdir()
        raise


def write_schema(path: Path) -> None:
    path.write_text(schema_text(), encoding="utf-8")


def schema_text() -> str:
    """The JSON Schema of the YAML file, as a file holds it."""
    return json.dumps(json_schema(), ensure_ascii=False, indent=1) + "\n"
