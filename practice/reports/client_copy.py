"""Everything about one client in words, ready to be drawn: for the client, who may ask for it."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from practice.cases.questions import may_show_items
from practice.cases.whole_client import WholeClient, WholeEpisode, WholeRow, facts_of
from practice.cases.wording import moment_words
from practice.domain.measures import MEASURES, Measure, in_figures
from practice.domain.periods import day_words
from practice.models import MeasureCompletion
from practice.reports.monthly_text import INVENTED
from practice.reports.notes import Note

TITLE = "Everything stored about one client"
NOTHING = "Nothing is stored."
NOT_ANSWERED = "not recorded"
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
        ),
        parts=tuple(_parts(whole)),
        made_on=on,
        footer=f"Confidential: about one person's therapy. Copy of {day_words(on)}.",
        invented=INVENTED if service.is_invented else "",
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
        notes=tuple(
            Note(heading=moment_words(one.at), text=f"{one.who} {one.deed} ({one.page})")
            for one in whole.openings
        )
        or (Note(heading="", text="Nobody but whoever held the client is written down."),),
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


def _said(row: object) -> Iterator[str]:
    for note in _facts(row):
        yield f"{note.heading}: {note.text}"


def _row(row: WholeRow, client: WholeClient) -> Iterator[Note]:
    if row.session is None:
        yield Note(heading=f"{day_words(row.on)}: forms without a meeting", text="")
    else:
        entered = _entered(row.session.entered_at, row.session.entered_by_id, client)
        lines = [line for line in _said(row.session) if not line.startswith("Date: ")]
        yield Note(heading=f"{day_words(row.on)}: session", text="\n".join([*lines, entered]))
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
    for number, answer in enumerate(form.item_answers or (), start=1):
        yield _item(measure, number, answer)
    for line in _said(form):
        if line.startswith("How it came: "):
            yield line
    yield _entered(form.entered_at, form.entered_by_id, client)
    response = client.response_to(form)
    if response is not None:
        for line in _said(response):
            yield f"About the risk item. {line}"
        yield (
            "About the risk item. Written "
            f"{moment_words(response.written_at)} by {client.name(response.written_by_id)}"
        )


def _item(measure: Measure, number: int, answer: int | None) -> str:
    is_shown = may_show_items(measure)
    wording = f" {measure.items[number - 1]}" if is_shown else ""
    risk = " (risk item)" if number == measure.risk_item else ""
    if answer is None:
        return f"Item {number}{risk}.{wording}: {NOT_ANSWERED}"
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
