"""What happened in one practice: clients of one payer kept leaving early, until something was tried.

So that every page has something to show that a therapist recognises: the drop-out stands in the
endings by contract, what was tried in the resolutions, and what came after it beside what was before.
"""

import datetime as dt
import random
from dataclasses import dataclass, replace

from practice.demonstration.diary import DAY
from practice.demonstration.fates import Fate
from practice.demonstration.people import EAP, PRIVATE, ZOE, Contract, InventedPractitioner
from practice.domain.endings import PLANNED, UNPLANNED, Ending
from practice.domain.periods import Month

# The month in which it was tried first, so many months before this one: a year has passed since.
MONTHS_SINCE = 13
# What is tried now has only just begun.
DAYS_SINCE_SECOND = 24
# Of those who left early, how many were the payer's before; and how many of the payer's stay since.
_LEFT_BEFORE, _STAYED_BEFORE, _STAY_SINCE = 0.5, 0.6, 0.88
# The payer sends more since its clients stay.
_SENT_SINCE = 0.3


@dataclass(frozen=True, kw_only=True)
class InventedResolution:
    """What a practitioner will try, expects, and when to look again. closed_on: None while it is open."""

    practitioner: str
    will_try: str
    expects: str
    from_on: dt.date
    look_again_on: dt.date
    closed_on: dt.date | None = None


@dataclass(frozen=True, kw_only=True)
class InventedTarget:
    """What a practitioner hopes to reach, in per cent."""

    practitioner: str
    rate: str
    percent: int
    why: str
    from_on: dt.date


# Clients who came so long before have most of their sessions after it.
ALREADY_HERE = DAY * 40


def turned_on(today: dt.date) -> dt.date:
    """The day on which it was tried first; the same for every day of a month."""
    return Month.of(today).minus(MONTHS_SINCE).period.start


def told(
    rng: random.Random,
    practitioner: InventedPractitioner,
    fate: Fate,
    contract: Contract,
    *,
    since: bool,
) -> tuple[Fate, Contract]:
    """The course and its payer as the story has them. since: it has been tried with this client."""
    if practitioner is not ZOE or fate.left_out is not None or not fate.treatments[0]:
        return fate, contract
    if fate.ending in UNPLANNED:
        if since and contract is EAP and rng.random() < _STAY_SINCE:
            return replace(fate, ending=Ending.AGREED_AT_END, treatments=(4, 6)), contract
        if not since and rng.random() < _LEFT_BEFORE:
            return fate, EAP
    elif fate.ending in PLANNED and contract is EAP and not since and rng.random() > _STAYED_BEFORE:
        return fate, PRIVATE
    elif fate.ending in PLANNED and contract is PRIVATE and since and rng.random() < _SENT_SINCE:
        return fate, EAP
    return fate, contract


def resolutions(today: dt.date) -> tuple[InventedResolution, ...]:
    """The first, a year old and closed; and the one that followed from it."""
    first, second = turned_on(today), today - DAY * DAYS_SINCE_SECOND
    return (
        InventedResolution(
            practitioner=ZOE.email,
            will_try=(
                "With clients of Beacon EAP: say in the first session how many sessions there are, "
                "plan the last one then, and ring at the first one missed."
            ),
            expects="Fewer who just stay away. More last sessions that we both know are the last.",
            from_on=first,
            look_again_on=first.replace(year=first.year + 1),
            closed_on=second,
        ),
        InventedResolution(
            practitioner=ZOE.email,
            will_try="The same with private clients: a planned last session from the third on.",
            expects="Two in three endings planned, and a last score from each of them.",
            from_on=second,
            look_again_on=second + DAY * 364,
        ),
    )


def targets(today: dt.date) -> tuple[InventedTarget, ...]:
    """What she hopes to reach, since she has seen the first year of it."""
    return (
        InventedTarget(
            practitioner=ZOE.email,
            rate="planned_declared",
            percent=70,
            why="Two points more than the counselling services of 2006 declared.",
            from_on=today - DAY * DAYS_SINCE_SECOND,
        ),
        InventedTarget(
            practitioner=ZOE.email,
            rate="reliable_improvement",
            percent=69,
            why="What the NHS set itself for 2026/27.",
            from_on=today - DAY * DAYS_SINCE_SECOND,
        ),
    )
