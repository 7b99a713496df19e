"""Every form of every page, sent with what nobody types: never an error of the program, never half a record."""

import random
from collections.abc import Iterator
from itertools import count
from typing import Any
from urllib.parse import urljoin

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.test import Client as Browser

from practice.models import AuditEntry, Practitioner
from tests.test_privacy import (
    LEFT_ALONE,
    Form,
    Found,
    addresses,
    files,
    imported,
    is_known,
    lived,
)

__all__ = ["files", "imported", "lived"]

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
# Papers have no forms, and take longest to make.
PAPERS = ("/pdf/", "/zip/")
ANSWERS = frozenset({200, 302, 400, 403, 404, 405, 409, 429})
# Each form is sent so often, its fields with another neighbour each time.
ROUNDS = 2


# Written whatever becomes of a form: who is signed in, how often somebody guessed, who read what.
BESIDE_THE_MATTER = frozenset({"django_session", AuditEntry._meta.db_table})
TABLES = sorted(
    {model._meta.db_table for model in apps.get_models(include_auto_created=True)}
    - BESIDE_THE_MATTER
)
# What differs between two times that the same was stored.
OF_ITS_OWN = frozenset({"id", "uid"})
# To whom it belongs does not differ: these are there before.
BELONGS = frozenset({"service_id", "practitioner_id", "supervisor_id", "entered_by_id"})


def stored() -> dict[str, list[dict[str, Any]]]:
    """Every row of every table, history included, as it lies in the database."""
    found = {}
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)} ORDER BY 1")  # noqa: S608
            names = [column[0] for column in cursor.description]
            found[table] = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return found


def meaning(rows: dict[str, list[dict[str, Any]]]) -> dict[str, list[str]]:
    """The rows without what is new each time: ids made up, moments, what is encrypted anew."""

    def same(name: str, value: object) -> bool:
        is_moment = name.endswith(("_at", "_date")) or name.startswith("history_")
        is_made_up = isinstance(value, str) and len(value) > 40
        is_new = name in OF_ITS_OWN or (name.endswith("_id") and name not in BELONGS)
        return not (is_moment or is_made_up or is_new)

    return {
        table: sorted(
            str({name: value for name, value in row.items() if same(name, value)}) for row in found
        )
        for table, found in rows.items()
    }


def sent(browser: Browser, address: str, data: dict[str, Any]) -> tuple[Any, Any]:
    """The answer, and what was stored afterwards; it is taken back."""
    with transaction.atomic():
        answer = browser.post(address, data)
        after = stored()
        transaction.set_rollback(True)
    return answer, after


def forms(browser: Browser) -> Iterator[tuple[str, Form]]:
    """Each form once: of the same page of two clients only the first."""
    seen: set[tuple[str, ...]] = set()
    for address in addresses():
        if address.endswith(PAPERS):
            continue
        answer = browser.get(address)
        if not answer.get("Content-Type", "").startswith("text/html"):
            continue
        for form in Found(answer.content.decode()).forms:
            target = urljoin(address, form.action)
            if any(word in target for word in LEFT_ALONE) or is_known(form, target, seen):
                continue
            yield target, form


def hostile(form: Form, chance: random.Random) -> dict[str, Any]:
    """Most of a form must be right for the rest of it to be reached at all."""
    data: dict[str, Any] = dict(next(form.sendings()))
    for name in data:
        if chance.random() < 0.3:
            data[name] = chance.choice(HOSTILE)
    return data


def extras() -> dict[str, str]:
    """The name of every field of every model, and of the columns behind them."""
    names = {
        name
        for model in apps.get_app_config("practice").get_models()
        for field in model._meta.get_fields()
        for name in (field.name, getattr(field, "attname", field.name))
    }
    return dict.fromkeys(sorted(names | {"is_staff", "is_superuser", "user_permissions"}), "1")


def test_no_form_fails_stores_half_or_takes_more_than_it_asks_for(
    lived: Practitioner, client: Browser
) -> None:
    client.force_login(lived)
    client.raise_request_exception = False
    chance = random.Random(2026)  # noqa: S311
    wrong: list[tuple[str, object, dict[str, Any]]] = []
    tried = went_through = 0
    more = extras()
    found = list(forms(client))
    # Each is taken back, so that what was there is always the same.
    before = stored()
    for address, form in found:
        for _ in range(ROUNDS):
            data = hostile(form, chance)
            answer, after = sent(client, address, data)
            if answer.status_code not in ANSWERS:
                wrong.append((address, answer.status_code, data))
            elif answer.status_code != 302 and after != before:
                wrong.append((address, "stored although it was refused", data))
            assert "<script>alert" not in answer.content.decode(errors="replace"), address
            tried += 1
        right = next(form.sendings())
        plain, as_asked = sent(client, address, right)
        if plain.status_code != 302:
            continue
        went_through += 1
        crowded, as_crowded = sent(client, address, more | right)
        # A page may read a field that it does not always show; then it may refuse, but not obey.
        if crowded.status_code == 302 and meaning(as_crowded) != meaning(as_asked):
            wrong.append((address, "took a field that was not asked for", right))
    assert wrong == []
    assert tried > 60
    assert went_through > 20


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
