"""An invitation to join a service, by a link that is good once and for a short time."""

import datetime as dt
import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone

from practice.models.kept import KeptQuerySet, kept_history
from practice.models.practitioner import Role

GOOD_FOR = dt.timedelta(days=7)


class InvitationQuerySet(KeptQuerySet["Invitation"]):
    """Invitations. They decide who sees what, so each change of one is kept as well."""

    def open_at(self, now: dt.datetime) -> "InvitationQuerySet":
        """Neither taken up nor withdrawn, and still good."""
        return self.filter(accepted_at=None, withdrawn_at=None, invited_at__gt=now - GOOD_FOR)


class Invitation(models.Model):
    """Somebody is asked to join. Of the link's secret only the digest is kept, not in history."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    service = models.ForeignKey(
        "practice.Service", on_delete=models.PROTECT, related_name="invitations"
    )
    email = models.EmailField(max_length=254)
    role = models.CharField(max_length=20, choices=Role, default=Role.PRACTITIONER)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    invited_by = models.ForeignKey(
        "practice.Practitioner", on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    invited_at = models.DateTimeField(default=timezone.now)
    accepted_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = InvitationQuerySet.as_manager()
    history = kept_history(excluded_fields=["digest"])

    class Meta:
        base_manager_name = "objects"
        constraints: ClassVar = [
            models.CheckConstraint(
                name="invitation_email_lower",
                condition=Q(email=Lower("email")),
                violation_error_message="An e-mail address is kept in lower case.",
            ),
            models.CheckConstraint(
                name="invitation_role",
                condition=Q(role__in=Role.values),
                violation_error_message="A role is practitioner or lead.",
            ),
            models.CheckConstraint(
                name="invitation_one_end",
                condition=Q(accepted_at__isnull=True) | Q(withdrawn_at__isnull=True),
                violation_error_message="An invitation is taken up or withdrawn, not both.",
            ),
        ]

    def __str__(self) -> str:
        return f"invitation {self.uid}"
