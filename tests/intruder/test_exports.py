"""Texts that begin as a formula: in no file given out does a spreadsheet run them, and back they come as they were."""

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse
from openpyxl import load_workbook

from practice.actions.audit import record
from practice.caseload_files import (
    Taking,
    Verdict,
    csv_files,
    export_caseload,
    plan_import,
    read_caseload,
    template,
    workbook_files,
)
from practice.caseload_files.cells import tidy, tidy_line
from practice.caseload_files.rejected import rejected_sources, rejected_tables, workbook_of
from practice.caseload_files.sources import SourceFile
from practice.models import Client, Deed, Episode, Service
from tests.caseload_files.given import TODAY, a_session, an_episode, chosen, csv_source, stored
from tests.caseload_files.test_export import sources_of
from tests.cast import (
    Cast,
    day,
    make_client,
    make_episode,
    make_practitioner,
    make_service,
    make_session,
    saved,
)

pytestmark = pytest.mark.django_db
BEGINNINGS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
TEXTS = (
    '=HYPERLINK("http://127.0.0.1:1/?"&A1,"look")',
    "=cmd|' /C calc'!A0",
    "+1+cmd",
    "-2+3",
    "@SUM(1;2)",
    "\t=1+1",
    "\r=1+1",
    "＝1+1",
    "'=1+1",
    "#REF!",
    "\u200b=1+1",
    "\ufeff@SUM(1;2)",
    "\xa0 +1",
    "x;=1+1",
    "x\u2028;\u200e-1",
    "''",
)
ONE_LINE = ("source", "contract", "problem", "problem_2", "problem_3", "therapy")


def dangerous_service() -> Service:
    """Each text in every place that takes words; the references begin with a dash, as they may."""
    service = make_service(name="=Harbour")
    for number, text in enumerate(TEXTS):
        holder = make_practitioner(
            email=f"{'=+-'[number % 3]}p{number}@example.org", name=text, service=service
        )
        client = make_client(service=service, reference=f"-{number}")
        fields: dict[str, Any] = dict.fromkeys(ONE_LINE, text)
        episode = make_episode(client=client, holder=holder, note=text, **fields)
        make_session(episode=episode, held_on=day(7), note=text)
    return service


def cells_of(source: SourceFile) -> Iterator[str]:
    """Every cell of a file as a spreadsheet that opens it takes it; a workbook's must be texts."""
    if source.name.endswith(".csv"):
        text = source.content.decode("utf-8-sig")
        # Some spreadsheets part cells at semicolons and tabs as well, where no quotes keep them together.
        for as_read in (
            text,
            *(re.sub(f'{sign}(?=(?:[^"]*"[^"]*")*[^"]*$)', ",", text) for sign in ";\t"),
        ):
            rows = csv.reader(io.StringIO(as_read, newline=""))
            yield from (cell for row in rows for cell in row)
        return
    for sheet in load_workbook(io.BytesIO(source.content)).worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type not in {"f", "e"}, cell.value
                if isinstance(cell.value, str):
                    yield cell.value


def check_harmless(source: SourceFile) -> None:
    found = list(cells_of(source))
    assert found
    # Blanks and unseen signs are taken off by some.
    shown = [re.sub(r"^[\s\u200b-\u200f\ufeff]+", "", cell) for cell in found]
    assert not [cell for cell in (*found, *shown) if cell.startswith(BEGINNINGS)]


@pytest.mark.parametrize("form", [csv_files, workbook_files], ids=["csv", "xlsx"])
def test_a_caseload_is_harmless_and_comes_back_as_it_was(form: object) -> None:
    service = dangerous_service()
    sources = sources_of(export_caseload(service), form)  # type: ignore[arg-type]
    for source in sources:
        check_harmless(source)
    again = plan_import(read_caseload(sources), chosen=chosen(service), today=TODAY)
    assert again.problems == ()
    assert {verdict for kinds in again.counts.values() for verdict in kinds} == {Verdict.SAME}
    copy = make_service(name="Copy")
    stored(plan_import(read_caseload(sources), chosen=chosen(copy), today=TODAY))
    for number, text in enumerate(TEXTS):
        episode = Episode.objects.get(client__service=copy, client__reference=f"-{number}")
        assert {getattr(episode, field) for field in ONE_LINE} == {tidy_line(text)}
        assert episode.note == episode.sessions.get().note == tidy(text)


@pytest.mark.parametrize("name", ["=evil.csv", "@evil.csv", "-evil.csv", "'+evil.csv"])
def test_bad_rows_are_harmless_and_can_be_mended(name: str) -> None:
    episodes = [
        an_episode(client=f"K{number}", referred_on="soon", note=text, source=text)
        | {"=heading": text, "+another": "-1"}
        for number, text in enumerate(TEXTS)
    ]
    sources = [
        csv_source(name, episodes),
        csv_source("sessions.csv", [a_session(client="K1", fee="=1", note="+1")]),
    ]
    plan = plan_import(
        read_caseload(sources), chosen=chosen(None), today=TODAY, taking=Taking.GOOD_ROWS
    )
    assert len(plan.rejected) == len(TEXTS) + 1
    given_back = rejected_sources(plan)
    book = SourceFile(name="book.xlsx", content=workbook_of(rejected_tables(plan)))
    for source in (*given_back, book):
        check_harmless(source)
    mended = [
        SourceFile(name=one.name, content=one.content.replace(b",soon,", b",2026-01-05,"))
        for one in given_back
        if one.name == "episodes.csv"
    ]
    sessions = csv_source("sessions.csv", [a_session(client="K1")])
    stored(plan_import(read_caseload([*mended, sessions]), chosen=chosen(None), today=TODAY))
    for number, text in enumerate(TEXTS):
        episode = Episode.objects.get(client__reference=f"K{number}")
        # What stood in the practice's own file with an apostrophe had it as a guard already.
        meant = text.removeprefix("'") if text.startswith("'=") else text
        assert (episode.source, episode.note) == (tidy_line(meant), tidy(meant))


def test_the_template_is_harmless() -> None:
    check_harmless(SourceFile(name="template.xlsx", content=template()))


def test_the_audit_is_harmless(client: Browser, cast: Cast) -> None:
    about = make_client(service=cast.service, reference="-1-")
    make_episode(client=about, holder=cast.leda)
    for number, text in enumerate(TEXTS):
        who = make_practitioner(email=f"+{number}@example.org", name=text, service=cast.service)
        record(
            deed=Deed.READ,
            who=who,
            service=cast.service.uid,
            subject=about.uid,
            detail="client-copy",
        )
    nameless = make_practitioner(email="-nobody@example.org", service=cast.service)
    record(deed=Deed.SIGNED_IN, who=nameless, subject=nameless.uid)
    client.force_login(cast.leda)
    answer = client.get(reverse("audit-list", args=[cast.service.uid]), {"as": "csv"})
    source = SourceFile(name="audit.csv", content=answer.content)
    check_harmless(source)
    found = set(cells_of(source))
    assert {f"'{TEXTS[0]}", "'-nobody@example.org"} <= found
    assert [cell for cell in found if "-1-" in cell]


def test_a_client_s_copy_is_harmless(client: Browser, cast: Cast) -> None:
    cast.alice.name = TEXTS[0]
    saved(cast.alice, by=None)
    for number, text in enumerate(TEXTS):
        about = make_client(service=cast.service, reference=f"-{number}-")
        fields: dict[str, Any] = dict.fromkeys(ONE_LINE, text)
        episode = make_episode(client=about, holder=cast.alice, note=text, **fields)
        make_session(episode=episode, held_on=day(7), note=text)
    client.force_login(cast.alice)
    for about in Client.objects.filter(service=cast.service):
        answer = client.get(reverse("client-copy-data", args=[about.uid]))
        packed = zipfile.ZipFile(io.BytesIO(answer.content))
        sheets = [name for name in packed.namelist() if name.endswith(".csv")]
        assert len(sheets) == 2
        for name in sheets:
            check_harmless(SourceFile(name=name, content=packed.read(name)))
