"""The IAPT rules for one course of therapy: entered, finished, caseness, improvement, recovery.

Source: NHS England, metadata for the annual and monthly NHS Talking Therapies statistics,
2024-25 and 2026. Deterioration and no change follow from the published counts. CORE-10 has no
NHS rule; its thresholds are in practice.domain.measures, and it is never mixed with IAPT figures.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from functools import cached_property

from practice.domain.change import Change, Direction
from practice.domain.measures import MEASURES, PrimaryOutcome
from practice.domain.records import EpisodeRecord, ScoreRecord, SessionRecord
from practice.domain.sessions import Kind

# "Finished course": at least this many treatment sessions, however it ended.
FINISHED_FROM = 2
# A last score is stale when at least this many treatment sessions came after it.
STALE_FROM = 2
# Silent: the last attended session is at least this many days back (NHS bands 61-90, 91-120, 121+).
SILENT_FROM_DAYS = 61


class Caseness(StrEnum):
    """Whether the first scores were at or above a cut-off."""

    AT = "at_caseness"
    NOT_AT = "not_at_caseness"
    UNKNOWN = "caseness_unknown"


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of a paired course: a partition (direction) and two facts beside it."""

    direction: Direction
    recovered: bool

    @property
    def reliably_recovered(self) -> bool:
        """Recovered and reliably improved."""
        return self.recovered and self.direction is Direction.IMPROVED


@dataclass(frozen=True, kw_only=True)
class Course:
    """One episode judged on one day: its end date, or for an open one the day it is looked at."""

    episode: EpisodeRecord
    until: dt.date

    @cached_property
    def treatment_sessions(self) -> tuple[SessionRecord, ...]:
        """Attended sessions of a treating kind up to the day, earliest first."""
        return tuple(
            sorted(
                (s for s in self.episode.sessions if s.is_treatment and s.on <= self.until),
                key=lambda session: (session.on, session.position),
            )
        )

    @property
    def entered_therapy(self) -> bool:
        """At least one treatment session."""
        return bool(self.treatment_sessions)

    @property
    def one_session_only(self) -> bool:
        """Exactly one treatment session."""
        return len(self.treatment_sessions) == 1

    @property
    def finished(self) -> bool:
        """At least two treatment sessions, however it ended: NOT the same as a planned ending."""
        return len(self.treatment_sessions) >= FINISHED_FROM

    @property
    def wait_days(self) -> int | None:
        """Days from referral to the first treatment session."""
        if not self.treatment_sessions:
            return None
        return (self.treatment_sessions[0].on - self.episode.referred_on).days

    @property
    def days_silent(self) -> int | None:
        """Days since the client was last seen, at any kind of session; None if never seen.

        Missed and cancelled sessions and forms sent in are no contact, so a client who is marked
        as missing every week is silent all the same.
        """
        seen = [s.on for s in self.episode.sessions if s.is_attended and s.on <= self.until]
        return (self.until - max(seen)).days if seen else None

    @property
    def is_silent(self) -> bool:
        """Entered therapy, and last seen 61 days ago or more."""
        days = self.days_silent
        return self.entered_therapy and days is not None and days >= SILENT_FROM_DAYS

    @cached_property
    def _scores(self) -> Mapping[str, tuple[ScoreRecord, ...]]:
        """By measure, earliest first: from the referral to the day, without follow-up sessions."""
        kept = sorted(
            (
                score
                for score in self.episode.scores
                if score.kind is not Kind.FOLLOW_UP
                and self.episode.referred_on <= score.on <= self.until
            ),
            key=lambda score: score.order,
        )
        return {code: tuple(score for score in kept if score.measure == code) for code in MEASURES}

    def scores(self, measure: str) -> tuple[ScoreRecord, ...]:
        """The valid scores of a measure that count, earliest first."""
        return self._scores[measure]

    def first_score(self, measure: str) -> ScoreRecord | None:
        """The earliest valid score of a measure."""
        scores = self.scores(measure)
        return scores[0] if scores else None

    def last_score(self, measure: str) -> ScoreRecord | None:
        """The latest valid score: exists only when there are at least two."""
        scores = self.scores(measure)
        return scores[-1] if len(scores) > 1 else None

    def change(self, measure: str) -> Change | None:
        """First against last score: exists when the measure is paired."""
        first, last = self.first_score(measure), self.last_score(measure)
        if first is None or last is None:
            return None
        return Change(measure=MEASURES[measure], first=first.total, last=last.total)

    def caseness(self, by: PrimaryOutcome) -> Caseness:
        """At: a first score of any of the measures is a case. Not at: all exist, none is one."""
        firsts = [(code, self.first_score(code)) for code in by.measures]
        known = [(code, first.total) for code, first in firsts if first is not None]
        if any(MEASURES[code].is_case(total) for code, total in known):
            return Caseness.AT
        return Caseness.NOT_AT if len(known) == len(firsts) else Caseness.UNKNOWN

    def outcome(self, by: PrimaryOutcome) -> Outcome | None:
        """The outcome by the pair rule or by one measure; None when not paired.

        Improved: at least one measure reliably better and none reliably worse. Deteriorated: at
        least one reliably worse and none better. Everything else is no reliable change, better on
        one and worse on the other included. Recovered: at caseness, and every last score below.
        """
        changes = [change for code in by.measures if (change := self.change(code)) is not None]
        if len(changes) < len(by.measures):
            return None
        directions = {change.direction for change in changes}
        direction = Direction.UNCHANGED
        if Direction.IMPROVED in directions and Direction.DETERIORATED not in directions:
            direction = Direction.IMPROVED
        elif Direction.DETERIORATED in directions and Direction.IMPROVED not in directions:
            direction = Direction.DETERIORATED
        return Outcome(
            direction=direction,
            recovered=self.caseness(by) is Caseness.AT
            and not any(change.ended_at_case for change in changes),
        )

    def has_late_baseline(self, by: PrimaryOutcome) -> bool:
        """A first score that came after the day of the second treatment session."""
        if not self.finished:
            return False
        second = self.treatment_sessions[FINISHED_FROM - 1].on
        firsts = [self.first_score(code) for code in by.measures]
        return any(first is not None and first.on > second for first in firsts)

    def has_stale_last(self, by: PrimaryOutcome) -> bool:
        """A last score after whose day two or more treatment sessions followed."""
        lasts = [self.last_score(code) for code in by.measures]
        return any(
            last is not None
            and sum(session.on > last.on for session in self.treatment_sessions) >= STALE_FROM
            for last in lasts
        )


def pre_post_effect_size(changes: tuple[Change, ...]) -> Decimal | None:
    """(Mean first - mean last) / SD (n - 1) of the first scores of the same paired cases.

    None under two pairs or when all first scores are equal. The NHS divides by England's SD of
    first scores instead: state which, wherever it is shown.
    """
    if len(changes) < 2:
        return None
    # Fractions until the root: a decimal mean with endless places would tip an exact half.
    firsts = [Fraction(change.first) for change in changes]
    mean = sum(firsts, Fraction(0)) / len(firsts)
    variance = sum(((first - mean) ** 2 for first in firsts), Fraction(0)) / (len(firsts) - 1)
    if variance == 0:
        return None
    fall = sum((Fraction(change.fall) for change in changes), Fraction(0)) / len(changes)
    square = fall * fall / variance
    size = (Decimal(square.numerator) / Decimal(square.denominator)).sqrt()
    return -size if fall < 0 else size
