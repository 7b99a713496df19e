"""Stores what a plan says, in one transaction."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping

from django.db import transaction

from practice.actions.services import add_members, open_service
from practice.actions.writing import Clinical, record_rows
from practice.caseload_files.episode_rows import EpisodeKey
from practice.caseload_files.plan import EpisodePlan, ImportPlan, SessionPlan, Verdict
from practice.models import (
    Client,
    Episode,
    Holding,
    MeasureCompletion,
    Practitioner,
    Service,
    Session,
)

WHY = "imported from caseload file"


class UnsoundPlanError(ValueError):
    """A plan with problems was to be stored."""


@transaction.atomic
def store(
    plan: ImportPlan, *, by: Practitioner | None, now: dt.datetime, why: str = WHY
) -> Service:
    """Store a plan that has no problems, all of it or nothing; returns the service.

    by: who imports, None for a command. why: what the history of every row says. A plan is stored once, and in the transaction in which it
    was made, so that nothing has changed meanwhile. Raises UnsoundPlanError for one with problems.
    """
    if plan.problems:
        raise UnsoundPlanError("rows with problems cannot be stored")
    service = plan.service or open_service(name=plan.service_name, by=by, why=why)
    if plan.members:
        roles = {member.email: member.role for member in plan.members}
        add_members(service=service, roles=roles, by=by, why=why)
    holders = {email for episode in plan.episodes for email in episode.new_holders}
    people = {person.email: person for person in Practitioner.objects.filter(email__in=holders)}
    storing = _Storing(plan, service=service, people=people, by=by, now=now)
    for episode in plan.episodes:
        storing.take_episode(episode)
    for session in plan.sessions:
        storing.take_session(session)
    record_rows(added=storing.added, changed=storing.changed, by=by, why=why)
    return service


class _Storing:
    """The rows to be written, while they are gathered."""

    def __init__(
        self,
        plan: ImportPlan,
        *,
        service: Service,
        people: Mapping[str, Practitioner],
        by: Practitioner | None,
        now: dt.datetime,
    ) -> None:
        self.service, self.people, self.by, self.now = service, people, by, now
        self.clients = dict(plan.stored.clients)
        self.episodes: dict[EpisodeKey, Episode] = {
            key: stored.episode for key, stored in plan.stored.episodes.items()
        }
        # The next free place of each episode and day.
        self.places: defaultdict[tuple[EpisodeKey, dt.date], int] = defaultdict(int)
        for episode_key, stored in plan.stored.episodes.items():
            for key in stored.session_keys():
                place = (episode_key, key[0])
                self.places[place] = max(self.places[place], stored.position(key) + 1)
        self.new_clients: list[Client] = []
        self.new_episodes: list[Episode] = []
        self.new_holdings: list[Holding] = []
        self.new_sessions: list[Session] = []
        self.new_forms: list[MeasureCompletion] = []
        # By identity, because a client may be changed by two rows and is saved once.
        self._changed: dict[int, Clinical] = {}

    @property
    def added(self) -> tuple[list[Clinical], ...]:
        """New rows, those first on which others lean."""
        return (
            [*self.new_clients],
            [*self.new_episodes],
            [*self.new_holdings],
            [*self.new_sessions],
            [*self.new_forms],
        )

    @property
    def changed(self) -> Iterable[Clinical]:
        """Stored rows with new values."""
        return self._changed.values()

    def _change(self, row: Clinical, values: Mapping[str, object]) -> None:
        for field, value in values.items():
            setattr(row, field, value)
        if values:
            self._changed[id(row)] = row

    def take_episode(self, plan: EpisodePlan) -> None:
        """One row of the episodes sheet."""
        if plan.source.key is None or plan.verdict is Verdict.SAME:
            return
        self._take_client(plan.source.key[0], plan.facts)
        if plan.stored is None:
            self._add_episode(plan, plan.source.key)
            return
        kept, fields = plan.stored, dict(plan.fields)
        first = kept.holdings[0] if kept.holdings else None
        if "referred_on" in fields and first and first.since == kept.episode.referred_on:
            # The first holding begins with the referral, and goes with its correction.
            self._change(first, {"since": fields["referred_on"]})
        if "left_out" in fields:
            fields |= self._left_out_trace(fields["left_out"])
        self._change(kept.episode, fields)
        if plan.holder is not None and first is not None:
            self._change(first, {"practitioner": self.people[plan.holder]})
        elif plan.holder is not None:
            self._add_holdings(plan, kept.episode)

    def _take_client(self, reference: str, facts: Mapping[str, object]) -> None:
        client = self.clients.get(reference)
        if client is None:
            client = Client(service=self.service, reference=reference, **facts)
            self.clients[reference] = client
            self.new_clients.append(client)
        elif client.pk is not None:
            self._change(client, facts)

    def _add_episode(self, plan: EpisodePlan, key: EpisodeKey) -> None:
        fields = dict(plan.fields)
        if fields.get("left_out"):
            fields |= self._left_out_trace(fields["left_out"])
        episode = Episode(client=self.clients[key[0]], number=key[1], **fields)
        self.episodes[key] = episode
        self.new_episodes.append(episode)
        self._add_holdings(plan, episode)

    def _add_holdings(self, plan: EpisodePlan, episode: Episode) -> None:
        since = episode.referred_on
        untils = [*(one.until for one in plan.source.hand_overs), None]
        for email, until in zip(plan.new_holders, untils, strict=True):
            self.new_holdings.append(
                Holding(episode=episode, practitioner=self.people[email], since=since, until=until)
            )
            since = until or since

    def _left_out_trace(self, reason: object) -> dict[str, object]:
        if not reason:
            return {"left_out_at": None, "left_out_by": None}
        return {"left_out_at": self.now, "left_out_by": self.by}

    def take_session(self, plan: SessionPlan) -> None:
        """One row of the sessions sheet."""
        row = plan.source
        nothing_to_do = plan.verdict in (Verdict.SAME, Verdict.NOTHING)
        if row.key is None or row.on is None or row.kind is None or nothing_to_do:
            return
        key = (row.on, row.kind)
        kept_session = plan.stored.sessions.get(key) if plan.stored else None
        kept_forms = plan.stored.forms.get(key, {}) if plan.stored else {}
        session = kept_session
        if kept_session is not None:
            self._change(kept_session, plan.fields)
        elif not row.is_questionnaire:
            session = Session(
                episode=self.episodes[row.key],
                held_on=row.on,
                kind=row.kind,
                position=self._next_place(row.key, row.on),
                entered_at=self.now,
                entered_by=self.by,
                **plan.fields,
            )
            self.new_sessions.append(session)
        place: int | None = None
        for code, form in plan.forms.items():
            values = {"answers": form.answers, "total": form.total, "mode": form.mode}
            if code in kept_forms:
                self._change(kept_forms[code], values)
                continue
            completion = MeasureCompletion(
                measure=code, entered_at=self.now, entered_by=self.by, **values
            )
            if session is not None:
                completion.session = session
            else:
                if place is None:
                    # All forms of one questionnaire have its place in the day.
                    place = (
                        plan.stored.position(key)
                        if plan.stored and kept_forms
                        else self._next_place(row.key, row.on)
                    )
                completion.episode = self.episodes[row.key]
                completion.completed_on = row.on
                completion.position = place
            self.new_forms.append(completion)

    def _next_place(self, key: EpisodeKey, on: dt.date) -> int:
        place = self.places[key, on]
        self.places[key, on] = place + 1
        return place
