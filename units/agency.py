"""Whose organisation a unit belongs to, and who keeps it: the one rule for units, roster and common catalogues.

- The plan owner's office keeps the units and the roster of its own agency: everything below the nearest department,
  committee or commune at or above the office. It may also add bodies outside our authority, which stand below
  nobody.
- The catalogues everybody shares (units as a whole, working calendar, indicators) are kept by the system
  administrator and by plan owners of the agency this installation serves.
"""

from core.clock import today
from units.models import RoleGrant, Unit, User
from units.permissions import Role

AGENCY_KINDS = (Unit.Kind.DEPARTMENT, Unit.Kind.COMMITTEE, Unit.Kind.COMMUNE)


def agency_of(unit: Unit) -> Unit:
    """The agency a unit is part of: itself or the nearest above it that is one, else the top of its tree."""
    above = Unit.objects.filter(tree_start__lte=unit.tree_start, tree_end__gte=unit.tree_start)
    agency = above.filter(kind__in=AGENCY_KINDS).order_by("-depth").first()
    return agency or above.order_by("depth").first() or unit


def home_agency() -> Unit | None:
    """The agency this installation serves: the first department without a unit above it."""
    roots = Unit.objects.filter(parent__isnull=True, kind=Unit.Kind.DEPARTMENT)
    return roots.open_on(today()).first()


def is_administrator(user: User) -> bool:
    return user.is_superuser or user.has_role(Role.ADMIN)


def keeps_organisation(user: User, unit: Unit) -> RoleGrant | None:
    """The plan owner's grant under which `user` keeps the agency `unit` belongs to."""
    for grant in user.grants_today:
        if grant.role == Role.PLAN_OWNER:
            agency = agency_of(grant.unit)
            if agency.tree_start <= unit.tree_start <= agency.tree_end:
                return grant
    return None


def keeps_catalogues(user: User) -> bool:
    """Whether `user` may change what every unit shares."""
    agency = home_agency()
    return is_administrator(user) or (agency is not None and keeps_organisation(user, agency) is not None)
