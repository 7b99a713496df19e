"""What the histories tell of changes after entry, against a log kept by whoever made them."""

import datetime as dt
import uuid
from collections import Counter
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from practice.actions.writing import change
from practice.caseload_files.storing import WHY
from practice.cases.integrity import Ledger, load_ledger, load_ledger_since
from practice.cohorts import Scope
from practice.domain.endings import PLANNED, Ending
from practice.domain.integrity import Way
from practice.domain.integrity_counts import (
    EndingCounts,
    ScoreCounts,
    SessionCounts,
    count_endings,
    count_scores,
    count_sessions,
)
from practice.domain.measures import Mode
from practice.domain.periods import Period
from practice.domain.sessions import Kind, Medium
from practice.models import CaseloadUpload, Episode, MeasureCompletion, Session
from practice.reports.supervision_integrity import facts, score_changes
from tests.caseloads import LAST_DAY, MONTH, store, therapies
from tests.cases.editing import FIRST, Editor, Log, LoggedForm, Moment
from tests.cast import (
    Cast,
    day,
    hand_over,
    make_client,
    make_completion,
    make_episode,
    make_session,
    saved,
)
from tests.reports.supervising import gather_statistics

pytestmark = pytest.mark.django_db

HOURS_24 = dt.timedelta(hours=24)
# What an import on the page writes.
UPLOAD = CaseloadUpload(uid=uuid.UUID(int=7)).why


# --- The second, slow answer: from the log alone


def slow_scores(log: Log, period: Period) -> ScoreCounts:
    within = [
        (log.day_of(form), form)
        for form in log.forms.values()
        if log.day_of(form) in period and any(isinstance(t, Decimal) for _, t in form.totals)
    ]
    soon: Counter[Way] = Counter()
    later: Counter[Way] = Counter()
    for _day, form in within:
        if len(form.totals) > 1:
            entered = form.totals[0][0]
            is_soon = all(moment - entered <= HOURS_24 for moment, _ in form.totals)
            (soon if is_soon else later)[slow_way(form)] += 1
    return ScoreCounts(
        of=len(within),
        soon=soon,
        later=later,
        edits=sum(len(form.totals) - 1 for _, form in within),
        entered_here=len(within),
        late=sum(slow_late(form.totals[0][0], on) for on, form in within),
    )


def slow_way(form: LoggedForm) -> Way:
    first, last = form.totals[0][1], form.totals[-1][1]
    if last == "gone":
        return Way.REMOVED
    if first == last:
        return Way.SAME
    if not isinstance(first, Decimal):
        return Way.SCORED
    if not isinstance(last, Decimal):
        return Way.UNSCORED
    return Way.LOWER if last < first else Way.HIGHER


def slow_late(entered: Moment, on: dt.date) -> bool:
    return on + dt.timedelta(days=7) < timezone.localdate(entered)


def slow_sessions(log: Log, period: Period) -> SessionCounts:
    within = {key: each for key, each in log.sessions.items() if each.day in period}
    scored = {
        form.session
        for form in log.forms.values()
        if any(isinstance(total, Decimal) for _, total in form.totals)
    }
    moves = [
        (each.kinds[0][1], each.kinds[-1][2])
        for each in within.values()
        if each.kinds and each.kinds[0][1] != each.kinds[-1][2]
    ]
    return SessionCounts(
        of=len(within),
        removed=sum(each.removed is not None for each in within.values()),
        with_score=len(scored & set(within)),
        kind_changed=sum(len(each.kinds) > 0 for each in within.values()),
        to_follow_up=sum(after == Kind.FOLLOW_UP for _, after in moves),
        from_follow_up=sum(before == Kind.FOLLOW_UP for before, _ in moves),
        day_changed=sum(len(each.days) > 0 for each in within.values()),
        entered_here=len(within),
        late=sum(slow_late(each.entered, each.day) for each in within.values()),
    )


def slow_endings(log: Log, period: Period) -> EndingCounts:
    found: Counter[str] = Counter()
    for steps in log.endings.values():
        if not any(step is not None and step[0] in period for _, step in steps):
            continue
        found["of"] += 1
        found["reopened"] += any(step is None for _, step in steps)
        changed = slow_ending_changes(steps)
        found["redated"] += any(before[0] != after[0] for _, _, before, after in changed)
        recoded = [each for each in changed if each[2][1] != each[3][1]]
        found["recoded"] += bool(recoded)
        found["later"] += any(moment - entered > HOURS_24 for moment, entered, _, _ in changed)
        if recoded:
            was, is_now = recoded[0][2][1] in PLANNED, recoded[-1][3][1] in PLANNED
            found["to_planned"] += is_now and not was
            found["from_planned"] += was and not is_now
    return EndingCounts(**{name: found[name] for name in EndingCounts.__dataclass_fields__})


Ended = tuple[dt.date, Ending | None]


def slow_ending_changes(
    steps: list[tuple[Moment, Ended | None]],
) -> list[tuple[Moment, Moment, Ended, Ended]]:
    """Moment, when that ending was entered, before, after."""
    found: list[tuple[Moment, Moment, Ended, Ended]] = []
    spell: list[tuple[Moment, Ended]] = []
    for moment, step in steps:
        if step is None:
            spell = []
            continue
        if spell:
            found.append((moment, spell[0][0], spell[-1][1], step))
        spell.append((moment, step))
    return found


def slow_facts(log: Log, days: Period) -> Counter[tuple[int, Moment]]:
    """How many lines each episode has for each moment, what was entered late left aside."""
    found: Counter[tuple[int, Moment]] = Counter()
    for form in log.forms.values():
        if any(isinstance(total, Decimal) for _, total in form.totals):
            found.update((log.episode_of(form), moment) for moment, _ in form.totals[1:])
    for session in log.sessions.values():
        found.update((session.episode, each[0]) for each in (*session.kinds, *session.days))
        if session.removed is not None:
            found[session.episode, session.removed] += 1
    for episode, steps in log.endings.items():
        found.update((episode, each[0]) for each in slow_ending_changes(steps))
        found.update((episode, moment) for moment, step in steps if step is None)
    found.update((episode, moment) for moment, episode in log.left_out)
    return Counter({key: n for key, n in found.items() if timezone.localdate(key[1]) in days})


def periods(last: Moment) -> list[Period]:
    """All of it, a month in the middle, and the last ten days."""
    start, end = FIRST.date(), timezone.localdate(last)
    return [
        Period(start=start, end=end),
        Period(start=start + dt.timedelta(days=20), end=start + dt.timedelta(days=50)),
        Period(start=end - dt.timedelta(days=10), end=end),
    ]


@pytest.mark.parametrize("seed", [1, 2])
def test_a_random_editing_counts_as_its_own_log_says(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    editor = Editor(cast, seed=seed, episodes=8)
    monkeypatch.setattr("django.utils.timezone.now", editor.clock)
    log = editor.edit(260)
    scope = Scope(service=cast.service, practitioner=cast.alice)
    for period in periods(editor.now):
        ledger = load_ledger(scope, period)
        assert count_scores(ledger.scores, period) == slow_scores(log, period)
        assert count_sessions(ledger.sessions, period) == slow_sessions(log, period)
        assert count_endings(ledger.endings, period) == slow_endings(log, period)
        since = facts(load_ledger_since(scope, period), period)
        told = Counter((fact.episode, fact.at) for fact in since if "entered" not in fact.change)
        assert told == slow_facts(log, period)
    there_is_all_to_count(log, periods(editor.now)[0])


def there_is_all_to_count(log: Log, whole: Period) -> None:
    """Else the two answers might agree on nothing."""
    scores, sessions = slow_scores(log, whole), slow_sessions(log, whole)
    assert {*scores.soon, *scores.later} >= {Way.LOWER, Way.HIGHER, Way.SAME, Way.REMOVED}
    assert sum(scores.soon.values()) * sum(scores.later.values()) > 0
    assert 0 < sessions.late < sessions.of
    assert min(sessions.kind_changed, sessions.day_changed, sessions.removed) > 0
    assert min(scores.late, sessions.to_follow_up + sessions.from_follow_up) > 0
    endings = slow_endings(log, whole)
    assert min(endings.redated, endings.recoded, endings.reopened, endings.later) > 0


# --- What the editing cannot do


def whole(cast: Cast) -> Scope:
    return Scope(service=cast.service)


PERIOD = Period(start=day(0), end=day(200))


def ledger_of(cast: Cast) -> Ledger:
    return load_ledger(whole(cast), PERIOD)


def test_nothing_entered_is_an_empty_ledger(cast: Cast) -> None:
    ledger = ledger_of(cast)
    assert (ledger.scores, ledger.sessions, ledger.endings, ledger.how) == ((), (), (), {})


@pytest.mark.parametrize("why", [WHY, UPLOAD, "logged", "imported it twice", f"{UPLOAD} again"])
def test_what_an_import_brought_has_no_entry_day_of_its_own(cast: Cast, why: str) -> None:
    episode = make_episode(client=make_client(service=cast.service), holder=cast.alice)
    session = saved(Session(episode=episode, held_on=day(7)), by=cast.alice, why=why)
    saved(
        MeasureCompletion(session=session, measure="phq9", total=Decimal(9)),
        by=cast.alice,
        why=why,
    )
    is_imported = why in {WHY, UPLOAD}
    (session_story,), (score,) = ledger_of(cast).sessions, ledger_of(cast).scores
    # Months have passed since day 7 by the clock: only what somebody typed in is late.
    assert session_story.entry.is_imported == score.entry.is_imported == is_imported
    assert session_story.is_late == score.is_late == (not is_imported)


def test_an_import_that_was_undone_never_was(cast: Cast) -> None:
    episode = make_episode(client=make_client(service=cast.service), holder=cast.alice)
    for why, stays in ((f"undo of {UPLOAD}", 0), ("undo of import by hand", 1)):
        session = make_session(episode=episode, held_on=day(7), by=cast.alice)
        form = make_completion(of=session, by=cast.alice)
        for row in (form, session):
            row._change_reason = why  # type: ignore[union-attr]
            row.delete()
        ledger = ledger_of(cast)
        assert (len(ledger.sessions), len(ledger.scores)) == (stays, stays)


def test_how_a_form_came_and_a_saving_as_it_was_are_no_change(cast: Cast) -> None:
    episode = make_episode(client=make_client(service=cast.service), holder=cast.alice)
    form = make_completion(of=make_session(episode=episode, held_on=day(7)), by=cast.alice)
    change(form, {"mode": Mode.SELF.value}, by=cast.alice, why="asked again")
    saved(form, by=cast.alice)
    assert ledger_of(cast).scores[0].edits == ()


def test_a_kind_changed_before_any_score_is_not_counted(cast: Cast) -> None:
    episode = make_episode(client=make_client(service=cast.service), holder=cast.alice)
    session = make_session(episode=episode, held_on=day(7), by=cast.alice)
    form = make_completion(of=session, total=None, answers="1--------", by=cast.alice)
    change(session, {"kind": Kind.REVIEW.value}, by=cast.alice, why="")
    change(form, {"total": Decimal(9), "answers": "1" * 9}, by=cast.alice, why="")
    assert ledger_of(cast).sessions[0].kinds == ()
    change(session, {"kind": Kind.FOLLOW_UP.value}, by=cast.alice, why="it was one")
    (edit,) = ledger_of(cast).sessions[0].kinds
    assert (edit.before, edit.after, edit.why) == (Kind.REVIEW, Kind.FOLLOW_UP, "it was one")


def test_a_kind_changed_after_the_score_was_moved_elsewhere_is_not_counted(cast: Cast) -> None:
    episode = make_episode(client=make_client(service=cast.service), holder=cast.alice)
    first, second = (make_session(episode=episode, held_on=day(on)) for on in (7, 14))
    form = make_completion(of=first, by=cast.alice)
    change(form, {"session": second}, by=cast.alice, why="wrong week")
    change(first, {"kind": Kind.REVIEW.value}, by=cast.alice, why="")
    (score,) = ledger_of(cast).scores
    assert score.on == day(14)
    assert all(story.kinds == () and story.has_score for story in ledger_of(cast).sessions)


def test_whoever_held_it_at_the_end_has_it_in_the_counts(cast: Cast) -> None:
    handed = make_episode(client=make_client(service=cast.service), holder=cast.alice)
    form = make_completion(of=make_session(episode=handed, held_on=day(7)), by=cast.alice)
    change(form, {"total": Decimal(1)}, by=cast.alice, why="")
    hand_over(episode=handed, to=cast.bob, on=day(30))
    make_completion(
        of=make_session(
            episode=make_episode(
                client=make_client(service=cast.other_service), holder=cast.charlie
            ),
            held_on=day(7),
        )
    )
    counts = {
        person: len(load_ledger(Scope(service=cast.service, practitioner=person), PERIOD).scores)
        for person in (cast.alice, cast.bob, None)
    }
    assert counts == {cast.alice: 0, cast.bob: 1, None: 1}


def test_a_form_that_was_moved_to_another_service_is_not_told_of(cast: Cast) -> None:
    here = make_episode(client=make_client(service=cast.service), holder=cast.alice)
    there = make_episode(client=make_client(service=cast.other_service), holder=cast.charlie)
    form = make_completion(of=make_session(episode=here, held_on=day(7)), by=cast.alice)
    elsewhere = make_session(episode=there, held_on=day(7))
    change(form, {"session": elsewhere}, by=cast.alice, why="")
    ledger = ledger_of(cast)
    assert ledger.scores == ()
    assert len(ledger.sessions) == 1


def test_an_ending_moved_out_of_the_period_is_found_and_keeps_its_reasons(cast: Cast) -> None:
    episode = make_episode(
        client=make_client(service=cast.service),
        holder=cast.alice,
        ended_on=day(50),
        ending=Ending.CRISIS,
    )
    change(episode, {"ended_on": day(5)}, by=cast.alice, why="the letter says so")
    later = Period(start=day(40), end=day(60))
    (story,) = load_ledger(whole(cast), later).endings
    assert [edit.why for edit in story.redated] == ["the letter says so"]
    assert count_endings([story], later).redated == 1


def test_how_scores_of_ended_episodes_came_and_agreed_pauses(cast: Cast) -> None:
    ended = make_episode(
        client=make_client(service=cast.service), holder=cast.alice, ended_on=day(50)
    )
    session = make_session(episode=ended, held_on=day(7), medium=Medium.VIDEO)
    make_completion(of=session, total=9, mode=Mode.SELF.value)
    make_completion(of=ended, on=day(9), total=8)
    make_completion(of=ended, on=day(10), total=None, answers="1--------")
    paused = make_episode(
        client=make_client(service=cast.service),
        holder=cast.alice,
        paused_until=day(300),
        pause_reason="travelling",
    )
    make_completion(of=make_session(episode=paused, held_on=day(7)))
    ledger = ledger_of(cast)
    assert ledger.paused_until == {paused.pk: day(300)}
    assert set(ledger.how) == {ended.pk}
    assert {(each.score.total, each.medium, each.mode) for each in ledger.how[ended.pk]} == {
        (Decimal(9), Medium.VIDEO, Mode.SELF),
        (Decimal(8), None, Mode.TRANSCRIBED),
    }


def test_a_form_that_came_late_with_its_session_is_one_line(cast: Cast) -> None:
    episode = make_episode(client=make_client(service=cast.service), holder=cast.alice)
    session = make_session(episode=episode, held_on=day(7), by=cast.alice)
    make_completion(of=session, by=cast.alice)
    today = Period(start=timezone.localdate(), end=timezone.localdate())
    found = facts(load_ledger_since(whole(cast), today), today)
    days = (timezone.localdate() - day(7)).days
    assert [(fact.what, fact.change) for fact in found] == [
        ("Session of 12 January 2026", f"entered {days} days after it")
    ]


def test_changes_of_other_days_are_not_since(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = {"now": dt.datetime(2026, 1, 12, 12, 0, tzinfo=dt.UTC)}
    monkeypatch.setattr("django.utils.timezone.now", lambda: clock["now"])
    episode = make_episode(client=make_client(service=cast.service), holder=cast.alice)
    session = make_session(episode=episode, held_on=day(7), by=cast.alice)
    first = make_completion(of=session, by=cast.alice)
    second = make_completion(of=session, measure="gad7", by=cast.alice)
    # Half past midnight in London, still the day before in UTC.
    for moment, total in (((1, 20, 12, 0), 11), ((6, 9, 23, 30), 10), ((6, 11, 12, 0), 9)):
        month, on, hour, minute = moment
        clock["now"] = dt.datetime(2026, month, on, hour, minute, tzinfo=dt.UTC)
        change(first, {"total": Decimal(total)}, by=cast.alice, why="")
    second.delete()
    days = Period(start=dt.date(2026, 6, 10), end=dt.date(2026, 6, 10))
    ledger = load_ledger_since(whole(cast), days)
    assert [fact.change for fact in facts(ledger, days)] == ["score from 11 to 10"]
    changes = score_changes(ledger, days, of=2)
    assert (changes.changed, changes.removed) == (1, 0)


# --- As many queries for many as for one


def test_as_many_queries_whatever_the_caseload(cast: Cast) -> None:
    year = MONTH.twelve_months_to
    since = Period(start=LAST_DAY, end=timezone.localdate())
    scope = Scope(service=cast.service, practitioner=cast.alice)
    counts = []
    for size in (1, 29, 90):
        store(cast.service, cast.alice, therapies(size, ended=size // 2, still_open=size))
        gather_statistics()
        with CaptureQueriesContext(connection) as captured:
            load_ledger(scope, year)
        with CaptureQueriesContext(connection) as captured_since:
            facts(load_ledger_since(scope, since), since)
        counts.append((len(captured), len(captured_since)))
    assert Episode.objects.count() > 150
    assert counts == [(5, 4)] * 3
