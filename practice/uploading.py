"""Files that a browser sends: kept in memory up to the size that is read, counted beyond it."""

from __future__ import annotations

import io
from typing import IO, Any

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler

# AT MOST so much of one file, and of all files of one request, is read. The forms' own limits are lower.
MOST_BYTES = 30 * 1024 * 1024
MOST_TOGETHER = 2 * MOST_BYTES
# And so much of a request is taken from the network at all: two files that are too large are still told so.
MOST_SENT = 4 * MOST_BYTES


class InMemory(FileUploadHandler):
    """Keeps a file as long as it is not too large; of a larger one only the size, for the form to say so.

    Of somebody who is not signed in nothing is kept: no page asks them for a file, and the token of
    a form is looked for in what they send before anybody asks who they are.

    Nothing is written to a disk: a temporary file would outlive a crash, outside the data folder.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._together = 0

    def handle_raw_input(
        self,
        input_data: IO[bytes],
        META: dict[str, str],  # noqa: N803 - Django's own name
        content_length: int,
        boundary: str,
        encoding: str | None = None,
    ) -> None:
        """Refuse what is larger than any two files; not every web server has a limit of its own."""
        if content_length > MOST_SENT:
            raise RequestDataTooBig("more was sent than is taken from the network")
        person = getattr(self.request, "user", None)
        self._is_kept = person is not None and person.is_authenticated

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self._content = io.BytesIO()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        """Take a part; None, because no other way of keeping it follows."""
        self._together += len(raw_data)
        is_small = start + len(raw_data) <= MOST_BYTES and self._together <= MOST_TOGETHER
        if is_small and self._is_kept:
            self._content.write(raw_data)
        else:
            self._content = io.BytesIO()
        return None

    def file_complete(self, file_size: int) -> InMemoryUploadedFile:
        """The file; one that was too large has its size and no content."""
        self._content.seek(0)
        is_whole = self._content.getbuffer().nbytes == file_size
        return InMemoryUploadedFile(
            file=self._content,
            field_name=self.field_name,
            name=self.file_name or "",
            content_type=self.content_type or "",
            # What was dropped because of the files beside it counts as too large as well.
            size=file_size if is_whole else max(file_size, MOST_BYTES + 1),
            charset=self.charset,
            content_type_extra=self.content_type_extra,
        )
