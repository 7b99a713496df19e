"""The files as they come: bytes with a name, never too large, and what kind they seem to be."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from practice.caseload_files.problems import Problem, UnreadableFileError, file_problem, shown

MEGABYTE = 1024 * 1024
SIZE_LIMIT = 20 * MEGABYTE
# Where every spreadsheet ends, rows with nothing in them included.
LAST_ROW = 1_048_576

EMPTY = "empty: it needs a row of headings, and a row for each episode or session"

_ZIP = b"PK\x03\x04"
# Compound files: workbooks of Excel up to 2003, and newer ones that have a password.
_COMPOUND = b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True, kw_only=True)
class SourceFile:
    """A file's name, without its folder, and its bytes."""

    name: str
    content: bytes

    @property
    def is_zip(self) -> bool:
        """An XLSX workbook is a zip archive; so are other things."""
        return self.content.startswith(_ZIP)


def open_source(path: Path) -> SourceFile:
    """Read a file. Raises UnreadableFileError when it is missing, a folder, barred or too large."""
    name = shown(path.name)
    try:
        with path.open("rb") as file:
            # One byte more than allowed is enough to know, so a huge file costs nothing.
            content = file.read(SIZE_LIMIT + 1)
    except FileNotFoundError:
        raise UnreadableFileError(
            [file_problem(name, "there is no such file: check the folder and the spelling")]
        ) from None
    except IsADirectoryError:
        raise UnreadableFileError([file_problem(name, "a folder: name a file in it")]) from None
    except (OSError, ValueError) as error:
        # ValueError: a path with a NUL byte.
        raise UnreadableFileError(
            [file_problem(name, f"cannot be read ({type(error).__name__})")]
        ) from None
    return SourceFile(name=name, content=content)


def open_sources(paths: Iterable[Path]) -> tuple[SourceFile, ...]:
    """Read files. Raises UnreadableFileError with what is wrong with each that cannot be read."""
    sources: list[SourceFile] = []
    problems: list[Problem] = []
    for path in paths:
        try:
            sources.append(open_source(path))
        except UnreadableFileError as error:
            problems.extend(error.problems)
    if problems:
        raise UnreadableFileError(problems)
    return tuple(sources)


def refuse_unusable(source: SourceFile) -> None:
    """Raises UnreadableFileError for what is neither a CSV file nor an XLSX workbook."""
    content = source.content
    if len(content) > SIZE_LIMIT:
        message = (
            f"larger than {SIZE_LIMIT // MEGABYTE} MB: a caseload of thousands of sessions is far "
            "smaller; take out what is no caseload, or split it"
        )
    elif not content.strip():
        message = EMPTY
    elif content.startswith(b"%PDF"):
        message = "a PDF: a CSV file or an XLSX workbook is needed"
    elif content.startswith(_COMPOUND):
        message = (
            "a workbook in the old XLS format or with a password: save it as “Excel workbook "
            "(.xlsx)” without a password"
        )
    else:
        return
    raise UnreadableFileError([file_problem(source.name, message)])
