"""Reading and writing a caseload: the sheets `episodes` and `sessions`, as CSV or XLSX.

One sheet with a row for each client and its scores side by side is read as well (`wide`).

    sources = open_sources([Path("episodes.csv"), Path("sessions.csv")])
    caseload = read_caseload(sources)                     # UnreadableFileError
    # or, with the practice's own headings: read_caseload(sources, meanings={"therapist": ""})
    chosen = choose_service_to_fill("My practice")        # ServiceChoiceError
    with transaction.atomic():
        plan = plan_import(caseload, chosen=chosen, today=today)
        if not plan.problems:
            store(plan, by=person, now=now)

Files brought in on the page wait as an upload: see `uploads`.

The opposite: `write_files(folder, csv_files(export_caseload(service)), existing=Existing.KEEP)`.
"""

from practice.caseload_files.caseload import Caseload, Unrecognised, read_caseload
from practice.caseload_files.columns import SheetName
from practice.caseload_files.export import (
    ExportedCaseload,
    csv_files,
    export_caseload,
    workbook_files,
)
from practice.caseload_files.headings import compared
from practice.caseload_files.listing import counted, listed
from practice.caseload_files.plan import ImportPlan, Taking, Verdict
from practice.caseload_files.planning import plan_import
from practice.caseload_files.problems import Problem, UnreadableFileError
from practice.caseload_files.questions import Questions, questions_about
from practice.caseload_files.rejected import refuse_taken_folder, write_rejected
from practice.caseload_files.said import HeadingError, read_headings
from practice.caseload_files.services import (
    ChosenService,
    ServiceChoiceError,
    choose_service_to_fill,
    service_meant,
)
from practice.caseload_files.sheets import Layout
from practice.caseload_files.sources import SourceFile, open_sources
from practice.caseload_files.storing import UnsoundPlanError, store
from practice.caseload_files.summary import summary
from practice.caseload_files.template import TEMPLATE_NAME, template
from practice.caseload_files.uploads import remembered_of
from practice.caseload_files.writing import Existing, WritingError, write_files

__all__ = [
    "TEMPLATE_NAME",
    "Caseload",
    "ChosenService",
    "Existing",
    "ExportedCaseload",
    "HeadingError",
    "ImportPlan",
    "Layout",
    "Problem",
    "Questions",
    "ServiceChoiceError",
    "SheetName",
    "SourceFile",
    "Taking",
    "UnreadableFileError",
    "Unrecognised",
    "UnsoundPlanError",
    "Verdict",
    "WritingError",
    "choose_service_to_fill",
    "compared",
    "counted",
    "csv_files",
    "export_caseload",
    "listed",
    "open_sources",
    "plan_import",
    "questions_about",
    "read_caseload",
    "read_headings",
    "refuse_taken_folder",
    "remembered_of",
    "service_meant",
    "store",
    "summary",
    "template",
    "workbook_files",
    "write_files",
    "write_rejected",
]
