"""Which date each score of a row per client carries, and whether a date is a session.

Two things no heading says: whether the dates are sessions, where only forms are dated; and the date
of scores "pre" and "post" that have none. They are asked once and remembered like a heading.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from practice.caseload_files.headings import Meanings
from practice.caseload_files.wide_columns import (
    FORM_DATES,
    SESSION_FIELDS,
    WORD_POINTS,
    WideColumn,
)
from practice.domain.measures import MEASURES

# Kept among the headings; no heading is written like this.
DATES = "(dates)"
_DATE_OF = "(date of {point})"


class Dates(StrEnum):
    """What a date beside scores is."""

    SESSIONS = "sessions"
    FORMS = "forms"


# Where a score without a date of its own may take it from.
BORROWED = ("referred_on", "ended_on")


def date_of(point: str) -> str:
    """The question for the date of a point, as it is remembered."""
    return _DATE_OF.format(point=point)


@dataclass(frozen=True, kw_only=True)
class Entry:
    """What belongs to one date of a row. date: its place, None where no column gives it.

    columns: places by the column of a session. is_form: the date is of a form, not of a session.
    """

    point: str
    date: int | None
    columns: Mapping[str, int]
    is_form: bool


@dataclass(frozen=True, kw_only=True)
class Shape:
    """How the columns of a row per client hang together.

    dates: as asked; None while nobody has said. has_sessions: whether any column dates a session.
    """

    entries: tuple[Entry, ...]
    dates: Dates | None
    has_sessions: bool

    @property
    def asks_for_dates(self) -> bool:
        """Whether only forms are dated, so that somebody must say what the dates are."""
        return bool(self.entries) and not self.has_sessions

    @property
    def are_forms(self) -> bool:
        """Whether no date is a session, because the practice has said so."""
        return self.dates is Dates.FORMS

    @property
    def undated(self) -> tuple[Entry, ...]:
        """Scores without a column for their date."""
        return tuple(entry for entry in self.entries if entry.date is None)


def shape_of(columns: Sequence[WideColumn | None], *, meanings: Meanings) -> Shape:
    """Put the columns of each point together. Of two for the same thing the first counts here."""
    places: dict[WideColumn, int] = {}
    for place, column in enumerate(columns):
        if column is not None:
            places.setdefault(column, place)
    points = sorted({column.point for column in places if column.point}, key=_order)
    entries: list[Entry] = []
    for point in points:
        entries.extend(_entries(point, places, meanings=meanings))
    said = meanings.get(DATES, "")
    return Shape(
        entries=tuple(entries),
        dates=Dates(said) if said in set(Dates) else None,
        has_sessions=any(
            column.column == "date" and column.point not in {"pre", "mid", "post"}
            for column in places
        ),
    )


def _order(point: str) -> tuple[int, str]:
    if point.isdigit():
        return int(point) + 1, ""
    return {"assessment": 0, "pre": 1}.get(point, 1000), f"{WORD_POINTS.index(point)}"


def _entries(point: str, places: Mapping[WideColumn, int], *, meanings: Meanings) -> list[Entry]:
    def place(column: str) -> int | None:
        return places.get(WideColumn(column=column, point=point))

    found: list[Entry] = []
    scores = {code: at for code in MEASURES if (at := place(code)) is not None}
    fields = {field: at for field in SESSION_FIELDS if (at := place(field)) is not None}
    date = place("date")
    own = {
        code: at
        for name, code in FORM_DATES.items()
        if code in scores and (at := place(name)) is not None
    }
    general = {code: at for code, at in scores.items() if code not in own}
    if date is None and not own:
        borrowed = meanings.get(date_of(point))
        if borrowed in BORROWED:
            date = places.get(WideColumn(column=borrowed))
    elif date is None and general:
        # A day on which one form is dated is the day of those beside it.
        date = next(iter(own.values()))
    if date is not None or general or fields:
        found.append(Entry(point=point, date=date, columns={**fields, **general}, is_form=False))
    for code, at in own.items():
        found.append(Entry(point=point, date=at, columns={code: scores[code]}, is_form=True))
    return found
