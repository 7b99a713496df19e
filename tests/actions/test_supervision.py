"""What is written after a supervision: all of it or nothing, once, and never over somebody else's."""

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from practice.actions.supervision import (
    RECORDED,
    Agreed,
    as_it_was,
    correct_meeting,
    record_meeting,
    version_of,
)
from practice.actions.versions import StaleError
from practice.actions.writing import RefusedError
from practice.models import Agreement, Episode, Practitioner, SupervisionMeeting
from tests.cast import Cast, day, make_agreement, make_client, make_episode, make_meeting

pytestmark = pytest.mark.django_db

PLAN = Agreed(agreed="Review the goals", due_on=day(20))
OTHER = Agreed(agreed="Ask about sleep", due_on=None)


def newest(row: Any) -> tuple[str, Practitioner | None, str | None]:
    history = row.history.first()
    return history.history_type, history.history_user, history.history_change_reason


def client_of(cast: Cast) -> Episode:
    return make_episode(client=make_client(service=cast.service), holder=cast.alice)


def unsaved(cast: Cast, **fields: Any) -> SupervisionMeeting:
    given = {"held_on": day(10), "minutes": 60, "supervisor": "Ruth", **fields}
    return SupervisionMeeting(service=cast.service, practitioner=cast.alice, **given)


def stored(meeting: SupervisionMeeting) -> dict[int, Agreed | None]:
    return {each.episode_id: Agreed.of(each) for each in Agreement.objects.filter(meeting=meeting)}


def values(**fields: object) -> dict[str, object]:
    return {"held_on": day(10), "minutes": 60, "supervisor": "Sunniva Vale", **fields}


def test_a_meeting_is_stored_with_its_agreements_and_their_trace(cast: Cast) -> None:
    one, two = client_of(cast), client_of(cast)
    meeting = unsaved(cast)
    record_meeting(meeting=meeting, agreed={one.pk: PLAN, two.pk: OTHER}, by=cast.leda)
    assert stored(meeting) == {one.pk: PLAN, two.pk: OTHER}
    assert meeting.entered_by == cast.leda
    assert newest(meeting) == ("+", cast.leda, RECORDED)
    for agreement in meeting.agreements.all():
        assert newest(agreement) == ("+", cast.leda, RECORDED)


def test_a_meeting_without_agreements(cast: Cast) -> None:
    record_meeting(meeting=unsaved(cast), agreed={}, by=cast.alice)
    assert SupervisionMeeting.objects.count() == 1


def test_the_same_twice_is_refused_in_words_and_stores_nothing(cast: Cast) -> None:
    episode = client_of(cast)
    record_meeting(meeting=unsaved(cast), agreed={episode.pk: PLAN}, by=cast.alice)
    with pytest.raises(RefusedError, match="15 January 2026 with Ruth is already recorded"):
        record_meeting(meeting=unsaved(cast), agreed={episode.pk: OTHER}, by=cast.alice)
    assert [each.agreed for each in Agreement.objects.all()] == [PLAN.agreed]
    # With somebody else, or for somebody else, it is another one.
    record_meeting(meeting=unsaved(cast, supervisor="Ines"), agreed={}, by=cast.alice)
    bobs = unsaved(cast)
    bobs.practitioner = cast.bob
    record_meeting(meeting=bobs, agreed={}, by=cast.bob)


def test_one_bad_agreement_stores_nothing_at_all(cast: Cast) -> None:
    episode = client_of(cast)
    with pytest.raises(IntegrityError), transaction.atomic():
        record_meeting(
            meeting=unsaved(cast),
            agreed={episode.pk: Agreed(agreed="", due_on=None)},
            by=cast.alice,
        )
    assert not SupervisionMeeting.objects.exists()


def test_another_broken_rule_is_not_called_a_repetition(cast: Cast) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        record_meeting(meeting=unsaved(cast, minutes=601), agreed={}, by=cast.alice)


def meeting_with(cast: Cast, *episodes: Episode) -> SupervisionMeeting:
    meeting = make_meeting(service=cast.service, practitioner=cast.alice, held_on=day(10))
    for episode in episodes:
        make_agreement(meeting=meeting, episode=episode, agreed=PLAN.agreed, due_on=PLAN.due_on)
    return meeting


def correct(
    meeting: SupervisionMeeting,
    agreed: dict[int, Agreed | None],
    *,
    by: Practitioner,
    seen: str | None = None,
    **fields: object,
) -> bool:
    return correct_meeting(
        meeting=meeting,
        values=values(**fields),
        agreed=agreed,
        seen=version_of(meeting) if seen is None else seen,
        by=by,
        why="misread",
    )


def test_agreements_are_added_changed_removed_and_left(cast: Cast) -> None:
    changed, removed, kept, untold = (client_of(cast) for _ in range(4))
    added, nothing = client_of(cast), client_of(cast)
    meeting = meeting_with(cast, changed, removed, kept, untold)
    gone = meeting.agreements.get(episode=removed)
    answers = {
        changed.pk: OTHER,
        removed.pk: None,
        kept.pk: PLAN,
        added.pk: OTHER,
        nothing.pk: None,
    }
    assert correct(meeting, answers, by=cast.leda, minutes=90) is True
    assert stored(meeting) == {
        changed.pk: OTHER,
        kept.pk: PLAN,
        untold.pk: PLAN,
        added.pk: OTHER,
    }
    assert newest(meeting) == ("~", cast.leda, "misread")
    assert newest(meeting.agreements.get(episode=changed)) == ("~", cast.leda, "misread")
    assert newest(meeting.agreements.get(episode=added)) == ("+", cast.leda, "misread")
    assert newest(meeting.agreements.get(episode=kept))[0] == "+"
    history: Any = Agreement.history
    last = history.filter(id=gone.pk).first()
    assert (last.history_type, last.history_user, last.agreed) == ("-", cast.leda, PLAN.agreed)


def test_nothing_different_leaves_no_trace_even_when_pressed_twice(cast: Cast) -> None:
    episode = client_of(cast)
    meeting = meeting_with(cast, episode)
    seen = version_of(meeting)
    assert correct(meeting, {episode.pk: OTHER}, by=cast.alice, seen=seen) is True
    again = version_of(meeting)
    # The second click still carries what was seen before the first.
    assert correct(meeting, {episode.pk: OTHER}, by=cast.alice, seen=seen) is False
    assert version_of(meeting) == again


@pytest.mark.parametrize("what", ["meeting", "changed", "removed", "added"])
def test_what_somebody_else_changed_meanwhile_is_not_overwritten(cast: Cast, what: str) -> None:
    one, two = client_of(cast), client_of(cast)
    meeting = meeting_with(cast, one)
    seen = version_of(meeting)
    answers: dict[str, dict[int, Agreed | None]] = {
        "meeting": {},
        "changed": {one.pk: OTHER},
        "removed": {one.pk: None},
        "added": {two.pk: OTHER},
    }
    others = answers[what]
    correct(meeting, others, by=cast.leda, minutes=45 if what == "meeting" else 60)
    before = stored(meeting)
    with pytest.raises(StaleError, match="Nothing of yours was stored"):
        correct(meeting, {one.pk: Agreed(agreed="Mine", due_on=None)}, by=cast.alice, seen=seen)
    assert stored(meeting) == before


def test_moved_onto_another_one_is_refused(cast: Cast) -> None:
    make_meeting(service=cast.service, practitioner=cast.alice, held_on=day(12))
    episode = client_of(cast)
    meeting = meeting_with(cast, episode)
    with pytest.raises(RefusedError, match="17 January 2026 with Sunniva Vale is already"):
        correct(meeting, {episode.pk: None}, by=cast.alice, held_on=day(12))
    assert SupervisionMeeting.objects.get(pk=meeting.pk).held_on == day(10)
    assert stored(meeting) == {episode.pk: PLAN}


def test_values_alone_may_change(cast: Cast) -> None:
    meeting = meeting_with(cast)
    assert correct(meeting, {}, by=cast.alice, held_on=dt.date(2026, 1, 9)) is True
    assert SupervisionMeeting.objects.get().held_on == dt.date(2026, 1, 9)


def test_as_it_was_when_somebody_looked_at_it(cast: Cast) -> None:
    one, two = client_of(cast), client_of(cast)
    meeting = meeting_with(cast, one)
    seen = version_of(meeting)
    correct(meeting, {one.pk: OTHER, two.pk: PLAN}, by=cast.leda, minutes=90)
    middle = version_of(meeting)
    correct(meeting, {one.pk: None}, by=cast.leda, minutes=90)
    for version, minutes, agreed in (
        (seen, 60, {one.pk: PLAN}),
        (middle, 90, {one.pk: OTHER, two.pk: PLAN}),
        (version_of(meeting), 90, {two.pk: PLAN}),
    ):
        found = as_it_was(meeting, seen=version)
        assert found is not None
        then, agreements = found
        assert (then.pk, then.minutes) == (meeting.pk, minutes)
        assert {key: Agreed.of(each) for key, each in agreements.items()} == agreed


@pytest.mark.parametrize("seen", ["", "x-y", "999999-999999", "1"])
def test_what_never_was_has_no_state(cast: Cast, seen: str) -> None:
    assert as_it_was(meeting_with(cast), seen=seen) is None
