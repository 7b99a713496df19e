"""Own endings and outcomes by group, with a guard against small numbers."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from practice.charts.splits import GroupRow, GroupStrip
from practice.cohorts import Scope
from practice.domain.estimates import Completeness, Proportion, completeness, round_half_up
from practice.domain.groups import GroupBy, group_words
from practice.domain.measures import PrimaryOutcome
from practice.domain.periods import Month
from practice.domain.splits import GUARD, PartFigures, Split, by_chance, part_figures, split_by
from practice.forms.splits import SplitForm
from practice.reports.blocks import Picture
from practice.reports.words import (
    NOT_MEASURED,
    brief,
    counts,
    in_full,
    may_show_rate,
    several,
)
from practice.views.access import find_scope, signed_in
from practice.views.chosen_part import ChosenPart, chosen_part, query_of
from practice.views.kept_page import kept_page
from practice.views.scopes import visible_scopes
from practice.views.shown_blocks import picture_svg

_TOGETHER = f"groups under {GUARD}, together"
_EVERYBODY = "everybody"


@dataclass(frozen=True, kw_only=True)
class SplitRow:
    """One line of a table: a group, the small ones together, or everybody. The links may be ""."""

    title: str
    figures: PartFigures
    endings_url: str = ""
    outcomes_url: str = ""

    @property
    def n(self) -> int:
        """Entered therapy and ended."""
        return self.figures.endings.of

    @property
    def planned(self) -> str:
        """Planned of those recorded, with the interval from ten."""
        return in_full(self.figures.planned)

    @property
    def estimated(self) -> str:
        """With the unrecorded as unplanned; "" where that is the same."""
        estimated = self.figures.endings.estimated
        return "" if estimated == self.figures.planned else brief(estimated)

    @property
    def two_scores(self) -> str:
        """Of courses of two sessions or more."""
        return brief(self.figures.outcomes.measured)

    @property
    def improved(self) -> str:
        """Of the same, with the interval from ten."""
        if self.figures.improved.n and not self.figures.is_measured:
            return NOT_MEASURED
        return in_full(self.figures.improved)

    @property
    def at_most(self) -> str:
        """How many it could be, where under 90% have two scores; "" otherwise."""
        if not self.figures.is_measured or is_complete(self.figures):
            return ""
        return counts(self.figures.outcomes.improvement.all_of_unpaired)


def is_complete(figures: PartFigures) -> bool:
    """At least 90% of the courses have two scores."""
    measured = figures.outcomes.measured
    return completeness(measured.k, measured.n) is Completeness.COMPLETE


@dataclass(frozen=True, kw_only=True)
class SmallGroup:
    """A group under ten: its name, how many, and its endings one by one."""

    title: str
    n: int
    endings_url: str


@dataclass(frozen=True, kw_only=True)
class ShownSplit:
    """One way of splitting as the page has it. rows: the last is everybody; none if not split."""

    split: Split
    rows: tuple[SplitRow, ...]
    large: tuple[SplitRow, ...]
    small: tuple[SmallGroup, ...]
    pictures: tuple[tuple[SafeString, str], ...]

    @property
    def intervals(self) -> int:
        """How many are looked at: those of groups, not that of everybody."""
        return sum(row.figures.intervals for row in self.rows[:-1])


@never_cache
@require_safe
@kept_page
def split_list(
    request: HttpRequest, service: uuid.UUID, practitioner: uuid.UUID | None = None
) -> HttpResponse:
    """Endings, and the primary outcome, of each group of the ways that were ticked."""
    scope = find_scope(request, service, practitioner)
    today = timezone.localdate()
    chosen = chosen_part(request, scope, today=today, usual=Month.of(today).minus(1), kinds=())
    courses = chosen.whole.entered_and_ended
    splits = [split_by(courses, by) for by in GroupBy]
    form = SplitForm(request.GET.getlist("by"), splits=splits)
    primary = scope.service.primary
    everybody = part_figures(courses, primary)
    links = _Links(scope=scope, chosen=chosen)
    shown = [
        _shown(split, everybody=everybody, primary=primary, links=links)
        for split in splits
        if split.by in form.ways
    ]
    context = {
        "scope": scope,
        "scopes": visible_scopes(signed_in(request)),
        "chosen": chosen,
        "form": form,
        "n": len(courses),
        "before_treatment": len(chosen.whole.ended_before_treatment),
        "left_out": sum(chosen.whole.left_out.values()),
        "primary": primary.words,
        "guard": GUARD,
        "splits": shown,
        "looked": _looked(shown),
        "endings_url": links.endings({}),
        "outcomes_url": links.outcomes({}),
    }
    return render(request, "splits/split_list.html", context)


@dataclass(frozen=True, kw_only=True)
class _Links:
    """From a group to its endings and outcomes, over the same period."""

    scope: Scope
    chosen: ChosenPart

    def endings(self, group: dict[GroupBy, str]) -> str:
        return self._to("ending-list", group)

    def outcomes(self, group: dict[GroupBy, str]) -> str:
        return self._to("outcome-list", group)

    def _to(self, name: str, group: dict[GroupBy, str]) -> str:
        person = self.scope.practitioner
        where = [self.scope.service.uid, *([person.uid] if person else [])]
        return f"{reverse(name, args=where)}?{query_of(self.chosen, group)}"


def _shown(
    split: Split, *, everybody: PartFigures, primary: PrimaryOutcome, links: _Links
) -> ShownSplit:
    large = tuple(
        SplitRow(
            title=group_words(group.value, split.by),
            figures=part_figures(group.courses, primary),
            endings_url=links.endings({split.by: group.value}),
            outcomes_url=links.outcomes({split.by: group.value}),
        )
        for group in split.groups
    )
    small = tuple(
        SmallGroup(
            title=group_words(group.value, split.by),
            n=group.n,
            endings_url=links.endings({split.by: group.value}),
        )
        for group in split.small
    )
    if not split.can_be_split:
        return ShownSplit(split=split, rows=(), large=large, small=small, pictures=())
    together = (
        (SplitRow(title=_TOGETHER, figures=part_figures(split.together, primary)),) if small else ()
    )
    rows = (*large, *together)
    return ShownSplit(
        split=split,
        rows=(*rows, SplitRow(title=_EVERYBODY, figures=everybody)),
        large=large,
        small=small,
        pictures=_pictures(rows, everybody, by=split.by),
    )


def _pictures(
    rows: Sequence[SplitRow], everybody: PartFigures, *, by: GroupBy
) -> tuple[tuple[SafeString, str], ...]:
    """The endings first, and the outcomes never without them."""
    planned = _strip(
        [_drawn(row.title, row.figures.planned) for row in rows], everybody=everybody.planned
    )
    improved = _strip(
        [_outcome_drawn(row) for row in rows],
        everybody=everybody.improved if everybody.is_measured else None,
    )
    kinds = (
        ("planned", "Planned endings, of those recorded", planned),
        ("improved", "Reliably improved, of courses of two sessions or more", improved),
    )
    return tuple(
        (
            picture_svg(
                Picture(
                    chart=chart,
                    title=f"{title}, by {by.words}",
                    description="; ".join(f"{row.title} {getattr(row, key)}" for row in rows),
                    caption=title,
                ),
                uid=f"{key}-{by.value}",
            ),
            title,
        )
        for key, title, chart in kinds
    )


def _strip(rows: Sequence[GroupRow], *, everybody: Proportion | None) -> GroupStrip:
    """With the line of everybody's rate, from ten."""
    if everybody is None or everybody.rate is None or not may_show_rate(everybody):
        return GroupStrip(rows=tuple(rows))
    return GroupStrip(
        rows=tuple(rows),
        whole=float(everybody.rate),
        whole_words=f"{_EVERYBODY}: {brief(everybody)}",
    )


def _drawn(label: str, rate: Proportion) -> GroupRow:
    if rate.rate is None or rate.interval is None or not may_show_rate(rate):
        return GroupRow(label=label, counts=counts(rate), rate=None, low=None, high=None)
    low, high = rate.interval
    return GroupRow(label=label, counts=brief(rate), rate=float(rate.rate), low=low, high=high)


def _outcome_drawn(row: SplitRow) -> GroupRow:
    drawn = _drawn(row.title, row.figures.improved)
    if row.figures.improved.n and not row.figures.is_measured:
        return replace(drawn, counts="", rate=None, otherwise=NOT_MEASURED)
    return replace(drawn, is_filled=is_complete(row.figures))


def _looked(shown: Sequence[ShownSplit]) -> str:
    """How many splits are looked at, and what chance alone would show; "" where there are none."""
    split = [each for each in shown if each.rows]
    intervals = sum(each.intervals for each in split)
    if not intervals:
        return ""
    groups = sum(len(each.rows) - 1 for each in split)
    expected = round_half_up(by_chance(intervals), 1)
    return (
        f"You are looking at {several(len(split), 'way', 'ways')} of splitting with {groups} groups "
        f"and {several(intervals, 'interval', 'intervals')}. If no group truly differed from "
        f"everybody, about {expected} of {intervals} such intervals ({intervals} × 5%) would leave "
        "out everybody’s rate by chance alone; somewhat fewer, because everybody includes the group "
        "itself."
        + (
            " The same endings stand in each way, so one way does not confirm another."
            if len(split) > 1
            else ""
        )
    )
