"""A large database in little time: one practice with a year behind it, and as many copies as wanted."""

import datetime as dt
import random
from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import groupby
from typing import Any

from django.core.management.color import no_style
from django.db import connection, models, transaction
from django.db.backends.utils import CursorWrapper

from practice.domain.endings import Ending
from practice.domain.sessions import Attendance, Kind
from practice.models import (
    Client,
    Episode,
    Gender,
    Holding,
    MeasureCompletion,
    Membership,
    Practitioner,
    Role,
    Service,
    Session,
)
from practice.models.kept import KeptForever

PRACTITIONERS = 5
# Of one practitioner.
EPISODES = 100
_WHY = "invented to measure with"
# In the order in which they lean on each other.
_COPIED: tuple[type[models.Model], ...] = (
    *(Service, Practitioner, Membership, Client, Episode, Holding, Session, MeasureCompletion),
)
_ENDINGS = (
    *(Ending.AGREED_AT_END, Ending.PLANNED_FROM_OUTSET, Ending.AGREED_DURING_THERAPY),
    *(Ending.LOSS_OF_CONTACT, Ending.DID_NOT_WISH_TO_CONTINUE, Ending.REFERRED_ON, None),
)
_FIELDS = {
    "contract": ("Private", "EAP North", "Insurer", ""),
    "source": ("self", "GP", "employer"),
    "therapy": ("CBT", "counselling", "person-centred"),
    "problem": ("depression", "anxiety", "bereavement", ""),
}


def fill(*, episodes: int, today: dt.date) -> Practitioner:
    """At least so many episodes, 500 to a practice of five; the person is a lead of one of them."""
    copies = max(0, -(-episodes // (PRACTITIONERS * EPISODES)) - 1)
    with transaction.atomic():
        person = _one_practice(min(episodes, PRACTITIONERS * EPISODES), today=today)
        if copies:
            _copy(copies)
    with connection.cursor() as cursor:
        # Else a server plans for empty tables.
        cursor.execute("ANALYZE")
    return person


def _one_practice(episodes: int, *, today: dt.date) -> Practitioner:
    chance = random.Random(episodes)  # noqa: S311 - invented, nothing secret
    service = Service.objects.create(
        name="Measured practice", second_factor=False, lead_reads_clients=True
    )
    people = [
        Practitioner.objects.create_user(f"p{number}@practice.invalid", name=f"Person {number}")
        for number in range(PRACTITIONERS)
    ]
    for person in people:
        role = Role.LEAD if person is people[0] else Role.PRACTITIONER
        Membership.objects.create(service=service, practitioner=person, role=role)
    clients = Client.objects.create_all(
        [
            Client(
                service=service,
                reference=f"M-{number:05}",
                gender=chance.choice([Gender.FEMALE, Gender.MALE, Gender.NOT_STATED]),
            )
            for number in range(episodes)
        ],
        by=None,
        why=_WHY,
    )
    rows = Episode.objects.create_all(
        [_episode(client, chance=chance, today=today) for client in clients], by=None, why=_WHY
    )
    Holding.objects.create_all(
        [
            Holding(episode=row, practitioner=people[place % PRACTITIONERS], since=row.referred_on)
            for place, row in enumerate(rows)
        ],
        by=None,
        why=_WHY,
    )
    sessions = Session.objects.create_all(
        [session for row in rows for session in _sessions(row, chance=chance, today=today)],
        by=None,
        why=_WHY,
    )
    MeasureCompletion.objects.create_all(list(_forms(sessions, chance=chance)), by=None, why=_WHY)
    return people[0]


def _episode(client: Client, *, chance: random.Random, today: dt.date) -> Episode:
    """A fifth are open; the rest ended in the last eighteen months."""
    is_open = chance.random() < 0.2
    ended = None if is_open else today - dt.timedelta(days=chance.randrange(1, 540))
    last = ended or today - dt.timedelta(days=chance.randrange(0, 40))
    ending = None if ended is None else chance.choice(_ENDINGS)
    return Episode(
        client=client,
        referred_on=last - dt.timedelta(weeks=chance.randrange(3, 20), days=10),
        ended_on=ended,
        ending="" if ending is None else ending.value,
        **{field: chance.choice(values) for field, values in _FIELDS.items()},
    )


def _sessions(episode: Episode, *, chance: random.Random, today: dt.date) -> Iterator[Session]:
    """Once a week from ten days after the referral, about eight of them."""
    last = episode.ended_on or today
    for week in range(chance.randrange(1, 16)):
        held = episode.referred_on + dt.timedelta(days=10, weeks=week)
        if held > last:
            return
        kept = chance.random() < 0.92
        yield Session(
            episode=episode,
            held_on=held,
            kind=(Kind.TREATMENT if week else Kind.ASSESSMENT_AND_TREATMENT).value,
            attendance=(Attendance.ATTENDED if kept else Attendance.DNA).value,
            minutes=50,
            fee=Decimal(60),
        )


def _forms(sessions: Iterable[Session], *, chance: random.Random) -> Iterator[MeasureCompletion]:
    """Both measures at every session kept, from a case at first towards none, more or less."""
    for _episode_id, of_one in groupby(sessions, key=lambda session: session.episode_id):
        for week, session in enumerate(of_one):
            if session.attendance != Attendance.ATTENDED.value:
                continue
            for measure, first in (("phq9", 17), ("gad7", 14)):
                total = max(0, first - week + chance.randrange(-3, 4))
                yield MeasureCompletion(session=session, measure=measure, total=Decimal(total))


def _copy(copies: int) -> None:
    """Every row again and again, by the database itself, with its history."""
    tables = [each for model in _COPIED for each in (model, model.history.model)]  # type: ignore[attr-defined]
    with connection.cursor() as cursor:
        step = max(_highest_key(cursor, table) for table in tables)
        if connection.vendor == "postgresql":
            # No trigger for each foreign key: the copies lean on each other as the first do.
            cursor.execute("SET LOCAL session_replication_role = replica")
        for table in tables:
            cursor.execute(_copying(table, copies=copies, step=step))
        for sql in connection.ops.sequence_reset_sql(no_style(), tables):
            cursor.execute(sql)


def _highest_key(cursor: CursorWrapper, table: type[models.Model]) -> int:
    options = table._meta  # noqa: SLF001 - how Django tells what a model is made of
    cursor.execute(f"SELECT max({options.pk.column}) FROM {options.db_table}")  # noqa: S608 - our own names
    return int(cursor.fetchone()[0] or 0)


def _copying(table: type[models.Model], *, copies: int, step: int) -> str:
    """The statement that adds the copies: keys moved on by one step for each, what is unique made so."""
    options = table._meta  # noqa: SLF001 - as above
    columns = {
        str(field.column): _value(field, is_kept=issubclass(table, KeptForever), step=step)
        for field in options.concrete_fields
    }
    return (
        f"INSERT INTO {options.db_table} ({', '.join(columns)}) "  # noqa: S608 - our own names
        "WITH RECURSIVE copy(k) AS "
        f"(SELECT 1 UNION ALL SELECT k + 1 FROM copy WHERE k < {copies}) "
        f"SELECT {', '.join(columns.values())} FROM {options.db_table}, copy"
    )


def _value(field: models.Field[Any, Any], *, is_kept: bool, step: int) -> str:
    if (
        field.primary_key
        or field.name in {"id", "history_user_id"}
        or field.related_model in _COPIED
    ):
        return f"{field.column} + k * {step}"
    if is_kept or not field.unique:
        return str(field.column)
    if field.name == "uid":
        is_sqlite = connection.vendor == "sqlite"
        return "lower(hex(randomblob(16)))" if is_sqlite else "gen_random_uuid()"
    # A name or an address, once in the whole database.
    return f"{field.column} || k"
