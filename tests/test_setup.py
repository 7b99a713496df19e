"""The installation as a whole: the right database, safe settings, headers, health, the demonstration apart."""

from __future__ import annotations

import json
import os
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.db.utils import OperationalError
from django.test import Client, RequestFactory
from django.urls import NoReverseMatch, get_resolver, reverse

from practice.environment import KNOWN_VARIABLES
from practice.headers import written
from tests.cast import Cast
from tests.conftest import VENDORS
from tests.run_checks import production_environment

ROOT = Path(__file__).resolve().parent.parent


def manage(*words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run manage.py as a person would, with nothing set but `variables`."""
    environment = {
        **os.environ,
        **dict.fromkeys(KNOWN_VARIABLES, ""),
        "DATABASE_URL": "",
        "PRACTICE_NO_BOOTSTRAP": "1",
        **variables,
    }
    return subprocess.run(
        [sys.executable, "manage.py", *words],
        cwd=ROOT,
        env=environment,
        check=False,
        capture_output=True,
        text=True,
    )


@pytest.mark.django_db
def test_tests_run_on_the_database_that_was_asked_for() -> None:
    assert connection.vendor == VENDORS[os.environ["TEST_DB"]]
    question = {
        "sqlite": "SELECT 'SQLite ' || sqlite_version()",
        "postgresql": "SELECT version()",
    }[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(question)
        answer = cursor.fetchone()
    assert answer is not None
    assert answer[0].lower().startswith(connection.vendor)


def test_nothing_set_makes_a_private_folder_with_private_secrets(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    result = manage("check", PRACTICE_DATA=str(folder))
    assert result.returncode == 0, result.stderr
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    secrets_file = folder / "secrets.json"
    assert stat.S_IMODE(secrets_file.stat().st_mode) == 0o600
    assert set(json.loads(secrets_file.read_text())) == {"secret_key", "field_keys"}
    # The second start uses the same ones.
    before = secrets_file.read_bytes()
    assert manage("check", PRACTICE_DATA=str(folder)).returncode == 0
    assert secrets_file.read_bytes() == before


def test_a_wrong_setting_is_a_paragraph_and_no_traceback(tmp_path: Path) -> None:
    result = manage(
        "check", PRACTICE_DATA=str(tmp_path / "data"), DATABASE_URL="mysql://u:hush@h/n"
    )
    assert result.returncode == 1
    assert result.stderr.startswith("DATABASE_URL cannot be used")
    assert "Traceback" not in result.stderr
    assert "hush" not in result.stderr


def test_a_data_folder_that_cannot_be_made_is_a_paragraph(tmp_path: Path) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.write_text("not a folder")
    result = manage("check", PRACTICE_DATA=str(in_the_way / "data"))
    assert result.returncode == 1
    assert "PRACTICE_DATA" in result.stderr
    assert "Traceback" not in result.stderr


DESCRIBE_SETTINGS = """
import json
from django.conf import settings
print(json.dumps({
    "demo": settings.DEMO,
    "database": settings.DATABASES["default"]["NAME"],
    "secret_key": settings.SECRET_KEY,
    "field_keys": list(settings.FIELD_KEYS),
    "cookies": [settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME],
}))
"""


def test_demonstration_shares_nothing_with_the_practice(tmp_path: Path) -> None:
    key = "cHJhY3RpY2UtcHJhY3RpY2UtcHJhY3RpY2UtcHJhY3Q="
    result = manage(
        *("shell", "--no-imports", "--demo", "-c", DESCRIBE_SETTINGS),
        PRACTICE_DATA=str(tmp_path),
        DATABASE_URL="postgres://u:hush@localhost/practice",
        PRACTICE_SECRET_KEY="the-practice-s-own" * 4,
        PRACTICE_FIELD_KEYS=key,
    )
    assert result.returncode == 0, result.stderr
    found = json.loads(result.stdout.splitlines()[-1])
    assert found["demo"] is True
    assert found["database"] == str(tmp_path / "demo" / "demo.sqlite3")
    assert key not in found["field_keys"]
    assert found["secret_key"] != "the-practice-s-own" * 4
    # Both may be open in one browser, at two ports of one host, which share their cookies.
    assert not {settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME} & set(found["cookies"])
    assert "ignores DATABASE_URL" in result.stderr
    assert "hush" not in result.stderr
    # Nothing was made beside the demonstration's own folder.
    assert [path.name for path in tmp_path.iterdir()] == ["demo"]


def test_sqlite_file_is_opened_as_it_must_be(tmp_path: Path) -> None:
    path = tmp_path / "practice.sqlite3"
    script = (
        "from django.db import connection\n"
        "c = connection.cursor()\n"
        "for name in ('journal_mode', 'foreign_keys', 'synchronous', 'busy_timeout', 'secure_delete'):\n"
        "    c.execute('PRAGMA ' + name); print(name, c.fetchone()[0])\n"
        "print('transaction_mode', connection.transaction_mode)\n"
    )
    result = manage(
        *("shell", "--no-imports", "-c", script),
        PRACTICE_DATA=str(tmp_path / "data"),
        DATABASE_URL=f"sqlite:///{path}",
    )
    assert result.returncode == 0, result.stderr
    found = dict(line.split() for line in result.stdout.splitlines())
    assert found == {
        "journal_mode": "wal",
        "foreign_keys": "1",
        # 1 is NORMAL.
        "synchronous": "1",
        "busy_timeout": "20000",
        "secure_delete": "1",
        "transaction_mode": "IMMEDIATE",
    }
    # Write-ahead is a property of the file: other programs see it too.
    with sqlite3.connect(path) as plain:
        assert plain.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    plain.close()


def test_deploy_check_finds_nothing_in_a_service(tmp_path: Path) -> None:
    environment = production_environment(tmp_path)
    names = {name: environment[name] for name in (*KNOWN_VARIABLES, "DATABASE_URL")}
    result = manage("check", "--deploy", "--fail-level", "WARNING", **names)
    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize("loopback", ["0", "1"])
def test_cookies_need_https_unless_served_to_this_machine_alone(
    tmp_path: Path, loopback: str
) -> None:
    script = (
        "from django.conf import settings as s\n"
        "print(s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.SECURE_SSL_REDIRECT,"
        " s.SECURE_HSTS_SECONDS > 0, s.DEBUG)\n"
    )
    result = manage(
        *("shell", "--no-imports", "-c", script),
        PRACTICE_DATA=str(tmp_path),
        PRACTICE_LOOPBACK=loopback,
    )
    secure = str(loopback == "0")
    assert result.stdout.split() == [secure, secure, secure, secure, "False"], result.stderr


@pytest.mark.django_db
def test_every_page_carries_the_policy(client: Client) -> None:
    for path in (reverse("account_login"), reverse("healthz"), "/no-such-page"):
        policy = client.get(path).headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'")
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy


def test_policy_is_written_as_the_standard_wants() -> None:
    policy = {"default-src": ["'none'"], "img-src": ["'self'", "data:"]}
    assert written(policy) == "default-src 'none'; img-src 'self' data:"


@pytest.mark.django_db
def test_health_is_for_everybody_and_says_only_ok(client: Client) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok")
    assert client.post("/healthz").status_code == 405


@pytest.mark.django_db
def test_health_notices_a_migration_that_is_missing(client: Client) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'sessions'")
    answer = client.get("/healthz")
    assert (answer.status_code, answer.content) == (503, b"not ok")


@pytest.mark.django_db
def test_health_notices_a_database_that_is_away(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away() -> None:
        raise OperationalError("no route to secret-host")

    monkeypatch.setattr(connection, "cursor", away)
    answer = client.get("/healthz")
    assert (answer.status_code, answer.content) == (503, b"not ok")


@pytest.mark.django_db
def test_only_signing_in_is_offered_and_nobody_signs_up(client: Client, cast: Cast) -> None:
    for name in ("account_signup", "account_email", "account_set_password"):
        with pytest.raises(NoReverseMatch):
            reverse(name)
    for name in ("account_login", "account_reset_password"):
        assert client.get(reverse(name)).status_code == 200
    change = reverse("account_change_password")
    answer = client.get(change)
    assert answer.status_code == 302
    assert answer.headers["Location"] == f"{reverse('account_login')}?next={change}"


@pytest.mark.django_db
def test_guessing_a_passphrase_is_stopped(client: Client) -> None:
    """The sixth wrong passphrase within five minutes is refused without being looked at."""
    cache.clear()
    login = reverse("account_login")
    answers = [
        client.post(login, {"login": "nobody@practice.example", "password": f"wrong {turn}"})
        for turn in range(6)
    ]
    assert "Too many failed" not in answers[4].content.decode()
    assert "Too many failed" in answers[5].content.decode()


@pytest.mark.django_db
def test_a_link_from_a_mail_needs_no_signing_in(client: Client) -> None:
    link = reverse("account_reset_password_from_key", args=["1", "no-such-key"])
    assert client.get(link).status_code == 200


def test_sign_up_is_closed(rf: RequestFactory) -> None:
    assert get_adapter().is_open_for_signup(rf.get("/")) is False


@pytest.mark.parametrize(
    ("host", "backend"),
    [("", "filebased"), ("mail.example", "smtp")],
    ids=["no mail server", "a mail server"],
)
def test_mail_goes_to_files_where_there_is_no_server(
    tmp_path: Path, host: str, backend: str
) -> None:
    result = manage(
        *("shell", "--no-imports", "-c"),
        "from django.conf import settings; print(settings.EMAIL_BACKEND)",
        PRACTICE_DATA=str(tmp_path),
        PRACTICE_DEMO="1",
        PRACTICE_MAIL_HOST=host,
    )
    assert result.stdout.strip() == f"django.core.mail.backends.{backend}.EmailBackend"


def test_no_address_leads_to_the_admin() -> None:
    assert not [pattern for pattern in get_resolver().url_patterns if "admin" in str(pattern)]
