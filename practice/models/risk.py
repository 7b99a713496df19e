"""What was asked and done about a risk item that was answered above 0."""

import datetime as dt
import uuid
from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.utils import timezone

from practice.models.completion import MeasureCompletion
from practice.models.encrypted import EncryptedTextField, is_written
from practice.models.kept import KeptQuerySet, kept_history

if TYPE_CHECKING:
    from practice.models.practitioner import Practitioner


class RiskResponseQuerySet(KeptQuerySet["RiskResponse"]):
    """Responses."""

    def visible_to(self, person: "Practitioner", *, on: dt.date) -> "RiskResponseQuerySet":
        """Those to forms that the person may see."""
        return self.filter(completion__in=MeasureCompletion.objects.visible_to(person, on=on))


class RiskResponse(models.Model):
    """What the practitioner asked and what was done then; the form's risk item is open without it.

    One for each form: a later thought changes it, and the history keeps the earlier words.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    completion = models.OneToOneField(
        MeasureCompletion, on_delete=models.PROTECT, related_name="risk_response"
    )
    asked = EncryptedTextField()
    done = EncryptedTextField()
    written_by = models.ForeignKey(
        "practice.Practitioner", on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    written_at = models.DateTimeField(default=timezone.now)

    objects = RiskResponseQuerySet.as_manager()
    history = kept_history()

    class Meta:
        base_manager_name = "objects"
        constraints: ClassVar = [
            models.CheckConstraint(
                name="risk_response_says_both",
                condition=models.Q(is_written("asked")) & models.Q(is_written("done")),
                violation_error_message="Write what was asked and what was done.",
            ),
        ]

    def __str__(self) -> str:
        return f"response {self.uid}"
