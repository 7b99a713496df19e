"""Where an episode stands, in words: since when, held by whom, planned, paused, ended, left out."""

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone

from practice.cases.case import Case
from practice.cases.wording import person_words
from practice.domain.endings import Ending, EndingGroup, LeftOut
from practice.domain.periods import day_words
from practice.models import Episode, Holding

NOT_ASKED = "not asked"


@dataclass(frozen=True, kw_only=True)
class Fact:
    """A name and what there is to say."""

    name: str
    words: str


def facts(case: Case, *, on: dt.date) -> tuple[Fact, ...]:
    """What stands at the head of a client's page, in order: one query."""
    found = [
        Fact(name="Since", words=_since(case)),
        Fact(name="Held by", words=_held_by(case.episode, on=on)),
        Fact(name="Sessions", words=_sessions(case)),
    ]
    episode = case.episode
    if episode.ended_on is not None:
        found.append(Fact(name="Ended", words=_ended(episode, episode.ended_on)))
        found += _at_the_end(episode)
    elif episode.paused_until is not None:
        found.append(Fact(name="Pause", words=_paused(case, episode.paused_until)))
    if episode.left_out:
        found.append(Fact(name="Left out", words=_left_out(episode)))
    found += _rights(episode)
    return tuple(found)


def _rights(episode: Episode) -> list[Fact]:
    """What the client has said about the figures, and a hold; nothing where nothing is recorded."""
    client, found = episode.client, []
    if client.withdrew_on is not None:
        still = "" if episode.left_out else "; this episode is in the figures all the same"
        words = f"withdrawn on {day_words(client.withdrew_on)}{still}"
        found.append(Fact(name="Consent to the figures", words=words))
    elif client.consented_on is not None:
        words = f"given on {day_words(client.consented_on)}"
        found.append(Fact(name="Consent to the figures", words=words))
    if client.held_on is not None:
        words = f"since {day_words(client.held_on)}: nothing is erased"
        found.append(Fact(name="Legal hold", words=words))
    return found


def _since(case: Case) -> str:
    words = f"referred {day_words(case.episode.referred_on)}"
    if case.course.entered_therapy:
        first = case.course.treatment_sessions[0].on
        return f"{words}; first treatment session {day_words(first)}"
    return f"{words}; no treatment session yet"


def _held_by(episode: Episode, *, on: dt.date) -> str:
    holdings = list(
        Holding.objects.filter(episode=episode).select_related("practitioner").order_by("since")
    )
    words = []
    for holding in reversed(holdings):
        name = person_words(holding.practitioner)
        if holding.until is not None and holding.until <= on:
            words.append(f"{name} until {day_words(holding.until)}")
        elif holding.since > on:
            words.append(f"{name} from {day_words(holding.since)}")
        else:
            words.append(name)
    return "; before: ".join(words[:2]) + "".join(f"; {each}" for each in words[2:]) or "nobody"


def _sessions(case: Case) -> str:
    held, planned = len(case.course.treatment_sessions), case.episode.planned_sessions
    parts = [
        f"{held} treatment {'session' if held == 1 else 'sessions'}; none planned in advance"
        if planned is None
        else f"{held} of {planned} planned"
    ]
    if planned is not None and held > planned:
        parts.append(f"{held - planned} more than planned")
    others = case.attended - held
    if others:
        parts.append(f"{others} other seen (assessment, review, follow-up)")
    if case.missed:
        parts.append(f"{case.missed} missed or cancelled")
    return "; ".join(parts)


def _ended(episode: Episode, ended_on: dt.date) -> str:
    day = day_words(ended_on)
    if not episode.ending:
        return (
            f"{day}; how is not recorded, so the estimated planned-ending rate counts it "
            "as unplanned"
        )
    ending = Ending(episode.ending)
    counts = {
        EndingGroup.PLANNED: "a planned ending",
        EndingGroup.UNPLANNED: "an unplanned ending",
        EndingGroup.NEITHER: "neither planned nor unplanned",
    }[ending.group]
    return f"{day}: {ending.words} ({counts})"


def _at_the_end(episode: Episode) -> list[Fact]:
    found = []
    ending = Ending(episode.ending) if episode.ending else None
    if ending is not None and ending.group is EndingGroup.PLANNED:
        wished = {True: "yes", False: "no", None: NOT_ASKED}[episode.wished_to_continue]
        found.append(Fact(name="Stopped at a limit, wished to continue", words=wished))
    got = episode.get_got_what_they_came_for_display() or NOT_ASKED
    found.append(Fact(name="Got what they came for", words=got))
    return found


def _paused(case: Case, until: dt.date) -> str:
    reason = case.episode.pause_reason
    if case.is_paused:
        return f"agreed until {day_words(until)}, off the signals until then: {reason}"
    return f"the agreed pause was over on {day_words(until)}: {reason}"


def _left_out(episode: Episode) -> str:
    words = f"of every figure: {LeftOut(episode.left_out).words}"
    if episode.left_out_at is not None:
        day = day_words(timezone.localdate(episode.left_out_at))
        words += f" (since {day}, by {person_words(episode.left_out_by)})"
    return words
