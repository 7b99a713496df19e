"""Who else may open the clients somebody holds, since when, and who decided it: said to the holder."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from practice.cases.granting import Grant, grant_of
from practice.models import Practitioner, Role, Service, Supervising

# For so long it stands at the head of the caseload that somebody may read who could not before.
NEW_FOR = dt.timedelta(days=30)


@dataclass(frozen=True, kw_only=True)
class Readers:
    """supervisings: in force today. leads: everybody else who leads the service.

    is_new: one of these may read since NEW_FOR or less, by the clock and not by the day given. Not
    in an invented practice, all of which is as new as its demonstration.
    """

    service: Service
    supervisings: Sequence[Supervising]
    leads: Sequence[Practitioner]
    grant: Grant
    is_new: bool


def readers_of(service: Service, holder: Practitioner) -> Readers | None:
    """Who but the holder may open what the holder holds; None in a practice of one."""
    others = service.memberships.exclude(practitioner=holder).select_related("practitioner")
    places = list(others.order_by("practitioner__name", "practitioner__email"))
    if not places:
        return None
    now = timezone.now()
    rows = Supervising.objects.in_force(timezone.localdate(now)).filter(
        service=service, practitioner=holder
    )
    supervisings = list(rows.select_related("supervisor").order_by("since", "pk"))
    leads = [place.practitioner for place in places if place.role == Role.LEAD]
    grant = grant_of(service)
    after = now - NEW_FOR
    return Readers(
        service=service,
        supervisings=supervisings,
        leads=leads,
        grant=grant,
        is_new=not service.is_invented
        and (_is_granted(leads, grant, after=after) or _is_any_new(supervisings, after=after)),
    )


def _is_granted(leads: Sequence[Practitioner], grant: Grant, *, after: dt.datetime) -> bool:
    return bool(leads) and grant.may_read and grant.at is not None and grant.at > after


def _is_any_new(supervisings: Sequence[Supervising], *, after: dt.datetime) -> bool:
    kept: Any = Supervising.history
    begun = kept.filter(id__in=[each.pk for each in supervisings], history_type="+")
    arranged: bool = begun.filter(history_date__gt=after).exists()
    return arranged
