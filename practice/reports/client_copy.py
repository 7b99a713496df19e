"""Everything about one client in words, ready to be drawn: for the client, who may ask for it."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from practice.cases.audit import what_words
from practice.cases.questions import may_show_items
from practice.cases.whole_client import Opening, WholeClient, WholeEpisode, WholeRow, facts_of
from practice.cases.wording import moment_words
from practice.domain.measures import MEASURES, Measure, in_figures
from practice.domain.periods import day_words
from practice.models import Deed, MeasureCompletion, Service
from practice.reports.monthly_text import INVENTED
from practice.reports.notes import Note
from practice.reports.words import several

TITLE = "Everything stored about one client"
NOTHING = "Nothing is stored."
NOT_ANSWERED = "Not recorded"
NOT_OPENED = "Nobody but whoever held the client is written down."
LISTS = (
    "Lists of many clients that a lead or a supervisor opened are written down by whose clients they "
    "were, and not here."
)
PURPOSE = (
    "A copy of what the practice's program holds about this client, made because the client may ask "
    "for it. It is not the whole clinical record: letters, recordings and notes on paper are kept "
    "elsewhere."
)


@dataclass(frozen=True, kw_only=True)
class Part:
    """A heading with what stands under it. is_new_page: it begins on a page of its own."""

    heading: str
    notes: tuple[Note, ...]
    is_new_page: bool = False


@dataclass(frozen=True, kw_only=True)
class CopyText:
    """The whole copy. invented: what stands across it where nobody in it is real; "" otherwise."""

    title: str
    service: str
    facts: tuple[Note, ...]
    parts: tuple[Part, ...]
    made_on: dt.date
    footer: str
    invented: str


def client_copy(whole: WholeClient, *, made_by: str, now: dt.datetime, on: dt.date) -> CopyText:
    """Put everything about a client into words."""
    service = whole.client.service
    return CopyText(
        title=f"{TITLE}: {whole.client.reference}",
        service=service.name,
        facts=(
            Note(heading="What this is", text=PURPOSE),
            Note(heading="Made", text=f"{moment_words(now)}, by {made_by}, {service.name}"),
            *_told_with_it(service),
        ),
        parts=tuple(_parts(whole)),
        made_on=on,
        footer=f"Confidential: about one person's therapy. Copy of {day_words(on)}.",
        invented=INVENTED if service.is_invented else "",
    )


def _told_with_it(service: Service) -> Iterator[Note]:
    """What the law wants told with a copy, as far as the program knows it."""
    yield Note(
        heading="Why it is kept",
        text="To see how the therapies of this practice go and end, and for supervision. The program "
        "decides nothing about anybody, and predicts nothing.",
    )
    yield Note(
        heading="Where it comes from",
        text="From the client's questionnaires and from the practitioners, as said beside each entry.",
    )
    yield Note(
        heading="Who sees it",
        text="Within the practice whoever holds the client, their supervisor, and the lead where the "
        "practice lets the lead; the last part says who opened it. The program sends it to nobody. To "
        "whom else the practice has given anything, the practice says.",
    )
    years = service.retention_years
    yield Note(
        heading="How long it is kept",
        text="The practice has set no period here: ask it."
        if years is None
        else f"{several(years, 'year', 'years')} after the last contact or ending, longer while a "
        "legal hold stands.",
    )
    yield Note(
        heading="What may be asked for",
        text="That what is wrong is put right, that it is erased, or that its use is limited; and its "
        "use can be objected to: each as far as the law gives the right (UK GDPR, articles 16 to 18 "
        "and 21). A complaint can go to the practice, and to the Information Commissioner, "
        "ico.org.uk.",
    )


def _parts(whole: WholeClient) -> Iterator[Part]:
    yield Part(heading="The client", notes=tuple(_facts(whole.client)) or (_nothing(),))
    for episode in whole.episodes:
        yield from _episode_parts(episode, whole)
    yield Part(heading="Changed after entry", notes=tuple(_corrections(whole)) or (_nothing(),))
    yield Part(
        heading="Earlier words of what was changed or removed",
        notes=tuple(
            Note(
                heading=f"{one.about}, {one.field}: written {moment_words(one.at)} by {one.who}",
                text=one.text,
            )
            for one in whole.earlier
        )
        or (_nothing(),),
    )
    yield Part(
        heading="Who opened the record, or took data out of it",
        notes=(
            *(Note(heading=moment_words(one.at), text=_opened(one)) for one in whole.openings),
            *(() if whole.openings else (Note(heading="", text=NOT_OPENED),)),
            Note(heading="", text=LISTS),
        ),
    )
    licences = tuple(_licences(whole))
    if licences:
        yield Part(heading="The questionnaires", notes=licences)


def _licences(whole: WholeClient) -> Iterator[Note]:
    """Of each questionnaire whose items are printed."""
    given = {form.measure for one in whole.episodes for row in one.rows for form in row.forms}
    for code, measure in MEASURES.items():
        if code in given and may_show_items(measure):
            yield Note(heading=measure.name, text=measure.licence)


def _opened(one: Opening) -> str:
    what = what_words(one.page)
    if one.deed == Deed.READ.label:
        return f"{one.who} opened {what or 'a page about the client'}"
    return f"{one.who} {one.deed}" + (f": {what}" if what else "")


def _nothing() -> Note:
    return Note(heading="", text=NOTHING)


def _facts(row: object) -> Iterator[Note]:
    for fact in facts_of(row):  # type: ignore[arg-type]
        yield Note(heading=_capital(fact.name), text=fact.words)


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _episode_parts(whole: WholeEpisode, client: WholeClient) -> Iterator[Part]:
    episode = whole.episode
    name = f"Episode {episode.number}"
    notes = [*_facts(episode)]
    if episode.left_out_at is not None:
        who = client.name(episode.left_out_by_id)
        notes.append(
            Note(heading="Left out", text=f"{moment_words(episode.left_out_at)}, by {who}")
        )
    yield Part(
        heading=f"{name}, referred on {day_words(episode.referred_on)}",
        notes=tuple(notes),
        is_new_page=episode.number > 1,
    )
    yield Part(
        heading=f"{name}: who held it",
        notes=tuple(
            Note(
                heading=client.name(holding.practitioner_id),
                text=f"from {day_words(holding.since)}"
                + ("" if holding.until is None else f" until {day_words(holding.until)}"),
            )
            for holding in whole.holdings
        )
        or (_nothing(),),
    )
    scores = tuple(_scores(whole))
    if scores:
        yield Part(heading=f"{name}: scores at a glance", notes=scores)
    yield Part(
        heading=f"{name}: sessions and forms",
        notes=tuple(note for row in whole.rows for note in _row(row, client)) or (_nothing(),),
    )
    yield Part(
        heading=f"{name}: agreed in supervision",
        notes=tuple(
            Note(
                heading=f"{day_words(one.meeting.held_on)}, with {one.meeting.supervisor}",
                text="\n".join(_said(one)),
            )
            for one in whole.agreements
        )
        or (_nothing(),),
    )


def _scores(whole: WholeEpisode) -> Iterator[Note]:
    """Every total of a measure in a line, by day; the forms themselves follow."""
    for code, measure in MEASURES.items():
        totals = [
            f"{day_words(row.on)}: {in_figures(form.total)}"
            for row in whole.rows
            for form in row.forms
            if form.measure == code and form.total is not None
        ]
        if totals:
            yield Note(heading=f"{measure.name}, of {measure.maximum}", text="; ".join(totals))


def _said(row: object) -> Iterator[str]:
    for note in _facts(row):
        yield f"{note.heading}: {note.text}"


def _row(row: WholeRow, client: WholeClient) -> Iterator[Note]:
    if row.session is None:
        yield Note(heading=f"{day_words(row.on)}: forms without a meeting", text="")
    else:
        entered = _entered(row.session.entered_at, row.session.entered_by_id, client)
        said = [line for line in _said(row.session) if not line.startswith(("Date: ", "Note: "))]
        note = [line for line in _said(row.session) if line.startswith("Note: ")]
        lines = ["; ".join(said), *note, entered]
        yield Note(heading=f"{day_words(row.on)}: session", text="\n".join(lines))
    for form in row.forms:
        yield Note(
            heading=f"{MEASURES[form.measure].name} of {day_words(row.on)}",
            text="\n".join(_form(form, client)),
        )


def _entered(at: dt.datetime, by: int | None, client: WholeClient) -> str:
    return f"Entered {moment_words(at)} by {client.name(by)}"


def _form(form: MeasureCompletion, client: WholeClient) -> Iterator[str]:
    measure = MEASURES[form.measure]
    if form.total is None:
        yield "Total: none, too many items are missing"
    else:
        band = measure.band(form.total).word
        yield f"Total: {in_figures(form.total)} of {measure.maximum}, {band}"
    unanswered = []
    for number, answer in enumerate(form.item_answers or (), start=1):
        if answer is None:
            unanswered.append(str(number))
        else:
            yield _item(measure, number, answer)
    if unanswered:
        items = "item" if len(unanswered) == 1 else "items"
        yield f"{NOT_ANSWERED}: {items} {', '.join(unanswered)}"
    how = [f"{line}." for line in _said(form) if line.startswith("How it came: ")]
    yield " ".join([*how, _entered(form.entered_at, form.entered_by_id, client)])
    response = client.response_to(form)
    if response is not None:
        for line in _said(response):
            yield f"About the risk item. {line}"
        yield (
            "About the risk item. Written "
            f"{moment_words(response.written_at)} by {client.name(response.written_by_id)}"
        )


def _item(measure: Measure, number: int, answer: int) -> str:
    is_shown = may_show_items(measure)
    wording = f" {measure.items[number - 1]}" if is_shown else ""
    risk = " (risk item)" if number == measure.risk_item else ""
    label = f"{measure.answers[answer]}, " if is_shown else ""
    score = measure.item_score(number, answer)
    return f"Item {number}{risk}.{wording}: {label}scores {score}"


def _corrections(whole: WholeClient) -> Iterator[Note]:
    for one in whole.corrections:
        why = f" Why: {one.why}." if one.why else ""
        yield Note(
            heading=f"{one.when}, {one.about}",
            text=f"{_capital('; '.join(one.changes))}. By {one.who}.{why}",
        )
