"""The details of a client and an episode, put right: with a reason after a day, never over somebody."""

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from practice.actions.versions import version_of
from practice.models import Episode, Practitioner
from tests.cast import Cast, day, make_client, make_episode, make_session, saved

pytestmark = pytest.mark.django_db
NAMES = (
    *("source", "contract", "problem", "problem_2", "problem_3", "therapy", "earlier_therapy"),
    *("planned_sessions", "note", "gender", "birth_year", "reference", "referred_on"),
)


@pytest.fixture
def episode(cast: Cast) -> Episode:
    made = make_client(service=cast.service, reference="K-14", by=cast.alice, birth_year=1984)
    return make_episode(client=made, holder=cast.alice, source="GP", note="Steep\nstairs")


def url(episode: Episode) -> str:
    return reverse("episode-edit", args=[episode.uid])


def as_shown(browser: Browser, episode: Episode) -> dict[str, str]:
    """What a browser would send if nothing were touched."""
    form = browser.get(url(episode)).context["form"]
    shown = {name: form[name].value() for name in (*NAMES, "version")}
    sent = {name: "" if value is None else str(value) for name, value in shown.items()}
    return sent | {"note": sent["note"].replace("\n", "\r\n")}


def send(browser: Browser, episode: Episode, by: Practitioner, **values: str) -> Any:
    browser.force_login(by)
    return browser.post(url(episode), as_shown(browser, episode) | values)


def aged(episode: Episode, monkeypatch: pytest.MonkeyPatch) -> None:
    """As if more than a day had gone by since everything was entered."""
    later = timezone.now() + dt.timedelta(hours=25)
    monkeypatch.setattr("practice.views.episodes.timezone.now", lambda: later)


@pytest.mark.parametrize(
    ("person", "status"), [("alice", 200), ("leda", 200), ("bob", 404), ("charlie", 404)]
)
def test_who_may(client: Browser, cast: Cast, episode: Episode, person: str, status: int) -> None:
    client.force_login(getattr(cast, person))
    assert client.get(url(episode)).status_code == status
    answer = client.post(
        url(episode), {"version": version_of(episode, episode.client), "source": "self"}
    )
    assert answer.status_code == status
    episode.refresh_from_db()
    assert episode.source == "GP"


def test_one_s_own_of_today_without_a_reason(client: Browser, cast: Cast, episode: Episode) -> None:
    client.force_login(cast.alice)
    assert "reason" not in client.get(url(episode)).context["form"].fields
    answer = send(
        client,
        episode,
        cast.alice,
        reference="K-15",
        referred_on="2026-01-04",
        gender="female",
        planned_sessions="8",
        note="Ground floor",
    )
    assert answer["Location"] == reverse("episode-detail", args=[episode.uid])
    episode = Episode.objects.get()
    assert (episode.client.reference, episode.client.gender) == ("K-15", "female")
    assert (episode.referred_on, episode.planned_sessions) == (day(-1), 8)
    assert episode.holdings.get().since == day(-1)
    # What was not touched stays.
    assert (episode.source, episode.client.birth_year) == ("GP", 1984)


def test_nothing_touched_leaves_no_trace(client: Browser, cast: Cast, episode: Episode) -> None:
    answer = send(client, episode, cast.alice)
    assert answer.status_code == 302
    assert episode.history.count() == episode.client.history.count() == 1


def test_after_a_day_with_a_reason(
    client: Browser, cast: Cast, episode: Episode, monkeypatch: pytest.MonkeyPatch
) -> None:
    aged(episode, monkeypatch)
    answer = send(client, episode, cast.alice, source="self")
    assert list(answer.context["form"].errors) == ["reason"]
    send(client, episode, cast.alice, source="self", reason="misheard")
    kept: Any = episode.history.first()
    assert (kept.source, kept.history_change_reason) == ("self", "misheard")


def test_of_somebody_else_with_a_reason(client: Browser, cast: Cast, episode: Episode) -> None:
    answer = send(client, episode, cast.leda, source="self")
    assert list(answer.context["form"].errors) == ["reason"]
    # Nothing changed: no reason for it either.
    assert send(client, episode, cast.leda).status_code == 302


def test_client_and_episode_each_for_its_own(client: Browser, cast: Cast) -> None:
    """Entered by two people: the reason is wanted for the other's part alone."""
    made = make_client(service=cast.service, by=cast.leda)
    episode = make_episode(client=made, holder=cast.alice)
    assert send(client, episode, cast.alice, source="self").status_code == 302
    answer = send(client, episode, cast.alice, gender="male")
    assert list(answer.context["form"].errors) == ["reason"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("reference", "k-20"),
        ("reference", "Ann Smith"),
        ("referred_on", "2026-01-16"),
        ("referred_on", "2999-01-01"),
        ("birth_year", "84"),
        ("planned_sessions", "0"),
    ],
)
def test_what_is_wrong_stands_beside_its_field(
    client: Browser, cast: Cast, episode: Episode, name: str, value: str
) -> None:
    make_client(service=cast.service, reference="K-20")
    make_session(episode=episode, held_on=day(10), by=cast.alice)
    answer = send(client, episode, cast.alice, **{"problem": "grief", name: value})
    assert list(answer.context["form"].errors) == [name]
    assert b'value="grief"' in answer.content
    episode.refresh_from_db()
    assert (episode.problem, episode.referred_on) == ("", day(0))


class TestStale:
    def test_told_what_changed_and_laid_over(
        self, client: Browser, cast: Cast, episode: Episode
    ) -> None:
        client.force_login(cast.alice)
        shown = as_shown(client, episode)
        other = Episode.objects.get()
        other.source, other.planned_sessions = "employer", None
        other.note = "Lift"
        saved(other, by=cast.leda)
        other.client.gender = "male"
        saved(other.client, by=cast.leda)
        answer = client.post(url(episode), shown | {"problem": "grief"})
        page = answer.content.decode()
        assert "while the page was open" in page
        both = " ".join(page.split())
        assert "How the client came</th> <td><p>GP</p></td> <td><p>employer</p></td>" in both
        assert "<td><p>Steep<br>stairs</p></td> <td><p>Lift</p></td> <td>as stored now" in both
        assert "<td><p>not recorded</p></td> <td><p>male</p></td>" in both
        assert "<td><p>grief</p></td> <td><p>empty</p></td> <td>yours</td>" in both
        assert "Changed by Leda" in page
        # What one typed, and what the other stored, and now it may be saved.
        form = answer.context["form"]
        assert [form[name].value() for name in ("problem", "source", "gender", "note")] == [
            *("grief", "employer", "male", "Lift"),
        ]
        sent = {name: str(form[name].value() or "") for name in (*NAMES, "version")}
        assert client.post(url(episode), sent).status_code == 302
        found = Episode.objects.get()
        assert (found.problem, found.source, found.client.gender) == ("grief", "employer", "male")

    def test_what_both_changed_stays_as_typed(
        self, client: Browser, cast: Cast, episode: Episode
    ) -> None:
        client.force_login(cast.alice)
        shown = as_shown(client, episode)
        saved_by_other = Episode.objects.get()
        saved_by_other.source = "employer"
        saved(saved_by_other, by=cast.leda)
        answer = client.post(url(episode), shown | {"source": "self"})
        assert answer.context["form"]["source"].value() == "self"
        assert Episode.objects.get().source == "employer"

    def test_the_second_of_two_clicks_is_no_quarrel(
        self, client: Browser, cast: Cast, episode: Episode
    ) -> None:
        client.force_login(cast.alice)
        sent = as_shown(client, episode) | {"source": "self"}
        assert client.post(url(episode), sent).status_code == 302
        assert client.post(url(episode), sent).status_code == 302
        assert episode.history.count() == 2

    @pytest.mark.parametrize("version", ["x", "0-0", "999999-999999"])
    def test_a_version_nobody_was_shown(
        self, client: Browser, cast: Cast, episode: Episode, version: str
    ) -> None:
        answer = send(client, episode, cast.alice, source="self", version=version)
        assert "while the page was open" in answer.content.decode()
        assert Episode.objects.get().source == "GP"


def test_a_year_of_birth_that_tells_of_somebody_under_age(
    client: Browser, cast: Cast, episode: Episode
) -> None:
    send(client, episode, cast.alice, birth_year="2012")
    page = client.get(url(episode)).content.decode()
    assert reverse("episode-leave-out", args=[episode.uid]) in page


def test_the_same_queries_however_much_there_is(
    client: Browser, cast: Cast, episode: Episode
) -> None:
    client.force_login(cast.alice)
    counts = []
    for number in range(3):
        make_session(episode=episode, held_on=day(number), by=cast.alice)
        episode.source = f"source {number}"
        saved(episode, by=cast.alice)
        with CaptureQueriesContext(connection) as queries:
            client.get(url(episode))
        counts.append(len(queries))
    assert len(set(counts)) == 1
