"""Stores what invented practitioners wrote, after the import, each as their own entry."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from django.db import transaction
from django.utils import timezone

from practice.actions.episodes import pause_episode
from practice.actions.reports import add_resolution, close_resolution
from practice.actions.risk import write_response
from practice.actions.services import add_members
from practice.actions.supervision import Agreed, record_meeting
from practice.actions.writing import change, save
from practice.demonstration.afterthoughts import InventedAfterthought
from practice.demonstration.afterwards import (
    InventedAfterwards,
    InventedCorrection,
    InventedFound,
    InventedLookedAt,
    InventedPause,
    InventedResponse,
)
from practice.demonstration.keys import Key
from practice.demonstration.people import PASSPHRASE
from practice.demonstration.story import InventedResolution, InventedTarget
from practice.demonstration.supervisions import InventedMeeting
from practice.demonstration.supervisors import InventedSupervising, InventedSupervisor
from practice.domain.sessions import Medium
from practice.models import (
    Episode,
    MeasureCompletion,
    Practitioner,
    Resolution,
    Role,
    Service,
    Supervising,
    SupervisionMeeting,
    Target,
)

# When the paperwork of a day is done.
EVENING = dt.time(17, 30)
USUAL_MINUTES, USUAL_FEE = 50, Decimal(60)


@transaction.atomic
def store_afterwards(service: Service, afterwards: InventedAfterwards, *, now: dt.datetime) -> None:
    """Write it all, all or none. The service holds the caseload that it was made for."""
    stored = _Stored(service=service, now=now)
    stored.welcome(afterwards.supervisor)
    for supervising in afterwards.supervisings:
        stored.supervise(supervising)
    for meeting in afterwards.meetings:
        stored.meet(meeting)
    for response in afterwards.responses:
        stored.respond(response)
    for afterthought in afterwards.afterthoughts:
        stored.look_back(afterthought)
    stored.pause(afterwards.pause)
    stored.correct(afterwards.correction)
    stored.look_at(afterwards.looked_at)
    for resolution in afterwards.resolutions:
        stored.resolve(resolution)
    for target in afterwards.targets:
        stored.aim(target)
    stored.settle()


@transaction.atomic
def store_found(service: Service, found: InventedFound, *, now: dt.datetime) -> None:
    """Write how an episode ended, long after its end."""
    _Stored(service=service, now=now).find_out(found)


@dataclass(frozen=True, kw_only=True)
class _Stored:
    """The stored caseload, by what its rows were called in the files."""

    service: Service
    now: dt.datetime

    @cached_property
    def people(self) -> Mapping[str, Practitioner]:
        return {person.email: person for person in self.service.practitioners.all()}

    @cached_property
    def episodes(self) -> Mapping[Key, Episode]:
        rows = Episode.objects.filter(client__service=self.service).select_related("client")
        return {(row.client.reference, str(row.number)): row for row in rows}

    def welcome(self, supervisor: InventedSupervisor) -> None:
        """An account of their own, which opens as everybody's here does."""
        add_members(
            service=self.service, roles={supervisor.email: Role.SUPERVISOR}, by=None, why="demo"
        )
        person = self.service.practitioners.get(email=supervisor.email)
        person.name = supervisor.name
        person.set_password(PASSPHRASE)
        save(person, by=None, why="demo")

    def supervise(self, supervising: InventedSupervising) -> None:
        row = Supervising(
            service=self.service,
            supervisor=self.people[supervising.supervisor],
            practitioner=self.people[supervising.practitioner],
            since=supervising.since,
            until=supervising.until,
        )
        save(row, by=None, why="demo")

    def meet(self, meeting: InventedMeeting) -> None:
        person = self.people[meeting.practitioner]
        row = SupervisionMeeting(
            service=self.service,
            practitioner=person,
            held_on=meeting.held_on,
            minutes=meeting.minutes,
            supervisor=meeting.supervisor,
            entered_at=self._evening_of(meeting.held_on),
        )
        agreed = {
            self.episodes[each.episode].pk: Agreed(agreed=each.agreed, due_on=each.due_on)
            for each in meeting.agreements
        }
        record_meeting(meeting=row, agreed=agreed, by=person)

    def respond(self, response: InventedResponse) -> None:
        write_response(
            completion=self._form(response),
            asked=response.asked,
            done=response.done,
            version=0,
            now=self._evening_of(response.on),
            by=self.people[response.practitioner],
            why="",
        )

    def look_back(self, afterthought: InventedAfterthought) -> None:
        values = {
            "got_what_they_came_for": afterthought.got_what_they_came_for,
            "found": afterthought.found,
            "would_try": afterthought.would_try,
        }
        person = self.people[afterthought.practitioner]
        change(self.episodes[afterthought.episode], values, by=person, why="looked back")

    def pause(self, pause: InventedPause) -> None:
        pause_episode(
            episode=self.episodes[pause.episode],
            until=pause.until,
            reason=pause.reason,
            today=timezone.localdate(self.now),
            by=self.people[pause.practitioner],
        )

    def correct(self, correction: InventedCorrection) -> None:
        person = self.people[correction.practitioner]
        change(self._form(correction), {"total": correction.total}, by=person, why=correction.why)

    def look_at(self, looked_at: InventedLookedAt) -> None:
        person = self.people[looked_at.practitioner]
        episode = self.episodes[looked_at.episode]
        change(episode, {"still_open_on": looked_at.on}, by=person, why="looked at and left open")

    def resolve(self, resolution: InventedResolution) -> None:
        person = self.people[resolution.practitioner]
        row = Resolution(
            service=self.service,
            practitioner=person,
            will_try=resolution.will_try,
            expects=resolution.expects,
            from_on=resolution.from_on,
            look_again_on=resolution.look_again_on,
            entered_at=self._evening_of(resolution.from_on),
        )
        add_resolution(resolution=row, by=person)
        if resolution.closed_on is not None:
            close_resolution(resolution=row, closed_on=resolution.closed_on, by=person)

    def aim(self, target: InventedTarget) -> None:
        person = self.people[target.practitioner]
        row = Target(
            service=self.service,
            practitioner=person,
            rate=target.rate,
            percent=Decimal(target.percent),
            why=target.why,
            from_on=target.from_on,
            entered_by=person,
            entered_at=self._evening_of(target.from_on),
        )
        save(row, by=person, why="set")

    def find_out(self, found: InventedFound) -> None:
        person = self.people[found.practitioner]
        episode = self.episodes[found.episode]
        change(episode, {"ending": found.ending.value}, by=person, why=found.why)

    def settle(self) -> None:
        """What most sessions are, which the form of a new one begins with."""
        values = {
            "usual_medium": Medium.VIDEO.value,
            "usual_minutes": USUAL_MINUTES,
            "usual_fee": USUAL_FEE,
        }
        change(self.service, values, by=None, why="demo")

    def _form(self, place: InventedResponse | InventedCorrection) -> MeasureCompletion:
        episode = self.episodes[place.episode]
        of_session = MeasureCompletion.objects.filter(
            session__episode=episode, session__held_on=place.on, measure=place.measure
        )
        form = of_session.first()
        if form is not None:
            return form
        return episode.lone_completions.get(completed_on=place.on, measure=place.measure)

    def _evening_of(self, day: dt.date) -> dt.datetime:
        """Never after now: what is of today has just been written."""
        return min(timezone.make_aware(dt.datetime.combine(day, EVENING)), self.now)
