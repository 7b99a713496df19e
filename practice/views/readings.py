"""Each reading of a client by somebody else than their practitioner is written down, here alone.

Asked by practice.views.access once somebody may read, and before anything is answered: where the
entry cannot be written, there is no page.
"""

from django.http import HttpRequest
from django.utils import timezone

from practice.actions.audit import record
from practice.cohorts import Scope
from practice.models import Deed, Episode, Holding, Practitioner, Service

# Set on a request whose reading has been written down: its page may not be kept, or the next
# reading of it would go unwritten.
_NOTED = "_reading_is_noted"


def is_noted(request: HttpRequest) -> bool:
    """Whether this request's reading has been written down."""
    return bool(getattr(request, _NOTED, False))


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
        setattr(request, _NOTED, True)
        record(
            deed=Deed.READ,
            who=reader,
            service=episode.client.service.uid,
            subject=episode.client.uid,
            detail=page_name(request),
        )


def note_list(request: HttpRequest, reader: Practitioner, scope: Scope) -> None:
    """Of a page that shows several clients: one entry, about whose clients they are.

    None for a practitioner's own clients, nor for the whole of a service that is the reader's alone.
    """
    if scope.practitioner == reader:
        return
    if scope.practitioner is None and _is_all_theirs(scope.service, reader):
        return
    setattr(request, _NOTED, True)
    record(
        deed=Deed.READ,
        who=reader,
        service=scope.service.uid,
        subject=(scope.practitioner or scope.service).uid,
        detail=page_name(request),
    )


def note_taken(
    request: HttpRequest,
    reader: Practitioner,
    scope: Scope,
    *,
    deed: Deed,
) -> None:
    """A report, a sheet or data leaves the program: said of everybody, practitioners included."""
    setattr(request, _NOTED, True)
    record(
        deed=deed,
        who=reader,
        service=scope.service.uid,
        subject=(scope.practitioner or scope.service).uid,
        detail=page_name(request),
    )


def _is_all_theirs(service: Service, reader: Practitioner) -> bool:
    """Nobody else is a member, and nobody else holds or has left behind a client."""
    if service.memberships.exclude(practitioner=reader).exists():
        return False
    own = Holding.objects.on(timezone.localdate()).filter(practitioner=reader)
    others = Episode.objects.filter(client__service=service).exclude(pk__in=own.values("episode"))
    return not others.exists()
