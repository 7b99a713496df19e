"""How the rows of the two files are told apart, and chance of its own for each thing made of them."""

import datetime as dt
import random

from practice.demonstration.rows import Row

# An episode: reference and number.
Key = tuple[str, str]


def key_of(cells: Row) -> Key:
    """The episode that a row of either file belongs to."""
    return cells["client"], cells["episode"]


def day_of(text: str) -> dt.date:
    """The date in a cell."""
    return dt.date.fromisoformat(text)


def chance(*words: str) -> random.Random:
    """Chance of its own for each thing, so that one more day changes nothing else."""
    return random.Random("/".join(words))  # noqa: S311 - the same every time is the aim
