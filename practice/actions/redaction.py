"""An erased client's reference is taken out of what people typed elsewhere: reasons, resolutions, targets.

A reference with a letter and a digit (K-14) is told by itself, in capitals or not. Digits alone could
as well be a count, and letters alone a word: these are taken out exactly as they are written, and only
of reasons, which are typed about single clients.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from django.db import DEFAULT_DB_ALIAS, models
from django.db.models import Q

from practice.actions.traces import history_of
from practice.actions.writing import change
from practice.models import (
    Agreement,
    Client,
    Episode,
    FrozenReport,
    Holding,
    MeasureCompletion,
    Practitioner,
    Resolution,
    RiskResponse,
    Service,
    Session,
    SupervisionMeeting,
    Target,
)

ERASED = "[erased]"
# What is written about the practice, and may name a client all the same: the fields of its words.
_WRITINGS: Mapping[type[models.Model], tuple[str, ...]] = MappingProxyType(
    {Resolution: ("will_try", "expects"), Target: ("why",)}
)


def is_told_by_itself(reference: str) -> bool:
    """Whether a reference can be taken for nothing else: it has a letter and a digit."""
    return any(sign.isalpha() for sign in reference) and any(sign.isdigit() for sign in reference)


def taken_out(text: str, references: Collection[str]) -> str:
    """The text with [erased] wherever one of the references stands as a word of its own."""
    clear = "|".join(re.escape(one) for one in references if is_told_by_itself(one))
    plain = "|".join(re.escape(one) for one in references if not is_told_by_itself(one))
    either = "|".join(each for each in (f"(?i:{clear})" if clear else "", plain) if each)
    return re.sub(rf"(?<![\w-])(?:{either})(?![\w-])", ERASED, text) if either else text


def mentions(text: str, references: Collection[str]) -> bool:
    """Whether one of the references stands in a text as a word of its own."""
    return taken_out(text, references) != text


def writings_of(service: Service) -> Iterator[str]:
    """What stands in the resolutions and targets of a service: the words of each as one text."""
    for model, fields in _WRITINGS.items():
        rows: Any = model._default_manager.filter(service=service)  # noqa: SLF001
        for row in rows:
            yield "\n".join(getattr(row, field) for field in fields)


def redact_writings(
    *, service: Service, references: Collection[str], by: Practitioner | None, why: str
) -> None:
    """Take references out of the resolutions and targets of a service, and of their histories.

    Of those alone that are told by themselves: nobody's words lose a number or a word that meant
    something else.
    """
    clear = tuple(one for one in references if is_told_by_itself(one))
    for model, fields in _WRITINGS.items():
        past = history_of(model).model
        for row in past.objects.filter(service_id=service.pk):
            values = _redacted(row, fields, clear)
            if values:
                _unguarded(past).filter(pk=row.pk).update(**values)
        rows: Any = model._default_manager.select_for_update().filter(service=service)  # noqa: SLF001
        for row in rows.order_by("pk"):
            change(row, _redacted(row, fields, clear), by=by, why=why)


def _redacted(
    row: models.Model, fields: Collection[str], references: Collection[str]
) -> dict[str, str]:
    texts = {field: getattr(row, field) for field in fields}
    return {
        field: taken_out(text, references)
        for field, text in texts.items()
        if mentions(text, references)
    }


def redact_reasons(*, service: Service, references: Collection[str]) -> None:
    """Take references out of the reasons that the histories of a service keep: rows and counts stay.

    A session that had been logged under the erased client, and was moved, stays with its reason.
    """
    for model, rows in _of_service(service).items():
        past = history_of(model).model
        # Of everybody's, because that asks one table alone; there are few different ones.
        reasons = past.objects.order_by().values_list("history_change_reason", flat=True)
        for reason in reasons.distinct():
            if mentions(reason or "", references):
                same = _unguarded(past).filter(rows, history_change_reason=reason)
                same.update(history_change_reason=taken_out(reason, references))


def _of_service(service: Service) -> Mapping[type[models.Model], Q]:
    """By model, how its rows of history are known to be the service's, those of removed rows too."""

    def ids(model: type[models.Model]) -> Any:
        return history_of(model).filter(of[model]).values("id")

    own = Q(service_id=service.pk)
    whole = (Client, FrozenReport, Resolution, SupervisionMeeting, Target)
    of: dict[type[models.Model], Q] = dict.fromkeys(whole, own)
    of[Episode] = Q(client_id__in=ids(Client))
    of[Holding] = of[Session] = of[Agreement] = Q(episode_id__in=ids(Episode))
    of[MeasureCompletion] = of[Session] | Q(session_id__in=ids(Session))
    of[RiskResponse] = Q(completion_id__in=ids(MeasureCompletion))
    return of


def _unguarded(model: type[models.Model]) -> models.QuerySet[models.Model]:
    # Past the guard of the histories, as an erasure itself is: see practice.actions.erasure.
    return models.QuerySet(model, using=DEFAULT_DB_ALIAS)
