"""Who supervises whom, and so reads their clients: arranged, ended, passed on."""

import uuid

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from practice.actions.sessions import RefusedFieldError
from practice.actions.supervising import change_supervisor, supervise
from practice.actions.writing import RefusedError
from practice.cohorts import Scope
from practice.forms.members import SupervisingEndForm, SupervisingForm
from practice.models import Practitioner, Role, Service, Supervising
from practice.telling import tell_of_supervision
from practice.views.access import find_run_service, signed_in
from practice.views.members import takers_of


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def supervising_create(request: HttpRequest, service: uuid.UUID) -> HttpResponse:
    """Somebody with an account here supervises somebody, and so reads their clients."""
    run = find_run_service(request, service)
    form = SupervisingForm(
        request.POST if request.method == "POST" else None,
        supervisors=_supervisors(run),
        practitioners=takers_of(run),
        today=timezone.localdate(),
    )
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            begun = supervise(
                service=run,
                supervisor=given["supervisor"],
                practitioner=given["practitioner"],
                since=given["since"],
                by=signed_in(request),
            )
        except RefusedError as refused:
            form.add_error("supervisor", f"Nothing is changed: {refused}.")
        else:
            tell_of_supervision(begun, by=signed_in(request))
            messages.success(request, f"{given['supervisor']} supervises {given['practitioner']}.")
            return redirect("member-list", service=run.uid)
    context = {"service": run, "scope": Scope(service=run), "form": form}
    return render(request, "members/supervising_create.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def supervising_end(
    request: HttpRequest, service: uuid.UUID, supervising: uuid.UUID
) -> HttpResponse:
    """A supervision is over, or passes to another supervisor."""
    run = find_run_service(request, service)
    found, now = _supervising(run, supervising), timezone.now()
    today = timezone.localdate(now)
    both = Q(pk=found.practitioner_id) | Q(pk=found.supervisor_id)
    form = SupervisingEndForm(
        request.POST if request.method == "POST" else None,
        supervisors=_supervisors(run).exclude(both),
        today=today,
    )
    is_over = found.until is not None and found.until <= today
    if request.method == "POST" and not is_over and form.is_valid():
        on, to = form.cleaned_data["until"], form.cleaned_data["to"]
        try:
            begun = change_supervisor(
                supervising=found, to=to, on=on, by=signed_in(request), now=now
            )
        except RefusedFieldError as refused:
            form.add_error(refused.field, str(refused))
        except RefusedError as refused:
            form.add_error(None, f"Nothing is changed: {refused}.")
        else:
            if begun is not None:
                tell_of_supervision(begun, by=signed_in(request))
            after = "" if to is None else f"; {to} does from then on"
            messages.success(
                request,
                f"{found.supervisor} supervises {found.practitioner} no longer{after}.",
            )
            return redirect("member-list", service=run.uid)
    context = {"service": run, "scope": Scope(service=run), "form": form}
    context |= {"supervising": found, "is_over": is_over}
    return render(request, "members/supervising_end.html", context)


def _supervising(service: Service, uid: uuid.UUID) -> Supervising:
    found = service.supervisings.select_related("service", "supervisor", "practitioner")
    try:
        return found.get(uid=uid)
    except Supervising.DoesNotExist:
        raise Http404("no such supervision") from None


def _supervisors(service: Service) -> QuerySet[Practitioner]:
    places = service.memberships.exclude(role=Role.ADMINISTRATOR)
    return Practitioner.objects.filter(pk__in=places.values("practitioner"))
