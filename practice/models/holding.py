"""Who held an episode when."""

import datetime as dt
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from practice.models.kept import KeptQuerySet, kept_history


class HoldingQuerySet(KeptQuerySet["Holding"]):
    """Holdings."""

    def on(self, day: dt.date) -> "HoldingQuerySet":
        """Those that are in force on the day; a hand-over counts from its own day."""
        return self.filter(Q(until__isnull=True) | Q(until__gt=day), since__lte=day)


class Holding(models.Model):
    """A practitioner holds an episode from `since` up to, not including, `until` (None: still)."""

    episode = models.ForeignKey(
        "practice.Episode", on_delete=models.PROTECT, related_name="holdings"
    )
    practitioner = models.ForeignKey(
        "practice.Practitioner", on_delete=models.PROTECT, related_name="holdings"
    )
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    objects = HoldingQuerySet.as_manager()
    history = kept_history()

    class Meta:
        base_manager_name = "objects"
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="holding_since_once",
                fields=["episode", "since"],
                violation_error_message="An episode is handed over once a day at most.",
            ),
            models.UniqueConstraint(
                name="holding_one_open",
                fields=["episode"],
                condition=Q(until__isnull=True),
                violation_error_message="An episode is held by one practitioner at a time.",
            ),
            models.CheckConstraint(
                name="holding_until_after_since",
                condition=Q(until__isnull=True) | Q(until__gt=F("since")),
                violation_error_message="A hand-over comes after the day the holding began.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.episode_id} held by {self.practitioner_id}"
