"""Inviting a colleague, and accepting."""

from typing import Any

from django import forms

from practice.actions.invitations import can_sign_in
from practice.forms.accounts import again_field, check_new, passphrase_field
from practice.models import Invitation, Membership, Practitioner, Role, Service

ROLES = {
    Role.PRACTITIONER: "Practitioner: sees their own clients and figures",
    Role.SUPERVISOR: "Supervisor: reads the clients of those they supervise, and records supervision",
    Role.LEAD: "Lead: members, settings and everybody's figures; single clients only if the settings "
    "let leads read them",
    Role.ADMINISTRATOR: "Administrator: members and settings; no client and no figure",
}


class InvitationForm(forms.Form):
    """Who is invited, and as what."""

    email = forms.EmailField(
        label="Their e-mail",
        max_length=254,
        help_text="They sign in with it.",
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    role = forms.ChoiceField(
        label="As",
        choices=list(ROLES.items()),
        initial=Role.PRACTITIONER,
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, service: Service, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._service = service

    def clean_email(self) -> str:
        email = Practitioner.objects.normalise(self.cleaned_data["email"])
        place = (
            Membership.objects.filter(service=self._service, practitioner__email=email)
            .select_related("practitioner")
            .first()
        )
        if place is not None and can_sign_in(place.practitioner):
            raise forms.ValidationError(f"{email} is a member already, and can sign in.")
        return email


class AcceptForm(forms.Form):
    """The name and passphrase of somebody who has none here yet."""

    name = forms.CharField(
        label="Your name",
        max_length=150,
        help_text="As reports print it.",
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    password = passphrase_field()
    again = again_field()

    def __init__(self, *args: Any, invitation: Invitation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._invitation = invitation

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if not name.isprintable():
            raise forms.ValidationError("A name stands on one line, without control signs.")
        return name

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        person = Practitioner(email=self._invitation.email, name=cleaned.get("name", ""))
        check_new(self, cleaned, person=person)
        return cleaned
