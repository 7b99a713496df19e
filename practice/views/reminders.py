"""What a page reminds of: a backup that is old, or was never made."""

import datetime as dt
from dataclasses import dataclass

from django.conf import settings
from django.utils import timezone

from practice.backups.last import last_backup
from practice.models import Episode, Membership
from practice.views.backups import backup_page

# Reminded when the last backup is MORE THAN so many days old. Ours.
OLD_AFTER_DAYS = 14
COMMAND = "python3 manage.py backup --out FOLDER"


@dataclass(frozen=True, kw_only=True)
class BackupReminder:
    """page: where a practice of one makes a backup; None where only the command makes one."""

    words: str
    page: str | None


def backup_reminder(place: Membership, *, today: dt.date) -> BackupReminder | None:
    """One sentence for whoever leads a practice with episodes in it; None where all is well.

    Backups are of the whole installation, and are known only if they were made from here.
    """
    if not place.is_lead or settings.DEMO:
        return None
    words = backup_age(today)
    if words is None or not Episode.objects.filter(client__service=place.service_id).exists():
        return None
    return BackupReminder(words=words, page=backup_page(place))


def backup_age(today: dt.date) -> str | None:
    """Of what age the last backup is, where it is too old or there is none."""
    made = last_backup(settings.DATA_DIR)
    if made is None:
        return "No backup has been made from here yet."
    days = (today - timezone.localtime(made.made_at).date()).days
    return f"The last backup is {days} days old." if days > OLD_AFTER_DAYS else None
