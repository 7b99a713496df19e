"""Who is in which group of a scope and period: every edge that a wrong reading would move."""

import datetime as dt
from decimal import Decimal

import pytest
from pytest_django import DjangoAssertNumQueries

from practice.cohorts import (
    EIGHTEEN_WEEKS,
    SIX_WEEKS,
    Cohort,
    Scope,
    entered_and_ended_in,
    first_referral,
    load_cohort,
    narrow,
    only,
)
from practice.domain.endings import Ending, LeftOut
from practice.domain.groups import GroupBy
from practice.domain.outcomes import Course
from practice.domain.periods import Period
from practice.domain.records import EpisodeRecord, ScoreRecord
from practice.domain.sessions import Attendance, Kind, Medium
from practice.models import (
    Client,
    Episode,
    Holding,
    MeasureCompletion,
    Practitioner,
    Service,
    Session,
)
from tests.cast import (
    Cast,
    day,
    hand_over,
    make_client,
    make_completion,
    make_episode,
    make_session,
)

# The days of the period are counted from the usual day of referral, as all days here.
FIRST, LAST = 50, 150
PERIOD = Period(start=day(FIRST), end=day(LAST))
LEFT_OUT_AT = dt.datetime(2026, 6, 1, 12, 0, tzinfo=dt.UTC)


def add_episode(
    cast: Cast,
    *,
    sessions: tuple[int, ...] = (),
    ended: int | None = None,
    ending: str = "",
    referred: int = 0,
    left_out: str = "",
    holder: Practitioner | None = None,
) -> Episode:
    """An episode of alice's with attended treatment sessions on these days."""
    episode = make_episode(
        client=make_client(service=cast.service),
        holder=holder or cast.alice,
        referred_on=day(referred),
        ended_on=None if ended is None else day(ended),
        ending=ending,
        left_out=left_out,
        left_out_at=LEFT_OUT_AT if left_out else None,
    )
    for number in sessions:
        make_session(episode=episode, held_on=day(number))
    return episode


def whole(cast: Cast, period: Period = PERIOD) -> Cohort:
    return load_cohort(Scope(service=cast.service), period)


def held_by(person: Practitioner, cast: Cast, period: Period = PERIOD) -> Cohort:
    return load_cohort(Scope(service=cast.service, practitioner=person), period)


def keys(courses: tuple[Course, ...]) -> list[int]:
    return [course.episode.key for course in courses]


def pks(*episodes: Episode) -> list[int]:
    return [episode.pk for episode in episodes]


# --- Loading


def add_caseload(cast: Cast, *, clients: int, since: int) -> None:
    """Two sessions with a form each, a lone form, and every third one handed over, per client."""
    by, why = cast.leda, "invented"
    people = Client.objects.create_all(
        [
            Client(service=cast.service, reference=f"L-{since}-{number}")
            for number in range(clients)
        ],
        by=by,
        why=why,
    )
    episodes = Episode.objects.create_all(
        [Episode(client=client, referred_on=day(0)) for client in people], by=by, why=why
    )
    Holding.objects.create_all(
        [Holding(episode=one, practitioner=cast.alice, since=day(0)) for one in episodes],
        by=by,
        why=why,
    )
    sessions = Session.objects.create_all(
        [Session(episode=one, held_on=day(number)) for one in episodes for number in (60, 70)],
        by=by,
        why=why,
    )
    forms = [MeasureCompletion(session=one, measure="phq9", total=12) for one in sessions]
    forms += [
        MeasureCompletion(episode=one, completed_on=day(80), measure="gad7", total=7)
        for one in episodes
    ]
    MeasureCompletion.objects.create_all(forms, by=by, why=why)
    for episode in episodes[::3]:
        hand_over(episode=episode, to=cast.bob, on=day(75))


def test_three_queries_whatever_the_caseload(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    expected = 0
    for clients in (0, 2, 60):
        add_caseload(cast, clients=clients, since=clients)
        expected += clients
        for scope in (
            Scope(service=cast.service),
            Scope(service=cast.service, practitioner=cast.alice),
            Scope(service=cast.service, practitioner=cast.bob),
        ):
            with django_assert_num_queries(3):
                cohort = load_cohort(scope, PERIOD)
                if scope.practitioner is None:
                    assert len(cohort.episodes) == expected
                    assert len(cohort.sessions) == 2 * expected
                    assert sum(len(each.scores) for each in cohort.episodes) == 3 * expected


def test_records_say_what_the_rows_say(cast: Cast) -> None:
    episode = add_episode(cast, ended=100, ending=Ending.AGREED_AT_END)
    episode.wished_to_continue = True
    episode.save()
    session = make_session(
        episode=episode, held_on=day(60), kind=Kind.ASSESSMENT, attendance="late", position=3
    )
    make_completion(of=session, measure="core10", total="11.11", position=9)
    make_completion(of=episode, on=day(61), measure="gad7", total=0, position=4)
    (record,) = whole(cast).episodes

    assert (record.key, record.referred_on, record.ended_on) == (episode.pk, day(0), day(100))
    assert record.ending is Ending.AGREED_AT_END
    assert record.wished_to_continue is True
    assert record.left_out is None
    (kept,) = record.sessions
    assert (kept.on, kept.kind, kept.attendance, kept.position) == (
        day(60),
        Kind.ASSESSMENT,
        Attendance.LATE,
        3,
    )
    # A form of a session has the session's day, kind and place; a lone one its own, and no kind.
    assert set(record.scores) == {
        ScoreRecord(
            measure="core10",
            on=day(60),
            total=Decimal("11.11"),
            kind=Kind.ASSESSMENT,
            position=3,
        ),
        ScoreRecord(measure="gad7", on=day(61), total=Decimal(0), kind=None, position=4),
    }


def test_incomplete_forms_are_no_scores(cast: Cast) -> None:
    episode = add_episode(cast)
    session = make_session(episode=episode, held_on=day(60))
    make_completion(of=session, answers="1-1-11111", total=None)
    make_completion(of=episode, on=day(61), answers="--------3", total=None)
    make_completion(of=session, measure="gad7", total=0)
    (record,) = whole(cast).episodes
    assert [(score.measure, score.total) for score in record.scores] == [("gad7", Decimal(0))]


def test_nothing_of_another_service(cast: Cast) -> None:
    elsewhere = make_episode(
        client=make_client(service=cast.other_service), holder=cast.charlie, ended_on=day(100)
    )
    session = make_session(episode=elsewhere, held_on=day(60))
    make_completion(of=session)
    make_completion(of=elsewhere, on=day(70))
    mine = add_episode(cast)
    assert [record.key for record in whole(cast).episodes] == [mine.pk]
    # Nor by a person who is in both: a scope is one service's.
    hand_over(episode=elsewhere, to=cast.alice, on=day(80))
    assert [record.key for record in held_by(cast.alice, cast).episodes] == [mine.pk]
    assert held_by(cast.charlie, cast).episodes == ()


@pytest.mark.parametrize(
    ("referred", "is_in"),
    [(FIRST, True), (LAST - 1, True), (LAST, True), (LAST + 1, False)],
)
def test_referred_by_the_last_day(cast: Cast, referred: int, is_in: bool) -> None:
    episode = add_episode(cast, referred=referred)
    assert keys(whole(cast).open_on_last_day) == (pks(episode) if is_in else [])


def test_first_referral(cast: Cast, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(1):
        assert first_referral(cast.service) is None
    add_episode(cast, referred=30)
    add_episode(cast, referred=20, ended=25, left_out=LeftOut.TEST_RECORD)
    make_episode(client=make_client(service=cast.other_service), holder=None)
    assert first_referral(cast.service) == day(20)
    assert first_referral(cast.other_service) == day(0)


# --- Whose an episode is


@pytest.mark.parametrize(("handed_over", "holder"), [(99, "bob"), (100, "bob"), (101, "alice")])
def test_ended_belongs_to_the_holder_on_its_end_date(
    cast: Cast, handed_over: int, holder: str
) -> None:
    episode = add_episode(cast, ended=100)
    hand_over(episode=episode, to=cast.bob, on=day(handed_over))
    for name in ("alice", "bob"):
        mine = held_by(getattr(cast, name), cast)
        assert keys(mine.ended) == (pks(episode) if name == holder else [])
    assert keys(whole(cast).ended) == pks(episode)


@pytest.mark.parametrize("ended", [None, LAST + 1, LAST + 40], ids=["open", "next day", "later"])
@pytest.mark.parametrize(
    ("handed_over", "holder"), [(LAST - 1, "bob"), (LAST, "bob"), (LAST + 1, "alice")]
)
def test_open_belongs_to_the_holder_on_the_last_day(
    cast: Cast, handed_over: int, holder: str, ended: int | None
) -> None:
    """One that ended after the period was open in it, whoever held it when it ended."""
    episode = add_episode(cast, ended=ended)
    hand_over(episode=episode, to=cast.bob, on=day(handed_over))
    for name in ("alice", "bob"):
        mine = held_by(getattr(cast, name), cast)
        assert keys(mine.open_on_last_day) == (pks(episode) if name == holder else [])
        assert mine.ended == ()


def test_an_episode_is_nobodys_twice_and_somebodys_once(cast: Cast) -> None:
    for number in range(40, 160, 5):
        episode = add_episode(cast, ended=number if number % 2 else None)
        hand_over(episode=episode, to=cast.bob, on=day(number - 3))
        hand_over(episode=episode, to=cast.leda, on=day(number + 2))
    shares = [held_by(person, cast).episodes for person in (cast.alice, cast.bob, cast.leda)]
    together = sorted(record.key for share in shares for record in share)
    assert together == [record.key for record in whole(cast).episodes]
    assert all(shares[1:])


def test_held_by_nobody_is_only_the_services(cast: Cast) -> None:
    episode = make_episode(client=make_client(service=cast.service), holder=None)
    assert keys(whole(cast).open_on_last_day) == pks(episode)
    assert held_by(cast.alice, cast).episodes == ()


# --- Groups


@pytest.mark.parametrize(
    ("ended", "group"),
    [
        pytest.param(FIRST - 1, None, id="day before the first"),
        pytest.param(FIRST, "ended", id="first day"),
        pytest.param(LAST, "ended", id="last day"),
        pytest.param(LAST + 1, "open_on_last_day", id="day after the last"),
        pytest.param(None, "open_on_last_day", id="open"),
    ],
)
def test_ended_or_open(cast: Cast, ended: int | None, group: str | None) -> None:
    # No session in the period, which would bring the episode in for its own sake.
    episode = add_episode(cast, sessions=(20, 30), ended=ended)
    cohort = whole(cast)
    for name in ("ended", "open_on_last_day"):
        assert keys(getattr(cohort, name)) == (pks(episode) if name == group else [])


def test_a_referral_after_the_last_day_is_not_open_on_it() -> None:
    """Whatever records it is given: not only those that loading would read."""
    referrals = [EpisodeRecord(key=number, referred_on=day(number)) for number in (LAST, LAST + 1)]
    cohort = Cohort(period=PERIOD, episodes=tuple(referrals))
    assert keys(cohort.open_on_last_day) == [LAST]


def test_courses_are_judged_on_their_own_day(cast: Cast) -> None:
    add_episode(cast, ended=100)
    add_episode(cast, ended=LAST + 10)
    cohort = whole(cast)
    assert [course.until for course in cohort.ended] == [day(100)]
    assert [course.until for course in cohort.open_on_last_day] == [day(LAST)]


def test_by_number_of_treatment_sessions(cast: Cast) -> None:
    none = add_episode(cast, ended=100)
    referred_on = add_episode(cast, ended=100, ending=Ending.REFERRED_ON)
    assessed = add_episode(cast, ended=100)
    make_session(episode=assessed, held_on=day(10), kind=Kind.ASSESSMENT)
    missed = add_episode(cast, ended=100)
    make_session(episode=missed, held_on=day(10), attendance=Attendance.DNA)
    one = add_episode(cast, sessions=(20,), ended=100)
    two = add_episode(cast, sessions=(20, 30), ended=100)
    # A session after the ending does not make a course of one a finished course.
    late = add_episode(cast, sessions=(20, 101), ended=100)
    # Referred on after treatment is an ending like others.
    later = add_episode(cast, sessions=(20, 30), ended=100, ending=Ending.REFERRED_ON)
    cohort = whole(cast)

    assert keys(cohort.ended) == pks(none, referred_on, assessed, missed, one, two, late, later)
    assert keys(cohort.ended_before_treatment) == pks(none, referred_on, assessed, missed)
    assert keys(cohort.referred_on) == pks(referred_on)
    assert keys(cohort.seen_before_treatment) == pks(assessed)
    assert keys(cohort.entered_and_ended) == pks(one, two, late, later)
    assert keys(cohort.one_session_only) == pks(one, late)
    assert keys(cohort.finished) == pks(two, later)
    assert cohort.treatment_sessions_of_finished == 4


def test_sessions_of_a_finished_course_count_from_its_beginning(cast: Cast) -> None:
    add_episode(cast, sessions=(5, 15, 60), ended=100)
    cohort = whole(cast)
    assert cohort.treatment_sessions_of_finished == 3
    assert len(cohort.sessions) == 1


@pytest.mark.parametrize(
    ("last_seen", "entered", "is_silent"),
    [
        pytest.param(LAST - 61, True, True, id="61 days"),
        pytest.param(LAST - 60, True, False, id="60 days"),
        pytest.param(LAST - 61, False, False, id="never entered"),
    ],
)
def test_silent_open(cast: Cast, last_seen: int, entered: bool, is_silent: bool) -> None:
    episode = add_episode(cast)
    kind = Kind.TREATMENT if entered else Kind.ASSESSMENT
    make_session(episode=episode, held_on=day(last_seen), kind=kind)
    make_session(episode=episode, held_on=day(LAST), attendance=Attendance.DNA)
    make_completion(of=episode, on=day(LAST))
    # What came after the period was not known on its last day.
    make_session(episode=episode, held_on=day(LAST + 1))
    cohort = whole(cast)
    assert keys(cohort.open_on_last_day) == pks(episode)
    assert keys(cohort.silent_open) == (pks(episode) if is_silent else [])


def test_left_out_is_in_no_group(cast: Cast) -> None:
    for reason in (LeftOut.UNDER_18, LeftOut.UNDER_18, LeftOut.TEST_RECORD):
        add_episode(cast, sessions=(20, 60), ended=100, left_out=reason)
    # Left out, but not of this period's endings.
    add_episode(cast, sessions=(20, 60), left_out=LeftOut.COUPLE_OR_FAMILY)
    add_episode(cast, sessions=(20, 60), ended=LAST + 1, left_out=LeftOut.COUPLE_OR_FAMILY)
    counted = add_episode(cast, sessions=(60,))
    cohort = whole(cast)
    assert cohort.left_out == {LeftOut.UNDER_18: 2, LeftOut.TEST_RECORD: 1}
    assert [record.key for record in cohort.counted] == pks(counted)
    assert cohort.ended == cohort.entered_and_ended == cohort.finished == ()
    assert keys(cohort.open_on_last_day) == pks(counted)
    assert len(cohort.sessions) == 1


def left_out_record(*, on: int, scores: tuple[int, ...], ended: int | None) -> EpisodeRecord:
    """Left out on a day, with PHQ-9 scores on these days."""
    return EpisodeRecord(
        key=1,
        referred_on=day(0),
        ended_on=None if ended is None else day(ended),
        left_out=LeftOut.TEST_RECORD,
        left_out_on=day(on),
        scores=tuple(
            ScoreRecord(measure="phq9", on=day(number), total=Decimal(12), kind=Kind.TREATMENT)
            for number in scores
        ),
    )


@pytest.mark.parametrize(
    ("on", "scores", "ended", "known"),
    [
        pytest.param(90, (60, 80), 100, 1, id="two scores before"),
        pytest.param(80, (60, 80), 100, 1, id="on the day of the second score"),
        pytest.param(79, (60, 80), 100, 0, id="the day before the second score"),
        pytest.param(90, (60,), 100, 0, id="one score"),
        pytest.param(90, (), 100, 0, id="no score"),
        pytest.param(90, (60, 80), LAST + 1, 0, id="ended after the period"),
        pytest.param(90, (60, 80), None, 0, id="open"),
    ],
)
def test_left_out_once_the_outcome_was_known(
    on: int, scores: tuple[int, ...], ended: int | None, known: int
) -> None:
    record = left_out_record(on=on, scores=scores, ended=ended)
    assert Cohort(period=PERIOD, episodes=(record,)).left_out_after_second_score == known


@pytest.mark.parametrize(
    ("ended", "still_open"), [(None, 1), (LAST + 1, 1), (LAST, 0), (FIRST - 1, 0)]
)
def test_left_out_and_still_open(ended: int | None, still_open: int) -> None:
    record = left_out_record(on=90, scores=(), ended=ended)
    assert Cohort(period=PERIOD, episodes=(record,)).left_out_open == still_open


def test_the_day_of_leaving_out_is_the_days_of_the_place(cast: Cast) -> None:
    """Half past eleven in the evening of a summer's day in UTC is the next day in London."""
    episode = add_episode(cast, left_out="test_record", ended=100)
    episode.left_out_at = dt.datetime(2026, 6, 1, 23, 30, tzinfo=dt.UTC)
    episode.save()
    (record,) = load_cohort(Scope(service=cast.service), PERIOD).episodes
    assert record.left_out_on == dt.date(2026, 6, 2)


def test_a_follow_up_counts_as_a_session_and_nothing_else(cast: Cast) -> None:
    """It brings an episode in that ended before the period, and would move its scores."""
    episode = add_episode(cast, sessions=(5, 12), ended=20, ending=Ending.AGREED_AT_END)
    follow_up = make_session(episode=episode, held_on=day(60), kind=Kind.FOLLOW_UP)
    make_completion(of=follow_up, total=3)
    # Those that ended before the period, without anything in it, are not even read.
    add_episode(cast, sessions=(5, 12, FIRST - 1), ended=20)
    add_episode(cast, sessions=(5, 12, LAST + 1), ended=20)
    cohort = whole(cast)

    assert [record.key for record in cohort.episodes] == pks(episode)
    assert cohort.sessions_by_attendance == {Attendance.ATTENDED: 1}
    assert cohort.ended == cohort.open_on_last_day == cohort.silent_open == ()
    assert cohort.entered_and_ended == cohort.finished == ()
    assert cohort.measured_on_any == 0
    assert cohort.treatment_sessions_of_finished == 0
    # It is still hers who held the episode when it ended.
    hand_over(episode=episode, to=cast.bob, on=day(40))
    assert len(held_by(cast.alice, cast).sessions) == 1
    assert held_by(cast.bob, cast).sessions == ()


def test_sessions_of_the_period_by_attendance(cast: Cast) -> None:
    episode = add_episode(cast)
    for number, attendance in (
        (FIRST - 1, Attendance.ATTENDED),
        (FIRST, Attendance.ATTENDED),
        (FIRST + 1, Attendance.DNA),
        (LAST - 1, Attendance.DNA),
        (LAST, Attendance.LATE),
        (LAST + 1, Attendance.ATTENDED),
    ):
        make_session(episode=episode, held_on=day(number), attendance=attendance)
    assert whole(cast).sessions_by_attendance == {
        Attendance.ATTENDED: 1,
        Attendance.DNA: 2,
        Attendance.LATE: 1,
    }


def test_measured_on_any(cast: Cast) -> None:
    for totals in ({}, {"phq9": 1}, {"phq9": 2}, {"phq9": 2, "core10": 2}, {"gad7": 1, "phq9": 1}):
        episode = add_episode(cast, sessions=(20, 60), ended=100)
        for measure, forms in totals.items():
            for number in range(forms):
                make_completion(of=episode, on=day(20 + number), measure=measure)
    assert whole(cast).measured_on_any == 2


@pytest.mark.parametrize("days", [SIX_WEEKS, EIGHTEEN_WEEKS])
def test_waits_include_their_last_day(cast: Cast, days: int) -> None:
    for wait in (days - 1, days, days + 1):
        add_episode(cast, sessions=(wait, wait + 1), ended=LAST)
    assert whole(cast).finished_within(days) == 2


def test_nobody_gives_empty_groups(cast: Cast) -> None:
    cohort = whole(cast)
    for group in ("episodes", "ended", "open_on_last_day", "sessions"):
        assert getattr(cohort, group) == (), group
    assert cohort.left_out == {}
    assert cohort.sessions_by_attendance == {}
    assert cohort.measured_on_any == cohort.finished_within(SIX_WEEKS) == 0


def test_groups_partition_what_ended(cast: Cast) -> None:
    for number, sessions in enumerate(((), (20,), (20, 30), (20, 30, 40), (101,), (20, 99))):
        add_episode(cast, sessions=sessions, ended=100 + number)
    cohort = whole(cast)
    assert sorted(
        keys(cohort.ended_before_treatment) + keys(cohort.one_session_only) + keys(cohort.finished)
    ) == keys(cohort.ended)


# --- A scope's words, and a narrower period


def test_scope_in_words(cast: Cast) -> None:
    assert Scope(service=cast.service).words == "Harbour"
    assert Scope(service=cast.service, practitioner=cast.alice).words == "Alice, Harbour"


def test_narrow_is_what_loading_would_have_given(cast: Cast) -> None:
    month = Period(start=day(LAST - 29), end=day(LAST))
    for ended in (FIRST, LAST - 30, LAST - 29, LAST, LAST + 1, None):
        add_episode(cast, sessions=(20, LAST - 30, LAST - 29), ended=ended)
    narrowed, loaded = narrow(whole(cast), month), whole(cast, month)
    assert narrowed.period == month
    for group in ("ended", "finished", "open_on_last_day", "silent_open", "sessions", "left_out"):
        assert getattr(narrowed, group) == getattr(loaded, group), group
    assert narrow(narrowed, month) == narrowed


@pytest.mark.parametrize(
    ("start", "end"),
    [
        pytest.param(FIRST, LAST - 1, id="earlier end"),
        pytest.param(FIRST, LAST + 1, id="later end"),
        pytest.param(FIRST - 1, LAST, id="earlier start"),
    ],
)
def test_unsound_periods_are_refused(start: int, end: int) -> None:
    cohort = Cohort(period=PERIOD, episodes=())
    with pytest.raises(ValueError, match="a later start with the same last day"):
        narrow(cohort, Period(start=day(start), end=day(end)))


def test_an_earlier_part_is_what_loading_would_have_given(cast: Cast) -> None:
    part = Period(start=day(FIRST), end=day(FIRST + 30))
    for ended in (FIRST - 1, FIRST, FIRST + 30, FIRST + 31, LAST, None):
        add_episode(cast, sessions=(20, FIRST), ended=ended)
        add_episode(cast, ended=ended)
    found = entered_and_ended_in(whole(cast), part)
    assert found == whole(cast, part).entered_and_ended
    assert len(found) == 2


def test_who_had_held_it_at_its_end_counts_in_an_earlier_part_too(cast: Cast) -> None:
    part = Period(start=day(FIRST), end=day(FIRST + 30))
    episode = add_episode(cast, sessions=(20,), ended=FIRST + 10)
    hand_over(episode=episode, to=cast.bob, on=day(FIRST + 5))
    assert keys(entered_and_ended_in(held_by(cast.bob, cast), part)) == pks(episode)
    assert entered_and_ended_in(held_by(cast.alice, cast), part) == ()


@pytest.mark.parametrize(
    ("start", "end"),
    [
        pytest.param(FIRST - 1, LAST, id="begins earlier"),
        pytest.param(FIRST, LAST + 1, id="ends later"),
    ],
)
def test_a_part_lies_within_the_loaded_period(start: int, end: int) -> None:
    cohort = Cohort(period=PERIOD, episodes=())
    with pytest.raises(ValueError, match="outside the loaded period"):
        entered_and_ended_in(cohort, Period(start=day(start), end=day(end)))


@pytest.mark.parametrize(
    ("minutes", "fee", "medium"),
    [(50, Decimal("60.50"), "video"), (None, None, ""), (0, Decimal("0.00"), "telephone")],
)
def test_minutes_fee_and_medium_come_along_and_missing_is_not_0(
    cast: Cast, *, minutes: int | None, fee: Decimal | None, medium: str
) -> None:
    episode = add_episode(cast)
    make_session(episode=episode, held_on=day(60), minutes=minutes, fee=fee, medium=medium)
    (record,) = whole(cast).sessions
    assert (record.minutes, record.fee) == (minutes, fee)
    assert record.medium == (Medium(medium) if medium else None)


def test_services_do_not_share_a_cohort(cast: Cast) -> None:
    add_episode(cast)
    for service in Service.objects.order_by("name"):
        cohort = load_cohort(Scope(service=service), PERIOD)
        assert len(cohort.episodes) == (service == cast.service)


# --- A part of the records


def contracts(cast: Cast) -> tuple[Episode, Episode, Episode]:
    """Two that ended, of two contracts, and an open one of the first."""
    first, second = (add_episode(cast, sessions=(60,), ended=100) for _ in range(2))
    still_open = add_episode(cast, sessions=(60,))
    for episode, contract, therapy in (
        (first, "EAP", "CBT"),
        (second, "Charity", "CBT"),
        (still_open, "EAP", ""),
    ):
        episode.contract, episode.therapy = contract, therapy
        episode.save()
    return first, second, still_open


def test_only_without_a_choice_is_the_whole(cast: Cast) -> None:
    cohort = whole(cast)
    assert only(cohort, {}) is cohort


def test_only_one_group_of_what_ended_and_of_what_is_open(cast: Cast) -> None:
    first, second, still_open = contracts(cast)
    cohort = whole(cast)
    eap = only(cohort, {GroupBy.CONTRACT: "EAP"})
    assert eap.period == cohort.period
    assert keys(eap.ended) == pks(first)
    assert keys(eap.open_on_last_day) == pks(still_open)
    assert keys(only(cohort, {GroupBy.CONTRACT: "Charity"}).ended) == pks(second)
    assert only(cohort, {GroupBy.CONTRACT: "eap"}).episodes == ()


def test_only_what_is_in_each_of_two_groups(cast: Cast) -> None:
    first, _second, still_open = contracts(cast)
    cohort = whole(cast)
    both = only(cohort, {GroupBy.CONTRACT: "EAP", GroupBy.THERAPY: "CBT"})
    assert [episode.key for episode in both.episodes] == pks(first)
    # "" is what has nothing written there.
    unwritten = only(cohort, {GroupBy.THERAPY: ""})
    assert [episode.key for episode in unwritten.episodes] == pks(still_open)


def test_only_judges_the_medium_on_the_end_or_the_last_day(cast: Cast) -> None:
    """One that ended after the period was open then: what came later does not count."""
    episode = add_episode(cast, sessions=(60,), ended=LAST + 20)
    make_session(episode=episode, held_on=day(61), medium=Medium.VIDEO)
    for number in (LAST + 5, LAST + 6):
        make_session(episode=episode, held_on=day(number), medium=Medium.TELEPHONE)
    found = only(whole(cast), {GroupBy.MEDIUM: "video"})
    assert keys(found.open_on_last_day) == pks(episode)
    assert only(whole(cast), {GroupBy.MEDIUM: "telephone"}).episodes == ()
    later = whole(cast, Period(start=day(FIRST), end=day(LAST + 30)))
    assert keys(only(later, {GroupBy.MEDIUM: "telephone"}).ended) == pks(episode)
