"""A seeded random editing of a caseload through the actions, with a log of its own.

The log is kept by whoever makes the change and never reads the histories, so that what it counts is
a second, slow and obvious answer to what practice.cases.integrity reads from them.
"""

import datetime as dt
import random
import uuid
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils import timezone

from practice.actions.ending_rules import EndingFacts
from practice.actions.endings import end_episode, leave_out, reopen_episode, take_in
from practice.actions.lone_forms import record_lone_forms, remove_form
from practice.actions.meanwhile import version_of
from practice.actions.sessions import (
    FormEntry,
    SessionEntry,
    change_session,
    log_session,
    remove_session,
)
from practice.actions.writing import RefusedError
from practice.domain.endings import Ending, LeftOut
from practice.domain.sessions import Attendance, Kind
from practice.models import Episode, MeasureCompletion, Session
from tests.cast import Cast, make_client, make_episode

Moment = dt.datetime
FIRST = dt.datetime(2026, 1, 5, 8, 0, tzinfo=dt.UTC)
MEASURES = ("phq9", "gad7")
KINDS = (Kind.TREATMENT, Kind.TREATMENT, Kind.TREATMENT, Kind.FOLLOW_UP, Kind.REVIEW)
ENDINGS = (None, Ending.CRISIS, Ending.AGREED_AT_END, Ending.LOSS_OF_CONTACT, Ending.OTHER_PLANNED)
HALF_FILLED = "1--------"


@dataclass
class LoggedForm:
    """totals: each value with its moment; the last is "gone" for a form taken back."""

    episode: int
    session: int | None
    day: dt.date | None
    totals: list[tuple[Moment, Decimal | str | None]]


@dataclass
class LoggedSession:
    """kinds, days: changes made while a score was known, with before and after."""

    episode: int
    entered: Moment
    day: dt.date
    kind: Kind
    kinds: list[tuple[Moment, Kind, Kind]] = field(default_factory=list)
    days: list[tuple[Moment, dt.date, dt.date]] = field(default_factory=list)
    removed: Moment | None = None


@dataclass
class Log:
    """Everything that was done. endings: by episode, each with its moment; None is reopened."""

    forms: dict[int, LoggedForm] = field(default_factory=dict)
    sessions: dict[int, LoggedSession] = field(default_factory=dict)
    endings: dict[int, list[tuple[Moment, tuple[dt.date, Ending | None] | None]]] = field(
        default_factory=dict
    )
    left_out: list[tuple[Moment, int]] = field(default_factory=list)

    def day_of(self, form: LoggedForm) -> dt.date:
        """The day of a form as it stands."""
        if form.session is None:
            assert form.day is not None
            return form.day
        return self.sessions[form.session].day

    def episode_of(self, form: LoggedForm) -> int:
        """The episode of a form as it stands."""
        return form.episode if form.session is None else self.sessions[form.session].episode

    def knows_a_score(self, session: int) -> bool:
        """Whether a score of the session stands at this moment."""
        return any(
            form.session == session and isinstance(form.totals[-1][1], Decimal)
            for form in self.forms.values()
        )


class Editor:
    """Does one thing after another; what the rules refuse is not done, and not in the log."""

    def __init__(self, cast: Cast, *, seed: int, episodes: int) -> None:
        self.rng = random.Random(seed)  # noqa: S311 - repeatable, not secret
        self.now = FIRST
        self.cast, self.log = cast, Log()
        self.size, self.episodes = episodes, list[Episode]()

    def clock(self) -> Moment:
        """For `django.utils.timezone.now`."""
        return self.now

    def edit(self, times: int) -> Log:
        """So many attempts, some minutes to a day apart, by a clock that tells `clock`."""
        self.episodes = [
            make_episode(
                client=make_client(service=self.cast.service),
                holder=self.cast.alice,
                referred_on=FIRST.date(),
            )
            for _ in range(self.size)
        ]
        deeds = (
            *(self.add_session,) * 4,
            *(self.change_session,) * 5,
            self.add_lone_form,
            self.remove_session,
            self.remove_form,
            *(self.end,) * 3,
            self.reopen,
            self.leave_out_or_take_in,
        )
        for _ in range(times):
            self.now += dt.timedelta(minutes=self.rng.choice((1, 5, 40, 300, 720, 1440)))
            try:
                self.rng.choice(deeds)()
            except RefusedError:
                continue
        return self.log

    def some_episode(self) -> Episode:
        return Episode.objects.get(pk=self.rng.choice(self.episodes).pk)

    def some_session(self) -> Session | None:
        """Mostly a young one, so that changes fall within 24 hours as well."""
        rows = list(Session.objects.order_by("-pk"))
        return self.rng.choice(rows[: self.rng.choice((3, 200))]) if rows else None

    def back(self) -> dt.date:
        """A day to date something: today, or some days before."""
        days = self.rng.choice((0, 0, 0, 1, 6, 7, 8, 9, 20))
        return max(timezone.localdate() - dt.timedelta(days=days), FIRST.date())

    def some_forms(self) -> tuple[FormEntry, ...]:
        found = []
        for measure in MEASURES:
            if self.rng.random() < 0.7:
                half = measure == "phq9" and self.rng.random() < 0.3
                total = None if half else Decimal(self.rng.randint(3, 8))
                found.append(
                    FormEntry(
                        measure=measure, answers=HALF_FILLED if half else "", total=total, mode=None
                    )
                )
        return tuple(found)

    def some_entry(self, *, kind: Kind, day: dt.date) -> SessionEntry:
        return SessionEntry(
            held_on=day,
            kind=kind,
            attendance=Attendance.ATTENDED,
            medium="",
            minutes=None,
            fee=None,
            note="",
            forms=self.some_forms(),
        )

    def add_session(self) -> None:
        entry = self.some_entry(kind=self.rng.choice(KINDS), day=self.back())
        session = log_session(
            episode=self.some_episode(),
            entry=entry,
            uid=uuid.UUID(int=self.rng.getrandbits(128)),
            by=self.cast.alice,
            now=self.now,
        )
        self.log.sessions[session.pk] = LoggedSession(
            episode=session.episode_id, entered=self.now, day=entry.held_on, kind=entry.kind
        )
        self._note_forms(session)

    def _note_forms(self, session: Session) -> None:
        """New ones, and new totals of those that were there."""
        stored = {form.pk: form for form in MeasureCompletion.objects.filter(session=session)}
        for pk, form in stored.items():
            noted = self.log.forms.setdefault(
                pk, LoggedForm(episode=0, session=session.pk, day=None, totals=[])
            )
            if not noted.totals or noted.totals[-1][1] != form.total:
                noted.totals.append((self.now, form.total))
        for pk, noted in self.log.forms.items():
            if noted.session == session.pk and pk not in stored and noted.totals[-1][1] != "gone":
                noted.totals.append((self.now, "gone"))

    def change_session(self) -> None:
        session = self.some_session()
        if session is None:
            return
        noted, known = self.log.sessions[session.pk], self.log.knows_a_score(session.pk)
        kind = self.rng.choice(KINDS) if self.rng.random() < 0.4 else Kind(session.kind)
        day = self.back() if self.rng.random() < 0.2 else session.held_on
        moves = self.rng.random() < 0.1
        target = self.some_episode() if moves else Episode.objects.get(pk=session.episode_id)
        change_session(
            session=session,
            entry=self.some_entry(kind=kind, day=day),
            episode=target,
            seen=version_of(session),
            by=self.cast.alice,
            why="put right",
            now=self.now,
        )
        if known and kind != noted.kind:
            noted.kinds.append((self.now, noted.kind, kind))
        if known and day != noted.day:
            noted.days.append((self.now, noted.day, day))
        noted.kind, noted.day, noted.episode = kind, day, target.pk
        self._note_forms(session)

    def add_lone_form(self) -> None:
        day, episode = self.back(), self.some_episode()
        forms = record_lone_forms(
            episode=episode,
            on=day,
            forms=self.some_forms(),
            uid=uuid.UUID(int=self.rng.getrandbits(128)),
            by=self.cast.alice,
            now=self.now,
        )
        for form in forms:
            self.log.forms[form.pk] = LoggedForm(
                episode=episode.pk, session=None, day=day, totals=[(self.now, form.total)]
            )

    def remove_session(self) -> None:
        session = self.some_session()
        if session is None:
            return
        key = session.pk
        remove_session(
            session=session, seen=version_of(session), by=self.cast.alice, why="never held"
        )
        self.log.sessions[key].removed = self.now
        for form in self.log.forms.values():
            if form.session == key and form.totals[-1][1] != "gone":
                form.totals.append((self.now, "gone"))

    def remove_form(self) -> None:
        forms = list(MeasureCompletion.objects.order_by("pk"))
        if forms:
            form = self.rng.choice(forms)
            key = form.pk
            remove_form(form=form, seen=version_of(form), by=self.cast.alice, why="another's")
            self.log.forms[key].totals.append((self.now, "gone"))

    def end(self) -> None:
        episode = self.some_episode()
        ending = (self.back(), self.rng.choice(ENDINGS))
        end_episode(
            episode=episode,
            facts=EndingFacts(
                ended_on=ending[0],
                ending=ending[1],
                wished_to_continue=None,
                got_what_they_came_for="",
                found="",
                would_try="",
                scores=(),
            ),
            by=self.cast.alice,
            why="agreed",
            now=self.now,
        )
        noted = self.log.endings.setdefault(episode.pk, [])
        if not noted or noted[-1][1] != ending:
            noted.append((self.now, ending))

    def reopen(self) -> None:
        episode = self.some_episode()
        reopen_episode(episode=episode, by=self.cast.alice, why="came back")
        self.log.endings[episode.pk].append((self.now, None))

    def leave_out_or_take_in(self) -> None:
        episode = self.some_episode()
        if episode.left_out:
            take_in(episode=episode, by=self.cast.alice, why="a slip")
        else:
            leave_out(episode=episode, reason=LeftOut.TEST_RECORD, by=self.cast.alice, now=self.now)
        self.log.left_out.append((self.now, episode.pk))
