"""Which report."""

import datetime as dt
from typing import Any

from django import forms

from practice.domain.periods import Month

# As far back as the newest month may look at the list: ten years.
MOST_MONTHS = 120


class ReportForm(forms.Form):
    """Which month, and beside which English year."""

    def __init__(
        self,
        *args: Any,
        first: dt.date | None,
        today: dt.date,
        years: tuple[str, ...],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        months = months_to_choose(first=first, today=today)
        self.fields["month"] = forms.ChoiceField(
            label="Month", choices=[(str(month), month.words) for month in months]
        )
        self.fields["against"] = forms.ChoiceField(
            label="Beside England",
            required=False,
            choices=[("", "newest that had ended by then"), *((year, year) for year in years)],
        )

    def clean_month(self) -> Month:
        return Month.parse(self.cleaned_data["month"])


def months_to_choose(*, first: dt.date | None, today: dt.date) -> list[Month]:
    """From this month back to the first referral, newest first."""
    newest = Month.of(today)
    oldest = newest if first is None else min(Month.of(first), newest)
    months = [newest.minus(back) for back in range(MOST_MONTHS)]
    return [month for month in months if month >= oldest]
