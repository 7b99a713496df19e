"""The first line of a backup: what it holds, of when, and how much of it."""

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from practice.backups.errors import BackupError
from practice.backups.rows import Tally
from practice.backups.tables import Migrations

FORMAT = "practice-backup"
# Goes up when a program that knows only the older number could not read a backup rightly.
VERSION = 1
_FOREIGN = "the file opens, but what is in it is not a backup of this program"


@dataclass(frozen=True, kw_only=True)
class Part:
    """One table of the backup. highest: the highest number it ever gave to a row; None: no numbers."""

    table: str
    columns: tuple[str, ...]
    tally: Tally
    highest: int | None


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """database: the kind it came from, sqlite or postgresql; any kind takes it back."""

    made_at: dt.datetime
    database: str
    migrations: Migrations
    parts: tuple[Part, ...]

    def rows(self, table: str) -> int:
        return sum(part.tally.rows for part in self.parts if part.table == table)

    def line(self) -> bytes:
        content = {
            "format": FORMAT,
            "version": VERSION,
            "made_at": self.made_at.isoformat(),
            "database": self.database,
            "migrations": self.migrations,
            "parts": [asdict(part) for part in self.parts],
        }
        return json.dumps(content).encode() + b"\n"

    @classmethod
    def read(cls, line: bytes) -> "Manifest":
        """Raises BackupError: not a manifest, or of a newer format."""
        content = _object(line)
        version = content.get("version")
        if content.get("format") != FORMAT or not isinstance(version, int):
            raise BackupError(_FOREIGN)
        if version > VERSION:
            raise BackupError(
                f"the backup has format {version}, and this program reads format {VERSION}: "
                "update the program, then restore"
            )
        try:
            return cls(
                made_at=dt.datetime.fromisoformat(content["made_at"]),
                database=str(content["database"]),
                migrations={app: tuple(names) for app, names in content["migrations"].items()},
                parts=tuple(_part(part) for part in content["parts"]),
            )
        except (KeyError, TypeError, ValueError, AttributeError):
            raise BackupError(_FOREIGN) from None


def _part(content: Mapping[str, Any]) -> Part:
    return Part(
        table=str(content["table"]),
        columns=tuple(content["columns"]),
        tally=Tally(**content["tally"]),
        highest=content["highest"],
    )


def _object(line: bytes) -> dict[str, Any]:
    try:
        content = json.loads(line)
    except ValueError:
        content = None
    if not isinstance(content, dict):
        raise BackupError(_FOREIGN)
    return content
