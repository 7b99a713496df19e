"""What invented practitioners write beside the two files: believable, dated sensibly, stored as theirs."""

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from itertools import pairwise

import pytest
from django.db import transaction
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from practice.cases.case import load_cases
from practice.cohorts import Scope
from practice.demonstration import (
    PASSPHRASE,
    InventedAfterwards,
    InventedCaseload,
    invented_afterwards,
    invented_caseload,
)
from practice.demonstration.open_cases import Signal as Made
from practice.demonstration.rows import Row
from practice.domain.periods import Month
from practice.domain.signal_kinds import Signal
from practice.management.commands.demo import _bring_in
from practice.models import (
    Agreement,
    Episode,
    FrozenReport,
    Holding,
    MeasureCompletion,
    Practitioner,
    Resolution,
    RiskResponse,
    Role,
    Service,
    SupervisionMeeting,
    Target,
)
from tests import oracle
from tests.test_demonstration import LUKASZ, ORDINARY_DAY, WYN, ZOE, day_of, each_day

RISK_ITEMS = ("phq9_9", "core10_6")


@cache
def both(today: dt.date) -> tuple[InventedCaseload, InventedAfterwards]:
    """Made once for all tests: they only look at it."""
    invented = invented_caseload(today)
    return invented, invented_afterwards(invented)


def by_key(invented: InventedCaseload) -> dict[tuple[str, str], Row]:
    return {(cells["client"], cells["episode"]): cells for cells in invented.episodes}


def test_the_same_every_time() -> None:
    again = invented_caseload(ORDINARY_DAY)
    assert both(ORDINARY_DAY) == (again, invented_afterwards(again))


def test_is_about_nobody_and_names_no_client() -> None:
    _, written = both(ORDINARY_DAY)
    words = repr((written.meetings, written.responses, written.afterthoughts, written.pause))
    plain = re.sub(r"episode=\('[ZLW]-[0-9]{3}', '[12]'\)", "", words)
    assert not re.search(r"[ZLW]-[0-9]{3}", plain)
    assert not re.search(r"Marsh|Nowak|Pritchard", plain)


@each_day
def test_supervision_every_four_weeks_for_a_year(today: dt.date) -> None:
    invented, written = both(today)
    for who, least, most in ((ZOE, 13, 13), (LUKASZ, 13, 13), (WYN, 7, 10)):
        days = [one.held_on for one in written.meetings if one.practitioner == who]
        assert least <= len(days) <= most
        assert days == sorted(set(days))
        assert 11 <= (today - days[-1]).days <= 35
        gaps = [(after - day).days for day, after in pairwise(days)]
        # A week or two more or less round a holiday.
        assert set(gaps) <= {14, 21, 28, 35, 42}
        assert Counter(gaps).most_common(1)[0][0] == 28
        assert {day.weekday() for day in days} <= {1, 2, 3}
        assert days[0] > min(
            day_of(cells["referred_on"])
            for cells in invented.episodes
            if cells["practitioner"] == who
        )


@each_day
def test_agreements_are_about_ones_own_clients_who_were_open(today: dt.date) -> None:
    invented, written = both(today)
    episodes = by_key(invented)
    for meeting in written.meetings:
        about = [each.episode for each in meeting.agreements]
        assert len(set(about)) == len(about)
        for each in meeting.agreements:
            cells = episodes[each.episode]
            assert cells["practitioner"] == meeting.practitioner
            assert day_of(cells["referred_on"]) < meeting.held_on
            assert not cells["ended_on"] or day_of(cells["ended_on"]) > meeting.held_on
            assert each.due_on is None or each.due_on > meeting.held_on


@each_day
def test_of_the_last_agreements_one_is_overdue_and_others_are_due(today: dt.date) -> None:
    invented, written = both(today)
    is_open = {key for key, cells in by_key(invented).items() if not cells["ended_on"]}
    for who, overdue in ((ZOE, 1), (LUKASZ, 1), (WYN, 0)):
        last = {
            each.episode: each
            for meeting in written.meetings
            if meeting.practitioner == who
            for each in meeting.agreements
            if each.episode in is_open
        }
        days = [each.due_on for each in last.values()]
        assert sum(day is not None and day < today for day in days) == overdue
        assert any(day is not None and day >= today for day in days)
        assert None in days
        assert len(days) >= 5


@each_day
def test_every_risk_item_is_answered_for_but_the_newest(today: dt.date) -> None:
    invented, written = both(today)
    above = [
        ((cells["client"], cells["episode"]), day_of(cells["date"]), item.split("_")[0])
        for cells in invented.sessions
        for item in RISK_ITEMS
        if cells[item] not in ("", "0")
    ]
    answered = [(one.episode, one.on, one.measure) for one in written.responses]
    assert len(set(answered)) == len(answered) >= 8
    (left_open,) = set(above) - set(answered)
    assert set(answered) < set(above)
    assert left_open[0] == (invented.signals[Made.RISK], "1")
    assert left_open[1] == max(day for key, day, _ in above if key == left_open[0])
    # One has been there before, and was answered for then.
    assert sum(key == left_open[0] for key, _, _ in answered) == 1
    # No two of one client in the same words.
    for key in {key for key, _, _ in answered}:
        said = [one.asked for one in written.responses if one.episode == key]
        assert len(set(said)) == len(said)


@each_day
def test_afterthoughts_are_about_ended_therapies(today: dt.date) -> None:
    invented, written = both(today)
    episodes = by_key(invented)
    assert len({one.episode for one in written.afterthoughts}) == len(written.afterthoughts)
    for one in written.afterthoughts:
        cells = episodes[one.episode]
        assert cells["practitioner"] == one.practitioner
        assert cells["ended_on"]
        assert not cells["left_out"]
        assert cells["ending"] in (*oracle.PLANNED, *oracle.UNPLANNED)
        if one.found:
            assert cells["ending"] in oracle.UNPLANNED
        assert one.found or not one.would_try


def test_not_everything_is_asked_and_written() -> None:
    invented, written = both(ORDINARY_DAY)
    episodes = by_key(invented)
    asked = {one.episode: one for one in written.afterthoughts}
    for endings, least, most in ((oracle.PLANNED, 0.65, 0.85), (oracle.UNPLANNED, 0.15, 0.45)):
        keys = [
            key
            for key, cells in episodes.items()
            if cells["ending"] in endings and not cells["left_out"]
        ]
        got = [asked[key].got_what_they_came_for if key in asked else "" for key in keys]
        assert {*got} == {"yes", "partly", "no", ""}
        assert least <= sum(map(bool, got)) / len(got) <= most
    unplanned = [cells for cells in episodes.values() if cells["ending"] in oracle.UNPLANNED]
    found = [one for one in written.afterthoughts if one.found]
    assert 0.5 <= len(found) / len(unplanned) <= 0.85
    assert any(not one.would_try for one in found)
    assert len({one.found for one in found}) >= 10


@each_day
def test_somebody_has_just_left_getting_better(today: dt.date) -> None:
    """There is an unplanned ender since the last supervision, whose last score says something."""
    invented, written = both(today)
    key = (invented.signals[Made.LEFT], "1")
    cells = by_key(invented)[key]
    last = max(one.held_on for one in written.meetings if one.practitioner == ZOE)
    assert last <= day_of(cells["ended_on"]) <= today
    assert cells["ending"] == "loss_of_contact"
    forms = [cells for cells in invented.sessions if cells["client"] == key[0]]
    scored = [int(one["phq9"]) for one in forms if one["phq9"]]
    assert scored[0] - scored[-1] >= 6
    assert all(one["date"] <= cells["ended_on"] for one in forms)
    (thought,) = (one for one in written.afterthoughts if one.episode == key)
    assert thought.found
    assert thought.would_try


@each_day
def test_one_pause_that_goes_on(today: dt.date) -> None:
    invented, written = both(today)
    cells = by_key(invented)[written.pause.episode]
    assert not cells["ended_on"]
    assert cells["practitioner"] == written.pause.practitioner == ZOE
    assert 7 <= (written.pause.until - today).days <= 60
    assert written.pause.reason


# --- Stored


@pytest.fixture(scope="module")
def _brought_in(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The demonstration as the command sets it up, today: once, for it takes seconds.

    Each test's own transaction is a savepoint inside this one.
    """
    with django_db_blocker.unblock(), transaction.atomic():
        _bring_in(invented_caseload(timezone.localdate()))
        yield
        transaction.set_rollback(True)


@pytest.fixture
def service(_brought_in: None, db: None) -> Service:
    return Service.objects.get()


def test_everything_is_stored_as_the_entry_of_the_practitioner(service: Service) -> None:
    now = timezone.now()
    _, written = both(timezone.localdate())
    assert SupervisionMeeting.objects.count() == len(written.meetings)
    assert Agreement.objects.count() == sum(len(one.agreements) for one in written.meetings)
    assert RiskResponse.objects.count() == len(written.responses)
    for meeting in SupervisionMeeting.objects.select_related("practitioner"):
        assert meeting.entered_by == meeting.practitioner
        assert meeting.history.get().history_user == meeting.practitioner
        assert timezone.localdate(meeting.entered_at) == meeting.held_on
    forms = MeasureCompletion.objects.filter(risk_response__isnull=False)
    for form in forms.select_related("session", "risk_response__written_by"):
        on = form.completed_on if form.session is None else form.session.held_on
        assert form.risk_answer
        assert form.risk_response.written_by is not None
        assert timezone.localdate(form.risk_response.written_at) == on
        assert form.risk_response.written_at <= now
    people = set(Practitioner.objects.values_list("pk", flat=True))
    for model in (Agreement, RiskResponse):
        kept = model.history.values_list("history_user_id", flat=True)
        assert set(kept) <= people


def test_the_pages_show_it(service: Service) -> None:
    invented, written = both(timezone.localdate())
    cases = {
        case.episode.client.reference: case
        for case in load_cases(Scope(service=service), on=invented.today)
    }
    risky = [
        reference
        for reference, case in cases.items()
        if any(found.signal is Signal.RISK for found in case.signals)
    ]
    assert risky == [invented.signals[Made.RISK]]
    (paused,) = (case for case in cases.values() if case.is_paused)
    assert paused.episode.client.reference == invented.signals[Made.PAUSED]
    assert paused.episode.pause_reason == written.pause.reason
    shown = {found.signal for case in cases.values() for found in case.signals}
    assert shown == set(Signal)
    # Totals alone, with the risk item seen and not seen.
    by_total = [
        item
        for case in cases.values()
        for item in case.risk_items
        if item.measure.code == "phq9" and item.is_open is False
    ]
    assert {None, 0} <= {item.answer for item in by_total}


def test_what_was_found_is_on_the_episode(service: Service) -> None:
    _, written = both(timezone.localdate())
    rows = Episode.objects.exclude(got_what_they_came_for="").filter(ended_on__isnull=True)
    assert not rows.exists()
    stored = Counter(Episode.objects.values_list("got_what_they_came_for", flat=True))
    asked = Counter(one.got_what_they_came_for for one in written.afterthoughts)
    assert {word: stored[word] for word in ("yes", "partly", "no")} == {
        word: asked[word] for word in ("yes", "partly", "no")
    }
    found = [episode.found for episode in Episode.objects.all() if episode.found]
    assert Counter(found) == Counter(one.found for one in written.afterthoughts if one.found)


def test_one_score_was_read_again(service: Service) -> None:
    _, written = both(timezone.localdate())
    (change,) = MeasureCompletion.history.filter(history_type="~")
    assert change.history_change_reason == written.correction.why
    assert change.history_user.email == ZOE
    assert change.total == change.prev_record.total - 1 == written.correction.total


def test_what_most_sessions_are(service: Service) -> None:
    assert (service.usual_medium, service.usual_minutes) == ("video", 50)
    assert service.usual_fee == Decimal(60)
    assert service.signals_off == ""


def test_somebody_silent_was_looked_at_and_left_open(service: Service) -> None:
    _, written = both(timezone.localdate())
    (looked_at,) = Episode.objects.filter(still_open_on__isnull=False)
    assert looked_at.still_open_on == written.looked_at.on
    assert looked_at.ended_on is None
    assert looked_at.history.first().history_user.email == ZOE


def test_what_was_resolved_and_hoped_for(service: Service) -> None:
    _, written = both(timezone.localdate())
    first, second = Resolution.objects.order_by("from_on")
    assert (first.will_try, second.will_try) == tuple(one.will_try for one in written.resolutions)
    assert first.closed_on == second.from_on
    assert second.closed_on is None
    assert Counter(Target.objects.values_list("rate", flat=True)) == Counter(
        one.rate for one in written.targets
    )


def test_two_months_were_made_for_good_and_an_ending_was_found_out_since(service: Service) -> None:
    _, written = both(timezone.localdate())
    this = Month.of(timezone.localdate())
    made = FrozenReport.objects.values_list("month", flat=True)
    assert Counter(made) == {str(this.minus(2)): 2, str(this.minus(3)): 2}
    assert written.found is not None
    episode = Episode.objects.get(client__reference=written.found.episode[0], number=1)
    assert episode.ending == written.found.ending
    newest = episode.history.first()
    assert newest.history_change_reason == written.found.why
    assert newest.prev_record.ending == ""


@each_day
def test_an_ending_is_found_out_on_most_days(today: dt.date) -> None:
    invented, written = both(today)
    if written.found is not None:
        cells = by_key(invented)[written.found.episode]
        assert (cells["ending"], cells["practitioner"]) == ("", ZOE)
        assert day_of(cells["ended_on"]) < Month.of(today).minus(2).period.end


def test_a_supervisor_with_an_account_reads_whom_she_supervises_today(service: Service) -> None:
    today = timezone.localdate()
    ines = Practitioner.objects.get(email="ines@demo.invalid")
    assert ines.check_password(PASSPHRASE)
    assert ines.memberships.get().role == Role.SUPERVISOR
    begun = {
        each.practitioner.email: each
        for each in ines.supervises.select_related("practitioner", "service")
    }
    assert {email for email, each in begun.items() if each.until is None} == {ZOE, WYN}
    over = begun[LUKASZ]
    assert over.until is not None
    assert over.since < over.until <= today
    held = {email: len(read_of(email, on=today, read_by=ines)) for email in (ZOE, LUKASZ, WYN)}
    assert held[ZOE] > 0
    assert held[WYN] > 0
    assert held[LUKASZ] == 0
    # Those of whom she was, had supervision with somebody else from that day on; the others with her.
    for email, each in begun.items():
        names = set(
            SupervisionMeeting.objects.filter(practitioner__email=email).values_list(
                "supervisor", flat=True
            )
        )
        assert (names == {ines.name}) == (each.until is None)


def read_of(email: str, *, on: dt.date, read_by: Practitioner) -> list[Episode]:
    """The episodes that somebody holds, as far as somebody else may read them."""
    held = Holding.objects.on(on).filter(practitioner__email=email)
    seen = Episode.objects.visible_to(read_by, on=on)
    return list(seen.filter(pk__in=held.values("episode")))
