"""`manage.py serve`: answers this machine's browser, and stops when asked."""

import http.client
import http.cookiejar
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from tests.commands.conftest import ROOT, Demonstration, Installation

pytestmark = pytest.mark.once

TOO_LONG = 60.0


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


@dataclass(frozen=True, kw_only=True)
class Server:
    process: subprocess.Popen[str]
    port: int

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"


@contextmanager
def serving(installation: Installation, *words: str, port: int) -> Iterator[Server]:
    """Started as a person would, and stopped as Ctrl-C does."""
    process = subprocess.Popen(
        [sys.executable, "manage.py", "serve", "--port", str(port), *words],
        cwd=ROOT,
        env=installation.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        wait_for(process, port)
        yield Server(process=process, port=port)
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate(timeout=TOO_LONG)


def wait_for(process: subprocess.Popen[str], port: int) -> None:
    until = time.monotonic() + TOO_LONG
    while time.monotonic() < until:
        if process.poll() is not None:
            raise AssertionError(f"it ended by itself: {process.communicate()}")
        with socket.socket() as asked:
            if asked.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    raise AssertionError("it does not listen")


@pytest.fixture(scope="module")
def server(demonstration: Demonstration) -> Iterator[Server]:
    with serving(demonstration.installation, "--demo", port=free_port()) as found:
        yield found


def opened(server: Server) -> urllib.request.OpenerDirector:
    """A browser with its own cookies."""
    return urllib.request.build_opener(
        urllib.request.ProxyHandler({}),
        urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()),
    )


def read(
    browser: urllib.request.OpenerDirector, url: str, form: dict[str, str] | None = None
) -> str:
    data = urllib.parse.urlencode(form).encode() if form is not None else None
    headers = {"Referer": url}
    request = urllib.request.Request(url, data=data, headers=headers)  # noqa: S310 - our own
    with browser.open(request, timeout=TOO_LONG) as answer:
        assert answer.status == 200
        text: str = answer.read().decode()
        return text


def test_the_first_page_asks_to_sign_in(server: Server) -> None:
    page = read(opened(server), f"{server.url}/")
    assert "<h1>Sign in</h1>" in page
    assert "Invented data" in page


def test_style_sheets_and_fonts_come_with_their_kinds(server: Server) -> None:
    browser = opened(server)
    page = read(browser, f"{server.url}/account/login/")
    sheets = re.findall(r'href="(/static/[^"]+\.css)"', page)
    assert len(sheets) == 3
    (icon,) = re.findall(r'href="(/static/[^"]+\.svg)"', page)
    expected = dict.fromkeys(sheets, "text/css") | {icon: "image/svg+xml"}
    fonts = next(sheet for sheet in sheets if "fonts" in sheet)
    (font, *_others) = re.findall(r'url\("?([^")]+\.woff2)"?\)', read(browser, server.url + fonts))
    expected[urllib.parse.urljoin(fonts, font)] = "font/woff2"
    for path, kind in expected.items():
        with browser.open(server.url + path, timeout=TOO_LONG) as answer:
            assert answer.headers.get_content_type() == kind, path
            assert len(answer.read()) > 100


def test_the_passphrase_that_the_demonstration_prints_signs_in(
    server: Server, demonstration: Demonstration
) -> None:
    found = re.search(r"as (\S+@\S+) with the passphrase (\S+)", demonstration.output)
    assert found is not None
    browser = opened(server)
    login = f"{server.url}/account/login/"
    token = re.findall(r'name="csrfmiddlewaretoken" value="([^"]+)"', read(browser, login))[0]
    form = {"login": found[1], "password": found[2], "csrfmiddlewaretoken": token}
    assert "Sign out" in read(browser, login, form)
    page = read(browser, f"{server.url}/reports/")
    assert "<h1>Reports</h1>" in page
    assert "The whole service" in page
    (whole,) = re.findall(r'href="(/service/[^"]+)">The whole service', page)
    report = read(browser, server.url + whole)
    assert "Endings first" in report
    (pdf,) = re.findall(r'href="([^"]+)">PDF to print', report)
    address = urllib.parse.urljoin(server.url + whole, pdf.replace("&amp;", "&"))
    with browser.open(address, timeout=TOO_LONG) as answer:
        assert answer.headers.get_content_type() == "application/pdf"
        assert answer.read().startswith(b"%PDF-")


def test_nothing_there_is_a_page_of_its_own(server: Server) -> None:
    with pytest.raises(urllib.error.HTTPError) as problem:
        opened(server).open(f"{server.url}/no-such-page", timeout=TOO_LONG)
    with problem.value as answer:
        assert answer.code == 404
        page = answer.read().decode()
    assert "There is no such page" in page
    assert "Traceback" not in page
    assert "DEBUG" not in page


def test_only_this_machine_is_listened_to(server: Server) -> None:
    with socket.socket() as asked:
        asked.settimeout(5)
        # Another address of this machine, as another machine would come.
        assert asked.connect_ex(("127.0.0.2", server.port)) != 0


def test_another_host_name_is_refused(server: Server) -> None:
    request = urllib.request.Request(
        f"http://127.0.0.1:{server.port}/account/login/", headers={"Host": "evil.example"}
    )
    with pytest.raises(urllib.error.HTTPError) as problem:
        opened(server).open(request, timeout=TOO_LONG)
    with problem.value as answer:
        assert answer.code == 400


def test_a_port_that_is_taken_is_a_sentence(demonstration: Demonstration, server: Server) -> None:
    answer = demonstration.installation.run("serve", "--demo", "--port", str(server.port))
    assert answer.returncode == 1
    assert f"port {server.port}" in answer.stderr
    assert "try another --port" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_what_is_no_port_is_a_sentence(demonstration: Demonstration) -> None:
    """65536 and more would be taken without a word for another port, which is not the one printed."""
    try:
        answer = demonstration.installation.run("serve", "--demo", "--port=99999", timeout=15)
    except subprocess.TimeoutExpired:
        pytest.fail("it serves, on some other port than 99999")
    assert answer.returncode != 0
    assert "Traceback" not in answer.stderr
    assert "99999 is no port; it takes a number from 1 to 65535" in answer.stderr


@pytest.mark.parametrize(
    "port", ["0x50", "none", "65536", "99999", "-1", "0", "\N{SUPERSCRIPT TWO}"]
)
def test_what_is_no_port(port: str) -> None:
    with pytest.raises(
        CommandError, match=f"argument --port: {port} is no port; it takes a number"
    ):
        call_command("serve", f"--port={port}")


def test_the_demonstration_must_be_there(set_up: Path, tmp_path: Path) -> None:
    installation = Installation(folder=tmp_path / "data")
    installation.with_database(set_up, name="demo/demo.sqlite3")
    answer = installation.run("serve", "--demo", "--port", "1")
    assert answer.returncode == 1
    assert "python3 manage.py demo" in answer.stderr
    assert "Traceback" not in answer.stderr


class Proxied(Installation):
    """An installation that says a web server with https stands in front."""

    @property
    def environment(self) -> dict[str, str]:
        return super().environment | {"PRACTICE_BEHIND_PROXY": "1"}


def form_page(port: int, headers: dict[str, str]) -> http.client.HTTPResponse:
    """A page with a form, as a web server in front would ask for it; no redirect is followed."""
    connection = http.client.HTTPConnection("localhost", port, timeout=TOO_LONG)
    connection.request("GET", "/account/password/reset/", headers=headers)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer


def test_behind_a_proxy_and_ctrl_c_ends_it_quietly(installation: Installation) -> None:
    """https is believed and cookies are secure: else every page would send the browser to itself, or
    cookies would travel in clear.
    """
    behind = Proxied(folder=installation.folder)
    with serving(behind, port=free_port()) as found:
        behind_https = form_page(found.port, {"X-Forwarded-Proto": "https"})
        assert behind_https.status == 200
        assert "; Secure" in (behind_https.getheader("Set-Cookie") or "")
        plain = form_page(found.port, {})
        assert plain.status == 301
        assert (plain.getheader("Location") or "").startswith("https://")
        found.process.send_signal(signal.SIGINT)
        out, err = found.process.communicate(timeout=TOO_LONG)
        assert found.process.returncode in (0, 130, -signal.SIGINT)
        assert "Traceback" not in err
        assert f"{found.url}/" in out


def test_without_a_proxy_nobody_can_claim_https(server: Server) -> None:
    claimed = form_page(server.port, {"X-Forwarded-Proto": "https"})
    assert claimed.status == 200
    assert "; Secure" not in (claimed.getheader("Set-Cookie") or "")
