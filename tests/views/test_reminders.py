"""Who is reminded of a backup, and when."""

import datetime as dt
from pathlib import Path

import pytest
from django.template.loader import render_to_string
from pytest_django import Settings

from practice.backups import LastBackup, record_backup
from practice.models import Practitioner
from practice.views.reminders import OLD_AFTER_DAYS, BackupReminder, backup_reminder
from tests.cast import Cast, make_client, make_episode

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 22)


@pytest.fixture
def folder(settings: Settings, tmp_path: Path) -> Path:
    settings.DATA_DIR = tmp_path
    settings.DEMO = False
    return tmp_path


def reminder(person: Practitioner, today: dt.date = TODAY) -> str | None:
    found = backup_reminder(person.memberships.get(), today=today)
    return None if found is None else found.words


def with_an_episode(cast: Cast) -> None:
    make_episode(client=make_client(service=cast.service), holder=cast.alice)


def backed_up(folder: Path, *, days: int) -> None:
    made = dt.datetime.combine(TODAY - dt.timedelta(days=days), dt.time(0, 5), tzinfo=dt.UTC)
    record_backup(folder, LastBackup(made_at=made, file="practice-backup.age"))


def test_never_made(cast: Cast, folder: Path) -> None:
    with_an_episode(cast)
    assert reminder(cast.leda) == "No backup has been made from here yet."


def test_a_member_is_not_asked(cast: Cast, folder: Path) -> None:
    with_an_episode(cast)
    assert reminder(cast.alice) is None


def test_without_an_episode_there_is_nothing_to_lose(cast: Cast, folder: Path) -> None:
    make_client(service=cast.service)
    make_episode(client=make_client(service=cast.other_service), holder=cast.charlie)
    assert reminder(cast.leda) is None


def test_the_demonstration_needs_none(cast: Cast, folder: Path, settings: Settings) -> None:
    with_an_episode(cast)
    settings.DEMO = True
    assert reminder(cast.leda) is None


@pytest.mark.parametrize(
    ("days", "words"),
    [
        pytest.param(0, None, id="today"),
        pytest.param(OLD_AFTER_DAYS, None, id="exactly so many days"),
        pytest.param(OLD_AFTER_DAYS + 1, "The last backup is 15 days old.", id="one more"),
        pytest.param(23, "The last backup is 23 days old.", id="old"),
    ],
)
def test_when_it_is_old(cast: Cast, folder: Path, days: int, words: str | None) -> None:
    with_an_episode(cast)
    backed_up(folder, days=days)
    assert reminder(cast.leda) == words


def test_the_part_says_how() -> None:
    part = "parts/_backup_reminder.html"
    asked = BackupReminder(words="The last backup is 23 days old.", page=None)
    shown = render_to_string(part, {"backup_reminder": asked})
    assert "23 days old" in shown
    assert "python3 manage.py backup --out FOLDER" in shown
    alone = BackupReminder(words="The last backup is 23 days old.", page="/there/")
    assert 'href="/there/"' in render_to_string(part, {"backup_reminder": alone})
    assert render_to_string(part, {"backup_reminder": None}).strip() == ""
