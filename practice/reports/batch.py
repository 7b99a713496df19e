"""All reports of a month in one go: the service and each of its practitioners, one after the other.

One that cannot be made is named with a plain reason and stops none of the others; what is done
already is left as it is, so that the same again goes on where it stopped.
"""

import datetime as dt
import logging
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from django.db import DatabaseError
from reportlab.platypus.doctemplate import LayoutError

from practice.actions.reports import AlreadyForGoodError, freeze_report
from practice.actions.services import HOLDS_CLIENTS
from practice.actions.writing import RefusedError
from practice.cohorts import Scope
from practice.domain.benchmarks import Benchmarks
from practice.domain.periods import Month
from practice.models import FrozenReport, Service
from practice.reports.files import frozen_name, monthly_name
from practice.reports.frozen import (
    AlteredReportError,
    Making,
    NotOverError,
    make_frozen,
    read_frozen,
)
from practice.reports.monthly import UnknownYearError, monthly_report
from practice.reports.monthly_pdf import BOTH, Side, monthly_pdf
from practice.reports.monthly_text import monthly_text

_LOG = logging.getLogger(__name__)
# What the making of one report may stumble over. A mistake of ours is among them: it is logged,
# with where it happened, and the others are made all the same.
STUMBLES = (
    ArithmeticError,
    AttributeError,
    DatabaseError,
    LayoutError,
    LookupError,
    OSError,
    TypeError,
    ValueError,
)
# These say in plain words what is wrong.
_PLAIN = (AlteredReportError, NotOverError, RefusedError, UnknownYearError)
ALTERED = "what is stored of it is no longer what was stored when it was made"
NOT_MADE_NAME = "NOT-MADE.txt"
_ZIP_DAY = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One report of the batch. report: the one made for good, without its words; None for none."""

    scope: Scope
    report: FrozenReport | None

    @property
    def key(self) -> str:
        """Names the entry within its service, without naming anybody."""
        person = self.scope.practitioner
        return "service" if person is None else str(person.uid)

    @property
    def title(self) -> str:
        """Whose it is."""
        person = self.scope.practitioner
        return "The whole service" if person is None else str(person)


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What the batch is of. year: the English year beside; None for the newest."""

    month: Month
    benchmarks: Benchmarks
    today: dt.date
    year: str | None = None
    sides: Sequence[Side] = BOTH


def scopes_of(service: Service) -> list[Scope]:
    """The service and each of its practitioners; of a practice of one, that one alone.

    Supervisors and administrators hold no clients, and have no figures.
    """
    places = service.memberships.filter(role__in=HOLDS_CLIENTS).select_related("practitioner")
    ordered = places.order_by("practitioner__name", "practitioner__email")
    people = [place.practitioner for place in ordered]
    if len(people) == 1:
        return [Scope(service=service, practitioner=people[0])]
    return [
        Scope(service=service),
        *(Scope(service=service, practitioner=person) for person in people),
    ]


def entries_of(scopes: Sequence[Scope], month: Month) -> list[Entry]:
    """Each with what has been made for good of the month. One query."""
    if not scopes:
        return []
    made = {
        report.practitioner_id: report
        for report in FrozenReport.objects.filter(service=scopes[0].service, month=str(month))
        .select_related("made_by")
        .defer("text", "figures")
    }
    return [
        Entry(
            scope=scope,
            report=made.get(None if scope.practitioner is None else scope.practitioner.pk),
        )
        for scope in scopes
    ]


def freeze_entry(entry: Entry, wanted: Wanted, making: Making) -> None:
    """Make one for good; one that is done is left as it is.

    Raises NotOverError, UnknownYearError, RefusedError, and whatever else it stumbles over.
    """
    if entry.report is not None:
        return
    report = make_frozen(
        entry.scope,
        wanted.month,
        benchmarks=wanted.benchmarks,
        making=making,
        year=wanted.year,
    )
    # Somebody else may have been quicker: then it is done.
    with suppress(AlreadyForGoodError):
        freeze_report(report=report, by=making.by)


def pdf_of(entry: Entry, wanted: Wanted) -> bytes:
    """The report as it was made for good, or else as a draft of today's figures.

    Raises AlteredReportError, and whatever else it stumbles over.
    """
    if entry.report is not None:
        return monthly_pdf(read_frozen(entry.report), wanted.sides)
    report = monthly_report(
        entry.scope,
        wanted.month,
        benchmarks=wanted.benchmarks,
        printed_on=wanted.today,
        year=wanted.year,
    )
    return monthly_pdf(monthly_text(report), wanted.sides)


def name_of(entry: Entry, month: Month) -> str:
    """The name of its file: a draft never replaces what was made for good."""
    name = monthly_name if entry.report is None else frozen_name
    return name(entry.scope, month)


def why_not(problem: Exception, entry: Entry) -> str:
    """Why a report was not made, in words without anybody's data."""
    if isinstance(problem, AlteredReportError):
        return ALTERED
    if isinstance(problem, _PLAIN):
        return str(problem)
    if isinstance(problem, OSError):
        return f"it could not be written: {problem.strerror}"
    _LOG.error("the report of %s could not be made", entry.key, exc_info=problem)
    return f"it could not be made ({type(problem).__name__}); the program's log says where"


def zipped(entries: Iterable[Entry], wanted: Wanted) -> bytes:
    """All of them in one ZIP, each PDF whole; what could not be made is named in a text beside.

    The same reports give the same bytes.
    """
    out = BytesIO()
    failed: list[str] = []
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        for entry in entries:
            try:
                content = pdf_of(entry, wanted)
            except STUMBLES as problem:
                failed.append(f"{entry.title}: {why_not(problem, entry)}")
            else:
                _put(archive, name_of(entry, wanted.month), content)
        if failed:
            lines = "\n".join(["These reports were not made:", *failed, ""])
            _put(archive, NOT_MADE_NAME, lines.encode())
    return out.getvalue()


def _put(archive: ZipFile, name: str, content: bytes) -> None:
    info = ZipInfo(name, date_time=_ZIP_DAY)
    info.compress_type = ZIP_DEFLATED
    # For the owner of the account alone, where it is unpacked.
    info.external_attr = 0o600 << 16
    archive.writestr(info, content)
