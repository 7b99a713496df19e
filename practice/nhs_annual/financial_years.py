"""Financial years as they are written: 2025-26, from April to March."""

import datetime as dt
import re

from practice.domain.benchmark_figures import parse_period
from practice.domain.periods import day_words

# Before it, categories of change were counted otherwise.
FIRST = 2015
_IN_A_NAME = re.compile(r"(?<!\d)(20\d\d)[-_– ]?(?:to[-_ ]?)?(?:20)?(\d\d)(?!\d)")
_DAY_FIRST = re.compile(r"(\d{1,2})/(\d{1,2})/(20\d\d)(?!\d)")
_YEAR_FIRST = re.compile(r"(20\d\d)-?(\d\d)-?(\d\d)(?!\d)")
_WRITTEN = re.compile(r"20\d\d-\d\d", re.ASCII)


def year_from(first: int) -> str:
    """The financial year that begins in April of the year."""
    return f"{first}-{(first + 1) % 100:02d}"


def ended_years(today: dt.date) -> tuple[str, ...]:
    """The years that can be brought in, newest first: those that had ended by the day before."""
    last = today.year - 1 if today > dt.date(today.year, 3, 31) else today.year - 2
    return tuple(year_from(first) for first in range(last, FIRST - 1, -1))


def year_in_name(name: str) -> str:
    """The year that a file's name speaks of; "" where it names none, or several."""
    found = {
        year_from(int(match[1]))
        for match in _IN_A_NAME.finditer(name)
        if (int(match[1]) + 1) % 100 == int(match[2])
    }
    return found.pop() if len(found) == 1 else ""


def year_starting(day: str) -> str:
    """The year that begins on a day as the file writes it; "" where it is no first of April."""
    british, iso = _DAY_FIRST.match(day), _YEAR_FIRST.match(day)
    if british and (int(british[1]), int(british[2])) == (1, 4):
        return year_from(int(british[3]))
    if iso and (int(iso[2]), int(iso[3])) == (4, 1):
        return year_from(int(iso[1]))
    return ""


def check_year(year: str, *, today: dt.date) -> str:
    """The year, if figures of it can be there. Raises ValueError with what would be right."""
    newest = ended_years(today)[0]
    if _WRITTEN.fullmatch(year) is None:
        raise ValueError(f"a financial year is written {newest}")
    try:
        days = parse_period(year)
    except ValueError:
        raise ValueError(f"{year} is no financial year: write {newest}") from None
    if days.end >= today:
        raise ValueError(
            f"{year} ends on {day_words(days.end)}: its figures are published after that; "
            f"the newest that can be here is {newest}"
        )
    if days.start.year < FIRST:
        raise ValueError(f"before {year_from(FIRST)} the change was counted otherwise")
    return year


def chosen_year(asked: str, *, named: str, said: str, today: dt.date) -> str:
    """Which year a file is of: as a column of it says, as asked for, or else as its name says.

    A name is only a suggestion; a column is not. Raises ValueError where nothing says which year
    it is, where the column says another than was asked for, and as check_year.
    """
    if asked and said and asked != said:
        raise ValueError(f"the file says that it is of {said}, not of {asked}")
    year = asked or said or named
    if not year:
        raise ValueError("say which financial year it is: neither the file nor its name tells")
    return check_year(year, today=today)
