"""What a backup gives away: nothing without its key, and no key of the notes with it."""

import gzip
import stat
import sys
from pathlib import Path
from typing import Any

import pyrage
import pytest
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError
from pyrage import x25519

from tests.backups.conftest import Backup, Keys
from tests.backups.given import REFERENCE
from tests.pgplug import FIELD_KEY, SECRET_KEY

IN_CLEAR = (
    "Ŵyn felt better",
    "less alone",
    "Two lines",
    "naïve",
    "alice@example.org",
    "Harbour",
    REFERENCE,
    "practice_client",
)
KEYS = (FIELD_KEY, SECRET_KEY)


def decrypted(backup: Backup) -> bytes:
    content: bytes = pyrage.decrypt(
        backup.file.read_bytes(), [x25519.Identity.from_str(backup.keys.secret)]
    )
    return content


def test_is_an_age_file_that_only_its_owner_reads(backup: Backup) -> None:
    assert backup.file.read_bytes().startswith(b"age-encryption.org/v1\n-> X25519 ")
    assert stat.S_IMODE(backup.file.stat().st_mode) == 0o600


def test_nothing_is_in_clear(backup: Backup) -> None:
    content = backup.file.read_bytes()
    for words in (*IN_CLEAR, *KEYS):
        assert words.encode() not in content


def test_inside_notes_are_still_encrypted_and_no_key_is_there(backup: Backup) -> None:
    inside = gzip.decompress(decrypted(backup))
    # References are in clear in the database too; notes are not.
    assert REFERENCE.encode() in inside
    assert inside.count(b'"e1:gAAAA') > 50
    for words in ("Ŵyn felt", "less alone", "Two lines", "😊", *KEYS, *settings.FIELD_KEYS):
        assert words.encode() not in inside
    # Signing in is for this installation; the password's hash goes along, for people sign in again.
    assert b"signed-in-data" not in inside
    assert b"md5$" in inside or b"!" in inside


_opened_to_write: list[str] | None = None
_WRITES = 0x3  # O_WRONLY | O_RDWR


def _note_writes(event: str, arguments: Any) -> None:
    if event == "open" and _opened_to_write is not None:
        path, _, flags = arguments
        # A number is a file that is open already.
        if flags & _WRITES and not isinstance(path, int):
            _opened_to_write.append(str(path))


# Cannot be taken away again, so it listens only while there is a list.
sys.addaudithook(_note_writes)


def test_only_the_encrypted_file_is_ever_written(
    caseload: None, keys: Keys, out: Path, tmp_path: Path
) -> None:
    global _opened_to_write  # noqa: PLW0603 - what an audit hook listens for
    file = out / "backup.age"
    _opened_to_write = []
    try:
        call_command("backup", out=file, recipient=[keys.public])
        written, _opened_to_write = _opened_to_write, []
        with pytest.raises(CommandError, match="in use"):
            call_command("restore", file, identity=keys.identity_file)
        by_restore = _opened_to_write
    finally:
        _opened_to_write = None
    # The backup's own draft, and that of the note of when it was made.
    assert [Path(path).parent for path in written] == [out, tmp_path / "data"]
    assert all(path.endswith(".practice-part") for path in written)
    assert by_restore == []
    _nothing_in_clear_below(tmp_path, but=keys.identity_file)


def test_a_failed_restore_leaves_nothing_behind(destroyed: Backup, tmp_path: Path) -> None:
    cut = destroyed.file.with_name("cut.age")
    cut.write_bytes(destroyed.file.read_bytes()[:-1])
    with pytest.raises(CommandError):
        call_command("restore", cut, identity=destroyed.keys.identity_file)
    destroyed.restore()
    _nothing_in_clear_below(tmp_path, but=destroyed.keys.identity_file)


def _nothing_in_clear_below(folder: Path, *, but: Path) -> None:
    files = [path for path in folder.rglob("*") if path.is_file() and path != but]
    # Backups, and what says when the last one was made.
    assert {".age"} <= {path.suffix for path in files} <= {".age", ".json"}
    for path in files:
        content = path.read_bytes()
        assert not content.startswith(b"\x1f\x8b")
        for words in (*IN_CLEAR, *KEYS):
            assert words.encode() not in content, path
