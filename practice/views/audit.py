"""Who looked at what, and took what away: as a page, and as a file."""

import uuid
from collections.abc import Iterator

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from practice.caseload_files.cells import guarded
from practice.caseload_files.writing import csv_line
from practice.cases.audit import entries_of, narrowed, people_of
from practice.cohorts import Scope
from practice.forms.audit import AuditForm
from practice.models import Deed, Service
from practice.tables.audit import AuditLines, AuditTable
from practice.views.access import find_run_service, signed_in
from practice.views.readings import note_taken

PER_PAGE = 50
# Lines of the file that are read at a time.
_AT_A_TIME = 1000
_HEADINGS = ("when", "who", "what", "which page or file", "about", "about (id)")


@never_cache
@require_safe
def audit_list(request: HttpRequest, service: uuid.UUID) -> HttpResponse:
    """Every entry that concerns the service, newest first; ?as=csv gives what is chosen as a file."""
    run = find_run_service(request, service)
    form = AuditForm(request.GET, people=people_of(run))
    # An entry that cannot be found by what was asked for is better seen than hidden.
    is_good = form.is_valid()
    if is_good and request.GET.get("as") == "csv":
        # The first line of the file is that it was made.
        note_taken(request, signed_in(request), Scope(service=run), deed=Deed.EXPORTED)
        return _file(_lines(request, run, form))
    lines = _lines(request, run, form)
    # Whatever the address says: a page that is there. Of numbers, so that no line is read for it.
    page = Paginator(range(len(lines)), PER_PAGE).get_page(request.GET.get("page"))
    table = AuditTable(lines)
    table.paginate(page=page.number, per_page=PER_PAGE)
    chosen = {name: value for name, value in form.data.items() if name in form.fields and value}
    context = {
        "scope": Scope(service=run),
        "form": form,
        "table": table,
        "n": len(lines),
        "is_narrowed": is_good and bool(chosen),
        "csv": urlencode({**chosen, "as": "csv"}),
    }
    return render(request, "audit/audit_list.html", context)


def _lines(request: HttpRequest, service: Service, form: AuditForm) -> AuditLines:
    entries = narrowed(entries_of(service), **form.asked)
    return AuditLines(entries, to=signed_in(request), on=timezone.localdate())


def _file(lines: AuditLines) -> HttpResponse:
    today = timezone.localdate().isoformat()
    response = HttpResponse(
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="audit-{today}.csv"'},
    )
    # Excel takes a CSV file for UTF-8 only when it begins with this mark.
    response.write("\N{ZERO WIDTH NO-BREAK SPACE}")
    response.write(csv_line(_HEADINGS))
    response.writelines(map(csv_line, _rows(lines)))
    return response


def _rows(lines: AuditLines) -> Iterator[list[str]]:
    for start in range(0, len(lines), _AT_A_TIME):
        for line in lines[start : start + _AT_A_TIME]:
            at = timezone.localtime(line.at).isoformat(sep=" ", timespec="seconds")
            subject = "" if line.subject is None else str(line.subject)
            # Names are typed by people: none of them may run as a formula.
            cells = (at, line.who, line.deed, line.what, line.about, subject)
            yield [guarded(cell) for cell in cells]
