"""The published figures: those of the program, read once a process, and the years brought in."""

import uuid
from collections.abc import Mapping
from functools import cache, lru_cache
from types import MappingProxyType

from django.db.models import F, Q
from django.utils import timezone

from practice.domain.benchmarks import Benchmark, Benchmarks, load_benchmarks
from practice.models import AnnualFigures, Service
from practice.nhs_annual.figures import Origin, figures_of

# Sets of brought-in years that a process keeps at hand: one for each service, in most places.
_AT_HAND = 16


@cache
def published() -> Benchmarks:
    """Every published figure that the program itself knows."""
    return load_benchmarks()


def published_for(service: Service) -> Benchmarks:
    """Every published figure that a service has: the program's, and the years brought in.

    A figure that the program has itself stands as it is; of a year that is there twice, the
    service's own goes before what was brought in for everybody. One query; a year's rows never
    change under their uid, so what was made of them before is good while they are there.
    """
    return _with(_uids(service))


def everything_else(row: AnnualFigures, service: Service | None) -> Mapping[str, Benchmark]:
    """Every figure, by key, that a service (None: somebody with nothing of their own) would have
    without a year that was brought in.
    """
    return _with(tuple(uid for uid in _uids(service) if uid != row.uid)).by_key


def brought_in(row: AnnualFigures) -> tuple[Benchmark, ...]:
    """The figures of a year that was brought in, whether or not others stand before them."""
    retrieved = timezone.localtime(row.entered_at).date()
    origin = Origin(year=row.period, digest=row.digest, retrieved=retrieved)
    return figures_of(row.figures, origin)


def _uids(service: Service | None) -> tuple[uuid.UUID, ...]:
    for_everybody = Q(service__isnull=True)
    here = AnnualFigures.objects.filter(
        for_everybody if service is None else for_everybody | Q(service=service)
    )
    own_first = here.order_by(F("service_id").asc(nulls_last=True), "period", "pk")
    return tuple(own_first.values_list("uid", flat=True))


@lru_cache(maxsize=_AT_HAND)
def _with(uids: tuple[uuid.UUID, ...]) -> Benchmarks:
    if not uids:
        return published()
    by_key = dict(published().by_key)
    rows = {row.uid: row for row in AnnualFigures.objects.filter(uid__in=uids)}
    for uid in uids:
        # Removed between the two queries: then the next call no longer asks for it.
        if uid in rows:
            for figure in brought_in(rows[uid]):
                by_key.setdefault(figure.key, figure)
    return Benchmarks(by_key=MappingProxyType(by_key))
