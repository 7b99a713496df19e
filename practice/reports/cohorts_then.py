"""The cohorts of several spans at once, each exactly as practice.cohorts would load it alone.

Whose an episode is was decided on the last day of each span: so the records are loaded once, with
who held what when, and sorted for each span here.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from practice.cohorts import Cohort, Scope, episodes_in, records_of
from practice.domain.periods import Period
from practice.domain.records import EpisodeRecord
from practice.models import Holding


@dataclass(frozen=True, kw_only=True)
class _Held:
    since: dt.date
    until: dt.date | None

    def covers(self, day: dt.date) -> bool:
        return self.since <= day and (self.until is None or self.until > day)


def load_cohorts(scope: Scope, periods: Sequence[Period]) -> tuple[Cohort, ...]:
    """One cohort a span, in their order: four queries for a practitioner, three for a service."""
    if not periods:
        return ()
    whole = Period(
        start=min(period.start for period in periods), end=max(period.end for period in periods)
    )
    episodes = episodes_in(Scope(service=scope.service), whole)
    if scope.practitioner is None:
        records = records_of(episodes)
        return tuple(_sorted(records, period) for period in periods)
    ever = Holding.objects.filter(
        practitioner=scope.practitioner, episode__client__service=scope.service
    )
    records = records_of(episodes.filter(pk__in=ever.values("episode")))
    held: defaultdict[int, list[_Held]] = defaultdict(list)
    for key, since, until in ever.values_list("episode_id", "since", "until"):
        held[key].append(_Held(since=since, until=until))
    return tuple(_sorted(_of_holder(records, held, period.end), period) for period in periods)


def _sorted(records: Sequence[EpisodeRecord], period: Period) -> Cohort:
    """What was referred after the span is in none of its groups."""
    return Cohort(
        period=period,
        episodes=tuple(record for record in records if record.referred_on <= period.end),
    )


def _of_holder(
    records: Sequence[EpisodeRecord], held: Mapping[int, list[_Held]], last_day: dt.date
) -> tuple[EpisodeRecord, ...]:
    """Those that somebody held on their end date, or on the last day while they were open."""
    return tuple(
        record
        for record in records
        if any(each.covers(min(record.ended_on or last_day, last_day)) for each in held[record.key])
    )
