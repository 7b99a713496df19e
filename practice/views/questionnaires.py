"""Blank questionnaires to print. They hold nothing about anybody: everyone signed in may have them."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from practice.domain.measures import MEASURES
from practice.reports.questionnaire_pdf import blank_pdf
from practice.reports.questionnaires import questionnaire, why_withheld


@never_cache
@require_safe
def questionnaire_list(request: HttpRequest) -> HttpResponse:
    """What can be printed, and what cannot and why."""
    measures = [(measure, why_withheld(measure)) for measure in MEASURES.values()]
    return render(request, "questionnaires/questionnaire_list.html", {"measures": measures})


@never_cache
@require_safe
def questionnaire_pdf(request: HttpRequest, measure: str) -> HttpResponse:
    """One blank questionnaire. Raises Http404 for one that is unknown or switched off."""
    found = MEASURES.get(measure)
    if found is None:
        raise Http404("no such questionnaire")
    if reason := why_withheld(found):
        raise Http404(reason)
    return HttpResponse(
        blank_pdf(questionnaire(found)),
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{found.code}.pdf"'},
    )
