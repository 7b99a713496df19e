"""`python -m pytest tests/reports/keep_format.py` writes tests/reports/frozen_report.json anew.

Only before a version that stores reports is given away: from then on the file stays as it is.
"""

import json

from practice.cohorts import Scope
from practice.reports.frozen import read_frozen
from tests.caseloads import MONTH, scope_with, therapies
from tests.cast import Cast
from tests.reports.freezing import frozen
from tests.reports.test_frozen import TODAYS_FORMAT, resolve


def test_write(cast: Cast) -> None:
    scope: Scope = scope_with(cast.service, cast.alice, therapies(11, ended=60, still_open=9))
    frozen(scope, month=MONTH.minus(1))
    resolve(cast, "Ask about the ending at session three")
    report = frozen(scope, by=cast.alice)
    text = read_frozen(report)
    on_paper = [
        text.title,
        text.whose,
        text.facts,
        *(note.text for note in text.sentences),
        *(line.title for line in text.outcomes),
        *(cell for line in text.outcomes for cell in line.cells),
        *(block.heading for block in text.blocks),
    ]
    kept = {
        "text": report.text,
        "figures": report.figures,
        "digest": report.digest,
        "on_paper": [" ".join(each.split()) for each in on_paper],
    }
    words = json.dumps(kept, ensure_ascii=False, indent=1, sort_keys=True)
    TODAYS_FORMAT.write_text(f"{words}\n", encoding="utf-8")
