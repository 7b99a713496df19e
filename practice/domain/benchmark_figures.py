"""One published figure, with all a reader needs to judge it, and how its parts are read."""

import datetime as dt
import re
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from practice.domain.definitions import Definition
from practice.domain.periods import Period


class BenchmarkError(ValueError):
    """A benchmark file that cannot be used: names file, entry, field, value and what is right."""

    def __init__(self, *, file: str, entry: str, field: str, value: object, right: str) -> None:
        self.file = file
        self.entry = entry
        self.field = field
        self.value = value
        self.right = right
        super().__init__(f"{file}: {entry}: {field} is {value!r}; {right}")


class Status(StrEnum):
    """How the figure reached the file."""

    PUBLISHED = "published"  # printed as such in the document named
    DERIVED = "derived"  # by arithmetic on figures printed in the document named
    SECONDARY = "secondary"  # quoted by the document named from another that was not read


class Statistic(StrEnum):
    """What the number is among the values it sums up."""

    RATE = "rate"
    MEAN = "mean"
    SD = "sd"
    RATIO = "ratio"
    COUNT = "count"
    MIN = "min"
    P10 = "p10"
    P25 = "p25"
    MEDIAN = "median"
    P75 = "p75"
    P90 = "p90"
    MAX = "max"
    LOW_LIMIT = "low_limit"  # this or less counts as a low rate in the source
    HIGH_LIMIT = "high_limit"  # this or more counts as a high rate in the source
    TARGET = "target"  # what a body set out to reach: nobody's result


# Percentages are printed to one decimal: half a tenth, and a hair for sources that round twice.
TOLERANCE = Decimal("0.06")
PERCENT = "%"


@dataclass(frozen=True, kw_only=True)
class Benchmark:
    """A published figure. Percentages run from 0 to 100; `numerator` and `denominator` are words.

    `k` and `n` are the published counts behind a percentage, where there are any; `n` may stand
    alone. `group_size` is the number of courses in a group whose own denominator the source does
    not print. `period` is the source's own; `period_start` and `period_end` are its days.
    """

    key: str
    title: str
    figure: Decimal
    unit: str
    statistic: Statistic
    k: int | None
    n: int | None
    group_size: int | None
    numerator: str
    denominator: str
    definition: Definition
    population: str
    region: str
    region_code: str
    period: str
    period_start: dt.date
    period_end: dt.date
    publisher: str
    document: str
    original: str
    where: str
    retrieved: dt.date
    status: Status
    licence: str
    caution: str
    source: str
    file: str

    @property
    def unrounded(self) -> Decimal:
        """100 k / n when the counts are known, otherwise the figure as published."""
        if self.k is None or self.n is None:
            return self.figure
        return Decimal(100) * self.k / self.n

    @property
    def sample(self) -> int | None:
        """How many the figure rests on, as near as the source lets us say."""
        return self.n if self.n is not None else self.group_size


_FILLERS = re.compile(
    r"n\W*a|n\W*k|tb[acd]|todo|null|nil|unknown|unspecified"
    r"|(not|none|no|nothing)"
    r"( (a|an|any|further|other|special|specific|particular))*"
    r"( (known|available|applicable|stated|given|recorded|noted|caution|cautions|limitations"
    r"|comment|comments|remarks|to note|to add))*",
    re.IGNORECASE,
)


def is_filler(text: str) -> bool:
    """Whether the text says nothing: blank, a dash, n/a, tbc, unknown, none known and the like."""
    bare = " ".join(text.split()).strip(" .,;:!?()[]-–—_/*")
    return not any(letter.isalnum() for letter in bare) or _FILLERS.fullmatch(bare) is not None


def parse_period(text: str) -> Period:
    """The days of 2024-25 (April to March), 2006, 2009 to 2012, or 2024-04-01 to 2025-03-31.

    Raises ValueError with what would be right.
    """
    financial = re.fullmatch(r"(\d{4})-(\d{2})", text)
    if financial and (int(financial[1]) + 1) % 100 == int(financial[2]):
        year = int(financial[1])
        return Period(start=dt.date(year, 4, 1), end=dt.date(year + 1, 3, 31))
    years = re.fullmatch(r"(\d{4})(?: to (\d{4}))?", text)
    if years:
        last = int(years[2] or years[1])
        return Period(start=dt.date(int(years[1]), 1, 1), end=dt.date(last, 12, 31))
    days = re.fullmatch(r"(\d{4}-\d{2}-\d{2}) to (\d{4}-\d{2}-\d{2})", text)
    if days:
        return Period(start=dt.date.fromisoformat(days[1]), end=dt.date.fromisoformat(days[2]))
    raise ValueError("write 2024-25, 2006, 2009 to 2012, or 2024-04-01 to 2025-03-31")
