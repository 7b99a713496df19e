"""Who works in the invented service, and the clients, payers and problems they meet."""

import random
from collections.abc import Mapping
from dataclasses import dataclass

SERVICE = "Harbour Lane Counselling (invented)"
# Known to everybody who reads this, like the data: it opens the demonstration and nothing else.
PASSPHRASE = "an-invented-practice"  # noqa: S105


@dataclass(frozen=True, kw_only=True)
class Contract:
    """Somebody who pays. limit: sessions they pay for at most; None for no limit.

    sources: how clients under it come. fees: pounds for one session. wait: days from referral to
    the first appointment, least and most.
    """

    name: str
    sources: tuple[str, ...]
    fees: tuple[int, ...]
    wait: tuple[int, int]
    limit: int | None = None


@dataclass(frozen=True, kw_only=True)
class InventedPractitioner:
    """One practitioner and how the practice of this person runs.

    letter: begins the references of this person's clients. closed: summer leave, first and last
    day as (month, day). referrals: how many come in each month of a year; none for somebody new,
    whose few clients are listed one by one. self_share, core_share: clients who fill the forms in
    themselves item by item, and clients who are given the CORE-10.
    """

    name: str
    email: str
    letter: str
    closed: tuple[tuple[int, int], tuple[int, int]]
    referrals: tuple[int, ...]
    contracts: Mapping[Contract, int]
    therapies: Mapping[str, int]
    self_share: float
    core_share: float


@dataclass(frozen=True, kw_only=True)
class Person:
    """What stays true of a client from one episode to the next."""

    reference: str
    gender: str
    birth_year: int


PRIVATE = Contract(
    name="private",
    sources=("self", "self", "self", "GP", "recommended by a former client"),
    fees=(55, 60, 60, 65, 70),
    wait=(4, 18),
)
EAP = Contract(name="Beacon EAP", sources=("employer",), fees=(45, 48, 50), wait=(2, 10), limit=6)
INSURER = Contract(
    name="Severnside Health insurance", sources=("insurer",), fees=(65, 70), wait=(5, 15), limit=12
)
CHARITY = Contract(
    name="Lantern charity room",
    sources=("self", "GP", "GP", "charity helpline"),
    fees=(5, 10, 15),
    wait=(18, 60),
    limit=16,
)
COUNCIL = Contract(
    # Letters that the built-in fonts of a PDF do not have: the demonstration shows them right.
    name="Cyngor Tŵr-y-Môr – Ŵyn",
    sources=("employer",),
    fees=(50, 55),
    wait=(3, 12),
    limit=8,
)

ZOE = InventedPractitioner(
    name="Zoë Marsh",
    email="zoe@demo.invalid",
    letter="Z",
    closed=((8, 8), (8, 21)),
    referrals=(5, 4, 4, 3, 4, 3, 3, 2, 5, 5, 5, 3),
    contracts={PRIVATE: 52, EAP: 26, CHARITY: 13, INSURER: 9},
    therapies={"integrative": 45, "CBT": 35, "counselling": 20},
    self_share=0.3,
    core_share=0.75,
)
LUKASZ = InventedPractitioner(
    name="Łukasz Nowak",
    email="lukasz@demo.invalid",
    letter="L",
    closed=((8, 1), (8, 14)),
    referrals=(3, 3, 2, 2, 3, 2, 2, 1, 3, 4, 3, 2),
    contracts={PRIVATE: 50, EAP: 20, CHARITY: 30},
    therapies={"psychodynamic": 50, "counselling": 35, "integrative": 15},
    self_share=0.15,
    core_share=0.6,
)
WYN = InventedPractitioner(
    name="Ŵyn Pritchard",
    email="wyn@demo.invalid",
    letter="W",
    closed=((8, 15), (8, 28)),
    referrals=(),
    contracts={PRIVATE: 50, COUNCIL: 35, CHARITY: 15},
    therapies={"counselling": 50, "CBT": 30, "integrative": 20},
    self_share=0.35,
    core_share=0.9,
)
PRACTITIONERS = (ZOE, LUKASZ, WYN)

PROBLEMS = {
    "depression": 24,
    "anxiety": 26,
    "bereavement": 12,
    "relationship": 13,
    "work stress": 13,
    "trauma": 8,
    "self-esteem": 5,
    "health anxiety": 3,
    "loneliness": 2,
}
GENDERS = {"female": 62, "male": 33, "non-binary": 2, "other": 1, "not stated": 2}
EARLIER_THERAPY = {"none": 48, "once": 27, "more": 15, "": 10}
# The signs & and < stand in some on purpose: nothing may take a note for markup.
NOTES = (
    "prefers mornings",
    "mornings < 11 & never on Fridays",
    "ground-floor room & a glass of water, please",
    "<b>large print</b> for forms",
    "partner waits outside, < 5 minutes' walk",
    "bilingual: forms in English, sessions in Welsh & English",
    "school run: not before 09:30",
    "Tea & biscuits welcome; no perfume in the room",
)


def drawn(rng: random.Random, weights: Mapping[str, int]) -> str:
    """One of the words, as often as its weight says."""
    return rng.choices(list(weights), weights=list(weights.values()))[0]


def drawn_contract(rng: random.Random, practitioner: InventedPractitioner) -> Contract:
    """Who pays for one client of this practitioner."""
    contracts = practitioner.contracts
    return rng.choices(list(contracts), weights=list(contracts.values()))[0]


def drawn_person(rng: random.Random, reference: str, *, year: int, adult: bool) -> Person:
    """A client as they come in a year: 18 to 80, most between 25 and 50; or 16 to 17."""
    age = round(rng.triangular(19, 80, 33)) if adult else rng.randint(15, 16)
    return Person(reference=reference, gender=drawn(rng, GENDERS), birth_year=year - age)
