"""The end of a therapy: recorded, put right, taken back."""

import datetime as dt
import uuid
from dataclasses import dataclass, replace

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.html import format_html
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from practice.actions import endings
from practice.actions.ending_rules import Problem, end_problems, is_as_stored
from practice.actions.sessions import RefusedFieldError
from practice.actions.versions import STALE, StaleError, version_of
from practice.actions.writing import RefusedError
from practice.cases.case import Case, load_case
from practice.cases.ending_preview import EndingPreview, preview
from practice.cohorts import Scope
from practice.domain.endings import NOT_RECORDED_WORDS, Ending
from practice.domain.measures import MEASURES, PrimaryOutcome
from practice.domain.periods import day_words
from practice.domain.sessions import Kind
from practice.domain.signal_kinds import RISK_ABOVE
from practice.forms.endings import EndingForm, ReopenForm, ending_as_asked
from practice.forms.reasons import reason_given
from practice.forms.scores import ScoreForm
from practice.forms.versions import (
    Sheet,
    Stale,
    as_they_were,
    carry_version,
    look_again,
    look_again_at,
)
from practice.models import Episode, MeasureCompletion
from practice.views.access import find_episode_to_change, signed_in
from practice.views.gone import gone_meanwhile
from practice.views.leaving_out import episode_leave_out

__all__ = ["episode_end", "episode_leave_out", "episode_reopen"]

_ENDED = "therapy ended"
_LOOK_AGAIN = "Something has changed since you looked. Look again, then store it."


@dataclass(frozen=True, kw_only=True)
class _Looked:
    """What was shown before anything is stored. seal: comes back with the button that stores it."""

    counts: EndingPreview
    seal: str


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def episode_end(request: HttpRequest, episode: uuid.UUID) -> HttpResponse:
    """End a therapy, or put its ending right: first looked at, then stored."""
    now = timezone.now()
    try:
        found = find_episode_to_change(request, episode)
    except Http404:
        return gone_meanwhile(request, Episode, episode, typed=_sent(request))
    data = request.POST if request.method == "POST" else None
    form = _ending_form(request, found, data=data, now=now)
    version = version_of(found, found.client)
    looked: _Looked | None = None
    stale: Stale | None = None
    if data is not None:
        if form.is_valid() and is_as_stored(found, form.facts):
            messages.info(request, "The ending is stored as you gave it.")
            return redirect("episode-detail", episode=found.uid)
        if data.get("version", "") != version:
            stale = _look_again(request, found, form, now=now)
        else:
            looked = _look(form, found, version=version, today=timezone.localdate(now))
            answer = _store(request, found, form, looked, now=now) if "end" in data else None
            if answer is not None:
                return answer
    context = {
        "scope": Scope(service=found.client.service),
        "episode": found,
        "form": form,
        "looked": looked,
        "stale": stale,
    }
    return render(request, "endings/episode_end.html", context)


def _sent(request: HttpRequest) -> list[Form]:
    """The forms of a page whose episode is gone: every way to end, and every measure."""
    today, any_primary = timezone.localdate(), PrimaryOutcome.IAPT
    form = EndingForm(request.POST, endings=list(Ending), primary=any_primary, today=today)
    return [form, *(ScoreForm(request.POST, measure=measure) for measure in MEASURES.values())]


def _look_again(
    request: HttpRequest, episode: Episode, form: EndingForm, *, now: dt.datetime
) -> Stale:
    """Both versions. Scores of the last day are new forms: there is nothing stored to set beside them."""
    rows = (episode, episode.client)
    then, client = as_they_were(rows, form.data.get("version", ""))
    shown = None
    if then is not None and client is not None:
        then.client = client
        shown = _ending_form(request, then, data=None, now=now)
    stored = _ending_form(request, episode, data=None, now=now)
    if episode.ended_on is None:
        # Of an open episode the page proposes a day, which is not stored.
        stored.initial = {**stored.initial, "ending": "", "ended_on": None}
    sheet = Sheet(typed=form, stored=stored, shown=shown)
    return look_again_at([sheet], StaleError(STALE), rows=rows, person=signed_in(request))


def _ending_form(
    request: HttpRequest, episode: Episode, *, data: QueryDict | None, now: dt.datetime
) -> EndingForm:
    today = timezone.localdate(now)
    case = load_case(episode, on=today)
    initial = ending_as_asked(episode) | {"version": version_of(episode, episode.client)}
    if episode.ended_on is None:
        initial |= {"ending": None, "ended_on": _last_seen(case) or today}
    began = case.course.entered_therapy
    form = EndingForm(
        data,
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


def _look(form: EndingForm, episode: Episode, *, version: str, today: dt.date) -> _Looked | None:
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
    shown = repr((version, episode.pk, facts, counts.headline, counts.consequences))
    return _Looked(counts=counts, seal=salted_hmac("practice.ending", shown).hexdigest())


def _is_sealed(form: EndingForm, looked: _Looked) -> bool:
    return constant_time_compare(form.cleaned_data["seal"], looked.seal)


def _store(
    request: HttpRequest,
    episode: Episode,
    form: EndingForm,
    looked: _Looked | None,
    *,
    now: dt.datetime,
) -> HttpResponse | None:
    """None where it is not what was looked at, or something stands against it: said on the form."""
    if looked is None:
        return None
    if not _is_sealed(form, looked):
        form.add_error(None, _LOOK_AGAIN)
        return None
    why = _ENDED if episode.ended_on is None else reason_given(form.cleaned_data)
    facts = form.facts
    try:
        forms = endings.end_episode(
            episode=episode,
            facts=facts,
            seen=form.cleaned_data["version"],
            by=signed_in(request),
            why=why,
            now=now,
        )
    except RefusedFieldError as refused:
        form.add_problem(Problem(field=refused.field, message=str(refused)))
        form.add_error(None, _LOOK_AGAIN)
        return None
    except RefusedError as refused:
        # Also of what was changed in this very moment: the next look shows both versions.
        form.add_error(None, str(refused))
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
    form = _reopen_form(request, found, data=request.POST if request.method == "POST" else None)
    stale: Stale | None = None
    if request.method == "POST" and form.is_valid():
        try:
            endings.reopen_episode(
                episode=found,
                seen=form.cleaned_data["version"],
                by=signed_in(request),
                why=reason_given(form.cleaned_data),
            )
        except StaleError as problem:
            both = look_again(
                form,
                problem,
                stored=_reopen_form(request, found, data=None),
                row=found,
                as_seen=lambda then: _reopen_form(request, then, data=None),
                person=signed_in(request),
            )
            stale = replace(both, stands=_ending_words(found))
        except RefusedError as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, "The therapy is open again. The history keeps its ending.")
            return redirect("episode-detail", episode=found.uid)
    context = {
        "scope": Scope(service=found.client.service),
        "episode": found,
        "form": form,
        "stale": stale,
    }
    return render(request, "endings/episode_reopen.html", context)


def _reopen_form(request: HttpRequest, episode: Episode, *, data: QueryDict | None) -> ReopenForm:
    form = ReopenForm(data)
    carry_version(form, episode)
    if endings.ending_needs_reason(episode, by=signed_in(request), now=timezone.now()):
        form.ask_reason()
    return form


def _ending_words(episode: Episode) -> str:
    if episode.ended_on is None:
        return "open"
    how = Ending(episode.ending).words if episode.ending else NOT_RECORDED_WORDS
    return f"ended on {day_words(episode.ended_on)}: {how}"
