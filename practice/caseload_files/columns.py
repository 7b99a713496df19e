"""The columns of the two sheets, and how a heading is recognised."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from practice.domain.measures import MEASURES, Measure


class SheetName(StrEnum):
    """The two sheets of a caseload."""

    EPISODES = "episodes"
    SESSIONS = "sessions"


_ITEM_COLUMNS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        code: tuple(f"{code}_{item}" for item in range(1, len(measure.items) + 1))
        for code, measure in MEASURES.items()
    }
)


def item_columns(measure: Measure) -> tuple[str, ...]:
    """The columns of a measure's items in order."""
    return _ITEM_COLUMNS[measure.code]


def mode_column(measure: Measure) -> str:
    """The column that says how one measure's form came, where the row's forms differ."""
    return f"{measure.code}_mode"


EPISODE_COLUMNS = (
    "client",
    "episode",
    "practitioner",
    "referred_on",
    "source",
    "contract",
    "problem",
    "problem_2",
    "problem_3",
    "therapy",
    "earlier_therapy",
    "gender",
    "birth_year",
    "planned_sessions",
    "ended_on",
    "ending",
    "wished_to_continue",
    "left_out",
    "note",
    # Ours: who held the episode before `practitioner`, so that an export loses no hand-over.
    "held_before",
)
# Ours: a note to each session, and the mode of one measure where the forms of a row differ.
MODE_COLUMNS = tuple(mode_column(measure) for measure in MEASURES.values())
SESSION_COLUMNS = (
    "client",
    "episode",
    "date",
    "kind",
    "attendance",
    "medium",
    "minutes",
    "fee",
    "mode",
    *MODE_COLUMNS,
    *(column for measure in MEASURES.values() for column in (measure.code, *item_columns(measure))),
    "note",
)
COLUMNS: Mapping[SheetName, tuple[str, ...]] = MappingProxyType(
    {SheetName.EPISODES: EPISODE_COLUMNS, SheetName.SESSIONS: SESSION_COLUMNS}
)
REQUIRED: Mapping[SheetName, tuple[str, ...]] = MappingProxyType(
    {SheetName.EPISODES: ("client", "referred_on"), SheetName.SESSIONS: ("client", "date")}
)
DATE_COLUMNS = frozenset({"referred_on", "ended_on", "date"})


def plain(heading: str) -> str:
    """A heading or sheet name without case, spaces, underscores and hyphens.

    "Referred on", "PHQ-9" and "phq9 _ 1" are recognised as people write them.
    """
    return "".join(sign for sign in heading.casefold() if not (sign.isspace() or sign in "_-"))


_BY_PLAIN_HEADING: Mapping[SheetName, Mapping[str, str]] = MappingProxyType(
    {
        sheet: MappingProxyType({plain(column): column for column in columns})
        for sheet, columns in COLUMNS.items()
    }
)


def column_of(heading: str, sheet: SheetName) -> str | None:
    """The column that a heading names; None for a heading that is none of ours."""
    return _BY_PLAIN_HEADING[sheet].get(plain(heading))
