"""What leadership reads: agency profiles, snapshots, reports."""

from .looks import TaskFileLook
from .profile import AgencyProfile
from .report import Report, Snapshot

__all__ = ["AgencyProfile", "Report", "Snapshot", "TaskFileLook"]
