"""kill -9 in the middle: what was acknowledged is there, nothing is half, and the same again completes it."""

import json
import os
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection
from pypdf import PdfReader
from pytest_django import Settings

from practice.models import (
    Client,
    Episode,
    FrozenReport,
    Holding,
    MeasureCompletion,
    Membership,
    Session,
)
from practice.note_keys import count_by_key
from tests.backups.contents import everything, raw_contents
from tests.caseload_files.given import a_session, an_episode, csv_source
from tests.cast import (
    Cast,
    day,
    make_cast,
    make_client,
    make_completion,
    make_episode,
    make_session,
)
from tests.faults.conftest import Place
from tests.pgplug import FIELD_KEY


def run(*words: str | Path) -> str:
    """A command to its end, in the database of this test."""
    said = StringIO()
    call_command(*map(str, words), stdout=said, stderr=said)
    return said.getvalue()


def an_import(place: Place) -> tuple[str, ...]:
    make_cast()
    sheets = {
        "episodes.csv": [
            an_episode(client=f"K{number}", practitioner="alice@example.org", note="first words")
            for number in range(3)
        ],
        "sessions.csv": [
            a_session(client=f"K{number}", date=f"2026-02-0{week}", phq9=week + 9)
            for number in range(3)
            for week in range(1, 5)
        ],
    }
    for name, rows in sheets.items():
        (place.folder / name).write_bytes(csv_source(name, rows).content)
    files = (str(place.folder / name) for name in sheets)
    return ("import_caseload", *files, "--service", "Harbour")


@pytest.mark.parametrize(
    "point",
    [
        pytest.param('sql:INSERT INTO "practice_session"', id="after some rows"),
        pytest.param('sql:INSERT INTO "practice_historicalmeas', id="before the last history"),
        pytest.param("commit", id="before it is stored"),
    ],
)
def test_an_import(place: Place, point: str) -> None:
    words = an_import(place)
    before = everything()
    place.killed(point, 1, *words)
    assert everything() == before
    run(*words)
    whole = raw_contents()
    assert Session.objects.count() == Session.history.count() == 12
    # Once more, and nothing is stored twice.
    run(*words)
    assert raw_contents() == whole


def test_an_import_that_was_stored_before_the_kill(place: Place) -> None:
    """Whoever was not told finds it there as a whole, and sends the same again without harm."""
    words = an_import(place)
    place.program_killed("committed", 1, *words)
    stored = raw_contents()
    assert Session.objects.count() == 12
    for model in (Client, Episode, Holding, Session, MeasureCompletion):
        assert model.history.count() == model.objects.count() > 0
    run(*words)
    assert raw_contents() == stored


def a_session_with_a_form() -> None:
    cast = make_cast()
    episode = make_episode(client=make_client(service=cast.service), holder=cast.alice)
    session = make_session(episode=episode, held_on=day(7), by=cast.alice, note="before")
    make_completion(of=session, by=cast.alice)


@pytest.mark.parametrize(
    "point",
    [
        pytest.param('sql:INSERT INTO "practice_historicalsession', id="row written, history not"),
        pytest.param('sql:UPDATE "practice_measurecompletion', id="session written, form not"),
        pytest.param("commit", id="before it is stored"),
    ],
)
def test_an_edit_and_its_history(place: Place, point: str) -> None:
    a_session_with_a_form()
    before = everything()
    place.killed(point, 1, "correct")
    assert everything() == before


def test_an_edit_that_was_stored_before_the_kill(place: Place) -> None:
    a_session_with_a_form()
    place.killed("committed", 1, "correct")
    session = Session.objects.get()
    assert (session.minutes, session.note) == (75, "after")
    assert (session.history.count(), session.history.latest().note) == (2, "after")
    assert MeasureCompletion.objects.get().total == 7
    assert MeasureCompletion.history.count() == 2


def a_batch(place: Place) -> tuple[str, ...]:
    """Of the service and two practitioners."""
    cast = make_cast()
    Membership.objects.get(service=cast.service, practitioner=cast.bob).delete()
    episode = make_episode(client=make_client(service=cast.service), holder=cast.alice)
    make_session(episode=episode, held_on=day(7), by=cast.alice)
    folder = str(place.folder / "out")
    return ("report", "--month", "2026-09", "--service", "Harbour", "--out", folder)


def pages(place: Place) -> list[int]:
    """Of every file that looks like a report: a half one could not be read."""
    return [len(PdfReader(path).pages) for path in (place.folder / "out").glob("*.pdf")]


def test_a_batch_of_reports(place: Place) -> None:
    words = a_batch(place)
    place.killed("replace", 2, *words)
    assert pages(place) == [2]
    # What was being written when it was killed; cleared away when nobody can be at it any more.
    (half,) = (place.folder / "out").glob(".*.practice-part")
    os.utime(half, (0, 0))
    run(*words)
    assert pages(place) == [2, 2, 2]
    assert len(list((place.folder / "out").iterdir())) == 3


def test_a_batch_for_good(place: Place) -> None:
    words = (*a_batch(place), "--for-good")
    place.killed('sql:INSERT INTO "practice_frozenreport', 2, *words)
    first = FrozenReport.objects.get()
    run(*words)
    assert FrozenReport.objects.count() == len(pages(place)) == 3
    assert FrozenReport.objects.get(pk=first.pk).digest == first.digest


@pytest.fixture
def secrets(place: Place, settings: Settings) -> Path:
    """Keys in a file, as on an installation where nothing is set."""
    path = place.folder / "secrets.json"
    path.write_text(json.dumps({"field_keys": [FIELD_KEY], "secret_key": "s" * 60}))
    path.chmod(0o600)
    settings.FIELD_KEYS_FILE = path
    return path


def some_notes() -> Cast:
    cast = make_cast()
    client = make_client(service=cast.service)
    episode = make_episode(client=client, holder=cast.alice, note="of the episode")
    for week in range(1, 4):
        make_session(episode=episode, held_on=day(7 * week), by=cast.alice, note=f"note {week}")
    return cast


def start_again(secrets: Path, settings: Settings) -> tuple[str, ...]:
    keys = tuple(json.loads(secrets.read_text())["field_keys"])
    settings.FIELD_KEYS = keys
    return keys


@pytest.mark.parametrize(
    ("point", "number", "rewritten"),
    [
        pytest.param("replace", 1, None, id="before the new key is in the file"),
        pytest.param("committed", 1, 0, id="after it is"),
        pytest.param('sql:UPDATE "practice_historicalsession', 2, 2, id="in the middle of a chunk"),
        pytest.param('sql:UPDATE "practice_session', 1, 5, id="after some chunks"),
    ],
)
def test_a_rotation_of_the_key(
    place: Place,
    secrets: Path,
    settings: Settings,
    *,
    point: str,
    number: int,
    rewritten: int | None,
) -> None:
    some_notes()
    place.killed(point, number, "rotate_note_key")
    keys = start_again(secrets, settings)
    # Whatever was rewritten by then: the keys that are in the file open everything.
    census = count_by_key(connection, keys)
    assert (census.total, census.unreadable) == (8, 0)
    assert keys[-1] == FIELD_KEY
    assert census.by_key == ((8,) if rewritten is None else (rewritten, 8 - rewritten))

    assert ("Going on where" in run("rotate_note_key")) == (len(keys) == 2)
    new = start_again(secrets, settings)[0]
    assert count_by_key(connection, (new,)).by_key == (8,)


def test_the_end_of_a_rotation(place: Place, secrets: Path, settings: Settings) -> None:
    some_notes()
    run("rotate_note_key")
    place.killed("replace", 1, "rotate_note_key", "--finish")
    assert len(start_again(secrets, settings)) == 2
    run("rotate_note_key", "--finish")
    assert count_by_key(connection, start_again(secrets, settings)).by_key == (8,)
