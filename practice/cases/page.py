"""Everything a client's page shows, as one frozen object: a constant number of queries."""

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Exists, OuterRef

from practice.cases.agreements import ThenAndNow, load_agreements
from practice.cases.case import Case, load_case
from practice.cases.corrections import Correction, load_corrections
from practice.cases.entries import Entry, FormLine, load_entries
from practice.cases.pictures import MeasurePicture, pictures
from practice.cases.questions import answer_label
from practice.cases.risk import RiskItem
from practice.cases.standing import Fact, facts
from practice.charts.trajectory import KEY, UNCOUNTED_KEY
from practice.domain.endings import Ending, EndingGroup
from practice.domain.measures import MEASURES
from practice.domain.periods import day_words
from practice.domain.signal_kinds import RISK_ABOVE, SIGNALS_NOTE, Signal, SignalFound
from practice.models import Episode, Practitioner


@dataclass(frozen=True, kw_only=True)
class OtherEpisode:
    """Another episode of the client. uid is None where the person may not open it."""

    number: int
    referred_on: dt.date
    uid: uuid.UUID | None


@dataclass(frozen=True, kw_only=True)
class RiskLine:
    """The risk item of one form, and (form.response) what was written about it."""

    on: dt.date
    form: FormLine
    item: RiskItem

    @property
    def is_above(self) -> bool:
        """Whether it asks for a response."""
        return self.item.answer is not None and self.item.answer > RISK_ABOVE

    @property
    def words(self) -> str:
        """PHQ-9 item 9: 1, Several days."""
        answer = self.item.answer
        label = "" if answer is None else answer_label(self.item.measure, answer)
        return ", ".join(words for words in (self.item.words, label) if words)


@dataclass(frozen=True, kw_only=True)
class ClientPage:
    """One episode as it stands on a day, with everything that was ever entered about it.

    entries and corrections: newest first. others: the client's other episodes.
    """

    case: Case
    facts: tuple[Fact, ...]
    others: tuple[OtherEpisode, ...]
    pictures: tuple[MeasurePicture, ...]
    entries: tuple[Entry, ...]
    agreements: tuple[ThenAndNow, ...]
    corrections: tuple[Correction, ...]

    @property
    def signals(self) -> tuple[SignalFound, ...]:
        """What there is to look at beside risk, which has its own place and its own rule."""
        return tuple(one for one in self.case.signals if one.signal is not Signal.RISK)

    @property
    def risk_rule(self) -> str:
        """Why a risk item stays open, in one sentence."""
        return Signal.RISK.rule

    @property
    def signals_note(self) -> str:
        """What signals are, and are not."""
        return SIGNALS_NOTE

    @property
    def chart_key(self) -> str:
        """What the signs in the charts mean."""
        is_hollow_used = any(picture.plot.uncounted for picture in self.pictures)
        return f"{KEY} {UNCOUNTED_KEY}" if is_hollow_used else KEY

    @property
    def episode(self) -> Episode:
        """The one the page is about."""
        return self.case.episode

    @property
    def is_empty(self) -> bool:
        """No session and no form yet."""
        return not self.entries

    @property
    def never_given(self) -> tuple[str, ...]:
        """Names of the practice's primary measures without a single score."""
        given = {picture.measure.code for picture in self.pictures}
        return tuple(
            MEASURES[code].name for code in self.case.service.primary.measures if code not in given
        )

    @cached_property
    def answered_risk(self) -> tuple[RiskLine, ...]:
        """Every risk item above 0, and any other that somebody wrote about; newest first."""
        return tuple(line for line in self._risk_lines if line.is_above or line.form.response)

    @property
    def open_risk(self) -> tuple[RiskLine, ...]:
        """Those above 0 about which nothing is written."""
        return tuple(line for line in self.answered_risk if line.item.is_open)

    @property
    def risk_at_nought(self) -> tuple[str, ...]:
        """For each measure, the days on which its risk item was answered 0."""
        return _by_measure(
            line
            for line in self._risk_lines
            if line.item.answer is not None and not line.is_above and not line.form.response
        )

    @property
    def risk_not_seen(self) -> tuple[str, ...]:
        """For each measure, the days of forms whose risk item was not seen, which is never 0."""
        return _by_measure(
            line for line in self._risk_lines if line.item.answer is None and not line.form.response
        )

    @property
    def ended_unplanned(self) -> bool:
        """Whether what was found, and what would be tried, belongs here."""
        ending = self.episode.ending
        return bool(ending) and Ending(ending).group is EndingGroup.UNPLANNED

    @cached_property
    def _risk_lines(self) -> tuple[RiskLine, ...]:
        return tuple(
            RiskLine(on=entry.on, form=form, item=form.risk)
            for entry in self.entries
            for form in entry.forms
            if form.risk is not None
        )


def _by_measure(lines: Iterable[RiskLine]) -> tuple[str, ...]:
    days: dict[str, list[str]] = {}
    for line in lines:
        days.setdefault(line.form.measure.name, []).append(day_words(line.on))
    return tuple(
        f"{name}, {len(each)} {'form' if len(each) == 1 else 'forms'}: {', '.join(each)}"
        for name, each in days.items()
    )


def load_page(episode: Episode, *, on: dt.date, person: Practitioner) -> ClientPage:
    """The page of an episode on a day, for somebody: a constant number of queries."""
    case = load_case(episode, on=on)
    return ClientPage(
        case=case,
        facts=facts(case, on=on),
        others=_others(episode, on=on, person=person),
        pictures=pictures(case),
        entries=load_entries(episode),
        agreements=load_agreements([case], until=on).get(episode.pk, ()),
        corrections=load_corrections(episode),
    )


def _others(episode: Episode, *, on: dt.date, person: Practitioner) -> tuple[OtherEpisode, ...]:
    mine = Episode.objects.visible_to(person, on=on).filter(pk=OuterRef("pk"))
    rows = (
        Episode.objects.filter(client=episode.client_id)
        .exclude(pk=episode.pk)
        .order_by("number")
        .values_list("number", "referred_on", "uid", Exists(mine))
    )
    return tuple(
        OtherEpisode(number=number, referred_on=referred_on, uid=uid if may_open else None)
        for number, referred_on, uid, may_open in rows
    )
