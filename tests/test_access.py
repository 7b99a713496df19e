"""Who may open what: every address and command is classed, and a new one without a row fails.

The rows are in tests/access_pages.py, the people in tests/access_people.py.
"""

import uuid
from collections.abc import Iterator
from copy import deepcopy
from http.cookies import SimpleCookie
from typing import Any

import pytest
from django.core.management import get_commands
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from pytest_django import DjangoDbBlocker

from practice.models import Membership, Role
from practice.urls import urlpatterns
from tests.access_pages import OWN, PAGES, WHOLE, WITH_A_NUMBER, own
from tests.access_people import PEOPLE, Everybody, make_everybody
from tests.cast import Cast, make_practitioner, make_service

READING = ("get", "head")
WRITING = ("post", "put", "patch", "delete")
READ_ONLY = [route for route, page in PAGES.items() if page.is_read_only]
REPORTS = [WHOLE, OWN, f"{WHOLE}pdf/", f"{OWN}pdf/"]
# What a refusal looks like; anything else would be an answer.
REFUSED = {403, 404}

# Whoever may run a command owns the machine, and with it the database: none asks who it is.
# What each does there, and whether it prints or writes what is clinical.
COMMANDS = {
    "backup": "writes one sealed file",
    "bench": "an invented caseload of its own",
    "changepassword": "gives an account a passphrase",
    "check_audit": "reads the audit and the history, prints codes and random ids",
    "demo": "an invented practice in a folder of its own",
    "export_caseload": "writes clinical files to a folder that is named",
    "import_caseload": "stores a caseload, prints counts and places in files",
    "import_nhs_annual": "stores published figures",
    "migrate": "brings the tables up to date, and shows none of what is in them",
    "outcomes": "prints figures",
    "questionnaires": "writes blank papers",
    "report": "writes reports to a folder that is named",
    "restore": "fills an empty installation from a sealed file",
    "rotate_note_key": "writes the notes anew under another key",
    "second_factor": "takes a lost second factor from an account",
    "serve": "answers in the browser, to whoever signs in there",
    "service": "prints and changes settings and members",
    "supervision_sheet": "writes a sheet to a folder that is named",
}


def routes(patterns: list[URLPattern | URLResolver], above: str = "") -> Iterator[str]:
    for pattern in patterns:
        route = above + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, route)
        else:
            yield route


def test_every_address_has_a_row() -> None:
    """Whoever adds a page says there who may open it."""
    found = list(routes(urlpatterns))
    assert set(found) - set(PAGES) == set(), "add a row to PAGES"
    assert set(PAGES) - set(found) == set(), "these rows are about nothing"
    assert len(found) == len(set(found))
    assert len(list(routes(get_resolver().url_patterns))) == len(found)
    assert all(set(page.answers) == set(PEOPLE) for page in PAGES.values())


def test_no_address_can_be_counted_up() -> None:
    """What stands in an address is random, or a word."""
    numbered = {route for route in routes(urlpatterns) if "<int:" in route or "<str:pk" in route}
    assert numbered == WITH_A_NUMBER


def test_every_command_is_classed() -> None:
    ours = {name for name, app in get_commands().items() if app == "practice"}
    assert ours == set(COMMANDS), "say in COMMANDS what it does"


each_page = pytest.mark.parametrize("route", PAGES, ids=lambda route: route or "first page")
each_read_only = pytest.mark.parametrize(
    "route", READ_ONLY, ids=lambda route: route or "first page"
)


@pytest.fixture(scope="module")
def _everybody(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Everybody]:
    """Made once for all addresses; each test's own transaction is a savepoint inside this one."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield make_everybody()
        transaction.set_rollback(True)


@pytest.fixture
def everybody(_everybody: Everybody, db: None) -> Everybody:
    """For one test: what it changes in memory is not there for the next, like its rows."""
    return deepcopy(_everybody)


@pytest.fixture
def cast(everybody: Everybody) -> Cast:
    """The same people: they are in the database already."""
    return everybody.cast


@pytest.fixture(scope="module")
def signed_in(_everybody: Everybody) -> dict[str, str]:
    """What the browser of each of them holds: they sign in once for all addresses."""
    found = {}
    for name, person in _everybody.people.items():
        browser = Client()
        browser.force_login(person)
        found[name] = browser.cookies.output(attrs=[], header="", sep=";")
    return found


def browser_of(name: str, signed_in: dict[str, str]) -> Client:
    """A browser of its own, in which that person has signed in."""
    browser = Client()
    browser.cookies = SimpleCookie(signed_in[name])
    return browser


@each_page
def test_who_may_open_it(everybody: Everybody, signed_in: dict[str, str], route: str) -> None:
    page = PAGES[route]
    # Once: what the address needs is made anew each time.
    url = page.url(everybody.cast)
    found = {}
    for name in PEOPLE:
        everybody.sees_as(name)
        found[name] = browser_of(name, signed_in).get(url).status_code
    assert found == page.answers


@each_page
def test_who_may_not_open_it_may_not_send_it_either(
    everybody: Everybody, signed_in: dict[str, str], route: str
) -> None:
    """Refused alike, before anything that was sent is looked at; and without a sign of what is there."""
    page = PAGES[route]
    url = page.url(everybody.cast)
    refused = [
        name for name in PEOPLE if page.answers[name] in REFUSED and name not in page.nothing_for
    ]
    found = {}
    for name in refused:
        everybody.sees_as(name)
        found[name] = browser_of(name, signed_in).post(url, {"anything": "1"}).status_code
    read_only = dict.fromkeys(refused, 405) if page.is_read_only else {}
    assert found == {name: page.answers[name] for name in refused} | read_only


@each_page
def test_anonymous(client: Client, cast: Cast, route: str) -> None:
    page = PAGES[route]
    url = page.url(cast)
    answer = client.get(url)
    assert answer.status_code == page.anonymous
    if page.url_name == "account_logout":
        # Nobody to sign out: to the first page, which asks to sign in.
        assert answer["Location"] == "/"
    elif page.url_name in ("mfa_authenticate", "mfa_login_webauthn"):
        # Nobody is between a passphrase and a code, or holds a passkey up.
        assert answer["Location"] == reverse("account_login")
    elif page.anonymous == 302:
        # allauth's own pages quote the way back: compare what they mean.
        where, _, back = answer["Location"].partition("?next=")
        assert where == reverse("account_login")
        assert back.replace("%2F", "/") == url


@each_read_only
def test_what_is_to_be_read_takes_nothing_else(client: Client, cast: Cast, route: str) -> None:
    page = PAGES[route]
    url = page.url(cast)
    for method in WRITING:
        answer = getattr(client, method)(url)
        assert answer.status_code == (302 if page.anonymous == 302 else 405), method
    client.force_login(cast.leda)
    for method in (*WRITING, *READING):
        answer = getattr(client, method)(url)
        assert answer.status_code == (page.answers["lead"] if method in READING else 405), method


def url_of(route: str, **parts: object) -> str:
    return reverse(PAGES[route].url_name, kwargs=parts)


@pytest.mark.parametrize("route", [OWN, f"{OWN}pdf/"])
def test_nobody_of_that_kind(client: Client, cast: Cast, route: str) -> None:
    """A lead gets 404 for whoever is not of the service; a member the same as for a colleague."""
    for uid in (cast.charlie.uid, uuid.uuid4()):
        url = url_of(route, service=cast.service.uid, practitioner=uid)
        client.force_login(cast.leda)
        assert client.get(url).status_code == 404
        client.force_login(cast.alice)
        assert client.get(url).status_code == 403


@pytest.mark.parametrize("route", REPORTS)
@pytest.mark.parametrize("person", ["alice", "bob", "leda", "charlie"])
def test_no_such_service(client: Client, cast: Cast, route: str, person: str) -> None:
    somebody = getattr(cast, person)
    client.force_login(somebody)
    parts: dict[str, object] = {"service": uuid.uuid4()}
    if "practitioner" in route:
        parts["practitioner"] = somebody.uid
    assert client.get(url_of(route, **parts)).status_code == 404


@pytest.mark.parametrize("route", REPORTS)
def test_one_may_lead_here_and_be_nobody_there(client: Client, cast: Cast, route: str) -> None:
    parts: dict[str, object] = {"service": cast.other_service.uid}
    if "practitioner" in route:
        parts["practitioner"] = cast.charlie.uid
    client.force_login(cast.leda)
    assert client.get(url_of(route, **parts)).status_code == 404


@pytest.mark.parametrize("wrong", ["1", "not-a-uuid", "../../etc", "%00", "0" * 36])
def test_what_is_no_id_is_no_page(client: Client, cast: Cast, wrong: str) -> None:
    client.force_login(cast.leda)
    assert client.get(f"/service/{wrong}/report/").status_code == 404


def test_who_has_left_sees_nothing_more(client: Client, cast: Cast) -> None:
    client.force_login(cast.alice)
    assert client.get(PAGES[OWN].url(cast)).status_code == 200
    for membership in Membership.objects.filter(practitioner=cast.alice):
        leave(membership)
    assert client.get(PAGES[OWN].url(cast)).status_code == 404
    client.force_login(cast.leda)
    assert client.get(PAGES[OWN].url(cast)).status_code == 404


def leave(membership: Any) -> None:
    membership._change_reason = "left"
    membership.delete()


def test_a_closed_account_is_signed_out(client: Client, cast: Cast) -> None:
    client.force_login(cast.alice)
    cast.alice.is_active = False
    cast.alice.save()
    assert client.get("/").status_code == 302
    assert client.get(PAGES[OWN].url(cast)).status_code == 302


def test_the_list_offers_exactly_what_may_be_opened(client: Client, cast: Cast) -> None:
    one = {"service": cast.service.uid}
    offered = {
        "alice": [url_of(OWN, **own(cast))],
        "bob": [url_of(OWN, **one, practitioner=cast.bob.uid)],
        "leda": [
            url_of(WHOLE, **one),
            *(
                url_of(OWN, **one, practitioner=person.uid)
                for person in (cast.alice, cast.bob, cast.leda)
            ),
        ],
        "charlie": [url_of(OWN, service=cast.other_service.uid, practitioner=cast.charlie.uid)],
    }
    everything = {url for urls in offered.values() for url in urls}
    for person, urls in offered.items():
        client.force_login(getattr(cast, person))
        page = client.get("/reports/").content.decode()
        assert {url for url in everything if f'href="{url}"' in page} == set(urls), person
        for url in urls:
            assert client.get(url).status_code == 200


def test_somebody_without_a_practice_is_told_so(client: Client, db: None) -> None:
    client.force_login(make_practitioner(email="nomad@example.org"))
    assert "You do not belong to a practice yet" in client.get("/").content.decode()


def test_in_a_practice_of_one_there_is_one_report(client: Client, db: None) -> None:
    service = make_service(name="Alone")
    person = make_practitioner(email="one@example.org", service=service, role=Role.LEAD)
    client.force_login(person)
    page = client.get("/reports/").content.decode()
    assert page.count(url_of(OWN, service=service.uid, practitioner=person.uid)) == 1
    assert url_of(WHOLE, service=service.uid) not in page
    assert client.get(url_of(WHOLE, service=service.uid)).status_code == 200
