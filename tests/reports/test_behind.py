"""The clients behind a number are as many as the number says, whatever the caseload."""

import datetime as dt
from collections.abc import Iterator, Mapping
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from practice.cohorts import Cohort
from practice.domain.endings import Ending, LeftOut
from practice.domain.estimates import Proportion
from practice.domain.measures import PrimaryOutcome
from practice.domain.records import EpisodeRecord, ScoreRecord, SessionRecord
from practice.domain.sessions import Attendance, Kind
from practice.reports.behind import BEFORE_FIRST, Behind, behind
from practice.reports.behind_figures import FIGURES
from practice.reports.figures import OutcomeFigures, outcome_figures
from practice.reports.journey import Beside, journey_rows
from practice.reports.other_rows import other_rows
from practice.reports.outcome_page import outcome_lines
from tests.domain.test_properties import PERIOD, episodes, tried

caseloads = st.lists(episodes(), min_size=2, max_size=14)


def _cohort(caseload: list[EpisodeRecord]) -> Cohort:
    return Cohort(period=PERIOD, episodes=tuple(caseload))


def _said(figures: OutcomeFigures) -> Iterator[tuple[str, Proportion]]:
    """Every proportion that a page prints, under the key of the clients behind it."""
    for key, rate in figures.rates.items():
        yield key, rate.proportion
    for by in PrimaryOutcome:
        beside = Beside(published={}, primary=by, period=figures.period)
        for row in (
            *journey_rows(figures, beside=beside, logs_every_enquiry=True),
            *other_rows(figures, beside=beside),
        ):
            yield row.key, row.proportion
        tally = figures.finished[by]
        for line in outcome_lines(tally):
            three = line.bounds
            yield from zip(
                line.keys,
                (three.none_of_unpaired, three.pairs_only, three.all_of_unpaired),
                strict=True,
            )
        yield f"late_first_{by}", Proportion(k=tally.late_baseline, n=tally.of)
        yield f"stale_last_{by}", Proportion(k=tally.stale_last, n=tally.of)


def _known(reasons: Mapping[str, int]) -> dict[str, int]:
    return {why: n for why, n in reasons.items() if n}


@tried
@given(caseload=caseloads)
def test_as_many_clients_as_every_figure_says(caseload: list[EpisodeRecord]) -> None:
    cohort = _cohort(caseload)
    figures = outcome_figures(cohort)
    said = list(_said(figures))
    found = {key: behind(cohort, key) for key in FIGURES}
    assert {key for key, _proportion in said} == FIGURES.keys()
    assert [(key, found[key].proportion) for key, _proportion in said] == said
    for key, rate in figures.rates.items():
        assert _known(found[key].reasons) == _known(rate.left_out), key


@tried
@given(caseload=caseloads)
def test_nobody_stands_in_two_places_and_nobody_is_lost(caseload: list[EpisodeRecord]) -> None:
    cohort = _cohort(caseload)
    for key, figure in FIGURES.items():
        found = behind(cohort, key)
        judged = [placed.course for placed in (*found.counted, *found.not_counted, *found.left_out)]
        assert sorted(map(id, judged)) == sorted(map(id, figure.among(cohort))), key
        left_out = [p for p in found.beyond if p.why != BEFORE_FIRST]
        assert len(left_out) == sum(cohort.left_out.values())
        never_began = len(found.beyond) - len(left_out)
        assert never_began == figure.before_treatment * len(cohort.ended_before_treatment)
        assert all(placed.why for placed in (*found.counted, *found.not_counted, *found.beyond))


# One of each kind, by hand.

LAST = PERIOD.end


def _episode(
    key: int,
    *,
    ending: Ending | None = Ending.AGREED_AT_END,
    sessions: int = 3,
    phq9: tuple[int, ...] = (),
    gad7: tuple[int, ...] = (),
    is_open: bool = False,
    left_out: LeftOut | None = None,
) -> EpisodeRecord:
    """Sessions a week apart, the last on the last day (of an open one 90 days before)."""
    last = LAST - dt.timedelta(days=90) if is_open else LAST
    days = [last - dt.timedelta(weeks=back) for back in reversed(range(max(sessions, 3)))]
    return EpisodeRecord(
        key=key,
        referred_on=days[0] - dt.timedelta(days=7),
        ended_on=None if is_open else LAST,
        ending=None if is_open else ending,
        left_out=left_out,
        sessions=tuple(
            SessionRecord(
                on=day, kind=Kind.TREATMENT, attendance=Attendance.ATTENDED, position=place
            )
            for place, day in enumerate(days[:sessions])
        ),
        scores=tuple(
            ScoreRecord(measure=code, on=day, total=Decimal(total), kind=None, position=place)
            for code, totals in (("phq9", phq9), ("gad7", gad7))
            for place, (day, total) in enumerate(zip(days, totals, strict=False))
        ),
    )


CASELOAD = (
    _episode(1, phq9=(18, 4), gad7=(15, 3)),
    _episode(2, phq9=(18, 17), gad7=(15, 14), ending=Ending.LOSS_OF_CONTACT),
    _episode(3, phq9=(12,), ending=None),
    _episode(4, ending=Ending.DIED),
    _episode(5, sessions=1, ending=Ending.CRISIS),
    _episode(6, sessions=0, ending=Ending.REFERRED_ON),
    _episode(7, is_open=True),
    _episode(8, phq9=(3, 2), gad7=(2, 1)),
    _episode(9, left_out=LeftOut.TEST_RECORD),
)


def _lists(found: Behind) -> dict[str, dict[int, str]]:
    return {
        name: {placed.course.episode.key: placed.why for placed in getattr(found, name)}
        for name in ("counted", "not_counted", "left_out", "beyond")
    }


def _behind(key: str) -> dict[str, dict[int, str]]:
    return _lists(behind(_cohort(list(CASELOAD)), key))


BEYOND = {6: "ended before a first treatment session", 9: "in no figure: test record"}


def test_planned_endings_by_hand() -> None:
    planned = "planned: agreed at the end of therapy"
    assert _behind("planned_declared") == {
        "counted": {1: planned, 8: planned},
        "not_counted": {2: "unplanned: due to loss of contact", 5: "unplanned: due to a crisis"},
        "left_out": {3: "how it ended is not recorded", 4: "died"},
        "beyond": BEYOND,
    }
    with_silent = _behind("planned_with_silent")
    assert with_silent["not_counted"][3] == "how it ended is not recorded"
    assert with_silent["not_counted"][7] == "open on 30 September 2025, last seen 90 days before"
    assert with_silent["left_out"] == {4: "died"}


def test_outcomes_by_hand() -> None:
    none = "PHQ-9: no score; GAD-7: no score"
    assert _behind("recovered_iapt") == {
        "counted": {1: "reliably improved; recovered"},
        "not_counted": {
            2: "no reliable change; still at case at the end",
            3: "PHQ-9: one score alone; GAD-7: no score",
            4: none,
        },
        "left_out": {
            5: "ended before a second treatment session",
            8: "below caseness at the start",
        },
        "beyond": BEYOND,
    }
    supposed = _behind("improved_all_iapt")["counted"]
    assert supposed[4] == f"{none}; counted as if it had"
    assert _behind("improved_pairs_iapt")["left_out"][4] == "without two scores of PHQ-9 and GAD-7"
    assert _behind("never_started")["counted"] == {6: "no treatment session; referred on"}
    assert _behind("never_started")["beyond"] == {9: "in no figure: test record"}


def test_an_unknown_figure_is_none() -> None:
    with pytest.raises(KeyError):
        behind(_cohort([]), "speed")
