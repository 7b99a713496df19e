"""A page of this program printed by Chromium, to measure our own papers against.

The browser is a tool of the tests and belongs to no installation; without it there is no such
measurement, and that is said.
"""

import mimetypes
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any, Protocol
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.staticfiles.finders import find

_PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "chrome")
_ORIGIN = "http://page.invalid"


class Printer(Protocol):
    """Prints a page that has been rendered already."""

    def __call__(self, html: str) -> bytes:
        """As PDF on A4, the page loaded with its style sheets and fonts."""


class MissingError(Exception):
    """No Chromium, or nothing to drive it with."""


@contextmanager
def chromium() -> Iterator[Printer]:
    """A browser that is running already, so that its start is in no measurement.

    Raises MissingError.
    """
    program = next((path for name in _PROGRAMS if (path := shutil.which(name))), None)
    try:
        driver: Any = import_module("playwright.sync_api")
    except ImportError:
        raise MissingError("playwright is not installed") from None
    with driver.sync_playwright() as started:
        try:
            browser = started.chromium.launch(executable_path=program, args=["--no-sandbox"])
        except driver.Error:
            raise MissingError("Chromium is not installed") from None
        try:
            yield _printer(browser)
        finally:
            browser.close()


def _printer(browser: Any) -> Printer:
    page = browser.new_page()
    shown = {"html": ""}

    def answer(route: Any) -> None:
        path = urlsplit(route.request.url).path
        if not path.startswith(settings.STATIC_URL):
            route.fulfill(body=shown["html"], content_type="text/html; charset=utf-8")
            return
        name = path.removeprefix(settings.STATIC_URL)
        file = settings.STATIC_ROOT / name
        found = str(file) if file.is_file() else find(name)
        if found is None:
            route.fulfill(status=404, body="")
        else:
            kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
            route.fulfill(path=found, content_type=kind)

    page.route("**/*", answer)

    def printed(html: str) -> bytes:
        shown["html"] = html
        page.goto(f"{_ORIGIN}/")
        pdf: bytes = page.pdf(format="A4")
        return pdf

    return printed
