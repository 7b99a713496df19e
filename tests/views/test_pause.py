"""An agreed pause: until when and why, changed, ended early."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from practice.actions import episodes
from practice.actions.versions import version_of
from practice.actions.writing import RefusedError
from practice.models import Episode
from tests.cast import Cast, day, make_client, make_episode

pytestmark = pytest.mark.django_db


@pytest.fixture
def episode(cast: Cast) -> Episode:
    return make_episode(client=make_client(service=cast.service), holder=cast.alice)


def url(episode: Episode) -> str:
    return reverse("episode-pause", args=[episode.uid])


def typed(episode: Episode, **fields: str) -> dict[str, str]:
    return {"why": "an operation", "version": version_of(episode), **fields}


def in_days(number: int) -> str:
    return (timezone.localdate() + dt.timedelta(days=number)).isoformat()


@pytest.mark.parametrize(
    ("person", "status"), [("alice", 302), ("leda", 302), ("bob", 404), ("charlie", 404)]
)
def test_who_may(client: Browser, cast: Cast, episode: Episode, person: str, status: int) -> None:
    client.force_login(getattr(cast, person))
    answer = client.post(url(episode), typed(episode, until=in_days(0)))
    assert answer.status_code == status
    episode.refresh_from_db()
    assert (episode.paused_until is not None) is (status == 302)


def test_paused_changed_and_ended(client: Browser, cast: Cast, episode: Episode) -> None:
    client.force_login(cast.alice)
    page = client.get(url(episode)).content.decode()
    assert "The pause changes no count" in page
    assert "End the pause now" not in page
    for until, why in ((10, "an operation"), (20, "a slow recovery")):
        answer = client.post(url(episode), typed(episode, until=in_days(until), why=why))
        assert answer["Location"] == reverse("episode-detail", args=[episode.uid])
        episode.refresh_from_db()
        assert str(episode.paused_until) == in_days(until)
        assert episode.pause_reason == why
    page = client.get(url(episode)).content.decode()
    assert in_days(20) in page
    assert "a slow recovery" in page
    # Of a page that was opened before the pause was what it is, it stays.
    answer = client.post(url(episode), {"end": "1", "version": "1"})
    assert answer["Location"] == url(episode)
    episode.refresh_from_db()
    assert episode.pause_reason == "a slow recovery"
    client.post(url(episode), {"end": "1", "version": version_of(episode)})
    episode.refresh_from_db()
    assert (episode.paused_until, episode.pause_reason) == (None, "")


def test_a_pause_that_is_over_is_not_offered_again(
    client: Browser, cast: Cast, episode: Episode
) -> None:
    today = timezone.localdate()
    episodes.pause_episode(
        episode=episode, until=day(9), reason="a broken leg", today=day(1), by=cast.alice
    )
    assert day(9) < today
    client.force_login(cast.alice)
    page = client.get(url(episode)).content.decode()
    assert "a broken leg" not in page
    assert "End the pause now" not in page


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"until": "", "why": "exams"}, "until"),
        ({"until": in_days(-1), "why": "exams"}, "until"),
        ({"until": "soon", "why": "exams"}, "until"),
        ({"until": in_days(5), "why": " "}, "why"),
    ],
)
def test_what_is_wrong_stands_beside_its_field(
    client: Browser, cast: Cast, episode: Episode, values: dict[str, str], field: str
) -> None:
    client.force_login(cast.alice)
    answer = client.post(url(episode), values)
    assert list(answer.context["form"].errors) == [field]
    episode.refresh_from_db()
    assert episode.paused_until is None


def test_not_after_the_end(client: Browser, cast: Cast) -> None:
    ended = make_episode(
        client=make_client(service=cast.service), holder=cast.alice, ended_on=day(9)
    )
    client.force_login(cast.alice)
    assert client.get(url(ended)).status_code == 404
    # Ended while the page was open: it is said, and what was typed stays.
    answer = client.post(url(ended), {"until": in_days(1), "why": "a holiday"})
    assert "This therapy has ended" in answer.content.decode()
    assert "a holiday" in answer.content.decode()


def test_ended_by_somebody_a_moment_ago(
    client: Browser, cast: Cast, episode: Episode, monkeypatch: pytest.MonkeyPatch
) -> None:
    def too_late(**_: Any) -> None:
        raise RefusedError("This therapy has ended: there is nothing to pause.")

    monkeypatch.setattr("practice.views.episodes.pause_episode", too_late)
    client.force_login(cast.alice)
    answer = client.post(url(episode), {"until": in_days(1), "why": "exams"})
    assert "nothing to pause" in answer.content.decode()


def test_the_reason_is_nowhere_in_the_clear(cast: Cast, episode: Episode, client: Browser) -> None:
    client.force_login(cast.alice)
    client.post(url(episode), typed(episode, until=in_days(1)))
    kept = episode.history.first()
    assert kept is not None
    assert kept.history_change_reason == "agreed pause"
