"""A month's report made for good: what is stored of it, and how it prints again as it was."""

import datetime as dt
from dataclasses import dataclass, replace

from django.utils import timezone

from practice.cohorts import Scope
from practice.domain.benchmarks import Benchmarks
from practice.domain.digests import digest_of_report
from practice.domain.periods import Month, day_words
from practice.models import FrozenReport, Practitioner
from practice.reports.monthly import monthly_report
from practice.reports.monthly_text import MonthlyText, monthly_text
from practice.reports.named_figures import named_figures
from practice.reports.named_integrity import named_integrity
from practice.reports.resolutions import standing_at, with_words, without_words
from practice.reports.stored import StoredReportError, as_json, from_json

# Of the digest, on paper: enough to hold two papers together by eye.
DIGITS_ON_PAPER = 12
BY_COMMAND = "a command"


class NotOverError(ValueError):
    """A month that is not over cannot be made for good; the message says when it can."""


class AlteredReportError(ValueError):
    """What is stored is not what was stored when the report was made."""


@dataclass(frozen=True, kw_only=True)
class Making:
    """Who makes reports for good, and when; by is None for a command."""

    by: Practitioner | None
    now: dt.datetime
    today: dt.date


def check_over(month: Month, *, today: dt.date) -> None:
    """Raises NotOverError up to and including the month's last day."""
    if month.period.end >= today:
        raise NotOverError(
            f"{month.words} is not over: its report can be made for good from "
            f"{day_words(month.minus(-1).period.start)}."
        )


def frozen_of(scope: Scope, month: Month) -> FrozenReport | None:
    """The scope's report of a month without its words, if it has been made for good. One query."""
    return (
        FrozenReport.objects.filter(
            service=scope.service, practitioner=scope.practitioner, month=str(month)
        )
        .select_related("service", "practitioner", "made_by")
        .defer("text", "figures")
        .first()
    )


def make_frozen(
    scope: Scope, month: Month, *, benchmarks: Benchmarks, making: Making, year: str | None = None
) -> FrozenReport:
    """The report of today's figures, as yet unsaved, with everything that is stored of it.

    The words of a resolution are not stored with it: see practice.reports.resolutions. Raises
    NotOverError, and UnknownYearError.
    """
    check_over(month, today=making.today)
    report = monthly_report(scope, month, benchmarks=benchmarks, printed_on=making.today, year=year)
    text = monthly_text(report)
    who = BY_COMMAND if making.by is None else str(making.by)
    stored = as_json(
        replace(
            text,
            status=f"Made for good on {day_words(making.today)} by {who}",
            foot_blocks=without_words(text.foot_blocks),
        )
    )
    figures = named_figures(year=report.figures, month=report.month_figures)
    figures |= named_integrity(report.side_two.kept)
    return FrozenReport(
        service=scope.service,
        practitioner=scope.practitioner,
        month=str(month),
        text=stored,
        figures=figures,
        digest=digest_of_report(text=stored, figures=figures),
        made_by=making.by,
        made_at=making.now,
    )


def scope_of(report: FrozenReport) -> Scope:
    """Whose report it is."""
    return Scope(service=report.service, practitioner=report.practitioner)


def read_frozen(report: FrozenReport) -> MonthlyText:
    """The report as it was made. At most two queries.

    Raises AlteredReportError where the digest does not fit, or where what is stored is no report.
    """
    if digest_of_report(text=report.text, figures=report.figures) != report.digest:
        raise AlteredReportError("the digest does not fit")
    try:
        text = from_json(report.text)
    except (StoredReportError, KeyError, ValueError) as problem:
        raise AlteredReportError("what is stored is no report") from problem
    if not isinstance(text, MonthlyText):
        raise AlteredReportError("what is stored is no report")
    status = f"{text.status}; digest {report.digest[:DIGITS_ON_PAPER]}{_redacted(report)}"
    rows = standing_at(scope_of(report), report.made_at)
    return replace(text, status=status, foot_blocks=with_words(text.foot_blocks, rows))


def _redacted(report: FrozenReport) -> str:
    if report.redacted_at is None:
        return ""
    clients = (
        report.history.filter(redacted_at__isnull=False).values("redacted_at").distinct().count()
    )
    if clients == 1:
        whose = "one client's rows were redacted on"
    else:
        whose = f"{clients} clients' rows were redacted, last on"
    on = day_words(timezone.localdate(report.redacted_at))
    return f". Since then {whose} {on}; all counts are as printed"
