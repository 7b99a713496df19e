"""The rules that an episode and its sessions must keep together."""

from collections.abc import Iterable

from practice.caseload_files.after import EpisodeAfter, Meeting
from practice.caseload_files.findings import Findings
from practice.caseload_files.sheets import Row
from practice.domain.endings import PLANNED, Ending
from practice.domain.placing import AFTER_THE_END


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
    _check_wish_of_an_open_episode(episode, row, findings)


def _check_wish_of_an_open_episode(episode: EpisodeAfter, row: Row, findings: Findings) -> None:
    if episode.values.get("wished_to_continue") is None:
        return
    if row.cells.get("wished_to_continue"):
        # A column filled with the same word to the bottom must not stop every open episode.
        findings.ignore(
            row,
            "wished_to_continue",
            "ignored, because the episode is open: whether the client wished to continue is asked "
            "when it ends",
        )
        return
    findings.refuse(
        row,
        "ended_on",
        "whether the client wished to continue is stored and belongs to an episode that has ended: "
        "fill in ended_on, or add the column wished_to_continue with an empty cell",
    )


def _check_wish(episode: EpisodeAfter, findings: Findings) -> None:
    if episode.row is None or episode.row.fields.get("wished_to_continue") is not True:
        return
    if findings.is_ignored(episode.row.row, "wished_to_continue"):
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
        if meeting.on <= ended_on or not meeting.scored or meeting.kind in AFTER_THE_END:
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
