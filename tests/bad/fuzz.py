"""Broken inputs, broken further: what comes of them is a result or a sentence. `python -m tests.bad.fuzz SECONDS`."""

from __future__ import annotations

import random
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from indexcalc.errors import IndexcalcError
from indexcalc.run import compute
from tests.bad.corpus import build, read

PIECES = (
    "\0",
    "\t",
    "{",
    "}",
    "[",
    "]",
    ":",
    '"',
    "- ",
    "&a ",
    "*a ",
    "!!int ",
    "1e999",
    "é",
    "城",
    "\n",
    "~",
    "#",
    "|",
    "%",
)


def merged(pick: random.Random, cases: list[dict[str, Any]]) -> dict[str, Any]:
    """Two or three cases in one; those of the same key take turns."""
    found: dict[str, Any] = {}
    for case in pick.sample(cases, pick.choice((2, 3))):
        for name in ("yaml", "cells", "options"):
            found[name] = {**found.get(name, {}), **case.get(name, {})}
        found["rows"] = [*found.get("rows", []), *case.get("rows", [])]
    return found


def mutated(pick: random.Random, content: bytes) -> bytes:
    """A text with a few pieces put in, taken away or doubled."""
    text = content.decode("utf-8")
    for _ in range(pick.randrange(1, 5)):
        at, n = pick.randrange(len(text) + 1), pick.randrange(12)
        text = pick.choice(
            (text[:at] + pick.choice(PIECES) + text[at:], text[:at] + text[at + n :], text[: at + n] + text[at:])
        )
    return text.encode("utf-8", "replace")


def run(*, seed: int, folder: Path, tries: int | None = None, seconds: float = 600.0) -> int:
    """Try so many inputs, or for so long; returns how many. Anything but a result or a refusal is raised."""
    pick, cases, end, n = random.Random(seed), read(), time.monotonic() + seconds, 0
    while (n < tries) if tries is not None else (time.monotonic() < end):
        try:
            path = build(merged(pick, cases), folder)
        except (
            KeyError,
            TypeError,
            ValueError,
            IndexError,
            AttributeError,
        ):  # the one took away what the other changes
            path = build(pick.choice(cases), folder)
        if pick.random() < 0.5:
            path.write_bytes(mutated(pick, path.read_bytes()))
        try:
            compute(path, draws=0)
        except IndexcalcError as error:
            assert error.text("zh") and error.text("en")
        except Exception as error:
            error.add_note(f"seed {seed}, try {n}:\n{path.read_text(encoding='utf-8', errors='replace')[:4000]}")
            raise
        n += 1
    return n


if __name__ == "__main__":
    begun = int(sys.argv[2]) if len(sys.argv) > 2 else int(time.time())
    with tempfile.TemporaryDirectory() as scratch:
        tried = run(seed=begun, folder=Path(scratch), seconds=float(sys.argv[1]))
    print(f"seed {begun}: {tried} inputs, no traceback")
