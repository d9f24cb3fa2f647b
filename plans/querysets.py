"""Questions about many plans, targets and figures."""

from datetime import date
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q

from core.append_only import AppendOnlyQuerySet
from units.permissions import READERS, Role, within

if TYPE_CHECKING:
    from units.models import User


class PlanQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> Self:
        """Owners see the plans their unit tracks, drafts included; others see active plans they take part in."""
        from plans.models import PlanParticipation

        tracked = within("tracking_unit", user.ranges(Role.PLAN_OWNER))
        readable = user.ranges(*READERS)
        takes_part = Exists(
            PlanParticipation.objects.filter(within("unit", readable), plan=OuterRef("pk"))
        )
        issued_below = within("issuer", user.ranges(Role.LEADER, Role.AUDITOR))
        return self.filter(tracked | (~Q(state="draft") & (issued_below | Q(takes_part))))

    def written_by(self, user: "User") -> Self:
        return self.filter(within("tracking_unit", user.ranges(Role.PLAN_OWNER)))

    def running_on(self, on: date) -> Self:
        return self.filter(state="active", starts_on__lte=on)


class TargetQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> Self:
        from plans.models import Plan

        return self.filter(plan__in=Plan.objects.visible_to(user))


class MeasurementQuerySet(AppendOnlyQuerySet):
    def current(self) -> Self:
        """The highest revision of each indicator, unit and period."""
        later = self.model._base_manager.filter(
            indicator=OuterRef("indicator"),
            unit=OuterRef("unit"),
            period_kind=OuterRef("period_kind"),
            period_key=OuterRef("period_key"),
            revision__gt=OuterRef("revision"),
        )
        return self.filter(~Exists(later))

    def accepted(self) -> Self:
        return self.filter(decision__verdict="accepted")

    def visible_to(self, user: "User") -> Self:
        """Figures of units in one's reach, and of every unit in the plans one's office tracks."""
        from plans.models import Plan, TargetIndicator

        own = within("unit", user.ranges(*READERS))
        tracked = Exists(
            TargetIndicator.objects.filter(
                indicator=OuterRef("indicator"), target__plan__in=Plan.objects.written_by(user)
            )
        )
        return self.filter(own | Q(tracked))
