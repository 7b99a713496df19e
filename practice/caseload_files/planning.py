"""Plans an import: compares every row with what is stored, and applies every rule."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from practice.caseload_files.across import (
    check_episode_is_there,
    check_twice,
    client_facts,
    warn_of_similar_references,
)
from practice.caseload_files.after import episodes_after
from practice.caseload_files.caseload import Caseload
from practice.caseload_files.columns import SheetName
from practice.caseload_files.comparing import plan_episode, plan_session
from practice.caseload_files.episode_rows import EpisodeRow, read_episode_rows
from practice.caseload_files.findings import Findings
from practice.caseload_files.forms import FormAfter, merge_form
from practice.caseload_files.holders import NO_ADDRESS, holder_of, practice_of
from practice.caseload_files.overlaps import warn_of_overlaps
from practice.caseload_files.patience import go_on
from practice.caseload_files.plan import ImportPlan, RejectedRow, Taking
from practice.caseload_files.rules import check_episode
from practice.caseload_files.services import ChosenService
from practice.caseload_files.session_rows import SessionRow, read_session_rows
from practice.caseload_files.sheets import Layout, Row
from practice.caseload_files.stored import NOTHING_STORED, Stored, StoredEpisode, load_stored
from practice.models import Practitioner

# A session that goes may leave its episode at odds with what is stored, and that takes the other
# sessions along: three rounds. More would be a rule that nobody thought of, and each takes as long
# as the whole plan.
_ROUNDS = 10


def plan_import(
    caseload: Caseload, *, chosen: ChosenService, today: dt.date, taking: Taking = Taking.EVERY_ROW
) -> ImportPlan:
    """What an import into the service would do. Reads the database; stores nothing.

    With Taking.GOOD_ROWS the rows that cannot be taken are put aside, a bad episode together with
    its sessions, until those left keep every rule. Should they not after a few rounds, their
    problems stay in the plan, and it cannot be stored.
    """
    taken = Practitioner.objects.filter(email__endswith=NO_ADDRESS)
    planning = _Planning(
        caseload=caseload,
        chosen=chosen,
        stored=load_stored(chosen.service) if chosen.service else NOTHING_STORED,
        taken=frozenset(taken.values_list("email", flat=True)),
    )
    episodes = read_episode_rows(caseload.episodes, today=today)
    sessions = read_session_rows(caseload.sessions, today=today)
    plan, findings = planning.plan(episodes, sessions)
    rejected: list[RejectedRow] = []
    rounds = _ROUNDS if taking is Taking.GOOD_ROWS else 0
    while plan.problems and rounds:
        rounds -= 1
        out = _put_aside(episodes, sessions, findings)
        rejected.extend(out)
        rows = {one.row for one in out}
        episodes = tuple(row for row in episodes if row.row not in rows)
        sessions = tuple(row for row in sessions if row.row not in rows)
        # What is left may look different without them, so every rule is asked again.
        plan, findings = planning.plan(episodes, sessions)
    return replace(
        plan, rejected=tuple(sorted(rejected, key=lambda one: (one.sheet, one.row.number)))
    )


@dataclass(frozen=True, kw_only=True)
class _Planning:
    """What stays the same however many rows are put aside."""

    caseload: Caseload
    chosen: ChosenService
    stored: Stored
    taken: frozenset[str]

    def plan(
        self, episodes: Sequence[EpisodeRow], sessions: Sequence[SessionRow]
    ) -> tuple[ImportPlan, Findings]:
        """The plan for some of the rows, and what was found about each."""
        findings = Findings()
        everything: tuple[EpisodeRow | SessionRow, ...] = (*episodes, *sessions)
        for row in everything:
            go_on()
            findings.of_row(row.row, row.problems, row.warnings)
        check_twice(episodes, sessions, findings)
        warn_of_similar_references(episodes, stored=self.stored, findings=findings)
        facts = client_facts(episodes, stored=self.stored, findings=findings)
        practice = practice_of(episodes, self.stored, taken=self.taken)
        holders = {
            row: holder_of(row, self._kept(row), practice=practice, findings=findings)
            for row in episodes
        }
        check_episode_is_there(
            sessions,
            in_file=frozenset(row.key for row in episodes if row.key is not None),
            stored=self.stored,
            findings=findings,
        )
        forms = {row: self._forms(row, findings) for row in sessions}
        after = episodes_after(episodes, sessions, stored=self.stored, forms=forms)
        for episode in after:
            go_on()
            check_episode(episode, findings)
        warn_of_overlaps(after, stored=self.stored, findings=findings)
        planned = tuple(
            plan_episode(
                row,
                self._kept(row),
                facts=facts.get(row.key[0], {}) if row.key else {},
                holder=holders[row],
                client=self.stored.clients.get(row.key[0]) if row.key else None,
                findings=findings,
            )
            for row in episodes
        )
        plan = ImportPlan(
            service=self.chosen.service,
            service_name=self.chosen.name,
            stored=self.stored,
            sheets=(self.caseload.episodes, self.caseload.sessions),
            episodes=planned,
            sessions=tuple(
                plan_session(row, self._kept(row), forms=forms[row], findings=findings)
                for row in sessions
            ),
            members=practice.new_members(email for one in planned for email in one.new_holders),
            problems=(),
            warnings=(),
            rejected=(),
        )
        # Last, because the comparisons above find things as well.
        problems = tuple(
            problem
            for row in everything
            if findings.is_wrong(row.row)
            for problem in findings.problems[row.row]
        )
        if self.caseload.layout is Layout.ROW_PER_CLIENT:
            # One cell (the client's reference) may be told of by every session made of its row.
            problems = tuple(dict.fromkeys(problems))
        return replace(plan, problems=problems, warnings=tuple(findings.warnings)), findings

    def _kept(self, row: EpisodeRow | SessionRow) -> StoredEpisode | None:
        return None if row.key is None else self.stored.episodes.get(row.key)

    def _forms(self, row: SessionRow, findings: Findings) -> Mapping[str, FormAfter]:
        go_on()
        kept = self._kept(row)
        stored = kept.forms.get((row.on, row.kind), {}) if kept and row.on and row.kind else {}
        found = {}
        for code, cells in row.forms.items():
            if not cells.sound or not (cells.is_given or code in stored):
                continue
            outcome = merge_form(cells, stored.get(code))
            if outcome.problem is not None:
                findings.refuse(row.row, outcome.problem.column, outcome.problem.message)
            for warning in outcome.warnings:
                findings.warn(row.row, warning.column, warning.message)
            if outcome.after is not None:
                found[code] = outcome.after
        return found


def _put_aside(
    episodes: Sequence[EpisodeRow], sessions: Sequence[SessionRow], findings: Findings
) -> list[RejectedRow]:
    """The rows with problems, and the sessions of the episodes among them.

    Where one row is one client, a wrong session takes its whole row along, because a row is what
    is given back.
    """
    out = []
    taken_along: dict[object, Row] = {}
    fallen = {one.row.origin for one in sessions if findings.is_wrong(one.row)} - {None}
    for row in episodes:
        if findings.is_wrong(row.row) or row.row.origin in fallen:
            out.append(_rejected(SheetName.EPISODES, row.row, findings))
            if row.key is not None:
                taken_along[row.key] = row.row
    for session in sessions:
        if findings.is_wrong(session.row):
            out.append(_rejected(SheetName.SESSIONS, session.row, findings))
        elif session.key in taken_along:
            reason = f"its episode, row {taken_along[session.key].number}, was not taken"
            problem = session.row.problem("", reason)
            # Made of the very row of its episode, it has nothing of its own to say.
            problems = (problem,) if session.row.origin is None else ()
            out.append(RejectedRow(sheet=SheetName.SESSIONS, row=session.row, problems=problems))
    return out


def _rejected(sheet: SheetName, row: Row, findings: Findings) -> RejectedRow:
    return RejectedRow(sheet=sheet, row=row, problems=tuple(findings.problems.get(row, ())))
