"""An outcome page in words and cells: the paper and the page draw these alike."""

from collections.abc import Iterable

from practice.charts.strip import StripRow
from practice.domain.comparisons import Comparison
from practice.domain.estimates import Bounds, Comparator, Proportion
from practice.domain.tallies import OutcomeTally
from practice.reports import words
from practice.reports.blocks import Line
from practice.reports.figures import OutcomeFigures
from practice.reports.journey import JourneyRow
from practice.reports.notes import Note
from practice.reports.outcome_page import OutcomePage, outcome_lines

DECLARED = "Planned, declared"
OUTCOME_HEAD = ("none did", "they are left out", "all did")


def outcome_cells(tally: OutcomeTally) -> tuple[Line, ...]:
    """The outcomes of one rule, each as three cells; not measured where not one course has two."""
    lines = outcome_lines(tally)
    if tally.of and not tally.paired:
        nothing = (words.NOT_MEASURED,) * 3
        return tuple(Line(title=line.title, cells=nothing) for line in lines)
    return tuple(
        Line(title=line.title, cells=tuple(words.in_full(own) for own in _three(line.bounds)))
        for line in lines
    )


def _three(bounds: Bounds) -> tuple[Proportion, Proportion, Proportion]:
    return bounds.none_of_unpaired, bounds.pairs_only, bounds.all_of_unpaired


def measured_note(page: OutcomePage) -> Note:
    """The two key indicators: how many have a measured ending, and how many of these improved."""
    entered = page.figures.entered[page.primary]
    return Note(
        heading="Measured endings",
        text=f"Of those who entered therapy, {words.in_full(entered.measured)} have a first and a "
        f"last score of {page.primary.words}; of these, "
        f"{words.in_full(entered.improved_of_measured)} improved reliably.",
    )


def _planned_rates(figures: OutcomeFigures) -> tuple[tuple[str, Proportion], ...]:
    endings = figures.endings
    return (
        (DECLARED, endings.declared),
        ("Planned, estimated", endings.estimated),
        ("with silent open", endings.with_silent(figures.silent_open)),
    )


def strip_rows(page: OutcomePage) -> tuple[StripRow, ...]:
    """Planned endings counted in three ways, as the strip draws them."""
    # No diamond where nothing may be compared: too few, or too many endings not recorded.
    comparator = page.endings.comparison.comparator if page.endings.is_compared else None
    # The NHS rate leaves out unrecorded endings: it belongs beside the declared rate.
    return tuple(
        _strip_row(label, own, published=comparator if label == DECLARED else None)
        for label, own in _planned_rates(page.figures)
    )


def _strip_row(label: str, own: Proportion, *, published: Comparator | None) -> StripRow:
    shown = own.interval is not None and words.may_show_rate(own)
    low, high = own.interval if shown and own.interval else (None, None)
    return StripRow(
        label=label,
        counts=words.in_full(own),
        rate=float(own.rate) if shown and own.rate is not None else None,
        low=low,
        high=high,
        published=None if published is None else float(published.rate),
    )


def strip_words(page: OutcomePage) -> str:
    """The chart's legend, and what it shows for those who cannot see it."""
    published = page.endings.comparison
    diamond = (
        f" Diamond: {page.comparator}, {words.published(published)} of recorded endings"
        f" ({words.mark(published)})."
        if page.endings.is_compared
        else ""
    )
    return (
        "Dot and line: own rate with 95% interval, from ten endings. Declared leaves out "
        "unrecorded endings, estimated counts them as unplanned; the third line also counts the "
        f"{page.figures.silent_open} open without contact for 61 days or more.{diamond}"
    )


def footnotes(comparisons: Iterable[Comparison]) -> tuple[dict[str, str], tuple[str, ...]]:
    """A letter for each distinct reason why something is not like for like, and the notes."""
    reasons = dict.fromkeys(
        reason for comparison in comparisons if (reason := words.differs(comparison))
    )
    letters = {reason: chr(ord("a") + index) for index, reason in enumerate(reasons)}
    return letters, tuple(f"{letter}: {reason}" for reason, letter in letters.items())


def paper_footnotes(page: OutcomePage) -> tuple[dict[str, str], tuple[str, ...]]:
    """Of the endings above the journey, and of its rows."""
    return footnotes((page.endings.comparison, *(row.comparison for row in page.journey)))


def journey_head(page: OutcomePage) -> tuple[str, ...]:
    """Over the journey's cells."""
    return ("", "n", "of", "%", "95% interval", page.comparator, "like for like")


def row_lines(rows: Iterable[JourneyRow], letters: dict[str, str]) -> tuple[Line, ...]:
    """One line a row; letters: of the notes on why it is not like for like."""
    lines = []
    for row in rows:
        own, reason = row.proportion, words.differs(row.comparison)
        letter = f" {letters[reason]}" if reason else ""
        lines.append(
            Line(
                title=f"{row.title} ({row.aside})" if row.aside else row.title,
                cells=(
                    str(own.k) if row.is_measured else words.DASH,
                    f"{own.n} {row.of_words}" if row.is_measured else words.NOT_MEASURED,
                    words.rate(own) if row.is_measured else words.DASH,
                    words.interval(own) if row.is_measured else words.DASH,
                    words.published(row.comparison),
                    words.mark(row.comparison) + letter,
                ),
                depth=row.depth,
                leads=row.depth == 0,
            )
        )
    return tuple(lines)


def outcomes_note(page: OutcomePage) -> str:
    """What always stands beneath the outcomes of the primary rule."""
    tally = page.primary_tally
    return (
        f"Two scores: {words.in_full(tally.measured)}. Late first score (after the second "
        f"session): {tally.late_baseline}. Stale last score (two or more sessions after it): "
        f"{tally.stale_last}. Both stay in. Recovery is of those at case or unknown at the start."
    )


def improvement_strip(page: OutcomePage) -> tuple[StripRow, ...]:
    """Reliable improvement by the primary rule counted in three ways, as a strip draws them."""
    compared = page.outcomes.comparison.comparator if page.outcomes.is_compared else None
    labels = ("None of the unpaired", "Pairs only", "All of the unpaired")
    own = _three(page.primary_tally.improvement)
    return tuple(
        _strip_row(label, each, published=compared if place == 0 else None)
        for place, (label, each) in enumerate(zip(labels, own, strict=True))
    )


def improvement_words(page: OutcomePage) -> str:
    """That chart's legend."""
    found = page.outcomes.comparison
    diamond = (
        f" Diamond: {page.comparator}, {words.published(found)} ({words.mark(found)})."
        if page.outcomes.is_compared
        else ""
    )
    return (
        "Dot and line: reliably improved with 95% interval, from ten courses: had none of those "
        f"without two scores improved, without them, and had all of them improved.{diamond}"
    )
