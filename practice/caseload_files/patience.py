"""How long files may take to read where somebody waits for the answer, and others behind them.

The sizes are limited as well (`sources`, `sheets`, `workbook_limits`); this is for what none of them
foresaw. A command has all the time it needs.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from practice.caseload_files.problems import UnreadableFileError, file_problem

_WORDS = (
    "took too long to read: split it into smaller files, or have it brought in by the command "
    "import_caseload, which has no limit of time"
)


class TooLongError(UnreadableFileError):
    """The time for reading is over."""

    def __init__(self) -> None:
        super().__init__([file_problem("the file", _WORDS)])


def _never() -> bool:
    return False


_is_over: ContextVar[Callable[[], bool]] = ContextVar("is_over", default=_never)


@contextmanager
def reading_until(is_over: Callable[[], bool]) -> Iterator[None]:
    """Whatever is read and planned in the body stops soon after is_over() says so."""
    before = _is_over.set(is_over)
    try:
        yield
    finally:
        _is_over.reset(before)


def go_on() -> None:
    """Asked at every row: raises TooLongError when the time is over."""
    if _is_over.get()():
        raise TooLongError
