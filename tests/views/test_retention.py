"""How long a record is kept: the rule from both sides of each edge, and who sees the list."""

import datetime as dt

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from practice.actions.consent import hold_client
from practice.cases.retention import due_on, last_contact, months_later, retention_list
from practice.cohorts import Scope
from practice.models import AuditEntry, Client, Deed, Practitioner, Role
from tests.cast import (
    Cast,
    hand_over,
    make_client,
    make_completion,
    make_episode,
    make_practitioner,
    make_service,
    make_session,
    saved,
)

BEGUN = dt.date(2010, 3, 1)
TODAY = dt.date(2020, 6, 30)


def ended(cast: Cast, reference: str, *, on: dt.date, holder: Practitioner | None = None) -> Client:
    client = make_client(service=cast.service, reference=reference, by=cast.alice)
    make_episode(
        client=client, holder=holder or cast.alice, referred_on=BEGUN, ended_on=on, by=cast.alice
    )
    return client


def due(cast: Cast, *, whose: Practitioner | None = None, on: dt.date = TODAY) -> list[str]:
    scope = Scope(service=cast.service, practitioner=whose)
    return [one.reference for one in retention_list(scope, years=7, today=on).due]


@pytest.mark.parametrize(
    ("last", "years", "day"),
    [
        (dt.date(2013, 6, 30), 7, dt.date(2020, 6, 30)),
        (dt.date(2016, 2, 29), 4, dt.date(2020, 2, 29)),
        (dt.date(2016, 2, 29), 7, dt.date(2023, 3, 1)),
    ],
)
def test_the_day_is_the_same_so_many_years_later(last: dt.date, years: int, day: dt.date) -> None:
    assert due_on(last, years=years) == day


@pytest.mark.parametrize(
    ("day", "later"),
    [
        (dt.date(2020, 6, 30), dt.date(2020, 9, 30)),
        (dt.date(2020, 11, 30), dt.date(2021, 2, 28)),
        (dt.date(2019, 11, 30), dt.date(2020, 2, 29)),
        (dt.date(2020, 9, 30), dt.date(2020, 12, 30)),
        (dt.date(2020, 10, 1), dt.date(2021, 1, 1)),
    ],
)
def test_three_months_later_is_the_same_day_or_the_month_s_last(
    day: dt.date, later: dt.date
) -> None:
    assert months_later(day, 3) == later


def test_due_on_the_day_itself_and_soon_until_three_months_on(cast: Cast) -> None:
    ended(cast, "D-1", on=dt.date(2013, 6, 30))
    ended(cast, "S-1", on=dt.date(2013, 7, 1))
    ended(cast, "S-2", on=dt.date(2013, 9, 30))
    ended(cast, "L-1", on=dt.date(2013, 10, 1))
    found = retention_list(Scope(service=cast.service), years=7, today=TODAY)
    assert [one.reference for one in found.due] == ["D-1"]
    assert [one.reference for one in found.soon] == ["S-1", "S-2"]
    assert (found.others, found.open) == (1, 0)


def test_the_latest_of_session_form_and_ending_counts(cast: Cast) -> None:
    early, late = dt.date(2012, 1, 1), dt.date(2014, 1, 1)
    for reference in ("E-1", "E-2", "E-3", "E-4"):
        ended(cast, reference, on=early)
    of = {client.reference: client.episodes.get() for client in Client.objects.all()}
    make_session(episode=of["E-2"], held_on=late, by=cast.alice, kind="follow_up")
    make_completion(of=of["E-3"], on=late, by=cast.alice)
    # A missed appointment is a contact too: the later day keeps the record longer.
    make_session(episode=of["E-4"], held_on=late, by=cast.alice, attendance="dna")
    assert due(cast) == ["E-1"]
    assert due(cast, on=dt.date(2021, 1, 1)) == ["E-1", "E-2", "E-3", "E-4"]
    assert last_contact(of["E-3"].client) == late
    assert last_contact(of["E-1"].client) == early


def test_an_open_episode_is_never_due(cast: Cast) -> None:
    client = ended(cast, "O-1", on=dt.date(2011, 1, 1))
    make_episode(client=client, holder=cast.alice, referred_on=dt.date(2011, 2, 1))
    found = retention_list(Scope(service=cast.service), years=1, today=TODAY)
    assert (found.due, found.soon, found.others, found.open) == ((), (), 0, 1)
    assert last_contact(client) is None
    # Somebody without an episode has no day from which to count.
    make_client(service=cast.service, by=cast.alice)
    assert retention_list(Scope(service=cast.service), years=1, today=TODAY).others == 0


def test_an_open_therapy_that_nobody_ended_is_pointed_at(client: Browser, cast: Cast) -> None:
    """It would be kept for ever: nothing of it is ever due."""
    never = make_client(service=cast.service, reference="N-1", by=cast.alice)
    make_episode(client=never, holder=cast.alice, referred_on=dt.date(2013, 6, 30))
    seen = make_client(service=cast.service, reference="S-1", by=cast.alice)
    episode = make_episode(client=seen, holder=cast.alice, referred_on=dt.date(2010, 1, 1))
    make_session(episode=episode, held_on=dt.date(2013, 7, 1), by=cast.alice)
    found = retention_list(Scope(service=cast.service), years=7, today=TODAY)
    assert [(one.reference, one.last_on) for one in found.forgotten] == [
        ("N-1", dt.date(2013, 6, 30))
    ]
    assert (found.due, found.soon, found.others, found.open) == ((), (), 0, 2)
    assert last_contact(never) is None
    cast.service.retention_years = 7
    saved(cast.service, by=cast.leda)
    for person in (cast.alice, cast.leda):
        shown = page(client, cast, person)
        assert "Open, and not seen for longer than that" in shown
        assert reverse("client-copy", args=[never.uid]) in shown
        assert reverse("client-erase", args=[never.uid]) not in shown
    cast.service.lead_reads_clients = False
    saved(cast.service, by=cast.leda)
    assert "of them not seen for longer than records are kept: 2" in page(client, cast, cast.leda)


def test_a_practitioner_s_own_are_those_they_hold_today(cast: Cast) -> None:
    ended(cast, "A-1", on=dt.date(2011, 1, 1))
    given = ended(cast, "B-1", on=dt.date(2011, 2, 1))
    hand_over(episode=given.episodes.get(), to=cast.bob, on=dt.date(2011, 3, 1))
    assert due(cast, whose=cast.alice) == ["A-1"]
    assert due(cast, whose=cast.bob) == ["B-1"]
    assert due(cast) == ["A-1", "B-1"]


def test_it_takes_the_same_number_of_queries_however_many(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(12):
        client = ended(cast, f"Q-{number}", on=dt.date(2011, 1, 1))
        make_session(episode=client.episodes.get(), held_on=dt.date(2010, 4, 1), by=cast.alice)
    with django_assert_num_queries(5):
        assert len(due(cast)) == 12


# --- The page


@pytest.fixture
def kept(cast: Cast) -> Cast:
    """Seven years; one due client of alice's and one of bob's, the latter held."""
    cast.service.retention_years = 7
    saved(cast.service, by=cast.leda)
    ended(cast, "A-1", on=dt.date(2011, 1, 1))
    held = ended(cast, "B-1", on=dt.date(2011, 2, 1), holder=cast.bob)
    hold_client(client=held, on=dt.date(2015, 5, 1), reason="A complaint", by=cast.bob)
    return cast


def page(browser: Browser, cast: Cast, person: Practitioner) -> str:
    browser.force_login(person)
    answer = browser.get(reverse("retention-list", args=[cast.service.uid]))
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_practitioner_sees_their_own(client: Browser, kept: Cast) -> None:
    shown = page(client, kept, kept.alice)
    assert "A-1" in shown
    assert "B-1" not in shown
    assert "In the whole practice" not in shown
    mine = Client.objects.get(reference="A-1")
    assert reverse("client-copy", args=[mine.uid]) in shown
    assert reverse("client-erase", args=[mine.uid]) in shown
    assert not AuditEntry.objects.filter(deed=Deed.READ).exists()


def test_a_hold_is_marked_and_leads_to_the_hold(client: Browser, kept: Cast) -> None:
    shown = page(client, kept, kept.bob)
    held = Client.objects.get(reference="B-1")
    assert reverse("client-hold", args=[held.uid]) in shown
    assert reverse("client-erase", args=[held.uid]) not in shown
    assert "since 1 May 2015" in shown


def test_a_lead_who_may_read_clients_sees_all_and_is_written_down(
    client: Browser, kept: Cast
) -> None:
    shown = page(client, kept, kept.leda)
    for text in ("A-1", "B-1", "Alice", "Bob"):
        assert text in shown
    entry = AuditEntry.objects.get(deed=Deed.READ)
    assert (entry.who, entry.detail) == (kept.leda.uid, "retention-list")


def test_a_lead_who_may_not_sees_counts(client: Browser, kept: Cast) -> None:
    kept.service.lead_reads_clients = False
    saved(kept.service, by=kept.leda)
    shown = page(client, kept, kept.leda)
    assert "A-1" not in shown
    assert "B-1" not in shown
    assert "Due: 2." in shown


def test_an_administrator_sees_counts_and_a_supervisor_nothing(client: Browser, kept: Cast) -> None:
    people = {
        role: make_practitioner(email=f"{role}@example.org", service=kept.service, role=role)
        for role in (Role.ADMINISTRATOR, Role.SUPERVISOR)
    }
    shown = page(client, kept, people[Role.ADMINISTRATOR])
    assert "A-1" not in shown
    assert "Due: 2." in shown
    client.force_login(people[Role.SUPERVISOR])
    address = reverse("retention-list", args=[kept.service.uid])
    assert client.get(address).status_code == 403
    client.force_login(kept.charlie)
    assert client.get(address).status_code == 404


def test_without_a_period_it_says_so(client: Browser, cast: Cast) -> None:
    ended(cast, "A-1", on=dt.date(2011, 1, 1))
    for person, says in (
        (cast.alice, "Ask whoever leads the practice"),
        (cast.leda, "Set the period in the settings"),
    ):
        shown = page(client, cast, person)
        assert "No period is set." in shown
        assert says in shown
        assert "A-1" not in shown


def test_the_due_list_of_an_empty_practice(client: Browser, cast: Cast) -> None:
    empty = make_service(name="Empty", retention_years=5)
    zoe = make_practitioner(email="zoe@example.org", service=empty, role=Role.LEAD)
    client.force_login(zoe)
    shown = client.get(reverse("retention-list", args=[empty.uid])).content.decode()
    assert shown.count("Nobody.") == 2
    assert timezone.localdate() > BEGUN
