"""What was agreed about an episode in each supervision, with the scores then and now."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from practice.cases.case import Case
from practice.cases.scores import NOT_MEASURED, ScoreLine
from practice.domain.measures import in_figures
from practice.models import Agreement


@dataclass(frozen=True, kw_only=True)
class ThenAndNow:
    """What was agreed in one supervision, with the latest score of each measure then and now.

    Of each primary measure and of every other that was given. A score of the day of the supervision
    itself counts as then.
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
                scores=tuple(then_and_now(line, row.meeting.held_on) for line in case.scores),
            )
        )
    return {key: tuple(agreements) for key, agreements in found.items()}


def then_and_now(line: ScoreLine, day: dt.date) -> str:
    """PHQ-9 15 then, 11 now: the latest score up to the day of a supervision, and the latest since.

    Without a score since it says so: the old one is not told again as if it were new.
    """
    scores = line.trajectory.scores
    then = [score for score in scores if score.on <= day]
    since = [score for score in scores if score.on > day]
    if not scores:
        return f"{line.name} {NOT_MEASURED}"
    before = f"{line.name} {in_figures(then[-1].total)} then" if then else f"{line.name}: none then"
    return f"{before}, " + (f"{in_figures(since[-1].total)} now" if since else "none since")
