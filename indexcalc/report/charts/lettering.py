"""Text: measured, wrapped, and drawn: as outlines where the file is of pixels, as text where it is of vectors.

matplotlib 3.11 shapes every string twice and needs a millisecond for a short one; a chart has a hundred. The outline of
a character is the same wherever it is, so it is kept, and a string is set by the widths of its characters.
"""

from __future__ import annotations

import re
import unicodedata
import warnings
from functools import cache, lru_cache
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path as FilePath
from typing import Literal, NamedTuple

import numpy as np
from matplotlib.artist import Artist
from matplotlib.backend_bases import GraphicsContextBase, RendererBase
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.colors import to_rgba
from matplotlib.font_manager import FontProperties, findfont, fontManager, get_font
from matplotlib.ft2font import FT2Font
from matplotlib.path import Path
from matplotlib.text import Text
from matplotlib.transforms import Affine2D, Bbox
from numpy.typing import NDArray

Align = Literal["left", "center", "right"]

MIDDLE = 0.37
"""Height of the middle of figures, capitals and Chinese characters above the baseline, in sizes."""
MOST_OF_THE_ROOM = 0.6
"""Share of the room that a name cut between its words must still take."""
MISSING = "□"
"""Drawn for a character that no font has."""
_EM = 1000.0
ELSEWHERE = ("Source Han Sans SC", "PingFang SC", "Microsoft YaHei", "sans-serif")
"""Fonts for an SVG file on a machine without the house font; a PDF file includes its font."""

_WIDE = r"\u2e80-\uffef"
_OPEN_WIDE, _CLOSE_WIDE = "（《“", "，。、；：）》”"
_STOP = "。；，.;,"
_OPEN, _CLOSE = f"{_OPEN_WIDE}([", f"{_CLOSE_WIDE}—%)],.;:"
_PIECES = re.compile(
    rf"\s+|[{re.escape(_OPEN)}]*(?:[^\s{_WIDE}{re.escape(_OPEN)}—]+|\S)[{re.escape(_CLOSE)}]*", re.UNICODE
)


class Glyph(NamedTuple):
    """The outline of a character (n, 2) with its path codes (n,), and its width; all in sizes."""

    vertices: NDArray[np.float64]
    codes: NDArray[np.uint8]
    width: float


@cache
def fonts() -> tuple[FT2Font, ...]:
    """The house font, of the `zhplot` package (not imported: only its file is wanted), and one to fall back on."""
    spec = find_spec("zhplot")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("zhplot, which ships the Chinese font of the charts, is not installed")
    house = FilePath(spec.origin).parent / "fonts" / "NotoSansSC-Regular.ttf"
    return get_font(house), get_font(findfont(FontProperties(family="DejaVu Sans")))


@cache
def family() -> list[str]:
    """The names of these fonts, known to matplotlib from now on; for files in which text stays text."""
    house, other = fonts()
    fontManager.addfont(str(house.fname))
    return [house.family_name, other.family_name]


@lru_cache(maxsize=8192)
def _font(character: str) -> FT2Font | None:
    """The first font of the family that has a character."""
    return next((font for font in fonts() if font.get_char_index(ord(character))), None)


def unwritable(text: str) -> bool:
    """Whether a text has characters that no font of the family has."""
    return any(_font(character) is None for character in text)


def _stand_in(character: str) -> str:
    """What is drawn for a character: itself, or a box where no font has it; a blank for what is not printable."""
    if _font(character) is not None:
        return character
    return " " if unicodedata.category(character) in ("Cc", "Cf") else MISSING


@lru_cache(maxsize=8192)
def glyph(character: str) -> Glyph:
    """The outline of a character, or of what stands in for it, in the first font of the family that has it."""
    if unwritable(character):
        names, name = ", ".join(font.family_name for font in fonts()), unicodedata.name(character, "no name")
        warnings.warn(f"Glyph {ord(character)} ({name}) missing from font(s) {names}.", stacklevel=2)
        return glyph(_stand_in(character))
    font = _font(character)
    assert font is not None
    font.set_size(_EM, 72.0)
    width = font.load_char(ord(character)).linearHoriAdvance / 65536.0 / _EM
    vertices, codes = font.get_path()
    return Glyph(np.asarray(vertices).reshape(-1, 2) / _EM, np.asarray(codes, np.uint8), width)


@lru_cache(maxsize=8192)
def places(text: str) -> tuple[float, ...]:
    """Where each character of a line begins, and where the line ends; in sizes.

    A full-width mark gives up its empty half, as in good Chinese setting: a closing one before another mark, an opening
    one at the beginning of the line. Where a closing one ends the line the empty half is counted.
    """
    x = [-0.5 if text and text[0] in _OPEN_WIDE else 0.0]
    for character, following in zip(text, f"{text[1:]} ", strict=False):
        x.append(x[-1] + glyph(character).width - (0.5 if _squeezed(character, following) else 0.0))
    return tuple(x)


def _squeezed(character: str, following: str) -> bool:
    return character in _CLOSE_WIDE and following in _CLOSE_WIDE + _OPEN_WIDE


def text_width(text: str, size: float) -> float:
    """Width of a line of text, in the unit of `size`, without the empty halves of marks at its ends.

    >>> text_width("指数", 10.0), text_width("（指数），", 10.0)
    (20.0, 35.0)
    """
    return size * (places(text)[-1] - (0.5 if text and text[-1] in _CLOSE_WIDE else 0.0))


@lru_cache(maxsize=4096)
def outline(text: str) -> Path:
    """The outline of a line of text, from its baseline and left end, in sizes."""
    shapes = [glyph(character) for character in text]
    vertices = [shape.vertices + np.array([x, 0.0]) for shape, x in zip(shapes, places(text), strict=False)]
    codes = [shape.codes for shape in shapes]
    return Path(np.concatenate([np.empty((0, 2)), *vertices]), np.concatenate([np.empty(0, np.uint8), *codes]))


class Lettering(Artist):
    """A line of text in the house font, placed by its baseline or its middle."""

    zorder = 5.0

    def __init__(
        self, x: float, y: float, text: str, *, size: float, colour: str, align: Align, middle: bool = False
    ) -> None:
        super().__init__()
        self.place, self.text, self.size, self.colour = (x, y), text, size, colour
        self.align, self.right = align, {"left": 0.0, "center": 0.5, "right": 1.0}[align]
        self.below = MIDDLE if middle else 0.0

    def _placed(self) -> Affine2D:
        """From sizes to pixels."""
        assert self.figure is not None
        scale = self.size * self.figure.dpi / 72.0
        x, y = self.get_transform().transform(self.place)
        x -= self.right * text_width(self.text, scale)
        return Affine2D.from_values(scale, 0.0, 0.0, scale, x, y - self.below * scale)

    def draw(self, renderer: RendererBase) -> None:
        gc = renderer.new_gc()
        if isinstance(renderer, RendererAgg):
            gc.set_linewidth(0.0)
            renderer.draw_path(gc, outline(self.text), self._placed(), to_rgba(self.colour))  # type: ignore[no-untyped-call]
        else:
            self._write(renderer, gc)
        gc.restore()
        self.stale = False

    def _write(self, renderer: RendererBase, gc: GraphicsContextBase) -> None:
        """As text, in runs that end where two marks are set closer than a reader of the file would set them.

        A single run is anchored as it is aligned, so that it stays in its place in whatever font it is shown.
        """
        runs, begins, downward = _runs(self.text), places(self.text), renderer.flipy()
        font = FontProperties(family=[*family(), *(ELSEWHERE if downward else ())], size=self.size)
        left, bottom = self._placed().transform((0.0, 0.0))
        scale = float(renderer.points_to_pixels(self.size))  # type: ignore[arg-type]
        gc.set_foreground(self.colour)
        for first, last in runs:
            x = left + scale * begins[first]
            anchor = Text(x, bottom)
            if len(runs) == 1:
                anchor = Text(x + scale * self.right * begins[-1], bottom, ha=self.align)
            y = renderer.get_canvas_width_height()[1] - bottom if downward else bottom
            written = "".join(map(_stand_in, self.text[first:last]))
            renderer.draw_text(gc, x, y, written, font, 0.0, ismath=False, mtext=anchor)

    def get_window_extent(self, renderer: RendererBase | None = None) -> Bbox:
        """The box of the ink [pixels], or a hair more: that of the outline's points."""
        path = outline(self.text)
        points = self._placed().transform(np.asarray(path.vertices)[np.asarray(path.codes) != Path.CLOSEPOLY])
        return Bbox([points.min(axis=0), points.max(axis=0)])


def _runs(text: str) -> list[tuple[int, int]]:
    """Begin and end of each stretch of a text in which no mark is squeezed.

    >>> _runs("（指数），升")
    [(0, 4), (4, 6)]
    """
    cuts = [i + 1 for i, (one, two) in enumerate(pairwise(text)) if _squeezed(one, two)]
    return list(pairwise([0, *cuts, len(text)]))


def shorten(text: str, size: float, width: float) -> str:
    """The text, cut in its middle where it is wider than `width` [pt]: names often differ at their ends. It is cut
    between words where that leaves most of the room in use, else within one.

    >>> shorten("Autonomous Prefecture No. 34", 10.0, 90.0), shorten("Autonomous Prefecture No. 34", 10.0, 50.0)
    ('Autonomous...34', 'Auton...34')
    """
    if text_width(text, size) <= width:
        return text
    dots = "..." if text.isascii() else "…"
    words = text.split(" ")
    cuts = [
        (" ".join(words[:i]).rstrip(",;:("), " ".join(words[-j:]))
        for n in range(len(words) - 1, 1, -1)
        for i, j in _halves(n)
    ]
    for begin, end in sorted(cuts, key=lambda cut: -len("".join(cut))):
        short = begin + dots + end
        if MOST_OF_THE_ROOM * width <= text_width(short, size) <= width:
            return short
    for kept in range(len(text) - 1, 0, -1):
        head = (3 * kept + 4) // 5
        short = text[:head].rstrip() + dots + text[len(text) - kept + head :].lstrip()
        if text_width(short, size) <= width:
            return short
    return dots


def _halves(n: int) -> list[tuple[int, int]]:
    """How many of n words are kept at the beginning and at the end, at least one of each.

    >>> _halves(4)
    [(3, 1), (2, 2), (1, 3)]
    """
    return [(i, n - i) for i in range(n - 1, 0, -1)]


@lru_cache(maxsize=1024)
def wrap(text: str, size: float, width: float) -> tuple[str, ...]:
    """The text in lines no wider than `width` [pt]: broken at spaces, and between Chinese characters.

    No line begins with a closing mark or ends with an opening one. A word longer than a line is shortened.
    """
    lines, line, x = [], "", size * places(text)[0]
    for piece in _PIECES.findall(text):
        begin, *_, end = places(piece)
        hanging = 0.5 * size if piece[-1] in _CLOSE_WIDE else 0.0
        if line and not piece.isspace() and x + size * (end - begin) - hanging > width:
            lines.append(line.rstrip())
            line, x = "", size * begin
        if line or not piece.isspace():
            line, x = line + piece, x + size * (end - begin)
    return tuple(shorten(line, size, width) for line in [*lines, line.rstrip()] if line)


def balance(text: str, size: float, width: float) -> tuple[str, ...]:
    """The text in as few lines, of like length, and broken after a stop or a mark where that is possible."""
    lines = wrap(text, size, width)
    if len(lines) < 2:
        return lines

    def untidiness(tried: tuple[str, ...]) -> float:
        lengths = [text_width(line, size) for line in tried]
        breaks = 0.0
        for line, following in pairwise(tried):
            breaks += 0.0 if line[-1] in _STOP else 0.3 if line[-1] in _CLOSE or following[0] in _OPEN else 0.6
        return (max(lengths) - lengths[-1]) / width + breaks

    candidates = [wrap(text, size, narrower) for narrower in np.linspace(width, width / 2.0, 16)]
    return min((tried for tried in candidates if len(tried) == len(lines)), key=untidiness)
