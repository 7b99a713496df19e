"""Unplanned enders at last contact, and at which session people leave."""

from collections.abc import Sequence
from dataclasses import dataclass

from practice.domain.leaving import (
    LastContact,
    LeavingBand,
    band_words,
    last_contact,
    leaving_bands,
)
from practice.domain.measures import PrimaryOutcome
from practice.domain.outcomes import Course
from practice.reports import words
from practice.reports.blocks import Block, Grid, Line
from practice.reports.notes import Note


@dataclass(frozen=True, kw_only=True)
class Leaving:
    """Of the episodes that entered therapy and ended in the twelve months."""

    last_contact: LastContact
    bands: tuple[LeavingBand, ...]


def leaving(entered_and_ended: Sequence[Course], primary: PrimaryOutcome) -> Leaving:
    """Count them. No query is made here."""
    return Leaving(
        last_contact=last_contact(entered_and_ended, primary),
        bands=leaving_bands(entered_and_ended),
    )


def last_contact_block(figures: Leaving) -> Block | None:
    """How the unplanned enders were when last measured; None without one."""
    at = figures.last_contact
    if not at.of:
        return None
    rows = (
        ("Reliably improved", at.improved),
        ("No reliable change", at.unchanged),
        ("Reliably worse", at.deteriorated),
        ("No second score", at.no_second_score),
    )
    return Block(
        key="last-contact",
        heading="Unplanned enders at last contact",
        grids=(
            Grid(
                caption=f"By {at.by.words}: last score against the first",
                head=(f"Of {words.several(at.of, 'unplanned ending', 'unplanned endings')}", "n"),
                lines=tuple(Line(title=title, cells=(str(count),)) for title, count in rows),
            ),
        ),
        notes=(
            Note(
                heading="With care",
                text="How they were when last measured, not why they left.",
            ),
        ),
    )


def leaving_block(figures: Leaving) -> Block | None:
    """After how many sessions therapies ended, planned and not; None without an ending."""
    of = sum(band.n for band in figures.bands)
    if not of:
        return None
    return Block(
        key="left-at-session",
        heading="At which session people leave",
        grids=(
            Grid(
                caption=f"Treatment sessions of the whole course, {of} that entered and ended",
                head=("Sessions", "n", "planned", "unplanned", "other"),
                lines=tuple(
                    Line(
                        title=band_words(band.band),
                        cells=tuple(
                            str(count)
                            for count in (band.n, band.planned, band.unplanned, band.other)
                        ),
                    )
                    for band in figures.bands
                ),
            ),
        ),
        notes=(Note(heading="Other", text="Not recorded, died, or referred on."),),
    )
