"""Consent to being part of the figures: given, withdrawn, taken back; and legal holds."""

import datetime as dt

from django.db import transaction

from practice.actions.endings import leave_out, take_in
from practice.actions.sessions import RefusedFieldError
from practice.actions.traces import history_of
from practice.actions.versions import check_version, is_repeat
from practice.actions.writing import RefusedError, change, read_again
from practice.domain.endings import LeftOut
from practice.domain.periods import day_words
from practice.models import Client, Episode, Practitioner

GIVEN = "consent recorded"
WITHDRAWN = "consent withdrawn"
HELD = "legal hold"


@transaction.atomic
def record_consent(
    *,
    client: Client,
    on: dt.date | None,
    seen: str | None = None,
    by: Practitioner,
    why: str,
) -> None:
    """The day on which the client agreed to being part of the figures; None is not recorded.

    seen: the version of the client that was looked at; None where nobody looked, here as below.
    Raises StaleError when it is no longer the stored one, RefusedFieldError while a withdrawal
    stands.
    """
    read_again(client)
    if seen is not None and client.consented_on != on:
        check_version(client, seen=seen)
    if client.withdrew_on is not None and client.consented_on != on:
        raise RefusedFieldError(
            "consented_on", "Consent is withdrawn: take the withdrawal back first."
        )
    change(client, {"consented_on": on}, by=by, why=why)


@transaction.atomic
def withdraw_consent(
    *,
    client: Client,
    on: dt.date,
    seen: str | None = None,
    by: Practitioner,
    now: dt.datetime,
) -> tuple[Episode, ...]:
    """The client takes consent back: every episode leaves the figures; returns those that left.

    One that is left out for another reason stays so. A second time, what has come into the figures
    since leaves them. Raises StaleError, and RefusedFieldError for a day before consent was given.
    """
    read_again(client)
    if seen is not None and client.withdrew_on != on:
        check_version(client, seen=seen)
    if client.consented_on is not None and on < client.consented_on:
        raise RefusedFieldError(
            "withdrew_on",
            f"Before consent was given, on {day_words(client.consented_on)}: give that day or a "
            "later one.",
        )
    change(client, {"withdrew_on": on}, by=by, why=WITHDRAWN)
    left = in_figures(client)
    for episode in left:
        _leave_out(episode, by=by, now=now)
    return left


def _leave_out(episode: Episode, *, by: Practitioner, now: dt.datetime) -> None:
    reason = LeftOut.CONSENT_WITHDRAWN
    leave_out(episode=episode, reason=reason, by=by, now=now, why=WITHDRAWN)


@transaction.atomic
def keep_out(*, episode: Episode, by: Practitioner, now: dt.datetime) -> bool:
    """Leave a new episode out where its client has withdrawn consent; whether it was."""
    client = episode.client
    read_again(client)
    if client.withdrew_on is None or episode.left_out:
        return False
    _leave_out(episode, by=by, now=now)
    return True


@transaction.atomic
def take_withdrawal_back(
    *, client: Client, seen: str | None = None, by: Practitioner, why: str
) -> tuple[Episode, ...]:
    """The client is part of the figures again; returns the episodes that came back into them.

    Episodes that had been left out before consent was withdrawn stay out. A double click brings
    nothing back. Raises StaleError, and RefusedError where none is withdrawn.
    """
    read_again(client)
    if seen is not None:
        if client.withdrew_on is None and is_repeat(client, by=by, why=why):
            return ()
        check_version(client, seen=seen)
    if client.withdrew_on is None:
        raise RefusedError("No withdrawal of consent is recorded.")
    back = left_by_withdrawal(client)
    change(client, {"withdrew_on": None}, by=by, why=why)
    for episode in back:
        take_in(episode=episode, by=by, why=why)
    return back


def in_figures(client: Client) -> tuple[Episode, ...]:
    """The client's episodes that are not left out."""
    return tuple(client.episodes.filter(left_out="").order_by("number"))


def left_by_withdrawal(client: Client) -> tuple[Episode, ...]:
    """The episodes that a withdrawal of consent keeps out of the figures, by the history.

    Those that left them with it or came later, by hand or by a file; not one that had been out before.
    """
    since = _withdrawn_at(client)
    if since is None:
        return ()
    reason = LeftOut.CONSENT_WITHDRAWN
    out = client.episodes.filter(left_out=reason).order_by("number")
    past = history_of(Episode).filter(id__in=out.order_by().values("pk"), left_out=reason)
    before = set(past.filter(history_date__lt=since).values_list("id", "left_out_at"))
    return tuple(one for one in out if (one.pk, one.left_out_at) not in before)


def _withdrawn_at(client: Client) -> dt.datetime | None:
    """When the withdrawal that stands was recorded; a day that was put right is the same one."""
    since: dt.datetime | None = None
    past = history_of(Client).filter(id=client.pk).order_by("history_date", "history_id")
    for at, withdrew_on in past.values_list("history_date", "withdrew_on"):
        since = None if withdrew_on is None else since or at
    return since


@transaction.atomic
def hold_client(
    *, client: Client, on: dt.date, reason: str, seen: str | None = None, by: Practitioner
) -> None:
    """A legal hold: from now on nothing of the client is erased. The reason is kept encrypted.

    Raises StaleError, and RefusedError where another hold stands: its day and reason would be lost.
    """
    read_again(client)
    if (client.held_on, client.hold_reason) == (on, reason):
        return
    if seen is not None:
        check_version(client, seen=seen)
    if client.held_on is not None:
        raise RefusedError("A legal hold stands already.")
    change(client, {"held_on": on, "hold_reason": reason}, by=by, why=HELD)


@transaction.atomic
def end_hold(*, client: Client, seen: str | None = None, by: Practitioner, why: str) -> None:
    """The hold is over; without one nothing changes. The history keeps its day and reason.

    Raises StaleError, unless it is a double click.
    """
    read_again(client)
    if seen is not None and not (client.held_on is None and is_repeat(client, by=by, why=why)):
        check_version(client, seen=seen)
    change(client, {"held_on": None, "hold_reason": ""}, by=by, why=why)
