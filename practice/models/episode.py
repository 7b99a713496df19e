"""An episode: one referral, one course of therapy, with how it ended and why it may be left out.

How it ended stands on the episode and not in a table of its own, because only so can the database
itself hold that an end is not before the referral and that a reason has an end date.
"""

import datetime as dt
import uuid
from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from practice.domain.endings import Ending, LeftOut
from practice.models.encrypted import EncryptedTextField, is_written
from practice.models.holding import Holding, HoldingQuerySet
from practice.models.kept import KeptQuerySet, kept_history
from practice.models.practitioner import Membership, Role
from practice.models.supervising import Supervising

if TYPE_CHECKING:
    from practice.models.practitioner import Practitioner


def endings() -> list[tuple[str, str]]:
    """Choices for how an episode ended."""
    return [(ending.value, ending.words) for ending in Ending]


def left_out_reasons() -> list[tuple[str, str]]:
    """Choices for why an episode is in no figure."""
    return [(reason.value, reason.words) for reason in LeftOut]


class EarlierTherapy(models.TextChoices):
    """Whether the client has been in therapy before."""

    NONE = "none", "none"
    ONCE = "once", "once"
    MORE = "more", "more than once"


class GotWhatTheyCameFor(models.TextChoices):
    """The practitioner's own item at the end of a therapy; no published figure stands beside it."""

    YES = "yes", "yes"
    PARTLY = "partly", "partly"
    NO = "no", "no"


class EpisodeQuerySet(KeptQuerySet["Episode"]):
    """Episodes."""

    def visible_to(self, person: "Practitioner", *, on: dt.date) -> "EpisodeQuerySet":
        """Those the person holds on the day, or a practitioner whom the person supervises then.

        And all of a service the person leads, where the service lets its lead read single clients.
        Whoever has handed a client over no longer sees the client; an administrator sees nobody.
        """
        supervised = Supervising.objects.in_force(on).filter(
            supervisor=person, service=OuterRef("episode__client__service")
        )
        held = Holding.objects.on(on).filter(
            Q(practitioner=person)
            | Exists(supervised.filter(practitioner=OuterRef("practitioner")))
        )
        return self._of(person, held)

    def changeable_by(self, person: "Practitioner", *, on: dt.date) -> "EpisodeQuerySet":
        """Those the person may write to: the same without those of people they supervise."""
        return self._of(person, Holding.objects.on(on).filter(practitioner=person))

    def _of(self, person: "Practitioner", held: "HoldingQuerySet") -> "EpisodeQuerySet":
        places = Membership.objects.filter(practitioner=person)
        clinical = places.exclude(role=Role.ADMINISTRATOR)
        led = places.filter(role=Role.LEAD, service__lead_reads_clients=True)
        return self.filter(
            Q(client__service__in=led.values("service"))
            | Q(client__service__in=clinical.values("service"), pk__in=held.values("episode"))
        )


class Episode(models.Model):
    """One referral and the therapy that came of it.

    ending: empty with ended_on set is "not recorded". wished_to_continue: of a planned ending,
    whether it stopped at an agreed or paid-for limit while the client wished to go on; None is
    "not asked". got_what_they_came_for: empty is "not asked". left_out: why the episode is in no
    figure. paused_until: the last day of an agreed pause, which keeps the episode off the signals
    and in every count. still_open_on: the last day on which somebody looked at a client not seen for
    long and left the episode open; it stays in every count. found, would_try: after an unplanned
    ending, what the practitioner found and would try another time.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    client = models.ForeignKey("practice.Client", on_delete=models.PROTECT, related_name="episodes")
    number = models.PositiveSmallIntegerField(default=1)
    referred_on = models.DateField()
    source = models.CharField(max_length=120, blank=True)
    contract = models.CharField(max_length=120, blank=True)
    problem = models.CharField(max_length=120, blank=True)
    problem_2 = models.CharField(max_length=120, blank=True)
    problem_3 = models.CharField(max_length=120, blank=True)
    therapy = models.CharField(max_length=120, blank=True)
    earlier_therapy = models.CharField(max_length=10, choices=EarlierTherapy, blank=True)
    planned_sessions = models.PositiveSmallIntegerField(null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True)
    ending = models.CharField(max_length=30, choices=endings, blank=True)
    wished_to_continue = models.BooleanField(null=True, blank=True)
    got_what_they_came_for = models.CharField(max_length=10, choices=GotWhatTheyCameFor, blank=True)
    found = EncryptedTextField(blank=True)
    would_try = EncryptedTextField(blank=True)
    paused_until = models.DateField(null=True, blank=True)
    pause_reason = EncryptedTextField(blank=True)
    still_open_on = models.DateField(null=True, blank=True)
    left_out = models.CharField(max_length=30, choices=left_out_reasons, blank=True)
    left_out_at = models.DateTimeField(null=True, blank=True)
    left_out_by = models.ForeignKey(
        "practice.Practitioner",
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
    )
    note = EncryptedTextField(blank=True)

    objects = EpisodeQuerySet.as_manager()
    history = kept_history()

    class Meta:
        base_manager_name = "objects"
        indexes: ClassVar = [models.Index(fields=["ended_on"], name="episode_ended_on")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="episode_number_once",
                fields=["client", "number"],
                violation_error_message="This client already has an episode with this number.",
            ),
            models.CheckConstraint(
                name="episode_number_from_1",
                condition=Q(number__gte=1),
                violation_error_message="Episodes are numbered 1, 2, 3 and so on.",
            ),
            models.CheckConstraint(
                name="episode_end_after_referral",
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("referred_on")),
                violation_error_message="An episode cannot end before its referral.",
            ),
            models.CheckConstraint(
                name="episode_ending_needs_end",
                condition=Q(ending="") | Q(ended_on__isnull=False),
                violation_error_message="An ending needs the date on which the episode ended.",
            ),
            models.CheckConstraint(
                name="episode_ending_known",
                condition=Q(ending__in=["", *(ending.value for ending in Ending)]),
                violation_error_message="This is not one of the endings.",
            ),
            models.CheckConstraint(
                name="episode_wish_needs_end",
                condition=Q(wished_to_continue__isnull=True) | Q(ended_on__isnull=False),
                violation_error_message=(
                    "Whether the client wished to continue belongs to an episode that has ended."
                ),
            ),
            models.CheckConstraint(
                name="episode_got_what_known",
                condition=Q(got_what_they_came_for__in=["", *GotWhatTheyCameFor.values]),
                violation_error_message="The client got what they came for: yes, partly or no.",
            ),
            models.CheckConstraint(
                name="episode_got_what_needs_end",
                condition=Q(got_what_they_came_for="") | Q(ended_on__isnull=False),
                violation_error_message=(
                    "Whether the client got what they came for belongs to an episode that has ended."
                ),
            ),
            models.CheckConstraint(
                name="episode_pause_has_reason",
                condition=(Q(paused_until__isnull=True) & ~Q(is_written("pause_reason")))
                | (Q(paused_until__isnull=False) & Q(is_written("pause_reason"))),
                violation_error_message="An agreed pause has a last day and a reason.",
            ),
            models.CheckConstraint(
                name="episode_pause_after_referral",
                condition=Q(paused_until__isnull=True) | Q(paused_until__gte=F("referred_on")),
                violation_error_message="A pause cannot end before the referral.",
            ),
            models.CheckConstraint(
                name="episode_still_open_after_referral",
                condition=Q(still_open_on__isnull=True) | Q(still_open_on__gte=F("referred_on")),
                violation_error_message="Nobody can look at an episode before its referral.",
            ),
            models.CheckConstraint(
                name="episode_left_out_known",
                condition=Q(left_out__in=["", *(reason.value for reason in LeftOut)]),
                violation_error_message="This is not a reason to leave an episode out.",
            ),
            models.CheckConstraint(
                name="episode_left_out_dated",
                condition=Q(left_out="", left_out_at__isnull=True, left_out_by__isnull=True)
                | (~Q(left_out="") & Q(left_out_at__isnull=False)),
                violation_error_message="An episode that is left out keeps when, and only then.",
            ),
            models.CheckConstraint(
                name="episode_earlier_therapy_known",
                condition=Q(earlier_therapy__in=["", *EarlierTherapy.values]),
                violation_error_message="Earlier therapy is none, once, more or empty.",
            ),
            models.CheckConstraint(
                name="episode_planned_sessions",
                condition=Q(planned_sessions__isnull=True) | Q(planned_sessions__range=(1, 999)),
                violation_error_message="Planned sessions are a whole number from 1 to 999.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.client_id}/{self.number}"
