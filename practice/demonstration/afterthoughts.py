"""What the invented practitioners wrote about therapies that have ended."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from practice.demonstration import phrases
from practice.demonstration.caseload import InventedCaseload
from practice.demonstration.keys import Key, chance, key_of
from practice.demonstration.open_cases import Signal
from practice.demonstration.rows import Row
from practice.domain.endings import PLANNED, Ending
from practice.domain.measures import PHQ9


@dataclass(frozen=True, kw_only=True)
class InventedAfterthought:
    """What a practitioner wrote about an episode that has ended; empty is not asked, not written."""

    practitioner: str
    episode: Key
    got_what_they_came_for: str
    found: str
    would_try: str


def afterthoughts(invented: InventedCaseload) -> Iterator[InventedAfterthought]:
    """About most of those who have ended; none about those left out or with no ending recorded."""
    just_left = invented.signals[Signal.LEFT]
    better = _better(invented)
    for cells in invented.episodes:
        if not cells["ending"] or cells["left_out"]:
            continue
        if cells["client"] == just_left:
            got, (found, would_try) = "", phrases.LEFT_BETTER
        else:
            got, found, would_try = _afterthought(cells, better=better)
        if got or found:
            yield InventedAfterthought(
                practitioner=cells["practitioner"],
                episode=key_of(cells),
                got_what_they_came_for=got,
                found=found,
                would_try=would_try,
            )


def _better(invented: InventedCaseload) -> frozenset[Key]:
    """Episodes whose last PHQ-9 is reliably below the first."""
    totals: defaultdict[Key, list[int]] = defaultdict(list)
    for cells in invented.sessions:
        items = [cells[f"phq9_{number}"] for number in range(1, 10)]
        if cells["phq9"]:
            totals[key_of(cells)].append(int(cells["phq9"]))
        elif all(items):
            totals[key_of(cells)].append(sum(map(int, items)))
    return frozenset(
        key for key, scores in totals.items() if scores[0] - scores[-1] >= PHQ9.reliable_change
    )


def _afterthought(cells: Row, *, better: frozenset[Key]) -> tuple[str, str, str]:
    """Three in four planned endings were asked about; of unplanned ones more is found than asked."""
    rng, ending = chance("ended", *key_of(cells)), Ending(cells["ending"])
    answers = ("yes", "partly", "no", "")
    got, found, would_try = "", "", ""
    if ending in PLANNED:
        weights = (60, 14, 1, 25) if key_of(cells) in better else (22, 42, 11, 25)
        got = rng.choices(answers, weights=weights)[0]
    elif ending in phrases.AFTERWARDS:
        weights = (16, 12, 2, 70) if key_of(cells) in better else (2, 14, 14, 70)
        got = rng.choices(answers, weights=weights)[0]
        if rng.random() < 0.7:
            found, would_try = rng.choice(phrases.AFTERWARDS[ending])
    return got, found, would_try
