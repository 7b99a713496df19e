"""Rates on one line from 0 to 100%: a dot with its interval, and a published rate as a diamond."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from reportlab.graphics.shapes import Circle, Drawing, Line, Polygon, String
from reportlab.lib.colors import Color, HexColor
from reportlab.pdfbase.pdfmetrics import stringWidth

from practice.charts.fonts import BOLD, REGULAR, register_fonts, runs

# Dark enough to stay apart in grey; shape, not colour, carries the meaning.
INK = HexColor(0x1F2933)
GRID = HexColor(0xD0D7DE)
QUIET = HexColor(0x52606D)
OWN = HexColor(0x174A7C)
WHITE = HexColor(0xFFFFFF)

TOO_FEW = "too few for a rate"
_SIZE = 8.5
_ROW = 19.0
_AXIS = 16.0
_TICKS = (0, 25, 50, 75, 100)


@dataclass(frozen=True, kw_only=True)
class StripRow:
    """One rate. rate, low, high and published as fractions.

    rate, low and high are None where there are too few for a rate: then only the counts show.
    """

    label: str
    counts: str
    rate: float | None
    low: float | None
    high: float | None
    published: float | None


@dataclass(frozen=True, kw_only=True)
class RateStrip:
    """Rows of rates over one axis; label_share: of the width, for the labels on the left."""

    rows: tuple[StripRow, ...]
    label_share: float = 0.4

    def draw(self, *, width: float) -> Drawing:
        """The chart, so many points wide."""
        return rate_strip(self.rows, width=width, label_width=width * self.label_share)


def rate_strip(rows: Sequence[StripRow], *, width: float, label_width: float) -> Drawing:
    """Rows of rates over one axis. The labels stand left, the counts under the line's start."""
    register_fonts()
    height = _ROW * len(rows) + _AXIS
    drawing = Drawing(width, height)
    left, right = label_width, width - 12.0

    def x(fraction: float) -> float:
        return left + (right - left) * fraction

    for tick in _TICKS:
        at = x(tick / 100)
        drawing.add(Line(at, _AXIS, at, height, strokeColor=GRID, strokeWidth=0.6))
        drawing.add(text_at(at, 4.0, f"{tick}%", size=7.5, anchor="middle", colour=QUIET))
    for index, row in enumerate(rows):
        y = height - _ROW * (index + 0.5)
        drawing.add(text_at(0.0, y + 0.5, row.label, font=BOLD))
        drawing.add(text_at(0.0, y - 8.0, row.counts, size=7.5, colour=QUIET))
        if row.published is not None:
            _diamond(drawing, x(row.published), y)
        if row.rate is None or row.low is None or row.high is None:
            # On white, so that no line of the grid runs through the words.
            end = left + 6 + stringWidth(TOO_FEW, REGULAR, 7.5)
            drawing.add(Line(left + 2, y, end, y, strokeColor=WHITE, strokeWidth=10))
            drawing.add(text_at(left + 4, y - 3, TOO_FEW, size=7.5, colour=QUIET))
            continue
        drawing.add(Line(x(row.low), y, x(row.high), y, strokeColor=OWN, strokeWidth=1.6))
        for end in (row.low, row.high):
            drawing.add(Line(x(end), y - 3, x(end), y + 3, strokeColor=OWN, strokeWidth=1.2))
        drawing.add(Circle(x(row.rate), y, 3.4, fillColor=OWN, strokeColor=WHITE, strokeWidth=0.8))
    return drawing


def _diamond(drawing: Drawing, x: float, y: float) -> None:
    half = 5.2
    points = [x - half, y, x, y + half, x + half, y, x, y - half]
    drawing.add(Polygon(points, fillColor=WHITE, strokeColor=INK, strokeWidth=1.1))


def text_at(
    x: float,
    y: float,
    text: str,
    *,
    font: str = REGULAR,
    size: float = _SIZE,
    anchor: Literal["start", "middle", "end"] = "start",
    colour: Color = INK,
) -> String:
    """A label in the house's face."""
    # Labels of charts are the product's own words, so one font always has their glyphs.
    ((shown, name),) = runs(text, font)
    return String(x, y, shown, fontName=name, fontSize=size, fillColor=colour, textAnchor=anchor)
