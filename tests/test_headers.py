"""What every answer tells the browser: where code may come from, what may be kept, and who may look in."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from practice.headers import POLICY, TURNED_OFF
from practice.models import Practitioner
from tests.cast import Cast
from tests.conftest import ROOT
from tests.test_privacy import Found, addresses, files, imported, lived

__all__ = ["files", "imported", "lived"]

ALWAYS = {
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Permitted-Cross-Domain-Policies": "none",
}
# Pages whose own address is a secret say less; a form needs the origin all the same.
REFERRERS = {"same-origin", "strict-origin"}
# Beside our own addresses, a page may lead to a source or a licence; nothing is fetched from there.
LEADS_TO = re.compile(
    r"https://(www\.)?(coresystemtrust\.org\.uk|phqscreeners\.com|digital\.nhs\.uk|doi\.org"
    r"|creativecommons\.org|nationalarchives\.gov\.uk|pmc\.ncbi\.nlm\.nih\.gov)(/|$)"
)


def check(answer: Any, *, address: str, is_kept: bool = False) -> None:
    headers = answer.headers
    for name, value in ALWAYS.items():
        assert headers[name] == value, (address, name)
    policy = headers[POLICY]
    assert policy.startswith("default-src 'none';"), address
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert "*" not in policy
    assert "http" not in policy
    assert headers["Referrer-Policy"] in REFERRERS, address
    for feature in TURNED_OFF:
        assert f"{feature}=()" in headers["Permissions-Policy"]
    if not is_kept:
        kept = {word.strip() for word in headers["Cache-Control"].split(",")}
        assert {"no-store", "private"} <= kept, (address, kept)
        assert "public" not in kept, address
    for cookie in answer.cookies.values():
        assert cookie["httponly"], (address, cookie.key)
        assert cookie["samesite"] == "Lax", (address, cookie.key)
        assert bool(cookie["secure"]) is settings.SESSION_COOKIE_SECURE
        assert cookie["path"] == "/"
        assert not cookie["domain"]


def fetched(page: str) -> Iterator[str]:
    """What a browser would fetch or follow by itself, or send a form to."""
    yield from re.findall(r"""<(?:link|script|img|iframe|form|source)\b[^>]*?(?:href|src|action)="([^"]+)""", page)  # fmt: skip


def test_every_address_answers_with_all_of_them(lived: Practitioner, client: Client) -> None:
    """Pages, downloads and drawings on paper, to somebody of the practice and to nobody."""
    seen: set[str] = set()
    for person in (None, lived):
        if person is not None:
            client.force_login(person)
        for address in addresses():
            answer = client.get(address)
            check(answer, address=address)
            kind = answer.get("Content-Type", "").split(";")[0]
            seen.add(kind)
            if kind == "text/html":
                page = answer.content.decode()
                assert " style=" not in page, address
                assert not re.search(r"<script(?![^>]*\bsrc=)(?![^>]*json)", page), address
                assert not re.search(r"<[^>]+\son[a-z]+\s*=", page), address
                for own in fetched(page):
                    assert own.startswith(("/", "?", "#", "data:")) or own == "", (address, own)
                    assert not own.startswith("//"), (address, own)
                for link in Found(page).addresses:
                    if re.match(r"[a-z]+:|//", link) and not link.startswith("data:"):
                        assert LEADS_TO.match(link), (address, link)
    assert {"text/html", "application/pdf", "application/json"} <= seen or len(seen) > 2


def test_no_static_file_of_ours_names_another_host() -> None:
    for path in (ROOT / "static").rglob("*"):
        if path.suffix not in {".css", ".js", ".svg", ".html"}:
            continue
        # What a licence text or the name of a format says is fetched by nobody.
        text = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        for found in re.findall(r"(?:https?:)?//[a-z0-9.-]+\.[a-z]{2,}[^\s\"')]*", text):
            assert found.startswith("http://www.w3.org/"), (path.name, found)
        assert "sendBeacon" not in text


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "extra", "status"),
    [
        ("/no-such-page", {}, 404),
        ("/benchmarks/no-such-source/", {}, 302),
        ("/", {"HTTP_HOST": "elsewhere.example"}, 400),
        ("/healthz", {}, 200),
        ("/static/no-such-file.css", {}, 404),
    ],
)
def test_so_do_refusals(client: Client, address: str, extra: dict[str, str], status: int) -> None:
    answer = client.get(address, **extra)  # type: ignore[arg-type]
    assert answer.status_code == status
    check(answer, address=address)


def test_so_does_a_page_that_fails(
    cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: object, **_more: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("practice.views.reports.render", fail)
    client.raise_request_exception = False
    client.force_login(cast.alice)
    answer = client.get(reverse("report-list"))
    assert answer.status_code == 500
    check(answer, address="report-list")


def test_so_does_a_form_without_its_token(cast: Cast) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(cast.alice)
    answer = browser.post(reverse("account_logout"))
    assert answer.status_code == 403
    page = answer.content.decode()
    assert "This form was not taken" in page
    assert " style" not in page
    assert "CSRF" not in page
    check(answer, address="account_logout")


def test_whoever_signs_out_leaves_nothing_in_the_browser(cast: Cast, client: Client) -> None:
    client.force_login(cast.alice)
    page = client.get(reverse("report-list"))
    assert "Clear-Site-Data" not in page
    answer = client.post(reverse("account_logout"))
    assert answer.status_code == 302
    assert answer["Clear-Site-Data"] == '"cache", "storage"'
    # Somebody who was not signed in has nothing there.
    assert "Clear-Site-Data" not in client.post(reverse("account_logout"))


def test_https_is_asked_for_in_time_to_come(cast: Cast, client: Client, settings: Any) -> None:
    settings.SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60
    answer = client.get(reverse("account_login"), secure=True)
    assert answer["Strict-Transport-Security"] == "max-age=31536000"


def test_cookies_of_a_deployment_are_for_one_host_over_https_alone(
    tmp_path: Path, run: Any
) -> None:
    script = (
        "from django.conf import settings as s; "
        "print(s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, s.DEVICE_COOKIE_NAME, "
        "s.SESSION_COOKIE_SECURE and s.CSRF_COOKIE_SECURE and s.SESSION_COOKIE_HTTPONLY "
        "and s.CSRF_COOKIE_HTTPONLY)"
    )
    told = run("shell", "--no-imports", "-c", script)
    assert told.stdout.split() == [
        *(f"__Host-practice_{name}" for name in ("session", "csrf", "device")),
        "True",
    ], told.stderr
