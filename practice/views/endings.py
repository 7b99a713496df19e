"""The end of a therapy: recorded, taken back, left out of the figures."""

import datetime as dt
import uuid
from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.html import format_html
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from practice.actions import endings
from practice.actions.ending_rules import Problem, end_problems, is_as_stored
from practice.actions.episodes import Version
from practice.actions.sessions import RefusedFieldError
from practice.actions.writing import RefusedError
from practice.cases.case import Case, load_case
from practice.cases.ending_preview import EndingPreview, preview
from practice.cases.meanwhile import meanwhile
from practice.cohorts import Scope
from practice.domain.endings import AgeAt, Ending, LeftOut, age_at
from practice.domain.measures import MEASURES
from practice.domain.outcomes import Course
from practice.domain.periods import day_words
from practice.domain.sessions import Kind
from practice.domain.signal_kinds import RISK_ABOVE
from practice.forms.endings import (
    EndingForm,
    LeaveOutForm,
    ReopenForm,
    TakeInForm,
    ending_as_asked,
)
from practice.forms.reasons import reason_given
from practice.models import Episode, MeasureCompletion
from practice.views.access import find_episode_to_change, signed_in

_ENDED = "therapy ended"
_LOOK_AGAIN = "Something has changed since you looked. Look again, then store it."
_STALE = "Somebody has changed this episode since you opened it. Look again before you store it."


@dataclass(frozen=True, kw_only=True)
class _Looked:
    """What was shown before anything is stored. seal: comes back with the button that stores it."""

    counts: EndingPreview
    seal: str


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def episode_end(request: HttpRequest, episode: uuid.UUID) -> HttpResponse:
    """End a therapy, or put its ending right: first looked at, then stored."""
    found = find_episode_to_change(request, episode)
    now = timezone.now()
    form = _ending_form(request, found, now=now)
    version = Version.of(found)
    looked: _Looked | None = None
    told: tuple[str, ...] = ()
    if request.method == "POST":
        seen = Version.parse(request.POST.get("version", ""))
        if form.is_valid() and is_as_stored(found, form.facts):
            messages.info(request, "The ending is stored as you gave it.")
            return redirect("episode-detail", episode=found.uid)
        looked = _look(form, found, version=version, today=timezone.localdate(now))
        if looked is not None and "end" in request.POST and _is_sealed(form, looked):
            answer = _store(request, found, form, now=now)
            if answer is not None:
                return answer
        if seen != version:
            told = meanwhile(found, seen).lines
            form.add_error(None, _STALE)
        elif looked is not None and "end" in request.POST:
            form.add_error(None, _LOOK_AGAIN)
    context = {
        "scope": Scope(service=found.client.service),
        "episode": found,
        "form": form,
        "version": version,
        "looked": looked,
        "told": told,
    }
    return render(request, "endings/episode_end.html", context)


def _ending_form(request: HttpRequest, episode: Episode, *, now: dt.datetime) -> EndingForm:
    today = timezone.localdate(now)
    case = load_case(episode, on=today)
    initial = ending_as_asked(episode)
    if episode.ended_on is None:
        initial |= {"ending": None, "ended_on": _last_seen(case) or today}
    began = case.course.entered_therapy
    form = EndingForm(
        request.POST if request.method == "POST" else None,
        initial=initial,
        endings=[one for one in Ending if not (began and one is Ending.REFERRED_ON)],
        primary=episode.client.service.primary,
        today=today,
    )
    form.tell_latest(case.scores)
    if episode.ended_on is not None and endings.ending_needs_reason(
        episode, by=signed_in(request), now=now
    ):
        form.ask_reason()
    return form


def _last_seen(case: Case) -> dt.date | None:
    """The day of the last attended session that was no follow-up."""
    seen = [
        session.on
        for session in case.course.episode.sessions
        if session.is_attended and session.kind is not Kind.FOLLOW_UP and session.on <= case.on
    ]
    return max(seen, default=None)


def _look(
    form: EndingForm, episode: Episode, *, version: Version, today: dt.date
) -> _Looked | None:
    """What it counts as; None where something stands against it, said on the form."""
    if form.errors:
        return None
    facts = form.facts
    # Asked also beside a score that is wrong, so that everything to put right is said at once.
    for problem in end_problems(episode, facts, today=today):
        form.add_problem(problem)
    if form.wrong:
        return None
    counts = preview(episode, facts)
    # Whoever stores it has seen exactly this: the facts given, what they count as, and the record
    # they were held against.
    shown = repr((str(version), episode.pk, facts, counts.headline, counts.consequences))
    return _Looked(counts=counts, seal=salted_hmac("practice.ending", shown).hexdigest())


def _is_sealed(form: EndingForm, looked: _Looked) -> bool:
    return constant_time_compare(form.cleaned_data["seal"], looked.seal)


def _store(
    request: HttpRequest, episode: Episode, form: EndingForm, *, now: dt.datetime
) -> HttpResponse | None:
    """None where a rule has come to stand against it in this very moment, said on the form."""
    why = _ENDED if episode.ended_on is None else reason_given(form.cleaned_data)
    facts = form.facts
    try:
        forms = endings.end_episode(
            episode=episode, facts=facts, by=signed_in(request), why=why, now=now
        )
    except RefusedFieldError as refused:
        form.add_problem(Problem(field=refused.field, message=str(refused)))
        return None
    messages.success(
        request,
        format_html(
            'The therapy has ended, on {}. A slip? <a href="{}">Take it back</a>.',
            day_words(facts.ended_on),
            reverse("episode-reopen", args=[episode.uid]),
        ),
    )
    for completion in forms:
        _ask_about_risk(request, completion)
    return redirect("episode-detail", episode=episode.uid)


def _ask_about_risk(request: HttpRequest, form: MeasureCompletion) -> None:
    if form.risk_answer is None or form.risk_answer <= RISK_ABOVE:
        return
    measure = MEASURES[form.measure]
    messages.warning(
        request,
        format_html(
            '{} risk item ({}) is above {}: <a href="{}">write what was asked and done</a>.',
            measure.name,
            measure.risk_item,
            RISK_ABOVE,
            reverse("risk-write", args=[form.uid]),
        ),
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def episode_reopen(request: HttpRequest, episode: uuid.UUID) -> HttpResponse:
    """Take an ending back: without a reason one's own within 24 hours, later with one."""
    found = find_episode_to_change(request, episode)
    if found.ended_on is None:
        if request.method != "POST":
            raise Http404("there is nothing to reopen")
        # The second of two clicks.
        messages.info(request, "The therapy is open.")
        return redirect("episode-detail", episode=found.uid)
    by = signed_in(request)
    form = ReopenForm(request.POST if request.method == "POST" else None)
    if endings.ending_needs_reason(found, by=by, now=timezone.now()):
        form.ask_reason()
    if request.method == "POST" and form.is_valid():
        try:
            endings.reopen_episode(episode=found, by=by, why=reason_given(form.cleaned_data))
        except RefusedError as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, "The therapy is open again. The history keeps its ending.")
            return redirect("episode-detail", episode=found.uid)
    context = {"scope": Scope(service=found.client.service), "episode": found, "form": form}
    return render(request, "endings/episode_reopen.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def episode_leave_out(request: HttpRequest, episode: uuid.UUID) -> HttpResponse:
    """Leave an episode out of every figure for one of five reasons, or take it back in."""
    found = find_episode_to_change(request, episode)
    if request.method == "POST":
        answer = (
            _take_in(request, found) if "take_in" in request.POST else _leave_out(request, found)
        )
        if isinstance(answer, HttpResponse):
            return answer
        form = answer
    elif found.left_out:
        form = TakeInForm()
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


def _take_in(request: HttpRequest, episode: Episode) -> HttpResponse | TakeInForm:
    form = TakeInForm(request.POST)
    if not form.is_valid():
        return form
    endings.take_in(episode=episode, by=signed_in(request), why=reason_given(form.cleaned_data))
    messages.success(request, "The episode counts in every figure again.")
    return redirect("episode-detail", episode=episode.uid)
