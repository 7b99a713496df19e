"""A year of the official NHS figures, brought in and taken out; for who leads the service."""

import logging
import uuid
from typing import Any

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from practice.actions.annual_figures import (
    HereAlreadyError,
    here_already,
    remove_annual_figures,
    store_annual_figures,
)
from practice.cohorts import Scope
from practice.domain.benchmarks import OGL
from practice.forms.annual_figures import AnnualFileForm
from practice.models import AnnualFigures, Service
from practice.nhs_annual.bringing import Ready, YearError, ready, same_as_another
from practice.nhs_annual.findings import AnnualFileError
from practice.nhs_annual.summary import Summary, summary_of
from practice.published import brought_in, everything_else, published_for
from practice.views.access import find_led_service, signed_in
from practice.views.patience import BusyError, reading_files

_LOG = logging.getLogger(__name__)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def annual_import(request: HttpRequest, service: uuid.UUID) -> HttpResponse:
    """Where the file is, the file itself, what came in, and the years that are here."""
    led = find_led_service(request, service)
    today = timezone.localdate()
    wrong: tuple[str, ...] = ()
    form = AnnualFileForm(today=today)
    if request.method == "POST":
        form = AnnualFileForm(request.POST, request.FILES, today=today)
        if form.is_valid():
            try:
                with reading_files():
                    brought = _ready(form)
                row = _store(request, led, brought)
            except AnnualFileError as problem:
                wrong = problem.listed
                form.add_error("file", "Nothing was stored: what is wrong is listed above.")
            except BusyError as problem:
                form.add_error("file", str(problem))
            except (YearError, HereAlreadyError) as problem:
                form.add_error("year", str(problem))
            else:
                return _to(led, row)
    context = {
        "scope": Scope(service=led),
        "form": form,
        "wrong": wrong,
        "ogl": OGL,
        **_context(led, request.GET.get("shown", "")),
    }
    return render(request, "annual_figures/annual_import.html", context)


def _ready(form: AnnualFileForm) -> Ready:
    file = form.cleaned_data["file"]
    return ready(
        file.read(),
        name=file.name or "",
        asked=form.cleaned_data["year"],
        today=timezone.localdate(),
    )


def _store(request: HttpRequest, led: Service, brought: Ready) -> AnnualFigures:
    """The year as it is here now. Raises HereAlreadyError for another file of the same year."""
    for_everybody = here_already(service=None, period=brought.year)
    if for_everybody is not None and for_everybody.digest == brought.digest:
        messages.info(request, f"The figures of {brought.year} are here already, for everybody.")
        return for_everybody
    other = same_as_another(brought, published_for(led))
    row = AnnualFigures(
        service=led,
        period=brought.year,
        figures=brought.kept,
        digest=brought.digest,
        entered_by=signed_in(request),
        entered_at=timezone.now(),
    )
    try:
        store_annual_figures(row=row, by=signed_in(request))
    except HereAlreadyError as problem:
        if not problem.is_same:
            raise
        messages.info(request, str(problem))
        return problem.row
    _LOG.info("annual figures %s of %s brought in", row.uid, row.period)
    messages.success(request, f"The figures of {row.period} are here.")
    if other:
        messages.warning(
            request,
            f"England's counts are those of {other}, to the last one: is {row.period} the right "
            "year? If not, remove it and bring it in again.",
        )
    return row


def _to(led: Service, row: AnnualFigures) -> HttpResponse:
    here = reverse("annual-import", args=[led.uid])
    return redirect(f"{here}?{urlencode({'shown': str(row.uid)})}#came-in")


def _here(led: Service) -> QuerySet[AnnualFigures]:
    rows = AnnualFigures.objects.filter(Q(service=led) | Q(service__isnull=True))
    return rows.select_related("entered_by").order_by("-period", "-entered_at", "pk")


def _context(led: Service, shown: str) -> dict[str, Any]:
    """The years that are here, and what the one asked for (or the newest) brought."""
    # A year's figures are large, and the list needs none of them.
    rows = list(_here(led).defer("figures"))
    chosen = next((row for row in rows if str(row.uid) == shown), rows[0] if rows else None)
    return {
        "rows": rows,
        "chosen": chosen,
        "summary": None if chosen is None else _summary(chosen, led),
    }


def _summary(row: AnnualFigures, led: Service) -> Summary:
    return summary_of(
        row.figures, brought_in(row), year=row.period, known=everything_else(row, led)
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def annual_remove(request: HttpRequest, service: uuid.UUID, annual: uuid.UUID) -> HttpResponse:
    """Take a year out that this service brought in."""
    led = find_led_service(request, service)
    row = AnnualFigures.objects.filter(service=led, uid=annual).defer("figures").first()
    if row is None:
        # A second click comes after the first has taken it out.
        if not AnnualFigures.history.filter(service=led, uid=annual).exists():
            raise Http404("no such year")
        messages.info(request, "This year has been removed already.")
        return redirect("annual-import", service=led.uid)
    if request.method == "POST":
        remove_annual_figures(row=row, by=signed_in(request), now=timezone.now())
        _LOG.info("annual figures %s of %s removed", row.uid, row.period)
        messages.success(request, f"The figures of {row.period} that were brought in are removed.")
        return redirect("annual-import", service=led.uid)
    context = {"scope": Scope(service=led), "row": row}
    return render(request, "annual_figures/annual_remove.html", context)
