"""The open clients as a table."""

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import Any

import django_tables2 as tables
from django.utils.safestring import SafeString, mark_safe
from django_tables2.data import TableListData
from django_tables2.utils import OrderBy

from practice.cases.case import Case
from practice.cases.scores import ScoreLine
from practice.domain.measures import MEASURES, in_figures
from practice.domain.periods import day_words
from practice.domain.review import ReviewGroup
from practice.models import Practitioner
from practice.reports.words import DASH


@dataclass(frozen=True, kw_only=True)
class ScoreStep:
    """One score of a line, with its name there: start, best or last."""

    name: str
    figure: str
    on: dt.date


@dataclass(frozen=True, kw_only=True)
class ScoreShown:
    """One measure of one row. uid: unique on the page."""

    line: ScoreLine
    uid: str

    @property
    def steps(self) -> tuple[ScoreStep, ...]:
        """Start, best and last; the start alone where there is no second score."""
        line = self.line
        named = {"start": line.start}
        if line.last is not None:
            named |= {"best": line.best, "last": line.last}
        return tuple(
            ScoreStep(name=name, figure=in_figures(score.total), on=score.on)
            for name, score in named.items()
            if score is not None
        )

    @property
    def svg(self) -> SafeString:
        """The scores as a small line; only for a line that has any."""
        scores = self.line.trajectory.scores
        svg = self.line.svg(
            uid=self.uid,
            description=(
                f"From {day_words(scores[0].on)} to {day_words(scores[-1].on)}; "
                "lower is better, the dashed line is the cut-off"
            ),
        )
        return mark_safe(svg)  # noqa: S308 - our own drawing; its texts are escaped in it


@dataclass(frozen=True, kw_only=True)
class CaseRow:
    """One open client of the caseload. holder: None where nobody holds it, or it goes unsaid."""

    case: Case
    holder: Practitioner | None

    @property
    def reference(self) -> tuple[str | int, ...]:
        """By the alphabet, with numbers as numbers: C-2 before C-10; then by episode."""
        episode = self.case.episode
        parts = re.split(r"(\d+)", episode.client.reference.casefold())
        return (*(int(part) if part.isdecimal() else part for part in parts), episode.number)

    @property
    def practitioner(self) -> str | None:
        """By the name that is shown."""
        return None if self.holder is None else str(self.holder).casefold()

    @property
    def sessions(self) -> int:
        """Sessions attended."""
        return self.case.attended

    @property
    def last_score(self) -> Decimal | None:
        """The latest score of the first primary measure, be it the only one."""
        (code, *_) = self.case.service.primary.measures
        latest = self.case.course.scores(code)[-1:]
        return latest[0].total if latest else None

    @property
    def last_seen(self) -> int | None:
        """Days since the client was seen."""
        return self.case.days_silent

    @property
    def scores(self) -> tuple[ScoreShown, ...]:
        """A line for each measure."""
        return tuple(
            ScoreShown(line=line, uid=f"s{self.case.episode.uid}-{line.trajectory.measure.code}")
            for line in self.case.scores
        )

    @property
    def why(self) -> tuple[str, ...]:
        """Short labels, the most pressing first; none for a client of whom there is nothing to say."""
        labels = dict.fromkeys(one.signal.words for one in self.case.signals)
        group = self.case.group
        if group is not ReviewGroup.OTHER and group.words not in labels:
            labels[group.words] = None
        return tuple(labels)


_ORDERS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "reference": ("reference, A to Z", "reference, Z to A"),
        "practitioner": ("practitioner, A to Z", "practitioner, Z to A"),
        "sessions": ("fewest sessions first", "most sessions first"),
        "last_score": ("last {measure}, lowest first", "last {measure}, highest first"),
        "last_seen": ("seen most recently first", "seen longest ago first"),
    }
)


def orders(measure: str, *, without: Sequence[str]) -> list[tuple[str, str]]:
    """What the caseload can be sorted by, as the address has it and in words.

    measure: the code of the first primary one.
    """
    choices = [("", "what needs attention first")]
    for name, (up, down) in _ORDERS.items():
        if name not in without:
            choices += [
                (sign + name, words.format(measure=MEASURES[measure].name))
                for sign, words in (("", up), ("-", down))
            ]
    return choices


class _Rows(TableListData):
    """Rows that come in the order of attention, which stays the order among equals."""

    data: list[CaseRow]

    def order_by(self, aliases: Sequence[str]) -> None:
        """What is not known comes last, whichever way round."""
        for alias in map(OrderBy, aliases):
            known = [row for row in self.data if getattr(row, alias.bare) is not None]
            unknown = [row for row in self.data if getattr(row, alias.bare) is None]
            known.sort(key=lambda row: getattr(row, alias.bare), reverse=alias.is_descending)
            self.data = known + unknown


# On a phone these share a line, as far as they fit.
_SHORT = {"td": {"class": "case-short"}}


class CaseloadTable(tables.Table):
    """Open clients: what was found so far, and what to look at."""

    reference = tables.TemplateColumn(
        template_name="caseload/_client.html", verbose_name="Client", order_by="reference"
    )
    practitioner = tables.Column(verbose_name="Practitioner", empty_values=(), attrs=_SHORT)
    sessions = tables.TemplateColumn(
        template_name="caseload/_sessions.html", verbose_name="Sessions", attrs=_SHORT
    )
    last_seen = tables.TemplateColumn(
        template_name="caseload/_last_seen.html", verbose_name="Last seen", attrs=_SHORT
    )
    last_score = tables.TemplateColumn(
        template_name="caseload/_scores.html", verbose_name="Scores: start, best, last"
    )
    why = tables.TemplateColumn(
        template_name="caseload/_why.html", verbose_name="What to look at", orderable=False
    )
    log = tables.TemplateColumn(
        template_name="caseload/_log.html",
        verbose_name="Next",
        orderable=False,
        attrs={"td": {"class": "case-deed"}},
    )

    class Meta:
        template_name = "parts/_table.html"
        empty_text = "No open client is like this."

    def __init__(self, rows: Sequence[CaseRow], *, caption: str, **options: Any) -> None:
        attrs = {"class": "table case-cards caseload", "caption": caption}
        super().__init__(_Rows(list(rows)), attrs=attrs, **options)

    def render_practitioner(self, record: CaseRow) -> str:
        return DASH if record.holder is None else str(record.holder)
