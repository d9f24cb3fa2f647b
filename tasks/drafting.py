"""Writing a task before it is given: by hand, from a workbook or a document. Nothing of it is in the ledger yet."""

from collections.abc import Iterable

from django.db import transaction

from core.clock import today
from core.deadlines import effective_end
from core.text import fold
from core.workdays import WorkCalendar
from tasks import orders
from tasks.models import Coordination, Task
from units.actions import RuleBroken
from units.models import Unit


def set_deadline(task: Task, calendar: WorkCalendar) -> None:
    """Works out the effective deadline of a task that has not been given yet, from its nominal end.

    A plan's own deadlines move off days off; those printed by a superior do not (office rule 10). The end of a
    standing or recurring duty is where its check-ins stop, not a deadline: nothing is submitted by then.
    """
    shift = task.plan.shifts_holidays if task.plan else True
    task.effective_end = None if task.is_standing else effective_end(task.nominal_end, calendar, shift=shift)
    task.first_effective_end = task.effective_end
    task.counted_end = task.effective_end


def save_task(
    task: Task,
    *,
    coordinators: Iterable[tuple[Unit, str]] = (),
    calendar: WorkCalendar,
    check_constraints: bool = True,
) -> Task:
    """Writes a task that is being drafted or imported, with its coordinating units. Not for a given task.

    `check_constraints` off leaves the rules between columns to the database alone: an import that has looked at
    them itself is four times as fast.
    """
    if task.completed_on is not None and task.completed_on > today():
        raise RuleBroken({"completed_on": "Ngày hoàn thành không được sau hôm nay."})
    set_deadline(task, calendar)
    task.search = searchable(task)
    task.full_clean(exclude=["search"], validate_constraints=check_constraints)
    with transaction.atomic():
        # Read anew: somebody may have given it since the caller did.
        if task.pk and orders.lock(task).assigned_on is not None:
            raise RuleBroken("Nhiệm vụ đã giao; nội dung chỉ thay đổi bằng các việc có ghi nhận.")
        task.save()
        wanted = {unit.pk: kind for unit, kind in coordinators if unit.pk != task.lead_unit_id}
        task.coordinations.exclude(unit__in=wanted).delete()
        for unit_id, kind in wanted.items():
            Coordination.objects.update_or_create(task=task, unit_id=unit_id, defaults={"kind": kind})
    return task


def searchable(task: Task) -> str:
    lead = task.lead_unit.name if task.lead_unit else str(task.lead_group or "")
    return fold(f"{task.code} {task.title} {lead}")[:700]
