"""The settings of a service: what it decides about itself, who belongs to it, who is invited."""

import datetime as dt
import uuid

from django.conf import settings
from django.contrib import messages
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from practice import beside
from practice.actions.services import change_service
from practice.actions.versions import StaleError
from practice.backups.last import last_backup
from practice.cohorts import Scope
from practice.domain.signal_kinds import SIGNALS_NOTE, Signal
from practice.forms.services import ServiceForm
from practice.forms.versions import Stale, carry_version, look_again
from practice.members import members_of
from practice.models import Service
from practice.models.invitation import GOOD_FOR
from practice.telling import tell_of_grant
from practice.views.access import find_run_service, find_service, signed_in
from practice.views.backups import backup_page
from practice.views.reminders import backup_age
from practice.views.setting_changes import setting_changes


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def service_settings(request: HttpRequest, service: uuid.UUID) -> HttpResponse:
    """Looked at and changed by whoever leads it or sees to its accounts."""
    led = find_run_service(request, service)
    now = timezone.now()
    # The form writes what was typed into the service it is given; `led` stays as it is stored.
    form = _form(led, data=request.POST if request.method == "POST" else None)
    stale: Stale | None = None
    if request.method == "POST" and form.is_valid():
        try:
            if _stored(request, led, form):
                return redirect("service-settings", service=led.uid)
        except StaleError as problem:
            stale = look_again(
                form,
                problem,
                stored=_form(led, data=None),
                row=led,
                as_seen=lambda then: _filled(then, data=None),
                person=signed_in(request),
            )
    context = _context(led, form, now=now)
    context["stale"] = stale
    context["backup_page"] = backup_page(find_service(request, service))
    return render(request, "services/service_settings.html", context)


def _form(service: Service, *, data: QueryDict | None) -> ServiceForm:
    return _filled(Service.objects.get(pk=service.pk), data=data)


def _filled(service: Service, *, data: QueryDict | None) -> ServiceForm:
    form = ServiceForm(data, instance=service)
    carry_version(form, service)
    return form


def _stored(request: HttpRequest, service: Service, form: ServiceForm) -> bool:
    by, could_read = signed_in(request), service.lead_reads_clients
    try:
        change_service(
            service=service,
            name=form.cleaned_data["name"],
            primary_outcome=form.primary_outcome(),
            logs_every_enquiry=form.cleaned_data["logs_every_enquiry"],
            signals_off=form.signals_off(),
            usual=form.usual(),
            lead_reads_clients=form.cleaned_data["lead_reads_clients"],
            retention=form.retention(),
            ask_factor=form.cleaned_data["ask_factor"],
            seen=form.cleaned_data["version"],
            by=by,
            why=form.why(),
        )
    except IntegrityError:
        # Taken between the look and the writing; every other rule the form has held already.
        form.add_error("name", "Another practice here has this name.")
        return False
    if service.lead_reads_clients != could_read:
        tell_of_grant(service, by=by)
    messages.success(request, "The settings are saved.")
    return True


def _context(service: Service, form: ServiceForm, *, now: dt.datetime) -> dict[str, object]:
    today = timezone.localdate()
    invitations = service.invitations.open_at(now).select_related("invited_by")
    return {
        "form": form,
        "service": service,
        "has_others": service.memberships.count() > 1,
        "scope": Scope(service=service),
        "signals_note": SIGNALS_NOTE,
        "risk": Signal.RISK,
        "members": members_of(service, today=today),
        "invitations": [
            (invitation, invitation.invited_at + GOOD_FOR)
            for invitation in invitations.order_by("-invited_at")
        ],
        "changes": setting_changes(service),
        "last_backup": None if settings.DEMO else last_backup(settings.DATA_DIR),
        "backup_age": backup_age(today),
        "may_start_demonstration": beside.may_start(),
    }
