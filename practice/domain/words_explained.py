"""What the words on the pages mean, said once: a short explanation and where it comes from.

Each number is taken from the rule that uses it, so that a page can never explain another rule than
the one by which it counts.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from practice.domain.integrity import LATE_AFTER_DAYS
from practice.domain.signal_kinds import SIGNALS_NOTE
from practice.domain.word import OURS, Word
from practice.domain.words_of_comparing import NUMBERS
from practice.domain.words_of_scores import SCORES
from practice.domain.words_of_therapy import THERAPY


@dataclass(frozen=True, kw_only=True)
class WordGroup:
    """Terms that belong together, under a heading."""

    heading: str
    words: tuple[Word, ...]


_PAGES = (
    Word(
        slug="signal",
        title="signal, stands out",
        text=f"{SIGNALS_NOTE} A client stands out who has at least one.",
        source=OURS,
    ),
    Word(
        slug="supervision-sheet",
        title="supervision sheet, agreement, key",
        text=(
            "The sheet has a row for each open client, what needs attention first. An agreement is "
            "what was agreed about one client, and by when. The key says which client each letter "
            "of a sheet stands for."
        ),
        source=OURS,
    ),
    Word(
        slug="made-for-good",
        title="draft, made for good, revised since",
        text=(
            "A month made for good keeps its words and figures; any other is a draft. Revised since "
            "is a figure of such a month that would come out differently today. The digest is a "
            "short mark on paper by which an altered report is found out."
        ),
        source=OURS,
    ),
    Word(
        slug="changed-after-entry",
        title="changed after entry, entered late",
        text=(
            "A score, date, kind or ending that was corrected later; and one entered more than "
            f"{LATE_AFTER_DAYS} days after the day it is about. Most changes put something right."
        ),
        source=OURS,
    ),
    Word(
        slug="resolution",
        title="what I will try",
        text=(
            "A resolution: what somebody will do differently after reading a report. It stands on "
            "the next reports until it is closed."
        ),
        source=OURS,
    ),
)

WORD_GROUPS = (
    WordGroup(heading="Therapy and how it ends", words=THERAPY),
    WordGroup(heading="Scores", words=SCORES),
    WordGroup(heading="Numbers and comparisons", words=NUMBERS),
    WordGroup(heading="On these pages", words=_PAGES),
)
WORDS: Mapping[str, Word] = MappingProxyType(
    {word.slug: word for group in WORD_GROUPS for word in group.words}
)
