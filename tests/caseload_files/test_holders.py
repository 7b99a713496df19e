"""Who holds what: named, left empty, handed over, corrected."""

import datetime as dt
from typing import Any

import pytest

from practice.caseload_files import summary
from practice.models import (
    Client,
    Episode,
    Holding,
    Membership,
    Practitioner,
    Role,
    Service,
)
from tests.caseload_files.given import (
    Row,
    again,
    an_episode,
    imported,
    only,
    planned,
    row_counts,
    stored,
)
from tests.cast import make_practitioner, saved

pytestmark = pytest.mark.django_db


def roles(service: Service) -> dict[str, str]:
    return dict(
        Membership.objects.filter(service=service).values_list("practitioner__email", "role")
    )


def test_the_only_one_named_leads_a_new_service() -> None:
    service = imported([an_episode(practitioner=" P1@Example.org ")])
    assert roles(service) == {"p1@example.org": Role.LEAD}
    person = Practitioner.objects.get()
    assert not person.has_usable_password()
    holding = Holding.objects.get()
    assert (holding.practitioner, holding.since, holding.until) == (
        person,
        dt.date(2026, 1, 5),
        None,
    )


SIGN_IN = "to let them sign in: python3 manage.py changepassword"
NO_LEAD = "Nobody leads this service yet: python3 manage.py service --lead EMAIL"


def test_the_summary_says_how_a_new_practitioner_signs_in() -> None:
    said = summary(planned([an_episode()]))
    assert f"New practitioner: p1@example.org, leads the service ({SIGN_IN} p1@example.org)" in said
    # An account of another service that has a password already.
    make_practitioner(email="p1@example.org").set_password("x")
    person = Practitioner.objects.get()
    person.set_password("x")
    saved(person, by=None)
    assert "New practitioner: p1@example.org, leads the service" in summary(planned([an_episode()]))


def test_an_address_that_a_shell_would_obey_is_quoted() -> None:
    said = summary(planned([an_episode(practitioner="`id`@example.org")]))
    assert said[1].endswith("changepassword '`id`@example.org')")


def test_the_summary_says_that_nobody_leads() -> None:
    rows = [an_episode(), an_episode(client="K2", practitioner="p2@example.org")]
    plan = planned(rows)
    assert summary(plan).count(NO_LEAD) == 1
    service = stored(plan)
    # As long as it is so.
    assert NO_LEAD in summary(planned(rows, service=service))
    membership = Membership.objects.get(practitioner__email="p2@example.org")
    membership.role = Role.LEAD
    saved(membership, by=None)
    assert NO_LEAD not in summary(planned(rows, service=service))
    assert NO_LEAD not in summary(planned([]))


def test_the_summary_says_how_the_stand_in_gets_an_address() -> None:
    said = summary(planned([an_episode(practitioner="")]))
    address = "practitioner@practice.invalid"
    assert said[1] == f"New practitioner: {address}, leads the service ({SIGN_IN} {address})"
    assert said[2].endswith(f": python3 manage.py service --email {address} NEW")
    assert NO_LEAD not in said


def test_several_named_are_practitioners() -> None:
    service = imported([an_episode(), an_episode(client="K2", practitioner="p2@example.org")])
    assert set(roles(service).values()) == {Role.PRACTITIONER}
    imported([an_episode(client="K3", practitioner="p3@example.org")], service=service)
    assert roles(service)["p3@example.org"] == Role.PRACTITIONER


def test_nobody_named_in_a_practice_of_one() -> None:
    service = imported([an_episode(), an_episode(client="K2", practitioner="")])
    assert set(roles(service)) == {"p1@example.org"}
    without: Row = {"client": "K3", "referred_on": "2026-01-05"}
    imported([without], service=service)
    assert Holding.objects.filter(practitioner__email="p1@example.org").count() == 3


def test_nobody_named_and_nobody_there() -> None:
    rows: list[Row] = [{"client": "K1", "referred_on": "2026-01-05"}]
    service = imported(rows)
    assert roles(service) == {"practitioner@practice.invalid": Role.LEAD}
    assert again(service, rows) == []
    # Another service's nameless practitioner is another person.
    other = Service.objects.create(name="Other")
    imported(rows, service=other)
    assert roles(other) == {"practitioner-2@practice.invalid": Role.LEAD}


def test_an_account_of_another_service_becomes_a_member() -> None:
    make_practitioner(email="p1@example.org")
    service = imported([an_episode()])
    assert set(roles(service)) == {"p1@example.org"}
    assert Practitioner.objects.count() == 1


def test_a_stored_episode_keeps_its_holder_where_the_file_names_nobody() -> None:
    service = imported([an_episode(), an_episode(client="K2", practitioner="p2@example.org")])
    row: Row = {"client": "K1", "referred_on": "2026-01-05"}
    assert again(service, [row]) == []
    problem = only(planned([{**row, "practitioner": ""}], service=service).problems)
    assert problem.column == "practitioner"


def test_another_practitioner_corrects_the_only_holding() -> None:
    service = imported([an_episode()])
    again(service, [an_episode(practitioner="p2@example.org")])
    holding: Any = Holding.objects.get()
    assert holding.practitioner.email == "p2@example.org"
    assert holding.history.count() == 2


def test_an_episode_that_was_handed_over_is_not_corrected() -> None:
    service = imported([an_episode(held_before="p0@example.org until 2026-02-01")])
    assert again(service, [an_episode()]) == []
    problem = only(planned([an_episode(practitioner="p0@example.org")], service=service).problems)
    assert "p1@example.org holds it now" in problem.message


def test_hand_overs_come_in_with_a_new_episode() -> None:
    before = "p0@example.org until 2026-02-01; p2@example.org until 01/03/2026"
    service = imported([an_episode(held_before=before)])
    found = Holding.objects.order_by("since").values_list("practitioner__email", "since", "until")
    days = [dt.date(2026, 1, 5), dt.date(2026, 2, 1), dt.date(2026, 3, 1)]
    assert list(found) == [
        ("p0@example.org", days[0], days[1]),
        ("p2@example.org", days[1], days[2]),
        ("p1@example.org", days[2], None),
    ]
    assert len(roles(service)) == 3
    assert again(service, [an_episode(held_before=before)]) == []
    emptied = planned([an_episode(held_before="")], service=service)
    assert "they stay" in only(emptied.warnings).message
    changed = an_episode(held_before="p0@example.org until 2026-02-02")
    assert "changes no hand-over" in only(planned([changed], service=service).problems).message


def test_the_holding_moves_with_a_corrected_referral() -> None:
    service = imported([an_episode(held_before="p0@example.org until 2026-02-01")])
    again(service, [an_episode(referred_on="2026-01-07")])
    assert Holding.objects.order_by("since")[0].since == dt.date(2026, 1, 7)
    problem = only(planned([an_episode(referred_on="2026-02-01")], service=service).problems)
    assert (problem.column, "handed over on 2026-02-01" in problem.message) == ("referred_on", True)


def test_an_episode_that_nobody_holds_gets_a_holder() -> None:
    service = Service.objects.create(name="Harbour")
    client = saved(Client(service=service, reference="K1"), by=None)
    saved(Episode(client=client, referred_on=dt.date(2026, 1, 5)), by=None)
    assert again(service, [an_episode()]) == ["practitioner: (empty) -> p1@example.org"]
    assert Holding.objects.get().since == dt.date(2026, 1, 5)


def test_somebody_who_left_does_not_come_back_by_an_old_file() -> None:
    service = imported([an_episode(), an_episode(client="K2", practitioner="p2@example.org")])
    Membership.objects.get(practitioner__email="p1@example.org").delete()
    rows = row_counts()
    assert again(service, [an_episode()]) == []
    assert set(roles(service)) == {"p2@example.org"}
    assert row_counts() == rows
