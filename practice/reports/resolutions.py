"""What somebody resolved to try after a report, as it stands on the next ones until it is closed.

The words are kept encrypted, and nowhere else: a report made for good keeps only the place where
they stood. When it is printed again, they are read from their history as of the day it was made.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from practice.cohorts import Scope
from practice.domain.periods import day_words
from practice.models import Resolution
from practice.reports.blocks import Block
from practice.reports.notes import Note

KEY = "last-resolution"
HEADING = "Last resolution"
# As many open ones as paper has room for.
MOST_SHOWN = 3
# Stands in a stored report in place of the words.
KEPT_ELSEWHERE = Note(heading=HEADING, text="kept encrypted, apart from this report")

# A resolution, or a row of its history: the same fields.
Kept = Any


def standing(scope: Scope) -> tuple[Resolution, ...]:
    """The open ones of a scope, newest first, and after them the last that was closed. One query."""
    return _standing(
        Resolution.objects.filter(service=scope.service, practitioner=scope.practitioner)
    )


def standing_at(scope: Scope, moment: dt.datetime) -> tuple[Kept, ...]:
    """The same as they were at a moment, by their history. One query."""
    history: Any = Resolution.history
    rows = history.filter(
        service_id=scope.service.pk,
        practitioner_id=None if scope.practitioner is None else scope.practitioner.pk,
        history_date__lte=moment,
    ).order_by("history_date", "history_id")
    # The last row of each wins.
    newest = {row.id: row for row in rows}
    return _standing(row for row in newest.values() if row.history_type != "-")


def _standing(rows: Iterable[Kept]) -> tuple[Kept, ...]:
    newest = sorted(rows, key=lambda row: (row.from_on, row.entered_at, row.id), reverse=True)
    closed = [row for row in newest if row.closed_on is not None]
    last = sorted(closed, key=lambda row: row.closed_on, reverse=True)[:1]
    return (*(row for row in newest if row.closed_on is None), *last)


def resolution_block(rows: Sequence[Kept]) -> Block | None:
    """What stands on the report; None where nobody has resolved anything."""
    if not rows:
        return None
    still_open = [row for row in rows if row.closed_on is None]
    shown = [*still_open[:MOST_SHOWN], *(row for row in rows if row.closed_on is not None)]
    more = len(still_open) - MOST_SHOWN
    notes = [_note(row) for row in shown]
    if more > 0:
        notes.append(Note(heading="Older", text=f"{more} more open, on the page of the report"))
    return Block(key=KEY, heading=HEADING, notes=tuple(notes))


def without_words(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """The blocks of a report as they are stored: the place of a resolution without its words."""
    return tuple(
        Block(key=KEY, heading=HEADING, notes=(KEPT_ELSEWHERE,)) if block.key == KEY else block
        for block in blocks
    )


def with_words(blocks: Sequence[Block], rows: Sequence[Kept]) -> tuple[Block, ...]:
    """The blocks of a stored report as they are printed."""
    found = resolution_block(rows)
    return tuple(found if found is not None and block.key == KEY else block for block in blocks)


def _note(row: Kept) -> Note:
    parts = [_sentence(row.will_try)]
    if row.expects:
        parts.append(f"Expected: {_sentence(row.expects)}")
    if row.look_again_on is not None:
        parts.append(f"Look again on {day_words(row.look_again_on)}.")
    if row.closed_on is None:
        return Note(heading=f"From {day_words(row.from_on)}", text=" ".join(parts))
    heading = f"Closed on {day_words(row.closed_on)}"
    return Note(heading=heading, text=" ".join(parts))


def _sentence(text: str) -> str:
    text = " ".join(text.split())
    return text if text.endswith((".", "!", "?")) else f"{text}."
