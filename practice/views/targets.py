"""A practice's own targets: set, put right, ended. Nobody is judged by one."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from practice.actions.corrections import needs_reason
from practice.actions.targets import add_target, correct_target, end_target
from practice.actions.versions import StaleError
from practice.actions.writing import RefusedError
from practice.cohorts import Scope
from practice.domain.targets import set_by_others
from practice.forms.targets import TargetCorrectionForm, TargetEndForm, TargetForm
from practice.forms.versions import Stale, carry_version, look_again
from practice.models import Target
from practice.published import published_for
from practice.reports.targets import target_words
from practice.views.access import signed_in
from practice.views.access_intents import find_scope_to_intend, find_target


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def target_create(
    request: HttpRequest, service: uuid.UUID, practitioner: uuid.UUID | None = None
) -> HttpResponse:
    """What one hopes to reach, for which rate, from when, and where the number comes from."""
    scope = find_scope_to_intend(request, service, practitioner)
    today = timezone.localdate()
    form = TargetForm(
        request.POST if request.method == "POST" else None,
        today=today,
        initial={"uid": uuid.uuid4(), "from_on": today},
    )
    if request.method == "POST" and form.is_valid():
        target = Target(
            uid=form.made, service=scope.service, practitioner=scope.practitioner, **form.values
        )
        try:
            is_new = add_target(target=target, by=signed_in(request))
        except RefusedError as problem:
            form.add_error("rate", str(problem))
        else:
            messages.success(
                request,
                "Set. It is what you hope for; nothing here will say that you failed it."
                if is_new
                else "This was set already; nothing was stored twice.",
            )
            return _to_targets()
    others = set_by_others(published_for(scope.service))
    context = {"scope": scope, "form": form, "others": others}
    return render(request, "targets/target_create.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def target_edit(request: HttpRequest, target: uuid.UUID) -> HttpResponse:
    """Another number, day or reason; the history keeps what was there."""
    found = find_target(request, target)
    person = signed_in(request)
    form = _correction_form(request, found, data=request.POST if request.method == "POST" else None)
    stale: Stale | None = None
    if request.method == "POST" and form.is_valid():
        try:
            correct_target(
                target=found,
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
        except RefusedError as problem:
            form.add_error("rate", str(problem))
        else:
            messages.success(request, "The target is changed.")
            return _to_targets()
    context = {"scope": _scope_of(found), "form": form, "stale": stale}
    return render(request, "targets/target_edit.html", context)


def _correction_form(
    request: HttpRequest, target: Target, *, data: QueryDict | None
) -> TargetCorrectionForm:
    form = TargetCorrectionForm(
        data,
        today=timezone.localdate(),
        wants_reason=needs_reason(target, by=signed_in(request), now=timezone.now()),
        initial={
            name: getattr(target, name) for name in ("rate", "percent", "why", "from_on", "until")
        },
    )
    carry_version(form, target)
    return form


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def target_end(request: HttpRequest, target: uuid.UUID) -> HttpResponse:
    """The last day on which it stands."""
    found = find_target(request, target)
    today = timezone.localdate()
    form = TargetEndForm(
        request.POST if request.method == "POST" else None,
        from_on=found.from_on,
        initial={"until": max(today, found.from_on)},
    )
    if request.method == "POST" and form.is_valid():
        try:
            end_target(target=found, until=form.cleaned_data["until"], by=signed_in(request))
        except RefusedError as problem:
            messages.info(request, str(problem))
        else:
            messages.success(request, "Its last day is stored; it stays in the list below.")
        return _to_targets()
    context = {
        "scope": _scope_of(found),
        "form": form,
        "target": found,
        "words": target_words(found),
        "is_over": found.until is not None and found.until < today,
    }
    return render(request, "targets/target_end.html", context)


def _scope_of(target: Target) -> Scope:
    return Scope(service=target.service, practitioner=target.practitioner)


def _to_targets() -> HttpResponse:
    return redirect(f"{reverse('benchmark-list')}#targets")
