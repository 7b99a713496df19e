"""One form by itself: corrected where it stands alone, taken back wherever it stands."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone

from practice.actions.lone_forms import change_lone_form, remove_form
from practice.actions.meanwhile import as_it_was, version_of
from practice.actions.versions import StaleError
from practice.actions.writing import RefusedError
from practice.domain.measures import MEASURES
from practice.domain.periods import day_words
from practice.domain.sessions import Kind
from practice.forms.reasons import reason_given
from practice.forms.removals import RemovalForm
from practice.forms.scores import ScoreForm
from practice.forms.sessions import DayForm, Entry, words_of
from practice.forms.versions import Stale
from practice.models import Episode, MeasureCompletion, Practitioner, Session
from practice.views.access import find_completion_to_change, find_episode_to_change, signed_in
from practice.views.session_pages import (
    Own,
    course_of,
    form_words,
    holder_of,
    other_clients,
    reason_is_needed,
    say_stored,
    scope_of,
    score_forms,
    session_words_of,
)


def lone_form_edit(
    request: HttpRequest, found: MeasureCompletion, episode: Episode
) -> HttpResponse:
    """The page and its answer, for a form that the person may see."""
    person, today = signed_in(request), timezone.localdate()
    data = request.POST if request.method == "POST" else None
    form, score, entry = _correction(found, data, episode=episode, by=person)
    stale: Stale | None = None
    if data is not None and entry.is_valid():
        target = form.episode_or(episode)
        try:
            change_lone_form(
                form=found,
                entry=score.given(form.mode),
                on=form.cleaned_data["date"],
                episode=target,
                seen=form.cleaned_data["seen"],
                by=person,
                why=reason_given(form.cleaned_data),
            )
        except StaleError as problem:
            shown = _as_seen(found, form.cleaned_data["seen"], by=person)
            found = find_completion_to_change(request, found.uid)
            episode = found.episode or episode
            *_, now = _correction(found, None, episode=episode, by=person)
            stale = entry.look_again(problem, stored=now, shown=shown, person=person)
        except RefusedError as problem:
            entry.refuse(problem)
        else:
            return say_stored(
                request,
                episode=target,
                session=None,
                forms=[found],
                doubts=entry.doubts,
                today=today,
            )
    context = {
        "scope": scope_of(episode),
        "episode": episode,
        "client": words_of(episode),
        "form": form,
        "entry": entry,
        "stale": stale,
        "completion": found,
        "name": MEASURES[found.measure].name,
    }
    return render(request, "sessions/form_edit.html", context)


def _correction(
    found: MeasureCompletion, data: QueryDict | None, *, episode: Episode, by: Practitioner
) -> tuple[DayForm, ScoreForm, Entry]:
    """The form of a stored form: as sent, or as stored where nothing was."""
    today = timezone.localdate()
    on = found.completed_on or today
    form = DayForm(data, today=today, initial={"date": on.isoformat(), "mode": found.mode})
    form.ask_for_correction(
        needs_reason=reason_is_needed([found], by=by, now=timezone.now()),
        others=other_clients(
            episode, person=by, holder=holder_of(episode, today=today), today=today
        ),
        seen=version_of(found),
    )
    score = _score_form(data, found, episode)
    return form, score, Entry(form, [score], opened=[found.measure])


def _as_seen(found: MeasureCompletion, seen: str, *, by: Practitioner) -> Entry | None:
    """The form's page in the state of a version; None for one that never was."""
    was = as_it_was(found, seen=seen)
    if was is None or was[0].episode is None:
        return None
    then: MeasureCompletion = was[0]
    *_, entry = _correction(then, None, episode=was[0].episode, by=by)
    return entry


def _score_form(data: Any, found: MeasureCompletion, episode: Episode) -> ScoreForm:
    today = timezone.localdate()
    own = Own(
        on=found.completed_on or today,
        kind=None,
        position=found.position,
        forms={found.measure: found},
    )
    (score,) = (
        each
        for each in score_forms(data, course=course_of(episode, today=today), primary=[], own=own)
        if each.measure.code == found.measure
    )
    return score


def form_remove(request: HttpRequest, found: MeasureCompletion, episode: Episode) -> HttpResponse:
    """The page and its answer, for a form that the person may see."""
    person, today, now = signed_in(request), timezone.localdate(), timezone.now()
    data = request.POST if request.method == "POST" else None
    form = RemovalForm(
        data,
        needs_reason=reason_is_needed([found], by=person, now=now),
        seen=version_of(found),
    )
    name = MEASURES[found.measure].name
    of = (
        f"filled in without a meeting, {day_words(found.completed_on or today)}"
        if found.session is None
        else session_words_of(found.session)
    )
    if data is not None and form.is_valid():
        try:
            remove_form(
                form=found,
                seen=form.cleaned_data["seen"],
                by=person,
                why=reason_given(form.cleaned_data),
            )
        except StaleError as problem:
            form.look_again(problem)
        except RefusedError as problem:
            form.add_error(None, str(problem))
        else:
            messages.success(request, f"Taken back: {name}, {of}. The history keeps it.")
            return redirect("episode-detail", episode.uid)
    kind = None if found.session is None else Kind(found.session.kind)
    context = {
        "scope": scope_of(episode),
        "episode": episode,
        "client": words_of(episode),
        "form": form,
        "what": f"{name}, {of}",
        "scores": [form_words(found, course_of(episode, today=today), kind=kind)],
    }
    return render(request, "sessions/remove.html", context)


def form_removed_already(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """The second of two clicks. Raises Http404 for what was never there, or is a stranger's."""
    kept: Any = MeasureCompletion
    gone = kept.history.filter(uid=uid, history_type="-").first()
    if request.method != "POST" or gone is None:
        raise Http404("no such form")
    session = Session.objects.filter(pk=gone.session_id).first()
    key = gone.episode_id if session is None else session.episode_id
    episode = Episode.objects.filter(pk=key).first()
    if episode is None:
        raise Http404("no such form")
    found = find_episode_to_change(request, episode.uid)
    messages.info(request, "This form was taken back already.")
    return redirect("episode-detail", found.uid)
