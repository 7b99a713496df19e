"""The invented caseload of the demonstration: valid, the same every time, and believable."""

import csv
import datetime as dt
import re
import time
from collections import Counter, defaultdict
from functools import cache
from io import StringIO
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import pytest
from django.core.management import call_command
from django.utils import timezone

from practice.caseload_files import (
    choose_service_to_fill,
    open_sources,
    plan_import,
    read_caseload,
)
from practice.demonstration import InventedCaseload, invented_caseload
from practice.demonstration.open_cases import Signal
from practice.demonstration.people import EAP
from practice.demonstration.rows import EPISODE_COLUMNS, SESSION_COLUMNS, Row, row
from practice.demonstration.story import resolutions, turned_on
from tests import oracle
from tests.oracle import Json

ORDINARY_DAY = dt.date(2026, 11, 22)
DAYS = [
    ORDINARY_DAY,
    dt.date(2026, 12, 31),
    dt.date(2027, 1, 1),
    dt.date(2027, 1, 4),
    dt.date(2027, 8, 31),
    dt.date(2028, 2, 29),
    dt.date(2028, 3, 1),
    dt.date(2029, 6, 30),
]
each_day = pytest.mark.parametrize("today", DAYS, ids=str)
ZOE, LUKASZ, WYN = "zoe@demo.invalid", "lukasz@demo.invalid", "wyn@demo.invalid"

# What follows is written out again from the format's description, and shares no code with the
# program, so that a misreading of a rule is not made twice.
SEEN = ["attended", "late"]
TREATING = ["treatment", "assessment_and_treatment", "review_and_treatment"]
WORDS = {
    "kind": [*TREATING, "assessment", "review", "follow_up", "other", "questionnaire"],
    "attendance": [
        *SEEN,
        *("late_not_seen", "dna", "cancelled_by_client", "cancelled_by_practitioner"),
    ],
    "medium": ["face_to_face", "telephone", "video", ""],
    "mode": ["self", "practitioner", "transcribed", ""],
    "gender": ["female", "male", "non-binary", "other", "not stated"],
    "earlier_therapy": ["none", "once", "more", ""],
    "wished_to_continue": ["yes", "no", ""],
    "left_out": ["", "under_18", "couple_or_family", "consent_withdrawn"],
    "ending": [
        *oracle.PLANNED,
        *oracle.UNPLANNED,
        *("died", "referred_on", ""),
    ],
}
TOP = {"phq9": (9, 3), "gad7": (7, 3), "core10": (10, 4)}


@cache
def caseload_of(today: dt.date) -> InventedCaseload:
    """Made once for all tests that only look at it: whoever changes a row makes one of their own."""
    return invented_caseload(today)


def day_of(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def faults_of_episode(cells: Row, sessions: list[Row], today: dt.date) -> list[str]:
    """Every rule about one episode and its sessions together that does not hold."""
    faults = []
    referred = day_of(cells["referred_on"])
    ended = day_of(cells["ended_on"]) if cells["ended_on"] else None
    if not re.fullmatch(r"[ZLW]-[0-9]{3}", cells["client"]):
        faults.append("the reference")
    if referred > today or (ended and not referred <= ended <= today):
        faults.append("the dates of the episode")
    if ended is None and (cells["ending"] or cells["wished_to_continue"]):
        faults.append("an ending without an end")
    if cells["wished_to_continue"] and cells["ending"] not in oracle.PLANNED:
        faults.append("a wish without a planned ending")
    age = referred.year - int(cells["birth_year"])
    if not (15 <= age <= 17 if cells["left_out"] == "under_18" else 18 <= age <= 80):
        faults.append(f"aged {age}")
    return faults + [
        f"{fault}, {session['date']}"
        for session in sessions
        for fault in faults_of_session(cells, session, today)
    ]


def faults_of_session(episode: Row, session: Row, today: dt.date) -> list[str]:
    """Every rule about one session of an episode that does not hold."""
    faults = []
    is_form = session["kind"] == "questionnaire"
    is_treatment = session["kind"] in TREATING and session["attendance"] in SEEN
    has_score = any(session[name] for name in SESSION_COLUMNS if re.match("phq|gad|core", name))
    is_after = "" < episode["ended_on"] < session["date"]
    if not episode["referred_on"] <= session["date"] <= today.isoformat():
        faults.append("before the referral or after today")
    if is_after and has_score and session["kind"] not in ("follow_up", "questionnaire"):
        faults.append("a score after the end")
    if is_treatment and (is_after or episode["ending"] == "referred_on"):
        faults.append("a treatment that should not be")
    if is_form and not has_score:
        faults.append("a questionnaire without a form")
    if is_form and any(session[name] for name in ("attendance", "medium", "minutes", "fee")):
        faults.append("a questionnaire with a meeting")
    return faults


def faults_of_form(cells: Row, measure: str) -> list[str]:
    """A total in range; all items, or a total alone, or the risk item beside a total."""
    count, top = TOP[measure]
    items = [cells[f"{measure}_{number}"] for number in range(1, count + 1)]
    given = [int(item) for item in items if item]
    if any(not 0 <= item <= top for item in given):
        return ["an item out of range"]
    if cells[measure]:
        total = int(cells[measure])
        only_risk = measure == "phq9" and len(given) == 1 and items[8] != ""
        fits = not given or given[0] <= total <= 24 + given[0]
        if not 0 <= total <= count * top or (given and not only_risk) or not fits:
            return [f"{measure} {total} with {given}"]
    elif given and len(given) < count - (measure == "core10"):
        return [f"{len(given)} items of {measure}"]
    return []


def faults(invented: InventedCaseload) -> list[str]:
    """Every rule of the two files that does not hold."""
    found = []
    sessions = defaultdict(list)
    for cells in invented.sessions:
        sessions[cells["client"], cells["episode"]].append(cells)
        for measure in TOP:
            found += faults_of_form(cells, measure)
    keys = [(cells["client"], cells["episode"]) for cells in invented.episodes]
    days = [
        tuple(cells[name] for name in ("client", "episode", "date", "kind"))
        for cells in invented.sessions
    ]
    if len(set(days)) != len(days):
        found.append("two of a kind on one day")
    if len(set(keys)) != len(keys) or not set(sessions) <= set(keys):
        found.append("episodes and sessions do not belong together")
    facts = defaultdict(set)
    for cells in invented.episodes:
        key = (cells["client"], cells["episode"])
        facts[cells["client"]].add((cells["gender"], cells["birth_year"]))
        found += [
            f"{key}: {fault}" for fault in faults_of_episode(cells, sessions[key], invented.today)
        ]
    found += [client for client, several in facts.items() if len(several) > 1]
    for cells in [*invented.episodes, *invented.sessions]:
        is_form = cells.get("kind") == "questionnaire"
        for column, words in WORDS.items():
            if cells.get(column, words[0]) not in words and not (is_form and not cells[column]):
                found.append(f"{column}: {cells[column]}")
    return found


def written(invented: InventedCaseload, folder: Path) -> list[Path]:
    """The two files, as the demonstration brings them in."""
    paths = []
    for name, columns, rows in (
        ("episodes", EPISODE_COLUMNS, invented.episodes),
        ("sessions", SESSION_COLUMNS, invented.sessions),
    ):
        path = folder / f"{name}.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, fieldnames=columns)
            writer.writeheader()
            writer.writerows(rows)
        paths.append(path)
    return paths


@cache
def episodes_of(today: dt.date) -> list[Json]:
    """As the second implementation reads the two files: once for all tests."""
    with TemporaryDirectory() as folder:
        return oracle.read_episodes(*written(caseload_of(today), Path(folder)))


def figures(today: dt.date, practitioner: str | None = None) -> Json:
    """Of the twelve months up to that day, by the second implementation."""
    first = today - dt.timedelta(days=364)
    return oracle.outcomes_of(episodes_of(today), first, today, practitioner)


def sessions_of(invented: InventedCaseload, signal: Signal) -> list[Row]:
    """What an open client made to order has come to, earliest first."""
    reference = invented.signals[signal]
    (episode,) = [cells for cells in invented.episodes if cells["client"] == reference]
    assert episode["ended_on"] == ""
    return [cells for cells in invented.sessions if cells["client"] == reference]


@each_day
def test_every_rule_of_the_files_holds(today: dt.date) -> None:
    invented = caseload_of(today)
    assert faults(invented) == []
    assert {tuple(cells) for cells in invented.episodes} == {EPISODE_COLUMNS}
    assert {tuple(cells) for cells in invented.sessions} == {SESSION_COLUMNS}


def test_the_checker_sees_a_fault() -> None:
    """A checker that finds nothing in good rows must find something in bad ones."""
    invented = invented_caseload(ORDINARY_DAY)
    treated = next(cells for cells in invented.sessions if cells["kind"] == "treatment")
    treated["date"] = "2019-01-01"
    treated["phq9"] = "28"
    ended = next(cells for cells in invented.episodes if cells["ending"])
    ended["ended_on"] = ""
    assert len(faults(invented)) >= 3


@each_day
@pytest.mark.django_db
def test_the_import_takes_it_without_a_word(today: dt.date, tmp_path: Path) -> None:
    invented = caseload_of(today)
    caseload = read_caseload(open_sources(written(invented, tmp_path)))
    plan = plan_import(caseload, chosen=choose_service_to_fill(invented.service), today=today)
    assert [str(problem) for problem in plan.problems] == []
    assert [str(warning) for warning in plan.warnings] == []
    assert {member.email for member in plan.members} == set(invented.practitioners)


@pytest.mark.django_db
def test_the_command_brings_it_in_and_a_second_time_changes_nothing(tmp_path: Path) -> None:
    invented = caseload_of(timezone.localdate())
    paths = [str(path) for path in written(invented, tmp_path)]
    said = []
    for _ in range(2):
        out, err = StringIO(), StringIO()
        call_command(
            "import_caseload", *paths, "--service", invented.service, stdout=out, stderr=err
        )
        assert err.getvalue() == ""
        assert "Warning" not in out.getvalue()
        said.append(out.getvalue())
    assert f"Episodes: {len(invented.episodes)} added, 0 changed, 0 unchanged" in said[0]
    assert f"Sessions: 0 added, 0 changed, {len(invented.sessions)} unchanged" in said[1]


def test_same_day_and_seed_same_rows() -> None:
    first, again = invented_caseload(ORDINARY_DAY), invented_caseload(ORDINARY_DAY)
    other = invented_caseload(ORDINARY_DAY, seed=2)
    assert first == again
    assert first.sessions != other.sessions
    assert faults(other) == []


def test_a_later_day_of_the_month_only_adds_what_has_come_since() -> None:
    earlier, later = caseload_of(dt.date(2026, 11, 2)), caseload_of(ORDINARY_DAY)
    made = set(earlier.signals.values()) | set(later.signals.values())

    def history(invented: InventedCaseload) -> list[Row]:
        return [
            cells
            for cells in invented.sessions
            if cells["client"] not in made and cells["date"] <= "2026-11-02"
        ]

    assert history(earlier) == history(later)
    assert len(later.sessions) > len(earlier.sessions)


def test_is_quick() -> None:
    begun = time.process_time()
    for _ in range(3):
        invented_caseload(ORDINARY_DAY)
    assert (time.process_time() - begun) / 3 < 0.5


def test_a_column_that_the_files_do_not_have_is_refused() -> None:
    with pytest.raises(KeyError, match="phq8"):
        row(SESSION_COLUMNS, {"phq8": "3"})


def test_names_stand_beside_the_rows_and_in_none_of_them() -> None:
    invented = caseload_of(ORDINARY_DAY)
    assert invented.practitioners == {
        ZOE: "Zoë Marsh",
        LUKASZ: "Łukasz Nowak",
        WYN: "Ŵyn Pritchard",
    }
    text = " ".join(cell for cells in invented.episodes for cell in cells.values())
    assert "Marsh" not in text
    assert "Nowak" not in text
    assert "Pritchard" not in text
    assert "(invented)" in invented.service


@each_day
def test_three_practices_of_three_sizes(today: dt.date) -> None:
    invented = caseload_of(today)
    ended = {who: figures(today, who)["ended"]["episodes"] for who in invented.practitioners}
    still_open = Counter(
        cells["practitioner"] for cells in invented.episodes if not cells["ended_on"]
    )
    assert 38 <= ended[ZOE] <= 52
    assert 24 <= ended[LUKASZ] <= 35
    assert ended[WYN] == 7
    assert 13 <= still_open[ZOE] <= 24
    assert 8 <= still_open[LUKASZ] <= 15
    assert still_open[WYN] == 8
    oldest = min(day_of(cells["referred_on"]) for cells in invented.episodes)
    assert 35 * 30 <= (today - oldest).days <= 38 * 31


@each_day
def test_rates_are_believable(today: dt.date) -> None:
    everybody, zoe = figures(today), figures(today, ZOE)
    # A verdict beside a published rate needs nine in ten.
    assert zoe["iapt"]["paired"] / zoe["iapt"]["finished_course"] >= 0.92
    assert 54 <= everybody["rates"]["planned_declared"]["pct"] <= 70
    assert 0 < everybody["endings"]["not_recorded"] / everybody["ended"]["episodes"] <= 0.09
    assert 0.03 <= everybody["ended"]["before_treatment"] / everybody["ended"]["episodes"] <= 0.11
    iapt = everybody["iapt"]
    assert 0.55 <= iapt["reliable_improvement"] / iapt["paired"] <= 0.78
    assert 0.01 <= iapt["reliable_deterioration"] / iapt["paired"] <= 0.13
    assert 36 <= everybody["rates"]["recovery_iapt"]["pct"] <= 60
    assert 12 <= everybody["phq9"]["mean_first"] <= 17
    assert 11 <= everybody["gad7"]["mean_first"] <= 15.5
    assert 17 <= everybody["core10"]["mean_first"] <= 23
    # Only the two made to order have fallen silent.
    assert everybody["endings"]["silent_open"] == 2


def test_one_practice_loses_more_clients_and_scores() -> None:
    """Over all 36 months, because twelve of one practitioner are few."""
    episodes = episodes_of(ORDINARY_DAY)
    zoe, lukasz = (
        oracle.outcomes_of(episodes, dt.date(2023, 11, 1), ORDINARY_DAY, who)
        for who in (ZOE, LUKASZ)
    )
    planned, fewer = (one["rates"]["planned_declared"]["pct"] for one in (zoe, lukasz))
    assert 45 <= fewer <= planned - 4
    paired = lukasz["iapt"]["paired"] / lukasz["iapt"]["finished_course"]
    assert 0.6 <= paired <= 0.8


@each_day
def test_attendance_is_believable(today: dt.date) -> None:
    invented = caseload_of(today)
    kept = Counter(cells["attendance"] for cells in invented.sessions if cells["attendance"])
    total = sum(kept.values())
    assert 0.055 <= kept["dna"] / total <= 0.09
    cancelled = kept["cancelled_by_client"] + kept["cancelled_by_practitioner"]
    assert 0.07 <= cancelled / total <= 0.11
    assert 0.02 <= kept["late"] / total <= 0.06
    media = Counter(cells["medium"] for cells in invented.sessions if cells["medium"])
    assert media["video"] + media["face_to_face"] > 8 * media["telephone"]
    # Closed between the years, and never at a weekend.
    on = {day_of(cells["date"]) for cells in invented.sessions if cells["attendance"]}
    assert not {
        day for day in on if (day.month, day.day) >= (12, 24) or (day.month, day.day) <= (1, 2)
    }
    assert {day.weekday() for day in on} == {0, 1, 2, 3, 4}


def test_courses_and_endings_are_believable() -> None:
    episodes = episodes_of(ORDINARY_DAY)
    entered = [one for one in episodes if one["ended_on"] and oracle.treatment_sessions(one)]
    lengths = {
        group: [len(oracle.treatment_sessions(one)) for one in entered if one["ending"] in endings]
        for group, endings in (("planned", oracle.PLANNED), ("lost", ["loss_of_contact"]))
    }
    assert 6 <= median(lengths["planned"]) <= 9
    assert max(lengths["planned"]) in range(20, 27)
    # Those who vanish do so early.
    assert 1 <= median(lengths["lost"]) <= 4
    # And many of those who left unplanned, with two scores, had been getting better.
    left = [one for one in entered if one["ending"] in oracle.UNPLANNED and oracle.iapt_pair(one)]
    assert len(left) >= 20
    assert 0.35 <= sum(oracle.iapt_improved(one) for one in left) / len(left) <= 0.8


@each_day
def test_everything_that_the_figures_tell_apart_occurs(today: dt.date) -> None:
    invented = caseload_of(today)
    endings = Counter(cells["ending"] for cells in invented.episodes if cells["ended_on"])
    assert set(endings) == set(WORDS["ending"])
    assert 1 <= endings["died"] <= 2
    assert {cells["left_out"] for cells in invented.episodes} == set(WORDS["left_out"])
    limited = [cells for cells in invented.episodes if cells["wished_to_continue"] == "yes"]
    assert {"Beacon EAP"} <= {cells["contract"] for cells in limited}
    assert 3 <= sum(cells["episode"] == "2" for cells in invented.episodes) <= 14
    assert any("&" in cells["note"] for cells in invented.episodes)
    assert any("<" in cells["note"] for cells in invented.episodes)
    assert any("Ŵ" in cells["contract"] for cells in invented.episodes)
    kinds = Counter(cells["kind"] for cells in invented.sessions)
    assert kinds["follow_up"] >= 8
    assert kinds["questionnaire"] >= 10
    modes = Counter(cells["mode"] for cells in invented.sessions if cells["mode"])
    assert modes["transcribed"] > modes["self"] > modes["practitioner"] > 0
    fees = {int(cells["fee"]) for cells in invented.sessions if cells["fee"]}
    assert (min(fees), max(fees)) == (5, 70)


@each_day
def test_client_with_no_contact(today: dt.date) -> None:
    invented = caseload_of(today)
    for signal, least, most in ((Signal.SILENT_70, 61, 90), (Signal.SILENT_130, 121, 160)):
        sessions = sessions_of(invented, signal)
        contact = max(cells["date"] for cells in sessions if cells["attendance"] in SEEN)
        assert least <= (today - day_of(contact)).days <= most
        # Being marked as missing is no contact.
        assert sessions[-1]["attendance"] == "dna"


@each_day
def test_client_with_a_risk_item(today: dt.date) -> None:
    last = sessions_of(caseload_of(today), Signal.RISK)[-1]
    assert last["phq9_9"] == "1"
    assert last["mode"] == "self"
    assert sum(int(last[f"phq9_{number}"]) for number in range(1, 10)) == 15


@each_day
def test_clients_worse_and_not_improved(today: dt.date) -> None:
    invented = caseload_of(today)
    worse = sessions_of(invented, Signal.WORSE)
    assert int(worse[-1]["phq9"]) - int(worse[0]["phq9"]) >= 6
    assert int(worse[-1]["gad7"]) - int(worse[0]["gad7"]) >= 4
    flat = sessions_of(invented, Signal.NOT_IMPROVED)
    assert sum(cells["kind"] in TREATING for cells in flat) >= 6
    assert int(flat[0]["phq9"]) >= 10
    assert min(int(cells["phq9"]) for cells in flat) > int(flat[0]["phq9"]) - 6
    assert min(int(cells["gad7"]) for cells in flat) > int(flat[0]["gad7"]) - 4


@each_day
def test_clients_new_not_seen_overdue_and_near_the_end(today: dt.date) -> None:
    invented = caseload_of(today)
    assert sessions_of(invented, Signal.NOT_SEEN) == []
    (assessment,) = sessions_of(invented, Signal.ONLY_ASSESSED)
    assert assessment["kind"] == "assessment"
    overdue = sessions_of(invented, Signal.OVERDUE)
    assert all(cells["attendance"] in SEEN and not cells["phq9"] for cells in overdue[-2:])
    assert overdue[0]["phq9"]
    near = sessions_of(invented, Signal.NEAR_THE_END)
    reference = invented.signals[Signal.NEAR_THE_END]
    (episode,) = [cells for cells in invented.episodes if cells["client"] == reference]
    treatments = sum(cells["kind"] in TREATING for cells in near)
    assert 0 < int(episode["planned_sessions"]) - treatments <= 2


@each_day
def test_one_payer_s_clients_left_early_until_something_was_tried(today: dt.date) -> None:
    """The story of the demonstration: enough endings on both sides to show, and a clear change."""
    turn = turned_on(today)
    sides: dict[bool, list[bool]] = {False: [], True: []}
    for cells in caseload_of(today).episodes:
        if cells["practitioner"] != ZOE or cells["contract"] != EAP.name:
            continue
        if not cells["ending"] or cells["left_out"]:
            continue
        ended_on = dt.date.fromisoformat(cells["ended_on"])
        if abs((ended_on - turn).days) <= 365:
            sides[ended_on >= turn].append(cells["ending"] in oracle.PLANNED)
    before, after = (sum(side) / len(side) for side in (sides[False], sides[True]))
    assert min(map(len, sides.values())) >= 10
    assert after - before >= 0.25
    first, second = resolutions(today)
    assert first.from_on == turn
    assert first.closed_on == second.from_on
