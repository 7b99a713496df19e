"""Short ways to write caseload files and to import them."""

import csv
import datetime as dt
import io
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from openpyxl import Workbook

from practice.caseload_files import (
    Caseload,
    ChosenService,
    ImportPlan,
    Problem,
    SourceFile,
    Taking,
    plan_import,
    read_caseload,
    store,
)
from practice.models import Client, Episode, Holding, MeasureCompletion, Service, Session

TODAY = dt.date(2026, 11, 22)
NOW = dt.datetime(2026, 11, 22, 9, 30, tzinfo=dt.UTC)

Row = Mapping[str, Any]

MODELS = (Client, Episode, Holding, Session, MeasureCompletion)


def an_episode(**cells: Any) -> dict[str, Any]:
    """A row of the episodes sheet in which nothing is wrong."""
    return {
        "client": "K1",
        "episode": "1",
        "practitioner": "p1@example.org",
        "referred_on": "2026-01-05",
        **cells,
    }


def a_session(**cells: Any) -> dict[str, Any]:
    """A row of the sessions sheet in which nothing is wrong."""
    return {"client": "K1", "episode": "1", "date": "2026-01-12", **cells}


def columns_of(rows: Sequence[Row], default: Sequence[str]) -> list[str]:
    """Every heading that a row uses."""
    return list(dict.fromkeys(column for row in rows for column in row)) or list(default)


def csv_source(name: str, rows: Sequence[Row], *, default: Sequence[str] = ()) -> SourceFile:
    """Rows as a CSV file."""
    columns = columns_of(rows, default)
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(columns)
    writer.writerows([row.get(column, "") for column in columns] for row in rows)
    return SourceFile(name=name, content=text.getvalue().encode())


def csv_caseload(episodes: Sequence[Row], sessions: Sequence[Row] = ()) -> Caseload:
    """Rows as read from two CSV files."""
    return read_caseload(
        [
            csv_source("episodes.csv", episodes, default=("client", "referred_on")),
            csv_source("sessions.csv", sessions, default=("client", "date")),
        ]
    )


def workbook_source(sheets: Mapping[str, Sequence[Sequence[Any]]]) -> SourceFile:
    """A workbook with the sheets given."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    content = io.BytesIO()
    book.save(content)
    return SourceFile(name="book.xlsx", content=content.getvalue())


def chosen(service: Service | None) -> ChosenService:
    """A stored service, or a new one named Harbour."""
    return ChosenService(name=service.name if service else "Harbour", service=service)


def planned(
    episodes: Sequence[Row],
    sessions: Sequence[Row] = (),
    *,
    service: Service | None = None,
    taking: Taking = Taking.EVERY_ROW,
) -> ImportPlan:
    """The plan for some rows."""
    return plan_import(
        csv_caseload(episodes, sessions), chosen=chosen(service), today=TODAY, taking=taking
    )


def stored(plan: ImportPlan) -> Service:
    """Store a plan that must be without problems."""
    assert plan.problems == ()
    return store(plan, by=None, now=NOW)


def imported(
    episodes: Sequence[Row], sessions: Sequence[Row] = (), *, service: Service | None = None
) -> Service:
    """Import rows that must be good."""
    with transaction.atomic():
        return stored(planned(episodes, sessions, service=service))


def imported_sources(sources: Sequence[SourceFile], *, service: Service | None = None) -> Service:
    """Import files that must be good."""
    return stored(plan_import(read_caseload(sources), chosen=chosen(service), today=TODAY))


def changes(plan: ImportPlan) -> list[str]:
    assert plan.problems == ()
    rows: list[Any] = [*plan.episodes, *plan.sessions]
    return [str(change) for row in rows for change in row.changes]


def again(
    service: Service, episodes: Sequence[Row] = (), sessions: Sequence[Row] = ()
) -> list[str]:
    """Import into the service; what changed, in words."""
    plan = planned(episodes, sessions, service=service)
    stored(plan)
    return changes(plan)


def only(problems: Sequence[Problem]) -> Problem:
    """The one problem there is."""
    assert len(problems) == 1, [str(problem) for problem in problems]
    return problems[0]


def row_counts() -> dict[str, int]:
    """How many rows and history rows there are of everything an import can write."""
    counts = {}
    for model in (*MODELS, Service):
        history: Any = model.history
        counts[model.__name__] = model._default_manager.count()
        counts[f"{model.__name__} history"] = history.count()
    return counts


def told(service: Service) -> dict[str, Any]:
    """Everything that is stored of a service, without keys and times, in comparable form."""
    return {
        "clients": sorted(
            (client.reference, client.gender, client.birth_year)
            for client in Client.objects.filter(service=service)
        ),
        "episodes": sorted(
            (
                _episode(episode)
                for episode in Episode.objects.filter(client__service=service)
                .select_related("client")
                .prefetch_related("holdings__practitioner")
            ),
            key=str,
        ),
        "sessions": _sessions(service),
        "forms": sorted(
            (
                _form(form)
                for form in MeasureCompletion.objects.filter(
                    Q(session__episode__client__service=service)
                    | Q(episode__client__service=service)
                ).select_related("session__episode__client", "episode__client")
            ),
            key=str,
        ),
        "order of days": _order_of_days(service),
    }


def _episode(episode: Episode) -> tuple[Any, ...]:
    return (
        episode.client.reference,
        episode.number,
        episode.referred_on,
        episode.source,
        episode.contract,
        (episode.problem, episode.problem_2, episode.problem_3),
        episode.therapy,
        episode.earlier_therapy,
        episode.planned_sessions,
        episode.ended_on,
        episode.ending,
        episode.wished_to_continue,
        episode.left_out,
        episode.left_out_at is not None,
        episode.note,
        tuple(
            (holding.practitioner.email, holding.since, holding.until)
            for holding in sorted(episode.holdings.all(), key=lambda holding: holding.since)
        ),
    )


def _place(episode: Episode) -> tuple[str, int]:
    return episode.client.reference, episode.number


def _all_sessions(service: Service) -> QuerySet[Session]:
    sessions = Session.objects.filter(episode__client__service=service)
    return sessions.select_related("episode__client")


def _sessions(service: Service) -> list[tuple[Any, ...]]:
    return sorted(
        (
            (
                *_place(session.episode),
                session.held_on,
                session.kind,
                session.attendance,
                session.medium,
                session.minutes,
                session.fee,
                session.note,
            )
            for session in _all_sessions(service)
        ),
        key=str,
    )


def _form(form: MeasureCompletion) -> tuple[Any, ...]:
    session = form.session
    episode = session.episode if session else form.episode
    assert episode is not None
    return (
        *_place(episode),
        session.held_on if session else form.completed_on,
        session.kind if session else "questionnaire",
        form.measure,
        form.answers,
        form.total,
        form.mode,
    )


def _order_of_days(service: Service) -> dict[Any, list[str]]:
    """The kinds of each episode's day in the order of their places."""
    days: dict[Any, dict[str, int]] = {}
    for session in _all_sessions(service):
        key = (*_place(session.episode), session.held_on)
        days.setdefault(key, {})[session.kind] = session.position
    lone = MeasureCompletion.objects.filter(episode__client__service=service)
    for form in lone.select_related("episode__client"):
        assert form.episode is not None
        assert form.completed_on is not None
        key = (*_place(form.episode), form.completed_on)
        days.setdefault(key, {})["questionnaire"] = form.position
    return {
        key: sorted(places, key=lambda kind: (places[kind], kind)) for key, places in days.items()
    }
