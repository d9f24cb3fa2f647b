"""Questions about many reports."""

from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Q

from core.append_only import AppendOnlyQuerySet
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


class TaskFileLookQuerySet(AppendOnlyQuerySet):
    def visible_to(self, user: "User") -> Self:
        """The office that follows the task, and the administrator, who sees every look but no task."""
        if user.is_superuser or user.has_role(Role.ADMIN):
            return self.all()
        return self.filter(within("task__tracking_unit", user.ranges(Role.PLAN_OWNER)))


class PrintedFigureRemedyQuerySet(AppendOnlyQuerySet):
    def visible_to(self, user: "User") -> Self:
        """Those of reports one sees."""
        from reports.models import Report

        return self.filter(report__in=Report.objects.visible_to(user))
