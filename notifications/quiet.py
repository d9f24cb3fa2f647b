"""Peace about one task: "tạm hoãn nhắc" until a day, "ngừng nhắc" for good, by the person who is told; and leave.

It is never a way out of an order: who answers for the task is told again from the first day it is late.
"""

from collections.abc import Callable, Collection, Iterable
from datetime import date

from django.db import transaction
from django.db.models import Q, QuerySet

from core.clock import now, today
from notifications.models import Leave, Notice, Quiet
from tasks.models import Task
from units.actions import RuleBroken
from units.models import CalendarDay, User

# A snooze is to bridge days, not to forget.
LONGEST_SNOOZE = 10
QUIETED = "Người nhận đã tạm hoãn hoặc ngừng nhắc"

Group = Notice.Group
# What a person may have peace from. Demands, returned results and news are said once and always.
_QUIETABLE = frozenset({Group.DUE, Group.OVERDUE, Group.WAITING, Group.NEW})


@transaction.atomic
def snooze(task: Task, *, by: User, until: date) -> Quiet:
    """No reminders of this task to this person up to and including `until`."""
    calendar = CalendarDay.objects.as_calendar()
    if until <= today():
        raise RuleBroken({"until": "Hãy ghi một ngày sau hôm nay."})
    if until > calendar.add_workdays(today(), LONGEST_SNOOZE):
        raise RuleBroken({"until": f"Chỉ tạm hoãn được nhiều nhất {LONGEST_SNOOZE} ngày làm việc."})
    return _put(task, by, until)


@transaction.atomic
def mute(task: Task, *, by: User) -> Quiet:
    """No reminders of this task to this person any more."""
    return _put(task, by, None)


def _put(task: Task, person: User, until: date | None) -> Quiet:
    quiet, _ = Quiet.objects.update_or_create(
        person=person, task=task, defaults={"until": until, "since": now()}
    )
    return quiet


def hear_again(task: Task, *, by: User) -> None:
    Quiet.objects.filter(task=task, person=by).delete()


def of(person: User, task: Task, on: date) -> Quiet | None:
    """What holds for this person and task on a day."""
    return _holding(on).filter(person=person, task=task).first()


def holding(on: date) -> set[tuple[int, int]]:
    """(person, task) of all that holds on a day: one query."""
    return set(_holding(on).values_list("person_id", "task_id"))


def _holding(on: date) -> QuerySet[Quiet]:
    return Quiet.objects.filter(Q(until__isnull=True) | Q(until__gte=on))


def is_quieted(notice: Notice, found: set[tuple[int, int]], answers: bool) -> bool:
    """Whether this reminder is not wanted; `answers`: the person answers for the task, and hears when it is late."""
    if notice.event_id is not None or notice.group not in _QUIETABLE:
        return False
    if (notice.recipient_id, notice.task_id) not in found:
        return False
    return not (answers and notice.group == Group.OVERDUE)


def heard(notices: Iterable[Notice], on: date, units_of: Callable[[User], Collection[int]]) -> list[Notice]:
    """Without what people have asked not to be told. `units_of(person)`: units they answer for."""
    found = holding(on)
    if not found:
        return list(notices)
    return [
        each
        for each in notices
        if not is_quieted(
            each, found, each.task is not None and each.task.lead_unit_id in units_of(each.recipient)
        )
    ]


# --- Leave ----------------------------------------------------------------------------------------------


@transaction.atomic
def take_leave(*, by: User, starts_on: date, ends_on: date) -> Leave:
    """Days on which this person is away. Those who stand in for them are told."""
    if ends_on < today():
        raise RuleBroken({"ends_on": "Ngày cuối không được trước hôm nay."})
    if ends_on < starts_on:
        raise RuleBroken({"ends_on": "Ngày cuối không được trước ngày đầu."})
    if Leave.objects.filter(person=by, starts_on__lte=ends_on, ends_on__gte=starts_on).exists():
        raise RuleBroken({"starts_on": "Đã có thời gian nghỉ trùng những ngày này; hãy xóa trước."})
    return Leave.objects.create(person=by, starts_on=starts_on, ends_on=ends_on)


def come_back(leave: Leave, *, by: User) -> None:
    """Takes a leave back; somebody else's is not there."""
    Leave.objects.filter(pk=leave.pk, person=by).delete()
