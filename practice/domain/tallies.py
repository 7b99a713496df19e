"""Counting a group of courses: partitions that sum to the group, and what stands beside them.

Who is in a group is decided in practice.cohorts; here a given group is counted.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from practice.domain.change import Change, Direction
from practice.domain.endings import Ending, EndingGroup
from practice.domain.estimates import Bounds, Proportion, bounds
from practice.domain.measures import PrimaryOutcome
from practice.domain.outcomes import Caseness, Course, pre_post_effect_size


@dataclass(frozen=True, kw_only=True)
class EndingTally:
    """How a group of courses that entered therapy and ended, ended.

    planned + unplanned + not_recorded + died = of. unplanned includes endings by the practitioner
    or service. by_reason: only the planned and unplanned reasons that occur.
    wished_to_continue: planned endings at a limit while the client wished to go on.
    """

    of: int
    planned: int
    unplanned: int
    not_recorded: int
    died: int
    by_reason: Mapping[Ending, int]
    wished_to_continue: int

    @property
    def declared(self) -> Proportion:
        """Planned / (planned + unplanned): leaves out died and not recorded."""
        return Proportion(k=self.planned, n=self.planned + self.unplanned)

    @property
    def estimated(self) -> Proportion:
        """Planned / (planned + unplanned + not recorded): leaves out died.

        Endings nobody recorded count as unplanned (Connell, Grant & Mullin 2006).
        """
        return Proportion(k=self.planned, n=self.planned + self.unplanned + self.not_recorded)

    def with_silent(self, silent_open: int) -> Proportion:
        """Planned / (planned + unplanned + not recorded + silent open): leaves out died.

        An open episode without contact for 61 days or more counts as unplanned.
        """
        return Proportion(k=self.planned, n=self.estimated.n + silent_open)


def tally_endings(courses: Sequence[Course]) -> EndingTally:
    """Count the endings of courses that entered therapy and ended."""
    reasons = Counter(
        course.episode.ending for course in courses if course.episode.ending is not None
    )
    groups: Counter[EndingGroup] = Counter()
    for reason, count in reasons.items():
        groups[reason.group] += count
    planned, unplanned = groups[EndingGroup.PLANNED], groups[EndingGroup.UNPLANNED]
    died = reasons[Ending.DIED]
    return EndingTally(
        of=len(courses),
        planned=planned,
        unplanned=unplanned,
        # "Referred on" after treatment is no ending of therapy: an agreed or service ending is
        # meant, and until somebody says which, how it ended is not recorded.
        not_recorded=len(courses) - planned - unplanned - died,
        died=died,
        by_reason={
            ending: reasons[ending]
            for ending in Ending
            if reasons[ending] and ending.group is not EndingGroup.NEITHER
        },
        wished_to_continue=sum(
            course.episode.wished_to_continue is True
            and course.episode.ending is not None
            and course.episode.ending.group is EndingGroup.PLANNED
            for course in courses
        ),
    )


@dataclass(frozen=True, kw_only=True)
class OutcomeTally:
    """Outcomes of a group by one rule (the pair, or one measure).

    at + not_at + unknown = of, paired or not. improved + unchanged + deteriorated = paired.
    paired_of_cases: pairs among those not known to be below caseness.
    late_baseline, stale_last: stay in every figure, and are counted beside it.
    """

    by: PrimaryOutcome
    of: int
    paired: int
    at_caseness: int
    not_at_caseness: int
    caseness_unknown: int
    improved: int
    unchanged: int
    deteriorated: int
    recovered: int
    reliably_recovered: int
    paired_of_cases: int
    late_baseline: int
    stale_last: int

    @property
    def cases(self) -> int:
        """Denominator of recovery: all but those known to be below caseness (unknown stay in)."""
        return self.of - self.not_at_caseness

    @property
    def measured(self) -> Proportion:
        """Paired / all."""
        return Proportion(k=self.paired, n=self.of)

    @property
    def improvement(self) -> Bounds:
        """Reliably improved: the NHS rule over all, the pairs only, and the best case."""
        return bounds(k=self.improved, paired=self.paired, of=self.of)

    @property
    def deterioration(self) -> Bounds:
        """Reliably deteriorated: over all, the pairs only, and the worst case."""
        return bounds(k=self.deteriorated, paired=self.paired, of=self.of)

    @property
    def recovery(self) -> Bounds:
        """Recovered, over those not known to be below caseness."""
        return bounds(k=self.recovered, paired=self.paired_of_cases, of=self.cases)

    @property
    def reliable_recovery(self) -> Bounds:
        """Recovered and reliably improved, over those not known to be below caseness."""
        return bounds(k=self.reliably_recovered, paired=self.paired_of_cases, of=self.cases)

    @property
    def improved_of_measured(self) -> Proportion:
        """Reliably improved / paired: the second key indicator when counted over all who entered."""
        return self.improvement.pairs_only


def tally_outcomes(courses: Iterable[Course], by: PrimaryOutcome) -> OutcomeTally:
    """Count the outcomes of a group by one rule."""
    courses = tuple(courses)
    caseness = Counter(course.caseness(by) for course in courses)
    outcomes = [outcome for course in courses if (outcome := course.outcome(by)) is not None]
    directions = Counter(outcome.direction for outcome in outcomes)
    return OutcomeTally(
        by=by,
        of=len(courses),
        paired=len(outcomes),
        at_caseness=caseness[Caseness.AT],
        not_at_caseness=caseness[Caseness.NOT_AT],
        caseness_unknown=caseness[Caseness.UNKNOWN],
        improved=directions[Direction.IMPROVED],
        unchanged=directions[Direction.UNCHANGED],
        deteriorated=directions[Direction.DETERIORATED],
        recovered=sum(outcome.recovered for outcome in outcomes),
        reliably_recovered=sum(outcome.reliably_recovered for outcome in outcomes),
        paired_of_cases=sum(
            course.outcome(by) is not None and course.caseness(by) is not Caseness.NOT_AT
            for course in courses
        ),
        late_baseline=sum(course.has_late_baseline(by) for course in courses),
        stale_last=sum(course.has_stale_last(by) for course in courses),
    )


@dataclass(frozen=True, kw_only=True)
class ScoreTally:
    """Mean first and last score of the paired, in points; None without any, or too few."""

    paired: int
    mean_first: Fraction | None
    mean_last: Fraction | None
    effect_size: Decimal | None


def tally_scores(courses: Iterable[Course], measure: str) -> ScoreTally:
    """Means and pre-post effect size of the courses that are paired on a measure."""
    changes: tuple[Change, ...] = tuple(
        change for course in courses if (change := course.change(measure)) is not None
    )
    if not changes:
        return ScoreTally(paired=0, mean_first=None, mean_last=None, effect_size=None)
    return ScoreTally(
        paired=len(changes),
        mean_first=Fraction(sum(change.first for change in changes)) / len(changes),
        mean_last=Fraction(sum(change.last for change in changes)) / len(changes),
        effect_size=pre_post_effect_size(changes),
    )
