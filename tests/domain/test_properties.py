"""What must hold for every caseload, tried on invented ones."""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import TypeVar

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from practice.cohorts import Cohort
from practice.domain.change import Change
from practice.domain.endings import Ending, LeftOut
from practice.domain.estimates import (
    Bounds,
    Comparator,
    Position,
    Proportion,
    exact_two_sided_p,
    newcombe_difference,
    position,
)
from practice.domain.measures import CORE10, MEASURES, Measure, PrimaryOutcome
from practice.domain.outcomes import Course
from practice.domain.periods import Month, Period
from practice.domain.records import EpisodeRecord, ScoreRecord, SessionRecord
from practice.domain.sessions import Attendance, Kind
from practice.reports.figures import OutcomeFigures, outcome_figures
from practice.reports.outcomes_json import outcomes_json

T = TypeVar("T")

# Derandomised: a run that finds something finds it again. No deadline: slow machines are no fault.
tried = settings(
    derandomize=True,
    deadline=None,
    max_examples=30,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)

FIRST = dt.date(2025, 1, 1)
PERIOD = Period(start=dt.date(2025, 4, 1), end=dt.date(2025, 9, 30))
measures = st.sampled_from(list(MEASURES.values()))
day_numbers = st.integers(0, 400)


def _day(number: int) -> dt.date:
    return FIRST + dt.timedelta(days=number)


@st.composite
def totals(draw: st.DrawFn, measure: Measure) -> Decimal:
    if measure is CORE10 and draw(st.booleans()):
        return CORE10.check_total(Decimal(f"{draw(st.integers(0, 36)) * 10 / 9:.2f}"))
    return Decimal(draw(st.integers(0, measure.maximum)))


@st.composite
def episodes(draw: st.DrawFn, *, ended_by_day: int | None = None) -> EpisodeRecord:
    """One episode; every row has a position of its own, as an import gives them."""
    if ended_by_day is None:
        referred = draw(day_numbers)
        length = draw(st.none() | st.integers(0, 200))
    else:
        referred = draw(st.integers(0, ended_by_day))
        length = draw(st.integers(0, ended_by_day - referred))
    held = draw(
        st.lists(
            st.tuples(st.integers(0, 200), st.sampled_from(Kind), st.sampled_from(Attendance)),
            max_size=6,
        )
    )
    forms = draw(
        st.lists(
            st.tuples(
                st.integers(0, 200),
                measures.flatmap(lambda measure: st.tuples(st.just(measure.code), totals(measure))),
                st.none() | st.sampled_from(Kind),
            ),
            max_size=6,
        )
    )
    return EpisodeRecord(
        key=draw(st.integers(1, 10**6)),
        referred_on=_day(referred),
        ended_on=None if length is None else _day(referred + length),
        ending=None if length is None else draw(st.none() | st.sampled_from(Ending)),
        wished_to_continue=draw(st.none() | st.booleans()),
        left_out=draw(st.none() | st.none() | st.none() | st.sampled_from(LeftOut)),
        sessions=tuple(
            SessionRecord(on=_day(referred + day), kind=kind, attendance=came, position=place)
            for place, (day, kind, came) in enumerate(held)
        ),
        scores=tuple(
            ScoreRecord(
                measure=code, on=_day(referred + day), total=total, kind=kind, position=100 + place
            )
            for place, (day, (code, total), kind) in enumerate(forms)
        ),
    )


caseloads = st.lists(episodes(), max_size=6)


def _figures(caseload: list[EpisodeRecord]) -> OutcomeFigures:
    return outcome_figures(Cohort(period=PERIOD, episodes=tuple(caseload)))


def _printed(caseload: list[EpisodeRecord]) -> dict[str, object]:
    return outcomes_json(_figures(caseload))


def _shuffled(items: tuple[T, ...], shuffle: Callable[[list[T]], None]) -> tuple[T, ...]:
    listed = list(items)
    shuffle(listed)
    return tuple(listed)


# Cohorts


@tried
@given(caseload=caseloads, rng=st.randoms(use_true_random=False))
def test_order_of_rows_never_matters(caseload: list[EpisodeRecord], rng: object) -> None:
    """Of episodes, of their sessions and of their scores; only a position orders one day's rows."""
    shuffle = rng.shuffle  # type: ignore[attr-defined]
    mixed = [
        replace(
            episode,
            sessions=_shuffled(episode.sessions, shuffle),
            scores=_shuffled(episode.scores, shuffle),
        )
        for episode in caseload
    ]
    shuffle(mixed)
    assert _printed(mixed) == _printed(caseload)


@tried
@given(caseload=caseloads)
def test_partitions_sum(caseload: list[EpisodeRecord]) -> None:
    figures = _figures(caseload)
    ended = figures.ended
    assert (
        figures.ended_before_treatment + figures.one_session_only + figures.finished_course == ended
    )
    assert figures.referred_on <= figures.ended_before_treatment
    endings = figures.endings
    assert endings.of == ended - figures.ended_before_treatment
    assert endings.planned + endings.unplanned + endings.not_recorded + endings.died == endings.of
    assert sum(endings.by_reason.values()) == endings.planned + endings.unplanned
    assert endings.wished_to_continue <= endings.planned
    assert figures.silent_open <= figures.open_on_last_day
    assert figures.finished_within_six_weeks <= figures.finished_within_eighteen_weeks
    assert figures.finished_within_eighteen_weeks <= figures.finished_course
    for tallies, of in ((figures.entered, endings.of), (figures.finished, figures.finished_course)):
        for tally in tallies.values():
            assert tally.of == of
            assert tally.at_caseness + tally.not_at_caseness + tally.caseness_unknown == of
            assert tally.improved + tally.unchanged + tally.deteriorated == tally.paired
            assert tally.reliably_recovered <= min(tally.recovered, tally.improved)
            assert tally.recovered <= min(tally.at_caseness, tally.paired)
    measured = [figures.entered[by].paired for by in PrimaryOutcome]
    assert max(measured) <= figures.measured_on_any <= endings.of


@tried
@given(caseload=caseloads)
def test_finished_courses_are_some_of_those_that_entered(caseload: list[EpisodeRecord]) -> None:
    figures = _figures(caseload)
    for by in PrimaryOutcome:
        few, many = figures.finished[by], figures.entered[by]
        assert few.paired <= many.paired
        assert few.improved <= many.improved
        assert few.deteriorated <= many.deteriorated
        assert few.recovered <= many.recovered


@tried
@given(caseload=caseloads, further=episodes(), reason=st.sampled_from(LeftOut))
def test_left_out_episode_changes_nothing_but_its_own_count(
    caseload: list[EpisodeRecord], further: EpisodeRecord, reason: LeftOut
) -> None:
    before = _printed(caseload)
    after = _printed([*caseload, replace(further, left_out=reason)])
    counts = before.pop("left_out"), after.pop("left_out")
    assert after == before
    assert (counts[0] != counts[1]) is (further.ended_on in PERIOD)


@tried
@given(
    caseload=caseloads,
    further=episodes(ended_by_day=(PERIOD.start - FIRST).days - 1),
)
def test_episode_that_ended_earlier_changes_session_counts_at_most(
    caseload: list[EpisodeRecord], further: EpisodeRecord
) -> None:
    before, after = _printed(caseload), _printed([*caseload, further])
    del before["sessions"], after["sessions"]
    assert after == before


@tried
@given(one=caseloads, other=caseloads)
def test_counts_add_up_over_practitioners(
    one: list[EpisodeRecord], other: list[EpisodeRecord]
) -> None:
    """A service is the sum of its practitioners: every count, of every block."""
    a, b, both = _printed(one), _printed(other), _printed(one + other)
    for block in ("ended", "iapt", "measured_ending", "waits"):
        mine, theirs, ours = a[block], b[block], both[block]
        assert isinstance(mine, dict)
        assert isinstance(theirs, dict)
        assert ours == {key: mine[key] + theirs[key] for key in mine}


@tried
@given(episode=episodes(), further=day_numbers, measure=measures)
def test_follow_up_score_changes_nothing(
    episode: EpisodeRecord, further: int, measure: Measure
) -> None:
    follow_up = ScoreRecord(
        measure=measure.code,
        on=_day(further),
        total=Decimal(0),
        kind=Kind.FOLLOW_UP,
        position=999,
    )
    assert _printed([replace(episode, scores=(*episode.scores, follow_up))]) == _printed([episode])


@tried
@given(episode=episodes(), until=day_numbers, middle=st.data())
def test_scores_between_first_and_last_change_no_outcome(
    episode: EpisodeRecord, until: int, middle: st.DataObject
) -> None:
    course = Course(episode=episode, until=_day(until))
    for code, measure in MEASURES.items():
        first, last = course.first_score(code), course.last_score(code)
        if first is None or last is None or (last.on - first.on).days < 2:
            continue
        between = replace(
            last, on=first.on + dt.timedelta(days=1), total=middle.draw(totals(measure))
        )
        fuller = Course(
            episode=replace(episode, scores=(*episode.scores, between)), until=_day(until)
        )
        for by in PrimaryOutcome:
            assert fuller.outcome(by) == course.outcome(by)
            assert fuller.caseness(by) == course.caseness(by)


@tried
@given(episode=episodes(), until=day_numbers)
def test_two_scores_make_a_pair_and_one_does_not(episode: EpisodeRecord, until: int) -> None:
    course = Course(episode=episode, until=_day(until))
    for code in MEASURES:
        valid = [
            score
            for score in episode.scores
            if score.measure == code
            and score.kind is not Kind.FOLLOW_UP
            and episode.referred_on <= score.on <= course.until
        ]
        assert (course.first_score(code) is not None) is (len(valid) >= 1)
        assert (course.last_score(code) is not None) is (len(valid) >= 2)
        assert (course.change(code) is not None) is (len(valid) >= 2)


# One pair of scores


@tried
@given(data=st.data(), measure=measures)
def test_a_change_the_other_way_round_is_the_opposite(
    data: st.DataObject, measure: Measure
) -> None:
    first, last = data.draw(totals(measure)), data.draw(totals(measure))
    there = Change(measure=measure, first=first, last=last)
    back = Change(measure=measure, first=last, last=first)
    opposite = {
        "reliable_improvement": "reliable_deterioration",
        "reliable_deterioration": "reliable_improvement",
        "no_reliable_change": "no_reliable_change",
    }
    assert back.direction == opposite[there.direction]
    assert back.fall == -there.fall
    assert not (there.recovered and back.recovered)


@tried
@given(data=st.data(), measure=measures)
def test_total_is_in_the_range_and_its_own_check_accepts_it(
    data: st.DataObject, measure: Measure
) -> None:
    answers = data.draw(
        st.lists(
            st.none() | st.integers(0, measure.maximum_answer),
            min_size=len(measure.items),
            max_size=len(measure.items),
        )
    )
    total = measure.total_from_answers(answers)
    assert (total is None) is (answers.count(None) > measure.missing_allowed)
    if total is not None:
        assert 0 <= total <= measure.maximum
        assert measure.check_total(total) == total
        assert measure.band(total) in measure.bands


# Numbers


@st.composite
def proportions(draw: st.DrawFn, smallest: int = 0) -> Proportion:
    n = draw(st.integers(smallest, 5000))
    return Proportion(k=draw(st.integers(0, n)), n=n)


@tried
@given(own=proportions(smallest=1))
def test_interval_contains_the_rate_and_stays_within_bounds(own: Proportion) -> None:
    assert own.interval is not None
    assert own.rate is not None
    low, high = own.interval
    assert 0 <= low <= float(own.rate) <= high <= 1
    mirrored = Proportion(k=own.n - own.k, n=own.n).interval
    assert mirrored is not None
    assert abs(mirrored[0] - (1 - high)) < 1e-12
    assert abs(mirrored[1] - (1 - low)) < 1e-12


@tried
@given(own=proportions(smallest=1), factor=st.integers(2, 10))
def test_more_cases_at_the_same_rate_tell_more(own: Proportion, factor: int) -> None:
    larger = Proportion(k=own.k * factor, n=own.n * factor)
    assert own.interval is not None
    assert larger.interval is not None
    assert larger.interval[1] - larger.interval[0] < own.interval[1] - own.interval[0]


@tried
@given(own=proportions(), other=proportions())
def test_difference_turns_its_sign_with_its_sides(own: Proportion, other: Proportion) -> None:
    there, back = newcombe_difference(own, other), newcombe_difference(other, own)
    if own.rate is None or other.rate is None:
        assert there is back is None
        return
    assert there is not None
    assert back is not None
    assert -1 - 1e-12 <= there[0] <= float(own.rate - other.rate) <= there[1] <= 1 + 1e-12
    assert abs(there[0] + back[1]) < 1e-12


@tried
@given(
    n=st.integers(1, 120),
    data=st.data(),
    rate=st.fractions(
        min_value=Fraction(1, 100), max_value=Fraction(99, 100), max_denominator=1000
    ),
)
def test_verdict_is_never_on_the_wrong_side(n: int, data: st.DataObject, rate: Fraction) -> None:
    own = Proportion(k=data.draw(st.integers(0, n)), n=n)
    assert own.rate is not None
    p = exact_two_sided_p(own, float(rate))
    assert 0 <= p <= 1
    verdict = position(own, Comparator(rate=rate))
    turned = position(Proportion(k=n - own.k, n=n), Comparator(rate=1 - rate))
    assert (verdict is Position.ABOVE) is (turned is Position.BELOW)
    assert (verdict is Position.BELOW) is (turned is Position.ABOVE)
    if verdict is not Position.UNCLEAR:
        assert p < 0.05
        assert (verdict is Position.ABOVE) is (own.rate > rate)


def _in_order(bounds: Bounds) -> bool:
    fewest, pairs, most = bounds.none_of_unpaired, bounds.pairs_only, bounds.all_of_unpaired
    if fewest.rate is None or most.rate is None:
        return fewest.n == most.n == 0
    return fewest.rate <= most.rate and (
        pairs.rate is None or fewest.rate <= pairs.rate <= most.rate
    )


@tried
@given(caseload=caseloads)
def test_three_lines_of_an_outcome_are_in_order(caseload: list[EpisodeRecord]) -> None:
    figures = _figures(caseload)
    for tally in (*figures.finished.values(), *figures.entered.values()):
        assert _in_order(tally.improvement)
        assert _in_order(tally.deterioration)
        assert _in_order(tally.recovery)
        assert _in_order(tally.reliable_recovery)


@tried
@given(year=st.integers(1900, 2100), number=st.integers(1, 12), months=st.integers(1, 48))
def test_months_follow_on_without_gap(year: int, number: int, months: int) -> None:
    month = Month(year=year, number=number)
    span = month.months_to(months)
    before = month.minus(months).period
    assert span.end == month.period.end
    assert span.start - before.end == dt.timedelta(days=1)
    assert Month.parse(str(month)) == month
    assert month.minus(months).minus(-months) == month
