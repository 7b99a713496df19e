"""Compares a row with what is stored of it: new, changed (which field, from what to what), same."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal

from practice.caseload_files.cells import tidy, tidy_line
from practice.caseload_files.episode_rows import FREE_TEXTS, EpisodeRow, Value
from practice.caseload_files.findings import Findings
from practice.caseload_files.forms import FormAfter
from practice.caseload_files.plan import Change, EpisodePlan, SessionPlan, Verdict
from practice.caseload_files.problems import shown
from practice.caseload_files.session_rows import SessionRow
from practice.caseload_files.stored import StoredEpisode
from practice.domain.endings import LeftOut
from practice.domain.measures import in_figures
from practice.models import Client, MeasureCompletion


def plan_episode(
    row: EpisodeRow,
    kept: StoredEpisode | None,
    *,
    facts: Mapping[str, Value],
    holder: str,
    client: Client | None,
    findings: Findings,
) -> EpisodePlan:
    """What becomes of a row of the episodes sheet. client: the stored one, if there is one."""
    changed_facts = {
        fact: value
        for fact, value in facts.items()
        if client is not None and getattr(client, fact) != value
    }
    changes = [_change(fact, getattr(client, fact), changed_facts[fact]) for fact in changed_facts]
    given = {
        field: None if findings.is_ignored(row.row, field) else value
        for field, value in row.fields.items()
    }
    given |= _kept_out(client, kept, given)
    if kept is None:
        # A client who is stored already may come back with a correction.
        return EpisodePlan(
            source=row,
            stored=None,
            fields=given,
            facts=facts if client is None else changed_facts,
            holder=holder,
            changes=tuple(changes),
            verdict=Verdict.WRONG if findings.is_wrong(row.row) else Verdict.NEW,
        )
    fields = {
        field: value
        for field, value in given.items()
        if _as_in_a_file(field, getattr(kept.episode, field)) != value
    }
    changes += [_change(field, getattr(kept.episode, field), fields[field]) for field in fields]
    new_holder = holder if holder != kept.holder else None
    if new_holder is not None:
        changes.append(_change("practitioner", kept.holder, new_holder))
    return EpisodePlan(
        source=row,
        stored=kept,
        fields=fields,
        facts=changed_facts,
        holder=new_holder,
        changes=tuple(changes),
        verdict=_verdict(row, changed=bool(changes), findings=findings),
    )


def _kept_out(
    client: Client | None, kept: StoredEpisode | None, given: Mapping[str, Value]
) -> Mapping[str, Value]:
    """Withdrawn consent keeps every episode out, whatever a file leaves empty: no file takes it back."""
    if client is None or client.withdrew_on is None or given.get("left_out"):
        return {}
    stored = "" if kept is None else kept.episode.left_out
    return {"left_out": stored or LeftOut.CONSENT_WITHDRAWN.value}


def plan_session(
    row: SessionRow,
    kept: StoredEpisode | None,
    *,
    forms: Mapping[str, FormAfter],
    findings: Findings,
) -> SessionPlan:
    """What becomes of a row of the sessions sheet."""
    key = None if row.on is None or row.kind is None else (row.on, row.kind)
    old_forms = kept.forms.get(key, {}) if kept and key else {}
    session = kept.sessions.get(key) if kept and key else None
    if kept is None or key is None or (session is None and not old_forms):
        if kept is not None and key is not None:
            _warn_of_another_kind(row, kept, findings)
        # A questionnaire without a form leaves nothing behind.
        if_good = Verdict.NEW if forms or not row.is_questionnaire else Verdict.NOTHING
        return SessionPlan(
            source=row,
            stored=kept,
            fields={} if row.is_questionnaire else row.fields,
            forms=forms,
            changes=(),
            verdict=Verdict.WRONG if findings.is_wrong(row.row) else if_good,
        )
    changes = []
    fields: dict[str, Value] = {}
    if session is not None:
        fields = {
            field: value
            for field, value in row.fields.items()
            if _as_in_a_file(field, getattr(session, field)) != value
        }
        changes += [_change(field, getattr(session, field), fields[field]) for field in fields]
    changed_forms = {}
    for code, form in forms.items():
        differences = _form_changes(code, old_forms.get(code), form)
        if differences:
            changed_forms[code] = form
            changes += differences
    return SessionPlan(
        source=row,
        stored=kept,
        fields=fields,
        forms=changed_forms,
        changes=tuple(changes),
        verdict=_verdict(row, changed=bool(changes), findings=findings),
    )


def _verdict(row: EpisodeRow | SessionRow, *, changed: bool, findings: Findings) -> Verdict:
    if findings.is_wrong(row.row):
        return Verdict.WRONG
    return Verdict.CHANGED if changed else Verdict.SAME


def _warn_of_another_kind(row: SessionRow, kept: StoredEpisode, findings: Findings) -> None:
    """A corrected kind looks like a new session, and the one it was meant for stays."""
    others = [kind for on, kind in kept.sessions if on == row.on]
    if others and not row.is_questionnaire:
        findings.warn(
            row.row,
            "kind",
            f"stored for this day is also: {', '.join(others)}. If the kind was corrected, correct "
            "it where the session is shown instead: an import would keep both",
        )


def _as_in_a_file(field: str, value: Value) -> Value:
    if isinstance(value, str):
        if field == "note":
            return tidy(value)
        if field in FREE_TEXTS:
            return tidy_line(value)
    return value


def _form_changes(code: str, old: MeasureCompletion | None, new: FormAfter) -> list[Change]:
    if old is None:
        return [_change(code, None, new.total if new.total is not None else "incomplete")]
    changes = []
    if old.total != new.total:
        changes.append(_change(code, old.total, new.total))
    if old.answers != new.answers:
        changes.append(_change(f"{code} items", old.answers, new.answers))
    if old.mode != new.mode:
        changes.append(_change(f"{code} mode", old.mode, new.mode))
    return changes


def _change(field: str, before: Value, after: Value) -> Change:
    if field == "note":
        # What a note says is for the page it stands on, not for a list of changes.
        return Change(field=field, before=_note(before), after=_note(after))
    return Change(field=field, before=in_words(before), after=in_words(after))


def _note(value: Value) -> str:
    return "another text" if value else ""


def in_words(value: Value) -> str:
    """A value as the file has it; "" for none."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal):
        return in_figures(value)
    if isinstance(value, dt.date):
        return value.isoformat()
    return shown(str(value))
