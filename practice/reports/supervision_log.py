"""The log of supervisions had, with client hours beside it: both totals, and no judgement.

Professional bodies ask for the ratio, each with its own rule for what counts; so both are printed
and left to the reader.
"""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count

from practice.cohorts import Scope
from practice.domain.estimates import round_half_up
from practice.domain.periods import Month
from practice.models import SupervisionMeeting
from practice.reports.client_hours import Worked, worked

# The months in the table, this one included.
MONTHS = 12


def hours_words(minutes: int) -> str:
    """Minutes as hours to one decimal: 1.5 h."""
    return f"{round_half_up(Decimal(minutes) / 60, 1)} h"


@dataclass(frozen=True, kw_only=True)
class Hours:
    """Supervision and client work of one span of days.

    client_minutes: of the sessions at which a client was seen, of any kind, held by whoever held
    the client that day, left-out episodes too. without_minutes: of those sessions, how many have no
    minutes recorded and so add nothing.
    """

    label: str
    meetings: int
    minutes: int
    sessions: int
    client_minutes: int
    without_minutes: int

    @property
    def supervision_words(self) -> str:
        """In minutes and in hours."""
        return f"{self.minutes} min ({hours_words(self.minutes)})"

    @property
    def client_words(self) -> str:
        """In hours, with the sessions that could not be added."""
        if self.sessions and self.sessions == self.without_minutes:
            return "minutes not recorded"
        return hours_words(self.client_minutes)


@dataclass(frozen=True, kw_only=True)
class SupervisionLog:
    """meetings: all of them, newest first, each with `agreements`, how many it has. months: newest
    first; total: over those months.
    """

    meetings: tuple[SupervisionMeeting, ...]
    months: tuple[Hours, ...]
    total: Hours


def supervision_log(scope: Scope, *, today: dt.date) -> SupervisionLog:
    """The supervisions of a scope's practitioner in its service: three queries."""
    this = Month.of(today)
    months = [this.minus(back) for back in range(MONTHS)]
    year = this.months_to(MONTHS).until(today)
    of_year, *of_months = worked(scope, year, *(month.period.until(today) for month in months))
    return SupervisionLog(
        meetings=tuple(
            SupervisionMeeting.objects.filter(
                service=scope.service, practitioner=scope.practitioner
            )
            .annotate(agreements_made=Count("agreements"))
            .order_by("-held_on", "supervisor")
        ),
        months=tuple(
            _hours(month.words, found) for month, found in zip(months, of_months, strict=True)
        ),
        total=_hours(f"{MONTHS} months to {this.words}", of_year),
    )


def _hours(label: str, found: Worked) -> Hours:
    work = found.total
    return Hours(
        label=label,
        meetings=found.supervision.meetings,
        minutes=found.supervision.minutes,
        sessions=work.sessions,
        client_minutes=work.minutes,
        without_minutes=work.without,
    )
