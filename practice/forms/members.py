"""Roles, leaving and supervision: who, from when, and who takes over."""

import datetime as dt
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import QuerySet

from practice.actions.members import HandOver
from practice.actions.services import HOLDS_CLIENTS
from practice.forms.cell_fields import DayField
from practice.forms.invitations import ROLES
from practice.models import Practitioner, Role

_AS_ABOVE = "as chosen above"


class PersonField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """One of the people of a service, by their random id."""

    def __init__(self, people: QuerySet[Practitioner], **options: Any) -> None:
        super().__init__(
            people.order_by("name", "email"),
            to_field_name="uid",
            **({"empty_label": "choose"} | options),
        )

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.name}, {obj.email}" if obj.name else str(obj.email)


@dataclass(frozen=True, kw_only=True)
class HeldClient:
    """A client of somebody who hands over: its episodes, and in words how they stand."""

    uid: uuid.UUID
    reference: str
    episodes: Sequence[int]
    standing: str

    @property
    def field(self) -> str:
        return f"to_{self.uid}"


class TakeOverForm(forms.Form):
    """Who takes over what nobody holds."""

    use_required_attribute = False

    def __init__(self, *args: Any, takers: QuerySet[Practitioner], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"] = PersonField(takers, label="Who takes them over")


class RoleForm(forms.Form):
    """Another role, and who takes over where it holds no clients."""

    use_required_attribute = False

    role = forms.ChoiceField(label="Role", choices=list(ROLES.items()), widget=forms.RadioSelect)

    def __init__(
        self, *args: Any, takers: QuerySet[Practitioner], held: int, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        if held:
            self.fields["to"] = PersonField(
                takers,
                label="Who takes over",
                required=False,
                help_text="Asked only where the new role holds no clients: supervisor, administrator.",
            )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        leaves_clients = cleaned.get("role", Role.LEAD) not in HOLDS_CLIENTS
        if (
            leaves_clients
            and "to" in self.fields
            and not (cleaned.get("to") or "to" in self.errors)
        ):
            self.add_error("to", "This role holds no clients: choose who takes over.")
        return cleaned

    def role_chosen(self) -> Role:
        return Role(self.cleaned_data["role"])

    def handing(self, *, on: dt.date) -> HandOver:
        return HandOver(on=on, rest=self.cleaned_data.get("to"))


class LeaveForm(forms.Form):
    """From when, and who takes over: one person everything, or client by client.

    clients: empty where whoever asks may not see single clients, or where there are too many.
    """

    use_required_attribute = False

    def __init__(
        self,
        *args: Any,
        takers: QuerySet[Practitioner],
        held: int,
        clients: Sequence[HeldClient],
        today: dt.date,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.clients = clients
        self.fields["on"] = DayField(
            today=today,
            label="From which day on",
            initial=today,
            help_text="Sessions and endings before this day stay in the figures of who held then.",
        )
        if held:
            self.fields["to"] = PersonField(takers, label="Who takes over", required=not clients)
        for client in clients:
            self.fields[client.field] = PersonField(
                takers, label=client.reference, required=False, empty_label=_AS_ABOVE
            )

    def leading(self) -> list[forms.BoundField]:
        """Those that are not about one client."""
        return [self[name] for name in ("on", "to") if name in self.fields]

    def rows(self) -> Iterator[tuple[forms.BoundField, HeldClient]]:
        for client in self.clients:
            yield self[client.field], client

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        unnamed = [each for each in self.clients if not cleaned.get(each.field)]
        if unnamed and not (cleaned.get("to") or "to" in self.errors):
            self.add_error("to", "Choose who takes over, or somebody for each client below.")
        return cleaned

    def handing(self) -> HandOver:
        cleaned = self.cleaned_data
        return HandOver(
            on=cleaned["on"],
            rest=cleaned.get("to"),
            named={
                episode: cleaned[client.field]
                for client in self.clients
                if cleaned.get(client.field)
                for episode in client.episodes
            },
        )


class SupervisingForm(forms.Form):
    """Who supervises whom, from when."""

    use_required_attribute = False

    def __init__(
        self,
        *args: Any,
        supervisors: QuerySet[Practitioner],
        practitioners: QuerySet[Practitioner],
        today: dt.date,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["practitioner"] = PersonField(practitioners, label="Who is supervised")
        self.fields["supervisor"] = PersonField(supervisors, label="By whom")
        self.fields["since"] = DayField(today=today, label="Since", initial=today)


class SupervisingEndForm(forms.Form):
    """From when it is over, and who supervises from then on."""

    use_required_attribute = False

    def __init__(
        self, *args: Any, supervisors: QuerySet[Practitioner], today: dt.date, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["until"] = DayField(
            today=today,
            label="From which day on it is over",
            initial=today,
            help_text="On the day on which it began, it is taken back: as if it had never been.",
        )
        self.fields["to"] = PersonField(
            supervisors,
            label="Supervised from then on by",
            required=False,
            empty_label="nobody with an account here",
        )
