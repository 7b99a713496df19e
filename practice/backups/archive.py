"""What is inside the encryption: gzip, and in it the manifest's line and the rows of each table.

Two gzip members in a row, which every gzip reads as one file: the manifest is known last, and is
wanted first.
"""

import gzip
import json
import zlib
from collections.abc import Iterable, Iterator
from io import BytesIO
from itertools import islice

from practice.backups.errors import BackupError
from practice.backups.manifest import Manifest, Part
from practice.backups.rows import Counting, Tally

# Fast enough for hundreds of thousands of rows; higher levels gain little over encrypted notes.
_LEVEL = 6
_LONGEST_MANIFEST = 10_000_000
_NOT_GZIP = (OSError, EOFError, zlib.error)
_INCOMPLETE = (
    "the file opens, but what is in it is incomplete or was changed ({where}): nothing can be "
    "restored from it. Take another backup"
)


class ArchiveWriter:
    """Takes tables one after the other."""

    def __init__(self) -> None:
        self._body = BytesIO()
        self._zip = gzip.GzipFile(
            filename="", fileobj=self._body, mode="wb", compresslevel=_LEVEL, mtime=0
        )

    def add(self, table: str, lines: Iterable[bytes]) -> Tally:
        self._zip.write(_heading(table))
        counting = Counting()
        for line in counting.passing(lines):
            self._zip.write(line)
        return counting.tally()

    def finished(self, manifest: Manifest) -> bytes:
        self._zip.close()
        return gzip.compress(manifest.line(), _LEVEL, mtime=0) + self._body.getvalue()


class Archive:
    """A backup that has been decrypted, still compressed; can be read through more than once."""

    def __init__(self, content: bytes) -> None:
        """Raises BackupError where it is not a backup, or one of a newer format."""
        self._content = content
        with self._open() as file:
            try:
                line = file.readline(_LONGEST_MANIFEST)
            except _NOT_GZIP:
                line = b""
        self.manifest = Manifest.read(line)

    def check(self) -> None:
        """Read everything once, before a row is stored. Raises BackupError."""
        for part, lines in self.parts():
            counting = Counting()
            for _ in counting.passing(lines):
                pass
            if counting.tally() != part.tally:
                raise BackupError(_INCOMPLETE.format(where=f"the table {part.table}"))

    def parts(self) -> Iterator[tuple[Part, Iterator[bytes]]]:
        """Each table with the lines of its rows, which must be read before the next is asked for."""
        try:
            with self._open() as file:
                file.readline()
                for part in self.manifest.parts:
                    if file.readline() != _heading(part.table):
                        raise BackupError(_INCOMPLETE.format(where=f"the table {part.table}"))
                    yield part, _lines(file, part.tally.rows)
                if file.read(1):
                    raise BackupError(_INCOMPLETE.format(where="its end"))
        except _NOT_GZIP:
            raise BackupError(_INCOMPLETE.format(where="its compression")) from None

    def _open(self) -> gzip.GzipFile:
        return gzip.GzipFile(fileobj=BytesIO(self._content), mode="rb")


def _lines(file: gzip.GzipFile, count: int) -> Iterator[bytes]:
    # Runs where the lines are used, and so has to say itself what is wrong with them.
    try:
        yield from islice(file, count)
    except _NOT_GZIP:
        raise BackupError(_INCOMPLETE.format(where="its compression")) from None


def _heading(table: str) -> bytes:
    return json.dumps({"table": table}).encode() + b"\n"
