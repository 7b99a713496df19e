"""The official annual file, and which year it is of."""

import datetime as dt
from typing import Any, cast

from django import forms
from django.core.files.uploadedfile import UploadedFile

from practice.nhs_annual.financial_years import ended_years
from practice.nhs_annual.opening import MEGABYTE, SIZE_LIMIT


class AnnualFileForm(forms.Form):
    """One CSV file, and the financial year where the file does not say it."""

    use_required_attribute = False

    file = forms.FileField(
        label="The main CSV file",
        help_text=f"Up to {SIZE_LIMIT // MEGABYTE} MB. Its columns begin with OrgType, OrgCode, OrgName.",
        max_length=200,
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,text/csv"}),
        error_messages={
            "required": "Choose the file first.",
            "empty": "This file is empty: take the main CSV file of the publication.",
            "max_length": "The file's name is very long: give it a shorter one.",
            "invalid": "No file came along: choose it again.",
            "missing": "Choose the file first.",
        },
    )

    def __init__(self, *args: Any, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        newest = ended_years(today)[0]
        self.fields["year"] = forms.ChoiceField(
            label="Financial year",
            help_text=f"Years that are over, April to March; {newest} is the newest.",
            required=False,
            choices=[
                ("", "as the file or its name says"),
                *((year, year) for year in ended_years(today)),
            ],
            error_messages={"invalid_choice": "Choose a year of the list."},
        )

    def clean_file(self) -> UploadedFile[bytes]:
        file = cast(UploadedFile[bytes], self.cleaned_data["file"])
        if file.size is not None and file.size > SIZE_LIMIT:
            raise forms.ValidationError(
                f"The file is larger than {SIZE_LIMIT // MEGABYTE} MB: a year is far smaller. "
                "Take the main CSV file, not the whole publication."
            )
        return file
