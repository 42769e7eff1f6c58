"""Units in two languages."""

from __future__ import annotations

UNITS: dict[str, str] = {
    "元": "yuan",
    "万元": "10k yuan",
    "亿元": "100m yuan",
    "亿美元": "100m US$",
    "人": "persons",
    "万人": "10k persons",
    "万人次": "10k passengers",
    "万户": "10k users",
    "个": "number",
    "件": "number",
    "列": "trains",
    "家": "firms",
    "所": "universities",
    "张": "beds",
    "位": "place",
    "级": "level",
    "万册(件)": "10k items",
    "万吨": "10k t",
    "公里": "km",
    "平方公里": "km²",
    "平方米": "m²",
    "亿千瓦时": "100m kWh",
    "册/人": "books/person",
    "张/万人": "beds/10k persons",
    "家/百万人": "firms/m persons",
    "吨/万元": "t/10k yuan",
}
"""English for the units of Chinese statistics; others stand as the YAML writes them."""


COUNTS = frozenset("个件列家所张位级")
"""Units that only count what the indicator's name says already."""


def unit_name(unit: str, lang: str) -> str:
    """A unit in `lang`; as it is written where there is no word for it."""
    return unit if lang == "zh" else UNITS.get(unit, unit)


def quantity(figure: str, unit: str, lang: str) -> str:
    """A figure with its unit.

    >>> quantity("66.4", "%", "en"), quantity("20818", "亿元", "zh"), quantity("20818", "亿元", "en")
    ('66.4%', '20818 亿元', '20818 × 100m yuan')
    >>> quantity("2", "所", "en")
    '2'
    """
    if not unit or (lang == "en" and unit in COUNTS):
        return figure
    if unit in ("%", "％"):
        return f"{figure}{unit}"
    name = unit_name(unit, lang)
    return f"{figure} × {name}" if name[0].isdigit() else f"{figure} {name}"
