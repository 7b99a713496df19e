"""A caseload with one of everything that could be lost on the way. Everybody is invented."""

import datetime as dt
from decimal import Decimal

from allauth.account.models import EmailAddress
from django.contrib.sessions.models import Session as SignIn
from django.utils import timezone

from practice.domain.endings import Ending
from practice.domain.sessions import Attendance
from practice.models import Client, Episode, Practitioner
from tests.cast import (
    day,
    hand_over,
    make_cast,
    make_client,
    make_completion,
    make_episode,
    make_session,
    saved,
)

NOTES = (
    "Ŵyn felt better; “less alone” — 😊👩‍👩‍👧 and łódź",
    "Two lines\nwith\ttabs, 'quotes', \"double\", \\backslash and NULL",
    '[1, 2] {"table": "practice_client"}\u2028\u0085next',
)
REFERENCE = "Ŵ-REFERENCE-7"


def make_rich_caseload() -> None:
    """Two services, histories of changes, hand-overs, every kind of value at its edges."""
    cast = make_cast()
    special = make_client(
        service=cast.service,
        reference=REFERENCE,
        gender="non-binary",
        birth_year=1900,
        by=cast.leda,
    )
    plain = [make_client(service=cast.service, by=cast.alice) for _ in range(12)]
    others = [make_client(service=cast.other_service, by=None) for _ in range(3)]
    for number, client in enumerate([special, *plain, *others]):
        holder = cast.charlie if client in others else cast.alice
        episode = make_episode(
            client=client, holder=holder, note=NOTES[number % 3], planned_sessions=number + 1
        )
        _sessions(episode, number)
        if number % 3 == 0:
            episode.ended_on, episode.ending = day(200), Ending.AGREED_AT_END
            episode.wished_to_continue = {0: True, 3: False}.get(number)
            saved(episode, by=holder, why="ended, as agreed – naïve “reason”")
    hand_over(episode=special.episodes.get(), to=cast.bob, on=day(40))
    _left_out(make_client(service=cast.service, by=cast.leda), by=cast.leda)
    EmailAddress.objects.create(user=cast.alice, email=cast.alice.email, primary=True)
    SignIn.objects.create(
        session_key="x" * 32, session_data="signed-in-data", expire_date=timezone.now()
    )
    # The highest number given is not that of the newest row.
    gone = make_client(service=cast.service, reference="GONE", by=cast.leda)
    gone.delete()


def _sessions(episode: Episode, number: int) -> None:
    by = episode.holdings.get().practitioner
    for week in range(3):
        session = make_session(
            episode=episode,
            held_on=day(7 + 7 * week),
            by=by,
            note=NOTES[(number + week) % 3] if week else "",
            minutes=50 if week else None,
            fee=[Decimal("0.00"), Decimal("49.99"), Decimal("99999.00")][week],
            attendance=Attendance.ATTENDED,
        )
        make_completion(of=session, total=week, by=by)
        make_completion(of=session, measure="core10", total="12.22", by=by)
    make_completion(of=episode, on=day(90), total=None, answers="01230-123", by=by)
    session.note = "corrected: " + NOTES[0]
    # The last microsecond of summer time's repeated hour.
    session.entered_at = dt.datetime(2026, 10, 25, 0, 59, 59, 999_999, tzinfo=dt.UTC)
    saved(session, by=by, why="a slip of the pen")


def _left_out(client: Client, *, by: Practitioner) -> None:
    make_episode(
        client=client,
        holder=None,
        left_out="under_18",
        left_out_at=timezone.now(),
        left_out_by=by,
    )
