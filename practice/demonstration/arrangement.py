"""What is agreed with a client at the start, and the cells that follow from it."""

import random
from dataclasses import dataclass

from practice.demonstration.diary import Appointment
from practice.demonstration.people import (
    CHARITY,
    EAP,
    EARLIER_THERAPY,
    NOTES,
    PRIVATE,
    PROBLEMS,
    Contract,
    InventedPractitioner,
    Person,
    drawn,
)
from practice.demonstration.rows import Row, cell
from practice.demonstration.scores import FormStyle, Trajectory
from practice.domain.sessions import Attendance, Medium


@dataclass(frozen=True, kw_only=True)
class Arrangement:
    """What was agreed with one client at the start."""

    practitioner: InventedPractitioner
    contract: Contract
    fee: int
    medium: Medium
    style: FormStyle
    trajectory: Trajectory


def episode_cells(
    rng: random.Random, practitioner: InventedPractitioner, contract: Contract, person: Person
) -> Row:
    """What is known of an episode when the client has just come."""
    problem = drawn(rng, PROBLEMS)
    second = drawn(rng, PROBLEMS) if rng.random() < 0.4 else ""
    third = drawn(rng, PROBLEMS) if second and rng.random() < 0.25 else ""
    planned = contract.limit
    if contract is PRIVATE and rng.random() < 0.3:
        planned = rng.choice((8, 12, 20))
    return {
        "practitioner": practitioner.email,
        "source": rng.choice(contract.sources),
        "contract": contract.name,
        "problem": problem,
        "problem_2": "" if second == problem else second,
        "problem_3": third if third not in (problem, second) else "",
        "therapy": drawn(rng, practitioner.therapies),
        "gender": person.gender,
        "birth_year": cell(person.birth_year),
        "planned_sessions": cell(planned),
        "earlier_therapy": drawn(rng, EARLIER_THERAPY),
        "note": rng.choice(NOTES) if rng.random() < 0.12 else "",
    }


def appointment_cells(arrangement: Arrangement, visit: Appointment) -> Row:
    """One appointment. A session missed without notice is paid for privately, and only there."""
    is_private = arrangement.contract not in (EAP, CHARITY)
    is_charged = visit.is_attended or (is_private and visit.attendance is Attendance.DNA)
    return {
        "date": cell(visit.on),
        "kind": visit.kind.value,
        "attendance": visit.attendance.value,
        "medium": arrangement.medium.value,
        "minutes": "50",
        "fee": cell(arrangement.fee) if is_charged else "",
    }
