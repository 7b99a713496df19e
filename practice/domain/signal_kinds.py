"""The signals for review: their words, their rules in words, and the numbers of the rules.

The rules are this product's own, and say so; practice.domain.signals looks for them.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from practice.domain.measures import MEASURES, PHQ9
from practice.domain.outcomes import SILENT_FROM_DAYS
from practice.domain.trajectory import LEVELS, LEVELS_BEFORE_WEEK

# Printed wherever signals are explained.
SIGNALS_NOTE = (
    "Signals are our own rules for what to look at again in review, never a prediction. "
    "Each can be turned off, except risk."
)

# A risk item is a signal when its answer is MORE THAN this (any answer but the lowest).
RISK_ABOVE = 0
# "By session 6": AT LEAST this many treatment sessions attended. Ours.
IMPROVED_BY_SESSION = 6
# A score is overdue when AT LEAST this many treatment sessions came after the day of the last one.
# Ours; the same step as a stale last score.
OVERDUE_FROM = 2
# NHS bands for the time since the client was last seen, AT LEAST so many days: 61-90, 91-120, over 120.
SILENCE_BANDS = (SILENT_FROM_DAYS, 91, 121)


class Signal(StrEnum):
    """Why a course deserves a second look, in the order of the supervision sheet."""

    RISK = "risk"
    WORSE = "worse"
    NOT_IMPROVED = "not_improved"
    OFF_TRACK = "off_track"
    SCORE_OVERDUE = "score_overdue"
    NO_CONTACT = "no_contact"

    @property
    def words(self) -> str:
        """A short label."""
        return _WORDS[self]

    @property
    def rule(self) -> str:
        """The rule in one sentence."""
        return _RULES[self]


# Risk cannot be turned off.
SWITCHABLE = tuple(signal for signal in Signal if signal is not Signal.RISK)

_WORDS: Mapping[Signal, str] = MappingProxyType(
    {
        Signal.RISK: f"risk item above {RISK_ABOVE}",
        Signal.WORSE: "reliably worse",
        Signal.NOT_IMPROVED: f"not improved by session {IMPROVED_BY_SESSION}",
        Signal.OFF_TRACK: f"{PHQ9.name} high for its week",
        Signal.SCORE_OVERDUE: "score overdue",
        Signal.NO_CONTACT: "no contact",
    }
)
_RULES: Mapping[Signal, str] = MappingProxyType(
    {
        Signal.RISK: (
            f"Our rule: a risk item was answered above {RISK_ABOVE} on any form, whatever the "
            "total, and nobody has written yet what was asked and done."
        ),
        Signal.WORSE: (
            "Our rule: the latest score of any measure given is reliably worse than the first."
        ),
        Signal.NOT_IMPROVED: (
            "Our rule: the first score of any measure given was a case, "
            f"{IMPROVED_BY_SESSION} or more treatment sessions were attended, and no score since "
            "has been reliably better."
        ),
        Signal.OFF_TRACK: (
            f"Our rule: the first {PHQ9.name} was a case and the latest is high for its week, counted "
            "from the first treatment session: "
            + ", ".join(f"at least {level.at_least} from week {level.week}" for level in LEVELS)
            + f", none from week {LEVELS_BEFORE_WEEK} (Schueller et al. 2015; trials of CBT for "
            "depression)."
        ),
        Signal.SCORE_OVERDUE: (
            f"Our rule: the last {OVERDUE_FROM} treatment sessions attended, or more, went by "
            "without a score of one of the practice's primary measures."
        ),
        Signal.NO_CONTACT: (
            "Our rule: therapy has begun and is open, no pause is agreed, and the client was last "
            f"seen {SILENT_FROM_DAYS} days ago or more; missed sessions are no contact."
        ),
    }
)


@dataclass(frozen=True, kw_only=True)
class RiskAnswer:
    """The answer to the risk item of one form, as ticked, at whatever kind of session.

    is_answered_for: somebody has written what was asked and done. A risk item that was not seen
    makes no row; that is no 0. Raises ValueError for a measure without a risk item.
    """

    measure: str
    on: dt.date
    answer: int
    is_answered_for: bool

    def __post_init__(self) -> None:
        if MEASURES[self.measure].risk_item is None:
            raise ValueError(f"{MEASURES[self.measure].name} has no risk item")

    @property
    def is_open(self) -> bool:
        """Above 0, and nobody has written what was asked and done."""
        return self.answer > RISK_ABOVE and not self.is_answered_for


@dataclass(frozen=True, kw_only=True)
class SignalFound:
    """One signal of one course. text: one line with the numbers, without a full stop.

    since: the day from which it has held without a break. measure: its code; None for no contact.
    """

    signal: Signal
    text: str
    since: dt.date
    measure: str | None
