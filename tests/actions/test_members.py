"""Roles, leaving and supervision: nobody leaves a client behind, and the history says who did what."""

import datetime as dt
from typing import Any

import pytest
from django.contrib.sessions.models import Session as SignedIn
from django.test import Client
from django.utils import timezone

from practice.actions.invitations import accept_with_passphrase, invite
from practice.actions.members import (
    HandOver,
    give_role,
    held_by_nobody,
    leave,
    take_over_unheld,
)
from practice.actions.services import change_role
from practice.actions.sessions import RefusedFieldError
from practice.actions.supervising import change_supervisor, end_supervising, supervise
from practice.actions.versions import StaleError, version_of
from practice.actions.writing import RefusedError
from practice.models import (
    AuditEntry,
    Episode,
    Holding,
    Invitation,
    Membership,
    Practitioner,
    Role,
    Supervising,
)
from tests.cast import (
    Cast,
    day,
    hand_over,
    make_client,
    make_episode,
    make_invitation,
    make_practitioner,
    make_resolution,
    saved,
)

pytestmark = pytest.mark.django_db
TODAY = day(300)
NOW = timezone.make_aware(dt.datetime.combine(TODAY, dt.time(12)))


def place(cast: Cast, person: Practitioner) -> Membership:
    return Membership.objects.get(service=cast.service, practitioner=person)


def held(cast: Cast, person: Practitioner | None, **fields: Any) -> Episode:
    return make_episode(client=make_client(service=cast.service), holder=person, **fields)


def chain(episode: Episode) -> list[tuple[str, dt.date, dt.date | None]]:
    return [
        (each.practitioner.name, each.since, each.until)
        for each in episode.holdings.select_related("practitioner").order_by("since")
    ]


def gone(cast: Cast, person: Practitioner, **handing: Any) -> int:
    return leave(
        membership=place(cast, person),
        handing=HandOver(**{"on": TODAY, **handing}),
        by=cast.leda,
        now=NOW,
        today=TODAY,
    )


def role(cast: Cast, person: Practitioner, to: Role, by: Practitioner | None, **kept: Any) -> None:
    give_role(
        membership=place(cast, person),
        role=to,
        handing=HandOver(on=TODAY, **kept),
        by=by,
        now=NOW,
        today=TODAY,
    )


class TestLeaving:
    def test_everything_is_handed_over_from_the_day_on(self, cast: Cast) -> None:
        still_open = held(cast, cast.alice)
        ended = held(cast, cast.alice, ended_on=day(40))
        of_bob = held(cast, cast.bob)
        assert gone(cast, cast.alice, rest=cast.bob, on=day(290)) == 2
        for episode in (still_open, ended):
            assert chain(episode) == [("Alice", day(0), day(290)), ("Bob", day(290), None)]
        assert chain(of_bob) == [("Bob", day(0), None)]
        assert not held_by_nobody(cast.service, today=TODAY).exists()
        history: Any = Holding.history
        assert history.first().history_user == cast.leda
        assert history.first().history_change_reason == "handed over"

    def test_client_by_client(self, cast: Cast) -> None:
        first, second = held(cast, cast.alice), held(cast, cast.alice)
        gone(cast, cast.alice, rest=cast.bob, named={first.pk: cast.leda})
        assert chain(first)[-1][0] == "Leda"
        assert chain(second)[-1][0] == "Bob"

    def test_taken_over_on_the_day_itself_goes_on_as_one(self, cast: Cast) -> None:
        episode = held(cast, cast.bob)
        hand_over(episode=episode, to=cast.alice, on=TODAY)
        gone(cast, cast.alice, rest=cast.leda)
        assert chain(episode) == [("Bob", day(0), TODAY), ("Leda", TODAY, None)]

    def test_what_was_handed_over_before_stays_where_it_is(self, cast: Cast) -> None:
        episode = held(cast, cast.alice)
        hand_over(episode=episode, to=cast.bob, on=day(50))
        assert gone(cast, cast.alice) == 0
        assert chain(episode)[-1] == ("Bob", day(50), None)

    def test_the_place_ends_and_its_history_stays(self, cast: Cast) -> None:
        make_resolution(service=cast.service, practitioner=cast.alice)
        gone(cast, cast.alice)
        assert not cast.alice.memberships.exists()
        history: Any = Membership.history
        last = history.get(practitioner_id=cast.alice.pk, history_type="-")
        assert (last.history_user, last.history_change_reason) == (cast.leda, "left the service")
        assert cast.service.resolutions.filter(practitioner=cast.alice).exists()
        entry = AuditEntry.objects.get(detail="member.left")
        assert (entry.who, entry.subject) == (cast.leda.uid, cast.alice.uid)

    def test_an_account_of_no_other_service_is_closed(self, cast: Cast) -> None:
        saved(Membership(service=cast.other_service, practitioner=cast.bob), by=cast.leda)
        gone(cast, cast.alice)
        gone(cast, cast.bob)
        cast.alice.refresh_from_db()
        cast.bob.refresh_from_db()
        assert (cast.alice.is_active, cast.bob.is_active) == (False, True)

    def test_who_comes_back_chooses_a_passphrase_anew(self, cast: Cast) -> None:
        cast.alice.set_password("four quiet boats")
        saved(cast.alice, by=cast.alice)
        gone(cast, cast.alice)
        invited = invite(
            service=cast.service,
            email=cast.alice.email,
            role=Role.PRACTITIONER,
            by=cast.leda,
            now=NOW,
        )
        back = accept_with_passphrase(
            invitation=invited.invitation, name="Alice", passphrase="seven wild geese", now=NOW
        )
        assert back == cast.alice
        assert back.is_active
        assert back.check_password("seven wild geese")

    def test_sessions_of_theirs_end_and_of_nobody_else(self, cast: Cast, client: Client) -> None:
        client.force_login(cast.alice)
        other = Client()
        other.force_login(cast.bob)
        gone(cast, cast.alice)
        (left,) = SignedIn.objects.all()
        assert left.get_decoded()["_auth_user_id"] == str(cast.bob.pk)

    def test_supervisions_end_on_both_sides(self, cast: Cast) -> None:
        begun = [
            supervise(service=cast.service, supervisor=by, practitioner=of, since=since, by=None)
            for by, of, since in (
                (cast.bob, cast.alice, day(10)),
                (cast.alice, cast.leda, TODAY),
                (cast.leda, cast.bob, day(10)),
            )
        ]
        gone(cast, cast.alice)
        begun[0].refresh_from_db()
        assert begun[0].until == TODAY
        # The one of the same day is as if it had never been.
        assert not Supervising.objects.filter(pk=begun[1].pk).exists()
        assert AuditEntry.objects.filter(detail="supervising.taken-back").count() == 1
        begun[2].refresh_from_db()
        assert begun[2].until is None

    def test_links_that_they_gave_or_have_are_good_no_more(self, cast: Cast) -> None:
        rows = [
            make_invitation(service=cast.service, by=cast.alice, invited_at=NOW),
            make_invitation(
                service=cast.service, by=cast.leda, email=cast.alice.email, invited_at=NOW
            ),
            make_invitation(
                service=cast.service, by=cast.leda, email="dora@example.org", invited_at=NOW
            ),
        ]
        gone(cast, cast.alice)
        still_good = Invitation.objects.open_at(NOW)
        assert [row.pk for row in still_good] == [rows[2].pk]

    def test_nothing_is_left_to_nobody(self, cast: Cast) -> None:
        first = held(cast, cast.alice)
        held(cast, cast.alice)
        with pytest.raises(RefusedError, match="held by nobody"):
            gone(cast, cast.alice, named={first.pk: cast.bob})
        assert chain(first) == [("Alice", day(0), None)]

    def test_nobody_takes_over_from_themselves_or_without_a_place(self, cast: Cast) -> None:
        held(cast, cast.alice)
        sue = make_practitioner(email="sue@example.org", service=cast.service, role=Role.SUPERVISOR)
        for taker, words in (
            (cast.alice, "cannot take over"),
            (cast.charlie, "holds no clients"),
            (sue, "holds no clients"),
        ):
            with pytest.raises(RefusedError, match=words):
                gone(cast, cast.alice, rest=taker)
        assert cast.alice.memberships.exists()

    def test_the_day_is_not_ahead_and_not_before_the_last_client_came(self, cast: Cast) -> None:
        held(cast, cast.alice, referred_on=day(100))
        for on, words in ((day(301), "Not yet"), (day(99), "taken over on")):
            with pytest.raises(RefusedFieldError, match=words):
                gone(cast, cast.alice, rest=cast.bob, on=on)
        assert gone(cast, cast.alice, rest=cast.bob, on=day(100)) == 1

    def test_the_last_lead_stays(self, cast: Cast) -> None:
        with pytest.raises(RefusedError, match="only lead"):
            gone(cast, cast.leda)
        role(cast, cast.alice, Role.LEAD, cast.leda)
        gone(cast, cast.leda)
        assert not cast.leda.memberships.exists()

    def test_of_two_at_once_the_second_finds_them_gone(self, cast: Cast) -> None:
        seen = place(cast, cast.alice)
        gone(cast, cast.alice)
        handing = HandOver(on=TODAY)
        with pytest.raises(RefusedError, match="no longer there"):
            leave(membership=seen, handing=handing, by=cast.leda, now=NOW, today=TODAY)
        with pytest.raises(RefusedError, match="no longer there"):
            give_role(
                membership=seen,
                role=Role.LEAD,
                handing=handing,
                by=cast.leda,
                now=NOW,
                today=TODAY,
            )


class TestRoles:
    def test_nobody_changes_their_own(self, cast: Cast) -> None:
        with pytest.raises(RefusedError, match="their own role"):
            role(cast, cast.leda, Role.ADMINISTRATOR, cast.leda)

    def test_the_last_lead_stays_one(self, cast: Cast) -> None:
        with pytest.raises(RefusedError, match="only lead"):
            role(cast, cast.leda, Role.PRACTITIONER, None)

    def test_a_role_without_clients_hands_them_over(self, cast: Cast) -> None:
        episode = held(cast, cast.alice)
        with pytest.raises(RefusedError, match="held by nobody"):
            role(cast, cast.alice, Role.SUPERVISOR, cast.leda)
        role(cast, cast.alice, Role.SUPERVISOR, cast.leda, rest=cast.bob)
        assert chain(episode) == [("Alice", day(0), TODAY), ("Bob", TODAY, None)]
        assert place(cast, cast.alice).role == Role.SUPERVISOR

    def test_supervision_goes_on_as_far_as_the_role_goes(self, cast: Cast) -> None:
        def begin() -> list[Supervising]:
            pairs = ((cast.alice, cast.bob), (cast.leda, cast.alice))
            return [
                supervise(
                    service=cast.service, supervisor=by, practitioner=of, since=day(5), by=None
                )
                for by, of in pairs
            ]

        supervises, supervised = begin()
        role(cast, cast.alice, Role.SUPERVISOR, cast.leda)
        supervises.refresh_from_db()
        supervised.refresh_from_db()
        assert (supervises.until, supervised.until) == (None, TODAY)
        role(cast, cast.alice, Role.ADMINISTRATOR, cast.leda)
        supervises.refresh_from_db()
        assert supervises.until == TODAY
        role(cast, cast.alice, Role.PRACTITIONER, cast.leda)

    def test_a_page_that_has_seen_another_role_changes_nothing(self, cast: Cast) -> None:
        episode = held(cast, cast.alice)
        seen = version_of(place(cast, cast.alice))

        def from_the_page(to: Role) -> None:
            give_role(
                membership=place(cast, cast.alice),
                role=to,
                handing=HandOver(on=TODAY, rest=cast.bob),
                seen=seen,
                by=cast.leda,
                now=NOW,
                today=TODAY,
            )

        for _ in range(2):
            from_the_page(Role.LEAD)
        with pytest.raises(StaleError):
            from_the_page(Role.SUPERVISOR)
        assert place(cast, cast.alice).role == Role.LEAD
        assert episode.holdings.get().practitioner == cast.alice

    def test_by_itself_a_change_of_role_leaves_no_client_behind(self, cast: Cast) -> None:
        held(cast, cast.alice)
        with pytest.raises(RefusedError, match="hand them over first"):
            change_role(
                membership=place(cast, cast.alice), role=Role.ADMINISTRATOR, by=None, why="asked"
            )


class TestHeldByNobody:
    def test_somebody_takes_over_from_today_on(self, cast: Cast) -> None:
        of_nobody = held(cast, None)
        ahead = held(cast, None, referred_on=day(310))
        of_a_stranger = held(cast, cast.charlie)
        of_bob = held(cast, cast.bob)
        found = set(held_by_nobody(cast.service, today=TODAY))
        assert found == {of_nobody, ahead, of_a_stranger}
        count = take_over_unheld(service=cast.service, to=cast.alice, by=cast.leda, today=TODAY)
        assert count == 3
        assert chain(of_nobody) == [("Alice", TODAY, None)]
        assert chain(ahead) == [("Alice", day(310), None)]
        assert chain(of_a_stranger) == [("Charlie", day(0), TODAY), ("Alice", TODAY, None)]
        assert chain(of_bob) == [("Bob", day(0), None)]
        assert not held_by_nobody(cast.service, today=TODAY).exists()

    def test_only_whoever_may_hold_clients(self, cast: Cast) -> None:
        held(cast, None)
        with pytest.raises(RefusedError, match="holds no clients"):
            take_over_unheld(service=cast.service, to=cast.charlie, by=cast.leda, today=TODAY)


class TestSupervision:
    def begun(self, cast: Cast, **fields: Any) -> Supervising:
        return supervise(
            **{
                "service": cast.service,
                "supervisor": cast.bob,
                "practitioner": cast.alice,
                "since": day(10),
                "by": cast.leda,
                **fields,
            }
        )

    def test_it_opens_clients_while_it_lasts(self, cast: Cast) -> None:
        episode = held(cast, cast.alice)
        begun = self.begun(cast)
        change_supervisor(supervising=begun, to=cast.leda, on=day(20), by=cast.leda, now=NOW)
        cast.service.lead_reads_clients = False
        saved(cast.service, by=cast.leda)
        for person, days in ((cast.bob, [10, 19]), (cast.leda, [20, 290])):
            seen = [
                number
                for number in (9, 10, 19, 20, 290)
                if Episode.objects.visible_to(person, on=day(number)).contains(episode)
            ]
            assert seen[0] == days[0]
            assert seen[-1] == days[-1]

    def test_neither_opens_anything_without_a_place(self, cast: Cast) -> None:
        episode = held(cast, cast.alice)
        self.begun(cast)
        assert Episode.objects.visible_to(cast.bob, on=TODAY).contains(episode)
        for person in (cast.alice, cast.bob):
            place(cast, person).delete()
            assert not Episode.objects.visible_to(cast.bob, on=TODAY).contains(episode)
            saved(Membership(service=cast.service, practitioner=person), by=cast.leda)

    def test_what_is_refused(self, cast: Cast) -> None:
        self.begun(cast)
        ada = make_practitioner(
            email="ada@example.org", service=cast.service, role=Role.ADMINISTRATOR
        )
        for fields, words in (
            ({}, "already"),
            ({"supervisor": cast.alice}, "themselves"),
            ({"supervisor": ada}, "cannot read clients"),
            ({"supervisor": cast.charlie}, "cannot read clients"),
            ({"practitioner": ada, "supervisor": cast.leda}, "holds no clients"),
        ):
            with pytest.raises(RefusedError, match=words):
                self.begun(cast, **fields)

    def test_it_ends_once_and_not_before_it_began(self, cast: Cast) -> None:
        begun = self.begun(cast)
        with pytest.raises(RefusedFieldError, match="It began on"):
            end_supervising(supervising=begun, until=day(9), by=None, now=NOW)
        end_supervising(supervising=begun, until=day(20), by=None, now=NOW)
        with pytest.raises(RefusedError, match="already"):
            end_supervising(supervising=begun, until=day(20), by=None, now=NOW)

    def test_on_its_first_day_it_is_taken_back(self, cast: Cast) -> None:
        begun = self.begun(cast)
        change_supervisor(supervising=begun, to=None, on=day(10), by=cast.leda, now=NOW)
        assert not Supervising.objects.exists()
        history: Any = Supervising.history
        assert [row.history_type for row in history.order_by("history_id")] == ["+", "-"]

    def test_of_two_that_take_it_back_at_once_one_does(self, cast: Cast) -> None:
        seen = self.begun(cast)
        again = Supervising.objects.get(pk=seen.pk)
        end_supervising(supervising=seen, until=day(10), by=None, now=NOW)
        with pytest.raises(RefusedError, match="no longer there"):
            end_supervising(supervising=again, until=day(10), by=None, now=NOW)

    def test_where_the_next_cannot_begin_the_first_goes_on(self, cast: Cast) -> None:
        begun = self.begun(cast)
        with pytest.raises(RefusedError):
            change_supervisor(supervising=begun, to=cast.charlie, on=day(20), by=None, now=NOW)
        begun.refresh_from_db()
        assert begun.until is None
