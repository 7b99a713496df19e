"""Where somebody lands after signing in."""

import pytest
from django.test import Client
from django.urls import get_resolver, reverse

from practice.context import SECTIONS
from practice.models import Membership
from tests.cast import Cast, make_practitioner, make_service, saved


@pytest.mark.parametrize("person", ["alice", "leda"])
def test_in_one_practice_on_ones_own_caseload(client: Client, cast: Cast, person: str) -> None:
    somebody = getattr(cast, person)
    client.force_login(somebody)
    answer = client.get(reverse("home"))
    own = reverse("caseload", args=[cast.service.uid, somebody.uid])
    assert (answer.status_code, answer["Location"]) == (302, own)
    assert client.get(own).status_code == 200


def test_in_several_practices_there_is_a_choice(client: Client, cast: Cast) -> None:
    saved(Membership(service=cast.other_service, practitioner=cast.alice), by=cast.leda)
    client.force_login(cast.alice)
    page = client.get(reverse("home")).content.decode()
    for service in (cast.service, cast.other_service):
        address = reverse("caseload", args=[service.uid, cast.alice.uid])
        assert f'<a href="{address}">{service.name}</a>' in page
        assert client.get(address).status_code == 200


def test_in_no_practice_it_says_whom_to_ask(client: Client, cast: Cast) -> None:
    make_service(name="Not theirs")
    client.force_login(make_practitioner(email="dora@example.org"))
    page = client.get(reverse("home")).content.decode()
    assert "You do not belong to a practice yet" in page
    assert "Not theirs" not in page


def test_nobody_signed_in_is_asked_to(client: Client, cast: Cast) -> None:
    answer = client.get(reverse("home"))
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("account_login"))


def test_it_is_only_read_and_never_kept(client: Client, cast: Cast) -> None:
    client.force_login(cast.alice)
    assert client.post(reverse("home")).status_code == 405
    assert "no-store" in client.get(reverse("home"))["Cache-Control"]


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("caseload", "Caseload"),
        ("supervision-sheet", "Supervision"),
        ("service-settings", "Settings"),
        ("import-start", "Import"),
        ("report-list", "Reports"),
        ("benchmark-list", "Benchmarks"),
        ("questionnaire-list", "Questionnaires"),
        ("word-list", "What the words mean"),
    ],
)
def test_the_menu_says_where_one_is(client: Client, cast: Cast, address: str, words: str) -> None:
    client.force_login(cast.leda)
    parts = {
        "caseload": [cast.service.uid, cast.leda.uid],
        "supervision-sheet": [cast.service.uid, cast.leda.uid],
        "service-settings": [cast.service.uid],
        "import-start": [cast.service.uid],
    }
    url = reverse(address, args=parts.get(address, []))
    page = client.get(url).content.decode()
    assert page.count('" aria-current="true">') == 1
    assert f'<a href="{url}" aria-current="true">{words}</a>' in page
    # Not on a page that is none of the menu's.
    assert "aria-current" not in client.get("/no-such-page").content.decode()


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("client-create", "Caseload"),
        ("outcome-list", "Outcomes"),
        ("split-list", "Outcomes"),
        ("supervision-log", "Supervision"),
        ("resolution-create", "Reports"),
        ("target-create", "Benchmarks"),
    ],
)
def test_a_page_below_stands_under_its_entry(
    client: Client, cast: Cast, address: str, words: str
) -> None:
    client.force_login(cast.alice)
    page = client.get(reverse(address, args=[cast.service.uid, cast.alice.uid])).content.decode()
    assert page.count('" aria-current="true">') == 1
    assert f' aria-current="true">{words}</a>' in page


def test_every_page_of_the_menu_has_its_section() -> None:
    """Whoever adds an address says where in the menu it stands, or here that it stands nowhere."""
    nowhere = ("home", "practice-create", "note-key", "demonstration-start", "healthz", "account_")
    for name in {str(value) for value in get_resolver().reverse_dict if isinstance(value, str)}:
        under = [begins for begins, _ in SECTIONS if name.startswith(begins)]
        assert under or name.startswith(nowhere), name
