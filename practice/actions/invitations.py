"""Colleagues are invited: a link is made, and taken up or withdrawn, each of them once."""

import datetime as dt
import secrets
from dataclasses import dataclass
from hashlib import sha256

from django.db import transaction

from practice.actions.writing import RefusedError, change, read_again, save
from practice.models import Invitation, Membership, Practitioner, Role, Service

# Bytes of randomness: 256 bits cannot be guessed, so guesses need no counting.
SECRET_BYTES = 32
# Kept in the history, as are who and when.
INVITED, WITHDRAWN, REPLACED = "invited", "withdrawn", "replaced by a newer invitation"
TAKEN_UP = "took up an invitation"
NOT_GOOD = "this invitation is not good any more: ask for a new one"


@dataclass(frozen=True, kw_only=True)
class Invited:
    """token: the secret of the link. It is kept nowhere, and cannot be had again."""

    invitation: Invitation
    token: str


def digest_of(token: str) -> str:
    """What is kept of the secret."""
    return sha256(token.encode()).hexdigest()


def open_invitation(token: str, *, now: dt.datetime) -> Invitation | None:
    """The invitation of a link, while it is good."""
    invitations = Invitation.objects.open_at(now).select_related("service")
    return invitations.filter(digest=digest_of(token)).first()


def account_of(invitation: Invitation) -> Practitioner | None:
    """The account of the address that was invited, where there is one."""
    return Practitioner.objects.filter(email=invitation.email).first()


def can_sign_in(account: Practitioner) -> bool:
    """Whether anybody can open the account as it is: it has a passphrase, and is not closed."""
    return account.is_active and account.has_usable_password()


def may_choose_passphrase(account: Practitioner, *, service: Service) -> bool:
    """Whether an invitation is enough to open an account that is there already.

    Only one that nobody can sign in to, and that belongs to no other service: else whoever leads one
    service could open what belongs to another. Either nobody has a passphrase for it, as an import
    makes them, or it was closed when its person left the last service, and this is the way back.
    """
    elsewhere = account.memberships.exclude(service=service)
    return not can_sign_in(account) and not elsewhere.exists()


@transaction.atomic
def invite(
    *, service: Service, email: str, role: Role, by: Practitioner, now: dt.datetime
) -> Invited:
    """A link for one address, good once and for seven days; an earlier one for it is withdrawn.

    A member who cannot sign in yet is invited to choose a passphrase; their role stays. Raises
    RefusedError for a member who can sign in.
    """
    read_again(service)
    email = Practitioner.objects.normalise(email)
    place = service.memberships.filter(practitioner__email=email).first()
    if place is not None:
        if can_sign_in(place.practitioner):
            raise RefusedError(f"{email} is a member of {service.name} already")
        role = Role(place.role)
    for earlier in service.invitations.filter(email=email, accepted_at=None, withdrawn_at=None):
        change(earlier, {"withdrawn_at": now}, by=by, why=REPLACED)
    token = secrets.token_urlsafe(SECRET_BYTES)
    invitation = Invitation(
        service=service,
        email=email,
        role=role,
        digest=digest_of(token),
        invited_by=by,
        invited_at=now,
    )
    save(invitation, by=by, why=INVITED)
    return Invited(invitation=invitation, token=token)


@transaction.atomic
def withdraw(*, invitation: Invitation, by: Practitioner | None, now: dt.datetime) -> None:
    """The link is good no more. Raises RefusedError where it was taken up; twice is once."""
    read_again(invitation)
    if invitation.accepted_at is not None:
        raise RefusedError("this invitation has been taken up already")
    if invitation.withdrawn_at is None:
        change(invitation, {"withdrawn_at": now}, by=by, why=WITHDRAWN)


@transaction.atomic
def withdraw_made_by(
    person: Practitioner, *, service: Service, by: Practitioner | None, now: dt.datetime
) -> None:
    """The links that somebody has made to a service are good no more: they see to its members no longer."""
    for invitation in service.invitations.open_at(now).filter(invited_by=person):
        withdraw(invitation=invitation, by=by, now=now)


@transaction.atomic
def accept_with_passphrase(
    *, invitation: Invitation, name: str, passphrase: str, now: dt.datetime
) -> Practitioner:
    """Whoever has the link gets an account, or the one that was waiting, and joins the service.

    Raises RefusedError when the invitation is not good any more, or the address has an account
    that needs signing in.
    """
    _take_up(invitation, now=now)
    account = account_of(invitation)
    if account is not None:
        read_again(account)
        if not may_choose_passphrase(account, service=invitation.service):
            raise RefusedError("this address has an account already: sign in with it first")
    person = account or Practitioner(email=invitation.email)
    person.name, person.is_active = name, True
    person.set_password(passphrase)
    # Somebody new is nobody yet whom the history could name.
    save(person, by=account, why=TAKEN_UP)
    if not invitation.service.memberships.filter(practitioner=person).exists():
        _join(person, invitation=invitation)
    _accepted(invitation, by=person, now=now)
    return person


@transaction.atomic
def accept_signed_in(*, invitation: Invitation, person: Practitioner, now: dt.datetime) -> None:
    """Somebody who has an account joins another service.

    Raises RefusedError when the invitation is not good any more, is for another address, or the
    person is a member already.
    """
    _take_up(invitation, now=now)
    if person.email != invitation.email:
        raise RefusedError("this invitation is for another address")
    if invitation.service.memberships.filter(practitioner=person).exists():
        raise RefusedError(f"you are a member of {invitation.service.name} already")
    _join(person, invitation=invitation)
    _accepted(invitation, by=person, now=now)


def _take_up(invitation: Invitation, *, now: dt.datetime) -> None:
    # Locked until the end: the second of two at once finds it taken up.
    read_again(invitation)
    if not Invitation.objects.open_at(now).filter(pk=invitation.pk).exists():
        raise RefusedError(NOT_GOOD)


def _join(person: Practitioner, *, invitation: Invitation) -> None:
    place = Membership(service=invitation.service, practitioner=person, role=Role(invitation.role))
    save(place, by=person, why=TAKEN_UP)


def _accepted(invitation: Invitation, *, by: Practitioner, now: dt.datetime) -> None:
    change(invitation, {"accepted_at": now}, by=by, why=TAKEN_UP)
