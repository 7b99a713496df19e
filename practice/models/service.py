"""A practice of one, or a service of several."""

import uuid
from typing import TYPE_CHECKING, ClassVar

from django.db import models

from practice.domain.measures import PrimaryOutcome
from practice.domain.sessions import Medium
from practice.domain.signal_kinds import SWITCHABLE, Signal
from practice.models.kept import KeptQuerySet, kept_history
from practice.models.session import HIGHEST_FEE, MOST_MINUTES, media

if TYPE_CHECKING:
    from practice.models.practitioner import Practitioner


MOST_RETENTION_YEARS = 50

_SIGNAL = "(" + "|".join(signal.value for signal in SWITCHABLE) + ")"
_SIGNALS = rf"^({_SIGNAL}( {_SIGNAL})*)?\Z"


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
    signals_off: codes of the signals for review that are turned off, separated by spaces.
    usual_medium, usual_minutes, usual_fee (pounds): what a new session's form begins with.
    lead_reads_clients: whether whoever leads may open single clients of others, and not figures only.
    retention_years: after how many years from the last contact a record is due; None is not decided.
    second_factor: whether signing in takes a second factor; None is "where there are several members".
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=120, unique=True)
    primary_outcome = models.CharField(
        max_length=10, choices=primary_outcomes, default=PrimaryOutcome.IAPT
    )
    logs_every_enquiry = models.BooleanField(default=False)
    is_invented = models.BooleanField(default=False)
    signals_off = models.CharField(max_length=120, blank=True)
    usual_medium = models.CharField(max_length=20, choices=media, blank=True)
    usual_minutes = models.PositiveSmallIntegerField(null=True, blank=True)
    usual_fee = models.DecimalField(max_digits=7, decimal_places=2, null=True, blank=True)
    lead_reads_clients = models.BooleanField(default=False)
    retention_years = models.PositiveSmallIntegerField(null=True, blank=True)
    second_factor = models.BooleanField(null=True, blank=True)

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
                name="service_signals_known",
                condition=models.Q(signals_off__regex=_SIGNALS),
                violation_error_message="This is not one of the signals that can be turned off.",
            ),
            models.CheckConstraint(
                name="service_usual_medium_known",
                condition=models.Q(usual_medium__in=["", *(medium.value for medium in Medium)]),
                violation_error_message="This is not a medium.",
            ),
            models.CheckConstraint(
                name="service_usual_minutes",
                condition=models.Q(usual_minutes__isnull=True)
                | models.Q(usual_minutes__range=(0, MOST_MINUTES)),
                violation_error_message=f"Minutes are a whole number from 0 to {MOST_MINUTES}.",
            ),
            models.CheckConstraint(
                name="service_usual_fee",
                condition=models.Q(usual_fee__isnull=True)
                | models.Q(usual_fee__range=(0, HIGHEST_FEE)),
                violation_error_message=f"A fee is an amount in pounds from 0 to {HIGHEST_FEE:,}.",
            ),
            models.CheckConstraint(
                name="service_retention_years",
                condition=models.Q(retention_years__isnull=True)
                | models.Q(retention_years__range=(1, MOST_RETENTION_YEARS)),
                violation_error_message=(
                    f"Records are kept from 1 to {MOST_RETENTION_YEARS} years."
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

    @property
    def primary(self) -> PrimaryOutcome:
        """The primary outcome, as the rules read it."""
        return PrimaryOutcome(self.primary_outcome)

    @property
    def signals_turned_off(self) -> frozenset[Signal]:
        """The signals for review that this service does not want to see."""
        return frozenset(Signal(code) for code in self.signals_off.split())
