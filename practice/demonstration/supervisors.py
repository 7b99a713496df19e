"""Who reads the clients of the invented practitioners as their supervisor, with an account here."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from practice.demonstration.caseload import InventedCaseload
from practice.demonstration.keys import day_of
from practice.demonstration.people import LUKASZ, PRACTITIONERS, WYN, ZOE
from practice.demonstration.supervisions import InventedMeeting


@dataclass(frozen=True, kw_only=True)
class InventedSupervisor:
    """Somebody who holds no clients, and has supervision with those who do."""

    name: str
    email: str


@dataclass(frozen=True, kw_only=True)
class InventedSupervising:
    """Whom the supervisor supervises, from a day up to another; until is None while it goes on."""

    supervisor: str
    practitioner: str
    since: dt.date
    until: dt.date | None


INES = InventedSupervisor(name="Ines Carraway", email="ines@demo.invalid")
# Until somebody outside the practice, without an account, took over.
_ENDED = {LUKASZ.email}
_SUPERVISES = {ZOE.email, WYN.email} | _ENDED


def supervisings(
    invented: InventedCaseload, meetings: tuple[InventedMeeting, ...]
) -> Iterator[InventedSupervising]:
    """Since the first client of each came; one of them is over since the first meeting elsewhere."""
    for practitioner in PRACTITIONERS:
        if practitioner.email in _SUPERVISES:
            own = [
                cells for cells in invented.episodes if cells["practitioner"] == practitioner.email
            ]
            elsewhere = [each for each in meetings if each.practitioner == practitioner.email]
            yield InventedSupervising(
                supervisor=INES.email,
                practitioner=practitioner.email,
                since=min(day_of(cells["referred_on"]) for cells in own),
                until=elsewhere[0].held_on if practitioner.email in _ENDED else None,
            )
