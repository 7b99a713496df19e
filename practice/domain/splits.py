"""Own courses split into groups of one kind, with a guard: small groups are shown together only.

Many splits of few endings always show something by chance, so how many intervals are looked at is
counted here too, and groups come in the order of the alphabet, never of their rates.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from practice.domain.comparisons import SUGGESTS_FROM
from practice.domain.estimates import Proportion
from practice.domain.groups import NOT_RECORDED, GroupBy, group_of, group_words
from practice.domain.measures import PrimaryOutcome
from practice.domain.outcomes import Course
from practice.domain.tallies import EndingTally, OutcomeTally, tally_endings, tally_outcomes

# A group of its own has AT LEAST this many: below it a page shows counts and no rate anywhere.
GUARD = SUGGESTS_FROM
# With one group left there is nothing to set beside it. Ours.
FEWEST_GROUPS = 2
# Of 95% intervals around a rate that is truly the same, this share leaves it out.
LEFT_OUT_BY_CHANCE = Fraction(1, 20)


@dataclass(frozen=True, kw_only=True)
class Group:
    """The courses that have the same value written, as it is stored; "" for nothing written."""

    value: str
    courses: tuple[Course, ...]

    @property
    def n(self) -> int:
        """Courses in it."""
        return len(self.courses)


@dataclass(frozen=True, kw_only=True)
class Split:
    """A partition: every course is in one of `groups` (10 or more) or `small` (under 10).

    Both by the alphabet of their words, "not recorded" last.
    """

    by: GroupBy
    groups: tuple[Group, ...]
    small: tuple[Group, ...]

    @property
    def can_be_split(self) -> bool:
        """At least two groups are large enough to stand beside each other."""
        return len(self.groups) >= FEWEST_GROUPS

    @property
    def together(self) -> tuple[Course, ...]:
        """The courses of all small groups."""
        return tuple(course for group in self.small for course in group.courses)


def split_by(courses: Iterable[Course], by: GroupBy) -> Split:
    """Sort courses into the groups of one kind. They should be those that entered and ended."""
    found: defaultdict[str, list[Course]] = defaultdict(list)
    for course in courses:
        found[group_of(course, by)].append(course)
    groups = sorted(
        (Group(value=value, courses=tuple(each)) for value, each in found.items()),
        key=lambda group: (
            group.value == NOT_RECORDED,
            group_words(group.value, by).casefold(),
            group.value,
        ),
    )
    return Split(
        by=by,
        groups=tuple(group for group in groups if group.n >= GUARD),
        small=tuple(group for group in groups if group.n < GUARD),
    )


@dataclass(frozen=True, kw_only=True)
class PartFigures:
    """The figures of a part of those that entered therapy and ended, as the monthly report has them.

    endings: over all of them. outcomes: by the primary outcome over those with two treatment
    sessions or more.
    """

    endings: EndingTally
    outcomes: OutcomeTally

    @property
    def planned(self) -> Proportion:
        """Planned / planned and unplanned: died and not recorded are left out."""
        return self.endings.declared

    @property
    def improved(self) -> Proportion:
        """Reliably improved / courses of two sessions or more, with two scores or not (NHS rule)."""
        return self.outcomes.improvement.none_of_unpaired

    @property
    def is_measured(self) -> bool:
        """Somebody has two scores: else nobody knows, which is not "0 of n improved"."""
        return self.outcomes.paired > 0

    @property
    def intervals(self) -> int:
        """How many of the two rates are shown with an interval: those of 10 or more."""
        return int(self.planned.n >= GUARD) + int(self.improved.n >= GUARD and self.is_measured)


def part_figures(courses: Sequence[Course], by: PrimaryOutcome) -> PartFigures:
    """Count courses that entered therapy and ended."""
    return PartFigures(
        endings=tally_endings(courses),
        outcomes=tally_outcomes((course for course in courses if course.finished), by),
    )


def by_chance(intervals: int) -> Fraction:
    """How many of so many 95% intervals leave out a rate by chance alone, on average.

    It adds up over intervals that are not independent as well. Beside the rate of a whole that
    includes each group, it is this or less: the two are nearer than two separate rates would be.
    """
    return LEFT_OUT_BY_CHANCE * intervals
