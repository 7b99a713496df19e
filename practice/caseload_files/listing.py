"""Long lists made readable: counts in words, a few names of many, problems by kind."""

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from practice.caseload_files.problems import Problem

# Above it a list is no longer read line by line: what is left is told by kind.
LISTED = 1_000
# A file whose every row is wrong in its own way has no kinds to speak of.
_KINDS_LISTED = 50
_NAMED = 3

Kind = tuple[str, str, str]


def counted(number: int, noun: str) -> str:
    """A number with its noun, such as "1 row" or "1,200 rows"."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def others_named(names: Sequence[str], *, besides: str) -> str:
    """The first three of several different names besides one of them, and how many there are more.

    It looks at the first few alone: a name for each of many equal rows would fill the memory.
    """
    first = list(islice((name for name in names if name != besides), _NAMED))
    more = len(names) - 1 - len(first)
    return ", ".join(first) + (f" and {more:,} more" if more else "")


def listed(problems: Sequence[Problem], *, noun: str) -> Iterator[str]:
    """All problems, a line each; beyond a thousand, the others by kind with count and first row."""
    for problem in problems[:LISTED]:
        yield str(problem)
    first: dict[Kind, Problem] = {}
    counts: dict[Kind, int] = {}
    for problem in problems[LISTED:]:
        kind = _kind(problem)
        first.setdefault(kind, problem)
        counts[kind] = counts.get(kind, 0) + 1
    if not first:
        return
    yield (
        f"The first {LISTED:,} of {counted(len(problems), noun)} stand above. The others by kind, "
        "each with the first of them:"
    )
    # The most frequent first; kinds of the same count stay in the order of the file.
    ordered = sorted(counts, key=lambda kind: -counts[kind])
    for kind in ordered[:_KINDS_LISTED]:
        yield f"{counts[kind]:,} times: {first[kind]}"
    if others := ordered[_KINDS_LISTED:]:
        number = counted(sum(counts[kind] for kind in others), noun)
        yield f"and {number} of {counted(len(others), 'other kind')}"


def _kind(problem: Problem) -> Kind:
    """What problems of different rows have in common: sheet, column and what would be right.

    What is wrong stands before the first colon and names rows, days and clients.
    """
    wrong, _, right = problem.message.partition(": ")
    return problem.file, problem.column, re.sub("[0-9]+", "0", right or wrong)
