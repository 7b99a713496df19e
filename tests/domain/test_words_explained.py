"""The words explained: each once, and no number but those of the rules."""

import ast
import re
from pathlib import Path

import pytest

from practice.domain import (
    words_explained,
    words_of_comparing,
    words_of_scores,
    words_of_therapy,
)
from practice.domain.estimates import COMPLETE_FROM
from practice.domain.measures import MEASURES
from practice.domain.outcomes import FINISHED_FROM, SILENT_FROM_DAYS
from practice.domain.signal_kinds import SILENCE_BANDS
from practice.domain.words_explained import WORD_GROUPS, WORDS

MODULES = (words_explained, words_of_comparing, words_of_scores, words_of_therapy)
# Names of methods and an example; everything else comes from the rules.
NO_RULE = re.compile(r"95% interval|k of n| in 10\b|\b0\b")


def test_each_word_has_its_place_its_text_and_its_source() -> None:
    words = [word for group in WORD_GROUPS for word in group.words]
    assert len(words) == len(WORDS)
    assert len({word.title for word in words}) == len(words)
    for word in words:
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", word.slug)
        assert word.text.endswith(".")
        assert word.source
        assert not word.source.endswith(".")


def test_thresholds_are_those_of_the_measures() -> None:
    caseness, change = WORDS["caseness"], WORDS["reliable-change"]
    for measure in MEASURES.values():
        assert f"{measure.name} {measure.case_at} or more" in caseness.text
        assert f"{measure.name} {measure.reliable_change} points or more" in change.text
        assert measure.case_source in caseness.source
        for band in measure.bands:
            assert f"{band.lower}-" in WORDS["severity"].text
            assert band.word in WORDS["severity"].text
        if measure.risk_item is not None:
            assert f"item {measure.risk_item} of {measure.name}" in WORDS["risk-item"].text


def test_bands_as_the_sources_print_them() -> None:
    """Worked: the bands of the three questionnaires, in full."""
    assert WORDS["severity"].text == (
        "PHQ-9: 0-4 minimal, 5-9 mild, 10-14 moderate, 15-19 moderately severe, 20-27 severe. "
        "GAD-7: 0-4 minimal, 5-9 mild, 10-14 moderate, 15-21 severe. "
        "CORE-10: 0-10 healthy or low, 11-14 mild, 15-19 moderate, 20-24 moderate to severe, "
        "25-40 severe."
    )


def test_days_counts_and_shares_are_those_of_the_rules() -> None:
    assert f"{FINISHED_FROM} or more treatment sessions" in WORDS["finished-course"].text
    assert f"{SILENT_FROM_DAYS} days ago" in WORDS["silent-open"].text
    for days in SILENCE_BANDS:
        assert str(days) in WORDS["silent-open"].text
    assert f"Under {float(COMPLETE_FROM):.0%} " in WORDS["incomplete"].text
    assert "exact p under .05. From 10 to 19 " in WORDS["suggests"].text


@pytest.mark.parametrize("module", MODULES, ids=lambda module: str(module.__name__))
def test_no_number_is_typed_again(module: object) -> None:
    path = Path(str(getattr(module, "__file__", "")))
    tree = ast.parse(path.read_text(encoding="utf-8"))
    typed = []
    for call in ast.walk(tree):
        if isinstance(call, ast.keyword) and call.arg == "text":
            for part in ast.walk(call.value):
                # What stands in braces is no text.
                if isinstance(part, ast.Constant) and isinstance(part.value, str):
                    typed += re.findall(r".*\d.*", NO_RULE.sub("", part.value))
    assert typed == []
