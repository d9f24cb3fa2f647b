"""Who: units and their history, people and their roles, staff and their accounts, the working calendar."""

from .calendar import CalendarDay
from .organisation import GroupMember, Reorganisation, Unit, UnitGroup, UnitName
from .people import RoleGrant, User
from .privacy import NumberCollecting, PersonalLook
from .service import ServiceSpell
from .staff import AccountCheck, AccountCheckWithdrawal, AccountKind, PersonalNumber, StaffMember

__all__ = [
    "AccountCheck",
    "AccountCheckWithdrawal",
    "AccountKind",
    "CalendarDay",
    "GroupMember",
    "NumberCollecting",
    "PersonalLook",
    "PersonalNumber",
    "Reorganisation",
    "RoleGrant",
    "ServiceSpell",
    "StaffMember",
    "Unit",
    "UnitGroup",
    "UnitName",
    "User",
]
