"""The commands' own ways: where the file goes, passphrases, and when the last backup was made."""

import datetime as dt
import re
import stat
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import DatabaseError

from practice.backups import BackupError, LastBackup, last_backup, record_backup
from practice.backups.sealing import Passphrase, opened
from practice.management import passphrases
from practice.models import Service
from tests.backups.conftest import Elsewhere, Keys, destroy
from tests.backups.contents import raw_contents
from tests.cast import make_service
from tests.faults.conftest import Place

WORDS = "Ŵyn four words together"


@pytest.fixture
def service(transactional_db: None) -> Service:
    return make_service(name="Harbour")


def test_a_passphrase_from_a_file_and_from_the_environment(
    caseload: None, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = out / "words.txt"
    words.write_text(f"{WORDS}\n", encoding="utf-8")
    said = StringIO()
    call_command("backup", out=out, passphrase_file=words, stdout=said)
    # With the entry that the backup was made, which is in the backup itself.
    before = raw_contents()
    assert any("'backed_up'" in row for row in before["practice_auditentry"])
    assert "The keys of the notes are not in it" in said.getvalue()
    (file,) = out.glob("*.age")
    assert re.fullmatch(r"practice-backup-\d{4}-\d\d-\d\d-\d{4}\.age", file.name)
    assert file.read_bytes().startswith(b"age-encryption.org/v1\n-> scrypt ")
    destroy()
    monkeypatch.setenv(passphrases.VARIABLE, WORDS.upper())
    empty = raw_contents()
    with pytest.raises(CommandError, match="the passphrase is wrong"):
        call_command("restore", file)
    assert raw_contents() == empty
    monkeypatch.setenv(passphrases.VARIABLE, WORDS)
    call_command("restore", file)
    assert raw_contents() == before


def test_an_identity_for_a_passphrase(keys: Keys, tmp_path: Path, db: None) -> None:
    file = tmp_path / "backup.age"
    file.write_bytes(b"age-encryption.org/v1\n-> scrypt c2FsdA 18\nrest")
    with pytest.raises(CommandError, match="opens with a passphrase, not with an identity"):
        call_command("restore", file, identity=keys.identity_file)


def test_a_passphrase_that_this_machine_cannot_try() -> None:
    # The cost of each try stands in the file: 2 to the power of 40 here. The rest is made up.
    dear = b"age-encryption.org/v1\n-> scrypt %s 40\n%s\n--- %s\n" % (
        b"A" * 22,
        b"A" * 43,
        b"A" * 43,
    )
    dear += bytes(32)
    with pytest.raises(BackupError, match="on a faster machine"):
        opened(dear, Passphrase(words=WORDS))


def test_keys_are_not_shown() -> None:
    assert "four" not in repr(Passphrase(words=WORDS))


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """What is typed at the questions, in their order."""
    answers: list[str] = []
    monkeypatch.delenv(passphrases.VARIABLE, raising=False)
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("getpass.getpass", lambda question: answers.pop(0))
    yield answers
    assert not answers


def test_typed_twice(typed: list[str]) -> None:
    typed += [WORDS, WORDS]
    assert passphrases.new_passphrase(None) == Passphrase(words=WORDS)
    typed += [WORDS, WORDS + "x"]
    with pytest.raises(BackupError, match="not the same"):
        passphrases.new_passphrase(None)
    typed += [WORDS]
    assert passphrases.known_passphrase(None) == Passphrase(words=WORDS)


def test_too_short(typed: list[str], tmp_path: Path) -> None:
    typed += ["elevensigns", "elevensigns"]
    with pytest.raises(BackupError, match="too short: at least 12"):
        passphrases.new_passphrase(None)
    typed += ["twelve signs", "twelve signs"]
    assert passphrases.new_passphrase(None).words == "twelve signs"
    empty = tmp_path / "empty"
    empty.write_text("")
    with pytest.raises(BackupError, match="too short"):
        passphrases.new_passphrase(empty)


def test_a_passphrase_file_is_its_first_line(tmp_path: Path) -> None:
    file = tmp_path / "words"
    file.write_bytes(b"\xef\xbb\xbf  spaces count  \r\nsecond line\r\n")
    assert passphrases.known_passphrase(file).words == "  spaces count  "
    with pytest.raises(BackupError, match="could not be read"):
        passphrases.known_passphrase(tmp_path / "missing")


def test_no_keyboard(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(passphrases.VARIABLE, raising=False)
    monkeypatch.setattr("sys.stdin.isatty", lambda: False, raising=False)
    with pytest.raises(BackupError, match=r"no keyboard.*PRACTICE_BACKUP_PASSPHRASE"):
        passphrases.new_passphrase(None)


def test_not_a_recipient(service: Service, out: Path) -> None:
    with pytest.raises(CommandError, match="a public key of age"):
        call_command("backup", out=out, recipient=["age1nonsense"])
    assert list(out.iterdir()) == []


def test_never_over_another_file_unasked(service: Service, keys: Keys, out: Path) -> None:
    file = out / "backup.age"
    file.write_text("mine")
    with pytest.raises(CommandError, match=r"there is already.*--overwrite"):
        call_command("backup", out=file, recipient=[keys.public])
    assert file.read_text() == "mine"
    call_command("backup", out=file, recipient=[keys.public], overwrite=True)
    assert file.read_bytes().startswith(b"age-encryption.org/v1\n")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert list(out.iterdir()) == [file]


def test_a_folder_that_is_not_there(service: Service, keys: Keys, out: Path) -> None:
    with pytest.raises(CommandError, match="there is no folder"):
        call_command("backup", out=out / "typo" / "backup.age", recipient=[keys.public])


def test_written_whole_or_not_at_all(
    service: Service, keys: Keys, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(CommandError, match=r"No space left on device.*there is none"):
        call_command("backup", out=out, recipient=[keys.public])
    assert list(out.iterdir()) == []
    assert last_backup(out.parent / "data") is None


def test_the_last_backup_is_noted(service: Service, keys: Keys, out: Path) -> None:
    data = out.parent / "data"
    assert last_backup(data) is None
    call_command("backup", out=out / "mine.age", recipient=[keys.public])
    noted = last_backup(data)
    assert noted is not None
    assert noted.file == "mine.age"
    assert abs(dt.datetime.now(dt.UTC) - noted.made_at) < dt.timedelta(minutes=1)
    assert str(out) not in (data / "last-backup.json").read_text()
    assert stat.S_IMODE((data / "last-backup.json").stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"made_at": 1, "file": ""}', '{"made_at": "2026-01-01", "file": ""}']
)
def test_a_note_that_tells_nothing(text: str, tmp_path: Path) -> None:
    (tmp_path / "last-backup.json").write_text(text)
    assert last_backup(tmp_path) is None


def test_a_note_keeps_its_instant(tmp_path: Path) -> None:
    made = LastBackup(made_at=dt.datetime(2026, 11, 22, 14, 5, tzinfo=dt.UTC), file="a.age")
    record_backup(tmp_path, made)
    assert last_backup(tmp_path) == made


def test_a_backup_is_good_even_if_its_date_cannot_be_noted(
    service: Service, keys: Keys, out: Path
) -> None:
    (out.parent / "data").rmdir()
    warned = StringIO()
    call_command("backup", out=out / "mine.age", recipient=[keys.public], stderr=warned)
    assert "The backup is good, but" in warned.getvalue()
    assert (out / "mine.age").exists()


def test_a_database_that_cannot_be_read(
    service: Service, keys: Keys, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise DatabaseError("a row with a score in it")

    monkeypatch.setattr("practice.backups.making.lines_of", fail)
    with pytest.raises(CommandError, match=r"refused \(DatabaseError\).*There is no backup"):
        call_command("backup", out=out, recipient=[keys.public])
    assert list(out.iterdir()) == []


def test_nothing_to_back_up_yet(elsewhere: Elsewhere, keys: Keys, tmp_path: Path) -> None:
    answer = elsewhere.run("backup", "--out", tmp_path, "--recipient", keys.public)
    assert answer.returncode == 1
    assert "there is nothing to back up yet" in answer.stderr
    assert not list(tmp_path.glob("*.age"))


def test_before_migrate(place: Place, keys: Keys, out: Path) -> None:
    """A database that is behind the program is backed up as it is: that is when it is needed most."""
    call_command("migrate", "account", "0003", verbosity=0)
    file = out / "before.age"
    call_command("backup", out=file, recipient=[keys.public])
    with pytest.raises(CommandError, match="The database is not up to date"):
        call_command("restore", file, identity=keys.identity_file)
    call_command("migrate", verbosity=0)
    destroy()
    with pytest.raises(CommandError, match=r"older version of the program, before account\.0004"):
        call_command("restore", file, identity=keys.identity_file)
