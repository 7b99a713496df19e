"""What the words mean: all of them on one page, and where the question arises."""

import re

import pytest
from django.template import Context, Template
from django.test import Client
from django.urls import reverse

from practice.domain.words_explained import WORDS
from tests.cast import Cast


def test_every_word_stands_on_the_page_with_its_source(client: Client, cast: Cast) -> None:
    client.force_login(cast.alice)
    page = client.get(reverse("word-list")).content.decode()
    places = re.findall(r'id="([^"]+)"', page)
    assert len(places) == len(set(places))
    assert set(WORDS) <= set(places)
    assert page.count("Source: ") == len(WORDS)


def test_a_word_is_explained_in_place_with_a_way_to_all_of_them(db: None) -> None:
    page = Template('{% load words_explained %}{% what "caseness" "reliable-change" %}').render(
        Context()
    )
    words = " ".join(re.sub(r"<[^>]+>", " ", page).split())
    assert words.startswith("What do “caseness” and “reliable change” mean?")
    assert "PHQ-9 10 or more" in words
    assert "PHQ-9 6 points or more" in words
    assert f'href="{reverse("word-list")}#caseness"' in page
    one = Template('{% load words_explained %}{% what "episode" %}').render(Context())
    assert "What does “episode” mean?" in one


def test_a_word_that_nobody_explains_is_told_at_once() -> None:
    with pytest.raises(KeyError, match="caseload"):
        Template('{% load words_explained %}{% what "caseload" %}').render(Context())
