"""Reports made for good, and what somebody resolves to try after reading one."""

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction

from practice.actions.audit import record
from practice.actions.redaction import is_told_by_itself, taken_out
from practice.actions.versions import check_version
from practice.actions.writing import RefusedError, change, read_again, save
from practice.domain.digests import digest_of_report
from practice.models import Client, Deed, FrozenReport, Practitioner, Resolution

FOR_GOOD = "made for good"
WRITTEN = "written on the month's report"
# Fields of a stored report that hold no words of its text: what a part is called in the program.
_MARKS = frozenset({"a", "key", "day", "word", "is"})
# What somebody typed stands on a report in these.
_TYPED = re.compile("“[^”]*”")


class AlreadyForGoodError(RefusedError):
    """The month's report of this scope has been made for good before."""


@transaction.atomic
def freeze_report(*, report: FrozenReport, by: Practitioner | None) -> None:
    """Store a report, as yet unsaved, for good; by is None when a command does it.

    Raises AlreadyForGoodError where the scope's month has one, and RefusedError where the database
    gives back something else than was stored.
    """
    try:
        with transaction.atomic():
            save(report, by=by, why=FOR_GOOD)
    except IntegrityError as problem:
        same = FrozenReport.objects.filter(
            service=report.service_id, practitioner=report.practitioner_id, month=report.month
        )
        if not same.exists():
            raise
        raise AlreadyForGoodError(
            "This month's report has been made for good already."
        ) from problem
    report.refresh_from_db(fields=["text", "figures"])
    # A digest that does not fit on the first day would never fit: better no report than that one.
    if digest_of_report(text=report.text, figures=report.figures) != report.digest:
        raise RefusedError("The database did not keep the report as it was written.")
    record(
        deed=Deed.REPORTED,
        who=by,
        service=report.service.uid,
        subject=(report.practitioner or report.service).uid,
        detail="for-good",
    )


@transaction.atomic
def redact_client(*, client: Client, by: Practitioner | None, why: str, now: dt.datetime) -> int:
    """Take a client's reference out of every report made for good; how many it stood in.

    Only words change, no count. The digest is made anew; the history keeps the one before. A
    reference that could as well be a count, a year or a word is taken out only of what somebody
    typed, which stands in quotation marks.
    """
    references = (client.reference,)

    def without(text: str) -> str:
        if is_told_by_itself(client.reference):
            return taken_out(text, references)
        return _TYPED.sub(lambda typed: taken_out(typed[0], references), text)

    redacted = 0
    for report in FrozenReport.objects.filter(service=client.service_id).order_by("pk"):
        read_again(report)
        text = _each_text(report.text, without)
        if text != report.text:
            values = {
                "text": text,
                "digest": digest_of_report(text=text, figures=report.figures),
                "redacted_at": now,
            }
            change(report, values, by=by, why=why)
            redacted += 1
    return redacted


def _each_text(stored: Any, without: Any) -> Any:
    if isinstance(stored, list):
        return [_each_text(each, without) for each in stored]
    if isinstance(stored, dict):
        return {
            name: each if name in _MARKS else _each_text(each, without)
            for name, each in stored.items()
        }
    return without(stored) if isinstance(stored, str) else stored


@transaction.atomic
def add_resolution(*, resolution: Resolution, by: Practitioner) -> bool:
    """Store a resolution, as yet unsaved; whether it was not there yet (a double click stores once)."""
    if Resolution.objects.filter(uid=resolution.uid).exists():
        return False
    resolution.entered_by = by
    save(resolution, by=by, why=WRITTEN)
    return True


@transaction.atomic
def correct_resolution(
    *, resolution: Resolution, values: Mapping[str, object], seen: str, by: Practitioner, why: str
) -> None:
    """Put a resolution right: other words or days. The history keeps what was there.

    seen: the version that was looked at. Raises StaleError when it is no longer the stored one.
    """
    read_again(resolution)
    if all(getattr(resolution, name) == value for name, value in values.items()):
        # Also the second of two clicks.
        return
    check_version(resolution, seen=seen)
    change(resolution, values, by=by, why=why)


@transaction.atomic
def close_resolution(*, resolution: Resolution, closed_on: dt.date, by: Practitioner) -> None:
    """Close a resolution; it stands on the next report once more, as the last one.

    Raises RefusedError for one that is closed already: its day would be lost.
    """
    read_again(resolution)
    if resolution.closed_on is not None:
        raise RefusedError("This resolution is closed already.")
    change(resolution, {"closed_on": closed_on}, by=by, why="closed")
