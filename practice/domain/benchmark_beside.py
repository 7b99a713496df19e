"""What a published figure may be set beside, what it may not, and which other figures belong to it."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from practice.domain.benchmark_figures import Benchmark, Statistic
from practice.domain.benchmark_words import SPREAD, grouping_of
from practice.domain.comparability import MAX_AGE_YEARS, Mark, compare_definitions, is_too_old
from practice.domain.definitions import NOT_STATED, Definition, Event, Measures
from practice.domain.own_rates import OWN

_RANK = (Mark.SAME, Mark.NEAR, Mark.NOT_COMPARABLE)
_OWN_FRACTIONS = frozenset(own.fractions for own in OWN.values())

# Two events that are taken for each other, and why they are not the same. Whichever of the two is
# published, the sentence holds for the own rates of the other.
TEMPTING: tuple[tuple[Event, Event, str], ...] = (
    (
        Event.FINISHED_COURSE,
        Event.PLANNED_ENDING,
        "A finished course is two or more sessions, however it ended: a client who vanished after "
        "session five has finished one. A planned ending is agreed.",
    ),
    (
        Event.FINISHED_COURSE,
        Event.MEASURED_ENDING,
        "A finished course is two or more sessions, with or without scores. A measured ending has "
        "a first and a last score.",
    ),
    (
        Event.MEASURED_ENDING,
        Event.PLANNED_ENDING,
        "A measured ending has two scores, however it ended; a planned ending is agreed, scored or "
        "not.",
    ),
    (
        Event.UNPLANNED_ENDING,
        Event.PLANNED_ENDING,
        "One is what the other leaves over: take 100 less this figure, over the same endings.",
    ),
    (
        Event.DROP_OUT,
        Event.PLANNED_ENDING,
        "Each study draws drop-out in its own way; what is left over is no planned ending.",
    ),
    (
        Event.RECOVERY,
        Event.RELIABLE_IMPROVEMENT,
        "Recovery is crossing a cut-off, out of those who began above it; improvement is a fall "
        "larger than chance, wherever one began.",
    ),
    (
        Event.RECOVERY,
        Event.RELIABLE_RECOVERY,
        "Recovery is crossing a cut-off, by however little; reliable recovery wants a fall larger "
        "than chance as well, and is the lower of the two.",
    ),
    (
        Event.RELIABLE_RECOVERY,
        Event.RELIABLE_IMPROVEMENT,
        "Reliable recovery is improvement that also ends below the cut-off, out of those who began "
        "above it, and is the lower of the two.",
    ),
    (
        Event.RECOVERY_OR_IMPROVEMENT,
        Event.RECOVERY,
        "Recovered or improved, thrown together, is higher than either alone.",
    ),
    (
        Event.RECOVERY_OR_IMPROVEMENT,
        Event.RELIABLE_IMPROVEMENT,
        "Recovered or improved, thrown together, is higher than either alone.",
    ),
    (
        Event.LOSS_OF_DIAGNOSIS,
        Event.RECOVERY,
        "An interview about the criteria of a diagnosis is no questionnaire's cut-off.",
    ),
    (
        Event.FORM_COMPLETED,
        Event.PAIRED_SCORES,
        "A form filled in at one end says nothing about the other end; a pair needs both.",
    ),
    (
        Event.COST,
        Event.FEE,
        "What providing a session costs, with premises and administration, is not what is charged "
        "for it.",
    ),
)


@dataclass(frozen=True, kw_only=True)
class Beside:
    """One of a practice's own rates next to a published figure: how like, and why.

    in_short: the reason without the two definitions, for a list; empty where they are the same.
    """

    name: str
    own: Definition
    mark: Mark
    reason: str
    in_short: str

    @property
    def words(self) -> str:
        """What the own rate is: its event, and the questionnaires it rests on where it has any."""
        event = f"{self.own.event.words[0].upper()}{self.own.event.words[1:]}"
        if self.own.measures is Measures.NONE:
            return event
        return f"{event}: {self.own.measures.words}"


@dataclass(frozen=True, kw_only=True)
class Tempting:
    """An own event that looks like the published one, and why the two stay apart."""

    event: Event
    reason: str


@dataclass(frozen=True, kw_only=True)
class Related:
    """Figures that differ from one in a single thing."""

    heading: str
    figures: tuple[Benchmark, ...]


def own_rates_beside(benchmark: Benchmark, *, period_end: dt.date) -> tuple[Beside, ...]:
    """Each own rate of the figure's event with its mark, the most alike first."""
    rates = []
    for name, own in OWN.items():
        if own.event == benchmark.definition.event:
            found = compare_definitions(own, benchmark, period_end=period_end)
            rates.append(
                Beside(
                    name=name,
                    own=own,
                    mark=found.mark,
                    reason=found.reason,
                    in_short=_in_short(own, benchmark, period_end=period_end),
                )
            )
    theirs = _parts(benchmark.definition)

    def unlike(rate: Beside) -> tuple[int, int]:
        apart = sum(a != b for a, b in zip(_parts(rate.own), theirs, strict=True))
        return (_RANK.index(rate.mark), apart)

    return tuple(sorted(rates, key=unlike))


def _parts(definition: Definition) -> tuple[str, ...]:
    return (*definition.fractions, definition.measures, definition.population)


def _in_short(own: Definition, benchmark: Benchmark, *, period_end: dt.date) -> str:
    names = ("event", "numerator", "denominator", "measure", "population")
    apart = [
        f"{name} not stated" if theirs == NOT_STATED else f"another {name}"
        for name, mine, theirs in zip(names, _parts(own), _parts(benchmark.definition), strict=True)
        if mine != theirs
    ]
    if is_too_old(benchmark, period_end=period_end):
        apart.append(f"over {MAX_AGE_YEARS} years older")
    return ", ".join(apart)


def may_stand_beside(benchmark: Benchmark) -> bool:
    """Whether any own rate has the figure's event, numerator and denominator: same or near."""
    return benchmark.definition.fractions in _OWN_FRACTIONS


def best_mark(benchmark: Benchmark, *, period_end: dt.date) -> Beside | None:
    """The own rate most like the figure; None where no own rate is about its event at all."""
    return next(iter(own_rates_beside(benchmark, period_end=period_end)), None)


def tempting(benchmark: Benchmark) -> tuple[Tempting, ...]:
    """Own rates of another event that people set beside the figure, and why they must not."""
    event = benchmark.definition.event
    own_events = {own.event for own in OWN.values()}
    return tuple(
        Tempting(event=other, reason=reason)
        for one, two, reason in TEMPTING
        if event in (one, two)
        for other in (two if event == one else one,)
        if other in own_events
    )


def related(benchmark: Benchmark, figures: Iterable[Benchmark]) -> tuple[Related, ...]:
    """Figures of the same definition: other years, the spread, other groups, other places.

    A list with nothing in it is left out. The figure itself is in none.
    """
    found: dict[str, list[Benchmark]] = {}
    for other in figures:
        heading = _relation(benchmark, other)
        if heading:
            found.setdefault(heading, []).append(other)
    ordered = {heading: found[heading] for heading in _HEADINGS if heading in found}
    return tuple(
        Related(heading=heading, figures=tuple(others)) for heading, others in ordered.items()
    )


_OTHER_YEARS = "Other years and periods"
_ENGLAND = "England as a whole, the same year"
_SPREAD = "How far services lie apart, the same year"
_GROUPS = "Other groups, the same year"
_PLACES = "Other places, the same year"
_MORE = "More of the same"
_TARGETS = "Targets that others have set"
_HEADINGS = (_OTHER_YEARS, _ENGLAND, _SPREAD, _GROUPS, _PLACES, _MORE, _TARGETS)


def _relation(benchmark: Benchmark, other: Benchmark) -> str:
    one, two = benchmark.definition, other.definition
    same = one.fractions == two.fractions and one.measures == two.measures
    if not same or other.key == benchmark.key:
        return ""
    if other.statistic is Statistic.TARGET:
        return _TARGETS
    if benchmark.period != other.period:
        return _OTHER_YEARS if _series(benchmark) == _series(other) else ""
    return _same_year(benchmark, other)


def _series(figure: Benchmark) -> tuple[str, ...]:
    # One series of a spread is of so many providers, another of so many areas: their numbers differ
    # from year to year, their words do not.
    whose = "".join(letter for letter in figure.population if not letter.isdigit())
    return (
        figure.source,
        figure.region,
        figure.statistic,
        figure.definition.population,
        whose,
    )


def _same_year(benchmark: Benchmark, other: Benchmark) -> str:
    group = grouping_of(other)
    if group:
        return _GROUPS if group == grouping_of(benchmark) else ""
    if other.region_code:
        return _PLACES if benchmark.region_code else ""
    if other.statistic in SPREAD:
        return _SPREAD
    if benchmark.definition.population != other.definition.population:
        return _ENGLAND if other.definition.population == "adults" else ""
    is_part = benchmark.region_code or benchmark.statistic in SPREAD
    return _ENGLAND if is_part else _MORE
