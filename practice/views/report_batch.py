"""All reports of a month in one go, for those who lead: as drafts in one ZIP, or each for good."""

import time
import uuid

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.text import slugify
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from practice.cohorts import Scope, first_referral
from practice.domain.periods import Month
from practice.forms.frozen import MonthOverForm
from practice.models import Deed, Service
from practice.published import published_for
from practice.reports.batch import (
    STUMBLES,
    Entry,
    Wanted,
    entries_of,
    freeze_entry,
    scopes_of,
    why_not,
    zipped,
)
from practice.reports.frozen import Making
from practice.reports.words import several
from practice.views.access import find_led_service, signed_in
from practice.views.readings import note_taken

# Seconds after which a step ends, so that a page answers while many are made; AT LEAST one is tried.
LONGEST_STEP = 5.0


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def report_batch(request: HttpRequest, service: uuid.UUID) -> HttpResponse:
    """How far the month's reports are; each POST makes the next ones for good."""
    led = find_led_service(request, service)
    form = _form(request, led)
    context: dict[str, object] = {"scope": Scope(service=led), "form": form}
    if not form.is_valid():
        return render(request, "frozen/report_batch.html", context)
    month = form.cleaned_data["month"]
    entries = entries_of(scopes_of(led), month)
    # By entry, why it could not be made the last time. Ids and our own words, no one's data.
    kept_as = f"batch-{led.uid}-{month}"
    failed: dict[str, str] = request.session.get(kept_as, {})
    if request.method == "POST":
        request.session[kept_as] = _make_next(request, entries, failed, _wanted(month, led))
        here = reverse("report-batch", args=[led.uid])
        return redirect(f"{here}?{urlencode({'month': str(month)})}#progress")
    rows = [(entry, failed.get(entry.key, "")) for entry in entries]
    done = sum(entry.report is not None for entry in entries)
    context |= {
        "month": month,
        "rows": rows,
        "done": done,
        "left": len(entries) - done,
        "has_failed": any(why for entry, why in rows if entry.report is None),
        "is_begun": done > 0 or bool(failed),
    }
    return render(request, "frozen/report_batch.html", context)


@never_cache
@require_safe
def report_batch_zip(request: HttpRequest, service: uuid.UUID) -> HttpResponse:
    """All PDFs of the month in one file: those made for good as they were made, the rest as drafts."""
    led = find_led_service(request, service)
    form = _form(request, led)
    if not form.is_valid():
        raise BadRequest("no such month")
    month = form.cleaned_data["month"]
    note_taken(request, signed_in(request), Scope(service=led), deed=Deed.EXPORTED)
    content = zipped(entries_of(scopes_of(led), month), _wanted(month, led))
    name = f"monthly-reports-{month}-{slugify(led.name)[:80]}".strip("-")
    return HttpResponse(
        content,
        content_type="application/zip",
        headers={"Content-Disposition": f'attachment; filename="{name}.zip"'},
    )


def _form(request: HttpRequest, service: Service) -> MonthOverForm:
    today = timezone.localdate()
    given = request.GET or {"month": str(Month.of(today).minus(1))}
    return MonthOverForm(given, first=first_referral(service), today=today)


def _wanted(month: Month, service: Service) -> Wanted:
    return Wanted(month=month, benchmarks=published_for(service), today=timezone.localdate())


def _make_next(
    request: HttpRequest, entries: list[Entry], failed: dict[str, str], wanted: Wanted
) -> dict[str, str]:
    """One step: as many as the time allows; those that failed before come last."""
    making = Making(by=signed_in(request), now=timezone.now(), today=wanted.today)
    waiting = [entry for entry in entries if entry.report is None]
    waiting.sort(key=lambda entry: entry.key in failed)
    failed, made, began = dict(failed), 0, time.monotonic()
    for tried, entry in enumerate(waiting):
        if tried and time.monotonic() - began > LONGEST_STEP:
            break
        try:
            freeze_entry(entry, wanted, making)
        except STUMBLES as problem:
            failed[entry.key] = why_not(problem, entry)
        else:
            failed.pop(entry.key, None)
            made += 1
    messages.success(
        request, f"{several(made, 'report was', 'reports were')} made for good in this step."
    )
    return failed
