"""Each reading by somebody else than the practitioner is written down, before there is an answer."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from practice.actions import audit
from practice.models import AuditEntry, CaseloadUpload, Episode, Membership, Supervising
from tests.cast import (
    Cast,
    day,
    make_client,
    make_completion,
    make_episode,
    make_frozen_row,
    make_meeting,
    make_practitioner,
    make_service,
    make_session,
    saved,
)
from tests.views.signing_in import CODE, PASSPHRASE, code, give_app, give_passphrase

REFERENCE = "C-looked-at"
Entry = tuple[Any, ...]


@pytest.fixture
def episode(cast: Cast) -> Episode:
    return make_episode(
        client=make_client(service=cast.service, reference=REFERENCE), holder=cast.alice
    )


def written() -> list[Entry]:
    return list(
        AuditEntry.objects.order_by("pk").values_list("deed", "who", "service", "subject", "detail")
    )


def of_episode(name: str) -> Callable[[Episode], tuple[str, str]]:
    return lambda episode: (name, reverse(name, args=[episode.uid]))


def of_session(name: str) -> Callable[[Episode], tuple[str, str]]:
    def address(episode: Episode) -> tuple[str, str]:
        session = make_session(episode=episode, held_on=day(1))
        return name, reverse(name, args=[session.uid])

    return address


def of_form(name: str) -> Callable[[Episode], tuple[str, str]]:
    def address(episode: Episode) -> tuple[str, str]:
        form = make_completion(of=episode, on=day(2), answers="--------1")
        return name, reverse(name, args=[form.uid])

    return address


ONE_CLIENT = (
    *map(of_episode, ("episode-detail", "episode-edit", "episode-pause", "session-log")),
    *map(of_episode, ("episode-end", "episode-leave-out")),
    *map(of_session, ("session-edit", "session-remove")),
    *map(of_form, ("completion-edit", "completion-remove", "risk-write")),
)
MANY_CLIENTS = (
    "caseload",
    "supervision-sheet",
    "supervision-sheet-pdf",
    "supervision-key",
    "supervision-record",
    "client-create",
    "ending-list",
)


@pytest.mark.parametrize("page", ONE_CLIENT)
def test_a_page_of_one_client(
    client: Client, cast: Cast, episode: Episode, page: Callable[[Episode], tuple[str, str]]
) -> None:
    name, address = page(episode)
    client.force_login(cast.alice)
    assert client.get(address).status_code == 200
    assert written() == []
    client.force_login(cast.leda)
    for _ in range(2):
        assert client.get(address).status_code == 200
    # Each of them, however soon after the other.
    entry = ("read", cast.leda.uid, cast.service.uid, episode.client.uid, name)
    assert written() == [entry, entry]
    client.force_login(cast.charlie)
    assert client.get(address).status_code == 404
    assert len(written()) == 2


@pytest.mark.parametrize("name", MANY_CLIENTS)
def test_a_page_of_many_is_one_entry(
    client: Client, cast: Cast, episode: Episode, name: str
) -> None:
    make_episode(client=make_client(service=cast.service), holder=cast.alice)
    address = reverse(name, args=[cast.service.uid, cast.alice.uid])
    client.force_login(cast.alice)
    assert client.get(address).status_code == 200
    assert [entry for entry in written() if entry[0] == "read"] == []
    client.force_login(cast.leda)
    # Each time, also of a page that is drawn once and kept.
    for _ in range(2):
        assert client.get(address).status_code == 200
    entry = ("read", cast.leda.uid, cast.service.uid, cast.alice.uid, name)
    assert [entry for entry in written() if entry[0] == "read"] == [entry, entry]


def test_the_whole_service_is_about_the_service(
    client: Client, cast: Cast, episode: Episode
) -> None:
    client.force_login(cast.leda)
    assert client.get(reverse("caseload", args=[cast.service.uid])).status_code == 200
    uid = cast.service.uid
    assert written() == [("read", cast.leda.uid, uid, uid, "caseload")]


def test_a_practice_of_one_writes_nothing(client: Client, db: None) -> None:
    service = make_service(name="Alone")
    zoe = make_practitioner(email="zoe@example.org", service=service)
    for place in Membership.objects.filter(practitioner=zoe):
        place.role = "lead"
        saved(place, by=zoe)
    own = make_episode(client=make_client(service=service), holder=zoe)
    client.force_login(zoe)
    for address in (
        reverse("caseload", args=[service.uid]),
        reverse("caseload", args=[service.uid, zoe.uid]),
        reverse("episode-detail", args=[own.uid]),
    ):
        assert client.get(address).status_code == 200
    assert written() == []
    # What a former colleague has left behind is not hers.
    make_episode(client=make_client(service=service), holder=None)
    assert client.get(reverse("caseload", args=[service.uid])).status_code == 200
    assert len(written()) == 1


def test_a_supervisors_reading(client: Client, cast: Cast, episode: Episode) -> None:
    today = timezone.localdate()
    supervising = Supervising(
        service=cast.service, supervisor=cast.bob, practitioner=cast.alice, since=day(0)
    )
    saved(supervising, by=cast.leda)
    assert supervising.since <= today
    client.force_login(cast.bob)
    assert client.get(reverse("episode-detail", args=[episode.uid])).status_code == 200
    assert client.get(reverse("episode-edit", args=[episode.uid])).status_code == 403
    sheet = reverse("supervision-sheet", args=[cast.service.uid, cast.alice.uid])
    assert client.get(sheet).status_code == 200
    # What was refused was not read.
    assert [(entry[3], entry[4]) for entry in written()] == [
        (episode.client.uid, "episode-detail"),
        (cast.alice.uid, "supervision-sheet"),
    ]


def test_a_supervision_of_somebody_else(client: Client, cast: Cast, episode: Episode) -> None:
    meeting = make_meeting(service=cast.service, practitioner=cast.alice, held_on=day(3))
    address = reverse("supervision-edit", args=[meeting.uid])
    for person in (cast.alice, cast.leda):
        client.force_login(person)
        assert client.get(address).status_code == 200
    assert written() == [
        ("read", cast.leda.uid, cast.service.uid, cast.alice.uid, "supervision-edit")
    ]


def test_an_upload_shows_clients_of_others(client: Client, cast: Cast) -> None:
    upload = CaseloadUpload.objects.create(service=cast.service, uploaded_by=cast.leda)
    client.force_login(cast.leda)
    address = reverse("import-preview", args=[cast.service.uid, upload.uid])
    assert client.get(address).status_code == 404
    uid = cast.service.uid
    assert written() == [("read", cast.leda.uid, uid, uid, "import-preview")]


def test_the_clients_behind_a_figure(client: Client, cast: Cast, episode: Episode) -> None:
    client.force_login(cast.leda)
    address = reverse(
        "outcome-clients", args=[cast.service.uid, cast.alice.uid, "planned_declared"]
    )
    for _ in range(2):
        assert client.get(address).status_code == 200
    entry = ("read", cast.leda.uid, cast.service.uid, cast.alice.uid, "outcome-clients")
    assert written() == [entry, entry]


def test_figures_are_no_reading(client: Client, cast: Cast, episode: Episode) -> None:
    client.force_login(cast.leda)
    report = reverse("report-month", args=[cast.service.uid, cast.alice.uid])
    assert client.get(report).status_code == 200
    assert client.get(reverse("report-list")).status_code == 200
    assert written() == []


@pytest.mark.parametrize("name", ["report-month-pdf", "supervision-sheet-pdf"])
def test_a_paper_is_written_down_of_everybody(
    client: Client, cast: Cast, episode: Episode, name: str
) -> None:
    client.force_login(cast.alice)
    address = reverse(name, args=[cast.service.uid, cast.alice.uid])
    assert client.get(address).status_code == 200
    assert written() == [("reported", cast.alice.uid, cast.service.uid, cast.alice.uid, name)]


def test_all_reports_of_a_month_go_out(client: Client, cast: Cast, episode: Episode) -> None:
    client.force_login(cast.leda)
    address = reverse("report-batch-zip", args=[cast.service.uid])
    month = timezone.localdate().replace(day=1) - dt.timedelta(days=1)
    answer = client.get(address, {"month": f"{month:%Y-%m}"})
    assert answer.status_code == 200
    uid = cast.service.uid
    assert written() == [("exported", cast.leda.uid, uid, uid, "report-batch-zip")]


def test_a_report_that_does_not_fit_its_digest_goes_nowhere(client: Client, cast: Cast) -> None:
    report = make_frozen_row(service=cast.service, practitioner=cast.alice, by=cast.alice)
    client.force_login(cast.alice)
    assert client.get(reverse("frozen-pdf", args=[report.uid])).status_code == 409
    assert written() == []


@pytest.mark.parametrize("name", ["episode-detail", "caseload", "report-month-pdf"])
def test_without_its_entry_there_is_no_page(
    client: Client,
    cast: Cast,
    episode: Episode,
    name: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def full(**_entry: object) -> None:
        raise DatabaseError("no space left")

    monkeypatch.setattr(audit, "record", full)
    own = [cast.service.uid, cast.alice.uid]
    address = reverse(name, args=[episode.uid] if name == "episode-detail" else own)
    client.force_login(cast.leda)
    client.raise_request_exception = False
    answer = client.get(address)
    assert answer.status_code == 500
    assert REFERENCE not in answer.content.decode(errors="replace")
    assert "%PDF" not in answer.content.decode(errors="replace")


# --- Signing in


def sign_in(client: Client, password: str) -> Any:
    return client.post(
        reverse("account_login"), {"login": "alice@example.org", "password": password}
    )


def test_signing_in_and_out(client: Client, cast: Cast) -> None:
    cast.alice.set_password("correct horse battery")
    cast.alice.save()
    sign_in(client, "wrong horse battery")
    sign_in(client, "correct horse battery")
    client.post(reverse("account_logout"))
    client.post(reverse("account_logout"))
    uid = cast.alice.uid
    assert written() == [
        ("sign_in_failed", None, None, uid, "account_login"),
        ("signed_in", uid, None, uid, "account_login"),
        ("signed_out", uid, None, uid, "account_logout"),
    ]


def test_a_wrong_code_after_the_passphrase(client: Client, cast: Cast) -> None:
    """Somebody has the passphrase: of all failures the one that its owner would want to know of."""
    cast.alice.set_password(PASSPHRASE)
    cast.alice.save()
    give_app(cast.alice)
    give_passphrase(client, cast.alice.email)
    for typed in ("000000", "not a code", ""):
        assert client.post(CODE, {"code": typed}).status_code == 200
    strange = {"credential": '{"id": "x"}'}
    client.post(CODE, strange)
    uid = cast.alice.uid
    entry = ("sign_in_failed", None, None, uid, "mfa_authenticate")
    # Nothing typed is nothing tried.
    assert written() == [entry] * 3
    client.post(CODE, {"code": code()})
    assert written()[3:] == [("signed_in", uid, None, uid, "mfa_authenticate")]


def test_a_passkey_that_is_none(client: Client, cast: Cast) -> None:
    client.get(reverse("mfa_login_webauthn"))
    client.post(reverse("mfa_login_webauthn"), {"credential": '{"id": "x"}'})
    assert written() == [("sign_in_failed", None, None, None, "mfa_login_webauthn")]
