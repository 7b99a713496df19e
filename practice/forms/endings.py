"""How a therapy ended, asked in plain words; and why an episode is left out."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from django import forms

from practice.actions.ending_rules import EndingFacts, Problem
from practice.cases.scores import ScoreLine
from practice.domain.endings import (
    NOT_RECORDED_MEANING,
    NOT_RECORDED_WORDS,
    Ending,
    EndingGroup,
    LeftOut,
)
from practice.domain.measures import MEASURES, PrimaryOutcome, in_figures
from practice.domain.periods import day_words
from practice.forms.cell_fields import DayField, as_sentence
from practice.forms.clients import LinesField
from practice.forms.reasons import ReasonField
from practice.forms.scores import ScoreForm
from practice.models import Episode, GotWhatTheyCameFor

_SAY_WHY = {"required": "Say in a few words why."}
NOT_RECORDED = "not_recorded"
_NOT_ASKED = ("", "not asked")
_WISHED: Mapping[str, bool | None] = MappingProxyType({"": None, "yes": True, "no": False})
_GROUP_TITLES: Mapping[EndingGroup, str] = MappingProxyType(
    {
        EndingGroup.PLANNED: "Planned",
        EndingGroup.UNPLANNED: "Unplanned",
        EndingGroup.NEITHER: "Neither",
    }
)


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One way to end, or one reason, as a radio button."""

    value: str
    words: str
    meaning: str
    chosen: bool


@dataclass(frozen=True, kw_only=True)
class ChoiceGroup:
    """Radio buttons under one title. code: for the style sheet."""

    code: str
    title: str
    counts_as: str
    choices: tuple[Choice, ...]


class EndingForm(forms.Form):
    """The end of a therapy.

    endings: those that can be chosen. primary: the measures whose last totals may be given.
    version: of the episode and its client, as the page showed them. seal: of what was looked at before it is stored.
    """

    use_required_attribute = False
    version = forms.CharField(widget=forms.HiddenInput, required=False, max_length=100)
    seal = forms.CharField(widget=forms.HiddenInput, required=False)
    ending = forms.ChoiceField(
        label="How it ended",
        error_messages={"required": "Choose how it ended; “not recorded” if nobody knows."},
    )
    wished_to_continue = forms.ChoiceField(
        label="Stopped at an agreed or paid-for limit while the client wished to go on",
        required=False,
        choices=[_NOT_ASKED, ("yes", "yes"), ("no", "no")],
    )
    got_what_they_came_for = forms.ChoiceField(
        label="The client got what they came for",
        help_text="Your own item; no published figure stands beside it.",
        required=False,
        choices=[_NOT_ASKED, *GotWhatTheyCameFor.choices],
    )
    found = LinesField(label="What we found", required=False)
    would_try = LinesField(label="What I would try another time", required=False)

    def __init__(
        self,
        *args: Any,
        endings: Sequence[Ending],
        primary: PrimaryOutcome,
        today: dt.date,
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.endings = tuple(endings)
        field = self.fields["ending"]
        field.choices = [  # type: ignore[attr-defined]
            *((ending.value, ending.words) for ending in self.endings),
            (NOT_RECORDED, NOT_RECORDED_WORDS),
        ]
        self.fields["ended_on"] = DayField(
            label="Ended on",
            help_text="The last session; or the day it was clear that it was over.",
            today=today,
        )
        # From the bound data alone: an empty one is a form that was not sent.
        data = self.data if self.is_bound else None
        self.scores = [ScoreForm(data, measure=MEASURES[code]) for code in primary.measures]

    def tell_latest(self, lines: Iterable[ScoreLine]) -> None:
        """Say beside each measure which score is the latest, so that none is given twice."""
        latest = {line.trajectory.measure.code: line.trajectory.latest for line in lines}
        for score in self.scores:
            found = latest[score.measure.code]
            score.fields["total"].help_text = (
                "None recorded yet."
                if found is None
                else f"Latest recorded: {in_figures(found.total)} on {day_words(found.on)}."
            )

    def ask_reason(self) -> None:
        """For an ending that somebody else entered, or longer ago."""
        self.fields["reason"] = ReasonField(error_messages=_SAY_WHY)

    @property
    def groups(self) -> Iterator[ChoiceGroup]:
        """The ways to end, by what they count as."""
        chosen = self["ending"].value()
        for group in EndingGroup:
            yield ChoiceGroup(
                code=group.value,
                title=_GROUP_TITLES[group],
                counts_as=group.counts_as,
                choices=tuple(
                    Choice(
                        value=ending.value,
                        words=ending.words,
                        meaning=ending.meaning,
                        chosen=ending.value == chosen,
                    )
                    for ending in self.endings
                    if ending.group is group
                ),
            )
        yield ChoiceGroup(
            code=NOT_RECORDED,
            title="Not recorded",
            counts_as="",
            choices=(
                Choice(
                    value=NOT_RECORDED,
                    words=NOT_RECORDED_WORDS,
                    meaning=NOT_RECORDED_MEANING,
                    chosen=chosen == NOT_RECORDED,
                ),
            ),
        )

    def is_valid(self) -> bool:
        # Each is asked, so that every error of the page shows at once.
        return all([super().is_valid(), *(score.is_valid() for score in self.scores)])

    @property
    def wrong(self) -> list[forms.BoundField]:
        """The fields with something to put right, the scores included."""
        every = [field for form in (self, *self.scores) for field in form.visible_fields()]
        return [field for field in every if field.errors]

    def add_problem(self, problem: Problem) -> None:
        """Say it beside the value it is about."""
        score = next((one for one in self.scores if one.measure.code == problem.field), None)
        if score is None:
            self.add_error(problem.field, problem.message)
        else:
            score.add_error("total", problem.message)

    @property
    def facts(self) -> EndingFacts:
        """As the rules and the preview read it."""
        cleaned = self.cleaned_data
        chosen = cleaned["ending"]
        return EndingFacts(
            ended_on=cleaned["ended_on"],
            ending=None if chosen == NOT_RECORDED else Ending(chosen),
            wished_to_continue=_WISHED[cleaned["wished_to_continue"]],
            got_what_they_came_for=cleaned["got_what_they_came_for"],
            found=cleaned["found"],
            would_try=cleaned["would_try"],
            scores=tuple(score.entry for score in self.scores if score.entry is not None),
        )

    @property
    def doubts(self) -> tuple[str, ...]:
        """What is worth a second look in the scores, and is kept all the same."""
        return tuple(as_sentence(doubt) for score in self.scores for doubt in score.doubts)


def ending_as_asked(episode: Episode) -> dict[str, object]:
    """The stored ending, as the form begins with it."""
    wished = {None: "", True: "yes", False: "no"}[episode.wished_to_continue]
    return {
        "ending": episode.ending or NOT_RECORDED,
        "ended_on": episode.ended_on,
        "wished_to_continue": wished,
        "got_what_they_came_for": episode.got_what_they_came_for,
        "found": episode.found,
        "would_try": episode.would_try,
    }


class ReopenForm(forms.Form):
    """An ending taken back: nothing is asked of one's own within a day."""

    use_required_attribute = False

    def ask_reason(self) -> None:
        """For an ending that somebody else entered, or longer ago."""
        self.fields["reason"] = ReasonField(label="Why it is taken back", error_messages=_SAY_WHY)


class LeaveOutForm(forms.Form):
    """The one reason of five."""

    use_required_attribute = False
    left_out = forms.ChoiceField(
        label="Why it is in no figure",
        choices=[(reason.value, reason.words) for reason in LeftOut],
        error_messages={"required": "Choose one of the reasons; there are no others."},
    )

    @property
    def choices(self) -> tuple[Choice, ...]:
        """The reasons."""
        chosen = self["left_out"].value()
        return tuple(
            Choice(
                value=reason.value,
                words=reason.words,
                meaning=reason.meaning,
                chosen=reason.value == chosen,
            )
            for reason in LeftOut
        )


class TakeInForm(forms.Form):
    """An episode taken back into the figures."""

    use_required_attribute = False
    reason = ReasonField(label="Why it is taken back into the figures", error_messages=_SAY_WHY)
