"""One client's side in words: page and paper draw this one object, and nothing is counted here."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass

from practice.cases.case import Case
from practice.cases.pictures import MeasurePicture
from practice.cases.risk_told import RiskTold
from practice.cases.scores import ScoreLine
from practice.cases.standing import NOT_ASKED
from practice.cases.wording import change_words
from practice.charts.trajectory import KEY, UNCOUNTED_KEY, TrajectoryPlot
from practice.domain.endings import Ending, EndingGroup, LeftOut
from practice.domain.measures import MEASURES
from practice.domain.periods import day_words
from practice.domain.signal_kinds import Signal, SignalFound
from practice.reports.case_side import CaseSide
from practice.reports.notes import Note
from practice.reports.supervision_names import Names
from practice.reports.supervision_rows import (
    NO_PLAN,
    NOTHING_AGREED,
    SheetLine,
    SheetScore,
    score_words,
    sentence,
    short_day,
)
from practice.reports.words import several

PROMPTS = (
    "If this is real, what shall we do?",
    "What might the numbers miss?",
    "What has the client said?",
)
NO_SIGNAL = "None by our rules."
NO_RISK_ITEM = "Risk item not seen: no form."
NO_NOTES = "None is written"


@dataclass(frozen=True, kw_only=True)
class SideMeasure:
    """One measure: its chart, the same in words for whoever cannot see it, and what stands under it."""

    name: str
    plot: TrajectoryPlot
    title: str
    description: str
    start: SheetScore
    best: SheetScore
    last: SheetScore
    change: str
    marks: tuple[str, ...]

    @property
    def scores_words(self) -> str:
        """Start 15 (15 Apr), best 7 (29 Apr), last 9 (6 May)."""
        return f"Start {self.start.words}, best {self.best.words}, last {self.last.words}."


@dataclass(frozen=True, kw_only=True)
class SideText:
    """One side, ready to be drawn. notes is empty where they were not asked for."""

    episode: uuid.UUID
    name: str
    title: str
    facts: tuple[Note, ...]
    measures: tuple[SideMeasure, ...]
    not_measured: str
    chart_key: str
    signals: tuple[Note, ...]
    risks: tuple[SheetLine, ...]
    agreed: tuple[SheetLine, ...]
    notes: tuple[Note, ...]
    prompts: tuple[str, ...] = PROMPTS


def side_text(side: CaseSide, *, names: Names) -> SideText:
    """Put one side into words."""
    case, name = side.case, names.of(side.case.episode.client_id)
    return SideText(
        episode=case.episode.uid,
        name=name,
        title=f"{name}: {_standing(case)}",
        facts=tuple(_facts(case, names)),
        measures=tuple(_measure(picture, case) for picture in side.pictures),
        not_measured=_not_measured(side),
        chart_key=_chart_key(side.pictures),
        signals=tuple(_signals(case)),
        risks=tuple(_risks(side.risks, names)),
        agreed=tuple(_agreed(side, names)),
        notes=tuple(_notes(side, names)),
    )


def _standing(case: Case) -> str:
    ended_on = _ended_by(case)
    return case.group.words if ended_on is None else f"ended {ended_on}"


def _ended_by(case: Case) -> str | None:
    """The day of the ending; None for one who is open on the case's day."""
    ended_on = case.episode.ended_on
    return None if ended_on is None or ended_on > case.on else short_day(ended_on)


def _facts(case: Case, names: Names) -> Iterator[Note]:
    yield Note(heading="Sessions", text=_sessions(case))
    held = several(len(case.course.treatment_sessions), "treatment session", "treatment sessions")
    planned = case.episode.planned_sessions
    plan = NO_PLAN if planned is None else several(planned, "session", "sessions")
    if _ended_by(case) is None:
        yield Note(heading="Planned", text=f"{plan}; {held} held so far.")
    else:
        yield Note(heading="Planned", text=f"{plan}; {held} held.")
        yield Note(heading="Ended", text=_ending(case))
    if case.is_paused and case.episode.paused_until is not None:
        until, reason = day_words(case.episode.paused_until), case.episode.pause_reason
        words = f"agreed until {until}, off the signals until then: {names.within(reason)}"
        yield Note(heading="Pause", text=sentence(words))
    if case.episode.left_out:
        yield Note(heading="In no figure", text=f"{LeftOut(case.episode.left_out).words}.")


def _sessions(case: Case) -> str:
    parts = [f"{case.attended} attended, {case.missed} missed"]
    if case.weeks is not None:
        parts.append(several(case.weeks, "week", "weeks") + " since the first treatment session")
    parts.append(f"referred {day_words(case.episode.referred_on)}")
    return "; ".join(parts) + "."


def _ending(case: Case) -> str:
    episode = case.episode
    day = day_words(case.on)
    ending = Ending(episode.ending) if episode.ending else None
    if ending is None:
        return f"{day}; how is not recorded."
    group = {
        EndingGroup.PLANNED: "planned",
        EndingGroup.UNPLANNED: "unplanned",
        EndingGroup.NEITHER: "neither planned nor unplanned",
    }[ending.group]
    got = episode.get_got_what_they_came_for_display() or NOT_ASKED
    return f"{day}, {group}: {ending.words}. Got what they came for: {got}."


def _measure(picture: MeasurePicture, case: Case) -> SideMeasure:
    line = picture.line
    return SideMeasure(
        name=line.name,
        plot=picture.plot,
        title=picture.title,
        description=picture.description,
        start=score_words(line.start, on=case.on),
        best=score_words(line.best if line.last is not None else None, on=case.on),
        last=score_words(line.last, on=case.on),
        change=_change(line, picture.cut_off_words),
        marks=picture.marks,
    )


def _change(line: ScoreLine, cut_off: str) -> str:
    """6 points lower: reliably improved; below the cut-off of 10."""
    change = line.change_words if line.change is None else change_words(line.change)
    words = f"{change}; {cut_off}."
    return words[0].upper() + words[1:]


def _not_measured(side: CaseSide) -> str:
    given = {picture.measure.code for picture in side.pictures}
    names = [
        MEASURES[code].name for code in side.case.service.primary.measures if code not in given
    ]
    return f"Not measured: {', '.join(names)}." if names else ""


def _chart_key(pictures: tuple[MeasurePicture, ...]) -> str:
    if not pictures:
        return ""
    return f"{KEY} {UNCOUNTED_KEY}" if any(each.plot.uncounted for each in pictures) else KEY


def _signals(case: Case) -> Iterator[Note]:
    """What was found, and by which rule; of somebody who has ended, the risk alone."""
    found: dict[Signal, list[SignalFound]] = {}
    for one in case.signals:
        if one.signal is Signal.RISK or _ended_by(case) is None:
            found.setdefault(one.signal, []).append(one)
    for signal, each in found.items():
        told = "; ".join(one.text for one in each)
        yield Note(heading=_opened(signal.words), text=f"{told}. {signal.rule}")
    if not found:
        yield Note(heading="Signals", text=NO_SIGNAL)
    off = [signal.words for signal in Signal if signal in case.service.signals_turned_off]
    if off:
        yield Note(heading="Not looked for", text=f"{', '.join(off)} (turned off).")


def _opened(words: str) -> str:
    return words[:1].upper() + words[1:]


def _risks(risks: tuple[RiskTold, ...], names: Names) -> Iterator[SheetLine]:
    """Every item above 0 with what was asked and done; then how many were 0, and not seen."""
    if not risks:
        yield SheetLine(text=NO_RISK_ITEM)
        return
    for risk in risks:
        if risk.is_told:
            yield SheetLine(text=_told(risk, names), is_pressing=risk.item.is_open)
    quiet = [risk for risk in risks if not risk.is_told]
    for is_seen, words in ((True, "answered 0"), (False, "risk item not seen")):
        by_measure: dict[str, list[RiskTold]] = {}
        for risk in quiet:
            if (risk.item.answer is not None) is is_seen:
                by_measure.setdefault(risk.item.measure.name, []).append(risk)
        for name, each in by_measure.items():
            forms = several(len(each), "form", "forms")
            last = short_day(each[0].item.on)
            yield SheetLine(text=f"{name}: {words} on {forms}, the last of {last}.")


def _told(risk: RiskTold, names: Names) -> str:
    words = f"{short_day(risk.item.on)}, {risk.words}"
    response = risk.response
    if response is None:
        return f"{words}: OPEN, nobody has written what was asked and done."
    asked, done = names.within(response.asked), names.within(response.done)
    return (
        f"{words}. {sentence(f'Asked: {asked}')} {sentence(f'Done: {done}')} "
        f"Written by {response.written_by}, {response.written_at}."
    )


def _agreed(side: CaseSide, names: Names) -> Iterator[SheetLine]:
    """Everything agreed, the latest first, with the score then and now."""
    if not side.agreements:
        yield SheetLine(text=_opened(f"{NOTHING_AGREED}."))
    for place, each in enumerate(side.agreements):
        text = sentence(
            f"{short_day(each.held_on)}, with {each.supervisor}: {names.within(each.agreed)}"
        )
        due = "" if each.due_on is None else f" By {short_day(each.due_on)}."
        # Only the latest can be overdue: the others were looked at again in the next supervision.
        is_overdue = place == 0 and each.due_on is not None and each.due_on < side.case.on
        if is_overdue:
            due = f"{due[:-1]}: overdue."
        scores = f" {'; '.join(each.scores)}." if each.scores else ""
        yield SheetLine(text=f"{text}{due}{scores}", is_pressing=is_overdue)


def _notes(side: CaseSide, names: Names) -> Iterator[Note]:
    if side.notes is None:
        return
    for note in side.notes:
        heading = "The episode" if note.on is None else short_day(note.on)
        yield Note(heading=heading, text=names.within(note.text))
    if not side.notes:
        yield Note(heading=NO_NOTES, text="")
