"""Logging, correcting and taking back a session: what is asked, stored, refused and said."""

import datetime as dt
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from practice.domain.measures import CORE10, PHQ9
from practice.models import Episode, MeasureCompletion, RiskResponse, Session
from tests.cast import (
    Cast,
    hand_over,
    make_client,
    make_completion,
    make_episode,
    make_session,
    saved,
)

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def today() -> dt.date:
    return timezone.localdate()


@pytest.fixture
def episode(cast: Cast) -> Episode:
    return make_episode(
        client=make_client(service=cast.service, reference="C-77"),
        holder=cast.alice,
        referred_on=today() - 60 * DAY,
    )


@pytest.fixture
def browser(client: Client, cast: Cast) -> Client:
    client.force_login(cast.alice)
    return client


def log_url(episode: Episode) -> str:
    return reverse("session-log", args=[episode.uid])


def edit_url(session: Session) -> str:
    return reverse("session-edit", args=[session.uid])


def remove_url(session: Session) -> str:
    return reverse("session-remove", args=[session.uid])


def typed(**other: str) -> dict[str, str]:
    return {
        "date": today().isoformat(),
        "kind": "treatment",
        "attendance": "attended",
        "medium": "video",
        "minutes": "50",
        "fee": "60",
        "mode": "transcribed",
        "note": "",
    } | {name.replace("__", "-"): value for name, value in other.items()}


def items(code: str, answers: str) -> dict[str, str]:
    """As the radio buttons send them; a dash is no answer."""
    return {
        f"{code}-item_{number}": answer.replace("-", "")
        for number, answer in enumerate(answers, start=1)
    }


def shown(answer: Any) -> str:
    return unescape(answer.content.decode())


def errors(answer: Any) -> dict[str, list[str]]:
    """By field, of the session and of each measure."""
    assert answer.status_code == 200
    entry = answer.context["entry"]
    found = {name: list(said) for name, said in entry.day.errors.items()}
    for score in entry.scores:
        found |= {f"{score.measure.code}-{name}": list(s) for name, s in score.errors.items()}
    return found


def as_shown(answer: Any) -> dict[str, Any]:
    """What a browser would send back if nobody touched the form."""
    entry = answer.context["entry"]
    found: dict[str, Any] = {}
    for form in (entry.day, *entry.scores):
        for name in form.fields:
            found[form.add_prefix(name)] = form[name].value() or ""
    return found


def messages(answer: Any) -> list[str]:
    return [str(message) for message in answer.wsgi_request._messages]


# Logging.


def test_the_first_session_begins_as_an_assessment_with_the_practices_usual_values(
    browser: Client, cast: Cast, episode: Episode
) -> None:
    service = cast.service
    service.usual_medium, service.usual_minutes, service.usual_fee = "video", 50, Decimal("65.50")
    saved(service, by=cast.leda)
    values = as_shown(browser.get(log_url(episode)))
    assert values["date"] == today().isoformat()
    assert values["kind"] == "assessment"
    assert (values["medium"], values["minutes"], values["fee"]) == ("video", 50, "65.50")
    assert values["attendance"] == "attended"


def test_the_next_begins_as_the_clients_last_one(
    browser: Client, cast: Cast, episode: Episode
) -> None:
    cast.service.usual_minutes = 50
    saved(cast.service, by=cast.leda)
    make_session(episode=episode, held_on=today() - 9 * DAY, kind="assessment", minutes=90)
    last = make_session(
        episode=episode, held_on=today() - 2 * DAY, medium="telephone", fee=Decimal(40)
    )
    make_completion(of=last, mode="practitioner")
    answer = browser.get(log_url(episode))
    values = as_shown(answer)
    assert (values["kind"], values["medium"], values["fee"]) == ("treatment", "telephone", "40")
    # What the last one does not say comes from the practice.
    assert values["minutes"] == 50
    assert values["mode"] == "practitioner"
    assert "2 sessions attended so far" in shown(answer)
    assert "telephone, 50 minutes, £40" in shown(answer)


def test_after_the_end_it_begins_as_a_follow_up(
    browser: Client, cast: Cast, episode: Episode
) -> None:
    make_session(episode=episode, held_on=today() - 9 * DAY)
    episode.ended_on = today() - 3 * DAY
    saved(episode, by=cast.alice)
    assert as_shown(browser.get(log_url(episode)))["kind"] == "follow_up"


def test_primary_measures_and_those_given_stand_open_the_others_folded(
    browser: Client, cast: Cast, episode: Episode
) -> None:
    entry = browser.get(log_url(episode)).context["entry"]
    assert [score.measure.code for score in entry.open_scores] == ["phq9", "gad7"]
    assert [score.measure.code for score in entry.folded_scores] == ["core10"]
    make_completion(of=episode, on=today(), measure="core10", total=9)
    entry = browser.get(log_url(episode)).context["entry"]
    assert [score.measure.code for score in entry.open_scores] == ["phq9", "gad7", "core10"]
    assert entry.folded_scores == []
    cast.service.primary_outcome = "core10"
    saved(cast.service, by=cast.leda)
    entry = browser.get(log_url(episode)).context["entry"]
    assert [score.measure.code for score in entry.open_scores] == ["core10"]


def test_the_focus_stands_on_the_first_score(browser: Client, episode: Episode) -> None:
    page = shown(browser.get(log_url(episode)))
    assert page.count("autofocus") == 1
    field = page[: page.index("autofocus")].rsplit("<input", 1)[1]
    assert 'name="phq9-total"' in field
    assert 'inputmode="numeric"' in page


def test_a_usual_session_is_stored_and_said_in_one_sentence(
    browser: Client, cast: Cast, episode: Episode
) -> None:
    for weeks, total in ((4, 20), (2, 15)):
        session = make_session(episode=episode, held_on=today() - 7 * weeks * DAY)
        make_completion(of=session, total=total)
    answer = browser.post(
        log_url(episode), typed(phq9__total="12", phq9__risk="0", gad7__total="7")
    )
    assert answer.status_code == 302
    assert answer["Location"] == reverse("episode-detail", args=[episode.uid])
    stored = Session.objects.latest("held_on")
    assert (stored.held_on, stored.kind, stored.attendance, stored.medium) == (
        today(),
        "treatment",
        "attended",
        "video",
    )
    assert (stored.minutes, stored.fee, stored.entered_by) == (50, Decimal(60), cast.alice)
    forms = {form.measure: form for form in stored.completions.all()}
    assert (forms["phq9"].total, forms["phq9"].risk_answer) == (Decimal(12), 0)
    assert (forms["gad7"].total, forms["gad7"].answers) == (Decimal(7), "")
    (said,) = messages(answer)
    assert said.startswith("Stored: treatment of ")
    assert (
        "PHQ-9 12 moderate; 3 lower than last time, reliably improved since the start (20); item 9: 0"
        in said
    )
    assert said.endswith("GAD-7 7 mild; the first score.")
    assert "C-77" not in said


def test_an_unanswered_risk_item_is_not_seen_and_never_0(browser: Client, episode: Episode) -> None:
    answer = browser.post(log_url(episode), typed(phq9__total="12"))
    assert MeasureCompletion.objects.get().answers == ""
    assert MeasureCompletion.objects.get().risk_answer is None
    assert "risk item not seen" in messages(answer)[0]


def test_a_risk_item_above_0_leads_to_what_was_asked_and_done(
    browser: Client, cast: Cast, episode: Episode
) -> None:
    answer = browser.post(log_url(episode), typed(phq9__total="12", phq9__risk="1"))
    form = MeasureCompletion.objects.get()
    assert form.answers == "--------1"
    write = reverse("risk-write", args=[form.uid])
    assert answer["Location"] == write
    assert "item 9: 1" in messages(answer)[0]
    assert "stays open" in messages(answer)[1]
    # Once it is written, a later correction does not ask again.
    saved(RiskResponse(completion=form, asked="a", done="b"), by=cast.alice)
    session = Session.objects.get()
    values = as_shown(browser.get(edit_url(session))) | {"minutes": "45"}
    answer = browser.post(edit_url(session), values)
    assert answer["Location"] == reverse("episode-detail", args=[episode.uid])


def test_back_to_the_caseload_if_asked_for_with_a_way_to_the_risk_item(
    browser: Client, cast: Cast, episode: Episode
) -> None:
    answer = browser.post(
        log_url(episode), typed(core10__total="12", core10__risk="2") | {"then": "caseload"}
    )
    form = MeasureCompletion.objects.get()
    assert answer["Location"] == reverse("caseload", args=[cast.service.uid, cast.alice.uid])
    link = f'<a href="{reverse("risk-write", args=[form.uid])}">'
    assert link in messages(answer)[1]
    # A lead comes back to the caseload of whoever holds the client.
    browser.force_login(cast.leda)
    answer = browser.post(log_url(episode), typed(kind="review") | {"then": "caseload"})
    assert answer["Location"] == reverse("caseload", args=[cast.service.uid, cast.alice.uid])


def test_a_client_nobody_holds_has_no_caseload_to_come_back_to(client: Client, cast: Cast) -> None:
    held_by_nobody = make_episode(client=make_client(service=cast.service), holder=None)
    client.force_login(cast.leda)
    answer = client.post(log_url(held_by_nobody), typed() | {"then": "caseload"})
    assert answer["Location"] == reverse("episode-detail", args=[held_by_nobody.uid])


def test_answers_item_by_item_make_the_total(browser: Client, episode: Episode) -> None:
    core10 = items("core10", "1111111111")
    answer = browser.post(log_url(episode), typed() | items("phq9", "222211200") | core10)
    forms = {form.measure: form for form in MeasureCompletion.objects.all()}
    assert (forms["phq9"].total, forms["phq9"].answers) == (Decimal(12), "222211200")
    # Items 2 and 3 run the other way: stored as ticked, scored 3.
    assert (forms["core10"].total, forms["core10"].answers) == (Decimal(14), "1111111111")
    assert answer["Location"] == reverse("risk-write", args=[forms["core10"].uid])


def test_all_items_and_their_total_may_both_be_given(browser: Client, episode: Episode) -> None:
    both = typed(phq9__total="12", phq9__risk="0") | items("phq9", "222211200")
    assert browser.post(log_url(episode), both).status_code == 302
    assert MeasureCompletion.objects.get().total == Decimal(12)


def test_the_risk_item_may_stand_beside_the_other_items(browser: Client, episode: Episode) -> None:
    browser.post(log_url(episode), typed(phq9__risk="1") | items("phq9", "22221120-"))
    assert MeasureCompletion.objects.get().answers == "222211201"
    assert MeasureCompletion.objects.get().total == Decimal(13)


def test_an_incomplete_form_is_kept_without_a_score_and_said(
    browser: Client, episode: Episode
) -> None:
    answer = browser.post(log_url(episode), typed() | items("phq9", "2222112--"))
    assert answer.status_code == 302
    form = MeasureCompletion.objects.get()
    assert (form.total, form.answers) == (None, "2222112--")
    assert "incomplete, without a score" in messages(answer)[0]
    assert "2 of 9 items of PHQ-9 are unanswered" in messages(answer)[1]


@pytest.mark.parametrize(("text", "total"), [("11.1", "11.11"), ("11.11", "11.11"), ("14", "14")])
def test_core10_takes_what_one_missing_item_gives(
    browser: Client, episode: Episode, text: str, total: str
) -> None:
    browser.post(log_url(episode), typed(core10__total=text))
    assert MeasureCompletion.objects.get().total == Decimal(total)


def test_scores_may_be_sent_in_by_somebody_who_did_not_come(
    browser: Client, episode: Episode
) -> None:
    answer = browser.post(log_url(episode), typed(attendance="dna", phq9__total="12"))
    assert Session.objects.get().attendance == "dna"
    assert MeasureCompletion.objects.get().total == Decimal(12)
    assert "did not attend" in messages(answer)[0]


def test_a_session_without_scores(browser: Client, episode: Episode) -> None:
    answer = browser.post(log_url(episode), typed(note="Cancelled by text\nthat morning"))
    assert Session.objects.get().note == "Cancelled by text\nthat morning"
    assert not MeasureCompletion.objects.exists()
    assert messages(answer)[0].endswith("attended.")


def test_forms_without_a_meeting(browser: Client, episode: Episode) -> None:
    answer = browser.post(
        log_url(episode), typed(kind="questionnaire", phq9__total="12", gad7__total="3")
    )
    assert not Session.objects.exists()
    forms = MeasureCompletion.objects.all()
    assert {form.completed_on for form in forms} == {today()}
    assert {form.episode for form in forms} == {episode}
    assert len({form.position for form in forms}) == 1
    assert messages(answer)[0].startswith("Stored: without a meeting, ")


def test_the_mode_is_of_all_forms(browser: Client, episode: Episode) -> None:
    browser.post(log_url(episode), typed(mode="self", phq9__total="12", gad7__total="3"))
    assert {form.mode for form in MeasureCompletion.objects.all()} == {"self"}


@pytest.mark.parametrize(
    ("wrong", "field", "said"),
    [
        ({"date": ""}, "date", "Give the day."),
        ({"date": "soon"}, "date", "2026-03-09 or 09/03/2026"),
        ({"date": "2999-01-01"}, "date", "After today"),
        ({"date": "2001-01-01"}, "date", "Before the referral"),
        ({"kind": "tea"}, "kind", "Select a valid choice"),
        ({"attendance": ""}, "attendance", "required"),
        ({"minutes": "fifty"}, "minutes", "Write a whole number from 0 to 1440."),
        ({"minutes": "1441"}, "minutes", "Write a whole number from 0 to 1440."),
        ({"fee": "-1"}, "fee", "an amount in pounds from 0 to 99,999"),
        ({"note": "a\x01b"}, "note", "control character"),
        ({"kind": "questionnaire", "note": "hm", "gad7-total": "1"}, "note", "has no note"),
        ({"kind": "questionnaire"}, "kind", "nothing to store"),
        ({"phq9-total": "28"}, "phq9-total", "PHQ-9 takes a whole number from 0 to 27."),
        ({"phq9-total": "-1"}, "phq9-total", "PHQ-9 takes a whole number from 0 to 27."),
        ({"phq9-total": "4.5"}, "phq9-total", "PHQ-9 takes a whole number from 0 to 27."),
        ({"gad7-total": "22"}, "gad7-total", "GAD-7 takes a whole number from 0 to 21."),
        ({"gad7-total": "x"}, "gad7-total", "Not a number"),
        ({"core10-total": "11.5"}, "core10-total", "such as 11.1 or 11.11."),
        ({"phq9-total": "9", "phq9-risk": "4"}, "phq9-risk", "An item of PHQ-9 takes 0 to 3"),
        ({"core10-risk": "5"}, "core10-risk", "An item of CORE-10 takes 0 to 4"),
        (items("gad7", "9------"), "gad7-item_1", "An item of GAD-7 takes 0 to 3"),
        (
            {"phq9-total": "13", **items("phq9", "222211200")},
            "phq9-total",
            "The items make a total of 12: correct the total",
        ),
        (
            {"phq9-total": "9", **items("phq9", "22-------")},
            "phq9-total",
            "2 of 9 items stand beside a total and cannot confirm it",
        ),
        (
            {"phq9-risk": "1", **items("phq9", "222211200")},
            "phq9-risk",
            "Item 9 is 1 here and 0 among the items",
        ),
    ],
)
def test_what_is_wrong_is_said_beside_the_field_and_nothing_typed_is_lost(
    browser: Client, episode: Episode, wrong: dict[str, str], field: str, said: str
) -> None:
    sent = typed(medium="telephone") | {"core10-total": "20", "gad7-total": "5"} | wrong
    if "core10-risk" not in wrong and wrong.get("kind") == "questionnaire":
        sent |= {"core10-total": "", "gad7-total": wrong.get("gad7-total", "")}
    answer = browser.post(log_url(episode), sent)
    found = errors(answer)
    assert list(found) == [field]
    assert said in found[field][0]
    assert found[field][0] in shown(answer)
    assert not Session.objects.exists()
    assert not MeasureCompletion.objects.exists()
    kept = as_shown(answer)
    assert {name: kept[name] for name in sent} == sent
    # The first thing wrong is where one begins.
    assert shown(answer).count("autofocus") == (0 if "item" in field else 1)


def test_everything_wrong_is_said_at_once(browser: Client, episode: Episode) -> None:
    sent = typed(date="2001-01-01", minutes="y", phq9__total="99", core10__total="99")
    found = errors(browser.post(log_url(episode), sent))
    assert set(found) == {"date", "minutes", "phq9-total", "core10-total"}


def test_what_is_wrong_is_never_folded_away(browser: Client, episode: Episode) -> None:
    answer = browser.post(log_url(episode), typed(minutes="y", core10__total="99"))
    page = shown(answer)
    assert '<details class="entry-usual" data-hidden-for="questionnaire" open>' in page
    assert answer.context["entry"].folded_scores == []


@pytest.mark.parametrize("kind", ["treatment", "questionnaire"])
def test_a_second_one_of_a_kind_on_a_day_is_refused(
    browser: Client, episode: Episode, kind: str
) -> None:
    sent = typed(kind=kind, phq9__total="12")
    assert browser.post(log_url(episode), sent).status_code == 302
    found = errors(browser.post(log_url(episode), sent))
    assert found == (
        {"kind": ["There is already a session of this kind on this day."]}
        if kind == "treatment"
        else {"phq9-total": ["This measure is already recorded for this day."]}
    )


def test_a_treatment_after_the_end_is_refused_a_follow_up_taken(
    browser: Client, cast: Cast, episode: Episode
) -> None:
    episode.ended_on, episode.ending = today() - 2 * DAY, "agreed_at_end"
    saved(episode, by=cast.alice)
    found = errors(browser.post(log_url(episode), typed()))
    assert found["kind"][0].startswith("A treatment session after the end of the episode")
    sent = typed(kind="review", phq9__total="3")
    assert errors(browser.post(log_url(episode), sent))["kind"][0].startswith("A score after")
    assert browser.post(log_url(episode), sent | {"kind": "follow_up"}).status_code == 302


@pytest.mark.parametrize("kind", ["treatment", "questionnaire"])
def test_a_double_click_stores_once(browser: Client, episode: Episode, kind: str) -> None:
    uid = str(browser.get(log_url(episode)).context["form"]["uid"].value())
    sent = typed(kind=kind, phq9__total="12", phq9__risk="0") | {"uid": uid}
    first = browser.post(log_url(episode), sent)
    again = browser.post(log_url(episode), sent)
    assert first["Location"] == again["Location"]
    assert MeasureCompletion.objects.count() == 1
    assert Session.objects.count() == (1 if kind == "treatment" else 0)
    # After "back", the same page with another score is no double click: nothing is lost in silence.
    answer = browser.post(log_url(episode), sent | {"phq9-total": "13"})
    assert errors(answer)["__all__"][0].startswith("This form has been saved already")
    assert as_shown(answer)["phq9-total"] == "13"
    assert MeasureCompletion.objects.get().total == Decimal(12)


def test_an_id_that_is_none_is_refused(browser: Client, episode: Episode) -> None:
    answer = browser.post(log_url(episode), typed() | {"uid": "x"})
    assert "Enter a valid UUID." in shown(answer)


def test_the_licensed_words_stand_unchanged_with_their_licence(
    browser: Client, episode: Episode
) -> None:
    page = shown(browser.get(log_url(episode)))
    for measure in (PHQ9, CORE10):
        for number, item in enumerate(measure.items, start=1):
            assert f"<legend>{number}. {item}</legend>" in page
        assert measure.licence in page
        assert measure.stem in page


def test_where_items_are_switched_off_totals_stay(
    browser: Client, episode: Episode, settings: Settings
) -> None:
    settings.CORE10_ITEMS = False
    page = shown(browser.get(log_url(episode)))
    assert not any(item in page for item in CORE10.items)
    assert "Item 6 (the risk item), 0 to 4" in page
    assert PHQ9.items[0] in page
    sent = typed(core10__total="14", core10__risk="0") | items("core10", "1111111111")
    browser.post(log_url(episode), sent)
    form = MeasureCompletion.objects.get()
    assert (form.total, form.answers) == (Decimal(14), "-----0----")


def test_the_script_finds_every_number_in_the_page(browser: Client, episode: Episode) -> None:
    make_completion(of=episode, on=today() - DAY, total=15)
    page = shown(browser.get(log_url(episode)))
    assert '[[0, "minimal"], [5, "mild"], [10, "moderate"]' in page
    assert 'data-reliable-change="6"' in page
    assert f'[["{(today() - DAY).isoformat()}", "15", false]]' in page
    assert 'scores.js" defer' in page


def test_a_constant_number_of_queries(browser: Client, cast: Cast, episode: Episode) -> None:
    def asked(url: str) -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert browser.get(url).status_code == 200
        return len(queries)

    session = make_session(episode=episode, held_on=today() - 50 * DAY, by=cast.alice)
    for measure in ("phq9", "gad7", "core10"):
        make_completion(of=session, measure=measure, total=9, by=cast.alice)
    urls = [log_url(episode), edit_url(session), remove_url(session)]
    before = [asked(url) for url in urls]
    for week in range(2, 8):
        other = make_session(episode=episode, held_on=today() - 7 * week * DAY)
        make_completion(of=other, total=week)
        make_episode(client=make_client(service=cast.service), holder=cast.alice)
    assert [asked(url) for url in urls] == before
    assert max(before) <= 22


def test_logging_takes_a_constant_number_of_queries(
    browser: Client, cast: Cast, episode: Episode
) -> None:
    def asked(days: int) -> int:
        sent = typed(phq9__total="12", gad7__total="3", date=(today() - days * DAY).isoformat())
        with CaptureQueriesContext(connection) as queries:
            assert browser.post(log_url(episode), sent).status_code == 302
        return len(queries)

    asked(9)
    assert asked(8) == asked(1)


# Correcting.


@pytest.fixture
def session(cast: Cast, episode: Episode) -> Session:
    """Alice's own, of today, with a PHQ-9 total and a GAD-7 item by item."""
    held = make_session(
        episode=episode, held_on=today(), minutes=50, fee=Decimal(60), note="n", by=cast.alice
    )
    make_completion(of=held, total=12, answers="--------0", by=cast.alice)
    make_completion(of=held, measure="gad7", total=7, answers="1111012", by=cast.alice)
    return held


def make_old(row: Session | MeasureCompletion, hours: float) -> None:
    """Move the entry back in time: history is read for how fresh it is."""
    with connection.cursor() as cursor:
        table = row.history.model._meta.db_table
        cursor.execute(
            f"update {table} set history_date = %s",  # noqa: S608
            [timezone.now() - dt.timedelta(hours=hours)],
        )


def test_untouched_it_changes_nothing_and_asks_no_reason(browser: Client, session: Session) -> None:
    page = browser.get(edit_url(session))
    assert "reason" not in page.context["form"].fields
    values = as_shown(page)
    assert values["phq9-total"] == "12"
    assert values["phq9-risk"] == "0"
    # A total that its items make is not asked twice.
    assert values["gad7-total"] == ""
    assert "7 mild; the first score" in shown(page)
    assert browser.post(edit_url(session), values).status_code == 302
    kept: Any = session.history
    assert kept.count() == 1
    assert all(form.history.count() == 1 for form in session.completions.all())


def test_own_and_fresh_it_is_put_right_without_a_reason_and_the_history_keeps_both(
    browser: Client, cast: Cast, session: Session
) -> None:
    values = as_shown(browser.get(edit_url(session)))
    values |= {"phq9-total": "13", "minutes": "45", "gad7-item_1": "2"}
    answer = browser.post(edit_url(session), values)
    assert answer.status_code == 302
    session.refresh_from_db()
    assert session.minutes == 45
    totals = {form.measure: form.total for form in session.completions.all()}
    assert totals == {"phq9": Decimal(13), "gad7": Decimal(8)}
    kept: Any = session.history
    after, before = kept.order_by("-history_id")
    assert (before.minutes, after.minutes, after.history_user_id) == (50, 45, cast.alice.pk)
    assert after.history_change_reason == "put right within 24 hours of entry"


def test_answers_stay_where_only_other_fields_change(browser: Client, session: Session) -> None:
    values = as_shown(browser.get(edit_url(session))) | {"note": "other words"}
    browser.post(edit_url(session), values)
    answers = {form.measure: form.answers for form in session.completions.all()}
    assert answers == {"phq9": "--------0", "gad7": "1111012"}


def test_a_score_of_the_same_day_that_came_later_is_not_last_time(
    browser: Client, cast: Cast, episode: Episode, session: Session
) -> None:
    make_completion(of=episode, on=today(), total=3, position=1, by=cast.alice)
    page = shown(browser.get(edit_url(session)))
    assert "12 moderate; the first score" in page
    assert f'[["{today().isoformat()}", "3", true]]' in page


@pytest.mark.parametrize("why", ["old", "somebody else's", "a form of somebody else"])
def test_later_or_anothers_it_needs_a_reason(
    client: Client, cast: Cast, session: Session, why: str
) -> None:
    person = cast.alice
    if why == "old":
        make_old(session, hours=24.1)
    elif why == "somebody else's":
        person = cast.leda
    else:
        make_completion(of=session, measure="core10", total=3, by=cast.leda)
    client.force_login(person)
    values = as_shown(client.get(edit_url(session))) | {"minutes": "45"}
    answer = client.post(edit_url(session), values)
    assert errors(answer)["reason"]
    assert as_shown(answer)["minutes"] == "45"
    assert client.post(edit_url(session), values | {"reason": "typo"}).status_code == 302
    kept: Any = session.history
    assert kept.latest("history_id").history_change_reason == "typo"


def test_just_within_a_day_it_needs_none(browser: Client, session: Session) -> None:
    make_old(session, hours=23.9)
    assert "reason" not in browser.get(edit_url(session)).context["form"].fields


def test_scores_are_added_and_taken_off(browser: Client, session: Session) -> None:
    values = as_shown(browser.get(edit_url(session)))
    values |= {"phq9-total": "", "phq9-risk": "", "core10-total": "9"}
    values |= items("gad7", "1111012")
    browser.post(edit_url(session), values)
    totals = {form.measure: form.total for form in session.completions.all()}
    assert totals == {"core10": Decimal(9), "gad7": Decimal(7)}


def test_the_risk_item_is_emptied_in_one_place(browser: Client, session: Session) -> None:
    values = as_shown(browser.get(edit_url(session))) | {"phq9-risk": ""}
    browser.post(edit_url(session), values)
    assert session.completions.get(measure="phq9").answers == ""


def test_a_form_may_be_left_without_a_score(browser: Client, session: Session) -> None:
    values = as_shown(browser.get(edit_url(session))) | {"gad7-item_1": ""}
    answer = browser.post(edit_url(session), values)
    form = session.completions.get(measure="gad7")
    assert (form.total, form.answers) == (None, "-111012")
    assert any("1 of 7 items of GAD-7 is unanswered" in said for said in messages(answer))
    page = browser.get(edit_url(session))
    assert as_shown(page)["gad7-item_2"] == "1"


def test_where_items_are_switched_off_stored_answers_stay(
    browser: Client, cast: Cast, episode: Episode, settings: Settings
) -> None:
    held = make_session(episode=episode, held_on=today(), by=cast.alice)
    form = make_completion(of=held, measure="core10", total=14, answers="1111111111", by=cast.alice)
    settings.CORE10_ITEMS = False
    values = as_shown(browser.get(edit_url(held)))
    assert (values["core10-total"], values["core10-risk"]) == ("14", "1")
    browser.post(edit_url(held), values | {"minutes": "10"})
    form.refresh_from_db()
    assert form.answers == "1111111111"
    # Another total cannot stand beside answers that nobody sees.
    values = as_shown(browser.get(edit_url(held))) | {"core10-total": "9"}
    browser.post(edit_url(held), values)
    form.refresh_from_db()
    assert (form.total, form.answers) == (Decimal(9), "-----1----")
    make_completion(of=held, measure="phq9", total=3, by=cast.alice)
    values = as_shown(browser.get(edit_url(held))) | {"core10-total": "8"}
    browser.post(edit_url(held), values)
    form.refresh_from_db()
    assert (form.total, form.answers) == (Decimal(8), "-----1----")


def test_forms_that_came_in_several_ways_stay_so(
    browser: Client, cast: Cast, session: Session
) -> None:
    form = session.completions.get(measure="phq9")
    form.mode = "self"
    saved(form, by=cast.alice)
    page = browser.get(edit_url(session))
    assert "as they are" in shown(page)
    browser.post(edit_url(session), as_shown(page) | {"minutes": "10"})
    assert {form.mode for form in session.completions.all()} == {"self", "transcribed"}
    browser.post(edit_url(session), as_shown(browser.get(edit_url(session))) | {"mode": "self"})
    assert {form.mode for form in session.completions.all()} == {"self"}


def test_the_wrong_client_is_put_right(
    browser: Client, cast: Cast, episode: Episode, session: Session
) -> None:
    right = make_episode(
        client=make_client(service=cast.service, reference="D-8"),
        holder=cast.alice,
        referred_on=today() - DAY,
        number=2,
    )
    page = browser.get(edit_url(session))
    assert "D-8, episode 2" in shown(page)
    values = as_shown(page) | {"client": str(right.uid)}
    answer = browser.post(edit_url(session), values | {"date": (today() - 2 * DAY).isoformat()})
    assert "Before the referral" in errors(answer)["date"][0]
    assert f'value="{right.uid}" selected' in shown(answer)
    answer = browser.post(edit_url(session), values)
    assert answer["Location"] == reverse("episode-detail", args=[right.uid])
    session.refresh_from_db()
    assert session.episode == right
    assert session.completions.count() == 2


def test_only_clients_of_the_same_practitioner_now_or_lately_are_offered(
    browser: Client, cast: Cast, session: Session
) -> None:
    def offered() -> list[str]:
        choices = browser.get(edit_url(session)).context["form"].fields.get("client")
        return [words for uid, words in choices.choices if uid] if choices else []

    assert offered() == []
    service = cast.service
    make_episode(client=make_client(service=service, reference="OPEN"), holder=cast.alice)
    for reference, days in (("LATELY", 100), ("LONG-AGO", 200)):
        ended = make_episode(
            client=make_client(service=service, reference=reference),
            holder=cast.alice,
            referred_on=today() - 300 * DAY,
        )
        ended.ended_on = today() - days * DAY
        saved(ended, by=cast.alice)
    make_episode(client=make_client(service=service, reference="BOBS"), holder=cast.bob)
    make_episode(client=make_client(service=cast.other_service), holder=cast.charlie)
    assert offered() == ["LATELY", "OPEN"]
    stranger = make_episode(client=make_client(service=service), holder=cast.bob)
    values = as_shown(browser.get(edit_url(session))) | {"client": str(stranger.uid)}
    assert errors(browser.post(edit_url(session), values))["client"]


def test_what_somebody_else_changed_meanwhile_is_not_overwritten(
    browser: Client, cast: Cast, session: Session
) -> None:
    values = as_shown(browser.get(edit_url(session))) | {"minutes": "45", "reason": "r"}
    session.minutes = 60
    saved(session, by=cast.leda)
    answer = browser.post(edit_url(session), values)
    (said,) = errors(answer)["__all__"]
    assert "the session was changed (the minutes) by Leda" in said
    assert as_shown(answer)["minutes"] == "45"
    session.refresh_from_db()
    assert session.minutes == 60
    # Both were seen by now: saving again is meant.
    assert browser.post(edit_url(session), as_shown(answer) | {"reason": "r"}).status_code == 302
    session.refresh_from_db()
    assert session.minutes == 45


def test_a_session_that_was_no_meeting_leaves_its_forms_alone(
    browser: Client, episode: Episode, session: Session
) -> None:
    values = as_shown(browser.get(edit_url(session))) | {"kind": "questionnaire"}
    # Its note would go with it: that is said first.
    assert list(errors(browser.post(edit_url(session), values))) == ["note"]
    answer = browser.post(edit_url(session), values | {"note": ""})
    assert answer["Location"] == reverse("episode-detail", args=[episode.uid])
    assert messages(answer)[-1].startswith("Stored: without a meeting")
    assert not Session.objects.exists()
    assert {form.episode for form in MeasureCompletion.objects.all()} == {episode}
    assert MeasureCompletion.objects.count() == 2


# Taking back.


def test_a_get_asks_and_changes_nothing(browser: Client, session: Session) -> None:
    page = browser.get(remove_url(session))
    assert page.status_code == 200
    assert "PHQ-9 12 moderate; the first score; item 9: 0" in shown(page)
    assert Session.objects.filter(pk=session.pk).exists()


def test_own_and_fresh_it_is_taken_back_without_a_reason(
    browser: Client, cast: Cast, episode: Episode, session: Session
) -> None:
    form = browser.get(remove_url(session)).context["form"]
    assert "reason" not in form.fields
    sent = {"seen": form["seen"].value()}
    answer = browser.post(remove_url(session), sent)
    assert answer["Location"] == reverse("episode-detail", args=[episode.uid])
    assert messages(answer)[0].startswith("Taken back: treatment of")
    assert not Session.objects.exists()
    assert not MeasureCompletion.objects.exists()
    # The second of two clicks.
    again = browser.post(remove_url(session), sent)
    assert again["Location"] == answer["Location"]
    assert messages(again)[-1] == "This session was taken back already."
    assert browser.get(remove_url(session)).status_code == 404
    browser.force_login(cast.bob)
    assert browser.post(remove_url(session), sent).status_code == 404


def test_later_it_is_taken_back_with_a_reason(browser: Client, session: Session) -> None:
    make_old(session, hours=25)
    seen = browser.get(remove_url(session)).context["form"]["seen"].value()
    answer = browser.post(remove_url(session), {"seen": seen})
    assert answer.status_code == 200
    assert answer.context["form"].errors["reason"]
    assert Session.objects.exists()
    browser.post(remove_url(session), {"seen": seen, "reason": "entered twice"})
    kept: Any = Session
    assert kept.history.latest("history_id").history_change_reason == "entered twice"
    assert not Session.objects.exists()


def test_what_changed_meanwhile_is_not_taken_back(
    browser: Client, cast: Cast, session: Session
) -> None:
    seen = browser.get(remove_url(session)).context["form"]["seen"].value()
    session.minutes = 60
    saved(session, by=cast.leda)
    answer = browser.post(remove_url(session), {"seen": seen, "reason": "r"})
    assert "by Leda" in shown(answer)
    assert Session.objects.exists()


# Who may.


def test_whoever_handed_the_client_over_is_a_stranger(
    browser: Client, cast: Cast, episode: Episode, session: Session
) -> None:
    hand_over(episode=episode, to=cast.bob, on=today())
    for url in (log_url(episode), edit_url(session), remove_url(session)):
        assert browser.get(url).status_code == 404
        assert browser.post(url, typed()).status_code == 404
    assert Session.objects.count() == 1


def test_whose_page_it_is_stands_beside_the_scores(browser: Client, episode: Episode) -> None:
    """On a phone the focus scrolls the heading of the page away."""
    assert "Scores of the day: C-77" in shown(browser.get(log_url(episode)))
