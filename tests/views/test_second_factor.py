"""The second factor: an app's codes, recovery codes, and where a practice asks for one."""

import json
import re
from html import unescape
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet
from django.core import mail
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from practice.actions.services import change_service
from practice.domain.second_factors import AskFactor
from practice.models import AuditEntry, Deed, Practitioner, Role, Service
from practice.models.encrypted import UnreadableNoteError
from practice.second_factor import has_one, needs_one
from tests.cast import Cast, make_practitioner, make_service
from tests.views.signing_in import (
    CODE,
    LOGIN,
    PASSPHRASE,
    SECRET,
    SECURITY,
    code,
    give_app,
    give_passphrase,
    is_in,
    recovery_codes,
)

pytestmark = pytest.mark.django_db
EMAIL = "dora@example.org"
AGAIN = reverse("account_reauthenticate")
FORGED = json.dumps(
    {
        "id": "AAAA",
        "rawId": "AAAA",
        "type": "public-key",
        "response": {
            "clientDataJSON": "e30",
            "authenticatorData": "AAAA",
            "signature": "AAAA",
            "userHandle": "MQ",
        },
        "clientExtensionResults": {},
    }
)


@pytest.fixture
def dora(db: None) -> Practitioner:
    return make_practitioner(email=EMAIL, name="Dora", password=PASSPHRASE)


def words(answer: Any) -> str:
    return " ".join(unescape(answer.content.decode()).split())


def half_in(client: Client) -> None:
    """The passphrase is given, the code is not."""
    answer = give_passphrase(client, EMAIL)
    assert (answer.status_code, answer["Location"]) == (302, CODE)
    assert not is_in(client)


def give_code(client: Client, typed: str) -> Any:
    return client.post(CODE, {"code": typed})


class TestSigningIn:
    def test_the_passphrase_alone_opens_nothing(self, client: Client, dora: Practitioner) -> None:
        give_app(dora)
        half_in(client)
        assert "Six digits from your authenticator app" in words(client.get(CODE))
        answer = give_code(client, code())
        assert answer.status_code == 302
        assert is_in(client)

    def test_the_way_back_is_kept_through_the_code(
        self, client: Client, dora: Practitioner
    ) -> None:
        give_app(dora)
        give_passphrase(client, EMAIL, form={"next": "/reports/"})
        assert give_code(client, code())["Location"] == "/reports/"

    @pytest.mark.parametrize("steps", [-1, 0, 1])
    def test_a_code_is_good_once_also_half_a_minute_off(
        self, client: Client, dora: Practitioner, steps: int
    ) -> None:
        give_app(dora)
        half_in(client)
        used = code(steps=steps)
        assert give_code(client, f"{used[:3]} {used[3:]}").status_code == 302
        other = Client()
        half_in(other)
        # Beyond the time for which allauth itself remembers a code.
        cache.delete(f"allauth.mfa.totp.used?user={dora.pk}&code={used}")
        answer = give_code(other, used)
        assert "This is not right, or was used already" in words(answer)
        assert not is_in(other)

    @pytest.mark.parametrize("typed", ["000000", "", "abc", "9" * 60, "１２３４５６"])
    def test_what_is_no_code(self, client: Client, dora: Practitioner, typed: str) -> None:
        give_app(dora)
        half_in(client)
        answer: Any = give_code(client, typed)
        assert answer.status_code == 200
        assert list(answer.context["form"].errors) == ["code"]
        assert not is_in(client)

    def test_a_recovery_code_is_good_once(self, client: Client, dora: Practitioner) -> None:
        give_app(dora)
        codes = recovery_codes(dora)
        assert len(set(codes)) == 10
        half_in(client)
        assert give_code(client, codes[3]).status_code == 302
        assert is_in(client)
        other = Client()
        half_in(other)
        assert give_code(other, codes[3]).status_code == 200
        assert recovery_codes(dora) == codes[:3] + codes[4:]
        assert "9 of 10 are left" in words(client.get(SECURITY))

    def test_guesses_of_codes_are_counted_by_account(
        self, client: Client, dora: Practitioner
    ) -> None:
        """From wherever: else a million codes would be shared out. It takes the passphrase to try."""
        give_app(dora)
        for number in range(5):
            guesser = Client(REMOTE_ADDR=f"192.0.2.{number}")
            half_in(guesser)
            give_code(guesser, "000000")
        half_in(client)
        assert "Too many failed attempts" in words(give_code(client, code()))

    @pytest.mark.parametrize(
        "credential",
        [
            *("", "[]", "1", "null", "{}", '{"response": 1}', "{", '{"id": "x"}', '"x"'),
            *("[" * 40_000, "9" * 60_000, FORGED, FORGED.replace("AAAA", "")),
        ],
    )
    def test_what_is_no_passkey(self, client: Client, dora: Practitioner, credential: str) -> None:
        give_app(dora)
        alone = reverse("mfa_login_webauthn")
        client.get(alone, headers={"accept": "application/json"})
        assert client.post(alone, {"credential": credential})["Location"] == LOGIN
        half_in(client)
        client.get(CODE)
        assert client.post(CODE, {"credential": credential}).status_code == 200
        assert not is_in(client)

    def test_the_session_gets_another_id_at_each_step(
        self, client: Client, dora: Practitioner
    ) -> None:
        """Whoever slipped somebody a session id knows nothing once they have signed in."""
        give_app(dora)
        client.get(reverse("mfa_login_webauthn"), headers={"accept": "application/json"})
        slipped = client.cookies["practice_session"].value
        half_in(client)
        give_code(client, code())
        assert is_in(client)
        assert client.cookies["practice_session"].value != slipped
        thief = Client()
        thief.cookies["practice_session"] = slipped
        assert not is_in(thief)


def secret_of(page: str) -> str:
    (found,) = re.findall(r'<code class="secret">(\w+)</code>', page)
    return str(found)


class TestSettingUp:
    def test_an_app_step_by_step(
        self, client: Client, dora: Practitioner, django_capture_on_commit_callbacks: Any
    ) -> None:
        client.force_login(dora)
        new = reverse("mfa_activate_totp")
        answer = client.get(new)
        # The passphrase once more: a browser that was left open is not enough.
        assert answer["Location"].startswith(AGAIN)
        answer = client.post(answer["Location"], {"password": PASSPHRASE}, follow=True)
        assert "no-store" in answer["Cache-Control"]
        page = words(answer)
        assert 'src="data:image/svg+xml;base64,' in page
        secret = secret_of(page)
        wrong: Any = client.post(new, {"code": "000000"})
        assert secret_of(words(wrong)) == secret
        with django_capture_on_commit_callbacks(execute=True):
            answer = client.post(new, {"code": code(secret=secret)}, follow=True)
        assert "10 of 10 are left" in words(answer)
        assert has_one(dora)
        # What made it cannot be used again to sign in.
        other = Client()
        half_in(other)
        assert give_code(other, code(secret=secret)).status_code == 200
        assert [sent.subject for sent in mail.outbox] == ["An authenticator app was added"]
        text = client.get(reverse("mfa_download_recovery_codes"))
        assert text.content.decode().split() == recovery_codes(dora)
        with django_capture_on_commit_callbacks(execute=True):
            client.post(reverse("mfa_generate_recovery_codes"))
        assert set(recovery_codes(dora)) & set(text.content.decode().split()) == set()
        client.post(reverse("mfa_deactivate_totp"))
        assert not Authenticator.objects.exists()
        assert [sent.subject for sent in mail.outbox][1:] == [
            "New recovery codes",
            "The authenticator app was removed",
        ]

    def test_what_the_database_holds(
        self, client: Client, dora: Practitioner, settings: Settings
    ) -> None:
        give_app(dora)
        kept = [str(row.data) for row in Authenticator.objects.all()]
        assert len(kept) == 2
        assert all("'e1:" in data and SECRET not in data for data in kept)
        half_in(client)
        # Another key than the one it was written with: loud, and nobody gets in.
        settings.FIELD_KEYS = [Fernet.generate_key().decode()]
        with pytest.raises(UnreadableNoteError):
            give_code(client, code())
        assert not is_in(client)

    def test_without_the_lost_key_a_code_is_refused_and_pages_go_on(
        self, client: Client, dora: Practitioner, settings: Settings
    ) -> None:
        give_app(dora)
        half_in(client)
        settings.FIELD_KEYS = [Fernet.generate_key().decode()]
        settings.WITHOUT_NOTES = True
        assert "is lost" in words(give_code(client, code()))
        client.force_login(dora)
        assert "Recovery codes" in words(client.get(SECURITY))

    def test_nobody_reaches_another_s_passkey(self, client: Client, dora: Practitioner) -> None:
        other = make_practitioner(email="other@example.org")
        theirs = Authenticator.objects.create(
            user=other, type=Authenticator.Type.WEBAUTHN, data={"name": "Key", "credential": {}}
        )
        client.force_login(dora)
        client.post(AGAIN, {"password": PASSPHRASE})
        for name in ("mfa_edit_webauthn", "mfa_remove_webauthn"):
            for method in (client.get, client.post):
                assert method(reverse(name, kwargs={"pk": theirs.pk})).status_code == 404
        assert Authenticator.objects.count() == 1


class TestAsked:
    @pytest.mark.parametrize(
        ("answer", "members", "asks"),
        [
            (None, 1, False),
            (None, 2, True),
            (True, 1, True),
            (True, 2, True),
            (False, 1, False),
            (False, 2, False),
        ],
    )
    def test_by_the_answer_of_the_practice(
        self, client: Client, db: None, answer: bool | None, members: int, asks: bool
    ) -> None:
        service = make_service(name="Quay", second_factor=answer)
        people = [
            make_practitioner(email=f"{number}@example.org", service=service, password=PASSPHRASE)
            for number in range(members)
        ]
        assert {needs_one(person) for person in people} == {asks}
        client.force_login(people[0])
        page = client.get("/reports/")
        assert page.status_code == (302 if asks else 200)
        if asks:
            assert page["Location"] == SECURITY
            assert "Quay asks for a second factor." in words(client.get(SECURITY))
            give_app(people[0])
            assert client.get("/reports/").status_code == 200
            assert "asks for a second factor" not in words(client.get(SECURITY))

    def test_the_invented_practice_does_not_unless_told(self, db: None) -> None:
        service = make_service(name="Quay", second_factor=None, is_invented=True)
        people = [make_practitioner(email=f"{n}@example.org", service=service) for n in range(2)]
        assert not needs_one(people[0])
        assert not needs_one(make_practitioner(email="nobody@example.org"))

    def test_the_demonstration_never_does(
        self, client: Client, cast: Cast, settings: Settings
    ) -> None:
        ask(cast.service, AskFactor.ALWAYS)
        client.force_login(cast.alice)
        assert client.get("/reports/").status_code == 302
        settings.DEMO = True
        assert client.get("/reports/").status_code == 200

    def test_everything_else_is_closed_but_the_way_out(self, client: Client, cast: Cast) -> None:
        ask(cast.service, AskFactor.ALWAYS)
        client.force_login(cast.leda)
        closed = ["home", "report-list", "benchmark-list", "word-list", "mfa_view_recovery_codes"]
        for name in closed:
            assert client.get(reverse(name))["Location"] == SECURITY, name
        settings_page = reverse("service-settings", args=[cast.service.uid])
        assert client.post(settings_page, {"ask_factor": "never"})["Location"] == SECURITY
        for name in ("account_change_password", "account_logout", "healthz"):
            assert client.get(reverse(name)).status_code == 200, name
        assert client.get(reverse("mfa_activate_totp")).status_code == 200
        assert client.get("/no-such-page").status_code == 404
        client.post(reverse("account_logout"))
        assert client.get(reverse("home"))["Location"].startswith(LOGIN)

    def test_it_is_one_query(self, cast: Cast, django_assert_num_queries: Any) -> None:
        with django_assert_num_queries(1):
            needs_one(cast.alice)

    def test_the_lead_chooses_and_the_history_says_so(self, client: Client, cast: Cast) -> None:
        client.force_login(cast.leda)
        page = reverse("service-settings", args=[cast.service.uid])
        shown_form: Any = client.get(page)
        form = {
            "name": "Harbour",
            "primary_outcome": "iapt",
            "ask_factor": "several",
            "version": shown_form.context["form"]["version"].value(),
        }
        answer: Any = client.post(page, form)
        assert answer.status_code == 302, answer.context["form"].errors
        cast.service.refresh_from_db()
        assert cast.service.second_factor is None
        give_app(cast.leda)
        shown = words(client.get(page))
        assert '<option value="several" selected>' in shown
        assert "second factor: never → where there are several members" in shown
        wrong: Any = client.post(page, form | {"ask_factor": "sometimes"})
        assert list(wrong.context["form"].errors) == ["ask_factor"]


def ask(service: Service, answer: AskFactor) -> None:
    change_service(service=service, ask_factor=answer, by=None, why="agreed")


class TestCommand:
    def test_says_and_takes_off(
        self,
        cast: Cast,
        capsys: pytest.CaptureFixture[str],
        django_capture_on_commit_callbacks: Any,
    ) -> None:
        call_command("second_factor", "alice@example.org")
        assert "none: the passphrase alone" in capsys.readouterr().out
        give_app(cast.alice)
        call_command("second_factor", "Alice@example.org")
        said = capsys.readouterr().out
        assert "authenticator app, since" in said
        assert "recovery codes, since" in said
        call_command("second_factor", "alice@example.org", "--remove")
        assert "All are taken off" in capsys.readouterr().out
        assert not has_one(cast.alice)
        (sent,) = mail.outbox
        assert sent.to == ["alice@example.org"]
        entry = AuditEntry.objects.get(deed=Deed.FACTOR)
        assert (entry.who, entry.subject, entry.detail) == (None, cast.alice.uid, "all_removed")
        call_command("second_factor", "alice@example.org", "--remove")
        assert "none: the passphrase alone" in capsys.readouterr().out

    def test_nobody_of_that_address(self, cast: Cast) -> None:
        with pytest.raises(CommandError, match="nobody has an account"):
            call_command("second_factor", "zoe@example.org")


def test_a_practice_s_answers_are_also_a_command_s(
    cast: Cast, capsys: pytest.CaptureFixture[str]
) -> None:
    for answer in AskFactor:
        call_command("service", "--service", "Harbour", "--second-factor", answer.value)
        assert f"Second factor: {answer.words}" in capsys.readouterr().out
        cast.service.refresh_from_db()
        assert AskFactor.of(cast.service.second_factor) is answer


def test_a_lead_without_one_may_still_choose_never(client: Client, cast: Cast) -> None:
    """Nobody is shut out by the choice of another: the pages of the second factor stay open."""
    assert cast.leda.memberships.get().role == Role.LEAD
    ask(cast.service, AskFactor.ALWAYS)
    client.force_login(cast.leda)
    assert is_in(client)
