"""Files brought in on the page: packed until somebody decides, read, planned, stored once."""

import base64
import binascii
import datetime as dt
import json
from collections.abc import Sequence
from pathlib import PurePath

from django.db import transaction

from practice.actions.imports import claim_upload, keep_upload, mark_stored
from practice.caseload_files.caseload import Caseload, Unrecognised, read_caseload
from practice.caseload_files.columns import SheetName, column_of
from practice.caseload_files.csv_sheets import read_csv
from practice.caseload_files.headings import Meanings, column_by_word
from practice.caseload_files.plan import ImportPlan, Taking, Verdict
from practice.caseload_files.planning import plan_import
from practice.caseload_files.problems import UnreadableFileError
from practice.caseload_files.rejected import rejected_sources
from practice.caseload_files.services import ChosenService
from practice.caseload_files.sources import SourceFile
from practice.caseload_files.storing import store
from practice.models import CaseloadUpload, Practitioner, RememberedHeading, Service

MOST_FILES = 2
# The name of a file may be a client's, so none is kept: only what kind of file it is.
_KINDS = frozenset({".csv", ".xlsx", ".txt"})


def neutral(contents: Sequence[tuple[str, bytes]]) -> tuple[SourceFile, ...]:
    """Files under names that say nothing: name and bytes in, in whatever order they were chosen.

    Of two CSV files the one with the date of a session is the sessions sheet.
    """
    if len(contents) == MOST_FILES:
        first, second = (SourceFile(name="file", content=content) for _, content in contents)
        if _is_sessions(first) and not _is_sessions(second):
            first, second = second, first
        return tuple(
            SourceFile(name=f"{sheet}.csv", content=source.content)
            for sheet, source in zip(SheetName, (first, second), strict=True)
        )
    return tuple(
        SourceFile(name=f"file {number}{_suffix(name)}", content=content)
        for number, (name, content) in enumerate(contents, start=1)
    )


def _suffix(name: str) -> str:
    suffix = PurePath(name).suffix.lower()
    return suffix if suffix in _KINDS else ""


def _is_sessions(source: SourceFile) -> bool:
    """Whether a CSV file has the date of a session; no for what cannot be read."""
    sheet = SheetName.SESSIONS
    try:
        grid = read_csv(
            source,
            known=lambda headings: sum(
                column_of(heading, sheet) is not None for heading in headings
            ),
        )
    except UnreadableFileError:
        return False
    return any(
        (column_of(heading, sheet) or column_by_word(heading, sheet)) == "date"
        for heading in grid.headings
    )


def pack(sources: Sequence[SourceFile]) -> str:
    """Files as one text."""
    return json.dumps(
        [
            {"name": source.name, "content": base64.b64encode(source.content).decode()}
            for source in sources
        ]
    )


def unpack(upload: CaseloadUpload) -> tuple[SourceFile, ...]:
    """The files of an upload. Raises UnreadableFileError for what is none of ours."""
    try:
        return tuple(
            SourceFile(name=str(one["name"]), content=base64.b64decode(one["content"]))
            for one in json.loads(upload.content)
        )
    except (ValueError, TypeError, KeyError, binascii.Error):
        raise UnreadableFileError([]) from None


def remembered_of(service: Service | None) -> Meanings:
    """What the service has said of headings before. One query."""
    if service is None:
        return {}
    kept = RememberedHeading.objects.filter(service=service)
    return dict(kept.values_list("heading", "column"))


def meanings_of(upload: CaseloadUpload) -> Meanings:
    """What was said of headings before, and what was said of this upload."""
    return {**remembered_of(upload.service), **upload.headings}


def read_upload(upload: CaseloadUpload) -> Caseload:
    """The caseload of an upload. Raises UnreadableFileError."""
    return read_caseload(
        unpack(upload), meanings=meanings_of(upload), unrecognised=Unrecognised.ASK
    )


def plan_upload(upload: CaseloadUpload, *, today: dt.date) -> ImportPlan:
    """What storing the good rows would do. Raises UnreadableFileError."""
    return plan_import(
        read_upload(upload),
        chosen=ChosenService(name=upload.service.name, service=upload.service),
        today=today,
        taking=Taking.GOOD_ROWS,
    )


class WrongRowsError(ValueError):
    """Every row was to be stored, and some are wrong (by now)."""


def store_upload(
    upload: CaseloadUpload,
    *,
    taking: Taking,
    by: Practitioner,
    now: dt.datetime,
    today: dt.date,
) -> tuple[ImportPlan, CaseloadUpload | None]:
    """Store an upload, planned anew in the transaction, because stored records may have changed.

    Rows left out become an upload of their own, which waits to be mended. Raises
    UnreadableFileError, WrongRowsError for Taking.EVERY_ROW with a wrong one, and RefusedError for
    an upload that was stored before.
    """
    with transaction.atomic():
        claim_upload(upload=upload)
        plan = plan_upload(upload, today=today)
        if plan.problems or (plan.rejected and taking is Taking.EVERY_ROW):
            raise WrongRowsError
        store(plan, by=by, now=now, why=upload.why)
        mark_stored(
            upload=upload,
            added=plan.rows_with(Verdict.NEW),
            changed=plan.rows_with(Verdict.CHANGED),
            now=now,
        )
        rest = None
        if plan.rejected:
            content = pack(rejected_sources(plan))
            rest = keep_upload(service=upload.service, content=content, by=by, now=now)
            rest.headings = upload.headings
            rest.save()
    return plan, rest
