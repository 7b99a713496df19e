"""Which published figure may stand beside which own rate: the law, and the traps."""

import dataclasses
import datetime as dt
from collections.abc import Iterator

import pytest
from _pytest.mark import ParameterSet
from hypothesis import given
from hypothesis import strategies as st

from practice.domain.benchmarks import load_benchmarks
from practice.domain.comparability import Mark, compare_definitions, is_too_old
from practice.domain.definitions import (
    NOT_STATED,
    Definition,
    Denominator,
    Event,
    Measures,
    Numerator,
    population_words,
)
from practice.domain.own_rates import OWN

PUBLISHED = load_benchmarks()
TODAY = dt.date(2026, 10, 31)

SAME, NEAR, NOT = Mark.SAME, Mark.NEAR, Mark.NOT_COMPARABLE
# Name: own rate, benchmark, last day of the own period, mark (not: not comparable).
PAIRS = """
# The pathway and attendance need no questionnaire: the same, while recent.
planned against end codes:
    planned_declared, england-2024-25-planned-ending, 2026-10-31, same
two sessions of entered:
    finished_of_entered, england-2024-25-finished-of-entered, 2026-10-31, same
one session of entered:
    one_session_of_entered, england-2025-26-one-session-of-entered, 2026-10-31, same
before treatment:
    before_treatment_of_ended, england-2024-25-before-treatment-of-ended, 2026-10-31, same
not attended:
    dna_of_appointments, england-2025-26-dna, 2026-10-31, same
wait of six weeks:
    wait_6_weeks_of_finished, england-2024-25-wait-6-weeks, 2026-10-31, same
mean sessions:
    mean_sessions_of_finished, england-2023-24-mean-sessions, 2026-10-31, same
spread of planned endings:
    planned_declared, providers-2024-25-planned-ending-p25, 2026-10-31, same
# The NHS takes another anxiety measure for some disorders.
improvement, pair:
    reliable_improvement_iapt, england-2024-25-reliable-improvement, 2026-10-31, near
recovery, pair:
    recovery_iapt, england-2024-25-recovery, 2026-10-31, near
recovered of entered:
    recovered_of_entered, england-2024-25-recovered-of-entered, 2026-10-31, near
PHQ-9 alone:
    reliable_improvement_phq9, england-2024-25-reliable-improvement, 2026-10-31, near
local service:
    recovery_iapt, service-nls-2024-25-recovery, 2026-10-31, near
target:
    reliable_recovery_iapt, target-2026-27-reliable-recovery, 2026-10-31, near
# Groups of people, other kinds of client.
women only:
    recovery_iapt, england-2024-25-gender-female-recovery, 2026-10-31, near
most deprived tenth:
    recovery_iapt, england-2024-25-deprivation-10-most-deprived-recovery, 2026-10-31, near
employees, estimated:
    planned_estimated, eap-2013-planned-estimated, 2026-10-31, near
students, CORE-OM:
    improved_of_measured_core10, connell-2008-improved, 2026-10-31, near
CORE-OM against CORE-10:
    reliable_improvement_core10, mullin-2006-improved, 2026-10-31, near
primary care, declared:
    planned_declared, connell-2006-planned-declared, 2026-10-31, near
# Age: exactly five years is still recent, a day more is not.
an old year:
    wait_6_weeks_of_finished, england-2017-18-wait-6-weeks, 2026-10-31, near
exactly five years:
    wait_6_weeks_of_finished, england-2020-21-wait-6-weeks, 2026-03-31, same
five years and a day:
    wait_6_weeks_of_finished, england-2020-21-wait-6-weeks, 2026-04-01, near
a benchmark newer than the period:
    dna_of_appointments, england-2025-26-dna, 2024-03-31, same
# Traps: near in name, another thing.
finished is not planned:
    planned_declared, england-2024-25-finished-of-entered, 2026-10-31, not
planned is not finished:
    finished_of_entered, england-2024-25-planned-ending, 2026-10-31, not
estimated against declared:
    planned_estimated, england-2024-25-planned-ending, 2026-10-31, not
estimated against all codes:
    planned_estimated, england-2024-25-planned-ending-of-coded, 2026-10-31, not
declared against estimated:
    planned_declared, connell-2006-planned-estimated, 2026-10-31, not
planned against unplanned:
    planned_declared, connell-2006-unplanned-declared, 2026-10-31, not
with silent cases:
    planned_with_silent, england-2024-25-planned-ending, 2026-10-31, not
recovery of the referred:
    recovery_iapt, tmn-2020-21-recovered-of-referred, 2026-10-31, not
recovery of the entered:
    recovery_iapt, england-2024-25-recovered-of-entered, 2026-10-31, not
recovery of those at case:
    recovery_iapt, tmn-2017-18-recovery-of-at-case, 2026-10-31, not
recovery against improvement:
    recovery_iapt, england-2024-25-reliable-improvement, 2026-10-31, not
measured ending not stated:
    measured_ending_iapt, tmn-rcn-2003-04-measured-ending, 2026-10-31, not
improvement not stated:
    improved_of_measured_iapt, tmn-mankind-2017-18-improved, 2026-10-31, not
IAPT's point is no measured ending:
    measured_ending_iapt, tmn-iapt-2017-18-measured-ending, 2026-10-31, not
of all finished or of the pairs:
    improved_of_measured_iapt, england-2024-25-reliable-improvement, 2026-10-31, not
CORE-10 pairs against finished:
    reliable_improvement_core10, england-2024-25-reliable-improvement, 2026-10-31, not
course of one therapy:
    recovery_iapt, england-2024-25-therapy-mindfulness-recovery, 2026-10-31, not
effect size of therapy courses:
    effect_size_phq9, england-2024-25-therapy-mindfulness-phq9-effect-size, 2026-10-31, not
first year of IAPT, completers:
    reliable_improvement_iapt, gyani-2013-reliable-improvement, 2026-10-31, not
planned endings above the cut-off:
    reliable_recovery_core10, stiles-2015-reliable-recovery, 2026-10-31, not
Irish recovery:
    recovery_core10, cipc-2021-recovery, 2026-10-31, not
diagnosis at interview:
    recovery_iapt, scott-2018-no-longer-diagnosed, 2026-10-31, not
drop-out by therapist:
    planned_declared, saxon-2017-drop-out-max, 2026-10-31, not
cost against fee:
    fee_per_session, radhakrishnan-2013-session-high, 2026-10-31, not
"""


def named_pairs() -> Iterator[ParameterSet]:
    lines = [line.strip() for line in PAIRS.splitlines() if line and not line.startswith("#")]
    for name, row in zip(lines[::2], lines[1::2], strict=True):
        own, key, period_end, mark = row.split(", ")
        yield pytest.param(own, key, dt.date.fromisoformat(period_end), mark, id=name.strip(":"))


@pytest.mark.parametrize(("own", "key", "period_end", "mark"), list(named_pairs()))
def test_named_pairs(own: str, key: str, period_end: dt.date, mark: str) -> None:
    found = compare_definitions(OWN[own], PUBLISHED.get(key), period_end=period_end)
    assert found.mark.split()[0] == mark, found.reason


REASONS = {
    "another measure": (
        ("recovery_iapt", "england-2024-25-recovery"),
        "Another measure (PHQ-9 and the anxiety measure of the disorder, GAD-7 where there is "
        "none; here: PHQ-9 and GAD-7).",
    ),
    "another population and old": (
        ("planned_declared", "connell-2006-planned-declared"),
        "Another population (adults in primary-care counselling; here: adults who come for a "
        "talking therapy); more than 5 years older (it ends on 31 December 2006).",
    ),
    "another event, numerator and denominator": (
        ("planned_declared", "england-2024-25-finished-of-entered"),
        "Another event (courses of two or more sessions, however they ended; here: planned "
        "endings); another numerator (ended after two or more treatment sessions; here: endings "
        "recorded as planned); another denominator (those who entered therapy and ended; here: "
        "endings recorded as planned or unplanned).",
    ),
    "not stated": (
        ("measured_ending_iapt", "tmn-rcn-2003-04-measured-ending"),
        "The source does not state its numerator; the source does not state its denominator.",
    ),
    "same": (
        ("finished_of_entered", "england-2024-25-finished-of-entered"),
        "The same event, numerator, denominator, measure and population, and at most 5 years "
        "older.",
    ),
}


@pytest.mark.parametrize(("pair", "reason"), REASONS.values(), ids=REASONS)
def test_the_reason_names_what_differs(pair: tuple[str, str], reason: str) -> None:
    own, key = pair
    found = compare_definitions(OWN[own], PUBLISHED.get(key), period_end=TODAY)
    assert found.reason == reason


FINISHED = PUBLISHED.get("england-2024-25-finished-of-entered")
RECENT = dt.date(2025, 12, 31)


@pytest.mark.parametrize(
    ("changes", "mark"),
    [
        pytest.param({"measures": Measures.NOT_STATED}, NEAR, id="measures not stated"),
        pytest.param({"population": NOT_STATED}, NEAR, id="population not stated"),
        pytest.param({"numerator": Numerator.NOT_STATED}, NOT, id="numerator not stated"),
        pytest.param({"denominator": Denominator.NOT_STATED}, NOT, id="denominator not stated"),
    ],
)
def test_not_stated_equals_nothing_not_even_itself(changes: dict[str, str], mark: Mark) -> None:
    definition = dataclasses.replace(FINISHED.definition, **changes)  # type: ignore[arg-type]
    benchmark = dataclasses.replace(FINISHED, definition=definition)
    assert compare_definitions(definition, benchmark, period_end=RECENT).mark is mark
    own = FINISHED.definition
    assert compare_definitions(own, benchmark, period_end=RECENT).mark is mark


definitions = st.builds(
    Definition,
    event=st.sampled_from(Event),
    numerator=st.sampled_from(Numerator),
    denominator=st.sampled_from(Denominator),
    measures=st.sampled_from(Measures),
    population=st.sampled_from(["adults", "students", "adults:gender:female", NOT_STATED]),
)


def parts(definition: Definition) -> tuple[str, ...]:
    return (*definition.fractions, definition.measures, definition.population)


@given(definitions, definitions, st.dates(dt.date(2020, 1, 1), dt.date(2040, 1, 1)))
def test_the_law_said_slowly(own: Definition, theirs: Definition, period_end: dt.date) -> None:
    benchmark = dataclasses.replace(FINISHED, definition=theirs)
    agree = [a == b != NOT_STATED for a, b in zip(parts(own), parts(theirs), strict=True)]
    old = benchmark.period_end.replace(year=benchmark.period_end.year + 5) < period_end
    if all(agree) and not old:
        expected = SAME
    elif all(agree[:3]):
        expected = NEAR
    else:
        expected = NOT
    assert compare_definitions(own, benchmark, period_end=period_end).mark is expected


def test_a_leap_day_is_five_years_old_on_the_first_of_march() -> None:
    leap = dataclasses.replace(FINISHED, period_end=dt.date(2024, 2, 29))
    assert not is_too_old(leap, period_end=dt.date(2029, 2, 28))
    assert is_too_old(leap, period_end=dt.date(2029, 3, 1))


def test_no_own_rate_is_vague_about_itself() -> None:
    assert all(NOT_STATED not in parts(own) for own in OWN.values())


def test_own_rates_are_told_apart_by_their_definition() -> None:
    # CORE-10 improvement is counted over the pairs, which are its measured endings.
    twice = {"reliable_improvement_core10", "improved_of_measured_core10"}
    once = [own for name, own in OWN.items() if name not in twice]
    assert len(set(once)) == len(once)
    assert len({OWN[name] for name in twice}) == 1


@pytest.mark.parametrize("name", ["iapt", "phq9", "gad7", "core10"])
def test_every_measure_has_its_rates(name: str) -> None:
    for rate in ("reliable_improvement", "recovery", "measured_ending", "improved_of_measured"):
        assert f"{rate}_{name}" in OWN


def test_journey_rows_of_the_pair_carry_no_measure_in_their_name() -> None:
    for name in ("recovered_of_entered", "improved_of_entered", "paired_of_finished"):
        assert OWN[name].measures is Measures.PHQ9_GAD7
        assert OWN[f"{name}_core10"].measures is Measures.CORE10


@pytest.mark.parametrize("code", ["women", "adults:hair:red", "adults:gender:", "adults:gender:Fe"])
def test_an_unknown_population_is_refused(code: str) -> None:
    with pytest.raises(ValueError, match="is no population"):
        dataclasses.replace(FINISHED.definition, population=code)


def test_populations_have_words() -> None:
    assert population_words("adults:problem:social-phobias") == (
        "adults with one presenting problem: social phobias"
    )


def test_marks_have_words() -> None:
    assert [mark.words for mark in Mark] == ["same definition", "near", "not comparable"]
