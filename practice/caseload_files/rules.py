"""The rules that an episode and its sessions must keep together."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping

from practice.caseload_files.after import EpisodeAfter, Meeting
from practice.caseload_files.episode_rows import EpisodeKey
from practice.caseload_files.findings import Findings
from practice.caseload_files.stored import Stored
from practice.domain.endings import PLANNED, Ending
from practice.domain.sessions import QUESTIONNAIRE, Kind

# Their scores may come after the end.
_AFTER_THE_END = frozenset({Kind.FOLLOW_UP.value, QUESTIONNAIRE})


def check_episode(episode: EpisodeAfter, findings: Findings) -> None:
    """All rules of one episode."""
    _check_own_dates(episode, findings)
    _check_wish(episode, findings)
    _check_before_referral(episode, findings)
    _check_end_and_treatment(episode, findings)
    _check_scores_after_end(episode, findings)
    _check_referred_on(episode, findings)


def _check_own_dates(episode: EpisodeAfter, findings: Findings) -> None:
    if episode.row is None:
        return
    row = episode.row.row
    referred_on, ended_on = episode.day("referred_on"), episode.day("ended_on")
    if ended_on and referred_on and ended_on < referred_on:
        findings.refuse(
            row,
            "ended_on" if row.cells.get("ended_on") else "referred_on",
            f"the end, {ended_on}, comes before the referral, {referred_on}: correct one of them",
        )
    if "ended_on" not in episode.values or ended_on is not None:
        return
    if ending := episode.values.get("ending"):
        findings.refuse(
            row,
            "ending" if row.cells.get("ending") else "ended_on",
            f"an ending ({ending}) needs the date on which the episode ended: fill in ended_on, or "
            "empty the ending of an open episode",
        )
    if episode.values.get("wished_to_continue") is not None:
        findings.refuse(
            row,
            "wished_to_continue" if row.cells.get("wished_to_continue") else "ended_on",
            "whether the client wished to continue belongs to an episode that has ended: fill in "
            "ended_on, or empty wished_to_continue",
        )


def _check_wish(episode: EpisodeAfter, findings: Findings) -> None:
    if episode.row is None or episode.row.fields.get("wished_to_continue") is not True:
        return
    ending = episode.values.get("ending")
    if ending is not None and ending not in PLANNED:
        findings.warn(
            episode.row.row,
            "wished_to_continue",
            "it is asked of a planned ending that came at an agreed or paid-for limit, and this "
            "ending is not a planned one: kept, and counted nowhere",
        )


def _check_before_referral(episode: EpisodeAfter, findings: Findings) -> None:
    referred_on = episode.day("referred_on")
    if referred_on is None:
        return
    early = [meeting for meeting in episode.meetings if meeting.on < referred_on]
    for meeting in early:
        if meeting.row is not None:
            findings.refuse(
                meeting.row.row,
                "date",
                f"before the referral, {referred_on}: correct the date, or referred_on of the "
                "episode",
            )
    stored = [meeting.on for meeting in early if meeting.row is None]
    if stored and episode.row is not None:
        findings.refuse(
            episode.row.row,
            "referred_on",
            f"after the first stored session, {min(stored)}: a referral comes first",
        )


def _check_end_and_treatment(episode: EpisodeAfter, findings: Findings) -> None:
    ended_on = episode.day("ended_on")
    if ended_on is None:
        return
    late = [
        meeting for meeting in episode.meetings if meeting.is_treatment and meeting.on > ended_on
    ]
    if not late:
        return
    if episode.row is not None:
        last = max(meeting.on for meeting in late)
        findings.refuse(
            episode.row.row,
            "ended_on",
            f"the end, {ended_on}, comes before the last attended treatment session, {last}: give "
            "that day or a later one, or make later meetings a follow_up",
        )
        return
    _refuse_each(
        late,
        column="date",
        message=f"a treatment session after the end of the episode, {ended_on}: correct the date, "
        "make it a follow_up, or give the episode a later end",
        findings=findings,
    )


def _check_scores_after_end(episode: EpisodeAfter, findings: Findings) -> None:
    ended_on = episode.day("ended_on")
    if ended_on is None:
        return
    for meeting in episode.meetings:
        if meeting.on <= ended_on or not meeting.scored or meeting.kind in _AFTER_THE_END:
            continue
        if meeting.row is not None:
            for code in sorted(meeting.scored):
                findings.refuse(
                    meeting.row.row,
                    code,
                    f"a score after the end of the episode, {ended_on}: only a follow_up or a "
                    "questionnaire comes later; correct the kind, the date or the end",
                )
        elif episode.row is not None:
            findings.refuse(
                episode.row.row,
                "ended_on",
                f"a stored {meeting.kind} session with a score, on {meeting.on}, comes after this "
                "end: give that day or a later one",
            )


def _check_referred_on(episode: EpisodeAfter, findings: Findings) -> None:
    if episode.values.get("ending") != Ending.REFERRED_ON:
        return
    treatment = [meeting for meeting in episode.meetings if meeting.is_treatment]
    if not treatment:
        return
    if episode.row is not None:
        first = min(meeting.on for meeting in treatment)
        findings.refuse(
            episode.row.row,
            "ending",
            f"referred_on is an ending before treatment, and there is a treatment session on "
            f"{first}: an agreed ending (agreed_during_therapy, agreed_at_end) or "
            "ended_by_service is meant",
        )
        return
    _refuse_each(
        treatment,
        column="kind",
        message="the episode was referred on before treatment: correct its ending first (an agreed "
        "one or ended_by_service is meant), or the kind of this session",
        findings=findings,
    )


def _refuse_each(
    meetings: Iterable[Meeting], *, column: str, message: str, findings: Findings
) -> None:
    for meeting in meetings:
        if meeting.row is not None:
            findings.refuse(meeting.row.row, column, message)


def warn_of_overlaps(
    episodes: Iterable[EpisodeAfter], *, stored: Stored, findings: Findings
) -> None:
    """Episodes of one client of which the later begins before the earlier has ended."""
    after = {episode.key: episode for episode in episodes}
    spans: defaultdict[str, dict[EpisodeKey, tuple[dt.date, dt.date]]] = defaultdict(dict)
    for key, kept in stored.episodes.items():
        spans[key[0]][key] = (kept.episode.referred_on, kept.episode.ended_on or dt.date.max)
    for key, episode in after.items():
        start = episode.day("referred_on")
        if start is None or "ended_on" not in episode.values:
            spans[key[0]].pop(key, None)
        else:
            spans[key[0]][key] = (start, episode.day("ended_on") or dt.date.max)
    for client in dict.fromkeys(client for client, _ in after):
        _warn_of_overlaps_of(spans[client], after, findings)


def _warn_of_overlaps_of(
    spans: Mapping[EpisodeKey, tuple[dt.date, dt.date]],
    after: Mapping[EpisodeKey, EpisodeAfter],
    findings: Findings,
) -> None:
    ordered = sorted(spans, key=lambda key: (spans[key], key))
    for place, later in enumerate(ordered):
        for earlier in ordered[:place]:
            if spans[later][0] >= spans[earlier][1]:
                continue
            found = [
                episode.row.row
                for key in (later, earlier)
                if (episode := after.get(key)) is not None and episode.row is not None
            ]
            if found:
                findings.warn(
                    found[0],
                    "referred_on",
                    f"episodes {earlier[1]} and {later[1]} of this client overlap: is the date of "
                    "the referral or of the end right?",
                )
