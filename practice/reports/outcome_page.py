"""The outcomes of one group of courses beside one published column: the paper and the page share it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from practice.cohorts import Cohort
from practice.domain.benchmarks import Benchmarks
from practice.domain.estimates import Bounds, Proportion
from practice.domain.groups import GroupBy, group_words
from practice.domain.measures import PrimaryOutcome
from practice.domain.outcomes import Course
from practice.domain.periods import Period
from practice.domain.published_columns import PublishedColumn
from practice.domain.sentences import (
    ENDINGS,
    OUTCOMES,
    TWELVE_MONTHS,
    Indicator,
    third_sentence,
)
from practice.domain.tallies import EndingTally, OutcomeTally
from practice.models import Service
from practice.reports.blocks import Block
from practice.reports.figures import OutcomeFigures, outcome_figures
from practice.reports.journey import ADULTS, Beside, JourneyRow, journey_rows
from practice.reports.notes import Note, report_notes
from practice.reports.other_rows import other_rows
from practice.reports.side_two.scatter import Published, key_pairs, scatter_block

# England publishes its outcomes of these genders under a population of their own.
_GENDERS = MappingProxyType({"female": f"{ADULTS}:gender:female", "male": f"{ADULTS}:gender:male"})


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """What the courses stand beside, and what they are.

    column: the published figures; None for none. groups: what the courses were narrowed to. span:
    how long their period is, in words.
    """

    column: PublishedColumn | None
    benchmarks: Benchmarks
    groups: Mapping[GroupBy, str] = field(default_factory=dict)
    span: str = TWELVE_MONTHS

    @property
    def name(self) -> str:
        """Of the published column; "" for none."""
        return "" if self.column is None else self.column.name

    @property
    def population(self) -> str:
        """The population code of the own courses: of one gender where they were narrowed to it."""
        return _GENDERS.get(self.groups.get(GroupBy.GENDER, ""), ADULTS)

    @property
    def part(self) -> str:
        """In words, what the population code does not say; "" for everybody."""
        said_by_code = self.population != ADULTS
        return "; ".join(
            f"{by.words}: {group_words(value, by)}"
            for by, value in self.groups.items()
            if not (said_by_code and by is GroupBy.GENDER)
        )


@dataclass(frozen=True, kw_only=True)
class OutcomeLine:
    """One outcome of one rule: the NHS rule, the pairs only, and had all shown it.

    name: of the outcome, in keys.
    """

    name: str
    by: PrimaryOutcome
    title: str
    bounds: Bounds

    @property
    def keys(self) -> tuple[str, str, str]:
        """Under which the clients behind each of the three are found (see behind)."""
        by = self.by.value
        return f"{self.name}_{by}", f"{self.name}_pairs_{by}", f"{self.name}_all_{by}"


@dataclass(frozen=True, kw_only=True)
class OutcomePage:
    """The key indicators, the journey and the outcomes of one cohort beside one column.

    others: endings and outcomes counted in other ways; a page shows them, the paper does not.
    """

    figures: OutcomeFigures
    beside: Beside
    column: PublishedColumn | None
    span: str
    endings: Indicator
    outcomes: Indicator
    journey: tuple[JourneyRow, ...]
    others: tuple[JourneyRow, ...]
    outcome_lines: tuple[OutcomeLine, ...]
    notes: tuple[Note, ...]
    scatter: Block | None

    @property
    def primary(self) -> PrimaryOutcome:
        """The rule by which outcomes are counted first."""
        return self.beside.primary

    @property
    def period(self) -> Period:
        """Its first and last day."""
        return self.figures.period

    @property
    def comparator(self) -> str:
        """How the published column is headed."""
        return "No published figures" if self.column is None else self.column.name

    @property
    def sentences(self) -> tuple[str, str, str]:
        """Endings; outcomes; what is too few to say. All by the table of rules."""
        return (
            self.endings.sentence,
            self.outcomes.sentence,
            third_sentence((self.endings, self.outcomes)),
        )

    @property
    def primary_tally(self) -> OutcomeTally:
        """Outcomes of the finished courses by the primary outcome."""
        return self.figures.finished[self.primary]

    @property
    def with_silent(self) -> Proportion:
        """Planned endings with the silent open counted as unplanned."""
        return self.figures.endings.with_silent(self.figures.silent_open)


def outcome_page(
    cohort: Cohort, *, before: Sequence[Course], service: Service, beside: Chosen
) -> OutcomePage:
    """Count a cohort and set it beside a column. No query is made here.

    before: the courses that entered therapy and ended in the span before, for the scatter's trail.
    """
    figures = outcome_figures(cohort)
    primary = PrimaryOutcome(service.primary_outcome)
    column = beside.column
    stands = Beside(
        published={} if column is None else column.figures,
        primary=primary,
        period=figures.period,
        population=beside.population,
        part=beside.part,
    )
    endings = _endings_indicator(figures, stands=stands, chosen=beside)
    outcomes = _outcomes_indicator(figures, stands=stands, chosen=beside)
    journey = journey_rows(figures, beside=stands, logs_every_enquiry=service.logs_every_enquiry)
    return OutcomePage(
        figures=figures,
        beside=stands,
        column=column,
        span=beside.span,
        endings=endings,
        outcomes=outcomes,
        journey=journey,
        others=other_rows(figures, beside=stands),
        outcome_lines=outcome_lines(figures.finished[primary]),
        notes=report_notes(
            indicators=(endings.comparison, outcomes.comparison),
            others=tuple(row.comparison for row in journey),
            primary=primary,
        ),
        scatter=scatter_block(
            key_pairs(cohort.entered_and_ended, before, by=primary),
            published=Published(figures=stands.published, name=beside.name, span=beside.span),
            benchmarks=beside.benchmarks,
        ),
    )


def _endings_indicator(figures: OutcomeFigures, *, stands: Beside, chosen: Chosen) -> Indicator:
    declared = figures.endings.declared
    return Indicator(
        wording=ENDINGS,
        comparison=stands.compare(declared, "planned_declared"),
        of=figures.endings.estimated.n,
        known=declared.n,
        label=chosen.name,
        aside=wished_words(figures.endings),
        span=chosen.span,
    )


def wished_words(endings: EndingTally) -> str:
    """What always stands beside the planned endings; "" where it concerns nobody."""
    if not endings.wished_to_continue:
        return ""
    return f"{endings.wished_to_continue} of the planned at a limit, the client wishing to continue"


def _outcomes_indicator(figures: OutcomeFigures, *, stands: Beside, chosen: Chosen) -> Indicator:
    tally = figures.finished[stands.primary]
    improved = tally.improvement.none_of_unpaired
    return Indicator(
        wording=OUTCOMES,
        comparison=stands.compare(improved, "reliable_improvement"),
        of=tally.of,
        known=tally.paired,
        label=chosen.name,
        measure=stands.primary.words,
        span=chosen.span,
    )


def outcome_lines(tally: OutcomeTally) -> tuple[OutcomeLine, ...]:
    """The four outcomes of one rule, over the finished courses."""
    outcomes = (
        ("improved", "Reliably improved", tally.improvement),
        ("recovered", "Recovered", tally.recovery),
        ("reliably_recovered", "Reliably recovered", tally.reliable_recovery),
        ("worse", "Reliably worse", tally.deterioration),
    )
    return tuple(
        OutcomeLine(name=name, by=tally.by, title=title, bounds=bounds)
        for name, title, bounds in outcomes
    )
