"""The fields whose changes a client's page tells of, and how each value is said."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from types import MappingProxyType
from typing import Any

from django.db import models

from practice.cases.wording import NOT_RECORDED
from practice.domain.measures import in_figures
from practice.domain.periods import day_words
from practice.domain.session_words import ATTENDANCE, KINDS, MEDIA, MODES
from practice.models import (
    Agreement,
    Client,
    Episode,
    MeasureCompletion,
    RiskResponse,
    Session,
)
from practice.models.completion import UNANSWERED

Words = Callable[[Any], str]


@dataclass(frozen=True, kw_only=True)
class FieldChange:
    """One field before and after, in words; both are None where the words themselves stay unsaid."""

    field: str
    before: str | None
    after: str | None

    @property
    def words(self) -> str:
        """score: from 12 to 14; or of a note that it was changed."""
        if self.before is None or self.after is None:
            return f"{self.field} changed"
        return f"{self.field}: from {self.before} to {self.after}"


@dataclass(frozen=True, kw_only=True)
class Told:
    """A field by its name in the model. words is None for free text that is kept encrypted."""

    name: str
    label: str
    words: Words | None = str


def _choices(model: type[models.Model], name: str) -> Words:
    words: dict[Any, str] = {
        code: str(text)
        for code, text in model._meta.get_field(name).flatchoices  # type: ignore[union-attr]  # noqa: SLF001
    }
    return lambda value: words.get(value, str(value))


def _chosen(model: type[models.Model], name: str, label: str) -> Told:
    return Told(name=name, label=label, words=_choices(model, name))


def _worded(name: str, words: Mapping[str, str], label: str = "") -> Told:
    return Told(name=name, label=label or name, words=lambda code: words[code])


def _date(name: str, label: str) -> Told:
    return Told(name=name, label=label, words=day_words)


def _text(name: str, label: str = "") -> Told:
    return Told(name=name, label=label or name.replace("_", " "))


def _hidden(name: str, label: str = "") -> Told:
    return Told(name=name, label=label or name.replace("_", " "), words=None)


TOLD: Mapping[type[models.Model], Sequence[Told]] = MappingProxyType(
    {
        Session: (
            _date("held_on", "date"),
            _worded("kind", KINDS),
            _worded("attendance", ATTENDANCE),
            _worded("medium", MEDIA),
            _text("minutes"),
            Told(name="fee", label="fee", words=lambda fee: f"£{fee:.2f}"),
            _hidden("note"),
        ),
        MeasureCompletion: (
            _chosen(MeasureCompletion, "measure", "measure"),
            _date("completed_on", "date"),
            Told(name="total", label="score", words=in_figures),
            _worded("mode", MODES, "how it came"),
        ),
        Episode: (
            _text("number", "episode number"),
            _date("referred_on", "referred on"),
            _text("source"),
            _text("contract"),
            _text("problem"),
            _text("problem_2"),
            _text("problem_3"),
            _text("therapy"),
            _chosen(Episode, "earlier_therapy", "earlier therapy"),
            _text("planned_sessions"),
            _date("ended_on", "ended on"),
            _chosen(Episode, "ending", "ending"),
            Told(
                name="wished_to_continue",
                label="wished to continue",
                words=lambda value: "yes" if value else "no",
            ),
            _chosen(Episode, "got_what_they_came_for", "got what they came for"),
            _hidden("found", "what we found"),
            _hidden("would_try", "what I would try"),
            _date("paused_until", "paused until"),
            _hidden("pause_reason", "reason of the pause"),
            _date("still_open_on", "looked at and left open on"),
            _chosen(Episode, "left_out", "left out of figures"),
            _hidden("note"),
        ),
        Client: (
            _text("reference"),
            _chosen(Client, "gender", "gender"),
            _text("birth_year", "year of birth"),
            _date("consented_on", "consented on"),
            _date("withdrew_on", "consent withdrawn on"),
            _date("held_on", "legal hold since"),
            _hidden("hold_reason", "reason of the legal hold"),
        ),
        RiskResponse: (
            _hidden("asked", "what was asked"),
            _hidden("done", "what was done"),
        ),
        Agreement: (
            _hidden("agreed", "what was agreed"),
            _date("due_on", "by when"),
        ),
    }
)


def differences(model: type[models.Model], before: Any, after: Any) -> Iterator[FieldChange]:
    """The told fields of two history rows that differ."""
    for told in TOLD[model]:
        old, new = getattr(before, told.name), getattr(after, told.name)
        if old != new:
            yield FieldChange(
                field=told.label, before=_said(told.words, old), after=_said(told.words, new)
            )
    if model is MeasureCompletion:
        yield from _answers(before.answers, after.answers)


def _said(words: Words | None, value: Any) -> str | None:
    if words is None:
        return None
    return NOT_RECORDED if value is None or value == "" else words(value)


def _answers(before: str, after: str) -> Iterator[FieldChange]:
    """Item by item, or as a whole where there were none on one side."""
    if before == after:
        return
    if not before or not after:
        yield FieldChange(field="answers", before=_listed(before), after=_listed(after))
        return
    for number, (old, new) in enumerate(zip_longest(before, after, fillvalue=UNANSWERED), start=1):
        if old != new:
            yield FieldChange(field=f"item {number}", before=_listed(old), after=_listed(new))


def _listed(answers: str) -> str:
    if not answers.strip(UNANSWERED):
        return NOT_RECORDED
    return " ".join("–" if mark == UNANSWERED else mark for mark in answers)
