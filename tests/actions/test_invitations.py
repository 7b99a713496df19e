"""Invitations: made, withdrawn, taken up; each once, with who and why, and none by the wrong person."""

import datetime as dt
from typing import Any

import pytest

from practice.actions.invitations import (
    Invited,
    accept_signed_in,
    accept_with_passphrase,
    account_of,
    digest_of,
    invite,
    may_choose_passphrase,
    open_invitation,
    withdraw,
)
from practice.actions.writing import RefusedError
from practice.models import Invitation, Membership, Practitioner, Role
from practice.models.invitation import GOOD_FOR
from tests.cast import Cast, make_practitioner, saved

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 22, 9, 0, tzinfo=dt.UTC)
PASSPHRASE = "seven tall elms in fog"


def invited(cast: Cast, email: str = "dora@example.org", role: Role = Role.PRACTITIONER) -> Invited:
    return invite(service=cast.service, email=email, role=role, by=cast.leda, now=NOW)


def accepted(invitation: Invitation, **other: Any) -> Practitioner:
    given: dict[str, Any] = {"name": "Dora", "passphrase": PASSPHRASE, "now": NOW} | other
    return accept_with_passphrase(invitation=invitation, **given)


def reasons(row: Any) -> list[tuple[str, int | None, str]]:
    return list(
        row.history.order_by("history_id").values_list(
            "history_type", "history_user_id", "history_change_reason"
        )
    )


class TestInvite:
    def test_the_secret_opens_it_and_only_its_digest_is_kept(self, cast: Cast) -> None:
        made = invited(cast, email=" Dora@Example.org")
        stored = Invitation.objects.get()
        assert stored.email == "dora@example.org"
        assert stored.digest == digest_of(made.token)
        assert len(made.token) >= 43
        assert made.token not in str(Invitation.objects.values().get())
        kept: Any = Invitation.history
        assert made.token not in str(kept.values().get())
        assert open_invitation(made.token, now=NOW) == stored
        assert open_invitation(made.token + "x", now=NOW) is None
        assert reasons(stored) == [("+", cast.leda.pk, "invited")]

    def test_it_is_good_for_seven_days(self, cast: Cast) -> None:
        token = invited(cast).token
        last = NOW + GOOD_FOR
        assert open_invitation(token, now=last - dt.timedelta(seconds=1)) is not None
        assert open_invitation(token, now=last) is None

    def test_a_newer_one_voids_the_older_for_the_same_address_alone(self, cast: Cast) -> None:
        older, other = invited(cast), invited(cast, email="erin@example.org")
        elsewhere = invite(
            service=cast.other_service,
            email="dora@example.org",
            role=Role.LEAD,
            by=cast.charlie,
            now=NOW,
        )
        newer = invited(cast, role=Role.LEAD)
        assert open_invitation(older.token, now=NOW) is None
        for still in (other, elsewhere, newer):
            assert open_invitation(still.token, now=NOW) == still.invitation
        older.invitation.refresh_from_db()
        assert reasons(older.invitation)[-1] == (
            *("~", cast.leda.pk),
            "replaced by a newer invitation",
        )

    def test_a_member_who_can_sign_in_is_refused(self, cast: Cast) -> None:
        cast.alice.set_password(PASSPHRASE)
        cast.alice.save()
        with pytest.raises(RefusedError, match="is a member of Harbour already"):
            invited(cast, email="Alice@example.org")
        assert not Invitation.objects.exists()

    def test_a_member_without_a_passphrase_keeps_the_role(self, cast: Cast) -> None:
        made = invited(cast, email="alice@example.org", role=Role.LEAD)
        assert made.invitation.role == Role.PRACTITIONER


class TestWithdraw:
    def test_the_link_is_good_no_more(self, cast: Cast) -> None:
        made = invited(cast)
        for _twice in range(2):
            withdraw(invitation=made.invitation, by=cast.leda, now=NOW)
        assert open_invitation(made.token, now=NOW) is None
        assert reasons(made.invitation)[1:] == [("~", cast.leda.pk, "withdrawn")]

    def test_not_when_it_was_taken_up(self, cast: Cast) -> None:
        made = invited(cast)
        read_before = Invitation.objects.get()
        accepted(made.invitation)
        with pytest.raises(RefusedError, match="taken up already"):
            withdraw(invitation=read_before, by=cast.leda, now=NOW)


class TestSomebodyNew:
    def test_gets_an_account_and_a_place(self, cast: Cast) -> None:
        made = invited(cast, role=Role.LEAD)
        person = accepted(made.invitation)
        assert (person.email, person.name) == ("dora@example.org", "Dora")
        assert person.check_password(PASSPHRASE)
        place = Membership.objects.get(practitioner=person)
        assert (place.service, place.role) == (cast.service, Role.LEAD)
        assert reasons(person) == [("+", None, "took up an invitation")]
        assert reasons(place) == [("+", person.pk, "took up an invitation")]
        assert reasons(made.invitation)[1:] == [("~", person.pk, "took up an invitation")]
        assert open_invitation(made.token, now=NOW) is None

    @pytest.mark.parametrize("end", ["accepted", "withdrawn", "too late"])
    def test_not_when_it_is_not_good_any_more(self, cast: Cast, end: str) -> None:
        made = invited(cast)
        # As somebody has read it who is quicker or slower by a moment.
        read_before = Invitation.objects.select_related("service").get()
        now = NOW
        if end == "accepted":
            accepted(made.invitation)
        elif end == "withdrawn":
            withdraw(invitation=made.invitation, by=cast.leda, now=NOW)
        else:
            now = NOW + GOOD_FOR
        people, places = Practitioner.objects.count(), Membership.objects.count()
        with pytest.raises(RefusedError, match="not good any more"):
            accepted(read_before, passphrase="another one altogether", now=now)
        assert (Practitioner.objects.count(), Membership.objects.count()) == (people, places)


class TestAnAccountThatWaits:
    """Made by an import or a command, for somebody who has not signed in yet."""

    def test_is_opened_and_keeps_its_place(self, cast: Cast) -> None:
        made = invited(cast, email="alice@example.org")
        person = accepted(made.invitation, name="Alice Ŵ")
        assert person == cast.alice
        cast.alice.refresh_from_db()
        assert cast.alice.check_password(PASSPHRASE)
        assert cast.alice.name == "Alice Ŵ"
        assert cast.alice.memberships.count() == 1
        assert reasons(cast.alice)[-1] == ("~", cast.alice.pk, "took up an invitation")

    def test_joins_where_it_belonged_to_nobody(self, cast: Cast) -> None:
        nomad = make_practitioner(email="nomad@example.org")
        accepted(invited(cast, email="nomad@example.org").invitation)
        assert nomad.services.get() == cast.service

    def test_is_not_opened_by_somebody_else_s_service(self, cast: Cast) -> None:
        """Whoever leads one service could else open what belongs to another."""
        made = invited(cast, email="charlie@example.org")
        with pytest.raises(RefusedError, match="has an account already"):
            accepted(made.invitation)
        cast.charlie.refresh_from_db()
        assert not cast.charlie.has_usable_password()
        assert cast.charlie.services.get() == cast.other_service
        assert open_invitation(made.token, now=NOW) is not None

    def test_is_not_opened_when_somebody_can_sign_in_to_it(self, cast: Cast) -> None:
        assert may_choose_passphrase(cast.alice, service=cast.service)
        cast.alice.set_password(PASSPHRASE)
        assert not may_choose_passphrase(cast.alice, service=cast.service)

    def test_closed_it_is_opened_by_its_own_service_alone(self, cast: Cast) -> None:
        """An import or a command can make somebody a member again who has left, account and all."""
        cast.alice.set_password(PASSPHRASE)
        cast.alice.is_active = False
        saved(cast.alice, by=cast.leda)
        # Not refused as a member who can sign in: they cannot.
        made = invited(cast, email=cast.alice.email)
        accepted(made.invitation)
        cast.alice.refresh_from_db()
        assert cast.alice.is_active
        cast.alice.is_active = False
        saved(cast.alice, by=cast.leda)
        saved(Membership(service=cast.other_service, practitioner=cast.alice), by=cast.leda)
        assert not may_choose_passphrase(cast.alice, service=cast.service)


class TestSomebodySignedIn:
    def test_joins(self, cast: Cast) -> None:
        made = invited(cast, email="charlie@example.org")
        assert account_of(made.invitation) == cast.charlie
        accept_signed_in(invitation=made.invitation, person=cast.charlie, now=NOW)
        place = Membership.objects.get(practitioner=cast.charlie, service=cast.service)
        assert place.role == Role.PRACTITIONER
        assert reasons(place) == [("+", cast.charlie.pk, "took up an invitation")]
        assert cast.charlie.services.count() == 2

    def test_not_twice(self, cast: Cast) -> None:
        made = invited(cast, email="charlie@example.org")
        read_before = Invitation.objects.select_related("service").get()
        accept_signed_in(invitation=made.invitation, person=cast.charlie, now=NOW)
        with pytest.raises(RefusedError, match="not good any more"):
            accept_signed_in(invitation=read_before, person=cast.charlie, now=NOW)
        assert cast.charlie.memberships.count() == 2

    def test_not_as_somebody_else(self, cast: Cast) -> None:
        made = invited(cast)
        with pytest.raises(RefusedError, match="for another address"):
            accept_signed_in(invitation=made.invitation, person=cast.charlie, now=NOW)
        assert cast.charlie.services.get() == cast.other_service

    def test_not_as_a_member(self, cast: Cast) -> None:
        made = invited(cast, email="charlie@example.org")
        saved(Membership(service=cast.service, practitioner=cast.charlie), by=cast.leda)
        with pytest.raises(RefusedError, match="member of Harbour already"):
            accept_signed_in(invitation=made.invitation, person=cast.charlie, now=NOW)


def test_nobody_has_the_address(cast: Cast) -> None:
    assert account_of(invited(cast).invitation) is None
