"""What was promised: documents, plans and their clauses, indicators, targets with milestones, figures."""

from .definitions import IndicatorVersion
from .documents import Document, DocumentFile, DocumentLink
from .figures import Measurement, MeasurementDecision
from .plan import Clause, Plan, PlanParticipation
from .targets import Definition, Indicator, Milestone, Target, TargetIndicator, TargetTransfer

__all__ = [
    "Clause",
    "Definition",
    "Document",
    "DocumentFile",
    "DocumentLink",
    "Indicator",
    "IndicatorVersion",
    "Measurement",
    "MeasurementDecision",
    "Milestone",
    "Plan",
    "PlanParticipation",
    "Target",
    "TargetIndicator",
    "TargetTransfer",
]
