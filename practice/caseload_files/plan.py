"""What an import would do, row by row, before anything is stored."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from practice.caseload_files.columns import SheetName
from practice.caseload_files.episode_rows import EpisodeRow, Value
from practice.caseload_files.forms import FormAfter
from practice.caseload_files.holders import NewMember
from practice.caseload_files.problems import Problem
from practice.caseload_files.session_rows import SessionRow
from practice.caseload_files.sheets import Layout, Row, Sheet
from practice.caseload_files.stored import Stored, StoredEpisode
from practice.models import Role, Service


class Taking(StrEnum):
    """Which rows of a file with faults are to be stored."""

    EVERY_ROW = "every row, or none"
    GOOD_ROWS = "the good rows; the others are given back"


class Verdict(StrEnum):
    """What becomes of a row."""

    NEW = "added"
    CHANGED = "changed"
    SAME = "unchanged"
    NOTHING = "without a form, not stored"
    WRONG = "wrong"


@dataclass(frozen=True, kw_only=True)
class Change:
    """One field of a row that is stored already. before, after: safe to print."""

    field: str
    before: str
    after: str

    def __str__(self) -> str:
        return f"{self.field}: {self.before or '(empty)'} -> {self.after or '(empty)'}"


@dataclass(frozen=True, kw_only=True, eq=False)
class EpisodePlan:
    """A row of the episodes sheet. fields, facts: those to be set; holder: e-mail; None: as is."""

    source: EpisodeRow
    stored: StoredEpisode | None
    fields: Mapping[str, Value]
    facts: Mapping[str, Value]
    holder: str | None
    changes: tuple[Change, ...]
    verdict: Verdict

    @property
    def new_holders(self) -> tuple[str, ...]:
        """The e-mails of those who come to hold the episode by the import, earliest first."""
        before = () if self.stored else tuple(one.email for one in self.source.hand_overs)
        return (*before, *((self.holder,) if self.holder else ()))


@dataclass(frozen=True, kw_only=True, eq=False)
class SessionPlan:
    """A row of the sessions sheet. fields, forms: those to be set."""

    source: SessionRow
    stored: StoredEpisode | None
    fields: Mapping[str, Value]
    forms: Mapping[str, FormAfter]
    changes: tuple[Change, ...]
    verdict: Verdict


@dataclass(frozen=True, kw_only=True)
class RejectedRow:
    """A row that is left out because the good rows alone are taken, and why."""

    sheet: SheetName
    row: Row
    problems: tuple[Problem, ...]

    @property
    def reasons(self) -> tuple[str, ...]:
        """The problems in words."""
        return tuple(str(problem) for problem in self.problems)


@dataclass(frozen=True, kw_only=True)
class ImportPlan:
    """What would be stored of a caseload, and what stands against it.

    service: None for one that is made by the import. problems: of every row; while there is one,
    nothing can be stored. rejected: with Taking.GOOD_ROWS, the rows left out.
    """

    service: Service | None
    service_name: str
    stored: Stored
    sheets: tuple[Sheet, Sheet]
    episodes: tuple[EpisodePlan, ...]
    sessions: tuple[SessionPlan, ...]
    members: tuple[NewMember, ...]
    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...]
    rejected: tuple[RejectedRow, ...]

    @property
    def counts(self) -> Mapping[SheetName, Mapping[Verdict, int]]:
        """Rows of each sheet by what becomes of them; rejected rows count as wrong."""
        found = {
            SheetName.EPISODES: Counter(plan.verdict for plan in self.episodes),
            SheetName.SESSIONS: Counter(plan.verdict for plan in self.sessions),
        }
        for rejected in self.rejected:
            found[rejected.sheet][Verdict.WRONG] += 1
        return found

    @property
    def is_row_per_client(self) -> bool:
        """Whether the file had one row for each client, from which both sheets were made."""
        return self.sheets[0].layout is Layout.ROW_PER_CLIENT

    @property
    def everything_wrong(self) -> tuple[Problem, ...]:
        """Each problem once, of the rows that are left out and of those that are not.

        In the order of the sheets; where one row is one client, in the order of its rows.
        """
        found = [problem for row in self.rejected for problem in row.problems]
        every = dict.fromkeys([*found, *self.problems])
        if self.is_row_per_client:
            return tuple(sorted(every, key=lambda one: one.row or 0))
        return tuple(every)

    @property
    def wrong_rows(self) -> int:
        """Rows of the file that cannot be taken, or go along with one."""
        rows = {(one.row.file, one.row.number) for one in self.rejected}
        return len(rows | {(one.file, one.row) for one in self.problems if one.row is not None})

    @property
    def rows(self) -> int:
        """Rows of the file, those that cannot be taken included."""
        sheets = self.sheets[:1] if self.is_row_per_client else self.sheets
        return sum(len(sheet.rows) for sheet in sheets)

    def rows_with(self, verdict: Verdict) -> int:
        """Rows of both sheets of which this becomes."""
        return sum(counts.get(verdict, 0) for counts in self.counts.values())

    @property
    def nobody_leads(self) -> bool:
        """Whether the service has members after the import, and none who sees all of it."""
        has_members = bool(self.members or self.stored.members)
        has_lead = any(member.role is Role.LEAD for member in self.members)
        return has_members and not has_lead and not self.stored.leads

    @property
    def unknown_columns(self) -> Mapping[SheetName, tuple[str, ...]]:
        """Headings that were not recognised and are ignored."""
        return {sheet.name: sheet.unknown for sheet in self.sheets}
