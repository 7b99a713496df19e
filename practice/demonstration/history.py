"""One episode from its referral to its end, as if the future were known; cut at today later."""

import datetime as dt
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace

from practice.demonstration.arrangement import Arrangement, appointment_cells, episode_cells
from practice.demonstration.diary import (
    DAY,
    Appointment,
    appointments,
    missed_after,
    slot_on_or_after,
)
from practice.demonstration.fates import Fate, Forms
from practice.demonstration.people import (
    Contract,
    InventedPractitioner,
    Person,
)
from practice.demonstration.rows import EPISODE_COLUMNS, SESSION_COLUMNS, Row, cell, row
from practice.demonstration.scores import (
    PAIR,
    FormStyle,
    drawn_style,
    drawn_trajectory,
    form_cells,
)
from practice.domain.endings import PLANNED, Ending, LeftOut
from practice.domain.measures import CORE10, Mode
from practice.domain.sessions import QUESTIONNAIRE, Attendance, Kind, Medium

_GONE = frozenset({Ending.LOSS_OF_CONTACT, Ending.DID_NOT_WISH_TO_CONTINUE, None})
# Known from the start; consent is withdrawn at the end.
_LEFT_OUT_AT_ONCE = frozenset({LeftOut.COUPLE_OR_FAMILY, LeftOut.UNDER_18})


@dataclass(frozen=True, kw_only=True)
class History:
    """An episode with everything that ever comes of it. ended_on: None while it stays open."""

    person: Person
    number: int
    referred_on: dt.date
    ended_on: dt.date | None
    episode: Row
    at_end: Row
    sessions: tuple[Row, ...]

    def episode_row(self, today: dt.date) -> Row:
        """The row of the episodes file as it stands on a day."""
        has_ended = self.ended_on is not None and self.ended_on <= today
        return row(EPISODE_COLUMNS, self.episode | (self.at_end if has_ended else {}))

    def session_rows(self, today: dt.date) -> list[Row]:
        """The rows of the sessions file that have come by a day."""
        return [
            row(SESSION_COLUMNS, cells)
            for cells in self.sessions
            if cells["date"] <= today.isoformat()
        ]


def lived(
    rng: random.Random,
    practitioner: InventedPractitioner,
    fate: Fate,
    *,
    contract: Contract,
    person: Person,
    number: int,
    referred_on: dt.date,
) -> History:
    """The whole of one episode."""
    arrangement = Arrangement(
        practitioner=practitioner,
        contract=contract,
        fee=rng.choice(contract.fees),
        medium=rng.choices(
            (Medium.VIDEO, Medium.FACE_TO_FACE, Medium.TELEPHONE), weights=(46, 46, 8)
        )[0],
        style=drawn_style(
            rng, self_share=practitioner.self_share, core_share=practitioner.core_share
        ),
        trajectory=drawn_trajectory(rng, fate.course),
    )
    wanted = rng.randint(*fate.treatments)
    capped = contract.limit is not None and wanted > contract.limit
    treatments = min(wanted, contract.limit or wanted)
    first = slot_on_or_after(
        practitioner, referred_on + DAY * rng.randint(*contract.wait), rng.randrange(5)
    )
    held = _appointments(rng, practitioner, fate, first=first, treatments=treatments)
    ended_on = _ended_on(rng, fate, held)
    last_attended = max((visit.on for visit in held if visit.is_attended), default=None)
    base = {"client": person.reference, "episode": cell(number)}
    sessions = _session_rows(rng, arrangement, fate, held)
    if fate.ending in PLANNED and fate.forms is Forms.PAIRED and last_attended is not None:
        sessions += _afterwards(rng, arrangement, ended_on, seen=treatments)
    return History(
        person=person,
        number=number,
        referred_on=referred_on,
        ended_on=ended_on,
        episode=base
        | episode_cells(rng, practitioner, contract, person)
        | {"referred_on": cell(referred_on)}
        | ({"left_out": cell(fate.left_out)} if fate.left_out in _LEFT_OUT_AT_ONCE else {}),
        at_end={
            "ended_on": cell(ended_on),
            "ending": cell(fate.ending),
            "left_out": cell(fate.left_out),
            "wished_to_continue": _wished(rng, fate, capped=capped),
        },
        sessions=tuple(base | cells for cells in sessions),
    )


def _kinds(rng: random.Random, treatments: int) -> list[Kind]:
    """Assessment first for most, in a session of its own; every sixth treatment is a review too."""
    kinds = [
        Kind.REVIEW_AND_TREATMENT if place % 6 == 0 else Kind.TREATMENT
        for place in range(1, treatments + 1)
    ]
    if kinds and rng.random() < 0.25:
        return [Kind.ASSESSMENT_AND_TREATMENT, *kinds[1:]]
    return [Kind.ASSESSMENT, *kinds]


def _appointments(
    rng: random.Random,
    practitioner: InventedPractitioner,
    fate: Fate,
    *,
    first: dt.date,
    treatments: int,
) -> list[Appointment]:
    if not fate.assessed:
        missed = Appointment(on=first, kind=Kind.ASSESSMENT, attendance=Attendance.DNA)
        return [missed]
    held = appointments(rng, practitioner, first=first, kinds=_kinds(rng, treatments))
    if fate.ending in _GONE and treatments:
        # They drop out by not coming, or by saying so.
        count = rng.choice((1, 2) if fate.ending is Ending.LOSS_OF_CONTACT else (0, 0, 1))
        held += missed_after(practitioner, held[-1].on, kind=Kind.TREATMENT, count=count)
    return held


def _ended_on(rng: random.Random, fate: Fate, held: Sequence[Appointment]) -> dt.date:
    """A planned ending is the last session; others are written down some days later."""
    last = held[-1].on
    if fate.ending in PLANNED:
        return last
    return last + DAY * rng.randint(3, 17)


def _wished(rng: random.Random, fate: Fate, *, capped: bool) -> str:
    """Asked at planned endings; a yes only where the payer's limit came first."""
    if fate.ending not in PLANNED:
        return ""
    if capped:
        return "yes" if rng.random() < 0.7 else "no"
    return "no" if rng.random() < 0.7 else ""


def _session_rows(
    rng: random.Random, arrangement: Arrangement, fate: Fate, held: Sequence[Appointment]
) -> list[Row]:
    attended = [visit for visit in held if visit.is_attended]
    pair_days, core_days = form_days(fate.forms, count=len(attended), style=arrangement.style)
    rows: list[Row] = []
    seen = 0
    for visit in held:
        cells = appointment_cells(arrangement, visit)
        if visit.is_attended:
            # The treatment before this one has worked by now; the first form is before it all.
            measures = _given(fate.forms, seen, pair_days, core_days)
            if measures:
                totals = arrangement.trajectory.totals(rng, seen)
                cells |= form_cells(rng, arrangement.style, totals, measures)
            seen += 1
        rows.append(cells)
        if not visit.is_attended and 0 < seen < len(attended):
            rows.extend(_sent_in(rng, arrangement, fate, visit, seen))
    return rows


def form_days(
    forms: Forms, *, count: int, style: FormStyle
) -> tuple[frozenset[int], frozenset[int]]:
    """At which attended sessions (from 0) the pair and the CORE-10 are given."""
    last = count - 1
    core = frozenset({0, last, *range(4, count, 4)}) if style.with_core else frozenset[int]()
    pair = frozenset({0, min(1, last), last, *range(0, count, style.every)})
    match forms:
        case Forms.NONE:
            return frozenset(), frozenset()
        case Forms.FIRST_ONLY:
            return frozenset({0}), core & {0}
        case Forms.LATE_BASELINE:
            # Even where the first session is no treatment, two treatments come before the fourth.
            return frozenset(day for day in pair | {3} if day >= 3), frozenset()
        case Forms.STALE_LAST:
            return frozenset(day for day in pair if day < count - 3), core - {last}
        case _:
            return pair, core


def _given(
    forms: Forms, place: int, pair_days: frozenset[int], core_days: frozenset[int]
) -> list[str]:
    measures = list(PAIR) if place in pair_days else []
    if forms is Forms.GAD7_ONCE and place > 0:
        measures = measures[:1]
    if place in core_days:
        measures.append(CORE10.code)
    return measures


def _sent_in(
    rng: random.Random, arrangement: Arrangement, fate: Fate, missed: Appointment, seen: int
) -> list[Row]:
    """After a missed session some clients who fill the forms in themselves still send them."""
    is_willing = arrangement.style.mode is Mode.SELF and fate.forms is Forms.PAIRED
    if not is_willing or rng.random() > 0.35:
        return []
    totals = arrangement.trajectory.totals(rng, seen)
    return [
        {"date": cell(missed.on + DAY), "kind": QUESTIONNAIRE}
        | form_cells(rng, arrangement.style, totals, PAIR)
    ]


def _afterwards(
    rng: random.Random, arrangement: Arrangement, ended_on: dt.date, *, seen: int
) -> list[Row]:
    """About three months after a planned ending some come again, and some send a form in."""
    day = slot_on_or_after(
        arrangement.practitioner, ended_on + DAY * rng.randint(80, 98), ended_on.weekday()
    )
    chance = rng.random()
    if chance > 0.26:
        return []
    totals = arrangement.trajectory.totals(rng, seen + 3)
    style = arrangement.style
    forms = form_cells(rng, style, totals, PAIR)
    if chance > 0.2:
        own = replace(style, mode=Mode.SELF, with_items=True)
        return [{"date": cell(day), "kind": QUESTIONNAIRE} | form_cells(rng, own, totals, PAIR)]
    visit = Appointment(on=day, kind=Kind.FOLLOW_UP, attendance=Attendance.ATTENDED)
    return [appointment_cells(arrangement, visit) | forms]
