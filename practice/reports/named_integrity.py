"""The counts of changes after entry, each under a name of its own, as named_figures names the rest.

Beside what was changed: what was left open and left out, and how far it was measured. A pause that
was agreed is not among them: who is on one now says nothing of who was then.
"""

from collections.abc import Iterator, Mapping
from itertools import product
from types import MappingProxyType

from practice.domain.integrity import LATE_AFTER_DAYS, Way
from practice.domain.integrity_counts import EndingCounts, ScoreCounts, SessionCounts, silence_words
from practice.domain.measures import MEASURES, PrimaryOutcome
from practice.reports.side_two.integrity import Changes, Integrity
from practice.reports.side_two.left_open import LeftOpen

INTEGRITY = "integrity."
_HOURS: Mapping[str, str] = MappingProxyType({"soon": "within 24 hours", "later": "later"})


def named_integrity(kept: Integrity) -> dict[str, int]:
    """Flat, by dotted name: of the month the changes, of the twelve months the rest as well."""
    return {
        f"{of}.{INTEGRITY}{name}": count
        for of, counts in (
            ("year", (*_changes(kept.year), *_left(kept.left))),
            ("month", _changes(kept.month)),
        )
        for name, count in counts
    }


def _changes(changes: Changes) -> Iterator[tuple[str, int]]:
    yield from _scores(changes.scores)
    yield from _sessions(changes.sessions)
    yield from _endings(changes.endings)


def _scores(scores: ScoreCounts) -> Iterator[tuple[str, int]]:
    yield "scores.of", scores.of
    yield "scores.changed", scores.changed.k
    for when, ways in (("soon", scores.soon), ("later", scores.later)):
        for each in Way:
            yield f"scores.{when}.{each.name.lower()}", ways.get(each, 0)
    yield "scores.entered_here", scores.entered_here
    yield "scores.late", scores.late


def _sessions(sessions: SessionCounts) -> Iterator[tuple[str, int]]:
    yield "sessions.of", sessions.of
    yield "sessions.removed", sessions.removed
    yield "sessions.with_score", sessions.with_score
    yield "sessions.kind_changed", sessions.kind_changed
    yield "sessions.to_follow_up", sessions.to_follow_up
    yield "sessions.from_follow_up", sessions.from_follow_up
    yield "sessions.day_changed", sessions.day_changed
    yield "sessions.entered_here", sessions.entered_here
    yield "sessions.late", sessions.late


def _endings(endings: EndingCounts) -> Iterator[tuple[str, int]]:
    yield "endings.of", endings.of
    yield "endings.redated", endings.redated
    yield "endings.recoded", endings.recoded
    yield "endings.to_planned", endings.to_planned
    yield "endings.from_planned", endings.from_planned
    yield "endings.later", endings.later
    yield "endings.reopened", endings.reopened


def _left(left: LeftOpen) -> Iterator[tuple[str, int]]:
    yield "open.of", left.silent.of
    for place, n in enumerate(left.silent.bands, start=1):
        yield f"open.silent_{place}", n
    yield "left_out.late", left.left_out_late
    yield "left_out.open", left.left_out_open
    for each in left.stops:
        yield f"stops.{each.measure}.given", each.given
        yield f"stops.{each.measure}.once", each.once
        yield f"stops.{each.measure}.stopped", each.stopped
    # By the name of the rule: another primary measure is no revision.
    for name, found in (("medium", left.measured.medium), ("mode", left.measured.mode)):
        yield f"last.{left.by.value}.{name}_of", found.n
        yield f"last.{left.by.value}.{name}", found.k


def _titles() -> Iterator[tuple[str, str]]:
    yield "scores.of", "Scores ever entered"
    yield "scores.changed", "Scores changed after entry"
    for (when, words), each in product(_HOURS.items(), Way):
        yield f"scores.{when}.{each.name.lower()}", f"Scores changed {words}: {each.value}"
    yield "scores.entered_here", "Scores not imported"
    yield "scores.late", f"Scores entered more than {LATE_AFTER_DAYS} days late"
    yield "sessions.of", "Sessions ever entered"
    yield "sessions.removed", "Sessions removed after entry"
    yield "sessions.with_score", "Sessions ever with a score"
    yield "sessions.kind_changed", "Session kind changed after a score was known"
    yield "sessions.to_follow_up", "Session kind changed to a follow-up"
    yield "sessions.from_follow_up", "Session kind changed from a follow-up"
    yield "sessions.day_changed", "Session day changed after a score was known"
    yield "sessions.entered_here", "Sessions not imported"
    yield "sessions.late", f"Sessions entered more than {LATE_AFTER_DAYS} days late"
    yield "endings.of", "Endings ever entered"
    yield "endings.redated", "Endings given another day"
    yield "endings.recoded", "Endings given another reason"
    yield "endings.to_planned", "Endings changed to a planned one"
    yield "endings.from_planned", "Endings changed from a planned one"
    yield "endings.later", "Endings changed more than 24 hours after entry"
    yield "endings.reopened", "Episodes reopened"
    yield "open.of", "Open on the last day, having entered therapy"
    for place, words in enumerate(silence_words(), start=1):
        yield f"open.silent_{place}", f"Silent open, {words} days"
    yield "left_out.late", "Left out after a second score was known"
    yield "left_out.open", "Left out, still open"
    for measure in MEASURES.values():
        yield f"stops.{measure.code}.given", f"{measure.name}: given in two sessions or more"
        yield f"stops.{measure.code}.once", f"{measure.name}: given once"
        yield f"stops.{measure.code}.stopped", f"{measure.name}: stopped early"
    for by in PrimaryOutcome:
        for name, words in (("medium", "in another medium"), ("mode", "filled in another way")):
            title = f"Last measured {words}, {by.words}"
            yield f"last.{by.value}.{name}", title
            yield f"last.{by.value}.{name}_of", f"{title}: where it can be told"


_WAYS = tuple(f"{when}.{each.name.lower()}" for when in _HOURS for each in Way)
_BANDS = tuple(f"silent_{place}" for place, _words in enumerate(silence_words(), start=1))
_ENDING = ("redated", "recoded", "to_planned", "from_planned", "later", "reopened")
# What counts are of, by what their names begin with: k of n needs both.
_OF: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("scores.", "of", ("changed", "entered_here", *_WAYS)),
    ("scores.", "entered_here", ("late",)),
    ("sessions.", "of", ("removed", "with_score", "entered_here")),
    ("sessions.", "with_score", ("kind_changed", "to_follow_up", "from_follow_up", "day_changed")),
    ("sessions.", "entered_here", ("late",)),
    ("endings.", "of", _ENDING),
    ("open.", "of", _BANDS),
    *((f"stops.{code}.", "given", ("once", "stopped")) for code in MEASURES),
    *((f"last.{by.value}.", "medium_of", ("medium",)) for by in PrimaryOutcome),
    *((f"last.{by.value}.", "mode_of", ("mode",)) for by in PrimaryOutcome),
)

INTEGRITY_TITLES: Mapping[str, str] = MappingProxyType(
    {f"{INTEGRITY}{name}": title for name, title in _titles()}
)
INTEGRITY_BASES: Mapping[str, str] = MappingProxyType(
    {
        **{
            f"{INTEGRITY}{above}{name}": f"{INTEGRITY}{above}{base}"
            for above, base, names in _OF
            for name in names
        },
        f"{INTEGRITY}left_out.late": "left_out.episodes",
    }
)
