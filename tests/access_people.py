"""The people of the access matrix, and the sets of answers that its rows are made of."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from practice.models import Practitioner, Role, Supervising
from tests.cast import Cast, make_cast, make_practitioner, saved

# Who asks. leda and lena lead the same service: it lets its lead read single clients while leda
# asks, and not while lena does.
PEOPLE = {
    "owner": "alice holds the client, and the figures are hers",
    "colleague": "bob practises in the same service",
    "supervisor": "sue supervises alice today",
    "past supervisor": "paul did until yesterday, and has his place still",
    "lead": "leda leads the service, which lets its lead read single clients",
    "lead without": "lena leads the service while it does not",
    "administrator": "ada sees to accounts and settings",
    "stranger": "charlie leads another service, which lets its lead read single clients",
}

Answers = Mapping[str, int]


def answers(*, stranger: int = 404, others: int = 403, **of: int) -> Answers:
    """The answer to each of the people; `others` to those who are not named, in words with _."""
    given = {name.replace("_", " "): status for name, status in of.items()}
    assert set(given) <= set(PEOPLE)
    return {**dict.fromkeys(PEOPLE, others), "stranger": stranger, **given}


EVERYBODY = dict.fromkeys(PEOPLE, 200)
NOBODY = dict.fromkeys(PEOPLE, 404)
ELSEWHERE = dict.fromkeys(PEOPLE, 302)

_PASSPHRASE = make_password("a passphrase of one's own")

# Figures: one's own, a supervisee's, and for a lead everybody's.
FIGURES = answers(owner=200, supervisor=200, lead=200, lead_without=200)
FIGURES_TO_CHANGE = answers(owner=200, lead=200, lead_without=200)
FIGURES_OF_ALL = answers(lead=200, lead_without=200)

# Pages that show several single clients: a lead only where the service lets its lead.
CLIENTS = answers(owner=200, supervisor=200, lead=200)
CLIENTS_TO_CHANGE = answers(owner=200, lead=200)
CLIENTS_OF_ALL = answers(lead=200)

# One client, or what was agreed about some: whoever may not see it, it is not there for.
A_CLIENT = answers(others=404, owner=200, supervisor=200, lead=200)
A_CLIENT_TO_CHANGE = answers(others=404, owner=200, supervisor=403, lead=200)
# What one practitioner tries or hopes for, a resolution or a target: a lead sees it with the figures.
ONES_OWN = answers(owner=200)
OWN_THING = answers(others=404, owner=200, lead=403, lead_without=403)

# Members, settings, invitations, the audit.
RUNNING = answers(lead=200, lead_without=200, administrator=200)


@dataclass(frozen=True, kw_only=True)
class Everybody:
    """The cast, and who else asks."""

    cast: Cast
    people: Mapping[str, Practitioner]

    def sees_as(self, name: str) -> Practitioner:
        """The person of that name, with the service as it is for them."""
        service = self.cast.service
        reads = name != "lead without"
        if service.lead_reads_clients != reads:
            service.lead_reads_clients = reads
            saved(service, by=self.cast.leda)
        return self.people[name]


def make_everybody() -> Everybody:
    """Everybody of PEOPLE, each with a place that fits."""
    cast, today = make_cast(), timezone.localdate()
    service = cast.service
    sue, paul = (
        make_practitioner(
            email=f"{name}@example.org", name=name.title(), service=service, role=Role.SUPERVISOR
        )
        for name in ("sue", "paul")
    )
    begun = today - dt.timedelta(days=90)
    for supervisor, until in ((sue, None), (paul, today)):
        saved(
            Supervising(
                service=service,
                supervisor=supervisor,
                practitioner=cast.alice,
                since=begun,
                until=until,
            ),
            by=cast.leda,
        )
    more = {
        name: make_practitioner(
            email=f"{name}@example.org", name=name.title(), service=service, role=role
        )
        for name, role in (("lena", Role.LEAD), ("ada", Role.ADMINISTRATOR))
    }
    # The strongest stranger there is.
    elsewhere = cast.charlie.memberships.get()
    elsewhere.role = Role.LEAD
    saved(elsewhere, by=None)
    people = {
        "owner": cast.alice,
        "colleague": cast.bob,
        "supervisor": sue,
        "past supervisor": paul,
        "lead": cast.leda,
        "lead without": more["lena"],
        "administrator": more["ada"],
        "stranger": cast.charlie,
    }
    # Nobody signs in without a passphrase, and the account pages rely on one.
    for person in people.values():
        person.password = _PASSPHRASE
        saved(person, by=None)
    return Everybody(cast=cast, people=people)
