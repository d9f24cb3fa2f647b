"""What a phiếu giao việc prints of a task, and who may print it."""

from collections.abc import Sequence

from core.clock import now, today
from core.text import count_vi, date_vi
from reports.layouts.heads import PaperHead
from reports.layouts.order_slip import Slip
from reports.models import AgencyProfile
from reports.profiles import letterhead_of, profile_for
from tasks.models import Coordination, Task
from tasks.paper_rights import may_print_slip
from units.models import RoleGrant, User
from units.permissions import Role

# Named on the slip as the ones to call; more would push the signature off the page.
MOST_CONTACTS = 2


def printable(user: User, task: Task) -> list[Task]:
    """The tasks whose slip `user` may print from this page: the task itself, or, of an order to many, the part of
    each unit. Empty without the right. Before a task is given there is no order to print."""
    if task.assigned_on is None:
        return []
    if task.lead_unit_id is not None:
        return [task] if may_print_slip(user, task) else []
    parts = task.children.exclude(execution="discontinued").select_related(*RELATED)
    return [part for part in parts.order_by("lead_unit__tree_start") if may_print_slip(user, part)]


RELATED = (
    "lead_unit", "tracking_unit", "leader_in_charge", "clause", "source_document", "plan__document",
    "plan__leader_in_charge",
)  # fmt: skip


def slips(tasks: Sequence[Task]) -> list[Slip]:
    """One slip for each task given to a unit."""
    heads: dict[int, PaperHead] = {}
    contacts: dict[int, tuple[str, ...]] = {}
    made = []
    for task in tasks:
        office = task.tracking_unit
        if office.pk not in heads:
            letterhead = letterhead_of(profile_for(office, AgencyProfile.Reach.INTERNAL))
            heads[office.pk] = PaperHead.of(letterhead, "PGV")
            contacts[office.pk] = _contacts(task)
        made.append(_slip(task, heads[office.pk], contacts[office.pk]))
    return made


def _slip(task: Task, head: PaperHead, contact: tuple[str, ...]) -> Slip:
    assert task.lead_unit is not None
    coordinations = list(task.coordinations.select_related("unit"))
    joint = [each.unit.name for each in coordinations if each.kind == Coordination.Kind.JOINT]
    others = [_part(each) for each in coordinations if each.kind != Coordination.Kind.JOINT]
    if task.coordination_note:
        others.append(task.coordination_note)
    leader = task.leader_in_charge or (task.plan.leader_in_charge if task.plan else None)
    recipients = ["Lãnh đạo phụ trách (b/c)"] if leader else []
    recipients += ["Các đơn vị phối hợp (p/h)"] if joint or others else []
    urgent = task.urgency != Task.Urgency.NORMAL
    return Slip(
        head=head,
        taken_at=now(),
        task=task.pk,
        code=task.code,
        title=task.title,
        source=f"{source_words(task)}; giao ngày {date_vi(task.assigned_on)}"
        if task.assigned_on
        else source_words(task),
        quote=" ".join(task.quote.split()),
        product=task.product or "Không ghi trong văn bản",
        lead=task.lead_unit.name_on(task.assigned_on or today()),
        joint=tuple(joint),
        coordinating=tuple(others),
        printed=task.phrase or "không ghi thời hạn",
        applied=applied_words(task),
        leader=f"{leader.full_name}{f', {leader.position}' if leader.position else ''}"
        if leader
        else "Chưa phân công",
        contact=contact,
        urgency=task.get_urgency_display() if urgent else "",
        recipients=tuple(recipients),
    )


def source_words(task: Task) -> str:
    """The order's own document with its clause; the way it was given where there is no paper."""
    document = task.source_document or (task.plan.document if task.plan else None)
    words = f"{document.citation} của {document.issuer}" if document else task.get_source_display()
    if task.clause is not None and task.clause.label:
        words += f", mục {task.clause.label}"
    return words


def applied_words(task: Task) -> str:
    """The deadline that counts, with what stands beside it (office rules 9–11)."""
    if task.effective_end is None:
        return "thường xuyên" if task.is_standing else "chưa có thời hạn"
    words = f"hết ngày {date_vi(task.effective_end)}"
    if task.start_assumed:
        words += " (tạm tính từ ngày giao)"
    elif task.was_extended and task.first_effective_end is not None:
        words += f" (đã gia hạn; hạn ban đầu {date_vi(task.first_effective_end)})"
    if task.superior_deadline:
        words += "; hạn do cấp trên giao"
    if task.internal_end is not None:
        words += f"; hạn nội bộ: {date_vi(task.internal_end)}"
    return words


def _part(coordination: Coordination) -> str:
    words = coordination.unit.name
    if coordination.part:
        words += f": {coordination.part}"
    if coordination.effective_end is not None:
        words += f" (hạn {date_vi(coordination.effective_end)})"
    return words


def _contacts(task: Task) -> tuple[str, ...]:
    """Officers of the office that follows the task. No number or address: staff data never enters a paper that
    circulates; the number is written in by hand."""
    grants = (
        RoleGrant.objects.valid_on(today())
        .filter(role=Role.PLAN_OWNER, unit=task.tracking_unit, user__is_active=True)
        .select_related("user")
        .order_by("valid_from", "id")
    )
    names = list(dict.fromkeys(_named(grant.user) for grant in grants))
    shown = names[:MOST_CONTACTS]
    if len(names) > MOST_CONTACTS:
        shown.append(f"và {count_vi(len(names) - MOST_CONTACTS)} người khác của {task.tracking_unit.name}")
    return (*(shown or [task.tracking_unit.name]), "Điện thoại: ……………………")


def _named(user: User) -> str:
    return f"{user.full_name}, {user.position}" if user.position else user.full_name
