"""A caseload as read from two CSV files, from one workbook, or from one sheet of rows per client."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from functools import partial

from practice.caseload_files.columns import DATE_COLUMNS, SheetName, plain
from practice.caseload_files.csv_sheets import read_csv
from practice.caseload_files.headings import NO_MEANINGS, Meanings, columns_of
from practice.caseload_files.problems import Problem, UnreadableFileError, file_problem, shown
from practice.caseload_files.sheets import Grid, Layout, Sheet, make_sheet
from practice.caseload_files.sources import SourceFile, refuse_unusable
from practice.caseload_files.wide import split_rows
from practice.caseload_files.wide_columns import is_wide, wide_columns
from practice.caseload_files.workbooks import WorkbookSheet, opened_workbook


class Unrecognised(StrEnum):
    """What becomes of one sheet alone in which no scores are recognised."""

    REFUSE = "refuse"
    ASK = "ask what its headings mean"


@dataclass(frozen=True, kw_only=True)
class Caseload:
    """The two sheets, as text under recognised headings."""

    episodes: Sheet
    sessions: Sheet

    @property
    def layout(self) -> Layout:
        """How it stood in the files."""
        return self.episodes.layout


@dataclass(frozen=True, kw_only=True)
class Part:
    """A grid and which sheet it is; both (None) where one row is one client.

    grid: None for a sheet that could not be read; problems say why.
    """

    sheet: SheetName | None
    grid: Grid | None
    problems: tuple[Problem, ...] = ()


def read_caseload(
    sources: Sequence[SourceFile],
    *,
    meanings: Meanings = NO_MEANINGS,
    unrecognised: Unrecognised = Unrecognised.REFUSE,
) -> Caseload:
    """Read one XLSX workbook, two CSV files (episodes, sessions), or one CSV with rows of clients.

    meanings: what the practice has said of its own headings. Raises UnreadableFileError with every
    problem of every file.
    """
    with opened(sources, meanings=meanings, unrecognised=unrecognised) as parts:
        problems: list[Problem] = []
        sheets: list[Sheet] = []
        for part in parts:
            problems.extend(part.problems)
            if part.grid is None:
                continue
            try:
                if part.sheet is None:
                    sheets.extend(split_rows(part.grid, meanings=meanings))
                else:
                    sheets.append(make_sheet(part.sheet, part.grid, meanings=meanings))
            except UnreadableFileError as error:
                problems.extend(error.problems)
        if problems:
            raise UnreadableFileError(problems)
    episodes, sessions = sheets
    return Caseload(episodes=episodes, sessions=sessions)


@contextmanager
def opened(
    sources: Sequence[SourceFile], *, meanings: Meanings, unrecognised: Unrecognised
) -> Iterator[tuple[Part, ...]]:
    """The grids of the files, while these are open. Raises UnreadableFileError, also for the body."""
    problems: list[Problem] = []
    for source in sources:
        try:
            refuse_unusable(source)
        except UnreadableFileError as error:
            problems.extend(error.problems)
    if problems:
        raise UnreadableFileError(problems)
    match sources:
        case [workbook] if workbook.is_zip:
            with opened_workbook(workbook) as sheets:
                yield _parts_of_workbook(
                    sheets, workbook.name, meanings=meanings, unrecognised=unrecognised
                )
        case [one]:
            yield (_lone(one, meanings=meanings, unrecognised=unrecognised),)
        case [first, second]:
            yield _pair(first, second, meanings=meanings)
        case _:
            message = "give two CSV files, episodes first, or one XLSX workbook"
            raise UnreadableFileError([file_problem(f"{len(sources)} files", message)])


def _known(headings: Sequence[str], *, sheet: SheetName, meanings: Meanings) -> int:
    return sum(column is not None for column in columns_of(headings, sheet, meanings=meanings))


def _known_wide(headings: Sequence[str], *, meanings: Meanings) -> int:
    return sum(column is not None for column in wide_columns(headings, meanings=meanings))


def _pair(first: SourceFile, second: SourceFile, *, meanings: Meanings) -> tuple[Part, ...]:
    parts: list[Part] = []
    for source, name in ((first, SheetName.EPISODES), (second, SheetName.SESSIONS)):
        try:
            known = partial(_known, sheet=name, meanings=meanings)
            grid = read_csv(source, known=known)
        except UnreadableFileError as error:
            parts.append(Part(sheet=name, grid=None, problems=error.problems))
            continue
        if name is SheetName.SESSIONS and is_wide(grid.headings, meanings=meanings):
            message = (
                "holds one row for each client, with scores side by side: give this file alone, "
                "or two files with the headings of the episodes and the sessions sheet"
            )
            problem = file_problem(source.name, message)
            parts.append(Part(sheet=name, grid=None, problems=(problem,)))
            continue
        parts.append(Part(sheet=name, grid=grid))
    return tuple(parts)


_ALONE = "not an XLSX workbook: give a workbook alone, or two CSV files, episodes first"


def _lone(source: SourceFile, *, meanings: Meanings, unrecognised: Unrecognised) -> Part:
    grid = read_csv(source, known=partial(_known_wide, meanings=meanings))
    if not _may_be_wide(grid.headings, meanings=meanings, unrecognised=unrecognised):
        raise UnreadableFileError([file_problem(source.name, _why_not(grid.headings, meanings))])
    return Part(sheet=None, grid=grid)


def _may_be_wide(
    headings: Sequence[str], *, meanings: Meanings, unrecognised: Unrecognised
) -> bool:
    if is_wide(headings, meanings=meanings):
        return True
    sessions = columns_of(headings, SheetName.SESSIONS, meanings=meanings)
    # What has one heading is no table: asking about it would puzzle whoever chose the wrong file.
    is_table = sum(bool(heading.strip()) for heading in headings) > 1
    return unrecognised is Unrecognised.ASK and is_table and "date" not in sessions


def _why_not(headings: Sequence[str], meanings: Meanings) -> str:
    if "date" in columns_of(headings, SheetName.SESSIONS, meanings=meanings):
        return (
            f"{_ALONE}. (It has a column for the date of a session: this is the sessions sheet, and "
            "the episodes sheet is needed as well.)"
        )
    return (
        f"{_ALONE}; or one CSV file with a row for each client and its scores side by side, under "
        "headings such as Date1, PHQ1, GAD1, Date2, PHQ2, GAD2"
    )


def _parts_of_workbook(
    sheets: Sequence[WorkbookSheet],
    file: str,
    *,
    meanings: Meanings,
    unrecognised: Unrecognised,
) -> tuple[Part, ...]:
    named = {name: [sheet for sheet in sheets if plain(sheet.title) == name] for name in SheetName}
    if not all(named.values()):
        wide = [sheet for sheet in sheets if is_wide(sheet.headings(), meanings=meanings)]
        if not wide and unrecognised is Unrecognised.ASK and not any(named.values()):
            filled = [sheet for sheet in sheets if any(sheet.headings())]
            wide = [
                sheet
                for sheet in filled
                if len(filled) == 1
                and _may_be_wide(sheet.headings(), meanings=meanings, unrecognised=unrecognised)
            ]
        if len(wide) > 1:
            titles = ", ".join(shown(sheet.title) for sheet in wide[:10])
            message = (
                f"has several sheets with a row for each client ({titles}): keep one of them in "
                "the workbook, or import each by itself"
            )
            raise UnreadableFileError([file_problem(file, message)])
        if wide:
            dates = partial(_wide_dates, meanings=meanings)
            return (Part(sheet=None, grid=wide[0].grid(dates=dates, label=wide[0].label)),)
    return _named_parts(sheets, named, file, meanings=meanings)


def _named_parts(
    sheets: Sequence[WorkbookSheet],
    named: dict[SheetName, list[WorkbookSheet]],
    file: str,
    *,
    meanings: Meanings,
) -> tuple[Part, ...]:
    parts: list[Part] = []
    for name, found in named.items():
        if len(found) != 1:
            titles = ", ".join(shown(sheet.title) for sheet in sheets[:10]) or "none"
            wrong = "has no sheet" if not found else "has more than one sheet"
            problem = file_problem(file, f"{wrong} named {name}; it has: {titles}")
            parts.append(Part(sheet=name, grid=None, problems=(problem,)))
            continue
        try:
            dates = partial(_sheet_dates, sheet=name, meanings=meanings)
            grid = found[0].grid(dates=dates, label=f"{file}, sheet {name}")
        except UnreadableFileError as error:
            parts.append(Part(sheet=name, grid=None, problems=error.problems))
            continue
        parts.append(Part(sheet=name, grid=grid))
    return tuple(parts)


def _wide_dates(headings: Sequence[str], *, meanings: Meanings) -> list[bool]:
    columns = wide_columns(headings, meanings=meanings)
    return [column is not None and column.is_date for column in columns]


def _sheet_dates(headings: Sequence[str], *, sheet: SheetName, meanings: Meanings) -> list[bool]:
    columns = columns_of(headings, sheet, meanings=meanings)
    return [column in DATE_COLUMNS for column in columns]
