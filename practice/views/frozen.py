"""Reports made for good: making one, reading it, printing it again."""

import uuid

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from practice.actions.reports import AlreadyForGoodError, freeze_report
from practice.actions.writing import RefusedError
from practice.cohorts import Scope
from practice.domain.periods import Month, day_words
from practice.models import Deed, FrozenReport, Membership, Practitioner, Role
from practice.published import published_for
from practice.reports.files import frozen_name
from practice.reports.frozen import (
    AlteredReportError,
    Making,
    NotOverError,
    check_over,
    frozen_of,
    make_frozen,
    read_frozen,
    scope_of,
)
from practice.reports.monthly import MonthlyReport
from practice.reports.monthly_pdf import monthly_pdf
from practice.reports.resolutions import standing
from practice.reports.revisions import printed_of, revised
from practice.views.access import find_frozen, find_scope_to_change, signed_in
from practice.views.chosen_report import choice_of, chosen_form
from practice.views.readings import note_taken
from practice.views.shown_report import shown_report

# As many as a page lists; older ones are found by their month.
MOST_LISTED = 60


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def report_freeze(
    request: HttpRequest, service: uuid.UUID, practitioner: uuid.UUID | None = None
) -> HttpResponse:
    """What making a month's report for good means, and doing it."""
    scope = find_scope_to_change(request, service, practitioner)
    form = chosen_form(request, scope)
    if not form.is_valid():
        raise BadRequest("no such month or year")
    month, year = form.cleaned_data["month"], form.cleaned_data["against"] or None
    today = timezone.localdate()
    made = frozen_of(scope, month)
    if made is not None:
        return _there_already(request, made)
    context: dict[str, object] = {
        "scope": scope,
        "month": month,
        "against": year,
        "choice": choice_of(month, year),
    }
    try:
        check_over(month, today=today)
    except NotOverError as problem:
        return render(request, "frozen/report_freeze.html", context | {"too_early": str(problem)})
    if request.method == "POST":
        making = Making(by=signed_in(request), now=timezone.now(), today=today)
        report = make_frozen(
            scope, month, benchmarks=published_for(scope.service), making=making, year=year
        )
        try:
            freeze_report(report=report, by=making.by)
        except AlreadyForGoodError:
            return _there_already(request, frozen_of(scope, month) or report)
        except RefusedError as problem:
            messages.error(request, f"Not made for good. {problem}")
        else:
            messages.success(request, f"The report of {month.words} is made for good.")
            return redirect("frozen-detail", frozen=report.uid)
    return render(request, "frozen/report_freeze.html", context)


@never_cache
@require_safe
def frozen_detail(request: HttpRequest, frozen: uuid.UUID) -> HttpResponse:
    """A report as it was made, and what has been revised since."""
    report = find_frozen(request, frozen)
    scope = scope_of(report)
    context: dict[str, object] = {"scope": scope, "report": report}
    try:
        text = read_frozen(report)
    except AlteredReportError:
        return _altered(request, context)
    (since,) = revised(scope, [printed_of(report)])
    context |= {**shown_report(text), "since": since, "month": Month.parse(report.month)}
    return render(request, "frozen/frozen_detail.html", context)


@never_cache
@require_safe
def frozen_pdf(request: HttpRequest, frozen: uuid.UUID) -> HttpResponse:
    """The same as a PDF document, printed from what was stored."""
    report = find_frozen(request, frozen)
    scope = scope_of(report)
    try:
        text = read_frozen(report)
    except AlteredReportError:
        return _altered(request, {"scope": scope, "report": report})
    note_taken(request, signed_in(request), scope, deed=Deed.REPORTED)
    name = frozen_name(scope, Month.parse(report.month))
    return HttpResponse(
        monthly_pdf(text),
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{name}"'},
    )


def beside_report(report: MonthlyReport, scope: Scope) -> dict[str, object]:
    """What a month's page offers beside its figures. Two queries."""
    return {
        "frozen": frozen_of(scope, report.month),
        "may_freeze": not report.is_running and report.month.period.end < report.printed_on,
        "freeze_choice": choice_of(report.month, report.year),
        "resolutions": [row for row in standing(scope) if row.closed_on is None],
    }


def frozen_list(person: Practitioner) -> dict[str, object]:
    """The newest reports made for good that the person may see, and the services they lead."""
    found = (
        FrozenReport.objects.visible_to(person, on=timezone.localdate())
        .select_related("service", "practitioner", "made_by")
        .defer("text", "figures")
        .order_by("-month", "service__name", "practitioner__name", "pk")
    )
    listed = list(found[: MOST_LISTED + 1])
    led = Membership.objects.filter(practitioner=person, role=Role.LEAD)
    return {
        "frozen_reports": [(Month.parse(report.month), report) for report in listed[:MOST_LISTED]],
        "has_older": len(listed) > MOST_LISTED,
        "led": [place.service for place in led.select_related("service").order_by("service__name")],
    }


def _there_already(request: HttpRequest, made: FrozenReport) -> HttpResponse:
    day = day_words(timezone.localdate(made.made_at))
    messages.info(
        request,
        f"This month's report was made for good on {day}, and stays as it was made: here it is.",
    )
    return redirect("frozen-detail", frozen=made.uid)


def _altered(request: HttpRequest, context: dict[str, object]) -> HttpResponse:
    """A plain page, and no figure on it."""
    return render(request, "frozen/frozen_altered.html", context, status=409)
