"""The three steps of a new practice to its first report: which of them are done."""

import datetime as dt
from dataclasses import dataclass, replace

from django.db.models import Exists
from django.utils import timezone

from practice.models import Client, Episode, FrozenReport, MeasureCompletion, Service


@dataclass(frozen=True, kw_only=True)
class FirstSteps:
    """What a practice has done. has_report: one was made for good, or its first month is over."""

    has_clients: bool
    has_scores: bool
    has_report: bool

    @property
    def are_done(self) -> bool:
        """All three: there is nothing left to lead to."""
        return self.has_clients and self.has_scores and self.has_report


def first_steps(service: Service, *, on: dt.date) -> FirstSteps:
    """How far a practice has come by a day.

    Nobody notes who looked at a report, so the last step counts as done once a month has been made
    for good, and at the latest in the month after the one in which the first client was stored. An
    invented practice is looked at, not begun: it has done all as soon as it has clients.
    """
    midnight = timezone.make_aware(dt.datetime.combine(on.replace(day=1), dt.time.min))
    forms = MeasureCompletion.objects
    done = FirstSteps(
        **Service.objects.filter(pk=service.pk)
        .values(
            has_clients=Exists(Episode.objects.filter(client__service=service)),
            has_scores=Exists(forms.filter(session__episode__client__service=service))
            | Exists(forms.filter(episode__client__service=service)),
            has_report=Exists(FrozenReport.objects.filter(service=service))
            | Exists(Client.history.filter(service=service, history_date__lt=midnight)),
        )
        .get()
    )
    if service.is_invented and done.has_clients:
        return replace(done, has_scores=True, has_report=True)
    return done
