"""Where in an episode a session or form may stand: after the referral, and past the end only some."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from practice.domain.endings import Ending
from practice.domain.periods import day_words
from practice.domain.records import SessionRecord
from practice.domain.sessions import QUESTIONNAIRE, Attendance, Kind

# Their scores may come after the end.
AFTER_THE_END = frozenset({Kind.FOLLOW_UP.value, QUESTIONNAIRE})


class Part(StrEnum):
    """Which fact of a session stands against its place."""

    DATE = "date"
    KIND = "kind"


@dataclass(frozen=True, kw_only=True)
class Bounds:
    """The facts of an episode that its sessions are held against. ended_on: None while it is open."""

    referred_on: dt.date
    ended_on: dt.date | None
    ending: str


@dataclass(frozen=True, kw_only=True)
class Placed:
    """A session or lone form as it would stand. attendance: None for a form without a meeting.

    kind: of a session, or "questionnaire". has_score: some form of it has a total.
    """

    on: dt.date
    kind: str
    attendance: Attendance | None
    has_score: bool

    @property
    def is_treatment(self) -> bool:
        """Attended, and of a kind that treats."""
        if self.attendance is None:
            return False
        return SessionRecord(
            on=self.on, kind=Kind(self.kind), attendance=self.attendance
        ).is_treatment


@dataclass(frozen=True, kw_only=True)
class Misplaced:
    """What stands against it, and what would be right."""

    part: Part
    message: str


def misplaced(placed: Placed, bounds: Bounds) -> Misplaced | None:
    """The first rule that is broken; None when it may stand there.

    The rules are those of the import, asked there of whole files.
    """
    if placed.on < bounds.referred_on:
        return Misplaced(
            part=Part.DATE,
            message=f"Before the referral, {day_words(bounds.referred_on)}: correct the date, or "
            "the date of the referral among the client's details.",
        )
    if bounds.ending == Ending.REFERRED_ON and placed.is_treatment:
        return Misplaced(
            part=Part.KIND,
            message="The episode was referred on before treatment: correct its ending first (an "
            "agreed one or one by the service is meant), or the kind of this session.",
        )
    if bounds.ended_on is None or placed.on <= bounds.ended_on:
        return None
    return _after_the_end(placed, bounds.ended_on)


def _after_the_end(placed: Placed, ended_on: dt.date) -> Misplaced | None:
    if placed.is_treatment:
        return Misplaced(
            part=Part.KIND,
            message=f"A treatment session after the end of the episode, {day_words(ended_on)}: "
            "correct the date, make it a follow-up, or give the episode a later end.",
        )
    if placed.has_score and placed.kind not in AFTER_THE_END:
        return Misplaced(
            part=Part.KIND,
            message=f"A score after the end of the episode, {day_words(ended_on)}: only a follow-up "
            "or a form filled in without a meeting comes later; correct the kind, the date or the "
            "end.",
        )
    return None
