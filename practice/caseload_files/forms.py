"""One measure of one row: the file's cells over what is stored, and whether they agree."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from practice.caseload_files.columns import item_columns
from practice.caseload_files.session_rows import FormCells
from practice.domain.forms import disagreement, doubts
from practice.domain.measures import Mode
from practice.models import MeasureCompletion
from practice.models.completion import pack_answers


@dataclass(frozen=True, kw_only=True)
class FormAfter:
    """A form as it would be stored. total is None for one with too many items missing."""

    answers: str
    total: Decimal | None
    mode: Mode


@dataclass(frozen=True, kw_only=True)
class FormFinding:
    """Something to say about a form: the column, and the words."""

    column: str
    message: str


@dataclass(frozen=True, kw_only=True)
class FormOutcome:
    """What the cells and the stored form make together. after is None where nothing is stored."""

    after: FormAfter | None
    problem: FormFinding | None = None
    warnings: tuple[FormFinding, ...] = ()


def merge_form(cells: FormCells, stored: MeasureCompletion | None) -> FormOutcome:
    """Lay the cells of a file over the stored form.

    A cell that is given wins. An empty one takes nothing away, because an import deletes no
    score; the total follows the items where the file gives items and no total.
    """
    measure = cells.measure
    old_answers = (stored.item_answers if stored else None) or (None,) * len(measure.items)
    old_total = stored.total if stored else None
    warnings = list(_emptied(cells, old_answers, old_total)) if stored else []
    if not cells.is_given:
        return FormOutcome(after=None, warnings=tuple(warnings))
    answers = tuple(
        new if new is not None else old for new, old in zip(cells.answers, old_answers, strict=True)
    )
    from_items = measure.total_from_answers(answers)
    # A stored total outlives items that make none: then they must not contradict it.
    total = old_total if cells.total is None and from_items is None else cells.total
    problem = disagreement(measure, answers, total)
    if problem is not None:
        return FormOutcome(after=None, problem=FormFinding(column=measure.code, message=problem))
    after = FormAfter(
        answers=pack_answers(answers),
        total=from_items if total is None else total,
        mode=cells.mode or (Mode(stored.mode) if stored else Mode.TRANSCRIBED),
    )
    warnings.extend(
        FormFinding(column=measure.code, message=doubt)
        for doubt in doubts(measure, answers, after.total)
    )
    return FormOutcome(after=after, warnings=tuple(warnings))


def _emptied(
    cells: FormCells, old_answers: Sequence[int | None], old_total: Decimal | None
) -> list[FormFinding]:
    columns = item_columns(cells.measure)
    lost = [
        column
        for column, old in zip(columns, old_answers, strict=True)
        if old is not None and column in cells.emptied
    ]
    items_are_given = any(answer is not None for answer in cells.answers)
    if old_total is not None and cells.measure.code in cells.emptied and not items_are_given:
        lost.insert(0, cells.measure.code)
    if not lost:
        return []
    return [
        FormFinding(
            column=lost[0],
            message=f"the cell is empty and a {cells.measure.name} is stored: what is stored stays, "
            "because an import deletes nothing; to remove it, delete the form where it was entered",
        )
    ]
