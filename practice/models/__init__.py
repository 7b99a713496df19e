"""The records of a practice: facts and constraints, nothing else."""

from practice.models.audit import AuditEntry, Deed
from practice.models.benchmark import AnnualFigures, Target
from practice.models.client import Client, Gender
from practice.models.completion import MeasureCompletion
from practice.models.device import KnownDevice
from practice.models.episode import EarlierTherapy, Episode, GotWhatTheyCameFor
from practice.models.holding import Holding
from practice.models.invitation import Invitation
from practice.models.practitioner import Membership, Practitioner, Role
from practice.models.report import FrozenReport, Resolution
from practice.models.risk import RiskResponse
from practice.models.service import Service
from practice.models.session import Session
from practice.models.supervising import Supervising
from practice.models.supervision import Agreement, SupervisionMeeting
from practice.models.upload import CaseloadUpload, RememberedHeading

__all__ = [
    "Agreement",
    "AnnualFigures",
    "AuditEntry",
    "CaseloadUpload",
    "Client",
    "Deed",
    "EarlierTherapy",
    "Episode",
    "FrozenReport",
    "Gender",
    "GotWhatTheyCameFor",
    "Holding",
    "Invitation",
    "KnownDevice",
    "MeasureCompletion",
    "Membership",
    "Practitioner",
    "RememberedHeading",
    "Resolution",
    "RiskResponse",
    "Role",
    "Service",
    "Session",
    "Supervising",
    "SupervisionMeeting",
    "Target",
]
