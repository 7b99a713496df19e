"""Clients and their episodes: made, put right, paused."""

import datetime as dt
from collections.abc import Mapping

from django.db import models, transaction

from practice.actions.sessions import RefusedFieldError
from practice.actions.versions import check_version
from practice.actions.writing import RefusedError, change, read_again, save
from practice.domain.periods import day_words
from practice.models import Client, Episode, Holding, MeasureCompletion, Practitioner, Service

IN_USE = "This reference is in use in your service already: choose another."


def client_with(service: Service, reference: str) -> Client | None:
    """The client of that reference. Letters in another case are the same: k-14 is a slip for K-14."""
    found = Client.objects.filter(service=service, reference__iexact=reference)
    return min(found, key=lambda client: client.reference != reference, default=None)


@transaction.atomic
def add_client(
    *,
    service: Service,
    holder: Practitioner,
    reference: str,
    facts: Mapping[str, object],
    details: Mapping[str, object],
    by: Practitioner,
) -> Episode:
    """A new client and the first episode, which the holder holds from the referral.

    facts: fields of the client. details: fields of the episode, referred_on among them. Raises
    RefusedFieldError for a reference that is in use.
    """
    # Whoever adds a client to the service waits here: else a double click makes two.
    read_again(service)
    if client_with(service, reference) is not None:
        raise RefusedFieldError("reference", IN_USE)
    client = Client(service=service, reference=reference, **facts)
    save(client, by=by, why="new client")
    return _add_episode(
        Episode(client=client, number=1, **details), holder=holder, by=by, why="new client"
    )


@transaction.atomic
def add_next_episode(
    *,
    client: Client,
    holder: Practitioner,
    facts: Mapping[str, object],
    details: Mapping[str, object],
    by: Practitioner,
) -> Episode:
    """The next episode of a client who came back; the holder holds it from the referral.

    facts: what was given of the client, where anything was. Raises RefusedFieldError when an
    episode is open or the last one ended after the new referral, and for a fact that is stored
    otherwise.
    """
    read_again(client)
    episodes = list(client.episodes.all())
    if any(episode.ended_on is None for episode in episodes):
        raise RefusedFieldError("reference", "This client has an open episode.")
    _check_after_earlier(details["referred_on"], episodes)
    _check_facts(client, facts)
    change(client, {name: value for name, value in facts.items() if value}, by=by, why="came back")
    number = max((episode.number for episode in episodes), default=0) + 1
    return _add_episode(
        Episode(client=client, number=number, **details), holder=holder, by=by, why="came back"
    )


def _check_after_earlier(referred_on: object, episodes: list[Episode]) -> None:
    for episode in episodes:
        ended_on = episode.ended_on
        if ended_on is not None and isinstance(referred_on, dt.date) and referred_on < ended_on:
            raise RefusedFieldError(
                "referred_on",
                f"Before the end of episode {episode.number}, on {day_words(ended_on)}: "
                "give that day or a later one.",
            )


def _check_facts(client: Client, facts: Mapping[str, object]) -> None:
    for name, value in facts.items():
        stored = getattr(client, name)
        if value and stored and value != stored:
            raise RefusedFieldError(
                name,
                f"{stored} is stored for this client: leave this empty, and put it right under "
                "the client's details if it is wrong.",
            )


def _add_episode(episode: Episode, *, holder: Practitioner, by: Practitioner, why: str) -> Episode:
    save(episode, by=by, why=why)
    save(Holding(episode=episode, practitioner=holder, since=episode.referred_on), by=by, why=why)
    return episode


@transaction.atomic
def change_details(
    *,
    episode: Episode,
    facts: Mapping[str, object],
    details: Mapping[str, object],
    seen: str,
    by: Practitioner,
    why: str,
) -> None:
    """Other values for an episode and its client; the holding that began with the referral moves too.

    facts: fields of the client. details: fields of the episode. seen: the version of episode and
    client that was looked at. Raises StaleError when it is no longer the stored one,
    RefusedFieldError for a referral that cannot be and a reference of another client.
    """
    client = episode.client
    # Whoever gives a reference in the service waits here.
    read_again(client.service)
    read_again(client)
    read_again(episode)
    episode.client = client
    if _is_stored(client, facts) and _is_stored(episode, details):
        # Also the second of two clicks.
        return
    check_version(episode, client, seen=seen)
    reference = facts.get("reference", client.reference)
    if reference != client.reference:
        _check_reference_is_free(client, str(reference))
    referred_on = details.get("referred_on", episode.referred_on)
    if isinstance(referred_on, dt.date) and referred_on != episode.referred_on:
        _move_referral(episode, to=referred_on, by=by, why=why)
    change(client, facts, by=by, why=why)
    change(episode, details, by=by, why=why)


def _is_stored(row: models.Model, values: Mapping[str, object]) -> bool:
    return all(getattr(row, name) == value for name, value in values.items())


def _check_reference_is_free(client: Client, reference: str) -> None:
    other = client_with(client.service, reference)
    if other is not None and other != client:
        raise RefusedFieldError("reference", IN_USE)


def _move_referral(episode: Episode, *, to: dt.date, by: Practitioner, why: str) -> None:
    """Check a new day of referral against all that came after it, and begin the holding with it."""
    first = _first_meeting(episode)
    if first is not None and to > first:
        _refuse_referral(f"After the first session, {day_words(first)}: a referral comes first.")
    if episode.ended_on is not None and to > episode.ended_on:
        _refuse_referral(
            f"After the end, {day_words(episode.ended_on)}: an episode cannot end before its "
            "referral."
        )
    if episode.paused_until is not None and to > episode.paused_until:
        _refuse_referral(
            f"After the agreed pause, until {day_words(episode.paused_until)}: end the pause first."
        )
    # What overlaps already came so from a file, and is not made worse by a smaller overlap.
    for other in episode.client.episodes.exclude(pk=episode.pk):
        ended_on = other.ended_on
        if ended_on is not None and to < ended_on <= episode.referred_on:
            _refuse_referral(
                f"Before the end of episode {other.number}, on {day_words(ended_on)}: give that "
                "day or a later one."
            )
    holding = episode.holdings.order_by("since").first()
    if holding is None or holding.since != episode.referred_on:
        return
    if holding.until is not None and to >= holding.until:
        _refuse_referral(
            f"The episode was handed over on {day_words(holding.until)}: a referral comes before "
            "that day."
        )
    change(holding, {"since": to}, by=by, why=why)


def _refuse_referral(message: str) -> None:
    raise RefusedFieldError("referred_on", message)


def _first_meeting(episode: Episode) -> dt.date | None:
    """The day of the first appointment, kept or missed, or of the first form without one."""
    forms = MeasureCompletion.objects.filter(episode=episode).aggregate(
        first=models.Min("completed_on")
    )
    sessions = episode.sessions.aggregate(first=models.Min("held_on"))
    days: list[dt.date] = [day for day in (forms["first"], sessions["first"]) if day is not None]
    return min(days, default=None)


@transaction.atomic
def pause_episode(
    *,
    episode: Episode,
    until: dt.date,
    reason: str,
    today: dt.date,
    seen: str | None = None,
    by: Practitioner,
) -> None:
    """An agreed pause up to and including a day. The reason stays encrypted, on the episode alone.

    seen: the version of the episode that was looked at; None where nobody looked, as the
    demonstration does. Raises StaleError when it is no longer the stored one, RefusedError for an
    episode that has ended, RefusedFieldError for a day that is over.
    """
    read_again(episode)
    if episode.ended_on is not None:
        raise RefusedError("This therapy has ended: there is nothing to pause.")
    if until < today:
        raise RefusedFieldError(
            "until", f"Before today, {day_words(today)}: give today or a later day."
        )
    values = {"paused_until": until, "pause_reason": reason}
    if seen is not None and not _is_stored(episode, values):
        check_version(episode, seen=seen)
    change(episode, values, by=by, why="agreed pause")


@transaction.atomic
def end_pause(*, episode: Episode, seen: str | None = None, by: Practitioner) -> None:
    """The pause is over; without one nothing changes. seen, and StaleError: as above."""
    read_again(episode)
    if seen is not None and episode.paused_until is not None:
        check_version(episode, seen=seen)
    change(episode, {"paused_until": None, "pause_reason": ""}, by=by, why="pause ended")


@transaction.atomic
def leave_open(*, episode: Episode, today: dt.date, by: Practitioner) -> None:
    """Somebody has looked at a client not seen for long, and the therapy stays open.

    It stays in every count; a second time on the same day changes nothing. Raises RefusedError for
    an episode that has ended, or whose referral is yet to come.
    """
    read_again(episode)
    if episode.ended_on is not None:
        raise RefusedError(
            f"This therapy has ended, on {day_words(episode.ended_on)}: there is nothing to leave "
            "open."
        )
    if today < episode.referred_on:
        raise RefusedError(
            f"The referral is of {day_words(episode.referred_on)}: there is nothing to look at yet."
        )
    change(episode, {"still_open_on": today}, by=by, why="looked at and left open")
