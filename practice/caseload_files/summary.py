"""What an import would do or has done, in lines for a terminal or a page."""

import shlex
from collections.abc import Iterator

from practice.caseload_files.columns import SheetName
from practice.caseload_files.listing import listed
from practice.caseload_files.plan import EpisodePlan, ImportPlan, SessionPlan, Verdict
from practice.caseload_files.problems import shown
from practice.models import Role

_TO_SIGN_IN = "to let them sign in: python3 manage.py changepassword"


def summary(plan: ImportPlan) -> list[str]:
    """The lines: the service, the counts, what changes, what is ignored, what to look at."""
    return [
        f"Service: {shown(plan.service_name)}{'' if plan.service else ' (new)'}",
        *_members(plan),
        *(_counts(plan, sheet) for sheet in SheetName),
        *_changes(plan),
        *_matched(plan),
        *_ignored(plan),
        *(f"Warning: {line}" for line in listed(plan.warnings, noun="warning")),
    ]


def _members(plan: ImportPlan) -> Iterator[str]:
    for member in plan.members:
        leads = ", leads the service" if member.role is Role.LEAD else ""
        sign_in = "" if member.can_sign_in else f" ({_TO_SIGN_IN} {_typed(member.email)})"
        yield f"New practitioner: {shown(member.email)}{leads}{sign_in}"
        if member.stands_in:
            yield (
                "No practitioner is named in the files, and this address stands in; another one: "
                f"python3 manage.py service --email {_typed(member.email)} NEW"
            )
    if plan.nobody_leads:
        yield "Nobody leads this service yet: python3 manage.py service --lead EMAIL"


def _typed(email: str) -> str:
    # An address may hold signs that a shell would obey.
    return shlex.quote(email)


def _counts(plan: ImportPlan, sheet: SheetName) -> str:
    counts = plan.counts[sheet]
    verdicts = [Verdict.NEW, Verdict.CHANGED, Verdict.SAME]
    verdicts += [verdict for verdict in (Verdict.NOTHING, Verdict.WRONG) if counts.get(verdict)]
    numbers = ", ".join(f"{counts.get(verdict, 0)} {verdict}" for verdict in verdicts)
    return f"{sheet.capitalize()}: {numbers}"


def _changes(plan: ImportPlan) -> Iterator[str]:
    rows: tuple[EpisodePlan | SessionPlan, ...] = (*plan.episodes, *plan.sessions)
    for row in rows:
        if row.changes and row.verdict is not Verdict.WRONG:
            where = row.source.row
            words = "; ".join(str(change) for change in row.changes)
            yield f"Changed: {where.file}, row {where.number}: {words}"


def _matched(plan: ImportPlan) -> Iterator[str]:
    for sheet in plan.sheets:
        if sheet.matched:
            pairs = ", ".join(f"“{heading}” = {column}" for heading, column in sheet.matched)
            yield f"Headings taken: {pairs}"


def _ignored(plan: ImportPlan) -> Iterator[str]:
    for sheet, headings in plan.unknown_columns.items():
        if headings and plan.is_row_per_client:
            yield f"Ignored columns: {', '.join(headings)}"
            yield 'To say what one of them means: --heading "Their heading=column"'
        elif headings:
            yield f"Ignored columns of {sheet}: {', '.join(headings)}"
