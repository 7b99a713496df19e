"""Who belongs to a service: in what role, whether they can sign in, how many open episodes each holds."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count

from practice.actions.invitations import can_sign_in
from practice.models import Holding, Membership, Practitioner, Role, Service


@dataclass(frozen=True, kw_only=True)
class Member:
    """holds: open episodes held on the day asked about."""

    place: Membership
    holds: int

    @property
    def person(self) -> Practitioner:
        return self.place.practitioner

    @property
    def may_be_invited(self) -> bool:
        """Has no passphrase yet, or a closed account, and could sign in by an invitation."""
        return not can_sign_in(self.person)

    @property
    def role(self) -> str:
        """One word for the role."""
        return Role(self.place.role).value

    @property
    def sign_in(self) -> str:
        """Whether the person can sign in, and if not, why."""
        if can_sign_in(self.person):
            return "can sign in"
        return f"cannot sign in ({'no passphrase' if self.person.is_active else 'account closed'})"

    @property
    def holding(self) -> str:
        return f"{self.holds} open episode{'' if self.holds == 1 else 's'}"


def places_of(service: Service) -> Iterable[Membership]:
    """Every membership with its person, by address."""
    return service.memberships.select_related("practitioner").order_by("practitioner__email")


def members_of(service: Service, *, today: dt.date) -> list[Member]:
    """Everybody, by address; two queries."""
    holding = dict(
        Holding.objects.on(today)
        .filter(episode__client__service=service, episode__ended_on__isnull=True)
        .values_list("practitioner")
        .annotate(episodes=Count("pk"))
    )
    return [
        Member(place=place, holds=holding.get(place.practitioner_id, 0))
        for place in places_of(service)
    ]
