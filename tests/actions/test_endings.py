"""The end of a therapy and what is left out: each rule from both sides, each write with its trace."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from practice.actions.ending_rules import EndingFacts, end_problems, is_as_stored
from practice.actions.endings import (
    end_episode,
    ending_needs_reason,
    leave_out,
    reopen_episode,
    take_in,
)
from practice.actions.sessions import FormEntry, RefusedFieldError
from practice.actions.versions import StaleError, version_of
from practice.actions.writing import RefusedError
from practice.domain.endings import PLANNED, Ending, LeftOut
from practice.models import Episode, MeasureCompletion, Practitioner
from tests.cast import Cast, day, make_client, make_completion, make_episode, make_session, saved

pytestmark = pytest.mark.django_db
AGREED = EndingFacts(
    ended_on=day(40),
    ending=Ending.AGREED_AT_END,
    wished_to_continue=None,
    got_what_they_came_for="",
    found="",
    would_try="",
    scores=(),
)
TODAY = day(60)
NOW = dt.datetime.combine(TODAY, dt.time(12), tzinfo=dt.UTC)


def score(measure: str = "phq9", total: int = 7, answers: str = "") -> FormEntry:
    return FormEntry(measure=measure, answers=answers, total=Decimal(total), mode=None)


def newest(row: Any) -> tuple[str, object, str | None]:
    history = row.history.first()
    return history.history_type, history.history_user, history.history_change_reason


def stored(episode: Episode) -> Episode:
    return Episode.objects.get(pk=episode.pk)


@pytest.fixture
def episode(cast: Cast) -> Episode:
    """Open, with treatment sessions on days 10 and 40."""
    made = make_episode(client=make_client(service=cast.service), holder=cast.alice)
    for on in (10, 40):
        make_session(episode=made, held_on=day(on), by=cast.alice)
    return made


def end(
    episode: Episode, facts: EndingFacts, by: Practitioner, why: str = "therapy ended"
) -> tuple[MeasureCompletion, ...]:
    return end_episode(episode=episode, facts=facts, by=by, why=why, now=NOW)


def fields(episode: Episode, facts: EndingFacts) -> list[str]:
    return [problem.field for problem in end_problems(episode, facts, today=TODAY)]


class TestRules:
    def test_an_agreed_end_on_the_last_day(self, episode: Episode) -> None:
        assert fields(episode, AGREED) == []

    @pytest.mark.parametrize(("on", "wrong"), [(60, []), (61, ["ended_on"])])
    def test_not_in_the_future(self, episode: Episode, on: int, wrong: list[str]) -> None:
        assert fields(episode, replace(AGREED, ended_on=day(on))) == wrong

    @pytest.mark.parametrize(("on", "wrong"), [(0, []), (-1, ["ended_on"])])
    def test_not_before_the_referral(self, cast: Cast, on: int, wrong: list[str]) -> None:
        bare = make_episode(client=make_client(service=cast.service), holder=cast.alice)
        assert fields(bare, replace(AGREED, ended_on=day(on))) == wrong

    @pytest.mark.parametrize(("on", "wrong"), [(40, []), (39, ["ended_on"])])
    def test_not_before_the_last_treatment(
        self, episode: Episode, on: int, wrong: list[str]
    ) -> None:
        assert fields(episode, replace(AGREED, ended_on=day(on))) == wrong

    @pytest.mark.parametrize(
        "later",
        [{"attendance": "dna"}, {"kind": "follow_up"}, {"kind": "assessment"}],
        ids=["missed", "follow-up", "assessment"],
    )
    def test_other_sessions_may_come_later(self, episode: Episode, later: dict[str, Any]) -> None:
        make_session(episode=episode, held_on=day(50), **later)
        assert fields(episode, AGREED) == []

    @pytest.mark.parametrize(
        ("kind", "on", "total", "wrong"),
        [
            pytest.param("review", 50, 12, ["ended_on"], id="a review after it"),
            pytest.param("follow_up", 50, 12, [], id="a follow-up after it"),
            pytest.param("review", 40, 12, [], id="a review on the day"),
            pytest.param("review", 50, None, [], id="a form without a total"),
        ],
    )
    def test_scores_after_the_end(
        self, episode: Episode, kind: str, on: int, total: int | None, wrong: list[str]
    ) -> None:
        session = make_session(episode=episode, held_on=day(on), kind=kind)
        make_completion(of=session, total=total, answers="1--------")
        assert fields(episode, AGREED) == wrong

    def test_a_form_sent_in_later_is_a_follow_up(self, episode: Episode) -> None:
        make_completion(of=episode, on=day(50))
        assert fields(episode, AGREED) == []

    def test_referred_on_only_before_treatment(self, cast: Cast, episode: Episode) -> None:
        facts = replace(AGREED, ending=Ending.REFERRED_ON)
        assert fields(episode, facts) == ["ending"]
        bare = make_episode(client=make_client(service=cast.service), holder=cast.alice)
        make_session(episode=bare, held_on=day(10), kind="assessment")
        assert fields(bare, facts) == []

    @pytest.mark.parametrize("wished", [True, False])
    @pytest.mark.parametrize("ending", [*Ending, None])
    def test_the_wish_is_asked_of_a_planned_ending(
        self, cast: Cast, ending: Ending | None, wished: bool
    ) -> None:
        bare = make_episode(client=make_client(service=cast.service), holder=cast.alice)
        facts = replace(AGREED, ending=ending, wished_to_continue=wished)
        assert fields(bare, facts) == ([] if ending in PLANNED else ["wished_to_continue"])
        assert fields(bare, replace(facts, wished_to_continue=None)) == []

    @pytest.mark.parametrize(
        ("kind", "on", "wrong"),
        [
            pytest.param("treatment", 40, ["phq9"], id="at the session of the day"),
            pytest.param("follow_up", 40, [], id="at a follow-up of the day"),
            pytest.param("treatment", 10, [], id="on another day"),
        ],
    )
    def test_a_measure_is_given_once_a_day(
        self, cast: Cast, kind: str, on: int, wrong: list[str]
    ) -> None:
        bare = make_episode(client=make_client(service=cast.service), holder=cast.alice)
        make_completion(of=make_session(episode=bare, held_on=day(on), kind=kind), total=12)
        facts = replace(AGREED, scores=(score(), score("gad7", 5)))
        assert fields(bare, facts) == wrong

    @pytest.mark.parametrize(("total", "words"), [(12, "(12)"), (None, "(without a total)")])
    def test_nor_beside_a_form_without_a_session(
        self, episode: Episode, total: int | None, words: str
    ) -> None:
        make_completion(of=episode, on=day(40), total=total, answers="1--------")
        (problem,) = end_problems(episode, replace(AGREED, scores=(score(),)), today=TODAY)
        assert problem.field == "phq9"
        assert words in problem.message

    @pytest.mark.parametrize(("on", "wrong"), [(50, []), (51, ["ended_on"])])
    def test_an_end_put_right_stays_clear_of_the_next_episode(
        self, cast: Cast, on: int, wrong: list[str]
    ) -> None:
        client = make_client(service=cast.service)
        first = make_episode(client=client, holder=cast.alice, ended_on=day(40))
        make_episode(client=client, holder=cast.alice, referred_on=day(50))
        assert fields(first, replace(AGREED, ended_on=day(on))) == wrong

    def test_an_open_one_that_overlaps_may_end_when_it_did(self, cast: Cast) -> None:
        client = make_client(service=cast.service)
        first = make_episode(client=client, holder=cast.alice)
        make_episode(client=client, holder=cast.alice, referred_on=day(20))
        assert fields(first, AGREED) == []

    def test_the_action_keeps_them(self, cast: Cast, episode: Episode) -> None:
        with pytest.raises(RefusedFieldError, match="last attended treatment") as refused:
            end(episode, replace(AGREED, ended_on=day(39), scores=(score(),)), cast.alice)
        assert refused.value.field == "ended_on"
        assert stored(episode).ended_on is None
        assert not MeasureCompletion.objects.exists()


class TestEnd:
    def test_all_of_it_with_its_trace(self, cast: Cast, episode: Episode) -> None:
        facts = replace(
            AGREED,
            wished_to_continue=True,
            got_what_they_came_for="partly",
            found="A long wait",
            would_try="Write sooner",
        )
        assert end(episode, facts, cast.alice) == ()
        found = stored(episode)
        assert (found.ended_on, found.ending) == (day(40), "agreed_at_end")
        assert (found.wished_to_continue, found.got_what_they_came_for) == (True, "partly")
        assert (found.found, found.would_try) == ("A long wait", "Write sooner")
        assert newest(found) == ("~", cast.alice, "therapy ended")

    def test_not_recorded(self, cast: Cast, episode: Episode) -> None:
        end(episode, replace(AGREED, ending=None), cast.alice)
        assert (stored(episode).ended_on, stored(episode).ending) == (day(40), "")

    def test_scores_go_to_the_session_of_the_day(self, cast: Cast, episode: Episode) -> None:
        session = episode.sessions.get(held_on=day(40))
        make_session(episode=episode, held_on=day(40), kind="follow_up", position=7)
        make_session(episode=episode, held_on=day(40), kind="other", attendance="dna", position=8)
        facts = replace(AGREED, scores=(score(answers="--------1"), score("gad7", 4)))
        made = end(episode, facts, cast.alice)
        forms = MeasureCompletion.objects.order_by("pk")
        assert list(forms) == list(made)
        assert [(form.session, form.measure, form.total) for form in forms] == [
            (session, "phq9", Decimal(7)),
            (session, "gad7", Decimal(4)),
        ]
        assert [form.risk_answer for form in forms] == [1, None]
        assert {form.entered_by for form in forms} == {cast.alice}
        assert {form.entered_at for form in forms} == {NOW}
        assert newest(forms[0]) == ("+", cast.alice, "therapy ended")

    def test_without_a_session_they_stand_alone(self, cast: Cast, episode: Episode) -> None:
        make_session(episode=episode, held_on=day(50), attendance="dna", position=2)
        facts = replace(AGREED, ended_on=day(50), scores=(score(), score("gad7", 4)))
        made = end(episode, facts, cast.alice)
        assert [(form.episode, form.completed_on, form.position) for form in made] == [
            (episode, day(50), 3),
            (episode, day(50), 3),
        ]

    def test_and_beside_others_of_the_day(self, cast: Cast, episode: Episode) -> None:
        make_completion(of=episode, on=day(50), measure="core10", total=9, position=4)
        facts = replace(AGREED, ended_on=day(50), scores=(score(),))
        (made,) = end(episode, facts, cast.alice)
        assert made.position == 4

    @pytest.mark.parametrize(("until", "stays"), [(39, True), (40, False)])
    def test_a_pause_ends_with_it(
        self, cast: Cast, episode: Episode, until: int, stays: bool
    ) -> None:
        episode.paused_until, episode.pause_reason = day(until), "exams"
        saved(episode, by=cast.alice)
        end(episode, AGREED, cast.alice)
        found = stored(episode)
        assert (found.paused_until is not None, found.pause_reason != "") == (stays, stays)

    def test_the_second_of_two_clicks_is_known(self, cast: Cast, episode: Episode) -> None:
        facts = replace(AGREED, scores=(score(answers="--------1"),))
        assert not is_as_stored(episode, facts)
        end(episode, facts, cast.alice)
        assert is_as_stored(stored(episode), facts)
        assert is_as_stored(stored(episode), AGREED)
        for other in (score(), score(total=8), score("gad7")):
            assert not is_as_stored(stored(episode), replace(AGREED, scores=(other,)))


class TestNeedsReason:
    def test_one_s_own_for_a_day(self, cast: Cast, episode: Episode) -> None:
        end(episode, AGREED, cast.alice)
        found, now = stored(episode), timezone.now()
        assert not ending_needs_reason(found, by=cast.alice, now=now)
        assert not ending_needs_reason(found, by=cast.alice, now=now + dt.timedelta(hours=23))
        assert ending_needs_reason(found, by=cast.alice, now=now + dt.timedelta(hours=25))
        assert ending_needs_reason(found, by=cast.leda, now=now)

    def test_it_counts_from_the_last_change_of_the_ending(
        self, cast: Cast, episode: Episode
    ) -> None:
        end(episode, AGREED, cast.leda)
        found = stored(episode)
        found.note = "Something else"
        saved(found, by=cast.alice)
        assert ending_needs_reason(found, by=cast.alice, now=timezone.now())
        end(found, replace(AGREED, ending=Ending.CRISIS), cast.alice)
        assert not ending_needs_reason(stored(episode), by=cast.alice, now=timezone.now())

    def test_an_ending_that_came_with_the_episode(self, cast: Cast) -> None:
        made = make_episode(
            client=make_client(service=cast.service), holder=cast.alice, ended_on=day(40)
        )
        assert not ending_needs_reason(made, by=cast.alice, now=timezone.now())

    def test_an_ending_that_no_history_tells_of(self, cast: Cast, episode: Episode) -> None:
        episode.ended_on = day(40)
        assert ending_needs_reason(episode, by=cast.alice, now=timezone.now())


class TestReopen:
    def test_the_ending_goes_what_was_found_stays(self, cast: Cast, episode: Episode) -> None:
        facts = replace(
            AGREED, wished_to_continue=True, got_what_they_came_for="yes", found="A long wait"
        )
        end(episode, facts, cast.alice)
        reopen_episode(episode=episode, by=cast.leda, why="came back next day")
        found = stored(episode)
        assert (found.ended_on, found.ending, found.wished_to_continue) == (None, "", None)
        assert (found.got_what_they_came_for, found.found) == ("", "A long wait")
        assert newest(found) == ("~", cast.leda, "came back next day")
        # The history keeps the ending.
        assert [row.ending for row in found.history.all()] == ["", "agreed_at_end", ""]

    def test_an_open_one(self, cast: Cast, episode: Episode) -> None:
        with pytest.raises(RefusedError, match="open already"):
            reopen_episode(episode=episode, by=cast.alice, why="")

    @pytest.mark.parametrize(
        "later",
        [
            pytest.param({"referred_on": day(40)}, id="open since the end"),
            pytest.param({"referred_on": day(20)}, id="open since before"),
            pytest.param({"referred_on": day(20), "ended_on": day(41)}, id="ended later"),
            pytest.param({"referred_on": day(40), "ended_on": day(40)}, id="all on its last day"),
        ],
    )
    def test_not_beside_a_later_one(self, cast: Cast, later: dict[str, Any]) -> None:
        client = make_client(service=cast.service)
        first = make_episode(client=client, holder=cast.alice, ended_on=day(40))
        make_episode(client=client, holder=cast.alice, **later)
        with pytest.raises(RefusedError, match="Episode 2 of this client"):
            reopen_episode(episode=first, by=cast.alice, why="")
        assert stored(first).ended_on == day(40)

    def test_after_an_earlier_one(self, cast: Cast) -> None:
        client = make_client(service=cast.service)
        make_episode(client=client, holder=cast.alice, ended_on=day(40))
        second = make_episode(
            client=client, holder=cast.alice, referred_on=day(50), ended_on=day(60)
        )
        reopen_episode(episode=second, by=cast.alice, why="")
        assert stored(second).ended_on is None


class TestLeaveOut:
    @pytest.mark.parametrize("reason", LeftOut)
    def test_with_who_when_and_why_and_back(
        self, cast: Cast, episode: Episode, reason: LeftOut
    ) -> None:
        leave_out(episode=episode, reason=reason, by=cast.alice, now=NOW)
        found = stored(episode)
        assert (found.left_out, found.left_out_at, found.left_out_by) == (
            *(reason, NOW, cast.alice),
        )
        assert newest(found) == ("~", cast.alice, f"left out: {reason.words}")
        take_in(episode=episode, by=cast.leda, why="was a mistake")
        found = stored(episode)
        assert (found.left_out, found.left_out_at, found.left_out_by) == ("", None, None)
        assert newest(found) == ("~", cast.leda, "was a mistake")
        take_in(episode=episode, by=cast.leda, why="again")
        assert found.history.count() == 3

    def test_only_once(self, cast: Cast, episode: Episode) -> None:
        leave_out(episode=episode, reason=LeftOut.UNDER_18, by=cast.alice, now=NOW)
        with pytest.raises(RefusedError, match="left out already: under 18"):
            leave_out(episode=episode, reason=LeftOut.TEST_RECORD, by=cast.leda, now=NOW)
        assert stored(episode).left_out_by == cast.alice

    def test_not_in_past_a_withdrawal(self, cast: Cast, episode: Episode) -> None:
        leave_out(episode=episode, reason=LeftOut.CONSENT_WITHDRAWN, by=cast.alice, now=NOW)
        episode.client.withdrew_on = day(50)
        saved(episode.client, by=cast.alice)
        with pytest.raises(RefusedError, match="withdrawn consent"):
            take_in(episode=episode, by=cast.alice, why="was a mistake")
        assert stored(episode).left_out == LeftOut.CONSENT_WITHDRAWN


class TestSomebodyElseMeanwhile:
    def test_an_ending(self, cast: Cast, episode: Episode) -> None:
        seen = version_of(episode, episode.client)
        saved(episode.client, by=cast.leda, why="a slip")
        with pytest.raises(StaleError, match="Nothing of yours"):
            end_episode(episode=episode, facts=AGREED, seen=seen, by=cast.alice, why="", now=NOW)
        assert stored(episode).ended_on is None
        now = version_of(episode, episode.client)
        end_episode(episode=episode, facts=AGREED, seen=now, by=cast.alice, why="", now=NOW)
        assert stored(episode).ended_on == AGREED.ended_on

    def test_taken_back(self, cast: Cast, episode: Episode) -> None:
        end(episode, AGREED, cast.alice)
        seen = version_of(episode)
        end(episode, replace(AGREED, ended_on=day(41)), cast.leda)
        with pytest.raises(StaleError):
            reopen_episode(episode=episode, seen=seen, by=cast.alice, why="")
        assert stored(episode).ended_on == day(41)

    def test_taken_in(self, cast: Cast, episode: Episode) -> None:
        leave_out(episode=episode, reason=LeftOut.UNDER_18, by=cast.alice, now=NOW)
        seen = version_of(episode)
        saved(episode, by=cast.leda)
        with pytest.raises(StaleError):
            take_in(episode=episode, seen=seen, by=cast.alice, why="")
        assert stored(episode).left_out == LeftOut.UNDER_18
