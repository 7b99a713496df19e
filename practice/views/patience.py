"""A file that is read on the way to an answer: for so long, so many at once, and never all threads."""

import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from practice.caseload_files.patience import reading_until

# A caseload of 50,000 sessions is read and compared in a third of it.
SECONDS = 60
# Of the four threads of a process two are left for everybody else.
AT_ONCE = 2

Page = Callable[..., HttpResponse]
_places = threading.BoundedSemaphore(AT_ONCE)


class BusyError(Exception):
    """As many files as may be are being read already; the message is for whoever must wait."""

    def __init__(self) -> None:
        super().__init__(
            "Other files are being read at this moment. Nothing was changed: wait a little, and try "
            "it again."
        )


@contextmanager
def reading_files() -> Iterator[None]:
    """What is read in the body gives up in time. Raises BusyError at once, without waiting."""
    if not _places.acquire(blocking=False):
        raise BusyError
    try:
        ends = time.monotonic() + SECONDS
        with reading_until(lambda: time.monotonic() > ends):
            yield
    finally:
        _places.release()


def reads_files(view: Page) -> Page:
    """Makes a page of an import give up in time; where it cannot begin, the file goes on waiting."""

    @wraps(view)
    def page(request: HttpRequest, service: uuid.UUID, **more: uuid.UUID) -> HttpResponse:
        try:
            with reading_files():
                return view(request, service, **more)
        except BusyError as busy:
            messages.warning(request, str(busy))
            return redirect("import-start", service=service)

    return page
