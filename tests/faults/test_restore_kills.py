"""A restore that is killed: what is next says what happened, and whether anything of it is stored."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import CommandError
from django.db import DatabaseError, connection
from pyrage import x25519
from pytest_django import Settings

from practice.backups import UNDER_WAY_NAME
from practice.management.ready import finished_restore, refuse_unfit
from tests.backups.contents import raw_contents
from tests.faults.conftest import Place
from tests.faults.test_kills import a_session_with_a_form, run


def a_restore(
    place: Place, settings: Settings
) -> tuple[tuple[str | Path, ...], dict[str, list[str]]]:
    """A backup, and an empty database to put it into; with what the first one held."""
    settings.DATA_DIR = place.folder
    a_session_with_a_form()
    # A pair of keys: a passphrase would take its seconds.
    identity = x25519.Identity.generate()
    secret = place.folder / "identity.txt"
    secret.write_text(str(identity))
    file = place.folder / "made.age"
    run("backup", "--out", file, "--recipient", str(identity.to_public()))
    before = raw_contents()
    run("flush", "--no-input")
    return ("restore", file, "--identity", secret), before


@pytest.mark.parametrize(
    "point",
    [
        pytest.param('sql:INSERT INTO "practice_session', id="in the middle"),
        pytest.param("commit", id="before it is stored"),
    ],
)
def test_a_restore(place: Place, settings: Settings, point: str) -> None:
    words, before = a_restore(place, settings)
    empty = raw_contents()
    assert empty != before
    mark = place.folder / UNDER_WAY_NAME

    place.killed(point, 1, *words)
    assert raw_contents() == empty
    assert mark.stat().st_mode & 0o777 == 0o600
    assert set(json.loads(mark.read_text())) == {"begun_at", "file", "database"}
    # What is next says that there is nothing, instead of showing a part; a page would do so, too.
    for command in (("service",), ("serve", "--port", "1")):
        with pytest.raises(CommandError) as said:
            run(*command)
        assert "A restore of made.age was begun on " in str(said.value)
        assert "did not finish. Nothing of it is stored" in str(said.value)
        assert "Run the restore again" in str(said.value)
        assert str(mark) in str(said.value)
    # A server that is started in another way says it as well, and serves nothing.
    with pytest.raises(ImproperlyConfigured, match=r"A restore of made\.age was begun on "):
        refuse_unfit()
    assert "Restored" in run(*words)
    assert raw_contents() == before
    assert not mark.exists()
    assert finished_restore() is None
    assert "Harbour" in run("service", "--service", "Harbour")


def test_a_restore_cut_off_that_is_not_wanted_any_more(place: Place, settings: Settings) -> None:
    words, _before = a_restore(place, settings)
    place.killed("commit", 1, *words)
    (place.folder / UNDER_WAY_NAME).unlink()
    with pytest.raises(CommandError) as said:
        run("service")
    assert "restore" not in str(said.value)


def test_a_restore_that_was_stored_before_the_kill(
    place: Place, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    words, before = a_restore(place, settings)
    place.killed("committed", 1, *words)
    assert raw_contents() == before
    # It is in use as any other, and a start says once what happened.
    assert "Harbour" in run("service", "--service", "Harbour")
    refuse_unfit()
    (said,) = caplog.messages
    assert "made.age" in said
    assert "the whole backup is here" in said
    assert finished_restore() is None


def test_the_same_restore_again_where_it_was_stored(place: Place, settings: Settings) -> None:
    words, before = a_restore(place, settings)
    place.killed("committed", 1, *words)
    with pytest.raises(CommandError, match="was cut off after everything was stored"):
        run(*words)
    with pytest.raises(CommandError, match="this database is in use"):
        run(*words)
    assert raw_contents() == before


def test_a_restore_of_another_database_is_no_matter_of_this_one(
    place: Place, settings: Settings
) -> None:
    words, _before = a_restore(place, settings)
    place.killed("commit", 1, *words)
    mark = place.folder / UNDER_WAY_NAME
    told = json.loads(mark.read_text())
    for content in (json.dumps(told | {"database": "another"}), "", "[]", '{"begun_at": "soon"}'):
        mark.write_text(content)
        with pytest.raises(CommandError) as said:
            run("service")
        assert "restore" not in str(said.value)


def test_a_restore_that_fails_leaves_no_mark(place: Place, settings: Settings) -> None:
    words, _before = a_restore(place, settings)

    def broken(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        if sql.startswith('INSERT INTO "practice_session"'):
            raise DatabaseError
        return execute(sql, *rest)

    with (
        connection.execute_wrapper(broken),
        pytest.raises(CommandError, match="nothing was restored"),
    ):
        run(*words)
    assert not (place.folder / UNDER_WAY_NAME).exists()
