"""One side for each client chosen: who has one, what it says, and that page and paper say the same."""

import dataclasses
import html
import re
from io import BytesIO

import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext
from pypdf import PdfReader

from practice.charts.trajectory import KEY, UNCOUNTED_KEY
from practice.domain.endings import Ending
from practice.domain.sessions import Attendance, Kind
from practice.domain.signal_kinds import Signal
from practice.models import Episode
from practice.reports.case_choice import Which, chosen_cases
from practice.reports.case_side import CaseSides, Notes, load_case_sides
from practice.reports.case_side_text import PROMPTS, SideText
from practice.reports.supervision_names import Naming
from practice.reports.supervision_pdf import supervision_pdf
from practice.reports.supervision_text import SheetText, sheet_text
from tests.caseloads import HOSTILE, HOSTILE_LETTERS, LAST_DAY, store, therapies
from tests.cast import (
    Cast,
    day,
    hand_over,
    make_agreement,
    make_completion,
    make_meeting,
    make_risk_response,
    make_session,
    saved,
)
from tests.reports.reading import squeezed, words_of
from tests.reports.supervising import gather_statistics, make_course, sheet_of

pytestmark = pytest.mark.django_db


def text_with(
    cast: Cast,
    *episodes: Episode,
    which: Which = Which.TICKED,
    naming: Naming = Naming.REFERENCES,
    notes: Notes = Notes.LEFT_OUT,
    **options: object,
) -> SheetText:
    sheet = sheet_of(cast, **options)  # type: ignore[arg-type]
    ticked = [str(episode.uid) for episode in episodes]
    choice = chosen_cases(sheet, which=which, ticked=ticked)
    return sheet_text(sheet, naming=naming, sides=load_case_sides(sheet, choice, notes=notes))


def side_of(cast: Cast, episode: Episode, **options: object) -> SideText:
    (side,) = text_with(cast, episode, **options).sides  # type: ignore[arg-type]
    return side


def lines_of(side: SideText) -> str:
    return " ".join(line.text for line in (*side.risks, *side.agreed))


def every_word(side: SideText) -> list[str]:
    words = [side.title]
    for note in (*side.facts, *side.signals, *side.notes):
        words += [f"{note.heading}.", note.text]
    for measure in side.measures:
        words += [measure.name, measure.scores_words, measure.change, *measure.marks]
    words += [side.not_measured, side.chart_key]
    words += [line.text for line in (*side.risks, *side.agreed)]
    return [each for each in (*words, *side.prompts) if each]


def pages_of(pdf: bytes) -> list[str]:
    return [squeezed(page.extract_text()) for page in PdfReader(BytesIO(pdf)).pages]


def page_of(side: SideText) -> str:
    context = {"side": side, "charts": [(measure, "") for measure in side.measures]}
    page = render_to_string("supervision/case_side.html", context)
    return squeezed(html.unescape(re.sub(r"</?[a-z][^>]*>", " ", page)))


# --- Who has one


def test_an_open_risk_item_has_a_side_unless_somebody_chose_otherwise(cast: Cast) -> None:
    calm = make_course(cast, "CALM", [9, 8], start=126)
    risky = make_course(cast, "RISKY", [9, 8], start=126)
    make_completion(of=risky, on=day(130), total=12, answers="--------1")
    text = text_with(cast, which=Which.RISK)
    assert [side.name for side in text.sides] == ["RISKY"]
    assert [(tick.name, tick.is_chosen) for tick in text.ticks] == [
        ("RISKY", True),
        ("CALM", False),
    ]
    assert not any("no side" in notice for notice in text.notices)
    # Unticked: the row stays, and it is said who has an open item and no side.
    text = text_with(cast, calm)
    assert [side.name for side in text.sides] == ["CALM"]
    assert any(line.is_pressing for line in text.rows[0].risk)
    assert (
        "Risk item open, and no side of their own chosen: RISKY. The sheet itself shows it."
        in text.notices
    )
    assert text_with(cast, which=Which.NOBODY).sides == ()


def test_everybody_with_a_signal(cast: Cast) -> None:
    cast.service.primary_outcome = "phq9"
    saved(cast.service, by=cast.leda)
    make_course(cast, "CALM", [9, 8], start=126)
    make_course(cast, "WORSE", [9, 16], start=126)
    risky = make_course(cast, "RISKY", [9, 8], start=126)
    make_completion(of=risky, on=day(130), total=12, answers="--------1")
    make_course(cast, "LOST", [15, 16], start=100, ended_on=day(120), ending=Ending.CRISIS)
    names = [side.name for side in text_with(cast, which=Which.SIGNALS).sides]
    assert names == ["RISKY", "WORSE"]


def test_somebody_who_ended_since_the_last_time_can_be_chosen(cast: Cast) -> None:
    ended = make_course(
        cast, "LOST", [15, 9], start=100, ended_on=day(120), ending=Ending.LOSS_OF_CONTACT
    )
    make_completion(of=ended, on=day(119), total=12, answers="--------0")
    side = side_of(cast, ended)
    assert side.title == "LOST: ended 5 May 2026"
    assert {note.heading: note.text for note in side.facts}["Ended"] == (
        "5 May 2026, unplanned: due to loss of contact. Got what they came for: not asked."
    )
    assert [note.text for note in side.signals] == ["None by our rules."]
    assert "PHQ-9: answered 0 on 1 form, the last of 4 May 2026." in lines_of(side)


def test_a_client_of_somebody_else_stays_unknown(cast: Cast) -> None:
    mine = make_course(cast, "MINE", [9])
    bobs = make_course(cast, "BOBS-1", [9], holder=cast.bob)
    gone = make_course(cast, "GONE-1", [9])
    hand_over(episode=gone, to=cast.bob, on=day(130))
    text = text_with(cast, mine, bobs, gone, seen_by=cast.alice)
    assert [side.name for side in text.sides] == ["MINE"]
    assert (
        "2 clients ticked for a side of their own: not on this sheet, so left out." in text.notices
    )
    assert "BOBS-1" not in str(text)
    assert "GONE-1" not in str(text)


@pytest.mark.parametrize("typed", ["", "x", "0", "'; --", "\N{SNOWMAN}" * 300])
def test_whatever_was_typed_is_nobody(cast: Cast, typed: str) -> None:
    make_course(cast, "C-1", [9])
    choice = chosen_cases(sheet_of(cast), which=Which.TICKED, ticked=[typed])
    assert (choice.cases, choice.elsewhere) == ((), 1)


def test_each_once_however_often_ticked(cast: Cast) -> None:
    uid = str(make_course(cast, "C-1", [9]).uid)
    choice = chosen_cases(sheet_of(cast), which=Which.TICKED, ticked=[uid, uid, uid.upper()])
    assert (len(choice.cases), choice.elsewhere) == (1, 0)


# --- What it says


def test_a_side_says_where_a_client_stands(cast: Cast) -> None:
    episode = make_course(
        cast,
        "C-7",
        [15, 8, 7, 9],
        start=100,
        planned_sessions=12,
        paused_until=day(160),
        pause_reason="at sea",
    )
    make_session(episode=episode, held_on=day(130), attendance=Attendance.DNA)
    side = side_of(cast, episode)
    facts = {note.heading: note.text for note in side.facts}
    assert facts == {
        "Sessions": (
            "4 attended, 1 missed; 5 weeks since the first treatment session; "
            "referred 5 January 2026."
        ),
        "Planned": "12 sessions; 4 treatment sessions held so far.",
        "Pause": "agreed until 14 June 2026, off the signals until then: at sea.",
    }
    (phq9,) = side.measures
    assert phq9.scores_words == "Start 15 (15 Apr), best 7 (29 Apr), last 9 (6 May)."
    assert phq9.change == "6 points lower: reliably improved; below the cut-off of 10."
    assert side.not_measured == "Not measured: GAD-7."
    assert side.chart_key == KEY
    assert side.prompts == PROMPTS
    assert side.notes == ()


def test_signals_come_with_their_rules(cast: Cast) -> None:
    cast.service.signals_off = Signal.NO_CONTACT
    saved(cast.service, by=cast.leda)
    episode = make_course(cast, "C-1", [9, 16], start=126)
    make_completion(of=episode, on=day(134), total=16, answers="--------2")
    signals = {note.heading: note.text for note in side_of(cast, episode).signals}
    assert signals["Reliably worse"].endswith(f". {Signal.WORSE.rule}")
    assert signals["Risk item above 0"].endswith(f". {Signal.RISK.rule}")
    assert signals["Not looked for"] == "no contact (turned off)."


def test_risk_items_with_what_was_asked_and_done(cast: Cast) -> None:
    episode = make_course(cast, "C-1", [])
    told = make_completion(of=episode, on=day(100), total=12, answers="--------3")
    make_risk_response(to=told, by=cast.alice, asked="Plans?", done="Rang the GP.")
    make_completion(of=episode, on=day(110), total=12, answers="--------2")
    make_completion(of=episode, on=day(115), total=12, answers="--------0")
    make_completion(of=episode, on=day(120), measure="core10", total=9)
    lines = [(line.text, line.is_pressing) for line in side_of(cast, episode).risks]
    assert lines[0] == (
        "25 Apr 2026, PHQ-9 item 9: 2, More than half the days: "
        "OPEN, nobody has written what was asked and done.",
        True,
    )
    words, pressing = lines[1]
    assert words.startswith(
        "15 Apr 2026, PHQ-9 item 9: 3, Nearly every day. Asked: Plans? Done: Rang the GP. "
        "Written by Alice, "
    )
    assert not pressing
    assert [text for text, _ in lines[2:]] == [
        "PHQ-9: answered 0 on 1 form, the last of 30 Apr 2026.",
        "CORE-10: risk item not seen on 1 form, the last of 5 May 2026.",
    ]


def test_what_was_agreed_over_time_with_the_score_then_and_now(cast: Cast) -> None:
    episode = make_course(cast, "C-1", [17, 15, 13, 11], start=100)
    for number, agreed, due in ((101, "Ask about sleep.", 110), (107, "Slow down", 121)):
        met = make_meeting(service=cast.service, practitioner=cast.alice, held_on=day(number))
        make_agreement(meeting=met, episode=episode, agreed=agreed, due_on=day(due))
    later = make_meeting(service=cast.service, practitioner=cast.alice, held_on=day(141))
    make_agreement(meeting=later, episode=episode, agreed="After the day of the sheet")
    assert [(line.text, line.is_pressing) for line in side_of(cast, episode).agreed] == [
        (
            "22 Apr 2026, with Sunniva Vale: Slow down. By 6 May 2026: overdue. "
            "PHQ-9 15 then, 11 now; GAD-7 not measured.",
            True,
        ),
        (
            "16 Apr 2026, with Sunniva Vale: Ask about sleep. By 25 Apr 2026. "
            "PHQ-9 17 then, 11 now; GAD-7 not measured.",
            False,
        ),
    ]


def test_nothing_later_than_the_sheet_is_on_it(cast: Cast) -> None:
    episode = make_course(cast, "C-1", [15, 9, 4], start=100)
    (phq9,) = side_of(cast, episode, on=day(107)).measures
    assert [dot.on for dot in phq9.plot.scores] == [day(100), day(107)]
    assert phq9.plot.uncounted == ()
    assert phq9.plot.attended == (day(100), day(107))
    assert phq9.plot.until == day(107)


def test_hollow_dots_are_explained_where_there_are_any(cast: Cast) -> None:
    episode = make_course(cast, "C-1", [15, 9], start=100)
    session = make_session(episode=episode, held_on=day(130), kind=Kind.FOLLOW_UP)
    make_completion(of=session, total=8)
    assert side_of(cast, episode).chart_key == f"{KEY} {UNCOUNTED_KEY}"


def test_late_first_and_stale_last_scores_are_marked(cast: Cast) -> None:
    episode = make_course(cast, "C-1", [])
    for number in (100, 107, 114, 128, 135):
        make_session(episode=episode, held_on=day(number))
    for number in (116, 118):
        make_completion(of=episode, on=day(number), total=12)
    (phq9,) = side_of(cast, episode).measures
    late, stale = phq9.marks
    assert late.startswith("Late first score")
    assert stale.startswith("Last score out of date")


def test_notes_are_on_it_only_where_they_were_asked_for(cast: Cast) -> None:
    episode = make_course(cast, "C-1", [], note="Came by bicycle")
    make_session(episode=episode, held_on=day(100), note="Spoke of the sea")
    make_session(episode=episode, held_on=day(150), note="Not yet")
    bare = make_course(cast, "C-2", [9])
    assert "bicycle" not in str(side_of(cast, episode))
    notes = side_of(cast, episode, notes=Notes.PRINTED).notes
    assert [(note.heading, note.text) for note in notes] == [
        ("The episode", "Came by bicycle"),
        ("15 Apr 2026", "Spoke of the sea"),
    ]
    assert side_of(cast, bare, notes=Notes.PRINTED).notes[0].heading == "None is written"


def test_letters_reach_every_text_of_a_side(cast: Cast) -> None:
    other = make_course(cast, "QZX-2", [9])
    episode = make_course(cast, "QZX-1", [9, 16], start=126, note="Sister of QZX-2")
    form = make_completion(of=episode, on=day(130), total=12, answers="--------1")
    make_risk_response(to=form, by=cast.alice, asked="As with QZX-2", done="Told QZX-1")
    met = make_meeting(service=cast.service, practitioner=cast.alice, held_on=day(120))
    make_agreement(meeting=met, episode=episode, agreed="Keep apart from QZX-2")
    text = text_with(cast, episode, other, naming=Naming.LETTERS, notes=Notes.PRINTED)
    assert "QZX" not in str(text)
    pdf = supervision_pdf(text)
    assert "QZX" not in words_of(pdf)
    assert b"QZX" not in pdf
    assert "Sister of B" in words_of(pdf)


# --- On paper


def caseload(cast: Cast, size: int, *, hostile: bool) -> None:
    store(cast.service, cast.alice, therapies(3, ended=size, still_open=size, hostile=hostile))
    gather_statistics()
    met = make_meeting(service=cast.service, practitioner=cast.alice, held_on=day(-90))
    for number, episode in enumerate(Episode.objects.filter(ended_on=None)):
        agreed = f"{HOSTILE_LETTERS} {HOSTILE}" if hostile else "Ask about drinking"
        make_agreement(meeting=met, episode=episode, agreed=agreed, due_on=LAST_DAY)
        if number % 4 == 3:
            form = make_completion(of=episode, on=LAST_DAY, total=13, answers="--------2")
            if number % 8 == 3:
                make_risk_response(to=form, by=cast.alice, asked=agreed, done=agreed)


@pytest.mark.parametrize("naming", Naming)
@pytest.mark.parametrize("hostile", [False, True])
def test_page_and_paper_say_the_same_of_everybody(
    cast: Cast, naming: Naming, hostile: bool
) -> None:
    caseload(cast, 12, hostile=hostile)
    everybody = Episode.objects.filter(ended_on=None)
    text = text_with(cast, *everybody, on=LAST_DAY, naming=naming, notes=Notes.PRINTED)
    assert len(text.sides) == 12
    paper = pages_of(supervision_pdf(text))
    for number, side in enumerate(text.sides):
        (first,) = [at for at, page in enumerate(paper) if f"{side.title} Sessions." in page]
        last = min(
            (
                at
                for at in range(first + 1, len(paper))
                if f"{side.title}, continued" not in paper[at]
            ),
            default=len(paper),
        )
        printed = squeezed(" ".join(paper[first:last]))
        shown = page_of(side)
        for words in every_word(side):
            assert squeezed(words) in shown, (number, words)
            # A head of the next page may stand within a text that goes on there.
            assert all(word in printed for word in words.split()), (number, words)
            assert last - first > 1 or squeezed(words) in printed, (number, words)


def test_an_ordinary_client_has_one_side_each(cast: Cast) -> None:
    episodes = [make_course(cast, f"C-{n}", [15, 12, 9, 16], start=110) for n in range(5)]
    for episode in episodes:
        make_completion(of=episode, on=day(131), measure="gad7", total=12)
        make_completion(of=episode, on=day(132), measure="core10", total=12)
    text = text_with(cast, *episodes)
    pages = pages_of(supervision_pdf(text))
    assert len(pages) == 6
    for number, (side, page) in enumerate(zip(text.sides, pages[1:], strict=True), start=2):
        assert side.title in page
        assert f"Page {number} of" in page
        assert all(prompt in page for prompt in side.prompts)
        assert text.footer in page
    outline = PdfReader(BytesIO(supervision_pdf(text))).outline
    titles = [each.title for each in outline if not isinstance(each, list)]
    assert titles[-5:] == [side.title for side in text.sides]


def test_charts_are_drawn_and_not_pasted(cast: Cast) -> None:
    episode = make_course(cast, "C-1", [15, 12, 9])
    document = PdfReader(BytesIO(supervision_pdf(text_with(cast, episode))))
    assert not any(list(page.images) for page in document.pages)
    page = squeezed(document.pages[1].extract_text())
    assert "case 10+" in page


def test_a_side_longer_than_a_page_goes_on_under_the_clients_name(cast: Cast) -> None:
    words = [f"word{number}" for number in range(4000)]
    episode = make_course(cast, "C-1", [15], note=" ".join(words))
    other = make_course(cast, "C-2", [15])
    text = text_with(cast, episode, other, notes=Notes.PRINTED)
    pages = pages_of(supervision_pdf(text))
    one, two = text.sides
    assert any(f"{one.title}, continued" in page for page in pages)
    assert not any(f"{two.title}, continued" in page for page in pages)
    printed = " ".join(pages)
    assert all(word in printed for word in words)


def test_invented_data_are_called_so_on_every_side(cast: Cast) -> None:
    cast.service.is_invented = True
    saved(cast.service, by=cast.leda)
    pages = pages_of(supervision_pdf(text_with(cast, make_course(cast, "C-1", [9, 16]))))
    assert [page.count("INVENTED DATA") for page in pages] == [2, 2]


def test_the_same_sides_twice_are_the_same_bytes(cast: Cast) -> None:
    episode = make_course(cast, "C-1", [9, 16])
    assert supervision_pdf(text_with(cast, episode)) == supervision_pdf(text_with(cast, episode))


@pytest.mark.parametrize("notes", Notes)
def test_as_many_queries_for_forty_sides_as_for_four(cast: Cast, notes: Notes) -> None:
    caseload(cast, 40, hostile=False)
    sheet = sheet_of(cast, on=LAST_DAY)
    everybody = [str(episode.uid) for episode in Episode.objects.filter(ended_on=None)]
    counted = []
    for number in (4, 40):
        choice = chosen_cases(sheet, which=Which.TICKED, ticked=everybody[:number])
        with CaptureQueriesContext(connection) as captured:
            sides = load_case_sides(sheet, choice, notes=notes)
            supervision_pdf(sheet_text(sheet, naming=Naming.REFERENCES, sides=sides))
        assert len(sides.sides) == number
        counted.append(len(captured))
    assert counted[0] == counted[1] == {Notes.LEFT_OUT: 3, Notes.PRINTED: 5}[notes]


def test_what_is_drawn_is_frozen(cast: Cast) -> None:
    side = side_of(cast, make_course(cast, "C-1", [9]))
    with pytest.raises(dataclasses.FrozenInstanceError):
        side.title = "another"  # type: ignore[misc]
    assert CaseSides().keys == frozenset()
