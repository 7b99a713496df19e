"""Splits of invented caseloads: a partition that sums to the whole, and the guard."""

import datetime as dt
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from practice.cohorts import Cohort, only
from practice.domain.endings import Ending
from practice.domain.groups import GroupBy, group_of
from practice.domain.measures import PrimaryOutcome
from practice.domain.outcomes import Course
from practice.domain.records import EpisodeRecord
from practice.domain.sessions import Medium
from practice.domain.splits import GUARD, Split, by_chance, part_figures, split_by
from practice.reports.figures import outcome_figures
from tests.domain.courses import course, scores, sessions
from tests.domain.test_properties import PERIOD, episodes, tried


def of(contract: str, n: int) -> list[Course]:
    """So many courses of a contract."""
    plain = course(held=sessions(7, 14))
    return [
        Course(episode=replace(plain.episode, key=key, contract=contract), until=plain.until)
        for key in range(n)
    ]


def sizes(split: Split) -> tuple[list[tuple[str, int]], list[tuple[str, int]]]:
    return (
        [(group.value, group.n) for group in split.groups],
        [(group.value, group.n) for group in split.small],
    )


def test_ten_is_a_group_and_nine_is_not() -> None:
    split = split_by([*of("EAP", GUARD), *of("Charity", GUARD - 1)], GroupBy.CONTRACT)
    assert GUARD == 10
    assert sizes(split) == ([("EAP", 10)], [("Charity", 9)])
    assert len(split.together) == 9
    # One group left is no split.
    assert not split.can_be_split
    assert split_by([*of("EAP", 10), *of("Charity", 10)], GroupBy.CONTRACT).can_be_split


def test_groups_come_by_the_alphabet_and_not_recorded_last() -> None:
    courses = [course for name in ("zoo", "", "Ant", "bee") for course in of(name, 10)]
    small = [course for name in ("", "b", "A") for course in of(name, 1)]
    split = split_by(courses, GroupBy.CONTRACT)
    assert [group.value for group in split.groups] == ["Ant", "bee", "zoo", ""]
    assert [group.value for group in split_by(small, GroupBy.CONTRACT).small] == ["A", "b", ""]


def test_of_nothing_there_is_nothing() -> None:
    split = split_by([], GroupBy.GENDER)
    assert sizes(split) == ([], [])
    assert split.together == ()
    assert not split.can_be_split
    figures = part_figures([], PrimaryOutcome.PHQ9)
    assert (figures.planned.n, figures.improved.n, figures.intervals) == (0, 0, 0)
    assert not figures.is_measured


def test_worked_example() -> None:
    """Twelve: seven planned, three not, one died, one unknown; ten had two sessions, eight paired."""
    better = course(*scores("phq9", 18, 6), held=sessions(7, 14))
    same = course(*scores("phq9", 18, 17), held=sessions(7, 14), ending=Ending.CRISIS)
    single = course(held=sessions(7))
    unpaired = course(*scores("phq9", 18), held=sessions(7, 14), ending=None)
    died = course(held=sessions(7, 14), ending=Ending.DIED)
    figures = part_figures(
        [*[better] * 5, *[same] * 3, *[single] * 2, unpaired, died], PrimaryOutcome.PHQ9
    )
    assert (figures.planned.k, figures.planned.n) == (7, 10)
    assert figures.planned.interval_percent is not None
    # 7 of 10: the published worked example of Wilson's interval.
    assert [float(limit) for limit in figures.planned.interval_percent] == [39.7, 89.2]
    assert (figures.endings.estimated.k, figures.endings.estimated.n) == (7, 11)
    assert (figures.improved.k, figures.improved.n) == (5, 10)
    assert (figures.outcomes.measured.k, figures.outcomes.measured.n) == (8, 10)
    assert figures.is_measured
    assert figures.intervals == 2
    assert part_figures([better] * 9, PrimaryOutcome.PHQ9).intervals == 0
    # Ten endings, of which nine are recorded, and ten courses.
    assert part_figures([*[better] * 9, unpaired], PrimaryOutcome.PHQ9).intervals == 1
    # Not measured is no interval either.
    assert part_figures([better] * 10, PrimaryOutcome.CORE10).intervals == 1


@pytest.mark.parametrize(("intervals", "expected"), [(0, "0"), (14, "7/10"), (20, "1")])
def test_one_in_twenty_by_chance(intervals: int, expected: str) -> None:
    assert by_chance(intervals) == Fraction(expected)


# --- Properties


@st.composite
def written(draw: st.DrawFn) -> EpisodeRecord:
    """An episode with something written, or not, of each kind."""
    episode = draw(episodes())
    words = st.sampled_from(("", "a", "B", "c", "mixed"))
    media = st.none() | st.sampled_from(Medium)
    return replace(
        episode,
        contract=draw(words),
        source=draw(words),
        therapy=draw(words),
        problem=draw(words),
        gender=draw(words),
        sessions=tuple(replace(each, medium=draw(media)) for each in episode.sessions),
    )


def many(caseload: list[EpisodeRecord], copies: int) -> Cohort:
    """The caseload so many times over, so that some groups are large."""
    return Cohort(
        period=PERIOD,
        episodes=tuple(
            replace(episode, key=1000 * copy + place)
            for copy in range(copies)
            for place, episode in enumerate(caseload)
        ),
    )


cohorts = st.builds(many, st.lists(written(), max_size=6), st.integers(1, 12))


@tried
@given(cohort=cohorts, by=st.sampled_from(GroupBy), primary=st.sampled_from(PrimaryOutcome))
def test_the_parts_sum_to_the_whole_as_the_report_has_it(
    cohort: Cohort, by: GroupBy, primary: PrimaryOutcome
) -> None:
    whole = outcome_figures(cohort)
    split = split_by(cohort.entered_and_ended, by)
    assert all(group.n >= GUARD for group in split.groups)
    assert all(0 < group.n < GUARD for group in split.small)
    parts = [
        part_figures(courses, primary)
        for courses in (*(group.courses for group in split.groups), split.together)
    ]
    for name in ("of", "planned", "unplanned", "not_recorded", "died", "wished_to_continue"):
        total = sum(getattr(part.endings, name) for part in parts)
        assert total == getattr(whole.endings, name)
    for name in ("of", "paired", "improved", "unchanged", "deteriorated", "recovered"):
        total = sum(getattr(part.outcomes, name) for part in parts)
        assert total == getattr(whole.finished[primary], name)
    everybody = part_figures(cohort.entered_and_ended, primary)
    assert everybody.endings == whole.endings
    assert everybody.outcomes == whole.finished[primary]


@tried
@given(cohort=cohorts, by=st.sampled_from(GroupBy))
def test_a_group_is_what_its_link_opens(cohort: Cohort, by: GroupBy) -> None:
    """The page of a group narrows the cohort to it: the same courses."""
    split = split_by(cohort.entered_and_ended, by)
    for group in (*split.groups, *split.small):
        narrowed = only(cohort, {by: group.value}).entered_and_ended
        assert {each.episode.key for each in narrowed} == {
            each.episode.key for each in group.courses
        }


@tried
@given(cohort=cohorts, by=st.sampled_from(GroupBy), rng=st.randoms(use_true_random=False))
def test_order_never_matters(cohort: Cohort, by: GroupBy, rng: object) -> None:
    courses = list(cohort.entered_and_ended)
    rng.shuffle(courses)  # type: ignore[attr-defined]
    assert sizes(split_by(courses, by)) == sizes(split_by(cohort.entered_and_ended, by))


@tried
@given(cohort=cohorts, by=st.sampled_from(GroupBy))
def test_the_slow_way_says_the_same(cohort: Cohort, by: GroupBy) -> None:
    """Counted again from the records alone, by loops, with nothing shared but what a group is."""
    large: dict[str, list[int]] = {}
    for episode in cohort.episodes:
        if episode.left_out is not None or episode.ended_on is None:
            continue
        if not PERIOD.start <= episode.ended_on <= PERIOD.end:
            continue
        treated = 0
        for each in episode.sessions:
            seen = each.attendance in ("attended", "late")
            treats = each.kind in ("treatment", "assessment_and_treatment", "review_and_treatment")
            if seen and treats and each.on <= episode.ended_on:
                treated += 1
        if treated == 0:
            continue
        value = slow_group(episode, by, episode.ended_on)
        count = large.setdefault(value, [0, 0, 0])
        count[0] += 1
        if episode.ending in SLOW_PLANNED:
            count[1] += 1
        if episode.ending in SLOW_PLANNED + SLOW_UNPLANNED:
            count[2] += 1
    split = split_by(cohort.entered_and_ended, by)
    found = {}
    for group in (*split.groups, *split.small):
        figures = part_figures(group.courses, PrimaryOutcome.IAPT)
        found[group.value] = [group.n, figures.planned.k, figures.planned.n]
    assert found == large
    assert {group.value for group in split.groups} == {
        value for value, count in large.items() if count[0] >= 10
    }


SLOW_PLANNED = ["planned_from_outset", "agreed_during_therapy", "agreed_at_end", "other_planned"]
SLOW_UNPLANNED = [
    "crisis",
    "loss_of_contact",
    "did_not_wish_to_continue",
    "other_unplanned",
    "ended_by_service",
]


def slow_group(episode: EpisodeRecord, by: GroupBy, last_day: dt.date) -> str:
    if by != "medium":
        return str(getattr(episode, by.value))
    said = []
    for each in episode.sessions:
        if each.medium and each.attendance in ("attended", "late") and each.on <= last_day:
            said.append(each.medium.value)
    for medium in said:
        if said.count(medium) > len(said) / 2:
            return medium
    return "mixed" if said else ""


def test_the_slow_way_and_the_quick_one_name_groups_alike() -> None:
    plain = course(held=sessions(7, 14))
    assert slow_group(plain.episode, GroupBy.MEDIUM, plain.until) == group_of(plain, GroupBy.MEDIUM)
