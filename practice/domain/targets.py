"""What a practice may set itself a target for: rates of its own, by name."""

from collections.abc import Iterable

from practice.domain.benchmark_figures import Benchmark, Statistic
from practice.domain.definitions import Event
from practice.domain.measures import PrimaryOutcome
from practice.domain.own_rates import OWN

# Endings before outcomes. Nothing here is a verdict: a target is what somebody hopes for.
TARGET_RATES: tuple[tuple[str, str], ...] = (
    ("planned_declared", "planned endings, declared"),
    ("planned_estimated", "planned endings, estimated"),
    ("finished_of_entered", "two sessions or more, of those who entered"),
    ("measured_ending", "measured endings, of those who entered"),
    ("reliable_improvement", "reliable improvement"),
    ("reliable_recovery", "reliable recovery"),
    ("recovery", "recovery"),
)


def target_rates() -> list[tuple[str, str]]:
    """Choices for the rate that a target is set for."""
    return list(TARGET_RATES)


def rate_words(rate: str) -> str:
    """What a rate of TARGET_RATES is called. Raises KeyError."""
    return dict(TARGET_RATES)[rate]


def rate_place(rate: str) -> int:
    """Where the rate stands in a list: endings before outcomes."""
    return [name for name, _words in TARGET_RATES].index(rate)


def own_rate(rate: str, primary: PrimaryOutcome) -> str:
    """The name in OWN of the rate a target is for; outcomes are those of the primary measure."""
    return rate if rate in OWN else f"{rate}_{primary.value}"


def set_by_others(figures: Iterable[Benchmark]) -> tuple[Benchmark, ...]:
    """Published targets for the events that somebody may set a target for, soonest first."""
    events = {_event(rate) for rate, _words in TARGET_RATES}
    found = [
        figure
        for figure in figures
        if figure.statistic is Statistic.TARGET and figure.definition.event in events
    ]
    return tuple(sorted(found, key=lambda figure: (figure.period_end, figure.title)))


def _event(rate: str) -> Event:
    return OWN[own_rate(rate, PrimaryOutcome.IAPT)].event
