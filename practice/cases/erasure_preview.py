"""What erasing a client would take away, and what would stay: counted before anybody agrees."""

import datetime as dt
from dataclasses import dataclass

from practice.actions.imports import has_files
from practice.actions.redaction import is_told_by_itself, mentions, writings_of
from practice.actions.traces import Traces, history_of, traces_of
from practice.models import (
    Agreement,
    CaseloadUpload,
    Client,
    Episode,
    Holding,
    MeasureCompletion,
    Practitioner,
    RiskResponse,
    Session,
)


@dataclass(frozen=True, kw_only=True)
class ErasurePreview:
    """Counts of what is there now; states are the rows of history that go with them.

    endings: ended episodes that are in the figures, and so leave them. open: open episodes that do.
    running: episodes that have not ended, left out or not. others: who else holds one today, by name.
    files: uploads of the service that wait to be stored. mentioned: resolutions and targets of the
    service in which the reference stands and goes; unclear: in which it could be a number or a word,
    and stays.
    """

    episodes: int
    sessions: int
    forms: int
    responses: int
    agreements: int
    states: int
    endings: int
    open: int
    running: int
    others: tuple[str, ...]
    files: int
    mentioned: int
    unclear: int


def erasure_preview(client: Client, *, by: Practitioner, today: dt.date) -> ErasurePreview:
    """Count what erasing a client would take away: a constant number of queries."""
    traces = traces_of(client)
    episodes = Episode.objects.filter(client=client)
    counted = episodes.filter(left_out="")
    written = tuple(writings_of(client.service))
    clear = tuple(one for one in traces.references if is_told_by_itself(one))
    unclear = tuple(one for one in traces.references if not is_told_by_itself(one))
    return ErasurePreview(
        episodes=Episode.objects.filter(pk__in=traces.rows[Episode]).count(),
        sessions=Session.objects.filter(pk__in=traces.rows[Session]).count(),
        forms=MeasureCompletion.objects.filter(pk__in=traces.rows[MeasureCompletion]).count(),
        responses=RiskResponse.objects.filter(pk__in=traces.rows[RiskResponse]).count(),
        agreements=Agreement.objects.filter(pk__in=traces.rows[Agreement]).count(),
        states=_states(traces),
        endings=counted.filter(ended_on__isnull=False).count(),
        open=counted.filter(ended_on__isnull=True).count(),
        running=episodes.filter(ended_on__isnull=True).count(),
        others=_others(client, by=by, today=today),
        files=CaseloadUpload.objects.filter(has_files(), service=client.service_id).count(),
        mentioned=sum(mentions(text, clear) for text in written),
        unclear=sum(mentions(text, unclear) for text in written),
    )


def _states(traces: Traces) -> int:
    return sum(history_of(model).filter(id__in=keys).count() for model, keys in traces.rows.items())


def _others(client: Client, *, by: Practitioner, today: dt.date) -> tuple[str, ...]:
    held = Holding.objects.on(today).filter(episode__client=client).exclude(practitioner=by)
    return tuple(sorted({str(one.practitioner) for one in held.select_related("practitioner")}))
