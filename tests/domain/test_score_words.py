"""What a new score means, in one line."""

from decimal import Decimal

import pytest

from practice.domain.measures import CORE10, PHQ9, Mode
from practice.domain.score_words import score_words
from practice.domain.session_words import ATTENDANCE, KINDS, MEDIA, MODES
from practice.domain.sessions import QUESTIONNAIRE, Attendance, Kind, Medium


@pytest.mark.parametrize(
    ("total", "earlier", "said"),
    [
        (12, [], "12 moderate; the first score"),
        (12, [15], "12 moderate; 3 lower than last time, no reliable change since the start (15)"),
        (9, [15, 12], "9 mild; 3 lower than last time, reliably improved since the start (15)"),
        (21, [15, 12], "21 severe; 9 higher than last time, reliably worse since the start (15)"),
        (
            12,
            [15, 12],
            "12 moderate; the same as last time, no reliable change since the start (15)",
        ),
    ],
)
def test_the_sentence(total: int, earlier: list[int], said: str) -> None:
    assert score_words(PHQ9, Decimal(total), [Decimal(each) for each in earlier]) == said


def test_decimals_are_shown_as_they_are() -> None:
    said = score_words(CORE10, Decimal("11.11"), [Decimal("20.00")])
    assert said == ("11.11 mild; 8.89 lower than last time, reliably improved since the start (20)")


def test_every_code_has_words() -> None:
    assert set(ATTENDANCE) == set(Attendance)
    assert set(KINDS) == {*Kind, QUESTIONNAIRE}
    assert set(MEDIA) == set(Medium)
    assert set(MODES) == set(Mode)
