"""The charts of the slides: native ones of PowerPoint, each with its figures in a workbook of its own.

What the library does not offer (positioned labels of points, error bars, the position of the axes) is written as XML of
the format, ECMA-376 part 1, section 21.2.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray
from pptx.enum.chart import XL_CHART_TYPE, XL_LEGEND_POSITION, XL_MARKER_STYLE, XL_TICK_LABEL_POSITION, XL_TICK_MARK
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls
from pptx.util import Pt

from indexcalc.report.charts.labels import spread
from indexcalc.report.charts.lettering import shorten, text_width
from indexcalc.report.charts.style import APART, GRID, INK, OTHERS, OTHERS_STRONG, PART_COLOURS, SOFT_INK
from indexcalc.report.slides.deck import Box, Page, Series, colour, fill

Array = NDArray[np.float64]

LABEL = 11.0
NAME_WIDTH = 130.0
"""Size of labels, and the widest that a name may be [pt]."""
WIDER = 1.18
"""How much wider than ours a reader's font may be."""
LEADERS = (
    f'<c:extLst {nsdecls("c")}><c:ext uri="{{CE6537A1-D6FC-4f65-9D91-7224C49458BB}}" '
    'xmlns:c15="http://schemas.microsoft.com/office/drawing/2012/chart"><c15:showLeaderLines val="0"/>'
    "</c:ext></c:extLst>"
)
"""No lines to labels that are not in their usual place: programs draw them over the labels."""
TOP, BOTTOM = 0.03, 0.08
"""What is above and below the area of a line chart, in its height."""


def lines(
    page: Page,
    box: Box,
    names: Sequence[str],
    years: Sequence[int],
    values: Array,
    looks: Sequence[tuple[str, str, bool]],
    alt: str,
    form: str,
    *,
    ranks: bool = False,
) -> None:
    """A line per place over the years (place, year), its name and last value at its end; ranks: 1 on top.

    looks: colour of the line, ink of the label, and whether it stands out.
    """
    texts = [shorten(name, LABEL, NAME_WIDTH) for name in names]
    series = [Series(text, row, form) for text, row in zip(texts, values.tolist(), strict=True)]
    chart = page.chart(XL_CHART_TYPE.LINE_MARKERS, [str(year) for year in years], series, box, alt)
    _plain(chart)
    low, high = float(np.nanmin(values)), float(np.nanmax(values))
    ticks = MaxNLocator(6).tick_values(low, high if high > low else low + 1.0)
    low, high = (low - 0.5, high + 0.5) if ranks else (float(ticks[0]), float(ticks[-1]))
    axis = chart.value_axis
    axis.minimum_scale, axis.maximum_scale, axis.reverse_order = low, high, ranks
    axis.major_unit = 1.0 if ranks else float(ticks[1] - ticks[0])
    for old in axis._element.findall("{*}crossBetween"):
        axis._element.remove(old)
    lead = axis._element.find("{*}crosses")  # lines begin at the edge
    lead.addnext(parse_xml(f'<c:crossBetween {nsdecls("c")} val="midCat"/>'))
    axis.visible = not ranks
    axis.tick_labels.number_format, axis.tick_labels.number_format_is_linked = "General", False
    if ranks:
        axis.has_major_gridlines = False
        chart.category_axis.format.line.fill.background()
        chart.category_axis.tick_label_position = XL_TICK_LABEL_POSITION.HIGH  # the end that is below
    right = (16.0 + WIDER * max(text_width(f"{text} 000.0", LABEL) for text in texts)) / box.width
    _inner(chart, (0.02 if ranks else 0.045), TOP, 1.0 - right - 0.045, 1.0 - TOP - BOTTOM)
    at = [int(np.flatnonzero(~np.isnan(row))[-1]) for row in values]
    ends = (values[np.arange(len(at)), at] - low) / (high - low)
    wanted = (1.0 - ends if ranks else ends) * (1.0 - TOP - BOTTOM) * box.height
    room = (1.0 - TOP - BOTTOM) * box.height
    moved = (wanted - spread(wanted, APART * LABEL, 0.0, room)) / box.height
    for k, one in enumerate(chart.plots[0].series):
        line, ink, strong = looks[k]
        one.format.line.color.rgb, one.format.line.width = colour(line), Pt(2.75 if strong else 1.25)
        _mark(one, XL_MARKER_STYLE.CIRCLE, (8 if ranks else 5) if strong else 4, line)
        _label(one, at[k], (0.0, float(moved[k])), ink, form, strong)


def bars(
    page: Page,
    box: Box,
    names: Sequence[str],
    series: Series,
    colours: Sequence[str],
    alt: str,
    *,
    limits: tuple[float, float],
    named: float,
) -> None:
    """A bar per row, the first on top, its figure beside it. named: room for the names [pt], 0 where a neighbour has
    them."""
    texts = [shorten(name, LABEL, NAME_WIDTH) for name in names]
    chart = page.chart(XL_CHART_TYPE.BAR_CLUSTERED, texts, [series], box, alt)
    _rows(chart, named > 0)
    chart.value_axis.minimum_scale, chart.value_axis.maximum_scale = limits
    _inner(chart, named / box.width, 0.0, 1.0 - named / box.width, 1.0)
    plot = chart.plots[0]
    plot.gap_width, plot.has_data_labels = 45, True
    labels = plot.data_labels
    labels.number_format, labels.number_format_is_linked, labels.show_value = series.form, False, True
    labels.font.size, labels.font.color.rgb = Pt(LABEL - 1.0), colour(INK)
    for k, code in enumerate(colours):
        fill(plot.series[0].points[k].format, code)


def stacked(page: Page, box: Box, names: Sequence[str], series: Sequence[Series], alt: str) -> None:
    """Parts side by side in a bar per row, those below 0 to the left; a figure where it fits."""
    texts = [shorten(name, LABEL, NAME_WIDTH) for name in names]
    chart = page.chart(XL_CHART_TYPE.BAR_STACKED, texts, series, box, alt)
    _rows(chart, True)
    _legend(chart)
    named, above = room_for(names), 30.0 / box.height
    _inner(chart, named / box.width, above, 1.0 - named / box.width, 1.0 - above)
    parts = np.nan_to_num(np.array([one.values for one in series]))
    low, high = np.minimum(parts, 0.0).sum(axis=0).min(), np.maximum(parts, 0.0).sum(axis=0).max()
    chart.value_axis.minimum_scale, chart.value_axis.maximum_scale = float(low), float(high) if high > low else 1.0
    point = ((high - low) or 1.0) / (box.width - named)
    plot = chart.plots[0]
    plot.gap_width, plot.overlap = 40, 100
    for one, own, code in zip(plot.series, series, PART_COLOURS, strict=False):
        fill(one.format, code)
        one.invert_if_negative = False
        fits = [abs(value) > 34.0 * point for value in own.values]
        for k in (k for k, there in enumerate(fits) if there):
            _label(one, k, None, INK, own.form, False, name=False, place="ctr")


def intervals(
    page: Page,
    box: Box,
    names: Sequence[str],
    series: Sequence[Series],
    alt: str,
) -> None:
    """Ranks of each place over many methodologies, 1 on top: series of both ends of the interval, with a bar between,
    of the median (a tick), and of the chosen rank (a dot)."""
    widest = 0.92 * box.width / len(names) * 1.9
    texts = [shorten(name, LABEL, max(widest, 60.0)) for name in names]
    chart = page.chart(XL_CHART_TYPE.LINE_MARKERS, texts, series, box, alt)
    _plain(chart)
    _legend(chart)
    ends = np.array([one.values for one in series])
    axis = chart.value_axis
    step = max(1.0, float(np.ceil(np.nanmax(ends) / 15.0)))  # counted from the start, so that 1 has a figure
    axis.minimum_scale, axis.maximum_scale, axis.reverse_order = 1.0 - step, float(np.nanmax(ends)) + 1.0, True
    axis.major_unit = step
    axis.tick_labels.number_format, axis.tick_labels.number_format_is_linked = (
        f'[>{np.nanmax(ends):g}]"";[<1]"";0',
        False,
    )
    chart.category_axis.format.line.fill.background()
    chart.category_axis.tick_label_position = XL_TICK_LABEL_POSITION.HIGH
    strokes, inks, sizes = [XL_MARKER_STYLE.DASH] * 3, (OTHERS_STRONG, OTHERS_STRONG, INK, INK), (5, 5, 10, 11)
    for one, style, ink, size in zip(
        chart.plots[0].series, [*strokes, XL_MARKER_STYLE.CIRCLE], inks, sizes, strict=True
    ):
        one.format.line.fill.background()
        _mark(one, style, size, ink)
    low, high, middle, _ = ends
    _error_bars(chart.plots[0].series[2], high - middle, middle - low)


# -- what charts share


def room_for(names: Sequence[str]) -> float:
    """Room for names left of their rows [pt]."""
    return 12.0 + WIDER * max(text_width(shorten(name, LABEL, NAME_WIDTH), LABEL) for name in names)


def _plain(chart: Any) -> None:
    """No title, no legend; grey axes, small type, light lines."""
    chart.has_title = chart.has_legend = False
    chart.font.size, chart.font.color.rgb = Pt(LABEL), colour(SOFT_INK)
    for axis in (chart.category_axis, chart.value_axis):
        axis.major_tick_mark = axis.minor_tick_mark = XL_TICK_MARK.NONE
        axis.format.line.color.rgb = colour(GRID)
    chart.category_axis.has_major_gridlines = False
    chart.value_axis.has_major_gridlines = True
    chart.value_axis.major_gridlines.format.line.color.rgb = colour(GRID)
    chart.value_axis.format.line.fill.background()


def _rows(chart: Any, named: bool) -> None:
    """Rows from top to bottom, without an axis of values."""
    _plain(chart)
    chart.value_axis.has_major_gridlines, chart.value_axis.visible = False, False
    axis = chart.category_axis
    axis.reverse_order = True
    axis.tick_label_position = XL_TICK_LABEL_POSITION.LOW if named else XL_TICK_LABEL_POSITION.NONE
    axis.tick_labels.font.size, axis.tick_labels.font.color.rgb = Pt(LABEL), colour(INK)
    axis.format.line.color.rgb = colour(OTHERS)
    axis._element.find("{*}noMultiLvlLbl").addprevious(parse_xml(f'<c:tickLblSkip {nsdecls("c")} val="1"/>'))


def _legend(chart: Any) -> None:
    chart.has_legend = True
    chart.legend.position, chart.legend.include_in_layout = XL_LEGEND_POSITION.TOP, False
    chart.legend.font.size, chart.legend.font.color.rgb = Pt(LABEL), colour(INK)


def _inner(chart: Any, x: float, y: float, width: float, height: float) -> None:
    """Where the area between the axes is, in parts of the chart."""
    plot = chart._chartSpace.chart.plotArea
    for old in plot.findall("{*}layout"):
        plot.remove(old)
    parts = zip(("x", "y", "w", "h"), (x, y, width, height), strict=True)
    sizes = "".join(f'<c:{name} val="{value:.6f}"/>' for name, value in parts)
    plot.insert(
        0,
        parse_xml(
            f'<c:layout {nsdecls("c")}><c:manualLayout><c:layoutTarget val="inner"/><c:xMode val="edge"/>'
            f'<c:yMode val="edge"/>{sizes}</c:manualLayout></c:layout>'
        ),
    )


def _mark(series: Any, style: Any, size: int, ink: str) -> None:
    """Marks of one colour at the points of a line that is not smoothed."""
    series.smooth = False
    series.marker.style, series.marker.size = style, size
    fill(series.marker.format, ink)
    series.marker.format.line.fill.background()


def _label(
    series: Any,
    at: int,
    moved: tuple[float, float] | None,
    ink: str,
    form: str,
    bold: bool,
    *,
    name: bool = True,
    place: str = "r",
) -> None:
    """The label of a point: its figure, and the name of the series before it. moved: from its usual place, in parts of
    the chart."""
    away = ""
    if moved is not None and any(abs(one) > 0.001 for one in moved):
        away = (
            f'<c:layout><c:manualLayout><c:x val="{moved[0]:.6f}"/><c:y val="{moved[1]:.6f}"/>'
            "</c:manualLayout></c:layout>"
        )
    labels = series._element.get_or_add_dLbls()
    shown = {"showLegendKey": 0, "showVal": 1, "showCatName": 0, "showSerName": int(name), "showPercent": 0}
    flags = "".join(f'<c:{flag} val="{on}"/>' for flag, on in {**shown, "showBubbleSize": 0}.items())
    label = parse_xml(
        f'<c:dLbl {nsdecls("c", "a")}><c:idx val="{at}"/>{away}<c:numFmt formatCode="" sourceLinked="0"/><c:spPr/>'
        f'<c:txPr><a:bodyPr wrap="none"/><a:lstStyle/><a:p><a:pPr><a:defRPr sz="{round(100 * LABEL)}" b="{int(bold)}">'
        f'<a:solidFill><a:srgbClr val="{colour(ink)}"/></a:solidFill></a:defRPr></a:pPr><a:endParaRPr lang="en-GB"/>'
        f'</a:p></c:txPr><c:dLblPos val="{place}"/>{flags}<c:separator> </c:separator></c:dLbl>'
    )
    label.find("{*}numFmt").set("formatCode", form)
    others = labels.findall("{*}dLbl")
    if others:
        others[-1].addnext(label)
    else:
        labels.insert(0, label)
        labels.append(parse_xml(LEADERS))
        for flag in labels:
            if flag.tag.endswith(("showVal", "showSerName", "showCatName", "showLegendKey", "showPercent")):
                flag.set("val", "0")


def _error_bars(series: Any, above: Array, below: Array) -> None:
    """Thick bars from each point up and down, of given lengths."""

    def literal(tag: str, sizes: Array) -> str:
        points = "".join(f'<c:pt idx="{k}"><c:v>{size:g}</c:v></c:pt>' for k, size in enumerate(np.nan_to_num(sizes)))
        return f'<c:{tag}><c:numLit><c:ptCount val="{len(sizes)}"/>{points}</c:numLit></c:{tag}>'

    bars = parse_xml(
        f'<c:errBars {nsdecls("c", "a")}><c:errDir val="y"/><c:errBarType val="both"/><c:errValType val="cust"/>'
        f'<c:noEndCap val="1"/>{literal("plus", above)}{literal("minus", below)}'
        f'<c:spPr><a:ln w="{Pt(7.0)}" cap="flat"><a:solidFill><a:srgbClr val="{colour(OTHERS)}"/></a:solidFill></a:ln>'
        "</c:spPr></c:errBars>"
    )
    series._element.find("{*}cat").addprevious(bars)
