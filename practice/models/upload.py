"""A caseload brought in on the page: from the upload to the storing, and to undoing it in a day."""

import datetime as dt
import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from practice.models.encrypted import EncryptedTextField, is_written

UNDO_WITHIN = dt.timedelta(days=1)
# How long a file waits for its preview to be confirmed.
KEPT_FOR = dt.timedelta(days=1)


class CaseloadUpload(models.Model):
    """A file between its upload and the decision, and afterwards the trace of what was stored.

    It tells of no client by itself, so it has no history: what it stored carries `why` in its own.
    content: the files as they came, encrypted; emptied once they are stored, dropped or too old.
    headings: for columns whose heading is unknown, which column is meant ("" = leave it out).
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    service = models.ForeignKey(
        "practice.Service", on_delete=models.PROTECT, related_name="caseload_uploads"
    )
    uploaded_by = models.ForeignKey(
        "practice.Practitioner", on_delete=models.PROTECT, related_name="+"
    )
    uploaded_at = models.DateTimeField(default=timezone.now)
    content = EncryptedTextField(blank=True)
    headings = models.JSONField(default=dict, blank=True)
    stored_at = models.DateTimeField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)
    added = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)

    class Meta:
        base_manager_name = "objects"
        constraints: ClassVar = [
            models.CheckConstraint(
                name="upload_stored_is_emptied",
                condition=Q(stored_at__isnull=True) | ~Q(is_written("content")),
                violation_error_message="A file that has been stored is not kept.",
            ),
            models.CheckConstraint(
                name="upload_undone_after_stored",
                condition=Q(undone_at__isnull=True)
                | Q(stored_at__isnull=False, undone_at__gte=F("stored_at")),
                violation_error_message="Only what has been stored can be undone.",
            ),
        ]

    def __str__(self) -> str:
        return f"upload {self.uid}"

    @property
    def why(self) -> str:
        """The reason that the history of every row it stored carries."""
        return f"import {self.uid}"


class RememberedHeading(models.Model):
    """What a heading of the practice's own spreadsheet means, asked once. column "" = leave it out.

    heading is kept as compared: lower case, single spaces.
    """

    service = models.ForeignKey(
        "practice.Service", on_delete=models.PROTECT, related_name="remembered_headings"
    )
    heading = models.CharField(max_length=120)
    column = models.CharField(max_length=40, blank=True)

    class Meta:
        base_manager_name = "objects"
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="remembered_heading_once",
                fields=["service", "heading"],
                violation_error_message="What this heading means is already known.",
            ),
        ]

    def __str__(self) -> str:
        return self.heading
