"""What a practice adds to the published figures: a year of the official file, and its own targets."""

import datetime as dt
import uuid
from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from practice.domain.targets import target_rates
from practice.models.encrypted import EncryptedTextField
from practice.models.kept import KeptQuerySet, kept_history
from practice.models.practitioner import Membership, Role
from practice.models.report import DIGEST_PATTERN

if TYPE_CHECKING:
    from practice.models.practitioner import Practitioner

YEAR_PATTERN = r"^20[0-9]{2}-[0-9]{2}\Z"


class AnnualFigures(models.Model):
    """One financial year of NHS Talking Therapies figures, brought in from the official main file.

    service: whose pages and papers it stands on; None for everybody here (brought in by command).
    period: 2025-26. figures: the entries as practice.nhs_annual writes them, numbers as printed, a
    suppressed one as null. digest: SHA-256 of the file, so that anybody can tell which it was.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    service = models.ForeignKey(
        "practice.Service",
        on_delete=models.PROTECT,
        related_name="annual_figures",
        null=True,
        blank=True,
    )
    period = models.CharField(max_length=7)
    figures = models.JSONField()
    digest = models.CharField(max_length=64)
    entered_by = models.ForeignKey(
        "practice.Practitioner", on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    entered_at = models.DateTimeField(default=timezone.now)

    objects = KeptQuerySet.as_manager()
    history = kept_history()

    class Meta:
        base_manager_name = "objects"
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="annual_figures_once_a_service",
                fields=["service", "period"],
                condition=Q(service__isnull=False),
                violation_error_message="The figures of this year are here already.",
            ),
            models.UniqueConstraint(
                name="annual_figures_once",
                fields=["period"],
                condition=Q(service__isnull=True),
                violation_error_message="The figures of this year are here already.",
            ),
            models.CheckConstraint(
                name="annual_figures_period",
                condition=Q(period__regex=YEAR_PATTERN),
                violation_error_message="A financial year is written 2025-26.",
            ),
            models.CheckConstraint(
                name="annual_figures_digest",
                condition=Q(digest__regex=DIGEST_PATTERN),
                violation_error_message="A digest is 64 hexadecimal digits.",
            ),
        ]

    def __str__(self) -> str:
        return f"annual figures {self.period}"


class TargetQuerySet(KeptQuerySet["Target"]):
    """Targets."""

    def visible_to(self, person: "Practitioner", *, on: dt.date) -> "TargetQuerySet":
        """The person's own, while they belong to the service, and all of a service they lead."""
        mine = Membership.objects.filter(practitioner=person).exclude(role=Role.ADMINISTRATOR)
        return self.filter(
            Q(service__in=mine.filter(role=Role.LEAD).values("service"))
            | Q(practitioner=person, service__in=mine.values("service"))
        )


class Target(models.Model):
    """What a practitioner, or (None) the whole service, hopes to reach: nobody's result, no verdict.

    rate: a name of practice.domain.targets. percent: 0 to 100, one decimal. until: its last day;
    None while it stands. why: where the number comes from, as its author puts it.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    service = models.ForeignKey(
        "practice.Service", on_delete=models.PROTECT, related_name="targets"
    )
    practitioner = models.ForeignKey(
        "practice.Practitioner",
        on_delete=models.PROTECT,
        related_name="targets",
        null=True,
        blank=True,
    )
    rate = models.CharField(max_length=40, choices=target_rates)
    percent = models.DecimalField(max_digits=4, decimal_places=1)
    why = EncryptedTextField(blank=True)
    from_on = models.DateField()
    until = models.DateField(null=True, blank=True)
    entered_by = models.ForeignKey(
        "practice.Practitioner", on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    entered_at = models.DateTimeField(default=timezone.now)

    objects = TargetQuerySet.as_manager()
    history = kept_history()

    class Meta:
        base_manager_name = "objects"
        constraints: ClassVar = [
            models.CheckConstraint(
                name="target_rate_known",
                condition=Q(rate__in=[name for name, _words in target_rates()]),
                violation_error_message="This is not one of the rates a target can be set for.",
            ),
            models.CheckConstraint(
                name="target_percent",
                condition=Q(percent__gte=0, percent__lte=100),
                violation_error_message="A target lies between 0 and 100 per cent.",
            ),
            models.CheckConstraint(
                name="target_until_after",
                condition=Q(until__isnull=True) | Q(until__gte=F("from_on")),
                violation_error_message="A target ends on the day it began or later.",
            ),
            models.UniqueConstraint(
                name="target_once_for_practitioner",
                fields=["service", "practitioner", "rate"],
                condition=Q(until__isnull=True, practitioner__isnull=False),
                violation_error_message="A target for this rate stands already: end it first.",
            ),
            models.UniqueConstraint(
                name="target_once_for_service",
                fields=["service", "rate"],
                condition=Q(until__isnull=True, practitioner__isnull=True),
                violation_error_message="A target for this rate stands already: end it first.",
            ),
        ]

    def __str__(self) -> str:
        return f"target {self.uid}"
