"""Reading back the record of a run (`run.json`): a file like any other, which may have been changed or damaged."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path, PurePosixPath
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from indexcalc.errors import InputError, Problem
from indexcalc.paths import reason, shown

MANIFEST = "run.json"
MOST_BYTES = 256 * 2**20
"""Bytes of a record: a thousand times that of a large one."""
MOST_LEVELS = 20
"""Levels of a choice inside a choice."""
MOST_PLACES = 10**9
"""Beyond every rank that a run can give."""


def read_record(out: Path) -> dict[str, Any] | None:
    """The record of the run that is in a folder; None if there is none, or a file of another program.

    A record of this program that is not as a run writes it is refused, by the first entry that is not.
    """
    text = read_small(out / MANIFEST)
    if text is None:
        return None
    try:
        record = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(record, dict) or record.get("program") != "indexcalc":
        return None
    try:
        _Record.model_validate_json(text)
    except ValidationError as error:
        at = ".".join(str(key) for key in error.errors(include_url=False, include_input=False)[0]["loc"][:4])
        raise InputError(Problem("record_altered", {"at": at[:200]}, _place(out / MANIFEST))) from None
    return record


def listed_files(out: Path) -> list[str]:
    """The files that the last run in `out` lists; none if there was no run, or its manifest is foreign."""
    record = read_record(out)
    return [] if record is None else list(record.get("files", ()))


def read_small(path: Path) -> bytes | None:
    """The content of a file that a run wrote; None if there is none. What is not a file, or too large, is refused."""
    try:
        found = os.stat(path)
        if not stat.S_ISREG(found.st_mode) or found.st_size > MOST_BYTES:
            raise InputError(Problem("record_altered", {"at": path.name}, _place(path)))
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise InputError(Problem("file_unreadable", {"reason": reason(error)}, _place(path))) from None


def inside(name: str) -> bool:
    """Whether a name of a file, as a manifest lists it, stays inside the folder.

    >>> [inside(name) for name in ("charts/trend.png", "../x", "/x", "C:x", "")]
    [True, False, False, False, False]
    """
    parts = PurePosixPath(name).parts
    own = bool(parts) and not PurePosixPath(name).is_absolute() and ".." not in parts
    return own and not any(sign in name for sign in (":", "\\", "\0")) and len(name) < 1000


def _place(path: Path) -> tuple[str, dict[str, str]]:
    return "in_file", {"file": shown(path)}


def _inside(name: str) -> str:
    if not inside(name):
        raise ValueError
    return name


def _shallow(value: Any) -> Any:
    if not _within(value, MOST_LEVELS):
        raise ValueError
    return value


def _within(value: Any, levels: int) -> bool:
    """Whether lists and mappings are nested to so many levels at most."""
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return levels >= 0 and all(_within(one, levels - 1) for one in inside)


def _counted(drawn: dict[str, Any]) -> dict[str, Any]:
    """Check that the draws have their number, which a repeated run takes."""
    if type(drawn.get("draws")) is not int:
        raise ValueError
    return drawn


_Number = Annotated[float, Field(allow_inf_nan=False)]
_Rank = Annotated[int, Field(ge=1, le=MOST_PLACES)]
_Year = Annotated[int, Field(ge=1, le=9999)]
_WrittenYear = Annotated[str, Field(pattern=r"^[1-9][0-9]{0,3}$")]
_Choices = dict[str, Annotated[Any, AfterValidator(_shallow)]]
_Drawn = Annotated[_Choices, AfterValidator(_counted)]


class _Written(BaseModel):
    """What a run wrote: of these types; a later version may have written more."""

    model_config = ConfigDict(extra="allow", strict=True, defer_build=True)


class _Shares(_Written):
    weight: _Number | None = None
    share: _Number | None = None
    effective: _Number | None = None


class _Record(_Written):
    program: Literal["indexcalc"]
    version: str = ""
    inputs: dict[str, str] = {}
    edits: dict[str, list[str]] = {}
    seed: int | None = None
    uncertainty: _Drawn | None = None
    methodology: _Choices = {}
    choices: _Choices = {}
    weights: dict[str, _Shares] = {}
    cities: list[str] = []
    years: list[_Year] = []
    absent: list[str] = []
    cells: dict[str, int] = {}
    coverage: dict[str, dict[str, _Number]] = {}
    ranking: dict[str, _Rank | None] = {}
    history: dict[_WrittenYear, dict[str, tuple[_Number | None, _Rank | None]]] = {}
    files: list[Annotated[str, AfterValidator(_inside)]] = []
    notices: list[str] = []
