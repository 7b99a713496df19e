"""Until when a client's record is kept: so many years after the last contact or ending."""

import datetime as dt
import uuid
from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Max, QuerySet

from practice.cohorts import Scope
from practice.models import Client, Episode, Holding, MeasureCompletion, Session

# What is due within so many months is told of beforehand.
SOON_MONTHS = 3


@dataclass(frozen=True, kw_only=True)
class Kept:
    """One client, and from which day the record is due for erasure once every episode has ended.

    last_on: the latest of the last session (kept or missed), the last form and the last ending.
    holders: who holds an episode of the client today, by name.
    """

    client: uuid.UUID
    reference: str
    last_on: dt.date
    due_on: dt.date
    held_on: dt.date | None
    holders: tuple[str, ...]
    is_open: bool


@dataclass(frozen=True, kw_only=True)
class RetentionList:
    """What is due on a day, and what will be within SOON_MONTHS; each sorted by the day, oldest first.

    others: clients who have ended and are due later. open: clients with an open episode, never due;
    forgotten: those of them who would be due if it had ended with the last contact.
    """

    due: tuple[Kept, ...]
    soon: tuple[Kept, ...]
    forgotten: tuple[Kept, ...]
    others: int
    open: int


def due_on(last_on: dt.date, *, years: int) -> dt.date:
    """The same day so many years later; of 29 February, where there is none, 1 March."""
    try:
        return last_on.replace(year=last_on.year + years)
    except ValueError:
        return dt.date(last_on.year + years, 3, 1)


def months_later(day: dt.date, months: int) -> dt.date:
    """The same day so many months later, or the last one of a shorter month."""
    index = day.year * 12 + day.month - 1 + months
    year, month = index // 12, index % 12 + 1
    following = dt.date(year + month // 12, month % 12 + 1, 1)
    last = (following - dt.timedelta(days=1)).day
    return dt.date(year, month, min(day.day, last))


def retention_list(scope: Scope, *, years: int, today: dt.date) -> RetentionList:
    """The clients of a scope by when they are due: five queries, however many there are.

    Of a practitioner: clients of whom they hold an episode today.
    """
    clients = _clients(scope, today=today)
    episodes = Episode.objects.filter(client__service=scope.service)
    last, is_open = _last_contacts(episodes)
    holders = _holders(scope, today=today)
    every = sorted(
        (
            Kept(
                client=client.uid,
                reference=client.reference,
                last_on=last[key],
                due_on=due_on(last[key], years=years),
                held_on=client.held_on,
                holders=tuple(sorted(holders.get(key, ()))),
                is_open=key in is_open,
            )
            for key, client in clients.items()
            if key in last
        ),
        key=lambda one: (one.due_on, one.reference),
    )
    kept = [one for one in every if not one.is_open]
    until = months_later(today, SOON_MONTHS)
    return RetentionList(
        due=tuple(one for one in kept if one.due_on <= today),
        soon=tuple(one for one in kept if today < one.due_on <= until),
        forgotten=tuple(one for one in every if one.is_open and one.due_on <= today),
        others=sum(one.due_on > until for one in kept),
        open=len(is_open & clients.keys()),
    )


def last_contact(client: Client) -> dt.date | None:
    """The day from which a client's record is kept on; None while an episode is open, or without any."""
    last, is_open = _last_contacts(Episode.objects.filter(client=client))
    return None if client.pk in is_open else last.get(client.pk)


def _clients(scope: Scope, *, today: dt.date) -> dict[int, Client]:
    # The reason of a hold would have to be decrypted, for nothing.
    rows = Client.objects.filter(service=scope.service).defer("hold_reason")
    if scope.practitioner is not None:
        held = Holding.objects.on(today).filter(practitioner=scope.practitioner)
        rows = rows.filter(pk__in=held.values("episode__client"))
    return {client.pk: client for client in rows}


def _last_contacts(episodes: QuerySet[Episode]) -> tuple[dict[int, dt.date], frozenset[int]]:
    """By client the latest day of all, and which clients have an open episode: three queries."""
    days: defaultdict[int, list[dt.date]] = defaultdict(list)
    is_open: set[int] = set()
    columns = ("client", "referred_on", "ended_on")
    for client, referred_on, ended_on in episodes.order_by().values_list(*columns):
        # Whoever never came was last heard of with the referral.
        days[client].append(ended_on or referred_on)
        if ended_on is None:
            is_open.add(client)
    sessions = Session.objects.filter(episode__in=episodes).order_by()
    # The form of a session is of the session's day.
    forms = MeasureCompletion.objects.filter(episode__in=episodes).order_by()
    for rows in (
        sessions.values_list("episode__client").annotate(last=Max("held_on")),
        forms.values_list("episode__client").annotate(last=Max("completed_on")),
    ):
        for client, last in rows:
            days[client].append(last)
    return {client: max(each) for client, each in days.items()}, frozenset(is_open)


def _holders(scope: Scope, *, today: dt.date) -> dict[int, set[str]]:
    found: defaultdict[int, set[str]] = defaultdict(set)
    held = Holding.objects.on(today).filter(episode__client__service=scope.service)
    who = ("practitioner__name", "practitioner__email")
    for client, name, email in held.values_list("episode__client", *who):
        found[client].add(name or email)
    return found
