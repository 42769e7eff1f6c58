"""What differs between two runs, line by line, for the screen and for the line on top of the live page."""

from __future__ import annotations

import math
from typing import Any

from indexcalc.report.folder.record import Changes
from indexcalc.voice import Voice


def change_lines(found: Changes, voice: Voice) -> list[str]:
    """Inputs, weights and methods that differ, years added or removed, whose rank moved, what was restated."""
    lines = [voice.say("screen.input", file=file) for file in found.inputs]
    lines += [
        voice.say("screen.weight", node=voice.node(node), before=share(before, voice), now=share(now, voice))
        for node, (before, now) in found.weights.items()
    ]
    lines += [
        voice.say("screen.choice", path=path, before=written(before), now=written(now))
        for path, (before, now) in found.choices.items()
    ]
    for key, years in (("added", found.added), ("removed", found.removed)):
        lines += [voice.say(f"screen.years_{key}", years=voice.comma(map(str, years)))] if years else []
    moves = voice.comma(
        f"{voice.city(city)} {before or '–'}→{now or '–'}" for city, (before, now) in found.ranks.items()
    )
    if found.year is None:
        lines.append(voice.say("screen.no_year"))
    elif moves:
        lines.append(voice.say("screen.ranks", year=found.year, moves=moves))
    else:
        lines.append(voice.say("screen.no_ranks", year=found.year))
    scores, ranks, n = found.restated
    if scores:
        lines.append(voice.say("screen.restated", scores=scores, ranks=ranks, n=n))
    return lines


def share(found: float | None, voice: Voice) -> str:
    """The share of a node in a run: none where it is not there, or where its weight is not used."""
    if found is None:
        return "–"
    return voice.say("screen.no_weight") if math.isnan(found) else f"{100 * found:.1f}%"


def written(value: Any) -> str:
    """A recorded choice on one line."""
    if isinstance(value, dict):
        inside = ", ".join(f"{k}: {written(v)}" for k, v in value.items())
        return f"{{{inside}}}"
    return "–" if value is None else f"{value:g}" if isinstance(value, float) else str(value)
