"""What an ending must keep to, asked of the episode and everything stored with it."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Q

from practice.actions.sessions import FormEntry
from practice.domain.endings import PLANNED, Ending
from practice.domain.measures import MEASURES, in_figures
from practice.domain.periods import day_words
from practice.domain.records import SessionRecord
from practice.domain.sessions import Attendance, Kind
from practice.models import Episode, MeasureCompletion, Session


@dataclass(frozen=True, kw_only=True)
class EndingFacts:
    """How a therapy ended, as asked on the page. ending is None for "not recorded".

    scores: forms of the last day, each with its total.
    """

    ended_on: dt.date
    ending: Ending | None
    wished_to_continue: bool | None
    got_what_they_came_for: str
    found: str
    would_try: str
    scores: tuple[FormEntry, ...]

    @property
    def values(self) -> dict[str, object]:
        """As the episode keeps them."""
        return {
            "ended_on": self.ended_on,
            "ending": "" if self.ending is None else self.ending.value,
            "wished_to_continue": self.wished_to_continue,
            "got_what_they_came_for": self.got_what_they_came_for,
            "found": self.found,
            "would_try": self.would_try,
        }


@dataclass(frozen=True, kw_only=True)
class Problem:
    """Why an ending cannot be so; field: beside which value a page says it."""

    field: str
    message: str


def end_problems(episode: Episode, facts: EndingFacts, *, today: dt.date) -> tuple[Problem, ...]:
    """Every rule that the ending would break: three queries."""
    sessions = list(episode.sessions.all())
    forms = list(MeasureCompletion.objects.of_episodes([episode]).select_related("session"))
    return (
        *_day_problems(episode, facts.ended_on, today=today),
        *_treatment_problems(sessions, facts),
        *_later_score_problems(forms, facts.ended_on),
        *_overlap_problems(episode, facts.ended_on),
        *_wish_problems(facts),
        *_score_problems(forms, facts),
    )


def _day_problems(episode: Episode, ended_on: dt.date, *, today: dt.date) -> Iterator[Problem]:
    if ended_on > today:
        yield Problem(
            field="ended_on",
            message=f"After today, {day_words(today)}: give a day that has come.",
        )
    if ended_on < episode.referred_on:
        yield Problem(
            field="ended_on",
            message=f"The end, {day_words(ended_on)}, comes before the referral, "
            f"{day_words(episode.referred_on)}: correct one of them.",
        )


def _treatment_problems(sessions: list[Session], facts: EndingFacts) -> Iterator[Problem]:
    treated = sorted(session.held_on for session in sessions if _is_treatment(session))
    if treated and treated[-1] > facts.ended_on:
        yield Problem(
            field="ended_on",
            message=f"The end, {day_words(facts.ended_on)}, comes before the last attended "
            f"treatment session, {day_words(treated[-1])}: give that day or a later one, or make "
            "later meetings a follow-up.",
        )
    if treated and facts.ending is Ending.REFERRED_ON:
        yield Problem(
            field="ending",
            message="Referred on is an ending before treatment, and there is a treatment session "
            f"on {day_words(treated[0])}: an agreed ending or one by the service is meant.",
        )


def _is_treatment(session: Session) -> bool:
    record = SessionRecord(
        on=session.held_on, kind=Kind(session.kind), attendance=Attendance(session.attendance)
    )
    return record.is_treatment


def _later_score_problems(forms: list[MeasureCompletion], ended_on: dt.date) -> Iterator[Problem]:
    later = [
        form.session
        for form in forms
        if form.session is not None
        and form.total is not None
        and form.session.held_on > ended_on
        and form.session.kind != Kind.FOLLOW_UP
    ]
    if later:
        last = max(later, key=lambda session: session.held_on)
        yield Problem(
            field="ended_on",
            message=f"A session with a score, on {day_words(last.held_on)}, comes after this end: "
            "give that day or a later one, or make that session a follow-up.",
        )


def _overlap_problems(episode: Episode, ended_on: dt.date) -> Iterator[Problem]:
    """An end put right must not run into a later episode. (An open one that does may end when it did.)"""
    if episode.ended_on is None:
        return
    others = Episode.objects.filter(client=episode.client_id).exclude(pk=episode.pk)
    for other in others.filter(referred_on__gte=episode.ended_on, referred_on__lt=ended_on):
        yield Problem(
            field="ended_on",
            message=f"After the referral of episode {other.number}, on "
            f"{day_words(other.referred_on)}: give that day or an earlier one.",
        )


def _wish_problems(facts: EndingFacts) -> Iterator[Problem]:
    if facts.wished_to_continue is not None and facts.ending not in PLANNED:
        yield Problem(
            field="wished_to_continue",
            message="This is asked of a planned ending only: choose “not asked” here, or a planned "
            "ending above.",
        )


def _score_problems(forms: list[MeasureCompletion], facts: EndingFacts) -> Iterator[Problem]:
    """A measure is given once a day; forms of a follow-up are no last score, and in nobody's way."""
    recorded = {
        form.measure: form
        for form in forms
        if (form.completed_on if form.session is None else form.session.held_on) == facts.ended_on
        and (form.session is None or form.session.kind != Kind.FOLLOW_UP)
    }
    for score in facts.scores:
        form = recorded.get(score.measure)
        if form is not None:
            total = "without a total" if form.total is None else in_figures(form.total)
            yield Problem(
                field=score.measure,
                message=f"A {MEASURES[score.measure].name} of this day is recorded already ({total}): leave "
                "this empty, and put that form right on the client's page if it is wrong.",
            )


def is_as_stored(episode: Episode, facts: EndingFacts) -> bool:
    """Whether all of it is stored already, as after the second of two clicks: one query at most."""
    if any(getattr(episode, name) != value for name, value in facts.values.items()):
        return False
    stored = set(
        MeasureCompletion.objects.of_episodes([episode])
        .filter(Q(session__held_on=facts.ended_on) | Q(completed_on=facts.ended_on))
        .values_list("measure", "answers", "total")
    )
    return all((score.measure, score.answers, score.total) in stored for score in facts.scores)
