"""The month's report as one side of A4: the frozen object drawn, and nothing worked out here."""

from io import BytesIO

from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    Frame,
    KeepInFrame,
    PageTemplate,
    Spacer,
    Table,
    TableStyle,
)

from practice.charts.fonts import BOLD, REGULAR, register_fonts
from practice.charts.strip import GRID, INK, QUIET, rate_strip
from practice.reports.layout import (
    FACE,
    HEADING,
    LANGUAGE,
    LEAD,
    MARGIN,
    PAGE_HEIGHT,
    PAGE_WIDTH,
    SMALL,
    TEXT_WIDTH,
    TITLE,
    labelled,
    paragraph,
    rows_table,
    side_by_side,
)
from practice.reports.monthly_text import PURPOSE, Line, MonthlyText

_FOOTER = 24.0


def monthly_pdf(text: MonthlyText) -> bytes:
    """The report as a PDF document: embedded fonts, title, language, one side."""
    register_fonts()
    out = BytesIO()
    document = BaseDocTemplate(
        out,
        pagesize=(PAGE_WIDTH, PAGE_HEIGHT),
        title=f"{text.title}: {text.whose}",
        author=text.whose,
        subject=PURPOSE,
        lang=LANGUAGE,
        # The same report twice gives the same bytes.
        invariant=1,
        initialFontName=REGULAR,
    )
    height = PAGE_HEIGHT - MARGIN - MARGIN / 2 - _FOOTER
    frame = Frame(
        MARGIN,
        MARGIN / 2 + _FOOTER,
        TEXT_WIDTH,
        height,
        leftPadding=0,
        rightPadding=0,
        topPadding=0,
        bottomPadding=0,
    )
    document.addPageTemplates(
        PageTemplate(frames=[frame], onPage=lambda canvas, _document: _page_furniture(canvas, text))
    )
    # One side whatever the caseload: a long name or many reasons may cost a little type size.
    document.build([KeepInFrame(TEXT_WIDTH, height, _story(text), mode="shrink")])
    return out.getvalue()


def _story(text: MonthlyText) -> list[Flowable]:
    return [
        paragraph(text.title, TITLE),
        paragraph(text.whose, LEAD),
        paragraph(text.facts),
        Spacer(1, 5),
        _sentences(text),
        paragraph("Endings first", HEADING),
        _endings(text),
        paragraph(text.journey_title, HEADING),
        _journey(text),
        *(paragraph(note, SMALL) for note in text.footnotes),
        paragraph(text.outcomes_title, HEADING),
        _outcomes(text),
        paragraph(text.outcomes_note, SMALL),
        Spacer(1, 4),
        *(labelled(note.heading, note.text, SMALL) for note in text.notes),
    ]


def _sentences(text: MonthlyText) -> Table:
    box = Table(
        [[labelled(note.heading, note.text, LEAD)] for note in text.sentences],
        colWidths=[TEXT_WIDTH],
        hAlign="LEFT",
    )
    box.setStyle(
        TableStyle(
            [
                FACE,
                ("BOX", (0, 0), (-1, -1), 0.9, INK),
                ("LEFTPADDING", (0, 0), (-1, -1), 7),
                ("RIGHTPADDING", (0, 0), (-1, -1), 7),
                ("TOPPADDING", (0, 0), (-1, -1), 2),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
            ]
        )
    )
    return box


def _endings(text: MonthlyText) -> Table:
    left, right = TEXT_WIDTH * 0.58, TEXT_WIDTH * 0.42
    strip = rate_strip(text.strip, width=left - 14, label_width=128)
    table = rows_table(
        text.endings_head,
        [(_set_in(line), *line.cells) for line in text.endings],
        widths=(right - 26, 26),
        numbers_from=1,
        bold_rows=_leading(text.endings),
    )
    # The table is the taller: the month's own counts use the room beneath the chart.
    beneath: list[Flowable] = [strip, Spacer(1, 3), paragraph(text.strip_words, SMALL)]
    for note in (text.measured, *text.counts):
        beneath += [Spacer(1, 4), labelled(note.heading, note.text)]
    return side_by_side([KeepInFrame(left - 14, PAGE_HEIGHT, beneath)], table, widths=(left, right))


def _journey(text: MonthlyText) -> Table:
    widths = (24.0, 98.0, 30.0, 60.0, 62.0, 76.0)
    return rows_table(
        text.journey_head,
        [(_set_in(line), *line.cells) for line in text.journey],
        widths=(TEXT_WIDTH - sum(widths), *widths),
        numbers_from=1,
        bold_rows=_leading(text.journey),
    )


def _outcomes(text: MonthlyText) -> Table:
    first = 128.0
    each = (TEXT_WIDTH - first) / 3
    return rows_table(
        text.outcomes_head,
        [(line.title, *line.cells) for line in text.outcomes],
        widths=(first, each, each, each),
        numbers_from=1,
    )


def _set_in(line: Line) -> str:
    return "\N{NO-BREAK SPACE}" * 3 * line.depth + line.title


def _leading(lines: tuple[Line, ...]) -> tuple[int, ...]:
    return tuple(index for index, line in enumerate(lines) if line.leads)


def _page_furniture(canvas: Canvas, text: MonthlyText) -> None:
    """The footer, and on invented data a word at the head that cannot be missed."""
    # The document's own date is that of printing, so that the same report is the same bytes.
    canvas.setDateFormatter(lambda *_now: f"D:{text.printed_on:%Y%m%d}000000Z")
    canvas.saveState()
    y = MARGIN / 2 + 8
    canvas.setStrokeColor(GRID)
    canvas.line(MARGIN, y + 11, PAGE_WIDTH - MARGIN, y + 11)
    canvas.setFillColor(QUIET)
    canvas.setFont(REGULAR, 7.5)
    canvas.drawString(MARGIN, y, f"{PURPOSE}. Confidential.")
    canvas.drawRightString(PAGE_WIDTH - MARGIN, y, f"Page {canvas.getPageNumber()} of 1")
    if text.invented:
        canvas.setFillColor(INK)
        canvas.setFont(BOLD, 11)
        label = text.invented.upper()
        canvas.drawRightString(PAGE_WIDTH - MARGIN, PAGE_HEIGHT - MARGIN - 12, label)
        canvas.drawCentredString(PAGE_WIDTH / 2, y, label)
    canvas.restoreState()
