"""Who may do what a client asks for: whoever holds the client, and a lead who may read clients."""

import uuid

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.utils import timezone

from practice.models import Client, Episode, Holding, Practitioner
from practice.views.access import signed_in
from practice.views.readings import note_reading


def find_client_to_change(request: HttpRequest, uid: uuid.UUID) -> Client:
    """A client, one of whose episodes the person may write to today, with the service.

    Raises Http404 for one they may not even see, PermissionDenied for a supervisor. All of the
    client is meant: who holds one episode answers for those that others held before. Somebody who
    holds none of them is written down as a reader.
    """
    person, today = signed_in(request), timezone.localdate()
    episodes = Episode.objects.changeable_by(person, on=today).filter(client__uid=uid)
    episodes = episodes.select_related("client__service")
    held = Holding.objects.on(today).filter(practitioner=person)
    found = episodes.filter(pk__in=held.values("episode")).first() or episodes.first()
    if found is None:
        seen = Episode.objects.visible_to(person, on=today).filter(client__uid=uid)
        if seen.exists():
            raise PermissionDenied
        raise Http404("no such client")
    note_reading(request, person, found)
    return found.client


def n_held_by_others(client: Client, person: Practitioner) -> int:
    """How many of a client's episodes the person does not hold today. One query."""
    held = Holding.objects.on(timezone.localdate()).filter(practitioner=person)
    return client.episodes.exclude(pk__in=held.values("episode")).count()
