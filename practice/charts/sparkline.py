"""A client's scores at a glance: a line of a finger's width, with the cut-off dashed across it."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from reportlab.graphics.shapes import Circle, Drawing, Line, PolyLine

from practice.charts.strip import INK, OWN, QUIET, WHITE
from practice.charts.svg import labelled, unlabelled

WIDTH, HEIGHT = 90.0, 24.0
# The radius of a dot, and the room around it, so that none is cut off at an edge.
_DOT, _OUTLINE = 2.6, 0.9
# So many lines are kept as they were drawn, by their scores alone: a page of a caseload has hundreds,
# and from one look to the next nearly all are the same.
_KEPT = 4_096


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
    dot: float = _DOT,
) -> Drawing:
    """The scores over time, from 0 at the bottom to the maximum on top.

    points: earliest first; none draws the cut-off alone, one stands at the left. The first dot is
    hollow and the last one full, so that the direction is seen in grey as well. dot: its radius.
    """
    drawing = Drawing(width, height)
    edge = dot + _OUTLINE
    first = points[0].day if points else 0
    # Scores of one single day stand above each other.
    span = max((points[-1].day - first) if points else 0, 1)

    def level_of(total: float) -> float:
        return edge + (height - 2 * edge) * total / maximum

    def place(point: SparkPoint) -> tuple[float, float]:
        return (
            edge + (width - 2 * edge) * (point.day - first) / span,
            level_of(point.total),
        )

    level = level_of(cut_off)
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
            drawing.add(Circle(x, y, dot, fillColor=WHITE, strokeColor=INK, strokeWidth=1.1))
        elif index == len(places) - 1:
            drawing.add(Circle(x, y, dot, fillColor=INK, strokeColor=INK, strokeWidth=1.1))
    return drawing


def sparkline_svg(
    points: Sequence[SparkPoint],
    *,
    maximum: float,
    cut_off: float,
    uid: str,
    title: str,
    description: str,
) -> str:
    """The same as an <svg> for a page; uid and texts as for `to_svg`."""
    first = points[0].day if points else 0
    scores = tuple((point.day - first, point.total) for point in points)
    svg = _unlabelled(scores, maximum, cut_off)
    return labelled(svg, uid=uid, title=title, description=description)


@lru_cache(maxsize=_KEPT)
def _unlabelled(scores: tuple[tuple[int, float], ...], maximum: float, cut_off: float) -> str:
    points = [SparkPoint(day=day, total=total) for day, total in scores]
    return unlabelled(sparkline(points, maximum=maximum, cut_off=cut_off))
