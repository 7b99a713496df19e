"""Clients made to order: one for each thing that a practitioner should see at a glance.

All are open, but one who has just left.

Their dates are counted back from today, so that each shows its signal on any day. The price: the
caseloads of two days hold the same references with different dates, so the rows of a later day are
for a fresh database, not for bringing in on top of an earlier day's.
"""

import datetime as dt
import random
from dataclasses import dataclass, field
from enum import StrEnum

from practice.demonstration.arrangement import Arrangement, appointment_cells, episode_cells
from practice.demonstration.diary import DAY, Appointment, missed_after, slots_back
from practice.demonstration.history import History
from practice.demonstration.people import (
    LUKASZ,
    PRIVATE,
    WYN,
    ZOE,
    InventedPractitioner,
    drawn_contract,
    drawn_person,
)
from practice.demonstration.rows import Row, cell
from practice.demonstration.scores import FormStyle, Trajectory, item_cells
from practice.domain.endings import Ending
from practice.domain.measures import GAD7, MEASURES, PHQ9, Mode
from practice.domain.sessions import Attendance, Kind, Medium


class Signal(StrEnum):
    """What a client made to order shows."""

    SILENT_70 = "no contact for 70 days"
    SILENT_130 = "no contact for 130 days"
    RISK = "risk item above 0"
    WORSE = "reliably worse"
    NOT_IMPROVED = "not improved by session 6"
    ONLY_ASSESSED = "only an assessment"
    NOT_SEEN = "not yet seen"
    OVERDUE = "score overdue"
    RECOVERED = "below the cut-off"
    EARLY = "early in therapy"
    NEAR_THE_END = "near the end"
    PAUSED = "an agreed pause"
    LEFT = "left last week, getting better"


@dataclass(frozen=True, kw_only=True)
class OpenCase:
    """One client. gap: days since the last session attended, at least.

    scores: one pair of PHQ-9 and GAD-7 for each session, the assessment first; None for a session
    without forms. missed: appointments not kept since. risks: the answers to PHQ-9 item 9, where the
    client answers item by item. ended: how, and how many days ago.
    """

    signal: Signal
    practitioner: InventedPractitioner
    gap: int
    scores: tuple[tuple[int, int] | None, ...] = ()
    missed: int = 0
    ended: tuple[Ending, int] | None = None
    risks: tuple[int, ...] = ()
    extra: Row = field(default_factory=dict)


OPEN_CASES = (
    OpenCase(
        signal=Signal.SILENT_70,
        practitioner=ZOE,
        gap=66,
        scores=((15, 13), (14, 13), (13, 10), (11, 9), (10, 8)),
        missed=2,
    ),
    OpenCase(
        signal=Signal.RISK,
        practitioner=ZOE,
        gap=1,
        scores=((19, 15), (18, 15), (19, 13), (16, 12), (15, 12)),
        risks=(0, 0, 1, 0, 1),
    ),
    OpenCase(
        signal=Signal.WORSE,
        practitioner=ZOE,
        gap=2,
        scores=((11, 9), (12, 11), (12, 10), (15, 12), (17, 14), (18, 15)),
    ),
    OpenCase(
        signal=Signal.RECOVERED,
        practitioner=ZOE,
        gap=0,
        scores=((18, 16), (17, 13), (14, 12), None, (10, 9), None, (8, 7), None, (6, 6)),
    ),
    OpenCase(
        signal=Signal.EARLY,
        practitioner=ZOE,
        gap=3,
        scores=((21, 18), (20, 18), (18, 15)),
    ),
    OpenCase(signal=Signal.NOT_SEEN, practitioner=ZOE, gap=0),
    OpenCase(
        signal=Signal.SILENT_130,
        practitioner=LUKASZ,
        gap=126,
        scores=((18, 16), (16, 16), None, (14, 12)),
        missed=1,
    ),
    OpenCase(
        signal=Signal.NOT_IMPROVED,
        practitioner=LUKASZ,
        gap=1,
        scores=((17, 14), (16, 15), (18, 14), (17, 13), (16, 14), (17, 15), (16, 13), (15, 13)),
    ),
    OpenCase(
        signal=Signal.OVERDUE,
        practitioner=LUKASZ,
        gap=2,
        scores=((16, 12), (14, 11), (13, 11), None, None, None),
    ),
    OpenCase(signal=Signal.ONLY_ASSESSED, practitioner=WYN, gap=2, scores=((13, 15),)),
    OpenCase(
        signal=Signal.NEAR_THE_END,
        practitioner=WYN,
        gap=1,
        scores=(
            (16, 17),
            (15, 15),
            None,
            (12, 13),
            None,
            (10, 9),
            None,
            (8, 7),
            None,
            (6, 5),
            (5, 5),
        ),
        extra={"planned_sessions": "11"},
    ),
    OpenCase(
        signal=Signal.PAUSED,
        practitioner=ZOE,
        gap=31,
        scores=((17, 15), (16, 13), (13, 12), (11, 8)),
    ),
    OpenCase(
        signal=Signal.LEFT,
        practitioner=ZOE,
        gap=17,
        scores=((18, 15), (16, 14), (13, 11), (11, 8)),
        missed=1,
        ended=(Ending.LOSS_OF_CONTACT, 5),
    ),
)


def open_history(
    rng: random.Random, case: OpenCase, *, reference: str, weekday: int, today: dt.date
) -> History:
    """The episode of one such client as it stands today."""
    ended_on = None if case.ended is None else today - DAY * case.ended[1]
    practitioner = case.practitioner
    contract = drawn_contract(rng, practitioner)
    if contract.limit is not None and contract.limit < len(case.scores):
        # Nobody pays for more sessions than they agreed to.
        contract = PRIVATE
    days = slots_back(practitioner, today - DAY * case.gap, weekday, len(case.scores))
    referred_on = (days[0] if days else today) - DAY * rng.randint(5, 12)
    person = drawn_person(rng, reference, year=referred_on.year, adult=True)
    mode = Mode.SELF if case.risks else Mode.TRANSCRIBED
    arrangement = Arrangement(
        practitioner=practitioner,
        contract=contract,
        fee=rng.choice(contract.fees),
        medium=rng.choice((Medium.VIDEO, Medium.FACE_TO_FACE)),
        style=FormStyle(mode=mode, with_items=bool(case.risks), with_core=False, every=1),
        trajectory=Trajectory(first={}, change={}, pace=0),
    )
    base = {"client": reference, "episode": "1"}
    sessions = _sessions(rng, case, arrangement, days)
    if case.missed:
        for visit in missed_after(practitioner, days[-1], kind=Kind.TREATMENT, count=case.missed):
            # A holiday may have put it off until after the end.
            if ended_on is None or visit.on <= ended_on:
                sessions.append(appointment_cells(arrangement, visit))
    return History(
        person=person,
        number=1,
        referred_on=referred_on,
        ended_on=ended_on,
        episode=base
        | episode_cells(rng, practitioner, contract, person)
        | {"referred_on": cell(referred_on)}
        | case.extra,
        at_end=_at_end(case, ended_on),
        sessions=tuple(base | cells for cells in sessions),
    )


def _at_end(case: OpenCase, ended_on: dt.date | None) -> Row:
    if case.ended is None:
        return {}
    return {"ended_on": cell(ended_on), "ending": cell(case.ended[0])}


def _sessions(
    rng: random.Random, case: OpenCase, arrangement: Arrangement, days: list[dt.date]
) -> list[Row]:
    found: list[Row] = []
    for place, (day, pair) in enumerate(zip(days, case.scores, strict=True)):
        kind = Kind.TREATMENT if place else Kind.ASSESSMENT
        visit = Appointment(on=day, kind=kind, attendance=Attendance.ATTENDED)
        cells = appointment_cells(arrangement, visit)
        if pair is not None:
            cells["mode"] = arrangement.style.mode.value
            cells |= _pair_cells(rng, pair, risk=case.risks[place] if case.risks else None)
        found.append(cells)
    return found


def _pair_cells(rng: random.Random, pair: tuple[int, int], *, risk: int | None) -> Row:
    phq9, gad7 = pair
    if risk is None:
        return {PHQ9.code: str(phq9), GAD7.code: str(gad7)}
    return item_cells(rng, MEASURES["phq9"], phq9, risk=risk) | item_cells(
        rng, MEASURES["gad7"], gad7
    )
