"""The embedded typefaces, and which of them can print a character.

reportlab's built-in Helvetica prints Welsh and Polish letters as black squares, and a missing
glyph in any font prints as an empty box without an error: so each string is checked, and falls
back to DejaVu Sans where Source Sans has no glyph.
"""

from collections.abc import Iterator
from functools import cache
from itertools import groupby
from pathlib import Path

from reportlab.graphics.shapes import STATE_DEFAULTS
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

FOLDER = Path(__file__).resolve().parent.parent.parent / "static" / "fonts"

REGULAR, BOLD = "SourceSans3", "SourceSans3-Bold"
_FALLBACK = {REGULAR: "DejaVuSans", BOLD: "DejaVuSans-Bold"}
_FILES = {
    REGULAR: "SourceSans3-Regular.ttf",
    BOLD: "SourceSans3-Bold.ttf",
    "DejaVuSans": "DejaVuSans.ttf",
    "DejaVuSans-Bold": "DejaVuSans-Bold.ttf",
}


@cache
def register_fonts() -> None:
    """Make the typefaces known to reportlab, once a process."""
    for name, file in _FILES.items():
        pdfmetrics.registerFont(TTFont(name, FOLDER / file))
    pdfmetrics.registerFontFamily(
        REGULAR, normal=REGULAR, bold=BOLD, italic=REGULAR, boldItalic=BOLD
    )
    # What a drawing starts with, before any text of its own: else an unembedded Helvetica is named.
    STATE_DEFAULTS["fontName"] = REGULAR


@cache
def _glyphs(font: str) -> frozenset[int]:
    register_fonts()
    known = pdfmetrics.getFont(font)
    if not isinstance(known, TTFont):
        raise TypeError(f"{font} is not one of the embedded typefaces")
    return frozenset(known.face.charToGlyph)


def runs(text: str, font: str = REGULAR) -> Iterator[tuple[str, str]]:
    """The text in pieces, each with the font that can print it: the wanted one or its fall-back.

    A character that neither has is printed as the visible replacement character, never as nothing.
    """
    own, other = _glyphs(font), _glyphs(_FALLBACK[font])
    # Nearly always: asked for each cell of a report several times over.
    if text and own.issuperset(map(ord, text)):
        yield text, font
        return

    def which(character: str) -> str:
        return font if ord(character) in own else _FALLBACK[font]

    shown = (c if ord(c) in own or ord(c) in other else "\N{REPLACEMENT CHARACTER}" for c in text)
    for name, characters in groupby(shown, key=which):
        yield "".join(characters), name
