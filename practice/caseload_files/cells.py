"""What one cell says: each function reads the text of a cell that is not empty.

All raise CellError with what would be right.
"""

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import TypeVar

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from practice.domain.endings import NHS_END_CODES, Ending, LeftOut
from practice.domain.measures import Measure, Mode, ScoringError
from practice.domain.sessions import (
    NHS_ATTENDANCE,
    NHS_KINDS,
    NHS_MEDIA,
    QUESTIONNAIRE,
    Attendance,
    Kind,
    Medium,
)
from practice.models.client import EARLIEST_BIRTH_YEAR, Gender, check_reference
from practice.models.episode import EarlierTherapy
from practice.models.session import HIGHEST_FEE

T = TypeVar("T")

NOTE_LENGTH = 100_000
# The highest episode number that every database keeps.
MOST_EPISODES = 32_767
MOST_PLANNED = 999
# Spreadsheets know no day before it; an earlier one is a slip of the keyboard.
EARLIEST_DAY = dt.date(1900, 1, 1)
RIGHT_DATE = "write a date as 2026-03-09 or 09/03/2026 (day first)"

_ISO = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_DAY_FIRST = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})")
_SHORT_YEAR = re.compile(r"[0-9]{1,2}/[0-9]{1,2}/[0-9]{2}")
_WHOLE = re.compile(r"([0-9]{1,9})(?:\.0+)?")
_NUMBER = re.compile(r"[+-]?[0-9]{1,9}(?:\.[0-9]{1,20})?")
_FEE = re.compile(r"£?\s*((?:[0-9]{1,9}|[0-9]{1,3}(?:,[0-9]{3})+)(?:\.[0-9]{1,2})?)")
# What a spreadsheet may take for the start of a formula, its full-width twins included.
_FORMULA_START = "=+\\-@\t\r＝＋－＠"
# Blanks and signs that nobody sees may stand before it: some spreadsheets take them off.
_BEFORE = r"[\s\x00-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]*"
_NEEDS_GUARD = re.compile(f"'*{_BEFORE}[{_FORMULA_START}]")
_HAS_GUARD = re.compile(f"'+{_BEFORE}[{_FORMULA_START}]")


class CellError(ValueError):
    """A cell that cannot be taken as it is; the message says what would be right."""


def guarded(text: str) -> str:
    """A text that no spreadsheet runs as a formula: an apostrophe before = + - @, tab and return.

    Also where blanks or unseen signs stand before these.

    Apostrophes already there get one more, so that `unguarded` gives back the very same text.
    """
    return f"'{text}" if _NEEDS_GUARD.match(text) else text


def unguarded(text: str) -> str:
    """The text that `guarded` was given."""
    return text[1:] if _HAS_GUARD.match(text) else text


def day(text: str, *, today: dt.date) -> dt.date:
    """A date that has come."""
    if match := _ISO.fullmatch(text):
        year, month, number = (int(part) for part in match.groups())
    elif match := _DAY_FIRST.fullmatch(text):
        number, month, year = (int(part) for part in match.groups())
        if number <= 12 < month <= 31:
            raise CellError(
                f"the day comes first: write {month:02}/{number:02}/{year} if day {month} of month "
                f"{number} is meant"
            )
    elif _SHORT_YEAR.fullmatch(text):
        raise CellError(f"the year needs four digits: {RIGHT_DATE}")
    else:
        raise CellError(f"not a date: {RIGHT_DATE}")
    try:
        found = dt.date(year, month, number)
    except ValueError:
        raise CellError(f"there is no such day: {RIGHT_DATE}") from None
    if found > today:
        raise CellError(
            f"after today, {today.isoformat()}: give a day that has come, or leave the row out "
            "until then"
        )
    if found < EARLIEST_DAY:
        raise CellError(f"before {EARLIEST_DAY.isoformat()}: correct the year")
    return found


def whole(text: str, *, lowest: int, highest: int) -> int:
    """A whole number within a range; 50.0 is one as well, as other programs write it."""
    match = _WHOLE.fullmatch(text)
    if match is None or not lowest <= int(match[1]) <= highest:
        raise CellError(f"write a whole number from {lowest} to {highest}")
    return int(match[1])


def planned_sessions(text: str) -> int:
    """How many sessions were agreed on; 0 as well, which some programs write for none recorded."""
    try:
        return whole(text, lowest=0, highest=MOST_PLANNED)
    except CellError:
        raise CellError(
            f"write a whole number from 1 to {MOST_PLANNED}; empty when it was not agreed on"
        ) from None


def fee(text: str) -> Decimal:
    """Pounds, to the penny."""
    match = _FEE.fullmatch(text)
    amount = None if match is None else Decimal(match[1].replace(",", ""))
    if amount is None or amount > HIGHEST_FEE:
        raise CellError(
            f"write an amount in pounds from 0 to {HIGHEST_FEE:,}, such as 55, 55.00 or £1,250.00"
        )
    return amount.quantize(Decimal("0.01"))


def total(text: str, *, measure: Measure) -> Decimal:
    """The total of a form, to two decimals."""
    if not _NUMBER.fullmatch(text):
        raise CellError(
            f"not a number: {measure.name} takes a total from 0 to {measure.maximum}, decimals "
            "after a point; empty when there is none"
        )
    try:
        return measure.check_total(Decimal(text))
    except ScoringError as error:
        raise CellError(str(error)) from None


def answer(text: str, *, measure: Measure) -> int:
    """The answer to one item, as ticked."""
    match = _WHOLE.fullmatch(text)
    if match is None or int(match[1]) > measure.maximum_answer:
        raise CellError(
            f"an item of {measure.name} takes 0 to {measure.maximum_answer} as ticked on the form; "
            "empty when it was not answered"
        )
    return int(match[1])


def line(text: str, *, limit: int) -> str:
    """Free text on one line."""
    text = unguarded(text).strip()
    if any(unicodedata.category(sign) == "Cc" for sign in text):
        raise CellError("holds a line break or another control character: write it on one line")
    return _short(text, limit=limit)


def note(text: str) -> str:
    """Free text on several lines. Line ends of every system become one sign."""
    text = _one_line_end(unguarded(text)).strip()
    if any(unicodedata.category(sign) == "Cc" and sign not in "\n\t" for sign in text):
        raise CellError("holds a control character: write it anew as plain text")
    return _short(text, limit=NOTE_LENGTH)


def tidy(text: str) -> str:
    """A stored text as a file would give it back: stripped, line ends alike, no control signs."""
    return "".join(
        sign for sign in _one_line_end(text) if sign in "\n\t" or unicodedata.category(sign) != "Cc"
    ).strip()


def tidy_line(text: str) -> str:
    """A stored text of one line as a file would give it back."""
    return re.sub(r"[\n\t]", " ", tidy(text)).strip()


def _one_line_end(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _short(text: str, *, limit: int) -> str:
    if len(text) > limit:
        raise CellError(f"has {len(text):,} signs: shorten it to {limit:,}")
    return text


def reference(text: str) -> str:
    """A client's reference."""
    text = unguarded(text)
    try:
        check_reference(text)
    except ValidationError as error:
        raise CellError(error.messages[0]) from None
    return text


def email(text: str) -> str:
    """An e-mail address, in lower case, as accounts keep it."""
    address = unguarded(text).strip().lower()
    try:
        validate_email(address)
    except ValidationError:
        raise CellError(
            "not an e-mail address: write the practitioner's, such as p1@example.org"
        ) from None
    if len(address) > 254:
        raise CellError("an e-mail address has at most 254 signs")
    return address


def birth_year(text: str, *, today: dt.date) -> int:
    """A year of birth."""
    try:
        return whole(text, lowest=EARLIEST_BIRTH_YEAR, highest=today.year)
    except CellError:
        raise CellError(
            f"write the year of birth with four digits, from {EARLIEST_BIRTH_YEAR} to {today.year}"
        ) from None


def _word_key(text: str) -> str:
    return re.sub(r"[\s_-]+", "_", text.strip().casefold())


def choice(words: Mapping[str, T], *, codes: Mapping[str, T] | None = None) -> Callable[[str], T]:
    """A reader of one of some words, or of an NHS code with or without leading zeros."""
    codes = codes or {}
    by_key = {_word_key(word): value for word, value in words.items()}
    right = "write one of: " + ", ".join(words)
    if codes:
        right += "; or an NHS code: " + ", ".join(codes)

    def read(text: str) -> T:
        key = _word_key(text)
        if key in by_key:
            return by_key[key]
        code = key.lstrip("0")
        if code in codes:
            return codes[code]
        raise CellError(f"unknown: {right}; or leave the cell empty")

    return read


kind = choice(
    {**{word.value: word.value for word in Kind}, QUESTIONNAIRE: QUESTIONNAIRE},
    codes={code: word.value for code, word in NHS_KINDS.items()},
)
attendance = choice({word.value: word for word in Attendance}, codes=NHS_ATTENDANCE)
medium = choice({word.value: word for word in Medium}, codes=NHS_MEDIA)
mode = choice({word.value: word for word in Mode})
gender = choice({word.value: word for word in Gender})
earlier_therapy = choice({word.value: word for word in EarlierTherapy})
left_out = choice({reason.value: reason for reason in LeftOut})
wished_to_continue = choice({"yes": True, "no": False})
# An ending that was not recorded (96) is stored as an empty text.
ending: Callable[[str], str] = choice(
    {
        **{word.value: word.value for word in Ending},
        "planned": Ending.OTHER_PLANNED.value,
        "unplanned": Ending.OTHER_UNPLANNED.value,
    },
    codes={code: word.value if word else "" for code, word in NHS_END_CODES.items()},
)
