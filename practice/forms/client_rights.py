"""What is asked before consent, a hold or an erasure of a client is stored."""

import datetime as dt
from typing import Any

from django import forms

from practice.actions.erasure import ErasureReason
from practice.forms.cell_fields import DayField
from practice.forms.clients import LinesField
from practice.forms.reasons import ReasonField
from practice.models import Client

_SAY_WHY = {"required": "Say in a few words why."}


class ConsentForm(forms.Form):
    """The day on which the client agreed; a reason where another day, or none, takes its place."""

    use_required_attribute = False

    def __init__(self, *args: Any, client: Client, today: dt.date, **options: Any) -> None:
        super().__init__(*args, **options)
        self.stored = client.consented_on
        self.fields["consented_on"] = DayField(
            today=today,
            required=False,
            label="Consent given on",
            initial=client.consented_on,
            help_text="Leave it empty where nothing is recorded.",
        )
        if self.stored is not None:
            self.fields["reason"] = ReasonField(required=False)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        changes = "consented_on" in cleaned and cleaned["consented_on"] != self.stored
        version = self.fields.get("version")
        if version is not None and cleaned.get("version") != version.initial:
            # It is refused as stale: a reason is asked once its page has shown what it replaces.
            return cleaned
        if self.stored is not None and changes and not cleaned.get("reason"):
            self.add_error("reason", _SAY_WHY["required"])
        return cleaned


class WithdrawForm(forms.Form):
    """The day on which the client took consent back."""

    use_required_attribute = False

    def __init__(self, *args: Any, today: dt.date, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["withdrew_on"] = DayField(today=today, label="Withdrawn on", initial=today)


class WhyForm(forms.Form):
    """A reason, required."""

    use_required_attribute = False

    reason = ReasonField(label="Why", error_messages=_SAY_WHY)


class HoldForm(forms.Form):
    """Since when nothing of the client may be erased, and why."""

    use_required_attribute = False

    def __init__(self, *args: Any, today: dt.date, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["held_on"] = DayField(today=today, label="Hold since", initial=today)
        self.fields["hold_reason"] = LinesField(
            label="Why",
            help_text="A complaint, a claim, a court's order. Kept encrypted.",
            error_messages=_SAY_WHY,
        )


class EraseForm(forms.Form):
    """The reference, typed, and one of three reasons."""

    use_required_attribute = False

    def __init__(self, *args: Any, client: Client, **options: Any) -> None:
        super().__init__(*args, **options)
        self.client = client
        self.fields["erase_reason"] = forms.ChoiceField(
            label="Why",
            choices=[("", "Choose one"), *((one.value, one.words) for one in ErasureReason)],
            help_text="The log of what was erased keeps this and the day, and nothing of the client.",
            error_messages={"required": "Choose why: it is all that will be known afterwards."},
        )
        self.fields["typed"] = forms.CharField(
            label="The client's reference",
            help_text="Type it as it stands at the head of this page. It cannot be undone.",
            max_length=80,
            widget=forms.TextInput(attrs={"autocomplete": "off"}),
            error_messages={"required": "Type the reference: it stands at the head of this page."},
        )

    def clean_typed(self) -> str:
        typed = str(self.cleaned_data["typed"])
        if typed != self.client.reference:
            raise forms.ValidationError(
                "This is not the client's reference: it stands at the head of this page."
            )
        return typed

    @property
    def reason(self) -> ErasureReason:
        """The reason chosen."""
        return ErasureReason(self.cleaned_data["erase_reason"])
