"""The open clients who have not been seen for long, to be answered one by one."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from practice.cases.endings_of_period import ClientShown
from practice.cohorts import Scope, episodes_in
from practice.domain.integrity_counts import silence_words
from practice.domain.outcomes import Course
from practice.domain.periods import Period
from practice.domain.signal_kinds import SILENCE_BANDS
from practice.domain.signals import is_paused
from practice.models import Practitioner


@dataclass(frozen=True, kw_only=True)
class SilentRow:
    """One course that is silent and open on the day it is judged on.

    days: since the client was last seen. paused_until: the last day of the agreed pause, where there
    is one. client: None where the person has handed the client over.
    """

    course: Course
    days: int
    paused_until: dt.date | None
    client: ClientShown | None
    holder: str | None

    @property
    def last_seen(self) -> dt.date:
        """The day on which the client was last seen."""
        return self.course.until - dt.timedelta(days=self.days)

    @property
    def is_paused(self) -> bool:
        """Whether an agreed pause covers the day."""
        return is_paused(self.course.until, paused_until=self.paused_until)

    @property
    def looked_at_on(self) -> dt.date | None:
        """When somebody looked and left it open, in this silence; an earlier one is over."""
        looked = None if self.client is None else self.client.still_open_on
        return looked if looked is not None and looked > self.last_seen else None

    @property
    def order(self) -> tuple[dt.date, int, int]:
        """A sort key: never looked at first, then the look longest ago; the longest silence first."""
        return (self.looked_at_on or dt.date.min, -self.days, self.course.episode.key)


def pauses_in(scope: Scope, period: Period) -> Mapping[int, dt.date]:
    """By episode, the last day of the agreed pause, of those that have one: one query."""
    paused = episodes_in(scope, period).filter(paused_until__isnull=False)
    return {key: day for key, day in paused.values_list("pk", "paused_until") if day is not None}


@dataclass(frozen=True, kw_only=True)
class SilentGroup:
    """Those of one band of silence. n: all of them; rows: without the paused, who stand apart."""

    words: str
    n: int
    rows: tuple[SilentRow, ...]

    @property
    def paused(self) -> int:
        """How many of the band are on an agreed pause."""
        return self.n - len(self.rows)


@dataclass(frozen=True, kw_only=True)
class Silent:
    """Every silent open course once: in one of the groups, or among the paused."""

    groups: tuple[SilentGroup, ...]
    paused: tuple[SilentRow, ...]

    @property
    def n(self) -> int:
        """All of them, on a pause or not."""
        return sum(group.n for group in self.groups)

    @property
    def waiting(self) -> int:
        """How many are not paused, and have not been looked at in this silence."""
        return sum(row.looked_at_on is None for group in self.groups for row in group.rows)


def silent_rows(
    courses: Iterable[Course],
    *,
    paused_until: Mapping[int, dt.date],
    clients: Mapping[int, ClientShown],
    holders: Mapping[int, Practitioner],
) -> tuple[SilentRow, ...]:
    """One for each silent open course of a cohort, in the order in which to look at them."""
    rows = []
    for course in courses:
        key, days = course.episode.key, course.days_silent
        if days is None:
            raise ValueError("a course without contact is not silent: nobody was ever seen")
        holder = holders.get(key)
        rows.append(
            SilentRow(
                course=course,
                days=days,
                paused_until=paused_until.get(key),
                client=clients.get(key),
                holder=None if holder is None else str(holder),
            )
        )
    return tuple(sorted(rows, key=lambda row: row.order))


def group_silent(rows: Sequence[SilentRow]) -> Silent:
    """By the bands of the report, from the shortest silence; the paused apart, in their band's n."""
    groups = []
    for start, words in zip(SILENCE_BANDS, silence_words(), strict=True):
        within = [
            row for row in rows if max(band for band in SILENCE_BANDS if band <= row.days) == start
        ]
        groups.append(
            SilentGroup(
                words=f"{words} days",
                n=len(within),
                rows=tuple(row for row in within if not row.is_paused),
            )
        )
    return Silent(groups=tuple(groups), paused=tuple(row for row in rows if row.is_paused))
