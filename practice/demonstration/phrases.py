"""What invented practitioners write: short, plain, and about nobody.

The signs & and < stand in some on purpose: nothing may take words for markup.
"""

from collections.abc import Mapping
from types import MappingProxyType

from practice.demonstration.open_cases import Signal
from practice.domain.endings import Ending

# What was asked and what was done about a risk item above 0.
RESPONSES = (
    (
        "Asked about thoughts, plans and means. Passing thoughts when tired, no plan, no intent.",
        "Safety plan looked at again. GP, Samaritans 116 123 & NHS 111 on a card.",
    ),
    (
        "Thoughts of not waking up, no wish to act. Children named as the reason.",
        "Agreed to say if this changes. To be asked again next session.",
    ),
    (
        "Ticked it for one bad night last week. No plan; tablets are kept by the partner.",
        "Safety plan begun together. Client agreed to a letter to the GP, sent the same day.",
    ),
    (
        "Asked directly: fleeting thoughts, < once a week, none today.",
        "Crisis numbers given again. Talked through in supervision.",
    ),
    (
        "Misread the question: meant hurting their back at work. No thoughts of self-harm.",
        "Gone through the question together. Nothing further needed.",
    ),
    (
        "Thoughts of self-harm under stress at work, not acted on for two years.",
        "What helps was written down: sister, walking, the evening line. Reviewed weekly.",
    ),
    (
        "Has felt like this before, knows the signs. No plan, has told a friend.",
        "Friend stays in the safety plan. Appointment with the GP made from the room.",
    ),
)

# What was agreed about the clients made to order, in the last supervision.
AGREED_FOR: Mapping[Signal, str] = MappingProxyType(
    {
        Signal.SILENT_70: "One more letter: the place is kept until the end of the month.",
        Signal.RISK: "Ask about safety each time, whatever the score. Safety plan to the front.",
        Signal.WORSE: "Ask what happened around session 3. Is the pace too fast?",
        Signal.RECOVERED: "Talk about the ending: fortnightly, then a follow-up at 3 months.",
        Signal.EARLY: "Agree two goals in the client's own words.",
        Signal.SILENT_130: "If no answer to the last letter, close as loss of contact.",
        Signal.NOT_IMPROVED: "Review the goals together. Is this the right therapy, or refer on?",
        Signal.OVERDUE: "Give the forms at the start of the session, not at the end.",
        Signal.NEAR_THE_END: "Two sessions for the ending: what to keep, what to do in a bad week.",
        Signal.LEFT: "Missed an appointment: ring once, then write.",
        Signal.PAUSED: "Pause as agreed. Write a line when it is over & offer two dates.",
    }
)
# And about all others, in any supervision.
AGREED = (
    "Go on as planned.",
    "Review the goals in the next session.",
    "Ask how we are working together, and what is missing.",
    "Slow down: stay with the first half of the session.",
    "Bring a recording of ten minutes, with the client's consent.",
    "Offer a session with the partner, if the client wishes.",
    "Look at sleep first; a diary for two weeks.",
    "Say plainly how many sessions are left, and what they are for.",
    "Less advice, more asking. Notice who does the work.",
    "Ask about drinking, with no lecture.",
    "Graded plan for going back to work: < 3 days a week at first.",
    "Formulate again on one page & share it with the client.",
    "Wait: it is too early to say. Look at the scores next time.",
    "Name the anger in the room when it is there.",
    "Ask the GP about a review of the tablets, with consent.",
    "Check who else is involved: occupational health, the GP.",
)

# What the practitioner found after an unplanned ending, and would try another time.
AFTERWARDS: Mapping[Ending, tuple[tuple[str, str], ...]] = MappingProxyType(
    {
        Ending.LOSS_OF_CONTACT: (
            (
                "Two texts and a letter, no answer. The last session had been about money.",
                "Talk about fees before they become a worry.",
            ),
            (
                "Had felt much better the week before, and may have had enough.",
                "Ask each time whether this is enough for now, and plan a last session early.",
            ),
            (
                "Missed three evenings in a row after a change of shifts.",
                "Offer another time at the first missed session.",
            ),
            ("No reason known. Letter with an open door sent.", ""),
            (
                "We had begun the hardest part, and I did not say that it would be hard.",
                "Say beforehand that it can feel worse for a while, & agree how to stop.",
            ),
        ),
        Ending.DID_NOT_WISH_TO_CONTINUE: (
            (
                "Wanted advice and felt I only listened.",
                "Ask in session 2 what they hoped I would do, and check again in session 4.",
            ),
            (
                "Said it was not the right time; may come back in the new year.",
                "Agree a date on which I may write.",
            ),
            (
                "Felt better, and did not wish to go over it all again.",
                "Offer three sessions with an end from the start.",
            ),
            ("Preferred to see somebody nearer home. Names given.", ""),
        ),
        Ending.CRISIS: (
            (
                "Taken into hospital after a bad weekend. Crisis team & GP informed.",
                "Make the safety plan in the first two sessions, not the fifth.",
            ),
            (
                "A death in the family; everything else had to stop.",
                "Write after six weeks, with no pressure to answer.",
            ),
        ),
        Ending.ENDED_BY_SERVICE: (
            (
                "Needed more than one hour a week could give. Referred to the community team.",
                "Bring it to supervision earlier: the scores had said so since session 3.",
            ),
            ("The funder ended the contract with two weeks' notice.", "Ask for written notice."),
        ),
        Ending.OTHER_UNPLANNED: (
            (
                "New job in another city, told me by e-mail.",
                "Ask about changes ahead, and whether video would do.",
            ),
            ("Could not pay any more after losing hours at work.", "Name the reduced fee earlier."),
        ),
    }
)

# Of the client who has just left: what this program is for.
LEFT_BETTER = AFTERWARDS[Ending.LOSS_OF_CONTACT][1]

PAUSE_REASON = "With family abroad until the new term; agreed to start again then."
CORRECTION_REASON = "added up again: one item had been counted twice"
FOUND_REASON = "the letter came back: moved away; asked the referrer"
