"""The report of one city: a page that prints on two sheets of A4, and a picture to be shared.

Nothing is fetched: styles and charts are inside the page. The same run gives the same bytes.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Sequence
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Template
from markupsafe import Markup

from indexcalc import __version__
from indexcalc.computed import Computed
from indexcalc.errors import Problem
from indexcalc.report.charts import drawing
from indexcalc.report.charts.selection import in_files
from indexcalc.report.city.content import content, sure_in_short
from indexcalc.report.html import asset, environment
from indexcalc.voice import Voice

if TYPE_CHECKING:
    from matplotlib.figure import Figure

FORMATS = ("html", "png")
DPI = 300
"""Resolution of the charts on paper."""


def write_cities(
    run: Computed,
    folder: Path,
    cities: Sequence[str],
    voice: Voice,
    progress: Callable[[float], None] = lambda part: None,
    *,
    formats: Sequence[str] = FORMATS,
) -> tuple[list[Path], list[Problem]]:
    """Write the reports of cities, by their keys, into `folder`, which exists; the files are named after them.

    Returns the files written, and what to know. Refused (InputError): a city without any score.
    """
    from indexcalc.report.charts.city_card import city_panels
    from indexcalc.report.charts.city_picture import city_picture
    from indexcalc.report.charts.files import write
    from indexcalc.report.charts.subject import subject_of

    written: list[Path] = []
    with drawing(run.result, voice) as notices:
        subject = subject_of(run, voice)
        for i, city in enumerate(cities):
            progress(i / len(cities))
            (name,) = in_files([voice.city(city)], run.result, voice)
            if "html" in formats:
                panels = _in_page(city_panels(subject, city))
                written.append(folder / f"{name}.html")
                written[-1].write_text(render(content(subject, city), panels, voice), encoding="utf-8", newline="\n")
            if "png" in formats:
                written.append(folder / f"{name}.png")
                write(city_picture(subject, city, sure_in_short(run, city, voice)), written[-1])
    return written, notices


def render(told: dict[str, Any], panels: str, voice: Voice) -> str:
    """The page as text. told: see `content`; panels: the charts, as the address of an image."""
    return _template().render(
        tag=voice.mark("tag"),
        lang=voice.lang,
        version=__version__,
        css=Markup(asset(__package__, "city.css")),
        panels=panels,
        t=lambda key, **facts: voice.say(f"city.{key}", **facts),
        **told,
    )


def _in_page(figure: Figure) -> str:
    """A figure as an image inside the page: in pixels, whose letters do not depend on the fonts of the reader."""
    from indexcalc.report.charts.files import SETTINGS

    drawn = BytesIO()
    figure.savefig(drawn, format="png", **{**SETTINGS[".png"], "dpi": DPI})
    return "data:image/png;base64," + b64encode(drawn.getvalue()).decode("ascii")


@cache
def _template() -> Template:
    return environment({"city.html": asset(__package__, "city.html")}).get_template("city.html")
