"""Forms filled in without a meeting: recorded, put right, moved to another client, taken back."""

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import cast

from django.db import transaction

from practice.actions.meanwhile import check_unchanged
from practice.actions.sessions import (
    LOGGED,
    SAVED_ALREADY,
    FormEntry,
    RefusedFieldError,
    check_place,
    form_values,
    free_places,
    is_same,
    locked,
    remove,
    sentence_of,
    take_back,
)
from practice.actions.writing import RefusedError, change, read_again, save
from practice.domain.placing import Placed
from practice.domain.sessions import QUESTIONNAIRE
from practice.models import Episode, MeasureCompletion, Practitioner, Session


@transaction.atomic
def record_lone_forms(
    *,
    episode: Episode,
    on: dt.date,
    forms: Sequence[FormEntry],
    uid: uuid.UUID,
    by: Practitioner,
    now: dt.datetime,
) -> tuple[MeasureCompletion, ...]:
    """New forms of a day, without a session; all of one day share a place.

    uid: made when the page was opened, so that a double click stores once. Raises
    RefusedFieldError before the referral and for a measure that has a lone form on that day,
    RefusedError when the page was saved already with other values.
    """
    episode = locked(episode)[episode.pk]
    uids = {form.measure: uuid.uuid5(uid, form.measure) for form in forms}
    stored = {form.uid: form for form in MeasureCompletion.objects.filter(uid__in=uids.values())}
    if stored:
        if not all(
            found is not None
            and (found.episode_id, found.completed_on) == (episode.pk, on)
            and is_same(form, found)
            for form in forms
            for found in (stored.get(uids[form.measure]),)
        ):
            raise RefusedError(SAVED_ALREADY)
        return tuple(stored.values())
    shared, free = free_places(episode, on)
    made = []
    for form in forms:
        _check(form, episode, on=on)
        row = MeasureCompletion(
            uid=uids[form.measure],
            measure=form.measure,
            episode=episode,
            completed_on=on,
            position=free if shared is None else shared,
            entered_by=by,
            entered_at=now,
            **form_values(form),
        )
        save(row, by=by, why=LOGGED)
        made.append(row)
    return tuple(made)


@transaction.atomic
def turn_into_lone_forms(
    *,
    session: Session,
    forms: Sequence[FormEntry],
    on: dt.date,
    episode: Episode,
    seen: str,
    by: Practitioner,
    why: str,
    now: dt.datetime,
) -> tuple[MeasureCompletion, ...]:
    """There was no meeting: the forms of a session stand alone from now on, and the session goes.

    The forms stay the same rows, with their history and what was written about a risk item. seen:
    the version that the page showed. Raises as record_lone_forms, and ChangedMeanwhileError where
    somebody has changed the session or its forms since.
    """
    target = locked(session.episode, episode)[episode.pk]
    check_unchanged(session, seen=seen, by=by)
    read_again(session)
    stored = {form.measure: form for form in session.completions.all()}
    shared, free = free_places(target, on)
    place: dict[str, object] = {"session": None, "episode": target, "completed_on": on}
    place["position"] = free if shared is None else shared
    made = []
    for form in forms:
        _check(form, target, on=on)
        row = stored.pop(form.measure, None)
        if row is None:
            row = MeasureCompletion(measure=form.measure, entered_by=by, entered_at=now)
        change(row, form_values(form) | place, by=by, why=why)
        made.append(row)
    for left in stored.values():
        take_back(left, by=by, why=why)
    remove(session, by=by, why=why)
    return tuple(made)


@transaction.atomic
def change_lone_form(
    *,
    form: MeasureCompletion,
    entry: FormEntry,
    on: dt.date,
    episode: Episode,
    seen: str,
    by: Practitioner,
    why: str,
) -> None:
    """Other values for a form without a session, or another client's episode.

    seen: the version that the page showed. Raises as record_lone_forms, and ChangedMeanwhileError
    where somebody has changed the form since, unless to these very values: a double click.
    ValueError for a form of a session.
    """
    if form.episode is None:
        raise ValueError("a form of a session is changed with its session")
    target = locked(form.episode, episode)[episode.pk]
    same = MeasureCompletion.objects.filter(pk=form.pk, episode=target, completed_on=on).first()
    if same is not None and is_same(entry, same):
        return
    check_unchanged(form, seen=seen, by=by)
    read_again(form)
    _check(entry, target, on=on, besides=form)
    values = form_values(entry) | {"episode": target, "completed_on": on}
    if (form.episode_id, form.completed_on) != (target.pk, on):
        shared, free = free_places(target, on)
        values["position"] = free if shared is None else shared
    change(form, values, by=by, why=why)


@transaction.atomic
def remove_form(*, form: MeasureCompletion, seen: str, by: Practitioner, why: str) -> None:
    """Take one form back, of a session or alone, with what was written about its risk item.

    seen: the version that the page showed. Raises ChangedMeanwhileError as change_lone_form does.
    """
    locked(form.episode or cast(Session, form.session).episode)
    check_unchanged(form, seen=seen, by=by)
    take_back(form, by=by, why=why)


def _check(
    entry: FormEntry, episode: Episode, *, on: dt.date, besides: MeasureCompletion | None = None
) -> None:
    check_place(
        Placed(on=on, kind=QUESTIONNAIRE, attendance=None, has_score=entry.total is not None),
        episode,
    )
    same = MeasureCompletion.objects.filter(episode=episode, measure=entry.measure, completed_on=on)
    if besides is not None:
        same = same.exclude(pk=besides.pk)
    if same.exists():
        raise RefusedFieldError(
            entry.measure, sentence_of(MeasureCompletion, "completion_once_a_day")
        )
