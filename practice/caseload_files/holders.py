"""Who holds each episode, by e-mail: from the file, from what is stored, or the only one there."""

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from practice.caseload_files.episode_rows import EpisodeRow
from practice.caseload_files.findings import Findings
from practice.caseload_files.stored import Stored, StoredEpisode
from practice.models import Practitioner, Role

# The account made for a practice of one that names nobody. The domain can never receive mail.
NOBODY_NAMED = "practitioner@practice.invalid"
NO_ADDRESS = "@practice.invalid"
_LISTED = 10


@dataclass(frozen=True, kw_only=True)
class NewMember:
    """Somebody who becomes a member of the service; the account is made if there is none.

    can_sign_in: has an account with a password already.
    """

    email: str
    role: Role
    can_sign_in: bool

    @property
    def stands_in(self) -> bool:
        """Whether this is the account for a practitioner whom the files do not name."""
        return self.email.endswith(NO_ADDRESS)


@dataclass(frozen=True, kw_only=True)
class Practice:
    """The practitioners of a service after the import, and which of them the file names."""

    members: frozenset[str]
    named: tuple[str, ...]
    unnamed: str

    @property
    def everybody(self) -> tuple[str, ...]:
        """All e-mails."""
        return tuple(sorted({*self.members, *self.named}))

    @property
    def only_one(self) -> str | None:
        """Whom an empty cell means: the only one there is. None among several."""
        match self.everybody:
            case ():
                return self.unnamed
            case (email,):
                return email
            case _:
                return None

    def new_members(self, holders: Iterable[str]) -> tuple[NewMember, ...]:
        """Those who come to hold an episode and are no members yet.

        The only one of a service that had nobody leads it. Somebody who left the service and is
        named with an episode of old does not come back by that.
        """
        new = [email for email in dict.fromkeys(holders) if email and email not in self.members]
        role = Role.LEAD if len(new) == 1 and not self.members else Role.PRACTITIONER
        # Which accounts have a password cannot be asked of the database, only of each account.
        accounts = Practitioner.objects.filter(email__in=new, is_active=True)
        able = {person.email for person in accounts if person.has_usable_password()}
        return tuple(NewMember(email=email, role=role, can_sign_in=email in able) for email in new)


def practice_of(
    episodes: Iterable[EpisodeRow], stored: Stored, *, taken: Collection[str]
) -> Practice:
    """The practitioners that are stored or named. taken: addresses that others use already."""
    named: dict[str, None] = {}
    for row in episodes:
        for email in (*(hand_over.email for hand_over in row.hand_overs), row.practitioner):
            if email:
                named.setdefault(email)
    unnamed, number = NOBODY_NAMED, 1
    while unnamed in taken:
        number += 1
        unnamed = NOBODY_NAMED.replace("@", f"-{number}@")
    return Practice(members=stored.members, named=tuple(named), unnamed=unnamed)


def holder_of(
    row: EpisodeRow, kept: StoredEpisode | None, *, practice: Practice, findings: Findings
) -> str:
    """The e-mail of who holds the episode after the import; "" when that is wrong."""
    _check_hand_overs(row, kept, findings)
    if "practitioner" in row.wrong:
        return ""
    if row.practitioner:
        if kept is not None and len(kept.holdings) > 1 and row.practitioner != kept.holder:
            findings.refuse(
                row.row,
                "practitioner",
                f"the episode was handed over, and {kept.holder} holds it now: give that address, "
                "and hand it over where the episode is shown",
            )
        return row.practitioner
    if kept is not None and kept.holder and (row.practitioner is None or practice.only_one):
        return kept.holder
    if practice.only_one is None:
        listed = ", ".join(practice.everybody[:_LISTED])
        more = ", …" if len(practice.everybody) > _LISTED else ""
        findings.refuse(
            row.row,
            "practitioner",
            f"the practice has several practitioners: give the e-mail of one ({listed}{more})",
        )
    return practice.only_one or ""


def _check_hand_overs(row: EpisodeRow, kept: StoredEpisode | None, findings: Findings) -> None:
    referred_on = row.fields.get("referred_on")
    if not isinstance(referred_on, dt.date) or "held_before" in row.wrong:
        return
    if kept is None:
        if row.hand_overs and row.hand_overs[0].until <= referred_on:
            findings.refuse(
                row.row,
                "held_before",
                f"a hand-over comes after the referral, {referred_on}: correct one of the dates",
            )
        return
    if row.hand_overs and row.hand_overs != kept.hand_overs:
        findings.refuse(
            row.row,
            "held_before",
            "an import changes no hand-over of a stored episode (stored: "
            f"{hand_overs_in_words(kept)}): empty the cell, and hand the episode over where it is "
            "shown",
        )
    elif kept.hand_overs and not row.hand_overs and "held_before" in row.row.cells:
        findings.warn(
            row.row,
            "held_before",
            f"the cell is empty and hand-overs are stored ({hand_overs_in_words(kept)}): they stay",
        )
    if _moves_start(kept, referred_on) and _first_until(kept.holdings) <= referred_on:
        findings.refuse(
            row.row,
            "referred_on",
            f"the episode was handed over on {_first_until(kept.holdings)}: a referral comes "
            "before that day",
        )


def _moves_start(kept: StoredEpisode, referred_on: dt.date) -> bool:
    """Whether the first holding began with the referral, and so moves with its correction."""
    return (
        bool(kept.holdings)
        and kept.holdings[0].since == kept.episode.referred_on
        and referred_on != kept.episode.referred_on
    )


def _first_until(holdings: Sequence[object]) -> dt.date:
    until = getattr(holdings[0], "until", None)
    return until if isinstance(until, dt.date) else dt.date.max


def hand_overs_in_words(kept: StoredEpisode) -> str:
    """The stored hand-overs as the column `held_before` has them."""
    return "; ".join(
        f"{hand_over.email} until {hand_over.until.isoformat()}" for hand_over in kept.hand_overs
    )
