"""One cohort -> one frozen object of figures, which page, paper and JSON share.

Every rate says what is counted, of whom, and who is left out and why; a rate without its n cannot
be made.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from practice.cohorts import EIGHTEEN_WEEKS, SIX_WEEKS, Cohort
from practice.domain.endings import LeftOut
from practice.domain.estimates import Proportion
from practice.domain.measures import MEASURES, PrimaryOutcome
from practice.domain.periods import Period
from practice.domain.sessions import SEEN, Attendance
from practice.domain.tallies import (
    EndingTally,
    OutcomeTally,
    ScoreTally,
    tally_endings,
    tally_outcomes,
    tally_scores,
)


@dataclass(frozen=True, kw_only=True)
class Rate:
    """One named proportion with its definition in words.

    left_out: who is in neither numerator nor denominator, why -> how many.
    """

    key: str
    title: str
    proportion: Proportion
    numerator: str
    denominator: str
    left_out: Mapping[str, int]


@dataclass(frozen=True, kw_only=True)
class OutcomeFigures:
    """Everything `outcomes --json` prints, before rounding, for one scope and period.

    finished: outcomes over finished courses, by each rule. entered: outcomes over everybody who
    entered therapy and ended, by each rule.
    """

    period: Period
    left_out: Mapping[LeftOut, int]
    left_out_after_second_score: int
    left_out_open: int
    ended: int
    referred_on: int
    ended_before_treatment: int
    assessed_only: int
    one_session_only: int
    finished_course: int
    endings: EndingTally
    silent_open: int
    open_on_last_day: int
    finished: Mapping[PrimaryOutcome, OutcomeTally]
    entered: Mapping[PrimaryOutcome, OutcomeTally]
    scores: Mapping[str, ScoreTally]
    measured_on_any: int
    attendance: Mapping[Attendance, int]
    treatment_sessions_of_finished: int
    finished_within_six_weeks: int
    finished_within_eighteen_weeks: int

    @property
    def sessions_attended(self) -> int:
        """Appointments in the period at which the client was seen, late included."""
        return sum(self.attendance.get(answer, 0) for answer in SEEN)

    @property
    def rates(self) -> Mapping[str, Rate]:
        """Every named rate, in the order in which they are printed."""
        return MappingProxyType({rate.key: rate for rate in _rates(self)})


def outcome_figures(cohort: Cohort) -> OutcomeFigures:
    """Count a cohort. No query is made here."""
    return OutcomeFigures(
        period=cohort.period,
        left_out=MappingProxyType(dict(cohort.left_out)),
        left_out_after_second_score=cohort.left_out_after_second_score,
        left_out_open=cohort.left_out_open,
        ended=len(cohort.ended),
        referred_on=len(cohort.referred_on),
        ended_before_treatment=len(cohort.ended_before_treatment),
        assessed_only=len(cohort.seen_before_treatment),
        one_session_only=len(cohort.one_session_only),
        finished_course=len(cohort.finished),
        endings=tally_endings(cohort.entered_and_ended),
        silent_open=len(cohort.silent_open),
        open_on_last_day=len(cohort.open_on_last_day),
        finished={by: tally_outcomes(cohort.finished, by) for by in PrimaryOutcome},
        entered={by: tally_outcomes(cohort.entered_and_ended, by) for by in PrimaryOutcome},
        scores={code: tally_scores(cohort.entered_and_ended, code) for code in MEASURES},
        measured_on_any=cohort.measured_on_any,
        attendance=MappingProxyType(dict(cohort.sessions_by_attendance)),
        treatment_sessions_of_finished=cohort.treatment_sessions_of_finished,
        finished_within_six_weeks=cohort.finished_within(SIX_WEEKS),
        finished_within_eighteen_weeks=cohort.finished_within(EIGHTEEN_WEEKS),
    )


_ENDED = "episodes that entered therapy and ended in the period"
_FINISHED = "courses that ended in the period with two treatment sessions or more"
_DIED = "died"
_NOT_RECORDED = "how it ended is not recorded"


def _rates(figures: OutcomeFigures) -> list[Rate]:
    endings = figures.endings
    iapt = figures.finished[PrimaryOutcome.IAPT]
    below = {"below caseness at the start": iapt.not_at_caseness}
    left_out_late = {"ended before a second treatment session": endings.of - iapt.of}
    rates = [
        Rate(
            key="planned_declared",
            title="Planned endings, declared",
            proportion=endings.declared,
            numerator="ended in a planned way",
            denominator=f"{_ENDED}, with an ending recorded as planned or unplanned",
            left_out={_DIED: endings.died, _NOT_RECORDED: endings.not_recorded},
        ),
        Rate(
            key="planned_estimated",
            title="Planned endings, estimated",
            proportion=endings.estimated,
            numerator="ended in a planned way",
            denominator=f"{_ENDED}; endings that are not recorded count as unplanned",
            left_out={_DIED: endings.died},
        ),
        Rate(
            key="finished_of_entered",
            title="Two sessions or more",
            proportion=Proportion(k=figures.finished_course, n=endings.of),
            numerator="had two treatment sessions or more, however it ended",
            denominator=_ENDED,
            left_out={},
        ),
        Rate(
            key="reliable_improvement_iapt",
            title="Reliable improvement, PHQ-9 and GAD-7",
            proportion=iapt.improvement.none_of_unpaired,
            numerator="reliably improved on PHQ-9 or GAD-7 and reliably worse on neither",
            denominator=f"{_FINISHED}, with two scores or not",
            left_out=left_out_late,
        ),
        Rate(
            key="recovery_iapt",
            title="Recovery, PHQ-9 and GAD-7",
            proportion=iapt.recovery.none_of_unpaired,
            numerator="at caseness at the start, and below both cut-offs at the end",
            denominator=f"{_FINISHED}, less those below caseness at the start",
            left_out=left_out_late | below,
        ),
        Rate(
            key="reliable_recovery_iapt",
            title="Reliable recovery, PHQ-9 and GAD-7",
            proportion=iapt.reliable_recovery.none_of_unpaired,
            numerator="recovered and reliably improved",
            denominator=f"{_FINISHED}, less those below caseness at the start",
            left_out=left_out_late | below,
        ),
        _improvement_core10(figures),
        Rate(
            key="planned_with_silent",
            title="Planned endings, silent open counted as unplanned",
            proportion=endings.with_silent(figures.silent_open),
            numerator="ended in a planned way",
            denominator=(
                f"{_ENDED}, and open ones last seen 61 days ago or more; endings that are not "
                "recorded count as unplanned"
            ),
            left_out={_DIED: endings.died},
        ),
    ]
    for by in PrimaryOutcome:
        rates += _indicators(figures, by)
    return rates


def _improvement_core10(figures: OutcomeFigures) -> Rate:
    core10 = figures.entered[PrimaryOutcome.CORE10]
    return Rate(
        key="reliable_improvement_core10",
        title="Reliable improvement, CORE-10, pairs only",
        proportion=core10.improved_of_measured,
        numerator="reliably improved on CORE-10",
        denominator=f"{_ENDED}, with two CORE-10 scores",
        left_out={"without two CORE-10 scores": core10.of - core10.paired},
    )


def _indicators(figures: OutcomeFigures, by: PrimaryOutcome) -> list[Rate]:
    entered = figures.entered[by]
    unpaired = {f"without two scores of {by.words}": entered.of - entered.paired}
    return [
        Rate(
            key=f"measured_ending_{by.value}",
            title=f"Measured ending, {by.words}",
            proportion=entered.measured,
            numerator=f"has a first and a last score of {by.words}",
            denominator=_ENDED,
            left_out={},
        ),
        Rate(
            key=f"improved_of_measured_{by.value}",
            title=f"Improved of those with a measured ending, {by.words}",
            proportion=entered.improved_of_measured,
            numerator=f"reliably improved by {by.words}",
            denominator=f"{_ENDED}, with a first and a last score of {by.words}",
            left_out=unpaired,
        ),
    ]
