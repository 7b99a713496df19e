"""What an entry of each kind says besides its numbers: the words that the years before it have.

They are read from the program's own files, so that a year brought in has the same definitions,
titles and cautions as those that came with the program.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from practice.domain.benchmarks import FOLDER

# The year that the words of the one-year files name.
PATTERN_YEAR = "2024-25"

_OUTCOMES = FOLDER / "nhs_annual_2012-13_to_2024-25.toml"
_WAITS = FOLDER / "nhs_waits_and_sessions_2017-18_to_2024-25.toml"
_LOCAL = FOLDER / "nhs_local_services_2024-25.toml"
_GROUPS = FOLDER / "nhs_groups_2024-25.toml"
_SPREAD = FOLDER / "nhs_service_spread_2017-18_to_2024-25.toml"
_PATHWAY = Path(__file__).resolve().parent / "pathway.toml"

Table = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Pattern:
    """The shared fields of a file, and one of its tables."""

    source: Table
    table: Table


@cache
def _content(path: Path) -> Mapping[str, Any]:
    return tomllib.loads(path.read_text("utf-8"), parse_float=Decimal)


def _pattern(path: Path, number: int) -> Pattern:
    content = _content(path)
    return Pattern(source=content["source"], table=content["table"][number])


def outcomes() -> tuple[Pattern, ...]:
    """England's rates with their counts, and the plain counts: the last tables of the file."""
    tables = _content(_OUTCOMES)["table"]
    newest = [number for number, table in enumerate(tables) if _has_row(table, PATTERN_YEAR)]
    return tuple(_pattern(_OUTCOMES, number) for number in newest)


def _has_row(table: Table, first: str) -> bool:
    return any(row[0] == first for row in table["rows"])


def pathway() -> Pattern:
    """From referral to recovery, from England's counts."""
    return _pattern(_PATHWAY, 0)


def waits_and_sessions() -> Pattern:
    """Mean of sessions and shares first treated in time."""
    return _pattern(_WAITS, 0)


def place() -> Pattern:
    """A region, board or provider."""
    return _pattern(_LOCAL, 0)


def place_without_deterioration() -> Pattern:
    """One whose rate of deterioration is suppressed, with the caution for that."""
    return _pattern(_LOCAL, 1)


def group(grouping: str) -> Pattern:
    """A part of the adults, by the kind of group."""
    start = f"adults:{grouping}:"
    tables = _content(_GROUPS)["table"]
    numbers = [
        number
        for number, table in enumerate(tables)
        if str(table["definition"]["population"]).startswith(start)
    ]
    return _pattern(_GROUPS, numbers[0])


def spread(rate: str) -> Pattern:
    """How far services lie apart in a rate."""
    tables = _content(_SPREAD)["table"]
    numbers = [
        number
        for number, table in enumerate(tables)
        if table["figure"][0]["definition"]["event"] == rate
    ]
    return _pattern(_SPREAD, numbers[0])
