"""A client's scores at a glance: a line of a finger's width, with the cut-off dashed across it."""

from collections.abc import Sequence
from dataclasses import dataclass

from reportlab.graphics.shapes import Circle, Drawing, Line, PolyLine

from practice.charts.strip import INK, OWN, QUIET, WHITE

WIDTH, HEIGHT = 90.0, 24.0
# Room for the dots, so that none is cut off at an edge.
_EDGE = 3.5
_DOT = 2.6


@dataclass(frozen=True, kw_only=True)
class SparkPoint:
    """One score. day: days since whatever the first is counted from."""

    day: int
    total: float


def sparkline(
    points: Sequence[SparkPoint],
    *,
    maximum: float,
    cut_off: float,
    width: float = WIDTH,
    height: float = HEIGHT,
) -> Drawing:
    """The scores over time, from 0 at the bottom to the maximum on top.

    points: earliest first; none draws the cut-off alone, one stands at the left. The first dot is
    hollow and the last one full, so that the direction is seen in grey as well.
    """
    drawing = Drawing(width, height)
    first = points[0].day if points else 0
    # Scores of one single day stand above each other.
    span = max((points[-1].day - first) if points else 0, 1)

    def place(point: SparkPoint) -> tuple[float, float]:
        return (
            _EDGE + (width - 2 * _EDGE) * (point.day - first) / span,
            _level(point.total, maximum=maximum, height=height),
        )

    level = _level(cut_off, maximum=maximum, height=height)
    drawing.add(
        Line(0, level, width, level, strokeColor=QUIET, strokeWidth=0.8, strokeDashArray=[2.5, 2])
    )
    places = [place(point) for point in points]
    if len(places) > 1:
        drawing.add(
            PolyLine(
                [number for pair in places for number in pair],
                strokeColor=OWN,
                strokeWidth=1.3,
                fillColor=None,
            )
        )
    for index, (x, y) in enumerate(places):
        if index == 0:
            drawing.add(Circle(x, y, _DOT, fillColor=WHITE, strokeColor=INK, strokeWidth=1.1))
        elif index == len(places) - 1:
            drawing.add(Circle(x, y, _DOT, fillColor=INK, strokeColor=INK, strokeWidth=1.1))
    return drawing


def _level(total: float, *, maximum: float, height: float) -> float:
    return _EDGE + (height - 2 * _EDGE) * total / maximum
