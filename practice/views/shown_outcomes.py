"""An outcome page as it is drawn: every own number with the way to the clients behind it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from django.utils.html import format_html
from django.utils.safestring import SafeString

from practice.charts.strip import RateStrip, StripRow
from practice.domain.estimates import Proportion
from practice.domain.measures import MEASURES, PrimaryOutcome, in_figures
from practice.domain.periods import day_words
from practice.domain.sentence_rules import Verdict
from practice.domain.sentences import Indicator
from practice.domain.targets import rate_words
from practice.models import Target
from practice.reports import words
from practice.reports.blocks import Line, Picture
from practice.reports.journey import JourneyRow
from practice.reports.outcome_page import OutcomePage, outcome_lines
from practice.reports.outcome_text import (
    OUTCOME_HEAD,
    footnotes,
    improvement_strip,
    improvement_words,
    journey_head,
    outcome_cells,
    row_lines,
    strip_rows,
    strip_words,
)
from practice.reports.side_two.measures import effect_words
from practice.views.shown_blocks import picture_svg, shown

# A target for one of these stands beside the endings; for any other beside the outcomes.
_OF_ENDINGS = frozenset(
    {"planned_declared", "planned_estimated", "finished_of_entered", "measured_ending"}
)
_LABELS = 0.4

# The address of the clients behind the figure of a key.
To = Callable[[str], str]


@dataclass(frozen=True, kw_only=True)
class Linked:
    """A number as it is printed, and where the clients behind it are; "" where nobody is.

    label: the head of its column, for a narrow screen.
    """

    text: str
    url: str = ""
    label: str = ""

    @property
    def is_blank(self) -> bool:
        """There is nothing to say."""
        return self.text == words.DASH

    @property
    def html(self) -> SafeString:
        """A link, or the bare number; in one piece, so that a full stop may follow at once."""
        if not self.url:
            return format_html("{}", self.text)
        return format_html('<a class="out-number" href="{}">{}</a>', self.url, self.text)


@dataclass(frozen=True, kw_only=True)
class LinkedLine:
    """A line of a table whose numbers lead to their clients."""

    title: str
    cells: tuple[Linked, ...]
    depth: int
    leads: bool


@dataclass(frozen=True, kw_only=True)
class LinkedRows:
    """The lines of a table, and why some are not like for like."""

    lines: tuple[LinkedLine, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class KeyIndicator:
    """One of the two: what the rule says, the own number, the published one, how like they are."""

    key: str
    heading: str
    sentence: str
    counted: str
    own: Linked
    published: str
    mark: str
    reason: str
    targets: tuple[str, ...]
    strip: SafeString
    picture: Picture


@dataclass(frozen=True, kw_only=True)
class ByMeasure:
    """The outcomes of one rule, with how far it was measured."""

    by: PrimaryOutcome
    is_primary: bool
    head: tuple[str, ...]
    lines: tuple[LinkedLine, ...]
    is_measured: bool
    paired: Linked
    late: Linked
    stale: Linked
    effects: tuple[str, ...]


def shown_outcomes(page: OutcomePage, *, targets: Sequence[Target], to: To) -> dict[str, object]:
    """What outcomes/outcome_list.html draws. targets: those of the scope that stand."""
    journey, others = (_rows(page, rows, to=to) for rows in (page.journey, page.others))
    return {
        "page": page,
        "indicators": [_endings(page, targets, to=to), _outcomes(page, targets, to=to)],
        "care": page.sentences[2],
        "head": journey_head(page),
        "journey": journey,
        "others": others,
        "scatter": shown(() if page.scatter is None else (page.scatter,)),
        "measures": list(_by_measure(page, to=to)),
        "not_given": [by.words for by in PrimaryOutcome if not _is_shown(page, by)],
    }


def _rows(page: OutcomePage, rows: Sequence[JourneyRow], *, to: To) -> LinkedRows:
    letters, notes = footnotes(row.comparison for row in rows)
    head = journey_head(page)
    return LinkedRows(
        lines=tuple(
            _linked(line, (row.key,) if row.is_measured else (), head=head, to=to)
            for line, row in zip(row_lines(rows, letters), rows, strict=True)
        ),
        notes=notes,
    )


def _linked(line: Line, keys: Sequence[str], *, head: Sequence[str], to: To) -> LinkedLine:
    """The first cells lead to the clients of the keys, in their order."""
    urls = [to(key) for key in keys]
    urls += [""] * (len(line.cells) - len(urls))
    return LinkedLine(
        title=line.title,
        cells=tuple(
            Linked(text=text, url=url, label=label)
            for text, url, label in zip(line.cells, urls, head[1:], strict=True)
        ),
        depth=line.depth,
        leads=line.leads,
    )


def _endings(page: OutcomePage, targets: Sequence[Target], *, to: To) -> KeyIndicator:
    return _indicator(
        page,
        page.endings,
        key="planned_declared",
        heading="Planned endings",
        counted="Planned, of the endings recorded",
        strip=strip_rows(page),
        strip_words=strip_words(page),
        targets=[each for each in targets if each.rate in _OF_ENDINGS],
        to=to,
    )


def _outcomes(page: OutcomePage, targets: Sequence[Target], *, to: To) -> KeyIndicator:
    return _indicator(
        page,
        page.outcomes,
        key=f"improved_{page.primary.value}",
        heading="Reliable improvement",
        counted="Reliably improved, of all courses of two sessions or more",
        strip=improvement_strip(page),
        strip_words=improvement_words(page),
        targets=[each for each in targets if each.rate not in _OF_ENDINGS],
        to=to,
    )


def _indicator(
    page: OutcomePage,
    indicator: Indicator,
    *,
    key: str,
    heading: str,
    counted: str,
    strip: tuple[StripRow, ...],
    strip_words: str,
    targets: Sequence[Target],
    to: To,
) -> KeyIndicator:
    own = indicator.comparison.own
    is_measured = bool(indicator.known) or not indicator.of
    picture = Picture(
        chart=RateStrip(rows=strip, label_share=_LABELS),
        title=heading,
        description=strip_words + " " + "; ".join(f"{row.label} {row.counts}" for row in strip),
        caption=strip_words,
    )
    return KeyIndicator(
        key=key,
        heading=heading,
        sentence=indicator.sentence,
        counted=counted,
        own=Linked(text=words.in_full(own), url=to(key)) if is_measured else _NOT_MEASURED,
        published=_published(page, indicator),
        mark=_mark(indicator),
        reason=words.differs(indicator.comparison),
        targets=tuple(map(_target, targets)),
        strip=picture_svg(picture, uid=key) if is_measured and own.n else SafeString(),
        picture=picture,
    )


_NOT_MEASURED = Linked(text=words.NOT_MEASURED)


def _published(page: OutcomePage, indicator: Indicator) -> str:
    if indicator.comparison.benchmark is None:
        return f"{page.comparator}: no figure of this kind is published"
    return f"{page.comparator}: {words.published(indicator.comparison)}"


def _mark(indicator: Indicator) -> str:
    if indicator.comparison.benchmark is None:
        return ""
    if indicator.rule.verdict is Verdict.INCOMPLETE:
        return "not comparable: incomplete"
    return words.mark(indicator.comparison)


def _target(target: Target) -> str:
    since = day_words(target.from_on)
    return f"{rate_words(target.rate)}: {in_figures(target.percent)}%, since {since}"


def _number(own: Proportion, key: str, *, to: To) -> Linked:
    return Linked(text=words.in_full(own), url=to(key))


def _is_shown(page: OutcomePage, by: PrimaryOutcome) -> bool:
    return by is page.primary or bool(page.figures.finished[by].paired)


def _by_measure(page: OutcomePage, *, to: To) -> Iterator[ByMeasure]:
    """The primary rule first, then every other that somebody is paired on."""
    for by in sorted(PrimaryOutcome, key=lambda each: each is not page.primary):
        if not _is_shown(page, by):
            continue
        tally = page.figures.finished[by]
        is_measured = bool(tally.paired)
        first, *others = OUTCOME_HEAD
        rule = first if by is PrimaryOutcome.CORE10 else f"{first} (NHS rule)"
        head = ("If of those without two scores", rule, *others)
        yield ByMeasure(
            by=by,
            is_primary=by is page.primary,
            head=head,
            lines=tuple(
                _linked(cells, line.keys if is_measured else (), head=head, to=to)
                for cells, line in zip(outcome_cells(tally), outcome_lines(tally), strict=True)
            ),
            is_measured=is_measured,
            paired=_number(tally.measured, f"paired_{by.value}", to=to),
            late=Linked(text=str(tally.late_baseline), url=to(f"late_first_{by.value}")),
            stale=Linked(text=str(tally.stale_last), url=to(f"stale_last_{by.value}")),
            effects=tuple(
                f"{MEASURES[code].name} {said}"
                for code in by.measures
                if (said := effect_words(page.figures.scores[code]))
            ),
        )
