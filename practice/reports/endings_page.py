"""The endings of a period put into words for the page: the counts are those of the paper."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from practice.charts.strip import RateStrip, StripRow
from practice.cohorts import Cohort
from practice.domain.endings import PLANNED, UNPLANNED, Ending, EndingGroup, LeftOut
from practice.domain.estimates import Proportion
from practice.domain.integrity_counts import SilentCounts
from practice.domain.measures import PrimaryOutcome
from practice.domain.outcomes import SILENT_FROM_DAYS
from practice.domain.periods import Month, Period, day_words
from practice.domain.sentences import interval_words, percent_words
from practice.domain.tallies import EndingTally, tally_endings
from practice.reports import words
from practice.reports.blocks import Block, Picture
from practice.reports.side_two.leaving import last_contact_block, leaving, leaving_block
from practice.reports.side_two.months import months_of_endings, months_picture

_YEAR = 12
_LABELS = 0.4


@dataclass(frozen=True, kw_only=True)
class EndingFigures:
    """Everything the page counts, of one part of a practice's courses.

    endings: of those who entered therapy and ended. before_treatment: of all that ended; referred_on
    and assessed_only are among them. silent: of the open who entered therapy, on the last day.
    """

    period: Period
    endings: EndingTally
    ended: int
    before_treatment: int
    referred_on: int
    assessed_only: int
    left_out: Mapping[LeftOut, int]
    silent: SilentCounts

    @property
    def with_silent(self) -> Proportion:
        """Planned endings, the silent open counted as unplanned."""
        return self.endings.with_silent(self.silent.silent)


def ending_figures(part: Cohort, *, silent: SilentCounts) -> EndingFigures:
    """Count a part. No query is made here."""
    return EndingFigures(
        period=part.period,
        endings=tally_endings(part.entered_and_ended),
        ended=len(part.ended),
        before_treatment=len(part.ended_before_treatment),
        referred_on=len(part.referred_on),
        assessed_only=len(part.seen_before_treatment),
        left_out=part.left_out,
        silent=silent,
    )


@dataclass(frozen=True, kw_only=True)
class HeadLine:
    """One number of the head: its name, how many of how many, and what is counted."""

    title: str
    figure: str
    note: str


@dataclass(frozen=True, kw_only=True)
class ReasonLine:
    """One way to end and how many did. how: what the list of endings is narrowed to by it."""

    title: str
    n: int
    how: str
    depth: int = 0


def sentences(figures: EndingFigures) -> tuple[str, ...]:
    """What to know at a glance: the planned endings, and whom nobody has seen for long."""
    return (_planned_sentence(figures.endings), _silent_sentence(figures))


def _planned_sentence(endings: EndingTally) -> str:
    declared = endings.declared
    if not endings.of:
        return "Nobody who had entered therapy ended in this period."
    missing = (
        f"; of {endings.not_recorded} of the {endings.of} that ended nobody has recorded how"
        if endings.not_recorded
        else ""
    )
    if not declared.n:
        return f"No ending is recorded as planned or unplanned{missing}."
    wished = (
        f"; {endings.wished_to_continue} of the planned stopped at a limit, the client wishing to "
        "continue"
        if endings.wished_to_continue
        else ""
    )
    return (
        f"{words.counts(declared)} recorded {'ending was' if declared.n == 1 else 'endings were'} "
        f"planned{_rate_words(declared)}{wished}{missing}."
    )


def _silent_sentence(figures: EndingFigures) -> str:
    silent, day = figures.silent, day_words(figures.period.end)
    if not silent.silent:
        return (
            f"On {day} nobody in therapy had been out of contact for {SILENT_FROM_DAYS} days or "
            "more."
        )
    of = Proportion(k=silent.silent, n=silent.of)
    with_silent = figures.with_silent
    return (
        f"{words.counts(of)} in therapy on {day} {'was' if silent.silent == 1 else 'were'} last "
        f"seen {SILENT_FROM_DAYS} days earlier or more: counted as unplanned, "
        f"{words.counts(with_silent)} {'ending was' if with_silent.n == 1 else 'endings were'} "
        f"planned{_rate_words(with_silent)}."
    )


def _rate_words(own: Proportion) -> str:
    """In brackets, or nothing under ten."""
    if not words.may_show_rate(own):
        return ""
    return f" ({percent_words(own)}; 95% interval {interval_words(own)})"


def head_lines(figures: EndingFigures) -> tuple[HeadLine, ...]:
    """Every rate and what stands beside it, each with what is counted."""
    endings, silent = figures.endings, figures.silent.silent
    return (
        HeadLine(
            title="Planned, declared",
            figure=words.in_full(endings.declared),
            note="of the endings recorded as planned or unplanned",
        ),
        HeadLine(
            title="Planned, estimated",
            figure=words.in_full(endings.estimated),
            note=f"the {endings.not_recorded} not recorded count as unplanned"
            if endings.not_recorded
            else "every ending is recorded, so the same",
        ),
        HeadLine(
            title="With the silent open",
            figure=words.in_full(figures.with_silent),
            note=f"the {silent} silent open count as unplanned too"
            if silent
            else "nobody is silent, so the same as estimated",
        ),
        HeadLine(
            title="Wished to continue",
            figure=words.counts(Proportion(k=endings.wished_to_continue, n=endings.planned)),
            note="of the planned; stopped at an agreed or paid-for limit, and stay planned",
        ),
        HeadLine(
            title="Not recorded",
            figure=words.counts(Proportion(k=endings.not_recorded, n=endings.of)),
            note="of those who entered therapy and ended",
        ),
        HeadLine(
            title="Died",
            figure=words.counts(Proportion(k=endings.died, n=endings.of)),
            note="of those who entered therapy and ended; in neither rate",
        ),
        HeadLine(
            title="Ended before treatment",
            figure=words.counts(Proportion(k=figures.before_treatment, n=figures.ended)),
            note=f"of all that ended; {figures.assessed_only} of them seen, for assessment only. "
            "No ending of therapy, so in no rate",
        ),
        *_left_out(figures),
    )


def _left_out(figures: EndingFigures) -> tuple[HeadLine, ...]:
    left = sum(figures.left_out.values())
    if not left:
        return ()
    why = ", ".join(f"{n} {reason.words}" for reason, n in sorted(figures.left_out.items()))
    return (
        HeadLine(
            title="Left out",
            figure=words.counts(Proportion(k=left, n=figures.ended + left)),
            note=f"of everything that ended; in no figure and no list here: {why}",
        ),
    )


def rates_picture(figures: EndingFigures) -> Picture:
    """The three rates on one line from 0 to 100%, as on the paper."""
    rates = (
        ("Planned, declared", figures.endings.declared),
        ("Planned, estimated", figures.endings.estimated),
        ("with silent open", figures.with_silent),
    )
    return Picture(
        chart=RateStrip(rows=tuple(_strip_row(*each) for each in rates), label_share=_LABELS),
        title="Planned endings",
        description="; ".join(f"{label}: {words.in_full(own)}" for label, own in rates),
        caption="Dot and line: the rate with its 95% interval (Wilson), from ten endings on.",
    )


def _strip_row(label: str, own: Proportion) -> StripRow:
    may_show = words.may_show_rate(own) and own.interval is not None
    low, high = own.interval if may_show and own.interval is not None else (None, None)
    return StripRow(
        label=label,
        counts=words.in_full(own),
        rate=float(own.rate) if may_show and own.rate is not None else None,
        low=low,
        high=high,
        published=None,
    )


def reason_lines(figures: EndingFigures) -> tuple[ReasonLine, ...]:
    """Every way to end, also those that did not occur: with what is in neither rate, all that ended."""
    endings = figures.endings
    return (
        ReasonLine(title="Planned", n=endings.planned, how=EndingGroup.PLANNED.value),
        *_reasons(endings, PLANNED),
        ReasonLine(title="Unplanned", n=endings.unplanned, how=EndingGroup.UNPLANNED.value),
        *_reasons(endings, UNPLANNED),
        ReasonLine(title="Not recorded", n=endings.not_recorded, how="not_recorded"),
        ReasonLine(title="Died", n=endings.died, how=Ending.DIED.value),
        ReasonLine(
            title="Ended before treatment", n=figures.before_treatment, how="before_treatment"
        ),
        ReasonLine(
            title="of these referred on",
            n=figures.referred_on,
            how=Ending.REFERRED_ON.value,
            depth=1,
        ),
    )


def _reasons(endings: EndingTally, reasons: Sequence[Ending]) -> tuple[ReasonLine, ...]:
    return tuple(
        ReasonLine(
            title=reason.words, n=endings.by_reason.get(reason, 0), how=reason.value, depth=1
        )
        for reason in reasons
    )


@dataclass(frozen=True, kw_only=True)
class YearOfMonths:
    """Twelve months as a strip, and which they are."""

    words: str
    picture: Picture


def strips_of_months(part: Cohort, *, last: Month, months: int) -> tuple[YearOfMonths, ...]:
    """The months of the period, twelve to a strip, oldest first; their n sum to all that ended."""
    strips = []
    for back in reversed(range(0, months, _YEAR)):
        to = last.minus(back)
        strips.append(
            YearOfMonths(
                words=f"{to.minus(_YEAR - 1).words} to {to.words}",
                picture=months_picture(months_of_endings(part, last=to)),
            )
        )
    return tuple(strips)


def leaving_blocks(part: Cohort, *, by: PrimaryOutcome) -> tuple[Block, ...]:
    """At which session people leave, and how the unplanned enders were when last measured."""
    figures = leaving(part.entered_and_ended, by)
    found = (leaving_block(figures), last_contact_block(figures))
    return tuple(block for block in found if block is not None)
