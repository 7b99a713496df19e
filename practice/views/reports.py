"""The month's report: choose it, look at it, print it."""

import uuid
from collections.abc import Sequence

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from practice.cohorts import Scope
from practice.forms.reports import ReportForm
from practice.models import Deed
from practice.published import published_for
from practice.reports.files import monthly_name
from practice.reports.monthly import MonthlyReport, monthly_report
from practice.reports.monthly_pdf import BOTH, WITH_DEFINITIONS, Side, monthly_pdf
from practice.reports.monthly_text import monthly_text
from practice.views.access import find_scope, find_service, signed_in
from practice.views.chosen_report import choice_of, chosen_form
from practice.views.frozen import beside_report, frozen_list
from practice.views.kept_page import kept_page
from practice.views.readings import note_taken
from practice.views.scopes import may_intend, may_write_figures, visible_scopes
from practice.views.shown_report import shown_report


@never_cache
@require_safe
@kept_page
def report_list(request: HttpRequest) -> HttpResponse:
    """Everything the person may open a report of."""
    person = signed_in(request)
    context = {"scopes": visible_scopes(person), **frozen_list(person)}
    return render(request, "reports/report_list.html", context)


@never_cache
@require_safe
@kept_page
def report_month(
    request: HttpRequest, service: uuid.UUID, practitioner: uuid.UUID | None = None
) -> HttpResponse:
    """A month's report as a page, with the form to choose another."""
    scope = find_scope(request, service, practitioner)
    form = chosen_form(request, scope)
    report = _report(form, scope) if form.is_valid() else None
    place = find_service(request, service)
    if report is None:
        return render(request, "reports/report_month.html", {"scope": scope, "form": form})
    context = {
        "scope": scope,
        "form": form,
        "pdf_url": f"{request.path}pdf/?{choice_of(report.month, report.year)}",
        **shown_report(monthly_text(report)),
        **beside_report(report, scope),
        "may_write": may_write_figures(place, scope),
        "may_intend": may_intend(place, scope),
    }
    return render(request, "reports/report_month.html", context)


@never_cache
@require_safe
def report_month_pdf(
    request: HttpRequest, service: uuid.UUID, practitioner: uuid.UUID | None = None
) -> HttpResponse:
    """The same report as a PDF document."""
    scope = find_scope(request, service, practitioner)
    form = chosen_form(request, scope)
    if not form.is_valid():
        raise BadRequest("no such month or year")
    report = _report(form, scope)
    note_taken(request, signed_in(request), scope, deed=Deed.REPORTED)
    return HttpResponse(
        monthly_pdf(monthly_text(report), _sides(request)),
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{monthly_name(scope, report.month)}"'},
    )


def _sides(request: HttpRequest) -> Sequence[Side]:
    """With the side of definitions where the address asks for it."""
    return WITH_DEFINITIONS if request.GET.get("definitions") == "1" else BOTH


def _report(form: ReportForm, scope: Scope) -> MonthlyReport:
    return monthly_report(
        scope,
        form.cleaned_data["month"],
        benchmarks=published_for(scope.service),
        printed_on=timezone.localdate(),
        year=form.cleaned_data["against"] or None,
    )
