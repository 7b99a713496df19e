"""Which clients of a supervision sheet get a side of their own."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from practice.cases.case import Case
from practice.reports.supervision import SupervisionSheet


class Which(StrEnum):
    """RISK is what counts until somebody chooses: nobody with an open risk item is forgotten."""

    RISK = "risk"
    SIGNALS = "signals"
    TICKED = "ticked"
    NOBODY = "nobody"


@dataclass(frozen=True, kw_only=True)
class Choice:
    """cases: in the order of the sheet. elsewhere: how many were ticked who are not on the sheet."""

    cases: tuple[Case, ...]
    elsewhere: int = 0


def offered(sheet: SupervisionSheet) -> tuple[Case, ...]:
    """Who can be chosen: the open clients, then those who ended since the last time."""
    return (*(each.case for each in sheet.cases), *sheet.enders)


def has_open_risk(case: Case) -> bool:
    """A risk item above 0 about which nobody has written."""
    return any(item.is_open for item in case.risk_items)


def chosen_cases(sheet: SupervisionSheet, *, which: Which, ticked: Collection[str] = ()) -> Choice:
    """Those chosen, of those on the sheet alone: whoever else is named stays unknown.

    ticked: uids of episodes, as somebody typed them; they count for Which.TICKED alone.
    """
    cases = offered(sheet)
    if which is Which.NOBODY:
        return Choice(cases=())
    if which is Which.RISK:
        return Choice(cases=tuple(case for case in cases if has_open_risk(case)))
    if which is Which.SIGNALS:
        return Choice(
            cases=tuple(
                case
                for case in cases
                if has_open_risk(case) or (case.episode.ended_on is None and case.signals)
            )
        )
    wanted = {uid.strip().lower() for uid in ticked}
    found = tuple(case for case in cases if str(case.episode.uid) in wanted)
    return Choice(cases=found, elsewhere=len(wanted) - len(found))
