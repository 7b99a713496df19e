"""What the words about numbers and comparisons mean."""

from practice.domain.comparability import MAX_AGE_YEARS
from practice.domain.comparisons import FIRM_FROM, SUGGESTS_FROM
from practice.domain.estimates import COMPLETE_FROM, MOST_ENDINGS, SIGNIFICANT_BELOW, WANTED_POWER
from practice.domain.word import NHS, OURS, Word

_COMPLETE = f"{int(COMPLETE_FROM * 100)}%"
_P = f"{SIGNIFICANT_BELOW:.2f}".lstrip("0")

NUMBERS = (
    Word(
        slug="of-n",
        title="k of n",
        text=(
            "A share never stands without the number it is a share of. Under "
            f"{SUGGESTS_FROM} there are counts and no percentage."
        ),
        source=OURS,
    ),
    Word(
        slug="interval",
        title="95% interval",
        text=(
            "The rates that would fit what was seen. With few endings it is wide: one more or one "
            "fewer would change the rate a lot."
        ),
        source="Wilson's interval; Brown, Cai & DasGupta 2001",
    ),
    Word(
        slug="suggests",
        title="suggests",
        text=(
            "“Above” and “below” need both: an interval that excludes the published rate, and an "
            f"exact p under {_P}. From {SUGGESTS_FROM} to "
            f"{FIRM_FROM - 1} it only “suggests”. Everything else is no clear difference, which is "
            "not the same as no difference."
        ),
        source="Exact two-sided binomial test; the limits are our own",
    ),
    Word(
        slug="endings-needed",
        title="how many endings it would take",
        text=(
            "So many at which the test would tell the two rates apart "
            f"{int(WANTED_POWER * 10)} times in 10. Over {MOST_ENDINGS}: more than one practice sees "
            "in years."
        ),
        source="Power of the exact binomial test",
    ),
    Word(
        slug="incomplete",
        title="not comparable: incomplete",
        text=(
            f"Under {_COMPLETE} of those counted have two scores, or a recorded ending. Nothing is "
            "compared then; it is said between which two counts the truth lies."
        ),
        source=OURS,
    ),
    Word(
        slug="bounds",
        title="had none, or all, of the others improved",
        text=(
            "Outcomes stand as three lines: as if nobody without two scores had improved (the NHS "
            "rule), those with two scores alone, and as if everybody without had. The truth is "
            "between the first and the last."
        ),
        source=NHS,
    ),
    Word(
        slug="same-definition",
        title="same definition, near, not comparable",
        text=(
            "Same: event, numerator, denominator, questionnaires and people agree, and the published "
            f"figure is at most {MAX_AGE_YEARS} years older. Near: only the questionnaire, the people "
            "or the age differ. Not comparable: anything else differs, and nothing is said."
        ),
        source=OURS,
    ),
    Word(
        slug="suppressed",
        title="suppressed",
        text=(
            "The NHS hides small counts of local services and prints a star. It means unknown, "
            "never 0."
        ),
        source="NHS England, annual NHS Talking Therapies statistics",
    ),
    Word(
        slug="effect-size",
        title="effect size",
        text=(
            "The mean fall from first to last score, divided by the spread of first scores, of those "
            "with both. Whose spread it is stands beside it."
        ),
        source="Pre-post effect size; the NHS divides by England's spread of first scores",
    ),
)
