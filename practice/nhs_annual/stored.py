"""A year as it is kept: rows of plain JSON, numbers as printed, a suppressed one as null.

Words are not kept with them: practice.nhs_annual.figures puts the rows into the words that every
other year has.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from practice.nhs_annual.names import Kind, slug_of
from practice.nhs_annual.spread import RATES, spread_of
from practice.nhs_annual.year import AnnualYear, Group, Place, Row

# Smaller places scatter too far to stand beside anybody; the years before leave them out as well.
FROM_FINISHED = 100
Stored = list[dict[str, Any]]

# Kinds of rows.
OUTCOMES, PATHWAY, WAITS = "outcomes", "pathway", "waits"
PLACE, GROUP, SPREAD, ABOUT = "place", "group", "spread", "about"

_SPREAD_UNITS = {
    Kind.BOARD: ("icbs", "integrated care board areas"),
    Kind.PROVIDER: ("providers", "providers"),
}


def stored_year(year: AnnualYear) -> Stored:
    """Everything that is kept of a year, a row for each place, group and spread."""
    return [
        {"is": ABOUT, **_about(year)},
        *({"is": kind, **row} for kind, row in _england(year.england).items()),
        *({"is": GROUP, **_group(group)} for group in year.groups if group.row.finished),
        *({"is": PLACE, **_place(place)} for place in year.places if _is_large(place)),
        *({"is": SPREAD, **row} for row in _spreads(year)),
    ]


def rows_of(stored: Any, kind: str) -> list[dict[str, Any]]:
    """The rows of a kind, without saying which it is."""
    return [
        {name: value for name, value in row.items() if name != "is"}
        for row in stored
        if row["is"] == kind
    ]


def _is_large(place: Place) -> bool:
    return place.row.finished is not None and place.row.finished >= FROM_FINISHED


def _about(year: AnnualYear) -> dict[str, Any]:
    return {
        "regions": len(year.of(Kind.REGION)),
        "boards": len(year.of(Kind.BOARD)),
        "sub_boards": len(year.of(Kind.SUB_BOARD)),
        "providers": len(year.of(Kind.PROVIDER)),
        "small": sum(not _is_large(place) for place in year.places),
        "suppressed": year.suppressed,
        "passed_over": list(year.passed_over),
    }


def _england(row: Row) -> Mapping[str, dict[str, Any]]:
    return {
        OUTCOMES: {
            "referrals": row.referrals,
            "finished": row.finished,
            "at_case": row.at_case,
            "not_at_case": row.not_at_case,
            "recovered": row.recovered,
            "recovery_pct": _printed(row.recovery),
            "improved": row.improved,
            "improvement_pct": _printed(row.improvement),
            "reliably_recovered": row.reliably_recovered,
            "reliable_recovery_pct": _printed(row.reliable_recovery),
            "deteriorated": row.deteriorated,
            "deterioration_pct": _printed(row.deterioration),
            "no_change_pct": _printed(row.no_change),
        },
        PATHWAY: {
            "ended": row.ended,
            "before_treatment": row.before_treatment,
            "one_session": row.one_session,
            "entered": _less(row.ended, row.before_treatment),
            "finished": row.finished,
            "not_at_case": row.not_at_case,
            "improved": row.improved,
            "recovered": row.recovered,
            "reliably_recovered": row.reliably_recovered,
        },
        WAITS: {
            "sessions": _printed(row.mean_sessions),
            "within_6": _printed(row.within_6),
            "within_18": _printed(row.within_18),
        },
    }


def _rates(row: Row) -> dict[str, Any]:
    return {
        "finished": row.finished,
        "improvement": _printed(row.improvement),
        "recovery": _printed(row.recovery),
        "reliable_recovery": _printed(row.reliable_recovery),
        "deterioration": _printed(row.deterioration),
    }


def _group(group: Group) -> dict[str, Any]:
    return {
        "grouping": group.grouping,
        "slug": slug_of(group.name),
        "name": group.name,
        **_rates(group.row),
    }


def _place(place: Place) -> dict[str, Any]:
    return {
        "slug": place.code.lower(),
        "code": place.code,
        "name": place.name,
        "kind": str(place.kind),
        **_rates(place.row),
    }


def _spreads(year: AnnualYear) -> Iterable[dict[str, Any]]:
    for kind, (unit, units) in _SPREAD_UNITS.items():
        for rate in RATES:
            spread = spread_of(year.of(kind), rate)
            if spread is not None:
                yield {
                    "rate": rate,
                    "unit": unit,
                    "units": units,
                    "services": spread.services,
                    **{point: _printed(value) for point, value in spread.values.items()},
                }


def _less(whole: int | None, part: int | None) -> int | None:
    return None if whole is None or part is None or part > whole else whole - part


def _printed(value: Decimal | None) -> str | None:
    return None if value is None else str(value)
