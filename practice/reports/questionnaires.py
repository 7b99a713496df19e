"""What a blank questionnaire says on paper, from the measure alone: no wording is written here twice."""

from dataclasses import dataclass

from django.conf import settings

from practice.domain.measures import CORE10, Measure

# Why a host that charges may not print it: the licence of CORE-10 is non-commercial.
_WITHHELD = (
    "Its item texts are switched off in this installation: the licence of {name} "
    "(CC BY-NC-ND 4.0) is for non-commercial use. Totals can still be entered. "
    "Forms: https://www.coresystemtrust.org.uk"
)
_WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


@dataclass(frozen=True, kw_only=True)
class Item:
    """One line to tick. scores: what each answer adds to the total, in the order of the labels."""

    number: int
    text: str
    scores: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class Questionnaire:
    """One form. Stem, items, answers and licence are the measure's own, letter for letter.

    heading_scores: the scores to print once under the labels; None where an item runs the other
    way, so that each box must carry its own. total, missing: for whoever adds up.
    """

    code: str
    name: str
    stem: str
    answers: tuple[str, ...]
    items: tuple[Item, ...]
    heading_scores: tuple[int, ...] | None
    total: str
    missing: str
    licence: str


def questionnaire(measure: Measure) -> Questionnaire:
    """The form of a measure."""
    items = tuple(
        Item(
            number=number,
            text=text,
            scores=tuple(measure.item_score(number, each) for each in range(len(measure.answers))),
        )
        for number, text in enumerate(measure.items, start=1)
    )
    return Questionnaire(
        code=measure.code,
        name=measure.name,
        stem=measure.stem,
        answers=measure.answers,
        items=items,
        heading_scores=None if measure.reversed_items else items[0].scores,
        total=_total(measure),
        missing=_missing(measure),
        licence=measure.licence,
    )


def why_withheld(measure: Measure) -> str:
    """Why this installation does not show the items of a measure; empty where it does."""
    if measure is CORE10 and not settings.CORE10_ITEMS:
        return _WITHHELD.format(name=measure.name)
    return ""


def _total(measure: Measure) -> str:
    span = f"{measure.name}: 0 to {measure.maximum}."
    if not measure.pro_rates:
        return f"{span} The sum of the answers."
    count = len(measure.items)
    return f"{span} {count} × mean, or the sum when all {_WORDS[count]} are answered."


def _missing(measure: Measure) -> str:
    count, allowed = len(measure.items), measure.missing_allowed
    if not allowed:
        return f"No total if an item is missing: all {_WORDS[count]} must be answered."
    return (
        f"With {_WORDS[allowed]} item missing, {count} × the mean of those answered; "
        f"with {_WORDS[allowed + 1]} or more missing, no total."
    )
