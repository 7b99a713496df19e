"""A practice of one, or a service of several."""

import uuid
from typing import TYPE_CHECKING, ClassVar

from django.db import models

from practice.domain.measures import PrimaryOutcome
from practice.models.kept import KeptQuerySet, kept_history

if TYPE_CHECKING:
    from practice.models.practitioner import Practitioner


class ServiceQuerySet(KeptQuerySet["Service"]):
    """Services."""

    def visible_to(self, person: "Practitioner") -> "ServiceQuerySet":
        """Those the person belongs to."""
        return self.filter(memberships__practitioner=person)


def primary_outcomes() -> list[tuple[str, str]]:
    """Choices for the primary outcome."""
    return [(outcome.value, outcome.words) for outcome in PrimaryOutcome]


class Service(models.Model):
    """Whose caseload it is: clients, practitioners and settings hang on it.

    primary_outcome: what the second sentence of the report, the journey and the scatter use.
    logs_every_enquiry: whether referral counts and waits mean anything.
    is_invented: the demonstration; every page and paper of it says so.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=120, unique=True)
    primary_outcome = models.CharField(
        max_length=10, choices=primary_outcomes, default=PrimaryOutcome.IAPT
    )
    logs_every_enquiry = models.BooleanField(default=False)
    is_invented = models.BooleanField(default=False)

    objects = ServiceQuerySet.as_manager()
    history = kept_history()

    class Meta:
        base_manager_name = "objects"
        constraints: ClassVar = [
            models.CheckConstraint(
                name="service_primary_outcome",
                condition=models.Q(
                    primary_outcome__in=[outcome.value for outcome in PrimaryOutcome]
                ),
                violation_error_message=(
                    "The primary outcome is PHQ-9 and GAD-7 together, PHQ-9, GAD-7 or CORE-10."
                ),
            ),
            models.CheckConstraint(
                name="service_name_given",
                condition=models.Q(name__regex=r"\S"),
                violation_error_message="A service has a name.",
            ),
        ]

    def __str__(self) -> str:
        return self.name
