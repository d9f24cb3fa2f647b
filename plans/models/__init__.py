"""What was promised: documents, plans and their clauses, indicators, targets with milestones, figures."""

from .documents import Document, DocumentFile, DocumentLink
from .figures import Measurement, MeasurementDecision
from .plan import Clause, Plan, PlanParticipation
from .sources import (
    SourceAnswer,
    SourceFigure,
    SourceFile,
    SourceMapping,
    SourceName,
    SourceRuling,
    SourceSystem,
)
from .targets import Indicator, Milestone, Target, TargetIndicator, TargetTransfer

__all__ = [
    "Clause",
    "Document",
    "DocumentFile",
    "DocumentLink",
    "Indicator",
    "Measurement",
    "MeasurementDecision",
    "Milestone",
    "Plan",
    "PlanParticipation",
    "SourceAnswer",
    "SourceFigure",
    "SourceFile",
    "SourceMapping",
    "SourceName",
    "SourceRuling",
    "SourceSystem",
    "Target",
    "TargetIndicator",
    "TargetTransfer",
]
