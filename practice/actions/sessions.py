"""Sessions with the forms of their day: logged, put right, moved to another client, taken back."""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import models, transaction
from django.db.models import Max

from practice.actions.meanwhile import check_unchanged
from practice.actions.writing import GONE, GoneError, RefusedError, change, read_again, save
from practice.domain.measures import Mode
from practice.domain.placing import Bounds, Placed, misplaced
from practice.domain.sessions import Attendance, Kind
from practice.models import Episode, MeasureCompletion, Practitioner, RiskResponse, Session

LOGGED = "logged"
SAVED_ALREADY = (
    "This form has been saved already, with other values: what is stored stays. To change it, open "
    "the session on the client's page."
)


class RefusedFieldError(RefusedError):
    """A rule forbids one value. field: date, kind, or the code of a measure."""

    def __init__(self, field: str, message: str) -> None:
        self.field = field
        super().__init__(message)


@dataclass(frozen=True, kw_only=True)
class FormEntry:
    """One form as entered. mode: None leaves it as stored; a new form is then typed from paper.

    answers, total: as MeasureCompletion keeps them.
    """

    measure: str
    answers: str
    total: Decimal | None
    mode: Mode | None


@dataclass(frozen=True, kw_only=True)
class SessionEntry:
    """A session as entered, with every form of it: what is not among them is taken off."""

    held_on: dt.date
    kind: Kind
    attendance: Attendance
    medium: str
    minutes: int | None
    fee: Decimal | None
    note: str
    forms: tuple[FormEntry, ...]

    @property
    def values(self) -> dict[str, object]:
        """By the fields of the model, forms apart."""
        return {
            "held_on": self.held_on,
            "kind": self.kind,
            "attendance": self.attendance,
            "medium": self.medium,
            "minutes": self.minutes,
            "fee": self.fee,
            "note": self.note,
        }

    @property
    def placed(self) -> Placed:
        """As the rules of its place read it."""
        return Placed(
            on=self.held_on,
            kind=self.kind,
            attendance=self.attendance,
            has_score=any(form.total is not None for form in self.forms),
        )


@transaction.atomic
def log_session(
    *, episode: Episode, entry: SessionEntry, uid: uuid.UUID, by: Practitioner, now: dt.datetime
) -> Session:
    """A new session with its forms. uid: made when the page was opened, so that a double click
    stores once: the second time the stored session comes back.

    Raises RefusedFieldError for a place it may not have and for a second session of its kind that
    day, RefusedError when the page was saved already with other values.
    """
    episode = locked(episode)[episode.pk]
    stored = Session.objects.filter(uid=uid).first()
    if stored is not None:
        if stored.episode_id != episode.pk or not _is_stored(entry, stored):
            raise RefusedError(SAVED_ALREADY)
        return stored
    check_session(entry, episode)
    session = Session(
        uid=uid,
        episode=episode,
        position=_free_place(episode, entry.held_on),
        entered_by=by,
        entered_at=now,
        **entry.values,
    )
    save(session, by=by, why=LOGGED)
    for form in entry.forms:
        save(_new_form(form, session=session, by=by, now=now), by=by, why=LOGGED)
    return session


@transaction.atomic
def change_session(
    *,
    session: Session,
    entry: SessionEntry,
    episode: Episode,
    seen: str,
    by: Practitioner,
    why: str,
    now: dt.datetime,
) -> None:
    """Other values for a session and its forms, or another client's episode for all of them.

    seen: the version that the page showed. Raises as log_session, and ChangedMeanwhileError where
    somebody has changed the session or its forms since, unless to these very values: a double click.
    """
    target = locked(session.episode, episode)[episode.pk]
    stored_now = Session.objects.filter(pk=session.pk, episode=target).first()
    if stored_now is not None and _is_stored(entry, stored_now):
        return
    check_unchanged(session, seen=seen, by=by)
    read_again(session)
    check_session(entry, target, besides=session)
    values = entry.values | {"episode": target}
    if (session.episode_id, session.held_on) != (target.pk, entry.held_on):
        values["position"] = _free_place(target, entry.held_on)
    change(session, values, by=by, why=why)
    stored = {form.measure: form for form in session.completions.all()}
    for form in entry.forms:
        if form.measure in stored:
            change(stored.pop(form.measure), form_values(form), by=by, why=why)
        else:
            save(_new_form(form, session=session, by=by, now=now), by=by, why=why)
    for form_left in stored.values():
        take_back(form_left, by=by, why=why)


@transaction.atomic
def remove_session(*, session: Session, seen: str, by: Practitioner, why: str) -> None:
    """Take a session back with its forms and what was written about them; the history keeps all.

    seen: the version that the page showed. Raises ChangedMeanwhileError as change_session does.
    """
    locked(session.episode)
    check_unchanged(session, seen=seen, by=by)
    for form in session.completions.all():
        take_back(form, by=by, why=why)
    remove(session, by=by, why=why)


def check_session(entry: SessionEntry, episode: Episode, *, besides: Session | None = None) -> None:
    """Raises RefusedFieldError where the session may not stand in the episode."""
    check_place(entry.placed, episode)
    same = Session.objects.filter(episode=episode, held_on=entry.held_on, kind=entry.kind)
    if besides is not None:
        same = same.exclude(pk=besides.pk)
    if same.exists():
        raise RefusedFieldError("kind", sentence_of(Session, "session_once_a_day"))


def check_place(placed: Placed, episode: Episode) -> None:
    """Raises RefusedFieldError for a place before the referral or past the end."""
    found = misplaced(placed, bounds_of(episode))
    if found is not None:
        raise RefusedFieldError(found.part, found.message)


def bounds_of(episode: Episode) -> Bounds:
    """As the rules of a place read an episode."""
    return Bounds(referred_on=episode.referred_on, ended_on=episode.ended_on, ending=episode.ending)


def locked(*episodes: Episode) -> Mapping[int, Episode]:
    """The episodes as stored now, by key, locked: writes about one come one after another.

    Always in the order of their keys, so that nobody waits in a circle. Raises GoneError for one that
    is not there any more.
    """
    keys = {episode.pk for episode in episodes}
    rows = Episode.objects.select_for_update().filter(pk__in=keys).order_by("pk")
    found = {row.pk: row for row in rows}
    if found.keys() != keys:
        raise GoneError(GONE)
    return found


def sentence_of(model: type[models.Model], constraint: str) -> str:
    """What the model's own constraint says when it is broken."""
    constraints = model._meta.constraints  # noqa: SLF001
    (found,) = (each for each in constraints if each.name == constraint)
    return str(found.get_violation_error_message())


def free_places(episode: Episode, on: dt.date) -> tuple[int | None, int]:
    """The place of the lone forms of a day (None where there are none), and the next free place."""
    held = episode.sessions.filter(held_on=on).aggregate(last=Max("position"))["last"]
    lone = episode.lone_completions.filter(completed_on=on).aggregate(last=Max("position"))["last"]
    taken = [place for place in (held, lone) if place is not None]
    return lone, max(taken) + 1 if taken else 0


def form_values(entry: FormEntry) -> dict[str, Any]:
    """By the fields of the model."""
    values: dict[str, Any] = {"answers": entry.answers, "total": entry.total}
    return values if entry.mode is None else values | {"mode": entry.mode}


def take_back(form: MeasureCompletion, *, by: Practitioner, why: str) -> None:
    """Delete a form, and before it what was written about its risk item; the history keeps both."""
    for response in RiskResponse.objects.filter(completion=form):
        remove(response, by=by, why=why)
    remove(form, by=by, why=why)


def remove(row: models.Model, *, by: Practitioner, why: str) -> None:
    """Delete one row. The last row of its history says who, when, why, and what it was."""
    row._history_user = by  # type: ignore[attr-defined]  # noqa: SLF001
    row._change_reason = why  # type: ignore[attr-defined]  # noqa: SLF001
    row.delete()


def is_same(entry: FormEntry, stored: MeasureCompletion) -> bool:
    """Whether a form as entered is what is stored."""
    return all(getattr(stored, field) == value for field, value in form_values(entry).items())


def _is_stored(entry: SessionEntry, session: Session) -> bool:
    forms: Mapping[str, MeasureCompletion] = {
        form.measure: form for form in session.completions.all()
    }
    entered: Sequence[FormEntry] = entry.forms
    return (
        all(getattr(session, field) == value for field, value in entry.values.items())
        and {form.measure for form in entered} == set(forms)
        and all(is_same(form, forms[form.measure]) for form in entered)
    )


def _free_place(episode: Episode, on: dt.date) -> int:
    return free_places(episode, on)[1]


def _new_form(
    entry: FormEntry, *, session: Session, by: Practitioner, now: dt.datetime
) -> MeasureCompletion:
    return MeasureCompletion(
        measure=entry.measure, session=session, entered_by=by, entered_at=now, **form_values(entry)
    )
