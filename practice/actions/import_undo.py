"""Takes an import back as a whole: what it added goes, what it changed is as it was before."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, connection, models, transaction

from practice.actions.imports import may_be_undone
from practice.actions.writing import RefusedError, read_again, save
from practice.models import (
    Agreement,
    CaseloadUpload,
    Client,
    Episode,
    Holding,
    MeasureCompletion,
    Membership,
    Practitioner,
    RiskResponse,
    Session,
)

# Everything an import stores, those first that lean on others. Accounts stay: see undo_import.
_STORED: tuple[type[models.Model], ...] = (
    MeasureCompletion,
    Session,
    Holding,
    Episode,
    Client,
    Membership,
)
# What hangs on an episode, and so may be built upon an import.
_OF_AN_EPISODE: tuple[type[models.Model], ...] = (
    Holding,
    Session,
    MeasureCompletion,
    Agreement,
)
# A database takes only so many values in one question.
_AT_ONCE = 500


@dataclass(frozen=True, kw_only=True)
class ToUndo:
    """What an import has left behind. later: rows changed or built upon since.

    added, changed: primary keys by model. accounts: people it made an account for.
    """

    added: Mapping[type[models.Model], frozenset[int]]
    changed: Mapping[type[models.Model], frozenset[int]]
    accounts: tuple[str, ...]
    later: int

    def number_added(self) -> int:
        """Rows that will be removed."""
        return sum(len(keys) for keys in self.added.values())

    def number_changed(self) -> int:
        """Rows that will be put back as they were."""
        return sum(len(keys) for keys in self.changed.values())


def what_to_undo(upload: CaseloadUpload) -> ToUndo:
    """What an undo would remove and put back: a fixed number of queries for each 500 rows."""
    added: dict[type[models.Model], frozenset[int]] = {}
    changed: dict[type[models.Model], frozenset[int]] = {}
    for model in _STORED:
        kept = _history(model).filter(history_change_reason=upload.why)
        rows = list(kept.values_list("id", "history_type"))
        added[model] = frozenset(key for key, kind in rows if kind == "+")
        changed[model] = frozenset(key for key, kind in rows if kind == "~") - added[model]
    accounts = _history(Practitioner).filter(history_change_reason=upload.why, history_type="+")
    return ToUndo(
        added=added,
        changed=changed,
        accounts=tuple(accounts.order_by("email").values_list("email", flat=True)),
        later=len(_later(upload, added=added, changed=changed)),
    )


def _history(model: type[models.Model]) -> Any:
    return model.history  # type: ignore[attr-defined]


Row = tuple[str, int]
Keys = Mapping[type[models.Model], frozenset[int]]


def _later(upload: CaseloadUpload, *, added: Keys, changed: Keys) -> set[Row]:
    """The rows that somebody has written since: the import's own, and those that hang on them."""
    found: set[Row] = set()

    def since(model: type[models.Model], name: str, keys: Iterable[int]) -> None:
        written = _history(model).filter(history_date__gte=upload.stored_at)
        written = written.exclude(history_change_reason=upload.why)
        for some in _some(keys):
            rows = written.filter(**{f"{name}__in": some}).values_list("id", flat=True)
            found.update((model.__name__, key) for key in rows)

    for model in _STORED:
        since(model, "id", added[model] | changed[model])
    episodes = added[Episode] | changed[Episode] | _episodes_of_changed(changed)
    for model in _OF_AN_EPISODE:
        since(model, "episode_id", episodes)
    since(Episode, "id", episodes)
    since(Episode, "client_id", added[Client])
    since(MeasureCompletion, "session_id", added[Session] | _sessions_of(episodes))
    since(RiskResponse, "completion_id", added[MeasureCompletion] | changed[MeasureCompletion])
    people = _history(Membership).filter(history_change_reason=upload.why, history_type="+")
    # Somebody who has come to hold other clients since is not shown the door.
    holders = Holding.objects.filter(
        practitioner__in=list(people.values_list("practitioner_id", flat=True)),
        episode__client__service=upload.service,
    ).exclude(pk__in=added[Holding])
    found.update(("Holding", key) for key in holders.values_list("pk", flat=True))
    return found


def _episodes_of_changed(changed: Keys) -> set[int]:
    """The episodes in which a stored session or form was changed."""
    found: set[int] = set()
    for some in _some(changed[Session]):
        found.update(Session.objects.filter(pk__in=some).values_list("episode_id", flat=True))
    for some in _some(changed[MeasureCompletion]):
        places = MeasureCompletion.objects.filter(pk__in=some)
        for own, of_session in places.values_list("episode_id", "session__episode_id"):
            found.add(own or of_session)
    return found


def _sessions_of(episodes: Iterable[int]) -> set[int]:
    found: set[int] = set()
    for some in _some(episodes):
        found.update(Session.objects.filter(episode__in=some).values_list("pk", flat=True))
    return found


def _some(keys: Iterable[int]) -> Iterable[list[int]]:
    ordered = sorted(keys)
    return (ordered[start : start + _AT_ONCE] for start in range(0, len(ordered), _AT_ONCE))


@transaction.atomic
def undo_import(*, upload: CaseloadUpload, by: Practitioner, now: dt.datetime) -> ToUndo:
    """Remove every row the import added, and put every row it changed back as it was; or nothing.

    Its memberships go; the accounts it made stay, without access, because an account may belong to
    other services by now. Raises RefusedError for an import that is older than a day, undone, or
    built upon since; the message counts the rows.
    """
    read_again(upload)
    if not may_be_undone(upload, now=now):
        raise RefusedError(
            "an import can be undone once, within a day of being stored; correct single entries "
            "where they are shown"
        )
    found = what_to_undo(upload)
    if found.later:
        rows = "1 row has" if found.later == 1 else f"{found.later:,} rows have"
        raise RefusedError(
            f"{rows} been changed or built upon since (a session logged, a risk answer written, an "
            "agreement made): an undo would take that along. Correct single entries where they are "
            "shown"
        )
    why = f"undo of {upload.why}"
    for model in _STORED:
        for some in _some(found.added[model]):
            stored: Any = model._default_manager.filter(pk__in=some)  # noqa: SLF001
            stored.delete_all(by=by, why=why, now=now)
    for model in reversed(_STORED):
        _put_back(model, found.changed[model], upload=upload, by=by, why=why)
    _refuse_loose_ends()
    upload.undone_at = now
    upload.save()
    return found


def _refuse_loose_ends() -> None:
    # The database looks at references only when the transaction ends, too late for a sentence.
    try:
        connection.check_constraints()
    except IntegrityError:
        raise RefusedError(
            "something else hangs on what was imported: correct single entries where they are shown"
        ) from None


def _put_back(
    model: type[models.Model],
    keys: frozenset[int],
    *,
    upload: CaseloadUpload,
    by: Practitioner,
    why: str,
) -> None:
    for some in _some(keys):
        before = _before(model, some, upload)
        if len(before) < len(some):
            raise RefusedError(
                "the history does not say how every row was before: correct single entries where "
                "they are shown"
            )
        for row in model._default_manager.filter(pk__in=some):  # noqa: SLF001
            for field in model._meta.concrete_fields:  # noqa: SLF001
                setattr(row, field.attname, getattr(before[row.pk], field.attname))
            save(row, by=by, why=why)


def _before(
    model: type[models.Model], keys: list[int], upload: CaseloadUpload
) -> Mapping[int, models.Model]:
    """The history row of each as it was before the import."""
    found: dict[int, models.Model] = {}
    # Newest first. What was written after the import has been refused before.
    for kept in _history(model).filter(id__in=keys).order_by("-history_date", "-history_id"):
        if kept.history_change_reason != upload.why:
            found.setdefault(kept.id, kept)
    return found
