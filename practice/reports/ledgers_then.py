"""The ledgers of several spans at once, each exactly as practice.cases.integrity would load it alone.

Whose an episode is was decided on the last day of each span: so the histories are loaded once, and
sorted for each span here.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from practice.cases.integrity import Ledger, load_ledger_of
from practice.cohorts import Scope
from practice.domain.periods import Period
from practice.models import Episode, Holding


@dataclass(frozen=True, kw_only=True)
class _Held:
    """When one episode was the scope's, and when it ended."""

    ended_on: dt.date | None
    spans: Collection[tuple[dt.date, dt.date | None]]

    def on_last_day(self, last: dt.date) -> bool:
        day = last if self.ended_on is None else min(self.ended_on, last)
        return any(since <= day and (until is None or day < until) for since, until in self.spans)


def load_ledgers(scope: Scope, periods: Sequence[Period]) -> tuple[Ledger, ...]:
    """One ledger a span, in their order: at most seven queries, none without a span.

    What each holds outside its span is of no count; how and paused_until are of all of them.
    """
    if not periods:
        return ()
    whole = Period(
        start=min(period.start for period in periods), end=max(period.end for period in periods)
    )
    episodes = Episode.objects.filter(client__service=scope.service, referred_on__lte=whole.end)
    if scope.practitioner is None:
        ledger = load_ledger_of(episodes, whole)
        return tuple(ledger for _period in periods)
    ever = Holding.objects.filter(
        practitioner=scope.practitioner, episode__client__service=scope.service
    )
    held = _held(ever.values_list("episode_id", "episode__ended_on", "since", "until"))
    ledger = load_ledger_of(episodes.filter(pk__in=ever.values("episode")), whole)
    return tuple(
        _only(ledger, {key for key, each in held.items() if each.on_last_day(period.end)})
        for period in periods
    )


def _held(
    rows: Collection[tuple[int, dt.date | None, dt.date, dt.date | None]],
) -> dict[int, _Held]:
    spans: defaultdict[int, list[tuple[dt.date, dt.date | None]]] = defaultdict(list)
    ends: dict[int, dt.date | None] = {}
    for key, ended_on, since, until in rows:
        spans[key].append((since, until))
        ends[key] = ended_on
    return {key: _Held(ended_on=ends[key], spans=found) for key, found in spans.items()}


def _only(ledger: Ledger, keys: Collection[int]) -> Ledger:
    return replace(
        ledger,
        scores=tuple(story for story in ledger.scores if story.episode in keys),
        sessions=tuple(story for story in ledger.sessions if story.episode in keys),
        endings=tuple(story for story in ledger.endings if story.episode in keys),
    )
