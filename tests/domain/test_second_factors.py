"""Whom a practice asks for a second factor: three answers, each kept as one of three values."""

import pytest

from practice.domain.second_factors import AskFactor


@pytest.mark.parametrize(
    ("answer", "kept", "words"),
    [
        (AskFactor.SEVERAL, None, "where there are several members"),
        (AskFactor.ALWAYS, True, "always"),
        (AskFactor.NEVER, False, "never"),
    ],
)
def test_each_answer_is_kept_and_read_back(
    answer: AskFactor, kept: bool | None, words: str
) -> None:
    assert answer.kept is kept
    assert answer.words == words
    assert AskFactor.of(kept) is answer
