"""What became of an episode's details since somebody looked at them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import models

from practice.actions.episodes import Version
from practice.cases.field_words import differences
from practice.cases.wording import moment_words, person_words
from practice.models import Client, Episode, Practitioner


@dataclass(frozen=True, kw_only=True)
class Meanwhile:
    """lines: who changed what, one for each record. seen: every value as it was looked at."""

    lines: tuple[str, ...]
    seen: Mapping[str, object]


def meanwhile(episode: Episode, version: Version | None) -> Meanwhile:
    """Between the state that somebody looked at and what is stored: nothing for an unknown state."""
    lines: list[str] = []
    seen: dict[str, object] = {}
    if version is not None:
        for row, key in ((episode, version.episode), (episode.client, version.client)):
            before = _past(row).filter(history_id=key).first()
            if before is None:
                continue
            seen |= {field.attname: getattr(before, field.attname) for field in _fields(row)}
            lines += _lines(row, before)
    return Meanwhile(lines=tuple(lines), seen=seen)


def _past(row: models.Model) -> Any:
    kept: Any = row
    return kept.history


def _fields(row: models.Model) -> list[Any]:
    return list(row._meta.concrete_fields)  # noqa: SLF001


def _lines(row: Episode | Client, before: Any) -> Iterator[str]:
    newest = _past(row).order_by("-history_id").first()
    changes = [change.words for change in differences(type(row), before, newest)]
    if changes:
        who = Practitioner.objects.filter(pk=newest.history_user_id).first()
        yield (f"{person_words(who)}, {moment_words(newest.history_date)}: {'; '.join(changes)}")
