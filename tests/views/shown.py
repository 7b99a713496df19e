"""What the forms of a page would send if nothing were changed."""

from html.parser import HTMLParser
from typing import Any


class _Fields(HTMLParser):
    """Fields by name; a later one of a name replaces an earlier."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: dict[str, Any] = {}
        self._select = self._area = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        name = given.get("name", "")
        if tag == "select":
            self._select = name
        elif tag == "textarea":
            self._area = name
            self.found[name] = ""
        elif tag == "option" and "selected" in given:
            self.found[self._select] = given.get("value", "")
        elif tag == "input" and name:
            self._input(name, given)

    def _input(self, name: str, given: dict[str, str]) -> None:
        kind = given.get("type", "text")
        if kind == "checkbox":
            if "checked" in given:
                self.found.setdefault(name, []).append(given.get("value", "on"))
        elif kind != "radio" or "checked" in given:
            self.found[name] = given.get("value", "")

    def handle_data(self, data: str) -> None:
        if self._area:
            self.found[self._area] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self.found[self._area] = self.found[self._area].removeprefix("\n")
            self._area = ""


def as_shown(answer: Any) -> dict[str, Any]:
    """All fields of all forms of a page, as they stand there."""
    found = _Fields(answer.content.decode()).found
    found.pop("csrfmiddlewaretoken", None)
    return found
