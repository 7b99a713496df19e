"""The pages about members: the list, roles, leaving, supervision; and what a reader's pages leave out."""

import datetime as dt
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from practice.actions.versions import version_of
from practice.models import (
    AuditEntry,
    Episode,
    Membership,
    Practitioner,
    Role,
    Service,
    Supervising,
)
from tests.access_people import Everybody, make_everybody
from tests.cast import (
    Cast,
    day,
    make_client,
    make_completion,
    make_episode,
    make_practitioner,
    make_resolution,
    make_session,
    saved,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def everybody() -> Everybody:
    return make_everybody()


def page_of(client: Client, url: str, *, status: int = 200) -> str:
    answer = client.get(url)
    assert answer.status_code == status, url
    return " ".join(unescape(answer.content.decode()).split())


def listed(cast: Cast) -> str:
    return reverse("member-list", args=[cast.service.uid])


def about(name: str, cast: Cast, person: Practitioner) -> str:
    return reverse(f"member-{name}", args=[cast.service.uid, person.uid])


def place(cast: Cast, person: Practitioner) -> Membership:
    return Membership.objects.get(service=cast.service, practitioner=person)


def give(
    browser: Client, cast: Cast, person: Practitioner, role: str, *, to: Practitioner | None = None
) -> Any:
    """Ask for a role as somebody who has seen what is stored."""
    asked = {"role": role, "version": version_of(place(cast, person))}
    handed = {} if to is None else {"to": str(to.uid)}
    return browser.post(about("role", cast, person), asked | handed)


def held(cast: Cast, person: Practitioner | None, reference: str = "") -> Episode:
    found = make_client(service=cast.service, reference=reference)
    return make_episode(client=found, holder=person)


class TestList:
    def test_who_is_there_and_who_supervises_whom(
        self, client: Client, everybody: Everybody
    ) -> None:
        cast = everybody.cast
        held(cast, cast.alice)
        client.force_login(everybody.sees_as("lead"))
        page = page_of(client, listed(cast))
        for words in (
            "7 members",
            "Alice",
            "by Sue",
            "supervises Alice",
            "1 open episode",
            "may open single clients of others: <strong>yes</strong>",
            "Alice by Sue",
            "Alice by Paul",
        ):
            assert words in page, words
        # Nobody changes their own role.
        assert about("role", cast, cast.leda) not in page
        assert about("role", cast, cast.alice) in page

    def test_as_many_queries_for_many_as_for_few(self, client: Client, cast: Cast) -> None:
        client.force_login(cast.leda)
        counts = []
        for number in range(3):
            with CaptureQueriesContext(connection) as queries:
                client.get(listed(cast))
            counts.append(len(queries))
            for more in range(4):
                made = make_practitioner(email=f"p{number}{more}@example.org", service=cast.service)
                held(cast, made)
                saved(
                    Supervising(
                        service=cast.service,
                        supervisor=cast.bob,
                        practitioner=made,
                        since=day(1),
                    ),
                    by=cast.leda,
                )
        # The first comes with what is looked up once.
        assert counts[1] == counts[2]
        assert counts[2] <= 20

    def test_what_nobody_holds_is_counted_and_handed_over(self, client: Client, cast: Cast) -> None:
        client.force_login(cast.leda)
        assert "Held by nobody" not in page_of(client, listed(cast))
        episode = held(cast, None, "HIDDEN-1")
        cast.service.lead_reads_clients = False
        saved(cast.service, by=cast.leda)
        page = page_of(client, listed(cast))
        assert "1 episode" in page
        assert "HIDDEN-1" not in page
        for wrong in ("", "nobody", str(cast.charlie.uid)):
            answer = client.post(listed(cast), {"to": wrong})
            assert answer.status_code == 200
            assert not episode.holdings.exists()
        assert client.post(listed(cast), {"to": str(cast.bob.uid)}).status_code == 302
        assert episode.holdings.get().practitioner == cast.bob
        # Sent twice it is done once.
        client.post(listed(cast), {"to": str(cast.alice.uid)})
        assert episode.holdings.get().practitioner == cast.bob

    def test_of_another_service_there_is_nobody(self, client: Client, cast: Cast) -> None:
        client.force_login(cast.leda)
        for name in ("role", "leave"):
            page_of(client, about(name, cast, cast.charlie), status=404)


class TestRole:
    def test_another_role(self, client: Client, cast: Cast) -> None:
        client.force_login(cast.leda)
        page = page_of(client, about("role", cast, cast.alice))
        assert "Administrator: members and settings" in page
        answer = give(client, cast, cast.alice, "lead")
        assert answer["Location"] == listed(cast)
        assert place(cast, cast.alice).role == Role.LEAD
        assert AuditEntry.objects.get(detail="member.lead").subject == cast.alice.uid

    def test_who_holds_clients_hands_them_over_first(self, client: Client, cast: Cast) -> None:
        episode = held(cast, cast.alice)
        client.force_login(cast.leda)
        page = give(client, cast, cast.alice, "supervisor").content.decode()
        assert "holds no clients: choose who takes over" in page
        assert place(cast, cast.alice).role == Role.PRACTITIONER
        give(client, cast, cast.alice, "supervisor", to=cast.bob)
        assert place(cast, cast.alice).role == Role.SUPERVISOR
        assert Episode.objects.changeable_by(cast.bob, on=timezone.localdate()).get() == episode

    def test_nobody_their_own_and_the_last_lead_not_at_all(
        self, client: Client, everybody: Everybody
    ) -> None:
        cast = everybody.cast
        ada = everybody.sees_as("administrator")
        client.force_login(ada)
        for role in ("lead", "practitioner"):
            assert give(client, cast, ada, role).status_code == 200
        assert place(cast, ada).role == Role.ADMINISTRATOR
        lena = everybody.people["lead without"]
        give(client, cast, lena, "practitioner")
        answer = give(client, cast, cast.leda, "practitioner")
        assert "only lead" in answer.content.decode()
        assert place(cast, cast.leda).role == Role.LEAD

    @pytest.mark.parametrize("role", ["", "owner", "\x00", "LEAD"])
    def test_no_such_role(self, client: Client, cast: Cast, role: str) -> None:
        client.force_login(cast.leda)
        assert give(client, cast, cast.alice, role).status_code == 200
        assert place(cast, cast.alice).role == Role.PRACTITIONER


class TestLeaving:
    def test_with_the_grant_client_by_client(self, client: Client, cast: Cast) -> None:
        first, second = held(cast, cast.alice, "A-1"), held(cast, cast.alice, "A-2")
        client.force_login(cast.leda)
        url = about("leave", cast, cast.alice)
        page = page_of(client, url)
        assert "A-1" in page
        assert AuditEntry.objects.filter(deed="read", subject=cast.alice.uid).exists()
        today = timezone.localdate().isoformat()
        asked = {"on": today, f"to_{first.client.uid}": str(cast.leda.uid)}
        answer = client.post(url, asked)
        assert "Choose who takes over, or somebody for each" in answer.content.decode()
        answer = client.post(url, asked | {"to": str(cast.bob.uid)})
        assert answer["Location"] == listed(cast)
        assert first.holdings.get(until=None).practitioner == cast.leda
        assert second.holdings.get(until=None).practitioner == cast.bob
        cast.alice.refresh_from_db()
        assert not cast.alice.is_active

    @pytest.mark.parametrize("who", ["lead without", "administrator"])
    def test_without_it_by_count_alone(
        self, client: Client, everybody: Everybody, who: str
    ) -> None:
        cast = everybody.cast
        episode = held(cast, cast.alice, "HIDDEN-1")
        client.force_login(everybody.sees_as(who))
        url = about("leave", cast, cast.alice)
        page = page_of(client, url)
        assert "<strong>1 open</strong>" in page
        assert "HIDDEN-1" not in page
        today = timezone.localdate()
        assert "required" in client.post(url, {"on": today}).content.decode()
        client.post(url, {"on": today, "to": str(cast.bob.uid)})
        assert episode.holdings.get(until=None).practitioner == cast.bob

    def test_the_day_is_looked_at(self, client: Client, cast: Cast) -> None:
        held(cast, cast.alice)
        client.force_login(cast.leda)
        url = about("leave", cast, cast.alice)
        ahead = timezone.localdate() + dt.timedelta(days=2)
        for wrong, words in (
            (ahead.isoformat(), "give a day that has come"),
            (day(-1).isoformat(), "give that day or a later one"),
            ("soon", "soon"),
            ("", "Give the day"),
        ):
            answer = client.post(url, {"on": wrong, "to": str(cast.bob.uid)})
            assert words in answer.content.decode(), wrong
        assert cast.alice.memberships.exists()

    def test_the_only_lead_is_told(self, client: Client, cast: Cast) -> None:
        client.force_login(cast.leda)
        url = about("leave", cast, cast.leda)
        assert "is the only lead" in page_of(client, url)
        client.post(url, {"on": timezone.localdate()})
        assert cast.leda.memberships.exists()

    def test_who_leaves_is_signed_out(self, client: Client, cast: Cast) -> None:
        other = make_practitioner(email="lena@example.org", service=cast.service, role=Role.LEAD)
        theirs = Client()
        theirs.force_login(other)
        assert theirs.get(listed(cast)).status_code == 200
        client.force_login(cast.leda)
        client.post(about("leave", cast, other), {"on": timezone.localdate()})
        assert theirs.get(listed(cast)).status_code == 302
        make_practitioner(email="last@example.org", service=cast.service, role=Role.LEAD)
        answer = client.post(about("leave", cast, cast.leda), {"on": timezone.localdate()})
        assert answer["Location"] == "/"
        assert client.get("/").status_code == 302


class TestSupervision:
    def test_arranged_changed_and_ended(self, client: Client, everybody: Everybody) -> None:
        cast, sue = everybody.cast, everybody.people["supervisor"]
        client.force_login(everybody.sees_as("lead"))
        today = timezone.localdate().isoformat()
        url = reverse("supervising-create", args=[cast.service.uid])
        page_of(client, url)
        asked = {"practitioner": str(cast.bob.uid), "supervisor": str(sue.uid), "since": today}
        assert client.post(url, asked)["Location"] == listed(cast)
        # Twice is once, with words.
        assert "already" in client.post(url, asked).content.decode()
        begun = Supervising.objects.get(practitioner=cast.alice, until=None)
        end = reverse("supervising-end", args=[cast.service.uid, begun.uid])
        page_of(client, end)
        assert client.post(end, {"until": "2001-01-01"}).status_code == 200
        client.post(end, {"until": today, "to": str(cast.bob.uid)})
        begun.refresh_from_db()
        assert begun.until == timezone.localdate()
        assert Supervising.objects.get(practitioner=cast.alice, until=None).supervisor == cast.bob
        assert "nothing to end" in page_of(client, end)
        assert client.post(end, {"until": today}).status_code == 200
        page_of(
            client, reverse("supervising-end", args=[cast.service.uid, cast.bob.uid]), status=404
        )

    def test_not_of_oneself(self, client: Client, cast: Cast) -> None:
        client.force_login(cast.leda)
        url = reverse("supervising-create", args=[cast.service.uid])
        uid = str(cast.bob.uid)
        asked = {"practitioner": uid, "supervisor": uid, "since": timezone.localdate()}
        assert "nobody supervises themselves" in client.post(url, asked).content.decode()
        end = {"until": timezone.localdate(), "to": str(cast.charlie.uid)}
        begun = Supervising(
            service=cast.service, supervisor=cast.bob, practitioner=cast.alice, since=day(1)
        )
        saved(begun, by=cast.leda)
        url = reverse("supervising-end", args=[cast.service.uid, begun.uid])
        assert client.post(url, end).status_code == 200
        begun.refresh_from_db()
        assert begun.until is None


class TestReaders:
    """What somebody sees who may look and not write."""

    def test_a_supervisor_has_nothing_to_press(self, client: Client, everybody: Everybody) -> None:
        cast = everybody.cast
        episode = held(cast, cast.alice)
        session = make_session(episode=episode, held_on=day(1), by=cast.alice)
        form = make_completion(of=episode, on=day(2), answers="--------1", by=cast.alice)
        make_resolution(service=cast.service, practitioner=cast.alice)
        whose = [cast.service.uid, cast.alice.uid]
        pages = [
            reverse("episode-detail", args=[episode.uid]),
            reverse("caseload", args=whose),
            reverse("ending-list", args=whose),
            reverse("report-month", args=whose),
            reverse("resolution-list", args=whose),
            reverse("supervision-sheet", args=whose),
        ]
        writing = [
            *(reverse(f"episode-{name}", args=[episode.uid]) for name in ("edit", "end", "pause")),
            reverse("session-log", args=[episode.uid]),
            reverse("session-edit", args=[session.uid]),
            reverse("completion-edit", args=[form.uid]),
            reverse("risk-write", args=[form.uid]),
            reverse("client-create", args=whose),
            reverse("resolution-create", args=whose),
            reverse("report-freeze", args=whose),
            reverse("client-copy", args=[episode.client.uid]),
        ]
        client.force_login(everybody.sees_as("supervisor"))
        shown = {url: page_of(client, url) for url in pages}
        for url, page in shown.items():
            assert [address for address in writing if f'href="{address}' in page] == [], url
        for url in pages[:2]:
            assert "You read this as the supervisor of Alice." in shown[url]
        assert "Record what was agreed" in shown[pages[-1]]
        client.force_login(cast.alice)
        mine = "".join(page_of(client, url) for url in pages)
        assert [address for address in writing if f'href="{address}' not in mine] == []
        assert "You read this as" not in mine

    def test_everybody_sees_who_else_may_read(self, client: Client, everybody: Everybody) -> None:
        cast = everybody.cast
        client.force_login(everybody.sees_as("owner"))
        url = reverse("caseload", args=[cast.service.uid, cast.alice.uid])
        page = page_of(client, url)
        assert "Who else can open these clients: Sue, as supervisor since" in page
        assert "leads Harbour (Leda, Lena): <strong>yes</strong>" in page
        alone = Service.objects.create(name="Alone")
        one = make_practitioner(email="one@example.org", service=alone, role=Role.LEAD)
        client.force_login(one)
        for name in ("caseload", "service-settings"):
            who = [alone.uid, one.uid] if name == "caseload" else [alone.uid]
            page = page_of(client, reverse(name, args=who))
            assert "Who else" not in page
            assert "Whoever leads" not in page
            assert listed_of(alone) not in page

    def test_who_runs_it_is_led_to_what_they_may_open(
        self, client: Client, everybody: Everybody
    ) -> None:
        """Also an administrator to the audit; to an import only who leads."""
        cast = everybody.cast
        service = [cast.service.uid]
        for who, imports in (("administrator", False), ("lead without", True)):
            client.force_login(everybody.sees_as(who))
            page = page_of(client, reverse("service-settings", args=service))
            assert f'href="{reverse("audit-list", args=service)}"' in page
            for name in ("import-start", "annual-import"):
                assert (f'href="{reverse(name, args=service)}"' in page) == imports, who

    def test_where_each_role_begins(self, client: Client, everybody: Everybody) -> None:
        cast = everybody.cast
        client.force_login(everybody.sees_as("supervisor"))
        page = page_of(client, reverse("home"))
        assert "Those you supervise" in page
        assert reverse("caseload", args=[cast.service.uid, cast.alice.uid]) in page
        client.force_login(everybody.sees_as("past supervisor"))
        page = page_of(client, reverse("home"))
        assert "you supervise nobody here today" in page
        assert str(cast.alice.uid) not in page
        client.force_login(everybody.sees_as("administrator"))
        assert client.get(reverse("home"))["Location"] == listed(cast)
        client.force_login(everybody.sees_as("lead without"))
        page = page_of(
            client,
            reverse("caseload", args=[cast.service.uid, everybody.people["lead without"].uid]),
        )
        assert reverse("caseload", args=[cast.service.uid, cast.alice.uid]) not in page


def listed_of(service: Service) -> str:
    return reverse("member-list", args=[service.uid])


class TestSettings:
    def test_what_is_granted_is_kept_with_who(self, client: Client, cast: Cast) -> None:
        client.force_login(cast.leda)
        url = reverse("service-settings", args=[cast.service.uid])
        asked = {
            "name": "Harbour",
            "primary_outcome": "iapt",
            "signals": [],
            "ask_factor": "never",
            "retention_years": "7",
            "version": version_of(cast.service),
        }
        assert client.post(url, asked).status_code == 302
        cast.service.refresh_from_db()
        assert (cast.service.lead_reads_clients, cast.service.retention_years) == (False, 7)
        assert AuditEntry.objects.get(detail="service.lead_reads_clients").who == cast.leda.uid
        page = page_of(client, url)
        assert "leads may open single clients: yes → no" in page
        asked["version"] = version_of(cast.service)
        answer = client.post(url, asked | {"retention_years": "51"})
        assert "Years are a whole number from 1 to 50." in answer.content.decode()
        client.post(url, asked | {"retention_years": "", "lead_reads_clients": "on"})
        cast.service.refresh_from_db()
        assert (cast.service.lead_reads_clients, cast.service.retention_years) == (True, None)
