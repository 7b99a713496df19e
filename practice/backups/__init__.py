"""Backups: everything of an installation but its keys, in one encrypted file that either database takes back.

The file is in the age format. Inside: gzip, and in it lines of JSON, first the manifest, then the
rows of each table (`age -d FILE | gunzip` shows them). Columns are stored as the database holds
them, so notes stay encrypted with the field keys, which are not in the backup.
"""

from practice.backups.archive import Archive
from practice.backups.errors import BackupError
from practice.backups.files import default_name, destination, read_backup, write_backup
from practice.backups.last import LastBackup, last_backup, record_backup
from practice.backups.making import archive_of
from practice.backups.manifest import Manifest
from practice.backups.restoring import check_fits, is_used, refuse_used, restore
from practice.backups.sealing import (
    SHORTEST_PASSPHRASE,
    Identities,
    Passphrase,
    Recipients,
    check_format,
    opened,
    sealed,
)
from practice.backups.under_way import (
    UNDER_WAY_NAME,
    UPDATE_NAME,
    UnderWay,
    not_over,
    settled,
    under_way,
)

__all__ = [
    "SHORTEST_PASSPHRASE",
    "UNDER_WAY_NAME",
    "UPDATE_NAME",
    "Archive",
    "BackupError",
    "Identities",
    "LastBackup",
    "Manifest",
    "Passphrase",
    "Recipients",
    "UnderWay",
    "archive_of",
    "check_fits",
    "check_format",
    "default_name",
    "destination",
    "is_used",
    "last_backup",
    "not_over",
    "opened",
    "read_backup",
    "record_backup",
    "refuse_used",
    "restore",
    "sealed",
    "settled",
    "under_way",
    "write_backup",
]
