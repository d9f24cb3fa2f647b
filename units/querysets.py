"""Questions about many units, grants, calendar days and staff."""

from datetime import date
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from core.append_only import AppendOnlyQuerySet
from core.changes import KeptQuerySet
from core.prepared import prepared
from core.text import fold
from core.workdays import WorkCalendar
from units.calendars import UnitCalendars
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
        return self.all() if user.knows_organisation else self.none()

    def reached_by(self, user: "User", *roles: Role) -> Self:
        return self.filter(within("", user.ranges(*roles)))


class UnitGroupQuerySet(models.QuerySet[Any]):
    def named(self) -> Self:
        """Groups that may be chosen: not those made for one order that names its units itself."""
        return self.filter(ad_hoc=False)

    def visible_to(self, user: "User") -> Self:
        return self.named() if user.knows_organisation else self.none()


class RoleGrantQuerySet(KeptQuerySet):
    def valid_on(self, on: date) -> Self:
        return self.filter(valid_from__lte=on).filter(Q(valid_to__isnull=True) | Q(valid_to__gte=on))


class CalendarDayQuerySet(KeptQuerySet):
    def common(self) -> Self:
        """Days of everybody's calendar, without those a unit has of its own."""
        return self.filter(unit__isnull=True)

    def holding_at(self, place: Any) -> Self:
        """The common days, and those of the unit whose `tree_start` is `place` and of the units above it."""
        own = Q(unit__tree_start__lte=place, unit__tree_end__gte=place)
        return self.filter(Q(unit__isnull=True) | own)

    def downwards(self) -> Any:
        """The rows `UnitCalendars` takes."""
        rows = self.order_by(F("unit__depth").asc(nulls_first=True))
        return rows.values_list("day", "kind", "unit__tree_start", "unit__tree_end")


class CalendarDayManager(models.Manager.from_queryset(CalendarDayQuerySet)):  # type: ignore[misc]
    def by_unit(self) -> UnitCalendars:
        """The whole table, to ask for the calendars of many units: one query."""
        return UnitCalendars(self.downwards())

    def with_unit(self, unit: "Unit | None") -> UnitCalendars:
        """The calendar that holds for everybody and that of `unit`: one query."""
        return UnitCalendars(_common_days() if unit is None else _days_at(unit.tree_start))

    def as_calendar(self, unit: "Unit | None" = None) -> WorkCalendar:
        """The days that hold for everybody, or for one unit, as a value for the pure date functions: one query."""
        return self.with_unit(unit).of(unit)


@prepared
def _common_days() -> Any:
    from units.models import CalendarDay

    return CalendarDay.objects.common().downwards()


@prepared
def _days_at(place: Any) -> Any:
    from units.models import CalendarDay

    return CalendarDay.objects.holding_at(place).downwards()


class StaffMemberQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> Self:
        """Names are for the unit's own line only; leadership and owners see counts (`units.coverage`)."""
        return self.filter(within("unit", user.ranges(Role.UNIT_HEAD, Role.UNIT_CLERK, Role.STAFF_ADMIN)))

    def employed_on(self, on: date) -> Self:
        return self.filter(Q(joined_on__isnull=True) | Q(joined_on__lte=on)).filter(
            Q(left_on__isnull=True) | Q(left_on__gt=on)
        )


class ServiceSpellQuerySet(models.QuerySet[Any]):
    def holding_on(self, on: date) -> Self:
        """Who served where and as what on a day: at most one row a person."""
        return self.filter(Q(since__isnull=True) | Q(since__lte=on)).filter(
            Q(until__isnull=True) | Q(until__gt=on)
        )


class AccountCheckQuerySet(AppendOnlyQuerySet):
    def standing(self) -> Self:
        """Those nobody has withdrawn."""
        from units.models import AccountCheckWithdrawal

        return self.exclude(Exists(AccountCheckWithdrawal.objects.filter(check_withdrawn=OuterRef("pk"))))


__all__ = [
    "AccountCheckQuerySet",
    "CalendarDayManager",
    "CalendarDayQuerySet",
    "RoleGrantQuerySet",
    "ServiceSpellQuerySet",
    "StaffMemberQuerySet",
    "UnitGroupQuerySet",
    "UnitQuerySet",
]
