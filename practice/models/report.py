"""A month's report made for good, and what was resolved on seeing one."""

import datetime as dt
import uuid
from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from practice.models.encrypted import EncryptedTextField, is_written
from practice.models.kept import KeptQuerySet, kept_history
from practice.models.practitioner import Membership, Role
from practice.models.supervising import Supervising

if TYPE_CHECKING:
    from practice.models.practitioner import Practitioner

MONTH_PATTERN = r"^[12][0-9]{3}-(0[1-9]|1[0-2])\Z"
DIGEST_PATTERN = r"^[0-9a-f]{64}\Z"


def _of_somebody(person: "Practitioner") -> Q:
    """One's own, while one belongs to the service, and everything of a service one leads."""
    mine = Membership.objects.filter(practitioner=person).exclude(role=Role.ADMINISTRATOR)
    return Q(service__in=mine.filter(role=Role.LEAD).values("service")) | Q(
        practitioner=person, service__in=mine.values("service")
    )


class FrozenReportQuerySet(KeptQuerySet["FrozenReport"]):
    """Frozen reports."""

    def visible_to(self, person: "Practitioner", *, on: dt.date) -> "FrozenReportQuerySet":
        """The person's own, those of people they supervise on the day, and all of a service they lead."""
        supervised = Supervising.objects.in_force(on).filter(
            supervisor=person,
            service=OuterRef("service"),
            practitioner=OuterRef("practitioner"),
        )
        places = Membership.objects.filter(practitioner=person).exclude(role=Role.ADMINISTRATOR)
        return self.filter(
            _of_somebody(person) | Q(Exists(supervised), service__in=places.values("service"))
        )


class FrozenReport(models.Model):
    """A printed month keeps its figures: what was said then, whatever is put right later.

    practitioner: None for the whole service. text: the report in words and charts, as
    practice.reports.stored writes it. figures: every named figure with its k and n, to be held
    against later ones. digest: SHA-256 of both. redacted_at: when a client's rows were taken out.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    service = models.ForeignKey(
        "practice.Service", on_delete=models.PROTECT, related_name="frozen_reports"
    )
    practitioner = models.ForeignKey(
        "practice.Practitioner",
        on_delete=models.PROTECT,
        related_name="frozen_reports",
        null=True,
        blank=True,
    )
    month = models.CharField(max_length=7)
    text = models.JSONField()
    figures = models.JSONField()
    digest = models.CharField(max_length=64)
    made_by = models.ForeignKey(
        "practice.Practitioner", on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    made_at = models.DateTimeField(default=timezone.now)
    redacted_at = models.DateTimeField(null=True, blank=True)

    objects = FrozenReportQuerySet.as_manager()
    history = kept_history(excluded_fields=["text", "figures"])

    class Meta:
        base_manager_name = "objects"
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="frozen_once_a_month",
                fields=["service", "practitioner", "month"],
                condition=Q(practitioner__isnull=False),
                violation_error_message="This month's report has been made for good already.",
            ),
            models.UniqueConstraint(
                name="frozen_service_once_a_month",
                fields=["service", "month"],
                condition=Q(practitioner__isnull=True),
                violation_error_message="This month's report has been made for good already.",
            ),
            models.CheckConstraint(
                name="frozen_month",
                condition=Q(month__regex=MONTH_PATTERN),
                violation_error_message="A month is written as 2026-10.",
            ),
            models.CheckConstraint(
                name="frozen_digest",
                condition=Q(digest__regex=DIGEST_PATTERN),
                violation_error_message="A digest is 64 digits and letters from a to f.",
            ),
        ]

    def __str__(self) -> str:
        return f"report {self.uid}"


class ResolutionQuerySet(KeptQuerySet["Resolution"]):
    """Resolutions."""

    def visible_to(self, person: "Practitioner", *, on: dt.date) -> "ResolutionQuerySet":
        """The person's own, and all of a service the person leads."""
        return self.filter(_of_somebody(person))


class Resolution(models.Model):
    """What somebody will try after reading their report: it stands on the next ones until closed.

    practitioner: None for the whole service. look_again_on: the day of the re-audit.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    service = models.ForeignKey(
        "practice.Service", on_delete=models.PROTECT, related_name="resolutions"
    )
    practitioner = models.ForeignKey(
        "practice.Practitioner",
        on_delete=models.PROTECT,
        related_name="resolutions",
        null=True,
        blank=True,
    )
    will_try = EncryptedTextField()
    expects = EncryptedTextField(blank=True)
    from_on = models.DateField()
    look_again_on = models.DateField(null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    entered_by = models.ForeignKey(
        "practice.Practitioner", on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    entered_at = models.DateTimeField(default=timezone.now)

    objects = ResolutionQuerySet.as_manager()
    history = kept_history()

    class Meta:
        base_manager_name = "objects"
        constraints: ClassVar = [
            models.CheckConstraint(
                name="resolution_written",
                condition=Q(is_written("will_try")),
                violation_error_message="Write what you will try.",
            ),
            models.CheckConstraint(
                name="resolution_looks_ahead",
                condition=Q(look_again_on__isnull=True) | Q(look_again_on__gt=F("from_on")),
                violation_error_message="Looking again comes after the day it begins.",
            ),
            models.CheckConstraint(
                name="resolution_closed_after",
                condition=Q(closed_on__isnull=True) | Q(closed_on__gte=F("from_on")),
                violation_error_message="A resolution is closed on the day it began or later.",
            ),
        ]

    def __str__(self) -> str:
        return f"resolution {self.uid}"
