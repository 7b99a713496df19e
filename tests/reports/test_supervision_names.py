"""Clients as A, B, C: the letters, their key, and references that somebody typed into a text."""

import pytest

from practice.domain.endings import Ending
from practice.reports.supervision_names import Names, Naming, letter, names_of
from tests.cast import Cast, day, make_agreement, make_completion, make_meeting
from tests.reports.supervising import every_word, make_course, sheet_of, text_of


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        *((0, "A"), (1, "B"), (25, "Z"), (26, "AA"), (27, "AB"), (51, "AZ"), (52, "BA")),
        *((701, "ZZ"), (702, "AAA")),
    ],
)
def test_letters_go_on_after_z(place: int, expected: str) -> None:
    assert letter(place) == expected


def test_no_letter_comes_twice() -> None:
    assert len({letter(place) for place in range(2000)}) == 2000


def named(*references: str, naming: Naming = Naming.LETTERS) -> Names:
    return Names(naming=naming, references=dict(enumerate(references)))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Like C-1 in May", "Like A in May"),
        ("like c-1, and C-1-2.", "like A, and B."),
        (
            "C-12 and XC-1 and C-1X and C-1-3 are others",
            "C-12 and XC-1 and C-1X and C-1-3 are others",
        ),
        ("(C-1)", "(A)"),
        ("  two\r\n lines ", "two lines"),
        ("", ""),
    ],
)
def test_references_within_a_text_become_letters(text: str, expected: str) -> None:
    assert named("C-1", "C-1-2", "X.+").within(text) == expected


def test_with_references_a_text_stays(db: None) -> None:
    assert named("C-1", naming=Naming.REFERENCES).within("Like C-1  in May") == "Like C-1 in May"
    assert named().within("Nobody  here") == "Nobody here"


@pytest.mark.django_db
def test_a_sheet_with_letters_names_nobody_and_its_key_names_everybody(cast: Cast) -> None:
    met = make_meeting(service=cast.service, practitioner=cast.alice, held_on=day(110))
    episode = make_course(cast, "QZX-1", [9, 16])
    make_agreement(meeting=met, episode=episode, agreed="As with QZX-2 and qzx-3")
    make_course(cast, "QZX-2", [9, 8])
    make_course(cast, "QZX-3", [9], ended_on=day(120), ending=Ending.CRISIS, found="Not like QZX-1")
    late = make_course(cast, "QZX-4", [9], start=10, ended_on=day(20), ending=Ending.AGREED_AT_END)
    make_completion(of=late, on=day(18), answers="--------2")
    text = text_of(cast, naming=Naming.LETTERS)
    assert [row.name for row in text.rows] == ["A", "B"]
    assert text.rows[0].agreed[0].text == "25 Apr: As with B and C"
    headings = [note.heading for note in text.since]
    assert headings == ["C", "D, ended", "Scores changed after entry"]
    assert "Not like A." in text.since[0].text
    assert "QZX" not in " ".join(every_word(text)).upper()
    names = names_of(sheet_of(cast), Naming.LETTERS)
    key = {names.letters[client]: name for client, name in names.references.items()}
    assert key == {"A": "QZX-1", "B": "QZX-2", "C": "QZX-3", "D": "QZX-4"}
    assert any("their key is kept apart" in notice for notice in text.notices)


@pytest.mark.django_db
def test_letters_are_the_same_as_long_as_nothing_changes(cast: Cast) -> None:
    for number in range(30):
        make_course(cast, f"C-{number}", [9 + number % 9, 12])
    first = [row.name for row in text_of(cast, naming=Naming.LETTERS).rows]
    assert first == [letter(place) for place in range(30)]
    keys = [names_of(sheet_of(cast), Naming.LETTERS).references for _ in range(3)]
    assert keys[0] == keys[1] == keys[2]
    assert list(keys[0].values()) == [row.name for row in text_of(cast).rows]
