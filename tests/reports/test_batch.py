"""All reports of a month: whose, in which order, and what is wrong with one in plain words."""

from io import BytesIO
from zipfile import ZipFile

import pytest
from django.db import DatabaseError
from reportlab.platypus.doctemplate import LayoutError

from practice.actions.writing import RefusedError
from practice.cohorts import Scope
from practice.models import FrozenReport, Role
from practice.published import published
from practice.reports import batch
from practice.reports.frozen import AlteredReportError, Making, NotOverError
from practice.reports.monthly_pdf import WITH_DEFINITIONS, monthly_pdf
from tests.caseloads import MONTH, PRINTED_ON
from tests.cast import Cast, make_practitioner, make_service
from tests.reports.freezing import MADE_AT, frozen
from tests.reports.reading import text_of, words_of

WANTED = batch.Wanted(month=MONTH, benchmarks=published(), today=PRINTED_ON)


def test_the_service_first_then_each_by_name(cast: Cast) -> None:
    for role in (Role.SUPERVISOR, Role.ADMINISTRATOR):
        # They hold no clients: there is nothing that a report of theirs could say.
        make_practitioner(email=f"{role}@example.org", service=cast.service, role=role)
    scopes = batch.scopes_of(cast.service)
    assert [scope.practitioner for scope in scopes] == [None, cast.alice, cast.bob, cast.leda]
    entries = batch.entries_of(scopes, MONTH)
    assert [entry.title for entry in entries] == ["The whole service", "Alice", "Bob", "Leda"]
    assert len({entry.key for entry in entries}) == 4


@pytest.mark.django_db
def test_one_of_one_and_the_service_of_nobody() -> None:
    service = make_service(name="New")
    assert batch.scopes_of(service) == [Scope(service=service)]
    person = make_practitioner(email="one@example.org", service=service)
    assert batch.scopes_of(service) == [Scope(service=service, practitioner=person)]


PLAIN = {
    "OSError": (OSError(28, "No space left on device"), "could not be written: No space left"),
    "RefusedError": (
        RefusedError("The database did not keep it."),
        "The database did not keep it.",
    ),
    "NotOverError": (NotOverError("November 2025 is not over"), "November 2025 is not over"),
    "AlteredReportError": (AlteredReportError("x"), batch.ALTERED),
    "ValueError": (ValueError("row of C-17"), "it could not be made (ValueError)"),
    "LayoutError": (LayoutError("row of C-17"), "it could not be made (LayoutError)"),
    "DatabaseError": (DatabaseError("row of C-17"), "it could not be made (DatabaseError)"),
}


@pytest.mark.parametrize("kind", PLAIN)
def test_a_plain_reason_without_anybodys_data(cast: Cast, kind: str) -> None:
    problem, said = PLAIN[kind]
    assert isinstance(problem, batch.STUMBLES)
    entry = batch.Entry(scope=Scope(service=cast.service), report=None)
    why = batch.why_not(problem, entry)
    assert said in why
    assert "C-17" not in why


def test_with_definitions_where_they_are_wanted(cast: Cast) -> None:
    scope = Scope(service=cast.service)
    wanted = batch.Wanted(
        month=MONTH, benchmarks=published(), today=PRINTED_ON, sides=WITH_DEFINITIONS
    )
    entry = batch.Entry(scope=scope, report=None)
    assert batch.pdf_of(entry, wanted) == monthly_pdf(text_of(scope), WITH_DEFINITIONS)


def test_a_name_of_a_file_is_nobodys_outside(cast: Cast) -> None:
    entries = batch.entries_of(batch.scopes_of(cast.service), MONTH)
    with ZipFile(BytesIO(batch.zipped(entries, WANTED))) as archive:
        assert archive.testzip() is None
        for name in archive.namelist():
            assert name.startswith("monthly-report-2025-10-")
            assert "/" not in name
            assert "October 2025" in words_of(archive.read(name))


def test_somebody_quicker_is_no_failure(cast: Cast) -> None:
    scope = Scope(service=cast.service, practitioner=cast.alice)
    (entry,) = batch.entries_of([scope], MONTH)
    first = frozen(scope)
    wanted = batch.Wanted(month=MONTH, benchmarks=published(), today=PRINTED_ON)
    batch.freeze_entry(entry, wanted, Making(by=None, now=MADE_AT, today=PRINTED_ON))
    assert FrozenReport.objects.get() == first
    assert batch.entries_of([], MONTH) == []
