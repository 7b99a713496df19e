"""Which report somebody asks for: read from the address, the same on every page of one."""

import datetime as dt

from django.http import HttpRequest
from django.utils import timezone
from django.utils.http import urlencode

from practice.cohorts import Scope, first_referral
from practice.domain.periods import Month
from practice.forms.reports import ReportForm
from practice.published import published_for


def chosen_form(request: HttpRequest, scope: Scope) -> ReportForm:
    """The choice in the address. Without one the last whole month, or this one in a first month."""
    today = timezone.localdate()
    first = first_referral(scope.service)
    given = request.GET or {"month": str(usual_month(first, today=today)), "against": ""}
    return ReportForm(
        given,
        first=min(first or today, Month.of(today).minus(1).period.start),
        today=today,
        years=published_for(scope.service).years(),
    )


def usual_month(first: dt.date | None, *, today: dt.date) -> Month:
    """The last whole month, or this one where the first referral came in it or is to come."""
    this = Month.of(today)
    return this if first is None or Month.of(first) == this else this.minus(1)


def choice_of(month: Month, year: str | None) -> str:
    """The same choice for another address."""
    return urlencode({"month": str(month), "against": year or ""})
