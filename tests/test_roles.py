"""Roles as an intruder tries them: other services' ids, added fields, days, old links, several roles at once."""

import datetime as dt
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from practice.actions.invitations import invite
from practice.actions.members import HandOver, leave
from practice.models import Client as Person
from practice.models import (
    Episode,
    Holding,
    Invitation,
    Membership,
    Practitioner,
    Role,
    Supervising,
)
from tests.access_pages import PAGES
from tests.access_people import Everybody, make_everybody
from tests.cast import (
    Cast,
    make_client,
    make_episode,
    make_meeting,
    make_practitioner,
    saved,
)

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def place(cast: Cast, person: Practitioner) -> Membership:
    return Membership.objects.get(service=cast.service, practitioner=person)


def supervised(
    cast: Cast, supervisor: Practitioner, *, since: dt.date, until: dt.date | None = None
) -> Supervising:
    row = Supervising(
        service=cast.service,
        supervisor=supervisor,
        practitioner=cast.alice,
        since=since,
        until=until,
    )
    return saved(row, by=cast.leda)


def status(person: Practitioner, url: str, data: dict[str, Any] | None = None) -> int:
    browser = Client()
    browser.force_login(person)
    answer = browser.get(url) if data is None else browser.post(url, data)
    return int(answer.status_code)


def own_page(cast: Cast, name: str, person: Practitioner | None = None) -> str:
    return reverse(name, args=[cast.service.uid, (person or cast.alice).uid])


# What stands in an address below a service's.
_BELOW = [
    route
    for route in PAGES
    if route.startswith("service/<uuid:service>/") and route.count("<uuid:") > 1
]


@pytest.mark.parametrize("route", _BELOW)
def test_what_is_another_services_is_not_found_below_ones_own(cast: Cast, route: str) -> None:
    """Leading one service opens nothing of another, whichever of the two ids the address names."""
    own = cast.charlie.memberships.get()
    own.role = Role.LEAD
    saved(own, by=None)
    page = PAGES[route]
    needs = page.needs(cast)
    for service in (cast.other_service, cast.service):
        url = reverse(page.url_name, kwargs={**needs, "service": service.uid})
        assert status(cast.charlie, url) == 404
        assert status(cast.charlie, url, {"anything": "1"}) == (405 if page.is_read_only else 404)


class TestSupervision:
    def test_from_its_first_day_up_to_its_last(self, cast: Cast) -> None:
        episode = make_episode(client=make_client(service=cast.service), holder=cast.alice)
        today = timezone.localdate()
        sue = make_practitioner(email="sue@example.org", service=cast.service, role=Role.SUPERVISOR)
        pages = [reverse("episode-detail", args=[episode.uid]), own_page(cast, "caseload")]
        for since, until, is_open in (
            (today, None, True),
            (today - DAY, today + DAY, True),
            (today - DAY, today, False),
            (today + DAY, None, False),
        ):
            Supervising.objects.all().delete_all(by=None, why="next", now=timezone.now())
            supervised(cast, sue, since=since, until=until)
            found = [status(sue, url) for url in pages]
            assert found == ([200, 200] if is_open else [404, 403]), (since, until)

    def test_lead_practitioner_and_supervisor_at_once(self, everybody: Everybody) -> None:
        """Each role opens what it opens, and not what another would."""
        cast, lena = everybody.cast, everybody.sees_as("lead without")
        of_alice, of_bob, of_lena = (
            make_episode(client=make_client(service=cast.service), holder=person)
            for person in (cast.alice, cast.bob, lena)
        )
        begun = supervised(cast, lena, since=timezone.localdate() - DAY)

        def opens(episode: Episode) -> list[int]:
            urls = [reverse(f"episode-{name}", args=[episode.uid]) for name in ("detail", "edit")]
            return [status(lena, url) for url in urls]

        assert [opens(each) for each in (of_alice, of_bob, of_lena)] == [
            [200, 403],
            [404, 404],
            [200, 200],
        ]
        assert status(lena, own_page(cast, "caseload")) == 200
        assert status(lena, own_page(cast, "client-create")) == 403
        assert status(lena, own_page(cast, "caseload", cast.bob)) == 403
        begun.until = timezone.localdate()
        saved(begun, by=cast.leda)
        assert opens(of_alice) == [404, 404]
        assert status(lena, own_page(cast, "caseload")) == 403

    def test_who_reads_a_client_does_not_become_the_next_to_hold_it(self, cast: Cast) -> None:
        today = timezone.localdate()
        found = make_client(service=cast.service, reference="A-1")
        make_episode(client=found, holder=cast.alice, ended_on=dt.date(2026, 3, 1))
        supervised(cast, cast.bob, since=today - DAY)
        typed = {"reference": "A-1", "referred_on": today.isoformat()}
        browser = Client()
        browser.force_login(cast.bob)
        url = own_page(cast, "client-create", cast.bob)
        page = browser.post(url, typed | {"known": "A-1", "came_back": "on"}).content.decode()
        assert "This reference is in use in your service" in page
        assert found.episodes.count() == 1

    def test_a_closed_account_opens_nothing(self, cast: Cast, client: Client) -> None:
        supervised(cast, cast.bob, since=timezone.localdate() - DAY)
        client.force_login(cast.bob)
        assert client.get(own_page(cast, "caseload")).status_code == 200
        cast.bob.is_active = False
        saved(cast.bob, by=None)
        assert client.get(own_page(cast, "caseload")).status_code == 302


@pytest.fixture
def everybody() -> Everybody:
    return make_everybody()


class TestLog:
    """Hours are figures; what was agreed is about single clients."""

    @pytest.mark.parametrize(
        ("who", "opens"), [("owner", True), ("supervisor", True), ("lead without", False)]
    )
    def test_what_cannot_be_opened_is_not_offered(
        self, client: Client, everybody: Everybody, who: str, opens: bool
    ) -> None:
        cast = everybody.cast
        meeting = make_meeting(
            service=cast.service, practitioner=cast.alice, held_on=timezone.localdate()
        )
        client.force_login(everybody.sees_as(who))
        page = client.get(own_page(cast, "supervision-log")).content.decode()
        assert "Supervisions" in page
        for url in (
            own_page(cast, "supervision-record"),
            own_page(cast, "supervision-sheet"),
            reverse("supervision-edit", args=[meeting.uid]),
        ):
            assert (f'href="{url}"' in page) == opens, url
            assert (client.get(url).status_code == 200) == opens, url


def test_nobody_is_given_a_client_whose_role_holds_none(everybody: Everybody) -> None:
    """Whoever leads may open a form in a colleague's name; not in a supervisor's, by their id."""
    cast, leda = everybody.cast, everybody.sees_as("lead")
    typed = {"reference": "NEW-1", "referred_on": timezone.localdate().isoformat()}
    for name in ("supervisor", "administrator"):
        url = own_page(cast, "client-create", everybody.people[name])
        assert status(leda, url) == 403
        assert status(leda, url, typed) == 403
    assert not Person.objects.exists()
    assert status(leda, own_page(cast, "client-create"), typed) == 302
    assert Holding.objects.get().practitioner == cast.alice


class TestAddedFields:
    """What a form does not ask for is not stored."""

    def test_of_a_role(self, cast: Cast) -> None:
        url = reverse("member-role", args=[cast.service.uid, cast.alice.uid])
        browser = Client()
        browser.force_login(cast.leda)
        version = browser.get(url).context["form"]["version"].value()
        more = {
            "practitioner": str(cast.leda.pk),
            "service": str(cast.other_service.pk),
            "is_active": "",
            "by": str(cast.bob.pk),
        }
        browser.post(url, {"role": "supervisor", "version": version} | more)
        assert place(cast, cast.alice).role == Role.SUPERVISOR
        assert place(cast, cast.leda).role == Role.LEAD
        cast.alice.refresh_from_db()
        assert cast.alice.is_active

    def test_of_leaving(self, cast: Cast) -> None:
        """A client of somebody else cannot be handed over along with the leaver's."""
        of_bob = make_episode(client=make_client(service=cast.service), holder=cast.bob)
        make_episode(client=make_client(service=cast.service), holder=cast.alice)
        url = reverse("member-leave", args=[cast.service.uid, cast.alice.uid])
        typed = {
            "on": timezone.localdate().isoformat(),
            "to": str(cast.leda.uid),
            f"to_{of_bob.client.uid}": str(cast.leda.uid),
        }
        assert status(cast.leda, url, typed) == 302
        assert of_bob.holdings.get().practitioner == cast.bob
        assert status(cast.leda, url, typed) == 404

    def test_of_an_invitation(self, cast: Cast) -> None:
        made = invite(
            service=cast.service,
            email="dora@example.org",
            role=Role.PRACTITIONER,
            by=cast.leda,
            now=timezone.now(),
        )
        passphrase = "seven tall elms in fog"
        typed = {
            "name": "Dora",
            "password": passphrase,
            "again": passphrase,
            "role": "lead",
            "email": "leda@example.org",
            "service": str(cast.other_service.pk),
        }
        url = reverse("invitation-accept", args=[made.token])
        assert Client().post(url, typed).status_code == 302
        dora = Practitioner.objects.get(email="dora@example.org")
        assert [(each.service, each.role) for each in dora.memberships.all()] == [
            (cast.service, Role.PRACTITIONER)
        ]
        # Passed on, it is good no more.
        assert Client().get(url).status_code == 404
        assert Client().post(url, typed | {"name": "Eve"}).status_code == 404
        assert status(cast.bob, url) == 404


def test_who_comes_back_begins_anew(cast: Cast) -> None:
    """Neither clients nor supervision return with the account."""
    episode = make_episode(client=make_client(service=cast.service), holder=cast.alice)
    bobs = make_episode(client=make_client(service=cast.service), holder=cast.bob)
    supervised(cast, cast.bob, since=timezone.localdate() - DAY)
    now = timezone.now()
    today = timezone.localdate(now)
    leave(
        membership=place(cast, cast.alice),
        handing=HandOver(on=today, rest=cast.bob),
        by=cast.leda,
        now=now,
        today=today,
    )
    made = invite(
        service=cast.service, email=cast.alice.email, role=Role.SUPERVISOR, by=cast.leda, now=now
    )
    passphrase = "seven tall elms in fog"
    browser = Client()
    browser.post(
        reverse("invitation-accept", args=[made.token]),
        {"name": "Alice", "password": passphrase, "again": passphrase},
    )
    assert place(cast, cast.alice).role == Role.SUPERVISOR
    for each in (episode, bobs):
        assert browser.get(reverse("episode-detail", args=[each.uid])).status_code == 404
    assert browser.get(own_page(cast, "caseload", cast.bob)).status_code == 403
    assert Supervising.objects.get().until == today


def test_links_of_who_leads_no_longer_are_good_no_more(cast: Cast) -> None:
    """Else somebody could leave a way back in as a lead."""
    lena = make_practitioner(email="lena@example.org", service=cast.service, role=Role.LEAD)
    now = timezone.now()
    for by in (lena, cast.leda):
        invite(
            service=cast.service, email=f"{by.name}.x@example.org", role=Role.LEAD, by=by, now=now
        )
    url = reverse("member-role", args=[cast.service.uid, lena.uid])
    browser = Client()
    browser.force_login(cast.leda)
    for role, still_good in (("administrator", 2), ("practitioner", 1)):
        version = browser.get(url).context["form"]["version"].value()
        assert browser.post(url, {"role": role, "version": version}).status_code == 302
        assert Invitation.objects.open_at(timezone.now()).count() == still_good


def test_nobody_opens_somebody_elses_passkey(cast: Cast) -> None:
    """The one number in any address: it leads to one's own keys alone."""
    key = Authenticator.objects.create(
        user=cast.alice,
        type=Authenticator.Type.WEBAUTHN,
        data={"name": "Alice's key", "credential": {}},
    )
    for person in (cast.bob, cast.leda):
        browser = Client()
        browser.force_login(person)
        # Just signed in with a passphrase: else these pages ask for it again, whoever asks.
        session = browser.session
        session["account_authentication_methods"] = [
            {"method": "password", "at": timezone.now().timestamp(), "email": person.email}
        ]
        session.save()
        for name in ("edit", "remove"):
            url = reverse(f"mfa_{name}_webauthn", args=[key.pk])
            assert browser.get(url).status_code == 404, (name, person)
            assert browser.post(url, {"name": "mine"}).status_code == 404
    key.refresh_from_db()
    assert key.data["name"] == "Alice's key"
