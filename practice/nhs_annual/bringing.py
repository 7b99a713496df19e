"""A file made ready to be stored, checked to the last figure; and what is to be said about it."""

import datetime as dt
from dataclasses import dataclass
from hashlib import sha256

from practice.domain.benchmark_figures import Benchmark, BenchmarkError
from practice.domain.benchmarks import Benchmarks
from practice.nhs_annual.figures import Origin, figures_of
from practice.nhs_annual.financial_years import chosen_year, year_in_name
from practice.nhs_annual.findings import refuse
from practice.nhs_annual.reading import read_annual
from practice.nhs_annual.stored import Stored, stored_year


@dataclass(frozen=True, kw_only=True)
class Ready:
    """A year that can be stored as it is."""

    year: str
    digest: str
    kept: Stored
    figures: tuple[Benchmark, ...]


class YearError(ValueError):
    """It is not known which year a file is of, or it cannot be that one; the message says why."""


def digest_of(content: bytes) -> str:
    """What a file is told by: its SHA-256."""
    return sha256(content).hexdigest()


def ready(content: bytes, *, name: str, asked: str, today: dt.date) -> Ready:
    """Read and check a file. name: what it is called; asked: the year somebody said, or "".

    Raises AnnualFileError with what is wrong with the file, and YearError with what is wrong with
    the year.
    """
    year = read_annual(content)
    try:
        period = chosen_year(asked, named=year_in_name(name), said=year.said, today=today)
    except ValueError as problem:
        raise YearError(str(problem)) from None
    kept = stored_year(year)
    digest = digest_of(content)
    try:
        figures = figures_of(kept, Origin(year=period, digest=digest, retrieved=today))
    except BenchmarkError as problem:
        raise refuse(f"{problem.entry}, {problem.field}: {problem.right}") from None
    return Ready(year=period, digest=digest, kept=kept, figures=figures)


def same_as_another(ready: Ready, known: Benchmarks) -> str:
    """Another year in which England had the very same counts; "" where there is none."""
    own = {figure.key: figure for figure in ready.figures}
    key = f"england-{ready.year}-reliable-improvement"
    mine = own[key]
    for other in known.find(
        event=mine.definition.event,
        denominator=mine.definition.denominator,
        source=mine.source,
        region=mine.region,
    ):
        if other.period != ready.year and (other.k, other.n) == (mine.k, mine.n):
            return other.period
    return ""
