"""Consent and its withdrawal, with what it does to the figures; and legal holds."""

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError
from django.utils import timezone

from practice.actions.consent import (
    end_hold,
    hold_client,
    in_figures,
    keep_out,
    left_by_withdrawal,
    record_consent,
    take_withdrawal_back,
    withdraw_consent,
)
from practice.actions.endings import leave_out, take_in
from practice.actions.imports import keep_upload
from practice.actions.sessions import RefusedFieldError
from practice.actions.versions import StaleError, version_of
from practice.actions.writing import RefusedError
from practice.caseload_files.plan import Taking
from practice.caseload_files.sources import SourceFile
from practice.caseload_files.uploads import pack, store_upload
from practice.cases.corrections import load_corrections
from practice.cohorts import Scope, load_cohort
from practice.domain.endings import LeftOut
from practice.domain.periods import Period
from practice.models import Client, Episode
from tests.cast import Cast, day, make_client, make_completion, make_episode, make_session

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 5, 4, 12, tzinfo=dt.UTC)
TODAY = NOW.date()
LATER = NOW + dt.timedelta(days=3)


@pytest.fixture
def erin(cast: Cast) -> Client:
    """Three episodes: ended with two scores, left out as couple therapy, open."""
    client = make_client(service=cast.service, reference="E-1", by=cast.alice)
    for number in range(3):
        begun = day(number * 30)
        episode = make_episode(
            client=client,
            holder=cast.alice,
            referred_on=begun,
            ended_on=begun + dt.timedelta(days=20) if number < 2 else None,
            ending="agreed_at_end" if number < 2 else "",
        )
        for week, total in ((1, 15), (2, 6)):
            session = make_session(
                episode=episode, held_on=begun + dt.timedelta(days=7 * week), by=cast.alice
            )
            make_completion(of=session, total=total, by=cast.alice)
    second = client.episodes.get(number=2)
    leave_out(
        episode=second,
        reason=LeftOut.COUPLE_OR_FAMILY,
        by=cast.alice,
        now=NOW - dt.timedelta(days=9),
    )
    return client


def reasons(client: Client) -> list[str]:
    return list(client.episodes.order_by("number").values_list("left_out", flat=True))


def newest(row: Any) -> tuple[object, str | None]:
    history = row.history.first()
    return history.history_user, history.history_change_reason


def withdraw(client: Client, cast: Cast, **values: Any) -> tuple[Episode, ...]:
    given: dict[str, Any] = {"on": TODAY, "by": cast.alice, "now": NOW}
    return withdraw_consent(client=client, **(given | values))


def test_consent_is_recorded_once_and_told(cast: Cast, erin: Client) -> None:
    for _ in range(2):
        record_consent(client=erin, on=day(1), by=cast.alice, why="asked")
    assert erin.history.count() == 2
    record_consent(client=erin, on=None, by=cast.alice, why="it was another client")
    erin.refresh_from_db()
    assert erin.consented_on is None
    told = load_corrections(erin.episodes.get(number=1))
    assert told[0].changes == ("consented on: from 6 January 2026 to not recorded",)
    assert told[0].why == "it was another client"


def test_a_withdrawal_leaves_out_every_episode_that_is_in(cast: Cast, erin: Client) -> None:
    left = withdraw(erin, cast)
    assert [episode.number for episode in left] == [1, 3]
    assert reasons(erin) == ["consent_withdrawn", "couple_or_family", "consent_withdrawn"]
    first = erin.episodes.get(number=1)
    assert (first.left_out_at, first.left_out_by) == (NOW, cast.alice)
    assert newest(first) == (cast.alice, "consent withdrawn")
    assert newest(erin) == (cast.alice, "consent withdrawn")
    assert in_figures(erin) == ()


def test_reports_count_it_as_left_out_after_a_second_score(cast: Cast, erin: Client) -> None:
    period = Period(start=day(0), end=TODAY)
    scope = Scope(service=cast.service)
    before = load_cohort(scope, period)
    assert (len(before.ended), before.left_out_after_second_score) == (1, 1)
    withdraw(erin, cast)
    after = load_cohort(scope, period)
    assert (len(after.ended), after.left_out_after_second_score) == (0, 2)
    take_withdrawal_back(client=erin, by=cast.alice, why="a slip")
    again = load_cohort(scope, period)
    assert (len(again.ended), again.left_out_after_second_score) == (1, 1)


def test_a_second_withdrawal_takes_what_has_come_in_since(cast: Cast, erin: Client) -> None:
    withdraw(erin, cast)
    assert withdraw(erin, cast) == ()
    assert erin.history.count() == 2
    make_episode(client=erin, holder=cast.alice, referred_on=day(100))
    left = withdraw(erin, cast, now=LATER)
    assert [episode.number for episode in left] == [4]
    # Another day for the same withdrawal: what it took out is still its own.
    assert withdraw(erin, cast, on=TODAY - dt.timedelta(days=1), now=LATER) == ()
    assert [one.number for one in left_by_withdrawal(erin)] == [1, 3, 4]


def test_a_withdrawal_before_the_consent_is_refused(cast: Cast, erin: Client) -> None:
    record_consent(client=erin, on=TODAY, by=cast.alice, why="asked")
    with pytest.raises(RefusedFieldError, match="Before consent was given, on 4 May 2026"):
        withdraw(erin, cast, on=TODAY - dt.timedelta(days=1))
    assert reasons(erin) == ["", "couple_or_family", ""]
    withdraw(erin, cast)
    with pytest.raises(RefusedFieldError, match="take the withdrawal back first"):
        record_consent(client=erin, on=None, by=cast.alice, why="x")
    record_consent(client=erin, on=TODAY, by=cast.alice, why="x")


def test_taking_it_back_brings_in_what_it_took_out_and_no_more(cast: Cast, erin: Client) -> None:
    early = erin.episodes.get(number=1)
    leave_out(
        episode=early,
        reason=LeftOut.CONSENT_WITHDRAWN,
        by=cast.alice,
        now=NOW - dt.timedelta(days=1),
    )
    withdraw(erin, cast)
    new = make_episode(client=erin, holder=cast.alice, referred_on=day(100))
    assert keep_out(episode=new, by=cast.alice, now=LATER)
    back = take_withdrawal_back(client=erin, by=cast.leda, why="the client thought again")
    assert [episode.number for episode in back] == [3, 4]
    assert reasons(erin) == ["consent_withdrawn", "couple_or_family", "", ""]
    assert erin.withdrew_on is None
    assert newest(erin) == (cast.leda, "the client thought again")
    assert newest(erin.episodes.get(number=3)) == (cast.leda, "the client thought again")
    with pytest.raises(RefusedError, match="No withdrawal"):
        take_withdrawal_back(client=erin, by=cast.leda, why="again")


def test_only_where_consent_is_withdrawn_a_new_episode_is_kept_out(
    cast: Cast, erin: Client
) -> None:
    third = erin.episodes.get(number=3)
    assert not keep_out(episode=third, by=cast.alice, now=NOW)
    withdraw(erin, cast)
    third.refresh_from_db()
    assert not keep_out(episode=third, by=cast.alice, now=NOW)


def test_one_episode_is_not_taken_in_past_a_withdrawal(cast: Cast, erin: Client) -> None:
    withdraw(erin, cast)
    for number in (1, 2):
        with pytest.raises(RefusedError, match="take the withdrawal back first"):
            take_in(episode=erin.episodes.get(number=number), by=cast.leda, why="counts after all")
    assert reasons(erin) == ["consent_withdrawn", "couple_or_family", "consent_withdrawn"]


def bring_in(cast: Cast, *rows: str) -> list[Any]:
    """Store an episodes sheet as the import page does; the plans of its rows."""
    now = timezone.now()
    sheet = "client,episode,practitioner,referred_on,ended_on,left_out\n" + "\n".join(rows)
    files = [
        SourceFile(name="episodes.csv", content=sheet.encode()),
        SourceFile(name="sessions.csv", content=b"client,date\n"),
    ]
    upload = keep_upload(service=cast.service, content=pack(files), by=cast.leda, now=now)
    plan, _rest = store_upload(
        upload, taking=Taking.EVERY_ROW, by=cast.leda, now=now, today=now.date()
    )
    return [(one.verdict.value, dict(one.fields)) for one in plan.episodes]


def test_a_file_brings_nothing_back_into_the_figures(cast: Cast) -> None:
    """A practice's own spreadsheet knows nothing of what was withdrawn here."""
    first = f"F-1,1,{cast.alice.email},2026-01-05,2026-02-05,"
    second = f"F-1,2,{cast.alice.email},2026-03-05,,"
    bring_in(cast, first)
    client = Client.objects.get(reference="F-1")
    withdraw(client, cast)
    ((verdict, fields), (new, added)) = bring_in(cast, first, second)
    assert (verdict, fields) == ("unchanged", {})
    assert (new, added["left_out"]) == ("added", "consent_withdrawn")
    assert reasons(client) == ["consent_withdrawn", "consent_withdrawn"]
    # What came while it was withdrawn comes back with the rest.
    assert [one.number for one in left_by_withdrawal(client)] == [1, 2]
    take_withdrawal_back(client=client, by=cast.alice, why="agreed anew")
    assert reasons(client) == ["", ""]
    assert left_by_withdrawal(client) == ()
    ((verdict, fields), _second) = bring_in(cast, first + "consent_withdrawn", second)
    assert (verdict, fields) == ("changed", {"left_out": "consent_withdrawn"})


def test_what_a_file_left_out_for_another_reason_stays_so(cast: Cast, erin: Client) -> None:
    withdraw(erin, cast)
    second = erin.episodes.get(number=2)
    row = f"{erin.reference},2,{cast.alice.email},{second.referred_on},{second.ended_on},"
    ((_verdict, fields),) = bring_in(cast, row)
    assert "left_out" not in fields
    assert reasons(erin)[1] == "couple_or_family"


def test_a_hold_is_set_once_and_ended_with_a_reason(cast: Cast, erin: Client) -> None:
    for _ in range(2):
        hold_client(client=erin, on=day(1), reason="A complaint", by=cast.alice)
    assert erin.history.count() == 2
    with pytest.raises(RefusedError, match="stands already"):
        hold_client(client=erin, on=day(2), reason="Another", by=cast.bob)
    for _ in range(2):
        end_hold(client=erin, by=cast.bob, why="settled")
    assert erin.history.count() == 3
    erin.refresh_from_db()
    assert (erin.held_on, erin.hold_reason) == (None, "")
    told = load_corrections(erin.episodes.get(number=1))
    assert told[0].changes == (
        "legal hold since: from 6 January 2026 to not recorded",
        "reason of the legal hold changed",
    )
    assert told[0].why == "settled"


def test_a_hold_without_a_reason_is_refused_by_the_database(cast: Cast, erin: Client) -> None:
    with pytest.raises(IntegrityError):
        hold_client(client=erin, on=day(1), reason="", by=cast.alice)


# --- Of a page that has seen an earlier state


def test_a_stale_page_stores_nothing(cast: Cast, erin: Client) -> None:
    seen = version_of(erin)
    record_consent(client=erin, on=day(1), seen=seen, by=cast.leda, why="asked")
    # The same once more is a double click.
    record_consent(client=erin, on=day(1), seen=seen, by=cast.alice, why="asked")
    with pytest.raises(StaleError):
        record_consent(client=erin, on=day(2), seen=seen, by=cast.alice, why="asked")
    with pytest.raises(StaleError):
        withdraw(erin, cast, seen=seen)
    with pytest.raises(StaleError):
        hold_client(client=erin, on=day(2), reason="A claim", seen=seen, by=cast.alice)
    erin.refresh_from_db()
    assert (erin.consented_on, erin.withdrew_on, erin.held_on) == (day(1), None, None)
    assert reasons(erin) == ["", "couple_or_family", ""]


def test_a_withdrawal_is_taken_back_by_whoever_has_seen_it(cast: Cast, erin: Client) -> None:
    before = version_of(erin)
    assert len(withdraw(erin, cast, seen=before)) == 2
    assert withdraw(erin, cast, seen=before) == ()
    with pytest.raises(StaleError):
        take_withdrawal_back(client=erin, seen=before, by=cast.alice, why="a slip")
    seen = version_of(erin)
    assert len(take_withdrawal_back(client=erin, seen=seen, by=cast.alice, why="a slip")) == 2
    assert take_withdrawal_back(client=erin, seen=seen, by=cast.alice, why="a slip") == ()
    for by, why in ((cast.leda, "a slip"), (cast.alice, "another reason")):
        with pytest.raises(StaleError):
            take_withdrawal_back(client=erin, seen=seen, by=by, why=why)
    with pytest.raises(RefusedError, match="No withdrawal"):
        take_withdrawal_back(client=erin, seen=version_of(erin), by=cast.leda, why="a slip")
    assert erin.history.count() == 3


def test_a_hold_is_ended_by_whoever_has_seen_it(cast: Cast, erin: Client) -> None:
    before = version_of(erin)
    hold_client(client=erin, on=day(1), reason="A claim", seen=before, by=cast.alice)
    hold_client(client=erin, on=day(1), reason="A claim", seen=before, by=cast.alice)
    with pytest.raises(StaleError):
        end_hold(client=erin, seen=before, by=cast.alice, why="settled")
    seen = version_of(erin)
    for _ in range(2):
        end_hold(client=erin, seen=seen, by=cast.alice, why="settled")
    with pytest.raises(StaleError):
        end_hold(client=erin, seen=seen, by=cast.leda, why="settled")
    assert erin.history.count() == 3
