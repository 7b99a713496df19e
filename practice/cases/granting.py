"""Since when whoever leads a service may open single clients, or may not, and who decided it."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from practice.cases.wording import moment_words
from practice.models import Practitioner, Service


@dataclass(frozen=True, kw_only=True)
class Grant:
    """at: when it was last changed; None where it has been so since the service is here.

    by: who changed it; None where a command did, or nobody ever has.
    """

    may_read: bool
    at: dt.datetime | None
    by: Practitioner | None

    @property
    def words(self) -> str:
        """What stands behind yes or no; "" where nobody has changed it."""
        if self.at is None:
            return ""
        switched = "on" if self.may_read else "off"
        return f"switched {switched} by {self.by or 'a command'}, {moment_words(self.at)}"


def grant_of(service: Service) -> Grant:
    """From the history of the service's settings: at most three queries."""
    kept: Any = service.history
    may_read = service.lead_reads_clients
    other = kept.exclude(lead_reads_clients=may_read).order_by("-history_id").first()
    if other is None:
        return Grant(may_read=may_read, at=None, by=None)
    since = kept.filter(history_id__gt=other.history_id).order_by("history_id").first()
    if since is None:
        # Changed by somebody since the service was read: the next page tells it.
        return Grant(may_read=may_read, at=None, by=None)
    by = Practitioner.objects.filter(pk=since.history_user_id).first()
    return Grant(may_read=may_read, at=since.history_date, by=by)
