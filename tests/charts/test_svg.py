"""A drawing as SVG: fit for a page with a strict policy, and for those who cannot see it."""

import re
from collections import Counter

import pytest
from defusedxml import ElementTree

from practice.charts.strip import StripRow, rate_strip
from practice.charts.svg import to_svg
from tests.caseloads import HOSTILE

ROWS = [
    StripRow(label="Planned", counts="7 of 10", rate=0.7, low=0.4, high=0.9, published=0.6),
    StripRow(label="Other", counts="3 of 5", rate=None, low=None, high=None, published=None),
]
SVG = "{http://www.w3.org/2000/svg}"


def svg(uid: str = "endings", title: str = "Endings", description: str = "In words.") -> str:
    drawing = rate_strip(ROWS, width=270, label_width=106)
    return to_svg(drawing, uid=uid, title=title, description=description)


def test_no_inline_style_that_the_policy_would_block() -> None:
    found = svg()
    assert "style" not in found
    assert "<script" not in found
    assert " on" not in re.sub(">[^<]*<", "><", found)


def test_no_header_that_would_show_inside_a_page() -> None:
    found = svg()
    assert found.startswith("<svg ")
    assert found.rstrip().endswith("</svg>")
    assert "<?xml" not in found
    assert "<!DOCTYPE" not in found


def test_well_formed() -> None:
    root = ElementTree.fromstring(svg())
    assert root.tag in ("svg", f"{SVG}svg")
    assert root.get("viewBox")
    assert root.get("width") is None
    assert root.get("height") is None


def ids(found: str) -> list[str]:
    return re.findall(r'\bid="([^"]*)"', found)


def test_ids_come_from_the_uid_so_that_two_charts_fit_on_a_page() -> None:
    both = ids(svg("first")) + ids(svg("second"))
    assert [name for name, count in Counter(both).items() if count > 1] == []
    assert {"first-t", "first-d", "second-t", "second-d"} <= set(both)


def test_title_and_description_are_read_out() -> None:
    root = ElementTree.fromstring(svg(title="Planned endings", description="7 of 10."))
    assert root.get("role") == "img"
    labels = (root.get("aria-labelledby") or "").split()
    texts = {each.get("id"): each.text for each in root.iter() if each.get("id") in labels}
    assert [texts[label] for label in labels] == ["Planned endings", "7 of 10."]


@pytest.mark.parametrize(
    "text", [HOSTILE, "</title><script>x()</script>", '" onload="x()', r"\1 \g<0>"]
)
def test_title_and_description_stay_text(text: str) -> None:
    found = svg(title=text, description=text)
    root = ElementTree.fromstring(found)
    assert [each.text for each in root.iter() if each.get("id") in ("endings-t", "endings-d")] == [
        text,
        text,
    ]
    assert "<script" not in found
    assert "<img" not in found


def test_letters_in_the_page_are_in_the_pages_own_face() -> None:
    found = svg()
    assert "Source Sans 3" in found
    assert "SourceSans3" not in found
    assert "Helvetica" not in found


def test_everything_drawn_has_its_colour_without_a_style_sheet() -> None:
    root = ElementTree.fromstring(svg())
    circles = [each for each in root.iter() if each.tag.endswith("circle")]
    assert len(circles) == 1
    assert circles[0].get("fill")
