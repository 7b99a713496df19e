"""What was changed after entry: read from the histories, who, when, from what to what, and why.

Nothing vanishes: what was removed, or moved to another client, is told of as well.
"""

import datetime as dt
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from django.db import models
from django.db.models import QuerySet

from practice.cases.field_words import FieldChange, differences
from practice.cases.wording import NOBODY, moment_words
from practice.domain.measures import MEASURES, in_figures
from practice.domain.periods import day_words
from practice.models import (
    Agreement,
    Client,
    Episode,
    MeasureCompletion,
    Practitioner,
    RiskResponse,
    Session,
)

# A row of a history table: the fields of its model as they were, and who, when and why.
Past = Any

_ENTERED, _REMOVED = "+", "-"
HERE, ELSEWHERE = "this episode", "another client or episode"


@dataclass(frozen=True, kw_only=True)
class Correction:
    """One change after entry: to what, by whom, when, what it was, and why ("" where unsaid)."""

    at: dt.datetime
    about: str
    changes: tuple[str, ...]
    who: str
    why: str

    @property
    def when(self) -> str:
        """By the practice's clock."""
        return moment_words(self.at)


class _Timeline:
    """The states of many records over time, by their keys."""

    def __init__(self, rows: Iterable[Past]) -> None:
        self.records: defaultdict[int, list[Past]] = defaultdict(list)
        for row in rows:
            self.records[row.id].append(row)

    def at(self, key: int, moment: dt.datetime) -> Past:
        """The record as it was at a moment; as it was first, before that."""
        rows = self.records[key]
        return rows[max(bisect_right(rows, moment, key=lambda row: row.history_date) - 1, 0)]


@dataclass(frozen=True, kw_only=True)
class _Histories:
    """All that was ever part of one episode. Sessions and forms move when put right."""

    episode: int
    sessions: _Timeline
    forms: _Timeline

    def session_of(self, form: Past, moment: dt.datetime) -> Past | None:
        # A session of a client who has been erased is known no more, nor is its history.
        if form.session_id is None or form.session_id not in self.sessions.records:
            return None
        return self.sessions.at(form.session_id, moment)

    def place_of_form(self, form: Past, moment: dt.datetime) -> int:
        session = self.session_of(form, moment)
        place: int = form.episode_id if session is None else session.episode_id
        return place

    def place(self, model: type[models.Model], row: Past, moment: dt.datetime) -> int:
        """The episode to which a row belonged at a moment."""
        if model is MeasureCompletion:
            return self.place_of_form(row, moment)
        if model is RiskResponse:
            return self.place_of_form(self.forms.at(row.completion_id, moment), moment)
        place: int = row.episode_id if model in {Session, Agreement} else self.episode
        return place

    def about(self, model: type[models.Model], row: Past, moment: dt.datetime) -> str:
        """What the row is, as a page names it."""
        if model is Session:
            return f"Session of {day_words(row.held_on)}"
        if model is MeasureCompletion:
            return self.form_words(row, moment)
        if model is RiskResponse:
            form = self.forms.at(row.completion_id, moment)
            return f"Risk item of {self.form_words(form, moment)}"
        return {Agreement: "Agreed in supervision", Client: "Client"}.get(model, "Therapy")

    def form_words(self, form: Past, moment: dt.datetime) -> str:
        session = self.session_of(form, moment)
        day = form.completed_on if session is None else session.held_on
        name = MEASURES[form.measure].name
        return name if day is None else f"{name} of {day_words(day)}"


def load_corrections(episode: Episode) -> tuple[Correction, ...]:
    """Every change of the episode and what belongs to it after entry, newest first: seven queries.

    A change that was made while a session or form belonged to another client is not among them.
    """
    sessions_ever = Session.history.filter(episode_id=episode.pk).values("id")
    every = MeasureCompletion.history.order_by().values("id")
    # Two questions joined: asked with "or", the whole history is read.
    forms_ever = every.filter(episode_id=episode.pk).union(
        every.filter(session_id__in=sessions_ever)
    )
    form_rows = _read(MeasureCompletion.history.filter(id__in=forms_ever))
    # Forms may have belonged to sessions that never were this episode's.
    session_rows = _read(
        Session.history.filter(
            id__in=sessions_ever.order_by().union(
                Session.history.filter(
                    id__in=[row.session_id for row in form_rows if row.session_id is not None]
                )
                .order_by()
                .values("id")
            )
        )
    )
    found: dict[type[models.Model], list[Past]] = {
        Session: session_rows,
        MeasureCompletion: form_rows,
        RiskResponse: _read(RiskResponse.history.filter(completion_id__in=forms_ever)),
        Agreement: _read(Agreement.history.filter(episode_id=episode.pk)),
        Episode: _read(Episode.history.filter(id=episode.pk)),
        Client: _read(Client.history.filter(id=episode.client_id)),
    }
    histories = _Histories(
        episode=episode.pk, sessions=_Timeline(session_rows), forms=_Timeline(form_rows)
    )
    steps = [
        (row, about, changes)
        for model, rows in found.items()
        for row, about, changes in _steps(model, rows, histories)
    ]
    people = Practitioner.objects.in_bulk({row.history_user_id for row, _, _ in steps} - {None})
    corrections = (
        Correction(
            at=row.history_date,
            about=about,
            changes=changes,
            who=str(people.get(row.history_user_id, NOBODY)),
            why=row.history_change_reason or "",
        )
        for row, about, changes in steps
    )
    return tuple(sorted(corrections, key=lambda one: one.at, reverse=True))


def _read(rows: QuerySet[Any]) -> list[Past]:
    return list(rows.order_by("history_date", "history_id"))


def _steps(
    model: type[models.Model], rows: Sequence[Past], histories: _Histories
) -> Iterator[tuple[Past, str, tuple[str, ...]]]:
    """From each state of each record to the next, where something that is told of changed."""
    for states in _Timeline(rows).records.values():
        for before, after in pairwise(states):
            moment = after.history_date
            was = histories.place(model, before, moment)
            is_now = histories.place(model, after, moment)
            if histories.episode not in {was, is_now}:
                continue
            changes = tuple(_changes(model, before, after))
            if was != is_now and _moves_itself(model, before, after):
                sides = (HERE, ELSEWHERE) if was == histories.episode else (ELSEWHERE, HERE)
                moved = FieldChange(field="client", before=sides[0], after=sides[1])
                changes = (moved.words, *changes)
            if changes:
                yield after, histories.about(model, before, moment), changes


def _moves_itself(model: type[models.Model], before: Past, after: Past) -> bool:
    """Its own place was put right, and not that of the session it belongs to."""
    if model is MeasureCompletion:
        return (before.session_id, before.episode_id) != (after.session_id, after.episode_id)
    return model is Session


def _changes(model: type[models.Model], before: Past, after: Past) -> Iterator[str]:
    if after.history_type == _REMOVED:
        yield "removed" if model is not MeasureCompletion else _removed_form(before)
    elif after.history_type != _ENTERED:
        for change in differences(model, before, after):
            yield change.words


def _removed_form(form: Past) -> str:
    score = "without a score" if form.total is None else f"with the score {in_figures(form.total)}"
    return f"removed, {score}"
