"""A year of official figures brought in, and taken out again."""

import datetime as dt

from django.db import IntegrityError, transaction

from practice.actions.writing import RefusedError, save
from practice.models import AnnualFigures, Practitioner, Service

BROUGHT_IN = "brought in from the official file"
REPLACED = "replaced by another file of the same year"
REMOVED = "removed"


class HereAlreadyError(RefusedError):
    """The year's figures are here already. row: they; is_same: from the very same file."""

    def __init__(self, row: AnnualFigures, *, digest: str) -> None:
        self.row = row
        self.is_same = row.digest == digest
        super().__init__(
            f"The figures of {row.period} are here already, from this very file."
            if self.is_same
            else f"Figures of {row.period} are here already, from another file."
        )


@transaction.atomic
def store_annual_figures(*, row: AnnualFigures, by: Practitioner | None) -> None:
    """Store a year, as yet unsaved; by is None when a command does it.

    Raises HereAlreadyError where the service (or everybody) has figures of the year.
    """
    try:
        with transaction.atomic():
            save(row, by=by, why=BROUGHT_IN)
    except IntegrityError:
        there = here_already(service=row.service, period=row.period)
        if there is None:
            raise
        raise HereAlreadyError(there, digest=row.digest) from None


@transaction.atomic
def replace_annual_figures(
    *, row: AnnualFigures, by: Practitioner | None, now: dt.datetime
) -> AnnualFigures | None:
    """Store a year in place of the one that is there; which that was, None for none.

    The history keeps it. Raises HereAlreadyError where it came from the very same file.
    """
    there = here_already(service=row.service, period=row.period)
    if there is not None:
        if there.digest == row.digest:
            raise HereAlreadyError(there, digest=row.digest)
        AnnualFigures.objects.filter(pk=there.pk).delete_all(by=by, why=REPLACED, now=now)
    store_annual_figures(row=row, by=by)
    return there


@transaction.atomic
def remove_annual_figures(*, row: AnnualFigures, by: Practitioner | None, now: dt.datetime) -> bool:
    """Take a year out; whether it was still there. The history keeps it, and reports made for good
    keep its figures.
    """
    return bool(AnnualFigures.objects.filter(pk=row.pk).delete_all(by=by, why=REMOVED, now=now))


def here_already(*, service: Service | None, period: str) -> AnnualFigures | None:
    """The year that a service has brought in (None: that is there for everybody), if it has."""
    return AnnualFigures.objects.filter(service=service, period=period).first()
