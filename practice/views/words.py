"""What the words on these pages mean, each with its source."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from practice.domain.words_explained import WORD_GROUPS


@never_cache
@require_safe
def word_list(request: HttpRequest) -> HttpResponse:
    """Every word, in groups; each has an address of its own on the page."""
    return render(request, "words/word_list.html", {"groups": WORD_GROUPS})
