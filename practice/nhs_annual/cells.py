"""What one cell says: a count, a percentage, or nothing, which is never 0."""

import re
from decimal import Decimal

# What stands where a figure is suppressed (*, c) or does not apply (z), also in square brackets.
ABSENT = frozenset({"", "*", "-", "–", "z", "c", ":", "..", "x", "null", "n/a", "na", "none"})

_COUNT = re.compile(r"(?:[0-9]{1,9}|[0-9]{1,3}(?:,[0-9]{3}){1,2})(?:\.0{1,6})?")
_NUMBER = re.compile(r"-?[0-9]{1,9}(?:\.[0-9]{1,12})?")


def is_absent(text: str) -> bool:
    """Whether the cell holds a mark for no figure, or nothing."""
    return text.strip().strip("[]").strip().lower() in ABSENT


def parse_count(text: str) -> int | None:
    """A whole number, also with thousands separators; None where there is none.

    Raises ValueError with what would be right.
    """
    if is_absent(text):
        return None
    text = text.strip()
    if _COUNT.fullmatch(text) is None:
        raise ValueError("a whole number such as 670419 is expected, or * where it is suppressed")
    return int(text.replace(",", "").partition(".")[0])


def parse_number(text: str) -> Decimal | None:
    """A number of nought or more; None where there is none. Raises ValueError."""
    if is_absent(text):
        return None
    if _NUMBER.fullmatch(text.strip()) is None or Decimal(text.strip()) < 0:
        raise ValueError("a number such as 8.4 is expected, or * where it is suppressed")
    return Decimal(text.strip())


def parse_percentage(text: str) -> Decimal | None:
    """A percentage, with or without its sign; None where there is none.

    Raises ValueError with what would be right.
    """
    if is_absent(text):
        return None
    bare = text.strip().removesuffix("%").rstrip()
    if _NUMBER.fullmatch(bare) is None:
        raise ValueError("a percentage such as 67.5 is expected, or * where it is suppressed")
    percentage = Decimal(bare)
    if not 0 <= percentage <= 100:
        raise ValueError("a percentage lies between 0 and 100")
    return percentage
