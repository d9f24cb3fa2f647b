"""What was promised: documents, plans and their clauses, indicators, targets with milestones, figures."""

from .computed import TaskCount
from .course import ColourRule, ColourRuleSet, HardToReach, Outlook
from .documents import Document, DocumentFile, DocumentLink
from .figures import Measurement, MeasurementDecision
from .plan import Clause, Plan, PlanParticipation
from .sums import FigureSum
from .targets import Indicator, Milestone, Target, TargetIndicator, TargetTransfer

__all__ = [
    "Clause",
    "ColourRule",
    "ColourRuleSet",
    "Document",
    "DocumentFile",
    "DocumentLink",
    "FigureSum",
    "HardToReach",
    "Indicator",
    "Measurement",
    "MeasurementDecision",
    "Milestone",
    "Outlook",
    "Plan",
    "PlanParticipation",
    "Target",
    "TargetIndicator",
    "TargetTransfer",
    "TaskCount",
]
