"""Which published figures the own ones stand beside."""

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from django import forms

from practice.domain.published_columns import PublishedColumn

BESIDE = "beside"


class ComparatorForm(forms.Form):
    """One column of published figures by its code; empty is the usual one."""

    def __init__(
        self,
        data: Mapping[str, Any],
        *,
        columns: Sequence[PublishedColumn],
        usual: PublishedColumn | None,
    ) -> None:
        super().__init__({BESIDE: data.get(BESIDE, "")})
        self._columns = {column.code: column for column in columns}
        self._usual = usual
        named = f"{usual.label}, the newest that had ended by then" if usual else "none"
        self.fields[BESIDE] = forms.ChoiceField(
            label="Beside the published figures of",
            required=False,
            choices=[
                ("", named),
                *(
                    (heading, [(column.code, column.label) for column in group])
                    for heading, group in groupby(columns, key=lambda column: column.heading)
                ),
            ],
            error_messages={
                "invalid_choice": "There are no such published figures: choose one of the list."
            },
        )

    @property
    def column(self) -> PublishedColumn | None:
        """What was chosen; the usual one where nothing was, or something that there is not."""
        code = self.cleaned_data.get(BESIDE, "") if self.is_valid() else ""
        return self._columns.get(code, self._usual)

    @property
    def code(self) -> str:
        """The code that was chosen, for another address; "" for the usual one."""
        return self.cleaned_data.get(BESIDE, "") if self.is_valid() else ""
