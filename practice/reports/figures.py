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
class RateWords:
    """What a rate is called, what it counts, and of whom."""

    title: str
    numerator: str
    denominator: str


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
# Why somebody is in neither numerator nor denominator.
DIED = "died"
NOT_RECORDED = "how it ended is not recorded"
BEFORE_SECOND = "ended before a second treatment session"
BELOW_CASENESS = "below caseness at the start"
WITHOUT_TWO_CORE10 = "without two CORE-10 scores"


def without_two(by: PrimaryOutcome) -> str:
    """Why somebody is left out of a rate of the pairs."""
    return f"without two scores of {by.words}"


def _indicator_words(by: PrimaryOutcome) -> dict[str, RateWords]:
    return {
        f"measured_ending_{by.value}": RateWords(
            title=f"Measured ending, {by.words}",
            numerator=f"has a first and a last score of {by.words}",
            denominator=_ENDED,
        ),
        f"improved_of_measured_{by.value}": RateWords(
            title=f"Improved of those with a measured ending, {by.words}",
            numerator=f"reliably improved by {by.words}",
            denominator=f"{_ENDED}, with a first and a last score of {by.words}",
        ),
    }


RATE_WORDS: Mapping[str, RateWords] = MappingProxyType(
    {
        "planned_declared": RateWords(
            title="Planned endings, declared",
            numerator="ended in a planned way",
            denominator=f"{_ENDED}, with an ending recorded as planned or unplanned",
        ),
        "planned_estimated": RateWords(
            title="Planned endings, estimated",
            numerator="ended in a planned way",
            denominator=f"{_ENDED}; endings that are not recorded count as unplanned",
        ),
        "finished_of_entered": RateWords(
            title="Two sessions or more",
            numerator="had two treatment sessions or more, however it ended",
            denominator=_ENDED,
        ),
        "reliable_improvement_iapt": RateWords(
            title="Reliable improvement, PHQ-9 and GAD-7",
            numerator="reliably improved on PHQ-9 or GAD-7 and reliably worse on neither",
            denominator=f"{_FINISHED}, with two scores or not",
        ),
        "recovery_iapt": RateWords(
            title="Recovery, PHQ-9 and GAD-7",
            numerator="at caseness at the start, and below both cut-offs at the end",
            denominator=f"{_FINISHED}, less those below caseness at the start",
        ),
        "reliable_recovery_iapt": RateWords(
            title="Reliable recovery, PHQ-9 and GAD-7",
            numerator="recovered and reliably improved",
            denominator=f"{_FINISHED}, less those below caseness at the start",
        ),
        "reliable_improvement_core10": RateWords(
            title="Reliable improvement, CORE-10, pairs only",
            numerator="reliably improved on CORE-10",
            denominator=f"{_ENDED}, with two CORE-10 scores",
        ),
        "planned_with_silent": RateWords(
            title="Planned endings, silent open counted as unplanned",
            numerator="ended in a planned way",
            denominator=(
                f"{_ENDED}, and open ones last seen 61 days ago or more; endings that are not "
                "recorded count as unplanned"
            ),
        ),
        **{key: said for by in PrimaryOutcome for key, said in _indicator_words(by).items()},
    }
)


def _rates(figures: OutcomeFigures) -> list[Rate]:
    found = _counted(figures)
    return [
        Rate(
            key=key,
            title=said.title,
            proportion=found[key][0],
            numerator=said.numerator,
            denominator=said.denominator,
            left_out=found[key][1],
        )
        for key, said in RATE_WORDS.items()
    ]


def _counted(figures: OutcomeFigures) -> dict[str, tuple[Proportion, Mapping[str, int]]]:
    """Of each rate k of n, and who is left out."""
    endings = figures.endings
    iapt = figures.finished[PrimaryOutcome.IAPT]
    core10 = figures.entered[PrimaryOutcome.CORE10]
    died = {DIED: endings.died}
    late = {BEFORE_SECOND: endings.of - iapt.of}
    below = late | {BELOW_CASENESS: iapt.not_at_caseness}
    found: dict[str, tuple[Proportion, Mapping[str, int]]] = {
        "planned_declared": (endings.declared, died | {NOT_RECORDED: endings.not_recorded}),
        "planned_estimated": (endings.estimated, died),
        "finished_of_entered": (Proportion(k=figures.finished_course, n=endings.of), {}),
        "reliable_improvement_iapt": (iapt.improvement.none_of_unpaired, late),
        "recovery_iapt": (iapt.recovery.none_of_unpaired, below),
        "reliable_recovery_iapt": (iapt.reliable_recovery.none_of_unpaired, below),
        "reliable_improvement_core10": (
            core10.improved_of_measured,
            {WITHOUT_TWO_CORE10: core10.of - core10.paired},
        ),
        "planned_with_silent": (endings.with_silent(figures.silent_open), died),
    }
    for by, entered in figures.entered.items():
        unpaired = {without_two(by): entered.of - entered.paired}
        found[f"measured_ending_{by.value}"] = (entered.measured, {})
        found[f"improved_of_measured_{by.value}"] = (entered.improved_of_measured, unpaired)
    return found
