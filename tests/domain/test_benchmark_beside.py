"""What a published figure may stand beside, what it may not, and what belongs to it."""

import datetime as dt

import pytest

from practice.domain.benchmark_beside import (
    TEMPTING,
    best_mark,
    may_stand_beside,
    own_rates_beside,
    related,
    tempting,
)
from practice.domain.benchmarks import Benchmark, load_benchmarks
from practice.domain.comparability import Mark, compare_definitions
from practice.domain.definitions import Event
from practice.domain.own_rates import OWN

PUBLISHED = load_benchmarks()
TODAY = dt.date(2026, 11, 22)


def first(key: str) -> tuple[str, Mark]:
    best = best_mark(PUBLISHED.get(key), period_end=TODAY)
    assert best is not None
    return best.name, best.mark


BEST = {
    "england-2024-25-planned-ending": ("planned_declared", Mark.SAME),
    "connell-2006-planned-estimated": ("planned_estimated", Mark.NEAR),
    "england-2024-25-finished-of-entered": ("finished_of_entered", Mark.SAME),
    "england-2024-25-recovery": ("recovery_iapt", Mark.NEAR),
    "mullin-2006-improved": ("improved_of_measured_iapt", Mark.NEAR),
    "tmn-rcn-2003-04-measured-ending": ("measured_ending_iapt", Mark.NOT_COMPARABLE),
    "england-2024-25-planned-ending-of-coded": ("planned_declared", Mark.NOT_COMPARABLE),
}


@pytest.mark.parametrize("key", BEST)
def test_the_most_alike_comes_first(key: str) -> None:
    assert first(key) == BEST[key]


def test_each_own_rate_of_the_event_stands_once_in_the_order_of_the_marks() -> None:
    for figure in PUBLISHED:
        rates = own_rates_beside(figure, period_end=TODAY)
        event = figure.definition.event
        assert sorted(rate.name for rate in rates) == sorted(
            name for name, own in OWN.items() if own.event == event
        )
        marks = [list(Mark).index(rate.mark) for rate in rates]
        assert marks == sorted(marks)
        # A second way to the same answer: no own rate of another event is comparable either.
        comparable = any(
            compare_definitions(own, figure, period_end=TODAY).mark is not Mark.NOT_COMPARABLE
            for own in OWN.values()
        )
        assert may_stand_beside(figure) is comparable
        if not rates:
            assert best_mark(figure, period_end=TODAY) is None


def test_an_own_rate_in_words() -> None:
    planned = own_rates_beside(PUBLISHED.get("england-2024-25-planned-ending"), period_end=TODAY)
    assert planned[0].words == "Planned endings"
    improved = own_rates_beside(
        PUBLISHED.get("england-2024-25-reliable-improvement"), period_end=TODAY
    )
    assert improved[0].words == "Reliable improvement: PHQ-9 and GAD-7"


def test_the_reason_in_short() -> None:
    short = {
        "england-2024-25-planned-ending": "",
        "england-2024-25-recovery": "another measure",
        "mullin-2006-improved": "another measure, another population, over 5 years older",
        "tmn-rcn-2003-04-measured-ending": "numerator not stated, denominator not stated, "
        "measure not stated, another population, over 5 years older",
    }
    for key, words in short.items():
        best = best_mark(PUBLISHED.get(key), period_end=TODAY)
        assert best is not None
        assert best.in_short == words
        assert bool(words) is (best.mark is not Mark.SAME)


def test_a_finished_course_is_no_planned_ending_either_way() -> None:
    finished = tempting(PUBLISHED.get("england-2024-25-finished-of-entered"))
    assert finished[0].event is Event.PLANNED_ENDING
    assert "vanished after session five" in finished[0].reason
    planned = tempting(PUBLISHED.get("england-2024-25-planned-ending"))
    assert planned[0].event is Event.FINISHED_COURSE
    assert planned[0].reason == finished[0].reason


def test_what_tempts_is_never_comparable() -> None:
    """By the definitions themselves, whatever figure of the one event and rate of the other."""
    for figure in PUBLISHED:
        events = {each.event for each in tempting(figure)}
        for own in OWN.values():
            if own.event in events:
                found = compare_definitions(own, figure, period_end=TODAY)
                assert found.mark is Mark.NOT_COMPARABLE


def test_what_tempts_is_about_events_that_are_published_or_ones_own() -> None:
    own_events = {own.event for own in OWN.values()}
    for one, two, reason in TEMPTING:
        assert one != two
        assert {one, two} & own_events
        assert reason.endswith(".")
    # No own rate of drop-out exists: it is told beside a published drop-out only.
    saxon = tempting(PUBLISHED.get("saxon-2017-drop-out-max"))
    assert [each.event for each in saxon] == [Event.PLANNED_ENDING]
    assert Event.DROP_OUT not in {
        each.event for each in tempting(PUBLISHED.get("england-2024-25-planned-ending"))
    }


def relatives(key: str) -> dict[str, list[str]]:
    figure: Benchmark = PUBLISHED.get(key)
    return {
        each.heading: [other.key for other in each.figures] for each in related(figure, PUBLISHED)
    }


def test_related_years_and_the_spread() -> None:
    found = relatives("england-2024-25-planned-ending")
    assert list(found) == ["Other years and periods", "How far services lie apart, the same year"]
    assert found["Other years and periods"] == [
        f"england-{year}-planned-ending" for year in ("2021-22", "2022-23", "2023-24", "2025-26")
    ]
    assert len(found["How far services lie apart, the same year"]) == 7


def test_related_within_a_spread() -> None:
    found = relatives("providers-2024-25-recovery-p25")
    assert set(found["Other years and periods"]) == {
        f"providers-{year}-{year + 1 - 2000}-recovery-p25" for year in range(2017, 2024)
    }
    assert "england-2024-25-recovery" in found["England as a whole, the same year"]
    spread = found["How far services lie apart, the same year"]
    assert "providers-2024-25-recovery-median" in spread
    assert "providers-2024-25-recovery-p25" not in spread


def test_related_groups_and_places() -> None:
    found = relatives("england-2024-25-gender-female-recovery")
    assert "england-2024-25-recovery" in found["England as a whole, the same year"]
    assert len(found["Other groups, the same year"]) == 3
    assert all("gender" in key for key in found["Other groups, the same year"])
    local = next(
        figure.key
        for figure in PUBLISHED.local("NLS").values()
        if figure.definition.event is Event.RECOVERY
    )
    found = relatives(local)
    assert len(found["Other places, the same year"]) == 188
    assert "Other groups, the same year" not in found


def test_related_of_two_sources_and_of_none() -> None:
    found = relatives("england-2024-25-recovery")
    assert found["More of the same"] == ["england-2024-25-recovery-monthly"]
    assert found["Targets that others have set"] == ["target-recovery"]
    assert relatives("scott-2018-no-longer-diagnosed") == {}
    # Of students nothing is said beside primary-care counselling, or the other way round.
    assert "England as a whole, the same year" not in relatives("connell-2008-improved")
