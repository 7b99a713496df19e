"""How pages name people, moments and changes."""

import datetime as dt

from django.utils import timezone

from practice.domain.change import Change
from practice.domain.measures import in_figures
from practice.domain.periods import day_words
from practice.models import Practitioner

NOBODY = "nobody signed in (a command)"
NOT_RECORDED = "not recorded"


def person_words(person: Practitioner | None) -> str:
    """Who, as a page names them."""
    return NOBODY if person is None else str(person)


def moment_words(moment: dt.datetime) -> str:
    """A moment by this practice's clock: 9 March 2026, 14:05."""
    local = timezone.localtime(moment)
    return f"{day_words(local.date())}, {local:%H:%M}"


def change_words(change: Change) -> str:
    """One score against the first: 8 points lower: reliably improved."""
    points = abs(change.fall)
    if points == 0:
        return f"the same: {change.direction.words}"
    noun = "point" if points == 1 else "points"
    way = "lower" if change.fall > 0 else "higher"
    return f"{in_figures(points)} {noun} {way}: {change.direction.words}"
