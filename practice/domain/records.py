"""The frozen rows that cross from the database to the maths. No names, no notes."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from practice.domain.endings import Ending, LeftOut
from practice.domain.sessions import SEEN, TREATMENT_KINDS, Attendance, Kind, Medium


@dataclass(frozen=True, kw_only=True)
class SessionRecord:
    """One appointment, kept or missed. `position` orders the rows of one day as they came.

    minutes, fee (pounds) and medium are None where they were not recorded.
    """

    on: dt.date
    kind: Kind
    attendance: Attendance
    position: int = 0
    minutes: int | None = None
    fee: Decimal | None = None
    medium: Medium | None = None

    @property
    def is_attended(self) -> bool:
        """The client was seen: on time, or late but seen."""
        return self.attendance in SEEN

    @property
    def is_treatment(self) -> bool:
        """Attended, and of a kind that treats; assessment, review and follow-up alone do not."""
        return self.is_attended and self.kind in TREATMENT_KINDS


@dataclass(frozen=True, kw_only=True)
class ScoreRecord:
    """One valid total of one measure. `kind` is None for a form filled in without a meeting.

    It counts whatever the attendance of its session, because a form may be sent in.
    """

    measure: str
    on: dt.date
    total: Decimal
    kind: Kind | None
    position: int = 0

    @property
    def order(self) -> tuple[dt.date, bool, int]:
        """Earliest first; on one day assessment before the other kinds, then as they came."""
        return (self.on, self.kind is not Kind.ASSESSMENT, self.position)


@dataclass(frozen=True, kw_only=True)
class EpisodeRecord:
    """One referral, one course of therapy: the unit of every figure (not the person).

    ending is None for "not recorded" (or open). wished_to_continue is None for "not asked".
    contract to gender: what it may be grouped by, as it was written; "" where nothing was.
    """

    key: int
    referred_on: dt.date
    ended_on: dt.date | None = None
    ending: Ending | None = None
    wished_to_continue: bool | None = None
    left_out: LeftOut | None = None
    left_out_on: dt.date | None = None
    contract: str = ""
    source: str = ""
    therapy: str = ""
    problem: str = ""
    gender: str = ""
    sessions: tuple[SessionRecord, ...] = ()
    scores: tuple[ScoreRecord, ...] = ()
