"""What a database needs before pages can be served from it."""

from django.core.management import call_command
from django.core.management.base import CommandError

from practice.readiness import is_set_up, pending_migrations


def ensure_ready() -> None:
    """Set an empty database up; never change one that holds data without being asked.

    Raises CommandError with what to do when migrations wait on a database in use.
    """
    if not is_set_up():
        make_ready()
        return
    pending = pending_migrations()
    if pending:
        raise CommandError(
            f"The database is not up to date ({len(pending)} migrations wait). Make a backup, "
            "then run: python3 manage.py migrate"
        )


def make_ready() -> None:
    """Bring the database up to date, with the table in which failed sign-ins are counted."""
    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)


def collect_static() -> None:
    """Gather style sheets and fonts where the server finds them."""
    call_command("collectstatic", verbosity=0, interactive=False)
