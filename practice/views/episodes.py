"""One client's episode: looked at, corrected, paused."""

import datetime as dt
import uuid
from collections.abc import Mapping

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from practice.actions.corrections import needs_reason
from practice.actions.episodes import change_details, end_pause, pause_episode
from practice.actions.sessions import RefusedFieldError
from practice.actions.versions import StaleError, version_of
from practice.actions.writing import RefusedError
from practice.cases.audit import readings_of
from practice.cases.holders import holder_of
from practice.cases.page import load_page
from practice.cases.pictures import MeasurePicture
from practice.charts.svg import to_svg
from practice.charts.trajectory import trajectory_chart
from practice.cohorts import Scope
from practice.domain.outcomes import SILENT_FROM_DAYS
from practice.domain.periods import day_words
from practice.domain.signals import is_paused
from practice.forms.clients import DETAILS, FACTS, EpisodeForm, PauseForm, suggestions
from practice.forms.reasons import reason_given
from practice.forms.versions import (
    Sheet,
    Stale,
    as_they_were,
    carry_version,
    look_again,
    look_again_at,
)
from practice.models import Episode
from practice.views.access import find_episode, find_episode_to_change, may_change, signed_in
from practice.views.clients import point_at_leaving_out
from practice.views.gone import gone_meanwhile
from practice.views.readers import readers_of
from practice.views.readings import is_held_by

# Points of the drawing: about a phone's width, so that its letters stay readable there.
_CHART_WIDTH, _CHART_HEIGHT = 280.0, 175.0


@never_cache
@require_safe
def episode_detail(request: HttpRequest, episode: uuid.UUID) -> HttpResponse:
    """Everything there is about one episode of a client."""
    found = find_episode(request, episode)
    today, person = timezone.localdate(), signed_in(request)
    page = load_page(found, on=today, person=person)
    may_write = may_change(person, found, on=today)
    is_theirs = is_held_by(person, found)
    return render(
        request,
        "clients/episode_detail.html",
        {
            "scope": Scope(service=found.client.service),
            "page": page,
            "episode": found,
            "charts": [_chart(picture) for picture in page.pictures],
            "readers": readers_of(found.client.service, person) if is_theirs else None,
            "read_by": readings_of(found.client, to=person, on=today) if is_theirs else None,
            "may_write": may_write,
            "supervised": None if may_write else holder_of(found, on=today),
        },
    )


def _chart(picture: MeasurePicture) -> dict[str, object]:
    svg = to_svg(
        trajectory_chart(picture.plot, width=_CHART_WIDTH, height=_CHART_HEIGHT),
        uid=f"trajectory-{picture.measure.code}",
        title=picture.title,
        description=picture.description,
    )
    # Our own drawing; its texts are escaped in to_svg.
    return {"picture": picture, "svg": mark_safe(svg)}  # noqa: S308


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def episode_edit(request: HttpRequest, episode: uuid.UUID) -> HttpResponse:
    """The details of an episode and its client, put right."""
    try:
        found = find_episode_to_change(request, episode)
    except Http404:
        sent = EpisodeForm(request.POST, today=timezone.localdate(), explained=[])
        return gone_meanwhile(request, Episode, episode, typed=[sent])
    form = _episode_form(request, found, data=request.POST or None)
    stale: Stale | None = None
    if request.method == "POST" and form.is_valid():
        try:
            _store_details(request, found, form)
        except StaleError as problem:
            stale = _look_again(request, found, form, problem)
        except RefusedFieldError as refused:
            form.add_error(refused.field, str(refused))
        except RefusedError as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, "The details are stored.")
            if "birth_year" in form.changed_data:
                point_at_leaving_out(request, found)
            return redirect("episode-detail", episode=found.uid)
    context = {
        "scope": Scope(service=found.client.service),
        "episode": found,
        "form": form,
        "stale": stale,
        "suggestions": suggestions(found.client.service),
    }
    return render(request, "clients/episode_edit.html", context)


def _store_details(request: HttpRequest, episode: Episode, form: EpisodeForm) -> None:
    change_details(
        episode=episode,
        facts=form.facts,
        details=form.details,
        seen=form.cleaned_data["version"],
        by=signed_in(request),
        why=reason_given(form.cleaned_data),
    )


def _episode_form(
    request: HttpRequest, episode: Episode, *, data: Mapping[str, object] | None
) -> EpisodeForm:
    by, now = signed_in(request), timezone.now()
    stored = {name: getattr(episode.client, name) for name in FACTS}
    stored |= {name: getattr(episode, name) for name in DETAILS}
    return EpisodeForm(
        data,
        initial=stored | {"version": version_of(episode, episode.client)},
        today=timezone.localdate(now),
        explained=[
            name
            for names, row in ((FACTS, episode.client), (DETAILS, episode))
            if needs_reason(row, by=by, now=now)
            for name in names
        ],
    )


def _look_again(
    request: HttpRequest, episode: Episode, form: EpisodeForm, problem: StaleError
) -> Stale:
    rows = (episode, episode.client)
    then, client = as_they_were(rows, form.cleaned_data["version"])
    shown = None
    if then is not None and client is not None:
        then.client = client
        shown = _episode_form(request, then, data=None)
    stored = _episode_form(request, episode, data=None)
    sheet = Sheet(typed=form, stored=stored, shown=shown)
    return look_again_at([sheet], problem, rows=rows, person=signed_in(request))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def episode_pause(request: HttpRequest, episode: uuid.UUID) -> HttpResponse:
    """An agreed pause: until when and why; ended early with the other button. Only while open."""
    try:
        found = find_episode_to_change(request, episode)
    except Http404:
        return gone_meanwhile(request, Episode, episode, typed=[PauseForm(request.POST)])
    if found.ended_on is not None and request.method != "POST":
        raise Http404("there is nothing to pause")
    today, by = timezone.localdate(), signed_in(request)
    paused = is_paused(today, paused_until=found.paused_until)
    if request.method == "POST" and "end" in request.POST:
        return _end_pause(request, found)
    form = _pause_form(found, data=request.POST or None, today=today)
    stale: Stale | None = None
    if request.method == "POST" and form.is_valid():
        until = form.cleaned_data["until"]
        try:
            pause_episode(
                episode=found,
                until=until,
                reason=form.cleaned_data["why"],
                today=today,
                seen=form.cleaned_data["version"],
                by=by,
            )
        except StaleError as problem:
            stale = look_again(
                form,
                problem,
                stored=_pause_form(found, data=None, today=today),
                row=found,
                as_seen=lambda then: _pause_form(then, data=None, today=today),
                person=by,
            )
        except RefusedError as refused:
            form.add_error("until", str(refused))
        else:
            messages.success(request, f"Paused until and including {day_words(until)}.")
            return redirect("episode-detail", episode=found.uid)
    context = {
        "scope": Scope(service=found.client.service),
        "episode": found,
        "form": form,
        "stale": stale,
        "paused": paused,
        "silent_from": SILENT_FROM_DAYS,
    }
    return render(request, "clients/episode_pause.html", context)


def _end_pause(request: HttpRequest, episode: Episode) -> HttpResponse:
    try:
        end_pause(episode=episode, seen=request.POST.get("version", ""), by=signed_in(request))
    except StaleError:
        messages.warning(
            request, "Nothing is stored yet: the pause was changed meanwhile. Look below."
        )
        return redirect("episode-pause", episode=episode.uid)
    messages.success(request, "The pause is over: signals show again.")
    return redirect("episode-detail", episode=episode.uid)


def _pause_form(
    episode: Episode, *, data: Mapping[str, object] | None, today: dt.date
) -> PauseForm:
    paused = is_paused(today, paused_until=episode.paused_until)
    stored = {"until": episode.paused_until, "why": episode.pause_reason} if paused else None
    form = PauseForm(data, initial=stored)
    carry_version(form, episode)
    return form
