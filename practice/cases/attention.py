"""What needs attention: the cases with signals, by the most pressing of each."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from practice.cases.case import Case
from practice.cases.risk import RiskItem
from practice.domain.periods import day_words
from practice.domain.review import ReviewGroup
from practice.domain.signal_kinds import Signal, SignalFound


@dataclass(frozen=True, kw_only=True)
class SignalLine:
    """One signal of one case. open_risks: the forms that somebody has yet to write about."""

    found: SignalFound
    open_risks: tuple[RiskItem, ...]

    @property
    def since_words(self) -> str:
        """From when it holds; "" where its own line says so."""
        day = day_words(self.found.since)
        return "" if day in self.found.text else f"since {day}"


@dataclass(frozen=True, kw_only=True)
class AttentionGroup:
    """The cases whose most pressing signal is the same, in their order."""

    group: ReviewGroup
    cases: tuple[Case, ...]

    @property
    def words(self) -> str:
        """The signal, as a heading."""
        words = self.group.words
        return words[:1].upper() + words[1:]

    @property
    def is_risk(self) -> bool:
        """Whether these are never folded away."""
        return self.group is ReviewGroup.RISK


def signal_lines(case: Case) -> tuple[SignalLine, ...]:
    """The signals of a case, most pressing first."""
    return tuple(
        SignalLine(
            found=found,
            open_risks=tuple(
                item
                for item in case.risk_items
                if found.signal is Signal.RISK
                and item.is_open
                and item.measure.code == found.measure
            ),
        )
        for found in case.signals
    )


def attention(cases: Iterable[Case]) -> tuple[AttentionGroup, ...]:
    """Those with a signal; the cases come, and stay, in their order."""
    flagged = [case for case in cases if case.signals]
    return tuple(
        AttentionGroup(group=group, cases=tuple(found))
        for group, found in groupby(flagged, key=lambda case: case.group)
    )
