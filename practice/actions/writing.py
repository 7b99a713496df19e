"""How every write is made: with who did it and why in the history, and never over somebody else's."""

from collections.abc import Iterable, Mapping, Sequence

from django.core.exceptions import ObjectDoesNotExist
from django.db import models, transaction

from practice.actions.audit import record_access
from practice.models import (
    Client,
    Episode,
    Holding,
    MeasureCompletion,
    Practitioner,
    Session,
)

GONE = "This is no longer there: it was taken away while the page was open. Nothing is stored."

Clinical = Client | Episode | Holding | Session | MeasureCompletion


class RefusedError(ValueError):
    """A rule forbids what was asked for; the message is for people and says which."""


class GoneError(RefusedError):
    """What was to be changed has been erased, or undone with its import, in this very moment."""


@transaction.atomic
def record_rows(
    *,
    added: Iterable[Sequence[Clinical]],
    changed: Iterable[Clinical],
    by: Practitioner | None,
    why: str,
) -> None:
    """Store new rows and changed ones, all or none.

    added: rows of one model each, in the order in which they lean on each other. changed: stored
    rows with their new values; they are saved after the new ones, one by one.
    """
    for rows in added:
        if rows:
            type(rows[0]).objects.create_all(rows, by=by, why=why)  # type: ignore[arg-type]
    for row in changed:
        save(row, by=by, why=why)


def read_again(row: models.Model) -> None:
    # Locked until the transaction ends: save() writes whole rows, and would put back what somebody
    # else (a new password, say) has stored since this one was read.
    rows = type(row)._default_manager.select_for_update()  # noqa: SLF001
    try:
        row.refresh_from_db(from_queryset=rows)
    except ObjectDoesNotExist:
        raise GoneError(GONE) from None


def change(
    row: models.Model, values: Mapping[str, object], *, by: Practitioner | None, why: str
) -> None:
    # What is so already is no change, and leaves nothing in the history.
    changed = {field: value for field, value in values.items() if getattr(row, field) != value}
    if changed:
        for field, value in changed.items():
            setattr(row, field, value)
        save(row, by=by, why=why, changed=frozenset(changed))


def save(
    row: models.Model, *, by: Practitioner | None, why: str, changed: frozenset[str] = frozenset()
) -> None:
    # Where the history looks for who and why.
    row._history_user = by  # type: ignore[attr-defined]  # noqa: SLF001
    row._change_reason = why  # type: ignore[attr-defined]  # noqa: SLF001
    row.save()
    record_access(row, changed=changed, by=by)
