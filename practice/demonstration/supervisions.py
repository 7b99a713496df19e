"""Supervision of the invented practitioners: when, with whom, and what was agreed about whom."""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from practice.demonstration import phrases
from practice.demonstration.caseload import InventedCaseload
from practice.demonstration.diary import DAY, WEEK, is_closed
from practice.demonstration.keys import Key, chance, day_of, key_of
from practice.demonstration.open_cases import Signal
from practice.demonstration.people import LUKASZ, PRACTITIONERS, WYN, ZOE, InventedPractitioner
from practice.demonstration.rows import Row

# Who has supervision with whom, on which day of the week, for how long.
_SUPERVISION = {
    ZOE.email: ("Ines Carraway", 1, 90),
    LUKASZ.email: ("Hollis Penberthy", 3, 60),
    WYN.email: ("Ines Carraway", 2, 60),
}
EVERY = WEEK * 4
A_YEAR = 13
# So that there is something to see since: about two weeks.
LAST_AT_LEAST = 11
# Clients talked about in one supervision.
MOST_AT_ONCE = 5
# Days from the last supervision: over by now, and it was not done.
OVERDUE_AFTER: Mapping[Signal, int] = {Signal.SILENT_70: 7, Signal.OVERDUE: 7}
# Days from today.
DUE_IN: Mapping[Signal, int] = {
    Signal.WORSE: 4,
    Signal.RECOVERED: 24,
    Signal.EARLY: 9,
    Signal.SILENT_130: 12,
    Signal.NOT_IMPROVED: 6,
    Signal.NEAR_THE_END: 8,
    Signal.PAUSED: 22,
}


@dataclass(frozen=True, kw_only=True)
class InventedAgreement:
    """What was agreed about one episode."""

    episode: Key
    agreed: str
    due_on: dt.date | None


@dataclass(frozen=True, kw_only=True)
class InventedMeeting:
    """One supervision of one practitioner."""

    practitioner: str
    held_on: dt.date
    minutes: int
    supervisor: str
    agreements: tuple[InventedAgreement, ...]


def meetings(invented: InventedCaseload) -> Iterator[InventedMeeting]:
    """Of every practitioner, each one's earliest first."""
    for practitioner in PRACTITIONERS:
        yield from _meetings_of(practitioner, invented)


def _meetings_of(
    practitioner: InventedPractitioner, invented: InventedCaseload
) -> Iterator[InventedMeeting]:
    """Every four weeks for a year, or since the practitioner's first referral; earliest first."""
    supervisor, _, minutes = _SUPERVISION[practitioner.email]
    own = [cells for cells in invented.episodes if cells["practitioner"] == practitioner.email]
    began = min(day_of(cells["referred_on"]) for cells in own)
    days = [day for day in _days(practitioner, invented.today) if day > began]
    for day in days:
        is_last = day == days[-1]
        agreed = _agreed_last if is_last else _agreed_earlier
        yield InventedMeeting(
            practitioner=practitioner.email,
            held_on=day,
            minutes=minutes,
            supervisor=supervisor,
            agreements=tuple(agreed(invented, _open_on(own, day), day)),
        )


def _days(practitioner: InventedPractitioner, today: dt.date) -> list[dt.date]:
    _, weekday, _ = _SUPERVISION[practitioner.email]
    last = today - DAY * LAST_AT_LEAST
    last -= DAY * ((last.weekday() - weekday) % 7)
    days = []
    for back in reversed(range(A_YEAR)):
        day = last - EVERY * back
        while is_closed(practitioner, day):
            day -= WEEK
        days.append(day)
    return days


def _open_on(episodes: list[Row], day: dt.date) -> list[Row]:
    return [
        cells
        for cells in episodes
        if cells["referred_on"] < day.isoformat()
        and (not cells["ended_on"] or cells["ended_on"] > day.isoformat())
    ]


def _agreed_earlier(
    invented: InventedCaseload, episodes: list[Row], day: dt.date
) -> Iterator[InventedAgreement]:
    """About some of those who were open then, in general words."""
    rng = chance("supervision", str(day), *sorted(cells["client"] for cells in episodes))
    chosen = rng.sample(episodes, k=min(len(episodes), rng.randint(2, MOST_AT_ONCE)))
    for cells, words in zip(chosen, rng.sample(phrases.AGREED, k=len(chosen)), strict=True):
        # What is open today may not have been talked about since: then a day would be long over.
        has_day = cells["ended_on"] and rng.random() < 0.5
        yield InventedAgreement(
            episode=key_of(cells), agreed=words, due_on=day + EVERY if has_day else None
        )


def _agreed_last(
    invented: InventedCaseload, episodes: list[Row], day: dt.date
) -> Iterator[InventedAgreement]:
    """About each client made to order, by what they show, and about some of the others."""
    made = {reference: signal for signal, reference in invented.signals.items()}
    others = [cells for cells in episodes if cells["client"] not in made]
    rng = chance("last supervision", str(day), *sorted(cells["client"] for cells in episodes))
    chosen = rng.sample(others, k=min(len(others), MOST_AT_ONCE))
    words = dict(
        zip(
            (cells["client"] for cells in chosen),
            rng.sample(phrases.AGREED, k=len(chosen)),
            strict=True,
        )
    )
    for cells in episodes:
        signal = made.get(cells["client"])
        if signal is not None and signal in phrases.AGREED_FOR:
            yield InventedAgreement(
                episode=key_of(cells),
                agreed=phrases.AGREED_FOR[signal],
                due_on=_due_on(signal, day=day, today=invented.today),
            )
        elif cells["client"] in words:
            yield InventedAgreement(
                episode=key_of(cells), agreed=words[cells["client"]], due_on=None
            )


def _due_on(signal: Signal, *, day: dt.date, today: dt.date) -> dt.date | None:
    if signal in OVERDUE_AFTER:
        return day + DAY * OVERDUE_AFTER[signal]
    return today + DAY * DUE_IN[signal] if signal in DUE_IN else None
