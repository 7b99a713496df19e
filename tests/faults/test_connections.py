"""The database goes away in the middle of a request: a plain page, nothing half, and the next request works."""

import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from django.db import close_old_connections, connection
from django.test import Client as Browser
from django.urls import reverse

from practice.models import Episode, MeasureCompletion, Session
from tests.backups.contents import everything
from tests.cast import REFERRED_ON, make_cast, make_client, make_episode, saved
from tests.faults.conftest import Place

SAID = "The database could not be reached"


@pytest.fixture
def episode(place: Place) -> Episode:
    cast = make_cast()
    return make_episode(client=make_client(service=cast.service), holder=cast.alice)


@pytest.fixture
def browser(episode: Episode) -> Browser:
    service = episode.client.service
    if service.second_factor:
        service.second_factor = False
        saved(service, by=None)
    found = Browser(raise_request_exception=False)
    found.force_login(episode.holdings.get().practitioner)
    return found


def address(episode: Episode) -> str:
    return reverse("session-log", args=[episode.uid])


def filled_in(browser: Browser, episode: Episode) -> dict[str, str]:
    """The page as it came, with a session typed into it."""
    page = browser.get(address(episode)).content.decode()
    hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page)
    return dict(hidden) | {
        "date": REFERRED_ON.isoformat(),
        "kind": "treatment",
        "attendance": "attended",
        "medium": "video",
        "mode": "transcribed",
        "phq9-total": "12",
        "note": "Ŵyn",
    }


def at_statement(beginning: str, deed: Callable[[], None]) -> Callable[..., Any]:
    """Does something once, just before a statement."""
    done: list[bool] = []

    def watched(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        if sql.startswith(beginning) and not done:
            done.append(True)
            deed()
        return execute(sql, *rest)

    return watched


def cut_off() -> None:
    """As when the server is restarted: it ends our connection."""
    own: Any = connection.connection
    with psycopg.connect(own.info.dsn, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s)", [own.info.backend_pid])


@contextmanager
def another_writer() -> Iterator[None]:
    """Somebody else writes, and for longer than anybody waits."""
    other = sqlite3.connect(str(connection.settings_dict["NAME"]), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.rollback()
        other.close()


def stored_once_in_the_end(browser: Browser, episode: Episode, typed: dict[str, str]) -> None:
    """Sent again, and by a double click twice."""
    for _ in range(2):
        # As at the beginning and the end of each request (the test's browser leaves it out).
        close_old_connections()
        assert browser.post(address(episode), typed).status_code == 302
    assert Session.objects.count() == Session.history.count() == 1
    assert MeasureCompletion.objects.count() == 1
    assert Session.objects.get().note == "Ŵyn"


@pytest.mark.parametrize(
    "beginning",
    [
        pytest.param('INSERT INTO "practice_session"', id="before the session"),
        pytest.param('INSERT INTO "practice_measurecompletion"', id="session written, form not"),
    ],
)
def test_the_server_ends_the_connection(browser: Browser, episode: Episode, beginning: str) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("an SQLite file has no server")
    typed, before = filled_in(browser, episode), everything()
    with connection.execute_wrapper(at_statement(beginning, cut_off)):
        answer = browser.post(address(episode), typed)
    assert answer.status_code == 503
    assert SAID in answer.content.decode()
    close_old_connections()
    assert everything() == before
    stored_once_in_the_end(browser, episode, typed)


def test_the_server_was_started_again_between_two_requests(
    browser: Browser, episode: Episode
) -> None:
    """A connection that is kept for the next request is tried before it is used."""
    if connection.vendor != "postgresql":
        pytest.skip("an SQLite file has no server")
    typed = filled_in(browser, episode)
    cut_off()
    stored_once_in_the_end(browser, episode, typed)


def test_somebody_else_writes_for_too_long(browser: Browser, episode: Episode) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL lets several write at once")
    typed, before = filled_in(browser, episode), everything()
    with another_writer():
        answer = browser.post(address(episode), typed)
    assert answer.status_code == 503
    assert SAID in answer.content.decode()
    assert "Ŵyn" not in answer.content.decode()
    assert everything() == before
    stored_once_in_the_end(browser, episode, typed)


def test_another_failure_is_no_matter_of_the_database(
    browser: Browser, episode: Episode, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise LookupError

    monkeypatch.setattr("practice.views.sessions.render", broken)
    answer = browser.get(address(episode))
    assert answer.status_code == 500
    assert SAID not in answer.content.decode()
