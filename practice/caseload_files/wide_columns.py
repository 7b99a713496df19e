"""How the headings of one row per client are understood: PHQ1, GAD-7 2, Date 3, PHQ pre.

A point is what a session's or form's columns have in common: its number, or a word such as "pre".
"PHQ9" beside PHQ8 is the ninth PHQ; alone it is the name of the measure, which has no point then.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from practice.caseload_files.columns import EPISODE_COLUMNS, SheetName, column_of
from practice.caseload_files.headings import (
    Meanings,
    column_by_word,
    compared,
    measure_words,
    tokens,
)
from practice.domain.measures import MEASURES

# Points that are words: what each heading's word means.
POINT_WORDS: Mapping[str, str] = {
    **dict.fromkeys(("pre", "first", "start", "initial", "baseline", "intake", "before"), "pre"),
    **dict.fromkeys(("mid", "middle", "midpoint"), "mid"),
    **dict.fromkeys(("post", "last", "final", "end", "ending", "discharge", "after"), "post"),
    **dict.fromkeys(("assessment", "assess"), "assessment"),
    **dict.fromkeys(("followup", "fu"), "follow-up"),
}
WORD_POINTS = tuple(dict.fromkeys(POINT_WORDS.values()))
# What stands in a heading and says nothing: "PHQ-9 total score at session 3".
_FILLERS = frozenset(
    [
        "total",
        "score",
        "sum",
        "session",
        "sessions",
        "sess",
        "s",
        "t",
        "time",
        "timepoint",
        "point",
        "week",
        "wk",
        "w",
        "visit",
        "appointment",
        "no",
        "nr",
        "number",
        "at",
        "of",
        "the",
        "in",
        "for",
        "form",
    ]
)
_DATES = frozenset(("date", "dated", "day"))
# What a session has beside its date and its scores.
SESSION_FIELDS = ("kind", "attendance", "medium", "minutes", "fee", "mode", "note")
FORM_DATES = {f"{code}_date": code for code in MEASURES}
# What a heading of a session or form may mean.
POINT_COLUMNS = ("date", *MEASURES, *FORM_DATES, *SESSION_FIELDS)
MOST_POINTS = 200


@dataclass(frozen=True, kw_only=True)
class WideColumn:
    """What a heading means. point: "" for a column of the client or episode."""

    column: str
    point: str = ""

    @property
    def is_date(self) -> bool:
        """Whether its cells are dates."""
        return self.column in {"referred_on", "ended_on", "date", *FORM_DATES}


def stem(heading: str) -> str | None:
    """The heading with its last number replaced, so that Mood 1 and Mood 2 are asked together."""
    parts = compared(heading)
    last = next((part for part in reversed(tokens(parts)) if part.isdigit()), None)
    if last is None:
        return None
    before, _, after = parts.rpartition(last)
    return f"{before}#{after}"


def wide_columns(headings: Sequence[str], *, meanings: Meanings) -> list[WideColumn | None]:
    """What each heading means where one row is one client; None for one that is not known."""
    indices = _bare_numbers(headings)
    found = [_column(heading, meanings=meanings, indices=indices) for heading in headings]
    scored = {one.point for one in found if one is not None and one.column in MEASURES}
    claims = Counter(
        one.column for one in found if one is not None and one.column in EPISODE_COLUMNS
    )
    return [
        None if one is None or _is_doubtful(one, heading, scored, claims, meanings) else one
        for heading, one in zip(headings, found, strict=True)
    ]


def _is_doubtful(
    one: WideColumn,
    heading: str,
    scored: set[str],
    claims: Mapping[str, int],
    meanings: Meanings,
) -> bool:
    """A date of a point in words without a score there; one of several words for one column."""
    if _meant(heading, meanings) is not None:
        return False
    if one.column == "date" and one.point in WORD_POINTS:
        return one.point not in scored
    is_own_name = column_of(heading, SheetName.EPISODES) == one.column
    return not one.point and not is_own_name and claims[one.column] > 1


def is_wide(headings: Sequence[str], *, meanings: Meanings) -> bool:
    """Whether one row is one client: scores with a point, and no column `date` as sessions have.

    So the items phq9_1 .. phq9_9 of a sessions sheet are never taken for nine scores.
    """
    if any(
        column_of(heading, SheetName.SESSIONS) == "date"
        or column_by_word(heading, SheetName.SESSIONS) == "date"
        for heading in headings
    ):
        return False
    found = wide_columns(headings, meanings=meanings)
    return any(one is not None and one.point and one.column in MEASURES for one in found)


def _bare_numbers(headings: Sequence[str]) -> Mapping[str, set[str]]:
    """By the measure's word: the numbers that stand alone after it, as in PHQ1, PHQ2."""
    found: dict[str, set[str]] = {}
    for heading in headings:
        match _without_fillers(tokens(heading)):
            case [word, number] if word in measure_words() and number.isdigit():
                found.setdefault(word, set()).add(number)
    return found


def _meant(heading: str, meanings: Meanings) -> str | None:
    """What the practice has said of the heading, or of all headings like it."""
    said = meanings.get(compared(heading))
    if said is None:
        said = meanings.get(stem(heading) or "")
    return said


def _column(
    heading: str, *, meanings: Meanings, indices: Mapping[str, set[str]]
) -> WideColumn | None:
    said = _meant(heading, meanings)
    if said is not None:
        return _as_said(said, heading)
    column = column_of(heading, SheetName.EPISODES) or column_by_word(heading, SheetName.EPISODES)
    if column is not None:
        return WideColumn(column=column)
    return _of_a_point(tokens(heading), indices)


def _as_said(said: str, heading: str) -> WideColumn | None:
    column, _, point = said.partition(" ")
    if column in EPISODE_COLUMNS and not point and column not in POINT_COLUMNS:
        return WideColumn(column=column)
    if column == "note" and not point and stem(heading) is None:
        return WideColumn(column=column)
    if column not in POINT_COLUMNS:
        return None
    if not point:
        point = next((part for part in reversed(tokens(heading)) if part.isdigit()), "")
    return WideColumn(column=column, point=_number(point) or point) if point else None


def _of_a_point(parts: Sequence[str], indices: Mapping[str, set[str]]) -> WideColumn | None:
    rest = _joined_follow_up(parts)
    measure = next((part for part in rest if part in measure_words()), None)
    if measure is not None:
        return _of_a_measure(measure, rest, indices)
    field = _session_field(rest)
    if field is not None:
        return field
    dated = [part for part in rest if part not in _DATES]
    if len(dated) == len(rest):
        return None
    point = _point(_without_fillers(dated))
    return WideColumn(column="date", point=point) if point else None


def _of_a_measure(
    word: str, parts: Sequence[str], indices: Mapping[str, set[str]]
) -> WideColumn | None:
    code, own = measure_words()[word]
    is_date = any(part in _DATES for part in parts)
    rest = [part for part in _without_fillers(parts) if part not in _DATES]
    place = rest.index(word)
    rest.pop(place)
    follows_own = place < len(rest) and rest[place] == own
    # PHQ9 is the measure's name, unless there is a PHQ8.
    counts_on = str(int(own) - 1) in indices.get(word, set())
    if follows_own and (len(rest) > 1 or not counts_on):
        rest.pop(place)
    point = _point(rest)
    if not point:
        return None
    return WideColumn(column=f"{code}_date" if is_date else code, point=point)


def _session_field(parts: Sequence[str]) -> WideColumn | None:
    numbers = [part for part in parts if part.isdigit()]
    if len(numbers) != 1:
        return None
    words = [part for part in parts if not part.isdigit()]
    for tried in (words, _without_fillers(words)):
        column = column_by_word("".join(tried), SheetName.SESSIONS)
        if column in SESSION_FIELDS:
            return WideColumn(column=column, point=_number(numbers[0]))
    return None


def _joined_follow_up(parts: Sequence[str]) -> list[str]:
    words = " ".join(parts).replace("follow up", "followup")
    return words.split()


def _without_fillers(parts: Sequence[str]) -> list[str]:
    return [part for part in parts if part not in _FILLERS]


def _number(part: str) -> str:
    """A number without leading noughts; "" for what is none that counts sessions."""
    return str(int(part)) if part.isdigit() and 0 < len(part) < 4 and int(part) else ""


def _point(parts: Sequence[str]) -> str:
    """The one point that is left of a heading; "" for none or several."""
    match parts:
        case [part] if part.isdigit():
            return _number(part)
        case [part]:
            return POINT_WORDS.get(part, "")
    return ""
