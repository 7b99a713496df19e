"""Who sees which records: what they hold, the whole of a service they lead, nothing else."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.db import models
from pytest_django import DjangoAssertNumQueries

from practice.models import (
    Agreement,
    Client,
    Episode,
    FrozenReport,
    MeasureCompletion,
    Membership,
    Practitioner,
    Resolution,
    RiskResponse,
    Role,
    Service,
    Session,
    Supervising,
    SupervisionMeeting,
    Target,
)
from tests.cast import (
    Cast,
    day,
    hand_over,
    make_agreement,
    make_client,
    make_completion,
    make_episode,
    make_frozen_row,
    make_meeting,
    make_practitioner,
    make_resolution,
    make_risk_response,
    make_session,
    make_target,
    saved,
)

TODAY = day(100)
SEEN_ON: Mapping[type[models.Model], Callable[..., Any]] = {
    Client: Client.objects.visible_to,
    Episode: Episode.objects.visible_to,
    Session: Session.objects.visible_to,
    MeasureCompletion: MeasureCompletion.objects.visible_to,
    RiskResponse: RiskResponse.objects.visible_to,
    Agreement: Agreement.objects.visible_to,
}


@dataclass(frozen=True, kw_only=True)
class Case:
    """Everything that hangs on one episode."""

    episode: Episode
    rows: list[models.Model] = field(default_factory=list)


def make_case(*, service: Service, holder: Practitioner, client: Client | None = None) -> Case:
    client = client or make_client(service=service)
    episode = make_episode(client=client, holder=holder)
    session = make_session(episode=episode, held_on=day(7))
    # A missed one, and one of a follow-up: no less the episode's.
    missed = make_session(episode=episode, held_on=day(14), attendance="dna")
    forms = [
        make_completion(of=session),
        make_completion(of=session, measure="gad7"),
        make_completion(of=episode, on=day(10)),
    ]
    # Of both kinds of form: of a session, and of a day.
    responses = [make_risk_response(to=forms[0]), make_risk_response(to=forms[2])]
    meeting = make_meeting(
        service=service, practitioner=holder, held_on=day(21), supervisor=f"for {episode.pk}"
    )
    agreement = make_agreement(meeting=meeting, episode=episode)
    return Case(
        episode=episode, rows=[client, episode, session, missed, *forms, *responses, agreement]
    )


def seen(person: Practitioner, *, on: int = 100) -> list[models.Model]:
    """All that the person may see on the day, with any row that comes twice standing twice."""
    return [
        row
        for model, visible_to in SEEN_ON.items()
        for row in visible_to(person, on=day(on)).order_by("pk")
    ]


def test_what_i_hold_and_nobody_elses(cast: Cast) -> None:
    mine = make_case(service=cast.service, holder=cast.alice)
    bobs = make_case(service=cast.service, holder=cast.bob)
    assert seen(cast.alice) == mine.rows
    assert seen(cast.bob) == bobs.rows


def test_the_lead_sees_all_of_the_service_and_no_other(cast: Cast) -> None:
    alices = make_case(service=cast.service, holder=cast.alice)
    bobs = make_case(service=cast.service, holder=cast.bob)
    make_case(service=cast.other_service, holder=cast.charlie)
    by_model = [
        row
        for model in SEEN_ON
        for case in (alices, bobs)
        for row in case.rows
        if isinstance(row, model)
    ]
    assert seen(cast.leda) == by_model
    # Also before the referral and long after.
    assert seen(cast.leda, on=-10) == by_model
    assert seen(cast.leda, on=5000) == by_model


def test_a_stranger_sees_nothing(cast: Cast) -> None:
    make_case(service=cast.service, holder=cast.alice)
    nowhere = make_practitioner(email="dora@example.org")
    assert seen(cast.charlie) == seen(nowhere) == []


def test_a_lead_elsewhere_sees_nothing(cast: Cast) -> None:
    make_case(service=cast.service, holder=cast.alice)
    boss = make_practitioner(email="boss@example.org", service=cast.other_service, role=Role.LEAD)
    assert seen(boss) == []


@pytest.mark.parametrize(
    ("on", "holder"), [(-1, None), (0, "alice"), (29, "alice"), (30, "bob"), (31, "bob")]
)
def test_a_hand_over_counts_from_its_own_day(cast: Cast, on: int, holder: str | None) -> None:
    case = make_case(service=cast.service, holder=cast.alice)
    hand_over(episode=case.episode, to=cast.bob, on=day(30))
    for name in ("alice", "bob"):
        assert seen(getattr(cast, name), on=on) == (case.rows if name == holder else [])
    assert seen(cast.leda, on=on) == case.rows


def test_only_the_episode_that_was_handed_over(cast: Cast) -> None:
    client = make_client(service=cast.service)
    first = make_case(service=cast.service, holder=cast.alice, client=client)
    second = make_case(service=cast.service, holder=cast.alice, client=client)
    hand_over(episode=second.episode, to=cast.bob, on=day(30))
    assert seen(cast.alice) == first.rows
    assert seen(cast.bob) == second.rows


def test_who_left_the_service_sees_nothing(cast: Cast) -> None:
    case = make_case(service=cast.service, holder=cast.alice)
    for person in (cast.alice, cast.leda):
        for membership in person.memberships.all():
            membership.delete()
        assert seen(person) == []
        assert not Service.objects.visible_to(person).exists()
    # The holding still names her: that is a fact about the past.
    assert case.episode.holdings.get().practitioner == cast.alice


def test_a_holding_in_another_service_is_no_way_in(cast: Cast) -> None:
    """Only somebody's mistake could make it; it still opens nothing."""
    case = make_case(service=cast.service, holder=cast.charlie)
    assert seen(cast.charlie) == []
    assert seen(cast.leda) == case.rows


def test_a_member_of_two_services(cast: Cast) -> None:
    saved(Membership(service=cast.other_service, practitioner=cast.leda), by=cast.leda)
    led = make_case(service=cast.service, holder=cast.alice)
    held = make_case(service=cast.other_service, holder=cast.leda)
    make_case(service=cast.other_service, holder=cast.charlie)
    assert set(seen(cast.leda)) == {*led.rows, *held.rows}


def test_nothing_comes_twice(cast: Cast) -> None:
    """A client with several episodes, held one after the other by a lead who sees them anyway."""
    client = make_client(service=cast.service)
    for _ in range(3):
        case = make_case(service=cast.service, holder=cast.leda, client=client)
        hand_over(episode=case.episode, to=cast.alice, on=day(20))
        hand_over(episode=case.episode, to=cast.leda, on=day(30))
    saved(Membership(service=cast.other_service, practitioner=cast.leda, role=Role.LEAD), by=None)
    found = seen(cast.leda)
    assert len(found) == len(set(found)) == 1 + 3 * 9
    assert Client.objects.visible_to(cast.leda, on=TODAY).count() == 1
    assert Service.objects.visible_to(cast.leda).count() == 2


def test_services_one_belongs_to(cast: Cast) -> None:
    assert list(Service.objects.visible_to(cast.alice)) == [cast.service]
    assert list(Service.objects.visible_to(cast.leda)) == [cast.service]
    assert list(Service.objects.visible_to(cast.charlie)) == [cast.other_service]
    nowhere = make_practitioner(email="dora@example.org")
    assert list(Service.objects.visible_to(nowhere)) == []


def meetings_seen(person: Practitioner, *, on: int = 100) -> list[SupervisionMeeting]:
    return list(SupervisionMeeting.objects.visible_to(person, on=day(on)).order_by("pk"))


def test_supervisions_of_ones_own_and_of_a_service_one_leads(cast: Cast) -> None:
    alices, bobs, elsewhere = (
        make_meeting(service=service, practitioner=person, held_on=day(5))
        for service, person in (
            (cast.service, cast.alice),
            (cast.service, cast.bob),
            (cast.other_service, cast.charlie),
        )
    )
    assert meetings_seen(cast.alice) == [alices]
    assert meetings_seen(cast.bob) == [bobs]
    assert meetings_seen(cast.leda) == [alices, bobs]
    assert meetings_seen(cast.charlie) == [elsewhere]
    nowhere = make_practitioner(email="dora@example.org")
    boss = make_practitioner(email="boss@example.org", service=cast.other_service, role=Role.LEAD)
    assert meetings_seen(nowhere) == []
    assert meetings_seen(boss) == [elsewhere]


def test_a_leads_own_supervision_comes_once(cast: Cast) -> None:
    own = make_meeting(service=cast.service, practitioner=cast.leda, held_on=day(5))
    assert meetings_seen(cast.leda) == [own]


def test_a_supervision_stays_with_who_had_it_after_a_hand_over(cast: Cast) -> None:
    """The log is theirs; what was agreed about the client goes with the client."""
    case = make_case(service=cast.service, holder=cast.alice)
    meeting = case.episode.agreements.get().meeting
    hand_over(episode=case.episode, to=cast.bob, on=day(30))
    assert meetings_seen(cast.alice) == [meeting]
    assert meetings_seen(cast.bob) == []
    for person, agreed in ((cast.alice, []), (cast.bob, list(case.episode.agreements.all()))):
        assert list(Agreement.objects.visible_to(person, on=TODAY)) == agreed


def test_who_left_the_service_sees_no_supervision_of_it(cast: Cast) -> None:
    make_meeting(service=cast.service, practitioner=cast.alice, held_on=day(5))
    elsewhere = make_meeting(service=cast.other_service, practitioner=cast.alice, held_on=day(6))
    saved(Membership(service=cast.other_service, practitioner=cast.alice), by=None)
    for person in (cast.alice, cast.leda):
        for membership in person.memberships.filter(service=cast.service):
            membership.delete()
    assert meetings_seen(cast.alice) == [elsewhere]
    assert meetings_seen(cast.leda) == []


@pytest.mark.parametrize(
    ("model", "make"),
    [(FrozenReport, make_frozen_row), (Resolution, make_resolution), (Target, make_target)],
)
def test_reports_resolutions_and_targets_of_ones_own_and_of_a_service_one_leads(
    cast: Cast, model: Any, make: Callable[..., models.Model]
) -> None:
    whole, alices, bobs, ledas = (
        make(service=cast.service, practitioner=person)
        for person in (None, cast.alice, cast.bob, cast.leda)
    )
    elsewhere = make(service=cast.other_service, practitioner=cast.charlie)
    saved(Membership(service=cast.other_service, practitioner=cast.alice), by=None)
    abroad = make(service=cast.other_service, practitioner=cast.alice)

    def seen_by(person: Practitioner) -> list[models.Model]:
        return list(model.objects.visible_to(person, on=day(100)).order_by("pk"))

    assert seen_by(cast.alice) == [alices, abroad]
    assert seen_by(cast.bob) == [bobs]
    assert seen_by(cast.leda) == [whole, alices, bobs, ledas]
    assert seen_by(cast.charlie) == [elsewhere]
    assert seen_by(make_practitioner(email="dora@example.org")) == []
    for person in (cast.alice, cast.leda):
        for membership in person.memberships.filter(service=cast.service):
            membership.delete()
    assert seen_by(cast.alice) == [abroad]
    assert seen_by(cast.leda) == []


# --- Supervisors, leads without the grant, administrators


def supervise(
    cast: Cast, *, since: int = 0, until: int | None = None, supervisor: Practitioner | None = None
) -> Supervising:
    """bob, or somebody else, supervises alice."""
    row = Supervising(
        service=cast.service,
        supervisor=supervisor or cast.bob,
        practitioner=cast.alice,
        since=day(since),
        until=None if until is None else day(until),
    )
    return saved(row, by=cast.leda)


@pytest.mark.parametrize(("on", "is_seen"), [(9, False), (10, True), (29, True), (30, False)])
def test_a_supervisor_sees_while_they_supervise(cast: Cast, on: int, is_seen: bool) -> None:
    case = make_case(service=cast.service, holder=cast.alice)
    make_case(service=cast.service, holder=cast.leda)
    supervise(cast, since=10, until=30)
    assert seen(cast.bob, on=on) == (case.rows if is_seen else [])
    # The other way round it opens nothing.
    own = make_case(service=cast.service, holder=cast.bob)
    assert seen(cast.alice, on=on) == case.rows
    assert set(own.rows) <= set(seen(cast.bob, on=on))


def test_a_supervisor_sees_what_is_held_now(cast: Cast) -> None:
    """A client who was handed over is the next practitioner's; one who came is the supervisee's."""
    gone = make_case(service=cast.service, holder=cast.alice)
    came = make_case(service=cast.service, holder=cast.leda)
    supervise(cast)
    hand_over(episode=gone.episode, to=cast.leda, on=day(30))
    hand_over(episode=came.episode, to=cast.alice, on=day(30))
    assert seen(cast.bob, on=29) == gone.rows
    assert seen(cast.bob, on=30) == came.rows


def test_a_supervisor_changes_nothing(cast: Cast) -> None:
    make_case(service=cast.service, holder=cast.alice)
    supervise(cast)
    assert not Episode.objects.changeable_by(cast.bob, on=TODAY).exists()
    assert Episode.objects.changeable_by(cast.alice, on=TODAY).count() == 1
    assert Episode.objects.changeable_by(cast.leda, on=TODAY).count() == 1


@pytest.mark.parametrize("who", ["supervisor", "supervisee"])
def test_who_left_is_supervised_no_more(cast: Cast, who: str) -> None:
    make_case(service=cast.service, holder=cast.alice)
    supervise(cast)
    person = cast.bob if who == "supervisor" else cast.alice
    for membership in person.memberships.all():
        membership.delete()
    assert seen(cast.bob) == []


def test_a_supervisor_from_elsewhere_sees_nothing(cast: Cast) -> None:
    make_case(service=cast.service, holder=cast.alice)
    supervise(cast, supervisor=cast.charlie)
    assert seen(cast.charlie) == []


def test_a_supervision_in_one_service_opens_no_other(cast: Cast) -> None:
    for person in (cast.alice, cast.bob):
        saved(Membership(service=cast.other_service, practitioner=person), by=None)
    here = make_case(service=cast.service, holder=cast.alice)
    make_case(service=cast.other_service, holder=cast.alice)
    supervise(cast)
    assert seen(cast.bob) == here.rows


def without_the_grant(cast: Cast) -> None:
    cast.service.lead_reads_clients = False
    saved(cast.service, by=cast.leda)


def test_a_lead_without_the_grant_sees_their_own(cast: Cast) -> None:
    make_case(service=cast.service, holder=cast.alice)
    own = make_case(service=cast.service, holder=cast.leda)
    without_the_grant(cast)
    assert seen(cast.leda) == own.rows
    assert set(Episode.objects.changeable_by(cast.leda, on=TODAY)) == {own.episode}


def test_a_lead_without_the_grant_who_supervises(cast: Cast) -> None:
    case = make_case(service=cast.service, holder=cast.alice)
    make_case(service=cast.service, holder=cast.bob)
    without_the_grant(cast)
    supervise(cast, supervisor=cast.leda)
    assert seen(cast.leda) == case.rows
    assert not Episode.objects.changeable_by(cast.leda, on=TODAY).exists()


def test_an_administrator_sees_nobody(cast: Cast) -> None:
    """Not even somebody whom a mistake gave them to hold or to supervise."""
    adam = make_practitioner(
        email="adam@example.org", service=cast.service, role=Role.ADMINISTRATOR
    )
    make_case(service=cast.service, holder=cast.alice)
    make_case(service=cast.service, holder=adam)
    supervise(cast, supervisor=adam)
    assert seen(adam) == []
    assert not Episode.objects.changeable_by(adam, on=TODAY).exists()
    assert list(Service.objects.visible_to(adam)) == [cast.service]


def test_one_query_whatever_the_caseload(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for cases in (0, 1, 5):
        for _ in range(cases):
            make_case(service=cast.service, holder=cast.alice)
        for person in (cast.alice, cast.leda, cast.charlie):
            with django_assert_num_queries(len(SEEN_ON)):
                seen(person)
            with django_assert_num_queries(1):
                list(Service.objects.visible_to(person))
            with django_assert_num_queries(1):
                meetings_seen(person)
