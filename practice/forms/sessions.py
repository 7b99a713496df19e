"""A session or a form without a meeting, with the scores of its day: one form, whatever is entered."""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal
from functools import partial
from typing import Any

from django import forms

from practice.actions.sessions import FormEntry, RefusedFieldError, SessionEntry, bounds_of
from practice.actions.versions import StaleError
from practice.actions.writing import RefusedError
from practice.caseload_files import cells
from practice.domain import session_words
from practice.domain.measures import MEASURES, Mode
from practice.domain.placing import Placed, misplaced
from practice.domain.sessions import QUESTIONNAIRE, Attendance, Kind
from practice.forms.cell_fields import CellField, DayField, number_input
from practice.forms.reasons import ReasonField
from practice.forms.scores import ScoreForm
from practice.forms.versions import Sheet, Stale, look_again_at
from practice.models import Episode, Practitioner
from practice.models.session import MOST_MINUTES

NO_NOTE = (
    "A form filled in without a meeting has no note: leave it empty, or choose the kind of the "
    "session."
)
NO_FORM = (
    "A form filled in without a meeting, and no form: nothing to store. Give a total or answers of "
    + ", ".join(measure.name for measure in MEASURES.values())
    + "."
)
_USUAL = ("medium", "minutes", "fee")
AS_THEY_ARE = ("", "as they are: not all in one way")
THIS_CLIENT = ("", "this client")


class DayForm(forms.Form):
    """What every form of a day has: its date, and how it came."""

    # The server's sentences say what would be right, and keep what was typed.
    use_required_attribute = False

    def __init__(self, *args: Any, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["date"] = DayField(label="Date", today=today)
        self.fields["mode"] = forms.ChoiceField(
            label="How the forms came", choices=list(session_words.MODES.items())
        )

    @property
    def mode(self) -> Mode | None:
        """None where the forms came in several ways, and stay so."""
        chosen = self.cleaned_data["mode"]
        return Mode(chosen) if chosen else None

    def keep_modes(self) -> None:
        """The forms stored came in several ways: offer to leave that as it is."""
        field = self.fields["mode"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101
        field.required = False
        field.choices = [AS_THEY_ARE, *session_words.MODES.items()]

    def ask_for_correction(
        self, *, needs_reason: bool, others: Iterable[Episode], seen: str
    ) -> None:
        """Ask what only a correction asks: why, whose it is, and which version was looked at."""
        self.others = {str(other.uid): other for other in others}
        self.fields["seen"] = forms.CharField(
            widget=forms.HiddenInput, initial=seen, required=False
        )
        if needs_reason:
            self.fields["reason"] = ReasonField(
                help_text="Such as: a slip of the keyboard; the form came in later. It is kept in "
                "the history, with your name and the time."
            )
        if self.others:
            self.fields["client"] = forms.ChoiceField(
                label="It belongs to",
                required=False,
                choices=[THIS_CLIENT, *((uid, words_of(row)) for uid, row in self.others.items())],
            )

    def episode_or(self, episode: Episode) -> Episode:
        """The episode of the other client that was chosen, or this one."""
        return self.others.get(self.cleaned_data.get("client", ""), episode)


class SessionForm(DayForm):
    """The session itself, forms apart."""

    def __init__(self, *args: Any, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, today=today, **kwargs)
        self.fields |= {
            "attendance": forms.ChoiceField(
                label="Attendance", choices=list(session_words.ATTENDANCE.items())
            ),
            "kind": forms.ChoiceField(label="Kind", choices=list(session_words.KINDS.items())),
            "medium": forms.ChoiceField(
                label="Medium",
                required=False,
                choices=[("", "not recorded"), *session_words.MEDIA.items()],
            ),
            "minutes": CellField(
                label="Minutes",
                reader=partial(cells.whole, lowest=0, highest=MOST_MINUTES),
                widget=number_input(),
            ),
            "fee": CellField(
                label="Fee in pounds", reader=cells.fee, widget=number_input(inputmode="decimal")
            ),
            "note": CellField(
                label="Note",
                help_text="Encrypted when stored.",
                reader=cells.note,
                widget=forms.Textarea(attrs={"rows": 3}),
            ),
        }

    @property
    def usual(self) -> str:
        """Medium, minutes and fee in words, to be read before they are unfolded."""
        medium, minutes, fee = (self[name].value() for name in _USUAL)
        return ", ".join(
            [
                session_words.MEDIA.get(medium, "no medium"),
                f"{minutes} minutes" if minutes not in {None, ""} else "no minutes",
                f"£{str(fee).removeprefix('£')}" if fee else "no fee",
            ]
        )

    @property
    def has_unusual(self) -> bool:
        """Something is wrong there, which nobody would see folded away."""
        return any(self[name].errors for name in _USUAL)

    @property
    def is_questionnaire(self) -> bool:
        """Forms without a meeting."""
        return bool(self.cleaned_data["kind"] == QUESTIONNAIRE)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("kind") == QUESTIONNAIRE and cleaned.get("note"):
            self.add_error("note", NO_NOTE)
        return cleaned

    def entry(self, entered: tuple[FormEntry, ...]) -> SessionEntry:
        """The session with its forms, as the actions take it."""
        given = self.cleaned_data
        return SessionEntry(
            held_on=given["date"],
            kind=Kind(given["kind"]),
            attendance=Attendance(given["attendance"]),
            medium=given["medium"],
            minutes=given["minutes"],
            fee=given["fee"],
            note=given["note"] or "",
            forms=entered,
        )


class LogForm(SessionForm):
    """A new session. uid: so that the same page, sent twice, is stored once."""

    uid = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4, required=False)

    def __init__(self, *args: Any, today: dt.date, episode: Episode, **kwargs: Any) -> None:
        super().__init__(*args, today=today, **kwargs)
        self.episode = episode

    def clean_date(self) -> dt.date:
        """The action asks again; here, so that it is said together with what else is wrong."""
        on: dt.date = self.cleaned_data["date"]
        alone = Placed(on=on, kind=QUESTIONNAIRE, attendance=None, has_score=False)
        found = misplaced(alone, bounds_of(self.episode))
        if found is not None:
            raise forms.ValidationError(found.message)
        return on


class Entry:
    """A form of the day together with the scores beside it: valid, or refused, as one.

    open_scores stand open on the page, folded_scores under a heading to unfold.
    """

    def __init__(self, day: DayForm, scores: Sequence[ScoreForm], *, opened: Iterable[str]) -> None:
        self.day, self.scores = day, tuple(scores)
        self._wanted = frozenset(opened)
        self._fold()
        self._put_focus()

    def is_valid(self) -> bool:
        """Everything on the page is right by itself; what needs the episode comes with the action."""
        # Each is asked, so that the page says everything at once.
        sound = all([self.day.is_valid(), *(score.is_valid() for score in self.scores)])
        if sound and self.day.cleaned_data.get("kind") == QUESTIONNAIRE and not self.forms:
            self.day.add_error("kind", NO_FORM)
        self._put_focus()
        return sound and not self.day.errors

    @property
    def forms(self) -> tuple[FormEntry, ...]:
        """The forms entered."""
        found = (score.in_mode(self.day.mode) for score in self.scores)
        return tuple(form for form in found if form is not None)

    @property
    def doubts(self) -> tuple[str, ...]:
        """What is kept, and worth a second look."""
        return tuple(doubt for score in self.scores for doubt in score.doubts)

    @property
    def licences(self) -> list[tuple[str, str]]:
        """The licences of the questionnaires whose words are on the page, each with their names."""
        named: defaultdict[str, list[str]] = defaultdict(list)
        for score in self.scores:
            if not score.withheld:
                named[score.measure.licence].append(score.measure.name)
        return [(", ".join(names), licence) for licence, names in named.items()]

    def refuse(self, problem: RefusedError) -> None:
        """Say what an action refused beside the field that it is about."""
        field = problem.field if isinstance(problem, RefusedFieldError) else None
        by_code = {score.measure.code: score for score in self.scores}
        if field in by_code:
            by_code[field].add_error("total", str(problem))
        else:
            self.day.add_error(field if field in self.day.fields else None, str(problem))
        self._put_focus()

    def look_again(
        self,
        problem: StaleError,
        *,
        stored: "Entry",
        shown: "Entry | None",
        person: Practitioner,
    ) -> Stale:
        """Both versions of a correction that came back stale; see practice.forms.versions."""
        now = {score.measure.code: score for score in stored.scores}
        then = {} if shown is None else {score.measure.code: score for score in shown.scores}
        day = Sheet(typed=self.day, stored=stored.day, shown=None if shown is None else shown.day)
        scores = [
            Sheet(typed=mine, stored=now[code], shown=then.get(code))
            for mine in self.scores
            for code in [mine.measure.code]
        ]
        # Who changed what, the refusal says.
        stale = look_again_at([day, *scores], problem, rows=[], person=person, version="seen")
        self._fold()
        self._put_focus()
        return stale

    def _fold(self) -> None:
        self.open_scores = [
            score for score in self.scores if score.measure.code in self._wanted or score.is_given
        ]
        self.folded_scores = [score for score in self.scores if score not in self.open_scores]

    def _put_focus(self) -> None:
        # Where most work is: the first score, or the first thing that is wrong.
        forms_in_order: list[forms.Form] = [self.day, *self.open_scores, *self.folded_scores]
        for form in forms_in_order:
            for field in form.fields.values():
                field.widget.attrs.pop("autofocus", None)
        wrong = [
            form.fields[name]
            for form in forms_in_order
            for name in (form.errors if form.is_bound else ())
            if name in form.fields
        ]
        first = wrong or [score.fields["total"] for score in self.open_scores]
        if first:
            first[0].widget.attrs["autofocus"] = True


def words_of(episode: Episode) -> str:
    """A client's reference, with the episode where it is not the first."""
    again = "" if episode.number == 1 else f", episode {episode.number}"
    return f"{episode.client.reference}{again}"


def in_pounds(fee: Decimal | None) -> str:
    """A fee as the field begins with it: 60, 55.50; empty for none."""
    return "" if fee is None else f"{fee:.2f}".removesuffix(".00")
