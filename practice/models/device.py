"""Browsers that somebody has signed in with: a new one is worth a notice."""

import uuid
from typing import ClassVar

from django.db import models
from django.utils import timezone

from practice.models.report import DIGEST_PATTERN


class KnownDevice(models.Model):
    """One browser of one person, told by a random cookie of which only the digest is kept.

    words: the kind of browser as it named itself, a few words. Nothing clinical, so no history.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    practitioner = models.ForeignKey(
        "practice.Practitioner", on_delete=models.CASCADE, related_name="devices"
    )
    digest = models.CharField(max_length=64)
    words = models.CharField(max_length=80, blank=True)
    first_at = models.DateTimeField(default=timezone.now)
    last_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="device_once",
                fields=["practitioner", "digest"],
                violation_error_message="This browser is known already.",
            ),
            models.CheckConstraint(
                name="device_digest",
                condition=models.Q(digest__regex=DIGEST_PATTERN),
                violation_error_message="A digest is 64 hexadecimal digits.",
            ),
        ]

    def __str__(self) -> str:
        return f"device {self.uid}"
