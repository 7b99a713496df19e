"""The file read: England's published figures reproduced, every spelling, and what is refused."""

import datetime as dt
import time

import pytest

from practice.domain.benchmarks import load_benchmarks
from practice.nhs_annual.bringing import Ready, YearError, ready, same_as_another
from practice.nhs_annual.findings import MOST_LISTED, AnnualFileError
from practice.nhs_annual.names import group_name, grouping_of, slug_of
from practice.nhs_annual.opening import SIZE_LIMIT
from practice.nhs_annual.reading import read_annual
from practice.nhs_annual.stored import PLACE, rows_of
from tests.nhs_annual.given import (
    ENGLAND,
    HEADINGS,
    PROVIDERS,
    ROWS,
    changed,
    csv_of,
    group,
    headed,
    place,
    rates,
    with_england,
)

TODAY = dt.date(2026, 11, 22)
KNOWN = load_benchmarks()


def brought(
    content: bytes | None = None, *, name: str = "main.csv", asked: str = "2025-26"
) -> Ready:
    return ready(csv_of() if content is None else content, name=name, asked=asked, today=TODAY)


def refused(content: bytes) -> AnnualFileError:
    with pytest.raises(AnnualFileError) as problem:
        read_annual(content)
    assert all(finding.right for finding in problem.value.findings)
    return problem.value


def test_england_2024_25_comes_out_as_published_word_for_word() -> None:
    """The worked example: 452,284 of 670,419 is 67.5; recovery is of 635,185."""
    figures = {figure.key: figure for figure in brought(asked="2024-25").figures}
    assert str(figures["england-2024-25-reliable-improvement"].figure) == "67.5"
    assert figures["england-2024-25-recovery"].n == 670419 - 35234
    assert str(figures["england-2024-25-reliable-recovery"].figure) == "47.5"
    compared = 0
    for known in KNOWN:
        if known.source == "nhs_annual" and known.period == "2024-25":
            mine = figures[known.key]
            unlike = {
                part
                for part in ("title", "figure", "k", "n", "definition", "caution", "unit", "status")
                if getattr(mine, part) != getattr(known, part)
            }
            assert not unlike, (known.key, unlike)
            assert (mine.numerator, mine.denominator) == (known.numerator, known.denominator)
            compared += 1
    assert compared >= 10


def test_the_journey_is_worked_out_from_the_counts() -> None:
    figures = {figure.key: figure for figure in brought().figures}
    never = figures["england-2025-26-before-treatment-of-ended-annual"]
    assert (never.k, never.n, str(never.figure)) == (577500, 1750000, "33.0")
    assert figures["england-2025-26-finished-of-entered-annual"].n == 502081 + 670419
    assert str(figures["england-2025-26-mean-sessions"].figure) == "8.4"
    assert "england-2025-26-wait-6-weeks" not in figures


@pytest.mark.parametrize("start", ["Percentage_FirstTreatment", "Percentage_AccessingServices"])
def test_waits_come_in_where_a_percentage_of_them_is_there(start: str) -> None:
    columns = {f"{start}{weeks}WeeksFinishedCourseTreatment": weeks for weeks in (6, 18)}
    england = ENGLAND | {column: f"9{weeks % 10}.5" for column, weeks in columns.items()}
    content = csv_of([england, *ROWS[1:]], headings=[*HEADINGS, *columns])
    figures = {figure.key: figure for figure in brought(content).figures}
    assert str(figures["england-2025-26-wait-6-weeks"].figure) == "96.5"
    assert str(figures["england-2025-26-wait-18-weeks"].figure) == "98.5"


def test_a_star_is_suppressed_and_never_nought() -> None:
    figures = {figure.key: figure for figure in brought().figures}
    assert "service-dh9-2025-26-reliable-deterioration" not in figures
    hidden = figures["service-dh9-2025-26-recovery"]
    assert hidden.region == "HARBOUR WALL"
    assert "suppressed" in hidden.caution
    assert not any(figure.figure == 0 for figure in figures.values())
    rows = {row["code"]: row for row in rows_of(brought().kept, PLACE)}
    assert rows["DH9"]["deterioration"] is None
    assert rows["RX00"]["deterioration"] == "5"


@pytest.mark.parametrize("mark", ["*", "", "-", "z", "c", "[c]", " * ", "Z", "NULL"])
def test_every_mark_for_no_figure_is_none(mark: str) -> None:
    rows = [*ROWS[:4], changed(PROVIDERS[0], Percentage_Recovery=mark, Count_Recovery=mark)]
    year = read_annual(csv_of(rows))
    (provider,) = (place for place in year.places if place.code == "RX00")
    assert provider.row.recovery is None
    assert provider.row.recovered is None
    assert provider.row.improvement == 60


def test_a_nought_is_a_nought() -> None:
    rows = [*ROWS[:4], changed(PROVIDERS[0], Percentage_Deterioration="0", Count_Deterioration="0")]
    (provider,) = (place for place in read_annual(csv_of(rows)).places if place.code == "RX00")
    assert provider.row.deteriorated == 0
    assert provider.row.deterioration == 0


def test_places_of_every_kind_and_small_ones_left_out() -> None:
    ready_ = brought()
    assert ready_.kept[0] == {
        "is": "about",
        "regions": 1,
        "boards": 1,
        "sub_boards": 1,
        "providers": 13,
        "small": 1,
        "suppressed": ready_.kept[0]["suppressed"],
        "passed_over": [
            "NHS-funded provider without a code of its own",
            "OrgType “PCN”",
            "VariableType “Religion”",
        ],
    }
    codes = {figure.region_code for figure in ready_.figures}
    assert codes == {"", "Y99", "QZZ", "99Z", "DH9", *(f"RX{n:02d}" for n in range(11))}
    region = next(figure for figure in ready_.figures if figure.region_code == "Y99")
    pattern = next(figure for figure in KNOWN if figure.region_code == "Y61")
    assert region.title == pattern.title.replace(pattern.region, region.region).replace(
        "2024-25", "2025-26"
    )
    assert (region.definition, region.caution) == (pattern.definition, pattern.caution)


def _spelt(content: bytes) -> dict[str, bytes]:
    text = content.decode()
    head, _, body = text.partition("\r\n")
    return {
        "byte order mark": b"\xef\xbb\xbf" + content,
        "windows": text.replace("COAST COMM", "CÔTE COMM").encode("cp1252"),
        "capitals": (head.upper() + "\r\n" + body).encode(),
        "spaces": (head.replace("_", " ") + "\r\n" + body).encode(),
        "new lines": text.replace("\r\n", "\n").encode(),
        "blank lines": ("\r\n" + text + "\r\n,,,\r\n").encode(),
        "all": text.replace("Total,Total", "All,All").encode(),
        "percent signs": text.replace(",67.5,", ",67.5%,").encode(),
        "thousands": text.replace(",670419,", ',"670,419",').encode(),
        "points": text.replace(",670419,", ",670419.0,").encode(),
        "twice": (text + body.split("\r\n", 1)[0] + "\r\n").encode(),
        "semicolons": csv_of(delimiter=";"),
        "tabs": csv_of(delimiter="\t"),
    }


@pytest.mark.parametrize("spelling", _spelt(csv_of()))
def test_spellings_that_mean_the_same(spelling: str) -> None:
    usual = read_annual(csv_of())
    year = read_annual(_spelt(csv_of())[spelling])
    assert year.england.improved == usual.england.improved
    assert year.england.finished == usual.england.finished
    assert year.england.improvement == usual.england.improvement
    assert len(year.places) == len(usual.places)
    assert len(year.groups) == len(usual.groups)


@pytest.mark.parametrize(
    ("a", "b", "grouping", "name", "slug"),
    [
        ("18 to 25", "", "Age Group", "18 to 25", "18-to-25"),
        ("Female", "NULL", "Gender", "Female", "female"),
        ("White", "All", "Ethnic Group", "White", "white"),
        ("White", "Irish", "Ethnic Group", "White: Irish", "white-irish"),
        ("Not stated/Not known/Invalid", "All", "Ethnic Group", None, "not-stated"),
        ("Depression", "", "Presenting Complaint", "Depression", "depression"),
        ("Anxiety", "Agoraphobia", "Presenting Complaint", "Agoraphobia", "agoraphobia"),
        ("Other problems", "Other", "Presenting Complaint", "Other problems", "other-problems"),
        (
            "Anxiety",
            "Panic disorder [episodic paroxysmal anxiety]",
            "Presenting Complaint",
            None,
            "panic-disorder-episodic-paroxysmal-anxiety",
        ),
        ("All", "", "Gender", "", ""),
    ],
)
def test_groups_are_called_as_in_the_years_before(
    a: str, b: str, grouping: str, name: str | None, slug: str
) -> None:
    known = grouping_of(grouping)
    assert known is not None
    found = group_name(known, a, b)
    assert slug_of(found) == slug
    if name is not None:
        assert found == name
    if slug and slug != "other-problems":
        assert KNOWN.find(population=f"adults:{known}:{slug}", source="nhs_groups")


class TestRefused:
    @pytest.mark.parametrize(
        "heading",
        [
            h
            for h in HEADINGS
            if h
            in {
                *("OrgType", "OrgCode", "OrgName", "VariableType", "VariableA", "VariableB"),
                *("Count_ReferralsReceived", "Count_FinishedCourseTreatment", "Count_AtCaseness"),
                *("Count_NotAtCaseness", "Count_Improvement", "Percentage_Improvement"),
                *("Percentage_NoReliableChange", "Count_Deterioration", "Percentage_Deterioration"),
                *("Count_Recovery", "Percentage_Recovery"),
                *("Count_ReliableRecovery", "Percentage_ReliableRecovery"),
            }
        ],
    )
    def test_each_missing_column_is_named_with_the_nearest(self, heading: str) -> None:
        kept = [f"{each}New" if each == heading else each for each in HEADINGS]
        (finding,) = refused(csv_of(headings=kept)).findings
        assert finding.column == heading
        assert f"“{heading}New”" in finding.right
        assert f"a column headed {heading} is expected" in finding.right

    def test_all_missing_columns_at_once(self) -> None:
        columns = {finding.column for finding in refused(b"a,b,c\r\n1,2,3\r\n").findings}
        assert {"OrgType", "Percentage_Recovery", "Count_Improvement"} <= columns

    def test_a_needed_heading_twice(self) -> None:
        (finding,) = refused(csv_of(headings=[*HEADINGS, "count recovery"])).findings
        assert (finding.column, "twice" in finding.right) == ("Count_Recovery", True)

    @pytest.mark.parametrize(
        ("column", "value", "words"),
        [
            ("Count_Improvement", "many", "a whole number"),
            ("Count_Improvement", "1,23", "a whole number"),
            ("Count_Improvement", "-5", "a whole number"),
            ("Count_Improvement", "٣", "a whole number"),
            ("Count_Improvement", "1" * 400, "a whole number"),
            ("Percentage_Recovery", "101", "between 0 and 100"),
            ("Percentage_Recovery", "-1", "between 0 and 100"),
            ("Percentage_Recovery", "half", "a percentage such as"),
            ("Percentage_Recovery", "nan", "a percentage such as"),
            ("Percentage_Recovery", "1e2", "a percentage such as"),
        ],
    )
    def test_a_cell_that_is_no_figure(self, column: str, value: str, words: str) -> None:
        rows = [*ROWS[:5], changed(PROVIDERS[1], **{column: value})]
        (finding,) = refused(csv_of(rows)).findings
        assert (finding.row, finding.column) == (7, column)
        assert words in finding.right
        assert len(finding.value) <= 60

    @pytest.mark.parametrize(
        ("column", "value", "right"),
        [
            ("Percentage_Improvement", "67.4", "67.5"),
            ("Percentage_Recovery", "51.9", "50.5"),
            ("Percentage_ReliableRecovery", "47.6", "47.5"),
            ("Percentage_Deterioration", "6.0", "5.8"),
            ("Count_Improvement", "462284", "69.0"),
            ("Percentage_NoReliableChange", "25.4", "25.6"),
        ],
    )
    def test_englands_percentages_follow_from_its_counts(
        self, column: str, value: str, right: str
    ) -> None:
        more = {"Count_NoReliableChange": "171627"} if "NoReliable" in column else {}
        (finding,) = refused(with_england(**{column: value}, **more)).findings
        assert finding.row == 2
        assert finding.column.startswith("Percentage_")
        assert right in finding.right

    def test_swapped_columns_are_found(self) -> None:
        swapped = list(HEADINGS)
        one, two = swapped.index("Percentage_Recovery"), swapped.index("Percentage_Improvement")
        content = csv_of().decode().split("\r\n", 1)[1]
        swapped[one], swapped[two] = swapped[two], swapped[one]
        refused((",".join(swapped) + "\r\n" + content).encode())

    def test_englands_groups_are_checked_as_well(self) -> None:
        wrong = group("Gender", "Male", "", rates(900, improved=600, recovered=400, places=1))
        error = refused(csv_of([*ROWS, changed(wrong, Percentage_Recovery="9.9")]))
        assert error.findings[0].row == len(ROWS) + 2

    @pytest.mark.parametrize("column", ["Count_Recovery", "Percentage_Recovery"])
    def test_englands_own_figure_may_not_be_suppressed(self, column: str) -> None:
        (finding,) = refused(with_england(**{column: "*"})).findings
        assert (finding.row, finding.column) == (2, column)

    def test_more_at_case_than_finished(self) -> None:
        (finding,) = refused(with_england(Count_AtCaseness="670419")).findings
        assert finding.column == "Count_AtCaseness"

    def test_no_finished_course_in_england(self) -> None:
        findings = refused(with_england(Count_FinishedCourseTreatment="0")).findings
        assert findings[0].column == "Count_FinishedCourseTreatment"

    def test_without_england(self) -> None:
        error = refused(
            csv_of([place("Nation", "E92", "ENGLAND", ENGLAND | {"OrgType": "Nation"})])
        )
        assert "no row of England" in str(error)
        assert "“Nation”" in str(error)
        assert "no row of England" in str(refused(csv_of([])))

    @pytest.mark.parametrize("row", [ENGLAND, PROVIDERS[2], ROWS[-2]])
    def test_two_rows_of_one_organisation_that_differ(self, row: dict[str, str]) -> None:
        other = changed(row, Count_ReferralsReceived="12345")
        (finding,) = refused(csv_of([*ROWS, other])).findings
        assert finding.row == len(ROWS) + 2
        assert f"row {ROWS.index(row) + 2} is of the same" in finding.right
        assert finding.value == "12345"

    @pytest.mark.parametrize(
        ("content", "words"),
        [
            (b"", "empty"),
            (b" \r\n ", "empty"),
            (b"\xef\xbb\xbf", "headings"),
            (b",,,\r\n", "headings"),
            (b"PK\x03\x04 and more", "Excel"),
            (b"\xd0\xcf\x11\xe0\xa1\xb1", "old Excel"),
            (b"%PDF-1.7", "PDF"),
            (b"\x1f\x8b\x08", "compressed"),
            (b"Rar!\x1a", "archive"),
            ("OrgType,OrgCode".encode("utf-16"), "UTF-16"),
            (b"OrgType\x00,OrgCode\r\n", "bytes"),
            (b"<!DOCTYPE html><html>", "web page"),
            (b"OrgType\x81\x8d,OrgCode\r\n", "Windows"),
            (b"x" * (SIZE_LIMIT + 1), "30 MB"),
            (b"OrgType," * 5000, "columns"),
            (b'a,"' + b"x" * 200_000, "CSV"),
            (b"\xff" * 1000, "missing"),
        ],
    )
    def test_what_is_no_csv_says_what_it_is(self, content: bytes, words: str) -> None:
        assert words in " ".join(refused(content).listed)

    def test_a_file_of_too_many_rows_is_given_up(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("practice.nhs_annual.opening.ROW_LIMIT", 1000)
        assert "more than 1,000 rows" in str(refused(csv_of([ENGLAND]) + b"a\r\n" * 999))
        assert read_annual(csv_of([ENGLAND]) + b"a\r\n" * 998).england.finished

    def test_more_before_treatment_than_ended_at_all(self) -> None:
        with pytest.raises(AnnualFileError, match="before-treatment"):
            brought(with_england(Count_EndedBeforeTreatment="1750001"))

    def test_a_mean_is_a_number_of_nought_or_more(self) -> None:
        (finding,) = refused(with_england(Mean_ApptsFinishedCourseTreatment="-8.4")).findings
        assert finding.column == "Mean_ApptsFinishedCourseTreatment"

    def test_many_findings_are_counted_and_not_all_listed(self) -> None:
        rows = [changed(PROVIDERS[0], OrgCode=f"R{n:03d}", Count_Recovery="?") for n in range(70)]
        listed = refused(csv_of([ENGLAND, *rows])).listed
        assert len(listed) == MOST_LISTED + 1
        assert listed[-1] == "and 20 more"


class TestYear:
    @pytest.mark.parametrize(
        "name",
        [
            *("psych-ther-2025-26-main.csv", "2025-2026 main.csv", "main_2025_26.csv"),
            *("nhstt202526.csv", "annual 2025 to 2026.csv", "2025–26.csv"),
        ],
    )
    def test_the_name_tells(self, name: str) -> None:
        assert brought(name=name, asked="").year == "2025-26"

    def test_what_was_asked_for_goes_before_the_name(self) -> None:
        assert brought(name="main-2024-25.csv", asked="2025-26").year == "2025-26"

    @pytest.mark.parametrize("day", ["01/04/2025", "2025-04-01", "20250401", "2025-04-01 00:00"])
    def test_a_column_tells_and_is_not_gone_against(self, day: str) -> None:
        content = csv_of(
            [row | {"Reporting_Period_Start": day} for row in ROWS],
            headings=[*HEADINGS, "Reporting_Period_Start"],
        )
        assert brought(content, name="main-2021-22.csv", asked="").year == "2025-26"
        with pytest.raises(YearError, match="of 2025-26, not of 2024-25"):
            brought(content, asked="2024-25")

    @pytest.mark.parametrize(
        ("asked", "words"),
        [
            ("", "say which"),
            ("2026-27", "ends on 31 March 2027"),
            ("2025", "written 2025-26"),
            ("2025-27", "no financial year"),
            ("٢٠٢٥-٢٦", "written 2025-26"),
            ("2014-15", "before 2015-16"),
        ],
    )
    def test_no_year_is_taken_that_cannot_be(self, asked: str, words: str) -> None:
        with pytest.raises(YearError, match=words):
            brought(asked=asked)

    def test_names_that_tell_no_year_or_two(self) -> None:
        for name in ("main.csv", "2024-25 and 2025-26.csv", "2025-27.csv", "120256.csv"):
            with pytest.raises(YearError, match="say which"):
                brought(name=name, asked="")

    def test_a_year_ends_with_its_last_day(self) -> None:
        content = csv_of()
        with pytest.raises(YearError):
            ready(content, name="", asked="2025-26", today=dt.date(2026, 3, 31))
        assert ready(content, name="", asked="2025-26", today=dt.date(2026, 4, 1)).year

    def test_the_counts_of_another_year_are_noticed(self) -> None:
        assert same_as_another(brought(), KNOWN) == "2024-25"
        assert same_as_another(brought(asked="2024-25"), KNOWN) == ""


def test_older_years_are_named_as_they_were_published() -> None:
    document = {figure.document for figure in brought(asked="2019-20").figures}
    assert document == {
        "Psychological Therapies: annual report on the use of IAPT services, England, 2019-20"
    }


def test_twenty_thousand_rows_take_seconds() -> None:
    many = [
        place(
            "Provider",
            f"R{number:04d}",
            f"SERVICE {number}",
            rates(500, improved=300, recovered=200),
        )
        for number in range(300)
    ]
    groups = [
        place("Provider", f"R{number:04d}", "X", rates(10, improved=5, recovered=3))
        | {"VariableType": "Gender", "VariableA": f"G{number}"}
        for number in range(66)
    ] * 300
    content = csv_of([*ROWS, *many, *groups])
    began = time.monotonic()
    figures = brought(content).figures
    assert time.monotonic() - began < 20
    assert len(figures) > 1200


def test_rows_in_any_order_give_the_same_year() -> None:
    one, two = brought(), brought(csv_of(reversed(ROWS)))
    assert {f.key: f.figure for f in one.figures} == {f.key: f.figure for f in two.figures}


def test_a_heading_changed_alone() -> None:
    assert "Count_Recovery" in str(refused(headed("Count_Recovery", "N_Recovered")))
