"""A session: an appointment, kept or missed."""

import datetime as dt
import uuid
from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from practice.domain.sessions import Attendance, Kind, Medium
from practice.models.encrypted import EncryptedTextField
from practice.models.episode import Episode
from practice.models.kept import KeptQuerySet, kept_history

if TYPE_CHECKING:
    from practice.models.practitioner import Practitioner

MOST_MINUTES = 1440
HIGHEST_FEE = 99_999


def kinds() -> list[tuple[str, str]]:
    """Choices for what a session was for."""
    return [(kind.value, kind.value.replace("_", " ")) for kind in Kind]


def attendances() -> list[tuple[str, str]]:
    """Choices for whether the client came."""
    return [(answer.value, answer.value.replace("_", " ")) for answer in Attendance]


def media() -> list[tuple[str, str]]:
    """Choices for how a session was held."""
    return [(medium.value, medium.value.replace("_", " ")) for medium in Medium]


class SessionQuerySet(KeptQuerySet["Session"]):
    """Sessions."""

    def visible_to(self, person: "Practitioner", *, on: dt.date) -> "SessionQuerySet":
        """Those of episodes that the person may see."""
        return self.filter(episode__in=Episode.objects.visible_to(person, on=on))


class Session(models.Model):
    """One appointment. position: its place among the rows of one episode and day, as they came.

    fee in pounds; minutes as planned or held. That a session is not before its referral crosses
    two tables, so actions and the import hold it, not the database.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    episode = models.ForeignKey(
        "practice.Episode", on_delete=models.PROTECT, related_name="sessions"
    )
    held_on = models.DateField()
    kind = models.CharField(max_length=30, choices=kinds, default=Kind.TREATMENT)
    attendance = models.CharField(max_length=30, choices=attendances, default=Attendance.ATTENDED)
    medium = models.CharField(max_length=20, choices=media, blank=True)
    minutes = models.PositiveSmallIntegerField(null=True, blank=True)
    fee = models.DecimalField(max_digits=7, decimal_places=2, null=True, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    note = EncryptedTextField(blank=True)
    entered_by = models.ForeignKey(
        "practice.Practitioner", on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    entered_at = models.DateTimeField(default=timezone.now)

    objects = SessionQuerySet.as_manager()
    history = kept_history()

    class Meta:
        base_manager_name = "objects"
        indexes: ClassVar = [models.Index(fields=["episode", "held_on"], name="session_days")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="session_once_a_day",
                fields=["episode", "held_on", "kind"],
                violation_error_message="There is already a session of this kind on this day.",
            ),
            models.CheckConstraint(
                name="session_kind_known",
                condition=Q(kind__in=[kind.value for kind in Kind]),
                violation_error_message="This is not a kind of session.",
            ),
            models.CheckConstraint(
                name="session_attendance_known",
                condition=Q(attendance__in=[answer.value for answer in Attendance]),
                violation_error_message="This is not a kind of attendance.",
            ),
            models.CheckConstraint(
                name="session_medium_known",
                condition=Q(medium__in=["", *(medium.value for medium in Medium)]),
                violation_error_message="This is not a medium.",
            ),
            models.CheckConstraint(
                name="session_minutes",
                condition=Q(minutes__isnull=True) | Q(minutes__range=(0, MOST_MINUTES)),
                violation_error_message=f"Minutes are a whole number from 0 to {MOST_MINUTES}.",
            ),
            models.CheckConstraint(
                name="session_fee",
                condition=Q(fee__isnull=True) | Q(fee__range=(0, HIGHEST_FEE)),
                violation_error_message=f"A fee is an amount in pounds from 0 to {HIGHEST_FEE:,}.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.episode_id} on {self.held_on}"
