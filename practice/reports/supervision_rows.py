"""One open client in the cells of the supervision sheet. Decided here; nothing is counted here."""

import calendar
import datetime as dt
import uuid
from collections.abc import Iterator
from dataclasses import dataclass

from practice.cases.agreements import then_and_now
from practice.cases.case import Case
from practice.cases.risk import NOT_SEEN, RISK_MEASURES, RiskItem
from practice.cases.scores import ScoreLine
from practice.charts.sparkline import SparkPoint
from practice.domain.endings import LeftOut
from practice.domain.measures import MEASURES, PrimaryOutcome, in_figures
from practice.domain.records import ScoreRecord
from practice.domain.signal_kinds import RISK_ABOVE
from practice.models import Agreement
from practice.reports.supervision import SheetCase
from practice.reports.supervision_names import Names
from practice.reports.words import DASH, several

NOTHING_AGREED = "nothing agreed yet"
NO_PLAN = "no number planned"


def short_day(day: dt.date) -> str:
    """A day in a narrow column: 9 Mar 2026."""
    return f"{day.day} {calendar.month_abbr[day.month]} {day.year}"


def near_day(day: dt.date, *, on: dt.date) -> str:
    """The same with the year only where it is another one than the sheet's: 9 Mar."""
    return f"{day.day} {calendar.month_abbr[day.month]}" if day.year == on.year else short_day(day)


def sentence(text: str) -> str:
    """With a full stop, unless whoever wrote it ended it already."""
    return text if text.endswith((".", "!", "?", "\N{HORIZONTAL ELLIPSIS}")) else f"{text}."


@dataclass(frozen=True, kw_only=True)
class SheetScore:
    """A score and its day; a dash and nothing where there is none."""

    total: str
    day: str

    @property
    def words(self) -> str:
        """On one line: 19 (20 Oct)."""
        return f"{self.total} ({self.day})" if self.day else self.total


@dataclass(frozen=True, kw_only=True)
class SheetMeasure:
    """One measure of one client. points, maximum, cut_off: what its small chart is drawn from."""

    name: str
    start: SheetScore
    best: SheetScore
    last: SheetScore
    change: str
    marks: tuple[str, ...]
    words: str
    points: tuple[SparkPoint, ...]
    maximum: int
    cut_off: int


@dataclass(frozen=True, kw_only=True)
class SheetLine:
    """A line of a cell. is_pressing: an open risk item, or an agreement whose day has passed."""

    text: str
    is_pressing: bool = False


@dataclass(frozen=True, kw_only=True)
class SheetRow:
    """One client. Each tuple is a cell, one line each. has_signals: something to look at again."""

    episode: uuid.UUID
    name: str
    group: str
    also: tuple[str, ...]
    sessions: tuple[str, ...]
    measures: tuple[SheetMeasure, ...]
    risk: tuple[SheetLine, ...]
    planned: tuple[str, ...]
    agreed: tuple[SheetLine, ...]
    has_signals: bool


def sheet_row(each: SheetCase, *, names: Names) -> SheetRow:
    """Put one client into words."""
    case = each.case
    return SheetRow(
        episode=case.episode.uid,
        name=names.of(case.episode.client_id),
        group=case.group.words,
        also=tuple(_also(case)),
        sessions=tuple(_sessions(case)),
        measures=tuple(_measure(case, line) for line in case.scores),
        risk=risk_lines(case.risk_items, on=case.on),
        planned=_planned(case),
        agreed=tuple(_agreed(case, each.agreed, names=names)),
        has_signals=bool(case.signals),
    )


def _also(case: Case) -> Iterator[str]:
    """What the group does not say: further signals, a pause, and being in no figure."""
    for words in dict.fromkeys(one.signal.words for one in case.signals):
        if words != case.group.words:
            yield words
    if case.is_paused and case.episode.paused_until is not None:
        yield f"agreed pause until {near_day(case.episode.paused_until, on=case.on)}"
    if case.episode.left_out:
        yield f"in no figure: {LeftOut(case.episode.left_out).words}"


def _sessions(case: Case) -> Iterator[str]:
    yield f"{case.attended} seen, {case.missed} missed"
    yield "not begun" if case.weeks is None else several(case.weeks, "week", "weeks")
    if case.days_silent is None:
        yield "not seen yet"
    else:
        yield f"last seen {near_day(case.on - dt.timedelta(days=case.days_silent), on=case.on)}"


def _measure(case: Case, line: ScoreLine) -> SheetMeasure:
    measure = line.trajectory.measure
    first = line.start.on if line.start is not None else case.on
    return SheetMeasure(
        name=line.name,
        start=score_words(line.start, on=case.on),
        best=score_words(line.best if line.last is not None else None, on=case.on),
        last=score_words(line.last, on=case.on),
        change=line.change_words,
        marks=tuple(_marks(case, PrimaryOutcome(measure.code))),
        words=line.words,
        points=tuple(
            SparkPoint(day=(score.on - first).days, total=float(score.total))
            for score in line.trajectory.scores
        ),
        maximum=measure.maximum,
        cut_off=measure.case_at,
    )


def score_words(score: ScoreRecord | None, *, on: dt.date) -> SheetScore:
    """A score as a sheet of the day has it."""
    if score is None:
        return SheetScore(total=DASH, day="")
    return SheetScore(total=in_figures(score.total), day=near_day(score.on, on=on))


def _marks(case: Case, by: PrimaryOutcome) -> Iterator[str]:
    if case.course.has_late_baseline(by):
        yield "late first score"
    if case.course.has_stale_last(by):
        yield "stale last score"


def risk_lines(items: tuple[RiskItem, ...], *, on: dt.date) -> tuple[SheetLine, ...]:
    """The last answer of each measure that has a risk item, and every open one before it.

    on: the sheet's day.
    """
    shown: list[RiskItem] = []
    for code in RISK_MEASURES:
        of_measure = [item for item in items if item.measure.code == code]
        if not of_measure:
            continue
        shown += [*(item for item in of_measure[:-1] if item.is_open), of_measure[-1]]
    if not shown:
        return (SheetLine(text=f"{NOT_SEEN}: no form"),)
    return tuple(
        SheetLine(
            text=f"{item.words} ({near_day(item.on, on=on)}){_standing(item)}",
            is_pressing=item.is_open,
        )
        for item in shown
    )


def _standing(item: RiskItem) -> str:
    if item.is_open:
        return ": OPEN, not written yet"
    if item.answer is not None and item.answer > RISK_ABOVE:
        return ": written"
    return ""


def _planned(case: Case) -> tuple[str, ...]:
    held = f"{len(case.course.treatment_sessions)} held"
    if case.episode.planned_sessions is None:
        return (NO_PLAN, held)
    return (several(case.episode.planned_sessions, "session", "sessions"), held)


def _agreed(case: Case, agreement: Agreement | None, *, names: Names) -> Iterator[SheetLine]:
    if agreement is None:
        yield SheetLine(text=NOTHING_AGREED)
        return
    met, due_on = agreement.meeting.held_on, agreement.due_on
    is_overdue = due_on is not None and due_on < case.on
    due = "" if due_on is None else f"by {near_day(due_on, on=case.on)}"
    ahead = f" ({due})" if due and not is_overdue else ""
    yield SheetLine(text=f"{near_day(met, on=case.on)}: {names.within(agreement.agreed)}{ahead}")
    if is_overdue:
        yield SheetLine(text=f"{due}: overdue", is_pressing=True)
    then = [_seen_since(case, met), *(then_and_now(line, met) for line in case.scores)]
    yield SheetLine(text=f"Since: {'; '.join(then)}.")


def _seen_since(case: Case, day: dt.date) -> str:
    since = [s for s in case.course.episode.sessions if day < s.on <= case.on]
    seen = sum(session.is_attended for session in since)
    return f"{seen} seen, {len(since) - seen} missed"


def cut_offs() -> str:
    """Of the charts and of reliable change, for the sheet's one line of definitions."""
    return "; ".join(
        f"{measure.name} {measure.case_at} or more, reliable change {measure.reliable_change_note}"
        for measure in MEASURES.values()
    )
