"""How courses of therapy go: dealt from a shuffled deck, so that every half-year has its share.

Drawing each course by chance alone would make one demonstration say "most ended as planned" and
the next one the opposite; a deck keeps the shares and leaves the order to chance.
"""

import random
from dataclasses import dataclass, replace
from enum import StrEnum

from practice.demonstration.people import LUKASZ, InventedPractitioner
from practice.domain.endings import Ending, LeftOut


class Course(StrEnum):
    """What the scores do."""

    BETTER = "better"
    FLAT = "flat"
    WORSE = "worse"


class Forms(StrEnum):
    """How the forms of a course were given."""

    PAIRED = "paired"
    FIRST_ONLY = "first only"
    NONE = "none"
    GAD7_ONCE = "GAD-7 once"  # two PHQ-9 and one GAD-7: no IAPT pair
    LATE_BASELINE = "late baseline"
    STALE_LAST = "stale last"


@dataclass(frozen=True, kw_only=True)
class Fate:
    """One course. ending: None for "not recorded". treatments: least and most, attended.

    With no treatment at all, assessed says whether the client came to the assessment.
    """

    ending: Ending | None
    treatments: tuple[int, int]
    forms: Forms = Forms.PAIRED
    course: Course = Course.BETTER
    left_out: LeftOut | None = None
    assessed: bool = True
    returns: bool = False


def _planned(ending: Ending, *lengths: tuple[int, int]) -> list[Fate]:
    return [Fate(ending=ending, treatments=length) for length in lengths]


def _ended(ending: Ending | None, low: int, high: int, forms: Forms = Forms.PAIRED) -> Fate:
    return Fate(ending=ending, treatments=(low, high), forms=forms)


_NEVER_CAME = Fate(
    ending=Ending.DID_NOT_WISH_TO_CONTINUE, treatments=(0, 0), forms=Forms.NONE, assessed=False
)
_REFERRED_ON = _ended(Ending.REFERRED_ON, 0, 0, Forms.FIRST_ONLY)
_ONLY_ASSESSED = _ended(Ending.LOSS_OF_CONTACT, 0, 0, Forms.FIRST_ONLY)
_COUPLE = Fate(
    ending=Ending.AGREED_AT_END,
    treatments=(5, 9),
    forms=Forms.NONE,
    left_out=LeftOut.COUPLE_OR_FAMILY,
)
_WITHDRAWN = Fate(
    ending=Ending.OTHER_UNPLANNED,
    treatments=(3, 5),
    forms=Forms.FIRST_ONLY,
    left_out=LeftOut.CONSENT_WITHDRAWN,
)
_UNDER_18 = Fate(
    ending=Ending.AGREED_AT_END,
    treatments=(6, 9),
    forms=Forms.NONE,
    left_out=LeftOut.UNDER_18,
)


def _busy_deck(half: int) -> list[Fate]:
    """23 courses: 12 or 13 planned, 7 or 6 unplanned, 1 not recorded, 2 before treatment, 1 left out.

    Long courses carry the odd late baseline and stale last. Only one finished course of a year
    has no pair, so that in any twelve months well over nine in ten have both scores.
    """
    second_half = half % 2 == 1
    return [
        *_planned(Ending.AGREED_AT_END, (5, 7), (7, 10), (10, 13), (14, 18), (21, 26)),
        *_planned(Ending.PLANNED_FROM_OUTSET, (4, 6), (7, 9), (8, 12)),
        *_planned(Ending.AGREED_DURING_THERAPY, (5, 8)),
        _ended(Ending.AGREED_DURING_THERAPY, 10, 14, Forms.LATE_BASELINE),
        _ended(Ending.AGREED_DURING_THERAPY, 14, 20, Forms.STALE_LAST),
        *_planned(Ending.OTHER_PLANNED, (5, 9)),
        _ended(Ending.LOSS_OF_CONTACT, 1, 1, Forms.FIRST_ONLY),
        _ended(Ending.LOSS_OF_CONTACT, 2, 4),
        _ended(Ending.LOSS_OF_CONTACT, 4, 9),
        _ended(
            Ending.DID_NOT_WISH_TO_CONTINUE, 2, 3, Forms.PAIRED if second_half else Forms.FIRST_ONLY
        ),
        _ended(Ending.DID_NOT_WISH_TO_CONTINUE, 4, 7),
        _ended(Ending.CRISIS if second_half else Ending.ENDED_BY_SERVICE, 4, 8),
        _ended(Ending.OTHER_PLANNED if second_half else Ending.OTHER_UNPLANNED, 6, 12),
        # Once in two years somebody dies.
        _ended(Ending.DIED if half % 4 == 1 else None, 5, 8),
        _NEVER_CAME,
        _REFERRED_ON if second_half else _ONLY_ASSESSED,
        _COUPLE if second_half else (_WITHDRAWN if half % 4 == 0 else _UNDER_18),
    ]


def _steady_deck(half: int) -> list[Fate]:
    """15 courses: 7 planned, 6 unplanned, 1 not recorded, 1 before treatment or left out."""
    second_half = half % 2 == 1
    return [
        *_planned(Ending.AGREED_AT_END, (6, 9), (9, 13), (17, 24)),
        _ended(Ending.PLANNED_FROM_OUTSET, 6, 8, Forms.FIRST_ONLY),
        *_planned(Ending.PLANNED_FROM_OUTSET, (11, 14)),
        *_planned(Ending.AGREED_DURING_THERAPY, (4, 7)),
        _ended(Ending.AGREED_DURING_THERAPY, 12, 18, Forms.STALE_LAST),
        _ended(Ending.LOSS_OF_CONTACT, 1, 1, Forms.FIRST_ONLY),
        _ended(Ending.LOSS_OF_CONTACT, 2, 4, Forms.FIRST_ONLY),
        _ended(Ending.LOSS_OF_CONTACT, 4, 8),
        _ended(Ending.DID_NOT_WISH_TO_CONTINUE, 3, 5, Forms.GAD7_ONCE),
        _ended(Ending.DID_NOT_WISH_TO_CONTINUE, 5, 10),
        _ended(Ending.ENDED_BY_SERVICE if second_half else Ending.CRISIS, 3, 9),
        _ended(None, 3, 8, Forms.NONE),
        _COUPLE if half % 4 == 2 else (_NEVER_CAME if second_half else _ONLY_ASSESSED),
    ]


def dealt(rng: random.Random, practitioner: InventedPractitioner, half: int) -> list[Fate]:
    """The courses that begin in one half-year, in the order of the referrals.

    What the scores do is dealt apart from how the therapy ends: those who leave early had mostly
    been getting better too.
    """
    fates = _steady_deck(half) if practitioner is LUKASZ else _busy_deck(half)
    better, flat = round(len(fates) * 0.71), round(len(fates) * 0.22)
    courses = [Course.BETTER] * better + [Course.FLAT] * flat
    courses += [Course.WORSE] * (len(fates) - better - flat)
    rng.shuffle(fates)
    rng.shuffle(courses)
    back = rng.randrange(len(fates))
    return [
        replace(fate, course=course, returns=place == back and fate.left_out is None)
        for place, (fate, course) in enumerate(zip(fates, courses, strict=True))
    ]
