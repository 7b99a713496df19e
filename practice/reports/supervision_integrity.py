"""What was changed after entry, or entered late, since the last supervision: one line a fact."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from django.utils import timezone

from practice.cases.integrity import Ledger
from practice.domain.integrity import (
    Edit,
    EndingState,
    EndingStory,
    FormState,
    ScoreStory,
    SessionStory,
    Way,
    is_import,
    way,
)
from practice.domain.measures import MEASURES, in_figures
from practice.domain.periods import Period, day_words
from practice.domain.session_words import KINDS
from practice.domain.sessions import Kind
from practice.reports.notes import Note
from practice.reports.words import several

# So many lines stand on paper; the page shows them all. Ours.
ON_PAPER = 20
NO_TOTAL = "no total"
# How the reason begins that leaving out writes by itself.
_SAID_ALREADY = "left out: "

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Fact:
    """One change, by the key of its episode. why: "" where no reason was asked for."""

    episode: int
    at: dt.datetime
    what: str
    change: str
    why: str


def facts(ledger: Ledger, days: Period) -> tuple[Fact, ...]:
    """Everything in the ledger that was done on days of the period, the latest first."""
    late = {(story.episode, story.on, story.entry.on) for story in ledger.sessions if story.is_late}
    found = [
        *(fact for story in ledger.scores for fact in _score(story, with_late=late)),
        *(fact for story in ledger.sessions for fact in _session(story)),
        *(fact for story in ledger.endings for fact in _ending(story)),
    ]
    within = [fact for fact in found if timezone.localdate(fact.at) in days]
    return tuple(sorted(within, key=lambda fact: (fact.at, fact.what), reverse=True))


def _score(story: ScoreStory, *, with_late: set[tuple[int, dt.date, dt.date]]) -> Iterator[Fact]:
    what = f"{MEASURES[story.measure].name} of {day_words(story.on)}"
    # A form that came with its session is told of once.
    if story.is_late and (story.episode, story.on, story.entry.on) not in with_late:
        yield _entered_late(story, what)
    for edit in story.edits:
        yield _fact(story.episode, edit, what=what, change=_score_words(edit))


def _score_words(edit: Edit[FormState]) -> str:
    before = _total(edit.before)
    if edit.after is None:
        return f"score {before} removed"
    if way(edit.before, edit.after) is Way.SAME:
        return f"answers changed, score {before} as before"
    return f"score from {before} to {_total(edit.after)}"


def _total(state: FormState) -> str:
    return NO_TOTAL if state.total is None else in_figures(state.total)


def _session(story: SessionStory) -> Iterator[Fact]:
    what = f"Session of {day_words(story.on)}"
    if story.is_late:
        yield _entered_late(story, what)
    for edit in story.kinds:
        words = _from_to(edit, lambda kind: KINDS[Kind(kind)])
        yield _fact(story.episode, edit, what=what, change=f"kind {words}, after a score was known")
    for moved in story.days:
        words = _from_to(moved, day_words)
        yield _fact(story.episode, moved, what=what, change=f"day {words}, after a score was known")
    if story.removal is not None:
        yield _fact(story.episode, story.removal, what=what, change="removed")


def _entered_late(story: ScoreStory | SessionStory, what: str) -> Fact:
    days = several((story.entry.on - story.on).days, "day", "days")
    return Fact(
        episode=story.episode,
        at=story.entry.at,
        what=what,
        change=f"entered {days} after it",
        why="",
    )


def _ending(story: EndingStory) -> Iterator[Fact]:
    # One change may be of the day and of the reason.
    edits = {edit.at: edit for edit in (*story.redated, *story.recoded)}
    for edit in edits.values():
        words = _from_to(edit, _ending_words)
        yield _fact(story.episode, edit, what="Ending", change=words)
    for edit in story.reopened:
        yield _fact(
            story.episode, edit, what="Ending", change=f"{_ending_words(edit.before)}: reopened"
        )
    for edit in story.left_out:
        words = _from_to(edit, _left_out_words)
        yield _fact(story.episode, edit, what="In the figures", change=words)


def _ending_words(state: EndingState) -> str:
    day = "open" if state.ended_on is None else day_words(state.ended_on)
    return f"{day} ({'not recorded' if state.ending is None else state.ending.words})"


def _left_out_words(state: EndingState) -> str:
    return "counted" if state.left_out is None else f"left out ({state.left_out.words})"


def _from_to(edit: Edit[T], words: Callable[[T], str]) -> str:
    after = edit.before if edit.after is None else edit.after
    return f"from {words(edit.before)} to {words(after)}"


def _fact(episode: int, edit: Edit[Any], *, what: str, change: str) -> Fact:
    why = "" if edit.why.startswith(_SAID_ALREADY) else edit.why
    return Fact(episode=episode, at=edit.at, what=what, change=change, why=why)


@dataclass(frozen=True, kw_only=True)
class ScoreChanges:
    """Scores that were changed, or removed, on days of a period after they had been entered.

    Counted are scores, not changes: one that was put right twice counts once. of: all scores that
    stood on the record on some day of the period, whatever day they are about.
    """

    changed: int
    removed: int
    of: int

    @property
    def words(self) -> str:
        """2 of 96 on the record in that time; 1 of 96 removed."""
        if not self.of:
            return "none; no score had been entered by that day."
        removed = f"; {self.removed} of {self.of} removed" if self.removed else ""
        return f"{self.changed or 'none'} of {self.of} on the record in that time{removed}."


def score_changes(ledger: Ledger, days: Period, *, of: int) -> ScoreChanges:
    """Count them. A form moved to another day or client, or added to, keeps its score."""
    done = [
        {edit.after is None for edit in story.edits if timezone.localdate(edit.at) in days}
        for story in ledger.scores
    ]
    return ScoreChanges(
        changed=sum(False in each for each in done),
        removed=sum(True in each for each in done),
        of=of,
    )


@dataclass(frozen=True, kw_only=True)
class ChangeLines:
    """The list, one line a fact, headed by the client. lines: all of it, as the page shows it."""

    title: str
    lines: tuple[Note, ...]

    @property
    def on_paper(self) -> tuple[Note, ...]:
        """The first lines, and how many more there are."""
        more = len(self.lines) - ON_PAPER
        if more <= 0:
            return self.lines
        rest = Note(heading="And", text=f"{more} more, on the page of this sheet.")
        return (*self.lines[:ON_PAPER], rest)


def change_lines(
    found: Iterable[Fact],
    *,
    clients: Mapping[int, str],
    within: Callable[[str], str],
    since: dt.date,
) -> ChangeLines:
    """Put the facts into words. clients: what the sheet calls whom, by the key of the episode;
    within: what makes a typed text fit to be shown."""
    return ChangeLines(
        title=f"Changed or entered late since {day_words(since)}, the latest first",
        lines=tuple(
            Note(heading=clients[fact.episode], text=_line(fact, within=within)) for fact in found
        ),
    )


def _line(fact: Fact, *, within: Callable[[str], str]) -> str:
    line = f"{fact.what}: {fact.change}; on {day_words(timezone.localdate(fact.at))}."
    why = "an import" if is_import(fact.why) else within(fact.why)
    return f"{line} Why: {why.rstrip('.')}." if why else line
