"""The first account of an empty installation: only with the code from the terminal, only once."""

import pytest
from django.test import Client
from django.urls import reverse

from practice import first_run
from practice.actions import services
from practice.actions.writing import RefusedError
from practice.models import Membership, Practitioner, Role, Service
from tests.cast import Cast

START, LOGIN = reverse("practice-create"), reverse("account_login")
PASSWORD = "three quiet herons"
pytestmark = pytest.mark.django_db


def asked(code: str, **other: object) -> dict[str, object]:
    return {
        "code": code,
        "name": "Tŷ Ŵyn",
        "owner_name": "Zoë Łukasz",
        "email": "Zoe@Example.org",
        "password": PASSWORD,
        "again": PASSWORD,
        "primary_outcome": "core10",
        "logs_every_enquiry": "on",
        "signals": ["worse", "not_improved", "off_track", "score_overdue", "no_contact"],
    } | other


def test_the_page_is_open_while_nobody_has_an_account(client: Client) -> None:
    page = client.get(START)
    assert page.status_code == 200
    assert b"One-time code" in page.content
    assert "no-store" in page["Cache-Control"]


def test_a_new_installation_opens_with_it_whatever_is_asked_for(client: Client) -> None:
    for address in ("/", reverse("report-list"), LOGIN):
        assert client.get(address, follow=True).redirect_chain[-1] == (START, 302)
    # Not instead of a form somebody sends.
    assert client.post(LOGIN).status_code == 200


def test_with_an_account_there_is_only_signing_in(client: Client, cast: Cast) -> None:
    assert client.get("/", follow=True).redirect_chain == [(f"{LOGIN}?next=/", 302)]


def test_the_right_code_makes_practice_and_owner(client: Client) -> None:
    code = first_run.offer_code()
    answer = client.post(START, asked(code.lower().replace("-", " ")), follow=True)
    assert answer.redirect_chain == [(reverse("note-key"), 302)]
    place = Membership.objects.get()
    assert place.role == Role.LEAD
    assert (place.service.name, place.service.primary_outcome) == ("Tŷ Ŵyn", "core10")
    assert place.service.logs_every_enquiry
    assert (place.service.signals_off, place.service.usual_minutes) == ("", None)
    assert not place.service.is_invented
    owner = place.practitioner
    assert (owner.email, owner.name) == ("zoe@example.org", "Zoë Łukasz")
    assert owner.check_password(PASSWORD)
    (kept,) = Service.history.all()
    assert kept.history_user_id == owner.pk
    # Signed in already, and the page is gone, with the code.
    assert answer.context["user"] == owner
    assert client.get(START).status_code == 404
    assert not first_run.is_right(code)


@pytest.mark.parametrize(
    ("other", "field"),
    [
        pytest.param({"code": "0000-0000-0000"}, "code", id="wrong code"),
        pytest.param({"code": ""}, "code", id="no code"),
        pytest.param({"again": "three quiet heron"}, "again", id="passphrases differ"),
        pytest.param({"password": "short", "again": "short"}, "password", id="too short"),
        pytest.param(
            {"password": "zoe@example.org", "again": "zoe@example.org"}, "password", id="the e-mail"
        ),
        pytest.param({"email": "zoe"}, "email", id="no address"),
        pytest.param({"name": ""}, "name", id="no name"),
        pytest.param({"primary_outcome": "hope"}, "primary_outcome", id="no such outcome"),
        pytest.param({"signals": ["risk"]}, "signals", id="no such switch"),
        pytest.param({"usual_minutes": "1441"}, "usual_minutes", id="too many minutes"),
        pytest.param({"usual_fee": "-1"}, "usual_fee", id="less than nothing"),
    ],
)
def test_what_is_wrong_stands_beside_the_field(
    client: Client, other: dict[str, object], field: str
) -> None:
    answer = client.post(START, asked(first_run.offer_code()) | other)
    assert answer.status_code == 200
    assert list(answer.context["form"].errors) == [field]
    assert not Practitioner.objects.exists()
    assert not Service.objects.exists()
    # Nothing typed is lost but the passphrases, which a page never repeats.
    if field != "name":
        assert "Tŷ Ŵyn" in answer.content.decode()
    assert PASSWORD not in answer.content.decode()


def test_signals_and_usual_values_are_chosen_at_once(client: Client) -> None:
    page = client.get(START).content.decode()
    assert page.count('name="signals"') == page.count(" checked") == 5
    assert "always on" in page
    form = asked(
        first_run.offer_code(),
        signals=["worse", "off_track", "score_overdue"],
        usual_medium="video",
        usual_minutes="50",
        usual_fee="62.50",
    )
    client.post(START, form)
    service = Service.objects.get()
    assert service.signals_off == "not_improved no_contact"
    assert (service.usual_medium, service.usual_minutes, str(service.usual_fee)) == (
        *("video", 50, "62.50"),
    )


def test_the_demonstration_is_one_click_away(client: Client) -> None:
    assert f'href="{reverse("demonstration-start")}"' in client.get(START).content.decode()


def test_without_a_code_nobody_gets_in(client: Client) -> None:
    first_run.withdraw_code()
    client.post(START, asked(""))
    client.post(START, asked("x"))
    assert not Practitioner.objects.exists()


def test_a_code_is_withdrawn_after_too_many_tries(client: Client) -> None:
    code = first_run.offer_code()
    for _try in range(first_run.MOST_TRIES):
        client.post(START, asked("0000-0000-0000"))
    client.post(START, asked(code))
    assert not Practitioner.objects.exists()


def test_a_newer_code_voids_the_older() -> None:
    older, newer = first_run.offer_code(), first_run.offer_code()
    assert not first_run.is_right(older)
    assert first_run.is_right(newer)


@pytest.mark.parametrize("method", ["get", "post"])
def test_no_such_page_once_somebody_has_an_account(cast: Cast, client: Client, method: str) -> None:
    code = first_run.offer_code()
    answer = getattr(client, method)(START, asked(code))
    assert answer.status_code == 404
    assert Practitioner.objects.count() == 4


def test_the_second_of_two_at_once_is_refused(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def too_late(**_: object) -> None:
        raise RefusedError("somebody has an account here already")

    monkeypatch.setattr(services, "create_practice", too_late)
    assert client.post(START, asked(first_run.offer_code())).status_code == 404


def test_other_methods_are_refused(client: Client) -> None:
    assert client.put(START).status_code == 405
