"""Signing in: limits on guessing, sessions that end, browsers that are known, and mails about it."""

import datetime as dt
import re
import threading
import time
from html import unescape
from typing import Any

import pytest
from django.conf import settings as configured
from django.contrib.auth import hashers
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.cache import cache
from django.core.mail.backends.locmem import EmailBackend
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from practice import post
from practice.actions.devices import digest_of, meet_device
from practice.browsers import browser_words
from practice.forms.accounts import PassphraseForgottenForm
from practice.models import AuditEntry, Deed, KnownDevice, Practitioner
from practice.settings import CACHES
from practice.views import accounts
from practice.views.session_limits import LAST, SINCE
from tests.cast import Cast, make_practitioner, make_service
from tests.views.signing_in import (
    CODE,
    LOGIN,
    PASSPHRASE,
    SECURITY,
    code,
    give_app,
    give_passphrase,
    is_in,
)

pytestmark = pytest.mark.django_db
EMAIL = "dora@example.org"
RESET, CHANGE = reverse("account_reset_password"), reverse("account_change_password")
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
NOT_RIGHT = "The e-mail address or the passphrase is not right."
TOO_MANY = "Too many failed attempts to sign in."


@pytest.fixture
def dora(db: None) -> Practitioner:
    service = make_service(name="Harbour")
    return make_practitioner(email=EMAIL, name="Dora", service=service, password=PASSPHRASE)


def words(answer: Any) -> str:
    return " ".join(unescape(answer.content.decode()).split())


class TestGuessing:
    def test_a_stranger_shuts_nobody_out(self, client: Client, dora: Practitioner) -> None:
        stranger = Client(REMOTE_ADDR="192.0.2.1")
        said = [words(give_passphrase(stranger, EMAIL, "wrong")) for _ in range(7)]
        assert [NOT_RIGHT in each for each in said] == [True] * 5 + [False] * 2
        assert TOO_MANY in said[-1]
        # Nor with the right one, from there.
        assert TOO_MANY in words(give_passphrase(stranger, EMAIL))
        assert give_passphrase(client, EMAIL).status_code == 302

    def test_nor_from_beside_somebody_in_their_own_browser(
        self, client: Client, dora: Practitioner
    ) -> None:
        """Under one network address: the browser that is known counts by itself."""
        assert give_passphrase(client, EMAIL).status_code == 302
        client.post(reverse("account_logout"))
        stranger = Client()
        for _ in range(6):
            give_passphrase(stranger, EMAIL, "wrong")
        assert TOO_MANY in words(give_passphrase(stranger, EMAIL))
        assert give_passphrase(client, EMAIL).status_code == 302
        # And it counts there too.
        client.post(reverse("account_logout"))
        for _ in range(5):
            give_passphrase(client, EMAIL, "wrong")
        assert TOO_MANY in words(give_passphrase(client, EMAIL))

    def test_a_cookie_that_somebody_made_up_changes_nothing(
        self, client: Client, dora: Practitioner
    ) -> None:
        for number in range(6):
            client.cookies[configured.DEVICE_COOKIE_NAME] = f"made-up-{number}" * (number * 9 + 1)
            answer = give_passphrase(client, EMAIL, "wrong")
        assert TOO_MANY in words(answer)

    def test_the_address_is_asked_for_once_more_in_capitals(
        self, client: Client, dora: Practitioner
    ) -> None:
        for spelt in (EMAIL, EMAIL.upper(), "Dora@Example.org", EMAIL, EMAIL, EMAIL):
            answer = give_passphrase(client, spelt, "wrong")
        assert TOO_MANY in words(answer)

    def test_of_ipv6_a_whole_line_is_one_address(self, client: Client, dora: Practitioner) -> None:
        """Whoever has one has billions: with each counted by itself, guessing would never end."""
        for number in range(6):
            there = Client(REMOTE_ADDR=f"2001:db8:1:2::{number:x}")
            answer = give_passphrase(there, EMAIL, "wrong")
        assert TOO_MANY in words(answer)
        elsewhere = Client(REMOTE_ADDR="2001:db8:1:3::1")
        assert NOT_RIGHT in words(give_passphrase(elsewhere, EMAIL, "wrong"))

    def test_many_other_addresses_do_not_make_it_forget(
        self, client: Client, dora: Practitioner, settings: Settings
    ) -> None:
        """The cache of an installation drops what it holds beyond a number, the living as well."""
        settings.CACHES = CACHES
        call_command("createcachetable", verbosity=0)
        for _ in range(5):
            give_passphrase(client, EMAIL, "wrong")
        # What comes first by its name is dropped first.
        for number in range(400):
            cache.set(f"z{number}", 1, 300)
        assert TOO_MANY in words(give_passphrase(client, EMAIL))

    def test_known_or_not_takes_the_same_work(
        self, dora: Practitioner, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A slow hash is what takes the time: as many of them for everybody."""
        make_practitioner(email="closed@example.org", password=PASSPHRASE, is_active=False)
        make_practitioner(email="none@example.org")
        count = 0
        hasher = type(hashers.get_hasher())
        encode = hasher.encode

        def counted(*args: Any, **kwargs: Any) -> Any:
            nonlocal count
            count += 1
            return encode(*args, **kwargs)

        monkeypatch.setattr(hasher, "encode", counted)
        work, said = [], []
        for name in ("dora", "nobody", "closed", "none"):
            count = 0
            said.append(words(give_passphrase(Client(), f"{name}@example.org", "wrong")))
            work.append(count)
        assert work == [1, 1, 1, 1]
        assert [NOT_RIGHT in each for each in said] == [True] * 4


class _SlowBackend(EmailBackend):
    """A mail server that does nothing until it is told to, and then perhaps fails."""

    is_broken = False
    go_on = threading.Event()

    def send_messages(self, messages: Any) -> int:
        assert self.go_on.wait(60)
        if self.is_broken:
            raise ConnectionRefusedError
        return super().send_messages(messages)


class TestForgotten:
    @pytest.mark.parametrize("is_broken", [False, True])
    def test_the_answer_tells_nobody_who_has_an_account(
        self,
        dora: Practitioner,
        settings: Settings,
        monkeypatch: pytest.MonkeyPatch,
        is_broken: bool,
    ) -> None:
        """Nor does the time it takes: every answer is there before any mail has left."""
        monkeypatch.setattr(_SlowBackend, "is_broken", is_broken)
        monkeypatch.setattr(_SlowBackend, "go_on", threading.Event())
        settings.SENDS_MAIL = True
        settings.EMAIL_BACKEND = f"{__name__}._SlowBackend"
        before, said = set(threading.enumerate()), []
        for email in ("nobody@example.org", EMAIL, "closed@example.org"):
            answer: Any = Client().post(RESET, {"email": email}, follow=True)
            said.append((answer.status_code, answer.redirect_chain, words(answer)))
        assert said[0] == said[1] == said[2]
        assert mail.outbox == []
        _SlowBackend.go_on.set()
        for thread in set(threading.enumerate()) - before:
            thread.join()
        assert [sent.to for sent in mail.outbox] == ([] if is_broken else [[EMAIL]])

    def test_every_answer_takes_as_long(
        self, client: Client, dora: Practitioner, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """However long the work for somebody who has an account takes, within bounds."""
        now = [0.0]
        monkeypatch.setattr(time, "monotonic", lambda: now[0])
        monkeypatch.setattr(time, "sleep", lambda more: now.append(now[0] + more))
        work = PassphraseForgottenForm.save

        def slow(form: Any, *args: Any, **more: Any) -> Any:
            now[0] += 0.125 if form.users else 0.0
            return work(form, *args, **more)

        monkeypatch.setattr(PassphraseForgottenForm, "save", slow)
        took = []
        for email in (EMAIL, "nobody@example.org"):
            now[:] = [0.0]
            assert client.post(RESET, {"email": email}).status_code == 302
            took.append(now[-1])
        assert took == [accounts.ALIKE_SECONDS] * 2

    def test_whoever_asks_too_often_is_told_so_known_or_not(
        self, client: Client, dora: Practitioner
    ) -> None:
        for email in (EMAIL, "nobody@example.org"):
            answers = [client.post(RESET, {"email": email}) for _ in range(6)]
            assert [answer.status_code for answer in answers] == [302] * 5 + [429]
            assert "Too many requests" in words(answers[-1])


class TestSessions:
    def test_the_id_changes_at_sign_in_and_an_old_one_opens_nothing(
        self, client: Client, dora: Practitioner
    ) -> None:
        client.get(reverse("mfa_login_webauthn"), headers={"accept": "application/json"})
        slipped = client.cookies["practice_session"].value
        give_passphrase(client, EMAIL)
        assert client.cookies["practice_session"].value != slipped
        thief = Client()
        thief.cookies["practice_session"] = slipped
        assert not is_in(thief)
        assert is_in(client)

    def test_another_passphrase_ends_every_other_session(
        self, client: Client, dora: Practitioner
    ) -> None:
        other = Client()
        for each in (client, other):
            give_passphrase(each, EMAIL)
            assert is_in(each)
        new = "four loud geese at dawn"
        form = {"oldpassword": PASSPHRASE, "password1": new, "password2": new}
        assert client.post(CHANGE, form).status_code == 302
        assert is_in(client)
        assert not is_in(other)
        assert mail.outbox[-1].subject == "Your passphrase was changed"
        entry = AuditEntry.objects.get(deed=Deed.FACTOR)
        assert (entry.who, entry.subject) == (dora.uid, dora.uid)
        assert entry.detail == "account_change_password"

    @pytest.mark.parametrize("way", ["everywhere", "another passphrase", "a link"])
    def test_so_is_whoever_had_the_old_one_and_not_yet_the_code(
        self, client: Client, dora: Practitioner, way: str
    ) -> None:
        give_app(dora)
        thief, bystander = Client(), Client()
        other = make_practitioner(email="other@example.org", password=PASSPHRASE)
        give_app(other)
        assert give_passphrase(thief, EMAIL)["Location"] == CODE
        assert give_passphrase(bystander, other.email)["Location"] == CODE
        new = "four loud geese at dawn"
        if way == "a link":
            # In a browser in which the old one had been given as well.
            give_passphrase(client, EMAIL)
            take_link(client, new)
        else:
            client.force_login(dora)
            form = {"oldpassword": PASSPHRASE, "password1": new, "password2": new}
            address, data = (
                (SECURITY, {"what": "everywhere"}) if way == "everywhere" else (CHANGE, form)
            )
            assert client.post(address, data).status_code == 302
        assert thief.post(CODE, {"code": code()})["Location"] == LOGIN
        assert not is_in(thief)
        assert bystander.post(CODE, {"code": code()}).status_code == 302
        assert is_in(bystander)

    def test_a_link_opens_no_account_that_has_a_second_factor(
        self, client: Client, dora: Practitioner
    ) -> None:
        """Whoever reads the mail gets a passphrase, and is asked for the code like anybody."""
        give_app(dora)
        new = "four loud geese at dawn"
        take_link(client, new)
        assert not is_in(client)
        assert give_passphrase(client, EMAIL, new)["Location"] == CODE
        for name in ("home", "security", "report-list", "mfa_view_recovery_codes"):
            answer = client.get(reverse(name))
            assert answer.status_code == 302, name
            assert answer["Location"].startswith(LOGIN), name
        for name in (
            "mfa_deactivate_totp",
            "mfa_generate_recovery_codes",
            "account_reauthenticate",
        ):
            assert client.post(reverse(name))["Location"].startswith(LOGIN), name
        entry = AuditEntry.objects.get(deed=Deed.FACTOR)
        assert entry.detail == "account_reset_password_from_key"

    def test_a_link_is_good_for_a_day(
        self, client: Client, dora: Practitioner, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        client.post(RESET, {"email": EMAIL})
        (link,) = re.findall(r"http://testserver(/\S+)", str(mail.outbox[-1].body))
        assert "within a day" in words_of(str(mail.outbox[-1].body))
        later = dt.datetime.now() + dt.timedelta(days=1, minutes=1)  # noqa: DTZ005 - as Django has it
        monkeypatch.setattr(PasswordResetTokenGenerator, "_now", lambda _self: later)
        assert "has been used or is too old" in words(client.get(link, follow=True))

    @pytest.mark.parametrize(
        ("key", "hours", "why"),
        [
            (LAST, 1, "there was no page for 60 minutes"),
            (SINCE, 12, "you had signed in 12 hours ago"),
        ],
    )
    def test_after_a_while_one_signs_in_again_and_is_back(
        self, client: Client, dora: Practitioner, key: str, hours: int, why: str
    ) -> None:
        give_passphrase(client, EMAIL)
        age(client, key, dt.timedelta(hours=hours, seconds=-20))
        assert client.get("/reports/").status_code == 200
        age(client, key, dt.timedelta(hours=hours, seconds=20))
        answer: Any = client.get("/reports/", follow=True)
        ((where, _status),) = answer.redirect_chain
        assert where == f"{LOGIN}?next=/reports/"
        assert f"You were signed out: {why}." in words(answer)
        assert "was not stored" not in words(answer)
        assert Session.objects.count() <= 1
        back = give_passphrase(client, EMAIL, form={"next": "/reports/"})
        assert back["Location"] == "/reports/"
        assert is_in(client)

    def test_what_was_sent_too_late_is_said_to_be_lost(
        self, client: Client, dora: Practitioner
    ) -> None:
        give_passphrase(client, EMAIL)
        age(client, LAST, dt.timedelta(hours=2))
        answer = client.post(SECURITY, {"what": "everywhere"}, follow=True)
        assert "What you sent was not stored" in words(answer)

    def test_the_minutes_are_a_setting(
        self, client: Client, dora: Practitioner, settings: Settings
    ) -> None:
        settings.IDLE_MINUTES = 5
        give_passphrase(client, EMAIL)
        age(client, LAST, dt.timedelta(minutes=6))
        assert not is_in(client)

    def test_the_cookies(self, client: Client, dora: Practitioner, settings: Settings) -> None:
        settings.SESSION_COOKIE_SECURE = True
        answer = give_passphrase(client, EMAIL)
        session = answer.cookies["practice_session"]
        device = answer.cookies[settings.DEVICE_COOKIE_NAME]
        for cookie in (session, device):
            assert cookie["httponly"]
            assert cookie["secure"]
            assert cookie["samesite"] == "Lax"
        # It ends with the browser.
        assert not session["max-age"]
        assert int(device["max-age"]) > 300 * 24 * 60 * 60


def words_of(text: str) -> str:
    return " ".join(text.split())


def take_link(client: Client, new: str) -> None:
    """A link is asked for, comes by mail and is used."""
    client.post(RESET, {"email": EMAIL})
    (link,) = re.findall(r"http://testserver(/\S+)", str(mail.outbox[-1].body))
    form_at = client.get(link)["Location"]
    assert client.post(form_at, {"password1": new, "password2": new}).status_code == 302


def age(client: Client, key: str, by: dt.timedelta) -> None:
    session = client.session
    session[key] = (timezone.now() - by).timestamp()
    session.save()


class TestDevices:
    def test_the_first_is_no_news_another_one_is(self, client: Client, dora: Practitioner) -> None:
        give_passphrase(client, EMAIL, headers={"user-agent": FIREFOX})
        assert mail.outbox == []
        assert "was not known here" not in words(client.get(SECURITY))
        client.post(reverse("account_logout"))
        give_passphrase(client, EMAIL, headers={"user-agent": FIREFOX})
        assert mail.outbox == []
        assert KnownDevice.objects.count() == 1
        other = Client()
        give_passphrase(other, EMAIL)
        (sent,) = mail.outbox
        assert (sent.subject, sent.to) == ("A new browser signed in", [EMAIL])
        today = timezone.localtime()
        assert f"{today:%B %Y} at {today:%H}:" in sent.body
        assert "Harbour" not in sent.body
        assert "This browser was not known here." in words(other.get(SECURITY))
        assert "was not known here" not in words(other.get(SECURITY))

    def test_only_its_digest_is_kept(self, client: Client, dora: Practitioner) -> None:
        answer = give_passphrase(client, EMAIL, headers={"user-agent": FIREFOX})
        token = answer.cookies[configured.DEVICE_COOKIE_NAME].value
        kept = KnownDevice.objects.get()
        assert (kept.digest, kept.words) == (digest_of(token), "Firefox on Windows")
        assert token not in str(vars(kept))

    def test_a_browser_that_two_share_is_told_to_each_once(
        self, client: Client, dora: Practitioner
    ) -> None:
        other = make_practitioner(email="other@example.org", password=PASSPHRASE)
        for email in (EMAIL, other.email, EMAIL):
            give_passphrase(client, email)
            client.post(reverse("account_logout"))
        assert mail.outbox == []
        assert [person.devices.count() for person in (dora, other)] == [1, 1]

    def test_the_demonstration_tells_nobody(
        self, client: Client, dora: Practitioner, settings: Settings
    ) -> None:
        settings.DEMO = True
        give_passphrase(client, EMAIL)
        give_passphrase(Client(), EMAIL)
        assert mail.outbox == []

    def test_a_forgotten_one_is_new_again(self, client: Client, dora: Practitioner) -> None:
        give_passphrase(client, EMAIL)
        meet_device(person=dora, token="", words="Safari on iPhone", now=timezone.now())
        page = words(client.get(SECURITY))
        assert "Safari on iPhone" in page
        phone = dora.devices.get(words="Safari on iPhone")
        client.post(SECURITY, {"what": "forget", "which": str(phone.uid)}, follow=True)
        client.post(SECURITY, {"what": "forget", "which": str(phone.uid)})
        assert dora.devices.count() == 1
        client.post(SECURITY, {"what": "forget", "which": str(dora.devices.get().uid)})
        met = meet_device(person=dora, token="", words="", now=timezone.now())
        assert not met.is_new

    def test_nobody_forgets_another_s(self, client: Client, dora: Practitioner) -> None:
        other = make_practitioner(email="other@example.org")
        meet_device(person=other, token="", words="", now=timezone.now())
        client.force_login(dora)
        client.post(SECURITY, {"what": "forget", "which": str(other.devices.get().uid)})
        assert other.devices.count() == 1

    @pytest.mark.parametrize(
        ("user_agent", "expected"),
        [
            (FIREFOX, "Firefox on Windows"),
            ("Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0 Safari/537.36", "Chrome on Linux"),
            (
                "Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 Safari/537.36 Edg/140.0",
                "Edge on Windows",
            ),
            ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0) Safari/604.1", "Safari on iPhone"),
            ("Mozilla/5.0 (Macintosh; Intel Mac OS X) Safari/604.1", "Safari on Mac"),
            ("<script>", "A browser"),
            ("", "A browser"),
        ],
    )
    def test_browsers_in_words(self, user_agent: str, expected: str) -> None:
        assert browser_words(user_agent) == expected


def codes(page: str) -> list[str]:
    return [part.split('"')[0] for part in page.split('name="which" value="')[1:]]


class TestWhereOneIsSignedIn:
    def test_one_of_them_is_signed_out(self, client: Client, dora: Practitioner) -> None:
        other = Client(headers={"user-agent": FIREFOX})
        for each in (client, other):
            give_passphrase(each, EMAIL)
            each.get(SECURITY)
        page = words(client.get(SECURITY))
        assert "Firefox on Windows" in page
        keys = list(Session.objects.values_list("session_key", flat=True))
        assert not [key for key in keys if key in page]
        this, that = codes(page)[:2]
        client.post(SECURITY, {"what": "end", "which": that})
        assert not is_in(other)
        assert "was signed out already" in words(
            client.post(SECURITY, {"what": "end", "which": that}, follow=True)
        )
        entry = AuditEntry.objects.get(deed=Deed.SIGNED_OUT)
        assert (entry.who, entry.detail) == (dora.uid, "elsewhere")
        answer = client.post(SECURITY, {"what": "end", "which": this})
        assert answer["Location"] == LOGIN
        assert not is_in(client)

    def test_everywhere(self, client: Client, dora: Practitioner) -> None:
        others = [Client(), Client()]
        for each in (client, *others):
            give_passphrase(each, EMAIL)
        answer = client.post(SECURITY, {"what": "everywhere"}, follow=True)
        assert "You have signed out everywhere." in words(answer)
        entry = AuditEntry.objects.get(deed=Deed.SIGNED_OUT, who=dora.uid)
        assert entry.detail == "everywhere"
        assert [is_in(each) for each in (client, *others)] == [False] * 3

    def test_nobody_sees_or_ends_another_s(self, client: Client, cast: Cast) -> None:
        bob = Client(headers={"user-agent": FIREFOX})
        bob.force_login(cast.bob)
        (code,) = codes(words(bob.get(SECURITY)))
        client.force_login(cast.alice)
        assert "Firefox" not in words(client.get(SECURITY))
        client.post(SECURITY, {"what": "end", "which": code})
        client.post(SECURITY, {"what": "everywhere"})
        assert is_in(bob)

    def test_one_that_opens_nothing_any_more_is_not_listed(
        self, client: Client, dora: Practitioner
    ) -> None:
        old, idle = Client(), Client()
        old.force_login(dora)
        idle.force_login(dora)
        old.get(SECURITY)
        dora.set_password("another one of them")
        dora.save()
        idle.force_login(dora)
        idle.get(SECURITY)
        age(idle, LAST, dt.timedelta(hours=2))
        client.force_login(dora)
        assert len(codes(words(client.get(SECURITY)))) == 1

    def test_what_is_over_is_tidied_up(self, client: Client, dora: Practitioner) -> None:
        ended = Session.objects.create(
            session_key="over", session_data="", expire_date=timezone.now() - dt.timedelta(days=1)
        )
        give_passphrase(client, EMAIL)
        assert not Session.objects.filter(pk=ended.pk).exists()

    @pytest.mark.parametrize("form", [{}, {"what": "else"}, {"what": "end", "which": "é" * 70}])
    def test_what_is_not_understood_does_nothing(
        self, client: Client, dora: Practitioner, form: dict[str, str]
    ) -> None:
        client.force_login(dora)
        assert "nothing was done" in words(client.post(SECURITY, form, follow=True))

    def test_as_many_queries_for_many_sessions(
        self, client: Client, dora: Practitioner, django_assert_max_num_queries: Any
    ) -> None:
        give_app(dora)
        for _ in range(4):
            Client().force_login(dora)
        client.force_login(dora)
        client.get(SECURITY)
        with django_assert_max_num_queries(16):
            client.get(SECURITY)


def test_a_mail_that_cannot_be_sent_is_a_line_without_names(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(_SlowBackend, "is_broken", True)
    monkeypatch.setattr(_SlowBackend, "go_on", threading.Event())
    _SlowBackend.go_on.set()
    settings.EMAIL_BACKEND = f"{__name__}._SlowBackend"
    with caplog.at_level("ERROR"):
        post.send(mail.EmailMessage(subject="Dora", body="Dora", to=[EMAIL]))
    assert "could not be sent: ConnectionRefusedError" in caplog.text
    assert "dora" not in caplog.text.lower()
