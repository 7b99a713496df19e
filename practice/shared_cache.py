"""The cache that all processes share: what counts guesses and keeps two from doing one thing at once."""

from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.db import DatabaseCache
from django.db import OperationalError, connections, router


class SharedCache(DatabaseCache):
    """Django's in the database, but a refused write is no success.

    Django's says nothing of it, and whoever asks takes "not written" for "there already": on a full disk,
    or beside somebody who writes for long, signing in would be called too many requests.
    """

    def _base_set(
        self, mode: str, key: str, value: Any, timeout: float | None = DEFAULT_TIMEOUT
    ) -> bool:
        """Raises OperationalError where nothing is there under the key afterwards."""
        done = bool(super()._base_set(mode, key, value, timeout))  # type: ignore[misc]
        if not done and mode != "touch" and not self._is_there(key):
            raise OperationalError("the cache could not be written to")
        return done

    def _is_there(self, key: str) -> bool:
        """key: as it stands in the table, with its prefix and version."""
        connection = connections[router.db_for_read(self.cache_model_class)]
        quote = connection.ops.quote_name
        table = quote(self._table)  # type: ignore[attr-defined]  # missing in the stubs
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT 1 FROM {table} WHERE {quote('cache_key')} = %s",  # noqa: S608
                [key],
            )
            return cursor.fetchone() is not None
