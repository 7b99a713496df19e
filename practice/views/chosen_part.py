"""Which part of somebody's own courses a page shows: read from its address, the same on every page."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.http import urlencode

from practice.cohorts import Cohort, Scope, first_referral, load_cohort, only
from practice.domain.groups import GroupBy, group_words
from practice.domain.periods import Month, Period
from practice.forms.chosen import SPANS, ChosenForm, group_in_address


@dataclass(frozen=True, kw_only=True)
class ChosenPart:
    """The courses of a period, whole and narrowed to the groups that were asked for.

    month: the last of the period. groups: what narrows `part`; empty for all.
    """

    form: ChosenForm
    month: Month
    months: int
    whole: Cohort
    part: Cohort
    groups: Mapping[GroupBy, str]

    @property
    def period(self) -> Period:
        """Its first and last day; a running month goes up to today."""
        return self.whole.period

    @property
    def words(self) -> str:
        """What it is narrowed to, in words; "" for everybody."""
        return "; ".join(
            f"{by.words}: {group_words(value, by)}" for by, value in self.groups.items()
        )

    @property
    def query(self) -> str:
        """What is shown, for another address: the period, and each group."""
        return query_of(self, self.groups)


def query_of(part: ChosenPart, groups: Mapping[GroupBy, str]) -> str:
    """The period of a part with other groups, for an address."""
    named = {by.value: group_in_address(value) for by, value in groups.items()}
    return urlencode({"to": str(part.month), "months": str(part.months)} | named)


def chosen_part(
    request: HttpRequest,
    scope: Scope,
    *,
    today: dt.date,
    usual: Month,
    kinds: Iterable[GroupBy] = GroupBy,
) -> ChosenPart:
    """Read the choice and load the courses: a fixed number of queries.

    usual: the last month where none is asked for. kinds: what it may be narrowed by. Where
    something is wrong, the form says so: a wrong period shows the usual one, and a wrong group
    shows everybody, because a half-narrowed page would hide somebody.
    """
    first = min(first_referral(scope.service) or today, usual.period.start)
    form = ChosenForm(request.GET.dict(), first=first, today=today, usual=usual)
    is_good = form.is_valid()
    month: Month = form.cleaned_data["to"] if is_good else usual
    months: int = form.cleaned_data["months"] if is_good else SPANS[0]
    whole = load_cohort(scope, month.months_to(months).until(today))
    form.offer(whole.ended, kinds)
    # What was added asks to be read too.
    form.full_clean()
    groups = form.groups
    return ChosenPart(
        form=form,
        month=month,
        months=months,
        whole=whole,
        part=only(whole, groups),
        groups=groups,
    )
