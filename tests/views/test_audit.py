"""The audit as a page and as a file, and who has looked at a client on the client's own page."""

import csv
import datetime as dt
import io
import uuid
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from practice.actions.audit import record
from practice.cases.audit import A_CLIENT, BY_A_COMMAND, GONE, MOST_READINGS, UNKNOWN
from practice.models import AuditEntry, Deed, Episode, Membership, Role
from practice.views.audit import PER_PAGE
from tests.cast import (
    Cast,
    hand_over,
    make_client,
    make_episode,
    make_practitioner,
    saved,
)
from tests.reports.reading import squeezed

REFERENCE = "C-looked-at"


@pytest.fixture
def episode(cast: Cast) -> Episode:
    return make_episode(
        client=make_client(service=cast.service, reference=REFERENCE), holder=cast.alice
    )


def address(cast: Cast, **asked: str) -> str:
    return reverse("audit-list", args=[cast.service.uid], query=asked or None)


def page_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return squeezed(unescape(answer.content.decode()))


def rows_of(client: Client, address: str) -> list[list[str]]:
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert "attachment" in answer["Content-Disposition"]
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))


def read(cast: Cast, **fields: Any) -> None:
    given = {"deed": Deed.READ, "who": cast.leda, "service": cast.service.uid, **fields}
    record(**given)


def test_empty_it_says_so(client: Client, cast: Cast) -> None:
    client.force_login(cast.leda)
    page = page_of(client, address(cast))
    assert "Nothing is written down like this." in page
    assert "CSV" not in page


def test_only_for_who_runs_the_service(client: Client, cast: Cast) -> None:
    admin = make_practitioner(
        email="adam@example.org", service=cast.service, role=Role.ADMINISTRATOR
    )
    for person, status in (
        (cast.alice, 403),
        (cast.charlie, 404),
        (cast.leda, 200),
        (admin, 200),
    ):
        client.force_login(person)
        assert client.get(address(cast)).status_code == status


def test_newest_first_by_name_and_client(client: Client, cast: Cast, episode: Episode) -> None:
    read(cast, subject=episode.client.uid, detail="episode-detail")
    read(cast, subject=cast.alice.uid, detail="caseload")
    client.force_login(cast.leda)
    page = page_of(client, address(cast))
    assert page.index("the caseload") < page.index("the client's page")
    assert "Leda" in page
    link = reverse("episode-detail", args=[episode.uid])
    assert f'<a href="{link}">{REFERENCE}</a>' in page


@pytest.mark.parametrize("who", ["administrator", "lead without the grant"])
def test_a_client_whom_one_may_not_see_is_a_client(
    client: Client, cast: Cast, episode: Episode, who: str
) -> None:
    read(cast, subject=episode.client.uid, detail="episode-detail")
    person = cast.leda
    if who == "administrator":
        person = make_practitioner(
            email="adam@example.org", service=cast.service, role=Role.ADMINISTRATOR
        )
    else:
        cast.service.lead_reads_clients = False
        saved(cast.service, by=cast.leda)
    client.force_login(person)
    page = page_of(client, address(cast))
    assert REFERENCE not in page
    assert A_CLIENT in page
    assert str(episode.uid) not in page
    rows = rows_of(client, address(cast, **{"as": "csv"}))
    assert REFERENCE not in str(rows)
    # The random id tells two clients apart, and opens nothing.
    assert rows[-1][4:] == [A_CLIENT, str(episode.client.uid)]


def test_commands_strangers_and_those_who_are_gone(client: Client, cast: Cast) -> None:
    read(cast, who=None, deed=Deed.EXPORTED, subject=cast.service.uid, detail="export_caseload")
    record(deed=Deed.SIGN_IN_FAILED, who=None)
    record(deed=Deed.SIGN_IN_FAILED, who=None, subject=cast.bob.uid)
    record(deed=Deed.BACKED_UP, who=None, detail="backup")
    AuditEntry(deed=Deed.SETTINGS, who=uuid.uuid4(), service=cast.service.uid).save()
    read(cast, deed=Deed.SETTINGS, subject=uuid.uuid4(), detail="member.left")
    read(cast, deed=Deed.ERASED, subject=uuid.uuid4(), detail="asked")
    client.force_login(cast.leda)
    lines = rows_of(client, address(cast, **{"as": "csv"}))[1:]
    assert [line[1:5] for line in reversed(lines)] == [
        [BY_A_COMMAND, "took data out", "the caseload, as files", "the whole service"],
        [UNKNOWN, "failed to sign in", "", ""],
        [UNKNOWN, "failed to sign in", "", "Bob"],
        [BY_A_COMMAND, "made a backup", "", ""],
        [GONE, "changed who may see what", "", ""],
        ["Leda", "changed who may see what", "left the service", GONE],
        ["Leda", "erased a client", "", A_CLIENT],
        # The first line of the file is that it was made.
        ["Leda", "took data out", "this list, as a file", "the whole service"],
    ]


def test_nothing_of_another_service(client: Client, cast: Cast) -> None:
    record(deed=Deed.SIGNED_IN, who=cast.charlie, subject=cast.charlie.uid)
    read(cast, who=cast.charlie, service=cast.other_service.uid, detail="caseload")
    record(deed=Deed.SIGN_IN_FAILED, who=None, subject=cast.charlie.uid)
    record(deed=Deed.SIGNED_IN, who=cast.alice, subject=cast.alice.uid)
    client.force_login(cast.leda)
    lines = rows_of(client, address(cast, **{"as": "csv"}))[1:]
    assert [line[1] for line in lines] == ["Leda", "Alice"]


def test_narrowed_by_person_deed_and_period(client: Client, cast: Cast) -> None:
    midnight = dt.datetime(2026, 3, 9, tzinfo=dt.UTC)
    second = dt.timedelta(seconds=1)
    for person, at in ((cast.alice, midnight - second), (cast.bob, midnight)):
        for deed in (Deed.SIGNED_IN, Deed.SIGNED_OUT):
            record(deed=deed, who=person, subject=person.uid, at=at)
    client.force_login(cast.leda)

    def n(**asked: str) -> int:
        answer = client.get(address(cast, **asked))
        assert answer.status_code == 200
        assert answer.context["form"].is_valid()
        found: int = answer.context["n"]
        return found

    assert n() == 4
    assert n(person=str(cast.alice.uid)) == 2
    assert n(person=str(cast.alice.uid), deed="signed_in") == 1
    assert n(since="2026-03-09") == 2
    assert n(until="2026-03-08") == 2
    assert n(since="2026-03-08", until="2026-03-09", deed="signed_out") == 2
    # What is downloaded is what is shown; the entry of the download was not asked for.
    rows = rows_of(
        client, address(cast, person=str(cast.bob.uid), deed="signed_in", **{"as": "csv"})
    )
    assert len(rows) == 2


@pytest.mark.parametrize(
    "asked",
    [
        {"person": "nobody"},
        {"person": str(uuid.uuid4())},
        {"deed": "<b>"},
        {"since": "yesterday"},
        {"until": "9999-12-31"},
        {"since": "2026-03-09", "until": "2026-03-08"},
        {"since": "\x00"},
        {"page": "999"},
        {"page": "<b>"},
        {"sort": "when"},
        {"as": "xlsx"},
        {"colour": "red"},
    ],
)
def test_strange_addresses_are_answered(client: Client, cast: Cast, asked: dict[str, str]) -> None:
    read(cast, detail="caseload")
    client.force_login(cast.leda)
    for more in ({}, {"as": "csv"}):
        assert client.get(address(cast, **{**more, **asked})).status_code == 200


def test_a_name_is_no_formula(client: Client, cast: Cast) -> None:
    cast.alice.name = "=HYPERLINK(1)"
    saved(cast.alice, by=None)
    record(deed=Deed.SIGNED_IN, who=cast.alice, subject=cast.alice.uid)
    client.force_login(cast.leda)
    assert "'=HYPERLINK(1)" in [row[1] for row in rows_of(client, address(cast, **{"as": "csv"}))]


def test_pages_of_fifty(
    client: Client,
    cast: Cast,
    episode: Episode,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    client.force_login(cast.leda)
    for wanted in (1, PER_PAGE + 1):
        while AuditEntry.objects.count() < wanted:
            read(cast, subject=episode.client.uid, detail="episode-detail")
        with django_assert_max_num_queries(16):
            page = page_of(client, address(cast))
    assert f"1 to {PER_PAGE} of {PER_PAGE + 1}" in page
    assert f"{PER_PAGE + 1} to {PER_PAGE + 1} of {PER_PAGE + 1}" in page_of(
        client, address(cast, page="2")
    )


# --- On the client's page


HEADING = "Who has looked at this client"


def test_the_practitioner_sees_who_looked(client: Client, cast: Cast, episode: Episode) -> None:
    page = reverse("episode-detail", args=[episode.uid])
    client.force_login(cast.alice)
    assert HEADING not in page_of(client, page)
    client.force_login(cast.leda)
    # Who looks is written down, and is not shown who else did.
    assert HEADING not in page_of(client, page)
    client.force_login(cast.alice)
    shown = page_of(client, page)
    assert HEADING in shown
    assert "Leda" in shown.partition(HEADING)[2]
    assert "The client's page" in shown.partition(HEADING)[2]


def test_the_newest_of_many(client: Client, cast: Cast, episode: Episode) -> None:
    for _ in range(MOST_READINGS + 5):
        read(cast, subject=episode.client.uid, detail="episode-detail")
    read(cast, subject=make_client(service=cast.service).uid, detail="episode-detail")
    client.force_login(cast.alice)
    shown = page_of(client, reverse("episode-detail", args=[episode.uid]))
    assert "25 in all; the newest 20." in shown
    assert shown.count("The client's page") == MOST_READINGS


def test_a_new_practitioner_sees_what_was_before(
    client: Client, cast: Cast, episode: Episode
) -> None:
    """A reading by who held the client then is none, and nothing makes one of it later."""
    client.force_login(cast.alice)
    page = reverse("episode-detail", args=[episode.uid])
    assert client.get(page).status_code == 200
    hand_over(episode=episode, to=cast.bob, on=timezone.localdate())
    assert client.get(page).status_code == 404
    read(cast, subject=episode.client.uid, detail="session-edit")
    client.force_login(cast.bob)
    shown = page_of(client, page).partition(HEADING)[2]
    assert "Leda" in shown
    assert "A page to change something" in shown
    assert AuditEntry.objects.count() == 1


def test_lists_that_may_have_shown_the_client(client: Client, cast: Cast, episode: Episode) -> None:
    """A caseload has the scores of every client: a curious lead leaves a trace there as well."""
    page = reverse("episode-detail", args=[episode.uid])
    client.force_login(cast.leda)
    for whose in ((cast.service.uid, cast.alice.uid), (cast.service.uid,)):
        assert client.get(reverse("caseload", args=whose)).status_code == 200
    # Of somebody else's clients; what is no list of clients; by alice herself; before she held any.
    read(cast, subject=cast.bob.uid, detail="caseload")
    read(cast, subject=cast.service.uid, deed=Deed.REPORTED, detail="report-month-pdf")
    read(cast, subject=cast.alice.uid, who=cast.alice, deed=Deed.REPORTED)
    read(cast, subject=cast.alice.uid, detail="caseload", at=dt.datetime(2025, 1, 1, tzinfo=dt.UTC))
    read(cast, who=None, subject=cast.service.uid, deed=Deed.EXPORTED, detail="export_caseload")
    client.force_login(cast.alice)
    shown = page_of(client, page).partition(HEADING)[2]
    assert "3 in all" in shown
    assert shown.count("The caseload</td>") == 2
    assert shown.count("The caseload, as files</td>") == 1
    assert BY_A_COMMAND in shown


def test_who_has_left_stays_in_the_list(client: Client, cast: Cast) -> None:
    """Until they left: what they do elsewhere is nobody's business here."""
    record(deed=Deed.SIGNED_IN, who=cast.bob, subject=cast.bob.uid)
    Membership.objects.get(practitioner=cast.bob).delete()
    record(deed=Deed.SIGNED_OUT, who=cast.bob, subject=cast.bob.uid)
    record(deed=Deed.SIGN_IN_FAILED, who=None, subject=cast.bob.uid)
    client.force_login(cast.leda)
    everybody = rows_of(client, address(cast, **{"as": "csv"}))[1:]
    assert [line[1:3] for line in everybody] == [["Leda", "took data out"], ["Bob", "signed in"]]
    of_bob = rows_of(client, address(cast, person=str(cast.bob.uid), **{"as": "csv"}))[1:]
    assert [line[1:3] for line in of_bob] == [["Bob", "signed in"]]
    # A colleague of another service is not offered.
    assert "Charlie" not in page_of(client, address(cast))
