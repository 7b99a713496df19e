"""Puts the invented caseload together: three practices, thirty-six months, cut at today.

Every course is dealt and drawn from its practitioner, month and place in the month, as if the
future were known, and then cut at today. So two days of the same month share one history, to
which the later one adds what has come since; in the next month the oldest month falls away. Two
things move with the day: the clients made to order (see open_cases) and the practice of
somebody who began eight months ago (see newcomer).
"""

import datetime as dt
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from practice.demonstration.diary import DAY
from practice.demonstration.fates import dealt
from practice.demonstration.history import History, lived
from practice.demonstration.newcomer import newcomer_histories
from practice.demonstration.open_cases import OPEN_CASES, Signal, open_history
from practice.demonstration.people import (
    PRACTITIONERS,
    SERVICE,
    InventedPractitioner,
    drawn_contract,
    drawn_person,
)
from practice.demonstration.rows import Row
from practice.demonstration.story import ALREADY_HERE, told, turned_on
from practice.domain.endings import LeftOut

MONTHS = 36
# After so many months a client who has ended may come back.
BACK_AFTER = 13
# References of one half-year: the referrals first, then the clients made to order.
NUMBERS = 31
MADE_TO_ORDER_FROM = 24
LAST_NUMBER = 990

Month = tuple[int, int]


@dataclass(frozen=True, kw_only=True)
class InventedCaseload:
    """An invented service as of a day.

    practitioners: e-mail and name. episodes, sessions: rows in the columns of the two files, all
    cells as text. signals: the references of the clients made to order, by what they show.
    """

    today: dt.date
    service: str
    practitioners: Mapping[str, str]
    episodes: list[Row]
    sessions: list[Row]
    signals: Mapping[Signal, str]


def invented_caseload(today: dt.date, seed: int = 1) -> InventedCaseload:
    """The same rows for the same day and seed. No row is or was a person; none is after today."""
    histories: list[History] = []
    for practitioner in PRACTITIONERS:
        if practitioner.referrals:
            histories += _practice(seed, practitioner, today)
        else:
            histories += newcomer_histories(seed, practitioner, today)
    made = _made_to_order(seed, today)
    shown = [history for history in [*histories, *made.values()] if history.referred_on <= today]
    shown.sort(key=lambda history: (history.referred_on, history.person.reference))
    sessions = [cells for history in shown for cells in history.session_rows(today)]
    sessions.sort(key=lambda cells: (cells["date"], cells["client"]))
    return InventedCaseload(
        today=today,
        service=SERVICE,
        practitioners={person.email: person.name for person in PRACTITIONERS},
        episodes=[history.episode_row(today) for history in shown],
        sessions=sessions,
        signals={signal: history.person.reference for signal, history in made.items()},
    )


def _practice(seed: int, practitioner: InventedPractitioner, today: dt.date) -> Iterator[History]:
    """All referrals of one practice in the months up to today."""
    by_month: dict[Month, list[History]] = {}
    last = today.year * 12 + today.month - 1
    for ordinal in range(last - MONTHS, last + 1):
        month = (ordinal // 12, ordinal % 12 + 1)
        earlier = divmod(ordinal - BACK_AFTER, 12)
        candidates = by_month.get((earlier[0], earlier[1] + 1), [])
        by_month[month] = list(
            _month(seed, practitioner, month, candidates=candidates, turn=turned_on(today))
        )
        yield from by_month[month]


def _month(
    seed: int,
    practitioner: InventedPractitioner,
    month: Month,
    *,
    candidates: list[History],
    turn: dt.date,
) -> Iterator[History]:
    year, number = month
    half = year * 2 + (number > 6)
    before = sum(practitioner.referrals[6 * (half % 2) : number - 1])
    count = practitioner.referrals[number - 1]
    deck = dealt(random_for(seed, practitioner, half), practitioner, half)
    for place, drawn_fate in enumerate(deck[before : before + count]):
        rng = random_for(seed, practitioner, year, number, place)
        referred_on = dt.date(year, number, 1) + DAY * rng.randrange(28)
        back = _coming_back(candidates, referred_on) if drawn_fate.returns else None
        reference = _reference(practitioner, half, before + place + 1)
        adult = drawn_fate.left_out is not LeftOut.UNDER_18
        person = drawn_person(rng, reference, year=year, adult=adult)
        fate, contract = told(
            random_for(seed, practitioner, year, number, place, "story"),
            practitioner,
            drawn_fate,
            drawn_contract(rng, practitioner),
            since=referred_on >= turn - ALREADY_HERE,
        )
        yield lived(
            rng,
            practitioner,
            fate,
            contract=contract,
            person=back.person if back else person,
            number=2 if back else 1,
            referred_on=referred_on,
        )


def _coming_back(candidates: list[History], day: dt.date) -> History | None:
    """Somebody who has been here once before and ended well before this day."""
    for history in candidates:
        if history.number > 1 or history.ended_on is None or history.at_end["left_out"]:
            continue
        if history.at_end["ending"] != "died" and history.ended_on + DAY * 120 < day:
            return history
    return None


def _made_to_order(seed: int, today: dt.date) -> dict[Signal, History]:
    found: dict[Signal, History] = {}
    half = today.year * 2 + (today.month > 6)
    for place, case in enumerate(OPEN_CASES):
        number = MADE_TO_ORDER_FROM + sum(
            other.practitioner is case.practitioner for other in OPEN_CASES[:place]
        )
        found[case.signal] = open_history(
            random_for(seed, case.practitioner, place),
            case,
            reference=_reference(case.practitioner, half, number),
            weekday=place % 5,
            today=today,
        )
    return found


def _reference(practitioner: InventedPractitioner, half: int, number: int) -> str:
    """Three digits, used again only after sixteen years."""
    return f"{practitioner.letter}-{(half * NUMBERS + number) % LAST_NUMBER:03}"


def random_for(seed: int, practitioner: InventedPractitioner, *place: int | str) -> random.Random:
    """Chance of its own for each course, so that one more day changes no other course."""
    words = "/".join(str(part) for part in (seed, practitioner.letter, *place))
    return random.Random(words)  # noqa: S311 - the same rows every time are the aim, not a secret
