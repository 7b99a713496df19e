"""A client's side on paper, A4 landscape: charts, what is known in two columns, lines to write on."""

from collections.abc import Sequence
from dataclasses import dataclass

from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import (
    Flowable,
    KeepTogether,
    PageBreak,
    Paragraph,
    Spacer,
    Table,
    TableStyle,
)

from practice.charts.fonts import BOLD
from practice.charts.trajectory import trajectory_chart
from practice.reports.case_side_text import SideMeasure, SideText
from practice.reports.flowables import Bookmark, Ruled
from practice.reports.layout import BODY, FACE, HEADING, SMALL, TITLE, labelled, markup, paragraph
from practice.reports.notes import Note
from practice.reports.supervision_rows import SheetLine

_TEXT = ParagraphStyle("side-text", parent=BODY, fontSize=8.0, leading=9.7)
_STRONG = ParagraphStyle("side-strong", parent=_TEXT, fontName=BOLD)
_ENTRY = ParagraphStyle("side-entry", parent=_TEXT, spaceAfter=1.5)
_PRESSING = ParagraphStyle("side-pressing", parent=_ENTRY, fontName=BOLD)
_PROMPT = ParagraphStyle("side-prompt", parent=_STRONG, fontSize=9.2, leading=11.2)
_GUTTER = 16.0
_CHART_HEIGHT = 140.0
# A chart grows no wider than half the side, so that one measure looks like two.
_FEWEST_COLUMNS = 2
# Lines under each question, how far apart, and the room above the questions.
_FEWEST_LINES, _MOST_LINES, _LINE_GAP, _PROMPT_ABOVE = 3, 8, 17.0, 8.0

_PLAIN = (
    FACE,
    ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ("LEFTPADDING", (0, 0), (-1, -1), 0),
    ("RIGHTPADDING", (0, 0), (-1, -1), _GUTTER),
    ("TOPPADDING", (0, 0), (-1, -1), 0),
    ("BOTTOMPADDING", (0, 0), (-1, -1), 0),
)


@dataclass
class Running:
    """Whose side is being drawn, for the head of a page that only goes on."""

    title: str = ""


class _Now(Flowable):
    """From here on the page is about this client. It takes no room."""

    def __init__(self, running: Running, title: str) -> None:
        super().__init__()
        self.running, self.title = running, title

    def wrap(self, _width: float, _height: float) -> tuple[float, float]:
        return 0, 0

    def draw(self) -> None:
        self.running.title = self.title


def side_story(side: SideText, *, width: float, running: Running) -> list[Flowable]:
    """One client on a page of their own; what does not fit goes on on the next."""
    return [
        _Now(running, ""),
        PageBreak(),
        Bookmark(side.title, f"side-{side.episode}"),
        paragraph(side.title, TITLE),
        _Now(running, side.title),
        Spacer(1, 2),
        *(labelled(note.heading, note.text, _TEXT) for note in side.facts),
        Spacer(1, 5),
        *_charts(side, width=width),
        Spacer(1, 4),
        _known(side, width=width),
        *_notes(side.notes),
        _Prompts(side.prompts, width),
        _Now(running, ""),
    ]


def _charts(side: SideText, *, width: float) -> list[Flowable]:
    found: list[Flowable] = []
    if side.measures:
        columns = max(len(side.measures), _FEWEST_COLUMNS)
        each = width / columns
        cells: list[object] = [_chart(measure, width=each - _GUTTER) for measure in side.measures]
        cells += [""] * (columns - len(side.measures))
        found.append(_columns([cells], widths=[each] * columns))
    if side.not_measured:
        found.append(paragraph(side.not_measured, _TEXT))
    if side.chart_key:
        found.append(paragraph(side.chart_key, SMALL))
    return found


def _chart(measure: SideMeasure, *, width: float) -> list[Flowable]:
    return [
        paragraph(measure.name, _STRONG),
        trajectory_chart(measure.plot, width=width, height=_CHART_HEIGHT),
        Spacer(1, 3),
        paragraph(measure.scores_words, _STRONG),
        paragraph(measure.change, _TEXT),
        *(paragraph(mark, _TEXT) for mark in measure.marks),
    ]


def _known(side: SideText, *, width: float) -> Table:
    left = [
        paragraph("Signals", HEADING),
        *_labelled(side.signals),
        paragraph("Risk items", HEADING),
        *_lines(side.risks),
    ]
    right = [paragraph("Agreed, with the scores then and now", HEADING), *_lines(side.agreed)]
    return _columns([[left, right]], widths=[width / 2, width / 2])


def _columns(rows: list[list[object]], *, widths: Sequence[float]) -> Table:
    # Divided within the row only where it is taller than a page, so that nothing is ever cut.
    table = Table(rows, colWidths=list(widths), splitInRow=1, hAlign="LEFT")
    table.setStyle(TableStyle(list(_PLAIN)))
    return table


def _labelled(notes: Sequence[Note]) -> list[Flowable]:
    return [
        Paragraph(
            f'<font name="{BOLD}">{markup(note.heading, BOLD)}.</font> {markup(note.text)}', _ENTRY
        )
        for note in notes
    ]


def _lines(lines: Sequence[SheetLine]) -> list[Flowable]:
    return [paragraph(line.text, _PRESSING if line.is_pressing else _ENTRY) for line in lines]


def _notes(notes: Sequence[Note]) -> list[Flowable]:
    if not notes:
        return []
    first, *rest = _labelled(notes)
    return [KeepTogether([paragraph("Notes", HEADING), first]), *rest]


class _Prompts(Flowable):
    """The questions beside each other, with lines to write on as far as the page has room."""

    def __init__(self, prompts: Sequence[str], width: float) -> None:
        super().__init__()
        self.prompts, self.width = prompts, width

    def wrap(self, _width: float, height: float) -> tuple[float, float]:
        fits = int((height - _PROMPT.leading - 2 * _PROMPT_ABOVE) / _LINE_GAP)
        self.table = self._table(max(_FEWEST_LINES, min(fits, _MOST_LINES)))
        _, self.height = self.table.wrap(self.width, height)
        return self.width, self.height + _PROMPT_ABOVE

    def draw(self) -> None:
        self.table.drawOn(self.canv, 0, 0)

    def _table(self, lines: int) -> Table:
        each = self.width / len(self.prompts)
        cells: list[object] = [
            [
                paragraph(prompt, _PROMPT),
                Ruled(each - _GUTTER, lines=lines, gap=_LINE_GAP),
            ]
            for prompt in self.prompts
        ]
        return _columns([cells], widths=[each] * len(self.prompts))
