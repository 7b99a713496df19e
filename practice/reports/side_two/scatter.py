"""The two key indicators against each other: how many have an ending, and of these how many improved.

Own point twice: by measured endings, and by the NHS programme's own definition, so that each
published point has one that is defined alike.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from practice.charts.scatter import Mark, Scatter, ScatterPoint
from practice.domain.benchmarks import Benchmark, Benchmarks
from practice.domain.estimates import Completeness, Proportion, completeness, round_half_up
from practice.domain.measures import PrimaryOutcome
from practice.domain.outcomes import Course
from practice.domain.sentences import TWELVE_MONTHS
from practice.domain.tallies import tally_outcomes
from practice.reports import words
from practice.reports.blocks import Block, Grid, Line, Picture
from practice.reports.journey import INCOMPLETE
from practice.reports.notes import Note

_X, _Y = "finished_of_entered", "reliable_improvement_iapt"
# Plotted on therapymeetsnumbers.com without a word on who is counted.
_NOT_STATED = (
    ("Nurses (RCN) 2003-04", "tmn-rcn-2003-04"),
    ("Mankind 2017-18", "tmn-mankind-2017-18"),
)


@dataclass(frozen=True, kw_only=True)
class KeyPair:
    """Both indicators of one group by one definition."""

    ending: Proportion
    improved: Proportion


@dataclass(frozen=True, kw_only=True)
class KeyPairs:
    """The own pairs of the twelve months and of the twelve before.

    measured: paired / entered and ended; improved / paired. finished: two or more sessions /
    entered and ended; improved / two or more sessions (the NHS definition).
    """

    by: PrimaryOutcome
    measured: KeyPair
    finished: KeyPair
    measured_before: KeyPair
    finished_before: KeyPair
    paired_of_finished: Proportion

    @property
    def is_complete(self) -> bool:
        """Enough of the courses have two scores for an outcome to stand beside the NHS's."""
        known = self.paired_of_finished
        return completeness(known.k, known.n) is not Completeness.INCOMPLETE


def key_pairs(now: Sequence[Course], before: Sequence[Course], *, by: PrimaryOutcome) -> KeyPairs:
    """Both pairs of both years, of courses that entered therapy and ended. No query is made."""
    return KeyPairs(
        by=by,
        measured=_measured(now, by),
        finished=_finished(now, by),
        measured_before=_measured(before, by),
        finished_before=_finished(before, by),
        paired_of_finished=tally_outcomes(
            [course for course in now if course.finished], by
        ).measured,
    )


def _measured(courses: Sequence[Course], by: PrimaryOutcome) -> KeyPair:
    tally = tally_outcomes(courses, by)
    return KeyPair(ending=tally.measured, improved=tally.improved_of_measured)


def _finished(courses: Sequence[Course], by: PrimaryOutcome) -> KeyPair:
    finished = [course for course in courses if course.finished]
    return KeyPair(
        ending=Proportion(k=len(finished), n=len(courses)),
        improved=tally_outcomes(finished, by).improvement.none_of_unpaired,
    )


@dataclass(frozen=True, kw_only=True)
class Published:
    """Which published point stands there: a column's figures and its name; span: of the own ones."""

    figures: Mapping[str, Benchmark]
    name: str
    span: str = TWELVE_MONTHS


def scatter_block(pairs: KeyPairs, *, published: Published, benchmarks: Benchmarks) -> Block | None:
    """The chart with its key; None where nobody has a second score, or fewer than ten ended."""
    own = [*_own(pairs)]
    if not own or not pairs.measured.improved.n:
        return None
    theirs = [*_of_column(pairs, published), *_unstated(benchmarks)]
    listed = [
        _Listed(name=name, point=point, line=line)
        for name, (point, line) in zip(_NAMES, [*own, *theirs], strict=False)
    ]
    return Block(
        key="key-indicators",
        heading="The two key indicators",
        is_wide=True,
        pictures=(_picture(listed, pairs, span=published.span),),
        grids=(
            Grid(
                caption="What the points are",
                head=("", "ending", "improved"),
                lines=tuple(each.titled for each in listed),
            ),
        ),
        notes=(
            Note(
                heading="How to read it",
                text="A filled dot counts measured endings (two scores), of those who entered; a "
                "ring counts two or more sessions, however the therapy ended, as the NHS programme "
                "does: the two belong to other published points. Crosses: 95% intervals. Dotted "
                f"trail: from the {published.span} before. Squares: plotted on therapymeetsnumbers.com "
                f"without a definition, quoted from there (RCN: Royal College of Nursing).{_absent(pairs, published)}",
            ),
        ),
    )


def _absent(pairs: KeyPairs, published: Published) -> str:
    """Why the published point is not there, if it is not."""
    if pairs.by is PrimaryOutcome.CORE10:
        return " England publishes nothing by CORE-10."
    if published.figures and not {_X, _Y} <= published.figures.keys():
        return f" {published.name} has no such point: not both figures are published."
    if not pairs.is_complete:
        return f" The published point is left out. {INCOMPLETE}"
    return ""


_NAMES = "ABCDEFGH"
_Row = tuple[ScatterPoint, Line]


@dataclass(frozen=True, kw_only=True)
class _Listed:
    name: str
    point: ScatterPoint
    line: Line

    @property
    def named(self) -> ScatterPoint:
        return replace(self.point, name=self.name)

    @property
    def titled(self) -> Line:
        return replace(self.line, title=f"{self.name}  {self.line.title}")


def _picture(listed: Sequence[_Listed], pairs: KeyPairs, *, span: str) -> Picture:
    return Picture(
        chart=Scatter(
            points=tuple(each.named for each in listed),
            x_title="have an ending on the record",
            y_title="of these, reliably improved",
        ),
        title="The two key indicators",
        description="; ".join(
            f"{each.titled.title}: {each.line.cells[0]} and {each.line.cells[1]}" for each in listed
        ),
        caption=f"By {pairs.by.words}, {span}; "
        f"{words.several(pairs.measured.ending.n, 'therapy', 'therapies')} that ended.",
    )


def _own(pairs: KeyPairs) -> Iterator[_Row]:
    for mark, title, now, before in (
        (Mark.OWN, "Own, measured endings", pairs.measured, pairs.measured_before),
        (Mark.OWN_HOLLOW, "Own, two or more sessions", pairs.finished, pairs.finished_before),
    ):
        # Under ten there is no rate, and so no point.
        if words.may_show_rate(now.ending) and words.may_show_rate(now.improved):
            point = ScatterPoint(
                name="",
                mark=mark,
                x=_fraction(now.ending),
                y=_fraction(now.improved),
                x_interval=now.ending.interval,
                y_interval=now.improved.interval,
                trail=_trail(before),
            )
            yield (
                point,
                Line(title=title, cells=(words.brief(now.ending), words.brief(now.improved))),
            )


def _trail(before: KeyPair) -> tuple[float, float] | None:
    if not (words.may_show_rate(before.ending) and words.may_show_rate(before.improved)):
        return None
    return _fraction(before.ending), _fraction(before.improved)


def _fraction(proportion: Proportion) -> float:
    """Of a proportion that has a rate."""
    return proportion.k / proportion.n


def _of_column(pairs: KeyPairs, published: Published) -> Iterator[_Row]:
    """The chosen column's point, where an own one may stand beside it."""
    # The NHS programme publishes nothing by CORE-10: its point would be of other measures.
    ending, improved = published.figures.get(_X), published.figures.get(_Y)
    if pairs.by is PrimaryOutcome.CORE10 or ending is None or improved is None:
        return
    if pairs.is_complete:
        yield _published(
            f"{published.name}, two or more sessions", Mark.PUBLISHED, ending, improved
        )


def _unstated(benchmarks: Benchmarks) -> Iterator[_Row]:
    for title, key in _NOT_STATED:
        yield _published(
            f"{title}, definition not stated",
            Mark.NOT_STATED,
            benchmarks.get(f"{key}-measured-ending"),
            benchmarks.get(f"{key}-improved"),
        )


def _published(title: str, mark: Mark, ending: Benchmark, improved: Benchmark) -> _Row:
    x, y = ending.unrounded, improved.unrounded
    point = ScatterPoint(name="", mark=mark, x=float(x) / 100, y=float(y) / 100)
    return point, Line(title=title, cells=(_percent(ending), _percent(improved)))


def _percent(benchmark: Benchmark) -> str:
    shown = f"{round_half_up(benchmark.unrounded, 1)}%"
    if benchmark.k is not None and benchmark.n is not None:
        return f"{shown} of {benchmark.n:,}"
    return f"{shown}, n not stated"
