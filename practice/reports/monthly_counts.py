"""The month itself: counts alone, because a month of one practitioner gives no rate."""

from practice.domain.measures import PrimaryOutcome
from practice.domain.periods import day_words
from practice.domain.sessions import Attendance
from practice.reports import words
from practice.reports.figures import OutcomeFigures
from practice.reports.monthly import MonthlyReport
from practice.reports.notes import Note
from practice.reports.outcome_page import wished_words


def counts_of(report: MonthlyReport) -> tuple[Note, ...]:
    """The month itself as counts; and 36 months beneath, where the twelve have few endings."""
    month = report.month_figures
    missed = {
        "not attended": Attendance.DNA,
        "late and not seen": Attendance.LATE_NOT_SEEN,
        "cancelled by client": Attendance.CANCELLED_BY_CLIENT,
        "cancelled by practitioner": Attendance.CANCELLED_BY_PRACTITIONER,
    }
    absences = ", ".join(
        f"{month.attendance.get(answer, 0)} {name}" for name, answer in missed.items()
    )
    notes = [
        Note(
            heading=report.month.words,
            text=f"{words.several(month.ended, 'episode', 'episodes')} ended "
            f"({month.endings.planned} planned{_beside(wished_words(month.endings))}, "
            f"{month.endings.unplanned} unplanned, {month.endings.not_recorded} not recorded, "
            f"{month.ended_before_treatment} before treatment); "
            f"{words.several(month.sessions_attended, 'appointment', 'appointments')} attended; "
            f"{absences}. On {day_words(month.period.end)} {month.open_on_last_day} open, "
            f"{month.silent_open} of them without contact for 61 days or more.",
        )
    ]
    if report.longer is not None:
        notes.append(Note(heading="36 months", text=_longer(report.longer, report.primary)))
    return tuple(notes)


def _beside(words_of_it: str) -> str:
    """In brackets, after what it belongs to; "" for nothing."""
    return f" [{words_of_it}]" if words_of_it else ""


def _longer(longer: OutcomeFigures, primary: PrimaryOutcome) -> str:
    tally, endings = longer.finished[primary], longer.endings
    improved = tally.improvement
    outcomes = (
        f"reliably improved {words.in_full(improved.none_of_unpaired)} if none of the unpaired "
        f"did, {words.in_full(improved.pairs_only)} of the pairs"
        if tally.paired
        else f"outcomes {words.NOT_MEASURED}"
    )
    return (
        f"{longer.period.words}: planned, declared {words.in_full(endings.declared)}"
        f"{_beside(wished_words(endings))}, estimated {words.in_full(endings.estimated)}, with silent open "
        f"{words.in_full(endings.with_silent(longer.silent_open))}; {outcomes}. "
        "Not mixed into the rates above."
    )
