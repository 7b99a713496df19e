"""Everything entered about one episode, row by row: each session and each form, kept or missed."""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from practice.cases.risk import RISK_MEASURES, RiskItem
from practice.cases.wording import moment_words, person_words
from practice.domain.measures import MEASURES, Measure, in_figures
from practice.domain.session_words import ATTENDANCE, KINDS, MEDIA, MODES
from practice.domain.sessions import QUESTIONNAIRE, SEEN, TREATMENT_KINDS
from practice.models import Episode, MeasureCompletion, RiskResponse, Session

INCOMPLETE = "incomplete form, no score"


@dataclass(frozen=True, kw_only=True)
class Response:
    """What was asked and done about a risk item, and who wrote it when."""

    asked: str
    done: str
    written_by: str
    written_at: str


@dataclass(frozen=True, kw_only=True)
class FormLine:
    """One form. risk is None for a measure without a risk item."""

    uid: uuid.UUID
    measure: Measure
    score: str
    severity: str
    risk: RiskItem | None
    response: Response | None
    mode: str
    entered_by: str
    entered_at: str

    @property
    def words(self) -> str:
        """PHQ-9 12, moderate."""
        severity = f", {self.severity}" if self.severity else ""
        return f"{self.measure.name} {self.score}{severity}"


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A session with its forms, or a form on its own (uid is the form's then).

    number: of the treatment sessions the client came to; None for every other row.
    """

    uid: uuid.UUID
    is_session: bool
    on: dt.date
    kind: str
    attendance: str
    is_missed: bool
    number: int | None
    medium: str
    minutes: int | None
    note: str
    entered_by: str
    entered_at: str
    forms: tuple[FormLine, ...]

    @property
    def how(self) -> str:
        """Medium and minutes, as far as they are recorded."""
        minutes = "" if self.minutes is None else f"{self.minutes} minutes"
        return ", ".join(words for words in (self.medium, minutes) if words)

    @property
    def how_forms_came(self) -> tuple[str, ...]:
        """PHQ-9, GAD-7: typed from paper; with who and when where it was not with the session."""
        with_it = (self.entered_by, self.entered_at)
        found: dict[tuple[str, ...], list[str]] = {}
        for form in self.forms:
            entered = (form.entered_by, form.entered_at)
            key = (form.mode,) if entered == with_it else (form.mode, *entered)
            found.setdefault(key, []).append(form.measure.name)
        return tuple(f"{', '.join(names)}: {', '.join(key)}" for key, names in found.items())


def load_entries(episode: Episode) -> tuple[Entry, ...]:
    """All sessions and lone forms of the episode, the latest first: two queries."""
    forms = _forms(episode)
    sessions = episode.sessions.select_related("entered_by").order_by("held_on", "position", "pk")
    rows: list[tuple[tuple[dt.date, int, int], Entry]] = []
    number = 0
    for session in sessions:
        is_treatment = session.attendance in SEEN and session.kind in TREATMENT_KINDS
        number += is_treatment
        entry = _session_entry(
            session, forms=forms[session.pk], number=number if is_treatment else None
        )
        rows.append(((session.held_on, session.position, session.pk), entry))
    for form in forms[None]:
        if form.completed_on is not None:
            rows.append(((form.completed_on, form.position, form.pk), _lone_entry(form)))
    rows.sort(key=lambda row: row[0], reverse=True)
    return tuple(entry for _, entry in rows)


def _forms(episode: Episode) -> Mapping[int | None, list[MeasureCompletion]]:
    """By session; those that stand alone under None."""
    rows = (
        MeasureCompletion.objects.of_episodes([episode])
        .select_related("session", "entered_by", "risk_response__written_by")
        .order_by("pk")
    )
    found: defaultdict[int | None, list[MeasureCompletion]] = defaultdict(list)
    for form in rows:
        found[form.session_id].append(form)
    return found


def _session_entry(
    session: Session, *, forms: Iterable[MeasureCompletion], number: int | None
) -> Entry:
    return Entry(
        uid=session.uid,
        is_session=True,
        on=session.held_on,
        kind=KINDS[session.kind],
        attendance=ATTENDANCE[session.attendance],
        is_missed=session.attendance not in SEEN,
        number=number,
        medium=MEDIA.get(session.medium, ""),
        minutes=session.minutes,
        note=session.note,
        entered_by=person_words(session.entered_by),
        entered_at=moment_words(session.entered_at),
        forms=_lines(forms, on=session.held_on),
    )


def _lone_entry(form: MeasureCompletion) -> Entry:
    on = form.completed_on or dt.date.min
    return Entry(
        uid=form.uid,
        is_session=False,
        on=on,
        kind=KINDS[QUESTIONNAIRE],
        attendance="",
        is_missed=False,
        number=None,
        medium="",
        minutes=None,
        note="",
        entered_by=person_words(form.entered_by),
        entered_at=moment_words(form.entered_at),
        forms=_lines([form], on=on),
    )


def _lines(forms: Iterable[MeasureCompletion], *, on: dt.date) -> tuple[FormLine, ...]:
    order = list(MEASURES)
    return tuple(
        _line(form, on=on) for form in sorted(forms, key=lambda form: order.index(form.measure))
    )


def _line(form: MeasureCompletion, *, on: dt.date) -> FormLine:
    measure = MEASURES[form.measure]
    response: RiskResponse | None = getattr(form, "risk_response", None)
    risk = RiskItem(
        completion=form.uid,
        measure=measure,
        on=on,
        answer=form.risk_answer,
        is_answered_for=response is not None,
    )
    return FormLine(
        uid=form.uid,
        measure=measure,
        score=INCOMPLETE if form.total is None else in_figures(form.total),
        severity="" if form.total is None else measure.band(form.total).word,
        risk=risk if form.measure in RISK_MEASURES else None,
        response=None
        if response is None
        else Response(
            asked=response.asked,
            done=response.done,
            written_by=person_words(response.written_by),
            written_at=moment_words(response.written_at),
        ),
        mode=MODES[form.mode],
        entered_by=person_words(form.entered_by),
        entered_at=moment_words(form.entered_at),
    )
