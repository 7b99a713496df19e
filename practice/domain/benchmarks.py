"""The published figures as one collection: loaded from practice/benchmarks, found by what they are.

Every figure states its source and may be compared only as comparability.py allows.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import MappingProxyType

from practice.domain.benchmark_figures import Benchmark, BenchmarkError, Statistic, Status
from practice.domain.benchmark_files import read_file
from practice.domain.definitions import Denominator, Event, Measures
from practice.domain.own_rates import OWN

__all__ = [
    "FOLDER",
    "OGL",
    "Benchmark",
    "BenchmarkError",
    "Benchmarks",
    "Statistic",
    "Status",
    "load_benchmarks",
]

FOLDER = Path(__file__).resolve().parent.parent / "benchmarks"

# Printed wherever an NHS figure is shown.
OGL = "Contains public sector information licensed under the Open Government Licence v3.0."

# Source codes of the NHS programme's national figures.
ANNUAL = "nhs_annual"
MONTHLY = "nhs_monthly"
WAITS = "nhs_waits_and_sessions"

_FINANCIAL_YEAR = re.compile(r"\d{4}-\d{2}")


@dataclass(frozen=True, kw_only=True)
class Benchmarks:
    """All figures by key, in the order of the files."""

    by_key: Mapping[str, Benchmark]

    def __iter__(self) -> Iterator[Benchmark]:
        return iter(self.by_key.values())

    def __len__(self) -> int:
        return len(self.by_key)

    def get(self, key: str) -> Benchmark:
        """The figure with this key. Raises KeyError."""
        return self.by_key[key]

    def find(
        self,
        *,
        event: Event | None = None,
        denominator: Denominator | None = None,
        period: str | None = None,
        region: str | None = None,
        region_code: str | None = None,
        population: str | None = None,
        source: str | None = None,
        statistic: Statistic | None = None,
    ) -> tuple[Benchmark, ...]:
        """The figures that agree with everything asked for; `period` as the source prints it."""
        wanted = {
            "event": event,
            "denominator": denominator,
            "period": period,
            "region": region,
            "region_code": region_code,
            "population": population,
            "source": source,
            "statistic": statistic,
        }
        asked = {name: value for name, value in wanted.items() if value is not None}
        # Most questions are about one year: a twentieth of all figures.
        among = self if period is None else self._by_period.get(period, ())
        return tuple(
            benchmark
            for benchmark in among
            if all(_TRAITS[name](benchmark) == value for name, value in asked.items())
        )

    @cached_property
    def _by_period(self) -> Mapping[str, tuple[Benchmark, ...]]:
        found: dict[str, list[Benchmark]] = {}
        for benchmark in self:
            found.setdefault(benchmark.period, []).append(benchmark)
        return {period: tuple(figures) for period, figures in found.items()}

    def england(self, year: str) -> Mapping[str, Benchmark]:
        """England's figure for each own rate that has one, of a financial year such as 2024-25.

        Outcome rates come from the annual publication, waits and sessions likewise while they
        were published; the rest from the sums of the monthly counts. The two have slightly
        different totals: each figure names its own document. A year without figures is empty.
        """
        return self._by_own_rate(year, sources=(ANNUAL, WAITS, MONTHLY))

    def england_monthly(self, year: str) -> Mapping[str, Benchmark]:
        """The same from the monthly sums alone, for a column of counts that must add up."""
        return self._by_own_rate(year, sources=(MONTHLY,))

    def years(self) -> tuple[str, ...]:
        """The financial years for which `england` has figures, newest first."""
        return self._years

    @cached_property
    def _years(self) -> tuple[str, ...]:
        sources = (ANNUAL, WAITS, MONTHLY)
        years = {
            benchmark.period
            for benchmark in self
            if benchmark.source in sources and _FINANCIAL_YEAR.fullmatch(benchmark.period)
        }
        return tuple(sorted((year for year in years if self.england(year)), reverse=True))

    def local_services(self) -> tuple[tuple[str, str], ...]:
        """Code and name of each NHS service, area and region to choose from, by name.

        The name is that of its newest year.
        """
        named = sorted(
            (benchmark for benchmark in self if benchmark.region_code),
            key=lambda benchmark: benchmark.period_end,
        )
        places = {benchmark.region_code: benchmark.region for benchmark in named}
        return tuple(sorted(places.items(), key=lambda place: (place[1], place[0])))

    def local(self, region_code: str, *, period: str | None = None) -> Mapping[str, Benchmark]:
        """A local NHS service's figure for each own rate that has one; of its newest year, or of
        the period asked for.
        """
        return _of_one_period(self.find(region_code=region_code), period)

    def group(self, population: str, *, period: str | None = None) -> Mapping[str, Benchmark]:
        """England's figure for each own rate, of a part such as adults:gender:female; of its newest
        year, or of the period asked for.
        """
        return _of_one_period(self.find(population=population, region="England"), period)

    def own_rates(self) -> Mapping[str, Benchmark]:
        """The first of these figures for each own rate that has one, whatever they are of."""
        return _by_own_rate(tuple(self))

    def _by_own_rate(self, year: str, *, sources: tuple[str, ...]) -> Mapping[str, Benchmark]:
        found = [
            benchmark
            for source in sources
            for benchmark in self.find(
                source=source, period=year, region="England", population="adults"
            )
        ]
        return _by_own_rate(found)


_TRAITS: Mapping[str, Callable[[Benchmark], object]] = MappingProxyType(
    {
        "event": lambda benchmark: benchmark.definition.event,
        "denominator": lambda benchmark: benchmark.definition.denominator,
        "period": lambda benchmark: benchmark.period,
        "region": lambda benchmark: benchmark.region,
        "region_code": lambda benchmark: benchmark.region_code,
        "population": lambda benchmark: benchmark.definition.population,
        "source": lambda benchmark: benchmark.source,
        "statistic": lambda benchmark: benchmark.statistic,
    }
)


def _by_own_rate(benchmarks: list[Benchmark] | tuple[Benchmark, ...]) -> Mapping[str, Benchmark]:
    """The first figure for each own rate of the pair, or without a measure, that it may join."""
    found: dict[str, Benchmark] = {}
    for name, own in OWN.items():
        if own.measures not in (Measures.NONE, Measures.PHQ9_GAD7):
            continue
        for benchmark in benchmarks:
            results = (Statistic.RATE, Statistic.MEAN)
            if benchmark.definition.fractions == own.fractions and benchmark.statistic in results:
                found.setdefault(name, benchmark)
    return MappingProxyType(found)


def _of_one_period(found: tuple[Benchmark, ...], period: str | None) -> Mapping[str, Benchmark]:
    newest = max(found, key=lambda benchmark: benchmark.period_end, default=None)
    if period is None and newest is not None:
        period = newest.period
    return _by_own_rate([benchmark for benchmark in found if benchmark.period == period])


def load_benchmarks(folder: Path = FOLDER) -> Benchmarks:
    """Every figure of every .toml file in the folder.

    Raises BenchmarkError with file, entry, field, value and what would be right.
    """
    by_key: dict[str, Benchmark] = {}
    for path in sorted(folder.glob("*.toml")):
        for benchmark in read_file(path):
            other = by_key.setdefault(benchmark.key, benchmark)
            if other is not benchmark:
                raise BenchmarkError(
                    file=path.name,
                    entry=benchmark.key,
                    field="key",
                    value=benchmark.key,
                    right=f"it is used already in {other.file}",
                )
    if not by_key:
        raise BenchmarkError(
            file=folder.name,
            entry="folder",
            field="files",
            value="no figures",
            right="put the .toml files of the published figures there",
        )
    return Benchmarks(by_key=MappingProxyType(by_key))
