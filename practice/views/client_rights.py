"""What a client may ask for: a copy of everything, erasure."""

import datetime as dt
import io
import uuid
import zipfile

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from practice.actions.audit import record
from practice.actions.erasure import ERASED_ALREADY, ErasedAlreadyError, HeldError, erase_client
from practice.caseload_files.export import csv_files, export_caseload
from practice.cases.erasure_preview import erasure_preview
from practice.cases.retention import due_on, last_contact
from practice.cases.whole_client import load_whole_client
from practice.cohorts import Scope
from practice.forms.client_rights import EraseForm
from practice.models import AuditEntry, Client, Deed
from practice.reports.client_copy import client_copy as copy_text
from practice.reports.client_copy_data import (
    DATA_NAME,
    KEYS_NAME,
    client_data,
    documented_keys,
    keys_text,
)
from practice.reports.client_copy_pdf import client_copy_pdf as copy_pdf
from practice.reports.words import several
from practice.views.access import signed_in
from practice.views.client_access import find_client_to_change, n_held_by_others
from practice.views.readings import page_name


@never_cache
@require_safe
def client_copy(request: HttpRequest, client: uuid.UUID) -> HttpResponse:
    """What the client may ask for, and what is in a copy."""
    found = find_client_to_change(request, client)
    keys = sorted(documented_keys().items())
    context = client_context(found) | kept_until(found) | {"keys": keys}
    context["n_of_others"] = n_held_by_others(found, signed_in(request))
    return render(request, "client_rights/client_copy.html", context)


@never_cache
@require_safe
def client_copy_pdf(request: HttpRequest, client: uuid.UUID) -> HttpResponse:
    """Everything about the client, to be read."""
    found = find_client_to_change(request, client)
    _note_export(request, found)
    now = timezone.now()
    whole = load_whole_client(found)
    text = copy_text(whole, made_by=str(signed_in(request)), now=now, on=timezone.localdate(now))
    return HttpResponse(
        copy_pdf(text),
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{_file_name(found, now)}.pdf"'},
    )


@never_cache
@require_safe
def client_copy_data(request: HttpRequest, client: uuid.UUID) -> HttpResponse:
    """Everything about the client as data: JSON, what its keys mean, and the two sheets."""
    found = find_client_to_change(request, client)
    _note_export(request, found)
    now = timezone.now()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        whole = load_whole_client(found)
        archive.writestr(DATA_NAME, client_data(whole, made_by=str(signed_in(request)), now=now))
        archive.writestr(KEYS_NAME, keys_text())
        for name, write in csv_files(export_caseload(found.service, of=found)).items():
            sheet = io.BytesIO()
            write(sheet)
            archive.writestr(name, sheet.getvalue())
    return HttpResponse(
        packed.getvalue(),
        content_type="application/zip",
        headers={"Content-Disposition": f'attachment; filename="{_file_name(found, now)}.zip"'},
    )


def _file_name(client: Client, now: dt.datetime) -> str:
    """Of a random id's beginning, never of the reference: it stands in lists of downloads."""
    return f"client-copy-{timezone.localdate(now).isoformat()}-{client.uid.hex[:8]}"


def _note_export(request: HttpRequest, client: Client) -> None:
    record(
        deed=Deed.EXPORTED,
        who=signed_in(request),
        service=client.service.uid,
        subject=client.uid,
        detail=page_name(request),
    )


def client_context(client: Client) -> dict[str, object]:
    """What the head of each of these pages needs."""
    episodes = list(client.episodes.order_by("number"))
    return {
        "scope": Scope(service=client.service),
        "client": client,
        "episodes": episodes,
        # Where the way back leads.
        "last_episode": episodes[-1],
    }


def kept_until(client: Client) -> dict[str, object]:
    """By the service's period: since when the client's record is due, or until when it is kept."""
    years, last = client.service.retention_years, last_contact(client)
    due = None if years is None or last is None else due_on(last, years=years)
    return {
        "last": last,
        "due": due,
        "is_due": due is not None and due <= timezone.localdate(),
    }


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def client_erase(request: HttpRequest, client: uuid.UUID) -> HttpResponse:
    """Erase a client: what goes and what stays is said first, then the reference is typed."""
    try:
        found = find_client_to_change(request, client)
    except Http404:
        if _has_erased(request, client):
            return gone(request)
        raise
    form = EraseForm(request.POST if request.method == "POST" else None, client=found)
    if request.method == "POST" and form.is_valid():
        try:
            erased = erase_client(
                client=found, reason=form.reason, by=signed_in(request), now=timezone.now()
            )
        except ErasedAlreadyError:
            return gone(request)
        except HeldError as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(
                request,
                "The client is erased: "
                f"{several(erased.rows, 'record', 'records')}, earlier states among them. "
                "Earlier backups still hold the client: make a new one, then let them go.",
            )
            return redirect("home")
    goes = erasure_preview(found, by=signed_in(request), today=timezone.localdate())
    context = client_context(found) | {"form": form, "goes": goes} | kept_until(found)
    return render(request, "client_rights/client_erase.html", context)


def _has_erased(request: HttpRequest, client: uuid.UUID) -> bool:
    """The person has erased this client: a second click."""
    person = signed_in(request)
    return AuditEntry.objects.filter(deed=Deed.ERASED, subject=client, who=person.uid).exists()


def gone(request: HttpRequest) -> HttpResponse:
    """Where somebody is led whose client has been erased meanwhile."""
    messages.info(request, ERASED_ALREADY)
    return redirect("home")
