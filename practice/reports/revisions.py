"""What has been revised since a report was made for good: figure by figure, then, now and why.

Compared are the figures stored with a report and the same figures of the same month made anew from
what is recorded now, by today's rules. What is compared is named (practice.reports.named_figures):
a figure that only one side knows is passed over, and so is what is worked out from others. A reason
stands beside a figure when a change of what that figure is made from was made after the report was,
and is about a day up to the month's end; one change moves many figures, and stands beside each.
"""

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from practice.cohorts import Scope
from practice.domain.periods import Month
from practice.models import FrozenReport
from practice.reports.changes_since import Change, Part, changes_since
from practice.reports.cohorts_then import load_cohorts
from practice.reports.figures import outcome_figures
from practice.reports.ledgers_then import load_ledgers
from practice.reports.named_figures import (
    Figure,
    Figures,
    figure_title,
    figure_words,
    is_integrity,
    is_rate,
    named_figures,
)
from practice.reports.named_integrity import named_integrity
from practice.reports.side_two.integrity import integrity
from practice.reports.words import several

# So many months back a report looks for what was printed.
MONTHS_BACK = 12
NOT_FOUND = "no change since is on the record: the program counts otherwise now"


@dataclass(frozen=True, kw_only=True)
class Revision:
    """One figure that is another now. why: what was changed since, each kind with how often.

    then_words, now_words: as it was printed, and as it would be now, with what it is of.
    """

    name: str
    then: Figure
    now: Figure
    then_words: str
    now_words: str
    why: str

    @property
    def title(self) -> str:
        """What the figure is called."""
        return figure_title(self.name)


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

    No query without reports, four with any, seven more where one has counts of changes after entry,
    seven more when a figure differs; however many there are.
    """
    found = [
        (each, now, _differing(each.figures, now))
        for each, now in zip(printed, _figures_now(scope, printed), strict=True)
    ]
    changes: tuple[Change, ...] = ()
    if any(differing for _each, _now, differing in found):
        changes = changes_since(scope, min(each.made_at for each in printed))
    return tuple(_month(each, now, differing, changes) for each, now, differing in found)


def _figures_now(scope: Scope, printed: Sequence[Printed]) -> Sequence[Figures]:
    """The figures of each report's months, made anew."""
    spans = [span for each in printed for span in (each.month.twelve_months_to, each.month.period)]
    cohorts = load_cohorts(scope, spans)
    years = cohorts[::2]
    figures = [
        named_figures(year=outcome_figures(year), month=outcome_figures(month))
        for year, month in zip(years, cohorts[1::2], strict=True)
    ]
    # Those of an older program have no such counts, and need none.
    kept = [place for place, each in enumerate(printed) if any(map(is_integrity, each.figures))]
    ledgers = load_ledgers(scope, [years[place].period for place in kept])
    for place, ledger in zip(kept, ledgers, strict=True):
        counted = integrity(ledger, years[place], of=printed[place].month, by=scope.service.primary)
        figures[place] |= named_integrity(counted)
    return figures


def _differing(then: Figures, now: Figures) -> Sequence[str]:
    return [name for name, figure in then.items() if name in now and now[name] != figure]


def _month(
    printed: Printed, now: Figures, differing: Sequence[str], changes: Sequence[Change]
) -> MonthRevised:
    end, then = printed.month.period.end, printed.figures
    own = [change for change in changes if change.at > printed.made_at and change.on <= end]
    return MonthRevised(
        month=printed.month,
        made_at=printed.made_at,
        revisions=tuple(
            Revision(
                name=name,
                then=then[name],
                now=now[name],
                then_words=figure_words(name, then),
                now_words=figure_words(name, now),
                why=_why(name, own),
            )
            for name in sorted(differing, key=_order)
        ),
        reasons=tuple(
            dict.fromkeys(
                change.why for change in own if change.why and change.part is not Part.HOW
            )
        ),
    )


def _order(name: str) -> tuple[bool, bool, bool]:
    """Rates first, changes after entry last; the twelve months before the month itself."""
    return not is_rate(name), is_integrity(name), not name.startswith("year.")


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
    if is_integrity(name):
        parts |= {Part.HOW}
    counted = Counter(change.words for change in changes if change.part in parts)
    return "; ".join(_times(words, n) for words, n in counted.items()) or NOT_FOUND


def _times(words: str, n: int) -> str:
    """2 scores corrected."""
    noun, _, verb = words.partition(" ")
    return f"{several(n, noun, f'{noun}s')} {verb}"
