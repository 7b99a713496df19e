"""A report in words as JSON and back, so that it prints again as it was, whatever the program learns.

What is stored is what was printed: words, cells and the figures of the charts. A field that a later
version adds has a default there; one that it drops is passed over. A class keeps its name for ever.
"""

import dataclasses
import datetime as dt
from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from practice.charts.months import MonthColumn, MonthColumns
from practice.charts.scatter import Mark, Scatter, ScatterPoint
from practice.charts.spread import SpreadRow, SpreadStrip
from practice.charts.strip import RateStrip, StripRow
from practice.reports.blocks import Block, Grid, Line, Picture
from practice.reports.monthly_text import MonthlyText
from practice.reports.notes import Note

Json = Any

_CLASSES: Mapping[str, type[Any]] = MappingProxyType(
    {
        kept.__name__: kept
        for kept in (
            MonthlyText,
            Block,
            Grid,
            Line,
            Note,
            Picture,
            RateStrip,
            StripRow,
            MonthColumns,
            MonthColumn,
            Scatter,
            ScatterPoint,
            SpreadStrip,
            SpreadRow,
        )
    }
)
_WORDS: Mapping[str, type[StrEnum]] = MappingProxyType({"Mark": Mark})
_KIND, _DAY, _WORD = "a", "day", "word"


class StoredReportError(ValueError):
    """What is stored cannot be read as a report; the message says what stands there."""


def as_json(value: object) -> Json:
    """Plain JSON of a report, or of a part of it. Raises TypeError for what no report is made of."""
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, StrEnum):
        return {_WORD: type(value).__name__, "is": value.value}
    if isinstance(value, str):
        return value
    if isinstance(value, dt.date):
        return {_DAY: value.isoformat()}
    if isinstance(value, tuple):
        return [as_json(each) for each in value]
    if type(value).__name__ in _CLASSES and dataclasses.is_dataclass(value):
        fields = {
            field.name: as_json(getattr(value, field.name)) for field in dataclasses.fields(value)
        }
        return {_KIND: type(value).__name__, **fields}
    raise TypeError(f"{type(value).__name__} is not part of a report")


def from_json(stored: Json) -> Any:
    """The report, or the part of it, again. Raises StoredReportError."""
    if isinstance(stored, list):
        return tuple(from_json(each) for each in stored)
    if not isinstance(stored, dict):
        return stored
    if _KIND in stored:
        return _object(stored)
    if _DAY in stored:
        return _day(stored[_DAY])
    if _WORD in stored:
        return _word(stored)
    return _object(stored)


def _day(stored: Json) -> dt.date:
    try:
        return dt.date.fromisoformat(stored)
    except (TypeError, ValueError):
        raise StoredReportError(f"{stored!r} is not a day") from None


def _word(stored: Mapping[str, Json]) -> StrEnum:
    try:
        return _WORDS[stored[_WORD]](str(stored.get("is")))
    except (KeyError, TypeError, ValueError):
        raise StoredReportError(f"{stored!r} is no word of a report") from None


def _object(stored: Mapping[str, Json]) -> Any:
    kept = _CLASSES.get(str(stored.get(_KIND)))
    if kept is None:
        raise StoredReportError(f"no report is made of {stored.get(_KIND)!r}")
    known = {field.name for field in dataclasses.fields(kept)}
    values = {name: from_json(value) for name, value in stored.items() if name in known}
    try:
        return kept(**values)
    except TypeError as problem:
        raise StoredReportError(f"{kept.__name__} is not whole: {problem}") from None
