"""Spans of days, both ends inclusive: a month, and the months up to its end."""

import calendar
import datetime as dt
import re
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Period:
    """A span of days; both ends belong to it. Raises ValueError when it ends before it starts."""

    start: dt.date
    end: dt.date

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise ValueError(f"the period ends ({self.end}) before it starts ({self.start})")

    def until(self, day: dt.date) -> "Period":
        """The part of it up to a day. Raises ValueError when the day is before its start."""
        return Period(start=self.start, end=min(self.end, day))

    def __contains__(self, day: dt.date | None) -> bool:
        return day is not None and self.start <= day <= self.end

    @property
    def words(self) -> str:
        """As a page prints it: 1 October 2025 to 30 September 2026."""
        return f"{day_words(self.start)} to {day_words(self.end)}"


def day_words(day: dt.date) -> str:
    """A day as a British page prints it: 9 March 2026."""
    return f"{day.day} {calendar.month_name[day.month]} {day.year}"


@dataclass(frozen=True, kw_only=True, order=True)
class Month:
    """A calendar month. Its text is 2026-10."""

    year: int
    number: int

    @classmethod
    def parse(cls, text: str) -> "Month":
        """Read 2026-10. Raises ValueError with what would be right."""
        match = re.fullmatch(r"([12]\d{3})-(0[1-9]|1[0-2])", text.strip())
        if match is None:
            raise ValueError(f"{text!r} is not a month; write it as 2026-10")
        return cls(year=int(match[1]), number=int(match[2]))

    @classmethod
    def of(cls, day: dt.date) -> "Month":
        """The month a day is in."""
        return cls(year=day.year, number=day.month)

    def __str__(self) -> str:
        return f"{self.year}-{self.number:02d}"

    @property
    def words(self) -> str:
        """As a page prints it: October 2026."""
        return f"{calendar.month_name[self.number]} {self.year}"

    @property
    def period(self) -> Period:
        """The month's own days."""
        last = calendar.monthrange(self.year, self.number)[1]
        return Period(
            start=dt.date(self.year, self.number, 1), end=dt.date(self.year, self.number, last)
        )

    def minus(self, months: int) -> "Month":
        """The month so many months earlier (a negative number: later)."""
        index = self.year * 12 + self.number - 1 - months
        return Month(year=index // 12, number=index % 12 + 1)

    def months_to(self, months: int) -> Period:
        """The span of so many whole months that ends with this one."""
        return Period(start=self.minus(months - 1).period.start, end=self.period.end)

    @property
    def twelve_months_to(self) -> Period:
        """The twelve months up to this month's end: what monthly reports take their rates from."""
        return self.months_to(12)
