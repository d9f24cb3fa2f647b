"""The verbs of a task. Each checks who and when under the row lock, writes the facts and one event, or nothing.

Pages, imports, commands and the demo call these; nothing else writes `execution`, `confirmation` or a date that
follows from a fact. `RuleBroken` carries the reason in words for the person.
"""

from datetime import date
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from core.clock import now, today
from core.deadlines import DeadlineKind, effective_end
from core.files import check_upload
from core.text import fold
from plans.models import Plan, PlanParticipation
from tasks import ledger, orders
from tasks.drafting import save_task, searchable, set_deadline
from tasks.ledger import DIRECT, Decision
from tasks.models import DeadlineChange, Evidence, ProgressUpdate, Task
from tasks.models.facts import How
from tasks.rules import RULES, refusal
from tasks.status import Confirmation, Execution
from units.actions import RuleBroken
from units.models import CalendarDay, RoleGrant, Unit, User
from units.permissions import Role, capacity

__all__ = [
    "RuleBroken",
    "accept",
    "ask_extension",
    "assign",
    "attach",
    "confirm",
    "decide_extension",
    "discontinue",
    "may",
    "resume",
    "return_result",
    "save_task",
    "set_deadline",
    "submit",
    "suspend",
    "update_progress",
    "verbs_for",
    "withdraw",
]


# --- Who may do what now ---------------------------------------------------------------------------------------------


def may(user: User, verb: str, task: Task) -> RoleGrant | None:
    """The grant under which `user` may do `verb` on this task, whatever its state."""
    return capacity(
        user, f"task.{verb}", answering=task.lead_unit, tracking=task.tracking_unit, in_charge=task.leaders
    )


def verbs_for(user: User, task: Task) -> list[str]:
    """Verbs this person can do on this task right now, in the order of the table: the forms a page shows."""
    pending = _pending(task) is not None
    sent_by = _sent_by(task) if task.confirmation == Confirmation.SUBMITTED else None
    found = []
    for verb in RULES:
        if refusal(verb, task) or may(user, verb, task) is None:
            continue
        if (verb == "decide_extension") is not pending and verb in ("ask_extension", "decide_extension"):
            continue
        if verb in ("confirm", "return") and sent_by == user.pk:
            continue
        found.append(verb)
    return found


def _start(task: Task, verb: str, by: User) -> tuple[Task, RoleGrant]:
    """The task under its row lock, and the grant; raises RuleBroken when the verb is not open to `by` now."""
    locked = orders.lock(task)
    grant = may(by, verb, locked)
    if grant is None:
        raise RuleBroken(
            f"Đồng chí không có quyền thực hiện việc “{RULES[verb].label}” đối với nhiệm vụ này."
        )
    reason = refusal(verb, locked)
    if reason is not None:
        raise RuleBroken(reason)
    return locked, grant


def _sent_by(task: Task) -> int | None:
    """Who sent the result that waits for confirmation."""
    sent = task.updates.filter(is_submission=True).order_by("-id").values_list("by_id", flat=True).first()
    return sent


def _pending(task: Task) -> DeadlineChange | None:
    """The request for more time that waits for a decision; at most one does."""
    return task.deadline_changes.filter(decision=DeadlineChange.Decision.PENDING).first()


def _required(text: str, field: str, message: str) -> None:
    if not text.strip():
        raise RuleBroken({field: message})


def _save(task: Task, *fields: str) -> None:
    task.save(update_fields=[*fields])


# --- Giving a task --------------------------------------------------------------------------------


@transaction.atomic
def assign(task: Task, *, by: User, on: date | None = None, decision: Decision = DIRECT) -> list[Task]:
    """Gives a task to its lead unit, or to every member of its group: one task per member, frozen on that day.

    Returns the tasks units answer for. Giving it again changes nothing. Outside the system account, `by` must own
    plans of the tracking unit. A task of a plan is given with the plan (`tracker.activation`) or after it.
    """
    task = orders.lock(task)
    day = on or today()
    grant = None if by.is_system else may(by, "assign", task)
    if grant is None and not by.is_system:
        raise RuleBroken("Đồng chí không có quyền giao nhiệm vụ này.")
    if task.assigned_on is not None:
        return [task] if task.lead_unit_id else list(task.children.all())
    if task.plan is not None and task.plan.state != Plan.State.ACTIVE:
        raise RuleBroken("Kế hoạch đang là dự thảo hoặc đã kết thúc, không giao được nhiệm vụ.")
    lead = task.lead_unit
    if lead is not None and not lead.is_open(day):
        raise RuleBroken(f"{lead.name} đã chấm dứt hoạt động, không giao được nhiệm vụ.")
    task.assigned_on = day
    if task.deadline_kind == DeadlineKind.DONE and task.completed_on is not None:
        # "Đã thực hiện vào ngày …": born complete, evidence still wanted.
        task.execution = Execution.DONE
        task.percent = 100
    _save(task, "assigned_on", "execution", "percent")
    ledger.begin(task)
    facts = {"assigned_on": day, "completed_on": task.completed_on}
    ledger.write(task, "assign", by=by, grant=grant, decision=decision, facts=facts)
    given = [task]
    if task.lead_group is not None:
        given = [_give_member(task, unit, by, grant, decision) for unit in task.lead_group.members_on(day)]
        if not given:
            raise RuleBroken(f"Nhóm “{task.lead_group}” không có đơn vị nào đang hoạt động.")
    if task.plan is not None:
        units = {each.lead_unit_id for each in given if each.lead_unit_id}
        units |= set(task.coordinations.values_list("unit", flat=True))
        PlanParticipation.objects.bulk_create(
            (PlanParticipation(plan=task.plan, unit_id=unit) for unit in sorted(units)), ignore_conflicts=True
        )
    return given


# What a member's task takes over from the order to the group.
_COPIED = (
    "plan", "code", "order", "source", "source_document", "clause", "quote", "strength", "title", "product", "note",
    "urgency", "tracking_unit", "leader_in_charge", "phrase", "deadline_kind", "starts_on", "printed_on",
    "nominal_end", "effective_end", "first_effective_end", "counted_end", "intervals", "assigned_on", "execution",
    "completed_on", "percent",
)  # fmt: skip


def _give_member(parent: Task, unit: Unit, by: User, grant: RoleGrant | None, decision: Decision) -> Task:
    child = Task(parent=parent, lead_unit=unit, **{field: getattr(parent, field) for field in _COPIED})
    child.search = searchable(child)
    child.save()
    facts = {"assigned_on": child.assigned_on, "order": parent.pk}
    ledger.write(child, "assign", by=by, grant=grant, decision=decision, facts=facts)
    return child


# --- The unit's side ------------------------------------------------------------------------------


@transaction.atomic
def accept(task: Task, *, by: User) -> Task:
    """The unit has seen the order. No clock depends on it: the order binds from its document (office rule 2)."""
    task, grant = _start(task, "accept", by)
    task.execution = Execution.ACKNOWLEDGED
    _save(task, "execution")
    ledger.write(task, "accept", by=by, grant=grant)
    return task


@transaction.atomic
def update_progress(
    task: Task,
    *,
    by: User,
    text: str,
    percent: int | None = None,
    obstacle: str = "",
    proposal: str = "",
    decision: Decision = DIRECT,
) -> ProgressUpdate:
    """Reports progress. A percentage never changes the state: 100 % without a submission stays "đang thực hiện"."""
    task, grant = _start(task, "update", by)
    _required(text, "text", "Hãy ghi nội dung đã thực hiện.")
    if percent is not None and not 0 <= percent <= 100:
        raise RuleBroken({"percent": "Tỷ lệ hoàn thành phải từ 0 đến 100."})
    update = ProgressUpdate.objects.create(
        task=task,
        text=text,
        percent=percent,
        obstacle=obstacle,
        proposal=proposal,
        by=by,
        recorded_for_unit=ledger.is_for_unit("update", grant, task),
    )
    task.execution = Execution.IN_PROGRESS
    task.last_update_at = update.entered_at
    if percent is not None:
        task.percent = percent
    _save(task, "execution", "last_update_at", "percent")
    facts = {"update": update.pk, "row": ledger.row_of(update, "text", "percent", "obstacle", "proposal")}
    ledger.write(task, "update", by=by, grant=grant, decision=decision, facts=facts)
    return update


@transaction.atomic
def attach(
    task: Task,
    *,
    by: User,
    title: str = "",
    file: UploadedFile | None = None,
    number: str = "",
    issued_on: date | None = None,
    issuer: str = "",
    url: str = "",
    decision: Decision = DIRECT,
) -> Evidence:
    """Adds proof: a file, else a numbered document, else a link. `UploadRefused` names what is wrong with a file."""
    task, grant = _start(task, "attach", by)
    fields: dict[str, Any] = {"number": number, "issued_on": issued_on, "issuer": issuer, "url": url}
    if issued_on is not None and issued_on > today():
        raise RuleBroken({"issued_on": "Ngày văn bản không được sau hôm nay."})
    if url and not url.startswith(("https://", "http://")):
        raise RuleBroken({"url": "Đường dẫn phải bắt đầu bằng https:// hoặc http://."})
    if file is not None:
        info = check_upload(file)
        fields |= {"file": file, "file_name": info.name, "size": info.size, "sha256": info.sha256}
        kind = Evidence.Kind.FILE
    elif number.strip():
        kind = Evidence.Kind.DOCUMENT
    elif url.strip():
        kind = Evidence.Kind.LINK
    else:
        raise RuleBroken("Hãy chọn một tệp, hoặc ghi số ký hiệu văn bản, hoặc đường dẫn.")
    named = title.strip() or fields.get("file_name") or number.strip() or url.strip()
    evidence = Evidence.objects.create(
        task=task,
        kind=kind,
        title=named[:300],
        by=by,
        recorded_for_unit=ledger.is_for_unit("attach", grant, task),
        **fields,
    )
    ledger.write(
        task,
        "attach",
        by=by,
        grant=grant,
        decision=decision,
        facts={
            "evidence": evidence.pk,
            "row": ledger.row_of(evidence, "kind", "title", "number", "issued_on", "issuer", "url", "sha256"),
        },
    )
    return evidence


@transaction.atomic
def submit(
    task: Task, *, by: User, text: str, product_on: date | None = None, decision: Decision = DIRECT
) -> ProgressUpdate:
    """Sends the result for confirmation.

    `product_on` is the date of the product document; with it accepted, it is the completion date, else the day of
    submission is (office rule 8). It may lie before the order, never after today.
    """
    task, grant = _start(task, "submit", by)
    _required(text, "text", "Hãy ghi kết quả thực hiện.")
    if product_on is not None and product_on > today():
        raise RuleBroken({"product_on": "Ngày của văn bản kết quả không được sau hôm nay."})
    update = ProgressUpdate.objects.create(
        task=task,
        text=text,
        is_submission=True,
        product_on=product_on,
        by=by,
        recorded_for_unit=ledger.is_for_unit("submit", grant, task),
    )
    task.execution = Execution.IN_PROGRESS
    task.confirmation = Confirmation.SUBMITTED
    task.submitted_on = today()
    task.last_update_at = update.entered_at
    _save(task, "execution", "confirmation", "submitted_on", "last_update_at")
    facts = {"update": update.pk, "row": ledger.row_of(update, "text", "is_submission", "product_on")}
    ledger.write(task, "submit", by=by, grant=grant, decision=decision, facts=facts)
    orders.refresh(task, by)
    return update


@transaction.atomic
def withdraw(task: Task, *, by: User) -> Task:
    """Takes a submission back before anybody decided on it. The working days it waited are not charged to the unit."""
    task, grant = _start(task, "withdraw", by)
    waited = _credit_waiting(task)
    task.confirmation = Confirmation.NONE
    task.submitted_on = None
    _save(task, "confirmation", "submitted_on", "counted_end")
    ledger.write(task, "withdraw", by=by, grant=grant, facts={"waited_workdays": waited})
    orders.refresh(task, by)
    return task


def _credit_waiting(task: Task) -> int:
    """Moves the day lateness counts from by the working days the submission waited for its reviewer."""
    if task.counted_end is None or task.submitted_on is None:
        return 0
    calendar = CalendarDay.objects.as_calendar()
    waited = calendar.workdays_between(task.submitted_on, today())
    task.counted_end = calendar.add_workdays(task.counted_end, waited)
    return waited


@transaction.atomic
def ask_extension(
    task: Task, *, by: User, proposed_end: date, reason: str, decision: Decision = DIRECT
) -> DeadlineChange:
    """Asks for more time. A request after the plan's notice is taken but marked late: the task stays overdue."""
    task, grant = _start(task, "ask_extension", by)
    _required(reason, "reason", "Hãy ghi rõ lý do đề nghị gia hạn.")
    assert task.nominal_end is not None and task.effective_end is not None
    if proposed_end <= task.effective_end:
        raise RuleBroken(
            {"proposed_end": f"Hạn đề nghị phải sau hạn hiện tại ({task.effective_end:%d/%m/%Y})."}
        )
    if _pending(task) is not None:
        raise RuleBroken("Đã có một đề nghị gia hạn đang chờ quyết định.")
    calendar = CalendarDay.objects.as_calendar()
    notice = task.plan.extension_notice_days if task.plan else 3
    late = calendar.workdays_between(today(), task.effective_end) < notice
    change = DeadlineChange.objects.create(
        task=task,
        old_end=task.effective_end,
        proposed_end=proposed_end,
        reason=reason,
        asked_by=by,
        late=late,
        recorded_for_unit=ledger.is_for_unit("ask_extension", grant, task),
    )
    row = ledger.row_of(change, "old_end", "proposed_end", "reason", "late")
    facts = {"change": change.pk, "proposed_end": proposed_end, "row": row}
    ledger.write(task, "ask_extension", by=by, grant=grant, decision=decision, facts=facts)
    return change


# --- The reviewer's side --------------------------------------------------------------------------


@transaction.atomic
def confirm(task: Task, *, by: User, note: str = "", decision: Decision = DIRECT) -> Task:
    """Accepts the result: the task is done on the product's own date, else on the day it was submitted."""
    task, grant = _start(task, "confirm", by)
    sent = task.updates.filter(is_submission=True).order_by("-id").first()
    assert sent is not None and task.submitted_on is not None
    if sent.by_id == by.pk:
        raise RuleBroken("Người trình kết quả không được tự xác nhận kết quả đó.")
    task.execution = Execution.DONE
    task.confirmation = Confirmation.CONFIRMED
    task.completed_on = sent.product_on or task.submitted_on
    task.percent = 100
    _save(task, "execution", "confirmation", "completed_on", "percent")
    facts: dict[str, Any] = {"completed_on": task.completed_on, "update": sent.pk, "note": note}
    if task.counted_end is not None and task.completed_on <= task.counted_end:
        facts |= _lapse_request(task, by)
    ledger.write(task, "confirm", by=by, grant=grant, decision=decision, facts=facts)
    orders.refresh(task, by)
    return task


def _lapse_request(task: Task, by: User) -> dict[str, Any]:
    """Ends a request for more time that nobody needs to decide any more; what to add to the facts of the verb."""
    change = _pending(task)
    if change is None:
        return {}
    change.decision = DeadlineChange.Decision.LAPSED
    change.recorded_by = by
    change.decided_at = now()
    change.save(update_fields=["decision", "recorded_by", "decided_at"])
    return {"change": change.pk, "row": ledger.row_of(change, "decision")}


@transaction.atomic
def return_result(task: Task, *, by: User, reason: str, decision: Decision = DIRECT) -> Task:
    """Sends a result back with a reason. The working days it waited are not charged to the unit."""
    task, grant = _start(task, "return", by)
    _required(reason, "reason", "Hãy ghi rõ nội dung cần bổ sung.")
    if _sent_by(task) == by.pk:
        raise RuleBroken("Người trình kết quả không được tự xử lý kết quả đó.")
    waited = _credit_waiting(task)
    task.confirmation = Confirmation.RETURNED
    _save(task, "confirmation", "counted_end")
    facts = {"reason": reason, "waited_workdays": waited}
    ledger.write(task, "return", by=by, grant=grant, decision=decision, facts=facts)
    orders.refresh(task, by)
    return task


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
    records it must say which leader decided and how."""
    task, grant = _start(task, "decide_extension", by)
    change = _pending(task)
    if change is None:
        raise RuleBroken("Không có đề nghị gia hạn nào đang chờ quyết định.")
    if change.asked_by_id == by.pk and grant.role == Role.LEADER:
        raise RuleBroken("Người đề nghị gia hạn không được tự quyết định.")
    if grant.role != Role.LEADER and (not decision.decided_by.strip() or decision.how == How.DIRECT):
        raise RuleBroken(
            {"decided_by": "Hãy ghi lãnh đạo đã quyết định và hình thức (điện thoại, bút phê, …)."}
        )
    if grant.role != Role.LEADER and fold(decision.decided_by) == fold(by.full_name):
        raise RuleBroken(
            {"decided_by": "Người ghi nhận không tự quyết định; hãy ghi lãnh đạo đã quyết định."}
        )
    if not granted:
        _required(note, "note", "Hãy ghi lý do không đồng ý gia hạn.")
    new_end = (granted_end or change.proposed_end) if granted else None
    if new_end is not None and new_end <= change.old_end:
        raise RuleBroken({"granted_end": f"Hạn mới phải sau hạn hiện tại ({change.old_end:%d/%m/%Y})."})
    change.decision = DeadlineChange.Decision.GRANTED if granted else DeadlineChange.Decision.REFUSED
    change.granted_end = new_end
    change.decided_by_name = decision.decided_by or by.full_name
    change.recorded_by = by
    change.how = decision.how
    change.basis = decision.basis
    change.decision_note = note
    change.decided_at = now()
    change.save(update_fields=list(DeadlineChange.mutable_columns))
    if new_end is not None:
        _move_deadline(task, new_end)
    facts = {
        "change": change.pk,
        "granted": granted,
        "old_end": change.old_end,
        "new_end": new_end,
        "note": note,
    }
    facts["row"] = ledger.row_of(
        change, "decision", "granted_end", "decided_by_name", "how", "basis", "decision_note"
    )
    ledger.write(task, "decide_extension", by=by, grant=grant, decision=decision, facts=facts)
    orders.refresh(task, by)
    return change


def _move_deadline(task: Task, new_end: date) -> None:
    """The first deadline stays in `first_effective_end`; days already credited to the unit move along."""
    calendar = CalendarDay.objects.as_calendar()
    assert task.effective_end is not None and task.counted_end is not None
    credited = calendar.workdays_between(task.effective_end, task.counted_end)
    shift = task.plan.shifts_holidays if task.plan else True
    task.nominal_end = new_end
    task.effective_end = effective_end(new_end, calendar, shift=shift)
    assert task.effective_end is not None
    task.counted_end = calendar.add_workdays(task.effective_end, credited)
    _save(task, "nominal_end", "effective_end", "counted_end")


def _with_reason(
    task: Task, verb: str, execution: Execution, by: User, reason: str, decision: Decision
) -> Task:
    task, grant = _start(task, verb, by)
    _required(reason, "reason", "Hãy ghi rõ lý do.")
    task.execution = execution
    facts: dict[str, Any] = {"reason": reason}
    if execution == Execution.DISCONTINUED:
        task.confirmation = Confirmation.NONE
        facts |= _lapse_request(task, by)
    _save(task, "execution", "confirmation")
    ledger.write(task, verb, by=by, grant=grant, decision=decision, facts=facts)
    return task


@transaction.atomic
def suspend(task: Task, *, by: User, reason: str, decision: Decision = DIRECT) -> Task:
    """Stops work for a while; the clock runs on, as only an extension moves a deadline."""
    return _with_reason(task, "suspend", Execution.SUSPENDED, by, reason, decision)


@transaction.atomic
def resume(task: Task, *, by: User, reason: str, decision: Decision = DIRECT) -> Task:
    return _with_reason(task, "resume", Execution.IN_PROGRESS, by, reason, decision)


@transaction.atomic
def discontinue(task: Task, *, by: User, reason: str, decision: Decision = DIRECT) -> Task:
    """Ends an order that is no longer to be carried out; its open parts end with it."""
    task = _with_reason(task, "discontinue", Execution.DISCONTINUED, by, reason, decision)
    for child in task.children.exclude(execution__in=[Execution.DONE, Execution.DISCONTINUED]).order_by("pk"):
        discontinue(child, by=by, reason=reason, decision=decision)
    orders.refresh(task, by)
    return task
