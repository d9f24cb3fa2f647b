"""Questions about many tasks."""

from datetime import date
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Coalesce, Least

from core.append_only import AppendOnlyQuerySet
from core.deadlines import DeadlineKind
from core.text import fold
from core.workdays import WorkCalendar
from tasks.checkins import wants_update_sql
from tasks.recurrence import Every
from tasks.status import BINDING, OPEN_NOW, Confirmation, Execution, deadline_class_sql
from units.agency import agency_of
from units.permissions import OVERSEERS, READERS, Ranges, Role, within

if TYPE_CHECKING:
    from tasks.models import Task
    from units.models import User

# The earlier of the internal deadline and the effective one; nothing for a task without a deadline.
FIRST_DUE = Least("effective_end", Coalesce("internal_end", "effective_end"))

OPEN = [
    Execution.NOT_STARTED,
    Execution.ACKNOWLEDGED,
    Execution.IN_PROGRESS,
    Execution.REASSIGN,
    Execution.SUSPENDED,
]


def _in_units(name: str, ranges: Ranges) -> Q:
    """`within`, as a set of units read once rather than a join for every row."""
    from units.models import Unit

    if not ranges:
        return Q(pk__in=())
    return Q(**{f"{name}__in": Unit.objects.filter(within("", ranges)).order_by().values("pk")})


_HEARD_FROM = [each for each in OPEN if each != Execution.SUSPENDED]


def wanting_update(on: date) -> Q:
    return Q(lead_unit__isnull=False, execution__in=_HEARD_FROM) & wants_update_sql(on)


def without_rhythm() -> Q:
    from tasks.models import Duty

    return Q(
        ~Exists(Duty.objects.filter(task=OuterRef("pk"))),
        lead_unit__isnull=False,
        deadline_kind=DeadlineKind.RECURRING,
        strength__in=BINDING,
        execution__in=OPEN,
    )


def sight_of(user: "User") -> tuple[Ranges, Ranges, Ranges]:
    """The units whose orders one's office tracks, those one stands above, and those whose work one reads."""
    return user.ranges(Role.PLAN_OWNER), user.ranges(Role.LEADER, Role.AUDITOR), user.ranges(*READERS)


class CountedQuerySet(models.QuerySet[Any]):
    """Questions about tasks as they stand (`Task`) and as they stood (`TaskState`): the columns have the same names."""

    def given_by(self, on: date) -> Self:
        return self.filter(assigned_on__lte=on)

    def leaves(self) -> Self:
        """Tasks a unit answers for: what unit rows count."""
        return self.filter(lead_unit__isnull=False)

    def orders(self) -> Self:
        """One row per order in the text: what a plan's total counts (office rule 16)."""
        return self.without_occurrences().filter(parent__isnull=True)

    def without_occurrences(self) -> Self:
        """The occurrences of a recurring order are no orders of their own: they are counted by period, and fifty weekly
        reports would make any unit look busy and punctual."""
        return self.filter(duty__isnull=True)

    def open(self) -> Self:
        return self.filter(OPEN_NOW)

    def due_by(self, day: date) -> Self:
        """Tasks with something due on `day` or before: on the index of open tasks where only those are asked for."""
        return self.alias(first_due=FIRST_DUE).filter(first_due__lte=day)

    def with_status(self, on: date, calendar: WorkCalendar) -> Self:
        """Annotates `deadline`: the deadline class on `on`."""
        return self.annotate(deadline=deadline_class_sql(on, calendar))


class TaskQuerySet(CountedQuerySet):
    def visible_to(self, user: "User") -> Self:
        """Given tasks one's units lead, coordinate, gather or are asked about, and every task one's office tracks,
        drafts included."""
        return self.visible_in(*sight_of(user))

    def visible_in(self, tracking: Ranges, above: Ranges, readable: Ranges) -> Self:
        """`visible_to` of whoever has this `sight_of` units.

        Written as sets of keys, not as joins: the list then walks the index of open tasks by deadline, and who belongs
        to one unit reads that unit's tasks alone, not everybody's.
        """
        from tasks.models import Coordination, Obstacle, Reassignment

        tasks = self.model._base_manager.order_by()
        led = tasks.filter(within("lead_unit", readable))
        # Who gathers the answers of an order reads the order and its parts (the two-step chain).
        gatherer = within("parent__collectors__lead_unit", readable)
        keys = [
            led.values("pk"),
            # The order a part belongs to; and where one's unit works along, is proposed as the new lead, or is asked to
            # remove an obstacle.
            led.filter(parent__isnull=False).values("parent"),
            Coordination.objects.filter(within("unit", readable)).order_by().values("task"),
            Reassignment.objects.filter(within("proposed_unit", readable), decision="pending")
            .order_by()
            .values("task"),
            Obstacle.objects.filter(within("asked_of", readable)).order_by().values("task"),
            led.filter(assigned_on__isnull=False, collects__isnull=False).values("collects"),
            tasks.filter(gatherer, parent__collectors__assigned_on__isnull=False).values("pk"),
        ]
        given = Q(assigned_on__isnull=False)
        if not tracking and not above:
            return self.filter(given, pk__in=keys[0].union(*keys[1:], all=True)) if readable else self.none()
        taking_part = _in_units("tracking_unit", above) | _in_units("lead_unit", readable)
        for each in keys[1:]:
            taking_part |= Q(pk__in=each)
        return self.filter(_in_units("tracking_unit", tracking) | (given & taking_part))

    def orphaned(self, on: date) -> Self:
        """Open work of units that have ended: "cần giao lại" until somebody takes it (norms 6, consequence 4)."""
        return self.given_by(on).open().filter(lead_unit__closed_on__lte=on)

    def waiting_for_confirmation(self) -> Self:
        """Results somebody has to confirm; an order to many waits in its parts."""
        return self.leaves().filter(confirmation=Confirmation.SUBMITTED)

    def wanting_update(self, on: date) -> Self:
        """Standing orders from which nothing was heard for as long as they want to be (`tasks.checkins`)."""
        return self.filter(wanting_update(on))

    def without_rhythm(self) -> Self:
        """Recurring orders whose words named no rhythm: the owner has to set it."""
        return self.filter(without_rhythm())

    def matching(self, words: str) -> Self:
        return self.filter(search__contains=fold(words)) if words.strip() else self


class DutyQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> Self:
        """Rhythms of the orders a person sees."""
        from tasks.models import Task

        return self.filter(task__in=Task.objects.visible_to(user))

    def of(self, task: "Task") -> Self:
        """Of what one unit answers for; of an order to many, those of all its units."""
        if task.lead_unit_id is not None:
            return self.filter(task=task)
        return self.filter(task__parent=task)

    def in_force(self) -> Self:
        return self.filter(ended_at__isnull=True)

    def recurring(self) -> Self:
        """Rhythms with something to deliver, not rules to keep."""
        return self.exclude(rhythm=Every.RULE)


class TaskStateQuerySet(CountedQuerySet):
    def as_of(self, on: date) -> Self:
        """One row per task: how it stood at the end of the day `on`, as far as was known then."""
        return self.filter(Q(until__isnull=True) | Q(until__gt=on), on__lte=on)

    def visible_to(self, user: "User") -> Self:
        """What one's units led on the day, and what one's office follows or stands above (office rule 30)."""
        return self.filter(
            within("tracking_unit", user.ranges(*OVERSEERS)) | within("lead_unit", user.ranges(*READERS))
        )


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
