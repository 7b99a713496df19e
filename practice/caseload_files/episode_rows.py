"""Understands a row of the episodes sheet by itself; what needs other rows comes later."""

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from practice.caseload_files import cells
from practice.caseload_files.problems import Problem
from practice.caseload_files.reading import RowReading, limited
from practice.caseload_files.sheets import Row, Sheet

# What a field of a record holds: text, number, day, yes or no, or None.
Value = object

EpisodeKey = tuple[str, int]

LINE_LENGTH = 120
FREE_TEXTS = ("source", "contract", "problem", "problem_2", "problem_3", "therapy")
# Empty is an empty text for these fields, and None for the others.
_TEXTS = frozenset({*FREE_TEXTS, "earlier_therapy", "ending", "left_out", "note", "gender"})

_HAND_OVER = re.compile(r"(\S+)\s+until\s+(\S+)")


@dataclass(frozen=True, kw_only=True)
class HandOver:
    """Somebody held the episode up to, not including, a day."""

    email: str
    until: dt.date


@dataclass(frozen=True, kw_only=True, eq=False)
class EpisodeRow:
    """A row of the episodes sheet as far as it could be understood.

    key: client and episode number; None when either is wrong. practitioner: "" for an empty cell,
    None where the sheet has no such column. facts: of the client. fields: of the episode, by the
    model's names; only columns that the sheet has and whose cell is right. wrong: columns refused.
    """

    row: Row
    key: EpisodeKey | None
    practitioner: str | None
    hand_overs: tuple[HandOver, ...]
    facts: Mapping[str, Value]
    fields: Mapping[str, Value]
    wrong: frozenset[str]
    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...]


def read_key(reading: RowReading) -> EpisodeKey | None:
    """Client and episode of a row of either sheet; the episode is 1 where none is given."""
    reading.require("client")
    client = reading.read("client", cells.reference)
    number = reading.read("episode", partial(cells.whole, lowest=1, highest=cells.MOST_EPISODES))
    if client is None or "episode" in reading.wrong:
        return None
    return client, number or 1


def read_episode_rows(sheet: Sheet, *, today: dt.date) -> tuple[EpisodeRow, ...]:
    """All rows of the sheet. Raises UnreadableFileError where far too much is wrong."""
    fields, facts = _understanding(today)
    rows = (_read(row, fields=fields, facts=facts, today=today) for row in sheet.rows)
    return tuple(limited(rows, file=sheet.file))


Understanding = Mapping[str, Callable[[str], Value]]


def _understanding(today: dt.date) -> tuple[Understanding, Understanding]:
    """How each cell is read: of the episode, and of the client."""
    day = partial(cells.day, today=today)
    line = partial(cells.line, limit=LINE_LENGTH)
    fields: dict[str, Callable[[str], Value]] = {
        "referred_on": day,
        **dict.fromkeys(FREE_TEXTS, line),
        "earlier_therapy": cells.earlier_therapy,
        "planned_sessions": cells.planned_sessions,
        "ended_on": day,
        "ending": cells.ending,
        "wished_to_continue": cells.wished_to_continue,
        "left_out": cells.left_out,
        "note": cells.note,
    }
    facts: dict[str, Callable[[str], Value]] = {
        "gender": cells.gender,
        "birth_year": partial(cells.birth_year, today=today),
    }
    return fields, facts


def _read(row: Row, *, fields: Understanding, facts: Understanding, today: dt.date) -> EpisodeRow:
    reading = RowReading(row)
    key = read_key(reading)
    reading.require("referred_on")
    email = reading.read("practitioner", cells.email)
    hand_overs = reading.read("held_before", partial(_hand_overs, today=today)) or ()
    of_client = {
        column: value
        for column, understand in facts.items()
        if (value := reading.read(column, understand)) is not None
    }
    of_episode = _read_fields(reading, fields)
    if of_episode.get("planned_sessions") == 0:
        of_episode["planned_sessions"] = None
        reading.warn("planned_sessions", "taken as not recorded: leave the cell empty")
    return EpisodeRow(
        row=row,
        key=key,
        practitioner=(email or "") if reading.has("practitioner") else None,
        hand_overs=hand_overs,
        facts=of_client,
        fields=of_episode,
        wrong=frozenset(reading.wrong),
        problems=tuple(reading.problems),
        warnings=tuple(reading.warnings),
    )


def _read_fields(reading: RowReading, understanding: Understanding) -> dict[str, Value]:
    found: dict[str, Value] = {}
    for column, understand in understanding.items():
        value = reading.read(column, understand)
        if reading.has(column) and column not in reading.wrong:
            found[column] = "" if value is None and column in _TEXTS else value
    return found


def _hand_overs(text: str, *, today: dt.date) -> tuple[HandOver, ...]:
    found: list[HandOver] = []
    for part in cells.unguarded(text).split(";"):
        match = _HAND_OVER.fullmatch(part.strip())
        if match is None:
            raise cells.CellError(
                "write who held the episode before, as “p1@example.org until 2026-03-01”, several "
                "with a semicolon between them"
            )
        hand_over = HandOver(email=cells.email(match[1]), until=cells.day(match[2], today=today))
        if found and hand_over.until <= found[-1].until:
            raise cells.CellError("the dates must rise: the first who held the episode comes first")
        found.append(hand_over)
    return tuple(found)
