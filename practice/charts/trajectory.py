"""The scores of one measure over time, against the case cut-off and what is not yet a reliable change."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Literal

from reportlab.graphics.shapes import Circle, Drawing, Line, Polygon, String
from reportlab.lib.colors import Color, HexColor
from reportlab.pdfbase.pdfmetrics import stringWidth

from practice.charts.fonts import BOLD, REGULAR, register_fonts, runs
from practice.charts.labels import Box, Segment, Wanted, place
from practice.charts.strip import GRID, INK, OWN, QUIET, WHITE
from practice.domain.measures import Measure, in_figures

# What the signs mean, for the words under a chart on page and paper.
KEY = (
    "Dashed line: the cut-off, a case from there on. Grey band: less than a reliable change away "
    "from the first score; on its edge and beyond, the change is reliable. Ticks on the axis: "
    "sessions attended; crosses: sessions missed."
)
UNCOUNTED_KEY = "Hollow dots: scores that count in no figure (follow-up, or after the ending)."

# Light enough for every line and figure on it, dark enough to be seen on a copier's paper.
_BAND = HexColor(0xE3E7EB)
_SIZE = 9.0
_LEFT, _RIGHT, _TOP = 20.0, 44.0, 17.0
# From below: the dates, then the row of sessions, then the scores.
_DATES, _SESSIONS = 13.0, 14.0
_FLOOR = _DATES + _SESSIONS
_INSET = 5.0
# Radius of a dot; smaller where many stand side by side.
_DOT, _SMALL_DOT, _MANY = 2.6, 1.8, 30
_STEPS = (7, 14, 28, 56, 91, 182, 364)


@dataclass(frozen=True, kw_only=True)
class Dot:
    """One score on its day."""

    on: dt.date
    total: Decimal


@dataclass(frozen=True, kw_only=True)
class TrajectoryPlot:
    """One measure of one course.

    scores: those that count, earliest first; the first is the start that the band lies around.
    uncounted: of follow-up sessions or after the ending, drawn hollow and joined to nothing.
    attended, missed: days of appointments. begins_on, until: the ends of the axis; every date is
    within. ending: the word at the mark of ended_on.
    """

    measure: Measure
    scores: tuple[Dot, ...]
    uncounted: tuple[Dot, ...]
    attended: tuple[dt.date, ...]
    missed: tuple[dt.date, ...]
    begins_on: dt.date
    until: dt.date
    ended_on: dt.date | None = None
    ending: str = ""

    @property
    def band(self) -> tuple[Decimal, Decimal] | None:
        """Between these two totals, both excluded, a score is no reliable change; None unscored."""
        if not self.scores:
            return None
        first, step = self.scores[0].total, self.measure.reliable_change
        return (
            max(first - step, Decimal(0)),
            min(first + step, Decimal(self.measure.maximum)),
        )


def trajectory_chart(plot: TrajectoryPlot, *, width: float, height: float) -> Drawing:
    """Dots joined by a line, each with its number as far as numbers fit without touching.

    width, height in points; from about 200 by 90 everything can be told apart.
    """
    register_fonts()
    drawing = Drawing(width, height)
    scale = _Scale(plot=plot, width=width, height=height)
    _draw_band(drawing, scale)
    _draw_axes(drawing, scale)
    _draw_sessions(drawing, scale)
    taken = _draw_ending(drawing, scale)
    _draw_scores(drawing, scale, taken)
    return drawing


@dataclass(frozen=True, kw_only=True)
class _Scale:
    plot: TrajectoryPlot
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.width - _RIGHT

    def x(self, day: dt.date) -> float:
        days = max((self.plot.until - self.plot.begins_on).days, 1)
        left, right = _LEFT + _INSET, self.right - _INSET
        return left + (right - left) * (day - self.plot.begins_on).days / days

    def y(self, total: Decimal | int) -> float:
        return _FLOOR + (self.height - _TOP - _FLOOR) * float(total) / self.plot.measure.maximum


def _draw_band(drawing: Drawing, scale: _Scale) -> None:
    if scale.plot.band is None:
        return
    low, high = (scale.y(total) for total in scale.plot.band)
    start = scale.x(scale.plot.scores[0].on)
    corners = [start, low, scale.right, low, scale.right, high, start, high]
    band = Polygon(corners, fillColor=_BAND, strokeColor=None)
    drawing.add(band)


def _draw_axes(drawing: Drawing, scale: _Scale) -> None:
    measure = scale.plot.measure
    for total in _levels(scale):
        y = scale.y(total)
        drawing.add(Line(_LEFT, y, scale.right, y, strokeColor=GRID, strokeWidth=0.5))
        drawing.add(_text(_LEFT - 4, y - 3, str(total), anchor="end", colour=QUIET))
    for day in _dates(scale):
        x = scale.x(day)
        drawing.add(Line(x, _DATES, x, _DATES - 3, strokeColor=QUIET, strokeWidth=0.6))
        drawing.add(_text(x, 1.5, _day(day), anchor="middle", colour=QUIET))
    drawing.add(Line(_LEFT, _DATES, scale.right, _DATES, strokeColor=QUIET, strokeWidth=0.6))
    cut_off = scale.y(measure.case_at)
    drawing.add(
        Line(
            _LEFT,
            cut_off,
            scale.right,
            cut_off,
            strokeColor=INK,
            strokeWidth=1.0,
            strokeDashArray=[4, 2.5],
        )
    )
    drawing.add(_text(scale.right + 3, cut_off - 3, f"case {measure.case_at}+"))


def _levels(scale: _Scale) -> Iterator[int]:
    """Round totals with room for their figures between them, and always 0 and the highest."""
    maximum = scale.plot.measure.maximum
    room = scale.y(1) - scale.y(0)
    step = next((step for step in (5, 10, 20) if step * room >= _SIZE * 1.4), maximum)
    yield from (
        total for total in range(0, maximum, step) if (maximum - total) * room >= _SIZE * 1.1
    )
    yield maximum


def _dates(scale: _Scale) -> Iterator[dt.date]:
    """From the beginning on, in equal steps of whole weeks that leave room between the dates."""
    plot = scale.plot
    days = (plot.until - plot.begins_on).days
    a_day = scale.x(plot.begins_on + dt.timedelta(days=1)) - scale.x(plot.begins_on)
    wanted = stringWidth(_day(dt.date(2026, 9, 28)), REGULAR, _SIZE) + 8
    step = next((step for step in _STEPS if step * a_day >= wanted), max(days, _STEPS[-1]))
    for after in range(0, days + 1, step):
        yield plot.begins_on + dt.timedelta(days=after)


def _draw_sessions(drawing: Drawing, scale: _Scale) -> None:
    for day in scale.plot.attended:
        x = scale.x(day)
        drawing.add(Line(x, _DATES, x, _DATES + 7, strokeColor=INK, strokeWidth=1.1))
    middle, half = _DATES + 5, 2.6
    for day in scale.plot.missed:
        x = scale.x(day)
        for up in (half, -half):
            drawing.add(
                Line(
                    x - half,
                    middle - up,
                    x + half,
                    middle + up,
                    strokeColor=INK,
                    strokeWidth=1.0,
                )
            )


def _draw_ending(drawing: Drawing, scale: _Scale) -> list[Box]:
    if scale.plot.ended_on is None:
        return []
    x, words = scale.x(scale.plot.ended_on), scale.plot.ending
    top = scale.height - _SIZE - 1
    drawing.add(Line(x, _DATES, x, top - 1, strokeColor=INK, strokeWidth=1.4))
    wide = stringWidth(words, BOLD, _SIZE)
    left = min(max(x - wide / 2, 0.0), scale.width - wide)
    drawing.add(_text(left, scale.height - _SIZE + 1, words, font=BOLD))
    return [
        Box(left=left - 1, bottom=top, right=left + wide + 1, top=scale.height),
        Box(left=x - 0.7, bottom=_DATES, right=x + 0.7, top=top),
    ]


def _draw_scores(drawing: Drawing, scale: _Scale, taken: list[Box]) -> None:
    plot = scale.plot
    radius = _DOT if len(plot.scores) <= _MANY else _SMALL_DOT
    points = [(scale.x(dot.on), scale.y(dot.total)) for dot in plot.scores]
    segments = [Segment(*start, *end) for start, end in pairwise(points)]
    for line in segments:
        drawing.add(Line(line.x1, line.y1, line.x2, line.y2, strokeColor=OWN, strokeWidth=1.3))
    for x, y in points:
        drawing.add(Circle(x, y, radius, fillColor=OWN, strokeColor=OWN, strokeWidth=0.8))
    hollow = [(scale.x(dot.on), scale.y(dot.total)) for dot in plot.uncounted]
    for x, y in hollow:
        drawing.add(Circle(x, y, _DOT, fillColor=WHITE, strokeColor=OWN, strokeWidth=1.1))
    wanted = [
        Wanted(
            x=x,
            y=y,
            width=stringWidth(in_figures(dot.total), REGULAR, _SIZE),
            height=_SIZE * 0.75,
            reach=radius + 0.6,
        )
        for dot, (x, y) in zip((*plot.scores, *plot.uncounted), (*points, *hollow), strict=True)
    ]
    frame = Box(left=_LEFT, bottom=_FLOOR - 1, right=scale.right + 3, top=scale.height)
    order = [*_order(plot.scores), *range(len(points), len(wanted))]
    for index, box in place(wanted, order=order, taken=taken, lines=segments, frame=frame).items():
        dot = (*plot.scores, *plot.uncounted)[index]
        drawing.add(_text(box.left, box.bottom, in_figures(dot.total)))


def _order(scores: tuple[Dot, ...]) -> list[int]:
    """Whose number matters most: first, last, lowest, highest, then as they came."""
    if not scores:
        return []
    totals = [dot.total for dot in scores]
    leading = [0, len(scores) - 1, totals.index(min(totals)), totals.index(max(totals))]
    return list(dict.fromkeys([*leading, *range(len(scores))]))


def _day(day: dt.date) -> str:
    return f"{day.day} {day:%b} {day:%y}"


def _text(
    x: float,
    y: float,
    text: str,
    *,
    font: str = REGULAR,
    anchor: Literal["start", "middle", "end"] = "start",
    colour: Color = INK,
) -> String:
    # The product's own words and figures: one font always has their glyphs.
    ((shown, name),) = runs(text, font)
    return String(x, y, shown, fontName=name, fontSize=_SIZE, fillColor=colour, textAnchor=anchor)
