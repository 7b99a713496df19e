"""A person who signs in, and where they belong."""

import uuid
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower

from practice.models.kept import KeptQuerySet, kept_history


class PractitionerManager(BaseUserManager["Practitioner"]):
    """Creates people who sign in by e-mail."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "Practitioner":
        """A person; without a password they cannot sign in until one is set."""
        person = self.model(email=self.normalise(email), **fields)
        person.set_password(password)
        person.save(using=self._db)
        return person

    def get_by_natural_key(self, username: str | None) -> "Practitioner":
        return self.get(email=self.normalise(username or ""))

    @staticmethod
    def normalise(email: str) -> str:
        """Addresses are kept in lower case, so that one person is never two accounts."""
        return email.strip().lower()


class Practitioner(AbstractBaseUser):
    """A person who signs in by e-mail: a therapist, a supervisor or the lead of a service."""

    # The time of the last sign-in is not kept: nothing here needs it.
    last_login = None

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    email = models.EmailField("e-mail", max_length=254, unique=True)
    name = models.CharField(max_length=150, blank=True)
    is_active = models.BooleanField(default=True)
    services: "models.ManyToManyField[Any, Any]" = models.ManyToManyField(
        "practice.Service", through="practice.Membership", related_name="practitioners"
    )

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects = PractitionerManager()
    history = kept_history(excluded_fields=["password"])

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="practitioner_email_lower",
                condition=models.Q(email=Lower("email")),
                violation_error_message="An e-mail address is kept in lower case.",
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.email


class Role(models.TextChoices):
    """What a person may see of a service."""

    PRACTITIONER = "practitioner", "practitioner: sees their own clients"
    LEAD = "lead", "lead: the service's figures, members and settings"
    SUPERVISOR = "supervisor", "supervisor: sees the clients of those they supervise"
    ADMINISTRATOR = "administrator", "administrator: accounts and settings, no client"


class MembershipQuerySet(KeptQuerySet["Membership"]):
    """Memberships. They decide who sees what, so each change of one is kept as well."""


class Membership(models.Model):
    """A person's place in a service."""

    service = models.ForeignKey(
        "practice.Service", on_delete=models.PROTECT, related_name="memberships"
    )
    practitioner = models.ForeignKey(
        Practitioner, on_delete=models.PROTECT, related_name="memberships"
    )
    role = models.CharField(max_length=20, choices=Role, default=Role.PRACTITIONER)

    objects = MembershipQuerySet.as_manager()
    history = kept_history()

    class Meta:
        base_manager_name = "objects"
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="membership_once",
                fields=["service", "practitioner"],
                violation_error_message="This person is already a member of the service.",
            ),
            models.CheckConstraint(
                name="membership_role",
                condition=models.Q(role__in=Role.values),
                violation_error_message="A role is practitioner, lead, supervisor or administrator.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.practitioner_id} in {self.service_id}"

    @property
    def is_lead(self) -> bool:
        """Whether the person leads the service here."""
        return self.role == Role.LEAD

    @property
    def holds_clients(self) -> bool:
        """Whether clients may be held here by this person."""
        return self.role in (Role.PRACTITIONER, Role.LEAD)

    @property
    def runs_it(self) -> bool:
        """Whether the person sees to members and settings here."""
        return self.role in (Role.LEAD, Role.ADMINISTRATOR)
