"""Everything about one client on paper, A4: plain paragraphs that go on from page to page."""

from collections.abc import Iterator
from io import BytesIO

from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    Frame,
    PageBreak,
    PageTemplate,
    Paragraph,
    Spacer,
)

from practice.charts.fonts import BOLD, REGULAR, register_fonts
from practice.charts.strip import GRID, INK, QUIET
from practice.reports.client_copy import CopyText, Part
from practice.reports.flowables import PageTotal
from practice.reports.layout import (
    BODY,
    HEADING,
    LANGUAGE,
    LEAD,
    MARGIN,
    PAGE_HEIGHT,
    PAGE_WIDTH,
    TEXT_WIDTH,
    Heading,
    markup,
    paragraph,
    title,
)
from practice.reports.notes import Note

_FOOTER = 18.0
_TEXT = ParagraphStyle("copy-text", parent=BODY, fontSize=9.2, leading=11.6, spaceAfter=3)
_PART = ParagraphStyle("copy-part", parent=HEADING, spaceBefore=9, keepWithNext=1)


def client_copy_pdf(text: CopyText) -> bytes:
    """The copy as a PDF document: embedded fonts, title, language, bookmarks, page x of y.

    The title of the file names no client: it is what a list of files shows.
    """
    register_fonts()
    out = BytesIO()
    document = BaseDocTemplate(
        out,
        pagesize=(PAGE_WIDTH, PAGE_HEIGHT),
        title="Copy of a client's record",
        author=text.service,
        lang=LANGUAGE,
        invariant=1,
        initialFontName=REGULAR,
    )
    frame = Frame(
        MARGIN,
        MARGIN / 2 + _FOOTER,
        TEXT_WIDTH,
        PAGE_HEIGHT - MARGIN - MARGIN / 2 - _FOOTER,
        leftPadding=0,
        rightPadding=0,
        topPadding=0,
        bottomPadding=0,
    )
    document.addPageTemplates(
        PageTemplate(frames=[frame], onPage=lambda canvas, _document: _furniture(canvas, text))
    )
    document.build(list(_story(text)))
    return out.getvalue()


def _story(text: CopyText) -> Iterator[Flowable]:
    yield title(text.title)
    yield paragraph(text.service, LEAD)
    yield Spacer(1, 4)
    for note in text.facts:
        yield _note(note)
    for part in text.parts:
        yield from _part(part)
    yield PageTotal()


def _part(part: Part) -> Iterator[Flowable]:
    if part.is_new_page:
        yield PageBreak()
    yield Heading(markup(part.heading, BOLD), _PART)
    for note in part.notes:
        yield _note(note)


def _note(note: Note) -> Paragraph:
    """A bold label and the text with its own line ends; escaped, and divided over pages at need."""
    # No face has a tab.
    lines = [markup(line.expandtabs()) for line in note.text.splitlines()]
    if note.heading:
        label = f'<font name="{BOLD}">{markup(note.heading, BOLD)}</font>'
        # What is one line stands beside its label.
        lines = [f"{label}. {lines[0]}"] if len(lines) == 1 else [label, *lines]
    return Paragraph("<br/>".join(lines), _TEXT)


def _furniture(canvas: Canvas, text: CopyText) -> None:
    """The footer; on invented data a word that cannot be missed."""
    canvas.setDateFormatter(lambda *_now: f"D:{text.made_on:%Y%m%d}000000Z")
    canvas.saveState()
    y = MARGIN / 2 + 4
    canvas.setStrokeColor(GRID)
    canvas.line(MARGIN, y + 10, PAGE_WIDTH - MARGIN, y + 10)
    canvas.setFillColor(QUIET)
    canvas.setFont(REGULAR, 7.5)
    canvas.drawString(MARGIN, y, text.footer)
    total_at = PAGE_WIDTH - MARGIN - 14
    canvas.drawRightString(total_at - 2, y, f"Page {canvas.getPageNumber()} of")
    canvas.translate(total_at, y)
    canvas.doForm(PageTotal.NAME)
    canvas.translate(-total_at, -y)
    if text.invented:
        canvas.setFillColor(INK)
        canvas.setFont(BOLD, 11)
        canvas.drawRightString(PAGE_WIDTH - MARGIN, PAGE_HEIGHT - MARGIN + 3, text.invented.upper())
        canvas.drawCentredString(PAGE_WIDTH / 2, y, text.invented.upper())
    canvas.restoreState()
