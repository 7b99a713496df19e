"""What rows say about each other: the same row twice, one client's facts, references, episodes."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import TypeVar

from practice.caseload_files.episode_rows import EpisodeKey, EpisodeRow, Value
from practice.caseload_files.findings import Findings
from practice.caseload_files.listing import others_named
from practice.caseload_files.session_rows import SessionRow
from practice.caseload_files.stored import Stored

K = TypeVar("K", bound=Hashable)
R = TypeVar("R", EpisodeRow, SessionRow)

_WORDS = {"gender": "gender", "birth_year": "year of birth"}


def check_twice(
    episodes: Iterable[EpisodeRow], sessions: Iterable[SessionRow], findings: Findings
) -> None:
    """One row for each episode; one for each episode, day and kind of session."""
    by_episode = _grouped((row.key, row) for row in episodes if row.key is not None)
    _refuse_groups(
        by_episode,
        column="episode",
        message="one client and episode has one row: remove one, or give another episode number",
        findings=findings,
    )
    by_session = _grouped(
        ((row.key, row.on, row.kind), row)
        for row in sessions
        if row.key is not None and row.on is not None and row.kind is not None
    )
    _refuse_groups(
        by_session,
        column="kind",
        message="one client, episode and date has one row of a kind: remove one, or correct the "
        "date or the kind",
        findings=findings,
    )


def _grouped(pairs: Iterable[tuple[K, R]]) -> dict[K, list[R]]:
    groups: defaultdict[K, list[R]] = defaultdict(list)
    for key, row in pairs:
        groups[key].append(row)
    return groups


def _refuse_groups(
    groups: Mapping[K, Sequence[R]], *, column: str, message: str, findings: Findings
) -> None:
    for rows in groups.values():
        if len(rows) == 1:
            continue
        numbers = [row.row.label for row in rows]
        for row, number in zip(rows, numbers, strict=True):
            others = others_named(numbers, besides=number)
            findings.refuse(row.row, column, f"the same as row {others}: {message}")


def client_facts(
    episodes: Iterable[EpisodeRow], *, stored: Stored, findings: Findings
) -> Mapping[str, Mapping[str, Value]]:
    """Gender and year of birth by client, as far as the file gives them.

    Two different values are refused. An empty cell takes nothing from what is stored, because a
    row tells of one episode, and the client may have told it at another.
    """
    by_client = _grouped((row.key[0], row) for row in episodes if row.key is not None)
    facts: dict[str, dict[str, Value]] = {}
    for reference, rows in by_client.items():
        facts[reference] = {}
        for fact, words in _WORDS.items():
            given = [row for row in rows if fact in row.facts]
            values = {row.facts[fact] for row in given}
            if len(values) == 1:
                facts[reference][fact] = given[0].facts[fact]
            elif values:
                _refuse_conflict(given, fact, words=words, findings=findings)
            else:
                _warn_of_emptied(rows, fact, stored=stored, findings=findings)
    return facts


def _refuse_conflict(
    rows: Sequence[EpisodeRow], fact: str, *, words: str, findings: Findings
) -> None:
    # Each row is told of the first that says otherwise, which is one of these two.
    first = rows[0]
    second = next(row for row in rows if row.facts[fact] != first.facts[fact])
    for row in rows:
        other = second if row.facts[fact] == first.facts[fact] else first
        findings.refuse(
            row.row,
            fact,
            f"row {other.row.number} gives the same client another {words}, {other.facts[fact]}: "
            "a client has one; correct one of the two",
        )


def _warn_of_emptied(
    rows: Sequence[EpisodeRow], fact: str, *, stored: Stored, findings: Findings
) -> None:
    client = stored.clients.get(rows[0].row.cells["client"])
    kept = getattr(client, fact) if client else None
    asked = [row for row in rows if fact in row.row.cells and fact not in row.wrong]
    if kept and asked:
        findings.warn(
            asked[0].row,
            fact,
            f"the cell is empty and the client's {_WORDS[fact]} is stored: it stays; change it "
            "where the client is shown",
        )


def warn_of_similar_references(
    rows: Iterable[EpisodeRow], *, stored: Stored, findings: Findings
) -> None:
    """References that differ only by case, in the file or against what is stored."""
    first_row: dict[str, EpisodeRow] = {}
    for row in rows:
        if row.key is not None:
            first_row.setdefault(row.key[0], row)
    by_fold: defaultdict[str, list[str]] = defaultdict(list)
    for reference in dict.fromkeys([*stored.clients, *first_row]):
        by_fold[reference.casefold()].append(reference)
    for reference, row in first_row.items():
        alike = by_fold[reference.casefold()]
        if len(alike) > 1:
            findings.warn(
                row.row,
                "client",
                f"differs from {others_named(alike, besides=reference)} by capital letters only: "
                "they are taken as different clients",
            )


def check_episode_is_there(
    sessions: Iterable[SessionRow],
    *,
    in_file: frozenset[EpisodeKey],
    stored: Stored,
    findings: Findings,
) -> None:
    """Every session belongs to an episode, of the file or stored."""
    clients = {client for client, _ in in_file} | set(stored.clients)
    for row in sessions:
        if row.key is None or row.key in in_file or row.key in stored.episodes:
            continue
        client, number = row.key
        if client in clients:
            findings.refuse(
                row.row,
                "episode",
                f"client {client} has no episode {number}: correct the number, or add a row for "
                "the episode to the episodes sheet",
            )
        else:
            findings.refuse(
                row.row,
                "client",
                "no client of this reference has an episode, in the episodes sheet or stored: "
                "correct the reference, or add a row for the episode",
            )
