"""The supervision sheet: who is on it, in which order, and what each row says."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from practice.domain.endings import Ending, LeftOut
from practice.domain.sessions import Attendance, Kind
from practice.domain.signal_kinds import SIGNALS_NOTE, Signal
from practice.models import Episode, MeasureCompletion, Session
from practice.reports.supervision import FIRST_LOOK_BACK
from practice.reports.supervision_text import NO_TRY, NOTHING_FOUND
from tests.caseloads import store, therapies
from tests.cast import (
    Cast,
    day,
    hand_over,
    make_agreement,
    make_client,
    make_completion,
    make_episode,
    make_meeting,
    make_practitioner,
    make_risk_response,
    make_session,
    saved,
)
from tests.reports.supervising import (
    ON,
    gather_statistics,
    make_course,
    row_of,
    scope_of,
    sheet_of,
    text_of,
)

pytestmark = pytest.mark.django_db


def strip_of(cast: Cast, heading: str, *, on: dt.date = ON) -> str:
    return {note.heading: note.text for note in text_of(cast, on=on).strip}[heading]


def since_of(cast: Cast, *, on: dt.date = ON) -> dict[str, str]:
    return {note.heading: note.text for note in text_of(cast, on=on).since}


def remove(row: MeasureCompletion | Session) -> None:
    row._change_reason = "entered by mistake"  # type: ignore[union-attr]
    row.delete()


def test_nobody_is_a_sheet_that_says_so(cast: Cast) -> None:
    text = text_of(cast)
    assert text.rows == ()
    assert text.nobody == "No open client on 25 May 2026."
    assert [note.text for note in text.strip] == [
        "0 open",
        "0 referred since 1 May 2026",
        "nobody who had entered therapy",
        "0 of 0 clients",
        "0 of 0 clients",
    ]
    assert since_of(cast) == {
        "Unplanned endings": "None.",
        "Scores changed after entry": "none; no score had been entered by that day.",
    }


def judge_by_phq9(cast: Cast) -> None:
    cast.service.primary_outcome = "phq9"
    saved(cast.service, by=cast.leda)


def test_rows_come_in_the_order_of_review(cast: Cast) -> None:
    judge_by_phq9(cast)
    make_course(cast, "OTHER", [12, 11, 11], start=119)
    make_course(cast, "END", [12, 11], start=126, planned_sessions=3)
    make_course(cast, "NEW", [12], start=133)
    make_course(cast, "SILENT", [8, 8], start=50)
    overdue = make_course(cast, "OVERDUE", [9], start=100)
    for number in (107, 126, 133):
        make_session(episode=overdue, held_on=day(number))
    make_course(cast, "TRACK", [19, 18, 18], start=100, paused_until=None)
    track = Episode.objects.get(client__reference="TRACK")
    make_completion(of=track, on=day(130), total=18)
    make_course(cast, "STUCK", [12] * 6, start=100)
    make_course(cast, "WORSE", [9, 16], start=126)
    risk = make_course(cast, "RISK", [4, 3], start=126)
    make_completion(of=risk, on=day(135), total=3, answers="--------1")
    text = text_of(cast)
    assert [(row.name, row.group) for row in text.rows] == [
        ("RISK", "risk item above 0"),
        ("WORSE", "reliably worse"),
        ("STUCK", "not improved by session 6"),
        ("TRACK", "PHQ-9 high for its week"),
        ("OVERDUE", "score overdue"),
        ("SILENT", "no contact"),
        ("NEW", "new"),
        ("END", "near the end"),
        ("OTHER", "others"),
    ]
    assert [row.has_signals for row in text.rows] == [True] * 6 + [False] * 3


def test_a_row_says_sessions_scores_change_and_plan(cast: Cast) -> None:
    episode = make_course(cast, "C-7", [15, 8, 7, 9], start=100, planned_sessions=12)
    make_session(episode=episode, held_on=day(130), attendance=Attendance.DNA)
    make_session(episode=episode, held_on=day(99), kind=Kind.ASSESSMENT)
    row = row_of(text_of(cast), "C-7")
    assert row.sessions == ("5 seen, 1 missed", "5 weeks", "last seen 6 May")
    assert row.planned == ("12 sessions", "4 held")
    phq9, gad7 = row.measures
    assert (phq9.start.total, phq9.start.day) == ("15", "15 Apr")
    assert (phq9.best.total, phq9.best.day) == ("7", "29 Apr")
    assert (phq9.last.total, phq9.last.day) == ("9", "6 May")
    assert phq9.change == "reliably improved"
    assert (phq9.maximum, phq9.cut_off) == (27, 10)
    assert [(point.day, point.total) for point in phq9.points] == [
        *((0, 15.0), (7, 8.0), (14, 7.0), (21, 9.0))
    ]
    assert (gad7.name, gad7.start.total, gad7.change) == ("GAD-7", "–", "not measured")
    assert gad7.points == ()


def test_who_was_never_seen_and_has_no_plan(cast: Cast) -> None:
    client = make_client(service=cast.service, reference="C-8")
    make_episode(client=client, holder=cast.alice)
    row = row_of(text_of(cast), "C-8")
    assert row.sessions == ("0 seen, 0 missed", "not begun", "not seen yet")
    assert row.planned == ("no number planned", "0 held")
    assert [line.text for line in row.risk] == ["risk item not seen: no form"]
    assert [line.text for line in row.agreed] == ["nothing agreed yet"]


def test_one_score_has_neither_best_nor_last(cast: Cast) -> None:
    make_course(cast, "C-9", [15])
    (phq9, _) = row_of(text_of(cast), "C-9").measures
    assert (phq9.start.total, phq9.best.total, phq9.last.total) == ("15", "–", "–")
    assert phq9.change == "one score"


def test_late_first_and_stale_last_scores_are_marked(cast: Cast) -> None:
    late = make_course(cast, "LATE", [])
    for number in (100, 107, 114):
        make_session(episode=late, held_on=day(number))
    for number in (116, 118):
        make_completion(of=late, on=day(number), total=12)
    stale = make_course(cast, "STALE", [12, 11], start=100)
    for number in (120, 127):
        make_session(episode=stale, held_on=day(number))
    text = text_of(cast)
    assert row_of(text, "LATE").measures[0].marks == ("late first score",)
    assert row_of(text, "STALE").measures[0].marks == ("stale last score",)


def test_a_measure_that_was_given_stands_beside_the_primary_ones(cast: Cast) -> None:
    make_course(cast, "C-1", [20, 12], measure="core10")
    row = row_of(text_of(cast), "C-1")
    assert [measure.name for measure in row.measures] == ["PHQ-9", "GAD-7", "CORE-10"]
    assert row.measures[2].cut_off == 11


def test_risk_open_written_and_not_seen(cast: Cast) -> None:
    episode = make_course(cast, "C-1", [])
    first = make_completion(of=episode, on=day(100), total=12, answers="--------3")
    make_completion(of=episode, on=day(110), total=12, answers="--------2")
    make_completion(of=episode, on=day(120), total=12)
    make_completion(of=episode, on=day(121), measure="core10", total=9, answers="-----0----")
    lines = [(line.text, line.is_pressing) for line in row_of(text_of(cast), "C-1").risk]
    assert lines == [
        ("PHQ-9 item 9: 3 (15 Apr): OPEN, not written yet", True),
        ("PHQ-9 item 9: 2 (25 Apr): OPEN, not written yet", True),
        ("PHQ-9: risk item not seen (5 May)", False),
        ("CORE-10 item 6: 0 (6 May)", False),
    ]
    make_risk_response(to=first, by=cast.alice)
    assert len(row_of(text_of(cast), "C-1").risk) == 3


def test_a_risk_item_that_was_written_about_is_shown_as_written(cast: Cast) -> None:
    episode = make_course(cast, "C-1", [])
    form = make_completion(of=episode, on=day(100), total=12, answers="--------1")
    make_risk_response(to=form, by=cast.alice)
    (line,) = row_of(text_of(cast), "C-1").risk
    assert (line.text, line.is_pressing) == ("PHQ-9 item 9: 1 (15 Apr): written", False)
    assert strip_of(cast, "Risk item open") == "0 of 1 clients"


def test_risk_is_shown_with_every_other_signal_turned_off(cast: Cast) -> None:
    cast.service.signals_off = " ".join(signal for signal in Signal if signal is not Signal.RISK)
    saved(cast.service, by=cast.leda)
    episode = make_course(cast, "C-1", [9, 16], paused_until=day(200), pause_reason="away")
    make_completion(of=episode, on=day(120), total=12, answers="--------1")
    make_course(cast, "C-2", [9, 16])
    text = text_of(cast)
    assert (text.rows[0].name, text.rows[0].group) == ("C-1", "risk item above 0")
    assert row_of(text, "C-2").group == "others"
    assert strip_of(cast, "Score overdue") == "not looked for: this signal is turned off"
    assert strip_of(cast, "Risk item open") == "1 of 2 clients"


def test_further_signals_a_pause_and_being_left_out_are_said(cast: Cast) -> None:
    judge_by_phq9(cast)
    episode = make_course(cast, "C-1", [9, 16], start=20)
    make_completion(of=episode, on=day(120), total=17, answers="--------1")
    make_course(
        cast,
        "C-2",
        [12],
        paused_until=day(160),
        pause_reason="abroad",
        left_out=LeftOut.UNDER_18,
        left_out_at=dt.datetime(2026, 5, 1, tzinfo=dt.UTC),
    )
    text = text_of(cast)
    assert row_of(text, "C-1").also == ("reliably worse", "no contact")
    assert row_of(text, "C-2").also == (
        "agreed pause until 14 Jun",
        "in no figure: under 18",
    )
    assert strip_of(cast, "Caseload") == (
        "2 open, 1 of them on an agreed pause, 1 of them in no figure"
    )


def test_what_was_agreed_stands_with_the_score_then_and_now(cast: Cast) -> None:
    episode = make_course(cast, "C-1", [17, 15, 13, 11], start=100)
    make_session(episode=episode, held_on=day(128), attendance=Attendance.CANCELLED_BY_CLIENT)
    earlier = make_meeting(service=cast.service, practitioner=cast.alice, held_on=day(101))
    make_agreement(meeting=earlier, episode=episode, agreed="Long ago")
    met = make_meeting(service=cast.service, practitioner=cast.alice, held_on=day(107))
    make_agreement(
        meeting=met, episode=episode, agreed="Ask about\r\nsleep  again", due_on=day(121)
    )
    agreed = row_of(text_of(cast), "C-1").agreed
    assert [(line.text, line.is_pressing) for line in agreed] == [
        ("22 Apr: Ask about sleep again", False),
        ("by 6 May: overdue", True),
        # The session of the very day of the supervision is then, not since.
        ("Since: 2 seen, 1 missed; PHQ-9 15 then, 11 now; GAD-7 not measured.", False),
    ]


def test_not_overdue_on_the_day_itself_and_without_a_day(cast: Cast) -> None:
    met = make_meeting(service=cast.service, practitioner=cast.alice, held_on=day(130))
    for reference, due_on in (("C-1", ON), ("C-2", None)):
        episode = make_course(cast, reference, [12], start=126)
        make_agreement(meeting=met, episode=episode, due_on=due_on)
    text = text_of(cast)
    since = "Since: 0 seen, 0 missed; PHQ-9 12 then, none since; GAD-7 not measured."
    assert [line.text for line in row_of(text, "C-1").agreed] == [
        "15 May: Review the goals together (by 25 May)",
        since,
    ]
    assert [line.text for line in row_of(text, "C-2").agreed] == [
        "15 May: Review the goals together",
        since,
    ]


def test_a_first_score_after_the_supervision(cast: Cast) -> None:
    episode = make_course(cast, "C-1", [14], start=130)
    met = make_meeting(service=cast.service, practitioner=cast.alice, held_on=day(107))
    make_agreement(meeting=met, episode=episode)
    assert "; PHQ-9: none then, 14 now;" in row_of(text_of(cast), "C-1").agreed[1].text


def test_an_agreement_after_the_day_of_the_sheet_is_not_on_it(cast: Cast) -> None:
    episode = make_course(cast, "C-1", [14])
    met = make_meeting(service=cast.service, practitioner=cast.alice, held_on=day(141))
    make_agreement(meeting=met, episode=episode)
    text = text_of(cast)
    assert [line.text for line in row_of(text, "C-1").agreed] == ["nothing agreed yet"]
    assert text.facts.startswith("No supervision is recorded yet")


def test_what_somebody_else_agreed_before_a_hand_over_still_stands(cast: Cast) -> None:
    episode = make_course(cast, "C-1", [14], holder=cast.bob)
    met = make_meeting(service=cast.service, practitioner=cast.bob, held_on=day(110))
    make_agreement(meeting=met, episode=episode, agreed="Bob's plan")
    hand_over(episode=episode, to=cast.alice, on=day(120))
    text = text_of(cast)
    assert row_of(text, "C-1").agreed[0].text == "25 Apr: Bob's plan"
    assert "No supervision is recorded yet" in text.facts


def test_the_last_supervision_and_the_time_since(cast: Cast) -> None:
    make_meeting(
        service=cast.service,
        practitioner=cast.alice,
        held_on=day(110),
        supervisor="Ruth",
        minutes=1,
    )
    make_meeting(service=cast.service, practitioner=cast.bob, held_on=day(120))
    make_meeting(service=cast.other_service, practitioner=cast.alice, held_on=day(121))
    text = text_of(cast)
    assert text.facts.startswith("Last supervision: 25 April 2026 with Ruth, 1 minute.")
    assert text.since_title == "Since 25 April 2026, that day included"
    assert text.notices == ()


def test_without_a_supervision_it_looks_back_eight_weeks(cast: Cast) -> None:
    assert sheet_of(cast).since == ON - FIRST_LOOK_BACK
    assert text_of(cast).facts == (
        "No supervision is recorded yet: looked back to 30 March 2026. Printed on 25 May 2026."
    )


def test_a_supervision_of_the_same_day_counts_and_says_so(cast: Cast) -> None:
    make_meeting(service=cast.service, practitioner=cast.alice, held_on=ON)
    (notice,) = text_of(cast).notices
    assert "choose the day before" in notice


def test_ended_this_month_counts_those_who_entered_therapy(cast: Cast) -> None:
    for number, ending in enumerate(
        [Ending.AGREED_AT_END, Ending.OTHER_PLANNED, Ending.CRISIS, Ending.DIED, None]
    ):
        make_course(
            cast, f"E-{number}", [12], start=100, ended_on=day(125 + number), ending=ending or ""
        )
    make_course(cast, "BEFORE", [], ended_on=day(130), ending=Ending.REFERRED_ON)
    make_course(cast, "APRIL", [12], start=90, ended_on=day(110), ending=Ending.CRISIS)
    make_course(cast, "NEW", [], referred_on=day(121))
    assert strip_of(cast, "Ended this month") == (
        "planned 2 of 5, unplanned 1 of 5, not recorded 1 of 5, died 1 of 5; before treatment 1 more"
    )
    assert strip_of(cast, "New this month") == "1 referred since 1 May 2026"
    assert strip_of(cast, "Caseload") == "1 open"


def test_unplanned_enders_since_the_last_supervision(cast: Cast) -> None:
    make_meeting(service=cast.service, practitioner=cast.alice, held_on=day(110))
    make_course(
        cast,
        "LOST",
        [15, 9, 7],
        start=90,
        ended_on=day(110),
        ending=Ending.LOSS_OF_CONTACT,
        found="Too early in the day",
        would_try="Offer  evenings",
    )
    make_course(cast, "OPEN-END", [15], start=100, ended_on=day(120), ending="")
    make_course(cast, "AGREED", [15, 7], start=100, ended_on=day(120), ending=Ending.AGREED_AT_END)
    make_course(cast, "EARLIER", [15], start=90, ended_on=day(109), ending=Ending.CRISIS)
    make_course(cast, "NEVER", [], ended_on=day(120), ending=Ending.OTHER_UNPLANNED)
    make_course(cast, "DIED", [15], start=100, ended_on=day(121), ending=Ending.DIED)
    found = since_of(cast)
    assert list(found) == ["LOST", "OPEN-END", "DIED", "Scores changed after entry"]
    assert found["LOST"] == (
        "Unplanned: due to loss of contact, on 25 Apr after 3 treatment sessions. "
        "PHQ-9 15, best 7, last 7: reliably improved; GAD-7 not measured. "
        "Found: Too early in the day. Would try: Offer evenings."
    )
    assert found["OPEN-END"].startswith("How it ended is not recorded, on 5 May after 1 ")
    assert f"Found: {NOTHING_FOUND}. Would try: {NO_TRY}." in found["OPEN-END"]
    assert found["DIED"].startswith("Neither planned nor unplanned: died")


def test_an_ender_who_is_left_out_is_shown_and_called_so(cast: Cast) -> None:
    make_course(
        cast,
        "OUT",
        [15],
        ended_on=day(130),
        ending=Ending.CRISIS,
        left_out=LeftOut.CONSENT_WITHDRAWN,
        left_out_at=dt.datetime(2026, 5, 1, tzinfo=dt.UTC),
    )
    assert "In no figure: consent refused or withdrawn." in since_of(cast)["OUT"]
    assert strip_of(cast, "Ended this month") == "nobody who had entered therapy"


def test_an_open_risk_item_outlives_the_ending(cast: Cast) -> None:
    ended = make_course(
        cast, "AGREED", [15], ended_on=day(20), start=10, ending=Ending.AGREED_AT_END
    )
    form = make_completion(of=ended, on=day(18), total=15, answers="--------2")
    lost = make_course(cast, "LOST", [15], ended_on=day(130), ending=Ending.CRISIS)
    make_completion(of=lost, on=day(120), total=15, answers="--------1")
    found = since_of(cast)
    assert found["AGREED, ended"] == (
        "Risk item still open: PHQ-9 item 9: 2 (23 Jan): OPEN, not written yet."
    )
    assert "Risk item: PHQ-9 item 9: 1 (5 May): OPEN, not written yet." in found["LOST"]
    assert "LOST, ended" not in found
    make_risk_response(to=form, by=cast.alice)
    assert "AGREED, ended" not in since_of(cast)


def test_nobody_elses_clients(cast: Cast) -> None:
    make_course(cast, "BOBS", [9, 16], holder=cast.bob)
    lost = make_course(cast, "LOST", [9], holder=cast.bob, ended_on=day(130), ending=Ending.CRISIS)
    make_completion(of=lost, on=day(120), total=15, answers="--------1")
    text = text_of(cast)
    assert text.rows == ()
    assert "LOST" not in str(text)


def test_a_past_day_shows_nobody_who_was_handed_over_since(cast: Cast) -> None:
    episode = make_course(cast, "GONE", [9, 16])
    hand_over(episode=episode, to=cast.bob, on=day(150))
    seen = text_of(cast, today=day(160), seen_by=cast.alice)
    assert seen.rows == ()
    assert seen.notices == ("Not shown: 1 client of that time, handed over since.",)
    assert "GONE" not in str(seen)
    assert len(text_of(cast, today=day(160), seen_by=cast.leda).rows) == 1
    assert len(text_of(cast, today=day(160)).rows) == 1


def moment(number: int) -> dt.datetime:
    return dt.datetime.combine(day(number), dt.time(12), tzinfo=dt.UTC)


CHANGED = "1 of 4 on the record in that time; 1 of 4 removed."


def test_scores_changed_after_entry_are_counted_once_a_form(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_meeting(service=cast.service, practitioner=cast.alice, held_on=day(110))
    clock = {"now": moment(90)}
    monkeypatch.setattr("django.utils.timezone.now", lambda: clock["now"])
    episode = make_course(cast, "C-1", [15, 14, 13, 12])
    bobs = make_course(cast, "C-2", [15], holder=cast.bob)
    forms = list(MeasureCompletion.objects.filter(session__episode=episode).order_by("pk"))
    clock["now"] = moment(109)
    forms[3].total = 5
    saved(forms[3], by=cast.alice)
    clock["now"] = moment(110)
    for total in (16, 17):
        forms[0].total = total
        saved(forms[0], by=cast.alice)
    # How it came is no score, and another practitioner's form is not alice's.
    forms[1].mode = "self"
    saved(forms[1], by=cast.alice)
    other = MeasureCompletion.objects.get(session__episode=bobs)
    other.total = 3
    saved(other, by=cast.bob)
    clock["now"] = moment(140)
    session = forms[2].session
    assert session is not None
    remove(forms[2])
    remove(session)
    assert since_of(cast)["Scores changed after entry"] == CHANGED
    clock["now"] = moment(141)
    forms[1].total = 1
    saved(forms[1], by=cast.alice)
    assert since_of(cast)["Scores changed after entry"] == CHANGED


def test_the_small_print_names_the_cut_offs_and_what_signals_are(cast: Cast) -> None:
    text = text_of(cast)
    assert text.signals_note == SIGNALS_NOTE
    for words in ("PHQ-9 10 or more", "GAD-7 8 or more", "CORE-10 11 or more", "a 90% index"):
        assert words in text.definitions
    assert text.footer == "Service evaluation, not performance management. Confidential."


def test_invented_data_are_called_so(cast: Cast) -> None:
    assert text_of(cast).invented == ""
    cast.service.is_invented = True
    assert text_of(cast).invented == "Invented data"


def test_as_many_queries_for_60_clients_as_for_one(cast: Cast) -> None:
    met = make_meeting(service=cast.service, practitioner=cast.alice, held_on=dt.date(2025, 10, 1))
    on = dt.date(2025, 10, 31)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            text_of(cast, on=on, today=dt.date(2025, 11, 22), seen_by=cast.alice)
        return len(captured)

    counts = []
    for size in (1, 9, 50):
        store(cast.service, cast.alice, therapies(size, ended=size, still_open=size))
        gather_statistics()
        for episode in Episode.objects.filter(ended_on=None, agreements=None)[:20]:
            make_agreement(meeting=met, episode=episode)
        counts.append(queries())
    assert len(sheet_of(cast, on=on).cases) == 60
    assert counts == [counts[0]] * 3
    assert counts[0] <= 17, counts


def test_somebody_in_two_services_has_a_sheet_in_each(cast: Cast) -> None:
    make_course(cast, "HERE", [12])
    there = make_client(service=cast.other_service, reference="THERE")
    make_episode(client=there, holder=cast.alice)
    make_practitioner(email="d@example.org", service=cast.service)
    assert [row.name for row in text_of(cast).rows] == ["HERE"]
    assert scope_of(cast).words in text_of(cast).whose
