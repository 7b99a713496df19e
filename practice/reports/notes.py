"""Where the published figures come from, and the cautions that bear on what is printed."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from practice.domain.benchmarks import Benchmark, Status
from practice.domain.comparisons import Comparison
from practice.domain.measures import MEASURES, PrimaryOutcome


@dataclass(frozen=True, kw_only=True)
class Note:
    """One paragraph of the small print: a heading word and its text."""

    heading: str
    text: str


_SENTENCE_END = re.compile(r"(?<=[.!?]) (?=[A-Z])")
_STATUS = {
    Status.PUBLISHED: "as published",
    Status.DERIVED: "worked out from the published counts",
    Status.SECONDARY: "quoted from a secondary source, the original was not seen",
}


def report_notes(
    *, indicators: Sequence[Comparison], others: Sequence[Comparison], primary: PrimaryOutcome
) -> tuple[Note, ...]:
    """Definitions and cautions first, then each document that a printed figure comes from.

    indicators: the two comparisons that a verdict may rest on, whose figures' own cautions are
    printed in full.
    """
    judged, beside = _benchmarks(indicators), _benchmarks(others)
    return (*_definitions(primary), *_cautions(judged), *_sources([*judged, *beside]))


def context_notes(shown: Sequence[Benchmark]) -> tuple[Note, ...]:
    """The cautions and sources of figures that nothing is compared with."""
    return (*_own_cautions(shown), *_sources(shown))


def _benchmarks(comparisons: Sequence[Comparison]) -> list[Benchmark]:
    return [found.benchmark for found in comparisons if found.benchmark is not None]


def _definitions(primary: PrimaryOutcome) -> tuple[Note, ...]:
    measures = [MEASURES[code] for code in _codes(primary)]
    change = "; ".join(f"{measure.name} {measure.reliable_change_note}" for measure in measures)
    cut_off = "; ".join(f"{measure.name} {measure.case_at} or more" for measure in measures)
    rule = ", better on at least one and worse on neither" if primary is PrimaryOutcome.IAPT else ""
    return (
        Note(
            heading="Reliable change",
            text=f"{change}{rule}. At case: {cut_off}. Recovered: at case first, below at last; "
            "it means below a questionnaire's cut-off, no more.",
        ),
        Note(
            heading="Planned",
            text="Declared leaves out endings nobody recorded; estimated counts them as unplanned. "
            "Two or more sessions is not a planned ending.",
        ),
    )


def _codes(primary: PrimaryOutcome) -> tuple[str, ...]:
    if primary is PrimaryOutcome.IAPT:
        return (PrimaryOutcome.PHQ9.value, PrimaryOutcome.GAD7.value)
    return (primary.value,)


def _cautions(judged: Sequence[Benchmark]) -> tuple[Note, ...]:
    general = Note(
        heading="Read with care",
        text="A fall in score does not show that therapy caused it: some people improve anyway, "
        "and high first scores tend to fall. Case mix moves rates by more than most differences "
        "between practices. Of practices exactly at the published rate, about one in five sees "
        "“above” or “below” by chance in a year of monthly reports.",
    )
    return (general, *_own_cautions(judged))


def _own_cautions(shown: Sequence[Benchmark]) -> tuple[Note, ...]:
    # Figures of one source share most of their cautions: each sentence once.
    sentences = dict.fromkeys(
        sentence for benchmark in shown for sentence in _SENTENCE_END.split(benchmark.caution)
    )
    if not sentences:
        return ()
    return (Note(heading="The published figures", text=" ".join(sentences)),)


def _sources(shown: Sequence[Benchmark]) -> tuple[Note, ...]:
    documents: dict[tuple[str, str, str, str, str], None] = {}
    for benchmark in shown:
        documents.setdefault(
            (
                benchmark.publisher,
                benchmark.document,
                benchmark.period,
                _STATUS[benchmark.status],
                benchmark.licence,
            )
        )
    notes = []
    licences: dict[str, None] = {}
    for publisher, document, period, status, licence in documents:
        notes.append(f"{publisher}, {document}, {period}: {status}.")
        licences.setdefault(licence)
    if not notes:
        return ()
    text = " ".join([*notes, *(licence for licence in licences if licence)])
    return (Note(heading="Sources", text=text),)
