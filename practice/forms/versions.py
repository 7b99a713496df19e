"""A form that comes back stale: what was typed beside what is stored by now, and who stored it."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db import models

from practice.actions.versions import StaleError, version_of
from practice.cases.wording import moment_words, person_words
from practice.models import Practitioner

EMPTY = "empty"


@dataclass(frozen=True, kw_only=True)
class Differing:
    """One field of which the two versions differ, each in words."""

    label: str
    yours: str
    stored: str


@dataclass(frozen=True, kw_only=True)
class Stale:
    """Both versions. changed: who stored something last and when; empty where that is said elsewhere.

    may_save_again: the form has been laid over what is stored, and saving it again would store it.
    stands: in words what is stored now, where fields alone do not say it; else empty.
    """

    may_save_again: bool
    changed: str
    fields: tuple[Differing, ...]
    stands: str = ""


def carry_version(form: forms.BaseForm, row: models.Model) -> None:
    """Let a form bring back which state of a row its page has shown."""
    form.fields["version"] = forms.CharField(
        widget=forms.HiddenInput, required=False, max_length=100, initial=version_of(row)
    )


def look_again(
    form: forms.BaseForm,
    problem: StaleError,
    *,
    stored: forms.BaseForm,
    row: models.Model,
    as_seen: Callable[[Any], forms.BaseForm],
    person: Practitioner,
) -> Stale:
    """Say that it was refused; what was typed stays, and the next try counts as one that has seen both.

    stored: the same form anew, from the row as it is stored now. as_seen: makes it from the row as it
    was. A field that was left as its page showed it takes the newer value: else saving again would
    quietly undo what somebody else did.
    """
    seen = form.cleaned_data["version"]
    kept: Any = row
    before = kept.history.filter(history_id=seen).first() if _is_number(seen) else None
    data = form.data.copy()  # type: ignore[attr-defined]
    data["version"] = stored["version"].value()
    if before is not None:
        shown = as_seen(before.instance)
        for name in _told(form, stored):
            if _words(form[name]) == _words(shown[name]):
                _take(data, name, stored[name].value())
    form.data = data
    form.add_error(None, forms.ValidationError(str(problem), code="stale"))
    return both_versions(
        typed=[form], stored=[stored], rows=[row], person=person, may_save_again=True
    )


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 19


def _take(data: Any, name: str, value: Any) -> None:
    if isinstance(value, list | tuple):
        data.setlist(name, [_text(one) for one in value])
    elif value is True:
        data[name] = "on"
    elif value in (None, False):
        data.pop(name, None)
    else:
        data[name] = _text(value)


def both_versions(
    *,
    typed: Sequence[forms.BaseForm],
    stored: Sequence[forms.BaseForm],
    rows: Iterable[models.Model],
    person: Practitioner,
    may_save_again: bool = False,
) -> Stale:
    """Field by field what differs. stored: the same forms anew, unbound, from what is stored now."""
    return Stale(
        may_save_again=may_save_again,
        changed=_last_change(rows, person),
        fields=tuple(
            differing
            for mine, theirs in zip(typed, stored, strict=True)
            for differing in _differing(mine, theirs)
        ),
    )


def _differing(typed: forms.BaseForm, stored: forms.BaseForm) -> Iterable[Differing]:
    for name in _told(typed, stored):
        yours, theirs = _words(typed[name]), _words(stored[name])
        if yours != theirs:
            yield Differing(label=str(typed[name].label), yours=yours, stored=theirs)


def _told(typed: forms.BaseForm, stored: forms.BaseForm) -> list[str]:
    # A reason is of the change alone; hidden fields are nobody's words.
    return [
        name
        for name, field in typed.fields.items()
        if not field.widget.is_hidden and name != "reason" and name in stored.fields
    ]


def _words(field: forms.BoundField) -> str:
    value = field.value()
    if isinstance(field.field, forms.BooleanField):
        return "yes" if value and value != "False" else "no"
    choices: Mapping[str, str] = {}
    if isinstance(field.field, forms.ChoiceField):
        choices = dict(_flat(field.field.choices))
    given = value if isinstance(value, list | tuple) else [value]
    said = ", ".join(choices.get(_text(one), _text(one)) for one in given)
    return said or EMPTY


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, dt.date):
        return value.isoformat()
    return str(value).replace("\r\n", "\n").strip()


def _flat(choices: Any) -> Iterable[tuple[str, str]]:
    for code, words in choices:
        if isinstance(words, list | tuple):
            yield from _flat(words)
        else:
            yield str(code), str(words)


def _last_change(rows: Iterable[models.Model], person: Practitioner) -> str:
    kept: list[Any] = [row.history.order_by("-history_id").first() for row in rows]  # type: ignore[attr-defined]
    if not kept:
        return ""
    newest = max(kept, key=lambda row: row.history_date)
    who = Practitioner.objects.filter(pk=newest.history_user_id).first()
    name = "you, on another page" if who == person else person_words(who)
    return f"Changed by {name}: {moment_words(newest.history_date)}"
