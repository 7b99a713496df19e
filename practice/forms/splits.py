"""Which ways of splitting one's own courses a page shows."""

from collections.abc import Sequence

from django import forms

from practice.domain.groups import GroupBy
from practice.domain.splits import GUARD, Split


class SplitForm(forms.Form):
    """One box a way, each with how many groups it has; without any, the first that can be split."""

    def __init__(self, asked: Sequence[str], *, splits: Sequence[Split]) -> None:
        first = next((each for each in splits if each.can_be_split), splits[0])
        super().__init__({"by": [way for way in asked if way] or [first.by.value]})
        self.usual = first.by
        self.fields["by"] = forms.MultipleChoiceField(
            label="Split by",
            widget=forms.CheckboxSelectMultiple,
            choices=[(each.by.value, _label(each)) for each in splits],
            error_messages={
                "invalid_choice": "There is no such way of splitting: tick some of these."
            },
        )

    @property
    def ways(self) -> tuple[GroupBy, ...]:
        """What was ticked, in the order of the boxes; the usual one where something is wrong."""
        if not self.is_valid():
            return (self.usual,)
        return tuple(by for by in GroupBy if by.value in self.cleaned_data["by"])


def _label(split: Split) -> str:
    large = len(split.groups)
    if split.can_be_split:
        return f"{split.by.words} ({large} groups of {GUARD} or more)"
    return f"{split.by.words} (cannot be split)"
