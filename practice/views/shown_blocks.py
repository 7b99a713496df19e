"""Blocks of a report as a page has them: their pictures as SVG."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.safestring import SafeString, mark_safe

from practice.charts.svg import to_svg
from practice.reports.blocks import Block, Grid, Picture
from practice.reports.notes import Note

# Points of the drawing: about a phone's width, so that its letters stay readable there.
CHART_WIDTH = 270.0


@dataclass(frozen=True, kw_only=True)
class ShownBlock:
    """A block with each picture's SVG beside its words."""

    key: str
    heading: str
    pictures: tuple[tuple[SafeString, Picture], ...]
    grids: tuple[Grid, ...]
    notes: tuple[Note, ...]
    is_wide: bool


def shown(blocks: Iterable[Block]) -> list[ShownBlock]:
    """The blocks of one page; their keys tell the pictures apart."""
    return [
        ShownBlock(
            key=block.key,
            heading=block.heading,
            pictures=tuple(
                (picture_svg(picture, uid=f"{block.key}-{place}"), picture)
                for place, picture in enumerate(block.pictures)
            ),
            grids=block.grids,
            notes=block.notes,
            is_wide=block.is_wide,
        )
        for block in blocks
    ]


def picture_svg(picture: Picture, *, uid: str) -> SafeString:
    """A picture for a page; uid is unique on it."""
    svg = to_svg(
        picture.chart.draw(width=CHART_WIDTH),
        uid=uid,
        title=picture.title,
        description=picture.description,
    )
    return mark_safe(svg)  # noqa: S308 - our own drawing; its texts are escaped in to_svg
