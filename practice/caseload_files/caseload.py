"""A caseload as read from two CSV files or one workbook."""

from collections.abc import Sequence
from dataclasses import dataclass

from practice.caseload_files.columns import SheetName
from practice.caseload_files.csv_sheets import read_csv
from practice.caseload_files.problems import Problem, UnreadableFileError, file_problem
from practice.caseload_files.sheets import Sheet
from practice.caseload_files.sources import SourceFile, refuse_unusable
from practice.caseload_files.workbooks import read_workbook


@dataclass(frozen=True, kw_only=True)
class Caseload:
    """The two sheets, as text under recognised headings."""

    episodes: Sheet
    sessions: Sheet


def read_caseload(sources: Sequence[SourceFile]) -> Caseload:
    """Read one XLSX workbook, or two CSV files in the order episodes, sessions.

    Raises UnreadableFileError with every problem of every file.
    """
    problems: list[Problem] = []
    for source in sources:
        try:
            refuse_unusable(source)
        except UnreadableFileError as error:
            problems.extend(error.problems)
    if problems:
        raise UnreadableFileError(problems)
    match sources:
        case [workbook]:
            if not workbook.is_zip:
                message = (
                    "not an XLSX workbook: give a workbook alone, or two CSV files, episodes first"
                )
                raise UnreadableFileError([file_problem(workbook.name, message)])
            episodes, sessions = read_workbook(workbook)
        case [first, second]:
            episodes, sessions = _read_pair(first, second)
        case _:
            raise UnreadableFileError(
                [
                    file_problem(
                        f"{len(sources)} files",
                        "give two CSV files, episodes first, or one XLSX workbook",
                    )
                ]
            )
    return Caseload(episodes=episodes, sessions=sessions)


def _read_pair(first: SourceFile, second: SourceFile) -> tuple[Sheet, Sheet]:
    problems: list[Problem] = []
    sheets: list[Sheet] = []
    for source, name in ((first, SheetName.EPISODES), (second, SheetName.SESSIONS)):
        try:
            sheets.append(read_csv(source, name))
        except UnreadableFileError as error:
            problems.extend(error.problems)
    if problems:
        raise UnreadableFileError(problems)
    episodes, sessions = sheets
    return episodes, sessions
