"""Different ways to write the same caseload give the same records."""

import re
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from practice.caseload_files import SourceFile
from practice.caseload_files.cells import guarded, unguarded
from practice.caseload_files.columns import item_columns
from practice.domain.measures import CORE10, MEASURES, PHQ9
from practice.models import Client, Episode, MeasureCompletion, Service, Session
from tests.caseload_files.given import a_session, an_episode, imported, imported_sources, told

pytestmark = pytest.mark.django_db

EXAMPLE = Path(__file__).parent.parent / "example"


def example() -> tuple[str, str]:
    return (
        (EXAMPLE / "episodes.csv").read_text("utf-8"),
        (EXAMPLE / "sessions.csv").read_text("utf-8"),
    )


def day_first(text: str) -> str:
    return re.sub(r"\b(\d{4})-(\d{2})-(\d{2})\b", r"\3/\2/\1", text)


@pytest.mark.parametrize(
    "write",
    [
        pytest.param(lambda text: b"\xef\xbb\xbf" + text.encode(), id="byte-order mark"),
        pytest.param(lambda text: text.replace(",", ";").encode(), id="semicolons"),
        pytest.param(lambda text: day_first(text).encode(), id="day first"),
        pytest.param(
            lambda text: (
                b"\xef\xbb\xbf" + day_first(text).replace(",", ";").replace("\n", "\r\n").encode()
            ),
            id="as Excel saves it",
        ),
        pytest.param(
            lambda text: (
                text.split("\n")[0].upper().replace("_", " ").encode()
                + b"\n"
                + text.split("\n", 1)[1].encode()
            ),
            id="headings in capitals, with spaces",
        ),
    ],
)
def test_every_form_of_csv_gives_the_same(write: Any) -> None:
    def service(name: str, files: tuple[bytes, bytes]) -> dict[str, Any]:
        found = Service.objects.create(name=name)
        sources = [
            SourceFile(name=f"{sheet}.csv", content=content)
            for sheet, content in zip(("episodes", "sessions"), files, strict=True)
        ]
        return told(imported_sources(sources, service=found))

    episodes, sessions = example()
    plain = service("Plain", (episodes.encode(), sessions.encode()))
    assert len(plain["sessions"]) > 600
    assert service("Other", (write(episodes), write(sessions))) == plain


def one_session(**cells: Any) -> Session:
    imported([an_episode()], [a_session(**cells)])
    return Session.objects.get()


@pytest.mark.parametrize("zeros", ["", "0"])
@pytest.mark.parametrize(
    ("column", "codes"),
    [
        (
            "kind",
            {
                "1": "assessment",
                "2": "treatment",
                "3": "assessment_and_treatment",
                "4": "review",
                "5": "review_and_treatment",
                "6": "follow_up",
                "7": "other",
            },
        ),
        (
            "attendance",
            {
                "5": "attended",
                "6": "late",
                "7": "late_not_seen",
                "3": "dna",
                "2": "cancelled_by_client",
                "4": "cancelled_by_practitioner",
            },
        ),
        (
            "medium",
            {
                "1": "face_to_face",
                "2": "telephone",
                "4": "other",
                "5": "email",
                "9": "text",
                "10": "instant_message",
                "11": "video",
                "12": "other",
                "13": "other",
                "98": "other",
            },
        ),
    ],
)
def test_nhs_codes_are_the_words(column: str, codes: Mapping[str, str], zeros: str) -> None:
    rows = [
        a_session(client=f"K{code}-{form}", **{column: value})
        for code, word in codes.items()
        for form, value in (("code", zeros + code), ("word", word), ("shouted", word.upper()))
    ]
    imported([an_episode(client=row["client"]) for row in rows], rows)
    found = {
        session.episode.client.reference: getattr(session, column)
        for session in Session.objects.select_related("episode__client")
    }
    for code, word in codes.items():
        assert {found[f"K{code}-{form}"] for form in ("code", "word", "shouted")} == {word}


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("46", "other_planned"),
        ("planned", "other_planned"),
        ("Planned from outset", "planned_from_outset"),
        ("47", "other_unplanned"),
        ("unplanned", "other_unplanned"),
        ("48", "ended_by_service"),
        ("49", "died"),
        ("096", ""),
        ("96", ""),
        ("", ""),
        ("referred-on", "referred_on"),
    ],
)
def test_endings(written: str, stored: str) -> None:
    imported([an_episode(ended_on="2026-02-01", ending=written)])
    assert Episode.objects.get().ending == stored


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("55", "55.00"),
        ("55.5", "55.50"),
        ("£55.00", "55.00"),
        ("£ 1,250.00", "1250.00"),
        ("1,250", "1250.00"),
        ("0", "0.00"),
        ("99999", "99999.00"),
        ("", None),
    ],
)
def test_fees(written: str, stored: str | None) -> None:
    assert one_session(fee=written).fee == (None if stored is None else Decimal(stored))


@pytest.mark.parametrize(("written", "stored"), [("50", 50), ("50.0", 50), ("0", 0), ("", None)])
def test_minutes(written: str, stored: int | None) -> None:
    assert one_session(minutes=written).minutes == stored


@pytest.mark.parametrize(
    ("written", "stored"),
    [("yes", True), ("YES", True), ("No", False), ("", None)],
)
def test_wished_to_continue(written: str, stored: bool | None) -> None:
    imported([an_episode(ended_on="2026-02-01", ending="46", wished_to_continue=written)])
    assert Episode.objects.get().wished_to_continue is stored


@pytest.mark.parametrize(
    ("written", "stored"),
    [("Non-binary", "non-binary"), ("non binary", "non-binary"), ("NOT STATED", "not stated")],
)
def test_gender(written: str, stored: str) -> None:
    imported([an_episode(gender=written)])
    assert Client.objects.get().gender == stored


def test_what_is_left_empty_is_the_default_or_not_recorded() -> None:
    session = one_session(kind="", attendance="", mode="", phq9="0")
    assert (session.kind, session.attendance, session.medium) == ("treatment", "attended", "")
    form = MeasureCompletion.objects.get()
    assert (form.total, form.mode, form.answers) == (Decimal(0), "transcribed", "")
    episode = Episode.objects.get()
    assert (episode.number, episode.ending, episode.ended_on) == (1, "", None)


def answers(measure: Any, *given: int | str) -> dict[str, Any]:
    return dict(zip(item_columns(measure), given, strict=False))


@pytest.mark.parametrize(
    ("cells", "measure", "total", "kept"),
    [
        pytest.param({"phq9": "12"}, "phq9", "12", "", id="total alone"),
        pytest.param({"phq9": "12.0"}, "phq9", "12", "", id="12.0 is whole"),
        pytest.param({"phq9": "12", "phq9_9": "1"}, "phq9", "12", "--------1", id="risk item beside"),
        pytest.param({"core10": "20", "core10_6": "0"}, "core10", "20", "-----0----", id="CORE-10 risk item"),
        pytest.param(answers(PHQ9, *[1] * 9), "phq9", "9", "1" * 9, id="items alone"),
        pytest.param({"phq9": "9", **answers(PHQ9, *[1] * 9)}, "phq9", "9", "1" * 9, id="items and total"),
        pytest.param(answers(CORE10, 0, 4, 4, *[0] * 7), "core10", "0", "0440000000", id="turned round"),
        pytest.param(answers(CORE10, "", 0, 1, 2, *[0] * 6), "core10", "10", "-012000000", id="one missing"),
        pytest.param({"core10": "11.1"}, "core10", "11.11", "", id="one decimal"),
        pytest.param({"core10": "11.11"}, "core10", "11.11", "", id="two decimals"),
        pytest.param({"core10": "11.1", **answers(CORE10, "", 0, 1, 2, 1, *[0] * 5)}, "core10", "11.11", "-012100000", id="pro-rated, agreeing"),
        pytest.param({"phq9": "", "phq9_1": "0"}, "phq9", None, "0--------", id="incomplete"),
        pytest.param({"phq9_9": "2"}, "phq9", None, "--------2", id="risk item alone"),
        pytest.param({"phq9_1": "1.0", "phq9_2": "0.0"}, "phq9", None, "10-------", id="1.0 is an answer"),
    ],
)  # fmt: skip
def test_forms(cells: Mapping[str, Any], measure: str, total: str | None, kept: str) -> None:
    one_session(**cells)
    form = MeasureCompletion.objects.get()
    assert (form.measure, form.answers) == (measure, kept)
    assert form.total == (None if total is None else Decimal(total))


def test_a_blank_form_is_no_form() -> None:
    one_session(**dict.fromkeys([*MEASURES, *item_columns(PHQ9)], ""))
    assert not MeasureCompletion.objects.exists()


def test_modes_of_a_row_and_of_one_measure() -> None:
    one_session(phq9="5", gad7="5", core10="5", mode="self", gad7_mode="practitioner")
    modes = dict(MeasureCompletion.objects.values_list("measure", "mode"))
    assert modes == {"phq9": "self", "gad7": "practitioner", "core10": "self"}


def test_markup_in_free_text_is_text() -> None:
    markup = '<img src="http://evil.example/x.png"/> <b>&amp;</b>'
    imported([an_episode(problem=markup, note=markup)], [a_session(note=markup)])
    episode = Episode.objects.get()
    assert episode.problem == episode.note == Session.objects.get().note == markup


def test_lines_of_a_note_end_alike() -> None:
    imported([an_episode(note=" one\r\ntwo\rthree\tfour\n ")])
    assert Episode.objects.get().note == "one\ntwo\nthree\tfour"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "plain",
        "=1+1",
        "+44",
        "-",
        "@here",
        "'=1",
        "''=1",
        "'quoted'",
        "\t=x",
        "＝1",
        "'＠x",
        "'",
    ],
)
def test_a_guard_comes_off_again(text: str) -> None:
    assert unguarded(guarded(text)) == text
    assert not guarded(text).startswith(("=", "+", "-", "@", "\t", "\r", "＝", "＠"))


def test_headings_as_people_write_them() -> None:
    imported(
        [{"CLIENT": "K1", "Referred-On": "2026-01-05", "birth year": "1965", "Favourite": "tea"}],
        [{"Client": "K1", "DATE": "2026-01-12", "PHQ-9": "9", "Phq9 9": "1", "GAD 7": "4"}],
    )
    assert Client.objects.get().birth_year == 1965
    forms = dict(MeasureCompletion.objects.values_list("measure", "answers"))
    assert forms == {"phq9": "--------1", "gad7": ""}
