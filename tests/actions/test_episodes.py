"""Clients and episodes: made, come back, put right, paused; each rule from both sides."""

import datetime as dt
from typing import Any

import pytest

from practice.actions.episodes import (
    IN_USE,
    add_client,
    add_next_episode,
    change_details,
    client_with,
    end_pause,
    leave_open,
    pause_episode,
)
from practice.actions.sessions import RefusedFieldError, locked
from practice.actions.versions import StaleError, version_of
from practice.actions.writing import GoneError, RefusedError
from practice.models import Client, Episode, Holding
from tests.cast import (
    Cast,
    day,
    hand_over,
    make_client,
    make_completion,
    make_episode,
    make_session,
    saved,
)

pytestmark = pytest.mark.django_db
DETAILS = {"referred_on": day(0), "source": "GP", "note": "Steep stairs"}


def newest(row: Any) -> tuple[str, object, str | None]:
    history = row.history.first()
    return history.history_type, history.history_user, history.history_change_reason


def stored(episode: Episode) -> Episode:
    return Episode.objects.get(pk=episode.pk)


def put_right(episode: Episode, cast: Cast, **values: object) -> None:
    """Change the details as somebody who has just looked."""
    episode = stored(episode)
    facts: dict[str, object] = {
        name: values.pop(name) for name in ("reference", "gender") if name in values
    }
    change_details(
        episode=episode,
        facts=facts,
        details=values,
        seen=version_of(episode, episode.client),
        by=cast.alice,
        why="slip",
    )


class TestClientWith:
    def test_its_own_letters_first_then_any_case(self, cast: Cast) -> None:
        make_client(service=cast.service, reference="k-14")
        upper = make_client(service=cast.service, reference="K-14")
        only = make_client(service=cast.service, reference="k-15")
        assert client_with(cast.service, "K-14") == upper
        assert client_with(cast.service, "K-15") == only
        assert client_with(cast.service, "K-16") is None
        assert client_with(cast.other_service, "K-14") is None


class TestAddClient:
    def test_client_episode_and_holding_with_their_trace(self, cast: Cast) -> None:
        episode = add_client(
            service=cast.service,
            holder=cast.alice,
            reference="K-14",
            facts={"gender": "female", "birth_year": 1984},
            details=DETAILS,
            by=cast.leda,
        )
        client = Client.objects.get()
        assert (client.reference, client.gender, client.birth_year) == ("K-14", "female", 1984)
        assert client.service == cast.service
        assert Episode.objects.get() == episode
        assert (episode.number, episode.referred_on, episode.note) == (1, day(0), "Steep stairs")
        holding = Holding.objects.get()
        assert (holding.practitioner, holding.since, holding.until) == (cast.alice, day(0), None)
        for row in (client, episode, holding):
            assert newest(row) == ("+", cast.leda, "new client")

    def test_a_reference_in_use_stores_nothing(self, cast: Cast) -> None:
        make_client(service=cast.service, reference="K-14")
        with pytest.raises(RefusedFieldError, match=IN_USE) as refused:
            add_client(
                service=cast.service,
                holder=cast.alice,
                reference="k-14",
                facts={},
                details=DETAILS,
                by=cast.alice,
            )
        assert refused.value.field == "reference"
        assert Client.objects.count() == 1

    def test_the_same_reference_in_another_service_is_somebody_else(self, cast: Cast) -> None:
        make_client(service=cast.other_service, reference="K-14")
        add_client(
            service=cast.service,
            holder=cast.alice,
            reference="K-14",
            facts={},
            details=DETAILS,
            by=cast.alice,
        )
        assert Client.objects.filter(reference="K-14").count() == 2


class TestAddNextEpisode:
    def again(self, cast: Cast, client: Client, on: dt.date, **facts: object) -> Episode:
        return add_next_episode(
            client=client,
            holder=cast.bob,
            facts=facts,
            details={"referred_on": on, "problem": "grief"},
            by=cast.leda,
        )

    def test_the_next_number_held_from_the_new_referral(self, cast: Cast) -> None:
        client = make_client(service=cast.service, gender="female")
        make_episode(client=client, holder=cast.alice, ended_on=day(40))
        made = self.again(cast, client, day(40), gender="", birth_year=1984)
        assert (made.number, made.problem) == (2, "grief")
        assert made.holdings.get().practitioner == cast.bob
        client.refresh_from_db()
        # What was not known is filled in, what was left empty stays.
        assert (client.gender, client.birth_year) == ("female", 1984)
        for row in (made, client):
            assert newest(row)[1:] == (cast.leda, "came back")

    def test_the_same_fact_again_is_no_change(self, cast: Cast) -> None:
        client = make_client(service=cast.service, gender="female", by=cast.alice)
        self.again(cast, client, day(0), gender="female")
        assert Client.objects.get().history.count() == 1

    def test_a_client_without_an_episode_gets_the_first(self, cast: Cast) -> None:
        assert self.again(cast, make_client(service=cast.service), day(0)).number == 1

    def test_not_while_one_is_open(self, cast: Cast) -> None:
        client = make_client(service=cast.service)
        make_episode(client=client, holder=cast.alice, ended_on=day(40))
        make_episode(client=client, holder=cast.alice, referred_on=day(50))
        with pytest.raises(RefusedFieldError, match="open episode") as refused:
            self.again(cast, client, day(60))
        assert refused.value.field == "reference"
        assert Episode.objects.count() == 2

    def test_not_before_the_last_end(self, cast: Cast) -> None:
        client = make_client(service=cast.service)
        make_episode(client=client, holder=cast.alice, ended_on=day(40))
        with pytest.raises(RefusedFieldError, match="Before the end of episode 1") as refused:
            self.again(cast, client, day(39))
        assert refused.value.field == "referred_on"

    @pytest.mark.parametrize(("name", "other"), [("gender", "male"), ("birth_year", 1985)])
    def test_a_fact_that_is_stored_otherwise(self, cast: Cast, name: str, other: object) -> None:
        client = make_client(service=cast.service, gender="female", birth_year=1984)
        with pytest.raises(RefusedFieldError, match="is stored for this client") as refused:
            self.again(cast, client, day(0), **{name: other})
        assert refused.value.field == name
        assert not Episode.objects.exists()


class TestChangeDetails:
    def test_client_and_episode_with_their_trace(self, cast: Cast) -> None:
        episode = make_episode(client=make_client(service=cast.service), holder=cast.alice)
        put_right(episode, cast, reference="K-15", gender="male", source="GP", planned_sessions=8)
        episode = stored(episode)
        assert (episode.source, episode.planned_sessions) == ("GP", 8)
        assert (episode.client.reference, episode.client.gender) == ("K-15", "male")
        for row in (episode, episode.client):
            assert newest(row) == ("~", cast.alice, "slip")

    def test_what_is_so_already_leaves_no_trace_whatever_was_looked_at(self, cast: Cast) -> None:
        episode = make_episode(
            client=make_client(service=cast.service, by=cast.alice), holder=cast.alice, source="GP"
        )
        facts = {"reference": episode.client.reference}
        change_details(
            episode=episode,
            facts=facts,
            details={"source": "GP"},
            seen="",
            by=cast.alice,
            why="",
        )
        assert episode.history.count() == episode.client.history.count() == 1

    @pytest.mark.parametrize("whose", ["episode", "client"])
    def test_never_over_somebody_elses_change(self, cast: Cast, whose: str) -> None:
        episode = make_episode(client=make_client(service=cast.service), holder=cast.alice)
        seen = version_of(episode, episode.client)
        other = stored(episode)
        if whose == "episode":
            other.source = "GP"
            saved(other, by=cast.leda)
        else:
            other.client.gender = "male"
            saved(other.client, by=cast.leda)
        with pytest.raises(StaleError, match="while the page was open"):
            change_details(
                episode=episode,
                facts={},
                details={"problem": "grief"},
                seen=seen,
                by=cast.alice,
                why="",
            )
        assert stored(episode).problem == ""

    def test_a_reference_of_somebody_else_in_any_case(self, cast: Cast) -> None:
        make_client(service=cast.service, reference="K-14")
        client = make_client(service=cast.service, reference="K-15")
        episode = make_episode(client=client, holder=cast.alice)
        with pytest.raises(RefusedFieldError, match=IN_USE) as refused:
            put_right(episode, cast, reference="k-14")
        assert refused.value.field == "reference"
        put_right(episode, cast, reference="k-15")
        client.refresh_from_db()
        assert client.reference == "k-15"


class TestReferral:
    """A new day of referral against all that came after it, from both sides."""

    def episode(self, cast: Cast, **fields: Any) -> Episode:
        return make_episode(client=make_client(service=cast.service), holder=cast.alice, **fields)

    def moves(self, cast: Cast, episode: Episode, to: dt.date) -> bool:
        before, wrong = episode.referred_on, None
        try:
            put_right(episode, cast, referred_on=to)
        except RefusedFieldError as refused:
            wrong = refused.field
        assert wrong in {None, "referred_on"}
        assert stored(episode).referred_on == (to if wrong is None else before)
        return wrong is None

    def test_the_first_holding_moves_with_it(self, cast: Cast) -> None:
        episode = self.episode(cast)
        assert self.moves(cast, episode, day(3))
        holding = episode.holdings.get()
        assert holding.since == day(3)
        assert newest(holding) == ("~", cast.alice, "slip")

    def test_a_holding_that_began_otherwise_stays(self, cast: Cast) -> None:
        episode = self.episode(cast)
        holding = episode.holdings.get()
        holding.since = day(-3)
        saved(holding, by=cast.alice)
        assert self.moves(cast, episode, day(3))
        assert episode.holdings.get().since == day(-3)

    def test_nobody_holds_it(self, cast: Cast) -> None:
        episode = make_episode(client=make_client(service=cast.service), holder=None)
        assert self.moves(cast, episode, day(3))

    @pytest.mark.parametrize(("to", "may"), [(10, True), (11, False)])
    def test_first_session_kept_or_missed(self, cast: Cast, to: int, may: bool) -> None:
        episode = self.episode(cast)
        make_session(episode=episode, held_on=day(10), attendance="dna")
        make_session(episode=episode, held_on=day(20))
        assert self.moves(cast, episode, day(to)) is may

    @pytest.mark.parametrize(("to", "may"), [(10, True), (11, False)])
    def test_first_form_without_a_session(self, cast: Cast, to: int, may: bool) -> None:
        episode = self.episode(cast)
        make_completion(of=episode, on=day(10))
        assert self.moves(cast, episode, day(to)) is may

    @pytest.mark.parametrize(("to", "may"), [(10, True), (11, False)])
    def test_the_end(self, cast: Cast, to: int, may: bool) -> None:
        assert self.moves(cast, self.episode(cast, ended_on=day(10)), day(to)) is may

    @pytest.mark.parametrize(("to", "may"), [(10, True), (11, False)])
    def test_an_agreed_pause(self, cast: Cast, to: int, may: bool) -> None:
        episode = self.episode(cast, paused_until=day(10), pause_reason="an operation")
        assert self.moves(cast, episode, day(to)) is may

    @pytest.mark.parametrize(("to", "may"), [(9, True), (10, False)])
    def test_a_hand_over(self, cast: Cast, to: int, may: bool) -> None:
        episode = self.episode(cast)
        hand_over(episode=episode, to=cast.bob, on=day(10))
        assert self.moves(cast, episode, day(to)) is may

    @pytest.mark.parametrize(("to", "may"), [(40, True), (39, False)])
    def test_the_end_of_an_earlier_episode(self, cast: Cast, to: int, may: bool) -> None:
        client = make_client(service=cast.service)
        make_episode(client=client, holder=cast.alice, ended_on=day(40))
        second = make_episode(client=client, holder=cast.alice, referred_on=day(50))
        assert self.moves(cast, second, day(to)) is may

    def test_what_overlaps_already_may_overlap_less(self, cast: Cast) -> None:
        client = make_client(service=cast.service)
        make_episode(client=client, holder=cast.alice, ended_on=day(40))
        make_episode(client=client, holder=cast.alice, referred_on=day(80))
        between = make_episode(client=client, holder=cast.alice, referred_on=day(20))
        assert self.moves(cast, between, day(30))


class TestPause:
    def pause(self, cast: Cast, episode: Episode, until: dt.date) -> None:
        pause_episode(
            episode=episode, until=until, reason="an operation", today=day(30), by=cast.alice
        )

    def test_until_a_day_with_its_reason_and_ended(self, cast: Cast) -> None:
        episode = make_episode(client=make_client(service=cast.service), holder=cast.alice)
        self.pause(cast, episode, day(30))
        assert (stored(episode).paused_until, stored(episode).pause_reason) == (
            *(day(30), "an operation"),
        )
        # The reason is encrypted: the history's own words are not.
        assert newest(episode) == ("~", cast.alice, "agreed pause")
        self.pause(cast, episode, day(30))
        assert episode.history.count() == 2
        end_pause(episode=episode, by=cast.alice)
        assert (stored(episode).paused_until, stored(episode).pause_reason) == (None, "")
        assert newest(episode) == ("~", cast.alice, "pause ended")
        end_pause(episode=episode, by=cast.alice)
        assert episode.history.count() == 3

    def test_not_ended_over_somebody_elses_change(self, cast: Cast) -> None:
        episode = make_episode(client=make_client(service=cast.service), holder=cast.alice)
        self.pause(cast, episode, day(30))
        seen = version_of(episode)
        self.pause(cast, episode, day(45))
        with pytest.raises(StaleError):
            end_pause(episode=episode, seen=seen, by=cast.alice)
        assert stored(episode).paused_until == day(45)
        end_pause(episode=episode, seen=version_of(episode), by=cast.alice)
        assert stored(episode).paused_until is None

    def test_not_in_the_past(self, cast: Cast) -> None:
        episode = make_episode(client=make_client(service=cast.service), holder=cast.alice)
        with pytest.raises(RefusedFieldError, match="Before today") as refused:
            self.pause(cast, episode, day(29))
        assert refused.value.field == "until"
        assert stored(episode).paused_until is None

    def test_not_after_the_end(self, cast: Cast) -> None:
        episode = make_episode(
            client=make_client(service=cast.service), holder=cast.alice, ended_on=day(20)
        )
        with pytest.raises(RefusedError, match="nothing to pause"):
            self.pause(cast, episode, day(40))


def test_left_open_keeps_the_day_and_who(cast: Cast) -> None:
    episode = make_episode(client=make_client(service=cast.service), holder=cast.alice)
    leave_open(episode=episode, today=day(70), by=cast.alice)
    assert stored(episode).still_open_on == day(70)
    assert newest(episode) == ("~", cast.alice, "looked at and left open")
    kept = episode.history.count()
    # The second of two clicks, also of somebody else.
    leave_open(episode=stored(episode), today=day(70), by=cast.leda)
    assert episode.history.count() == kept
    leave_open(episode=episode, today=day(80), by=cast.leda)
    assert stored(episode).still_open_on == day(80)
    assert newest(episode) == ("~", cast.leda, "looked at and left open")


def test_left_open_is_over_nobody_elses_change(cast: Cast) -> None:
    """What was stored since the page was shown stays."""
    episode = make_episode(client=make_client(service=cast.service), holder=cast.alice)
    shown = stored(episode)
    episode.contract = "EAP"
    saved(episode, by=cast.alice)
    leave_open(episode=shown, today=day(70), by=cast.alice)
    assert stored(episode).contract == "EAP"


def test_ended_is_not_left_open(cast: Cast) -> None:
    episode = make_episode(client=make_client(service=cast.service), holder=cast.alice)
    shown = stored(episode)
    episode.ended_on = day(60)
    saved(episode, by=cast.alice)
    with pytest.raises(RefusedError, match="has ended, on 6 March 2026: there is nothing to leave"):
        leave_open(episode=shown, today=day(70), by=cast.alice)
    assert stored(episode).still_open_on is None


def test_a_referral_to_come_is_not_left_open(cast: Cast) -> None:
    episode = make_episode(client=make_client(service=cast.service), holder=cast.alice)
    with pytest.raises(RefusedError, match="The referral is of 5 January 2026"):
        leave_open(episode=episode, today=day(-1), by=cast.alice)
    leave_open(episode=episode, today=day(0), by=cast.alice)
    assert stored(episode).still_open_on == day(0)


def test_a_pause_agreed_meanwhile_is_not_stored_over(cast: Cast) -> None:
    episode = make_episode(client=make_client(service=cast.service), holder=cast.alice)
    seen = version_of(episode)
    for until in (day(20), day(20)):
        # The same once more is no change.
        pause_episode(
            episode=episode, until=until, reason="Exams", today=day(3), by=cast.alice, seen=seen
        )
    with pytest.raises(StaleError, match="while the page was open"):
        pause_episode(
            episode=episode, until=day(30), reason="Exams", today=day(3), by=cast.bob, seen=seen
        )
    episode.refresh_from_db()
    assert episode.paused_until == day(20)


def test_what_was_taken_away_in_this_very_moment_is_refused(cast: Cast) -> None:
    """Found by a page, and gone before it was locked: told, and no error of the server."""
    episode = make_episode(client=make_client(service=cast.service), holder=None, by=cast.alice)
    stored(episode).delete()
    with pytest.raises(GoneError, match="no longer there"):
        end_pause(episode=episode, by=cast.alice)
    with pytest.raises(GoneError, match="no longer there"):
        locked(episode)
