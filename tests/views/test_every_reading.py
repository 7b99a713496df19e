"""Every address at once: whatever shows somebody else's client, or takes data out, is written down."""

import datetime as dt
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from practice.models import AuditEntry, MeasureCompletion, Practitioner, Session
from practice.models import Client as ClientRow
from tests.access_pages import PAGES, Page
from tests.access_people import Everybody, make_everybody
from tests.cast import (
    make_agreement,
    make_client,
    make_completion,
    make_episode,
    make_meeting,
    make_resolution,
    make_session,
)

pytestmark = pytest.mark.django_db

READERS = ("supervisor", "lead")
# A reference that one may open stands in the list of readings; to look at the list is not one.
NO_READING = {"audit-list"}
ANOTHER_PART = "?page=2&all-page=2&left-page=2&counted-page=2&search=SEEN"
# A file that is the same for everybody.
NO_DATA = {"healthz", "questionnaire-pdf", "import-template", "mfa_download_recovery_codes"}


def in_days(number: int) -> dt.date:
    return timezone.localdate() + dt.timedelta(days=number)


def a_little_of_everything(everybody: Everybody) -> None:
    """So that a list has somebody in it: open, ended, silent, with scores and agreements."""
    cast = everybody.cast
    for number, ended in enumerate((None, in_days(-60), None)):
        client = make_client(service=cast.service, reference=f"SEEN-{number}X")
        episode = make_episode(
            client=client,
            holder=cast.alice,
            referred_on=in_days(-400),
            ended_on=ended,
            ending="" if ended is None else "loss_of_contact",
        )
        for session, total in ((-150, 19), (-120, 17)):
            held = make_session(episode=episode, held_on=in_days(session), by=cast.alice)
            make_completion(of=held, total=total, answers="", by=cast.alice)
            make_completion(of=held, measure="gad7", total=9, by=cast.alice)
        meeting = make_meeting(
            service=cast.service,
            practitioner=cast.alice,
            held_on=in_days(-10),
            supervisor=f"Sunniva {number}",
        )
        make_agreement(meeting=meeting, episode=episode)
    make_resolution(service=cast.service, practitioner=cast.alice)


def pages(everybody: Everybody) -> Iterator[tuple[Page, str]]:
    """Each page with an address; what stands in it is made once."""
    made: dict[Any, dict[str, object]] = {}
    for page in PAGES.values():
        # Account pages are about nobody else; to end a supervision one would have to begin there.
        if not page.url_name.startswith(("account_", "mfa_", "supervising-end")):
            if page.needs not in made:
                made[page.needs] = page.needs(everybody.cast)
            yield page, reverse(page.url_name, kwargs=made[page.needs])


def shows_a_client(page: Page, answer: Any) -> bool:
    """A reference of anybody stands on the page."""
    is_page = answer["Content-Type"].startswith("text/html")
    if not is_page or page.url_name in NO_READING:
        return False
    shown = answer.content.decode()
    references = ClientRow.objects.values_list("reference", flat=True)
    return any(re.search(rf"(?<![\w-]){re.escape(one)}(?![\w-])", shown) for one in references)


def takes_data(page: Page, answer: Any) -> bool:
    """A file leaves, whatever it holds."""
    is_page = answer["Content-Type"].startswith("text/html")
    return answer.status_code == 200 and not is_page and page.url_name not in NO_DATA


def written_by(uid: Any) -> int:
    return AuditEntry.objects.filter(who=uid).exclude(deed__startswith="sign").count()


def leaves_a_trace(client: Client, reader: Practitioner, address: str, *, method: str) -> Any:
    """The answer, and whether asking for it was written down."""
    before = written_by(reader.uid)
    answer = getattr(client, method)(address)
    return answer, written_by(reader.uid) > before


def browsers(everybody: Everybody, names: tuple[str, ...]) -> dict[str, Client]:
    """One of each person's own, in which they have signed in."""
    found = {name: Client() for name in names}
    for name, browser in found.items():
        browser.force_login(everybody.people[name])
    return found


def test_whatever_shows_a_client_is_written_down() -> None:
    """Each time anew, also a page that is kept, a HEAD, another part of a list."""
    everybody = make_everybody()
    a_little_of_everything(everybody)
    seen: set[str] = set()
    signed_in = browsers(everybody, READERS)
    for page, address in pages(everybody):
        for name in READERS:
            if page.answers[name] != 200:
                continue
            reader, client = everybody.sees_as(name), signed_in[name]
            answer, is_written = leaves_a_trace(client, reader, address, method="get")
            if not (shows_a_client(page, answer) or takes_data(page, answer)):
                continue
            seen.add(page.url_name)
            assert is_written, (page.url_name, name)
            for method, query in (("get", ""), ("head", ""), ("get", ANOTHER_PART)):
                answer, is_written = leaves_a_trace(client, reader, address + query, method=method)
                # A page of choices and no list finds nothing right in such an address.
                is_refused = bool(query) and answer.status_code == 400
                assert is_written or is_refused, (page.url_name, name, method, query)
    # The test would pass of itself if nothing showed anybody.
    assert seen >= {
        *("caseload", "ending-list", "outcome-clients", "supervision-sheet", "supervision-key"),
        *("supervision-record", "supervision-edit", "episode-detail", "episode-edit"),
        *("session-edit", "completion-edit", "risk-write", "client-copy", "client-erase"),
        *("supervision-sheet-pdf", "report-month-pdf", "report-batch-zip", "client-copy-pdf"),
        *("client-copy-data",),
    }, sorted(seen)
    assert Session.objects.count() >= 6
    assert MeasureCompletion.objects.count() >= 12


def test_what_is_refused_is_not_read() -> None:
    """No page, no entry: else a stranger could fill somebody's list."""
    everybody = make_everybody()
    a_little_of_everything(everybody)
    signed_in = browsers(everybody, ("stranger", "past supervisor", "colleague", "administrator"))
    for page, address in pages(everybody):
        for name, browser in signed_in.items():
            if page.answers[name] in {403, 404} and name not in page.nothing_for:
                person = everybody.sees_as(name)
                browser.get(address)
                assert written_by(person.uid) == 0, (page.url_name, name)
