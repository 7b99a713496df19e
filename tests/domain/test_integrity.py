"""What was changed, entered late or taken back: each edge that a wrong reading would move."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

import pytest

from practice.domain.endings import Ending, LeftOut
from practice.domain.integrity import (
    IMPORT_UNDONE,
    Edit,
    EndingState,
    EndingStory,
    Entry,
    FormState,
    ScoreStory,
    SessionStory,
    Stood,
    Way,
    edits,
    ending_story,
    form_edits,
    is_import,
    is_import_undone,
)
from practice.domain.integrity_counts import (
    HowMeasured,
    count_endings,
    count_scores,
    count_sessions,
    count_silent,
    last_measured,
    measure_stops,
    silence_words,
)
from practice.domain.measures import Mode, PrimaryOutcome
from practice.domain.outcomes import Course
from practice.domain.periods import Period
from practice.domain.records import EpisodeRecord, ScoreRecord, SessionRecord
from practice.domain.sessions import Attendance, Kind, Medium

DAY = dt.date(2026, 3, 2)
ENTERED = dt.datetime(2026, 3, 2, 17, 0, tzinfo=dt.UTC)
HOURS_24 = dt.timedelta(hours=24)
SECOND = dt.timedelta(seconds=1)
PERIOD = Period(start=DAY, end=DAY + dt.timedelta(days=30))


def later(days: int) -> dt.date:
    return DAY + dt.timedelta(days=days)


def form(total: int | None, answers: str = "") -> FormState:
    return FormState(total=None if total is None else Decimal(total), answers=answers)


def entry(*, days: int = 0, imported: bool = False) -> Entry:
    return Entry(at=ENTERED, on=later(days), is_imported=imported)


def score(
    *states: FormState | None,
    after: Sequence[dt.timedelta] = (dt.timedelta(hours=1),),
    entered: Entry | None = None,
    on: dt.date = DAY,
) -> ScoreStory:
    """A score that stood like this, one state after another; after: the moment of each change."""
    moments = [dt.timedelta(), *after]
    stood = [
        Stood(at=ENTERED + moment, value=state, why="mistyped")
        for moment, state in zip(moments, states, strict=True)
    ]
    return ScoreStory(
        episode=1,
        measure="phq9",
        on=on,
        entry=entered or entry(),
        edits=form_edits(stood, entered=ENTERED),
    )


def session(
    *kinds: Kind,
    moves: Sequence[dt.date] = (),
    entered: Entry | None = None,
    on: dt.date = DAY,
    has_score: bool = True,
    removed: bool = False,
) -> SessionStory:
    """A session with these kinds, one after another, an hour apart."""
    hour = dt.timedelta(hours=1)
    return SessionStory(
        episode=1,
        on=on,
        entry=entered or entry(),
        has_score=has_score,
        kinds=edits(
            [Stood(at=ENTERED + hour * place, value=kind) for place, kind in enumerate(kinds)],
            entered=ENTERED,
        ),
        days=edits(
            [Stood(at=ENTERED + hour * place, value=day) for place, day in enumerate(moves)],
            entered=ENTERED,
        ),
        removal=Edit(at=ENTERED, before=on, after=None, why="", after_entry=hour)
        if removed
        else None,
    )


def ending(*states: EndingState | None, gap: dt.timedelta = HOURS_24) -> EndingStory:
    return ending_story(
        1,
        [Stood(at=ENTERED + gap * place, value=state) for place, state in enumerate(states)],
    )


def ended(day: int, reason: Ending | None = None, left_out: LeftOut | None = None) -> EndingState:
    return EndingState(ended_on=later(day), ending=reason, left_out=left_out)


OPEN = EndingState(ended_on=None, ending=None)


@pytest.mark.parametrize(
    ("after", "is_soon"), [(HOURS_24 - SECOND, True), (HOURS_24, True), (HOURS_24 + SECOND, False)]
)
def test_exactly_24_hours_after_entry_is_within_them(after: dt.timedelta, is_soon: bool) -> None:
    counts = count_scores([score(form(12), form(10), after=[after])], PERIOD)
    assert (sum(counts.soon.values()), sum(counts.later.values())) == (is_soon, not is_soon)
    assert counts.changed.k == 1


def test_saved_again_as_it_was_is_no_change() -> None:
    assert score(form(12), form(12)).edits == ()
    assert score(form(12), form(12)).way is None


@pytest.mark.parametrize(
    ("before", "after", "way"),
    [
        (form(12), form(11), Way.LOWER),
        (form(12), form(13), Way.HIGHER),
        (form(12), form(0), Way.LOWER),
        (form(12), None, Way.REMOVED),
        (form(None, "1--------"), form(9, "111111111"), Way.SCORED),
        (form(9, "111111111"), form(None, "1-1111111"), Way.UNSCORED),
        (form(2, "110000000"), form(2, "100000001"), Way.SAME),
        (form(2, "110000000"), form(2), Way.SAME),
    ],
)
def test_the_direction_of_a_change(before: FormState, after: FormState | None, way: Way) -> None:
    assert score(before, after).way is way


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (form(2), form(2, "110000000")),
        (form(2), form(2, "--------1")),
        (form(2, "--------1"), form(2, "100000001")),
    ],
    ids=["items added to a total", "risk item added to a total", "the other items added"],
)
def test_items_added_to_a_known_total_are_no_change(before: FormState, after: FormState) -> None:
    assert score(before, after).edits == ()


def test_changed_and_changed_back_is_two_changes_of_one_score_with_the_same_total() -> None:
    hour = dt.timedelta(hours=1)
    story = score(form(12), form(8), form(12), after=[hour, 2 * hour])
    counts = count_scores([story], PERIOD)
    assert (len(story.edits), story.way) == (2, Way.SAME)
    assert (counts.changed.k, counts.edits, counts.soon) == (1, 2, {Way.SAME: 1})


def test_one_later_change_makes_the_score_later_and_the_ends_give_the_direction() -> None:
    hour = dt.timedelta(hours=1)
    story = score(form(12), form(14), form(11), after=[hour, HOURS_24 + hour])
    counts = count_scores([story], PERIOD)
    assert (counts.soon, counts.later) == ({}, {Way.LOWER: 1})


def test_changed_and_then_removed_is_removed() -> None:
    hour = dt.timedelta(hours=1)
    assert score(form(12), form(14), None, after=[hour, 2 * hour]).way is Way.REMOVED


def test_a_score_counts_on_the_day_it_is_of_and_removed_ones_stay_in_the_denominator() -> None:
    stories = [
        score(form(12), after=()),
        score(form(12), None),
        score(form(12), form(3), on=later(-1)),
        score(form(12), form(3), on=later(31)),
        score(form(12), after=(), on=later(30)),
    ]
    counts = count_scores(stories, PERIOD)
    assert (counts.changed.k, counts.changed.n) == (1, 3)


@pytest.mark.parametrize(("days", "late"), [(-3, 0), (0, 0), (7, 0), (8, 1)])
def test_exactly_seven_days_after_is_not_late(days: int, late: int) -> None:
    assert count_scores([score(form(1), after=(), entered=entry(days=days))], PERIOD).late == late
    assert count_sessions([session(entered=entry(days=days))], PERIOD).late == late


def test_an_import_is_counted_apart_and_never_late() -> None:
    imported = entry(days=300, imported=True)
    sessions = count_sessions([session(entered=imported), session()], PERIOD)
    assert (sessions.of, sessions.imported, sessions.entered_here, sessions.late) == (2, 1, 1, 0)
    scores = count_scores([score(form(1), after=(), entered=imported)], PERIOD)
    assert (scores.of, scores.entered_here, scores.late) == (1, 0, 0)


def test_kind_changes_are_of_sessions_with_a_score() -> None:
    counts = count_sessions(
        [
            session(Kind.TREATMENT, Kind.FOLLOW_UP),
            session(Kind.FOLLOW_UP, Kind.TREATMENT),
            session(Kind.TREATMENT, Kind.FOLLOW_UP, Kind.TREATMENT),
            session(Kind.TREATMENT, Kind.TREATMENT),
            session(has_score=False),
            session(removed=True),
        ],
        PERIOD,
    )
    assert (counts.with_score, counts.kind_changed) == (5, 3)
    assert (counts.to_follow_up, counts.from_follow_up) == (1, 1)
    assert (counts.of, counts.removed, counts.day_changed) == (6, 1, 0)


def test_a_session_moved_to_another_day_counts_on_the_new_one() -> None:
    moved = session(moves=[later(40), later(2)], on=later(2))
    away = session(moves=[later(2), later(40)], on=later(40))
    counts = count_sessions([moved, away], PERIOD)
    assert (counts.of, counts.day_changed) == (1, 1)


def test_an_ending_as_first_entered_is_no_change() -> None:
    counts = count_endings([ending(OPEN, ended(3, Ending.CRISIS)), ending(ended(3))], PERIOD)
    assert (counts.of, counts.redated, counts.recoded, counts.later, counts.reopened) == (
        2,
        0,
        0,
        0,
        0,
    )


def test_endings_given_another_day_and_reason() -> None:
    counts = count_endings(
        [
            ending(OPEN, ended(3, Ending.CRISIS), ended(9, Ending.CRISIS)),
            ending(OPEN, ended(3, Ending.CRISIS), ended(3, Ending.AGREED_AT_END)),
            ending(ended(3), ended(4, Ending.OTHER_PLANNED), gap=2 * HOURS_24),
            ending(ended(3, Ending.OTHER_PLANNED), ended(3, Ending.CRISIS)),
            ending(ended(3, Ending.CRISIS), ended(3, Ending.LOSS_OF_CONTACT)),
        ],
        PERIOD,
    )
    assert (counts.of, counts.redated, counts.recoded) == (5, 2, 4)
    assert (counts.to_planned, counts.from_planned) == (2, 1)
    # The time runs from when the ending was entered, not the episode.
    assert counts.later == 1


def test_moved_out_of_the_period_is_still_counted_there() -> None:
    counts = count_endings([ending(ended(3), ended(400))], PERIOD)
    assert (counts.of, counts.redated) == (1, 1)
    assert count_endings([ending(ended(-1), ended(31))], PERIOD).of == 0


def test_reopened_and_ended_anew_is_reopened_and_not_redated() -> None:
    story = ending(OPEN, ended(3), OPEN, ended(9, Ending.CRISIS))
    assert (len(story.reopened), story.redated, story.recoded) == (1, (), ())
    assert count_endings([story, ending(OPEN)], PERIOD).of == 1


def test_an_episode_that_an_undone_import_took_away_has_no_endings() -> None:
    assert ending(ended(3), None).reopened == ()
    assert ending(None).days == frozenset()


def test_leaving_out_and_taking_in_are_told_of_and_are_no_change_of_the_ending() -> None:
    story = ending(ended(3), ended(3, left_out=LeftOut.TEST_RECORD), ended(3))
    assert [edit.after and edit.after.left_out for edit in story.left_out] == [
        LeftOut.TEST_RECORD,
        None,
    ]
    assert (story.redated, story.recoded, story.reopened) == ((), (), ())


def test_recoded_and_back_is_neither_to_planned_nor_from_it() -> None:
    story = ending(ended(3, Ending.CRISIS), ended(3, Ending.OTHER_PLANNED), ended(3, Ending.CRISIS))
    assert len(story.recoded) == 2
    assert not story.recoded_to_planned
    assert not story.recoded_from_planned


def measured(
    *occasions: tuple[int, Medium | None, Mode], measure: str = "phq9", key: int = 1
) -> tuple[Course, tuple[HowMeasured, ...]]:
    """A course with a treatment session and a score on each of these days."""
    scores = [
        ScoreRecord(measure=measure, on=later(day), total=Decimal(9), kind=Kind.TREATMENT)
        for day, _medium, _mode in occasions
    ]
    how = tuple(
        HowMeasured(score=each, medium=medium, mode=mode)
        for each, (_day, medium, mode) in zip(scores, occasions, strict=True)
    )
    sessions = tuple(
        SessionRecord(on=each.on, kind=Kind.TREATMENT, attendance=Attendance.ATTENDED)
        for each in scores
    )
    record = EpisodeRecord(
        key=key,
        referred_on=DAY,
        ended_on=later(60),
        sessions=sessions,
        scores=tuple(scores),
    )
    return Course(episode=record, until=later(60)), how


VIDEO, ROOM = Medium.VIDEO, Medium.FACE_TO_FACE
PAPER, SELF = Mode.TRANSCRIBED, Mode.SELF


@pytest.mark.parametrize(
    ("occasions", "medium", "mode"),
    [
        ([(1, ROOM, PAPER), (8, ROOM, PAPER)], (0, 1), (0, 1)),
        ([(1, ROOM, PAPER), (8, VIDEO, PAPER)], (1, 1), (0, 1)),
        ([(1, ROOM, PAPER), (8, ROOM, SELF)], (0, 1), (1, 1)),
        ([(1, VIDEO, SELF), (8, ROOM, PAPER), (15, VIDEO, SELF)], (0, 1), (0, 1)),
        ([(1, None, PAPER), (8, VIDEO, PAPER)], (0, 0), (0, 1)),
        ([(1, ROOM, PAPER), (8, None, PAPER)], (0, 0), (0, 1)),
        ([(1, None, PAPER), (8, ROOM, PAPER), (15, VIDEO, PAPER)], (1, 1), (0, 1)),
        ([(1, ROOM, PAPER)], (0, 0), (0, 0)),
        ([(1, ROOM, PAPER), (1, VIDEO, SELF)], (0, 0), (0, 0)),
    ],
    ids=[
        "alike",
        "another medium",
        "another mode",
        "there before, in between not",
        "not recorded before",
        "not recorded at the last",
        "recorded once before",
        "one score",
        "one day and place",
    ],
)
def test_the_last_measured_session_against_all_before(
    occasions: list[tuple[int, Medium | None, Mode]],
    medium: tuple[int, int],
    mode: tuple[int, int],
) -> None:
    course, how = measured(*occasions)
    found = last_measured([course], {1: how}, PrimaryOutcome.PHQ9)
    assert (found.medium.k, found.medium.n) == medium
    assert (found.mode.k, found.mode.n) == mode


def test_scores_that_do_not_count_are_no_measured_session() -> None:
    course, how = measured((1, ROOM, PAPER), (8, ROOM, PAPER))
    after = ScoreRecord(measure="phq9", on=later(90), total=Decimal(3), kind=Kind.FOLLOW_UP)
    other = ScoreRecord(measure="core10", on=later(20), total=Decimal(3), kind=Kind.TREATMENT)
    more = tuple(HowMeasured(score=each, medium=VIDEO, mode=SELF) for each in (after, other))
    found = last_measured([course], {1: (*how, *more)}, PrimaryOutcome.PHQ9)
    assert (found.medium.k, found.mode.k) == (0, 0)


def test_a_course_of_which_nothing_was_read_is_passed_over() -> None:
    course, _how = measured((1, ROOM, PAPER), (8, ROOM, PAPER))
    assert last_measured([course], {}, PrimaryOutcome.PHQ9).mode.n == 0


def test_given_once_stopped_early_and_to_the_end_add_up() -> None:
    to_the_end, _ = measured((1, ROOM, PAPER), (8, ROOM, PAPER))
    weeks = [
        SessionRecord(on=later(week * 7), kind=Kind.TREATMENT, attendance=Attendance.ATTENDED)
        for week in range(4)
    ]

    def course(*score_days: int) -> Course:
        record = EpisodeRecord(
            key=2,
            referred_on=DAY,
            sessions=tuple(weeks),
            scores=tuple(
                ScoreRecord(measure="gad7", on=later(day), total=Decimal(9), kind=Kind.TREATMENT)
                for day in score_days
            ),
        )
        return Course(episode=record, until=later(60))

    stops = measure_stops([to_the_end, course(0), course(0, 7), course(0, 14), course()])
    assert [(each.measure, each.given, each.once, each.stopped) for each in stops] == [
        ("phq9", 1, 0, 0),
        ("gad7", 3, 1, 1),
    ]
    assert measure_stops([]) == ()


def silent(days: int, *, key: int = 1, attendance: Attendance = Attendance.ATTENDED) -> Course:
    """Last seen so many days before the day it is looked at."""
    seen = SessionRecord(on=DAY, kind=Kind.TREATMENT, attendance=attendance)
    record = EpisodeRecord(key=key, referred_on=DAY, sessions=(seen,))
    return Course(episode=record, until=later(days))


@pytest.mark.parametrize(
    ("days", "bands"),
    [
        (60, (0, 0, 0)),
        (61, (1, 0, 0)),
        (90, (1, 0, 0)),
        (91, (0, 1, 0)),
        (120, (0, 1, 0)),
        (121, (0, 0, 1)),
        (400, (0, 0, 1)),
    ],
)
def test_silent_open_by_band(days: int, bands: tuple[int, int, int]) -> None:
    found = count_silent([silent(days)], {})
    assert (found.of, found.bands, found.silent, found.paused) == (1, bands, sum(bands), 0)


def test_who_never_entered_therapy_is_not_among_the_silent() -> None:
    assert count_silent([silent(90, attendance=Attendance.DNA)], {}).of == 0


def test_an_agreed_pause_stays_in_the_count_and_stands_beside_it() -> None:
    found = count_silent([silent(61, key=1), silent(61, key=2)], {1: later(61), 2: later(60)})
    assert (found.silent, found.paused) == (2, 1)


def test_the_bands_in_words() -> None:
    assert silence_words() == ("61 to 90", "91 to 120", "over 120")


IMPORT = "import 0b5a1f6e-8a35-4c1e-9b43-2f1d5a6c7e80"


@pytest.mark.parametrize(
    ("why", "imported", "undone"),
    [
        pytest.param("imported from caseload file", True, False, id="by a command"),
        pytest.param(IMPORT, True, False, id="on the page"),
        pytest.param(f"undo of {IMPORT}", False, True, id="taken back"),
        pytest.param("import of the wrong month put right", False, False, id="typed by somebody"),
        pytest.param("undo of what I typed", False, False, id="typed, like a taking back"),
        pytest.param("", False, False, id="no reason"),
    ],
)
def test_what_an_import_wrote_is_told_by_its_whole_reason(
    why: str, *, imported: bool, undone: bool
) -> None:
    assert is_import(why) is imported
    assert is_import_undone(why) is undone
    assert not undone or why.startswith(IMPORT_UNDONE)
