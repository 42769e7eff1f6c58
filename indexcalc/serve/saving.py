"""Saving weights into the YAML that the page was opened with: whole or not at all, and never over what others saved."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from indexcalc.errors import IndexcalcError, InputError, Problem
from indexcalc.load import load_draft
from indexcalc.paths import place_unwritable, shown
from indexcalc.spec.edit import with_weights


def fingerprint(yaml: Path) -> str:
    """The SHA-256 of a file; empty where it cannot be read."""
    try:
        return hashlib.sha256(yaml.read_bytes()).hexdigest()
    except (OSError, ValueError):
        return ""


def save_weights(yaml: Path, weights: Mapping[str, float], seen: str) -> None:
    """Write weights into a YAML, comments and all else kept. seen: the fingerprint of the file that they are meant for.

    The text is made and read back beside the file, and then takes its name and mode in one step. Refused (InputError,
    ChoiceError): a file that is not as it was seen, weights that it cannot have, a place that cannot be written.
    """
    since = InputError(Problem("yaml_saved_since", place=("in_file", {"file": shown(yaml)})))
    made: Path | None = None
    try:
        before = yaml.read_bytes()
        if hashlib.sha256(before).hexdigest() != seen:
            raise since
        text = with_weights(before.decode(), weights, shown(yaml))
        handle, name = tempfile.mkstemp(prefix=f".{yaml.name}.", suffix=".tmp", dir=yaml.parent)
        made = Path(name)
        with os.fdopen(handle, "wb") as written:
            written.write(text.encode())
            written.flush()
            os.fsync(written.fileno())
        shutil.copymode(yaml, made)
        _read_back(made, yaml)
        if fingerprint(yaml) != seen:  # it was saved while this was made
            raise since
        os.replace(made, yaml)
        made = None
    except OSError as error:
        raise place_unwritable(error, yaml) from None
    finally:
        if made is not None:
            with contextlib.suppress(OSError):
                made.unlink()


def _read_back(made: Path, yaml: Path) -> None:
    """Refuse what could not be read again, in the name of the file that it is to be."""
    try:
        load_draft(made)
    except IndexcalcError as error:
        problems = []
        for problem in error.problems:
            key, facts = problem.place or ("in_file", {})
            problems.append(replace(problem, place=(key, {**facts, "file": shown(yaml)})))
        raise type(error)(problems) from None
