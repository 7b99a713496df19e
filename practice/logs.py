"""Log lines that hold ids and codes, never names, notes or scores."""

import logging
import re
import traceback
from types import TracebackType

# Addresses of which the last part opens something to whoever knows it.
_SECRET = re.compile(r"(/invitation/|/password/reset/key/)[^/\s]+")


class WithoutValues(logging.Formatter):
    """Prints where an exception came from and of what kind it is, but not what it says.

    What an exception says may hold a whole row: PostgreSQL's refusal of a bad score quotes it. A
    link that somebody was sent is a secret as well.
    """

    def format(self, record: logging.LogRecord) -> str:
        return _SECRET.sub(r"\1...", super().format(record))

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
