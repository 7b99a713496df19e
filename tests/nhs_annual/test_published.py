"""Years brought in among the published figures: whose, whose first, and never stale."""

import datetime as dt

import pytest

from practice.actions.annual_figures import remove_annual_figures, store_annual_figures
from practice.cohorts import Scope
from practice.domain.periods import Month
from practice.models import AnnualFigures, Service
from practice.nhs_annual.bringing import ready
from practice.published import brought_in, everything_else, published, published_for
from practice.reports.monthly import choose_year, england, monthly_report
from tests.cast import Cast
from tests.nhs_annual.given import ENGLAND, PROVIDERS, ROWS, changed, csv_of

NOW = dt.datetime(2028, 11, 22, 12, 0, tzinfo=dt.UTC)


def bring(
    service: Service | None, year: str = "2025-26", content: bytes | None = None
) -> AnnualFigures:
    brought = ready(csv_of() if content is None else content, name="", asked=year, today=NOW.date())
    row = AnnualFigures(
        service=service,
        period=year,
        figures=brought.kept,
        digest=brought.digest,
        entered_at=NOW,
    )
    store_annual_figures(row=row, by=None)
    return row


def test_nothing_brought_in_is_the_program_alone(cast: Cast) -> None:
    assert published_for(cast.service) is published()


def test_a_year_is_there_for_whom_it_was_brought_in_and_goes_with_it(cast: Cast) -> None:
    row = bring(cast.service)
    mine = published_for(cast.service)
    assert len(mine) == len(published()) + len(brought_in(row))
    assert published_for(cast.other_service) is published()
    figure = mine.get("england-2025-26-reliable-improvement")
    assert (figure.file, figure.retrieved) == (row.digest[:12], NOW.date())
    assert everything_else(row, cast.service) == published().by_key
    remove_annual_figures(row=row, by=None, now=NOW)
    assert published_for(cast.service) is published()


def test_everybody_has_what_a_command_brought_in_and_ones_own_goes_first(cast: Cast) -> None:
    bring(None)
    assert "england-2025-26-recovery" in published_for(cast.other_service).by_key
    own = changed(PROVIDERS[0], OrgName="THE NAME THAT WE HAVE")
    bring(cast.service, content=csv_of([*ROWS[:4], own]))
    key = "service-rx00-2025-26-recovery"
    assert published_for(cast.service).get(key).region == "THE NAME THAT WE HAVE"
    assert published_for(cast.other_service).get(key).region == "QUAYSIDE SERVICE 00"


def test_the_programs_own_figures_stand(cast: Cast) -> None:
    other = changed(ENGLAND, Percentage_NoReliableChange="25.0")
    bring(cast.service, "2024-25", csv_of([other, *ROWS[1:]]))
    key = "england-2024-25-no-reliable-change"
    assert published_for(cast.service).get(key) == published().get(key)
    assert "service-rx00-2024-25-recovery" in published_for(cast.service).by_key


def test_the_questions_asked_of_figures_find_the_new_year(cast: Cast) -> None:
    bring(cast.service, "2026-27")
    figures = published_for(cast.service)
    assert figures.years()[0] == "2026-27"
    year = figures.england("2026-27")
    assert {"reliable_improvement_iapt", "recovery_iapt", "before_treatment_of_ended"} <= set(year)
    assert "mean_sessions_of_finished" in year
    assert ("RX00", "QUAYSIDE SERVICE 00") in figures.local_services()
    assert figures.local("RX00")["recovery_iapt"].period == "2026-27"
    group = figures.group("adults:gender:female")
    assert group["recovery_iapt"].period == "2026-27"
    before = figures.group("adults:gender:female", period="2024-25")
    assert before["recovery_iapt"].period == "2024-25"
    assert not figures.local("RX00", period="2024-25")
    assert not figures.local("NOWHERE")
    assert figures.find(source="nhs_service_spread", period="2026-27", population="adults")


def test_one_query_and_the_rows_are_read_once(
    cast: Cast, django_assert_num_queries: object
) -> None:
    bring(cast.service)
    published_for(cast.service)
    with django_assert_num_queries(1):  # type: ignore[operator]
        first = published_for(cast.service)
    assert published_for(cast.service) is first


def test_planned_endings_keep_their_figure_until_another_year_is_asked_for(cast: Cast) -> None:
    bring(cast.service, "2026-27")
    figures, on = published_for(cast.service), dt.date(2027, 10, 31)
    assert "planned_declared" not in england(figures, "2026-27")
    assert choose_year(figures, asked=None, on=on) == "2025-26"
    assert choose_year(figures, asked="2026-27", on=on) == "2026-27"


@pytest.mark.parametrize("year", ["2025-26", "2026-27"])
def test_a_report_beside_a_year_that_was_brought_in(cast: Cast, year: str) -> None:
    bring(cast.service, year)
    report = monthly_report(
        Scope(service=cast.service),
        Month.parse("2027-10"),
        benchmarks=published_for(cast.service),
        printed_on=NOW.date(),
        year=year,
    )
    shown = {each.benchmark.source for row in report.journey if (each := row.comparison).benchmark}
    assert len(shown) == 1
    endings = report.endings.comparison
    assert (endings.benchmark is None) == (year == "2026-27")
    if endings.benchmark is None:
        assert endings.reason.startswith("No figure is published")
