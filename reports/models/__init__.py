"""What leadership reads: agency profiles, snapshots, reports."""

from .looks import TaskFileLook
from .profile import AgencyProfile
from .remedies import PrintedFigureRemedy
from .report import Report, Snapshot

__all__ = ["AgencyProfile", "PrintedFigureRemedy", "Report", "Snapshot", "TaskFileLook"]
