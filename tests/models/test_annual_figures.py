"""A year of official figures: once for a service, once for everybody, and known by its digest."""

from typing import Any

from practice.models import AnnualFigures
from tests.models.edges import Edge, Fields, World, refused, stored


def other_service(world: World) -> Any:
    return world.cast.other_service


def _after(*, constraint: str, is_stored: bool, after: Fields, fields: Fields) -> Edge:
    return Edge(
        model=AnnualFigures,
        constraint=constraint,
        is_stored=is_stored,
        fields=fields,
        after=(after,),
    )


OF_A_SERVICE, OF_EVERYBODY = "annual_figures_once_a_service", "annual_figures_once"
ALL: Fields = {"service": None}

EDGES = (
    _after(constraint=OF_A_SERVICE, is_stored=False, after={}, fields={}),
    _after(constraint=OF_A_SERVICE, is_stored=True, after={}, fields={"period": "2024-25"}),
    _after(constraint=OF_A_SERVICE, is_stored=True, after={}, fields={"service": other_service}),
    _after(constraint=OF_A_SERVICE, is_stored=True, after={}, fields=ALL),
    _after(constraint=OF_EVERYBODY, is_stored=False, after=ALL, fields=ALL),
    _after(constraint=OF_EVERYBODY, is_stored=True, after=ALL, fields={**ALL, "period": "2024-25"}),
    _after(constraint=OF_EVERYBODY, is_stored=True, after=ALL, fields={}),
    *(
        stored(AnnualFigures, "annual_figures_period", period=year)
        for year in ("2000-01", "2099-00")
    ),
    *(
        refused(AnnualFigures, "annual_figures_period", period=year)
        for year in ("2025", "1999-00", "2025/26", "2025-6", "25-26")
    ),
    stored(AnnualFigures, "annual_figures_digest", digest="0123456789abcdef" * 4),
    *(
        refused(AnnualFigures, "annual_figures_digest", digest=digest)
        for digest in ("0" * 63, "0" * 63 + "g", "A" * 64, " " * 64)
    ),
)
