"""What a service has stored, read with a fixed number of queries, ready to be compared."""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db.models import Q

from practice.caseload_files.episode_rows import EpisodeKey, HandOver
from practice.domain.sessions import QUESTIONNAIRE
from practice.models import (
    Client,
    Episode,
    Holding,
    MeasureCompletion,
    Membership,
    Role,
    Service,
    Session,
)

# A row of the sessions sheet: its day, and its kind or "questionnaire".
SessionKey = tuple[dt.date, str]


@dataclass(frozen=True, kw_only=True)
class StoredEpisode:
    """An episode with what hangs on it. holdings: earliest first. forms: by session and measure."""

    episode: Episode
    holdings: list[Holding] = field(default_factory=list)
    sessions: dict[SessionKey, Session] = field(default_factory=dict)
    forms: dict[SessionKey, dict[str, MeasureCompletion]] = field(
        default_factory=lambda: defaultdict(dict)
    )

    @property
    def holder(self) -> str:
        """The e-mail of who holds it now (or held it last); "" for nobody."""
        return self.holdings[-1].practitioner.email if self.holdings else ""

    @property
    def hand_overs(self) -> tuple[HandOver, ...]:
        """Who held it before, each until the next one began."""
        return tuple(
            HandOver(email=before.practitioner.email, until=after.since)
            for before, after in zip(self.holdings, self.holdings[1:], strict=False)
        )

    @property
    def holds_in_a_row(self) -> bool:
        """Held without a gap from the referral until now, so that hand-overs say all of it."""
        since = self.episode.referred_on
        for holding in self.holdings[:-1]:
            if holding.since != since or holding.until is None:
                return False
            since = holding.until
        return bool(self.holdings) and (
            self.holdings[-1].since == since and self.holdings[-1].until is None
        )

    def position(self, key: SessionKey) -> int:
        """The place of a session, or of the forms of a questionnaire, among the rows of its day."""
        session = self.sessions.get(key)
        if session is not None:
            return session.position
        return min(form.position for form in self.forms[key].values())

    def session_keys(self) -> list[SessionKey]:
        """Sessions and questionnaires in the order of their days and places."""
        lone = [key for key in self.forms if key[1] == QUESTIONNAIRE]
        return sorted([*self.sessions, *lone], key=lambda key: (key[0], self.position(key), key[1]))


@dataclass(frozen=True, kw_only=True)
class Stored:
    """The records of one service. members, leads: e-mails; every lead is a member."""

    members: frozenset[str]
    leads: frozenset[str]
    clients: Mapping[str, Client]
    episodes: Mapping[EpisodeKey, StoredEpisode]


NOTHING_STORED = Stored(members=frozenset(), leads=frozenset(), clients={}, episodes={})


def load_stored(service: Service, *, of: Client | None = None) -> Stored:
    """Everything of a service, or of one client alone: six queries, however large the caseload."""
    found = Client.objects.filter(service=service)
    clients = {client.pk: client for client in (found if of is None else found.filter(pk=of.pk))}
    episodes: dict[int, StoredEpisode] = {}
    by_key: dict[EpisodeKey, StoredEpisode] = {}
    every = Episode.objects.filter(client__service=service)
    if of is not None:
        every = every.filter(client=of)
    for episode in every:
        # The client is at hand already; asking the episode would be a query each.
        episode.client = clients[episode.client_id]
        stored = StoredEpisode(episode=episode)
        episodes[episode.pk] = stored
        by_key[episode.client.reference, episode.number] = stored
    holdings = Holding.objects.filter(episode__in=every).order_by("since", "pk")
    for holding in holdings.select_related("practitioner"):
        episodes[holding.episode_id].holdings.append(holding)
    sessions: dict[int, tuple[StoredEpisode, SessionKey]] = {}
    for session in Session.objects.filter(episode__in=every):
        key = (session.held_on, session.kind)
        episodes[session.episode_id].sessions[key] = session
        sessions[session.pk] = (episodes[session.episode_id], key)
    completions = MeasureCompletion.objects.filter(
        Q(session__episode__in=every) | Q(episode__in=every)
    )
    for form in completions:
        if form.session_id is not None:
            stored, key = sessions[form.session_id]
        else:
            # A form that stands alone has its episode and day: the database holds that.
            assert form.episode_id is not None and form.completed_on is not None  # noqa: S101, PT018
            stored, key = episodes[form.episode_id], (form.completed_on, QUESTIONNAIRE)
        stored.forms[key][form.measure] = form
    roles = dict(
        Membership.objects.filter(service=service).values_list("practitioner__email", "role")
    )
    return Stored(
        members=frozenset(roles),
        leads=frozenset(email for email, role in roles.items() if role == Role.LEAD),
        clients={client.reference: client for client in clients.values()},
        episodes=by_key,
    )
