"""The figures that are shipped: complete, true to their counts, and found by what they are."""

import dataclasses
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from practice.domain.benchmark_figures import is_filler, parse_period
from practice.domain.benchmarks import (
    FOLDER,
    OGL,
    Benchmark,
    Benchmarks,
    Statistic,
    load_benchmarks,
)
from practice.domain.definitions import Denominator, Event

PUBLISHED = load_benchmarks()
OUTCOMES = ("reliable-improvement", "reliable-deterioration", "recovery", "reliable-recovery")
OUTCOME_YEARS = [f"{year}-{(year + 1) % 100:02d}" for year in range(2013, 2025)]
PATHWAY_YEARS = ["2021-22", "2022-23", "2023-24", "2024-25", "2025-26"]
TOLERANCE = Decimal("0.06")
MAY_BE_EMPTY = {"k", "n", "group_size", "region_code", "original"}


def figure(key: str) -> str:
    return str(PUBLISHED.get(key).figure)


def gaps(benchmark: Benchmark) -> list[str]:
    """The fields of a figure that are missing, say nothing, or were left unfilled."""
    fields = {field.name: getattr(benchmark, field.name) for field in dataclasses.fields(Benchmark)}
    missing = [
        name for name, value in fields.items() if value in (None, "") and name not in MAY_BE_EMPTY
    ]
    texts = {name: value for name, value in fields.items() if isinstance(value, str) and value}
    hollow = [
        name
        for name, value in texts.items()
        if "{" in value or (name != "unit" and is_filler(value))
    ]
    return missing + hollow


@pytest.mark.parametrize("file", sorted({benchmark.file for benchmark in PUBLISHED}))
def test_every_figure_of_a_file_has_all_its_fields(file: str) -> None:
    figures = [benchmark for benchmark in PUBLISHED if benchmark.file == file]
    assert {one.key: gaps(one) for one in figures if gaps(one)} == {}
    assert all(one.original for one in figures if one.status == "secondary")
    assert (FOLDER / file).is_file()


def test_every_nhs_figure_carries_the_licence_sentence() -> None:
    nhs = [benchmark for benchmark in PUBLISHED if benchmark.source.startswith("nhs_")]
    assert {benchmark.licence for benchmark in nhs} == {OGL}


@pytest.mark.parametrize("year", OUTCOME_YEARS)
@pytest.mark.parametrize("outcome", OUTCOMES)
def test_englands_rates_follow_from_their_counts(outcome: str, year: str) -> None:
    rate = PUBLISHED.get(f"england-{year}-{outcome}")
    counts = {
        name: int(PUBLISHED.get(f"england-{year}-count-{name}").figure)
        for name in ("finished", "not-at-case")
    }
    of_cases = outcome in ("recovery", "reliable-recovery")
    assert rate.n == counts["finished"] - (counts["not-at-case"] if of_cases else 0)
    assert rate.k is not None
    assert abs(rate.figure - Decimal(100) * rate.k / rate.n) <= TOLERANCE


@pytest.mark.parametrize("year", OUTCOME_YEARS[2:])
def test_the_three_kinds_of_change_leave_little_over(year: str) -> None:
    kinds = ("reliable-improvement", "no-reliable-change", "reliable-deterioration")
    total = sum(PUBLISHED.get(f"england-{year}-{kind}").figure for kind in kinds)
    assert Decimal("98") < total <= Decimal("100.1")


@pytest.mark.parametrize("year", OUTCOME_YEARS[:2])
def test_early_years_cover_96_per_cent_and_say_so(year: str) -> None:
    kinds = ("reliable-improvement", "no-reliable-change", "reliable-deterioration")
    figures = [PUBLISHED.get(f"england-{year}-{kind}") for kind in kinds]
    assert Decimal("96") <= sum(one.figure for one in figures) < Decimal("97")
    assert all("96%" in one.caution for one in figures)


def test_dividing_recovery_by_the_at_case_count_misses() -> None:
    rate = PUBLISHED.get("england-2024-25-recovery")
    at_case = PUBLISHED.get("england-2024-25-count-at-case").figure
    assert rate.k is not None
    wrong = Decimal(100) * rate.k / at_case
    assert (f"{wrong:.1f}", str(rate.figure)) == ("50.6", "50.5")
    assert abs(rate.figure - wrong) > TOLERANCE


def test_2012_13_shows_counts_and_no_rate() -> None:
    year = PUBLISHED.find(period="2012-13")
    assert {benchmark.statistic for benchmark in year} == {Statistic.COUNT}
    assert "2012-13" not in PUBLISHED.years()
    assert not PUBLISHED.england("2012-13")


PATHWAY = {
    "planned-ending": ["60.8", "59.2", "61.3", "61.8", "61.5"],
    "planned-ending-of-coded": ["59.3", "57.6", "59.1", "59.7", "59.4"],
    "before-treatment-of-ended": ["32.3", "31.3", "31.8", "33.0", "34.8"],
    "one-session-of-ended": ["28.6", "30.4", "30.7", "28.8", "27.4"],
    "finished-of-ended": ["39.0", "38.3", "37.5", "38.2", "37.8"],
    "one-session-of-entered": ["42.3", "44.3", "45.0", "43.0", "42.0"],
    "finished-of-entered": ["57.7", "55.7", "55.0", "57.0", "58.0"],
    "recovered-of-entered": ["27.2", "26.2", "26.0", "27.3", "27.8"],
    "improved-of-entered": ["38.6", "37.0", "36.7", "38.4", "39.3"],
    "dna": ["10.0", "9.9", "9.5", "9.0", "8.5"],
    "mean-sessions-monthly": ["7.9", "8.1", "8.2", "8.4", "8.6"],
}


@pytest.mark.parametrize("row", PATHWAY)
def test_the_pathway_of_five_years(row: str) -> None:
    assert [figure(f"england-{year}-{row}") for year in PATHWAY_YEARS] == PATHWAY[row]


def test_planned_endings_of_2024_25_rest_on_their_counts() -> None:
    planned = PUBLISHED.get("england-2024-25-planned-ending")
    assert (planned.k, planned.n) == (439930, 711407)
    assert f"{planned.unrounded:.3f}" == "61.839"


SINGLE_FIGURES = {
    "england-2024-25-cancelled-by-client": "10.6",
    "england-2024-25-cancelled-by-practitioner": "5.2",
    "england-2024-25-paired-of-finished": "98.7",
    "england-2024-25-wait-6-weeks": "91.6",
    "england-2024-25-wait-18-weeks": "98.7",
    "england-2017-18-mean-sessions": "6.8",
    "england-2024-25-deprivation-01-least-deprived-reliable-recovery": "52.4",
    "england-2024-25-deprivation-10-most-deprived-reliable-recovery": "40.5",
    "providers-2024-25-planned-ending-p25": "56",
    "providers-2024-25-dna-median": "8.7",
    "connell-2006-planned-declared": "68",
    "connell-2006-planned-estimated": "50",
    "eap-2013-planned-estimated": "80",
    "tmn-rcn-2003-04-measured-ending": "84",
    "tmn-mankind-2017-18-improved": "67",
    "scott-2018-no-longer-diagnosed": "10",
    "stiles-2015-effect-size": "1.89",
    "radhakrishnan-2013-recovered-stepped-up": "2914",
    "target-2028-29-reliable-improvement": "71",
}


@pytest.mark.parametrize("key", SINGLE_FIGURES)
def test_single_figures(key: str) -> None:
    assert figure(key) == SINGLE_FIGURES[key]


def test_england_by_own_rate_takes_the_official_source_first() -> None:
    england = PUBLISHED.england("2024-25")
    assert england["reliable_improvement_iapt"].key == "england-2024-25-reliable-improvement"
    assert england["wait_6_weeks_of_finished"].key == "england-2024-25-wait-6-weeks"
    assert england["finished_of_entered"].key == "england-2024-25-finished-of-entered"
    assert "planned_estimated" not in england
    assert "measured_ending_iapt" not in england
    assert all(benchmark.period == "2024-25" for benchmark in england.values())


def test_england_from_monthly_sums_is_one_column() -> None:
    monthly = PUBLISHED.england_monthly("2024-25")
    assert {benchmark.source for benchmark in monthly.values()} == {"nhs_monthly"}
    assert monthly["reliable_improvement_iapt"].n == monthly["wait_6_weeks_of_finished"].n
    assert not PUBLISHED.england_monthly("2017-18")


def test_years_come_newest_first() -> None:
    assert PUBLISHED.years() == ("2025-26", *reversed(OUTCOME_YEARS))


def test_local_services_can_be_chosen() -> None:
    services = PUBLISHED.local_services()
    assert len(services) == 189
    assert ("NLS", "TRENT PTS") in services
    local = PUBLISHED.local("NLS")
    assert str(local["recovery_iapt"].figure) == "53"
    assert sorted(local) == [
        "recovery_iapt",
        "reliable_deterioration_iapt",
        "reliable_improvement_iapt",
        "reliable_recovery_iapt",
    ]


def test_a_group_can_be_chosen_and_a_therapy_course_is_no_group() -> None:
    women = PUBLISHED.group("adults:gender:female")
    assert str(women["reliable_improvement_iapt"].figure) == "67.8"
    assert not PUBLISHED.group("adults:therapy:cognitive-behaviour-therapy")


def test_find_narrows_by_everything_asked() -> None:
    found = PUBLISHED.find(
        event=Event.RECOVERY,
        denominator=Denominator.FINISHED_LESS_NOT_CASE,
        period="2024-25",
        region="England",
        region_code="",
        population="adults",
        source="nhs_annual",
        statistic=Statistic.RATE,
    )
    assert [benchmark.key for benchmark in found] == ["england-2024-25-recovery"]


def test_an_unknown_key_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        PUBLISHED.get("england-1999-00-recovery")
    assert len(PUBLISHED) == len(list(PUBLISHED))


def test_one_benchmark_more_does_not_change_the_others() -> None:
    first = next(iter(PUBLISHED))
    assert Benchmarks(by_key={first.key: first}).get(first.key) is first


@given(st.integers(min_value=1990, max_value=2098))
def test_financial_years_run_from_april_to_march(year: int) -> None:
    days = parse_period(f"{year}-{(year + 1) % 100:02d}")
    assert (str(days.start), str(days.end)) == (f"{year}-04-01", f"{year + 1}-03-31")


PERIODS = {
    "2006": ("2006-01-01", "2006-12-31"),
    "2009 to 2012": ("2009-01-01", "2012-12-31"),
    "2024-05-01 to 2024-05-31": ("2024-05-01", "2024-05-31"),
}


@pytest.mark.parametrize("text", PERIODS)
def test_other_periods(text: str) -> None:
    days = parse_period(text)
    assert (str(days.start), str(days.end)) == PERIODS[text]


def test_a_place_nobody_knows_and_a_year_without_figures_are_empty() -> None:
    assert PUBLISHED.local("nowhere") == {}
    assert PUBLISHED.local("NLS", period="1999-00") == {}
    assert PUBLISHED.group("adults:gender:female", period="2024-25") == PUBLISHED.group(
        "adults:gender:female"
    )
