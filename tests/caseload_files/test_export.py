"""An export imports again without a change, and into an empty service as the same records."""

import csv
import datetime as dt
import io
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from openpyxl import load_workbook

from practice.caseload_files import (
    Existing,
    ExportedCaseload,
    SheetName,
    SourceFile,
    Verdict,
    WritingError,
    csv_files,
    export_caseload,
    open_sources,
    plan_import,
    read_caseload,
    workbook_files,
    write_files,
)
from practice.models import Client, Episode, Holding, Service, Session
from practice.whole_files import Write
from tests.caseload_files.given import (
    TODAY,
    a_session,
    an_episode,
    chosen,
    imported,
    imported_sources,
    row_counts,
    stored,
    told,
)
from tests.cast import (
    hand_over,
    make_client,
    make_completion,
    make_episode,
    make_practitioner,
    make_service,
    make_session,
    saved,
)
from tests.invented import invent

pytestmark = pytest.mark.django_db

EXAMPLE = Path(__file__).parent.parent / "example"
FORMS = [pytest.param(csv_files, id="csv"), pytest.param(workbook_files, id="xlsx")]

Writer = Callable[[ExportedCaseload], dict[str, Write]]


def sources_of(caseload: ExportedCaseload, form: Writer) -> list[SourceFile]:
    sources = []
    for name, write in form(caseload).items():
        content = io.BytesIO()
        write(content)
        sources.append(SourceFile(name=name, content=content.getvalue()))
    return sources


def check_identity(service: Service, form: Writer) -> None:
    """Export, import again: nothing changes. Into an empty service: the same records."""
    before, counts = told(service), row_counts()
    sources = sources_of(export_caseload(service), form)
    plan = plan_import(read_caseload(sources), chosen=chosen(service), today=TODAY)
    for sheet in SheetName:
        assert set(plan.counts[sheet]) <= {Verdict.SAME}
    stored(plan)
    assert told(service) == before
    assert row_counts() == counts
    copy = imported_sources(sources, service=make_service(name=f"Copy of {service.name}"))
    assert told(copy) == before


def the_example() -> Service:
    return imported_sources(open_sources([EXAMPLE / "episodes.csv", EXAMPLE / "sessions.csv"]))


@pytest.mark.parametrize("form", FORMS)
def test_the_example(form: Writer) -> None:
    service = the_example()
    assert Episode.objects.count() == 108
    check_identity(service, form)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("seed", [1, 2])
def test_an_invented_caseload(seed: int, form: Writer, tmp_path: Path) -> None:
    files = invent(seed, clients=40).write(tmp_path)
    check_identity(imported_sources(open_sources(files)), form)


def awkward_service() -> Service:
    """What pages can enter and the two files must carry."""
    service = make_service(name="Harbour")
    p1 = make_practitioner(email="p1@example.org", service=service)
    p2 = make_practitioner(email="+p2=x@example.org", service=service)
    client = make_client(service=service, reference="-1-", gender="not stated", birth_year=1965)
    first = make_episode(
        client=client,
        holder=p1,
        referred_on=dt.date(2026, 1, 5),
        ended_on=dt.date(2026, 2, 1),
        ending="agreed_at_end",
        wished_to_continue=True,
        source='=HYPERLINK("http://evil.example")',
        contract="@SUM(1)",
        problem="'=quoted",
        problem_2='-5; with, both "separators"',
        therapy="Łódź ŵ 中",
        note="=1+1\nsecond line\twith a tab",
    )
    hand_over(episode=first, to=p2, on=dt.date(2026, 1, 20))
    hand_over(episode=first, to=p1, on=dt.date(2026, 1, 25))
    on = dt.date(2026, 1, 12)
    lone = make_completion(of=first, on=on, measure="gad7", total=9)
    session = make_session(
        episode=first, held_on=on, kind="treatment", position=1, fee=Decimal("55.50"), note="+1"
    )
    make_session(episode=first, held_on=on, kind="assessment", position=7, attendance="dna")
    make_completion(of=session, measure="core10", total="11.11", answers="-012100000", mode="self")
    make_completion(of=session, measure="phq9", total=12, answers="--------1")
    make_completion(of=session, measure="gad7", total=None, answers="1------", mode="practitioner")
    assert lone.position == 0
    make_episode(client=client, holder=p2, referred_on=dt.date(2026, 3, 1))
    out = make_episode(client=make_client(service=service, reference="ÉK-2"), holder=p2)
    out.left_out, out.left_out_at = "under_18", dt.datetime(2026, 3, 1, tzinfo=dt.UTC)
    saved(out, by=p2)
    return service


@pytest.mark.parametrize("form", FORMS)
def test_what_was_entered_on_pages(form: Writer) -> None:
    service = awkward_service()
    assert export_caseload(service).notices == ()
    check_identity(service, form)


def table(service: Service, sheet: str) -> list[dict[str, str]]:
    files = {source.name: source for source in sources_of(export_caseload(service), csv_files)}
    text = files[f"{sheet}.csv"].content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_what_the_files_say() -> None:
    service = awkward_service()
    first = table(service, "episodes")[0]
    assert first["client"] == "'-1-"
    assert first["practitioner"] == "p1@example.org"
    assert (
        first["held_before"]
        == "p1@example.org until 2026-01-20; +p2=x@example.org until 2026-01-25"
    )
    assert (first["source"][:2], first["problem"]) == ("'=", "''=quoted")
    rows = table(service, "sessions")
    assert [row["kind"] for row in rows] == ["questionnaire", "treatment", "assessment"]
    assert (rows[1]["core10"], rows[1]["phq9"], rows[1]["fee"]) == ("11.11", "12", "55.50")
    modes = [rows[1][f"{name}mode"] for name in ("", "phq9_", "gad7_", "core10_")]
    assert modes == ["transcribed", "", "practitioner", "self"]


def test_no_cell_begins_as_a_formula() -> None:
    service = awkward_service()
    for source in sources_of(export_caseload(service), csv_files):
        assert source.content.startswith(b"\xef\xbb\xbf")
        for row in csv.reader(io.StringIO(source.content.decode("utf-8-sig"), newline="")):
            assert not [cell for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    (book,) = sources_of(export_caseload(service), workbook_files)
    for sheet in load_workbook(io.BytesIO(book.content)).worksheets:
        assert "f" not in {cell.data_type for row in sheet.iter_rows() for cell in row}


def test_columns_for_differing_modes_only_where_they_differ() -> None:
    service = imported([an_episode()], [a_session(phq9="5", gad7="4", mode="self")])
    (row,) = table(service, "sessions")
    assert row["mode"] == "self"
    assert "gad7_mode" not in row


@pytest.mark.parametrize("form", FORMS)
def test_an_empty_service(form: Writer) -> None:
    check_identity(make_service(name="Empty"), form)


def test_what_the_files_cannot_say_is_said() -> None:
    service = make_service(name="Harbour")
    person = make_practitioner(email="p1@example.org", service=service)
    episodes = [
        make_episode(client=make_client(service=service, reference=f"K{number}"), holder=holder)
        for number, holder in enumerate([None, *[person] * 5])
    ]
    unheld, late, gap, over, odd, twice = episodes
    hand_over(episode=late, to=person, on=dt.date(2026, 4, 1))
    for episode, values in (
        (late, {"since": dt.date(2026, 2, 1)}),
        (twice, {"since": dt.date(2026, 2, 1)}),
        (gap, {"until": dt.date(2026, 2, 1)}),
        (over, {"until": dt.date(2026, 2, 1)}),
    ):
        holding = Holding.objects.filter(episode=episode).order_by("since")[0]
        for field, value in values.items():
            setattr(holding, field, value)
        saved(holding, by=None)
    saved(Holding(episode=gap, practitioner=person, since=dt.date(2026, 3, 1)), by=None)
    make_completion(of=odd, on=dt.date(2026, 2, 1), measure="phq9", position=0)
    make_completion(of=odd, on=dt.date(2026, 2, 1), measure="gad7", position=2)
    odd.note = "x" * 100_001
    saved(odd, by=None)
    caseload = export_caseload(service)
    assert [notice.split(":")[0] for notice in caseload.notices] == [
        *(f"K{number}, episode 1" for number in (0, 1, 2, 3)),
        *["K4, episode 1"] * 2,
        "K5, episode 1",
    ]
    with pytest.raises(WritingError, match="export as CSV"):
        workbook_files(caseload)
    assert unheld.pk


def test_without_its_too_long_note_even_that_imports_again() -> None:
    service = make_service(name="Harbour")
    person = make_practitioner(email="p1@example.org", service=service)
    client = make_client(service=service, reference="K1")
    episode = make_episode(client=client, holder=person, note=" \x0btyped\r\nhere ", source="a\tb")
    Holding.objects.get(episode=episode).delete()
    saved(Holding(episode=episode, practitioner=person, since=dt.date(2026, 3, 1)), by=None)
    sources = sources_of(export_caseload(service), csv_files)
    plan = plan_import(read_caseload(sources), chosen=chosen(service), today=TODAY)
    assert plan.counts[SheetName.EPISODES] == {Verdict.SAME: 1}


TEXTS = st.text(
    st.characters(exclude_categories=("Cs", "Cc")) | st.sampled_from("=+-@';,\"\n\t"), max_size=12
)


class TestTexts(TestCase):
    """Any text comes back as it was, up to its white space at both ends."""

    @given(texts=st.lists(TEXTS, min_size=1, max_size=4))
    @settings(max_examples=15, deadline=None)
    def test_any_text(self, texts: list[str]) -> None:
        service = make_service(name="Texts")
        person = make_practitioner(email="p1@example.org", service=service)
        for number, text in enumerate(texts):
            client = saved(Client(service=service, reference=f"T{number}"), by=None)
            line = " ".join(text.split("\n")).replace("\t", " ").strip()
            note = text.strip()
            episode = make_episode(client=client, holder=person, problem=line, note=note)
            make_session(episode=episode, held_on=episode.referred_on, note=note)
        check_identity(service, csv_files)
        for one in (*Session.objects.all(), *Episode.objects.all()):
            assert one.note == one.note.strip()


# --- the files themselves


def hello(file: Any) -> None:
    file.write(b"hello")


def test_files_are_the_owner_s_alone(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "b"
    (path,) = write_files(folder, {"x.csv": hello}, existing=Existing.KEEP)
    assert path.read_bytes() == b"hello"
    assert path.stat().st_mode & 0o777 == 0o600
    assert folder.stat().st_mode & 0o777 == 0o700


def test_a_file_is_not_overwritten_unasked(tmp_path: Path) -> None:
    (tmp_path / "y.csv").write_text("mine")
    files = {"x.csv": hello, "y.csv": hello}
    with pytest.raises(WritingError, match=r"there is already .*y\.csv"):
        write_files(tmp_path, files, existing=Existing.KEEP)
    assert [path.name for path in tmp_path.iterdir()] == ["y.csv"]
    write_files(tmp_path, files, existing=Existing.REPLACE)
    assert (tmp_path / "y.csv").read_text() == "hello"


def test_a_failure_leaves_nothing_behind(tmp_path: Path) -> None:
    def fails(file: Any) -> None:
        file.write(b"half")
        raise OSError(28, "No space left on device")

    with pytest.raises(WritingError, match="No space left on device"):
        write_files(tmp_path, {"x.csv": hello, "y.csv": fails}, existing=Existing.KEEP)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("folder", ["file/below", "a\0b"])
def test_a_folder_that_cannot_be(folder: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(WritingError, match="cannot be written to"):
        write_files(tmp_path / folder, {"x.csv": hello}, existing=Existing.KEEP)
