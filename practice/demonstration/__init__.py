"""An invented practice for the demonstration: plain rows, in the columns of the two caseload files."""

from practice.demonstration.afterwards import InventedAfterwards, invented_afterwards
from practice.demonstration.caseload import InventedCaseload, invented_caseload
from practice.demonstration.people import PASSPHRASE, PRACTITIONERS
from practice.demonstration.supervisors import INES

# Who leads the invented practice.
LEAD_EMAIL = PRACTITIONERS[0].email
# Whom else one may look around as, with what they are.
OTHERS = (
    (PRACTITIONERS[1].email, f"{PRACTITIONERS[1].name}, a practitioner"),
    (INES.email, f"{INES.name}, a supervisor"),
)

__all__ = [
    "LEAD_EMAIL",
    "OTHERS",
    "PASSPHRASE",
    "InventedAfterwards",
    "InventedCaseload",
    "invented_afterwards",
    "invented_caseload",
]
