"""A kept year as published figures, in the words of every other year and by the same rules."""

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from practice.domain.benchmark_entries import entries_of
from practice.domain.benchmark_figures import Benchmark
from practice.domain.benchmark_files import benchmark_of
from practice.nhs_annual import patterns, stored
from practice.nhs_annual.patterns import PATTERN_YEAR, Pattern

_RENAMED = "2022-23"
_NOW = (
    "NHS England",
    "NHS Talking Therapies, for anxiety and depression, annual reports, {year}",
)
_EARLIER = (
    "NHS Digital",
    "Psychological Therapies: annual report on the use of IAPT services, England, {year}",
)
_COLUMN = re.compile(r"\{([^{}]*)\}")
_DIGEST_LENGTH = 12

Row = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Origin:
    """Where a year came from: which it is, the file's digest, and the day it was brought in."""

    year: str
    digest: str
    retrieved: dt.date


def figures_of(kept: Any, origin: Origin) -> tuple[Benchmark, ...]:
    """Every figure of a kept year; one that rests on a suppressed number is not there.

    Raises BenchmarkError for what cannot be a published figure.
    """
    return tuple(
        figure for pattern, row in _rows(kept) for figure in _figures(pattern, row, origin)
    )


def _rows(kept: Any) -> Iterator[tuple[Pattern, Row]]:
    for row in stored.rows_of(kept, stored.OUTCOMES):
        for pattern in patterns.outcomes():
            yield pattern, row
    for row in stored.rows_of(kept, stored.PATHWAY):
        yield patterns.pathway(), row
    for row in stored.rows_of(kept, stored.WAITS):
        yield patterns.waits_and_sessions(), row
    for row in stored.rows_of(kept, stored.GROUP):
        yield patterns.group(row["grouping"]), row
    for row in stored.rows_of(kept, stored.PLACE):
        without = row["deterioration"] is None
        yield patterns.place_without_deterioration() if without else patterns.place(), row
    for row in stored.rows_of(kept, stored.SPREAD):
        yield patterns.spread(row["rate"]), row


def _published_as(year: str) -> tuple[str, str]:
    """Who published the year, and under what name: both changed with 2022-23."""
    publisher, document = _EARLIER if year < _RENAMED else _NOW
    return publisher, document.format(year=year)


def _figures(pattern: Pattern, row: Row, origin: Origin) -> Iterator[Benchmark]:
    publisher, document = _published_as(origin.year)
    values = {**row, "year": origin.year, "publisher": publisher, "document": document}
    known = {name: value for name, value in values.items() if value is not None}
    figures = [
        figure for figure in pattern.table["figure"] if set(_named_in(figure)) <= known.keys()
    ]
    content = {
        "source": {
            **pattern.source,
            "publisher": publisher,
            "document": document,
            "retrieved": origin.retrieved,
        },
        "table": [
            {
                **pattern.table,
                "columns": list(known),
                "rows": [list(known.values())],
                "figure": figures,
            }
        ],
    }
    dated: Any = _of_year(content, origin.year)
    for entry in entries_of(dated, file=origin.digest[:_DIGEST_LENGTH]):
        yield benchmark_of(entry)


def _named_in(part: Any) -> Iterator[str]:
    """The columns that the text of a figure takes values from."""
    if isinstance(part, Mapping):
        for value in part.values():
            yield from _named_in(value)
    elif isinstance(part, str):
        yield from _COLUMN.findall(part)


def _of_year(part: Any, year: str) -> Any:
    """The same with the year in place of the one that the words were written for."""
    if isinstance(part, Mapping):
        return {name: _of_year(value, year) for name, value in part.items()}
    if isinstance(part, list):
        return [_of_year(value, year) for value in part]
    return part.replace(PATTERN_YEAR, year) if isinstance(part, str) else part
