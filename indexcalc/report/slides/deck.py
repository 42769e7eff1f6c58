"""A deck of slides as a file: pages of 16:9 with a title, a subtitle, a foot, a number and notes; texts and tables.

Every length is in points [pt], as in the charts. Fonts are those of the theme, one for Latin letters and one for
Chinese characters, so that a reader changes them in one place. The same results give the same bytes.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.util import Pt

from indexcalc.report.charts.lettering import text_width, wrap
from indexcalc.report.charts.style import EMPTY, INK, LINE, SOFT_INK
from indexcalc.report.xlsx import CREATED

WIDTH, HEIGHT, MARGIN = 960.0, 540.0, 40.0
INNER = WIDTH - 2.0 * MARGIN
TITLE_TOP, BODY_TOP, BODY_END, FOOT_TOP = 24.0, 124.0, 486.0, 492.0
"""Where the parts of a page begin, and where the body ends."""
TITLES, SUBTITLE, TEXT, FOOT = (26.0, 23.0, 20.0, 17.0, 14.0), 12.0, 14.0, 9.0
"""Sizes of type; a title has the largest that fits."""
SAFE = 0.88
"""The part of a width that is filled: a reader's fonts may be wider than those measured here."""
LATIN, CHINESE = "Arial", "Microsoft YaHei"
"""Fonts of the theme. Where the Chinese one is not installed, programs substitute another of the same kind."""
NO_STYLE = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"
"""The table style without formatting: the cells have their own."""
ALIGN = {"left": PP_ALIGN.LEFT, "center": PP_ALIGN.CENTER, "right": PP_ALIGN.RIGHT}
TITLE_ONLY = 5
"""The layout of every page, among those of the empty presentation."""


class Box(NamedTuple):
    """A place on a page."""

    left: float
    top: float
    width: float
    height: float

    @property
    def emu(self) -> tuple[Pt, Pt, Pt, Pt]:
        return Pt(self.left), Pt(self.top), Pt(self.width), Pt(self.height)


BODY = Box(MARGIN, BODY_TOP, INNER, BODY_END - BODY_TOP)


def colour(code: str) -> Any:
    """A colour as the library takes it, from `#1b1b1b`."""
    return RGBColor(*bytes.fromhex(code.lstrip("#")))  # type: ignore[no-untyped-call]


def fill(shape: Any, code: str) -> None:
    """Fill a shape, a cell or a mark with a colour."""
    shape.fill.solid()
    shape.fill.fore_color.rgb = colour(code)


def fitting(text: str, sizes: Sequence[float], width: float, lines: int) -> float:
    """The largest size at which a text needs no more than so many lines, else the smallest.

    >>> fitting("Beijing leads", (26.0, 20.0), 800.0, 1), fitting("Beijing leads " * 8, (26.0, 20.0), 800.0, 1)
    (26.0, 20.0)
    """
    return next((size for size in sizes if len(wrap(text, size, SAFE * width)) <= lines), sizes[-1])


class Deck:
    """A presentation that grows page by page. foot: the paragraphs below every page."""

    def __init__(self, title: str, lang: str, foot: Sequence[str]) -> None:
        self.file: Any = Presentation()
        self.lang, self.foot = lang, foot
        about = self.file.core_properties
        about.title, about.author, about.last_modified_by, about.language = title, "indexcalc", "indexcalc", lang
        about.created = about.modified = CREATED
        self._widen()
        self._name_fonts()

    def _widen(self) -> None:
        """Make pages and layouts, which are of 4:3, as wide as 16:9."""
        wider = Pt(WIDTH) / self.file.slide_width
        self.file.slide_width, self.file.slide_height = Pt(WIDTH), Pt(HEIGHT)
        master = self.file.slide_master
        for page in (master, *master.slide_layouts):
            for shape in page.placeholders:
                if shape._element.spPr.find(".//{*}off") is not None:
                    shape.left, shape.width = round(shape.left * wider), round(shape.width * wider)

    def _name_fonts(self) -> None:
        theme: Any = self.file.slide_master.part.part_related_by(RELATIONSHIP_TYPE.THEME)
        text = theme.blob.decode("utf-8")
        for before, font in (("latin", LATIN), ("ea", CHINESE)):
            text = re.sub(rf'(<a:m(?:aj|in)orFont>(?:(?!</a:m).)*?<a:{before} typeface=")[^"]*', rf"\g<1>{font}", text)
        theme._blob = text.encode("utf-8")

    def page(self, title: str, subtitle: str = "", notes: Sequence[str] = ()) -> Page:
        """A new page; notes: paragraphs for the speaker."""
        slide = self.file.slides.add_slide(self.file.slide_layouts[TITLE_ONLY])
        page = Page(slide, self.lang)
        size = fitting(title, TITLES, INNER, 2)
        height = 1.2 * size * len(wrap(title, size, SAFE * INNER)) + 4.0
        head = slide.shapes.title
        head.left, head.top, head.width, head.height = Box(MARGIN, TITLE_TOP, INNER, height).emu
        page.write(head, [title], size, INK)
        if subtitle:
            at = Box(MARGIN, TITLE_TOP + height, INNER, BODY_TOP - TITLE_TOP - height)
            page.text([subtitle], at, fitting(subtitle, (SUBTITLE, 11.0, 10.0, 9.0, 8.0), INNER, 2), SOFT_INK)
        self._below(page)
        slide.notes_slide.notes_text_frame.text = "\n".join(notes)
        return page

    def _below(self, page: Page) -> None:
        """Foot and number, as placeholders that a reader can switch off."""
        for own in self.file.slide_layouts[TITLE_ONLY].placeholders:
            kind = own._element.find(".//{*}ph").get("type")
            if kind not in ("ftr", "sldNum") or (kind == "ftr" and not self.foot):
                continue
            page.slide.shapes._spTree.append(copy.deepcopy(own._element))
            shape = page.slide.shapes[-1]
            shape.left, shape.top, shape.width, shape.height = (
                Box(MARGIN, FOOT_TOP, INNER - 50.0, HEIGHT - FOOT_TOP - 6.0)
                if kind == "ftr"
                else Box(WIDTH - MARGIN - 44.0, FOOT_TOP, 44.0, 18.0)
            ).emu
            if kind == "ftr":
                page.write(shape, self.foot, FOOT, SOFT_INK)

    def save(self, path: Path) -> None:
        stream = BytesIO()
        self.file.save(stream)
        path.write_bytes(without_clock(stream.getvalue()))


class Page:
    """A page, and what can be put on it."""

    def __init__(self, slide: Any, lang: str) -> None:
        self.slide, self.lang = slide, lang

    def write(
        self,
        shape: Any,
        paragraphs: Sequence[str],
        size: float,
        ink: str,
        *,
        anchor: Any = MSO_ANCHOR.TOP,
        align: str = "left",
        bold: bool = False,
    ) -> None:
        """Fill a shape or a cell with paragraphs."""
        frame = shape.text_frame
        frame.word_wrap = True
        if hasattr(shape, "vertical_anchor"):
            shape.vertical_anchor = anchor
        else:
            frame.vertical_anchor = anchor
            frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
        for k, text in enumerate(paragraphs):
            paragraph = frame.paragraphs[0] if k == 0 else frame.add_paragraph()
            paragraph.alignment = ALIGN[align]
            run = paragraph.add_run()
            run.text = text
            run.font.size, run.font.bold, run.font.color.rgb = Pt(size), bold, colour(ink)
            run._r.get_or_add_rPr().set("lang", self.lang)

    def text(self, paragraphs: Sequence[str], box: Box, size: float, ink: str = INK, **more: Any) -> Any:
        """Paragraphs in a box of their own."""
        shape = self.slide.shapes.add_textbox(*box.emu)
        self.write(shape, paragraphs, size, ink, **more)
        return shape

    def table(
        self,
        heads: Sequence[str],
        rows: Sequence[Sequence[str]],
        aligns: Sequence[str],
        alt: str,
        inks: Sequence[Sequence[str]],
    ) -> None:
        """A native table; inks: of the cells (row, column). Rows are as high as there is room for."""
        height = min(32.0, BODY.height / (len(rows) + 1))
        size = min(TEXT, 0.55 * height)
        cells = [max(text_width(row[k], size) for row in rows) + 22.0 for k in range(len(heads))]
        whole, broken = (
            [max(one, part * text_width(head, size) + 22.0) for one, head in zip(cells, heads, strict=True)]
            for part in (1.0, 0.6)
        )
        widest = whole if sum(whole) <= BODY.width else broken
        widths = _shared(widest, BODY.width)
        frame = self.slide.shapes.add_table(
            len(rows) + 1, len(heads), *BODY._replace(width=sum(widths), height=height * (len(rows) + 1)).emu
        )
        frame._element.nvGraphicFramePr.cNvPr.set("descr", alt)
        table = frame.table
        table._tbl.tblPr.find("{*}tableStyleId").text = NO_STYLE
        for k, width in enumerate(widths):
            table.columns[k].width = Pt(width)
        for r, row in enumerate((heads, *rows)):
            lines = max(len(wrap(text, size, widths[k] - 20.0)) for k, text in enumerate(row))
            table.rows[r].height = Pt(max(height, lines * LINE * size + 6.0))
            for k, text in enumerate(row):
                cell = table.cell(r, k)
                cell.margin_top = cell.margin_bottom = Pt(1.0)
                cell.margin_left = cell.margin_right = Pt(8.0)
                ink = inks[r - 1][k] if r else SOFT_INK
                self.write(cell, [text], size, ink, anchor=MSO_ANCHOR.MIDDLE, align=aligns[k], bold=r == 0)
                fill(cell, "#ffffff" if r % 2 else EMPTY)

    def chart(self, kind: Any, names: Sequence[str], series: Sequence[Series], box: Box, alt: str) -> Any:
        """A native chart with its figures in a workbook of its own; a missing one is an empty cell."""
        data: Any = CategoryChartData()  # type: ignore[no-untyped-call]
        data.categories = list(names)
        for one in series:
            values = [None if value != value else float(value) for value in one.values]
            data.add_series(one.name, values, number_format=one.form)
        frame = self.slide.shapes.add_chart(kind, *box.emu, data)
        frame._element.nvGraphicFramePr.cNvPr.set("descr", alt)
        return frame.chart


class Series(NamedTuple):
    """A series of a chart: its name, the figures, and their format in Excel."""

    name: str
    values: Sequence[float]
    form: str = "General"


def _shared(widest: Sequence[float], width: float) -> list[float]:
    """Widths of columns: as wide as their texts if there is room; else the wide ones share what the others leave."""
    if sum(widest) <= width:
        spare = min(width - sum(widest), 0.6 * sum(widest))
        return [one + spare / len(widest) for one in widest]
    widths, room, waiting = [0.0] * len(widest), width, sorted(range(len(widest)), key=lambda k: widest[k])
    while waiting:
        k = waiting.pop(0)
        widths[k] = min(widest[k], room / (len(waiting) + 1))
        room -= widths[k]
    return widths


_DATES = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def without_clock(packed: bytes) -> bytes:
    """An Office file with fixed dates, in its archive and in its properties; likewise in the workbooks inside it."""
    stream, fixed = BytesIO(), CREATED.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    with ZipFile(BytesIO(packed)) as old, ZipFile(stream, "w", ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            if name.endswith(".xlsx"):
                content = without_clock(content)
            elif name == "docProps/core.xml":
                content = _DATES.sub(fixed, content)
            new.writestr(ZipInfo(name, (1980, 1, 1, 0, 0, 0)), content, ZIP_DEFLATED)
    return stream.getvalue()
