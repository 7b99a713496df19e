"""The demonstration beside a practice: started by a click, apart in everything, and never left behind."""

import http.cookiejar
import re
import shutil
import signal
import socket
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from practice import beside
from practice.beside import State
from tests.commands.conftest import Demonstration, Installation
from tests.commands.test_serve import TOO_LONG, Server, free_port, opened, read, serving
from tests.commands.test_serve_several import children, is_there

pytestmark = pytest.mark.once


@pytest.fixture
def practice(demonstration: Demonstration, installation: Installation) -> Iterator[Server]:
    """A new practice, served from a folder in which a copy of the demonstration was built before."""
    shutil.copytree(demonstration.installation.folder / "demo", installation.folder / "demo")
    with serving(installation, port=free_port()) as found:
        yield found


def listens(port: int) -> bool:
    with socket.socket() as asked:
        return asked.connect_ex(("127.0.0.1", port)) == 0


def waited(until: Callable[[], bool]) -> bool:
    end = time.monotonic() + TOO_LONG
    while time.monotonic() < end:
        if until():
            return True
        time.sleep(0.02)
    return False


def button(server: Server) -> Callable[[], str]:
    """What the page's button does, as often as it is called; gives the page that answers."""
    browser = opened(server)
    page_at = f"{server.url}/demonstration/"
    (token,) = re.findall(r'name="csrfmiddlewaretoken" value="([^"]+)"', read(browser, page_at))
    return lambda: read(browser, page_at, {"csrfmiddlewaretoken": token})


def started(server: Server) -> int:
    """Click, wait for it as the page does, and give the port of the way it shows."""
    browser = opened(server)
    page_at = f"{server.url}/demonstration/"
    found: list[str] = []

    def is_ready() -> bool:
        found[:] = re.findall(r'href="http://localhost:(\d+)/"', read(browser, page_at))
        return bool(found)

    click = button(server)
    answer = click()
    assert "It is starting" in answer or "It is ready" in answer
    assert waited(is_ready)
    # Asked again while it runs, it is not started again.
    again = click()
    assert re.findall(r'href="http://localhost:(\d+)/"', again) == found
    return int(found[0])


def test_it_is_apart_until_the_practice_is_killed(practice: Server) -> None:
    """One more click opens it, and it goes even where nothing of the practice can run any more."""
    port = started(practice)
    assert port != practice.port
    jar = http.cookiejar.CookieJar()
    browser = urllib.request.build_opener(
        urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor(jar)
    )
    read(browser, f"{practice.url}/start/")
    ours = {cookie.name for cookie in jar}
    login = f"http://localhost:{port}/account/login/"
    page = read(browser, login)
    assert "Invented data" in page
    theirs = {cookie.name for cookie in jar} - ours
    assert ours
    assert theirs
    form = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]+)"', page))
    assert set(form) == {"csrfmiddlewaretoken", "login", "password"}
    assert "Sign out" in read(browser, login, form)
    # The practice is as new as it was.
    assert "Create your practice" in read(browser, f"{practice.url}/start/")
    assert listens(port)
    practice.process.kill()
    practice.process.communicate(timeout=TOO_LONG)
    assert waited(lambda: not listens(port))


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="asks Linux what was started")
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_with_the_practice_before_it_is_ready(
    installation: Installation, how: signal.Signals
) -> None:
    with serving(installation, port=free_port()) as practice:
        assert "It is starting" in button(practice)()
        (beside_it,) = children(practice.process)
        practice.process.send_signal(how)
        practice.process.communicate(timeout=TOO_LONG)
        assert practice.process.returncode in (0, 130, -how)
        assert waited(lambda: not is_there(beside_it))


def test_a_port_that_is_taken_is_passed_over() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        near = taken.getsockname()[1] - 1
        found = beside._free_port(near)
    assert found > near + 1


def test_before_it_was_asked_for_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    # Other tests of this process may have asked.
    monkeypatch.setattr(beside, "_ours", type(beside._ours)())
    assert (beside.state(), beside.port()) == (State.NONE, 0)
