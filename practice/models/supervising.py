"""Who supervises whom here, and when: it opens the supervisee's clients to the supervisor."""

import datetime as dt
import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from practice.models.kept import KeptQuerySet, kept_history
from practice.models.practitioner import Membership, Role


class SupervisingQuerySet(KeptQuerySet["Supervising"]):
    """Supervisions of one person by another."""

    def on(self, day: dt.date) -> "SupervisingQuerySet":
        """Those that are in force on the day."""
        return self.filter(Q(until__isnull=True) | Q(until__gt=day), since__lte=day)

    def in_force(self, day: dt.date) -> "SupervisingQuerySet":
        """Of these, the ones whose two people both belong to the service: only they open anything."""
        places = Membership.objects.filter(service=OuterRef("service"))
        return self.on(day).filter(
            Exists(places.filter(practitioner=OuterRef("practitioner"))),
            Exists(
                places.filter(practitioner=OuterRef("supervisor")).exclude(role=Role.ADMINISTRATOR)
            ),
        )


class Supervising(models.Model):
    """A supervisor sees a practitioner's clients from `since` up to, not including, `until`.

    Both have an account and a place in the service. A supervisor without an account is only a name
    on a sheet, and sees nothing here.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    service = models.ForeignKey(
        "practice.Service", on_delete=models.PROTECT, related_name="supervisings"
    )
    supervisor = models.ForeignKey(
        "practice.Practitioner", on_delete=models.PROTECT, related_name="supervises"
    )
    practitioner = models.ForeignKey(
        "practice.Practitioner", on_delete=models.PROTECT, related_name="supervised_by"
    )
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    objects = SupervisingQuerySet.as_manager()
    history = kept_history()

    class Meta:
        base_manager_name = "objects"
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="supervising_open_once",
                fields=["service", "supervisor", "practitioner"],
                condition=Q(until__isnull=True),
                violation_error_message="This person supervises this practitioner already.",
            ),
            models.CheckConstraint(
                name="supervising_not_oneself",
                condition=~Q(supervisor=F("practitioner")),
                violation_error_message="Nobody supervises themselves.",
            ),
            models.CheckConstraint(
                name="supervising_until_after_since",
                condition=Q(until__isnull=True) | Q(until__gt=F("since")),
                violation_error_message="It ends after the day it began.",
            ),
        ]

    def __str__(self) -> str:
        return f"supervising {self.uid}"
