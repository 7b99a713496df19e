"""A caseload file brought in: the file itself, and what its headings mean."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from django import forms
from django.core.files.uploadedfile import UploadedFile

from practice.caseload_files.columns import item_columns
from practice.caseload_files.headings import tokens
from practice.caseload_files.questions import (
    DateQuestion,
    HeadingQuestion,
    Questions,
    columns_to_choose,
)
from practice.caseload_files.sources import MEGABYTE, SIZE_LIMIT
from practice.caseload_files.uploads import MOST_FILES
from practice.caseload_files.wide_columns import FORM_DATES, POINT_COLUMNS, WORD_POINTS
from practice.caseload_files.wide_dates import DATES, Dates
from practice.domain.measures import MEASURES

LEAVE_OUT = "-"
_MOST_POINTS = 60

_WORDS: Mapping[str, str] = {
    "client": "client: your own reference",
    "episode": "number of the episode (1, 2, ...)",
    "practitioner": "e-mail of the practitioner",
    "referred_on": "date of referral",
    "source": "how the client came",
    "contract": "who pays",
    "problem": "presenting problem",
    "problem_2": "second problem",
    "problem_3": "third problem",
    "therapy": "type of therapy",
    "earlier_therapy": "earlier therapy (none, once, more)",
    "birth_year": "year of birth",
    "planned_sessions": "sessions planned",
    "ended_on": "date the therapy ended",
    "ending": "how it ended",
    "wished_to_continue": "wished to continue (yes, no)",
    "left_out": "why it is in no figure",
    "note": "note (encrypted when stored)",
    "held_before": "who held it before",
    "date": "date of the session",
    "kind": "kind of session",
    "attendance": "attendance",
    "medium": "medium",
    "minutes": "minutes",
    "fee": "fee in pounds",
    "mode": "how the forms came",
}
_POINT_WORDS = {
    "pre": "before therapy (pre)",
    "mid": "in the middle (mid)",
    "post": "after therapy (post)",
    "assessment": "the assessment",
    "follow-up": "the follow-up",
}


class FilesInput(forms.ClearableFileInput):
    """Takes several files at once."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """One or two files, each within the size that an import takes."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile[bytes]]:
        """The files. Raises ValidationError with what would be right."""
        given = data if isinstance(data, list | tuple) and data else [data or None]
        files = [
            cast(UploadedFile[bytes], super(FilesField, self).clean(one, initial)) for one in given
        ]
        if len(files) > MOST_FILES:
            raise forms.ValidationError(
                f"{len(files)} files were chosen: choose one, or the two CSV files together."
            )
        for file in files:
            if file.size is not None and file.size > SIZE_LIMIT:
                raise forms.ValidationError(
                    f"A file is larger than {SIZE_LIMIT // MEGABYTE} MB: take out what is no "
                    "caseload, or split it."
                )
        return files


class UploadForm(forms.Form):
    """The file, or the two CSV files, of a caseload."""

    caseload = FilesField(
        label="Your file",
        help_text="One CSV file or Excel workbook (.xlsx); or two CSV files, chosen together.",
        max_length=200,
        widget=FilesInput(attrs={"accept": ".csv,.xlsx,text/csv"}),
        error_messages={
            "required": "Choose a file first.",
            "empty": "This file is empty: it needs a row of headings, and a row for each client.",
            "max_length": "The file's name is very long: give it a shorter one.",
            "invalid": "No file came along: choose it again.",
            "missing": "Choose a file first.",
        },
    )

    def contents(self) -> list[tuple[str, bytes]]:
        """Name and bytes of each."""
        return [(file.name or "", file.read()) for file in self.cleaned_data["caseload"]]


class HeadingsForm(forms.Form):
    """What each heading means; asked of the unknown ones, and open to change for the others."""

    def __init__(self, *args: Any, questions: Questions, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.questions = questions
        for number, question in enumerate(questions.headings):
            self._ask_heading(number, question)
        for number, asked in enumerate(questions.dates):
            self.fields[f"date_{number}"] = _date_field(asked)

    def _ask_heading(self, number: int, question: HeadingQuestion) -> None:
        column, _, point = question.taken.partition(" ")
        initial = column or (LEAVE_OUT if question.is_known else "")
        self.fields[f"column_{number}"] = forms.ChoiceField(
            label=f"“{question.words}” means",
            choices=_column_choices(question),
            initial=initial,
            error_messages={"required": "Choose what it means, or leave it out."},
        )
        if question.sheet is None and len(question.headings) == 1:
            self.fields[f"point_{number}"] = forms.ChoiceField(
                label="if it belongs to one session or form: which",
                choices=_point_choices(),
                initial=point or _last_number(question.key),
                required=False,
            )

    @property
    def unknown(self) -> list[dict[str, Any]]:
        """The questions that must be answered, with their fields."""
        return [one for one in self._asked() if not one["question"].is_known]

    @property
    def known(self) -> list[dict[str, Any]]:
        """Headings that are understood already, with their fields."""
        return [one for one in self._asked() if one["question"].is_known]

    @property
    def dates(self) -> list[dict[str, Any]]:
        """The questions about dates, with their fields."""
        return [
            {
                "question": question,
                "field": self[f"date_{number}"],
                "is_kind": question.key == DATES,
            }
            for number, question in enumerate(self.questions.dates)
        ]

    def _asked(self) -> list[dict[str, Any]]:
        return [
            {
                "question": question,
                "column": self[f"column_{number}"],
                "point": self[f"point_{number}"] if f"point_{number}" in self.fields else None,
            }
            for number, question in enumerate(self.questions.headings)
        ]

    def clean(self) -> dict[str, Any]:
        """Each column of a session needs its session."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for number, question in enumerate(self.questions.headings):
            column, point = cleaned.get(f"column_{number}"), cleaned.get(f"point_{number}")
            is_alone = f"point_{number}" in self.fields
            needs_point = column in POINT_COLUMNS and column != "note"
            if is_alone and needs_point and not point:
                self.add_error(
                    f"point_{number}", "Say which session or form it belongs to: 1, 2, ..."
                )
            is_family = question.sheet is None and not is_alone
            if is_family and column and column != LEAVE_OUT and column not in POINT_COLUMNS:
                self.add_error(
                    f"column_{number}",
                    f"{len(question.headings)} columns cannot all be this: it is one of each client.",
                )
        return cleaned

    def meanings(self) -> dict[str, str]:
        """What was said, by the heading as it is remembered; only what is new."""
        found = {}
        for number, question in enumerate(self.questions.headings):
            said = self._said(number)
            before = question.taken if question.is_known else None
            if said != before:
                found[question.key] = said
        for number, asked in enumerate(self.questions.dates):
            if self.cleaned_data[f"date_{number}"] != asked.answer:
                found[asked.key] = self.cleaned_data[f"date_{number}"]
        return found

    def _said(self, number: int) -> str:
        column = self.cleaned_data[f"column_{number}"]
        if column == LEAVE_OUT:
            return ""
        point = self.cleaned_data.get(f"point_{number}") or ""
        return f"{column} {point}".strip() if column in POINT_COLUMNS else str(column)


Choices = list[tuple[str, str] | tuple[str, list[tuple[str, str]]]]


def _column_choices(question: HeadingQuestion) -> Choices:
    choices: Choices = [] if question.is_known else [("", "Choose …")]
    choices.append((LEAVE_OUT, "Leave it out"))
    offered: set[str] = set()
    for group, columns in columns_to_choose(question.sheet).items():
        own = [column for column in columns if column not in offered]
        offered.update(own)
        choices.append((f"Of {group}", [(column, column_words(column)) for column in own]))
    return choices


def column_words(column: str) -> str:
    """A column as people call it."""
    if column in MEASURES:
        return f"{MEASURES[column].name} total"
    if column in FORM_DATES:
        return f"date of the {MEASURES[FORM_DATES[column]].name}"
    for measure in MEASURES.values():
        if column in item_columns(measure):
            return f"{measure.name}, answer to item {column.partition('_')[2]}"
    return _WORDS.get(column, column.replace("_", " "))


def remembered_words(column: str) -> str:
    """What is remembered of a heading, in words."""
    if not column:
        return "left out"
    if column == Dates.SESSIONS:
        return "each date is an attended session"
    if column == Dates.FORMS:
        return "forms filled in without a meeting"
    name, _, point = column.partition(" ")
    words = column_words(name)
    return f"{words}, {_POINT_WORDS.get(point, f'session {point}')}" if point else words


def _point_choices() -> Sequence[tuple[str, str]]:
    return [
        ("", "none of them"),
        *((str(number), f"session {number}") for number in range(1, _MOST_POINTS + 1)),
        *((point, _POINT_WORDS[point]) for point in WORD_POINTS),
    ]


def _last_number(heading: str) -> str:
    numbers = [part for part in tokens(heading) if part.isdigit()]
    return str(int(numbers[-1])) if numbers else ""


def _date_field(asked: DateQuestion) -> forms.ChoiceField:
    if asked.key == DATES:
        label = "What are the dates beside the scores?"
        choices = [
            (Dates.SESSIONS.value, "Each date is a session the client came to"),
            (Dates.FORMS.value, "Forms filled in without a meeting"),
        ]
    else:
        label = f"Which date do {', '.join(f'“{one}”' for one in asked.headings)} carry?"
        choices = [
            ("referred_on", "The date of referral"),
            ("ended_on", "The date the therapy ended"),
        ]
    return forms.ChoiceField(
        label=label,
        choices=choices,
        initial=asked.answer or None,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose one of the two."},
    )
