"""A client: a reference of the practice's own, never a name."""

import datetime as dt
import re
import uuid
from typing import TYPE_CHECKING, ClassVar

from django.core.exceptions import ValidationError
from django.db import models

from practice.models.encrypted import EncryptedTextField, is_written
from practice.models.episode import Episode
from practice.models.kept import KeptQuerySet, kept_history

if TYPE_CHECKING:
    from practice.models.practitioner import Practitioner

_REFERENCE = re.compile(r"(?:[^\W_]|-)+")
# The same in the database, in a form both SQLite and PostgreSQL read alike: no white space and no
# ASCII character but letters, digits and dash. (Letters beyond ASCII are told apart above.)
_REFERENCE_IN_DATABASE = r"^[^\s\u0000-,./:-@\[-`{-\u007f]+\Z"
REFERENCE_LENGTH = 40
EARLIEST_BIRTH_YEAR = 1900
LATEST_BIRTH_YEAR = 2100


def check_reference(reference: str) -> None:
    """Letters, digits and dash, so that no name with spaces and no markup gets in."""
    if not _REFERENCE.fullmatch(reference) or len(reference) > REFERENCE_LENGTH:
        raise ValidationError(
            "A client reference is made of letters, digits and dashes, "
            f"at most {REFERENCE_LENGTH} of them, and is not a name."
        )


class Gender(models.TextChoices):
    """As the client gives it."""

    FEMALE = "female", "female"
    MALE = "male", "male"
    NON_BINARY = "non-binary", "non-binary"
    OTHER = "other", "other"
    NOT_STATED = "not stated", "not stated"


class ClientQuerySet(KeptQuerySet["Client"]):
    """Clients."""

    def visible_to(self, person: "Practitioner", *, on: dt.date) -> "ClientQuerySet":
        """Those with an episode that the person may see."""
        return self.filter(episodes__in=Episode.objects.visible_to(person, on=on)).distinct()


class Client(models.Model):
    """A person in therapy, known here by a reference only.

    consented_on, withdrew_on: when the client agreed to being part of the figures, and took it back;
    None is not recorded. held_on, hold_reason: a legal hold, under which nothing is erased.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    service = models.ForeignKey(
        "practice.Service", on_delete=models.PROTECT, related_name="clients"
    )
    reference = models.CharField(max_length=REFERENCE_LENGTH, validators=[check_reference])
    gender = models.CharField(max_length=10, choices=Gender, blank=True)
    birth_year = models.PositiveSmallIntegerField(null=True, blank=True)
    consented_on = models.DateField(null=True, blank=True)
    withdrew_on = models.DateField(null=True, blank=True)
    held_on = models.DateField(null=True, blank=True)
    hold_reason = EncryptedTextField(blank=True)

    objects = ClientQuerySet.as_manager()
    history = kept_history()

    class Meta:
        base_manager_name = "objects"
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="client_reference_once",
                fields=["service", "reference"],
                violation_error_message="This reference is already in use in the service.",
            ),
            models.CheckConstraint(
                name="client_reference_letters",
                condition=models.Q(reference__regex=_REFERENCE_IN_DATABASE),
                violation_error_message=(
                    "A client reference is made of letters, digits and dashes."
                ),
            ),
            models.CheckConstraint(
                name="client_gender",
                condition=models.Q(gender__in=["", *Gender.values]),
                violation_error_message=(
                    "Gender is female, male, non-binary, other, not stated or empty."
                ),
            ),
            models.CheckConstraint(
                name="client_withdrew_after",
                condition=models.Q(withdrew_on__isnull=True)
                | models.Q(consented_on__isnull=True)
                | models.Q(withdrew_on__gte=models.F("consented_on")),
                violation_error_message="Consent is withdrawn on the day it was given or later.",
            ),
            models.CheckConstraint(
                name="client_hold_has_reason",
                condition=(models.Q(held_on__isnull=True) & ~models.Q(is_written("hold_reason")))
                | (models.Q(held_on__isnull=False) & models.Q(is_written("hold_reason"))),
                violation_error_message="A legal hold has its day and a reason.",
            ),
            models.CheckConstraint(
                name="client_birth_year",
                condition=models.Q(birth_year__isnull=True)
                | models.Q(birth_year__range=(EARLIEST_BIRTH_YEAR, LATEST_BIRTH_YEAR)),
                violation_error_message=(
                    f"A year of birth lies between {EARLIEST_BIRTH_YEAR} and {LATEST_BIRTH_YEAR}."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.reference
