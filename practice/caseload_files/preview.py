"""An import as it is shown before anything is stored: counts, and lists cut to what can be read."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from practice.caseload_files.columns import SheetName
from practice.caseload_files.comparing import in_words
from practice.caseload_files.listing import counted
from practice.caseload_files.plan import EpisodePlan, ImportPlan, SessionPlan, Verdict
from practice.caseload_files.problems import Problem, shown
from practice.caseload_files.rejected import Lines, rejected_tables
from practice.caseload_files.wide import is_given_back
from practice.domain.measures import MEASURES

_MOST_SHOWN = 40
_FIRST_NEW = 10
_PROBLEM_HEAD = ("Where", "Row", "Column", "In the cell", "What would be right")
_WARNING_HEAD = ("Where", "Row", "Column", "In the cell", "Please look at it")
_CHANGE_HEAD = ("Row", "Client", "What", "From", "To")
_EPISODE_HEAD = ("Row", "Client", "Referred", "Ended", "Ending", "Sessions in the file")
_SESSION_HEAD = ("Row", "Client", "Date", "Kind", *(one.name for one in MEASURES.values()))


@dataclass(frozen=True, kw_only=True)
class Listed:
    """A list with its head; more: how many lines of it are not shown."""

    key: str
    title: str
    head: tuple[str, ...]
    lines: tuple[tuple[str, ...], ...]
    more: int

    @property
    def labelled(self) -> list[list[tuple[str, str]]]:
        """Each line as pairs of heading and cell."""
        return [list(zip(self.head, line, strict=True)) for line in self.lines]


@dataclass(frozen=True, kw_only=True)
class CountLine:
    """The rows of one sheet by what becomes of them. wrong: those left out, of `rows`."""

    title: str
    new: int
    changed: int
    same: int
    wrong: int
    rows: int


@dataclass(frozen=True, kw_only=True)
class Preview:
    """What storing would do. wrong: rows of the file that are wrong, of `rows`."""

    counts: tuple[CountLine, ...]
    rows: int
    wrong: int
    good: int
    can_store_all: bool
    can_store_good: bool
    lists: tuple[Listed, ...]
    people: tuple[str, ...]
    left_out: tuple[str, ...]
    matched: tuple[tuple[str, str], ...]
    is_row_per_client: bool
    dates: str


def preview_of(plan: ImportPlan) -> Preview:
    """The preview of a plan for the good rows."""
    counts = tuple(_count(plan, sheet) for sheet in SheetName)
    good = sum(line.new + line.changed for line in counts)
    wrong = plan.wrong_rows
    return Preview(
        counts=counts,
        rows=plan.rows,
        wrong=wrong,
        good=good,
        can_store_all=not wrong and not plan.problems and bool(good),
        can_store_good=bool(wrong) and not plan.problems and bool(good),
        lists=tuple(
            _cut(key, title, head, lines, shown_lines=number)
            for key, (title, head, lines, number) in _lists(plan).items()
            if lines
        ),
        people=tuple(_people(plan)),
        left_out=tuple(
            dict.fromkeys(
                heading
                for headings in plan.unknown_columns.values()
                for heading in headings
                if not is_given_back(heading)
            )
        ),
        matched=tuple(pair for sheet in plan.sheets for pair in sheet.matched),
        is_row_per_client=plan.is_row_per_client,
        dates=_dates(plan),
    )


def _dates(plan: ImportPlan) -> str:
    """What the dates of a row per client were taken for; "" where the file says it itself."""
    if not plan.is_row_per_client:
        return ""
    forms = sum(row.source.is_questionnaire for row in plan.sessions)
    sessions = len(plan.sessions) - forms
    parts = []
    if sessions:
        parts.append(
            f"{counted(sessions, 'date')} taken as attended sessions unless the file says otherwise"
        )
    if forms:
        parts.append(f"{counted(forms, 'date')} taken as forms filled in without a meeting")
    return ", ".join(parts)


def tables_of(plan: ImportPlan, key: str) -> Mapping[str, Lines] | None:
    """A whole list to download, by its key; "rows": the wrong rows themselves. None: no such."""
    if key == "rows":
        return rejected_tables(plan)
    found = _lists(plan).get(key)
    if found is None:
        return None
    title, head, lines, _ = found
    return {title.lower(): [head, *lines]}


Everything = Mapping[str, tuple[str, tuple[str, ...], Sequence[tuple[str, ...]], int]]


def _lists(plan: ImportPlan) -> Everything:
    return {
        "wrong": (
            "What is wrong",
            _PROBLEM_HEAD,
            [_problem(one) for one in plan.everything_wrong],
            _MOST_SHOWN,
        ),
        "warnings": (
            "Worth a second look",
            _WARNING_HEAD,
            [_problem(one) for one in dict.fromkeys(plan.warnings)],
            _MOST_SHOWN,
        ),
        "changed": ("What changes", _CHANGE_HEAD, list(_changes(plan)), _MOST_SHOWN),
        "episodes": ("New episodes", _EPISODE_HEAD, list(_new_episodes(plan)), _FIRST_NEW),
        "sessions": (
            "New sessions and forms",
            _SESSION_HEAD,
            list(_new_sessions(plan)),
            _FIRST_NEW,
        ),
    }


def _cut(
    key: str,
    title: str,
    head: tuple[str, ...],
    lines: Sequence[tuple[str, ...]],
    *,
    shown_lines: int,
) -> Listed:
    first = tuple(islice(lines, shown_lines))
    return Listed(key=key, title=title, head=head, lines=first, more=len(lines) - len(first))


def _count(plan: ImportPlan, sheet: SheetName) -> CountLine:
    counts = plan.counts[sheet]
    return CountLine(
        title=str(sheet).capitalize(),
        new=counts.get(Verdict.NEW, 0),
        changed=counts.get(Verdict.CHANGED, 0),
        same=counts.get(Verdict.SAME, 0) + counts.get(Verdict.NOTHING, 0),
        wrong=counts.get(Verdict.WRONG, 0),
        rows=sum(counts.values()),
    )


def _problem(problem: Problem) -> tuple[str, ...]:
    row = "" if problem.row is None else str(problem.row)
    return problem.file, row, problem.column, problem.value, problem.message


def _changes(plan: ImportPlan) -> Iterator[tuple[str, ...]]:
    rows: Iterable[EpisodePlan | SessionPlan] = (*plan.episodes, *plan.sessions)
    for row in rows:
        if row.verdict is Verdict.WRONG:
            continue
        for change in row.changes:
            name = row.source.row.names.get(change.field, change.field)
            yield (
                row.source.row.label,
                _client(row),
                shown(name),
                change.before,
                change.after,
            )


def _client(row: EpisodePlan | SessionPlan) -> str:
    if row.source.key is None:
        return ""
    client, number = row.source.key
    return client if number == 1 else f"{client}, episode {number}"


def _new_episodes(plan: ImportPlan) -> Iterator[tuple[str, ...]]:
    sessions = Counter(one.source.key for one in plan.sessions)
    for row in plan.episodes:
        if row.verdict is Verdict.NEW:
            fields = row.source.fields
            yield (
                str(row.source.row.number),
                _client(row),
                in_words(fields.get("referred_on")),
                in_words(fields.get("ended_on")),
                in_words(fields.get("ending")),
                str(sessions[row.source.key]),
            )


def _new_sessions(plan: ImportPlan) -> Iterator[tuple[str, ...]]:
    for row in plan.sessions:
        if row.verdict is Verdict.NEW:
            totals = (row.forms[code].total if code in row.forms else None for code in MEASURES)
            yield (
                str(row.source.row.number),
                _client(row),
                in_words(row.source.on),
                (row.source.kind or "").replace("_", " "),
                *(in_words(total) for total in totals),
            )


def _people(plan: ImportPlan) -> Iterator[str]:
    for member in plan.members:
        if member.stands_in:
            yield (
                "No practitioner is named in the file, and the practice has nobody yet: an account "
                f"{member.email} stands in."
            )
            continue
        sign_in = "" if member.can_sign_in else " They cannot sign in until you invite them."
        yield f"{shown(member.email)} becomes a member of the practice.{sign_in}"


def in_sentence(plan: ImportPlan) -> str:
    """What was stored, such as "2 episodes and 12 sessions added, 0 episodes and 1 session ..."."""
    parts = []
    for verdict in (Verdict.NEW, Verdict.CHANGED):
        numbers = [plan.counts[sheet].get(verdict, 0) for sheet in SheetName]
        if any(numbers):
            words = zip(numbers, ("episode", "session"), strict=True)
            parts.append(f"{' and '.join(counted(*one) for one in words)} {verdict}")
    return ", ".join(parts)
