"""What leadership reads: agency profiles, snapshots, reports."""

from .profile import AgencyProfile
from .report import Report, Snapshot

__all__ = ["AgencyProfile", "Report", "Snapshot"]
