"""What has been revised since a report was made for good: figure by figure, then, now and why.

Compared are the figures stored with a report and the same figures of the same month made anew from
what is recorded now, by today's rules. What is compared is named (practice.reports.named_figures):
a figure that only one side knows is passed over, and so is what is worked out from others. A reason
stands beside a figure when a change of what that figure is made from was made after the report was,
and is about a day up to the month's end; one change moves many figures, and stands beside each.
"""

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from practice.cohorts import Scope
from practice.domain.periods import Month
from practice.models import FrozenReport
from practice.reports.changes_since import Change, Part, changes_since
from practice.reports.cohorts_then import load_cohorts
from practice.reports.figures import outcome_figures
from practice.reports.named_figures import (
    Figure,
    Figures,
    figure_title,
    figure_words,
    is_rate,
    named_figures,
)
from practice.reports.words import several

# So many months back a report looks for what was printed.
MONTHS_BACK = 12
NOT_FOUND = "no change since is on the record: the program counts otherwise now"


@dataclass(frozen=True, kw_only=True)
class Revision:
    """One figure that is another now. why: what was changed since, each kind with how often."""

    name: str
    then: Figure
    now: Figure
    why: str

    @property
    def title(self) -> str:
        """What the figure is called."""
        return figure_title(self.name)

    @property
    def then_words(self) -> str:
        """As it was printed."""
        return figure_words(self.then)

    @property
    def now_words(self) -> str:
        """As it would be printed now."""
        return figure_words(self.now)


@dataclass(frozen=True, kw_only=True)
class MonthRevised:
    """A month that was made for good, and its figures that differ now, rates first."""

    month: Month
    made_at: dt.datetime
    revisions: tuple[Revision, ...]
    reasons: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Printed:
    """A report made for good, without its words."""

    month: Month
    made_at: dt.datetime
    figures: Figures


def printed_before(scope: Scope, month: Month) -> tuple[Printed, ...]:
    """The reports of the scope made for good of the twelve months before one, newest first."""
    rows = FrozenReport.objects.filter(
        service=scope.service,
        practitioner=scope.practitioner,
        month__gte=str(month.minus(MONTHS_BACK)),
        month__lt=str(month),
    ).order_by("-month")
    return tuple(
        Printed(month=Month.parse(text), made_at=made_at, figures=figures)
        for text, made_at, figures in rows.values_list("month", "made_at", "figures")
    )


def printed_of(report: FrozenReport) -> Printed:
    """The same of one report."""
    return Printed(month=Month.parse(report.month), made_at=report.made_at, figures=report.figures)


def revised(scope: Scope, printed: Sequence[Printed]) -> tuple[MonthRevised, ...]:
    """Each of them held against what is recorded now, in their order.

    No query without reports, four with any, five more when a figure differs; however many there
    are.
    """
    spans = [span for each in printed for span in (each.month.twelve_months_to, each.month.period)]
    cohorts = load_cohorts(scope, spans)
    found = [
        (
            each,
            _differing(
                each.figures,
                named_figures(
                    year=outcome_figures(cohorts[2 * place]),
                    month=outcome_figures(cohorts[2 * place + 1]),
                ),
            ),
        )
        for place, each in enumerate(printed)
    ]
    changes: tuple[Change, ...] = ()
    if any(differing for _each, differing in found):
        changes = changes_since(scope, min(each.made_at for each in printed))
    return tuple(_month(each, differing, changes) for each, differing in found)


_Pair = tuple[Figure, Figure]


def _differing(then: Figures, now: Figures) -> Mapping[str, _Pair]:
    return {
        name: (figure, now[name])
        for name, figure in then.items()
        if name in now and now[name] != figure
    }


def _month(
    printed: Printed, differing: Mapping[str, _Pair], changes: Sequence[Change]
) -> MonthRevised:
    end = printed.month.period.end
    own = [change for change in changes if change.at > printed.made_at and change.on <= end]
    return MonthRevised(
        month=printed.month,
        made_at=printed.made_at,
        revisions=tuple(
            Revision(name=name, then=then, now=now, why=_why(name, own))
            for name, (then, now) in sorted(
                differing.items(), key=lambda each: (not is_rate(each[0]), _span(each[0]))
            )
        ),
        reasons=tuple(dict.fromkeys(change.why for change in own if change.why)),
    )


def _span(name: str) -> bool:
    """The twelve months before the month itself."""
    return not name.startswith("year.")


_ALWAYS = frozenset({Part.SESSION, Part.ENDING, Part.LEFT_OUT, Part.EPISODE, Part.HOLDER})
# What can move a figure besides: whether anybody entered therapy hangs on sessions, so that only
# scores are of some figures alone.
_NEVER_BY_SCORES = (
    "left_out.",
    "ended.",
    "endings.",
    "sessions.",
    "waits.",
    "rates.planned_",
    "rates.finished_of_entered",
)


def _why(name: str, changes: Sequence[Change]) -> str:
    """2 scores corrected, 1 ending re-dated: those that can move the figure."""
    _of, _, rest = name.partition(".")
    parts = _ALWAYS if rest.startswith(_NEVER_BY_SCORES) else _ALWAYS | {Part.SCORE}
    counted = Counter(change.words for change in changes if change.part in parts)
    return "; ".join(_times(words, n) for words, n in counted.items()) or NOT_FOUND


def _times(words: str, n: int) -> str:
    """2 scores corrected."""
    noun, _, verb = words.partition(" ")
    return f"{several(n, noun, f'{noun}s')} {verb}"
