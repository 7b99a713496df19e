"""An invented practice for the demonstration: plain rows, in the columns of the two caseload files."""

from practice.demonstration.afterwards import InventedAfterwards, invented_afterwards
from practice.demonstration.caseload import InventedCaseload, invented_caseload
from practice.demonstration.people import PASSPHRASE, PRACTITIONERS

# Who leads the invented practice.
LEAD_EMAIL = PRACTITIONERS[0].email

__all__ = [
    "LEAD_EMAIL",
    "PASSPHRASE",
    "InventedAfterwards",
    "InventedCaseload",
    "invented_afterwards",
    "invented_caseload",
]
