"""What must be asked before a file can be read: headings nobody knows, and what dates are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from practice.caseload_files.caseload import Part, Unrecognised, opened
from practice.caseload_files.columns import COLUMNS, SheetName, column_of
from practice.caseload_files.headings import Meanings, columns_of, compared
from practice.caseload_files.problems import UnreadableFileError, shown
from practice.caseload_files.sheets import Grid, Layout, filled_records, trimmed_headings
from practice.caseload_files.sources import SourceFile
from practice.caseload_files.wide import is_given_back
from practice.caseload_files.wide_columns import POINT_COLUMNS, WideColumn, stem, wide_columns
from practice.caseload_files.wide_dates import DATES, Dates, date_of, shape_of

_SAMPLES = 3
# How far down it looks for samples: a column that is empty so far is mostly empty.
_ROWS_LOOKED_AT = 200


@dataclass(frozen=True, kw_only=True)
class HeadingQuestion:
    """One heading, or several that differ by a number only.

    key: as its answer is remembered. sheet: None where one row is one client. taken: the column it
    means as things stand, "" for none. is_known: nobody needs to be asked.
    """

    key: str
    headings: tuple[str, ...]
    samples: tuple[str, ...]
    sheet: SheetName | None
    taken: str
    is_known: bool

    @property
    def words(self) -> str:
        """The heading, or the first and the last of several."""
        if len(self.headings) == 1:
            return self.headings[0]
        return f"{self.headings[0]} … {self.headings[-1]}"


@dataclass(frozen=True, kw_only=True)
class DateQuestion:
    """What the dates are (key "(dates)"), or which date scores without one carry."""

    key: str
    headings: tuple[str, ...]
    answer: str


@dataclass(frozen=True, kw_only=True)
class Questions:
    """Everything that can be said about a file's headings."""

    layout: Layout
    headings: tuple[HeadingQuestion, ...] = ()
    dates: tuple[DateQuestion, ...] = ()

    @property
    def unknown(self) -> tuple[HeadingQuestion, ...]:
        """Headings that nobody has said anything about."""
        return tuple(one for one in self.headings if not one.is_known)

    @property
    def is_open(self) -> bool:
        """Whether somebody must be asked before anything can be read."""
        return bool(self.unknown) or any(not one.answer for one in self.dates)


def questions_about(sources: Sequence[SourceFile], *, meanings: Meanings) -> Questions:
    """What to ask about some files. Raises UnreadableFileError where they are no caseload at all."""
    with opened(sources, meanings=meanings, unrecognised=Unrecognised.ASK) as parts:
        layout = (
            Layout.ROW_PER_CLIENT
            if any(part.sheet is None for part in parts)
            else Layout.TWO_SHEETS
        )
        found: list[HeadingQuestion] = []
        dates: list[DateQuestion] = []
        for part in parts:
            if part.grid is None:
                raise UnreadableFileError(part.problems)
            headings, of_part = _of_part(part, part.grid, meanings)
            found.extend(headings)
            dates.extend(of_part)
    return Questions(layout=layout, headings=tuple(found), dates=tuple(dates))


def _of_part(
    part: Part, grid: Grid, meanings: Meanings
) -> tuple[list[HeadingQuestion], list[DateQuestion]]:
    headings = trimmed_headings(grid)
    samples = _samples(grid, len(headings))
    wide = wide_columns(headings, meanings=meanings) if part.sheet is None else []
    plain_columns = (
        columns_of(headings, part.sheet, meanings=meanings) if part.sheet is not None else []
    )
    stems = [stem(heading) for heading in headings]
    gathering: dict[str, _Gathering] = {}
    for place, heading in enumerate(headings):
        if not heading.strip() or is_given_back(heading):
            continue
        taken: WideColumn | str | None = wide[place] if wide else plain_columns[place]
        family = stems[place]
        alone = part.sheet is not None or family is None or stems.count(family) < 2
        key = compared(heading) if alone or family is None else family
        is_known = taken is not None or key in meanings or compared(heading) in meanings
        if not wide and is_known and column_of(heading, part.sheet or SheetName.EPISODES):
            # The product's own heading: there is nothing to say about it.
            continue
        one = gathering.setdefault(key, _Gathering(taken=_as_text(taken, in_family=not alone)))
        one.headings.append(shown(heading.strip()))
        one.samples.extend(samples[place])
        one.is_known = one.is_known and is_known
    found = [
        HeadingQuestion(
            key=key,
            headings=tuple(one.headings),
            samples=tuple(dict.fromkeys(one.samples))[:_SAMPLES],
            sheet=part.sheet,
            taken=one.taken,
            is_known=one.is_known,
        )
        for key, one in gathering.items()
    ]
    return found, _date_questions(headings, wide, meanings) if part.sheet is None else []


@dataclass(kw_only=True)
class _Gathering:
    taken: str
    headings: list[str] = field(default_factory=list)
    samples: list[str] = field(default_factory=list)
    is_known: bool = True


def _as_text(taken: WideColumn | str | None, *, in_family: bool) -> str:
    if isinstance(taken, WideColumn):
        return taken.column if in_family or not taken.point else f"{taken.column} {taken.point}"
    return taken or ""


def _samples(grid: Grid, width: int) -> list[list[str]]:
    found: list[list[str]] = [[] for _ in range(width)]
    for number, record in enumerate(filled_records(grid)):
        if number == _ROWS_LOOKED_AT:
            break
        for place, cell in enumerate(record.cells[:width]):
            text = shown(cell.strip())
            if text and len(found[place]) < _SAMPLES and text not in found[place]:
                found[place].append(text)
    return found


def _date_questions(
    headings: Sequence[str], columns: Sequence[WideColumn | None], meanings: Meanings
) -> list[DateQuestion]:
    shape = shape_of(columns, meanings=meanings)
    found = []
    for entry in shape.entries:
        asked = meanings.get(date_of(entry.point), "")
        if (entry.date is None or asked) and not entry.point.isdigit():
            named = tuple(shown(headings[place].strip()) for place in entry.columns.values())
            found.append(DateQuestion(key=date_of(entry.point), headings=named, answer=asked))
    if shape.entries:
        usual = "" if shape.asks_for_dates else Dates.SESSIONS
        found.append(DateQuestion(key=DATES, headings=(), answer=shape.dates or usual))
    return found


def columns_to_choose(sheet: SheetName | None) -> Mapping[str, tuple[str, ...]]:
    """The columns that a heading may mean, by group."""
    if sheet is not None:
        return {str(sheet): COLUMNS[sheet]}
    return {
        "the client or episode": COLUMNS[SheetName.EPISODES],
        "one session or form": POINT_COLUMNS,
    }
