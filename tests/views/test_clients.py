"""A new client, and one who came back: asked before the next episode is opened."""

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from practice.models import Client, Episode, Practitioner
from tests.cast import Cast, day, make_client, make_episode

pytestmark = pytest.mark.django_db
# Whatever a test's client is like, no colleague may read it.
SECRETS = ("ended", "open episode", "1984")


def url(cast: Cast, holder: Practitioner) -> str:
    return reverse("client-create", args=[cast.service.uid, holder.uid])


def send(
    browser: Browser,
    cast: Cast,
    by: Practitioner,
    holder: Practitioner | None = None,
    **values: Any,
) -> Any:
    browser.force_login(by)
    given = {"reference": "K-14", "referred_on": "2026-03-09"} | values
    return browser.post(url(cast, holder or by), given)


def errors(answer: Any) -> dict[str, list[str]]:
    assert answer.status_code == 200
    found: dict[str, list[str]] = answer.context["form"].errors
    return found


class TestAccess:
    @pytest.mark.parametrize(
        ("person", "status"), [("alice", 200), ("leda", 200), ("bob", 403), ("charlie", 404)]
    )
    def test_who_may(self, client: Browser, cast: Cast, person: str, status: int) -> None:
        client.force_login(getattr(cast, person))
        assert client.get(url(cast, cast.alice)).status_code == status
        answer = client.post(
            url(cast, cast.alice), {"reference": "K-14", "referred_on": "2026-03-09"}
        )
        assert answer.status_code == (302 if status == 200 else status)
        assert Client.objects.exists() is (status == 200)

    def test_other_methods(self, client: Browser, cast: Cast) -> None:
        client.force_login(cast.alice)
        assert client.put(url(cast, cast.alice)).status_code == 405


class TestNew:
    def test_two_values_are_enough(self, client: Browser, cast: Cast) -> None:
        answer = send(client, cast, cast.alice)
        episode = Episode.objects.get()
        assert answer["Location"] == reverse("episode-detail", args=[episode.uid])
        assert (episode.client.reference, episode.referred_on) == ("K-14", dt.date(2026, 3, 9))
        assert episode.client.service == cast.service
        assert episode.client.birth_year is None
        holding = episode.holdings.get()
        assert (holding.practitioner, holding.since) == (cast.alice, episode.referred_on)

    def test_everything(self, client: Browser, cast: Cast) -> None:
        values: dict[str, Any] = {
            "source": "GP",
            "contract": "private",
            "problem": "grief",
            "problem_2": "sleep",
            "problem_3": "work",
            "therapy": "CBT",
            "gender": "non-binary",
            "birth_year": "1984",
            "earlier_therapy": "once",
            "planned_sessions": "12",
            "note": "Steep\r\nstairs",
        }
        send(client, cast, cast.alice, referred_on="09/03/2026", **values)
        episode = Episode.objects.get()
        assert episode.referred_on == dt.date(2026, 3, 9)
        expected = values | {"planned_sessions": "12", "note": "Steep\nstairs"}
        for name, value in expected.items():
            row = episode.client if name in {"gender", "birth_year"} else episode
            assert str(getattr(row, name)) == value

    def test_the_lead_adds_one_for_somebody(self, client: Browser, cast: Cast) -> None:
        client.force_login(cast.leda)
        assert "Held by Alice" in client.get(url(cast, cast.alice)).content.decode()
        send(client, cast, cast.leda, cast.alice)
        assert Episode.objects.get().holdings.get().practitioner == cast.alice

    def test_it_begins_with_today(self, client: Browser, cast: Cast) -> None:
        client.force_login(cast.alice)
        page = client.get(url(cast, cast.alice)).content.decode()
        assert f'value="{timezone.localdate().isoformat()}"' in page
        assert "Held by" not in page

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("reference", ""),
            ("reference", "Ann Smith"),
            ("reference", "K.14"),
            ("reference", "K" * 41),
            ("referred_on", ""),
            ("referred_on", "2999-01-01"),
            ("referred_on", "03/13/2026"),
            ("birth_year", "84"),
            ("birth_year", "2999"),
            ("birth_year", "nineteen"),
            ("planned_sessions", "0"),
            ("planned_sessions", "1000"),
            ("gender", "robot"),
            ("source", "x" * 121),
        ],
    )
    def test_what_is_wrong_stands_beside_its_field(
        self, client: Browser, cast: Cast, name: str, value: Any
    ) -> None:
        answer = send(client, cast, cast.alice, **{"problem": "grief", name: value})
        assert list(errors(answer)) == [name]
        # Nothing typed is lost.
        assert b'value="grief"' in answer.content
        assert not Client.objects.exists()

    @pytest.mark.parametrize(
        ("born", "words"),
        [("2009", "under 18"), ("2008", "perhaps under 18"), ("2007", None), ("", None)],
    )
    def test_somebody_under_age(
        self, client: Browser, cast: Cast, born: str, words: str | None
    ) -> None:
        send(client, cast, cast.alice, birth_year=born)
        page = client.get(reverse("client-create", args=[cast.service.uid, cast.alice.uid]))
        said = page.content.decode()
        link = reverse("episode-leave-out", args=[Episode.objects.get().uid])
        assert (link in said) is (words is not None)
        if words is not None:
            assert f"By the year of birth {words} at the referral" in said

    def test_suggestions_are_the_service_s_own(self, client: Browser, cast: Cast) -> None:
        used: list[dict[str, Any]] = [{"problem_2": "sleep"}, {"problem": "sleep", "source": "GP"}]
        for fields in used:
            make_episode(client=make_client(service=cast.service), holder=cast.bob, **fields)
        make_episode(client=make_client(service=cast.service), holder=cast.bob, problem="grief")
        elsewhere = make_client(service=cast.other_service)
        make_episode(client=elsewhere, holder=cast.charlie, problem="exams")
        client.force_login(cast.alice)
        lists = client.get(url(cast, cast.alice)).context["suggestions"]
        assert lists["problem-list"] == ["sleep", "grief"]
        assert lists["source-list"] == ["GP"]
        assert lists["contract-list"] == []

    def test_the_same_queries_however_many_clients(self, client: Browser, cast: Cast) -> None:
        client.force_login(cast.alice)
        counts = []
        for number in (1, 8):
            for _ in range(number):
                made = make_client(service=cast.service)
                make_episode(client=made, holder=cast.alice, problem=f"p{made.pk}")
            with CaptureQueriesContext(
                connection,
            ) as queries:
                client.get(url(cast, cast.alice))
            counts.append(len(queries))
        assert counts[0] == counts[1]


class TestKnown:
    @pytest.fixture
    def known(self, cast: Cast) -> Client:
        """Of alice, ended on day 40."""
        made = make_client(service=cast.service, reference="K-14", birth_year=1984)
        make_episode(client=made, holder=cast.alice, ended_on=day(40))
        return made

    @pytest.mark.parametrize("person", ["alice", "leda"])
    def test_asked_first_then_the_next_episode(
        self, client: Browser, cast: Cast, known: Client, person: str
    ) -> None:
        by = getattr(cast, person)
        answer = send(client, cast, by, cast.alice)
        assert list(errors(answer)) == ["reference"]
        page = answer.content.decode()
        assert "episode 1 ended on 14 February 2026" in page
        assert "The same client: open episode 2" in page
        assert Episode.objects.count() == 1
        answer = send(client, cast, by, cast.alice, same_client=str(known.uid))
        made = Episode.objects.get(number=2)
        assert answer["Location"] == reverse("episode-detail", args=[made.uid])
        assert made.client == known
        assert made.holdings.get().practitioner == cast.alice

    def test_a_slip_of_the_shift_key_is_the_same_client(
        self, client: Browser, cast: Cast, known: Client
    ) -> None:
        answer = send(client, cast, cast.alice, reference="k-14")
        assert "K-14 was here before" in answer.content.decode()

    def test_a_yes_for_somebody_else_is_asked_again(
        self, client: Browser, cast: Cast, known: Client
    ) -> None:
        other = make_client(service=cast.service, reference="K-15")
        answer = send(client, cast, cast.alice, same_client=str(other.uid))
        assert list(errors(answer)) == ["reference"]
        assert Episode.objects.count() == 1

    @pytest.mark.parametrize(
        ("name", "value"), [("birth_year", "1985"), ("referred_on", "2026-02-13")]
    )
    def test_what_cannot_be(
        self, client: Browser, cast: Cast, known: Client, name: str, value: Any
    ) -> None:
        answer = send(client, cast, cast.alice, **{"same_client": str(known.uid), name: value})
        assert list(errors(answer)) == [name]
        # The yes stays ticked.
        assert b"checked" in answer.content
        assert Episode.objects.count() == 1

    def test_an_open_episode_is_pointed_at(
        self, client: Browser, cast: Cast, known: Client
    ) -> None:
        opened = make_episode(client=known, holder=cast.alice, referred_on=day(50))
        answer = send(client, cast, cast.alice, same_client=str(known.uid))
        assert list(errors(answer)) == ["reference"]
        assert reverse("episode-detail", args=[opened.uid]) in answer.content.decode()
        assert Episode.objects.count() == 2

    def test_a_double_click_adds_once(self, client: Browser, cast: Cast) -> None:
        send(client, cast, cast.alice)
        answer = send(client, cast, cast.alice)
        assert "has an open episode" in answer.content.decode()
        assert Episode.objects.count() == 1

    @pytest.mark.parametrize("is_open", [True, False])
    def test_of_a_colleague_s_client_only_that_it_is_in_use(
        self, client: Browser, cast: Cast, known: Client, is_open: bool
    ) -> None:
        if is_open:
            make_episode(client=known, holder=cast.alice, referred_on=day(50))
        answer = send(client, cast, cast.bob, same_client=str(known.uid))
        assert "in use in your service" in errors(answer)["reference"][0]
        page = answer.content.decode()
        assert [secret for secret in SECRETS if secret in page] == []
        assert not Episode.objects.filter(holdings__practitioner=cast.bob).exists()

    def test_nor_of_the_episode_that_a_colleague_holds_now(
        self, client: Browser, cast: Cast, known: Client
    ) -> None:
        """One's own earlier client, who came back to somebody else."""
        make_episode(client=known, holder=cast.bob, referred_on=day(50))
        answer = send(client, cast, cast.alice, same_client=str(known.uid))
        page = answer.content.decode()
        assert [secret for secret in SECRETS if secret in page] == []

    def test_a_known_client_without_an_episode(self, client: Browser, cast: Cast) -> None:
        made = make_client(service=cast.service, reference="K-16")
        answer = send(client, cast, cast.alice, reference="K-16")
        assert "without an episode" in answer.content.decode()
        send(client, cast, cast.alice, reference="K-16", same_client=str(made.uid))
        assert Episode.objects.get().number == 1
