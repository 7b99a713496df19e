"""The columns of published figures: every one there is, each under a code of its own."""

import datetime as dt
from dataclasses import replace
from types import MappingProxyType

import pytest

from practice.domain.benchmarks import Benchmark, Benchmarks, Statistic, load_benchmarks
from practice.domain.published_columns import (
    ENGLAND,
    HEADINGS,
    UnknownColumnError,
    england,
    find_column,
    newest_year,
    published_columns,
    year_columns,
)

BENCHMARKS = load_benchmarks()
COLUMNS = published_columns(BENCHMARKS)
BY_CODE = {column.code: column for column in COLUMNS}


def _with(*further: Benchmark) -> Benchmarks:
    more = {each.key: each for each in further}
    return Benchmarks(by_key=MappingProxyType({**BENCHMARKS.by_key, **more}))


def test_every_column_has_a_code_of_its_own_and_stands_under_its_heading() -> None:
    assert len(BY_CODE) == len(COLUMNS)
    order = [HEADINGS.index(column.heading) for column in COLUMNS]
    assert order == sorted(order)
    assert all(column.figures or column.also for column in COLUMNS)
    assert all(column.label and column.name for column in COLUMNS)


def test_the_years_are_those_of_the_benchmarks_newest_first() -> None:
    years = year_columns(BENCHMARKS)
    assert tuple(column.period for column in years) == BENCHMARKS.years()
    assert [column.code for column in years][:2] == ["year:2025-26", "year:2024-25"]
    for column in years:
        monthly = BENCHMARKS.england_monthly(column.period)
        if monthly:
            assert column.figures == monthly
        else:
            annual = BENCHMARKS.england(column.period)
            assert column.figures == {
                rate: each for rate, each in annual.items() if each.source == "nhs_annual"
            }
        assert england(BENCHMARKS, column.period) == column.figures
    assert england(BENCHMARKS, None) == england(BENCHMARKS, "1999-00") == {}


def test_every_place_and_every_group_of_the_files_may_be_chosen() -> None:
    places = {f"place:{code}" for code, _name in BENCHMARKS.local_services()}
    assert places == {code for code in BY_CODE if code.startswith("place:")}
    parts = {
        each.definition.population
        for each in BENCHMARKS
        if each.definition.population.startswith("adults:")
    }
    chosen = {code for code in BY_CODE if code.startswith(("group:", "therapy:"))}
    assert len(parts) == len(chosen)
    for part in parts:
        grouping, name = part.split(":")[1:]
        code = f"therapy:{name}" if grouping == "therapy" else f"group:{part}"
        assert BY_CODE[code].population == part
        assert BY_CODE[code].figures == BENCHMARKS.group(part)
    for code in places:
        assert BY_CODE[code].figures == BENCHMARKS.local(code.removeprefix("place:"))


@pytest.mark.parametrize(
    ("code", "heading", "label", "rate", "figure"),
    [
        ("year:2024-25", ENGLAND, "England 2024-25", "planned_declared", None),
        (
            "place:Y61",
            "NHS regions",
            "EAST OF ENGLAND COMMISSIONING REGION, 2024-25",
            "recovery_iapt",
            51,
        ),
        (
            "group:adults:gender:female",
            "England, by gender",
            "Female, 2024-25",
            "recovery_iapt",
            None,
        ),
        (
            "group:adults:ethnicity:mixed-white-and-asian",
            "England, by ethnic group",
            "Mixed: White and Asian, 2024-25",
            "reliable_recovery_iapt",
            None,
        ),
        (
            "source:core_connell_2006",
            "Outside the programme: counselling in primary care",
            "Connell 2006: Clients of NHS primary-care counselling services in the CORE National "
            "Research Database",
            "planned_estimated",
            None,
        ),
    ],
)
def test_a_column_by_its_code(
    code: str, heading: str, label: str, rate: str, figure: int | None
) -> None:
    column = find_column(BENCHMARKS, code)
    assert (column.heading, column.label) == (heading, label)
    assert rate in column.figures
    assert figure is None or column.figures[rate].figure == figure
    assert {each.key for each in column.also}.isdisjoint(
        {each.key for each in column.figures.values()}
    )


def test_what_fits_no_own_rate_is_context() -> None:
    """The outcomes of a kind of therapy are of courses of it: another denominator."""
    column = find_column(BENCHMARKS, "therapy:cognitive-behaviour-therapy-depression")
    assert not column.figures
    assert len(column.also) == len(column.members) == 12


def test_one_source_with_several_populations_gives_several_columns() -> None:
    codes = {code for code in BY_CODE if code.startswith("source:timimi_2015")}
    assert {
        "source:timimi_2015:adults_primary_care_counselling",
        "source:timimi_2015:children",
    } <= codes
    periods = {code for code in BY_CODE if code.startswith("source:therapymeetsnumbers_iapt:")}
    assert "source:therapymeetsnumbers_iapt:2017-18" in periods


def test_an_unknown_code_says_what_to_choose() -> None:
    with pytest.raises(UnknownColumnError, match=r"'place:X': choose one of the list"):
        find_column(BENCHMARKS, "place:X")


def test_the_newest_year_that_had_ended() -> None:
    for on, year in ((dt.date(2026, 3, 31), "2025-26"), (dt.date(2026, 3, 30), "2024-25")):
        found = newest_year(COLUMNS, on=on)
        assert found is not None
        assert found.period == year
    assert newest_year(COLUMNS, on=dt.date(1999, 1, 1)) is None


def test_an_earlier_year_of_a_place_has_its_year_in_the_code() -> None:
    (now, *_others) = BENCHMARKS.find(region_code="Y61")
    then = replace(
        now,
        key="then",
        period="2023-24",
        period_start=dt.date(2023, 4, 1),
        period_end=dt.date(2024, 3, 31),
        population="People somewhere",
    )
    nowhere = replace(now, key="nowhere", region_code="Q0", population="People (elsewhere)")
    named = replace(
        now, key="named", region_code="", region="England", population="Women",
        definition=replace(now.definition, population="adults:gender:female"), period="2022-23",
    )  # fmt: skip
    columns = {column.code: column for column in published_columns(_with(then, nowhere, named))}
    assert columns["place:Y61"].period == "2024-25"
    assert columns["place:Y61:2023-24"].period == "2023-24"
    assert columns["place:Y61:2023-24"].heading == "NHS, other places"
    assert columns["place:Q0"].heading == "NHS, other places"
    assert columns["group:adults:gender:female:2022-23"].label == (
        "adults of one gender: female, 2022-23"
    )


def test_targets_and_spreads_are_no_column() -> None:
    members = {each.key for column in COLUMNS for each in column.members}
    for each in BENCHMARKS:
        if each.statistic is Statistic.TARGET or each.source == "nhs_service_spread":
            assert each.key not in members
