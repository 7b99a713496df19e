"""What was resolved, with the figures of the year before and since, in words by rule."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from practice.charts.splits import GroupRow, GroupStrip
from practice.cohorts import Cohort, Scope
from practice.domain.before_after import (
    BeforeAfter,
    Sided,
    SpanFigures,
    Spans,
    Told,
    Until,
    improved,
    measured,
    planned,
    referred_since,
    span_figures,
    spans,
    two_scores,
)
from practice.domain.measures import PrimaryOutcome
from practice.domain.periods import day_words
from practice.models import Resolution
from practice.reports.blocks import Picture
from practice.reports.cohorts_then import load_cohorts
from practice.reports.words import (
    NOT_MEASURED,
    brief,
    counts,
    in_full,
    may_show_rate,
    several,
)

_LATEST = dt.date.max


@dataclass(frozen=True, kw_only=True)
class Row:
    """One rate: what it is, before, after, and what may be said of the difference."""

    title: str
    before: str
    after: str
    says: str


@dataclass(frozen=True, kw_only=True)
class Looked:
    """A resolution with what became of it.

    standing: what may be said as a whole. rows: endings before outcomes. notes: what to keep in
    mind. picture: None where neither span has a rate.
    """

    resolution: Resolution
    spans: Spans
    is_overdue: bool
    standing: str
    rows: tuple[Row, ...]
    notes: tuple[str, ...]
    picture: Picture | None


def in_order(rows: Iterable[Resolution]) -> tuple[list[Resolution], list[Resolution]]:
    """The open ones by the day to look again, then the newest first; the closed, the last first."""
    newest = sorted(rows, key=lambda row: (row.from_on, row.entered_at, row.pk), reverse=True)
    still_open = [row for row in newest if row.closed_on is None]
    closed = [row for row in newest if row.closed_on is not None]
    return (
        sorted(still_open, key=lambda row: row.look_again_on or _LATEST),
        sorted(closed, key=lambda row: row.closed_on or _LATEST, reverse=True),
    )


def before_and_after(
    scope: Scope, resolutions: Sequence[Resolution], *, today: dt.date
) -> list[Looked]:
    """Each with its figures, in the same order: three or four queries however many there are."""
    sides = [
        spans(row.from_on, look_again_on=row.look_again_on, closed_on=row.closed_on, today=today)
        for row in resolutions
    ]
    periods = [period for side in sides for period in (side.before, side.after) if period]
    cohorts = iter(load_cohorts(scope, periods))
    primary = scope.service.primary
    looked = []
    for row, side in zip(resolutions, sides, strict=True):
        before = next(cohorts)
        after = None if side.after is None else next(cohorts)
        looked.append(_looked(row, side, before=before, after=after, primary=primary, today=today))
    return looked


def _looked(
    row: Resolution,
    side: Spans,
    *,
    before: Cohort,
    after: Cohort | None,
    primary: PrimaryOutcome,
    today: dt.date,
) -> Looked:
    then = span_figures(before.entered_and_ended, primary)
    now = None if after is None else span_figures(after.entered_and_ended, primary)
    rates = (
        ("Planned endings, of those recorded", planned, ""),
        (f"Measured ending: two scores of {primary.words}, of all who entered", measured, ""),
        ("Two scores, of courses of two sessions or more", two_scores, ""),
        (
            f"Reliably improved on {primary.words}, of courses of two sessions or more",
            improved,
            NOT_MEASURED,
        ),
    )
    compared = [
        (
            title,
            BeforeAfter(
                before=of(then), after=None if now is None else of(now), is_over=side.is_over
            ),
            unmeasured,
        )
        for title, of, unmeasured in rates
    ]
    return Looked(
        resolution=row,
        spans=side,
        is_overdue=row.closed_on is None
        and row.look_again_on is not None
        and row.look_again_on <= today,
        standing=_standing(side, then=then, now=now),
        rows=tuple(_row(title, each, unmeasured) for title, each, unmeasured in compared),
        notes=tuple(_notes(row, then=then, now=now, after=after)),
        picture=_picture(compared[0][1], compared[-1][1]),
    )


def _row(title: str, each: BeforeAfter, unmeasured: str) -> Row:
    return Row(
        title=title,
        before=_cell(each.before, unmeasured),
        after="" if each.after is None else _cell(each.after, unmeasured),
        says=says(each),
    )


def _cell(side: Sided, unmeasured: str) -> str:
    if unmeasured and side.rate.n and not side.known.k:
        return unmeasured
    return in_full(side.rate)


def says(each: BeforeAfter) -> str:
    """What may be said of a difference, by rule; no word of it names a cause."""
    if each.after is None:
        return "Not begun."
    n = f"{each.before.rate.n} before, {each.after.rate.n} after"
    if each.points is not None:
        seen, low, high = each.points
        return (
            f"{_signed(seen)} {'point' if abs(seen) == 1 else 'points'}; the difference could be anything from {_signed(low)} to "
            f"{_signed(high)} points."
        )
    if each.told is Told.INCOMPLETE:
        sides = (("before", each.before), ("after", each.after))
        known = " and ".join(
            f"{counts(side.known)} {word}" for word, side in sides if not side.is_complete
        )
        return f"Not compared: under 90% are known ({known})."
    return f"{'Too early' if each.told is Told.TOO_EARLY else 'Too few'} to tell: {n}."


def _signed(points: int) -> str:
    """+12, −12 with a true minus, 0."""
    return f"{points:+d}".replace("-", "\N{MINUS SIGN}") if points else "0"


def _standing(side: Spans, *, then: SpanFigures, now: SpanFigures | None) -> str:
    """The spans and what is in them."""
    count = several(then.endings.of, "therapy", "therapies")
    if side.after is None or now is None:
        before = f"Before: {side.before.words} (so far), {count} ended."
        return f"{before} It has not begun yet: nothing is after it."
    before = f"Before: {side.before.words}, {count} ended."
    until = "so far" if side.until is Until.TODAY else f"up to {side.until.value}"
    ended = several(now.endings.of, "therapy", "therapies")
    return f"{before} After: {side.after.words} ({until}), {ended} ended."


def _notes(
    row: Resolution, *, then: SpanFigures, now: SpanFigures | None, after: Cohort | None
) -> list[str]:
    if now is None or after is None or not now.endings.of:
        return []
    n = now.endings.of
    since = referred_since(after.entered_and_ended, row.from_on)
    notes = [
        f"Of the {n} that ended after it began, {since} had been referred since, and {n - since} "
        f"before {day_words(row.from_on)}: part of their therapy belongs to the time before."
    ]
    missing = [
        f"{figures.endings.not_recorded} {word}"
        for word, figures in (("before", then), ("after", now))
        if figures.endings.not_recorded
    ]
    if missing:
        notes.append(
            f"How it ended is not recorded: {', '.join(missing)}. Counted as unplanned, planned "
            f"endings were {brief(then.endings.estimated)} before and "
            f"{brief(now.endings.estimated)} after."
        )
    return notes


def _picture(endings: BeforeAfter, outcomes: BeforeAfter) -> Picture | None:
    """The two rates, before and after; None where not one of the four has ten."""
    named = [
        (title, word, side)
        for title, each in (("Planned", endings), ("Reliably improved", outcomes))
        for word, side in (("before", each.before), ("after", each.after))
        if side is not None and (side.known.k or not side.rate.n)
    ]
    if not any(may_show_rate(side.rate) for _, _, side in named):
        return None
    rows = tuple(_drawn(f"{title}, {word}", side) for title, word, side in named)
    return Picture(
        chart=GroupStrip(rows=rows),
        title="Before and after",
        description="; ".join(
            f"{title} {word} {in_full(side.rate)}" for title, word, side in named
        ),
        caption="Dot and line: rate and 95% interval. Open dot: under 90% are known.",
    )


def _drawn(label: str, side: Sided) -> GroupRow:
    own = side.rate
    if own.interval is None or not may_show_rate(own):
        return GroupRow(label=label, counts=counts(own), rate=None, low=None, high=None)
    low, high = own.interval
    return GroupRow(
        label=label,
        counts=brief(own),
        rate=own.k / own.n,
        low=low,
        high=high,
        is_filled=side.is_complete,
    )
