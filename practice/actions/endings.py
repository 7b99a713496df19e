"""The end of a therapy: stored, put right, taken back; and what is left out of the figures."""

import datetime as dt

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from practice.actions.corrections import FREE_FOR
from practice.actions.ending_rules import EndingFacts, end_problems
from practice.actions.sessions import RefusedFieldError, form_values, free_places
from practice.actions.versions import check_version
from practice.actions.writing import RefusedError, change, read_again, save
from practice.domain.endings import LeftOut
from practice.domain.periods import day_words
from practice.domain.sessions import SEEN, Kind
from practice.models import Episode, MeasureCompletion, Practitioner


@transaction.atomic
def end_episode(
    *,
    episode: Episode,
    facts: EndingFacts,
    seen: str | None = None,
    by: Practitioner,
    why: str,
    now: dt.datetime,
) -> tuple[MeasureCompletion, ...]:
    """End a therapy, or put its ending right; returns the forms of the last day that were added.

    A score becomes a form of the attended session of the day, or stands alone where there is none.
    A pause that would go on ends with the therapy. seen: the version of episode and client that was
    looked at; None where nobody looked. Raises StaleError when it is no longer the stored one,
    RefusedFieldError for the first rule that would be broken.
    """
    read_again(episode)
    if seen is not None:
        check_version(episode, episode.client, seen=seen)
    for problem in end_problems(episode, facts, today=timezone.localdate(now)):
        raise RefusedFieldError(problem.field, problem.message)
    values = facts.values
    if episode.paused_until is not None and episode.paused_until >= facts.ended_on:
        values |= {"paused_until": None, "pause_reason": ""}
    change(episode, values, by=by, why=why)
    session = (
        episode.sessions.filter(
            held_on=facts.ended_on, attendance__in=[seen.value for seen in SEEN]
        )
        .exclude(kind=Kind.FOLLOW_UP)
        .order_by("-position", "-pk")
        .first()
    )
    shared, free = free_places(episode, facts.ended_on)
    forms = []
    for score in facts.scores:
        form = MeasureCompletion(
            measure=score.measure,
            session=session,
            entered_by=by,
            entered_at=now,
            **form_values(score),
        )
        if session is None:
            form.episode, form.completed_on = episode, facts.ended_on
            form.position = free if shared is None else shared
        save(form, by=by, why=why)
        forms.append(form)
    return tuple(forms)


def ending_needs_reason(episode: Episode, *, by: Practitioner, now: dt.datetime) -> bool:
    """Whether a change of the ending wants a reason: entered by somebody else, or longer ago.

    Entered is when the end or its kind last changed, by the history: one query.
    """
    entered = None
    rows = episode.history.order_by("-history_date", "-history_id").values_list(
        "history_date", "history_user_id", "ended_on", "ending"
    )
    for when, who, ended_on, ending in rows:
        if (ended_on, ending) != (episode.ended_on, episode.ending):
            break
        entered = (when, who)
    return entered is None or entered[1] != by.pk or now - entered[0] > FREE_FOR


@transaction.atomic
def reopen_episode(
    *, episode: Episode, seen: str | None = None, by: Practitioner, why: str
) -> None:
    """Take an ending back; what was found and would be tried stays written.

    seen: the version of the episode that was looked at; None where nobody looked. Raises StaleError
    when it is no longer the stored one, RefusedError for an episode that is open, or that would then
    run beside another one.
    """
    read_again(episode)
    if episode.ended_on is None:
        raise RefusedError("This therapy is open already.")
    if seen is not None:
        check_version(episode, seen=seen)
    beside = (
        Episode.objects.filter(client=episode.client_id)
        .exclude(pk=episode.pk)
        .filter(
            Q(ended_on__isnull=True)
            | Q(ended_on__gt=episode.ended_on)
            | Q(referred_on__gte=episode.ended_on)
        )
        .order_by("number")
        .first()
    )
    if beside is not None:
        raise RefusedError(
            f"Episode {beside.number} of this client began on {day_words(beside.referred_on)} and "
            "would run beside this one: a client has one open episode at a time."
        )
    change(
        episode,
        {
            "ended_on": None,
            "ending": "",
            "wished_to_continue": None,
            "got_what_they_came_for": "",
        },
        by=by,
        why=why,
    )


@transaction.atomic
def leave_out(
    *, episode: Episode, reason: LeftOut, by: Practitioner, now: dt.datetime, why: str = ""
) -> None:
    """Leave an episode out of every figure, with who and when. why: for the history; else the reason.

    Raises RefusedError for one that is left out already: its day would be lost.
    """
    read_again(episode)
    if episode.left_out:
        raise RefusedError(f"This episode is left out already: {LeftOut(episode.left_out).words}.")
    change(
        episode,
        {"left_out": reason.value, "left_out_at": now, "left_out_by": by},
        by=by,
        why=why or f"left out: {reason.words}",
    )


@transaction.atomic
def take_in(*, episode: Episode, seen: str | None = None, by: Practitioner, why: str) -> None:
    """Take an episode back into the figures; one that is in them stays as it is.

    seen: as for reopen_episode; raises StaleError likewise, and RefusedError where the client has
    withdrawn consent to the figures.
    """
    read_again(episode)
    if seen is not None and episode.left_out:
        check_version(episode, seen=seen)
    if episode.left_out and episode.client.withdrew_on is not None:
        raise RefusedError("The client has withdrawn consent: take the withdrawal back first.")
    change(episode, {"left_out": "", "left_out_at": None, "left_out_by": None}, by=by, why=why)
