"""Invented caseloads for tests, written as the two caseload files. No row is or was a person.

The same seed always gives the same caseload. It is made to be awkward: dates, waits, silences and
changes of score fall on the edges of the rules far more often than in life, and every kind,
attendance, ending and reason to leave an episode out occurs once there are a few hundred clients.
Every file is valid: what the import refuses has tests of its own.
"""

import csv
import datetime as dt
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

# The year that the edges are put around.
FIRST_DAY, LAST_DAY = dt.date(2024, 4, 1), dt.date(2025, 3, 31)
# No row is dated after this, so that no import ever meets a date in its future.
NO_LATER_THAN = dt.date(2025, 9, 30)
PRACTITIONERS = ("p0@example.org", "p1@example.org", "p2@example.org")

ITEMS = {"phq9": 9, "gad7": 7, "core10": 10}
TOP_ANSWER = {"phq9": 3, "gad7": 3, "core10": 4}
RISK_COLUMN = {"phq9": "phq9_9", "core10": "core10_6"}

PLANNED = (
    "planned_from_outset",
    "agreed_during_therapy",
    "agreed_at_end",
    "other_planned",
    "planned",
    "46",
)
UNPLANNED = (
    "crisis",
    "loss_of_contact",
    "did_not_wish_to_continue",
    "other_unplanned",
    "ended_by_service",
    "unplanned",
    "47",
    "48",
)
LEFT_OUT = (
    "under_18",
    "couple_or_family",
    "consent_withdrawn",
    "test_record",
    "assessment_only_contract",
)
TREATING = (
    *("treatment",) * 8,
    "",
    "2",
    "assessment_and_treatment",
    "3",
    "review_and_treatment",
    "5",
)
NOT_TREATING = ("assessment", "1", "review", "4", "other", "7")
SEEN = (*("attended",) * 6, "", "5", "05", "late", "6")
NOT_SEEN = (
    "dna",
    "3",
    "late_not_seen",
    "7",
    "cancelled_by_client",
    "2",
    "cancelled_by_practitioner",
    "04",
)
PLAIN_KIND = {
    "": "treatment",
    "1": "assessment",
    "2": "treatment",
    "3": "assessment_and_treatment",
    "4": "review",
    "5": "review_and_treatment",
    "6": "follow_up",
    "7": "other",
}

EPISODE_COLUMNS = [
    *("client", "episode", "practitioner", "referred_on", "source", "contract", "problem"),
    *("therapy", "gender", "birth_year", "planned_sessions", "ended_on", "ending"),
    *("wished_to_continue", "left_out", "problem_2", "problem_3", "earlier_therapy", "note"),
]
SESSION_COLUMNS = [
    *("client", "episode", "date", "kind", "attendance", "medium", "minutes", "fee", "mode"),
    *ITEMS,
    *(f"{measure}_{number}" for measure, last in ITEMS.items() for number in range(1, last + 1)),
]

Row = dict[str, str]


@dataclass(kw_only=True)
class Caseload:
    """The rows of the two files."""

    episodes: list[Row] = field(default_factory=list)
    sessions: list[Row] = field(default_factory=list)

    def write(self, folder: Path, *, awkwardly: random.Random | None = None) -> tuple[Path, Path]:
        """Write episodes.csv and sessions.csv.

        awkwardly: with the byte-order mark, the semicolons, the day-first dates, the shouted
        headings and the order of columns that the format allows.
        """
        pair = []
        for name, columns, rows in (
            ("episodes", EPISODE_COLUMNS, self.episodes),
            ("sessions", SESSION_COLUMNS, self.sessions),
        ):
            path = folder / f"{name}.csv"
            _write(path, columns, rows, awkwardly)
            pair.append(path)
        return pair[0], pair[1]


def _write(path: Path, columns: list[str], rows: list[Row], rng: random.Random | None) -> None:
    headings, separator, encoding = {name: name for name in columns}, ",", "utf-8"
    if rng is not None:
        columns = rng.sample(columns, k=len(columns))
        headings = {name: rng.choice((name, name.upper(), f" {name} ")) for name in columns}
        separator = rng.choice(",;")
        encoding = rng.choice(("utf-8", "utf-8-sig"))
    with path.open("w", newline="", encoding=encoding) as file:
        writer = csv.writer(file, delimiter=separator)
        writer.writerow([headings[name] for name in columns])
        for row in rows:
            writer.writerow([_cell(name, row.get(name, ""), rng) for name in columns])


def _cell(name: str, value: str, rng: random.Random | None) -> str:
    dated = name in {"date", "referred_on", "ended_on"} and value
    if rng is not None and dated and rng.random() < 0.3:
        return dt.date.fromisoformat(value).strftime("%d/%m/%Y")
    return value


def invent(
    seed: int, *, clients: int = 60, practitioners: Sequence[str] = PRACTITIONERS
) -> Caseload:
    """An invented caseload of so many clients, some of whom come back."""
    rng = random.Random(seed)  # noqa: S311 - repeatable, not secret
    caseload = Caseload()
    for number in range(clients):
        _client(rng, caseload, f"C-{seed}-{number:04d}", practitioners)
    # Only the order of one day's rows may matter.
    rng.shuffle(caseload.sessions)
    return caseload


def _client(
    rng: random.Random, caseload: Caseload, client: str, practitioners: Sequence[str]
) -> None:
    facts = {
        "gender": rng.choice(("female", "male", "non-binary", "other", "not stated", "")),
        "birth_year": rng.choice(("", str(rng.randint(1940, 2005)))),
    }
    earliest = FIRST_DAY - dt.timedelta(days=500)
    for number in range(1, rng.choice((1, 1, 1, 2, 3)) + 1):
        referred_on = earliest + dt.timedelta(days=rng.randint(0, 400))
        if referred_on > NO_LATER_THAN - dt.timedelta(days=20):
            return
        name = {"client": client, "episode": str(number)}
        episode = name | facts | {"practitioner": rng.choice(practitioners)}
        last_day = _episode(rng, caseload, episode, referred_on)
        caseload.episodes.append(episode)
        if not episode.get("ended_on"):
            return
        earliest = last_day + dt.timedelta(days=1)


def _episode(rng: random.Random, caseload: Caseload, episode: Row, referred_on: dt.date) -> dt.date:
    """Fill in one episode, add its sessions, and return the last day anything happened."""
    rows = _sessions(rng, _days(rng, referred_on))
    treated = any(_treats(row) for row in rows)
    last = max((dt.date.fromisoformat(row["date"]) for row in rows), default=referred_on)
    episode |= {
        "referred_on": referred_on.isoformat(),
        "source": rng.choice(("self", "GP", "employer", "")),
        "contract": rng.choice(("private", "EAP North", "charity", "")),
        "problem": rng.choice(("depression", "anxiety", "bereavement", "")),
        "therapy": rng.choice(("CBT", "counselling", "psychodynamic", "")),
        "planned_sessions": rng.choice(("", "6", "12")),
        "problem_2": rng.choice(("", "", "sleep")),
        "problem_3": rng.choice(("", "", "", "work")),
        "earlier_therapy": rng.choice(("", "none", "once", "more")),
        "note": rng.choice(("", "", "invented")),
        "left_out": rng.choice(LEFT_OUT) if rng.random() < 0.08 else "",
    }
    ended_on = _ended_on(rng, last)
    if ended_on is not None:
        episode["ended_on"] = ended_on.isoformat()
        episode |= _ending(rng, treated=treated)
        rows += _after_the_end(rng, ended_on)
        last = max([ended_on, *(dt.date.fromisoformat(row["date"]) for row in rows)])
    _add_scores(rng, rows)
    name = {"client": episode["client"], "episode": episode["episode"]}
    caseload.sessions += [name | row for row in rows]
    return last


def _days(rng: random.Random, referred_on: dt.date) -> list[dt.date]:
    """When the sessions of an episode were: weekly at heart, with pauses that sit on the edges."""
    day = referred_on + dt.timedelta(days=rng.choice((0, 3, 10, 20, 41, 42, 43, 125, 126, 127)))
    days = []
    for _ in range(rng.choice((0, 0, 1, 1, 2, 2, 3, 4, 6, 9, 14))):
        days.append(day)
        day += dt.timedelta(days=rng.choice((1, 7, 7, 7, 7, 14, 21, 61)))
    if days and rng.random() < 0.3:
        # The silence of an open episode is measured from the period's last day.
        days.append(LAST_DAY - dt.timedelta(days=rng.choice((59, 60, 61, 62, 90, 0))))
    return sorted({day for day in days if referred_on <= day <= NO_LATER_THAN})


def _sessions(rng: random.Random, days: list[dt.date]) -> list[Row]:
    rows: list[Row] = []
    for day in days:
        rows.append(_session(rng, day, first=not rows))
        if rng.random() < 0.15:
            rows += _more_of_the_same_day(rng, day, {PLAIN_KIND.get(k := rows[-1]["kind"], k)})
    return rows


def _session(rng: random.Random, day: dt.date, *, first: bool) -> Row:
    kind = rng.choice(TREATING if rng.random() < 0.85 else NOT_TREATING)
    if first and rng.random() < 0.4:
        kind = "assessment"
    elif rng.random() < 0.04:
        kind = rng.choice(("follow_up", "6"))
    return {
        "date": day.isoformat(),
        "kind": kind,
        "attendance": rng.choice(SEEN if rng.random() < 0.8 else NOT_SEEN),
        "medium": rng.choice(("face_to_face", "telephone", "video", "", "1", "11", "98")),
        "minutes": rng.choice(("50", "60", "")),
        "fee": rng.choice(("55.00", "0", "")),
    }


def _more_of_the_same_day(rng: random.Random, day: dt.date, taken: set[str]) -> list[Row]:
    """One or two further rows, each of a kind that the day does not have yet."""
    rows = []
    for kind in rng.sample(("assessment", "treatment", "review", "questionnaire"), k=2):
        if kind not in taken:
            row = {"date": day.isoformat(), "kind": kind}
            rows.append(row if kind == "questionnaire" else row | {"attendance": rng.choice(SEEN)})
    return rows


def _treats(row: Row) -> bool:
    return row["kind"] in TREATING and row.get("attendance", "") in SEEN


def _ended_on(rng: random.Random, last: dt.date) -> dt.date | None:
    """No end, or one not before the last session: often just about the edges of the year."""
    edges = [
        edge + dt.timedelta(days=days)
        for edge in (FIRST_DAY, LAST_DAY)
        for days in (-1, 0, 1)
        if edge + dt.timedelta(days=days) >= last
    ]
    drawn = rng.random()
    if drawn < 0.25:
        return None
    if edges and drawn < 0.5:
        return rng.choice(edges)
    return min(last + dt.timedelta(days=rng.choice((0, 0, 1, 7, 30, 90))), NO_LATER_THAN)


def _ending(rng: random.Random, *, treated: bool) -> Row:
    drawn = rng.random()
    if not treated and drawn < 0.3:
        return {"ending": "referred_on"}
    if drawn < 0.10:
        return {"ending": rng.choice(("", "96"))}
    if drawn < 0.15:
        return {"ending": rng.choice(("died", "49"))}
    return {
        "ending": rng.choice(PLANNED if drawn < 0.65 else UNPLANNED),
        # Asked of a planned ending, but somebody will fill it in elsewhere.
        "wished_to_continue": rng.choice(("", "", "no", "yes")),
    }


def _after_the_end(rng: random.Random, ended_on: dt.date) -> list[Row]:
    rows: list[Row] = []
    for kind in ("follow_up", "questionnaire"):
        day = ended_on + dt.timedelta(days=rng.choice((1, 30, 90)))
        if rng.random() < 0.2 and day <= NO_LATER_THAN:
            row = {"date": day.isoformat(), "kind": kind}
            rows.append(row if kind == "questionnaire" else row | {"attendance": rng.choice(SEEN)})
    return rows


def _add_scores(rng: random.Random, rows: list[Row]) -> None:
    """Scores that wander, by steps that are often exactly the reliable change or one less."""
    often = {measure: rng.choice((0, 0.5, 0.9, 0.9)) for measure in ITEMS}
    level = {measure: rng.randint(0, ITEMS[measure] * TOP_ANSWER[measure]) for measure in ITEMS} | {
        "phq9": rng.choice((9, 10, 15, 16, 20)),
        "gad7": rng.choice((7, 8, 11, 12, 18)),
    }
    for row in sorted(rows, key=lambda row: row["date"]):
        row["mode"] = rng.choice(("", "self", "practitioner", "transcribed"))
        for measure, chance in often.items():
            if rng.random() < chance:
                row.update(_form(rng, measure, level[measure]))
            step = rng.choice((-8, -6, -5, -4, -3, -1, 0, 0, 3, 4, 5, 6))
            most = ITEMS[measure] * TOP_ANSWER[measure]
            level[measure] = min(max(level[measure] + step, 0), most)


def _form(rng: random.Random, measure: str, total: int) -> Row:
    """One form: a total, a total with its risk item, all items, all but some, or all of it."""
    style = rng.choice(("total", "total", "risk", "items", "both", "incomplete", "one_missing"))
    if style == "total":
        return {measure: str(total)}
    if style == "risk" and measure in RISK_COLUMN:
        return {measure: str(total), RISK_COLUMN[measure]: rng.choice("01")}
    answers = _answers(rng, measure, total)
    columns = {f"{measure}_{number}": str(tick) for number, tick in enumerate(answers, start=1)}
    if style == "both":
        return columns | {measure: str(total)}
    if style == "incomplete":
        for name in rng.sample(sorted(columns), k=rng.randint(2, len(columns))):
            del columns[name]
    elif style == "one_missing":
        del columns[rng.choice(sorted(columns))]
        if measure == "core10" and rng.random() < 0.5:
            return {measure: _pro_rated(rng, columns)}
    return columns


def _answers(rng: random.Random, measure: str, total: int) -> list[int]:
    """Answers as ticked that add up to the total, CORE-10's positive items turned round."""
    points = [0] * ITEMS[measure]
    for _ in range(total):
        item = rng.choice([i for i, p in enumerate(points) if p < TOP_ANSWER[measure]])
        points[item] += 1
    if measure == "core10":
        points[1], points[2] = 4 - points[1], 4 - points[2]
    return points


def _pro_rated(rng: random.Random, columns: Row) -> str:
    """The total of nine CORE-10 items as a person writes it: to one or to two decimals."""
    raw = sum(
        4 - int(tick) if name in {"core10_2", "core10_3"} else int(tick)
        for name, tick in columns.items()
    )
    if raw % 9 == 0:
        return str(raw // 9 * 10)
    return f"{raw * 10 / 9:.{rng.choice((1, 2))}f}"
