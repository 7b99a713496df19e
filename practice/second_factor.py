"""Whether somebody has a second factor, and whether a practice of theirs asks for one."""

from allauth.mfa.models import Authenticator
from django.db.models import Exists, OuterRef, Q, QuerySet

from practice.models import Membership, Practitioner

# Recovery codes stand in for one of these, and are nothing by themselves.
FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def asking_places(person: Practitioner) -> QuerySet[Membership]:
    """The person's memberships of services that ask for a second factor.

    A service asks for it where it says so; where it has not decided, when it has several members.
    The demonstration's never does.
    """
    others = Membership.objects.filter(service=OuterRef("service")).exclude(practitioner=person)
    return Membership.objects.filter(
        Q(service__second_factor=True)
        | Q(Exists(others), service__second_factor=None, service__is_invented=False),
        practitioner=person,
    )


def has_one(person: Practitioner) -> bool:
    """Whether signing in takes more than the passphrase."""
    is_there: bool = Authenticator.objects.filter(user=person, type__in=FACTORS).exists()
    return is_there


def needs_one(person: Practitioner) -> bool:
    """Whether the person is to set one up before anything else. One query."""
    own = Authenticator.objects.filter(user=OuterRef("practitioner"), type__in=FACTORS)
    is_without: bool = asking_places(person).exclude(Exists(own)).exists()
    return is_without
