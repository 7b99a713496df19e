"""The supervision sheet in words and cells: page and paper draw this one object."""

import datetime as dt
import uuid
from collections.abc import Iterator
from dataclasses import dataclass

from practice.cases.case import Case
from practice.cases.risk import RiskItem
from practice.domain.endings import Ending, EndingGroup, LeftOut
from practice.domain.outcomes import FINISHED_FROM, STALE_FROM
from practice.domain.periods import day_words
from practice.domain.signal_kinds import SIGNALS_NOTE, Signal
from practice.reports.case_choice import has_open_risk, offered
from practice.reports.case_side import NO_SIDES, CaseSides
from practice.reports.case_side_text import SideText, side_text
from practice.reports.monthly_text import INVENTED, PURPOSE
from practice.reports.notes import Note
from practice.reports.supervision import SupervisionSheet
from practice.reports.supervision_integrity import ChangeLines, change_lines
from practice.reports.supervision_names import Names, Naming, names_of
from practice.reports.supervision_rows import (
    SheetRow,
    cut_offs,
    near_day,
    risk_lines,
    sentence,
    sheet_row,
    short_day,
)
from practice.reports.words import several

CONFIDENTIAL = "Confidential"
KEY_ELSEWHERE = "Clients are called A, B, C; their key is kept apart from this sheet."
NOTHING_FOUND = "what was found is not written yet"
NO_TRY = "what one would try is not written yet"

HEAD = (
    "Client",
    "Sessions",
    "Measure",
    "Start",
    "Best",
    "Last",
    "Change",
    "Trajectory",
    "Risk item",
    "Ending planned for",
    "Agreed last time, and since",
    "Decision",
    "By when",
)
SIGNATURES = ("Practitioner", "Date", "Supervisor", "Date")


@dataclass(frozen=True, kw_only=True)
class Tick:
    """A client who can have a side of their own."""

    episode: uuid.UUID
    name: str
    words: str
    is_chosen: bool


@dataclass(frozen=True, kw_only=True)
class SheetText:
    """A supervision sheet, ready to be drawn. rows is empty without an open client.

    ticks: everybody who can have a side, in the order of the sheet; sides: those chosen.
    """

    title: str
    whose: str
    invented: str
    printed_on: dt.date
    facts: str
    notices: tuple[str, ...]
    strip: tuple[Note, ...]
    head: tuple[str, ...]
    rows: tuple[SheetRow, ...]
    nobody: str
    since_title: str
    since: tuple[Note, ...]
    changes: ChangeLines
    definitions: str
    signals_note: str
    signatures: tuple[str, ...]
    footer: str
    ticks: tuple[Tick, ...]
    sides: tuple[SideText, ...]


def sheet_text(
    sheet: SupervisionSheet, *, naming: Naming, sides: CaseSides = NO_SIDES
) -> SheetText:
    """Put a sheet into words, and the sides of the clients chosen."""
    names = names_of(sheet, naming)
    day = day_words(sheet.on)
    return SheetText(
        title=f"Supervision sheet, {day}",
        whose=sheet.scope.words,
        invented=INVENTED if sheet.scope.service.is_invented else "",
        printed_on=sheet.printed_on,
        facts=_facts(sheet),
        notices=(*_notices(sheet, naming), *_about_sides(sheet, names, sides)),
        strip=tuple(_strip(sheet)),
        head=HEAD,
        rows=tuple(sheet_row(each, names=names) for each in sheet.cases),
        nobody=f"No open client on {day}.",
        since_title=f"Since {day_words(sheet.since)}, that day included",
        since=tuple(_since(sheet, names)),
        changes=change_lines(
            (told.fact for told in sheet.facts),
            clients={told.episode.pk: names.of(told.episode.client_id) for told in sheet.facts},
            within=names.within,
            since=sheet.since,
        ),
        definitions=_definitions(),
        signals_note=SIGNALS_NOTE,
        signatures=SIGNATURES,
        footer=f"{PURPOSE}. {CONFIDENTIAL}.",
        ticks=tuple(_ticks(sheet, names, sides)),
        sides=tuple(side_text(side, names=names) for side in sides.sides),
    )


def _facts(sheet: SupervisionSheet) -> str:
    if sheet.last is None:
        last = f"No supervision is recorded yet: looked back to {day_words(sheet.since)}."
    else:
        last = (
            f"Last supervision: {day_words(sheet.last.held_on)} with {sheet.last.supervisor}, "
            f"{several(sheet.last.minutes, 'minute', 'minutes')}."
        )
    return f"{last} Printed on {day_words(sheet.printed_on)}."


def _notices(sheet: SupervisionSheet, naming: Naming) -> Iterator[str]:
    if sheet.last is not None and sheet.last.held_on == sheet.on:
        yield (
            "The supervision of this day is recorded and counts as the last one; choose the day "
            "before it for the sheet as it was."
        )
    if naming is Naming.LETTERS:
        yield KEY_ELSEWHERE
    if sheet.hidden:
        yield (
            f"Not shown: {several(sheet.hidden, 'client', 'clients')} of that time, handed over "
            "since."
        )


def _about_sides(sheet: SupervisionSheet, names: Names, sides: CaseSides) -> Iterator[str]:
    """Risk is never left out: who has an open item and no side is named."""
    if sides.elsewhere:
        yield (
            f"{several(sides.elsewhere, 'client', 'clients')} ticked for a side of their own: not on "
            "this sheet, so left out."
        )
    without = [
        names.of(case.episode.client_id)
        for case in offered(sheet)
        if has_open_risk(case) and case.episode.pk not in sides.keys
    ]
    if without:
        yield (
            f"Risk item open, and no side of their own chosen: {', '.join(without)}. "
            "The sheet itself shows it."
        )


def _ticks(sheet: SupervisionSheet, names: Names, sides: CaseSides) -> Iterator[Tick]:
    open_ones = {each.key for each in sheet.cases}
    for case in offered(sheet):
        is_open = case.episode.pk in open_ones
        yield Tick(
            episode=case.episode.uid,
            name=names.of(case.episode.client_id),
            words=case.group.words if is_open else f"ended {near_day(case.on, on=sheet.on)}",
            is_chosen=case.episode.pk in sides.keys,
        )


def _strip(sheet: SupervisionSheet) -> Iterator[Note]:
    n = len(sheet.cases)
    beside = [f"{n} open"]
    if sheet.paused:
        beside.append(f"{sheet.paused} of them on an agreed pause")
    if sheet.left_out:
        beside.append(f"{sheet.left_out} of them in no figure")
    yield Note(heading="Caseload", text=", ".join(beside))
    yield Note(
        heading="New this month",
        text=f"{sheet.referred_this_month} referred since {short_day(sheet.month.period.start)}",
    )
    yield Note(heading="Ended this month", text=_ended(sheet))
    yield _with_signal(sheet, Signal.SCORE_OVERDUE, heading="Score overdue")
    yield _with_signal(sheet, Signal.RISK, heading="Risk item open")


def _ended(sheet: SupervisionSheet) -> str:
    tally = sheet.endings
    parts = []
    if tally.of:
        counts = [("planned", tally.planned), ("unplanned", tally.unplanned)]
        counts += [("not recorded", tally.not_recorded)] if tally.not_recorded else []
        counts += [("died", tally.died)] if tally.died else []
        parts.append(", ".join(f"{words} {k} of {tally.of}" for words, k in counts))
    else:
        parts.append("nobody who had entered therapy")
    before = len(sheet.month.ended_before_treatment)
    if before:
        parts.append(f"before treatment {before} more")
    return "; ".join(parts)


def _with_signal(sheet: SupervisionSheet, signal: Signal, *, heading: str) -> Note:
    if signal in sheet.scope.service.signals_turned_off:
        return Note(heading=heading, text="not looked for: this signal is turned off")
    return Note(heading=heading, text=f"{sheet.with_signal(signal)} of {len(sheet.cases)} clients")


def _since(sheet: SupervisionSheet, names: Names) -> Iterator[Note]:
    if sheet.enders:
        for case in sheet.enders:
            yield Note(
                heading=names.of(case.episode.client_id),
                text=" ".join(_ender(case, names, on=sheet.on)),
            )
    else:
        yield Note(heading="Unplanned endings", text="None.")
    for risk in sheet.risks:
        yield Note(
            heading=f"{names.of(risk.episode.client_id)}, ended",
            text=f"Risk item still open: {_risks(risk.items, on=sheet.on)}.",
        )
    yield Note(heading="Scores changed after entry", text=sheet.changes.words)


def _risks(items: tuple[RiskItem, ...], *, on: dt.date) -> str:
    return "; ".join(line.text for line in risk_lines(items, on=on))


def _ender(case: Case, names: Names, *, on: dt.date) -> Iterator[str]:
    """How it ended, the last score against the first, and what was learned from it."""
    episode = case.episode
    held = several(len(case.course.treatment_sessions), "treatment session", "treatment sessions")
    yield f"{_ending_words(case)}, on {near_day(case.on, on=on)} after {held}."
    if episode.left_out:
        yield f"In no figure: {LeftOut(episode.left_out).words}."
    yield "; ".join(line.words for line in case.scores) + "."
    if case.risk_items:
        yield f"Risk item: {_risks(case.risk_items, on=on)}."
    yield sentence(f"Found: {names.within(episode.found) or NOTHING_FOUND}")
    yield sentence(f"Would try: {names.within(episode.would_try) or NO_TRY}")


def _ending_words(case: Case) -> str:
    if not case.episode.ending:
        return "How it ended is not recorded"
    ending = Ending(case.episode.ending)
    if ending.group is EndingGroup.UNPLANNED:
        return f"Unplanned: {ending.words}"
    return f"Neither planned nor unplanned: {ending.words}"


def _definitions() -> str:
    return (
        "Seen: sessions of any kind; missed: whoever cancelled. Weeks: from the first treatment "
        "session. Held: treatment sessions. Best: the lowest score. Change: "
        "first against last score. Late first score: after treatment session "
        f"{FINISHED_FROM}; stale last score: {STALE_FROM} or more treatment sessions since. Trajectory: "
        f"first score hollow, last score full, the broken line is the cut-off: {cut_offs()}."
    )
