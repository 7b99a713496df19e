"""From referral to recovery: one cohort, each row with its denominator, beside a published year."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from practice.domain.benchmarks import Benchmark
from practice.domain.comparability import Mark
from practice.domain.comparisons import Comparison, compare
from practice.domain.estimates import Completeness, Proportion, completeness
from practice.domain.measures import PrimaryOutcome
from practice.domain.own_rates import OWN
from practice.domain.periods import Period
from practice.reports.figures import OutcomeFigures

ENQUIRIES_NOT_LOGGED = "Enquiries are not all logged here, so who never came is not known."
INCOMPLETE = "Incomplete: under 90% of this row's denominator have two scores."
UNKNOWN = "Incomplete: under 90% of the courses have a first score."
_OF_ENDED = "that ended"
_OF_ENTERED = "who entered"
_OF_FINISHED = "with two or more"
_OF_CASES = "at case or unknown"


@dataclass(frozen=True, kw_only=True)
class JourneyRow:
    """One step of the journey, or (depth 1) a branch of the step above.

    of_words names the denominator, to be read after its number (46 who entered). aside: a count that belongs beside the row. is_measured: False
    where the row rests on scores and not one course has two: "not measured", which is never 0.
    """

    title: str
    of_words: str
    comparison: Comparison
    depth: int
    aside: str = ""
    is_measured: bool = True

    @property
    def proportion(self) -> Proportion:
        """k of n of the row."""
        return self.comparison.own


@dataclass(frozen=True, kw_only=True)
class Beside:
    """The published figures a report stands beside, and the primary outcome it is about."""

    published: Mapping[str, Benchmark]
    primary: PrimaryOutcome
    period: Period

    def compare(self, own: Proportion, rate: str) -> Comparison:
        """Set an own proportion beside the published figure of the same rate, if there is one.

        rate: a name of own_rates.OWN without its measure. England publishes the pair only: PHQ-9
        or GAD-7 alone stand beside it (and come out as near); CORE-10 has no English figure.
        """
        own_rate = _named(rate, self.primary)
        if self.primary is PrimaryOutcome.CORE10 and own_rate != rate:
            return _without_published(own)
        return compare(
            own,
            definition=OWN[own_rate],
            benchmark=self.published.get(_named(rate, PrimaryOutcome.IAPT)),
            period_end=self.period.end,
        )


def _named(rate: str, primary: PrimaryOutcome) -> str:
    """The rate by the measure; rates that rest on no questionnaire have one name for all."""
    by_measure = f"{rate}_{primary.value}"
    return by_measure if by_measure in OWN else rate


def journey_rows(
    figures: OutcomeFigures, *, beside: Beside, logs_every_enquiry: bool
) -> tuple[JourneyRow, ...]:
    """The rows, top to bottom, over the episodes that ended in the figures' period."""
    return (
        *_way_in(figures, beside=beside, logs_every_enquiry=logs_every_enquiry),
        *_what_came_of_it(figures, beside=beside),
    )


def _way_in(
    figures: OutcomeFigures, *, beside: Beside, logs_every_enquiry: bool
) -> tuple[JourneyRow, ...]:
    entered = figures.endings.of
    never = Proportion(k=figures.ended_before_treatment, n=figures.ended)
    compared = beside.compare(never, "before_treatment_of_ended")
    came = beside.compare(Proportion(k=entered, n=figures.ended), "entered_of_ended")
    if not logs_every_enquiry:
        compared, came = (apart(row, ENQUIRIES_NOT_LOGGED) for row in (compared, came))
    one = Proportion(k=figures.one_session_only, n=entered)
    two = Proportion(k=figures.finished_course, n=entered)
    return (
        JourneyRow(
            title="Never started treatment",
            of_words=_OF_ENDED,
            comparison=compared,
            depth=1,
            aside=f"{figures.assessed_only} seen, not treated",
        ),
        JourneyRow(
            title="Entered therapy",
            of_words=_OF_ENDED,
            comparison=came,
            depth=0,
        ),
        JourneyRow(
            title="One session only",
            of_words=_OF_ENTERED,
            comparison=beside.compare(one, "one_session_of_entered"),
            depth=1,
        ),
        JourneyRow(
            title="Two or more sessions",
            of_words=_OF_ENTERED,
            comparison=beside.compare(two, "finished_of_entered"),
            depth=0,
            aside="however it ended",
        ),
    )


def _what_came_of_it(figures: OutcomeFigures, *, beside: Beside) -> tuple[JourneyRow, ...]:
    tally, entered = figures.finished[beside.primary], figures.entered[beside.primary]
    branches = (
        ("Reliably improved", tally.improved, "reliable_improvement"),
        ("No reliable change", tally.unchanged, "no_reliable_change"),
        ("Reliably worse", tally.deteriorated, "reliable_deterioration"),
    )
    steps = (
        ("Recovered", tally.recovered, "recovery"),
        ("Reliably recovered", tally.reliably_recovered, "reliable_recovery"),
    )
    no_second = Proportion(k=tally.of - tally.paired, n=tally.of)
    of_cases = Proportion(k=tally.paired_of_cases, n=tally.cases)
    return (
        JourneyRow(
            title="Two scores",
            of_words=_OF_FINISHED,
            comparison=beside.compare(tally.measured, "paired_of_finished"),
            depth=1,
        ),
        *(
            _scored(
                JourneyRow(
                    title=title,
                    of_words=_OF_FINISHED,
                    comparison=beside.compare(Proportion(k=k, n=tally.of), rate),
                    depth=1,
                ),
                known=tally.measured,
                otherwise=INCOMPLETE,
            )
            for title, k, rate in branches
        ),
        JourneyRow(
            title="No second score",
            of_words=_OF_FINISHED,
            comparison=_without_published(no_second),
            depth=1,
        ),
        _scored(
            JourneyRow(
                title="At case at first, or unknown",
                of_words=_OF_FINISHED,
                comparison=beside.compare(
                    Proportion(k=tally.cases, n=tally.of), "case_or_unknown_of_finished"
                ),
                depth=0,
                aside=f"{tally.caseness_unknown} unknown",
            ),
            known=Proportion(k=tally.of - tally.caseness_unknown, n=tally.of),
            otherwise=UNKNOWN,
        ),
        *(
            _scored(
                JourneyRow(
                    title=title,
                    of_words=_OF_CASES,
                    comparison=beside.compare(Proportion(k=k, n=tally.cases), rate),
                    depth=0,
                ),
                known=of_cases,
                otherwise=INCOMPLETE,
            )
            for title, k, rate in steps
        ),
        _scored(
            JourneyRow(
                title="Recovered, of all who entered",
                of_words=_OF_ENTERED,
                comparison=beside.compare(
                    Proportion(k=tally.recovered, n=entered.of), "recovered_of_entered"
                ),
                depth=0,
            ),
            known=entered.measured,
            otherwise=INCOMPLETE,
        ),
    )


def _scored(row: JourneyRow, *, known: Proportion, otherwise: str) -> JourneyRow:
    """A row that rests on scores: not measured where none of its denominator is known, and not
    comparable, for the reason given, where under 90% is.
    """
    if not known.n:
        return row
    if not known.k:
        return replace(row, is_measured=False, comparison=apart(row.comparison, otherwise))
    if completeness(known.k, known.n) is Completeness.INCOMPLETE:
        return replace(row, comparison=apart(row.comparison, otherwise))
    return row


def apart(comparison: Comparison, reason: str) -> Comparison:
    """The same figures, not comparable for a reason of one's own."""
    return replace(comparison, mark=Mark.NOT_COMPARABLE, reason=reason)


def _without_published(own: Proportion) -> Comparison:
    return Comparison(
        own=own, benchmark=None, mark=Mark.NOT_COMPARABLE, reason="No such figure is published."
    )
