"""Who may write what is tried and hoped for: each practitioner their own, a lead that of the service.

A lead sees a practitioner's, as part of the figures, and writes none of it: it says "I will try".
"""

import uuid

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.utils import timezone

from practice.cohorts import Scope
from practice.models import Practitioner, Resolution, Target
from practice.views.access import find_scope_to_change, signed_in


def find_scope_to_intend(
    request: HttpRequest, service: uuid.UUID, practitioner: uuid.UUID | None
) -> Scope:
    """One's own part, or the whole of a service one leads.

    Raises Http404 and PermissionDenied as find_scope does, and PermissionDenied for a colleague's.
    """
    scope = find_scope_to_change(request, service, practitioner)
    _check_whose(scope.practitioner, signed_in(request))
    return scope


def find_resolution(request: HttpRequest, uid: uuid.UUID) -> Resolution:
    """A resolution of the person's own, or of a whole service they lead.

    Raises Http404 for one that they may not see, PermissionDenied for one that a lead only sees.
    """
    person = signed_in(request)
    resolutions = Resolution.objects.visible_to(person, on=timezone.localdate())
    try:
        found = resolutions.select_related("service", "practitioner").get(uid=uid)
    except Resolution.DoesNotExist:
        raise Http404("no such resolution") from None
    _check_whose(found.practitioner, person)
    return found


def find_target(request: HttpRequest, uid: uuid.UUID) -> Target:
    """A target of the person's own, or of a whole service they lead. Raises as find_resolution."""
    person = signed_in(request)
    targets = Target.objects.visible_to(person, on=timezone.localdate())
    try:
        found = targets.select_related("service", "practitioner").get(uid=uid)
    except Target.DoesNotExist:
        raise Http404("no such target") from None
    _check_whose(found.practitioner, person)
    return found


def _check_whose(owner: Practitioner | None, person: Practitioner) -> None:
    if owner not in (None, person):
        raise PermissionDenied
