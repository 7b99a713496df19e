"""`manage.py outcomes`: the right scope or a sentence with the choices; JSON and nothing else."""

import json
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from tests.cast import (
    Cast,
    day,
    hand_over,
    make_client,
    make_episode,
    make_practitioner,
    make_service,
    make_session,
)

PERIOD = ("--from", "2026-01-01", "--to", "2026-12-31")
HARBOUR = ("--service", "Harbour")


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    """The object on stdout; anything beside it makes the reading fail."""
    capsys.readouterr()
    call_command("outcomes", *arguments)
    out, err = capsys.readouterr()
    assert err == ""
    answer = json.loads(out)
    assert isinstance(answer, dict)
    return answer


def refusal(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """What the command says when it ends with status 1, having printed nothing."""
    with pytest.raises(CommandError) as refused:
        call_command("outcomes", *arguments)
    assert refused.value.returncode == 1
    assert capsys.readouterr().out == ""
    return str(refused.value)


def add_ended(cast: Cast) -> None:
    """One finished course that alice held, with a hand-over after its end."""
    episode = make_episode(
        client=make_client(service=cast.service, reference="Ŵyn-1"),
        holder=cast.alice,
        ended_on=day(60),
        ending="agreed_at_end",
    )
    make_session(episode=episode, held_on=day(7))
    make_session(episode=episode, held_on=day(14))
    hand_over(episode=episode, to=cast.bob, on=day(70))


def test_one_object_and_nothing_else(cast: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    add_ended(cast)
    answer = printed(capsys, *PERIOD, *HARBOUR, "--json")
    assert answer["period"] == {"from": "2026-01-01", "to": "2026-12-31"}
    assert answer["ended"]["finished_course"] == 1
    assert answer["endings"]["planned"] == 1
    assert answer["sessions"]["attended"] == 2
    # The only form so far, asked for or not.
    assert printed(capsys, *PERIOD, *HARBOUR) == answer


@pytest.mark.parametrize(
    ("email", "finished"),
    [
        ("alice@example.org", 1),
        (" Alice@Example.ORG ", 1),
        ("bob@example.org", 0),
        ("leda@example.org", 0),
    ],
)
def test_of_one_practitioner(
    cast: Cast, capsys: pytest.CaptureFixture[str], email: str, finished: int
) -> None:
    add_ended(cast)
    answer = printed(capsys, *PERIOD, *HARBOUR, "--practitioner", email)
    assert answer["ended"]["finished_course"] == finished


@pytest.mark.django_db
def test_the_only_service_needs_no_name(capsys: pytest.CaptureFixture[str]) -> None:
    make_service(name="Ty Ŵyn")
    answer = printed(capsys, *PERIOD)
    assert answer["ended"]["episodes"] == 0
    # No figure of nobody: not even nought per cent.
    assert {rate["pct"] for rate in answer["rates"].values()} == {None}


@pytest.mark.django_db
def test_no_figure_holds_a_reference(cast: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    add_ended(cast)
    call_command("outcomes", *PERIOD, *HARBOUR)
    out = capsys.readouterr().out
    assert "Ŵyn" not in out
    assert "alice" not in out.lower()


@pytest.mark.django_db
def test_no_service_yet(capsys: pytest.CaptureFixture[str]) -> None:
    assert "There is no service yet" in refusal(capsys, *PERIOD)
    assert "import_caseload" in refusal(capsys, *PERIOD, *HARBOUR)


def test_several_services(cast: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    assert refusal(capsys, *PERIOD) == (
        "There are several services: name one with --service; there is: Harbour, Hillside"
    )


@pytest.mark.parametrize("name", ["harbour", "Harbor", ""])
def test_unknown_service(cast: Cast, capsys: pytest.CaptureFixture[str], name: str) -> None:
    assert refusal(capsys, *PERIOD, "--service", name) == (
        f"No service is called {name!r}; there is: Harbour, Hillside"
    )


@pytest.mark.parametrize("email", ["dora@example.org", "charlie@example.org", ""])
def test_not_a_practitioner_of_the_service(
    cast: Cast, capsys: pytest.CaptureFixture[str], email: str
) -> None:
    make_practitioner(email="dora@example.org")
    assert refusal(capsys, *PERIOD, *HARBOUR, "--practitioner", email) == (
        f"{email!r} is not a practitioner of Harbour; there is: "
        "alice@example.org, bob@example.org, leda@example.org"
    )


@pytest.mark.django_db
def test_a_service_without_anybody(capsys: pytest.CaptureFixture[str]) -> None:
    make_service(name="Valley")
    assert refusal(capsys, *PERIOD, "--practitioner", "alice@example.org").endswith(
        "there is: nobody yet"
    )


@pytest.mark.parametrize("text", ["9/3/2026", "2026-02-30", "2026", "today", "", "2026-3-9"])
@pytest.mark.parametrize("option", ["--from", "--to"])
def test_not_a_day(db: None, capsys: pytest.CaptureFixture[str], option: str, text: str) -> None:
    days = {"--from": "2026-01-01", "--to": "2026-12-31", option: text}
    arguments = [word for pair in days.items() for word in pair]
    assert refusal(capsys, *arguments) == f"{text!r} is not a day; write it as 2026-03-09"


def test_from_after_to(db: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert refusal(capsys, "--from", "2026-02-01", "--to", "2026-01-31") == (
        "the period ends (2026-01-31) before it starts (2026-02-01)"
    )


def test_a_period_of_one_day(cast: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    add_ended(cast)
    of_the_day = str(day(60))
    answer = printed(capsys, "--from", of_the_day, "--to", of_the_day, *HARBOUR)
    assert answer["ended"]["episodes"] == 1


@pytest.mark.parametrize("missing", ["--from", "--to"])
def test_both_days_are_needed(db: None, capsys: pytest.CaptureFixture[str], missing: str) -> None:
    days = {"--from": "2026-01-01", "--to": "2026-12-31"}
    del days[missing]
    with pytest.raises(CommandError, match=missing):
        call_command("outcomes", *(word for pair in days.items() for word in pair))
    assert capsys.readouterr().out == ""
