"""How clients are called on a supervision sheet: by their reference, or as A, B, C."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from string import ascii_uppercase

from practice.reports.supervision import SupervisionSheet


class Naming(StrEnum):
    """What stands for a client. Letters are for a supervisor outside the practice."""

    REFERENCES = "references"
    LETTERS = "letters"


def letter(place: int) -> str:
    """A to Z, then AA, AB and so on; the first place is 0."""
    found = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, len(ascii_uppercase))
        found = ascii_uppercase[rest] + found
    return found


@dataclass(frozen=True, kw_only=True)
class Names:
    """The names of a sheet's clients, by client key. references: what the letters stand for.

    Letters go by the order on the sheet, so that the sheet and its key agree as long as nothing on
    the sheet has changed: on the day of printing, and for that day's sheet.
    """

    naming: Naming
    references: Mapping[int, str]

    @cached_property
    def letters(self) -> Mapping[int, str]:
        """One letter a client, also for one with two episodes on the sheet."""
        return {client: letter(place) for place, client in enumerate(self.references)}

    def of(self, client: int) -> str:
        """What the sheet calls the client."""
        if self.naming is Naming.LETTERS:
            return self.letters[client]
        return self.references[client]

    def within(self, text: str) -> str:
        """A free text in one line; a reference that somebody typed in it becomes its letter too."""
        text = " ".join(text.split())
        if self.naming is Naming.REFERENCES or not self.references:
            return text
        return self._typed.sub(lambda found: self._by_reference[found[0].casefold()], text)

    @cached_property
    def _by_reference(self) -> Mapping[str, str]:
        return {
            reference.casefold(): self.letters[client]
            for client, reference in self.references.items()
        }

    @cached_property
    def _typed(self) -> re.Pattern[str]:
        # The longest first: C-1 must not be found in C-1-2.
        known = sorted(self.references.values(), key=len, reverse=True)
        either = "|".join(re.escape(reference) for reference in known)
        return re.compile(rf"(?<![\w-])(?:{either})(?![\w-])", re.IGNORECASE)


def names_of(sheet: SupervisionSheet, naming: Naming) -> Names:
    """The names of everybody on the sheet, in its order."""
    return Names(
        naming=naming,
        references={episode.client_id: episode.client.reference for episode in sheet.episodes},
    )
