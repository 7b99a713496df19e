"""Short ways to write an episode in a test: days are counted from the referral."""

import datetime as dt
from decimal import Decimal

from practice.domain.endings import Ending
from practice.domain.outcomes import Course
from practice.domain.records import EpisodeRecord, ScoreRecord, SessionRecord
from practice.domain.sessions import Attendance, Kind

REFERRED = dt.date(2025, 11, 3)
END = 100


def on(day: int) -> dt.date:
    """The date so many days after the referral."""
    return REFERRED + dt.timedelta(days=day)


def session(
    day: int,
    kind: Kind = Kind.TREATMENT,
    attendance: Attendance = Attendance.ATTENDED,
    *,
    position: int = 0,
) -> SessionRecord:
    return SessionRecord(on=on(day), kind=kind, attendance=attendance, position=position)


def score(
    measure: str,
    day: int,
    total: float | str,
    kind: Kind | None = Kind.TREATMENT,
    *,
    position: int = 0,
) -> ScoreRecord:
    return ScoreRecord(
        measure=measure, on=on(day), total=Decimal(str(total)), kind=kind, position=position
    )


def scores(measure: str, *totals: float | str) -> tuple[ScoreRecord, ...]:
    """Scores a week apart, from day 7, as sessions bring them."""
    return tuple(score(measure, 7 * week, total) for week, total in enumerate(totals, start=1))


def sessions(*days: int) -> tuple[SessionRecord, ...]:
    """Attended treatment sessions."""
    return tuple(session(day) for day in days)


def course(
    *given: ScoreRecord,
    held: tuple[SessionRecord, ...] = (),
    until: int = END,
    ending: Ending | None = Ending.AGREED_AT_END,
) -> Course:
    """A course with these scores (and sessions), judged on its last day."""
    episode = EpisodeRecord(
        key=1,
        referred_on=REFERRED,
        ended_on=on(until),
        ending=ending,
        sessions=held,
        scores=given,
    )
    return Course(episode=episode, until=on(until))
