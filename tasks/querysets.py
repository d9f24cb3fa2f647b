"""Questions about many tasks."""

from datetime import date
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q

from core.text import fold
from core.workdays import WorkCalendar
from tasks.status import Confirmation, Execution, deadline_class_sql
from units.permissions import OVERSEERS, READERS, Role, within

if TYPE_CHECKING:
    from units.models import User

OPEN = [
    Execution.NOT_STARTED,
    Execution.ACKNOWLEDGED,
    Execution.IN_PROGRESS,
    Execution.REASSIGN,
    Execution.SUSPENDED,
]


class CountedQuerySet(models.QuerySet[Any]):
    """Questions about tasks as they stand (`Task`) and as they stood (`TaskState`): the columns have the same names."""

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

    def with_status(self, on: date, calendar: WorkCalendar) -> Self:
        """Annotates `deadline`: the deadline class on `on`."""
        return self.annotate(deadline=deadline_class_sql(on, calendar))


class TaskQuerySet(CountedQuerySet):
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

    def waiting_for_confirmation(self) -> Self:
        """Results somebody has to confirm; an order to many waits in its parts."""
        return self.leaves().filter(confirmation=Confirmation.SUBMITTED)

    def matching(self, words: str) -> Self:
        return self.filter(search__contains=fold(words)) if words.strip() else self


class TaskStateQuerySet(CountedQuerySet):
    def as_of(self, on: date) -> Self:
        """One row per task: how it stood at the end of the day `on`, as far as was known then."""
        return self.filter(Q(until__isnull=True) | Q(until__gt=on), on__lte=on)

    def visible_to(self, user: "User") -> Self:
        """What one's units led on the day, and what one's office follows or stands above (office rule 30)."""
        return self.filter(
            within("tracking_unit", user.ranges(*OVERSEERS)) | within("lead_unit", user.ranges(*READERS))
        )
