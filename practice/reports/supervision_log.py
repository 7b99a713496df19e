"""The log of supervisions had, with client hours beside it: both totals, and no judgement.

Professional bodies ask for the ratio, each with its own rule for what counts; so both are printed
and left to the reader.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Exists, OuterRef, Q, Sum
from django.db.models.functions import TruncMonth

from practice.cohorts import Scope
from practice.domain.estimates import round_half_up
from practice.domain.periods import Month, Period
from practice.domain.sessions import SEEN
from practice.models import Holding, Session, SupervisionMeeting

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
    """The supervisions of a scope's practitioner in its service: two queries."""
    this = Month.of(today)
    period = Period(start=this.months_to(MONTHS).start, end=today)
    meetings = tuple(
        SupervisionMeeting.objects.filter(service=scope.service, practitioner=scope.practitioner)
        .annotate(agreements_made=Count("agreements"))
        .order_by("-held_on", "supervisor")
    )
    work = _client_work(scope, period)
    months = tuple(
        _hours(month, meetings=meetings, work=work)
        for month in (this.minus(back) for back in range(MONTHS))
    )
    return SupervisionLog(
        meetings=meetings,
        months=months,
        total=Hours(
            label=f"{MONTHS} months to {this.words}",
            meetings=sum(month.meetings for month in months),
            minutes=sum(month.minutes for month in months),
            sessions=sum(month.sessions for month in months),
            client_minutes=sum(month.client_minutes for month in months),
            without_minutes=sum(month.without_minutes for month in months),
        ),
    )


def _hours(
    month: Month,
    *,
    meetings: Iterable[SupervisionMeeting],
    work: Mapping[Month, tuple[int, int, int]],
) -> Hours:
    held = [meeting.minutes for meeting in meetings if meeting.held_on in month.period]
    sessions, minutes, without = work.get(month, (0, 0, 0))
    return Hours(
        label=month.words,
        meetings=len(held),
        minutes=sum(held),
        sessions=sessions,
        client_minutes=minutes,
        without_minutes=without,
    )


def _client_work(scope: Scope, period: Period) -> Mapping[Month, tuple[int, int, int]]:
    """By month: sessions attended, their minutes, and how many have none recorded."""
    held = Holding.objects.filter(
        Q(until__isnull=True) | Q(until__gt=OuterRef("held_on")),
        episode=OuterRef("episode"),
        practitioner=scope.practitioner,
        since__lte=OuterRef("held_on"),
    )
    rows = (
        Session.objects.filter(
            Exists(held),
            episode__client__service=scope.service,
            held_on__range=(period.start, period.end),
            attendance__in=[attendance.value for attendance in SEEN],
        )
        .annotate(month=TruncMonth("held_on"))
        .order_by()
        .values("month")
        .annotate(
            seen=Count("pk"),
            lasted=Sum("minutes"),
            without=Count("pk", filter=Q(minutes__isnull=True)),
        )
        .values_list("month", "seen", "lasted", "without")
    )
    return {Month.of(month): (seen, lasted or 0, without) for month, seen, lasted, without in rows}
