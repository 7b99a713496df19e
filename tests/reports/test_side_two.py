"""The second side, by hand: what each block says of a caseload whose numbers can be counted."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from practice.cohorts import Scope
from practice.domain.endings import Ending
from practice.domain.periods import Period
from practice.models import Episode, Practitioner, Service, SupervisionMeeting
from practice.reports.blocks import Block
from practice.reports.client_hours import Work, worked
from practice.reports.side_two.quality import risk_not_seen
from practice.reports.supervision_log import supervision_log
from tests.caseloads import (
    CASE,
    LAST_DAY,
    MONTH,
    WELL,
    Therapy,
    only,
    scope_with,
    store,
    therapies,
)
from tests.cast import (
    Cast,
    hand_over,
    make_client,
    make_completion,
    make_episode,
    make_session,
    saved,
)
from tests.reports.dressing import dressed
from tests.reports.reading import report_of, text_of

YEAR = MONTH.twelve_months_to


def block_of(scope: Scope, key: str) -> Block:
    (found,) = (block for block in blocks_of(scope) if block.key == key)
    return found


def blocks_of(scope: Scope) -> Sequence[Block]:
    text = text_of(scope)
    return (*text.front_blocks, *text.blocks)


def cells(block: Block) -> dict[str, tuple[str, ...]]:
    return {line.title: line.cells for grid in block.grids for line in grid.lines}


def notes(block: Block) -> str:
    return " ".join(note.text for note in block.notes)


def ended_episode(
    service: Service, holder: Practitioner, *, on: dt.date = LAST_DAY, ending: str = "agreed_at_end"
) -> Episode:
    return make_episode(
        client=make_client(service=service),
        holder=holder,
        referred_on=on - dt.timedelta(days=60),
        ended_on=on,
        ending=ending,
    )


# --- Leaving


def test_leaving_by_hand(cast: Cast) -> None:
    made = [
        Therapy(sessions=1, ending=Ending.LOSS_OF_CONTACT),
        Therapy(sessions=4, ending=Ending.CRISIS, first=CASE, last=WELL),
        Therapy(sessions=12, first=CASE, last=WELL),
        Therapy(sessions=12, ending=None),
        Therapy(sessions=0, ending=None),
    ]
    scope = scope_with(cast.service, cast.alice, made)
    assert cells(block_of(scope, "left-at-session")) == {
        "1": ("1", "0", "1", "0"),
        "2": ("0", "0", "0", "0"),
        "3 to 5": ("1", "0", "1", "0"),
        "6 to 10": ("0", "0", "0", "0"),
        "11 or more": ("2", "1", "0", "1"),
    }
    last = block_of(scope, "last-contact")
    assert cells(last) == {
        "Reliably improved": ("1",),
        "No reliable change": ("0",),
        "Reliably worse": ("0",),
        "No second score": ("1",),
    }
    assert last.grids[0].head[0] == "Of 2 unplanned endings"


# --- Hours


def hours_caseload(cast: Cast) -> Scope:
    """Alice in October: 50 + 60 min of treatment, 90 of assessment, one without; 50 in September."""
    episode = ended_episode(cast.service, cast.alice)
    for day, fields in (
        (1, {"minutes": 90, "kind": "assessment"}),
        (2, {"minutes": 50}),
        (9, {"minutes": 60, "attendance": "late", "kind": "review_and_treatment"}),
        (16, {"minutes": None}),
        (23, {"minutes": 50, "attendance": "dna"}),
    ):
        make_session(episode=episode, held_on=dt.date(2025, 10, day), **fields)
    make_session(episode=episode, held_on=dt.date(2025, 9, 30), minutes=50)
    make_session(episode=episode, held_on=dt.date(2024, 10, 31), minutes=500)
    for met_on, minutes in ((dt.date(2025, 10, 5), 90), (dt.date(2025, 1, 5), 60)):
        saved(
            SupervisionMeeting(
                service=cast.service,
                practitioner=cast.alice,
                held_on=met_on,
                minutes=minutes,
                supervisor="Somebody",
            ),
            by=cast.alice,
        )
    return Scope(service=cast.service, practitioner=cast.alice)


def test_hours_by_hand(cast: Cast) -> None:
    assert cells(block_of(hours_caseload(cast), "hours")) == {
        "Treatment": ("1.8 h (3)", "2.7 h (4)"),
        "Assessment": ("1.5 h (1)", "1.5 h (1)"),
        "Client hours": ("3.3 h (4)", "4.2 h (5)"),
        "without minutes": ("1", "1"),
        "Supervision had": ("1.5 h (1)", "2.5 h (2)"),
    }


def test_no_minutes_at_all_is_a_dash_and_not_no_hours(cast: Cast) -> None:
    scope = scope_with(cast.service, cast.alice, [Therapy(sessions=2)])
    assert cells(block_of(scope, "hours"))["Client hours"] == ("– (2)", "– (2)")


def test_a_service_has_the_hours_and_supervisions_of_all(cast: Cast) -> None:
    alices = hours_caseload(cast)
    episode = ended_episode(cast.service, cast.bob)
    make_session(episode=episode, held_on=dt.date(2025, 10, 20), minutes=30)
    whole, hers = (worked(scope, YEAR)[0] for scope in (Scope(service=cast.service), alices))
    assert whole.total == hers.total + Work(sessions=1, minutes=30)
    assert whole.supervision == hers.supervision
    other = Scope(service=cast.other_service)
    assert worked(other, YEAR)[0].total == Work()


def test_the_hour_belongs_to_who_held_the_client_that_day(cast: Cast) -> None:
    episode = ended_episode(cast.service, cast.alice)
    for day in (10, 20):
        make_session(episode=episode, held_on=dt.date(2025, 10, day), minutes=60)
    hand_over(episode=episode, to=cast.bob, on=dt.date(2025, 10, 15))
    for person in (cast.alice, cast.bob):
        (found,) = worked(Scope(service=cast.service, practitioner=person), YEAR)
        assert found.total == Work(sessions=1, minutes=60)


@pytest.mark.parametrize("seed", range(3))
def test_hours_are_those_of_the_supervision_log(cast: Cast, seed: int) -> None:
    """Two papers that name the hours of the same twelve months may not differ."""
    made = therapies(seed, ended=20, still_open=5)
    scope = dressed(scope_with(cast.service, cast.alice, made), seed)
    log = supervision_log(scope, today=LAST_DAY).total
    (found,) = worked(scope, YEAR)
    assert (log.sessions, log.client_minutes, log.without_minutes) == (
        found.total.sessions,
        found.total.minutes,
        found.total.without,
    )
    assert (log.meetings, log.minutes) == (found.supervision.meetings, found.supervision.minutes)


def test_a_month_not_over_is_counted_up_to_the_day_of_printing(cast: Cast) -> None:
    episode = ended_episode(cast.service, cast.alice)
    for day in (10, 20):
        make_session(episode=episode, held_on=dt.date(2025, 10, day), minutes=60)
    report = report_of(
        Scope(service=cast.service, practitioner=cast.alice), printed_on=dt.date(2025, 10, 15)
    )
    assert report.side_two.hours.of_month.total == Work(sessions=1, minutes=60)
    assert report.side_two.hours.of_year.total == Work(sessions=1, minutes=60)


# --- After the ending


def test_after_the_ending_by_hand(cast: Cast) -> None:
    on = LAST_DAY - dt.timedelta(days=100)
    store(cast.service, cast.alice, [Therapy(ended_on=on, first=CASE, last=WELL) for _ in range(3)])
    first, second, _third = Episode.objects.filter(ended_on=on).order_by("pk")
    for episode, total in ((first, 5), (second, 18)):
        for measure in ("phq9", "gad7"):
            make_completion(of=episode, on=on + dt.timedelta(days=70), measure=measure, total=total)
    # Not known by the end of the month.
    make_completion(of=first, on=LAST_DAY + dt.timedelta(days=1), total=27)
    block = block_of(Scope(service=cast.service, practitioner=cast.alice), "follow-up")
    assert cells(block) == {
        "Scored again, of two scores": ("2 of 3",),
        "Improved at the end, scored again": ("2 of 3",),
        "still improved on the first": ("1 of 2",),
        "Better since the last score": ("0 of 2",),
        "No reliable change since": ("1 of 2",),
        "Worse since the last score": ("1 of 2",),
    }
    assert "10 weeks after the last score" in block.grids[0].caption
    assert notes(block) == "1, of them 1 improved at the end: not known."


# --- Fees


def paid_caseload(cast: Cast, *, courses: int, unpaid: int = 0) -> Scope:
    for number in range(courses + unpaid):
        episode = ended_episode(cast.service, cast.alice)
        for back, fee in ((14, Decimal(50)), (0, None if number >= courses else Decimal(70))):
            held = make_session(
                episode=episode, held_on=LAST_DAY - dt.timedelta(days=back), fee=fee
            )
            for measure in ("phq9", "gad7"):
                make_completion(of=held, measure=measure, total=20 if back else 3)
    return Scope(service=cast.service, practitioner=cast.alice)


def test_fees_by_hand(cast: Cast) -> None:
    block = block_of(paid_caseload(cast, courses=10, unpaid=2), "fees")
    assert cells(block) == {
        # (10 x 120 + 2 x 50) / 22
        "Session": ("£59", "22", "£99 to £177"),
        "Whole course": ("£120", "10", "£877"),
        "For each improved": ("£120", "10", "–"),
        "For each recovered": ("£120", "10", "£1,766"),
    }
    assert block.grids[0].head[-1] == "NHS cost 2013"
    assert "2 sessions, 2 courses left out" in notes(block)
    assert block.notes[0].heading == "Not comparable"


def test_under_ten_there_is_no_mean_over_courses(cast: Cast) -> None:
    found = cells(block_of(paid_caseload(cast, courses=9), "fees"))
    assert found["Session"][:2] == ("£60", "18")
    assert [found[title][0] for title in found if title != "Session"] == ["–"] * 3


def test_without_a_fee_there_is_no_block_of_fees(cast: Cast) -> None:
    scope = scope_with(cast.service, cast.alice, [Therapy()])
    assert not [block for block in blocks_of(scope) if block.key == "fees"]


# --- Data quality


def test_data_quality_by_hand(cast: Cast) -> None:
    made = [
        Therapy(first=CASE, last=WELL),
        Therapy(first=only(CASE, "phq9"), last=only(WELL, "phq9"), ending=None),
        Therapy(),
        Therapy(sessions=0, ending=None),
    ]
    scope = scope_with(cast.service, cast.alice, made)
    found = cells(block_of(scope, "data-quality"))
    assert found["Second score, PHQ-9 and GAD-7"] == ("1 of 3",)
    assert found["Second score of any measure"] == ("2 of 3",)
    assert found["Ending not recorded"] == ("1 of 3",)
    assert found["Sessions without minutes"] == ("12 of 12 (100%)",)
    # PHQ-9 twice of two clients, CORE-10 twice of one: totals alone.
    assert found["Risk item not seen"] == ("6 of 6",)


@pytest.mark.parametrize(
    ("measure", "answers", "is_seen"),
    [
        ("phq9", "222211201", True),
        ("phq9", "222211200", True),
        ("phq9", "22221120-", False),
        ("phq9", "--------3", True),
        ("phq9", "", False),
        ("core10", "1111101111", True),
        ("core10", "11111-1111", False),
    ],
)
def test_a_risk_item_is_seen_when_it_was_answered(
    cast: Cast, *, measure: str, answers: str, is_seen: bool
) -> None:
    episode = ended_episode(cast.service, cast.alice)
    make_completion(of=episode, on=LAST_DAY, measure=measure, answers=answers)
    make_completion(of=episode, on=LAST_DAY, measure="gad7", total=4)
    found = risk_not_seen(Scope(service=cast.service, practitioner=cast.alice), YEAR)
    assert (found.k, found.n) == (int(not is_seen), 1)


def test_forms_outside_the_twelve_months_and_of_others_are_not_counted(cast: Cast) -> None:
    episode = ended_episode(cast.service, cast.alice)
    held = make_session(episode=episode, held_on=YEAR.end)
    make_completion(of=held)
    make_completion(of=episode, on=YEAR.end + dt.timedelta(days=1))
    make_completion(of=ended_episode(cast.service, cast.bob), on=YEAR.end)
    scope = Scope(service=cast.service, practitioner=cast.alice)
    assert risk_not_seen(scope, YEAR).n == 1
    assert risk_not_seen(Scope(service=cast.service), YEAR).n == 2
    day = Period(start=YEAR.end, end=YEAR.end)
    assert risk_not_seen(Scope(service=cast.other_service), day).n == 0


# --- Beside the published figures


def paired(size: int, *, unpaired: int = 0) -> list[Therapy]:
    return [
        *(Therapy(first=CASE, last=WELL) for _ in range(size)),
        *(Therapy(first=CASE) for _ in range(unpaired)),
    ]


def spread_of(scope: Scope) -> dict[str, tuple[float | None, str]]:
    (picture,) = block_of(scope, "pathway").pictures
    return {row.label: (row.own, row.counts) for row in picture.chart.rows}  # type: ignore[attr-defined]


def test_the_own_mark_stands_among_the_services_from_ten(cast: Cast) -> None:
    scope = scope_with(cast.service, cast.alice, paired(9))
    assert spread_of(scope)["Reliably improved"] == (None, "9 of 9")
    store(cast.service, cast.alice, paired(1))
    assert spread_of(scope)["Reliably improved"] == (1.0, "10 of 10")


def test_no_own_mark_where_too_few_have_two_scores(cast: Cast) -> None:
    scope = scope_with(cast.service, cast.alice, paired(17, unpaired=3))
    assert spread_of(scope)["Reliably improved"] == (None, "17 of 20, not comparable")
    block = block_of(scope, "pathway")
    assert cells(block)["Reliably improved"][2] == "not comparable"
    assert "Reliably improved: incomplete: under 90%" in notes(block)
    assert spread_of(scope)["Planned endings, declared"][0] == 1.0


def test_no_own_mark_where_too_few_endings_are_recorded(cast: Cast) -> None:
    made = [Therapy(ending=Ending.AGREED_AT_END if number > 2 else None) for number in range(20)]
    scope = scope_with(cast.service, cast.alice, made)
    assert spread_of(scope)["Planned endings, declared"] == (None, "17 of 17, not comparable")


def test_waits_are_not_comparable_where_enquiries_are_not_logged(cast: Cast) -> None:
    scope = scope_with(cast.service, cast.alice, paired(12))
    title = "First session within 6 weeks"
    assert cells(block_of(scope, "pathway"))[title] == (
        "12 of 12 (100%; 76% to 100%)",
        "91.6%",
        "not comparable",
    )
    cast.service.logs_every_enquiry = True
    assert cells(block_of(scope, "pathway"))[title][2] != "not comparable"


def test_dose_beside_england(cast: Cast) -> None:
    made = [Therapy(sessions=2), Therapy(sessions=9), Therapy(sessions=1)]
    scope = scope_with(cast.service, cast.alice, made)
    assert cells(block_of(scope, "pathway"))["Mean sessions, two or more"] == (
        "5.5 (11 over 2)",
        "8.4",
        "–",
    )


# --- The two key indicators


def points_of(scope: Scope) -> dict[str, tuple[str, ...]]:
    return {title[3:]: line for title, line in cells(block_of(scope, "key-indicators")).items()}


def test_the_two_own_points_by_hand(cast: Cast) -> None:
    """20 entered: 18 finished and paired, 12 of them improved; two came once."""
    made = [
        *(Therapy(first=CASE, last=WELL) for _ in range(12)),
        *(Therapy(first=CASE, last=CASE) for _ in range(6)),
        *(Therapy(sessions=1) for _ in range(2)),
    ]
    found = points_of(scope_with(cast.service, cast.alice, made))
    assert found["Own, measured endings"] == ("18 of 20 (90%)", "12 of 18 (67%)")
    assert found["Own, two or more sessions"] == ("18 of 20 (90%)", "12 of 18 (67%)")
    assert found["England 2024-25, two or more sessions"][0].startswith("57.0% of ")
    assert found["Nurses (RCN) 2003-04, definition not stated"][0] == "84.0%, n not stated"


def test_englands_point_stands_only_where_it_may(cast: Cast) -> None:
    scope = scope_with(cast.service, cast.alice, paired(17, unpaired=3))
    assert not [title for title in points_of(scope) if title.startswith("England")]
    assert "The published point is left out" in notes(block_of(scope, "key-indicators"))


def test_a_trail_from_the_year_before(cast: Cast) -> None:
    earlier = dt.date(2024, 10, 31)
    scope = scope_with(cast.service, cast.alice, paired(10))
    report = report_of(scope)
    assert report.scatter is not None
    own = report.scatter.pictures[0].chart.points[0]  # type: ignore[attr-defined]
    assert own.trail is None
    made = [Therapy(first=CASE, last=CASE, ended_on=earlier) for _ in range(10)]
    store(cast.service, cast.alice, made)
    report = report_of(scope)
    assert report.scatter is not None
    own = report.scatter.pictures[0].chart.points[0]  # type: ignore[attr-defined]
    assert own.trail == (1.0, 0.0)
    assert (own.x, own.y) == (1.0, 1.0)


def test_endings_by_month_are_all_the_endings(cast: Cast) -> None:
    report = report_of(scope_with(cast.service, cast.alice, therapies(3, ended=70)))
    assert len(report.months) == 12
    assert str(report.months[-1].month) == "2025-10"
    for name in ("of", "planned", "unplanned", "not_recorded", "died"):
        assert sum(getattr(month.endings, name) for month in report.months) == getattr(
            report.figures.endings, name
        )


def test_effect_sizes_from_twenty_pairs(cast: Cast) -> None:
    totals = [{"core10": 20 + number % 5} for number in range(20)]
    made = [Therapy(first=first, last={"core10": 5}) for first in totals]
    scope = scope_with(cast.service, cast.alice, made[:19])
    assert "effect size" not in "".join(cells(block_of(scope, "by-measure")))
    store(cast.service, cast.alice, made[19:])
    (title,) = (t for t in cells(block_of(scope, "by-measure")) if t.startswith("CORE-10"))
    assert title.endswith("(20 pairs)")


def test_a_fixed_number_of_queries_for_hours_and_quality(cast: Cast) -> None:
    scope = scope_with(cast.service, cast.alice, therapies(2, ended=30))
    with CaptureQueriesContext(connection) as queries:
        worked(scope, YEAR, MONTH.period)
        risk_not_seen(scope, YEAR)
    assert len(queries) == 3
