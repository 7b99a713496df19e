"""The supervision sheet on paper, A4 landscape: the frozen text drawn, and nothing worked out here."""

from collections.abc import Sequence
from io import BytesIO

from reportlab.lib.pagesizes import A4, landscape
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
from reportlab.platypus.doctemplate import LayoutError

from practice.charts.fonts import BOLD, REGULAR, register_fonts
from practice.charts.strip import GRID, INK, QUIET
from practice.reports.case_side_pdf import Running, side_story
from practice.reports.flowables import Bookmark, PageTotal
from practice.reports.layout import (
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
from practice.reports.supervision_integrity import ChangeLines
from practice.reports.supervision_table import CELL, HEAD, WIDTH, Rows, clients_table
from practice.reports.supervision_text import SheetText

_WIDTH, _HEIGHT = landscape(A4)
_MARGIN = (_WIDTH - WIDTH) / 2
_FOOTER = 18.0


def supervision_pdf(text: SheetText) -> bytes:
    """The sheet as a PDF document: embedded fonts, title, author, language, bookmarks."""
    register_fonts()
    try:
        return _drawn(text, Rows.WHOLE)
    except LayoutError:
        # A row is taller than a page: nothing is ever cut.
        return _drawn(text, Rows.DIVIDED)


def _drawn(text: SheetText, rows: Rows) -> bytes:
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
        WIDTH,
        _HEIGHT - _MARGIN - _MARGIN / 2 - _FOOTER,
        leftPadding=0,
        rightPadding=0,
        topPadding=0,
        bottomPadding=0,
    )
    running = Running()
    document.addPageTemplates(
        PageTemplate(
            frames=[frame],
            onPage=lambda canvas, _document: _page_head(canvas, text, running),
            # Last, so that a reader of the text comes to it last.
            onPageEnd=lambda canvas, _document: _page_foot(canvas, text),
        )
    )
    document.build(_story(text, rows, running))
    return out.getvalue()


def _story(text: SheetText, rows: Rows, running: Running) -> list[Flowable]:
    return [
        Bookmark(text.title, "sheet"),
        paragraph(text.title, TITLE),
        paragraph(text.whose, LEAD),
        paragraph(text.facts),
        *(paragraph(notice) for notice in text.notices),
        Spacer(1, 4),
        _strip(text.strip),
        Spacer(1, 5),
        clients_table(text, rows) if text.rows else paragraph(text.nobody, LEAD),
        Spacer(1, 6),
        Bookmark(text.since_title, "since"),
        KeepTogether([paragraph(text.since_title, HEADING), *_notes(text.since[:1])]),
        *_notes(text.since[1:]),
        *_changes(text.changes),
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
        *(piece for side in text.sides for piece in side_story(side, width=WIDTH, running=running)),
        PageTotal(),
    ]


def _changes(changes: ChangeLines) -> list[Flowable]:
    """What was changed after entry; nothing without any."""
    lines = changes.on_paper
    if not lines:
        return []
    title = paragraph(changes.title, HEADING)
    return [KeepTogether([title, *_notes(lines[:1])]), *_notes(lines[1:])]


def _notes(notes: Sequence[Note]) -> list[Flowable]:
    return [labelled(note.heading, note.text) for note in notes]


def _strip(notes: Sequence[Note]) -> Table:
    """The caseload in a few figures, boxed."""
    # The endings have the most to say.
    shares = (0.2, 0.17, 0.31, 0.16, 0.16)
    table = Table(
        [
            [paragraph(note.heading, HEAD) for note in notes],
            [paragraph(note.text) for note in notes],
        ],
        colWidths=[WIDTH * share for share in shares],
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


def _signatures(labels: Sequence[str]) -> Table:
    shares = (0.31, 0.15, 0.31, 0.15)
    gap = WIDTH * (1 - sum(shares)) / (len(shares) - 1)
    cells: list[object] = []
    widths: list[float] = []
    for label, share in zip(labels, shares, strict=True):
        cells += [paragraph(label, CELL), ""]
        widths += [WIDTH * share, gap]
    table = Table([cells[:-1]], colWidths=widths[:-1], hAlign="LEFT")
    lines = [
        ("LINEABOVE", (column, 0), (column, 0), 0.6, INK) for column in range(0, len(widths), 2)
    ]
    table.setStyle(TableStyle([FACE, ("LEFTPADDING", (0, 0), (-1, -1), 2), *lines]))
    return table


def _page_head(canvas: Canvas, text: SheetText, running: Running) -> None:
    """Whose side goes on; on invented data a word that cannot be missed."""
    # The document's own date is that of printing, so that the same sheet is the same bytes.
    canvas.setDateFormatter(lambda *_now: f"D:{text.printed_on:%Y%m%d}000000Z")
    canvas.saveState()
    if running.title:
        going_on = paragraph(f"{running.title}, continued", SMALL)
        going_on.wrap(WIDTH * 0.8, _MARGIN)
        going_on.drawOn(canvas, _MARGIN, _HEIGHT - _MARGIN + 3)
    if text.invented:
        canvas.setFillColor(INK)
        canvas.setFont(BOLD, 11)
        canvas.drawRightString(_WIDTH - _MARGIN, _HEIGHT - _MARGIN + 3, text.invented.upper())
    canvas.restoreState()


def _page_foot(canvas: Canvas, text: SheetText) -> None:
    """What it is for, which page of how many, and again that the data are invented."""
    canvas.saveState()
    y = _MARGIN / 2 + 4
    canvas.setStrokeColor(GRID)
    canvas.line(_MARGIN, y + 10, _WIDTH - _MARGIN, y + 10)
    canvas.setFillColor(QUIET)
    canvas.setFont(REGULAR, 7.5)
    canvas.drawString(_MARGIN, y, text.footer)
    if text.invented:
        canvas.setFillColor(INK)
        canvas.setFont(BOLD, 11)
        canvas.drawCentredString(_WIDTH / 2, y, text.invented.upper())
        canvas.setFillColor(QUIET)
        canvas.setFont(REGULAR, 7.5)
    total_at = _WIDTH - _MARGIN - 12
    canvas.drawRightString(total_at - 2, y, f"Page {canvas.getPageNumber()} of")
    canvas.translate(total_at, y)
    canvas.doForm(PageTotal.NAME)
    canvas.restoreState()
