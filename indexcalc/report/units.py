"""Units, alone and behind a figure."""

from __future__ import annotations

from indexcalc.voice import Voice


def unit_name(unit: str, voice: Voice) -> str:
    """The name of a unit; as it is written where there is no word for it."""
    key = f"units.name.{unit}"
    return voice.say(key) if voice.knows(key) else unit


def quantity(figure: str, unit: str, voice: Voice) -> str:
    """A figure with its unit.

    >>> zh, en = Voice("zh"), Voice("en")
    >>> quantity("66.4", "%", en), quantity("20818", "亿元", zh), quantity("20818", "亿元", en), quantity("2", "所", en)
    ('66.4%', '20818 亿元', '20818 × 100m yuan', '2')
    """
    if not unit or unit in voice.words("units.counts"):
        return figure
    if unit in ("%", "％"):
        return f"{figure}{unit}"
    name = unit_name(unit, voice)
    return f"{figure} × {name}" if name[0].isdigit() else f"{figure} {name}"
