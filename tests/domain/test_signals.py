"""Signals for review: each threshold at its edges, what can and cannot hide one, and the order."""

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from practice.domain.measures import MEASURES
from practice.domain.outcomes import Course
from practice.domain.records import ScoreRecord, SessionRecord
from practice.domain.review import ReviewGroup, review_group, review_order
from practice.domain.sessions import Attendance, Kind
from practice.domain.signal_kinds import (
    SIGNALS_NOTE,
    SWITCHABLE,
    RiskAnswer,
    Signal,
    SignalFound,
)
from practice.domain.signals import is_paused, signals
from practice.domain.trajectory import Trajectory
from tests.domain.courses import END, course, on, score, scores, session, sessions

PRIMARY = frozenset({"phq9", "gad7"})
NOTHING_OFF: frozenset[Signal] = frozenset()

tried = settings(derandomize=True, deadline=None, max_examples=60, database=None)


def opened(
    *given_scores: ScoreRecord, held: tuple[SessionRecord, ...] = (), until: int = END
) -> Course:
    """A course that is open on its day."""
    judged = course(*given_scores, held=held, until=until)
    return replace(judged, episode=replace(judged.episode, ended_on=None, ending=None))


def seen(
    judged: Course,
    *,
    measures: frozenset[str] = PRIMARY,
    risks: tuple[RiskAnswer, ...] = (),
    off: frozenset[Signal] = NOTHING_OFF,
    paused_until: dt.date | None = None,
) -> tuple[SignalFound, ...]:
    return signals(judged, measures=measures, risks=risks, off=off, paused_until=paused_until)


def only(judged: Course, signal: Signal) -> tuple[SignalFound, ...]:
    return tuple(one for one in seen(judged) if one.signal is signal)


def risk(
    measure: str = "phq9", day: int = 7, answer: int = 1, *, answered_for: bool = False
) -> RiskAnswer:
    return RiskAnswer(measure=measure, on=on(day), answer=answer, is_answered_for=answered_for)


# The words


def test_order_is_that_of_the_supervision_sheet() -> None:
    assert [signal.value for signal in Signal] == [
        "risk",
        "worse",
        "not_improved",
        "off_track",
        "score_overdue",
        "no_contact",
    ]


@pytest.mark.parametrize("signal", Signal)
def test_each_has_a_label_and_its_rule_as_ours(signal: Signal) -> None:
    assert 0 < len(signal.words) <= 30
    assert signal.rule.startswith("Our rule: ")
    assert signal.rule.endswith(".")
    assert "predict" not in signal.rule
    assert "{" not in signal.rule


def test_rules_name_their_thresholds() -> None:
    assert "at least 17 from week 4, at least 13 from week 9, at least 9 from week 14" in (
        Signal.OFF_TRACK.rule
    )
    assert "6 or more treatment sessions" in Signal.NOT_IMPROVED.rule
    assert "61 days ago or more" in Signal.NO_CONTACT.rule
    assert "never a prediction" in SIGNALS_NOTE


def test_all_but_risk_can_be_turned_off() -> None:
    assert set(Signal) - set(SWITCHABLE) == {Signal.RISK}


# Risk


@pytest.mark.parametrize(
    ("answers", "text", "day"),
    [
        pytest.param((), None, None, id="risk item not seen"),
        pytest.param((risk(answer=0),), None, None, id="0"),
        pytest.param((risk(answered_for=True),), None, None, id="written"),
        pytest.param(
            (risk(answer=1),),
            "PHQ-9 risk item (9) answered 1 on 10 November 2025: "
            "what was asked and done is not written yet",
            7,
            id="1",
        ),
        pytest.param(
            (risk("core10", answer=4),),
            "CORE-10 risk item (6) answered 4 on 10 November 2025: "
            "what was asked and done is not written yet",
            7,
            id="CORE-10",
        ),
        pytest.param(
            (risk(answer=2), risk(day=14, answer=0)),
            "PHQ-9 risk item (9) answered 2 on 10 November 2025: "
            "what was asked and done is not written yet",
            7,
            id="a later 0 does not answer for it",
        ),
        pytest.param(
            (risk(answer=2), risk(day=14, answer=1, answered_for=True)),
            "PHQ-9 risk item (9) answered 2 on 10 November 2025: "
            "what was asked and done is not written yet",
            7,
            id="writing about a later form does not answer for an earlier one",
        ),
        pytest.param(
            (risk(day=21, answer=1), risk(answer=3), risk(day=14, answer=0)),
            "PHQ-9 risk item (9) answered 1 on 24 November 2025, above 0 on 2 forms since "
            "10 November 2025, the highest 3: what was asked and done is not written yet",
            7,
            id="several forms: the latest, how many, the highest",
        ),
    ],
)
def test_risk(answers: tuple[RiskAnswer, ...], text: str | None, day: int | None) -> None:
    found = seen(opened(), risks=answers)
    assert [(one.signal, one.text, one.since) for one in found] == (
        [] if day is None else [(Signal.RISK, text, on(day))]
    )


def test_risk_on_each_measure_is_a_line_of_its_own() -> None:
    found = seen(opened(), risks=(risk("core10"), risk("phq9", 14)))
    assert [(one.measure, one.since) for one in found] == [("phq9", on(14)), ("core10", on(7))]


def test_risk_needs_no_total_no_session_and_no_open_episode() -> None:
    """Nor can the day of looking hide it."""
    assert seen(opened(), risks=(risk(),))
    assert seen(course(), risks=(risk(day=END + 30),))


def test_measure_without_a_risk_item_is_refused() -> None:
    with pytest.raises(ValueError, match="GAD-7 has no risk item"):
        risk("gad7")


# Reliably worse


@pytest.mark.parametrize(
    ("measure", "totals", "day"),
    [
        pytest.param("phq9", (9,), None, id="a single score"),
        pytest.param("phq9", (9, 14), None, id="PHQ-9 5 points up"),
        pytest.param("phq9", (9, 15), 14, id="PHQ-9 6 points up"),
        pytest.param("gad7", (7, 10), None, id="GAD-7 3 points up"),
        pytest.param("gad7", (7, 11), 14, id="GAD-7 4 points up"),
        pytest.param("core10", (10, 15), None, id="CORE-10 5 points up"),
        pytest.param("core10", (10, "15.56"), None, id="CORE-10 5.56 points up"),
        pytest.param("core10", (10, 16), 14, id="CORE-10 6 points up"),
        pytest.param("phq9", (9, 15, 16, 17), 14, id="since the first of the run"),
        pytest.param("phq9", (9, 16, 12, 15, 16), 28, id="since the first of the present run"),
        pytest.param("phq9", (9, 16, 12), None, id="earlier, not now"),
        pytest.param("phq9", (15, 4, 10), None, id="up from the best, not from the first"),
    ],
)
def test_worse(measure: str, totals: tuple[float | str, ...], day: int | None) -> None:
    found = only(opened(*scores(measure, *totals)), Signal.WORSE)
    assert [(one.measure, one.since) for one in found] == (
        [] if day is None else [(measure, on(day))]
    )


def test_worse_says_the_numbers_and_since_when() -> None:
    (found,) = only(opened(*scores("phq9", 9, 15, 16)), Signal.WORSE)
    assert found.text == "PHQ-9 16 against 9 at the start: reliably worse since 17 November 2025"


def test_worse_runs_for_each_measure_given_whatever_the_primary_ones() -> None:
    judged = opened(*scores("core10", 10, 20), *scores("gad7", 3, 9), *scores("phq9", 5, 20))
    found = [one for one in seen(judged, measures=frozenset()) if one.signal is Signal.WORSE]
    assert [one.measure for one in found] == ["phq9", "gad7", "core10"]


def test_follow_up_scores_are_ignored() -> None:
    assert not only(
        opened(score("phq9", 7, 9), score("phq9", 14, 20, Kind.FOLLOW_UP)), Signal.WORSE
    )


# Not improved by session 6

SIX = sessions(7, 14, 21, 28, 35, 42)


@pytest.mark.parametrize(
    ("measure", "totals", "fires"),
    [
        pytest.param("phq9", (10, 5), True, id="PHQ-9 a case, 5 points down"),
        pytest.param("phq9", (10, 4), False, id="PHQ-9 a case, 6 points down"),
        pytest.param("phq9", (9, 9), False, id="PHQ-9 no case"),
        pytest.param("gad7", (8, 5), True, id="GAD-7 a case, 3 points down"),
        pytest.param("gad7", (8, 4), False, id="GAD-7 a case, 4 points down"),
        pytest.param("gad7", (7, 7), False, id="GAD-7 no case"),
        pytest.param("core10", (11, 6), True, id="CORE-10 a case, 5 points down"),
        pytest.param("core10", (11, 5), False, id="CORE-10 a case, 6 points down"),
        pytest.param("core10", (10, 10), False, id="CORE-10 no case"),
        pytest.param("phq9", (17,), False, id="a single score: nobody knows"),
        pytest.param("phq9", (17, 10, 16), False, id="better once"),
        pytest.param("phq9", (17, 23), True, id="worse is not improved either"),
    ],
)
def test_not_improved(measure: str, totals: tuple[int, ...], fires: bool) -> None:
    found = only(opened(*scores(measure, *totals), held=SIX), Signal.NOT_IMPROVED)
    assert [one.measure for one in found] == ([measure] if fires else [])


@pytest.mark.parametrize(
    ("held", "fires"),
    [
        pytest.param(SIX[:5], False, id="5 sessions"),
        pytest.param(SIX, True, id="6 sessions"),
        pytest.param((*SIX[:5], session(42, attendance=Attendance.DNA)), False, id="5 and missed"),
        pytest.param((*SIX[:5], session(42, Kind.REVIEW)), False, id="5 and a review"),
        pytest.param((session(0, Kind.ASSESSMENT), *SIX[:5]), False, id="5 and an assessment"),
        pytest.param((*SIX[:5], session(END + 1)), False, id="5 and one after the day"),
    ],
)
def test_not_improved_counts_treatment_sessions(
    held: tuple[SessionRecord, ...], fires: bool
) -> None:
    assert bool(only(opened(*scores("phq9", 17, 16), held=held), Signal.NOT_IMPROVED)) is fires


def test_not_improved_says_the_numbers_since_session_six() -> None:
    (found,) = only(opened(*scores("phq9", 17, 16), held=(*SIX, session(49))), Signal.NOT_IMPROVED)
    assert found.text == (
        "PHQ-9 16 against 17 at the start: not reliably better in 7 sessions "
        "(last score 17 November 2025)"
    )
    assert found.since == on(42)


def test_not_improved_since_the_second_score_where_that_came_later() -> None:
    judged = opened(score("phq9", 7, 17), score("phq9", 50, 16), held=SIX)
    assert [one.since for one in only(judged, Signal.NOT_IMPROVED)] == [on(50)]


@pytest.mark.parametrize(
    ("first_day", "number", "fires"),
    [
        pytest.param(14, 6, True, id="at the second session: from the first session"),
        pytest.param(15, 7, False, id="after the second: five sessions since"),
        pytest.param(15, 8, True, id="after the second: six sessions since"),
        pytest.param(21, 8, True, id="at the third session, which counts"),
    ],
)
def test_not_improved_counts_from_a_late_first_score(
    first_day: int, number: int, fires: bool
) -> None:
    held = sessions(*(7 * week for week in range(1, number + 1)))
    judged = opened(score("phq9", first_day, 17), score("phq9", 60, 16), held=held)
    assert bool(only(judged, Signal.NOT_IMPROVED)) is fires


# Off track

BEGAN = 7


@pytest.mark.parametrize(
    ("days", "total", "fires"),
    [
        pytest.param(27, 27, False, id="day 27: no level yet"),
        pytest.param(28, 16, False, id="week 4: 16"),
        pytest.param(28, 17, True, id="week 4: 17"),
        pytest.param(62, 16, False, id="last day of week 8: 16"),
        pytest.param(62, 17, True, id="last day of week 8: 17"),
        pytest.param(63, 12, False, id="week 9: 12"),
        pytest.param(63, 13, True, id="week 9: 13"),
        pytest.param(97, 12, False, id="last day of week 13: 12"),
        pytest.param(97, 13, True, id="last day of week 13: 13"),
        pytest.param(98, 8, False, id="week 14: 8"),
        pytest.param(98, 9, True, id="week 14: 9"),
        pytest.param(125, 9, True, id="last day of week 17: 9"),
        pytest.param(126, 27, False, id="week 18: the trials had ended"),
    ],
)
def test_off_track(days: int, total: int, fires: bool) -> None:
    judged = opened(
        score("phq9", BEGAN, 20),
        score("phq9", BEGAN + days, total),
        held=sessions(BEGAN),
        until=BEGAN + 130,
    )
    found = only(judged, Signal.OFF_TRACK)
    assert [(one.measure, one.since) for one in found] == (
        [("phq9", on(BEGAN + days))] if fires else []
    )


@pytest.mark.parametrize(
    ("given_scores", "held", "fires"),
    [
        pytest.param((("phq9", 0, 10), ("phq9", 40, 17)), (7,), True, id="first PHQ-9 10"),
        pytest.param((("phq9", 0, 9), ("phq9", 40, 17)), (7,), False, id="first PHQ-9 9"),
        pytest.param((("phq9", 40, 20),), (7,), False, id="a single score is the start"),
        pytest.param((("phq9", 0, 20), ("phq9", 40, 20)), (), False, id="not in therapy"),
        pytest.param((("gad7", 0, 20), ("gad7", 40, 20)), (7,), False, id="another measure"),
        pytest.param(
            (("phq9", 0, 20), ("phq9", 40, 18), ("phq9", 47, 16)), (7,), False, id="no longer"
        ),
        pytest.param(
            (("phq9", 0, 20), ("phq9", 68, 14)), (7,), False, id="an old score, a later level"
        ),
        pytest.param((), (7,), False, id="no score"),
    ],
)
def test_off_track_conditions(
    given_scores: tuple[tuple[str, int, int], ...], held: tuple[int, ...], fires: bool
) -> None:
    judged = opened(*(score(*one) for one in given_scores), held=sessions(*held))
    assert bool(only(judged, Signal.OFF_TRACK)) is fires


def test_off_track_weeks_count_from_the_first_treatment_session() -> None:
    """Not from the referral, nor from the assessment."""
    held = (session(0, Kind.ASSESSMENT), *sessions(30))
    judged = opened(score("phq9", 0, 20), score("phq9", 57, 20), held=held)
    assert not only(judged, Signal.OFF_TRACK)
    judged = opened(score("phq9", 0, 20), score("phq9", 58, 20), held=held)
    assert only(judged, Signal.OFF_TRACK)


def test_off_track_says_the_numbers_and_runs_across_levels() -> None:
    judged = opened(
        score("phq9", 7, 20), score("phq9", 42, 18), score("phq9", 77, 14), held=sessions(7)
    )
    (found,) = only(judged, Signal.OFF_TRACK)
    assert found.text == (
        "PHQ-9 14 at week 10 (13 or more from week 9): at or above the level for its week "
        "since 15 December 2025"
    )
    assert found.since == on(42)


# Score overdue


@pytest.mark.parametrize(
    ("given_scores", "held", "day"),
    [
        pytest.param((), sessions(7), None, id="one session, never scored"),
        pytest.param((), sessions(7, 14), 14, id="two sessions, never scored"),
        pytest.param((7,), sessions(7, 14), None, id="one session without"),
        pytest.param((7,), sessions(7, 14, 21), 21, id="two sessions without"),
        pytest.param((7,), sessions(7, 14, 21, 28), 21, id="three: since the second"),
        pytest.param((7, 14), sessions(7, 14, 21), None, id="on the first of the last two"),
        pytest.param((7, 15), sessions(7, 14, 21), None, id="sent in between the two"),
        pytest.param((7, 22), sessions(7, 14, 21), None, id="sent in afterwards"),
        pytest.param((7, 13), sessions(7, 14, 21), 21, id="the day before the two"),
        pytest.param(
            (7,),
            (*sessions(7, 14), session(21, attendance=Attendance.DNA)),
            None,
            id="a missed session",
        ),
        pytest.param((7,), (*sessions(7, 14), session(21, Kind.REVIEW)), None, id="a review"),
        pytest.param((7,), (*sessions(7, 14), session(21, Kind.FOLLOW_UP)), None, id="follow-up"),
        pytest.param(
            (7,),
            (session(7), session(14, attendance=Attendance.LATE), session(21)),
            21,
            id="late but seen",
        ),
    ],
)
def test_score_overdue(
    given_scores: tuple[int, ...], held: tuple[SessionRecord, ...], day: int | None
) -> None:
    judged = opened(*(score("phq9", given_day, 12) for given_day in given_scores), held=held)
    found = signals(
        judged,
        measures=frozenset({"phq9"}),
        risks=(),
        off=frozenset(Signal) - {Signal.SCORE_OVERDUE},
        paused_until=None,
    )
    assert [(one.measure, one.since) for one in found] == (
        [] if day is None else [("phq9", on(day))]
    )


def test_score_at_a_follow_up_session_leaves_it_overdue() -> None:
    judged = opened(score("phq9", 21, 12, Kind.FOLLOW_UP), held=sessions(7, 14))
    assert [one.measure for one in only(judged, Signal.SCORE_OVERDUE)] == ["phq9", "gad7"]


@pytest.mark.parametrize(
    ("measures", "overdue"),
    [
        pytest.param(frozenset({"phq9"}), [], id="PHQ-9 was given"),
        pytest.param(frozenset({"phq9", "gad7"}), ["gad7"], id="one of the two was not"),
        pytest.param(frozenset({"core10", "gad7"}), ["gad7", "core10"], id="in their order"),
        pytest.param(frozenset(), [], id="none is primary"),
    ],
)
def test_score_overdue_is_about_each_primary_measure(
    measures: frozenset[str], overdue: list[str]
) -> None:
    found = seen(opened(score("phq9", 7, 5), held=sessions(7, 7)), measures=measures)
    wanted = [one for one in found if one.signal is Signal.SCORE_OVERDUE]
    assert [one.measure for one in wanted] == overdue


def test_score_overdue_says_since_when() -> None:
    judged = opened(score("phq9", 7, 5), held=sessions(7, 14, 21))
    assert [one.text for one in only(judged, Signal.SCORE_OVERDUE)] == [
        "No PHQ-9 since 10 November 2025: 2 sessions without one",
        "No GAD-7 yet: 3 sessions without one",
    ]


def test_unknown_measure_is_refused() -> None:
    with pytest.raises(ValueError, match="phq8"):
        seen(opened(), measures=frozenset({"phq8"}))


# No contact


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (60, None),
        (61, "61 to 90 days"),
        (90, "61 to 90 days"),
        (91, "91 to 120 days"),
        (120, "91 to 120 days"),
        (121, "more than 120 days"),
        (500, "more than 120 days"),
    ],
)
def test_no_contact(days: int, words: str | None) -> None:
    found = only(opened(held=sessions(7), until=7 + days), Signal.NO_CONTACT)
    assert [(one.text, one.since, one.measure) for one in found] == (
        []
        if words is None
        else [(f"Last seen {days} days ago, on 10 November 2025 ({words})", on(68), None)]
    )


@pytest.mark.parametrize(
    ("held", "fires"),
    [
        pytest.param((), False, id="never seen"),
        pytest.param((session(7, Kind.ASSESSMENT),), False, id="assessed, not in therapy"),
        pytest.param((session(7),), True, id="in therapy"),
        pytest.param(
            (session(7), session(90, attendance=Attendance.DNA)), True, id="missed is no contact"
        ),
        pytest.param((session(7), session(90, Kind.REVIEW)), False, id="a review is contact"),
    ],
)
def test_no_contact_is_about_being_seen(held: tuple[SessionRecord, ...], fires: bool) -> None:
    assert bool(only(opened(held=held), Signal.NO_CONTACT)) is fires


# Turned off, paused, ended


EVERYTHING = opened(
    score("phq9", 7, 11),
    score("phq9", 49, 20),
    held=sessions(7, 8, 9, 10, 11, 12, 50, 51, 52),
    until=130,
)


def test_all_signals_at_once_in_order() -> None:
    found = seen(EVERYTHING, risks=(risk(),))
    assert [(one.signal.value, one.measure) for one in found] == [
        ("risk", "phq9"),
        ("worse", "phq9"),
        ("not_improved", "phq9"),
        ("off_track", "phq9"),
        ("score_overdue", "phq9"),
        ("score_overdue", "gad7"),
        ("no_contact", None),
    ]


@pytest.mark.parametrize("signal", SWITCHABLE)
def test_turned_off(signal: Signal) -> None:
    found = seen(EVERYTHING, risks=(risk(),), off=frozenset({signal}))
    assert {one.signal for one in found} == set(Signal) - {signal}


def test_risk_cannot_be_turned_off() -> None:
    found = seen(EVERYTHING, risks=(risk(),), off=frozenset(Signal))
    assert [one.signal for one in found] == [Signal.RISK]


@pytest.mark.parametrize(
    ("day", "paused"),
    [
        pytest.param(131, True, id="until tomorrow"),
        pytest.param(130, True, id="until today, which belongs to it"),
        pytest.param(129, False, id="until yesterday"),
        pytest.param(None, False, id="no pause"),
    ],
)
def test_paused_shows_risk_alone(day: int | None, paused: bool) -> None:
    until = None if day is None else on(day)
    assert is_paused(EVERYTHING.until, paused_until=until) is paused
    found = seen(EVERYTHING, risks=(risk(),), paused_until=until)
    assert {one.signal for one in found} == ({Signal.RISK} if paused else set(Signal))


@pytest.mark.parametrize(
    ("ended", "is_open"),
    [
        pytest.param(129, False, id="ended before"),
        pytest.param(130, False, id="ended on the day"),
        pytest.param(131, True, id="ended later: open on the day"),
    ],
)
def test_ended_shows_risk_alone(ended: int, is_open: bool) -> None:
    judged = replace(EVERYTHING, episode=replace(EVERYTHING.episode, ended_on=on(ended)))
    found = seen(judged, risks=(risk(),))
    assert {one.signal for one in found} == (set(Signal) if is_open else {Signal.RISK})


# Order of review


def _found(*signs: Signal, day: int = 50) -> tuple[SignalFound, ...]:
    return tuple(
        SignalFound(signal=signal, text="…", since=on(day), measure=None) for signal in signs
    )


def test_groups_follow_the_supervision_sheet() -> None:
    assert [group.words for group in ReviewGroup] == [
        "risk item above 0",
        "reliably worse",
        "not improved by session 6",
        "PHQ-9 high for its week",
        "score overdue",
        "no contact",
        "new",
        "near the end",
        "others",
    ]


@pytest.mark.parametrize(
    ("found", "held", "planned", "group"),
    [
        *(
            pytest.param(_found(signal), 0, None, ReviewGroup(signal.value), id=signal.value)
            for signal in Signal
        ),
        pytest.param(
            _found(Signal.NO_CONTACT, Signal.WORSE), 9, 9, ReviewGroup.WORSE, id="most pressing"
        ),
        pytest.param((), 0, None, ReviewGroup.NEW, id="not seen yet"),
        pytest.param((), 1, None, ReviewGroup.NEW, id="one session"),
        pytest.param((), 1, 2, ReviewGroup.NEW, id="new before near the end"),
        pytest.param((), 2, None, ReviewGroup.OTHER, id="two sessions, no plan"),
        pytest.param((), 2, 4, ReviewGroup.OTHER, id="two left"),
        pytest.param((), 3, 4, ReviewGroup.NEAR_THE_END, id="one left"),
        pytest.param((), 4, 4, ReviewGroup.NEAR_THE_END, id="none left"),
        pytest.param((), 6, 4, ReviewGroup.NEAR_THE_END, id="beyond the plan"),
    ],
)
def test_review_group(
    found: tuple[SignalFound, ...], held: int, planned: int | None, group: ReviewGroup
) -> None:
    judged = opened(held=sessions(*range(7, 7 + held)))
    assert review_group(judged, found=found, planned_sessions=planned) is group


def test_review_order_by_group_then_longest_then_key() -> None:
    judged = opened(held=sessions(7, 14))

    def key(*found: SignalFound, number: int = 1) -> tuple[int, dt.date, int]:
        numbered = replace(judged, episode=replace(judged.episode, key=number))
        return review_order(numbered, found=found, planned_sessions=None)

    ordered = [
        key(*_found(Signal.RISK, day=60)),
        key(*_found(Signal.WORSE, day=20), *_found(Signal.NO_CONTACT, day=10)),
        key(*_found(Signal.WORSE, day=40), *_found(Signal.WORSE, day=30)),
        key(*_found(Signal.NO_CONTACT, day=10), number=1),
        key(*_found(Signal.NO_CONTACT, day=10), number=2),
        key(),
    ]
    assert sorted(ordered) == ordered
    assert key()[1] == judged.episode.referred_on


# What must always hold


@st.composite
def open_courses(draw: st.DrawFn) -> Course:
    """Every row has a position of its own, as an import gives them."""
    days = st.integers(-5, 140)
    held = draw(
        st.lists(st.tuples(days, st.sampled_from(Kind), st.sampled_from(Attendance)), max_size=10)
    )
    forms = draw(
        st.lists(
            st.tuples(
                st.sampled_from(list(MEASURES)),
                days,
                st.integers(0, 21),
                st.none() | st.sampled_from(Kind),
            ),
            max_size=10,
        )
    )
    return opened(
        *(score(*form, position=place) for place, form in enumerate(forms)),
        held=tuple(session(*one, position=place) for place, one in enumerate(held)),
        until=draw(st.integers(0, 140)),
    )


risk_answers = st.builds(
    RiskAnswer,
    measure=st.sampled_from(["phq9", "core10"]),
    on=st.integers(0, 140).map(on),
    answer=st.integers(0, 3),
    is_answered_for=st.booleans(),
)
risk_lists = st.lists(risk_answers, max_size=5)
switches = st.frozensets(st.sampled_from(Signal))
pauses = st.none() | st.integers(0, 160).map(on)


@tried
@given(judged=open_courses(), risks=risk_lists, data=st.data())
def test_order_of_records_never_matters(
    judged: Course, risks: list[RiskAnswer], data: st.DataObject
) -> None:
    mixed = replace(
        judged,
        episode=replace(
            judged.episode,
            sessions=tuple(data.draw(st.permutations(judged.episode.sessions))),
            scores=tuple(data.draw(st.permutations(judged.episode.scores))),
        ),
    )
    mixed_risks = tuple(data.draw(st.permutations(risks)))
    assert seen(mixed, risks=mixed_risks) == seen(judged, risks=tuple(risks))


@tried
@given(judged=open_courses(), risks=risk_lists, off=switches, paused_until=pauses)
def test_a_switch_takes_its_own_signal_and_nothing_else(
    judged: Course,
    risks: list[RiskAnswer],
    off: frozenset[Signal],
    paused_until: dt.date | None,
) -> None:
    every = seen(judged, risks=tuple(risks), paused_until=paused_until)
    some = seen(judged, risks=tuple(risks), off=off, paused_until=paused_until)
    hidden = off - {Signal.RISK}
    assert some == tuple(one for one in every if one.signal not in hidden)


@tried
@given(
    judged=open_courses(),
    risks=risk_lists,
    further=risk_answers,
    off=switches,
    paused_until=pauses,
)
def test_risk_always_appears_and_comes_first(
    judged: Course,
    risks: list[RiskAnswer],
    further: RiskAnswer,
    off: frozenset[Signal],
    paused_until: dt.date | None,
) -> None:
    unwritten = replace(further, answer=further.answer + 1, is_answered_for=False)
    found = seen(judged, risks=(*risks, unwritten), off=off, paused_until=paused_until)
    assert found[0].signal is Signal.RISK
    assert unwritten.measure in {one.measure for one in found if one.signal is Signal.RISK}
    order = review_order(judged, found=found, planned_sessions=None)
    assert order[0] == 0


@tried
@given(judged=open_courses())
def test_signals_have_begun_and_the_trajectory_is_the_course_s(judged: Course) -> None:
    assert all(one.since <= judged.until for one in seen(judged))
    for code in MEASURES:
        trajectory = Trajectory.of(judged, code)
        assert trajectory.first == judged.first_score(code)
        assert (trajectory.latest if trajectory.later else None) == judged.last_score(code)
