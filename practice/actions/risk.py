"""What was asked and done about a risk item: written once for each form, put right with a trace."""

import datetime as dt

from django.db import models, transaction

from practice.actions.versions import STALE, StaleError
from practice.actions.writing import change, read_again, save
from practice.models import MeasureCompletion, Practitioner, RiskResponse

WRITTEN = "what was asked and done was written"


def version_of(completion: MeasureCompletion) -> int:
    """The newest state of the response to a form, 0 where there never was one: one query."""
    newest: int | None = RiskResponse.history.filter(completion_id=completion.pk).aggregate(
        newest=models.Max("history_id")
    )["newest"]
    return newest or 0


@transaction.atomic
def write_response(
    *,
    completion: MeasureCompletion,
    asked: str,
    done: str,
    version: int,
    now: dt.datetime,
    by: Practitioner,
    why: str,
) -> None:
    """Write the response to a form, or other words for the one there is; the history keeps both.

    version: the state that was looked at. why: of the change; a first response needs none. The same
    words once more change nothing. Raises StaleError where others stand there by now.
    """
    # Whoever writes about the form waits here: else a double click would meet the database's rule.
    read_again(completion)
    response = RiskResponse.objects.filter(completion=completion).first()
    if response is not None and (response.asked, response.done) == (asked, done):
        return
    if version_of(completion) != version:
        raise StaleError(STALE)
    if response is None:
        first = RiskResponse(
            completion=completion, asked=asked, done=done, written_by=by, written_at=now
        )
        save(first, by=by, why=WRITTEN)
    else:
        change(response, {"asked": asked, "done": done}, by=by, why=why)
