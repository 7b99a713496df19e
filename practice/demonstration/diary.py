"""Days on which sessions are held, and appointments kept and missed."""

import datetime as dt
import random
from collections.abc import Sequence
from dataclasses import dataclass

from practice.demonstration.people import InventedPractitioner
from practice.domain.sessions import SEEN, Attendance, Kind

DAY = dt.timedelta(days=1)
WEEK = dt.timedelta(weeks=1)

# Of all appointments; a client who drops out adds a few more that were not kept.
MISSED_SHARE = 0.17
MISSED = {
    Attendance.DNA: 28,
    Attendance.CANCELLED_BY_CLIENT: 48,
    Attendance.CANCELLED_BY_PRACTITIONER: 20,
    Attendance.LATE_NOT_SEEN: 4,
}
LATE_SHARE = 0.04


@dataclass(frozen=True, kw_only=True)
class Appointment:
    """One agreed hour, kept or not."""

    on: dt.date
    kind: Kind
    attendance: Attendance

    @property
    def is_attended(self) -> bool:
        """The client was seen."""
        return self.attendance in SEEN


def is_closed(practitioner: InventedPractitioner, day: dt.date) -> bool:
    """Christmas to New Year for all, and each practitioner's summer leave."""
    place = (day.month, day.day)
    first, last = practitioner.closed
    return place >= (12, 24) or place <= (1, 2) or first <= place <= last


def slot_on_or_after(practitioner: InventedPractitioner, day: dt.date, weekday: int) -> dt.date:
    """The client's weekday, this week or later, when the practice is open."""
    day += DAY * ((weekday - day.weekday()) % 7)
    while is_closed(practitioner, day):
        day += WEEK
    return day


def slots_back(
    practitioner: InventedPractitioner, last: dt.date, weekday: int, count: int
) -> list[dt.date]:
    """The client's last `count` weekly slots up to a day, earliest first."""
    day = last - DAY * ((last.weekday() - weekday) % 7)
    found: list[dt.date] = []
    while len(found) < count:
        if not is_closed(practitioner, day):
            found.append(day)
        day -= WEEK
    return found[::-1]


def appointments(
    rng: random.Random,
    practitioner: InventedPractitioner,
    *,
    first: dt.date,
    kinds: Sequence[Kind],
) -> list[Appointment]:
    """Weekly (or now and then fortnightly) appointments, one kept for each kind, some missed.

    Never the first, and not more than one in three and one besides: somebody who misses more has
    dropped out, which is another course of events.
    """
    weekday = first.weekday()
    pace = rng.choices((1, 2), weights=(80, 20))[0]
    day = slot_on_or_after(practitioner, first, weekday)
    allowed = 1 + len(kinds) // 3
    found: list[Appointment] = []
    for kind in kinds:
        while found and allowed and rng.random() < MISSED_SHARE:
            missed = rng.choices(list(MISSED), weights=list(MISSED.values()))[0]
            found.append(Appointment(on=day, kind=kind, attendance=missed))
            allowed -= 1
            day = slot_on_or_after(practitioner, day + WEEK, weekday)
        late = rng.random() < LATE_SHARE
        attendance = Attendance.LATE if late else Attendance.ATTENDED
        found.append(Appointment(on=day, kind=kind, attendance=attendance))
        day = slot_on_or_after(practitioner, day + WEEK * pace, weekday)
    return found


def missed_after(
    practitioner: InventedPractitioner, last: dt.date, *, kind: Kind, count: int
) -> list[Appointment]:
    """Appointments that a client who has gone did not come to."""
    found: list[Appointment] = []
    day = last
    for _ in range(count):
        day = slot_on_or_after(practitioner, day + WEEK, last.weekday())
        found.append(Appointment(on=day, kind=kind, attendance=Attendance.DNA))
    return found
