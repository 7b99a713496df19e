"""Which supervision sheet, and what is written after the meeting."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms

from practice.actions.supervision import Agreed
from practice.caseload_files import cells
from practice.domain.periods import day_words
from practice.forms.cell_fields import CellField, DayField
from practice.forms.reasons import ReasonField, reason_given
from practice.models.supervision import MOST_SUPERVISION_MINUTES
from practice.reports.case_side import Notes
from practice.reports.supervision_names import Naming
from practice.reports.supervision_rows import SheetRow

# As much as is said about one client in a supervision, and as stands in one row of the sheet.
AGREED_LENGTH = 1000
# By when: AT MOST this long after the supervision; later is a slip of the pen. Ours.
DUE_WITHIN = dt.timedelta(days=731)


class SheetForm(forms.Form):
    """Which day's sheet, whether its clients are called A, B, C, and what is on a client's side."""

    letters = forms.BooleanField(label="Clients as A, B, C", required=False)
    notes = forms.BooleanField(label="My notes on the sides of clients", required=False)

    def __init__(self, *args: Any, today: dt.date, **options: Any) -> None:
        super().__init__(*args, **options)
        self.today = today
        self.fields["on"] = DayField(today=today, label="Day", required=False)
        self.order_fields(["on", "letters", "notes"])

    def clean_on(self) -> dt.date:
        """The day asked for; today where none is named."""
        return self.cleaned_data["on"] or self.today

    @property
    def naming(self) -> Naming:
        """What stands for a client; of a form that is valid."""
        return Naming.LETTERS if self.cleaned_data["letters"] else Naming.REFERENCES

    @property
    def notes_asked(self) -> Notes:
        """Whether notes are printed; of a form that is valid."""
        return Notes.PRINTED if self.cleaned_data["notes"] else Notes.LEFT_OUT


class MeetingForm(forms.Form):
    """One supervision: when, how long, with whom."""

    minutes = forms.IntegerField(
        label="Minutes",
        min_value=1,
        max_value=MOST_SUPERVISION_MINUTES,
        error_messages=dict.fromkeys(
            ("invalid", "min_value", "max_value"),
            f"Minutes are a whole number from 1 to {MOST_SUPERVISION_MINUTES}.",
        ),
    )
    supervisor = forms.CharField(
        label="Supervisor", max_length=150, help_text="As the log is to name them."
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, today: dt.date, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["held_on"] = DayField(today=today, label="Date")
        self.order_fields(["held_on", "minutes", "supervisor"])

    @property
    def values(self) -> Mapping[str, object]:
        """By the fields of the meeting."""
        return {name: self.cleaned_data[name] for name in ("held_on", "minutes", "supervisor")}


class CorrectionForm(MeetingForm):
    """The same of a supervision that is recorded, with why it is changed where that is asked."""

    def __init__(self, *args: Any, wants_reason: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        if wants_reason:
            self.fields["reason"] = ReasonField()

    @property
    def reason(self) -> str:
        """As the history keeps it."""
        return reason_given(self.cleaned_data)


class AgreementForm(forms.Form):
    """What was agreed about one client. held_on: the day of the supervision, once it is known."""

    held_on: dt.date | None = None

    def __init__(self, *args: Any, name: str, **options: Any) -> None:
        super().__init__(*args, **options)
        # The client in each label: a screen reader says it, and nobody writes in the wrong row.
        self.fields["agreed"] = forms.CharField(
            label=f"Agreed about {name}",
            required=False,
            max_length=AGREED_LENGTH,
            widget=forms.Textarea(attrs={"rows": 2}),
        )
        self.fields["due_on"] = CellField(
            reader=lambda text: cells.day(text, today=dt.date.max),
            label=f"{name}: by when",
            widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        )

    def clean_agreed(self) -> str:
        """Browsers end each line with two characters, which would be a change."""
        agreed: str = self.cleaned_data["agreed"]
        return agreed.replace("\r\n", "\n")

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        due_on, held_on = cleaned.get("due_on"), self.held_on
        if due_on is None:
            return cleaned
        if not cleaned.get("agreed") and "agreed" not in self.errors:
            self.add_error("agreed", "Write what was agreed, or leave the day empty too.")
        if held_on is not None and due_on < held_on:
            self.add_error(
                "due_on", f"Before the supervision, {day_words(held_on)}: give a later day."
            )
        elif held_on is not None and due_on > held_on + DUE_WITHIN:
            self.add_error("due_on", "More than two years after the supervision: correct the year.")
        return cleaned

    @property
    def answer(self) -> Agreed | None:
        """What was agreed; None for nothing."""
        agreed = self.cleaned_data["agreed"]
        return Agreed(agreed=agreed, due_on=self.cleaned_data["due_on"]) if agreed else None


@dataclass(frozen=True, kw_only=True)
class Topic:
    """One client to be talked about. row: as the sheet has it; None for one who is not on it.

    name: the reference, with the letter before it where the sheet has letters. stored: what is
    recorded of the supervision in question.
    """

    episode: int
    uid: str
    name: str
    row: SheetRow | None
    stored: Agreed | None = None


@dataclass(frozen=True, kw_only=True)
class TopicForm:
    """A client with the two fields for what was agreed."""

    topic: Topic
    form: AgreementForm

    @property
    def is_unfolded(self) -> bool:
        """What wants to be seen: a signal, something written already, or a mistake."""
        row = self.topic.row
        return (
            (row is not None and row.has_signals)
            or self.topic.stored is not None
            or (self.form.is_bound and (self.form.has_changed() or bool(self.form.errors)))
        )


class RecordForm:
    """The meeting, and each client with what was agreed: valid only as a whole."""

    def __init__(
        self, meeting: MeetingForm, topics: Iterable[Topic], *, data: Mapping[str, Any] | None
    ) -> None:
        self.meeting = meeting
        self.topics = [
            TopicForm(
                topic=topic,
                form=AgreementForm(
                    data,
                    prefix=topic.uid,
                    name=topic.name,
                    initial=_initial(topic.stored),
                ),
            )
            for topic in topics
        ]

    def __iter__(self) -> Iterator[TopicForm]:
        return iter(self.topics)

    def is_valid(self) -> bool:
        """Every part is looked at, so that all mistakes are shown at once."""
        is_right = self.meeting.is_valid()
        for each in self.topics:
            each.form.held_on = self.meeting.cleaned_data.get("held_on")
            is_right = each.form.is_valid() and is_right
        return is_right

    @property
    def wrong(self) -> list[str]:
        """The names of the clients at whose fields something is to be put right."""
        return [each.topic.name for each in self.topics if each.form.is_bound and each.form.errors]

    @property
    def answers(self) -> Mapping[int, Agreed | None]:
        """By the keys of the episodes: what was agreed, None for nothing."""
        return {each.topic.episode: each.form.answer for each in self.topics}

    @property
    def agreed(self) -> Mapping[int, Agreed]:
        """Only those about whom something was agreed."""
        return {key: answer for key, answer in self.answers.items() if answer is not None}


def _initial(stored: Agreed | None) -> dict[str, object]:
    return {} if stored is None else {"agreed": stored.agreed, "due_on": stored.due_on}
