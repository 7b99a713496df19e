"""One measure of one row: the file's cells over what is stored, and whether they agree."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from practice.caseload_files.columns import item_columns
from practice.caseload_files.session_rows import FormCells
from practice.domain.measures import Measure, Mode, in_figures
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
    problem = _disagreement(measure, answers, total)
    if problem is not None:
        return FormOutcome(after=None, problem=problem)
    after = FormAfter(
        answers=pack_answers(answers),
        total=from_items if total is None else total,
        mode=cells.mode or (Mode(stored.mode) if stored else Mode.TRANSCRIBED),
    )
    warnings.extend(_doubts(measure, answers, after.total))
    return FormOutcome(after=after, warnings=tuple(warnings))


def _only_risk(measure: Measure, answers: Sequence[int | None]) -> bool:
    given = {item for item, answer in enumerate(answers, start=1) if answer is not None}
    return given == {measure.risk_item}


def _disagreement(
    measure: Measure, answers: Sequence[int | None], total: Decimal | None
) -> FormFinding | None:
    if total is None or all(answer is None for answer in answers):
        return None
    from_items = measure.total_from_answers(answers)
    if from_items is not None:
        if from_items == total:
            return None
        return FormFinding(
            column=measure.code,
            message=f"the items make a total of {in_figures(from_items)}: correct the total or "
            "the items, or give only one of the two",
        )
    if _only_risk(measure, answers):
        return None
    given = sum(answer is not None for answer in answers)
    alone = (
        ""
        if measure.risk_item is None
        else f", only item {measure.risk_item} (the risk item) beside the total"
    )
    return FormFinding(
        column=measure.code,
        message=f"{given} of {len(answers)} items {'stands' if given == 1 else 'stand'} beside a "
        f"total and cannot confirm it: give all items{alone}, or one of the two alone",
    )


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


def _doubts(
    measure: Measure, answers: Sequence[int | None], total: Decimal | None
) -> list[FormFinding]:
    found = []
    if total is None:
        missing = sum(answer is None for answer in answers)
        found.append(
            FormFinding(
                column=measure.code,
                message=f"{missing} of {len(answers)} items of {measure.name} "
                f"{'is' if missing == 1 else 'are'} unanswered: kept as an incomplete form without "
                "a score",
            )
        )
    risk = None if measure.risk_item is None else answers[measure.risk_item - 1]
    if risk is not None and total is not None:
        highest = measure.maximum - measure.maximum_answer + risk
        if not risk <= total <= highest:
            found.append(
                FormFinding(
                    column=measure.code,
                    message=f"a total of {in_figures(total)} does not go with {risk} on item "
                    f"{measure.risk_item} (the risk item): check both",
                )
            )
    return found
