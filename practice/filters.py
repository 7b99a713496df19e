"""Which of the open clients the caseload shows, by what is stored and by what was found of them."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast

import django_filters
from django import forms
from django.db.models import Q, QuerySet

from practice.cases.case import Case
from practice.domain.review import ReviewGroup
from practice.domain.signal_kinds import Signal
from practice.models import Episode, Holding, Practitioner

Choices = Sequence[tuple[str, str]]

ANY_SIGNAL = "any"
PAGE_SIZES = (25, 50, 100)
# Without a signal of the same name: courses are in these groups for another reason.
_PLAIN_GROUPS = (ReviewGroup.NEW, ReviewGroup.NEAR_THE_END, ReviewGroup.OTHER)
_LEADING = ("search", "why")
# Letters, digits and dash of a reference, and a few words: more is no search.
_LONGEST_SEARCH = 100
# What words are looked for in. Notes are encrypted, and cannot be searched.
_SEARCHED = (
    "client__reference",
    "problem",
    "problem_2",
    "problem_3",
    "therapy",
    "contract",
    "source",
)


class CaseloadForm(forms.Form):
    """The fields that are no column of the database; those of the filter set join them."""

    field_order = (
        "search",
        "why",
        "practitioner",
        "contract",
        "therapy",
        "problem",
        "paused",
        "begun",
        "sort",
        "per_page",
    )

    why = forms.ChoiceField(
        label="What to look at",
        required=False,
        choices=[
            ("", "anything or nothing"),
            (ANY_SIGNAL, "any signal"),
            *((signal.value, signal.words) for signal in Signal),
            *((group.value, group.words) for group in _PLAIN_GROUPS),
        ],
        error_messages={
            "invalid_choice": "There is nothing of that name to look at: choose one of the list."
        },
    )
    paused = forms.ChoiceField(
        label="Pause",
        required=False,
        choices=[("", "paused or not"), ("yes", "paused now"), ("no", "not paused")],
        error_messages={"invalid_choice": "Paused now or not: choose one of the list."},
    )
    begun = forms.ChoiceField(
        label="Therapy",
        required=False,
        choices=[("", "begun or not"), ("yes", "has begun"), ("no", "has not begun yet")],
        error_messages={"invalid_choice": "Therapy has begun or not: choose one of the list."},
    )
    sort = forms.ChoiceField(
        label="Order",
        required=False,
        error_messages={"invalid_choice": "Not an order of this list: choose one of these."},
    )
    per_page = forms.ChoiceField(
        label="On a page",
        required=False,
        choices=[(str(size), str(size)) for size in PAGE_SIZES],
        error_messages={"invalid_choice": "Choose how many of the list."},
    )

    @property
    def leading(self) -> list[forms.BoundField]:
        """The fields that are always seen."""
        return [self[name] for name in _LEADING]

    @property
    def further(self) -> list[forms.BoundField]:
        """The fields that are folded away until they are used."""
        return [self[name] for name in self.fields if name not in _LEADING]

    @property
    def is_unfolded(self) -> bool:
        """Whether one of those is used, or wrong."""
        return any(self.data.get(field.html_name) or field.errors for field in self.further)


class CaseloadFilter(django_filters.FilterSet):
    """The open episodes of a scope, narrowed by the address of the page.

    Its choices are what the open clients have, so that none of them finds nothing by itself.
    """

    search = django_filters.CharFilter(
        label="Search", method="filter_search", max_length=_LONGEST_SEARCH
    )
    practitioner = django_filters.ChoiceFilter(
        label="Practitioner",
        empty_label="anybody",
        method="filter_practitioner",
        error_messages={
            "invalid_choice": "Nobody of that kind has an open client here: choose one of the list."
        },
    )
    contract = django_filters.ChoiceFilter(
        label="Contract",
        empty_label="any",
        error_messages={"invalid_choice": "No open client has this contract: choose one of these."},
    )
    therapy = django_filters.ChoiceFilter(
        label="Kind of therapy",
        empty_label="any",
        error_messages={"invalid_choice": "No open client has this therapy: choose one of these."},
    )
    problem = django_filters.ChoiceFilter(
        label="Problem",
        empty_label="any",
        method="filter_problem",
        error_messages={"invalid_choice": "No open client has this problem: choose one of these."},
    )

    class Meta:
        model = Episode
        fields: tuple[str, ...] = ()
        form = CaseloadForm

    def __init__(
        self,
        data: Mapping[str, Any],
        *,
        queryset: QuerySet[Episode],
        cases: Sequence[Case],
        holders: Mapping[int, Practitioner],
        orders: Choices,
        today: dt.date,
    ) -> None:
        """holders: empty where there is one practitioner only. orders: what it can be sorted by."""
        super().__init__(data, queryset)
        self.cases = cases
        self.today = today
        self.orders = orders
        episodes = [case.episode for case in cases]
        self._offer("contract", _texts(each.contract for each in episodes))
        self._offer("therapy", _texts(each.therapy for each in episodes))
        self._offer("problem", _texts(text for each in episodes for text in _problems(each)))
        open_keys = {each.pk for each in episodes}
        people = {each.uid: each for key, each in holders.items() if key in open_keys}
        named = sorted(people.values(), key=lambda person: (str(person).casefold(), person.pk))
        self._offer("practitioner", [(str(person.uid), str(person)) for person in named])

    def _offer(self, name: str, choices: Choices) -> None:
        """Give a filter its choices; one that has none, and was not asked for, is no use."""
        if choices or self.data.get(name):
            self.filters[name].extra["choices"] = choices
        else:
            del self.filters[name]

    @property
    def form(self) -> CaseloadForm:
        """With the orders of the table."""
        form: CaseloadForm = super().form
        cast(forms.ChoiceField, form.fields["sort"]).choices = self.orders
        return form

    def filter_queryset(self, queryset: QuerySet[Episode]) -> QuerySet[Episode]:
        """By the filters alone: the form has fields that are none."""
        for name, each in self.filters.items():
            queryset = each.filter(queryset, self.form.cleaned_data.get(name))
        return queryset

    def filter_search(
        self, queryset: QuerySet[Episode], name: str, value: str
    ) -> QuerySet[Episode]:
        return search(queryset, value)

    def filter_practitioner(
        self, queryset: QuerySet[Episode], name: str, value: str
    ) -> QuerySet[Episode]:
        held = Holding.objects.on(self.today).filter(practitioner__uid=value)
        return queryset.filter(pk__in=held.values("episode"))

    def filter_problem(
        self, queryset: QuerySet[Episode], name: str, value: str
    ) -> QuerySet[Episode]:
        return queryset.filter(Q(problem=value) | Q(problem_2=value) | Q(problem_3=value))

    def found(self) -> list[Case]:
        """The cases that are asked for, in their order; all of them where something is wrong."""
        if not self.is_valid():
            return list(self.cases)
        keys = set(self.qs.values_list("pk", flat=True))
        asked = self.form.cleaned_data
        return [
            case
            for case in self.cases
            if case.episode.pk in keys
            and _fits_why(case, asked["why"])
            and _fits_yes_or_no(asked["paused"], holds=case.is_paused)
            and _fits_yes_or_no(asked["begun"], holds=case.course.entered_therapy)
        ]

    @property
    def asked(self) -> list[str]:
        """What the list is narrowed by, in words; nothing where something is wrong."""
        if not self.is_valid():
            return []
        words = []
        for name in CaseloadForm.field_order:
            value = self.form.cleaned_data.get(name)
            if name in {"sort", "per_page"} or not value:
                continue
            field = self.form.fields[name]
            choices: Any = field.choices if isinstance(field, forms.ChoiceField) else ()
            words.append(f"{str(field.label).lower()}: {dict(choices).get(value, value)}")
        return words


def search(queryset: QuerySet[Episode], asked: str) -> QuerySet[Episode]:
    """Those in whose reference, problems, therapy, contract and source every word stands somewhere.

    Compared here and not in the database: neither SQLite nor PostgreSQL on every machine takes
    Ŵ and ŵ for one letter. One query.
    """
    words = asked.casefold().split()
    rows = queryset.order_by().values_list("pk", *_SEARCHED)
    found = [
        key for key, *texts in rows if all(word in " ".join(texts).casefold() for word in words)
    ]
    return queryset.filter(pk__in=found)


def _fits_why(case: Case, why: str) -> bool:
    """By any of its signals, also one that is not the most pressing; or by its group."""
    found = {one.signal.value for one in case.signals}
    if why == ANY_SIGNAL:
        return bool(found)
    return not why or why in found or why == case.group.value


def _fits_yes_or_no(asked: str, *, holds: bool) -> bool:
    return not asked or (asked == "yes") is holds


def _problems(episode: Episode) -> tuple[str, str, str]:
    return (episode.problem, episode.problem_2, episode.problem_3)


def _texts(texts: Iterable[str]) -> Choices:
    """Each that is written, once, by the alphabet."""
    return [
        (text, text) for text in sorted({*texts} - {""}, key=lambda each: (each.casefold(), each))
    ]
