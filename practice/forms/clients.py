"""A client and an episode: new, come back, put right, paused."""

import datetime as dt
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from functools import partial
from types import MappingProxyType
from typing import Any

from django import forms
from django.db.models import Count

from practice.caseload_files import cells
from practice.forms.cell_fields import CellField, DayField, number_input
from practice.forms.reasons import ReasonField
from practice.models import Client, EarlierTherapy, Episode, Gender, Service
from practice.models.client import EARLIEST_BIRTH_YEAR, REFERENCE_LENGTH, check_reference

_WORD_LENGTH = 120
_SUGGESTED = 50
# Which list of suggestions belongs to a field: one list for all three problems.
_SUGGESTED_FROM: Mapping[str, Sequence[str]] = MappingProxyType(
    {
        "source": ("source",),
        "contract": ("contract",),
        "problem": ("problem", "problem_2", "problem_3"),
        "therapy": ("therapy",),
    }
)
_LIST_OF = {field: name for name, fields in _SUGGESTED_FROM.items() for field in fields}
FACTS = ("reference", "gender", "birth_year")
DETAILS = (
    *("referred_on", "source", "contract", "problem", "problem_2", "problem_3", "therapy"),
    *("earlier_therapy", "planned_sessions", "note"),
)

# As the page asks them.
ORDER = ("reference", *DETAILS[:7], "gender", "birth_year", *DETAILS[7:], "reason")


def suggestions(service: Service) -> Mapping[str, Sequence[str]]:
    """What the service wrote before, the most used first: one query for each field."""
    return {f"{name}-list": _used(service, fields) for name, fields in _SUGGESTED_FROM.items()}


def _used(service: Service, fields: Sequence[str]) -> list[str]:
    used: Counter[str] = Counter()
    for field in fields:
        rows = Episode.objects.filter(client__service=service).exclude(**{field: ""})
        for word, times in rows.values_list(field).annotate(times=Count("pk")):
            used[word] += times
    return [word for word, _ in sorted(used.items(), key=lambda one: (-one[1], one[0]))][
        :_SUGGESTED
    ]


class LinesField(forms.CharField):
    """A text of several lines. Browsers end each with two characters, which would be a change."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("widget", forms.Textarea(attrs={"rows": 3}))
        options.setdefault("max_length", cells.NOTE_LENGTH)
        super().__init__(**options)

    def to_python(self, value: Any) -> str:
        return str(super().to_python(value) or "").replace("\r\n", "\n")


def _suggested(name: str, label: str, help_text: str = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=False,
        max_length=_WORD_LENGTH,
        widget=forms.TextInput(attrs={"list": f"{_LIST_OF[name]}-list", "autocomplete": "off"}),
    )


class DetailsForm(forms.Form):
    """What is known of a client and an episode. today: no referral comes after it."""

    reference = forms.CharField(
        label="Reference",
        help_text="Your own: letters, digits, dashes. Never a name or initials.",
        max_length=REFERENCE_LENGTH,
        validators=[check_reference],
        error_messages={"required": "Give a reference of your own."},
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    source = _suggested("source", "How the client came", "GP, employer, insurer, self …")
    contract = _suggested("contract", "Who pays", "Private, an EAP, a charity …")
    problem = _suggested("problem", "Main problem")
    problem_2 = _suggested("problem_2", "Second problem")
    problem_3 = _suggested("problem_3", "Third problem")
    therapy = _suggested("therapy", "Type of therapy")
    gender = forms.ChoiceField(
        label="Gender, as the client gives it",
        required=False,
        choices=[("", "not recorded"), *Gender.choices],
    )
    birth_year = forms.IntegerField(
        label="Year of birth",
        required=False,
        min_value=EARLIEST_BIRTH_YEAR,
        error_messages=dict.fromkeys(
            ("invalid", "min_value"), "Write a year in four digits, such as 1984."
        ),
        # Not a browser's own number field, which would say in its way what is wrong.
        widget=number_input(maxlength="4"),
    )
    earlier_therapy = forms.ChoiceField(
        label="Therapy before this",
        required=False,
        choices=[("", "not recorded"), *EarlierTherapy.choices],
    )
    planned_sessions = forms.IntegerField(
        label="Planned sessions",
        help_text="As agreed or paid for; empty when it is open.",
        required=False,
        min_value=1,
        max_value=cells.MOST_PLANNED,
        error_messages=dict.fromkeys(
            ("invalid", "min_value", "max_value"),
            f"Planned sessions are a whole number from 1 to {cells.MOST_PLANNED}.",
        ),
        widget=number_input(maxlength="3"),
    )
    note = LinesField(label="Note", help_text="Kept encrypted. No names.", required=False)

    use_required_attribute = False

    def __init__(self, *args: Any, today: dt.date, **options: Any) -> None:
        super().__init__(*args, **options)
        self.today = today
        self.fields["referred_on"] = DayField(
            label="Referred on", help_text="The day the client or referrer asked.", today=today
        )
        self.order_fields(ORDER)

    def clean_birth_year(self) -> int | None:
        year: int | None = self.cleaned_data["birth_year"]
        if year is not None and year > self.today.year:
            raise forms.ValidationError("After this year: correct it.")
        return year

    @property
    def wrong(self) -> list[forms.BoundField]:
        """The fields with something to put right."""
        return [field for field in self.visible_fields() if field.errors]

    @property
    def facts(self) -> dict[str, object]:
        """Of the client."""
        return {name: self.cleaned_data[name] for name in FACTS}

    @property
    def details(self) -> dict[str, object]:
        """Of the episode."""
        return {name: self.cleaned_data[name] for name in DETAILS}


class NewClientForm(DetailsForm):
    """A new client, or one who came back.

    same_client: the id of the known client whom the person says it is.
    """

    same_client = forms.CharField(required=False, widget=forms.HiddenInput)

    def says_it_is(self, client: Client) -> bool:
        """Whether the question of this very client was answered with yes."""
        return bool(self.cleaned_data["same_client"] == str(client.uid))


class EpisodeForm(DetailsForm):
    """The details of an episode and its client, put right.

    version: of episode and client, as the page showed them. explained: the fields of which a change
    wants a reason, because somebody else entered them, or longer ago.
    """

    version = forms.CharField(widget=forms.HiddenInput, required=False, max_length=100)
    reason = ReasonField(required=False)

    def __init__(self, *args: Any, explained: Collection[str], **options: Any) -> None:
        super().__init__(*args, **options)
        self.explained = frozenset(explained)
        if not self.explained:
            del self.fields["reason"]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if (
            self.explained & set(self.changed_data)
            and not cleaned.get("reason")
            and "reason" not in self.errors
        ):
            self.add_error("reason", "Say in a few words why it is changed.")
        return cleaned


class PauseForm(forms.Form):
    """An agreed pause: both values are required, because without them it is only silence."""

    use_required_attribute = False

    until = CellField(
        label="Until and including",
        help_text="The last day of the pause.",
        required=True,
        # A pause ends on a day to come; whether it has come already is the action's to say.
        reader=partial(cells.day, today=dt.date.max),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": "Give the day: without one it is no pause."},
    )
    why = LinesField(
        label="Why",
        help_text="Kept encrypted.",
        error_messages={"required": "Say in a few words why."},
    )
