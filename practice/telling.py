"""Practitioners are told by mail who may read their clients from now on. Nothing is said of a client.

The page says it too, for as long as it holds: a mail may go astray, or there may be no mail server.
"""

from collections.abc import Iterable

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string

from practice import post
from practice.actions.services import HOLDS_CLIENTS
from practice.domain.periods import day_words
from practice.models import Practitioner, Service, Supervising

SUBJECT = "Who may open your clients"


def tell_of_grant(service: Service, *, by: Practitioner | None) -> None:
    """Whoever leads the service may open single clients from now on, or may not any more."""
    verb = "may now" if service.lead_reads_clients else "may no longer"
    places = service.memberships.filter(role__in=HOLDS_CLIENTS).select_related("practitioner")
    _tell(
        (place.practitioner for place in places.order_by("pk")),
        f"Whoever leads {service.name} {verb} open single clients of others.",
        by=by,
    )


def tell_of_supervision(supervising: Supervising, *, by: Practitioner | None) -> None:
    """Somebody supervises somebody, and so reads their clients."""
    _tell(
        [supervising.practitioner],
        f"{supervising.supervisor} supervises you at {supervising.service.name} from "
        f"{day_words(supervising.since)} on, and may open your clients.",
        by=by,
    )


def _tell(people: Iterable[Practitioner], words: str, *, by: Practitioner | None) -> None:
    # Who cannot sign in yet has nothing to look at; in the demonstration nobody is real.
    told = [
        person.email
        for person in people
        if person != by and person.is_active and person.has_usable_password()
    ]
    if told and not settings.DEMO:
        context = {"words": words, "by": "a command on its machine" if by is None else by}
        body = render_to_string("members/readers_mail.txt", context)
        # Whoever did it sees what was told; of the others, none learns who else was.
        to = [] if by is None else [by.email]
        post.send(EmailMessage(subject=SUBJECT, body=body, to=to, bcc=told))
