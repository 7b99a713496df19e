"""The supervision sheet on paper, A4 landscape: the frozen text drawn, and nothing worked out here."""

from collections.abc import Sequence
from io import BytesIO

from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    Frame,
    KeepTogether,
    PageTemplate,
    Spacer,
    Table,
    TableStyle,
)

from practice.charts.fonts import BOLD, REGULAR, register_fonts
from practice.charts.sparkline import sparkline
from practice.charts.strip import GRID, INK, QUIET
from practice.reports.flowables import Bookmark, PageTotal, Ruled
from practice.reports.layout import (
    BODY,
    FACE,
    HEADING,
    LANGUAGE,
    LEAD,
    SMALL,
    TITLE,
    labelled,
    paragraph,
)
from practice.reports.monthly_text import PURPOSE
from practice.reports.notes import Note
from practice.reports.supervision_rows import SheetLine, SheetMeasure, SheetRow, SheetScore
from practice.reports.supervision_text import SheetText

_WIDTH, _HEIGHT = landscape(A4)
_MARGIN = 10 * mm
_TEXT_WIDTH = _WIDTH - 2 * _MARGIN
_FOOTER = 18.0

# Points. Of the whole table, where the scores are one cell; and of the columns within that cell.
_SCORES = (37.0, 44.0, 44.0, 44.0, 56.0, 70.0)
_COLUMNS = (71.0, 63.0, sum(_SCORES), 78.0, 46.0, 126.0, 69.0)
_WIDTHS = (*_COLUMNS, _TEXT_WIDTH - sum(_COLUMNS))
_SCORES_AT = 2
_CHART = (64.0, 19.0)

_CELL = ParagraphStyle("sheet-cell", parent=BODY, fontSize=7.3, leading=8.7)
_STRONG = ParagraphStyle("sheet-strong", parent=_CELL, fontName=BOLD)
_NAME = ParagraphStyle("sheet-name", parent=_STRONG, fontSize=8.6, leading=10.2)
_NOTE = ParagraphStyle("sheet-note", parent=_CELL, fontSize=6.6, leading=7.9, textColor=QUIET)
_HEAD = ParagraphStyle("sheet-head", parent=_STRONG, fontSize=7.0, leading=8.2)

_PLAIN = (
    FACE,
    ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ("LEFTPADDING", (0, 0), (-1, -1), 0),
    ("RIGHTPADDING", (0, 0), (-1, -1), 3),
    ("TOPPADDING", (0, 0), (-1, -1), 0),
    ("BOTTOMPADDING", (0, 0), (-1, -1), 1),
)


def supervision_pdf(text: SheetText) -> bytes:
    """The sheet as a PDF document: embedded fonts, title, author, language, bookmarks."""
    register_fonts()
    out = BytesIO()
    document = BaseDocTemplate(
        out,
        pagesize=(_WIDTH, _HEIGHT),
        title=f"{text.title}: {text.whose}",
        author=text.whose,
        subject=PURPOSE,
        lang=LANGUAGE,
        # The same sheet twice gives the same bytes.
        invariant=1,
        initialFontName=REGULAR,
    )
    frame = Frame(
        _MARGIN,
        _MARGIN / 2 + _FOOTER,
        _TEXT_WIDTH,
        _HEIGHT - _MARGIN - _MARGIN / 2 - _FOOTER,
        leftPadding=0,
        rightPadding=0,
        topPadding=0,
        bottomPadding=0,
    )
    document.addPageTemplates(
        PageTemplate(frames=[frame], onPage=lambda canvas, _document: _page_furniture(canvas, text))
    )
    document.build(_story(text))
    return out.getvalue()


def _story(text: SheetText) -> list[Flowable]:
    return [
        Bookmark(text.title, "sheet"),
        paragraph(text.title, TITLE),
        paragraph(text.whose, LEAD),
        paragraph(text.facts),
        *(paragraph(notice) for notice in text.notices),
        Spacer(1, 4),
        _strip(text.strip),
        Spacer(1, 5),
        _clients(text) if text.rows else paragraph(text.nobody, LEAD),
        Spacer(1, 6),
        Bookmark(text.since_title, "since"),
        KeepTogether([paragraph(text.since_title, HEADING), *_notes(text.since[:1])]),
        *_notes(text.since[1:]),
        Spacer(1, 5),
        KeepTogether(
            [
                paragraph(text.definitions, SMALL),
                paragraph(text.signals_note, SMALL),
                Bookmark("Signatures", "signatures"),
                Spacer(1, 20),
                _signatures(text.signatures),
            ]
        ),
        PageTotal(),
    ]


def _notes(notes: Sequence[Note]) -> list[Flowable]:
    return [labelled(note.heading, note.text) for note in notes]


def _strip(notes: Sequence[Note]) -> Table:
    """The caseload in a few figures, boxed."""
    # The endings have the most to say.
    shares = (0.2, 0.17, 0.31, 0.16, 0.16)
    table = Table(
        [
            [paragraph(note.heading, _HEAD) for note in notes],
            [paragraph(note.text) for note in notes],
        ],
        colWidths=[_TEXT_WIDTH * share for share in shares],
        hAlign="LEFT",
    )
    table.setStyle(
        TableStyle(
            [
                FACE,
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("BOX", (0, 0), (-1, -1), 0.9, INK),
                ("LINEAFTER", (0, 0), (-2, -1), 0.4, GRID),
                ("LEFTPADDING", (0, 0), (-1, -1), 5),
                ("RIGHTPADDING", (0, 0), (-1, -1), 4),
                ("TOPPADDING", (0, 0), (-1, -1), 1),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 2),
            ]
        )
    )
    return table


def _clients(text: SheetText) -> Table:
    """A row for each client under a head that stands on every page; a row stays on one page."""
    head: list[object] = [paragraph(words, _HEAD) for words in text.head]
    inner = _inner([head[_SCORES_AT : _SCORES_AT + len(_SCORES)]])
    cells: list[list[object]] = [
        [*head[:_SCORES_AT], inner, *head[_SCORES_AT + len(_SCORES) :]],
        *(_cells(row) for row in text.rows),
    ]
    # A row is divided only where it is taller than a page, so that nothing is ever cut.
    table = Table(cells, colWidths=list(_WIDTHS), repeatRows=1, splitInRow=1, hAlign="LEFT")
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
                ("TOPPADDING", (0, 0), (-1, -1), 2.5),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 2.5),
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
        Ruled(_WIDTHS[-2] - 5),
        Ruled(_WIDTHS[-1] - 5),
    ]


def _lines(lines: Sequence[str], style: ParagraphStyle = _CELL) -> list[Flowable]:
    return [paragraph(line, style) for line in lines]


def _pressing(lines: Sequence[SheetLine]) -> list[Flowable]:
    return [paragraph(line.text, _STRONG if line.is_pressing else _CELL) for line in lines]


def _inner(rows: list[list[object]]) -> Table:
    table = Table(rows, colWidths=list(_SCORES), hAlign="LEFT")
    table.setStyle(TableStyle(list(_PLAIN)))
    return table


def _measure(measure: SheetMeasure) -> list[object]:
    width, height = _CHART
    return [
        paragraph(measure.name, _STRONG),
        _score(measure.start),
        _score(measure.best),
        _score(measure.last),
        [paragraph(measure.change, _CELL), *_lines(measure.marks, _NOTE)],
        sparkline(
            measure.points,
            maximum=measure.maximum,
            cut_off=measure.cut_off,
            width=width,
            height=height,
        ),
    ]


def _score(score: SheetScore) -> list[Flowable]:
    return [paragraph(score.total, _STRONG), *([paragraph(score.day, _NOTE)] if score.day else [])]


def _signatures(labels: Sequence[str]) -> Table:
    shares = (0.31, 0.15, 0.31, 0.15)
    gap = _TEXT_WIDTH * (1 - sum(shares)) / (len(shares) - 1)
    cells: list[object] = []
    widths: list[float] = []
    for label, share in zip(labels, shares, strict=True):
        cells += [paragraph(label, _CELL), ""]
        widths += [_TEXT_WIDTH * share, gap]
    table = Table([cells[:-1]], colWidths=widths[:-1], hAlign="LEFT")
    lines = [
        ("LINEABOVE", (column, 0), (column, 0), 0.6, INK) for column in range(0, len(widths), 2)
    ]
    table.setStyle(TableStyle([FACE, ("LEFTPADDING", (0, 0), (-1, -1), 2), *lines]))
    return table


def _page_furniture(canvas: Canvas, text: SheetText) -> None:
    """The footer, and on invented data a word at the head that cannot be missed."""
    # The document's own date is that of printing, so that the same sheet is the same bytes.
    canvas.setDateFormatter(lambda *_now: f"D:{text.printed_on:%Y%m%d}000000Z")
    canvas.saveState()
    y = _MARGIN / 2 + 4
    canvas.setStrokeColor(GRID)
    canvas.line(_MARGIN, y + 10, _WIDTH - _MARGIN, y + 10)
    canvas.setFillColor(QUIET)
    canvas.setFont(REGULAR, 7.5)
    canvas.drawString(_MARGIN, y, text.footer)
    total_at = _WIDTH - _MARGIN - 12
    canvas.drawRightString(total_at - 2, y, f"Page {canvas.getPageNumber()} of")
    canvas.translate(total_at, y)
    canvas.doForm(PageTotal.NAME)
    canvas.translate(-total_at, -y)
    if text.invented:
        canvas.setFillColor(INK)
        canvas.setFont(BOLD, 11)
        label = text.invented.upper()
        canvas.drawRightString(_WIDTH - _MARGIN, _HEIGHT - _MARGIN + 3, label)
        canvas.drawCentredString(_WIDTH / 2, y, label)
    canvas.restoreState()
