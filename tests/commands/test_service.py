"""`manage.py service`: prints a practice; changes all that was asked for, with its trace, or none."""

import shlex
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import IntegrityError
from pytest_django import Settings

from practice.management.commands import service as command
from practice.models import Client, Membership, Practitioner, Role, Service
from tests.cast import (
    Cast,
    day,
    hand_over,
    make_client,
    make_episode,
    make_practitioner,
    make_service,
)
from tests.conftest import Run
from tests.installation import Installation

HARBOUR = ("--service", "Harbour")
ALICE, BOB, LEDA = "alice@example.org", "bob@example.org", "leda@example.org"
EVERYBODY = f"{ALICE}, {BOB}, {LEDA}"
WHY = "changed by command"


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[str]:
    """The lines on stdout; nothing may stand on stderr."""
    capsys.readouterr()
    call_command("service", *arguments)
    out, err = capsys.readouterr()
    assert err == ""
    return out.splitlines()


def everything() -> list[Any]:
    """All that the command could change, with every history row and all copies of addresses."""
    models: list[Any] = [Service, Practitioner, Membership, EmailAddress]
    kept: list[Any] = [Service, Practitioner, Membership]
    tables = [model.objects for model in models] + [model.history for model in kept]
    return [list(table.order_by("pk").values()) for table in tables]


def refusal(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """What the command says when it ends with status 1, having printed and stored nothing."""
    before = everything()
    with pytest.raises(CommandError) as refused:
        call_command("service", *arguments)
    assert refused.value.returncode == 1
    assert capsys.readouterr().out == ""
    assert everything() == before
    return str(refused.value)


def traces(row: Any) -> list[tuple[str, int | None, str | None]]:
    """The history since a row was made: what happened, who, why."""
    return list(
        row.history.order_by("history_id").values_list(
            "history_type", "history_user_id", "history_change_reason"
        )
    )


def role(email: str) -> str:
    return Membership.objects.get(service__name="Harbour", practitioner__email=email).role


# --- What it prints


def test_prints_the_practice(cast: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    cast.alice.set_password("a-password-for-alice")
    cast.alice.save()
    assert printed(capsys, *HARBOUR) == [
        "Harbour",
        "Primary outcome: PHQ-9 and GAD-7",
        "Every enquiry is logged: no",
        "Signals turned off: none",
        "Second factor: never",
        "Whoever leads may open single clients of others: yes",
        "Members:",
        "  practitioner: Alice, alice@example.org, can sign in, holds 0 open episodes",
        "  practitioner: Bob, bob@example.org, cannot sign in (no passphrase), holds 0 open episodes",
        "  lead: Leda, leda@example.org, cannot sign in (no passphrase), holds 0 open episodes",
        "To let a person without a passphrase sign in, invite them on the settings page, or:",
        "  python3 manage.py changepassword bob@example.org",
        "  python3 manage.py changepassword leda@example.org",
    ]


def test_prints_without_storing_anything(cast: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    before = everything()
    printed(capsys, *HARBOUR)
    assert everything() == before


def test_counts_the_open_episodes_held_now(cast: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    client = make_client(service=cast.service, reference="Ŵyn-1")
    make_episode(client=client, holder=cast.alice, ended_on=day(9), ending="agreed_at_end")
    make_episode(client=client, holder=cast.alice)
    handed_over = make_episode(
        client=make_client(service=cast.service, reference="Ŵyn-2"), holder=cast.alice
    )
    hand_over(episode=handed_over, to=cast.bob, on=day(3))
    make_episode(client=make_client(service=cast.service, reference="Ŵyn-3"), holder=cast.bob)
    # An episode of the other service is no business of this one.
    Membership.objects.create(service=cast.other_service, practitioner=cast.leda)
    make_episode(client=make_client(service=cast.other_service), holder=cast.leda)
    text = "\n".join(printed(capsys, *HARBOUR, "--primary", "core10"))
    assert f"{ALICE}, cannot sign in (no passphrase), holds 1 open episode\n" in text
    assert f"{BOB}, cannot sign in (no passphrase), holds 2 open episodes\n" in text
    assert f"{LEDA}, cannot sign in (no passphrase), holds 0 open episodes\n" in text
    references = Client.objects.values_list("reference", flat=True)
    assert len(references) == 4
    assert not any(reference in text for reference in references)


@pytest.mark.django_db
def test_the_only_service_needs_no_name(capsys: pytest.CaptureFixture[str]) -> None:
    make_service(name="Ty Ŵyn", is_invented=True, logs_every_enquiry=True, primary_outcome="gad7")
    assert printed(capsys) == [
        "Ty Ŵyn",
        "Invented data: the demonstration",
        "Primary outcome: GAD-7",
        "Every enquiry is logged: yes",
        "Signals turned off: none",
        "Second factor: never",
        "Members: nobody yet (--add EMAIL)",
    ]


@pytest.mark.django_db
def test_says_what_is_amiss(capsys: pytest.CaptureFixture[str]) -> None:
    service = make_service(name="Valley")
    make_practitioner(email="o'neil@example.org", service=service)
    make_practitioner(email="zoe@example.org", service=service, password="x", is_active=False)
    lines = printed(capsys)
    assert (
        "  practitioner: (no name yet), zoe@example.org, cannot sign in (account closed), "
        "holds 0 open episodes" in lines
    )
    assert "Nobody sees the whole practice: make somebody a lead with --lead EMAIL" in lines
    assert shlex.split(lines[-1]) == [
        *("python3", "manage.py", "changepassword", "o'neil@example.org")
    ]


def test_before_there_is_a_practice(installation: Installation) -> None:
    """That an empty database is set up first: see tests/test_readiness.py."""
    done = installation.run("service", "--primary", "phq9")
    assert done.returncode == 1
    assert "There is no service yet" in done.stderr
    assert "Traceback" not in done.stderr


def test_help_says_what_each_outcome_means(run: Run) -> None:
    text = " ".join(run("service", "--help").stdout.split())
    assert "iapt is PHQ-9 and GAD-7 together" in text
    for words in ("phq9 is PHQ-9 alone", "gad7 is GAD-7 alone", "core10 is CORE-10 alone"):
        assert words in text


@pytest.mark.parametrize("option", ["--primary", "--logs-every-enquiry"])
def test_only_the_choices(cast: Cast, capsys: pytest.CaptureFixture[str], option: str) -> None:
    assert "invalid choice: 'maybe' (choose from" in refusal(capsys, *HARBOUR, option, "maybe")


def test_which_service(cast: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    assert "there is: Harbour, Hillside" in refusal(capsys, "--primary", "phq9")
    assert "there is: Harbour, Hillside" in refusal(capsys, "--service", "Valley")


# --- The settings


@pytest.mark.parametrize(
    ("outcome", "words"),
    [("phq9", "PHQ-9"), ("gad7", "GAD-7"), ("core10", "CORE-10")],
)
def test_primary_outcome(
    cast: Cast, capsys: pytest.CaptureFixture[str], outcome: str, words: str
) -> None:
    assert f"Primary outcome: {words}" in printed(capsys, *HARBOUR, "--primary", outcome)
    cast.service.refresh_from_db()
    assert cast.service.primary_outcome == outcome
    assert traces(cast.service)[1:] == [("~", None, WHY)]


def test_signals_off_and_on_again(cast: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    off = ("--signal-off", "no_contact", "--signal-off", "worse")
    assert "Signals turned off: worse (reliably worse), no_contact (no contact)" in printed(
        capsys, *HARBOUR, *off
    )
    lines = printed(capsys, *HARBOUR, "--signal-on", "worse", "--signal-off", "off_track")
    assert (
        lines[3]
        == "Signals turned off: off_track (PHQ-9 high for its week), no_contact (no contact)"
    )
    assert traces(cast.service)[1:] == [("~", None, WHY)] * 2


def test_a_signal_under_both_options(cast: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    both = ("--signal-on", "worse", "--signal-off", "worse")
    with pytest.raises(CommandError, match="worse stands under both"):
        printed(capsys, *HARBOUR, *both)
    assert len(traces(cast.service)) == 1


def test_risk_is_no_choice(cast: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    assert "invalid choice: 'risk'" in refusal(capsys, *HARBOUR, "--signal-off", "risk")


def test_back_to_the_pair_and_to_no(cast: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    printed(capsys, *HARBOUR, "--primary", "core10", "--logs-every-enquiry", "yes")
    lines = printed(capsys, *HARBOUR, "--primary", "iapt", "--logs-every-enquiry", "no")
    assert lines[1:3] == ["Primary outcome: PHQ-9 and GAD-7", "Every enquiry is logged: no"]
    assert traces(cast.service)[1:] == [("~", None, WHY)] * 2


def test_what_is_so_already_leaves_no_trace(cast: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    before = everything()
    options = ("--primary", "iapt", "--logs-every-enquiry", "no", "--rename", "Harbour")
    people = ("--lead", LEDA, "--no-lead", BOB, "--name", BOB, "Bob", "--email", BOB, BOB.upper())
    printed(capsys, *HARBOUR, *options, *people)
    assert everything() == before


def test_rename(cast: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    assert printed(capsys, *HARBOUR, "--rename", "  Ty Ŵyn ")[0] == "Ty Ŵyn"
    cast.service.refresh_from_db()
    assert cast.service.name == "Ty Ŵyn"
    assert traces(cast.service)[1:] == [("~", None, WHY)]


@pytest.mark.parametrize("name", ["HARBOUR", "x" * 120])
def test_names_at_the_edge(cast: Cast, capsys: pytest.CaptureFixture[str], name: str) -> None:
    assert printed(capsys, *HARBOUR, "--rename", name)[0] == name


@pytest.mark.parametrize("name", ["", "  ", "x" * 121, "a\nb", "a\x1b[2J", "a\x00b"])
def test_not_a_name(cast: Cast, capsys: pytest.CaptureFixture[str], name: str) -> None:
    assert refusal(capsys, *HARBOUR, "--rename", name) == (
        "a name has 1 to 120 signs, on one line; nothing was stored"
    )


@pytest.mark.parametrize("name", ["Hillside", " hillSIDE"])
def test_a_name_in_use(cast: Cast, capsys: pytest.CaptureFixture[str], name: str) -> None:
    assert refusal(capsys, *HARBOUR, "--rename", name) == (
        f"{name.strip()!r} is in use already; there is besides this one: Hillside; "
        "nothing was stored"
    )


# --- The people


def test_several_leads(cast: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    lines = printed(capsys, *HARBOUR, "--lead", " Alice@Example.org", "--lead", BOB)
    assert sum(line.startswith("  lead: ") for line in lines) == 3
    for person in (cast.alice, cast.bob):
        place = person.memberships.get()
        assert place.role == Role.LEAD
        assert traces(place)[1:] == [("~", None, WHY)]


def test_the_lead_is_handed_over(cast: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    printed(capsys, *HARBOUR, "--no-lead", LEDA, "--lead", ALICE)
    assert (role(ALICE), role(LEDA)) == (Role.LEAD, Role.PRACTITIONER)
    assert traces(cast.leda.memberships.get())[1:] == [("~", None, WHY)]


def test_the_last_lead_stays(cast: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    assert refusal(capsys, *HARBOUR, "--no-lead", LEDA).startswith(
        "leda@example.org is the only lead of Harbour: make somebody else a lead first"
    )
    printed(capsys, *HARBOUR, "--lead", ALICE)
    # Each alone could go; both together would leave nobody.
    refusal(capsys, *HARBOUR, "--no-lead", LEDA, "--no-lead", ALICE)


def test_who_does_not_lead_keeps_their_role(cast: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    """Not made a practitioner of an administrator, who would see clients then."""
    for given in (Role.SUPERVISOR, Role.ADMINISTRATOR):
        email = f"{given}@example.org"
        make_practitioner(email=email, service=cast.service, role=given)
        printed(capsys, *HARBOUR, "--no-lead", email)
        assert role(email) == given


def test_practitioners_are_told_who_may_read(
    cast: Cast, capsys: pytest.CaptureFixture[str], settings: Settings
) -> None:
    settings.SENDS_MAIL = False
    cast.alice.set_password("a-password-for-alice")
    cast.alice.save()
    printed(capsys, *HARBOUR, "--lead-reads-clients", "yes", "--rename", "Haven")
    assert mail.outbox == []
    printed(capsys, "--service", "Haven", "--lead-reads-clients", "no", "--supervises", BOB, ALICE)
    assert [each.recipients() for each in mail.outbox] == [[ALICE], [ALICE]]
    assert "Bob supervises you at Haven" in mail.outbox[0].body
    assert "may no longer open single clients" in mail.outbox[1].body
    assert "arranged by a command" in mail.outbox[1].body


def test_both_a_lead_and_none(cast: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    assert "both --lead and --no-lead" in refusal(
        capsys, *HARBOUR, "--lead", BOB, "--no-lead", "BOB@example.org"
    )


@pytest.mark.parametrize("email", ["charlie@example.org", "dora@example.org", "x@example.org", ""])
@pytest.mark.parametrize(
    ("option", "rest"),
    [
        ("--lead", ()),
        ("--no-lead", ()),
        ("--name", ("Dora",)),
        ("--email", ("new@example.org",)),
    ],
)
def test_not_a_member(
    cast: Cast, capsys: pytest.CaptureFixture[str], option: str, rest: tuple[str, ...], email: str
) -> None:
    make_practitioner(email="dora@example.org")
    assert refusal(capsys, *HARBOUR, option, email, *rest) == (
        f"{email!r} is not a member of Harbour; there is: {EVERYBODY}; nothing was stored"
    )


@pytest.mark.django_db
def test_a_service_without_anybody(capsys: pytest.CaptureFixture[str]) -> None:
    make_service(name="Valley")
    assert "there is: nobody yet (--add EMAIL)" in refusal(capsys, "--lead", ALICE)


def test_the_name_of_a_person(cast: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    lines = printed(capsys, *HARBOUR, "--name", ALICE, " Alŷs Ŵyn ", "--name", BOB, "b" * 150)
    assert any(line.startswith(f"  practitioner: Alŷs Ŵyn, {ALICE}, ") for line in lines)
    cast.alice.refresh_from_db()
    assert cast.alice.name == "Alŷs Ŵyn"
    assert traces(cast.alice)[1:] == [("~", None, WHY)]


@pytest.mark.parametrize("name", ["", " ", "x" * 151, "a\nb"])
def test_not_the_name_of_a_person(
    cast: Cast, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    assert "1 to 150 signs" in refusal(capsys, *HARBOUR, "--name", ALICE, name)


def test_another_address(cast: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    lines = printed(capsys, *HARBOUR, "--email", ALICE.upper(), " Zoe@Example.ORG")
    assert "  python3 manage.py changepassword zoe@example.org" in lines
    cast.alice.refresh_from_db()
    assert cast.alice.email == "zoe@example.org"
    assert traces(cast.alice)[1:] == [("~", None, WHY)]


@pytest.mark.parametrize("taken", [BOB, "Charlie@example.org", "dora@example.org"])
def test_an_address_in_use_anywhere(
    cast: Cast, capsys: pytest.CaptureFixture[str], taken: str
) -> None:
    make_practitioner(email="dora@example.org")
    assert refusal(capsys, *HARBOUR, "--email", ALICE, taken) == (
        f"{taken.lower()} is the address of another account already; nothing was stored"
    )


BAD_ADDRESSES = ["", "zoe", "zoe@", "a b@example.org", "x" * 243 + "@example.org", '"\x01"@x.org']


@pytest.mark.parametrize("text", BAD_ADDRESSES)
@pytest.mark.parametrize("options", [("--add",), ("--email", ALICE)])
def test_not_an_address(
    cast: Cast, capsys: pytest.CaptureFixture[str], options: tuple[str, ...], text: str
) -> None:
    assert refusal(capsys, *HARBOUR, *options, text) == (
        f"{text!r} is not an e-mail address: write it as zoe@example.org; nothing was stored"
    )


def test_a_new_member(cast: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    lines = printed(capsys, *HARBOUR, "--add", " Zoe@Example.org ")
    assert (
        "  practitioner: (no name yet), zoe@example.org, cannot sign in (no passphrase), "
        "holds 0 open episodes" in lines
    )
    assert "  python3 manage.py changepassword zoe@example.org" in lines
    zoe = Practitioner.objects.get(email="zoe@example.org")
    assert not zoe.has_usable_password()
    assert traces(zoe) == [("+", None, WHY)]
    assert traces(zoe.memberships.get()) == [("+", None, WHY)]
    assert role("zoe@example.org") == Role.PRACTITIONER


def test_an_account_from_elsewhere_is_joined(
    cast: Cast, capsys: pytest.CaptureFixture[str]
) -> None:
    printed(capsys, *HARBOUR, "--add", "charlie@example.org")
    assert cast.charlie.services.count() == 2
    assert len(traces(cast.charlie)) == 1
    assert Practitioner.objects.count() == 4


@pytest.mark.parametrize("email", [ALICE, "ALICE@example.org"])
def test_a_member_already(cast: Cast, capsys: pytest.CaptureFixture[str], email: str) -> None:
    assert refusal(capsys, *HARBOUR, "--add", email) == (
        f"{ALICE} is a member of Harbour already; there is: {EVERYBODY}; nothing was stored"
    )


# --- Several at once


def test_everything_in_one_command(cast: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    lines = printed(
        capsys,
        *HARBOUR,
        *("--primary", "phq9", "--logs-every-enquiry", "yes", "--rename", "Quay"),
        *("--add", "zoe@example.org", "--lead", "zoe@example.org"),
        *("--name", "zoe@example.org", "Zoë"),
        # Leda by the old address and by the new one; Bob gets the address that becomes free.
        *("--email", LEDA, "l@example.org", "--email", BOB, LEDA),
        *("--name", "l@example.org", "Leda L", "--no-lead", "l@example.org"),
        *("--name", BOB, "Bob B"),
    )
    assert lines[:11] == [
        "Quay",
        "Primary outcome: PHQ-9",
        "Every enquiry is logged: yes",
        "Signals turned off: none",
        "Second factor: never",
        "Whoever leads may open single clients of others: yes",
        "Members:",
        "  practitioner: Alice, alice@example.org, cannot sign in (no passphrase), holds 0 open episodes",
        "  practitioner: Leda L, l@example.org, cannot sign in (no passphrase), holds 0 open episodes",
        "  practitioner: Bob B, leda@example.org, cannot sign in (no passphrase), holds 0 open episodes",
        "  lead: Zoë, zoe@example.org, cannot sign in (no passphrase), holds 0 open episodes",
    ]
    # The settings are one change; the address and the name of a person are two.
    assert traces(cast.service)[1:] == [("~", None, WHY)]
    assert traces(cast.bob)[1:] == [("~", None, WHY)] * 2
    assert len(traces(cast.alice)) == 1


@pytest.mark.parametrize(
    "bad",
    [
        ("--rename", "Hillside"),
        ("--no-lead", LEDA),
        ("--lead", "nobody@example.org"),
        ("--email", BOB, "charlie@example.org"),
        ("--name", BOB, ""),
        ("--add", "no address"),
    ],
    ids=lambda bad: bad[0],
)
def test_one_bad_option_stores_none(
    cast: Cast, capsys: pytest.CaptureFixture[str], bad: tuple[str, ...]
) -> None:
    good = [
        *("--primary", "gad7", "--logs-every-enquiry", "yes", "--add", "zoe@example.org"),
        *("--name", ALICE, "Alys", "--email", ALICE, "alys@example.org"),
    ]
    EmailAddress.objects.create(user=cast.alice, email=ALICE)
    assert refusal(capsys, *HARBOUR, *good, *bad).endswith("; nothing was stored")


def test_the_database_refuses(
    cast: Cast, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(**options: Any) -> None:
        raise IntegrityError("who and what, for no eyes")

    monkeypatch.setattr(command, "change_service", refuse)
    said = refusal(capsys, *HARBOUR, "--add", "zoe@example.org")
    assert said.startswith("the database refused (IntegrityError)")
    assert "no eyes" not in said


def test_roles_and_supervision(cast: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    lines = printed(
        capsys,
        *HARBOUR,
        *("--add", "sue@example.org", "--role", "sue@example.org", "supervisor"),
        *("--supervises", "sue@example.org", ALICE),
        *("--lead-reads-clients", "no"),
    )
    assert "Whoever leads may open single clients of others: no" in lines
    assert "Supervision:" in lines
    assert [line for line in lines if line.startswith("  sue@example.org supervises alice@")]
    assert [line for line in lines if line.startswith("  supervisor: (no name yet), sue@")]
    lines = printed(capsys, *HARBOUR, "--no-supervises", "sue@example.org", ALICE)
    assert "Supervision:" not in lines


def test_roles_that_are_refused(cast: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    make_episode(client=make_client(service=cast.service), holder=cast.alice)
    for options, words in (
        (("--role", ALICE, "owner"), "is not a role"),
        (("--role", ALICE, "administrator"), "hand them over first"),
        (("--role", LEDA, "practitioner"), "only lead"),
        (("--supervises", ALICE, ALICE), "themselves"),
        (("--no-supervises", BOB, ALICE), "does not supervise"),
        (("--supervises", "nobody@example.org", ALICE), "not a member"),
    ):
        assert words in refusal(capsys, *HARBOUR, *options)
