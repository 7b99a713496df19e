"""What a practice's own headings mean: the columns' names, obvious other words, and what was asked.

In this order: what the practice has said of a heading, the column's own name, an obvious other word
for it. A word counts only while no heading has the column's own name, and one heading claims it.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache
from types import MappingProxyType

from practice.caseload_files.columns import COLUMNS, SheetName, column_of
from practice.domain.measures import MEASURES

# By heading as compared: the column it means, "" to leave it out.
Meanings = Mapping[str, str]
NO_MEANINGS: Meanings = MappingProxyType({})
# As long as a remembered heading is kept.
HEADING_LENGTH = 120

# The column with which wrong rows are given back; it is none of ours, and nobody asks about it.
GIVEN_BACK = frozenset({"reason", "reason not imported"})

# Obvious other words, by column. Case, spaces and signs do not matter. None for `note`: what people
# keep under "Notes" or "Comments" may name somebody, so that a note is taken only where one is meant.
_EPISODE_WORDS: Mapping[str, tuple[str, ...]] = {
    "client": (
        *("client id", "client ref", "client reference", "client code", "client number"),
        *("client no", "ref", "reference", "ref no", "id", "case id", "case number", "case ref"),
        *("patient id", "identifier", "unique id", "code"),
    ),
    "episode": ("episode number", "episode no"),
    "practitioner": ("practitioner email", "therapist email", "counsellor email"),
    "referred_on": (
        *("referred", "referral", "referral date", "date of referral", "date referred"),
        *("referred date", "referral received", "date referral received"),
    ),
    "source": ("referral source", "source of referral", "referred by"),
    "contract": ("funder", "payer", "funding", "paid by", "who pays"),
    "problem": ("presenting problem", "presenting issue", "main problem", "problem 1"),
    "problem_2": ("second problem", "secondary problem"),
    "problem_3": ("third problem",),
    "therapy": ("therapy type", "type of therapy", "modality"),
    "earlier_therapy": ("previous therapy", "prior therapy", "therapy before"),
    "birth_year": ("year of birth", "yob", "born"),
    "planned_sessions": ("sessions planned", "agreed sessions", "sessions agreed"),
    "ended_on": (
        *("ended", "end", "end date", "date ended", "date of end", "date of ending", "ending date"),
        *("closed", "closed on", "date closed", "discharged", "discharge date"),
        *("date of discharge", "end of therapy", "therapy ended", "finish date"),
    ),
    "ending": (
        *("ending type", "type of ending", "ending reason", "reason for ending", "end reason"),
        *("reason ended", "how ended", "how it ended", "discharge reason", "end code"),
    ),
    "wished_to_continue": ("wanted to continue", "wished to go on", "wanted to go on"),
}
_SESSION_WORDS: Mapping[str, tuple[str, ...]] = {
    "client": _EPISODE_WORDS["client"],
    "episode": _EPISODE_WORDS["episode"],
    "date": ("session date", "date of session", "appointment date", "date seen", "seen on"),
    "kind": ("kind of session", "session kind", "session type", "type of session"),
    "attendance": ("attendance status", "session attendance", "appointment status"),
    "medium": ("session medium", "mode of delivery", "delivered by"),
    "minutes": ("mins", "duration", "duration minutes", "session length", "length"),
    "fee": ("price", "charge", "amount", "fee paid"),
    "mode": ("mode of forms",),
}


def compared(heading: str) -> str:
    """A heading as it is remembered: lower case, single spaces."""
    return " ".join(heading.casefold().split())[:HEADING_LENGTH]


def squeezed(heading: str) -> str:
    """A heading's letters and digits alone, in lower case."""
    return "".join(sign for sign in heading.casefold() if sign.isalnum())


def tokens(heading: str) -> list[str]:
    """Words and numbers in order: "PHQ-9_T1" is phq, 9, t, 1."""
    return re.findall(r"[^\W\d_]+|[0-9]+", heading.casefold())


@cache
def measure_words() -> Mapping[str, tuple[str, str]]:
    """The word a measure's name begins with, its code and its own number: phq, phq9, 9."""
    found = {}
    for code in MEASURES:
        word, number = tokens(code)
        found[word] = (code, number)
    return found


def _words_of_measures() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for word, (code, _) in measure_words().items():
        found[code] = (word, *(f"{name} {end}" for name in (word, code) for end in _ENDS))
        for item in range(1, len(MEASURES[code].items) + 1):
            found[f"{code}_{item}"] = (
                f"{code} item {item}",
                f"{word} item {item}",
                f"{code} q{item}",
            )
    return found


_ENDS = ("total", "score", "total score", "sum")
WORDS: Mapping[SheetName, Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        SheetName.EPISODES: MappingProxyType(_EPISODE_WORDS),
        SheetName.SESSIONS: MappingProxyType({**_SESSION_WORDS, **_words_of_measures()}),
    }
)
_BY_WORD: Mapping[SheetName, Mapping[str, str]] = MappingProxyType(
    {
        sheet: {squeezed(word): column for column, words in by_column.items() for word in words}
        for sheet, by_column in WORDS.items()
    }
)


def column_by_word(heading: str, sheet: SheetName) -> str | None:
    """The column that an obvious other word (or its own name, whatever the signs) stands for."""
    found = squeezed(heading)
    own = next((column for column in COLUMNS[sheet] if squeezed(column) == found), None)
    return own or _BY_WORD[sheet].get(found)


def columns_of(
    headings: Sequence[str], sheet: SheetName, *, meanings: Meanings = NO_MEANINGS
) -> list[str | None]:
    """The column that each heading of a sheet names; None for one that is none of ours."""
    found: list[str | None] = []
    for heading in headings:
        meant = meanings.get(compared(heading))
        if meant is None or (meant and meant not in COLUMNS[sheet]):
            found.append(column_of(heading, sheet))
        else:
            found.append(meant or None)
    by_word = [
        None
        if column is not None or compared(heading) in meanings
        else column_by_word(heading, sheet)
        for heading, column in zip(headings, found, strict=True)
    ]
    claims = Counter(by_word)
    return [
        word if word is not None and word not in found and claims[word] == 1 else column
        for column, word in zip(found, by_word, strict=True)
    ]
