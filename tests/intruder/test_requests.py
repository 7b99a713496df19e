"""Requests as an intruder sends them: forged, from elsewhere, under other names, with too much in them."""

import re
from typing import Any
from urllib.parse import quote

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session as Kept
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from practice.caseload_files.sources import SIZE_LIMIT
from practice.models import (
    Agreement,
    CaseloadUpload,
    Episode,
    Membership,
    Practitioner,
    RememberedHeading,
    Role,
    Service,
    Session,
    SupervisionMeeting,
)
from practice.models import Client as Person
from practice.nhs_annual.opening import SIZE_LIMIT as YEAR_LIMIT
from practice.uploading import MOST_BYTES, MOST_SENT, MOST_TOGETHER, InMemory
from tests.cast import Cast, day, make_client, make_episode, make_session
from tests.test_privacy import addresses, files, imported, lived
from tests.views.shown import as_shown
from tests.views.signing_in import CODE, code, give_app

__all__ = ["files", "imported", "lived"]

pytestmark = pytest.mark.django_db
PASSPHRASE = "seven wild geese flying"
ELSEWHERE = (
    "https://elsewhere.example/",
    "//elsewhere.example/",
    "/\\elsewhere.example/",
    "\\\\elsewhere.example",
    "https:elsewhere.example",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "https://testserver@elsewhere.example/",
    "https://testserver.elsewhere.example/",
    " //elsewhere.example",
    "///elsewhere.example",
    "\t//elsewhere.example",
    "http:///elsewhere.example",
)


@pytest.fixture
def alice(cast: Cast) -> Practitioner:
    cast.alice.set_password(PASSPHRASE)
    cast.alice.save()
    return cast.alice


def sign_in(browser: Client, person: Practitioner, **fields: str) -> Any:
    data = {"login": person.email, "password": PASSPHRASE, **fields}
    return browser.post(reverse("account_login"), data)


# --- Forged requests


def test_no_address_takes_a_form_without_its_token(lived: Practitioner) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(lived)
    for address in addresses():
        for method in ("post", "put", "patch", "delete"):
            answer = getattr(browser, method)(address)
            # 404 where the page is only for an installation that has nobody yet.
            assert answer.status_code in {403, 404, 405}, (method, address, answer.status_code)


def test_nor_with_the_token_of_somebody_elses_page(cast: Cast, alice: Practitioner) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(alice)
    other = Client(enforce_csrf_checks=True)
    page = other.get(reverse("account_login")).content.decode()
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert found is not None
    answer = browser.post(reverse("account_logout"), {"csrfmiddlewaretoken": found[1]})
    assert answer.status_code == 403


def test_a_form_from_another_site_is_refused(cast: Cast, alice: Practitioner) -> None:
    browser = Client(enforce_csrf_checks=True)
    page = browser.get(reverse("account_login"), secure=True).content.decode()
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert found is not None
    data = {"csrfmiddlewaretoken": found[1], "login": alice.email, "password": PASSPHRASE}
    for origin in ("https://elsewhere.example", "null", "http://testserver"):
        answer = browser.post(
            reverse("account_login"), data, secure=True, headers={"origin": origin}
        )
        assert answer.status_code == 403, origin


# --- Sessions


def test_a_session_planted_before_signing_in_is_not_the_one_afterwards(
    client: Client, alice: Practitioner
) -> None:
    client.get(reverse("account_login"))
    session = client.session
    session["planted"] = "yes"
    session.save()
    planted = session.session_key or ""
    client.cookies[settings.SESSION_COOKIE_NAME] = planted
    assert sign_in(client, alice).status_code == 302
    now = client.cookies[settings.SESSION_COOKIE_NAME].value
    assert now != planted
    assert not Kept.objects.filter(session_key=planted).exists()
    stranger = Client()
    stranger.cookies[settings.SESSION_COOKIE_NAME] = planted
    assert stranger.get(reverse("report-list")).status_code == 302


def test_a_made_up_session_id_is_never_taken(client: Client, alice: Practitioner) -> None:
    client.cookies[settings.SESSION_COOKIE_NAME] = "a" * 32
    sign_in(client, alice)
    assert client.cookies[settings.SESSION_COOKIE_NAME].value != "a" * 32


def test_after_signing_out_the_old_session_opens_nothing(
    client: Client, alice: Practitioner
) -> None:
    sign_in(client, alice)
    old = client.cookies[settings.SESSION_COOKIE_NAME].value
    client.post(reverse("account_logout"))
    thief = Client()
    thief.cookies[settings.SESSION_COOKIE_NAME] = old
    assert thief.get(reverse("report-list")).status_code == 302


# --- Hosts and redirects


@pytest.mark.parametrize(
    "host", ["elsewhere.example", "testserver.elsewhere.example", "testserver@elsewhere", "a b", ""]
)
def test_another_host_is_refused_without_a_word(client: Client, host: str) -> None:
    for address in (reverse("account_login"), reverse("healthz"), "/no-such-page"):
        answer = client.get(address, headers={"host": host or "."})
        assert answer.status_code == 400
        page = answer.content.decode()
        assert "elsewhere" not in page
        assert "ALLOWED_HOSTS" not in page
        assert "Traceback" not in page


def test_a_forwarded_host_is_believed_by_nobody(client: Client, alice: Practitioner) -> None:
    """A mail that resets a passphrase leads here, whatever the request says of itself."""
    client.post(
        reverse("account_reset_password"),
        {"email": alice.email},
        headers={"x-forwarded-host": "elsewhere.example", "forwarded": "host=elsewhere.example"},
    )
    (sent,) = mail.outbox
    assert "elsewhere" not in str(sent.message())
    assert "://testserver/" in str(sent.body)
    answer = client.post(
        reverse("account_reset_password"),
        {"email": alice.email},
        headers={"host": "elsewhere.example"},
    )
    assert answer.status_code == 400
    assert len(mail.outbox) == 1


@pytest.mark.parametrize("there", ELSEWHERE)
def test_signing_in_and_out_leads_nowhere_else(
    client: Client, alice: Practitioner, there: str
) -> None:
    signed_in = sign_in(client, alice, next=there)
    assert signed_in.status_code == 302
    assert re.match(r"/(?![/\\])", signed_in["Location"]), signed_in["Location"]
    assert "elsewhere" not in signed_in["Location"]
    # Who is signed in already is sent on at once.
    again = client.get(reverse("account_login"), {"next": there})
    assert again.status_code == 302
    assert re.match(r"/(?![/\\])", again["Location"]), again["Location"]
    out = client.post(reverse("account_logout"), {"next": there})
    assert re.match(r"/(?![/\\])", out["Location"]), out["Location"]
    assert "elsewhere" not in out["Location"]
    page = client.get(reverse("account_login"), {"next": there}).content.decode()
    assert "<script>alert" not in page
    assert 'href="javascript' not in page.lower()


@pytest.mark.parametrize("there", ELSEWHERE)
def test_nor_does_any_other_page_of_signing_in(
    client: Client, alice: Practitioner, there: str
) -> None:
    """The passphrase once more, a new one, a forgotten one; and the code after the passphrase."""
    new = "four loud geese at dawn"
    sign_in(client, alice)
    for name, form in (
        ("account_reauthenticate", {"password": PASSPHRASE}),
        (
            "account_change_password",
            {"oldpassword": PASSPHRASE, "password1": new, "password2": new},
        ),
    ):
        answer = client.post(reverse(name), form | {"next": there})
        assert answer.status_code == 302, name
        assert re.match(r"/(?![/\\])", answer["Location"]), (name, answer["Location"])
    give_app(alice)
    client.post(reverse("account_logout"))
    data = {"login": alice.email, "password": new, "next": there}
    assert client.post(reverse("account_login"), data)["Location"] == CODE
    answer = client.post(f"{CODE}?next={quote(there)}", {"code": code()})
    assert answer.status_code == 302
    assert re.match(r"/(?![/\\])", answer["Location"]), answer["Location"]
    client.post(reverse("account_logout"))
    answer = client.post(reverse("account_reset_password"), {"email": alice.email, "next": there})
    assert "elsewhere" not in answer["Location"].partition("?")[0]
    assert "elsewhere" not in str(mail.outbox[-1].body)


def test_an_address_with_two_slashes_leads_nowhere_else(client: Client) -> None:
    for address in ("//elsewhere.example/reports", "/%2F%2Felsewhere.example/reports", "//x/.."):
        answer = client.get(address)
        assert "elsewhere" not in answer.get("Location", "").split("?")[0]


# --- More fields than the form has


def test_fields_that_a_form_does_not_have_change_nothing(client: Client, cast: Cast) -> None:
    episode = make_episode(
        client=make_client(service=cast.service, reference="C-1"), holder=cast.alice
    )
    more = {
        "service": str(cast.other_service.pk),
        "practitioner": str(cast.bob.pk),
        "role": Role.LEAD.value,
        "uid": "0" * 8 + "-0000-4000-8000-" + "0" * 12,
        "id": "999",
        "pk": "999",
        "client": "999",
        "client_id": "999",
        "is_active": "",
        "is_staff": "on",
        "is_superuser": "on",
        "is_invented": "on",
        "entered_by": str(cast.bob.pk),
        "number": "99",
        "ended_on": "2026-02-02",
        "left_out": "other",
        "lead_reads_clients": "on",
        "held_on": "2026-01-01",
    }
    client.force_login(cast.alice)
    edit = reverse("episode-edit", args=[episode.uid])
    page = as_shown(client.get(edit))
    answer = client.post(edit, more | page | {"problem": "sleep"})
    assert answer.status_code == 302, answer.content.decode()
    stored = Episode.objects.get()
    assert (stored.uid, stored.number, stored.ended_on) == (episode.uid, 1, None)
    assert (stored.left_out, stored.problem) == ("", "sleep")
    assert (stored.client.service, stored.client.held_on) == (cast.service, None)
    assert stored.client_id == episode.client_id
    settings_page = reverse("service-settings", args=[cast.service.uid])
    client.force_login(cast.leda)
    page = as_shown(client.get(settings_page))
    assert client.post(settings_page, more | page | {"name": "Quay"}).status_code == 302
    service = Service.objects.get(pk=cast.service.pk)
    assert (service.uid, service.name, service.is_invented) == (cast.service.uid, "Quay", False)
    assert [place.role for place in Membership.objects.filter(practitioner=cast.alice)] == [
        Role.PRACTITIONER
    ]
    assert Practitioner.objects.filter(is_active=True).count() == Practitioner.objects.count()


# --- What belongs to others


@pytest.fixture
def of_others(cast: Cast) -> Episode:
    """An episode of another service, in which alice is a stranger."""
    hidden = make_client(service=cast.other_service, reference="X-1")
    return make_episode(client=hidden, holder=cast.charlie)


def test_an_agreement_about_a_client_of_others_is_not_taken(
    client: Client, cast: Cast, of_others: Episode
) -> None:
    bobs = make_episode(client=make_client(service=cast.service), holder=cast.bob)
    client.force_login(cast.alice)
    address = reverse("supervision-record", args=[cast.service.uid, cast.alice.uid])
    data = {"held_on": day(3).isoformat(), "minutes": "60", "supervisor": "Ruth"}
    for episode in (of_others, bobs):
        data |= {f"{episode.uid}-agreed": "Looked at", f"{episode.uid}-due_on": ""}
    client.post(f"{address}?on={day(3).isoformat()}", data)
    assert SupervisionMeeting.objects.count() == 1
    assert Agreement.objects.count() == 0


def test_a_session_is_not_moved_to_a_client_of_others(
    client: Client, cast: Cast, of_others: Episode
) -> None:
    mine = make_episode(client=make_client(service=cast.service), holder=cast.alice)
    bobs = make_episode(client=make_client(service=cast.service), holder=cast.bob)
    session = make_session(episode=mine, held_on=day(3), by=cast.alice)
    client.force_login(cast.alice)
    address = reverse("session-edit", args=[session.uid])
    page = as_shown(client.get(address)) | {"reason": "a slip"}
    for other in (of_others, bobs):
        client.post(address, page | {"client": str(other.uid)})
        assert Session.objects.get().episode == mine


def test_an_upload_of_another_service_is_not_decided_about(client: Client, cast: Cast) -> None:
    upload = CaseloadUpload(service=cast.other_service, uploaded_by=cast.charlie, content="[]")
    upload.save()
    heading = RememberedHeading.objects.create(service=cast.other_service, heading="m1", column="")
    client.force_login(cast.leda)
    for name in ("import-preview", "import-headings", "import-bad-rows", "import-undo"):
        address = reverse(name, args=[cast.service.uid, upload.uid])
        for action in ("store", "drop", "every", "good", "undo"):
            answer = client.post(address, {action: "1", "action": action})
            assert answer.status_code in {404, 405}
    client.post(reverse("import-start", args=[cast.service.uid]), {"forget": str(heading.pk)})
    upload.refresh_from_db()
    assert upload.content == "[]"
    assert RememberedHeading.objects.exists()


# --- Files


NAMES = (
    "../../etc/passwd.csv",
    "..\\..\\windows\\win.ini.csv",
    "C:\\temp\\clients.csv",
    "/etc/cron.d/x.csv",
    "clients\x00.csv",
    "CON.csv",
    "aux",
    ".",
    "..",
    "\u202evsc.stneilc",
    "<script>alert(1)</script>.csv",
    "clients.csv\r\nSet-Cookie: x=1",
    "\U0001f98a.csv",
    "x" * 300 + ".csv",
)


def with_name(name: str, content: bytes) -> bytes:
    """A file as a browser would send it, were its name anything at all."""
    return (
        (
            f'--BOUND\r\nContent-Disposition: form-data; name="caseload"; filename="{name}"\r\n'
            "Content-Type: text/csv\r\n\r\n"
        ).encode()
        + content
        + b"\r\n--BOUND--\r\n"
    )


@pytest.mark.parametrize("name", NAMES)
def test_the_name_of_a_file_leads_nowhere(
    client: Client, cast: Cast, name: str, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    client.force_login(cast.leda)
    address = reverse("import-start", args=[cast.service.uid])
    content = b"client,referred_on\nK1,2026-01-05\n"
    answer = client.post(
        address, with_name(name, content), content_type="multipart/form-data; boundary=BOUND"
    )
    assert answer.status_code in {200, 302}
    assert "Set-Cookie: x" not in str(answer.headers)
    assert "<script>alert" not in answer.content.decode()
    for kept in CaseloadUpload.objects.all():
        for part in ("passwd", "win.ini", "Users", "cron", "CON", "script", "vsc", "xxx"):
            assert part not in kept.content
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_too_large_is_counted_and_not_kept(client: Client, cast: Cast) -> None:
    client.force_login(cast.leda)
    address = reverse("import-start", args=[cast.service.uid])
    large = SimpleUploadedFile("x.csv", b"x" * (MOST_BYTES + 1))
    answer = client.post(address, {"caseload": large})
    assert answer.status_code == 200
    assert "larger than 20 MB" in answer.content.decode()
    together = [SimpleUploadedFile("x.csv", b"x" * (MOST_TOGETHER // 3 + 1)) for _ in range(3)]
    answer = client.post(address, {"caseload": together})
    assert "3 files were chosen" in answer.content.decode()
    assert not CaseloadUpload.objects.exists()
    assert max(SIZE_LIMIT, YEAR_LIMIT) <= MOST_BYTES


def test_of_a_stranger_no_file_is_kept_in_memory(
    client: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: list[int] = []

    class Counting(InMemory):
        def file_complete(self, file_size: int) -> Any:
            kept.append(self._content.getbuffer().nbytes)
            return super().file_complete(file_size)

    monkeypatch.setattr("practice.uploading.InMemory", Counting)
    address = reverse("import-start", args=[cast.service.uid])
    for person in (None, cast.leda):
        browser = Client(enforce_csrf_checks=True)
        token = "x" * 32
        browser.cookies[settings.CSRF_COOKIE_NAME] = token
        if person is not None:
            browser.force_login(person)
        data = {"caseload": SimpleUploadedFile("x.csv", b"x" * 5000)}
        answer = browser.post(address, data | {"csrfmiddlewaretoken": token})
        assert answer.status_code == 302
        assert answer["Location"].startswith(reverse("account_login")) is (person is None)
    assert kept == [0, 5000]


def test_more_than_is_taken_from_the_network_is_not_read(client: Client, cast: Cast) -> None:
    """Also by a web server that has no limit of its own: only the first of it is there to be read."""
    client.force_login(cast.leda)
    body = with_name("x.csv", b"client\n")
    answer = client.generic(
        "POST",
        reverse("import-start", args=[cast.service.uid]),
        body,
        content_type="multipart/form-data; boundary=BOUND",
        CONTENT_LENGTH=str(MOST_SENT + 1),
    )
    assert answer.status_code == 400


def test_many_files_and_many_fields_are_refused(client: Client, cast: Cast) -> None:
    client.force_login(cast.leda)
    address = reverse("import-start", args=[cast.service.uid])
    many = [SimpleUploadedFile("x.csv", b"x") for _ in range(50)]
    assert client.post(address, {"caseload": many}).status_code == 400
    fields = {f"f{number}": "x" for number in range(1500)}
    assert client.post(address, fields).status_code == 400
    assert client.post(address, {"x": "y" * 3_000_000}).status_code == 400
    assert not Person.objects.exists()
