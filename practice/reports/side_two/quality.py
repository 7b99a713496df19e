"""How far the figures can be trusted: what is missing, each as k of n."""

from dataclasses import dataclass
from functools import reduce
from operator import or_

from django.db.models import Count, Q

from practice.cohorts import Scope, episodes_in
from practice.domain.estimates import Proportion
from practice.domain.measures import MEASURES, PrimaryOutcome
from practice.domain.periods import Period
from practice.models import MeasureCompletion
from practice.reports import words
from practice.reports.blocks import Block, Grid, Line
from practice.reports.client_hours import Work
from practice.reports.figures import OutcomeFigures

_RISK = {code: item for code in MEASURES if (item := MEASURES[code].risk_item) is not None}


def risk_not_seen(scope: Scope, period: Period) -> Proportion:
    """Of the forms dated in the period that have a risk item, those whose answer to it is unknown.

    A form of which only the total was entered, or with the item left blank. Left-out episodes are
    not counted. One query.
    """
    keys = episodes_in(scope, period).filter(left_out="").order_by().values("pk")
    forms = (
        MeasureCompletion.objects.of_episodes(keys)
        .filter(measure__in=_RISK)
        .filter(
            Q(session__held_on__range=(period.start, period.end))
            | Q(completed_on__range=(period.start, period.end))
        )
    )
    seen = reduce(
        or_,
        (Q(measure=code, answers__regex=f"^.{{{item - 1}}}[0-9]") for code, item in _RISK.items()),
    )
    row = forms.aggregate(of=Count("pk"), seen=Count("pk", filter=seen))
    return Proportion(k=row["of"] - row["seen"], n=row["of"])


@dataclass(frozen=True, kw_only=True)
class Quality:
    """Over the twelve months. second: paired on the primary outcome / entered therapy and ended.

    any_second: paired on any measure / the same. not_recorded: endings nobody recorded / the same.
    no_minutes: of the sessions attended. risk_not_seen: of the forms with a risk item.
    """

    primary: PrimaryOutcome
    second: Proportion
    any_second: Proportion
    not_recorded: Proportion
    no_minutes: Proportion
    risk_not_seen: Proportion


def quality(
    figures: OutcomeFigures, *, primary: PrimaryOutcome, work: Work, risk: Proportion
) -> Quality:
    """Gather what others counted. work: attended sessions of the twelve months."""
    endings = figures.endings
    return Quality(
        primary=primary,
        second=figures.entered[primary].measured,
        any_second=Proportion(k=figures.measured_on_any, n=endings.of),
        not_recorded=Proportion(k=endings.not_recorded, n=endings.of),
        no_minutes=Proportion(k=work.without, n=work.sessions),
        risk_not_seen=risk,
    )


def quality_block(figures: Quality) -> Block | None:
    """The lines that have a denominator; None without any."""
    rows = (
        (f"Second score, {figures.primary.words}", figures.second),
        ("Second score of any measure", figures.any_second),
        ("Ending not recorded", figures.not_recorded),
        ("Sessions without minutes", figures.no_minutes),
        ("Risk item not seen", figures.risk_not_seen),
    )
    lines = tuple(Line(title=title, cells=(words.brief(own),)) for title, own in rows if own.n)
    if not lines:
        return None
    return Block(
        key="data-quality",
        heading="Data quality",
        grids=(
            Grid(
                caption="Twelve months: endings, sessions attended, forms",
                head=("", "k of n"),
                lines=lines,
            ),
        ),
    )
