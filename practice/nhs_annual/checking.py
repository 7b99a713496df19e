"""Whether England's percentages follow from its counts: the surest sign that a column is another."""

from collections.abc import Iterator
from decimal import Decimal

from practice.domain.benchmark_figures import TOLERANCE
from practice.nhs_annual import columns as c
from practice.nhs_annual.columns import Columns
from practice.nhs_annual.findings import Finding
from practice.nhs_annual.year import Row

# Without these there is no year; the columns are there, but England's own cell is suppressed.
_ENGLAND_NEEDS = {
    "referrals": c.REFERRALS,
    "finished": c.FINISHED,
    "at_case": c.AT_CASE,
    "not_at_case": c.NOT_AT_CASE,
    "improved": c.IMPROVED,
    "improvement": c.IMPROVEMENT,
    "no_change": c.NO_CHANGE,
    "deteriorated": c.DETERIORATED,
    "deterioration": c.DETERIORATION,
    "recovered": c.RECOVERED,
    "recovery": c.RECOVERY,
    "reliably_recovered": c.RELIABLY_RECOVERED,
    "reliable_recovery": c.RELIABLE_RECOVERY,
}


def check_england(row: Row, columns: Columns) -> list[Finding]:
    """What is wrong with England's own row: a cell without a figure, or one that does not follow."""
    empty = [
        Finding(
            row=row.number,
            column=columns.headings[column],
            right="England as a whole has no figure here; it is expected to have one",
        )
        for name, column in _ENGLAND_NEEDS.items()
        if getattr(row, name) is None
    ]
    return empty or [*_amiss(row, columns), *check_group(row, columns)]


def _amiss(row: Row, columns: Columns) -> Iterator[Finding]:
    if not row.finished:
        yield Finding(
            row=row.number,
            column=columns.headings[c.FINISHED],
            value="0",
            right="England has finished courses in every year",
        )
    elif (row.at_case or 0) + (row.not_at_case or 0) > row.finished:
        yield Finding(
            row=row.number,
            column=columns.headings[c.AT_CASE],
            value=str(row.at_case),
            right=f"with {row.not_at_case} not at case that is more than the {row.finished} finished",
        )


def check_group(row: Row, columns: Columns) -> list[Finding]:
    """Percentages of one of England's rows that are not those of its counts, within 0.06.

    Improvement, no change and deterioration are of finished courses; recovery and reliable
    recovery of finished courses less those not at case. Counts that are not there are not checked.
    """
    of_cases = f"{c.FINISHED} less {c.NOT_AT_CASE}"
    rules = (
        (c.IMPROVEMENT, row.improvement, c.IMPROVED, row.improved, c.FINISHED, row.finished),
        (c.NO_CHANGE, row.no_change, c.UNCHANGED, row.unchanged, c.FINISHED, row.finished),
        *(
            (percentage, value, counted, k, of_cases, row.cases)
            for percentage, value, counted, k in (
                (c.RECOVERY, row.recovery, c.RECOVERED, row.recovered),
                (
                    c.RELIABLE_RECOVERY,
                    row.reliable_recovery,
                    c.RELIABLY_RECOVERED,
                    row.reliably_recovered,
                ),
            )
        ),
        (
            c.DETERIORATION,
            row.deterioration,
            c.DETERIORATED,
            row.deteriorated,
            c.FINISHED,
            row.finished,
        ),
    )
    findings = []
    for percentage, value, counted, k, of, n in rules:
        if value is None or k is None or n is None or n <= 0:
            continue
        exact = Decimal(100) * k / n
        if abs(value - exact) > TOLERANCE:
            findings.append(
                Finding(
                    row=row.number,
                    column=columns.headings[percentage],
                    value=str(value),
                    right=f"{counted} of {of} is {k} of {n}, which is {exact:.1f} per cent: "
                    "one of the columns is another than its heading says",
                )
            )
    return findings
