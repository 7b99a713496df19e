"""How far services lie apart, and where one's own rate stands: a line from lowest to highest each."""

from collections.abc import Sequence
from dataclasses import dataclass

from reportlab.graphics.shapes import Circle, Drawing, Line, Rect

from practice.charts.fonts import BOLD, register_fonts
from practice.charts.strip import GRID, INK, OWN, QUIET, WHITE, text_at

_ROW, _AXIS = 26.0, 13.0
_TICKS = (0, 25, 50, 75, 100)


@dataclass(frozen=True, kw_only=True)
class SpreadRow:
    """One rate. lowest to highest: between services, as fractions. own with its interval, or None.

    counts: k of n of one's own, printed under the label whether there is a rate or not.
    """

    label: str
    counts: str
    lowest: float
    p10: float
    p25: float
    median: float
    p75: float
    p90: float
    highest: float
    own: float | None
    interval: tuple[float, float] | None


@dataclass(frozen=True, kw_only=True)
class SpreadStrip:
    """Rows over one axis from 0 to 100%."""

    rows: tuple[SpreadRow, ...]

    def draw(self, *, width: float) -> Drawing:
        """The chart, so many points wide."""
        return _draw(self.rows, width=width)


def _draw(rows: Sequence[SpreadRow], *, width: float) -> Drawing:
    register_fonts()
    height = _ROW * len(rows) + _AXIS
    drawing = Drawing(width, height)
    left, right = 8.0, width - 12.0

    def x(fraction: float) -> float:
        return left + (right - left) * fraction

    for tick in _TICKS:
        at = x(tick / 100)
        drawing.add(text_at(at, 3.0, f"{tick}%", size=7, anchor="middle", colour=QUIET))
    for index, row in enumerate(rows):
        top = height - _ROW * index
        y = top - 18
        drawing.add(text_at(0, top - 8, row.label, size=8, font=BOLD))
        drawing.add(text_at(width, top - 8, row.counts, size=7.5, anchor="end", colour=QUIET))
        drawing.add(Line(left, y - 6.5, right, y - 6.5, strokeColor=GRID, strokeWidth=0.4))
        drawing.add(Line(x(row.lowest), y, x(row.highest), y, strokeColor=QUIET, strokeWidth=0.7))
        for end in (row.lowest, row.p10, row.p90, row.highest):
            drawing.add(Line(x(end), y - 2, x(end), y + 2, strokeColor=QUIET, strokeWidth=0.7))
        box = Rect(x(row.p25), y - 4, x(row.p75) - x(row.p25), 8)
        box.fillColor, box.strokeColor, box.strokeWidth = WHITE, INK, 0.8
        drawing.add(box)
        middle = x(row.median)
        drawing.add(Line(middle, y - 4, middle, y + 4, strokeColor=INK, strokeWidth=1.2))
        if row.own is not None and row.interval is not None:
            low, high = row.interval
            drawing.add(Line(x(low), y, x(high), y, strokeColor=OWN, strokeWidth=1.4))
            dot = Circle(x(row.own), y, 3.2, fillColor=OWN, strokeColor=WHITE, strokeWidth=0.8)
            drawing.add(dot)
    return drawing
