"""An episode left out of the figures, and taken back into them."""

import uuid
from dataclasses import replace

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from practice.actions import endings
from practice.actions.versions import StaleError
from practice.actions.writing import RefusedError
from practice.cases.case import load_case
from practice.cohorts import Scope
from practice.domain.endings import AgeAt, LeftOut, age_at
from practice.domain.measures import MEASURES
from practice.domain.outcomes import Course
from practice.forms.endings import LeaveOutForm, TakeInForm
from practice.forms.reasons import reason_given
from practice.forms.versions import Stale, carry_version, look_again
from practice.models import Episode
from practice.views.access import find_episode_to_change, signed_in


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def episode_leave_out(request: HttpRequest, episode: uuid.UUID) -> HttpResponse:
    """Leave an episode out of every figure for one of five reasons, or take it back in."""
    found = find_episode_to_change(request, episode)
    form: TakeInForm | LeaveOutForm
    stale: Stale | None = None
    if request.method == "POST" and "take_in" in request.POST:
        form = _take_in_form(found, request.POST)
        if form.is_valid():
            try:
                return _take_in(request, found, form)
            except StaleError as problem:
                stale = _look_again(request, found, form, problem)
            except RefusedError as refused:
                form.add_error(None, str(refused))
    elif request.method == "POST":
        answer = _leave_out(request, found)
        if isinstance(answer, HttpResponse):
            return answer
        form = answer
    elif found.left_out:
        form = _take_in_form(found, None)
    else:
        form = LeaveOutForm(initial=_by_age(found))
    today = timezone.localdate()
    record = load_case(found, on=today).course.episode
    course = Course(episode=record, until=today)
    context = {
        "scope": Scope(service=found.client.service),
        "episode": found,
        "takes_in": isinstance(form, TakeInForm),
        "left_out": LeftOut(found.left_out) if found.left_out else None,
        "form": form,
        "stale": stale,
        "paired": [name.name for code, name in MEASURES.items() if course.change(code)],
    }
    return render(request, "endings/episode_leave_out.html", context)


def _by_age(episode: Episode) -> dict[str, str]:
    """The reason that the year of birth gives, chosen beforehand."""
    age = age_at(episode.referred_on, birth_year=episode.client.birth_year)
    return {"left_out": LeftOut.UNDER_18.value} if age is AgeAt.UNDER else {}


def _leave_out(request: HttpRequest, episode: Episode) -> HttpResponse | LeaveOutForm:
    form = LeaveOutForm(request.POST)
    if not form.is_valid():
        return form
    reason = LeftOut(form.cleaned_data["left_out"])
    try:
        endings.leave_out(episode=episode, reason=reason, by=signed_in(request), now=timezone.now())
    except RefusedError as refused:
        messages.info(request, str(refused))
    else:
        messages.success(
            request, f"Left out of every figure: {reason.words}. Reports count it by reason."
        )
    return redirect("episode-detail", episode=episode.uid)


def _take_in_form(episode: Episode, data: QueryDict | None) -> TakeInForm:
    form = TakeInForm(data)
    carry_version(form, episode)
    return form


def _take_in(request: HttpRequest, episode: Episode, form: TakeInForm) -> HttpResponse:
    endings.take_in(
        episode=episode,
        seen=form.cleaned_data["version"],
        by=signed_in(request),
        why=reason_given(form.cleaned_data),
    )
    messages.success(request, "The episode counts in every figure again.")
    return redirect("episode-detail", episode=episode.uid)


def _look_again(
    request: HttpRequest, episode: Episode, form: TakeInForm, problem: StaleError
) -> Stale:
    both = look_again(
        form,
        problem,
        stored=_take_in_form(episode, None),
        row=episode,
        as_seen=lambda then: _take_in_form(then, None),
        person=signed_in(request),
    )
    return replace(both, stands=f"left out: {LeftOut(episode.left_out).words}")
