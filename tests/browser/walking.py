"""One person going through the pages as one would, by what is to be seen on them."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from playwright.sync_api import Page

from tests.browser.conftest import NARROW, WIDE, Visit

PDF_BEGINS = b"%PDF-"


@dataclass(kw_only=True)
class Month:
    """One person's first month on one screen: what was clicked, and what was found."""

    visit: Visit
    today: dt.date
    # Without script nothing can be asked of the page but what is to be seen.
    looks: bool = True
    found: list[str] = field(default_factory=list)

    @property
    def page(self) -> Page:
        return self.visit.page

    def ago(self, days: int) -> str:
        """A day of the month, as a field takes it."""
        return (self.today - dt.timedelta(days=days)).isoformat()

    def fits(self, name: str) -> None:
        """Whether the page as it stands, unfolded, is whole at both widths."""
        if self.looks:
            with self._unfolded():
                self.found += self.visit.too_wide(name)

    def look(self, name: str) -> None:
        """The same, and what axe finds on a laptop: on a phone it looks in test_every_page."""
        if self.looks:
            with self._unfolded():
                self.found += self.visit.too_wide(name, widths=[NARROW, WIDE])
                self.found += [f"{name}: {each}" for each in self.visit.violations()]

    @contextmanager
    def _unfolded(self) -> Iterator[None]:
        """Afterwards the page is as it was: as wide, and folded."""
        # A click waits for the next page to begin, not for it to have come.
        self.page.wait_for_load_state()
        folded = "document.querySelectorAll('details:not([open])')"
        self.page.evaluate(
            f"{folded}.forEach(each => {{ each.dataset.shut = ''; each.open = true; }})"
        )
        size = self.page.viewport_size
        assert size is not None
        yield
        self.page.set_viewport_size(size)
        self.page.evaluate(
            "document.querySelectorAll('details[data-shut]').forEach(each => { each.open = false; })"
        )

    def sees(self, *texts: str) -> None:
        for text in texts:
            self.page.get_by_text(text).first.wait_for()

    def menu(self, name: str) -> None:
        menu = self.page.get_by_role("navigation", name="Main")
        link = menu.get_by_role("link", name=name, include_hidden=True)
        if not link.is_visible():
            menu.get_by_text("More").click()
        link.click()

    def link(self, name: str) -> None:
        self.page.get_by_role("link", name=name).first.click()

    def button(self, name: str) -> None:
        self.page.get_by_role("button", name=name).first.click()

    def write(self, label: str, words: str) -> None:
        self.page.get_by_label(label).first.fill(words)

    def client(self, reference: str) -> None:
        """From wherever one is: by the menu to the caseload, and to the client's page."""
        self.menu("Caseload")
        self.link(reference)
        self.page.get_by_role("heading", name=reference, exact=True).wait_for()

    def pdf(self, name: str) -> None:
        """What a link to a PDF answers; the browser itself would open it in a window of its own."""
        address = self.page.get_by_role("link", name=name).first.get_attribute("href")
        assert address is not None
        answer = self.page.request.get(self.visit.server + address)
        assert answer.status == 200, address
        assert answer.body().startswith(PDF_BEGINS), address
