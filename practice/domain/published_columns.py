"""The columns of published figures that an own journey may stand beside, each under a lasting code.

A code stands in addresses: `year:2024-25`, `place:Y61`, `group:adults:gender:female`,
`therapy:cognitive-behaviour-therapy`, `source:core_connell_2006`. Where something is published for
several years, the code alone means the newest, and `:2023-24` after it an earlier one.
"""

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

from practice.domain.benchmark_figures import Benchmark
from practice.domain.benchmarks import ANNUAL, MONTHLY, Benchmarks
from practice.domain.definitions import population_words

ENGLAND = "England by year"
# A part of England's adults, by the second word of its population code.
_GROUPS = MappingProxyType(
    {
        "gender": "England, by gender",
        "age": "England, by age",
        "ethnicity": "England, by ethnic group",
        "deprivation": "England, by deprivation of the home area",
        "problem": "England, by problem",
        "long_term_condition": "England, by long-term physical condition",
        "therapy": "England, by kind of therapy (context alone)",
    }
)
_PLACES = MappingProxyType(
    {
        "commissioning region": "NHS regions",
        "integrated care board area": "NHS integrated care boards",
        "NHS-funded provider": "NHS services",
    }
)
_OTHER_PLACES = "NHS, other places"
_SOURCES = MappingProxyType(
    {
        "adults_primary_care_counselling": "Outside the programme: counselling in primary care",
        "employees": "Outside the programme: employee assistance",
        "students": "Outside the programme: student counselling",
    }
)
_OTHER_SOURCES = "Other studies and texts"
# In the order in which they are offered.
HEADINGS = (
    ENGLAND,
    *_PLACES.values(),
    _OTHER_PLACES,
    *_GROUPS.values(),
    *_SOURCES.values(),
    _OTHER_SOURCES,
)

_FINANCIAL_YEAR = re.compile(r"\d{4}-\d{2}")
_KIND_OF_PLACE = re.compile(r"\(([^()]*)\)$")
_NAME_OF_GROUP = re.compile(r", (?:with a course of |[a-z -]+: )(.+)$")
_AUTHOR = re.compile(r"([A-Z][\w-]+), [A-Z]\.")
_GROUP = "adults:"
_THERAPY = f"{_GROUP}therapy:"
# Spreads between services, targets, and means of waits are no column of one population's results.
_NHS = "nhs_"


class UnknownColumnError(ValueError):
    """A column was asked for that there is not; the message says where to choose."""


@dataclass(frozen=True, kw_only=True)
class PublishedColumn:
    """Published figures of one population and period.

    heading: what it is listed under. label: how it is offered. name: how a sentence or the head of
    a table names it. members: every figure of it, in the order of the files.
    """

    code: str
    heading: str
    label: str
    name: str
    members: tuple[Benchmark, ...]

    @property
    def population(self) -> str:
        """The population code that its figures share."""
        return self.members[0].definition.population

    @property
    def period(self) -> str:
        """The period that its figures share, as the source prints it."""
        return self.members[0].period

    @cached_property
    def figures(self) -> Mapping[str, Benchmark]:
        """The figure for each own rate that may stand beside one, by the own rate's name."""
        return Benchmarks(by_key={each.key: each for each in self.members}).own_rates()

    @cached_property
    def also(self) -> tuple[Benchmark, ...]:
        """Its other figures: context, because no own rate is a rate of the same thing."""
        used = {benchmark.key for benchmark in self.figures.values()}
        return tuple(each for each in self.members if each.key not in used)


def england(benchmarks: Benchmarks, year: str | None) -> Mapping[str, Benchmark]:
    """England's figures of a year from one source, so that the column adds up.

    The sums of the monthly counts where there are any (endings, journey and outcomes share one
    total there); before 2021-22 the annual publication, which has no endings.
    """
    column = next((each for each in year_columns(benchmarks) if each.period == year), None)
    return MappingProxyType({}) if column is None else column.figures


def year_columns(benchmarks: Benchmarks) -> tuple[PublishedColumn, ...]:
    """England's financial years, newest first."""
    years: dict[str, dict[str, list[Benchmark]]] = {}
    for each in benchmarks:
        if _is_national(each):
            years.setdefault(each.period, {}).setdefault(each.source, []).append(each)
    columns = (
        PublishedColumn(
            code=f"year:{year}",
            heading=ENGLAND,
            label=f"England {year}",
            name=f"England {year}",
            members=tuple(sources.get(MONTHLY) or sources[ANNUAL]),
        )
        for year, sources in sorted(years.items(), reverse=True)
    )
    return tuple(column for column in columns if column.figures)


def newest_year(columns: Iterable[PublishedColumn], *, on: dt.date) -> PublishedColumn | None:
    """Of England's years, newest first, the first that had ended by a day; None for none.

    A year without planned endings (an annual file that was brought in has none) gives way to an
    older one that has them: endings stand first, and must not lose their figure unasked because
    outcomes got a newer one.
    """
    ended = [
        column
        for column in columns
        if column.heading == ENGLAND
        and all(benchmark.period_end <= on for benchmark in column.figures.values())
    ]
    with_endings = (column for column in ended if "planned_declared" in column.figures)
    return next(with_endings, ended[0] if ended else None)


def published_columns(benchmarks: Benchmarks) -> tuple[PublishedColumn, ...]:
    """Every column there is to choose, under their headings; England's newest year first."""
    columns = [
        *year_columns(benchmarks),
        *_several_years(_places(benchmarks)),
        *_several_years(_groups(benchmarks)),
        *_sources(benchmarks),
    ]
    order = {heading: place for place, heading in enumerate(HEADINGS)}
    # Sorting keeps the order within a heading.
    return tuple(sorted(columns, key=lambda column: order[column.heading]))


def find_column(benchmarks: Benchmarks, code: str) -> PublishedColumn:
    """The column of a code. Raises UnknownColumnError."""
    for column in published_columns(benchmarks):
        if column.code == code:
            return column
    raise UnknownColumnError(
        f"there are no published figures {code!r}: choose one of the list, such as year:2024-25"
    )


def _is_national(each: Benchmark) -> bool:
    return (
        each.source in (ANNUAL, MONTHLY)
        and each.region == "England"
        and not each.region_code
        and each.definition.population == "adults"
        and _FINANCIAL_YEAR.fullmatch(each.period) is not None
    )


def _places(benchmarks: Benchmarks) -> Iterator[tuple[PublishedColumn, ...]]:
    """Of each NHS place its columns, newest first; by name."""
    by_code: defaultdict[str, defaultdict[str, list[Benchmark]]]
    by_code = defaultdict(lambda: defaultdict(list))
    for each in benchmarks:
        if each.region_code:
            by_code[each.region_code][each.period].append(each)
    named = sorted(
        by_code.items(), key=lambda place: (next(iter(place[1].values()))[0].region, place[0])
    )
    for code, periods in named:
        yield tuple(
            PublishedColumn(
                code=f"place:{code}",
                heading=_heading_of_place(members[0]),
                label=f"{members[0].region}, {period}",
                name=f"{members[0].region}, {period}",
                members=tuple(members),
            )
            for period, members in sorted(periods.items(), reverse=True)
        )


def _heading_of_place(each: Benchmark) -> str:
    kind = _KIND_OF_PLACE.search(each.population)
    return _PLACES.get(kind[1], _OTHER_PLACES) if kind else _OTHER_PLACES


def _groups(benchmarks: Benchmarks) -> Iterator[tuple[PublishedColumn, ...]]:
    """Of each part of England's adults its columns, newest first; in the order of the files."""
    by_population: defaultdict[str, defaultdict[str, list[Benchmark]]]
    by_population = defaultdict(lambda: defaultdict(list))
    for each in benchmarks:
        population = each.definition.population
        if population.startswith(_GROUP) and not each.region_code and each.region == "England":
            by_population[population][each.period].append(each)
    for population, periods in by_population.items():
        grouping = population.split(":")[1]
        code = (
            f"therapy:{population.removeprefix(_THERAPY)}"
            if population.startswith(_THERAPY)
            else f"group:{population}"
        )
        yield tuple(
            PublishedColumn(
                code=code,
                heading=_GROUPS[grouping],
                label=f"{_name_of_group(members[0])}, {period}",
                name=f"{_name_of_group(members[0])}, England {period}",
                members=tuple(members),
            )
            for period, members in sorted(periods.items(), reverse=True)
        )


def _name_of_group(each: Benchmark) -> str:
    """As the source names it: Female; Mixed: White and Asian."""
    named = _NAME_OF_GROUP.search(each.population)
    return named[1] if named else population_words(each.definition.population)


def _several_years(
    of_one: Iterator[tuple[PublishedColumn, ...]],
) -> Iterator[PublishedColumn]:
    """The newest under its code, the earlier ones with their year after it."""
    for newest, *earlier in of_one:
        yield newest
        for column in earlier:
            yield PublishedColumn(
                code=f"{column.code}:{column.period}",
                heading=column.heading,
                label=column.label,
                name=column.name,
                members=column.members,
            )


def _sources(benchmarks: Benchmarks) -> Iterator[PublishedColumn]:
    """What others have published: of each source, population and period a column of its own."""
    by_source: defaultdict[str, defaultdict[tuple[str, str], list[Benchmark]]]
    by_source = defaultdict(lambda: defaultdict(list))
    for each in benchmarks:
        if not each.source.startswith(_NHS) and not each.region_code:
            by_source[each.source][each.definition.population, each.period].append(each)
    for source, parts in by_source.items():
        populations, periods = ({part[place] for part in parts} for place in (0, 1))
        for (population, period), members in parts.items():
            code = f"source:{source}"
            code += f":{population}" if len(populations) > 1 else ""
            code += f":{period}" if len(periods) > 1 else ""
            name = f"{_by_whom(members[0])} {period}"
            yield PublishedColumn(
                code=code,
                heading=_SOURCES.get(population, _OTHER_SOURCES),
                label=f"{name}: {members[0].population}",
                name=name,
                members=tuple(members),
            )


def _by_whom(each: Benchmark) -> str:
    author = _AUTHOR.match(each.document)
    return author[1] if author else each.publisher
