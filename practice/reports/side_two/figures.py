"""The figures of the second side, gathered once, and the blocks they make.

A new block: its figures go into SideTwo, its function into one of the two lists of blocks.
"""

from dataclasses import dataclass

from practice.cases.integrity import load_ledger
from practice.cohorts import Cohort, Scope
from practice.domain.benchmarks import Benchmarks
from practice.domain.fees import Fees, fees
from practice.domain.follow_up import FollowUp, follow_up
from practice.domain.periods import Month
from practice.reports.blocks import Block
from practice.reports.figures import OutcomeFigures
from practice.reports.journey import Beside
from practice.reports.resolutions import resolution_block, standing
from practice.reports.revised_block import revised_block
from practice.reports.revisions import printed_before, revised
from practice.reports.side_two.fees import fees_block
from practice.reports.side_two.follow_up import follow_up_block
from practice.reports.side_two.hours import Hours, hours, hours_block
from practice.reports.side_two.integrity import Integrity, integrity, integrity_blocks
from practice.reports.side_two.leaving import (
    Leaving,
    last_contact_block,
    leaving,
    leaving_block,
)
from practice.reports.side_two.left_open import measured_block
from practice.reports.side_two.measures import measures_block
from practice.reports.side_two.pathway import Pathway, pathway, pathway_block
from practice.reports.side_two.quality import Quality, quality, quality_block, risk_not_seen
from practice.reports.side_two.reflection import reflection_block


@dataclass(frozen=True, kw_only=True)
class SideTwo:
    """Everything beyond the two key indicators and the journey, of the twelve months.

    kept: what was changed after entry, left open and left out, and how far it was measured; its
    blocks are integrity and measured. revisions: what was revised since an earlier month was printed; None where there is
    nothing, or nobody has gathered it.
    resolution: what is being tried, and what was last; None where nothing was resolved.
    """

    leaving: Leaving
    pathway: Pathway
    hours: Hours
    follow_up: FollowUp
    fees: Fees
    fees_block: Block | None
    quality: Quality
    kept: Integrity
    integrity: tuple[Block, ...] = ()
    measured: Block | None = None
    revisions: Block | None = None
    resolution: Block | None = None


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Of whom and when, and what it may stand beside. year: the cohort of the twelve months."""

    scope: Scope
    month: Month
    year: Cohort
    beside: Beside
    benchmarks: Benchmarks


def side_two(asked: Asked, figures: OutcomeFigures) -> SideTwo:
    """Gather them: a fixed number of queries, whatever the caseload. figures: of the twelve months."""
    ended, primary = asked.year.entered_and_ended, asked.beside.primary
    worked = hours(asked.scope, asked.month, year=asked.year.period)
    paid = fees(asked.year.sessions, ended, primary)
    ledger = load_ledger(asked.scope, asked.year.period)
    kept = integrity(ledger, asked.year, of=asked.month, by=primary)
    return SideTwo(
        leaving=leaving(ended, primary),
        pathway=pathway(
            figures,
            beside=asked.beside,
            benchmarks=asked.benchmarks,
            logs_every_enquiry=asked.scope.service.logs_every_enquiry,
        ),
        hours=worked,
        follow_up=follow_up(ended, primary, up_to=asked.year.period.end),
        fees=paid,
        fees_block=fees_block(paid, benchmarks=asked.benchmarks),
        quality=quality(
            figures,
            primary=primary,
            work=worked.of_year.total,
            risk=risk_not_seen(asked.scope, asked.year.period),
        ),
        kept=kept,
        integrity=integrity_blocks(kept),
        measured=measured_block(kept.left),
        revisions=revised_block(revised(asked.scope, printed_before(asked.scope, asked.month))),
        resolution=resolution_block(standing(asked.scope)),
    )


def side_two_blocks(two: SideTwo, figures: OutcomeFigures) -> tuple[Block, ...]:
    """In the order in which they are printed; what has no data is not there."""
    blocks = (
        measures_block(figures.finished, figures.scores, primary=two.leaving.last_contact.by),
        last_contact_block(two.leaving),
        leaving_block(two.leaving),
        two.measured,
        hours_block(two.hours),
        two.fees_block,
        follow_up_block(two.follow_up),
        quality_block(two.quality),
        pathway_block(two.pathway),
        *two.integrity,
        two.revisions,
    )
    return tuple(block for block in blocks if block is not None)


def foot_blocks(two: SideTwo) -> tuple[Block, ...]:
    """The last of the side, after the small print: room to write."""
    blocks = (two.resolution, reflection_block())
    return tuple(block for block in blocks if block is not None)
