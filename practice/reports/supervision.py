"""The supervision sheet of one practitioner on one day: everything on it, and nothing of it in words.

Page and paper are both drawn from this one frozen object; practice.reports.supervision_text puts it
into words.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from practice.cases.case import Case, load_cases
from practice.cases.integrity import load_ledger_since
from practice.cases.on_record import scores_on_record
from practice.cases.risk import RiskItem, open_risks_of
from practice.cohorts import Cohort, Scope, episodes_in, load_cohort, narrow
from practice.domain.endings import EndingGroup
from practice.domain.outcomes import Course
from practice.domain.periods import Month, Period
from practice.domain.records import EpisodeRecord
from practice.domain.signal_kinds import Signal
from practice.domain.tallies import EndingTally, tally_endings
from practice.models import Agreement, Episode, Practitioner, SupervisionMeeting
from practice.reports.supervision_integrity import Fact, ScoreChanges, facts, score_changes
from practice.reports.supervision_since import last_agreements, last_meeting

# How far a sheet looks back while no supervision has been recorded yet. Ours.
FIRST_LOOK_BACK = dt.timedelta(weeks=8)


@dataclass(frozen=True, kw_only=True)
class SheetCase:
    """One open client; agreed: the last agreement about the episode, with whomever it was made."""

    case: Case
    agreed: Agreement | None

    @property
    def key(self) -> int:
        """The episode's."""
        return self.case.episode.pk


@dataclass(frozen=True, kw_only=True)
class OpenRisk:
    """Risk items of an episode that has ended, about which nobody has written yet."""

    episode: Episode
    items: tuple[RiskItem, ...]


@dataclass(frozen=True, kw_only=True)
class ToldFact:
    """What was changed after entry, or entered late, in an episode that the reader may see."""

    episode: Episode
    fact: Fact


@dataclass(frozen=True, kw_only=True)
class SupervisionSheet:
    """What practitioner and supervisor look at on a day.

    cases: every open client in the order of review, left-out ones too. since: the day of the last
    supervision, which itself belongs to the time looked back on, or else FIRST_LOOK_BACK. enders:
    episodes that entered therapy and ended in that time in any way but a planned one. risks: of
    episodes that ended at any time and are not among the enders. facts: the latest first. hidden: clients held on the day
    whom the reader no longer sees, because they have been handed over.
    """

    scope: Scope
    on: dt.date
    printed_on: dt.date
    cases: tuple[SheetCase, ...]
    last: SupervisionMeeting | None
    since: dt.date
    enders: tuple[Case, ...]
    risks: tuple[OpenRisk, ...]
    changes: ScoreChanges
    facts: tuple[ToldFact, ...]
    month: Cohort
    hidden: int

    @cached_property
    def endings(self) -> EndingTally:
        """This month's endings of those who had entered therapy, left-out ones not among them."""
        return tally_endings(self.month.entered_and_ended)

    @property
    def referred_this_month(self) -> int:
        """Referrals dated in the month up to the day, whatever has become of them since."""
        return sum(episode.referred_on in self.month.period for episode in self.month.episodes)

    @property
    def paused(self) -> int:
        """Open clients on an agreed pause."""
        return sum(each.case.is_paused for each in self.cases)

    @property
    def left_out(self) -> int:
        """Open clients who are in no figure."""
        return sum(bool(each.case.episode.left_out) for each in self.cases)

    def with_signal(self, signal: Signal) -> int:
        """Open clients with a signal."""
        return sum(any(one.signal is signal for one in each.case.signals) for each in self.cases)

    @property
    def episodes(self) -> tuple[Episode, ...]:
        """Every episode that is named on the sheet, in its order."""
        return (
            *(each.case.episode for each in self.cases),
            *(case.episode for case in self.enders),
            *(risk.episode for risk in self.risks),
            *(told.episode for told in self.facts),
        )


def supervision_sheet(
    scope: Scope, *, on: dt.date, printed_on: dt.date, seen_by: Practitioner | None
) -> SupervisionSheet:
    """The sheet of a scope's practitioner on a day: as many queries for 400 clients as for one.

    seen_by: who looks at it, on the day of printing; None: somebody at the machine itself.
    """
    last = last_meeting(scope, on=on)
    since = on - FIRST_LOOK_BACK if last is None else last.held_on
    month = Period(start=Month.of(on).period.start, end=on)
    cohort = load_cohort(scope, Period(start=min(since, month.start), end=on))
    cases = load_cases(scope, on=on)
    everything = episodes_in(scope, Period(start=dt.date.min, end=on))
    risks = open_risks_of(everything.filter(ended_on__lte=on), on=on)
    days = Period(start=since, end=on)
    ended = [record for record in cohort.episodes if _is_ender(record, days)]
    ledger = load_ledger_since(scope, days)
    told = facts(ledger, days)
    keys = {case.episode.pk for case in cases} | {record.key for record in ended} | set(risks)
    keys |= {fact.episode for fact in told}
    seen = _visible(keys, to=seen_by, on=printed_on)
    shown = tuple(case for case in cases if case.episode.pk in seen)
    agreed = last_agreements([case.episode.pk for case in shown], on=on)
    enders = _enders(scope, ended, seen=seen, risks=risks)
    named = {case.episode.pk for case in enders}
    return SupervisionSheet(
        scope=scope,
        on=on,
        printed_on=printed_on,
        cases=tuple(SheetCase(case=case, agreed=agreed.get(case.episode.pk)) for case in shown),
        last=last,
        since=since,
        enders=enders,
        risks=tuple(
            OpenRisk(episode=seen[key], items=items)
            for key, items in risks.items()
            if key in seen and key not in named
        ),
        changes=score_changes(ledger, days, of=scores_on_record(scope, days)),
        facts=tuple(
            ToldFact(episode=seen[fact.episode], fact=fact) for fact in told if fact.episode in seen
        ),
        month=narrow(cohort, month),
        hidden=len(keys) - len(seen),
    )


def _is_ender(record: EpisodeRecord, period: Period) -> bool:
    """Entered therapy and ended in the period, in any way but a planned one."""
    if record.ended_on is None or record.ended_on not in period:
        return False
    is_planned = record.ending is not None and record.ending.group is EndingGroup.PLANNED
    return not is_planned and Course(episode=record, until=record.ended_on).entered_therapy


def _visible(
    keys: Collection[int], *, to: Practitioner | None, on: dt.date
) -> Mapping[int, Episode]:
    """Of the episodes with these keys, those the reader may see today, oldest first."""
    episodes = (
        Episode.objects.all() if to is None else Episode.objects.visible_to(to, on=on)
    ).filter(pk__in=keys)
    rows = episodes.select_related("client").defer("note", "pause_reason").order_by("pk")
    return {each.pk: each for each in rows}


def _enders(
    scope: Scope,
    records: Iterable[EpisodeRecord],
    *,
    seen: Mapping[int, Episode],
    risks: Mapping[int, tuple[RiskItem, ...]],
) -> tuple[Case, ...]:
    found = [
        Case(
            service=scope.service,
            episode=seen[record.key],
            course=Course(episode=record, until=record.ended_on),
            risk_items=risks.get(record.key, ()),
        )
        for record in records
        if record.key in seen and record.ended_on is not None
    ]
    return tuple(sorted(found, key=lambda case: (case.on, case.episode.pk)))
