"""Every form of every page, sent with what nobody types: never an error of the program, never half a record."""

from collections.abc import Iterator
from itertools import count
from typing import Any
from urllib.parse import urljoin

import pytest
from django.db import transaction
from django.test import Client as Browser
from django.urls import resolve

from practice.models import (
    Agreement,
    Client,
    Episode,
    Holding,
    MeasureCompletion,
    Practitioner,
    RiskResponse,
    Session,
    SupervisionMeeting,
)
from tests.test_privacy import Found, addresses, files, imported, lived

__all__ = ["files", "imported", "lived"]

CLINICAL: tuple[Any, ...] = (
    *(Agreement, Client, Episode, Holding, MeasureCompletion, RiskResponse, Session),
    SupervisionMeeting,
)
HOSTILE = (
    "\x00",
    "x\x00y",
    "x" * 30_000,
    "\u202e\u2066right to left\u2069\u200b",
    "\U0001f98a\U0001f1ec\U0001f1e7e\u0301",
    "\ufffe\U0010ffff",
    "-1",
    "9" * 400,
    "1e400",
    "NaN",
    "-Infinity",
    "\u0661\u0662",
    "0000-00-00",
    "0001-01-01",
    "9999-12-31",
    "10000-01-01",
    "99-99-99999",
    "=cmd|' /C calc'!A0",
    "<script>alert(1)</script>{{ 7 }}{% x %}",
    "'; DROP TABLE practice_client; --",
    "../../etc/passwd",
    "",
    " ",
    ["1", "2", "3"],
)
ANSWERS = frozenset({200, 302, 400, 403, 404, 405, 409, 429})
# Each form is sent so often, its fields with another neighbour each time.
ROUNDS = 2


def rows() -> list[int]:
    return [model.history.count() for model in CLINICAL]


def forms(browser: Browser) -> Iterator[tuple[str, dict[str, str]]]:
    """Each form once: of the same page of two clients only the first."""
    seen: set[tuple[str, frozenset[str]]] = set()
    for address in addresses():
        answer = browser.get(address)
        if not answer.get("Content-Type", "").startswith("text/html"):
            continue
        for action, fields in Found(answer.content.decode()).forms:
            target = urljoin(address, action)
            if not fields or "logout" in target or "demonstration" in target:
                continue
            route = str(resolve(target.split("?")[0]).route)
            # The ids of clients stand in the names of some fields.
            names = frozenset(name.split("-")[-1] for name in fields)
            if (route, names) not in seen:
                seen.add((route, names))
                yield target, fields


def test_no_form_fails_or_stores_half(lived: Practitioner, client: Browser) -> None:
    client.force_login(lived)
    client.raise_request_exception = False
    turn, tried = count(), 0
    wrong: list[tuple[str, object, dict[str, Any]]] = []
    for address, fields in list(forms(client)):
        for _ in range(ROUNDS):
            data: dict[str, Any] = {}
            for name, value in fields.items():
                number = next(turn)
                # Most of a form must be right for the rest of it to be reached at all.
                data[name] = value if number % 3 == 0 else HOSTILE[number % len(HOSTILE)]
            with transaction.atomic():
                before = rows()
                answer = client.post(address, data)
                if answer.status_code not in ANSWERS:
                    wrong.append((address, answer.status_code, data))
                elif answer.status_code != 302 and rows() != before:
                    wrong.append((address, "half", data))
                assert "<script>alert" not in answer.content.decode(errors="replace"), address
                transaction.set_rollback(True)
            tried += 1
            if answer.status_code == 405:
                # A search: its questions are asked of addresses, below.
                break
    assert wrong == []
    assert tried > 60


def test_no_question_in_an_address_fails(lived: Practitioner, client: Browser) -> None:
    client.force_login(lived)
    names = ("search", "month", "year", "on", "sort", "page", "date", "since", "until", "as", "by")
    turn = count()
    for address in addresses():
        hostile = {name: HOSTILE[next(turn) % len(HOSTILE)] for name in names}
        answer = client.get(address, hostile)
        assert answer.status_code in {200, 302, 400, 403, 404, 405, 409}, (address, hostile)
        if answer.get("Content-Type", "").startswith("text/html"):
            assert "<script>alert" not in answer.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("value", ["\x00", "%00", "\ud800", "\xff", "x" * 3000, "..%2f..%2f"])
def test_no_odd_address_fails(client: Browser, value: str) -> None:
    shown = value.encode("utf-8", "surrogatepass").decode("latin-1")
    for address in (f"/invitation/{shown}/", f"/benchmarks/{shown}/", f"/{shown}"):
        answer = client.get(address)
        assert answer.status_code in {301, 302, 400, 404}, address
