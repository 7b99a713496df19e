"""The records of a practice: facts and constraints, nothing else."""

from practice.models.client import Client, Gender
from practice.models.completion import MeasureCompletion
from practice.models.episode import EarlierTherapy, Episode
from practice.models.holding import Holding
from practice.models.practitioner import Membership, Practitioner, Role
from practice.models.service import Service
from practice.models.session import Session

__all__ = [
    "Client",
    "EarlierTherapy",
    "Episode",
    "Gender",
    "Holding",
    "MeasureCompletion",
    "Membership",
    "Practitioner",
    "Role",
    "Service",
    "Session",
]
