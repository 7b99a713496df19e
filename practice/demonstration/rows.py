"""The columns of the two caseload files, and how a fact becomes a cell."""

import datetime as dt

from practice.domain.measures import MEASURES

Row = dict[str, str]

EPISODE_COLUMNS = (
    *("client", "episode", "practitioner", "referred_on", "source", "contract", "problem"),
    *("therapy", "gender", "birth_year", "planned_sessions", "ended_on", "ending"),
    *("wished_to_continue", "left_out", "problem_2", "problem_3", "earlier_therapy", "note"),
)
SESSION_COLUMNS = (
    *("client", "episode", "date", "kind", "attendance", "medium", "minutes", "fee", "mode"),
    *MEASURES,
    *(
        f"{code}_{number}"
        for code, measure in MEASURES.items()
        for number in range(1, len(measure.items) + 1)
    ),
)


def cell(value: str | int | dt.date | None) -> str:
    """The text of a cell; empty for "not recorded"."""
    if value is None:
        return ""
    return value.isoformat() if isinstance(value, dt.date) else str(value)


def row(columns: tuple[str, ...], cells: Row) -> Row:
    """A full row: a column that nothing is said about is empty; an unknown one is a KeyError."""
    full = dict.fromkeys(columns, "")
    for column, text in cells.items():
        if column not in full:
            raise KeyError(column)
        full[column] = text
    return full
