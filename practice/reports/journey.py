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
ADULTS = "adults"
# Counted alike by every measure, so that CORE-10 may stand near what studies found by the CORE-OM.
_OF_PAIRS = ("improved_of_measured",)
_OF_ENDED = "that ended"
OF_ENTERED = "who entered"
_OF_FINISHED = "with two or more"
_OF_CASES = "at case or unknown"


@dataclass(frozen=True, kw_only=True)
class JourneyRow:
    """One step of the journey, or (depth 1) a branch of the step above.

    key: the name under which the clients behind it are found (see behind). of_words names the denominator, to be read after its number (46 who entered). aside: a count that belongs beside the row. is_measured: False
    where the row rests on scores and not one course has two: "not measured", which is never 0.
    """

    key: str
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
    """The published figures a report stands beside, and the primary outcome it is about.

    population: the code of who the own figures are of. part: in words, what the own courses were
    narrowed to where no population code says it; a part of a caseload is never quite like for like.
    """

    published: Mapping[str, Benchmark]
    primary: PrimaryOutcome
    period: Period
    population: str = ADULTS
    part: str = ""

    def compare(self, own: Proportion, rate: str) -> Comparison:
        """Set an own proportion beside the published figure of the same rate, if there is one.

        rate: a name of own_rates.OWN without its measure. England publishes the pair only: PHQ-9
        or GAD-7 alone stand beside it (and come out as near); CORE-10 has no English figure.
        """
        own_rate = _named(rate, self.primary)
        if self.primary is PrimaryOutcome.CORE10 and own_rate != rate and rate not in _OF_PAIRS:
            return _without_published(own)
        found = compare(
            own,
            definition=replace(OWN[own_rate], population=self.population),
            benchmark=self.published.get(_named(rate, PrimaryOutcome.IAPT)),
            period_end=self.period.end,
        )
        return self._of_a_part(found)

    def _of_a_part(self, found: Comparison) -> Comparison:
        """Near at best where only a part of the caseload stands here."""
        if not self.part or found.mark is Mark.NOT_COMPARABLE:
            return found
        only = f"Another population: here only {self.part}."
        reason = only if found.mark is Mark.SAME else f"{only} {found.reason}"
        return replace(found, mark=Mark.NEAR, reason=reason)


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
            key="never_started",
            title="Never started treatment",
            of_words=_OF_ENDED,
            comparison=compared,
            depth=1,
            aside=f"{figures.assessed_only} seen, not treated",
        ),
        JourneyRow(
            key="entered_of_ended",
            title="Entered therapy",
            of_words=_OF_ENDED,
            comparison=came,
            depth=0,
        ),
        JourneyRow(
            key="one_session_of_entered",
            title="One session only",
            of_words=OF_ENTERED,
            comparison=beside.compare(one, "one_session_of_entered"),
            depth=1,
        ),
        JourneyRow(
            key="finished_of_entered",
            title="Two or more sessions",
            of_words=OF_ENTERED,
            comparison=beside.compare(two, "finished_of_entered"),
            depth=0,
            aside="however it ended",
        ),
    )


def _what_came_of_it(figures: OutcomeFigures, *, beside: Beside) -> tuple[JourneyRow, ...]:
    tally, entered = figures.finished[beside.primary], figures.entered[beside.primary]
    by = beside.primary.value
    branches = (
        (f"improved_{by}", "Reliably improved", tally.improved, "reliable_improvement"),
        (f"unchanged_{by}", "No reliable change", tally.unchanged, "no_reliable_change"),
        (f"worse_{by}", "Reliably worse", tally.deteriorated, "reliable_deterioration"),
    )
    steps = (
        (f"recovered_{by}", "Recovered", tally.recovered, "recovery"),
        (
            f"reliably_recovered_{by}",
            "Reliably recovered",
            tally.reliably_recovered,
            "reliable_recovery",
        ),
    )
    no_second = Proportion(k=tally.of - tally.paired, n=tally.of)
    of_cases = Proportion(k=tally.paired_of_cases, n=tally.cases)
    return (
        JourneyRow(
            key=f"paired_{by}",
            title="Two scores",
            of_words=_OF_FINISHED,
            comparison=beside.compare(tally.measured, "paired_of_finished"),
            depth=1,
        ),
        *(
            _scored(
                JourneyRow(
                    key=key,
                    title=title,
                    of_words=_OF_FINISHED,
                    comparison=beside.compare(Proportion(k=k, n=tally.of), rate),
                    depth=1,
                ),
                known=tally.measured,
                otherwise=INCOMPLETE,
            )
            for key, title, k, rate in branches
        ),
        JourneyRow(
            key=f"unpaired_{by}",
            title="No second score",
            of_words=_OF_FINISHED,
            comparison=_without_published(no_second),
            depth=1,
        ),
        _scored(
            JourneyRow(
                key=f"case_or_unknown_{by}",
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
                    key=key,
                    title=title,
                    of_words=_OF_CASES,
                    comparison=beside.compare(Proportion(k=k, n=tally.cases), rate),
                    depth=0,
                ),
                known=of_cases,
                otherwise=INCOMPLETE,
            )
            for key, title, k, rate in steps
        ),
        _scored(
            JourneyRow(
                key=f"recovered_of_entered_{by}",
                title="Recovered, of all who entered",
                of_words=OF_ENTERED,
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
