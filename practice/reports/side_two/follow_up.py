"""After the ending: who was scored again, and whether the gain lasted."""

from practice.domain.estimates import Proportion
from practice.domain.follow_up import FollowUp
from practice.reports import words
from practice.reports.blocks import Block, Grid, Line
from practice.reports.notes import Note


def follow_up_block(figures: FollowUp) -> Block | None:
    """None where nobody was scored after the ending."""
    if figures.days is None:
        return None
    shortest, longest = (words.several(days // 7, "week", "weeks") for days in figures.days)
    span = shortest if shortest == longest else f"{shortest} to {longest}"
    return Block(
        key="follow-up",
        heading="After the ending",
        grids=(
            Grid(
                caption=f"By {figures.by.words}, {span} after the last score",
                head=("", "k of n"),
                lines=(
                    _line("Scored again, of two scores", figures.again, figures.paired),
                    _line("Improved at the end, scored again", *_improved(figures), leads=True),
                    _line("still improved on the first", figures.still, figures.improved_again),
                    _line("Better since the last score", figures.better, figures.again),
                    _line("No reliable change since", figures.unchanged, figures.again),
                    _line("Worse since the last score", figures.worse, figures.again),
                ),
            ),
        ),
        notes=(
            Note(
                heading="Not scored again",
                text=f"{figures.paired - figures.again}, of them "
                f"{figures.improved - figures.improved_again} improved at the end: not known.",
            ),
        ),
    )


def _improved(figures: FollowUp) -> tuple[int, int]:
    return figures.improved_again, figures.improved


def _line(title: str, k: int, n: int, *, leads: bool = False) -> Line:
    depth = 1 if title[0].islower() else 0
    return Line(title=title, cells=(words.brief(Proportion(k=k, n=n)),), depth=depth, leads=leads)
