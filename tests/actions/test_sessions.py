"""Sessions and their forms: logged, changed, moved, taken back, with all of it in the history."""

import datetime as dt
import uuid
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from practice.actions.lone_forms import (
    change_lone_form,
    record_lone_forms,
    remove_form,
    turn_into_lone_forms,
)
from practice.actions.meanwhile import ChangedMeanwhileError, as_it_was, version_of
from practice.actions.sessions import (
    SAVED_ALREADY,
    FormEntry,
    RefusedFieldError,
    SessionEntry,
    change_session,
    log_session,
    remove_session,
)
from practice.actions.writing import RefusedError
from practice.domain.measures import Mode
from practice.domain.sessions import Attendance, Kind
from practice.models import Episode, MeasureCompletion, RiskResponse, Session
from tests.cast import (
    REFERRED_ON,
    Cast,
    day,
    make_client,
    make_completion,
    make_episode,
    make_session,
    saved,
)

pytestmark = pytest.mark.django_db
NOW = timezone.now()
LATER, LONE = day(7), day(8)


def entered(measure: str = "phq9", total: str | None = "12", answers: str = "") -> FormEntry:
    return FormEntry(
        measure=measure,
        answers=answers,
        total=None if total is None else Decimal(total),
        mode=Mode.TRANSCRIBED,
    )


def session(*forms: FormEntry, on: dt.date = LATER, kind: Kind = Kind.TREATMENT) -> SessionEntry:
    return SessionEntry(
        held_on=on,
        kind=kind,
        attendance=Attendance.ATTENDED,
        medium="video",
        minutes=50,
        fee=Decimal(60),
        note="",
        forms=forms,
    )


@pytest.fixture
def episode(cast: Cast) -> Episode:
    return make_episode(client=make_client(service=cast.service), holder=cast.alice)


@pytest.fixture
def other(cast: Cast) -> Episode:
    return make_episode(
        client=make_client(service=cast.service), holder=cast.alice, referred_on=day(10)
    )


def log(episode: Episode, entry: SessionEntry, cast: Cast, uid: uuid.UUID | None = None) -> Session:
    return log_session(
        episode=episode, entry=entry, uid=uid or uuid.uuid4(), by=cast.alice, now=NOW
    )


def record(
    episode: Episode, cast: Cast, *forms: FormEntry, on: dt.date = LONE, uid: Any = None
) -> tuple[MeasureCompletion, ...]:
    return record_lone_forms(
        episode=episode, on=on, forms=forms, uid=uid or uuid.uuid4(), by=cast.alice, now=NOW
    )


def put_right(stored: Session, entry: SessionEntry, cast: Cast, **other: Any) -> None:
    asked: dict[str, Any] = {
        "session": stored,
        "entry": entry,
        "episode": stored.episode,
        "seen": version_of(stored),
        "by": cast.alice,
        "why": "slip",
        "now": NOW,
    }
    change_session(**asked | other)


def history(row: Any) -> list[tuple[str, int | None, str | None]]:
    kept = row.history.order_by("history_id")
    return [(each.history_type, each.history_user_id, each.history_change_reason) for each in kept]


def totals(stored: Session) -> dict[str, Decimal | None]:
    return {form.measure: form.total for form in stored.completions.all()}


def test_a_session_is_stored_with_its_forms_and_who_entered_it(
    cast: Cast, episode: Episode
) -> None:
    stored = log(episode, session(entered(answers="--------1"), entered("gad7", "7")), cast)
    stored = Session.objects.get(pk=stored.pk)
    assert (stored.held_on, stored.kind, stored.minutes, stored.fee, stored.position) == (
        day(7),
        Kind.TREATMENT,
        50,
        Decimal(60),
        0,
    )
    assert stored.entered_by == cast.alice
    assert stored.entered_at == NOW
    assert totals(stored) == {"phq9": Decimal(12), "gad7": Decimal(7)}
    phq9 = stored.completions.get(measure="phq9")
    assert (phq9.risk_answer, phq9.entered_by, phq9.mode) == (1, cast.alice, "transcribed")
    assert history(stored) == [("+", cast.alice.pk, "logged")]
    assert history(phq9) == [("+", cast.alice.pk, "logged")]


def test_a_form_without_a_known_way_is_typed_from_paper(cast: Cast, episode: Episode) -> None:
    stored = log(episode, session(replace(entered(), mode=None)), cast)
    assert stored.completions.get().mode == "transcribed"


def test_rows_of_one_day_stand_in_the_order_they_came(cast: Cast, episode: Episode) -> None:
    assert log(episode, session(kind=Kind.ASSESSMENT), cast).position == 0
    lone = record(episode, cast, entered(), entered("gad7", "3"), on=day(7))
    assert [form.position for form in lone] == [1, 1]
    assert log(episode, session(), cast).position == 2
    # A lone form of that day is one row with those that are there.
    (later,) = record(episode, cast, entered("core10", "9"), on=day(7))
    assert later.position == 1


def test_the_same_page_twice_is_stored_once(cast: Cast, episode: Episode) -> None:
    uid, entry = uuid.uuid4(), session(entered())
    first = log(episode, entry, cast, uid)
    assert log(episode, entry, cast, uid) == first
    assert (Session.objects.count(), MeasureCompletion.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    "entry",
    [
        session(entered(total="13")),
        session(),
        session(entered(), entered("gad7", "7")),
        replace(session(entered()), minutes=60),
    ],
)
def test_the_same_page_with_other_values_is_refused_and_not_lost_in_silence(
    cast: Cast, episode: Episode, entry: SessionEntry
) -> None:
    uid = uuid.uuid4()
    log(episode, session(entered()), cast, uid)
    with pytest.raises(RefusedError, match=SAVED_ALREADY[:40]):
        log(episode, entry, cast, uid)
    assert totals(Session.objects.get()) == {"phq9": Decimal(12)}


def test_a_page_of_another_client_is_never_taken_for_this_one(
    cast: Cast, episode: Episode, other: Episode
) -> None:
    uid, entry = uuid.uuid4(), session(on=day(20))
    log(episode, entry, cast, uid)
    with pytest.raises(RefusedError):
        log(other, entry, cast, uid)


def refused(entry: SessionEntry, episode: Episode, cast: Cast) -> str:
    with pytest.raises(RefusedFieldError) as caught:
        log(episode, entry, cast)
    assert not Session.objects.filter(held_on=entry.held_on, entered_at=NOW).exists()
    return caught.value.field


def test_not_before_the_referral(cast: Cast, episode: Episode) -> None:
    assert refused(session(on=REFERRED_ON - dt.timedelta(days=1)), episode, cast) == "date"
    log(episode, session(on=REFERRED_ON), cast)


def test_one_session_of_a_kind_a_day(cast: Cast, episode: Episode) -> None:
    make_session(episode=episode, held_on=day(7), entered_at=NOW - dt.timedelta(days=1))
    with pytest.raises(RefusedFieldError, match="already a session of this kind") as caught:
        log(episode, session(), cast)
    assert caught.value.field == "kind"
    log(episode, session(kind=Kind.REVIEW), cast)


def test_after_the_end_only_a_follow_up_or_a_lone_form_is_scored(
    cast: Cast, episode: Episode
) -> None:
    episode.ended_on, episode.ending = day(9), "agreed_at_end"
    saved(episode, by=cast.alice)
    assert refused(session(on=day(10)), episode, cast) == "kind"
    assert refused(session(entered(), on=day(10), kind=Kind.REVIEW), episode, cast) == "kind"
    log(episode, session(on=day(9)), cast)
    log(episode, session(entered(), on=day(10), kind=Kind.FOLLOW_UP), cast)
    record(episode, cast, entered(), on=day(11))


def test_every_value_and_score_can_be_put_right(cast: Cast, episode: Episode) -> None:
    stored = log(episode, session(entered(), entered("gad7", "7")), cast)
    kept = stored.completions.get(measure="phq9")
    gone = stored.completions.get(measure="gad7")
    put_right(
        stored,
        replace(
            session(entered(total="13"), entered("core10", "9")),
            minutes=None,
            note="moved",
            attendance=Attendance.DNA,
        ),
        cast,
    )
    stored = Session.objects.get()
    assert (stored.minutes, stored.note, stored.attendance) == (None, "moved", "dna")
    assert totals(stored) == {"phq9": Decimal(13), "core10": Decimal(9)}
    assert history(stored)[-1] == ("~", cast.alice.pk, "slip")
    assert history(kept)[-1] == ("~", cast.alice.pk, "slip")
    kept_rows: Any = MeasureCompletion
    last = kept_rows.history.filter(uid=gone.uid).latest("history_id")
    assert (last.history_type, last.history_user_id, last.history_change_reason, last.total) == (
        "-",
        cast.alice.pk,
        "slip",
        Decimal(7),
    )


def test_what_is_not_changed_leaves_no_trace(cast: Cast, episode: Episode) -> None:
    stored = log(episode, session(entered(answers="222211200")), cast)
    entry = session(replace(entered(answers="222211200"), mode=None))
    put_right(stored, entry, cast)
    assert len(history(stored)) == 1
    assert len(history(stored.completions.get())) == 1


def test_the_way_a_form_came_stays_where_nobody_says_otherwise(
    cast: Cast, episode: Episode
) -> None:
    stored = log(episode, session(replace(entered(), mode=Mode.SELF)), cast)
    put_right(stored, session(replace(entered(total="3"), mode=None)), cast)
    assert stored.completions.get().mode == "self"
    put_right(stored, session(replace(entered(total="3"), mode=Mode.PRACTITIONER)), cast)
    assert stored.completions.get().mode == "practitioner"


def test_another_date_takes_the_next_place_of_that_day(cast: Cast, episode: Episode) -> None:
    log(episode, session(on=day(9), kind=Kind.REVIEW), cast)
    stored = log(episode, session(), cast)
    put_right(stored, session(on=day(9)), cast)
    assert (stored.held_on, stored.position) == (day(9), 1)
    # Its own row does not stand in its way.
    put_right(stored, replace(session(on=day(9)), minutes=1), cast)
    assert stored.position == 1
    with pytest.raises(RefusedFieldError):
        put_right(stored, session(on=day(9), kind=Kind.REVIEW), cast)


@pytest.mark.parametrize("is_first", [True, False])
def test_a_session_moves_to_another_client_with_its_forms(
    cast: Cast, episode: Episode, other: Episode, is_first: bool
) -> None:
    source, target = (episode, other) if is_first else (other, episode)
    stored = log(source, session(entered(), on=day(20)), cast)
    put_right(stored, session(entered(), on=day(20)), cast, episode=target)
    stored = Session.objects.get()
    assert stored.episode == target
    assert totals(stored) == {"phq9": Decimal(12)}
    kept: Any = stored.history.order_by("history_id")
    assert [row.episode_id for row in kept] == [source.pk, target.pk]


def test_the_rules_are_those_of_the_client_it_moves_to(
    cast: Cast, episode: Episode, other: Episode
) -> None:
    stored = log(episode, session(), cast)
    with pytest.raises(RefusedFieldError, match="Before the referral"):
        put_right(stored, session(), cast, episode=other)
    stored.refresh_from_db()
    assert stored.episode == episode


def test_what_somebody_else_changed_meanwhile_is_told_and_not_overwritten(
    cast: Cast, episode: Episode
) -> None:
    stored = log(episode, session(entered(), entered("gad7", "7")), cast)
    seen = version_of(stored)
    put_right(
        stored,
        replace(session(entered(total="13"), entered("core10", "9")), minutes=45),
        cast,
        by=cast.leda,
    )
    with pytest.raises(ChangedMeanwhileError) as caught:
        put_right(stored, session(entered(total="2")), cast, seen=seen)
    said = str(caught.value)
    assert "the session was changed (the minutes) by Leda" in said
    assert "PHQ-9 was changed (the total) by Leda" in said
    assert "GAD-7 was taken off by Leda" in said
    assert "CORE-10 was added by Leda" in said
    assert totals(Session.objects.get())["phq9"] == Decimal(13)
    with pytest.raises(ChangedMeanwhileError, match="by you at"):
        put_right(stored, session(), cast, seen=seen, by=cast.leda)
    saved(stored, by=None)
    with pytest.raises(ChangedMeanwhileError, match="by a command"):
        put_right(stored, session(), cast, seen=seen)


@pytest.mark.parametrize("seen", ["", "x-y", "999999-999999", "1"])
def test_a_version_that_never_was_is_refused(cast: Cast, episode: Episode, seen: str) -> None:
    stored = log(episode, session(entered()), cast)
    with pytest.raises(ChangedMeanwhileError):
        put_right(stored, session(), cast, seen=seen)


def test_a_session_is_taken_back_with_everything_and_the_history_keeps_it(
    cast: Cast, episode: Episode
) -> None:
    stored = log(episode, session(entered(answers="--------1"), entered("gad7", "7")), cast)
    phq9 = stored.completions.get(measure="phq9")
    response = saved(
        RiskResponse(completion=phq9, asked="asked", done="done", written_by=cast.alice),
        by=cast.alice,
    )
    uids = (stored.uid, phq9.uid, response.uid)
    seen = version_of(stored)
    with pytest.raises(ChangedMeanwhileError):
        remove_session(session=stored, seen="0-0", by=cast.alice, why="wrong client")
    remove_session(session=stored, seen=seen, by=cast.alice, why="wrong client")
    assert not Session.objects.exists()
    assert not MeasureCompletion.objects.exists()
    assert not RiskResponse.objects.exists()
    models: tuple[Any, ...] = (Session, MeasureCompletion, RiskResponse)
    for model, uid in zip(models, uids, strict=True):
        last = model.history.filter(uid=uid).latest("history_id")
        assert (last.history_type, last.history_user_id, last.history_change_reason) == (
            "-",
            cast.alice.pk,
            "wrong client",
        )


def test_forms_without_a_meeting_stand_alone(cast: Cast, episode: Episode) -> None:
    stored = record(episode, cast, entered(), entered("gad7", "7"))
    assert not Session.objects.exists()
    assert [(form.episode, form.completed_on, form.position) for form in stored] == [
        (episode, day(8), 0),
        (episode, day(8), 0),
    ]
    assert all(form.entered_by == cast.alice for form in stored)
    assert history(stored[0]) == [("+", cast.alice.pk, "logged")]


def test_the_same_lone_forms_twice_are_stored_once(cast: Cast, episode: Episode) -> None:
    uid = uuid.uuid4()
    first = record(episode, cast, entered(), entered("gad7", "7"), uid=uid)
    again = record(episode, cast, entered(), entered("gad7", "7"), uid=uid)
    assert set(again) == set(first)
    assert MeasureCompletion.objects.count() == 2
    for forms, on in (
        ([entered(total="13"), entered("gad7", "7")], day(8)),
        ([entered(), entered("core10", "7")], day(8)),
        ([entered(), entered("gad7", "7")], day(9)),
    ):
        with pytest.raises(RefusedError, match=SAVED_ALREADY[:40]):
            record(episode, cast, *forms, on=on, uid=uid)


def test_one_lone_form_of_a_measure_a_day_and_none_before_the_referral(
    cast: Cast, episode: Episode
) -> None:
    record(episode, cast, entered())
    with pytest.raises(RefusedFieldError, match="already recorded for this day") as caught:
        record(episode, cast, entered("gad7", "1"), entered())
    assert caught.value.field == "phq9"
    assert MeasureCompletion.objects.count() == 1
    with pytest.raises(RefusedFieldError) as caught:
        record(episode, cast, entered(), on=REFERRED_ON - dt.timedelta(days=1))
    assert caught.value.field == "date"


def change_form(form: MeasureCompletion, cast: Cast, entry: FormEntry, **other: Any) -> None:
    asked: dict[str, Any] = {
        "form": form,
        "entry": entry,
        "on": form.completed_on,
        "episode": form.episode,
        "seen": version_of(form),
        "by": cast.alice,
        "why": "slip",
    }
    change_lone_form(**asked | other)


def test_a_lone_form_is_put_right(cast: Cast, episode: Episode) -> None:
    (form,) = record(episode, cast, entered())
    change_form(form, cast, entered(total="13"))
    form.refresh_from_db()
    assert form.total == Decimal(13)
    assert history(form)[-1] == ("~", cast.alice.pk, "slip")
    log(episode, session(on=day(9)), cast)
    change_form(form, cast, entered(total="13"), on=day(9))
    assert (form.completed_on, form.position) == (day(9), 1)
    make_completion(of=episode, on=day(12), measure="gad7", position=4)
    change_form(form, cast, entered(total="13"), on=day(12))
    assert form.position == 4


def test_a_lone_form_moves_to_another_client(cast: Cast, episode: Episode, other: Episode) -> None:
    (form,) = record(episode, cast, entered())
    with pytest.raises(RefusedFieldError, match="Before the referral"):
        change_form(form, cast, entered(), episode=other)
    change_form(form, cast, entered(), episode=other, on=day(12))
    form.refresh_from_db()
    assert (form.episode, form.completed_on) == (other, day(12))
    make_completion(of=episode, on=day(12))
    with pytest.raises(RefusedFieldError, match="already recorded"):
        change_form(form, cast, entered(), episode=episode)


def test_a_lone_form_changed_meanwhile_is_not_overwritten(cast: Cast, episode: Episode) -> None:
    (form,) = record(episode, cast, entered())
    seen = version_of(form)
    change_form(form, cast, entered(total="13"), by=cast.leda)
    with pytest.raises(ChangedMeanwhileError, match=r"PHQ-9 was changed \(the total\) by Leda"):
        change_form(form, cast, entered(total="2"), seen=seen)
    with pytest.raises(ChangedMeanwhileError):
        remove_form(form=form, seen=seen, by=cast.alice, why="")
    # A double click: these very values are stored already.
    change_form(form, cast, entered(total="13"), seen=seen)
    assert len(history(form)) == 2


def test_a_form_of_a_session_is_changed_with_its_session(cast: Cast, episode: Episode) -> None:
    form = log(episode, session(entered()), cast).completions.get()
    with pytest.raises(ValueError, match="with its session"):
        change_form(form, cast, entered(), episode=episode)


def test_one_form_is_taken_back(cast: Cast, episode: Episode) -> None:
    stored = log(episode, session(entered(), entered("gad7", "7")), cast)
    form = stored.completions.get(measure="gad7")
    uid = form.uid
    remove_form(form=form, seen=version_of(form), by=cast.alice, why="of somebody else")
    assert totals(stored) == {"phq9": Decimal(12)}
    kept: Any = MeasureCompletion
    assert kept.history.filter(uid=uid).latest("history_id").history_type == "-"


def turn(stored: Session, cast: Cast, *forms: FormEntry, **other: Any) -> Any:
    asked: dict[str, Any] = {
        "session": stored,
        "forms": forms,
        "on": stored.held_on,
        "episode": stored.episode,
        "seen": version_of(stored),
        "by": cast.alice,
        "why": "no meeting",
        "now": NOW,
    }
    return turn_into_lone_forms(**asked | other)


def test_a_session_that_was_none_leaves_its_forms_alone_with_what_was_written(
    cast: Cast, episode: Episode, other: Episode
) -> None:
    stored = log(episode, session(entered(answers="--------1"), entered("gad7", "7")), cast)
    phq9 = stored.completions.get(measure="phq9")
    saved(RiskResponse(completion=phq9, asked="asked", done="done"), by=cast.alice)
    with pytest.raises(ChangedMeanwhileError):
        turn(stored, cast, entered(), seen="0-0")
    with pytest.raises(RefusedFieldError, match="Before the referral"):
        turn(stored, cast, entered(), episode=other)
    assert Session.objects.count() == 1
    turn(stored, cast, entered(answers="--------1"), entered("core10", "9"))
    assert not Session.objects.exists()
    forms = {form.measure: form for form in MeasureCompletion.objects.all()}
    assert set(forms) == {"phq9", "core10"}
    assert forms["phq9"] == phq9
    assert RiskResponse.objects.get().completion == phq9
    assert {(form.episode, form.completed_on, form.position) for form in forms.values()} == {
        (episode, day(7), 1)
    }
    assert history(phq9)[-1] == ("~", cast.alice.pk, "no meeting")
    assert history(forms["core10"]) == [("+", cast.alice.pk, "no meeting")]


def test_it_joins_the_lone_forms_of_its_day(cast: Cast, episode: Episode) -> None:
    record(episode, cast, entered("gad7", "7"), on=day(7))
    stored = log(episode, session(entered()), cast)
    (form,) = turn(stored, cast, entered())
    assert form.position == 0
    again = log(episode, session(entered()), cast)
    with pytest.raises(RefusedFieldError, match="already recorded for this day"):
        turn(again, cast, entered())


def test_a_session_as_it_was_when_somebody_looked_at_it(cast: Cast, episode: Episode) -> None:
    stored = log(episode, session(entered(), entered("gad7", "7")), cast)
    seen = version_of(stored)
    later = replace(session(entered(total="13"), entered("core10", "9")), minutes=45)
    put_right(stored, later, cast, by=cast.leda)
    put_right(stored, replace(later, forms=later.forms[:1]), cast)
    found = as_it_was(stored, seen=seen)
    assert found is not None
    then, forms = found
    assert (then.pk, then.minutes) == (stored.pk, session().minutes)
    assert {name: form.total for name, form in forms.items()} == {"phq9": 12, "gad7": 7}
    found = as_it_was(stored, seen=version_of(stored))
    assert found is not None
    then, forms = found
    assert then.minutes == 45
    assert {name: form.total for name, form in forms.items()} == {"phq9": 13}


def test_a_lone_form_as_it_was(cast: Cast, episode: Episode) -> None:
    (form,) = record(episode, cast, entered())
    seen = version_of(form)
    change_form(form, cast, entered(total="13"))
    found = as_it_was(form, seen=seen)
    assert found is not None
    then, forms = found
    assert (then.pk, then.total, forms) == (form.pk, 12, {})
    assert as_it_was(form, seen="0-999999") is None


@pytest.mark.parametrize("seen", ["", "x-y", "999999-999999", "1"])
def test_what_never_was_has_no_state(cast: Cast, episode: Episode, seen: str) -> None:
    assert as_it_was(log(episode, session(entered()), cast), seen=seen) is None
