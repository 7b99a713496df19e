"""Makes benchmarks of the figures in a file: nothing half-stated passes."""

import datetime as dt
import re
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

from practice.domain.benchmark_entries import Entry, entries, mapping
from practice.domain.benchmark_figures import (
    PERCENT,
    TOLERANCE,
    Benchmark,
    Statistic,
    Status,
    parse_period,
)
from practice.domain.definitions import (
    Definition,
    Denominator,
    Event,
    Measures,
    Numerator,
    population_words,
)
from practice.domain.periods import Period

_KEY = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_WHOLE = Decimal(100)

_FIELDS = (
    *("key", "title", "figure", "unit", "statistic", "k", "n", "group_size"),
    *("numerator", "denominator", "definition", "population", "region", "region_code", "period"),
    *("publisher", "document", "original", "where", "retrieved", "status", "licence"),
    *("caution", "source"),
)
_PARTS = ("event", "numerator", "denominator", "measures", "population")


def read_file(path: Path) -> Iterator[Benchmark]:
    """Every figure of one file. Raises BenchmarkError for the first that cannot be used."""
    for entry in entries(path):
        yield benchmark_of(entry)


def benchmark_of(entry: Entry) -> Benchmark:
    """The figure of an entry. Raises BenchmarkError with the first field that cannot be used."""
    for field in entry.fields:
        if field not in _FIELDS:
            raise entry.error(field, entry.fields[field], f"use one of {', '.join(_FIELDS)}")
    key = entry.text("key")
    if _KEY.fullmatch(key) is None:
        raise entry.error("key", key, "use small letters, digits and single dashes")
    unit = entry.text("unit")
    k, n = entry.count("k"), entry.count("n")
    status = entry.choice("status", Status, entry.text("status"))
    statistic = entry.choice("statistic", Statistic, entry.fields.get("statistic", "rate"))
    days = _days(entry)
    # Only a quotation has an original apart from the document; there it may not be missing.
    original = entry.text if status is Status.SECONDARY else entry.optional_text
    return Benchmark(
        key=key,
        title=entry.text("title"),
        figure=_figure(entry, unit=unit, k=k, n=n, status=status),
        unit=unit,
        statistic=statistic,
        k=k,
        n=n,
        group_size=entry.count("group_size"),
        numerator=entry.text("numerator"),
        denominator=entry.text("denominator"),
        definition=_definition(entry),
        population=entry.text("population"),
        region=entry.text("region"),
        region_code=entry.optional_text("region_code"),
        period=entry.text("period"),
        period_start=days.start,
        period_end=days.end,
        publisher=entry.text("publisher"),
        document=entry.text("document"),
        original=original("original"),
        where=entry.text("where"),
        retrieved=_retrieved(entry, statistic=statistic, days=days),
        status=status,
        licence=entry.text("licence"),
        caution=entry.text("caution"),
        source=entry.text("source"),
        file=entry.file,
    )


def _figure(entry: Entry, *, unit: str, k: int | None, n: int | None, status: Status) -> Decimal:
    """The figure, checked against its unit and its counts.

    A derived percentage with both counts may leave it out: it is then worked out to one decimal.
    """
    if k is not None and (n is None or unit != PERCENT):
        raise entry.error("k", k, "k goes with n, and only with a percentage")
    if k is not None and n is not None and (n == 0 or k > n):
        raise entry.error("k", k, f"it cannot be more than n, and n not nought (n is {n})")
    exact = None if k is None or n is None else _WHOLE * k / n
    figure = entry.number("figure")
    if figure is None:
        if exact is None or status is not Status.DERIVED:
            raise entry.error("figure", None, "it is required (a derived one may give k and n)")
        figure = exact.quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)
    if unit == PERCENT and not 0 <= figure <= _WHOLE:
        raise entry.error("figure", str(figure), "a percentage lies between 0 and 100")
    if exact is not None and abs(figure - exact) > TOLERANCE:
        raise entry.error("figure", str(figure), f"k / n is {exact:.3f} per cent: one is wrong")
    return figure


def _definition(entry: Entry) -> Definition:
    given = mapping(entry, "definition")
    for part in given:
        if part not in _PARTS:
            raise entry.error(f"definition.{part}", given[part], f"use {', '.join(_PARTS)}")
    population = given.get("population")
    try:
        population_words(str(population))
    except ValueError as error:
        raise entry.error("definition.population", population, str(error)) from error
    return Definition(
        event=entry.choice("definition.event", Event, given.get("event")),
        numerator=entry.choice("definition.numerator", Numerator, given.get("numerator")),
        denominator=entry.choice("definition.denominator", Denominator, given.get("denominator")),
        measures=entry.choice("definition.measures", Measures, given.get("measures")),
        population=str(population),
    )


def _days(entry: Entry) -> Period:
    period = entry.text("period")
    try:
        return parse_period(period)
    except ValueError as error:
        raise entry.error("period", period, str(error)) from error


def _retrieved(entry: Entry, *, statistic: Statistic, days: Period) -> dt.date:
    value = entry.fields.get("retrieved")
    if not isinstance(value, dt.date) or isinstance(value, dt.datetime):
        raise entry.error("retrieved", value, "write a date without quotes, as 2026-11-01")
    # A target is known before the year it is for; a result is not.
    if statistic is not Statistic.TARGET and value < days.end:
        raise entry.error("retrieved", str(value), f"the period ends later, on {days.end}")
    return value
