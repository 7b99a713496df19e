"""What a workbook may ask of whoever reads it: counted part by part, before anything is made of it.

A few bytes can ask for a lot: repeated a million times, an element packs to nothing and takes seconds
to make an object of. So every part is gone through once by a parser that builds nothing and stops at
the first limit. What it cannot parse, the reading refuses or ignores:
but one damaged part must not hide the others, which are read without it.
"""

import lzma
import zipfile
import zlib
from dataclasses import dataclass
from typing import Any
from xml.parsers import expat

from practice.caseload_files.patience import TooLongError, go_on

# What a cell is made of, and how dear each element is to read: a text is made an object of its own.
_WEIGHTS = {"row": 1, "c": 1, "v": 1, "f": 1, "t": 8, "is": 8, "si": 8, "r": 8}
# A sheet of 50,000 sessions with a note each weighs about two million.
CELLS_LIMIT = 4_000_000
# Formats, links, validations and the like: dear to read, and never many.
_OTHERS_LIMIT = 150_000
# Characters of their long attributes together: lists of ranges are taken apart one by one.
_LONG, _LONG_LIMIT = 200, 500_000
# A formula shared by many cells is written once and translated for each: cells times its length.
_SHARED_LIMIT = 2_000_000
# An element of ours has so many attributes at most, declarations of namespaces included.
_ATTRIBUTES = 40
_CHUNK = 256 * 1024
# What the archive reader raises for a part that is damaged, encrypted or packed in a way it does not know.
DAMAGE = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    LookupError,
    NotImplementedError,
    OSError,
    RuntimeError,
    ValueError,
)


class TooMuchError(Exception):
    """The workbook asks for more than any caseload needs."""


class _DoneError(Exception):
    """The reading will refuse this part anyway: entities are never expanded."""


@dataclass(kw_only=True)
class _Count:
    """What has been seen so far, of all parts together."""

    cells: int = 0
    others: int = 0
    ranges: int = 0
    shared: int = 0
    longest_formula: int = 0

    def check(self) -> None:
        if (
            self.cells > CELLS_LIMIT
            or self.others > _OTHERS_LIMIT
            or self.ranges > _LONG_LIMIT
            or self.shared * self.longest_formula > _SHARED_LIMIT
        ):
            raise TooMuchError


def refuse_too_much(archive: zipfile.ZipFile) -> None:
    """Raises TooMuchError. Damaged parts are passed over, up to where they are damaged."""
    count = _Count()
    for part in archive.infolist():
        try:
            with archive.open(part) as content:
                _go_through(content, count)
        except TooLongError:
            raise
        except DAMAGE:
            # The reading says so, if it needs this part at all: the others are looked at all the same.
            continue


def _go_through(content: Any, count: _Count) -> None:
    parser = expat.ParserCreate()
    formula = 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal formula
        # Whatever prefix a program gives the namespace.
        name = name.rpartition(":")[2]
        weight = _WEIGHTS.get(name)
        if weight is None:
            count.others += 1
            count.ranges += sum(len(text) for text in attributes.values() if len(text) > _LONG)
        else:
            count.cells += weight
        # A cell has three or four; each more is as dear as an element.
        count.others += max(0, len(attributes) - _ATTRIBUTES)
        if name == "f":
            formula = 0
            parser.CharacterDataHandler = text
            count.shared += attributes.get("t") == "shared"
        count.check()

    def text(words: str) -> None:
        nonlocal formula
        formula += len(words)

    def end(name: str) -> None:
        if name.rpartition(":")[2] == "f":
            parser.CharacterDataHandler = None
            count.longest_formula = max(count.longest_formula, formula)

    def entity(*_words: object) -> None:
        raise _DoneError

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.EntityDeclHandler = entity
    try:
        while chunk := content.read(_CHUNK):
            go_on()
            parser.Parse(chunk, False)
    except (expat.ExpatError, _DoneError):
        return
