"""Each thing that a benchmark file may not say, one named case each."""

import re
from pathlib import Path

import pytest

from practice.domain.benchmarks import Benchmark, BenchmarkError, load_benchmarks

GOOD = {
    "key": '"england-2024-25-recovery"',
    "title": '"Recovery, England, 2024-25"',
    "figure": "50.5",
    "unit": '"%"',
    "k": "321061",
    "n": '"670419 - 35234"',
    "numerator": '"Finished courses that recovered"',
    "denominator": '"Finished courses less those not at case"',
    "definition": '{ event = "recovery", numerator = "recovered", '
    'denominator = "finished_less_not_case", measures = "phq9_adsm_or_gad7", '
    'population = "adults" }',
    "population": '"Adults in NHS talking therapies"',
    "region": '"England"',
    "period": '"2024-25"',
    "publisher": '"NHS England"',
    "document": '"Annual reports, 2024-25"',
    "where": '"England total, recovery"',
    "retrieved": "2026-11-01",
    "status": '"published"',
    "licence": '"Open Government Licence v3.0"',
    "caution": '"People come by another route"',
    "source": '"nhs_annual"',
}


def write(folder: Path, text: str, *, name: str = "annual.toml") -> Path:
    (folder / name).write_text(text, "utf-8")
    return folder


def entry(**changes: str | None) -> str:
    """One [[figure]] in which some fields are written otherwise; None leaves a field out."""
    fields = GOOD | changes
    lines = [f"{field} = {value}" for field, value in fields.items() if value is not None]
    return "\n".join(["[[figure]]", *lines, ""])


def loaded(folder: Path, **changes: str | None) -> Benchmark:
    (benchmark,) = load_benchmarks(write(folder, entry(**changes)))
    return benchmark


def refused(folder: Path, text: str) -> BenchmarkError:
    with pytest.raises(BenchmarkError) as caught:
        load_benchmarks(write(folder, text))
    return caught.value


def test_the_good_figure_loads(tmp_path: Path) -> None:
    benchmark = loaded(tmp_path)
    assert (benchmark.k, benchmark.n, benchmark.sample) == (321061, 635185, 635185)
    assert f"{benchmark.unrounded:.4f}" == "50.5461"
    assert (str(benchmark.period_start), str(benchmark.period_end)) == ("2024-04-01", "2025-03-31")


def test_a_figure_without_counts_is_taken_as_it_is(tmp_path: Path) -> None:
    benchmark = loaded(tmp_path, k=None, n=None, group_size="77")
    assert (str(benchmark.unrounded), benchmark.sample) == ("50.5", 77)


def test_a_derived_percentage_is_worked_out_from_its_counts(tmp_path: Path) -> None:
    assert str(loaded(tmp_path, figure=None, status='"derived"').figure) == "50.5"


def test_a_percentage_half_way_rounds_up(tmp_path: Path) -> None:
    benchmark = loaded(tmp_path, figure=None, status='"derived"', k="1", n="2000")
    assert str(benchmark.figure) == "0.1"


REQUIRED = [field for field in GOOD if field not in ("figure", "k", "n", "retrieved", "definition")]
FILLERS = {
    "empty": "",
    "blanks": "   ",
    "n/a": "n/a",
    "N/A": "N/A",
    "n.a.": "n.a.",
    "na": "na",
    "dash": "-",
    "long dash": "\N{EM DASH}",
    "dots": "...",
    "question mark": "?",
    "tbc": "tbc",
    "TBD": "TBD",
    "unknown": "Unknown",
    "none": "none",
    "none known": "None known.",
    "no cautions": "no cautions",
    "not stated": "not stated",
    "not available": "Not available",
    "nil": "nil",
}


@pytest.mark.parametrize("field", REQUIRED)
def test_a_required_field_may_not_be_left_out(field: str, tmp_path: Path) -> None:
    error = refused(tmp_path, entry(**{field: None}))
    assert (error.file, error.field) == ("annual.toml", field)


@pytest.mark.parametrize("filler", FILLERS.values(), ids=FILLERS)
@pytest.mark.parametrize("field", ["caution", "numerator", "where", "population", "publisher"])
def test_a_field_that_says_nothing_is_refused(field: str, filler: str, tmp_path: Path) -> None:
    error = refused(tmp_path, entry(**{field: f'"{filler}"'}))
    assert (error.field, error.value) == (field, filler)
    assert error.entry == "england-2024-25-recovery"


@pytest.mark.parametrize(
    "caution", ["None of the services is private", "Notes vary by service", "NHS clients only"]
)
def test_words_that_begin_like_a_filler_are_no_filler(caution: str, tmp_path: Path) -> None:
    assert loaded(tmp_path, caution=f'"{caution}"').caution == caution


BAD_VALUES = {
    "above 100 per cent": ({"figure": "100.1", "k": None, "n": None}, "figure"),
    "below nought": ({"figure": "-0.1", "k": None, "n": None}, "figure"),
    "no figure": ({"figure": None}, "figure"),
    "derived without counts": ({"figure": None, "k": None, "status": '"derived"'}, "figure"),
    "figure in words": ({"figure": '"half"'}, "figure"),
    "figure not finite": ({"figure": "nan"}, "figure"),
    "figure true": ({"figure": "true"}, "figure"),
    "figure against its counts": ({"figure": "50.7"}, "figure"),
    "the wrong denominator": ({"n": "634248", "figure": "50.5"}, "figure"),
    "k above n": ({"k": "635186"}, "k"),
    "n nought": ({"k": "0", "n": "0"}, "k"),
    "k without n": ({"n": None}, "k"),
    "k of a mean": ({"unit": '"sessions"'}, "k"),
    "a count with decimals": ({"n": "635185.5"}, "n"),
    "a count below nought": ({"n": "-1"}, "n"),
    "a count in words": ({"k": '"many"'}, "k"),
    "a count true": ({"k": "true"}, "k"),
    "key with capitals": ({"key": '"England 2024-25"'}, "key"),
    "unknown status": ({"status": '"official"'}, "status"),
    "unknown statistic": ({"statistic": '"typical"'}, "statistic"),
    "secondary without an original": ({"status": '"secondary"'}, "original"),
    "original given as n/a": ({"original": '"n/a"'}, "original"),
    "period in words": ({"period": '"last year"'}, "period"),
    "period of two years apart": ({"period": '"2024-26"'}, "period"),
    "period back to front": ({"period": '"2012 to 2009"'}, "period"),
    "period with a 13th month": ({"period": '"2024-13-01 to 2025-03-31"'}, "period"),
    "retrieved before the period's end": ({"retrieved": "2025-03-30"}, "retrieved"),
    "retrieved in words": ({"retrieved": '"2026-11-01"'}, "retrieved"),
    "retrieved with a time": ({"retrieved": "2026-11-01T10:00:00"}, "retrieved"),
    "title as a number": ({"title": "5"}, "title"),
    "a field too many": ({"colour": '"red"'}, "colour"),
}


@pytest.mark.parametrize(("changes", "field"), BAD_VALUES.values(), ids=BAD_VALUES)
def test_a_bad_value_is_refused(changes: dict[str, str | None], field: str, tmp_path: Path) -> None:
    error = refused(tmp_path, entry(**changes))
    assert error.field == field
    assert str(error).startswith("annual.toml: ")


DEFINITION = {
    "event": "recovery",
    "numerator": "recovered",
    "denominator": "finished",
    "measures": "phq9",
    "population": "adults",
}


@pytest.mark.parametrize("part", DEFINITION)
def test_a_code_outside_the_vocabulary_is_refused_with_the_choice(
    part: str, tmp_path: Path
) -> None:
    codes = DEFINITION | {part: "made_up"}
    written = ", ".join(f'{name} = "{code}"' for name, code in codes.items())
    error = refused(tmp_path, entry(definition=f"{{ {written} }}"))
    assert (error.field, error.value) == (f"definition.{part}", "made_up")
    assert re.search(r"use .*,", error.right)


@pytest.mark.parametrize("part", DEFINITION)
def test_a_definition_needs_all_five_parts(part: str, tmp_path: Path) -> None:
    written = ", ".join(f'{name} = "{code}"' for name, code in DEFINITION.items() if name != part)
    assert refused(tmp_path, entry(definition=f"{{ {written} }}")).field == f"definition.{part}"


def test_a_sixth_part_is_refused(tmp_path: Path) -> None:
    error = refused(tmp_path, entry(definition='{ event = "recovery", colour = "red" }'))
    assert error.field == "definition.colour"


def test_a_definition_in_words_is_refused(tmp_path: Path) -> None:
    assert refused(tmp_path, entry(definition='"recovery"')).field.startswith("definition")


def test_a_target_may_lie_ahead(tmp_path: Path) -> None:
    benchmark = loaded(tmp_path, statistic='"target"', period='"2028-29"')
    assert str(benchmark.period_end) == "2029-03-31"


def test_retrieved_on_the_periods_last_day_is_allowed(tmp_path: Path) -> None:
    assert loaded(tmp_path, retrieved="2025-03-31").key == "england-2024-25-recovery"


def test_a_secondary_figure_names_both_documents(tmp_path: Path) -> None:
    benchmark = loaded(tmp_path, status='"secondary"', original='"The study itself"')
    assert (benchmark.document, benchmark.original) == (
        "Annual reports, 2024-25",
        "The study itself",
    )


def test_a_key_twice_in_one_file_is_refused(tmp_path: Path) -> None:
    error = refused(tmp_path, entry() + entry(title='"Another"'))
    assert (error.field, error.right) == ("key", "it is used already in annual.toml")


def test_a_key_twice_in_two_files_is_refused(tmp_path: Path) -> None:
    write(tmp_path, entry(), name="another.toml")
    assert "another.toml" in str(refused(tmp_path, entry()))


def test_a_folder_without_figures_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BenchmarkError, match="no figures"):
        load_benchmarks(tmp_path)


def test_a_file_that_is_no_toml_is_refused(tmp_path: Path) -> None:
    assert refused(tmp_path, "figure = [").field == "TOML"


def test_a_file_in_another_encoding_is_refused(tmp_path: Path) -> None:
    (tmp_path / "annual.toml").write_bytes(
        "# caf\N{LATIN SMALL LETTER E WITH ACUTE}".encode("latin-1")
    )
    with pytest.raises(BenchmarkError, match="annual"):
        load_benchmarks(tmp_path)


BAD_FORMS = {
    "another table": ("[note]\n", "table"),
    "source as a word": ('source = "NHS"\n', "source"),
    "figure as a word": ('figure = "50.5"\n', "figure"),
    "figure as numbers": ("figure = [1, 2]\n", "figure"),
    "a table without rows": ('[[table]]\ncolumns = ["year"]\n', "rows"),
    "a table without columns": ("[[table]]\nrows = [[1]]\n", "rows"),
    "a short row": ('[[table]]\ncolumns = ["year", "n"]\nrows = [["2024-25"]]\n', "rows"),
    "a row that is no row": ('[[table]]\ncolumns = ["year"]\nrows = ["2024-25"]\n', "rows"),
    "a column that is not there": (
        '[[table]]\ncolumns = ["year"]\nrows = [["2024-25"]]\n[[table.figure]]\nkey = "{period}"\n',
        "key",
    ),
}


@pytest.mark.parametrize(("text", "field"), BAD_FORMS.values(), ids=BAD_FORMS)
def test_a_file_of_another_form_is_refused(text: str, field: str, tmp_path: Path) -> None:
    assert refused(tmp_path, text).field == field


def test_a_table_gives_one_figure_for_each_row_and_pattern(tmp_path: Path) -> None:
    shared = {
        name: value for name, value in GOOD.items() if name not in ("key", "figure", "k", "n")
    }
    source = "\n".join(f"{name} = {value}" for name, value in shared.items())
    text = f"""
[source]
{source}
[[table]]
period = "{{year}}"
columns = ["year", "pct", "of"]
rows = [["2023-24", 50.1, 7], ["2024-25", 50.5, 8]]
[[table.figure]]
key = "a-{{year}}"
figure = "{{pct}}"
definition = {{ measures = "phq9" }}
[[table.figure]]
key = "b-{{year}}"
figure = "{{pct}}"
n = "{{of}} + 1"
"""
    benchmarks = load_benchmarks(write(tmp_path, text))
    assert list(benchmarks.by_key) == ["a-2023-24", "b-2023-24", "a-2024-25", "b-2024-25"]
    assert benchmarks.get("b-2024-25").n == len("123456789")
    assert benchmarks.get("a-2023-24").definition.measures == "phq9"
    assert benchmarks.get("b-2023-24").definition.measures == "phq9_adsm_or_gad7"
    assert benchmarks.get("a-2023-24").period == "2023-24"
