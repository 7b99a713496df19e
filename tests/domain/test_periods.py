"""Spans of days: both ends belong to them."""

import datetime as dt

import pytest

from practice.domain.periods import Month, Period, day_words


def _day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


YEAR = Period(start=_day("2025-10-01"), end=_day("2026-09-30"))


@pytest.mark.parametrize(
    ("day", "inside"),
    [
        pytest.param("2025-09-30", False, id="the day before"),
        pytest.param("2025-10-01", True, id="the first day"),
        pytest.param("2026-03-01", True, id="between"),
        pytest.param("2026-09-30", True, id="the last day"),
        pytest.param("2026-10-01", False, id="the day after"),
    ],
)
def test_both_ends_belong_to_a_period(day: str, *, inside: bool) -> None:
    assert (_day(day) in YEAR) is inside


def test_the_part_up_to_a_day() -> None:
    assert YEAR.until(_day("2025-10-01")) == Period(start=YEAR.start, end=YEAR.start)
    assert YEAR.until(_day("2027-01-01")) == YEAR
    with pytest.raises(ValueError, match="before it starts"):
        YEAR.until(_day("2025-09-30"))


def test_an_open_end_is_in_no_period() -> None:
    assert None not in YEAR


def test_a_period_may_be_one_day() -> None:
    day = _day("2026-09-30")
    assert day in Period(start=day, end=day)


def test_a_period_does_not_end_before_it_starts() -> None:
    with pytest.raises(ValueError, match="before it starts"):
        Period(start=_day("2026-10-01"), end=_day("2026-09-30"))


def test_words() -> None:
    assert YEAR.words == "1 October 2025 to 30 September 2026"
    assert day_words(_day("2026-03-09")) == "9 March 2026"
    assert Month(year=2026, number=10).words == "October 2026"
    assert str(Month(year=2026, number=3)) == "2026-03"


@pytest.mark.parametrize(
    ("month", "first", "last"),
    [
        ("2026-10", "2026-10-01", "2026-10-31"),
        ("2026-04", "2026-04-01", "2026-04-30"),
        ("2026-02", "2026-02-01", "2026-02-28"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2026-12", "2026-12-01", "2026-12-31"),
    ],
)
def test_days_of_a_month(month: str, first: str, last: str) -> None:
    assert Month.parse(month).period == Period(start=_day(first), end=_day(last))


@pytest.mark.parametrize(
    ("month", "first", "last"),
    [
        pytest.param("2026-10", "2025-11-01", "2026-10-31", id="across a new year"),
        pytest.param("2026-12", "2026-01-01", "2026-12-31", id="a calendar year"),
        pytest.param("2026-03", "2025-04-01", "2026-03-31", id="a financial year"),
        pytest.param("2024-02", "2023-03-01", "2024-02-29", id="to a leap day"),
    ],
)
def test_twelve_months_to(month: str, first: str, last: str) -> None:
    assert Month.parse(month).twelve_months_to == Period(start=_day(first), end=_day(last))


def test_thirty_six_months_to() -> None:
    span = Month.parse("2026-10").months_to(36)
    assert span == Period(start=_day("2023-11-01"), end=_day("2026-10-31"))


def test_one_month_to_is_the_month() -> None:
    month = Month.parse("2026-10")
    assert month.months_to(1) == month.period


@pytest.mark.parametrize(
    ("months", "expected"),
    [
        (0, "2026-01"),
        (1, "2025-12"),
        (12, "2025-01"),
        (13, "2024-12"),
        (-1, "2026-02"),
        (-12, "2027-01"),
    ],
)
def test_minus(months: int, expected: str) -> None:
    assert str(Month.parse("2026-01").minus(months)) == expected


def test_month_of_a_day() -> None:
    assert Month.of(_day("2026-10-31")) == Month.parse(" 2026-10 ")


def test_months_are_ordered() -> None:
    assert Month.parse("2025-12") < Month.parse("2026-01") < Month.parse("2026-02")


@pytest.mark.parametrize(
    "text", ["", "2026", "2026-13", "2026-00", "2026-1", "10/2026", "2026-10-01"]
)
def test_other_texts_are_no_month(text: str) -> None:
    with pytest.raises(ValueError, match="write it as 2026-10"):
        Month.parse(text)
