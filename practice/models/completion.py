"""A measure completion: one questionnaire filled in once."""

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from practice.domain.measures import MEASURES, Measure, Mode
from practice.models.episode import Episode
from practice.models.kept import KeptQuerySet, kept_history

if TYPE_CHECKING:
    from practice.models.practitioner import Practitioner

UNANSWERED = "-"


def measures() -> list[tuple[str, str]]:
    """Choices for the measure."""
    return [(measure.code, measure.name) for measure in MEASURES.values()]


def modes() -> list[tuple[str, str]]:
    """Choices for how the answers came."""
    return [
        (Mode.SELF.value, "entered by the client"),
        (Mode.PRACTITIONER.value, "asked by the practitioner"),
        (Mode.TRANSCRIBED.value, "typed from paper"),
    ]


def pack_answers(answers: Sequence[int | None]) -> str:
    """Item answers as ticked, one character an item, "-" for an unanswered one; "" for none."""
    if all(answer is None for answer in answers):
        return ""
    return "".join(UNANSWERED if answer is None else str(answer) for answer in answers)


class CompletionQuerySet(KeptQuerySet["MeasureCompletion"]):
    """Completions."""

    def of_episodes(self, episodes: Iterable[Any]) -> "CompletionQuerySet":
        """Those of some episodes, given as themselves, by key or as a query: at sessions and alone.

        Two questions joined; asked as one with "or", the database reads every form there is.
        """
        every = MeasureCompletion.objects.order_by().values("pk")
        at_sessions = every.filter(session__episode__in=episodes)
        return self.filter(pk__in=at_sessions.union(every.filter(episode__in=episodes), all=True))

    def visible_to(self, person: "Practitioner", *, on: dt.date) -> "CompletionQuerySet":
        """Those of episodes that the person may see."""
        episodes = Episode.objects.visible_to(person, on=on).values("pk")
        return self.filter(Q(episode__in=episodes) | Q(session__episode__in=episodes))


def _answers_fit(measure: Measure) -> Q:
    """No item answers, or one character for each item within its range, not all unanswered."""
    each = f"^[0-{measure.maximum_answer}{UNANSWERED}]{{{len(measure.items)}}}\\Z"
    return Q(answers="") | (Q(answers__regex=each) & Q(answers__regex="[0-9]"))


def _total_fits(measure: Measure) -> Q:
    """Within the range; a whole number unless the measure pro-rates a missing item."""
    if measure.pro_rates:
        return Q(total__isnull=True) | Q(total__range=(0, measure.maximum))
    whole = [Decimal(number) for number in range(measure.maximum + 1)]
    return Q(total__isnull=True) | Q(total__in=whole)


class MeasureCompletion(models.Model):
    """One form: its item answers, or its total alone, or both, with how and by whom it was entered.

    It belongs to a session, or stands alone with an episode and a date of its own. answers: as
    ticked on the form (not reversed), one character an item; "" where only a total is known; the
    risk item alone may stand beside a total. total: None for a form with too many items missing.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    measure = models.CharField(max_length=10, choices=measures)
    session = models.ForeignKey(
        "practice.Session",
        on_delete=models.PROTECT,
        related_name="completions",
        null=True,
        blank=True,
    )
    episode = models.ForeignKey(
        "practice.Episode",
        on_delete=models.PROTECT,
        related_name="lone_completions",
        null=True,
        blank=True,
    )
    completed_on = models.DateField(null=True, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    answers = models.CharField(max_length=10, blank=True)
    total = models.DecimalField(max_digits=4, decimal_places=2, null=True, blank=True)
    mode = models.CharField(max_length=15, choices=modes, default=Mode.TRANSCRIBED)
    entered_by = models.ForeignKey(
        "practice.Practitioner", on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    entered_at = models.DateTimeField(default=timezone.now)

    objects = CompletionQuerySet.as_manager()
    history = kept_history()

    class Meta:
        base_manager_name = "objects"
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="completion_once_a_session",
                fields=["session", "measure"],
                violation_error_message="This measure is already recorded for this session.",
            ),
            models.UniqueConstraint(
                name="completion_once_a_day",
                fields=["episode", "measure", "completed_on"],
                violation_error_message="This measure is already recorded for this day.",
            ),
            models.CheckConstraint(
                name="completion_of_session_or_day",
                condition=Q(session__isnull=False, episode__isnull=True, completed_on__isnull=True)
                | Q(session__isnull=True, episode__isnull=False, completed_on__isnull=False),
                violation_error_message=(
                    "A form belongs to a session, or stands alone with its episode and date."
                ),
            ),
            models.CheckConstraint(
                name="completion_measure_known",
                condition=Q(measure__in=list(MEASURES)),
                violation_error_message="This is not one of the measures.",
            ),
            models.CheckConstraint(
                name="completion_mode_known",
                condition=Q(mode__in=[mode.value for mode in Mode]),
                violation_error_message="This is not a way in which a form comes.",
            ),
            models.CheckConstraint(
                name="completion_says_something",
                condition=~Q(answers="") | Q(total__isnull=False),
                violation_error_message="A form has item answers, a total, or both.",
            ),
            *(
                models.CheckConstraint(
                    name=f"completion_{measure.code}_answers",
                    condition=~Q(measure=measure.code) | _answers_fit(measure),
                    violation_error_message=(
                        f"{measure.name} has {len(measure.items)} items, each answered "
                        f"0 to {measure.maximum_answer}."
                    ),
                )
                for measure in MEASURES.values()
            ),
            *(
                models.CheckConstraint(
                    name=f"completion_{measure.code}_total",
                    condition=~Q(measure=measure.code) | _total_fits(measure),
                    violation_error_message=(
                        f"A {measure.name} total lies between 0 and {measure.maximum}"
                        + ("." if measure.pro_rates else " and is a whole number.")
                    ),
                )
                for measure in MEASURES.values()
            ),
        ]

    def __str__(self) -> str:
        return f"{self.measure} {self.uid}"

    @property
    def item_answers(self) -> tuple[int | None, ...] | None:
        """The answers as ticked, None for an unanswered item; None when only a total is known."""
        if not self.answers:
            return None
        return tuple(None if mark == UNANSWERED else int(mark) for mark in self.answers)

    @property
    def risk_answer(self) -> int | None:
        """The answer to the risk item; None when it was not seen, which is never 0."""
        item = MEASURES[self.measure].risk_item
        answers = self.item_answers
        return None if item is None or answers is None else answers[item - 1]
