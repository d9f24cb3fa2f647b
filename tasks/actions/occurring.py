"""Occurrences appear as tasks, ahead of their day: by the daily job, and at once when a rhythm is set.

It may run twice, by several workers at once, or after days of standing still: what is owed is worked out anew from the
rhythm, each occurrence is unique in its period, and the order's row lock lets one worker at a time add to it. A missed
one stays missed: the next period brings a task of its own.
"""

import logging
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.timezone import localtime

from core.deadlines import DeadlineKind
from core.workdays import WorkCalendar
from plans.models import Plan
from tasks import ledger, orders
from tasks.drafting import calendar_of, searchable
from tasks.models import Duty, Task, TaskState
from tasks.querysets import OPEN
from tasks.recurrence import Occurrence, occurrences
from tasks.status import Execution
from units.calendars import UnitCalendars
from units.models import CalendarDay, User

logger = logging.getLogger("tasks")

# After standing still for longer, only occurrences of the last year still appear.
LONGEST_GAP = timedelta(days=366)
_LONGEST_TITLE, _LONGEST_CODE = 500, 30


def open_occurrences(on: date) -> int:
    """Makes the tasks of every rhythm that are to be seen on the day `on`; how many are new.

    Orders that are suspended, stopped or of a closed plan, and units that were closed, get none. One rhythm that fails
    is logged and does not stop the others; the next run finds it again.
    """
    made = 0
    for duty in _wanting(on, CalendarDay.objects.by_unit()):
        try:
            made += open_of(duty, on)
        except Exception:
            logger.exception("the occurrences of duty %s cannot be made", duty.pk)
    return made


def _wanting(on: date, calendars: UnitCalendars) -> list[Duty]:
    """Duties with an occurrence that does not exist yet: two queries, whatever their number."""
    duties = Duty.objects.in_force().recurring().select_related("task__lead_unit", "task__plan")
    duties = duties.filter(task__execution__in=OPEN).exclude(task__execution=Execution.SUSPENDED)
    known = set(
        Task.objects.filter(duty__isnull=False, first_effective_end__gte=on - LONGEST_GAP)
        .order_by()
        .values_list("duty_id", "period_key")
    )
    return [
        duty
        for duty in duties.order_by("pk")
        if _holds(duty.task, on)
        and any(
            (duty.pk, each.key) not in known for each in _owed(duty, on, calendars.of(duty.task.lead_unit))
        )
    ]


def _holds(order: Task, on: date) -> bool:
    if order.plan is not None and order.plan.state == Plan.State.CLOSED:
        return False
    return order.lead_unit is not None and order.lead_unit.is_open(on)


def _owed(duty: Duty, on: date, calendar: WorkCalendar) -> list[Occurrence]:
    """What the duty asks for up to `on` and ahead; nothing from before it was set, as nobody could have known."""
    first = max(localtime(duty.created_at).date(), on - LONGEST_GAP)
    return occurrences(duty.as_rhythm, calendar, first, on + timedelta(days=duty.ahead_days))


@transaction.atomic
def open_of(duty: Duty, on: date) -> int:
    """Makes what one duty still lacks on the day `on`, under the row lock of its order; how many."""
    order = orders.lock(duty.task)
    duty = Duty.objects.get(pk=duty.pk)
    if duty.is_rule or duty.ended_at is not None or not _holds(order, on):
        return 0
    if order.execution not in OPEN or order.execution == Execution.SUSPENDED:
        return 0
    known = set(duty.occurrences.order_by().values_list("period_key", flat=True))
    made = 0
    for each in _owed(duty, on, calendar_of(order)):
        if each.key not in known and (each.due >= on or _asked_for(order, each.due)):
            _give(order, duty, each, on)
            made += 1
    return made


def _asked_for(order: Task, day: date) -> bool:
    """Whether the order was being carried out on a past day: not suspended then."""
    stood = TaskState.objects.filter(task=order, on__lte=day).filter(Q(until__isnull=True) | Q(until__gt=day))
    return stood.values_list("execution", flat=True).first() != Execution.SUSPENDED


# What an occurrence takes over from its order.
_COPIED = (
    "plan", "order", "source", "source_document", "clause", "quote", "strength", "product", "urgency", "lead_unit",
    "tracking_unit", "leader_in_charge", "phrase", "superior_deadline", "allows_nil", "officer",
)  # fmt: skip


def _give(order: Task, duty: Duty, found: Occurrence, on: date) -> Task:
    """One occurrence, given by the system in the name of the order."""
    title = (duty.title or order.title)[: _LONGEST_TITLE - len(found.label) - 3]
    suffix = f"/{found.code}"
    task = Task(
        **{name: getattr(order, name) for name in _COPIED},
        duty=duty,
        period_key=found.key,
        code=order.code[: _LONGEST_CODE - len(suffix)] + suffix,
        title=f"{title} – {found.label}",
        deadline_kind=DeadlineKind.DATE,
        starts_on=found.start if found.start <= found.due else None,
        printed_on=found.nominal,
        nominal_end=found.due,
        effective_end=found.due,
        first_effective_end=found.due,
        counted_end=found.due,
        assigned_on=on,
    )
    task.search = searchable(task)
    task.save()
    facts = {"assigned_on": on, "order": order.pk, "duty_of": duty.pk, "period": found.key}
    ledger.write(task, "assign", by=User.objects.system(), grant=None, facts=facts)
    return task
