"""When an entry may be put right without saying why: one's own, within 24 hours."""

import datetime as dt
from typing import Any

from django.db import models

from practice.domain.integrity import SOON
from practice.models import Practitioner

# The same time after which the reports tell a correction from a later change.
FREE_FOR = SOON
# What the history keeps where no reason had to be given.
PUT_RIGHT = "put right within 24 hours of entry"


def needs_reason(row: models.Model, *, by: Practitioner, now: dt.datetime) -> bool:
    """Whether a change of the row wants a reason: somebody else's entry, or an older one.

    Whose it is and since when is read from the first row of its history: one query.
    """
    kept: Any = row
    entered = kept.history.order_by("history_date", "history_id").first()
    return not (
        entered is not None
        and entered.history_user_id == by.pk
        and now - entered.history_date <= FREE_FOR
    )
