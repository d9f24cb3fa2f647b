"""The reviewer's and the leader's side: confirm, return, decide on more time, direct, suspend, resume, stop, reopen."""

from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import OuterRef, Subquery

from core.clock import today
from tasks import group_message, ledger, orders
from tasks.actions.clocks import credit_waiting, move_deadline
from tasks.actions.common import Act, begin
from tasks.actions.duties import end_all
from tasks.actions.handing_over import twin
from tasks.actions.lapsing import lapse
from tasks.history import entry_gap
from tasks.ledger import DIRECT, Decision
from tasks.matters import without_paper
from tasks.models import DeadlineChange, Direction, Event, LaterBasis, ProgressUpdate, Task
from tasks.rules import Matter, refusal
from tasks.status import Confirmation, Execution
from units.actions import RuleBroken
from units.models import CalendarDay, User
from units.permissions import Role

# "Đã có báo cáo, chờ cập nhật" holds this long (office rule 29).
AWAITED_WORKDAYS = 2


@transaction.atomic
def confirm(task: Task, *, by: User, note: str = "", decision: Decision = DIRECT) -> Task:
    """Accepts the result: the task is done on the product's own date, else on the day it was submitted."""
    act = begin(task, "confirm", by=by, decision=decision)
    sent = act.task.updates.filter(is_submission=True).order_by("-id").first()
    assert sent is not None
    facts = close(act, sent)
    act.write(completed_on=act.task.completed_on, update=sent.pk, note=note, **facts)
    orders.refresh(act.task, by)
    return act.task


def close(act: Act, sent: ProgressUpdate) -> dict[str, Any]:
    """The task is done with the result `sent`; what to add to the facts of the verb."""
    task = act.task
    assert task.submitted_on is not None
    calendar = CalendarDay.objects.as_calendar()
    task.execution = Execution.DONE
    task.confirmation = Confirmation.CONFIRMED
    task.completed_on = sent.product_on or task.submitted_on
    task.percent = 100
    task.parts_done = task.parts_total
    task.waited_workdays += max(0, calendar.workdays_between(task.submitted_on, today()))
    task.entry_gap = max(0, entry_gap(sent.product_on, task.submitted_on, calendar)[0])
    act.save(
        "execution", "confirmation", "completed_on", "percent", "parts_done", "waited_workdays", "entry_gap"
    )
    if task.counted_end is not None and task.completed_on <= task.counted_end:
        return lapse(act, Matter.EXTENSION)
    return {}


@transaction.atomic
def return_result(task: Task, *, by: User, reason: str, decision: Decision = DIRECT) -> Task:
    """Sends a result back with a reason. The working days it waited are not charged to the unit."""
    act = begin(task, "return", by=by, decision=decision, reason=reason)
    waited = credit_waiting(act.task)
    act.task.confirmation = Confirmation.RETURNED
    act.save("confirmation", "counted_end", "waited_workdays")
    act.write(reason=reason, waited_workdays=waited)
    orders.refresh(act.task, by)
    return act.task


@transaction.atomic
def decide_extension(
    task: Task,
    *,
    by: User,
    granted: bool,
    granted_end: date | None = None,
    note: str = "",
    decision: Decision = DIRECT,
) -> DeadlineChange:
    """Decides on the pending request. An officer never decides in their own name (office rule 1): an owner who
    records it must say which leader decided and how. A superior's deadline moves only by the superior's own paper
    (office rule 10)."""
    act = begin(task, "decide_extension", by=by, decision=decision)
    task, change = act.task, act.matters.extension
    assert change is not None
    if change.asked_by_id == by.pk and act.grant.role == Role.LEADER:
        raise RuleBroken("Người đề nghị gia hạn không được tự quyết định; lãnh đạo khác quyết định.")
    if not granted and not note.strip():
        raise RuleBroken({"note": "Hãy ghi lý do không đồng ý gia hạn."})
    if granted and task.superior_deadline and not change.internal and not decision.basis.strip():
        raise RuleBroken(
            {
                "basis": "Hạn do cấp trên giao: chỉ gia hạn khi có văn bản đồng ý của cấp trên; hãy ghi văn bản đó."
            }
        )
    new_end = (granted_end or change.proposed_end) if granted else None
    _check_new_end(task, change, new_end)
    verdict = DeadlineChange.Decision.GRANTED if granted else DeadlineChange.Decision.REFUSED
    act.settle(change, note=note, decision=verdict, granted_end=new_end)
    if new_end is not None and change.internal:
        task.internal_end = new_end
        act.save("internal_end")
    elif new_end is not None:
        act.save(*move_deadline(task, new_end))
    row = ledger.row_of(change, "decision", "granted_end", "decided_by_name", "how", "basis", "decision_note")
    act.write(change=change.pk, granted=granted, old_end=change.old_end, new_end=new_end, note=note, row=row)
    orders.refresh(task, by)
    return change


def _check_new_end(task: Task, change: DeadlineChange, new_end: date | None) -> None:
    if new_end is None:
        return
    # The deadline may have been corrected since the unit asked.
    now_end = change.old_end if change.internal else max(change.old_end, task.nominal_end or change.old_end)
    if new_end <= now_end:
        raise RuleBroken({"granted_end": f"Hạn mới phải sau hạn hiện tại ({now_end:%d/%m/%Y})."})
    if change.internal and task.nominal_end is not None and new_end > task.nominal_end:
        raise RuleBroken(
            {"granted_end": f"Hạn nội bộ không được sau hạn cấp trên giao ({task.nominal_end:%d/%m/%Y})."}
        )


@transaction.atomic
def direct(
    task: Task, *, by: User, text: str, due_on: date | None = None, decision: Decision = DIRECT
) -> Direction:
    """A leader's instruction; it changes neither the state nor a date of the order."""
    act = begin(task, "direct", by=by, decision=decision, text=text)
    if due_on is not None and due_on < today():
        raise RuleBroken({"due_on": "Ngày thực hiện ý kiến chỉ đạo không được trước hôm nay."})
    direction = Direction.objects.create(
        task=act.task, text=text, due_on=due_on, by=by, given_by_name=decision.decided_by or by.full_name
    )
    act.write(direction=direction.pk, row=ledger.row_of(direction, "text", "due_on", "given_by_name"))
    return direction


@transaction.atomic
def note_reported(task: Task, *, by: User, source: str) -> Task:
    """The office knows of a report that is not entered yet: no overdue mail for two working days; counted."""
    act = begin(task, "note_reported", by=by, source=source)
    calendar = CalendarDay.objects.as_calendar()
    act.task.awaited_until = calendar.add_workdays(today(), AWAITED_WORKDAYS)
    act.save("awaited_until")
    act.write(source=source, awaited_until=act.task.awaited_until)
    return act.task


@transaction.atomic
def urge(task: Task, *, by: User, text: str) -> Event:
    """ "Đôn đốc ngay": the office's own words to the unit; they go out from the line this leaves in the task."""
    act = begin(task, "urge", by=by, text=text)
    if act.task.is_led_outside:
        raise RuleBroken("Cơ quan ngoài không nhận đôn đốc trên hệ thống; hãy gửi công văn đề nghị.")
    return act.write(text=text.strip())


@transaction.atomic
def tell_group(task: Task, *, by: User, text: str) -> Event:
    """ "Đã nhắn": what the office sent to the unit's group chat itself; the task keeps it (office rule 33)."""
    if len(text.strip()) > group_message.LONGEST:
        raise RuleBroken({"text": f"Nội dung nhắn nhiều nhất {group_message.LONGEST} ký tự."})
    act = begin(task, "tell_group", by=by, text=text)
    return act.write(text=text.strip())


@transaction.atomic
def add_basis(task: Task, *, by: User, event: Event, basis: str) -> LaterBasis:
    """The paper of a decision that was recorded before the paper came (office rule 1); it settles with it every line
    the decision carried along, of parts and occurrences."""
    act = begin(task, "add_basis", by=by, basis=basis)
    if event not in act.matters.papers_owed:
        raise RuleBroken({"event": "Quyết định này đã có văn bản, hoặc không thuộc nhiệm vụ này."})
    later = _add_basis(act.task, event, basis, act)
    act.decision = act.along
    for each in without_paper(event.followed_by.select_related("task")).order_by("task_id", "sequence"):
        _add_basis(orders.lock(each.task), each, basis, act)
    return later


def _add_basis(task: Task, event: Event, basis: str, act: Act) -> LaterBasis:
    later = LaterBasis.objects.create(task=task, event=event, basis=basis, by=act.by)
    facts = {
        "later_basis": later.pk,
        "of": event.sequence,
        "row": ledger.row_of(later, "event_id", "basis"),
    }
    line = ledger.write(task, "add_basis", by=act.by, grant=act.grant, decision=act.decision, facts=facts)
    act.line = act.line or line
    return later


# --- Stopping and going on --------------------------------------------------------------------------


@transaction.atomic
def suspend(task: Task, *, by: User, reason: str, decision: Decision = DIRECT) -> Task:
    """Stops work for a while; the clock runs on, as only an extension moves a deadline. Of an order to many, of every
    part that may stop: not where a result or a proposal to reassign waits for its answer."""
    act = begin(task, "suspend", by=by, decision=decision, reason=reason)
    act.task.execution = Execution.SUSPENDED
    act.save("execution")
    act.write(reason=reason)
    for part in act.task.children.order_by("pk"):
        if refusal("suspend", part) is None:
            suspend(part, by=by, reason=reason, decision=act.along)
    return act.task


@transaction.atomic
def resume(task: Task, *, by: User, reason: str, decision: Decision = DIRECT) -> Task:
    """Work goes on; of an order to many, on the parts that stopped with it."""
    act = begin(task, "resume", by=by, decision=decision, reason=reason)
    act.task.execution = Execution.IN_PROGRESS
    act.save("execution")
    act.write(reason=reason)
    for part in _stopped_with(act.task, "suspend", Execution.SUSPENDED):
        resume(part, by=by, reason=reason, decision=act.along)
    return act.task


def _stopped_with(order: Task, verb: str, execution: Execution) -> list[Task]:
    """Parts that stand as they do because the order was stopped, not by a decision of their own."""
    last = Event.objects.filter(task=OuterRef("pk"), verb=verb).order_by("-sequence")
    stopped = order.children.filter(execution=execution, merged_into__isnull=True)
    stopped = stopped.annotate(stopped_by=Subquery(last.values("follows__task")[:1]))
    return list(stopped.filter(stopped_by=order.pk).order_by("pk"))


@transaction.atomic
def reopen(task: Task, *, by: User, reason: str, decision: Decision = DIRECT) -> Task:
    """A confirmed or stopped task goes on: what was confirmed stays in the ledger, the dates stay as they were.

    An order to many that was stopped goes on with the parts that ended with it.
    """
    act = begin(task, "reopen", by=by, decision=decision, reason=reason)
    task = act.task
    was = {"completed_on": task.completed_on, "execution": task.execution}
    if task.merged_into_id is not None:
        raise RuleBroken("Phần việc này đã nhập vào phần việc của đơn vị kế thừa; hãy mở lại ở đó.")
    if task.parent is not None and task.parent.execution == Execution.DISCONTINUED:
        raise RuleBroken("Nhiệm vụ giao nhiều đơn vị đã dừng; hãy mở lại nhiệm vụ chung trước.")
    if task.lead_unit_id is not None and twin(task, task.lead_unit) is not None:
        raise RuleBroken(
            "Đơn vị đang thực hiện một phần việc khác của cùng nhiệm vụ; hãy làm tiếp ở phần đó, không mở lại phần này."
        )
    task.execution = Execution.IN_PROGRESS
    task.confirmation = Confirmation.NONE
    task.completed_on = task.submitted_on = task.entry_gap = None
    act.save("execution", "confirmation", "completed_on", "submitted_on", "entry_gap")
    act.write(reason=reason, was_completed_on=was["completed_on"])
    for part in _stopped_with(task, "discontinue", Execution.DISCONTINUED):
        reopen(part, by=by, reason=reason, decision=act.along)
    orders.refresh(task, by)
    return task


@transaction.atomic
def discontinue(task: Task, *, by: User, reason: str, decision: Decision = DIRECT) -> Task:
    """Ends an order that is no longer to be carried out; its open parts end with it, and its rhythms."""
    act = begin(task, "discontinue", by=by, decision=decision, reason=reason)
    task = act.task
    task.execution = Execution.DISCONTINUED
    task.confirmation = Confirmation.NONE
    act.save("execution", "confirmation")
    settled = lapse(act, Matter.EXTENSION, Matter.REASSIGNMENT, Matter.EXPLANATION)
    act.write(reason=reason, **settled)
    end_all(act, reason)
    for child in task.children.exclude(execution__in=[Execution.DONE, Execution.DISCONTINUED]).order_by("pk"):
        discontinue(child, by=by, reason=reason, decision=act.along)
    orders.refresh(task, by)
    return task
