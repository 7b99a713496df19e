"""Whether the database has everything that the program expects of it."""

from django.db import connection
from django.db.migrations.executor import MigrationExecutor


def pending_migrations() -> list[str]:
    """Names of the migrations that the database does not have yet."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _backwards in plan]


def is_set_up() -> bool:
    """Whether any migration has been applied: False for a database that is new and empty."""
    return bool(MigrationExecutor(connection).loader.applied_migrations)
