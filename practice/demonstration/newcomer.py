"""The few clients of a practitioner who began eight months ago: listed one by one.

Too few endings for any rate: what the reports say of small numbers is seen here. Dates are
counted from the first of the month, far enough back that each has ended, or is still open, on
every day of it.
"""

import datetime as dt
import random

from practice.demonstration.diary import DAY
from practice.demonstration.fates import Course, Fate, Forms
from practice.demonstration.history import History, lived
from practice.demonstration.people import (
    CHARITY,
    COUNCIL,
    PRIVATE,
    InventedPractitioner,
    drawn_person,
)
from practice.domain.endings import Ending


def _fate(
    ending: Ending | None,
    treatments: int,
    course: Course = Course.BETTER,
    forms: Forms = Forms.PAIRED,
) -> Fate:
    return Fate(ending=ending, treatments=(treatments, treatments), course=course, forms=forms)


# Days from the referral to the first of this month, who pays, and what came of it.
ENDED = (
    (242, PRIVATE, _fate(Ending.AGREED_AT_END, 6)),
    (236, COUNCIL, _fate(Ending.AGREED_DURING_THERAPY, 8)),
    (229, PRIVATE, _fate(Ending.LOSS_OF_CONTACT, 2, forms=Forms.FIRST_ONLY)),
    (221, COUNCIL, _fate(Ending.PLANNED_FROM_OUTSET, 7)),
    (207, PRIVATE, _fate(Ending.DID_NOT_WISH_TO_CONTINUE, 4)),
    (196, COUNCIL, _fate(Ending.AGREED_AT_END, 5, Course.FLAT)),
    (188, PRIVATE, _fate(None, 4)),
)
# Courses long enough not to end before the month does, whoever pays.
OPEN = (
    (84, PRIVATE, _fate(Ending.AGREED_AT_END, 24)),
    (62, CHARITY, _fate(Ending.AGREED_AT_END, 16, Course.FLAT)),
    (45, PRIVATE, _fate(Ending.AGREED_AT_END, 18)),
    (33, CHARITY, _fate(Ending.AGREED_AT_END, 16)),
    (16, COUNCIL, _fate(Ending.AGREED_AT_END, 8)),
    (9, PRIVATE, _fate(Ending.AGREED_AT_END, 12)),
)


def newcomer_histories(
    seed: int, practitioner: InventedPractitioner, today: dt.date
) -> list[History]:
    """The clients of a practice that began about eight months before today."""
    first_of_month = today.replace(day=1)
    found = []
    for place, (days, contract, fate) in enumerate((*ENDED, *OPEN), start=1):
        rng = random.Random(f"{seed}/{practitioner.letter}/{place}")  # noqa: S311 - as in caseload
        referred_on = first_of_month - DAY * days
        person = drawn_person(
            rng, f"{practitioner.letter}-{place:03}", year=referred_on.year, adult=True
        )
        found.append(
            lived(
                rng,
                practitioner,
                fate,
                contract=contract,
                person=person,
                number=1,
                referred_on=referred_on,
            )
        )
    return found
