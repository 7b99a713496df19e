"""A copy of everything about one client: all of it, nobody else's, whole over many pages, and no markup."""

import csv
import datetime as dt
import io
import json
import time
from io import BytesIO
from typing import Any

import pytest
from django.test import override_settings
from pypdf import PdfReader

from practice.actions.audit import record
from practice.actions.consent import hold_client, record_consent
from practice.actions.endings import leave_out
from practice.actions.traces import traces_of
from practice.caseload_files.export import csv_files, export_caseload
from practice.cases.field_words import TOLD
from practice.cases.whole_client import load_whole_client
from practice.domain.endings import LeftOut
from practice.models import (
    Agreement,
    Client,
    Deed,
    Episode,
    Holding,
    MeasureCompletion,
    Practitioner,
    RiskResponse,
    Session,
)
from practice.reports.client_copy import client_copy
from practice.reports.client_copy_data import client_data, documented_keys, keys_text
from practice.reports.client_copy_pdf import client_copy_pdf
from tests.cast import (
    Cast,
    day,
    hand_over,
    make_agreement,
    make_client,
    make_completion,
    make_episode,
    make_meeting,
    make_risk_response,
    make_session,
    saved,
)
from tests.reports.reading import words_of

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 5, 4, 12, tzinfo=dt.UTC)
WORDS = (
    "ptarmigan",
    "dotterel",
    "whimbrel",
    "turnstone",
    "phalarope",
    "sanderling",
    "avocet",
    "redshank",
    "kestrel",
)


def lived(cast: Cast, reference: str, words: tuple[str, ...]) -> Client:
    """A client with words in every place there is for words, two of them changed since."""
    note, session_note, asked, done, agreed, found, held, earlier, gone = words
    client = make_client(
        service=cast.service, reference=reference, by=cast.alice, gender="female", birth_year=1980
    )
    episode = make_episode(
        client=client, holder=cast.alice, note=earlier, contract="Six sessions", problem="sleep"
    )
    session = make_session(
        episode=episode, held_on=day(7), by=cast.alice, note=session_note, minutes=50, fee=45
    )
    form = make_completion(of=session, answers="2-1000003", total=6, by=cast.alice)
    make_completion(
        of=episode, on=day(9), measure="core10", answers="0420100000", total=6, by=cast.alice
    )
    make_completion(of=episode, on=day(9), measure="gad7", total=11, by=cast.alice)
    make_risk_response(to=form, by=cast.alice, asked=asked, done=done)
    meeting = make_meeting(
        service=cast.service, practitioner=cast.alice, held_on=day(8 if reference == "E-1" else 5)
    )
    make_agreement(meeting=meeting, episode=episode, agreed=agreed, due_on=day(30))
    hand_over(episode=episode, to=cast.bob, on=day(10))
    removed = make_session(episode=episode, held_on=day(21), by=cast.alice, note=gone)
    kept: Any = removed
    kept._history_user, kept._change_reason = cast.bob, "not this client's"
    removed.delete()
    episode.ended_on, episode.ending = day(40), "crisis"
    episode.found, episode.note = found, note
    saved(episode, by=cast.bob, why="put right after a call")
    second = make_episode(client=client, holder=cast.bob, referred_on=day(60))
    make_completion(of=second, on=day(61), answers="------0--", total=None, by=cast.bob)
    leave_out(episode=second, reason=LeftOut.COUPLE_OR_FAMILY, by=cast.bob, now=NOW)
    record_consent(client=client, on=day(1), by=cast.alice, why="asked")
    hold_client(client=client, on=day(41), reason=held, by=cast.alice)
    return client


@pytest.fixture
def erin(cast: Cast) -> Client:
    lived(cast, "K-14", tuple(f"not{word}" for word in reversed(WORDS)))
    return lived(cast, "E-1", WORDS)


def pdf(client: Client) -> bytes:
    return client_copy_pdf(
        client_copy(load_whole_client(client), made_by="Alice", now=NOW, on=NOW.date())
    )


def data(client: Client) -> dict[str, Any]:
    found = json.loads(client_data(load_whole_client(client), made_by="Alice", now=NOW))
    assert isinstance(found, dict)
    return found


def test_everything_is_on_paper_and_nobody_else(erin: Client) -> None:
    printed = words_of(pdf(erin))
    for word in WORDS:
        assert word in printed, word
    assert "K-14" not in printed
    assert "not" + WORDS[0] not in printed
    for said in (
        "Everything stored about one client: E-1",
        "Gender. female",
        "Year of birth. 1980",
        "Consented on. 6 January 2026",
        "Legal hold since. 15 February 2026",
        "Episode 1, referred on 5 January 2026",
        "Contract. Six sessions",
        "Ended on. 14 February 2026",
        "Alice. from 5 January 2026 until 15 January 2026",
        "Bob. from 15 January 2026",
        "Minutes: 50; Fee: £45.00",
        "PHQ-9, of 27. 12 January 2026: 6",
        "Total: 6 of 27, mild",
        "Item 1. Little interest or pleasure in doing things: More than half the days, scores 2",
        "Not recorded: item 2 ",
        "Item 9 (risk item).",
        "Nearly every day, scores 3",
        "Item 2. I have felt I have someone to turn to for support when needed: Most or all of the time, scores 0",
        "Total: 11 of 21, moderate",
        "What was asked: whimbrel",
        "By when: 4 February 2026",
        "note changed. By Bob.",
        "Why: put right after a call.",
        "Removed. By Bob. Why: not this client's.",
        "Session of 26 January 2026, note: written",
        "Episode 2, referred on 6 March 2026",
        "Left out. 4 May 2026, 13:00, by Bob",
        "Total: none, too many items are missing",
    ):
        assert said in printed, said


def test_every_page_says_what_it_is_and_the_file_names_nobody(erin: Client) -> None:
    document = PdfReader(BytesIO(pdf(erin)))
    pages = [page.extract_text() for page in document.pages]
    for number, page in enumerate(pages, start=1):
        assert "Confidential" in page
        assert f"Page {number} of" in page
    assert document.metadata is not None
    assert document.metadata.title == "Copy of a client's record"
    assert "E-1" not in str(document.metadata)
    assert str(document.root_object["/Lang"]) == "en-GB"
    outline = [str(entry["/Title"]) for entry in flat(document.outline)]
    assert "Episode 2: sessions and forms" in outline
    # Twice the same bytes.
    assert pdf(erin) == pdf(erin)


def test_invented_data_say_so_on_every_page(cast: Cast, erin: Client) -> None:
    cast.service.is_invented = True
    saved(cast.service, by=cast.leda)
    for page in PdfReader(BytesIO(pdf(Client.objects.get(pk=erin.pk)))).pages:
        assert "INVENTED DATA" in page.extract_text()


def flat(outline: Any) -> list[Any]:
    return [each for one in outline for each in (flat(one) if isinstance(one, list) else [one])]


def test_long_texts_go_on_over_pages_and_keep_their_lines(cast: Cast, erin: Client) -> None:
    episode = Episode.objects.get(client=erin, number=2)
    words = [f"word{number}" for number in range(4000)]
    make_session(
        episode=episode,
        held_on=day(70),
        by=cast.alice,
        note=" ".join(words) + "\n\nlast line" + "x" * 3000,
    )
    printed = words_of(pdf(erin))
    assert all(word in printed for word in words)
    assert "last line" in printed


def test_items_that_nobody_answered_take_one_line(erin: Client) -> None:
    """A total with its risk item alone is the commonest form there is."""
    printed = words_of(pdf(erin))
    assert "Not recorded: items 1, 2, 3, 4, 5, 6, 8, 9" in printed


def test_a_tab_is_a_space(cast: Cast) -> None:
    client = make_client(service=cast.service, by=cast.alice)
    make_episode(client=client, holder=cast.alice, note="one\ttwo")
    assert "one two" in words_of(pdf(client))


@pytest.mark.parametrize(
    "hostile",
    [
        '<img src="http://example.org/x.png"/>',
        "</para><b>bold",
        '<font name="nobody">x</font> & < >',
        "<a href='file:///etc/passwd'>link</a>",
        "&#0; &nbsp; %s {0} \\x00",
        "=HYPERLINK(1)",
    ],
)
def test_markup_is_text(cast: Cast, hostile: str) -> None:
    client = make_client(service=cast.service, by=cast.alice)
    episode = make_episode(client=client, holder=cast.alice, note=hostile, contract=hostile)
    make_session(episode=episode, held_on=day(7), by=cast.alice, note=f"{hostile}\n{hostile}")
    printed = words_of(pdf(client))
    assert printed.count(" ".join(hostile.split())) >= 4
    assert data(client)["episodes"][0]["note"] == hostile


def test_a_client_with_nothing_has_a_copy_too(cast: Cast) -> None:
    client = make_client(service=cast.service, reference="N-1", by=cast.alice)
    make_episode(client=client, holder=None, by=cast.alice)
    printed = words_of(pdf(client))
    assert printed.count("Nothing is stored.") >= 4
    assert "Nobody but whoever held the client is written down." in printed


def test_who_opened_the_record_is_said(cast: Cast, erin: Client) -> None:
    for who in (cast.leda, None):
        record(
            deed=Deed.READ,
            who=who,
            service=cast.service.uid,
            subject=erin.uid,
            detail="episode-detail",
        )
    printed = words_of(pdf(erin))
    assert "Leda opened the client's page" in printed
    assert "nobody signed in (a command) opened" in printed
    assert "written down by whose clients they were" in printed
    assert next(one["who"] for one in data(erin)["opened"]) == "Leda"


@pytest.mark.parametrize(
    ("deed", "detail", "said"),
    [
        (Deed.READ, "session-edit", "Leda opened a page to change something"),
        (Deed.READ, "", "Leda opened a page about the client"),
        (Deed.EXPORTED, "client-copy-pdf", "took data out: everything about the client, on paper"),
        (Deed.EXPORTED, "", "Leda took data out"),
    ],
)
def test_what_was_opened_is_said_in_words(
    cast: Cast, erin: Client, deed: Deed, detail: str, said: str
) -> None:
    """The client reads it, who knows no names of pages."""
    service = cast.service.uid
    record(deed=deed, who=cast.leda, service=service, subject=erin.uid, detail=detail)
    printed = words_of(pdf(erin))
    assert said in printed
    assert not detail or detail not in printed


@pytest.mark.parametrize(
    ("years", "said"),
    [
        (None, "The practice has set no period here: ask it."),
        (1, "1 year after the last contact or ending"),
        (7, "7 years after the last contact or ending"),
    ],
)
def test_what_the_law_wants_told_with_a_copy(
    cast: Cast, erin: Client, years: int | None, said: str
) -> None:
    cast.service.retention_years = years
    saved(cast.service, by=cast.leda)
    printed = words_of(pdf(Client.objects.get(pk=erin.pk)))
    for each in ("Why it is kept", "Where it comes from", "Who sees it", said, "ico.org.uk"):
        assert each in printed


# Fields that are on paper in other words than their own, by model; of no use to a reader: ids, places.
_NO_USE = {"id", "uid", "position"}
_SAID_OTHERWISE = {
    Client: {"service"},
    Episode: {"client", "left_out_at", "left_out_by"},
    Holding: {"episode", "practitioner", "since", "until"},
    Session: {"episode", "entered_by", "entered_at"},
    MeasureCompletion: {"session", "episode", "answers", "entered_by", "entered_at"},
    RiskResponse: {"completion", "written_by", "written_at"},
    Agreement: {"meeting", "episode"},
}


def test_no_field_of_a_client_is_missing_from_the_copy(erin: Client) -> None:
    """A new table or field has to be put on paper, or named above; in the data all are by themselves."""
    models = set(traces_of(erin).rows)
    assert models == set(_SAID_OTHERWISE)
    found = data(erin)
    for model in models:
        fields = {field.name for field in model._meta.concrete_fields}
        on_paper = {told.name for told in TOLD.get(model, ())} | _SAID_OTHERWISE[model] | _NO_USE
        assert fields <= on_paper, model
        # Of each kind there is a state in the history, with every field that says something.
        kept = {field for field in fields if not_a_place(model, field)}
        states = [row["values"] for row in found["history"] if row["of"] == name_of(model)]
        assert states, model
        assert all(set(values) == kept for values in states), model


def not_a_place(model: type[Any], name: str) -> bool:
    field = model._meta.get_field(name)
    return name != "id" and (not field.is_relation or field.related_model is Practitioner)


def name_of(model: type[Any]) -> str:
    return str(model._meta.verbose_name)


def test_a_long_therapy_is_copied_in_good_time(cast: Cast) -> None:
    """Two hundred sessions with three forms each, item by item: a copy that one waits for."""
    client = make_client(service=cast.service, by=cast.alice)
    episode = make_episode(client=client, holder=cast.alice)
    for number in range(200):
        session = make_session(episode=episode, held_on=day(number), by=cast.alice, note="n" * 99)
        for measure, answers in (("phq9", "111111111"), ("gad7", "2222222")):
            make_completion(of=session, measure=measure, answers=answers, by=cast.alice)
    began = time.monotonic()
    document = PdfReader(BytesIO(pdf(client)))
    assert time.monotonic() - began < 20
    assert f"Page {len(document.pages)} of" in document.pages[-1].extract_text()
    assert "23 July 2026: session" in words_of(pdf(client))


@override_settings(CORE10_ITEMS=False)
def test_core10_answers_stay_without_words_where_its_items_may_not_be_shown(erin: Client) -> None:
    printed = words_of(pdf(erin))
    assert "someone to turn to" not in printed
    assert "Item 2.: scores 0" in printed


def test_the_data_hold_the_same_and_every_key_is_documented(cast: Cast, erin: Client) -> None:
    found = data(erin)
    text = json.dumps(found)
    for word in WORDS:
        assert word in text, word
    assert "K-14" not in text
    assert "not" + WORDS[0] not in text
    assert keys_of(found) <= set(documented_keys())
    for key in documented_keys():
        assert f"\n{key}: " in keys_text()
    first = found["episodes"][0]
    assert [one["practitioner"] for one in first["holdings"]] == ["Alice", "Bob"]
    (session,) = first["sessions"]
    assert (session["fee"], session["forms"][0]["total"]) == (45, 6)
    assert session["forms"][0]["risk_response"]["asked"] == "whimbrel"
    assert {form["measure"] for form in first["forms"]} == {"core10", "gad7"}
    assert first["agreements"][0]["supervision"] == {
        "day": "2026-01-13",
        "supervisor": "Sunniva Vale",
    }
    removed = [one for one in found["history"] if one["happened"] == "removed"]
    assert [(one["of"], one["by"], one["values"]["note"]) for one in removed] == [
        ("session", "Bob", "kestrel")
    ]


def keys_of(found: Any) -> set[str]:
    if isinstance(found, list):
        return {key for each in found for key in keys_of(each)}
    if not isinstance(found, dict):
        return set()
    return set(found) | {key for each in found.values() for key in keys_of(each)}


def test_the_two_sheets_are_of_that_client_alone(cast: Cast, erin: Client) -> None:
    sheets = {}
    for name, write in csv_files(export_caseload(cast.service, of=erin)).items():
        content = io.BytesIO()
        write(content)
        sheets[name] = list(csv.DictReader(io.StringIO(content.getvalue().decode("utf-8-sig"))))
    assert [(row["client"], row["episode"]) for row in sheets["episodes.csv"]] == [
        ("E-1", "1"),
        ("E-1", "2"),
    ]
    assert {row["client"] for row in sheets["sessions.csv"]} == {"E-1"}
    assert len(sheets["sessions.csv"]) == 3
    everybody = export_caseload(cast.service)
    assert len(everybody.episodes.rows) == 4
