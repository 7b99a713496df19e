"""One course of therapy: a row for every way in which the rules can be misread.

Days are counted from the referral; every course ends on day 100 unless a row says otherwise.
"""

import datetime as dt
from decimal import Decimal
from fractions import Fraction

import pytest

from practice.cohorts import Cohort
from practice.domain.change import Change, Direction
from practice.domain.endings import Ending, LeftOut
from practice.domain.estimates import round_half_up
from practice.domain.measures import CORE10, MEASURES, PHQ9, PrimaryOutcome
from practice.domain.outcomes import Caseness, Course, Outcome, pre_post_effect_size
from practice.domain.periods import Period
from practice.domain.records import EpisodeRecord, ScoreRecord, SessionRecord
from practice.domain.sessions import Attendance, Kind
from tests.domain.courses import END, course, on, score, scores, session, sessions

IAPT = PrimaryOutcome.IAPT
BETTER, SAME, WORSE = Direction.IMPROVED, Direction.UNCHANGED, Direction.DETERIORATED
AT, NOT_AT, UNKNOWN = Caseness.AT, Caseness.NOT_AT, Caseness.UNKNOWN

Scores = tuple[ScoreRecord, ...]


def _pair(phq9: tuple[int, int], gad7: tuple[int, int]) -> Scores:
    return scores("phq9", *phq9) + scores("gad7", *gad7)


# Which sessions are treatment, and how far a course came


@pytest.mark.parametrize(
    ("held", "number"),
    [
        pytest.param((), 0, id="none"),
        pytest.param((session(7),), 1, id="one treatment session"),
        pytest.param((session(7), session(14)), 2, id="two treatment sessions"),
        pytest.param((session(7), session(14, attendance=Attendance.LATE)), 2, id="late but seen"),
        pytest.param(
            (session(7), session(14, attendance=Attendance.LATE_NOT_SEEN)), 1, id="late, not seen"
        ),
        pytest.param((session(7), session(14, attendance=Attendance.DNA)), 1, id="did not attend"),
        pytest.param(
            (session(7), session(14, attendance=Attendance.CANCELLED_BY_CLIENT)),
            1,
            id="cancelled by client",
        ),
        pytest.param(
            (session(7), session(14, attendance=Attendance.CANCELLED_BY_PRACTITIONER)),
            1,
            id="cancelled by practitioner",
        ),
        pytest.param((session(7, Kind.ASSESSMENT), session(14)), 1, id="assessment alone is none"),
        pytest.param(
            (session(7, Kind.ASSESSMENT_AND_TREATMENT), session(14)),
            2,
            id="assessment and treatment is one",
        ),
        pytest.param((session(7), session(14, Kind.REVIEW)), 1, id="review alone is none"),
        pytest.param(
            (session(7), session(14, Kind.REVIEW_AND_TREATMENT)),
            2,
            id="review and treatment is one",
        ),
        pytest.param((session(7), session(14, Kind.FOLLOW_UP)), 1, id="follow-up is none"),
        pytest.param((session(7), session(14, Kind.OTHER)), 1, id="other is none"),
        pytest.param((session(7), session(END)), 2, id="on the end date"),
        pytest.param((session(7), session(END + 1)), 1, id="after the end"),
        pytest.param(
            (session(7, Kind.ASSESSMENT), session(7)), 1, id="assessment and treatment on one day"
        ),
    ],
)
def test_treatment_sessions(held: tuple[SessionRecord, ...], number: int) -> None:
    judged = course(held=held)
    assert len(judged.treatment_sessions) == number
    assert judged.entered_therapy is (number >= 1)
    assert judged.one_session_only is (number == 1)
    assert judged.finished is (number >= 2)


@pytest.mark.parametrize("ending", [*Ending, None])
def test_finished_however_it_ended(ending: Ending | None) -> None:
    """A client who vanished after the second session has finished a course."""
    assert course(held=sessions(7, 14), ending=ending).finished


@pytest.mark.parametrize(
    ("held", "days"),
    [
        pytest.param((), None, id="never treated"),
        pytest.param((session(7, Kind.ASSESSMENT),), None, id="assessed only"),
        pytest.param(sessions(0), 0, id="on the day of the referral"),
        pytest.param((session(3, Kind.ASSESSMENT), session(42)), 42, id="42, not the assessment"),
        pytest.param(
            (session(3, attendance=Attendance.DNA), session(43)), 43, id="43, not the DNA"
        ),
        pytest.param((session(126), session(20)), 20, id="the earliest, whatever the order"),
    ],
)
def test_wait_ends_with_the_first_treatment_session(
    held: tuple[SessionRecord, ...], days: int | None
) -> None:
    assert course(held=held, until=200).wait_days == days


# First and last score


@pytest.mark.parametrize(
    ("given", "first", "last"),
    [
        pytest.param((), None, None, id="no score"),
        pytest.param(scores("phq9", 16), 16, None, id="a single score is first and not last"),
        pytest.param(scores("phq9", 16, 8), 16, 8, id="two scores"),
        pytest.param(scores("phq9", 20, 8, 18), 20, 18, id="best in the middle"),
        pytest.param(scores("phq9", 16, 16), 16, 16, id="the same score twice is a pair"),
        pytest.param(scores("phq9", 0, 0), 0, 0, id="0 is a score"),
        pytest.param(
            (*scores("phq9", 16, 15), score("phq9", 50, 2, Kind.FOLLOW_UP)),
            16,
            15,
            id="follow-up before the end is excluded",
        ),
        pytest.param(
            (score("phq9", 3, 2, Kind.FOLLOW_UP), *scores("phq9", 16, 15)),
            16,
            15,
            id="follow-up first of all is excluded",
        ),
        pytest.param(
            (*scores("phq9", 16, 15), score("phq9", END + 30, 2, Kind.FOLLOW_UP)),
            16,
            15,
            id="follow-up after the end is excluded",
        ),
        pytest.param(
            (*scores("phq9", 16), score("phq9", END + 30, 2, Kind.FOLLOW_UP)),
            16,
            None,
            id="follow-up makes no pair",
        ),
        pytest.param(
            (*scores("phq9", 16), score("phq9", 50, 6, None)),
            16,
            6,
            id="questionnaire without a meeting counts",
        ),
        pytest.param(
            (*scores("phq9", 16, 15), score("phq9", END + 1, 2, None)),
            16,
            15,
            id="questionnaire after the end is a follow-up",
        ),
        pytest.param(
            (*scores("phq9", 16, 15), score("phq9", END, 9)), 16, 9, id="on the end date counts"
        ),
        pytest.param(
            (score("phq9", 0, 19, None), *scores("phq9", 16, 15)),
            19,
            15,
            id="on the day of the referral counts",
        ),
        pytest.param(
            (score("phq9", -1, 19, None), *scores("phq9", 16, 15)),
            16,
            15,
            id="before the referral does not",
        ),
        pytest.param(
            (score("phq9", 7, 12, Kind.ASSESSMENT), *scores("phq9", 16, 15)[1:]),
            12,
            15,
            id="scores at an assessment count",
        ),
        pytest.param(
            (score("phq9", 21, 5), score("phq9", 7, 16), score("phq9", 14, 11)),
            16,
            5,
            id="by date, not by row",
        ),
        pytest.param(
            (*scores("phq9", 16), *scores("gad7", 12, 3)), 16, None, id="of this measure only"
        ),
    ],
)
def test_first_and_last(given: Scores, first: int | None, last: int | None) -> None:
    judged = course(*given)
    start, finish = judged.first_score("phq9"), judged.last_score("phq9")
    assert (None if start is None else start.total) == first
    assert (None if finish is None else finish.total) == last
    change = judged.change("phq9")
    if last is None:
        assert change is None
    else:
        assert change is not None
        assert change.first == first
        assert change.last == last


@pytest.mark.parametrize(
    ("given", "first", "last"),
    [
        pytest.param(
            (
                score("phq9", 7, 11, Kind.TREATMENT, position=0),
                score("phq9", 7, 17, Kind.ASSESSMENT, position=1),
            ),
            17,
            11,
            id="assessment first, though later in the file",
        ),
        pytest.param(
            (
                score("phq9", 7, 11, Kind.TREATMENT, position=1),
                score("phq9", 7, 17, Kind.REVIEW, position=0),
            ),
            17,
            11,
            id="the other kinds in file order",
        ),
        pytest.param(
            (
                score("phq9", 7, 11, None, position=1),
                score("phq9", 7, 17, Kind.TREATMENT, position=2),
            ),
            11,
            17,
            id="a questionnaire in file order too",
        ),
        pytest.param(
            (
                score("phq9", 7, 11, None, position=1),
                score("phq9", 7, 17, Kind.ASSESSMENT, position=2),
            ),
            17,
            11,
            id="assessment before a questionnaire",
        ),
        pytest.param(
            (
                score("phq9", 7, 11, Kind.TREATMENT, position=1),
                score("phq9", 7, 17, Kind.ASSESSMENT_AND_TREATMENT, position=2),
            ),
            11,
            17,
            id="assessment and treatment is one of the other kinds",
        ),
        pytest.param(
            (
                score("phq9", 6, 11, Kind.TREATMENT, position=9),
                score("phq9", 7, 17, Kind.ASSESSMENT, position=0),
            ),
            11,
            17,
            id="an earlier day comes first whatever its kind and place",
        ),
    ],
)
def test_order_within_a_day(given: Scores, first: int, last: int) -> None:
    for order in (given, given[::-1]):
        change = course(*order).change("phq9")
        assert change is not None
        assert change.first == first
        assert change.last == last


def test_form_with_a_missed_session_counts() -> None:
    """A form may be sent in: the score is there though the session did not take place."""
    judged = course(
        score("phq9", 7, 16),
        score("phq9", 21, 8),
        held=(session(7), session(14), session(21, attendance=Attendance.DNA)),
    )
    change = judged.change("phq9")
    assert change is not None
    assert change.last == 8
    assert len(judged.treatment_sessions) == 2


# The pair rule


@pytest.mark.parametrize(
    ("given", "caseness"),
    [
        pytest.param(scores("phq9", 10) + scores("gad7", 7), AT, id="PHQ-9 exactly at 10"),
        pytest.param(scores("phq9", 9) + scores("gad7", 7), NOT_AT, id="both one below"),
        pytest.param(scores("phq9", 9) + scores("gad7", 8), AT, id="GAD-7 only, exactly at 8"),
        pytest.param(scores("phq9", 6) + scores("gad7", 8), AT, id="GAD-7 only"),
        pytest.param(scores("phq9", 14), AT, id="known by PHQ-9 alone"),
        pytest.param(scores("gad7", 14), AT, id="known by GAD-7 alone"),
        pytest.param(scores("phq9", 4), UNKNOWN, id="PHQ-9 below and no GAD-7"),
        pytest.param(scores("gad7", 4), UNKNOWN, id="GAD-7 below and no PHQ-9"),
        pytest.param((), UNKNOWN, id="no score"),
        pytest.param(scores("phq9", 9, 20) + scores("gad7", 7, 20), NOT_AT, id="first, not worst"),
        pytest.param(scores("phq9", 10, 0) + scores("gad7", 0, 0), AT, id="first, not last"),
        pytest.param(scores("core10", 30), UNKNOWN, id="CORE-10 does not help"),
        pytest.param(
            (score("phq9", 7, 4), score("gad7", 7, 20, Kind.FOLLOW_UP)),
            UNKNOWN,
            id="a follow-up score is no first score",
        ),
    ],
)
def test_caseness(given: Scores, caseness: Caseness) -> None:
    assert course(*given).caseness(IAPT) is caseness


@pytest.mark.parametrize(
    ("phq9", "gad7", "direction", "recovered"),
    [
        pytest.param((15, 9), (12, 12), BETTER, False, id="PHQ-9 falls by exactly 6"),
        pytest.param((15, 10), (12, 9), SAME, False, id="one point short on each"),
        pytest.param((15, 15), (12, 8), BETTER, False, id="GAD-7 falls by exactly 4"),
        pytest.param((12, 12), (9, 13), WORSE, False, id="GAD-7 rises by exactly 4"),
        pytest.param((9, 15), (9, 9), WORSE, False, id="PHQ-9 rises by exactly 6"),
        pytest.param((10, 15), (9, 12), SAME, False, id="one point short of worse on each"),
        pytest.param((18, 8), (6, 12), SAME, False, id="better on PHQ-9, worse on GAD-7"),
        pytest.param((8, 18), (12, 6), SAME, False, id="worse on PHQ-9, better on GAD-7"),
        pytest.param((18, 5), (15, 4), BETTER, True, id="better on both and below both"),
        pytest.param((18, 5), (7, 10), BETTER, False, id="GAD-7 up by 3, not reliably worse"),
        pytest.param((5, 18), (4, 15), WORSE, False, id="worse on both"),
        pytest.param((12, 8), (9, 7), SAME, True, id="recovered, not reliably"),
        pytest.param((10, 9), (8, 7), SAME, True, id="recovered by one point on each"),
        pytest.param((10, 10), (8, 7), SAME, False, id="PHQ-9 still exactly at the cut-off"),
        pytest.param((10, 9), (8, 8), SAME, False, id="GAD-7 still exactly at the cut-off"),
        pytest.param((6, 6), (8, 4), BETTER, True, id="case on GAD-7 only, recovered"),
        pytest.param((16, 9), (3, 7), SAME, True, id="recovered, and reliably worse on GAD-7"),
        pytest.param((9, 3), (7, 3), BETTER, False, id="never a case: improved, not recovered"),
        pytest.param((9, 10), (8, 7), SAME, False, id="below one cut-off, above the other at last"),
    ],
)
def test_pair_rule(
    phq9: tuple[int, int],
    gad7: tuple[int, int],
    *,
    direction: Direction,
    recovered: bool,
) -> None:
    outcome = course(*_pair(phq9, gad7)).outcome(IAPT)
    assert outcome == Outcome(direction=direction, recovered=recovered)
    assert outcome is not None
    assert outcome.reliably_recovered is (recovered and direction is BETTER)


@pytest.mark.parametrize(
    "given",
    [
        pytest.param((), id="no score"),
        pytest.param(scores("phq9", 18, 5), id="PHQ-9 alone"),
        pytest.param(scores("gad7", 18, 5), id="GAD-7 alone"),
        pytest.param(scores("phq9", 18, 5) + scores("gad7", 15), id="a single GAD-7"),
        pytest.param(scores("phq9", 18) + scores("gad7", 15, 4), id="a single PHQ-9"),
        pytest.param(scores("phq9", 18, 5) + scores("core10", 30, 5), id="CORE-10 instead"),
    ],
)
def test_without_both_pairs_there_is_no_outcome(given: Scores) -> None:
    assert course(*given).outcome(IAPT) is None


def test_first_and_last_of_the_two_measures_may_be_on_different_days() -> None:
    judged = course(
        score("phq9", 7, 18),
        score("gad7", 14, 15),
        score("phq9", 21, 5),
        score("gad7", 28, 4),
    )
    assert judged.outcome(IAPT) == Outcome(direction=BETTER, recovered=True)


# One measure at a time


@pytest.mark.parametrize(
    ("by", "first", "last", "direction", "recovered"),
    [
        pytest.param("phq9", 10, 4, BETTER, True, id="phq9 case at 10, falls by 6"),
        pytest.param("phq9", 9, 3, BETTER, False, id="phq9 below the cut-off"),
        pytest.param("gad7", 8, 4, BETTER, True, id="gad7 case at 8, falls by 4"),
        pytest.param("gad7", 7, 3, BETTER, False, id="gad7 below the cut-off"),
        pytest.param("core10", 20, 14, BETTER, False, id="core10 falls by exactly 6"),
        pytest.param("core10", 20, 15, SAME, False, id="core10 falls by 5"),
        pytest.param("core10", 12, 18, WORSE, False, id="core10 rises by exactly 6"),
        pytest.param("core10", 11, 10, SAME, True, id="core10 case at 11"),
        pytest.param("core10", 10, 4, BETTER, False, id="core10 below the cut-off"),
        pytest.param("core10", 17, 11, BETTER, False, id="core10 still exactly at the cut-off"),
    ],
)
def test_one_measure(
    by: str, first: int, last: int, *, direction: Direction, recovered: bool
) -> None:
    judged = course(*scores(by, first, last))
    rule = PrimaryOutcome(by)
    assert judged.outcome(rule) == Outcome(direction=direction, recovered=recovered)
    assert judged.caseness(rule) is (AT if first >= MEASURES[by].case_at else NOT_AT)
    assert judged.outcome(IAPT) is None


@pytest.mark.parametrize("by", MEASURES)
def test_one_measure_without_a_pair(by: str) -> None:
    rule = PrimaryOutcome(by)
    assert course().caseness(rule) is UNKNOWN
    assert course().outcome(rule) is None
    assert course(*scores(by, 20)).caseness(rule) is AT
    assert course(*scores(by, 20)).outcome(rule) is None


def test_core10_is_never_mixed_into_the_pair() -> None:
    pair = _pair((15, 15), (12, 12))
    without = course(*pair).outcome(IAPT)
    assert course(*pair, *scores("core10", 5, 40)).outcome(IAPT) == without
    assert course(*pair, *scores("core10", 40, 5)).outcome(IAPT) == without


# Baselines that come late, last scores that are old


@pytest.mark.parametrize(
    ("given", "held", "late"),
    [
        pytest.param((score("phq9", 14, 16),), sessions(7, 14), False, id="on the second session"),
        pytest.param((score("phq9", 15, 16),), sessions(7, 14), True, id="a day after the second"),
        pytest.param((score("phq9", 13, 16),), sessions(7, 14), False, id="a day before it"),
        pytest.param((score("phq9", 30, 16),), sessions(7), False, id="only one session"),
        pytest.param((), sessions(7, 14), False, id="no score is not a late one"),
        pytest.param(
            (score("phq9", 15, 16),),
            (session(7, Kind.ASSESSMENT), session(14), session(21)),
            False,
            id="an assessment is no treatment session",
        ),
        pytest.param(
            (score("phq9", 15, 16),),
            (session(7), session(10, attendance=Attendance.DNA), session(21)),
            False,
            id="a missed session does not count",
        ),
        pytest.param(
            (score("phq9", 7, 16), score("gad7", 21, 9)),
            sessions(7, 14, 21),
            True,
            id="one of the pair's first scores",
        ),
        pytest.param(
            (score("phq9", 7, 16), score("phq9", 21, 9)),
            sessions(7, 14, 21),
            False,
            id="later scores of a measure do not matter",
        ),
        pytest.param((score("core10", 30, 16),), sessions(7, 14), False, id="another measure"),
    ],
)
def test_late_baseline(given: Scores, held: tuple[SessionRecord, ...], *, late: bool) -> None:
    assert course(*given, held=held).has_late_baseline(IAPT) is late


PAIRED_BY_DAY_14 = scores("phq9", 16, 8)


@pytest.mark.parametrize(
    ("given", "held", "stale"),
    [
        pytest.param(PAIRED_BY_DAY_14, sessions(7, 14), False, id="none after"),
        pytest.param(PAIRED_BY_DAY_14, sessions(7, 14, 21), False, id="exactly one after"),
        pytest.param(PAIRED_BY_DAY_14, sessions(7, 14, 21, 28), True, id="exactly two after"),
        pytest.param(
            PAIRED_BY_DAY_14, sessions(7, 14, 14, 28), False, id="its own day is not after"
        ),
        pytest.param(
            PAIRED_BY_DAY_14,
            (*sessions(7, 14, 21), session(28, attendance=Attendance.DNA)),
            False,
            id="a missed one is none",
        ),
        pytest.param(
            PAIRED_BY_DAY_14,
            (*sessions(7, 14, 21), session(28, Kind.REVIEW)),
            False,
            id="a review is none",
        ),
        pytest.param(scores("phq9", 16), sessions(7, 14, 21, 28), False, id="no last score"),
        pytest.param(
            PAIRED_BY_DAY_14 + scores("gad7", 9, 9, 9, 9),
            sessions(7, 14, 21, 28),
            True,
            id="one of the pair's last scores",
        ),
        pytest.param(scores("core10", 16, 8), sessions(7, 14, 21, 28), False, id="another measure"),
        pytest.param(
            (*PAIRED_BY_DAY_14, score("phq9", 28, 3, Kind.FOLLOW_UP)),
            sessions(7, 14, 21, 28),
            True,
            id="a follow-up score does not freshen it",
        ),
    ],
)
def test_stale_last(given: Scores, held: tuple[SessionRecord, ...], *, stale: bool) -> None:
    assert course(*given, held=held).has_stale_last(IAPT) is stale


@pytest.mark.parametrize("rule", [PrimaryOutcome.PHQ9, IAPT])
def test_late_and_stale_stay_in_the_outcome(rule: PrimaryOutcome) -> None:
    """The NHS rule keeps them; they are only counted beside it."""
    late = course(
        *(
            score(code, day, total)
            for code in ("phq9", "gad7")
            for day, total in ((30, 18), (37, 3))
        ),
        held=sessions(7, 14, 30, 37, 44, 51),
    )
    assert late.has_late_baseline(rule)
    assert late.has_stale_last(rule)
    assert late.outcome(rule) == Outcome(direction=BETTER, recovered=True)


# Silence


@pytest.mark.parametrize(
    ("held", "days", "silent"),
    [
        pytest.param(sessions(10, 40), 60, False, id="60 days"),
        pytest.param(sessions(10, 39), 61, True, id="61 days"),
        pytest.param(sessions(10, 100), 0, False, id="seen on the day"),
        pytest.param(
            (*sessions(10), session(95, attendance=Attendance.DNA)),
            90,
            True,
            id="kept alive by missed sessions",
        ),
        pytest.param(
            (*sessions(10), session(95, attendance=Attendance.CANCELLED_BY_CLIENT)),
            90,
            True,
            id="kept alive by cancellations",
        ),
        pytest.param(
            (*sessions(10), session(95, attendance=Attendance.LATE_NOT_SEEN)),
            90,
            True,
            id="late and not seen is no contact",
        ),
        pytest.param(
            (*sessions(10), session(95, attendance=Attendance.LATE)), 5, False, id="late but seen"
        ),
        pytest.param((*sessions(10), session(95, Kind.REVIEW)), 5, False, id="a review is contact"),
        pytest.param((*sessions(10), session(95, Kind.OTHER)), 5, False, id="any kind is contact"),
        pytest.param((session(10, Kind.ASSESSMENT),), 90, False, id="never entered therapy"),
        pytest.param((session(10, attendance=Attendance.DNA),), None, False, id="never seen"),
        pytest.param((), None, False, id="no session"),
        pytest.param(sessions(10, 101), 90, True, id="a session after the day is not yet known"),
        pytest.param(
            (session(10, Kind.ASSESSMENT), session(101)), 90, False, id="entered only later"
        ),
    ],
)
def test_silence(held: tuple[SessionRecord, ...], days: int | None, *, silent: bool) -> None:
    judged = course(held=held)
    assert judged.days_silent == days
    assert judged.is_silent is silent


def test_questionnaire_is_no_contact() -> None:
    judged = course(*scores("phq9", 16), score("phq9", 99, 5, None), held=sessions(10))
    assert judged.days_silent == 90
    assert judged.is_silent


# Which group an episode is in, for a period

YEAR = Period(start=dt.date(2025, 10, 1), end=dt.date(2026, 9, 30))


def _episode(
    referred: str,
    ended: str | None = None,
    *,
    seen: tuple[str, ...] = (),
    ending: Ending | None = None,
    left_out: LeftOut | None = None,
) -> EpisodeRecord:
    return EpisodeRecord(
        key=1,
        referred_on=dt.date.fromisoformat(referred),
        ended_on=None if ended is None else dt.date.fromisoformat(ended),
        ending=ending,
        left_out=left_out,
        sessions=tuple(
            SessionRecord(
                on=dt.date.fromisoformat(day),
                kind=Kind.TREATMENT,
                attendance=Attendance.ATTENDED,
            )
            for day in seen
        ),
    )


def _groups(episode: EpisodeRecord) -> set[str]:
    cohort = Cohort(period=YEAR, episodes=(episode,))
    groups = {
        "ended": cohort.ended,
        "before treatment": cohort.ended_before_treatment,
        "referred on": cohort.referred_on,
        "one session": cohort.one_session_only,
        "finished": cohort.finished,
        "entered": cohort.entered_and_ended,
        "open": cohort.open_on_last_day,
        "silent": cohort.silent_open,
        "left out": cohort.left_out,
    }
    return {name for name, group in groups.items() if group}


FINISHED = {"ended", "entered", "finished"}


@pytest.mark.parametrize(
    ("episode", "groups"),
    [
        pytest.param(
            _episode("2025-06-02", "2025-10-01", seen=("2025-06-09", "2025-06-16")),
            FINISHED,
            id="ended on the period's first day",
        ),
        pytest.param(
            _episode("2026-06-02", "2026-09-30", seen=("2026-06-09", "2026-06-16")),
            FINISHED,
            id="ended on the period's last day",
        ),
        pytest.param(
            _episode("2025-06-02", "2025-09-30", seen=("2025-06-09", "2025-06-16")),
            set(),
            id="ended the day before",
        ),
        pytest.param(
            _episode("2026-06-02", "2026-10-01", seen=("2026-06-09", "2026-06-16")),
            {"open", "silent"},
            id="ended the day after: still open then",
        ),
        pytest.param(
            _episode("2026-06-02", seen=("2026-06-09", "2026-07-31")),
            {"open", "silent"},
            id="open, last seen 61 days before",
        ),
        pytest.param(
            _episode("2026-06-02", seen=("2026-06-09", "2026-08-01")),
            {"open"},
            id="open, last seen 60 days before",
        ),
        pytest.param(_episode("2026-09-30"), {"open"}, id="referred on the last day"),
        pytest.param(_episode("2026-10-01"), set(), id="referred the day after"),
        pytest.param(
            _episode("2026-06-02", "2026-07-01", seen=("2026-06-09",)),
            {"ended", "entered", "one session"},
            id="one session only",
        ),
        pytest.param(
            _episode("2026-06-02", "2026-07-01"), {"ended", "before treatment"}, id="never seen"
        ),
        pytest.param(
            _episode("2026-06-02", "2026-07-01", ending=Ending.REFERRED_ON),
            {"ended", "before treatment", "referred on"},
            id="referred on before treatment",
        ),
        pytest.param(
            _episode("2026-06-02", "2026-07-01", seen=("2026-06-09",), ending=Ending.REFERRED_ON),
            {"ended", "entered", "one session"},
            id="referred on is an ending only before treatment",
        ),
        pytest.param(
            _episode(
                "2026-06-02",
                "2026-07-01",
                seen=("2026-06-09", "2026-06-16"),
                left_out=LeftOut.UNDER_18,
            ),
            {"left out"},
            id="left out and ended in the period",
        ),
        pytest.param(
            _episode("2025-06-02", "2025-07-01", left_out=LeftOut.UNDER_18),
            set(),
            id="left out and ended before the period",
        ),
        pytest.param(
            _episode("2026-06-02", seen=("2026-06-09",), left_out=LeftOut.TEST_RECORD),
            set(),
            id="left out and open: not even silent",
        ),
    ],
)
def test_groups_of_a_period(episode: EpisodeRecord, groups: set[str]) -> None:
    assert _groups(episode) == groups


def test_session_before_the_period_counts_for_a_course_that_ends_in_it() -> None:
    cohort = Cohort(
        period=YEAR,
        episodes=(_episode("2025-06-02", "2025-10-01", seen=("2025-06-09", "2025-06-16")),),
    )
    assert cohort.treatment_sessions_of_finished == 2
    assert cohort.sessions == ()


@pytest.mark.parametrize(
    ("first_session", "within"),
    [
        pytest.param(42, {42, 126}, id="42 days"),
        pytest.param(43, {126}, id="43 days"),
        pytest.param(126, {126}, id="126 days"),
        pytest.param(127, set(), id="127 days"),
    ],
)
def test_waits_are_within_so_many_days_inclusive(first_session: int, within: set[int]) -> None:
    episode = EpisodeRecord(
        key=1,
        referred_on=on(0),
        ended_on=on(150),
        sessions=sessions(first_session, first_session + 7),
    )
    cohort = Cohort(period=YEAR, episodes=(episode,))
    assert {days for days in (42, 126) if cohort.finished_within(days)} == within


# Effect size


def _changes(*pairs: tuple[float, float]) -> tuple[Change, ...]:
    return tuple(
        Change(measure=PHQ9, first=Decimal(str(first)), last=Decimal(str(last)))
        for first, last in pairs
    )


def test_effect_size_uses_the_sd_with_n_less_one_of_the_first_scores() -> None:
    # First 10 and 14: mean 12, SD with n - 1 = sqrt(8), with n = 2. Last 6 and 8: mean 7.
    size = pre_post_effect_size(_changes((10, 6), (14, 8)))
    assert size is not None
    assert float(size) == pytest.approx(5 / 8**0.5, abs=1e-12)
    assert float(size) != pytest.approx(5 / 2)


def test_effect_size_of_a_worsening_group_is_negative() -> None:
    size = pre_post_effect_size(_changes((10, 12), (14, 16)))
    assert size is not None
    assert float(size) == pytest.approx(-2 / 8**0.5)


@pytest.mark.parametrize(
    "pairs",
    [
        pytest.param((), id="no pair"),
        pytest.param(((18, 5),), id="one pair"),
        pytest.param(((18, 5), (18, 12), (18, 1)), id="all first scores equal"),
        pytest.param(((11.11, 5), (11.11, 2), (11.11, 0)), id="all equal with decimals"),
    ],
)
def test_no_effect_size(pairs: tuple[tuple[float, float], ...]) -> None:
    assert pre_post_effect_size(_changes(*pairs)) is None


def test_effect_size_with_pro_rated_scores() -> None:
    firsts, lasts = (Decimal("22.22"), Decimal(30), Decimal("17.78")), (Decimal(10),) * 3
    changes = tuple(
        Change(measure=CORE10, first=first, last=last)
        for first, last in zip(firsts, lasts, strict=True)
    )
    mean = Fraction(sum(firsts)) / 3
    variance = sum((Fraction(first) - mean) ** 2 for first in firsts) / 2
    size = pre_post_effect_size(changes)
    assert size is not None
    assert float(size) == pytest.approx(float(mean - 10) / float(variance) ** 0.5, rel=1e-12)


def test_effect_size_on_exactly_a_half_is_rounded_as_one() -> None:
    """First scores with SD 16/3, fallen by 30/9 in the mean: exactly 0.625, on paper 0.63.

    The mean of the first scores has endless decimals; carried on as a decimal it tips the half.
    """
    firsts = (17, 14, 18, 23, 18, 9, 14, 9, 24)
    lasts = (0, 1, 18, 23, 18, 9, 14, 9, 24)
    size = pre_post_effect_size(_changes(*zip(firsts, lasts, strict=True)))
    assert size is not None
    assert round_half_up(size, 2) == Decimal("0.63")


def test_course_is_judged_by_what_was_known_on_its_day() -> None:
    episode = EpisodeRecord(
        key=1, referred_on=on(0), sessions=sessions(7, 14), scores=scores("phq9", 18, 4)
    )
    early, late = (Course(episode=episode, until=on(day)) for day in (13, 14))
    assert (early.one_session_only, late.finished) == (True, True)
    assert early.outcome(PrimaryOutcome.PHQ9) is None
    assert late.outcome(PrimaryOutcome.PHQ9) == Outcome(direction=BETTER, recovered=True)
