"""Scores over a course of therapy, and the forms they were read from."""

import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from practice.demonstration.fates import Course
from practice.demonstration.rows import Row
from practice.domain.measures import CORE10, GAD7, MEASURES, PHQ9, Measure, Mode

PAIR = (PHQ9.code, GAD7.code)

# Mean and spread of first scores as primary care sees them, how far a measure follows the
# distress that all of them share, how far a form strays from one week to the next, and how many
# points "worse" is.
_FIRST = {"phq9": (14.9, 5.4), "gad7": (13.2, 4.4), "core10": (20.0, 6.0)}
_SHARED = {"phq9": 0.85, "gad7": 0.75, "core10": 0.85}
_STRAY = {"phq9": 1.6, "gad7": 1.4, "core10": 1.9}
_WORSE = {"phq9": (6, 10), "gad7": (4, 7), "core10": (5, 11)}

# How readily an item is ticked; the risk items seldom, CORE-10 by item number.
_READY: Mapping[str, tuple[float, ...]] = {
    "phq9": (1.1, 1.2, 1.3, 1.5, 0.9, 1.1, 1.0, 0.6, 0.008),
    "gad7": (1.3, 1.1, 1.3, 1.1, 0.7, 1.0, 0.8),
    "core10": (1.3, 0.9, 1.0, 0.8, 0.7, 0.008, 1.2, 1.0, 1.4, 0.8),
}


@dataclass(frozen=True, kw_only=True)
class Trajectory:
    """Where one client's scores begin and where they tend to.

    change: the share of the first score that goes in time (negative: grows by points instead).
    pace: how soon; about three in four of the change is done after 1.4 / pace sessions.
    """

    first: Mapping[str, float]
    change: Mapping[str, float]
    pace: float

    def level(self, code: str, seen: int) -> float:
        """The score without chance, after so many sessions attended."""
        return self.first[code] - self.change[code] * (1 - math.exp(-self.pace * seen))

    def totals(self, rng: random.Random, seen: int) -> dict[str, int]:
        """The totals of one day, each measure with its share of a common good or bad week."""
        week = rng.gauss(0, 0.6) if seen else 0.0
        found = {}
        for code, measure in MEASURES.items():
            stray = _STRAY[code] * (week + (rng.gauss(0, 0.8) if seen else 0.0))
            found[code] = min(max(round(self.level(code, seen) + stray), 0), measure.maximum)
        return found


def drawn_trajectory(rng: random.Random, course: Course) -> Trajectory:
    """First scores that go together, and what becomes of them."""
    distress = rng.gauss(0, 1)
    first = {}
    for code, (mean, spread) in _FIRST.items():
        shared = _SHARED[code]
        own = rng.gauss(0, 1) * math.sqrt(1 - shared**2)
        first[code] = min(max(mean + spread * (shared * distress + own), 1.0), 0.88 * _top(code))
    if course is Course.BETTER:
        share = rng.triangular(0.45, 0.92, 0.72)
        change = {code: score * (share + rng.gauss(0, 0.06)) for code, score in first.items()}
    elif course is Course.FLAT:
        share = rng.uniform(-0.06, 0.16)
        change = {code: score * share for code, score in first.items()}
    else:
        # Somebody who is at the top cannot get worse on paper: they begin lower.
        first = {code: min(score, 0.6 * _top(code)) for code, score in first.items()}
        change = {code: -rng.uniform(*_WORSE[code]) for code in first}
    return Trajectory(
        first=first, change=change, pace=rng.uniform(0.4 if course is Course.WORSE else 0.22, 0.6)
    )


def _top(code: str) -> int:
    return MEASURES[code].maximum


@dataclass(frozen=True, kw_only=True)
class FormStyle:
    """How one client's forms come: who fills them in, and which of them."""

    mode: Mode
    with_items: bool
    with_core: bool
    every: int


def drawn_style(rng: random.Random, *, self_share: float, core_share: float) -> FormStyle:
    """Most come on paper and only their totals are typed in."""
    is_self = rng.random() < self_share
    asked = not is_self and rng.random() < 0.08
    mode = Mode.SELF if is_self else (Mode.PRACTITIONER if asked else Mode.TRANSCRIBED)
    return FormStyle(
        mode=mode,
        with_items=is_self,
        with_core=rng.random() < core_share,
        every=rng.choices((1, 2, 3), weights=(50, 32, 18))[0],
    )


def form_cells(
    rng: random.Random, style: FormStyle, totals: Mapping[str, int], measures: Sequence[str]
) -> Row:
    """The cells of the forms of one day: all items, or totals with now and then the risk item."""
    cells: Row = {"mode": style.mode.value}
    for code in measures:
        if style.with_items:
            cells |= item_cells(rng, MEASURES[code], totals[code])
        else:
            cells[code] = str(totals[code])
            if MEASURES[code] is PHQ9 and rng.random() < 0.5:
                cells["phq9_9"] = str(_risk_beside(rng, totals[code]))
    return cells


def item_cells(rng: random.Random, measure: Measure, total: int, *, risk: int | None = None) -> Row:
    """Answers, as ticked, that add up to the total. risk: a given answer to the risk item.

    Now and then one item of the CORE-10 is left out, which its total allows for.
    """
    top = measure.maximum_answer
    scores = [0] * len(measure.items)
    ready = list(_READY[measure.code])
    if risk is not None and measure.risk_item is not None:
        scores[measure.risk_item - 1] = risk
        ready[measure.risk_item - 1] = 0.0
    while sum(scores) < total:
        weights = [
            0.0 if score == top else chance for score, chance in zip(scores, ready, strict=True)
        ]
        scores[rng.choices(range(len(scores)), weights=weights)[0]] += 1
    cells = {
        f"{measure.code}_{number}": str(measure.item_score(number, score))
        for number, score in enumerate(scores, start=1)
    }
    if measure is CORE10 and rng.random() < 0.03:
        cells["core10_4"] = ""
    return cells


def _risk_beside(rng: random.Random, total: int) -> int:
    """An answer to item 9 that goes with the total: at the top of the scale it cannot be 0."""
    least = max(0, total - (PHQ9.maximum - PHQ9.maximum_answer))
    return max(least, 1 if total >= 17 and rng.random() < 0.06 else 0)
