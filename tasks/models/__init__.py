"""Who does what by when, and every fact about it."""

from .duty import Breach, Duty
from .exchanges import (
    Delegation,
    Direction,
    Explanation,
    LaterBasis,
    Obstacle,
    Opening,
    PartReport,
    Reassignment,
    ReassignmentView,
)
from .facts import DeadlineChange, Event, Evidence, ProgressUpdate
from .handover import Handover, HandoverChoice, HandoverLine
from .removal import ContentRemoval, RemovalReading
from .review import PersonReview, ReviewComment
from .state import TaskState
from .task import Coordination, Exclusion, Task

__all__ = [
    "Breach",
    "ContentRemoval",
    "Coordination",
    "DeadlineChange",
    "Delegation",
    "Direction",
    "Duty",
    "Event",
    "Evidence",
    "Exclusion",
    "Explanation",
    "Handover",
    "HandoverChoice",
    "HandoverLine",
    "LaterBasis",
    "Obstacle",
    "Opening",
    "PartReport",
    "PersonReview",
    "ProgressUpdate",
    "Reassignment",
    "ReassignmentView",
    "RemovalReading",
    "ReviewComment",
    "Task",
    "TaskState",
]
