"""Supervision: the sheet to bring, on the page and on paper, and the key to its letters."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from practice.charts.sparkline import sparkline_svg
from practice.charts.svg import to_svg
from practice.charts.trajectory import trajectory_chart
from practice.cohorts import Scope
from practice.forms.supervision import SheetForm
from practice.models import Deed
from practice.reports import supervision as sheets
from practice.reports.case_choice import Which, chosen_cases
from practice.reports.case_side import Notes, load_case_sides
from practice.reports.case_side_text import SideMeasure, SideText
from practice.reports.files import supervision_name
from practice.reports.supervision_names import Naming, names_of
from practice.reports.supervision_pdf import supervision_pdf
from practice.reports.supervision_rows import SheetMeasure, SheetRow
from practice.reports.supervision_text import SheetText, sheet_text
from practice.views.access import find_case_scope, signed_in
from practice.views.kept_page import kept_page
from practice.views.readings import note_taken
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


# Points of a side's charts: about a phone's width, so that their letters stay readable there.
_CHART_WIDTH, _CHART_HEIGHT = 280.0, 150.0


@dataclass(frozen=True, kw_only=True)
class Pictured:
    """A measure of a row, with its small chart for the page."""

    measure: SheetMeasure
    svg: SafeString


@never_cache
@require_safe
@kept_page
def supervision_sheet(
    request: HttpRequest, service: uuid.UUID, practitioner: uuid.UUID
) -> HttpResponse:
    """The sheet as a page, with the form to choose another day."""
    scope = find_case_scope(request, service, practitioner)
    form = _sheet_form(request)
    context: dict[str, object] = {"scope": scope, "form": form}
    if form.is_valid():
        which = _which(request)
        text = _text(request, scope, form, which)
        context |= {
            "text": text,
            "rows": [(row, list(_pictures(row))) for row in text.rows],
            "sides": [(side, list(_charts(side))) for side in text.sides],
            "choice": _choice(form),
            "paper": _paper(form, text, which),
            "all_signals": Which.SIGNALS,
            "ticked": Which.TICKED,
            "nobody": Which.NOBODY,
            "has_letters": form.naming is Naming.LETTERS,
        }
    return render(request, "supervision/supervision_sheet.html", context)


@never_cache
@require_safe
def supervision_sheet_pdf(
    request: HttpRequest, service: uuid.UUID, practitioner: uuid.UUID
) -> HttpResponse:
    """The same sheet as a PDF document."""
    scope = find_case_scope(request, service, practitioner)
    form = _chosen(request)
    text = _text(request, scope, form, _which(request))
    note_taken(request, signed_in(request), scope, deed=Deed.REPORTED)
    name = supervision_name(scope, form.cleaned_data["on"], naming=form.naming.value)
    return HttpResponse(
        supervision_pdf(text),
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{name}"'},
    )


@never_cache
@require_safe
def supervision_key(
    request: HttpRequest, service: uuid.UUID, practitioner: uuid.UUID
) -> HttpResponse:
    """Which client each letter of the sheet stands for."""
    scope = find_case_scope(request, service, practitioner)
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


def _which(request: HttpRequest) -> Which:
    """Raises BadRequest for a word that no page of ours sends."""
    try:
        return Which(request.GET.get("sides") or Which.RISK)
    except ValueError:
        raise BadRequest("no such choice of clients") from None


def _text(request: HttpRequest, scope: Scope, form: SheetForm, which: Which) -> SheetText:
    """The sheet with the sides of the clients chosen; those who are not on it are left out."""
    sheet = _sheet(request, scope, form)
    choice = chosen_cases(sheet, which=which, ticked=request.GET.getlist("case"))
    sides = load_case_sides(sheet, choice, notes=form.notes_asked)
    return sheet_text(sheet, naming=form.naming, sides=sides)


def _choice(form: SheetForm) -> str:
    """What the links of a page carry on."""
    return urlencode(_asked(form))


def _paper(form: SheetForm, text: SheetText, which: Which) -> str:
    """The same with the clients chosen, so that the paper is what the page shows."""
    asked: dict[str, str | list[str]] = {**_asked(form), "sides": which.value}
    if form.notes_asked is Notes.PRINTED:
        asked["notes"] = "on"
    if which is Which.TICKED:
        asked["case"] = [str(side.episode) for side in text.sides]
    return urlencode(asked, doseq=True)


def _asked(form: SheetForm) -> dict[str, str]:
    chosen = {"on": form.cleaned_data["on"].isoformat()}
    return chosen | ({"letters": "on"} if form.naming is Naming.LETTERS else {})


def _pictures(row: SheetRow) -> list[Pictured]:
    return [
        Pictured(measure=measure, svg=_svg(measure, uid=f"s-{row.episode}-{place}"))
        for place, measure in enumerate(row.measures)
    ]


def _charts(side: SideText) -> Iterator[tuple[SideMeasure, SafeString]]:
    for place, measure in enumerate(side.measures):
        svg = to_svg(
            trajectory_chart(measure.plot, width=_CHART_WIDTH, height=_CHART_HEIGHT),
            uid=f"side-{side.episode}-{place}",
            title=measure.title,
            description=measure.description,
        )
        yield measure, mark_safe(svg)  # noqa: S308 - our own drawing; its texts are escaped


def _svg(measure: SheetMeasure, *, uid: str) -> SafeString:
    svg = sparkline_svg(
        measure.points,
        maximum=measure.maximum,
        cut_off=measure.cut_off,
        uid=uid,
        title=measure.words,
        description=f"{len(measure.points)} scores; the broken line is the cut-off "
        f"{measure.cut_off}; lower is better",
    )
    return mark_safe(svg)  # noqa: S308 - our own drawing; its texts are escaped in it
