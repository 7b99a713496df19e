"""Nothing quietly changed: managers and history for all that is clinical, or says who sees it.

Django's bulk writes go round save(), and so round the history. On these models they raise;
`create_all` is the one bulk write, and it keeps the history itself.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

from django.db import models, transaction
from simple_history.manager import HistoricalQuerySet
from simple_history.models import HistoricalRecords

if TYPE_CHECKING:
    from practice.models.practitioner import Practitioner

_ROWS_A_BATCH = 500

M = TypeVar("M", bound=models.Model)


class HistoryWouldBeLostError(TypeError):
    """A bulk write was asked for that would leave no trace of who changed what, and why."""


class _NoQuietWrites(models.QuerySet[M]):
    """Refuses every write that would go round the history."""

    def _refuse(self, what: str) -> NoReturn:
        raise HistoryWouldBeLostError(
            f"{self.model.__name__}.{what} would change rows without keeping who, when and why; "
            "save or delete them one at a time through practice.actions, "
            "or add new ones with create_all"
        )

    def update(self, **kwargs: Any) -> int:
        self._refuse("update")

    def bulk_create(self, *args: Any, **kwargs: Any) -> NoReturn:
        self._refuse("bulk_create")

    def bulk_update(self, *args: Any, **kwargs: Any) -> NoReturn:
        self._refuse("bulk_update")

    def delete(self) -> NoReturn:
        self._refuse("delete")

    def _raw_delete(self, using: str | None) -> NoReturn:
        self._refuse("_raw_delete")


class KeptQuerySet(_NoQuietWrites[M]):
    """Rows of a model whose every change is kept."""

    def create_all(
        self, objects: Iterable[M], *, by: "Practitioner | None", why: str
    ) -> Sequence[M]:
        """Add many new rows at once, each with its history row, all or none.

        by is None when it came by a command, which has no signed-in person; why says which.
        """
        objects = list(objects)
        with transaction.atomic(using=self.db):
            created = models.QuerySet.bulk_create(self, objects, batch_size=_ROWS_A_BATCH)
            history: Any = self.model.history  # type: ignore[attr-defined]
            history.bulk_history_create(
                created, batch_size=_ROWS_A_BATCH, default_user=by, default_change_reason=why
            )
        return created

    def delete_all(self, *, by: "Practitioner | None", why: str, now: dt.datetime) -> int:
        """Delete every row of the query, each with its last row of history first, all or none.

        Returns how many. A row that something else still hangs on raises IntegrityError, at the
        latest when the transaction ends.
        """
        with transaction.atomic(using=self.db):
            rows = list(self)
            history: Any = self.model.history.model  # type: ignore[attr-defined]
            history.objects.bulk_create(
                [
                    history(
                        history_date=now,
                        history_user=by,
                        history_change_reason=why,
                        history_type="-",
                        **{
                            field.attname: getattr(row, field.attname)
                            for field in history.tracked_fields
                        },
                    )
                    for row in rows
                ],
                batch_size=_ROWS_A_BATCH,
            )
            unguarded: models.QuerySet[M] = models.QuerySet(self.model, using=self.db)
            for start in range(0, len(rows), _ROWS_A_BATCH):
                some = [row.pk for row in rows[start : start + _ROWS_A_BATCH]]
                unguarded.filter(pk__in=some)._raw_delete(self.db)  # noqa: SLF001
        return len(rows)


class HistoryQuerySet(_NoQuietWrites[M]):
    """History rows: added, never changed. (Erasing a client is a matter of its own.)"""

    def bulk_create(self, *args: Any, **kwargs: Any) -> Any:
        return models.QuerySet.bulk_create(self, *args, **kwargs)


class _HistoryOfOne(HistoryQuerySet[M], HistoricalQuerySet):  # type: ignore[misc]
    """What `Model.history` and `row.history` give: Django Simple History's own, and guarded."""


class KeptForever(models.Model):
    """Base of the history tables."""

    objects = HistoryQuerySet.as_manager()

    class Meta:
        abstract = True
        # Also what Django itself writes through, when a person named in a history row is deleted.
        base_manager_name = "objects"


def kept_history(**options: Any) -> HistoricalRecords:
    """The history of a model: a full row for each change, with who, when and why."""
    return HistoricalRecords(
        bases=[KeptForever],
        historical_queryset=_HistoryOfOne,
        history_user_id_field=models.BigIntegerField(null=True, db_index=True),
        history_change_reason_field=models.TextField(null=True, blank=True),
        **options,
    )
