"""Supervision: the meeting, and what was agreed there about each episode."""

import datetime as dt
import uuid
from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from practice.models.encrypted import EncryptedTextField, is_written
from practice.models.episode import Episode
from practice.models.kept import KeptQuerySet, kept_history
from practice.models.practitioner import Membership, Role
from practice.models.supervising import Supervising

if TYPE_CHECKING:
    from practice.models.practitioner import Practitioner

MOST_SUPERVISION_MINUTES = 600


class SupervisionQuerySet(KeptQuerySet["SupervisionMeeting"]):
    """Meetings."""

    def visible_to(self, person: "Practitioner", *, on: dt.date) -> "SupervisionQuerySet":
        """The person's own, those of people they supervise on the day, and those of a service they
        lead, where it lets its lead read single clients: what was agreed is about clients.
        """
        mine = Membership.objects.filter(practitioner=person).exclude(role=Role.ADMINISTRATOR)
        led = mine.filter(role=Role.LEAD, service__lead_reads_clients=True)
        supervised = Supervising.objects.in_force(on).filter(
            supervisor=person, service=OuterRef("service"), practitioner=OuterRef("practitioner")
        )
        return self.filter(
            Q(service__in=led.values("service"))
            | Q(
                Q(practitioner=person) | Exists(supervised),
                service__in=mine.values("service"),
            )
        )


class SupervisionMeeting(models.Model):
    """One supervision a practitioner had: the log that professional bodies ask for.

    supervisor: as the practitioner writes the name; a supervisor need not have an account here.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    service = models.ForeignKey(
        "practice.Service", on_delete=models.PROTECT, related_name="supervision_meetings"
    )
    practitioner = models.ForeignKey(
        "practice.Practitioner", on_delete=models.PROTECT, related_name="supervision_meetings"
    )
    held_on = models.DateField()
    minutes = models.PositiveSmallIntegerField()
    supervisor = models.CharField(max_length=150)
    entered_by = models.ForeignKey(
        "practice.Practitioner", on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    entered_at = models.DateTimeField(default=timezone.now)

    objects = SupervisionQuerySet.as_manager()
    history = kept_history()

    class Meta:
        base_manager_name = "objects"
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="supervision_once",
                fields=["service", "practitioner", "held_on", "supervisor"],
                violation_error_message=(
                    "A supervision on this day with this supervisor is already recorded."
                ),
            ),
            models.CheckConstraint(
                name="supervision_minutes",
                condition=Q(minutes__range=(1, MOST_SUPERVISION_MINUTES)),
                violation_error_message=(
                    f"Minutes are a whole number from 1 to {MOST_SUPERVISION_MINUTES}."
                ),
            ),
            models.CheckConstraint(
                name="supervision_supervisor_given",
                condition=Q(supervisor__regex=r"\S"),
                violation_error_message="Write who the supervisor was.",
            ),
        ]

    def __str__(self) -> str:
        return f"supervision {self.uid}"


class AgreementQuerySet(KeptQuerySet["Agreement"]):
    """Agreements."""

    def visible_to(self, person: "Practitioner", *, on: dt.date) -> "AgreementQuerySet":
        """Those about episodes that the person may see."""
        return self.filter(episode__in=Episode.objects.visible_to(person, on=on))


class Agreement(models.Model):
    """What was agreed about one episode in a supervision, and by when it is to be done.

    It stands on the next sheet, with the score then and now; both are read from the scores.
    due_on is None where no day was set.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    meeting = models.ForeignKey(
        SupervisionMeeting, on_delete=models.PROTECT, related_name="agreements"
    )
    episode = models.ForeignKey(
        "practice.Episode", on_delete=models.PROTECT, related_name="agreements"
    )
    agreed = EncryptedTextField()
    due_on = models.DateField(null=True, blank=True)

    objects = AgreementQuerySet.as_manager()
    history = kept_history()

    class Meta:
        base_manager_name = "objects"
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="agreement_once_a_meeting",
                fields=["meeting", "episode"],
                violation_error_message="What was agreed about this client is already recorded.",
            ),
            models.CheckConstraint(
                name="agreement_written",
                condition=Q(is_written("agreed")),
                violation_error_message="Write what was agreed.",
            ),
        ]

    def __str__(self) -> str:
        return f"agreement {self.uid}"
