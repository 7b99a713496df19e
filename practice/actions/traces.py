"""All that the database holds of one client: the rows, those taken back, and what is kept of each.

Sessions and forms move between clients when they are put right: they belong to whoever had them last.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import models

from practice.models import (
    Agreement,
    Client,
    Episode,
    Holding,
    MeasureCompletion,
    RiskResponse,
    Session,
)

Keys = frozenset[int]


@dataclass(frozen=True, kw_only=True)
class Traces:
    """Primary keys by model, of rows that are there and of rows that only the history knows.

    rows: in the order in which they can be deleted, those first that lean on others. references:
    the client's own and earlier ones, without any that is another client's now.
    """

    rows: Mapping[type[models.Model], Keys]
    references: tuple[str, ...]


def traces_of(client: Client) -> Traces:
    """What there is of a client: a constant number of queries.

    A client of the same reference who is no longer there was an earlier one of the same file, taken
    back with its import, and is among them.
    """
    references = _references(client)
    clients = frozenset({client.pk, *_earlier(client, references)})
    episodes = _last_at(Episode, {"client_id": clients})
    sessions = _last_at(Session, {"episode_id": episodes})
    forms = _last_at(MeasureCompletion, {"session_id": sessions, "episode_id": episodes})
    return Traces(
        rows={
            RiskResponse: _last_at(RiskResponse, {"completion_id": forms}),
            Agreement: _last_at(Agreement, {"episode_id": episodes}),
            MeasureCompletion: forms,
            Session: sessions,
            Holding: _last_at(Holding, {"episode_id": episodes}),
            Episode: episodes,
            Client: clients,
        },
        references=references,
    )


def history_of(model: type[models.Model]) -> Any:
    """The rows of a model's history."""
    return model.history  # type: ignore[attr-defined]


def _references(client: Client) -> tuple[str, ...]:
    kept = history_of(Client).filter(id=client.pk).values_list("reference", flat=True)
    earlier = set(kept) - {client.reference}
    others = Client.objects.filter(_in_any_capitals(earlier), service=client.service_id)
    taken = _folded(others.exclude(pk=client.pk).values_list("reference", flat=True))
    return (
        client.reference,
        *sorted(reference for reference in earlier if reference.casefold() not in taken),
    )


def _earlier(client: Client, references: Collection[str]) -> Keys:
    """Clients who are gone, and last had one of the references."""
    named = history_of(Client).filter(_in_any_capitals(references), service_id=client.service_id)
    rows = history_of(Client).filter(id__in=named.values("id"))
    last = dict(rows.order_by("history_date", "history_id").values_list("id", "reference"))
    there = set(Client.objects.filter(pk__in=last).values_list("pk", flat=True))
    known = _folded(references)
    return frozenset(
        key for key, reference in last.items() if reference.casefold() in known and key not in there
    )


def _in_any_capitals(references: Collection[str]) -> models.Q:
    """References that differ in capitals alone are one client's."""
    found = models.Q(reference__in=references)
    for reference in references:
        found |= models.Q(reference__iexact=reference)
    return found


def _folded(references: Iterable[str]) -> frozenset[str]:
    return frozenset(reference.casefold() for reference in references)


def _last_at(model: type[models.Model], places: Mapping[str, Keys]) -> Keys:
    """The rows that are at one of the places, and those taken back that were there last.

    places: by the column that leads there, the keys.
    """
    anywhere = models.Q()
    for column, keys in places.items():
        anywhere |= models.Q(**{f"{column}__in": keys})

    def is_there(row: tuple[int | None, ...]) -> bool:
        return any(key in keys for key, keys in zip(row[1:], places.values(), strict=True))

    history = history_of(model)
    rows = history.filter(id__in=history.filter(anywhere).values("id"))
    ordered = rows.order_by("history_date", "history_id").values_list("id", *places)
    last = {row[0]: row for row in ordered}
    stored: Any = model._default_manager  # noqa: SLF001
    stands = stored.filter(models.Q(pk__in=last) | anywhere).values_list("pk", *places)
    # What is stored says more than what was written down about it.
    last |= {row[0]: row for row in stands}
    return frozenset(key for key, row in last.items() if is_there(row))
