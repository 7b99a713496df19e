"""The settings of a practice."""

from collections.abc import Iterator
from typing import Any, ClassVar

from django import forms

from practice.actions.services import Retention, Usual, as_kept
from practice.domain.measures import PrimaryOutcome
from practice.domain.second_factors import AskFactor
from practice.domain.signal_kinds import SWITCHABLE, Signal
from practice.forms.reasons import ReasonField
from practice.models import Service
from practice.models.service import MOST_RETENTION_YEARS
from practice.models.session import HIGHEST_FEE, MOST_MINUTES

_ON = [signal.value for signal in SWITCHABLE]


class SettingsForm(forms.ModelForm[Service]):
    """What a practice decides about itself; the base of its first form and of its settings."""

    signals = forms.MultipleChoiceField(
        label="Signals",
        choices=[(signal.value, signal.words) for signal in SWITCHABLE],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    # With their own limits, so that what would be right stands beside the field.
    usual_minutes = forms.IntegerField(
        label="Usual minutes",
        required=False,
        min_value=0,
        max_value=MOST_MINUTES,
        error_messages=dict.fromkeys(
            ("invalid", "min_value", "max_value"),
            f"Minutes are a whole number from 0 to {MOST_MINUTES}.",
        ),
    )
    usual_fee = forms.DecimalField(
        label="Usual fee, pounds",
        required=False,
        min_value=0,
        max_value=HIGHEST_FEE,
        max_digits=7,
        decimal_places=2,
        error_messages=dict.fromkeys(
            (
                *("invalid", "min_value", "max_value", "max_digits"),
                *("max_decimal_places", "max_whole_digits"),
            ),
            f"A fee is an amount in pounds from 0 to {HIGHEST_FEE:,}, such as 60 or 62.50.",
        ),
    )

    class Meta:
        model = Service
        fields: ClassVar[tuple[str, ...]] = (
            "name",
            "primary_outcome",
            "logs_every_enquiry",
            "usual_medium",
            "usual_minutes",
            "usual_fee",
        )
        labels: ClassVar = {
            "name": "Name of your practice",
            "primary_outcome": "Your main measure of outcome",
            "logs_every_enquiry": "Every enquiry is logged here, also from those who never come",
            "usual_medium": "Usual medium",
        }
        help_texts: ClassVar = {
            "primary_outcome": "The report's sentence on outcomes rests on it. Can be changed.",
            "logs_every_enquiry": "Only then are those who never started compared with the NHS.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        off = self.instance.signals_turned_off
        self.fields["signals"].initial = [code for code in _ON if Signal(code) not in off]
        medium = self.fields["usual_medium"]
        medium.widget.choices = [("", "not set"), *list(medium.widget.choices)[1:]]

    def switches(self) -> Iterator[tuple[forms.boundfield.BoundWidget, Signal]]:
        """Each box with the signal that it stands for."""
        for box in self["signals"].subwidgets:
            yield box, Signal(box.data["value"])

    @property
    def usual_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in ("usual_medium", "usual_minutes", "usual_fee")]

    @property
    def shows_usual(self) -> bool:
        """Whether the usual values are to be seen at once: some are set, or something is wrong."""
        return any(field.errors or field.value() not in (None, "") for field in self.usual_fields)

    def signals_off(self) -> list[Signal]:
        """The signals that are not wanted."""
        return [signal for signal in SWITCHABLE if signal.value not in self.cleaned_data["signals"]]

    def usual(self) -> Usual:
        """What a new session's form is to begin with."""
        cleaned = self.cleaned_data
        return Usual(
            medium=cleaned["usual_medium"],
            minutes=cleaned["usual_minutes"],
            fee=cleaned["usual_fee"],
        )

    def new_service(self) -> Service:
        """The practice asked for, not yet saved."""
        service: Service = self.save(commit=False)
        service.signals_off = as_kept(self.signals_off())
        return service


class ServiceForm(SettingsForm):
    """The settings of a practice that is there. Another main measure asks why."""

    reason = ReasonField(
        required=False,
        label="Why the main measure changes",
        help_text=("Only when it changes. It is kept in the history, with your name and the time."),
    )

    retention_years = forms.IntegerField(
        label="Years for which records are kept",
        required=False,
        min_value=1,
        max_value=MOST_RETENTION_YEARS,
        help_text="From the last contact. Empty is not decided; nothing is erased by itself.",
        error_messages=dict.fromkeys(
            ("invalid", "min_value", "max_value"),
            f"Years are a whole number from 1 to {MOST_RETENTION_YEARS}.",
        ),
    )

    ask_factor = forms.TypedChoiceField(
        label="A second factor is asked for at sign-in",
        choices=[(answer.value, answer.words) for answer in AskFactor],
        coerce=AskFactor,
        help_text="An authenticator app or a passkey. Whoever has none sets one up first.",
    )

    field_order = ("name", "primary_outcome", "reason", "logs_every_enquiry")

    class Meta(SettingsForm.Meta):
        fields: ClassVar[tuple[str, ...]] = (
            *SettingsForm.Meta.fields,
            "lead_reads_clients",
            "retention_years",
        )
        labels: ClassVar = {
            **SettingsForm.Meta.labels,
            "lead_reads_clients": "Whoever leads the service may open single clients of others",
        }
        help_texts: ClassVar = {
            **SettingsForm.Meta.help_texts,
            "lead_reads_clients": "And put their records right. Every practitioner is told by e-mail, "
            "and sees since when and by whom. Without it leads see figures and counts; every reading "
            "is written down.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["ask_factor"].initial = AskFactor.of(self.instance.second_factor)
        self.fields["primary_outcome"].help_text = (
            "Another one changes the second sentence, the journey and the outcomes of every report "
            "from now on, also of months that have ended; and which scores count as overdue."
        )

    def clean_name(self) -> str:
        """People could not tell two practices apart whose names differ in capitals alone."""
        name: str = self.cleaned_data["name"]
        if Service.objects.exclude(pk=self.instance.pk).filter(name__iexact=name).exists():
            raise forms.ValidationError("Another practice here has this name.")
        return name

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        chosen = cleaned.get("primary_outcome")
        is_another = chosen and "primary_outcome" in self.changed_data
        if is_another and not cleaned.get("reason"):
            self.add_error(
                "reason",
                "The main measure changes, and with it every report: say why in a few words.",
            )
        return cleaned

    def primary_outcome(self) -> PrimaryOutcome:
        return PrimaryOutcome(self.cleaned_data["primary_outcome"])

    def retention(self) -> Retention:
        return Retention(years=self.cleaned_data["retention_years"])

    def why(self) -> str:
        """What the history keeps."""
        return self.cleaned_data["reason"] or "settings changed"
