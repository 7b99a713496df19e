"""Invitations: their constraints, for how long one is good, and that no secret of a link is kept."""

import datetime as dt
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from practice.models import Invitation, Role
from practice.models.invitation import GOOD_FOR
from tests.cast import Cast, make_invitation
from tests.models.edges import Edge, World, all_known, every, refused, stored
from tests.models.lives import history_of

NOON = dt.datetime(2026, 3, 2, 12, 0, tzinfo=dt.UTC)
TICK = dt.timedelta(microseconds=1)

EDGES = (
    stored(Invitation, "invitation_email_lower", email="zoe@example.org"),
    refused(Invitation, "invitation_email_lower", email="Invited@example.org"),
    *all_known(Invitation, "invitation_role", field="role", values=Role.values),
    refused(Invitation, "invitation_role", role="", instead="This field cannot be blank."),
    stored(Invitation, "invitation_one_end"),
    stored(Invitation, "invitation_one_end", accepted_at=NOON),
    stored(Invitation, "invitation_one_end", withdrawn_at=NOON),
    refused(Invitation, "invitation_one_end", accepted_at=NOON, withdrawn_at=NOON),
)


@every(EDGES)
def test_constraint(edge: Edge, world: World) -> None:
    edge.check(world)


def test_a_secret_opens_one_invitation(cast: Cast) -> None:
    make_invitation(service=cast.service, secret="one")
    again = Invitation(
        service=cast.service, email="other@example.org", digest=Invitation.objects.get().digest
    )
    with pytest.raises(ValidationError, match="already exists"):
        again.full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        again.save()


@pytest.mark.parametrize(
    ("after", "is_open"),
    [(dt.timedelta(0), True), (GOOD_FOR - TICK, True), (GOOD_FOR, False), (GOOD_FOR * 2, False)],
    ids=str,
)
def test_good_for_a_short_time(cast: Cast, after: dt.timedelta, *, is_open: bool) -> None:
    invitation = make_invitation(service=cast.service, invited_at=NOON)
    assert list(Invitation.objects.open_at(NOON + after)) == ([invitation] if is_open else [])


@pytest.mark.parametrize("end", ["accepted_at", "withdrawn_at"])
def test_good_once(cast: Cast, end: str) -> None:
    ended: dict[str, Any] = {end: NOON}
    make_invitation(service=cast.service, invited_at=NOON, **ended)
    assert not Invitation.objects.open_at(NOON).exists()


def test_no_history_holds_what_a_link_is_known_by(cast: Cast) -> None:
    """A withdrawn link could otherwise be told from the history for ever."""
    make_invitation(service=cast.service, by=cast.leda)
    names = {field.name for field in history_of(Invitation)._meta.get_fields()}
    assert "digest" not in names
    assert Invitation.history.get().history_user == cast.leda


def test_what_an_invitation_is_called(cast: Cast) -> None:
    """By its id: an address in a log would name somebody."""
    invitation = make_invitation(service=cast.service)
    assert str(invitation) == f"invitation {invitation.uid}"
