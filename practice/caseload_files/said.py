"""What is said of a heading: as typed after --heading, and whether it makes sense."""

from collections.abc import Iterable

from practice.caseload_files.columns import COLUMNS, SheetName, plain
from practice.caseload_files.headings import compared
from practice.caseload_files.wide_columns import POINT_COLUMNS, POINT_WORDS, WORD_POINTS
from practice.caseload_files.wide_dates import BORROWED, DATES, Dates, date_of
from practice.domain.measures import MEASURES

_COLUMNS = dict.fromkeys(
    (*COLUMNS[SheetName.EPISODES], *COLUMNS[SheetName.SESSIONS], *POINT_COLUMNS)
)
_BY_PLAIN = {plain(column): column for column in _COLUMNS}


class HeadingError(ValueError):
    """What was said of a heading cannot be understood; the message says what would be right."""


def read_headings(said: Iterable[str]) -> dict[str, str]:
    """Each “heading=column” by its heading as it is remembered. Raises HeadingError."""
    found = {}
    for one in said:
        # From the right: a heading may have the sign itself, and no column has it.
        heading, equals, column = one.rpartition("=")
        if not equals or not compared(heading):
            raise HeadingError(
                f"--heading “{one}”: write your heading, the sign = and a column, as in "
                "--heading “Mood 1=phq9 1”; nothing after the sign leaves the heading out"
            )
        found[compared(heading)] = _column(compared(heading), column.strip(), whole=one)
    return found


def _column(heading: str, column: str, *, whole: str) -> str:
    if heading == DATES:
        return _one_of(column, [dates.value for dates in Dates], whole)
    if heading in {date_of(point) for point in WORD_POINTS}:
        return _one_of(column, list(BORROWED), whole)
    if not column:
        return ""
    name, _, point = column.partition(" ")
    known = _BY_PLAIN.get(plain(name))
    if known is None or (point and not _is_point(point)):
        # "Referred on" is a column of two words.
        known, point = _BY_PLAIN.get(plain(column)), ""
    if known is None:
        raise HeadingError(
            f"--heading “{whole}”: there is no column {column}; choose one of "
            + ", ".join(COLUMNS[SheetName.EPISODES])
            + ", or of a session such as date 1, "
            + ", ".join(f"{code} 1" for code in MEASURES)
        )
    return f"{known} {POINT_WORDS.get(point.strip(), point.strip())}".strip()


def _is_point(point: str) -> bool:
    return point.strip().isdigit() or point.strip() in {*POINT_WORDS, *WORD_POINTS}


def _one_of(word: str, words: list[str], whole: str) -> str:
    if word not in words:
        raise HeadingError(f"--heading “{whole}”: write {' or '.join(words)} after the sign =")
    return word
