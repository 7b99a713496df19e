"""What cannot be restored: a sentence each, and the database is as it was."""

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyrage
import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from pyrage import x25519

from practice.models import Service
from tests.backups.conftest import Backup, Elsewhere, Keys
from tests.backups.contents import everything
from tests.cast import make_service

Change = Callable[[bytes], bytes]


def flipped(position: int) -> Change:
    def change(content: bytes) -> bytes:
        changed = bytearray(content)
        changed[position] ^= 1
        return bytes(changed)

    return change


def other_letter(position: int) -> Change:
    """Another letter of the head's alphabet, so that only the key is wrong and not its spelling."""

    def change(content: bytes) -> bytes:
        letter = b"B" if content[position : position + 1] == b"A" else b"A"
        return content[:position] + letter + content[position + 1 :]

    return change


DAMAGE: dict[str, tuple[Change, str]] = {
    "empty": (lambda content: b"", "does not begin as an age file"),
    "a text": (lambda content: b"Dear colleague,\n" * 99, "does not begin as an age file"),
    "a newer age": (lambda c: c.replace(b"/v1", b"/v2", 1), "newer age format"),
    "cut in the head": (lambda content: content[:60], "damaged"),
    "cut in the middle": (lambda content: content[: len(content) // 2], "damaged"),
    "the last byte missing": (lambda content: content[:-1], "damaged"),
    "a byte too many": (lambda content: content + b"x", "damaged"),
    "a letter of the key": (other_letter(60), "another key than the one"),
    "a bit of the head's seal": (flipped(160), "damaged"),
    "a bit of the middle": (flipped(5000), "damaged"),
    "a bit of the end": (flipped(-1), "damaged"),
}


def refused(file: Path, keys: Keys, sentence: str) -> None:
    """The command refuses with the sentence, and not a row of any table has changed."""
    before = everything()
    with pytest.raises(CommandError, match=sentence) as caught:
        call_command("restore", file, identity=keys.identity_file)
    assert caught.value.returncode == 1
    assert everything() == before


def test_a_damaged_file(destroyed: Backup) -> None:
    whole = destroyed.file.read_bytes()
    assert len(whole) > 5000
    for name, (change, sentence) in DAMAGE.items():
        file = destroyed.file.with_name(f"{name}.age")
        file.write_bytes(change(whole))
        refused(file, destroyed.keys, sentence)
    # That the undamaged one would have been taken.
    destroyed.restore()


def test_no_such_file(db: None, keys: Keys, tmp_path: Path) -> None:
    refused(tmp_path / "missing.age", keys, "could not be read")


def test_the_wrong_key(destroyed: Backup) -> None:
    other = destroyed.file.with_name("other.txt")
    other.write_text(f"{x25519.Identity.generate()}\n")
    keys = Keys(public="", secret="", identity_file=other)
    refused(destroyed.file, keys, "another key than the one in this identity file")
    other.write_text("# nothing\n")
    refused(destroyed.file, keys, "no secret key of age")
    other.write_bytes(b"\xff\xfe AGE")
    refused(destroyed.file, keys, "no secret key of age")


def test_a_passphrase_for_a_key(destroyed: Backup, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PRACTICE_BACKUP_PASSPHRASE", "some words to open it")
    with pytest.raises(CommandError, match="opens with --identity FILE"):
        call_command("restore", destroyed.file)


# --- Files that open, and hold something else


def inside(backup: Backup) -> tuple[dict[str, Any], bytes]:
    """The manifest and the rows."""
    content = pyrage.decrypt(
        backup.file.read_bytes(), [x25519.Identity.from_str(backup.keys.secret)]
    )
    line, _, rows = gzip.decompress(content).partition(b"\n")
    return json.loads(line), rows


def packed(backup: Backup, content: bytes) -> Path:
    file = backup.file.with_name("changed.age")
    key = x25519.Recipient.from_str(backup.keys.public)
    file.write_bytes(pyrage.encrypt(content, [key]))
    return file


def repacked(backup: Backup, manifest: dict[str, Any], rows: bytes) -> Path:
    return packed(backup, gzip.compress(json.dumps(manifest).encode() + b"\n" + rows))


def test_foreign_content(destroyed: Backup) -> None:
    manifest, _ = inside(destroyed)
    for content in (
        b"",
        b"PK\x03\x04 some other archive",
        gzip.compress(b""),
        gzip.compress(b"not JSON\n"),
        gzip.compress(b"[1, 2]\n"),
        gzip.compress(b'{"format": "another"}\n'),
        gzip.compress(b'{"format": "practice-backup", "version": 1}\n'),
        gzip.compress(json.dumps({**manifest, "parts": [{}]}).encode()),
        gzip.compress(json.dumps({**manifest, "made_at": "yesterday"}).encode()),
        gzip.compress(json.dumps(manifest).encode())[:-30],
    ):
        file = packed(destroyed, content)
        refused(file, destroyed.keys, "not a backup of this program")


def test_a_newer_format(destroyed: Backup) -> None:
    manifest, rows = inside(destroyed)
    file = repacked(destroyed, {**manifest, "version": 2}, rows)
    refused(file, destroyed.keys, "format 2, and this program reads format 1: update the program")


def test_an_older_and_a_newer_program(destroyed: Backup) -> None:
    manifest, rows = inside(destroyed)
    ours = manifest["migrations"]["practice"]
    newer = {**manifest["migrations"], "practice": [*ours, "9999_later"]}
    file = repacked(destroyed, {**manifest, "migrations": newer}, rows)
    refused(file, destroyed.keys, r"newer version of the program \(it has practice\.9999_later")
    account = manifest["migrations"]["account"]
    older = {**manifest["migrations"], "account": account[:-1]}
    file = repacked(destroyed, {**manifest, "migrations": older}, rows)
    refused(
        file,
        destroyed.keys,
        rf"older version of the program, before account\.{account[-1]}.*"
        rf"newest migrations are account\.{account[-2]}, .*practice\.{ours[-1]}.*manage\.py migrate",
    )


ROWS: dict[str, Callable[[bytes], bytes]] = {
    "a row less": lambda rows: rows.replace(b"\n[", b"\n#", 1).partition(b"#")[0],
    "a value changed": lambda rows: rows.replace(b"non-binary", b"non-binari", 1),
    "a row more": lambda rows: rows + b"[1]\n",
    "another order": lambda rows: b"\n".join(reversed(rows.splitlines())) + b"\n",
    "nothing": lambda rows: b"",
}


def test_rows_that_are_not_those_of_the_manifest(destroyed: Backup) -> None:
    manifest, rows = inside(destroyed)
    for change in ROWS.values():
        assert change(rows) != rows
        file = repacked(destroyed, manifest, change(rows))
        refused(file, destroyed.keys, "incomplete or was changed")
    damaged = gzip.compress(json.dumps(manifest).encode() + b"\n") + gzip.compress(rows)[:-500]
    refused(packed(destroyed, damaged), destroyed.keys, "incomplete or was changed")


def forged(destroyed: Backup, old: bytes, new: bytes) -> Path:
    """A backup whose manifest agrees with changed rows: only the database can object."""
    from practice.backups.rows import Counting

    manifest, rows = inside(destroyed)
    assert old in rows
    sections: dict[str, list[bytes]] = {}
    for line in rows.replace(old, new).splitlines(keepends=True):
        # Lines end in \n alone: the notes hold other signs that splitlines would take for an end.
        if line.startswith(b'{"table"'):
            lines = sections[json.loads(line)["table"]] = []
        else:
            lines.append(line)
    for part in manifest["parts"]:
        counting = Counting()
        list(counting.passing(sections[part["table"]]))
        tally = counting.tally()
        part["tally"] = {"rows": tally.rows, "sha256": tally.sha256}
    return repacked(destroyed, manifest, rows.replace(old, new))


def test_rows_that_the_database_refuses(destroyed: Backup) -> None:
    """Half of the tables are in by then; all of it goes again."""
    client = b'"non-binary",1900,'
    for old, new, sentence in (
        # A check constraint, a kind that is wrong, a number written otherwise, an address twice.
        (client, client.replace(b"1900", b"1800"), r"refused the backup \(IntegrityError\)"),
        (b'"49.99"', b'"never"', r"does not fit its table \(InvalidOperation\)"),
        (b'"49.99"', b'"49.990"', "is not what the backup holds"),
        (b'"alice@example.org"', b'"bob@example.org"', r"refused the backup \(IntegrityError\)"),
    ):
        refused(forged(destroyed, old, new), destroyed.keys, sentence)


def test_a_row_that_points_nowhere(destroyed: Backup) -> None:
    manifest, rows = inside(destroyed)
    part = next(part for part in manifest["parts"] if part["table"] == "practice_membership")
    at = part["columns"].index("service_id")
    line = next(
        line
        for line in rows.partition(b'{"table": "practice_membership"}\n')[2].split(b"\n")
        if line
    )
    values = json.loads(line)
    values[at] = 987_654
    changed = json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode()
    file = forged(destroyed, line, changed)
    refused(file, destroyed.keys, r"refused the backup \(IntegrityError\)")


def test_other_tables_than_ours(destroyed: Backup) -> None:
    manifest, rows = inside(destroyed)
    for part in manifest["parts"]:
        part["columns"] = part["columns"][::-1]
    refused(repacked(destroyed, manifest, rows), destroyed.keys, "it is a foreign one")


def test_a_database_in_use(backup: Backup) -> None:
    refused(backup.file, backup.keys, r"this database is in use.*another PRACTICE_DATA")


def test_a_database_with_an_account_or_service_alone(destroyed: Backup) -> None:
    make_service(name="A")
    refused(destroyed.file, destroyed.keys, "this database is in use")
    assert Service.objects.count() == 1


def test_a_database_that_is_filled_meanwhile(
    destroyed: Backup, monkeypatch: pytest.MonkeyPatch
) -> None:
    from practice.backups import Archive

    monkeypatch.setattr(Archive, "check", lambda self: make_service(name="A"))
    with pytest.raises(CommandError, match="this database is in use"):
        call_command("restore", destroyed.file, identity=destroyed.keys.identity_file)
    assert Service.objects.count() == 1


def test_a_bad_file_leaves_a_new_installation_alone(backup: Backup, elsewhere: Elsewhere) -> None:
    """From the command line: exit status 1, one sentence, and not even tables are made."""
    cut = backup.file.with_name("cut.age")
    cut.write_bytes(backup.file.read_bytes()[:-1])
    answer = elsewhere.run("restore", cut, "--identity", backup.keys.identity_file)
    assert answer.returncode == 1
    assert "the file is damaged" in answer.stderr
    assert "Traceback" not in answer.stderr
    assert b"practice_client" not in elsewhere.database.read_bytes()


def test_the_database_does_not_answer(destroyed: Backup, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db import OperationalError

    def no_answer(*_: object, **__: object) -> None:
        raise OperationalError("a row with a score in it")

    monkeypatch.setattr(connection, "check_constraints", no_answer)
    refused(destroyed.file, destroyed.keys, r"refused the backup \(OperationalError\)")
