"""Writes of several rows: all or none, each with who and why in its history."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth import authenticate
from django.db import IntegrityError, transaction

from practice.actions.services import (
    Usual,
    add_members,
    as_kept,
    change_email,
    change_role,
    change_service,
    create_practice,
    open_service,
    rename_practitioner,
)
from practice.actions.versions import StaleError, version_of
from practice.actions.writing import RefusedError, record_rows
from practice.domain.measures import PrimaryOutcome
from practice.domain.signal_kinds import Signal
from practice.models import Client, Episode, Membership, Practitioner, Role, Service
from tests.cast import Cast, make_client, make_practitioner

pytestmark = pytest.mark.django_db


def newest(row: Any) -> tuple[str, Practitioner | None, str | None]:
    """The last history row: what happened, who, why."""
    history = row.history.first()
    return history.history_type, history.history_user, history.history_change_reason


def test_a_service_is_opened_with_its_trace(cast: Cast) -> None:
    service = open_service(name="New", by=cast.leda, why="asked for")
    assert service.primary_outcome == PrimaryOutcome.IAPT
    assert newest(service) == ("+", cast.leda, "asked for")


def test_members_get_an_account_without_a_password(cast: Cast) -> None:
    roles = {"New@Example.org": Role.LEAD, "charlie@example.org": Role.PRACTITIONER}
    add_members(service=cast.service, roles=roles, by=None, why="imported")
    new = Practitioner.objects.get(email="new@example.org")
    assert not new.has_usable_password()
    assert newest(new) == ("+", None, "imported")
    member = Membership.objects.get(service=cast.service, practitioner=new)
    assert member.role == Role.LEAD
    assert newest(member) == ("+", None, "imported")
    # Somebody known elsewhere keeps the account, and the place there.
    assert cast.charlie.services.count() == 2


def test_a_member_twice_adds_nobody(cast: Cast) -> None:
    roles = {"new@example.org": Role.PRACTITIONER, "alice@example.org": Role.PRACTITIONER}
    with pytest.raises(IntegrityError), transaction.atomic():
        add_members(service=cast.service, roles=roles, by=None, why="")
    assert not Practitioner.objects.filter(email="new@example.org").exists()


def test_rows_are_added_in_order_and_changed_with_their_trace(cast: Cast) -> None:
    old = make_client(service=cast.service, reference="OLD", by=cast.leda)
    new = Client(service=cast.service, reference="NEW")
    episode = Episode(client=new, referred_on=dt.date(2026, 1, 5))
    old.gender = "other"
    record_rows(added=[[new], [episode], []], changed=[old], by=cast.alice, why="imported")
    assert Episode.objects.get().client == new
    for row in (new, episode):
        assert newest(row) == ("+", cast.alice, "imported")
    assert newest(old) == ("~", cast.alice, "imported")
    assert Client.objects.get(reference="OLD").gender == "other"


def test_one_bad_row_stores_none(cast: Cast) -> None:
    old = make_client(service=cast.service, reference="OLD", by=cast.leda)
    new = Client(service=cast.service, reference="NEW")
    old.gender = "robot"
    with pytest.raises(IntegrityError), transaction.atomic():
        record_rows(added=[[new]], changed=[old], by=cast.alice, why="imported")
    assert list(Client.objects.values_list("reference", "gender")) == [("OLD", "")]
    history: Any = Client.history
    assert history.count() == 1


def test_people_of_one_service_are_told_apart_from_another() -> None:
    service = Service.objects.create(name="One")
    make_practitioner(email="a@example.org")
    add_members(service=service, roles={}, by=None, why="")
    assert not service.practitioners.exists()


def test_settings_change_in_one_row_of_history(cast: Cast) -> None:
    change_service(
        service=cast.service,
        name="Quay",
        primary_outcome=PrimaryOutcome.CORE10,
        logs_every_enquiry=True,
        by=cast.leda,
        why="agreed",
    )
    stored = Service.objects.get(pk=cast.service.pk)
    assert (stored.name, stored.primary_outcome, stored.logs_every_enquiry) == (
        *("Quay", "core10", True),
    )
    assert newest(stored) == ("~", cast.leda, "agreed")
    assert stored.history.count() == 2


def test_settings_that_are_not_named_stay(cast: Cast) -> None:
    change_service(service=cast.service, logs_every_enquiry=True, by=cast.leda, why="agreed")
    change_service(service=cast.service, logs_every_enquiry=True, by=cast.leda, why="again")
    change_service(service=cast.service, by=cast.leda, why="nothing")
    assert newest(cast.service) == ("~", cast.leda, "agreed")
    assert (cast.service.name, cast.service.primary_outcome) == ("Harbour", PrimaryOutcome.IAPT)
    change_service(service=cast.service, logs_every_enquiry=False, by=cast.leda, why="no more")
    assert newest(cast.service) == ("~", cast.leda, "no more")


def test_signals_and_usual_values_change(cast: Cast) -> None:
    change_service(
        service=cast.service,
        signals_off=[Signal.NO_CONTACT, Signal.WORSE],
        usual=Usual(medium="video", minutes=50, fee=Decimal(60)),
        by=cast.leda,
        why="agreed",
    )
    stored = Service.objects.get(pk=cast.service.pk)
    # Always in the order of the signals.
    assert stored.signals_off == "worse no_contact"
    assert (stored.usual_medium, stored.usual_minutes, stored.usual_fee) == (
        *("video", 50, Decimal(60)),
    )
    assert newest(stored) == ("~", cast.leda, "agreed")
    change_service(
        service=cast.service,
        signals_off=[],
        usual=Usual(medium="", minutes=None, fee=None),
        by=cast.leda,
        why="no more",
    )
    stored.refresh_from_db()
    assert stored.signals_off == ""
    assert (stored.usual_medium, stored.usual_minutes, stored.usual_fee) == ("", None, None)


def test_risk_cannot_be_turned_off(cast: Cast) -> None:
    with pytest.raises(ValueError, match="always on: risk"):
        change_service(service=cast.service, signals_off=[Signal.RISK], by=cast.leda, why="quiet")
    assert as_kept(list(Signal)[1:]) == "worse not_improved off_track score_overdue no_contact"
    assert Service.objects.get(pk=cast.service.pk).signals_off == ""


def test_a_change_keeps_what_others_stored_meanwhile(cast: Cast) -> None:
    read_before = Practitioner.objects.get(pk=cast.alice.pk)
    cast.alice.set_password("set-by-alice-meanwhile")
    cast.alice.save()
    rename_practitioner(practitioner=read_before, name="Alys", by=None, why="asked for")
    stored = Practitioner.objects.get(pk=cast.alice.pk)
    assert stored.name == "Alys"
    assert stored.check_password("set-by-alice-meanwhile")
    assert newest(stored) == ("~", None, "asked for")


def test_the_name_of_another_service_is_refused(cast: Cast) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        change_service(service=cast.service, name="Hillside", by=None, why="")
    assert Service.objects.get(pk=cast.service.pk).name == "Harbour"


def test_a_lead_comes_and_goes(cast: Cast) -> None:
    alice, leda = cast.alice.memberships.get(), cast.leda.memberships.get()
    change_role(membership=alice, role=Role.LEAD, by=cast.leda, why="joins")
    assert newest(alice) == ("~", cast.leda, "joins")
    change_role(membership=leda, role=Role.PRACTITIONER, by=cast.alice, why="leaves")
    assert newest(leda) == ("~", cast.alice, "leaves")
    assert Membership.objects.get(pk=leda.pk).role == Role.PRACTITIONER


def test_the_last_lead_stays(cast: Cast) -> None:
    # A lead elsewhere is no lead here.
    make_practitioner(email="x@example.org", service=cast.other_service, role=Role.LEAD)
    leda = cast.leda.memberships.get()
    with pytest.raises(RefusedError, match="is the only lead of Harbour"):
        change_role(membership=leda, role=Role.PRACTITIONER, by=cast.leda, why="")
    assert Membership.objects.get(pk=leda.pk).role == Role.LEAD
    change_role(membership=leda, role=Role.LEAD, by=cast.leda, why="is one")
    assert leda.history.count() == 1


def test_whoever_was_read_as_a_lead_before_is_judged_as_stored(cast: Cast) -> None:
    alice, leda = cast.alice.memberships.get(), cast.leda.memberships.get()
    change_role(membership=alice, role=Role.LEAD, by=None, why="")
    read_before = cast.alice.memberships.get()
    change_role(membership=alice, role=Role.PRACTITIONER, by=None, why="")
    change_role(membership=read_before, role=Role.PRACTITIONER, by=None, why="is one already")
    assert alice.history.count() == 3
    with pytest.raises(RefusedError):
        change_role(membership=leda, role=Role.PRACTITIONER, by=None, why="")


def test_a_service_without_a_lead_is_left_as_it_is(cast: Cast) -> None:
    charlie = cast.charlie.memberships.get()
    change_role(membership=charlie, role=Role.PRACTITIONER, by=None, why="")
    assert charlie.history.count() == 1


def test_only_the_new_address_opens_the_account(cast: Cast) -> None:
    cast.alice.set_password("the-password-of-alice")
    cast.alice.save()
    # What allauth keeps after a sign-in with the old address.
    EmailAddress.objects.create(user=cast.alice, email=cast.alice.email)
    EmailAddress.objects.create(user=cast.bob, email=cast.bob.email)
    change_email(practitioner=cast.alice, email=" New@Example.org", by=cast.leda, why="moved")
    assert newest(cast.alice) == ("~", cast.leda, "moved")

    def opened_by(email: str) -> Any:
        return authenticate(None, email=email, password="the-password-of-alice")

    assert opened_by("new@example.org") == cast.alice
    assert opened_by("alice@example.org") is None
    assert list(EmailAddress.objects.values_list("email", flat=True)) == ["bob@example.org"]


@pytest.mark.parametrize("taken", ["Charlie@example.org", "once@example.org"])
def test_the_address_of_another_account_is_refused(cast: Cast, taken: str) -> None:
    EmailAddress.objects.create(user=cast.bob, email="once@example.org")
    with pytest.raises(RefusedError, match="another account"):
        change_email(practitioner=cast.alice, email=taken, by=None, why="")
    assert Practitioner.objects.get(pk=cast.alice.pk).email == "alice@example.org"


class TestCreatePractice:
    def test_owner_leads_it_and_the_history_says_so(self, db: None) -> None:
        owner = Practitioner(email="zoe@example.org")
        create_practice(
            service=Service(name="Harbour"), owner=owner, password="x", by=None, why="first"
        )
        place = Membership.objects.get()
        assert (place.practitioner, place.role) == (owner, Role.LEAD)
        (kept,) = Membership.history.all()
        assert (kept.history_user_id, kept.history_change_reason) == (owner.pk, "first")

    def test_not_when_somebody_is_there(self, cast: Cast) -> None:
        with pytest.raises(RefusedError, match="already"):
            create_practice(
                service=Service(name="Second"),
                owner=Practitioner(email="zoe@example.org"),
                password="x",
                by=None,
                why="first",
            )
        assert not Service.objects.filter(name="Second").exists()


def test_settings_that_were_changed_meanwhile_are_not_stored_over(cast: Cast) -> None:
    seen = version_of(cast.service)
    change_service(service=cast.service, name="Harbour Lane", by=cast.bob, why="renamed", seen=seen)
    with pytest.raises(StaleError):
        change_service(service=cast.service, name="Quay", by=cast.leda, why="renamed", seen=seen)
    cast.service.refresh_from_db()
    assert cast.service.name == "Harbour Lane"
    # What is stored already is no change, whoever stored it.
    change_service(service=cast.service, name="Harbour Lane", by=cast.leda, why="same", seen=seen)
    assert newest(cast.service) == ("~", cast.bob, "renamed")
