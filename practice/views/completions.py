"""Forms filled in without a meeting, and what was asked and done about a risk item."""

import uuid
from typing import cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from practice.actions import risk
from practice.actions.corrections import needs_reason
from practice.cases.questions import risk_question
from practice.cohorts import Scope
from practice.domain.signal_kinds import RISK_ABOVE
from practice.forms.risk import RiskForm
from practice.models import RiskResponse, Session
from practice.views.access import find_completion_to_change, signed_in
from practice.views.single_forms import form_remove, form_removed_already, lone_form_edit


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def completion_edit(request: HttpRequest, completion: uuid.UUID) -> HttpResponse:
    """A form without a meeting put right; one of a session is put right with its session."""
    found = find_completion_to_change(request, completion)
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
    found = find_completion_to_change(request, completion)
    person, now = signed_in(request), timezone.now()
    answer = found.risk_answer
    if answer is None or answer <= RISK_ABOVE:
        raise Http404("nothing to respond to")
    stored = RiskResponse.objects.select_related("written_by").filter(completion=found).first()
    version = risk.version_of(found)
    form = RiskForm(
        request.POST if request.method == "POST" else None,
        stored=stored,
        version=version,
        wants_reason=stored is not None and needs_reason(stored, by=person, now=now),
    )
    episode = found.episode or cast(Session, found.session).episode
    if request.method == "POST" and form.is_valid():
        try:
            risk.write_response(
                completion=found,
                asked=form.cleaned_data["asked"],
                done=form.cleaned_data["done"],
                version=version,
                now=now,
                by=person,
                why=form.reason,
            )
        except risk.WrittenMeanwhileError:
            form.look_again()
        else:
            messages.success(request, "Written: what was asked and done about the risk item.")
            return redirect("episode-detail", episode=episode.uid)
    context = {
        "scope": Scope(service=episode.client.service),
        "form": form,
        "episode": episode,
        "stored": stored,
        "item": risk_question(found, answer=answer),
    }
    return render(request, "clients/risk_write.html", context)
