"""Reading and writing a caseload: the sheets `episodes` and `sessions`, as CSV or XLSX.

    sources = open_sources([Path("episodes.csv"), Path("sessions.csv")])
    caseload = read_caseload(sources)                     # UnreadableFileError
    chosen = choose_service_to_fill("My practice")        # ServiceChoiceError
    with transaction.atomic():
        plan = plan_import(caseload, chosen=chosen, today=today)
        if not plan.problems:
            store(plan, by=person, now=now)

The opposite: `write_files(folder, csv_files(export_caseload(service)), existing=Existing.KEEP)`.
"""

from practice.caseload_files.caseload import Caseload, read_caseload
from practice.caseload_files.columns import SheetName
from practice.caseload_files.export import (
    ExportedCaseload,
    csv_files,
    export_caseload,
    workbook_files,
)
from practice.caseload_files.listing import counted, listed
from practice.caseload_files.plan import ImportPlan, Taking, Verdict
from practice.caseload_files.planning import plan_import
from practice.caseload_files.problems import Problem, UnreadableFileError
from practice.caseload_files.rejected import refuse_taken_folder, write_rejected
from practice.caseload_files.services import (
    ChosenService,
    ServiceChoiceError,
    choose_service_to_fill,
)
from practice.caseload_files.sources import SourceFile, open_sources
from practice.caseload_files.storing import UnsoundPlanError, store
from practice.caseload_files.summary import summary
from practice.caseload_files.writing import Existing, WritingError, write_files

__all__ = [
    "Caseload",
    "ChosenService",
    "Existing",
    "ExportedCaseload",
    "ImportPlan",
    "Problem",
    "ServiceChoiceError",
    "SheetName",
    "SourceFile",
    "Taking",
    "UnreadableFileError",
    "UnsoundPlanError",
    "Verdict",
    "WritingError",
    "choose_service_to_fill",
    "counted",
    "csv_files",
    "export_caseload",
    "listed",
    "open_sources",
    "plan_import",
    "read_caseload",
    "refuse_taken_folder",
    "store",
    "summary",
    "workbook_files",
    "write_files",
    "write_rejected",
]
