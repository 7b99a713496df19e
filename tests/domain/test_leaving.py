"""Who left when, and how they were: partitions by hand, at their edges, and for any caseload."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from practice.domain.endings import PLANNED, UNPLANNED, Ending
from practice.domain.leaving import (
    SESSION_BANDS,
    LeavingBand,
    band_words,
    last_contact,
    leaving_bands,
)
from practice.domain.measures import PrimaryOutcome
from practice.domain.outcomes import Course
from tests.domain.courses import course, scores, sessions


def attended(count: int, ending: Ending | None = Ending.AGREED_AT_END) -> Course:
    return course(held=sessions(*range(1, count + 1)), ending=ending)


def test_bands_in_words() -> None:
    assert [band_words(band) for band in SESSION_BANDS] == [
        "1",
        "2",
        "3 to 5",
        "6 to 10",
        "11 or more",
    ]


@pytest.mark.parametrize(
    ("count", "band"),
    [(1, 0), (2, 1), (3, 2), (5, 2), (6, 3), (10, 3), (11, 4), (60, 4)],
)
def test_the_edges_of_the_bands(count: int, band: int) -> None:
    found = [each.n for each in leaving_bands([attended(count)])]
    assert found == [int(place == band) for place in range(5)]


def test_a_course_that_never_began_is_in_no_band() -> None:
    with pytest.raises(ValueError, match="0 treatment sessions"):
        leaving_bands([attended(0)])


def test_bands_by_hand() -> None:
    """Two after one session, one of them unrecorded; four after 3 to 5; one died after 11."""
    found = leaving_bands(
        [
            attended(1, Ending.LOSS_OF_CONTACT),
            attended(1, None),
            attended(3, Ending.AGREED_AT_END),
            attended(4, Ending.ENDED_BY_SERVICE),
            attended(5, Ending.AGREED_AT_END),
            attended(5, Ending.REFERRED_ON),
            attended(11, Ending.DIED),
        ]
    )
    assert [(each.n, each.planned, each.unplanned, each.other) for each in found] == [
        (2, 0, 1, 1),
        (0, 0, 0, 0),
        (4, 2, 1, 1),
        (0, 0, 0, 0),
        (1, 0, 0, 1),
    ]


def test_last_contact_by_hand() -> None:
    """PHQ-9 by six: 18 to 12 better, 18 to 13 the same, 10 to 16 worse, one score is no second."""
    left = [scores("phq9", 18, 12), scores("phq9", 18, 13), scores("phq9", 10, 16)]
    courses = [course(*given, ending=Ending.LOSS_OF_CONTACT) for given in left]
    courses += [
        course(*scores("phq9", 18), ending=Ending.CRISIS),
        course(ending=Ending.CRISIS),
        # Planned, unrecorded and died are not unplanned.
        course(*scores("phq9", 18, 2), ending=Ending.AGREED_AT_END),
        course(*scores("phq9", 18, 2), ending=None),
        course(*scores("phq9", 18, 2), ending=Ending.DIED),
    ]
    found = last_contact(courses, PrimaryOutcome.PHQ9)
    assert (found.of, found.improved, found.unchanged, found.deteriorated) == (5, 1, 1, 1)
    assert found.no_second_score == 2


def test_the_pair_needs_both_measures() -> None:
    one = course(*scores("phq9", 18, 4), *scores("gad7", 15), ending=Ending.CRISIS)
    both = course(*scores("phq9", 18, 4), *scores("gad7", 15, 15), ending=Ending.CRISIS)
    found = last_contact([one, both], PrimaryOutcome.IAPT)
    assert (found.improved, found.no_second_score) == (1, 1)


ENDINGS: tuple[Ending | None, ...] = (*Ending, None)
any_course = st.builds(
    lambda count, ending, totals: course(
        *scores("phq9", *totals), held=sessions(*range(1, count + 1)), ending=ending
    ),
    st.integers(min_value=1, max_value=20),
    st.sampled_from(ENDINGS),
    st.lists(st.integers(min_value=0, max_value=27), max_size=3),
)


@given(st.lists(any_course, max_size=12))
def test_both_are_partitions(courses: list[Course]) -> None:
    bands: tuple[LeavingBand, ...] = leaving_bands(courses)
    endings = [each.episode.ending for each in courses]
    assert sum(band.n for band in bands) == len(courses)
    assert sum(band.planned for band in bands) == sum(ending in PLANNED for ending in endings)
    unplanned = sum(ending in UNPLANNED for ending in endings)
    assert sum(band.unplanned for band in bands) == unplanned
    at = last_contact(courses, PrimaryOutcome.PHQ9)
    assert at.of == unplanned
    assert at.improved + at.unchanged + at.deteriorated + at.no_second_score == at.of
