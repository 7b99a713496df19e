"""A caseload with one of everything that could be lost on the way. Everybody is invented."""

import datetime as dt
from decimal import Decimal
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.sessions.models import Session as SignIn
from django.utils import timezone

from practice.domain.endings import Ending
from practice.domain.sessions import Attendance
from practice.domain.signal_kinds import Signal
from practice.models import (
    AuditEntry,
    CaseloadUpload,
    Client,
    Deed,
    Episode,
    KnownDevice,
    MeasureCompletion,
    Practitioner,
    RememberedHeading,
    Role,
    Supervising,
)
from tests.cast import (
    Cast,
    day,
    hand_over,
    make_agreement,
    make_annual_figures,
    make_cast,
    make_client,
    make_completion,
    make_episode,
    make_frozen_row,
    make_invitation,
    make_meeting,
    make_resolution,
    make_risk_response,
    make_session,
    make_target,
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
            episode.got_what_they_came_for = {0: "partly", 3: "no", 6: "yes"}.get(number, "")
            episode.found, episode.would_try = NOTES[number % 2], NOTES[2] if number else ""
            saved(episode, by=holder, why="ended, as agreed – naïve “reason”")
    hand_over(episode=special.episodes.get(), to=cast.bob, on=day(40))
    _left_out(make_client(service=cast.service, by=cast.leda), by=cast.leda)
    _supervisions(cast)
    _on_the_way(cast)
    _made_for_good(cast)
    _trusted(cast, special)
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


def _supervisions(cast: Cast) -> None:
    """Meetings with agreements, a pause, and words about risk items: changed once each."""
    episodes = Episode.objects.filter(holdings__practitioner=cast.alice).order_by("pk")
    for month in range(3):
        meeting = make_meeting(
            service=cast.service,
            practitioner=cast.alice,
            held_on=day(28 * (month + 1)),
            minutes=(1, 90, 600)[month],
            supervisor="Sunniva Vålé – “Sunny”",
        )
        for episode in episodes[month : month + 4]:
            due_on = day(60) if episode.pk % 2 else None
            agreement = make_agreement(
                meeting=meeting, episode=episode, agreed=NOTES[month], due_on=due_on
            )
        agreement.agreed = "put right: " + NOTES[0]
        saved(agreement, by=cast.alice, why="a slip of the pen")
    paused = episodes.filter(ended_on=None)[0]
    paused.paused_until, paused.pause_reason = day(300), NOTES[1]
    saved(paused, by=cast.alice)
    for form in MeasureCompletion.objects.filter(measure="phq9", session=None)[:4]:
        response = make_risk_response(to=form, by=cast.alice, asked=NOTES[0], done=NOTES[2])
        response.done = "put right: " + NOTES[1]
        saved(response, by=cast.leda, why="a later thought")


def _made_for_good(cast: Cast) -> None:
    """Reports with every kind of value that JSON has, and what was resolved on seeing one."""
    for month, practitioner in (("2026-02", cast.alice), ("2026-02", None), ("2026-03", None)):
        report = make_frozen_row(
            service=cast.service,
            practitioner=practitioner,
            month=month,
            by=cast.leda,
            # No note ever stands in a report.
            text={"a": "MonthlyText", "title": "Łódź – “ŵ”", "notes": ["½", None, True, 0.1]},
            figures={"year.rates.planned_declared": {"k": 1, "n": 3}, "year.mean": 14.25},
        )
        report.digest, report.redacted_at = "f" * 64, timezone.now()
        saved(report, by=cast.leda, why="a client's reference was taken out")
    for ends, closed_on in ((day(90), None), (None, day(60))):
        resolution = make_resolution(
            service=cast.service, practitioner=cast.alice, look_again_on=ends, expects=NOTES[0]
        )
        resolution.will_try, resolution.closed_on = NOTES[2], closed_on
        saved(resolution, by=cast.alice, why="a slip of the pen")
    for rate, until in (("planned_declared", None), ("recovery", day(60))):
        target = make_target(service=cast.service, practitioner=cast.alice, rate=rate, why=NOTES[0])
        target.why, target.until, target.percent = NOTES[2], until, Decimal("0.1")
        saved(target, by=cast.alice, why="a slip of the pen")
    for service in (cast.service, None):
        kept = [{"is": "group", "name": "Ŵ “x”", "finished": 453, "recovery": "58.50", "age": None}]
        year = make_annual_figures(service=service, figures=kept, by=cast.leda)
        year.digest = "e" * 64
        saved(year, by=cast.leda, why="another file")


def _trusted(cast: Cast, client: Client) -> None:
    """Who may see what, a hold with its words, browsers, and who looked: entries of every kind."""
    for number, until in enumerate((None, day(60))):
        row = Supervising(
            service=cast.service,
            supervisor=(cast.bob, cast.leda)[number],
            practitioner=cast.alice,
            since=day(number),
        )
        saved(row, by=cast.leda)
        row.until = until
        saved(row, by=cast.leda, why="a change of supervisor")
    client.consented_on, client.withdrew_on = day(1), day(50)
    client.held_on, client.hold_reason = day(60), NOTES[0]
    saved(client, by=cast.leda, why="a claim")
    cast.service.retention_years, cast.service.second_factor = 7, True
    saved(cast.service, by=cast.leda)
    for number, words in enumerate(("Firefox on Windows", "Ŵ “browser”", "")):
        KnownDevice(practitioner=cast.alice, digest=str(number) * 64, words=words).save()
    for deed in Deed:
        AuditEntry(
            deed=deed,
            who=None if deed == Deed.SIGN_IN_FAILED else cast.leda.uid,
            service=cast.service.uid,
            subject=client.uid,
            detail="episode-detail" if deed == Deed.READ else "",
        ).save()


def _on_the_way(cast: Cast) -> None:
    """Settings, invitations in each state, a file before its preview and the trace of a stored one."""
    cast.service.signals_off = f"{Signal.WORSE} {Signal.NO_CONTACT}"
    cast.service.usual_medium, cast.service.usual_minutes = "video", 50
    cast.service.usual_fee = Decimal("0.10")
    saved(cast.service, by=cast.leda)
    now = timezone.now()
    ends: list[dict[str, Any]] = [{}, {"accepted_at": now}, {"withdrawn_at": now}]
    for number, end in enumerate(ends):
        make_invitation(
            service=cast.service,
            email=f"invited-{number}@example.org",
            role=Role.LEAD if number else Role.PRACTITIONER,
            by=cast.leda,
            **end,
        )
    headings = {"b": "phq9", "a": "", "Ŵ “x”": "gad7_1"}
    for values in (
        {"content": NOTES[2], "headings": headings},
        {"stored_at": now, "undone_at": now, "added": 12, "changed": 3},
    ):
        CaseloadUpload(service=cast.service, uploaded_by=cast.alice, **values).save()
    for heading, column in headings.items():
        RememberedHeading(service=cast.service, heading=heading.lower(), column=column).save()
