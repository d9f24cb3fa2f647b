"""Questions about many tasks."""

from datetime import date
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q

from core.append_only import AppendOnlyQuerySet
from core.text import fold
from core.workdays import WorkCalendar
from tasks.status import Confirmation, Execution, deadline_class_sql
from units.agency import agency_of
from units.permissions import READERS, Role, within

if TYPE_CHECKING:
    from units.models import User

OPEN = [
    Execution.NOT_STARTED,
    Execution.ACKNOWLEDGED,
    Execution.IN_PROGRESS,
    Execution.REASSIGN,
    Execution.SUSPENDED,
]


class TaskQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> Self:
        """Given tasks one's units lead, coordinate or are asked about, and every task one's office tracks, drafts
        included."""
        from tasks.models import Coordination, Obstacle, Reassignment

        tracked = within("tracking_unit", user.ranges(Role.PLAN_OWNER))
        readable = user.ranges(*READERS)
        coordinates = Exists(Coordination.objects.filter(within("unit", readable), task=OuterRef("pk")))
        above = within("tracking_unit", user.ranges(Role.LEADER, Role.AUDITOR))
        member = Exists(self.model._base_manager.filter(within("lead_unit", readable), parent=OuterRef("pk")))
        # Who is asked: to take the task over, or to remove an obstacle.
        pending = Reassignment.objects.filter(decision="pending", task=OuterRef("pk"))
        proposed = Exists(pending.filter(within("proposed_unit", readable)))
        asked = Exists(Obstacle.objects.filter(within("asked_of", readable), task=OuterRef("pk")))
        given = Q(assigned_on__isnull=False)
        return self.filter(
            tracked
            | (
                given
                & (
                    within("lead_unit", readable)
                    | Q(coordinates)
                    | above
                    | Q(member)
                    | Q(proposed)
                    | Q(asked)
                )
            )
        )

    def given_by(self, on: date) -> Self:
        return self.filter(assigned_on__lte=on)

    def leaves(self) -> Self:
        """Tasks a unit answers for: what unit rows count."""
        return self.filter(lead_unit__isnull=False)

    def orders(self) -> Self:
        """One row per order in the text: what a plan's total counts (office rule 16). The occurrences of a recurring
        order are not orders of their own."""
        return self.filter(parent__isnull=True, duty__isnull=True)

    def open(self) -> Self:
        return self.filter(execution__in=OPEN)

    def waiting_for_confirmation(self) -> Self:
        """Results somebody has to confirm; an order to many waits in its parts."""
        return self.leaves().filter(confirmation=Confirmation.SUBMITTED)

    def with_status(self, on: date, calendar: WorkCalendar) -> Self:
        """Annotates `deadline`: the deadline class on `on`."""
        return self.annotate(deadline=deadline_class_sql(on, calendar))

    def matching(self, words: str) -> Self:
        return self.filter(search__contains=fold(words)) if words.strip() else self


class HandoverQuerySet(AppendOnlyQuerySet):
    def waiting(self) -> Self:
        """Recorded and neither carried out nor withdrawn."""
        return self.filter(carried_out_at__isnull=True, withdrawn_at__isnull=True)

    def due(self, on: date) -> Self:
        """To be carried out on `on` and not tried that day yet."""
        return self.waiting().filter(on__lte=on).exclude(tried_on__gte=on)

    def visible_to(self, user: "User") -> Self:
        """Those who may record one: the line above the unit, offices that keep the agency; and who takes part."""
        if user.is_superuser or user.has_role(Role.ADMIN):
            return self.all()
        seen = within("unit", user.ranges(Role.UNIT_HEAD)) & ~Q(kind="fields")
        for grant in user.grants_today:
            if grant.role == Role.PLAN_OWNER:
                agency = agency_of(grant.unit)
                seen |= within("unit", ((agency.tree_start, agency.tree_end),))
        from tasks.models import HandoverChoice

        chosen = Exists(HandoverChoice.objects.filter(receiver=user, handover=OuterRef("pk")))
        takes_part = Q(receiver=user) | Q(person=user) | Q(recorded_by=user) | Q(chosen)
        return self.filter(seen | takes_part)
