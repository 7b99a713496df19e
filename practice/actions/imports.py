"""A caseload file on its way in: kept, asked about, dropped, marked as stored."""

import datetime as dt
from collections.abc import Mapping

from django.db import transaction
from django.db.models.lookups import GreaterThan

from practice.actions.writing import RefusedError, read_again
from practice.models import CaseloadUpload, Practitioner, RememberedHeading, Service
from practice.models.encrypted import is_written
from practice.models.upload import KEPT_FOR, UNDO_WITHIN


@transaction.atomic
def keep_upload(
    *, service: Service, content: str, by: Practitioner, now: dt.datetime
) -> CaseloadUpload:
    """Keep files, encrypted, until somebody decides about them."""
    upload = CaseloadUpload(service=service, content=content, uploaded_by=by, uploaded_at=now)
    upload.save()
    return upload


@transaction.atomic
def drop_upload(*, upload: CaseloadUpload) -> None:
    """Forget the files. What was stored of them stays."""
    read_again(upload)
    upload.content = ""
    upload.save()


@transaction.atomic
def empty_old_uploads(*, service: Service, now: dt.datetime) -> int:
    """Forget files that nobody has decided about in time; returns of how many uploads."""
    waiting = CaseloadUpload.objects.filter(service=service, stored_at__isnull=True)
    old = waiting.filter(has_files(), uploaded_at__lt=now - KEPT_FOR)
    return old.update(content="")


def has_files() -> GreaterThan[int]:
    """For queries: uploads whose files are still kept."""
    return is_written("content")


@transaction.atomic
def answer_headings(*, upload: CaseloadUpload, meanings: Mapping[str, str]) -> None:
    """Keep what headings mean with the upload, and for the service's next files."""
    read_again(upload)
    upload.headings = {**upload.headings, **meanings}
    upload.save()
    remember_headings(service=upload.service, meanings=meanings)


@transaction.atomic
def remember_headings(*, service: Service, meanings: Mapping[str, str]) -> None:
    """Keep what headings mean ("" = leave it out); what was said before is replaced."""
    for heading, column in meanings.items():
        RememberedHeading.objects.update_or_create(
            service=service, heading=heading, defaults={"column": column}
        )


@transaction.atomic
def forget_heading(*, service: Service, heading: RememberedHeading) -> None:
    """Ask again the next time. Raises RefusedError for a heading of another service."""
    if heading.service_id != service.pk:
        raise RefusedError("this heading is not remembered here")
    heading.delete()


@transaction.atomic
def claim_upload(*, upload: CaseloadUpload) -> None:
    """Hold the upload until the transaction ends, so that it is stored once.

    Raises RefusedError for one that is stored already, or whose files are no longer kept.
    """
    read_again(upload)
    if upload.stored_at is not None:
        raise RefusedError("this file has been stored already: nothing was stored twice")
    if not upload.content:
        raise RefusedError("this file is no longer kept: choose it again")


@transaction.atomic
def mark_stored(*, upload: CaseloadUpload, added: int, changed: int, now: dt.datetime) -> None:
    """The files are stored: they are forgotten, and the counts (rows of the file) remain."""
    upload.content = ""
    upload.stored_at, upload.added, upload.changed = now, added, changed
    upload.save()


def may_be_undone(upload: CaseloadUpload, *, now: dt.datetime) -> bool:
    """Stored, not undone yet, and at most UNDO_WITHIN ago."""
    return (
        upload.stored_at is not None
        and upload.undone_at is None
        and now - upload.stored_at <= UNDO_WITHIN
    )
