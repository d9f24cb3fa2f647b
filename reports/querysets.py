"""Questions about many reports."""

from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Q

from units.permissions import Role, within

if TYPE_CHECKING:
    from units.models import User


class ReportQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> Self:
        """The owner sees its drafts; leaders and auditors above it see what was submitted or issued."""
        tracked = within("plan__tracking_unit", user.ranges(Role.PLAN_OWNER))
        above = within("plan__tracking_unit", user.ranges(Role.LEADER, Role.AUDITOR))
        return self.filter(tracked | (above & ~Q(state="draft")))

    def written_by(self, user: "User") -> Self:
        return self.filter(within("plan__tracking_unit", user.ranges(Role.PLAN_OWNER)))
