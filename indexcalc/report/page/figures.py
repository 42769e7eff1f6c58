"""The files of the run, as the page lists them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from indexcalc.computed import Computed
from indexcalc.report.page.bilingual import both
from indexcalc.voice import Voice


def files(run: Computed, names: Sequence[str]) -> list[dict[str, Any]]:
    """The other files of the run; folders as one."""
    found: list[dict[str, Any]] = []
    voice = Voice()
    folders: dict[str, int] = {}
    for name in sorted(names):
        folder, slash, _ = name.partition("/")
        if slash:
            folders[folder] = folders.get(folder, 0) + 1
        elif voice.knows(f"page.file_{name}"):
            found.append({"name": name, "what": both(run, f"file_{name}")})
    for folder, n in folders.items():
        if voice.knows(f"page.file_{folder}"):
            found.append({"name": f"{folder}/", "what": both(run, f"file_{folder}", n=n)})
    return found
