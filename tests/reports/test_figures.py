"""Every rate names its numerator, its denominator and who is left out, and the numbers add up."""

import pytest

from practice.cohorts import Scope, load_cohort
from practice.domain.measures import PrimaryOutcome
from practice.domain.sessions import Attendance
from practice.reports.figures import OutcomeFigures, outcome_figures
from practice.reports.outcomes_json import outcomes_json
from tests.caseloads import MONTH, Therapy, scope_with, therapies
from tests.cast import Cast

# Scripts outside rely on these names: they may grow in number, but none may go or change.
NAMES = {
    "planned_declared",
    "planned_estimated",
    "planned_with_silent",
    "finished_of_entered",
    "reliable_improvement_iapt",
    "recovery_iapt",
    "reliable_recovery_iapt",
    "reliable_improvement_core10",
    *(f"measured_ending_{by}" for by in ("iapt", "phq9", "gad7", "core10")),
    *(f"improved_of_measured_{by}" for by in ("iapt", "phq9", "gad7", "core10")),
}


def figures_of(scope: Scope) -> OutcomeFigures:
    return outcome_figures(load_cohort(scope, MONTH.twelve_months_to))


@pytest.fixture(params=range(4))
def figures(request: pytest.FixtureRequest, cast: Cast) -> OutcomeFigures:
    """Of a caseload with a little of everything."""
    made = therapies(
        request.param, ended=70, still_open=20, measures=("phq9", "gad7", "core10"), paired=0.7
    )
    return figures_of(scope_with(cast.service, cast.alice, made))


def test_rates_have_the_names_that_others_rely_on(figures: OutcomeFigures) -> None:
    assert set(figures.rates) == NAMES
    assert set(outcomes_json(figures)["rates"]) == NAMES
    assert all(key == rate.key for key, rate in figures.rates.items())


def test_every_rate_says_what_it_is_a_rate_of(figures: OutcomeFigures) -> None:
    for rate in figures.rates.values():
        assert rate.title
        assert rate.numerator
        assert rate.denominator
        assert all(why for why in rate.left_out)
        assert 0 <= rate.proportion.k <= rate.proportion.n
    titles = [rate.title for rate in figures.rates.values()]
    assert len(set(titles)) == len(titles)


def test_denominator_and_left_out_make_up_the_group(figures: OutcomeFigures) -> None:
    entered = figures.endings.of
    for key, rate in figures.rates.items():
        assert all(count >= 0 for count in rate.left_out.values()), key
        group = entered + (figures.silent_open if key == "planned_with_silent" else 0)
        assert rate.proportion.n + sum(rate.left_out.values()) == group, key


def test_groups_are_partitions(figures: OutcomeFigures) -> None:
    endings = figures.endings
    assert figures.ended == figures.ended_before_treatment + endings.of
    assert endings.of == figures.one_session_only + figures.finished_course
    assert figures.referred_on + figures.assessed_only <= figures.ended_before_treatment
    assert endings.of == (endings.planned + endings.unplanned + endings.not_recorded + endings.died)
    for by in PrimaryOutcome:
        for tally in (figures.finished[by], figures.entered[by]):
            assert tally.paired == tally.improved + tally.unchanged + tally.deteriorated
            assert tally.of == tally.at_caseness + tally.not_at_caseness + tally.caseness_unknown
        assert figures.finished[by].of == figures.finished_course
        assert figures.entered[by].of == endings.of


def test_a_caseload_of_this_test_has_a_little_of_everything(cast: Cast) -> None:
    made = therapies(1, ended=70, still_open=20, measures=("phq9", "gad7", "core10"), paired=0.7)
    figures = figures_of(scope_with(cast.service, cast.alice, made))
    assert all(count > 0 for rate in figures.rates.values() for count in rate.left_out.values())
    assert figures.silent_open
    assert figures.left_out
    assert figures.attendance[Attendance.DNA]


def test_nothing_gives_no_rate_and_no_error(cast: Cast) -> None:
    figures = figures_of(Scope(service=cast.service))
    assert all(rate.proportion.rate is None for rate in figures.rates.values())
    assert figures.sessions_attended == 0
    numbers = outcomes_json(figures)
    assert numbers["rates"]["planned_declared"] == {
        "k": 0,
        "n": 0,
        "pct": None,
        "low": None,
        "high": None,
    }
    assert numbers["sessions"]["mean_per_finished_course"] is None


def test_late_but_seen_is_attended_and_late_not_seen_is_not(cast: Cast) -> None:
    missed = (Attendance.LATE_NOT_SEEN, Attendance.DNA, Attendance.CANCELLED_BY_CLIENT)
    therapy = Therapy(sessions=3, missed=(Attendance.LATE, *missed))
    figures = figures_of(scope_with(cast.service, cast.alice, [therapy]))
    assert figures.sessions_attended == 4
    assert [figures.attendance[answer] for answer in missed] == [1, 1, 1]
