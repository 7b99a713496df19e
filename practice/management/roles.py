"""Roles and supervision by command: the options of `service` about them, and what it prints."""

import datetime as dt
from argparse import ArgumentParser
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from django.utils import timezone

from practice.actions.members import HandOver, give_role, held_by
from practice.actions.services import HOLDS_CLIENTS
from practice.actions.supervising import end_supervising, supervise
from practice.actions.writing import RefusedError
from practice.models import Membership, Role, Service, Supervising

# Kept in the history.
WHY = "changed by command"

Known = Callable[[str], Membership]


def add_role_options(parser: ArgumentParser) -> None:
    """Each may be given several times; none has a short name."""
    for option, words, text in (
        (
            "--role",
            ("EMAIL", "ROLE"),
            f"another role for a member: {', '.join(Role.values)}; whoever is to hold no clients "
            "hands them over first, on the members page",
        ),
        (
            "--supervises",
            ("SUPERVISOR", "EMAIL"),
            "a member who reads another's clients from today on",
        ),
        ("--no-supervises", ("SUPERVISOR", "EMAIL"), "the opposite, from today on"),
    ):
        parser.add_argument(option, action="append", nargs=2, metavar=words, default=[], help=text)


def change_roles(
    service: Service, options: Mapping[str, Any], *, known: Known
) -> list[Supervising]:
    """Roles first, so that one command makes a supervisor and says whose. Raises RefusedError.

    Returns the supervisions that have begun.
    """
    now = timezone.now()
    today = timezone.localdate(now)
    _change_leads(options, known=known, now=now, today=today)
    begun = []
    for email, role in options["role"]:
        _give(known(email), role, now=now, today=today)
    for supervisor, email in options["supervises"]:
        begun.append(
            supervise(
                service=service,
                supervisor=known(supervisor).practitioner,
                practitioner=known(email).practitioner,
                since=today,
                by=None,
            )
        )
    for supervisor, email in options["no_supervises"]:
        found = (
            service.supervisings.on(today)
            .filter(
                supervisor=known(supervisor).practitioner, practitioner=known(email).practitioner
            )
            .first()
        )
        if found is None:
            raise RefusedError(f"{supervisor} does not supervise {email}")
        end_supervising(supervising=found, until=today, by=None, now=now)
    return begun


def _change_leads(
    options: Mapping[str, Any], *, known: Known, now: dt.datetime, today: dt.date
) -> None:
    leads = [known(email) for (email,) in options["lead"]]
    others = [known(email) for (email,) in options["no_lead"]]
    for member in leads:
        if member in others:
            raise RefusedError(
                f"{member.practitioner.email} stands under both --lead and --no-lead: choose one"
            )
        _give(member, Role.LEAD, now=now, today=today)
    # After the new leads, so that one command hands the lead over.
    for member in others:
        # Whoever does not lead anyway keeps the role that they have.
        if member.is_lead:
            _give(member, Role.PRACTITIONER, now=now, today=today)


def _give(member: Membership, role: str, *, now: dt.datetime, today: dt.date) -> None:
    if role not in Role.values:
        raise RefusedError(f"{role!r} is not a role: choose from {', '.join(Role.values)}")
    if role not in HOLDS_CLIENTS and held_by(member, today=today).exists():
        raise RefusedError(
            f"{member.practitioner.email} holds clients: hand them over first, on the members page"
        )
    give_role(
        membership=member,
        role=Role(role),
        handing=HandOver(on=today),
        by=None,
        now=now,
        today=today,
        why=WHY,
    )


def role_lines(service: Service, *, today: dt.date) -> Iterator[str]:
    """Who supervises whom today; nothing where nobody does."""
    rows = service.supervisings.in_force(today).select_related("supervisor", "practitioner")
    for number, row in enumerate(rows.order_by("practitioner__email", "supervisor__email")):
        if number == 0:
            yield "Supervision:"
        yield f"  {row.supervisor.email} supervises {row.practitioner.email}, since {row.since}"
