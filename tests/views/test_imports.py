"""Bringing a spreadsheet in on the page: nothing before the decision, whole afterwards, no 500."""

import csv
import datetime as dt
import io
import logging
import re
import zipfile
from collections.abc import Sequence
from html import unescape
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection
from django.http import HttpResponse
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from practice.actions.writing import RefusedError
from practice.caseload_files.template import template
from practice.models import (
    CaseloadUpload,
    Client,
    Episode,
    MeasureCompletion,
    RememberedHeading,
    Session,
)
from tests.caseload_files.given import a_session, an_episode, csv_source, workbook_source
from tests.caseload_files.wide import HEADINGS, ROW, wide_source
from tests.cast import Cast, make_session
from tests.reports.reading import squeezed

pytestmark = pytest.mark.django_db

BAD = ["K2", *ROW[1:5], "99", *ROW[6:]]
ALICE = "alice@example.org"


@pytest.fixture
def leda(client: Browser, cast: Cast) -> Browser:
    client.force_login(cast.leda)
    return client


def start(cast: Cast) -> str:
    return reverse("import-start", args=[cast.service.uid])


def page_of(answer: Any) -> str:
    assert answer.status_code == 200, answer
    return squeezed(unescape(answer.content.decode()))


def sent(browser: Browser, cast: Cast, *contents: bytes, name: str = "x.csv") -> Any:
    files = [SimpleUploadedFile(name, content) for content in contents]
    return browser.post(start(cast), {"caseload": files}, follow=True)


def wide(*rows: Sequence[Any], headings: Sequence[str] = ("Practitioner",)) -> bytes:
    """Rows per client, held by alice."""
    lines = [[*row, ALICE] for row in rows or (ROW,)]
    return wide_source(lines, headings=[*HEADINGS, *headings]).content


def latest() -> CaseloadUpload:
    return CaseloadUpload.objects.order_by("-pk")[0]


def at(name: str, cast: Cast, upload: CaseloadUpload | None = None) -> str:
    return reverse(name, args=[cast.service.uid, (upload or latest()).uid])


def decide(
    browser: Browser, cast: Cast, decision: str, upload: CaseloadUpload | None = None
) -> Any:
    return browser.post(at("import-preview", cast, upload), {"decision": decision}, follow=True)


def workbook(answer: HttpResponse) -> dict[str, list[list[Any]]]:
    assert answer.status_code == 200
    assert answer["Content-Type"].endswith("spreadsheetml.sheet")
    book = load_workbook(io.BytesIO(answer.content))
    return {sheet.title: [[cell.value for cell in row] for row in sheet] for sheet in book}


def test_the_first_page_has_a_form_a_template_and_no_past(leda: Browser, cast: Cast) -> None:
    page = page_of(leda.get(start(cast)))
    assert "Bring your spreadsheet in" in page
    assert reverse("import-template", args=[cast.service.uid]) in page
    assert "None on this page yet." in page


def test_the_template_is_a_workbook(leda: Browser, cast: Cast) -> None:
    answer = leda.get(reverse("import-template", args=[cast.service.uid]))
    assert {"episodes", "sessions", "how to"} <= set(workbook(answer))  # type: ignore[arg-type]
    assert "caseload-template.xlsx" in answer["Content-Disposition"]


def test_an_empty_template_is_told_kindly(leda: Browser, cast: Cast) -> None:
    page = page_of(sent(leda, cast, template(), name="t.xlsx"))
    assert "headings and no row below them" in page
    assert "Store all" not in page


def test_good_rows_are_shown_and_nothing_is_stored(leda: Browser, cast: Cast) -> None:
    page = page_of(sent(leda, cast, wide()))
    assert "The one row is good." in page
    assert "Store all" in page
    assert "New episodes" in page
    assert "K1" in page
    assert not Client.objects.exists()
    assert not RememberedHeading.objects.exists()


def test_store_all(leda: Browser, cast: Cast) -> None:
    sent(leda, cast, wide())
    page = page_of(decide(leda, cast, "all"))
    assert "Stored: 1 episode and 2 sessions added." in page
    upload = latest()
    assert (upload.added, upload.changed, upload.content) == (3, 0, "")
    assert Session.objects.count() == 2
    history: Any = Session.history
    assert set(history.values_list("history_change_reason", flat=True)) == {upload.why}
    assert Session.objects.filter(entered_by=cast.leda).count() == 2
    assert at("import-undo", cast) in page


def test_a_second_click_stores_nothing_twice(leda: Browser, cast: Cast) -> None:
    sent(leda, cast, wide())
    decide(leda, cast, "all")
    for decision in ("all", "good", "drop"):
        page = page_of(decide(leda, cast, decision))
        assert "stored already: nothing was stored twice" in page
    assert "stored already" in page_of(leda.get(at("import-preview", cast), follow=True))
    assert Client.objects.count() == 1


def test_the_same_file_again_would_change_nothing(leda: Browser, cast: Cast) -> None:
    sent(leda, cast, wide())
    decide(leda, cast, "all")
    page = page_of(sent(leda, cast, wide()))
    assert "Everything in this file is stored already" in page
    assert "Store all" not in page


def test_changes_are_shown_from_and_to(leda: Browser, cast: Cast) -> None:
    sent(leda, cast, wide())
    decide(leda, cast, "all")
    page = page_of(sent(leda, cast, wide([*ROW[:5], "16", *ROW[6:]])))
    assert "What changes" in page
    assert ">PHQ1<" in page
    assert re.search(r">15<.*>16<", page)


def test_drop(leda: Browser, cast: Cast) -> None:
    sent(leda, cast, wide())
    assert "Nothing was stored." in page_of(decide(leda, cast, "drop"))
    assert latest().content == ""
    assert leda.get(at("import-preview", cast)).status_code == 404
    assert "no longer kept" in page_of(decide(leda, cast, "all"))
    assert not Client.objects.exists()


def test_a_decision_that_is_none(leda: Browser, cast: Cast) -> None:
    sent(leda, cast, wide())
    assert "Choose what to do" in page_of(decide(leda, cast, "perhaps"))


class TestWrongRows:
    def test_they_are_named_and_all_cannot_be_stored(self, leda: Browser, cast: Cast) -> None:
        page = page_of(sent(leda, cast, wide(ROW, BAD)))
        assert "1 of 2 rows is wrong." in page
        assert "PHQ-9 takes a whole number from 0 to 27" in page
        assert ">PHQ1<" in page
        assert ">99<" in page
        assert 'value="all"' not in page
        assert "some rows are wrong" in page_of(decide(leda, cast, "all"))
        assert not Client.objects.exists()

    def test_they_come_as_a_file_with_the_reason(self, leda: Browser, cast: Cast) -> None:
        sent(leda, cast, wide(ROW, BAD))
        tables = workbook(leda.get(at("import-bad-rows", cast)))  # type: ignore[arg-type]
        (head, line) = tables["clients"]
        assert head == [*HEADINGS, "Practitioner", "reason not imported"]
        assert line[0] == "K2"
        assert "row 3, column PHQ1, “99”" in line[-1]

    def test_the_good_ones_are_stored_and_the_others_wait(self, leda: Browser, cast: Cast) -> None:
        sent(leda, cast, wide(ROW, BAD))
        first = latest()
        page = page_of(decide(leda, cast, "good"))
        assert "1 of 2 rows were not stored" in page
        assert "1 of 1 rows is wrong." in page
        assert list(Client.objects.values_list("reference", flat=True)) == ["K1"]
        rest = latest()
        assert rest != first
        answer = leda.get(at("import-bad-rows", cast, rest))
        mended = io.BytesIO(answer.content)
        book = load_workbook(mended)
        book["clients"]["F2"] = 9
        content = io.BytesIO()
        book.save(content)
        assert "The one row is good." in page_of(
            sent(leda, cast, content.getvalue(), name="x.xlsx")
        )
        page_of(decide(leda, cast, "all"))
        assert Client.objects.count() == 2

    def test_of_two_sheets_as_well(self, leda: Browser, cast: Cast) -> None:
        episodes = csv_source(
            "e", [an_episode(practitioner=ALICE), an_episode(client="K2", gender="?")]
        )
        sessions = csv_source("s", [a_session(phq9="3"), a_session(client="K2", phq9="30")])
        page = page_of(sent(leda, cast, sessions.content, episodes.content))
        assert "2 of 4 rows are wrong." in page
        assert ">episodes.csv<" in page
        page = page_of(decide(leda, cast, "good"))
        assert Session.objects.count() == 1
        assert set(workbook(leda.get(at("import-bad-rows", cast)))) == {"episodes", "sessions"}  # type: ignore[arg-type]

    def test_long_lists_are_cut_and_come_whole_as_a_file(self, leda: Browser, cast: Cast) -> None:
        rows = [[f"K{n}", *BAD[1:]] for n in range(45)]
        page = page_of(sent(leda, cast, wide(*rows)))
        assert "and 5 more." in page
        for key, name in (("wrong", "what is wrong"), ("rows", "clients")):
            tables = workbook(leda.get(f"{at('import-bad-rows', cast)}?list={key}"))  # type: ignore[arg-type]
            assert len(tables[name]) == 46
        assert leda.get(f"{at('import-bad-rows', cast)}?list=other").status_code == 404

    def test_what_looks_like_a_formula_is_text(self, leda: Browser, cast: Cast) -> None:
        sent(leda, cast, wide(["=1+1", *ROW[1:]]))
        book = load_workbook(io.BytesIO(leda.get(at("import-bad-rows", cast)).content))
        assert all(cell.data_type != "f" for row in book["clients"] for cell in row)


class TestHeadings:
    def ask(self, leda: Browser, cast: Cast) -> str:
        return page_of(
            sent(leda, cast, wide([*ROW, "4", "5"], headings=("Mood 1", "Mood 2", "Practitioner")))
        )

    def test_unknown_ones_are_asked_once(self, leda: Browser, cast: Cast) -> None:
        page = self.ask(leda, cast)
        assert "What your headings mean" in page
        assert "Mood 1 … Mood 2" in page
        assert "“4”" in page
        answers = self.initial(leda, cast)
        column = next(name for name, value in answers.items() if name[:6] == "column" and not value)
        page = page_of(leda.post(at("import-headings", cast), {**answers, column: ""}))
        assert "Choose what it means" in page
        page = page_of(
            leda.post(at("import-headings", cast), {**answers, column: "-"}, follow=True)
        )
        assert "Columns left out: “Mood 1”, “Mood 2”" in re.sub("<.*?>", "", page)
        assert dict(RememberedHeading.objects.values_list("heading", "column")) == {"mood #": ""}
        assert "Before anything is stored" in self.ask(leda, cast)

    def initial(self, leda: Browser, cast: Cast) -> dict[str, str]:
        answer: Any = leda.get(at("import-headings", cast))
        form = answer.context["form"]
        return {
            name: str(field.initial or "")
            for name, field in form.fields.items()
            if not (name.startswith("column") and field.initial is None)
        }

    def test_a_column_of_a_session_needs_its_session(self, leda: Browser, cast: Cast) -> None:
        sent(leda, cast, wide([*ROW, "7"], headings=("Low", "Practitioner")))
        answers = self.initial(leda, cast)
        number = next(
            name[7:] for name, value in answers.items() if name[:6] == "column" and not value
        )
        said = {**answers, f"column_{number}": "core10"}
        page = page_of(leda.post(at("import-headings", cast), said))
        assert "Say which session or form it belongs to" in page
        leda.post(at("import-headings", cast), {**said, f"point_{number}": "2"})
        assert latest().headings == {"low": "core10 2"}
        decide(leda, cast, "all")
        assert MeasureCompletion.objects.get(measure="core10").total == 7

    def test_one_of_each_client_is_not_several(self, leda: Browser, cast: Cast) -> None:
        self.ask(leda, cast)
        answers = self.initial(leda, cast)
        column = next(name for name, value in answers.items() if name[:6] == "column" and not value)
        page = page_of(leda.post(at("import-headings", cast), {**answers, column: "source"}))
        assert "2 columns cannot all be this" in page

    def test_even_the_client_may_have_another_word(self, leda: Browser, cast: Cast) -> None:
        content = wide().replace(b"Client", "Kürzel".encode())
        page = page_of(sent(leda, cast, content))
        assert "Kürzel" in page
        answers = self.initial(leda, cast)
        column = next(name for name, value in answers.items() if name[:6] == "column" and not value)
        leda.post(at("import-headings", cast), {**answers, column: "client"})
        assert "The one row is good." in page_of(leda.get(at("import-preview", cast)))

    def test_what_is_left_out_may_leave_a_file_unreadable(self, leda: Browser, cast: Cast) -> None:
        sent(leda, cast, wide().replace(b"Client", b"Key"))
        answers = self.initial(leda, cast)
        column = next(name for name, value in answers.items() if name[:6] == "column" and not value)
        page = page_of(
            leda.post(at("import-headings", cast), {**answers, column: "-"}, follow=True)
        )
        assert "The file cannot be read" in page
        assert "this heading is needed and missing" in page
        assert at("import-headings", cast) in page

    def test_dates_are_asked_about(self, leda: Browser, cast: Cast) -> None:
        headings = ["Ref", "Referred", "Ended", "PHQ pre", "PHQ post", "Practitioner"]
        row = ["K1", "05/01/2026", "01/03/2026", "15", "6", ALICE]
        page = page_of(sent(leda, cast, wide_source([row], headings=headings).content))
        assert "Which date do “PHQ pre” carry?" in page
        page = page_of(leda.post(at("import-headings", cast), self.initial(leda, cast)))
        assert "Choose one of the two." in page
        said = {**self.initial(leda, cast), "date_0": "referred_on", "date_1": "ended_on"}
        leda.post(at("import-headings", cast), {**said, "date_2": "forms"})
        decide(leda, cast, "all")
        assert not Session.objects.exists()
        assert MeasureCompletion.objects.count() == 2
        page = page_of(leda.get(start(cast)))
        assert "forms filled in without a meeting" in page
        assert "date the therapy ended" in page

    def test_they_can_be_forgotten(self, leda: Browser, cast: Cast) -> None:
        one = RememberedHeading.objects.create(service=cast.service, heading="mood", column="note")
        other = RememberedHeading.objects.create(service=cast.other_service, heading="x")
        assert "mood" in page_of(leda.get(start(cast)))
        for wrong in (other.pk, "x", "", "9" * 30):
            leda.post(start(cast), {"forget": wrong})
        assert RememberedHeading.objects.count() == 2
        page = page_of(leda.post(start(cast), {"forget": one.pk}, follow=True))
        assert "Forgotten: “mood”" in page
        assert list(RememberedHeading.objects.all()) == [other]

    def test_a_file_that_cannot_be_read_has_no_headings(self, leda: Browser, cast: Cast) -> None:
        sent(leda, cast, b"\xff")
        page = page_of(leda.get(at("import-headings", cast), follow=True))
        assert "The file cannot be read" in page


class TestUndo:
    def test_it_goes_as_a_whole(self, leda: Browser, cast: Cast) -> None:
        sent(leda, cast, wide())
        decide(leda, cast, "all")
        page = page_of(leda.get(at("import-undo", cast)))
        assert "are removed" in page
        assert Client.objects.exists()
        page = page_of(leda.post(at("import-undo", cast), follow=True))
        assert "Undone:" in page
        assert not Client.objects.exists()
        for answer in (leda.get, leda.post):
            again = answer(at("import-undo", cast), follow=True)
            assert "can no longer be undone" in page_of(again)

    def test_not_once_it_is_built_upon(self, leda: Browser, cast: Cast) -> None:
        sent(leda, cast, wide())
        decide(leda, cast, "all")
        make_session(episode=Episode.objects.get(), held_on=dt.date(2026, 2, 2), by=cast.alice)
        assert "1 entry has been changed or built upon" in page_of(
            leda.get(at("import-undo", cast))
        )
        page = page_of(leda.post(at("import-undo", cast), follow=True))
        assert "Nothing was undone: 1 row has been changed" in page
        assert Client.objects.exists()

    def test_not_after_a_day(self, leda: Browser, cast: Cast) -> None:
        sent(leda, cast, wide())
        decide(leda, cast, "all")
        long_ago = timezone.now() - dt.timedelta(days=1, seconds=1)
        CaseloadUpload.objects.update(stored_at=long_ago)
        assert "older than a day" in page_of(leda.get(start(cast)))
        assert "can no longer be undone" in page_of(leda.post(at("import-undo", cast), follow=True))

    def test_accounts_are_named(self, leda: Browser, cast: Cast) -> None:
        row = [*ROW, "new@example.org"]
        content = wide_source([row], headings=[*HEADINGS, "Practitioner"]).content
        page = page_of(sent(leda, cast, content))
        assert "new@example.org becomes a member of the practice. They cannot sign in" in page
        decide(leda, cast, "all")
        assert "without access to this practice: new@example.org" in page_of(
            leda.get(at("import-undo", cast))
        )

    def test_what_waits_cannot_be_undone(self, leda: Browser, cast: Cast) -> None:
        sent(leda, cast, wide())
        assert leda.get(at("import-undo", cast)).status_code == 404


def test_stored_records_that_changed_meanwhile_are_judged_anew(leda: Browser, cast: Cast) -> None:
    # A file of sessions to come, for an episode that is open still.
    sent(leda, cast, wide())
    decide(leda, cast, "all")
    episodes = csv_source("e", [], default=["client", "referred_on"]).content
    sessions = csv_source("s", [a_session(date="2026-02-20", phq9="4")]).content
    assert "The one row is good." in page_of(sent(leda, cast, episodes, sessions))
    waiting = latest()
    sent(leda, cast, wide([ROW[0], ROW[1], "20/01/2026", "planned", *ROW[4:]]))
    decide(leda, cast, "all")
    page = page_of(decide(leda, cast, "all", waiting))
    assert "Nothing was stored: some rows are wrong" in page
    assert "after the end of the episode" in page
    assert Session.objects.count() == 2


class TestSomebodyElseAtThatMoment:
    def test_stored_by_somebody_else(
        self, leda: Browser, cast: Cast, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        sent(leda, cast, wide())
        monkeypatch.setattr("practice.views.imports.store_upload", _raising(RefusedError("done")))
        assert "Nothing was stored: done." in page_of(decide(leda, cast, "all"))

    def test_the_database_is_taken(
        self, leda: Browser, cast: Cast, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        sent(leda, cast, wide())
        with monkeypatch.context() as patch:
            patch.setattr("practice.views.imports.store_upload", _raising(DatabaseError()))
            assert "somebody else was writing" in page_of(decide(leda, cast, "all"))
        decide(leda, cast, "all")
        monkeypatch.setattr("practice.views.imports.undo_import", _raising(DatabaseError()))
        page = page_of(leda.post(at("import-undo", cast), follow=True))
        assert "Nothing was undone: somebody else was writing" in page


def _raising(error: Exception) -> Any:
    def raise_it(*_: object, **__: object) -> None:
        raise error

    return raise_it


def test_what_waits_is_listed_and_forgotten_after_a_day(leda: Browser, cast: Cast) -> None:
    sent(leda, cast, wide())
    assert at("import-preview", cast) in page_of(leda.get(start(cast)))
    long_ago = timezone.now() - dt.timedelta(days=1, seconds=1)
    CaseloadUpload.objects.update(uploaded_at=long_ago)
    for name in ("import-preview", "import-headings", "import-bad-rows"):
        assert leda.get(at(name, cast)).status_code == 404
    assert "Waiting" not in page_of(leda.get(start(cast)))
    assert latest().content == ""


NAMES = ("import-preview", "import-headings", "import-bad-rows", "import-undo")


@pytest.mark.parametrize("name", NAMES)
def test_who_may_see_an_upload(client: Browser, cast: Cast, name: str) -> None:
    client.force_login(cast.leda)
    sent(client, cast, wide(ROW, BAD))
    if name == "import-undo":
        decide(client, cast, "good")
        url = at(name, cast, CaseloadUpload.objects.order_by("pk")[0])
    else:
        url = at(name, cast)
    answers = {"leda": 200, "alice": 403, "bob": 403, "charlie": 404}
    for person, status in answers.items():
        client.force_login(getattr(cast, person))
        assert client.get(url).status_code == status, person
        if person != "leda":
            assert client.post(url).status_code in {status, 405}
    other = url.replace(str(cast.service.uid), str(cast.other_service.uid))
    client.force_login(cast.leda)
    assert client.get(other).status_code == 404
    membership = cast.charlie.memberships.get()
    membership.role = "lead"
    membership.save()
    client.force_login(cast.charlie)
    assert client.get(other).status_code == 404


def _bomb() -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (61 * 1024 * 1024))
    return content.getvalue()


TWO = workbook_source({name: [list(HEADINGS), list(ROW)] for name in "ab"}).content
ODD = {
    "nothing": b"",
    "blank": b" \n\n",
    "one heading": b"hello\n",
    "a PDF": b"%PDF-1.7",
    "an old workbook": b"\xd0\xcf\x11\xe0",
    "not UTF-8": b"client,referred_on\nK,\xe9\n",
    "NUL bytes": b"client,referred_on,PHQ1\nK\0,x,1\n",
    "a zip of nothing": b"PK\x03\x04nothing",
    "a zip bomb": _bomb(),
    "a huge cell": wide([*ROW[:3], "x" * 140_000, *ROW[4:]]),
    "an open quotation mark": b'Client,Referred,Date1,PHQ1\n"K1,2026-01-05\n',
    "headings twice": wide(headings=("PHQ1", "Practitioner")),
    "all headings twice": b"Date,PHQ,Date,PHQ\n1,2,3,4\n",
    "two such sheets": TWO,
    "no row": wide_source([]).content,
    "a sessions sheet": b"client,date,phq9\nK1,2026-01-12,3\n",
    "strange signs": "Client,Referred,Date1,PHQ1\n\u202e\ud7ff,\u2028,\x1b[2J,🌊\n".encode(),
    "very many columns": b",".join(b"PHQ%d" % n for n in range(490)) + b"\n1\n",
    "too many columns": b",".join(b"c%d" % n for n in range(600)) + b"\n1\n",
    "numbers without end": b"Client,Referred,Date1,PHQ1\nK1,1e999,9e9,1e400\n",
    "headings of digits": "Client,Referred,PHQ²,PHQ①,Date٣\nK1,1,2,3,4\n".encode(),
    "long headings": b"Client," + b"h" * 4000 + b",PHQ1\n1,2,3\n",
}


@pytest.mark.parametrize("content", ODD.values(), ids=ODD)
@pytest.mark.parametrize("name", ["x.csv", "x.xlsx"])
def test_whatever_is_chosen_the_answer_is_a_page(
    leda: Browser, cast: Cast, content: bytes, name: str
) -> None:
    page_of(sent(leda, cast, content, name=name))
    if CaseloadUpload.objects.exists():
        for url in ("import-preview", "import-headings"):
            page_of(leda.get(at(url, cast), follow=True))
        assert leda.get(at("import-bad-rows", cast)).status_code in {200, 404}
        form: Any = leda.get(at("import-headings", cast))
        if form.status_code == 200:
            fields = form.context["form"].fields
            leave = {key: "-" for key in fields if key.startswith("column")}
            page_of(leda.post(at("import-headings", cast), leave, follow=True))
        for decision in ("all", "good"):
            page_of(decide(leda, cast, decision))
    assert not Client.objects.exists()


def test_none_three_and_too_large(
    leda: Browser, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "Choose a file first." in page_of(leda.post(start(cast)))
    assert "Choose a file first." in page_of(leda.post(start(cast), {"caseload": "text"}))
    page = page_of(sent(leda, cast, b"a", b"b", b"c"))
    assert "3 files were chosen" in page
    monkeypatch.setattr("practice.forms.imports.SIZE_LIMIT", 3)
    assert "larger than" in page_of(sent(leda, cast, b"abcd"))
    assert not CaseloadUpload.objects.exists()


def test_what_was_packed_by_somebody_else_is_no_file(leda: Browser, cast: Cast) -> None:
    for content in ("{}", "[1]", "no json", '[{"name": "x", "content": "?"}]'):
        CaseloadUpload.objects.create(service=cast.service, uploaded_by=cast.leda, content=content)
        assert "cannot be read" in page_of(leda.get(at("import-preview", cast), follow=True))


def test_no_name_of_a_file_and_no_cell_reaches_log_or_address(
    leda: Browser, cast: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    sent(leda, cast, wide(["Xanthippe Q", *ROW[1:]]), name="Xanthippe Quill.csv")
    answer = decide(leda, cast, "good")
    leda.get(at("import-bad-rows", cast))
    assert "Xanthippe" not in caplog.text
    assert "Xanthippe" not in str(answer.redirect_chain)
    with connection.cursor() as cursor:
        cursor.execute("select content from practice_caseloadupload")
        assert all("Xanthippe" not in content for (content,) in cursor.fetchall())


def test_the_number_of_queries_does_not_grow(leda: Browser, cast: Cast) -> None:
    def queries(number: int) -> list[int]:
        rows = [[f"Q{number}-{n}", *ROW[1:]] for n in range(number)]
        sent(leda, cast, wide(*rows))
        found = []
        for name in ("import-preview", "import-headings", "import-bad-rows"):
            with CaptureQueriesContext(connection) as captured:
                leda.get(at(name, cast))
            found.append(len(captured))
        with CaptureQueriesContext(connection) as captured:
            decide(leda, cast, "all")
        found.append(len(captured))
        with CaptureQueriesContext(connection) as captured:
            leda.get(start(cast))
        return [*found, len(captured)]

    # What the first visit looks up for the rest of the session.
    queries(1)
    assert queries(2) == queries(12)


def test_csv_of_a_spreadsheet_in_another_language(leda: Browser, cast: Cast) -> None:
    text = io.StringIO()
    csv.writer(text, delimiter=";").writerows([[*HEADINGS, "Practitioner"], [*ROW, ALICE]])
    assert "The one row is good." in page_of(sent(leda, cast, text.getvalue().encode("utf-8-sig")))
