"""Writes of several rows: all or none, each with who and why in its history."""

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from practice.actions import add_members, open_service, record_rows
from practice.domain.measures import PrimaryOutcome
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
