"""Which month's reports are made for good, of one or of all."""

import datetime as dt
from typing import Any

from django import forms

from practice.domain.periods import Month
from practice.forms.reports import months_to_choose


class MonthOverForm(forms.Form):
    """A month that is over."""

    def __init__(self, *args: Any, first: dt.date | None, today: dt.date, **options: Any) -> None:
        super().__init__(*args, **options)
        last = Month.of(today).minus(1)
        months = [
            month
            for month in months_to_choose(first=min(first or today, last.period.start), today=today)
            if month <= last
        ]
        self.fields["month"] = forms.ChoiceField(
            label="Month", choices=[(str(month), month.words) for month in months]
        )

    def clean_month(self) -> Month:
        return Month.parse(self.cleaned_data["month"])
