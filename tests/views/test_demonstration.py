"""The page that starts the demonstration: for whom, when, and what it says meanwhile."""

from dataclasses import dataclass, field
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from practice import beside
from practice.beside import State
from tests.cast import Cast

PAGE = reverse("demonstration-start")
pytestmark = pytest.mark.django_db


@dataclass
class Started:
    """Stands for the process: what was asked of it, and how far it is."""

    near: list[int] = field(default_factory=list)
    now: State = State.NONE


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> Started:
    """As served to this machine alone, by one process."""
    settings.LOOPBACK, settings.DEMO, settings.PROCESSES = True, False, 1
    found = Started()
    monkeypatch.setattr(beside, "start", lambda *, near_port: found.near.append(near_port))
    monkeypatch.setattr(beside, "state", lambda: found.now)
    monkeypatch.setattr(beside, "port", lambda: 8001)
    return found


def words(answer: Any) -> str:
    return " ".join(unescape(answer.content.decode()).split())


def test_one_click_starts_it(client: Client, cast: Cast, started: Started) -> None:
    client.force_login(cast.alice)
    assert "Start the demonstration" in words(client.get(PAGE))
    assert started.near == []
    answer: Any = client.post(PAGE, SERVER_PORT="8000", HTTP_HOST="localhost:8000")
    assert (answer.status_code, answer["Location"]) == (302, PAGE)
    assert started.near == [8000]


def test_meanwhile_the_page_looks_again_by_itself(
    client: Client, cast: Cast, started: Started
) -> None:
    client.force_login(cast.alice)
    started.now = State.STARTING
    answer = client.get(PAGE)
    assert "It is starting" in words(answer)
    assert answer["Refresh"] == "2"
    assert "<button" not in words(answer).split("<main", 1)[1]


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_when_it_is_ready_there_is_the_way(
    client: Client, cast: Cast, started: Started, host: str
) -> None:
    client.force_login(cast.alice)
    started.now = State.READY
    answer = client.get(PAGE, HTTP_HOST=f"{host}:8000")
    assert f'href="http://{host}:8001/"' in words(answer)
    assert "Refresh" not in answer


def test_a_failure_is_said_and_may_be_tried_again(
    client: Client, cast: Cast, started: Started
) -> None:
    client.force_login(cast.alice)
    started.now = State.FAILED
    page = words(client.get(PAGE))
    assert "It ended by itself. The terminal says why." in page
    assert "Start the demonstration" in page


def test_before_anybody_has_an_account_it_may_be_looked_at(
    client: Client, started: Started
) -> None:
    assert "Start the demonstration" in words(client.get(PAGE))
    assert client.post(PAGE).status_code == 302
    assert started.near == [80]


@pytest.mark.parametrize("method", ["get", "post"])
def test_afterwards_a_stranger_signs_in_first(
    client: Client, cast: Cast, started: Started, method: str
) -> None:
    answer = getattr(client, method)(PAGE)
    assert answer["Location"] == f"{reverse('account_login')}?next={PAGE}"
    assert started.near == []


@pytest.mark.parametrize(
    "changed",
    [("LOOPBACK", False), ("PROCESSES", 2), ("DEMO", True)],
    ids=["served to others", "several processes", "the demonstration itself"],
)
def test_elsewhere_nothing_is_started(
    client: Client, cast: Cast, started: Started, settings: Settings, changed: tuple[str, object]
) -> None:
    name, value = changed
    setattr(settings, name, value)
    client.force_login(cast.leda)
    assert client.post(PAGE).status_code == 403
    assert started.near == []
    page = words(client.get(PAGE))
    assert "Start the demonstration" not in page
    assert ("You are in it" if name == "DEMO" else "python3 manage.py demo") in page


def test_nothing_else_is_taken(client: Client, cast: Cast, started: Started) -> None:
    client.force_login(cast.leda)
    assert client.put(PAGE).status_code == 405
