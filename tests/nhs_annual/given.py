"""An invented main file. England's own row is that of 2024-25; every place and group is made up."""

import csv
import io
from collections.abc import Iterable, Mapping

KEYS = ("OrgType", "OrgCode", "OrgName", "VariableType", "VariableA", "VariableB")
HEADINGS = (
    *KEYS,
    *("Count_ReferralsReceived", "Count_AccessingServices", "Count_FinishedCourseTreatment"),
    *("Percentage_FinishedCourseTreatment", "Count_EndedReferrals", "Count_EndedBeforeTreatment"),
    *("Count_EndedAfterOneTreatment", "Mean_ApptsFinishedCourseTreatment"),
    *("Count_AtCaseness", "Count_NotAtCaseness"),
    *("Count_Improvement", "Percentage_Improvement"),
    *("Count_NoReliableChange", "Percentage_NoReliableChange"),
    *("Count_Deterioration", "Percentage_Deterioration"),
    *("Count_Recovery", "Percentage_Recovery"),
    *("Count_ReliableRecovery", "Percentage_ReliableRecovery"),
)
Row = dict[str, str]

ENGLAND: Row = {
    "OrgType": "England",
    "OrgCode": "England",
    "OrgName": "England",
    "VariableType": "Total",
    "VariableA": "Total",
    "VariableB": "NULL",
    "Count_ReferralsReceived": "1813432",
    "Count_AccessingServices": "1220000",
    "Count_FinishedCourseTreatment": "670419",
    "Percentage_FinishedCourseTreatment": "38.3",
    "Count_EndedReferrals": "1750000",
    "Count_EndedBeforeTreatment": "577500",
    "Count_EndedAfterOneTreatment": "502081",
    "Mean_ApptsFinishedCourseTreatment": "8.4",
    "Count_AtCaseness": "634248",
    "Count_NotAtCaseness": "35234",
    "Count_Improvement": "452284",
    "Percentage_Improvement": "67.5",
    "Count_NoReliableChange": "*",
    "Percentage_NoReliableChange": "25.4",
    "Count_Deterioration": "39157",
    "Percentage_Deterioration": "5.8",
    "Count_Recovery": "321061",
    "Percentage_Recovery": "50.5",
    "Count_ReliableRecovery": "301815",
    "Percentage_ReliableRecovery": "47.5",
}


def rates(finished: int, *, improved: int, recovered: int, places: int = 0) -> Row:
    """A row's figures that follow from each other: a tenth is not at case, a twentieth got worse."""
    of_cases = finished - finished // 10
    reliably, worse = recovered - recovered // 20, finished // 20

    def of(k: int, n: int) -> str:
        return f"{100 * k / n:.{places}f}"

    return {
        "Count_ReferralsReceived": str(finished * 3),
        "Count_AccessingServices": str(finished * 2),
        "Count_FinishedCourseTreatment": str(finished),
        "Count_AtCaseness": str(of_cases),
        "Count_NotAtCaseness": str(finished - of_cases),
        "Count_Improvement": str(improved),
        "Percentage_Improvement": of(improved, finished),
        "Count_NoReliableChange": str(finished - improved - worse),
        "Percentage_NoReliableChange": of(finished - improved - worse, finished),
        "Count_Deterioration": str(worse),
        "Percentage_Deterioration": of(worse, finished),
        "Count_Recovery": str(recovered),
        "Percentage_Recovery": of(recovered, of_cases),
        "Count_ReliableRecovery": str(reliably),
        "Percentage_ReliableRecovery": of(reliably, of_cases),
    }


def place(kind: str, code: str, name: str, figures: Mapping[str, str]) -> Row:
    return {
        **dict(zip(KEYS, (kind, code, name, "Total", "Total", "NULL"), strict=True)),
        **figures,
    }


def group(variable: str, a: str, b: str, figures: Mapping[str, str]) -> Row:
    return {
        **dict(zip(KEYS, ("England", "England", "England", variable, a, b), strict=True)),
        **figures,
    }


SUPPRESSED = {"Count_Deterioration": "*", "Percentage_Deterioration": "*"}
PROVIDERS = [
    place(
        "Provider",
        f"RX{number:02d}",
        f"QUAYSIDE SERVICE {number:02d}",
        rates(600 + 20 * number, improved=360 + 15 * number, recovered=260 + 8 * number),
    )
    for number in range(11)
]
SMALL = place("Provider", "DA9", "LIGHTHOUSE TALKING", rates(80, improved=50, recovered=30))
HIDDEN = place(
    "Provider",
    "DH9",
    "HARBOUR WALL",
    rates(120, improved=70, recovered=50) | SUPPRESSED,
)
ROWS: list[Row] = [
    ENGLAND,
    place(
        "Commissioning Region",
        "Y99",
        "COAST COMMISSIONING REGION",
        rates(9000, improved=6000, recovered=4200),
    ),
    place(
        "ICB", "QZZ", "NHS COAST INTEGRATED CARE BOARD", rates(5000, improved=3400, recovered=2300)
    ),
    place("SubICB", "99Z", "NHS COAST ICB - 99Z", rates(2000, improved=1300, recovered=900)),
    *PROVIDERS,
    SMALL,
    HIDDEN,
    place("Provider", "UNKNOWN", "UNKNOWN", rates(700, improved=400, recovered=300)),
    place("PCN", "U12345", "COAST NETWORK", rates(700, improved=400, recovered=300)),
    group("Gender", "Female", "NULL", rates(1000, improved=678, recovered=452, places=1)),
    group("Age Group", "18 to 25", "", rates(2000, improved=1306, recovered=790, places=1)),
    group("Ethnic Group", "White", "All", rates(3000, improved=2052, recovered=1396, places=1)),
    group("Ethnic Group", "White", "Irish", rates(400, improved=270, recovered=192, places=1)),
    group("Religion", "Any", "", rates(400, improved=270, recovered=192, places=1)),
]


def csv_of(
    rows: Iterable[Mapping[str, str]] = ROWS,
    *,
    headings: Iterable[str] = HEADINGS,
    delimiter: str = ",",
) -> bytes:
    """The rows as a file, under the headings."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter)
    named = list(headings)
    writer.writerow(named)
    writer.writerows([row.get(heading, "*") for heading in named] for row in rows)
    return text.getvalue().encode()


def changed(row: Mapping[str, str], **values: str) -> Row:
    return {**row, **values}


def with_england(**values: str) -> bytes:
    """The file with other cells in England's own row."""
    return csv_of([changed(ENGLAND, **values), *ROWS[1:]])


def headed(heading: str, instead: str) -> bytes:
    """The file with one heading changed, and all cells as they are."""
    return csv_of().replace(heading.encode(), instead.encode(), 1)
