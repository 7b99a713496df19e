"""What erasing a client would take away, and what would stay: counted before anybody agrees."""

from collections.abc import Iterable
from dataclasses import dataclass

from practice.actions.erasure import mentions
from practice.actions.traces import Traces, history_of, traces_of
from practice.models import (
    Agreement,
    Client,
    Episode,
    MeasureCompletion,
    Resolution,
    RiskResponse,
    Service,
    Session,
    Target,
)


@dataclass(frozen=True, kw_only=True)
class ErasurePreview:
    """Counts of what is there now; states are the rows of history that go with them.

    endings: ended episodes that are in the figures, and so leave them. open: open episodes that do.
    mentioned: resolutions and targets of the service in which the reference stands; they stay.
    """

    episodes: int
    sessions: int
    forms: int
    responses: int
    agreements: int
    states: int
    endings: int
    open: int
    mentioned: int


def erasure_preview(client: Client) -> ErasurePreview:
    """Count what erasing a client would take away: a constant number of queries."""
    traces = traces_of(client)
    counted = Episode.objects.filter(client=client, left_out="")
    return ErasurePreview(
        episodes=Episode.objects.filter(pk__in=traces.rows[Episode]).count(),
        sessions=Session.objects.filter(pk__in=traces.rows[Session]).count(),
        forms=MeasureCompletion.objects.filter(pk__in=traces.rows[MeasureCompletion]).count(),
        responses=RiskResponse.objects.filter(pk__in=traces.rows[RiskResponse]).count(),
        agreements=Agreement.objects.filter(pk__in=traces.rows[Agreement]).count(),
        states=_states(traces),
        endings=counted.filter(ended_on__isnull=False).count(),
        open=counted.filter(ended_on__isnull=True).count(),
        mentioned=sum(mentions(text, traces.references) for text in _elsewhere(client.service)),
    )


def _states(traces: Traces) -> int:
    return sum(history_of(model).filter(id__in=keys).count() for model, keys in traces.rows.items())


def _elsewhere(service: Service) -> Iterable[str]:
    """What was written about the practice, and may name a client all the same."""
    for resolution in Resolution.objects.filter(service=service):
        yield f"{resolution.will_try}\n{resolution.expects}"
    for target in Target.objects.filter(service=service):
        yield target.why
