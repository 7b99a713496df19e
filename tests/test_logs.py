"""A log line of an exception says where and what kind, never what the exception says."""

import logging

import pytest
from django.test import Client

from practice.logs import WithoutValues, address_of_a_page


def _refused() -> None:
    raise KeyError("DETAIL: Failing row contains (K-17, 23.00)")


def _wrapped() -> None:
    try:
        _refused()
    except KeyError as problem:
        raise RuntimeError("note: cried today") from problem


def test_the_message_of_an_exception_stays_out(caplog: pytest.LogCaptureFixture) -> None:
    try:
        _wrapped()
    except RuntimeError:
        logging.getLogger("practice").exception("episode %s", 12)
    (record,) = caplog.records
    # pytest has formatted the record already, and keeps the text with it.
    record.exc_text = None
    line = WithoutValues("{levelname} {message}", style="{").format(record)
    assert line.startswith("ERROR episode 12")
    assert "K-17" not in line
    assert "cried" not in line
    assert line.index("KeyError") < line.index("RuntimeError")
    assert "in _refused" in line
    assert "in _wrapped" in line


def test_a_record_without_an_exception_is_a_plain_line() -> None:
    record = logging.LogRecord("practice", logging.INFO, __file__, 1, "saved %s", ("x",), None)
    assert WithoutValues("{message}", style="{").format(record) == "saved x"


@pytest.mark.parametrize(
    ("address", "as_logged"),
    [
        ("/invitation/qR7-secret_x/", "/invitation/.../"),
        ("/account/password/reset/key/1-abc-0f9/", "/account/password/reset/key/.../"),
        ("/service/0b6f/invitation/new/", "/service/0b6f/invitation/.../"),
        ("/reports/", "/reports/"),
    ],
)
def test_a_link_that_opens_something_is_not_written_down(address: str, as_logged: str) -> None:
    record = logging.LogRecord(
        *("practice", logging.INFO, __file__, 1, "Not Found: %s", (address,), None)
    )
    assert WithoutValues("{message}", style="{").format(record) == f"Not Found: {as_logged}"


@pytest.mark.parametrize(
    ("name", "message", "args", "line"),
    [
        ("django.security.DisallowedHost", "Invalid HTTP_HOST header: 'K-17'.", (), "refused"),
        ("django.security.csrf", "Forbidden (%s): %s", ("no token", "/x/"), "Forbidden (no token): /x/"),
        ("django.request", "%s: %s", ("K-17 cried", "/x/"), "_SaidError: /x/"),
    ],
)  # fmt: skip
def test_what_was_wrong_with_a_request_stays_out(
    name: str, message: str, args: tuple[str, ...], line: str
) -> None:
    # As Django does: the words of the exception are the line, or a part of it.
    info = (_SaidError, _SaidError("K-17 cried"), None) if name == "django.request" else None
    record = logging.LogRecord(name, logging.ERROR, __file__, 1, message, args, info)
    said = WithoutValues("{message}", style="{").format(record)
    assert said.splitlines()[0] == line
    assert "K-17" not in said


class _SaidError(Exception):
    """An exception with words."""


@pytest.mark.parametrize(
    ("address", "as_logged"),
    [
        ("/reports/", "/reports/"),
        ("/", "/"),
        (
            "/service/5f0f4c3e-0b0a-4c1d-9a55-2f6f0c9b7a11/caseload/",
            "/service/5f0f4c3e-0b0a-4c1d-9a55-2f6f0c9b7a11/caseload/",
        ),
        ("/client/QZX-4711/", "/client/.../"),
        ("/Xanthippe%20Quillfeather", "/..."),
        ("/benchmarks/quillfeather/", "/benchmarks/.../"),
        ("/account/password/reset/key/1-abc/", "/account/password/reset/key/.../"),
    ],
)
def test_of_an_address_only_what_is_ours_is_written_down(address: str, as_logged: str) -> None:
    assert address_of_a_page(address) == as_logged


def test_words_typed_into_an_address_are_not_written_down(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    for address in ("/client/QZX-4711/", "/Quillfeather\u202e/", "/reports/QZX-4711"):
        assert client.get(address).status_code == 404
    assert caplog.records
    formatter = WithoutValues("{message}", style="{")
    lines = "\n".join(formatter.format(record) for record in caplog.records)
    assert "/reports/..." in lines
    assert "QZX" not in lines
    assert "Quillfeather" not in lines
