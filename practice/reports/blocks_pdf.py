"""Blocks on paper: narrow ones side by side, wide ones across, nothing torn from its heading."""

from collections.abc import Sequence

from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import Flowable, HRFlowable, Spacer, Table

from practice.charts.fonts import BOLD
from practice.charts.strip import QUIET
from practice.reports.blocks import Block, Grid
from practice.reports.layout import (
    CELL_LEFT,
    CELL_RIGHT,
    DENSE,
    HEADING,
    PAGE_HEIGHT,
    SMALL,
    heading,
    labelled,
    paragraph,
    rows_table,
    set_in,
    side_by_side,
    width_of,
)

GUTTER = 14.0
# The thirds of the whole width.
_ACROSS = 3
# Above a line to write on.
_WRITING = 16.0
# Of a wide block's width, where its table stands beside its picture.
_PICTURE_SHARE = 0.38
# Of a table's width, what its titles keep when the numbers want more than there is.
_TITLES_KEEP = 0.3
_DENSE_BOLD = ParagraphStyle("dense-bold", parent=DENSE, fontName=BOLD)


def laid_out(blocks: Sequence[Block], *, width: float) -> list[Flowable]:
    """The blocks in order, as many beside each other as their widths allow.

    Narrow ones fill three columns, each the shortest by then, also under and beside the wide ones
    that leave room.
    """
    found: list[Flowable] = []
    lead: list[Block] = []
    narrow: list[Block] = []
    for block in blocks:
        if not block.is_wide:
            narrow.append(block)
            continue
        leads = block.leaves_room and _fits(block, width=_two_thirds(width))
        if narrow or not leads:
            found += _packed(lead, narrow, width=width)
            lead, narrow = [], []
        if leads:
            lead.append(block)
        else:
            found += block_flowables(block, width=width)
    return [*found, *_packed(lead, narrow, width=width)]


def _packed(lead: Sequence[Block], narrow: Sequence[Block], *, width: float) -> list[Flowable]:
    if not narrow:
        return [each for block in lead for each in block_flowables(block, width=width)]
    if not lead and len(narrow) < _ACROSS:
        return [_pair(narrow, width=width)]
    wide = _two_thirds(width)
    third = width - GUTTER - wide
    above = [each for block in lead for each in block_flowables(block, width=wide)]
    start = height_of(above, width=wide)
    heights = [start, start, 0.0]
    columns: list[list[Flowable]] = [[], [], []]
    for block in narrow:
        flowables = block_flowables(block, width=third)
        shortest = heights.index(min(heights))
        columns[shortest] += flowables
        heights[shortest] += height_of(flowables, width=third)
    beneath = side_by_side(*columns[:2], widths=[third, third], gutter=GUTTER)
    if above:
        _spaced(beneath)
    return [
        _spaced(side_by_side([*above, beneath], columns[2], widths=(wide, third), gutter=GUTTER))
    ]


def _pair(blocks: Sequence[Block], *, width: float) -> Flowable:
    """One or two narrow blocks, each half as wide as the paper."""
    half = (width - GUTTER) / 2
    columns: list[list[Flowable]] = [block_flowables(block, width=half) for block in blocks]
    columns += [[] for _empty in range(2 - len(blocks))]
    return _spaced(side_by_side(*columns, widths=[half, half], gutter=GUTTER))


def _spaced(headed: Table) -> Table:
    """With the space before it that the headings at its top lose within a table."""
    headed.spaceBefore = HEADING.spaceBefore
    return headed


def _two_thirds(width: float) -> float:
    return (width - GUTTER * (_ACROSS - 1)) / _ACROSS * 2 + GUTTER


def _fits(block: Block, *, width: float) -> bool:
    return all(_natural(grid)[0] + sum(_natural(grid)[1]) <= width for grid in block.grids)


def height_of(flowables: Sequence[Flowable], *, width: float) -> float:
    """Of flowables one under another, with the space that each asks for."""
    return float(
        sum(
            each.wrap(width, PAGE_HEIGHT)[1] + each.getSpaceBefore() + each.getSpaceAfter()
            for each in flowables
        )
    )


def block_flowables(block: Block, *, width: float) -> list[Flowable]:
    """One block: heading, pictures with their captions, tables, paragraphs, lines to write on."""
    found: list[Flowable] = [heading(block.heading)]
    if block.is_wide and block.pictures:
        left = width * _PICTURE_SHARE
        right = width - left - GUTTER
        words = [*_grids(block, width=right), *_notes(block)]
        pictures = _pictures(block, width=left)
        found.append(side_by_side(pictures, words, widths=(left, right), gutter=GUTTER))
    else:
        grids = _grids_beside(block, width=width) if block.is_wide else _grids(block, width=width)
        found += [*_pictures(block, width=width), *grids, *_notes(block)]
    for label in block.space:
        found.append(_to_write_on((label,), width=width))
    if block.signatures:
        found.append(_to_write_on(block.signatures, width=width))
    return found


def _pictures(block: Block, *, width: float) -> list[Flowable]:
    found: list[Flowable] = []
    for picture in block.pictures:
        found += [picture.chart.draw(width=width), paragraph(picture.caption, SMALL)]
    return found


def _grids(block: Block, *, width: float) -> list[Flowable]:
    return [flowable for grid in block.grids for flowable in _grid(grid, width=width)]


def _grid(grid: Grid, *, width: float) -> list[Flowable]:
    caption = [paragraph(grid.caption, SMALL)] if grid.caption else []
    return [*caption, grid_table(grid, width=width), Spacer(1, 1)]


def _grids_beside(block: Block, *, width: float) -> list[Flowable]:
    """Several tables of a wide block share its width."""
    if len(block.grids) < 2:
        return _grids(block, width=width)
    each = (width - GUTTER * (len(block.grids) - 1)) / len(block.grids)
    columns: list[list[Flowable]] = [_grid(grid, width=each) for grid in block.grids]
    return [side_by_side(*columns, widths=[each] * len(columns), gutter=GUTTER)]


def _notes(block: Block) -> list[Flowable]:
    return [labelled(note.heading, note.text, SMALL) for note in block.notes]


def _to_write_on(labels: Sequence[str], *, width: float) -> Table:
    """A ruled line for each label, beside each other."""
    each = (width - GUTTER * (len(labels) - 1)) / len(labels)
    columns: list[list[Flowable]] = [
        [
            Spacer(1, _WRITING - SMALL.leading),
            paragraph(label, SMALL) if label else Spacer(1, SMALL.leading),
            HRFlowable(width=each, thickness=0.5, color=QUIET, spaceBefore=0, spaceAfter=0),
        ]
        for label in labels
    ]
    return side_by_side(*columns, widths=[each] * len(labels), gutter=GUTTER)


def grid_table(grid: Grid, *, width: float) -> Table:
    """A block's table: each column of numbers as wide as it needs, the titles take the rest."""
    return rows_table(
        grid.head,
        [(set_in(line),) if line.is_across else (set_in(line), *line.cells) for line in grid.lines],
        widths=_widths(grid, width=width),
        numbers_from=1,
        bold_rows=tuple(index for index, line in enumerate(grid.lines) if line.leads),
        style=DENSE,
    )


def _widths(grid: Grid, *, width: float) -> list[float]:
    titles, numbers = _natural(grid)
    if titles + sum(numbers) > width:
        # A head may be broken between its words; a figure may not.
        numbers = [
            _needed(grid, column=column, head=max(grid.head[column].split(), key=len))
            for column in range(1, len(grid.head))
        ]
    most = width - min(titles, width * _TITLES_KEEP)
    if sum(numbers) > most:
        numbers = [number * most / sum(numbers) for number in numbers]
    return [width - sum(numbers), *numbers]


def _natural(grid: Grid) -> tuple[float, list[float]]:
    """How wide the titles and each column of numbers are on one line."""
    titles = [_cell(set_in(line), leads=line.leads) for line in grid.lines if not line.is_across]
    numbers = [
        _needed(grid, column=column, head=grid.head[column]) for column in range(1, len(grid.head))
    ]
    return max([_cell(grid.head[0], leads=True), *titles]), numbers


def _needed(grid: Grid, *, column: int, head: str) -> float:
    cells = [
        _cell(line.cells[column - 1], leads=line.leads) for line in grid.lines if not line.is_across
    ]
    return max([_cell(head, leads=True), *cells])


def _cell(text: str, *, leads: bool) -> float:
    # A hair more: a cell that fits exactly is wrapped for a rounding error.
    return width_of(text, _DENSE_BOLD if leads else DENSE) + CELL_LEFT + CELL_RIGHT + 0.1
