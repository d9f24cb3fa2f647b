"""Who: units and their history, people and their roles, staff and their accounts, the working calendar."""

from .calendar import CalendarDay
from .organisation import GroupMember, Reorganisation, Unit, UnitGroup, UnitName
from .people import RoleGrant, User
from .staff import AccountCheck, AccountKind, StaffMember

__all__ = [
    "AccountCheck",
    "AccountKind",
    "CalendarDay",
    "GroupMember",
    "Reorganisation",
    "RoleGrant",
    "StaffMember",
    "Unit",
    "UnitGroup",
    "UnitName",
    "User",
]
