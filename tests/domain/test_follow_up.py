"""Whether a gain lasted: by hand, at the edges of what a follow-up is, and for any caseload."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from practice.domain.follow_up import FollowUp, follow_up
from practice.domain.measures import PrimaryOutcome
from practice.domain.outcomes import Course
from practice.domain.sessions import Kind
from tests.domain.courses import END, course, on, score, scores

LATEST = END + 200


def counted(*courses: Course, by: PrimaryOutcome = PrimaryOutcome.PHQ9) -> FollowUp:
    return follow_up(courses, by, up_to=on(LATEST))


def phq9(*totals: int, after: int | None = None, day: int = END + 90) -> Course:
    """First and last total, and one after the ending."""
    later = () if after is None else (score("phq9", day, after, None),)
    return course(*scores("phq9", *totals), *later)


def test_by_hand() -> None:
    found = counted(
        phq9(18, 8, after=9),  # improved, still so
        phq9(18, 8, after=14),  # improved, now worse by six and no longer improved on the first
        phq9(18, 8),  # improved, not scored again
        phq9(18, 16, after=8),  # no change, better since
        phq9(18),  # no second score: nothing that could last
        phq9(18, after=4),  # a score after the ending alone makes no pair
    )
    assert (found.paired, found.again) == (4, 3)
    assert (found.improved, found.improved_again, found.still) == (3, 2, 1)
    assert (found.better, found.unchanged, found.worse) == (1, 1, 1)
    assert found.days == (END + 90 - 14, END + 90 - 14)


def test_nobody_scored_again() -> None:
    found = counted(phq9(18, 8))
    assert (found.paired, found.again, found.days) == (1, 0, None)
    assert counted().paired == 0


@pytest.mark.parametrize(
    ("day", "kind", "counts"),
    [
        pytest.param(END + 1, None, True, id="the day after the ending"),
        pytest.param(END, Kind.FOLLOW_UP, True, id="a follow-up on the last day"),
        pytest.param(
            END - 10, Kind.FOLLOW_UP, True, id="a follow-up before the ending is recorded"
        ),
        pytest.param(10, Kind.FOLLOW_UP, False, id="a follow-up before the last score"),
        pytest.param(14, Kind.FOLLOW_UP, False, id="on the day of the last score"),
        pytest.param(LATEST, None, True, id="on the last day that is known"),
        pytest.param(LATEST + 1, None, False, id="not known yet"),
    ],
)
def test_what_a_follow_up_is(*, day: int, kind: Kind | None, counts: bool) -> None:
    found = counted(course(*scores("phq9", 18, 8), score("phq9", day, 8, kind)))
    assert (found.paired, found.again) == (1, int(counts))


def test_the_latest_counts() -> None:
    found = counted(
        course(
            *scores("phq9", 18, 8),
            score("phq9", END + 90, 8, None),
            score("phq9", END + 30, 18, None),
        )
    )
    assert (found.still, found.unchanged) == (1, 1)


def test_the_pair_needs_both_again() -> None:
    given = (*scores("phq9", 18, 8), *scores("gad7", 15, 5))
    one = course(*given, score("phq9", END + 30, 8, None))
    both = course(*given, score("phq9", END + 30, 8, None), score("gad7", END + 60, 9, None))
    found = counted(one, both, by=PrimaryOutcome.IAPT)
    assert (found.paired, found.again, found.improved, found.still) == (2, 1, 2, 1)
    # GAD-7 rose by four since the last score and PHQ-9 did not fall: worse, and still improved.
    assert found.worse == 1
    assert found.days == (END + 60 - 14, END + 60 - 14)


totals = st.integers(min_value=0, max_value=27)
any_course = st.builds(
    lambda given, after, day: course(
        *scores("phq9", *given), *(score("phq9", END + day, each, None) for each in after)
    ),
    st.lists(totals, max_size=3),
    st.lists(totals, max_size=1),
    st.integers(min_value=-20, max_value=250),
)


@given(st.lists(any_course, max_size=10))
def test_each_group_lies_within_the_one_above(courses: list[Course]) -> None:
    found = counted(*courses)
    assert found.better + found.unchanged + found.worse == found.again <= found.paired
    assert found.still <= found.improved_again <= found.improved <= found.paired
    assert found.improved_again <= found.again
    assert (found.days is None) is (found.again == 0)
