"""Who looked at what, took what away and signed in: rows that are added and never changed.

No foreign keys: an entry outlives what it is about, and names it by a random id alone.
"""

from typing import Any, ClassVar, NoReturn

from django.db import models
from django.utils import timezone


class Deed(models.TextChoices):
    """What somebody did that leaves no other trace."""

    READ = "read", "opened a client's page"
    EXPORTED = "exported", "took data out"
    REPORTED = "reported", "made a report or a sheet"
    SIGNED_IN = "signed_in", "signed in"
    SIGN_IN_FAILED = "sign_in_failed", "failed to sign in"
    SIGNED_OUT = "signed_out", "signed out"
    FACTOR = "factor", "changed a second factor"
    SETTINGS = "settings", "changed who may see what"
    ERASED = "erased", "erased a client"
    BACKED_UP = "backed_up", "made a backup"


class AuditQuerySet(models.QuerySet["AuditEntry"]):
    """Entries: read and added, nothing else."""

    def _refuse(self) -> NoReturn:
        raise TypeError("an audit entry is never changed and never deleted")

    def update(self, **kwargs: Any) -> int:
        self._refuse()

    def bulk_update(self, *args: Any, **kwargs: Any) -> NoReturn:
        self._refuse()

    def delete(self) -> NoReturn:
        self._refuse()


class AuditEntry(models.Model):
    """One deed. The database itself refuses to change or delete it.

    who: the person's random id; None for a command, or a sign-in of nobody known. service, subject:
    the random ids of where it was and of what it was about (a client, a person, a report). detail:
    a short code, such as the name of the page; never a reference, a note, a score or an address.
    """

    at = models.DateTimeField(default=timezone.now, db_index=True)
    who = models.UUIDField(null=True, blank=True)
    deed = models.CharField(max_length=20, choices=Deed)
    service = models.UUIDField(null=True, blank=True, db_index=True)
    subject = models.UUIDField(null=True, blank=True, db_index=True)
    detail = models.CharField(max_length=60, blank=True)

    objects = AuditQuerySet.as_manager()

    class Meta:
        base_manager_name = "objects"
        constraints: ClassVar = [
            models.CheckConstraint(
                name="audit_deed_known",
                condition=models.Q(deed__in=Deed.values),
                violation_error_message="This is not a deed that is kept.",
            ),
            models.CheckConstraint(
                name="audit_detail_is_a_code",
                condition=models.Q(detail__regex=r"^[a-z0-9_.:/-]*\Z"),
                violation_error_message="A detail is a code of small letters and digits.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.deed} {self.at:%Y-%m-%d %H:%M}"
