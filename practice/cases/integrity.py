"""The histories of a scope's sessions, scores and endings, as the rules of integrity read them.

A fixed number of queries, whatever the caseload: three histories, the episodes they belong to, and
how the scores of ended episodes came.
"""

import datetime as dt
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from practice.cases.how_measured import how_measured
from practice.cohorts import Scope, episodes_in
from practice.cohorts.loading import keys_of
from practice.domain.endings import Ending, LeftOut
from practice.domain.integrity import (
    Edit,
    EndingState,
    EndingStory,
    Entry,
    FormState,
    ScoreStory,
    SessionStory,
    Stood,
    edits,
    ending_story,
    form_edits,
    is_import,
    is_import_undone,
)
from practice.domain.integrity_counts import HowMeasured
from practice.domain.periods import Period
from practice.domain.sessions import Kind
from practice.models import Episode, MeasureCompletion, Session

# A row of a history table, without what is encrypted.
Past = Any

_REMOVED = "-"
_ALWAYS = ("id", "history_date", "history_type", "history_change_reason")
_SESSION = (*_ALWAYS, "episode_id", "held_on", "kind")
_FORM = (*_ALWAYS, "episode_id", "session_id", "completed_on", "measure", "total", "answers")
_EPISODE = (*_ALWAYS, "ended_on", "ending", "left_out")


@dataclass(frozen=True, kw_only=True)
class Ledger:
    """What became of the entries of a scope, left-out episodes included: leaving out hides nothing.

    how: of episodes that ended in the period, each score with how it was taken. paused_until: the
    last day of an agreed pause, by episode.
    """

    scores: tuple[ScoreStory, ...]
    sessions: tuple[SessionStory, ...]
    endings: tuple[EndingStory, ...]
    how: Mapping[int, tuple[HowMeasured, ...]]
    paused_until: Mapping[int, dt.date]


def load_ledger(scope: Scope, period: Period) -> Ledger:
    """Everything dated in a period, now or before it was put right: five queries.

    An episode belongs to whoever held it on its end date, or while it is open on the period's last
    day, however long ago it ended. What an import brought and its undoing took away is not there.
    """
    return load_ledger_of(_episodes(scope, until=period.end), period)


def load_ledger_of(episodes: QuerySet[Episode], period: Period) -> Ledger:
    """The same of episodes that were chosen otherwise."""
    standing: dict[int, dt.date | None] = dict(episodes.values_list("pk", "paused_until"))
    keys = keys_of(episodes, known=list(standing))
    days = (period.start, period.end)
    sessions = _history(Session).filter(episode_id__in=keys, held_on__range=days)
    every = _history(MeasureCompletion)
    at_sessions = every.filter(session_id__in=sessions.values("id")).values("id")
    alone = every.filter(episode_id__in=keys, completed_on__range=days).values("id")
    ended = _history(Episode).filter(id__in=keys, ended_on__range=days)
    histories = _Histories(
        episodes=frozenset(standing),
        sessions=_by_record(Session, Q(id__in=sessions.values("id")), _SESSION),
        forms=_by_record(MeasureCompletion, Q(id__in=at_sessions.union(alone)), _FORM),
    )
    return Ledger(
        scores=tuple(histories.scores()),
        sessions=tuple(histories.session_stories()),
        endings=_endings(Q(id__in=ended.values("id"))),
        how=how_measured(episodes.filter(ended_on__range=days)),
        paused_until={key: until for key, until in standing.items() if until is not None},
    )


def load_ledger_since(scope: Scope, days: Period) -> Ledger:
    """Everything that was written on days of the period, whatever day it is about: four queries.

    The stories are whole: they also tell what was written before and since. how is empty.
    """
    episodes = _episodes(scope, until=days.end)
    known = list(episodes.values_list("pk", flat=True))
    keys = keys_of(episodes, known=known)
    written = Q(history_date__gte=_midnight(days.start)) & Q(
        history_date__lt=_midnight(days.end + dt.timedelta(days=1))
    )
    of_them = _history(Session).filter(episode_id__in=keys)
    sessions = of_them.filter(written)
    every = _history(MeasureCompletion)
    alone = every.filter(written, episode_id__in=keys)
    at_sessions = every.filter(written, session_id__in=of_them.values("id"))
    # Questions joined: asked with "or", the whole history is read.
    forms = every.filter(id__in=alone.values("id").union(at_sessions.values("id")))
    histories = _Histories(
        episodes=frozenset(known),
        sessions=_by_record(
            Session,
            Q(id__in=sessions.values("id").union(at_sessions.values("session_id"))),
            _SESSION,
        ),
        forms=_by_record(
            MeasureCompletion,
            Q(
                pk__in=forms.values("pk").union(
                    every.filter(session_id__in=sessions.values("id")).values("pk")
                )
            ),
            _FORM,
        ),
    )
    touched = _history(Episode).filter(written, id__in=keys)
    return Ledger(
        scores=tuple(histories.scores()),
        sessions=tuple(histories.session_stories()),
        endings=_endings(Q(id__in=touched.values("id"))),
        how={},
        paused_until={},
    )


def _episodes(scope: Scope, *, until: dt.date) -> QuerySet[Episode]:
    # Also those that ended long ago: an ending that was moved out of the period is looked for.
    return episodes_in(scope, Period(start=dt.date.min, end=until))


def _midnight(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time.min))


def _history(model: Any) -> QuerySet[Any]:
    rows: QuerySet[Any] = model.history.all()
    return rows.order_by()


def _by_record(model: Any, picked: Q, fields: Sequence[str]) -> Mapping[int, list[Past]]:
    """The states of each record, earliest first: one query."""
    found: defaultdict[int, list[Past]] = defaultdict(list)
    rows = _history(model).filter(picked).order_by("id", "history_date", "history_id")
    for row in rows.values_list(*fields, named=True):
        found[row.id].append(row)
    return found


@dataclass(frozen=True, kw_only=True)
class _Histories:
    """Sessions and forms with all their states. episodes: the scope's; nothing else is told of."""

    episodes: frozenset[int]
    sessions: Mapping[int, list[Past]]
    forms: Mapping[int, list[Past]]

    @cached_property
    def forms_of(self) -> Mapping[int, frozenset[int]]:
        """The forms that ever belonged to a session."""
        found: defaultdict[int, set[int]] = defaultdict(set)
        for row in chain.from_iterable(self.forms.values()):
            if row.session_id is not None:
                found[row.session_id].add(row.id)
        return {session: frozenset(forms) for session, forms in found.items()}

    def scores(self) -> Iterator[ScoreStory]:
        zone = timezone.get_current_timezone()
        for rows in self.forms.values():
            episode, on = self._place(rows[-1])
            if (
                episode not in self.episodes
                or on is None
                or _is_undone(rows)
                or all(row.total is None for row in rows)
            ):
                continue
            entry = _entry(rows[0], zone=zone)
            yield ScoreStory(
                episode=episode,
                measure=rows[-1].measure,
                on=on,
                entry=entry,
                edits=form_edits([_form_state(row) for row in rows], entered=entry.at),
            )

    def _place(self, form: Past) -> tuple[int, dt.date | None]:
        """The episode of a form and its day, by its session where it has one; -1 for another's."""
        if form.session_id is None:
            return form.episode_id, form.completed_on
        rows = self.sessions.get(form.session_id)
        return (-1, None) if rows is None else (rows[-1].episode_id, rows[-1].held_on)

    def session_stories(self) -> Iterator[SessionStory]:
        zone = timezone.get_current_timezone()
        for key, rows in self.sessions.items():
            last = rows[-1]
            if last.episode_id not in self.episodes or _is_undone(rows):
                continue
            entry = _entry(rows[0], zone=zone)
            # Most were never touched again: nothing to hold against each other.
            stored = [row for row in rows if row.history_type != _REMOVED] if rows[1:] else []
            kinds = edits([_stood(row, Kind(row.kind)) for row in stored], entered=entry.at)
            days = edits([_stood(row, row.held_on) for row in stored], entered=entry.at)
            yield SessionStory(
                episode=last.episode_id,
                on=last.held_on,
                entry=entry,
                has_score=any(
                    row.session_id == key and row.total is not None
                    for form in self.forms_of.get(key, ())
                    for row in self.forms[form]
                ),
                kinds=tuple(edit for edit in kinds if self._has_score_at(key, edit.at)),
                days=tuple(edit for edit in days if self._has_score_at(key, edit.at)),
                removal=_removal(last, entered=entry.at),
            )

    def _has_score_at(self, session: int, moment: dt.datetime) -> bool:
        """Whether a score of the session had been entered before the moment, and was still there."""
        for form in self.forms_of.get(session, ()):
            rows = self.forms[form]
            before = bisect_left(rows, moment, key=lambda row: row.history_date)
            if not before:
                continue
            row = rows[before - 1]
            if row.session_id == session and row.history_type != _REMOVED and row.total is not None:
                return True
        return False


def _is_undone(rows: Sequence[Past]) -> bool:
    """Brought by an import and taken away as a whole: nobody ever entered it here."""
    last = rows[-1]
    return last.history_type == _REMOVED and is_import_undone(last.history_change_reason or "")


def _removal(last: Past, *, entered: dt.datetime) -> Edit[dt.date] | None:
    if last.history_type != _REMOVED:
        return None
    return Edit(
        at=last.history_date,
        before=last.held_on,
        after=None,
        why=last.history_change_reason or "",
        after_entry=last.history_date - entered,
    )


def _entry(row: Past, *, zone: dt.tzinfo) -> Entry:
    return Entry(
        at=row.history_date,
        on=row.history_date.astimezone(zone).date(),
        is_imported=is_import(row.history_change_reason or ""),
    )


def _stood(row: Past, value: Any) -> Stood[Any]:
    return Stood(at=row.history_date, value=value, why=row.history_change_reason or "")


def _form_state(row: Past) -> Stood[FormState]:
    if row.history_type == _REMOVED:
        return _stood(row, None)
    return _stood(row, FormState(total=row.total, answers=row.answers))


def _endings(picked: Q) -> tuple[EndingStory, ...]:
    rows = _by_record(Episode, picked, _EPISODE)
    return tuple(
        ending_story(key, [_stood(row, _ending_state(row)) for row in states])
        for key, states in rows.items()
    )


def _ending_state(row: Past) -> EndingState:
    return EndingState(
        ended_on=row.ended_on,
        ending=Ending(row.ending) if row.ending else None,
        left_out=LeftOut(row.left_out) if row.left_out else None,
    )
