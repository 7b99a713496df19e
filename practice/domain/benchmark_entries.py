"""Opens the benchmark files: dated TOML, one per source, each figure with the fields it inherits.

A file has a `[source]` table of shared fields, `[[figure]]` entries, and `[[table]]` entries for
many figures alike: `columns`, `rows`, and one `[[table.figure]]` for each figure that a row gives.
A field is looked for in the figure first, then in its table, then in the source; `definition` is
put together from all three. `{name}` in a table's text stands for the row's value in that column.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from practice.domain.benchmark_figures import PERCENT, BenchmarkError, is_filler

_COUNT = re.compile(r"\d+(?: [+-] \d+)*")
_COLUMN = re.compile(r"\{([^{}]*)\}")

Fields = Mapping[str, object]
AnyEnum = TypeVar("AnyEnum", bound=StrEnum)


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One figure's fields before they are checked, and where in the folder it stands."""

    file: str
    name: str
    fields: Fields

    def error(self, field: str, value: object, right: str) -> BenchmarkError:
        return BenchmarkError(
            file=self.file, entry=self.name, field=field, value=value, right=right
        )

    def text(self, field: str) -> str:
        """A required text. Raises BenchmarkError when it is missing or says nothing."""
        value = self.fields.get(field)
        if not isinstance(value, str):
            raise self.error(field, value, "it is required, as text")
        if is_filler(value) and not (field == "unit" and value == PERCENT):
            raise self.error(field, value, "say it in words, or leave the figure out")
        return " ".join(value.split())

    def optional_text(self, field: str) -> str:
        """A text that may be left out; if it is there it must say something."""
        return self.text(field) if field in self.fields else ""

    def count(self, field: str) -> int | None:
        """A whole number, also given as a sum such as 502900 + 667143; None when left out."""
        value = self.fields.get(field)
        if value is None:
            return None
        if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
            return value
        if isinstance(value, str) and _COUNT.fullmatch(value):
            terms = re.findall(r"[+-]?\d+", value.replace(" ", ""))
            return sum(int(term) for term in terms)
        raise self.error(field, value, "write a whole number, or a sum such as 502900 + 667143")

    def number(self, field: str) -> Decimal | None:
        """An exact number; None when left out."""
        value = self.fields.get(field)
        if value is None:
            return None
        try:
            if isinstance(value, (int, str, Decimal)) and not isinstance(value, bool):
                number = Decimal(value)
                if number.is_finite():
                    return number
        except InvalidOperation:
            pass  # falls through to the one refusal below
        raise self.error(field, value, "write a number such as 67.5")

    def choice(self, field: str, among: type[AnyEnum], value: object) -> AnyEnum:
        """A code of a closed vocabulary."""
        for code in among:
            if code == value:
                return code
        raise self.error(field, value, f"use one of {', '.join(among)}")


def entries(path: Path) -> Iterator[Entry]:
    """Every figure of a file, unchecked. Raises BenchmarkError for a file of another form."""
    try:
        content = tomllib.loads(path.read_text("utf-8"), parse_float=Decimal)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BenchmarkError(
            file=path.name, entry="file", field="TOML", value=str(error), right="mend the file"
        ) from error
    return entries_of(content, file=path.name)


def entries_of(content: Fields, *, file: str) -> Iterator[Entry]:
    """Every figure of what a file says, unchecked; `file` is what errors call it.

    Raises BenchmarkError for content of another form.
    """
    top = Entry(file=file, name="file", fields=content)
    for name in content:
        if name not in ("source", "figure", "table"):
            raise top.error("table", name, "use source, figure or table")
    source = mapping(top, "source")
    for number, figure in enumerate(_mappings(top, "figure"), start=1):
        name = str(figure.get("key", f"figure {number}"))
        yield Entry(file=file, name=name, fields=_merged(source, figure))
    for number, table in enumerate(_mappings(top, "table"), start=1):
        shared = {k: v for k, v in table.items() if k not in ("columns", "rows", "figure")}
        place = Entry(file=file, name=f"table {number}", fields=table)
        for row in _rows(place):
            for figure in _mappings(place, "figure"):
                fields = _filled(place, _merged(source, shared, figure), row)
                name = str(fields.get("key", place.name))
                yield Entry(file=file, name=name, fields=fields)


def mapping(entry: Entry, field: str) -> Fields:
    """A field that is a table of its own; empty when left out."""
    value = entry.fields.get(field, {})
    if not isinstance(value, dict):
        raise entry.error(field, value, f"write [{field}]")
    return value


def _mappings(entry: Entry, field: str) -> list[Fields]:
    value = entry.fields.get(field, [])
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise entry.error(field, value, f"write [[{field}]]")
    return value


def _rows(place: Entry) -> Iterator[dict[str, str]]:
    columns, rows = place.fields.get("columns"), place.fields.get("rows")
    if not isinstance(columns, list) or not isinstance(rows, list):
        raise place.error("rows", rows, "a table needs columns and rows")
    for row in rows:
        if not isinstance(row, list) or len(row) != len(columns):
            raise place.error("rows", row, f"a row needs {len(columns)} values")
        yield {str(name): str(value) for name, value in zip(columns, row, strict=True)}


def _merged(*levels: Fields) -> dict[str, object]:
    """The levels one over the other, the last on top; the parts of `definition` likewise."""
    merged: dict[str, object] = {}
    definition: dict[str, object] = {}
    for level in levels:
        merged |= level
        parts = level.get("definition", {})
        if isinstance(parts, dict):
            definition |= parts
    merged["definition"] = definition
    return merged


def _filled(place: Entry, fields: Fields, row: Mapping[str, str]) -> dict[str, object]:
    """The fields with the row's values put in."""

    def fill(field: str, value: object) -> object:
        if isinstance(value, dict):
            return {part: fill(part, inner) for part, inner in value.items()}
        if not isinstance(value, str):
            return value
        for name in _COLUMN.findall(value):
            if name not in row:
                raise place.error(field, value, f"there is no column {name!r}: {', '.join(row)}")
        return _COLUMN.sub(lambda match: row[match[1]], value)

    return {field: fill(field, value) for field, value in fields.items()}
