"""Turns rows of one client each into rows of the two sheets, so that every rule applies to them.

Each made row knows the file's own row number and headings, and problems are told by these.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from practice.caseload_files.cells import CellError, day
from practice.caseload_files.columns import REQUIRED, SheetName
from practice.caseload_files.headings import GIVEN_BACK, Meanings, compared
from practice.caseload_files.problems import Problem, UnreadableFileError, file_problem, shown
from practice.caseload_files.sheets import (
    ROW_LIMIT,
    Grid,
    Layout,
    Record,
    Row,
    Sheet,
    claimed_twice,
    filled_records,
    stray_cell,
    trimmed_headings,
    unknown_headings,
)
from practice.caseload_files.wide_columns import WideColumn, wide_columns
from practice.caseload_files.wide_dates import DATES, Dates, Entry, Shape, date_of, shape_of
from practice.domain.measures import MEASURES
from practice.domain.sessions import QUESTIONNAIRE, Kind

# What a point in words says of its session.
_KINDS = {"assessment": Kind.ASSESSMENT.value, "follow-up": Kind.FOLLOW_UP.value}


def split_rows(grid: Grid, *, meanings: Meanings) -> tuple[Sheet, Sheet]:
    """The episodes and the sessions that the rows tell of.

    Each date with its scores is an attended treatment session, or (as the practice has said) a
    form without a meeting. Raises UnreadableFileError for headings that cannot be used.
    """
    headings = trimmed_headings(grid)
    columns = wide_columns(headings, meanings=meanings)
    shape = shape_of(columns, meanings=meanings)
    _check(grid, headings, columns, shape)
    splitting = _Splitting(grid=grid, headings=headings, columns=columns, shape=shape)
    episodes: list[Row] = []
    sessions: list[Row] = []
    for record in filled_records(grid):
        episodes.append(splitting.episode(record))
        sessions.extend(splitting.sessions(record))
        if len(sessions) > ROW_LIMIT:
            message = f"tells of more than {ROW_LIMIT:,} sessions: split it into smaller files"
            raise UnreadableFileError([file_problem(grid.file, message)])
    matched = tuple(
        (shown(heading.strip()), column_in_words(column))
        for heading, column in zip(headings, columns, strict=True)
        if column is not None
    )
    return (
        Sheet(
            name=SheetName.EPISODES,
            file=grid.file,
            headings=headings,
            columns=frozenset(one.column for one in columns if one is not None and not one.point),
            unknown=unknown_headings(headings, columns),
            rows=tuple(episodes),
            matched=matched,
            layout=Layout.ROW_PER_CLIENT,
        ),
        Sheet(
            name=SheetName.SESSIONS,
            file=grid.file,
            headings=(),
            columns=frozenset(one.column for one in columns if one is not None and one.point),
            unknown=(),
            rows=tuple(sessions),
            layout=Layout.ROW_PER_CLIENT,
        ),
    )


def column_in_words(column: WideColumn) -> str:
    """A column as the preview names it, such as "phq9 of 3"."""
    return f"{column.column} of {column.point}" if column.point else column.column


def _check(
    grid: Grid,
    headings: Sequence[str],
    columns: Sequence[WideColumn | None],
    shape: Shape,
) -> None:
    by_column: defaultdict[WideColumn, list[str]] = defaultdict(list)
    for heading, column in zip(headings, columns, strict=True):
        if column is not None:
            by_column[column].append(heading)

    def problem(column: str, message: str) -> Problem:
        return Problem(file=grid.file, row=1, column=column, value="", message=message)

    problems = [
        problem(name, "this heading is needed and missing: add the column, or say which of your "
                "headings means it")
        for name in REQUIRED[SheetName.EPISODES]
        if WideColumn(column=name) not in by_column
    ]  # fmt: skip
    problems += [
        problem(column_in_words(column), claimed_twice(claimed, column.column))
        for column, claimed in by_column.items()
        if len(claimed) > 1
    ]
    for entry in shape.undated:
        named = [headings[place].strip() for place in entry.columns.values()]
        problems.append(problem(shown(named[0]), _undated(entry, named)))
    if shape.asks_for_dates and shape.dates is None:
        problems.append(
            problem("", "only forms are dated here, and no heading says whether each date was a "
                    f"session: say --heading “{DATES}={Dates.SESSIONS}” (each date is an attended treatment "
                    f"session) or --heading “{DATES}={Dates.FORMS}” (forms filled in without a meeting)")
        )  # fmt: skip
    if problems:
        raise UnreadableFileError(problems)


def _undated(entry: Entry, named: Sequence[str]) -> str:
    listed = ", ".join(f"“{shown(name)}”" for name in named)
    if entry.point.isdigit():
        return (
            f"no column gives the date of {listed}: add one with the heading Date{entry.point}. "
            "(The answers to single items belong in a sessions sheet with a column date.)"
        )
    return (
        f"no column gives the date of {listed}: add one with the heading Date {entry.point}, or say "
        f"--heading “{date_of(entry.point)}=referred_on” or “{date_of(entry.point)}=ended_on”"
    )


@dataclass(kw_only=True)
class _Gathered:
    """A session or questionnaire of one row while its columns are put together."""

    text: str
    on: dt.date | None
    date: int | None
    point: str
    is_form: bool
    places: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class _Splitting:
    """What is the same for every row of the file."""

    grid: Grid
    headings: Sequence[str]
    columns: Sequence[WideColumn | None]
    shape: Shape

    def episode(self, record: Record) -> Row:
        """The row of the episodes sheet."""
        places = {
            column.column: place
            for place, column in enumerate(self.columns)
            if column is not None and not column.point
        }
        row = self._row(record, places, {})
        if stray := stray_cell(record, self.grid, headings=self.headings):
            return self._row(record, places, {"": stray})
        return row

    def sessions(self, record: Record) -> Iterator[Row]:
        """The rows of the sessions sheet, in the order of the points."""
        identity = {
            column.column: place
            for place, column in enumerate(self.columns)
            if column is not None and column.column in {"client", "episode"}
        }
        gathered: list[_Gathered] = []
        for entry in self.shape.entries:
            self._gather(record, entry, gathered)
        for one in gathered:
            if one.date is None or not (one.text or self._faulty(record, one.date)):
                yield self._without_date(record, one, identity)
                continue
            places = {**identity, "date": one.date, **one.places}
            yield self._row(record, places, {}, kind=self._kind(one))

    def _gather(self, record: Record, entry: Entry, gathered: list[_Gathered]) -> None:
        text = self._text(record, entry.date)
        tells_of_a_form = entry.is_form or self.shape.asks_for_dates or self.shape.are_forms
        if tells_of_a_form and not self._says(record, entry):
            # The date of a form that was not filled in tells nothing.
            return
        if not (text or self._says(record, entry) or self._faulty(record, entry.date)):
            return
        on = _day(text)
        for other in gathered:
            same_day = on is not None and other.on == on
            if (
                same_day
                and (entry.is_form or other.is_form)
                and not set(entry.columns) & set(other.places)
            ):
                other.places |= entry.columns
                other.is_form = other.is_form and entry.is_form
                return
        gathered.append(
            _Gathered(
                text=text,
                on=on,
                date=entry.date,
                point=entry.point,
                is_form=entry.is_form,
                places=dict(entry.columns),
            )
        )

    def _kind(self, one: _Gathered) -> str | None:
        """The kind where no column gives it; None for the usual one."""
        if "kind" in one.places:
            return None
        is_form = (one.is_form and self.shape.has_sessions) or self.shape.are_forms
        return QUESTIONNAIRE if is_form else _KINDS.get(one.point)

    def _without_date(self, record: Record, one: _Gathered, identity: Mapping[str, int]) -> Row:
        place = next(
            at for at in one.places.values() if self._text(record, at) or self._faulty(record, at)
        )
        heading, value = self.headings[place].strip(), shown(self._text(record, place))
        what = "a score" if one.places.keys() & MEASURES.keys() else "a session"
        message = f"{what} without its date: “{shown(heading)}” holds “{value}”; fill in the date, or empty it"
        places = {**identity, **one.places}
        if one.date is not None:
            places["date"] = one.date
        return self._row(record, places, {"date": message}, kind=self._kind(one))

    def _says(self, record: Record, entry: Entry) -> bool:
        """Whether anything stands beside the date."""
        return any(
            self._text(record, place) or self._faulty(record, place)
            for place in entry.columns.values()
        )

    @staticmethod
    def _text(record: Record, place: int | None) -> str:
        return (
            record.cells[place].strip() if place is not None and place < len(record.cells) else ""
        )

    @staticmethod
    def _faulty(record: Record, place: int | None) -> bool:
        return place in record.faults

    def _row(
        self,
        record: Record,
        places: Mapping[str, int],
        faults: Mapping[str, str],
        *,
        kind: str | None = None,
    ) -> Row:
        cells = {column: self._text(record, place) for column, place in places.items()}
        if kind is not None:
            cells["kind"] = kind
        found = {
            column: record.faults[place]
            for column, place in places.items()
            if place in record.faults
        }
        return Row(
            file=self.grid.file,
            number=record.number,
            cells=cells,
            faults={**found, **faults},
            raw=record.cells,
            names={column: self.headings[place].strip() for column, place in places.items()},
            origin=record.number,
        )


def _day(text: str) -> dt.date | None:
    try:
        return day(text, today=dt.date.max) if text else None
    except CellError:
        return None


def is_given_back(heading: str) -> bool:
    """Whether the heading is the one that wrong rows are given back with."""
    return compared(heading) in GIVEN_BACK
