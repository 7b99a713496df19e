"""`manage.py serve` with several processes: the same pages, headers and limits, and a clean end."""

import http.client
import os
import re
import signal
import subprocess
import sys
import time
import urllib.parse
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.commands.conftest import ROOT, Demonstration, Installation
from tests.commands.test_serve import (
    TOO_LONG,
    Server,
    form_page,
    free_port,
    opened,
    read,
    serving,
)

pytestmark = [
    pytest.mark.once,
    pytest.mark.skipif(os.name == "nt", reason="on Windows one process serves"),
]


@dataclass(frozen=True, kw_only=True)
class Several(Installation):
    """An installation served by two processes."""

    more: tuple[tuple[str, str], ...] = ()

    @property
    def environment(self) -> dict[str, str]:
        return super().environment | {"PRACTICE_PROCESSES": "2"} | dict(self.more)


def children(process: "subprocess.Popen[str]") -> list[int]:
    """The processes that it started and that are still there (Linux says so in /proc)."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            state, parent = (folder / "stat").read_text().rpartition(")")[2].split()[:2]
        except OSError:
            continue
        if int(parent) == process.pid and state != "Z":
            found.append(int(folder.name))
    return found


def is_there(number: int) -> bool:
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    return True


def eventually(is_so: Callable[[], bool]) -> bool:
    until = time.monotonic() + TOO_LONG
    while not is_so() and time.monotonic() < until:
        time.sleep(0.02)
    return is_so()


def stopped(server: Server, *, how: signal.Signals) -> tuple[str, str]:
    """Told to stop: it does, quietly, and so do all that it started. What it wrote."""
    workers = children(server.process)
    server.process.send_signal(how)
    out, err = server.process.communicate(timeout=TOO_LONG)
    assert server.process.returncode in (0, 130, -how)
    assert "Traceback" not in err
    assert eventually(lambda: not [number for number in workers if is_there(number)])
    return out, err


@pytest.fixture(scope="module")
def server(demonstration: Demonstration) -> Iterator[Server]:
    installation = Several(folder=demonstration.installation.folder)
    with serving(installation, "--demo", port=free_port()) as found:
        yield found


def test_two_processes_answer_with_pages_and_style(server: Server) -> None:
    browser = opened(server)
    page = read(browser, f"{server.url}/account/login/")
    assert "<h1>Sign in</h1>" in page
    (icon,) = re.findall(r'href="(/static/[^"]+\.svg)"', page)
    with browser.open(server.url + icon, timeout=TOO_LONG) as answer:
        assert answer.headers.get_content_type() == "image/svg+xml"
    if Path("/proc/self/stat").exists():
        assert eventually(lambda: len(children(server.process)) == 2)


def test_guesses_are_counted_by_both_together(server: Server) -> None:
    browser = opened(server)
    login = f"{server.url}/account/login/"
    for guess in range(6):
        token = re.findall(r'name="csrfmiddlewaretoken" value="([^"]+)"', read(browser, login))[0]
        form = {"login": "n@example.org", "password": f"no {guess}", "csrfmiddlewaretoken": token}
        page = read(browser, login, form)
        assert ("Too many failed" in page) is (guess == 5)


def test_headers_are_those_of_the_settings(server: Server) -> None:
    answer = form_page(server.port, {})
    assert (answer.getheader("Content-Security-Policy") or "").startswith("default-src 'none'")
    assert answer.getheader("X-Frame-Options") == "DENY"


def test_without_a_proxy_nobody_can_claim_https(server: Server) -> None:
    for name in ("X-Forwarded-Proto", "X-Forwarded-Protocol", "X-Forwarded-Ssl"):
        claimed = form_page(server.port, {name: "on" if name.endswith("Ssl") else "https"})
        assert claimed.status == 200
        assert "; Secure" not in (claimed.getheader("Set-Cookie") or "")


def test_behind_a_proxy_until_a_service_manager_stops_it(installation: Installation) -> None:
    """https is believed, what is asked for is in no log, and all its processes go with it."""
    more = (("PRACTICE_BEHIND_PROXY", "1"), ("PRACTICE_ALLOWED_HOSTS", "practice.example"))
    proxied = Several(folder=installation.folder, more=more)
    with serving(proxied, port=free_port()) as found:
        assert found.process.stdout is not None
        # Where the practice can be created: over plain http it would be sent on to where nobody answers.
        assert "https://practice.example/start/" in found.process.stdout.readline()
        behind = form_page(found.port, {"X-Forwarded-Proto": "https"})
        assert behind.status == 200
        assert "; Secure" in (behind.getheader("Set-Cookie") or "")
        assert form_page(found.port, {}).status == 301
        connection = http.client.HTTPConnection("localhost", found.port, timeout=TOO_LONG)
        secret = urllib.parse.quote("a-secret-of-somebody")
        connection.request("GET", f"/invitation/{secret}/", headers={"X-Forwarded-Proto": "https"})
        assert connection.getresponse().status == 404
        connection.close()
        assert "a-secret-of-somebody" not in "".join(stopped(found, how=signal.SIGTERM))


def test_none_at_all_is_a_sentence(tmp_path: Path) -> None:
    installation = Installation(folder=tmp_path / "data")
    answer = subprocess.run(
        [sys.executable, "manage.py", "serve"],
        cwd=ROOT,
        env=installation.environment | {"PRACTICE_PROCESSES": "0"},
        capture_output=True,
        text=True,
        check=False,
        timeout=TOO_LONG,
    )
    assert answer.returncode == 1
    assert "PRACTICE_PROCESSES is 0" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_ctrl_c_stops_it_with_all_its_processes(server: Server) -> None:
    """The last of this file, for it stops the server that the others read from."""
    read(opened(server), f"{server.url}/account/login/")
    stopped(server, how=signal.SIGINT)
