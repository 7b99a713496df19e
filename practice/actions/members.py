"""Who belongs to a service and in what role: changed, ended; nobody leaves a client behind."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.contrib.sessions.models import Session as SignedIn
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from practice.actions.audit import record_left
from practice.actions.invitations import withdraw, withdraw_made_by
from practice.actions.services import HOLDS_CLIENTS, change_role
from practice.actions.sessions import RefusedFieldError
from practice.actions.supervising import end_all
from practice.actions.versions import check_version
from practice.actions.writing import RefusedError, change, read_again, save
from practice.domain.periods import day_words
from practice.models import (
    Episode,
    Holding,
    Membership,
    Practitioner,
    Role,
    Service,
)

# Kept in the history, as are who and when.
HANDED_OVER, TAKEN_OVER, LEFT = "handed over", "taken over: nobody held it", "left the service"
OTHER_ROLE = "another role"
# Whoever has one of these roles sees to members and settings.
RUNS_IT = (Role.LEAD, Role.ADMINISTRATOR)


@dataclass(frozen=True, kw_only=True)
class HandOver:
    """Who takes over what somebody holds, from a day on.

    named: by the key of the episode; rest: everything that is not named, None where all must be.
    """

    on: dt.date
    rest: Practitioner | None = None
    named: Mapping[int, Practitioner] = field(default_factory=dict)

    def taker(self, episode: int) -> Practitioner | None:
        return self.named.get(episode, self.rest)


def held_by(place: Membership, *, today: dt.date) -> QuerySet[Holding]:
    """What a member holds today or will: open episodes and ended ones."""
    return Holding.objects.filter(
        Q(until=None) | Q(until__gt=today),
        practitioner=place.practitioner_id,
        episode__client__service=place.service_id,
    ).order_by("pk")


def held_by_nobody(service: Service, *, today: dt.date) -> QuerySet[Episode]:
    """Episodes that no member holds whose role holds clients: an import can bring such ones in."""
    places = Membership.objects.filter(
        service=service, practitioner=OuterRef("practitioner"), role__in=HOLDS_CLIENTS
    )
    held = Holding.objects.filter(
        Q(until=None) | Q(until__gt=today), Exists(places), episode=OuterRef("pk")
    )
    return Episode.objects.filter(~Exists(held), client__service=service).order_by("pk")


def may_take_over(service: Service) -> QuerySet[Membership]:
    """Whoever may be handed a client."""
    return service.memberships.filter(role__in=HOLDS_CLIENTS)


@transaction.atomic
def take_over_unheld(
    *, service: Service, to: Practitioner, by: Practitioner, today: dt.date
) -> int:
    """Somebody holds from today on what nobody holds. Returns how many episodes.

    Until that day they stay nobody's, or whose they were. Raises RefusedError for somebody who
    holds no clients here.
    """
    read_again(service)
    _check_takes(service, {to})
    episodes = list(held_by_nobody(service, today=today))
    for episode in episodes:
        holding = episode.holdings.filter(Q(until=None) | Q(until__gt=today)).first()
        if holding is not None:
            _move(holding, to=to, on=today, by=by)
        else:
            since = max(today, episode.referred_on)
            save(Holding(episode=episode, practitioner=to, since=since), by=by, why=TAKEN_OVER)
    return len(episodes)


@transaction.atomic
def give_role(
    *,
    membership: Membership,
    role: Role,
    handing: HandOver,
    seen: str | None = None,
    by: Practitioner | None,
    now: dt.datetime,
    today: dt.date,
    why: str = OTHER_ROLE,
) -> None:
    """Another role for somebody else; whoever is to hold no clients hands over what they hold.

    Supervisions that the role does not go with end, and so do the invitations of somebody who is to
    run the service no longer. seen: the version of the membership that was looked at; None where
    nobody looked, as commands do. Raises StaleError when it is no longer the stored one,
    RefusedError for one's own role, for the last lead, and where something would be held by nobody.
    """
    if by == membership.practitioner:
        raise RefusedError("nobody changes their own role: ask somebody else who leads the service")
    read_again(membership.service)
    read_again(membership)
    if seen is not None and membership.role != role:
        check_version(membership, seen=seen)
    if role not in HOLDS_CLIENTS:
        _hand_over(membership, handing, by=by, today=today)
        end_all(Q(practitioner=membership.practitioner), membership, on=today, by=by, now=now)
    if role == Role.ADMINISTRATOR:
        end_all(Q(supervisor=membership.practitioner), membership, on=today, by=by, now=now)
    if role not in RUNS_IT:
        withdraw_made_by(membership.practitioner, service=membership.service, by=by, now=now)
    change_role(membership=membership, role=role, by=by, why=why)


@transaction.atomic
def leave(
    *,
    membership: Membership,
    handing: HandOver,
    by: Practitioner,
    now: dt.datetime,
    today: dt.date,
) -> int:
    """Somebody leaves the service: everything they hold there is handed over first. Returns how many.

    Figures up to the day stay with who held then; what they wrote stays. Their supervisions end, so
    do the invitations that they made, and they are signed out; an account that belongs to no other
    service is closed. Raises RefusedError for the last lead, and where something would be held by
    nobody, RefusedFieldError for a day that does not fit.
    """
    service, person = membership.service, membership.practitioner
    read_again(service)
    read_again(membership)
    others = service.memberships.filter(role=Role.LEAD).exclude(pk=membership.pk)
    if membership.is_lead and not others.exists():
        raise RefusedError(
            f"{person} is the only lead of {service.name}: make somebody else a lead first"
        )
    count = _hand_over(membership, handing, by=by, today=today)
    either = Q(supervisor=person) | Q(practitioner=person)
    end_all(either, membership, on=today, by=by, now=now)
    withdraw_made_by(person, service=service, by=by, now=now)
    for invitation in service.invitations.open_at(now).filter(email=person.email):
        withdraw(invitation=invitation, by=by, now=now)
    Membership.objects.filter(pk=membership.pk).delete_all(by=by, why=LEFT, now=now)
    record_left(membership, by=by)
    if not person.memberships.exists():
        read_again(person)
        change(person, {"is_active": False}, by=by, why=LEFT)
    _sign_out(person)
    return count


def _hand_over(
    place: Membership, handing: HandOver, *, by: Practitioner | None, today: dt.date
) -> int:
    holdings = list(held_by(place, today=today).select_for_update())
    _check_day(holdings, on=handing.on, today=today)
    moves: list[tuple[Holding, Practitioner]] = []
    for holding in holdings:
        taker = handing.taker(holding.episode_id)
        if taker is None:
            raise RefusedError(
                "Something would be held by nobody: say who takes over all that is not named"
            )
        moves.append((holding, taker))
    takers = {taker for _, taker in moves}
    if place.practitioner in takers:
        raise RefusedError(f"{place.practitioner} cannot take over what they hand over")
    _check_takes(place.service, takers)
    for holding, taker in moves:
        _move(holding, to=taker, on=handing.on, by=by)
    return len(moves)


def _check_day(holdings: list[Holding], *, on: dt.date, today: dt.date) -> None:
    if on > today:
        raise RefusedFieldError(
            "on", f"Not yet: give today, {day_words(today)}, or an earlier day."
        )
    latest = max((each.since for each in holdings if each.since <= today), default=on)
    if on < latest:
        raise RefusedFieldError(
            "on",
            f"The last client was taken over on {day_words(latest)}: give that day or a later one.",
        )


def _check_takes(service: Service, takers: set[Practitioner]) -> None:
    there = set(may_take_over(service).values_list("practitioner", flat=True))
    for taker in takers:
        if taker.pk not in there:
            raise RefusedError(f"{taker} holds no clients in {service.name}")


def _move(holding: Holding, *, to: Practitioner, on: dt.date, by: Practitioner | None) -> None:
    if holding.since >= on:
        # Held for no day before: there is nothing that would stay with who held it.
        change(holding, {"practitioner": to}, by=by, why=HANDED_OVER)
        return
    until = holding.until
    change(holding, {"until": on}, by=by, why=HANDED_OVER)
    taken = Holding(episode_id=holding.episode_id, practitioner=to, since=on, until=until)
    save(taken, by=by, why=HANDED_OVER)


def _sign_out(person: Practitioner) -> None:
    for signed_in in SignedIn.objects.iterator():
        if signed_in.get_decoded().get("_auth_user_id") == str(person.pk):
            signed_in.delete()
