"""Writing an order by hand before it is given: from a plan or without one, to one unit, several, or a group.

Nothing here is in the ledger: a draft may be changed and thrown away until `assign` gives it.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import Max

from core.clock import today
from core.deadlines import effective_end
from core.text import clean_line, count_vi
from plans.models import Plan
from tasks import orders
from tasks.actions.common import may
from tasks.actions.dates import read_phrase
from tasks.drafting import calendar_of, save_task, shifts
from tasks.models import Coordination, Exclusion, Task
from tasks.models.facts import How
from units.actions import RuleBroken, set_group
from units.models import CalendarDay, Unit, UnitGroup, User

# Members of a group made for one order belong to it from ever, so that an order of last week reaches them too.
EVER = date(2000, 1, 1)
# Sources that are a paper: without it nobody knows what was ordered (office rule 5).
_ON_PAPER = (Task.Source.CONCLUSION, Task.Source.LETTER, Task.Source.NOTE)
_BY_SOMEBODY = (Task.Source.NOTE, Task.Source.ORAL)


@dataclass(frozen=True, slots=True)
class Leads:
    """Whom the text names to carry it out (office rule 6); exactly one of `unit`, `each`, `group` is given.

    - `unit`: the lead, the first one named; `joint` are the others, đồng chủ trì: coordinating in the counts, printed
      as written;
    - `each`: units named one by one, each with a task of its own under one order that counts them x/y;
    - `group`: every member of a known group on the day it is given, but those `left_out` ("trừ …", with the reason).
    """

    unit: Unit | None = None
    joint: tuple[Unit, ...] = ()
    each: tuple[Unit, ...] = ()
    group: UnitGroup | None = None
    left_out: tuple[tuple[Unit, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Along:
    """A coordinating unit with its own part, and its own last day where the order gives one."""

    unit: Unit
    part: str = ""
    due: date | None = None


@transaction.atomic
def write_task(
    task: Task,
    *,
    by: User,
    leads: Leads,
    along: tuple[Along, ...] = (),
    phrase: str = "",
    due: date | None = None,
    kind: str = "",
) -> Task:
    """Writes a draft, new or known. Its code is made here; `phrase`, `due` and `kind` say by when
    (`tasks.actions.read_phrase`). RuleBroken, by field, for what cannot be."""
    if task.plan is not None:
        task.tracking_unit = task.plan.tracking_unit
    _check_right(task, by)
    _check_source(task)
    # The days of whoever will answer are the ones that count.
    task.lead_unit = leads.unit or (leads.each[0] if len(set(leads.each)) == 1 else None)
    for name, value in read_phrase(task, phrase, due, kind).items():
        setattr(task, name, value)
    _check_dates(task, along)
    if not task.code:
        task.code = next_code(task)
        task.order = _next_order(task)
    before = task.lead_group if task.pk else None
    _set_leads(task, leads)
    kinds = [(unit, Coordination.Kind.JOINT) for unit in leads.joint]
    kinds += [(each.unit, Coordination.Kind.COORDINATING) for each in along]
    _check_once(leads, along)
    calendar = calendar_of(task)
    save_task(task, coordinators=kinds, calendar=calendar)
    for each in along:
        task.coordinations.filter(unit=each.unit).update(
            part=clean_line(each.part),
            nominal_end=each.due,
            effective_end=effective_end(
                each.due, CalendarDay.objects.as_calendar(each.unit), shift=shifts(task)
            ),
        )
    leave_out(task, leads.left_out)
    if before is not None and before != task.lead_group:
        _drop_group(before)
    return task


def _check_right(task: Task, by: User) -> None:
    if not by.is_system and may(by, "assign", task) is None:
        raise RuleBroken("Đồng chí không có quyền giao nhiệm vụ cho đơn vị theo dõi này.")
    if task.plan is not None and task.plan.state == Plan.State.CLOSED:
        raise RuleBroken({"plan": "Kế hoạch đã kết thúc, không thêm được nhiệm vụ."})
    if task.clause is not None and task.clause.plan_id != task.plan_id:
        raise RuleBroken({"clause": "Mục này không thuộc kế hoạch đã chọn."})


def _check_source(task: Task) -> None:
    """A task needs a source, not a plan; a spoken order needs who gave it and how (office rules 1 and 5)."""
    if task.source == Task.Source.PLAN and task.plan is None:
        raise RuleBroken({"plan": "Hãy chọn kế hoạch, hoặc chọn nguồn giao khác."})
    if task.source in _ON_PAPER and task.source_document is None:
        raise RuleBroken(
            {"source_document": "Hãy chọn văn bản giao nhiệm vụ, hoặc nhập văn bản mới ở các ô bên dưới."}
        )
    if task.source == Task.Source.NOTE:
        task.ordered_how = How.NOTE
    if task.source not in _BY_SOMEBODY:
        task.ordered_by = task.ordered_how = ""
        return
    if not task.ordered_by.strip():
        raise RuleBroken({"ordered_by": "Hãy ghi người đã chỉ đạo."})
    if task.ordered_how in ("", How.DIRECT):
        raise RuleBroken({"ordered_how": "Hãy chọn hình thức chỉ đạo."})


def _check_dates(task: Task, along: tuple[Along, ...]) -> None:
    if task.starts_on and task.nominal_end and task.nominal_end < task.starts_on:
        raise RuleBroken({"due": "Ngày hạn đứng trước ngày bắt đầu."})
    if task.internal_end is not None:
        if not task.superior_deadline:
            raise RuleBroken({"internal_end": "Chỉ đặt hạn nội bộ khi thời hạn do cấp trên giao."})
        if task.nominal_end is not None and task.internal_end > task.nominal_end:
            raise RuleBroken({"internal_end": "Hạn nội bộ không được sau hạn cấp trên giao."})
    late = [each for each in along if each.due and task.nominal_end and each.due > task.nominal_end]
    if late:
        end = f"{task.nominal_end:%d/%m/%Y}"
        raise RuleBroken(
            {"along": f"Hạn của {late[0].unit.label} không được sau thời hạn của nhiệm vụ ({end})."}
        )


def _check_once(leads: Leads, along: tuple[Along, ...]) -> None:
    """One unit has one part in a task."""
    seen = {leads.unit, *leads.joint, *leads.each}
    for each in along:
        if each.unit in seen:
            raise RuleBroken(
                {"along": f"{each.unit.label} đã có phần trong nhiệm vụ này; mỗi đơn vị chỉ ghi một lần."}
            )
        seen.add(each.unit)


# --- codes --------------------------------------------------------------------------------------------


def next_code(task: Task) -> str:
    """ "PS12/2026" for the twelfth task of the year that belongs to no plan ("nhiệm vụ phát sinh"), over the whole
    installation: a code is said on the phone. "BS03" for the third task added by hand to a plan.

    The caller is in a transaction; whoever asks at the same moment waits for its end.
    """
    if task.plan_id is not None:
        Plan.objects.select_for_update(no_key=True).get(pk=task.plan_id)
        pattern, shape = re.compile(r"BS(\d+)"), "BS{:02d}"
        codes = Task.objects.filter(plan=task.plan_id, parent__isnull=True, code__startswith="BS")
    else:
        # One row that is always there serves as the register of numbers.
        Unit.objects.select_for_update(no_key=True).order_by("pk").first()
        year = today().year
        pattern, shape = re.compile(rf"PS(\d+)/{year}"), f"PS{{:02d}}/{year}"
        codes = Task.objects.filter(
            plan__isnull=True, parent__isnull=True, code__startswith="PS", code__endswith=f"/{year}"
        )
    used = [
        int(found[1]) for code in codes.values_list("code", flat=True) if (found := pattern.fullmatch(code))
    ]
    return shape.format(max(used, default=0) + 1)


def _next_order(task: Task) -> int:
    if task.plan_id is None:
        return 0
    last = Task.objects.filter(plan=task.plan_id, parent__isnull=True).aggregate(last=Max("order"))["last"]
    return (last or 0) + 1


# --- whom ---------------------------------------------------------------------------------------------


def _set_leads(task: Task, leads: Leads) -> None:
    task.lead_unit = task.lead_group = None
    if len(set(leads.each)) > 1:
        task.lead_group = _named_group(task, leads.each)
    elif leads.each:
        task.lead_unit = leads.each[0]
    elif leads.group is not None:
        task.lead_group = leads.group
    elif leads.unit is not None:
        task.lead_unit = leads.unit
    else:
        raise RuleBroken({"lead_unit": "Hãy chọn đơn vị chủ trì."})


def _named_group(task: Task, units: tuple[Unit, ...]) -> UnitGroup:
    """The group made for this order alone; known by the order's code."""
    place = f"{task.plan.code}, {task.code}" if task.plan is not None else task.code
    known = UnitGroup.objects.filter(ad_hoc=True, name__endswith=f"({place})").first()
    name = f"{count_vi(len(set(units)))} đơn vị ({place})"
    if known is not None and known.name != name:
        known.name = name
        known.save(update_fields=["name"])
    group = set_group(name, list(units), since=EVER)
    if not group.ad_hoc:
        group.ad_hoc = True
        group.save(update_fields=["ad_hoc"])
    return group


def _drop_group(group: UnitGroup) -> None:
    if group.ad_hoc and not Task.objects.filter(lead_group=group).exists():
        group.delete()


def leave_out(task: Task, wanted: Iterable[tuple[Unit, str]]) -> None:
    """Makes exactly these members of the draft's group, each with its reason, the ones that are not given it."""
    left = (
        {unit.pk: (unit, clean_line(reason)) for unit, reason in wanted}
        if task.lead_group is not None
        else {}
    )
    if left and task.lead_group is not None:
        members = set(task.lead_group.members_on(today()).values_list("pk", flat=True))
        strangers = [unit.label for unit, _ in left.values() if unit.pk not in members]
        if strangers:
            raise RuleBroken({"left_out": f"{strangers[0]} không thuộc nhóm “{task.lead_group}”."})
        if members <= set(left):
            raise RuleBroken({"left_out": "Không còn đơn vị nào trong nhóm được giao."})
    task.exclusions.exclude(unit__in=left).delete()
    for unit, reason in left.values():
        Exclusion.objects.update_or_create(task=task, unit=unit, defaults={"reason": reason})


@transaction.atomic
def delete_draft(task: Task, *, by: User) -> None:
    """Throws a draft away. What was given stays for ever and can only be discontinued."""
    task = orders.lock(task)
    _check_right(task, by)
    if task.assigned_on is not None:
        raise RuleBroken(
            "Nhiệm vụ đã giao, không xóa được; không làm nữa thì ghi “Không tiếp tục thực hiện”."
        )
    group = task.lead_group
    task.delete()
    if group is not None:
        _drop_group(group)
