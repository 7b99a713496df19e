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
    """One field of which the two versions differ, each in words.

    is_taken: the field was left as its page showed it, so that the form has what is stored now.
    """

    label: str
    yours: str
    stored: str
    is_taken: bool = False


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


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """One form of a page: as it was sent, anew from what is stored now, and as its page showed it.

    shown: None where that is not known any more; then all of it counts as typed.
    """

    typed: forms.BaseForm
    stored: forms.BaseForm
    shown: forms.BaseForm | None


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
    (before,) = as_they_were([row], form.cleaned_data["version"])
    shown = None if before is None else as_seen(before)
    sheet = Sheet(typed=form, stored=stored, shown=shown)
    return look_again_at([sheet], problem, rows=[row], person=person)


def look_again_at(
    sheets: Sequence[Sheet],
    problem: StaleError,
    *,
    rows: Iterable[models.Model],
    person: Practitioner,
    version: str = "version",
) -> Stale:
    """The same for a page of several forms; the first has the version, in the field of that name.

    rows: whose newest states say who stored something last; none where the problem says so itself.
    """
    first = sheets[0]
    sent: Any = first.typed
    stale = Stale(
        may_save_again=True,
        changed=_last_change(rows, person),
        fields=tuple(differing for sheet in sheets for differing in _differing(sheet)),
    )
    for sheet in sheets:
        _lay_over(sheet)
    sent.data[sent.add_prefix(version)] = first.stored[version].value()
    sent.add_error(None, forms.ValidationError(str(problem), code="stale"))
    return stale


def as_they_were(rows: Sequence[models.Model], seen: str) -> list[Any]:
    """The rows in the states of a version; None for each that it does not name: a query for each."""
    states = seen.split("-")
    if len(states) != len(rows):
        return [None] * len(rows)
    return [_as_it_was(row, state) for row, state in zip(rows, states, strict=True)]


def _as_it_was(row: models.Model, state: str) -> Any:
    kept: Any = row
    found = kept.history.filter(history_id=state).first() if _is_number(state) else None
    return None if found is None else found.instance


def _lay_over(sheet: Sheet) -> None:
    form: Any = sheet.typed
    data = form.data.copy()
    for name in _told(sheet):
        if _is_left(sheet, name):
            _take(data, form.add_prefix(name), sheet.stored[name].value())
    form.data = data


def _is_left(sheet: Sheet, name: str) -> bool:
    """Whether a field was sent as the page showed it."""
    shown = sheet.shown
    return (
        shown is not None
        and name in shown.fields
        and _words(sheet.typed[name]) == _words(shown[name])
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


def _differing(sheet: Sheet) -> Iterable[Differing]:
    for name in _told(sheet):
        yours, theirs = _words(sheet.typed[name]), _words(sheet.stored[name])
        if yours != theirs:
            yield Differing(
                label=str(sheet.typed[name].label),
                yours=yours,
                stored=theirs,
                is_taken=_is_left(sheet, name),
            )


def _told(sheet: Sheet) -> list[str]:
    # A reason is of the change alone; hidden fields are nobody's words.
    return [
        name
        for name, field in sheet.typed.fields.items()
        if not field.widget.is_hidden and name != "reason" and name in sheet.stored.fields
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


def typed_words(sent: Iterable[forms.BaseForm]) -> list[tuple[str, str]]:
    """What was typed into forms whose record is gone: each field with something in it, in words."""
    return [
        (str(form[name].label), words)
        for form in sent
        for name, field in form.fields.items()
        for words in [_words(form[name])]
        if not field.widget.is_hidden and words != EMPTY
    ]


def _last_change(rows: Iterable[models.Model], person: Practitioner) -> str:
    kept: list[Any] = [row.history.order_by("-history_id").first() for row in rows]  # type: ignore[attr-defined]
    if not kept:
        return ""
    newest = max(kept, key=lambda row: row.history_date)
    who = Practitioner.objects.filter(pk=newest.history_user_id).first()
    name = "you, on another page" if who == person else person_words(who)
    return f"Changed by {name}: {moment_words(newest.history_date)}"
