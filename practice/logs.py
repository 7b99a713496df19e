"""Log lines that hold ids and codes, never names, notes or scores."""

import logging
import re
import traceback
from collections.abc import Iterator
from functools import cache
from types import TracebackType

# Addresses of which the last part opens something to whoever knows it.
_SECRET = re.compile(r"(/invitation/|/password/reset/key/)[^/\s]+")

# A random id, as pages have it in their addresses.
_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")

# For the settings.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "practice.logs.WithoutValues",
            "format": "{asctime} {levelname} {name} {message}",
            "style": "{",
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        # Replaces Django's own handlers: one of them would mail error reports, form contents included.
        "django": {"handlers": ["console"], "level": "INFO", "propagate": False},
        "practice": {"handlers": ["console"], "level": "INFO", "propagate": False},
    },
}


class WithoutValues(logging.Formatter):
    """Prints where an exception came from and of what kind it is, but not what it says.

    What an exception says may hold a whole row: PostgreSQL's refusal of a bad score quotes it. A
    link that somebody was sent is a secret as well.
    """

    def format(self, record: logging.LogRecord) -> str:
        return _SECRET.sub(r"\1...", super().format(_without_words(record)))

    def formatException(  # noqa: N802 - logging's own name
        self,
        ei: tuple[type[BaseException], BaseException, TracebackType | None]
        | tuple[None, None, None],
    ) -> str:
        """The chain of exceptions, oldest first: kinds and places."""
        lines: list[str] = []
        exception = ei[1]
        while exception is not None:
            places = [
                f"  {frame.filename}:{frame.lineno} in {frame.name}"
                for frame in traceback.extract_tb(exception.__traceback__)
            ]
            lines = [*places, type(exception).__qualname__, *lines]
            exception = exception.__cause__ or exception.__context__
        return "\n".join(lines)


def address_of_a_page(path: str) -> str:
    """A path with three dots for each part that no page of ours has: people type words into addresses."""
    parts = path.split("/")
    return "/".join(part if part in _words() or _ID.fullmatch(part) else "..." for part in parts)


@cache
def _words() -> frozenset[str]:
    # The settings take this module's LOGGING: what needs the settings comes later.
    from django.urls import URLResolver, get_resolver

    def of(resolver: URLResolver) -> Iterator[str]:
        for pattern in resolver.url_patterns:
            yield from str(pattern.pattern).strip("^$").split("/")
            if isinstance(pattern, URLResolver):
                yield from of(pattern)

    return frozenset(of(get_resolver())) | {""}


def _without_words(record: logging.LogRecord) -> logging.LogRecord:
    """The record, or one like it where Django has put words of others into the line itself.

    It does so with the address of a request, with what is wrong with a bad one, and with what it finds
    suspicious: there the logger's name says which.
    """
    if hasattr(record, "request") and isinstance(record.args, tuple):
        addressed = logging.makeLogRecord(record.__dict__)
        addressed.args = tuple(
            address_of_a_page(one) if isinstance(one, str) and one.startswith("/") else one
            for one in record.args
        )
        record = addressed
    problem = record.exc_info[1] if record.exc_info else None
    is_suspicious = record.name.startswith("django.security.") and not record.args
    if not is_suspicious and (problem is None or not str(problem)):
        return record
    plain = logging.makeLogRecord(record.__dict__)
    if is_suspicious:
        plain.msg = "refused"
    else:
        plain.msg = record.getMessage().replace(str(problem), type(problem).__qualname__)
        plain.args = ()
    return plain
