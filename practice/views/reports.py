"""The month's report: choose it, look at it, print it."""

import uuid

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.safestring import mark_safe
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from practice.charts.strip import rate_strip
from practice.charts.svg import to_svg
from practice.cohorts import Scope, first_referral
from practice.domain.periods import Month
from practice.forms.reports import ReportForm
from practice.published import published
from practice.reports.files import monthly_name
from practice.reports.monthly import MonthlyReport, monthly_report
from practice.reports.monthly_pdf import monthly_pdf
from practice.reports.monthly_text import monthly_text
from practice.views.access import find_scope, signed_in, visible_scopes

# Points of the drawing: about a phone's width, so that its letters stay readable there.
_CHART_WIDTH, _CHART_LABELS = 270.0, 106.0


@never_cache
@require_safe
def report_list(request: HttpRequest) -> HttpResponse:
    """Everything the person may open a report of."""
    scopes = visible_scopes(signed_in(request))
    return render(request, "reports/report_list.html", {"scopes": scopes})


@never_cache
@require_safe
def report_month(
    request: HttpRequest, service: uuid.UUID, practitioner: uuid.UUID | None = None
) -> HttpResponse:
    """A month's report as a page, with the form to choose another."""
    scope = find_scope(request, service, practitioner)
    form = _report_form(request, scope)
    report = _report(form, scope) if form.is_valid() else None
    if report is None:
        return render(request, "reports/report_month.html", {"scope": scope, "form": form})
    text = monthly_text(report)
    strip = to_svg(
        rate_strip(text.strip, width=_CHART_WIDTH, label_width=_CHART_LABELS),
        uid="endings",
        title="Planned endings",
        description=text.strip_words,
    )
    context = {
        "scope": scope,
        "form": form,
        "text": text,
        "strip": mark_safe(strip),  # noqa: S308 - our own drawing; its texts are escaped in to_svg
        "pdf_url": f"{request.path}pdf/?{_choice(report)}",
    }
    return render(request, "reports/report_month.html", context)


@never_cache
@require_safe
def report_month_pdf(
    request: HttpRequest, service: uuid.UUID, practitioner: uuid.UUID | None = None
) -> HttpResponse:
    """The same report as a PDF document."""
    scope = find_scope(request, service, practitioner)
    form = _report_form(request, scope)
    if not form.is_valid():
        raise BadRequest("no such month or year")
    report = _report(form, scope)
    return HttpResponse(
        monthly_pdf(monthly_text(report)),
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{monthly_name(scope, report.month)}"'},
    )


def _choice(report: MonthlyReport) -> str:
    return urlencode({"month": str(report.month), "against": report.year or ""})


def _report_form(request: HttpRequest, scope: Scope) -> ReportForm:
    today = timezone.localdate()
    # Without a choice: the last whole month.
    given = request.GET or {"month": str(Month.of(today).minus(1)), "against": ""}
    first = first_referral(scope.service)
    return ReportForm(
        given,
        first=min(first or today, Month.of(today).minus(1).period.start),
        today=today,
        years=published().years(),
    )


def _report(form: ReportForm, scope: Scope) -> MonthlyReport:
    return monthly_report(
        scope,
        form.cleaned_data["month"],
        benchmarks=published(),
        printed_on=timezone.localdate(),
        year=form.cleaned_data["against"] or None,
    )
