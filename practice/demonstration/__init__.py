"""An invented practice for the demonstration: plain rows, in the columns of the two caseload files."""

from practice.demonstration.caseload import InventedCaseload, invented_caseload

__all__ = ["InventedCaseload", "invented_caseload"]
