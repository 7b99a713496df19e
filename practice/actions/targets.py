"""What somebody hopes to reach: set, put right, ended."""

import datetime as dt
from collections.abc import Mapping

from django.db import transaction
from django.db.models import Q

from practice.actions.versions import check_version
from practice.actions.writing import RefusedError, change, read_again, save
from practice.domain.periods import day_words
from practice.models import Practitioner, Service, Target

SET = "set on the benchmarks page"


@transaction.atomic
def add_target(*, target: Target, by: Practitioner) -> bool:
    """Store a target, as yet unsaved; whether it was not there yet (a double click stores once).

    Raises RefusedError where another target of the same people for the same rate stands on a day
    of its own.
    """
    _one_at_a_time(target)
    if Target.objects.filter(uid=target.uid).exists():
        return False
    _refuse_overlap(target)
    target.entered_by = by
    save(target, by=by, why=SET)
    return True


@transaction.atomic
def correct_target(
    *, target: Target, values: Mapping[str, object], seen: str, by: Practitioner, why: str
) -> None:
    """Put a target right: another number, day or reason. The history keeps what was there.

    seen: the version that was looked at. Raises StaleError when it is no longer the stored one, and
    RefusedError as add_target does; the row in hand is then as it was.
    """
    _one_at_a_time(target)
    read_again(target)
    if all(getattr(target, name) == value for name, value in values.items()):
        # Also the second of two clicks.
        return
    check_version(target, seen=seen)
    _refuse_overlap(_with(target, values))
    change(target, values, by=by, why=why)


@transaction.atomic
def end_target(*, target: Target, until: dt.date, by: Practitioner) -> None:
    """Give a target its last day.

    Raises RefusedError for one that ends on that day already or before it.
    """
    read_again(target)
    if target.until is not None and target.until <= until:
        raise RefusedError(f"It ends on {day_words(target.until)} already.")
    change(target, {"until": until}, by=by, why="ended")


def _one_at_a_time(target: Target) -> None:
    # Two targets set in the same moment would not see each other: the service's row is the queue.
    Service.objects.select_for_update().get(pk=target.service_id)


def _with(target: Target, values: Mapping[str, object]) -> Target:
    fields = ("rate", "from_on", "until")
    given = {field: getattr(target, field) for field in fields}
    given |= {field: values[field] for field in fields if field in values}
    return Target(
        pk=target.pk,
        service_id=target.service_id,
        practitioner_id=target.practitioner_id,
        **given,
    )


def _refuse_overlap(target: Target) -> None:
    others = Target.objects.filter(
        Q(until__isnull=True) | Q(until__gte=target.from_on),
        service=target.service_id,
        practitioner=target.practitioner_id,
        rate=target.rate,
    ).exclude(pk=target.pk)
    if target.until is not None:
        others = others.filter(from_on__lte=target.until)
    other = others.order_by("from_on", "pk").first()
    if other is not None:
        until = "" if other.until is None else f" until {day_words(other.until)}"
        raise RefusedError(
            f"A target for this rate stands already, {other.percent}% from "
            f"{day_words(other.from_on)}{until}: change that one, or end it first."
        )
