"""Caseloads straight into the database, for tests of what is made of them. All of it is invented.

A caseload is a list of therapies; `store` writes it in five bulk writes that keep the history. The
same seed always gives the same therapies.
"""

import datetime as dt
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils import timezone

from practice.cohorts import Scope
from practice.domain.endings import PLANNED, UNPLANNED, Ending, LeftOut
from practice.domain.periods import Month
from practice.domain.sessions import Attendance, Kind
from practice.models import (
    Client,
    Episode,
    Holding,
    MeasureCompletion,
    Practitioner,
    Service,
    Session,
)

MONTH = Month(year=2025, number=10)
LAST_DAY = MONTH.period.end
PRINTED_ON = dt.date(2025, 11, 22)

# What a fault in escaping would turn into something else: tags, entities, an image that opens an
# address, the end of a CDATA section, template code, a formula, and letters from elsewhere.
HOSTILE = (
    '<b>bold</b> <img src="http://127.0.0.1:1/x"/> &amp; <para> ]]> {{ 7|add:7 }} {% now "Y" %}'
)
HOSTILE_LETTERS = "Ŵyn Łukasz Zoë Škvorecký Đặng"


@dataclass(frozen=True, kw_only=True)
class Therapy:
    """One episode: treatment sessions once a week, the last of them on last_seen.

    first, last: totals at the first and at the last session. ended_on: None is still open. never
    came: sessions=0. assessed: an assessment two days before the first treatment session.
    """

    ended_on: dt.date | None = LAST_DAY
    ending: Ending | None = Ending.AGREED_AT_END
    sessions: int = 4
    last_seen: dt.date | None = None
    first: Mapping[str, int] = field(default_factory=dict)
    last: Mapping[str, int] = field(default_factory=dict)
    wished_to_continue: bool | None = None
    left_out: LeftOut | None = None
    is_assessed: bool = False
    missed: tuple[Attendance, ...] = ()
    reference: str = ""
    note: str = ""

    @property
    def days(self) -> list[dt.date]:
        """Of the treatment sessions."""
        last = self.last_seen or self.ended_on or LAST_DAY
        return [last - dt.timedelta(weeks=back) for back in reversed(range(self.sessions))]

    @property
    def referred_on(self) -> dt.date:
        """Early enough for everything else."""
        first = [*self.days, self.last_seen or self.ended_on or LAST_DAY][0]
        return first - dt.timedelta(days=21)


# Better by far, by the rule of each measure, and from a case to none.
CASE = {"phq9": 18, "gad7": 15, "core10": 20}
WELL = {"phq9": 4, "gad7": 3, "core10": 5}


def only(totals: Mapping[str, int], *measures: str) -> dict[str, int]:
    """The totals of some measures."""
    return {measure: totals[measure] for measure in measures}


def scope_with(
    service: Service, holder: Practitioner, therapies: Sequence[Therapy], *, whole: bool = False
) -> Scope:
    """Store the therapies; the scope is the holder's part, or the whole service."""
    store(service, holder, therapies)
    return Scope(service=service, practitioner=None if whole else holder)


def store(service: Service, holder: Practitioner, therapies: Sequence[Therapy]) -> None:
    """Write everything, each kind of row at once, with its history."""
    why = "invented for a test"
    start = Client.objects.filter(service=service).count()
    clients = Client.objects.create_all(
        [
            Client(service=service, reference=therapy.reference or f"REF-{number:05d}")
            for number, therapy in enumerate(therapies, start=start)
        ],
        by=holder,
        why=why,
    )
    episodes = Episode.objects.create_all(
        [_episode(client, therapy) for client, therapy in zip(clients, therapies, strict=True)],
        by=holder,
        why=why,
    )
    Holding.objects.create_all(
        [
            Holding(episode=episode, practitioner=holder, since=episode.referred_on)
            for episode in episodes
        ],
        by=holder,
        why=why,
    )
    sessions: list[Session] = []
    forms: list[MeasureCompletion] = []
    for episode, therapy in zip(episodes, therapies, strict=True):
        treatments = [_session(episode, day, note=therapy.note) for day in therapy.days]
        sessions += treatments + _others(episode, therapy)
        if treatments:
            forms += _forms(treatments[0], therapy.first) + _forms(treatments[-1], therapy.last)
    Session.objects.create_all(sessions, by=holder, why=why)
    MeasureCompletion.objects.create_all(forms, by=holder, why=why)


def _episode(client: Client, therapy: Therapy) -> Episode:
    return Episode(
        client=client,
        referred_on=therapy.referred_on,
        ended_on=therapy.ended_on,
        ending=therapy.ending or "" if therapy.ended_on else "",
        wished_to_continue=therapy.wished_to_continue,
        left_out=therapy.left_out or "",
        left_out_at=timezone.now() if therapy.left_out else None,
        note=therapy.note,
    )


def _session(
    episode: Episode,
    day: dt.date,
    *,
    kind: Kind = Kind.TREATMENT,
    attendance: Attendance = Attendance.ATTENDED,
    note: str = "",
) -> Session:
    return Session(episode=episode, held_on=day, kind=kind, attendance=attendance, note=note)


def _others(episode: Episode, therapy: Therapy) -> list[Session]:
    """The assessment, and appointments that were missed, on days that nothing else has."""
    start = episode.referred_on
    rows = [
        _session(
            episode, start + dt.timedelta(days=5 + index), kind=Kind.OTHER, attendance=attendance
        )
        for index, attendance in enumerate(therapy.missed)
    ]
    if therapy.is_assessed:
        rows.append(_session(episode, start + dt.timedelta(days=1), kind=Kind.ASSESSMENT))
    return rows


def _forms(session: Session, totals: Mapping[str, int]) -> list[MeasureCompletion]:
    return [
        MeasureCompletion(session=session, measure=measure, total=Decimal(total))
        for measure, total in totals.items()
    ]


def therapies(
    seed: int,
    *,
    ended: int,
    still_open: int = 0,
    measures: Sequence[str] = ("phq9", "gad7"),
    recorded: float = 0.9,
    paired: float = 0.9,
    hostile: bool = False,
) -> list[Therapy]:
    """So many that ended in the last three years, most of them in the last one, and open ones.

    recorded, paired: how likely an ending is recorded, and a measure given twice.
    """
    rng = random.Random(seed)  # noqa: S311 - repeatable, not secret
    made = [
        _ended(rng, measures=measures, recorded=recorded, paired=paired) for _ in range(ended)
    ] + [_open(rng, measures=measures, paired=paired) for _ in range(still_open)]
    if not hostile:
        return made
    return [
        Therapy(**{**vars(each), "reference": f"Ŵyn-Łukasz-{seed}-{number}", "note": HOSTILE})
        for number, each in enumerate(made)
    ]


def _ended(
    rng: random.Random, *, measures: Sequence[str], recorded: float, paired: float
) -> Therapy:
    back = rng.randint(0, 360) if rng.random() < 0.8 else rng.randint(361, 1050)
    ending: Ending | None = rng.choice((*PLANNED, *PLANNED, *PLANNED, *UNPLANNED))
    if rng.random() > recorded:
        ending = None
    elif rng.random() < 0.03:
        ending = Ending.DIED
    sessions = rng.choice((0, 1, 2, 3, 5, 8, 8, 12))
    if not sessions and rng.random() < 0.3:
        ending = Ending.REFERRED_ON
    first, last = _scores(rng, sessions=sessions, measures=measures, paired=paired)
    return Therapy(
        ended_on=LAST_DAY - dt.timedelta(days=back),
        ending=ending,
        sessions=sessions,
        first=first,
        last=last,
        wished_to_continue=rng.choice((None, None, False, True)),
        left_out=rng.choice(tuple(LeftOut)) if rng.random() < 0.08 else None,
        is_assessed=rng.random() < 0.5,
        missed=tuple(rng.sample(tuple(Attendance)[2:], k=rng.randint(0, 2))),
    )


def _open(rng: random.Random, *, measures: Sequence[str], paired: float) -> Therapy:
    sessions = rng.choice((0, 1, 4, 9))
    first, last = _scores(rng, sessions=sessions, measures=measures, paired=paired)
    return Therapy(
        ended_on=None,
        ending=None,
        sessions=sessions,
        last_seen=LAST_DAY - dt.timedelta(days=rng.choice((0, 5, 12, 30, 60, 61, 95, 140))),
        first=first,
        last=last,
    )


def _scores(
    rng: random.Random, *, sessions: int, measures: Sequence[str], paired: float
) -> tuple[dict[str, int], dict[str, int]]:
    """A first total a measure, and a last one where there are two sessions."""
    first, last = {}, {}
    tops = {"phq9": 27, "gad7": 21, "core10": 40}
    for measure in measures:
        if rng.random() < 0.05 or not sessions:
            continue
        first[measure] = rng.randint(3, tops[measure] - 3)
        if sessions > 1 and rng.random() < paired:
            change = rng.choice((-12, -9, -6, -5, -4, -3, 0, 1, 4, 6))
            last[measure] = min(max(first[measure] + change, 0), tops[measure])
    return first, last
