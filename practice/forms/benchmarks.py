"""What somebody looks for among the published figures, as the address carries it."""

from collections.abc import Sequence
from typing import Any

from django import forms

from practice.domain.benchmark_figures import Status
from practice.domain.benchmark_search import Search
from practice.domain.benchmark_words import Kind, Whom
from practice.domain.benchmarks import Benchmarks
from practice.domain.definitions import Event

# A few words; more is no search.
LONGEST_SEARCH = 100
_STATUS = {
    Status.PUBLISHED: "published: printed as such",
    Status.DERIVED: "derived: worked out from printed figures",
    Status.SECONDARY: "secondary: quoted, the original not read",
}

Choices = Sequence[tuple[str, str]]


def _choice(*, label: str, none: str, choices: Choices) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label,
        required=False,
        choices=[("", none), *choices],
        error_messages={"invalid_choice": "Nothing of that name is here: choose one of the list."},
    )


def _followed(*, choices: Choices) -> forms.ChoiceField:
    return forms.ChoiceField(
        required=False,
        choices=choices,
        widget=forms.HiddenInput,
        error_messages={"invalid_choice": "Nothing of that name is here."},
    )


class BenchmarkSearchForm(forms.Form):
    """Words first; the rest narrows. Every field may stay empty."""

    use_required_attribute = False
    search = forms.CharField(
        label="Search",
        required=False,
        max_length=LONGEST_SEARCH,
        widget=forms.TextInput(attrs={"type": "search"}),
        help_text="Words of the figure, a place, a year, a publisher.",
        error_messages={"max_length": f"At most {LONGEST_SEARCH} letters: use fewer words."},
    )
    beside = forms.BooleanField(
        label="Only what my own rates may be set beside",
        required=False,
    )

    def __init__(self, *args: Any, figures: Benchmarks, **options: Any) -> None:
        super().__init__(*args, **options)
        self.figures = figures
        periods = {figure.period for figure in figures}
        events = {figure.definition.event for figure in figures}
        sources = {figure.source: figure.publisher for figure in figures}
        self.fields["event"] = _choice(
            label="A rate of what",
            none="anything",
            choices=[(event.value, event.words) for event in Event if event in events],
        )
        self.fields["whom"] = _choice(
            label="About whom", none="anybody", choices=[(whom.value, whom.words) for whom in Whom]
        )
        self.fields["year"] = _choice(
            label="Year or period",
            none="any",
            choices=[(period, period) for period in sorted(periods, reverse=True)],
        )
        self.fields["kind"] = _choice(
            label="Kind of number",
            none="any",
            choices=[(kind.value, kind.words) for kind in Kind],
        )
        self.fields["status"] = _choice(
            label="How we know it",
            none="however",
            choices=[(status.value, words) for status, words in _STATUS.items()],
        )
        # Not to choose from, there are too many: a figure's own page leads to the others of its place
        # and source, and the words find a place by its name.
        self.fields["place"] = _followed(choices=figures.local_services())
        self.fields["source"] = _followed(choices=list(sources.items()))
        self.order_fields(
            ["search", "event", "whom", "year", "kind", "status", "beside", "place", "source"]
        )

    @property
    def further(self) -> list[forms.BoundField]:
        """The fields that narrow what the words find, but for the tick."""
        return [field for field in self.visible_fields() if field.name not in ("search", "beside")]

    @property
    def is_unfolded(self) -> bool:
        """Whether something beyond the search words is chosen, or wrong."""
        return any(
            self.data.get(name) or name in self.errors for name in self.fields if name != "search"
        )

    @property
    def wanted(self) -> Search:
        """What is asked for. With something wrong in the form: everything, and the page says so."""
        if not self.is_valid():
            return Search()
        asked = self.cleaned_data
        return Search(
            words=asked["search"],
            event=Event(asked["event"]) if asked["event"] else None,
            whom=Whom(asked["whom"]) if asked["whom"] else None,
            place=asked["place"],
            year=asked["year"],
            kind=Kind(asked["kind"]) if asked["kind"] else None,
            status=Status(asked["status"]) if asked["status"] else None,
            source=asked["source"],
            is_beside=asked["beside"],
        )

    @property
    def asked(self) -> list[str]:
        """What is asked for, in words."""
        if not self.is_valid():
            return []
        words = [f"“{self.cleaned_data['search']}”"] if self.cleaned_data["search"] else []
        for name in ("event", "whom", "place", "year", "kind", "status", "source"):
            value, field = self.cleaned_data[name], self.fields[name]
            if value and isinstance(field, forms.ChoiceField):
                words.append(str(dict(field.choices)[value]))  # type: ignore[arg-type]
        if self.cleaned_data["beside"]:
            words.append("what your own rates may be set beside")
        return words
