"""Forms filled in without a meeting, and what was asked and done about a risk item."""

import uuid
from typing import cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from practice.actions import risk
from practice.actions.corrections import needs_reason
from practice.actions.versions import StaleError
from practice.actions.writing import RefusedError
from practice.cases.questions import risk_question
from practice.cohorts import Scope
from practice.domain.measures import MEASURES
from practice.domain.signal_kinds import RISK_ABOVE
from practice.forms.risk import RiskForm
from practice.forms.scores import ScoreForm
from practice.forms.sessions import DayForm
from practice.forms.versions import Sheet, Stale, look_again_at
from practice.models import MeasureCompletion, RiskResponse, Session
from practice.views.access import find_completion_to_change, signed_in
from practice.views.gone import gone_meanwhile
from practice.views.single_forms import form_remove, form_removed_already, lone_form_edit


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def completion_edit(request: HttpRequest, completion: uuid.UUID) -> HttpResponse:
    """A form without a meeting put right; one of a session is put right with its session."""
    try:
        found = find_completion_to_change(request, completion)
    except Http404:
        scores = [ScoreForm(request.POST, measure=measure) for measure in MEASURES.values()]
        day = DayForm(request.POST, today=timezone.localdate())
        return gone_meanwhile(request, MeasureCompletion, completion, typed=[day, *scores])
    if found.episode is None:
        return redirect("session-edit", cast(Session, found.session).uid)
    return lone_form_edit(request, found, found.episode)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def completion_remove(request: HttpRequest, completion: uuid.UUID) -> HttpResponse:
    """Ask, then take one form back, of a session or alone; the history keeps it."""
    try:
        found = find_completion_to_change(request, completion)
    except Http404:
        return form_removed_already(request, completion)
    return form_remove(request, found, found.episode or cast(Session, found.session).episode)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def risk_write(request: HttpRequest, completion: uuid.UUID) -> HttpResponse:
    """What was asked and done about a risk item above 0: written, or put into other words."""
    try:
        found = find_completion_to_change(request, completion)
    except Http404:
        sent = RiskForm(request.POST, stored=None, version=0, wants_reason=False)
        return gone_meanwhile(request, MeasureCompletion, completion, typed=[sent])
    person, now = signed_in(request), timezone.now()
    answer = found.risk_answer
    if answer is None or answer <= RISK_ABOVE:
        raise Http404("nothing to respond to")
    stored = _response(found)
    data = request.POST if request.method == "POST" else None
    form = _risk_form(request, found, stored, data=data)
    stale: Stale | None = None
    episode = found.episode or cast(Session, found.session).episode
    if request.method == "POST" and form.is_valid():
        try:
            risk.write_response(
                completion=found,
                asked=form.cleaned_data["asked"],
                done=form.cleaned_data["done"],
                version=form.version_seen,
                now=now,
                by=person,
                why=form.reason,
            )
        except StaleError as problem:
            stored = _response(found)
            now_stored = _risk_form(request, found, stored, data=None)
            stale = _look_again(request, form, problem, stored=now_stored, of=found)
        except RefusedError as problem:
            form.add_error(None, str(problem))
        else:
            messages.success(request, "Written: what was asked and done about the risk item.")
            return redirect("episode-detail", episode=episode.uid)
    context = {
        "scope": Scope(service=episode.client.service),
        "form": form,
        "episode": episode,
        "stored": stored,
        "stale": stale,
        "item": risk_question(found, answer=answer),
    }
    return render(request, "clients/risk_write.html", context)


def _response(completion: MeasureCompletion) -> RiskResponse | None:
    responses = RiskResponse.objects.select_related("written_by")
    return responses.filter(completion=completion).first()


def _risk_form(
    request: HttpRequest,
    completion: MeasureCompletion,
    stored: RiskResponse | None,
    *,
    data: QueryDict | None,
) -> RiskForm:
    by, now = signed_in(request), timezone.now()
    return RiskForm(
        data,
        stored=stored,
        version=risk.version_of(completion),
        wants_reason=stored is not None and needs_reason(stored, by=by, now=now),
    )


def _look_again(
    request: HttpRequest,
    form: RiskForm,
    problem: StaleError,
    *,
    stored: RiskForm,
    of: MeasureCompletion,
) -> Stale:
    seen = form.version_seen
    then = RiskResponse.history.filter(completion_id=of.pk, history_id=seen).first()
    was = None if then is None else then.instance
    sheet = Sheet(
        typed=form,
        stored=stored,
        # Of a form about which nothing was written yet, the page showed two empty fields.
        shown=RiskForm(None, stored=was, version=seen, wants_reason=False),
    )
    rows = RiskResponse.objects.filter(completion=of)
    return look_again_at([sheet], problem, rows=rows, person=signed_in(request))
