"""Signing in and out, and passphrases: allauth's pages in this program's words."""

import re
from html import unescape
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from practice.demonstration import LEAD_EMAIL, OTHERS, PASSPHRASE
from practice.models import Practitioner
from tests.cast import Cast, make_practitioner

pytestmark = pytest.mark.django_db
OLD, NEW = "three quiet herons", "four loud geese at dawn"
CHANGE, RESET = reverse("account_change_password"), reverse("account_reset_password")


def words(answer: Any) -> str:
    return " ".join(unescape(answer.content.decode()).split())


@pytest.fixture
def dora(db: None) -> Practitioner:
    return make_practitioner(email="dora@example.org", name="Dora", password=OLD)


def signed_in(client: Client, passphrase: str) -> bool:
    form = {"login": "dora@example.org", "password": passphrase}
    return client.post(reverse("account_login"), form).status_code == 302


def changed(old: str = OLD, new: str = NEW, again: str = NEW) -> dict[str, str]:
    return {"oldpassword": old, "password1": new, "password2": again}


class TestChange:
    def test_the_new_one_is_in_force_and_one_stays_signed_in(
        self, client: Client, dora: Practitioner
    ) -> None:
        assert signed_in(client, OLD)
        answer = client.post(CHANGE, changed())
        assert (answer.status_code, answer["Location"]) == (302, reverse("security"))
        assert "Your new passphrase is in force." in words(client.get(reverse("home")))
        assert signed_in(Client(), NEW)
        assert not signed_in(Client(), OLD)
        dora.refresh_from_db()
        # The tests' own hasher stands for argon2, which the settings name first.
        assert NEW not in dora.password

    @pytest.mark.parametrize(
        ("form", "field", "sentence"),
        [
            (changed(old="wrong"), "oldpassword", "This is not the passphrase in force."),
            (changed(again="other words"), "password2", "The two passphrases are not the same."),
            (changed(new="short", again="short"), "password1", "it needs 12 characters or more"),
            (
                changed(new="dora@example.org", again="dora@example.org"),
                "password1",
                "too much like your own name or e-mail address",
            ),
            (
                changed(new="1928374650192", again="1928374650192"),
                "password1",
                "not made of numbers alone",
            ),
            (
                changed(new="telechargement", again="telechargement"),
                "password1",
                "one of those that are tried first",
            ),
        ],
        ids=["wrong old one", "not the same", "short", "the address", "numbers", "common"],
    )
    def test_what_is_wrong_stands_beside_the_field(
        self, client: Client, dora: Practitioner, form: dict[str, str], field: str, sentence: str
    ) -> None:
        client.force_login(dora)
        answer: Any = client.post(CHANGE, form)
        assert answer.status_code == 200
        assert list(answer.context["form"].errors) == [field]
        assert sentence in words(answer)

    @pytest.mark.parametrize("method", ["get", "post"])
    def test_somebody_without_one_is_told_how_to_get_one(
        self, client: Client, cast: Cast, method: str
    ) -> None:
        client.force_login(cast.alice)
        answer = getattr(client, method)(CHANGE)
        assert answer.status_code == 200
        assert "You have no passphrase yet" in words(answer)
        assert f'href="{RESET}"' in words(answer)


class TestForgotten:
    def test_the_link_of_the_mail_sets_a_new_one(self, client: Client, dora: Practitioner) -> None:
        answer: Any = client.post(RESET, {"email": "Dora@example.org"}, follow=True)
        assert answer.status_code == 200
        (sent,) = mail.outbox
        assert sent.subject == "A new passphrase"
        assert "password" not in sent.body.replace("/account/password/", "")
        (link,) = re.findall(r"http://testserver(/\S+)", str(sent.body))
        answer = client.get(link, follow=True)
        form_at = answer.redirect_chain[-1][0]
        assert "New passphrase" in words(answer)
        answer = client.post(form_at, {"password1": NEW, "password2": NEW}, follow=True)
        assert "Your new passphrase is in force." in words(answer)
        assert signed_in(Client(), NEW)
        # Once.
        assert "has been used or is too old" in words(Client().get(link, follow=True))

    def test_somebody_unknown_gets_no_mail_and_the_same_answer(
        self, client: Client, dora: Practitioner
    ) -> None:
        known: Any = client.post(RESET, {"email": "dora@example.org"}, follow=True)
        unknown: Any = client.post(RESET, {"email": "nobody@example.org"}, follow=True)
        assert words(known) == words(unknown)
        assert len(mail.outbox) == 1

    @pytest.mark.parametrize("sends_mail", [True, False])
    def test_the_page_says_where_the_link_goes(
        self, client: Client, db: None, settings: Settings, sends_mail: bool
    ) -> None:
        settings.SENDS_MAIL = sends_mail
        page = words(client.get(RESET))
        assert ("sends no e-mail" in page) is not sends_mail


class TestSignIn:
    def test_a_wrong_passphrase_is_a_sentence(self, client: Client, dora: Practitioner) -> None:
        form = {"login": "dora@example.org", "password": "wrong"}
        page = words(client.post(reverse("account_login"), form))
        assert "The e-mail address or the passphrase is not right." in page

    def test_the_demonstration_says_how_to_get_in(
        self, client: Client, dora: Practitioner, settings: Settings
    ) -> None:
        assert PASSPHRASE not in words(client.get(reverse("account_login")))
        settings.DEMO = True
        page = words(client.get(reverse("account_login")))
        assert f'name="login" value="{LEAD_EMAIL}"' in page
        assert f'name="password" value="{PASSPHRASE}"' in page
        for email, who in OTHERS:
            assert f'name="login" value="{email}"' in page
            assert f"Look around as {who}" in page


@pytest.mark.parametrize(
    "name",
    [
        "account_login",
        "account_reset_password",
        "account_reset_password_done",
        "account_reset_password_from_key_done",
        "account_change_password",
        "account_reauthenticate",
        "account_logout",
    ],
)
def test_every_page_says_passphrase(client: Client, dora: Practitioner, name: str) -> None:
    for is_signed_in in (False, True):
        if is_signed_in:
            client.force_login(dora)
        answer = client.get(reverse(name), follow=True)
        page = words(answer)
        seen = re.sub(r"<[^>]*>", " ", page).replace("changepassword", "")
        assert "password" not in seen.lower()
