"""What a database needs before pages can be served from it."""

from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor


def pending_migrations() -> list[str]:
    """Names of the migrations that the database does not have yet."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _backwards in plan]


def make_ready() -> None:
    """Bring the database up to date, with the table in which failed sign-ins are counted."""
    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)


def collect_static() -> None:
    """Gather style sheets and fonts where the server finds them."""
    call_command("collectstatic", verbosity=0, interactive=False)
