"""A client is erased: every row, its history with it, and the reference wherever else it was typed.

Nothing is told afterwards but one entry of the audit, which holds a random id, a day and a code.
"""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from django.db import DEFAULT_DB_ALIAS, connection, models, transaction

from practice.actions.audit import record
from practice.actions.imports import drop_upload, has_files
from practice.actions.redaction import redact_reasons, redact_writings
from practice.actions.reports import redact_client
from practice.actions.traces import Keys, history_of, traces_of
from practice.actions.writing import RefusedError, read_again, save
from practice.models import CaseloadUpload, Client, Deed, Practitioner

WHY = "a client was erased"
ERASED_ALREADY = "This client has been erased already."
# Milliseconds to wait for readers before the write-ahead log is left to be overwritten later.
_PATIENCE = 1000


class ErasureReason(StrEnum):
    """Why a client is erased; the audit keeps this and nothing else."""

    CLIENT_ASKED = "client_asked"
    RETENTION_OVER = "retention_over"
    ENTERED_BY_MISTAKE = "entered_by_mistake"

    @property
    def words(self) -> str:
        """As a page names it."""
        return _WORDS[self]


_WORDS = {
    ErasureReason.CLIENT_ASKED: "The client asked for it",
    ErasureReason.RETENTION_OVER: "The time for which records are kept is over",
    ErasureReason.ENTERED_BY_MISTAKE: "Entered by mistake: there is no such client",
}


class HeldError(RefusedError):
    """A legal hold stands: nothing is erased."""


class ErasedAlreadyError(RefusedError):
    """Somebody was quicker."""


@dataclass(frozen=True, kw_only=True)
class Erased:
    """What went. rows: of the client and their history; reports: redacted; files: that waited to be stored, forgotten."""

    rows: int
    reports: int
    files: int


@transaction.atomic
def erase_client(
    *, client: Client, reason: ErasureReason, by: Practitioner, now: dt.datetime
) -> Erased:
    """Erase a client with all that hangs on it and every trace in the histories: all or nothing.

    Raises HeldError under a legal hold, ErasedAlreadyError where the client is gone.
    """
    stored = _locked(client)
    if stored.held_on is not None:
        raise HeldError("A legal hold stands: end it first, with a reason.")
    traces = traces_of(stored)
    reports = sum(
        redact_client(
            client=Client(service=stored.service, reference=reference), by=by, why=WHY, now=now
        )
        for reference in traces.references
    )
    files = _forget_files(stored)
    rows = sum(_erase(model, keys) for model, keys in traces.rows.items())
    # What is left in the histories is other people's: only the words about this client go.
    redact_reasons(service=stored.service, references=traces.references)
    redact_writings(service=stored.service, references=traces.references, by=by, why=WHY)
    record(
        deed=Deed.ERASED,
        who=by,
        service=stored.service.uid,
        subject=stored.uid,
        detail=reason.value,
    )
    # A row of history more: what was worked out from the old rows is known by it to be old.
    save(stored.service, by=by, why=WHY)
    transaction.on_commit(_empty_log, robust=True)
    return Erased(rows=rows, reports=reports, files=files)


def _locked(client: Client) -> Client:
    """The client as stored. Whoever would write to it, or hold it, waits until this is done."""
    # In the order in which everybody locks: the service, the client, the episodes.
    read_again(client.service)
    stored = Client.objects.select_for_update().filter(pk=client.pk).first()
    if stored is None:
        raise ErasedAlreadyError(ERASED_ALREADY)
    list(stored.episodes.select_for_update().order_by("pk"))
    return stored


def _erase(model: type[models.Model], keys: Keys) -> int:
    """Delete rows and their whole history, past every guard; how many rows of both went.

    The one place of the program where history is deleted. Elsewhere it is what proves that nothing
    was quietly changed; of somebody who has the right to be forgotten it would be the record itself,
    in every state it ever had. Rows and history go together, so that neither is found without the
    other.
    """
    gone = 0
    if not keys:
        return gone
    for kind, column in ((history_of(model).model, "id__in"), (model, "pk__in")):
        unguarded: models.QuerySet[models.Model] = models.QuerySet(kind, using=DEFAULT_DB_ALIAS)
        gone += unguarded.filter(**{column: keys})._raw_delete(DEFAULT_DB_ALIAS)  # noqa: SLF001
    return gone


def _forget_files(client: Client) -> int:
    """Drop every file that waits for somebody's decision; how many.

    Whether one names the client could be said of a plain sheet, but not of every workbook; and who
    brought it in still has it.
    """
    waiting = CaseloadUpload.objects.filter(has_files(), service=client.service_id)
    uploads = list(waiting.defer("content").order_by("pk"))
    for upload in uploads:
        drop_upload(upload=upload)
    return len(uploads)


def _empty_log() -> None:
    """Take what was deleted out of SQLite's write-ahead log, where nobody is reading just then."""
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout")
        (usual,) = cursor.fetchone()
        cursor.execute(f"PRAGMA busy_timeout = {_PATIENCE}")
        try:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        finally:
            cursor.execute(f"PRAGMA busy_timeout = {int(usual)}")
