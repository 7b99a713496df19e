"""Making reports for good, taking a client out of them, and resolutions."""

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError

from practice.actions.redaction import ERASED
from practice.actions.reports import (
    FOR_GOOD,
    AlreadyForGoodError,
    add_resolution,
    close_resolution,
    correct_resolution,
    freeze_report,
    redact_client,
)
from practice.actions.versions import version_of
from practice.actions.writing import RefusedError
from practice.domain.digests import digest_of_report
from practice.models import FrozenReport, Resolution
from tests.cast import Cast, day, make_client, make_frozen_row, make_resolution

NOW = dt.datetime(2026, 3, 2, 12, 0, tzinfo=dt.UTC)
FIGURES = {"year.rates.planned_declared": {"k": 12, "n": 30}, "year.mean": 14.25}


def unsaved(cast: Cast, **fields: Any) -> FrozenReport:
    text = fields.pop("text", {"a": "MonthlyText", "title": "Monthly report", "notes": [0.1, None]})
    given = {
        "service": cast.service,
        "practitioner": cast.alice,
        "month": "2026-02",
        "text": text,
        "figures": FIGURES,
        "digest": digest_of_report(text=text, figures=FIGURES),
        "made_by": cast.alice,
        "made_at": NOW,
    }
    return FrozenReport(**{**given, **fields})


def test_made_for_good_with_who_and_why(cast: Cast) -> None:
    report = unsaved(cast)
    freeze_report(report=report, by=cast.alice)
    row = FrozenReport.history.get()
    assert (row.history_user, row.history_change_reason) == (cast.alice, FOR_GOOD)
    assert FrozenReport.objects.get().digest == report.digest


@pytest.mark.parametrize("whose", ["alice", None])
def test_once_a_month(cast: Cast, whose: str | None) -> None:
    person = None if whose is None else cast.alice
    freeze_report(report=unsaved(cast, practitioner=person), by=cast.leda)
    with pytest.raises(AlreadyForGoodError, match="made for good already"):
        freeze_report(report=unsaved(cast, practitioner=person), by=cast.leda)
    freeze_report(report=unsaved(cast, practitioner=person, month="2026-01"), by=cast.leda)
    assert FrozenReport.objects.count() == 2


def test_another_fault_of_the_database_is_not_called_so(cast: Cast) -> None:
    with pytest.raises(IntegrityError):
        freeze_report(report=unsaved(cast, month="2026-13"), by=None)
    assert not FrozenReport.objects.exists()


def test_what_does_not_come_back_as_it_was_is_not_stored(cast: Cast) -> None:
    with pytest.raises(RefusedError, match="did not keep"):
        freeze_report(report=unsaved(cast, digest="0" * 64), by=cast.alice)
    assert not FrozenReport.objects.exists()
    assert not FrozenReport.history.exists()


def words(*texts: str) -> dict[str, object]:
    return {
        "a": "MonthlyText",
        "title": texts[0],
        "blocks": [{"a": "Block", "key": texts[0], "notes": list(texts), "space": [1, None, True]}],
        "printed_on": {"day": "2026-02-28"},
        "mark": {"word": "Mark", "is": texts[0]},
    }


def taken_out(cast: Cast, reference: str, *texts: str) -> list[str]:
    """The texts of a report after a client of that reference was taken out."""
    text = words(*texts)
    report = unsaved(cast, text=text)
    freeze_report(report=report, by=cast.alice)
    client = make_client(service=cast.service, reference=reference)
    redact_client(client=client, by=cast.leda, why="asked to be erased", now=NOW)
    report.refresh_from_db()
    stored = report.text
    assert report.figures == FIGURES
    # What the parts are called, days and marks are no words of it.
    assert stored["a"] == "MonthlyText"
    assert stored["blocks"][0]["a"] == "Block"
    assert stored["blocks"][0]["key"] == texts[0]
    assert stored["blocks"][0]["space"] == [1, None, True]
    assert (stored["printed_on"], stored["mark"]) == (text["printed_on"], text["mark"])
    assert stored["title"] == stored["blocks"][0]["notes"][0]
    return list(stored["blocks"][0]["notes"])


def test_a_reference_is_taken_out_wherever_it_stands_as_a_word(cast: Cast) -> None:
    given = ("C-17", "C-17: 12 of 30", "(C-17)", "“of C-17, typed twice”", "C-17, C-17.", "C-17's")
    assert taken_out(cast, "C-17", *given) == [each.replace("C-17", ERASED) for each in given]


def test_a_reference_in_other_capitals_is_the_same_client(cast: Cast) -> None:
    assert taken_out(cast, "C-17", "“it was c-17”") == [f"“it was {ERASED}”"]


def test_a_part_of_a_word_stays(cast: Cast) -> None:
    given = ("C-171", "C-17-b", "xC-17", "A-C-17", "c-171", "C 17", "ŴC-17", "C-17_")
    assert taken_out(cast, "C-17", *given) == list(given)
    assert FrozenReport.objects.get().redacted_at is None
    assert FrozenReport.history.count() == 1


def test_a_reference_of_digits_is_no_count(cast: Cast) -> None:
    given = ("12 of 30", "12", "31 December 2026", "“score of 12 was of 14”, 12 of 30", "2025-12")
    assert taken_out(cast, "12", *given) == [
        "12 of 30",
        "12",
        "31 December 2026",
        f"“score of {ERASED} was of 14”, 12 of 30",
        "2025-12",
    ]


def test_a_year_of_months_is_no_year(cast: Cast) -> None:
    assert taken_out(cast, "2024-25", "England 2024-25") == ["England 2024-25"]


def test_a_reference_of_letters_is_no_word_of_the_report(cast: Cast) -> None:
    given = ("May 2026", "“for May it may be”", "18 of 20 in May")
    assert taken_out(cast, "May", *given) == ["May 2026", f"“for {ERASED} it may be”", given[2]]


def test_letters_from_elsewhere_and_those_that_mean_something_in_patterns(cast: Cast) -> None:
    assert taken_out(cast, "Ŵyn-Ł1", "Ŵyn-Ł1, ŵyn-ł1 and Ŵyn") == [f"{ERASED}, {ERASED} and Ŵyn"]


def test_a_new_digest_and_the_old_one_in_the_history(cast: Cast) -> None:
    report = unsaved(cast, text=words("About C-17"))
    freeze_report(report=report, by=cast.alice)
    client = make_client(service=cast.service, reference="C-17")
    before = report.digest
    assert redact_client(client=client, by=cast.leda, why="asked to be erased", now=NOW) == 1
    report = FrozenReport.objects.get()
    assert report.redacted_at == NOW
    assert report.digest == digest_of_report(text=report.text, figures=report.figures) != before
    newest, oldest = report.history.order_by("-history_id")
    assert (newest.digest, oldest.digest) == (report.digest, before)
    assert (newest.history_user, newest.history_change_reason) == (cast.leda, "asked to be erased")
    # Once more finds nothing, and leaves no second stamp.
    later = NOW + dt.timedelta(days=1)
    assert redact_client(client=client, by=cast.leda, why="again", now=later) == 0
    assert FrozenReport.objects.get().redacted_at == NOW
    assert report.history.count() == 2


def test_every_report_of_the_service_and_of_no_other(cast: Cast) -> None:
    for number, (service, person) in enumerate(
        (
            (cast.service, cast.alice),
            (cast.service, cast.bob),
            (cast.service, None),
            (cast.other_service, None),
        )
    ):
        text = words(f"C-17 in report {number}")
        freeze_report(
            report=unsaved(
                cast,
                service=service,
                practitioner=person,
                text=text,
            ),
            by=None,
        )
    client = make_client(service=cast.service, reference="C-17")
    assert redact_client(client=client, by=None, why="asked to be erased", now=NOW) == 3
    titles = FrozenReport.objects.order_by("pk").values_list("text__title", flat=True)
    assert list(titles) == [
        *(f"{ERASED} in report {number}" for number in range(3)),
        "C-17 in report 3",
    ]


def test_a_resolution_is_stored_once(cast: Cast) -> None:
    made = Resolution(
        service=cast.service, practitioner=cast.alice, will_try="Ask early", from_on=day(10)
    )
    again = Resolution(
        uid=made.uid,
        service=cast.service,
        practitioner=cast.alice,
        will_try="Ask early",
        from_on=day(10),
    )
    assert add_resolution(resolution=made, by=cast.alice)
    assert not add_resolution(resolution=again, by=cast.alice)
    stored = Resolution.objects.get()
    assert stored.entered_by == cast.alice
    assert Resolution.history.get().history_user == cast.alice


def test_a_resolution_put_right_keeps_what_was_there(cast: Cast) -> None:
    made = make_resolution(service=cast.service, practitioner=cast.alice, will_try="Ask early")
    correct_resolution(
        resolution=made,
        values={"will_try": "Ask at session three"},
        seen=version_of(made),
        by=cast.leda,
        why="clearer",
    )
    rows = Resolution.history.order_by("-history_id")
    assert [row.will_try for row in rows] == ["Ask at session three", "Ask early"]
    assert (rows[0].history_user, rows[0].history_change_reason) == (cast.leda, "clearer")
    correct_resolution(
        resolution=made,
        values={"will_try": "Ask at session three"},
        seen="as before",
        by=cast.leda,
        why="nothing",
    )
    assert rows.count() == 2


def test_a_resolution_is_closed_once(cast: Cast) -> None:
    made = make_resolution(service=cast.service, practitioner=cast.alice)
    close_resolution(resolution=made, closed_on=day(20), by=cast.alice)
    with pytest.raises(RefusedError, match="closed already"):
        close_resolution(resolution=made, closed_on=day(30), by=cast.leda)
    assert Resolution.objects.get().closed_on == day(20)
    assert Resolution.history.count() == 2


def test_a_report_of_nothing_is_walked_as_well(cast: Cast) -> None:
    make_frozen_row(service=cast.service, practitioner=cast.alice, text=["C-17", 3, {"a": "C-17"}])
    client = make_client(service=cast.service, reference="C-17")
    assert redact_client(client=client, by=None, why="asked to be erased", now=NOW) == 1
    assert FrozenReport.objects.get().text == [ERASED, 3, {"a": "C-17"}]
