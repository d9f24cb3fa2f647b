"""The unit's side: accept, give to an officer, report, prove, send, take back, ask for more time."""

from datetime import date
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from core.clock import today
from core.files import check_upload
from tasks import ledger, orders
from tasks.actions.clocks import credit_waiting
from tasks.actions.common import begin
from tasks.actions.lapsing import lapse
from tasks.drafting import calendar_of
from tasks.gathering import unanswered
from tasks.ledger import DIRECT, Decision
from tasks.models import Coordination, DeadlineChange, Delegation, Evidence, ProgressUpdate, Task
from tasks.rules import Matter
from tasks.status import Confirmation, Execution
from units.actions import RuleBroken
from units.models import RoleGrant, User
from units.permissions import Role


@transaction.atomic
def accept(task: Task, *, by: User) -> Task:
    """The unit has seen the order. No clock depends on it: the order binds from its document (office rule 2)."""
    act = begin(task, "accept", by=by)
    act.task.execution = Execution.ACKNOWLEDGED
    act.save("execution")
    act.write()
    return act.task


@transaction.atomic
def delegate(
    task: Task, *, by: User, officer: User, text: str = "", due_on: date | None = None
) -> Delegation:
    """The head gives the work to somebody of the unit. The order, its lead and its dates stay as they are."""
    act = begin(task, "delegate", by=by)
    if officer not in officers_of(act.task):
        raise RuleBroken({"officer": "Chỉ phân công cho người của đơn vị chủ trì."})
    if due_on is not None and act.task.effective_end is not None and due_on > act.task.effective_end:
        raise RuleBroken(
            {"due_on": f"Hạn trong đơn vị không được sau hạn áp dụng ({act.task.effective_end:%d/%m/%Y})."}
        )
    delegation = Delegation.objects.create(task=act.task, officer=officer, text=text, due_on=due_on, by=by)
    act.task.officer = officer
    act.save("officer")
    act.write(delegation=delegation.pk, row=ledger.row_of(delegation, "officer_id", "text", "due_on"))
    return delegation


def officers_of(task: Task) -> list[User]:
    """People of the lead unit who may be given its work: its own heads and clerks, who see the task and may report on
    it. A unit below it is another unit, and gets its work by an order or as a part."""
    if task.lead_unit is None:
        return []
    grants = RoleGrant.objects.valid_on(today()).filter(
        role__in=[Role.UNIT_HEAD, Role.UNIT_CLERK], unit=task.lead_unit, user__is_active=True
    )
    return list(User.objects.filter(pk__in=grants.values("user")))


@transaction.atomic
def update_progress(
    task: Task,
    *,
    by: User,
    text: str,
    percent: int | None = None,
    parts_done: int | None = None,
    obstacle: str = "",
    proposal: str = "",
    decision: Decision = DIRECT,
) -> ProgressUpdate:
    """Reports progress. A percentage never changes the state: 100 % without a submission stays "đang thực hiện"."""
    act = begin(task, "update", by=by, decision=decision, text=text)
    task = act.task
    if percent is not None and not 0 <= percent <= 100:
        raise RuleBroken({"percent": "Tỷ lệ hoàn thành phải từ 0 đến 100."})
    _check_parts(task, parts_done)
    update = ProgressUpdate.objects.create(
        task=task,
        text=text,
        percent=percent,
        parts_done=parts_done,
        obstacle=obstacle,
        proposal=proposal,
        by=by,
        recorded_for_unit=act.for_unit,
    )
    if task.execution != Execution.REASSIGN:
        task.execution = Execution.IN_PROGRESS
    task.last_update_at = update.entered_at
    task.awaited_until = None
    if percent is not None:
        task.percent = percent
    if parts_done is not None:
        task.parts_done = parts_done
    act.save("execution", "last_update_at", "percent", "parts_done", "awaited_until")
    row = ledger.row_of(update, "text", "percent", "parts_done", "obstacle", "proposal")
    act.write(update=update.pk, row=row)
    return update


def _check_parts(task: Task, done: int | None) -> None:
    """Countable parts are x/y (office rule 17)."""
    if done is None:
        return
    if task.parts_total is None:
        raise RuleBroken({"parts_done": "Nhiệm vụ này không chia theo phần việc."})
    if not 0 <= done <= task.parts_total:
        raise RuleBroken({"parts_done": f"Số phần việc đã xong phải từ 0 đến {task.parts_total}."})


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
    act = begin(task, "attach", by=by, decision=decision)
    task = act.task
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
        recorded_for_unit=act.for_unit,
        **fields,
    )
    row = ledger.row_of(evidence, "kind", "title", "number", "issued_on", "issuer", "url", "sha256")
    act.write(evidence=evidence.pk, row=row)
    return evidence


def proves_also(evidence: Evidence) -> int:
    """How many other tasks the same numbered document proves: a hint, not an error (office rule 24)."""
    if not evidence.number:
        return 0
    same = Evidence.objects.filter(number__iexact=evidence.number, issued_on=evidence.issued_on)
    return same.exclude(task=evidence.task_id).values("task").distinct().count()


@transaction.atomic
def submit(
    task: Task,
    *,
    by: User,
    text: str,
    product_on: date | None = None,
    nil: bool = False,
    decision: Decision = DIRECT,
) -> ProgressUpdate:
    """Sends the result for confirmation.

    `product_on` is the date of the product document; with it accepted, it is the completion date, else the day of
    submission is (office rule 8). It may lie before the order, never after today. `nil`: "không phát sinh", which
    counts as an answer where the order says "(nếu có)".
    """
    text = text.strip() or (NIL if nil else "")
    act = begin(task, "submit", by=by, decision=decision, text=text)
    if nil and not act.task.allows_nil:
        raise RuleBroken({"nil": "Nhiệm vụ này phải có kết quả, không báo cáo “không phát sinh”."})
    if product_on is not None and product_on > today():
        raise RuleBroken({"product_on": "Ngày của văn bản kết quả không được sau hôm nay."})
    update = ProgressUpdate.objects.create(
        task=act.task,
        text=text,
        is_submission=True,
        is_nil=nil,
        product_on=product_on,
        by=by,
        recorded_for_unit=act.for_unit,
    )
    send(act.task, update)
    settled = lapse(act, Matter.REASSIGNMENT)
    row = ledger.row_of(update, "text", "is_submission", "is_nil", "product_on")
    missing = {"missing_parts": _missing_parts(act.task)}
    if act.task.collects is not None:
        missing["missing_answers"] = [part.lead_unit_id or 0 for part in unanswered(act.task.collects)]
    act.write(update=update.pk, row=row, **missing, **settled)
    orders.refresh(act.task, by)
    return update


NIL = "Không phát sinh."


def send(task: Task, update: ProgressUpdate) -> None:
    """The task waits for its reviewer from now on."""
    task.execution = Execution.IN_PROGRESS
    task.confirmation = Confirmation.SUBMITTED
    task.submitted_on = today()
    task.last_update_at = update.entered_at
    task.awaited_until = None
    task.save(update_fields=["execution", "confirmation", "submitted_on", "last_update_at", "awaited_until"])


def _missing_parts(task: Task) -> list[int]:
    """Coordinating units that had not delivered when the lead sent its result: their ids. Those of an order to many
    stand with the order."""
    undelivered = (
        Coordination.objects.filter(task__in=[task.pk, task.parent_id or task.pk])
        .filter(kind="coordinating")
        .exclude(delivered_on__isnull=False, returned=False)
    )
    return list(undelivered.order_by("unit_id").values_list("unit_id", flat=True))


@transaction.atomic
def withdraw(task: Task, *, by: User) -> Task:
    """Takes a submission back before anybody decided on it. The working days it waited are not charged to the unit."""
    act = begin(task, "withdraw", by=by)
    waited = credit_waiting(act.task)
    act.task.confirmation = Confirmation.NONE
    act.task.submitted_on = None
    act.save("confirmation", "submitted_on", "counted_end", "waited_workdays")
    act.write(waited_workdays=waited)
    orders.refresh(act.task, by)
    return act.task


@transaction.atomic
def ask_extension(
    task: Task, *, by: User, proposed_end: date, reason: str, decision: Decision = DIRECT
) -> DeadlineChange:
    """Asks for more time. A request after the plan's notice is taken but marked late: the task stays overdue.

    Where an earlier day of our own stands beside a superior's (office rule 10), a day up to the superior's moves only
    our own; a later one is for the superior to grant.
    """
    act = begin(task, "ask_extension", by=by, decision=decision, reason=reason)
    task = act.task
    assert task.nominal_end is not None and task.effective_end is not None
    inside = task.internal_end is not None and proposed_end <= task.nominal_end
    current = task.internal_end if inside and task.internal_end is not None else task.effective_end
    if proposed_end <= current:
        raise RuleBroken({"proposed_end": f"Hạn đề nghị phải sau hạn hiện tại ({current:%d/%m/%Y})."})
    limit = task.plan.extension_limit if task.plan else None
    granted = task.deadline_changes.filter(decision=DeadlineChange.Decision.GRANTED, internal=False).count()
    if limit is not None and not inside and granted >= limit:
        raise RuleBroken(
            f"Nhiệm vụ đã được gia hạn {granted:02d} lần, bằng số lần tối đa của kế hoạch; "
            "hãy nêu vướng mắc để lãnh đạo xem xét."
        )
    notice = task.plan.extension_notice_days if task.plan else DEFAULT_NOTICE_DAYS
    late = calendar_of(task).workdays_between(today(), current) < notice
    change = DeadlineChange.objects.create(
        task=task,
        old_end=current,
        proposed_end=proposed_end,
        reason=reason,
        asked_by=by,
        late=late,
        internal=inside,
        recorded_for_unit=act.for_unit,
    )
    row = ledger.row_of(change, "old_end", "proposed_end", "reason", "late", "internal")
    act.write(change=change.pk, proposed_end=proposed_end, row=row)
    return change


# Of a task without a plan.
DEFAULT_NOTICE_DAYS = 3
