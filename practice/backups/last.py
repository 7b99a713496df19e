"""When the last backup was made, for a page that reminds."""

import datetime as dt
import json
from dataclasses import dataclass
from pathlib import Path

from practice.backups.files import write_backup

FILE_NAME = "last-backup.json"


@dataclass(frozen=True, kw_only=True)
class LastBackup:
    """file: its name alone, for the folder may be a person's own business."""

    made_at: dt.datetime
    file: str


def record_backup(data_dir: Path, made: LastBackup) -> None:
    """Raises BackupError."""
    content = {"made_at": made.made_at.isoformat(), "file": made.file}
    write_backup(data_dir / FILE_NAME, json.dumps(content).encode() + b"\n")


def last_backup(data_dir: Path) -> LastBackup | None:
    """None where no backup was made from here, or nothing can be told of it."""
    try:
        content = json.loads((data_dir / FILE_NAME).read_text(encoding="utf-8"))
        made_at = dt.datetime.fromisoformat(content["made_at"])
        file = str(content["file"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    # A file changed by hand may have lost the zone; compared with the clock, it would raise.
    return LastBackup(made_at=made_at, file=file) if made_at.tzinfo else None
