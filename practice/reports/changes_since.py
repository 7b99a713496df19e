"""What was entered, put right or taken back after a report had been made: from the histories.

Counted are changes of what figures are made from; notes, minutes and the like are not. Who made a
change is not told here.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db.models import Q, QuerySet

from practice.actions.corrections import PUT_RIGHT
from practice.cohorts import Scope
from practice.models import AuditEntry, Deed, Episode, Holding, MeasureCompletion, Session

Past = Any
_ENTERED, _REMOVED = "+", "-"


class Part(StrEnum):
    """What was changed, by the figures that it can move."""

    SCORE = "score"
    SESSION = "session"
    ENDING = "ending"
    LEFT_OUT = "left out"
    EPISODE = "episode"
    HOLDER = "holder"
    # Answers, mode and medium: of counts of changes after entry alone.
    HOW = "how it was taken"


@dataclass(frozen=True, kw_only=True)
class Change:
    """One change. on: the earliest day it is about; at: when it was made; why: "" where unsaid."""

    part: Part
    words: str
    on: dt.date
    at: dt.datetime
    why: str


_SESSION = ("episode_id", "held_on", "kind", "attendance")
_FORM = ("measure", "total", "session_id", "episode_id", "completed_on")
_HOW_HELD = ("medium",)
_HOW_TAKEN = ("answers", "mode")
_HOLDING = ("episode_id", "since", "until")
_ENDING = ("ended_on", "ending", "wished_to_continue")
_EPISODE = ("referred_on", "left_out", *_ENDING)
_ALWAYS_READ = ("id", "history_type", "history_date", "history_change_reason")
_NO_DAY = dt.date.max


def changes_since(scope: Scope, moment: dt.datetime) -> tuple[Change, ...]:
    """All of them after a moment, of episodes that the scope has or ever held: at most seven queries.

    Who holds a client moves the figures of a practitioner, and none of the whole service. Of clients
    who were erased nothing is known but how many in the service: whose they were is not.
    """
    episodes = Episode.objects.filter(client__service=scope.service)
    handed: tuple[Change, ...] = ()
    if scope.practitioner is not None:
        # A holding that was taken off leaves its trace: whose figures it moved is still known.
        holdings: Any = Holding.history.filter(
            practitioner_id=scope.practitioner.pk, episode_id__in=episodes.values("pk")
        )
        episodes = episodes.filter(pk__in=holdings.values("episode_id"))
        referred = dict(episodes.values_list("pk", "referred_on"))
        handed = tuple(
            _steps(holdings, moment, _HOLDING, lambda *two: _holding(*two, referred=referred))
        )
    keys = episodes.values("pk")
    sessions: Any = Session.history
    forms: Any = MeasureCompletion.history
    of_them = sessions.filter(episode_id__in=keys).values("id")
    session_days = dict(
        sessions.filter(episode_id__in=keys)
        .order_by("history_date", "history_id")
        .values_list("id", "held_on")
    )
    own_forms = forms.filter(Q(episode_id__in=keys) | Q(session_id__in=of_them))
    return (
        *_steps(sessions.filter(id__in=of_them), moment, (*_SESSION, *_HOW_HELD), _session),
        *_steps(
            own_forms,
            moment,
            (*_FORM, *_HOW_TAKEN),
            lambda *two: _form(*two, session_days=session_days),
        ),
        *_steps(Episode.history.filter(id__in=keys), moment, _EPISODE, _episode),
        *handed,
        *_erased(scope, moment),
    )


def _erased(scope: Scope, moment: dt.datetime) -> Iterator[Change]:
    entries = AuditEntry.objects.filter(
        deed=Deed.ERASED, service=scope.service.uid, at__gt=moment
    ).order_by("at")
    words = "client erased" if scope.practitioner is None else "client of the service erased"
    for at in entries.values_list("at", flat=True):
        # Any day: which days the client's were is not known any more.
        yield Change(part=Part.EPISODE, words=words, on=dt.date.min, at=at, why="")


def _steps(
    rows: QuerySet[Any],
    moment: dt.datetime,
    fields: Sequence[str],
    told: Callable[[Past | None, Past], Iterable[tuple[Part, str, dt.date]]],
) -> Iterator[Change]:
    """From each state of a record to the next, where the next came after the moment."""
    touched = rows.filter(history_date__gt=moment).values("id")
    states: defaultdict[int, list[Past]] = defaultdict(list)
    # No whole rows: their notes would be decrypted, which nobody asked for.
    kept = rows.filter(id__in=touched).order_by("history_date", "history_id")
    for row in kept.values_list(*_ALWAYS_READ, *fields, named=True):
        states[row.id].append(row)
    for record in states.values():
        for before, after in zip([None, *record], record, strict=False):
            if after.history_date <= moment:
                continue
            for part, words, on in told(before, after):
                yield Change(part=part, words=words, on=on, at=after.history_date, why=_why(after))


def _why(row: Past) -> str:
    """What somebody gave as the reason; an entry needs none, and our own words are none."""
    why: str = row.history_change_reason or ""
    return "" if row.history_type == _ENTERED or why == PUT_RIGHT else why


def _differ(before: Past, after: Past, fields: Sequence[str]) -> bool:
    return any(getattr(before, field) != getattr(after, field) for field in fields)


def _verb(after: Past) -> str:
    return {_ENTERED: "entered later", _REMOVED: "removed"}.get(after.history_type, "corrected")


def _is_nothing(before: Past | None, after: Past, fields: Sequence[str]) -> bool:
    return (
        before is not None
        and after.history_type not in {_ENTERED, _REMOVED}
        and not _differ(before, after, fields)
    )


def _session(before: Past | None, after: Past) -> Iterator[tuple[Part, str, dt.date]]:
    days = [row.held_on for row in (before, after) if row is not None]
    if not _is_nothing(before, after, _SESSION):
        yield Part.SESSION, f"session {_verb(after)}", min(days)
    elif not _is_nothing(before, after, _HOW_HELD):
        yield Part.HOW, "medium corrected", min(days)


def _form(
    before: Past | None, after: Past, *, session_days: Mapping[int, dt.date]
) -> Iterator[tuple[Part, str, dt.date]]:
    days = [
        session_days.get(row.session_id, _NO_DAY) if row.session_id else row.completed_on
        for row in (before, after)
        if row is not None
    ]
    if not _is_nothing(before, after, _FORM):
        yield Part.SCORE, f"score {_verb(after)}", min(days)
    elif not _is_nothing(before, after, _HOW_TAKEN):
        yield Part.HOW, "form corrected without another total", min(days)


def _holding(
    before: Past | None, after: Past, *, referred: Mapping[int, dt.date]
) -> Iterator[tuple[Part, str, dt.date]]:
    # Whoever holds an episode from its referral came with it.
    is_entry = before is None and referred.get(after.episode_id) == after.since
    if not is_entry and not _is_nothing(before, after, _HOLDING):
        yield Part.HOLDER, "holder changed", _parted_on(before, after)


def _parted_on(before: Past | None, after: Past) -> dt.date:
    """From which day two states of a holding differ: a hand-over moves no month before it."""
    days: list[dt.date] = [row.since for row in (before, after) if row is not None]
    if before is not None and before.since == after.since and before.until != after.until:
        days = [end for end in (before.until, after.until) if end is not None]
    return min(days)


def _episode(before: Past | None, after: Past) -> Iterator[tuple[Part, str, dt.date]]:
    if after.history_type == _REMOVED:
        yield Part.EPISODE, "episode removed", after.referred_on
    elif before is None:
        yield Part.EPISODE, "episode entered later", after.referred_on
        if after.ended_on is not None:
            yield Part.ENDING, "ending entered later", after.ended_on
    else:
        yield from _episode_put_right(before, after)


def _episode_put_right(before: Past, after: Past) -> Iterator[tuple[Part, str, dt.date]]:
    if before.referred_on != after.referred_on:
        yield Part.EPISODE, "referral re-dated", min(before.referred_on, after.referred_on)
    if _differ(before, after, _ENDING):
        days = [row.ended_on for row in (before, after) if row.ended_on is not None]
        yield Part.ENDING, _ending_words(before, after), min(days)
    if before.left_out != after.left_out:
        words = "episode left out" if after.left_out else "episode taken back in"
        yield Part.LEFT_OUT, words, after.referred_on


def _ending_words(before: Past, after: Past) -> str:
    if before.ended_on is None:
        return "ending entered later"
    if after.ended_on is None:
        return "episode reopened"
    return "ending corrected" if before.ended_on == after.ended_on else "ending re-dated"
