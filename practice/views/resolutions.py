"""What somebody will try after a report: written, put right, closed."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from practice.actions.corrections import needs_reason
from practice.actions.reports import add_resolution, close_resolution, correct_resolution
from practice.actions.versions import StaleError
from practice.actions.writing import RefusedError
from practice.cohorts import Scope
from practice.forms.resolutions import (
    ResolutionCloseForm,
    ResolutionCorrectionForm,
    ResolutionForm,
)
from practice.forms.versions import Stale, carry_version, look_again
from practice.models import Resolution
from practice.views.access import signed_in
from practice.views.access_intents import find_resolution, find_scope_to_intend


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def resolution_create(
    request: HttpRequest, service: uuid.UUID, practitioner: uuid.UUID | None = None
) -> HttpResponse:
    """What one will try, from when, what one expects, and when to look again."""
    scope = find_scope_to_intend(request, service, practitioner)
    today = timezone.localdate()
    form = ResolutionForm(
        request.POST if request.method == "POST" else None,
        today=today,
        initial={"uid": uuid.uuid4(), "from_on": today},
    )
    if request.method == "POST" and form.is_valid():
        resolution = Resolution(
            uid=form.made, service=scope.service, practitioner=scope.practitioner, **form.values
        )
        is_new = add_resolution(resolution=resolution, by=signed_in(request))
        messages.success(
            request,
            "Written: it stands on the next reports until you close it."
            if is_new
            else "This was written already; nothing was stored twice.",
        )
        return _to_report(scope)
    context = {"scope": scope, "form": form}
    return render(request, "resolutions/resolution_create.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def resolution_edit(request: HttpRequest, resolution: uuid.UUID) -> HttpResponse:
    """Other words or days; the history keeps what was there."""
    found = find_resolution(request, resolution)
    scope = _scope_of(found)
    person = signed_in(request)
    form = _correction_form(request, found, data=request.POST if request.method == "POST" else None)
    stale: Stale | None = None
    if request.method == "POST" and form.is_valid():
        if found.closed_on is not None and found.closed_on < form.cleaned_data["from_on"]:
            form.add_error("from_on", "It was closed before this day: give an earlier one.")
        else:
            try:
                correct_resolution(
                    resolution=found,
                    values=form.values,
                    seen=form.cleaned_data["version"],
                    by=person,
                    why=form.reason,
                )
            except StaleError as problem:
                stale = look_again(
                    form,
                    problem,
                    stored=_correction_form(request, found, data=None),
                    row=found,
                    as_seen=lambda then: _correction_form(request, then, data=None),
                    person=person,
                )
            else:
                messages.success(request, "The resolution is changed.")
                return _to_report(scope)
    context = {"scope": scope, "form": form, "stale": stale}
    return render(request, "resolutions/resolution_edit.html", context)


def _correction_form(
    request: HttpRequest, resolution: Resolution, *, data: QueryDict | None
) -> ResolutionCorrectionForm:
    by = signed_in(request)
    form = ResolutionCorrectionForm(
        data,
        today=timezone.localdate(),
        wants_reason=needs_reason(resolution, by=by, now=timezone.now()),
        initial={
            name: getattr(resolution, name)
            for name in ("will_try", "expects", "from_on", "look_again_on")
        },
    )
    carry_version(form, resolution)
    return form


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def resolution_close(request: HttpRequest, resolution: uuid.UUID) -> HttpResponse:
    """The day from which it no longer stands on the reports."""
    found = find_resolution(request, resolution)
    scope, today = _scope_of(found), timezone.localdate()
    form = ResolutionCloseForm(
        request.POST if request.method == "POST" else None,
        from_on=found.from_on,
        today=today,
        initial={"closed_on": today},
    )
    if request.method == "POST" and form.is_valid():
        try:
            close_resolution(
                resolution=found, closed_on=form.cleaned_data["closed_on"], by=signed_in(request)
            )
        except RefusedError as problem:
            messages.info(request, str(problem))
        else:
            messages.success(request, "Closed: it stands on the report as the last resolution.")
        return _to_report(scope)
    context = {"scope": scope, "form": form, "resolution": found}
    return render(request, "resolutions/resolution_close.html", context)


def _scope_of(resolution: Resolution) -> Scope:
    return Scope(service=resolution.service, practitioner=resolution.practitioner)


def _to_report(scope: Scope) -> HttpResponse:
    if scope.practitioner is None:
        return redirect("report-month", service=scope.service.uid)
    return redirect("report-month", service=scope.service.uid, practitioner=scope.practitioner.uid)
