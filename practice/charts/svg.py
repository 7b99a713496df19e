"""A Drawing as SVG inside a page: labelled, scaling with its column, fit for a strict CSP.

reportlab's own SVG carries style attributes (which style-src 'self' blocks), an XML header (which
shows as text inside HTML), the same ids in each chart and the font names of the PDF.
"""

import re
from html import escape

from reportlab.graphics import renderSVG
from reportlab.graphics.shapes import Drawing

from practice.charts.fonts import BOLD, REGULAR

_STACK = "'Source Sans 3', Arial, sans-serif"
_FAMILIES = {REGULAR: {"family": _STACK}, BOLD: {"family": _STACK, "weight": "bold"}}


# Stands in an unlabelled drawing for what makes its ids its own.
_UID = "@"


def to_svg(drawing: Drawing, *, uid: str, title: str, description: str) -> str:
    """The drawing as an <svg> element. uid is unique on the page; the texts are for those who
    cannot see it.
    """
    return labelled(unlabelled(drawing), uid=uid, title=title, description=description)


def unlabelled(drawing: Drawing) -> str:
    """The drawing without ids and texts: for `labelled`, as often as the same is shown."""
    svg = renderSVG.drawToString(
        drawing,
        fontHacks=_FAMILIES,
        useClip=True,
        svgAttrs={"role": "img", "aria-labelledby": f"{_UID}-t {_UID}-d", "class": "chart"},
    )
    svg = svg[svg.index("<svg") :]
    # The size comes from the style sheet and the viewBox.
    for attribute in ("width", "height"):
        svg = re.sub(rf'(<svg[^>]*?) {attribute}="[^"]*"', r"\1", svg, count=1)
    svg = svg.replace(' id="group"', "", 1)
    svg = re.sub(r' style="([^"]*)"', _as_attributes, svg)
    # Two-point lines come out closed: dashes would overlap.
    svg = re.sub(r'( d="M [-\d., ]+ L [-\d., ]+) Z"', r'\1"', svg)
    return re.sub(r">\s+<", "><", svg)


def labelled(svg: str, *, uid: str, title: str, description: str) -> str:
    """What `unlabelled` made, with ids and texts of its own."""
    svg = svg.replace(f"{_UID}-t {_UID}-d", f"{uid}-t {uid}-d", 1)
    svg = svg.replace("<title>...</title>", f'<title id="{uid}-t">{escape(title)}</title>', 1)
    return svg.replace("<desc>...</desc>", f'<desc id="{uid}-d">{escape(description)}</desc>', 1)


def _as_attributes(match: re.Match[str]) -> str:
    pairs = (part.split(":", 1) for part in match[1].split(";") if part.strip())
    return "".join(f' {name.strip()}="{value.strip()}"' for name, value in pairs)
