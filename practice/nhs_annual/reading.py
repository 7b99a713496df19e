"""The rows that are used of the file, and everything that is wrong with them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from practice.domain.benchmark_figures import is_filler
from practice.nhs_annual import columns as c
from practice.nhs_annual.cells import parse_count, parse_number, parse_percentage
from practice.nhs_annual.checking import check_england, check_group
from practice.nhs_annual.columns import Columns, find_columns
from practice.nhs_annual.financial_years import year_starting
from practice.nhs_annual.findings import MOST_KEPT, AnnualFileError, Finding, refuse
from practice.nhs_annual.names import (
    Kind,
    group_name,
    grouping_of,
    is_code,
    is_whole,
    kind_of,
    slug_of,
)
from practice.nhs_annual.opening import open_rows
from practice.nhs_annual.year import AnnualYear, Group, Place, Row

_COUNTS = {
    "referrals": c.REFERRALS,
    "finished": c.FINISHED,
    "at_case": c.AT_CASE,
    "not_at_case": c.NOT_AT_CASE,
    "improved": c.IMPROVED,
    "unchanged": c.UNCHANGED,
    "deteriorated": c.DETERIORATED,
    "recovered": c.RECOVERED,
    "reliably_recovered": c.RELIABLY_RECOVERED,
    "ended": c.ENDED,
    "before_treatment": c.BEFORE_TREATMENT,
    "one_session": c.ONE_SESSION,
}
_PERCENTAGES = {
    "improvement": c.IMPROVEMENT,
    "no_change": c.NO_CHANGE,
    "deterioration": c.DETERIORATION,
    "recovery": c.RECOVERY,
    "reliable_recovery": c.RELIABLE_RECOVERY,
    "within_6": c.WITHIN_6,
    "within_18": c.WITHIN_18,
}
_ORDER = {kind: number for number, kind in enumerate(Kind)}
_LONGEST_NAME = 200
_MOST_PASSED_OVER = 40
# A year has under 20 regions, 150 areas and a few hundred services, each under one code.
_MOST_PLACES = 20_000


def read_annual(content: bytes) -> AnnualYear:
    """A year of the official main file, checked.

    Raises AnnualFileError with everything that is wrong, and where. Whatever the bytes are, it
    raises nothing else.
    """
    rows = open_rows(content)
    _number, headings = next(rows, (0, []))
    if not headings:
        raise refuse("the file has no row of headings")
    taking = _Taking(columns=find_columns(headings))
    for number, cells in rows:
        taking.take(number, cells)
        if len(taking.findings) > MOST_KEPT:
            raise AnnualFileError(taking.findings)
        if len(taking.seen) > _MOST_PLACES:
            raise refuse(f"the file has more than {_MOST_PLACES:,} places and groups: no year has")
    return taking.year()


@dataclass(kw_only=True)
class _Taking:
    """What has been taken of the rows so far."""

    columns: Columns
    findings: list[Finding] = field(default_factory=list)
    england: Row | None = None
    places: dict[tuple[Kind, str], Place] = field(default_factory=dict)
    groups: dict[tuple[str, str], Group] = field(default_factory=dict)
    passed_over: dict[str, None] = field(default_factory=dict)
    seen: dict[tuple[str, ...], Row] = field(default_factory=dict)
    suppressed: int = 0
    said: str = ""

    def take(self, number: int, cells: list[str]) -> None:
        """Use the row, if it is of use."""
        org_type = self.columns.cell(cells, c.ORG_TYPE)
        variable = self.columns.cell(cells, c.VARIABLE_TYPE)
        kind = kind_of(org_type)
        if kind is None:
            self._pass_over(f"{c.ORG_TYPE} “{org_type[:60]}”")
        elif is_whole(variable):
            self._take_whole(number, cells, kind)
        elif kind is Kind.ENGLAND:
            grouping = grouping_of(variable)
            if grouping is None:
                self._pass_over(f"{c.VARIABLE_TYPE} “{variable[:60]}”")
            else:
                self._take_group(number, cells, grouping)

    def _pass_over(self, what: str) -> None:
        if len(self.passed_over) < _MOST_PASSED_OVER:
            self.passed_over[what] = None

    def _take_whole(self, number: int, cells: list[str], kind: Kind) -> None:
        code = self.columns.cell(cells, c.ORG_CODE).upper()
        name = " ".join(self.columns.cell(cells, c.ORG_NAME).split())[:_LONGEST_NAME]
        if kind is Kind.ENGLAND:
            code = ""
        elif not is_code(code) or is_filler(name):
            self._pass_over(f"{kind} without a code of its own")
            return
        row = self._row(number, cells, key=(kind, code))
        if row is None:
            return
        if kind is Kind.ENGLAND:
            self.england = row
            self.said = year_starting(self.columns.cell(cells, c.PERIOD_START))
        else:
            self.places[kind, code] = Place(kind=kind, code=code, name=name, row=row)

    def _take_group(self, number: int, cells: list[str], grouping: str) -> None:
        a, b = (
            " ".join(self.columns.cell(cells, column).split())[:_LONGEST_NAME]
            for column in (c.VARIABLE_A, c.VARIABLE_B)
        )
        name = group_name(grouping, a, b)
        if is_filler(name) or not slug_of(name):
            return
        row = self._row(number, cells, key=(grouping, slug_of(name)))
        if row is not None:
            self.findings += check_group(row, self.columns)
            self.groups[grouping, slug_of(name)] = Group(grouping=grouping, name=name, row=row)

    def _row(self, number: int, cells: list[str], *, key: tuple[str, ...]) -> Row | None:
        """The row's figures; None for one that is wrong, or was there before."""
        values: dict[str, Any] = {}
        before = len(self.findings)
        for name, column in _COUNTS.items():
            values[name] = self._value(number, cells, column, parse_count)
        for name, column in _PERCENTAGES.items():
            values[name] = self._value(number, cells, column, parse_percentage)
        values["mean_sessions"] = self._value(number, cells, c.MEAN_SESSIONS, parse_number)
        if len(self.findings) > before:
            return None
        row = Row(number=number, **values)
        other = self.seen.setdefault(key, row)
        if other is not row:
            self._compare(row, other)
            return None
        self.suppressed += sum(
            values[name] is None
            for name, column in (*_COUNTS.items(), *_PERCENTAGES.items())
            if column in self.columns
        )
        return row

    def _value(
        self,
        number: int,
        cells: list[str],
        column: str,
        parse: Callable[[str], int | None] | Callable[[str], Decimal | None],
    ) -> int | Decimal | None:
        text = self.columns.cell(cells, column)
        try:
            return parse(text)
        except ValueError as problem:
            heading = self.columns.headings[column]
            self.findings.append(
                Finding(row=number, column=heading, value=text[:60], right=str(problem))
            )
            return None

    def _compare(self, row: Row, other: Row) -> None:
        for name, column in (*_COUNTS.items(), *_PERCENTAGES.items()):
            one, two = getattr(row, name), getattr(other, name)
            if one != two:
                self.findings.append(
                    Finding(
                        row=row.number,
                        column=self.columns.headings[column],
                        value=_shown(one),
                        right=f"row {other.number} is of the same organisation and variable, and "
                        f"has “{_shown(two)}”: one of the two is wrong",
                    )
                )

    def year(self) -> AnnualYear:
        """All that was taken. Raises AnnualFileError."""
        if self.england is not None:
            self.findings += check_england(self.england, self.columns)
        elif not self.findings:
            self.findings.append(_no_england(self.passed_over))
        if self.findings:
            raise AnnualFileError(self.findings)
        assert self.england is not None  # noqa: S101 - without it there was a finding
        places = sorted(
            self.places.values(), key=lambda place: (_ORDER[place.kind], place.name, place.code)
        )
        return AnnualYear(
            england=self.england,
            places=_once_a_code(places),
            groups=tuple(self.groups.values()),
            suppressed=self.suppressed,
            passed_over=tuple(self.passed_over),
            said=self.said,
        )


def _once_a_code(places: list[Place]) -> tuple[Place, ...]:
    """A code names one place; where two kinds share one, the larger has it."""
    by_code: dict[str, Place] = {}
    for place in places:
        by_code.setdefault(place.code, place)
    return tuple(by_code.values())


def _no_england(passed_over: dict[str, None]) -> Finding:
    found = [what for what in passed_over if what.startswith(c.ORG_TYPE)]
    there = f"; found instead: {', '.join(found)}" if found else ""
    return Finding(
        column=c.ORG_TYPE,
        right=f"there is no row of England as a whole ({c.ORG_TYPE} England, {c.VARIABLE_TYPE} "
        f"Total){there}",
    )


def _shown(value: object) -> str:
    return "*" if value is None else str(value)
