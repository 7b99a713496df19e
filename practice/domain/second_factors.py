"""Whom a practice asks for a second factor when they sign in."""

from enum import StrEnum


class AskFactor(StrEnum):
    """The three answers of a practice; value: as an option of a command. words: for people."""

    SEVERAL = "several"
    ALWAYS = "always"
    NEVER = "never"

    @property
    def words(self) -> str:
        return _WORDS[self]

    @property
    def kept(self) -> bool | None:
        """As a service keeps it: yes, no, or not decided, which means where there are several."""
        return _KEPT[self]

    @classmethod
    def of(cls, kept: bool | None) -> "AskFactor":
        """The answer that is kept so."""
        return next(answer for answer in cls if answer.kept is kept)


_WORDS = {
    AskFactor.SEVERAL: "where there are several members",
    AskFactor.ALWAYS: "always",
    AskFactor.NEVER: "never",
}
_KEPT = {AskFactor.SEVERAL: None, AskFactor.ALWAYS: True, AskFactor.NEVER: False}
