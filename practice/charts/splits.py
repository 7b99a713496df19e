"""Rates of groups one below the other: a dot with its interval each, and the whole as a dashed line."""

from dataclasses import dataclass

from reportlab.graphics.shapes import Circle, Drawing, Line, String
from reportlab.lib.colors import Color
from reportlab.pdfbase.pdfmetrics import stringWidth

from practice.charts.fonts import BOLD, REGULAR, register_fonts, runs
from practice.charts.strip import GRID, INK, OWN, QUIET, TOO_FEW, WHITE

_ROW, _AXIS, _HEAD = 26.0, 13.0, 12.0
_TICKS = (0, 25, 50, 75, 100)
_LABEL, _SMALL = 8.0, 7.5
_ELLIPSIS = "\N{HORIZONTAL ELLIPSIS}"


@dataclass(frozen=True, kw_only=True)
class GroupRow:
    """One group. rate, low and high as fractions; None where only the counts may show.

    is_filled: an open dot where under 90% of the denominator is known. otherwise: what stands
    in the place of a rate.
    """

    label: str
    counts: str
    rate: float | None
    low: float | None
    high: float | None
    is_filled: bool = True
    otherwise: str = TOO_FEW


@dataclass(frozen=True, kw_only=True)
class GroupStrip:
    """Groups over one axis from 0 to 100%; whole: the rate of everybody, None where there is none."""

    rows: tuple[GroupRow, ...]
    whole: float | None = None
    whole_words: str = ""

    def draw(self, *, width: float) -> Drawing:
        """The chart, so many points wide."""
        return _draw(self, width=width)


def _draw(strip: GroupStrip, *, width: float) -> Drawing:
    register_fonts()
    head = 0.0 if strip.whole is None else _HEAD
    height = _ROW * len(strip.rows) + _AXIS + head
    drawing = Drawing(width, height)
    left, right = 8.0, width - 12.0

    def x(fraction: float) -> float:
        return left + (right - left) * fraction

    for tick in _TICKS:
        _words(drawing, f"{tick}%", x=x(tick / 100), y=3.0, anchor=0.5, colour=QUIET)
    if strip.whole is not None:
        share = strip.whole
        # The words lean inwards, so that they end where the drawing does.
        _words(drawing, strip.whole_words, x=x(share), y=height - 8, anchor=share, colour=INK)
    for index, row in enumerate(strip.rows):
        top = height - head - _ROW * index
        y = top - 18
        _head(drawing, row, y=top - 8, width=width)
        drawing.add(Line(left, y - 6.5, right, y - 6.5, strokeColor=GRID, strokeWidth=0.4))
        if strip.whole is not None:
            at = x(strip.whole)
            dashes = Line(at, y - 6.5, at, y + 7, strokeColor=INK, strokeWidth=0.9)
            dashes.strokeDashArray = [2, 1.5]
            drawing.add(dashes)
        if row.rate is None or row.low is None or row.high is None:
            # On white, so that the dashed line does not run through the words.
            end = left + 2 + stringWidth(row.otherwise, REGULAR, _SMALL)
            drawing.add(Line(left, y, end, y, strokeColor=WHITE, strokeWidth=9))
            _words(drawing, row.otherwise, x=left, y=y - 2.5, colour=QUIET)
            continue
        drawing.add(Line(x(row.low), y, x(row.high), y, strokeColor=OWN, strokeWidth=1.5))
        for each in (row.low, row.high):
            drawing.add(Line(x(each), y - 3, x(each), y + 3, strokeColor=OWN, strokeWidth=1.1))
        fill, edge = (OWN, WHITE) if row.is_filled else (WHITE, OWN)
        drawing.add(Circle(x(row.rate), y, 3.3, fillColor=fill, strokeColor=edge, strokeWidth=1.0))
    return drawing


def _head(drawing: Drawing, row: GroupRow, *, y: float, width: float) -> None:
    """The name on the left as far as there is room, k of n on the right."""
    room = width - _length(row.counts, REGULAR, _SMALL) - 6
    _words(drawing, _cut(row.label, room=room), x=0, y=y, font=BOLD, size=_LABEL)
    _words(drawing, row.counts, x=width, y=y, anchor=1.0, colour=QUIET)


def _cut(text: str, *, room: float) -> str:
    """As much of a text as there is room for."""
    if _length(text, BOLD, _LABEL) <= room:
        return text
    while text and _length(text + _ELLIPSIS, BOLD, _LABEL) > room:
        text = text[:-1]
    return text.rstrip() + _ELLIPSIS


def _length(text: str, font: str, size: float) -> float:
    return sum(stringWidth(piece, name, size) for piece, name in runs(text, font))


def _words(
    drawing: Drawing,
    text: str,
    *,
    x: float,
    y: float,
    font: str = REGULAR,
    size: float = _SMALL,
    anchor: float = 0.0,
    colour: Color = INK,
) -> None:
    """A practice's own words, whose letters may need a second font. anchor: which share of them
    stands left of x.
    """
    at = x - anchor * _length(text, font, size)
    for piece, name in runs(text, font):
        drawing.add(String(at, y, piece, fontName=name, fontSize=size, fillColor=colour))
        at += stringWidth(piece, name, size)
