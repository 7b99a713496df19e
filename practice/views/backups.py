"""A backup from the page, for a practice of one: the same file as the command's, as a download."""

import datetime as dt
import logging
import tempfile
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO

from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.http import (
    Http404,
    HttpRequest,
    HttpResponseBase,
    StreamingHttpResponse,
)
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from practice.actions.audit import record
from practice.backups import (
    BackupError,
    LastBackup,
    Passphrase,
    archive_of,
    default_name,
    last_backup,
    record_backup,
    sealed,
)
from practice.cohorts import Scope
from practice.databases import stored_bytes
from practice.forms.backups import BackupForm
from practice.models import Deed, Membership, Practitioner, Service
from practice.views.access import find_run_service, signed_in

_LOG = logging.getLogger(__name__)
# A request holds the whole archive in memory; of more, the command makes the backup.
LARGEST_DATABASE = 300_000_000
# Seconds after which a backup that never ended (the program was killed) keeps no other out.
LONGEST = 300
_RUNNING = "backup-from-the-page"
_PIECE = 64 * 1024

BUSY = "Another backup is being made just now. Wait a minute, then try again."
TOO_LARGE = (
    "The database is too large for this page. Make the backup on the machine itself: "
    "python3 manage.py backup --out FOLDER"
)
UNREADABLE = "The database could not be read, so there is no backup. Try again."


class _NotMadeError(Exception):
    """There is no backup; the message is for people."""


def is_practice_of_one(place: Membership) -> bool:
    """Whether a backup, which is of the whole installation, holds nobody's clients but theirs."""
    return (
        place.is_lead
        and not Membership.objects.exclude(pk=place.pk).exists()
        and not Service.objects.exclude(pk=place.service_id).exists()
    )


def backup_page(place: Membership) -> str | None:
    """Where somebody makes a backup on a page; None where only the command makes one."""
    if not is_practice_of_one(place):
        return None
    return reverse("backup-make", kwargs={"service": place.service.uid})


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def backup_make(request: HttpRequest, service: uuid.UUID) -> HttpResponseBase:
    """Asks for a passphrase, and answers with the file. Only where one person is the whole practice."""
    found = find_run_service(request, service)
    place = Membership.objects.select_related("service").get(
        service=found, practitioner=signed_in(request)
    )
    if not is_practice_of_one(place):
        raise Http404("backups of several people's clients are made on the machine")
    form = BackupForm(request.POST if request.method == "POST" else None)
    status = 200
    if form.is_valid():
        try:
            return _download(
                Passphrase(words=form.cleaned_data["passphrase"]),
                by=place.practitioner,
                service=found,
                now=timezone.now(),
            )
        except _NotMadeError as problem:
            form.add_error(None, str(problem))
            status = 503
    return render(request, "backups/backup_make.html", _context(found, form), status=status)


def _context(service: Service, form: BackupForm) -> dict[str, object]:
    return {"scope": Scope(service=service), "form": form, "last": last_backup(settings.DATA_DIR)}


def _download(
    lock: Passphrase, *, by: Practitioner, service: Service, now: dt.datetime
) -> HttpResponseBase:
    """The file, which is nowhere on this machine afterwards. Raises _NotMadeError."""
    with _one_at_a_time():
        content = _made(lock, now=now)
        file = _set_aside(content)
    record(deed=Deed.BACKED_UP, who=by, service=service.uid, detail="page")
    name = default_name(timezone.localtime(now))

    def noted() -> None:
        try:
            record_backup(settings.DATA_DIR, LastBackup(made_at=now, file=name))
        except BackupError:
            _LOG.warning("a backup was made, but its date could not be noted")

    response = StreamingHttpResponse(
        _pieces(file, then=noted), content_type="application/octet-stream"
    )
    response["Content-Length"] = str(len(content))
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _made(lock: Passphrase, *, now: dt.datetime) -> bytes:
    try:
        if stored_bytes(connection) > LARGEST_DATABASE:
            raise _NotMadeError(TOO_LARGE)
        _manifest, archive = archive_of(connection, now=now)
    except BackupError as problem:
        raise _NotMadeError(f"There is no backup: {problem}.") from None
    except DatabaseError:
        raise _NotMadeError(UNREADABLE) from None
    return sealed(archive, lock)


def _set_aside(content: bytes) -> IO[bytes]:
    """In a file without a name, gone when it is closed or this process ends, however it ends."""
    try:
        file = tempfile.TemporaryFile(dir=settings.DATA_DIR)  # noqa: SIM115 - closed by the response
        file.write(content)
        file.seek(0)
    except OSError as problem:
        raise _NotMadeError(f"There is no backup: {problem.strerror}.") from None
    return file


def _pieces(file: IO[bytes], *, then: Callable[[], None]) -> Iterator[bytes]:
    """The file piece by piece. What follows is done only when the last one has been taken."""
    with file:
        while piece := file.read(_PIECE):
            yield piece
    then()


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """In the cache, which all processes share. Raises _NotMadeError."""
    if not cache.add(_RUNNING, value=True, timeout=LONGEST):
        raise _NotMadeError(BUSY)
    try:
        yield
    finally:
        cache.delete(_RUNNING)
