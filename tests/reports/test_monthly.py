"""The month's report as an object: which year, which months, which rows may be compared."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from practice.cohorts import Scope
from practice.domain.comparability import Mark
from practice.domain.endings import Ending
from practice.domain.measures import PrimaryOutcome
from practice.domain.periods import Month, Period
from practice.models import Service
from practice.published import published
from practice.reports.journey import ENQUIRIES_NOT_LOGGED, INCOMPLETE, JourneyRow
from practice.reports.monthly import MonthlyReport, UnknownYearError, choose_year, england
from practice.reports.monthly_pdf import monthly_pdf
from practice.reports.monthly_text import monthly_text
from tests.caseloads import CASE, LAST_DAY, MONTH, WELL, Therapy, only, scope_with, therapies
from tests.cast import Cast, make_practitioner, make_service
from tests.reports.reading import json_of, report_of, words_of

OUTCOME_ROWS = {
    "Reliably improved",
    "No reliable change",
    "Reliably worse",
    "Recovered",
    "Reliably recovered",
    "Recovered, of all who entered",
}
NO_SCORE_ROWS = {
    "Never started treatment",
    "Entered therapy",
    "One session only",
    "Two or more sessions",
}


def rows_of(report: MonthlyReport) -> dict[str, JourneyRow]:
    return {row.title: row for row in report.journey}


def of_service(number: int, **fields: Any) -> Callable[[list[Therapy]], Scope]:
    """A service of its own, so that one test can hold several caseloads."""
    service = make_service(name=f"Practice {number}", **fields)
    holder = make_practitioner(email=f"holder-{number}@example.org", service=service)
    return lambda made: scope_with(service, holder, made)


@pytest.mark.django_db
def test_as_many_queries_for_90_clients_as_for_none() -> None:
    numbers = []
    for size in (0, 7, 30, 90):
        scope = of_service(size)(therapies(size, ended=size, still_open=size // 5))
        with CaptureQueriesContext(
            connection,
        ) as queries:
            report = report_of(scope)
        assert report.figures.ended > size // 2 or size < 10
        numbers.append(len(queries))
    assert len(set(numbers)) == 1, numbers
    assert numbers[0] <= 16


YEARS = {
    dt.date(2025, 10, 31): "2024-25",
    dt.date(2025, 3, 31): "2024-25",
    dt.date(2025, 3, 30): "2023-24",
    dt.date(2014, 3, 31): "2013-14",
    dt.date(2014, 3, 30): None,
    dt.date(1999, 12, 31): None,
}


@pytest.mark.parametrize(("on", "year"), YEARS.items(), ids=map(str, YEARS))
def test_the_newest_year_that_had_ended(on: dt.date, year: str | None) -> None:
    assert choose_year(published(), asked=None, on=on) == year


def test_a_year_that_is_asked_for_is_taken_even_if_it_came_later() -> None:
    assert choose_year(published(), asked="2024-25", on=dt.date(2019, 1, 1)) == "2024-25"


@pytest.mark.parametrize("asked", ["1066-67", "2024", "", "2024-25 ", "<script>"])
def test_an_unknown_year_is_refused_with_the_choices(asked: str) -> None:
    with pytest.raises(UnknownYearError) as refused:
        choose_year(published(), asked=asked, on=LAST_DAY)
    assert repr(asked) in str(refused.value)
    assert ", ".join(published().years()) in str(refused.value)


def test_a_column_of_published_figures_comes_from_one_source(cast: Cast) -> None:
    for year in published().years():
        report = report_of(Scope(service=cast.service), year=year)
        shown = [report.endings.comparison, *(row.comparison for row in report.journey)]
        assert len({each.benchmark.source for each in shown if each.benchmark}) == 1, year
    assert england(published(), None) == {}


def test_the_report_of_a_month_before_any_published_year_still_prints(cast: Cast) -> None:
    report = report_of(Scope(service=cast.service), month=Month.parse("2010-06"))
    assert report.year is None
    assert report.comparator == "No published figures"
    text = monthly_text(report)
    assert all(line.cells[4:] == ("–", "–") for line in text.journey)
    assert text.footnotes == ()
    assert text.strip[0].published is None
    assert "Diamond" not in text.strip_words
    printed = words_of(monthly_pdf(text))
    assert "No published figures" in printed
    assert "England" not in printed


def test_years_before_2021_have_outcomes_and_no_endings(cast: Cast) -> None:
    made = [Therapy(first=CASE, last=WELL) for _ in range(25)]
    report = report_of(scope_with(cast.service, cast.alice, made), year="2020-21")
    rows = rows_of(report)
    assert report.endings.comparison.benchmark is None
    assert all(rows[title].comparison.benchmark is None for title in NO_SCORE_ROWS)
    assert rows["Reliably improved"].comparison.benchmark is not None
    assert rows["Recovered"].comparison.benchmark is not None
    assert "no figure is published" in report.sentences[0]


def test_from_2021_on_endings_have_a_published_figure(cast: Cast) -> None:
    for year in ("2021-22", "2024-25"):
        report = report_of(Scope(service=cast.service), year=year)
        assert report.endings.comparison.benchmark is not None
        assert all(rows_of(report)[title].comparison.benchmark for title in NO_SCORE_ROWS)


def test_rates_are_of_twelve_months_and_counts_of_the_month(cast: Cast) -> None:
    days = [LAST_DAY, dt.date(2025, 10, 1), dt.date(2025, 9, 30), dt.date(2024, 11, 1)]
    outside = [dt.date(2024, 10, 31), dt.date(2025, 11, 1)]
    made = [Therapy(ended_on=on) for on in [*days, *outside]]
    report = report_of(scope_with(cast.service, cast.alice, made))
    assert report.period == Period(start=dt.date(2024, 11, 1), end=LAST_DAY)
    assert report.figures.ended == 4
    assert report.month_figures.ended == 2
    assert report.month_figures.open_on_last_day == 1


@pytest.mark.parametrize(("endings", "is_shown"), [(19, True), (20, False)])
def test_36_months_stand_beneath_only_under_twenty_endings(
    cast: Cast, *, endings: int, is_shown: bool
) -> None:
    """They are dated, and not one of them is in the twelve months' rates."""
    long_ago = [
        Therapy(ended_on=dt.date(2022, 11, 1), ending=Ending.CRISIS),
        Therapy(ended_on=dt.date(2022, 10, 31), ending=Ending.CRISIS),
    ]
    made = [*(Therapy() for _ in range(endings)), *long_ago]
    report = report_of(scope_with(cast.service, cast.alice, made))
    assert report.figures.endings.of == endings
    assert report.figures.endings.unplanned == 0
    notes = {note.heading: note.text for note in monthly_text(report).counts}
    assert ("36 months" in notes) is is_shown
    assert (report.longer is not None) is is_shown
    if report.longer:
        assert report.longer.endings.declared.n == endings + 1
        assert "1 November 2022 to 31 October 2025" in notes["36 months"]
        assert "19 of 20 (95%; 76% to 99%)" in notes["36 months"]


def test_the_dead_do_not_make_twenty(cast: Cast) -> None:
    made = [*(Therapy() for _ in range(19)), Therapy(ending=Ending.DIED)]
    assert report_of(scope_with(cast.service, cast.alice, made)).longer is not None


@pytest.mark.parametrize("seed", range(5))
def test_each_row_of_the_journey_counts_what_the_json_counts(cast: Cast, seed: int) -> None:
    scope = scope_with(cast.service, cast.alice, therapies(seed, ended=60, still_open=9))
    numbers = json_of(scope)
    ended, iapt = numbers["ended"], numbers["iapt"]
    entered = numbers["endings"]["entered_and_ended"]
    two = ended["finished_course"]
    cases = two - iapt["not_at_caseness"]
    assert {title: (row.proportion.k, row.proportion.n) for title, row in
            rows_of(report_of(scope)).items()} == {
        "Never started treatment": (ended["before_treatment"], ended["episodes"]),
        "Entered therapy": (entered, ended["episodes"]),
        "One session only": (ended["one_session_only"], entered),
        "Two or more sessions": (two, entered),
        "Two scores": (iapt["paired"], two),
        "Reliably improved": (iapt["reliable_improvement"], two),
        "No reliable change": (iapt["no_reliable_change"], two),
        "Reliably worse": (iapt["reliable_deterioration"], two),
        "No second score": (two - iapt["paired"], two),
        "At case at first, or unknown": (cases, two),
        "Recovered": (iapt["recovery"], cases),
        "Reliably recovered": (iapt["reliable_recovery"], cases),
        "Recovered, of all who entered": (iapt["recovery"], entered),
    }  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("logs", [True, False], ids=["all enquiries", "not all"])
def test_who_never_came_is_compared_only_where_every_enquiry_is_logged(*, logs: bool) -> None:
    scope = of_service(1, logs_every_enquiry=logs)(
        [*(Therapy() for _ in range(25)), *(Therapy(sessions=0) for _ in range(10))]
    )
    rows = rows_of(report_of(scope))
    for title in ("Never started treatment", "Entered therapy"):
        comparison = rows[title].comparison
        assert comparison.benchmark is not None
        assert (comparison.mark is Mark.SAME) is logs
        assert (comparison.reason == ENQUIRIES_NOT_LOGGED) is not logs
    assert rows["One session only"].comparison.mark is Mark.SAME
    assert (rows["Never started treatment"].proportion.k, rows["Entered therapy"].proportion.k) == (
        10,
        25,
    )


def mixed(scores: list[bool]) -> list[Therapy]:
    """Planned endings of therapies with two scores or with the first alone."""
    return [Therapy(first=CASE, last=WELL if paired else {}) for paired in scores]


@pytest.mark.parametrize(
    ("paired", "of", "is_complete"), [(18, 20, True), (17, 20, False), (9, 10, True)]
)
def test_under_90_per_cent_of_pairs_no_outcome_row_is_compared(
    cast: Cast, *, paired: int, of: int, is_complete: bool
) -> None:
    made = mixed([index < paired for index in range(of)])
    rows = rows_of(report_of(scope_with(cast.service, cast.alice, made)))
    for title in OUTCOME_ROWS:
        comparison = rows[title].comparison
        assert (comparison.reason == INCOMPLETE) is not is_complete, title
        if not is_complete:
            assert comparison.mark is Mark.NOT_COMPARABLE, title
        elif comparison.benchmark is not None:
            assert comparison.mark is Mark.NEAR, title
    for title in NO_SCORE_ROWS:
        assert rows[title].comparison.reason != INCOMPLETE


MEASURES_OF = {
    PrimaryOutcome.IAPT: ("phq9", "gad7"),
    PrimaryOutcome.PHQ9: ("phq9",),
    PrimaryOutcome.GAD7: ("gad7",),
    PrimaryOutcome.CORE10: ("core10",),
}
each_primary = pytest.mark.parametrize("primary", PrimaryOutcome)


@pytest.mark.django_db
@each_primary
def test_the_primary_outcome_decides_sentence_journey_and_lines(primary: PrimaryOutcome) -> None:
    """Those measured on it alone, all better; the others, measured on the rest, all unchanged."""
    mine = MEASURES_OF[primary]
    others = [code for code in ("phq9", "gad7", "core10") if code not in mine]
    scope = of_service(1, primary_outcome=primary)(
        [Therapy(first=only(CASE, *mine), last=only(WELL, *mine)) for _ in range(28)]
        + [Therapy(first=only(CASE, *others), last=only(CASE, *others)) for _ in range(2)]
    )
    report = report_of(scope)
    rows = rows_of(report)
    assert report.primary is primary
    assert (rows["Two scores"].proportion.k, rows["Two scores"].proportion.n) == (28, 30)
    assert (rows["Reliably improved"].proportion.k, rows["Recovered"].proportion.k) == (28, 28)
    assert report.outcomes.measure == primary.words
    assert (
        f"28 of 30 courses of two or more sessions improved reliably on {primary.words}"
        in (report.sentences[1])
    )
    pairs = {line.title: line.bounds.pairs_only.k for line in report.outcome_lines}
    assert pairs == {
        "Reliably improved": 28,
        "Recovered": 28,
        "Reliably recovered": 28,
        "Reliably worse": 0,
    }
    text = monthly_text(report)
    assert text.outcomes_title == f"Outcomes by {primary.words}, two or more sessions"
    # England publishes the pair only: one of its measures is near, CORE-10 has nothing beside it.
    is_nhs = primary is not PrimaryOutcome.CORE10
    assert (rows["Reliably improved"].comparison.benchmark is not None) is is_nhs
    if is_nhs:
        assert rows["Reliably improved"].comparison.mark is Mark.NEAR


@pytest.mark.django_db
@each_primary
@pytest.mark.parametrize("size", [3, 30])
def test_a_measure_that_was_never_given_is_not_measured(primary: PrimaryOutcome, size: int) -> None:
    """Never 0 of n: nobody was asked."""
    others = [code for code in ("phq9", "gad7", "core10") if code not in MEASURES_OF[primary]]
    scope = of_service(1, primary_outcome=primary)(
        [Therapy(first=only(CASE, *others), last=only(WELL, *others)) for _ in range(size)]
    )
    report = report_of(scope)
    assert "outcomes are not measured" in report.sentences[1]
    assert {row.title for row in report.journey if not row.is_measured} >= OUTCOME_ROWS
    text = monthly_text(report)
    for line in text.journey:
        if line.title in OUTCOME_ROWS:
            assert line.cells[:4] == ("–", "not measured", "–", "–"), line.title
    assert all(line.cells == ("not measured",) * 3 for line in text.outcomes)


@pytest.mark.django_db
@each_primary
def test_where_no_first_score_is_known_nobody_is_shown_at_case(primary: PrimaryOutcome) -> None:
    """All unknown is not "100% at case or unknown", and England's figure is not like it."""
    scope = of_service(1, primary_outcome=primary)([Therapy() for _ in range(30)])
    report = report_of(scope)
    (line,) = (
        line for line in monthly_text(report).journey if line.title.startswith("At case at first")
    )
    assert "100%" not in line.cells
    assert rows_of(report)["At case at first, or unknown"].comparison.mark is Mark.NOT_COMPARABLE


def test_names_and_settings_are_frozen_with_the_report(cast: Cast) -> None:
    report = report_of(Scope(service=cast.service, practitioner=cast.alice))
    cast.service.name = "Another"
    cast.alice.name = "Somebody else"
    assert (report.service, report.practitioner, report.whose) == ("Harbour", "Alice", "Alice")
    with pytest.raises(AttributeError):
        report.service = "Another"  # type: ignore[misc]


def test_whole_service_and_each_practitioner_have_their_own(cast: Cast) -> None:
    scope_with(cast.service, cast.alice, [Therapy() for _ in range(3)])
    scope_with(cast.service, cast.bob, [Therapy(ending=Ending.CRISIS) for _ in range(2)])
    whole = report_of(Scope(service=cast.service))
    alice, bob = (
        report_of(Scope(service=cast.service, practitioner=person))
        for person in (cast.alice, cast.bob)
    )
    assert [each.figures.ended for each in (whole, alice, bob)] == [5, 3, 2]
    assert bob.figures.endings.planned == 0
    assert Service.objects.count() == 2
    assert report_of(Scope(service=cast.other_service)).figures.ended == 0


def test_month_is_named_as_people_say_it(cast: Cast) -> None:
    text = monthly_text(report_of(Scope(service=cast.service)))
    assert text.title == f"Monthly report, {MONTH.words}" == "Monthly report, October 2025"
