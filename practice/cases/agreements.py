"""What was agreed about an episode in each supervision, with the scores then and now."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from practice.cases.case import Case
from practice.domain.measures import MEASURES, in_figures
from practice.domain.outcomes import Course
from practice.models import Agreement

NO_SCORE = "no score yet"


@dataclass(frozen=True, kw_only=True)
class ThenAndNow:
    """What was agreed in one supervision, with the latest scores of the primary measures then and now.

    A score of the day of the supervision itself counts as then.
    """

    held_on: dt.date
    supervisor: str
    agreed: str
    due_on: dt.date | None
    scores: tuple[str, ...]


def load_agreements(
    cases: Collection[Case], *, until: dt.date
) -> Mapping[int, tuple[ThenAndNow, ...]]:
    """By episode, everything agreed in supervisions up to a day, the latest first: one query."""
    by_episode = {case.episode.pk: case for case in cases}
    rows = (
        Agreement.objects.filter(episode__in=by_episode.keys(), meeting__held_on__lte=until)
        .select_related("meeting")
        .order_by("-meeting__held_on", "-pk")
    )
    found: defaultdict[int, list[ThenAndNow]] = defaultdict(list)
    for row in rows:
        case = by_episode[row.episode_id]
        found[row.episode_id].append(
            ThenAndNow(
                held_on=row.meeting.held_on,
                supervisor=row.meeting.supervisor,
                agreed=row.agreed,
                due_on=row.due_on,
                scores=tuple(
                    _then_and_now(case.course, code, held_on=row.meeting.held_on)
                    for code in case.service.primary.measures
                ),
            )
        )
    return {key: tuple(agreements) for key, agreements in found.items()}


def _then_and_now(course: Course, code: str, *, held_on: dt.date) -> str:
    scores = course.scores(code)
    then = [score for score in scores if score.on <= held_on]
    before = in_figures(then[-1].total) if then else NO_SCORE
    now = in_figures(scores[-1].total) if scores else NO_SCORE
    return f"{MEASURES[code].name}: then {before}, now {now}"
