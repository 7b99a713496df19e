"""Counting groups of courses: partitions sum, and a naive count finds the same."""

import itertools
import random
from decimal import Decimal
from fractions import Fraction

import pytest

from practice.domain.change import Direction
from practice.domain.endings import PLANNED, UNPLANNED, Ending
from practice.domain.estimates import Proportion
from practice.domain.measures import MEASURES, PrimaryOutcome
from practice.domain.outcomes import Caseness, Course
from practice.domain.records import EpisodeRecord
from practice.domain.tallies import tally_endings, tally_outcomes, tally_scores
from tests.domain.courses import END, REFERRED, course, on, score, scores, sessions

every_rule = pytest.mark.parametrize("by", PrimaryOutcome)


def _ended(ending: Ending | None, *, wished: bool | None = None) -> Course:
    episode = EpisodeRecord(
        key=1,
        referred_on=REFERRED,
        ended_on=on(END),
        ending=ending,
        wished_to_continue=wished,
        sessions=sessions(7, 14),
    )
    return Course(episode=episode, until=on(END))


def _courses(seed: int, number: int = 60) -> list[Course]:
    rng = random.Random(seed)  # noqa: S311 - repeatable, not secret
    found = []
    for _ in range(number):
        given = []
        for code, measure in MEASURES.items():
            for day in rng.sample(range(1, END), k=rng.choice((0, 1, 2, 2, 3))):
                near = measure.case_at + rng.choice((-1, 0, 1, 5, 6, 7))
                given.append(score(code, day, rng.choice((0, near, measure.maximum))))
        days = rng.sample(range(1, END), k=rng.choice((1, 2, 3, 5)))
        found.append(course(*given, held=sessions(*days), ending=rng.choice((*Ending, None))))
    return found


# Endings


def test_one_of_each_ending() -> None:
    everything = [_ended(ending) for ending in (*Ending, None)]
    tally = tally_endings(everything)
    assert tally.of == 12
    assert (tally.planned, tally.unplanned, tally.died) == (4, 5, 1)
    # Without a reason, and the one referred on after treatment, which is no ending of therapy.
    assert tally.not_recorded == 2
    assert tally.planned + tally.unplanned + tally.not_recorded + tally.died == tally.of
    assert tally.by_reason == dict.fromkeys((*PLANNED, *UNPLANNED), 1)


def test_reasons_that_do_not_occur_are_not_listed() -> None:
    tally = tally_endings([_ended(Ending.CRISIS), _ended(Ending.CRISIS), _ended(Ending.DIED)])
    assert tally.by_reason == {Ending.CRISIS: 2}


def test_rates_of_endings_and_who_is_in_neither() -> None:
    group = (
        [_ended(Ending.AGREED_AT_END)] * 6
        + [_ended(Ending.LOSS_OF_CONTACT)] * 3
        + [_ended(Ending.ENDED_BY_SERVICE)]
        + [_ended(None)] * 2
        + [_ended(Ending.DIED)] * 5
    )
    tally = tally_endings(group)
    assert tally.declared == Proportion(k=6, n=10)
    assert tally.estimated == Proportion(k=6, n=12)
    assert tally.with_silent(0) == tally.estimated
    assert tally.with_silent(3) == Proportion(k=6, n=15)


@pytest.mark.parametrize(
    ("ending", "wished", "counted"),
    [
        pytest.param(Ending.AGREED_AT_END, True, 1, id="planned, wished to go on"),
        pytest.param(Ending.AGREED_AT_END, False, 0, id="planned, did not"),
        pytest.param(Ending.AGREED_AT_END, None, 0, id="planned, not asked"),
        pytest.param(Ending.CRISIS, True, 0, id="of planned endings only"),
        pytest.param(None, True, 0, id="not recorded"),
        pytest.param(Ending.DIED, True, 0, id="died"),
    ],
)
def test_wished_to_continue_is_of_planned_endings(
    ending: Ending | None, *, wished: bool | None, counted: int
) -> None:
    tally = tally_endings([_ended(ending, wished=wished)])
    assert tally.wished_to_continue == counted
    # It stays planned all the same.
    assert tally.planned == (1 if ending is Ending.AGREED_AT_END else 0)


def test_nobody() -> None:
    tally = tally_endings([])
    assert (tally.of, tally.by_reason) == (0, {})
    assert tally.declared == tally.estimated == Proportion(k=0, n=0)


# Outcomes


@every_rule
@pytest.mark.parametrize("seed", range(5))
def test_partitions_sum(seed: int, by: PrimaryOutcome) -> None:
    tally = tally_outcomes(_courses(seed), by)
    assert tally.of == 60
    assert tally.at_caseness + tally.not_at_caseness + tally.caseness_unknown == tally.of
    assert tally.improved + tally.unchanged + tally.deteriorated == tally.paired
    assert tally.cases == tally.at_caseness + tally.caseness_unknown
    assert tally.reliably_recovered <= min(tally.recovered, tally.improved)
    assert tally.recovered <= tally.at_caseness
    assert tally.paired_of_cases <= min(tally.paired, tally.cases)


@every_rule
@pytest.mark.parametrize("seed", range(5))
def test_tally_is_the_sum_of_its_courses(seed: int, by: PrimaryOutcome) -> None:
    """Counted once more with a loop, one course after the other."""
    group = _courses(seed)
    seen = dict.fromkeys(("paired", "better", "same", "worse", "recovered", "both", "cases"), 0)
    for each in group:
        outcome = each.outcome(by)
        if outcome is None:
            continue
        seen["paired"] += 1
        seen["better"] += outcome.direction is Direction.IMPROVED
        seen["same"] += outcome.direction is Direction.UNCHANGED
        seen["worse"] += outcome.direction is Direction.DETERIORATED
        seen["recovered"] += outcome.recovered
        seen["both"] += outcome.recovered and outcome.direction is Direction.IMPROVED
        seen["cases"] += each.caseness(by) is not Caseness.NOT_AT
    tally = tally_outcomes(iter(group), by)
    assert seen == {
        "paired": tally.paired,
        "better": tally.improved,
        "same": tally.unchanged,
        "worse": tally.deteriorated,
        "recovered": tally.recovered,
        "both": tally.reliably_recovered,
        "cases": tally.paired_of_cases,
    }
    assert tally.late_baseline == len([each for each in group if each.has_late_baseline(by)])
    assert tally.stale_last == len([each for each in group if each.has_stale_last(by)])
    assert tally.by is by


def test_denominators() -> None:
    """Improvement over all; recovery over all but those known to be below caseness."""
    improved = course(*scores("phq9", 18, 5), *scores("gad7", 15, 4))
    never_a_case = course(*scores("phq9", 9, 3), *scores("gad7", 7, 3))
    unknown = course(*scores("phq9", 4))
    single = course(*scores("phq9", 18), *scores("gad7", 15))
    tally = tally_outcomes([improved, never_a_case, unknown, single], PrimaryOutcome.IAPT)
    assert tally.measured == Proportion(k=2, n=4)
    assert tally.improvement.none_of_unpaired == Proportion(k=2, n=4)
    assert tally.improvement.pairs_only == tally.improved_of_measured == Proportion(k=2, n=2)
    assert tally.improvement.all_of_unpaired == Proportion(k=4, n=4)
    assert tally.deterioration.none_of_unpaired == Proportion(k=0, n=4)
    assert tally.deterioration.all_of_unpaired == Proportion(k=2, n=4)
    # Unknown stays in; below caseness goes. Dividing by the one at caseness and paired is wrong.
    assert tally.cases == 3
    assert tally.recovery.none_of_unpaired == Proportion(k=1, n=3)
    assert tally.recovery.pairs_only == Proportion(k=1, n=1)
    assert tally.recovery.all_of_unpaired == Proportion(k=3, n=3)
    assert tally.reliable_recovery == tally.recovery


def test_recovered_but_not_reliably() -> None:
    tally = tally_outcomes(
        [course(*scores("phq9", 12, 8), *scores("gad7", 9, 7))], PrimaryOutcome.IAPT
    )
    assert (tally.recovered, tally.reliably_recovered, tally.unchanged) == (1, 0, 1)


@every_rule
def test_no_courses(by: PrimaryOutcome) -> None:
    tally = tally_outcomes([], by)
    assert (tally.of, tally.paired, tally.cases) == (0, 0, 0)
    assert tally.improvement.pairs_only.rate is None


# Means


@pytest.mark.parametrize("measure", MEASURES)
@pytest.mark.parametrize("seed", range(5))
def test_means_are_of_the_paired(seed: int, measure: str) -> None:
    group = _courses(seed)
    pairs = []
    for each in group:
        totals = [
            given.total
            for given in sorted(each.episode.scores, key=lambda given: given.on)
            if given.measure == measure
        ]
        if len(totals) > 1:
            pairs.append((totals[0], totals[-1]))
    tally = tally_scores(group, measure)
    assert tally.paired == len(pairs) > 1
    assert tally.mean_first == sum(Fraction(first) for first, _ in pairs) / len(pairs)
    assert tally.mean_last == sum(Fraction(last) for _, last in pairs) / len(pairs)
    assert tally.effect_size is not None


def test_means_are_exact() -> None:
    group = [course(*scores("phq9", first, 0)) for first in (10, 10, 11)]
    assert tally_scores(group, "phq9").mean_first == Fraction(31, 3)


def test_no_mean_of_nobody() -> None:
    for group in ([], [course()], [course(*scores("phq9", 18))]):
        tally = tally_scores(group, "phq9")
        assert (tally.paired, tally.mean_first, tally.mean_last, tally.effect_size) == (
            0,
            None,
            None,
            None,
        )


def test_one_pair_has_means_and_no_effect_size() -> None:
    tally = tally_scores([course(*scores("core10", "11.11", 4))], "core10")
    assert (tally.paired, tally.mean_first, tally.mean_last) == (1, Fraction("11.11"), Fraction(4))
    assert tally.effect_size is None


def test_order_of_courses_does_not_matter() -> None:
    group = [course(*scores("phq9", first, last)) for first, last in ((18, 4), (11, 9), (7, 20))]
    tallies = [
        (tally_outcomes(order, PrimaryOutcome.PHQ9), tally_scores(order, "phq9"))
        for order in itertools.permutations(group)
    ]
    outcomes, means = zip(*tallies, strict=True)
    assert len(set(outcomes)) == 1
    assert len({(mean.mean_first, mean.mean_last) for mean in means}) == 1
    assert means[0].mean_last == Fraction(Decimal(33)) / 3
