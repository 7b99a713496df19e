"""Nothing quietly changed: what was changed after entry, entered late or taken back, by plain rules.

None of it is a mistake in itself: most changes put something right. It is counted so that nobody
has to take a figure on trust.
"""

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise
from typing import Generic, TypeVar

from practice.domain.endings import Ending, EndingGroup, LeftOut
from practice.domain.sessions import Kind

# A change AT MOST this long after the entry is "within 24 hours". Ours; as long as one's own entry
# may be put right without a reason.
SOON = dt.timedelta(hours=24)
# Entered late: MORE THAN this many days after the session was held. Ours.
LATE_AFTER_DAYS = 7
# The reasons that an import by a command and one on the page write; whole, because somebody may type
# a reason that begins like them.
_BY_IMPORT = re.compile(
    r"imported from caseload file|import [0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
)
_UNDO_OF = "undo of "
# How the reason begins with which the rows of an import are taken away.
IMPORT_UNDONE = f"{_UNDO_OF}import "
_UNANSWERED = "-"

T = TypeVar("T")


def is_import(why: str) -> bool:
    """Whether a history row with this reason was written by an import."""
    return _BY_IMPORT.fullmatch(why) is not None


def is_import_undone(why: str) -> bool:
    """Whether a history row with this reason was written when an import was taken back."""
    return why.startswith(_UNDO_OF) and is_import(why.removeprefix(_UNDO_OF))


@dataclass(frozen=True, kw_only=True)
class Entry:
    """When something was first entered. on: the same by the practice's clock.

    An import has no entry day of its own: what it brought may have been on paper since that day.
    """

    at: dt.datetime
    on: dt.date
    is_imported: bool

    def is_late(self, day: dt.date) -> bool:
        """Entered more than 7 days after the day it is about; never said of an import."""
        return not self.is_imported and (self.on - day).days > LATE_AFTER_DAYS


@dataclass(frozen=True, kw_only=True)
class Stood(Generic[T]):
    """How something stood from a moment on. value is None once it is removed."""

    at: dt.datetime
    value: T | None
    why: str = ""


@dataclass(frozen=True, kw_only=True)
class Edit(Generic[T]):
    """One change. after is None where it was removed. after_entry: the time since it was entered."""

    at: dt.datetime
    before: T
    after: T | None
    why: str
    after_entry: dt.timedelta

    @property
    def is_soon(self) -> bool:
        """Within 24 hours of the entry, to the second."""
        return self.after_entry <= SOON


def edits(states: Sequence[Stood[T]], *, entered: dt.datetime) -> tuple[Edit[T], ...]:
    """From each state to the next that differs; what was saved again as it was is no change."""
    return tuple(
        Edit(
            at=after.at,
            before=before.value,
            after=after.value,
            why=after.why,
            after_entry=after.at - entered,
        )
        for before, after in pairwise(states)
        if before.value is not None and before.value != after.value
    )


@dataclass(frozen=True, kw_only=True)
class FormState:
    """A form's total (None: too many items missing), and its answers as ticked ("" where unknown)."""

    total: Decimal | None
    answers: str = ""


class Way(StrEnum):
    """How a changed score stands in the end against how it was entered."""

    LOWER = "lower"
    HIGHER = "higher"
    # Another answer with the same total, or changed and changed back.
    SAME = "same total"
    SCORED = "without a total before"
    UNSCORED = "without a total since"
    REMOVED = "removed"


def is_changed(before: FormState, after: FormState) -> bool:
    """The total differs, or an item that had been answered is answered otherwise, or not any more.

    Items added to a total that was known alone are no change of the score.
    """
    answered = [(place, mark) for place, mark in enumerate(before.answers) if mark != _UNANSWERED]
    return before.total != after.total or any(
        after.answers[place : place + 1] != mark for place, mark in answered
    )


def way(before: FormState, after: FormState | None) -> Way:
    """The direction between two states; None: the form was removed."""
    if after is None:
        return Way.REMOVED
    if before.total == after.total:
        return Way.SAME
    if before.total is None:
        return Way.SCORED
    if after.total is None:
        return Way.UNSCORED
    return Way.LOWER if after.total < before.total else Way.HIGHER


def form_edits(
    states: Sequence[Stood[FormState]], *, entered: dt.datetime
) -> tuple[Edit[FormState], ...]:
    """The changes of a form that change its score, its removal included."""
    return tuple(
        edit
        for edit in edits(states, entered=entered)
        if edit.after is None or is_changed(edit.before, edit.after)
    )


@dataclass(frozen=True, kw_only=True)
class ScoreStory:
    """One score from its entry on. on: the day it is of, as it stands. edits: form_edits of it."""

    episode: int
    measure: str
    on: dt.date
    entry: Entry
    edits: tuple[Edit[FormState], ...]

    @property
    def way(self) -> Way | None:
        """As it stands, or was removed, against the entry; None for one that was never changed.

        Changed and changed back is two changes and the same total in the end.
        """
        return way(self.edits[0].before, self.edits[-1].after) if self.edits else None

    @property
    def is_soon(self) -> bool:
        """No change came later than 24 hours after the entry."""
        return all(edit.is_soon for edit in self.edits)

    @property
    def is_late(self) -> bool:
        """Entered more than 7 days after its day, also where its session had been entered before."""
        return self.entry.is_late(self.on)


@dataclass(frozen=True, kw_only=True)
class SessionStory:
    """One session from its entry on. on: its day as it stands.

    has_score: a score of it was ever entered. kinds, days: changes of the kind and of the day made
    while a score of the session was known. removal: None while it is stored.
    """

    episode: int
    on: dt.date
    entry: Entry
    has_score: bool
    kinds: tuple[Edit[Kind], ...]
    days: tuple[Edit[dt.date], ...]
    removal: Edit[dt.date] | None

    @property
    def is_late(self) -> bool:
        """Entered more than 7 days after it was held."""
        return self.entry.is_late(self.on)

    @property
    def kind_moved(self) -> tuple[Kind, Kind] | None:
        """The kind before the first change and the one in the end; None where it is the same."""
        if not self.kinds:
            return None
        before, after = self.kinds[0].before, self.kinds[-1].after
        return None if after is None or after == before else (before, after)


@dataclass(frozen=True, kw_only=True)
class EndingState:
    """How an episode stands: open (ended_on is None), or ended; ending is None for not recorded."""

    ended_on: dt.date | None
    ending: Ending | None
    left_out: LeftOut | None = None

    @property
    def is_planned(self) -> bool:
        """Ended in a planned way."""
        return self.ending is not None and self.ending.group is EndingGroup.PLANNED


@dataclass(frozen=True, kw_only=True)
class EndingStory:
    """The endings of one episode. days: every day that ever stood as its end.

    redated, recoded: changes from one ending to another, of the day and of the reason; after_entry
    counts from when that ending was entered. reopened: endings that were taken back. left_out:
    leaving it out of the figures, and taking it in again, after its first entry.
    """

    episode: int
    days: frozenset[dt.date]
    redated: tuple[Edit[EndingState], ...]
    recoded: tuple[Edit[EndingState], ...]
    reopened: tuple[Edit[EndingState], ...]
    left_out: tuple[Edit[EndingState], ...]

    @property
    def recoded_to_planned(self) -> bool:
        """Not planned as first entered, and planned in the end."""
        return bool(self.recoded) and not self._first.is_planned and self._last.is_planned

    @property
    def recoded_from_planned(self) -> bool:
        """Planned as first entered, and not planned in the end."""
        return bool(self.recoded) and self._first.is_planned and not self._last.is_planned

    @property
    def _first(self) -> EndingState:
        return self.recoded[0].before

    @property
    def _last(self) -> EndingState:
        return self.recoded[-1].after or self.recoded[-1].before


def ending_story(episode: int, states: Sequence[Stood[EndingState]]) -> EndingStory:
    """What the states of one episode tell of its endings.

    Reopened and ended anew is a reopening, and the new ending counts its own time since entry.
    """
    kept = [state for state in states if state.value is not None]
    changed = [edit for spell in _spells(kept) for edit in edits(spell, entered=spell[0].at)]
    everything = edits(kept, entered=kept[0].at) if kept else ()
    return EndingStory(
        episode=episode,
        days=frozenset(_ended_days(kept)),
        redated=tuple(e for e in changed if e.after and e.before.ended_on != e.after.ended_on),
        recoded=tuple(e for e in changed if e.after and e.before.ending != e.after.ending),
        reopened=tuple(
            e for e in everything if e.after and e.before.ended_on and e.after.ended_on is None
        ),
        left_out=tuple(e for e in everything if e.after and e.before.left_out != e.after.left_out),
    )


def _spells(states: Iterable[Stood[EndingState]]) -> Iterator[list[Stood[EndingState]]]:
    """Runs of states in which the episode stood as ended."""
    spell: list[Stood[EndingState]] = []
    for state in states:
        if state.value is not None and state.value.ended_on is not None:
            spell.append(state)
        elif spell:
            yield spell
            spell = []
    if spell:
        yield spell


def _ended_days(states: Iterable[Stood[EndingState]]) -> Iterator[dt.date]:
    for state in states:
        if state.value is not None and state.value.ended_on is not None:
            yield state.value.ended_on
