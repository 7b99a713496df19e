"""The supervision sheet's table of clients: as dense as can be read, with room to write a decision."""

from collections.abc import Sequence
from enum import IntEnum

from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.platypus import Flowable, Paragraph, Table, TableStyle

from practice.charts.fonts import BOLD, REGULAR, runs
from practice.charts.sparkline import sparkline
from practice.charts.strip import INK, QUIET
from practice.reports.flowables import Ruled
from practice.reports.layout import BODY, FACE, markup, paragraph
from practice.reports.supervision_rows import SheetLine, SheetMeasure, SheetRow, SheetScore
from practice.reports.supervision_text import SheetText

# Points: A4 landscape without its margins.
WIDTH = landscape(A4)[0] - 20 * mm
# Of the whole table, where the scores are one cell; and of the columns within that cell.
_SCORES = (33.0, 39.0, 39.0, 39.0, 63.0, 48.0)
_COLUMNS = (78.0, 76.0, sum(_SCORES), 70.0, 43.0, 146.0, 74.0)
_WIDTHS = (*_COLUMNS, WIDTH - sum(_COLUMNS))
_SCORES_AT = 2
# Wide, high, radius of its dots.
_CHART = (45.0, 12.0, 1.6)
# Lines for a decision: as far apart as a hand needs, as many as an ordinary row has room for.
_DECISION_LINES, _DECISION_GAP = 2, 13.5

CELL = ParagraphStyle("sheet-cell", parent=BODY, fontSize=7.2, leading=8.3)
_STRONG = ParagraphStyle("sheet-strong", parent=CELL, fontName=BOLD)
_NAME = ParagraphStyle("sheet-name", parent=_STRONG, fontSize=8.2, leading=9.2)
_NOTE = ParagraphStyle("sheet-note", parent=CELL, fontSize=6.6, leading=7.6, textColor=QUIET)
HEAD = ParagraphStyle("sheet-head", parent=_STRONG, fontSize=7.0, leading=8.2)

_CELL_PADDING = 3.0
_PLAIN = (
    FACE,
    ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ("LEFTPADDING", (0, 0), (-1, -1), 0),
    ("RIGHTPADDING", (0, 0), (-1, -1), _CELL_PADDING),
    ("TOPPADDING", (0, 0), (-1, -1), 0),
    ("BOTTOMPADDING", (0, 0), (-1, -1), 0.5),
)


class Rows(IntEnum):
    """How the table of clients breaks: between rows, or within one, as the library numbers it."""

    WHOLE = 0
    DIVIDED = 1


def clients_table(text: SheetText, rows: Rows) -> Table:
    """A row for each client under a head that stands on every page; a row stays on one page."""
    head: list[object] = [paragraph(words, HEAD) for words in text.head]
    inner = _inner([head[_SCORES_AT : _SCORES_AT + len(_SCORES)]])
    cells: list[list[object]] = [
        [*head[:_SCORES_AT], inner, *head[_SCORES_AT + len(_SCORES) :]],
        *(_cells(row) for row in text.rows),
    ]
    table = Table(
        cells, colWidths=list(_WIDTHS), repeatRows=1, splitInRow=rows.value, hAlign="LEFT"
    )
    table.setStyle(
        TableStyle(
            [
                FACE,
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("VALIGN", (0, 0), (-1, 0), "BOTTOM"),
                ("LINEBELOW", (0, 0), (-1, 0), 0.9, INK),
                ("LINEBELOW", (0, 1), (-1, -1), 0.5, QUIET),
                ("LEFTPADDING", (0, 0), (-1, -1), 2),
                ("RIGHTPADDING", (0, 0), (-1, -1), 3),
                ("TOPPADDING", (0, 0), (-1, -1), 1.2),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 1.6),
            ]
        )
    )
    return table


def _cells(row: SheetRow) -> list[object]:
    return [
        [paragraph(row.name, _NAME), paragraph(row.group, _STRONG), *_lines(row.also)],
        _lines(row.sessions),
        _inner([_measure(measure) for measure in row.measures]),
        _pressing(row.risk),
        _lines(row.planned),
        _pressing(row.agreed),
        *(Ruled(width - 5, lines=_DECISION_LINES, gap=_DECISION_GAP) for width in _WIDTHS[-2:]),
    ]


def _lines(lines: Sequence[str], style: ParagraphStyle = CELL) -> list[Flowable]:
    return [paragraph(line, style) for line in lines]


def _pressing(lines: Sequence[SheetLine]) -> list[Flowable]:
    return [paragraph(line.text, _STRONG if line.is_pressing else CELL) for line in lines]


def _inner(rows: list[list[object]]) -> Table:
    table = Table(rows, colWidths=list(_SCORES), hAlign="LEFT")
    table.setStyle(TableStyle(list(_PLAIN)))
    return table


def _measure(measure: SheetMeasure) -> list[object]:
    width, height, dot = _CHART
    return [
        _words(measure.name, _STRONG, room=_SCORES[0] - _CELL_PADDING),
        *(_score(score) for score in (measure.start, measure.best, measure.last)),
        [
            _words(measure.change, CELL, room=_SCORES[4] - _CELL_PADDING),
            *_lines(measure.marks, _NOTE),
        ],
        sparkline(
            measure.points,
            maximum=measure.maximum,
            cut_off=measure.cut_off,
            width=width,
            height=height,
            dot=dot,
        ),
    ]


class _Line(Flowable):
    """Words that are known to fit on one line: there is nothing to parse or to break."""

    def __init__(
        self, pieces: Sequence[tuple[str, str]], *, width: float, style: ParagraphStyle
    ) -> None:
        super().__init__()
        self.pieces, self.width, self.height = pieces, width, style.leading
        self.style = style

    def wrap(self, _width: float, _height: float) -> tuple[float, float]:
        return self.width, self.height

    def draw(self) -> None:
        words = self.canv.beginText(0, self.style.leading - self.style.fontSize)
        words.setFillColor(self.style.textColor)
        for text, font in self.pieces:
            words.setFont(font, self.style.fontSize)
            words.textOut(text)
        self.canv.drawText(words)


def _on_one_line(*parts: tuple[str, str], style: ParagraphStyle, room: float) -> _Line | None:
    """None where the words need more than the room. parts: each text with its face."""
    pieces = [piece for text, font in parts for piece in runs(text, font)]
    width = sum(stringWidth(text, font, style.fontSize) for text, font in pieces)
    return _Line(pieces, width=width, style=style) if width <= room else None


def _words(text: str, style: ParagraphStyle, *, room: float) -> Flowable:
    line = _on_one_line((text, style.fontName), style=style, room=room)
    return paragraph(text, style) if line is None else line


def _score(score: SheetScore) -> Flowable:
    day = f" ({score.day})" if score.day else ""
    line = _on_one_line(
        (score.total, BOLD), (day, REGULAR), style=CELL, room=_SCORES[1] - _CELL_PADDING
    )
    return line or Paragraph(
        f'<font name="{BOLD}">{markup(score.total, BOLD)}</font>' + markup(day),
        CELL,
    )
