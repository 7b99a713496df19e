"""`manage.py demo`: a practice and its papers from one command, and no other database touched."""

import re
import sqlite3
import stat
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from pypdf import PdfReader

from practice.demonstration import phrases
from practice.management.commands import demo
from tests.cast import make_service
from tests.commands.conftest import ROOT, Demonstration
from tests.faults.conftest import Place
from tests.reports.reading import words_of

pytestmark = pytest.mark.once


def rows_of(demonstration: Demonstration) -> dict[str, int]:
    """How many rows each table of the demonstration has."""
    file = demonstration.installation.folder / "demo" / "demo.sqlite3"
    connection = sqlite3.connect(file)
    try:
        tables = [
            name
            for (name,) in connection.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'practice_%'"
            )
        ]
        return {
            table: connection.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0]  # noqa: S608
            for table in tables
            # Counts of sign-ins: other tests sign in here.
            if table != "practice_cache"
        }
    finally:
        connection.close()


def test_the_last_file_named_is_a_report_of_invented_data(demonstration: Demonstration) -> None:
    named = re.findall(r"\S+\.\w{3,4}$", demonstration.output, flags=re.MULTILINE)
    assert named[-1].endswith(".pdf")
    path = demonstration.paths[-1]
    assert path.is_file()
    # At the head and at the foot of each page.
    pages = PdfReader(path).pages
    assert words_of(path.read_bytes()).count("INVENTED DATA") == 2 * len(pages) > 0


def test_every_report_named_exists_and_is_its_own(demonstration: Demonstration) -> None:
    assert len(set(demonstration.paths)) == len(demonstration.paths) >= 3
    for path in demonstration.paths:
        assert "INVENTED DATA" in words_of(path.read_bytes())
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert demonstration.installation.folder in path.parents


def test_no_file_holds_in_clear_what_was_written(demonstration: Demonstration) -> None:
    """Encrypted from the first day, in the database, its history and SQLite's log beside it."""
    words = [
        *(text for pair in phrases.RESPONSES for text in pair),
        *phrases.AGREED,
        *phrases.AGREED_FOR.values(),
        *(text for pairs in phrases.AFTERWARDS.values() for pair in pairs for text in pair),
        phrases.PAUSE_REASON,
    ]
    files = list((demonstration.installation.folder / "demo").glob("demo.sqlite3*"))
    assert files
    for file in files:
        content = file.read_bytes()
        assert [text for text in words if text and text.encode() in content] == []


def test_says_what_it_is_and_how_to_sign_in(demonstration: Demonstration) -> None:
    assert "Invented data" in demonstration.output
    assert re.search(r"as \S+@\S+ with the passphrase \S+", demonstration.output)
    assert "serve --demo" in demonstration.output


def test_no_client_is_named_on_the_terminal(demonstration: Demonstration) -> None:
    assert not re.search(r"\b[ZLW]-\d{3}\b", demonstration.output)


def test_another_database_is_not_touched(demonstration: Demonstration) -> None:
    """It is told of on standard error, and left as it is."""
    assert demonstration.other_database.read_bytes() == demonstration.other_bytes
    assert not (demonstration.installation.folder / "practice.sqlite3").exists()


def test_a_second_time_changes_nothing_and_says_the_same(demonstration: Demonstration) -> None:
    before = rows_of(demonstration)
    papers = {path: path.read_bytes() for path in demonstration.paths}
    again = demonstration.installation.run("demo")
    assert again.returncode == 0, again.stderr
    assert "Brought in" not in again.stdout
    assert [line for line in again.stdout.splitlines() if line.endswith(".pdf")] == [
        str(path) for path in papers
    ]
    after = rows_of(demonstration)
    # Reports and sheets that are made again are written down again.
    assert after.pop("practice_auditentry") > before.pop("practice_auditentry")
    assert after == before
    assert {path: path.read_bytes() for path in papers} == papers
    assert demonstration.other_database.read_bytes() == demonstration.other_bytes


def test_fresh_begins_from_nothing(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is there is forgotten; all that follows is what the first time did, with nothing there."""
    file = place.folder / "practice.sqlite3"
    # Its own alone: by the settings' own words the tests' database would be taken for this file.
    told = SimpleNamespace(DEMO=True, DATABASES={"default": {"NAME": str(file)}})
    monkeypatch.setattr(demo, "settings", told)
    make_service(name="Changed by hand")

    class Following(Exception):  # noqa: N818 - no error
        pass

    def follows() -> None:
        assert not list(place.folder.glob("practice.sqlite3*"))
        # A database in which nothing was ever made, and no memory of the other.
        assert connection.introspection.table_names() == []
        raise Following

    monkeypatch.setattr(demo, "make_ready", follows)
    with pytest.raises(Following):
        call_command("demo", "--fresh")


@pytest.mark.django_db
def test_outside_the_demonstration_it_is_refused() -> None:
    """Whoever calls it another way could otherwise fill a real database with inventions."""
    with pytest.raises(CommandError, match=r"python3 manage\.py demo"):
        call_command("demo")
    with pytest.raises(CommandError, match=r"python3 manage\.py demo"):
        call_command("demo", "--fresh")


def test_the_checkout_stays_clean(demonstration: Demonstration) -> None:
    assert demonstration.installation.folder.is_dir()
    assert not list(Path(ROOT).glob("*.sqlite3*"))
