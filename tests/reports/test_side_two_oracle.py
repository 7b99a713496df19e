"""The second side's figures against a second, slow and obvious count of the files themselves."""

import datetime as dt
from collections import Counter
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from practice.cohorts import Cohort
from practice.domain.fees import fees
from practice.domain.follow_up import follow_up
from practice.domain.leaving import band_words, last_contact, leaving_bands
from practice.domain.measures import PrimaryOutcome
from practice.domain.periods import Month, Period
from practice.domain.records import EpisodeRecord
from practice.reports.side_two.months import months_of_endings
from practice.reports.side_two.scatter import key_pairs
from tests import oracle
from tests.invented import FIRST_DAY, LAST_DAY, invent
from tests.test_oracle import _record

SEEDS = range(20)
PLANNED = ("planned_from_outset", "agreed_during_therapy", "agreed_at_end", "other_planned")
UNPLANNED = (
    "crisis",
    "loss_of_contact",
    "did_not_wish_to_continue",
    "other_unplanned",
    "ended_by_service",
)
Json = dict[str, Any]


@cache
def read(seed: int) -> tuple[Cohort, list[Json]]:
    """The cohort as the program reads it, and the therapies that ended as the oracle does.

    Once for all tests: they only look at it.
    """
    with TemporaryDirectory() as folder:
        files = invent(seed, clients=80).write(Path(folder))
        episodes = oracle.read_episodes(*files)
        rows = oracle.read_rows(files[1])
    for episode in episodes:
        for session in episode["sessions"]:
            row = rows[session["place"]]
            session["fee"] = Fraction(row["fee"]) if row.get("fee") else None
            session["minutes"] = int(row["minutes"]) if row.get("minutes") else None
    records = tuple(paid(_record(key, each), each) for key, each in enumerate(episodes))
    cohort = Cohort(period=Period(start=FIRST_DAY, end=LAST_DAY), episodes=records)
    return cohort, [each for each in episodes if entered_and_ended(each)]


def paid(record: EpisodeRecord, episode: Json) -> EpisodeRecord:
    """With the fees of its sessions; two of one day are told apart by their place."""
    by_place = {session["place"]: session for session in episode["sessions"]}
    return replace(
        record,
        sessions=tuple(
            replace(
                session,
                minutes=by_place[session.position]["minutes"],
                fee=pounds(by_place[session.position]["fee"]),
            )
            for session in record.sessions
        ),
    )


def pounds(fee: Fraction | None) -> Decimal | None:
    return None if fee is None else Decimal(fee.numerator) / Decimal(fee.denominator)


def entered_and_ended(episode: Json) -> bool:
    if episode["left_out"] or episode["ended_on"] is None:
        return False
    if not FIRST_DAY <= episode["ended_on"] <= LAST_DAY:
        return False
    return any(session["date"] <= episode["ended_on"] for session in treated(episode))


def treated(episode: Json) -> list[Json]:
    return [
        session
        for session in oracle.treatment_sessions(episode)
        if episode["ended_on"] is None or session["date"] <= episode["ended_on"]
    ]


def change_of(first: Fraction, last: Fraction, by: int) -> str:
    if first - last >= by:
        return "better"
    return "worse" if last - first >= by else "same"


@pytest.mark.parametrize("seed", SEEDS)
def test_who_left_when(seed: int) -> None:
    cohort, ended = read(seed)
    expected: dict[str, Counter[str]] = {
        name: Counter() for name in ("1", "2", "3 to 5", "6 to 10", "11 or more")
    }
    for episode in ended:
        count = len(treated(episode))
        name = "1" if count == 1 else "2" if count == 2 else "3 to 5"
        if count > 5:
            name = "6 to 10" if count <= 10 else "11 or more"
        how = "planned" if episode["ending"] in PLANNED else "other"
        expected[name]["unplanned" if episode["ending"] in UNPLANNED else how] += 1
    found = {
        band_words(band.band): Counter(
            {"planned": band.planned, "unplanned": band.unplanned, "other": band.other}
        )
        for band in leaving_bands(cohort.entered_and_ended)
    }
    assert found == expected


@pytest.mark.parametrize("seed", SEEDS)
def test_how_they_were_when_last_seen(seed: int) -> None:
    cohort, ended = read(seed)
    left = [episode for episode in ended if episode["ending"] in UNPLANNED]
    pairs = [episode for episode in left if oracle.iapt_pair(episode)]
    improved = sum(oracle.iapt_improved(episode) for episode in pairs)
    worse = sum(oracle.iapt_deteriorated(episode) for episode in pairs)
    found = last_contact(cohort.entered_and_ended, PrimaryOutcome.IAPT)
    assert (found.of, found.no_second_score) == (len(left), len(left) - len(pairs))
    assert (found.improved, found.deteriorated) == (improved, worse)
    assert found.unchanged == len(pairs) - improved - worse


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("measure", "by"), [("phq9", 6), ("gad7", 4), ("core10", 6)])
def test_whether_it_lasted(*, seed: int, measure: str, by: int) -> None:
    cohort, ended = read(seed)
    count: Counter[str] = Counter()
    for episode in ended:
        if not oracle.paired(episode, measure):
            continue
        count["paired"] += 1
        known = oracle.scores(episode, measure)
        at_end = change_of(known[0], known[-1], by)
        count["improved"] += at_end == "better"
        later = after_the_last(episode, measure)
        if later is None:
            continue
        count["again"] += 1
        count[f"since {change_of(known[-1], later, by)}"] += 1
        if at_end == "better":
            count["improved again"] += 1
            count["still"] += change_of(known[0], later, by) == "better"
    found = follow_up(cohort.entered_and_ended, PrimaryOutcome(measure), up_to=LAST_DAY)
    assert (found.paired, found.again) == (count["paired"], count["again"])
    assert (found.improved, found.improved_again) == (count["improved"], count["improved again"])
    assert found.still == count["still"]
    since = (count["since better"], count["since same"], count["since worse"])
    assert (found.better, found.unchanged, found.worse) == since


def after_the_last(episode: Json, measure: str) -> Fraction | None:
    """The latest score after the day of the last one that counts for the outcome."""
    last_day: dt.date | None = None
    for session in episode["sessions"]:
        counts = session["kind"] != "follow_up" and session["date"] <= episode["ended_on"]
        if counts and session[measure] is not None and session["date"] >= episode["referred_on"]:
            last_day = session["date"]
    found = None
    for session in episode["sessions"]:
        is_after = session["kind"] == "follow_up" or session["date"] > episode["ended_on"]
        if session[measure] is None or not is_after or last_day is None:
            continue
        if last_day < session["date"] <= LAST_DAY:
            found = session[measure]
    return found


@pytest.mark.parametrize("seed", SEEDS)
def test_what_was_paid(seed: int) -> None:
    cohort, ended = read(seed)
    total, courses, improved = Fraction(0), 0, 0
    for episode in ended:
        held = [
            session
            for session in episode["sessions"]
            if session["date"] <= episode["ended_on"] and session["kind"] != "questionnaire"
        ]
        seen = [session for session in held if session["attendance"] in oracle.SEEN]
        if any(session["fee"] is None for session in seen):
            continue
        courses += 1
        total += sum((session["fee"] or Fraction(0) for session in held), Fraction(0))
        improved += oracle.paired(episode, "phq9") and oracle.better(episode, "phq9")
    found = fees(cohort.sessions, cohort.entered_and_ended, PrimaryOutcome.PHQ9)
    assert (found.courses, Fraction(found.course_pounds)) == (courses, total)
    assert (found.courses_without, found.improved) == (len(ended) - courses, improved)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_key_indicators_and_the_months(seed: int) -> None:
    cohort, ended = read(seed)
    pairs = key_pairs(cohort.entered_and_ended, (), by=PrimaryOutcome.IAPT)
    measured = [episode for episode in ended if oracle.iapt_pair(episode)]
    improved = sum(oracle.iapt_improved(episode) for episode in measured)
    finished = [episode for episode in ended if len(treated(episode)) >= 2]
    assert (pairs.measured.ending.k, pairs.measured.ending.n) == (len(measured), len(ended))
    assert (pairs.measured.improved.k, pairs.measured.improved.n) == (improved, len(measured))
    assert (pairs.finished.ending.k, pairs.finished.ending.n) == (len(finished), len(ended))
    of_finished = sum(
        oracle.iapt_pair(episode) and oracle.iapt_improved(episode) for episode in finished
    )
    assert (pairs.finished.improved.k, pairs.finished.improved.n) == (of_finished, len(finished))
    by_month = Counter((each["ended_on"].year, each["ended_on"].month) for each in ended)
    for month in months_of_endings(cohort, last=Month.of(LAST_DAY)):
        assert month.endings.of == by_month[month.month.year, month.month.number]
