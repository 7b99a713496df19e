"""Supervision: the sheet to bring, on the page and on paper, and the key to its letters."""

import uuid
from dataclasses import dataclass

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from practice.charts.sparkline import sparkline
from practice.charts.svg import to_svg
from practice.cohorts import Scope
from practice.forms.supervision import SheetForm
from practice.reports import supervision as sheets
from practice.reports.files import supervision_name
from practice.reports.supervision_names import Naming, names_of
from practice.reports.supervision_pdf import supervision_pdf
from practice.reports.supervision_rows import SheetMeasure, SheetRow
from practice.reports.supervision_text import sheet_text
from practice.views.access import find_scope, signed_in
from practice.views.supervision_meetings import (
    supervision_edit,
    supervision_log,
    supervision_record,
)

__all__ = [
    "supervision_edit",
    "supervision_key",
    "supervision_log",
    "supervision_record",
    "supervision_sheet",
    "supervision_sheet_pdf",
]


@dataclass(frozen=True, kw_only=True)
class Pictured:
    """A measure of a row, with its small chart for the page."""

    measure: SheetMeasure
    svg: SafeString


@never_cache
@require_safe
def supervision_sheet(
    request: HttpRequest, service: uuid.UUID, practitioner: uuid.UUID
) -> HttpResponse:
    """The sheet as a page, with the form to choose another day."""
    scope = find_scope(request, service, practitioner)
    form = _sheet_form(request)
    context: dict[str, object] = {"scope": scope, "form": form}
    if form.is_valid():
        text = sheet_text(_sheet(request, scope, form), naming=form.naming)
        context |= {
            "text": text,
            "rows": [(row, list(_pictures(row))) for row in text.rows],
            "choice": _choice(form),
            "has_letters": form.naming is Naming.LETTERS,
        }
    return render(request, "supervision/supervision_sheet.html", context)


@never_cache
@require_safe
def supervision_sheet_pdf(
    request: HttpRequest, service: uuid.UUID, practitioner: uuid.UUID
) -> HttpResponse:
    """The same sheet as a PDF document."""
    scope = find_scope(request, service, practitioner)
    form = _chosen(request)
    sheet = _sheet(request, scope, form)
    name = supervision_name(scope, sheet.on, naming=form.naming.value)
    return HttpResponse(
        supervision_pdf(sheet_text(sheet, naming=form.naming)),
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{name}"'},
    )


@never_cache
@require_safe
def supervision_key(
    request: HttpRequest, service: uuid.UUID, practitioner: uuid.UUID
) -> HttpResponse:
    """Which client each letter of the sheet stands for."""
    scope = find_scope(request, service, practitioner)
    form = _chosen(request)
    sheet = _sheet(request, scope, form)
    names = names_of(sheet, Naming.LETTERS)
    context = {
        "scope": scope,
        "sheet": sheet,
        "key": [(names.letters[client], name) for client, name in names.references.items()],
        "choice": _choice(form),
    }
    return render(request, "supervision/supervision_key.html", context)


def _sheet_form(request: HttpRequest) -> SheetForm:
    today = timezone.localdate()
    given = request.GET.copy()
    # So that the field shows which day it is that one looks at.
    given.setdefault("on", today.isoformat())
    return SheetForm(given, today=today)


def _chosen(request: HttpRequest) -> SheetForm:
    form = _sheet_form(request)
    if not form.is_valid():
        raise BadRequest("no such day")
    return form


def _sheet(request: HttpRequest, scope: Scope, form: SheetForm) -> sheets.SupervisionSheet:
    return sheets.supervision_sheet(
        scope, on=form.cleaned_data["on"], printed_on=form.today, seen_by=signed_in(request)
    )


def _choice(form: SheetForm) -> str:
    """What the links of a page carry on."""
    chosen = {"on": form.cleaned_data["on"].isoformat()}
    return urlencode(chosen | ({"letters": "on"} if form.naming is Naming.LETTERS else {}))


def _pictures(row: SheetRow) -> list[Pictured]:
    return [
        Pictured(measure=measure, svg=_svg(measure, uid=f"s-{row.episode}-{place}"))
        for place, measure in enumerate(row.measures)
    ]


def _svg(measure: SheetMeasure, *, uid: str) -> SafeString:
    svg = to_svg(
        sparkline(measure.points, maximum=measure.maximum, cut_off=measure.cut_off),
        uid=uid,
        title=measure.words,
        description=f"{len(measure.points)} scores; the broken line is the cut-off "
        f"{measure.cut_off}; lower is better",
    )
    return mark_safe(svg)  # noqa: S308 - our own drawing; its texts are escaped in to_svg
