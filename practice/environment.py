"""Reads configuration from the environment, and from a .env file beside manage.py for what the environment leaves open.

Whatever is wrong raises ImproperlyConfigured with a paragraph: which variable, what is wrong, what would be right.
A value that may be a secret is never repeated in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

# What each one does stands in .env.example; checks.py uses the list to find misspelt names.
KNOWN_VARIABLES = (
    "PRACTICE_ALLOWED_HOSTS",
    "PRACTICE_BACKUP_PASSPHRASE",
    "PRACTICE_BEHIND_PROXY",
    "PRACTICE_CORE10_ITEMS",
    "PRACTICE_DATA",
    "PRACTICE_DEBUG",
    "PRACTICE_DEMO",
    "PRACTICE_FIELD_KEYS",
    "PRACTICE_IDLE_MINUTES",
    "PRACTICE_LOOPBACK",
    "PRACTICE_MAIL_FROM",
    "PRACTICE_MAIL_HOST",
    "PRACTICE_MAIL_PASSWORD",
    "PRACTICE_MAIL_PORT",
    "PRACTICE_MAIL_USER",
    "PRACTICE_NO_BOOTSTRAP",
    "PRACTICE_PROCESSES",
    "PRACTICE_SECRET_KEY",
    "PRACTICE_TRUSTED_ORIGINS",
    "PRACTICE_WITHOUT_NOTES",
)

YES = {"1", "true", "yes", "on"}
# An empty value is "not set": it also hides a value of the .env file.
NO = {"", "0", "false", "no", "off"}


@dataclass(frozen=True)
class Environment:
    """The variables that are set, with typed reading of each."""

    values: Mapping[str, str]

    def text(self, name: str, default: str = "") -> str:
        return self.values.get(name, "").strip() or default

    def flag(self, name: str) -> bool:
        word = self.text(name).lower()
        if word not in YES | NO:
            raise ImproperlyConfigured(
                f"{name} must be 1 (on) or 0 (off); it is neither. Set it to 1 or 0, or leave it out."
            )
        return word in YES

    def number(self, name: str, default: int) -> int:
        word = self.text(name)
        if not word:
            return default
        if not (word.isascii() and word.isdecimal()):
            raise ImproperlyConfigured(
                f"{name} must be a whole number, such as {default}; it is not one. Correct it, or leave it out."
            )
        return int(word)

    def words(self, name: str) -> list[str]:
        """A comma-separated list, without empty parts."""
        return [word for part in self.text(name).split(",") if (word := part.strip())]


def read_environment(environ: Mapping[str, str], env_file: Path) -> Environment:
    """The environment over the .env file, where there is one."""
    return Environment({**read_env_file(env_file), **environ})


def read_env_file(path: Path) -> dict[str, str]:
    """KEY=VALUE lines; # begins a comment line; quotes around a value are taken off. Nothing is expanded."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as problem:
        raise ImproperlyConfigured(
            f"The settings file {path} could not be read ({type(problem).__name__})."
            " It must be a plain UTF-8 text file that this user may read."
        ) from problem
    values = {}
    for number, raw in enumerate(text.splitlines(), start=1):
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        name, equals, value = line.partition("=")
        name = name.strip()
        if not equals or not name.isidentifier():
            raise ImproperlyConfigured(
                f"Line {number} of {path} is not of the form NAME=VALUE. Write one variable to a line, without"
                " 'export', or begin the line with # to make it a comment."
            )
        value = value.strip()
        if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
            value = value[1:-1]
        values[name] = value
    return values
