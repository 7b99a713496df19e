"""What the words about therapy and its ending mean."""

from practice.domain.endings import LeftOut
from practice.domain.outcomes import FINISHED_FROM, SILENT_FROM_DAYS
from practice.domain.signal_kinds import SILENCE_BANDS
from practice.domain.word import NHS, OURS, Word

_FORM = "CORE End of Therapy form; the two rates: Connell, Grant & Mullin 2006"

THERAPY = (
    Word(
        slug="episode",
        title="episode",
        text=(
            "One referral and the one course of therapy that follows. Every figure counts episodes: "
            "somebody who comes back has two."
        ),
        source=NHS,
    ),
    Word(
        slug="treatment-session",
        title="attended, treatment session",
        text=(
            "Attended: on time, or late but seen. A treatment session is attended and of kind "
            "treatment, assessment and treatment, or review and treatment; an assessment, a review "
            "or a follow-up alone is none."
        ),
        source=NHS,
    ),
    Word(
        slug="entered-therapy",
        title="entered therapy",
        text="At least one treatment session.",
        source=NHS,
    ),
    Word(
        slug="finished-course",
        title="finished course",
        text=(
            f"Ended with {FINISHED_FROM} or more treatment sessions, however it ended. It is not a "
            "planned ending: a client who vanished after the fifth session has finished a course."
        ),
        source=NHS,
    ),
    Word(
        slug="planned-ending",
        title="planned ending, declared and estimated",
        text=(
            "Planned: agreed from the outset, during therapy, at its end, or in another way. "
            "Declared: planned of the endings recorded as planned or unplanned. Estimated: endings "
            "that nobody recorded count as unplanned. The two stand side by side, because a rate "
            "without its gaps flatters. Who died is in neither."
        ),
        source=_FORM,
    ),
    Word(
        slug="wished-to-continue",
        title="stopped at a limit",
        text=(
            "A planned ending at an agreed or paid-for limit while the client wished to go on. It "
            "counts as planned, and is always printed beside."
        ),
        source=OURS,
    ),
    Word(
        slug="silent-open",
        title="silent open",
        text=(
            f"Open, entered therapy, and last seen {SILENT_FROM_DAYS} days ago or more; in bands "
            f"from {', '.join(map(str, SILENCE_BANDS))} days. Missed sessions are no contact. A "
            "drop-out left open is in no rate of endings, so the number stands beside it, and the "
            "rate with them counted as unplanned."
        ),
        source="bands of the NHS data set; our own rule",
    ),
    Word(
        slug="pause",
        title="agreed pause",
        text=(
            "A break until a day, with its reason. It keeps a client off the signals, risk excepted, "
            "and out of no count."
        ),
        source=OURS,
    ),
    Word(
        slug="left-out",
        title="left out",
        text=(
            f"In no figure, for one of {len(LeftOut)} reasons: "
            f"{', '.join(reason.words for reason in LeftOut)}. Reports say how many and why, and how "
            "many were left out after a second score was known."
        ),
        source=OURS,
    ),
    Word(
        slug="measured-ending",
        title="measured ending",
        text=(
            "Entered therapy, ended, and has a first and a last score. The first of the two key "
            "indicators; what share of these improved reliably is the second, and never stands "
            "without the first."
        ),
        source="therapymeetsnumbers.com",
    ),
)
