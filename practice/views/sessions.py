"""A session with its scores: logged, put right, taken back."""

import datetime as dt
import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from practice.actions.lone_forms import record_lone_forms, turn_into_lone_forms
from practice.actions.meanwhile import as_it_was, version_of
from practice.actions.sessions import change_session, log_session, remove_session
from practice.actions.versions import StaleError
from practice.actions.writing import RefusedError
from practice.domain.measures import MEASURES
from practice.domain.session_words import MODES
from practice.domain.sessions import Kind
from practice.forms.reasons import reason_given
from practice.forms.removals import RemovalForm
from practice.forms.scores import ScoreForm
from practice.forms.sessions import Entry, LogForm, SessionForm, in_pounds, words_of
from practice.forms.versions import Stale
from practice.models import Episode, MeasureCompletion, Practitioner, Session
from practice.views.access import find_episode_to_change, find_session_to_change, signed_in
from practice.views.gone import gone_meanwhile
from practice.views.session_pages import (
    Own,
    course_of,
    form_words,
    holder_of,
    opened,
    other_clients,
    reason_is_needed,
    say_stored,
    scope_of,
    score_forms,
    session_words_of,
    so_far,
    usual_values,
)

_METHODS = ["GET", "HEAD", "POST"]


@never_cache
@require_http_methods(_METHODS)
def session_log(request: HttpRequest, episode: uuid.UUID) -> HttpResponse:
    """A new session, or forms filled in without a meeting, with all scores of the day."""
    found = find_episode_to_change(request, episode)
    today = timezone.localdate()
    course = course_of(found, today=today)
    primary = found.client.service.primary.measures
    data = request.POST if request.method == "POST" else None
    form = LogForm(
        data, today=today, episode=found, initial=usual_values(found, course, today=today)
    )
    entry = Entry(
        form,
        score_forms(data, course=course, primary=primary),
        opened=opened(course, primary=primary),
    )
    if data is not None and entry.is_valid():
        try:
            session, stored = _log(found, form, entry, by=signed_in(request))
        except RefusedError as problem:
            entry.refuse(problem)
        else:
            return say_stored(
                request,
                episode=found,
                session=session,
                forms=stored,
                doubts=entry.doubts,
                today=today,
            )
    return render(
        request, "sessions/session_log.html", _context(found, entry) | {"so_far": so_far(course)}
    )


def _log(
    episode: Episode, form: LogForm, entry: Entry, *, by: Practitioner
) -> tuple[Session | None, list[MeasureCompletion]]:
    uid, now = form.cleaned_data["uid"] or uuid.uuid4(), timezone.now()
    if form.is_questionnaire:
        on = form.cleaned_data["date"]
        lone = record_lone_forms(episode=episode, on=on, forms=entry.forms, uid=uid, by=by, now=now)
        return None, list(lone)
    session = log_session(episode=episode, entry=form.entry(entry.forms), uid=uid, by=by, now=now)
    return session, _forms_of(session)


@never_cache
@require_http_methods(_METHODS)
def session_edit(request: HttpRequest, session: uuid.UUID) -> HttpResponse:
    """The same form with what is stored: values, scores, date and client put right."""
    try:
        found = find_session_to_change(request, session)
    except Http404:
        return gone_meanwhile(request, Session, session, typed=_sent(request))
    person, today, now = signed_in(request), timezone.localdate(), timezone.now()
    episode = found.episode
    data = request.POST if request.method == "POST" else None
    form, entry = _correction(found, data, by=person)
    stale: Stale | None = None
    if data is not None and entry.is_valid():
        target = form.episode_or(episode)
        try:
            kept, stored = _put_right(found, form, entry, target=target, by=person, now=now)
        except StaleError as problem:
            shown = _as_seen(found, form.cleaned_data["seen"], by=person)
            found = find_session_to_change(request, session)
            episode = found.episode
            _, now_stored = _correction(found, None, by=person)
            stale = entry.look_again(problem, stored=now_stored, shown=shown, person=person)
        except RefusedError as problem:
            entry.refuse(problem)
        else:
            return say_stored(
                request,
                episode=target,
                session=kept,
                forms=stored,
                doubts=entry.doubts,
                today=today,
            )
    return render(
        request,
        "sessions/session_edit.html",
        _context(episode, entry) | {"session": found, "stale": stale},
    )


def _sent(request: HttpRequest) -> list[Any]:
    """The forms of a page whose session is gone."""
    scores = (ScoreForm(request.POST, measure=measure) for measure in MEASURES.values())
    return [SessionForm(request.POST, today=timezone.localdate()), *scores]


def _correction(
    session: Session, data: QueryDict | None, *, by: Practitioner, own: Own | None = None
) -> tuple[SessionForm, Entry]:
    """The form of a session with its scores: as sent, or as stored where nothing was.

    own: what it had earlier, of a session in an earlier state; else what is stored.
    """
    today, now, episode = timezone.localdate(), timezone.now(), session.episode
    own, course = own or Own.of_session(session), course_of(episode, today=today)
    primary = episode.client.service.primary.measures
    form = SessionForm(data, today=today, initial=_values(session, own))
    if len({row.mode for row in own.forms.values()}) > 1:
        form.keep_modes()
    form.ask_for_correction(
        needs_reason=reason_is_needed([session, *own.forms.values()], by=by, now=now),
        others=other_clients(
            episode, person=by, holder=holder_of(episode, today=today), today=today
        ),
        seen=version_of(session),
    )
    scores = score_forms(data, course=course, primary=primary, own=own)
    return form, Entry(form, scores, opened=opened(course, primary=primary))


def _as_seen(session: Session, seen: str, *, by: Practitioner) -> Entry | None:
    """The session's page in the state of a version; None for one that never was."""
    was = as_it_was(session, seen=seen)
    if was is None:
        return None
    then, forms = was
    own = Own(on=then.held_on, kind=Kind(then.kind), position=then.position, forms=forms)
    _, entry = _correction(then, None, by=by, own=own)
    return entry


def _put_right(
    session: Session,
    form: SessionForm,
    entry: Entry,
    *,
    target: Episode,
    by: Practitioner,
    now: dt.datetime,
) -> tuple[Session | None, list[MeasureCompletion]]:
    given = form.cleaned_data
    seen, why = given["seen"], reason_given(given)
    if form.is_questionnaire:
        lone = turn_into_lone_forms(
            session=session,
            forms=entry.forms,
            on=given["date"],
            episode=target,
            seen=seen,
            by=by,
            why=why,
            now=now,
        )
        return None, list(lone)
    change_session(
        session=session,
        entry=form.entry(entry.forms),
        episode=target,
        seen=seen,
        by=by,
        why=why,
        now=now,
    )
    return session, _forms_of(session)


@never_cache
@require_http_methods(_METHODS)
def session_remove(request: HttpRequest, session: uuid.UUID) -> HttpResponse:
    """Ask, then take a session back with its forms; the history keeps all of it."""
    try:
        found = find_session_to_change(request, session)
    except Http404:
        return _removed_already(request, session)
    person, today, now = signed_in(request), timezone.localdate(), timezone.now()
    episode, stored = found.episode, _forms_of(found)
    data = request.POST if request.method == "POST" else None
    form = RemovalForm(
        data,
        needs_reason=reason_is_needed([found, *stored], by=person, now=now),
        seen=version_of(found),
    )
    if data is not None and form.is_valid():
        try:
            remove_session(
                session=found,
                seen=form.cleaned_data["seen"],
                by=person,
                why=reason_given(form.cleaned_data),
            )
        except StaleError as problem:
            form.look_again(problem)
        except RefusedError as problem:
            form.add_error(None, str(problem))
        else:
            messages.success(
                request, f"Taken back: {session_words_of(found)}. The history keeps it."
            )
            return redirect("episode-detail", episode.uid)
    course = course_of(episode, today=today)
    kind = Kind(found.kind)
    context = {
        "scope": scope_of(episode),
        "episode": episode,
        "client": words_of(episode),
        "form": form,
        "what": session_words_of(found),
        "scores": [form_words(row, course, kind=kind) for row in stored],
    }
    return render(request, "sessions/remove.html", context)


def _removed_already(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """The second of two clicks. Raises Http404 for what was never there, or is a stranger's."""
    kept: Any = Session
    gone = kept.history.filter(uid=uid, history_type="-").first()
    episode = None if gone is None else Episode.objects.filter(pk=gone.episode_id).first()
    if request.method != "POST" or episode is None:
        raise Http404("no such session")
    found = find_episode_to_change(request, episode.uid)
    messages.info(request, "This session was taken back already.")
    return redirect("episode-detail", found.uid)


def _forms_of(session: Session) -> list[MeasureCompletion]:
    return list(session.completions.select_related("session"))


def _values(session: Session, own: Own) -> dict[str, Any]:
    modes = {row.mode for row in own.forms.values()}
    values: dict[str, Any] = {
        "date": session.held_on.isoformat(),
        "kind": session.kind,
        "attendance": session.attendance,
        "medium": session.medium,
        "minutes": session.minutes,
        "fee": in_pounds(session.fee),
        "note": session.note,
    }
    if len(modes) > 1:
        return values
    # Without a form it is what a browser shows of a choice that nobody has made.
    return values | {"mode": modes.pop() if modes else next(iter(MODES))}


def _context(episode: Episode, entry: Entry) -> dict[str, Any]:
    return {
        "scope": scope_of(episode),
        "episode": episode,
        "client": words_of(episode),
        "form": entry.day,
        "entry": entry,
    }
