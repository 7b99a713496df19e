"""What is no mistake of the program is said plainly, with what to do; nothing is stored half."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.db import OperationalError, connection
from django.test import Client as Browser
from django.urls import reverse
from psycopg import errors
from pytest_django import Settings

from practice.databases import is_full, why_refused
from practice.models import Episode, Session
from practice.views import errors as pages
from tests.cast import Cast, make_client, make_episode


@pytest.fixture
def browser(cast: Cast) -> Browser:
    found = Browser(raise_request_exception=False)
    found.force_login(cast.alice)
    return found


@pytest.fixture
def episode(cast: Cast) -> Episode:
    return make_episode(client=make_client(service=cast.service), holder=cast.alice, note="n")


@pytest.mark.django_db
def test_a_note_whose_key_is_not_here(
    browser: Browser, episode: Episode, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    """As in a program that was left running while the key in its environment was changed."""
    address = reverse("episode-detail", args=[episode.uid])
    assert browser.get(address).status_code == 200
    settings.FIELD_KEYS = (Fernet.generate_key().decode(),)
    answer = browser.get(address)
    assert answer.status_code == 503
    assert "A note cannot be read" in answer.content.decode()
    assert "Nothing is lost" in answer.content.decode()
    assert "start it again" in caplog.text


@pytest.fixture
def full_disk(db: None) -> Iterator[None]:
    """SQLite's own limit on its file, which it meets as it does the end of the disk."""
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL has no such limit of its own")
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA page_count")
        cursor.execute(f"PRAGMA max_page_count = {cursor.fetchone()[0]}")
        yield
        cursor.execute("PRAGMA max_page_count = 1073741823")


@pytest.mark.django_db
def test_a_disk_that_is_full(browser: Browser, episode: Episode, full_disk: None) -> None:
    """What fits into pages that are half empty is stored whole; the first that does not is refused."""
    address = reverse("session-log", args=[episode.uid])
    for day in range(1, 29):
        stored = Session.objects.count(), Session.history.count()
        answer = browser.post(address, filled_in(browser, address) | {"date": f"2026-02-{day:02}"})
        if answer.status_code != 302:
            break
    assert answer.status_code == 503
    assert "The disk is full" in answer.content.decode()
    assert "What you sent was not stored" in answer.content.decode()
    assert (Session.objects.count(), Session.history.count()) == stored


def filled_in(browser: Browser, address: str) -> dict[str, str]:
    page = browser.get(address).content.decode()
    hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page)
    words = {"kind": "treatment", "attendance": "attended", "medium": "video"}
    return dict(hidden) | words | {"mode": "transcribed", "note": "n" * 10_000}


def caused_by(cause: Exception) -> OperationalError:
    problem = OperationalError()
    problem.__cause__ = cause
    return problem


@pytest.mark.parametrize(
    ("problem", "fault"),
    [
        (caused_by(errors.DiskFull()), "disk"),
        (OSError(28, "No space left on device"), "disk"),
        (OSError(27, "File too large"), "disk"),
        (caused_by(errors.AdminShutdown()), "database"),
        (OSError(13, "Permission denied"), "ours"),
        (LookupError(), "ours"),
        (None, "ours"),
    ],
)
def test_which_fault_it_is(problem: Any, fault: str) -> None:
    assert pages._fault(problem) == fault
    assert is_full(problem) is (fault == "disk")


def test_a_refusal_at_the_terminal() -> None:
    assert why_refused(caused_by(errors.DiskFull())) == "there is no room left on the disk"
    told = why_refused(OperationalError("a row"))
    assert "OperationalError" in told
    assert "a row" not in told
