"""What the words on these pages mean, each with its source."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe


@never_cache
@require_safe
def word_list(request: HttpRequest) -> HttpResponse:
    """Stub."""
    raise Http404
