"""The targets that somebody has set: shown beside a rate, never as a verdict on it."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Q

from practice.cohorts import Scope
from practice.domain.targets import rate_place, rate_words
from practice.models import Practitioner, Target


@dataclass(frozen=True, kw_only=True)
class OwnTargets:
    """What one person has set, for their own part or a service they lead: now, and before."""

    standing: tuple[Target, ...]
    ended: tuple[Target, ...]


def standing_targets(scope: Scope, *, on: dt.date) -> tuple[Target, ...]:
    """The scope's own targets that stand on a day, by rate. One query."""
    return tuple(
        Target.objects.filter(
            Q(until__isnull=True) | Q(until__gte=on),
            service=scope.service,
            practitioner=scope.practitioner,
            from_on__lte=on,
        ).order_by("rate", "from_on", "pk")
    )


def own_targets(person: Practitioner, *, on: dt.date) -> OwnTargets:
    """A person's own targets and those of services they lead; a colleague's are not among them.

    One that begins later stands among the first. Endings before outcomes; the newest ended first.
    One query.
    """
    found = list(
        Target.objects.visible_to(person, on=on)
        .filter(Q(practitioner=person) | Q(practitioner__isnull=True))
        .select_related("service", "practitioner")
    )
    standing = [each for each in found if each.until is None or each.until >= on]
    ended = [each for each in found if each.until is not None and each.until < on]
    standing.sort(
        key=lambda each: (
            each.service.name,
            each.practitioner_id is None,
            rate_place(each.rate),
            each.from_on,
            each.pk,
        )
    )
    ended.sort(key=lambda each: (each.until or on, each.pk), reverse=True)
    return OwnTargets(standing=tuple(standing), ended=tuple(ended))


def target_words(target: Target) -> str:
    """What it is a target for, and how much: planned endings, declared: 70.0%."""
    return f"{rate_words(target.rate)}: {target.percent}%"
