"""Endings and outcomes counted in other ways than the key indicators and the journey count them."""

from practice.reports.figures import OutcomeFigures
from practice.reports.journey import OF_ENTERED, Beside, JourneyRow


def other_rows(figures: OutcomeFigures, *, beside: Beside) -> tuple[JourneyRow, ...]:
    """As studies outside the NHS programme count them, and with who has silently stayed open."""
    endings, by = figures.endings, beside.primary
    entered = figures.entered[by]
    return (
        JourneyRow(
            key="planned_estimated",
            title="Planned, estimated",
            of_words="that ended",
            comparison=beside.compare(endings.estimated, "planned_estimated"),
            depth=0,
            aside="unrecorded as unplanned",
        ),
        JourneyRow(
            key="planned_with_silent",
            title="Planned, with the silent open",
            of_words="ended or silent",
            comparison=beside.compare(
                endings.with_silent(figures.silent_open), "planned_with_silent"
            ),
            depth=0,
            aside=f"{figures.silent_open} open without contact for 61 days or more",
        ),
        JourneyRow(
            key=f"measured_ending_{by.value}",
            title="Measured ending",
            of_words=OF_ENTERED,
            comparison=beside.compare(entered.measured, "measured_ending"),
            depth=0,
            aside=f"a first and a last score of {by.words}",
            is_measured=bool(entered.paired) or not entered.of,
        ),
        JourneyRow(
            key=f"improved_of_measured_{by.value}",
            title="Reliably improved, of these",
            of_words="with a measured ending",
            comparison=beside.compare(entered.improved_of_measured, "improved_of_measured"),
            depth=0,
            is_measured=bool(entered.paired) or not entered.of,
        ),
    )
