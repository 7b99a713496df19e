"""Which part of a practice's own courses a page shows: a period, and one group of a kind."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django import forms

from practice.domain.groups import GroupBy, group_of, group_words
from practice.domain.outcomes import Course
from practice.domain.periods import Month
from practice.forms.reports import months_to_choose

# How many months up to the end of the chosen one. Rates of one month are noise: none of one month.
SPANS = (12, 24, 36)
# In an address "" is no choice; this is the group whose courses have nothing written there.
NOTHING_WRITTEN = "-"


def group_in_address(value: str) -> str:
    """A group, as it is stored, for an address; group_from_address reads it back."""
    # What somebody wrote as dashes only has one more there, so that a lone dash stays what it is.
    return f"{value}{NOTHING_WRITTEN}" if _is_dashes(value) else value


def group_from_address(text: str) -> str:
    """The opposite of group_in_address."""
    return text.removesuffix(NOTHING_WRITTEN) if _is_dashes(text) else text


def _is_dashes(text: str) -> bool:
    return not text.strip(NOTHING_WRITTEN)


class ChosenForm(forms.Form):
    """A period by its last month, and for each kind of group that has any, one of them."""

    def __init__(
        self, data: Mapping[str, Any], *, first: dt.date | None, today: dt.date, usual: Month
    ) -> None:
        given = {"to": str(usual), "months": str(SPANS[0])} | {
            name: value for name, value in data.items() if value
        }
        super().__init__(given)
        months = months_to_choose(first=first, today=today)
        self.fields["to"] = forms.ChoiceField(
            label="Up to the end of",
            choices=[(str(month), month.words) for month in months],
            error_messages={
                "invalid_choice": "There is nothing of that month: choose one of these."
            },
        )
        self.fields["months"] = forms.TypedChoiceField(
            label="Months",
            coerce=int,
            choices=[(str(span), f"{span} months") for span in SPANS],
            error_messages={"invalid_choice": "Choose how many months of the list."},
        )

    def clean_to(self) -> Month:
        return Month.parse(self.cleaned_data["to"])

    def offer(self, courses: Iterable[Course], kinds: Iterable[GroupBy]) -> None:
        """Add a field for each kind of which the courses have two groups or more, or one was asked for.

        Its choices are what the courses have, so that none of them finds nothing by itself.
        """
        courses = tuple(courses)
        for by in kinds:
            values = {group_of(course, by) for course in courses}
            if len(values) < 2 and by.value not in self.data:
                continue
            named = sorted(values, key=lambda value: (not value, value.casefold(), value))
            self.fields[by.value] = forms.ChoiceField(
                label=by.words.capitalize(),
                required=False,
                choices=[
                    ("", "all"),
                    *((group_in_address(value), group_words(value, by)) for value in named),
                ],
                error_messages={
                    "invalid_choice": f"No ending of this period has this {by.words}: "
                    "choose one of the list."
                },
            )

    @property
    def groups(self) -> Mapping[GroupBy, str]:
        """The groups chosen, as they are stored; none where something is wrong."""
        if not self.is_valid():
            return {}
        chosen = {by: self.cleaned_data.get(by.value, "") for by in GroupBy}
        return {by: group_from_address(value) for by, value in chosen.items() if value}
