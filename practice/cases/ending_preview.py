"""What the end of a therapy counts as, said before it is stored: by the same rules as every report."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from types import MappingProxyType

from practice.actions.ending_rules import EndingFacts
from practice.cases.scores import ScoreLine, score_lines
from practice.cohorts import records_of
from practice.domain.endings import NOT_RECORDED_MEANING, Ending, EndingGroup
from practice.domain.measures import PrimaryOutcome, in_figures
from practice.domain.outcomes import FINISHED_FROM, STALE_FROM, Caseness, Course
from practice.domain.records import ScoreRecord
from practice.models import Episode


@dataclass(frozen=True, kw_only=True)
class Consequence:
    """One thing that the ending counts as."""

    heading: str
    text: str


@dataclass(frozen=True, kw_only=True)
class EndingPreview:
    """A course judged on the end date that it would have, with the scores that would be its last."""

    course: Course
    primary: PrimaryOutcome

    @property
    def headline(self) -> str:
        """What it counts as, in one sentence."""
        record = self.course.episode
        if record.left_out is not None:
            return f"This counts in no figure: the episode is left out ({record.left_out.words})."
        if not self.course.entered_therapy:
            return f"This will count as {_before_treatment(record.ending)}."
        if record.ending is None:
            return "This will count as ended, how is not recorded."
        if record.ending is Ending.DIED:
            return "This will count as neither planned nor unplanned: the client died."
        article = "a planned" if record.ending.group is EndingGroup.PLANNED else "an unplanned"
        return f"This will count as {article} ending: {record.ending.words}."

    @cached_property
    def consequences(self) -> tuple[Consequence, ...]:
        """All of it, the ending first. A figure that the episode is not in is not spoken of."""
        return (
            Consequence(heading="Planned-ending rate", text=self._rate),
            *self._scores(),
            *(self._outcomes() if self._is_counted else ()),
        )

    @property
    def _is_counted(self) -> bool:
        return self.course.episode.left_out is None and self.course.entered_therapy

    @property
    def _rate(self) -> str:
        record = self.course.episode
        if record.left_out is not None:
            return "Not in it. Reports print how many episodes are left out, by reason."
        if not self.course.entered_therapy:
            return "Not in it: only those with at least one treatment session are."
        if record.ending is None:
            return NOT_RECORDED_MEANING
        if record.ending.group is EndingGroup.PLANNED and record.wished_to_continue:
            return (
                "In it, as planned; always printed beside it as stopped at a limit while the "
                "client wished to continue."
            )
        return _RATE[record.ending.group]

    def _scores(self) -> Iterator[Consequence]:
        for line in score_lines(self.course, primary=self.primary.measures):
            yield Consequence(heading=line.name, text=_score_words(line))

    def _outcomes(self) -> Iterator[Consequence]:
        outcome = self.course.outcome(self.primary)
        if outcome is None:
            text = f"No: that needs two scores of {_each(self.primary)} by the end."
            yield Consequence(heading="Measured ending", text=text)
        else:
            yield Consequence(heading="Measured ending", text="Yes.")
            if len(self.primary.measures) > 1:
                text = f"{_capital(outcome.direction.words)}, by the NHS rule for pairs."
                yield Consequence(heading="Both together", text=text)
        yield from self._finished()
        yield from self._doubts()

    def _finished(self) -> Iterator[Consequence]:
        held = len(self.course.treatment_sessions)
        counted = f"{held} treatment session{'' if held == 1 else 's'}"
        if not self.course.finished:
            text = f"No, {counted}: it begins with {FINISHED_FROM}, however a therapy ends."
            yield Consequence(heading="Finished course", text=text)
            return
        text = f"Yes, {counted}. That is not the same as a planned ending."
        yield Consequence(heading="Finished course", text=text)
        yield Consequence(heading="Recovery rate", text=self._recovery)

    @property
    def _recovery(self) -> str:
        outcome = self.course.outcome(self.primary)
        caseness = self.course.caseness(self.primary)
        if outcome is None or caseness is not Caseness.AT:
            return _NOT_RECOVERED[caseness]
        return "In it, as recovered." if outcome.recovered else "In it, as not recovered."

    def _doubts(self) -> Iterator[Consequence]:
        if self.course.has_late_baseline(self.primary):
            yield Consequence(
                heading="Late baseline",
                text="The first score came after the second treatment session. It stays in, and is "
                "marked.",
            )
        if self.course.has_stale_last(self.primary):
            yield Consequence(
                heading="Stale last score",
                text=f"{STALE_FROM} or more treatment sessions came after the last score. It stays "
                "in, and is marked.",
            )


_RATE: Mapping[EndingGroup, str] = MappingProxyType(
    {
        EndingGroup.PLANNED: "In it, as planned.",
        EndingGroup.UNPLANNED: "In it, as not planned.",
        EndingGroup.NEITHER: "Kept out of it, and counted beside it.",
    }
)
_NOT_RECOVERED: Mapping[Caseness, str] = MappingProxyType(
    {
        Caseness.AT: "In it, as not recovered: without two scores nobody can say.",
        Caseness.NOT_AT: "Kept out of it: the start was below the cut-off.",
        Caseness.UNKNOWN: "In it, as not recovered: a first score is missing.",
    }
)


def preview(episode: Episode, facts: EndingFacts) -> EndingPreview:
    """What the ending would count as: three queries, and nothing is stored.

    A score of the last day counts wherever it is stored then, because a day has one of each measure.
    """
    (record,) = records_of(Episode.objects.filter(pk=episode.pk))
    new = tuple(
        ScoreRecord(measure=score.measure, on=facts.ended_on, total=score.total, kind=None)
        for score in facts.scores
        if score.total is not None
    )
    judged = replace(
        record,
        ended_on=facts.ended_on,
        ending=facts.ending,
        wished_to_continue=facts.wished_to_continue,
        scores=record.scores + new,
    )
    return EndingPreview(
        course=Course(episode=judged, until=facts.ended_on),
        primary=episode.client.service.primary,
    )


def _score_words(line: ScoreLine) -> str:
    if line.start is None:
        return "Not measured."
    first = in_figures(line.start.total)
    if line.last is None or line.change is None:
        return f"One score only, {first}: whether it changed cannot be said."
    recovered = ""
    if line.change.recovered:
        recovered = f", and from a case ({line.trajectory.measure.case_at} or more) to below it"
    last = in_figures(line.last.total)
    return f"Last {last} against {first} at the start: {line.change_words}{recovered}."


def _before_treatment(ending: Ending | None) -> str:
    if ending is Ending.REFERRED_ON:
        return "referred on, before treatment began"
    return "ended before treatment began"


def _each(primary: PrimaryOutcome) -> str:
    return f"each of {primary.words}" if len(primary.measures) > 1 else primary.words


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
