"""PHQ-9, GAD-7 and CORE-10: wording, range, bands, case, reliable change, scoring, licence and source.

Each threshold stands here once; bands, charts, constraints and footnotes derive from it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from types import MappingProxyType

HUNDREDTH = Decimal("0.01")


class Mode(StrEnum):
    """How the answers came onto the record."""

    SELF = "self"  # the client entered them
    PRACTITIONER = "practitioner"  # asked aloud and typed by the practitioner
    TRANSCRIBED = "transcribed"  # typed from a paper form


class ScoringError(ValueError):
    """Answers or a total that the measure does not allow; the message says what would be right."""


@dataclass(frozen=True, kw_only=True)
class Band:
    """A severity word. `lower` is the lowest total in it: "at least", so decimals fall below."""

    lower: int
    word: str


@dataclass(frozen=True, kw_only=True)
class Measure:
    """One questionnaire, with everything that is true of it whoever fills it in.

    code: the name in files and figures. items: the licensed wording in order.
    answers: labels for 0, 1, 2, ... as printed; an item in `reversed_items` scores maximum - answer.
    case_at: at caseness when the total is AT LEAST this. reliable_change: points, AT LEAST this.
    risk_item: item number (from 1) of which any answer above 0 is a signal; None if there is none.
    missing_allowed: unanswered items that may be replaced by the mean of the others.
    """

    code: str
    name: str
    recall: str
    stem: str
    items: tuple[str, ...]
    answers: tuple[str, ...]
    reversed_items: frozenset[int]
    bands: tuple[Band, ...]
    case_at: int
    case_source: str
    reliable_change: int
    reliable_change_note: str
    risk_item: int | None
    missing_allowed: int
    licence: str
    source: str
    loinc_total: str | None

    @property
    def maximum_answer(self) -> int:
        """The highest answer to one item."""
        return len(self.answers) - 1

    @property
    def maximum(self) -> int:
        """The highest total. The lowest is 0."""
        return len(self.items) * self.maximum_answer

    @property
    def pro_rates(self) -> bool:
        """Whether a total may carry decimals because a missing item was replaced by the mean."""
        return self.missing_allowed > 0

    def item_score(self, number: int, answer: int) -> int:
        """What an answer to item `number` (from 1) adds to the total."""
        return self.maximum_answer - answer if number in self.reversed_items else answer

    def band(self, total: Decimal) -> Band:
        """The severity band of a total: the highest whose lower number the total has reached."""
        return [band for band in self.bands if total >= band.lower][-1]

    def is_case(self, total: Decimal) -> bool:
        """At caseness: the total is at least `case_at`."""
        return total >= self.case_at

    def total_from_answers(self, answers: Sequence[int | None]) -> Decimal | None:
        """The total of a form as ticked, None standing for an unanswered item.

        None when more items are missing than the measure allows (a blank form is no score,
        never 0). A pro-rated total is items x mean of those answered, to two decimals.
        Raises ScoringError for a wrong number of items or an answer outside the range.
        """
        if len(answers) != len(self.items):
            raise ScoringError(
                f"{self.name} has {len(self.items)} items; {len(answers)} were given"
            )
        scores = []
        for number, answer in enumerate(answers, start=1):
            if answer is None:
                continue
            if not 0 <= answer <= self.maximum_answer:
                raise ScoringError(
                    f"item {number} of {self.name} is answered {answer}; "
                    f"it takes 0 to {self.maximum_answer}"
                )
            scores.append(self.item_score(number, answer))
        if len(self.items) - len(scores) > self.missing_allowed:
            return None
        total = Decimal(sum(scores) * len(self.items)) / len(scores)
        return total.quantize(HUNDREDTH, ROUND_HALF_UP)

    def check_total(self, total: Decimal) -> Decimal:
        """A total typed without its items, as it is to be stored: two decimals.

        A whole number from 0 to the maximum. Where one missing item may be pro-rated, also
        k x items / (items - 1) to one or two decimals, for the k that nine items can reach;
        it is returned as the two-decimal value, so that 11.1 and 11.11 are one score.
        Raises ScoringError with what would be right.
        """
        allowed = f"{self.name} takes a whole number from 0 to {self.maximum}"
        if not total.is_finite() or not 0 <= total <= self.maximum:
            raise ScoringError(allowed)
        if total == total.to_integral_value():
            return total.quantize(HUNDREDTH)
        if not self.pro_rates:
            raise ScoringError(allowed)
        answered = len(self.items) - 1
        for raw in range(answered * self.maximum_answer + 1):
            exact = Decimal(raw * len(self.items)) / answered
            if total in (
                exact.quantize(Decimal("0.1"), ROUND_HALF_UP),
                exact.quantize(HUNDREDTH, ROUND_HALF_UP),
            ):
                return exact.quantize(HUNDREDTH, ROUND_HALF_UP)
        raise ScoringError(
            f"{allowed}, or with one item missing a multiple of {len(self.items)}/{answered} "
            "to one or two decimals, such as 11.1 or 11.11"
        )


_PHQ_STEM = (
    "Over the last 2 weeks, how often have you been bothered by any of the following problems?"
)
# Many copies of the GAD-7 print "Not at all sure" for 0, which is an error (Zorowitz 2021).
_PHQ_ANSWERS = ("Not at all", "Several days", "More than half the days", "Nearly every day")
_PFIZER = (
    "Copyright (c) Pfizer Inc. Developed by Drs. Robert L. Spitzer, Janet B.W. Williams, "
    "Kurt Kroenke and colleagues, with an educational grant from Pfizer Inc. No permission "
    "required to reproduce, translate, display or distribute."
)
# NHS Digital usage as printed in PMC8411661, table 1: case 10 / change 6 and case 8 / change 4.
_NHS_THRESHOLDS = "NHS Digital usage, as printed in PMC8411661, table 1"

PHQ9 = Measure(
    code="phq9",
    name="PHQ-9",
    recall="last 2 weeks",
    stem=_PHQ_STEM,
    items=(
        "Little interest or pleasure in doing things",
        "Feeling down, depressed, or hopeless",
        "Trouble falling or staying asleep, or sleeping too much",
        "Feeling tired or having little energy",
        "Poor appetite or overeating",
        "Feeling bad about yourself - or that you are a failure or have let yourself or your "
        "family down",
        "Trouble concentrating on things, such as reading the newspaper or watching television",
        "Moving or speaking so slowly that other people could have noticed? Or the opposite - "
        "being so fidgety or restless that you have been moving around a lot more than usual",
        "Thoughts that you would be better off dead or of hurting yourself in some way",
    ),
    answers=_PHQ_ANSWERS,
    reversed_items=frozenset(),
    bands=(
        Band(lower=0, word="minimal"),
        Band(lower=5, word="mild"),
        Band(lower=10, word="moderate"),
        Band(lower=15, word="moderately severe"),
        Band(lower=20, word="severe"),
    ),
    case_at=10,
    case_source=_NHS_THRESHOLDS,
    reliable_change=6,
    reliable_change_note="6 points or more",
    risk_item=9,
    # An NHS pro-rating rule exists in the literature but could not be confirmed: none is applied.
    missing_allowed=0,
    licence=_PFIZER,
    source="Kroenke, Spitzer & Williams 2001; " + _NHS_THRESHOLDS,
    loinc_total="44261-6",
)

GAD7 = Measure(
    code="gad7",
    name="GAD-7",
    recall="last 2 weeks",
    stem=_PHQ_STEM,
    items=(
        "Feeling nervous, anxious or on edge",
        "Not being able to stop or control worrying",
        "Worrying too much about different things",
        "Trouble relaxing",
        "Being so restless that it is hard to sit still",
        "Becoming easily annoyed or irritable",
        "Feeling afraid as if something awful might happen",
    ),
    answers=_PHQ_ANSWERS,
    reversed_items=frozenset(),
    bands=(
        Band(lower=0, word="minimal"),
        Band(lower=5, word="mild"),
        Band(lower=10, word="moderate"),
        Band(lower=15, word="severe"),
    ),
    case_at=8,
    case_source=_NHS_THRESHOLDS,
    reliable_change=4,
    reliable_change_note="4 points or more",
    risk_item=None,
    missing_allowed=0,
    licence=_PFIZER,
    source="Spitzer, Kroenke, Williams & Löwe 2006; " + _NHS_THRESHOLDS,
    loinc_total="70274-6",
)

CORE10 = Measure(
    code="core10",
    name="CORE-10",
    recall="last week",
    stem="Over the last week",
    items=(
        "I have felt tense, anxious or nervous",
        "I have felt I have someone to turn to for support when needed",
        "I have felt able to cope when things go wrong",
        "Talking to people has felt too much for me",
        "I have felt panic or terror",
        "I made plans to end my life",
        "I have had difficulty getting to sleep or staying asleep",
        "I have felt despairing or hopeless",
        "I have felt unhappy",
        "Unwanted images or memories have been distressing me",
    ),
    answers=("Not at all", "Only occasionally", "Sometimes", "Often", "Most or all of the time"),
    reversed_items=frozenset({2, 3}),
    bands=(
        Band(lower=0, word="healthy or low"),
        Band(lower=11, word="mild"),
        Band(lower=15, word="moderate"),
        Band(lower=20, word="moderate to severe"),
        Band(lower=25, word="severe"),
    ),
    # 11 for general distress; the same paper gives 13 for depression, which no rule here uses.
    case_at=11,
    case_source="Barkham et al. 2013, doi 10.1080/14733145.2012.729069",
    reliable_change=6,
    reliable_change_note="6 points or more (a 90% index)",
    risk_item=6,
    # CORE System Trust, scoring page: one missing item may be pro-rated, two or more may not.
    missing_allowed=1,
    licence=(
        "CC BY-NC-ND 4.0. (c) CORE System Trust: https://www.coresystemtrust.org.uk/copyright.pdf"
    ),
    source="Barkham et al. 2013, doi 10.1080/14733145.2012.729069; CORE System Trust, scoring page",
    loinc_total=None,
)

MEASURES: Mapping[str, Measure] = MappingProxyType(
    {measure.code: measure for measure in (PHQ9, GAD7, CORE10)}
)


class PrimaryOutcome(StrEnum):
    """What a practice chose to be judged by; changed only with a trace."""

    IAPT = "iapt"  # PHQ-9 and GAD-7 together, by the NHS rule
    PHQ9 = "phq9"
    GAD7 = "gad7"
    CORE10 = "core10"

    @property
    def measures(self) -> tuple[str, ...]:
        """The codes of the measures it rests on."""
        return ("phq9", "gad7") if self is PrimaryOutcome.IAPT else (self.value,)

    @property
    def words(self) -> str:
        """How a page names it."""
        return "PHQ-9 and GAD-7" if self is PrimaryOutcome.IAPT else MEASURES[self].name


def in_figures(total: Decimal) -> str:
    """A score without needless noughts: 12, 11.11."""
    return f"{total.normalize():f}"
