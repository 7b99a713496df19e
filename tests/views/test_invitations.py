"""Invitations in the browser: a link shown once, good once, and for nobody but whom it was made for."""

import datetime as dt
import smtplib
from html import unescape
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from practice.actions import invitations
from practice.actions.writing import RefusedError
from practice.models import Invitation, Membership, Practitioner, Role
from practice.models.invitation import GOOD_FOR
from tests.cast import Cast, make_practitioner
from tests.views.signing_in import CODE, code, give_app, give_passphrase, is_in

pytestmark = pytest.mark.django_db
PASSPHRASE = "seven tall elms in fog"
JOINING = {"name": "Dora", "password": PASSPHRASE, "again": PASSPHRASE}


def create_url(cast: Cast) -> str:
    return reverse("invitation-create", args=[cast.service.uid])


def words(answer: Any) -> str:
    return " ".join(unescape(answer.content.decode()).split())


def link_made(
    client: Client, cast: Cast, email: str = "dora@example.org", role: str = "practitioner"
) -> str:
    """The path of a link that Leda makes in another browser."""
    browser = Client()
    browser.force_login(cast.leda)
    answer = browser.post(create_url(cast), {"email": email, "role": role})
    assert answer.status_code == 200, answer
    link: str = answer.context["link"]
    assert link.startswith("http://testserver/invitation/")
    return link.removeprefix("http://testserver")


def with_a_passphrase(person: Practitioner) -> Practitioner:
    person.set_password(PASSPHRASE)
    person.save()
    return person


class TestMaking:
    def test_the_link_stands_on_the_page_once_and_nowhere_else(
        self, client: Client, cast: Cast, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level("DEBUG")
        client.force_login(cast.leda)
        answer = client.post(create_url(cast), {"email": "Dora@Example.org", "role": "lead"})
        page = words(answer)
        link = answer.context["link"]
        assert page.count(link) == 1
        assert "no-store" in answer["Cache-Control"]
        invitation = Invitation.objects.get()
        assert (invitation.email, invitation.role) == ("dora@example.org", Role.LEAD)
        assert invitation.invited_by == cast.leda
        token = link.split("/")[-2]
        assert token not in caplog.text
        assert token not in str(dict(client.session))
        assert token not in words(client.get(create_url(cast)))
        settings_page = reverse("service-settings", args=[cast.service.uid])
        assert token not in words(client.get(settings_page))

    def test_sent_again_it_makes_a_new_link_and_voids_the_old(
        self, client: Client, cast: Cast
    ) -> None:
        older, newer = link_made(client, cast), link_made(client, cast)
        assert client.get(older).status_code == 404
        assert client.get(newer).status_code == 200

    @pytest.mark.parametrize(
        ("other", "field"),
        [
            pytest.param({"email": ""}, "email", id="nobody"),
            pytest.param({"email": "dora"}, "email", id="no address"),
            pytest.param({"email": "alice@example.org"}, "email", id="a member"),
            pytest.param({"role": "queen"}, "role", id="no such role"),
            pytest.param({"role": ""}, "role", id="no role"),
        ],
    )
    def test_what_is_wrong_stands_beside_the_field(
        self, client: Client, cast: Cast, other: dict[str, str], field: str
    ) -> None:
        with_a_passphrase(cast.alice)
        client.force_login(cast.leda)
        form = {"email": "dora@example.org", "role": "practitioner"} | other
        answer = client.post(create_url(cast), form)
        assert answer.status_code == 200
        assert list(answer.context["form"].errors) == [field]
        assert not Invitation.objects.exists()

    def test_who_became_a_member_a_moment_ago_is_a_sentence(
        self, client: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def refused(**_: object) -> None:
            raise RefusedError("dora@example.org is a member of Harbour already")

        monkeypatch.setattr(invitations, "invite", refused)
        client.force_login(cast.leda)
        form = {"email": "dora@example.org", "role": "lead"}
        assert "is a member of Harbour already." in words(client.post(create_url(cast), form))

    def test_the_address_of_a_member_may_come_with_the_way_here(
        self, client: Client, cast: Cast
    ) -> None:
        client.force_login(cast.leda)
        page = words(client.get(f"{create_url(cast)}?email=bob@example.org"))
        assert 'value="bob@example.org"' in page

    @pytest.mark.parametrize(("person", "status"), [("alice", 403), ("charlie", 404)])
    def test_only_a_lead_invites(
        self, client: Client, cast: Cast, person: str, status: int
    ) -> None:
        client.force_login(getattr(cast, person))
        form = {"email": "dora@example.org", "role": "lead"}
        assert client.post(create_url(cast), form).status_code == status
        assert not Invitation.objects.exists()


class TestMail:
    def test_without_a_mail_server_none_is_sent(self, client: Client, cast: Cast) -> None:
        link_made(client, cast)
        assert mail.outbox == []

    def test_it_holds_the_link_and_nobody_in_therapy(
        self, client: Client, cast: Cast, settings: Settings
    ) -> None:
        settings.SENDS_MAIL = True
        link = link_made(client, cast)
        (sent,) = mail.outbox
        assert sent.to == ["dora@example.org"]
        assert f"http://testserver{link}" in sent.body
        assert "Leda invites you to Harbour" in sent.body

    def test_a_mail_server_that_is_away_is_said(
        self,
        client: Client,
        cast: Cast,
        settings: Settings,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        def away(**_: object) -> None:
            raise smtplib.SMTPServerDisconnected("secret-host")

        settings.SENDS_MAIL = True
        monkeypatch.setattr("practice.views.invitations.send_mail", away)
        client.force_login(cast.leda)
        form = {"email": "dora@example.org", "role": "lead"}
        page = words(client.post(create_url(cast), form))
        assert "The e-mail could not be sent. Pass the link on yourself." in page
        assert "/invitation/" in page


class TestWithdrawing:
    def url(self, cast: Cast) -> str:
        uid = Invitation.objects.get().uid
        return reverse("invitation-withdraw", args=[cast.service.uid, uid])

    def test_asked_first_then_done_and_twice_is_once(self, client: Client, cast: Cast) -> None:
        link = link_made(client, cast)
        client.force_login(cast.leda)
        assert "Withdraw it" in words(client.get(self.url(cast)))
        assert Client().get(link).status_code == 200
        for _twice in range(2):
            answer = client.post(self.url(cast))
            assert answer["Location"] == reverse("service-settings", args=[cast.service.uid])
        assert Client().get(link).status_code == 404
        assert "withdrawn on" in words(client.get(self.url(cast)))

    def test_not_after_it_was_taken_up(self, client: Client, cast: Cast) -> None:
        Client().post(link_made(client, cast), JOINING)
        client.force_login(cast.leda)
        assert "nothing to withdraw" in words(client.get(self.url(cast)))
        page = words(client.post(self.url(cast), follow=True))
        assert "has taken up this invitation already" in page
        assert Invitation.objects.get().withdrawn_at is None

    def test_another_service_s_is_no_page(self, client: Client, cast: Cast) -> None:
        link_made(client, cast)
        place = Membership.objects.get(practitioner=cast.charlie)
        place.role = Role.LEAD
        place.save()
        client.force_login(cast.charlie)
        uid = Invitation.objects.get().uid
        for service in (cast.service, cast.other_service):
            address = reverse("invitation-withdraw", args=[service.uid, uid])
            assert client.post(address).status_code == 404
        assert Invitation.objects.get().withdrawn_at is None


class TestSomebodyNew:
    def test_names_themself_and_is_in(self, client: Client, cast: Cast) -> None:
        link = link_made(client, cast)
        page = client.get(link)
        assert "dora@example.org" in words(page)
        assert page["Referrer-Policy"] == "strict-origin"
        assert "no-store" in page["Cache-Control"]
        answer = client.post(link, JOINING)
        assert (answer.status_code, answer["Location"]) == (302, reverse("home"))
        person = Practitioner.objects.get(email="dora@example.org")
        assert person.name == "Dora"
        assert person.check_password(PASSPHRASE)
        assert person.memberships.get().role == Role.PRACTITIONER
        assert client.session["_auth_user_id"] == str(person.pk)
        # Once: also for the one who used it.
        for browser in (client, Client()):
            assert browser.get(link).status_code == 404
            assert browser.post(link, JOINING).status_code == 404

    @pytest.mark.parametrize(
        ("other", "field"),
        [
            pytest.param({"name": " "}, "name", id="no name"),
            pytest.param({"name": "Do\u202era"}, "name", id="signs that turn the line round"),
            pytest.param({"password": "short", "again": "short"}, "password", id="too short"),
            pytest.param({"again": "another"}, "again", id="not the same"),
            pytest.param(
                {"password": "dora@example.org", "again": "dora@example.org"},
                "password",
                id="the address",
            ),
        ],
    )
    def test_what_is_wrong_stands_beside_the_field(
        self, client: Client, cast: Cast, other: dict[str, str], field: str
    ) -> None:
        link = link_made(client, cast)
        answer = client.post(link, JOINING | other)
        assert answer.status_code == 200
        assert list(answer.context["form"].errors) == [field]
        assert PASSPHRASE not in words(answer)
        assert not Practitioner.objects.filter(email="dora@example.org").exists()
        assert client.get(link).status_code == 200

    def test_the_second_of_two_at_once_is_told(
        self, client: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        link = link_made(client, cast)

        def too_late(**_: object) -> None:
            raise RefusedError(invitations.NOT_GOOD)

        monkeypatch.setattr(invitations, "accept_with_passphrase", too_late)
        answer = client.post(link, JOINING)
        assert answer.status_code == 404
        assert "This link is not good any more" in words(answer)

    def test_too_late(self, client: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
        link = link_made(client, cast)
        later = timezone.now() + GOOD_FOR + dt.timedelta(seconds=1)
        monkeypatch.setattr("django.utils.timezone.now", lambda: later)
        answer = client.post(link, JOINING)
        assert answer.status_code == 404
        assert "older than seven days" in words(answer)


class TestAnAccountThatWaits:
    def test_gets_its_passphrase(self, client: Client, cast: Cast) -> None:
        link = link_made(client, cast, email="alice@example.org", role="lead")
        assert 'value="Alice"' in words(client.get(link))
        client.post(link, JOINING | {"name": "Alice"})
        cast.alice.refresh_from_db()
        assert cast.alice.check_password(PASSPHRASE)
        assert cast.alice.memberships.get().role == Role.PRACTITIONER

    def test_of_another_service_is_not_opened(self, client: Client, cast: Cast) -> None:
        link = link_made(client, cast, email="charlie@example.org")
        for answer in (client.get(link), client.post(link, JOINING)):
            assert "has an account here that cannot sign in" in words(answer)
        cast.charlie.refresh_from_db()
        assert not cast.charlie.has_usable_password()


class TestSomebodyWithAnAccount:
    def test_signs_in_first_and_then_joins(self, client: Client, cast: Cast) -> None:
        with_a_passphrase(cast.charlie)
        link = link_made(client, cast, email="charlie@example.org")
        for asked in (client.get(link), client.post(link, JOINING)):
            assert f'href="{reverse("account_login")}?next={link}"' in words(asked)
        login = {"login": "charlie@example.org", "password": PASSPHRASE, "next": link}
        answer: Any = client.post(reverse("account_login"), login)
        assert answer["Location"] == link
        assert "invited as practitioner" in words(client.get(link))
        assert cast.charlie.memberships.count() == 1
        answer = client.post(link)
        assert (answer.status_code, answer["Location"]) == (302, reverse("home"))
        assert cast.charlie.memberships.count() == 2
        assert client.post(link).status_code == 404

    def test_signed_in_as_somebody_else_is_said(self, client: Client, cast: Cast) -> None:
        link = link_made(client, cast)
        client.force_login(cast.charlie)
        for asked in (client.get(link), client.post(link), client.post(link, JOINING)):
            page = words(asked)
            assert "This invitation is for another address" in page
            assert f'name="next" value="{link}"' in page
        assert cast.charlie.memberships.count() == 1
        assert not Practitioner.objects.filter(email="dora@example.org").exists()
        answer = client.post(reverse("account_logout"), {"next": link})
        assert answer["Location"] == link

    def test_a_member_already_is_said(self, client: Client, cast: Cast) -> None:
        link = link_made(client, cast, email="charlie@example.org")
        Membership.objects.create(service=cast.service, practitioner=cast.charlie)
        client.force_login(cast.charlie)
        for answer in (client.get(link), client.post(link)):
            assert "You are a member of Harbour already" in words(answer)
        assert cast.charlie.memberships.count() == 2

    def test_the_second_of_two_at_once_is_told(
        self, client: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        link = link_made(client, cast, email="charlie@example.org")

        def too_late(**_: object) -> None:
            raise RefusedError(invitations.NOT_GOOD)

        monkeypatch.setattr(invitations, "accept_signed_in", too_late)
        client.force_login(cast.charlie)
        assert client.post(link).status_code == 404


def test_a_secret_that_nobody_was_given(client: Client, cast: Cast) -> None:
    link_made(client, cast)
    digest = Invitation.objects.get().digest
    for token in ("x", digest, "0" * 64, "%00"):
        answer = client.get(f"/invitation/{token}/")
        assert answer.status_code == 404
        assert answer["Referrer-Policy"] == "strict-origin"
        assert "Ask whoever leads the practice for a new one" in words(answer)


def test_an_account_that_is_opened_again_asks_for_its_second_factor(
    client: Client, cast: Cast
) -> None:
    """Whoever invites sees the link: it must not be enough to sign in as somebody who has left."""
    left = make_practitioner(email="dora@example.org", password=PASSPHRASE, is_active=False)
    give_app(left)
    answer = client.post(link_made(client, cast), JOINING)
    assert (answer.status_code, answer["Location"]) == (302, CODE)
    assert not is_in(client)
    assert client.post(CODE, {"code": code()})["Location"] == reverse("home")
    assert is_in(client)


def test_the_browser_of_whoever_joins_is_known_and_the_next_one_is_told_of(
    client: Client, cast: Cast
) -> None:
    client.post(link_made(client, cast), JOINING)
    dora = Practitioner.objects.get(email="dora@example.org")
    assert dora.devices.count() == 1
    assert is_in(client)
    assert give_passphrase(Client(), dora.email, PASSPHRASE).status_code == 302
    assert [sent.subject for sent in mail.outbox] == ["A new browser signed in"]
