"""Units, as the YAML writes them, in words."""

from __future__ import annotations

from indexcalc.voice import Voice

COUNTS = frozenset("个件列家所张位级")
"""Units that only count what the indicator's name says already."""


def unit_name(unit: str, voice: Voice) -> str:
    """A unit in words; as it is written where there is no word for it."""
    return voice.say(f"units.{unit}") if voice.knows(f"units.{unit}") else unit


def quantity(figure: str, unit: str, voice: Voice) -> str:
    """A figure with its unit.

    >>> zh, en = Voice("zh"), Voice("en")
    >>> quantity("66.4", "%", en), quantity("20818", "亿元", zh), quantity("20818", "亿元", en)
    ('66.4%', '20818 亿元', '20818 × 100m yuan')
    >>> quantity("2", "所", en)
    '2'
    """
    if not unit or (unit in COUNTS and not voice.grammar["counters"]):
        return figure
    if unit in ("%", "％"):
        return f"{figure}{unit}"
    name = unit_name(unit, voice)
    return f"{figure} × {name}" if name[0].isdigit() else f"{figure} {name}"
