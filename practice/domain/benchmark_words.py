"""How a published figure is put into words: its value, its kind, and whom it is about."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from practice.domain.benchmark_figures import PERCENT, Benchmark, Statistic, Status
from practice.domain.definitions import GROUPINGS

STATUS_WORDS: Mapping[Status, str] = MappingProxyType(
    {
        Status.PUBLISHED: "Printed as such in the document named.",
        Status.DERIVED: "Worked out by us from figures printed in the document named.",
        Status.SECONDARY: "Quoted by the document named; the original was not read.",
    }
)

SPREAD = frozenset(
    {
        Statistic.MIN,
        Statistic.P10,
        Statistic.P25,
        Statistic.MEDIAN,
        Statistic.P75,
        Statistic.P90,
        Statistic.MAX,
    }
)
_LIMITS = frozenset({Statistic.LOW_LIMIT, Statistic.HIGH_LIMIT})


class Kind(StrEnum):
    """What sort of number a figure is, as somebody looks for it."""

    words: str
    note: str
    statistics: frozenset[Statistic]

    def __new__(
        cls,
        value: str,
        words: str = "",
        statistics: frozenset[Statistic] = frozenset(),
        note: str = "",
    ) -> "Kind":
        kind = str.__new__(cls, value)
        kind._value_ = value
        kind.words, kind.statistics, kind.note = words, statistics, note
        return kind

    RATE = "rate", "a share of people or appointments", frozenset({Statistic.RATE})
    MEAN = "mean", "a mean", frozenset({Statistic.MEAN})
    SPREAD = (
        "spread",
        "spread between services (lowest to highest)",
        SPREAD,
        "It says where services or therapists lie, not where one ought to be. A small caseload "
        "scatters far more by chance than services do.",
    )
    RATIO = "ratio", "an effect size or a ratio", frozenset({Statistic.RATIO})
    SD = (
        "sd",
        "a standard deviation of scores",
        frozenset({Statistic.SD}),
        "It says how far apart first scores lie: something to work an effect size out with, and "
        "nothing to be compared with.",
    )
    LIMIT = (
        "limit",
        "what a source calls low or high",
        _LIMITS,
        "A line that the source draws between services, over many clients each; it is drawn for "
        "services, not for one practitioner.",
    )
    TARGET = (
        "target",
        "a target that somebody set",
        frozenset({Statistic.TARGET}),
        "What a body set out to reach: nobody's result, and no measure of yours.",
    )
    COUNT = (
        "count",
        "a plain count",
        frozenset({Statistic.COUNT}),
        "A count, to check rates with. It cannot be set beside anything of yours.",
    )


class Whom(StrEnum):
    """Whom a figure is about, as somebody looks for it."""

    words: str

    def __new__(cls, value: str, words: str = "") -> "Whom":
        whom = str.__new__(cls, value)
        whom._value_ = value
        whom.words = words
        return whom

    ENGLAND = "england", "NHS Talking Therapies, all of England"
    PLACE = "place", "one NHS service, area or region"
    SERVICES = "services", "how far NHS services lie apart"
    AGE = "age", "England, by age"
    GENDER = "gender", "England, by gender"
    ETHNICITY = "ethnicity", "England, by ethnic group"
    DEPRIVATION = "deprivation", "England, by deprivation"
    LONG_TERM_CONDITION = "long_term_condition", "England, by long-term condition"
    PROBLEM = "problem", "England, by presenting problem"
    THERAPY = "therapy", "England, by type of therapy"
    OUTSIDE = "outside", "outside NHS Talking Therapies"


# Whom the NHS programme is for, and the first services it began with.
_PROGRAMME = ("adults", "adults_stepped_care_pilot")


def kind_of(benchmark: Benchmark) -> Kind:
    """What sort of number it is."""
    return next(kind for kind in Kind if benchmark.statistic in kind.statistics)


def whom_of(benchmark: Benchmark) -> Whom:
    """Whom it is about, by its population, its place and its kind."""
    population, _, rest = benchmark.definition.population.partition(":")
    if rest:
        return Whom(rest.partition(":")[0])
    if population not in _PROGRAMME:
        return Whom.OUTSIDE
    if benchmark.region_code:
        return Whom.PLACE
    return Whom.SERVICES if benchmark.statistic in SPREAD else Whom.ENGLAND


def grouping_of(benchmark: Benchmark) -> str:
    """The grouping of a part of the adults, such as age; empty for everybody."""
    parts = benchmark.definition.population.split(":")
    return parts[1] if len(parts) > 1 and parts[1] in GROUPINGS else ""


def value_words(benchmark: Benchmark) -> str:
    """The figure as published with its unit: 61.8%, 1,416 pounds."""
    shown = f"{benchmark.figure:,}"
    return f"{shown}%" if benchmark.unit == PERCENT else f"{shown} {benchmark.unit}"


def sample_words(benchmark: Benchmark) -> str:
    """How many it rests on: k of n, n alone, the size of its group, or that nobody tells."""
    if benchmark.k is not None and benchmark.n is not None:
        return f"{benchmark.k:,} of {benchmark.n:,}"
    if benchmark.n is not None:
        return f"of {benchmark.n:,}"
    if benchmark.group_size is not None:
        return f"in a group of {benchmark.group_size:,} courses"
    return "number not given" if kind_of(benchmark) in (Kind.RATE, Kind.MEAN) else ""
