"""Who may see what: the first line of every view goes through here.

A stranger to a service gets 404, as if it did not exist; a member who asks for more than their
role allows gets 403. A member sees their own figures; a lead sees the whole service.
"""

import uuid
from typing import cast

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.utils import timezone

from practice.cohorts import Scope
from practice.models import (
    Episode,
    FrozenReport,
    MeasureCompletion,
    Membership,
    Practitioner,
    Resolution,
    Role,
    Service,
    Session,
    SupervisionMeeting,
    Target,
)


def signed_in(request: HttpRequest) -> Practitioner:
    """The person who is signed in; the log-in middleware has turned everybody else away."""
    return cast(Practitioner, request.user)


def find_service(request: HttpRequest, uid: uuid.UUID) -> Membership:
    """The person's place in the service. Raises Http404 for a stranger."""
    try:
        return Membership.objects.select_related("service", "practitioner").get(
            service__uid=uid, practitioner=signed_in(request)
        )
    except Membership.DoesNotExist:
        raise Http404("no such service") from None


def find_scope(request: HttpRequest, service: uuid.UUID, practitioner: uuid.UUID | None) -> Scope:
    """The whole service (leads), or one practitioner's part (their own, or any for a lead).

    Raises Http404 for a stranger and for somebody who is not in the service, PermissionDenied for
    a member who asks for more than their own.
    """
    place = find_service(request, service)
    if practitioner == place.practitioner.uid:
        return Scope(service=place.service, practitioner=place.practitioner)
    if place.role != Role.LEAD:
        raise PermissionDenied
    if practitioner is None:
        return Scope(service=place.service)
    try:
        other = place.service.practitioners.get(uid=practitioner)
    except Practitioner.DoesNotExist:
        raise Http404("nobody of that kind in this service") from None
    return Scope(service=place.service, practitioner=other)


def visible_scopes(person: Practitioner) -> list[Scope]:
    """Everything the person may open a report of: own part first, then what a lead sees."""
    scopes: list[Scope] = []
    places = person.memberships.select_related("service").order_by("service__name")
    led = [place.service for place in places if place.role == Role.LEAD]
    colleagues = _by_service(led)
    for place in places:
        scopes.append(Scope(service=place.service, practitioner=person))
        if place.role == Role.LEAD:
            others = [other for other in colleagues[place.service_id] if other != person]
            # For a practice of one the whole service is the same as one's own part.
            if others:
                scopes.append(Scope(service=place.service))
            scopes += [Scope(service=place.service, practitioner=other) for other in others]
    return scopes


def _by_service(services: list[Service]) -> dict[int, list[Practitioner]]:
    found: dict[int, list[Practitioner]] = {service.pk: [] for service in services}
    members = Membership.objects.filter(service__in=services).select_related("practitioner")
    for member in members.order_by("practitioner__name", "practitioner__email"):
        found[member.service_id].append(member.practitioner)
    return found


def find_led_service(request: HttpRequest, uid: uuid.UUID) -> Service:
    """A service the person leads. Raises Http404 for a stranger, PermissionDenied for a member."""
    place = find_service(request, uid)
    if place.role != Role.LEAD:
        raise PermissionDenied
    return place.service


def find_episode(request: HttpRequest, uid: uuid.UUID) -> Episode:
    """An episode the person may see today, with its client and service. Raises Http404 otherwise.

    A colleague who does not hold the client is a stranger to it.
    """
    episodes = Episode.objects.visible_to(signed_in(request), on=timezone.localdate())
    try:
        return episodes.select_related("client__service").get(uid=uid)
    except Episode.DoesNotExist:
        raise Http404("no such episode") from None


def find_session(request: HttpRequest, uid: uuid.UUID) -> Session:
    """A session of an episode the person may see today. Raises Http404 otherwise."""
    sessions = Session.objects.visible_to(signed_in(request), on=timezone.localdate())
    try:
        return sessions.select_related("episode__client__service", "entered_by").get(uid=uid)
    except Session.DoesNotExist:
        raise Http404("no such session") from None


def find_completion(request: HttpRequest, uid: uuid.UUID) -> MeasureCompletion:
    """A form of an episode the person may see today. Raises Http404 otherwise."""
    forms = MeasureCompletion.objects.visible_to(signed_in(request), on=timezone.localdate())
    try:
        return forms.select_related(
            "session__episode__client__service", "episode__client__service", "entered_by"
        ).get(uid=uid)
    except MeasureCompletion.DoesNotExist:
        raise Http404("no such form") from None


def find_meeting(request: HttpRequest, uid: uuid.UUID) -> SupervisionMeeting:
    """A supervision of the person's own, or of a service they lead. Raises Http404 otherwise."""
    meetings = SupervisionMeeting.objects.visible_to(signed_in(request), on=timezone.localdate())
    try:
        return meetings.select_related("service", "practitioner").get(uid=uid)
    except SupervisionMeeting.DoesNotExist:
        raise Http404("no such supervision") from None


def find_frozen(request: HttpRequest, uid: uuid.UUID) -> FrozenReport:
    """A report made for good of the person's own, or of a service they lead. Raises Http404."""
    reports = FrozenReport.objects.visible_to(signed_in(request), on=timezone.localdate())
    try:
        return reports.select_related("service", "practitioner", "made_by").get(uid=uid)
    except FrozenReport.DoesNotExist:
        raise Http404("no such report") from None


def find_resolution(request: HttpRequest, uid: uuid.UUID) -> Resolution:
    """A resolution of the person's own, or of a service they lead. Raises Http404 otherwise."""
    resolutions = Resolution.objects.visible_to(signed_in(request), on=timezone.localdate())
    try:
        return resolutions.select_related("service", "practitioner").get(uid=uid)
    except Resolution.DoesNotExist:
        raise Http404("no such resolution") from None


def find_target(request: HttpRequest, uid: uuid.UUID) -> Target:
    """A target of the person's own, or of a service they lead. Raises Http404 otherwise."""
    targets = Target.objects.visible_to(signed_in(request), on=timezone.localdate())
    try:
        return targets.select_related("service", "practitioner").get(uid=uid)
    except Target.DoesNotExist:
        raise Http404("no such target") from None
