"""What was promised: documents, plans and their clauses, indicators, targets with milestones, figures, rounds."""

from .computed import TaskCount
from .course import ColourRule, ColourRuleSet, HardToReach, Outlook
from .definitions import IndicatorVersion
from .documents import Document, DocumentFile, DocumentLink
from .figures import Measurement, MeasurementDecision
from .plan import Clause, Plan, PlanParticipation
from .rounds import FigureFile, FigureProof, ReportingRound, RoundItem, RoundMove, RoundState
from .sources import (
    SourceAnswer,
    SourceFigure,
    SourceFile,
    SourceMapping,
    SourceName,
    SourceRuling,
    SourceSystem,
)
from .sums import FigureSum
from .targets import Definition, Indicator, Milestone, Target, TargetIndicator, TargetTransfer

__all__ = [
    "Clause",
    "ColourRule",
    "ColourRuleSet",
    "Definition",
    "Document",
    "DocumentFile",
    "DocumentLink",
    "FigureFile",
    "FigureProof",
    "FigureSum",
    "HardToReach",
    "Indicator",
    "IndicatorVersion",
    "Measurement",
    "MeasurementDecision",
    "Milestone",
    "Outlook",
    "Plan",
    "PlanParticipation",
    "ReportingRound",
    "RoundItem",
    "RoundMove",
    "RoundState",
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
    "TaskCount",
]
