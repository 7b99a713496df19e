"""A backup from the page: the command's file, for a practice of one alone, and nothing left behind."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.db import OperationalError
from django.test import Client as Browser
from django.urls import reverse
from pyrage import x25519
from pytest_django import Settings

from practice.backups import BackupError, last_backup
from practice.backups.sealing import Passphrase, Recipients, sealed
from practice.models import AuditEntry, Deed, Episode, Practitioner, Role, Service
from practice.models import Client as TherapyClient
from practice.views import backups
from practice.views.reminders import backup_reminder
from tests.backups.conftest import destroy
from tests.cast import (
    make_client,
    make_episode,
    make_practitioner,
    make_service,
)

WORDS = "correct horse battery"
TYPED = {"passphrase": WORDS, "again": WORDS}


@pytest.fixture
def folder(settings: Settings, tmp_path: Path) -> Path:
    settings.DATA_DIR = tmp_path / "data"
    settings.DATA_DIR.mkdir()
    return tmp_path / "data"


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """The file's own lock takes a second or two on purpose."""
    monkeypatch.setattr(backups, "sealed", lambda archive, lock: b"age" * 100_000)


def alone() -> Practitioner:
    """A practice of one, with a client."""
    service = make_service(name="Alone", second_factor=False)
    person = make_practitioner(
        email="solo@example.org", name="Solo", service=service, role=Role.LEAD
    )
    make_episode(
        client=make_client(service=service, reference="SOLO-1"), holder=person, note="A note"
    )
    return person


def page() -> str:
    return reverse("backup-make", args=[Service.objects.get(name="Alone").uid])


def signed_in(person: Practitioner) -> Browser:
    browser = Browser()
    browser.force_login(person)
    return browser


@pytest.mark.django_db
def test_it_is_for_a_practice_of_one(folder: Path) -> None:
    person = alone()
    browser = signed_in(person)
    assert browser.get(page()).status_code == 200
    reminder = backup_reminder(person.memberships.get(), today=Episode.objects.get().referred_on)
    assert reminder is not None
    assert reminder.page == page()

    colleague = make_practitioner(
        email="second@example.org", name="Second", service=Service.objects.get()
    )
    for answer in (browser.get(page()), browser.post(page(), TYPED)):
        assert answer.status_code == 404
    assert signed_in(colleague).get(page()).status_code == 403
    reminder = backup_reminder(person.memberships.get(), today=Episode.objects.get().referred_on)
    assert reminder is not None
    assert reminder.page is None


@pytest.mark.django_db
def test_another_service_on_the_installation_is_enough(folder: Path) -> None:
    person = alone()
    make_service(name="Another")
    assert signed_in(person).get(page()).status_code == 404


@pytest.mark.django_db
def test_an_administrator_makes_none(folder: Path) -> None:
    service = make_service(name="Alone", second_factor=False)
    person = make_practitioner(
        email="solo@example.org", name="Solo", service=service, role=Role.ADMINISTRATOR
    )
    assert signed_in(person).get(page()).status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("typed", "said"),
    [
        pytest.param({}, "This field is required", id="nothing"),
        pytest.param({"passphrase": "short", "again": "short"}, "too short", id="too short"),
        pytest.param({"passphrase": WORDS, "again": f"{WORDS}s"}, "not the same", id="different"),
        pytest.param({"passphrase": "x" * 501, "again": "x" * 501}, "too long", id="too long"),
        pytest.param({"passphrase": WORDS}, "This field is required", id="once"),
    ],
)
def test_what_is_wrong_stands_beside_the_field(
    folder: Path, typed: dict[str, str], said: str
) -> None:
    answer = signed_in(alone()).post(page(), typed)
    assert answer.status_code == 200
    assert said in answer.content.decode()
    assert WORDS not in answer.content.decode()
    assert last_backup(folder) is None


@pytest.mark.django_db(transaction=True)
def test_the_file_restores_by_the_command(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The whole of it once: made on the page, destroyed, put back.

    Locked for a key, for a passphrase takes its seconds to lock and to open: what is locked with one is
    put back in tests/backups/test_command.py, by the same two functions.
    """
    identity, locks = x25519.Identity.generate(), []

    def for_a_key(archive: bytes, lock: Passphrase) -> bytes:
        locks.append(lock)
        return sealed(archive, Recipients(keys=(identity.to_public(),)))

    monkeypatch.setattr(backups, "sealed", for_a_key)
    answer: Any = signed_in(alone()).post(page(), TYPED)
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    name = answer["Content-Disposition"].partition('filename="')[2].rstrip('"')
    assert name.startswith("practice-backup-")
    assert name.endswith(".age")
    # Not before the last piece has been taken.
    assert last_backup(folder) is None
    content = b"".join(answer.streaming_content)
    made = last_backup(folder)
    assert made is not None
    assert made.file == name
    assert len(content) == int(answer["Content-Length"])
    assert b"SOLO-1" not in content
    # Nothing of it is left on this machine.
    assert [path.name for path in folder.iterdir()] == ["last-backup.json"]
    entry = AuditEntry.objects.get(deed=Deed.BACKED_UP)
    assert (entry.who, entry.detail) == (Practitioner.objects.get().uid, "page")

    destroy()
    assert locks == [Passphrase(words=WORDS)]
    file, key = tmp_path / name, tmp_path / "key"
    file.write_bytes(content)
    key.write_text(str(identity))
    call_command("restore", file, identity=key)
    assert TherapyClient.objects.get().reference == "SOLO-1"
    assert Episode.objects.get().note == "A note"


@pytest.mark.django_db(transaction=True)
def test_a_download_that_breaks_off_is_no_backup(folder: Path, quick: None) -> None:
    answer: Any = signed_in(alone()).post(page(), TYPED)
    pieces: Iterator[bytes] = iter(answer.streaming_content)
    assert next(pieces)
    answer.close()
    assert last_backup(folder) is None
    assert list(folder.iterdir()) == []


@pytest.mark.django_db(transaction=True)
def test_one_at_a_time(folder: Path, quick: None) -> None:
    browser = signed_in(alone())
    cache.add(backups._RUNNING, value=True)
    answer = browser.post(page(), TYPED)
    assert answer.status_code == 503
    assert backups.BUSY in answer.content.decode()
    cache.delete(backups._RUNNING)
    for _ in range(2):
        assert b"".join(browser.post(page(), TYPED).streaming_content)  # type: ignore[attr-defined]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("problem", [OperationalError("gone"), BackupError("it is broken")])
def test_what_fails_says_there_is_no_backup(
    folder: Path, monkeypatch: pytest.MonkeyPatch, problem: Exception
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise problem

    monkeypatch.setattr(backups, "archive_of", broken)
    answer = signed_in(alone()).post(page(), TYPED)
    assert answer.status_code == 503
    assert "there is no backup" in answer.content.decode().lower()
    assert "gone" not in answer.content.decode()
    assert not AuditEntry.objects.filter(deed=Deed.BACKED_UP).exists()
    assert cache.get(backups._RUNNING) is None


@pytest.mark.django_db
def test_a_large_database_is_for_the_command(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backups, "LARGEST_DATABASE", 1)
    answer = signed_in(alone()).post(page(), TYPED)
    assert answer.status_code == 503
    assert "manage.py backup" in answer.content.decode()


@pytest.mark.django_db(transaction=True)
def test_a_disk_that_is_full(folder: Path, quick: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(**_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(tempfile, "TemporaryFile", full)
    answer = signed_in(alone()).post(page(), TYPED)
    assert answer.status_code == 503
    assert "No space left" in answer.content.decode()
