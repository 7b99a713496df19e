"""The clients behind a figure as a table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import django_tables2 as tables

from practice.domain.endings import NOT_RECORDED_WORDS
from practice.domain.measures import MEASURES, in_figures
from practice.domain.periods import day_words
from practice.models import Episode
from practice.reports.behind import Placed
from practice.reports.words import DASH

# What somebody sees of a client who is counted here and whom somebody else holds today.
HANDED_OVER = "a client you have handed over"


@dataclass(frozen=True, kw_only=True)
class BehindRow:
    """One course of a list. seen: the episodes of the page that the person may open, by key."""

    placed: Placed
    measures: tuple[str, ...]
    seen: Mapping[int, Episode]

    @property
    def key(self) -> int:
        """Of the episode."""
        return self.placed.course.episode.key

    @property
    def episode(self) -> Episode | None:
        """The client to open; None where the person may not."""
        return self.seen.get(self.key)

    @property
    def handed_over(self) -> str:
        """Said in place of a reference."""
        return HANDED_OVER

    @property
    def why(self) -> str:
        """Why the course stands where it stands."""
        return self.placed.why

    @property
    def ended_on(self) -> str:
        """The day, or that it is still open."""
        course = self.placed.course
        ended_on = course.episode.ended_on
        return day_words(ended_on) if ended_on and ended_on <= course.until else "open"

    @property
    def ending(self) -> str:
        """In words; a dash while it is open."""
        if self.ended_on == "open":
            return DASH
        ending = self.placed.course.episode.ending
        return NOT_RECORDED_WORDS if ending is None else ending.words

    @property
    def sessions(self) -> int:
        """Treatment sessions of the whole course."""
        return len(self.placed.course.treatment_sessions)

    @property
    def scores(self) -> tuple[str, ...]:
        """First and last of each measure of the figure: PHQ-9 18 to 4."""
        return tuple(_scores(self.placed, code) for code in self.measures)


def _scores(placed: Placed, code: str) -> str:
    name = MEASURES[code].name
    first, last = placed.course.first_score(code), placed.course.last_score(code)
    if first is None:
        return f"{name} {DASH}"
    if last is None:
        return f"{name} {in_figures(first.total)}, no second"
    return f"{name} {in_figures(first.total)} to {in_figures(last.total)}"


class BehindTable(tables.Table):
    """One list of a figure's clients; whoever may not be opened shows the reason alone."""

    client = tables.TemplateColumn(
        template_name="outcomes/_client.html", verbose_name="Client", orderable=False
    )
    why = tables.Column(verbose_name="Why here", orderable=False)
    ended_on = tables.Column(verbose_name="Ended", orderable=False)
    ending = tables.Column(verbose_name="Ending", orderable=False)
    sessions = tables.Column(verbose_name="Treatment sessions", orderable=False)
    scores = tables.Column(verbose_name="First to last score", orderable=False)

    class Meta:
        template_name = "parts/_table.html"

    def __init__(self, rows: Sequence[BehindRow], *, caption: str, **options: Any) -> None:
        attrs = {"class": "table stacked behind", "caption": caption}
        super().__init__(list(rows), attrs=attrs, **options)

    def keys(self) -> list[int]:
        """The episodes of the page that is shown."""
        return [row.record.key for row in self.paginated_rows]

    def render_ended_on(self, record: BehindRow, value: str) -> str:
        return value if record.episode else DASH

    def render_ending(self, record: BehindRow, value: str) -> str:
        return value if record.episode else DASH

    def render_sessions(self, record: BehindRow, value: int) -> str:
        return str(value) if record.episode else DASH

    def render_scores(self, record: BehindRow, value: tuple[str, ...]) -> str:
        return "; ".join(value) if record.episode else DASH
