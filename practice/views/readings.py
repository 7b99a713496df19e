"""Each reading of a client by somebody else than their practitioner is written down, here alone.

Asked by practice.views.access once somebody may read, and before anything is answered: where the
entry cannot be written, there is no page.
"""

import uuid

from django.http import HttpRequest
from django.utils import timezone

from practice.actions.audit import Reading
from practice.cohorts import Scope
from practice.models import Deed, Episode, Holding, Practitioner, Service

# On a request: what has been written down of it, so that it is written down again when the page is
# shown again as it was drawn.
_NOTED = "_readings_noted"


def readings_noted(request: HttpRequest) -> tuple[Reading, ...]:
    """What has been written down of this request, in order."""
    noted: tuple[Reading, ...] = getattr(request, _NOTED, ())
    return noted


def page_name(request: HttpRequest) -> str:
    """The name of the page that was asked for, as an entry keeps it."""
    match = request.resolver_match
    return "" if match is None or match.url_name is None else match.url_name


def is_held_by(person: Practitioner, episode: Episode) -> bool:
    """Whether the person is the episode's practitioner today. One query."""
    held = Holding.objects.on(timezone.localdate()).filter(episode=episode, practitioner=person)
    return held.exists()


def note_reading(request: HttpRequest, reader: Practitioner, episode: Episode) -> None:
    """Of one client: unless the reader holds the episode today. The client's service must be loaded."""
    if not is_held_by(reader, episode):
        _note(request, reader, service=episode.client.service, subject=episode.client.uid)


def note_list(request: HttpRequest, reader: Practitioner, scope: Scope) -> None:
    """Of a page that shows several clients: one entry, about whose clients they are.

    None for a practitioner's own clients, nor for the whole of a service that is the reader's alone.
    """
    if scope.practitioner == reader:
        return
    if scope.practitioner is None and _is_all_theirs(scope.service, reader):
        return
    _note(
        request,
        reader,
        service=scope.service,
        subject=(scope.practitioner or scope.service).uid,
    )


def note_taken(
    request: HttpRequest,
    reader: Practitioner,
    scope: Scope,
    *,
    deed: Deed,
) -> None:
    """A report, a sheet or data leaves the program: said of everybody, practitioners included."""
    _note(
        request,
        reader,
        service=scope.service,
        subject=(scope.practitioner or scope.service).uid,
        deed=deed,
    )


def _note(
    request: HttpRequest,
    reader: Practitioner,
    *,
    service: Service,
    subject: uuid.UUID,
    deed: Deed = Deed.READ,
) -> None:
    reading = Reading(deed=deed, service=service.uid, subject=subject, detail=page_name(request))
    reading.record(who=reader)
    setattr(request, _NOTED, (*readings_noted(request), reading))


def _is_all_theirs(service: Service, reader: Practitioner) -> bool:
    """Nobody else is a member, and nobody else holds or has left behind a client."""
    if service.memberships.exclude(practitioner=reader).exists():
        return False
    own = Holding.objects.on(timezone.localdate()).filter(practitioner=reader)
    others = Episode.objects.filter(client__service=service).exclude(pk__in=own.values("episode"))
    return not others.exists()
