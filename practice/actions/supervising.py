"""Who supervises whom: begun, ended, passed on to another supervisor."""

import datetime as dt

from django.db import transaction
from django.db.models import Q

from practice.actions.audit import record
from practice.actions.services import HOLDS_CLIENTS
from practice.actions.sessions import RefusedFieldError
from practice.actions.writing import RefusedError, change, read_again, save
from practice.domain.periods import day_words
from practice.models import Deed, Membership, Practitioner, Role, Service, Supervising

# Kept in the history, as are who and when.
SUPERVISES, NO_LONGER = "supervises", "supervises no longer"


@transaction.atomic
def supervise(
    *,
    service: Service,
    supervisor: Practitioner,
    practitioner: Practitioner,
    since: dt.date,
    by: Practitioner | None,
) -> Supervising:
    """Somebody reads a practitioner's clients from a day on.

    Raises RefusedError where they do so already, or one of them has no such place here.
    """
    read_again(service)
    if supervisor == practitioner:
        raise RefusedError("nobody supervises themselves")
    places = service.memberships.exclude(role=Role.ADMINISTRATOR)
    if not places.filter(practitioner=practitioner, role__in=HOLDS_CLIENTS).exists():
        raise RefusedError(f"{practitioner} holds no clients in {service.name}")
    if not places.filter(practitioner=supervisor).exists():
        raise RefusedError(f"{supervisor} cannot read clients in {service.name}")
    earlier = service.supervisings.filter(supervisor=supervisor, practitioner=practitioner)
    if earlier.filter(Q(until=None) | Q(until__gt=since)).exists():
        raise RefusedError(f"{supervisor} supervises {practitioner} then already")
    begun = Supervising(
        service=service, supervisor=supervisor, practitioner=practitioner, since=since
    )
    save(begun, by=by, why=SUPERVISES)
    return begun


@transaction.atomic
def end_supervising(
    *, supervising: Supervising, until: dt.date, by: Practitioner | None, now: dt.datetime
) -> None:
    """From this day on the supervisor reads nothing of the practitioner's; on its first day: never.

    Raises RefusedError where it is over by then already, RefusedFieldError for an earlier day.
    """
    read_again(supervising)
    if supervising.until is not None and supervising.until <= until:
        raise RefusedError(
            f"This supervision has its end on {day_words(supervising.until)} already."
        )
    if until < supervising.since:
        raise RefusedFieldError(
            "until", f"It began on {day_words(supervising.since)}: give that day or a later one."
        )
    if until > supervising.since:
        change(supervising, {"until": until}, by=by, why=NO_LONGER)
        return
    Supervising.objects.filter(pk=supervising.pk).delete_all(by=by, why=NO_LONGER, now=now)
    record(
        deed=Deed.SETTINGS,
        who=by,
        service=supervising.service.uid,
        subject=supervising.practitioner.uid,
        detail="supervising.taken-back",
    )


@transaction.atomic
def change_supervisor(
    *,
    supervising: Supervising,
    to: Practitioner | None,
    on: dt.date,
    by: Practitioner | None,
    now: dt.datetime,
) -> Supervising | None:
    """One supervision ends and, unless to is None, another begins on the same day: both or neither.

    Returns the other. Raises RefusedError as the two do.
    """
    service, practitioner = supervising.service, supervising.practitioner
    end_supervising(supervising=supervising, until=on, by=by, now=now)
    if to is None:
        return None
    return supervise(service=service, supervisor=to, practitioner=practitioner, since=on, by=by)


def end_all(
    whose: Q, place: Membership, *, on: dt.date, by: Practitioner | None, now: dt.datetime
) -> None:
    """The supervisions of a person in a service end, whichever side of them is asked for."""
    going_on = Supervising.objects.filter(Q(until=None) | Q(until__gt=on), service=place.service_id)
    for supervising in going_on.filter(whose).order_by("pk"):
        # One that has not begun is as if it had never been arranged.
        until = max(on, supervising.since)
        end_supervising(supervising=supervising, until=until, by=by, now=now)
