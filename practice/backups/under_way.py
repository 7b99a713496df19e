"""A mark beside the database while a restore or an update runs: a start that finds it says what was cut off.

The restore itself is one transaction. The mark alone tells an empty database that nobody has used
from one that somebody waits to see filled, and an update that waits from one that stopped half-way.
"""

import contextlib
import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from django.db.backends.base.base import BaseDatabaseWrapper

from practice.backups.errors import BackupError
from practice.backups.files import write_backup

UNDER_WAY_NAME = "restore-under-way.json"
UPDATE_NAME = "update-under-way.json"


@dataclass(frozen=True, kw_only=True)
class UnderWay:
    """When it was begun. file: from which backup, its name alone, without the folder; empty for an update."""

    begun_at: dt.datetime
    file: str = ""


@contextlib.contextmanager
def under_way(
    data_dir: Path, mark: UnderWay, *, into: BaseDatabaseWrapper, name: str = UNDER_WAY_NAME
) -> Iterator[None]:
    """Leaves the mark (mode 600) until the body has ended, well or not; only a kill leaves it there.

    name: which of the two marks.

    Raises BackupError where it cannot be written.
    """
    content = {
        "begun_at": mark.begun_at.isoformat(),
        "file": mark.file,
        "database": _database(into),
    }
    try:
        write_backup(data_dir / name, json.dumps(content).encode() + b"\n")
    except BackupError:
        raise BackupError(
            f"the data folder {data_dir} cannot be written to; nothing was begun"
        ) from None
    try:
        yield
    finally:
        settled(data_dir, name=name)


def not_over(
    data_dir: Path, *, into: BaseDatabaseWrapper, name: str = UNDER_WAY_NAME
) -> UnderWay | None:
    """What was begun with this database and is not over; None where there is none, or no telling."""
    try:
        content = json.loads((data_dir / name).read_text(encoding="utf-8"))
        begun_at = dt.datetime.fromisoformat(content["begun_at"])
        file = str(content["file"])
        is_this = content["database"] == _database(into)
    except (OSError, ValueError, KeyError, TypeError):
        return None
    # A file changed by hand may have lost the zone, without which the time cannot be told.
    return UnderWay(begun_at=begun_at, file=file) if is_this and begun_at.tzinfo else None


def settled(data_dir: Path, *, name: str = UNDER_WAY_NAME) -> None:
    """Take the mark away; where that cannot be done, the next start says too much, never too little."""
    with contextlib.suppress(OSError):
        (data_dir / name).unlink(missing_ok=True)


def _database(connection: BaseDatabaseWrapper) -> str:
    """Tells one database from another, and says nothing of either."""
    options = connection.settings_dict
    place = [connection.vendor, *(str(options.get(key, "")) for key in ("HOST", "PORT", "NAME"))]
    return sha256("\0".join(place).encode()).hexdigest()
