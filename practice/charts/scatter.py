"""Two rates against each other: own points with crosses of their intervals, published ones beside."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from reportlab.graphics.shapes import Circle, Drawing, Line, Polygon, Rect, Shape
from reportlab.lib.colors import Color
from reportlab.pdfbase.pdfmetrics import stringWidth

from practice.charts.fonts import BOLD, register_fonts
from practice.charts.labels import Box, Segment, Wanted, place
from practice.charts.strip import GRID, INK, OWN, QUIET, WHITE, text_at

_TICKS = (0, 25, 50, 75, 100)
_LEFT, _FOOT, _EDGE = 26.0, 24.0, 8.0
# Height over width: flat enough for the paper, high enough to see a cross.
_SHAPE = 0.56
_NUMBER, _REACH = 7.5, 3.6


class Mark(StrEnum):
    """The shape of a point; told apart without colour."""

    OWN = "own"  # filled dot
    OWN_HOLLOW = "own, by the other definition"  # ring
    PUBLISHED = "published"  # hollow diamond
    NOT_STATED = "published, definition not stated"  # hollow square


@dataclass(frozen=True, kw_only=True)
class ScatterPoint:
    """One pair of rates as fractions. name: the short mark printed beside it, told in a key.

    low and high of each, for a cross; None for a published point. trail: where it was a year ago.
    """

    name: str
    mark: Mark
    x: float
    y: float
    x_interval: tuple[float, float] | None = None
    y_interval: tuple[float, float] | None = None
    trail: tuple[float, float] | None = None


@dataclass(frozen=True, kw_only=True)
class Scatter:
    """The points, own ones first, and what the axes are."""

    points: tuple[ScatterPoint, ...]
    x_title: str
    y_title: str

    def draw(self, *, width: float) -> Drawing:
        """The chart, so many points wide."""
        return _Plot(self, width=width).drawing


class _Plot:
    """The drawing while it is made: fractions become points here."""

    def __init__(self, scatter: Scatter, *, width: float) -> None:
        register_fonts()
        self.height = width * _SHAPE
        self.width = width
        self.drawing = Drawing(width, self.height)
        self._axes(scatter)
        self.lines: list[Segment] = []
        for point in scatter.points:
            self._cross(point)
        for point in scatter.points:
            self._dot(point)
        self._names(scatter.points)

    def x(self, fraction: float) -> float:
        return _LEFT + (self.width - _LEFT - _EDGE) * fraction

    def y(self, fraction: float) -> float:
        return _FOOT + (self.height - _FOOT - _EDGE - 8) * fraction

    def _axes(self, scatter: Scatter) -> None:
        for tick in _TICKS:
            across, up = self.x(tick / 100), self.y(tick / 100)
            self._line(across, self.y(0), across, self.y(1), colour=GRID)
            self._line(self.x(0), up, self.x(1), up, colour=GRID)
            self.drawing.add(
                text_at(across, _FOOT - 9, f"{tick}%", size=7, anchor="middle", colour=QUIET)
            )
            self.drawing.add(
                text_at(_LEFT - 3, up - 2.5, f"{tick}%", size=7, anchor="end", colour=QUIET)
            )
        self.drawing.add(text_at(self.x(1), 3, scatter.x_title, size=7.5, anchor="end"))
        self.drawing.add(text_at(0, self.height - 8, scatter.y_title, size=7.5))

    def _line(self, x1: float, y1: float, x2: float, y2: float, *, colour: Color) -> None:
        self.drawing.add(Line(x1, y1, x2, y2, strokeColor=colour, strokeWidth=0.6))

    def _cross(self, point: ScatterPoint) -> None:
        across, up = self.x(point.x), self.y(point.y)
        if point.trail is not None:
            was = self.x(point.trail[0]), self.y(point.trail[1])
            self.drawing.add(
                Line(*was, across, up, strokeColor=QUIET, strokeWidth=0.9, strokeDashArray=[2, 2])
            )
            self.drawing.add(Circle(*was, 1.8, fillColor=QUIET, strokeColor=QUIET))
        ends: list[tuple[float, float, float, float]] = []
        if point.x_interval is not None:
            ends.append((self.x(point.x_interval[0]), up, self.x(point.x_interval[1]), up))
        if point.y_interval is not None:
            ends.append((across, self.y(point.y_interval[0]), across, self.y(point.y_interval[1])))
        for x1, y1, x2, y2 in ends:
            line = Line(x1, y1, x2, y2, strokeColor=OWN, strokeWidth=1.1)
            if point.mark is not Mark.OWN:
                line.strokeDashArray = [3, 1.5]
            self.drawing.add(line)
            self.lines.append(Segment(x1, y1, x2, y2))

    def _dot(self, point: ScatterPoint) -> None:
        across, up, r = self.x(point.x), self.y(point.y), _REACH
        shape: Shape
        match point.mark:
            case Mark.OWN:
                shape = Circle(across, up, r, fillColor=OWN, strokeColor=WHITE, strokeWidth=0.8)
            case Mark.OWN_HOLLOW:
                shape = Circle(across, up, r, fillColor=WHITE, strokeColor=OWN, strokeWidth=1.6)
            case Mark.PUBLISHED:
                corners = [across - r, up, across, up + r, across + r, up, across, up - r]
                shape = Polygon(corners, fillColor=WHITE, strokeColor=INK, strokeWidth=1)
            case Mark.NOT_STATED:
                side = r * 1.5
                left, bottom = across - side / 2, up - side / 2
                shape = Rect(left, bottom, side, side)
                shape.fillColor, shape.strokeColor = WHITE, INK
        self.drawing.add(shape)

    def _names(self, points: Sequence[ScatterPoint]) -> None:
        wanted = [
            Wanted(
                x=self.x(point.x),
                y=self.y(point.y),
                width=stringWidth(point.name, BOLD, _NUMBER),
                height=_NUMBER * 0.75,
                reach=_REACH,
            )
            for point in points
        ]
        frame = Box(left=_LEFT, bottom=_FOOT, right=self.width, top=self.height - 10)
        found = place(wanted, order=range(len(wanted)), taken=(), lines=self.lines, frame=frame)
        for index, box in found.items():
            self.drawing.add(
                text_at(box.left, box.bottom, points[index].name, font=BOLD, size=_NUMBER)
            )
