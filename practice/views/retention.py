"""What has been kept as long as it should be."""

import uuid

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from practice.cases.retention import SOON_MONTHS, RetentionList
from practice.cases.retention import retention_list as listed
from practice.cohorts import Scope
from practice.models import Membership, Role
from practice.views.access import find_service
from practice.views.readings import note_list


@never_cache
@require_safe
def retention_list(request: HttpRequest, service: uuid.UUID) -> HttpResponse:
    """Which clients' records are due to be erased, soonest first.

    A practitioner sees their own, a lead who may read clients sees all. Who runs the service
    without reading clients sees how many are due, and (a lead) their own.
    """
    place = find_service(request, service)
    if place.role == Role.SUPERVISOR:
        raise PermissionDenied
    whole = Scope(service=place.service)
    shown, counted = _scopes(place)
    if shown is not None:
        note_list(request, place.practitioner, shown)
    context = {
        "scope": whole,
        "service": place.service,
        "runs_it": place.runs_it,
        "is_own": shown is not None and shown.practitioner is not None,
        "shown": None if shown is None else _list(shown),
        "counted": None if counted is None else _list(counted),
        "months": SOON_MONTHS,
    }
    return render(request, "retention/retention_list.html", context)


def _scopes(place: Membership) -> tuple[Scope | None, Scope | None]:
    """Whose clients are listed by reference, and whose are only counted."""
    own = Scope(service=place.service, practitioner=place.practitioner)
    whole = Scope(service=place.service)
    if place.is_lead and place.service.lead_reads_clients:
        return whole, None
    if place.role == Role.ADMINISTRATOR:
        return None, whole
    return own, whole if place.is_lead else None


def _list(scope: Scope) -> RetentionList | None:
    """None where no period is set."""
    years = scope.service.retention_years
    if years is None:
        return None
    return listed(scope, years=years, today=timezone.localdate())
