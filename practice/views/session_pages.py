"""What the pages about sessions and their forms share: what a form begins with, and what is said after."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html

from practice.actions.corrections import needs_reason
from practice.cases.risk import NOT_SEEN
from practice.cohorts import Scope, records_of
from practice.domain import session_words
from practice.domain.measures import MEASURES
from practice.domain.outcomes import Course
from practice.domain.periods import day_words
from practice.domain.records import ScoreRecord
from practice.domain.score_words import score_words
from practice.domain.sessions import Attendance, Kind
from practice.domain.signal_kinds import RISK_ABOVE
from practice.forms.scores import LAST, Place, ScoreForm
from practice.forms.sessions import in_pounds
from practice.models import (
    Episode,
    Holding,
    MeasureCompletion,
    Practitioner,
    RiskResponse,
    Session,
)

# A client who ended longer ago than this is not offered as the one who was meant.
RECENT = dt.timedelta(days=183)


@dataclass(frozen=True, kw_only=True)
class Own:
    """The day, kind and place of what is corrected, to tell its scores from the others of the course.

    kind: None for a form without a meeting.
    """

    on: dt.date
    kind: Kind | None
    position: int
    forms: Mapping[str, MeasureCompletion]

    @classmethod
    def of_session(cls, session: Session) -> "Own":
        """A session with its forms: one query."""
        return cls(
            on=session.held_on,
            kind=Kind(session.kind),
            position=session.position,
            forms={form.measure: form for form in session.completions.all()},
        )

    @property
    def place(self) -> Place:
        """Where it stands among the scores of a course."""
        return (self.on, self.kind is not Kind.ASSESSMENT, self.position)


def scope_of(episode: Episode, *, holder: Practitioner | None = None) -> Scope:
    """For the menu."""
    return Scope(service=episode.client.service, practitioner=holder)


def holder_of(episode: Episode, *, today: dt.date) -> Practitioner | None:
    """Whoever holds the episode today."""
    holdings = Holding.objects.on(today).filter(episode=episode).select_related("practitioner")
    return next((holding.practitioner for holding in holdings), None)


def course_of(episode: Episode, *, today: dt.date) -> Course:
    """The episode up to today, or to its end: three queries."""
    (record,) = records_of(Episode.objects.filter(pk=episode.pk))
    until = today if episode.ended_on is None else min(today, episode.ended_on)
    return Course(episode=record, until=until)


def score_forms(
    data: Any, *, course: Course, primary: Iterable[str], own: Own | None = None
) -> list[ScoreForm]:
    """One for each measure, the practice's primary ones first."""
    first = list(primary)
    codes = [*first, *(code for code in MEASURES if code not in first)]
    stored = own.forms if own else {}
    return [
        ScoreForm(
            data,
            measure=MEASURES[code],
            stored=stored.get(code),
            place=own.place if own else LAST,
            others=[
                score
                for score in course.scores(code)
                if code not in stored or own is None or (score.on, score.kind) != (own.on, own.kind)
            ],
        )
        for code in codes
    ]


def opened(course: Course, *, primary: Iterable[str]) -> set[str]:
    """The measures that stand open: the practice's primary ones, and those this client was given."""
    return {*primary, *(code for code in MEASURES if course.scores(code))}


def usual_values(episode: Episode, course: Course, *, today: dt.date) -> dict[str, Any]:
    """What a new session most likely is: as the client's previous one, else the practice's own."""
    service = episode.client.service
    before = (
        Session.objects.filter(episode__client=episode.client)
        .order_by("-held_on", "-position")
        .first()
    )
    latest = MeasureCompletion.objects.of_episodes([episode]).order_by("-entered_at", "-pk").first()
    values: dict[str, Any] = {
        "date": today.isoformat(),
        "kind": _usual_kind(episode, course),
        "attendance": Attendance.ATTENDED,
        "medium": service.usual_medium,
        "minutes": service.usual_minutes,
        "fee": in_pounds(service.usual_fee),
    }
    if before is not None:
        known = {"medium": before.medium, "minutes": before.minutes, "fee": in_pounds(before.fee)}
        values |= {name: value for name, value in known.items() if value not in {None, ""}}
    return values if latest is None else values | {"mode": latest.mode}


def _usual_kind(episode: Episode, course: Course) -> Kind:
    if episode.ended_on is not None:
        return Kind.FOLLOW_UP
    return Kind.TREATMENT if course.episode.sessions else Kind.ASSESSMENT


def reason_is_needed(
    rows: Iterable[Session | MeasureCompletion], *, by: Practitioner, now: dt.datetime
) -> bool:
    """Whether any of the rows is somebody else's entry, or an older one: a query a row."""
    return any(needs_reason(row, by=by, now=now) for row in rows)


def other_clients(
    episode: Episode, *, person: Practitioner, holder: Practitioner | None, today: dt.date
) -> list[Episode]:
    """Whose it may be instead: open and recent episodes that the same practitioner holds."""
    held = Holding.objects.on(today).filter(practitioner=holder)
    return list(
        Episode.objects.visible_to(person, on=today)
        .filter(
            Q(ended_on__isnull=True) | Q(ended_on__gte=today - RECENT),
            client__service=episode.client.service,
            pk__in=held.values("episode"),
        )
        .exclude(pk=episode.pk)
        .select_related("client")
        .order_by("client__reference", "number")
    )


def form_words(form: MeasureCompletion, course: Course, *, kind: Kind | None) -> str:
    """PHQ-9 12 moderate; 3 lower than last time, ...; item 9: 0."""
    measure = MEASURES[form.measure]
    said = [f"{measure.name} {_score_said(form, course, kind=kind)}"]
    if measure.risk_item is not None:
        answer = form.risk_answer
        said.append(NOT_SEEN if answer is None else f"item {measure.risk_item}: {answer}")
    return "; ".join(said)


def _score_said(form: MeasureCompletion, course: Course, *, kind: Kind | None) -> str:
    measure = MEASURES[form.measure]
    if form.total is None:
        return "incomplete, without a score"
    day, position = _day_and_place(form)
    own = ScoreRecord(measure=form.measure, on=day, total=form.total, kind=kind, position=position)
    earlier = [score.total for score in course.scores(form.measure) if score.order < own.order]
    return score_words(measure, form.total, earlier)


def _day_and_place(form: MeasureCompletion) -> tuple[dt.date, int]:
    if form.session is not None:
        return form.session.held_on, form.session.position
    return form.completed_on or dt.date.max, form.position


def so_far(course: Course) -> str:
    """How many sessions, and the last of them: so that one sees whose page this is."""
    seen = [session.on for session in course.episode.sessions if session.is_attended]
    if not seen:
        return "No session attended yet."
    times = "session" if len(seen) == 1 else "sessions"
    return f"{len(seen)} {times} attended so far, the last on {day_words(max(seen))}."


def session_words_of(session: Session) -> str:
    """As in: treatment of 9 March 2026, attended."""
    kind, attendance = (
        session_words.KINDS[session.kind],
        session_words.ATTENDANCE[session.attendance],
    )
    return f"{kind} of {day_words(session.held_on)}, {attendance}"


def say_stored(
    request: HttpRequest,
    *,
    episode: Episode,
    session: Session | None,
    forms: Iterable[MeasureCompletion],
    doubts: Iterable[str] = (),
    today: dt.date,
) -> HttpResponse:
    """Say what is stored now, and lead on: to what a risk item asks for, or where was asked for.

    What was asked and done can be written later; the risk item stays open until then.
    """
    # In the order of the measures, whatever the order of storing.
    forms = sorted(forms, key=lambda form: list(MEASURES).index(form.measure))
    course = course_of(episode, today=today)
    kind = None if session is None else Kind(session.kind)
    said = [form_words(form, course, kind=kind) for form in forms]
    if session is not None:
        said.insert(0, session_words_of(session))
    elif forms:
        said.insert(0, f"without a meeting, {day_words(forms[0].completed_on or today)}")
    messages.success(request, "Stored: " + ". ".join(said) + ".")
    for doubt in doubts:
        messages.warning(request, f"Look again: {doubt}.")
    return _lead_on(request, episode=episode, risk=_open_risk(forms), today=today)


def _open_risk(forms: Iterable[MeasureCompletion]) -> MeasureCompletion | None:
    above = [form for form in forms if (form.risk_answer or 0) > RISK_ABOVE]
    written = set(
        RiskResponse.objects.filter(completion__in=above).values_list("completion", flat=True)
    )
    return next((form for form in above if form.pk not in written), None)


def _lead_on(
    request: HttpRequest, *, episode: Episode, risk: MeasureCompletion | None, today: dt.date
) -> HttpResponse:
    to_caseload = request.POST.get("then") == "caseload"
    if risk is not None:
        write = reverse("risk-write", args=[risk.uid])
        measure = MEASURES[risk.measure]
        words = f"Item {measure.risk_item} of {measure.name} is above {RISK_ABOVE}"
        if not to_caseload:
            messages.warning(
                request, f"{words}: write what was asked and done, now or later. It stays open."
            )
            return redirect(write)
        messages.warning(
            request,
            format_html(
                '{}, and stays open: <a href="{}">write what was asked and done</a>.', words, write
            ),
        )
    if to_caseload:
        holder = holder_of(episode, today=today)
        if holder is not None:
            return redirect("caseload", episode.client.service.uid, holder.uid)
    return redirect("episode-detail", episode.uid)
