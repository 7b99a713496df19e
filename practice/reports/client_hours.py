"""Hours worked with clients and in supervision: what professional bodies ask for, both together.

Whoever held the client on the day of the session worked the hour, and clients who are left out of
the figures are worked with all the same.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum

from practice.cohorts import Scope
from practice.domain.periods import Period
from practice.domain.sessions import SEEN, TREATMENT_KINDS, Kind
from practice.models import Holding, Session, SupervisionMeeting

TREATMENT = "Treatment"
_NAMES = {
    Kind.ASSESSMENT: "Assessment",
    Kind.REVIEW: "Review",
    Kind.FOLLOW_UP: "Follow-up",
    Kind.OTHER: "Other",
}
# In the order in which they are printed; a session that also treats is treatment.
KINDS = (TREATMENT, *_NAMES.values())


@dataclass(frozen=True, kw_only=True)
class Work:
    """sessions: at which a client was seen. minutes: of those that have them; without: have none."""

    sessions: int = 0
    minutes: int = 0
    without: int = 0

    def __add__(self, other: "Work") -> "Work":
        return Work(
            sessions=self.sessions + other.sessions,
            minutes=self.minutes + other.minutes,
            without=self.without + other.without,
        )


@dataclass(frozen=True, kw_only=True)
class Supervision:
    """Meetings had, and their minutes."""

    meetings: int
    minutes: int


@dataclass(frozen=True, kw_only=True)
class Worked:
    """One span of days. by_kind: every name of KINDS."""

    by_kind: Mapping[str, Work]
    supervision: Supervision

    @property
    def total(self) -> Work:
        """Of every kind together."""
        return sum(self.by_kind.values(), Work())


def worked(scope: Scope, *spans: Period) -> tuple[Worked, ...]:
    """Hours of each span, the first of which holds all others: two queries."""
    sessions, meetings = _sessions(scope, spans), _meetings(scope, spans)
    return tuple(
        Worked(by_kind=kinds, supervision=had)
        for kinds, had in zip(sessions, meetings, strict=True)
    )


def _sessions(scope: Scope, spans: tuple[Period, ...]) -> list[Mapping[str, Work]]:
    found: list[dict[str, Work]] = [dict.fromkeys(KINDS, Work()) for _span in spans]
    counts = {
        name: value
        for place, span in enumerate(spans)
        for name, value in {
            f"seen_{place}": Count("pk", filter=_within(span)),
            f"lasted_{place}": Sum("minutes", filter=_within(span)),
            f"without_{place}": Count("pk", filter=_within(span) & Q(minutes__isnull=True)),
        }.items()
    }
    rows = _seen(scope, spans[0]).order_by().values("kind").annotate(**counts)
    for kind, *numbers in rows.values_list("kind", *counts):
        name = TREATMENT if kind in TREATMENT_KINDS else _NAMES[Kind(kind)]
        for works, (seen, lasted, without) in zip(found, _threes(numbers), strict=True):
            works[name] += Work(sessions=seen, minutes=lasted or 0, without=without)
    return [MappingProxyType(works) for works in found]


def _threes(numbers: Sequence[int]) -> list[Sequence[int]]:
    return [numbers[start : start + 3] for start in range(0, len(numbers), 3)]


def _seen(scope: Scope, span: Period) -> QuerySet[Session]:
    seen = Session.objects.filter(
        _within(span),
        episode__client__service=scope.service,
        attendance__in=[attendance.value for attendance in SEEN],
    )
    if scope.practitioner is None:
        return seen
    held = Holding.objects.filter(
        Q(until__isnull=True) | Q(until__gt=OuterRef("held_on")),
        episode=OuterRef("episode"),
        practitioner=scope.practitioner,
        since__lte=OuterRef("held_on"),
    )
    return seen.filter(Exists(held))


def _meetings(scope: Scope, spans: tuple[Period, ...]) -> list[Supervision]:
    meetings = SupervisionMeeting.objects.filter(_within(spans[0]), service=scope.service)
    if scope.practitioner is not None:
        meetings = meetings.filter(practitioner=scope.practitioner)
    counts = {
        name: value
        for place, span in enumerate(spans)
        for name, value in {
            f"had_{place}": Count("pk", filter=_within(span)),
            f"lasted_{place}": Sum("minutes", filter=_within(span)),
        }.items()
    }
    row = meetings.aggregate(**counts)
    return [
        Supervision(meetings=row[f"had_{place}"], minutes=row[f"lasted_{place}"] or 0)
        for place, _span in enumerate(spans)
    ]


def _within(span: Period) -> Q:
    return Q(held_on__range=(span.start, span.end))
