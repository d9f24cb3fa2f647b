"""Questions about many units, grants, calendar days and staff."""

from datetime import date
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Q

from core.changes import KeptQuerySet
from core.text import fold
from core.workdays import WorkCalendar
from units.permissions import Role, within

if TYPE_CHECKING:
    from units.models import Unit, User


class UnitQuerySet(models.QuerySet[Any]):
    def open_on(self, on: date) -> Self:
        return self.filter(Q(closed_on__isnull=True) | Q(closed_on__gt=on))

    def inside(self) -> Self:
        """Units under our authority: outside bodies are followed but never ranked or chased."""
        return self.exclude(kind="outside")

    def subtree(self, unit: "Unit") -> Self:
        return self.filter(tree_start__range=(unit.tree_start, unit.tree_end))

    def matching(self, words: str) -> Self:
        return self.filter(search__contains=fold(words)) if words.strip() else self

    def visible_to(self, user: "User") -> Self:
        """The organisation is known to everyone who has any role in it."""
        return self.all() if user.is_superuser or user.grants_today else self.none()

    def reached_by(self, user: "User", *roles: Role) -> Self:
        return self.filter(within("", user.ranges(*roles)))


class UnitGroupQuerySet(models.QuerySet[Any]):
    def named(self) -> Self:
        """Groups that may be chosen: not those made for one order that names its units itself."""
        return self.filter(ad_hoc=False)

    def visible_to(self, user: "User") -> Self:
        return self.named() if user.is_superuser or user.grants_today else self.none()


class RoleGrantQuerySet(KeptQuerySet):
    def valid_on(self, on: date) -> Self:
        return self.filter(valid_from__lte=on).filter(Q(valid_to__isnull=True) | Q(valid_to__gte=on))


class CalendarDayQuerySet(models.QuerySet[Any]):
    def as_calendar(self) -> WorkCalendar:
        """The whole table as a value for the pure date functions: one query."""
        off: set[date] = set()
        working: set[date] = set()
        for day, kind in self.order_by().values_list("day", "kind"):
            (working if kind == "makeup" else off).add(day)
        return WorkCalendar(off=frozenset(off), working=frozenset(working))


class StaffMemberQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> Self:
        """Names are for the unit's own line only; leadership and owners see counts (`units.coverage`)."""
        return self.filter(within("unit", user.ranges(Role.UNIT_HEAD, Role.UNIT_CLERK, Role.STAFF_ADMIN)))

    def employed_on(self, on: date) -> Self:
        return self.filter(Q(joined_on__isnull=True) | Q(joined_on__lte=on)).filter(
            Q(left_on__isnull=True) | Q(left_on__gt=on)
        )


__all__ = [
    "CalendarDayQuerySet",
    "RoleGrantQuerySet",
    "StaffMemberQuerySet",
    "UnitGroupQuerySet",
    "UnitQuerySet",
]
