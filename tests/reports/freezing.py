"""Reports made for good, for the tests of what becomes of them."""

import datetime as dt

from practice.actions.reports import freeze_report
from practice.cohorts import Scope
from practice.domain.periods import Month
from practice.models import FrozenReport, Practitioner
from practice.published import published
from practice.reports.frozen import Making, make_frozen
from tests.caseloads import MONTH, PRINTED_ON

MADE_AT = dt.datetime.combine(PRINTED_ON, dt.time(12), tzinfo=dt.UTC)


def frozen(
    scope: Scope,
    *,
    month: Month = MONTH,
    by: Practitioner | None = None,
    at: dt.datetime = MADE_AT,
    year: str | None = None,
) -> FrozenReport:
    """The report of today's figures, made for good at a moment, and read back."""
    making = Making(by=by, now=at, today=at.date())
    report = make_frozen(scope, month, benchmarks=published(), making=making, year=year)
    freeze_report(report=report, by=by)
    return FrozenReport.objects.get(pk=report.pk)
