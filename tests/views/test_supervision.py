"""The supervision pages: the sheet, what was agreed, putting it right, and the log."""

import datetime as dt
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from practice.actions.corrections import PUT_RIGHT
from practice.domain.endings import Ending
from practice.domain.sessions import Attendance, Kind
from practice.models import Agreement, Episode, Membership, Practitioner, SupervisionMeeting
from practice.reports.supervision_names import Naming
from practice.reports.supervision_pdf import supervision_pdf
from tests.caseloads import HOSTILE, store, therapies
from tests.cast import (
    Cast,
    day,
    hand_over,
    make_agreement,
    make_completion,
    make_meeting,
    make_session,
    saved,
)
from tests.reports.reading import squeezed, words_of
from tests.reports.supervising import ON, gather_statistics, make_course, text_of

WRONG = {
    "a day that is none": "on=2026-02-30",
    "a word": "on=yesterday",
    "markup": "on=<script>alert(1)</script>",
    "tomorrow": f"on={ON + dt.timedelta(days=1)}",
    "far ahead": "on=9999-12-31",
    "before the calendar": "on=0001-01-01",
    "a zero byte": "on=2026-05-25%00",
    "no text at all": "on=%ff%fe",
    "very long": f"on={'9' * 5000}",
}
each_wrong = pytest.mark.parametrize("query", WRONG.values(), ids=WRONG.keys())


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *_args: ON)
    monkeypatch.setattr(
        "django.utils.timezone.now",
        lambda: dt.datetime.combine(ON, dt.time(12), tzinfo=dt.UTC),
    )


def url(cast: Cast, name: str = "sheet", person: Practitioner | None = None) -> str:
    whose = person or cast.alice
    return reverse(f"supervision-{name}", args=[cast.service.uid, whose.uid])


def edit_url(meeting: SupervisionMeeting) -> str:
    return reverse("supervision-edit", args=[meeting.uid])


def page_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return squeezed(unescape(answer.content.decode()))


def met(cast: Cast, number: int = 110, **fields: Any) -> SupervisionMeeting:
    return make_meeting(
        service=cast.service, practitioner=cast.alice, held_on=day(number), **fields
    )


def test_opens_with_today_and_says_what_the_sheet_says(client: Client, cast: Cast) -> None:
    make_course(cast, "C-1", [15, 8])
    client.force_login(cast.alice)
    page = page_of(client, url(cast))
    text = text_of(cast)
    assert f"<h1>{text.title}</h1>" in page
    assert text.facts in page
    assert text.definitions in page
    assert text.signals_note in page
    assert f'href="{reverse("episode-detail", args=[Episode.objects.get().uid])}">C-1</a>' in page
    assert page.count("<svg ") == 2
    assert 'value="2026-05-25"' in page
    assert f'href="{url(cast, "sheet-pdf")}?on=2026-05-25&sides=risk"' in page
    assert f'href="{url(cast, "record")}?on=2026-05-25"' in page
    assert f'href="{url(cast, "log")}"' in page
    assert url(cast, "key") not in page


def test_nobody_is_a_page_that_says_so(client: Client, cast: Cast) -> None:
    client.force_login(cast.alice)
    page = page_of(client, url(cast))
    assert "No open client on 25 May 2026." in page
    assert "<table" not in page


def test_letters_on_the_page_and_the_key_on_one_of_its_own(client: Client, cast: Cast) -> None:
    make_course(cast, "QZX-1", [9, 16])
    make_course(cast, "QZX-2", [12])
    client.force_login(cast.alice)
    page = page_of(client, f"{url(cast)}?letters=on")
    assert "QZX" not in page
    assert ">A</a>" in page
    assert ">B</a>" in page
    assert "checked" in page
    address = f"{url(cast, 'key')}?on=2026-05-25&letters=on"
    assert f'href="{address}"' in page
    key = page_of(client, address)
    assert '<th scope="row">A</th> <td>QZX-1</td>' in key
    assert '<th scope="row">B</th> <td>QZX-2</td>' in key
    assert "Keep this apart from the sheet." in key
    # Without being asked for letters there is a key all the same.
    assert "QZX-2" in page_of(client, url(cast, "key"))


def test_a_key_to_nobody(client: Client, cast: Cast) -> None:
    client.force_login(cast.alice)
    assert "Nobody is on the sheet of this day." in page_of(client, url(cast, "key"))


@pytest.mark.parametrize("naming", Naming)
def test_pdf_is_the_same_sheet_under_a_name_without_a_client(
    client: Client, cast: Cast, naming: Naming
) -> None:
    make_course(cast, "QZX-1", [15, 8])
    client.force_login(cast.alice)
    letters = "&letters=on" if naming is Naming.LETTERS else ""
    answer = client.get(f"{url(cast, 'sheet-pdf')}?on=2026-05-20{letters}")
    assert answer["Content-Type"] == "application/pdf"
    text = text_of(cast, on=dt.date(2026, 5, 20), today=ON, naming=naming)
    assert answer.content == supervision_pdf(text)
    kind, _, name = answer["Content-Disposition"].partition("; filename=")
    assert kind == "inline"
    assert name.startswith(f'"supervision-sheet-2026-05-20-{naming}-alice-at-example-org')
    assert "QZX" not in str(answer.headers)
    assert ("QZX-1" in words_of(answer.content)) is (naming is Naming.REFERENCES)


@each_wrong
def test_a_wrong_day_is_a_page_with_a_message(client: Client, cast: Cast, query: str) -> None:
    client.force_login(cast.alice)
    raw = client.get(f"{url(cast)}?{query}").content.decode()
    assert "errorlist" in raw
    assert "<script>alert" not in raw
    assert "Choose a day, or take" in raw


@each_wrong
@pytest.mark.parametrize("name", ["sheet-pdf", "key", "record"])
def test_a_wrong_day_is_no_paper(client: Client, cast: Cast, query: str, name: str) -> None:
    client.force_login(cast.alice)
    assert client.get(f"{url(cast, name)}?{query}").status_code == 400


def test_an_empty_day_is_today(client: Client, cast: Cast) -> None:
    client.force_login(cast.alice)
    assert "Supervision sheet, 25 May 2026" in page_of(client, f"{url(cast)}?on=")


def test_a_lead_sees_the_sheet_of_a_member_and_not_the_other_way(
    client: Client, cast: Cast
) -> None:
    make_course(cast, "C-1", [15, 8])
    client.force_login(cast.leda)
    assert "C-1" in page_of(client, url(cast))
    client.force_login(cast.bob)
    assert client.get(url(cast)).status_code == 403


def test_pages_carry_nothing_the_policy_refuses_and_are_not_kept(
    client: Client, cast: Cast
) -> None:
    episode = make_course(cast, "C-1", [15, 8])
    meeting = met(cast, supervisor=HOSTILE[:150])
    make_agreement(meeting=meeting, episode=episode, agreed=HOSTILE)
    make_course(
        cast, "C-2", [9], ended_on=day(130), ending=Ending.CRISIS, found=HOSTILE, would_try=HOSTILE
    )
    client.force_login(cast.alice)
    for address in (
        *(url(cast, name) for name in ("sheet", "key", "record", "log")),
        edit_url(meeting),
    ):
        answer = client.get(address)
        raw = answer.content.decode()
        assert " style=" not in raw
        assert "<script" not in raw
        assert "<img" not in raw
        assert "<b>bold" not in raw
        assert "no-store" in answer["Cache-Control"]
    assert "{{ 7|add:7 }}" in client.get(url(cast)).content.decode()


def queries(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def test_as_many_queries_for_60_clients_as_for_nine(
    client: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *_args: dt.date(2025, 11, 22))
    client.force_login(cast.alice)
    meeting = make_meeting(
        service=cast.service, practitioner=cast.alice, held_on=dt.date(2025, 10, 1)
    )
    addresses = [
        *(url(cast, name) for name in ("sheet", "sheet-pdf", "key", "record", "log")),
        edit_url(meeting),
    ]
    counts = []
    for size in (9, 21, 30):
        store(cast.service, cast.alice, therapies(size, ended=size, still_open=size))
        gather_statistics()
        make_meeting(
            service=cast.service,
            practitioner=cast.alice,
            held_on=dt.date(2025, 9, 1) - dt.timedelta(days=size),
        )
        for episode in Episode.objects.filter(ended_on=None, agreements=None)[:20]:
            make_agreement(meeting=meeting, episode=episode)
        counts.append([queries(client, address) for address in addresses])
    assert counts == [counts[0]] * 3
    assert max(counts[0]) <= 32, counts[0]


# One side for each client chosen


def risky_and_calm(cast: Cast) -> tuple[Episode, Episode]:
    risky, calm = make_course(cast, "QZX-1", [9, 8]), make_course(cast, "QZX-2", [9, 8])
    make_completion(of=risky, on=day(130), total=12, answers="--------1")
    return risky, calm


def tick_of(episode: Episode, *, is_chosen: bool) -> str:
    checked = " checked" if is_chosen else ""
    return f'<input type="checkbox" name="case" value="{episode.uid}"{checked}>'


def test_an_open_risk_item_is_ticked_and_shown_until_somebody_chooses(
    client: Client, cast: Cast
) -> None:
    risky, calm = risky_and_calm(cast)
    client.force_login(cast.alice)
    page = page_of(client, url(cast))
    assert tick_of(risky, is_chosen=True) in page
    assert tick_of(calm, is_chosen=False) in page
    assert f'<h2 id="side-{risky.uid}">QZX-1: risk item above 0</h2>' in page
    assert "If this is real, what shall we do?" in page
    # Chosen by hand: the other one, with the notes; the paper follows.
    page = page_of(client, f"{url(cast)}?sides=ticked&case={calm.uid}&notes=on")
    assert tick_of(risky, is_chosen=False) in page
    assert tick_of(calm, is_chosen=True) in page
    assert f'id="side-{calm.uid}"' in page
    assert f'id="side-{risky.uid}"' not in page
    assert "no side of their own chosen: QZX-1." in page
    address = f"{url(cast, 'sheet-pdf')}?on=2026-05-25&sides=ticked&notes=on&case={calm.uid}"
    assert f'href="{address}"' in page
    words = words_of(client.get(address).content)
    assert "QZX-2: " in words
    assert "None is written." in words
    assert "QZX-1: " not in words
    # Nobody, and everybody with a signal.
    assert "What has the client said?" not in page_of(client, f"{url(cast)}?sides=nobody")
    assert f'id="side-{risky.uid}"' in page_of(client, f"{url(cast)}?sides=signals")


def test_nobody_is_named_in_an_address_or_a_file_name(client: Client, cast: Cast) -> None:
    risky_and_calm(cast)
    client.force_login(cast.alice)
    page = page_of(client, f"{url(cast)}?sides=signals")
    assert not any("QZX" in part.split('"')[0] for part in page.split('href="')[1:])
    answer = client.get(f"{url(cast, 'sheet-pdf')}?sides=signals")
    assert "QZX" not in answer["Content-Disposition"]


def test_a_foreign_client_is_left_out_with_a_sentence(client: Client, cast: Cast) -> None:
    bobs = make_course(cast, "BOBS-1", [9], holder=cast.bob)
    make_course(cast, "QZX-1", [9])
    client.force_login(cast.alice)
    query = f"?sides=ticked&case={bobs.uid}&case=x"
    page = page_of(client, f"{url(cast)}{query}")
    assert "2 clients ticked for a side of their own: not on this sheet, so left out." in page
    answer = client.get(f"{url(cast, 'sheet-pdf')}{query}")
    assert answer.status_code == 200
    assert "BOBS-1" not in page + words_of(answer.content)


@pytest.mark.parametrize("name", ["sheet", "sheet-pdf"])
def test_an_unknown_choice_of_clients_is_refused(client: Client, cast: Cast, name: str) -> None:
    client.force_login(cast.alice)
    assert client.get(f"{url(cast, name)}?sides=everything").status_code == 400


def test_a_lead_puts_right_the_meeting_of_somebody_who_has_left(client: Client, cast: Cast) -> None:
    meeting = met(cast, number=139, supervisor="Ruth")
    place = Membership.objects.get(practitioner=cast.alice, service=cast.service)
    removed: Any = place
    removed._change_reason = "left"
    removed.delete()
    client.force_login(cast.leda)
    page = page_of(client, edit_url(meeting))
    assert "To the log" not in page
    data = typed(cast, held_on="2026-05-24", minutes="50", seen=seen_in(page), reason="misread")
    answer = post(client, edit_url(meeting), data)
    assert answer["Location"] == edit_url(meeting)
    assert "The supervision of 24 May 2026 is changed." in page_of(client, edit_url(meeting))
    assert SupervisionMeeting.objects.get().minutes == 50


# What was agreed


def typed(cast: Cast, *episodes: Episode, **fields: str) -> dict[str, str]:
    """A form as it comes from the page: of the day itself, with nothing agreed yet."""
    data = {"held_on": "2026-05-25", "minutes": "60", "supervisor": "Ruth", **fields}
    for episode in episodes:
        data |= {f"{episode.uid}-agreed": "", f"{episode.uid}-due_on": ""}
    return data


def post(client: Client, address: str, data: dict[str, str]) -> HttpResponse:
    answer: Any = client.post(address, data)
    return answer  # type: ignore[no-any-return]


def test_the_form_begins_with_the_day_and_the_last_supervision(client: Client, cast: Cast) -> None:
    met(cast, supervisor="Ruth Ångström", minutes=75)
    client.force_login(cast.alice)
    page = page_of(client, f"{url(cast, 'record')}?on=2026-05-20")
    for value in ("2026-05-20", "Ruth Ångström", "75"):
        assert f'value="{value}"' in page
    page = page_of(client, url(cast, "record"))
    assert 'value="2026-05-25"' in page


def test_clients_with_signals_are_unfolded_and_the_others_folded(
    client: Client, cast: Cast
) -> None:
    worse = make_course(cast, "WORSE", [9, 16])
    make_agreement(meeting=met(cast), episode=worse, agreed="Slow down", due_on=day(120))
    new = make_course(cast, "NEW", [9])
    client.force_login(cast.alice)
    page = page_of(client, url(cast, "record"))
    assert page.count('<details class="topic" open>') == 1
    assert page.count('<details class="topic">') == 1
    assert page.index("WORSE") < page.index("NEW")
    assert "25 Apr: Slow down" in page
    assert "by 5 May: overdue" in page
    for episode, name in ((worse, "WORSE"), (new, "NEW")):
        assert f'<label for="id_{episode.uid}-agreed">Agreed about {name}:</label>' in page


def test_with_letters_the_form_names_both(client: Client, cast: Cast) -> None:
    make_course(cast, "C-1", [9, 16])
    client.force_login(cast.alice)
    assert "<b>A, C-1</b>" in page_of(client, f"{url(cast, 'record')}?letters=on")


def test_what_was_agreed_is_stored_and_stands_on_the_next_sheet(client: Client, cast: Cast) -> None:
    one, two = make_course(cast, "C-1", [15, 8]), make_course(cast, "C-2", [9])
    client.force_login(cast.alice)
    data = typed(cast, one, two)
    data |= {f"{one.uid}-agreed": "Ask about\r\nsleep", f"{one.uid}-due_on": "08/06/2026"}
    answer = post(client, url(cast, "record"), data)
    assert answer.status_code == 302
    assert answer["Location"] == url(cast, "log")
    page = page_of(client, url(cast, "log"))
    assert "The supervision of 25 May 2026 is recorded, with 1 agreement." in page
    (agreement,) = Agreement.objects.select_related("meeting")
    assert (agreement.episode, agreement.agreed) == (one, "Ask about\nsleep")
    assert agreement.due_on == dt.date(2026, 6, 8)
    meeting = agreement.meeting
    assert (meeting.minutes, meeting.supervisor, meeting.entered_by) == (60, "Ruth", cast.alice)
    assert "25 May: Ask about sleep" in page_of(client, url(cast))


def test_a_lead_may_record_for_a_member_and_the_trace_says_so(client: Client, cast: Cast) -> None:
    client.force_login(cast.leda)
    assert post(client, url(cast, "record"), typed(cast)).status_code == 302
    meeting = SupervisionMeeting.objects.get()
    assert (meeting.practitioner, meeting.entered_by) == (cast.alice, cast.leda)


MISTAKES = {
    "no date": ({"held_on": ""}, "Give the day."),
    "tomorrow": ({"held_on": "2026-05-26"}, "give a day that has come"),
    "no day": ({"held_on": "30/02/2026"}, "There is no such day"),
    "no minutes": ({"minutes": ""}, "This field is required."),
    "too many minutes": ({"minutes": "601"}, "a whole number from 1 to 600"),
    "nought minutes": ({"minutes": "0"}, "a whole number from 1 to 600"),
    "half minutes": ({"minutes": "45.5"}, "a whole number from 1 to 600"),
    "nobody": ({"supervisor": "  "}, "This field is required."),
    "a zero byte": ({"supervisor": "a\0b"}, "Null characters are not allowed."),
    "too long a name": ({"supervisor": "x" * 151}, "at most 150 characters"),
}
ROW_MISTAKES = {
    "a day without words": ({"due_on": "2026-06-08"}, "Write what was agreed, or leave the day"),
    "due before": ({"agreed": "x", "due_on": "2026-05-24"}, "Before the supervision, 25 May 2026"),
    "due much later": ({"agreed": "x", "due_on": "2062-06-08"}, "More than two years after"),
    "no day": ({"agreed": "x", "due_on": "soon"}, "Not a date"),
    "too long": ({"agreed": "x" * 1001, "due_on": "2026-06-08"}, "at most 1000 characters"),
}


@pytest.mark.parametrize(("fields", "said"), MISTAKES.values(), ids=MISTAKES.keys())
def test_a_mistake_about_the_meeting_keeps_everything_typed(
    client: Client, cast: Cast, fields: dict[str, str], said: str
) -> None:
    episode = make_course(cast, "C-1", [9])
    client.force_login(cast.alice)
    data = typed(cast, episode, **fields) | {f"{episode.uid}-agreed": "Kept <b>words</b>"}
    answer = post(client, url(cast, "record"), data)
    page = squeezed(unescape(answer.content.decode()))
    assert answer.status_code == 200
    assert said in page
    assert "Not stored yet" in page
    assert "Kept <b>words</b>" in page
    assert "<b>words" not in answer.content.decode()
    for name in ("held_on", "minutes", "supervisor"):
        if data[name].strip() and "\0" not in data[name]:
            assert f'value="{data[name]}"' in page
    # Written in, so unfolded, although nothing about the client asks for attention.
    assert '<details class="topic" open>' in page
    assert not SupervisionMeeting.objects.exists()


@pytest.mark.parametrize(("fields", "said"), ROW_MISTAKES.values(), ids=ROW_MISTAKES.keys())
def test_a_mistake_in_a_row_stores_nothing_and_says_where(
    client: Client, cast: Cast, fields: dict[str, str], said: str
) -> None:
    one, two = make_course(cast, "C-1", [9]), make_course(cast, "C-2", [9])
    client.force_login(cast.alice)
    data = typed(cast, one, two) | {f"{one.uid}-agreed": "Right"}
    data |= {f"{two.uid}-{name}": value for name, value in fields.items()}
    page = squeezed(unescape(post(client, url(cast, "record"), data).content.decode()))
    assert said in page
    assert "about C-2." in page
    assert "Right" in page
    assert not SupervisionMeeting.objects.exists()


def test_the_same_supervision_twice_is_said_and_stored_once(client: Client, cast: Cast) -> None:
    episode = make_course(cast, "C-1", [9])
    client.force_login(cast.alice)
    data = typed(cast, episode) | {f"{episode.uid}-agreed": "Once"}
    assert post(client, url(cast, "record"), data).status_code == 302
    answer = post(client, url(cast, "record"), data)
    page = squeezed(unescape(answer.content.decode()))
    assert "A supervision on 25 May 2026 with Ruth is already recorded." in page
    assert "Once" in page
    assert SupervisionMeeting.objects.count() == Agreement.objects.count() == 1


def test_a_client_who_is_not_on_the_sheet_cannot_be_slipped_in(client: Client, cast: Cast) -> None:
    bobs = make_course(cast, "BOBS", [9], holder=cast.bob)
    client.force_login(cast.alice)
    data = typed(cast) | {f"{bobs.uid}-agreed": "Mine now"}
    assert post(client, url(cast, "record"), data).status_code == 302
    assert not Agreement.objects.exists()


# Putting it right


def test_a_supervision_is_put_right_within_a_day_without_a_reason(
    client: Client, cast: Cast
) -> None:
    one, two = make_course(cast, "C-1", [9]), make_course(cast, "C-2", [9])
    meeting = met(cast, number=139, supervisor="Ruth")
    make_agreement(meeting=meeting, episode=one, agreed="Old words", due_on=day(150))
    client.force_login(cast.alice)
    page = page_of(client, edit_url(meeting))
    assert "Old words" in page
    assert "Why it is changed" not in page
    data = typed(cast, one, two, held_on="2026-05-24", minutes="90", seen=seen_in(page))
    data |= {f"{two.uid}-agreed": "New words"}
    answer = post(client, edit_url(meeting), data)
    assert answer["Location"] == url(cast, "log")
    assert "The supervision of 24 May 2026 is changed." in page_of(client, url(cast, "log"))
    assert [(each.episode, each.agreed) for each in Agreement.objects.all()] == [(two, "New words")]
    stored = SupervisionMeeting.objects.get()
    assert stored.minutes == 90
    history: Any = stored.history.first()
    assert (history.history_user, history.history_change_reason) == (cast.alice, PUT_RIGHT)


def seen_in(page: str) -> str:
    return page.split('name="seen" value="')[1].split('"', maxsplit=1)[0]


def test_later_or_by_somebody_else_with_a_reason(
    client: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    meeting = met(cast, number=139, supervisor="Ruth")
    client.force_login(cast.leda)
    assert "Why it is changed" in page_of(client, edit_url(meeting))
    later = dt.datetime.combine(ON, dt.time(13), tzinfo=dt.UTC) + dt.timedelta(days=1)
    monkeypatch.setattr("django.utils.timezone.now", lambda: later)
    client.force_login(cast.alice)
    page = page_of(client, edit_url(meeting))
    assert "Why it is changed" in page
    data = typed(cast, held_on="2026-05-24", minutes="50", seen=seen_in(page))
    refused = post(client, edit_url(meeting), data)
    assert "This field is required." in refused.content.decode()
    assert SupervisionMeeting.objects.get().minutes == 60
    assert post(client, edit_url(meeting), data | {"reason": "misread"}).status_code == 302
    history: Any = SupervisionMeeting.objects.get().history.first()
    assert history.history_change_reason == "misread"


def test_nothing_different_is_said(client: Client, cast: Cast) -> None:
    meeting = met(cast, number=139, supervisor="Ruth")
    client.force_login(cast.alice)
    page = page_of(client, edit_url(meeting))
    data = typed(cast, held_on="2026-05-24", seen=seen_in(page))
    assert post(client, edit_url(meeting), data).status_code == 302
    assert "stays as it was: nothing was different." in page_of(client, url(cast, "log"))
    assert SupervisionMeeting.objects.get().history.count() == 1


def test_what_somebody_changed_meanwhile_is_kept_and_what_was_typed_too(
    client: Client, cast: Cast
) -> None:
    episode = make_course(cast, "C-1", [9])
    meeting = met(cast, number=139, supervisor="Ruth")
    client.force_login(cast.alice)
    page = page_of(client, edit_url(meeting))
    make_agreement(meeting=meeting, episode=episode, agreed="Leda's words", by=cast.leda)
    data = typed(cast, episode, held_on="2026-05-24", seen=seen_in(page))
    answer = post(client, edit_url(meeting), data | {f"{episode.uid}-agreed": "My words"})
    words = squeezed(unescape(answer.content.decode()))
    assert "was changed while the page was open" in words
    assert "My words" in words
    assert Agreement.objects.get().agreed == "Leda's words"


def test_moved_onto_another_supervision_is_said(client: Client, cast: Cast) -> None:
    met(cast, number=130, supervisor="Ruth")
    meeting = met(cast, number=139, supervisor="Ruth")
    client.force_login(cast.alice)
    page = page_of(client, edit_url(meeting))
    data = typed(cast, held_on=day(130).isoformat(), seen=seen_in(page))
    words = post(client, edit_url(meeting), data).content.decode()
    assert "is already recorded" in words
    assert "Change the supervision of 24 May 2026" in words


def test_a_client_who_has_ended_since_can_still_be_put_right(client: Client, cast: Cast) -> None:
    ended = make_course(
        cast, "ENDED", [9], ended_on=day(120), ending=Ending.AGREED_AT_END, start=100
    )
    meeting = met(cast, number=139, supervisor="Ruth")
    make_agreement(meeting=meeting, episode=ended, agreed="Write to the GP")
    client.force_login(cast.alice)
    page = page_of(client, edit_url(meeting))
    assert "Write to the GP" in page
    assert "not on the sheet of this day" in page
    data = typed(cast, ended, held_on="2026-05-24", seen=seen_in(page))
    data[f"{ended.uid}-agreed"] = "Write to the GP and the client"
    assert post(client, edit_url(meeting), data).status_code == 302
    assert Agreement.objects.get().agreed == "Write to the GP and the client"


def test_a_client_handed_over_since_is_neither_shown_nor_lost(client: Client, cast: Cast) -> None:
    gone = make_course(cast, "GONE", [9])
    meeting = met(cast, number=120, supervisor="Ruth")
    make_agreement(meeting=meeting, episode=gone, agreed="Secret plan")
    hand_over(episode=gone, to=cast.bob, on=day(130))
    client.force_login(cast.alice)
    page = page_of(client, edit_url(meeting))
    assert "GONE" not in page
    assert "Secret plan" not in page
    assert "1 agreement about clients handed over since is not shown" in page
    data = typed(cast, held_on=day(120).isoformat(), minutes="90", seen=seen_in(page))
    data[f"{gone.uid}-agreed"] = ""
    assert post(client, edit_url(meeting), data).status_code == 302
    assert Agreement.objects.get().agreed == "Secret plan"
    for name in ("sheet", "key", "record"):
        assert "GONE" not in page_of(client, f"{url(cast, name)}?on={day(125)}")


# The log


def test_an_empty_log(client: Client, cast: Cast) -> None:
    client.force_login(cast.alice)
    page = page_of(client, url(cast, "log"))
    assert "No supervision is recorded yet." in page
    assert "Supervision: 0 min (0.0 h) in 0 meetings." in page
    assert "Client hours: 0.0 h in 0 attended sessions." in page


def test_the_log_adds_minutes_and_client_hours_by_month(client: Client, cast: Cast) -> None:
    met(cast, number=110, minutes=90)
    meeting = met(cast, number=120, minutes=45, supervisor="Ines")
    met(cast, number=-300, minutes=600)
    make_meeting(service=cast.service, practitioner=cast.bob, held_on=day(110))
    make_meeting(service=cast.other_service, practitioner=cast.alice, held_on=day(111))
    episode = make_course(cast, "C-1", [])
    make_agreement(meeting=meeting, episode=episode)
    for number, minutes, fields in (
        (100, 50, {}),
        (107, None, {}),
        (114, 50, {"kind": Kind.ASSESSMENT, "attendance": Attendance.LATE}),
        (121, 55, {"kind": Kind.FOLLOW_UP}),
        (128, 50, {"attendance": Attendance.DNA}),
    ):
        make_session(episode=episode, held_on=day(number), minutes=minutes, **fields)
    # Of the day on which somebody else held the client.
    hand_over(episode=episode, to=cast.bob, on=day(130))
    make_session(episode=episode, held_on=day(135), minutes=50)
    client.force_login(cast.alice)
    page = page_of(client, url(cast, "log"))
    assert "12 months to May 2026." in page
    assert "Supervision: 135 min (2.3 h) in 2 meetings." in page
    assert "Client hours: 2.6 h in 4 attended sessions; minutes not recorded: 1." in page
    for row in (
        ("May 2026", "1", "45 min (0.8 h)", "1", "0.9 h", "0"),
        ("April 2026", "1", "90 min (1.5 h)", "3", "1.7 h", "1"),
        ("June 2025", "0", "0 min (0.0 h)", "0", "0.0 h", "0"),
    ):
        month, *cells = row
        assert (
            " ".join([f'<th scope="row">{month}</th>', *(f"<td>{cell}</td>" for cell in cells)])
            in page
        )
    assert "May 2025" not in page
    # The log itself goes back further than the sums.
    assert "11 March 2025" in page
    assert "3 supervisions, the latest first" in page
    assert page.index("5 May 2026") < page.index("25 April 2026")
    assert f'href="{edit_url(meeting)}"' in page


def test_months_of_which_no_minutes_were_recorded(client: Client, cast: Cast) -> None:
    episode = make_course(cast, "C-1", [12, 11], start=121)
    assert episode.sessions.count() == 2
    client.force_login(cast.alice)
    page = page_of(client, url(cast, "log"))
    assert "Client hours: minutes not recorded in 2 attended sessions" in page


def test_invented_data_are_called_so(client: Client, cast: Cast) -> None:
    cast.service.is_invented = True
    saved(cast.service, by=cast.leda)
    meeting = met(cast)
    make_completion(of=make_course(cast, "C-1", []), on=day(100), answers="--------1")
    client.force_login(cast.alice)
    for address in (
        *(url(cast, name) for name in ("sheet", "key", "record", "log")),
        edit_url(meeting),
    ):
        assert "Invented data." in page_of(client, address)
