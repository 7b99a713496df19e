"""Who may see what: the first line of every view goes through here.

A stranger to a service gets 404, as if it did not exist; a member who asks for more than their
role allows gets 403. A practitioner sees their own clients and figures; a supervisor reads those of
the people they supervise, while they do; a lead sees everybody's figures, and single clients only
where the service lets its lead; an administrator sees to accounts and settings, and sees no client.
What finds single clients writes down who read them, where that is not their practitioner.
"""

import datetime as dt
import uuid
from dataclasses import dataclass
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
    Role,
    Service,
    Session,
    Supervising,
    SupervisionMeeting,
)
from practice.views.readings import note_list, note_reading


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
    """Whose figures somebody may see: their own, a supervisee's, or (leads) anybody's and the whole.

    Raises Http404 for a stranger and for somebody who is not in the service, PermissionDenied for
    a member who asks for more than that, and for an administrator.
    """
    return _find_scope(request, service, practitioner).scope


def find_case_scope(
    request: HttpRequest, service: uuid.UUID, practitioner: uuid.UUID | None
) -> Scope:
    """Whose single clients somebody may see: as their figures, but leads only where they may read them."""
    asked = _find_scope(request, service, practitioner)
    if not (asked.may_change_clients or asked.as_supervisor):
        raise PermissionDenied
    note_list(request, signed_in(request), asked.scope)
    return asked.scope


def find_scope_to_change(
    request: HttpRequest, service: uuid.UUID, practitioner: uuid.UUID | None
) -> Scope:
    """As find_scope, without what somebody sees only as a supervisor."""
    asked = _find_scope(request, service, practitioner)
    if not asked.may_change_figures:
        raise PermissionDenied
    return asked.scope


def find_case_scope_to_change(
    request: HttpRequest, service: uuid.UUID, practitioner: uuid.UUID | None
) -> Scope:
    """As find_case_scope, without what somebody sees only as a supervisor.

    And of people whose role holds clients alone: nobody else is to be given one.
    """
    asked = _find_scope(request, service, practitioner)
    if not (asked.may_change_clients and _holds_clients(asked.scope)):
        raise PermissionDenied
    note_list(request, signed_in(request), asked.scope)
    return asked.scope


@dataclass(frozen=True, kw_only=True)
class _Asked:
    """A scope, and on what ground somebody may see it: one is enough, and a lead may supervise too."""

    scope: Scope
    as_own: bool = False
    as_lead: bool = False
    as_supervisor: bool = False

    @property
    def may_change_figures(self) -> bool:
        """Whether reports are made for good of it."""
        return self.as_own or self.as_lead

    @property
    def may_change_clients(self) -> bool:
        """Whether its single clients may be written to."""
        return self.as_own or (self.as_lead and self.scope.service.lead_reads_clients)


def _find_scope(request: HttpRequest, service: uuid.UUID, practitioner: uuid.UUID | None) -> _Asked:
    place = find_service(request, service)
    if place.role == Role.ADMINISTRATOR:
        raise PermissionDenied
    if practitioner == place.practitioner.uid:
        # A supervisor holds no clients, and has no figures.
        if not place.holds_clients:
            raise PermissionDenied
        scope = Scope(service=place.service, practitioner=place.practitioner)
        return _Asked(scope=scope, as_own=True)
    supervised = None if practitioner is None else _supervised(place, practitioner)
    if supervised is not None:
        scope = Scope(service=place.service, practitioner=supervised.practitioner)
        return _Asked(scope=scope, as_supervisor=True, as_lead=place.is_lead)
    if not place.is_lead:
        raise PermissionDenied
    if practitioner is None:
        return _Asked(scope=Scope(service=place.service), as_lead=True)
    try:
        other = place.service.practitioners.get(uid=practitioner)
    except Practitioner.DoesNotExist:
        raise Http404("nobody of that kind in this service") from None
    return _Asked(scope=Scope(service=place.service, practitioner=other), as_lead=True)


def _holds_clients(scope: Scope) -> bool:
    if scope.practitioner is None:
        return True
    place = Membership.objects.get(service=scope.service, practitioner=scope.practitioner)
    return place.holds_clients


def _supervised(place: Membership, practitioner: uuid.UUID) -> Supervising | None:
    """The supervision of a practitioner by the person today, while both belong to the service."""
    return (
        Supervising.objects.in_force(timezone.localdate())
        .filter(
            service=place.service_id,
            supervisor=place.practitioner_id,
            practitioner__uid=practitioner,
        )
        .select_related("practitioner")
        .first()
    )


def find_led_service(request: HttpRequest, uid: uuid.UUID) -> Service:
    """A service the person leads. Raises Http404 for a stranger, PermissionDenied for a member."""
    place = find_service(request, uid)
    if place.role != Role.LEAD:
        raise PermissionDenied
    return place.service


def find_run_service(request: HttpRequest, uid: uuid.UUID) -> Service:
    """A service whose members and settings the person sees to: a lead or an administrator."""
    place = find_service(request, uid)
    if not place.runs_it:
        raise PermissionDenied
    return place.service


def find_episode(request: HttpRequest, uid: uuid.UUID) -> Episode:
    """An episode the person may see today, with its client and service. Raises Http404 otherwise.

    A colleague who does not hold the client is a stranger to it.
    """
    return _read(request, _episode(request, uid))


def find_session(request: HttpRequest, uid: uuid.UUID) -> Session:
    """A session of an episode the person may see today. Raises Http404 otherwise."""
    found = _session(request, uid)
    _read(request, found.episode)
    return found


def find_completion(request: HttpRequest, uid: uuid.UUID) -> MeasureCompletion:
    """A form of an episode the person may see today. Raises Http404 otherwise."""
    found = _completion(request, uid)
    _read(request, _episode_of(found))
    return found


def find_episode_to_change(request: HttpRequest, uid: uuid.UUID) -> Episode:
    """An episode the person may write to. Raises Http404 for one they may not even see."""
    return _change(request, _episode(request, uid))


def find_session_to_change(request: HttpRequest, uid: uuid.UUID) -> Session:
    """A session of an episode the person may write to. Raises Http404 as above."""
    found = _session(request, uid)
    _change(request, found.episode)
    return found


def find_completion_to_change(request: HttpRequest, uid: uuid.UUID) -> MeasureCompletion:
    """A form of an episode the person may write to. Raises Http404 as above."""
    found = _completion(request, uid)
    _change(request, _episode_of(found))
    return found


def may_change(person: Practitioner, episode: Episode, *, on: dt.date) -> bool:
    """Whether the person may write to an episode they see. One query."""
    return Episode.objects.changeable_by(person, on=on).filter(pk=episode.pk).exists()


def _read(request: HttpRequest, episode: Episode) -> Episode:
    note_reading(request, signed_in(request), episode)
    return episode


def _change(request: HttpRequest, episode: Episode) -> Episode:
    if not may_change(signed_in(request), episode, on=timezone.localdate()):
        raise PermissionDenied
    return _read(request, episode)


def _episode(request: HttpRequest, uid: uuid.UUID) -> Episode:
    episodes = Episode.objects.visible_to(signed_in(request), on=timezone.localdate())
    try:
        return episodes.select_related("client__service").get(uid=uid)
    except Episode.DoesNotExist:
        raise Http404("no such episode") from None


def _session(request: HttpRequest, uid: uuid.UUID) -> Session:
    sessions = Session.objects.visible_to(signed_in(request), on=timezone.localdate())
    try:
        return sessions.select_related("episode__client__service", "entered_by").get(uid=uid)
    except Session.DoesNotExist:
        raise Http404("no such session") from None


def _completion(request: HttpRequest, uid: uuid.UUID) -> MeasureCompletion:
    forms = MeasureCompletion.objects.visible_to(signed_in(request), on=timezone.localdate())
    try:
        return forms.select_related(
            "session__episode__client__service", "episode__client__service", "entered_by"
        ).get(uid=uid)
    except MeasureCompletion.DoesNotExist:
        raise Http404("no such form") from None


def _episode_of(form: MeasureCompletion) -> Episode:
    episode = form.episode if form.session is None else form.session.episode
    if episode is None:
        raise Http404("no such form")
    return episode


def find_meeting(request: HttpRequest, uid: uuid.UUID) -> SupervisionMeeting:
    """A supervision of the person's own, of somebody they supervise today, or of a service whose lead
    may read clients. Raises Http404 otherwise.
    """
    meetings = SupervisionMeeting.objects.visible_to(signed_in(request), on=timezone.localdate())
    try:
        found = meetings.select_related("service", "practitioner").get(uid=uid)
    except SupervisionMeeting.DoesNotExist:
        raise Http404("no such supervision") from None
    # Its page shows what was agreed about each client.
    whose = Scope(service=found.service, practitioner=found.practitioner)
    note_list(request, signed_in(request), whose)
    return found


def find_frozen(request: HttpRequest, uid: uuid.UUID) -> FrozenReport:
    """A report made for good: one's own, a supervisee's, or of a service one leads. Raises Http404."""
    reports = FrozenReport.objects.visible_to(signed_in(request), on=timezone.localdate())
    try:
        return reports.select_related("service", "practitioner", "made_by").get(uid=uid)
    except FrozenReport.DoesNotExist:
        raise Http404("no such report") from None
