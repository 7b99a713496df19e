"""Markup in free texts that reach a paper: it stands there as typed, links nowhere, and opens no address.

Names on the monthly report and the texts of the supervision sheet's first page have their tests
beside those papers; here are the places that are left.
"""

import datetime as dt
import socket
import urllib.request
from io import BytesIO
from typing import Any, NoReturn

import pytest
from pypdf import PdfReader

from practice.actions.audit import record
from practice.actions.consent import hold_client, record_consent, withdraw_consent
from practice.cases.whole_client import load_whole_client
from practice.charts.fonts import register_fonts
from practice.cohorts import Scope
from practice.models import Client, Deed
from practice.reports.case_choice import Which, chosen_cases
from practice.reports.case_side import Notes, load_case_sides
from practice.reports.client_copy import client_copy
from practice.reports.client_copy_pdf import client_copy_pdf
from practice.reports.frozen import read_frozen
from practice.reports.monthly_pdf import monthly_pdf
from practice.reports.supervision_names import Naming
from practice.reports.supervision_pdf import supervision_pdf
from practice.reports.supervision_text import sheet_text
from tests.caseloads import PRINTED_ON
from tests.cast import (
    Cast,
    day,
    make_agreement,
    make_client,
    make_completion,
    make_episode,
    make_meeting,
    make_resolution,
    make_risk_response,
    make_session,
    saved,
)
from tests.reports.freezing import frozen
from tests.reports.reading import pdf_of
from tests.reports.supervising import make_course, sheet_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_network")]
NOW = dt.datetime(2026, 5, 4, 12, tzinfo=dt.UTC)
# Each short enough for a contract or a practice's name with a letter in front.
MARKUP = [
    '<b>b</b> <img src="http://127.0.0.1:1/x"/> &lt; &amp;amp; &#65; <para> </para></font>',
    '<a href="http://127.0.0.1:1/">l</a> <i>never closed <link href="http://127.0.0.1:1/"/>',
    "<script>alert(1)</script> <onDraw name='x'/> <!-- x <![CDATA[ ]]> <br/> <seq id='x'/>",
]


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch, db: None) -> None:
    def refuse(*args: Any, **_kwargs: Any) -> NoReturn:
        raise AssertionError(f"something was opened: {args}")

    register_fonts()
    monkeypatch.setattr(urllib.request, "urlopen", refuse)
    monkeypatch.setattr(urllib.request.OpenerDirector, "open", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)


def bare(text: str) -> str:
    """Without white space: in narrow columns a line may break anywhere."""
    return "".join(text.split())


def check(pdf: bytes, *texts: str) -> None:
    """Each stands there as typed; nothing is a link, a picture or an action."""
    document = PdfReader(BytesIO(pdf))
    printed = bare(" ".join(page.extract_text() for page in document.pages))
    for text in texts:
        assert bare(text) in printed, text
    for page in document.pages:
        assert "/Annots" not in page
        assert not list(page.images)
    for number in range(1, len(document.xref[0]) + 1):
        found: Any = document.get_object(number)
        if isinstance(found, dict):
            assert not {"/URI", "/JS", "/Launch"} & set(found)
    assert not {"/OpenAction", "/AA"} & set(document.root_object)


@pytest.mark.parametrize("markup", MARKUP)
def test_a_client_s_copy(cast: Cast, markup: str) -> None:
    said = {letter: f"{letter} {markup}" for letter in "ABCDEFGHIJKLMNOPQRSTUV"}
    for row, name in ((cast.service, "A"), (cast.alice, "B"), (cast.leda, "C")):
        row.name = said[name]
        saved(row, by=None)
    client = make_client(service=cast.service, reference="E-1", by=cast.alice)
    words = ("source", "contract", "problem", "problem_2", "problem_3", "therapy")
    fields: dict[str, Any] = dict(zip(words, (said[one] for one in "EFGHIJ"), strict=True))
    episode = make_episode(client=client, holder=cast.alice, note=said["D"], **fields)
    session = make_session(episode=episode, held_on=day(7), by=cast.alice, note=said["K"])
    form = make_completion(of=session, answers="000000001", total=1, by=cast.alice)
    make_risk_response(to=form, by=cast.alice, asked=said["L"], done=said["M"])
    meeting = make_meeting(
        service=cast.service, practitioner=cast.alice, held_on=day(8), supervisor=said["N"]
    )
    make_agreement(meeting=meeting, episode=episode, agreed=said["O"])
    episode.paused_until, episode.pause_reason = day(100), said["P"]
    saved(episode, by=cast.alice, why=said["Q"])
    episode.ended_on, episode.ending = day(40), "crisis"
    episode.found, episode.would_try, episode.note = said["R"], said["S"], "other words now"
    saved(episode, by=cast.alice, why="ended")
    record_consent(client=client, on=day(1), by=cast.alice, why=said["T"])
    hold_client(client=client, on=day(41), reason=said["U"], by=cast.alice)
    record(
        deed=Deed.READ,
        who=cast.leda,
        service=cast.service.uid,
        subject=client.uid,
        detail="episode-detail",
    )
    whole = load_whole_client(Client.objects.get(pk=client.pk))
    copy = client_copy(whole, made_by=said["V"], now=NOW, on=NOW.date())
    check(client_copy_pdf(copy), *said.values())


@pytest.mark.parametrize("markup", MARKUP)
def test_a_withdrawn_consent_in_the_copy(cast: Cast, markup: str) -> None:
    client = make_client(service=cast.service, reference="E-2", by=cast.alice)
    make_episode(client=client, holder=cast.alice)
    cast.alice.name = markup
    saved(cast.alice, by=None)
    record_consent(client=client, on=day(1), by=cast.alice, why=markup)
    withdraw_consent(client=client, on=day(9), by=cast.alice, now=NOW)
    whole = load_whole_client(Client.objects.get(pk=client.pk))
    check(client_copy_pdf(client_copy(whole, made_by="Bob", now=NOW, on=NOW.date())), markup)


@pytest.mark.parametrize("markup", MARKUP)
def test_the_sides_of_clients_for_a_supervision(cast: Cast, markup: str) -> None:
    said = {letter: f"{letter} {markup}" for letter in "ABCDEFGHIJ"}
    cast.service.name, cast.alice.name = said["A"], said["B"]
    saved(cast.service, by=None)
    saved(cast.alice, by=None)
    words = ("contract", "problem", "therapy", "note")
    fields: dict[str, Any] = dict(zip(words, (said[one] for one in "CDEF"), strict=True))
    episode = make_course(cast, "C-1", [12, 11], start=120, **fields)
    session = make_session(episode=episode, held_on=day(136), by=cast.alice, note=said["G"])
    form = make_completion(of=session, answers="000000001", total=1, by=cast.alice)
    make_risk_response(to=form, by=cast.alice, asked=said["H"], done=said["I"])
    meeting = make_meeting(
        service=cast.service, practitioner=cast.alice, held_on=day(110), supervisor="Sunniva"
    )
    make_agreement(meeting=meeting, episode=episode, agreed=said["J"])
    sheet = sheet_of(cast)
    choice = chosen_cases(sheet, which=Which.TICKED, ticked=[str(episode.uid)])
    sides = load_case_sides(sheet, choice, notes=Notes.PRINTED)
    for naming in Naming:
        text = sheet_text(sheet, naming=naming, sides=sides)
        check(supervision_pdf(text), *(said[letter] for letter in "BGHIJ"))


@pytest.mark.parametrize("markup", MARKUP)
def test_a_resolution_on_the_monthly_report_and_on_the_one_for_good(
    cast: Cast, markup: str
) -> None:
    scope = Scope(service=cast.service, practitioner=cast.alice)
    make_resolution(
        service=cast.service,
        practitioner=cast.alice,
        from_on=PRINTED_ON - dt.timedelta(days=40),
        will_try=f"T {markup}",
        expects=f"E {markup}",
    )
    check(pdf_of(scope), f"T {markup}", f"E {markup}")
    cast.alice.name = f"P {markup}"
    saved(cast.alice, by=None)
    made = frozen(scope, by=cast.alice)
    check(monthly_pdf(read_frozen(made)), f"P {markup}")
