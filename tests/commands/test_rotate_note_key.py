"""A new key for the notes: everything is written anew, nothing is lost, and the old key goes last."""

import json
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path

import pytest
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet
from django.core.checks import run_checks
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from pytest_django import Settings

from practice import note_keys
from practice.accounts import SecondFactors
from practice.management.commands import rotate_note_key
from practice.management.ready import ensure_notes_readable, unfinished_rotation
from practice.models import Episode, Session
from practice.models.encrypted import PREFIX, UnreadableNoteError
from practice.note_keys import EncryptedColumn, count_by_key, encrypted_columns, rewrite
from practice.secrets_file import FILE_NAME, change_field_keys
from tests.backups.given import make_rich_caseload
from tests.cast import Cast, make_client, make_episode, saved
from tests.pgplug import FIELD_KEY

pytestmark = pytest.mark.django_db
NOTE = "Spoke of her sister Ŵyn"


@pytest.fixture
def file(tmp_path: Path, settings: Settings) -> Path:
    """Keys that are in a file, as on an installation where nothing is set."""
    path = tmp_path / FILE_NAME
    path.write_text(json.dumps({"field_keys": [FIELD_KEY], "secret_key": "s" * 60}))
    path.chmod(0o600)
    settings.FIELD_KEYS = (FIELD_KEY,)
    settings.FIELD_KEYS_FILE = path
    return path


@pytest.fixture
def episode(cast: Cast) -> Episode:
    row = make_episode(client=make_client(service=cast.service), holder=cast.alice, note=NOTE)
    row.note = f"{NOTE}, and of work"
    return saved(row, by=cast.alice, why="a correction")


def keys_in(path: Path) -> list[str]:
    found: list[str] = json.loads(path.read_text())["field_keys"]
    return found


def start_again(path: Path, settings: Settings) -> None:
    settings.FIELD_KEYS = tuple(keys_in(path))


@contextmanager
def another_program(settings: Settings, key: str) -> Iterator[None]:
    """One that was started with this key in its environment."""
    keys, file = settings.FIELD_KEYS, settings.FIELD_KEYS_FILE
    settings.FIELD_KEYS, settings.FIELD_KEYS_FILE = (key,), None
    yield
    settings.FIELD_KEYS, settings.FIELD_KEYS_FILE = keys, file


def rotate(*words: str) -> str:
    said = StringIO()
    call_command("rotate_note_key", *words, stdout=said, stderr=said)
    return said.getvalue()


def refused(*words: str) -> str:
    with pytest.raises(CommandError) as problem:
        rotate(*words)
    return str(problem.value)


def test_every_column_that_encrypts_is_known() -> None:
    """History tables, too. (A new encrypted field is found by itself.)"""
    found = {(column.table, column.name) for column in encrypted_columns()}
    assert {
        ("practice_session", "note"),
        ("practice_historicalsession", "note"),
        ("practice_episode", "pause_reason"),
        ("practice_riskresponse", "asked"),
        ("practice_caseloadupload", "content"),
    } <= found


def test_everything_is_written_anew_and_reads_as_before(file: Path, settings: Settings) -> None:
    make_rich_caseload()
    before = list(Session.history.order_by("history_id").values())
    rows = list(Session.objects.order_by("pk").values())
    assert any(row["note"] for row in rows)

    said = rotate()
    new, old = keys_in(file)
    assert old == FIELD_KEY
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "rotate_note_key --finish" in said
    # The new key alone opens everything, in the rows and in their history, which is no row longer.
    settings.FIELD_KEYS = (new,)
    assert list(Session.objects.order_by("pk").values()) == rows
    assert list(Session.history.order_by("history_id").values()) == before
    census = count_by_key(connection, (new, old))
    assert census.by_key == (census.total, 0)
    assert census.total > 20
    for secret in (new, old, *(row["note"] for row in rows if row["note"])):
        assert secret not in said


def test_the_old_key_goes_when_nothing_needs_it(
    file: Path, episode: Episode, settings: Settings
) -> None:
    rotate()
    start_again(file, settings)
    said = rotate("--finish")
    assert len(keys_in(file)) == 1
    assert json.loads(file.read_text())["old_field_keys"] == [FIELD_KEY]
    assert json.loads(file.read_text())["secret_key"] == "s" * 60
    assert "Backups made before today" in said
    start_again(file, settings)
    assert Episode.objects.get().note == f"{NOTE}, and of work"
    # And again from the start.
    rotate()
    start_again(file, settings)
    rotate("--finish")
    assert len(json.loads(file.read_text())["old_field_keys"]) == 2


def test_the_old_key_stays_while_a_value_needs_it(
    file: Path, episode: Episode, settings: Settings
) -> None:
    rotate()
    # A program that knows its keys from the environment goes on writing with the old one.
    with another_program(settings, FIELD_KEY):
        make_episode(client=episode.client, number=2, holder=None, note="still running")
    start_again(file, settings)
    assert "still need an older key" in refused("--finish")
    assert len(keys_in(file)) == 2
    assert "Going on where" in rotate()
    rotate("--finish")


def test_a_program_that_runs_takes_the_new_key_up(
    file: Path, episode: Episode, settings: Settings
) -> None:
    """settings.FIELD_KEYS stay those of its start all the while."""
    assert Episode.objects.get().note.startswith(NOTE)
    rotate()
    new, _old = keys_in(file)
    assert settings.FIELD_KEYS == (FIELD_KEY,)
    assert Episode.objects.get().note.startswith(NOTE)
    make_episode(client=episode.client, number=2, holder=None, note="written meanwhile")
    assert count_by_key(connection, (new,)).unreadable == 0
    rotate("--finish")
    assert settings.FIELD_KEYS == (FIELD_KEY,)
    assert Episode.objects.get(number=2).note == "written meanwhile"


def test_a_file_that_cannot_be_read_meanwhile_changes_nothing(
    file: Path, episode: Episode, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    rotate()
    assert Episode.objects.get().note.startswith(NOTE)
    whole = file.read_text()
    for broken in ("{", json.dumps({"secret_key": "s"})):
        file.write_text(broken)
        assert Episode.objects.get().note.startswith(NOTE)
        assert "go on being used" in caplog.text
    file.unlink()
    assert Episode.objects.get().note.startswith(NOTE)
    assert whole not in caplog.text
    for key in json.loads(whole)["field_keys"]:
        assert key not in caplog.text


def test_a_start_tells_of_an_unfinished_rotation(episode: Episode, settings: Settings) -> None:
    assert unfinished_rotation() is None
    settings.FIELD_KEYS = (Fernet.generate_key().decode(), FIELD_KEY)
    ensure_notes_readable()
    assert "rotate_note_key" in str(unfinished_rotation())
    rotate()
    assert unfinished_rotation() is None


def test_a_second_rotation_waits_for_the_first(
    file: Path, episode: Episode, settings: Settings
) -> None:
    assert "only one key" in refused("--finish")
    rotate()
    start_again(file, settings)
    before = keys_in(file)
    assert "--finish first" in refused()
    assert keys_in(file) == before


def test_somebody_else_was_quicker(
    file: Path, episode: Episode, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever began with other keys than the file has now must not write over them."""
    monkeypatch.setattr(rotate_note_key, "field_keys", lambda: (FIELD_KEY,))
    change_field_keys(file, (Fernet.generate_key().decode(), FIELD_KEY), instead_of=(FIELD_KEY,))
    before = file.read_text()
    assert "somebody else changes them now" in refused()
    assert file.read_text() == before


def test_a_file_that_cannot_be_written_stays(
    file: Path, episode: Episode, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("practice.secrets_file.os.fsync", full)
    assert "it is as it was" in refused()
    assert keys_in(file) == [FIELD_KEY]
    assert [path.name for path in file.parent.iterdir()] == [FILE_NAME]


def test_keys_from_the_environment(episode: Episode, settings: Settings) -> None:
    """The program cannot set them: it says what to set, and does the rest."""
    assert settings.FIELD_KEYS_FILE is None
    assert "PRACTICE_FIELD_KEYS" in refused()
    new = Fernet.generate_key().decode()
    settings.FIELD_KEYS = (new, FIELD_KEY)
    assert "Written anew: 3." in rotate()
    assert "take the others out of PRACTICE_FIELD_KEYS" in rotate("--finish")
    settings.FIELD_KEYS = (new,)
    assert Episode.objects.get().note == f"{NOTE}, and of work"


def test_it_only_counts(file: Path, episode: Episode) -> None:
    assert "Key 1: 3 of 3 values." in rotate("--count")
    assert keys_in(file) == [FIELD_KEY]


def test_what_no_key_opens_is_left_and_told(
    file: Path, episode: Episode, settings: Settings
) -> None:
    with another_program(settings, Fernet.generate_key().decode()):
        make_episode(client=episode.client, number=2, holder=None, note="lost")
    said = rotate()
    assert "No key here opens 2 of 5 values" in said
    start_again(file, settings)
    with pytest.raises(UnreadableNoteError):
        Episode.objects.get(number=2)


def test_more_rows_than_a_chunk(episode: Episode, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(note_keys, "CHUNK", 1)
    new = Fernet.generate_key().decode()
    assert rewrite(connection, (new, FIELD_KEY)) == 3
    assert count_by_key(connection, (new, FIELD_KEY)).by_key == (3, 0)


def test_what_somebody_stores_meanwhile_stays(
    episode: Episode, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    """Between the reading of a value and its writing: only the very value that was read is replaced."""
    real: Callable[..., list[tuple[int, str]]] = note_keys._chunk

    def read_and_wait(*args: object, **kwargs: object) -> list[tuple[int, str]]:
        rows = real(*args, **kwargs)
        if rows and isinstance(args[1], EncryptedColumn) and args[1].table == "practice_episode":
            row = Episode.objects.get()
            row.note = "quicker"
            saved(row, by=None)
        return rows

    monkeypatch.setattr(note_keys, "_chunk", read_and_wait)
    new = Fernet.generate_key().decode()
    rewrite(connection, (new, FIELD_KEY))
    settings.FIELD_KEYS = (new, FIELD_KEY)
    assert Episode.objects.get().note == "quicker"


def test_secrets_inside_json(monkeypatch: pytest.MonkeyPatch) -> None:
    """Second factors: of a JSON column only what is ours is written anew."""
    new = Fernet.generate_key().decode()
    with connection.cursor() as cursor:
        kind = "jsonb" if connection.vendor == "postgresql" else "text"
        cursor.execute(f"CREATE TABLE factors (id integer PRIMARY KEY, data {kind})")
        locked = PREFIX + Fernet(FIELD_KEY).encrypt(b"seed").decode()
        content = {"secret": locked, "mask": 3, "codes": [locked, "plain"]}
        cursor.execute("INSERT INTO factors VALUES (1, %s)", [json.dumps(content)])
    column = EncryptedColumn(table="factors", key="id", name="data", is_json=True)
    monkeypatch.setattr(note_keys, "encrypted_columns", lambda: [column])
    assert rewrite(connection, (new, FIELD_KEY)) == 2
    assert count_by_key(connection, (new,)).by_key == (2,)
    with connection.cursor() as cursor:
        cursor.execute("SELECT CAST(data AS text) FROM factors")
        stored = json.loads(cursor.fetchone()[0])
        cursor.execute("DROP TABLE factors")
    assert (stored["mask"], stored["codes"][1]) == (3, "plain")


def test_second_factors_go_on(cast: Cast, file: Path, settings: Settings) -> None:
    secret = SecondFactors().encrypt("SECRET")
    kept = Authenticator(user=cast.alice, type=Authenticator.Type.TOTP, data={"secret": secret})
    kept.save()
    rotate()
    start_again(file, settings)
    rotate("--finish")
    start_again(file, settings)
    kept.refresh_from_db()
    assert SecondFactors().decrypt(kept.data["secret"]) == "SECRET"


def test_a_start_without_the_key(episode: Episode, settings: Settings) -> None:
    """It says what to do, and goes on only where somebody has decided to."""
    ensure_notes_readable()
    assert run_checks(tags=["database"], databases=["default"]) == []
    settings.FIELD_KEYS = (Fernet.generate_key().decode(),)
    with pytest.raises(CommandError, match="key that is not here") as problem:
        ensure_notes_readable()
    assert "PRACTICE_WITHOUT_NOTES=1" in str(problem.value)
    (advice,) = run_checks(tags=["database"], databases=["default"])
    assert advice.id == "practice.W003"
    settings.WITHOUT_NOTES = True
    ensure_notes_readable()
