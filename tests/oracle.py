"""A second, slow and obvious answer to `outcomes --json`, to hold the program against.

It was written from the definitions alone, before its author had read a line of the rules it
checks, and it shares no code with them. It reads the two caseload files with the standard library
and counts with loops. Nothing here is quick or clever: a reader should be able to check each line
against the sentence it comes from. When this and the program differ, one of the two has misread a
definition, and the definition decides which.

It reads good files only. What makes a file bad is the business of the import and its own tests.

    python -m tests.oracle episodes.csv sessions.csv 2025-10-01 2026-09-30 [practitioner e-mail]
"""

import csv
import datetime
import json
import sys
from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction
from pathlib import Path
from typing import Any

Json = dict[str, Any]
Row = dict[str, str]
Episode = dict[str, Any]

PLANNED = ["planned_from_outset", "agreed_during_therapy", "agreed_at_end", "other_planned"]
UNPLANNED = [
    "crisis",
    "loss_of_contact",
    "did_not_wish_to_continue",
    "other_unplanned",
    "ended_by_service",
]
ENDING_CODES = {
    "planned": "other_planned",
    "unplanned": "other_unplanned",
    "46": "other_planned",
    "47": "other_unplanned",
    "48": "ended_by_service",
    "49": "died",
    "96": "",
}
KIND_CODES = {
    "1": "assessment",
    "2": "treatment",
    "3": "assessment_and_treatment",
    "4": "review",
    "5": "review_and_treatment",
    "6": "follow_up",
    "7": "other",
}
ATTENDANCE_CODES = {
    "5": "attended",
    "6": "late",
    "7": "late_not_seen",
    "3": "dna",
    "2": "cancelled_by_client",
    "4": "cancelled_by_practitioner",
}
SEEN = ["attended", "late"]
TREATMENT_KINDS = ["treatment", "assessment_and_treatment", "review_and_treatment"]

MEASURES = ["phq9", "gad7", "core10"]
ITEMS = {"phq9": 9, "gad7": 7, "core10": 10}
CASE_AT = {"phq9": 10, "gad7": 8, "core10": 11}
CHANGE = {"phq9": 6, "gad7": 4, "core10": 6}


# Reading the files


def read_rows(path: Path) -> list[Row]:
    """The rows of one file under plain headings: lower case, no blanks at either end."""
    text = path.read_text(encoding="utf-8-sig")
    first_line = text.splitlines()[0]
    separator = ";" if first_line.count(";") > first_line.count(",") else ","
    rows = []
    for row in csv.DictReader(text.splitlines(), delimiter=separator):
        clean = {}
        for heading, value in row.items():
            clean[heading.strip().lower().replace(" ", "_")] = (value or "").strip()
        if any(clean.values()):
            rows.append(clean)
    return rows


def read_date(text: str) -> datetime.date:
    if "/" in text:
        day, month, year = text.split("/")
        return datetime.date(int(year), int(month), int(day))
    return datetime.date.fromisoformat(text)


def read_code(text: str, codes: dict[str, str]) -> str:
    text = text.lower()
    if text.isdigit():
        text = str(int(text))
    return codes.get(text, text)


def read_score(row: Row, measure: str) -> Fraction | None:
    """The total of one form: as given, or from its items. None is no score, which is not 0.

    With one CORE-10 item missing the total is ten ninths of the sum of the others, and the score
    is that number to two decimals, whether the file says 11.1, 11.11 or gives the items.
    """
    total = row.get(measure, "")
    if total != "":
        given = Fraction(total)
        if given.denominator == 1:
            return given
        return two_decimals(Fraction(10 * round(given * 9 / 10), 9))
    answers = []
    for number in range(1, ITEMS[measure] + 1):
        answer = row.get(f"{measure}_{number}", "")
        if answer == "":
            continue
        value = int(answer)
        if measure == "core10" and number in (2, 3):
            value = 4 - value
        answers.append(value)
    missing = ITEMS[measure] - len(answers)
    if missing == 0:
        return Fraction(sum(answers))
    if measure == "core10" and missing == 1:
        return two_decimals(Fraction(10 * sum(answers), 9))
    return None


def two_decimals(value: Fraction) -> Fraction:
    """A total with its decimals cut to hundredths, half up."""
    return Fraction(int(value * 100 + Fraction(1, 2)), 100)


def read_episodes(episodes_file: Path, sessions_file: Path) -> list[Episode]:
    episodes: dict[tuple[str, str], Episode] = {}
    for row in read_rows(episodes_file):
        name = (row["client"], row.get("episode") or "1")
        ending = row.get("ending", "")
        episodes[name] = {
            "practitioner": row.get("practitioner", "").lower(),
            "referred_on": read_date(row["referred_on"]),
            "ended_on": read_date(row["ended_on"]) if row.get("ended_on") else None,
            "ending": read_code(ending, ENDING_CODES),
            "wished_to_continue": row.get("wished_to_continue", "").lower(),
            "left_out": row.get("left_out", "").lower(),
            "sessions": [],
        }
    for place, row in enumerate(read_rows(sessions_file)):
        session = {
            "date": read_date(row["date"]),
            "kind": read_code(row.get("kind") or "treatment", KIND_CODES),
            "attendance": read_code(row.get("attendance") or "attended", ATTENDANCE_CODES),
            "place": place,
        }
        for measure in MEASURES:
            session[measure] = read_score(row, measure)
        episodes[row["client"], row.get("episode") or "1"]["sessions"].append(session)
    for episode in episodes.values():
        # Same date: assessment before the other kinds, then file order.
        episode["sessions"].sort(key=lambda s: (s["date"], s["kind"] != "assessment", s["place"]))
    return list(episodes.values())


# What one episode says


def treatment_sessions(episode: Episode) -> list[Json]:
    found = []
    for session in episode["sessions"]:
        if session["kind"] in TREATMENT_KINDS and session["attendance"] in SEEN:
            found.append(session)
    return found


def scores(episode: Episode, measure: str) -> list[Fraction]:
    """In order: neither those at follow-ups nor those after the end."""
    found = []
    for session in episode["sessions"]:
        if session[measure] is None:
            continue
        if session["kind"] == "follow_up":
            continue
        if session["date"] < episode["referred_on"]:
            continue
        if episode["ended_on"] is not None and session["date"] > episode["ended_on"]:
            continue
        found.append(session[measure])
    return found


def first_score(episode: Episode, measure: str) -> Fraction | None:
    found = scores(episode, measure)
    return found[0] if found else None


def paired(episode: Episode, measure: str) -> bool:
    return len(scores(episode, measure)) >= 2


def fall(episode: Episode, measure: str) -> Fraction:
    found = scores(episode, measure)
    return found[0] - found[-1]


def better(episode: Episode, measure: str) -> bool:
    return paired(episode, measure) and fall(episode, measure) >= CHANGE[measure]


def worse(episode: Episode, measure: str) -> bool:
    return paired(episode, measure) and -fall(episode, measure) >= CHANGE[measure]


def case_at_start(episode: Episode, measure: str) -> bool:
    first = first_score(episode, measure)
    return first is not None and first >= CASE_AT[measure]


def below_case_at_the_last(episode: Episode, measure: str) -> bool:
    return paired(episode, measure) and scores(episode, measure)[-1] < CASE_AT[measure]


def recovered(episode: Episode, measure: str) -> bool:
    return case_at_start(episode, measure) and below_case_at_the_last(episode, measure)


def iapt_pair(episode: Episode) -> bool:
    return paired(episode, "phq9") and paired(episode, "gad7")


def iapt_caseness(episode: Episode) -> str:
    if case_at_start(episode, "phq9") or case_at_start(episode, "gad7"):
        return "at_caseness"
    if first_score(episode, "phq9") is None or first_score(episode, "gad7") is None:
        return "caseness_unknown"
    return "not_at_caseness"


def iapt_improved(episode: Episode) -> bool:
    if not iapt_pair(episode):
        return False
    one_better = better(episode, "phq9") or better(episode, "gad7")
    one_worse = worse(episode, "phq9") or worse(episode, "gad7")
    return one_better and not one_worse


def iapt_deteriorated(episode: Episode) -> bool:
    if not iapt_pair(episode):
        return False
    one_better = better(episode, "phq9") or better(episode, "gad7")
    one_worse = worse(episode, "phq9") or worse(episode, "gad7")
    return one_worse and not one_better


def iapt_recovered(episode: Episode) -> bool:
    return (
        iapt_pair(episode)
        and iapt_caseness(episode) == "at_caseness"
        and below_case_at_the_last(episode, "phq9")
        and below_case_at_the_last(episode, "gad7")
    )


def silent(episode: Episode, last_day: datetime.date) -> bool:
    if episode["referred_on"] > last_day:
        return False
    if episode["ended_on"] is not None and episode["ended_on"] <= last_day:
        return False
    entered = False
    last_contact = None
    for session in episode["sessions"]:
        if session["date"] > last_day or session["kind"] == "questionnaire":
            continue
        if session["attendance"] not in SEEN:
            continue
        last_contact = session["date"]
        if session["kind"] in TREATMENT_KINDS:
            entered = True
    if not entered or last_contact is None:
        return False
    days: int = (last_day - last_contact).days
    return days >= 61


# Numbers


def count(episodes: list[Episode], question: Any) -> int:
    total = 0
    for episode in episodes:
        if question(episode):
            total = total + 1
    return total


def rounded(value: Decimal | Fraction, places: int) -> float:
    """Half away from zero, which is what Decimal calls half up."""
    if isinstance(value, Fraction):
        with localcontext() as context:
            context.prec = 60
            value = Decimal(value.numerator) / Decimal(value.denominator)
    return float(value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP))


def mean(values: list[Fraction]) -> Fraction:
    return sum(values, Fraction(0)) / len(values)


def mean_or_none(values: list[Fraction]) -> float | None:
    return rounded(mean(values), 2) if values else None


def effect_size(firsts: list[Fraction], lasts: list[Fraction]) -> float | None:
    if len(firsts) < 2:
        return None
    middle = mean(firsts)
    variance = sum(((first - middle) ** 2 for first in firsts), Fraction(0)) / (len(firsts) - 1)
    if variance == 0:
        return None
    fallen = middle - mean(lasts)
    # The square is an exact fraction, so that a size that lies exactly on a half stays on it.
    square = fallen * fallen / variance
    with localcontext() as context:
        context.prec = 60
        size = (Decimal(square.numerator) / Decimal(square.denominator)).sqrt()
    return rounded(size if fallen >= 0 else -size, 2)


def rate(k: int, n: int) -> Json:
    """k of n with Wilson's interval, as in his paper of 1927, in per cent."""
    if n == 0:
        return {"k": k, "n": n, "pct": None, "low": None, "high": None}
    with localcontext() as context:
        context.prec = 60
        z = Decimal("1.959964")
        p = Decimal(k) / Decimal(n)
        middle = p + z * z / (2 * n)
        reach = z * (p * (1 - p) / n + z * z / (4 * n * n)).sqrt()
        low = (middle - reach) / (1 + z * z / n)
        high = (middle + reach) / (1 + z * z / n)
    return {
        "k": k,
        "n": n,
        "pct": rounded(Fraction(100 * k, n), 1),
        "low": rounded(100 * low, 1),
        "high": rounded(100 * high, 1),
    }


# The blocks of the answer


def left_out_block(ended: list[Episode]) -> Json:
    reasons: dict[str, int] = {}
    total = 0
    for episode in ended:
        reason = episode["left_out"]
        if reason != "":
            total = total + 1
            reasons[reason] = reasons.get(reason, 0) + 1
    return {"episodes": total, "by_reason": reasons}


def ended_block(ended: list[Episode]) -> Json:
    return {
        "episodes": len(ended),
        "referred_on": count(ended, lambda e: e["ending"] == "referred_on"),
        "before_treatment": count(ended, lambda e: len(treatment_sessions(e)) == 0),
        "one_session_only": count(ended, lambda e: len(treatment_sessions(e)) == 1),
        "finished_course": count(ended, lambda e: len(treatment_sessions(e)) >= 2),
    }


def endings_block(entered: list[Episode], counted: list[Episode], last_day: datetime.date) -> Json:
    by_reason = {}
    for code in PLANNED + UNPLANNED:
        number = 0
        for episode in entered:
            if episode["ending"] == code:
                number = number + 1
        if number > 0:
            by_reason[code] = number
    return {
        "entered_and_ended": len(entered),
        "planned": count(entered, lambda e: e["ending"] in PLANNED),
        "unplanned": count(entered, lambda e: e["ending"] in UNPLANNED),
        "not_recorded": count(entered, lambda e: e["ending"] == ""),
        "died": count(entered, lambda e: e["ending"] == "died"),
        "by_reason": by_reason,
        "wished_to_continue": count(
            entered, lambda e: e["ending"] in PLANNED and e["wished_to_continue"] == "yes"
        ),
        "silent_open": count(counted, lambda e: silent(e, last_day)),
    }


def iapt_block(finished: list[Episode]) -> Json:
    return {
        "finished_course": len(finished),
        "paired": count(finished, iapt_pair),
        "at_caseness": count(finished, lambda e: iapt_caseness(e) == "at_caseness"),
        "not_at_caseness": count(finished, lambda e: iapt_caseness(e) == "not_at_caseness"),
        "caseness_unknown": count(finished, lambda e: iapt_caseness(e) == "caseness_unknown"),
        "reliable_improvement": count(finished, iapt_improved),
        "no_reliable_change": count(
            finished,
            lambda e: iapt_pair(e) and not iapt_improved(e) and not iapt_deteriorated(e),
        ),
        "reliable_deterioration": count(finished, iapt_deteriorated),
        "recovery": count(finished, iapt_recovered),
        "reliable_recovery": count(finished, lambda e: iapt_recovered(e) and iapt_improved(e)),
    }


def measure_block(entered: list[Episode], measure: str) -> Json:
    firsts = []
    lasts = []
    for episode in entered:
        if paired(episode, measure):
            firsts.append(scores(episode, measure)[0])
            lasts.append(scores(episode, measure)[-1])
    return {
        "entered_and_ended": len(entered),
        "paired": len(firsts),
        "case_at_start": count(entered, lambda e: case_at_start(e, measure)),
        "reliable_improvement": count(entered, lambda e: better(e, measure)),
        "no_reliable_change": count(
            entered,
            lambda e: paired(e, measure) and not better(e, measure) and not worse(e, measure),
        ),
        "reliable_deterioration": count(entered, lambda e: worse(e, measure)),
        "recovery": count(entered, lambda e: recovered(e, measure)),
        "reliable_recovery": count(entered, lambda e: recovered(e, measure) and better(e, measure)),
        "mean_first": mean_or_none(firsts),
        "mean_last": mean_or_none(lasts),
        "effect_size": effect_size(firsts, lasts),
    }


def sessions_block(
    counted: list[Episode],
    finished: list[Episode],
    first_day: datetime.date,
    last_day: datetime.date,
) -> Json:
    block: Json = {
        "attended": 0,
        "late_not_seen": 0,
        "dna": 0,
        "cancelled_by_client": 0,
        "cancelled_by_practitioner": 0,
    }
    for episode in counted:
        for session in episode["sessions"]:
            if session["kind"] == "questionnaire":
                continue
            if session["date"] < first_day or session["date"] > last_day:
                continue
            if session["attendance"] in SEEN:
                block["attended"] += 1
            else:
                block[session["attendance"]] += 1
    lengths = [Fraction(len(treatment_sessions(episode))) for episode in finished]
    block["mean_per_finished_course"] = mean_or_none(lengths)
    return block


def wait_in_days(episode: Episode) -> int:
    days: int = (treatment_sessions(episode)[0]["date"] - episode["referred_on"]).days
    return days


def outcomes(
    episodes_file: Path,
    sessions_file: Path,
    first_day: datetime.date,
    last_day: datetime.date,
    practitioner: str | None = None,
) -> Json:
    """The object that `outcomes --json` must print for these two files."""
    episodes = read_episodes(episodes_file, sessions_file)
    return outcomes_of(episodes, first_day, last_day, practitioner)


def outcomes_of(
    episodes: list[Episode],
    first_day: datetime.date,
    last_day: datetime.date,
    practitioner: str | None = None,
) -> Json:
    """The same for episodes that have been read; it changes nothing in them."""
    everybody = []
    for episode in episodes:
        if practitioner is None or episode["practitioner"] == practitioner.lower():
            everybody.append(episode)

    def ended_in_period(episode: Episode) -> bool:
        end = episode["ended_on"]
        return end is not None and first_day <= end <= last_day

    counted = [episode for episode in everybody if episode["left_out"] == ""]
    ended = [episode for episode in counted if ended_in_period(episode)]
    entered = [episode for episode in ended if len(treatment_sessions(episode)) >= 1]
    finished = [episode for episode in ended if len(treatment_sessions(episode)) >= 2]

    endings = endings_block(entered, counted, last_day)
    iapt = iapt_block(finished)
    measures = {measure: measure_block(entered, measure) for measure in MEASURES}
    measured = {
        "iapt": count(entered, iapt_pair),
        "phq9": count(entered, lambda e: paired(e, "phq9")),
        "gad7": count(entered, lambda e: paired(e, "gad7")),
        "core10": count(entered, lambda e: paired(e, "core10")),
        "any": count(
            entered, lambda e: paired(e, "phq9") or paired(e, "gad7") or paired(e, "core10")
        ),
    }
    declared = endings["planned"] + endings["unplanned"]
    estimated = declared + endings["not_recorded"]
    recoverable = len(finished) - iapt["not_at_caseness"]
    rates = {
        "planned_declared": rate(endings["planned"], declared),
        "planned_estimated": rate(endings["planned"], estimated),
        "finished_of_entered": rate(len(finished), len(entered)),
        "reliable_improvement_iapt": rate(iapt["reliable_improvement"], len(finished)),
        "recovery_iapt": rate(iapt["recovery"], recoverable),
        "reliable_recovery_iapt": rate(iapt["reliable_recovery"], recoverable),
        "reliable_improvement_core10": rate(
            measures["core10"]["reliable_improvement"], measures["core10"]["paired"]
        ),
        "planned_with_silent": rate(endings["planned"], estimated + endings["silent_open"]),
        "measured_ending_iapt": rate(measured["iapt"], len(entered)),
        # Everybody who entered, not only the finished courses.
        "improved_of_measured_iapt": rate(count(entered, iapt_improved), measured["iapt"]),
    }
    for measure in MEASURES:
        rates[f"measured_ending_{measure}"] = rate(measured[measure], len(entered))
        rates[f"improved_of_measured_{measure}"] = rate(
            measures[measure]["reliable_improvement"], measured[measure]
        )
    return {
        "period": {"from": first_day.isoformat(), "to": last_day.isoformat()},
        "left_out": left_out_block([e for e in everybody if ended_in_period(e)]),
        "ended": ended_block(ended),
        "endings": endings,
        "iapt": iapt,
        **measures,
        "measured_ending": measured,
        "sessions": sessions_block(counted, finished, first_day, last_day),
        "waits": {
            "finished_within_42_days": count(finished, lambda e: wait_in_days(e) <= 42),
            "finished_within_126_days": count(finished, lambda e: wait_in_days(e) <= 126),
        },
        "rates": rates,
    }


def main(arguments: list[str]) -> None:
    episodes_file, sessions_file, first_day, last_day, *practitioner = arguments
    answer = outcomes(
        Path(episodes_file),
        Path(sessions_file),
        read_date(first_day),
        read_date(last_day),
        practitioner[0] if practitioner else None,
    )
    sys.stdout.write(json.dumps(answer, indent=1) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
