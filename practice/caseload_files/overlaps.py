"""Episodes of one client that overlap: found in one pass, one warning for each row."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from practice.caseload_files.after import EpisodeAfter
from practice.caseload_files.episode_rows import EpisodeKey
from practice.caseload_files.findings import Findings
from practice.caseload_files.sheets import Row
from practice.caseload_files.stored import Stored


@dataclass(frozen=True, kw_only=True)
class _Span:
    """From when until when an episode lasts. row: None for one that only is stored."""

    number: int
    start: dt.date
    end: dt.date
    row: Row | None


def warn_of_overlaps(
    episodes: Iterable[EpisodeAfter], *, stored: Stored, findings: Findings
) -> None:
    """Episodes of one client of which the later begins before the earlier has ended."""
    after = {episode.key: episode for episode in episodes}
    spans: defaultdict[str, list[_Span]] = defaultdict(list)
    for key in dict.fromkeys([*stored.episodes, *after]):
        span = _span(key, after, stored)
        if span is not None:
            spans[key[0]].append(span)
    for client in dict.fromkeys(client for client, _ in after):
        _sweep(sorted(spans[client], key=lambda one: (one.start, one.end, one.number)), findings)


def _span(
    key: EpisodeKey, after: Mapping[EpisodeKey, EpisodeAfter], stored: Stored
) -> _Span | None:
    episode = after.get(key)
    if episode is None:
        kept = stored.episodes[key].episode
        return _Span(
            number=key[1], start=kept.referred_on, end=kept.ended_on or dt.date.max, row=None
        )
    start = episode.day("referred_on")
    if start is None or "ended_on" not in episode.values:
        return None
    return _Span(
        number=key[1],
        start=start,
        end=episode.day("ended_on") or dt.date.max,
        row=episode.row.row if episode.row else None,
    )


def _sweep(ordered: Sequence[_Span], findings: Findings) -> None:
    """Warn once of each row that overlaps an earlier episode, or else a later one without a row.

    A pair for each overlap would be millions of lines for a column of ends left empty.
    """
    followers = _next_without_row(ordered)
    longest: _Span | None = None
    for span, follower in zip(ordered, followers, strict=True):
        if span.row is not None:
            if longest is not None and span.start < longest.end:
                _warn(span.row, longest, span, findings)
            elif follower is not None and follower.start < span.end:
                _warn(span.row, span, follower, findings)
        if longest is None or span.end > longest.end:
            longest = span


def _next_without_row(ordered: Sequence[_Span]) -> list[_Span | None]:
    """For each, the next episode that no row of the file tells of."""
    found: list[_Span | None] = []
    following: _Span | None = None
    for span in reversed(ordered):
        found.append(following)
        if span.row is None:
            following = span
    return found[::-1]


def _warn(row: Row, earlier: _Span, later: _Span, findings: Findings) -> None:
    findings.warn(
        row,
        "referred_on",
        f"episodes {earlier.number} and {later.number} of this client overlap: is the date of the "
        "referral or of the end right?",
    )
