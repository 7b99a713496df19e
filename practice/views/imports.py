"""A caseload file brought in on the page: upload, headings, preview, store, undo.

What is stored is planned anew in the transaction that stores it; the pages only show plans.
"""

import datetime as dt
import uuid

from django.contrib import messages
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from practice.actions import imports as actions
from practice.actions.import_undo import undo_import, what_to_undo
from practice.actions.writing import RefusedError
from practice.caseload_files.plan import Taking
from practice.caseload_files.preview import in_sentence, preview_of, tables_of
from practice.caseload_files.problems import UnreadableFileError
from practice.caseload_files.questions import questions_about
from practice.caseload_files.rejected import workbook_of
from practice.caseload_files.template import TEMPLATE_NAME, template
from practice.caseload_files.uploads import (
    WrongRowsError,
    meanings_of,
    neutral,
    pack,
    plan_upload,
    store_upload,
    unpack,
)
from practice.cohorts import Scope
from practice.forms.imports import HeadingsForm, UploadForm, remembered_words
from practice.models import CaseloadUpload, Deed, RememberedHeading, Service
from practice.models.upload import KEPT_FOR
from practice.views.access import find_led_service, signed_in
from practice.views.patience import reads_files
from practice.views.readings import note_list, note_taken

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# How many past imports the page lists.
_LISTED = 20


def _find_upload(request: HttpRequest, service: uuid.UUID, upload: uuid.UUID) -> CaseloadUpload:
    """An upload of a service the person leads. Raises Http404 for one of another service."""
    led = find_led_service(request, service)
    found = get_object_or_404(
        CaseloadUpload.objects.select_related("service", "uploaded_by"), uid=upload, service=led
    )
    # Each of its pages shows clients of whoever is in the file.
    note_list(request, signed_in(request), Scope(service=led))
    return found


def _waits(upload: CaseloadUpload, now: dt.datetime) -> bool:
    """Whether its files are there and may still be stored."""
    is_fresh = now - upload.uploaded_at <= KEPT_FOR
    return bool(upload.content) and upload.stored_at is None and is_fresh


def _to_start(service: Service) -> HttpResponse:
    return redirect("import-start", service=service.uid)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def import_start(request: HttpRequest, service: uuid.UUID) -> HttpResponse:
    """Choose a file; what is remembered of headings, what waits, and what was brought in before."""
    led = find_led_service(request, service)
    now = timezone.now()
    # Files that nobody decided about are not kept because nobody came back by a POST.
    actions.empty_old_uploads(service=led, now=now)
    if request.method == "POST" and "forget" in request.POST:
        return _forget(request, led)
    is_upload = request.method == "POST"
    form = UploadForm(request.POST, request.FILES) if is_upload else UploadForm()
    if is_upload and form.is_valid():
        upload = actions.keep_upload(
            service=led, content=pack(neutral(form.contents())), by=signed_in(request), now=now
        )
        return redirect("import-preview", service=led.uid, upload=upload.uid)
    return render(request, "imports/import_start.html", _start_context(led, form, now))


def _start_context(led: Service, form: UploadForm, now: dt.datetime) -> dict[str, object]:
    uploads = CaseloadUpload.objects.filter(service=led).select_related("uploaded_by")
    # The files themselves are large, and of no use to a list.
    uploads = uploads.order_by("-uploaded_at")
    stored = list(uploads.filter(stored_at__isnull=False).defer("content")[:_LISTED])
    waiting = uploads.filter(actions.has_files(), stored_at__isnull=True).defer("content")
    return {
        "scope": Scope(service=led),
        "form": form,
        "past": [
            {"upload": upload, "may_undo": actions.may_be_undone(upload, now=now)}
            for upload in stored
        ],
        "waiting": list(waiting[:_LISTED]),
        "remembered": [
            {"heading": one, "means": remembered_words(one.column)}
            for one in RememberedHeading.objects.filter(service=led).order_by("heading")
        ],
    }


def _forget(request: HttpRequest, led: Service) -> HttpResponse:
    key = request.POST.get("forget", "")
    found = RememberedHeading.objects.filter(
        service=led, pk=key if key.isdecimal() and len(key) < 19 else 0
    )
    for heading in found:
        actions.forget_heading(service=led, heading=heading)
        messages.success(request, f"Forgotten: “{heading.heading}”. It will be asked about again.")
    return _to_start(led)


@never_cache
@require_safe
def import_template(request: HttpRequest, service: uuid.UUID) -> HttpResponse:
    """The empty workbook with drop-downs."""
    find_led_service(request, service)
    return _download(template(), TEMPLATE_NAME)


def _download(content: bytes, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type=_XLSX, headers=headers)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@reads_files
def import_headings(request: HttpRequest, service: uuid.UUID, upload: uuid.UUID) -> HttpResponse:
    """What the file's own headings mean: asked once, remembered for the next file."""
    found = _find_upload(request, service, upload)
    if not _waits(found, timezone.now()):
        return _gone(request, found)
    try:
        questions = questions_about(unpack(found), meanings=meanings_of(found))
    except UnreadableFileError:
        # The preview says why.
        return redirect("import-preview", service=service, upload=upload)
    form = HeadingsForm(request.POST if request.method == "POST" else None, questions=questions)
    if request.method == "POST" and form.is_valid():
        actions.answer_headings(upload=found, meanings=form.meanings())
        return redirect("import-preview", service=service, upload=upload)
    context = {"scope": Scope(service=found.service), "form": form, "upload": found}
    return render(request, "imports/import_headings.html", context)


def _gone(request: HttpRequest, upload: CaseloadUpload) -> HttpResponse:
    """Where an upload leads that is stored or no longer kept."""
    if upload.stored_at is not None:
        messages.info(request, "This file has been stored already: nothing was stored twice.")
        return _to_start(upload.service)
    if request.method == "POST":
        messages.info(request, "This file is no longer kept: choose it again.")
        return _to_start(upload.service)
    raise Http404("no such file any more")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@reads_files
def import_preview(request: HttpRequest, service: uuid.UUID, upload: uuid.UUID) -> HttpResponse:
    """What storing would do, before anything is stored; and the decision."""
    found = _find_upload(request, service, upload)
    if not _waits(found, timezone.now()):
        return _gone(request, found)
    if request.method == "POST":
        return _decide(request, found)
    context: dict[str, object] = {"scope": Scope(service=found.service), "upload": found}
    try:
        questions = questions_about(unpack(found), meanings=meanings_of(found))
        if questions.is_open:
            return redirect("import-headings", service=service, upload=upload)
        context["has_headings"] = bool(questions.headings or questions.dates)
        plan = plan_upload(found, today=timezone.localdate())
    except UnreadableFileError as error:
        context["problems"] = error.problems
        return render(request, "imports/import_unreadable.html", context)
    context["preview"] = preview_of(plan)
    return render(request, "imports/import_preview.html", context)


def _decide(request: HttpRequest, found: CaseloadUpload) -> HttpResponse:
    """Store all, store the good rows, or drop."""
    decision = request.POST.get("decision", "")
    if decision == "drop":
        actions.drop_upload(upload=found)
        messages.success(request, "The file was dropped. Nothing was stored.")
        return _to_start(found.service)
    takings = {"all": Taking.EVERY_ROW, "good": Taking.GOOD_ROWS}
    if decision not in takings:
        messages.error(request, "Choose what to do with the file.")
        return redirect("import-preview", service=found.service.uid, upload=found.uid)
    return _store(request, found, takings[decision])


def _store(request: HttpRequest, found: CaseloadUpload, taking: Taking) -> HttpResponse:
    again = redirect("import-preview", service=found.service.uid, upload=found.uid)
    try:
        plan, rest = store_upload(
            found,
            taking=taking,
            by=signed_in(request),
            now=timezone.now(),
            today=timezone.localdate(),
        )
    except (WrongRowsError, UnreadableFileError):
        messages.error(request, "Nothing was stored: some rows are wrong. Look again.")
        return again
    except RefusedError as refused:
        messages.info(request, f"Nothing was stored: {refused}.")
        return _to_start(found.service)
    except DatabaseError:
        messages.error(
            request, "Nothing was stored: somebody else was writing at that moment. Look again."
        )
        return again
    messages.success(
        request,
        f"Stored: {in_sentence(plan)}. It can be undone as a whole within a day.",
    )
    if rest is None:
        return _to_start(found.service)
    messages.warning(
        request,
        f"{plan.wrong_rows} of {plan.rows} rows were not stored. Download them, mend them, and "
        "bring them in again; they wait here for a day.",
    )
    return redirect("import-preview", service=found.service.uid, upload=rest.uid)


@never_cache
@require_safe
@reads_files
def import_bad_rows(request: HttpRequest, service: uuid.UUID, upload: uuid.UUID) -> HttpResponse:
    """The wrong rows with the reason, or a whole list of the preview, as a workbook."""
    found = _find_upload(request, service, upload)
    if not _waits(found, timezone.now()):
        raise Http404("no such file any more")
    key = request.GET.get("list", "rows")
    try:
        plan = plan_upload(found, today=timezone.localdate())
    except UnreadableFileError:
        raise Http404("it cannot be read") from None
    tables = tables_of(plan, key)
    if tables is None:
        raise Http404("no such list")
    note_taken(request, signed_in(request), Scope(service=found.service), deed=Deed.EXPORTED)
    return _download(workbook_of(tables), f"import-{key}.xlsx")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def import_undo(request: HttpRequest, service: uuid.UUID, upload: uuid.UUID) -> HttpResponse:
    """Take an import back as a whole, within a day."""
    found = _find_upload(request, service, upload)
    now = timezone.now()
    if not actions.may_be_undone(found, now=now):
        if found.stored_at is None:
            raise Http404("nothing was stored")
        messages.info(request, "This import can no longer be undone.")
        return _to_start(found.service)
    if request.method == "POST":
        try:
            undone = undo_import(upload=found, by=signed_in(request), now=now)
        except RefusedError as refused:
            messages.error(request, f"Nothing was undone: {refused}.")
            return redirect("import-undo", service=service, upload=upload)
        except DatabaseError:
            messages.error(
                request, "Nothing was undone: somebody else was writing at that moment. Try again."
            )
            return redirect("import-undo", service=service, upload=upload)
        messages.success(
            request,
            f"Undone: {undone.number_added():,} entries removed, {undone.number_changed():,} put "
            "back as they were.",
        )
        return _to_start(found.service)
    context = {
        "scope": Scope(service=found.service),
        "upload": found,
        "found": what_to_undo(found),
    }
    return render(request, "imports/import_undo.html", context)
