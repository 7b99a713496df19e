"""A database that is new, half set up, or not there: each command says what to do, or does it."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from practice.management import ready
from tests.conftest import Run
from tests.installation import DATABASE, Installation

ROOT = Path(__file__).resolve().parent.parent
# The one migration of an app on which no other hangs waits again.
MAKE_OLD = "DELETE FROM django_migrations WHERE app = 'sessions'"
IS_OLD = "SELECT count(*) FROM django_migrations WHERE app = 'sessions'"
OUTCOMES = ("outcomes", "--from", "2026-01-01", "--to", "2026-01-31", "--json")


def test_an_empty_database_is_set_up_by_the_first_command(run: Run) -> None:
    example = ROOT / "tests" / "example"
    brought = run("import_caseload", str(example / "episodes.csv"), str(example / "sessions.csv"))
    assert brought.returncode == 0, brought.stderr
    assert "108 added" in brought.stdout
    again = run(*OUTCOMES)
    assert again.returncode == 0, again.stderr


def test_nothing_there_yet_is_said_plainly(installation: Installation) -> None:
    answer = installation.run(*OUTCOMES)
    assert answer.returncode == 1
    assert "There is no service yet" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_a_database_in_use_is_never_migrated_unasked(installation: Installation) -> None:
    database = installation.folder / DATABASE
    with closing(sqlite3.connect(database)) as own, own:
        own.execute(MAKE_OLD)
    answer = installation.run("serve")
    assert answer.returncode == 1
    assert "The database is not up to date (1 migrations wait)" in answer.stderr
    assert "manage.py migrate" in answer.stderr
    assert "Traceback" not in answer.stderr
    with closing(sqlite3.connect(database)) as own:
        assert own.execute(IS_OLD).fetchone() == (0,)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "words",
    [
        OUTCOMES,
        ("serve",),
        ("service",),
        ("report", "--month", "2026-01", "--out", "out"),
        ("export_caseload", "--out", "out"),
        ("import_caseload", "episodes.csv", "sessions.csv"),
    ],
    ids=lambda words: words[0],
)
def test_no_command_migrates_unasked(words: tuple[str, ...]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(MAKE_OLD)
    with pytest.raises(CommandError, match=r"The database is not up to date.*manage\.py migrate"):
        call_command(*words)
    with connection.cursor() as cursor:
        cursor.execute(IS_OLD)
        assert cursor.fetchone() == (0,)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "words",
    [
        OUTCOMES,
        ("service", "--primary", "phq9"),
        ("report", "--month", "2026-01", "--out", "out"),
        ("export_caseload", "--out", "out"),
    ],
    ids=lambda words: words[0],
)
def test_each_command_sets_an_empty_database_up(
    words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the steps that the first test of this file takes for good."""
    taken: list[str] = []
    monkeypatch.setattr(ready, "is_set_up", lambda: False)
    monkeypatch.setattr(ready, "make_ready", lambda: taken.append("every step"))
    with pytest.raises(CommandError, match="There is no service yet"):
        call_command(*words)
    assert taken == ["every step"]
