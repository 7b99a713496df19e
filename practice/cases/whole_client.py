"""Everything that is stored about one client, loaded once, for a copy that the client may ask for."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import Q

from practice.actions.traces import Traces, history_of, traces_of
from practice.cases.corrections import Correction, load_corrections
from practice.cases.field_words import TOLD
from practice.cases.standing import Fact
from practice.cases.wording import NOBODY
from practice.domain.periods import day_words
from practice.models import (
    Agreement,
    AuditEntry,
    Client,
    Episode,
    Holding,
    MeasureCompletion,
    Practitioner,
    RiskResponse,
    Session,
)
from practice.models.encrypted import EncryptedTextField

# A row of a history table.
Past = Any


@dataclass(frozen=True, kw_only=True)
class WholeRow:
    """A session with its forms, or (session is None) the forms of a day without a meeting."""

    on: dt.date
    session: Session | None
    forms: tuple[MeasureCompletion, ...]


@dataclass(frozen=True, kw_only=True)
class WholeEpisode:
    """An episode with who held it, what was entered, and what was agreed; each oldest first."""

    episode: Episode
    holdings: tuple[Holding, ...]
    rows: tuple[WholeRow, ...]
    agreements: tuple[Agreement, ...]


@dataclass(frozen=True, kw_only=True)
class EarlierWords:
    """A text that was written and has been changed or removed since; at: when it was written."""

    about: str
    field: str
    text: str
    at: dt.datetime
    who: str


@dataclass(frozen=True, kw_only=True)
class Opening:
    """Somebody other than the practitioner opened the record, or somebody took it out."""

    at: dt.datetime
    who: str
    deed: str
    page: str


@dataclass(frozen=True, kw_only=True)
class WholeClient:
    """All there is. past: every row of the histories; people: by key, who is named anywhere in it.

    responses: what was written about risk items, by form. corrections: newest first.
    """

    client: Client
    episodes: tuple[WholeEpisode, ...]
    responses: Mapping[int, RiskResponse]
    past: tuple[Past, ...]
    corrections: tuple[Correction, ...]
    earlier: tuple[EarlierWords, ...]
    openings: tuple[Opening, ...]
    people: Mapping[int, Practitioner]

    def name(self, key: int | None) -> str:
        """Who it was, as a page names them."""
        return NOBODY if key is None or key not in self.people else str(self.people[key])

    def response_to(self, form: MeasureCompletion) -> RiskResponse | None:
        """What was asked and done about a form's risk item."""
        return self.responses.get(form.pk)


def load_whole_client(client: Client) -> WholeClient:
    """All there is about a client: a constant number of queries, and seven more an episode."""
    traces = traces_of(client)
    episodes = tuple(_episodes(client))
    responses = RiskResponse.objects.filter(pk__in=traces.rows[RiskResponse])
    past = tuple(_past(traces))
    people = Practitioner.objects.in_bulk(_named(past))
    return WholeClient(
        client=client,
        episodes=episodes,
        responses={response.completion_id: response for response in responses},
        past=past,
        corrections=tuple(_corrections(episodes)),
        earlier=tuple(_earlier(past, people)),
        openings=tuple(_openings(client)),
        people=people,
    )


def facts_of(row: models.Model) -> tuple[Fact, ...]:
    """Every field of a row that a client is told of and that is recorded, in words; notes in full."""
    found = []
    for told in TOLD[type(row)]:
        value = getattr(row, told.name)
        if value is not None and value != "":
            words = str(value) if told.words is None else told.words(value)
            found.append(Fact(name=told.label, words=words))
    return tuple(found)


def _episodes(client: Client) -> Iterator[WholeEpisode]:
    episodes = list(client.episodes.order_by("number"))
    holdings: defaultdict[int, list[Holding]] = defaultdict(list)
    for holding in Holding.objects.filter(episode__in=episodes).order_by("since"):
        holdings[holding.episode_id].append(holding)
    agreements: defaultdict[int, list[Agreement]] = defaultdict(list)
    agreed = Agreement.objects.filter(episode__in=episodes).select_related("meeting")
    for agreement in agreed.order_by("meeting__held_on", "pk"):
        agreements[agreement.episode_id].append(agreement)
    rows = _rows(episodes)
    for episode in episodes:
        yield WholeEpisode(
            episode=episode,
            holdings=tuple(holdings[episode.pk]),
            rows=tuple(rows[episode.pk]),
            agreements=tuple(agreements[episode.pk]),
        )


def _rows(episodes: list[Episode]) -> Mapping[int, list[WholeRow]]:
    of_session: defaultdict[int, list[MeasureCompletion]] = defaultdict(list)
    of_day: defaultdict[tuple[int, dt.date], list[MeasureCompletion]] = defaultdict(list)
    forms = MeasureCompletion.objects.filter(
        Q(session__episode__in=episodes) | Q(episode__in=episodes)
    )
    for form in forms.order_by("position", "pk"):
        if form.session_id is not None:
            of_session[form.session_id].append(form)
        elif form.episode_id is not None and form.completed_on is not None:
            of_day[form.episode_id, form.completed_on].append(form)
    rows: defaultdict[int, list[WholeRow]] = defaultdict(list)
    sessions = Session.objects.filter(episode__in=episodes)
    for session in sessions.order_by("held_on", "position", "pk"):
        forms_of_it = tuple(of_session[session.pk])
        rows[session.episode_id].append(
            WholeRow(on=session.held_on, session=session, forms=forms_of_it)
        )
    for (episode, on), lone in of_day.items():
        rows[episode].append(WholeRow(on=on, session=None, forms=tuple(lone)))
    return {key: sorted(each, key=lambda row: row.on) for key, each in rows.items()} | {
        episode.pk: [] for episode in episodes if episode.pk not in rows
    }


def _past(traces: Traces) -> Iterator[Past]:
    for model, keys in reversed(tuple(traces.rows.items())):
        yield from history_of(model).filter(id__in=keys).order_by("history_date", "history_id")


def _named(past: tuple[Past, ...]) -> set[int]:
    found = {row.history_user_id for row in past}
    for row in past:
        for field in row.instance_type._meta.concrete_fields:  # noqa: SLF001
            if field.related_model is Practitioner:
                found.add(getattr(row, field.attname))
    return found - {None}


def _corrections(episodes: tuple[WholeEpisode, ...]) -> list[Correction]:
    """Of all episodes, each said once: what was changed of the client is found with every episode."""
    found: dict[Correction, None] = {}
    for whole in episodes:
        for one in load_corrections(whole.episode):
            about = one.about
            if about != "Client":
                about = f"Episode {whole.episode.number}: {about}"
            told = Correction(at=one.at, about=about, changes=one.changes, who=one.who, why=one.why)
            found[told] = None
    return sorted(found, key=lambda one: one.at, reverse=True)


def _earlier(past: tuple[Past, ...], people: Mapping[int, Practitioner]) -> Iterator[EarlierWords]:
    """Each text that is not what is stored now: of rows taken back, the last words too."""
    seen: defaultdict[tuple[type[models.Model], int, str], set[str]] = defaultdict(set)
    present = _present_words(past)
    for row in past:
        model = row.instance_type
        for told in TOLD.get(model, ()):
            if not isinstance(model._meta.get_field(told.name), EncryptedTextField):  # noqa: SLF001
                continue
            key, text = (model, row.id, told.name), getattr(row, told.name)
            if text and text != present.get(key) and text not in seen[key]:
                seen[key].add(text)
                yield EarlierWords(
                    about=_about(row),
                    field=told.label,
                    text=text,
                    at=row.history_date,
                    who=str(people.get(row.history_user_id, NOBODY)),
                )


def _present_words(
    past: tuple[Past, ...],
) -> Mapping[tuple[type[models.Model], int, str], str]:
    """What each text is now, by the newest row of its history; nothing of what was taken back."""
    found = {}
    for row in past:
        for told in TOLD.get(row.instance_type, ()):
            text = "" if row.history_type == "-" else getattr(row, told.name)
            found[row.instance_type, row.id, told.name] = text
    return found


def _about(row: Past) -> str:
    if row.instance_type is Session:
        return f"Session of {day_words(row.held_on)}"
    if row.instance_type is Episode:
        return f"Episode {row.number}"
    return {RiskResponse: "Risk item", Agreement: "Agreed in supervision"}.get(
        row.instance_type, "Client"
    )


def _openings(client: Client) -> Iterator[Opening]:
    entries = list(AuditEntry.objects.filter(subject=client.uid).order_by("at", "pk"))
    who = {entry.who for entry in entries if entry.who is not None}
    people = {person.uid: str(person) for person in Practitioner.objects.filter(uid__in=who)}
    for entry in entries:
        yield Opening(
            at=entry.at,
            who=NOBODY if entry.who is None else people.get(entry.who, "somebody who has left"),
            deed=entry.get_deed_display(),
            page=entry.detail,
        )
